//! The requested page of the hits.

use std::time::Duration;

use super::{ANALYZER, Posts, dated, post};
use crate::{
    engine::search::{Aids, Budget, page},
    post::{Post, Section},
    query::{Grain, Hit, Hits, Note, Page, Query, Sort},
};

fn ask(posts: &Posts, query: &Query) -> Hits {
    let aids = Aids { lexicon: &posts.lexicon, synonyms: &posts.synonyms, recency: 0.0, budget: &Budget::default() };
    page::answer(&posts.engine.commit(), aids, query).unwrap()
}

#[track_caller]
fn check(posts: &Posts, query: &Query, total: usize, expected: &[&str]) -> Hits {
    let hits = ask(posts, query);
    let ids: Vec<&str> = hits.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!((hits.total, ids.as_slice()), (total, expected), "{query:?}");
    hits
}

fn query(text: &str) -> Query {
    Query { text: text.to_owned(), ..Query::default() }
}

/// Three posts about kites, dated; `old` has the word most often.
fn kites() -> Posts {
    Posts::of_commits(&[
        &[
            dated(post("old", "风筝", "风筝、风筝、风筝。"), 10),
            post("undated", "甲", "放风筝要等风起，还要有一片空地。"),
        ],
        &[dated(post("new", "乙", "糊风筝用的是桑皮纸，扎骨架用的是竹篾。"), 30)],
    ])
}

#[test]
fn a_page_is_a_piece_of_the_list() {
    let posts = kites();
    let of = |limit, offset| Query { page: Page { limit, offset }, ..query("风筝") };
    check(&posts, &of(10, 0), 3, &["old", "undated", "new"]);
    check(&posts, &of(2, 0), 3, &["old", "undated"]);
    check(&posts, &of(2, 1), 3, &["undated", "new"]);
    check(&posts, &of(2, 2), 3, &["new"]);
    check(&posts, &of(2, 3), 3, &[]);
    check(&posts, &of(0, 0), 3, &[]);
    check(&posts, &of(10, Page::DEEPEST), 3, &[]);
}

#[test]
fn hits_are_sorted_by_date_when_asked_and_always_without_a_text() {
    let posts = kites();
    let by = |text, sort| Query { sort, ..query(text) };
    check(&posts, &by("风筝", Sort::Newest), 3, &["new", "old", "undated"]);
    check(&posts, &by("风筝", Sort::Oldest), 3, &["old", "new", "undated"]);
    check(&posts, &by(" ", Sort::Relevance), 3, &["new", "old", "undated"]);
    check(&posts, &by("", Sort::Oldest), 3, &["old", "new", "undated"]);
    // Two readings find the same post, which is listed once.
    let apps = Posts::of(&[("app", "甲", "安装 telegram 以后")]);
    check(&apps, &by("legra", Sort::Newest), 1, &["app"]);
}

#[test]
fn a_text_of_signs_finds_the_title_of_the_same_signs() {
    let posts =
        Posts::of(&[("signs", "～(￣▽￣)～", "心情好。"), ("others", "～～", "波浪。"), ("word", "甲", "～～")]);
    let hits = check(&posts, &query("～～"), 1, &["others"]);
    let title = &hits.hits[0].title;
    assert_eq!(title.marks, std::iter::once(0..title.text.len()).collect::<Vec<_>>());
    let hits = check(&posts, &query("！！"), 0, &[]);
    assert!(hits.notes.contains(&Note::NothingToSearch));
}

#[test]
fn a_hit_explains_its_score_when_asked() {
    let posts = kites();
    assert!(ask(&posts, &query("风筝")).hits.iter().all(|hit| hit.explanation.is_empty()));
    let explained = ask(&posts, &Query { explain: true, ..query("风筝") });
    assert!(explained.hits.iter().all(|hit| !hit.explanation.is_empty()));
}

#[test]
fn an_index_that_is_being_built_says_so() {
    // Posts of a first build are committed before all files are read.
    let folder = tempfile::TempDir::new().unwrap();
    let opened = crate::engine::Engine::open_for_writing(folder.path(), ANALYZER.clone(), false, "test").unwrap();
    let mut indexer = opened.indexer;
    super::put(&indexer, &[post("a", "风筝", "风起。")]);
    indexer.commit().unwrap();
    let hits = opened.engine.searcher().unwrap().search(&query("风筝")).unwrap();
    assert_eq!((hits.total, hits.notes.as_slice()), (1, &[Note::Indexing][..]));
}

/// A post of two cases behind an introduction.
fn of_two_cases() -> Post {
    let mut post = post("cases", "月报", "本月有两起。\n租风筝不退押金。\n卖风筝不发货。");
    let texts = ["租风筝不退押金。", "卖风筝不发货。"];
    for (i, text) in texts.into_iter().enumerate() {
        let start = post.text.find(text).unwrap();
        let (heading, anchor) = (format!("案例{}", i + 1), format!("case-{}", i + 1));
        let (range, line) = (start..start + text.len(), 10 * (i as u32 + 1));
        post.sections.push(Section { heading, level: 2, anchor, range, line, is_case: true });
        post.lines.push((start, line + 2));
    }
    post
}

#[test]
fn a_case_is_a_hit_of_its_own_with_its_number_and_place() {
    let posts = Posts::of_commits(&[&[of_two_cases()]]);
    let cases = |text: &str| {
        let hits = ask(&posts, &Query { grain: Grain::Cases, ..query(text) });
        let told = |hit: &Hit| {
            let case = hit.case.clone().unwrap();
            let marked = hit.snippet.marks.first().and_then(|mark| hit.snippet.text.get(mark.clone())).unwrap();
            assert_eq!(hit.snippet.places.len(), hit.snippet.marks.len());
            format!("{} {} {} {} {} {marked}", case.heading.text, case.number, case.line, hit.url, hit.line)
        };
        hits.hits.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(cases("押金"), ["案例1 1 10 /cases#case-1 12 押金"]);
    assert_eq!(cases("发货"), ["案例2 2 20 /cases#case-2 22 发货"]);
    assert_eq!(cases("风筝").len(), 2);
    assert_eq!(ask(&posts, &query("风筝")).total, 1);
}

#[test]
fn each_hit_is_marked_by_the_reading_that_found_it() {
    let posts = Posts::of(&[("word", "甲", "fengzheng 是一个牌子。"), ("kite", "乙", "放风筝。")]);
    let hits = ask(&posts, &query("fengzheng"));
    let marked = |hit: &Hit| hit.snippet.text.get(hit.snippet.marks[0].clone()).unwrap().to_owned();
    let marked: Vec<String> = hits.hits.iter().map(marked).collect();
    assert_eq!(marked, ["fengzheng"]);
    let cases = ask(&posts, &Query { grain: Grain::Cases, ..query("风筝") });
    assert_eq!(cases.total, 1);
}

#[test]
fn a_search_without_time_says_that_it_is_cut_short() {
    let posts = Posts::of(&[("one", "果园", "苹果和橘子。"), ("two", "集市", "苹果卖完了。")]);
    let commit = posts.engine.commit();
    let (spent, ample) = (Budget::of(Duration::ZERO), Budget::of(Duration::MAX));
    for text in ["苹果", "苹果 西瓜", "pingguo", "萍果", "苹果和橘子为什么都卖完了，西瓜还有没有，葡萄什么时候熟"]
    {
        let query = Query { text: text.to_owned(), ..Query::default() };
        let found = |budget| {
            let aids = Aids { lexicon: &posts.lexicon, synonyms: &posts.synonyms, recency: 0.0, budget };
            page::answer(&commit, aids, &query).unwrap()
        };
        assert!(found(&spent).notes.contains(&Note::CutShort), "{text}");
        assert!(!found(&ample).notes.contains(&Note::CutShort), "{text}");
        assert!(found(&ample).total > 0, "{text}");
    }
}
