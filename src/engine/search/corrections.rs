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
    chinese::numerals::is_numeral,
    engine::{
        error::EngineError,
        index::schema::Series,
        lexicon::{Lexicon, LexiconMatch},
        search::{
            answer::Answer,
            context::Search,
            matching::{EVERY_CLASS, Lookup, Strictness, answer},
            sequences::{is_nowhere, mended, spelt_sequences, upper_bound},
        },
    },
    query::{Correction, LONGEST, Match},
    text::{
        Analyzer, Class as Script, fold, grams,
        pinyin::{self, Alike, Class, Typed},
        values::values,
    },
};

/// Maximum number of guesses that are answered, so that each has a place on the first page.
const MAX_ANSWERED: usize = 10;
/// Maximum number of guesses.
const MAX_GUESSES: usize = 24;
/// Maximum number of guesses of one kind.
const MAX_OF_A_KIND: usize = 12;
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
    /// Quality of the guess; lower is better. When guesses of one grade find something, clearly worse guesses are not
    /// tried.
    pub grade: Grade,
    /// Whether the typed letters may be only the beginning of the guess.
    pub open: bool,
}

/// Quality of a guess, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    /// The letters spell the guess, or the guess sounds alike.
    Spelt,
    /// The letters spell the guess by another reading of a character.
    Otherwise,
    /// The letters spell a sequence of characters that occurs in posts but is not a word.
    Sequence,
    /// The letters nearly spell the guess, or spell several words.
    Nearly,
    /// The syllables of the guess begin with the letters.
    Initials,
    /// The guess differs by a small edit.
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
            other => other,
        }
    }
}

/// The guesses so far, each text once.
struct Guesses<'a> {
    text: &'a str,
    all: Vec<Guess>,
    seen: FxHashSet<String>,
}

impl Guesses<'_> {
    /// Adds the text in which `to` replaces `from`.
    fn replace(&mut self, from: &str, to: &str, class: Match, grade: Grade) {
        self.replace_perhaps(from, to, class, grade, false);
    }

    /// Adds the text in which `to` replaces `from`; with `open`, more letters may have been intended.
    fn replace_perhaps(&mut self, from: &str, to: &str, class: Match, grade: Grade, open: bool) {
        let text = if from == self.text { to.to_owned() } else { self.text.replacen(from, to, 1) };
        if text != self.text
            && !is_another_number(from, to)
            && self.all.len() < MAX_GUESSES
            && self.seen.insert(text.clone())
        {
            let correction = Correction { text, from: from.to_owned(), to: to.to_owned(), class, also: Vec::new() };
            self.all.push(Guess { correction, grade, open });
        }
    }

    /// Returns whether there is a guess at a part of the text.
    fn has(&self, from: &str) -> bool {
        self.all.iter().any(|guess| guess.correction.from == from)
    }

    /// Adds the text in which several words are replaced, each by its first guess.
    fn replace_together(&mut self) {
        let mut firsts: Vec<&Guess> = Vec::new();
        for guess in &self.all {
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
        let mut text = self.text.to_owned();
        for guess in firsts {
            text = text.replacen(&guess.correction.from, &guess.correction.to, 1);
        }
        if self.seen.insert(text.clone()) {
            let correction = Correction { from: self.text.to_owned(), to: text.clone(), text, class, also: Vec::new() };
            self.all.push(Guess { correction, grade, open: false });
        }
    }
}

/// Searches for the guesses, each like a typed text. Returns the answers and the first guess that found something.
pub(super) fn corrected(
    search: &Search<'_>,
    guesses: Vec<Guess>,
    classes: &RangeInclusive<Match>,
) -> Result<(Vec<Answer>, Option<Correction>), EngineError> {
    let mut answers = Vec::new();
    let mut first: Option<Correction> = None;
    let mut grade = None;
    for guess in guesses.into_iter().filter(|guess| classes.contains(&guess.correction.class)) {
        let worst = grade.map(|(grade, open): (Grade, bool)| grade.worst_tried_after(open));
        if answers.len() == MAX_ANSWERED || worst.is_some_and(|worst| guess.grade > worst) {
            break;
        }
        let (own, open, guess) = (guess.grade, guess.open, guess.correction);
        let mut parsed = search.parse_other(&guess.text);
        // Nobody typed the guess, so no form was typed either.
        parsed.forms.clear();
        if let ([clause], true) = (parsed.clauses.as_slice(), parsed.whole.is_empty()) {
            // Letters are most often meant for a title that begins with the guess.
            parsed.whole = clause.alternatives[0].phrases[0].terms.clone();
        }
        let mut answered = answer(search, parsed, Strictness::All, &EVERY_CLASS)?;
        if answered.total() == 0 {
            continue;
        }
        grade.get_or_insert((own, open));
        for matches in &mut answered.classes {
            matches.class = guess.class;
            matches.shown.clear();
        }
        answered.share = if own == Grade::Spelt { 3 } else { 1 };
        answers.push(answered);
        match &mut first {
            None => first = Some(guess),
            Some(first) => first.also.push(guess.text),
        }
    }
    Ok((answers, first))
}

/// Returns guesses at the text, best first. A text with quotation marks is literal and has none.
pub(super) fn guesses(search: &Search<'_>) -> Result<Vec<Guess>, EngineError> {
    let typed = search.query.text.trim();
    if typed.contains(['"', '＂']) || typed.chars().nth(LONGEST).is_some() {
        return Ok(Vec::new());
    }
    let folded = fold(typed);
    let text = folded.as_str();
    let mut guesses = Guesses { text, all: Vec::new(), seen: FxHashSet::default() };
    let lexicon = search.lexicon()?;
    if text.chars().any(|c| c.is_ascii_alphabetic() || (Script::of(c) == Script::Letter && pinyin_letter(c))) {
        by_letters(search, &lexicon, &mut guesses)?;
    }
    by_sound_or_typo(search, &lexicon, &mut guesses)?;
    guesses.all.sort_by_key(|guess| guess.grade);
    guesses.replace_together();
    guesses.all.sort_by_key(|guess| guess.grade);
    Ok(guesses.all)
}

/// Returns whether the text may be pinyin, though longer words begin with the text or contain it.
pub(super) fn may_be_pinyin(search: &Search<'_>) -> Result<bool, EngineError> {
    let folded = fold(search.query.text.trim());
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
    let folded = fold(search.query.text.trim());
    let mut guesses = Guesses { text: folded.as_str(), all: Vec::new(), seen: FxHashSet::default() };
    if let Some(typed) = Typed::parse(folded.as_str()) {
        let spelt = search.lexicon()?.spelt(&typed, MAX_OF_A_KIND);
        for found in spelt.iter().filter(|found| found.class == Class::Full) {
            guesses.replace(folded.as_str(), &found.text, Match::Pinyin, Grade::Spelt);
        }
    }
    Ok(guesses.all)
}

/// Adds guesses at letters: their spelling in pinyin, words with these initials, similar words of letters.
fn by_letters(search: &Search<'_>, lexicon: &Lexicon, guesses: &mut Guesses<'_>) -> Result<(), EngineError> {
    let text = guesses.text;
    if let Some(typed) = Typed::parse(text) {
        let spelt = lexicon.spelt(&typed, MAX_OF_A_KIND);
        let is_whole = spelt.iter().any(|found| found.class < Class::Initials);
        add(&spelt, text, guesses);
        if !spelt.iter().any(|found| found.class == Class::Full) {
            for sequence in spelt_sequences(search, &typed, MAX_SEQUENCES)? {
                guesses.replace(text, &sequence, Match::Pinyin, Grade::Sequence);
            }
        }
        if !is_whole {
            for sequence in lexicon.sequence(&typed, 4) {
                guesses.replace(text, &sequence.words.concat(), class_of(sequence.class), Grade::Nearly);
            }
            let letters: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            add(&lexicon.initials(&letters, MAX_OF_A_KIND), text, guesses);
        }
    }
    // One of several pieces may be wrong; a run of letters among characters is a piece.
    let pieces: Vec<&str> = text.split_whitespace().flat_map(runs).collect();
    for piece in pieces.iter().filter(|piece| piece.chars().any(|c| Script::of(c) == Script::Letter)) {
        if *piece != text && !is_nowhere(search, piece)? {
            continue;
        }
        if let Some(typed) = Typed::parse(piece).filter(|_| *piece != text) {
            add(&lexicon.spelt(&typed, 4), piece, guesses);
            for sequence in lexicon.sequence(&typed, 2) {
                guesses.replace(piece, &sequence.words.concat(), class_of(sequence.class), Grade::Nearly);
            }
            for sequence in spelt_sequences(search, &typed, 2)? {
                guesses.replace(piece, &sequence, Match::Pinyin, Grade::Nearly);
            }
        }
        for near in lexicon.near(piece, 4) {
            guesses.replace(piece, &near.text, Match::Typo, Grade::Slip);
        }
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
            if inside || (missing.is_empty() && runs.len() == 1 && is_nowhere(search, run)?) {
                // A guess at the whole run is more likely right than one at a piece.
                missing.insert(0, (*run).to_owned());
            }
        }
    }
    // A number is never corrected to another number.
    missing.retain(|word| !values(word).any(|value| value.range == (0..word.len())));
    let is_han = |text: &str| text.chars().all(|c| Script::of(c) == Script::Han);
    for word in missing.iter().filter(|word| is_han(word)) {
        homophones(search, lexicon, word, guesses)?;
    }
    let is_known = |word: &str| is_han(word) && search.analyzer().knows(word);
    for run in missing.iter().filter(|run| is_han(run) && run.chars().nth(2).is_some() && !is_known(run)) {
        for mended in mended(search, run)? {
            guesses.replace(run, &mended, Match::Typo, Grade::Slip);
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
            for near in lexicon.near(piece, 6) {
                if !is_known(piece) && !is_another_word(search.analyzer(), piece, &near.text) {
                    guesses.replace(piece, &near.text, Match::Typo, Grade::Slip);
                }
            }
        }
    }
    Ok(())
}

/// Returns whether two texts contain different numbers, or name different days of the week: another number is no slip.
fn is_another_number(from: &str, to: &str) -> bool {
    let numbers = |text: &str| -> String {
        let mut before = None;
        let mut is_number = |c: char| {
            let is_day = matches!(before.replace(c), Some('期' | '周' | '拜')) && matches!(c, '日' | '天');
            is_day || is_numeral(c) || c.is_ascii_digit()
        };
        text.chars().filter(|&c| is_number(c)).collect()
    };
    let (from, to) = (numbers(from), numbers(to));
    !from.is_empty() && !to.is_empty() && from != to
}

/// Returns whether a typed text differs from a word of the same length in a word of its own, as `人民党` does from
/// `人民币`: then the text is right as it stands.
fn is_another_word(analyzer: &Analyzer, typed: &str, word: &str) -> bool {
    let differing: Vec<usize> =
        typed.char_indices().zip(word.chars()).filter(|((_, a), b)| a != b).map(|((at, _), _)| at).collect();
    let [differing] = differing.as_slice() else { return false };
    if typed.chars().count() != word.chars().count() {
        return false;
    }
    let (mut at, mut is_in_word, mut single) = (0, false, 0);
    for piece in analyzer.known_pieces(typed) {
        let range = at..at + piece.len();
        at = range.end;
        let is_single = piece.chars().nth(1).is_none();
        single += usize::from(is_single);
        is_in_word |= !is_single && range.contains(differing);
    }
    is_in_word || single == 1
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
    let is_word = search.analyzer().knows(word);
    let own = pinyin::reading(word);
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
                let here = own.get(place).copied().flatten();
                let other = pinyin::readings(c).iter().copied().filter(|&syllable| Some(syllable) != here);
                let syllables = here.into_iter().chain(other.filter(|_| !fuzzy));
                let alike = syllables.flat_map(|syllable| pinyin::homophones(syllable, fuzzy));
                for other in alike.take(MAX_HOMOPHONES) {
                    if !tried.insert(other) {
                        continue;
                    }
                    let text: String =
                        typed.iter().enumerate().map(|(i, &c)| if i == place { other } else { c }).collect();
                    let frequency = upper_bound(search, &text)?;
                    if frequency == 0 || alternatives.iter().any(|known| known.text == text) {
                        continue;
                    }
                    let similar = pinyin::sounds_alike(c, other) == Some(Alike::Fuzzy);
                    let is_word = lexicon.frequency(&text) > 0;
                    let other = !similar && pinyin::reading(&text) != own;
                    alternatives.push(Alternative { text, rank: (similar, other, false, !is_word), frequency });
                }
            }
        }
    }
    alternatives
        .sort_by(|a, b| a.rank.cmp(&b.rank).then(b.frequency.cmp(&a.frequency)).then_with(|| a.text.cmp(&b.text)));
    for alternative in alternatives.into_iter().take(MAX_OF_A_KIND) {
        guesses.replace(word, &alternative.text, Match::Homophone, Grade::Spelt);
    }
    Ok(())
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

fn add(spelt: &[LexiconMatch], from: &str, guesses: &mut Guesses<'_>) {
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
        guesses.replace_perhaps(from, to.as_str(), class_of(found.class), grade, found.open);
    }
}

fn class_of(class: Class) -> Match {
    match class {
        Class::Full | Class::OtherReading | Class::Fuzzy => Match::Pinyin,
        Class::Initials => Match::Initials,
    }
}
