//! Lookups by pronunciation: the texts that typed letters may spell, and the words that sound like a word.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Item, Lexicon, LexiconMatch, MOST_TRIED, Order, Side, SortedTable, covered, in_turns};
use crate::{
    query::SuggestionKind,
    text::{
        Class as Script, fold,
        pinyin::{self, Alike, Class, Key, Typed},
    },
};

/// Lower bound on the characters of a title typed by initials; fewer are too ambiguous.
const MIN_INITIALS: usize = 3;

/// A candidate for the list of results: how well it is spelt, whether its last syllable is unfinished, and its weight.
struct SpelledWord {
    found: LexiconMatch,
    open: bool,
    weight: f32,
}

impl Lexicon {
    /// Returns at most `most` texts that typed letters spell, completely or except for the end of the last syllable:
    /// words, tags and pairs of words, and beginnings of titles and headings. Exact spellings come first; words and
    /// titles alternate.
    pub(in crate::engine) fn spelt(&self, typed: &Typed, most: usize) -> Vec<LexiconMatch> {
        let keys = typed.keys();
        let initials = beyond(&keys, typed.initials());
        let words = {
            let mut gathered = Gathered::new(self, most);
            let spelt = &[Class::Full, Class::OtherReading, Class::Fuzzy];
            let find =
                |sorted_table: &SortedTable| keys.iter().map(|key| sorted_table.sounding_exactly(&key.text)).collect();
            gathered.take_words(self.best(Side::Words, Order::Sound, find), typed, spelt);
            if gathered.needs_more() {
                let find =
                    |sorted_table: &SortedTable| keys.iter().map(|key| sorted_table.sounding(&key.text)).collect();
                gathered.take_words(self.best(Side::Words, Order::Sound, find), typed, spelt);
            }
            if gathered.needs_more() {
                let find = |sorted_table: &SortedTable| {
                    initials.iter().map(|letters| sorted_table.initials(letters)).collect()
                };
                gathered.take_words(self.best(Side::Words, Order::Initials, find), typed, &[Class::Initials]);
            }
            gathered.sorted()
        };
        let texts = {
            let mut gathered = Gathered::new(self, most);
            // One character is too ambiguous.
            let several = keys.iter().filter(|key| key.text.contains('\''));
            let several: Vec<&Key> = several.collect();
            let find =
                |sorted_table: &SortedTable| several.iter().map(|key| sorted_table.sounding(&key.text)).collect();
            gathered.take_beginnings(self.best(Side::Texts, Order::Sound, find), typed);
            if gathered.needs_more() {
                let several = initials.iter().filter(|letters| letters.chars().nth(MIN_INITIALS - 1).is_some());
                let several: Vec<&String> = several.collect();
                let find =
                    |sorted_table: &SortedTable| several.iter().map(|letters| sorted_table.initials(letters)).collect();
                gathered.take_beginnings(self.best(Side::Texts, Order::Initials, find), typed);
            }
            gathered.sorted()
        };
        let known: Vec<String> = words.iter().map(|word| word.found.text.clone()).collect();
        let texts = texts.into_iter().filter(|text| !known.contains(&text.found.text)).collect();
        let all = in_turns([words, texts], |candidate| (candidate.found.class, candidate.open));
        all.into_iter().map(|candidate| candidate.found).take(most).collect()
    }

    /// Returns the words, tags and pairs of words whose syllables have these initials, the most frequent first.
    pub(in crate::engine) fn initials(&self, letters: &str, most: usize) -> Vec<LexiconMatch> {
        let Some(typed) = Typed::parse(letters) else { return Vec::new() };
        let initials = typed.initials();
        let mut gathered = Gathered::new(self, most);
        let find = |sorted_table: &SortedTable| initials.iter().map(|letters| sorted_table.initials(letters)).collect();
        gathered.take_words(self.best(Side::Words, Order::Initials, find), &typed, &[Class::Initials]);
        gathered.sorted().into_iter().map(|candidate| candidate.found).take(most).collect()
    }

    /// Returns the words that sound like a folded word of Han characters, without the word itself. Words with the same
    /// syllables ([`Class::Full`]; [`Class::OtherReading`] if only by another reading) come before words that southern
    /// accents do not distinguish from `word`. With `readings`, one character of the word may have another reading than
    /// its usual one there.
    pub(in crate::engine) fn homophones(&self, word: &str, readings: bool, most: usize) -> Vec<LexiconMatch> {
        let mut keys = pinyin::keys(word);
        keys.truncate(if readings { usize::MAX } else { 1 });
        let mut gathered = Gathered::new(self, most);
        let find = |sorted_table: &SortedTable| keys.iter().map(|key| sorted_table.sounding_exactly(key)).collect();
        let own = pinyin::reading(word);
        let mut tried = 0;
        for (sorted_table, item) in self.best(Side::Words, Order::Sound, find) {
            let text = sorted_table.text(item);
            tried += 1;
            if tried > MOST_TRIED || !gathered.needs_more() {
                break;
            }
            if text == word || text.chars().count() != word.chars().count() {
                continue;
            }
            let mut alike = word.chars().zip(text.chars()).map(|(a, b)| pinyin::sounds_alike(a, b));
            let class = alike.try_fold(Class::Full, |class, alike| match alike? {
                Alike::Same => Some(class),
                Alike::Fuzzy => Some(Class::Fuzzy),
            });
            let spoken = || pinyin::spoken(text).map(|(_, syllable)| syllable);
            let fuzzy = |syllable: Option<pinyin::Syllable>| syllable.map(pinyin::Syllable::fuzzy);
            let class = match class {
                Some(Class::Full) if !spoken().eq(own.iter().copied()) && pinyin::is_listed(text) => continue,
                Some(Class::Full) if !spoken().eq(own.iter().copied()) => Class::OtherReading,
                // A word that needs another reading and also a southern accent is too far away.
                Some(Class::Fuzzy) if !spoken().map(fuzzy).eq(own.iter().copied().map(fuzzy)) => continue,
                Some(class) => class,
                None => continue,
            };
            gathered.add(sorted_table.shown(item).to_owned(), class, false, item);
        }
        gathered.sorted().into_iter().map(|candidate| candidate.found).take(most).collect()
    }
}

/// The candidates found so far, without duplicates.
struct Gathered<'a> {
    lexicon: &'a Lexicon,
    most: usize,
    found: FxHashMap<String, SpelledWord>,
    /// The texts that have been counted: a text can have several places.
    seen: FxHashSet<*const Item>,
    /// The number of candidates that were spelt exactly when they were found.
    exact: usize,
}

impl<'a> Gathered<'a> {
    fn new(lexicon: &'a Lexicon, most: usize) -> Self {
        Self { lexicon, most, found: FxHashMap::default(), seen: FxHashSet::default(), exact: 0 }
    }

    /// Returns whether the list is not full yet: exact spellings do not fill it.
    fn needs_more(&self) -> bool {
        self.exact < self.most
    }

    /// Adds texts that are spelt completely in one of these classes.
    fn take_words<'s>(
        &mut self,
        best: impl Iterator<Item = (&'s SortedTable, &'s Item)>,
        typed: &Typed,
        classes: &[Class],
    ) {
        let by_initials = classes == [Class::Initials];
        for (sorted_table, item) in best.take(MOST_TRIED) {
            // Texts found by initials come best first.
            if !self.needs_more() || by_initials && self.found.len() >= self.most {
                break;
            }
            if let Some(spelt) =
                typed.spells_all(sorted_table.text(item)).filter(|spelt| classes.contains(&spelt.class))
            {
                self.add(sorted_table.shown(item).to_owned(), spelt.class, spelt.open, item);
            }
        }
    }

    /// Adds beginnings of texts that the typed letters spell.
    fn take_beginnings<'s>(&mut self, best: impl Iterator<Item = (&'s SortedTable, &'s Item)>, typed: &Typed) {
        for (sorted_table, item) in best.take(MOST_TRIED) {
            if !self.needs_more() {
                break;
            }
            let Some(spelt) = typed.spells(sorted_table.text(item), 0) else { continue };
            let least = if spelt.class == Class::Initials { MIN_INITIALS } else { 2 };
            if spelt.chars >= least {
                let shown = sorted_table.shown(item);
                let text = shown.get(covered(shown, spelt.chars)).unwrap_or_default().to_owned();
                self.add(text, spelt.class, spelt.open, item);
            }
        }
    }

    fn add(&mut self, text: String, class: Class, open: bool, item: &Item) {
        let Item { kind, frequency, day, .. } = *item;
        let is_new = self.seen.insert(std::ptr::from_ref(item));
        match self.found.get_mut(&text) {
            Some(known) => {
                // The same text in another segment, another title with the same beginning, or a word that is a tag as
                // well.
                let found = &mut known.found;
                let adds = is_new && (kind == found.kind || kind == SuggestionKind::Heading);
                found.frequency = found.frequency.saturating_add(if adds { frequency } else { 0 }).max(frequency);
                if (class, open) < (found.class, known.open) {
                    (found.class, found.open, known.open) = (class, open, open);
                }
                known.weight = known.weight.max(self.lexicon.weight(found.kind, found.frequency, day));
            }
            None => {
                let weight = self.lexicon.weight(kind, frequency, day);
                self.exact += usize::from(class == Class::Full);
                let found = LexiconMatch { text: text.clone(), class, open, frequency, kind };
                self.found.insert(text, SpelledWord { found, open, weight });
            }
        }
    }

    /// Returns the candidates, best first.
    fn sorted(self) -> Vec<SpelledWord> {
        let lexicon = self.lexicon;
        let mut all: Vec<SpelledWord> = self.found.into_values().collect();
        for candidate in &mut all {
            // The lookup may not have examined every part of the lexicon.
            if candidate.found.kind == SuggestionKind::Word && lexicon.parts.len() > 1 {
                candidate.found.frequency = lexicon.frequency(&candidate.found.text).max(candidate.found.frequency);
                candidate.weight =
                    candidate.weight.max(lexicon.weight(SuggestionKind::Word, candidate.found.frequency, 0));
            }
        }
        let by = |a: &SpelledWord, b: &SpelledWord| {
            (a.found.class, a.open).cmp(&(b.found.class, b.open)).then(b.weight.total_cmp(&a.weight))
        };
        all.sort_by(|a, b| by(a, b).then_with(|| a.found.text.cmp(&b.found.text)));
        all
    }
}

/// Returns the initials without those that equal the initials of a key: texts spelt in whole syllables are found by
/// their keys.
pub(in crate::engine) fn beyond(keys: &[Key], initials: Vec<String>) -> Vec<String> {
    // In keys, `l` also stands for `n`.
    let heads: Vec<String> =
        keys.iter().map(|key| key.text.split('\'').filter_map(|sound| sound.chars().next()).collect()).collect();
    initials.into_iter().filter(|letters| !heads.contains(&letters.replace('n', "l"))).collect()
}

/// Returns whether a folded text consists of Han characters only.
pub(in crate::engine) fn is_han(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| Script::of(c) == Script::Han)
}

/// Returns the folded letters of the typed text, for comparison with texts.
pub(in crate::engine) fn folded(text: &str) -> String {
    crate::query::title_key(&fold(text))
}
