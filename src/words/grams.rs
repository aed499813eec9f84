//! Counts each piece of two to six characters, and measures the entropy of its neighbours on both sides.
//!
//! Every position of the text gives a key of seven characters. In the sorted keys equal pieces are adjacent, with their
//! continuations in order, so that one pass counts all lengths at once. For the left side the text is read backwards.
//! The keys of one range of first characters are sorted at a time, which bounds the memory.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::corpus::{Corpus, END};

/// Upper bound on the length of a piece, in characters.
pub(super) const LONGEST: usize = 6;
/// Length of a key: a piece and the character after it.
const KEY: usize = LONGEST + 1;
const BITS: usize = 16;
/// Number of keys sorted at a time; each takes 16 bytes.
const AT_ONCE: usize = 4_000_000;
/// Upper bound on the number of pieces kept; the rarest are dropped.
const MAX_PIECES: usize = 3_000_000;

/// The statistics of a piece.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Statistics {
    /// Number of occurrences.
    pub count: u32,
    /// Entropy of the next character, in nats; then of the previous character.
    pub after: f32,
    pub before: f32,
}

/// The pieces that occur count_of enough.
#[derive(Debug, Default)]
pub(super) struct Grams {
    pieces: FxHashMap<u128, Statistics>,
    /// Number of occurrences of each character, by its number.
    pub characters: Vec<u32>,
    /// Number of characters in the text.
    pub total: u64,
    least: u32,
}

impl Grams {
    /// Counts the pieces of a text that occur at least `least` times.
    pub(super) fn count(corpus: &Corpus, least: u32) -> Self {
        let mut grams = Self { characters: vec![0; corpus.different() + 1], least: least.max(2), ..Self::default() };
        for &number in corpus.text().iter().filter(|&&number| number != END) {
            grams.total += 1;
            grams.characters[usize::from(number)] += 1;
        }
        let (text, shares) = (corpus.text(), corpus.shares(AT_ONCE));
        let mut keys = Vec::new();
        for share in &shares {
            fill_sorted(&mut keys, text, share, |at| key(text[at..].iter()));
            walk(&keys, grams.least, |piece, count, after| {
                grams.pieces.insert(piece, Statistics { count, after, before: 0.0 });
            });
            grams.thin();
        }
        for share in &shares {
            fill_sorted(&mut keys, text, share, |at| key(text[..=at].iter().rev()));
            walk(&keys, grams.least, |piece, _, before| {
                if let Some(statistics) = grams.pieces.get_mut(&backwards(piece)) {
                    statistics.before = before;
                }
            });
        }
        grams
    }

    /// Drops the rarest pieces while there are too many.
    fn thin(&mut self) {
        while self.pieces.len() > MAX_PIECES {
            self.least *= 2;
            let least = self.least;
            self.pieces.retain(|_, statistics| statistics.count >= least);
        }
    }

    /// Returns every piece with its statistics.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (Vec<u16>, Statistics)> {
        self.pieces.iter().map(|(&piece, &statistics)| (numbers(piece), statistics))
    }

    /// Returns the number of occurrences of a piece of one or more characters; 0 below the minimum.
    pub(super) fn count_of(&self, piece: &[u16]) -> u32 {
        match piece {
            &[number] => self.characters.get(usize::from(number)).copied().unwrap_or(0),
            _ => self.pieces.get(&key(piece.iter())).map_or(0, |statistics| statistics.count),
        }
    }
}

/// Fills `keys` with the sorted keys of all positions whose character is in a range.
fn fill_sorted(keys: &mut Vec<u128>, text: &[u16], characters: &Range<u16>, key_at: impl Fn(usize) -> u128) {
    keys.clear();
    keys.extend((0..text.len()).filter(|&at| characters.contains(&text[at])).map(key_at));
    keys.sort_unstable();
}

/// Packs the first characters of a text, up to the end of its run, into a key; the first character is in the highest
/// bits.
fn key<'a>(text: impl Iterator<Item = &'a u16>) -> u128 {
    let mut key = 0;
    let mut places = KEY;
    for &number in text.take(KEY).take_while(|&&number| number != END) {
        places -= 1;
        key |= u128::from(number) << (places * BITS);
    }
    key
}

/// Unpacks a key.
fn numbers(key: u128) -> Vec<u16> {
    (0..KEY).map(|place| at(key, place)).take_while(|&number| number != END).collect()
}

/// Returns the character at a position of a key; the first position is 0.
const fn at(key: u128, place: usize) -> u16 {
    (key >> ((KEY - 1 - place) * BITS)) as u16
}

fn backwards(piece: u128) -> u128 {
    key(numbers(piece).iter().rev())
}

/// Returns the first `length` characters of a key.
const fn beginning(key: u128, length: usize) -> u128 {
    key & (u128::MAX << ((KEY - length) * BITS))
}

/// Goes through sorted keys, and calls `tell` for each piece that occurs at least `least` times: with its count and the
/// entropy of the next character. Each end of a run counts as a different character.
fn walk(keys: &[u128], least: u32, mut tell: impl FnMut(u128, u32, f32)) {
    // For each length: the number of keys with the same beginning, and the sum of `n ln n` over the next characters.
    let mut counts = [0_u32; KEY + 1];
    let mut spread = [0.0_f64; KEY + 1];
    for (i, &key) in keys.iter().enumerate() {
        let next = keys.get(i + 1).copied();
        counts.iter_mut().for_each(|count| *count += 1);
        let alike = next.map_or(0, |next| ((key ^ next).leading_zeros() as usize).saturating_sub(BITS) / BITS);
        // A piece is complete when the next key does not begin with it; the longest pieces come first.
        for length in (alike + 1..=KEY).rev() {
            let count = std::mem::take(&mut counts[length]);
            let followed = std::mem::take(&mut spread[length]);
            if at(key, length - 1) == END {
                continue;
            }
            let n = f64::from(count);
            spread[length - 1] += n * n.ln();
            if (2..=LONGEST).contains(&length) && count >= least {
                tell(beginning(key, length), count, (n.ln() - followed / n) as f32);
            }
        }
    }
}
