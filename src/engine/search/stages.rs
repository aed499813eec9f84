//! The table of the stages of a search, in order.
//!
//! The first stage reads the text as typed. Later stages read the text in other ways, mostly when nothing was found:
//! letters as parts of longer words, corrections, only some of the words. A stage sees what was found so far and states
//! how its answers are merged with the answers before. Nothing else passes from one stage to the next.
//!
//! [`super::matching`] and [`super::corrections`] find the answers, and [`super::merge`] makes one list of them. The
//! module does not score.

use std::ops::RangeInclusive;

use rustc_hash::FxHashSet;

use crate::{
    chinese::numerals::is_numeral,
    engine::{
        error::EngineError,
        search::{
            answer::Answer,
            context::Search,
            corrections::{Corrected, corrected, guesses, may_be_pinyin, spelt},
            matching::{Strictness, answer, has_some, split_unknown},
            merge::Order,
        },
    },
    query::{
        Clause, Correction, Emphasis, MAX_CLAUSES, Match, Note, ParsedText, Reading, Split, TermKind, is_light,
        searched,
    },
    text::Class,
};

/// Number of hits on the first page. With fewer hits there is room for others.
const FIRST_PAGE: usize = 10;

/// Number of hits from which on nobody looks for documents that lack a word.
const MANY: usize = 100;

/// Number of words of which a document may lack one and still be about the text.
const SEVERAL_WORDS: usize = 3;

/// Maximum length of a text without white space that may be a slip though its pieces occur apart, in letters and digits.
const MAX_SLIP_CHARACTERS: usize = 16;

/// The answers that a search has found so far.
pub(super) struct Outcome {
    /// The answers; at least one after the first stage.
    pub answers: Vec<Answer>,
    pub order: Order,
    /// The correction that replaced the text.
    pub correction: Option<Correction>,
    /// A correction that is not sure enough to replace the text.
    pub did_you_mean: Option<Correction>,
    /// Whether some of the words are enough.
    is_relaxed: bool,
    /// Whether the first answer matches letters as parts of longer words.
    has_parts: bool,
}

/// A row of the table.
pub(super) struct Stage {
    /// How the stage finds answers.
    pub finds: Finds,
    /// Whether the stage runs, given what was found so far.
    pub when: When,
    /// The match classes of the hits of the stage.
    pub classes: RangeInclusive<Match>,
    /// How the answers of the stage are merged with the answers before.
    pub merges: Merges,
}

/// How a stage finds answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finds {
    /// The documents that match the text, read in one way.
    Text(Reading, Strictness),
    /// The documents that match corrections of the text.
    Guesses,
    /// The documents that match the words which the letters spell in pinyin.
    Spelt,
}

/// How the answers of a stage are merged with the answers before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merges {
    /// The new answers replace the old ones.
    Instead,
    /// The new answers replace the old ones and take turns. The first guess is shown as a correction.
    AsCorrection,
    /// The new answers follow the old ones, or take turns with letters that are parts of longer words.
    Behind,
    /// The new answers follow the old ones, unless none of these contains the whole text. Then the first guess is shown
    /// as a correction.
    BehindWhole,
}

const WORDS: Reading = Reading { split: Split::Words, open_ends: false };
const PARTS_OF_WORDS: Reading = Reading { split: Split::Words, open_ends: true };
const ONE_PIECE: Reading = Reading { split: Split::OnePiece, open_ends: false };
const PART_OF_ONE_PIECE: Reading = Reading { split: Split::OnePiece, open_ends: true };
const EVERY_WORD: Reading = Reading { split: Split::EveryWord, open_ends: false };
const PARTS_OF_EVERY_WORD: Reading = Reading { split: Split::EveryWord, open_ends: true };

/// The stages of a search, in their order.
pub(super) const STAGES: [Stage; 9] = {
    use Finds::{Guesses, Spelt, Text};
    use Match::{Exact, Partial, Pinyin, Typo};
    use Merges::{AsCorrection, Behind, BehindWhole, Instead};
    use Strictness::{All, Enough, Most, Relaxed};
    [
        stage(Text(WORDS, Enough), always, Exact..=Partial, Instead),
        stage(Text(PARTS_OF_WORDS, All), no_hits, Partial..=Partial, Instead),
        stage(Text(PART_OF_ONE_PIECE, All), may_stand_inside, Partial..=Partial, BehindWhole),
        stage(Guesses, no_hits_and_not_literal, Pinyin..=Typo, AsCorrection),
        stage(Text(EVERY_WORD, Relaxed), no_hits_and_not_literal, Partial..=Partial, Instead),
        stage(Text(PARTS_OF_EVERY_WORD, Relaxed), no_hits_and_not_literal, Partial..=Partial, Instead),
        stage(Spelt, letters_may_be_pinyin, Pinyin..=Pinyin, Behind),
        stage(Guesses, may_be_a_slip, Pinyin..=Typo, BehindWhole),
        stage(Text(WORDS, Most), few_have_all, Partial..=Partial, Behind),
    ]
};

/// Whether a stage runs after what was found so far.
type When = fn(&Search<'_>, &Outcome) -> Result<bool, EngineError>;

const fn stage(finds: Finds, when: When, classes: RangeInclusive<Match>, merges: Merges) -> Stage {
    Stage { finds, when, classes, merges }
}

/// Runs the stages of the table, in order.
pub(super) fn run(search: &Search<'_>) -> Result<Outcome, EngineError> {
    let mut found = Outcome {
        answers: Vec::new(),
        order: Order::Ranked,
        correction: None,
        did_you_mean: None,
        is_relaxed: false,
        has_parts: false,
    };
    for stage in &STAGES {
        let ran = match (stage.when)(search, &found) {
            Ok(true) => stage.run(search, &mut found),
            other => other.map(drop),
        };
        match ran {
            Err(EngineError::CutShort) => break,
            ran => ran?,
        }
        if found.has_no_clauses() {
            break;
        }
    }
    found.note_what_says_little(search)?;
    Ok(found)
}

impl Stage {
    fn run(&self, search: &Search<'_>, found: &mut Outcome) -> Result<(), EngineError> {
        let Corrected { mut answers, correction, did_you_mean } = match self.finds {
            Finds::Text(reading, strictness) => {
                let answers = vec![read(search, reading, strictness, &self.classes)?];
                Corrected { answers, ..Corrected::default() }
            }
            Finds::Guesses => corrected(search, guesses(search)?, &self.classes)?,
            Finds::Spelt => corrected(search, spelt(search)?, &self.classes)?,
        };
        match self.merges {
            Merges::Instead => {
                found.answers = answers;
                if let Finds::Text(reading, strictness) = self.finds {
                    found.has_parts = reading.open_ends;
                    found.is_relaxed = strictness == Strictness::Relaxed;
                }
            }
            Merges::AsCorrection => {
                if correction.is_some() {
                    (found.answers, found.order, found.correction) = (answers, Order::InTurns, correction);
                }
                found.did_you_mean = did_you_mean;
            }
            Merges::Behind => {
                if found.has_parts {
                    found.order = Order::InTurns;
                }
                found.answers.append(&mut answers);
            }
            Merges::BehindWhole => {
                answers.retain(|answer| answer.total() > 0);
                let is_whole = found.answers.iter().any(|answer| answer.total_whole() > 0);
                let at = if is_whole { found.answers.len() } else { 0 };
                found.answers.splice(at..at, answers);
                if !is_whole {
                    (found.correction, found.did_you_mean) = (correction, did_you_mean);
                }
            }
        }
        Ok(())
    }
}

/// Finds the documents that match the text of the query, read in one way.
fn read(
    search: &Search<'_>,
    reading: Reading,
    strictness: Strictness,
    classes: &RangeInclusive<Match>,
) -> Result<Answer, EngineError> {
    let mut parsed = search.parse(reading);
    let typed = parsed.clauses.clone();
    let relaxed = strictness == Strictness::Relaxed;
    if !reading.open_ends && (relaxed || parsed.is_question) {
        split_unknown(search, &mut parsed)?;
    }
    let is_split = typed.iter().any(|clause| !is_light(&clause.text) && !parsed.clauses.contains(clause));
    if relaxed {
        pair_single_characters(searched(&search.query.text), &mut parsed);
    }
    let several = parsed.clauses.len() > 1 || parsed.clauses != typed;
    let mut answered = answer(search, parsed, strictness, classes)?;
    if is_split {
        // Documents that have all pieces of a clause do not have the clause.
        for matches in &mut answered.classes {
            matches.class = Match::Partial;
            matches.shown.clear();
        }
    }
    if relaxed && several && answered.total() > 0 {
        answered.parsed.notes.push(Note::Relaxed);
    }
    Ok(answered)
}

impl Outcome {
    pub(super) fn total(&self) -> usize {
        self.answers.iter().map(Answer::total).sum()
    }

    /// Returns whether the text contains nothing to search for.
    pub(super) fn has_no_clauses(&self) -> bool {
        matches!(self.answers.as_slice(), [only] if only.parsed.is_empty())
    }

    /// Adds a note when nothing was found although posts have some of the words, or when the words say little.
    fn note_what_says_little(&mut self, search: &Search<'_>) -> Result<(), EngineError> {
        if self.total() > 0 || self.correction.is_some() || !self.is_relaxed {
            return Ok(());
        }
        let [only] = self.answers.as_mut_slice() else { return Ok(()) };
        let mut words = only.parsed.terms.iter().filter(|term| term.kind == TermKind::Word).peekable();
        let says_little = words.peek().is_some() && words.all(|word| word.emphasis == Emphasis::Light);
        if says_little || has_some(search, &only.parsed)? {
            only.parsed.notes.push(Note::LittleSaid);
        }
        Ok(())
    }
}

/// Replaces each clause of one Han character by the pairs that the character forms with its neighbours: by itself, the
/// rest of an unknown word is found everywhere.
fn pair_single_characters(text: &str, parsed: &mut ParsedText) {
    let mut pairs = Clause::of_text(text).map(|whole| whole.pairs()).unwrap_or_default();
    let mut seen = FxHashSet::default();
    pairs.retain(|pair| seen.insert(pair.text.clone()));
    let is_single = |clause: &Clause| !clause.literal && clause.text.chars().nth(1).is_none();
    let (single, mut kept): (Vec<Clause>, Vec<Clause>) =
        std::mem::take(&mut parsed.clauses).into_iter().partition(is_single);
    for clause in single {
        let (around, rest): (Vec<Clause>, Vec<Clause>) =
            pairs.into_iter().partition(|pair| pair.text.contains(&clause.text));
        pairs = rest;
        let is_paired = !around.is_empty() || kept.iter().any(|pair| pair.text.contains(&clause.text));
        kept.extend(around);
        kept.extend((!is_paired).then_some(clause));
    }
    kept.truncate(MAX_CLAUSES);
    parsed.clauses = kept;
}

fn always(_: &Search<'_>, _: &Outcome) -> Result<bool, EngineError> {
    Ok(true)
}

fn no_hits(_: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    Ok(found.total() == 0)
}

fn no_hits_and_not_literal(search: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    Ok(found.total() == 0 && !search.query.literal)
}

/// Letters, digits or numerals at an end may be parts of longer ones. The text is looked for inside those when there are
/// few hits.
fn may_stand_inside(search: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    let [only] = found.answers.as_slice() else { return Ok(false) };
    if found.has_parts && only.parsed.clauses.len() == 1 && only.total() > 0 {
        // The text was looked for inside longer ones already.
        return Ok(false);
    }
    let key = &only.parsed.key;
    let ends = [key.chars().next(), key.chars().next_back()];
    let is_any = |is: fn(char) -> bool| ends.iter().flatten().any(|&c| is(c));
    let is_number = is_any(|c| Class::of(c) == Class::Digit || is_numeral(c));
    if !(is_number || is_any(|c| Class::of(c) == Class::Letter)) || only.total_whole() >= FIRST_PAGE {
        return Ok(false);
    }
    if only.parsed.one_piece {
        // A number or a single letter that some post contains is not meant as part of a longer one.
        let is_single = key.chars().nth(1).is_none();
        return Ok(!((is_number || is_single) && only.has_exact()));
    }
    // White space between words means that the words are searched for.
    Ok(!(only.has_exact() && stands_in_one_piece(search)?))
}

fn letters_may_be_pinyin(search: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    Ok(found.total() > 0
        && found.correction.is_none()
        && !found.is_relaxed
        && !search.query.literal
        && may_be_pinyin(search)?)
}

/// A short text may be a slip when its pieces occur apart, and nowhere together.
fn may_be_a_slip(search: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    let Some(first) = found.answers.first() else { return Ok(false) };
    let parsed = &first.parsed;
    let may_be = !search.query.literal
        && found.correction.is_none()
        && !found.is_relaxed
        && !search.query.text.trim().contains(char::is_whitespace)
        && parsed.key.chars().count() <= MAX_SLIP_CHARACTERS
        && !found.answers.iter().any(Answer::has_exact)
        && parsed.clauses.len() > 1;
    Ok(may_be)
}

/// When few documents have all of several words, those that lack a word or two follow.
fn few_have_all(search: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    let Some(first) = found.answers.first() else { return Ok(false) };
    let is_several = first.parsed.clauses.len() >= SEVERAL_WORDS;
    let is_guess = found.correction.is_some() || found.is_relaxed || found.has_parts;
    Ok(is_several && !is_guess && !search.query.literal && (1..MANY).contains(&found.total()))
}

/// Returns whether some document contains the text in one piece.
fn stands_in_one_piece(search: &Search<'_>) -> Result<bool, EngineError> {
    Ok(read(search, ONE_PIECE, Strictness::All, &(Match::Exact..=Match::Exact))?.total() > 0)
}
