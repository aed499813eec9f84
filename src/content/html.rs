//! Splits the HTML inside Markdown into tags and text.
//!
//! Knows just enough HTML to keep the words of a page: [`Tokens`] returns tags and the text between them, and drops
//! comments and declarations. Text that is not a tag stays text, so that `a < b` loses nothing. Does not build a tree,
//! and does not know the effect of a tag on the page; `reader` decides that.

use std::{borrow::Cow, sync::LazyLock};

use rustc_hash::FxHashMap;

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text between tags, with entities not yet decoded.
    Text(&'a str),
    /// A tag.
    Tag(Tag<'a>),
}

/// An opening or closing tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The name as written; to be compared without regard to case.
    pub name: &'a str,
    /// The text between the name and the end of the tag, including quotes.
    pub attributes: &'a str,
    /// Whether the tag starts with `</`.
    pub closing: bool,
    /// The source of the tag.
    pub source: &'a str,
}

impl Tag<'_> {
    /// Returns the value of an attribute, with entities decoded.
    pub(super) fn attribute(&self, wanted: &str) -> Option<Cow<'_, str>> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let (name, after) =
                rest.split_at(rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len()));
            let mut value = "";
            rest = after.trim_start();
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let quoted = after.strip_prefix(['"', '\'']).and_then(|inner| inner.split_once(after.get(..1)?));
                (value, rest) = quoted.unwrap_or_else(|| {
                    after.split_at(after.find(|c: char| c.is_ascii_whitespace()).unwrap_or(after.len()))
                });
            } else if name.is_empty() {
                return None;
            }
            if name.eq_ignore_ascii_case(wanted) {
                return Some(decode(value));
            }
        }
    }

    /// Returns whether the tag is defined by HTML, SVG or MathML, or can only be a component: its name contains a
    /// hyphen, or it has attributes, or it is a closing tag. A bare `<int>` or `<T>` is more likely a word.
    pub(super) fn is_markup(&self) -> bool {
        self.closing
            || !self.attributes.trim().is_empty()
            || self.name.contains(['-', ':'])
            || self.line_break().is_some()
    }

    /// Returns whether the tag is defined by HTML, SVG or MathML.
    pub(super) fn is_known(&self) -> bool {
        self.line_break().is_some()
    }

    /// Returns whether a browser starts a new line at the tag.
    pub(super) fn breaks(&self) -> bool {
        self.line_break() == Some(true)
    }

    /// Returns whether a browser starts a new line at the tag; `None` for an unknown name.
    fn line_break(&self) -> Option<bool> {
        TAGS.get(self.name.to_ascii_lowercase().as_str()).copied()
    }
}

/// Tags at which a browser starts a new line.
const BREAKING: &str = "\
    article aside blockquote br caption center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 \
    header hr li main nav ol p pre section summary table tbody tfoot thead tr ul";

/// The other tags of HTML, SVG and MathML.
const OTHER: &str = "\
    a abbr acronym address audio b bdi bdo big body button canvas cite code col colgroup data del dfn dialog em embed \
    fieldset font g head html i iframe img input ins kbd label legend link map mark math menu meta meter mi mn mo \
    mrow msub msup nobr nomarkdown noscript object optgroup option output param path picture progress q rb rp rt rtc ruby s samp \
    script select small source span strike strong style sub sup svg td template textarea th time title track tt u var \
    video wbr";

/// For each tag: whether a browser starts a new line at it.
static TAGS: LazyLock<FxHashMap<&str, bool>> = LazyLock::new(|| {
    let other = OTHER.split(' ').map(|name| (name, false));
    BREAKING.split(' ').map(|name| (name, true)).chain(other).collect()
});

/// Decodes entities once. A no-break space becomes a space, and NUL characters are dropped.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace("&nbsp;", " ");
    Cow::Owned(html_escape::decode_html_entities(&spaced).replace('\0', ""))
}

/// Splits HTML into tags and text.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// Number of bytes at the start of `rest` that are known to be text.
    text: usize,
    /// Distance from the end of the source, in bytes, from which on no `>` follows.
    last_end: usize,
    /// Number of bytes that searches for the ends of tags may still go through, so that hostile openings cost linear time.
    left: usize,
}

impl<'a> Tokens<'a> {
    /// Starts at the beginning of `html`.
    pub(super) fn new(html: &'a str) -> Self {
        Self {
            rest: html,
            text: 0,
            last_end: html.len() - html.rfind('>').map_or(0, |end| end + 1),
            left: html.len().saturating_mul(8),
        }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.text = 0;
        taken
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let ahead = self.rest.get(self.text..).unwrap_or_default();
            let found = if self.rest.len() <= self.last_end { None } else { ahead.find('<') };
            let Some(found) = found else {
                let length = self.rest.len();
                return (length > 0).then(|| Token::Text(self.take(length)));
            };
            let start = self.text + found;
            let Some(markup) = self.rest.get(start..).and_then(|text| markup(text, &mut self.left)) else {
                self.text = start + 1;
                continue;
            };
            if start > 0 {
                return Some(Token::Text(self.take(start)));
            }
            let (length, tag) = markup;
            self.take(length);
            if let Some(tag) = tag {
                return Some(Token::Tag(tag));
            }
        }
    }
}

/// Reads the markup at the start of `text`, which begins with `<`. Returns the length of the markup in bytes, and the tag
/// unless the markup is a declaration, comment or instruction.
/// Takes the number of bytes that were searched from `left`.
fn markup<'a>(text: &'a str, left: &mut usize) -> Option<(usize, Option<Tag<'a>>)> {
    let bytes = text.as_bytes();
    if matches!(bytes.get(1), Some(b'!' | b'?')) {
        // No useful one is longer; the bound limits the cost of unclosed ones.
        return bytes.iter().take(1_000).position(|&b| b == b'>').map(|end| (end + 1, None));
    }
    let closing = bytes.get(1) == Some(&b'/');
    let name_start = 1 + usize::from(closing);
    bytes.get(name_start).filter(|b| b.is_ascii_alphabetic())?;
    let name_length =
        bytes[name_start..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':')).count();
    let name_end = name_start + name_length;
    if !bytes.get(name_end).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')) {
        return None;
    }
    let end = tag_end(bytes, name_end, left)?;
    let (name, attributes) = (text.get(name_start..name_end)?, text.get(name_end..end - 1)?);
    Some((end, Some(Tag { name, attributes, closing, source: text.get(..end)? })))
}

/// Returns the end of the tag, including `>`. A `>` inside quotes ends the tag only if the quotes never close.
fn tag_end(bytes: &[u8], from: usize, left: &mut usize) -> Option<usize> {
    let mut at = from;
    let mut first = None;
    let end = loop {
        match bytes.get(at) {
            None => break None,
            Some(b'>') => break Some(at + 1),
            Some(b'<') => break first,
            Some(&quote @ (b'"' | b'\'')) => {
                let quoted = bytes.get(at + 1..).unwrap_or_default();
                let quoted = quoted.get(..*left).unwrap_or(quoted);
                let close = memchr::memchr(quote, quoted);
                if first.is_none() {
                    let inside = quoted.get(..close.unwrap_or(quoted.len())).unwrap_or_default();
                    first = memchr::memchr(b'>', inside).map(|end| at + end + 2);
                }
                let Some(length) = close else { break first };
                at += length + 2;
            }
            Some(_) => at += 1,
        }
    };
    // Looking far for nothing is what costs.
    *left = left.saturating_sub(end.unwrap_or(at).abs_diff(from).max(at - from));
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        let found = Tokens::new(html).map(|token| match token {
            Token::Text(text) => format!("[{text}]"),
            Token::Tag(tag) => format!("{}{}", if tag.closing { "/" } else { "" }, tag.name),
        });
        assert_eq!(found.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn tags_are_told_from_text() {
        check("<p class=\"a>b\">甲<br/>乙</p>", "p [甲] br [乙] /p");
        check("3 < 5 且 <3 与 a<b", "[3 < 5 且 <3 与 a<b]");
        check("<!DOCTYPE html><?x?><b>甲", "b [甲]");
        check("<a href=\"未闭合>甲</a>", "a [甲] /a");
        check("<div", "[<div]");
        let long = "QUJD".repeat(50_000);
        check(&format!("甲<img src=\"{long}\" alt=乙>丙<b title='{long}'>丁"), "[甲] img [丙] b [丁]");
    }

    #[test]
    fn attributes_are_decoded() {
        let Some(Token::Tag(tag)) = Tokens::new("<img src=x.png alt='转账 &amp; 退款' hidden>").next() else {
            unreachable!("the input is one tag")
        };
        assert_eq!(tag.attribute("alt").as_deref(), Some("转账 & 退款"));
        assert_eq!(tag.attribute("SRC").as_deref(), Some("x.png"));
        assert_eq!(tag.attribute("id"), None);
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(decode("&#x4E2D;&nbsp;&amp;lt;"), "中 &lt;");
    }
}
