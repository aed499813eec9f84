//! Lookups by pronunciation: the texts that typed letters may spell, and the words that sound like a word.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Best, Item, Lexicon, LexiconMatch, MAX_TRIED, Order, Side, SortedTable, alternating, covered};
use crate::{
    query::SuggestionKind,
    text::{
        Class as Script, fold,
        pinyin::{self, Alike, Class, Key, Typed},
    },
};

/// Lower bound on the characters of a title typed by initials; fewer are too ambiguous.
const MIN_INITIALS: usize = 3;

/// A result with its weight.
struct Weighted {
    found: LexiconMatch,
    weight: f32,
}

impl Lexicon {
    /// Returns at most `most` texts that typed letters spell, completely or except for the end of the last syllable:
    /// words, tags and pairs of words, and beginnings of titles and headings. Exact spellings come first; words and
    /// titles alternate.
    pub(in crate::engine) fn spelt(&self, typed: &Typed, most: usize) -> Vec<LexiconMatch> {
        let mut keys = typed.keys();
        let mut initials = without_keys(&keys, typed.initials());
        let classes = &[Class::Full, Class::OtherReading, Class::Fuzzy];
        let mut words = Gathered::new(self, most);
        words.take_words(self.best(Side::Words, Order::Sound, &keys, SortedTable::sounding_exactly), typed, classes);
        if words.needs_more() {
            words.take_words(self.best(Side::Words, Order::Sound, &keys, SortedTable::sounding), typed, classes);
        }
        if words.needs_more() {
            let best = self.best(Side::Words, Order::Initials, &initials, SortedTable::initials);
            words.take_words(best, typed, &[Class::Initials]);
        }
        let words = words.sorted();
        // One character of a title is too ambiguous.
        keys.retain(|key| key.text.contains('\''));
        let mut texts = Gathered::new(self, most);
        texts.take_beginnings(self.best(Side::Texts, Order::Sound, &keys, SortedTable::sounding), typed);
        if texts.needs_more() {
            initials.retain(|letters| letters.chars().nth(MIN_INITIALS - 1).is_some());
            texts.take_beginnings(self.best(Side::Texts, Order::Initials, &initials, SortedTable::initials), typed);
        }
        let mut texts = texts.sorted();
        texts.retain(|text| words.iter().all(|word| word.text != text.text));
        let mut all = alternating([words, texts], |found| (found.class, found.open));
        all.truncate(most);
        all
    }

    /// Returns the words, tags and pairs of words that typed letters spell in full, the most frequent first.
    pub(in crate::engine) fn spelt_in_full(&self, typed: &Typed, most: usize) -> Vec<LexiconMatch> {
        let mut keys = typed.keys();
        keys.retain(|key| !key.open);
        let mut gathered = Gathered::new(self, most);
        let best = self.best(Side::Words, Order::Sound, &keys, SortedTable::sounding_exactly);
        gathered.take_words(best, typed, &[Class::Full]);
        gathered.first()
    }

    /// Returns the words, tags and pairs of words whose syllables have these initials, the most frequent first.
    pub(in crate::engine) fn initials(&self, letters: &str, most: usize) -> Vec<LexiconMatch> {
        let Some(typed) = Typed::parse(letters) else { return Vec::new() };
        let mut gathered = Gathered::new(self, most);
        let best = self.best(Side::Words, Order::Initials, &typed.initials(), SortedTable::initials);
        gathered.take_words(best, &typed, &[Class::Initials]);
        gathered.first()
    }

    /// Returns the words that sound like a folded word of Han characters, without the word itself. Words with the same
    /// syllables ([`Class::Full`]; [`Class::OtherReading`] if only by another common reading) come before words that southern
    /// accents do not distinguish from `word`. With `readings`, one character of the word may have another reading than
    /// its usual one there.
    pub(in crate::engine) fn homophones(&self, word: &str, readings: bool, most: usize) -> Vec<LexiconMatch> {
        let mut keys = pinyin::keys(word);
        keys.truncate(if readings { usize::MAX } else { 1 });
        let mut gathered = Gathered::new(self, most);
        let own = pinyin::heard(word, !readings);
        let best = self.best(Side::Words, Order::Sound, &keys, SortedTable::sounding_exactly);
        for (table, item) in best.take(MAX_TRIED) {
            let text = table.text(item);
            if !gathered.needs_more() {
                break;
            }
            if text == word || text.chars().count() != word.chars().count() {
                continue;
            }
            let heard = pinyin::heard(text, pinyin::is_listed(text));
            let alike: Option<Vec<Alike>> = own.iter().zip(&heard).map(|(own, other)| own.alike(other)).collect();
            let class = match alike.map(|alike| [Alike::Otherwise, Alike::Fuzzy].map(|kind| alike.contains(&kind))) {
                Some([false, false]) => Class::Full,
                Some([true, false]) => Class::OtherReading,
                Some([false, true]) => Class::Fuzzy,
                // A word that needs another reading and also a southern accent is too far away.
                Some([true, true]) | None => continue,
            };
            gathered.add(table.shown(item).to_owned(), class, false, item);
        }
        gathered.first()
    }
}

/// The candidates found so far, without duplicates.
struct Gathered<'a> {
    lexicon: &'a Lexicon,
    most: usize,
    found: FxHashMap<String, Weighted>,
    /// The texts that have been counted: a text can have several places.
    seen: FxHashSet<*const Item>,
    /// The number of candidates that were spelt exactly when they were found.
    exact: usize,
}

impl<'a> Gathered<'a> {
    fn new(lexicon: &'a Lexicon, most: usize) -> Self {
        Self { lexicon, most, found: FxHashMap::default(), seen: FxHashSet::default(), exact: 0 }
    }

    /// Returns whether exact spellings alone do not fill the list yet.
    fn needs_more(&self) -> bool {
        self.exact < self.most
    }

    /// Adds texts that are spelt completely in one of these classes.
    fn take_words(&mut self, best: Best<'_>, typed: &Typed, classes: &[Class]) {
        let by_initials = classes == [Class::Initials];
        for (table, item) in best.take(MAX_TRIED) {
            // Texts found by initials come best first.
            if !self.needs_more() || by_initials && self.found.len() >= self.most {
                break;
            }
            if let Some(spelt) = typed.spells_all(table.text(item)).filter(|spelt| classes.contains(&spelt.class)) {
                self.add(table.shown(item).to_owned(), spelt.class, spelt.open, item);
            }
        }
    }

    /// Adds beginnings of texts that the typed letters spell.
    fn take_beginnings(&mut self, best: Best<'_>, typed: &Typed) {
        for (table, item) in best.take(MAX_TRIED) {
            if !self.needs_more() {
                break;
            }
            let Some(spelt) = typed.spells(table.text(item), 0) else { continue };
            let least = if spelt.class == Class::Initials { MIN_INITIALS } else { 2 };
            if spelt.chars >= least {
                let shown = table.shown(item);
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
                if (class, open) < (found.class, found.open) {
                    (found.class, found.open) = (class, open);
                }
                known.weight = known.weight.max(self.lexicon.weight(found.kind, found.frequency, day));
            }
            None => {
                let weight = self.lexicon.weight(kind, frequency, day);
                self.exact += usize::from(class == Class::Full);
                let found = LexiconMatch { text: text.clone(), class, open, frequency, kind };
                self.found.insert(text, Weighted { found, weight });
            }
        }
    }

    /// Returns the first candidates, best first.
    fn first(self) -> Vec<LexiconMatch> {
        let most = self.most;
        let mut all = self.sorted();
        all.truncate(most);
        all
    }

    /// Returns the candidates, best first.
    fn sorted(self) -> Vec<LexiconMatch> {
        let lexicon = self.lexicon;
        let mut all: Vec<Weighted> = self.found.into_values().collect();
        for Weighted { found, weight } in &mut all {
            // The lookup may not have examined every part of the lexicon.
            if found.kind == SuggestionKind::Word && lexicon.parts.len() > 1 {
                found.frequency = lexicon.frequency(&found.text).max(found.frequency);
                *weight = weight.max(lexicon.weight(SuggestionKind::Word, found.frequency, 0));
            }
        }
        all.sort_by(|Weighted { found: a, weight }, Weighted { found: b, weight: other }| {
            let by_class = (a.class, a.open).cmp(&(b.class, b.open));
            by_class.then(other.total_cmp(weight)).then_with(|| a.text.cmp(&b.text))
        });
        all.into_iter().map(|candidate| candidate.found).collect()
    }
}

/// Returns the initials without those that equal the initials of a key: texts spelt in whole syllables are found by
/// their keys.
pub(super) fn without_keys(keys: &[Key], initials: Vec<String>) -> Vec<String> {
    // In keys, `l` also stands for `n`.
    let heads: Vec<String> =
        keys.iter().map(|key| key.text.split('\'').filter_map(|sound| sound.chars().next()).collect()).collect();
    initials.into_iter().filter(|letters| !heads.contains(&letters.replace('n', "l"))).collect()
}

/// Returns whether a folded text consists of Han characters only.
pub(super) fn is_han(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| Script::of(c) == Script::Han)
}

/// Returns the folded letters of the typed text, for comparison with texts.
pub(super) fn folded(text: &str) -> String {
    crate::query::title_key(&fold(text))
}
