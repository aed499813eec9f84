//! The term dictionaries of all segments for one search, with a cache of the terms that were looked up.
//!
//! The same gram may be a term of a clause, a term for ranking and a term of the whole text as a phrase, and each
//! lookup goes through five parts of every segment.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        error::EngineError,
        index::schema::Series,
        postings::segment::{Offsets, Segment, TermPostings},
    },
    query::PhraseTerm,
    text::Class,
};

/// The term dictionaries of all segments, for one search.
pub(in crate::engine) struct Dictionary<'a, 's> {
    segments: &'a [Segment<'s>],
    known: RefCell<FxHashMap<Lookup, TermPostings>>,
}

/// Key of a lookup: the segment, the series, the term, and whether longer terms match that begin with the term
/// (`prefix`) or end with the term (`suffix`).
type Lookup = (usize, Series, Box<str>, bool, bool);

impl<'a, 's> Dictionary<'a, 's> {
    pub(in crate::engine) fn new(segments: &'a [Segment<'s>]) -> Self {
        Self { segments, known: RefCell::default() }
    }

    pub(in crate::engine) const fn segments(&self) -> &'a [Segment<'s>] {
        self.segments
    }

    /// Looks a term up in one segment. With `prefix`, terms that begin with `term` match as well; with `suffix`, terms
    /// that end with `term`; with both, terms that contain `term`.
    pub(in crate::engine) fn find(
        &self,
        at: usize,
        series: Series,
        term: &str,
        prefix: bool,
        suffix: bool,
    ) -> Result<TermPostings, EngineError> {
        let lookup: Lookup = (at, series, term.into(), prefix, suffix);
        if let Some(found) = self.known.borrow().get(&lookup) {
            return Ok(found.clone());
        }
        let found = self.segments[at].find(series, term, prefix, suffix)?;
        self.known.borrow_mut().insert(lookup, found.clone());
        Ok(found)
    }

    /// Looks the grams of a phrase up in one segment. Returns each term with its offsets.
    pub(in crate::engine) fn phrase(
        &self,
        at: usize,
        terms: &[PhraseTerm],
    ) -> Result<Vec<(Offsets, TermPostings)>, EngineError> {
        let find = |term: &PhraseTerm| {
            let found = self.find(at, Series::Grams, &term.term, term.prefix, term.suffix)?;
            Ok((offsets(term), found))
        };
        terms.iter().map(find).collect()
    }

    /// Looks up, in one segment, the word that a phrase of character pairs spells; `None` when the phrase cannot be a
    /// word. Wherever the word occurs, its characters are adjacent. The phrase also occurs where the text was not
    /// segmented into that word.
    pub(in crate::engine) fn word(
        &self,
        at: usize,
        phrase: &[PhraseTerm],
    ) -> Result<Option<TermPostings>, EngineError> {
        joined(phrase).map(|word| self.find(at, Series::Words, &word, false, false)).transpose()
    }
}

/// Returns the distances from the first term of a phrase at which a term may stand.
const fn offsets(term: &PhraseTerm) -> Offsets {
    term.position..=term.position + term.slack
}

/// Joins a phrase of character pairs to a word; `None` unless each pair begins with the last character of the pair
/// before.
fn joined(phrase: &[PhraseTerm]) -> Option<String> {
    let mut joined = String::new();
    for (term, place) in phrase.iter().zip(0..) {
        let mut chars = term.term.chars();
        let (Some(first), Some(second), None) = (chars.next(), chars.next(), chars.next()) else { return None };
        let is_next = place == 0 || joined.ends_with(first);
        if term.prefix
            || term.suffix
            || term.position != place
            || !is_next
            || [first, second].iter().any(|&c| Class::of(c) != Class::Han)
        {
            return None;
        }
        if place == 0 {
            joined.push(first);
        }
        joined.push(second);
    }
    (phrase.len() > 1).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase_term(position: u32, term: &str) -> PhraseTerm {
        PhraseTerm { position, slack: 0, term: term.to_owned(), prefix: false, suffix: false }
    }

    #[test]
    fn only_pairs_that_overlap_may_be_a_word() {
        let joined = |phrase: &[(u32, &str)]| {
            super::joined(&phrase.iter().map(|&(position, term)| phrase_term(position, term)).collect::<Vec<_>>())
        };
        assert_eq!(joined(&[(0, "保证"), (1, "证金")]).as_deref(), Some("保证金"));
        assert_eq!(joined(&[(0, "保证")]), None, "one pair needs no looking");
        assert_eq!(joined(&[(0, "保证"), (1, "金额")]), None);
        assert_eq!(joined(&[(0, "保证"), (2, "证金")]), None);
        assert_eq!(joined(&[(0, "保证"), (1, "证")]), None);
        assert_eq!(joined(&[(0, "ab"), (1, "bc")]), None);
        assert_eq!(
            super::joined(&[phrase_term(0, "保证"), PhraseTerm { prefix: true, ..phrase_term(1, "证金") }]),
            None
        );
    }
}
