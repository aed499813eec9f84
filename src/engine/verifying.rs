//! Verifies that an index is as it was written: compares checksums of all files, then reads every document.
//!
//! Writes nothing and needs no lock: if a writer replaces files meanwhile, the verification is repeated. Does not know
//! the posts folder.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use crate::engine::{
    error::{EngineError, in_words},
    handle::Engine,
    index::{opening::checked, schema::FORMAT},
    postings::readback,
    searcher::Searcher,
    store::{
        checksums::{Damage, TRIES, Verified, compare, list_of},
        generation,
    },
};

/// Reads everything that the index in `folder` contains. Returns the damage, and a searcher if the index can be opened.
///
/// # Errors
/// [`EngineError::Missing`], [`EngineError::OtherFormat`]; errors that keep files from being read that may be undamaged.
pub fn verify(folder: &Path) -> Result<(Verified, Option<Searcher>), EngineError> {
    let mut tries = TRIES;
    loop {
        let name = generation::current(folder)?.ok_or_else(|| EngineError::Missing { index: folder.to_owned() })?;
        if !generation::is_of_kind(&name, &FORMAT.to_string()) {
            return Err(EngineError::OtherFormat { index: folder.to_owned() });
        }
        let before = list_of(folder, &name);
        let mut verified = Verified { generation: name.clone(), ..Verified::default() };
        // Opened before the files are read back, because a writer may then remove them.
        let searcher = match compare(folder, &name, &mut verified) {
            Ok(()) if verified.damages.is_empty() => read_back(folder, &mut verified)?,
            Err(error) if error.is_damage() => {
                verified.damages.push(Damage { file: name.clone(), what: in_words(&error) });
                None
            }
            outcome => {
                outcome?;
                None
            }
        };
        tries -= 1;
        let replaced = list_of(folder, &name) != before || generation::current(folder)?.as_ref() != Some(&name);
        if verified.damages.is_empty() || !replaced || tries == 0 {
            verified.damages.sort();
            verified.damages.dedup();
            return Ok((verified, searcher));
        }
    }
}

/// Reads every document, and compares the records of files with posts.
fn read_back(folder: &Path, verified: &mut Verified) -> Result<Option<Searcher>, EngineError> {
    let read = catch_unwind(AssertUnwindSafe(|| {
        // Missing files are found here.
        checked(folder, &verified.generation)?;
        let searcher = Engine::open(folder)?.searcher()?;
        let (documents, damages) = readback::read_back(&searcher.commit)?;
        Ok::<_, EngineError>((searcher, documents, damages))
    }));
    let failed = || EngineError::damaged(folder, "reading it back failed".to_owned());
    match read.unwrap_or_else(|_| Err(failed())) {
        Ok((searcher, documents, damages)) => {
            verified.documents = documents;
            verified.damages.extend(damages);
            Ok(Some(searcher))
        }
        Err(error) if error.is_damage() => {
            verified.damages.push(Damage { file: verified.generation.clone(), what: in_words(&error) });
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
