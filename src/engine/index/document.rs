//! Builds the documents of a file and its post.
//!
//! The analyzer makes the terms of the text; the engine does not tokenize.

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::{TantivyDocument, schema::Field};

use crate::{
    engine::{
        error::EngineError,
        index::{
            entries::entries,
            learned::vocabulary,
            packing::Packer,
            record::{FileRecord, Reason},
            schema::{DocumentKind, Fields, PARTS, SHARED_LABELS, View},
            stored,
            title::{tie, title_hash, written_hash},
        },
    },
    post::Post,
    query::{title_key, written},
    text::{Analyzer, Terms, fold, other_forms, values::only_parts},
};

/// The terms of the texts of a post. Its cases have most of its texts in common with it, and each is tokenized once.
struct TermsOf<'a> {
    analyzer: &'a Analyzer,
    /// The terms of the texts so far; `None` for a post without cases.
    known: Option<FxHashMap<&'a str, Terms>>,
}

impl<'a> TermsOf<'a> {
    /// Returns the terms of several texts.
    fn texts(&mut self, texts: &[&'a str]) -> Terms {
        let mut all = Terms::default();
        for text in texts {
            let Some(known) = &mut self.known else {
                self.analyzer.terms(text, &mut all);
                continue;
            };
            all.append(known.entry(text).or_insert_with(|| {
                let mut terms = Terms::default();
                self.analyzer.terms(text, &mut terms);
                terms
            }));
        }
        all
    }
}

/// Builds the documents of a file: one for its post and one for each case, or, without a post, one that records why the
/// file gave no post.
pub(super) fn documents(
    fields: &Fields,
    record: &FileRecord,
    post: Option<&Post>,
    analyzer: &Analyzer,
    packer: &Packer,
) -> Result<Vec<TantivyDocument>, EngineError> {
    let mut main = of_file(fields, record);
    if let Some(due) = record.due {
        main.add_i64(fields.due, due);
    }
    if !record.findings.is_empty() {
        main.add_u64(fields.noted, record.findings.len() as u64);
        main.add_text(fields.findings, serde_json::to_string(&record.findings).map_err(EngineError::stored)?);
    }
    let Some(post) = post else {
        main.add_u64(fields.kind, DocumentKind::File as u64);
        main.add_text(fields.without_post, &record.path);
        let reason = record.reason.unwrap_or(Reason::Failed);
        main.add_u64(fields.reason, Reason::ALL.iter().position(|&each| each == reason).unwrap_or(0) as u64);
        return Ok(vec![main]);
    };
    let cases: Vec<_> = post.cases_in_place().collect();
    main.add_u64(fields.kind, if cases.is_empty() { DocumentKind::PostAndCase } else { DocumentKind::Post } as u64);
    main.add_bytes(fields.post, &packer.pack(&stored::written(post)?)?);
    for entry in entries(post, analyzer) {
        main.add_text(fields.entries, entry);
    }
    for word in vocabulary(post) {
        main.add_text(fields.vocabulary, word);
    }
    let shared = Shared::of(fields, post);
    let mut terms_of = TermsOf { analyzer, known: (!cases.is_empty()).then(FxHashMap::default) };
    fill(&mut main, fields, &View { post, case: None, range: 0..post.text.len() }, &shared, &mut terms_of);
    let mut documents = vec![main];
    for (place, _, range) in cases {
        let mut document = TantivyDocument::default();
        document.add_text(fields.path, &record.path);
        document.add_u64(fields.kind, DocumentKind::Case as u64);
        document.add_u64(fields.case, place as u64);
        fill(&mut document, fields, &View { post, case: Some(place), range }, &shared, &mut terms_of);
        documents.push(document);
    }
    Ok(documents)
}

/// Builds the document that records that a file was read again and its content is unchanged.
pub(super) fn seen(fields: &Fields, record: &FileRecord) -> TantivyDocument {
    let mut document = of_file(fields, record);
    document.add_u64(fields.kind, DocumentKind::Seen as u64);
    document.add_text(fields.seen, &record.path);
    document
}

/// Builds a document with the path and the fingerprint of a file.
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

/// The values that the documents of a post and of its cases share, computed once.
struct Shared {
    title_key: u64,
    title_written: u64,
    /// Folded tags, authors and categories.
    labels: Vec<(Field, String)>,
}

impl Shared {
    fn of(fields: &Fields, post: &Post) -> Self {
        let title = fold(&post.title);
        let front = &post.front;
        let all = [(fields.tag, &front.tags), (fields.author, &front.authors), (fields.category, &front.categories)];
        let labels = all.into_iter().flat_map(|(field, labels)| labels.iter().map(move |label| (field, label)));
        Self {
            title_key: title_hash(&title_key(&title)),
            title_written: written_hash(&written(&title)),
            labels: labels.map(|(field, label)| (field, fold(label).as_str().to_owned())).collect(),
        }
    }
}

/// Adds the fields for searching, filtering and sorting.
fn fill<'a>(
    document: &mut TantivyDocument,
    fields: &Fields,
    view: &View<'a>,
    shared: &Shared,
    terms_of: &mut TermsOf<'a>,
) {
    let post = view.post;
    document.add_text(fields.id, post.id.as_str());
    if let Some(date) = post.front.date {
        document.add_i64(fields.date, date.seconds);
    }
    document.add_u64(fields.title_key, shared.title_key);
    document.add_u64(fields.title_written, shared.title_written);
    // A case has only the first labels. Otherwise many labels would be indexed once for each case.
    let most = if view.case.is_some() { SHARED_LABELS } else { usize::MAX };
    for (field, label) in shared.labels.iter().take(most) {
        document.add_text(*field, label);
    }
    document.add_u64(fields.tie, tie(post.id.as_str(), view.case));
    let parts = PARTS.each_ref().map(|part| (part.texts)(view));
    let mut forms = other_forms(parts.iter().flatten().copied());
    let mut pieces = String::new();
    for (i, texts) in parts.iter().enumerate() {
        let terms = terms_of.texts(texts);
        pieces.push_str(&terms.pieces);
        let series = [
            (fields.words[i], terms.words),
            (fields.grams[i], terms.grams),
            (fields.characters[i], distinct(&terms.characters)),
            (fields.values[i], terms.values),
        ];
        for (field, terms) in series {
            if !terms.is_empty() {
                document.add_text(field, terms);
            }
        }
    }
    forms.push_str(&only_parts(&pieces));
    if !forms.is_empty() {
        document.add_text(fields.forms, forms);
    }
}

/// Returns each of the terms once, each followed by a space. The index only records that a document has a character.
fn distinct(terms: &str) -> String {
    let mut seen = FxHashSet::default();
    terms.split_inclusive(' ').filter(|term| seen.insert(*term)).collect()
}
