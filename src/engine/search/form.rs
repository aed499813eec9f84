//! Divides the documents that contain a short text by form: as the text was typed, or in another script or width.
//!
//! The index stores for each document the characters that occur in another form, so that no text is read.
//! [`super::matching`] finds the documents. The module does not score.

use crate::{
    engine::{
        error::EngineError,
        index::title::title_hash,
        postings::{
            segment::Segment,
            sets::{DocId, difference, intersection, union},
        },
        search::{
            answer::Matches,
            context::{Documents, Search},
        },
    },
    query::{Match, ParsedText},
    text::TypedForm,
};

/// Divides documents that contain a text into two classes: first the documents that contain the text as typed, then
/// those that contain some of the text in another form only. A document whose title is the text stays in the first
/// class, whatever its form.
pub(super) fn divided(search: &Search<'_>, parsed: &ParsedText, found: Documents) -> Result<Vec<Matches>, EngineError> {
    let mut first = Matches::new(Match::Exact, Vec::with_capacity(found.len()));
    let (mut titles, mut behind) = (Vec::with_capacity(found.len()), Vec::with_capacity(found.len()));
    let title = title_hash(&parsed.key);
    for (segment, found) in search.segments.iter().zip(found) {
        let mut other: Vec<DocId> = Vec::new();
        for typed in &parsed.forms {
            other = union(&other, &in_another_form(segment, &found, typed)?);
        }
        let is_title = |doc: &&DocId| segment.columns().title(**doc) == Some(title);
        let titled: Vec<DocId> = other.iter().filter(is_title).copied().collect();
        let other = difference(&other, &titled);
        first.found.push(difference(&found, &other));
        titles.push(titled);
        behind.push(other);
    }
    if first.count() == 0 {
        // No document comes before the others, so that all of them share the exact class.
        return Ok(vec![Matches {
            shown: vec![(Match::Variant, behind.clone())],
            ..Matches::new(Match::Exact, behind)
        }]);
    }
    first.shown.push((Match::Variant, titles));
    Ok(vec![first, Matches::new(Match::Variant, behind)])
}

/// Returns the documents of `found` that contain a typed character, but not in the typed form.
fn in_another_form(segment: &Segment<'_>, found: &[DocId], typed: &TypedForm) -> Result<Vec<DocId>, EngineError> {
    let mut marked: Vec<DocId> = Vec::new();
    for term in &typed.terms {
        marked = union(&marked, &segment.with_form(term)?);
    }
    Ok(if typed.have_it { difference(found, &marked) } else { intersection(found, &marked) })
}
