//! Numbers computed from the title and the id of a post.

use twox_hash::XxHash3_64;

/// Returns the hash by which titles are found that a reader takes for equal. Among a million titles, about one in a
/// million queries would match a title wrongly.
pub(in crate::engine) fn title_hash(key: &str) -> u64 {
    XxHash3_64::oneshot(key.as_bytes()) >> 24
}

/// Returns the hash that distinguishes titles with equal letters by their punctuation.
pub(in crate::engine) fn written_hash(title: &str) -> u64 {
    XxHash3_64::oneshot(title.as_bytes()) >> 48
}

/// Returns the number by which documents of equal scores are ordered, the same in every build.
pub(in crate::engine) fn tie(id: &str, case: Option<usize>) -> u64 {
    XxHash3_64::oneshot_with_seed(case.map_or(0, |case| case as u64 + 1), id.as_bytes()) >> 32
}
