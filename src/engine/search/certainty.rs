//! How sure it is that another text was meant: the odds of a slip against the odds that the typed text is right.
//!
//! A text that no post contains is a slip of a text that posts contain, or it is right and the posts say nothing about
//! it. Either is more or less likely: the slip by its kind and by the number of posts with the other text; the typed
//! text by its frequency in general language, whole or in its pieces. The difference of the two in natural logarithms
//! gives the certainty. [`super::corrections`] makes the guesses, and answers only those that are sure.
//!
//! The weights are measured on the tuned half of `tests/corrections/`.

use std::ops::Range;

use crate::{
    chinese::{is_kind_of_place, is_person, is_surname, looking_like, negates, numerals::is_numeral, place_at_start},
    engine::{
        error::EngineError,
        index::schema::Series,
        lexicon::Lexicon,
        search::{context::Search, sequences::upper_bound},
    },
    query::Match,
    text::{
        Class as Script, Origin, is_english,
        pinyin::{self, Alike, Heard},
    },
};

/// Odds of one homophone in a word, before anything else is known.
const BASE: f32 = 5.0;
/// Odds of one homophone for a word of the dictionary, if both are as frequent in general language.
const WORD: f32 = -2.7;
/// Share of the number of posts that counts beside the frequencies of two words.
const IN_POSTS: f32 = 0.3;
/// Frequency from which on a word of the dictionary is right as it stands; rarer ones are wrong writings as often as not.
const COMMON_WORD: u32 = 10;
/// Upper bound on the odds that a text which is right as it stands is another that sounds alike.
const AT_MOST: f32 = -1.0;
/// Each further character that is as typed.
const CONTEXT: f32 = 3.0;
/// Upper bound on the odds of such characters.
const MOST_CONTEXT: f32 = 6.0;
/// A character put in is a word by itself at best; what else its rarity says is added.
const STRAY: f32 = -1.0;
/// Number of posts from which on their share counts, not their number.
const MANY_POSTS: f32 = 1_000.0;
/// The replacement is a sequence of characters in posts, not a word.
const NO_WORD: f32 = -6.0;
/// Each further wrong character: in a word of the dictionary, as whole words are chosen while typing; in another text.
const FURTHER: (f32, f32) = (-1.5, -3.5);
/// The typed text is the name of a place or an organisation, may be the name of a person, or says the opposite.
const OTHER_THING: f32 = -12.0;
/// A character that looks like the one that was meant.
const LOOKS_ALIKE: f32 = -2.0;
/// A character that neither sounds nor looks like the one that was meant.
const UNLIKE: f32 = -6.0;
/// Share of the frequency of a word that counts where the word is a part of a text which is no word.
const IN_A_COMPOUND: f32 = 0.5;
/// The typed letters are a word as they stand.
const ENGLISH: f32 = -2.0;
/// Share of the frequency of a single character beside whole words that counts if the character sounds like the other.
const SINGLE: f32 = 0.25;
/// A typed text of two characters may be the name of a person.
const SHORT_NAME: f32 = -6.0;
/// The other words of the typed text are in the posts together with the replacement.
const WITH_OTHERS: f32 = 4.0;
/// Least length of a word of letters that may have two slips.
const LETTERS_WITH_TWO_SLIPS: usize = 8;

/// Quality of a guess, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    /// The letters spell the guess, or the guess at characters is about as likely as the best.
    Spelt,
    /// The letters spell the guess by another reading of a character.
    Otherwise,
    /// The letters spell a sequence of characters that occurs in posts but is not a word.
    Sequence,
    /// The letters nearly spell the guess, or spell several words.
    Nearly,
    /// The syllables of the guess begin with the letters.
    Initials,
    /// The guess at letters differs by a small edit, or the guess at characters is clearly less likely than the best.
    Slip,
}

impl Grade {
    /// Returns the worst grade that is tried together with this grade: the reading of a character is not always known.
    /// When the guess is `open`, a syllable may be unfinished as well.
    pub(super) fn worst_tried_after(self, open: bool) -> Self {
        match self {
            Self::Spelt | Self::Otherwise if open => Self::Nearly,
            Self::Spelt => Self::Otherwise,
            Self::Otherwise => Self::Sequence,
            Self::Sequence => Self::Nearly,
            other => other,
        }
    }
}

/// A part of a typed text, and what may have been meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Replacement<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub class: Match,
    pub grade: Grade,
    /// Whether the typed letters may be only the beginning.
    pub open: bool,
    /// Whether the part is the whole text.
    pub is_whole: bool,
}

/// Returns the odds that the replacement was meant, as a natural logarithm: positive if it is more likely than not.
pub(super) fn odds(search: &Search<'_>, lexicon: &Lexicon, replacement: Replacement<'_>) -> Result<f32, EngineError> {
    let is_han = |text: &str| text.chars().all(|c| Script::of(c) == Script::Han);
    Ok(match replacement.class {
        Match::Pinyin | Match::Initials => of_letters(search, replacement),
        Match::Typo if !is_han(replacement.from) => of_word_of_letters(replacement),
        _ => of_characters(search, lexicon, replacement)?,
    })
}

/// Returns the certainty of odds, from 0 to 1.
pub(super) fn certainty(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

/// Returns the odds that letters spell the replacement.
fn of_letters(search: &Search<'_>, Replacement { from, to, class, grade, open, .. }: Replacement<'_>) -> f32 {
    let letters = from.chars().filter(|&c| Script::of(c) == Script::Letter).count();
    let odds = match grade {
        Grade::Spelt => 4.0,
        Grade::Otherwise => 3.0,
        Grade::Sequence | Grade::Nearly => 2.0,
        Grade::Initials | Grade::Slip => 1.0,
    };
    // Few letters that do not spell whole syllables are more likely an abbreviation or a word of another language.
    let is_spelt = grade == Grade::Spelt && !open && to.chars().nth(1).is_some();
    if is_english(from) && !is_spelt {
        return ENGLISH;
    }
    let is_short = letters <= 3 && (open || class == Match::Initials);
    let is_word_by_initials = class == Match::Initials && letters == to.chars().count() && search.analyzer().knows(to);
    if is_short && !is_word_by_initials { odds - 5.0 } else { odds }
}

/// Returns the odds that a word of letters is a slip of another.
fn of_word_of_letters(Replacement { from, to, .. }: Replacement<'_>) -> f32 {
    let is_plural = |one: &str, other: &str| one.strip_suffix("es").or(one.strip_suffix('s')) == Some(other);
    let letters = from.chars().count();
    match strsim::osa_distance(from, to) {
        _ if is_english(from) => ENGLISH,
        // Another form of the word is no slip.
        _ if is_plural(from, to) || is_plural(to, from) => ENGLISH,
        1 if letters == to.chars().count() && letters < 5 && strsim::hamming(from, to) == Ok(1) => -1.0,
        1 => 2.0,
        _ if letters >= LETTERS_WITH_TWO_SLIPS => 1.0,
        _ => -1.0,
    }
}

/// How a text of Han characters became another.
struct Slip {
    /// The odds of the slip by its kind.
    odds: f32,
    /// Whether no wrong character sounds and looks unlike the character that was meant.
    is_alike: bool,
    /// Whether no wrong character sounds unlike the character that was meant.
    sounds_alike: bool,
    /// The typed characters that are wrong, as ranges; an empty range where a character is missing.
    wrong: Vec<Range<usize>>,
    /// Whether characters are replaced; otherwise they changed places, or one is missing or too many.
    is_replaced: bool,
    /// Number of characters that are as typed.
    kept: usize,
}

/// Returns the odds that a text of Han characters is a slip of another.
fn of_characters(
    search: &Search<'_>,
    lexicon: &Lexicon,
    Replacement { from, to, is_whole, .. }: Replacement<'_>,
) -> Result<f32, EngineError> {
    let analyzer = search.analyzer();
    let typed: Vec<char> = from.chars().collect();
    let meant: Vec<char> = to.chars().collect();
    let pieces = (pieces(search, from), pieces(search, to));
    let slip = slip(search, (&pieces.0, &pieces.1), &typed, &meant);
    let known = known(search, from, is_whole);
    let in_posts = in_posts(search, to)?;
    let further = slip.wrong.len().saturating_sub(1) as f32;
    let mut odds = slip.odds;
    if let Some(known) = known {
        odds += WORD + frequency(search, to) - frequency(search, known) + IN_POSTS * in_posts;
        odds += FURTHER.0 * further + if slip.sounds_alike { 0.0 } else { UNLIKE };
        odds += if analyzer.knows(to) && typed.len() > 1 { 0.0 } else { NO_WORD };
        // A word is neither a name that sounds otherwise nor a number.
        let is_number = slip.wrong.iter().any(|wrong| meant.get(wrong.start).is_some_and(|&c| is_numeral(c)));
        let is_other = is_name(search, known) && !slip.sounds_alike || is_number;
        odds += if slip.is_replaced && is_other { OTHER_THING } else { 0.0 };
    } else {
        // A number says nothing about the word behind it.
        let is_wrong = |i: usize| slip.wrong.iter().any(|wrong| wrong.contains(&i));
        let numerals = (0..typed.len()).filter(|&i| !is_wrong(i) && (is_numeral(typed[i]) || typed[i] == '第')).count();
        let kept = slip.kept as f32 - numerals as f32;
        odds += BASE + in_posts + FURTHER.1 * further + (CONTEXT * (kept - 1.0)).min(MOST_CONTEXT);
        odds -= right_as_it_stands(search, &pieces.0, &slip);
        odds += as_a_word(search, lexicon, to, pieces.1, &slip)?;
        odds += as_a_person(search, &typed, to, &slip);
        odds += if is_whole { 0.0 } else { WITH_OTHERS };
    }
    if slip.is_replaced && is_right(search, from, known, is_whole, &slip) {
        odds = odds.min(AT_MOST);
    }
    let opposites = |text: &[char]| text.iter().filter(|c| negates(c.encode_utf8(&mut [0; 4]))).count();
    let says_the_opposite = typed.len() != meant.len() && opposites(&typed) != opposites(&meant);
    Ok(if says_the_opposite { odds + OTHER_THING } else { odds })
}

/// Returns whether a typed text in which a character was perhaps replaced is right as it stands: a word that is not rare, a
/// place or a person. Two characters beside other words are not taken for a person.
fn is_right(search: &Search<'_>, typed: &str, known: Option<&str>, is_whole: bool, slip: &Slip) -> bool {
    let is_word = known.is_some_and(|known| search.analyzer().frequency(known) >= COMMON_WORD);
    let place = place_at_start(typed);
    let is_kind = typed.chars().nth(place).is_none_or(is_kind_of_place);
    let is_place = is_kind && slip.wrong.iter().all(|wrong| wrong.end <= place);
    is_word || is_place || is_person(typed) && (is_whole || typed.chars().nth(2).is_some())
}

/// Returns whether a word of the dictionaries is the name of a place or an organisation.
fn is_name(search: &Search<'_>, word: &str) -> bool {
    word.chars().nth(1).is_some()
        && (search.analyzer().is_proper_name(word) || place_at_start(word) == word.chars().count())
}

/// Returns a part of the folded text, or the whole text as it was typed, if it is a word of the dictionaries. Folding may
/// hide a word: 乾隆 becomes 干隆.
pub(super) fn known<'a>(search: &'a Search<'_>, from: &'a str, is_whole: bool) -> Option<&'a str> {
    let typed = is_whole.then(|| search.query.text.trim());
    std::iter::once(from).chain(typed).find(|word| search.analyzer().knows(word))
}

/// Returns the logarithm of the number of posts with a text, among a thousand posts if there are more.
fn in_posts(search: &Search<'_>, text: &str) -> Result<f32, EngineError> {
    let share = (MANY_POSTS / search.statistics.documents.max(1) as f32).min(1.0);
    Ok((upper_bound(search, text)? as f32 * share).max(1.0).ln())
}

/// Returns the odds, zero or less, that a text is not there by chance where it differs from the typed text: each
/// character that was put in is part of a word, or hardly occurs elsewhere.
fn as_a_word(
    search: &Search<'_>,
    lexicon: &Lexicon,
    text: &str,
    pieces: Vec<&str>,
    slip: &Slip,
) -> Result<f32, EngineError> {
    let analyzer = search.analyzer();
    if analyzer.knows(text) || lexicon.frequency(text) > 0 {
        return Ok(0.0);
    }
    if !slip.is_replaced {
        let singles = pieces.iter().filter(|piece| piece.chars().nth(1).is_none()).count();
        return Ok(if singles < 2 && text.chars().nth(2).is_some() { 0.0 } else { NO_WORD });
    }
    let (mut at, mut odds) = (0, 0.0_f32);
    for piece in pieces {
        let place = at;
        at += piece.chars().count();
        if at == place + 1 && slip.wrong.contains(&(place..at)) {
            let alone = search.frequency(Series::Characters, piece)?.max(1) as f32;
            let together = upper_bound(search, text)?.max(1) as f32;
            odds = odds.min(STRAY + (together / alone).min(1.0).ln());
        }
    }
    Ok(if text.chars().nth(2).is_none() { odds.min(0.0) + STRAY } else { odds })
}

/// Returns the odds, zero or less, that a typed text is not the name of a person, if the text that was perhaps meant
/// would be another name.
fn as_a_person(search: &Search<'_>, typed: &[char], meant: &str, slip: &Slip) -> f32 {
    let is_name = (2..=3).contains(&typed.len()) && typed.first().is_some_and(|&c| is_surname(c));
    // Two neighbours changed places, or a character is there twice.
    let is_mixed_up = !slip.is_replaced && slip.odds > UNLIKE / 2.0;
    let is_unlike = slip.is_replaced && !slip.sounds_alike;
    if !is_name || is_mixed_up || !is_unlike && search.analyzer().knows(meant) {
        return 0.0;
    }
    match typed.len() {
        _ if !slip.sounds_alike => OTHER_THING,
        2 => SHORT_NAME,
        _ => SHORT_NAME / 2.0,
    }
}

/// Returns the logarithm of the frequency of a word in general language; more for a proper name in which a character is
/// replaced.
fn general(search: &Search<'_>, word: &str, slip: &Slip) -> f32 {
    let name = if slip.is_replaced && is_name(search, word) { -OTHER_THING } else { 0.0 };
    frequency(search, word) + name
}

/// Returns the logarithm of the frequency of a word in general language.
fn frequency(search: &Search<'_>, word: &str) -> f32 {
    (search.analyzer().frequency(word) as f32).ln_1p()
}

/// Returns the odds that the words of a text which contain a wrong character are right as they stand.
fn right_as_it_stands(search: &Search<'_>, pieces: &[&str], slip: &Slip) -> f32 {
    let singles = pieces.iter().filter(|piece| piece.chars().nth(1).is_none()).count();
    let (mut at, mut odds) = (0, 0.0_f32);
    for &piece in pieces {
        let range = at..at + piece.chars().count();
        at = range.end;
        if !slip.wrong.iter().any(|wrong| range.start < wrong.end && wrong.start < range.end) {
            continue;
        }
        odds = odds.max(match range.len() {
            1 if singles == 1 && slip.sounds_alike => SINGLE * general(search, piece, slip),
            1 if singles == 1 => IN_A_COMPOUND * general(search, piece, slip),
            1 => 0.0,
            _ if slip.is_alike => IN_A_COMPOUND * general(search, piece, slip),
            _ => general(search, piece, slip) - UNLIKE,
        });
    }
    odds
}

/// Returns whether the reading of a folded text is certain: it is a word of the dictionaries. Nobody knows how a word of the
/// site or of the posts is read.
fn is_read(search: &Search<'_>, text: &str) -> bool {
    let analyzer = search.analyzer();
    let is_general = || matches!(analyzer.dictionary().origin(text), None | Some(Origin::Field));
    text.chars().nth(1).is_some() && (pinyin::is_listed(text) || analyzer.knows(text) && is_general())
}

/// Returns the words of a folded text.
pub(super) fn pieces<'a>(search: &Search<'_>, text: &'a str) -> Vec<&'a str> {
    if is_read(search, text) { vec![text] } else { search.analyzer().known_pieces(text) }
}

/// Returns how the characters of a text are heard: in a word of the dictionaries by its reading there, alone by any common
/// reading.
pub(super) fn heard(search: &Search<'_>, pieces: &[&str]) -> Vec<Heard> {
    pieces.iter().flat_map(|piece| pinyin::heard(piece, is_read(search, piece))).collect()
}

/// Compares two texts of Han characters.
fn slip(search: &Search<'_>, pieces: (&[&str], &[&str]), typed: &[char], meant: &[char]) -> Slip {
    let same = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let same_end = typed[same..].iter().rev().zip(meant[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (typed_rest, meant_rest) = (&typed[same..typed.len() - same_end], &meant[same..meant.len() - same_end]);
    let kept = same + same_end;
    let at = |range: Range<usize>, odds: f32, kept: usize| {
        let wrong = std::iter::once(range).collect();
        Slip { odds, is_alike: true, sounds_alike: false, wrong, is_replaced: false, kept }
    };
    match (typed_rest, meant_rest) {
        ([a, b], [c, d]) if a == d && b == c => at(same..same + 2, -1.0, kept + 1),
        ([], [_]) => at(same..same, -4.0, kept),
        ([extra], []) => {
            let is_doubled = same.checked_sub(1).is_some_and(|before| typed[before] == *extra);
            at(same..same + 1, if is_doubled { -0.5 } else { -8.0 }, kept)
        }
        _ if typed.len() == meant.len() => {
            let (of_typed, of_meant) = (heard(search, pieces.0), heard(search, pieces.1));
            let wrong: Vec<usize> = (0..typed.len()).filter(|&i| typed[i] != meant[i]).collect();
            let of = |&i: &usize| match of_typed[i].alike(&of_meant[i]) {
                Some(Alike::Same) => 0.0,
                Some(Alike::Otherwise | Alike::Fuzzy) => -1.5,
                None if looking_like(typed[i]).contains(&meant[i]) => LOOKS_ALIKE,
                None => UNLIKE,
            };
            let odds: Vec<f32> = wrong.iter().map(of).collect();
            Slip {
                odds: odds.iter().sum(),
                is_alike: odds.iter().all(|&odds| odds > UNLIKE),
                sounds_alike: odds.iter().all(|&odds| odds > LOOKS_ALIKE),
                is_replaced: true,
                kept: typed.len() - wrong.len(),
                wrong: wrong.into_iter().map(|i| i..i + 1).collect(),
            }
        }
        _ => at(same..typed.len() - same_end, OTHER_THING, kept),
    }
}
