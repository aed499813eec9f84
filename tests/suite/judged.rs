//! Judged questions: the share of right answers in each slice of them, one slice a rule of the search.
//!
//! `tests/judged/` asks about the sample posts, `tests/judged/pairs/` about posts of its own, of which one answers and
//! another nearly does. The slice of a question is its id without the number. `gates.tsv` holds the lowest mean
//! reciprocal rank (MRR@10) of each slice.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    thread,
};

use anli::{
    eval::{Judged, Question},
    query::Page,
};

use crate::harness::Blog;

/// A slice of fewer questions says nothing of its rule.
const FEWEST: usize = 8;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judged")
}

fn judged(folder: &Path) -> Judged {
    Judged::read(&folder.join("questions.tsv"), &folder.join("qrels.tsv")).unwrap()
}

/// The slice of a question, from its id: `nearness` of `nearness-07`.
fn slice(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(slice, _)| slice)
}

/// A question and the reciprocal rank of its first right answer on the first page; 0 without one.
struct Asked {
    question: Question,
    worth: f64,
    first: Option<String>,
}

/// Asks every question of a set over an index of its posts.
fn asked(questions: &Path, posts: &Path) -> Vec<Asked> {
    let blog = Blog::of_folder(posts);
    let searcher = blog.searcher();
    let judged = judged(questions);
    assert!(judged.unasked.is_empty(), "judged without being asked: {:?}", judged.unasked);
    for (question, post) in
        judged.questions.iter().flat_map(|question| question.right.keys().map(move |id| (question, id)))
    {
        assert!(searcher.post(post).unwrap().is_some(), "the right post of `{}` is not there: {post}", question.id);
    }
    let ask = |question: &Question| {
        let query = anli::query::Query { text: question.text.clone(), page: Page::default(), ..Default::default() };
        let hits = searcher.search(&query).unwrap().hits;
        let place = hits.iter().position(|hit| question.right.contains_key(&hit.id));
        let worth = place.map_or(0.0, |before| 1.0 / (before + 1) as f64);
        Asked { question: question.clone(), worth, first: hits.first().map(|hit| hit.id.to_string()) }
    };
    judged.questions.iter().map(ask).collect()
}

/// Asks both sets, each in a thread.
fn all_asked() -> Vec<Asked> {
    let pairs = folder().join("pairs");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
    thread::scope(|scope| {
        let pairs = scope.spawn(|| asked(&pairs, &pairs.join("posts")));
        let mut all = asked(&folder(), &samples);
        all.extend(pairs.join().unwrap());
        all
    })
}

/// The lines of `gates.tsv`: the lowest value of each slice.
fn gates() -> BTreeMap<String, f64> {
    let text = fs::read_to_string(folder().join("gates.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let [slice, measure, lowest] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert_eq!(measure, "mrr@10", "{line}");
            (slice.to_owned(), lowest.parse().unwrap())
        })
        .collect()
}

#[test]
fn no_slice_of_the_judged_questions_falls_below_its_gate() {
    let (asked, gates) = (all_asked(), gates());
    let slices: BTreeSet<&str> = asked.iter().map(|asked| slice(&asked.question.id)).collect();
    let mut told = String::new();
    for slice_name in &slices {
        let own: Vec<&Asked> = asked.iter().filter(|asked| slice(&asked.question.id) == *slice_name).collect();
        let mean = own.iter().map(|asked| asked.worth).sum::<f64>() / own.len() as f64;
        let Some(&lowest) = gates.get(*slice_name) else {
            writeln!(told, "{slice_name}\tmrr@10\t{:.3}\thas no gate", (mean * 1000.0).floor() / 1000.0).unwrap();
            continue;
        };
        if own.len() < FEWEST {
            writeln!(told, "{slice_name} has {} questions, expected {FEWEST} or more", own.len()).unwrap();
        }
        if mean < lowest {
            writeln!(told, "{slice_name}: {mean:.3} is below its gate of {lowest:.3}").unwrap();
            for asked in own.iter().filter(|asked| asked.worth < 1.0) {
                let (id, text) = (&asked.question.id, &asked.question.text);
                let first = asked.first.as_deref().unwrap_or("nothing");
                writeln!(told, "    {:.3} {id} `{text}`: first comes {first}", asked.worth).unwrap();
            }
        }
    }
    for gate in gates.keys().filter(|gate| !slices.contains(gate.as_str())) {
        writeln!(told, "{gate} has a gate and no questions").unwrap();
    }
    assert!(told.is_empty(), "of {} questions:\n{told}", asked.len());
}

#[test]
fn every_question_has_a_right_answer() {
    for folder in [folder(), folder().join("pairs")] {
        let unjudged: Vec<String> = judged(&folder)
            .questions
            .into_iter()
            .filter(|asked| asked.right.is_empty())
            .map(|asked| asked.id)
            .collect();
        assert!(unjudged.is_empty(), "{unjudged:?}");
    }
}
