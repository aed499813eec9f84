//! Opens an index, for reading or for writing; says which generation is read, which written, and what is begun anew.
//!
//! The generation in use is gone on with whenever it is of this version's kind and as it was written. Otherwise another is
//! built beside it, and that one is gone on with, too, if the process ends before it is whole. Nobody who can read the
//! one in use is sent to the other before that; if nobody can, all are at once, since a part is better than nothing.

use std::{
    fs,
    path::Path,
    sync::{Arc, RwLock},
    thread,
    time::Duration,
};

use tantivy::{
    Index, IndexReader, IndexSettings, ReloadPolicy,
    store::{Compressor, ZstdCompressor},
};

use crate::{
    engine::{
        Engine, EngineError, Shown, in_words,
        index::indexer::Indexer,
        index::schema::{self, FORMAT},
        index::verifying,
        postings::searcher::Visible,
        store::disk::Disk,
        store::failure,
        store::generation,
        store::generation::{Held, Lock},
        store::payload,
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

/// What came of opening an index for writing.
pub struct Opened {
    /// The index.
    pub engine: Engine,
    /// The only writer of it.
    pub indexer: Indexer,
    /// Why the index does not go on with the one there was, in words.
    pub rebuilt: Option<String>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("engine", &self.engine).field("rebuilt", &self.rebuilt).finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens the index in `folder` for searching; texts are cut with the words that it was made with.
    ///
    /// # Errors
    /// [`EngineError::Missing`] when there is none of this format, and what opening can meet.
    pub fn open(folder: &Path) -> Result<Self, EngineError> {
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
                let opened = files(folder, &name).and_then(|files| Self::of_files(folder, &name, held, files, None));
                if again == 0 || opened.is_ok() || stays()? {
                    return opened;
                }
            }
            thread::sleep(pause);
        }
        Err(missing(folder))
    }

    /// Opens the index in `folder` for writing, and makes it where it is missing. One of another format or way of cutting,
    /// or a damaged one, gives way to another that is built beside it; `fresh` builds another in any case. The one that is
    /// built is in use from [`Indexer::take_over`] on, or at once if nobody can read the one before it. `holder` is what a
    /// second writer is told of this one.
    ///
    /// `analyzer` cuts what is written. Searches use the words that the index was made with until all posts that
    /// hold other words are cut anew: see [`Indexer::changed_words`].
    ///
    /// # Errors
    /// [`EngineError::Locked`] when somebody else writes; what disks can do.
    pub fn open_for_writing(
        folder: &Path,
        analyzer: Arc<Analyzer>,
        fresh: bool,
        holder: &str,
    ) -> Result<Opened, EngineError> {
        fs::create_dir_all(folder).map_err(|source| EngineError::folder(folder, source))?;
        let lock = Lock::take(folder, holder)?;
        let kind = kind();
        let current = generation::current(folder)?;
        let last = current.as_deref().and_then(|name| payload::last_of(Disk::open(&folder.join(name)).ok()?));
        // Why the one in use cannot be gone on with, and whether others can read it meanwhile.
        let (mut why, mut readable) = (None, false);
        if let Some(name) = &current {
            let known = generation::is_of_kind(name, &FORMAT.to_string());
            // A damaged file can make the library panic, so its checksum is looked at first.
            let sound = if known { verifying::checksums(folder, name) } else { Ok(()) };
            match &sound {
                Err(error) if error.is_damage() => why = Some(in_words(error)),
                _ => readable = known,
            }
            if !generation::is_of_kind(name, &kind) {
                why = Some("the index is of another version of anli".to_owned());
            } else if !fresh && readable {
                sound?;
                let held = Held::take(folder, name)?.ok_or_else(|| missing(folder))?;
                match files(folder, name).and_then(|files| Self::of_files(folder, name, held, files, Some(&analyzer))) {
                    Err(error) if error.is_damage() => (why, readable) = (Some(in_words(&error)), false),
                    engine => return Self::opened(engine?, analyzer, lock, None, true),
                }
            }
        }
        let mut unfit = None;
        let engine = Self::go_on_or_begin(folder, &kind, current.as_deref(), &analyzer, fresh, &mut unfit)?;
        if current.is_none() && generation::has_pointer(folder) {
            // The one that was in use is among those that could not be gone on with.
            why = why.or(unfit);
        }
        engine.begin_after(last.unwrap_or(0));
        if !readable {
            generation::point(folder, engine.generation())?;
        }
        Self::opened(engine, analyzer, lock, why, !readable)
    }

    /// Says whether a writer of this version goes on with the index. Otherwise it builds another beside it, and this one is
    /// searched only until that is whole.
    #[must_use]
    pub fn is_of_this_version(&self) -> bool {
        generation::is_of_kind(&self.generation, &kind())
    }

    fn opened(
        engine: Self,
        analyzer: Arc<Analyzer>,
        lock: Lock,
        rebuilt: Option<String>,
        in_use: bool,
    ) -> Result<Opened, EngineError> {
        let indexer = Indexer::new(&engine, analyzer, lock, in_use)?;
        Ok(Opened { engine, indexer, rebuilt })
    }

    /// Goes on with a generation that was not whole when its writer ended, or begins one. Those that cannot be gone on
    /// with are removed; `unfit` hears what was wrong with the first of them.
    fn go_on_or_begin(
        folder: &Path,
        kind: &str,
        current: Option<&str>,
        analyzer: &Arc<Analyzer>,
        fresh: bool,
        unfit: &mut Option<String>,
    ) -> Result<Self, EngineError> {
        for name in generation::all(folder)?.into_iter().filter(|name| Some(name.as_str()) != current) {
            if !fresh && generation::is_of_kind(&name, kind) {
                let opened = verifying::checksums(folder, &name).and_then(|()| {
                    let held = Held::take(folder, &name)?.ok_or_else(|| missing(folder))?;
                    Self::of_files(folder, &name, held, files(folder, &name)?, Some(analyzer))
                });
                match opened {
                    Err(error) if error.is_damage() => _ = unfit.get_or_insert_with(|| in_words(&error)),
                    opened => return opened,
                }
            }
            generation::remove(folder, &name);
        }
        let name = generation::fresh(folder, kind)?;
        let held = Held::take(folder, &name)?.ok_or_else(|| missing(folder))?;
        let disk = Disk::open(&folder.join(&name)).map_err(|error| EngineError::write(error.into()))?;
        let (schema, _) = schema::schema();
        let settings = IndexSettings {
            docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(STORED_LEVEL) }),
            docstore_blocksize: STORED_BLOCK,
            ..IndexSettings::default()
        };
        let made = Index::builder().schema(schema).settings(settings).tokenizers(schema::tokenizers());
        let index = made.open_or_create(disk.clone()).map_err(EngineError::write)?;
        Self::of_files(folder, &name, held, (disk, index), Some(analyzer))
    }

    /// `analyzer` spares making another when the index was made with its words, or holds nothing yet.
    fn of_files(
        folder: &Path,
        name: &str,
        held: Held,
        (disk, index): (Disk, Index),
        analyzer: Option<&Arc<Analyzer>>,
    ) -> Result<Self, EngineError> {
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(KEPT_BLOCKS)
            .try_into();
        let (_, fields) = schema::schema();
        let payload = crate::engine::payload_of(&index)?;
        let (seq, whole) = match &payload {
            None => (payload::after(0), false),
            Some(payload) => (payload.seq, payload.is_whole()),
        };
        let analyzer = match (payload, analyzer) {
            (None, Some(analyzer)) => analyzer.clone(),
            (None, None) => Arc::new(Analyzer::new()),
            (Some(payload), Some(analyzer)) if payload.words == *analyzer.dictionary() => analyzer.clone(),
            (Some(payload), _) => Arc::new(Analyzer::with(payload.words)),
        };
        let reader: IndexReader = reader.map_err(|error| unopened(folder, error))?;
        let visible = Visible::new(reader.searcher(), &fields, Shown { analyzer, seq, whole }, None)?;
        Ok(Self {
            folder: Arc::new(folder.to_owned()),
            generation: name.into(),
            _held: Arc::new(held),
            disk,
            index,
            reader,
            fields,
            shown: Arc::new(RwLock::new(Arc::new(visible))),
            showing: Arc::default(),
            lexicon: Arc::default(),
            synonyms: Arc::default(),
            freshness: Arc::default(),
            newest: Arc::default(),
        })
    }
}

fn missing(folder: &Path) -> EngineError {
    EngineError::Missing { index: folder.to_owned() }
}

/// Opens the files of a generation, without reading more of them than their list.
pub(in crate::engine) fn files(folder: &Path, name: &str) -> Result<(Disk, Index), EngineError> {
    let disk = Disk::open(&folder.join(name)).map_err(|error| unopened(folder, error.into()))?;
    let mut index = Index::open(disk.clone()).map_err(|error| unopened(folder, error))?;
    index.set_tokenizers(schema::tokenizers());
    let (schema, _) = schema::schema();
    if index.schema() == schema {
        Ok((disk, index))
    } else {
        Err(EngineError::damaged(folder, "its fields are not ours".to_owned()))
    }
}

/// Makes damage of what the library could not open, unless it may pass.
pub(in crate::engine) fn unopened(folder: &Path, error: tantivy::TantivyError) -> EngineError {
    let failure = failure::Failure::from(error);
    if failure.is_damage() { EngineError::damaged(folder, failure.to_string()) } else { EngineError::Read(failure) }
}

/// Gives what a generation's name says of how it was made.
fn kind() -> String {
    format!("{FORMAT}-{}", Analyzer::fingerprint())
}
