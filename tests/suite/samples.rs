//! The sample posts that come with the program.

use std::{fs, path::Path};

use anli::{
    check::check,
    content::{Source, SourceOptions},
    eval::{Judged, evaluate},
    query::{Page, Sort},
};
use walkdir::WalkDir;

use crate::harness::{Blog, analyzer};

fn samples() -> Blog {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
    let files = WalkDir::new(&root).into_iter().map(Result::unwrap).filter(|found| found.file_type().is_file());
    files
        .fold(Blog::new(), |blog, found| {
            let path = found.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            blog.file(&path, fs::read(found.path()).unwrap())
        })
        .refresh()
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
fn the_samples_answer_their_judged_questions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judged");
    let judged = Judged::read(&folder.join("questions.tsv"), &folder.join("qrels.tsv")).unwrap();
    assert!(judged.questions.len() > 30 && judged.unasked.is_empty(), "{:?}", judged.unasked);
    let answered = evaluate(&samples().searcher(), &judged.questions, 10, &|_, _| {}).unwrap();
    assert_eq!(answered.judged().count(), judged.questions.len(), "each question has a right post");
    assert!(answered.absent().is_empty(), "{:?}", answered.absent());
    let found = answered.mean("mrr@10".parse().unwrap());
    assert!(found >= 0.9, "mrr@10 is {found}: {:?}", answered.worst(10));
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
