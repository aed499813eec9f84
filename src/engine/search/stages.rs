//! The table of the stages of a search, in order.
//!
//! The first stage reads the text as typed. Later stages read the text in other ways, mostly when nothing was found:
//! letters as parts of longer words, corrections, only some of the words. A stage sees what was found so far and states
//! how its answers are merged with the answers before. Nothing else passes from one stage to the next.
//!
//! [`super::matching`] and [`super::corrections`] find the answers, and [`super::merge`] makes one list of them. The
//! module does not score.

use std::ops::RangeInclusive;

use crate::{
    engine::{
        error::EngineError,
        search::{
            answer::Answer,
            context::Search,
            corrections::{corrected, guesses, may_be_pinyin, spelt},
            matching::{Strictness, answer, answer_question, is_short, split_unknown},
            merge::Order,
            signs::{FIRST_PAGE, Literalness, divide, is_one_run},
        },
    },
    query::{Correction, Emphasis, Match, Note, ParseOptions, TermKind},
    text::Class,
};

/// The answers that a search has found so far.
pub(super) struct Outcome {
    /// The answers; at least one after the first stage.
    pub answers: Vec<Answer>,
    pub order: Order,
    /// The correction that replaced the text.
    pub correction: Option<Correction>,
    /// Whether the first answer matches letters as parts of longer words.
    is_open: bool,
}

/// A row of the table.
pub(super) struct Stage {
    /// How the stage reads the text.
    pub reads: Reads,
    /// Whether the stage runs, given what was found so far.
    pub when: When,
    /// The match classes of the hits of the stage.
    pub classes: RangeInclusive<Match>,
    /// How the answers of the stage are merged with the answers before.
    pub merges: Merges,
}

/// How a stage reads the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// The text as typed: every word, or enough words of a question.
    AsTyped,
    /// The text as typed, in which letters and digits at the ends may be parts of longer ones.
    PartsOfWords,
    /// The text in one piece, whatever words it contains. Letters and digits at the ends may be parts of longer ones.
    OnePiece,
    /// Corrections of the text, several of them.
    Guesses,
    /// The words that the letters spell in pinyin.
    Spelt,
    /// The words of the text, of which some are enough.
    SomeWords,
    /// The words of the text, of which some are enough. Letters and digits at the ends may be parts of longer ones.
    SomePartsOfWords,
}

/// How the answers of a stage are merged with the answers before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merges {
    /// The new answers replace the old ones.
    Instead,
    /// The new answers replace the old ones and take turns. The first guess is shown as a correction.
    AsCorrection,
    /// The new answers follow the old ones. The spelling in pinyin takes turns with an answer that matches letters as
    /// parts of longer words.
    Behind,
    /// The position depends on how literally the documents contain the text.
    BySigns,
}

/// The stages of a search, in their order.
pub(super) const STAGES: [Stage; 8] = {
    use Match::{Exact, Partial, Pinyin, Typo};
    use Merges::{AsCorrection, Behind, BySigns, Instead};
    [
        stage(Reads::AsTyped, always, Exact..=Partial, Instead),
        stage(Reads::PartsOfWords, no_hits, Exact..=Partial, Instead),
        stage(Reads::OnePiece, may_stand_inside, Exact..=Exact, BySigns),
        stage(Reads::Guesses, no_hits_and_not_literal, Pinyin..=Typo, AsCorrection),
        stage(Reads::SomeWords, no_hits_and_not_literal, Partial..=Partial, Instead),
        stage(Reads::SomePartsOfWords, no_hits_and_not_literal, Partial..=Partial, Instead),
        stage(Reads::Spelt, letters_may_be_pinyin, Pinyin..=Pinyin, Behind),
        stage(Reads::Guesses, may_be_a_slip, Pinyin..=Typo, Behind),
    ]
};

/// Whether a stage runs after what was found so far.
type When = fn(&Search<'_>, &Outcome) -> Result<bool, EngineError>;

const fn stage(reads: Reads, when: When, classes: RangeInclusive<Match>, merges: Merges) -> Stage {
    Stage { reads, when, classes, merges }
}

/// Runs the stages of the table, in order.
pub(super) fn run(search: &Search<'_>) -> Result<Outcome, EngineError> {
    let mut found = Outcome { answers: Vec::new(), order: Order::Ranked, correction: None, is_open: false };
    for stage in &STAGES {
        if (stage.when)(search, &found)? {
            found = stage.run(search, found)?;
        }
        if found.has_no_clauses() {
            break;
        }
    }
    found.note_uninformative_words();
    Ok(found)
}

impl Outcome {
    pub(super) fn total(&self) -> usize {
        self.answers.iter().map(Answer::total).sum()
    }

    /// Returns whether the text contains nothing to search for.
    pub(super) fn has_no_clauses(&self) -> bool {
        matches!(self.answers.as_slice(), [only] if only.clauses.is_empty())
    }

    /// Adds a note when nothing was found and the text consists of words that say little.
    fn note_uninformative_words(&mut self) {
        if self.total() > 0 || self.correction.is_some() {
            return;
        }
        if let [only] = self.answers.as_mut_slice()
            && only.is_relaxed()
        {
            let mut words = only.clauses.terms.iter().filter(|term| term.kind == TermKind::Word).peekable();
            if words.peek().is_some() && words.all(|word| word.emphasis == Emphasis::Light) {
                only.clauses.notes.push(Note::LittleSaid);
            }
        }
    }
}

impl Stage {
    fn run(&self, search: &Search<'_>, mut found: Outcome) -> Result<Outcome, EngineError> {
        let text = &search.query.text;
        let (usual, classes) = (search.options(), &self.classes);
        let answers = match self.reads {
            Reads::AsTyped => {
                let mut clauses = search.parse(text, usual);
                if clauses.is_question {
                    split_unknown(search, &mut clauses)?;
                }
                let is_short = is_short(&clauses);
                vec![if is_short {
                    answer(search, clauses, Strictness::All, classes)?
                } else {
                    answer_question(search, clauses)?
                }]
            }
            Reads::PartsOfWords => {
                let clauses = search.parse(text, ParseOptions { open: true, ..usual });
                if found.answers.iter().any(|answer| answer.clauses.clauses == clauses.clauses) {
                    return Ok(found);
                }
                found.is_open = true;
                vec![answer(search, clauses, Strictness::All, classes)?]
            }
            Reads::OnePiece => return add_one_piece(search, found, classes),
            Reads::SomeWords | Reads::SomePartsOfWords => {
                let open = self.reads == Reads::SomePartsOfWords;
                let mut clauses = search.parse(text, ParseOptions { loose: true, open, ..usual });
                let asked = clauses.clauses.clone();
                if !open {
                    split_unknown(search, &mut clauses)?;
                }
                let several = clauses.clauses.len() > 1 || clauses.clauses != asked;
                let mut answered = answer(search, clauses, Strictness::Relaxed, classes)?;
                if several && answered.total() > 0 {
                    answered.clauses.notes.push(Note::Relaxed);
                }
                vec![answered]
            }
            Reads::Guesses | Reads::Spelt => {
                let guesses = if self.reads == Reads::Spelt { spelt(search)? } else { guesses(search)? };
                let Some((correction, answers)) = corrected(search, guesses, classes)? else { return Ok(found) };
                if self.merges == Merges::AsCorrection {
                    found.correction = Some(correction);
                }
                answers
            }
        };
        match self.merges {
            Merges::Instead | Merges::BySigns => found.answers = answers,
            Merges::AsCorrection => (found.answers, found.order) = (answers, Order::InTurns),
            Merges::Behind => {
                if self.reads == Reads::Spelt {
                    found.order = if found.is_open { Order::InTurns } else { Order::Ranked };
                }
                found.answers.extend(answers);
            }
        }
        Ok(found)
    }
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

/// Letters or digits at an end may be part of a longer word, and no term records the signs between letters. Such a text
/// is searched for in one piece as well when there are few hits, or when no hit contains the text sign by sign.
fn may_stand_inside(_: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    let [only] = found.answers.as_slice() else { return Ok(false) };
    let signs = &only.clauses.signs;
    Ok(!(is_one_run(signs) && ends(signs).all(|class| class == Class::Han)))
}

fn letters_may_be_pinyin(search: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    Ok(found.total() > 0
        && found.correction.is_none()
        && !found.is_relaxed()
        && !search.query.literal
        && may_be_pinyin(search)?)
}

/// A short text may be a slip when its pieces occur in few posts, and nowhere together.
fn may_be_a_slip(search: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    let [only] = found.answers.as_slice() else { return Ok(false) };
    let clauses = &only.clauses;
    let may_be = !search.query.literal
        && found.correction.is_none()
        && !only.is_relaxed()
        && clauses.one_piece
        && only.total() < FIRST_PAGE
        && clauses.clauses.len() > 1;
    Ok(may_be && !stands_in_one_piece(search)?)
}

impl Outcome {
    fn is_relaxed(&self) -> bool {
        self.answers.iter().any(Answer::is_relaxed)
    }
}

/// Returns whether some document contains the text in one piece.
fn stands_in_one_piece(search: &Search<'_>) -> Result<bool, EngineError> {
    let piece = search.parse(&search.query.text, ParseOptions { whole: true, ..ParseOptions::default() });
    Ok(answer(search, piece, Strictness::All, &(Match::Exact..=Match::Exact))?.total() > 0)
}

/// Returns the classes of the first and the last character of a text.
fn ends(text: &str) -> impl Iterator<Item = Class> {
    [text.chars().next(), text.chars().next_back()].into_iter().flatten().map(Class::of)
}

/// Places documents that contain a short text sign by sign before documents that contain the words. Adds documents that
/// contain the text inside longer words or numbers, when there is room on the first page or nothing better was found.
fn add_one_piece(
    search: &Search<'_>,
    mut found: Outcome,
    classes: &RangeInclusive<Match>,
) -> Result<Outcome, EngineError> {
    let Some(mut answered) = found.answers.pop() else { return Ok(found) };
    let signs = answered.clauses.signs.clone();
    let is_number = ends(&signs).any(|class| class == Class::Digit);
    let may_be_cut = is_number || ends(&signs).any(|class| class == Class::Letter);
    let piece = ParseOptions { whole: true, open: may_be_cut, ..ParseOptions::default() };
    let look_inside = || answer(search, search.parse(&search.query.text, piece), Strictness::All, classes);
    if !answered.clauses.one_piece {
        // White space between words means that the words are searched for.
        let has_room = may_be_cut && answered.total() < FIRST_PAGE;
        let looks_inside = has_room && !(answered.has_exact() && stands_in_one_piece(search)?);
        let inside = looks_inside.then(look_inside).transpose()?;
        found.answers.push(answered);
        found.answers.extend(inside.filter(|inside| inside.total() > 0));
        return Ok(found);
    }
    let literalness = match () {
        () if !answered.has_exact() => None,
        () if is_one_run(&signs) => Some(Literalness::Literally),
        () => divide(search, &mut answered)?,
    };
    let total = answered.total();
    // A number that some post contains is not meant as part of another.
    if literalness == Some(Literalness::Literally) && (total >= FIRST_PAGE || is_number || !may_be_cut) {
        found.answers = vec![answered];
        return Ok(found);
    }
    let mut inside = look_inside()?;
    let is_literal = inside.total() > 0 && divide(search, &mut inside)? >= Some(Literalness::Spaced);
    let is_there = is_literal || literalness.is_none() && inside.total() > 0;
    let is_meant = literalness >= Some(Literalness::Spaced) || literalness.is_none() && total > 0;
    found.answers = match () {
        () if !is_there => vec![answered],
        () if is_meant => vec![answered, inside],
        () => vec![inside, answered],
    };
    Ok(found)
}
