//! Answers a query: what is found, in which class and order, and what was perhaps meant. Knows no library.

mod explaining;
mod forgiving;
mod freshness;
mod learning;
mod literal;
mod matching;
mod ordering;
mod ranking;
mod run;
mod similar;
mod stretches;

pub(in crate::engine) use self::{
    run::{Aids, answer},
    similar::similar,
};
