//! What to look for: what has to occur for a post to be a hit, and what ranks the hits.
//!
//! Made from typed text by [`super::parse`]. A **need** is something that occurs or does not, in one of several ways: as it
//! was typed, by what a number or date means, by a synonym. A **term** is something whose frequency ranks.

use super::{Match, Note};
use crate::text::{Class, TypedForm};

/// One term of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhraseTerm {
    /// How many grams after the first slot it stands.
    pub position: u32,
    /// The term.
    pub term: String,
    /// Whether every term that begins like it will do.
    pub prefix: bool,
    /// Whether every term that ends like it will do; with `prefix`, every one that has it inside.
    pub suffix: bool,
}

/// In which series of tokens a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhraseKind {
    /// Grams that follow each other.
    Grams,
    /// One Han character, whatever stands around it.
    Character,
    /// A number or date by its meaning, however it is written.
    Value,
}

/// Terms that follow each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phrase {
    /// Where they stand.
    pub kind: PhraseKind,
    /// Never empty; positions ascend from 0.
    pub terms: Vec<PhraseTerm>,
}

impl Phrase {
    /// Makes the phrase of these grams, which are not empty; one open Han character stands for itself.
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

    /// Makes the phrase of a number's or date's canonical term.
    #[must_use]
    pub fn of_value(term: String) -> Self {
        Self { kind: PhraseKind::Value, terms: vec![PhraseTerm { position: 0, term, prefix: false, suffix: false }] }
    }

    /// Gives its text as a person would write it: a space for the sign between two numbers or words of letters, a `*`
    /// for whatever a longer one has besides.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (i, term) in self.terms.iter().enumerate() {
            let mut chars = term.term.chars();
            let (first, second) = (chars.next(), chars.next());
            let class = first.map(Class::of);
            if self.kind == PhraseKind::Grams && class == Some(Class::Han) {
                text.extend(first);
                // The next gram begins with it, unless the run ends here.
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

/// One way in which a need may be met.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Alternative {
    /// How good an answer it is.
    pub class: Match,
    /// All of them occur, wherever; never empty.
    pub phrases: Vec<Phrase>,
}

/// Something that occurs or does not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clause {
    /// Its folded text.
    pub text: String,
    /// The ways in which it may be met, that which was typed first; never empty.
    pub alternatives: Vec<Alternative>,
    /// Whether it was typed between quotation marks, so that no answer may lack it.
    pub literal: bool,
}

impl Clause {
    /// Gives needs for the pairs of Han characters of a longer one; none when there is nothing to take apart.
    #[must_use]
    pub fn pairs(&self) -> Vec<Self> {
        let terms =
            self.alternatives.first().and_then(|way| way.phrases.first()).map_or(&[][..], |phrase| &phrase.terms);
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

/// In which series of tokens a term is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermKind {
    /// A Han word.
    Word,
    /// Two Han characters.
    Gram,
    /// A Han character that is typed alone.
    Character,
    /// Letters, digits or a pictograph: they are grams only, and count as both.
    Both,
    /// A number or date by its meaning.
    Value,
}

/// Something whose frequency ranks a hit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The term.
    pub text: String,
    /// Where it is counted.
    pub kind: TermKind,
    /// Whether every term that begins like it counts as it.
    pub prefix: bool,
    /// It counts for hits of this class and worse ones.
    pub class: Match,
    /// How much it says.
    pub emphasis: Emphasis,
}

/// How much a term says of what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Emphasis {
    /// Little by itself: a question word, a particle.
    Light,
    /// As much as its rarity tells.
    #[default]
    Plain,
    /// More: the text names something with it, such as `《反诈手册》`.
    Named,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clauses {
    /// What has to occur: all of a few, enough of many.
    pub clauses: Vec<Clause>,
    /// What ranks.
    pub terms: Vec<Term>,
    /// The whole text as one phrase, when it has more than one need.
    pub whole: Vec<PhraseTerm>,
    /// Whether the text is so short, and in one piece, that it is meant as it stands.
    pub one_piece: bool,
    /// Whether it is a question, of which an answer need not have every word.
    pub is_question: bool,
    /// The letters and digits of the whole text, folded, or its signs if it has none: equal to those of a title that is
    /// meant exactly.
    pub key: String,
    /// The folded text without its white space.
    pub written: String,
    /// The same without the quotation marks that insist: what a post that has it sign by sign has.
    pub signs: String,
    /// In which form the characters were typed.
    pub forms: Vec<TypedForm>,
    /// Particles that nothing has to have, in order.
    pub left_out: Vec<String>,
    /// What the person should know.
    pub notes: Vec<Note>,
}

impl Clauses {
    /// Says whether there is nothing to search for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Gives the whole text as one phrase, also when it is the only need.
    #[must_use]
    pub fn phrase(&self) -> &[PhraseTerm] {
        match self.clauses.as_slice() {
            [only] if self.whole.is_empty() => &only.alternatives[0].phrases[0].terms,
            _ => &self.whole,
        }
    }

    /// Gives the words that say little by themselves, and hardly rank.
    pub fn light(&self) -> impl Iterator<Item = &str> {
        let light = self.terms.iter().filter(|term| term.emphasis == Emphasis::Light && term.kind == TermKind::Word);
        light.map(|term| term.text.as_str())
    }

    /// Gives the classes, beyond the exact one, in which needs can be met, best first.
    #[must_use]
    pub fn further_classes(&self) -> Vec<Match> {
        let alternatives = self.clauses.iter().flat_map(|clause| &clause.alternatives);
        let mut classes: Vec<Match> = alternatives.map(|way| way.class).filter(|&class| class > Match::Exact).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}
