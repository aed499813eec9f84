//! Whether a text is spelt as was typed.
//!
//! Character by character, the set of places (see [`super::typed`]) that can be reached is carried along,
//! one set of bits for each class. So all ways to read what was typed are walked at once, and a text costs
//! time only for as many characters as it is spelt.

use super::{
    spoken,
    table::{Syllable, table},
    typed::{SpelledPart, Typed},
};

/// How well what was typed spells a text: as the worst of its characters. Better ones are less.
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

/// What is spelt, and how well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelt {
    /// How many characters are spelt.
    pub chars: usize,
    /// How well.
    pub class: Class,
    /// Whether only the beginning of the last syllable was typed.
    pub open: bool,
}

/// So many readings of a character count in a word that may have another than is known.
const OF_A_WORD: usize = 2;

const CLASSES: [Class; 4] = [Class::Full, Class::OtherReading, Class::Fuzzy, Class::Initials];

impl Typed {
    /// Returns whether this spells the folded `text` from byte `at` on, to its end or not. All of it counts for
    /// how its characters are read, so `at` may be inside a word. The best way counts: the best class, then
    /// one that is not open, then the longest.
    #[must_use]
    pub fn spells(&self, text: &str, at: usize) -> Option<Spelt> {
        let skipped = text.get(..at)?.chars().count();
        let mut best: Option<Spelt> = None;
        self.walk(text, skipped, |found| {
            if best.is_none_or(|best| (found.class, found.open) <= (best.class, best.open)) {
                best = Some(found);
            }
        });
        best
    }

    /// Returns whether this spells all of a folded word, whose last syllable may be unfinished. `zh` spells the
    /// beginning of 中行 as an unfinished syllable, but all of it by initials.
    #[must_use]
    pub fn spells_all(&self, word: &str) -> Option<Spelt> {
        let chars = word.chars().count();
        let mut best: Option<Spelt> = None;
        self.walk(word, 0, |found| {
            if found.chars == chars && best.is_none_or(|best| (found.class, found.open) < (best.class, best.open)) {
                best = Some(found);
            }
        });
        best
    }

    /// Returns each way in which this spells the text from a character on.
    fn walk(&self, text: &str, skipped: usize, mut found: impl FnMut(Spelt)) {
        let end = self.steps.len();
        // What further readings a character has in a word is known of the word.
        let readings = if text.chars().nth(1).is_some() { OF_A_WORD } else { usize::MAX };
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
            // A place that is reached in a better class need not be walked from in a worse one.
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

/// Returns the places in a set.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = set.trailing_zeros() as usize;
        (set != 0).then(|| {
            set &= set - 1;
            place
        })
    })
}

/// Says how well a part reads a character that has the syllable `own` in its word, of whose `readings` so many count.
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
            // One letter is too little to guess that another is meant.
            let is_alike = || letters.len() > 1 && own.fuzzy().as_str().starts_with(blurred.as_str());
            match () {
                () if begins(&own) => Some(Class::Full),
                () if others().any(begins) => Some(Class::OtherReading),
                () => is_alike().then_some(Class::Fuzzy),
            }
        }
        SpelledPart::Initial(letters) => own.as_str().starts_with(letters).then_some(Class::Initials),
        SpelledPart::Itself(..) => None,
    }
}
