//! Front matter: the author's data before the text of a post.
//!
//! [`split`] works in steps. `fence` finds the end of the front matter; `value` parses YAML, TOML or JSON; `recover`
//! recovers a part of broken front matter; `fields` gives the keys their meaning; `secret` removes secrets from the
//! findings. Every error becomes a finding, and the body is always found. Does not know the body, the current time or
//! the site's configuration: the caller decides about dates in the future.

mod fence;
mod fields;
mod recover;
mod secret;

use std::{collections::HashSet, ops::Range};

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use self::fence::{Fence, FenceKind};
use super::{
    date,
    diagnostic::{Code, Diagnostic, FindingList, Place},
    value,
};
use crate::post::FrontMatter;

/// Upper bound, in bytes, on front matter that is parsed as a whole.
const MAX_LENGTH: usize = 256 * 1024;

/// Why a post must never be searched, suggested or counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    /// Not finished (`draft: true`).
    Draft,
    /// Not published (`published: false`).
    Unpublished,
    /// Kept out of lists or searches by its author (`hidden: true`, `search: false`).
    Hidden,
    /// Readable only with a password (`password`, `encrypt`).
    Encrypted,
}

/// The text of a post, split into front matter and body.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Split {
    /// The fields of the front matter. The date may come from the file name.
    pub front: FrontMatter,
    /// Why the post must not be searched, if so.
    pub hidden: Option<Hidden>,
    /// Byte offset of the body.
    pub body_start: usize,
    /// Number of the body's first line, from 1.
    pub body_line: u32,
    /// Whether the front matter could not be parsed as a whole, so that data may be lost.
    pub broken: bool,
    /// Findings about the front matter.
    pub diagnostics: Vec<Diagnostic>,
}

/// Splits the text of the post at `path` into front matter and body. Dates without a zone are in `zone`.
#[must_use]
pub(super) fn split(path: &str, text: &str, zone: &TimeZone) -> Split {
    let found = fence::find(text).and_then(|fence| parse(path, text, fence));
    let ParsedKeys { fence, values, hidden, broken, findings } = found.unwrap_or_default();
    let inner = fence.as_ref().map_or(0..0, |fence| fence.inner.clone());
    let body_start = fence.as_ref().map_or(0, |fence| fence.body);
    let (mut front, findings) = fields::Fields { path, text, inner, zone, values, broken, findings }.read();
    let mut diagnostics = findings.into_findings(path);
    secret::mask(text, body_start, &mut diagnostics);
    if front.date.is_none() {
        front.date = date::of_file_name(path, zone).or_else(|| front.published.take());
    }
    let body_line = Place::of(text, body_start, 0).line;
    Split { front, hidden, body_start, body_line, broken, diagnostics }
}

/// Parsed front matter, with keys not yet interpreted.
#[derive(Default)]
struct ParsedKeys {
    fence: Option<Fence>,
    values: Map<String, Value>,
    hidden: Option<Hidden>,
    broken: bool,
    findings: FindingList,
}

/// Parses the values, or recovers a part of them. Returns `None` if the text is not front matter after all.
fn parse(path: &str, text: &str, fence: Fence) -> Option<ParsedKeys> {
    let inner = text.get(fence.inner.clone())?;
    if inner.len() > MAX_LENGTH {
        return parse_too_long(path, text, fence);
    }
    let parsed = match fence.kind {
        FenceKind::Yaml => value::yaml(inner),
        FenceKind::Toml => value::toml(inner),
        FenceKind::Json if fence.closed => value::json(inner),
        FenceKind::Json | FenceKind::BareJson => {
            value::json(&format!("{{{}}}", inner.trim_end().trim_end_matches(',')))
        }
    };
    let failure = match parsed {
        Ok(read) if read.is_table => return Some(whole(path, text, fence, read)),
        Ok(_) => None,
        Err(failure) => Some(failure),
    };
    let first = fence::lines(inner, 0).map(|(_, line)| line).find(|line| !line.trim().is_empty());
    let has_key = first.and_then(fence::key_line).is_some_and(|line| line.key.is_ascii())
        || fence::lines(inner, 0).any(|(_, line)| fence::is_known(line))
        // A table in braces.
        || inner.trim_start().starts_with('{')
            && recover::every_key(inner).iter().any(|(key, _)| fence::is_known(&format!("{key}:")));
    if fence.kind == FenceKind::Yaml && !has_key {
        // Prose between two rules.
        return None;
    }
    let hidden = hidden_in_broken(inner, fence.kind);
    if let Some(short) = without_body(text, &fence) {
        let found = unclosed(path, text, &short);
        return Some(recovered(text, short, hidden, found));
    }
    let found = if fence.closed {
        blamed(path, text, fence.inner.start, recover::blame(inner, fence.kind, failure.as_ref()))
    } else {
        unclosed(path, text, &fence)
    };
    Some(recovered(text, fence, hidden, found))
}

/// Returns front matter that was parsed as a whole, with findings about its fence and repeated keys.
fn whole(path: &str, text: &str, fence: Fence, read: value::Read) -> ParsedKeys {
    let mut findings = FindingList::default();
    let before = text.get(..fence.open).unwrap_or_default();
    if fence::lines(before, 0).any(|(_, line)| fence::is_conflict(line)) {
        findings.add(|| blamed(path, text, 0, recover::blame(before, fence.kind, None)));
    }
    if !fence.closed {
        findings.add(|| unclosed(path, text, &fence));
    }
    let mut reported = HashSet::new();
    for (key, _) in read.earlier.iter().filter(|(key, _)| reported.insert(key)) {
        findings.add(|| {
            let message = format!("`{key}` stands twice, expected once; the last one counts");
            Diagnostic::new(path, Code::FrontMatterDuplicateKey, message)
                .at(fields::place(text, &fence.inner, key, 1))
                .help("delete the one that is wrong")
        });
    }
    let hidden = fields::hidden(read.values.iter().chain(read.earlier.iter().map(|(key, value)| (key, value))));
    let broken = !fence.closed;
    ParsedKeys { fence: Some(fence), values: read.values, hidden, broken, findings }
}

/// Returns the values that can be recovered from broken front matter; `found` is the error.
fn recovered(text: &str, fence: Fence, hidden: Option<Hidden>, found: Diagnostic) -> ParsedKeys {
    let inner = text.get(fence.inner.clone()).unwrap_or_default();
    let inner = inner.get(..value::boundary(inner, MAX_LENGTH)).unwrap_or_default();
    let values = recover::recover(inner, fence.kind).into_iter().collect();
    let mut findings = FindingList::default();
    findings.add(|| found);
    ParsedKeys { fence: Some(fence), values, hidden, broken: true, findings }
}

/// Returns why the post is hidden. In broken front matter, a key that hides the post counts wherever it is.
fn hidden_in_broken(inner: &str, kind: FenceKind) -> Option<Hidden> {
    let (values, every) = (recover::recover(inner, kind), recover::every_key(inner));
    fields::hidden(values.iter().chain(&every).map(|(key, value)| (key, value)))
}

/// Returns front matter that ends with its last key, for front matter without an end that reaches to a rule in the
/// body.
fn without_body(text: &str, fence: &Fence) -> Option<Fence> {
    if fence.kind != FenceKind::Yaml || !fence.closed || fence.inner.start == fence.open {
        return None;
    }
    let short = fence::unclosed(text, fence.kind, fence.open, fence.inner.start)?;
    let rest: Range<usize> = short.inner.end..fence.inner.end;
    let mut after = fence::lines(text.get(rest)?, 0).map(|(_, line)| line);
    let gap = after.next()?;
    let parted = gap.trim().is_empty() || gap.starts_with('#') || short.body > short.inner.end;
    let prose =
        |line: &str| !line.trim().is_empty() && !line.starts_with([' ', '\t', '#']) && fence::key_line(line).is_none();
    (parted && after.any(prose)).then_some(short)
}

/// Handles front matter that is too long to be parsed as a whole: recovers the values at the start, and looks for keys
/// that hide the post everywhere.
fn parse_too_long(path: &str, text: &str, fence: Fence) -> Option<ParsedKeys> {
    let hidden = hidden_in_broken(text.get(fence.inner.clone())?, fence.kind);
    let mut short = None;
    if fence.kind == FenceKind::Yaml {
        short = fence::unclosed(text, fence.kind, fence.open, fence.inner.start);
        if short.is_none() && hidden.is_none() {
            // Two rules far apart.
            return None;
        }
    }
    let short = short.filter(|short| short.inner.end < fence.inner.end);
    let found = match &short {
        Some(short) => unclosed(path, text, short),
        None => Diagnostic::new(path, Code::FrontMatterInvalid, "the front matter is longer than 256 KiB, the limit")
            .at(Place::of(text, fence.open, 3))
            .help("move long values into the text of the post"),
    };
    Some(recovered(text, short.unwrap_or(fence), hidden, found))
}

fn blamed(path: &str, text: &str, start: usize, blame: recover::Blame) -> Diagnostic {
    Diagnostic::new(path, Code::FrontMatterInvalid, blame.message)
        .at(Place::of(text, start + blame.offset, blame.length))
        .help(blame.help)
}

fn unclosed(path: &str, text: &str, fence: &Fence) -> Diagnostic {
    let (delimiter, line) = match fence.kind {
        FenceKind::Yaml => ("---", "a line "),
        FenceKind::Toml => ("+++", "a line "),
        FenceKind::BareJson => (";;;", "a line "),
        FenceKind::Json => ("}", ""),
    };
    let place = Place::of(text, fence.open, delimiter.len());
    let last = Place::of(text, fence.inner.end.saturating_sub(1).max(fence.open), 1).line;
    let message = format!("the front matter has no end, expected {line}`{delimiter}`");
    Diagnostic::new(path, Code::FrontMatterUnclosed, message)
        .at(place)
        .help(format!("write `{delimiter}` on a line of its own after line {last}"))
}

#[cfg(test)]
mod tests;
