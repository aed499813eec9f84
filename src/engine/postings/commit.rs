//! A commit that is ready to be searched: its segments and its stored posts.
//!
//! `handle` makes one for each commit. `search` opens the segments, and `hit` reads the stored posts. Does not rank or
//! match.

use std::sync::{Arc, OnceLock};

use tantivy::{
    DocAddress, DocSet as _, Searcher as Snapshot, SegmentReader, TERMINATED, Term as IndexTerm,
    index::SegmentId,
    schema::{
        Field, IndexRecordOption,
        document::{
            DeserializeError, DocumentDeserialize, DocumentDeserializer, ValueDeserialize, ValueDeserializer,
            ValueVisitor,
        },
    },
};

use crate::{
    engine::{
        error::EngineError,
        index::{
            packing::Unpacker,
            schema::{DocumentKind, Fields},
            stored::Parts,
        },
        postings::{
            columns::{Columns, numbers},
            segment::{Segment, SegmentData},
            sets::DocId,
        },
    },
    post::{Post, PostId},
    text::Analyzer,
};

/// Facts that a commit states about itself.
#[derive(Clone)]
pub(in crate::engine) struct CommitFacts {
    /// The analyzer that tokenized the posts of the commit.
    pub analyzer: Arc<Analyzer>,
    /// Decompresses the stored posts of the commit.
    pub unpacker: Arc<Unpacker>,
    pub seq: u64,
    /// Whether the commit covers all files, unlike one of a first build that is not complete.
    pub whole: bool,
}

/// A commit that is ready to be searched: an immutable snapshot.
pub(in crate::engine) struct Commit {
    pub library: Snapshot,
    pub fields: Fields,
    pub facts: CommitFacts,
    /// The data of each segment that stay in memory.
    data: Vec<Arc<SegmentData>>,
    /// The date of the newest post, computed at the first call of [`Self::newest`].
    newest: OnceLock<Option<i64>>,
}

impl Commit {
    /// Prepares a commit for searching. Segments that `before` contains as well keep their data.
    pub(in crate::engine) fn new(
        library: Snapshot,
        fields: &Fields,
        facts: CommitFacts,
        before: Option<&Self>,
    ) -> Result<Self, EngineError> {
        let of = |before: &Self, id| {
            let at = before.library.segment_readers().iter().position(|reader| reader.segment_id() == id);
            at.and_then(|at| before.data.get(at).cloned())
        };
        let mut data = Vec::with_capacity(library.segment_readers().len());
        for reader in library.segment_readers() {
            data.push(match before.and_then(|before| of(before, reader.segment_id())) {
                Some(known) => known,
                None => Arc::new(SegmentData::of(reader, fields)?),
            });
        }
        Ok(Self { library, fields: fields.clone(), facts, data, newest: OnceLock::new() })
    }

    /// Returns the same commit under another sequence number.
    pub(in crate::engine) fn with_seq(&self, seq: u64) -> Self {
        let facts = CommitFacts { seq, ..self.facts.clone() };
        let (library, fields, data) = (self.library.clone(), self.fields.clone(), self.data.clone());
        Self { library, fields, facts, data, newest: self.newest.clone() }
    }

    /// Returns a number that differs from the number of every other commit of this generation.
    pub(in crate::engine) fn number(&self) -> u64 {
        // Every document and every deletion has a stamp of its own, and stamps only grow. A new dictionary
        // word that no post contains changes no stamp, so the stamp of the analyzer is added.
        let segments = self.library.segment_readers().iter();
        segments
            .map(|reader| {
                let id = twox_hash::XxHash3_64::oneshot(reader.segment_id().uuid_string().as_bytes());
                id ^ reader.delete_opstamp().unwrap_or(0).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            })
            .fold(self.facts.analyzer.stamp(), u64::wrapping_add)
    }

    /// Returns whether the commit consists of exactly these segments.
    pub(in crate::engine) fn has_segments(&self, ids: &[SegmentId]) -> bool {
        let mut own: Vec<SegmentId> = self.library.segment_readers().iter().map(|reader| reader.segment_id()).collect();
        let mut ids = ids.to_vec();
        own.sort_unstable();
        ids.sort_unstable();
        own == ids
    }

    /// Opens the segments for one search.
    pub(in crate::engine) fn segments(&self) -> Result<Vec<Segment<'_>>, EngineError> {
        let readers = self.library.segment_readers().iter().zip(&self.data);
        readers.map(|(reader, data)| Segment::open(reader, &self.fields, data.clone())).collect()
    }

    /// Returns the reader and the columns of each segment.
    fn columns(&self) -> impl Iterator<Item = (&SegmentReader, &Columns)> {
        self.library.segment_readers().iter().zip(self.data.iter().map(|data| &data.columns))
    }

    /// Returns the date of the newest post, in seconds since 1970; `None` when no post has a date.
    pub(in crate::engine) fn newest(&self) -> Option<i64> {
        *self.newest.get_or_init(|| {
            let of_segment = |(reader, columns): (&SegmentReader, &Columns)| {
                let posts = reader.doc_ids_alive().filter(|&doc| columns.is_post(doc));
                posts.filter_map(|doc| columns.date(doc)).max()
            };
            self.columns().filter_map(of_segment).max()
        })
    }

    /// Returns the post with this id.
    pub(in crate::engine) fn post(&self, id: &PostId) -> Result<Option<Post>, EngineError> {
        self.address_of(id)?.map_or(Ok(None), |(segment, doc)| self.stored(segment, doc))
    }

    /// Returns the segment and the document of the post with this id.
    pub(in crate::engine) fn address_of(&self, id: &PostId) -> Result<Option<(usize, DocId)>, EngineError> {
        let term = IndexTerm::from_field_text(self.fields.id, id.as_str());
        for (at, (reader, columns)) in self.columns().enumerate() {
            let index = reader.inverted_index(term.field()).map_err(EngineError::read)?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                if columns.is_post(doc) && !reader.is_deleted(doc) {
                    return Ok(Some((at, doc)));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// Returns the id of the post that a document belongs to.
    pub(in crate::engine) fn id_of(&self, segment: usize, doc: DocId) -> Result<Option<PostId>, EngineError> {
        let column = self.library.segment_reader(segment as u32).fast_fields().str("id");
        let Some(column) = column.map_err(EngineError::read)? else { return Ok(None) };
        let Some(ordinal) = column.ords().first(doc) else { return Ok(None) };
        let mut id = String::new();
        column.ord_to_str(ordinal, &mut id)?;
        Ok(Some(PostId::from(id)))
    }

    /// Returns the index of a case among the sections of its post; `None` when the document is a whole post.
    pub(in crate::engine) fn case_of(&self, segment: usize, doc: DocId) -> Result<Option<usize>, EngineError> {
        let reader = self.library.segment_reader(segment as u32);
        if self.data[segment].columns.kind(doc) != Some(DocumentKind::Case) {
            return Ok(None);
        }
        Ok(Some(numbers(reader, "case")?.first(doc).unwrap_or(0) as usize))
    }

    /// Returns the stored post of a document.
    pub(in crate::engine) fn stored(&self, segment: usize, doc: DocId) -> Result<Option<Post>, EngineError> {
        self.unpacked(segment, doc)?.map(|bytes| Parts::of(&bytes)?.post()).transpose()
    }

    /// Returns the id and the address of the stored post of a document.
    pub(in crate::engine) fn place_of(
        &self,
        segment: usize,
        doc: DocId,
    ) -> Result<Option<(PostId, String)>, EngineError> {
        self.unpacked(segment, doc)?.map(|bytes| Parts::of(&bytes)?.place()).transpose()
    }

    /// Returns the text that is stored with the document of a post; `None` for a case, whose document stores no text.
    pub(in crate::engine) fn text_of(&self, segment: usize, doc: DocId) -> Result<Option<String>, EngineError> {
        self.unpacked(segment, doc)?.map(|bytes| Parts::of(&bytes)?.text()).transpose()
    }

    /// Returns the findings that are stored with a document, as JSON.
    pub(in crate::engine) fn findings(&self, segment: usize, doc: DocId) -> Result<Option<String>, EngineError> {
        let found = self.kept(segment, doc, self.fields.findings)?;
        Ok(found.and_then(|kept| if let Kept::Text(text) = kept { Some(text) } else { None }))
    }

    /// Returns the stored form of the post of a document.
    fn unpacked(&self, segment: usize, doc: DocId) -> Result<Option<Vec<u8>>, EngineError> {
        match self.kept(segment, doc, self.fields.post)? {
            Some(Kept::Bytes(packed)) => self.facts.unpacker.unpack(&packed).map(Some),
            _ => Ok(None),
        }
    }

    /// Returns the stored value of one field of a document.
    fn kept(&self, segment: usize, doc: DocId, field: Field) -> Result<Option<Kept>, EngineError> {
        let all: AllKept = self.library.doc(DocAddress::new(segment as u32, doc)).map_err(EngineError::read)?;
        Ok(all.0.into_iter().find_map(|(of, kept)| (of == field).then_some(kept)))
    }

    /// Returns whether the file at `path` has become unreadable or broken since its post was indexed.
    pub(in crate::engine) fn is_stale(&self, path: &str) -> Result<bool, EngineError> {
        let term = IndexTerm::from_field_text(self.fields.without_post, path);
        for reader in self.library.segment_readers() {
            let index = reader.inverted_index(term.field()).map_err(EngineError::read)?;
            if let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? {
                while postings.doc() != TERMINATED {
                    if !reader.is_deleted(postings.doc()) {
                        return Ok(true);
                    }
                    postings.advance();
                }
            }
        }
        Ok(false)
    }

    /// Returns the number of searchable posts and the number of searchable cases.
    pub(in crate::engine) fn counts(&self) -> (usize, usize) {
        let (mut posts, mut cases) = (0, 0);
        for (reader, columns) in self.columns() {
            for kind in reader.doc_ids_alive().filter_map(|doc| columns.kind(doc)) {
                posts += usize::from(kind.is_post());
                cases += usize::from(kind.is_case());
            }
        }
        (posts, cases)
    }
}

/// A stored value.
enum Kept {
    Text(String),
    Bytes(Vec<u8>),
}

/// Reads a stored value.
struct KeptVisitor;

impl ValueVisitor for KeptVisitor {
    type Value = Kept;

    fn visit_string(&self, text: String) -> Result<Kept, DeserializeError> {
        Ok(Kept::Text(text))
    }

    fn visit_bytes(&self, bytes: Vec<u8>) -> Result<Kept, DeserializeError> {
        Ok(Kept::Bytes(bytes))
    }
}

impl ValueDeserialize for Kept {
    fn deserialize<'de, D: ValueDeserializer<'de>>(deserializer: D) -> Result<Self, DeserializeError> {
        deserializer.deserialize_any(KeptVisitor)
    }
}

/// The stored fields of a document. The document type of the library would copy each value.
struct AllKept(Vec<(Field, Kept)>);

impl DocumentDeserialize for AllKept {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut deserializer: D) -> Result<Self, DeserializeError> {
        let mut kept = Vec::with_capacity(deserializer.size_hint());
        while let Some(field) = deserializer.next_field()? {
            kept.push(field);
        }
        Ok(Self(kept))
    }
}
