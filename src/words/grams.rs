//! How often each piece of two to six characters occurs, and how free it is on both sides.
//!
//! Every place of the text gives a key of seven characters; sorted, equal pieces stand together, and what follows them
//! is in order too, so that one walk counts all lengths at once. For the left side the text is read backwards. The keys
//! of a share of first characters are sorted at a time, which bounds the memory.

use rustc_hash::FxHashMap;

use super::corpus::{Corpus, END};

/// The longest piece, in characters.
pub(super) const LONGEST: usize = 6;
/// A key holds one character more: what follows.
const KEY: usize = LONGEST + 1;
const BITS: usize = 16;
/// How many keys are sorted at a time; each takes 16 bytes.
const AT_ONCE: usize = 4_000_000;
/// With more pieces than this the rarest are forgotten.
const MOST: usize = 3_000_000;

/// What is known of a piece.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stand {
    /// How often it occurs.
    pub count: u32,
    /// The entropy, in nats, of what follows and of what goes before.
    pub after: f32,
    pub before: f32,
}

/// The pieces that occur often enough.
#[derive(Debug, Default)]
pub(super) struct Grams {
    pieces: FxHashMap<u128, Stand>,
    /// How often each character occurs, by its number.
    pub characters: Vec<u32>,
    /// How many characters there are in all.
    pub total: u64,
    least: u32,
}

impl Grams {
    /// Counts the pieces of a text that occur `least` times or more.
    pub(super) fn count(corpus: &Corpus, least: u32) -> Self {
        let mut grams = Self { characters: vec![0; corpus.different() + 1], least: least.max(2), ..Self::default() };
        for &number in corpus.text().iter().filter(|&&number| number != END) {
            grams.total += 1;
            grams.characters[usize::from(number)] += 1;
        }
        let mut keys = Vec::new();
        for share in corpus.shares(AT_ONCE) {
            let text = corpus.text();
            keys.clear();
            let starts = text.iter().enumerate().filter(|(_, first)| share.contains(first));
            keys.extend(starts.map(|(at, _)| key(text[at..].iter())));
            keys.sort_unstable();
            walk(&keys, grams.least, |piece, count, after| {
                grams.pieces.insert(piece, Stand { count, after, before: 0.0 });
            });
            grams.thin();
        }
        for share in corpus.shares(AT_ONCE) {
            let text = corpus.text();
            keys.clear();
            let ends = text.iter().enumerate().filter(|(_, last)| share.contains(last));
            keys.extend(ends.map(|(at, _)| key(text[..=at].iter().rev())));
            keys.sort_unstable();
            walk(&keys, grams.least, |piece, _, before| {
                if let Some(stand) = grams.pieces.get_mut(&backwards(piece)) {
                    stand.before = before;
                }
            });
        }
        grams
    }

    /// Forgets the rarest pieces while there are too many.
    fn thin(&mut self) {
        while self.pieces.len() > MOST {
            self.least *= 2;
            let least = self.least;
            self.pieces.retain(|_, stand| stand.count >= least);
        }
    }

    /// Returns every piece with its characters.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (Vec<u16>, Stand)> {
        self.pieces.iter().map(|(&piece, &stand)| (numbers(piece), stand))
    }

    /// Returns how often a piece of one character or more occurs; less than the least counts as nothing.
    pub(super) fn often(&self, piece: &[u16]) -> u32 {
        match piece {
            &[number] => self.characters.get(usize::from(number)).copied().unwrap_or(0),
            _ => self.pieces.get(&key(piece.iter())).map_or(0, |stand| stand.count),
        }
    }
}

/// Packs the first characters of a text, up to the end of its run, the first highest.
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

/// Returns the character at a place of a key, the first being 0.
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

/// Walks over sorted keys and tells of each piece that occurs often enough: how often, and the entropy of what follows.
/// The end of a run counts as something else each time.
fn walk(keys: &[u128], least: u32, mut tell: impl FnMut(u128, u32, f32)) {
    // By length: how many keys begin alike, and the sum of `n ln n` over what follows.
    let mut counts = [0_u32; KEY + 1];
    let mut spread = [0.0_f64; KEY + 1];
    for (i, &key) in keys.iter().enumerate() {
        let next = keys.get(i + 1).copied();
        counts.iter_mut().for_each(|count| *count += 1);
        let alike = next.map_or(0, |next| ((key ^ next).leading_zeros() as usize).saturating_sub(BITS) / BITS);
        // What the next key does not begin with is complete; the longest first.
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
