//! Keeps the parts of the lexicon, and has missing parts made.
//!
//! Small parts, as a refresh writes them, are read at the first lookup. Reading a large part takes up to a second, so an
//! engine in use has a separate thread for that. Until the thread is done, the parts that were merged into the large
//! part stay in use. No lookup waits for another thread. An engine that is not kept ready, as in a single command, reads
//! missing parts during the lookup.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Lexicon, part::SegmentLexicon};
use crate::engine::{
    error::EngineError,
    postings::{
        commit::Commit,
        vocabulary::{PartId, Vocabulary},
    },
};

/// Upper bound on the documents of a part that is read during a lookup.
const MAX_SMALL: u32 = 2_000;

#[derive(Debug, Default)]
pub(in crate::engine) struct Store {
    state: Mutex<State>,
    /// Whether large parts are read in the background.
    ready: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    parts: FxHashMap<PartId, Arc<SegmentLexicon>>,
    /// The parts that background threads are reading.
    reading: FxHashSet<PartId>,
    /// The parts of the newest snapshot. When all of them are read, other parts are removed.
    newest: FxHashSet<PartId>,
}

impl State {
    fn sweep(&mut self) {
        if !self.newest.is_empty() && self.newest.iter().all(|id| self.parts.contains_key(id)) {
            self.parts.retain(|id, _| self.newest.contains(id));
        }
    }
}

/// Marks a part as being read until this is dropped, also when reading panics.
struct PartGuard {
    store: Arc<Store>,
    id: PartId,
}

impl Drop for PartGuard {
    fn drop(&mut self) {
        self.store.state().reading.remove(&self.id);
    }
}

impl Store {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads large parts in the background from now on.
    pub(in crate::engine) fn keep_ready(self: &Arc<Self>, commit: &Commit) {
        self.ready.store(true, Ordering::Relaxed);
        self.renew(commit);
    }

    /// Returns whether no part is being read in the background.
    pub(in crate::engine) fn is_idle(&self) -> bool {
        self.state().reading.is_empty()
    }

    /// Sets the newest snapshot.
    pub(in crate::engine) fn renew(self: &Arc<Self>, commit: &Commit) {
        let mut state = self.state();
        state.newest = Vocabulary::all(commit).map(|part| part.id()).collect();
        state.sweep();
        drop(state);
        if self.ready.load(Ordering::Relaxed) {
            self.read_in_background(commit);
        }
    }

    /// Starts a thread that reads the large parts that are not read yet.
    fn read_in_background(self: &Arc<Self>, commit: &Commit) {
        let mut state = self.state();
        let is_missing = |id| !state.parts.contains_key(&id) && !state.reading.contains(&id);
        let missing: Vec<Vocabulary<'_>> =
            Vocabulary::all(commit).filter(|part| part.size() > MAX_SMALL && is_missing(part.id())).collect();
        state.reading.extend(missing.iter().map(Vocabulary::id));
        drop(state);
        if missing.is_empty() {
            return;
        }
        let begun = |part: Vocabulary<'_>| (PartGuard { store: self.clone(), id: part.id() }, part.into_owned());
        let missing: Vec<(PartGuard, Vocabulary<'static>)> = missing.into_iter().map(begun).collect();
        let read = move || {
            for (reading, part) in missing {
                // A part that cannot be read is tried again with the next snapshot; searches report the error.
                if let Ok(read) = SegmentLexicon::of(&part) {
                    let mut state = reading.store.state();
                    state.parts.insert(reading.id, Arc::new(read));
                    state.sweep();
                }
            }
        };
        // If no thread can be started, none of the parts is being read.
        _ = thread::Builder::new().name("lexicon".to_owned()).spawn(read);
    }

    /// Returns the lexicon of a snapshot, with the parts that are available.
    pub(in crate::engine) fn lexicon(self: &Arc<Self>, commit: &Commit) -> Result<Lexicon, EngineError> {
        let waits = !self.ready.load(Ordering::Relaxed);
        let missing: Vec<Vocabulary<'_>> = {
            let state = self.state();
            Vocabulary::all(commit).filter(|part| !state.parts.contains_key(&part.id())).collect()
        };
        if !waits {
            self.read_in_background(commit);
        }
        for part in missing.iter().filter(|part| waits || part.size() <= MAX_SMALL) {
            let read = Arc::new(SegmentLexicon::of(part)?);
            self.state().parts.insert(part.id(), read);
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
        let (store, id) = (Arc::new(Store::default()), PartId::random());
        store.state().reading.insert(id);
        let reading = PartGuard { store: store.clone(), id };
        let failed = thread::spawn(move || {
            let _reading = reading;
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(failed.join().is_err() && store.is_idle());
    }
}
