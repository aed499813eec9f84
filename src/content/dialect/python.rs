//! Python-Markdown with the extensions of Python-Markdown, PyMdown and Material.
//!
//! One pass over the lines includes snippets, takes the bodies of boxes and tabs (`!!!`, `???`, `===`, `///`) out of
//! their indentation, and writes headings and raw HTML so that CommonMark reads them in the same way. `inline` knows the
//! marks inside a line.

mod inline;

use std::borrow::Cow;

use super::{Lines, Prepared, closes, fence, is_item};
use crate::content::{
    attributes,
    site::python::{PythonMarkdown, metadata},
};

/// Upper bounds on the nesting of snippets and of boxes, and on the length of the text with its snippets, in bytes.
const MAX_SNIPPETS: usize = 8;
const MAX_BOXES: usize = 64;
const MAX_TEXT: usize = 16 << 20;
/// Upper bound on the indentation of a snippet, in columns.
const MAX_INDENT: usize = 100;

/// HTML elements whose text Python-Markdown leaves as it is.
const BLOCKS: &str = "\
    address article aside blockquote canvas center colgroup dd body details div dl dt fieldset figcaption figure footer \
    form group h1 h2 h3 h4 h5 h6 header hgroup html iframe legend li main map math menu nav noscript object ol option \
    output p pre progress script search section style summary table tbody td textarea tfoot th thead tr ul video";

/// Returns the body in CommonMark. Without front matter before it, it may begin with keys and values.
pub(super) fn prepare<'s>(source: &'s str, python: &PythonMarkdown, has_front: bool) -> Prepared<'s> {
    let dropped = if has_front { 0 } else { metadata(source).1 };
    let mut expanded = Expanded { python, length: 0, lines: Vec::new() };
    expanded.add(source.lines().map(Cow::Borrowed).zip(0..).skip(dropped), 0, MAX_SNIPPETS);
    let last = expanded.lines.last().map_or(0, |&(_, number)| number);
    for name in &python.appended {
        expanded.lines.push((Cow::Borrowed(""), last));
        expanded.snippet(name, last, 0, MAX_SNIPPETS);
    }
    let lines = expanded.lines;
    let mut pass = Pass {
        python,
        out: Lines::of(source),
        ids: Vec::new(),
        boxes: Vec::new(),
        blocks: Vec::new(),
        fence: None,
        html: None,
        in_list: false,
        after_blank: true,
        paragraph: 0,
        paragraph_start: (0, 0),
        excluded: false,
    };
    for (line, number) in &lines {
        pass.out.number = *number;
        pass.line(line);
    }
    let begins = lines.iter().map(|(line, _)| line.trim_end()).filter(|line| !line.is_empty());
    let mut begins = begins.take(2);
    let first = begins.next().unwrap_or_default();
    let underlined = begins.next().is_some_and(|line| line.chars().all(|c| c == '='));
    let opens = first.starts_with('#') && !first.starts_with("##") || underlined;
    let mut prepared = pass.out.finish();
    prepared.ids = pass.ids;
    prepared.opening = Some(opens && python.has_first_level);
    prepared
}

/// Returns the source with its snippets; `None` if it has none.
pub(super) fn included(source: &str, python: &PythonMarkdown) -> Option<String> {
    let has_any = python.has_snippets() && (source.contains("8<-") || !python.appended.is_empty());
    has_any.then(|| {
        let mut expanded = Expanded { python, length: 0, lines: Vec::new() };
        if source.contains("8<-") {
            expanded.add(source.lines().map(Cow::Borrowed).zip(0..), 0, MAX_SNIPPETS);
        }
        for name in &python.appended {
            expanded.snippet(name, 0, 0, MAX_SNIPPETS);
        }
        expanded.lines.into_iter().map(|(line, _)| line).collect::<Vec<_>>().join("\n")
    })
}

/// The lines of a text with those of its snippets, each with the number of its line in the source.
struct Expanded<'s, 'p> {
    python: &'p PythonMarkdown,
    /// Length of the snippets, in bytes.
    length: usize,
    lines: Vec<(Cow<'s, str>, u32)>,
}

impl<'s> Expanded<'s, '_> {
    /// Adds lines, indented by `indent`, with the snippets in them.
    fn add(&mut self, lines: impl Iterator<Item = (Cow<'s, str>, u32)>, indent: usize, deeper: usize) {
        // Between two marks without a name, each line is the name of a snippet.
        let mut in_block = false;
        for (line, number) in lines {
            let mark = scissors(&line).filter(|_| self.python.has_snippets());
            match mark {
                Some(Scissors::Fence) => in_block = !in_block,
                Some(Scissors::Escaped(at)) => {
                    let mut text = line.into_owned();
                    text.remove(at);
                    self.push(text.into(), number, indent);
                }
                Some(Scissors::Name { indent: own, name }) => self.snippet(name, number, indent + own, deeper),
                None if in_block => {
                    let name = line.trim();
                    if !name.is_empty() && !name.starts_with(';') {
                        self.snippet(name, number, indent + line.len() - line.trim_start().len(), deeper);
                    }
                }
                None => self.push(line, number, indent),
            }
        }
    }

    fn push(&mut self, line: Cow<'s, str>, number: u32, indent: usize) {
        let line = if indent == 0 { line } else { format!("{}{line}", " ".repeat(indent)).into() };
        self.lines.push((line, number));
    }

    /// Adds the lines of a snippet, if it can be read and neither the nesting nor the length becomes too great.
    fn snippet(&mut self, name: &str, number: u32, indent: usize, deeper: usize) {
        let Some(deeper) = deeper.checked_sub(1) else { return };
        let Some(text) = snippet(name, self.python) else { return };
        self.length += text.len();
        if self.length <= MAX_TEXT && indent < MAX_INDENT {
            let lines: Vec<_> = text.lines().map(|line| (Cow::Owned(line.to_owned()), number)).collect();
            self.add(lines.into_iter(), indent, deeper);
        }
    }
}

/// A line with the mark of a snippet.
enum Scissors<'l> {
    /// The place of the sign that keeps the mark from its effect.
    Escaped(usize),
    Fence,
    Name {
        indent: usize,
        name: &'l str,
    },
}

fn scissors(line: &str) -> Option<Scissors<'_>> {
    let bare = line.trim_start();
    let indent = line.len() - bare.len();
    let unescaped = bare.trim_start_matches(';');
    let rest = unescaped.trim_start_matches('-');
    let behind = rest.strip_prefix("8<-").filter(|_| rest.len() < unescaped.len())?.trim_start_matches('-');
    if unescaped.len() < bare.len() {
        return Some(Scissors::Escaped(indent));
    }
    if behind.trim().is_empty() {
        return Some(Scissors::Fence);
    }
    let name = behind.strip_prefix([' ', '\t'])?.trim();
    let quote = name.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = name.strip_prefix(quote)?.strip_suffix(quote)?;
    Some(Scissors::Name { indent, name })
}

/// Returns the text of a snippet: a whole file, or its lines or section after a colon.
fn snippet(name: &str, python: &PythonMarkdown) -> Option<String> {
    let name = name.strip_prefix(';').unwrap_or(name);
    if name.contains("://") {
        return None;
    }
    let (file, part) = name.split_once(':').unwrap_or((name, ""));
    let text = python.snippet(file)?;
    if part.is_empty() {
        return Some(without_sections(text.lines()));
    }
    if part.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | ',' | '-')) {
        let mut chosen = Vec::new();
        for range in part.split(',') {
            let (start, end) = range.split_once(':').unwrap_or((range, ""));
            let start = start.parse::<usize>().unwrap_or(1).max(1);
            let end = end.parse::<usize>().unwrap_or(usize::MAX);
            chosen.extend(text.lines().skip(start - 1).take((end.saturating_add(1)).saturating_sub(start)));
        }
        return Some(without_sections(chosen.into_iter()));
    }
    let at = |word: &str| format!("[{word}:{part}]");
    let (start, end) = (at("start"), at("end"));
    let inside = text.lines().skip_while(|line| !line.contains(&start)).skip(1);
    Some(without_sections(inside.take_while(|line| !line.contains(&end))))
}

/// Joins lines without those that mark sections of snippets.
fn without_sections<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    let kept = lines.filter(|line| !(line.contains("8<-") && (line.contains("[start:") || line.contains("[end:"))));
    kept.collect::<Vec<_>>().join("\n")
}

/// A box or tab whose body is indented.
struct Boxed {
    /// The column of its body.
    column: usize,
    /// Whether the box was in a list.
    in_list: bool,
}

struct Pass<'p> {
    python: &'p PythonMarkdown,
    out: Lines,
    ids: Vec<String>,
    boxes: Vec<Boxed>,
    /// The lengths of the fences of open blocks (`///`).
    blocks: Vec<usize>,
    fence: Option<(char, usize)>,
    /// The raw HTML element being read, and the number of such elements inside each other.
    html: Option<(String, usize)>,
    in_list: bool,
    after_blank: bool,
    /// Number of lines of the current paragraph, and where it began.
    paragraph: usize,
    paragraph_start: (usize, usize),
    /// Whether the section is excluded from searches.
    excluded: bool,
}

impl Pass<'_> {
    fn line(&mut self, line: &str) {
        let (indent, bare) = indent_of(line);
        if bare.is_empty() {
            return self.blank();
        }
        while let Some(inner) = self.boxes.last()
            && indent < inner.column
        {
            self.in_list = inner.in_list;
            self.boxes.pop();
            self.fence = None;
            self.paragraph = 0;
            self.out.part();
        }
        let indent = indent - 4 * self.boxes.len();
        if self.excluded && !(indent == 0 && bare.starts_with('#') && self.fence.is_none()) {
            if let Some(open) = self.fence {
                if closes(bare, open) {
                    self.fence = None;
                }
            } else {
                self.fence = fence(bare);
            }
            return self.out.add("");
        }
        self.excluded = false;
        if let Some(open) = self.fence {
            if closes(bare, open) {
                self.fence = None;
            }
            return self.add(indent, without_annotation(bare));
        }
        if self.html.is_some() {
            return self.raw(bare);
        }
        let is_item = is_item(bare) || bare.starts_with(":   ") || bare.starts_with("[^") && bare.contains("]:");
        if is_item && (indent < 4 || self.in_list) {
            self.in_list = true;
        } else if indent == 0 && self.after_blank {
            self.in_list = false;
        }
        let is_code = indent >= 4 && !self.in_list && self.after_blank;
        if is_code {
            return self.add(indent, bare);
        }
        if let Some(opened) = fence(bare) {
            self.fence = Some(opened);
            self.paragraph = 0;
            return self.add(indent, &info(bare));
        }
        let begins = self.after_blank;
        if self.structure(indent, bare) {
            self.after_blank = false;
            return;
        }
        self.after_blank = false;
        let is_sane =
            || !self.python.has("pymdownx.saneheaders") || bare.trim_start_matches('#').starts_with([' ', '\t']);
        // Behind blanks, only the first line of a part of a list item is one.
        let is_at_start = indent == 0 || self.in_list && begins && indent.is_multiple_of(4);
        if bare.starts_with('#') && is_at_start && is_sane() {
            return self.heading(indent, bare);
        }
        let is_underline = bare.chars().all(|c| c == '-') || bare.chars().all(|c| c == '=');
        if is_underline && indent == 0 && self.paragraph > 1 {
            self.out.part();
        }
        if is_underline {
            self.paragraph = 0;
            return self.add(indent, bare);
        }
        if self.paragraph == 0 {
            self.paragraph_start = (self.out.text.len(), self.out.numbers.len());
        }
        self.paragraph += 1;
        let text = inline::converted(bare, self.python, &mut self.ids);
        // Without a letter at the line's start, it is no heading.
        let escape = if bare.starts_with('#') { "\\" } else { "" };
        self.add(indent, &format!("{escape}{text}"));
    }

    fn blank(&mut self) {
        self.after_blank = true;
        self.paragraph = 0;
        // A blank line would end raw HTML in CommonMark.
        if self.html.is_none() {
            self.out.add("");
        }
    }

    fn add(&mut self, indent: usize, line: &str) {
        self.after_blank = false;
        self.out.add(&format!("{}{line}", " ".repeat(indent.min(1_000))));
    }

    /// Writes the title of a box as a block of its own. `headings` tells whether it may be a heading.
    fn title(&mut self, indent: usize, title: &str, headings: bool) {
        self.paragraph = 0;
        self.out.part();
        let has_level = title.trim_start_matches('#').starts_with(' ') && title.starts_with('#');
        if has_level && headings {
            self.heading(indent, title);
        } else if !title.is_empty() {
            let text = inline::converted(title, self.python, &mut self.ids);
            let escape = if text.starts_with(['#', '>', '-', '+', '*', '=', '|', ':']) { "\\" } else { "" };
            self.add(indent, &format!("{escape}{text}"));
            self.out.add("");
        }
        self.after_blank = true;
    }

    fn open(&mut self, indent: usize) {
        if self.boxes.len() < MAX_BOXES {
            let column = indent + 4 * self.boxes.len() + 4;
            self.boxes.push(Boxed { column, in_list: self.in_list });
            // The body keeps the indentation of the list around it.
        }
    }

    /// Reads a line that gives the text structure, if it is one.
    fn structure(&mut self, indent: usize, bare: &str) -> bool {
        if let Some(title) = box_title(bare) {
            self.title(indent, title, bare.starts_with("???"));
            self.open(indent);
            return true;
        }
        if self.python.has_any("pymdownx.blocks") && bare.starts_with("///") {
            return self.block(indent, bare);
        }
        if let Some((kind, title)) = bare.strip_prefix("> [!").and_then(|rest| rest.split_once(']'))
            && kind.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        {
            let title = title.trim_start_matches(['+', '-']).trim();
            self.title(indent, title, self.python.has("pymdownx.quotes"));
            return true;
        }
        let is_toc = bare.trim_end() == "[TOC]" && self.paragraph == 0;
        let is_abbreviation = self.python.has("abbr") && bare.starts_with("*[") && bare.contains("]:");
        if is_toc || is_abbreviation {
            self.out.add("");
            return true;
        }
        if self.python.has("attr_list")
            && let Some(list) = list_of_line(bare)
        {
            if list.contains("data-search-exclude") && self.paragraph > 0 {
                let (text, lines) = self.paragraph_start;
                self.out.text.truncate(text);
                self.out.numbers.truncate(lines);
            }
            self.ids.extend(attributes::id(list));
            self.paragraph = 0;
            self.out.add("");
            return true;
        }
        indent < 4 && bare.starts_with('<') && self.element(bare)
    }

    /// Reads the fence of a block: `/// note | Title`.
    fn block(&mut self, indent: usize, bare: &str) -> bool {
        let length = bare.len() - bare.trim_start_matches('/').len();
        let words = bare.get(length..).unwrap_or_default().trim();
        if words.is_empty() {
            let closed = self.blocks.iter().rposition(|&open| open == length);
            if let Some(closed) = closed {
                self.blocks.truncate(closed);
                self.paragraph = 0;
                self.out.part();
            }
            return closed.is_some();
        }
        let (name, title) = words.split_once('|').unwrap_or((words, ""));
        let name = name.trim();
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ' | '+')) {
            return false;
        }
        self.blocks.push(length);
        let title = if matches!(name, "html" | "define") { "" } else { title.trim() };
        self.title(indent, title, true);
        true
    }

    /// Reads the opening of raw HTML; returns whether it is one.
    fn element(&mut self, bare: &str) -> bool {
        let Some(tag) = bare.get(1..) else { return false };
        let (closing, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default().to_ascii_lowercase();
        if name.is_empty() || !BLOCKS.split(' ').any(|known| known == name) {
            return false;
        }
        let attributes = tag.get(end..).and_then(|rest| rest.split('>').next()).unwrap_or_default();
        let has_markdown = self.python.has("md_in_html")
            && attributes.split([' ', '\t', '=', '"', '\'', '/']).any(|word| word == "markdown");
        self.paragraph = 0;
        if closing || has_markdown {
            self.out.part();
            self.add(0, bare);
            self.out.part();
            self.after_blank = true;
            return true;
        }
        self.out.part();
        self.html = Some((name, 0));
        self.raw(bare);
        true
    }

    /// Writes a line of raw HTML.
    fn raw(&mut self, bare: &str) {
        let Some((name, depth)) = &mut self.html else { return };
        let lower = bare.to_ascii_lowercase();
        for (place, _) in lower.match_indices('<') {
            let tag = lower.get(place + 1..).unwrap_or_default();
            let (closing, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
            let is_name = tag
                .strip_prefix(name.as_str())
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
            if is_name && closing {
                *depth = depth.saturating_sub(1);
            } else if is_name {
                *depth += 1;
            }
        }
        let is_open = *depth > 0;
        self.add(0, bare);
        if !is_open {
            self.html = None;
            self.out.part();
            self.after_blank = true;
        }
    }

    fn heading(&mut self, indent: usize, bare: &str) {
        if indent == 0 {
            self.in_list = false;
        }
        self.paragraph = 0;
        let level = bare.bytes().take(6).take_while(|&b| b == b'#').count();
        let text = bare.get(level..).unwrap_or_default().trim();
        let (text, list) = if self.python.has("attr_list") { heading_list(text) } else { (text, "") };
        let closed = text.trim_end_matches('#');
        // An escaped mark is text.
        let text = if closed.ends_with('\\') { text } else { closed.trim_end() };
        if list.contains("data-search-exclude") {
            self.excluded = true;
            self.out.add("");
            return;
        }
        let id = attributes::id(list).or_else(|| list_id(list));
        let id = id.map(|id| id.replace('\\', ""));
        let mut line = format!("{} {}", "#".repeat(level), inline::converted(text, self.python, &mut self.ids));
        if let Some(id) = id {
            line.push_str(&format!(" {{:#{id}}}"));
            self.ids.push(id);
        }
        self.add(indent, line.trim_end());
    }
}

/// Returns the width of the white space before a line, and the rest without white space at its end.
fn indent_of(line: &str) -> (usize, &str) {
    let bare = line.trim_start_matches([' ', '\t']);
    let mut width = 0;
    for byte in line.bytes().take(line.len() - bare.len()) {
        width = if byte == b'\t' { (width / 4 + 1) * 4 } else { width + 1 };
    }
    (width, bare.trim_end())
}

/// Returns the title of the box or tab that a line opens, empty if it has none.
fn box_title(bare: &str) -> Option<&str> {
    let (rest, is_tab) = match bare.get(..3)? {
        "!!!" => (bare.get(3..)?, false),
        "???" => (bare.get(3..)?.trim_start_matches('+'), false),
        "===" => (bare.get(3..)?.trim_start_matches(['!', '+']), true),
        _ => return None,
    };
    let rest = rest.trim();
    let (words, title) = match rest.split_once('"') {
        Some((words, quoted)) => (words.trim_end(), quoted.strip_suffix('"')?),
        None => (rest, ""),
    };
    let are_words = words.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    let fits = if is_tab { words.is_empty() && rest.starts_with('"') } else { are_words && !rest.is_empty() };
    fits.then_some(title)
}

/// Returns the list of attributes that is a whole line.
fn list_of_line(bare: &str) -> Option<&str> {
    (bare.starts_with('{') && bare.ends_with('}') && inline::is_list(bare)).then_some(bare)
}

/// Splits a heading from the list of attributes at its end, before which is a blank.
fn heading_list(text: &str) -> (&str, &str) {
    let found = text.rfind('{').filter(|_| text.ends_with('}'));
    let split = found.and_then(|place| text.split_at_checked(place));
    match split.filter(|(before, list)| before.ends_with(' ') && inline::is_list(list)) {
        Some((before, list)) => (before.trim_end(), list),
        None => (text, ""),
    }
}

/// Returns the id in a list with words that `attributes` does not know.
fn list_id(list: &str) -> Option<String> {
    let words = list.trim_matches(['{', '}', ':', ' ']).split(' ');
    words.filter_map(|word| word.strip_prefix('#')).next().map(str::to_owned)
}

/// Returns the opening of a code block, with the language of a list of attributes before its title.
fn info(bare: &str) -> Cow<'_, str> {
    let length = bare.len() - bare.trim_start_matches(['`', '~']).len();
    let (marks, info) = bare.split_at_checked(length).unwrap_or((bare, ""));
    let info = info.trim();
    let Some(list) = info.strip_prefix('{').and_then(|list| list.strip_suffix('}')) else {
        return Cow::Borrowed(bare);
    };
    format!("{marks}{}", list.trim().trim_start_matches('.')).into()
}

/// Returns a line of code without the sign of a note, `# (1)!`.
fn without_annotation(line: &str) -> &str {
    let bare = line.trim_end_matches("-->").trim_end_matches("*/").trim_end();
    let Some(open) = bare.strip_suffix(")!").and_then(|before| before.rfind('(').map(|open| (before, open))) else {
        return line;
    };
    let (before, open) = open;
    let number = before.get(open + 1..).unwrap_or_default();
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return line;
    }
    let code = line.get(..open).unwrap_or_default().trim_end();
    ["<!--", "/*", "//", "--", "#", ";;", "%"]
        .iter()
        .find_map(|sign| code.strip_suffix(sign))
        .unwrap_or(code)
        .trim_end()
}
