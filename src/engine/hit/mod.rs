//! A document that was found becomes a hit: what of its post to show, and what to mark. Knows no library.

pub(in crate::engine) mod answer;
pub(in crate::engine) mod parallel;
pub(in crate::engine) mod snippet;
