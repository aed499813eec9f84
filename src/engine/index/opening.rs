//! Opens the files of an index for reading or writing. Decides which generation is read, which is written, and which is
//! built anew.
//!
//! The writer continues the generation in use if this version made its kind and its files are undamaged. Otherwise the
//! writer builds another generation beside the one in use, and continues that generation even if the process ends
//! before the build is complete. Readers keep the generation in use until then. If nobody can read it, all change at
//! once, since an incomplete index is better than none. Does not know what the caller makes of the files: the caller
//! prepares them for searching.

use std::{fs, path::Path, thread, time::Duration};

use tantivy::{Index, IndexSettings, store::Compressor};

use crate::{
    engine::{
        error::{EngineError, in_words},
        index::schema::{self, FORMAT},
        store::{
            checksums,
            disk::Disk,
            files::{self, Files},
            generation::{self, Held, Lock},
            payload,
        },
    },
    text::Analyzer,
};

/// Number of attempts to find a generation while others replace it, and the wait between two attempts.
const TRIES: (usize, Duration) = (20, Duration::from_millis(25));

/// Size of the blocks of stored posts in bytes. A hit reads one block; posts are compressed already.
const STORED_BLOCK: usize = 8_192;

/// Files that were opened for writing.
pub(in crate::engine) struct ForWriting<R> {
    /// The result of the callback that prepared the files.
    pub ready: R,
    pub lock: Lock,
    /// The sequence number of the last commit of the generation that was in use.
    pub last: u64,
    /// Why the index that existed could not be continued, in words; `None` without such a reason.
    pub rebuilt: Option<String>,
    /// Whether the generation is the one in use.
    pub in_use: bool,
}

/// Opens the generation in use; `ready` prepares its files for searching.
///
/// # Errors
/// [`EngineError::Missing`], [`EngineError::OtherFormat`], and errors of opening files.
pub(in crate::engine) fn for_reading<R>(
    folder: &Path,
    ready: impl Fn(Files) -> Result<R, EngineError>,
) -> Result<R, EngineError> {
    let (tries, pause) = TRIES;
    for again in (0..tries).rev() {
        let name = generation::current(folder)?.ok_or_else(|| missing(folder))?;
        if !generation::is_of_kind(&name, &FORMAT.to_string()) {
            return Err(EngineError::OtherFormat { index: folder.to_owned() });
        }
        let held = Held::take(folder, &name)?;
        // The generation may have been replaced, and may have been removed, before it was locked.
        let stays = || Ok::<_, EngineError>(generation::current(folder)?.is_some_and(|now| now == name));
        if let Some(held) = held
            && stays()?
        {
            let opened = open(folder, &name, held).and_then(&ready);
            if again == 0 || opened.is_ok() || stays()? {
                return opened;
            }
        }
        thread::sleep(pause);
    }
    Err(missing(folder))
}

/// Opens the index in `folder` for writing, and creates the index if it is missing. `fresh` builds another generation
/// in any case. `holder` is the description of this writer that a second writer is told. `ready` prepares files for
/// searching; damage that `ready` finds counts as damage of the files.
///
/// # Errors
/// [`EngineError::Locked`] when another writer is open; errors of the disk.
pub(in crate::engine) fn for_writing<R>(
    folder: &Path,
    fresh: bool,
    holder: &str,
    ready: impl Fn(Files) -> Result<R, EngineError>,
) -> Result<ForWriting<R>, EngineError> {
    fs::create_dir_all(folder).map_err(|source| EngineError::folder(folder, source))?;
    let lock = Lock::take(folder, holder)?;
    let kind = kind();
    let current = generation::current(folder)?;
    let last = current.as_deref().and_then(|name| payload::last_of(Disk::open(&folder.join(name)).ok()?)).unwrap_or(0);
    // Why the generation in use cannot be continued, and whether others can read it meanwhile.
    let (mut why, mut readable) = (None, false);
    if let Some(name) = &current {
        let known = generation::is_of_kind(name, &FORMAT.to_string());
        // A damaged file can make the library panic, so checksums are compared first.
        let sound = if known { checksums::compare_all(folder, name) } else { Ok(()) };
        match &sound {
            Err(error) if error.is_damage() => why = Some(in_words(error)),
            _ => readable = known,
        }
        if !generation::is_of_kind(name, &kind) {
            why = Some("the index is of another version of anli".to_owned());
        } else if !fresh && readable {
            sound?;
            let held = Held::take(folder, name)?.ok_or_else(|| missing(folder))?;
            match open(folder, name, held).and_then(&ready) {
                Err(error) if error.is_damage() => (why, readable) = (Some(in_words(&error)), false),
                ready => return Ok(ForWriting { ready: ready?, lock, last: 0, rebuilt: None, in_use: true }),
            }
        }
    }
    let mut unfit = None;
    let (name, ready) = continue_or_create(folder, &kind, current.as_deref(), fresh, &mut unfit, ready)?;
    if current.is_none() && generation::has_pointer(folder) {
        // The generation that was in use is among those that could not be continued.
        why = why.or(unfit);
    }
    if !readable {
        generation::set_current(folder, &name)?;
    }
    Ok(ForWriting { ready, lock, last, rebuilt: why, in_use: !readable })
}

/// Continues a generation that was not complete when its writer ended, or creates one. Returns the name of the
/// generation as well. Generations that cannot be continued are removed; `unfit` receives the damage of the first of
/// them.
fn continue_or_create<R>(
    folder: &Path,
    kind: &str,
    current: Option<&str>,
    fresh: bool,
    unfit: &mut Option<String>,
    ready: impl Fn(Files) -> Result<R, EngineError>,
) -> Result<(String, R), EngineError> {
    for name in generation::all(folder)?.into_iter().filter(|name| Some(name.as_str()) != current) {
        if !fresh && generation::is_of_kind(&name, kind) {
            let opened = checksums::compare_all(folder, &name).and_then(|()| {
                let held = Held::take(folder, &name)?.ok_or_else(|| missing(folder))?;
                open(folder, &name, held).and_then(&ready)
            });
            match opened {
                Err(error) if error.is_damage() => _ = unfit.get_or_insert_with(|| in_words(&error)),
                opened => return Ok((name, opened?)),
            }
        }
        generation::remove(folder, &name);
    }
    let name = generation::create(folder, kind)?;
    let held = Held::take(folder, &name)?.ok_or_else(|| missing(folder))?;
    let disk =
        Disk::open(&folder.join(&name)).map_err(|error| EngineError::write(tantivy::TantivyError::from(error)))?;
    let (schema, _) = schema::schema();
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        docstore_blocksize: STORED_BLOCK,
        ..IndexSettings::default()
    };
    let made = Index::builder().schema(schema).settings(settings).tokenizers(schema::tokenizers());
    let index = made.open_or_create(disk.clone()).map_err(EngineError::write)?;
    let ready = Files::new(folder, &name, held, (disk, index)).and_then(ready)?;
    Ok((name, ready))
}

/// Opens the files of a generation.
fn open(folder: &Path, name: &str, held: Held) -> Result<Files, EngineError> {
    Files::new(folder, name, held, checked(folder, name)?)
}

/// Opens the list of the files of a generation, and compares its fields with those of this version.
///
/// # Errors
/// [`EngineError::Damaged`] when the fields differ.
pub(in crate::engine) fn checked(folder: &Path, name: &str) -> Result<(Disk, Index), EngineError> {
    let (disk, mut index) = files::open(folder, name)?;
    index.set_tokenizers(schema::tokenizers());
    let (schema, _) = schema::schema();
    if index.schema() == schema {
        Ok((disk, index))
    } else {
        Err(EngineError::damaged(folder, "its fields are not ours".to_owned()))
    }
}

/// Returns whether a writer of this version continues the generation of this name.
pub(in crate::engine) fn is_of_this_version(generation: &str) -> bool {
    generation::is_of_kind(generation, &kind())
}

fn missing(folder: &Path) -> EngineError {
    EngineError::Missing { index: folder.to_owned() }
}

/// Returns the part of a generation's name that identifies its format and its analyzer.
fn kind() -> String {
    format!("{FORMAT}-{}", Analyzer::fingerprint())
}
