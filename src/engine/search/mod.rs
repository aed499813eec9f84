//! Answers a query: finds the documents, assigns match classes, ranks, and corrects.
//!
//! [`page`] makes the requested page, within a [`budget`]. [`stages`] is the table of the stages of a search, in order.
//! A stage parses the text; [`matching`] finds the documents of each match class, [`maxscore`] the best documents for a
//! long text; [`form`] divides them; [`corrections`] and [`sequences`] guess at the intended text, and [`certainty`] says
//! how sure a guess is. [`merge`] makes one list of several answers. [`scoring`] orders the documents of one class, with
//! the formula of [`ranking`], with [`closeness`], [`feedback`] and [`recency`]; [`top`] keeps the best. [`explain`]
//! explains a score, and [`mod@similar`] finds posts like a given post.
//!
//! The module names no search library.

mod answer;
mod budget;
mod certainty;
mod closeness;
mod context;
mod corrections;
mod explain;
mod feedback;
mod form;
mod matching;
mod maxscore;
mod merge;
mod page;
mod ranking;
mod recency;
mod scoring;
mod sequences;
mod similar;
mod stages;
#[cfg(test)]
mod tests;
mod top;

pub use self::budget::Budget;
pub(in crate::engine) use self::{
    context::Aids,
    page::{answer, matched},
    similar::similar,
};
