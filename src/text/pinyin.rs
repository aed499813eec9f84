//! How Chinese sounds. Lets a search correct pinyin, initials or a wrong homophone.
//!
//! Based on two tables of facts: the readings of every character ([`readings`]), and the words with a character that is
//! not read in its commonest way ([`reading`]: 银行 is `yin hang`, 行 alone is `xing`). The tables give the **key** of
//! a word, by which words that sound alike are neighbours in a sorted list ([`key`]). [`Typed`] is a typed text with all
//! its divisions into syllables, and tells whether the typed text spells a given text.
//!
//! Characters sound **alike** in two degrees. Either they share a syllable, whatever the tone; or they have syllables
//! that southern speakers do not tell apart: `zh`/`z`, `ch`/`c`, `sh`/`s`, `n`/`l`, `an`/`ang`, `en`/`eng`, `in`/`ing`
//! (a [`Sound`] is a class of such syllables).
//!
//! All functions take folded text (see [`super::fold()`]); only [`Typed::parse`] folds by itself. Tones are ignored. Does
//! not know an index or the frequencies of words. A search asks about each word of the lexicon, so the functions
//! that read a text allocate nothing but their results.
//!
//! Each line of `characters.txt` has a syllable; then the characters with this commonest reading; then, after each `|`,
//! the characters with this second, third and fourth reading; frequent characters first. Each line of `words.txt` has a
//! word and its syllables. Both files are facts compiled from the data of pypinyin (MIT), folded, ordered by the
//! frequencies of jieba's dictionary (MIT), and completed by hand with names, places and terms of banking.

mod alike;
mod letters;
mod slips;
mod spelt;
mod table;
#[cfg(test)]
mod tests;
mod typed;

use self::table::table;
pub use self::{
    slips::slips,
    spelt::{Class, Spelt},
    table::{Sound, Syllable},
    typed::{Key, Spoken, Typed},
};

/// Separates the parts of a key; sorts before every letter.
const JOINT: char = '\'';

/// How two characters sound alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alike {
    /// The characters share a syllable.
    Same,
    /// The characters share a [`Sound`].
    Fuzzy,
}

/// Returns the readings of a folded character, the commonest first; none for a character that is not Han.
#[must_use]
pub fn readings(c: char) -> &'static [Syllable] {
    table().readings(c)
}

/// Returns the characters of `text` in order, each with its syllable in the word around it. Words are the longest in
/// the table, from left to right. Outside such words a character has its commonest reading.
pub fn spoken(text: &str) -> impl Iterator<Item = (char, Option<Syllable>)> + '_ {
    table().spoken(text)
}

/// Returns the syllable of each character of `word`; `None` for a character that is not Han.
#[must_use]
pub fn reading(word: &str) -> Vec<Option<Syllable>> {
    spoken(word).map(|(_, syllable)| syllable).collect()
}

/// Returns the characters with the reading `syllable`, or, if `fuzzy`, with a reading that sounds like it. Characters
/// with this commonest reading come first, frequent characters before rare ones. Each character comes once.
pub fn homophones(syllable: Syllable, fuzzy: bool) -> impl Iterator<Item = char> {
    let others = if fuzzy { table().alike(syllable.fuzzy()) } else { &[] };
    let others = others.iter().filter(move |&&other| other != syllable).flat_map(move |&other| {
        // A character with two readings of the class, such as 弄, belongs to the first of them.
        let is_first = move |c: &&char| {
            let mut alike = readings(**c).iter().filter(|reading| reading.fuzzy() == syllable.fuzzy());
            alike.clone().all(|&reading| reading != syllable) && alike.next() == Some(&other)
        };
        table().characters(other).iter().filter(is_first)
    });
    table().characters(syllable).iter().chain(others).copied()
}

/// Returns how two folded characters sound alike by any of their readings. A character is the same as itself.
#[must_use]
pub fn sounds_alike(a: char, b: char) -> Option<Alike> {
    let (of_a, of_b) = (readings(a), readings(b));
    if a == b || of_a.iter().any(|syllable| of_b.contains(syllable)) {
        return Some(Alike::Same);
    }
    let is_fuzzy = of_a.iter().any(|one| of_b.iter().any(|other| one.fuzzy() == other.fuzzy()));
    is_fuzzy.then_some(Alike::Fuzzy)
}

/// Returns whether the table contains the word, so that its reading is certain.
#[must_use]
pub fn is_listed(word: &str) -> bool {
    table().lists(word)
}

/// Returns the key of a word: its sounds with `'` between them, as in `za'pian` for 诈骗. Words that sound alike,
/// fuzzily or not, have the same key, and the key of a prefix of a word is a prefix of its key. A character that is not
/// Han stands for itself. Returns `None` if no character is Han.
#[must_use]
pub fn key(word: &str) -> Option<String> {
    joined(spoken(word))
}

/// Returns the key of a word, then the keys with another reading of one of its characters: a user who writes 还境 for
/// 环境 means the other reading of 还. Empty if no character is Han.
#[must_use]
pub fn keys(word: &str) -> Vec<String> {
    let parts: Vec<(char, Option<Syllable>)> = spoken(word).collect();
    let mut keys: Vec<String> = joined(parts.iter().copied()).into_iter().collect();
    for (place, &(c, _)) in parts.iter().enumerate() {
        for &other in readings(c) {
            let changed = |(i, &(c, own))| (c, if i == place { Some(other) } else { own });
            let key = joined(parts.iter().enumerate().map(changed));
            keys.extend(key.filter(|key| !keys.contains(key)));
        }
    }
    keys
}

/// Joins the sounds of characters to a key; `None` if no character is Han.
fn joined(parts: impl Iterator<Item = (char, Option<Syllable>)>) -> Option<String> {
    let (mut key, mut sounds) = (String::new(), false);
    for (c, syllable) in parts {
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
