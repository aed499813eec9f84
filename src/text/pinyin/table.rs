//! Syllables, their sound classes, and the tables in memory, parsed once.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::alike::{aliases, blur, variants};
use crate::text::char_table::CharTable;

/// Each syllable with its characters.
pub(super) const CHARACTERS: &str = include_str!("characters.txt");
/// Words whose reading does not follow from their characters.
pub(super) const WORDS: &str = include_str!("words.txt");

/// Separates the rare readings of a rank from the common ones before.
const RARE: char = '/';
/// What stands between the characters of a syllable.
const SEPARATORS: [char; 2] = ['|', RARE];

/// The order of the readings of a character: whether the reading is rare, and its rank in the table.
type Rank = (bool, usize);

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(CHARACTERS, WORDS));

/// Returns the tables.
pub(super) fn table() -> &'static Table {
    &TABLE
}

/// A syllable of Mandarin without tone. Ordered by its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Syllable(u16);

/// A class of syllables that southern speakers do not tell apart. Ordered by its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sound(u16);

impl Syllable {
    /// Returns the letters of the syllable; `v` stands for `ü`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        table().names[usize::from(self.0)]
    }

    /// Returns the syllable with these lower-case letters. Also knows `lue`, `lyu`, `jv` and the like.
    #[must_use]
    pub fn of_str(letters: &str) -> Option<Self> {
        table().spelling(letters)?.syllable
    }

    /// Returns the class of the syllables that sound like this syllable.
    #[must_use]
    pub fn fuzzy(self) -> Sound {
        table().sounds[usize::from(self.0)]
    }
}

impl Sound {
    /// Returns the letters of the class, as used in keys; not always the letters of a syllable.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        &table().sound_names[usize::from(self.0)]
    }
}

/// The meaning of a sequence of letters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spelling {
    /// The syllable; `None` for letters that only sound like a syllable, such as `piang`.
    pub(super) syllable: Option<Syllable>,
    /// The sound class.
    pub(super) sound: Sound,
}

/// All tables of sounds.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Letters of each syllable.
    names: Vec<&'static str>,
    /// Sound class of each syllable.
    sounds: Vec<Sound>,
    /// Letters of each sound class.
    sound_names: Vec<String>,
    /// Syllables of each sound class.
    alike: Vec<Vec<Syllable>>,
    /// Characters of each syllable.
    characters: Vec<Vec<char>>,
    /// Entries of the characters.
    entries: CharTable<CharEntry>,
    /// Readings of all characters and words, concatenated.
    readings: Vec<Syllable>,
    /// Words by their first two characters.
    pairs: FxHashMap<[char; 2], Vec<Word>>,
    /// All known spellings by their letters.
    spellings: FxHashMap<String, Spelling>,
    /// All proper prefixes of spellings.
    beginnings: FxHashSet<String>,
}

/// The entry of a character.
#[derive(Debug, Clone, Copy, Default)]
struct CharEntry {
    /// Index of the first reading.
    at: u32,
    /// Number of readings.
    len: u8,
    /// Number of common readings, which come first.
    common: u8,
    /// Whether a word of the table begins with the character.
    begins: bool,
}

/// The entry of a word.
#[derive(Debug)]
struct Word {
    /// The word after its first two characters.
    rest: &'static str,
    /// Index of the first reading.
    at: usize,
    /// Number of readings.
    len: usize,
}

impl Table {
    fn parse(characters: &'static str, words: &'static str) -> Self {
        let mut table = Self::default();
        let mut ranked: Vec<(char, Rank, Syllable)> = Vec::new();
        for (name, groups) in characters.lines().filter_map(|line| line.split_once(' ')) {
            let syllable = Syllable(table.names.len() as u16);
            table.names.push(name);
            table.characters.push(groups.chars().filter(|c| !SEPARATORS.contains(c)).collect());
            for (rank, group) in groups.split('|').enumerate() {
                for (is_rare, group) in [false, true].into_iter().zip(group.split(RARE)) {
                    ranked.extend(group.chars().map(|c| (c, (is_rare, rank), syllable)));
                }
            }
        }
        table.take_readings(ranked);
        table.take_spellings();
        table.take_words(words);
        table
    }

    fn take_readings(&mut self, mut ranked: Vec<(char, Rank, Syllable)>) {
        ranked.sort_unstable();
        for same in ranked.chunk_by(|a, b| a.0 == b.0) {
            let common = same.iter().filter(|(_, (is_rare, _), _)| !is_rare).count() as u8;
            let entry = CharEntry { at: self.readings.len() as u32, len: same.len() as u8, common, begins: false };
            self.readings.extend(same.iter().map(|&(_, _, syllable)| syllable));
            *self.entries.entry(same[0].0) = entry;
        }
    }

    fn take_spellings(&mut self) {
        let mut sound_names: Vec<String> = self.names.iter().map(|name| blur(name).into_owned()).collect();
        sound_names.sort_unstable();
        sound_names.dedup();
        self.alike = vec![Vec::new(); sound_names.len()];
        for (i, &name) in self.names.iter().enumerate() {
            let place = sound_names.partition_point(|sound| sound.as_str() < blur(name).as_ref());
            self.sounds.push(Sound(place as u16));
            self.alike[place].push(Syllable(i as u16));
        }
        self.sound_names = sound_names;
        // The exact spelling comes before other spellings of the same syllable, and both before spellings that sound
        // alike.
        let own = |name: &str| vec![name.to_owned()];
        for (ways, exact) in [(own as fn(&str) -> Vec<String>, true), (aliases, true), (variants, false)] {
            for (i, &name) in self.names.iter().enumerate() {
                let syllable = exact.then_some(Syllable(i as u16));
                for way in ways(name) {
                    self.spellings.entry(way).or_insert(Spelling { syllable, sound: self.sounds[i] });
                }
            }
        }
        for spelling in self.spellings.keys() {
            let beginnings = (1..spelling.len()).filter_map(|end| spelling.get(..end));
            self.beginnings.extend(beginnings.map(str::to_owned));
        }
    }

    fn take_words(&mut self, words: &'static str) {
        for (word, syllables) in words.lines().filter_map(|line| line.split_once(' ')) {
            let mut chars = word.chars();
            let (Some(first), Some(second)) = (chars.next(), chars.next()) else { continue };
            let at = self.readings.len();
            for name in syllables.split(' ') {
                self.readings.extend(self.spellings.get(name).and_then(|spelling| spelling.syllable));
            }
            let word = Word { rest: chars.as_str(), at, len: self.readings.len() - at };
            self.pairs.entry([first, second]).or_default().push(word);
            self.entries.entry(first).begins = true;
        }
        for words in self.pairs.values_mut() {
            words.sort_by_key(|word| std::cmp::Reverse(word.len));
        }
    }

    /// Returns the syllables of a class.
    pub(super) fn alike(&self, sound: Sound) -> &[Syllable] {
        &self.alike[usize::from(sound.0)]
    }

    /// Returns the characters of a syllable.
    pub(super) fn characters(&self, syllable: Syllable) -> &[char] {
        &self.characters[usize::from(syllable.0)]
    }

    /// Returns the readings of a character that are common outside of certain words.
    pub(super) fn common_readings(&self, c: char) -> &[Syllable] {
        let entry = self.entries.get(c);
        self.of_entry(entry).get(..usize::from(entry.common)).unwrap_or_default()
    }

    /// Returns the readings of a character, common ones first.
    pub(super) fn readings(&self, c: char) -> &[Syllable] {
        self.of_entry(self.entries.get(c))
    }

    fn of_entry(&self, entry: CharEntry) -> &[Syllable] {
        let at = entry.at as usize;
        self.readings.get(at..at + usize::from(entry.len)).unwrap_or_default()
    }

    /// Returns what letters spell.
    pub(super) fn spelling(&self, letters: &str) -> Option<Spelling> {
        self.spellings.get(letters).copied()
    }

    /// Returns whether a longer spelling begins with these letters.
    pub(super) fn begins(&self, letters: &str) -> bool {
        self.beginnings.contains(letters)
    }

    /// Returns each character of a text with its syllable.
    pub(super) fn spoken<'a>(&'a self, text: &'a str) -> Spoken<'a> {
        Spoken { table: self, rest: text, word: &[] }
    }

    /// Returns whether the table contains a word.
    pub(super) fn lists(&self, word: &str) -> bool {
        let mut chars = word.chars();
        let (Some(first), Some(second)) = (chars.next(), chars.next()) else { return false };
        let words = self.pairs.get(&[first, second]);
        words.is_some_and(|words| words.iter().any(|word| word.rest == chars.as_str()))
    }

    /// Returns the readings of the longest word at the start of the text `first` + `rest`.
    fn word(&self, first: char, rest: &str) -> Option<&[Syllable]> {
        let mut chars = rest.chars();
        let words = self.pairs.get(&[first, chars.next()?])?;
        let word = words.iter().find(|word| chars.as_str().starts_with(word.rest))?;
        self.readings.get(word.at..word.at + word.len)
    }
}

/// The characters of a text, each with its syllable.
#[derive(Debug, Clone)]
pub(super) struct Spoken<'a> {
    table: &'a Table,
    rest: &'a str,
    /// Readings of the current word that are still to come.
    word: &'a [Syllable],
}

impl Iterator for Spoken<'_> {
    type Item = (char, Option<Syllable>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        if self.word.is_empty() {
            let entry = self.table.entries.get(c);
            let known = if entry.begins { self.table.word(c, self.rest) } else { None };
            let Some(word) = known else { return Some((c, self.table.of_entry(entry).first().copied())) };
            self.word = word;
        }
        let (&syllable, word) = self.word.split_first()?;
        self.word = word;
        Some((c, Some(syllable)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_understood() {
        assert!(table().names.len() > 400 && table().names.is_sorted());
        for line in CHARACTERS.lines() {
            let (name, characters) = line.split_once(' ').unwrap_or_default();
            assert!(name.bytes().all(|b| b.is_ascii_lowercase()) && !characters.is_empty(), "{line}");
            for c in characters.chars().filter(|c| !SEPARATORS.contains(c)) {
                assert_eq!(crate::text::fold(&c.to_string()).as_str(), c.to_string(), "not folded");
                assert!(table().readings(c).iter().any(|syllable| syllable.as_str() == name), "{c} {name}");
            }
        }
        let mut words = 0;
        for (word, syllables) in WORDS.lines().filter_map(|line| line.split_once(' ')) {
            words += 1;
            let found: Vec<&str> =
                table().spoken(word).filter_map(|(_, syllable)| syllable).map(Syllable::as_str).collect();
            assert_eq!(found.join(" "), syllables, "{word}");
            assert_eq!(crate::text::fold(word).as_str(), word, "not folded");
            for (c, syllable) in table().spoken(word) {
                assert!(syllable.is_some_and(|syllable| table().readings(c).contains(&syllable)), "{word} {c}");
            }
        }
        assert_eq!(words, WORDS.lines().count());
    }

    #[test]
    fn a_character_has_a_common_reading() {
        for c in CHARACTERS.chars().filter(|&c| !table().readings(c).is_empty()) {
            assert!(!table().common_readings(c).is_empty(), "{c}");
        }
        let common = |c| table().common_readings(c).iter().map(|syllable| syllable.as_str()).collect::<Vec<_>>();
        for (c, expected) in [('查', &["cha"][..]), ('石', &["shi"]), ('数', &["shu"]), ('仇', &["chou"])] {
            assert_eq!(common(c), expected, "{c}");
        }
        for (c, expected) in [('长', &["chang", "zhang"]), ('地', &["di", "de"]), ('乐', &["le", "yue"])] {
            assert_eq!(common(c), expected, "{c}");
        }
    }

    #[test]
    fn a_character_has_each_reading_once() {
        for c in CHARACTERS.chars() {
            let readings = table().readings(c);
            assert!((1..readings.len()).all(|i| !readings[..i].contains(&readings[i])), "{c}");
        }
    }
}
