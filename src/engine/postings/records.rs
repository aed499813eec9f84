//! What the index knows of every file. A refresh compares the folder with these records.

use rustc_hash::FxHashMap;

use crate::{
    content::diagnostic::Diagnostic,
    engine::{
        error::EngineError,
        index::{
            record::{FileRecord, Fingerprint, Reason},
            schema::DocumentKind,
        },
        postings::{
            columns::{numbers, signed_numbers},
            commit::Commit,
            sets::DocId,
        },
    },
};

/// The record of a file, and whether a post of the file can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The state of the file when the file was last read.
    pub record: FileRecord,
    /// Whether a post of the file can be found: the post of the record, or of an earlier version that was good.
    pub searchable: bool,
}

/// Returns the record of every file, by path. The record of the current version of a file takes precedence over the
/// record of its last good version.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn files(commit: &Commit) -> Result<FxHashMap<String, Known>, EngineError> {
    let mut files: FxHashMap<String, Known> = FxHashMap::default();
    let mut seen = Vec::new();
    for (at, reader) in commit.library.segment_readers().iter().enumerate() {
        let columns = reader.fast_fields();
        let number = |name: &str| numbers(reader, name);
        let signed = |name: &str| signed_numbers(reader, name);
        let (kinds, sizes, inodes, hashes, reasons, noted) =
            (number("kind")?, number("size")?, number("inode")?, number("hash")?, number("reason")?, number("noted")?);
        let (modified, dues) = (signed("modified")?, signed("due")?);
        let Some(paths) = columns.str("path").map_err(EngineError::read)? else { continue };
        let mut names = Vec::with_capacity(paths.dictionary().num_terms());
        let mut stream = paths.dictionary().stream()?;
        while stream.advance() {
            names.push(String::from_utf8_lossy(stream.key()).into_owned());
        }
        for doc in reader.doc_ids_alive() {
            let Some(kind) = kinds.first(doc).and_then(DocumentKind::of).filter(|&kind| kind != DocumentKind::Case)
            else {
                continue;
            };
            let Some(path) = paths.ords().first(doc).and_then(|ordinal| names.get(ordinal as usize)) else {
                continue;
            };
            let fingerprint = Fingerprint {
                size: sizes.first(doc).unwrap_or(0),
                modified: modified.first(doc).unwrap_or(0),
                inode: inodes.first(doc).unwrap_or(0),
                hash: hashes.first(doc).unwrap_or(0),
            };
            if kind == DocumentKind::Seen {
                seen.push((path.clone(), fingerprint));
                continue;
            }
            let has_post = kind.is_post();
            let reason = reasons.first(doc).and_then(|number| Reason::ALL.get(number as usize).copied());
            let record = FileRecord {
                path: path.clone(),
                fingerprint,
                due: dues.first(doc),
                reason: if has_post { None } else { Some(reason.unwrap_or(Reason::Failed)) },
                findings: match noted.first(doc) {
                    None => Vec::new(),
                    Some(_) => findings(commit, at, doc)?,
                },
            };
            match files.get_mut(path) {
                None => drop(files.insert(path.clone(), Known { record, searchable: has_post })),
                Some(known) => {
                    known.searchable |= has_post;
                    if !has_post {
                        known.record = record;
                    }
                }
            }
        }
    }
    for (path, fingerprint) in seen {
        if let Some(known) = files.get_mut(&path) {
            known.record.fingerprint = fingerprint;
        }
    }
    Ok(files)
}

/// Returns the findings about the file of a document.
pub(in crate::engine) fn findings(commit: &Commit, segment: usize, doc: DocId) -> Result<Vec<Diagnostic>, EngineError> {
    let kept = commit.findings(segment, doc)?;
    kept.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json).map_err(EngineError::stored))
}
