//! Opens the files of an index, for reading or for writing; decides which generation is read, which is written, and which is
//! begun anew.
//!
//! The generation in use is gone on with whenever this version made its kind and its files are as they were written.
//! Otherwise another is built beside it, and that one is gone on with, too, if the process ends before it is whole. Readers
//! of the generation in use stay with it until then; if nobody can read it, all change at once, since a part is better than
//! nothing. Does not know what is made of the files: the caller makes them ready to be searched.

use std::{fs, path::Path, thread, time::Duration};

use tantivy::{
    Index, IndexReader, IndexSettings, ReloadPolicy,
    store::{Compressor, ZstdCompressor},
};

use crate::{
    engine::{
        error::{EngineError, in_words},
        index::schema::{self, FORMAT},
        store::{
            checksums,
            disk::Disk,
            failure::unopened,
            files::{self, Files},
            generation::{self, Held, Lock},
            payload,
        },
    },
    text::Analyzer,
};

/// How often a generation is looked for that others replace just now, and how long to wait in between.
const TRIES: (usize, Duration) = (20, Duration::from_millis(25));

/// How hard stored posts are packed, and how many bytes together: a tenth smaller than the library's own choice, for a
/// twentieth more time to build, and as quick to unpack.
const STORED_LEVEL: i32 = 6;
const STORED_BLOCK: usize = 32_768;

/// So many blocks of stored posts stay unpacked in memory for each segment: those of the last few pages of hits.
const KEPT_BLOCKS: usize = 16;

/// Files that were opened for writing.
pub(in crate::engine) struct ForWriting<R> {
    /// What the caller made of them.
    pub ready: R,
    pub lock: Lock,
    /// The number of the last commit of the generation that was in use.
    pub last: u64,
    /// Why the index does not go on with the one there was, in words.
    pub rebuilt: Option<String>,
    /// Whether the generation is the one in use.
    pub in_use: bool,
}

/// Opens the generation in use; `ready` makes its files ready to be searched.
///
/// # Errors
/// [`EngineError::Missing`] when there is none of this format, and what opening can meet.
pub(in crate::engine) fn for_reading<R>(
    folder: &Path,
    ready: impl Fn(Files) -> Result<R, EngineError>,
) -> Result<R, EngineError> {
    let (tries, pause) = TRIES;
    for again in (0..tries).rev() {
        let name = generation::current(folder)?.ok_or_else(|| missing(folder))?;
        if !generation::is_of_kind(&name, &FORMAT.to_string()) {
            return Err(missing(folder));
        }
        let held = Held::take(folder, &name)?;
        // It may have been replaced, and be removed, before it was held.
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

/// Opens the index in `folder` for writing, and makes it where it is missing. `fresh` builds another generation in any case;
/// `holder` is what a second writer is told of this one; `ready` makes files ready to be searched, and damage that it meets
/// counts as damage of the files.
///
/// # Errors
/// [`EngineError::Locked`] when somebody else writes; what disks can do.
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
    // Why the one in use cannot be gone on with, and whether others can read it meanwhile.
    let (mut why, mut readable) = (None, false);
    if let Some(name) = &current {
        let known = generation::is_of_kind(name, &FORMAT.to_string());
        // A damaged file can make the library panic, so its checksum is looked at first.
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
    let (name, ready) = go_on_or_begin(folder, &kind, current.as_deref(), fresh, &mut unfit, ready)?;
    if current.is_none() && generation::has_pointer(folder) {
        // The one that was in use is among those that could not be gone on with.
        why = why.or(unfit);
    }
    if !readable {
        generation::point(folder, &name)?;
    }
    Ok(ForWriting { ready, lock, last, rebuilt: why, in_use: !readable })
}

/// Goes on with a generation that was not whole when its writer ended, or begins one; gives its name as well. Generations
/// that cannot be gone on with are removed; `unfit` takes what was wrong with the first of them.
fn go_on_or_begin<R>(
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
    let name = generation::fresh(folder, kind)?;
    let held = Held::take(folder, &name)?.ok_or_else(|| missing(folder))?;
    let disk =
        Disk::open(&folder.join(&name)).map_err(|error| EngineError::write(tantivy::TantivyError::from(error)))?;
    let (schema, _) = schema::schema();
    let settings = IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(STORED_LEVEL) }),
        docstore_blocksize: STORED_BLOCK,
        ..IndexSettings::default()
    };
    let made = Index::builder().schema(schema).settings(settings).tokenizers(schema::tokenizers());
    let index = made.open_or_create(disk.clone()).map_err(EngineError::write)?;
    let ready = with_reader(folder, &name, held, (disk, index)).and_then(ready)?;
    Ok((name, ready))
}

/// Opens the files of a generation.
fn open(folder: &Path, name: &str, held: Held) -> Result<Files, EngineError> {
    with_reader(folder, name, held, checked(folder, name)?)
}

fn with_reader(folder: &Path, name: &str, held: Held, files: (Disk, Index)) -> Result<Files, EngineError> {
    let reader = files.1.reader_builder().reload_policy(ReloadPolicy::Manual).doc_store_cache_num_blocks(KEPT_BLOCKS);
    let reader: IndexReader = reader.try_into().map_err(|error| unopened(folder, error))?;
    Ok(Files::new(folder, name, held, files, reader))
}

/// Opens the list of the files of a generation, and compares its fields with this version's.
///
/// # Errors
/// [`EngineError::Damaged`] when the fields are others.
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

/// Says whether a writer of this version goes on with the generation of this name.
pub(in crate::engine) fn is_of_this_version(generation: &str) -> bool {
    generation::is_of_kind(generation, &kind())
}

fn missing(folder: &Path) -> EngineError {
    EngineError::Missing { index: folder.to_owned() }
}

/// Gives what a generation's name says of how it was made.
fn kind() -> String {
    format!("{FORMAT}-{}", Analyzer::fingerprint())
}
