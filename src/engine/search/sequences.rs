//! What stands together in posts though it is no word: found in the dictionaries of grams.
//!
//! A guess may be any stretch of a post. Each pair of its characters has to be a gram of the index; whether they follow each
//! other in one post is for the search to say that each guess is tried with.

use rustc_hash::FxHashSet;

use crate::{
    engine::{
        error::EngineError,
        postings::segment::Series,
        search::{context::Search, matching::Lookup},
    },
    text::{
        Class as Script, fold, grams,
        pinyin::{Spoken, Typed, homophones, readings},
    },
};

/// Letters of more syllables than this spell words.
const MOST_SYLLABLES: usize = 4;
/// Of the ways to cut letters into syllables, so many are tried.
const WAYS: usize = 2;
/// So many characters are tried for a syllable, the most frequent in the posts.
const CHARACTERS: usize = 16;
/// Of the characters that read so, so many are looked up.
const LOOKED_UP: usize = 200;
/// So many stretches are carried on from one syllable to the next.
const BEAM: usize = 12;
/// Among so many documents a character that every fiftieth has says nothing.
const MANY: u64 = 2_000;
/// A character is read by its first readings; the others are those of few words.
const READINGS: usize = 2;

/// Characters so far, and in how many documents the rarest pair of them is at the most.
#[derive(Debug, Clone)]
struct Sequence {
    text: String,
    last: char,
    frequency: u64,
}

/// Gives the stretches of characters that letters spell in whole syllables, the most frequent first; of one syllable,
/// the most frequent characters.
pub(super) fn spelt_sequences(search: &Search<'_>, typed: &Typed, most: usize) -> Result<Vec<String>, EngineError> {
    let mut all: Vec<Sequence> = Vec::new();
    let alternatives = typed.syllables().into_iter().filter(|way| way.len() <= MOST_SYLLABLES);
    for way in alternatives.take(WAYS) {
        let mut rows: Option<Vec<Sequence>> = None;
        let alone = way.len() == 1;
        for part in way {
            let mut characters = reading_so(search, part)?;
            characters.retain(|&(_, frequency)| !alone || tells(search, frequency));
            characters.truncate(CHARACTERS);
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
            next.truncate(if before.is_none() { CHARACTERS } else { BEAM });
            rows = Some(next);
        }
        all.extend(rows.into_iter().flatten());
    }
    all.sort_by(|a, b| b.frequency.cmp(&a.frequency).then_with(|| a.text.cmp(&b.text)));
    let mut seen = FxHashSet::default();
    all.retain(|stretch| seen.insert(stretch.text.clone()));
    Ok(all.into_iter().take(most).map(|stretch| stretch.text).collect())
}

/// Says whether a character that so many documents have says something by itself.
fn tells(search: &Search<'_>, frequency: u64) -> bool {
    let documents = search.statistics.documents;
    documents < MANY || frequency * 50 < documents
}

/// Gives the characters that are meant by a syllable, or by a character itself, each with how many documents have it.
fn reading_so(search: &Search<'_>, part: Spoken) -> Result<Vec<(char, u64)>, EngineError> {
    let syllable = match part {
        Spoken::Character(c) => return Ok(vec![(c, search.frequency(Series::Characters, &c.to_string())?)]),
        Spoken::Syllable(syllable) => syllable,
    };
    let mut found = Vec::new();
    let is_common = |&c: &char| readings(c).iter().take(READINGS).any(|&reading| reading == syllable);
    for c in homophones(syllable, false).filter(is_common).take(LOOKED_UP) {
        let frequency = search.frequency(Series::Characters, &c.to_string())?;
        if frequency > 0 {
            found.push((c, frequency));
        }
    }
    found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(found)
}

/// Gives the stretches that a run of Han characters becomes when two neighbours change places, or one of two equal ones
/// is left out.
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

/// Says whether a piece of folded text is in no post.
pub(super) fn is_nowhere(search: &Search<'_>, piece: &str) -> Result<bool, EngineError> {
    let clauses = search.parse(piece, search.reading());
    for clause in &clauses.clauses {
        if Lookup::of(clause, search)?.is_gone(search)? {
            return Ok(true);
        }
    }
    let is_run = piece.chars().all(|c| Script::of(c) == Script::Han);
    Ok(is_run && upper_bound(search, piece)? == 0)
}

/// Gives in how many documents a stretch of Han characters can be at the most: those of its rarest pair.
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
