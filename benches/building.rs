//! How long a first build takes, from files on disk to the last merge, beside what the library alone takes for words and
//! bigrams of the same files with as many threads. The two take turns, so that both meet the same machine.
//!
//! `cargo bench --bench building -- [--posts N] [--rounds N] [--folder DIR]`; `--folder` builds from a folder of Markdown
//! files instead of posts made up here.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench that cannot build has nothing to measure")]

mod seeded;

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Instant,
};

use anli::{refresh::Scope, text::Analyzer};
use jieba_rs::{Jieba, TokenizeMode};
use tantivy::{
    Index, IndexWriter, TantivyDocument,
    schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{LowerCaser, NgramTokenizer, TextAnalyzer, Token, TokenStream, Tokenizer},
};

/// The allocator of the program, for both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes that each thread of the library collects before it writes a segment, as in the program.
const BYTES_PER_THREAD: usize = 96 << 20;

/// The words of a text.
#[derive(Clone)]
struct Words(Arc<Jieba>);

/// The words that are left, the next one last.
struct Stream(Vec<Token>, Token);

impl Tokenizer for Words {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let tokens = self.0.tokenize(text, TokenizeMode::Search, true).into_iter().map(|token| Token {
            offset_from: token.byte_start,
            offset_to: token.byte_end,
            position: token.start,
            text: token.word.to_owned(),
            position_length: token.end - token.start,
        });
        let mut tokens: Vec<Token> = tokens.collect();
        tokens.reverse();
        Stream(tokens, Token::default())
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        self.0.pop().map(|token| self.1 = token).is_some()
    }

    fn token(&self) -> &Token {
        &self.1
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.1
    }
}

/// An index of words and bigrams by the library alone, and its fields for them.
fn plain(folder: &Path, jieba: &Arc<Jieba>) -> (IndexWriter, [Field; 2]) {
    let mut schema = Schema::builder();
    let indexed = |tokenizer: &str| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer);
        TextOptions::default().set_indexing_options(indexing.set_index_option(IndexRecordOption::WithFreqsAndPositions))
    };
    let words = schema.add_text_field("words", indexed("words") | STORED);
    let bigrams = schema.add_text_field("bigrams", indexed("bigrams"));
    let index = Index::create_in_dir(folder, schema.build()).expect("the folder is empty");
    let words_of = TextAnalyzer::builder(Words(jieba.clone())).filter(LowerCaser).build();
    let bigrams_of = NgramTokenizer::all_ngrams(2, 2).expect("the lengths are in order");
    index.tokenizers().register("words", words_of);
    index.tokenizers().register("bigrams", TextAnalyzer::builder(bigrams_of).filter(LowerCaser).build());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    (index.writer_with_num_threads(threads, threads * BYTES_PER_THREAD).expect("nobody else writes"), [words, bigrams])
}

/// Reads and indexes files by the library alone.
fn build_plainly((mut writer, fields): (IndexWriter, [Field; 2]), files: &[PathBuf]) {
    for file in files {
        let text = fs::read_to_string(file).expect("the file is there");
        let mut document = TantivyDocument::default();
        fields.iter().for_each(|field| document.add_text(*field, &text));
        writer.add_document(document).expect("there is room");
    }
    writer.commit().expect("there is room");
    writer.wait_merging_threads().expect("there is room");
}

/// Gives the files below a folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it is readable").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Wall time of some work in seconds, and processor time of all threads, as far as the system tells.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64, f64) {
    let (begun, used) = (Instant::now(), processor_seconds());
    let done = work();
    (done, begun.elapsed().as_secs_f64(), processor_seconds() - used)
}

/// Gives the processor time of this process; zero where there is no `/proc`.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn size_of(folder: &Path) -> u64 {
    files_below(folder).iter().filter_map(|file| fs::metadata(file).ok()).map(|file| file.len()).sum()
}

fn main() {
    let (mut posts, mut rounds, mut folder) = (20_000, 3, None);
    let mut arguments = env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().expect("the option has a value");
        match name.as_str() {
            "--posts" => posts = value().parse().expect("a number"),
            "--rounds" => rounds = value().parse().expect("a number"),
            "--folder" => folder = Some(PathBuf::from(value())),
            // What cargo says.
            _ => {}
        }
    }
    let room = || tempfile::tempdir().expect("there is room");
    let made = room();
    let folder = folder.unwrap_or_else(|| {
        seeded::write(made.path(), posts);
        made.path().to_owned()
    });
    let (analyzer, jieba) = (Arc::new(Analyzer::new()), Arc::new(Jieba::new()));
    let (files, bytes) = (files_below(&folder), size_of(&folder));
    println!("{} posts, {:.1} MB", files.len(), bytes as f64 / 1e6);
    let mut ratios = Vec::new();
    for round in 1..=rounds {
        let (index, plain_index) = (room(), room());
        let (_, mut refresher) = seeded::open(&folder, index.path(), &analyzer);
        let ((), wall, used) = timed(|| {
            let report = refresher.refresh(&Scope::All, jiff::Timestamp::now(), &|_, _| {});
            assert_eq!(report.map(|report| report.put).unwrap_or_default(), files.len());
            refresher.finish().expect("there is room");
        });
        let plain = plain(plain_index.path(), &jieba);
        let ((), plain_wall, plain_used) = timed(|| build_plainly(plain, &files));
        let times = |folder: &Path| size_of(folder) as f64 / bytes as f64;
        println!(
            "round {round}: {wall:.1} s, {used:.1} s of processors, {:.2} times the posts; \
             the library alone {plain_wall:.1} s, {plain_used:.1} s, {:.2} times; {:.2} times as long",
            times(index.path()),
            times(plain_index.path()),
            wall / plain_wall
        );
        ratios.push(wall / plain_wall);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median: {:.2} times as long", ratios[ratios.len() / 2]);
}
