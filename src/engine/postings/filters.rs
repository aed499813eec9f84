//! Conditions of a query apart from its text: the document is not deleted, has the wanted grain, and passes every
//! filter.

use tantivy::schema::Field;

use crate::{
    engine::{
        error::EngineError,
        index::schema::DocumentKind,
        postings::{
            segment::Segment,
            sets::{DocId, intersection},
        },
    },
    query::{Filter, Grain, Query},
    text::fold,
};

/// Removes the documents (sorted) of a segment that do not pass the grain and the filters of a query.
pub(in crate::engine) fn keep(
    segment: &Segment<'_>,
    query: &Query,
    documents: &mut Vec<DocId>,
) -> Result<(), EngineError> {
    let columns = segment.columns();
    let wanted = |kind: DocumentKind| match query.grain {
        Grain::Posts => kind.is_post(),
        Grain::Cases => kind.is_case(),
    };
    documents.retain(|&doc| columns.kind(doc).is_some_and(wanted) && !segment.is_deleted(doc));
    let fields = segment.fields;
    for filter in &query.filters {
        match filter {
            Filter::Tag(name) => keep_labelled(segment, fields.tag, name, documents)?,
            Filter::Author(name) => keep_labelled(segment, fields.author, name, documents)?,
            Filter::Category(name) => keep_labelled(segment, fields.category, name, documents)?,
            Filter::From(moment) | Filter::Before(moment) => {
                // Dates of posts are whole seconds, so a bound between two seconds is rounded up to the later second.
                let bound = moment.as_second() + i64::from(moment.subsec_nanosecond() > 0);
                let from = matches!(filter, Filter::From(_));
                documents.retain(|&doc| columns.date(doc).is_some_and(|date| (date >= bound) == from));
            }
        }
    }
    Ok(())
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
