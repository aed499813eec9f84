//! The report as JSON.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::{Figure, Report};
use crate::{
    eval::{Answer, Latency, Right},
    post::PostId,
};

/// The whole report.
#[derive(Debug, Serialize)]
pub(super) struct Body<'a> {
    questions: usize,
    judged: usize,
    /// Ids of questions without a right post.
    unjudged: Vec<&'a str>,
    /// Ids of judged questions that are not among the questions.
    unasked: &'a [String],
    /// Right posts that are missing from the index.
    absent: Vec<&'a str>,
    depth: usize,
    enough: bool,
    measures: BTreeMap<String, MeasureBody>,
    latency_us: LatencyBody,
    worst: Vec<AnswerBody<'a>>,
}

#[derive(Debug, Serialize)]
struct MeasureBody {
    value: f64,
    min: Option<f64>,
    enough: bool,
    baseline: Option<BaselineBody>,
}

#[derive(Debug, Serialize)]
struct BaselineBody {
    value: f64,
    change: f64,
    wins: usize,
    losses: usize,
    ties: usize,
    p: f64,
}

#[derive(Debug, Serialize)]
struct LatencyBody {
    p50: u64,
    p90: u64,
    p99: u64,
    max: u64,
}

#[derive(Debug, Serialize)]
struct AnswerBody<'a> {
    id: &'a str,
    question: &'a str,
    right: Vec<RightBody<'a>>,
    first: Option<FirstBody<'a>>,
}

#[derive(Debug, Serialize)]
struct RightBody<'a> {
    id: &'a str,
    title: Option<&'a str>,
    grade: u32,
    rank: Option<usize>,
}

#[derive(Debug, Serialize)]
struct FirstBody<'a> {
    id: &'a str,
    title: Option<&'a str>,
}

impl<'a> Body<'a> {
    pub(super) fn new(report: &Report<'a>) -> Self {
        let (evaluation, judged) = (report.evaluation, report.judged);
        let unjudged = evaluation.answers.iter().filter(|answer| answer.right.is_empty());
        Self {
            questions: evaluation.answers.len(),
            judged: evaluation.judged().count(),
            unjudged: unjudged.map(|answer| answer.id.as_str()).collect(),
            unasked: &judged.unasked,
            absent: evaluation.absent().into_iter().map(PostId::as_str).collect(),
            depth: report.depth,
            enough: report.figures.iter().all(Figure::is_enough),
            measures: report.figures.iter().map(|figure| (figure.measure.to_string(), figure.into())).collect(),
            latency_us: (&evaluation.latency).into(),
            worst: report.worst.iter().map(|answer| AnswerBody::from(*answer)).collect(),
        }
    }
}

impl From<&Figure> for MeasureBody {
    fn from(figure: &Figure) -> Self {
        let baseline = figure.comparison.map(|comparison| BaselineBody {
            value: comparison.earlier,
            change: figure.value - comparison.earlier,
            wins: comparison.wins,
            losses: comparison.losses,
            ties: comparison.ties,
            p: comparison.p,
        });
        Self { value: figure.value, min: figure.minimum, enough: figure.is_enough(), baseline }
    }
}

impl From<&Latency> for LatencyBody {
    fn from(latency: &Latency) -> Self {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        Self { p50: micros(latency.p50), p90: micros(latency.p90), p99: micros(latency.p99), max: micros(latency.max) }
    }
}

impl<'a> From<&'a Answer> for AnswerBody<'a> {
    fn from(answer: &'a Answer) -> Self {
        let first = answer.ranking.first();
        Self {
            id: &answer.id,
            question: &answer.question,
            right: answer.right.iter().map(RightBody::from).collect(),
            first: first.map(|first| FirstBody { id: first.post.as_str(), title: answer.first_title.as_deref() }),
        }
    }
}

impl<'a> From<&'a Right> for RightBody<'a> {
    fn from(right: &'a Right) -> Self {
        let (grade, rank) = (right.placed.grade, right.placed.rank);
        Self { id: right.post.as_str(), title: right.title.as_deref(), grade, rank }
    }
}
