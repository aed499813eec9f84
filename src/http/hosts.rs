//! Which names a request may ask this service by, and which names are those of this machine.
//!
//! A page of a foreign site can have its own name resolve to `127.0.0.1` (DNS rebinding). To the browser, this service is
//! then a part of that site, which may read all answers. Only the `Host` header tells: it has the name of the site.

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{HeaderValue, header, uri::Authority},
};

use super::refusal::Refusal;

/// The names that a request may ask by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Hosts {
    /// All names.
    #[default]
    Any,
    /// The names of this machine for itself, which are `localhost` and loopback addresses, and these names.
    Only(Vec<String>),
}

impl Hosts {
    /// Allows these names, besides those of this machine for itself; `*` allows all names.
    ///
    /// # Errors
    /// If a text is no name like `search.example.org` and no address.
    pub fn only(names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, InvalidHost> {
        let mut known = Vec::new();
        for name in names {
            let text = name.as_ref().trim();
            let name = text.to_ascii_lowercase();
            let is_name =
                |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
            match name.as_str() {
                "*" => return Ok(Self::Any),
                name if is_name(name) || bare(name).parse::<IpAddr>().is_ok() => known.push(bare(name).to_owned()),
                _ => return Err(InvalidHost { text: text.to_owned() }),
            }
        }
        Ok(Self::Only(known))
    }

    /// Returns the refusal of a request that asks by another name. A request without a name is not from a browser.
    pub(super) fn refuses(&self, request: &Request) -> Option<Refusal> {
        let Self::Only(known) = self else { return None };
        let in_uri = request.uri().authority().map(|authority| Some(authority.host().to_owned()));
        let in_headers = request.headers().get_all(header::HOST).iter().map(host_of);
        let allowed = |host: &str| is_loopback(host) || known.iter().any(|name| name == host);
        let wrong = in_uri.into_iter().chain(in_headers).find(|host| {
            let host = host.as_deref().map(|host| bare(host).to_ascii_lowercase());
            !host.is_some_and(|host| allowed(&host))
        })?;
        Some(Refusal::wrong_host(wrong.as_deref().unwrap_or_default()))
    }
}

/// Returns the name in a `Host` header, without its port; a text that is no name stays as it is.
fn host_of(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    Some(text.parse::<Authority>().map_or_else(|_| text.to_owned(), |authority| authority.host().to_owned()))
}

/// Returns a name without the brackets of an address and without the final dot of a full name.
fn bare(host: &str) -> &str {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    address.unwrap_or_else(|| host.strip_suffix('.').unwrap_or(host))
}

/// Returns whether a name, in lower case, is one of a machine for itself.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = bare(host);
    let address = host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    address || host == "localhost" || host.ends_with(".localhost")
}

/// The error for a text that is no name of a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no name of a host, expected one like `search.example.org`, without scheme and port")]
pub struct InvalidHost {
    /// The text.
    pub text: String,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use axum::body::Body;

    use super::*;

    #[track_caller]
    fn check(hosts: &Hosts, uri: &str, headers: &[&str], allowed: bool) {
        let request = headers.iter().fold(Request::get(uri), |request, host| request.header("host", *host));
        let refusal = hosts.refuses(&request.body(Body::empty()).unwrap());
        assert_eq!(refusal.is_none(), allowed, "{uri} {headers:?}: {refusal:?}");
    }

    #[test]
    fn a_machine_knows_its_own_names_and_those_it_was_told() {
        let told = Hosts::only([" Search.example.org ", "192.168.4.7", "[fd00::7]"]).unwrap();
        let own = ["localhost", "LOCALHOST:8417", "blog.localhost:80", "localhost.", "127.0.0.1:8417", "127.9.8.7"];
        for host in own.into_iter().chain(["[::1]:8417", "[::1]", "[::ffff:127.0.0.1]"]) {
            check(&told, "/", &[host], true);
            check(&Hosts::Only(Vec::new()), "/", &[host], true);
        }
        for host in ["search.example.org", "SEARCH.example.org:443", "192.168.4.7:8417", "[fd00::7]:8417"] {
            check(&told, "/", &[host], true);
            check(&Hosts::Only(Vec::new()), "/", &[host], false);
        }
        let foreign = ["evil.example", "localhost.evil.example", "notlocalhost", "127.0.0.1.evil.example:8417"];
        for host in foreign.into_iter().chain(["0.0.0.0", "128.0.0.1", "[::2]", "", " ", "a b", "x.search.example.org"])
        {
            check(&told, "/", &[host], false);
            check(&Hosts::Any, "/", &[host], true);
        }
    }

    #[test]
    fn a_refusal_shows_what_is_no_name() {
        let request = Request::get("/").header("host", "a b").body(Body::empty()).unwrap();
        let refusal = Hosts::Only(Vec::new()).refuses(&request).unwrap();
        assert!(format!("{refusal:?}").contains("`a b` is no name"), "{refusal:?}");
    }

    #[test]
    fn every_name_of_a_request_counts() {
        let own = Hosts::Only(Vec::new());
        check(&own, "/", &[], true);
        check(&own, "/", &["localhost", "evil.example"], false);
        check(&own, "http://evil.example/api/search", &["localhost"], false);
        check(&own, "http://localhost:8417/api/search", &["evil.example"], false);
        check(&own, "http://localhost:8417/api/search", &["localhost:8417"], true);
    }

    #[test]
    fn a_name_is_told_from_an_address_of_a_page() {
        assert_eq!(Hosts::only(["*"]), Ok(Hosts::Any));
        assert_eq!(Hosts::only(Vec::<String>::new()), Ok(Hosts::Only(Vec::new())));
        for text in ["", "https://a.example", "a.example:80", "a.example/search", "例子.cn"] {
            assert_eq!(Hosts::only([text]).map_err(|error| error.text), Err(text.to_owned()));
        }
    }
}
