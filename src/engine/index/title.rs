//! Numbers made of a post's title and id.

use twox_hash::XxHash3_64;

/// Gives the number by which titles that a reader takes for equal are found: of a million titles, one in a million
/// queries that are none would find one.
pub(in crate::engine) fn title_hash(key: &str) -> u64 {
    XxHash3_64::oneshot(key.as_bytes()) >> 24
}

/// Gives the number that tells such titles from each other by their punctuation.
pub(in crate::engine) fn written_hash(title: &str) -> u64 {
    XxHash3_64::oneshot(title.as_bytes()) >> 48
}

/// Gives the number by which documents of equal scores are ordered: the same in every build.
pub(in crate::engine) fn tie(id: &str, case: Option<usize>) -> u64 {
    XxHash3_64::oneshot_with_seed(case.map_or(0, |case| case as u64 + 1), id.as_bytes()) >> 32
}
