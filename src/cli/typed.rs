//! Parsers of option values. An error says what was found and what was expected.
//!
//! Clap adds the name of the option to the error. Knows no option by name, and looks nothing up.

use std::{
    ffi::OsString,
    fmt::Display,
    net::{Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    str::FromStr,
};

use clap::{
    Command,
    builder::{PossibleValuesParser, Resettable, TypedValueParser},
};
use serde::{Deserialize as _, Deserializer, de::Error as _};

use crate::watch::Way;

/// Puts a blank before an argument such as `-5度`, which clap would take for an option. The names of options begin with a
/// letter.
pub(super) fn unlike_an_option(argument: OsString) -> OsString {
    let name = argument.to_str().and_then(|text| text.strip_prefix('-'));
    let is_text =
        name.is_some_and(|name| !name.is_empty() && !name.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic()));
    if !is_text {
        return argument;
    }
    let mut text = OsString::from(" ");
    text.push(argument);
    text
}

/// Parses an address to listen on; `localhost` is the IPv4 loopback address.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let own = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    own.map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .or_else(|| text.parse().ok())
        .ok_or_else(|| format!("found `{text}`, expected an address and a port such as `127.0.0.1:8417`"))
}

/// Parses one of several named values.
pub(super) fn choice<T: Copy + Send + Sync>(names: &'static [(&'static str, T)]) -> impl TypedValueParser<Value = T> {
    let value = |text: String| names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    PossibleValuesParser::new(names.iter().map(|(name, _)| *name)).try_map(move |text| value(text).ok_or("no value"))
}

/// Parses a whole number in a range.
pub(super) fn number<N>(text: &str, allowed: RangeInclusive<N>) -> Result<N, String>
where
    N: FromStr + PartialOrd + Display,
{
    text.parse()
        .ok()
        .filter(|number| allowed.contains(number))
        .ok_or_else(|| format!("found `{text}`, expected a whole number from {} to {}", allowed.start(), allowed.end()))
}

/// Parses the way to notice changes.
pub(super) fn way(text: &str) -> Result<Way, String> {
    match text {
        "auto" => Ok(Way::Auto),
        "events" => Ok(Way::Events),
        "polling" => Ok(Way::Polling),
        _ => Err(format!("found `{text}`, expected `auto`, `events` or `polling`")),
    }
}

/// Reads the way to notice changes from the configuration.
pub(super) fn way_of_file<'de, D: Deserializer<'de>>(file: D) -> Result<Option<Way>, D::Error> {
    let text = String::deserialize(file)?;
    way(&text).map(Some).map_err(D::Error::custom)
}

/// Ignores environment variables that are set to an empty text, which container files often contain.
pub(super) fn without_empty_variables(command: Command) -> Command {
    let command = command.mut_args(|argument| {
        let is_empty = argument.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
        if is_empty { argument.env(Resettable::Reset) } else { argument }
    });
    command.mut_subcommands(without_empty_variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let found = address(text).map(|address| address.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn an_address_has_a_port() {
        check("0.0.0.0:80", Ok("0.0.0.0:80"));
        check("[::1]:8417", Ok("[::1]:8417"));
        check("localhost:0", Ok("127.0.0.1:0"));
        for text in ["8417", "", "localhost", "localhost:", "localhost:65536", "127.0.0.1", "blog.example:80"] {
            let words = format!("found `{text}`, expected an address and a port such as `127.0.0.1:8417`");
            check(text, Err(&words));
        }
    }

    #[test]
    fn a_way_to_watch_is_one_of_three() {
        assert_eq!((way("auto"), way("polling")), (Ok(Way::Auto), Ok(Way::Polling)));
        assert_eq!(way("Events"), Err("found `Events`, expected `auto`, `events` or `polling`".to_owned()));
    }

    #[test]
    fn a_number_is_one_of_those_allowed() {
        assert_eq!((number("0", 0..=9), number("9", 0..=9)), (Ok(0), Ok(9)));
        for text in ["10", "-1", "", "a", "1.5"] {
            assert_eq!(number(text, 0..=9), Err(format!("found `{text}`, expected a whole number from 0 to 9")));
        }
    }
}
