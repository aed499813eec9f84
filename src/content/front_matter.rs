//! Front matter: the author's data before the text of a post.
//!
//! [`split`] works in steps. `fence` finds the end of the front matter; `value` parses YAML, TOML or JSON; `recover`
//! recovers a part of broken front matter; `fields` gives the keys their meaning, `hiding` the keys that hide a post;
//! `secret` removes secrets from the findings. Every error becomes a finding, and the body is always found. Does not know
//! the body, the current time or the generator: [`Reading`] says what depends on it, and the caller decides about dates
//! in the future.

mod fence;
mod fields;
mod hiding;
mod recover;
mod secret;

use std::{collections::HashSet, ops::Range};

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use self::fence::{Fence, FenceKind};
pub(super) use self::hiding::SiteKey;
pub(super) use super::date::Clock;
use super::{
    date,
    diagnostic::{Code, Diagnostic, FindingList, Place},
    value,
};
use crate::post::FrontMatter;

/// Upper bound, in bytes, on front matter that is parsed as a whole.
const MAX_LENGTH: usize = 256 * 1024;

/// Upper bound on the depth of merged tables that are followed.
const MAX_MERGE_DEPTH: usize = 8;

/// Why a post must never be searched, suggested or counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    /// Not finished (`draft: true`).
    Draft,
    /// Not published (`published: false`).
    Unpublished,
    /// Kept out of lists or searches by its author (`hidden: true`, `search: false`).
    Hidden,
    /// Left out by the generator, by its configuration or for the place of the file.
    Excluded,
    /// Readable only with a password (`password`, `encrypt`, the encrypted tags of the site).
    Encrypted,
}

/// The way in which the generator of the site reads front matter.
#[derive(Debug, Clone)]
pub(super) struct Reading<'a> {
    /// Time zone of dates without a zone.
    pub zone: &'a TimeZone,
    /// How the clock of a date is read.
    pub clock: Clock<'a>,
    /// The keys of a post's own URL.
    pub own_url: &'static [&'static str],
    /// The key whose default is added to the post's own list.
    pub united: Option<&'static str>,
    /// One more key that hides a post, chosen by the site.
    pub hiding: Option<SiteKey<'a>>,
    /// Values of keys that the post itself does not have.
    pub defaults: Map<String, Value>,
}

impl<'a> Reading<'a> {
    /// Returns the way for a post without a generator, with dates in `zone`.
    pub(super) fn plain(zone: &'a TimeZone) -> Self {
        let own_url = &["permalink", "url"];
        Self { zone, clock: Clock::Written, own_url, united: None, hiding: None, defaults: Map::new() }
    }
}

/// What the front matter says literally, where the rules of a generator depend on that.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Written {
    /// Whether the file has front matter, even an empty one.
    pub has_front: bool,
    /// Whether the date comes from the path, not from the front matter.
    pub dated_by_path: bool,
    /// The value of `categories`, and that of `category`.
    pub categories: [Option<Value>; 2],
}

/// The text of a post, split into front matter and body.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Split {
    /// The fields of the front matter. The date may come from the path.
    pub front: FrontMatter,
    /// What the front matter says literally.
    pub written: Written,
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

/// Splits the text of the post at `path` into front matter and body.
#[must_use]
pub(super) fn split(path: &str, text: &str, reading: &Reading<'_>) -> Split {
    let found = fence::find(text).and_then(|fence| parse(path, text, fence, reading));
    let ParsedKeys { fence, mut values, hidden, broken, findings } = found.unwrap_or_default();
    let added = absent(&reading.defaults, &values);
    let hidden = hidden.max(hiding::hidden(&added, reading.hiding));
    add_absent(&mut values, added);
    if let Some(key) = reading.united
        && let (Some(more), Some(own)) = (reading.defaults.get(key), values.get_mut(key))
        && own != more
    {
        *own = [listed(more), listed(own)].concat().into();
    }
    let has_front = fence.is_some();
    let inner = fence.as_ref().map_or(0..0, |fence| fence.inner.clone());
    let body_start = fence.as_ref().map_or(0, |fence| fence.body);
    let fields = fields::Fields { path, text, inner, reading, values, broken, findings };
    let fields::Meaning { mut front, categories, findings } = fields.read();
    let mut diagnostics = findings.into_findings(path);
    secret::mask(text, body_start, &mut diagnostics);
    let mut dated_by_path = false;
    if front.date.is_none() {
        front.date = date::of_file_name(path, reading.zone);
        dated_by_path = front.date.is_some();
        front.date = front.date.or_else(|| front.published.take());
    }
    let body_line = Place::of(text, body_start, 0).line;
    let written = Written { has_front, dated_by_path, categories };
    Split { front, written, hidden, body_start, body_line, broken, diagnostics }
}

/// Returns the items of a list; a text is split at blanks.
fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::String(text) => text.split_whitespace().map(Value::from).collect(),
        other => vec![other.clone()],
    }
}

/// Returns the table of keys of a text's front matter; empty if it has none that can be read.
#[must_use]
pub(super) fn table(text: &str) -> Map<String, Value> {
    let zone = TimeZone::UTC;
    let found = fence::find(text).and_then(|fence| parse("", text, fence, &Reading::plain(&zone)));
    found.unwrap_or_default().values
}

/// Returns a text without its front matter.
#[must_use]
pub(super) fn without(text: &str) -> &str {
    fence::find(text).and_then(|fence| text.get(fence.body..)).unwrap_or(text)
}

/// Returns the part of `defaults` that `values` lacks: whole keys, and keys of tables that both have. The letter case
/// of keys makes no difference.
fn absent(defaults: &Map<String, Value>, values: &Map<String, Value>) -> Map<String, Value> {
    let mut absent = Map::new();
    for (key, value) in defaults {
        let own = values.get(key).or_else(|| {
            let (_, own) = values.iter().find(|(own, _)| own.eq_ignore_ascii_case(key))?;
            Some(own)
        });
        match (own, value) {
            (None, value) => {
                absent.insert(key.clone(), value.clone());
            }
            (Some(Value::Object(own)), Value::Object(table)) => {
                let inner = self::absent(table, own);
                if !inner.is_empty() {
                    absent.insert(key.clone(), Value::Object(inner));
                }
            }
            _ => {}
        }
    }
    absent
}

/// Adds the `defaults` that `values` lacks: whole keys, and keys of tables that both have.
pub(super) fn complete(values: &mut Map<String, Value>, defaults: &Map<String, Value>) {
    add_absent(values, absent(defaults, values));
}

/// Adds values that are absent.
fn add_absent(values: &mut Map<String, Value>, added: Map<String, Value>) {
    for (key, value) in added {
        let own = values.keys().find(|own| own.eq_ignore_ascii_case(&key)).cloned();
        match (own.and_then(|own| values.get_mut(&own)), value) {
            (Some(Value::Object(own)), Value::Object(table)) => add_absent(own, table),
            (Some(_), _) => {}
            (None, value) => {
                values.insert(key, value);
            }
        }
    }
}

/// Adds the keys of the tables that are merged with `<<` to a table that lacks them, as YAML defines. Of several tables
/// the first one counts.
fn merge_keys(values: &mut Map<String, Value>, deeper: usize) {
    let (Some(deeper), Some(merged)) = (deeper.checked_sub(1), values.remove("<<")) else { return };
    let tables = if let Value::Array(tables) = merged { tables } else { vec![merged] };
    for table in tables {
        if let Value::Object(mut table) = table {
            merge_keys(&mut table, deeper);
            for (key, value) in table {
                values.entry(key).or_insert(value);
            }
        }
    }
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
fn parse(path: &str, text: &str, fence: Fence, reading: &Reading<'_>) -> Option<ParsedKeys> {
    let inner = text.get(fence.inner.clone())?;
    if inner.len() > MAX_LENGTH {
        return parse_too_long(path, text, fence, reading);
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
        Ok(read) if read.is_table => return Some(whole(path, text, fence, read, reading)),
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
    let hidden = hidden_in_broken(inner, fence.kind, reading);
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
fn whole(path: &str, text: &str, fence: Fence, read: value::Read, reading: &Reading<'_>) -> ParsedKeys {
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
    let every = read.values.iter().chain(read.earlier.iter().map(|(key, value)| (key, value)));
    let hidden = hiding::hidden(every, reading.hiding);
    let broken = !fence.closed;
    let mut values = read.values;
    merge_keys(&mut values, MAX_MERGE_DEPTH);
    ParsedKeys { fence: Some(fence), values, hidden, broken, findings }
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
fn hidden_in_broken(inner: &str, kind: FenceKind, reading: &Reading<'_>) -> Option<Hidden> {
    let (values, every) = (recover::recover(inner, kind), recover::every_key(inner));
    hiding::hidden(values.iter().chain(&every).map(|(key, value)| (key, value)), reading.hiding)
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
fn parse_too_long(path: &str, text: &str, fence: Fence, reading: &Reading<'_>) -> Option<ParsedKeys> {
    let hidden = hidden_in_broken(text.get(fence.inner.clone())?, fence.kind, reading);
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
