//! More like this: finds the posts that share the most informative words of a given post.
//!
//! The weight of a word is its frequency in the post times its inverse document frequency. The words with the greatest
//! weights are searched for like a question of which no word is required. A post that shares only a few common words is
//! not similar. [`super::ranking`] scores the posts. The module knows neither synonyms nor corrections, since the
//! authors of both posts knew what they meant.

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        error::EngineError,
        hit::{
            answer::{Candidate, hit},
            snippet::Marker,
        },
        index::schema::{PARTS, View},
        postings::{commit::Commit, dictionary::Dictionary, filters, segment::Segment, sets::DocId},
        search::{
            ranking::{Norms, Scored, Statistics, Weights},
            top::{Ranked, Top},
        },
    },
    post::{Post, PostId},
    query::{Clause, Emphasis, Hits, Match, Query, Term, TermKind},
    text::{Analyzer, Class, beginning, fold},
};

/// Maximum number of words by which posts are compared.
const MAX_WORDS: usize = 25;
/// Maximum number of words of the post that are looked up, most frequent first.
const MAX_LOOKUPS: usize = 300;
/// Maximum number of characters that are read of each part.
const MAX_CHARACTERS: usize = 6_000;
/// Minimum number of words that a similar post shares, when the given post has that many.
const MIN_SHARED_WORDS: u8 = 3;
/// Minimum share of the total weight that a similar post shares.
const MIN_SHARED_WEIGHT: f32 = 0.12;

/// An informative word of the post, with its postings.
struct Weighty {
    text: String,
    scored: Scored,
    /// Upper bound on the score of the word.
    weight: f32,
    /// The other posts that contain the word, by segment.
    found: Vec<Vec<DocId>>,
}

/// Returns the `limit` posts that are most similar to the post with this id, best first; `None` when no post has this
/// id. The shared words are marked.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn similar(commit: &Commit, id: &PostId, limit: usize) -> Result<Option<Hits>, EngineError> {
    let Some(own) = commit.address_of(id)? else { return Ok(None) };
    let Some(post) = commit.stored(own.0, own.1)? else { return Ok(None) };
    let segments = commit.segments()?;
    let (statistics, dictionary) = (Statistics::of(&segments), Dictionary::new(&segments));
    let counted = counted(&post, &commit.facts.analyzer);
    // A post is weighted like a very long question.
    let weights = Weights::of(usize::MAX);
    let words = weighty(counted, own, &statistics, &dictionary, weights)?;
    let (mut top, mut total) = (Top::new(&segments, limit), 0);
    for (at, segment) in segments.iter().enumerate() {
        let documents = alike(&words, at, segment);
        let mut scores = vec![0.0; documents.len()];
        let norms = Norms::new(segment, &statistics, weights);
        let mut room = Vec::new();
        for word in &words {
            word.scored.add(at, segment, &norms, &documents, &mut scores, &mut room)?;
        }
        total += documents.len();
        for (doc, score) in documents.into_iter().zip(scores) {
            top.push(Ranked { opens: false, score, segment: at, doc });
        }
    }
    let clauses: Vec<Clause> = words.iter().filter_map(|word| Clause::of_text(&word.text)).collect();
    let marker = Marker::new(&clauses, &[]);
    let mut hits = Vec::new();
    for Ranked { opens, score, segment, doc } in top.finish() {
        let (class, ranked) = (Match::Partial, Match::Partial);
        let candidate = Candidate { score, class, ranked, reading: 0, segment, doc, opens };
        hits.extend(hit(commit, &candidate, Query::default().grain, &marker)?);
    }
    Ok(Some(Hits { total, hits, ..Hits::default() }))
}

/// Selects the most informative words, of those that another post contains as well.
fn weighty(
    counted: FxHashMap<(String, TermKind), f32>,
    own: (usize, DocId),
    statistics: &Statistics,
    dictionary: &Dictionary<'_, '_>,
    weights: Weights,
) -> Result<Vec<Weighty>, EngineError> {
    let mut counted: Vec<_> = counted.into_iter().collect();
    counted.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.0.cmp(&b.0.0)));
    counted.truncate(MAX_LOOKUPS);
    let mut weighed = Vec::with_capacity(counted.len());
    for ((text, kind), times) in counted {
        let term = Term { text, kind, prefix: false, class: Match::Exact, emphasis: Emphasis::Plain };
        let scored = Scored::of(&term, dictionary, statistics, weights)?.times(1.0 + times.ln());
        weighed.push((scored.most(), scored, term.text));
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
    let query = Query::default();
    let mut words = Vec::with_capacity(MAX_WORDS);
    for (weight, scored, text) in weighed {
        let mut found = Vec::with_capacity(dictionary.segments().len());
        for (at, segment) in dictionary.segments().iter().enumerate() {
            let mut documents = scored.documents(at, segment)?;
            documents.retain(|&doc| (at, doc) != own);
            filters::keep(segment, &query, &mut documents)?;
            found.push(documents);
        }
        if found.iter().any(|documents| !documents.is_empty()) {
            words.push(Weighty { text, scored, weight, found });
        }
        if words.len() == MAX_WORDS {
            break;
        }
    }
    Ok(words)
}

/// Counts the words of a post, each occurrence multiplied by the weight of its part.
fn counted(post: &Post, analyzer: &Analyzer) -> FxHashMap<(String, TermKind), f32> {
    let view = View { post, case: None, range: 0..post.text.len() };
    let mut counted: FxHashMap<(String, TermKind), f32> = FxHashMap::default();
    for part in &PARTS {
        let mut left = MAX_CHARACTERS;
        for text in (part.texts)(&view) {
            let text = beginning(text, left);
            left -= text.chars().count();
            let folded = fold(text);
            for token in analyzer.segmentation(&folded).filter(|token| token.term.chars().nth(1).is_some()) {
                let kind = match token.term.chars().next().map(Class::of) {
                    Some(Class::Han) => TermKind::Word,
                    Some(Class::Letter) => TermKind::Both,
                    // Numbers belong to a single case.
                    _ => continue,
                };
                *counted.entry((token.term.to_owned(), kind)).or_default() += part.weight;
            }
        }
    }
    counted
}

/// Returns the documents of a segment that share enough of the words, in order.
fn alike(words: &[Weighty], at: usize, segment: &Segment<'_>) -> Vec<DocId> {
    let mut shared = vec![(0_u8, 0.0_f32); segment.size() as usize];
    for word in words {
        for &doc in &word.found[at] {
            let (count, weight) = &mut shared[doc as usize];
            *count += 1;
            *weight += word.weight;
        }
    }
    let least = MIN_SHARED_WORDS.min(u8::try_from(words.len()).unwrap_or(u8::MAX));
    let wanted = MIN_SHARED_WEIGHT * words.iter().map(|word| word.weight).sum::<f32>();
    let is_alike = |&(count, weight): &(u8, f32)| count > 0 && count >= least && weight >= wanted;
    (0..).zip(&shared).filter(|(_, shared)| is_alike(shared)).map(|(doc, _)| doc).collect()
}
