//! How a hit came by its score: each term with the parts it occurs in, and each boost.

use super::{
    EngineError,
    document::title_hash,
    ranking::{BOOSTS, Scored, Weights, nearness},
    schema::PARTS,
    search::{Candidate, Search},
};
use crate::query::{Explanation, Needs, TermKind};

impl Search<'_> {
    /// Explains the score of one candidate; what adds most comes first. Words that a question learnt from its own
    /// answers are not among it.
    pub(super) fn explain(&self, candidate: &Candidate, needs: &Needs) -> Result<Vec<Explanation>, EngineError> {
        let (at, doc) = (candidate.segment, candidate.doc);
        let segment = &self.segments[at];
        let weights = Weights::of(needs.key.chars().count());
        let mut explained = Vec::new();
        let mut most = 0.0;
        for term in needs.terms.iter().filter(|term| term.class <= candidate.class) {
            let scored = Scored::of(term, &self.dictionary, &self.statistics, weights)?;
            most += scored.most();
            let mut score = [0.0];
            scored.add(at, segment, &self.statistics, &[doc], &mut score, &mut Vec::new())?;
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
        let mut boost = |what: &str, score: f32| {
            if score > 0.0 {
                explained.push(Explanation { what: what.to_owned(), kind: "boost", parts: Vec::new(), score });
            }
        };
        if segment.lengths.titles.first(doc) == Some(title_hash(&needs.key)) {
            boost("the title is the query", BOOSTS.exact_title * most.max(1.0));
        }
        if !needs.whole.is_empty() {
            let shares = nearness(at, &self.dictionary, &needs.whole, &[doc], Self::phrase_share(needs))?;
            boost("the query stands together", shares.first().copied().unwrap_or(0.0) * most);
        }
        explained.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(explained)
    }
}
