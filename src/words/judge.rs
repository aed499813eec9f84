//! Decides which pieces are words: pieces whose parts belong together and whose neighbours vary.
//!
//! Cohesion is the least pointwise mutual information over all ways to split a piece in two. Freedom is the smaller
//! entropy of the characters before and after the piece. Pieces that the dictionaries contain, or segment into whole
//! words, need no entry. The thresholds were chosen on news of scams and on answers to legal questions.

use rustc_hash::FxHashSet;

use super::{
    corpus::{Corpus, Occurrences},
    grams::{Grams, LONGEST},
};
use crate::{
    chinese::{has_form_of_word, is_word_alone},
    text::Analyzer,
};

/// Least cohesion of a word: natural logarithm of the ratio of the observed to the expected number of occurrences.
const COHESION: f32 = 4.0;
/// Least entropy of a word's neighbours on the less varied side, in nats.
const FREEDOM: f32 = 1.3;
/// Least entropy after a word that ends with a character segmented by itself, in nats.
const FREEDOM_OF_ENDS: f32 = 2.3;
/// Share of occurrences inside one longer piece from which a piece is part of that piece.
const PART: f32 = 0.8;
/// Least number of posts with a word.
const POSTS: u32 = 2;
/// A piece that may be a word.
struct WordCandidate {
    word: String,
    numbers: Vec<u16>,
    count: u32,
    score: f32,
}

/// Returns the best `limit` new words, each with the number of its occurrences and of the posts with it.
pub(super) fn choose(corpus: &Corpus, grams: &Grams, analyzer: &Analyzer, limit: usize) -> Vec<Chosen> {
    // In a small text, parts cannot occur together so much more often than by chance.
    let least = COHESION.min((grams.total as f32).ln() / 2.0);
    let mut candidates: Vec<WordCandidate> = Vec::new();
    for (numbers, statistics) in grams.pieces() {
        let freedom = statistics.before.min(statistics.after);
        if freedom < FREEDOM {
            continue;
        }
        let cohesion = cohesion(grams, &numbers);
        if cohesion < least {
            continue;
        }
        let word = corpus.written(&numbers);
        if has_form_of_word(&word) && is_broken(&word, statistics.after, analyzer) {
            let score = (statistics.count as f32).ln() * freedom.sqrt() * cohesion.sqrt();
            candidates.push(WordCandidate { word, numbers, count: statistics.count, score });
        }
    }
    without_parts(grams, &mut candidates);
    let seen = corpus.posts_with(candidates.iter().map(|candidate| candidate.numbers.as_slice()));
    let mut candidates: Vec<(WordCandidate, Occurrences)> =
        candidates.into_iter().zip(seen).filter(|(_, seen)| seen.posts >= POSTS).collect();
    for (candidate, seen) in &mut candidates {
        candidate.score *= (seen.posts as f32).ln();
    }
    candidates.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score).then_with(|| a.word.cmp(&b.word)));
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut known: FxHashSet<String> = FxHashSet::default();
    for (WordCandidate { word, count, .. }, seen) in candidates {
        if chosen.len() >= limit {
            break;
        }
        if !is_made_of(&word, &known, analyzer) {
            known.insert(word.clone());
            chosen.push(Chosen { word, count, seen });
        }
    }
    chosen
}

/// A new word.
pub(super) struct Chosen {
    pub word: String,
    pub count: u32,
    pub seen: Occurrences,
}

/// Returns whether the dictionaries break a piece, so that only an entry helps.
fn is_broken(piece: &str, after: f32, analyzer: &Analyzer) -> bool {
    let pieces = analyzer.known_pieces(piece);
    let single = |piece: &&str| piece.chars().nth(1).is_none();
    let alone: Vec<usize> = (0..pieces.len()).filter(|&at| single(&pieces[at])).collect();
    if alone.iter().any(|&at| is_word_alone(pieces[at])) {
        return false;
    }
    match alone.as_slice() {
        [] => false,
        // One character after whole words is the end of a name (交强险), or the beginning of something else.
        [only] => *only + 1 == pieces.len() && pieces.len() > 1 && after >= FREEDOM_OF_ENDS,
        _ => true,
    }
}

/// Returns the least pointwise mutual information over all splits of a piece in two.
fn cohesion(grams: &Grams, piece: &[u16]) -> f32 {
    let total = grams.total as f32;
    let count = |piece: &[u16]| grams.count_of(piece).max(1) as f32;
    let whole = count(piece);
    let splits = (1..piece.len()).map(|at| (whole * total / (count(&piece[..at]) * count(&piece[at..]))).ln());
    splits.fold(f32::INFINITY, f32::min)
}

/// Removes the candidates that nearly always occur inside one longer candidate.
fn without_parts(grams: &Grams, candidates: &mut Vec<WordCandidate>) {
    let mut parts: FxHashSet<Vec<u16>> = FxHashSet::default();
    for long in candidates.iter() {
        for length in 2..long.numbers.len().min(LONGEST) {
            for part in long.numbers.windows(length) {
                if long.count as f32 >= PART * grams.count_of(part) as f32 {
                    parts.insert(part.to_vec());
                }
            }
        }
    }
    candidates.retain(|candidate| !parts.contains(&candidate.numbers));
}

/// Returns whether a piece consists only of known or chosen words of two or more characters.
fn is_made_of(piece: &str, chosen: &FxHashSet<String>, analyzer: &Analyzer) -> bool {
    let bounds: Vec<usize> = piece.char_indices().map(|(at, _)| at).chain([piece.len()]).collect();
    let mut reached = vec![false; bounds.len()];
    reached[0] = true;
    for end in 2..bounds.len() {
        reached[end] = (0..=end - 2).any(|start| {
            let part = piece.get(bounds[start]..bounds[end]).unwrap_or_default();
            reached[start] && part.len() < piece.len() && (chosen.contains(part) || analyzer.knows(part))
        });
    }
    reached.last() == Some(&true)
}
