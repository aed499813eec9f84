//! The dictionaries of all segments, as one search sees them: what was looked up once is not looked up again.
//!
//! The same gram is a slot of a need, a term that ranks and a part of the whole text as a phrase; each lookup goes
//! through five parts of every segment.

use std::{cell::RefCell, rc::Rc};

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        error::EngineError,
        postings::segment::{Segment, Series, TermPostings},
    },
    query::PhraseTerm,
    text::Class,
};

/// The dictionaries, for one search.
pub(in crate::engine) struct Dictionary<'a, 's> {
    segments: &'a [Segment<'s>],
    known: RefCell<FxHashMap<Asked, TermPostings>>,
}

/// In which segment and series, what, and whether it may be longer at its end and at its beginning.
type Asked = (usize, Series, Box<str>, bool, bool);

impl<'a, 's> Dictionary<'a, 's> {
    pub(in crate::engine) fn new(segments: &'a [Segment<'s>]) -> Self {
        Self { segments, known: RefCell::default() }
    }

    /// Gives the segments.
    pub(in crate::engine) const fn segments(&self) -> &'a [Segment<'s>] {
        self.segments
    }

    /// Looks a term up in one segment, with those that begin like it (`prefix`), end like it (`suffix`), or have it
    /// inside (both).
    pub(in crate::engine) fn find(
        &self,
        at: usize,
        series: Series,
        term: &str,
        prefix: bool,
        suffix: bool,
    ) -> Result<TermPostings, EngineError> {
        let asked: Asked = (at, series, term.into(), prefix, suffix);
        if let Some(found) = self.known.borrow().get(&asked) {
            return Ok(found.clone());
        }
        let found: TermPostings = Rc::new(self.segments[at].find(series, term, prefix, suffix)?);
        self.known.borrow_mut().insert(asked, found.clone());
        Ok(found)
    }

    /// Looks a phrase of pairs of characters up as a word in one segment. A word's characters stand together wherever it
    /// does, while a phrase stands where no word is seen, too. `None` where it can be no word.
    pub(in crate::engine) fn word(
        &self,
        at: usize,
        phrase: &[PhraseTerm],
    ) -> Result<Option<TermPostings>, EngineError> {
        joined(phrase).map(|word| self.find(at, Series::Words, &word, false, false)).transpose()
    }
}

/// Gives the characters of a phrase of pairs of which each begins with the end of the one before.
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
        PhraseTerm { position, term: term.to_owned(), prefix: false, suffix: false }
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
