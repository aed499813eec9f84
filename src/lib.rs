//! anli: a folder of Markdown posts becomes a full-text search service.
//!
//! The modules are on floors, lowest first; a module uses only floors below its own. Data flows one way: file →
//! [`post::Post`] → tokens → index → hits → body.

// 0: types that all floors share, and facts of Chinese.
pub mod chinese;
pub mod post;

// 1: files become posts; text becomes tokens.
pub mod content;
pub mod text;

// 2: queries and answers.
pub mod query;

// 3: posts in, hits out.
pub mod engine;

// 4: the index becomes equal to the folder.
pub mod refresh;

// 5: users of an index that is up to date, and their tools.
pub mod check;
pub mod eval;
pub mod http;
pub mod watch;
pub mod words;

// 6: the command line.
pub mod cli;
