//! Bounds the nesting of lines in lists and quotes.
//!
//! For each line the parser goes through all open lists and quotes, so a file that opens many of them and has many
//! lines would take quadratic time. Lines nested deeper than anybody writes become text at the deepest allowed level.
//! Does not know code; there, it drops only spaces and marks at the start of such lines.

use std::borrow::Cow;

/// Upper bound on the marks before the text of a line; two spaces count as one mark.
const MAX_NESTING: usize = 100;

/// Returns the source without the marks and spaces that nest lines deeper than [`MAX_NESTING`]. The number of lines
/// stays the same.
pub(super) fn shallow(source: &str) -> Cow<'_, str> {
    let mut shallow = String::new();
    let mut copied = 0;
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let (kept, text) = depths(line);
        if kept < text {
            shallow.push_str(source.get(copied..at + kept).unwrap_or_default());
            copied = at + text;
        }
        at += line.len();
    }
    if copied == 0 {
        return Cow::Borrowed(source);
    }
    shallow.push_str(source.get(copied..).unwrap_or_default());
    Cow::Owned(shallow)
}

/// Returns the number of bytes before the text of a line that are within the limit, and the start of the text. A mark
/// counts as two spaces.
fn depths(line: &str) -> (usize, usize) {
    let bytes = line.as_bytes();
    let (mut at, mut depth, mut kept) = (0, 0, 0);
    loop {
        let digits = bytes.iter().skip(at).take(9).take_while(|b| b.is_ascii_digit()).count();
        let ends_item = |place: usize| matches!(bytes.get(place), Some(b' ' | b'\t'));
        let length = match bytes.get(at + digits) {
            Some(b' ' | b'\t' | b'>') if digits == 0 => 1,
            Some(b'-' | b'+' | b'*') if digits == 0 && ends_item(at + 1) => 1,
            Some(b'.' | b')') if digits > 0 && ends_item(at + digits + 1) => digits + 1,
            _ => return (kept.min(at), at),
        };
        depth += if matches!(bytes.get(at), Some(b' ')) { 1 } else { 2 };
        at += length;
        if depth <= 2 * MAX_NESTING {
            kept = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_blanks_have_a_deepest() {
        for mark in ["> ", "- ", "1. ", ">", "  ", "\t"] {
            let deep = |times: usize| format!("一\n{}二\n三", mark.repeat(times));
            assert_eq!(shallow(&deep(10)), deep(10));
            let kept = shallow(&deep(1_000)).len() - deep(0).len();
            assert!((MAX_NESTING..=2 * MAX_NESTING).contains(&kept), "{mark}: {kept}");
            assert_eq!(shallow(&deep(1_000)).matches(['一', '二', '三', '\n']).count(), 5);
        }
    }

    #[test]
    fn what_is_no_mark_stays() {
        for text in ["-", "1", "*", "1.", "+", "a > "] {
            assert_eq!(shallow(&text.repeat(999)), text.repeat(999));
        }
    }
}
