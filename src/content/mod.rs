//! Markdown files become posts and findings.
pub mod diagnostic;
