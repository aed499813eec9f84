//! Answers a query: matching, ranking, corrections.

pub(in crate::engine) mod explaining;
pub(in crate::engine) mod forgiving;
pub(in crate::engine) mod freshness;
pub(in crate::engine) mod learning;
pub(in crate::engine) mod literal;
pub(in crate::engine) mod matching;
pub(in crate::engine) mod ordering;
pub(in crate::engine) mod ranking;
pub(in crate::engine) mod run;
pub(in crate::engine) mod similar;
pub(in crate::engine) mod stretches;
