//! What must not be shown of front matter.
//!
//! Findings quote what an author wrote, and findings are public. Here those that quote the value of a
//! password-like key lose the quotation, in the words and in the source line. It does not know whether a
//! post is hidden.

use super::{Diagnostic, fence};

/// What a key is called whose value is nobody's business, or part of its name, in lower case.
const NAMES: &[&str] =
    &["password", "passwd", "passphrase", "passcode", "pwd", "secret", "encrypt", "token", "密码", "密碼", "口令"];

/// Stands in place of what is not shown.
const MASK: &str = "***";

/// A longer line, in bytes, is not shown at all.
const LONGEST: usize = 3_000;

/// Takes the values of password-like keys out of the findings. The body begins at `body`.
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
        if place.source.is_empty() || shown.len() > LONGEST {
            place.source.clear();
        } else {
            place.source.clone_from(shown);
        }
        place.column = place.column.min(start);
        place.width = place.width.min(end.saturating_sub(place.column) + 1);
        found.generalise();
    }
}

/// Returns the lines up to byte `end` that hold something secret, by number, as they may be shown.
fn masked(text: &str, end: usize) -> Vec<(u32, String)> {
    let mut masked = Vec::new();
    // How far the key is indented whose value may go on.
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

/// Returns what a line holds up to the first value that is secret.
fn before_secret(line: &str) -> Option<&str> {
    // Letters whose lower case is longer or shorter do not stand in these names.
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
        let after = tail.trim_start_matches(['"', '\'', '”', '’']);
        let after = after.trim_start_matches([' ', '\t']);
        let separator = after.chars().next().filter(|c| matches!(c, ':' | '：' | '='));
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
