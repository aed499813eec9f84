//! Writes an index: the schema, the documents of a file and its post, and the writer.
//!
//! Uses `store`; `postings` reads what is written here. Does not parse files and does not tokenize.

pub(in crate::engine) mod document;
pub(in crate::engine) mod entries;
pub(in crate::engine) mod indexer;
pub(in crate::engine) mod learned;
mod merging;
pub(in crate::engine) mod opening;
pub(in crate::engine) mod packing;
mod queue;
pub(in crate::engine) mod record;
pub(in crate::engine) mod schema;
pub(in crate::engine) mod stored;
pub(in crate::engine) mod title;
