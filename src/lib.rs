//! anli: a folder of Markdown posts becomes a full-text search service.
//!
//! The modules stand on floors, lowest first; a module uses only floors below its own. Data flows one
//! way: file → [`post::Post`] → tokens → index → hits → body.

// 0: the words that all floors share, and facts of Chinese.
pub mod chinese;
pub mod post;

// 1: files become posts; text becomes tokens.
pub mod content;
pub mod text;

// 2: what is asked, and what is answered.
pub mod query;

// 3: posts in, hits out.
pub mod engine;

// 4: the index becomes what the folder is.
pub mod refresh;

// 5: what stands on a fresh index.
pub mod check;
pub mod eval;
pub mod http;
pub mod watch;
pub mod words;

// 6: the command line.
pub mod cli;
