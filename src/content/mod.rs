//! Turns Markdown files into posts and findings: folder, encoding, front matter, Markdown, URL.
//!
//! [`Source`] has everything needed to read the posts of a site. Parsing gives a post, findings, or both, and never
//! stops early: a broken post is data. Owns pulldown-cmark, YAML, TOML, encodings and the folder walk. Does not know
//! how a post is used.

mod anchor;
mod attributes;
mod date;
mod depth;
pub mod diagnostic;
mod dialect;
mod encoding;
mod flow;
pub mod folder;
mod format;
mod fragment;
mod front_matter;
mod html;
mod include;
mod letters;
mod markdown;
mod mdx;
pub mod panics;
mod permalink;
mod place;
mod reader;
mod rendering;
mod section;
pub mod site;
mod slug;
mod source;
mod stray;
mod table;
mod template;
mod tree;
mod value;
pub mod yaml;

pub use self::{
    front_matter::Hidden,
    section::CaseHeadingError,
    source::{Parsed, Source, SourceError, SourceOptions, Visibility},
};
