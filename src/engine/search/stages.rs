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
            matching::{Strictness, answer, split_unknown},
            merge::Order,
            signs::{FIRST_PAGE, Literalness, divide, is_one_run},
        },
    },
    query::{Correction, Emphasis, Match, Note, Reading, Split, TermKind},
    text::Class,
};

/// The answers that a search has found so far.
pub(super) struct Outcome {
    /// The answers; at least one after the first stage.
    pub answers: Vec<Answer>,
    pub order: Order,
    /// The correction that replaced the text.
    pub correction: Option<Correction>,
    /// How literally the best documents contain the text; `None` when that was not compared.
    literalness: Option<Literalness>,
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
    /// The documents of the answer before, divided by whether they contain the text sign by sign.
    Signs,
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
    /// The answer with the more literal documents comes first.
    ByLiteralness,
}

const WORDS: Reading = Reading { split: Split::Words, open_ends: false };
const PARTS_OF_WORDS: Reading = Reading { split: Split::Words, open_ends: true };
const ONE_PIECE: Reading = Reading { split: Split::OnePiece, open_ends: false };
const PART_OF_ONE_PIECE: Reading = Reading { split: Split::OnePiece, open_ends: true };
const EVERY_WORD: Reading = Reading { split: Split::EveryWord, open_ends: false };
const PARTS_OF_EVERY_WORD: Reading = Reading { split: Split::EveryWord, open_ends: true };

/// The stages of a search, in their order.
pub(super) const STAGES: [Stage; 9] = {
    use Finds::{Guesses, Signs, Spelt, Text};
    use Match::{Exact, Partial, Pinyin, Typo};
    use Merges::{AsCorrection, Behind, ByLiteralness, Instead};
    use Strictness::{All, Enough, Relaxed};
    [
        stage(Text(WORDS, Enough), always, Exact..=Partial, Instead),
        stage(Text(PARTS_OF_WORDS, All), no_hits, Exact..=Partial, Instead),
        stage(Signs, has_signs, Exact..=Exact, Instead),
        stage(Text(PART_OF_ONE_PIECE, All), may_stand_inside, Exact..=Exact, ByLiteralness),
        stage(Guesses, no_hits_and_not_literal, Pinyin..=Typo, AsCorrection),
        stage(Text(EVERY_WORD, Relaxed), no_hits_and_not_literal, Partial..=Partial, Instead),
        stage(Text(PARTS_OF_EVERY_WORD, Relaxed), no_hits_and_not_literal, Partial..=Partial, Instead),
        stage(Spelt, letters_may_be_pinyin, Pinyin..=Pinyin, Behind),
        stage(Guesses, may_be_a_slip, Pinyin..=Typo, Behind),
    ]
};

/// Whether a stage runs after what was found so far.
type When = fn(&Search<'_>, &Outcome) -> Result<bool, EngineError>;

const fn stage(finds: Finds, when: When, classes: RangeInclusive<Match>, merges: Merges) -> Stage {
    Stage { finds, when, classes, merges }
}

/// Runs the stages of the table, in order.
pub(super) fn run(search: &Search<'_>) -> Result<Outcome, EngineError> {
    let mut found =
        Outcome { answers: Vec::new(), order: Order::Ranked, correction: None, literalness: None, has_parts: false };
    for stage in &STAGES {
        if (stage.when)(search, &found)? {
            stage.run(search, &mut found)?;
        }
        if found.has_no_clauses() {
            break;
        }
    }
    found.note_uninformative_words();
    Ok(found)
}

impl Stage {
    fn run(&self, search: &Search<'_>, found: &mut Outcome) -> Result<(), EngineError> {
        let (mut answers, correction) = match self.finds {
            Finds::Text(reading, strictness) => (vec![read(search, reading, strictness, &self.classes)?], None),
            Finds::Signs => {
                let mut answers = std::mem::take(&mut found.answers);
                for answer in &mut answers {
                    found.literalness = divide(search, answer)?;
                }
                (answers, None)
            }
            Finds::Guesses => corrected(search, guesses(search)?, &self.classes)?,
            Finds::Spelt => corrected(search, spelt(search)?, &self.classes)?,
        };
        match self.merges {
            Merges::Instead => {
                found.answers = answers;
                if let Finds::Text(reading, _) = self.finds {
                    found.has_parts = reading.open_ends;
                }
            }
            Merges::AsCorrection => {
                if correction.is_some() {
                    (found.answers, found.order, found.correction) = (answers, Order::InTurns, correction);
                }
            }
            Merges::Behind => {
                if found.has_parts {
                    found.order = Order::InTurns;
                }
                found.answers.append(&mut answers);
            }
            Merges::ByLiteralness => {
                for answer in answers {
                    found.place(search, answer)?;
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
    let several = parsed.clauses.len() > 1 || parsed.clauses != typed;
    let mut answered = answer(search, parsed, strictness, classes)?;
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

    /// Adds a note when nothing was found and the text consists of words that say little.
    fn note_uninformative_words(&mut self) {
        if self.total() > 0 || self.correction.is_some() {
            return;
        }
        if let [only] = self.answers.as_mut_slice()
            && only.is_relaxed()
        {
            let mut words = only.parsed.terms.iter().filter(|term| term.kind == TermKind::Word).peekable();
            if words.peek().is_some() && words.all(|word| word.emphasis == Emphasis::Light) {
                only.parsed.notes.push(Note::LittleSaid);
            }
        }
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

/// No term records the signs between letters, so a short text is compared with the texts of its hits.
fn has_signs(_: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    Ok(found.answers.iter().all(|answer| answer.parsed.one_piece && answer.has_exact()))
}

/// Letters or digits at an end may be parts of longer ones. The text is looked for inside those when there are few hits,
/// or when no hit contains the text sign by sign. White space between words means that the words are searched for.
fn may_stand_inside(search: &Search<'_>, found: &Outcome) -> Result<bool, EngineError> {
    let [only] = found.answers.as_slice() else { return Ok(false) };
    let signs = &only.parsed.signs;
    let is_number = ends(signs).any(|class| class == Class::Digit);
    let is_part = is_number || ends(signs).any(|class| class == Class::Letter);
    let has_room = only.total() < FIRST_PAGE;
    Ok(match found.literalness {
        _ if !is_part && is_one_run(signs) => false,
        _ if !only.parsed.one_piece => is_part && has_room && !(only.has_exact() && stands_in_one_piece(search)?),
        // A number that some post contains is not meant as part of another.
        Some(Literalness::Literally) => is_part && !is_number && has_room,
        _ => true,
    })
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
    let parsed = &only.parsed;
    let may_be = !search.query.literal
        && found.correction.is_none()
        && !only.is_relaxed()
        && parsed.one_piece
        && only.total() < FIRST_PAGE
        && parsed.clauses.len() > 1;
    Ok(may_be && !stands_in_one_piece(search)?)
}

impl Outcome {
    fn is_relaxed(&self) -> bool {
        self.answers.iter().any(Answer::is_relaxed)
    }

    /// Adds an answer in which the text stands in one piece, perhaps inside longer words: before the answers so far
    /// when only the new one contains the text sign by sign, otherwise behind.
    fn place(&mut self, search: &Search<'_>, mut inside: Answer) -> Result<(), EngineError> {
        if inside.total() == 0 {
            return Ok(());
        }
        if self.answers.iter().all(|answer| answer.parsed.one_piece) {
            let is_literal = divide(search, &mut inside)? >= Some(Literalness::Spaced);
            if self.literalness.is_some() && !is_literal {
                return Ok(());
            }
            let is_meant = match self.literalness {
                Some(literalness) => literalness >= Literalness::Spaced,
                None => self.total() > 0,
            };
            if !is_meant {
                self.answers.insert(0, inside);
                return Ok(());
            }
        }
        self.answers.push(inside);
        Ok(())
    }
}

/// Returns whether some document contains the text in one piece.
fn stands_in_one_piece(search: &Search<'_>) -> Result<bool, EngineError> {
    Ok(read(search, ONE_PIECE, Strictness::All, &(Match::Exact..=Match::Exact))?.total() > 0)
}

/// Returns the classes of the first and the last character of a text.
fn ends(text: &str) -> impl Iterator<Item = Class> {
    [text.chars().next(), text.chars().next_back()].into_iter().flatten().map(Class::of)
}
