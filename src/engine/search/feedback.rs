//! Selects the words that describe the topic of a text: the expansion terms of relevance feedback (RM3) for a long
//! question.
//!
//! [`super::scoring`] passes the texts of the first answers and scores the returned terms. The module knows no match
//! classes.

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        error::EngineError,
        index::schema::Series,
        search::{context::Search, ranking::inverse_frequency},
    },
    query::{Emphasis, Match, Term, TermKind},
    text::{beginning, fold},
};

/// Number of first answers that relevance feedback reads.
pub(super) const ANSWERS: usize = 10;
/// Maximum number of terms that relevance feedback adds.
const MAX_TERMS: usize = 30;
/// Maximum number of words that are looked up, the most frequent in the first answers.
const MAX_LOOKUPS: usize = 100;
/// Number of characters at the beginning of a text that are read.
const MAX_CHARACTERS: usize = 3_000;

/// Returns the most heavily weighted words of the texts as terms with weights, without the `known` terms. Each text
/// comes with the score of its document.
pub(super) fn words(
    search: &Search<'_>,
    texts: &[(String, f32)],
    known: &[Term],
) -> Result<Vec<(Term, f32)>, EngineError> {
    let best = texts.iter().map(|(_, score)| *score).fold(f32::MIN_POSITIVE, f32::max);
    let mut counted: FxHashMap<String, f32> = FxHashMap::default();
    for (text, score) in texts {
        let folded = fold(beginning(text, MAX_CHARACTERS));
        let mut here: FxHashMap<&str, f32> = FxHashMap::default();
        let mut all = 0.0_f32;
        for token in search.analyzer().words(&folded).filter(|token| token.term.chars().nth(1).is_some()) {
            *here.entry(token.term).or_default() += 1.0;
            all += 1.0;
        }
        for (word, times) in here {
            *counted.entry(word.to_owned()).or_default() += score / best * times / all.max(1.0);
        }
    }
    weighty(search, counted, known, MAX_TERMS)
}

/// Returns the `most` words with the greatest weights. A weight is the frequency times the inverse document frequency,
/// scaled so that the greatest is 1.
pub(super) fn weighty(
    search: &Search<'_>,
    counted: FxHashMap<String, f32>,
    known: &[Term],
    most: usize,
) -> Result<Vec<(Term, f32)>, EngineError> {
    let is_known = |word: &str| known.iter().any(|term| term.kind == TermKind::Word && term.text == word);
    let mut counted: Vec<(String, f32)> = counted.into_iter().filter(|(word, _)| !is_known(word)).collect();
    counted.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counted.truncate(MAX_LOOKUPS);
    let mut weighed: Vec<(String, f32)> = Vec::with_capacity(counted.len());
    for (word, times) in counted {
        let frequency = search.frequency(Series::Words, &word)?;
        if frequency > 1 {
            weighed.push((word, times * inverse_frequency(frequency, search.statistics.documents)));
        }
    }
    weighed.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    weighed.truncate(most);
    let greatest = weighed.first().map_or(1.0, |(_, weight)| *weight);
    let term =
        |text| Term { text, kind: TermKind::Word, prefix: false, class: Match::Exact, emphasis: Emphasis::Plain };
    Ok(weighed.into_iter().map(|(word, weight)| (term(word), weight / greatest)).collect())
}
