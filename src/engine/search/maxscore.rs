//! Selects the documents with the best scores, of all that have any term of a text (MaxScore).
//!
//! Terms are read in the order of their greatest possible scores. At first all documents of a segment gather scores.
//! Once the terms that are not read yet cannot lift a new document among the best, only the documents that may still be
//! among the best are looked up in their postings, so that the commonest terms are hardly read. The selection is exact:
//! see Turtle and Flood, "Query evaluation: strategies and optimizations" (1995).
//!
//! The formula is in [`super::ranking`]. The module does not know match classes or readings.

use crate::{
    engine::{
        error::EngineError,
        postings::{filters, sets::DocId},
        search::{
            answer::{Matches, Scores},
            context::{Documents, Search},
            ranking::{Norms, Scored, Weights, look_up, named_titles},
            top::{Ranked, Top},
        },
    },
    query::{Match, ParsedText},
};

/// What rounding may make of a bound that is reached exactly.
const ROUNDING: f32 = 1.0001;

/// The documents of a segment that may still be among the best, sorted, with their scores so far.
#[derive(Default)]
struct Pool {
    documents: Vec<DocId>,
    scores: Vec<f32>,
}

/// Selects the documents with the best scores; bounds what has to be read.
struct Selection<'s> {
    search: &'s Search<'s>,
    /// The terms, the greatest bounds first.
    terms: Vec<Scored>,
    /// For each term, the greatest score that it and the terms after it can add.
    rest: Vec<f32>,
    /// How many documents are selected.
    most: usize,
}

/// Returns the `most` documents with the best scores that pass the filters, with these scores; with `among`, only
/// documents of that list.
pub(super) fn select(
    search: &Search<'_>,
    parsed: &ParsedText,
    among: Option<&Documents>,
    most: usize,
) -> Result<Matches, EngineError> {
    let weights = Weights::of(parsed.key.chars().count());
    let terms = look_up(parsed.terms.iter(), &search.dictionary, &search.statistics, weights)?;
    let most_of_all = terms.iter().map(|(_, scored)| scored.most()).sum();
    let named = named_titles(parsed, &terms, most_of_all);
    let mut terms: Vec<Scored> = terms.into_iter().map(|(_, scored)| scored).collect();
    terms.sort_by(|a, b| b.bound().total_cmp(&a.bound()));
    let mut rest: Vec<f32> = Vec::with_capacity(terms.len() + 1);
    rest.push(0.0);
    for term in terms.iter().rev() {
        rest.push(rest.last().unwrap_or(&0.0) + term.bound());
    }
    rest.reverse();
    let selection = Selection { search, terms, rest, most };
    let mut best = Top::new(search.segments, most);
    for (at, segment) in search.segments.iter().enumerate() {
        let threshold = best.threshold();
        let norms = Norms::new(segment, &search.statistics, weights);
        let pool = match among {
            Some(among) => selection.among(at, &norms, among[at].clone(), threshold)?,
            None => {
                let mut scores = vec![0.0; segment.size() as usize];
                named.add_everywhere(segment.columns(), &mut scores);
                selection.everywhere(at, &norms, scores, threshold)?
            }
        };
        let Pool { documents, mut scores } = pool;
        search.recency.multiply(&documents, &mut scores, |doc| segment.columns().date(doc));
        for (doc, score) in documents.into_iter().zip(scores) {
            best.push(Ranked { opens: false, score, segment: at, doc });
        }
    }
    let mut selected = best.finish();
    selected.sort_unstable_by_key(|ranked| (ranked.segment, ranked.doc));
    let mut found: Documents = vec![Vec::new(); search.segments.len()];
    let mut each: Vec<Vec<f32>> = vec![Vec::new(); search.segments.len()];
    for Ranked { segment, doc, score, .. } in selected {
        found[segment].push(doc);
        each[segment].push(score);
    }
    Ok(Matches { scores: Some(Scores { each, most: most_of_all }), ..Matches::new(Match::Partial, found) })
}

impl Selection<'_> {
    /// Selects among all documents of a segment. `scores` are their scores without any term; `threshold` is the score
    /// of the last of the documents selected elsewhere, if these are enough.
    fn everywhere(
        &self,
        at: usize,
        norms: &Norms<'_>,
        mut scores: Vec<f32>,
        threshold: f32,
    ) -> Result<Pool, EngineError> {
        let segment = &self.search.segments[at];
        let (mut read, mut next_look) = (0, 0);
        for (i, term) in self.terms.iter().enumerate() {
            if self.search.is_spent() {
                break;
            }
            let may_close = self.reached(self.rest[i]) < threshold || self.rest[i] < self.rest[0] / 2.0;
            if may_close && read >= next_look {
                // A look costs about as much as reading postings of as many documents.
                next_look = read + 2 * u64::from(segment.size());
                let pool = self.pool(at, &scores, threshold, self.rest[i])?;
                let is_closed = pool.threshold(self.most).max(threshold) > self.reached(self.rest[i]);
                if is_closed && pool.documents.len() < segment.size() as usize / 8 {
                    return self.finish(at, norms, pool, threshold, i);
                }
            }
            term.add_everywhere(at, segment, norms, &mut scores)?;
            read += term.postings(at);
        }
        self.pool(at, &scores, threshold, 0.0)
    }

    /// Selects among some documents of a segment.
    fn among(
        &self,
        at: usize,
        norms: &Norms<'_>,
        mut documents: Vec<DocId>,
        threshold: f32,
    ) -> Result<Pool, EngineError> {
        filters::keep(&self.search.segments[at], self.search.query, &mut documents)?;
        let scores = vec![0.0; documents.len()];
        self.finish(at, norms, Pool { documents, scores }, threshold, 0)
    }

    /// Returns the documents with a score that may be among the best once the `rest` is added.
    fn pool(&self, at: usize, scores: &[f32], threshold: f32, rest: f32) -> Result<Pool, EngineError> {
        let least = self.least(threshold, rest);
        let may_be_best = |&(_, &score): &(DocId, &f32)| score > 0.0 && score >= least;
        let mut documents: Vec<DocId> = (0..).zip(scores).filter(may_be_best).map(|(doc, _)| doc).collect();
        filters::keep(&self.search.segments[at], self.search.query, &mut documents)?;
        let scores = documents.iter().map(|&doc| scores[doc as usize]).collect();
        let mut pool = Pool { documents, scores };
        self.prune(&mut pool, threshold, rest);
        Ok(pool)
    }

    /// Returns the greatest score that a document may end with, as `score` is the most that its terms give.
    fn reached(&self, score: f32) -> f32 {
        score * self.search.recency.most() * ROUNDING
    }

    /// Returns the least score with which a document can still reach the threshold, as `rest` is all that can be added.
    fn least(&self, threshold: f32, rest: f32) -> f32 {
        threshold / self.reached(1.0) - rest
    }

    /// Adds the terms from index `next` on to the scores of a pool, and removes what cannot be among the best any more.
    fn finish(
        &self,
        at: usize,
        norms: &Norms<'_>,
        mut pool: Pool,
        threshold: f32,
        next: usize,
    ) -> Result<Pool, EngineError> {
        let segment = &self.search.segments[at];
        let mut room = Vec::new();
        let mut pruned = self.rest[next];
        for (i, term) in self.terms.iter().enumerate().skip(next) {
            if self.search.is_spent() {
                break;
            }
            if self.rest[i] < 0.7 * pruned && pool.documents.len() > 2 * self.most {
                pruned = self.rest[i];
                self.prune(&mut pool, threshold, pruned);
            }
            term.add(at, segment, norms, &pool.documents, &mut pool.scores, &mut room)?;
        }
        Ok(pool)
    }

    /// Removes the documents that cannot be among the best, as `rest` is all that can be added.
    fn prune(&self, pool: &mut Pool, threshold: f32, rest: f32) {
        let least = self.least(pool.threshold(self.most).max(threshold), rest);
        let mut scores = pool.scores.iter();
        pool.documents.retain(|_| scores.next().is_some_and(|&score| score >= least));
        pool.scores.retain(|&score| score >= least);
    }
}

impl Pool {
    /// Returns the score of the last of the `most` best documents; 0 when there are fewer.
    fn threshold(&self, most: usize) -> f32 {
        let Some(last) = most.checked_sub(1).filter(|&last| last < self.scores.len()) else { return 0.0 };
        *self.scores.clone().select_nth_unstable_by(last, |a, b| b.total_cmp(a)).1
    }
}
