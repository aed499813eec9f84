//! Tests of the stages, each by itself, over a small index of posts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

mod certainty;
mod corrections;
mod explain;
mod feedback;
mod form;
mod matching;
mod maxscore;
mod page;
mod scoring;
mod sequences;
mod similar;
mod stages;

use std::sync::{Arc, LazyLock};

use tempfile::TempDir;

use super::{
    answer::{Answer, Matches},
    budget::Budget,
    context::{Aids, Documents, Search},
};
use crate::{
    engine::{
        Engine,
        index::{
            indexer::Indexer,
            record::{FileRecord, Fingerprint},
        },
        lexicon,
    },
    post::{Date, FrontMatter, Post, PostId},
    query::{Match, Query, Synonyms},
    text::Analyzer,
};

static ANALYZER: LazyLock<Arc<Analyzer>> = LazyLock::new(|| Arc::new(Analyzer::new()));

/// A post: its id, its title and its text.
type Written = (&'static str, &'static str, &'static str);

/// An index of a few posts.
struct Posts {
    engine: Engine,
    lexicon: Arc<lexicon::Store>,
    synonyms: Synonyms,
    _folder: TempDir,
}

impl Posts {
    fn of(posts: &[Written]) -> Self {
        let all: Vec<Post> = posts.iter().map(|&(id, title, text)| post(id, title, text)).collect();
        Self::of_commits(&[&all])
    }

    /// Makes an index in which each list of posts is one commit, and so one segment.
    fn of_commits(commits: &[&[Post]]) -> Self {
        Self::written_by(|indexer| {
            for posts in commits {
                put(indexer, posts);
                indexer.commit().unwrap();
            }
        })
    }

    /// Makes an index with what `write` commits.
    fn written_by(write: impl FnOnce(&mut Indexer)) -> Self {
        let folder = TempDir::new().unwrap();
        let opened = Engine::open_for_writing(folder.path(), ANALYZER.clone(), false, "test").unwrap();
        let mut indexer = opened.indexer;
        write(&mut indexer);
        indexer.take_over().unwrap();
        indexer.finish().unwrap();
        let engine = Engine::open(folder.path()).unwrap();
        Self { engine, lexicon: Arc::default(), synonyms: Synonyms::default(), _folder: folder }
    }

    /// Runs `test` with the context of a search.
    fn search_for<T>(&self, query: &Query, test: impl FnOnce(&Search<'_>) -> T) -> T {
        let commit = self.engine.commit();
        let segments = commit.segments().unwrap();
        let aids = Aids { lexicon: &self.lexicon, synonyms: &self.synonyms, recency: 0.0, budget: &Budget::default() };
        test(&Search::new(&commit, aids, &segments, query))
    }

    /// Runs `test` with the context of a search for a text.
    fn search<T>(&self, text: &str, test: impl FnOnce(&Search<'_>) -> T) -> T {
        self.search_for(&Query { text: text.to_owned(), ..Query::default() }, test)
    }
}

fn put(indexer: &Indexer, posts: &[Post]) {
    for post in posts {
        indexer.put(&record(&post.path), Some(post), false, false).unwrap();
    }
}

fn record(path: &str) -> FileRecord {
    FileRecord {
        path: path.to_owned(),
        fingerprint: Fingerprint::default(),
        due: None,
        reason: None,
        findings: Vec::new(),
    }
}

fn post(id: &str, title: &str, text: &str) -> Post {
    Post {
        id: PostId::from(id.to_owned()),
        path: format!("{id}.md"),
        title: title.to_owned(),
        front: FrontMatter::default(),
        url: format!("/{id}"),
        text: text.to_owned(),
        sections: Vec::new(),
        lines: vec![(0, 1)],
    }
}

/// A post of a day, in days since 1970.
fn dated(post: Post, day: i64) -> Post {
    let date = Some(Date { seconds: day * 86_400, offset: 0 });
    Post { front: FrontMatter { date, ..post.front }, ..post }
}

/// The ids of documents, in order.
fn ids(search: &Search<'_>, documents: &Documents) -> String {
    let mut ids: Vec<String> = Vec::new();
    for (segment, documents) in documents.iter().enumerate() {
        ids.extend(documents.iter().map(|&doc| search.commit.id_of(segment, doc).unwrap().unwrap().to_string()));
    }
    ids.sort();
    ids.join(" ")
}

/// The match classes of an answer, each with the ids of its documents and, behind a `|`, those that are shown as
/// another class; empty classes left out.
fn classes(search: &Search<'_>, answer: &Answer) -> Vec<(Match, String)> {
    let told = |matches: &Matches| {
        let found = ids(search, &matches.found);
        let shown = matches.shown.iter().filter(|(_, shown)| shown.iter().any(|found| !found.is_empty()));
        shown.fold(found, |told, (class, shown)| format!("{told} | {} {}", class.as_str(), ids(search, shown)))
    };
    let filled = answer.classes.iter().filter(|matches| matches.count() > 0);
    filled.map(|matches| (matches.class, told(matches))).collect()
}
