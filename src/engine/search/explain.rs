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
            closeness::Words,
            context::Search,
            ranking::{BOOSTS, Norms, Scored, TitleBoosts, Weights, look_up, named_titles, nearness, years},
        },
    },
    query::{Explanation, Match, ParsedText, Term, TermKind},
};

/// Explains the scores of candidates of one answer and match class. The terms of relevance feedback (RM3) are not part
/// of an explanation.
pub(super) struct Explainer<'s> {
    search: &'s Search<'s>,
    parsed: &'s ParsedText,
    weights: Weights,
    terms: Vec<(&'s Term, Scored)>,
    words: Words,
    most: f32,
    named: TitleBoosts,
}

impl<'s> Explainer<'s> {
    pub(super) fn new(search: &'s Search<'s>, parsed: &'s ParsedText, class: Match) -> Result<Self, EngineError> {
        let weights = Weights::of(parsed.key.chars().count());
        let own = parsed.terms.iter().filter(|term| term.class <= class);
        let terms = look_up(own, &search.dictionary, &search.statistics, weights)?;
        let most: f32 = terms.iter().map(|(_, scored)| scored.most()).sum();
        let named = named_titles(parsed, &terms, most);
        let words = Words::of(parsed, search)?;
        Ok(Self { search, parsed, weights, terms, words, most, named })
    }

    /// Explains the score of one candidate, largest contribution first.
    pub(super) fn explain(&self, candidate: &Candidate) -> Result<Vec<Explanation>, EngineError> {
        let Self { search, parsed, most, .. } = *self;
        let (at, doc) = (candidate.segment, candidate.doc);
        let segment = &search.segments[at];
        let norms = Norms::new(segment, &search.statistics, self.weights);
        let mut explained = Vec::new();
        for (term, scored) in &self.terms {
            let mut score = [0.0];
            scored.add(at, segment, &norms, &[doc], &mut score, &mut Vec::new())?;
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
        let whole = segment.columns().title(doc) == Some(title_hash(&parsed.key));
        let what = if whole { "the title is the query" } else { "the query names the title" };
        explained.extend(boost(what, self.named.of(segment.columns(), doc)));
        let raised: f32 = explained.iter().map(|each| each.score).sum();
        let raise = search.recency.raise(|| segment.columns().date(doc));
        explained.extend(boost("how new the post is", raised * raise));
        if !parsed.whole.is_empty() {
            let shares = nearness(at, &search.dictionary, parsed, &[doc])?;
            let share = shares.first().copied().unwrap_or(0.0);
            let most = most * search.recency.most();
            explained.extend(boost("the query stands together", share * most));
            let closeness = self.words.closeness(at, search, &[doc])?.first().copied().unwrap_or(0.0);
            explained.extend(boost("the words of the query stand close together", BOOSTS.close * closeness * most));
            let share = years(at, &search.dictionary, parsed, &[doc])?.first().copied().unwrap_or(0.0);
            explained.extend(boost("the years of the query", self.weights.years * share * most));
        }
        explained.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(explained)
    }
}
