//! Completions of a text that is being typed: words and titles that begin with the text, that the text spells in
//! pinyin, or that have the typed initials.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Best, Item, Lexicon, MAX_TRIED, Order, Side, SortedTable, alternating,
    spelt::{folded, without_keys},
};
use crate::{
    query::SuggestionKind,
    text::pinyin::{Class, Typed},
};

/// How a completion continues the typed text, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum Continuation {
    /// The completion begins with the typed text.
    Literally,
    /// The typed letters spell the beginning of the completion.
    Spelt(Class),
}

/// A text that continues the typed text.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct Completion {
    /// The text as its author wrote it.
    pub shown: String,
    /// The letters and digits of the text, folded.
    pub text: String,
    /// The kind of the text.
    pub kind: SuggestionKind,
    /// How the text continues the typed text.
    pub continues: Continuation,
    /// Whether the typed text ends inside the syllable of a character.
    pub open: bool,
    /// The number of letters and digits of the text that were typed.
    pub chars: usize,
    frequency: u32,
    /// The weight of the text; larger is better.
    pub weight: f32,
}

impl Lexicon {
    /// Returns up to `most` words, tags and pairs of words, and as many titles and headings, that continue a text. The
    /// two lists alternate, the better class first. Texts that differ only in how they are written are returned
    /// separately: the caller has to check which of them are still in the index.
    pub(in crate::engine) fn completions(&self, typed: &str, most: usize) -> Vec<Completion> {
        let (begins, spelt) = (folded(typed), Typed::parse(typed));
        let list = |side| self.completions_of(side, &begins, spelt.as_ref(), most);
        alternating([list(Side::Words), list(Side::Texts)], |completion| (completion.continues, completion.open))
    }

    /// Returns up to `most` words, tags and pairs of words that continue a text.
    pub(in crate::engine) fn words_that_continue(&self, typed: &str, most: usize) -> Vec<Completion> {
        self.completions_of(Side::Words, &folded(typed), Typed::parse(typed).as_ref(), most)
    }

    /// Returns the completions from one table.
    fn completions_of(&self, side: Side, begins: &str, typed: Option<&Typed>, most: usize) -> Vec<Completion> {
        if begins.is_empty() {
            return Vec::new();
        }
        let mut found = Completions { lexicon: self, most, texts: FxHashSet::default(), found: FxHashMap::default() };
        let chars = begins.chars().count();
        let best = self.best(side, Order::Text, &[begins], SortedTable::beginning);
        found.take(best, &[Continuation::Literally], |_| Some((Continuation::Literally, false, chars)));
        if let Some(typed) = typed {
            let spells = |text: &str| {
                let spelt = typed.spells(text, 0)?;
                Some((Continuation::Spelt(spelt.class), spelt.open, spelt.chars))
            };
            let keys = typed.keys();
            if found.needs_more() {
                let best = self.best(side, Order::Sound, &keys, SortedTable::sounding);
                found.take(best, &[Continuation::Spelt(Class::Full)], spells);
            }
            if found.needs_more() {
                let initials = without_keys(&keys, typed.initials());
                let best = self.best(side, Order::Initials, &initials, SortedTable::initials);
                found.take(best, &[Continuation::Spelt(Class::Full), Continuation::Spelt(Class::Initials)], spells);
            }
        }
        found.sorted()
    }
}

/// The completions found so far.
struct Completions<'a> {
    lexicon: &'a Lexicon,
    most: usize,
    /// The distinct texts of classes that no other class surpasses.
    texts: FxHashSet<&'a str>,
    found: FxHashMap<(&'a str, SuggestionKind), (&'a Item, Completion)>,
}

impl<'a> Completions<'a> {
    /// Returns whether better completions may still be found.
    fn needs_more(&self) -> bool {
        self.texts.len() < self.most
    }

    /// Adds the texts that continue the typed text, until there are enough texts of the `unsurpassed` classes.
    fn take(
        &mut self,
        best: Best<'a>,
        unsurpassed: &[Continuation],
        judge: impl Fn(&str) -> Option<(Continuation, bool, usize)>,
    ) {
        for (table, item) in best.take(MAX_TRIED) {
            if !self.needs_more() {
                break;
            }
            let (text, shown) = (table.text(item), table.shown(item));
            let Some((continues, open, chars)) = judge(text) else { continue };
            let Item { kind, frequency, day, .. } = *item;
            match self.found.get_mut(&(shown, kind)) {
                Some((known, completion)) if !std::ptr::eq(*known, item) => {
                    // The same text in another part.
                    completion.frequency = completion.frequency.saturating_add(frequency);
                    let day = day.max(known.day);
                    completion.weight = self.lexicon.weight(kind, completion.frequency, day);
                }
                Some(_) => {}
                None => {
                    let weight = self.lexicon.weight(kind, frequency, day);
                    let (text, shown) = (text.to_owned(), shown.to_owned());
                    let completion = Completion { shown, text, kind, continues, open, chars, frequency, weight };
                    self.found.insert((table.shown(item), kind), (item, completion));
                }
            }
            if unsurpassed.contains(&continues) {
                self.texts.insert(text);
            }
        }
    }

    /// Returns the completions, best first.
    fn sorted(self) -> Vec<Completion> {
        let mut all: Vec<Completion> = self.found.into_values().map(|(_, completion)| completion).collect();
        all.sort_by(|a, b| {
            let by_class = (a.continues, a.open).cmp(&(b.continues, b.open));
            let by_weight = by_class.then(b.weight.total_cmp(&a.weight));
            by_weight.then_with(|| (a.text.len(), &a.shown, a.kind).cmp(&(b.text.len(), &b.shown, b.kind)))
        });
        all
    }
}
