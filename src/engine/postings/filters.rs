//! Conditions of a query apart from its text: the document is not deleted, has the wanted grain, and passes every
//! filter.

use tantivy::schema::Field;

use crate::{
    engine::{
        error::EngineError,
        index::schema::{DocumentKind, Fields},
        postings::{
            segment::{DocId, Segment},
            sets::intersection,
        },
    },
    query::{Filter, Grain, Query},
    text::fold,
};

/// The grain and the filters of one query.
pub(in crate::engine) struct FilterSet<'a> {
    pub fields: &'a Fields,
    pub query: &'a Query,
}

impl FilterSet<'_> {
    /// Removes the documents (sorted) of a segment that do not pass.
    pub(in crate::engine) fn keep(&self, segment: &Segment<'_>, documents: &mut Vec<DocId>) -> Result<(), EngineError> {
        let kinds = &segment.lengths.kinds;
        let wanted = |kind: DocumentKind| match self.query.grain {
            Grain::Posts => kind.is_post(),
            Grain::Cases => kind.is_case(),
        };
        let alive = segment.reader.alive_bitset();
        documents.retain(|&doc| {
            kinds.first(doc).and_then(DocumentKind::of).is_some_and(wanted)
                && alive.is_none_or(|alive| alive.is_alive(doc))
        });
        for filter in &self.query.filters {
            match filter {
                Filter::Tag(name) => keep_labelled(segment, self.fields.tag, name, documents)?,
                Filter::Author(name) => keep_labelled(segment, self.fields.author, name, documents)?,
                Filter::Category(name) => keep_labelled(segment, self.fields.category, name, documents)?,
                Filter::From(moment) | Filter::Before(moment) => {
                    // Dates of posts are whole seconds, so a bound between two seconds is rounded up to the later
                    // second.
                    let bound = moment.as_second() + i64::from(moment.subsec_nanosecond() > 0);
                    let from = matches!(filter, Filter::From(_));
                    let dates = &segment.lengths.dates;
                    documents.retain(|&doc| dates.first(doc).is_some_and(|date| (date >= bound) == from));
                }
            }
        }
        Ok(())
    }
}

fn keep_labelled(
    segment: &Segment<'_>,
    field: Field,
    name: &str,
    documents: &mut Vec<DocId>,
) -> Result<(), EngineError> {
    *documents = intersection(&segment.with_term(field, fold(name.trim()).as_str())?, documents);
    Ok(())
}
