//! Removes secrets of front matter from findings.
//!
//! Findings quote the author, and findings are public. A finding that quotes the value of a password-like key loses the
//! quotation, in its message and in its source line. Does not know whether a post is hidden.

use super::{Diagnostic, fence};
use crate::chinese::marks::{COLONS, QUOTES};

/// Names, or parts of names, of keys with secret values, in lower case.
const NAMES: &[&str] =
    &["password", "passwd", "passphrase", "passcode", "pwd", "secret", "encrypt", "token", "密码", "密碼", "口令"];

/// Replaces secret text.
const MASK: &str = "***";

/// Upper bound on the length of a line that is shown, in bytes.
const MAX_LINE: usize = 3_000;

/// Removes the values of password-like keys from the findings. The body begins at byte `body`.
pub(super) fn mask(text: &str, body: usize, findings: &mut [Diagnostic]) {
    if findings.is_empty() {
        return;
    }
    let lines = masked(text, body);
    for found in findings {
        let Some(place) = &mut found.place else { continue };
        let Ok(at) = lines.binary_search_by_key(&place.line, |(line, _)| *line) else { continue };
        let shown = &lines[at].1;
        let end = u32::try_from(shown.chars().count()).unwrap_or(u32::MAX);
        let start = end.saturating_sub(2).max(1);
        if place.source.is_empty() || shown.len() > MAX_LINE {
            place.source.clear();
        } else {
            place.source.clone_from(shown);
        }
        place.column = place.column.min(start);
        place.width = place.width.min(end.saturating_sub(place.column) + 1);
        found.generalise();
    }
}

/// Returns the lines up to byte `end` that contain a secret: each with its number and the text that may be shown.
fn masked(text: &str, end: usize) -> Vec<(u32, String)> {
    let mut masked = Vec::new();
    // Indentation of the secret key whose value may continue.
    let mut open: Option<usize> = None;
    for (number, (at, line)) in (1..).zip(fence::lines(text, 0)) {
        if at >= end {
            break;
        }
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        if open.is_some_and(|key| indent <= key && fence::key_line(bare).is_some()) {
            open = None;
        }
        if open.is_some() {
            if !bare.is_empty() {
                masked.push((number, MASK.to_owned()));
            }
        } else if let Some(kept) = before_secret(line) {
            open = Some(indent);
            masked.push((number, format!("{kept}{MASK}")));
        }
    }
    masked
}

/// Returns the part of a line before the first secret value.
fn before_secret(line: &str) -> Option<&str> {
    // ASCII is enough for these names, and keeps the byte offsets.
    let lower = line.to_ascii_lowercase();
    let first = line.trim_start_matches([' ', '\t', '{', '-', '?', '"', '\'']);
    let first = line.len() - first.len();
    let mut found: Vec<(usize, usize)> =
        NAMES.iter().flat_map(|name| lower.match_indices(name).map(|(at, name)| (at, at + name.len()))).collect();
    found.sort_unstable();
    let mut passed = 0;
    found.into_iter().find_map(|(at, end)| {
        if end < passed {
            return None;
        }
        let rest = line.get(end..)?;
        let tail = rest.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        passed = line.len() - tail.len();
        let after = tail.trim_start_matches(QUOTES);
        let after = after.trim_start_matches([' ', '\t']);
        let separator = after.chars().next().filter(|c| *c == '=' || COLONS.contains(c));
        match separator {
            Some(separator) => {
                let value = after.strip_prefix(separator)?.trim_start_matches([' ', '\t']);
                line.get(..line.len() - value.len())
            }
            // A key without its colon.
            None if at == first && !tail.trim().is_empty() => line.get(..line.len() - tail.len()),
            None => None,
        }
    })
}
