//! anli: a folder of Markdown posts becomes a full-text search service.
//!
//! The modules stand on floors; a module uses only those above it in this list. Data flows one
//! way: file → [`post::Post`] → tokens → index → hits → body.

pub mod post;

pub mod content;
pub mod text;

pub mod query;

pub mod engine;

pub mod refresh;

pub mod check;

pub mod watch;

pub mod cli;
