//! Posts in, hits out: the index.
//!
//! [`Engine`] is an open index; its [`Indexer`] takes posts and commits them; its [`Searcher`] is an immutable snapshot of a
//! commit, which never waits for a writer. Rooms, from the ground up: `error`; `store`, files; `index`, what is
//! written; `postings`, what is read; `lexicon`, words; `hit`, what is shown; `search`, what is found and in which
//! order; then the doors: `searcher`, `handle`, `verifying`, `live`. Only the four rooms of the index name Tantivy, and no
//! type of it leaves them. Does no analysis of its own, and knows no wire format and no posts folder.

mod error;
mod handle;
mod hit;
mod index;
mod lexicon;
mod live;
mod postings;
mod search;
mod searcher;
mod store;
mod verifying;

#[doc(hidden)]
pub use self::store::faults;
pub use self::{
    error::{EngineError, Failure},
    handle::{Engine, Opened},
    index::{
        indexer::Indexer,
        learned::{learned, vocabulary},
        record::{FileRecord, Fingerprint, Reason},
    },
    live::Live,
    postings::{containing::ContainingPost, records::Known},
    searcher::Searcher,
    store::checksums::{Damage, Verified},
    verifying::verify,
};
