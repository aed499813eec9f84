//! Judged questions become figures: how well the search answers, and how fast.
//!
//! [`Judged`] questions are asked as a visitor would ask them, [`Measure`]s say how good the answers are, and
//! [`compare()`] sets them beside an earlier [`Run`]. The search is the one that serves; nothing is searched in another
//! way. Knows no wire format, and does not decide what is good enough.

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

/// How many questions are asked before time is taken, so that the index is in memory.
const WARM_UP: usize = 20;

/// A post found for a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The post.
    pub post: PostId,
    /// How well it fits; comparable within one answer only.
    pub score: f32,
}

/// A right post of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The post.
    pub post: PostId,
    /// Its title; `None` when the index does not have the post.
    pub title: Option<String>,
    /// How right it is, and where it was found.
    pub placed: Placed,
}

/// What was found for a question.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The question's name.
    pub id: String,
    /// What was asked.
    pub question: String,
    /// The right posts, by id.
    pub right: Vec<Right>,
    /// What was found, best first.
    pub ranking: Vec<Ranked>,
    /// The title of the first post found.
    pub first_title: Option<String>,
}

/// How long answers took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latency {
    /// Half of the answers took no longer.
    pub p50: Duration,
    /// Nine in ten took no longer.
    pub p90: Duration,
    /// Ninety-nine in a hundred took no longer.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

/// What came of asking the questions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evaluation {
    /// One for each question, in their order.
    pub answers: Vec<Answer>,
    /// How long a first page took.
    pub latency: Latency,
}

/// Asks every question, first for a page as a visitor gets it, over which time is taken, then down to `depth`.
///
/// # Errors
/// When the index cannot be read.
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
    // In a round of its own: it would push out of the processor's memory what the next question needs.
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
    /// Gives the answers to questions that somebody has judged: those that have a right post.
    pub fn judged(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| !answer.right.is_empty())
    }

    /// Gives the mean of a measure over the judged questions; 0 when there are none.
    #[must_use]
    pub fn mean(&self, measure: Measure) -> f64 {
        let (sum, count) =
            self.judged().fold((0.0, 0_usize), |(sum, count), answer| (sum + answer.measured(measure), count + 1));
        sum / count.max(1) as f64
    }

    /// Gives the judged questions whose right post does not come first, the worst first, `most` of them at the most.
    #[must_use]
    pub fn worst(&self, most: usize) -> Vec<&Answer> {
        let mut worst: Vec<&Answer> = self.judged().filter(|answer| answer.best_rank() != Some(1)).collect();
        let key = |answer: &&Answer| answer.best_rank().unwrap_or(usize::MAX);
        worst.sort_by(|a, b| key(b).cmp(&key(a)).then_with(|| a.id.cmp(&b.id)));
        worst.truncate(most);
        worst
    }

    /// Gives the right posts that the index does not have.
    #[must_use]
    pub fn absent(&self) -> BTreeSet<&PostId> {
        let right = self.answers.iter().flat_map(|answer| &answer.right);
        right.filter(|right| right.title.is_none()).map(|right| &right.post).collect()
    }

    /// Gives the length of the longest ranking.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.answers.iter().map(|answer| answer.ranking.len()).max().unwrap_or(0)
    }
}

impl Answer {
    /// Measures it.
    #[must_use]
    pub fn measured(&self, measure: Measure) -> f64 {
        measure.of(&self.right.iter().map(|right| right.placed).collect::<Vec<_>>())
    }

    /// Gives the rank of the right post that was found first.
    #[must_use]
    pub fn best_rank(&self) -> Option<usize> {
        self.right.iter().filter_map(|right| right.placed.rank).min()
    }
}

impl Latency {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        // The smallest that so many in a hundred do not exceed.
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
