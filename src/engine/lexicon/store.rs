//! Keeps the parts of the lexicon, and has missing parts made.
//!
//! Small segments, as a refresh writes them, are read at the first lookup. Reading a large segment takes up to a
//! second, so an engine in use has a separate thread for that. Until the thread is done, the parts of the segments that
//! were merged into the large segment stay in use. No lookup waits for another thread. An engine that is not kept
//! ready, as in a single command, reads missing parts during the lookup.

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

/// Upper bound on the documents of a segment that is read during a lookup.
const MAX_SMALL: u32 = 2_000;

#[derive(Debug, Default)]
pub(in crate::engine) struct Store {
    state: Mutex<State>,
    /// Whether large segments are read in the background.
    ready: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    parts: FxHashMap<SegmentId, Arc<SegmentLexicon>>,
    /// The segments that background threads are reading.
    reading: FxHashSet<SegmentId>,
    /// The segments of the newest snapshot. When all of them are read, the parts of other segments are removed.
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

/// Marks a segment as being read until this is dropped, also when reading panics.
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

    /// Reads large segments in the background from now on.
    pub(in crate::engine) fn keep_ready(self: &Arc<Self>, commit: &Commit) {
        self.ready.store(true, Ordering::Relaxed);
        self.renew(commit);
    }

    /// Returns whether no segment is being read in the background.
    pub(in crate::engine) fn is_idle(&self) -> bool {
        self.state().reading.is_empty()
    }

    /// Sets the newest snapshot.
    pub(in crate::engine) fn renew(self: &Arc<Self>, commit: &Commit) {
        let readers = commit.library.segment_readers();
        let mut state = self.state();
        state.newest = readers.iter().map(SegmentReader::segment_id).collect();
        state.sweep();
        drop(state);
        if self.ready.load(Ordering::Relaxed) {
            self.read_in_background(readers, &commit.fields);
        }
    }

    /// Starts a thread that reads the large segments that are not read yet.
    fn read_in_background(self: &Arc<Self>, readers: &[SegmentReader], fields: &Fields) {
        let mut state = self.state();
        let missing: Vec<SegmentReader> = readers
            .iter()
            .filter(|reader| reader.max_doc() > MAX_SMALL && !state.parts.contains_key(&reader.segment_id()))
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
                // A segment that cannot be read is tried again with the next snapshot; searches report the error.
                if let Ok(part) = SegmentLexicon::of(&reader, &fields) {
                    let mut state = reading.store.state();
                    state.parts.insert(reading.id, Arc::new(part));
                    state.sweep();
                }
            }
        };
        // If no thread can be started, none of the segments is being read.
        _ = thread::Builder::new().name("lexicon".to_owned()).spawn(read);
    }

    /// Returns the lexicon of a snapshot, with the parts that are available.
    pub(in crate::engine) fn lexicon(self: &Arc<Self>, commit: &Commit) -> Result<Lexicon, EngineError> {
        let waits = !self.ready.load(Ordering::Relaxed);
        let readers = commit.library.segment_readers();
        let missing: Vec<&SegmentReader> = {
            let state = self.state();
            readers.iter().filter(|reader| !state.parts.contains_key(&reader.segment_id())).collect()
        };
        if !waits {
            self.read_in_background(readers, &commit.fields);
        }
        for reader in missing.into_iter().filter(|reader| waits || reader.max_doc() <= MAX_SMALL) {
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
