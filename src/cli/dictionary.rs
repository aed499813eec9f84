//! The `words` of `anli.yaml`: each is a word, or a word with a weight.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::text::{Dictionary, WordError};

/// An entry of `words`, checked while the file is read.
#[derive(Debug, Clone)]
pub(super) struct WordEntry(Weighted);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weighted {
    word: String,
    weight: Option<u64>,
}

impl WordEntry {
    /// Adds the word to a dictionary.
    pub(super) fn add_to(&self, dictionary: &mut Dictionary) -> Result<(), WordError> {
        dictionary.add(&self.0.word, self.0.weight)
    }

    fn checked<E: de::Error>(weighted: Weighted) -> Result<Self, E> {
        let entry = Self(weighted);
        entry.add_to(&mut Dictionary::default()).map_err(E::custom)?;
        Ok(entry)
    }
}

impl<'de> Deserialize<'de> for WordEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = WordEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word like `杀猪盘`, or `{word: 刷单, weight: 2000}`")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<WordEntry, E> {
                WordEntry::checked(Weighted { word: word.to_owned(), weight: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<WordEntry, A::Error> {
                WordEntry::checked(Weighted::deserialize(MapAccessDeserializer::new(entries))?)
            }
        }
        deserializer.deserialize_any(Either)
    }
}
