//! What the notes of Obsidian and of Logseq have in common: links in double brackets, marks, properties.

use super::{near, span};

/// Writes the code or the escaped character at the start of `text` as it is, and returns its length; `None` if there is
/// neither.
pub(super) fn verbatim(text: &str, out: &mut String) -> Option<usize> {
    let length = match text.strip_prefix('\\') {
        Some(after) => 1 + after.chars().next().map_or(0, char::len_utf8),
        None if text.starts_with('`') => span(text).0,
        None => return None,
    };
    out.push_str(text.get(..length)?);
    Some(length)
}

/// Writes the words of a link in double brackets at the start of `text`, `[[page#heading|words]]`, and returns its length.
/// `parts` tells whether `#` divides a page from its heading, and `|` both from the words.
pub(super) fn link(text: &str, parts: bool, out: &mut String) -> Option<usize> {
    let inside = near(text).strip_prefix("[[")?;
    let end = inside.find("]]")?;
    let target = inside.get(..end).filter(|target| !target.trim().is_empty() && !target.contains("[["))?;
    if !parts {
        out.push_str(target);
    } else if let Some((_, words)) = target.rsplit_once('|') {
        out.push_str(words.trim());
    } else {
        let shown: Vec<&str> = target.trim_end_matches('\\').split('#').map(str::trim).collect();
        let shown: Vec<&str> = shown.into_iter().filter(|part| !part.is_empty()).collect();
        for (number, part) in shown.iter().enumerate() {
            if number > 0 {
                out.push_str(" \\> ");
            }
            out.push_str(part);
        }
    }
    Some(end + 4)
}

/// Writes the text between two marks at the start of `text`, and returns its length with the marks.
pub(super) fn marked(text: &str, mark: &str, out: &mut String) -> Option<usize> {
    let inside = near(text).strip_prefix(mark)?;
    let end = inside.find(mark)?;
    let inside = inside.get(..end)?;
    let fits =
        !inside.is_empty() && !inside.starts_with([' ', '=', '^']) && !inside.ends_with(' ') && !inside.contains('`');
    fits.then(|| {
        out.push_str(inside);
        end + 2 * mark.len()
    })
}

/// Splits a line `key:: value`.
pub(super) fn property(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once("::")?;
    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '?' | ' ');
    let fits = !key.trim().is_empty()
        && key.chars().nth(40).is_none()
        && key.chars().all(is_key)
        && !key.ends_with(' ')
        && (value.is_empty() || value.starts_with([' ', '\t']));
    fits.then(|| (key.trim(), value.trim()))
}
