//! The outlines of Logseq: properties, drawers, references of blocks, macros, and blocks of Org mode.

use super::{Lines, Prepared, closes, fence, near, notes};

/// Blocks of Org mode that show nothing.
const SILENT: &str = "COMMENT QUERY";

/// Returns the body in CommonMark.
pub(super) fn prepare(source: &str) -> Prepared<'_> {
    let mut out = Lines::of(source);
    let mut open: Option<(char, usize)> = None;
    // The end of the lines that are dropped.
    let mut until: Option<String> = None;
    for (line, number) in source.lines().zip(0..) {
        out.number = number;
        let bare = line.trim_start();
        let (mark, text) = match bare.strip_prefix('-') {
            Some(rest) if rest.is_empty() || rest.starts_with(' ') => ("- ", rest.trim_start()),
            _ => ("", bare),
        };
        let start = format!("{}{mark}", line.get(..line.len() - bare.len()).unwrap_or_default());
        if let Some(end) = &until {
            if text.trim().eq_ignore_ascii_case(end) {
                until = None;
            }
            continue;
        }
        if let Some(fence) = open {
            if closes(text, fence) {
                open = None;
            }
            out.add(line);
            continue;
        }
        open = fence(text);
        if open.is_some() {
            out.add(line);
            continue;
        }
        let upper = text.trim().to_ascii_uppercase();
        if let Some(name) = upper.strip_prefix("#+BEGIN_") {
            let name = name.split(' ').next().unwrap_or_default();
            if SILENT.split(' ').any(|silent| silent == name) {
                until = Some(format!("#+END_{name}"));
            }
            out.add(&start);
            continue;
        }
        if upper == ":LOGBOOK:" {
            until = Some(":END:".to_owned());
            continue;
        }
        let is_dropped = upper.starts_with("#+END_")
            || ["SCHEDULED: <", "DEADLINE: <", "CLOCK: ["].iter().any(|word| upper.starts_with(word))
            || notes::property(text).is_some();
        if is_dropped {
            // A line in the middle of a block must not end its paragraph.
            if !start.trim().is_empty() {
                out.add(&start);
            }
            continue;
        }
        let mut converted = start;
        let hashes = text.len() - text.trim_start_matches('#').len();
        // A word behind `#` is a tag, not a heading.
        if hashes > 0 && !text.get(hashes..).unwrap_or_default().starts_with(' ') {
            converted.push('\\');
        }
        inline(text, &mut converted);
        out.add(&converted);
    }
    out.finish()
}

fn inline(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(found) = rest.find(['`', '\\', '[', '(', '=', '^', '#', '{', ']']) {
        let (plain, at) = rest.split_at_checked(found).unwrap_or((rest, ""));
        out.push_str(plain);
        let length = step(at, out).unwrap_or_else(|| {
            out.push_str(at.get(..1).unwrap_or_default());
            1
        });
        rest = at.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// Writes what is in place of the mark at the start of `text`, and returns its length; `None` if it is none.
fn step(text: &str, out: &mut String) -> Option<usize> {
    if let Some(length) = notes::verbatim(text, out) {
        return Some(length);
    }
    // The address of a link may be a page or a block.
    if text.starts_with("]([[") || text.starts_with("](((") {
        let end = if text.starts_with("]([[") { "]])" } else { ")))" };
        let length = near(text).find(end)? + 3;
        out.push_str("](#)");
        return Some(length);
    }
    // A picture has its size in braces.
    if text.starts_with("{:") && out.ends_with(')') {
        return Some(near(text).find('}')? + 1);
    }
    if text.starts_with("((") {
        let inside = near(text.get(2..)?);
        let end = inside.find("))")?;
        let is_id = inside.get(..end)?.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        return is_id.then_some(end + 4);
    }
    if text.starts_with("[[") {
        return notes::link(text, false, out);
    }
    if text.starts_with("#[[") {
        out.push('#');
        return notes::link(text.get(1..)?, false, out).map(|length| length + 1);
    }
    if let Some(after) = text.strip_prefix("[#") {
        // A priority.
        let letter = after.chars().next().filter(|c| c.is_ascii_uppercase())?;
        let rest = after.get(letter.len_utf8()..)?.strip_prefix(']')?;
        return Some(if rest.starts_with(' ') { 5 } else { 4 });
    }
    ["==", "^^"].iter().find_map(|mark| notes::marked(text, mark, out))
}
