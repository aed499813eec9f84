//! The dictionaries of all segments, as one search sees them: what was looked up once is not looked up again.
//!
//! The same gram is a slot of a need, a term that ranks and a part of the whole text as a phrase; each lookup goes
//! through five parts of every segment.

use std::{cell::RefCell, rc::Rc};

use rustc_hash::FxHashMap;

use super::{
    EngineError,
    segment::{Found, Segment, Series},
};

/// The dictionaries, for one search.
pub(super) struct Dictionary<'a, 's> {
    segments: &'a [Segment<'s>],
    known: RefCell<FxHashMap<Asked, Found>>,
}

/// In which segment and series, what, and whether it may be longer at its end and at its beginning.
type Asked = (usize, Series, Box<str>, bool, bool);

impl<'a, 's> Dictionary<'a, 's> {
    pub(super) fn new(segments: &'a [Segment<'s>]) -> Self {
        Self { segments, known: RefCell::default() }
    }

    /// Gives the segments.
    pub(super) const fn segments(&self) -> &'a [Segment<'s>] {
        self.segments
    }

    /// Looks a term up in one segment, with those that begin like it (`prefix`), end like it (`suffix`), or have it
    /// inside (both).
    pub(super) fn find(
        &self,
        at: usize,
        series: Series,
        term: &str,
        prefix: bool,
        suffix: bool,
    ) -> Result<Found, EngineError> {
        let asked: Asked = (at, series, term.into(), prefix, suffix);
        if let Some(found) = self.known.borrow().get(&asked) {
            return Ok(found.clone());
        }
        let found: Found = Rc::new(self.segments[at].find(series, term, prefix, suffix)?);
        self.known.borrow_mut().insert(asked, found.clone());
        Ok(found)
    }
}
