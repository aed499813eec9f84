//! Splits typed text at its quotation marks.
//!
//! [`super::parse`] reads the pieces one by one. The module knows no analyzer.

use crate::text::Class;

/// A piece of the typed text.
pub(super) struct Piece<'a> {
    pub text: &'a str,
    pub literal: bool,
}

/// Splits typed text at its quotation marks. The second value is whether a quotation mark has no partner.
pub(super) fn pieces(text: &str) -> (Vec<Piece<'_>>, bool) {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut unbalanced = false;
    while let Some(open) = rest.find(['"', '“', '”', '＂']) {
        let Some(mark) = rest.get(open..).and_then(|text| text.chars().next()) else { break };
        let inside = rest.get(open + mark.len_utf8()..).unwrap_or_default();
        let Some(close) = inside.find(['"', '“', '”', '＂']) else {
            unbalanced = mark == '"';
            break;
        };
        let closing = inside.get(close..).and_then(|text| text.chars().next()).map_or(0, char::len_utf8);
        // Chinese quotation marks belong to the text of titles. Only straight quotation marks make a piece literal.
        let literal = mark == '"' || mark == '＂';
        if literal {
            pieces.extend(rest.get(..open).map(|text| Piece { text, literal: false }));
            pieces.extend(inside.get(..close).map(|text| Piece { text, literal: true }));
        } else {
            pieces.extend(rest.get(..open + mark.len_utf8() + close).map(|text| Piece { text, literal: false }));
        }
        rest = inside.get(close + closing..).unwrap_or_default();
    }
    pieces.push(Piece { text: rest, literal: false });
    (pieces, unbalanced)
}

/// Returns the text without the spaces between Han characters, since no post contains such spaces.
pub(super) fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before = joined.chars().next_back().map(Class::of);
        if c.is_whitespace() && before == Some(Class::Han) {
            while chars.peek().is_some_and(|next| next.is_whitespace()) {
                chars.next();
            }
            if chars.peek().copied().map(Class::of) == Some(Class::Han) {
                continue;
            }
        }
        joined.push(c);
    }
    joined
}
