//! `anli eval`: asks judged questions and reports how good and how fast the answers are.

mod body;
mod table;

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::PathBuf,
};

use anyhow::{Context as _, anyhow};

use self::{body::Body, table::table};
use super::{
    Common,
    output::{self, Format, Help as _, Outcome, with_progress},
    settings::{Settings, explain},
    typed::number,
};
use crate::{
    engine::Engine,
    eval::{self, Answer, Comparison, Evaluation, Judged, Measure, Run, evaluate, write_run},
};

/// The largest values of `--depth` and `--each`.
const DEPTH: u16 = eval::DEEPEST as u16;
const EACH: u16 = 10_000;

/// Upper bound on the rounding error of a mean.
const ROUNDING: f64 = 1e-9;

/// Options of `anli eval`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Measures: mrr@N, ndcg@N and recall@N, N from 1 to 100.\n\
                        A post is named by its path below the posts folder, without the extension.")]
pub(super) struct Arguments {
    /// The questions, one a line: an id, a tab, what a person would type
    #[arg(long, value_name = "FILE")]
    questions: PathBuf,
    /// Which posts are right, as TREC writes it: question, 0, post, grade
    #[arg(long, value_name = "FILE")]
    qrels: PathBuf,
    /// Answer no when this measure is lower, such as mrr@10=0.95; may be repeated
    #[arg(long, value_name = "MEASURE=VALUE", value_parser = minimum)]
    min: Vec<(Measure, f64)>,
    /// Compare with an earlier run file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what was found as a TREC run file
    #[arg(long, value_name = "FILE")]
    run_file: Option<PathBuf>,
    /// The name of the run in that file
    #[arg(long, value_name = "NAME", default_value = "anli", value_parser = tag)]
    tag: String,
    /// List so many of the worst questions, with what came first instead
    #[arg(long, value_name = "NUMBER", default_value_t = 0, value_parser = |text: &str| number(text, 0..=EACH))]
    each: u16,
    /// How far down to look for right posts, 100 at the most
    #[arg(long, value_name = "NUMBER", default_value_t = DEPTH, value_parser = |text: &str| number(text, 1..=DEPTH))]
    depth: u16,
    /// How to write the figures
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// The contents of the report.
#[derive(Debug)]
struct Report<'a> {
    evaluation: &'a Evaluation,
    judged: &'a Judged,
    figures: Vec<Figure>,
    worst: Vec<&'a Answer>,
    depth: usize,
}

/// The report on one measure.
#[derive(Debug)]
struct Figure {
    measure: Measure,
    value: f64,
    minimum: Option<f64>,
    comparison: Option<Comparison>,
}

impl Figure {
    /// Returns whether the value reaches the minimum.
    fn is_enough(&self) -> bool {
        self.minimum.is_none_or(|minimum| self.value >= minimum - ROUNDING)
    }
}

pub(super) fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let settings = Settings::read_for_search(common)?;
    let measures = arguments.measures()?;
    let judged = Judged::read(&arguments.questions, &arguments.qrels)?;
    if judged.questions.iter().all(|question| question.right.is_empty()) {
        let (questions, qrels) = (arguments.questions.display(), arguments.qrels.display());
        return Err(anyhow!("no question of `{questions}` has a right post in `{qrels}`"))
            .help("both files must name the questions alike, and a right post has a grade of 1 or more");
    }
    let earlier = arguments.baseline.as_deref().map(Run::read).transpose()?;
    let engine = Engine::open(&settings.index).map_err(explain)?;
    settings.apply_to(&engine);
    let searcher = engine.searcher().map_err(explain)?;
    let evaluation = with_progress("asking", "searches", |tell| {
        evaluate(&searcher, &judged.questions, arguments.depth.into(), tell).map_err(explain)
    })?;
    if let Some(path) = &arguments.run_file {
        File::create(path)
            .and_then(|file| write_run(&mut BufWriter::new(file), &evaluation.answers, &arguments.tag))
            .with_context(|| format!("cannot write the run file `{}`", path.display()))?;
    }
    let figures = measures.into_iter().map(|measure| Figure {
        measure,
        value: evaluation.mean(measure),
        minimum: arguments.minimum(measure),
        comparison: earlier.as_ref().map(|earlier| eval::compare(&evaluation, earlier, measure)),
    });
    let report = Report {
        figures: figures.collect(),
        worst: evaluation.worst(arguments.each.into()),
        depth: arguments.depth.into(),
        evaluation: &evaluation,
        judged: &judged,
    };
    warn(&report, earlier.as_ref());
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Text => table(&mut out, &report)?,
        Format::Json => output::json(&mut out, &Body::new(&report))?,
    }
    out.flush()?;
    Ok(if report.figures.iter().all(Figure::is_enough) { Outcome::Good } else { Outcome::No })
}

impl Arguments {
    /// Returns the measures to compute: the usual ones within the depth, and those with a minimum.
    fn measures(&self) -> anyhow::Result<Vec<Measure>> {
        let depth = usize::from(self.depth);
        let mut measures: Vec<Measure> = Measure::USUAL.iter().copied().filter(|usual| usual.depth <= depth).collect();
        for (measure, _) in &self.min {
            if measure.depth > depth {
                return Err(anyhow!("`--min {measure}` looks deeper than `--depth {depth}`"))
                    .help("leave out `--depth` to look 100 places down");
            }
            measures.push(*measure);
        }
        measures.sort_unstable();
        measures.dedup();
        Ok(measures)
    }

    /// Returns the highest of the minima of a measure.
    fn minimum(&self, measure: Measure) -> Option<f64> {
        self.min.iter().filter(|(of, _)| *of == measure).map(|(_, minimum)| *minimum).reduce(f64::max)
    }
}

/// Prints what the figures do not cover.
fn warn(report: &Report<'_>, earlier: Option<&Run>) {
    let answers = &report.evaluation.answers;
    let unjudged = answers.iter().filter(|answer| answer.right.is_empty()).map(|answer| answer.id.as_str());
    tell("questions without a right post, left out of the means", unjudged);
    tell("judged questions that are not asked", report.judged.unasked.iter().map(String::as_str));
    tell("right posts that the index does not have", report.evaluation.absent().into_iter().map(|post| post.as_str()));
    let Some(earlier) = earlier else { return };
    let asked = report.evaluation.judged().map(|answer| answer.id.as_str());
    tell("questions that the earlier run does not have, counted as 0 there", asked.filter(|id| !earlier.answers(id)));
    let depth = earlier.depth();
    if depth < report.evaluation.depth() && report.figures.iter().any(|figure| figure.measure.depth > depth) {
        output::say(format_args!("warning: the earlier run ends at rank {depth}; deeper measures of it are too low"));
    }
}

/// Prints a warning about the named things, with the first few names; prints nothing if there are none.
fn tell<'a>(what: &str, names: impl Iterator<Item = &'a str>) {
    const SHOWN: usize = 5;
    let names: Vec<String> = names.map(output::plain).collect();
    let Some(first) = names.get(..names.len().min(SHOWN)).filter(|first| !first.is_empty()) else { return };
    let more = if names.len() > SHOWN { " …" } else { "" };
    output::say(format_args!("warning: {} {what}: {}{more}", names.len(), first.join(", ")));
}

/// Parses the minimum of a measure.
fn minimum(text: &str) -> Result<(Measure, f64), String> {
    let Some((name, number)) = text.split_once('=') else {
        return Err(format!("found `{text}`, expected a measure and a number such as `mrr@10=0.95`"));
    };
    let measure = name.parse().map_err(|error: eval::UnknownMeasure| error.to_string())?;
    let value = number.trim().parse().ok().filter(|value| (0.0..=1.0).contains(value));
    let value = value.ok_or_else(|| format!("found `{number}`, expected a number from 0 to 1"))?;
    Ok((measure, value))
}

/// Parses the name of a run.
fn tag(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(char::is_whitespace) {
        return Err(format!("found `{text}`, expected one word"));
    }
    Ok(text.to_owned())
}
