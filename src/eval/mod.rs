//! Evaluates the search with judged questions: how good the answers are, and how fast.
//!
//! [`Judged`] questions are asked as a visitor would ask them. A [`Measure`] gives the quality of an answer, and
//! [`compare()`] compares an evaluation with an earlier [`Run`]. The search is the same as that of the service. Knows
//! no wire format, and does not decide which figures are good enough.

mod compare;
mod judged;
mod lines;
mod measures;
mod run;

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

pub use self::{
    compare::{Comparison, compare},
    judged::{Judged, Question},
    lines::FileError,
    measures::{DEEPEST, Kind, Measure, Placed, UnknownMeasure},
    run::{Run, write as write_run},
};
use crate::{
    engine::{EngineError, Searcher},
    post::PostId,
    query::{Hit, Page, Query},
};

/// Number of questions asked before time is measured, so that the index is in memory.
const WARM_UP: usize = 20;

/// A post found for a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The post.
    pub post: PostId,
    /// The score, comparable within one answer only.
    pub score: f32,
}

/// A right post of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The post.
    pub post: PostId,
    /// Title of the post; `None` if the index does not contain the post.
    pub title: Option<String>,
    /// The grade and rank of the post.
    pub placed: Placed,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// Id of the question.
    pub id: String,
    /// Text of the question.
    pub question: String,
    /// The right posts, by id.
    pub right: Vec<Right>,
    /// The posts found, best first.
    pub ranking: Vec<Ranked>,
    /// Title of the first post found.
    pub first_title: Option<String>,
}

/// Percentiles of the time of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latency {
    /// The median.
    pub p50: Duration,
    /// The 90th percentile.
    pub p90: Duration,
    /// The 99th percentile.
    pub p99: Duration,
    /// The maximum.
    pub max: Duration,
}

/// The result of asking the questions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evaluation {
    /// The answer to each question, in the order of the questions.
    pub answers: Vec<Answer>,
    /// Times of the first pages.
    pub latency: Latency,
}

/// Asks every question twice: for the first page that a visitor gets, with the time measured, and down to rank `depth`.
/// Calls `progress` with the number of searches done and the total.
///
/// # Errors
/// If the index cannot be read.
pub fn evaluate(
    searcher: &Searcher,
    questions: &[Question],
    depth: usize,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Evaluation, EngineError> {
    let query = |question: &Question, page| Query { text: question.text.clone(), page, ..Query::default() };
    for question in questions.iter().take(WARM_UP) {
        searcher.search(&query(question, Page::default()))?;
    }
    let (mut times, mut answers) = (Vec::new(), Vec::new());
    let total = 2 * questions.len();
    for (done, question) in questions.iter().enumerate() {
        let query = query(question, Page::default());
        let started = Instant::now();
        searcher.search(&query)?;
        times.push(started.elapsed());
        progress(done + 1, total);
    }
    // In a second round: a deep search evicts data of the next question from the caches of the processor.
    for (done, question) in questions.iter().enumerate() {
        let hits = searcher.search(&query(question, Page { limit: depth, offset: 0 }))?.hits;
        answers.push(answer(searcher, question, hits)?);
        progress(questions.len() + done + 1, total);
    }
    Ok(Evaluation { answers, latency: Latency::of(times) })
}

fn answer(searcher: &Searcher, question: &Question, hits: Vec<Hit>) -> Result<Answer, EngineError> {
    let mut right = Vec::with_capacity(question.right.len());
    for (post, &grade) in &question.right {
        let rank = hits.iter().position(|hit| hit.id == *post).map(|before| before + 1);
        let title = searcher.post(post)?.map(|post| post.title);
        right.push(Right { post: post.clone(), title, placed: Placed { grade, rank } });
    }
    Ok(Answer {
        id: question.id.clone(),
        question: question.text.clone(),
        right,
        first_title: hits.first().map(|hit| hit.title.text.clone()),
        ranking: hits.into_iter().map(|hit| Ranked { post: hit.id, score: hit.score }).collect(),
    })
}

impl Evaluation {
    /// Returns the answers to the judged questions, which have a right post.
    pub fn judged(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| !answer.right.is_empty())
    }

    /// Returns the mean of a measure over the judged questions; 0 if there are none.
    #[must_use]
    pub fn mean(&self, measure: Measure) -> f64 {
        let sum = self.judged().fold(0.0, |sum, answer| sum + answer.measured(measure));
        sum / self.judged().count().max(1) as f64
    }

    /// Returns up to `most` judged questions whose first hit is not a right post, the worst first.
    #[must_use]
    pub fn worst(&self, most: usize) -> Vec<&Answer> {
        let mut worst: Vec<&Answer> = self.judged().filter(|answer| answer.best_rank() != Some(1)).collect();
        let key = |answer: &&Answer| answer.best_rank().unwrap_or(usize::MAX);
        worst.sort_by(|a, b| key(b).cmp(&key(a)).then_with(|| a.id.cmp(&b.id)));
        worst.truncate(most);
        worst
    }

    /// Returns the right posts that the index does not contain.
    #[must_use]
    pub fn absent(&self) -> BTreeSet<&PostId> {
        let right = self.answers.iter().flat_map(|answer| &answer.right);
        right.filter(|right| right.title.is_none()).map(|right| &right.post).collect()
    }

    /// Returns the length of the longest ranking.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.answers.iter().map(|answer| answer.ranking.len()).max().unwrap_or(0)
    }
}

impl Answer {
    /// Returns the value of a measure for the answer.
    #[must_use]
    pub fn measured(&self, measure: Measure) -> f64 {
        measure.of(&self.right.iter().map(|right| right.placed).collect::<Vec<_>>())
    }

    /// Returns the rank of the first right post.
    #[must_use]
    pub fn best_rank(&self) -> Option<usize> {
        self.right.iter().filter_map(|right| right.placed.rank).min()
    }
}

impl Latency {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        // The least time that is not exceeded by `part` percent of the times.
        let at = |part: usize| {
            let rank = (times.len() * part).div_ceil(100);
            times.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        Self { p50: at(50), p90: at(90), p99: at(99), max: at(100) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(id: &str, ranks: &[Option<usize>]) -> Answer {
        let right = ranks.iter().map(|&rank| Right {
            post: PostId::from(id.to_owned()),
            title: rank.map(|_| String::new()),
            placed: Placed { grade: 1, rank },
        });
        Answer { id: id.to_owned(), right: right.collect(), ..Answer::default() }
    }

    fn evaluation() -> Evaluation {
        let answers = vec![
            answer("a", &[Some(1)]),
            answer("b", &[]),
            answer("c", &[Some(4), None]),
            answer("e", &[None]),
            answer("d", &[None]),
        ];
        Evaluation { answers, ..Evaluation::default() }
    }

    #[test]
    fn means_are_over_the_judged_questions() {
        let mean = |name: &str| name.parse().map(|measure| evaluation().mean(measure)).unwrap_or(f64::NAN);
        assert_eq!((mean("mrr@10"), mean("recall@10"), mean("recall@1")), (1.25 / 4.0, 1.5 / 4.0, 0.25));
        assert_eq!(Evaluation::default().mean(Measure::USUAL[0]), 0.0);
    }

    #[test]
    fn the_worst_come_first_and_the_good_not_at_all() {
        let worst = |most| evaluation().worst(most).iter().map(|answer| answer.id.clone()).collect::<String>();
        assert_eq!((worst(10), worst(2), worst(0)), ("dec".to_owned(), "de".to_owned(), String::new()));
    }

    #[test]
    fn percentiles_are_times_that_were_taken() {
        let latency = |milliseconds: std::ops::RangeInclusive<u64>| {
            let latency = Latency::of(milliseconds.rev().map(Duration::from_millis).collect());
            [latency.p50, latency.p90, latency.p99, latency.max].map(|time| time.as_millis())
        };
        assert_eq!(latency(1..=200), [100, 180, 198, 200]);
        assert_eq!(latency(1..=3), [2, 3, 3, 3]);
        assert_eq!(latency(7..=7), [7; 4]);
        assert_eq!(Latency::of(Vec::new()), Latency::default());
    }
}
