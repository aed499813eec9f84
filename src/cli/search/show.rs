//! Prints hits for people.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::super::output::{self, FAINT, MARK, plain};
use crate::query::{Correction, Explanation, Grain, Hit, Hits, Match, Query, Snippet};

/// Prints one hit, with its match class if `classed`.
pub(super) fn hit(out: &mut impl Write, hit: &Hit, classed: bool) -> io::Result<()> {
    let bold = anstyle::Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}", marked(&hit.title))?;
    let mut facts = vec![hit.id.to_string()];
    facts.extend(hit.date.map(|date| date.civil().date().to_string()));
    facts.extend((!hit.authors.is_empty()).then(|| hit.authors.join("、")));
    facts.extend((!hit.tags.is_empty()).then(|| hit.tags.join(" ")));
    facts.extend((classed && hit.matched != Match::Exact).then(|| format!("{} match", hit.matched.as_str())));
    facts.extend(hit.stale.then(|| "last good version of a file that is broken now".to_owned()));
    writeln!(out, "  {FAINT}{}{FAINT:#}", plain(&facts.join(" · ")))?;
    if let Some(case) = &hit.case {
        writeln!(out, "  {} (line {})", marked(&case.heading), case.line)?;
    }
    writeln!(out, "  {}", marked(&hit.snippet))?;
    for section in &hit.sections {
        let snippet = section.snippet.as_ref().map(|snippet| format!(": {}", marked(snippet))).unwrap_or_default();
        writeln!(out, "  {FAINT}§{FAINT:#} {}{snippet}", marked(&section.heading))?;
    }
    for line in explained(&hit.explanation) {
        writeln!(out, "  {FAINT}{line}{FAINT:#}")?;
    }
    writeln!(out, "  {FAINT}{}{FAINT:#}\n", plain(&hit.url))
}

/// Prints the notes about the query, its correction, and the number of hits.
pub(super) fn summary(query: &Query, hits: &Hits, milliseconds: f64) {
    for note in &hits.notes {
        output::say(format_args!("note: {}", note.message()));
    }
    if let Some(correction) = &hits.correction {
        output::say(format_args!("note: {}", corrected(correction)));
    }
    if let Some(correction) = &hits.did_you_mean {
        output::say(format_args!("help: {}", offered(correction)));
    }
    let shown = if hits.hits.is_empty() {
        String::new()
    } else {
        format!(", {} to {} shown", query.page.offset + 1, query.page.offset + hits.hits.len())
    };
    let noun = match (query.grain, hits.total) {
        (Grain::Posts, 1) => "post",
        (Grain::Posts, _) => "posts",
        (Grain::Cases, 1) => "case",
        (Grain::Cases, _) => "cases",
    };
    output::say(format_args!("{} {noun}{shown}, {milliseconds:.1} ms", hits.total));
}

/// Returns the text searched for in place of the typed text, in words.
fn corrected(correction: &Correction) -> String {
    let Correction { from, to, class, also, .. } = correction;
    let also: String = also.iter().map(|text| format!(", or `{text}`")).collect();
    let words = format!(
        "nothing has `{from}`; these have `{to}` ({}){also}; `--literal` searches for what was typed",
        class.as_str()
    );
    plain(&words)
}

/// Returns the text that was perhaps meant, in words.
fn offered(Correction { text, class, .. }: &Correction) -> String {
    plain(&format!("nothing has all of it; did you mean `{text}` ({})?", class.as_str()))
}

/// Returns the summands of a score in columns, a line each.
fn explained(explanation: &[Explanation]) -> Vec<String> {
    let what = |each: &Explanation| plain(&each.what);
    let widest = explanation.iter().map(|each| what(each).width()).max().unwrap_or(0);
    let line = |each: &Explanation| {
        let name = what(each);
        let gap = " ".repeat(widest - name.as_str().width());
        let parts: Vec<String> = each.parts.iter().map(|(part, times)| format!("{part} {times}")).collect();
        format!("{:>8.3}  {:<9}  {name}{gap}  {}", each.score, each.kind, parts.join(", ")).trim_end().to_owned()
    };
    explanation.iter().map(line).collect()
}

/// Returns a snippet in one line, with matches in colour and without control characters.
fn marked(snippet: &Snippet) -> String {
    let mut shown = String::new();
    let mut at = 0;
    if snippet.cut_before {
        shown.push('…');
    }
    for mark in &snippet.marks {
        shown.push_str(&plain(snippet.text.get(at..mark.start).unwrap_or_default()));
        shown.push_str(&format!("{MARK}{}{MARK:#}", plain(snippet.text.get(mark.clone()).unwrap_or_default())));
        at = mark.end;
    }
    shown.push_str(&plain(snippet.text.get(at..).unwrap_or_default()));
    if snippet.cut_after {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(explanation: &[Explanation], expected: &[&str]) {
        assert_eq!(explained(explanation), expected);
    }

    #[test]
    fn what_made_a_score_stands_in_columns() {
        let word = Explanation {
            what: "冒充".to_owned(),
            kind: "word",
            parts: vec![("title", 1), ("body", 12)],
            score: 12.34567,
        };
        let letters = Explanation { what: "app*".to_owned(), kind: "letters", parts: vec![("body", 1)], score: 0.5 };
        let boost = Explanation { what: "near".to_owned(), kind: "boost", parts: Vec::new(), score: 2.0 };
        check(
            &[word, letters, boost],
            &[
                "  12.346  word       冒充  title 1, body 12",
                "   0.500  letters    app*  body 1",
                "   2.000  boost      near",
            ],
        );
        check(&[], &[]);
    }

    #[test]
    fn a_correction_says_what_was_taken_instead_and_why() {
        let correction = Correction {
            text: "诈骗".to_owned(),
            from: "炸骗".to_owned(),
            to: "诈骗".to_owned(),
            class: Match::Homophone,
            certainty: 0.9,
            also: vec!["扎骗".to_owned()],
        };
        let words =
            "nothing has `炸骗`; these have `诈骗` (homophone), or `扎骗`; `--literal` searches for what was typed";
        assert_eq!(corrected(&correction), words);
        assert_eq!(offered(&correction), "nothing has all of it; did you mean `诈骗` (homophone)?");
    }
}
