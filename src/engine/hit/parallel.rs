//! Distributes the work on the hits of a search over threads.
//!
//! Reading and marking ten long posts takes longer than finding them. Where there are spare cores, helper threads take
//! a share. A search that finds the helpers busy with another search does all of its work itself, so no search waits
//! for a helper.

use std::{
    sync::{
        LazyLock, Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Upper bound on the helper threads.
const MAX_HELPERS: usize = 3;

/// The helper threads; `None` on a single core.
static HELPERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let helpers = (cores - 1).min(MAX_HELPERS);
    let pool = ThreadPoolBuilder::new().num_threads(helpers).thread_name(|_| "anli-hits".to_owned());
    if helpers > 0 { pool.build().ok() } else { None }
});

/// Held by the search that the helpers work for.
static HELPERS_LOCK: Mutex<()> = Mutex::new(());

/// Takes the helpers, unless they work for another search. A search that panicked releases them.
fn lock_helpers() -> Option<MutexGuard<'static, ()>> {
    match HELPERS_LOCK.try_lock() {
        Ok(held) => Some(held),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// Applies `does` to each element, in parallel. Returns the results in the order of the elements.
pub(in crate::engine) fn each<T: Sync, R: Send>(things: &[T], does: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (Some(helpers), Some(_held), true) = (HELPERS.as_ref(), lock_helpers(), things.len() > 1) else {
        return things.iter().map(does).collect();
    };
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(things.len()));
    let work = || {
        while let Some((at, thing)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            things.get(at).map(|thing| (at, thing))
        } {
            let made = does(thing);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, made));
        }
    };
    helpers.in_place_scope(|scope| {
        for _ in 0..helpers.current_num_threads().min(things.len() - 1) {
            scope.spawn(|_| work());
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|&(at, _)| at);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_panicked_holds_no_helpers() {
        let failed = thread::spawn(|| {
            let _held = HELPERS_LOCK.lock();
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(failed.join().is_err() && HELPERS_LOCK.is_poisoned());
        // Other tests hold the helpers for a moment.
        let is_free = || lock_helpers().is_some();
        let wait = std::time::Duration::from_millis(5);
        assert!((0..2_000).any(|_| is_free() || {
            thread::sleep(wait);
            false
        }));
    }

    #[test]
    fn whoever_does_it_the_order_stays() {
        let things: Vec<u64> = (0..1_000).collect();
        let together: Vec<Vec<u64>> = thread::scope(|scope| {
            let started: Vec<_> = (0..4).map(|_| scope.spawn(|| each(&things, |thing| thing * 3))).collect();
            started.into_iter().filter_map(|one| one.join().ok()).collect()
        });
        let wanted: Vec<u64> = things.iter().map(|thing| thing * 3).collect();
        assert_eq!(together, vec![wanted; 4]);
        assert_eq!(each(&things[..1], |thing| *thing), [0]);
    }
}
