//! Reads what an index holds: segments, dictionaries, postings, stored posts.

pub(in crate::engine) mod dictionary;
pub(in crate::engine) mod filters;
pub(in crate::engine) mod holding;
pub(in crate::engine) mod records;
pub(in crate::engine) mod searcher;
pub(in crate::engine) mod segment;
