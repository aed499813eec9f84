//! Reads every document of a commit back, to find damage that checksums do not show.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::engine::{
    error::{EngineError, in_words},
    index::schema::DocumentKind,
    postings::{
        columns::numbers,
        commit::Commit,
        records::{files, findings},
    },
    store::checksums::Damage,
};

/// Reads every document. Returns the number of documents and the damage.
pub(in crate::engine) fn read_back(commit: &Commit) -> Result<(usize, Vec<Damage>), EngineError> {
    let (mut documents, mut damages) = (0, Vec::new());
    // The number of posts and the number of cases of each file, by path.
    let (mut posts, mut cases): (FxHashMap<String, usize>, BTreeMap<String, usize>) = Default::default();
    for (at, reader) in commit.library.segment_readers().iter().enumerate() {
        let kinds = numbers(reader, "kind")?;
        let paths = reader.fast_fields().str("path").map_err(EngineError::read)?;
        let store = format!("{}.store", reader.segment_id().uuid_string());
        for doc in reader.doc_ids_alive() {
            documents += 1;
            let mut path = String::new();
            let ordinal = paths.as_ref().and_then(|paths| Some((paths, paths.ords().first(doc)?)));
            if let Some((paths, ordinal)) = ordinal {
                paths.ord_to_str(ordinal, &mut path)?;
            }
            let kind = kinds.first(doc).and_then(DocumentKind::of);
            let mut wrong = |what: String| damages.push(Damage { file: path.clone(), what });
            match kind {
                None => wrong("has a document of no kind".to_owned()),
                Some(kind) if kind.is_post() => match commit.stored(at, doc) {
                    Ok(Some(post)) if post.path == path => *posts.entry(path).or_default() += 1,
                    Ok(Some(post)) => wrong(format!("gives the post of `{}`", post.path)),
                    Ok(None) => wrong("has a post without its text".to_owned()),
                    Err(error) => damages.push(Damage { file: store.clone(), what: in_words(&error) }),
                },
                Some(DocumentKind::Case) => *cases.entry(path).or_default() += 1,
                Some(_) => match findings(commit, at, doc) {
                    Ok(_) => {}
                    Err(error) => damages.push(Damage { file: store.clone(), what: in_words(&error) }),
                },
            }
        }
    }
    let records = files(commit)?;
    let mut wrong = |file: &str, what: &str| damages.push(Damage { file: file.to_owned(), what: what.to_owned() });
    for (path, count) in &posts {
        if *count > 1 {
            wrong(path, "gives more than one post");
        }
        if !records.get(path).is_some_and(|known| known.searchable) {
            wrong(path, "gives a post of which there is no record");
        }
    }
    for (path, known) in &records {
        if known.searchable && !posts.contains_key(path) {
            wrong(path, "has a record, but its post cannot be found");
        }
    }
    for path in cases.keys().filter(|&path| !posts.contains_key(path)) {
        wrong(path, "has cases, but no post");
    }
    Ok((documents, damages))
}
