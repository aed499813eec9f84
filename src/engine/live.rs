//! The engine in use, which may be replaced while searches run.

use std::sync::{
    Arc, OnceLock, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use crate::engine::handle::{Engine, Listener, Listeners};

/// The engine in use, which may be replaced while searches run. A search keeps the engine that it began with.
///
/// A search may find damage that is not known yet. The search then reports a doubt, and the owner of the index examines
/// the files.
#[derive(Clone)]
pub struct Live {
    engine: Arc<RwLock<Engine>>,
    doubt: Arc<Doubt>,
    listeners: Listeners,
    /// What the engine in use calls, which calls the listeners.
    forward: Arc<Listener>,
}

#[derive(Default)]
struct Doubt {
    raised: AtomicBool,
    tell: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Live").field(&self.engine()).finish()
    }
}

impl Live {
    /// Puts an engine in use.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        engine.keep_ready();
        let listeners = Listeners::default();
        let told = listeners.clone();
        let forward: Arc<Listener> = Arc::new(move || told.tell());
        engine.when_shown(&forward);
        Self { engine: Arc::new(RwLock::new(engine)), doubt: Arc::default(), listeners, forward }
    }

    /// Returns the engine in use.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the engine in use.
    pub fn replace(&self, engine: Engine) {
        engine.keep_ready();
        engine.when_shown(&self.forward);
        let before = std::mem::replace(&mut *self.engine.write().unwrap_or_else(PoisonError::into_inner), engine);
        // The old engine is dropped after the lock is released.
        drop(before);
        self.listeners.tell();
    }

    /// Adds a callback, which is called after each commit that is put in use and after each replacement of the engine,
    /// as long as the caller keeps it. The callback must not block.
    pub fn when_shown(&self, listener: &Arc<dyn Fn() + Send + Sync>) {
        self.listeners.add(listener);
    }

    /// Reports that a search failed as if the files were damaged.
    pub fn doubt(&self) {
        let before = self.doubt.raised.swap(true, Ordering::AcqRel);
        if let Some(tell) = self.doubt.tell.get().filter(|_| !before) {
            tell();
        }
    }

    /// Returns whether a search has reported a doubt since the last call.
    #[must_use]
    pub fn is_doubted(&self) -> bool {
        self.doubt.raised.swap(false, Ordering::AcqRel)
    }

    /// Sets the callback for the first doubt after each call of [`Self::is_doubted`]. Only the first callback that is
    /// set is called.
    pub fn when_doubted(&self, tell: impl Fn() + Send + Sync + 'static) {
        _ = self.doubt.tell.set(Box::new(tell));
    }
}
