//! In which form documents have a short text: as it was typed, or in another script or width.
//!
//! The index knows of each document which characters it has in another form, so no text is read for this.

use crate::{
    engine::{
        error::EngineError,
        index::title::title_hash,
        postings::{
            segment::{DocId, Segment},
            sets::{difference, intersection, union},
        },
        search::{
            answer::Matches,
            context::{Documents, Search},
        },
    },
    query::{Clauses, Match},
    text::TypedForm,
};

/// Divides documents that have a text into those that have it as it was typed, and behind them those that have some of it
/// in another form only. A document whose title is the text stays among the first, whatever its form.
pub(super) fn divided(search: &Search<'_>, clauses: &Clauses, found: Documents) -> Result<Vec<Matches>, EngineError> {
    let mut first = Matches::new(Match::Exact, Vec::with_capacity(found.len()));
    let (mut titles, mut behind) = (Vec::with_capacity(found.len()), Vec::with_capacity(found.len()));
    let title = title_hash(&clauses.key);
    for (segment, found) in search.segments.iter().zip(found) {
        let mut other: Vec<DocId> = Vec::new();
        for typed in &clauses.forms {
            other = union(&other, &in_another_form(search, segment, &found, typed)?);
        }
        let is_title = |doc: &&DocId| segment.lengths.titles.first(**doc) == Some(title);
        let titled: Vec<DocId> = other.iter().filter(is_title).copied().collect();
        let other = difference(&other, &titled);
        first.found.push(difference(&found, &other));
        titles.push(titled);
        behind.push(other);
    }
    if first.count() == 0 {
        // Nobody stands before the others.
        return Ok(vec![Matches {
            lower: Some((Match::Variant, behind.clone())),
            ..Matches::new(Match::Exact, behind)
        }]);
    }
    first.lower = Some((Match::Variant, titles));
    Ok(vec![first, Matches::new(Match::Variant, behind)])
}

/// Those of `found` that have one typed character, but not as it was typed.
fn in_another_form(
    search: &Search<'_>,
    segment: &Segment<'_>,
    found: &[DocId],
    typed: &TypedForm,
) -> Result<Vec<DocId>, EngineError> {
    let mut marked: Vec<DocId> = Vec::new();
    for term in &typed.terms {
        marked = union(&marked, &segment.with_term(search.commit.fields.forms, term)?);
    }
    Ok(if typed.have_it { difference(found, &marked) } else { intersection(found, &marked) })
}
