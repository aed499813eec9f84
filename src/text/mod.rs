//! Text becomes tokens. Posts and queries pass through one [`Analyzer`], so that what is typed
//! can only meet what was written.
//!
//! A text is folded, split into runs of one script, and gives two series of tokens and a third beside them:
//!
//! - **words**: each Han run as the dictionary and the hidden Markov model of jieba cut it, in search
//!   mode: the shorter words inside a long one are tokens as well;
//! - **grams**: a Han run `ABC` gives `AB`, `BC`, `C`, so that every character starts exactly one gram;
//!   a run of letters or digits and a pictograph are one gram each. A substring of two or more
//!   characters is a phrase of grams, a single character is a prefix of grams: nothing is unfindable
//!   because a dictionary cut it elsewhere.
//!
//! The characters of Han runs are also kept one by one, without positions: a single character stands for
//! thousands of grams, too many to look up while somebody types.
//!
//! Letters and digits are grams only; a search counts them as word and gram in one.
//! How Chinese sounds, which forgives what was typed, is in [`pinyin`].
//! Owns jieba, the fold tables and those of pinyin. Does not know what a post, a query or an index is.

mod fold;
pub mod pinyin;
mod script;
pub mod values;

use std::ops::Range;

use jieba_rs::{Jieba, TokenizeMode};

pub use self::{
    fold::{Folded, fold, simple_fold},
    script::{Class, Run, runs},
};

/// A change of this number says that the same text gives other tokens than before.
const VERSION: u32 = 2;

/// A term, and the byte range of the folded text that it stands for.
///
/// [`Folded::source`] gives the range in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// The term as the index has it.
    pub term: &'a str,
    /// Where it stands in the folded text.
    pub range: Range<usize>,
}

/// The terms of a text in order, each followed by a space: what an index takes in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// The words.
    pub words: String,
    /// The grams; each is one position.
    pub grams: String,
    /// The characters of Han runs, each by itself.
    pub characters: String,
    /// What numbers and dates mean, in canonical form; see [`values`].
    pub values: String,
}

/// Turns text into tokens, posts and queries alike. Costly to make, cheap to share.
#[derive(Debug)]
pub struct Analyzer {
    jieba: Jieba,
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyzer {
    /// Makes an analyzer with the general dictionary; takes some tenths of a second.
    #[must_use]
    pub fn new() -> Self {
        Self { jieba: Jieba::new() }
    }

    /// Gives a text that differs when the same source would give other tokens.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hash = twox_hash::XxHash3_64::oneshot_with_seed(u64::from(VERSION), fold::TRADITIONAL.as_bytes());
        format!("{hash:016x}")
    }

    /// Adds the terms of `text` to those of the texts before it.
    pub fn terms(&self, text: &str, terms: &mut Terms) {
        let folded = fold(text);
        let push = |all: &mut String, term: &str| {
            all.push_str(term);
            all.push(' ');
        };
        for token in self.words(&folded) {
            push(&mut terms.words, token.term);
        }
        for token in grams(&folded) {
            push(&mut terms.grams, token.term);
            let first = token.term.chars().next().filter(|&c| Class::of(c) == Class::Han);
            if let Some(character) = first.and_then(|c| token.term.get(..c.len_utf8())) {
                push(&mut terms.characters, character);
            }
        }
        for value in values::values(folded.as_str()).filter(|value| !value.is_plain()) {
            value.terms(&mut terms.values);
        }
    }

    /// Gives the words of folded text in the order of their ends, shorter ones inside a longer one first.
    pub fn words<'a>(&'a self, folded: &'a Folded) -> impl Iterator<Item = Token<'a>> + 'a {
        self.cut(folded, TokenizeMode::Search)
    }

    /// Gives the words of folded text that follow each other without overlap: how a reader would
    /// cut it. Unlike [`Self::words`], runs of letters and digits and pictographs are among them.
    pub fn cuts<'a>(&'a self, folded: &'a Folded) -> impl Iterator<Item = Token<'a>> + 'a {
        let text = folded.as_str();
        runs(text).flat_map(move |run| match run.class {
            Class::Han => self.cut_run(text, run, TokenizeMode::Default),
            _ => {
                text.get(run.start..run.end).map(|term| Token { term, range: run.start..run.end }).into_iter().collect()
            }
        })
    }

    fn cut<'a>(&'a self, folded: &'a Folded, mode: TokenizeMode) -> impl Iterator<Item = Token<'a>> + 'a {
        let text = folded.as_str();
        runs(text).filter(|run| run.class == Class::Han).flat_map(move |run| self.cut_run(text, run, mode))
    }

    fn cut_run<'a>(&'a self, text: &'a str, run: Run, mode: TokenizeMode) -> Vec<Token<'a>> {
        let Some(han) = text.get(run.start..run.end) else { return Vec::new() };
        let cut = match mode {
            TokenizeMode::Search => self.jieba.cut_for_search(han, true),
            TokenizeMode::Default => self.jieba.cut(han, true),
        };
        cut.into_iter()
            .map(|token| Token { term: token.word, range: run.start + token.byte_start..run.start + token.byte_end })
            .collect()
    }
}

/// Gives the grams of folded text in order; each character of a Han run starts one.
pub fn grams(folded: &Folded) -> impl Iterator<Item = Token<'_>> {
    let text = folded.as_str();
    runs(text).flat_map(move |run| RunGrams { text, run, at: run.start })
}

/// Gives the grams of folded text from byte `at` on, where one begins; ranges are those of the whole text.
pub fn grams_from(text: &str, at: usize) -> impl Iterator<Item = Token<'_>> {
    runs(text.get(at..).unwrap_or_default()).flat_map(move |run| {
        let run = Run { start: run.start + at, end: run.end + at, class: run.class };
        RunGrams { text, run, at: run.start }
    })
}

/// The grams of one run.
struct RunGrams<'a> {
    text: &'a str,
    run: Run,
    at: usize,
}

impl<'a> Iterator for RunGrams<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.at >= self.run.end {
            return None;
        }
        let start = self.at;
        let end = if self.run.class == Class::Han {
            let mut chars = self.text.get(start..self.run.end)?.chars();
            self.at = start + chars.next()?.len_utf8();
            self.at + chars.next().map_or(0, char::len_utf8)
        } else {
            self.at = self.run.end;
            self.run.end
        };
        Some(Token { term: self.text.get(start..end)?, range: start..end })
    }
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
