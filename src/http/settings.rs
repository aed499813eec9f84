//! What the service allows, as whoever starts it decides.

use std::{thread::available_parallelism, time::Duration};

/// What is allowed. Every number has a default that suits a small public site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The longest path with its query, in bytes as sent; a longer one is a 414. Above 80 KiB of
    /// request line and headers the connection ends all the same.
    pub max_uri_bytes: usize,
    /// The largest request body, in bytes; a larger one is a 413.
    pub max_body_bytes: usize,
    /// How long an answer may take before it becomes a 503.
    pub request_timeout: Duration,
    /// How many searches run at once.
    pub search_threads: usize,
    /// How many more wait for a thread; what comes on top is refused with a 503 at once.
    pub search_queue: usize,
    /// Which other sites' pages may ask.
    pub cors_origins: Cors,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_uri_bytes: 60 << 10,
            max_body_bytes: 64 << 10,
            request_timeout: Duration::from_secs(10),
            search_threads: available_parallelism().map_or(2, usize::from).clamp(2, 32),
            search_queue: 128,
            cors_origins: Cors::Any,
        }
    }
}

/// Which other sites' pages may ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cors {
    /// All: the answers are public and no cookie is involved.
    #[default]
    Any,
    /// Those of these origins.
    Only(Vec<Origin>),
    /// None.
    None,
}

impl Cors {
    /// Allows the pages of these origins.
    ///
    /// # Errors
    /// When one is not of the form `https://example.org` or `https://example.org:8443`.
    pub fn only(origins: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, InvalidOrigin> {
        origins.into_iter().map(|origin| Origin::new(origin.as_ref())).collect::<Result<_, _>>().map(Self::Only)
    }
}

/// Scheme, host and port of a site, as browsers send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    fn new(text: &str) -> Result<Self, InvalidOrigin> {
        let text = text.trim();
        // People copy it from the address bar, where it ends with a slash.
        let origin = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        let is_host =
            |host: &str| !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
        if host.is_some_and(is_host) { Ok(Self(origin)) } else { Err(InvalidOrigin { text: text.to_owned() }) }
    }

    /// Gives it as browsers send it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no origin, expected one like `https://example.org`")]
pub struct InvalidOrigin {
    /// What was written.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(Origin::new(text).ok().as_ref().map(Origin::as_str), expected, "{text}");
    }

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        check("https://Blog.Example.org/", Some("https://blog.example.org"));
        check("http://localhost:4000", Some("http://localhost:4000"));
        check("http://[::1]:4000", Some("http://[::1]:4000"));
        for text in ["", "*", "example.org", "https://", "https://a.org/blog", "ftp://a.org", "https://例子.cn"] {
            check(text, None);
        }
    }
}
