//! Decides whether typed text spells a given text.
//!
//! Reads the text character by character and keeps the set of places (see [`super::typed`]) that can be reached, as one
//! bit set for each class. This follows all readings of the typed text at once, and takes time only for the characters
//! that are spelt.

use super::{
    spoken,
    table::{Syllable, table},
    typed::{SpelledPart, Typed},
};

/// How well the typed text spells a text: the class of the worst character. Smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Each character by itself or by its syllable.
    Full,
    /// A character by a reading that it has in other words.
    OtherReading,
    /// A character by a syllable that sounds like its own.
    Fuzzy,
    /// A character by its initial.
    Initials,
}

/// How much of a text is spelt, and how well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelt {
    /// Number of characters spelt.
    pub chars: usize,
    /// Class of the spelling.
    pub class: Class,
    /// Whether the last syllable is unfinished.
    pub open: bool,
}

/// Number of readings of a character that count in a word of several characters.
const READINGS_IN_WORD: usize = 2;

const CLASSES: [Class; 4] = [Class::Full, Class::OtherReading, Class::Fuzzy, Class::Initials];

impl Typed {
    /// Returns how well `self` spells a prefix of the folded `text` from byte `at` on. The whole of `text` decides how
    /// its characters are read, so `at` may be inside a word. The best spelling counts: the best class, then a finished
    /// last syllable, then the longest.
    #[must_use]
    pub fn spells(&self, text: &str, at: usize) -> Option<Spelt> {
        let skipped = text.get(..at)?.chars().count();
        self.best(text, skipped, |_| true)
    }

    /// Returns how well `self` spells all of a folded word; the last syllable may be unfinished. `zh` spells the
    /// beginning of 中行 as an unfinished syllable, but all of it by initials.
    #[must_use]
    pub fn spells_all(&self, word: &str) -> Option<Spelt> {
        let chars = word.chars().count();
        self.best(word, 0, |found| found.chars == chars)
    }

    /// Returns the best spelling that counts of a prefix of the text after `skipped` characters; of equally good ones
    /// the longest.
    fn best(&self, text: &str, skipped: usize, counts: impl Fn(&Spelt) -> bool) -> Option<Spelt> {
        let mut best: Option<Spelt> = None;
        self.walk(text, skipped, |found| {
            if counts(&found) && best.is_none_or(|best| (found.class, found.open) <= (best.class, best.open)) {
                best = Some(found);
            }
        });
        best
    }

    /// Calls `found` for each path on which `self` spells a prefix of the text after `skipped` characters.
    fn walk(&self, text: &str, skipped: usize, mut found: impl FnMut(Spelt)) {
        let end = self.steps.len();
        // In a word, the word itself tells which further readings are possible.
        let readings = if text.chars().nth(1).is_some() { READINGS_IN_WORD } else { usize::MAX };
        let mut places = [1u64, 0, 0, 0];
        for (covered, (c, syllable)) in spoken(text).skip(skipped).enumerate() {
            let mut next = [0u64; 4];
            for (class, &places) in CLASSES.into_iter().zip(&places) {
                for place in bits(places) {
                    for step in &self.steps[place] {
                        let Some(of_step) = reads(&step.part, c, syllable, readings) else { continue };
                        let class = class.max(of_step);
                        if step.to == end {
                            found(Spelt {
                                chars: covered + 1,
                                class,
                                open: matches!(step.part, SpelledPart::Open(..)),
                            });
                        } else {
                            next[class as usize] |= 1 << step.to;
                        }
                    }
                }
            }
            // A place reached in a better class need not be continued in a worse class.
            let mut better = 0;
            for places in &mut next {
                *places &= !better;
                better |= *places;
            }
            if better == 0 {
                break;
            }
            places = next;
        }
    }
}

/// Returns the positions of the bits in a set.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = set.trailing_zeros() as usize;
        (set != 0).then(|| {
            set &= set - 1;
            place
        })
    })
}

/// Returns how well a part reads a character with the syllable `own` in its word; the first `readings` of its readings
/// count.
fn reads(part: &SpelledPart, c: char, own: Option<Syllable>, readings: usize) -> Option<Class> {
    if let SpelledPart::Itself(sign, _) = part {
        return (*sign == c).then_some(Class::Full);
    }
    let own = own?;
    let others = || table().readings(c).iter().take(readings);
    match part {
        SpelledPart::Whole(syllable, sound) => match syllable {
            Some(syllable) if *syllable == own => Some(Class::Full),
            Some(syllable) if others().any(|other| other == syllable) => Some(Class::OtherReading),
            _ => (own.fuzzy() == *sound).then_some(Class::Fuzzy),
        },
        SpelledPart::Open(letters, blurred) => {
            let begins = |syllable: &Syllable| syllable.as_str().starts_with(letters.as_str());
            // One letter is too little to guess that another letter is meant.
            let is_alike = || letters.len() > 1 && own.fuzzy().as_str().starts_with(blurred.as_str());
            if begins(&own) {
                Some(Class::Full)
            } else if others().any(begins) {
                Some(Class::OtherReading)
            } else {
                is_alike().then_some(Class::Fuzzy)
            }
        }
        SpelledPart::Initial(letters) => own.as_str().starts_with(letters).then_some(Class::Initials),
        SpelledPart::Itself(..) => None,
    }
}
