//! How Chinese sounds: what lets a search forgive who types pinyin, initials or a wrong homophone.
//!
//! Two tables of facts stand below: the readings of every character ([`readings`]), and the words in
//! which some character is not read as it commonly is ([`reading`]: 银行 is `yin hang`, 行 alone is
//! `xing`). From them come the **key** of a word, by which words that sound alike lie together in a sorted
//! list ([`key`]), its [`initials`], and [`Typed`]: what a person typed, with all the ways to cut it into
//! syllables, which says of any text whether it is spelt so.
//!
//! Sounds are **alike** in two degrees: the same syllable whatever its tone, or one that speakers of the
//! south do not tell from it: `zh`/`z`, `ch`/`c`, `sh`/`s`, `n`/`l`, `an`/`ang`, `en`/`eng`, `in`/`ing`
//! (a [`Sound`] is a class of such syllables).
//!
//! Everything takes folded text (see [`super::fold`]); only [`Typed::parse`] folds by itself. Tones are read
//! over. Knows no index and no frequencies of words; it is asked about each word of the lexicon, so nothing
//! here allocates but what it gives back.
//!
//! `characters.txt` has a syllable a line, then the characters that commonly read so, then behind each `|`
//! those of which it is the second, third, fourth reading; frequent characters first. `words.txt` has a word
//! a line and its syllables. Both are facts compiled from the data of pypinyin (MIT), folded, ordered by the
//! frequencies of jieba's dictionary (MIT), and completed by hand with names, places and terms of banking.

mod alike;
mod letters;
mod spelt;
mod table;
#[cfg(test)]
mod tests;
mod typed;

use self::table::table;
pub use self::{
    spelt::{Class, Spelt},
    table::{Sound, Syllable},
    typed::{Key, Spoken, Typed},
};

/// Stands between the parts of a key; less than every letter.
const JOINT: char = '\'';

/// How two characters sound alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alike {
    /// They share a syllable.
    Same,
    /// They share a [`Sound`].
    Fuzzy,
}

/// Returns the syllables that a folded character may be read as, the commonest first; none for what is not Han.
#[must_use]
pub fn readings(c: char) -> &'static [Syllable] {
    table().readings(c)
}

/// Returns the characters of `text` in order, each with its syllable in the word it is part of. The longest
/// word that the table knows counts, from left to right; outside of such words a character has its commonest
/// reading.
pub fn spoken(text: &str) -> impl Iterator<Item = (char, Option<Syllable>)> + '_ {
    table().spoken(text)
}

/// Returns the syllable of each character of `word`; `None` for what is not Han.
#[must_use]
pub fn reading(word: &str) -> Vec<Option<Syllable>> {
    spoken(word).map(|(_, syllable)| syllable).collect()
}

/// Returns the characters that may be read as `syllable`, or `fuzzy` as one that sounds like it. Those that
/// commonly read so come first, frequent ones before rare ones; each comes once.
pub fn homophones(syllable: Syllable, fuzzy: bool) -> impl Iterator<Item = char> {
    let others = if fuzzy { table().alike(syllable.fuzzy()) } else { &[] };
    let others = others.iter().filter(move |&&other| other != syllable).flat_map(move |&other| {
        // A character with two readings of the class, as 弄, is given by the first of them.
        let is_first = move |c: &&char| {
            let mut alike = readings(**c).iter().filter(|reading| reading.fuzzy() == syllable.fuzzy());
            alike.clone().all(|&reading| reading != syllable) && alike.next() == Some(&other)
        };
        table().characters(other).iter().filter(is_first)
    });
    table().characters(syllable).iter().chain(others).copied()
}

/// Says how two folded characters sound alike by any of their readings. A character is the same as itself.
#[must_use]
pub fn sounds_alike(a: char, b: char) -> Option<Alike> {
    let (of_a, of_b) = (readings(a), readings(b));
    if a == b || of_a.iter().any(|syllable| of_b.contains(syllable)) {
        return Some(Alike::Same);
    }
    let is_fuzzy = of_a.iter().any(|one| of_b.iter().any(|other| one.fuzzy() == other.fuzzy()));
    is_fuzzy.then_some(Alike::Fuzzy)
}

/// Returns whether the reading of a word is known for certain: the table has it.
#[must_use]
pub fn is_listed(word: &str) -> bool {
    table().lists(word)
}

/// Returns the key of a word: its sounds with `'` between them, as in `za'pian` for 诈骗. Words that sound
/// alike, fuzzy likeness included, have the same key, and the beginning of a word has the beginning of its
/// key. A character that is not Han stands for itself; `None` when none is.
#[must_use]
pub fn key(word: &str) -> Option<String> {
    let mut key = String::with_capacity(word.len() * 2);
    let mut sounds = false;
    for (c, syllable) in spoken(word) {
        if !key.is_empty() {
            key.push(JOINT);
        }
        match syllable {
            Some(syllable) => key.push_str(syllable.fuzzy().as_str()),
            None => key.push(c),
        }
        sounds |= syllable.is_some();
    }
    sounds.then_some(key)
}

/// Returns the key of a word, then those that it has when one of its characters is read otherwise: who writes
/// 还境 for 环境 has the other reading of 还 in mind. None when nothing in it is Han.
#[must_use]
pub fn keys(word: &str) -> Vec<String> {
    let Some(first) = key(word) else { return Vec::new() };
    let parts: Vec<(char, Option<Syllable>)> = spoken(word).collect();
    let mut keys = vec![first];
    for (place, &(c, _)) in parts.iter().enumerate() {
        for other in readings(c) {
            let mut key = String::with_capacity(word.len() * 2);
            for (i, &(c, syllable)) in parts.iter().enumerate() {
                if i > 0 {
                    key.push(JOINT);
                }
                match if i == place { Some(*other) } else { syllable } {
                    Some(syllable) => key.push_str(syllable.fuzzy().as_str()),
                    None => key.push(c),
                }
            }
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

/// Returns the first letters of the syllables of a word, as in `zp` for 诈骗; a character that is not Han
/// stands for itself. `None` when none is.
#[must_use]
pub fn initials(word: &str) -> Option<String> {
    let mut initials = String::with_capacity(word.len());
    let mut sounds = false;
    for (c, syllable) in spoken(word) {
        initials.push(syllable.map_or(c, Syllable::letter));
        sounds |= syllable.is_some();
    }
    sounds.then_some(initials)
}
