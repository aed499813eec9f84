//! The files of an index: the disk as the search library uses it, generations, checksums, the dictionary of stored
//! posts, and the payload of a commit.
//!
//! Knows no schema and no posts.

pub(in crate::engine) mod checksums;
pub(in crate::engine) mod dictionary;
pub(in crate::engine) mod disk;
pub(in crate::engine) mod failure;
#[doc(hidden)]
pub mod faults;
pub(in crate::engine) mod files;
pub(in crate::engine) mod generation;
pub(in crate::engine) mod payload;
