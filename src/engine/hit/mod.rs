//! Turns the documents that `search` found into hits: what to show of each post, and which characters to mark. Does not
//! name the search library.

pub(in crate::engine) mod answer;
pub(in crate::engine) mod parallel;
pub(in crate::engine) mod snippet;
