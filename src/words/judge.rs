//! Which pieces are words: those that hold together inside and are free outside.
//!
//! Cohesion is the least pointwise mutual information over all ways to split a piece in two; freedom the lesser entropy of
//! what stands before and behind it. Pieces that the dictionaries know, or cut into whole words, need no entry. The
//! bounds were chosen on news of scams and on answers to legal questions.

use rustc_hash::FxHashSet;

use super::{
    corpus::Corpus,
    grams::{Grams, LONGEST},
};
use crate::text::Analyzer;

/// How many times more often than by chance the parts of a word stand together, as a logarithm.
const COHESION: f32 = 4.0;
/// How free a word is on its less free side, in nats.
const FREEDOM: f32 = 1.0;
/// A piece so often within one longer piece is a part of it.
const PART: f32 = 0.8;
/// Characters at which no new word begins or ends: particles, pronouns, numerals, and `某`, which stands for a name.
const NO_EDGE: &str = "的了是在和与及或等被把将向对为从到给让就也都而但且其之以于并不没有这那此该各每个们吗呢吧啊某\
    一二三四五六七八九十百千万亿两几多第元年月日时分至又再已很更最还可会能要想说称后前中里内上下时间我你他她它您自己所由因如若则未经";

/// A piece that may be a word.
struct Candidate {
    word: String,
    numbers: Vec<u16>,
    count: u32,
    score: f32,
}

/// Gives the best `limit` new words, each with how often it occurs.
pub(super) fn choose(corpus: &Corpus, grams: &Grams, analyzer: &Analyzer, limit: usize) -> Vec<(String, u32)> {
    let no_edge: FxHashSet<char> = NO_EDGE.chars().collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for (numbers, stand) in grams.pieces() {
        let freedom = stand.before.min(stand.after);
        if freedom < FREEDOM {
            continue;
        }
        let cohesion = cohesion(grams, &numbers);
        if cohesion < COHESION {
            continue;
        }
        let word = corpus.written(&numbers);
        let edge = |c: Option<char>| c.is_none_or(|c| no_edge.contains(&c));
        if edge(word.chars().next()) || edge(word.chars().next_back()) || word.contains('某') || !analyzer.breaks(&word)
        {
            continue;
        }
        let score = (stand.count as f32).ln() * freedom.sqrt() * cohesion.sqrt();
        candidates.push(Candidate { word, numbers, count: stand.count, score });
    }
    without_parts(grams, &mut candidates);
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.word.cmp(&b.word)));
    let mut chosen: Vec<(String, u32)> = Vec::new();
    let mut known: FxHashSet<String> = FxHashSet::default();
    for candidate in candidates {
        if chosen.len() >= limit {
            break;
        }
        if !is_made_of(&candidate.word, &known, analyzer) {
            known.insert(candidate.word.clone());
            chosen.push((candidate.word, candidate.count));
        }
    }
    chosen
}

/// Gives the least mutual information of two parts.
fn cohesion(grams: &Grams, piece: &[u16]) -> f32 {
    let total = grams.total as f32;
    let often = |piece: &[u16]| grams.often(piece).max(1) as f32;
    let whole = often(piece);
    let splits = (1..piece.len()).map(|at| (whole * total / (often(&piece[..at]) * often(&piece[at..]))).ln());
    splits.fold(f32::INFINITY, f32::min)
}

/// Removes the candidates that stand in one longer candidate nearly always.
fn without_parts(grams: &Grams, candidates: &mut Vec<Candidate>) {
    let mut parts: FxHashSet<Vec<u16>> = FxHashSet::default();
    for long in candidates.iter() {
        for length in 2..long.numbers.len().min(LONGEST) {
            for part in long.numbers.windows(length) {
                if long.count as f32 >= PART * grams.often(part) as f32 {
                    parts.insert(part.to_vec());
                }
            }
        }
    }
    candidates.retain(|candidate| !parts.contains(&candidate.numbers));
}

/// Says whether a piece is nothing but words of two characters or more that are known or were chosen.
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
