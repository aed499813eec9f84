//! Syllables, and the classes of those that are taken for each other.

use std::borrow::Cow;

use super::table::table;

/// A syllable of Mandarin without its tone. In the order of their letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Syllable(pub(super) u16);

/// Syllables that speakers of the south do not tell apart. In the order of their letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sound(pub(super) u16);

impl Syllable {
    /// Gives its letters; `v` stands for `ü`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        table().name(self)
    }

    /// Gives the syllable with these letters, in lower case. Also knows `lue`, `lyu`, `jv` and the like.
    #[must_use]
    pub fn of_str(letters: &str) -> Option<Self> {
        table().spelling(letters)?.syllable
    }

    /// Gives the class of the syllables that sound like it.
    #[must_use]
    pub fn fuzzy(self) -> Sound {
        table().sound(self)
    }

    /// Gives the consonant that it begins with, `zh`, `ch` and `sh` as two letters; of a syllable without
    /// one its first letter.
    #[must_use]
    pub fn initial(self) -> &'static str {
        let letters = self.as_str();
        let len = if letters.as_bytes().get(1) == Some(&b'h') { 2 } else { 1 };
        letters.get(..len).unwrap_or_default()
    }

    /// Gives its first letter.
    pub(super) fn letter(self) -> char {
        self.as_str().chars().next().unwrap_or_default()
    }
}

impl Sound {
    /// Gives the letters of the class, by which keys are made; not always those of a syllable.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        table().sound_name(self)
    }
}

/// Gives the letters that stand for all that sound like these, which may be the beginning of a syllable.
pub(super) fn blur(letters: &str) -> Cow<'_, str> {
    let first = letters.chars().next().unwrap_or_default();
    let rest = match first {
        'z' | 'c' | 's' => letters.get(1..).and_then(|rest| rest.strip_prefix('h')),
        'n' => letters.get(1..),
        _ => None,
    };
    let (head, rest) = match rest {
        Some(rest) => (Some(if first == 'n' { 'l' } else { first }), rest),
        None => (None, letters),
    };
    let is_nasal = ["ang", "eng", "ing"].iter().any(|end| rest.ends_with(end));
    let rest = rest.strip_suffix('g').filter(|_| is_nasal).unwrap_or(rest);
    match head {
        Some(head) => Cow::Owned(format!("{head}{rest}")),
        None => Cow::Borrowed(rest),
    }
}

/// Gives the ways to write a syllable that sound like it, itself among them.
pub(super) fn variants(letters: &str) -> Vec<String> {
    let mut heads = vec![letters.to_owned()];
    for (one, other) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("l", "n")] {
        if let Some(rest) = letters.strip_prefix(one) {
            heads.push(format!("{other}{rest}"));
        } else if let Some(rest) = letters.strip_prefix(other).filter(|_| one.len() == 2) {
            heads.push(format!("{one}{rest}"));
        }
    }
    let nasal = |head: &String| match ["an", "en", "in"].iter().any(|end| head.ends_with(end)) {
        true => Some(format!("{head}g")),
        false => ["ang", "eng", "ing"]
            .iter()
            .any(|end| head.ends_with(end))
            .then(|| head.strip_suffix('g').unwrap_or(head).to_owned()),
    };
    let tails: Vec<String> = heads.iter().filter_map(nasal).collect();
    heads.extend(tails);
    heads
}

/// Gives other ways to write a syllable that mean the same: `ü` left out, written `yu` as in passports, or
/// written where the rules write `u`.
pub(super) fn aliases(letters: &str) -> Vec<String> {
    let mut aliases = Vec::new();
    if let Some((head @ ("l" | "n"), tail)) = letters.split_once('v') {
        aliases.push(format!("{head}yu{tail}"));
        if !tail.is_empty() {
            aliases.push(format!("{head}u{tail}"));
        }
    }
    if let Some((head @ ("j" | "q" | "x" | "y"), tail)) = letters.split_once('u') {
        aliases.push(format!("{head}v{tail}"));
    }
    aliases
}
