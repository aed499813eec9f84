//! The report as text.

use std::io;

use super::{Figure, Report};
use crate::{
    cli::output::{FAINT, plain},
    eval::{Answer, Comparison},
};

/// Writes the whole report.
pub(super) fn table(out: &mut impl io::Write, report: &Report<'_>) -> io::Result<()> {
    columns(out, &report.figures)?;
    let evaluation = report.evaluation;
    writeln!(out, "\nquestions: {}, {} of them judged", evaluation.answers.len(), evaluation.judged().count())?;
    let latency = &evaluation.latency;
    let times = [("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99), ("max", latency.max)];
    let times = times.map(|(name, time)| format!("{name} {:.1} ms", time.as_secs_f64() * 1_000.0));
    writeln!(out, "latency: {}", times.join(", "))?;
    for answer in &report.worst {
        writeln!(out)?;
        bad(out, answer, report.depth)?;
    }
    if report.figures.iter().any(|figure| figure.minimum.is_some()) {
        writeln!(out)?;
        minima(out, &report.figures)?;
    }
    Ok(())
}

/// Writes the measures, one a line, in columns.
fn columns(out: &mut impl io::Write, figures: &[Figure]) -> io::Result<()> {
    let mut rows = vec![vec!["measure".to_owned(), "value".to_owned()]];
    if figures.iter().any(|figure| figure.comparison.is_some()) {
        rows[0].extend(["earlier", "change", "wins", "losses", "ties", "p"].map(str::to_owned));
    }
    for figure in figures {
        let mut row = vec![figure.measure.to_string(), format!("{:.4}", figure.value)];
        if let Some(Comparison { earlier, wins, losses, ties, p }) = figure.comparison {
            row.extend([format!("{earlier:.4}"), format!("{:+.4}", figure.value - earlier)]);
            row.extend([wins, losses, ties].map(|count| count.to_string()));
            row.push(format!("{p:.4}"));
        }
        rows.push(row);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    for row in &rows {
        let mut line = format!("{:<1$}", row[0], widths[0]);
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            line.push_str(&format!("  {cell:>width$}"));
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Writes whether each measure reaches its minimum.
fn minima(out: &mut impl io::Write, figures: &[Figure]) -> io::Result<()> {
    for figure in figures {
        let Some(minimum) = figure.minimum else { continue };
        let verdict = if figure.is_enough() { "good enough" } else { "not good enough" };
        // With more digits than in the table, so that no value is rounded up to the minimum.
        writeln!(out, "{verdict}: {} is {:.6}, expected {minimum} or more", figure.measure, figure.value)?;
    }
    Ok(())
}

/// Writes a question whose first hit is not a right post.
fn bad(out: &mut impl io::Write, answer: &Answer, depth: usize) -> io::Result<()> {
    writeln!(out, "{}: {}", plain(&answer.id), plain(&answer.question))?;
    for right in &answer.right {
        let rank = match (right.placed.rank, &right.title) {
            (Some(rank), _) => format!("rank {rank}"),
            (None, Some(_)) => format!("not among the first {depth}"),
            (None, None) => "not in the index".to_owned(),
        };
        let title = right.title.as_deref().map(|title| format!("  {FAINT}{}{FAINT:#}", plain(title)));
        writeln!(out, "  right: {}, {rank}{}", plain(right.post.as_str()), title.unwrap_or_default())?;
    }
    match (answer.ranking.first(), &answer.first_title) {
        (Some(first), Some(title)) => {
            writeln!(out, "  first: {}  {FAINT}{}{FAINT:#}", plain(first.post.as_str()), plain(title))
        }
        _ => writeln!(out, "  nothing was found"),
    }
}
