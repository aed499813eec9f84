//! Permalink patterns, and escaping of text for URLs.
//!
//! A [`Pattern`] splits a pattern into text and placeholders by the grammar of its generator. The generators in `site`
//! know the meaning of the placeholders. Every URL of anli is built here, so every result is ASCII, contains no quote,
//! space, angle bracket or `..`, and is safe in an `href`.

use std::fmt::Write as _;

/// The rule for where the name of a placeholder ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// Lower-case letters and underscores, not ending in an underscore; also for plain folders.
    Jekyll,
    /// ASCII letters, digits and underscores, not ending in an underscore.
    Hexo,
    /// ASCII letters, digits and underscores, perhaps with a choice in brackets; `\:` is a colon.
    Hugo,
}

/// Upper bound on the placeholders of a pattern, more than any real pattern has. The rest is taken as text, so that the
/// time for a URL does not grow with the product of a hostile pattern and a hostile title.
const MAX_PLACEHOLDERS: usize = 32;

/// Upper bound on the length of a value, in characters. Longer values are truncated: neither browsers nor hosts accept
/// such a URL.
const MAX_VALUE_LENGTH: usize = 2_000;

/// A permalink pattern, split into text and placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Placeholder(String),
}

impl Pattern {
    /// Splits a pattern. Every text is a valid pattern.
    pub(super) fn new(text: &str, grammar: Grammar) -> Self {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut placeholders = 0;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if grammar == Grammar::Hugo
                && let Some(after) = rest.strip_prefix("\\:")
            {
                literal.push(':');
                rest = after;
                continue;
            }
            if c == ':'
                && placeholders < MAX_PLACEHOLDERS
                && let Some((name, after)) = rest.get(1..).and_then(|text| placeholder(text, grammar))
            {
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Placeholder(name.to_owned()));
                placeholders += 1;
                rest = after;
                continue;
            }
            literal.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Self { pieces }
    }

    /// Returns the names of the placeholders in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Placeholder(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }

    /// Replaces the placeholders by their values and returns an escaped text, not yet a clean path. A placeholder
    /// without a value stays as written.
    pub(super) fn expand(&self, value: impl FnMut(&str) -> Option<String>) -> String {
        self.expand_with(value, str::to_owned)
    }

    /// Does the same as [`Pattern::expand`], in lower case.
    pub(super) fn expand_lower(&self, value: impl FnMut(&str) -> Option<String>) -> String {
        self.expand_with(value, str::to_lowercase)
    }

    fn expand_with(&self, mut value: impl FnMut(&str) -> Option<String>, form: fn(&str) -> String) -> String {
        let mut expand = |piece: &Piece| match piece {
            Piece::Literal(text) => escape(&form(text), Escapes::Keep),
            Piece::Placeholder(name) => match value(name) {
                Some(text) => {
                    let text = form(&text);
                    let end = text.char_indices().nth(MAX_VALUE_LENGTH).map_or(text.len(), |(end, _)| end);
                    escaped(text.get(..end).unwrap_or_default())
                }
                None => escape(&format!(":{name}"), Escapes::Keep),
            },
        };
        self.pieces.iter().map(&mut expand).collect()
    }

    /// Matches a text written by this pattern. Returns the value of each placeholder: the digits of dates by their
    /// width, every other value as short as possible. Returns `None` if the text does not match.
    pub(super) fn read<'a>(&'a self, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut found = Vec::new();
        // Patterns have few pieces and paths some dozens of bytes; the limit bounds the time for a hostile pair.
        let mut steps = 5_000;
        match_pieces(&self.pieces, text, &mut found, &mut steps).then_some(found)
    }
}

/// Splits the name of a placeholder off a text that follows a colon.
fn placeholder(text: &str, grammar: Grammar) -> Option<(&str, &str)> {
    let word = |b: &u8| match grammar {
        Grammar::Jekyll => b.is_ascii_lowercase() || *b == b'_',
        Grammar::Hexo | Grammar::Hugo => b.is_ascii_alphanumeric() || *b == b'_',
    };
    let mut end = text.bytes().take_while(word).count();
    if grammar == Grammar::Hugo {
        let after = text.get(end..)?;
        // Only the characters of a choice of sections are examined, so that an unclosed bracket costs nothing.
        if after.starts_with('[')
            && let Some(close) = after.bytes().take(32).position(|b| b == b']')
        {
            end += close + 1;
        }
    } else {
        end = text.get(..end)?.trim_end_matches('_').len();
    }
    if end == 0 { None } else { text.split_at_checked(end) }
}

fn match_pieces<'a>(pieces: &'a [Piece], text: &'a str, found: &mut Vec<(&'a str, &'a str)>, steps: &mut u32) -> bool {
    let Some((piece, others)) = pieces.split_first() else {
        return text.is_empty();
    };
    let Some(left) = steps.checked_sub(1) else {
        return false;
    };
    *steps = left;
    let name = match piece {
        Piece::Literal(literal) => {
            return text.strip_prefix(literal.as_str()).is_some_and(|rest| match_pieces(others, rest, found, steps));
        }
        Piece::Placeholder(name) => name.as_str(),
    };
    let (widths, digits): (_, fn(char) -> bool) = match name {
        "year" => (4..=4, |c| c.is_ascii_digit()),
        "month" | "day" => (2..=2, |c| c.is_ascii_digit()),
        "i_month" | "i_day" => (1..=2, |c| c.is_ascii_digit()),
        "hash" => (12..=12, |c| c.is_ascii_hexdigit()),
        _ => (1..=usize::MAX, |_| true),
    };
    // Numbers match as much as possible and names as little, as in the generator.
    let mut ends: Vec<usize> = Vec::new();
    if others.is_empty() {
        let count = text.chars().count();
        if widths.contains(&count) && text.chars().all(digits) {
            ends.push(text.len());
        }
    } else {
        let mut count = 0;
        for (start, c) in text.char_indices() {
            if !digits(c) || count == *widths.end() || ends.len() > 4096 {
                break;
            }
            count += 1;
            if count >= *widths.start() {
                ends.push(start + c.len_utf8());
            }
        }
        if *widths.end() <= 12 {
            ends.reverse();
        }
    }
    for end in ends {
        let Some((value, rest)) = text.split_at_checked(end) else {
            continue;
        };
        found.push((name, value));
        if match_pieces(others, rest, found, steps) {
            return true;
        }
        found.pop();
    }
    false
}

/// The meaning of `%` in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// `%41` is an escape already and is kept: the author wrote a URL.
    Keep,
    /// `%` is an ordinary character of a name, and is itself escaped.
    Double,
}

/// Escapes every byte that is not allowed in a path; keeps `/`.
fn escape(text: &str, escapes: Escapes) -> String {
    let bytes = text.as_bytes();
    let mut escaped = String::with_capacity(text.len());
    for (i, &byte) in bytes.iter().enumerate() {
        let is_escape = byte == b'%'
            && escapes == Escapes::Keep
            && matches!(bytes.get(i + 1..i + 3), Some(two) if two.iter().all(u8::is_ascii_hexdigit));
        if is_escape || byte.is_ascii_alphanumeric() || b"-._~!$&()*+,;=:@/".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// Returns an escaped name; keeps `/`.
pub(super) fn escaped(text: &str) -> String {
    escape(text, Escapes::Double)
}

/// Returns an escaped path that an author wrote; escapes in it stay.
pub(super) fn written(text: &str) -> String {
    escape(text, Escapes::Keep)
}

/// Escapes everything but letters and digits, as in a text fragment, where `-`, `,` and `&` have a meaning.
pub(super) fn escaped_words(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Returns an escaped path that starts with exactly one `/`, without empty segments and without segments of dots only,
/// since browsers resolve `..` and `%2e%2e` to the parent folder. Keeps a final `/`.
pub(super) fn clean(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 1);
    for segment in path.split('/').filter(|segment| !is_dots(segment)) {
        out.push('/');
        out.push_str(segment);
    }
    if out.is_empty() || path.ends_with('/') {
        out.push('/');
    }
    out
}

fn is_dots(segment: &str) -> bool {
    segment.to_ascii_lowercase().replace("%2e", ".").bytes().all(|b| b == b'.')
}

/// Returns an `http` or `https` address, escaped and without fragment; `None` for any other text.
pub(super) fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let end = rest.find(['/', '\\']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end)?;
    if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let mut out = format!("{scheme}://");
    for (i, part) in host.split_inclusive(['[', ']']).enumerate() {
        // Brackets enclose an IPv6 host; in a path they are not allowed.
        match part.strip_suffix(['[', ']']) {
            Some(before) => {
                out.push_str(&escape(before, Escapes::Keep));
                out.push(if i == 0 && before.is_empty() { '[' } else { ']' });
            }
            None => out.push_str(&escape(part, Escapes::Keep)),
        }
    }
    if !path.is_empty() {
        out.push_str(&clean(&escape(path, Escapes::Keep)));
    }
    if let Some(query) = query {
        out.push('?');
        out.push_str(&escape(query, Escapes::Keep));
    }
    Some(out)
}

/// Returns the base address before every path: a web address, a root-relative path, or an empty text, without a final
/// `/`. Returns `None` for any other text.
pub(super) fn base_address(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some(String::new());
    }
    let mut base = if text.starts_with('/') && !text.starts_with("//") && !text.starts_with("/\\") {
        clean(&escape(text.split(['?', '#']).next().unwrap_or_default(), Escapes::Keep))
    } else {
        web_address(text.split('?').next().unwrap_or_default())?
    };
    base.truncate(base.trim_end_matches('/').len());
    Some(base)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_end_where_the_generator_ends_them() {
        let names = |text, grammar| Pattern::new(text, grammar).names().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(names("/:year_:i_day/:title:output_ext", Grammar::Jekyll), ["year", "i_day", "title", "output_ext"]);
        assert_eq!(names(":year/:post_title-:hash_", Grammar::Hexo), ["year", "post_title", "hash"]);
        assert_eq!(names("/:sections[1:]/a\\:slug/:slug", Grammar::Hugo), ["sections[1:]", "slug"]);
        assert_eq!(names("a:/:::", Grammar::Hexo), [""; 0]);
    }

    #[test]
    fn a_written_name_is_read_back() {
        let read = |pattern, text| {
            Pattern::new(pattern, Grammar::Hexo)
                .read(text)
                .map(|v| v.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(
            read(":year-:month-:day-:title", "2022-05-06-刷单-2").unwrap(),
            "year=2022 month=05 day=06 title=刷单-2"
        );
        assert_eq!(read(":lang/:title", "zh/a/b").unwrap(), "lang=zh title=a/b");
        assert_eq!(read(":year-:title", "22-a"), None);
        assert_eq!(read(":i_month-:title", "12-a").unwrap(), "i_month=12 title=a");
        assert_eq!(read(":a:b:c:d:e:f!", &"x".repeat(5000)), None);
    }

    #[test]
    fn only_the_web_and_root_paths_are_bases() {
        assert_eq!(base_address("https://例子.cn/博客/").unwrap(), "https://%E4%BE%8B%E5%AD%90.cn/%E5%8D%9A%E5%AE%A2");
        assert_eq!(base_address("HTTP://[::1]:8080//a/../b/?x#y").unwrap(), "http://[::1]:8080/a/b");
        assert_eq!(base_address(" /blog/ ").unwrap(), "/blog");
        assert_eq!(base_address("/").unwrap(), "");
        for bad in ["javascript:alert(1)", "//evil.example", "/\\evil.example", "blog.example", "https://", "ftp://a"] {
            assert_eq!(base_address(bad), None, "{bad}");
        }
    }

    #[test]
    fn escapes_of_the_author_stay_and_names_are_escaped() {
        let path = Pattern::new("/a%20b/%zz/:x/", Grammar::Hexo).expand(|_| Some("50% 赚".to_owned()));
        assert_eq!(clean(&path), "/a%20b/%25zz/50%25%20%E8%B5%9A/");
        assert_eq!(clean("a/../.%2e/%2E/b//"), "/a/b/");
    }

    proptest! {
        #[test]
        fn any_text_is_a_pattern_and_a_base_or_none(text in "\\PC*|[:/\\[\\]a-z.%_]*") {
            for grammar in [Grammar::Jekyll, Grammar::Hexo, Grammar::Hugo] {
                let pattern = Pattern::new(&text, grammar);
                prop_assert!(clean(&pattern.expand(|name| Some(name.to_owned()))).starts_with('/'));
                let _ = pattern.read(&text);
            }
            if let Some(base) = base_address(&text) {
                prop_assert!(base.is_ascii() && !base.ends_with('/'));
            }
        }
    }
}
