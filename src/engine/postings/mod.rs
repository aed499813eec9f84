//! Reads what an index holds: dictionaries, postings, columns and stored posts. All that reads the search library's
//! postings reads them here; what comes out of this room names no library.

pub(in crate::engine) mod commit;
pub(in crate::engine) mod containing;
pub(in crate::engine) mod dictionary;
pub(in crate::engine) mod filters;
pub(in crate::engine) mod readback;
pub(in crate::engine) mod records;
pub(in crate::engine) mod segment;
pub(in crate::engine) mod sets;
pub(in crate::engine) mod teachers;
