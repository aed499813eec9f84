//! The promises of the whole program, each a test that can fail.
//!
//! Three doors lead in: the library ([`harness::Blog`]), the router in process
//! ([`harness::Blog::get`]) and the real binary ([`harness::Blog::run`], [`harness::Service`]).

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

mod harness;

mod content;
mod filters;
mod hidden;
mod paging;
mod ranking;
mod refresh;
mod samples;
mod search;
mod snippets;
