//! The requested page of the hits.

use super::{ANALYZER, Posts, dated, post};
use crate::{
    engine::search::{Aids, page},
    query::{Grain, Hits, Note, Page, Query, Sort},
};

fn ask(posts: &Posts, query: &Query) -> Hits {
    let aids = Aids { lexicon: &posts.lexicon, synonyms: &posts.synonyms, freshness: 0.0 };
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

#[test]
fn each_hit_is_marked_by_the_reading_that_found_it() {
    let posts = Posts::of(&[("word", "甲", "fengzheng 是一个牌子。"), ("kite", "乙", "放风筝。")]);
    let hits = ask(&posts, &query("fengzheng"));
    let marked = |hit: &crate::query::Hit| hit.snippet.text.get(hit.snippet.marks[0].clone()).unwrap().to_owned();
    let marked: Vec<String> = hits.hits.iter().map(marked).collect();
    assert_eq!(marked, ["fengzheng"]);
    let cases = ask(&posts, &Query { grain: Grain::Cases, ..query("风筝") });
    assert_eq!(cases.total, 1);
}
