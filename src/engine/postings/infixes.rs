//! The grams of letters and digits of a segment, to be looked up by their ends or by any piece.
//!
//! A term dictionary is sorted by the beginnings of its terms. Terms of letters and digits are few, so that they are kept
//! in memory in one text, once a query asks for a piece of such a term.

use memchr::memmem;
use tantivy::{InvertedIndexReader, postings::TermInfo};

use crate::engine::error::EngineError;

/// In a dictionary, terms of letters and digits sort before this term, and terms of Han characters sort after it.
const FIRST_HAN: &str = "\u{2E80}";

/// The terms of letters and digits of a dictionary, which sort first there.
pub(in crate::engine) struct InfixTerms {
    /// The terms, each between two line ends.
    terms: String,
    /// The dictionary's facts of each term. Asking the dictionary for each term takes longer than finding the terms.
    known: Vec<Known>,
}

impl InfixTerms {
    fn push(&mut self, term: &str, info: &TermInfo) {
        if self.terms.is_empty() {
            self.terms.push('\n');
        }
        self.known.push(Known::of(self.terms.len(), info));
        self.terms.push_str(term);
        self.terms.push('\n');
    }

    /// Collects the terms of one dictionary.
    pub(in crate::engine) fn of(index: &InvertedIndexReader) -> Result<Self, EngineError> {
        let mut all = Self { terms: String::new(), known: Vec::new() };
        let mut stream = index.terms().range().lt(FIRST_HAN.as_bytes()).into_stream()?;
        while stream.advance() {
            all.push(&String::from_utf8_lossy(stream.key()), stream.value());
        }
        Ok(all)
    }

    /// Returns the facts of the terms that end with `piece`; with `anywhere`, of the terms that contain `piece`.
    pub(in crate::engine) fn containing(&self, piece: &str, anywhere: bool) -> impl Iterator<Item = TermInfo> {
        let sought = if anywhere { piece.to_owned() } else { format!("{piece}\n") };
        let finder = memmem::Finder::new(&sought).into_owned();
        let (mut from, mut next) = (0, 0);
        std::iter::from_fn(move || {
            let at = from + finder.find(self.terms.as_bytes().get(from..)?)?;
            next += prefix_length(self.known.get(next..)?, |known| known.start as usize <= at);
            from = self.known.get(next).map_or(self.terms.len(), |known| known.start as usize);
            next.checked_sub(1).map(|found| self.known[found].info())
        })
    }
}

/// The offset of a term of letters and digits in [`InfixTerms::terms`], and the dictionary's facts of the term.
struct Known {
    start: u32,
    documents: u32,
    postings: u64,
    positions: u64,
    postings_len: u32,
    positions_len: u32,
}

impl Known {
    const fn of(start: usize, info: &TermInfo) -> Self {
        let (postings, positions) = (&info.postings_range, &info.positions_range);
        Self {
            start: start as u32,
            documents: info.doc_freq,
            postings: postings.start as u64,
            positions: positions.start as u64,
            postings_len: (postings.end - postings.start) as u32,
            positions_len: (positions.end - positions.start) as u32,
        }
    }

    const fn info(&self) -> TermInfo {
        let (postings, positions) = (self.postings as usize, self.positions as usize);
        TermInfo {
            doc_freq: self.documents,
            postings_range: postings..postings + self.postings_len as usize,
            positions_range: positions..positions + self.positions_len as usize,
        }
    }
}

/// Returns the length of the prefix of which all elements satisfy a condition; no later element may satisfy it.
/// Searches in steps that double, since most prefixes are short.
pub(in crate::engine) fn prefix_length<T>(things: &[T], is_of_kind: impl Fn(&T) -> bool) -> usize {
    let mut step = 1;
    let mut low = 0;
    while low + step < things.len() && is_of_kind(&things[low + step]) {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(things.len());
    low + things[low..high].partition_point(is_of_kind)
}
