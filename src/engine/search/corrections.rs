//! Corrections: guesses at the meaning of a text that no post contains.
//!
//! A guess is another text, in which content of the index replaces a missing part of the typed text: the spelling of
//! letters in pinyin, a word whose syllables begin with the letters, a homophone, a word at a small edit distance. The
//! words come from the [`crate::engine::lexicon`]. Pairs of characters that are not words are looked up in the
//! dictionaries of grams, so that a guess can be any character sequence of a post. Each guess is then searched for like
//! a typed text, which verifies the guess as well.
//!
//! The module does not decide when a text is corrected: [`super::stages`] does.

use std::ops::RangeInclusive;

use rustc_hash::FxHashSet;

use crate::{
    chinese::{looking_like, numerals::is_numeral},
    engine::{
        error::EngineError,
        index::schema::Series,
        lexicon::{Lexicon, LexiconMatch},
        search::{
            answer::Answer,
            certainty::{Grade, Replacement, certainty, heard, known, odds, pieces},
            context::Search,
            matching::{EVERY_CLASS, Lookup, Strictness, answer},
            sequences::{is_nowhere, mended, spelt_sequences, upper_bound},
        },
    },
    query::{Correction, Match, searched},
    text::{
        Class as Script, fold, grams,
        pinyin::{self, Alike, Class, Syllable, Typed},
        values::values,
    },
};

/// Maximum number of guesses that are answered, so that each has a place on the first page.
const MAX_ANSWERED: usize = 10;
/// Maximum number of guesses that are answered to offer one of them.
const MAX_OFFERED: usize = 4;
/// Maximum number of guesses that are sure enough.
const MAX_GUESSES: usize = 24;
/// Maximum number of guesses of one kind.
const MAX_OF_A_KIND: usize = 12;
/// Difference of the odds from which on a guess at characters is clearly worse than another.
const CLEARLY_WORSE: f32 = 4.0;
/// Maximum number of wrong pieces of a text: a text with more is no text with slips.
const MAX_WRONG: usize = 8;
/// Maximum number of pieces with letters that are looked up.
const MAX_PIECES: usize = 32;
/// Maximum number of Han characters of a run that is corrected as a whole.
const MAX_RUN_CHARACTERS: usize = 8;
/// Maximum number of character sequences from posts that are tried though they are not words.
const MAX_SEQUENCES: usize = 4;
/// Maximum number of homophones that are tried in the place of one character.
const MAX_HOMOPHONES: usize = 400;

/// A guess at the meaning of a text.
pub(super) struct Guess {
    /// The corrected text, and the reason for the correction.
    pub correction: Correction,
    /// The odds that the text was meant; see [`odds`].
    pub odds: f32,
    /// Quality of the guess; lower is better. When guesses of one grade find something, clearly worse guesses are not
    /// tried.
    pub grade: Grade,
    /// Whether the typed letters may be only the beginning of the guess.
    pub open: bool,
}

/// The guesses so far, each text once.
struct Guesses<'a> {
    search: &'a Search<'a>,
    lexicon: &'a Lexicon,
    text: &'a str,
    /// The guesses that are sure enough to be searched for.
    sure: Vec<Guess>,
    /// The other guesses.
    unsure: Vec<Guess>,
    seen: FxHashSet<String>,
}

impl<'a> Guesses<'a> {
    fn new(search: &'a Search<'a>, lexicon: &'a Lexicon, text: &'a str) -> Self {
        Self { search, lexicon, text, sure: Vec::new(), unsure: Vec::new(), seen: FxHashSet::default() }
    }

    /// Adds the text in which `to` replaces `from`.
    fn replace(&mut self, from: &str, to: &str, class: Match, grade: Grade) -> Result<(), EngineError> {
        self.replace_perhaps(from, to, class, grade, false)
    }

    /// Adds the text in which `to` replaces `from`; with `open`, more letters may have been intended.
    fn replace_perhaps(
        &mut self,
        from: &str,
        to: &str,
        class: Match,
        grade: Grade,
        open: bool,
    ) -> Result<(), EngineError> {
        let replacement = Replacement { from, to, class, grade, open, is_whole: from == self.text };
        let text = if from == self.text { to.to_owned() } else { self.text.replacen(from, to, 1) };
        if text == self.text || is_another_number(from, to) || !self.seen.insert(text.clone()) {
            return Ok(());
        }
        let odds = odds(self.search, self.lexicon, replacement)?;
        let certainty = certainty(odds);
        if certainty < Correction::OFFERED {
            return Ok(());
        }
        let (guesses, most) = match certainty < Correction::SURE {
            true => (&mut self.unsure, MAX_OF_A_KIND),
            false => (&mut self.sure, MAX_GUESSES),
        };
        if guesses.len() < most {
            let (from, to) = (from.to_owned(), to.to_owned());
            let correction = Correction { text, from, to, class, certainty, also: Vec::new() };
            guesses.push(Guess { correction, odds, grade, open });
        }
        Ok(())
    }

    /// Returns whether there is a guess at a part of the text.
    fn has(&self, from: &str) -> bool {
        self.sure.iter().any(|guess| guess.correction.from == from)
    }

    /// Lowers the grade of the sure guesses at characters that are clearly worse than the best guess at these. Homophones
    /// are not compared with each other: however many more posts have one, the other may be meant.
    fn grade_characters(&mut self) {
        let is_of_characters =
            |guess: &Guess| guess.grade == Grade::Spelt && guess.correction.class >= Match::Homophone;
        let all: Vec<(String, Match, f32)> = self
            .sure
            .iter()
            .filter(|guess| is_of_characters(guess))
            .map(|guess| (guess.correction.from.clone(), guess.correction.class, guess.odds))
            .collect();
        for guess in self.sure.iter_mut().filter(|guess| is_of_characters(guess)) {
            let Correction { from, class, .. } = &guess.correction;
            let is_compared = |other: &&(String, Match, f32)| {
                other.0 == *from && (other.1, *class) != (Match::Homophone, Match::Homophone)
            };
            let best = all.iter().filter(is_compared).map(|other| other.2).fold(f32::NEG_INFINITY, f32::max);
            if guess.odds < best - CLEARLY_WORSE {
                guess.grade = Grade::Slip;
            }
        }
    }

    /// Adds the text in which several words are replaced, each by its first guess.
    fn replace_together(&mut self) {
        let mut firsts: Vec<&Guess> = Vec::new();
        for guess in &self.sure {
            let from = guess.correction.from.as_str();
            let touches =
                |first: &&Guess| first.correction.from.contains(from) || from.contains(&first.correction.from);
            if from != self.text && !firsts.iter().any(touches) {
                firsts.push(guess);
            }
        }
        let class = firsts.iter().map(|guess| guess.correction.class).max();
        let grade = firsts.iter().map(|guess| guess.grade).max();
        let (Some(class), Some(grade), 2..) = (class, grade, firsts.len()) else { return };
        let odds = firsts.iter().map(|guess| guess.odds).fold(f32::INFINITY, f32::min);
        let certainty = certainty(odds);
        let mut text = self.text.to_owned();
        for guess in firsts {
            text = text.replacen(&guess.correction.from, &guess.correction.to, 1);
        }
        if self.seen.insert(text.clone()) {
            let (from, to) = (self.text.to_owned(), text.clone());
            let correction = Correction { text, from, to, class, certainty, also: Vec::new() };
            self.sure.push(Guess { correction, odds, grade, open: false });
        }
    }

    /// Returns the sure guesses by grade, then the others by certainty.
    fn sorted(mut self) -> Vec<Guess> {
        self.sure.sort_by(by_quality);
        self.unsure.sort_by(|a, b| b.odds.total_cmp(&a.odds));
        self.sure.append(&mut self.unsure);
        self.sure
    }
}

/// Compares two guesses, best first.
fn by_quality(a: &Guess, b: &Guess) -> std::cmp::Ordering {
    a.grade.cmp(&b.grade).then(b.odds.total_cmp(&a.odds))
}

/// The answers to guesses.
#[derive(Default)]
pub(super) struct Corrected {
    pub answers: Vec<Answer>,
    /// The first guess that found something.
    pub correction: Option<Correction>,
    /// The surest guess that would find something, if no guess is sure enough to be searched for.
    pub did_you_mean: Option<Correction>,
}

/// Searches for the guesses, each like a typed text.
pub(super) fn corrected(
    search: &Search<'_>,
    guesses: Vec<Guess>,
    classes: &RangeInclusive<Match>,
) -> Result<Corrected, EngineError> {
    let mut corrected = Corrected::default();
    let mut grade = None;
    let mut offered = 0;
    for guess in guesses.into_iter().filter(|guess| classes.contains(&guess.correction.class)) {
        let (own, open, guess) = (guess.grade, guess.open, guess.correction);
        let is_sure = guess.certainty >= Correction::SURE;
        let worst = grade.map(|(grade, open): (Grade, bool)| grade.worst_tried_after(open));
        if is_sure && worst.is_some_and(|worst| own > worst) {
            continue;
        }
        offered += usize::from(!is_sure);
        if corrected.answers.len() == MAX_ANSWERED || offered > MAX_OFFERED || !is_sure && grade.is_some() {
            break;
        }
        let mut parsed = search.parse_other(&guess.text);
        // Nobody typed the guess, so no form was typed either.
        parsed.forms.clear();
        if let ([clause], true) = (parsed.clauses.as_slice(), parsed.whole.is_empty()) {
            // Letters are most often meant for a title that begins with the guess.
            parsed.whole = clause.alternatives[0].phrases[0].terms.clone();
        }
        let mut answered = answer(search, parsed, Strictness::All, &EVERY_CLASS)?;
        if guess.class >= Match::Homophone {
            // The words of a text that was not typed may stand apart, but then they are no reason to change the text.
            answered.classes.retain(|matches| matches.class < Match::Partial);
        }
        if answered.total() == 0 {
            continue;
        }
        if !is_sure {
            corrected.did_you_mean = Some(guess);
            break;
        }
        grade.get_or_insert((own, open));
        for matches in &mut answered.classes {
            matches.class = guess.class;
            matches.shown.clear();
        }
        answered.share = if own == Grade::Spelt { 3 } else { 1 };
        corrected.answers.push(answered);
        match &mut corrected.correction {
            None => corrected.correction = Some(guess),
            Some(first) => first.also.push(guess.text),
        }
    }
    Ok(corrected)
}

/// Returns guesses at the text, best first. A text with quotation marks is literal and has none.
pub(super) fn guesses(search: &Search<'_>) -> Result<Vec<Guess>, EngineError> {
    let typed = search.query.text.trim();
    if typed.contains(['"', '＂']) || searched(typed).len() < typed.len() {
        return Ok(Vec::new());
    }
    let folded = fold(typed);
    let text = folded.as_str();
    let lexicon = search.lexicon()?;
    let mut guesses = Guesses::new(search, &lexicon, text);
    if text.chars().any(|c| c.is_ascii_alphabetic() || (Script::of(c) == Script::Letter && pinyin_letter(c))) {
        by_letters(search, &lexicon, &mut guesses)?;
    }
    by_sound_or_typo(search, &lexicon, &mut guesses)?;
    guesses.grade_characters();
    guesses.sure.sort_by(by_quality);
    guesses.replace_together();
    Ok(guesses.sorted())
}

/// Returns whether the text may be pinyin, though longer words begin with the text or contain it.
pub(super) fn may_be_pinyin(search: &Search<'_>) -> Result<bool, EngineError> {
    let folded = fold(searched(search.query.text.trim()));
    let text = folded.as_str();
    if text.chars().nth(2).is_none() || !text.chars().all(|c| c.is_ascii_alphabetic() || c == '\'' || c == ' ') {
        return Ok(false);
    }
    for token in grams(&folded) {
        if search.frequency(Series::Grams, token.term)? > 0 {
            return Ok(false);
        }
    }
    Ok(Typed::parse(text).is_some_and(|typed| !typed.keys().is_empty()))
}

/// Returns the words that the whole text spells in full pinyin.
pub(super) fn spelt(search: &Search<'_>) -> Result<Vec<Guess>, EngineError> {
    let folded = fold(searched(search.query.text.trim()));
    let lexicon = search.lexicon()?;
    let mut guesses = Guesses::new(search, &lexicon, folded.as_str());
    if let Some(typed) = Typed::parse(folded.as_str()) {
        let spelt = lexicon.spelt(&typed, MAX_OF_A_KIND);
        for found in spelt.iter().filter(|found| found.class == Class::Full) {
            guesses.replace(folded.as_str(), &found.text, Match::Pinyin, Grade::Spelt)?;
        }
    }
    Ok(guesses.sorted())
}

/// Adds guesses at letters: their spelling in pinyin, words with these initials, similar words of letters.
fn by_letters(search: &Search<'_>, lexicon: &Lexicon, guesses: &mut Guesses<'_>) -> Result<(), EngineError> {
    let text = guesses.text;
    let letters: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut is_whole = false;
    if let Some(typed) = Typed::parse(text) {
        let spelt = lexicon.spelt(&typed, MAX_OF_A_KIND);
        is_whole = spelt.iter().any(|found| found.class < Class::Initials);
        add(&spelt, text, guesses)?;
        if !spelt.iter().any(|found| found.class == Class::Full) {
            for sequence in spelt_sequences(search, &typed, MAX_SEQUENCES)? {
                guesses.replace(text, &sequence, Match::Pinyin, Grade::Sequence)?;
            }
        }
        if !is_whole {
            for sequence in lexicon.sequence(&typed, 4) {
                guesses.replace(text, &sequence.words.concat(), class_of(sequence.class), Grade::Nearly)?;
            }
            add(&lexicon.initials(&letters, MAX_OF_A_KIND), text, guesses)?;
        }
    }
    if !is_whole {
        with_a_slip(lexicon, &letters, guesses)?;
    }
    // One of several pieces may be wrong; a run of letters among characters is a piece.
    let pieces: Vec<&str> = text.split_whitespace().flat_map(runs).collect();
    let pieces = pieces.into_iter().filter(|piece| piece.chars().any(|c| Script::of(c) == Script::Letter));
    let mut wrong = Vec::new();
    for piece in pieces.take(MAX_PIECES) {
        if piece == text || is_nowhere(search, piece)? {
            wrong.push(piece);
        }
        if wrong.len() > MAX_WRONG {
            return Ok(());
        }
    }
    for piece in &wrong {
        if let Some(typed) = Typed::parse(piece).filter(|_| *piece != text) {
            add(&lexicon.spelt(&typed, 4), piece, guesses)?;
            for sequence in lexicon.sequence(&typed, 2) {
                guesses.replace(piece, &sequence.words.concat(), class_of(sequence.class), Grade::Nearly)?;
            }
            for sequence in spelt_sequences(search, &typed, 2)? {
                guesses.replace(piece, &sequence, Match::Pinyin, Grade::Nearly)?;
            }
        }
        for near in lexicon.near(piece, 4) {
            guesses.replace(piece, &near.text, Match::Typo, Grade::Slip)?;
        }
    }
    Ok(())
}

/// Adds the words that the letters spell in full if they contain a slip.
fn with_a_slip(lexicon: &Lexicon, letters: &str, guesses: &mut Guesses<'_>) -> Result<(), EngineError> {
    let text = guesses.text;
    let mut words: Vec<(u32, String)> = Vec::new();
    for typed in pinyin::slips(letters).iter().filter_map(|slip| Typed::parse(slip)) {
        let spelt = lexicon.spelt_in_full(&typed, MAX_OF_A_KIND).into_iter();
        let whole = spelt.filter(|found| !found.open && found.text.chars().nth(1).is_some());
        words.extend(whole.map(|found| (found.frequency, found.text)));
    }
    words.sort_by(|a, b| b.cmp(a));
    for (_, word) in words.into_iter().take(MAX_OF_A_KIND) {
        guesses.replace(text, fold(&word).as_str(), Match::Pinyin, Grade::Slip)?;
    }
    Ok(())
}

/// Adds guesses at Han characters: homophones, and words at a small edit distance.
fn by_sound_or_typo(search: &Search<'_>, lexicon: &Lexicon, guesses: &mut Guesses<'_>) -> Result<(), EngineError> {
    let parsed = search.parse_other(guesses.text);
    let mut missing: Vec<String> = Vec::new();
    for clause in &parsed.clauses {
        if guesses.text.contains(&clause.text) && Lookup::of(clause, search)?.is_gone(search)? {
            missing.push(clause.text.clone());
        }
    }
    let runs: Vec<&str> = guesses.text.split(|c| Script::of(c) != Script::Han).filter(|run| !run.is_empty()).collect();
    for run in &runs {
        let is_short = (2..=MAX_RUN_CHARACTERS).contains(&run.chars().count());
        if is_short && !missing.iter().any(|known| known == run) {
            // The words of a run may occur one by one, as a wrong segmentation of a run that does not occur.
            let inside = missing.iter().any(|clause| run.contains(clause.as_str()));
            if inside || (missing.is_empty() && is_nowhere(search, run)?) {
                // A guess at the whole run is more likely right than one at a piece.
                missing.insert(0, (*run).to_owned());
            }
        }
    }
    if missing.len() > MAX_WRONG {
        return Ok(());
    }
    // A number is never corrected to another number.
    missing.retain(|word| !values(word).any(|value| value.range == (0..word.len())));
    let is_han = |text: &str| text.chars().all(|c| Script::of(c) == Script::Han);
    for word in missing.iter().filter(|word| is_han(word)) {
        homophones(search, lexicon, word, guesses)?;
        for other in looking_alike(search, lexicon, word)? {
            guesses.replace(word, &other, Match::Typo, Grade::Spelt)?;
        }
    }
    let is_known = |word: &str| is_han(word) && search.analyzer().knows(word);
    for run in missing.iter().filter(|run| is_han(run) && run.chars().nth(2).is_some() && !is_known(run)) {
        for mended in mended(search, run)? {
            guesses.replace(run, &mended, Match::Typo, Grade::Spelt)?;
        }
    }
    for word in &missing {
        // When the whole run can be corrected, a correction of a piece leaves the rest wrong.
        let is_part = |run: &&String| *run != word && run.contains(word.as_str());
        if missing.iter().filter(is_part).any(|run| guesses.has(run)) {
            continue;
        }
        // In letters with digits, such as `iphon13`, the letters are the word.
        let letters = word.split(|c| Script::of(c) != Script::Letter).filter(|run| run.chars().nth(2).is_some());
        for piece in std::iter::once(word.as_str()).chain(letters.filter(|run| run != word)) {
            for near in lexicon.near(piece, MAX_OF_A_KIND) {
                let grade = if is_han(piece) { Grade::Spelt } else { Grade::Slip };
                guesses.replace(word, &word.replacen(piece, &near.text, 1), Match::Typo, grade)?;
            }
        }
    }
    Ok(())
}

/// Returns whether a number or a day of the week in a typed text is another one in the text that was perhaps meant:
/// another number is no slip. A character that is no numeral may be one that was meant, as in `勿天` for `五天`.
fn is_another_number(typed: &str, meant: &str) -> bool {
    let is_number = |before: Option<char>, c: char| {
        let is_day = matches!(before, Some('期' | '周' | '拜')) && matches!(c, '日' | '天');
        is_day || is_numeral(c) || c.is_ascii_digit()
    };
    let numbers = |text: &str| -> Vec<(usize, char)> {
        let before = std::iter::once(None).chain(text.chars().map(Some));
        let with_places = text.chars().zip(before).enumerate();
        with_places.filter(|&(_, (c, before))| is_number(before, c)).map(|(place, (c, _))| (place, c)).collect()
    };
    let (of_typed, of_meant) = (numbers(typed), numbers(meant));
    let is_kept = if typed.chars().count() == meant.chars().count() {
        of_typed.iter().all(|number| of_meant.contains(number))
    } else {
        let values = |numbers: &[(usize, char)]| numbers.iter().map(|&(_, c)| c).collect::<String>();
        values(&of_typed) == values(&of_meant)
    };
    !of_typed.is_empty() && !of_meant.is_empty() && !is_kept
}

/// Adds guesses at one word: homophones, then character sequences from posts that differ in one character of the same
/// sound.
fn homophones(
    search: &Search<'_>,
    lexicon: &Lexicon,
    word: &str,
    guesses: &mut Guesses<'_>,
) -> Result<(), EngineError> {
    /// A homophone with its rank.
    struct Alternative {
        text: String,
        /// Whether a sound is only similar, whether the reading is another one, whether more than one character
        /// differs, whether the text is not a word.
        rank: (bool, bool, bool, bool),
        frequency: u64,
    }
    let typed: Vec<char> = word.chars().collect();
    // The reading of a word is known. A text that is not a word may stand for any reading of its characters.
    let is_word = known(search, word, word == guesses.text).is_some();
    let own = heard(search, &pieces(search, word));
    let is_alike = |text: &str| {
        let heard = heard(search, &pieces(search, text));
        own.iter().zip(&heard).all(|(own, other)| own.alike(other).is_some())
    };
    let mut alternatives: Vec<Alternative> = Vec::new();
    let homophones = lexicon.homophones(word, !is_word, MAX_OF_A_KIND * 2).into_iter();
    for found in homophones.filter(|found| !is_word || found.class == Class::Full) {
        let folded = fold(&found.text);
        let differing = typed.iter().zip(folded.as_str().chars()).filter(|(a, b)| *a != b).count();
        alternatives.push(Alternative {
            text: folded.as_str().to_owned(),
            rank: (found.class == Class::Fuzzy, found.class == Class::OtherReading, differing > 1, false),
            frequency: u64::from(found.frequency),
        });
    }
    // A word of the dictionary is meant as it stands, or another word that sounds the same was chosen while typing.
    if !is_word && typed.len() <= MAX_RUN_CHARACTERS {
        for (place, &c) in typed.iter().enumerate() {
            let mut tried: FxHashSet<char> = FxHashSet::from_iter([c]);
            for fuzzy in [false, true] {
                let readings = own[place].readings().take(if fuzzy { 1 } else { usize::MAX });
                let is_common = |&other: &char, syllable: Syllable| {
                    let mut readings = pinyin::common_readings(other).iter();
                    readings.any(|&reading| reading == syllable || fuzzy && reading.fuzzy() == syllable.fuzzy())
                };
                let others = readings.flat_map(|syllable| {
                    pinyin::homophones(syllable, fuzzy).filter(move |other| is_common(other, syllable))
                });
                for other in others.take(MAX_HOMOPHONES) {
                    if !tried.insert(other) {
                        continue;
                    }
                    let text: String =
                        typed.iter().enumerate().map(|(i, &c)| if i == place { other } else { c }).collect();
                    let frequency = upper_bound(search, &text)?;
                    if frequency == 0 || alternatives.iter().any(|known| known.text == text) {
                        continue;
                    }
                    let Some(alike) = own[place].alike(&pinyin::heard(&text, false)[place]) else { continue };
                    let is_word = lexicon.frequency(&text) > 0;
                    let rank = (alike == Alike::Fuzzy, alike == Alike::Otherwise, false, !is_word);
                    alternatives.push(Alternative { text, rank, frequency });
                }
            }
        }
    }
    alternatives
        .sort_by(|a, b| a.rank.cmp(&b.rank).then(b.frequency.cmp(&a.frequency)).then_with(|| a.text.cmp(&b.text)));
    let alike = alternatives.into_iter().filter(|alternative| is_alike(&alternative.text));
    for alternative in alike.take(MAX_OF_A_KIND) {
        guesses.replace(word, &alternative.text, Match::Homophone, Grade::Spelt)?;
    }
    Ok(())
}

/// Returns the words, and the longer sequences of characters from posts, that differ from a text in one character that
/// looks alike. Most frequent first.
fn looking_alike(search: &Search<'_>, lexicon: &Lexicon, text: &str) -> Result<Vec<String>, EngineError> {
    let typed: Vec<char> = text.chars().collect();
    let mut found: Vec<(u64, String)> = Vec::new();
    for place in (0..typed.len()).take(MAX_RUN_CHARACTERS) {
        for &other in looking_like(typed[place]) {
            let text: String = typed.iter().enumerate().map(|(i, &c)| if i == place { other } else { c }).collect();
            let frequency = match typed.len() {
                ..3 => u64::from(lexicon.frequency(&text)),
                _ => upper_bound(search, &text)?,
            };
            if frequency > 0 {
                found.push((frequency, text));
            }
        }
    }
    found.sort_by(|a, b| b.cmp(a));
    found.truncate(MAX_OF_A_KIND);
    Ok(found.into_iter().map(|(_, text)| text).collect())
}

/// Returns the runs of letters of a piece that contains Han characters as well; otherwise the piece.
fn runs(piece: &str) -> Vec<&str> {
    let is_letter = |c: char| Script::of(c) == Script::Letter;
    if !piece.chars().any(|c| Script::of(c) == Script::Han) {
        return vec![piece];
    }
    piece.split(|c| !is_letter(c)).filter(|run| run.chars().nth(1).is_some()).collect()
}

/// Returns whether a letter beyond ASCII is a vowel with a tone mark of pinyin.
fn pinyin_letter(c: char) -> bool {
    ('\u{e0}'..='\u{1dc}').contains(&c)
}

fn add(spelt: &[LexiconMatch], from: &str, guesses: &mut Guesses<'_>) -> Result<(), EngineError> {
    // The reading of a word in the table is known.
    let is_wrong =
        |found: &&LexiconMatch| found.class == Class::OtherReading && pinyin::is_listed(fold(&found.text).as_str());
    for found in spelt.iter().filter(|found| !is_wrong(found)) {
        let grade = match found.class {
            Class::Full => Grade::Spelt,
            Class::OtherReading => Grade::Otherwise,
            Class::Fuzzy => Grade::Nearly,
            Class::Initials => Grade::Initials,
        };
        let to = fold(&found.text);
        guesses.replace_perhaps(from, to.as_str(), class_of(found.class), grade, found.open)?;
    }
    Ok(())
}

fn class_of(class: Class) -> Match {
    match class {
        Class::Full | Class::OtherReading | Class::Fuzzy => Match::Pinyin,
        Class::Initials => Match::Initials,
    }
}
