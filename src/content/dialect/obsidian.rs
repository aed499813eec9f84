//! The Markdown of Obsidian: links in double brackets, embeds, names of blocks, callouts, fields of Dataview.
//!
//! Comments (`%%`) are dropped later, with those of other generators.

use super::{Lines, Prepared, closes, fence, near, notes};

/// Languages of code blocks that ask for other notes, and are no text.
const QUERIES: &str = "dataview dataviewjs tasks query templater button meta-bind base tracker chart contributionGraph";

/// Returns the body in CommonMark.
pub(super) fn prepare(source: &str) -> Prepared<'_> {
    let mut out = Lines::of(source);
    let mut open: Option<((char, usize), bool)> = None;
    // Notes inside the text, which a reader sees below it.
    let mut footnotes: Vec<String> = Vec::new();
    for (line, number) in source.lines().zip(0..) {
        out.number = number;
        let quoted = line.trim_start_matches([' ', '\t', '>']);
        if let Some((mark, is_query)) = open {
            if closes(quoted, mark) {
                open = None;
            }
            out.add(if is_query { "" } else { line });
            continue;
        }
        if let Some(mark) = fence(item(quoted).1) {
            let language =
                quoted.trim_start_matches(['-', '*', ' ', '`', '~']).split([' ', '{']).next().unwrap_or_default();
            let is_query = QUERIES.split(' ').any(|query| query == language);
            open = Some((mark, is_query));
            out.add(if is_query { "" } else { line });
            continue;
        }
        if quoted.trim().is_empty() && !footnotes.is_empty() {
            flush(&mut footnotes, &mut out);
        }
        let converted = self::line(line, &mut footnotes);
        out.add(&converted);
    }
    flush(&mut footnotes, &mut out);
    out.finish()
}

/// Writes footnotes as paragraphs.
fn flush(footnotes: &mut Vec<String>, out: &mut Lines) {
    for note in footnotes.drain(..) {
        out.part();
        out.add(&note);
    }
}

/// Splits a line from the mark of its list item.
fn item(line: &str) -> (&str, &str) {
    let mark = if super::is_item(line) { line.find(' ').map_or(line.len(), |end| end + 1) } else { 0 };
    line.split_at_checked(mark).unwrap_or(("", line))
}

fn line(line: &str, footnotes: &mut Vec<String>) -> String {
    let quoted = line.trim_start_matches([' ', '\t', '>']);
    let (start, quoted) = line.split_at_checked(line.len() - quoted.len()).unwrap_or(("", line));
    let (mark, text) = item(quoted);
    let mut out = format!("{start}{mark}");
    let mut text = text;
    // A callout has its title behind its type.
    if start.contains('>')
        && let Some((kind, title)) = text.strip_prefix("[!").and_then(|rest| rest.split_once(']'))
        && !kind.contains('[')
    {
        text = title.strip_prefix(['+', '-']).unwrap_or(title).trim_start();
    }
    // A task of any state.
    if !mark.is_empty()
        && let Some(state) = text.strip_prefix('[')
        && let Some(rest) = state.get(state.chars().next().map_or(0, char::len_utf8)..)
        && let Some(rest) = rest.strip_prefix("] ")
    {
        text = rest;
    }
    let text = without_block(text);
    let hashes = text.len() - text.trim_start_matches('#').len();
    // A word behind `#` is a tag, not a heading.
    if hashes > 0
        && !text.get(hashes..).unwrap_or_default().starts_with([' ', '\t'])
        && !text.trim_end().ends_with("##")
    {
        out.push('\\');
    }
    if let Some((key, value)) = notes::property(text) {
        out.push_str(key);
        out.push_str(": ");
        inline(value, &mut out, footnotes);
        return out;
    }
    inline(text, &mut out, footnotes);
    out
}

/// Returns a line without the name of its block at its end.
fn without_block(line: &str) -> &str {
    let trimmed = line.trim_end();
    let Some((before, name)) = trimmed.rsplit_once('^') else { return line };
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_name && (before.is_empty() || before.ends_with([' ', '\t'])) { before.trim_end() } else { line }
}

fn inline(text: &str, out: &mut String, footnotes: &mut Vec<String>) {
    let mut rest = text;
    while let Some(found) = rest.find(['`', '\\', '[', '!', '=', '^', '$', '(']) {
        let (plain, at) = rest.split_at_checked(found).unwrap_or((rest, ""));
        out.push_str(plain);
        let length = step(at, out, footnotes).unwrap_or_else(|| {
            out.push_str(at.get(..1).unwrap_or_default());
            1
        });
        rest = at.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// Writes what is in place of the mark at the start of `text`, and returns its length; `None` if it is none.
fn step(text: &str, out: &mut String, footnotes: &mut Vec<String>) -> Option<usize> {
    if let Some(length) = notes::verbatim(text, out) {
        return Some(length);
    }
    if text.starts_with("![[") {
        // What is embedded is found where it is written.
        return Some(near(text).find("]]")? + 2);
    }
    if text.starts_with("[[") {
        return notes::link(text, true, out);
    }
    if text.starts_with("==") {
        return notes::marked(text, "==", out);
    }
    if let Some(note) = text.strip_prefix("^[") {
        let end = near(note).find(']')?;
        footnotes.push(note.get(..end)?.to_owned());
        return Some(end + 3);
    }
    // A field of Dataview: `[key:: value]`, `(key:: value)`.
    let (open, close) = if text.starts_with('[') { ('[', ']') } else { ('(', ')') };
    let inside = text.strip_prefix(open)?;
    let inside = near(inside);
    let inside = inside.get(..inside.find(close)?)?;
    let (key, value) = notes::property(inside)?;
    if open == '[' {
        out.push_str(key);
        out.push_str(": ");
    }
    out.push_str(value);
    Some(inside.len() + 2)
}
