//! An immutable table of many short texts, sorted by text, by pronunciation and by initials.
//!
//! All texts lie in one string. Each order is an array of places. The pronunciation that determines a place is
//! recomputed during a lookup, which takes less time than reading it from memory would. For every 64 places of an
//! order, the table keeps the best rank among them (the peak), so the best of many thousand texts are found without
//! reading most of them.
//!
//! A text consists of folded letters and digits only, since readers do not type punctuation. Knows no index.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    ops::Range,
};

use crate::{
    query::SuggestionKind,
    text::pinyin::{readings, spoken},
};

/// Upper bound on the characters whose syllables determine the place of a text.
const KEY_SYLLABLES: usize = 8;
/// Number of characters at the beginning of a text whose other readings give the text further places.
const VARIED_CHARACTERS: usize = 4;
/// Number of places that share one peak.
const BLOCK: usize = 64;
/// Upper bound on the number of texts: in 32 bits, the number of a text leaves room for a character and a reading.
const MAX_TEXTS: usize = 1 << 24;

/// A text that is to be added to a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Draft {
    /// The letters and digits of the text, folded.
    pub text: String,
    /// The kind of the text.
    pub kind: SuggestionKind,
    /// The text as its author wrote it; `None` when that is the same.
    pub shown: Option<String>,
    /// Document frequency of the text.
    pub frequency: u32,
    /// The day of the newest document that has the text, in days since 1970; 0 when none has a date.
    pub day: u16,
}

/// A text of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    at: u32,
    pub(super) frequency: u32,
    len: u16,
    /// Length in bytes of the text as its author wrote it, stored after the folded text; 0 when that is the same.
    shown: u16,
    pub(super) day: u16,
    pub(super) kind: SuggestionKind,
    rank: u8,
}

/// An order of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Text,
    Sound,
    Initials,
}

/// A place in an order: the number of a text, and the character and the reading that give the text this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Offset(u32);

impl Offset {
    const fn new(item: u32, character: usize, reading: usize) -> Self {
        Self(item | (character as u32) << 24 | (reading as u32) << 27)
    }

    const fn item(self) -> u32 {
        self.0 & (MAX_TEXTS as u32 - 1)
    }

    /// Returns the character that has another reading here, and the number of the reading; reading 0 means that all
    /// characters have their usual reading.
    const fn otherwise(self) -> (usize, usize) {
        ((self.0 >> 24 & 7) as usize, (self.0 >> 27) as usize)
    }
}

#[derive(Debug, Default)]
pub(super) struct SortedTable {
    texts: String,
    /// Sorted by text.
    items: Vec<Item>,
    sounds: Vec<Offset>,
    initials: Vec<Offset>,
    /// The best rank of each block, by order.
    peaks: [Vec<u8>; 3],
}

/// Returns the weight of a text, which grows with frequency and recency and depends on the kind.
pub(super) fn weight(kind: SuggestionKind, frequency: u32, day: u16, newest: u16) -> f32 {
    let of_kind = match kind {
        SuggestionKind::Tag => 1.5,
        SuggestionKind::Title => 1.0,
        SuggestionKind::Heading => 0.6,
        SuggestionKind::Phrase => 0.5,
        SuggestionKind::Word => 0.0,
    };
    // The bonus for recency halves with every two years.
    let years = f32::from(newest.saturating_sub(day)) / 365.0;
    let fresh = if day == 0 { 0.0 } else { 0.7 * (-years / 2.0).exp2() };
    (frequency as f32).ln_1p() + of_kind + fresh
}

impl SortedTable {
    /// Makes a table; `newest` is the day of the newest document of the index.
    pub(super) fn of(mut drafts: Vec<Draft>, newest: u16) -> Self {
        drafts.sort_unstable();
        drafts.truncate(MAX_TEXTS);
        let mut table = Self { items: Vec::with_capacity(drafts.len()), ..Self::default() };
        table.texts.reserve_exact(
            drafts.iter().map(|each| each.text.len() + each.shown.as_ref().map_or(0, String::len)).sum(),
        );
        for draft in drafts {
            let shown = draft.shown.as_deref().unwrap_or_default();
            let (Ok(at), Ok(len), Ok(shown_len)) =
                (u32::try_from(table.texts.len()), u16::try_from(draft.text.len()), u16::try_from(shown.len()))
            else {
                continue;
            };
            table.texts.push_str(&draft.text);
            table.texts.push_str(shown);
            let rank = (weight(draft.kind, draft.frequency, draft.day, newest) * 15.0).min(255.0) as u8;
            let Draft { kind, frequency, day, .. } = draft;
            table.items.push(Item { at, frequency, len, shown: shown_len, day, kind, rank });
        }
        table.sounds = table.sorted(Order::Sound);
        table.initials = table.sorted(Order::Initials);
        for order in [Order::Text, Order::Sound, Order::Initials] {
            let ranks: Vec<u8> = (0..table.len(order)).map(|place| table.rank(order, place)).collect();
            table.peaks[order as usize] =
                ranks.chunks(BLOCK).map(|block| block.iter().copied().max().unwrap_or(0)).collect();
        }
        table
    }

    /// Sorts the texts that have a pronunciation.
    fn sorted(&self, order: Order) -> Vec<Offset> {
        let mut keys: Vec<u8> = Vec::new();
        let mut places: Vec<(u64, u32, Offset)> = Vec::new();
        let mut add = |place: Offset, text: &str| {
            let at = keys.len();
            pieces(text, order, place.otherwise(), |piece| {
                keys.extend_from_slice(piece);
                true
            });
            // Most texts differ in their first letters, which are stored next to each other.
            let mut head = [0; 8];
            let len = (keys.len() - at).min(8);
            head[..len].copy_from_slice(&keys[at..at + len]);
            places.push((u64::from_be_bytes(head), at as u32, place));
            keys.push(0);
        };
        for (number, item) in (0_u32..).zip(&self.items) {
            let text = self.text(item);
            if !text.chars().take(KEY_SYLLABLES).any(|c| !readings(c).is_empty()) {
                continue;
            }
            add(Offset::new(number, 0, 0), text);
            if order != Order::Sound {
                continue;
            }
            for (character, (c, own)) in spoken(text).take(VARIED_CHARACTERS).enumerate() {
                let others = readings(c);
                for (i, other) in others.iter().enumerate().take(8) {
                    let known = others[..i].iter().any(|before| before.fuzzy() == other.fuzzy());
                    if !known && own.is_some_and(|own| own.fuzzy() != other.fuzzy()) {
                        add(Offset::new(number, character, i + 1), text);
                    }
                }
            }
        }
        let tail = |at: u32| keys.get(at as usize..).unwrap_or_default().iter().take_while(|&&b| b != 0);
        places.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tail(a.1).cmp(tail(b.1))).then(a.2.0.cmp(&b.2.0)));
        places.into_iter().map(|(_, _, place)| place).collect()
    }

    /// Returns the text with a number.
    pub(super) fn item(&self, number: u32) -> &Item {
        &self.items[number as usize]
    }

    /// Returns the texts at places of [`Order::Text`].
    pub(super) fn items_at(&self, places: Range<usize>) -> &[Item] {
        self.items.get(places).unwrap_or_default()
    }

    /// Returns every text with its number.
    pub(super) fn items(&self) -> impl Iterator<Item = (u32, &Item)> {
        (0..).zip(&self.items)
    }

    /// Returns the letters and digits of a text, folded.
    pub(super) fn text(&self, item: &Item) -> &str {
        let at = item.at as usize;
        self.texts.get(at..at + usize::from(item.len)).unwrap_or_default()
    }

    /// Returns a text as its author wrote it.
    pub(super) fn shown(&self, item: &Item) -> &str {
        if item.shown == 0 {
            return self.text(item);
        }
        let at = item.at as usize + usize::from(item.len);
        self.texts.get(at..at + usize::from(item.shown)).unwrap_or_default()
    }

    /// Returns the places of an order; `None` for [`Order::Text`], in which the texts themselves are sorted.
    fn places(&self, order: Order) -> Option<&[Offset]> {
        match order {
            Order::Text => None,
            Order::Sound => Some(&self.sounds),
            Order::Initials => Some(&self.initials),
        }
    }

    fn len(&self, order: Order) -> usize {
        self.places(order).map_or(self.items.len(), <[Offset]>::len)
    }

    fn place(&self, order: Order, at: usize) -> Offset {
        self.places(order).map_or(Offset::new(at as u32, 0, 0), |places| places[at])
    }

    fn rank(&self, order: Order, at: usize) -> u8 {
        self.item(self.place(order, at).item()).rank
    }

    /// Returns the places of the texts that begin with `text`.
    pub(super) fn beginning(&self, text: &str) -> Range<usize> {
        let start = self.items.partition_point(|item| self.text(item) < text);
        let len = self.items[start..].partition_point(|item| self.text(item).starts_with(text));
        start..start + len
    }

    /// Returns the places of the texts that equal `text`, one for each kind.
    pub(super) fn exactly(&self, text: &str) -> Range<usize> {
        let start = self.items.partition_point(|item| self.text(item) < text);
        let len = self.items[start..].iter().take_while(|item| self.text(item) == text).count();
        start..start + len
    }

    /// Returns the places of the texts whose key begins with `key`; the last syllable of `key` may be unfinished.
    pub(super) fn sounding(&self, key: &str) -> Range<usize> {
        self.between(Order::Sound, head(key), 0xFF)
    }

    /// Returns the places of the texts whose key equals `key` up to the first [`KEY_SYLLABLES`] syllables.
    pub(super) fn sounding_exactly(&self, key: &str) -> Range<usize> {
        self.between(Order::Sound, head(key), 0)
    }

    /// Returns the places of the texts whose characters have these initials at the beginning.
    pub(super) fn initials(&self, letters: &str) -> Range<usize> {
        let head: String = letters.chars().take(KEY_SYLLABLES).collect();
        self.between(Order::Initials, &head, 0xFF)
    }

    /// Returns the places of the keys that equal `key`, or continue `key` with a byte below `bound`.
    fn between(&self, order: Order, key: &str, bound: u8) -> Range<usize> {
        let places = self.places(order).unwrap_or_default();
        let compare = |place: &Offset, target: &[u8]| {
            let text = self.text(self.item(place.item()));
            compare(text, order, place.otherwise(), target)
        };
        let start = places.partition_point(|place| compare(place, key.as_bytes()) == Ordering::Less);
        let mut end = key.as_bytes().to_vec();
        end.push(bound);
        let len = places[start..].partition_point(|place| compare(place, &end) == Ordering::Less);
        start..start + len
    }
}

/// Returns the first [`KEY_SYLLABLES`] syllables of a key: further ones do not affect the place.
fn head(key: &str) -> &str {
    key.match_indices('\'').nth(KEY_SYLLABLES - 1).and_then(|(end, _)| key.get(..end)).unwrap_or(key)
}

/// Calls `give` with the pieces of the key that determines the place of a text, until `give` returns false.
fn pieces(text: &str, order: Order, (character, reading): (usize, usize), mut give: impl FnMut(&[u8]) -> bool) {
    for (i, (c, own)) in spoken(text).take(KEY_SYLLABLES).enumerate() {
        let syllable = if reading > 0 && i == character { readings(c).get(reading - 1).copied() } else { own };
        let mut own = [0; 4];
        let wanted = (order != Order::Sound || i == 0 || give(b"'"))
            && match syllable {
                None => give(c.encode_utf8(&mut own).as_bytes()),
                Some(syllable) if order == Order::Sound => give(syllable.fuzzy().as_str().as_bytes()),
                Some(syllable) => give(syllable.as_str().as_bytes().get(..1).unwrap_or_default()),
            };
        if !wanted {
            break;
        }
    }
}

/// Compares the key of a text with another key, without building the key of the text.
fn compare(text: &str, order: Order, otherwise: (usize, usize), target: &[u8]) -> Ordering {
    let mut rest = target;
    let mut found = Ordering::Equal;
    pieces(text, order, otherwise, |piece| {
        let len = piece.len().min(rest.len());
        found = piece[..len].cmp(&rest[..len]).then_with(|| piece.len().cmp(&len));
        rest = &rest[len..];
        found == Ordering::Equal
    });
    if found == Ordering::Equal && !rest.is_empty() { Ordering::Less } else { found }
}

/// Iterator over the texts at places of several tables, best first. A text with several places may occur several times.
pub(super) struct Best<'a> {
    tables: Vec<&'a SortedTable>,
    order: Order,
    heap: BinaryHeap<Node>,
}

/// A node of the heap: its rank, whether it is a block or a single place, and its table and place.
type Node = (u8, bool, Reverse<(u32, u32)>);

impl<'a> Best<'a> {
    /// Starts with the places that `find` returns for each table.
    pub(super) fn of(
        tables: impl Iterator<Item = &'a SortedTable>,
        order: Order,
        find: impl Fn(&SortedTable) -> Vec<Range<usize>>,
    ) -> Self {
        let tables: Vec<&SortedTable> = tables.collect();
        let mut nodes = Vec::new();
        for (number, table) in (0..).zip(&tables) {
            for range in find(table) {
                let first = range.start.div_ceil(BLOCK);
                let last = range.end / BLOCK;
                let single = |at: usize| (table.rank(order, at), false, Reverse((number, at as u32)));
                if first >= last {
                    nodes.extend(range.map(single));
                    continue;
                }
                nodes.extend((range.start..first * BLOCK).chain(last * BLOCK..range.end).map(single));
                let peaks = &table.peaks[order as usize];
                nodes.extend((first..last).map(|block| (peaks[block], true, Reverse((number, block as u32)))));
            }
        }
        Self { tables, order, heap: BinaryHeap::from(nodes) }
    }
}

impl<'a> Iterator for Best<'a> {
    type Item = (&'a SortedTable, &'a Item);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (_, is_block, Reverse((number, at))) = self.heap.pop()?;
            let table = self.tables[number as usize];
            if !is_block {
                return Some((table, table.item(table.place(self.order, at as usize).item())));
            }
            let start = at as usize * BLOCK;
            let single = |at: usize| (table.rank(self.order, at), false, Reverse((number, at as u32)));
            self.heap.extend((start..start + BLOCK).map(single));
        }
    }
}
