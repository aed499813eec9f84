//! The search index: takes posts, and returns hits.
//!
//! [`Engine`] is an open index. Its [`Indexer`] takes posts and commits them. Its [`Searcher`] is an immutable snapshot
//! of a commit and never waits for a writer. Modules, from the ground up: `error`; `store`, files; `index`, writing;
//! `postings`, reading; `lexicon`, words; `hit`, presentation; `search`, matching and ranking; then the public types:
//! `searcher`, `handle`, `verifying`, `live`. Only `store`, `index` and `postings` name
//! Tantivy; `search` reads postings and columns by the methods of `postings` alone. Does not tokenize, and knows no wire
//! format and no posts folder.

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
        stored::{MAX_SAMPLE, sample},
    },
    live::Live,
    postings::{containing::ContainingPost, records::Known},
    search::Budget,
    searcher::Searcher,
    store::checksums::{Damage, Verified},
    verifying::verify,
};
