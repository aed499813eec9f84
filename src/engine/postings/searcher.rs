//! A snapshot of the index: its segments, its posts. How it answers is in [`crate::engine::search::run`].

use std::sync::Arc;

use tantivy::{
    DocAddress, DocId, DocSet as _, Searcher as Snapshot, TERMINATED, Term as IndexTerm,
    schema::{
        Field, IndexRecordOption,
        document::{DeserializeError, DocumentDeserialize, DocumentDeserializer},
    },
};

use crate::{
    engine::{
        Engine, EngineError, Shown,
        index::document::Stored,
        index::schema::{Fields, Kind},
        lexicon::Lexicon,
        postings::segment::{Lengths, Segment, numbers},
    },
    post::{Post, PostId},
    query::Synonyms,
    text::Analyzer,
};

/// A commit, ready to be searched.
pub(in crate::engine) struct Visible {
    pub(in crate::engine) snapshot: Snapshot,
    pub(in crate::engine) said: Shown,
    /// Weighted lengths of the documents of each segment.
    lengths: Vec<Arc<Lengths>>,
}

impl Visible {
    /// Makes a commit ready; what `before` knows of a segment, this one knows, too.
    pub(in crate::engine) fn new(
        snapshot: Snapshot,
        fields: &Fields,
        said: Shown,
        before: Option<&Self>,
    ) -> Result<Self, EngineError> {
        let of = |visible: &Self, id| {
            let at = visible.snapshot.segment_readers().iter().position(|reader| reader.segment_id() == id);
            at.and_then(|at| visible.lengths.get(at).cloned())
        };
        let mut lengths = Vec::with_capacity(snapshot.segment_readers().len());
        for reader in snapshot.segment_readers() {
            lengths.push(match before.and_then(|before| of(before, reader.segment_id())) {
                Some(known) => known,
                None => Arc::new(Lengths::of(reader, fields)?),
            });
        }
        Ok(Self { snapshot, said, lengths })
    }

    /// Gives the same commit under another number.
    pub(in crate::engine) fn with_seq(&self, seq: u64) -> Self {
        let said = Shown { seq, ..self.said.clone() };
        Self { snapshot: self.snapshot.clone(), said, lengths: self.lengths.clone() }
    }
}

/// An immutable snapshot of a commit. Cheap to make, to share and to drop.
pub struct Searcher {
    pub(in crate::engine) engine: Engine,
    pub(in crate::engine) snapshot: Snapshot,
    visible: Arc<Visible>,
    synonyms: Arc<Synonyms>,
    freshness: f32,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher").field("engine", &self.engine).finish_non_exhaustive()
    }
}

impl Searcher {
    pub(in crate::engine) fn new(engine: &Engine) -> Result<Self, EngineError> {
        if let Some(file) = engine.disk.cut_short() {
            return Err(EngineError::damaged(&engine.folder, format!("`{}` was cut short", file.display())));
        }
        let visible = engine.shown();
        let (synonyms, freshness) = (engine.synonyms(), engine.freshness());
        let snapshot = visible.snapshot.clone();
        Ok(Self { engine: engine.clone(), snapshot, visible, synonyms, freshness })
    }

    /// Gives a number that differs from that of every other commit of this generation.
    #[must_use]
    pub fn commit(&self) -> u64 {
        // Every document and deletion has a stamp of its own, and both only grow. Words that no post holds change none.
        let segments = self.snapshot.segment_readers().iter();
        segments
            .map(|reader| {
                let id = twox_hash::XxHash3_64::oneshot(reader.segment_id().uuid_string().as_bytes());
                id ^ reader.delete_opstamp().unwrap_or(0).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            })
            .fold(self.visible.said.analyzer.stamp(), u64::wrapping_add)
    }

    /// Gives the number of the commit: see [`Engine::seq`].
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.visible.said.seq
    }

    /// Says whether all files were read by the commit: see [`Engine::is_whole`].
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.visible.said.whole
    }

    pub(in crate::engine) fn segments(&self) -> Result<Vec<Segment<'_>>, EngineError> {
        let readers = self.snapshot.segment_readers().iter().zip(&self.visible.lengths);
        readers.map(|(reader, lengths)| Segment::open(reader, &self.engine.fields, lengths.clone())).collect()
    }

    /// Gives the post with this id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn post(&self, id: &PostId) -> Result<Option<Post>, EngineError> {
        self.address_of(id)?.map_or(Ok(None), |address| self.stored(address))
    }

    /// Gives where the post with this id lies.
    pub(in crate::engine) fn address_of(&self, id: &PostId) -> Result<Option<DocAddress>, EngineError> {
        let term = IndexTerm::from_field_text(self.engine.fields.id, id.as_str());
        for (at, segment) in self.segments()?.iter().enumerate() {
            let kinds = numbers(segment.reader, "kind")?;
            for doc in with_term(segment, &term)? {
                let is_post = kinds.first(doc).and_then(Kind::of).is_some_and(Kind::is_post);
                if is_post && !segment.reader.is_deleted(doc) {
                    return Ok(Some(DocAddress::new(at as u32, doc)));
                }
            }
        }
        Ok(None)
    }

    pub(in crate::engine) fn stored(&self, address: DocAddress) -> Result<Option<Post>, EngineError> {
        let fields = &self.engine.fields;
        let (mut post, mut text, mut lines) = (None, String::new(), String::new());
        for (field, kept) in self.all_kept(address)? {
            match field {
                field if field == fields.post => post = Some(kept),
                field if field == fields.text => text = kept,
                field if field == fields.lines => lines = kept,
                _ => {}
            }
        }
        post.map(|json| Ok(Stored::read(&json)?.with_text(text, &lines))).transpose()
    }

    /// Gives the text of a post's document; a case has none of its own.
    pub(in crate::engine) fn text_of(&self, segment: usize, doc: DocId) -> Result<Option<String>, EngineError> {
        self.kept(DocAddress::new(segment as u32, doc), self.engine.fields.text)
    }

    /// Gives what is stored of a document under one field.
    pub(in crate::engine) fn kept(&self, address: DocAddress, field: Field) -> Result<Option<String>, EngineError> {
        Ok(self.all_kept(address)?.into_iter().find_map(|(of, kept)| (of == field).then_some(kept)))
    }

    fn all_kept(&self, address: DocAddress) -> Result<Vec<(Field, String)>, EngineError> {
        let kept: Kept = self.snapshot.doc(address).map_err(EngineError::read)?;
        Ok(kept.0)
    }

    /// Gives the analyzer that cut the posts of this snapshot.
    #[must_use]
    pub fn analyzer(&self) -> &Analyzer {
        &self.visible.said.analyzer
    }

    /// Gives the words of the index, as far as they have been read.
    pub(in crate::engine) fn lexicon(&self) -> Result<Lexicon, EngineError> {
        self.engine.lexicon.lexicon(&self.snapshot, &self.engine.fields)
    }

    /// Gives what has several names.
    #[must_use]
    pub fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// Gives by which share of its score the newest post is raised.
    #[must_use]
    pub const fn freshness(&self) -> f32 {
        self.freshness
    }

    /// Gives how many posts and how many cases can be found.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn counts(&self) -> Result<(usize, usize), EngineError> {
        let (mut posts, mut cases) = (0, 0);
        for reader in self.snapshot.segment_readers() {
            let kinds = numbers(reader, "kind")?;
            for kind in reader.doc_ids_alive().filter_map(|doc| kinds.first(doc).and_then(Kind::of)) {
                posts += usize::from(kind.is_post());
                cases += usize::from(kind.is_case());
            }
        }
        Ok((posts, cases))
    }
}

/// The stored fields of a document, without the copies that the library's own document makes.
struct Kept(Vec<(Field, String)>);

impl DocumentDeserialize for Kept {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut deserializer: D) -> Result<Self, DeserializeError> {
        let mut kept = Vec::with_capacity(deserializer.size_hint());
        while let Some(field) = deserializer.next_field()? {
            kept.push(field);
        }
        Ok(Self(kept))
    }
}

/// Gives the documents of a segment that have a term, in order, deleted ones among them.
pub(in crate::engine) fn with_term(segment: &Segment<'_>, term: &IndexTerm) -> Result<Vec<DocId>, EngineError> {
    let index = segment.reader.inverted_index(term.field()).map_err(EngineError::read)?;
    let mut documents = Vec::new();
    if let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? {
        while postings.doc() != TERMINATED {
            documents.push(postings.doc());
            postings.advance();
        }
    }
    Ok(documents)
}
