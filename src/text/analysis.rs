//! Explains step by step how a text is folded and segmented. For people who wonder why a post is found or not.
//!
//! Uses the same tokens as the index, so that the explanation always agrees with the index. No other module depends on
//! this one.

use std::ops::Range;

use super::{Analyzer, Origin, Terms, Token, dictionary::is_general, fold, grams_and_signs, simple_fold};
use crate::chinese::Class;

/// How a text is folded and segmented. Ranges are byte ranges of the source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// The folded text.
    pub folded: String,
    /// The changes made by folding, in order.
    pub changes: Vec<Change>,
    /// The words; shorter words come before the longer word around them.
    pub words: Vec<Word>,
    /// The grams in order, with their ranges.
    pub grams: Vec<(String, Range<usize>)>,
    /// The characters that are indexed one by one, and the joints: see [`super::joint`].
    pub characters: Vec<String>,
}

/// A piece of text changed by folding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Range in the source text.
    pub range: Range<usize>,
    /// The folded text.
    pub to: String,
    /// The rule applied.
    pub rule: Rule,
}

/// Why a piece of text was folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A capital letter.
    LowerCase,
    /// A Traditional or variant character.
    Simplified,
    /// Full width, a ligature, or a sign composed of others.
    Compatible,
    /// A letter and the combining marks after it.
    Composed,
    /// A line break inside Han text.
    Joined,
    /// An invisible character.
    Dropped,
}

impl Rule {
    /// Returns the stable kebab-case name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LowerCase => "lower-case",
            Self::Simplified => "simplified",
            Self::Compatible => "compatible",
            Self::Composed => "composed",
            Self::Joined => "joined",
            Self::Dropped => "dropped",
        }
    }
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The term, exactly as in the index.
    pub term: String,
    /// Range in the source text.
    pub range: Range<usize>,
    /// Why the term is a word.
    pub reason: Reason,
    /// Whether the word is inside a longer word that comes after it.
    pub inside: bool,
}

/// Why a piece of text is a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// An added dictionary contains the word.
    Added(Origin),
    /// The general dictionary contains the word.
    General,
    /// No dictionary contains the word; its characters begin and end words often enough to make it likely.
    Guess,
    /// A single character that no dictionary contains.
    Unknown,
}

impl Reason {
    /// Returns the stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added(origin) => origin.as_str(),
            Self::General => "general",
            Self::Guess => "guess",
            Self::Unknown => "unknown",
        }
    }
}

impl Analyzer {
    /// Explains how a text is folded and segmented.
    #[must_use]
    pub fn analysis(&self, text: &str) -> Analysis {
        let folded = fold(text);
        let word = |Token { term, range }: Token<'_>| {
            let (range, reason) = (folded.source(range), self.reason(term));
            Word { term: term.to_owned(), range, reason, inside: false }
        };
        let mut words: Vec<Word> = self.words(&folded).map(word).collect();
        let mut start = usize::MAX;
        for word in words.iter_mut().rev() {
            word.inside = word.range.start >= start;
            start = start.min(word.range.start);
        }
        let grams: Vec<(String, Range<usize>)> =
            grams_and_signs(folded.as_str(), 0).map(|gram| (gram.term.to_owned(), folded.source(gram.range))).collect();
        let mut terms = Terms::default();
        self.terms(text, &mut terms);
        let characters = terms.characters.split_whitespace().map(str::to_owned).collect();
        let changes = changes(text, folded.as_str(), |range| folded.source(range));
        Analysis { folded: folded.as_str().to_owned(), changes, words, grams, characters }
    }

    fn reason(&self, term: &str) -> Reason {
        match self.dictionary().origin(term) {
            Some(origin) => Reason::Added(origin),
            None if is_general(term) => Reason::General,
            None if term.chars().nth(1).is_some() => Reason::Guess,
            None => Reason::Unknown,
        }
    }
}

/// Compares a text with its folded form; `source` maps a range of the folded text to a range of the text.
fn changes(text: &str, folded: &str, source: impl Fn(Range<usize>) -> Range<usize>) -> Vec<Change> {
    // One character may become several, and several may become one. Both happen where a mark joins the last of several.
    let mut pieces: Vec<(Range<usize>, String)> = Vec::new();
    let mut before = 0;
    for (at, c) in folded.char_indices() {
        let range = source(at..at + c.len_utf8());
        match pieces.last_mut() {
            Some((last, to)) if range.start < last.end => {
                last.end = last.end.max(range.end);
                before = last.end;
                to.push(c);
            }
            _ => {
                if range.start > before {
                    pieces.push((before..range.start, String::new()));
                }
                before = range.end;
                pieces.push((range, c.to_string()));
            }
        }
    }
    pieces.push((before..text.len(), String::new()));
    let mut changes: Vec<Change> = Vec::new();
    for (range, to) in pieces {
        let from = text.get(range.clone()).unwrap_or_default();
        if from == to {
            continue;
        }
        let rule = rule(from, &to);
        match changes.last_mut() {
            Some(last) if last.range.end == range.start && last.rule == rule => {
                last.range.end = range.end;
                last.to.push_str(&to);
            }
            _ => changes.push(Change { range, to, rule }),
        }
    }
    changes
}

fn rule(from: &str, to: &str) -> Rule {
    let mut chars = from.chars();
    match (chars.next(), chars.next()) {
        _ if to == "\n" || to.is_empty() && from.contains(['\n', '\r']) => Rule::Joined,
        _ if to.is_empty() => Rule::Dropped,
        (Some(c), None) if c.to_lowercase().eq(to.chars()) => Rule::LowerCase,
        (Some(c), None)
            if Class::of(c) == Class::Han && simple_fold(c).is_some_and(|folded| to.starts_with(folded)) =>
        {
            Rule::Simplified
        }
        (_, Some(_)) => Rule::Composed,
        _ => Rule::Compatible,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::{super::Dictionary, *};

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| {
        let mut dictionary = Dictionary::field();
        dictionary.add("薅毛房", None).unwrap_or_default();
        Analyzer::with(dictionary.with_learned(["跑腿单"]))
    });

    #[track_caller]
    fn check_folds(text: &str, expected: &[(&str, &str, &str)]) {
        let analysis = ANALYZER.analysis(text);
        let found = analysis.changes.iter();
        let found: Vec<(&str, &str, &str)> = found
            .map(|each| (text.get(each.range.clone()).unwrap_or_default(), each.to.as_str(), each.rule.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[track_caller]
    fn check_words(text: &str, expected: &[&str]) {
        let words = ANALYZER.analysis(text).words;
        let told = words.iter().map(|word| {
            let inside = if word.inside { "inside " } else { "" };
            format!("{} {inside}{}", word.term, word.reason.as_str())
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn each_fold_names_its_rule() {
        check_folds("被骗", &[]);
        check_folds(
            "詐騙ＡＰＰ㎏A",
            &[("詐騙", "诈骗", "simplified"), ("ＡＰＰ㎏", "appkg", "compatible"), ("A", "a", "lower-case")],
        );
        check_folds(
            "诈\n骗\u{200b}e\u{301}",
            &[("\n", "", "joined"), ("\u{200b}", "", "dropped"), ("e\u{301}", "é", "composed")],
        );
    }

    #[test]
    fn each_word_names_its_dictionary() {
        check_words("薅毛房跑分，跑腿单", &["薅毛房 site", "跑分 field", "跑腿 inside general", "跑腿单 learnt"]);
        check_words("公安局", &["公安 inside general", "公安局 general"]);
        check_words("小明哥㐀", &["小明哥 guess", "㐀 unknown"]);
    }

    proptest! {
        #[test]
        fn putting_the_changes_in_gives_the_folded_text(text in "(?s).{0,60}|[a-zé㎏騙\u{301}\u{200b}\n中文ＡＢ]{0,40}") {
            let analysis = ANALYZER.analysis(&text);
            let (mut folded, mut at) = (String::new(), 0);
            for change in &analysis.changes {
                prop_assert!(change.range.start >= at);
                folded.push_str(text.get(at..change.range.start).unwrap_or_default());
                folded.push_str(&change.to);
                at = change.range.end;
            }
            folded.push_str(text.get(at..).unwrap_or_default());
            prop_assert_eq!(folded, analysis.folded);
        }
    }

    #[test]
    fn letters_and_digits_with_the_character_after_them_are_shown() {
        let characters = ANALYZER.analysis("2022年的T 恤，C-位").characters;
        assert_eq!(characters, ["年", "2022年", "的", "恤", "t恤", "位"]);
    }
}
