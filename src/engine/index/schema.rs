//! The schema of the index: one table of searched parts, and the other fields.
//!
//! A post is one document; each of its cases is another document. A file that gave no post (skipped or failed) is a
//! document without parts, so that all records of a file change in the same commit. Knows the field options of Tantivy,
//! and not how fields are searched.

use std::ops::Range;

use tantivy::{
    schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager},
};

use crate::{post::Post, text::beginning};

/// Version of the format. An index with another number cannot be read.
pub(in crate::engine) const FORMAT: u32 = 9;

/// A searched part of a post.
pub(in crate::engine) struct Part {
    /// Prefix of the names of its fields.
    pub name: &'static str,
    /// Weight of an occurrence in this part, relative to an occurrence in the body.
    pub weight: f32,
    /// Returns the texts of the part.
    pub texts: for<'a> fn(&View<'a>) -> Vec<&'a str>,
}

/// The searched parts. A new part is a new row here, and a new [`FORMAT`].
///
/// The weights are those of BM25F: weighted occurrences and lengths are summed over all parts before they become a
/// score. A title weight of three improved all of four judged sets.
pub(in crate::engine) const PARTS: [Part; 5] = [
    Part { name: "title", weight: 3.0, texts: |view| vec![view.shared(&view.post.title)] },
    Part { name: "labels", weight: 2.0, texts: |view| view.labels() },
    Part {
        name: "description",
        weight: 1.0,
        texts: |view| view.post.front.description.as_deref().map(|text| view.shared(text)).into_iter().collect(),
    },
    Part { name: "headings", weight: 2.0, texts: |view| view.headings() },
    Part { name: "body", weight: 1.0, texts: |view| view.body() },
];

/// Upper bound on the characters that a case indexes of the title, the description and each label of its post.
const MAX_SHARED_LENGTH: usize = 300;
/// Upper bound on the labels of its post that a case indexes.
pub(in crate::engine) const SHARED_LABELS: usize = 100;

/// The part of a post that one document is made of.
pub(in crate::engine) struct View<'a> {
    /// The post.
    pub post: &'a Post,
    /// The case that the document is about, as an index into the sections; `None` for the whole post.
    pub case: Option<usize>,
    /// The byte range of the document in the text of the post.
    pub range: Range<usize>,
}

impl<'a> View<'a> {
    fn headings(&self) -> Vec<&'a str> {
        let sections = &self.post.sections;
        let Some(case) = self.case else { return sections.iter().map(|section| section.heading.as_str()).collect() };
        let below = sections[case + 1..].iter().take_while(|section| section.range.start < self.range.end);
        sections[case..=case].iter().chain(below).map(|section| section.heading.as_str()).collect()
    }

    /// Returns the beginning of a text that a post shares with all of its cases. Otherwise a long title or description
    /// would be indexed once for each case.
    fn shared(&self, text: &'a str) -> &'a str {
        if self.case.is_some() { beginning(text, MAX_SHARED_LENGTH) } else { text }
    }

    /// Returns the tags, categories and authors.
    fn labels(&self) -> Vec<&'a str> {
        let front = &self.post.front;
        let labels = front.tags.iter().chain(&front.categories).chain(&front.authors);
        let most = if self.case.is_some() { SHARED_LABELS } else { usize::MAX };
        labels.take(most).map(|label| self.shared(label)).collect()
    }

    /// Returns the blocks of the text, each separately: no word crosses the end of a block.
    fn body(&self) -> Vec<&'a str> {
        self.post.text.get(self.range.clone()).unwrap_or_default().split('\n').collect()
    }
}

/// The kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(in crate::engine) enum DocumentKind {
    /// A post whose cases have documents of their own.
    Post = 0,
    /// A post that is itself one case.
    PostAndCase = 1,
    /// One case of a post.
    Case = 2,
    /// A file that gave no post.
    File = 3,
    /// A newer fingerprint of a file that was read again and has the same content.
    Seen = 4,
}

impl DocumentKind {
    const ALL: [Self; 5] = [Self::Post, Self::PostAndCase, Self::Case, Self::File, Self::Seen];

    /// Returns the kind with this number.
    pub(in crate::engine) fn of(number: u64) -> Option<Self> {
        Self::ALL.get(number as usize).copied()
    }

    /// Returns whether the document is a hit when posts are asked for.
    pub(in crate::engine) const fn is_post(self) -> bool {
        matches!(self, Self::Post | Self::PostAndCase)
    }

    /// Returns whether the document is a hit when cases are asked for.
    pub(in crate::engine) const fn is_case(self) -> bool {
        matches!(self, Self::Case | Self::PostAndCase)
    }
}

/// A series of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::engine) enum Series {
    Words,
    Grams,
    Characters,
    Values,
}

/// The fields of the index.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Fields {
    /// Words of each part of [`PARTS`], in the same order; with frequencies, without positions.
    pub words: [Field; PARTS.len()],
    /// Grams of each part; with positions.
    pub grams: [Field; PARTS.len()],
    /// Han characters of each part; only whether they occur, since there are many.
    pub characters: [Field; PARTS.len()],
    /// Canonical terms of the numbers and dates of each part; with frequencies, without positions.
    pub values: [Field; PARTS.len()],
    /// Characters that occur in another script or width, and digits and numerals that occur in longer numbers only: see
    /// [`crate::text::other_forms`] and [`crate::text::values::only_parts`].
    pub forms: Field,
    /// Folded tags, authors and categories, as terms for filters and as columns for counting.
    pub tag: Field,
    pub author: Field,
    pub category: Field,
    /// Path of the file, as term and column. All documents of a file are replaced and deleted by this term.
    pub path: Field,
    /// `path` again, but only in the record of a file that gave no post: a file that became unreadable has such a
    /// document beside the document of its last good version.
    pub without_post: Field,
    /// `path` again, but only in newer fingerprints.
    pub seen: Field,
    /// Post id, as term and column.
    pub id: Field,
    /// [`DocumentKind`], as column.
    pub kind: Field,
    /// Index of the case among the sections of the post, as column.
    pub case: Field,
    /// Date in seconds since 1970, as column; missing when the post has no date.
    pub date: Field,
    /// Suggestion entries of a post: a letter for the kind, then the text; see [`crate::engine::index::entries`].
    pub entries: Field,
    /// Words of the post for the learned vocabulary, as column: see [`crate::engine::index::learned`].
    pub vocabulary: Field,
    /// Hash of the letters of the folded title, as column.
    pub title_key: Field,
    /// Hash of the title with its punctuation, as column.
    pub title_written: Field,
    /// Number that orders documents of equal scores, the same in every build, as column.
    pub tie: Field,
    /// Fingerprint of the file, as columns.
    pub size: Field,
    pub modified: Field,
    pub inode: Field,
    pub hash: Field,
    /// When the file has to be read again though nothing changed: seconds since 1970, as column.
    pub due: Field,
    /// Why a file gave no post: the number of its [`crate::engine::index::record::Reason`], as column.
    pub reason: Field,
    /// Number of findings about the file, as column; missing when there are none.
    pub noted: Field,
    /// The post, compressed: see [`crate::engine::index::packing`].
    pub post: Field,
    /// The findings about the file, stored as JSON.
    pub findings: Field,
}

/// Returns the schema and its fields.
pub(in crate::engine) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    // A field length takes a byte for each field and document, so lengths are stored only where a search reads them.
    let indexed = |tokenizer: &str, record: IndexRecordOption, has_length: bool| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(record);
        TextOptions::default().set_indexing_options(indexing.set_fieldnorms(has_length))
    };
    let mut text = |suffix: &str, record: IndexRecordOption, has_length: bool| {
        PARTS
            .each_ref()
            .map(|part| builder.add_text_field(&format!("{}_{suffix}", part.name), indexed(TERMS, record, has_length)))
    };
    let words = text("words", IndexRecordOption::WithFreqs, true);
    let grams = text("grams", IndexRecordOption::WithFreqsAndPositions, true);
    let characters = text("characters", IndexRecordOption::Basic, false);
    let values = text("values", IndexRecordOption::WithFreqs, false);
    let raw = indexed("raw", IndexRecordOption::Basic, false);
    let fields = Fields {
        forms: builder.add_text_field("forms", indexed(TERMS, IndexRecordOption::Basic, false)),
        words,
        grams,
        characters,
        values,
        tag: builder.add_text_field("tag", raw.clone().set_fast("raw")),
        author: builder.add_text_field("author", raw.clone().set_fast("raw")),
        category: builder.add_text_field("category", raw.clone().set_fast("raw")),
        path: builder.add_text_field("path", raw.clone().set_fast("raw")),
        without_post: builder.add_text_field("without_post", raw.clone()),
        seen: builder.add_text_field("seen", raw.clone()),
        id: builder.add_text_field("id", raw.clone().set_fast("raw")),
        kind: builder.add_u64_field("kind", FAST),
        case: builder.add_u64_field("case", FAST),
        date: builder.add_i64_field("date", FAST),
        entries: builder.add_text_field("entries", raw),
        vocabulary: builder.add_text_field("taught", TextOptions::default().set_fast("raw")),
        title_key: builder.add_u64_field("title_key", FAST),
        title_written: builder.add_u64_field("title_written", FAST),
        tie: builder.add_u64_field("tie", FAST),
        size: builder.add_u64_field("size", FAST),
        modified: builder.add_i64_field("modified", FAST),
        inode: builder.add_u64_field("inode", FAST),
        hash: builder.add_u64_field("hash", FAST),
        due: builder.add_i64_field("due", FAST),
        reason: builder.add_u64_field("reason", FAST),
        noted: builder.add_u64_field("noted", FAST),
        post: builder.add_bytes_field("post", STORED),
        findings: builder.add_text_field("findings", STORED),
    };
    (builder.build(), fields)
}

/// The name of the tokenizer of [`tokenizers`].
const TERMS: &str = "terms";

/// Returns the tokenizers that the schema names. The terms that the analyzer made are joined by spaces; each takes one
/// position.
pub(in crate::engine) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(TERMS, SpaceTokenizer);
    manager
}

/// Splits a text at each space. Unlike the tokenizers of the library, looks at no other character.
#[derive(Clone)]
struct SpaceTokenizer;

/// The terms that are left, each followed by a space.
struct SpaceStream<'a> {
    rest: &'a str,
    token: Token,
}

impl Tokenizer for SpaceTokenizer {
    type TokenStream<'a> = SpaceStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SpaceStream<'a> {
        SpaceStream { rest: text, token: Token::default() }
    }
}

impl TokenStream for SpaceStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((term, rest)) = self.rest.split_once(' ') else { return false };
        self.rest = rest;
        // The position before the first is the largest number.
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text.clear();
        self.token.text.push_str(term);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
