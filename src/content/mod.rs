//! Markdown files become posts and findings.
mod anchor;
pub mod diagnostic;
mod flow;
mod html;
mod markdown;
mod permalink;
mod reader;
mod section;
pub mod site;
mod slug;
mod stray;
mod template;
pub mod yaml;
