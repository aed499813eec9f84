//! Turns texts in other dialects of Markdown into CommonMark, before they are read.
//!
//! `python` knows Python-Markdown with its extensions, `obsidian` and `logseq` the notes of these programs. A line may
//! give several lines or none, so every line of the result has the number of its source line. Does not know the parser.

mod logseq;
mod notes;
mod obsidian;
mod python;

use std::borrow::Cow;

use super::site::renderer::{Dialect, Renderer};

/// A text in CommonMark.
pub(super) struct Prepared<'s> {
    pub(super) text: Cow<'s, str>,
    /// For each line, the number of its source line, from 0. Does not decrease. Empty if the lines are those of the source.
    lines: Vec<u32>,
    /// The ids that authors chose anywhere in the text.
    pub(super) ids: Vec<String>,
    /// Whether a heading of the first level gives the title only if the text begins with it; then, whether it does.
    pub(super) opening: Option<bool>,
}

impl<'s> Prepared<'s> {
    fn unchanged(source: &'s str) -> Self {
        Self { text: Cow::Borrowed(source), lines: Vec::new(), ids: Vec::new(), opening: None }
    }

    /// Returns the number in the file of the line with the number `line`, if the first line has the number `first`.
    pub(super) fn source_line(&self, line: u32, first: u32) -> u32 {
        let index = usize::try_from(line.saturating_sub(first)).unwrap_or(usize::MAX);
        match self.lines.get(index).or(self.lines.last()) {
            Some(number) => first.saturating_add(*number),
            None => line,
        }
    }
}

/// Returns the body of a post in CommonMark. `has_front` tells whether there is front matter before it.
pub(super) fn prepare<'s>(source: &'s str, renderer: &Renderer, has_front: bool) -> Prepared<'s> {
    match &renderer.dialect {
        Dialect::CommonMark => Prepared::unchanged(source),
        Dialect::Python(python) => python::prepare(source, python, has_front),
        Dialect::Obsidian => obsidian::prepare(source),
        Dialect::Logseq => logseq::prepare(source),
    }
}

/// Returns the texts of other files that become part of the page of a source.
pub(super) fn included(source: &str, renderer: &Renderer) -> Option<String> {
    match &renderer.dialect {
        Dialect::Python(python) => python::included(source, python),
        _ => None,
    }
}

/// Collects the lines of a text, each with the number of its source line.
#[derive(Default)]
struct Lines {
    text: String,
    numbers: Vec<u32>,
    /// The number of the source line being read.
    number: u32,
}

impl Lines {
    fn of(source: &str) -> Self {
        Self { text: String::with_capacity(source.len() + source.len() / 16), numbers: Vec::new(), number: 0 }
    }

    /// Writes a line.
    fn add(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.numbers.push(self.number);
    }

    /// Writes an empty line, unless the last line is one.
    fn part(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.add("");
        }
    }

    fn finish<'s>(self) -> Prepared<'s> {
        Prepared { text: Cow::Owned(self.text), lines: self.numbers, ids: Vec::new(), opening: None }
    }
}

/// Upper bound on the distance between two marks that belong together, in bytes, so that the time for hostile lines stays
/// linear.
const MAX_APART: usize = 2_000;

/// Returns the start of a text in which the end of a mark is searched.
fn near(text: &str) -> &str {
    let end = (0..=MAX_APART.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Returns the mark and the length of a code fence at the start of a line.
fn fence(line: &str) -> Option<(char, usize)> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let info = line.get(length..)?;
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, length))
}

/// Returns whether a line closes a code fence.
fn closes(line: &str, (mark, length): (char, usize)) -> bool {
    let bare = line.trim();
    bare.len() >= length && bare.chars().all(|c| c == mark)
}

/// Returns the end of the code span at the start of `text`, in bytes; that of its opening if nothing closes it.
fn span(text: &str) -> (usize, bool) {
    let length = text.len() - text.trim_start_matches('`').len();
    let text = near(text);
    let mut from = length;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find('`')) {
        let rest = text.get(from + found..).unwrap_or_default();
        let run = rest.len() - rest.trim_start_matches('`').len();
        from += found + run;
        if run == length {
            return (from, true);
        }
    }
    (length, false)
}

/// Returns whether a line begins an item of a list.
fn is_item(line: &str) -> bool {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = line.get(digits..).unwrap_or_default();
    let marks: &[char] = if digits > 0 { &['.', ')'] } else { &['-', '*', '+'] };
    rest.strip_prefix(marks).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests;
