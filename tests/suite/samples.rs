//! The sample posts that come with the program.

use std::path::Path;

use crate::harness::{Blog, analyzer};
use anli::{
    check::check,
    content::{Source, SourceOptions},
    query::{Page, Sort},
};

fn samples() -> Blog {
    Blog::of_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("posts"))
}

#[test]
fn every_sample_is_on_the_first_page_of_a_search_for_its_title() {
    let blog = samples();
    let all = blog.search_with("", |query| query.sort = Sort::Oldest);
    assert!(all.ids().len() > 20, "{:?}", all.ids());
    for hit in &all.hits.hits {
        let page = Page::default();
        blog.search_with(&hit.title.text, |query| query.page = page).finds_first(hit.id.as_str());
    }
}

#[test]
fn no_sample_that_its_author_hides_is_found() {
    let blog = samples();
    let all = blog.search("");
    let names = |word: &str| all.ids().iter().any(|id| id.contains(word));
    assert!(!names("caogao"), "a draft is found: {:?}", all.ids());
    assert!(!names("neibu"), "an inner paper is found: {:?}", all.ids());
}

#[test]
fn the_samples_are_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
    let options = SourceOptions { max_file_bytes: 1 << 20, ..SourceOptions::default() };
    let findings = check(Source::open(&root, &options).unwrap(), analyzer(), &|_, _| {}).unwrap();
    let told: Vec<String> = findings.diagnostics.iter().map(ToString::to_string).collect();
    assert!(findings.is_sound(), "{}", told.join("\n\n"));
    assert!(findings.posts > 0 && findings.cases >= findings.posts, "{findings:?}");
}
