//! The same posts in the search library alone: words and bigrams with their positions, as a plain setup has them.

#![allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]
#![expect(clippy::expect_used, reason = "a bench that cannot build has nothing to measure")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use jieba_rs::{Jieba, TokenizeMode};
use tantivy::{
    Index, IndexWriter, TantivyDocument,
    schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{LowerCaser, NgramTokenizer, TextAnalyzer, Token, TokenStream, Tokenizer},
};

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

/// Makes an index of words and bigrams by the library alone; returns its writer and its two fields.
pub fn writer(folder: &Path, jieba: &Arc<Jieba>) -> (IndexWriter, [Field; 2]) {
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
pub fn build((mut writer, fields): (IndexWriter, [Field; 2]), files: &[PathBuf]) {
    for file in files {
        let text = fs::read_to_string(file).expect("the file is there");
        let mut document = TantivyDocument::default();
        fields.iter().for_each(|field| document.add_text(*field, &text));
        writer.add_document(document).expect("there is room");
    }
    writer.commit().expect("there is room");
    writer.wait_merging_threads().expect("there is room");
}

/// Returns the files below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it is readable").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}
