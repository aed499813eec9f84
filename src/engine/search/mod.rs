//! Answers a query: what is found, in which class and order, and what was perhaps meant.
//!
//! [`page`] makes the page that was asked for. [`stages`] is the table of what is tried, in which order. A stage reads the
//! text, [`matching`] finds the documents of each match class, [`form`] and [`signs`] divide them; [`corrections`] and
//! [`sequences`] guess at what was meant. [`merge`] makes one list of several answers, [`scoring`] orders the documents of
//! one class, with the formula of [`ranking`], [`feedback`] and [`recency`]. Knows no library.

mod answer;
mod context;
mod corrections;
mod explain;
mod feedback;
mod form;
mod matching;
mod merge;
mod page;
mod ranking;
mod recency;
mod scoring;
mod sequences;
mod signs;
mod similar;
mod stages;

pub(in crate::engine) use self::{context::Aids, page::answer, similar::similar};
