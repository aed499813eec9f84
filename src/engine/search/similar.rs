//! More like this: the posts that share the weighty words of one.
//!
//! A word weighs as much as it is frequent in the post and rare elsewhere. The weightiest are looked for like a question
//! of which no word has to occur; a post that shares but a few common ones is not like it. Knows neither synonyms nor
//! corrections: both posts were written by people who knew what they meant.

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        error::EngineError,
        hit::{
            answer::{Candidate, hit},
            snippet::Marker,
        },
        index::schema::{PARTS, View},
        postings::{
            commit::Commit,
            dictionary::Dictionary,
            filters::FilterSet,
            segment::{DocId, Segment},
        },
        search::ranking::{Scored, Statistics, Weights},
    },
    post::{Post, PostId},
    query::{Clause, Emphasis, Hits, Match, Query, Term, TermKind},
    text::{Analyzer, Class, fold},
};

/// How many words a post is compared by.
const MOST_WORDS: usize = 25;
/// How many of its words are looked up for that, those that it has most often first.
const MOST_LOOKUPS: usize = 300;
/// Of a longer text, this many characters tell what it is about.
const LONG: usize = 6_000;
/// How many of the words another post has to share, when there are so many.
const FEW: u8 = 3;
/// Which part of their weight it has to share.
const ENOUGH: f32 = 0.12;

/// A word that says what the post is about, looked up.
struct Weighty {
    text: String,
    scored: Scored,
    /// Of everything that it can give, before saturation.
    weight: f32,
    /// The other posts that have it, by segment.
    found: Vec<Vec<DocId>>,
}

/// Gives the `limit` posts that are most like the one with this id, best first; `None` when there is none. What they
/// share is marked.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn similar(commit: &Commit, id: &PostId, limit: usize) -> Result<Option<Hits>, EngineError> {
    let Some(own) = commit.address_of(id)? else { return Ok(None) };
    let Some(post) = commit.stored(own.0, own.1)? else { return Ok(None) };
    let segments = commit.segments()?;
    let (statistics, dictionary) = (Statistics::of(&segments), Dictionary::new(&segments));
    let counted = counted(&post, &commit.said.analyzer);
    let words = weighty(commit, counted, own, &statistics, &dictionary)?;
    let mut candidates = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        let documents = alike(&words, at, segment);
        let mut scores = vec![0.0; documents.len()];
        let mut occurrences = Vec::new();
        for word in &words {
            word.scored.add(at, segment, &statistics, &documents, &mut scores, &mut occurrences)?;
        }
        let candidate =
            |(doc, score)| Candidate { score, class: Match::Partial, reading: 0, segment: at, doc, opens: false };
        candidates.extend(documents.into_iter().zip(scores).map(candidate));
    }
    let total = candidates.len();
    let tie = |candidate: &Candidate| segments[candidate.segment].lengths.ties.first(candidate.doc);
    candidates.sort_unstable_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| (tie(a), a.segment, a.doc).cmp(&(tie(b), b.segment, b.doc)))
    });
    candidates.truncate(limit);
    let clauses: Vec<Clause> = words.iter().filter_map(|word| Clause::of_text(&word.text)).collect();
    let marker = Marker::new(&clauses, &[]);
    let mut hits = Vec::with_capacity(candidates.len());
    for candidate in &candidates {
        hits.extend(hit(commit, candidate, Query::default().grain, &marker)?);
    }
    Ok(Some(Hits { total, hits, ..Hits::default() }))
}

/// Chooses the words that say most, of those that another post has as well.
fn weighty(
    commit: &Commit,
    counted: FxHashMap<(String, TermKind), f32>,
    own: (usize, DocId),
    statistics: &Statistics,
    dictionary: &Dictionary<'_, '_>,
) -> Result<Vec<Weighty>, EngineError> {
    let mut counted: Vec<_> = counted.into_iter().collect();
    counted.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.0.cmp(&b.0.0)));
    counted.truncate(MOST_LOOKUPS);
    // A post asks like the longest of stories.
    let weights = Weights::of(usize::MAX);
    let mut weighed = Vec::with_capacity(counted.len());
    for ((text, kind), times) in counted {
        let term = Term { text, kind, prefix: false, class: Match::Exact, emphasis: Emphasis::Plain };
        let scored = Scored::of(&term, dictionary, statistics, weights)?.times(1.0 + times.ln());
        weighed.push((scored.most(), scored, term.text));
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
    let query = Query::default();
    let filters = FilterSet { fields: &commit.fields, query: &query };
    let mut words = Vec::with_capacity(MOST_WORDS);
    for (weight, scored, text) in weighed {
        let mut found = Vec::with_capacity(dictionary.segments().len());
        for (at, segment) in dictionary.segments().iter().enumerate() {
            let mut documents = scored.documents(at, segment)?;
            documents.retain(|&doc| (at, doc) != own);
            filters.keep(segment, &mut documents)?;
            found.push(documents);
        }
        if found.iter().any(|documents| !documents.is_empty()) {
            words.push(Weighty { text, scored, weight, found });
        }
        if words.len() == MOST_WORDS {
            break;
        }
    }
    Ok(words)
}

/// Counts the words of a post, those of weightier parts more often.
fn counted(post: &Post, analyzer: &Analyzer) -> FxHashMap<(String, TermKind), f32> {
    let view = View { post, case: None, range: 0..post.text.len() };
    let mut counted: FxHashMap<(String, TermKind), f32> = FxHashMap::default();
    for part in &PARTS {
        let mut left = LONG;
        for text in (part.texts)(&view) {
            let end = text.char_indices().nth(left).map_or(text.len(), |(end, _)| end);
            let text = text.get(..end).unwrap_or(text);
            left -= text.chars().count();
            let folded = fold(text);
            for token in analyzer.segmentation(&folded).filter(|token| token.term.chars().nth(1).is_some()) {
                let kind = match token.term.chars().next().map(Class::of) {
                    Some(Class::Han) => TermKind::Word,
                    Some(Class::Letter) => TermKind::Both,
                    // Numbers are those of one case.
                    _ => continue,
                };
                *counted.entry((token.term.to_owned(), kind)).or_default() += part.weight;
            }
        }
    }
    counted
}

/// Gives the documents of a segment that share enough of the words, in order.
fn alike(words: &[Weighty], at: usize, segment: &Segment<'_>) -> Vec<DocId> {
    let mut shared = vec![(0_u8, 0.0_f32); segment.size() as usize];
    for word in words {
        for &doc in &word.found[at] {
            let (count, weight) = &mut shared[doc as usize];
            *count += 1;
            *weight += word.weight;
        }
    }
    let few = FEW.min(u8::try_from(words.len()).unwrap_or(u8::MAX));
    let wanted = ENOUGH * words.iter().map(|word| word.weight).sum::<f32>();
    let is_alike = |&(count, weight): &(u8, f32)| count > 0 && count >= few && weight >= wanted;
    (0..).zip(&shared).filter(|(_, shared)| is_alike(shared)).map(|(doc, _)| doc).collect()
}
