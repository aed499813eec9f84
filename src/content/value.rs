//! Parses the three languages of front matter and configurations into one type of value.
//!
//! Repeated keys are reported, and the last one counts. A parser's error becomes a message and a byte offset. Does not
//! know the meaning of keys.

use serde::de::{DeserializeSeed as _, IgnoredAny};
use serde_json::{Map, Value};

use super::{
    diagnostic::Place,
    tree::{Build, Tree},
    yaml,
};

/// Upper bound on the number of values, aliases expanded; a long text counts as several.
const MAX_VALUES: usize = 50_000;

/// A parsed text.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Keys and their values; empty if the text is not a table of keys.
    pub(super) values: Map<String, Value>,
    /// Values that do not count, since their keys occur again later.
    pub(super) earlier: Vec<(String, Value)>,
    /// Whether the text is a table of keys, or empty.
    pub(super) is_table: bool,
}

/// Why a text could not be parsed.
#[derive(Debug)]
pub(super) struct Failure {
    /// The message of the parser.
    pub(super) message: String,
    /// The place of the error, in bytes from the start of the text.
    pub(super) offset: usize,
}

/// Reads YAML.
pub(super) fn yaml(text: &str) -> Result<Read, Failure> {
    read(text, |build| yaml::from_seed(text, build)).map_err(|error| Failure {
        message: error.message,
        offset: offset_of(text, error.line as usize, error.column as usize),
    })
}

/// Reads the JSON object at the start of a text.
pub(super) fn json(text: &str) -> Result<Read, Failure> {
    read(text, |build| build.deserialize(&mut serde_json::Deserializer::from_str(text)))
        .map_err(|error| json_failure(text, &error))
}

/// Reads a JSON object that is the whole text.
pub(super) fn whole_json(text: &str) -> Result<Read, Failure> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| json_failure(text, &error))?;
    json(text)
}

fn json_failure(text: &str, error: &serde_json::Error) -> Failure {
    let message = error.to_string();
    // The column counts bytes up to and including the wrong one.
    let start = line_start(text, error.line());
    Failure {
        message: message.split(" at line ").next().unwrap_or(&message).to_owned(),
        offset: boundary(text, start + error.column().saturating_sub(1)),
    }
}

/// Reads TOML.
pub(super) fn toml(text: &str) -> Result<Read, Failure> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| Failure {
        message: error.message().replace('\n', ", "),
        offset: error.span().map_or(0, |span| span.start),
    })?;
    let tree = Tree::new(text, MAX_VALUES);
    let values = table.into_iter().map(|(key, value)| (key, from_toml(value, tree.build()))).collect();
    Ok(Read { values, is_table: true, ..Read::default() })
}

fn from_toml(value: toml::Value, build: Build<'_>) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => build.float(number),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(items) => items.into_iter().map(|item| from_toml(item, build)).collect(),
        toml::Value::Table(entries) => {
            Value::Object(entries.into_iter().map(|(key, item)| (key, from_toml(item, build))).collect())
        }
    }
}

fn read<E>(text: &str, parse: impl FnOnce(Build<'_>) -> Result<Value, E>) -> Result<Read, E> {
    let tree = Tree::new(text, MAX_VALUES);
    let value = parse(tree.build())?;
    let is_table = matches!(value, Value::Object(_) | Value::Null);
    let values = if let Value::Object(values) = value { values } else { Map::new() };
    Ok(Read { values, earlier: tree.into_earlier(), is_table })
}

/// Returns the byte offset of a line and a column in characters, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = line_start(text, line);
    let rest = text.get(start..).unwrap_or_default();
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
}

/// Returns the last character boundary up to byte `at`.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}

impl Failure {
    /// Returns the line within the text, from 1.
    pub(super) fn line(&self, text: &str) -> u32 {
        Place::of(text, self.offset, 1).line
    }
}
