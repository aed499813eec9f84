//! Builds the running text as a reader sees it: joins lines, separates blocks, opens and closes sections.
//!
//! [`Flow`] takes the words of a post piece by piece, from Markdown or HTML alike. It guarantees the properties of a
//! post's text: the text never starts or ends with a newline, and never contains two in a row; headings are not part of
//! it; the range of each section lies on character boundaries and after the range before. A line is judged when it
//! ends: leftover emphasis marks are dropped, and a line meant as a heading leaves the text and opens a section.

use std::ops::Range;

use super::{
    anchor::{Anchors, Piece},
    attributes,
    section::{CaseHeadings, bold_heading, hash_heading},
    site::renderer::Renderer,
    stray::Strays,
    table::Table,
};
use crate::{
    chinese::{
        is_ideograph,
        marks::{COLONS, is_wide},
    },
    post::Section,
};

/// The separator between the next words and the text before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    /// A line ended inside a paragraph.
    Soft,
    /// Another block begins, or a forced line break.
    Block,
}

/// A heading being collected.
struct Heading {
    level: u8,
    line: u32,
    text: String,
    /// Bytes of the text that describe images.
    images: Vec<Range<usize>>,
    soft: bool,
}

/// The line being written.
#[derive(Default)]
struct Line {
    open: bool,
    /// Byte offset of the separator before the line; then of the line itself.
    separator: usize,
    start: usize,
    number: u32,
    bold: bool,
    plain: bool,
}

/// The text and the sections of one post, under construction.
pub(super) struct Flow<'c> {
    pub(super) text: String,
    pub(super) sections: Vec<Section>,
    pub(super) lines: Vec<(usize, u32)>,
    pub(super) first_heading: Option<String>,
    pub(super) first_h1: Option<String>,
    pub(super) opening: Option<(u8, String)>,
    /// Numbers of open elements: bold text, links, lists and quotes, elements whose text is dropped.
    pub(super) strong: u32,
    pub(super) link: u32,
    pub(super) nested: u32,
    pub(super) muted: u32,
    pub(super) table: Table,
    renderer: &'c Renderer,
    anchors: Anchors<'c>,
    cases: &'c CaseHeadings,
    heading: Option<Heading>,
    /// Alternative text of the image being read.
    image: Option<String>,
    line: Line,
    gap: Gap,
    strays: Strays,
    last_level: u8,
    /// Number of source lines of the last heading.
    heading_lines: u32,
    /// An id that a list gives to a heading in the line with this number.
    next_id: Option<(String, u32)>,
    /// Range of the last line of text, without punctuation at its ends.
    previous: Range<usize>,
}

impl<'c> Flow<'c> {
    /// Starts the text of a post, of about `size` bytes. The rules of `renderer` name the headings, and `cases` recognises
    /// headings of cases.
    pub(super) fn new(size: usize, renderer: &'c Renderer, cases: &'c CaseHeadings) -> Self {
        Self {
            text: String::with_capacity(size),
            sections: Vec::new(),
            lines: Vec::new(),
            first_heading: None,
            first_h1: None,
            opening: None,
            strong: 0,
            link: 0,
            nested: 0,
            muted: 0,
            table: Table::new(size),
            renderer,
            anchors: Anchors::new(&renderer.ids),
            cases,
            heading: None,
            image: None,
            line: Line::default(),
            gap: Gap::None,
            strays: Strays::default(),
            // The first heading is the title of the post, so a bold line without any other heading has level 2.
            last_level: 1,
            heading_lines: 1,
            next_id: None,
            previous: 0..0,
        }
    }

    /// Returns whether `[^1]` is a footnote on the pages.
    pub(super) fn has_footnotes(&self) -> bool {
        self.renderer.footnotes
    }

    /// Reserves an id that an author chose anywhere in the text.
    pub(super) fn reserve(&mut self, id: &str) {
        self.anchors.reserve(id);
    }

    /// Appends words of source line `number` to the current line.
    pub(super) fn push(&mut self, words: &str, number: u32) {
        self.add(words, number, false);
    }

    fn add(&mut self, words: &str, number: u32, stray: bool) {
        if self.muted > 0 {
            return;
        }
        if let Some(image) = &mut self.image {
            image.push_str(words);
            return;
        }
        if let Some(heading) = &mut self.heading {
            let words = if heading.text.is_empty() { words.trim_start() } else { words };
            if heading.soft && !words.is_empty() {
                heading.soft = false;
                if !joins(&heading.text, words) {
                    heading.text.push(' ');
                }
            }
            heading.text.push_str(words);
            return;
        }
        let words = if self.line.open { words } else { words.trim_start() };
        if words.is_empty() {
            return;
        }
        if let Some(label) = self.table.label(words) {
            self.open(&label, number);
            self.text.push_str(&label);
        }
        self.open(words, number);
        if !stray {
            if self.strong > 0 && self.link == 0 {
                self.line.bold = true;
            } else if !self.line.plain {
                self.line.plain =
                    words.contains(|c: char| !c.is_whitespace() && c != '\u{200B}' && !COLONS.contains(&c));
            }
        }
        self.text.push_str(words);
    }

    /// Opens the current line, if it is not open, with the separator that its first words need.
    fn open(&mut self, words: &str, number: u32) {
        if self.line.open {
            return;
        }
        let separator = self.text.len();
        match self.gap {
            Gap::Block if !self.text.is_empty() && !self.text.ends_with('\n') => self.text.push('\n'),
            Gap::Soft if !joins(&self.text, words) => self.text.push(' '),
            _ => {}
        }
        self.gap = Gap::None;
        let start = self.text.len();
        if self.lines.last().is_none_or(|&(last, _)| last < start) {
            self.lines.push((start, number.max(self.lines.last().map_or(0, |&(_, last)| last))));
        }
        self.line = Line { open: true, separator, start, number, bold: false, plain: false };
    }

    /// Starts a cell of a table; `head` if it names the cells below it.
    pub(super) fn start_cell(&mut self, head: bool) {
        self.space();
        self.table.start_cell(head, self.text.len());
    }

    /// Ends a cell of a table.
    pub(super) fn end_cell(&mut self) {
        self.table.end_cell(&self.text);
    }

    /// Separates words inside a line by a space.
    pub(super) fn space(&mut self) {
        if self.heading.is_some() || self.image.is_some() || self.line.open {
            self.add(" ", self.line.number, true);
        }
    }

    /// Appends emphasis marks that CommonMark left as text. The marks belong to a run of `run` marks in the source;
    /// `before` and `after` are the characters around that run in its line.
    pub(super) fn stray(&mut self, marks: &str, run: usize, before: Option<char>, after: Option<char>, number: u32) {
        self.add(marks, number, true);
        if self.muted > 0 || self.image.is_some() {
            return;
        }
        let buffer = self.heading.as_ref().map_or(self.text.len(), |heading| heading.text.len());
        self.strays.add(buffer.saturating_sub(marks.len()), marks, run, before, after);
    }

    /// Starts an image. The words until [`Self::end_image`] are its alternative text.
    pub(super) fn start_image(&mut self) {
        self.image = Some(String::new());
    }

    /// Ends an image and appends its alternative text, unless the text only names a file.
    pub(super) fn end_image(&mut self, number: u32) {
        if let Some(alternative) = self.image.take()
            && !names_a_file(&alternative)
        {
            let start = self.heading.as_ref().map(|heading| heading.text.len());
            self.add(&alternative, number, false);
            if let (Some(start), Some(heading)) = (start, &mut self.heading) {
                heading.images.push(start..heading.text.len());
            }
        }
    }

    /// Ends a line inside a paragraph. `raw` is the source of the line if its marks may make it a heading.
    pub(super) fn soft(&mut self, raw: &str) {
        if let Some(heading) = &mut self.heading {
            heading.soft = true;
            return;
        }
        self.end_line(raw);
        self.gap = self.gap.max(Gap::Soft);
    }

    /// Ends a line and its block.
    pub(super) fn block(&mut self, raw: &str) {
        if self.heading.is_some() {
            return self.space();
        }
        self.end_line(raw);
        self.gap = Gap::Block;
    }

    /// Appends a line of code unchanged.
    pub(super) fn code_line(&mut self, line: &str, number: u32) {
        let line = line.trim_end();
        if self.heading.is_some() || self.image.is_some() || self.muted > 0 {
            return self.push(line, number);
        }
        self.gap = Gap::Block;
        if !line.is_empty() {
            self.open(line, number);
            self.text.push_str(line);
            self.line = Line::default();
            self.gap = Gap::Block;
        }
    }

    fn end_line(&mut self, raw: &str) {
        let line = std::mem::take(&mut self.line);
        if !line.open {
            return;
        }
        self.strays.drop_from(&mut self.text);
        let trimmed = self.text.trim_end_matches(|c: char| c.is_whitespace()).len();
        self.text.truncate(trimmed.max(line.start));
        let content = self.text.get(line.start..).unwrap_or_default();
        if content.is_empty() {
            return self.take_line(&line);
        }
        if raw.starts_with('{') && raw.ends_with('}') && attributes::is_list(raw) {
            return self.attributes(raw, &line);
        }
        // DocFX includes a file with `[!code-cpp[name](path)]`.
        if raw.starts_with("[!") && raw.ends_with(")]") {
            return self.take_line(&line);
        }
        if let Some((level, title)) = self.pseudo_heading(raw, content, &line) {
            self.take_line(&line);
            let real = level.is_some();
            let level = level.unwrap_or_else(|| (self.last_level + 1).min(6));
            self.section(level, title, String::new(), line.number, real);
            return;
        }
        let mut start = line.start;
        if line.bold && !line.plain && !self.table.is_open() && self.nested == 0 {
            start = self.set_apart(&line);
        }
        // Trimmed once here, since many lines may be compared with this line.
        let mark = |c: char| !c.is_alphanumeric();
        let line = self.text.get(start..).unwrap_or_default();
        let bare = line.trim_start_matches(mark);
        let start = self.text.len() - bare.len();
        self.previous = start..start + bare.trim_end_matches(mark).len();
    }

    /// Separates a bold line that is not a heading, such as a caption, from the lines around it. Returns its start.
    fn set_apart(&mut self, line: &Line) -> usize {
        self.gap = Gap::Block;
        if line.separator == 0 || self.text.get(..line.start).is_some_and(|before| before.ends_with('\n')) {
            return line.start;
        }
        let content = self.text.split_off(line.start);
        self.text.truncate(line.separator);
        self.text.push('\n');
        let start = self.text.len();
        self.text.push_str(&content);
        if let Some(last) = self.lines.last_mut()
            && last.0 == line.start
        {
            last.0 = start;
        }
        start
    }

    /// Returns the level (`None` for a bold line) and the title of a line meant as a heading.
    fn pseudo_heading(&self, raw: &str, content: &str, line: &Line) -> Option<(Option<u8>, String)> {
        if self.table.is_open() {
            return None;
        }
        if raw.starts_with('#')
            && self.nested == 0
            && let Some((level, title)) = hash_heading(content)
        {
            return Some((Some(level), title.to_owned()));
        }
        // CommonMark does not render `** 案例一 **` as bold, but its author meant it.
        let meant_bold = || {
            let marked = raw.trim_end_matches(COLONS);
            (raw.starts_with("** ") || marked.ends_with(" **"))
                && marked.starts_with("**")
                && marked.ends_with("**")
                && marked.matches("**").count() == 2
        };
        if !(line.bold && !line.plain || meant_bold()) {
            return None;
        }
        let title = bold_heading(content)?;
        let previous = self.text.get(self.previous.clone()).unwrap_or_default();
        // The account name below a display name, as copied from a chat app.
        let repeated = previous == title;
        let wanted = !repeated && self.nested == 0 || self.cases.matches(title);
        wanted.then(|| (None, title.to_owned()))
    }

    /// Removes an attribute list on a line of its own. An id in the list belongs to the heading above.
    fn attributes(&mut self, raw: &str, line: &Line) {
        self.take_line(line);
        let at = self.text.len();
        let Some(id) = attributes::id(raw) else {
            return;
        };
        match self.sections.last_mut() {
            Some(section)
                if section.range.start == at && line.number <= section.line.saturating_add(self.heading_lines) =>
            {
                self.anchors.replace(&id);
                section.anchor = id;
            }
            _ => self.next_id = Some((id, line.number.saturating_add(1))),
        }
    }

    /// Removes the current line from the text.
    fn take_line(&mut self, line: &Line) {
        self.text.truncate(line.separator);
        while self.lines.last().is_some_and(|&(start, _)| start >= line.start) {
            self.lines.pop();
        }
        self.gap = if line.separator < line.start && !self.text.ends_with('\n') { Gap::Soft } else { Gap::Block };
    }

    /// Starts a heading. The words until [`Self::end_heading`] are its text. A heading inside a heading is ignored.
    pub(super) fn start_heading(&mut self, level: u8, line: u32) {
        if self.heading.is_none() {
            self.block("");
            self.heading = Some(Heading { level, line, text: String::new(), images: Vec::new(), soft: false });
            self.anchors.begin();
        }
    }

    /// Adds a piece of a Markdown heading, from which its anchor is made.
    pub(super) fn piece(&mut self, piece: Piece<'_>) {
        if self.heading.is_some() {
            self.anchors.add(piece);
        }
    }

    /// Ends a Markdown heading of this number of source lines. `raw` is the source of the heading without its marks.
    pub(super) fn end_heading(&mut self, raw: &str, lines: u32) {
        self.heading_lines = lines;
        let Some(heading) = self.take_heading() else {
            return;
        };
        let (title, list) = attributes::split(&heading.text);
        let above = self.next_id.take().filter(|&(_, line)| line == heading.line && self.renderer.is_kramdown());
        let anchor = match attributes::heading_id(list, self.renderer).or(above.map(|(id, _)| id)) {
            Some(id) => {
                self.anchors.reserve(&id);
                id
            }
            None => {
                if attributes::is_removed(list, self.renderer) {
                    self.anchors.drop_end(list);
                }
                self.anchors.next(heading.level, raw)
            }
        };
        let title = title.to_owned();
        if heading.level == 1 && self.first_h1.is_none() {
            self.first_h1 = Some(without_images(&title, &heading.images)).filter(|title| !title.is_empty());
        }
        if self.text.is_empty() && self.sections.is_empty() {
            self.opening = Some((heading.level, without_images(&title, &heading.images)));
        }
        self.section(heading.level, title, anchor, heading.line, true);
    }

    /// Ends an HTML heading, whose anchor is an attribute of its tag.
    pub(super) fn end_html_heading(&mut self, id: String) {
        if let Some(heading) = self.take_heading() {
            self.section(heading.level, heading.text.trim().to_owned(), id, heading.line, true);
        }
    }

    /// Turns a heading that was never closed back into text.
    pub(super) fn abandon_heading(&mut self) {
        if let Some(heading) = self.take_heading() {
            self.add(&heading.text, heading.line, false);
        }
    }

    /// Returns whether a heading is being collected.
    pub(super) fn in_heading(&self) -> bool {
        self.heading.is_some()
    }

    fn take_heading(&mut self) -> Option<Heading> {
        let mut heading = self.heading.take()?;
        self.strays.drop_from(&mut heading.text);
        Some(heading)
    }

    fn section(&mut self, level: u8, heading: String, anchor: String, line: u32, real: bool) {
        self.gap = Gap::Block;
        if heading.is_empty() {
            return;
        }
        self.close_section();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        if real {
            self.last_level = level;
            if self.first_heading.is_none() {
                self.first_heading = Some(heading.clone());
            }
        }
        let start = self.text.len();
        let is_case = self.cases.matches(&heading);
        self.sections.push(Section { heading, level, anchor, range: start..start, line, is_case });
    }

    fn close_section(&mut self) {
        let end = self.text.trim_end_matches('\n').len();
        if let Some(section) = self.sections.last_mut() {
            section.range.end = end.max(section.range.start);
        }
    }

    /// Ends the text and the last section.
    pub(super) fn finish(&mut self) {
        self.abandon_heading();
        self.block("");
        let end = self.text.trim_end_matches('\n').len();
        self.text.truncate(end);
        self.text.shrink_to_fit();
        // Sections without text may start after the trailing newline that was removed.
        for section in self.sections.iter_mut().rev().take_while(|section| section.range.end > end) {
            section.range = section.range.start.min(end)..end;
        }
        self.close_section();
    }
}

/// Returns the words of a heading that describe no image.
fn without_images(title: &str, images: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(title.len());
    let mut from = 0;
    for image in images {
        out.push_str(title.get(from..image.start).unwrap_or_default());
        from = image.end;
    }
    out.push_str(title.get(from..).unwrap_or_default());
    out.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns whether words follow the text before without a space: both are Han, or there is Chinese punctuation between.
fn joins(before: &str, after: &str) -> bool {
    let (Some(a), Some(b)) = (before.chars().next_back(), after.chars().next()) else {
        return true;
    };
    let wide = |c: char| is_ideograph(c) || is_wide(c) || matches!(c, '\u{3040}'..='\u{30FF}');
    a.is_whitespace() || b.is_whitespace() || is_wide(a) || is_wide(b) || wide(a) && wide(b)
}

/// Returns whether an alternative text only names a file, or is the default of an editor.
pub(super) fn names_a_file(alternative: &str) -> bool {
    const EXTENSIONS: [&str; 10] =
        [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif", ".heic", ".tiff"];
    const FILLERS: [&str; 9] =
        ["image", "img", "images", "pic", "picture", "alt", "alt text", "在这里插入图片描述", "图片"];
    const PREFIXES: [&str; 7] = ["img_", "image-", "dsc_", "screenshot", "screen shot", "微信图片_", "微信截图_"];
    let lower = alternative.trim().to_lowercase();
    let is_name = || {
        lower.contains(|c: char| c.is_ascii_digit()) && !lower.contains([' ', '，', '。'])
            || lower.starts_with("screen")
    };
    FILLERS.contains(&lower.as_str())
        || EXTENSIONS.iter().any(|extension| lower.ends_with(extension))
        || PREFIXES.iter().any(|prefix| lower.starts_with(prefix)) && is_name()
}
