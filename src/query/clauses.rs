//! The parsed form of a typed text: clauses that select the hits, and terms that rank them.
//!
//! [`super::TypedText`] makes a [`ParsedText`]. A **clause** is a condition that a document meets or not. Each of
//! its **alternatives** meets the condition: the text as typed, the meaning of a number or date, a synonym. A **term**
//! is a unit whose frequency contributes to the score. The module knows no index and no analyzer.

use super::{Match, Note};
use crate::text::{Class, TypedForm, joint};

/// A term of a phrase, with its position.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhraseTerm {
    /// Least distance from the first term of the phrase, in grams and signs.
    pub position: u32,
    /// How much greater the distance may be: a sign may stand where white space was typed.
    pub slack: u32,
    /// Text of the term.
    pub term: String,
    /// Whether every term that begins with `term` matches.
    pub prefix: bool,
    /// Whether every term that ends with `term` matches. With `prefix`, every term that contains `term` matches.
    pub suffix: bool,
}

/// The series of tokens in which a phrase is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhraseKind {
    /// Consecutive grams.
    Grams,
    /// A single Han character, in any context.
    Character,
    /// A number or date by its meaning, in any notation.
    Value,
    /// Digits, a numeral or units in a row, not only as a part of longer numbers. Stands beside a phrase that contains them.
    Own,
}

/// A sequence of terms at fixed distances.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phrase {
    /// The series of tokens that contains the terms.
    pub kind: PhraseKind,
    /// The terms: at least one, with positions that ascend from 0.
    pub terms: Vec<PhraseTerm>,
}

impl Phrase {
    /// Makes a phrase from grams, of which there is at least one. A single Han character with `prefix` becomes a
    /// [`PhraseKind::Character`].
    #[must_use]
    pub fn of_grams(terms: Vec<PhraseTerm>) -> Self {
        let is_character = match terms.as_slice() {
            [term] => {
                let mut chars = term.term.chars();
                term.prefix && chars.next().map(Class::of) == Some(Class::Han) && chars.next().is_none()
            }
            _ => false,
        };
        Self { kind: if is_character { PhraseKind::Character } else { PhraseKind::Grams }, terms }
    }

    /// Returns the one term of the series of characters that stands for the phrase: a single Han character, or letters or
    /// digits with a character after them.
    #[must_use]
    pub fn character(&self) -> Option<String> {
        match (self.kind, self.terms.as_slice()) {
            (PhraseKind::Character, [only]) => Some(only.term.clone()),
            (PhraseKind::Grams, [_, last]) if last.slack == 0 => joint_of(&self.terms),
            _ => None,
        }
    }

    /// Makes a phrase from the canonical term of a number or date.
    #[must_use]
    pub fn of_value(term: String) -> Self {
        Self {
            kind: PhraseKind::Value,
            terms: vec![PhraseTerm { position: 0, slack: 0, term, prefix: false, suffix: false }],
        }
    }

    /// Makes the condition that digits or a numeral occur as a number of their own.
    #[must_use]
    pub fn own(piece: String) -> Self {
        Self { kind: PhraseKind::Own, ..Self::of_value(piece) }
    }

    /// Returns whether the phrase is one of characters, and no condition on a number.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self.kind, PhraseKind::Grams | PhraseKind::Character)
    }

    /// Returns the phrase as a person would write it. A space stands for the sign between two numbers or two words of
    /// letters; a `*` stands for the rest of a longer term.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (i, term) in self.terms.iter().enumerate() {
            let mut chars = term.term.chars();
            let (first, second) = (chars.next(), chars.next());
            let class = Some(Class::of_term(&term.term));
            if self.kind == PhraseKind::Grams && class == Some(Class::Han) {
                text.extend(first);
                // The next gram begins with the second character, unless the run ends here.
                let follows =
                    self.terms.get(i + 1).is_some_and(|next| second.is_some() && next.term.chars().next() == second);
                text.extend(second.filter(|_| !follows));
                continue;
            }
            if class.is_some() && text.chars().next_back().map(Class::of) == class {
                text.push(' ');
            }
            let is_open = self.kind == PhraseKind::Grams;
            text.push_str(if is_open && term.suffix { "*" } else { "" });
            text.push_str(&term.term);
            text.push_str(if is_open && term.prefix { "*" } else { "" });
        }
        text
    }
}

/// Returns the joint that stands for a phrase of letters or digits and a character; where white space was typed between
/// them, the joint stands for the phrase without a sign.
#[must_use]
pub fn joint_of(terms: &[PhraseTerm]) -> Option<String> {
    let [run, last] = terms else { return None };
    let is_closed = !run.prefix && !run.suffix && last.position == 1;
    let is_character = last.prefix && Class::of_term(&last.term) == Class::Han;
    if is_closed && is_character { joint(&run.term, &last.term) } else { None }
}

/// One of the conditions by which a document meets a clause.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Alternative {
    /// Match class of the documents that meet the alternative.
    pub class: Match,
    /// The phrases, at least one. All of them have to occur, in any place.
    pub phrases: Vec<Phrase>,
}

/// A condition on a document, met by any of its alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clause {
    /// The folded text of the clause.
    pub text: String,
    /// The alternatives, at least one. The first is the text as typed.
    pub alternatives: Vec<Alternative>,
    /// Whether the text was typed between quotation marks, so that every hit has to meet the clause.
    pub literal: bool,
}

impl Clause {
    /// Splits the clause into one clause for each pair of Han characters. Returns nothing when the clause has fewer
    /// than two grams.
    #[must_use]
    pub fn pairs(&self) -> Vec<Self> {
        let terms = self
            .alternatives
            .first()
            .and_then(|alternative| alternative.phrases.first())
            .map_or(&[][..], |phrase| &phrase.terms);
        let is_pair = |term: &&PhraseTerm| {
            let mut chars = term.term.chars();
            chars.next().map(Class::of) == Some(Class::Han) && chars.next().is_some()
        };
        if terms.len() < 2 {
            return Vec::new();
        }
        let clause = |term: &PhraseTerm| Self {
            text: term.term.clone(),
            alternatives: vec![Alternative {
                class: Match::Exact,
                phrases: vec![Phrase::of_grams(vec![PhraseTerm { position: 0, ..term.clone() }])],
            }],
            literal: false,
        };
        terms.iter().filter(is_pair).map(clause).collect()
    }
}

/// The series of tokens in which the frequency of a term is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermKind {
    /// A Han word.
    Word,
    /// A pair of Han characters.
    Gram,
    /// A Han character that was typed alone.
    Character,
    /// Letters, digits or a pictograph. They are stored as grams only, and are weighted as word and gram in one.
    Both,
    /// A number or date by its meaning.
    Value,
}

/// A term whose frequency contributes to the score of a hit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// Text of the term.
    pub text: String,
    /// The series of tokens in which the frequency is counted.
    pub kind: TermKind,
    /// Whether the occurrences of every term that begins with `text` are counted.
    pub prefix: bool,
    /// The best match class to which the term contributes; the term contributes to all worse classes as well.
    pub class: Match,
    /// How informative the term is.
    pub emphasis: Emphasis,
}

/// How informative a term is, beyond its document frequency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Emphasis {
    /// Little: a question word or a particle.
    Light,
    /// As much as its inverse document frequency tells.
    #[default]
    Plain,
    /// More: the text marks the term as a name, such as `《反诈手册》`.
    Named,
}

impl Term {
    /// Makes the term of a number or date in any notation.
    #[must_use]
    pub fn of_value(text: String) -> Self {
        Self { text, kind: TermKind::Value, prefix: false, class: Match::Variant, emphasis: Emphasis::Plain }
    }
}

/// The parsed form of a typed text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParsedText {
    /// The conditions on a hit. A hit meets all of a few clauses; of many, only those between quotation marks.
    pub clauses: Vec<Clause>,
    /// The terms that rank the hits.
    pub terms: Vec<Term>,
    /// The whole text as one phrase; empty when the text is a single clause of the same phrase.
    pub whole: Vec<PhraseTerm>,
    /// The stretches of the text without white space, each in one piece. A document that has the text has all of them,
    /// with the particles that are in no clause.
    pub pieces: Vec<Clause>,
    /// Whether the text is short and without white space. Documents that contain such a text in one piece come first.
    pub one_piece: bool,
    /// Whether the text is a question. An answer need not contain every word of a question.
    pub is_question: bool,
    /// The folded letters and digits of the whole text, or its signs when the text has none. A title with the same key
    /// is the title that was typed.
    pub key: String,
    /// The folded text without white space.
    pub written: String,
    /// The forms in which the characters were typed.
    pub forms: Vec<TypedForm>,
    /// The particles that no document has to contain, in the order of the text.
    pub left_out: Vec<String>,
    /// Notes for the person who typed the text.
    pub notes: Vec<Note>,
}

impl ParsedText {
    /// Returns whether there is nothing to search for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Returns the whole text as one phrase, also when the text is a single clause.
    #[must_use]
    pub fn phrase(&self) -> &[PhraseTerm] {
        match self.clauses.as_slice() {
            [only] if self.whole.is_empty() => &only.alternatives[0].phrases[0].terms,
            _ => &self.whole,
        }
    }

    /// Returns the words that say little by themselves and hardly contribute to the score.
    pub fn light(&self) -> impl Iterator<Item = &str> {
        let light = self.terms.iter().filter(|term| term.emphasis == Emphasis::Light && term.kind == TermKind::Word);
        light.map(|term| term.text.as_str())
    }

    /// Returns the match classes of the alternatives, without the exact class, best first.
    #[must_use]
    pub fn further_classes(&self) -> Vec<Match> {
        let alternatives = self.clauses.iter().flat_map(|clause| &clause.alternatives);
        let mut classes: Vec<Match> =
            alternatives.map(|alternative| alternative.class).filter(|&class| class > Match::Exact).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}
