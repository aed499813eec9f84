//! Typed text read as pinyin, with all its divisions into syllables.
//!
//! **Steps** lead from place to place between the signs: a syllable, an initial, the sign itself, and at the end the
//! beginning of a syllable. A reading of the text is a path along steps from the first place to the last. The paths
//! are never listed, since there can be very many: [`super::spelt`] follows all of them at once to find a spelling, and
//! the search for keys keeps only the best few at each place.

use std::borrow::Cow;

use super::{
    JOINT,
    alike::blur,
    letters::{Sign, marks_fit, signs},
    spoken,
    table::{Sound, Syllable, table},
};

/// Upper bound on the number of keys, or of sequences of initials, returned.
const MAX_PATHS: usize = 16;
/// Upper bound on the letters of a syllable in any spelling.
const LONGEST_SYLLABLE: usize = 7;

/// Typed text, read as pinyin.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The steps from each place.
    pub(super) steps: Vec<Vec<Step>>,
}

/// A key to look up, in the format of [`super::key`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The key.
    pub text: String,
    /// Whether the last syllable is unfinished, so that only longer keys match.
    pub open: bool,
}

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// One syllable of a text, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoken {
    /// The syllable, in letters.
    Syllable(Syllable),
    /// The character itself.
    Character(char),
}

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// The place at its end.
    pub(super) to: usize,
    /// The part of the text that the step reads.
    pub(super) part: SpelledPart,
}

/// The reading of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SpelledPart {
    /// A whole syllable, or letters that only sound like one.
    Whole(Option<Syllable>, Sound),
    /// The beginning of the last syllable, and the letters that stand for all beginnings that sound like it.
    Open(String, String),
    /// The initial consonant, or the first letter, of a syllable.
    Initial(&'static str),
    /// A sign that stands for itself, and its reading among its neighbours.
    Itself(char, Option<Syllable>),
}

impl Typed {
    /// Reads typed text: pinyin with or without tones and separators, mixed freely with characters and digits
    /// (`zhapian`, `zha4 pian4`, `xi'an`, `zhàpiàn`, `lü`, `刷dan`, `20万yuan`), initials (`zp`), an unfinished last
    /// syllable (`zhapia`). A separator, a tone or a character always ends a syllable. Returns `None` if no letters can
    /// be pinyin, or for more than 60 signs.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (signs, closed) = signs(text)?;
        let characters: String = signs.iter().map(|sign| sign.c).collect();
        let steps = spoken(&characters).enumerate().map(|(from, (_, syllable))| {
            let mut steps = vec![Step { to: from + 1, part: SpelledPart::Itself(signs[from].c, syllable) }];
            add_pinyin(&signs, from, closed, &mut steps);
            steps
        });
        let mut typed = Self { steps: steps.collect() };
        typed.is_pinyin(&signs).then(|| {
            if typed.is_whole() {
                // `xian` is not `xia n` as long as nothing follows.
                let is_stray = |part: &SpelledPart| matches!(part, SpelledPart::Open(letters, _) if letters == "n" || letters == "g");
                typed.steps.iter_mut().for_each(|steps| steps.retain(|step| !is_stray(&step.part)));
            }
            typed.leave_dead_ends();
            typed
        })
    }

    /// Returns the keys of all paths of whole syllables, the last of which may be unfinished: at most 16, the likeliest
    /// first. The words spelt like this, fuzzy sounds included, have one of these keys; to complete a word, look for
    /// keys with one of these prefixes. Empty if only initials can be meant.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let paths = self.paths(Some(JOINT), |part| match part {
            SpelledPart::Whole(syllable, sound) => {
                Some((if syllable.is_some() { 2 } else { 3 }, sound.as_str().into()))
            }
            SpelledPart::Open(_, blurred) => Some((3, blurred.as_str().into())),
            // A letter that stands for itself in a text of pinyin is found by its initials.
            SpelledPart::Itself(c, _) if c.is_ascii_lowercase() => None,
            SpelledPart::Itself(_, Some(syllable)) => Some((2, syllable.fuzzy().as_str().into())),
            SpelledPart::Itself(c, None) => Some((2, String::from(*c).into())),
            SpelledPart::Initial(_) => None,
        });
        paths.into_iter().map(|path| Key { text: path.text, open: path.open }).collect()
    }

    /// Returns the paths of whole syllables and characters, the fewest syllables first. Unfinished syllables, letters
    /// that only sound like a syllable, and initials do not count.
    #[must_use]
    pub fn syllables(&self) -> Vec<Vec<Spoken>> {
        let paths = self.paths(Some(JOINT), |part| match part {
            SpelledPart::Whole(syllable, _) => syllable.map(|syllable| (2, syllable.as_str().into())),
            SpelledPart::Itself(c, Some(_)) => Some((2, String::from(*c).into())),
            SpelledPart::Itself(..) | SpelledPart::Open(..) | SpelledPart::Initial(_) => None,
        });
        let spoken = |part: &str| match Syllable::of_str(part) {
            Some(syllable) => Some(Spoken::Syllable(syllable)),
            None => part.chars().next().map(Spoken::Character),
        };
        paths.iter().map(|path| path.text.split(JOINT).filter_map(spoken).collect()).collect()
    }

    /// Returns the initials of all paths, as in `zp` for `zhapian`: at most 16, paths with the most whole
    /// syllables first. The initials of each word spelt by `self` begin with one of them, except where `n` is typed for
    /// `l`.
    #[must_use]
    pub fn initials(&self) -> Vec<String> {
        let first = |letters: &str| letters.chars().next().map(|c| String::from(c).into());
        let paths = self.paths(None, |part| match part {
            SpelledPart::Whole(Some(syllable), _) => Some((2, first(syllable.as_str())?)),
            SpelledPart::Whole(None, sound) => Some((3, first(sound.as_str())?)),
            SpelledPart::Open(letters, _) => Some((3, first(letters)?)),
            SpelledPart::Initial(letters) => Some((4, first(letters)?)),
            SpelledPart::Itself(c, _) if c.is_ascii_lowercase() => Some((8, String::from(*c).into())),
            SpelledPart::Itself(_, Some(syllable)) => Some((2, first(syllable.as_str())?)),
            SpelledPart::Itself(c, None) => Some((2, String::from(*c).into())),
        });
        paths.into_iter().map(|path| path.text).collect()
    }

    /// Returns the best paths from the first place to the last. Works from the end to the beginning; each place keeps
    /// the best paths from there on.
    fn paths<'a>(
        &'a self,
        joint: Option<char>,
        cost: impl Fn(&'a SpelledPart) -> Option<(u32, Cow<'a, str>)>,
    ) -> Vec<Path> {
        let mut from: Vec<Vec<Path>> = vec![Vec::new(); self.steps.len()];
        from.push(vec![Path::default()]);
        for (place, steps) in self.steps.iter().enumerate().rev() {
            let mut paths: Vec<Path> = Vec::new();
            for step in steps {
                let Some((cost, text)) = cost(&step.part) else { continue };
                let open = matches!(step.part, SpelledPart::Open(..));
                paths.extend(from[step.to].iter().map(|path| path.after(&text, joint, cost, open)));
            }
            paths.sort();
            let mut kept: Vec<Path> = Vec::new();
            for path in paths {
                if kept.len() < MAX_PATHS && !kept.iter().any(|other| other.text == path.text) {
                    kept.push(path);
                }
            }
            from[place] = kept;
        }
        from.swap_remove(0)
    }

    /// Returns whether some run of letters can be read without letters that stand for themselves.
    fn is_pinyin(&self, signs: &[Sign]) -> bool {
        let mut reached = vec![false; signs.len() + 1];
        let goes_on = |place: usize| signs.get(place).is_some_and(|sign| sign.is_letter() && !sign.bound);
        for (place, steps) in self.steps.iter().enumerate() {
            let is_first = !goes_on(place) || !place.checked_sub(1).is_some_and(|i| signs[i].is_letter());
            if !(signs[place].is_letter() && (is_first || reached[place])) {
                continue;
            }
            for step in steps.iter().filter(|step| !matches!(step.part, SpelledPart::Itself(..))) {
                if !goes_on(step.to) {
                    return true;
                }
                reached[step.to] = true;
            }
        }
        false
    }

    /// Returns whether all letters can be read as whole syllables.
    fn is_whole(&self) -> bool {
        let mut reached = vec![false; self.steps.len() + 1];
        reached[0] = true;
        for (place, steps) in self.steps.iter().enumerate() {
            let is_whole = |part: &SpelledPart| match part {
                SpelledPart::Whole(syllable, _) => syllable.is_some(),
                SpelledPart::Itself(c, _) => !c.is_ascii_lowercase(),
                SpelledPart::Open(..) | SpelledPart::Initial(_) => false,
            };
            if reached[place] {
                steps.iter().filter(|step| is_whole(&step.part)).for_each(|step| reached[step.to] = true);
            }
        }
        reached.last().copied().unwrap_or_default()
    }

    /// Removes the steps from which the end cannot be reached.
    fn leave_dead_ends(&mut self) {
        let mut leads = vec![false; self.steps.len()];
        leads.push(true);
        for (place, steps) in self.steps.iter_mut().enumerate().rev() {
            steps.retain(|step| leads[step.to]);
            leads[place] = !steps.is_empty();
        }
    }
}

/// A path to the end, ordered by preference.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Path {
    cost: u32,
    text: String,
    open: bool,
}

impl Path {
    /// Returns the path that reads `part` and then continues as `self`.
    fn after(&self, part: &str, joint: Option<char>, cost: u32, open: bool) -> Self {
        let mut text = String::with_capacity(part.len() + 1 + self.text.len());
        text.push_str(part);
        text.extend(joint.filter(|_| !self.text.is_empty()));
        text.push_str(&self.text);
        Self { cost: self.cost + cost, text, open: self.open || open }
    }
}

/// Adds the steps that read letters from a place on as pinyin.
fn add_pinyin(signs: &[Sign], from: usize, closed: bool, steps: &mut Vec<Step>) {
    let mut letters = String::new();
    for (to, sign) in signs.iter().enumerate().skip(from).take(LONGEST_SYLLABLE) {
        if !sign.is_letter() || (to > from && sign.bound) {
            break;
        }
        letters.push(sign.c);
        let to = to + 1;
        if let Some(initial) = initial(&letters).filter(|_| !sign.marked) {
            steps.push(Step { to, part: SpelledPart::Initial(initial) });
        }
        if !marks_fit(&signs[from..to]) {
            continue;
        }
        if let Some(spelling) = table().spelling(&letters) {
            let part = SpelledPart::Whole(spelling.syllable, spelling.sound);
            if signs.get(to).is_some_and(|next| next.tone) {
                steps.push(Step { to: to + 1, part: part.clone() });
            }
            steps.push(Step { to, part });
        }
        if to == signs.len() && !closed && table().begins(&letters) {
            steps.push(Step { to, part: SpelledPart::Open(letters.clone(), blur(&letters).into_owned()) });
        }
    }
}

/// Returns the initial spelt by the letters.
fn initial(letters: &str) -> Option<&'static str> {
    const INITIALS: [&str; 26] = [
        "zh", "ch", "sh", "a", "b", "c", "d", "e", "f", "g", "h", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s",
        "t", "w", "x", "y", "z",
    ];
    INITIALS.into_iter().find(|&initial| initial == letters)
}
