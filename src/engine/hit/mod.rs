//! A document that was found becomes a hit.

pub(in crate::engine) mod answer;
pub(in crate::engine) mod parallel;
pub(in crate::engine) mod snippet;
