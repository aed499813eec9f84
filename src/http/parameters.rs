//! Reads the query part of an address as named values.
//!
//! An empty value counts as missing, since forms send empty fields. An unknown name is refused: without a misspelt
//! filter, the answer would be that to another question.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use percent_encoding::percent_decode;

use super::refusal::{Refusal, listed, shown};

/// The values of one request, in their order.
#[derive(Debug)]
pub(super) struct Parameters {
    pairs: Vec<(&'static str, Vec<u8>)>,
}

impl Parameters {
    /// Reads the part of an address after `?`, in which only `known` names may occur.
    pub(super) fn read(query: Option<&str>, known: &'static [&'static str]) -> Result<Self, Refusal> {
        let mut pairs = Vec::new();
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name);
            let Some(name) = known.iter().find(|known| known.as_bytes() == name) else {
                return Err(Refusal::unknown_parameter(&String::from_utf8_lossy(&name), known));
            };
            let value = decode(value);
            if !value.trim_ascii().is_empty() {
                pairs.push((*name, value));
            }
        }
        Ok(Self { pairs })
    }

    fn one(&self, name: &str) -> Result<Option<&[u8]>, Refusal> {
        let mut values = self.pairs.iter().filter(|(each, _)| *each == name);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Refusal::repeated_parameter(name)),
            (first, None) => Ok(first.map(|(_, value)| value.as_slice())),
        }
    }

    /// Returns a typed text. Bytes that are not UTF-8 become `�`, since a typed text is never refused.
    pub(super) fn typed(&self, name: &str) -> Result<String, Refusal> {
        Ok(self.one(name)?.map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default())
    }

    /// Returns the only value.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        self.one(name)?.map(|value| utf8(name, value)).transpose()
    }

    /// Returns all values.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<&str>, Refusal> {
        self.pairs.iter().filter(|(each, _)| *each == name).map(|(_, value)| utf8(name, value)).collect()
    }

    /// Returns a whole number in a range.
    pub(super) fn number<N>(&self, name: &str, range: RangeInclusive<N>) -> Result<Option<N>, Refusal>
    where
        N: FromStr + PartialOrd + Display,
    {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && range.contains(number));
        let expected = || format!("expected a whole number from {} to {}", range.start(), range.end());
        number.map(Some).ok_or_else(|| invalid(name, text, &expected()))
    }

    /// Returns one of several named values.
    pub(super) fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Result<Option<T>, Refusal> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let chosen = choices.iter().find(|(choice, _)| *choice == text);
        let names: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
        let expected = || format!("expected one of {}", listed(&names));
        chosen.map(|(_, value)| Some(*value)).ok_or_else(|| invalid(name, text, &expected()))
    }
}

fn invalid(name: &str, found: &str, expected: &str) -> Refusal {
    Refusal::invalid_value(name, format_args!("found `{}`, {expected}", shown(found)))
}

fn utf8<'a>(name: &str, value: &'a [u8]) -> Result<&'a str, Refusal> {
    let text = std::str::from_utf8(value);
    text.map(str::trim).map_err(|_| Refusal::invalid_value(name, "expected percent-encoded UTF-8"))
}

/// Decodes a text encoded by a form; a `%` without two digits stands for itself.
fn decode(text: &str) -> Vec<u8> {
    let spaced: Vec<u8> = text.bytes().map(|b| if b == b'+' { b' ' } else { b }).collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

    use proptest::prelude::*;

    use super::*;

    const KNOWN: &[&str] = &["q", "tag", "limit", "sort"];

    fn check(query: &str, expected: Result<(&str, &[&str], Option<usize>), &str>) {
        let read = || {
            let parameters = Parameters::read(Some(query), KNOWN)?;
            let tags = parameters.texts("tag")?.into_iter().map(str::to_owned).collect::<Vec<_>>();
            parameters.choice("sort", &[("newest", 1), ("oldest", 2)])?;
            Ok((parameters.typed("q")?, tags, parameters.number("limit", 0..=100)?))
        };
        let found: Result<_, Refusal> = read();
        match (found, expected) {
            (Ok((q, tags, limit)), Ok(expected)) => {
                assert_eq!((q.as_str(), limit), (expected.0, expected.2), "{query}");
                assert_eq!(tags, expected.1, "{query}");
            }
            (Err(refusal), Err(words)) => {
                let body = String::from_utf8(refusal.body()).unwrap();
                assert!(body.contains(words), "{query}: {body}");
            }
            (found, expected) => panic!("{query}: {found:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn forms_are_understood() {
        check("", Ok(("", &[], None)));
        check("q=%E8%AF%88+%E9%AA%97&tag=a&tag=b%26c&limit=20", Ok(("诈 骗", &["a", "b&c"], Some(20))));
        check("q=诈骗&&limit=&tag=&tag=+", Ok(("诈骗", &[], None)));
        check("q=a=b%3", Ok(("a=b%3", &[], None)));
    }

    #[test]
    fn what_is_typed_is_never_refused_but_names_are() {
        check("q=%ff%E8%AF%88", Ok(("\u{FFFD}诈", &[], None)));
        check("tag=%ff", Err("`tag`: expected percent-encoded UTF-8"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        check("qq=", Err("unknown parameter `qq`, expected one of `q`, `tag`, `limit`, `sort`"));
        check("=1", Err("unknown parameter ``"));
        check("q=1&q=2", Err("`q` is given more than once"));
        check("limit=abc", Err("`limit`: found `abc`, expected a whole number from 0 to 100"));
        for limit in ["-1", "101", "%2B5", "1.0", "99999999999999999999999"] {
            check(&format!("limit={limit}"), Err("expected a whole number from 0 to 100"));
        }
        check("sort=best", Err("`sort`: found `best`, expected one of `newest`, `oldest`"));
    }

    proptest! {
        #[test]
        fn any_text_can_be_sent(text in "(?s).{0,60}") {
            let encoded = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC);
            let parameters = Parameters::read(Some(&format!("q={encoded}")), KNOWN).unwrap();
            let expected = if text.trim_ascii().is_empty() { "" } else { text.as_str() };
            prop_assert_eq!(parameters.typed("q").unwrap(), expected);
        }
    }
}
