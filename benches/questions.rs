//! How long an answer to a question takes, with its hits and snippets, beside what the library alone takes for the best
//! 100 documents of any of the same words and bigrams. The two take turns at each question.
//!
//! `cargo bench --bench questions -- [--posts N] [--folder DIR] [--questions FILE]`; `--folder` searches a folder of
//! Markdown files instead of posts made up here, `--questions` asks the lines of a file instead of pieces of posts.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench that cannot search has nothing to measure")]

mod plain;
mod seeded;

use std::{env, fs, hint::black_box, path::PathBuf, sync::Arc, time::Instant};

use anli::{query::Query, refresh::Scope, text::Analyzer};
use jieba_rs::Jieba;
use rustc_hash::FxHashSet;
use tantivy::{
    Term,
    collector::TopDocs,
    query::{BooleanQuery, Occur, Query as PlainQuery, TermQuery},
    schema::{Field, IndexRecordOption},
};

use self::plain::files_below;

/// The allocator of the program, for both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Number of questions that are made up.
const QUESTIONS: usize = 200;

/// Returns the query for any of the words and bigrams of a text.
fn any_of(text: &str, jieba: &Jieba, [words, bigrams]: [Field; 2]) -> BooleanQuery {
    let text = text.to_lowercase();
    let mut terms: FxHashSet<(Field, String)> = FxHashSet::default();
    terms.extend(jieba.cut_for_search(&text, true).iter().map(|token| (words, token.word.to_owned())));
    let characters: Vec<char> = text.chars().collect();
    terms.extend(characters.windows(2).map(|pair| (bigrams, pair.iter().collect())));
    let clause = |(field, term): (Field, String)| {
        let term = TermQuery::new(Term::from_field_text(field, &term), IndexRecordOption::WithFreqs);
        (Occur::Should, Box::new(term) as Box<dyn PlainQuery>)
    };
    BooleanQuery::new(terms.into_iter().map(clause).collect())
}

/// Returns pieces of 20 to 60 characters of the posts, spread over the folder.
fn pieces(files: &[PathBuf]) -> Vec<String> {
    let every = (files.len() / QUESTIONS).max(1);
    let piece = |(i, file): (usize, &PathBuf)| {
        let text = fs::read_to_string(file).expect("the file is there");
        let body = text.rsplit("---").next().unwrap_or_default().trim();
        let skipped = i * 37 % body.chars().count().saturating_sub(60).max(1);
        body.chars().skip(skipped).take(20 + i * 7 % 41).collect::<String>().replace(char::is_whitespace, "")
    };
    files.iter().step_by(every).take(QUESTIONS).enumerate().map(piece).collect()
}

/// Prints the median and the 99th percentile, in milliseconds, and returns them.
fn tell(what: &str, mut took: Vec<f64>) -> (f64, f64) {
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() as f64 * share) as usize).min(took.len() - 1)];
    println!("{what}: median {:.1} ms, 99 % within {:.1} ms, all within {:.1} ms", at(0.5), at(0.99), at(1.0));
    (at(0.5), at(0.99))
}

fn main() {
    let (mut posts, mut folder, mut questions) = (20_000, None, None);
    let mut arguments = env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().expect("the option has a value");
        match name.as_str() {
            "--posts" => posts = value().parse().expect("a number"),
            "--folder" => folder = Some(PathBuf::from(value())),
            "--questions" => questions = Some(value()),
            // What cargo says.
            _ => {}
        }
    }
    let room = || tempfile::tempdir().expect("there is room");
    let (made, index, plain_index) = (room(), room(), room());
    let folder = folder.unwrap_or_else(|| {
        seeded::write(made.path(), posts);
        made.path().to_owned()
    });
    let mut files = files_below(&folder);
    files.sort();
    let (analyzer, jieba) = (Arc::new(Analyzer::new()), Arc::new(Jieba::new()));
    let (engine, mut refresher) = seeded::open(&folder, index.path(), &analyzer);
    refresher.refresh(&Scope::All, jiff::Timestamp::now(), &|_, _| {}).expect("there is room");
    refresher.finish().expect("there is room");
    let (writer, fields) = plain::writer(plain_index.path(), &jieba);
    let library = writer.index().clone();
    plain::build((writer, fields), &files);
    let library = library.reader().expect("it opens").searcher();
    let questions: Vec<String> = match questions {
        Some(file) => {
            let lines = fs::read_to_string(file).expect("the file is there");
            lines.lines().map(|line| line.rsplit('\t').next().unwrap_or_default().to_owned()).collect()
        }
        None => pieces(&files),
    };
    println!("{} posts, {} questions", files.len(), questions.len());
    let searcher = engine.searcher().expect("it opens");
    let (mut own, mut plain) = (Vec::new(), Vec::new());
    for round in 0..4 {
        for question in &questions {
            let query = Query { text: question.clone(), ..Query::default() };
            let begun = Instant::now();
            black_box(searcher.search(&query).expect("it searches"));
            let took = begun.elapsed();
            let begun = Instant::now();
            let any = any_of(question, &jieba, fields);
            black_box(library.search(&any, &TopDocs::with_limit(100).order_by_score()).expect("it searches"));
            // The first round reads the files.
            if round > 0 {
                own.push(took.as_secs_f64() * 1_000.0);
                plain.push(begun.elapsed().as_secs_f64() * 1_000.0);
            }
        }
    }
    let (own, plain) = (tell("anli", own), tell("the library alone", plain));
    println!("{:.2} times as long at the median, {:.2} times at 99 %", own.0 / plain.0, own.1 / plain.1);
}
