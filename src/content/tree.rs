//! A tree of values, built from the events of any parser, with a bound on its size.
//!
//! YAML aliases can make a small file expand to an endless value, so each value counts against a limit before it is
//! kept. A number that would be written differently again (`3.10`) stays text. Does not know the parsers.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::HashMap,
    fmt,
};

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Number, Value};

/// The state of a tree under construction.
pub(super) struct Tree<'a> {
    source: &'a str,
    /// Number of values that may still be added; a long text counts as several.
    left: Cell<usize>,
    /// Values of the outermost table that do not count, since their keys occur again later.
    earlier: RefCell<Vec<(String, Value)>>,
    /// Source texts of the numbers with a fraction, by the bits of the numbers.
    floats: OnceCell<HashMap<u64, String>>,
}

impl<'a> Tree<'a> {
    /// Starts a tree for the text `source`, of at most `limit` values.
    pub(super) fn new(source: &'a str, limit: usize) -> Self {
        Self { source, left: Cell::new(limit), earlier: RefCell::default(), floats: OnceCell::new() }
    }

    /// Returns the builder of the outermost value.
    pub(super) fn build(&self) -> Build<'_> {
        Build { tree: self, depth: 0 }
    }

    /// Returns the values of the outermost table whose keys occur again later.
    pub(super) fn into_earlier(self) -> Vec<(String, Value)> {
        self.earlier.into_inner()
    }
}

/// Builds one value of a tree.
#[derive(Clone, Copy)]
pub(super) struct Build<'a> {
    tree: &'a Tree<'a>,
    depth: usize,
}

impl Build<'_> {
    /// Counts values against the limit.
    fn spend<E: Error>(self, values: usize) -> Result<(), E> {
        let left = self.tree.left.get().checked_sub(values);
        self.tree.left.set(left.ok_or_else(|| E::custom("the text unfolds into too many values"))?);
        Ok(())
    }

    /// Returns a value that has no parts.
    fn scalar<E: Error>(self, value: impl Into<Value>) -> Result<Value, E> {
        self.spend(1)?;
        Ok(value.into())
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    /// Keeps the number if it would be written in the same way again; otherwise returns its source text.
    pub(super) fn float(self, value: f64) -> Value {
        let floats = self.tree.floats.get_or_init(|| {
            self.tree
                .source
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

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.scalar(Value::Null)
    }

    /// An empty text.
    fn visit_none<E: Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.scalar(value.to_string())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.scalar(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.scalar(self.float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        // An alias may repeat a long text as well as a long list.
        self.spend(text.len() / 64)?;
        self.scalar(text)
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
                self.tree.earlier.borrow_mut().push((key, earlier));
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
