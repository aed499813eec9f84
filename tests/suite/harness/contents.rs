//! All that an index holds, to be compared with another.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    fs,
};

use anli::{
    content::diagnostic::Diagnostic,
    engine::{Reason, Searcher},
    post::Post,
    query::{Grain, Page, Query},
};

use super::{Blog, author::Author};

/// What is known of a file.
type File = (u64, Option<i64>, Option<Reason>, bool, Vec<Diagnostic>);

/// All that an index knows, as far as it says something of the folder and not of how it came about.
#[derive(Debug, PartialEq)]
pub(crate) struct Contents {
    /// Of each file its content, when it is due, why it gave no post, whether one is found, its findings.
    files: BTreeMap<String, File>,
    posts: BTreeMap<String, Post>,
    counts: (usize, usize),
    /// What some searches find, posts and cases.
    found: Vec<BTreeSet<String>>,
    words: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Contents {
    /// Reads everything, and makes sure that nothing is there twice.
    pub(crate) fn of(searcher: &Searcher) -> Self {
        let (mut files, mut posts) = (BTreeMap::new(), BTreeMap::new());
        for (path, known) in searcher.files().unwrap() {
            let record = known.record;
            if known.searchable {
                let post = searcher.post(&record.id()).unwrap();
                posts.insert(path.clone(), post.unwrap_or_else(|| panic!("the post of `{path}` is lost")));
            }
            // Size and times may be those of an earlier version, if the file changed while it was read.
            let hash = record.fingerprint.hash;
            let known = (hash, record.due, record.reason, known.searchable, record.findings);
            files.insert(path, known);
        }
        let counts = searcher.counts();
        assert_eq!(counts.0, posts.len(), "as many documents of posts as posts");
        let cases: usize = posts.values().map(|post| post.cases().count().max(1)).sum();
        assert_eq!(counts.1, cases, "as many documents of cases as cases");
        let mut found = Vec::new();
        for text in ["", "包裹", "荐股群", "损失 元", "阿萍", "已经是空号", "安全账户"] {
            for grain in [Grain::Posts, Grain::Cases] {
                found.push(hits(searcher, text, grain));
            }
        }
        let words = ["荐股群", "荐股", "跑分", "槐树街", "槐树"];
        let words = words.map(|word| (word, searcher.with_word(word).unwrap())).into();
        Self { files, posts, counts, found, words }
    }
}

impl Contents {
    /// Reads what an index has that is made of an author's posts from nothing.
    pub(crate) fn made_from(author: &Author) -> Self {
        let posts = author.posts().into_iter();
        let copied = posts.fold(Blog::new(), |made, path| made.file(&path, fs::read(author.file(&path)).unwrap()));
        Self::of(&copied.refresh().searcher())
    }
}

/// Says that what was kept is what was made from nothing; shows only what differs.
#[track_caller]
pub(crate) fn same(kept: &Contents, made: &Contents) {
    let differing: Vec<String> = [
        differing(&kept.files, &made.files),
        differing(&kept.posts, &made.posts),
        differing(&kept.words, &made.words),
        differing(&kept.found.iter().enumerate().collect(), &made.found.iter().enumerate().collect()),
    ]
    .concat();
    assert!(differing.is_empty(), "the index is not what the folder is:\n{}", differing.join("\n"));
    assert_eq!(kept.counts, made.counts);
}

fn differing<K: Ord + Debug, V: PartialEq + Debug>(kept: &BTreeMap<K, V>, made: &BTreeMap<K, V>) -> Vec<String> {
    let keys: BTreeSet<&K> = kept.keys().chain(made.keys()).collect();
    let differs = keys.into_iter().filter(|key| kept.get(key) != made.get(key));
    differs.map(|key| format!("{key:?}\n  kept: {:?}\n  made: {:?}", kept.get(key), made.get(key))).collect()
}

/// Gives all hits; none comes twice, and none has no post.
fn hits(searcher: &Searcher, text: &str, grain: Grain) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for offset in (0..).step_by(Page::MOST) {
        let page = Page { limit: Page::MOST, offset };
        let query = Query { text: text.to_owned(), grain, page, literal: true, ..Query::default() };
        let hits = searcher.search(&query).unwrap();
        for hit in &hits.hits {
            let name = format!("{} {:?}", hit.id, hit.case.as_ref().map(|case| case.number));
            assert!(all.insert(name), "`{}` is found twice by `{text}`", hit.id);
        }
        if hits.hits.len() < Page::MOST {
            assert_eq!(hits.total, all.len(), "the total of `{text}`");
            break;
        }
    }
    all
}
