//! The `synonyms` of `anli.yaml`.
//!
//! An item of the list is a list of names that find each other, or one name with the names that it also finds. Each
//! item is checked while the file is read, so that the error has a line. Does not know how synonyms are used.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use crate::query::{Rule, Synonyms};

/// One item of the list.
#[derive(Debug, Clone)]
pub(super) struct Item(pub Rule);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RuleVisitor).map(Self)
    }
}

struct RuleVisitor;

impl<'de> Visitor<'de> for RuleVisitor {
    type Value = Rule;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of names such as `[杀猪盘, 网恋投资诈骗]`, or one name with others such as `虚拟币: [泰达币, USDT]`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Rule, A::Error> {
        checked(Rule::Same(NamesVisitor::OrList.visit_seq(items)?))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Rule, A::Error> {
        let Some(name) = entries.next_key_seed(NamesVisitor::One)? else {
            return Err(A::Error::invalid_length(0, &self));
        };
        let (name, others) = (name.concat(), entries.next_value_seed(NamesVisitor::OrList)?);
        if let Some(second) = entries.next_key_seed(NamesVisitor::One)? {
            entries.next_value_seed(NamesVisitor::OrList)?;
            let second = second.concat();
            let words =
                format!("found `{second}` beside `{name}`, expected one name in each item; begin another with `- `");
            return Err(A::Error::custom(words));
        }
        checked(Rule::Also(name, others))
    }
}

/// Returns the rule, or an error if it has no effect.
fn checked<E: Error>(rule: Rule) -> Result<Rule, E> {
    Synonyms::new(std::slice::from_ref(&rule), false).map_err(E::custom)?;
    Ok(rule)
}

/// Reads names. A whole number is a name too.
enum NamesVisitor {
    /// Exactly one name.
    One,
    /// One name, or a list of names.
    OrList,
}

impl<'de> DeserializeSeed<'de> for NamesVisitor {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<String>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "a name such as `杀猪盘`",
            Self::OrList => "a name or a list of names",
        })
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Vec<String>, E> {
        Ok(vec![name.to_owned()])
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Vec<String>, E> {
        Ok(vec![number.to_string()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<String>, A::Error> {
        if matches!(self, Self::One) {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        let mut names = Vec::new();
        while let Some(name) = items.next_element_seed(Self::One)? {
            names.extend(name);
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::yaml;

    #[track_caller]
    #[expect(clippy::panic, reason = "a failed test panics")]
    fn check(text: &str, expected: Result<&[Rule], (u32, &str)>) {
        match (yaml::from_str::<Vec<Item>>(text), expected) {
            (Ok(items), Ok(rules)) => {
                let found: Vec<Rule> = items.into_iter().map(|Item(rule)| rule).collect();
                assert_eq!(found, rules, "{text}");
            }
            (Err(error), Err((line, words))) => {
                assert!(error.line == line && error.message.contains(words), "{text}: {error}");
            }
            (found, expected) => panic!("{text}: {found:?}, expected {expected:?}"),
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn names_find_each_other_or_one_finds_the_others() {
        let same = Rule::Same(names(&["杀猪盘", "网恋投资诈骗"]));
        check("- [杀猪盘, 网恋投资诈骗]\n", Ok(std::slice::from_ref(&same)));
        let also = Rule::Also("虚拟币".to_owned(), names(&["泰达币", "USDT"]));
        check("- [杀猪盘, 网恋投资诈骗]\n- 虚拟币: [泰达币, USDT]\n", Ok(&[same, also]));
        check("- {老赖: 失信被执行人}\n", Ok(&[Rule::Also("老赖".to_owned(), names(&["失信被执行人"]))]));
        check("[]", Ok(&[]));
    }

    #[test]
    fn a_number_is_a_name() {
        check("- 报警: 110\n", Ok(&[Rule::Also("报警".to_owned(), names(&["110"]))]));
        check("- [96110, 反诈专线]\n", Ok(&[Rule::Same(names(&["96110", "反诈专线"]))]));
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        check("- [刷单, 刷单返利]\n- [杀猪盘]\n", Err((2, "`杀猪盘` is no synonym, expected at least two")));
        check("- [刷单, 刷單]\n", Err((1, "two different names")));
        check("- 刷单\n", Err((1, "expected a list of names such as")));
        check("- 虚拟币: [泰达币]\n  USDT: [泰达币]\n", Err((1, "found `USDT` beside `虚拟币`")));
        check("- [刷单, 返利]\n- {}\n", Err((2, "expected a list of names such as")));
        check("- [刷单, [返利]]\n", Err((1, "expected a name such as")));
        check("- 虚拟币: {a: b}\n", Err((1, "a name or a list of names")));
    }
}
