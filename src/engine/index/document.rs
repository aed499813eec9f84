//! A file and the post it gave become documents of the index.
//!
//! Text arrives here as terms that the analyzer made; the engine cuts nothing itself.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use twox_hash::XxHash3_64;

use crate::{
    content::diagnostic::Diagnostic,
    engine::{
        EngineError,
        index::entries::entries,
        index::learned::taught,
        index::schema::{Fields, Kind, PARTS, View},
    },
    post::{FrontMatter, Post, PostId, Section},
    query::{title_key, written},
    text::{Analyzer, Terms, fold},
};

/// What tells whether a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Bytes.
    pub size: u64,
    /// When it was changed, in a number that differs whenever that does: `Entry::times` of the folder.
    pub modified: i64,
    /// The file's number on its disk; 0 where there is none.
    pub inode: u64,
    /// XXH3 of the content.
    pub hash: u64,
}

/// Why a file is not searchable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// `draft: true`.
    Draft,
    /// `published: false`.
    Unpublished,
    /// `hidden: true`.
    Hidden,
    /// `password` or `encrypt`.
    Encrypted,
    /// Its date lies ahead.
    Future,
    /// Its `expiryDate` has passed.
    Expired,
    /// A findings of severity error says why.
    Failed,
}

impl Reason {
    /// Every reason, in the order of their numbers in the index.
    pub const ALL: [Self; 7] =
        [Self::Draft, Self::Unpublished, Self::Hidden, Self::Encrypted, Self::Future, Self::Expired, Self::Failed];

    /// Gives the stable kebab-case name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Unpublished => "unpublished",
            Self::Hidden => "hidden",
            Self::Encrypted => "encrypted",
            Self::Future => "future",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

/// What is known of one file: the index is the only place where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Its path below the posts folder.
    pub path: String,
    /// What tells whether it has changed.
    pub fingerprint: Fingerprint,
    /// When it has to be read again though it did not change, in seconds since 1970: a post of the
    /// future appears, an expiring one goes away.
    pub due: Option<i64>,
    /// Why the file as it is now gave no post; `None` when it did.
    pub reason: Option<Reason>,
    /// What was found about it.
    pub findings: Vec<Diagnostic>,
}

impl FileRecord {
    /// Gives the id of the post that the file gives or would give.
    #[must_use]
    pub fn id(&self) -> PostId {
        PostId::of_path(&self.path)
    }
}

/// A post as it is stored: without its text, as JSON, since the library reads long text much faster than long bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::engine) struct Stored<'a> {
    id: Cow<'a, PostId>,
    path: Cow<'a, str>,
    title: Cow<'a, str>,
    front: Cow<'a, FrontMatter>,
    url: Cow<'a, str>,
    sections: Vec<StoredSection<'a>>,
}

/// A section without the names of its members, of which a reference page has thousands: heading, level, anchor, the
/// bytes of its text, line, whether it tells a case.
#[derive(Debug, Serialize, Deserialize)]
struct StoredSection<'a>(Cow<'a, str>, u8, Cow<'a, str>, usize, usize, u32, bool);

impl<'a> From<&'a Section> for StoredSection<'a> {
    fn from(section: &'a Section) -> Self {
        let Section { heading, level, anchor, range, line, is_case } = section;
        Self(Cow::Borrowed(heading), *level, Cow::Borrowed(anchor), range.start, range.end, *line, *is_case)
    }
}

impl StoredSection<'_> {
    fn section(self) -> Section {
        let Self(heading, level, anchor, start, end, line, is_case) = self;
        Section { heading: heading.into_owned(), level, anchor: anchor.into_owned(), range: start..end, line, is_case }
    }
}

impl<'a> From<&'a Post> for Stored<'a> {
    fn from(post: &'a Post) -> Self {
        Self {
            id: Cow::Borrowed(&post.id),
            path: Cow::Borrowed(&post.path),
            title: Cow::Borrowed(&post.title),
            front: Cow::Borrowed(&post.front),
            url: Cow::Borrowed(&post.url),
            sections: post.sections.iter().map(StoredSection::from).collect(),
        }
    }
}

impl Stored<'_> {
    /// Reads what was stored.
    pub(in crate::engine) fn read(json: &str) -> Result<Stored<'_>, EngineError> {
        serde_json::from_str(json).map_err(EngineError::stored)
    }

    /// Gives the post's id and where it can be opened.
    pub(in crate::engine) fn place(self) -> (PostId, String) {
        (self.id.into_owned(), self.url.into_owned())
    }

    /// Gives the post with its text and the lines of its blocks, as [`line_text`] wrote them.
    pub(in crate::engine) fn with_text(self, text: String, lines: &str) -> Post {
        Post {
            id: self.id.into_owned(),
            path: self.path.into_owned(),
            title: self.title.into_owned(),
            front: self.front.into_owned(),
            url: self.url.into_owned(),
            text,
            sections: self.sections.into_iter().map(StoredSection::section).collect(),
            lines: lines_of(lines),
        }
    }
}

/// Makes the documents of a file: that of its post and one for each case, or one that says why it
/// gave none.
pub(in crate::engine) fn documents(
    fields: &Fields,
    record: &FileRecord,
    post: Option<&Post>,
    analyzer: &Analyzer,
) -> Result<Vec<TantivyDocument>, EngineError> {
    let mut main = of_file(fields, record);
    if let Some(due) = record.due {
        main.add_i64(fields.due, due);
    }
    if !record.findings.is_empty() {
        main.add_u64(fields.noted, record.findings.len() as u64);
        main.add_text(fields.findings, json(&record.findings)?);
    }
    let Some(post) = post else {
        main.add_u64(fields.kind, Kind::File as u64);
        main.add_text(fields.without_post, &record.path);
        let reason = record.reason.unwrap_or(Reason::Failed);
        main.add_u64(fields.reason, Reason::ALL.iter().position(|&each| each == reason).unwrap_or(0) as u64);
        return Ok(vec![main]);
    };
    let cases: Vec<_> = post.cases().collect();
    main.add_u64(fields.kind, if cases.is_empty() { Kind::PostAndCase } else { Kind::Post } as u64);
    main.add_text(fields.post, json(&Stored::from(post))?);
    main.add_text(fields.text, &post.text);
    main.add_text(fields.lines, line_text(&post.lines));
    for entry in entries(post, analyzer) {
        main.add_text(fields.entries, entry);
    }
    for word in taught(post) {
        main.add_text(fields.taught, word);
    }
    fill(&mut main, fields, &View { post, case: None, range: 0..post.text.len() }, analyzer);
    let mut documents = vec![main];
    for (section, range) in cases {
        let place = post.sections.iter().position(|each| std::ptr::eq(each, section)).unwrap_or(0);
        let mut document = TantivyDocument::default();
        document.add_text(fields.path, &record.path);
        document.add_u64(fields.kind, Kind::Case as u64);
        document.add_u64(fields.case, place as u64);
        fill(&mut document, fields, &View { post, case: Some(place), range }, analyzer);
        documents.push(document);
    }
    Ok(documents)
}

/// Writes what is stored beside the text.
fn json(value: &impl Serialize) -> Result<String, EngineError> {
    serde_json::to_string(value).map_err(EngineError::stored)
}

/// Writes where blocks start and their lines, each as the difference to the one before, a character for up to 14 bits:
/// the library reads long text much faster than long bytes.
fn line_text(lines: &[(usize, u32)]) -> String {
    let mut text = String::with_capacity(4 * lines.len());
    let mut push = |number: u64| {
        let mut rest = number;
        while rest >= MORE {
            text.extend(char::from_u32((MORE + rest % MORE) as u32));
            rest /= MORE;
        }
        text.extend(char::from_u32(rest as u32));
    };
    let (mut start, mut line) = (0_u64, 0_u64);
    for &(next_start, next_line) in lines {
        push((next_start as u64).saturating_sub(start));
        push(u64::from(next_line).saturating_sub(line));
        (start, line) = (next_start as u64, u64::from(next_line));
    }
    text
}

/// Marks a character that another one goes on from.
const MORE: u64 = 0x4000;

/// Reads what [`line_text`] wrote.
fn lines_of(text: &str) -> Vec<(usize, u32)> {
    let mut chars = text.chars();
    let mut next = || {
        let (mut number, mut factor) = (0_u64, 1_u64);
        loop {
            let digit = u64::from(u32::from(chars.next()?));
            number = number.saturating_add((digit % MORE).saturating_mul(factor));
            if digit < MORE {
                return Some(number);
            }
            factor = factor.saturating_mul(MORE);
        }
    };
    let (mut start, mut line) = (0_u64, 0_u64);
    let mut lines = Vec::new();
    while let (Some(further), Some(down)) = (next(), next()) {
        start = start.saturating_add(further);
        line = line.saturating_add(down);
        lines.push((start as usize, line as u32));
    }
    lines
}

/// Makes the document that says a file was read again and is what it was.
pub(in crate::engine) fn seen(fields: &Fields, record: &FileRecord) -> TantivyDocument {
    let mut document = of_file(fields, record);
    document.add_u64(fields.kind, Kind::Seen as u64);
    document.add_text(fields.seen, &record.path);
    document
}

/// Makes a document that knows a file and its fingerprint.
fn of_file(fields: &Fields, record: &FileRecord) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.path, &record.path);
    let fingerprint = record.fingerprint;
    document.add_u64(fields.size, fingerprint.size);
    document.add_i64(fields.modified, fingerprint.modified);
    document.add_u64(fields.inode, fingerprint.inode);
    document.add_u64(fields.hash, fingerprint.hash);
    document
}

/// Adds what is searched, filtered and sorted by.
fn fill(document: &mut TantivyDocument, fields: &Fields, view: &View<'_>, analyzer: &Analyzer) {
    let post = view.post;
    document.add_text(fields.id, post.id.as_str());
    if let Some(date) = post.front.date {
        document.add_i64(fields.date, date.seconds);
    }
    let title = fold(&post.title);
    document.add_u64(fields.title_key, title_hash(&title_key(&title)));
    document.add_u64(fields.title_written, written_hash(&written(&title)));
    let labels = [
        (fields.tag, &post.front.tags),
        (fields.author, &post.front.authors),
        (fields.category, &post.front.categories),
    ];
    for (field, labels) in labels {
        for label in labels {
            document.add_text(field, fold(label).as_str());
        }
    }
    for (i, part) in PARTS.iter().enumerate() {
        let mut terms = Terms::default();
        for text in (part.texts)(view) {
            analyzer.terms(text, &mut terms);
        }
        let series = [
            (fields.words[i], terms.words),
            (fields.grams[i], terms.grams),
            (fields.characters[i], terms.characters),
            (fields.values[i], terms.values),
        ];
        for (field, terms) in series {
            if !terms.is_empty() {
                document.add_text(field, terms);
            }
        }
    }
}

/// Gives the number by which titles that a reader takes for equal are found: of a million titles, one in a million
/// queries that are none would find one.
pub(in crate::engine) fn title_hash(key: &str) -> u64 {
    XxHash3_64::oneshot(key.as_bytes()) >> 24
}

/// Gives the number that tells such titles from each other by their punctuation.
pub(in crate::engine) fn written_hash(title: &str) -> u64 {
    XxHash3_64::oneshot(title.as_bytes()) >> 48
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_read_as_they_were_written(steps in prop::collection::vec((0_usize..1 << 40, 0_u32..100_000), 0..40)) {
            let (mut start, mut line) = (0, 0);
            let mut lines = Vec::new();
            for (further, down) in steps {
                (start, line) = (start + further, line + down);
                lines.push((start, line));
            }
            prop_assert_eq!(lines_of(&line_text(&lines)), lines);
        }
    }
}
