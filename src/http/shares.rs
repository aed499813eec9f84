//! Values that several requests need at the same time, made once for all of them.

use std::{
    hash::Hash,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use rustc_hash::FxHashMap;
use tokio::sync::OnceCell;

/// Values by key, each kept for as long as somebody uses it.
pub(super) struct Shares<K, V>(Mutex<Kept<K, V>>);

struct Kept<K, V> {
    values: FxHashMap<K, Weak<OnceCell<V>>>,
    /// Number of keys at which the ones without a value are forgotten.
    full: usize,
}

impl<K, V> Default for Shares<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Kept { values: FxHashMap::default(), full: 64 }))
    }
}

impl<K: Eq + Hash, V> Shares<K, V> {
    /// Returns the place of a value. Whoever finds the place empty makes the value, while the others wait.
    pub(super) fn place(&self, key: K) -> Arc<OnceCell<V>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.values.get(&key).and_then(Weak::upgrade) {
            return place;
        }
        if kept.values.len() >= kept.full {
            kept.values.retain(|_, place| place.strong_count() > 0);
            kept.full = 64.max(kept.values.len() * 2);
        }
        let place = Arc::new(OnceCell::new());
        kept.values.insert(key, Arc::downgrade(&place));
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_value_is_made_once_while_it_is_used() {
        let shares = Shares::default();
        let mut made = 0;
        let first = shares.place("公告");
        for _ in 0..3 {
            let place = shares.place("公告");
            place.get_or_init(async || made += 1).await;
            assert!(Arc::ptr_eq(&place, &first));
        }
        assert!(!Arc::ptr_eq(&shares.place("通知"), &first));
        drop(first);
        shares.place("公告").get_or_init(async || made += 1).await;
        assert_eq!(made, 2);
    }

    #[test]
    fn unused_keys_are_forgotten() {
        let shares = Shares::<usize, ()>::default();
        let used: Vec<_> = (0..50).map(|key| shares.place(key)).collect();
        for key in 0..10_000 {
            shares.place(key);
        }
        let kept = shares.0.lock().unwrap_or_else(PoisonError::into_inner).values.len();
        assert!((50..200).contains(&kept), "{kept}");
        assert!(used.iter().zip(0..).all(|(place, key)| Arc::ptr_eq(place, &shares.place(key))));
    }
}
