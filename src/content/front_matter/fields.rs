//! Interprets the keys of front matter.
//!
//! Takes the known keys out of the values, in the spellings of Jekyll, Hexo and Hugo, and leaves the rest for filters.
//! A value whose type does not fit its key gives a warning and counts as missing. Does not know the language of the front
//! matter, nor the keys that hide a post.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    Reading, fence,
    hiding::{self, is_blank},
    recover::shortened,
};
use crate::{
    chinese::marks::SEPARATORS,
    content::{
        date,
        diagnostic::{Code, Diagnostic, FindingList, Place},
    },
    post::{Date, FrontMatter},
};

/// Reads the fields of front matter.
pub(super) struct Fields<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    /// Range of the front matter in the text.
    pub(super) inner: std::ops::Range<usize>,
    pub(super) reading: &'a Reading<'a>,
    pub(super) values: Map<String, Value>,
    /// Whether the values were recovered from broken front matter, so that their types may be wrong.
    pub(super) broken: bool,
    pub(super) findings: FindingList,
}

/// The meaning of front matter.
pub(super) struct Meaning {
    pub(super) front: FrontMatter,
    /// The values of `categories` and `category`, as written.
    pub(super) categories: [Option<Value>; 2],
    pub(super) findings: FindingList,
}

impl Fields<'_> {
    /// Reads the known keys; every other key goes into `extra`.
    pub(super) fn read(mut self) -> Meaning {
        let mut front = FrontMatter {
            title: self.text(&["title"]),
            date: self.date(&["date", "created", "created_at", "create_time", "createtime"]),
            updated: self.date(&["updated", "lastmod", "last_modified_at", "modified", "updated_at", "update_time"]),
            published: self.date(&["publishdate", "pubdate"]),
            expires: self.date(&["expirydate", "unpublishdate"]),
            description: self.text(&["description", "summary", "excerpt", "subtitle", "desc"]),
            permalink: self.text(self.reading.own_url),
            slug: self.text(&["slug"]),
            ..FrontMatter::default()
        };
        let taxonomies = match self.take("taxonomies") {
            Some((_, Value::Object(taxonomies))) => taxonomies,
            other => {
                self.values.extend(other);
                Map::new()
            }
        };
        front.authors = self.names(&["author", "authors"]);
        (front.tags, _) = self.labels("tags", "tag", taxonomies.get("tags"));
        let categories;
        (front.categories, categories) = self.labels("categories", "category", taxonomies.get("categories"));
        front.aliases = distinct(self.items(&["aliases", "alias", "redirect_from"], "a path", text_of));
        self.drop_hiding(&mut front);
        if front.published == front.date {
            front.published = None;
        }
        front.extra = self.values;
        Meaning { front, categories, findings: self.findings }
    }

    /// Takes a key in any letter case, unless its value is empty.
    fn take(&mut self, name: &str) -> Option<(String, Value)> {
        let key = if self.values.contains_key(name) {
            name.to_owned()
        } else {
            self.values.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone()
        };
        let value = self.values.remove(&key)?;
        (!is_blank(&value)).then_some((key, value))
    }

    /// Takes the first of the keys that has a text.
    fn text(&mut self, names: &[&str]) -> Option<String> {
        for name in names {
            let Some((key, value)) = self.take(name) else { continue };
            match &value {
                // `excerpt: true` is an instruction to the generator.
                Value::Bool(_) if *name != "title" => {
                    self.values.insert(key, value);
                }
                value => match text_of(value) {
                    Some(text) => return Some(text),
                    None => self.report_type(&key, value, "text"),
                },
            }
        }
        None
    }

    fn date(&mut self, names: &[&str]) -> Option<Date> {
        for name in names {
            let Some((key, value)) = self.take(name) else { continue };
            // Material for MkDocs: `date: { created: …, updated: … }`.
            let value = value.get("created").cloned().unwrap_or(value);
            let text = match &value {
                Value::String(_) | Value::Number(_) => text_of(&value).unwrap_or_default(),
                other => {
                    self.report_type(&key, other, "a date");
                    continue;
                }
            };
            let Reading { zone, clock, .. } = self.reading;
            if let Some(date) = date::parse_by(*clock, &text, || self.is_quoted(&key), zone) {
                return Some(date);
            }
            self.findings.add(|| {
                let message = format!("`{key}` is `{}`, expected year-month-day", shortened(&text, 40));
                Diagnostic::new(self.path, Code::DateInvalid, message)
                    .at(place(self.text, &self.inner, &key, 0))
                    .help("write it like `2022-05-05`")
            });
        }
        None
    }

    /// Returns whether the value of a key is in quotes.
    fn is_quoted(&self, key: &str) -> bool {
        let front = self.text.get(self.inner.clone()).unwrap_or_default();
        let mut found = fence::lines(front, 0).filter_map(|(_, line)| fence::key_line(line.trim_start()));
        found.find(|line| line.key == key).is_some_and(|line| line.rest.trim_start().starts_with(['"', '\'']))
    }

    fn names(&mut self, keys: &[&str]) -> Vec<String> {
        let names = self.items(keys, "a name", |person| match person {
            Value::Object(entries) => {
                ["name", "nick", "nickname", "title"].iter().find_map(|key| text_of(entries.get(*key)?))
            }
            person => text_of(person),
        });
        // A comma between Latin letters may be part of one name.
        let commas = |name: &str| if name.is_ascii() { &[][..] } else { &SEPARATORS[..] };
        distinct(names.iter().flat_map(|name| name.split(commas(name))).map(|name| name.trim().to_owned()).collect())
    }

    /// Takes the keys, and reads each value, or each item of a value that is a list.
    fn items(&mut self, keys: &[&str], expected: &str, read: fn(&Value) -> Option<String>) -> Vec<String> {
        let mut texts = Vec::new();
        for key in keys {
            let Some((key, value)) = self.take(key) else { continue };
            let items = if let Value::Array(items) = value { items } else { vec![value] };
            for item in items {
                match read(&item) {
                    Some(text) => texts.push(text),
                    None if is_blank(&item) => {}
                    None => self.report_type(&key, &item, expected),
                }
            }
        }
        texts
    }

    /// Reads tags or categories. A text under the plural key is split at commas, or at spaces if it has no commas, like
    /// in Jekyll; under the singular key, only at commas. Lists may be nested. Also returns the values of both keys.
    fn labels(&mut self, plural: &str, singular: &str, more: Option<&Value>) -> (Vec<String>, [Option<Value>; 2]) {
        let mut labels = Vec::new();
        let written = [self.take(plural), self.take(singular)];
        let more = more.map(|value| (plural, value));
        let found = written.iter().flatten().map(|(key, value)| (key.as_str(), value)).chain(more);
        for (key, value) in found {
            let split_at_spaces = key.eq_ignore_ascii_case(plural);
            match text_of(value) {
                Some(text) if text.contains(SEPARATORS) => labels.extend(text.split(SEPARATORS).map(str::to_owned)),
                Some(text) if split_at_spaces => labels.extend(text.split_whitespace().map(str::to_owned)),
                Some(text) => labels.push(text),
                None => self.add_items(key, value, &mut labels),
            }
        }
        let bare = labels.into_iter().map(|label| {
            let label = label.trim();
            label.strip_prefix('#').unwrap_or(label).trim().to_owned()
        });
        (distinct(bare.collect()), written.map(|found| found.map(|(_, value)| value)))
    }

    fn add_items(&mut self, key: &str, value: &Value, labels: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add_items(key, item, labels)),
            Value::Object(entries) => {
                let only = || entries.iter().next().filter(|_| entries.len() == 1);
                if let Some(name) = entries.get("name").and_then(text_of) {
                    labels.push(name);
                } else if let Some((name, value)) = only().and_then(|(name, value)| Some((name, text_of(value)?))) {
                    // `- 案例: 刷单` in a list is meant as text.
                    labels.push(format!("{name}: {value}"));
                } else {
                    self.report_type(key, value, "a list of words");
                }
            }
            // A Chinese keyboard types the commas of a list in full width.
            other => labels.extend(text_of(other).iter().flat_map(|text| text.split('，')).map(str::to_owned)),
        }
    }

    /// Drops the keys that hide a post, so that no password goes further. `published` may also be a date.
    fn drop_hiding(&mut self, front: &mut FrontMatter) {
        if let Some((key, value)) = self.take("published")
            && let Some(date) = text_of(&value).and_then(|text| date::parse(&text, self.reading.zone))
        {
            front.published = front.published.or(Some(date));
            self.values.remove(&key);
        }
        hiding::remove(&mut self.values);
    }

    fn report_type(&mut self, key: &str, value: &Value, expected: &str) {
        if self.broken {
            return;
        }
        self.findings.add(|| {
            let kind = match value {
                Value::Null => "empty",
                Value::Bool(_) => "a yes or no",
                Value::Number(_) => "a number",
                Value::String(_) => "text",
                Value::Array(_) => "a list",
                Value::Object(_) => "a table of keys",
            };
            Diagnostic::new(self.path, Code::FrontMatterType, format!("`{key}` is {kind}, expected {expected}"))
                .at(place(self.text, &self.inner, key, 0))
                .help(match value {
                    Value::Object(_) => format!("put quotes around the value of `{key}`, or write {expected}"),
                    _ => format!("write {expected} after `{key}:`"),
                })
        });
    }
}

/// Returns a scalar value as text; `None` for lists and tables.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn distinct(mut texts: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.retain(|text| !text.is_empty() && seen.insert(text.clone()));
    texts
}

/// Returns the place of a key's value, or of the key if its value is elsewhere; skips `skip` occurrences. A key that is
/// not at the start of a line gets the start of the front matter as its place.
pub(super) fn place(text: &str, inner: &std::ops::Range<usize>, key: &str, skip: usize) -> Place {
    let front = text.get(inner.clone()).unwrap_or_default();
    let mut found = fence::lines(front, 0).filter_map(|(at, line)| {
        let bare = line.trim_start().trim_start_matches('{').trim_start();
        let key_line = fence::key_line(bare).filter(|found| found.key == key)?;
        let start = at + line.len() - bare.len();
        let value = key_line.rest.split(" #").next().unwrap_or_default().trim().trim_end_matches(',');
        let value = value.trim_matches(['"', '\'']);
        let value_at = key_line.rest.find(value).unwrap_or(0);
        Some(if value.is_empty() {
            (start, key.len())
        } else {
            (start + bare.len() - key_line.rest.len() + value_at, value.len())
        })
    });
    let (offset, length) = found.nth(skip).unwrap_or_default();
    Place::of(text, inner.start + offset, length.max(1))
}
