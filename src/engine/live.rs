//! The engine in use, which may give way to another while searches run.

use std::sync::{
    Arc, OnceLock, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use crate::engine::handle::Engine;

/// The engine in use, which may give way to another while searches run: a search keeps the one it began with.
///
/// Those who search may come upon damage that nobody has seen yet; they say that they doubt it, and whoever keeps the
/// index looks into it.
#[derive(Clone)]
pub struct Live {
    engine: Arc<RwLock<Engine>>,
    doubt: Arc<Doubt>,
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
        Self { engine: Arc::new(RwLock::new(engine)), doubt: Arc::default() }
    }

    /// Gives the engine in use.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another in its place.
    pub fn replace(&self, engine: Engine) {
        engine.keep_ready();
        let before = std::mem::replace(&mut *self.engine.write().unwrap_or_else(PoisonError::into_inner), engine);
        // What it holds is let go after the lock.
        drop(before);
    }

    /// Says that a search failed as if the files were damaged.
    pub fn doubt(&self) {
        let before = self.doubt.raised.swap(true, Ordering::AcqRel);
        if let Some(tell) = self.doubt.tell.get().filter(|_| !before) {
            tell();
        }
    }

    /// Says whether somebody doubts the files; asking takes the doubt away.
    #[must_use]
    pub fn is_doubted(&self) -> bool {
        self.doubt.raised.swap(false, Ordering::AcqRel)
    }

    /// Has somebody be told of the first doubt after each time that [`Self::is_doubted`] was asked. Only the first who
    /// wants that is told.
    pub fn when_doubted(&self, tell: impl Fn() + Send + Sync + 'static) {
        _ = self.doubt.tell.set(Box::new(tell));
    }
}
