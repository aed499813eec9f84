//! Reads an index: term dictionaries, postings, columns and stored posts.
//!
//! All code that reads postings of the search library is in this module. The values it returns to `search` and `hit`
//! name no library.

pub(in crate::engine) mod columns;
pub(in crate::engine) mod commit;
pub(in crate::engine) mod containing;
pub(in crate::engine) mod dictionary;
pub(in crate::engine) mod filters;
mod infixes;
pub(in crate::engine) mod learned;
pub(in crate::engine) mod occurrences;
pub(in crate::engine) mod readback;
pub(in crate::engine) mod records;
mod seeking;
pub(in crate::engine) mod segment;
pub(in crate::engine) mod sets;
pub(in crate::engine) mod vocabulary;
pub(in crate::engine) mod walking;
