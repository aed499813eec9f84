//! Markdown files become posts and findings: folder, encoding, front matter, Markdown, URL.
//!
//! [`Source`] holds all that reading a site's posts takes. Parsing gives a post, findings, or both, and
//! never ends early: a broken post is data. Owns pulldown-cmark, YAML, TOML, encodings and the folder
//! walk. Does not know what becomes of a post.

mod anchor;
mod date;
mod depth;
pub mod diagnostic;
mod encoding;
mod flow;
pub mod folder;
mod front_matter;
mod html;
mod markdown;
pub mod panics;
mod permalink;
mod place;
mod reader;
mod section;
pub mod site;
mod slug;
mod source;
mod stray;
mod template;
pub mod yaml;

pub use self::{
    front_matter::Hidden,
    section::CaseHeadingError,
    source::{Parsed, Source, SourceError, SourceOptions, Visibility},
};
