//! Turns text into tokens. Posts and queries pass through one [`Analyzer`], so that typed and written text give equal
//! terms.
//!
//! A text is folded and split into runs of one script. Each run gives tokens of two kinds:
//!
//! - **words**: jieba segments each Han run with its dictionary and its hidden Markov model, in search mode: the
//!   shorter words inside a long word are tokens as well;
//! - **grams**: a Han run `ABC` gives `AB`, `BC`, `C`, so that every character starts exactly one gram. A run of
//!   letters or digits is one gram, and so is a pictograph, and a sign that touches one of these, as in `node.js`. A substring of two or more characters is a phrase of
//!   grams; a single character is a prefix of grams. So any substring can be found, wherever the dictionary puts the
//!   word boundaries.
//!
//! Letters and digits are grams only; a search counts each of them as a word and a gram in one.
//!
//! The characters of Han runs are a third kind of token, without positions. A single character is a prefix of thousands
//! of grams, which would be too many to look up while a user types.
//!
//! [`pinyin`] knows how characters sound, for corrections; [`values`] knows the meaning of numbers and dates. A
//! [`Dictionary`] adds the words that the general dictionary lacks. [`Analysis`] explains how a text is folded and
//! segmented. Owns jieba, the tables for folding and the tables of pinyin. Does not know posts, queries or indexes.

mod analysis;
mod char_table;
mod dictionary;
mod english;
mod fold;
mod form;
#[cfg(test)]
mod golden;
pub mod names;
pub mod pinyin;
mod runs;
pub mod values;

use std::ops::Range;

use jieba_rs::{Jieba, TokenizeMode};
use rustc_hash::FxHashSet;

pub use self::{
    analysis::{Analysis, Change, Reason, Rule, Word},
    dictionary::{Dictionary, Difference, LENGTHS, MOST_LEARNED, Origin, WEIGHTS, WordError, is_new, is_word},
    english::is_english,
    fold::{Folded, fold, simple_fold},
    form::{Typed as TypedForm, other_forms, typed_forms},
    runs::{Run, runs, runs_and_signs},
};
pub use crate::chinese::Class;

/// Version of the tokens. Raise this number when the same text gives other tokens than before.
const VERSION: u32 = 7;

/// A term, and its byte range in the folded text.
///
/// [`Folded::source`] converts the range to a range of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// The term, exactly as in the index.
    pub term: &'a str,
    /// Byte range in the folded text.
    pub range: Range<usize>,
}

/// The terms of a text in order, each followed by a space: the input of the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Words.
    pub words: String,
    /// Grams; each takes one position.
    pub grams: String,
    /// Single characters of Han runs, and letters or digits with the Han character after them: see [`joint`].
    pub characters: String,
    /// Canonical forms of numbers and dates; see [`values`].
    pub values: String,
    /// Digits and numerals, and whether they are parts of longer numbers; see [`values::only_parts`].
    pub pieces: String,
}

impl Terms {
    /// Appends the terms of the text that follows.
    pub fn append(&mut self, next: &Self) {
        self.words.push_str(&next.words);
        self.grams.push_str(&next.grams);
        self.characters.push_str(&next.characters);
        self.values.push_str(&next.values);
        self.pieces.push_str(&next.pieces);
    }
}

/// Returns the first `most` characters of a text.
#[must_use]
pub fn beginning(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Upper bound, in characters, on the length of a word in which shorter dictionary words are searched for. Longer words
/// are guesses of jieba.
const LONGEST: usize = 16;

/// Turns text into tokens, for posts and queries alike. Expensive to make, cheap to share.
#[derive(Debug)]
pub struct Analyzer {
    jieba: Jieba,
    dictionary: Dictionary,
    stamp: u64,
    /// The words of four characters and more. Jieba's search mode does not look for these inside longer words.
    long: FxHashSet<String>,
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyzer {
    /// Makes an analyzer with the general dictionary and the words of the field. Takes some tenths of a second.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Dictionary::field())
    }

    /// Makes an analyzer with the general dictionary and the words of `dictionary`.
    #[must_use]
    pub fn with(dictionary: Dictionary) -> Self {
        let words = dictionary.words().map(|(word, ..)| word);
        let long = words.filter(|word| word.chars().count() > 3).map(str::to_owned).collect();
        Self { jieba: dictionary.jieba(), stamp: dictionary.stamp(), long, dictionary }
    }

    /// Returns a hash of the added words; analyzers with different words have different ones.
    #[must_use]
    pub const fn stamp(&self) -> u64 {
        self.stamp
    }

    /// Returns the words added to the general dictionary.
    #[must_use]
    pub const fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Returns whether the general or the added dictionary contains a folded word.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }

    /// Returns the frequency of a folded word in general language, in occurrences in sixty million words, with an error
    /// of a few units; 0 for a text that the dictionaries do not contain.
    #[must_use]
    pub fn frequency(&self, word: &str) -> u32 {
        let known = if self.knows(word) { self.jieba.suggest_freq(word) } else { 0 };
        u32::try_from(known).unwrap_or(u32::MAX)
    }

    /// Returns whether the general dictionary contains a folded word as the name of a place or an organisation. It does
    /// not tell the names of persons from other words.
    #[must_use]
    pub fn is_proper_name(&self, word: &str) -> bool {
        self.knows(word) && matches!(self.jieba.tag(word, false).as_slice(), [only] if matches!(only.tag, "ns" | "nt"))
    }

    /// Segments a folded text with the dictionaries alone, without guesses of the hidden Markov model.
    #[must_use]
    pub fn known_pieces<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.jieba.cut(text, false).iter().map(|token| token.word).collect()
    }

    /// Returns a text that changes when the same source gives other tokens with the same dictionary.
    #[must_use]
    pub fn fingerprint() -> String {
        let hash = twox_hash::XxHash3_64::oneshot_with_seed(u64::from(VERSION), fold::TRADITIONAL.as_bytes());
        format!("{hash:016x}")
    }

    /// Appends the terms of a text to `terms`.
    pub fn terms(&self, text: &str, terms: &mut Terms) {
        let folded = fold(text);
        // Each character has a gram of two characters and a space.
        terms.grams.reserve(folded.as_str().len() * 7 / 3);
        terms.characters.reserve(folded.as_str().len() * 4 / 3);
        terms.words.reserve(folded.as_str().len() * 3 / 2);
        let push = |all: &mut String, term: &str| {
            all.push_str(term);
            all.push(' ');
        };
        for token in self.words(&folded) {
            push(&mut terms.words, token.term);
        }
        let mut before = "";
        for token in grams_and_signs(folded.as_str(), 0) {
            push(&mut terms.grams, token.term);
            let first = token.term.chars().next().filter(|&c| Class::of(c) == Class::Han);
            if let Some(character) = first.and_then(|c| token.term.get(..c.len_utf8())) {
                push(&mut terms.characters, character);
                if let Some(joint) = joint(before, character) {
                    push(&mut terms.characters, &joint);
                }
            }
            before = token.term;
        }
        let numbers: Vec<values::Value> = values::values(folded.as_str()).collect();
        for value in numbers.iter().filter(|value| !value.is_plain()) {
            value.terms(&mut terms.values);
        }
        let counted: Vec<values::Counted> = values::counted(folded.as_str()).collect();
        counted.iter().for_each(|counted| push(&mut terms.values, &counted.term()));
        values::intervals(&counted, folded.as_str()).for_each(|range| push(&mut terms.values, &range.term));
        values::write_pieces(folded.as_str(), &numbers, &counted, &mut terms.pieces);
        for serial in values::serials(folded.as_str()) {
            serial.terms().for_each(|term| push(&mut terms.values, &term));
        }
        for name in names::names(folded.as_str()).filter(|name| name.has_signs) {
            push(&mut terms.values, &name.term());
        }
    }

    /// Returns the words of folded text, ordered by their ends. Shorter words come before the longer word around them.
    pub fn words<'a>(&'a self, folded: &'a Folded) -> impl Iterator<Item = Token<'a>> + 'a {
        let text = folded.as_str();
        let han = runs(text).filter(|run| run.class == Class::Han);
        han.flat_map(move |run| self.segmented(text, run, TokenizeMode::Search))
    }

    /// Segments folded text into words without overlap, as a reader would. Unlike [`Self::words`], includes runs of
    /// letters or digits, and pictographs.
    pub fn segmentation<'a>(&'a self, folded: &'a Folded) -> impl Iterator<Item = Token<'a>> + 'a {
        let text = folded.as_str();
        runs(text).flat_map(move |run| match run.class {
            Class::Han => self.segmented(text, run, TokenizeMode::Default),
            _ => {
                text.get(run.start..run.end).map(|term| Token { term, range: run.start..run.end }).into_iter().collect()
            }
        })
    }

    /// Segments a run of Han characters.
    fn segmented<'a>(&'a self, text: &'a str, run: Run, mode: TokenizeMode) -> Vec<Token<'a>> {
        let Some(han) = text.get(run.start..run.end) else { return Vec::new() };
        let found = match mode {
            TokenizeMode::Search => self.jieba.cut_for_search(han, true),
            TokenizeMode::Default => self.jieba.cut(han, true),
        };
        let token = |token: jieba_rs::Token<'a>| Token {
            term: token.word,
            range: run.start + token.byte_start..run.start + token.byte_end,
        };
        let tokens: Vec<Token<'a>> = found.into_iter().map(token).collect();
        if mode == TokenizeMode::Search { self.completed(text, tokens) } else { tokens }
    }

    /// Adds the words inside longer words that search mode does not return.
    fn completed<'a>(&self, text: &'a str, tokens: Vec<Token<'a>>) -> Vec<Token<'a>> {
        if !tokens.iter().any(|token| is_long(token.term)) {
            return tokens;
        }
        let mut all = Vec::with_capacity(tokens.len());
        let mut start = usize::MAX;
        // From the last to the first: the words inside a longer word come before it.
        for token in tokens.into_iter().rev() {
            let mut inside = Vec::new();
            if token.range.start < start {
                start = token.range.start;
                inside = self.inside(text, &token);
            }
            all.push(token);
            all.extend(inside.into_iter().rev());
        }
        all.reverse();
        all
    }

    /// Returns the words of four characters and more inside a longer word. Search mode looks for shorter words only. A
    /// new word must neither hide the words found before nor be hidden by an old word.
    fn inside<'a>(&self, text: &'a str, token: &Token<'a>) -> Vec<Token<'a>> {
        let mut inside = Vec::new();
        if !is_long(token.term) {
            return inside;
        }
        let mut bounds: Vec<usize> = token.term.char_indices().map(|(at, _)| token.range.start + at).collect();
        bounds.push(token.range.end);
        let length = bounds.len() - 1;
        if length <= LONGEST && !self.long.is_empty() {
            let is_new = self.dictionary.origin(token.term).is_some();
            for end in 4..=length {
                for start in 0..=end - 4 {
                    let range = bounds[start]..bounds[end];
                    let Some(term) = text.get(range.clone()).filter(|term| term.len() < token.term.len()) else {
                        continue;
                    };
                    if self.long.contains(term) || is_new && self.jieba.has_word(term) {
                        inside.push(Token { term, range });
                    }
                }
            }
        }
        inside
    }
}

/// Maximum length, in bytes, of letters or digits that are indexed together with the character after them.
const LONGEST_JOINT: usize = 12;

/// Returns the term of letters or digits with the Han character after them, as in `2022年` and `T恤`; `None` when there
/// is no such term. As grams, the character would stand for all grams that begin with it.
#[must_use]
pub fn joint(run: &str, character: &str) -> Option<String> {
    let is_run = matches!(Class::of_term(run), Class::Letter | Class::Digit) && run.len() <= LONGEST_JOINT;
    is_run.then(|| format!("{run}{character}"))
}

/// Returns whether a word may be long enough to contain a word of four characters.
const fn is_long(word: &str) -> bool {
    word.len() > 4 * '字'.len_utf8()
}

/// Returns the grams of folded text in order. Each character of a Han run starts a gram.
pub fn grams(folded: &Folded) -> impl Iterator<Item = Token<'_>> {
    grams_of(runs(folded.as_str()), folded.as_str(), 0)
}

/// Returns the grams of folded text from byte `at` on, where a gram must begin, and the signs that touch letters or
/// digits: the terms of a phrase. Ranges refer to the whole text.
pub fn grams_and_signs(text: &str, at: usize) -> impl Iterator<Item = Token<'_>> {
    grams_of(runs_and_signs(text.get(at..).unwrap_or_default()), text, at)
}

/// Returns the maximal runs of folded text of one script, with the signs that belong to names and numbers.
pub fn tokens(folded: &Folded) -> impl Iterator<Item = &str> {
    runs(folded.as_str()).filter_map(|run| folded.as_str().get(run.start..run.end))
}

/// Returns the grams of runs of a text; the runs begin at byte `at` of the text.
fn grams_of<'t>(runs: impl Iterator<Item = Run>, text: &'t str, at: usize) -> impl Iterator<Item = Token<'t>> {
    runs.flat_map(move |run| {
        let (mut next, run_end) = (at + run.start, at + run.end);
        std::iter::from_fn(move || {
            let start = next;
            let mut chars = text.get(start..run_end).filter(|rest| !rest.is_empty())?.chars();
            let end = if run.class == Class::Han {
                next = start + chars.next()?.len_utf8();
                next + chars.next().map_or(0, char::len_utf8)
            } else {
                next = run_end;
                run_end
            };
            Some(Token { term: text.get(start..end)?, range: start..end })
        })
    })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn check_grams(text: &str, expected: &[&str]) {
        let folded = fold(text);
        let found: Vec<&str> = grams(&folded).map(|token| token.term).collect();
        assert_eq!(found, expected, "{text}");
    }

    fn check_words(text: &str, expected: &[&str]) {
        let folded = fold(text);
        let found: Vec<&str> = ANALYZER.words(&folded).map(|token| token.term).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn every_han_character_starts_one_gram() {
        check_grams("被騙20万元", &["被骗", "骗", "20", "万元", "元"]);
        check_grams("涉诈APP，骗", &["涉诈", "诈", "app", "骗"]);
    }

    #[test]
    fn long_words_hold_their_short_ones() {
        check_words("公安局提醒", &["公安", "公安局", "提醒"]);
    }

    #[test]
    fn words_of_the_field_are_whole() {
        check_words("跑分洗钱涉嫌帮信罪", &["跑分", "洗钱", "涉嫌", "帮信", "帮信罪"]);
        check_words("荐股群里让他买泰达币", &["荐股", "荐股群", "里", "让", "他", "买", "泰达", "泰达币"]);
    }

    #[track_caller]
    fn check_with(words: &[&str], text: &str, expected: &[&str]) {
        let mut dictionary = Dictionary::default();
        words.iter().for_each(|word| dictionary.add(word, None).unwrap_or_default());
        let (analyzer, folded) = (Analyzer::with(dictionary), fold(text));
        let found: Vec<&str> = analyzer.words(&folded).map(|token| token.term).collect();
        assert_eq!(found, expected, "{text} with {words:?}");
    }

    #[test]
    fn a_longer_new_word_does_not_lose_its_shorter_ones() {
        check_with(&[], "虚拟货币诈骗", &["虚拟", "货币", "诈骗"]);
        check_with(&["虛擬貨幣詐騙"], "虚拟货币诈骗", &["虚拟", "货币", "诈骗", "虚拟货币诈骗"]);
        check_with(
            &["虚拟货币诈骗", "虚拟货币"],
            "虚拟货币诈骗",
            &["虚拟", "货币", "诈骗", "虚拟货币", "虚拟货币诈骗"],
        );
        check_with(&["刷单返利", "刷单"], "防刷单返利", &["防", "刷单", "返利", "刷单返利"]);
    }

    #[test]
    fn a_word_bears_only_on_texts_in_which_it_stands() {
        let mut heavy = Dictionary::field();
        let words = ["转账", "客服", "押金条", "退款单", "一只", "公司", "诈骗分子"];
        words.iter().for_each(|word| heavy.add(word, Some(30_000)).unwrap_or_default());
        let heavy = Analyzer::with(heavy);
        for text in ["包裹丢了先交钱", "他在网上看见一个广告于是下载软件", "民警提醒广大市民朋友"]
        {
            let folded = fold(text);
            let cut = |analyzer: &Analyzer| analyzer.words(&folded).map(|token| token.range).collect::<Vec<_>>();
            assert_eq!(cut(&heavy), cut(&ANALYZER), "{text}");
        }
    }

    #[test]
    fn letters_are_no_words_of_their_own() {
        check_words("下载APP", &["下载"]);
    }

    proptest! {
        #[test]
        fn ranges_lie_on_boundaries_in_order_and_no_letter_is_left_out(text in "(?s).{0,80}|[中文诈骗電話0-9a-z，。 \n]{0,60}") {
            let folded = fold(&text);
            let mut next = 0;
            let mut covered = 0;
            for token in grams(&folded) {
                prop_assert_eq!(folded.as_str().get(token.range.clone()), Some(token.term));
                prop_assert!(token.range.start >= next);
                let between = folded.as_str().get(covered.min(token.range.start)..token.range.start).unwrap_or_default();
                prop_assert!(covered >= token.range.start || between.chars().all(|c| Class::of(c) == Class::Other));
                next = token.range.start + 1;
                covered = covered.max(token.range.end);
                let source = folded.source(token.range);
                prop_assert!(text.get(source).is_some());
            }
            let after = folded.as_str().get(covered..).unwrap_or_default();
            prop_assert!(after.chars().all(|c| Class::of(c) == Class::Other));
            for token in ANALYZER.words(&folded) {
                prop_assert_eq!(folded.as_str().get(token.range.clone()), Some(token.term));
            }
        }
    }
}
