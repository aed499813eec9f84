//! The words of a typed text, and which neighbours form one clause.
//!
//! [`super::TypedText`] makes the clauses of a text from its words. The module knows no synonyms and no index.

use std::ops::Range;

use crate::{
    chinese::{is_particle, is_share, negates},
    text::{Class, Folded, Token},
};

/// A word, or a run of letters or digits, of the typed text.
pub(super) struct TypedWord {
    pub range: Range<usize>,
    pub class: Class,
    pub characters: usize,
}

impl TypedWord {
    pub(super) fn of(token: &Token<'_>) -> Self {
        let class = Class::of_term(token.term);
        Self { range: token.range.clone(), class, characters: token.term.chars().count() }
    }

    /// Returns whether this word and the `next` word belong to one clause: numbers with their units, names and versions
    /// with their signs, and neighbouring characters that the dictionary leaves single. `after` is the word behind
    /// `next`.
    pub(super) fn holds_on_to(&self, next: &Self, after: Option<&Self>, folded: &Folded) -> bool {
        let between = folded.as_str().get(self.range.end..next.range.start).unwrap_or(" ");
        let western = |typed_word: &Self| matches!(typed_word.class, Class::Letter | Class::Digit);
        match between {
            // A percent sign ends a number.
            "" if self.text(folded).ends_with(is_share) => false,
            "" => match (self.class, next.class) {
                (Class::Digit, Class::Han) => next.characters <= 2,
                (Class::Han, Class::Digit) => (self.characters == 1 || after.is_none()) && !self.is_particle(folded),
                (Class::Han, Class::Han) => {
                    let are_single = self.characters == 1 && next.characters == 1 && !self.is_particle(folded);
                    (are_single || self.is(negates, folded)) && !next.is_particle(folded)
                }
                (Class::Letter, Class::Han) => self.characters == 1 && next.characters == 1,
                (Class::Han, Class::Letter) => false,
                _ => western(self) && western(next),
            },
            "." | "-" | "_" | "@" | "/" | ":" | "," | "://" | "'" | "&" | "#" => western(self) && western(next),
            _ => false,
        }
    }

    /// Returns whether the word is a particle: a single character that says nothing by itself inside a sentence.
    pub(super) fn is_particle(&self, folded: &Folded) -> bool {
        self.is(is_particle, folded)
    }

    fn is(&self, is: fn(&str) -> bool, folded: &Folded) -> bool {
        is(self.text(folded))
    }

    fn text<'t>(&self, folded: &'t Folded) -> &'t str {
        folded.as_str().get(self.range.clone()).unwrap_or_default()
    }
}
