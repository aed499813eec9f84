//! The limits of the service, set by the caller that starts it.

use std::{fmt::Debug, net::IpAddr, sync::Arc, thread::available_parallelism, time::Duration};

use axum::http::uri::Authority;
use jiff::tz::TimeZone;
use twox_hash::XxHash3_64;

use super::hosts::{Hosts, is_loopback};
use crate::content::Source;

/// The limits of the service. The defaults suit a small public site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Upper bound on a path with its query, in bytes as sent; a longer one gets a 414. A request line with headers of
    /// more than 80 KiB ends the connection in any case.
    pub max_uri_bytes: usize,
    /// Upper bound on a request body in bytes; a larger one gets a 413.
    pub max_body_bytes: usize,
    /// Upper bound on the time of an answer; a later answer becomes a 503.
    pub request_timeout: Duration,
    /// Upper bound on the number of open connections.
    pub max_connections: usize,
    /// The same for one client: an address, or a network of 64 bits of IPv6. Loopback addresses have no such limit.
    pub max_connections_per_client: usize,
    /// Number of searches that run at the same time.
    pub search_threads: usize,
    /// Number of searches that wait for a thread; further ones get a 503 at once.
    pub search_queue: usize,
    /// The other sites whose pages may ask.
    pub cors_origins: Cors,
    /// The names that a request may ask by.
    pub hosts: Hosts,
}

impl Settings {
    /// Returns the defaults of a service that listens on an address. On a loopback address, only requests by the names
    /// of this machine for itself are answered, and only pages of such names may read the answers: what is not published
    /// must not be readable by every page that its owner visits.
    #[must_use]
    pub fn of_address(address: IpAddr) -> Self {
        if address.to_canonical().is_loopback() {
            let cors_origins = Cors::Only { origins: Vec::new(), loopback: true };
            Self { cors_origins, hosts: Hosts::Only(Vec::new()), ..Self::default() }
        } else {
            Self::default()
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_uri_bytes: 60 << 10,
            max_body_bytes: 64 << 10,
            request_timeout: Duration::from_secs(10),
            max_connections: 4096,
            max_connections_per_client: 256,
            search_threads: available_parallelism().map_or(2, usize::from).clamp(2, 32),
            search_queue: 128,
            cors_origins: Cors::Any,
            hosts: Hosts::Any,
        }
    }
}

/// The settings that answers depend on, which may change while the service runs.
#[derive(Debug, Clone)]
pub struct AnswerSettings {
    /// The time zone of the days in `from` and `to`.
    pub(super) zone: TimeZone,
    /// A number that is different for other settings.
    pub(super) fingerprint: u64,
    /// The folder of the posts, from which they are shown as HTML.
    pub(super) source: Option<Arc<Source>>,
}

impl AnswerSettings {
    /// Makes the settings. `all` is whatever else was set, in whole: entity tags change with its debug form.
    #[must_use]
    pub fn new(zone: TimeZone, all: &impl Debug) -> Self {
        let fingerprint = XxHash3_64::oneshot(format!("{zone:?}\n{all:?}").as_bytes());
        Self { zone, fingerprint, source: None }
    }

    /// Adds the folder of the posts.
    #[must_use]
    pub fn with_source(self, source: Source) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }
}

/// The other sites whose pages may ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cors {
    /// All sites: the answers are public and use no cookie.
    #[default]
    Any,
    /// Only some sites.
    Only {
        /// The origins of these sites.
        origins: Vec<Origin>,
        /// Whether the sites of `localhost` and of loopback addresses, such as a site under work, may ask as well.
        loopback: bool,
    },
    /// No site.
    None,
}

impl Cors {
    /// Allows the sites with these origins; `*` allows all sites. `loopback` allows those of this machine for itself as
    /// well.
    ///
    /// # Errors
    /// If an origin is not of the form `https://example.org` or `https://example.org:8443`.
    pub fn only(origins: impl IntoIterator<Item = impl AsRef<str>>, loopback: bool) -> Result<Self, InvalidOrigin> {
        let mut known = Vec::new();
        for origin in origins {
            match origin.as_ref().trim() {
                "*" => return Ok(Self::Any),
                origin => known.push(Origin::new(origin)?),
            }
        }
        Ok(Self::Only { origins: known, loopback })
    }

    /// Returns whether a page of this origin may ask.
    pub(super) fn allows(&self, origin: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only { origins, loopback } => {
                Origin::new(origin).is_ok_and(|origin| origins.contains(&origin) || *loopback && origin.is_loopback())
            }
            Self::None => false,
        }
    }
}

/// Scheme, host and port of a site, as browsers send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    pub(super) fn new(text: &str) -> Result<Self, InvalidOrigin> {
        let text = text.trim();
        // An origin copied from the address bar ends with a slash.
        let origin = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        let is_host =
            |host: &str| !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
        if host.is_some_and(is_host) { Ok(Self(origin)) } else { Err(InvalidOrigin { text: text.to_owned() }) }
    }

    /// Returns whether this is an origin of a machine for itself.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.0.split_once("://").map_or("", |(_, host)| host);
        host.parse::<Authority>().is_ok_and(|host| is_loopback(host.host()))
    }

    /// Returns the origin as browsers send it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The error for a text that is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no origin, expected one like `https://example.org`")]
pub struct InvalidOrigin {
    /// The text.
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
