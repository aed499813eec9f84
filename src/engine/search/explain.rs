//! Explains the score of a hit: each term with the parts that contain the term, and each boost.
//!
//! [`super::page`] asks for an explanation. The figures come from [`super::ranking`], whose formula also ranks the hits.
//! The module does not search.

use crate::{
    engine::{
        error::EngineError,
        hit::answer::Candidate,
        index::{schema::PARTS, title::title_hash},
        search::{
            context::Search,
            ranking::{Scored, Weights, named_titles, nearness},
        },
    },
    query::{Clauses, Explanation, Term, TermKind},
};

/// Explains the score of one candidate, largest contribution first. The terms of relevance feedback (RM3) are not part
/// of the explanation.
pub(super) fn explain(
    search: &Search<'_>,
    candidate: &Candidate,
    clauses: &Clauses,
) -> Result<Vec<Explanation>, EngineError> {
    let (at, doc) = (candidate.segment, candidate.doc);
    let segment = &search.segments[at];
    let weights = Weights::of(clauses.key.chars().count());
    let mut explained = Vec::new();
    let terms: Vec<&Term> = clauses.terms.iter().filter(|term| term.class <= candidate.class).collect();
    let mut all = Vec::with_capacity(terms.len());
    for term in &terms {
        all.push(Scored::of(term, &search.dictionary, &search.statistics, weights)?);
    }
    let most: f32 = all.iter().map(Scored::most).sum();
    let named = named_titles(clauses, &all, most);
    for (term, scored) in terms.iter().zip(&all) {
        let mut score = [0.0];
        scored.add(at, segment, &search.statistics, &[doc], &mut score, &mut Vec::new())?;
        if score[0] > 0.0 {
            let parts = scored.occurrences(at, segment, doc)?;
            explained.push(Explanation {
                what: format!("{}{}", term.text, if term.prefix { "*" } else { "" }),
                kind: match term.kind {
                    TermKind::Word => "word",
                    TermKind::Gram => "gram",
                    TermKind::Character => "character",
                    TermKind::Both => "letters",
                    TermKind::Value => "value",
                },
                parts: parts.into_iter().map(|(part, times)| (PARTS[part].name, times)).collect(),
                score: score[0],
            });
        }
    }
    let boost = |what: &str, score: f32| {
        let explanation = Explanation { what: what.to_owned(), kind: "boost", parts: Vec::new(), score };
        (score > 0.0).then_some(explanation)
    };
    let whole = segment.lengths.titles.first(doc) == Some(title_hash(&clauses.key));
    let what = if whole { "the title is the query" } else { "the query names the title" };
    explained.extend(boost(what, named.of(&segment.lengths, doc)));
    let raised: f32 = explained.iter().map(|each| each.score).sum();
    let raise = search.recency.raise(|| segment.lengths.dates.first(doc));
    explained.extend(boost("how new the post is", raised * raise));
    if !clauses.whole.is_empty() {
        let shares = nearness(at, &search.dictionary, clauses, &[doc])?;
        let share = shares.first().copied().unwrap_or(0.0);
        explained.extend(boost("the query stands together", share * most * search.recency.most()));
    }
    explained.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(explained)
}
