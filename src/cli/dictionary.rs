//! The words that `anli.yaml` gives, each a word by itself or a word with its weight.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::text::{Dictionary, WordError};

/// An entry of `words`; as soon as it is read, it is known to be a word.
#[derive(Debug, Clone)]
pub(super) struct WordEntry {
    word: String,
    weight: Option<u64>,
}

impl WordEntry {
    /// Adds the word to a dictionary.
    pub(super) fn add_to(&self, dictionary: &mut Dictionary) -> Result<(), WordError> {
        dictionary.add(&self.word, self.weight)
    }

    fn checked<E: de::Error>(self) -> Result<Self, E> {
        self.add_to(&mut Dictionary::default()).map_err(E::custom)?;
        Ok(self)
    }
}

/// An entry with its keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Weighted {
    word: String,
    weight: Option<u64>,
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
                WordEntry { word: word.to_owned(), weight: None }.checked()
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<WordEntry, A::Error> {
                let Weighted { word, weight } = Weighted::deserialize(MapAccessDeserializer::new(entries))?;
                WordEntry { word, weight }.checked()
            }
        }
        deserializer.deserialize_any(Either)
    }
}
