//! How Chinese sounds. Lets a search correct pinyin, initials or a wrong homophone.
//!
//! Based on two tables of facts: the readings of every character ([`readings`]), and the words with a character that is
//! not read in its commonest way ([`reading`]: 银行 is `yin hang`, 行 alone is `xing`). The tables give the **key** of
//! a word, by which words that sound alike are neighbours in a sorted list ([`key`]). [`Typed`] is a typed text with all
//! its divisions into syllables, and tells whether the typed text spells a given text.
//!
//! Characters sound **alike** in two degrees ([`Heard`]). Either they share a syllable, whatever the tone; or they have syllables
//! that southern speakers do not tell apart: `zh`/`z`, `ch`/`c`, `sh`/`s`, `n`/`l`, `an`/`ang`, `en`/`eng`, `in`/`ing`
//! (a [`Sound`] is a class of such syllables).
//!
//! All functions take folded text (see [`super::fold()`]); only [`Typed::parse`] folds by itself. Tones are ignored. Does
//! not know an index or the frequencies of words. A search asks about each word of the lexicon, so the functions
//! that read a text allocate nothing but their results.
//!
//! Each line of `characters.txt` has a syllable; then the characters with this commonest reading; then, after each `|`,
//! the characters with this second, third and fourth reading; frequent characters first. Behind `/` follow those of which
//! this is a rare reading: fewer than 3 in 100 occurrences of the character in words of jieba's dictionary, if it has 300
//! or more, weighted by the frequencies of the words. Each line of `words.txt` has a
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

/// How two characters sound alike, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alike {
    /// By their readings in the texts around them.
    Same,
    /// By another common reading of one of them.
    Otherwise,
    /// By readings in their texts that share a [`Sound`].
    Fuzzy,
}

/// A character of a text, with the readings that a reader may give it.
#[derive(Debug, Clone, Copy)]
pub struct Heard {
    c: char,
    own: Option<Syllable>,
    others: &'static [Syllable],
}

impl Heard {
    /// Returns how two characters sound alike.
    #[must_use]
    pub fn alike(&self, other: &Self) -> Option<Alike> {
        let (Some(own), Some(of_other)) = (self.own, other.own) else {
            return (self.c == other.c).then_some(Alike::Same);
        };
        if own == of_other || self.c == other.c {
            return Some(Alike::Same);
        }
        if self.readings().any(|reading| other.readings().any(|of_other| reading == of_other)) {
            return Some(Alike::Otherwise);
        }
        (own.fuzzy() == of_other.fuzzy()).then_some(Alike::Fuzzy)
    }

    /// Returns the possible readings, the one in the text first.
    pub fn readings(&self) -> impl Iterator<Item = Syllable> + use<> {
        self.own.into_iter().chain(self.others.iter().copied())
    }
}

/// Returns the characters of a folded text. In a word of which the reading is certain (`is_word`), a character has its
/// reading there; in another text, any of its common readings as well.
#[must_use]
pub fn heard(text: &str, is_word: bool) -> Vec<Heard> {
    let others = |c| if is_word { &[] } else { table().common_readings(c) };
    spoken(text).map(|(c, own)| Heard { c, own, others: others(c) }).collect()
}

/// Returns the readings of a folded character, the commonest first; none for a character that is not Han.
#[must_use]
pub fn readings(c: char) -> &'static [Syllable] {
    table().readings(c)
}

/// Returns the readings of a folded character that are common outside of certain words, the commonest first: 查 is `cha`,
/// not `zha`, as in the surname. A character with readings has one or more.
#[must_use]
pub fn common_readings(c: char) -> &'static [Syllable] {
    table().common_readings(c)
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

/// Returns the key of a word, then the keys with another common reading of one of its characters: a user who writes 还境 for
/// 环境 means the other reading of 还. Empty if no character is Han.
#[must_use]
pub fn keys(word: &str) -> Vec<String> {
    let parts: Vec<(char, Option<Syllable>)> = spoken(word).collect();
    let mut keys: Vec<String> = joined(parts.iter().copied()).into_iter().collect();
    for (place, &(c, _)) in parts.iter().enumerate() {
        for &other in common_readings(c) {
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
