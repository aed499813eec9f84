//! Gram sequences: sequences of characters that occur in posts though they are not words, found in the dictionaries of
//! grams.
//!
//! [`super::corrections`] tries a sequence as a guess. Each pair of neighbouring characters in a sequence is a gram of
//! the index. Whether the pairs follow each other in one post is not known here; the search for the guess decides.

use rustc_hash::FxHashSet;

use crate::{
    engine::{
        error::EngineError,
        index::schema::Series,
        search::{context::Search, matching::Lookup},
    },
    query::Clause,
    text::{
        Class as Script, fold, grams,
        pinyin::{Spoken, Typed, homophones, readings},
    },
};

/// Maximum number of syllables; letters of more syllables spell words.
const MAX_SYLLABLES: usize = 4;
/// Maximum number of segmentations of letters into syllables that are tried.
const MAX_SEGMENTATIONS: usize = 2;
/// Maximum number of characters for a syllable, the most frequent in the posts.
const MAX_CHARACTERS: usize = 16;
/// Maximum number of characters with the same reading that are looked up.
const MAX_LOOKUPS: usize = 200;
/// Maximum number of sequences that are extended from one syllable to the next (beam width).
const BEAM: usize = 12;
/// From this number of documents on, a character that every fiftieth document contains is not informative.
const MANY_DOCUMENTS: u64 = 2_000;
/// Number of readings of a character that are considered, the first ones; further readings occur in few words.
const MAX_READINGS: usize = 2;

/// A sequence of characters, with about the document frequency of its rarest pair.
#[derive(Debug, Clone)]
struct Sequence {
    text: String,
    last: char,
    frequency: u64,
}

/// Returns the sequences of characters that the letters spell in whole syllables, most frequent first. For one
/// syllable, returns the most frequent characters.
pub(super) fn spelt_sequences(search: &Search<'_>, typed: &Typed, most: usize) -> Result<Vec<String>, EngineError> {
    let mut all: Vec<Sequence> = Vec::new();
    let segmentations = typed.syllables().into_iter().filter(|syllables| syllables.len() <= MAX_SYLLABLES);
    for syllables in segmentations.take(MAX_SEGMENTATIONS) {
        let mut rows: Option<Vec<Sequence>> = None;
        let alone = syllables.len() == 1;
        for part in syllables {
            let mut characters = characters_read_as(search, part)?;
            characters.retain(|&(_, frequency)| !alone || is_informative(frequency, search.statistics.documents));
            characters.truncate(MAX_CHARACTERS);
            let before = rows.take();
            let mut next = Vec::new();
            for (c, frequency) in characters {
                let Some(before) = &before else {
                    next.push(Sequence { text: c.to_string(), last: c, frequency });
                    continue;
                };
                for row in before {
                    let pair = search.frequency(Series::Grams, &format!("{}{c}", row.last))?;
                    if pair > 0 {
                        let (text, frequency) = (format!("{}{c}", row.text), row.frequency.min(pair));
                        next.push(Sequence { text, last: c, frequency });
                    }
                }
            }
            next.sort_by(|a, b| b.frequency.cmp(&a.frequency).then_with(|| a.text.cmp(&b.text)));
            next.truncate(if before.is_none() { MAX_CHARACTERS } else { BEAM });
            rows = Some(next);
        }
        all.extend(rows.into_iter().flatten());
    }
    all.sort_by(|a, b| b.frequency.cmp(&a.frequency).then_with(|| a.text.cmp(&b.text)));
    let mut seen = FxHashSet::default();
    all.retain(|sequence| seen.insert(sequence.text.clone()));
    Ok(all.into_iter().take(most).map(|sequence| sequence.text).collect())
}

/// Returns whether a character with this document frequency is informative by itself.
fn is_informative(frequency: u64, documents: u64) -> bool {
    documents < MANY_DOCUMENTS || frequency * 50 < documents
}

/// Returns the characters that a syllable may stand for, or the typed character itself, each with its document
/// frequency.
fn characters_read_as(search: &Search<'_>, part: Spoken) -> Result<Vec<(char, u64)>, EngineError> {
    let syllable = match part {
        Spoken::Character(c) => return Ok(vec![(c, search.frequency(Series::Characters, &c.to_string())?)]),
        Spoken::Syllable(syllable) => syllable,
    };
    let mut found = Vec::new();
    let is_common = |&c: &char| readings(c).iter().take(MAX_READINGS).any(|&reading| reading == syllable);
    for c in homophones(syllable, false).filter(is_common).take(MAX_LOOKUPS) {
        let frequency = search.frequency(Series::Characters, &c.to_string())?;
        if frequency > 0 {
            found.push((c, frequency));
        }
    }
    found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(found)
}

/// Returns the sequences that a run of Han characters becomes when two neighbours are swapped, or one of two equal
/// neighbours is removed. Most frequent first.
pub(super) fn mended(search: &Search<'_>, run: &str) -> Result<Vec<String>, EngineError> {
    let typed: Vec<char> = run.chars().collect();
    let mut mended: Vec<(u64, String)> = Vec::new();
    for at in 1..typed.len() {
        let mut other = typed.clone();
        if typed[at] == typed[at - 1] {
            other.remove(at);
        } else {
            other.swap(at - 1, at);
        }
        let text: String = other.into_iter().collect();
        let frequency = upper_bound(search, &text)?;
        if frequency > 0 && !mended.iter().any(|(_, known)| *known == text) {
            mended.push((frequency, text));
        }
    }
    mended.sort_by(|a, b| b.cmp(a));
    Ok(mended.into_iter().map(|(_, text)| text).collect())
}

/// Returns whether no post contains a piece of folded text.
pub(super) fn is_nowhere(search: &Search<'_>, piece: &str) -> Result<bool, EngineError> {
    let parsed = search.parse_other(piece);
    for clause in &parsed.clauses {
        if Lookup::of(clause, search)?.is_gone(search)? {
            return Ok(true);
        }
    }
    let is_run = piece.chars().all(|c| Script::of(c) == Script::Han);
    Ok(is_run && (upper_bound(search, piece)? == 0 || !is_in_one_piece(search, piece)?))
}

/// Returns whether some document contains a run of Han characters as it stands.
fn is_in_one_piece(search: &Search<'_>, run: &str) -> Result<bool, EngineError> {
    let Some(clause) = Clause::of_text(run) else { return Ok(false) };
    for phrase in clause.alternatives.iter().take(1).flat_map(|alternative| &alternative.phrases) {
        for (at, segment) in search.segments.iter().enumerate() {
            let terms = search.dictionary.phrase(at, &phrase.terms)?;
            let word = search.dictionary.word(at, &phrase.terms)?;
            if !segment.phrase(&terms, word.as_ref(), None)?.is_empty() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Returns about the document frequency of the rarest pair of a run of Han characters; 0 when no document contains the
/// run.
pub(super) fn upper_bound(search: &Search<'_>, text: &str) -> Result<u64, EngineError> {
    let folded = fold(text);
    let mut least = u64::MAX;
    for token in grams(&folded).filter(|token| token.term.chars().nth(1).is_some()) {
        least = least.min(search.frequency(Series::Grams, token.term)?);
        if least == 0 {
            break;
        }
    }
    Ok(if least == u64::MAX { 0 } else { least })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_documents_a_character_in_every_fiftieth_is_not_informative() {
        for (frequency, documents, expected) in
            [(1_999, 1_999, true), (39, 2_000, true), (40, 2_000, false), (1_999, 2_000, false), (0, 9_000, true)]
        {
            assert_eq!(is_informative(frequency, documents), expected, "{frequency} of {documents}");
        }
    }
}
