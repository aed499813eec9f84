//! Sets of documents: sorted lists without doubles.

use crate::engine::postings::segment::DocId;

/// Gives what two sorted lists share.
pub(in crate::engine) fn intersection(a: &[DocId], b: &[DocId]) -> Vec<DocId> {
    merged(a, b, |in_a, in_b| in_a && in_b)
}

/// Gives what either of two sorted lists has.
pub(in crate::engine) fn union(a: &[DocId], b: &[DocId]) -> Vec<DocId> {
    merged(a, b, |_, _| true)
}

/// Gives what the first of two sorted lists has and the second lacks.
pub(in crate::engine) fn difference(a: &[DocId], b: &[DocId]) -> Vec<DocId> {
    merged(a, b, |in_a, in_b| in_a && !in_b)
}

/// Walks two sorted lists side by side and keeps what is wanted by where it is found.
fn merged(a: &[DocId], b: &[DocId], keep: impl Fn(bool, bool) -> bool) -> Vec<DocId> {
    let (mut i, mut j) = (0, 0);
    let mut kept = Vec::new();
    while i < a.len() || j < b.len() {
        let doc = match (a.get(i), b.get(j)) {
            (Some(&a), Some(&b)) => a.min(b),
            (Some(&only), None) | (None, Some(&only)) => only,
            (None, None) => break,
        };
        let (in_a, in_b) = (a.get(i) == Some(&doc), b.get(j) == Some(&doc));
        if keep(in_a, in_b) {
            kept.push(doc);
        }
        i += usize::from(in_a);
        j += usize::from(in_b);
    }
    kept
}
