//! What a search does for each of its hits, shared between threads.
//!
//! Reading and marking ten long posts takes longer than finding them. Where there are cores to spare, helpers take some of
//! it; a search that finds them helping another does all of it itself, so nobody ever waits for a helper.

use std::{
    sync::{
        LazyLock, Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// At the most so many help one search.
const MOST_HELPERS: usize = 3;

/// The helpers; none where there is but one core.
static HELPERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let helpers = (cores - 1).min(MOST_HELPERS);
    let pool = ThreadPoolBuilder::new().num_threads(helpers).thread_name(|_| "anli-hits".to_owned());
    if helpers > 0 { pool.build().ok() } else { None }
});

/// Held by the search that is being helped.
static HELPED: Mutex<()> = Mutex::new(());

/// Takes the helpers, unless they help another search; one that panicked is helped no longer.
fn held() -> Option<MutexGuard<'static, ()>> {
    match HELPED.try_lock() {
        Ok(held) => Some(held),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// Does the same with each of several things; gives what came of them, in their order.
pub(in crate::engine) fn each<T: Sync, R: Send>(things: &[T], does: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (Some(helpers), Some(_held), true) = (HELPERS.as_ref(), held(), things.len() > 1) else {
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
            let _held = HELPED.lock();
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(failed.join().is_err() && HELPED.is_poisoned());
        // Other tests hold them for a moment.
        let is_free = || held().is_some();
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
