//! The files of an index: the disk as the search library asks for it, generations, checksums, and what a commit says of
//! itself. Knows no schema.

pub(in crate::engine) mod checksums;
pub(in crate::engine) mod disk;
pub(in crate::engine) mod failure;
#[doc(hidden)]
pub mod faults;
pub(in crate::engine) mod files;
pub(in crate::engine) mod generation;
pub(in crate::engine) mod payload;
