//! Parses the three languages of front matter into one type of value.
//!
//! Repeated keys are reported, and the last one counts. A number that would be written differently again (`3.10`) stays
//! text. The expansion of aliases is bounded. Does not know the meaning of keys.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::HashMap,
    fmt,
};

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::super::{diagnostic::Place, yaml};

/// Upper bound on the number of values, aliases expanded; a long text counts as several.
const VALUES: usize = 50_000;

/// Parsed front matter.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Keys and their values; empty if the text is not a table of keys.
    pub(super) values: Map<String, Value>,
    /// Values that do not count, since their keys occur again later.
    pub(super) earlier: Vec<(String, Value)>,
    /// Whether the text is a table of keys, or empty.
    pub(super) is_table: bool,
}

/// Why front matter could not be parsed.
#[derive(Debug)]
pub(super) struct Failure {
    /// The message of the parser.
    pub(super) message: String,
    /// In bytes from the start of the front matter.
    pub(super) offset: usize,
}

/// Reads YAML.
pub(super) fn yaml(text: &str) -> Result<Read, Failure> {
    read(text, |build| yaml::from_seed(text, build)).map_err(|error| Failure {
        message: error.message,
        offset: offset_of(text, error.line as usize, error.column as usize),
    })
}

/// Reads a JSON object.
pub(super) fn json(text: &str) -> Result<Read, Failure> {
    read(text, |build| build.deserialize(&mut serde_json::Deserializer::from_str(text))).map_err(|error| {
        let message = error.to_string();
        // The column counts bytes up to and including the wrong one.
        let start = line_start(text, error.line());
        Failure {
            message: message.split(" at line ").next().unwrap_or(&message).to_owned(),
            offset: boundary(text, start + error.column().saturating_sub(1)),
        }
    })
}

/// Reads TOML.
pub(super) fn toml(text: &str) -> Result<Read, Failure> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| Failure {
        message: error.message().replace('\n', ", "),
        offset: error.span().map_or(0, |span| span.start),
    })?;
    let (left, earlier) = (Cell::new(VALUES), RefCell::default());
    let floats = OnceCell::new();
    let build = Build { source: text, left: &left, earlier: &earlier, floats: &floats, depth: 0 };
    let values = table.into_iter().map(|(key, value)| (key, from_toml(value, build))).collect();
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
    let (left, earlier) = (Cell::new(VALUES), RefCell::default());
    let floats = OnceCell::new();
    let build = Build { source: text, left: &left, earlier: &earlier, floats: &floats, depth: 0 };
    let value = parse(build)?;
    let is_table = matches!(value, Value::Object(_) | Value::Null);
    let values = if let Value::Object(values) = value { values } else { Map::new() };
    Ok(Read { values, earlier: earlier.into_inner(), is_table })
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
    /// Returns the line within the front matter, from 1.
    pub(super) fn line(&self, text: &str) -> u32 {
        Place::of(text, self.offset, 1).line
    }
}

/// Builds a value from the events of any parser.
#[derive(Clone, Copy)]
struct Build<'a> {
    source: &'a str,
    left: &'a Cell<usize>,
    earlier: &'a RefCell<Vec<(String, Value)>>,
    /// Source texts of the numbers with a fraction, by the bits of the numbers.
    floats: &'a OnceCell<HashMap<u64, String>>,
    depth: usize,
}

impl Build<'_> {
    fn spend<E: serde::de::Error>(self, values: usize) -> Result<(), E> {
        let left =
            self.left.get().checked_sub(values).ok_or_else(|| E::custom("the text unfolds into too many values"))?;
        self.left.set(left);
        Ok(())
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    /// Keeps the number if it would be written in the same way again; otherwise returns its source text.
    fn float(self, value: f64) -> Value {
        let floats = self.floats.get_or_init(|| {
            self.source
                .split(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}' | '"' | '\'' | '='))
                .filter_map(|word| Some((word.parse::<f64>().ok()?.to_bits(), word.to_owned())))
                .collect()
        });
        let number = Number::from_f64(value);
        match (floats.get(&value.to_bits()), number) {
            (Some(word), Some(number)) if *word == number.to_string() => Value::Number(number),
            (Some(word), _) => Value::String(word.clone()),
            (None, Some(number)) => Value::Number(number),
            (None, None) => Value::String(value.to_string()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Build<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.spend(1)?;
        Ok(Value::Null)
    }

    /// An empty text.
    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.spend(1)?;
        Ok(value.into())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.spend(1)?;
        Ok(value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.spend(1)?;
        Ok(value.into())
    }

    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Value, E> {
        self.spend(1)?;
        Ok(value.to_string().into())
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Value, E> {
        self.spend(1)?;
        Ok(value.to_string().into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.spend(1)?;
        Ok(self.float(value))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.spend(1 + text.len() / 64)?;
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.spend(1)?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper())? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.spend(1)?;
        let mut table = Map::new();
        while let Some(key) = entries.next_key_seed(self.deeper())? {
            let key = match key {
                Value::String(text) => text,
                other => other.to_string(),
            };
            let value = entries.next_value_seed(self.deeper())?;
            if self.depth > 0 {
                table.insert(key, value);
            } else if let Some(earlier) = table.insert(key.clone(), value) {
                self.earlier.borrow_mut().push((key, earlier));
            }
        }
        Ok(Value::Object(table))
    }

    /// A YAML value with a custom tag (`!important x`) is read without the tag.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (IgnoredAny, content) = tagged.variant()?;
        content.newtype_variant_seed(self)
    }
}
