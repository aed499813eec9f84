//! Moves postings to documents of a sorted list.

use tantivy::{
    DocSet as _, TERMINATED,
    postings::{BlockSegmentPostings, SegmentPostings},
};

use crate::engine::postings::{infixes::prefix_length, sets::DocId};

/// Moves to `target` or to the first document after it. Unlike the method of the library, accepts postings that are
/// past `target` already.
pub(super) fn seek(postings: &mut SegmentPostings, target: DocId) -> DocId {
    if postings.doc() < target { postings.seek(target) } else { postings.doc() }
}

/// Calls `f` for each document of `documents` (sorted) that the postings contain, with its index in `documents` and the
/// postings, which are at that document.
pub(super) fn leapfrog(
    documents: &[DocId],
    postings: &mut SegmentPostings,
    mut f: impl FnMut(usize, &mut SegmentPostings),
) {
    let mut at = 0;
    let mut doc = postings.doc();
    while at < documents.len() && doc != TERMINATED {
        let wanted = documents[at];
        if doc < wanted {
            doc = postings.seek(wanted);
        } else if doc > wanted {
            at = gallop(documents, at, doc);
        } else {
            f(at, postings);
            at += 1;
            doc = postings.advance();
        }
    }
}

/// Calls `f` for each document of `documents` (sorted) that the postings contain, with its index in `documents`, the
/// postings, and the index of the document in the current block of the postings. Decodes every block up to the last of
/// `documents`.
pub(super) fn meet(
    documents: &[DocId],
    postings: &mut BlockSegmentPostings,
    mut f: impl FnMut(usize, &BlockSegmentPostings, usize),
) {
    let mut at = 0;
    while at < documents.len() && postings.block_len() > 0 {
        let block = postings.docs();
        let mut i = 0;
        while let (Some(&doc), Some(&wanted)) = (block.get(i), documents.get(at)) {
            if doc == wanted {
                f(at, postings, i);
            }
            i += usize::from(doc <= wanted);
            at += usize::from(wanted <= doc);
        }
        postings.advance();
    }
}

/// Returns the index of the first document not below `target`, searching from index `at`.
fn gallop(documents: &[DocId], at: usize, target: DocId) -> usize {
    at + prefix_length(&documents[at..], |&doc| doc < target)
}
