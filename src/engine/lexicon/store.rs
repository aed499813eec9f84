//! Which parts of the lexicon are there, and who makes those that are not.
//!
//! Small segments are read when somebody asks; they are those that a refresh writes. Reading a large one takes up to a
//! second: an engine in use has a thread of its own for that, and until it is done the parts of the segments that were
//! merged into the large one stay. Nobody ever waits for another who reads. An engine that nobody keeps ready, as that of
//! a single command, reads what is missing when it is asked.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::{SegmentReader, index::SegmentId};

use super::{Lexicon, part::SegmentLexicon};
use crate::engine::{error::EngineError, index::schema::Fields, postings::commit::Commit};

/// A segment of so many documents is read while somebody waits.
const SMALL: u32 = 2_000;

/// The parts of the lexicon.
#[derive(Debug, Default)]
pub(in crate::engine) struct Store {
    state: Mutex<State>,
    /// Whether large segments are read ahead.
    ready: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    parts: FxHashMap<SegmentId, Arc<SegmentLexicon>>,
    /// Which are being read by threads of their own.
    reading: FxHashSet<SegmentId>,
    /// The segments of the newest snapshot; parts of others go when all of these are there.
    newest: FxHashSet<SegmentId>,
}

impl State {
    fn sweep(&mut self) {
        if !self.newest.is_empty() && self.newest.iter().all(|id| self.parts.contains_key(id)) {
            let Self { parts, newest, .. } = self;
            parts.retain(|id, _| newest.contains(id));
        }
    }
}

/// A segment that is being read, until this is dropped: also when reading panics.
struct Reading {
    store: Arc<Store>,
    id: SegmentId,
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.store.state().reading.remove(&self.id);
    }
}

impl Store {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads large segments ahead from now on.
    pub(in crate::engine) fn keep_ready(self: &Arc<Self>, commit: &Commit) {
        self.ready.store(true, Ordering::Relaxed);
        self.renew(commit);
    }

    /// Says whether nobody reads ahead any more.
    pub(in crate::engine) fn is_idle(&self) -> bool {
        self.state().reading.is_empty()
    }

    /// Takes a snapshot for the newest.
    pub(in crate::engine) fn renew(self: &Arc<Self>, commit: &Commit) {
        let readers = commit.library.segment_readers();
        let mut state = self.state();
        state.newest = readers.iter().map(SegmentReader::segment_id).collect();
        state.sweep();
        drop(state);
        if self.ready.load(Ordering::Relaxed) {
            self.read_ahead(readers, &commit.fields);
        }
    }

    /// Begins to read the large segments that nobody has read.
    fn read_ahead(self: &Arc<Self>, readers: &[SegmentReader], fields: &Fields) {
        let mut state = self.state();
        let missing: Vec<SegmentReader> = readers
            .iter()
            .filter(|reader| reader.max_doc() > SMALL && !state.parts.contains_key(&reader.segment_id()))
            .filter(|reader| !state.reading.contains(&reader.segment_id()))
            .cloned()
            .collect();
        state.reading.extend(missing.iter().map(SegmentReader::segment_id));
        drop(state);
        if missing.is_empty() {
            return;
        }
        let fields = fields.clone();
        let begun = |reader: SegmentReader| (Reading { store: self.clone(), id: reader.segment_id() }, reader);
        let missing: Vec<(Reading, SegmentReader)> = missing.into_iter().map(begun).collect();
        let read = move || {
            for (reading, reader) in missing {
                // What cannot be read is tried again with the next snapshot; searches will have said why.
                if let Ok(part) = SegmentLexicon::of(&reader, &fields) {
                    let mut state = reading.store.state();
                    state.parts.insert(reading.id, Arc::new(part));
                    state.sweep();
                }
            }
        };
        // If no thread can be had, none of them is being read.
        _ = thread::Builder::new().name("lexicon".to_owned()).spawn(read);
    }

    /// Gives the lexicon of a snapshot, as far as it is there.
    pub(in crate::engine) fn lexicon(self: &Arc<Self>, commit: &Commit) -> Result<Lexicon, EngineError> {
        let waits = !self.ready.load(Ordering::Relaxed);
        let readers = commit.library.segment_readers();
        let missing: Vec<&SegmentReader> = {
            let state = self.state();
            readers.iter().filter(|reader| !state.parts.contains_key(&reader.segment_id())).collect()
        };
        if !waits {
            self.read_ahead(readers, &commit.fields);
        }
        for reader in missing.into_iter().filter(|reader| waits || reader.max_doc() <= SMALL) {
            let part = Arc::new(SegmentLexicon::of(reader, &commit.fields)?);
            self.state().parts.insert(reader.segment_id(), part);
        }
        let mut state = self.state();
        let lexicon = Lexicon::new(state.parts.values().cloned().collect());
        state.sweep();
        Ok(lexicon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_panics_reads_no_longer() {
        let (store, id) = (Arc::new(Store::default()), SegmentId::generate_random());
        store.state().reading.insert(id);
        let reading = Reading { store: store.clone(), id };
        let failed = thread::spawn(move || {
            let _reading = reading;
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(failed.join().is_err() && store.is_idle());
    }
}
