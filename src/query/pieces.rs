//! Splits typed text at its straight quotation marks.
//!
//! [`super::TypedText`] reads the pieces one by one. The module knows no analyzer.

use crate::text::Class;

/// A piece of the typed text.
pub(super) struct Piece<'a> {
    pub text: &'a str,
    pub literal: bool,
}

/// Splits typed text at its straight quotation marks. The text between two marks is literal. Chinese quotation marks
/// belong to the text, except that one may close what a straight mark has opened. The second value is whether a
/// quotation mark has no partner.
pub(super) fn pieces(text: &str) -> (Vec<Piece<'_>>, bool) {
    const STRAIGHT: [char; 2] = ['"', '＂'];
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(STRAIGHT) {
        let Some((inside, behind)) = after.split_once(STRAIGHT).or_else(|| after.split_once('”')) else { break };
        pieces.push(Piece { text: before, literal: false });
        pieces.push(Piece { text: inside, literal: true });
        rest = behind;
    }
    let unbalanced = rest.contains(STRAIGHT);
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
