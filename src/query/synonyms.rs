//! Synonyms: names of the same thing, listed by the author of the site or built in for the field.
//!
//! [`super::parse`] looks synonyms up when it reads a query, so that a change needs no new index. The module works on
//! folded text and knows no analyzer.

use std::hash::BuildHasher as _;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::text::{Class, fold};

/// One line of a list of synonyms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Each name finds the others.
    Same(Vec<String>),
    /// The first name finds the others, but is not found by them.
    Also(String, Vec<String>),
}

/// The synonyms in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synonyms {
    /// The synonyms of each name. The keys are folded and have no spaces between Han characters.
    others: FxHashMap<String, Vec<String>>,
    /// Length of the longest key, in characters.
    longest: usize,
    fingerprint: u64,
}

/// The built-in synonyms of the field: scams, public safety, law. Names on one line find each other; a name before a
/// colon finds the names behind the colon.
const FIELD: &str = include_str!("synonyms.txt");

/// The reason why a rule cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no synonym, expected at least two different names with a letter or digit each")]
pub struct SynonymError {
    /// The rule as it was written.
    pub text: String,
}

impl Synonyms {
    /// Makes the synonyms from the rules of the site, together with the built-in rules when `field` is true.
    ///
    /// # Errors
    /// When a rule has fewer than two different names, or a name without a letter or digit.
    pub fn new(rules: &[Rule], field: bool) -> Result<Self, SynonymError> {
        let mut synonyms = Self::default();
        if field {
            let lines = FIELD.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
            for line in lines {
                let names = |text: &str| text.split_whitespace().map(str::to_owned).collect();
                synonyms.add(&match line.split_once(':') {
                    None => Rule::Same(names(line)),
                    Some((name, others)) => Rule::Also(name.to_owned(), names(others)),
                })?;
            }
        }
        for rule in rules {
            synonyms.add(rule)?;
        }
        synonyms.fingerprint = FxBuildHasher.hash_one((rules, field));
        Ok(synonyms)
    }

    /// Adds a rule. A name may occur in several rules.
    fn add(&mut self, rule: &Rule) -> Result<(), SynonymError> {
        let (from, to): (Vec<String>, Vec<String>) = match rule {
            Rule::Same(names) => {
                let names: Vec<String> = names.iter().map(|name| folded(name)).collect();
                (names.clone(), names)
            }
            Rule::Also(name, others) => (vec![folded(name)], others.iter().map(|other| folded(other)).collect()),
        };
        let written = || match rule {
            Rule::Same(names) => names.join(" "),
            Rule::Also(name, others) => format!("{name}: {}", others.join(" ")),
        };
        let mut all: Vec<&String> = from.iter().chain(&to).collect();
        all.sort_unstable();
        all.dedup();
        if all.len() < 2 || all.iter().any(|name| name.is_empty()) {
            return Err(SynonymError { text: written() });
        }
        for name in &from {
            self.longest = self.longest.max(name.chars().count());
            let known = self.others.entry(name.clone()).or_default();
            for other in to.iter().filter(|&other| other != name) {
                if !known.contains(other) {
                    known.push(other.clone());
                }
            }
        }
        Ok(())
    }

    /// Returns the synonyms of `text`, which is folded and has no spaces between Han characters.
    #[must_use]
    pub fn of(&self, text: &str) -> &[String] {
        self.others.get(text).map_or(&[], Vec::as_slice)
    }

    /// Returns a number that differs for different rules. It distinguishes answers made with different synonyms.
    #[must_use]
    pub const fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Returns the length of the longest name that has a synonym, in characters.
    #[must_use]
    pub const fn longest(&self) -> usize {
        self.longest
    }
}

/// Folds a name and drops the spaces next to Han characters; other spaces stay. Returns an empty string for a name
/// without a letter or digit.
fn folded(name: &str) -> String {
    let folded = fold(name.trim());
    let mut kept = String::new();
    let mut chars = folded.as_str().chars().peekable();
    while let Some(c) = chars.next() {
        let around = (kept.chars().next_back().map(Class::of), chars.peek().copied().map(Class::of));
        if !(c.is_whitespace() && (around.0 == Some(Class::Han) || around.1 == Some(Class::Han))) {
            kept.push(c);
        }
    }
    if kept.chars().all(|c| Class::of(c) == Class::Other) { String::new() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rules: &[Rule], text: &str, expected: &[&str]) {
        let synonyms = Synonyms::new(rules, false).unwrap_or_default();
        assert_eq!(synonyms.of(text), expected, "{text}");
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn names_of_one_thing_find_each_other() {
        let rules = [Rule::Same(names(&["杀猪盘", "殺豬盤", "网恋投资诈骗"]))];
        check(&rules, "杀猪盘", &["网恋投资诈骗"]);
        check(&rules, "网恋投资诈骗", &["杀猪盘"]);
        check(&rules, "网恋", &[]);
    }

    #[test]
    fn a_rule_may_hold_one_way_only() {
        let rules = [Rule::Also("虚拟币".to_owned(), names(&["泰达币", "USDT"]))];
        check(&rules, "虚拟币", &["泰达币", "usdt"]);
        check(&rules, "usdt", &[]);
    }

    #[test]
    fn several_words_have_one_name() {
        check(&[Rule::Same(names(&["帮助 信息网络犯罪活动罪", "帮信罪"]))], "帮信罪", &["帮助信息网络犯罪活动罪"]);
    }

    #[test]
    fn a_rule_that_says_nothing_is_refused() {
        for rule in
            [Rule::Same(names(&["刷单"])), Rule::Same(names(&["刷单", "刷單"])), Rule::Same(names(&["，", "刷单"]))]
        {
            assert!(Synonyms::new(&[rule], false).is_err());
        }
    }

    #[test]
    fn the_fields_own_names_are_sound() {
        let synonyms = Synonyms::new(&[], true).unwrap_or_default();
        assert_eq!(synonyms.of("帮信罪"), ["帮助信息网络犯罪活动罪"]);
        assert_eq!(synonyms.of("洗钱"), ["跑分"]);
        assert_eq!(synonyms.of("跑分"), [""; 0]);
    }
}
