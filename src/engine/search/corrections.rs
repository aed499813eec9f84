//! What was perhaps meant by a text that is nowhere.
//!
//! A guess is another text, made by putting something that the index has in the place of what it lacks: what letters spell
//! in pinyin, a word whose syllables begin with them, a word that sounds alike, a word that is a slip of the hand away. The
//! words come from the [`crate::engine::lexicon`]; pairs of characters that are no word are looked up in the dictionaries of grams,
//! so that any stretch of a post can be meant. Each guess is then searched for like a typed text, which also verifies it.

use std::ops::RangeInclusive;

use rustc_hash::FxHashSet;

use crate::{
    engine::{
        error::EngineError,
        lexicon::{Lexicon, LexiconMatch},
        postings::segment::Series,
        search::{
            answer::Answer,
            context::Search,
            matching::{EVERY_CLASS, Lookup, Strictness, answer},
            sequences::{is_nowhere, mended, spelt_sequences, upper_bound},
        },
    },
    query::{Correction, LONGEST, Match},
    text::{
        Class as Script, fold, grams,
        pinyin::{self, Alike, Class, Typed},
        values::values,
    },
};

/// So many guesses are answered at the most: each has a place on the first page.
const MOST_GUESSES: usize = 10;
/// How many guesses are made at the most.
const MOST: usize = 24;
/// How many of a kind.
const MOST_OF_A_KIND: usize = 12;
/// A run of more Han characters is not guessed at as a whole.
const LONGEST_RUN: usize = 8;
/// So many stretches of posts are tried that are no words.
const STRETCHES: usize = 4;
/// So many characters that sound alike are tried in one place.
const MOST_HOMOPHONES: usize = 160;

/// A guess at a text.
pub(super) struct Guess {
    /// What it is, and why.
    pub correction: Correction,
    /// Guesses of a lower grade are better; when they find something, those of a higher one are not asked.
    pub grade: Grade,
    /// Whether letters are only the beginning of it.
    pub open: bool,
}

/// How good a guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    /// Letters spell it, or it sounds alike.
    Spelt,
    /// Letters spell it by another reading of a character.
    Otherwise,
    /// Letters spell characters that stand together, though they are no word.
    Sequence,
    /// Letters nearly spell it, or spell several words.
    Nearly,
    /// Its syllables begin with the letters.
    Initials,
    /// It is a slip away.
    Slip,
}

impl Grade {
    /// Gives the worst grade of the guesses that have a say beside one of this grade: which of its readings a character has
    /// is not always known, nor, of one that is `open`, whether a syllable is finished.
    pub(super) fn with(self, open: bool) -> Self {
        match self {
            Self::Spelt | Self::Otherwise if open => Self::Nearly,
            Self::Spelt => Self::Otherwise,
            Self::Otherwise => Self::Sequence,
            other => other,
        }
    }
}

/// Guesses so far, each text once.
struct Guesses<'a> {
    text: &'a str,
    all: Vec<Guess>,
    seen: FxHashSet<String>,
}

impl Guesses<'_> {
    /// Adds the text with `to` in the place of `from`.
    fn replace(&mut self, from: &str, to: &str, class: Match, grade: Grade) {
        self.replace_perhaps(from, to, class, grade, false);
    }

    /// The same; `open` when more was perhaps to be typed.
    fn replace_perhaps(&mut self, from: &str, to: &str, class: Match, grade: Grade, open: bool) {
        let text = if from == self.text { to.to_owned() } else { self.text.replacen(from, to, 1) };
        if text != self.text && self.all.len() < MOST && self.seen.insert(text.clone()) {
            let correction = Correction { text, from: from.to_owned(), to: to.to_owned(), class, also: Vec::new() };
            self.all.push(Guess { correction, grade, open });
        }
    }

    /// Says whether there is a guess at a piece of the text.
    fn has(&self, from: &str) -> bool {
        self.all.iter().any(|guess| guess.correction.from == from)
    }

    /// Adds the text with several words replaced, each by the first guess at it.
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

/// Reads the text as what was perhaps meant: several guesses, each answered like a text of its own.
pub(super) fn corrected(
    search: &Search<'_>,
    guesses: Vec<Guess>,
    classes: &RangeInclusive<Match>,
) -> Result<Option<(Correction, Vec<Answer>)>, EngineError> {
    let mut answers = Vec::new();
    let mut first: Option<Correction> = None;
    let mut grade = None;
    for guess in guesses.into_iter().filter(|guess| classes.contains(&guess.correction.class)) {
        let worst = grade.map(|(grade, open): (Grade, bool)| grade.with(open));
        if answers.len() == MOST_GUESSES || worst.is_some_and(|worst| guess.grade > worst) {
            break;
        }
        let (own, open, guess) = (guess.grade, guess.open, guess.correction);
        let mut clauses = search.parse(&guess.text, search.reading());
        // A guess is typed by nobody.
        clauses.forms.clear();
        if let ([clause], true) = (clauses.clauses.as_slice(), clauses.whole.is_empty()) {
            // A title that begins so is what letters are most often meant for.
            clauses.whole = clause.alternatives[0].phrases[0].terms.clone();
        }
        let mut answered = answer(search, clauses, Strictness::Usual, &EVERY_CLASS)?;
        if answered.total() == 0 {
            continue;
        }
        grade.get_or_insert((own, open));
        for matches in &mut answered.classes {
            (matches.class, matches.lower) = (guess.class, None);
        }
        answered.share = if own == Grade::Spelt { 3 } else { 1 };
        answers.push(answered);
        match &mut first {
            None => first = Some(guess),
            Some(first) => first.also.push(guess.text),
        }
    }
    Ok(first.map(|first| (first, answers)))
}

/// Gives guesses at the text, the best first. What stands between quotation marks is meant as it stands.
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
    by_sound_or_slip(search, &lexicon, &mut guesses)?;
    guesses.all.sort_by_key(|guess| guess.grade);
    guesses.replace_together();
    guesses.all.sort_by_key(|guess| guess.grade);
    Ok(guesses.all)
}

/// Says whether what was typed may be meant as pinyin, though longer words begin with it or have it inside.
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

/// Gives what the whole text spells in pinyin, nothing less.
pub(super) fn spelt(search: &Search<'_>) -> Result<Vec<Guess>, EngineError> {
    let folded = fold(search.query.text.trim());
    let mut guesses = Guesses { text: folded.as_str(), all: Vec::new(), seen: FxHashSet::default() };
    if let Some(typed) = Typed::parse(folded.as_str()) {
        let spelt = search.lexicon()?.spelt(&typed, MOST_OF_A_KIND);
        for found in spelt.iter().filter(|found| found.class == Class::Full) {
            guesses.replace(folded.as_str(), &found.text, Match::Pinyin, Grade::Spelt);
        }
    }
    Ok(guesses.all)
}

/// Guesses at letters: what they spell, what they are the initials of, what word of letters is near.
fn by_letters(search: &Search<'_>, lexicon: &Lexicon, guesses: &mut Guesses<'_>) -> Result<(), EngineError> {
    let text = guesses.text;
    if let Some(typed) = Typed::parse(text) {
        let spelt = lexicon.spelt(&typed, MOST_OF_A_KIND);
        let is_whole = spelt.iter().any(|found| found.class < Class::Initials);
        add(&spelt, text, guesses);
        if !spelt.iter().any(|found| found.class == Class::Full) {
            for stretch in spelt_sequences(search, &typed, STRETCHES)? {
                guesses.replace(text, &stretch, Match::Pinyin, Grade::Sequence);
            }
        }
        if !is_whole {
            for sequence in lexicon.sequence(&typed, 4) {
                guesses.replace(text, &sequence.words.concat(), class_of(sequence.class), Grade::Nearly);
            }
            let letters: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            add(&lexicon.initials(&letters, MOST_OF_A_KIND), text, guesses);
        }
    }
    // One piece of several may be what is wrong; letters among characters are one.
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
            for stretch in spelt_sequences(search, &typed, 2)? {
                guesses.replace(piece, &stretch, Match::Pinyin, Grade::Nearly);
            }
        }
        for near in lexicon.near(piece, 4) {
            guesses.replace(piece, &near.text, Match::Typo, Grade::Slip);
        }
    }
    Ok(())
}

/// Guesses at Han characters: words that sound alike, words that are a slip away.
fn by_sound_or_slip(search: &Search<'_>, lexicon: &Lexicon, guesses: &mut Guesses<'_>) -> Result<(), EngineError> {
    let clauses = search.parse(guesses.text, search.reading());
    let mut lacking: Vec<String> = Vec::new();
    for clause in &clauses.clauses {
        if guesses.text.contains(&clause.text) && Lookup::of(clause, search)?.is_gone(search)? {
            lacking.push(clause.text.clone());
        }
    }
    let runs: Vec<&str> = guesses.text.split(|c| Script::of(c) != Script::Han).filter(|run| !run.is_empty()).collect();
    for run in &runs {
        let is_short = (2..=LONGEST_RUN).contains(&run.chars().count());
        if is_short && !lacking.iter().any(|known| known == run) {
            // Words that exist one by one may be a wrong cut of one that does not.
            let inside = lacking.iter().any(|clause| run.contains(clause.as_str()));
            if inside || (lacking.is_empty() && runs.len() == 1 && is_nowhere(search, run)?) {
                // What makes sense of the whole makes more sense than what mends a piece.
                lacking.insert(0, (*run).to_owned());
            }
        }
    }
    // Another number is never what was meant.
    lacking.retain(|word| !values(word).any(|value| value.range == (0..word.len())));
    let is_han = |text: &str| text.chars().all(|c| Script::of(c) == Script::Han);
    for word in lacking.iter().filter(|word| is_han(word)) {
        homophones(search, lexicon, word, guesses)?;
    }
    for run in lacking.iter().filter(|run| is_han(run) && run.chars().nth(2).is_some()) {
        for mended in mended(search, run)? {
            guesses.replace(run, &mended, Match::Typo, Grade::Slip);
        }
    }
    for word in &lacking {
        // Where the whole can be mended, a mended piece leaves the rest wrong.
        let is_part = |run: &&String| *run != word && run.contains(word.as_str());
        if lacking.iter().filter(is_part).any(|run| guesses.has(run)) {
            continue;
        }
        // Of letters with digits, as in `iphon13`, the letters are the word.
        let letters = word.split(|c| Script::of(c) != Script::Letter).filter(|run| run.chars().nth(2).is_some());
        for piece in std::iter::once(word.as_str()).chain(letters.filter(|run| run != word)) {
            for near in lexicon.near(piece, 6) {
                guesses.replace(piece, &near.text, Match::Typo, Grade::Slip);
            }
        }
    }
    Ok(())
}

/// Guesses at one word: words that sound alike, then stretches of posts that differ in one character that does.
fn homophones(
    search: &Search<'_>,
    lexicon: &Lexicon,
    word: &str,
    guesses: &mut Guesses<'_>,
) -> Result<(), EngineError> {
    /// A word that sounds alike: how it differs, and how frequent it is.
    struct Alternative {
        text: String,
        /// Whether a sound is only similar, whether it is another reading, whether more than one character differs,
        /// whether it is no word.
        rank: (bool, bool, bool, bool),
        frequency: u64,
    }
    let typed: Vec<char> = word.chars().collect();
    // How a word is read is known; what is none may have any reading of its characters in mind.
    let is_word = search.analyzer().knows(word);
    let own = pinyin::reading(word);
    let mut alternatives: Vec<Alternative> = Vec::new();
    for found in lexicon.homophones(word, !is_word, MOST_OF_A_KIND * 2) {
        let folded = fold(&found.text);
        let differing = typed.iter().zip(folded.as_str().chars()).filter(|(a, b)| *a != b).count();
        alternatives.push(Alternative {
            text: folded.as_str().to_owned(),
            rank: (found.class == Class::Fuzzy, found.class == Class::OtherReading, differing > 1, false),
            frequency: u64::from(found.frequency),
        });
    }
    if typed.len() <= LONGEST_RUN {
        for (place, &c) in typed.iter().enumerate() {
            let mut tried: FxHashSet<char> = FxHashSet::from_iter([c]);
            for fuzzy in [false, true] {
                let here = own.get(place).copied().flatten();
                let other = pinyin::readings(c).iter().copied().filter(|&syllable| Some(syllable) != here);
                let syllables = here.into_iter().chain(other.filter(|_| !is_word && !fuzzy));
                let alike = syllables.flat_map(|syllable| pinyin::homophones(syllable, fuzzy));
                for other in alike.take(MOST_HOMOPHONES) {
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
    for alternative in alternatives.into_iter().take(MOST_OF_A_KIND) {
        guesses.replace(word, &alternative.text, Match::Homophone, Grade::Spelt);
    }
    Ok(())
}

/// Gives the runs of letters of a piece that has characters, too; else the piece.
fn runs(piece: &str) -> Vec<&str> {
    let is_letter = |c: char| Script::of(c) == Script::Letter;
    if !piece.chars().any(|c| Script::of(c) == Script::Han) {
        return vec![piece];
    }
    piece.split(|c| !is_letter(c)).filter(|run| run.chars().nth(1).is_some()).collect()
}

/// Says whether a letter beyond ASCII is one of pinyin: a vowel with its tone.
fn pinyin_letter(c: char) -> bool {
    ('\u{e0}'..='\u{1dc}').contains(&c)
}

fn add(spelt: &[LexiconMatch], from: &str, guesses: &mut Guesses<'_>) {
    // How a word of the table is read is known.
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
