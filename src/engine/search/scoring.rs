//! Scores the documents of one match class and selects the best: BM25F, relevance feedback (RM3), recency, nearness.
//!
//! The formula is in [`super::ranking`], the expansion terms are from [`super::feedback`], and [`super::merge`] joins
//! the classes. The module does not know how documents are found.

use crate::{
    engine::{
        error::EngineError,
        hit::answer::Candidate,
        postings::{segment::Segment, sets::DocId},
        search::{
            answer::Matches,
            context::Search,
            feedback,
            ranking::{Scored, TitleBoosts, Weights, named_titles, nearness},
        },
    },
    query::{Match, ParsedText, Term},
};

/// Number of best documents that are checked for nearness.
const WINDOW: usize = 200;
/// When fewer of these documents contain a short text in one piece, all other documents are checked as well.
const MIN_PHRASE_HITS: usize = 50;

/// Returns the `last` best documents of one match class, best first.
pub(super) fn best(
    search: &Search<'_>,
    parsed: &ParsedText,
    matches: &Matches,
    reading: usize,
    last: usize,
) -> Result<Vec<Candidate>, EngineError> {
    let weights = Weights::of(parsed.key.chars().count());
    let mut terms = Vec::with_capacity(parsed.terms.len());
    for term in parsed.terms.iter().filter(|term| term.class <= matches.class) {
        terms.push(Scored::of(term, &search.dictionary, &search.statistics, weights)?);
    }
    let most: f32 = terms.iter().map(Scored::most).sum();
    let named = named_titles(parsed, &terms, most);
    let mut all = scored(search, parsed, &terms, &named, matches, reading)?;
    if weights.learned > 0.0 && !search.is_spent() {
        let mut first = all.clone();
        top(search.segments, &mut first, feedback::ANSWERS);
        let mut more = Vec::new();
        for (term, weight) in learned(search, parsed, &first)? {
            let learned = Scored::of(&term, &search.dictionary, &search.statistics, weights)?;
            more.push(learned.times(weights.learned * weight));
        }
        let more = scored(search, parsed, &more, &TitleBoosts::default(), matches, reading)?;
        all.iter_mut().zip(more).for_each(|(candidate, more)| candidate.score += more.score);
    }
    if !parsed.whole.is_empty() && !search.is_spent() {
        // A document that contains a short text in one piece stays before the others, however new these are.
        let most = most * search.recency.most();
        let window = all.len().min(WINDOW);
        if window < all.len() {
            all.select_nth_unstable_by(window, |a, b| order(search.segments, a, b));
        }
        let standing = raise_near(search, parsed, most, &mut all[..window])?;
        if parsed.one_piece && standing < MIN_PHRASE_HITS {
            raise_near(search, parsed, most, &mut all[window..])?;
        }
    }
    top(search.segments, &mut all, last);
    Ok(all)
}

/// Scores every document of a match class.
fn scored(
    search: &Search<'_>,
    parsed: &ParsedText,
    terms: &[Scored],
    named: &TitleBoosts,
    matches: &Matches,
    reading: usize,
) -> Result<Vec<Candidate>, EngineError> {
    let mut all = Vec::with_capacity(matches.count());
    let mut occurrences = Vec::new();
    for (at, (segment, documents)) in search.segments.iter().zip(&matches.found).enumerate() {
        if documents.is_empty() {
            continue;
        }
        let mut scores = vec![0.0; documents.len()];
        for term in terms.iter().take_while(|_| !search.is_spent()) {
            term.add(at, segment, &search.statistics, documents, &mut scores, &mut occurrences)?;
        }
        let opening = opening(search, at, parsed, matches)?;
        for (&doc, mut score) in documents.iter().zip(scores) {
            score += named.of(segment.columns(), doc);
            score *= 1.0 + search.recency.raise(|| segment.columns().date(doc));
            let opens = opening.binary_search(&doc).is_ok();
            let (class, ranked) = (matches.shown_class(at, doc), matches.class);
            all.push(Candidate { score, class, ranked, reading, segment: at, doc, opens });
        }
    }
    Ok(all)
}

/// Returns the documents of one segment whose title begins with the spelling of the typed letters, in order.
fn opening(search: &Search<'_>, at: usize, parsed: &ParsedText, matches: &Matches) -> Result<Vec<DocId>, EngineError> {
    if parsed.whole.is_empty() || !matches!(matches.class, Match::Pinyin | Match::Initials) {
        return Ok(Vec::new());
    }
    search.segments[at].opening(&search.dictionary.phrase(at, &parsed.whole)?, &matches.found[at])
}

/// Raises the scores of the candidates that contain the whole text as a phrase. Returns the number of these candidates.
fn raise_near(
    search: &Search<'_>,
    parsed: &ParsedText,
    most: f32,
    candidates: &mut [Candidate],
) -> Result<usize, EngineError> {
    let mut standing = 0;
    for at in 0..search.segments.len() {
        let mut documents: Vec<DocId> =
            candidates.iter().filter(|candidate| candidate.segment == at).map(|candidate| candidate.doc).collect();
        if documents.is_empty() {
            continue;
        }
        documents.sort_unstable();
        let shares = nearness(at, &search.dictionary, parsed, &documents)?;
        standing += shares.iter().filter(|&&share| share > 0.0).count();
        for candidate in candidates.iter_mut().filter(|candidate| candidate.segment == at) {
            if let Ok(i) = documents.binary_search(&candidate.doc) {
                candidate.score += shares[i] * most;
            }
        }
    }
    Ok(standing)
}

/// Returns the expansion terms from the first answers to a long question, with their weights.
fn learned(search: &Search<'_>, parsed: &ParsedText, all: &[Candidate]) -> Result<Vec<(Term, f32)>, EngineError> {
    let mut texts = Vec::with_capacity(feedback::ANSWERS);
    for candidate in all.iter().take(feedback::ANSWERS) {
        let text = search.commit.text_of(candidate.segment, candidate.doc)?;
        texts.extend(text.map(|text| (text, candidate.score)));
    }
    feedback::words(search, &texts, &parsed.terms)
}

/// Returns the key that orders candidates of equal scores or dates. The tie number of a document is the same in every
/// build.
pub(super) fn tie(segments: &[Segment<'_>], candidate: &Candidate) -> (Option<u64>, usize, DocId) {
    (segments[candidate.segment].columns().tie(candidate.doc), candidate.segment, candidate.doc)
}

/// Compares two candidates, best first.
fn order(segments: &[Segment<'_>], a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    let by_score = b.opens.cmp(&a.opens).then(b.score.total_cmp(&a.score));
    by_score.then_with(|| tie(segments, a).cmp(&tie(segments, b)))
}

/// Keeps the `last` best candidates, in order.
pub(super) fn top(segments: &[Segment<'_>], all: &mut Vec<Candidate>, last: usize) {
    if last < all.len() {
        all.select_nth_unstable_by(last, |a, b| order(segments, a, b));
        all.truncate(last);
    }
    all.sort_unstable_by(|a, b| order(segments, a, b));
}
