//! The promises of the whole program, each a test that can fail.
//!
//! Three doors lead in: the library ([`harness::Blog`]), the router in process
//! ([`harness::Blog::get`]) and the real binary ([`harness::Blog::run`], [`harness::Service`]).

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

mod harness;

mod age;
mod architecture;
mod bad_input;
mod check;
mod cli;
mod compression;
mod content;
mod corrections;
mod crash;
mod dictionary;
mod eval;
mod explain;
mod faults;
mod filters;
mod forecast;
mod forgiving;
mod freshness;
mod hidden;
mod honest;
mod http;
mod judged;
mod lasting;
mod laws;
mod paging;
mod queries;
mod ranking;
mod recovery;
mod refresh;
mod samples;
mod search;
mod shown;
mod similar;
mod sites;
mod snippets;
mod soak;
mod status;
mod storm;
mod substrings;
mod suggest;
mod synonyms;
mod urls;
mod values;
mod watch;
mod words;
