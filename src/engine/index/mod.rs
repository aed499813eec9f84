//! What an index holds, and who writes it.

pub(in crate::engine) mod document;
pub(in crate::engine) mod entries;
pub(in crate::engine) mod indexer;
pub(in crate::engine) mod learned;
pub(in crate::engine) mod opening;
pub(in crate::engine) mod queue;
pub(in crate::engine) mod schema;
pub(in crate::engine) mod verifying;
