//! What an index holds, and who writes it: the schema, a file and its post as documents, the writer.

pub(in crate::engine) mod document;
pub(in crate::engine) mod entries;
pub(in crate::engine) mod indexer;
pub(in crate::engine) mod learned;
pub(in crate::engine) mod opening;
mod queue;
pub(in crate::engine) mod record;
pub(in crate::engine) mod schema;
pub(in crate::engine) mod stored;
pub(in crate::engine) mod title;
