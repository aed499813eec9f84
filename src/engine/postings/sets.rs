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
