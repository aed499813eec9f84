//! Operations on sets of documents: sorted lists without duplicates.

/// The number of a document in its segment.
pub(in crate::engine) type DocId = u32;

/// Returns the documents that are in both of two sorted lists.
pub(in crate::engine) fn intersection(a: &[DocId], b: &[DocId]) -> Vec<DocId> {
    merged(a, b, |in_a, in_b| in_a && in_b)
}

/// Returns the documents that are in at least one of two sorted lists.
pub(in crate::engine) fn union(a: &[DocId], b: &[DocId]) -> Vec<DocId> {
    merged(a, b, |_, _| true)
}

/// Returns the documents that are in the first of two sorted lists and not in the second.
pub(in crate::engine) fn difference(a: &[DocId], b: &[DocId]) -> Vec<DocId> {
    merged(a, b, |in_a, in_b| in_a && !in_b)
}

/// Walks two sorted lists in parallel and keeps a document if `keep` says so, given in which lists it is.
fn merged(a: &[DocId], b: &[DocId], keep: impl Fn(bool, bool) -> bool) -> Vec<DocId> {
    let (mut i, mut j) = (0, 0);
    let mut kept = Vec::with_capacity(if keep(true, false) { a.len() } else { 0 });
    while let (Some(&in_a), Some(&in_b)) = (a.get(i), b.get(j)) {
        if keep(in_a <= in_b, in_b <= in_a) {
            kept.push(in_a.min(in_b));
        }
        i += usize::from(in_a <= in_b);
        j += usize::from(in_b <= in_a);
    }
    if keep(true, false) {
        kept.extend_from_slice(&a[i..]);
    }
    if keep(false, true) {
        kept.extend_from_slice(&b[j..]);
    }
    kept
}

/// A set of documents of one segment as one bit for each document. Faster than a list when a good part of the documents
/// is in the set.
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Makes an empty set for a segment of this many documents.
    pub(super) fn new(size: u32) -> Self {
        Self(vec![0; (size as usize).div_ceil(64)])
    }

    /// Returns whether this form suits a set of so many documents of a segment.
    pub(super) const fn suit(documents: usize, size: u32) -> bool {
        documents > size as usize / 64
    }

    /// Adds documents of the segment.
    pub(super) fn add(&mut self, documents: &[DocId]) {
        for &doc in documents {
            self.0[doc as usize / 64] |= 1 << (doc % 64);
        }
    }

    pub(super) fn contains(&self, doc: DocId) -> bool {
        self.0[doc as usize / 64] >> (doc % 64) & 1 == 1
    }

    /// Returns the documents in order.
    pub(super) fn list(&self) -> Vec<DocId> {
        let mut list = Vec::with_capacity(self.0.iter().map(|word| word.count_ones() as usize).sum());
        for (&word, first) in self.0.iter().zip((0..).step_by(64)) {
            let mut left = word;
            while left != 0 {
                list.push(first + left.trailing_zeros());
                left &= left - 1;
            }
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sets_are_those_of_the_standard_library(
            a in prop::collection::btree_set(0_u32..300, 0..120),
            b in prop::collection::btree_set(0_u32..300, 0..120),
        ) {
            let list = |set: &BTreeSet<DocId>| set.iter().copied().collect::<Vec<_>>();
            let (in_a, in_b) = (list(&a), list(&b));
            prop_assert_eq!(intersection(&in_a, &in_b), a.intersection(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(union(&in_a, &in_b), a.union(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(difference(&in_a, &in_b), a.difference(&b).copied().collect::<Vec<_>>());
            let mut bits = Bits::new(300);
            bits.add(&in_b);
            bits.add(&in_a);
            prop_assert_eq!(bits.list(), union(&in_a, &in_b));
            prop_assert!((0..300).all(|doc| bits.contains(doc) == (a.contains(&doc) || b.contains(&doc))));
        }
    }
}
