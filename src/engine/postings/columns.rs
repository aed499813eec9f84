//! The columns of a segment that a search reads: a few facts of each document, and the lengths of its text.
//!
//! Columns stay in memory as long as their segment. Knows nothing of terms.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use tantivy::{SegmentReader, fastfield::Column, schema::Field};

use crate::engine::{
    error::EngineError,
    index::schema::{DocumentKind, Fields, PARTS, Series},
    postings::sets::DocId,
};

/// The columns of a segment.
pub(in crate::engine) struct Columns {
    /// The weighted length of each document in words and in grams, summed over all parts.
    words: Vec<f32>,
    grams: Vec<f32>,
    /// The sums of these lengths.
    words_total: f64,
    grams_total: f64,
    /// Number of documents that are posts or cases.
    pub searchable: u64,
    /// Copied from the column, since every search asks for the kind of every document that it finds.
    kinds: Vec<Option<DocumentKind>>,
    titles: Column<u64>,
    by_title: OnceLock<ByTitle>,
    written_titles: Column<u64>,
    dates: Column<i64>,
    ties: Column<u64>,
}

/// The documents by their titles; collected at the first call of [`Columns::titled`].
struct ByTitle {
    /// The hash of each title with its document, sorted.
    sorted: Vec<(u64, DocId)>,
    /// The index of the first element of `sorted` with each hash. A long text names thousands of possible titles.
    starts: FxHashMap<u64, u32>,
}

impl ByTitle {
    fn of(titles: &Column<u64>, documents: usize) -> Self {
        let with_hash = |doc| Some((titles.first(doc)?, doc));
        let mut sorted: Vec<_> = (0..documents as DocId).filter_map(with_hash).collect();
        sorted.sort_unstable();
        let mut starts = FxHashMap::default();
        for (at, (title, _)) in (0..).zip(&sorted) {
            starts.entry(*title).or_insert(at);
        }
        Self { sorted, starts }
    }
}

impl std::fmt::Debug for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Columns").field("searchable", &self.searchable).finish_non_exhaustive()
    }
}

impl Columns {
    /// Reads the columns of a segment.
    pub(in crate::engine) fn of(reader: &SegmentReader, fields: &Fields) -> Result<Self, EngineError> {
        let sum = |series: &[Field; PARTS.len()]| -> Result<Vec<f32>, EngineError> {
            let mut lengths = vec![0.0_f32; reader.max_doc() as usize];
            for (part, &field) in PARTS.iter().zip(series) {
                let Some(norms) = reader.fieldnorms_readers().get_field(field).map_err(EngineError::read)? else {
                    continue;
                };
                for (doc, length) in (0..).zip(&mut lengths) {
                    *length += part.weight * norms.fieldnorm(doc) as f32;
                }
            }
            Ok(lengths)
        };
        let (words, grams) = (sum(&fields.words)?, sum(&fields.grams)?);
        let total = |lengths: &Vec<f32>| -> f64 { lengths.iter().map(|&length| f64::from(length)).sum() };
        let kinds = numbers(reader, "kind")?;
        let mut columns = Self {
            words_total: total(&words),
            grams_total: total(&grams),
            words,
            grams,
            searchable: 0,
            kinds: (0..reader.max_doc()).map(|doc| kinds.first(doc).and_then(DocumentKind::of)).collect(),
            titles: numbers(reader, "title_key")?,
            by_title: OnceLock::new(),
            written_titles: numbers(reader, "title_written")?,
            dates: signed_numbers(reader, "date")?,
            ties: numbers(reader, "tie")?,
        };
        let searchable = columns.kinds.iter().flatten().filter(|kind| kind.is_post() || kind.is_case());
        columns.searchable = searchable.count() as u64;
        Ok(columns)
    }

    pub(in crate::engine) fn kind(&self, doc: DocId) -> Option<DocumentKind> {
        self.kinds.get(doc as usize).copied().flatten()
    }

    /// Returns whether a document is a whole post.
    pub(in crate::engine) fn is_post(&self, doc: DocId) -> bool {
        self.kind(doc).is_some_and(DocumentKind::is_post)
    }

    /// Returns the hash of the letters and digits of a title.
    pub(in crate::engine) fn title(&self, doc: DocId) -> Option<u64> {
        self.titles.first(doc)
    }

    /// Returns the documents whose title has this hash, in order.
    pub(in crate::engine) fn titled(&self, title: u64) -> impl Iterator<Item = DocId> {
        let ByTitle { sorted, starts } = self.by_title.get_or_init(|| ByTitle::of(&self.titles, self.words.len()));
        let from = starts.get(&title).map_or(sorted.len(), |&start| start as usize);
        sorted[from..].iter().take_while(move |(hash, _)| *hash == title).map(|(_, doc)| *doc)
    }

    /// Returns the hash of a title with its punctuation.
    pub(in crate::engine) fn written_title(&self, doc: DocId) -> Option<u64> {
        self.written_titles.first(doc)
    }

    /// Returns the date of a document, in seconds since 1970.
    pub(in crate::engine) fn date(&self, doc: DocId) -> Option<i64> {
        self.dates.first(doc)
    }

    /// Returns the number that orders documents of equal scores.
    pub(in crate::engine) fn tie(&self, doc: DocId) -> Option<u64> {
        self.ties.first(doc)
    }

    /// Returns the weighted length of each document, in the unit that a series is counted in: words or grams.
    pub(in crate::engine) fn lengths(&self, series: Series) -> &[f32] {
        match series {
            Series::Words => &self.words,
            Series::Grams | Series::Characters | Series::Values => &self.grams,
        }
    }

    /// Returns the sum of the lengths of all documents.
    pub(in crate::engine) const fn total_length(&self, series: Series) -> f64 {
        match series {
            Series::Words => self.words_total,
            Series::Grams | Series::Characters | Series::Values => self.grams_total,
        }
    }
}

/// Returns a column of a segment; an empty column when no document has a value.
pub(in crate::engine) fn numbers(reader: &SegmentReader, name: &str) -> Result<Column<u64>, EngineError> {
    let column = reader.fast_fields().column_opt(name).map_err(EngineError::read)?;
    Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
}

/// Returns a column of signed numbers of a segment; an empty column when no document has a value.
pub(in crate::engine) fn signed_numbers(reader: &SegmentReader, name: &str) -> Result<Column<i64>, EngineError> {
    let column = reader.fast_fields().column_opt(name).map_err(EngineError::read)?;
    Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
}
