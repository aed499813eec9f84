//! Removes from Markdown source everything that is not Markdown: template tags, shortcodes, comments, scripts.
//!
//! Liquid (`{{ }}`, `{% %}`), Hugo's and Hexo's shortcodes, kramdown's attribute lists, the fences of containers
//! (`::: tip`), HTML comments and the bodies of `<script>` and `<style>` are removed before Markdown is parsed, since
//! they would change its meaning: a comment that never ends would hide the rest of the post. Every newline stays, so
//! that lines keep their numbers. Code keeps everything: fenced and indented blocks, spans, and the text between
//! `{% raw %}` or `{% highlight %}` tags.
//!
//! Works in one pass from left to right. Knows only as much Markdown as it needs to recognise code; does not know
//! headings or HTML. The result of every search for an end is remembered, so that hostile openings cost linear time.

mod secret;
mod tag;
mod words;

use std::{borrow::Cow, ops::Range};

use rustc_hash::FxHashMap;

use self::tag::{Ends, Syntax, Tag};
use super::{
    attributes,
    format::Format,
    html::{Token, Tokens},
    site::{
        SiteKind,
        renderer::{Ids, Renderer},
    },
};

/// Upper bound on the length of an expression such as `{{ page.title }}`, in bytes; longer ones are text.
const MAX_EXPRESSION: usize = 4_000;
/// Upper bound on the length of a script or the text between two tags, in bytes.
const MAX_BLOCK: usize = 1 << 20;

/// Finds the title of the post to which a tag links by name.
pub(super) type Titles<'t> = &'t dyn Fn(&str) -> Option<String>;

/// Returns the source without templates, comments, scripts and secrets. The number of lines stays the same.
pub(super) fn strip<'a>(source: &'a str, format: Format, renderer: &Renderer, titles: Titles<'_>) -> Cow<'a, str> {
    // `<S` stands for `<SCRIPT` and `<STYLE`; a false alarm costs only the pass.
    const SIGNS: [&str; 10] = ["{{", "{%", "{:", "<!--", "<script", "<style", ":::", "<S", "$$", "{#"];
    let marked = matches!(renderer.ids, Ids::Marked { .. });
    let found = SIGNS.iter().any(|sign| source.contains(sign))
        || renderer.math && source.contains('$')
        || renderer.is_vue()
        || renderer.percent_comments && source.contains("%%")
        || renderer.is_kramdown() && ["*[", " markdown="].iter().any(|sign| source.contains(sign))
        || marked && source.contains("#\u{3000}")
        || secret::has_elements(source);
    if !found {
        return Cow::Borrowed(source);
    }
    let mut strip = Strip {
        source,
        out: String::with_capacity(source.len() + 16),
        at: 0,
        next: FxHashMap::default(),
        spans: [0; MAX_SPAN + 1],
        paragraph_end: 0,
        line: 0..0,
        renderer,
        titles,
        footers: Vec::new(),
        failures: 0,
        ends: Ends::of(source),
        begin: 0,
        raw_end: 0,
        verbatim: false,
        left: source.len().saturating_mul(8).saturating_add(1 << 18),
    };
    if format == Format::Html {
        strip.line(source.len());
    } else {
        strip.run();
    }
    Cow::Owned(strip.out)
}

/// Returns the names of the posts to which a source links without naming their titles.
pub(super) fn linked_posts(source: &str) -> impl Iterator<Item = &str> {
    let ends = Ends::of(source);
    let tags = source.match_indices("{%").filter_map(move |(place, _)| Tag::read(source.get(place..)?, &ends));
    tags.filter(|tag| tag.name == "post_link").filter_map(|tag| match tag.pairs().as_slice() {
        [(_, name)] => Some(*name),
        _ => None,
    })
}

/// Upper bound on the possible secrets without an end that are taken for text.
const MAX_FAILURES: usize = 16;

/// Upper bound on the length of code span delimiters that are recognised.
const MAX_SPAN: usize = 32;

struct Strip<'a, 'r> {
    source: &'a str,
    out: String,
    /// Everything before this byte is written or dropped.
    at: usize,
    /// For each ending that was searched for: where the search began, and the position found, or the length of the source
    /// if none follows.
    next: FxHashMap<&'static str, (usize, usize)>,
    /// For each length of code span delimiters: no such delimiter before this byte closes a span.
    spans: [usize; MAX_SPAN + 1],
    paragraph_end: usize,
    /// The line found last, so that a long line costs one search only.
    line: Range<usize>,
    renderer: &'r Renderer,
    titles: Titles<'r>,
    /// Names of open tags whose words follow their end, and these words.
    footers: Vec<(String, String)>,
    /// Number of possible secrets without an end; in doubt, many are secrets.
    failures: usize,
    ends: Ends,
    /// Start of the line being written.
    begin: usize,
    /// Before this byte, braces are text.
    raw_end: usize,
    /// Whether the text is between `{::nomarkdown}` and `{:/}`.
    verbatim: bool,
    /// Number of bytes that vain searches for the ends of components may still go through.
    left: usize,
}

impl<'a> Strip<'a, '_> {
    fn run(&mut self) {
        let mut fence: Option<(u8, usize)> = None;
        let mut after_blank = true;
        let mut in_list = false;
        while self.at < self.source.len() {
            let line = self.line_at(self.at);
            let bare = line.trim_start_matches([' ', '\t', '>']);
            if let Some((mark, length)) = fence {
                if closes_fence(bare, mark, length) {
                    fence = None;
                }
                self.code(self.at + line.len());
                continue;
            }
            let content = without_list_marker(bare);
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            let blank = bare.trim_end().is_empty();
            if content.len() != bare.len() {
                in_list = true;
            } else if indent == 0 && !blank {
                in_list = false;
            }
            if let Some(opened) = opens_fence(content) {
                fence = Some(opened);
                self.copy(line.len());
                after_blank = false;
                continue;
            }
            if after_blank && !in_list && !blank && (line.starts_with("    ") || line.starts_with('\t')) {
                self.indented(self.at + line.len());
                continue;
            }
            after_blank = blank;
            let end = self.at + line.len();
            if self.drops_line(line) {
                continue;
            }
            if bare.starts_with(":::") && !bare.starts_with(":::no-loc(") {
                if let Some(length) = secret::container(self.source.get(self.at..).unwrap_or_default(), bare) {
                    self.drop_to(self.at, self.at + length);
                } else {
                    self.container(line, bare);
                }
                continue;
            }
            self.line(end);
        }
    }

    /// Writes lines from `at` to at least `end`. A tag of several lines moves the end further, to the end of a line.
    fn line(&mut self, mut end: usize) {
        let bytes = self.source.as_bytes();
        let mut from = self.at;
        self.begin = self.at;
        while from < end {
            let ahead = &bytes[from..end];
            let Some(found) = ahead.iter().position(|b| matches!(b, b'{' | b'<' | b'`' | b'\\' | b':' | b'$' | b'%'))
            else {
                break;
            };
            let place = from + found;
            from = match bytes[place] {
                b'\\' => place + 1 + usize::from(bytes.get(place + 1).is_some_and(u8::is_ascii_punctuation)),
                b'`' => self.span_end(place),
                mark => {
                    match mark {
                        b':' => self.inline_container(place),
                        b'{' if place < self.raw_end => {}
                        b'{' => self.brace(place),
                        b'$' => self.formula(place),
                        b'%' => self.percent(place),
                        _ => self.angle(place),
                    }
                    self.at.max(place + 1)
                }
            };
            if from > end {
                end = from + self.line_at(from).len();
            }
        }
        if end > self.at {
            self.copy(end - self.at);
        }
    }

    /// Writes code up to at least `end`. Some generators run their tags there, too, so that their secrets are none of the
    /// page's words.
    fn code(&mut self, end: usize) {
        self.code_with(end, self.renderer.runs_tags_in_code());
    }

    /// Writes indented code, which Hexo does not keep from its tags either; and a text in a list may only look like code.
    fn indented(&mut self, end: usize) {
        self.code_with(end, true);
    }

    fn code_with(&mut self, end: usize, tags: bool) {
        while self.at < end && tags {
            let line = self.source.get(self.at..end).unwrap_or_default();
            let Some((place, length)) = self.secret_in(line) else { break };
            self.drop_to(self.at + place, self.at + place + length);
        }
        if self.at < end {
            self.copy(end - self.at);
        } else if !self.source.get(..self.at).is_some_and(|before| before.ends_with('\n')) {
            let rest = self.line_at(self.at).len();
            self.copy(rest);
        }
    }

    /// Returns place and length of the first secret that opens in `code`, a part of the source at `at`, and has an end.
    fn secret_in(&mut self, code: &str) -> Option<(usize, usize)> {
        let mut from = 0;
        while let Some(found) = code.get(from..)?.find("{{").or_else(|| code.get(from..)?.find("{%")) {
            let place = from + found;
            let rest = self.source.get(self.at + place..)?;
            if self.at + place >= self.raw_end
                && let Some(tag) = Tag::read(rest, &self.ends)
                && !tag.closing
                && secret::is_name(tag.name)
            {
                let length = secret::block(rest, &tag, &self.ends);
                if length < rest.len() || rest.trim_end().ends_with('}') || self.failures >= MAX_FAILURES {
                    return Some((place, length));
                }
                self.failures += 1;
            }
            from = place + 2;
        }
        None
    }

    /// Drops a line that gives kramdown definitions or the place of a table of contents, and no words of the page.
    fn drops_line(&mut self, line: &'a str) -> bool {
        if self.renderer.is_vue() {
            return self.vue_line(line);
        }
        if !self.renderer.is_kramdown() {
            // `marked` takes any blank for the one after the marks of a heading.
            let marks = line.bytes().take(7).take_while(|&b| b == b'#').count();
            if let Some(rest) = line.get(marks..)
                && (1..=6).contains(&marks)
                && rest.starts_with('\u{3000}')
                && matches!(self.renderer.ids, Ids::Marked { .. })
            {
                self.copy(marks);
                self.out.push(' ');
                self.at += rest.len() - rest.trim_start_matches('\u{3000}').len();
            }
            return false;
        }
        let bare = line.trim();
        let is_abbreviation = bare.starts_with("*[") && bare.contains("]:");
        // A list of attributes for later use: `{:name: .class}`.
        let is_definition = bare.ends_with('}')
            && bare.strip_prefix("{:").and_then(|list| list.split_once(':')).is_some_and(|(name, _)| {
                !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
            });
        if is_abbreviation || is_definition {
            self.drop_line(line);
            return true;
        }
        if bare.starts_with("{:toc") && bare.ends_with('}') {
            // The list item before it gives only its place.
            let before = self.out.trim_end_matches('\n').len();
            let start = self.out.get(..before).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
            let item = self.out.get(start..before).unwrap_or_default();
            if without_list_marker(item.trim_start()) != item.trim_start() {
                self.out.replace_range(start..before, "");
            }
            self.drop_line(line);
            return true;
        }
        false
    }

    /// Drops a line that means something to `VitePress` or `VuePress` and has no words; of others, only the marks.
    fn vue_line(&mut self, line: &'a str) -> bool {
        let bare = line.trim();
        let is_code = bare.starts_with("<<<") || bare.starts_with("@[code");
        if is_code || bare.eq_ignore_ascii_case("[[toc]]") || bare.eq_ignore_ascii_case("[toc]") {
            self.drop_line(line);
            return true;
        }
        if let Some(tab) = bare.strip_prefix("@tab").filter(|tab| tab.is_empty() || tab.starts_with([' ', ':', '#'])) {
            // `@tab:active name #id`.
            let name = tab.split_once(' ').map_or("", |(_, name)| name);
            let name = name.rsplit_once(" #").map_or(name, |(name, _)| name).trim();
            if !name.is_empty() {
                self.out.push_str(name);
                self.out.push_str("<br>");
            }
            self.drop_line(line);
            return true;
        }
        // An alert with a title: `> [!NOTE] title`.
        let quoted = line.trim_start_matches([' ', '\t', '>']);
        if quoted.len() < line.len()
            && let Some((kind, title)) = quoted.strip_prefix("[!").and_then(|alert| alert.split_once(']'))
            && kind.chars().all(|c| c.is_ascii_alphabetic())
            && !title.trim().is_empty()
        {
            self.copy(line.len() - quoted.len());
            self.at += quoted.len() - title.trim_start_matches(['+', '-', ' ']).len();
        }
        false
    }

    /// Replaces the tag of a component at `place`, the start of `rest`, by one that means nothing, with the words that it
    /// shows.
    fn component(&mut self, place: usize, rest: &str) {
        let limit = MAX_EXPRESSION.min(rest.len()).min(self.left);
        let end = (0..=limit).rev().find(|end| rest.is_char_boundary(*end));
        let window = rest.get(..end.unwrap_or_default()).unwrap_or_default();
        let Some(Token::Tag(tag)) = Tokens::new(window).next() else {
            self.left = self.left.saturating_sub(window.len());
            return;
        };
        // `<https://…>` is an address.
        if tag.name.ends_with(':') {
            return;
        }
        let is_template = tag.name.eq_ignore_ascii_case("template");
        if tag.is_known() && !is_template {
            // Such names of attributes would make the tag text for CommonMark.
            if tag.attributes.split_whitespace().any(|name| name.starts_with(['@', '#'])) {
                let name = format!("<{}>", tag.name);
                self.replace(place, place + tag.source.len(), &name);
            }
            return;
        }
        let in_heading = self.source.get(self.begin..place).is_some_and(|line| line.trim_start().starts_with('#'));
        let words = ["text", "title", "label"].iter().find_map(|key| tag.attribute(key));
        let words = words.filter(|_| !in_heading && !tag.closing).unwrap_or_default();
        let end = place + tag.source.len();
        let replacement = match (tag.closing, tag.source.ends_with("/>")) {
            _ if in_heading => String::new(),
            (true, _) => "</span>".to_owned(),
            (false, true) if words.is_empty() => String::new(),
            (false, true) => format!("<span>{words}</span>"),
            (false, false) => format!("<span>{words}"),
        };
        self.replace(place, end, &replacement);
    }

    /// Drops a line except its newline.
    fn drop_line(&mut self, line: &str) {
        self.at += line.trim_end_matches('\n').len();
        self.copy(line.len() - line.trim_end_matches('\n').len());
    }

    /// Removes the tag, comment or attribute list at `place`, a `{`, if it ends within the limit.
    fn brace(&mut self, place: usize) {
        let Some(rest) = self.source.get(place..) else {
            return;
        };
        if rest.starts_with("{{") || rest.starts_with("{%") {
            self.tag(place, rest);
        } else if rest.starts_with("{#") {
            // A comment of Nunjucks; elsewhere, `{#` starts an id.
            let is_hexo = self.renderer.kind == SiteKind::Hexo;
            let limit = if is_hexo { MAX_BLOCK } else { self.line_at(place).len() };
            if let Some(end) = self.find("#}", place + 2, limit) {
                let spaced =
                    rest.starts_with("{# ") && self.source.get(..end - 2).is_some_and(|text| text.ends_with(' '));
                if is_hexo || spaced {
                    self.drop_to(place, end);
                }
            }
        } else if rest.starts_with("{::") || rest.starts_with("{:/") {
            self.extension(place, rest);
        } else if rest.starts_with("{:") {
            self.attributes(place);
        } else if self.renderer.is_vue() && self.renderer.attributes {
            self.inline_attributes(place, rest);
        }
    }

    /// Removes the attribute list of markdown-it at `place`, the start of `rest`: behind a link, code or emphasis, or at the
    /// end of a line. `flow` handles that of a heading.
    fn inline_attributes(&mut self, place: usize, rest: &str) {
        let line_length = self.line_at(place).len();
        let Some(end) = self.find("}", place, line_length) else { return };
        let behind = self.source.get(..place).is_some_and(|before| before.ends_with([')', ']', '`', '*', '_', '>']));
        let ends_line =
            self.source.get(end..).is_some_and(|after| after.trim_start_matches(' ').starts_with(['\n', '|']));
        let ends_line = ends_line || end == self.source.len();
        let in_heading = self.source.get(self.begin..place).is_some_and(|line| line.trim_start().starts_with('#'));
        let is_list =
            rest.get(..end - place).is_some_and(|list| attributes::is_list(list) && list.contains(['.', '#', '=']));
        if is_list && (behind || ends_line) && !in_heading {
            self.drop_to(place, end);
        }
    }

    /// Removes an extension of kramdown at `place`, the start of `rest`; a comment with its text.
    fn extension(&mut self, place: usize, rest: &str) {
        let line = self.line_at(place).len();
        let Some(end) = self.find("}", place, line) else {
            return;
        };
        let inside = rest.get(3..end - place - 1).unwrap_or_default();
        if !inside.chars().all(|c| c.is_ascii_alphanumeric() || c.is_ascii_punctuation() || c.is_whitespace()) {
            return;
        }
        if rest.starts_with("{::comment") && !inside.ends_with('/') {
            let mut close = self.find("{:/", end, usize::MAX);
            while let Some(found) = close
                && !self.source.get(found..).is_some_and(|name| name.starts_with("comment}") || name.starts_with('}'))
            {
                close = self.find("{:/", found, usize::MAX);
            }
            let close = close.and_then(|close| self.find("}", close, usize::MAX)).unwrap_or(self.source.len());
            return self.drop_to(place, close);
        }
        // The text in between is HTML.
        if rest.starts_with("{::nomarkdown}") {
            self.verbatim = true;
            return self.replace(place, end, "<nomarkdown>");
        }
        if rest.starts_with("{:/") && std::mem::take(&mut self.verbatim) {
            return self.replace(place, end, "</nomarkdown>");
        }
        self.drop_to(place, end);
    }

    /// Removes the attribute list at `place`, a `{`, if there is one.
    fn attributes(&mut self, place: usize) {
        let before = self.source.get(..place).unwrap_or_default();
        let bare = before.trim_end_matches([' ', '\t']);
        let at_line_start = bare.is_empty() || bare.ends_with('\n') || {
            let quoted = before.trim_end_matches([' ', '\t', '>']);
            quoted.is_empty() || quoted.ends_with('\n')
        };
        let line_length = self.line_at(place).len();
        let Some(end) = self.find("}", place, line_length) else {
            return;
        };
        let list = self.source.get(place..end).unwrap_or_default();
        if !attributes::is_list(list) {
            return;
        }
        // An id may belong to the heading above or of this line; `flow` handles it.
        let in_heading =
            self.source.get(self.begin..).is_some_and(|line| line.trim_start_matches(' ').starts_with('#'));
        if !(in_heading || at_line_start && list.contains('#')) {
            self.drop_to(place, end);
        }
    }

    /// Removes the tag at `place`, the start of `rest`.
    fn tag(&mut self, place: usize, rest: &'a str) {
        let escaped = [("{{</*", "*/>}}"), ("{{%/*", "*/%}}"), ("{{/*", "*/}}")];
        if let Some((_, ending)) = escaped.iter().find(|(opening, _)| rest.starts_with(opening))
            && let Some(end) = self.find(ending, place, MAX_BLOCK)
        {
            return self.drop_to(place, end);
        }
        let Some(tag) = Tag::read(rest, &self.ends) else {
            return self.expression(place, rest);
        };
        if !tag.closing && secret::is_name(tag.name) {
            return self.drop_to(place, place + secret::block(rest, &tag, &self.ends));
        }
        let end = place + tag.length;
        if tag.closing {
            let footer = self.footers.iter().rposition(|(name, _)| name == tag.name);
            let words =
                footer.map(|footer| self.footers.drain(footer..).next().map(|(_, words)| words).unwrap_or_default());
            return self.replace(place, end, &words.unwrap_or_default());
        }
        match (tag.syntax, tag.name) {
            (Syntax::Percent, "raw") => {
                if let Some(close) = self.find("endraw", end, usize::MAX) {
                    self.raw_end = self.source.get(..close).and_then(|before| before.rfind("{%")).unwrap_or(close);
                }
                self.drop_to(place, end);
            }
            (Syntax::Percent, "highlight") => self.keep_until(place, end, "endhighlight", ""),
            (Syntax::Percent, "codeblock" | "code") if self.renderer.kind != SiteKind::Jekyll => {
                let caption = words::shown(&tag, self.titles).at_tag;
                let ending = if tag.name == "code" { "endcode" } else { "endcodeblock" };
                self.keep_until(place, end, ending, &caption);
            }
            (Syntax::Percent, "comment") => {
                let close = self.find("endcomment", end, usize::MAX);
                let close = close.and_then(|close| self.find("%}", close, MAX_EXPRESSION));
                self.drop_to(place, close.unwrap_or(self.source.len()));
            }
            (Syntax::Hugo, "highlight") => self.keep_until(place, end, "/highlight", ""),
            _ => {
                let mut words = words::shown(&tag, self.titles);
                // A title stands above the text of its box.
                let line = self.line_at(end);
                let is_box = !words.at_tag.is_empty() && tag.syntax == Syntax::Hugo && line.len() < MAX_EXPRESSION;
                if is_box && line.contains(&format!("/{}", tag.name)) {
                    words.at_tag.push_str("<br>");
                }
                self.replace(place, end, &words.at_tag);
                if !words.at_end.is_empty() {
                    self.footers.push((tag.name.to_owned(), words.at_end));
                }
            }
        }
    }

    /// Removes the expression at `place`, the start of `rest`.
    fn expression(&mut self, place: usize, rest: &str) {
        if rest.starts_with("{%") {
            if let Some(end) = self.find("%}", place + 2, MAX_EXPRESSION) {
                self.drop_to(place, end);
            }
            return;
        }
        let braces = rest.bytes().take(4).take_while(|&b| b == b'{').count();
        let Some(end) = self.find("}}", place + braces, MAX_EXPRESSION) else {
            return;
        };
        let more = self.source.as_bytes().iter().skip(end).take(braces - 2).take_while(|&&b| b == b'}').count();
        self.drop_to(place, end + more);
    }

    /// Replaces the source from `place` to `end` by words.
    fn replace(&mut self, place: usize, end: usize, words: &str) {
        if words.is_empty() {
            return self.drop_to(place, end);
        }
        self.copy(place.saturating_sub(self.at));
        // A word at the start of a line opens no block.
        if words.starts_with(['#', '>', '-', '+', '*', '=', '~', '`', '|', ':']) {
            self.out.push('\\');
        }
        self.out.push_str(words);
        let dropped = self.source.get(place..end).unwrap_or_default();
        self.out.extend(dropped.bytes().filter(|&b| b == b'\n').map(char::from));
        self.at = end.max(self.at);
    }

    /// Drops the opening tag from `place` to `open_end` and the closing tag, and keeps the text between unchanged; in a
    /// code block with this caption if it has lines of its own.
    fn keep_until(&mut self, place: usize, open_end: usize, ending: &'static str, caption: &str) {
        let Some(name_end) = self.find(ending, open_end, MAX_BLOCK) else {
            return self.drop_to(place, open_end);
        };
        let (opening, closing) = if ending.starts_with('/') { ("{{", "}}") } else { ("{%", "%}") };
        let close = self.source.get(open_end..name_end).and_then(|inside| inside.rfind(opening));
        let close = close.map_or(name_end, |close| open_end + close);
        let close_end = self.find(closing, name_end, MAX_EXPRESSION).unwrap_or(name_end);
        self.drop_to(place, open_end);
        let starts_line = self.out.is_empty() || self.out.ends_with('\n');
        let alone = self.source.get(open_end..close).is_some_and(|inside| {
            inside.trim_start_matches([' ', '\t']).starts_with('\n')
                && inside.trim_end_matches([' ', '\t']).ends_with('\n')
        });
        let fence = if starts_line && alone { "~~~~~~" } else { "" };
        self.out.push_str(fence);
        if !fence.is_empty() && !caption.is_empty() {
            self.out.push_str("text title=\"");
            self.out.push_str(&caption.replace('"', ""));
            self.out.push('"');
        }
        self.copy(close.saturating_sub(self.at));
        self.out.push_str(fence);
        self.drop_to(self.at, close_end);
    }

    /// Writes the formula at `place`, a `$`, as code, in which marks mean nothing. An amount of money is no formula.
    fn formula(&mut self, place: usize) {
        let rest = self.source.get(place..).unwrap_or_default();
        let length = rest.bytes().take(3).take_while(|&b| b == b'$').count();
        let delimiter = if length == 2 { "$$" } else { "$" };
        if length > 2 || length == 1 && !self.renderer.math {
            self.skip(place, length);
            return;
        }
        self.end_paragraph(place);
        let from = place + length;
        let limit = self.paragraph_end.saturating_sub(from) + delimiter.len();
        let end = self.find(delimiter, from, limit).filter(|&end| end <= self.paragraph_end);
        let formula = end.and_then(|end| self.source.get(from..end - length)).unwrap_or_default();
        let after = end.and_then(|end| self.source.get(end..)).and_then(|rest| rest.chars().next());
        let before = self.source.get(..place).and_then(|before| before.chars().next_back());
        let is_formula = !formula.trim().is_empty()
            && !formula.contains('`')
            && (length == 2
                || !formula.starts_with(char::is_whitespace)
                    && !formula.ends_with([' ', '\t', '\n', '\\'])
                    && !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '$')
                    && !before.is_some_and(|c| c.is_ascii_alphanumeric())
                    // A price, as in `$5到$`.
                    && (formula.is_ascii() || !formula.starts_with(|c: char| c.is_ascii_digit()) && formula.contains('\\')));
        let Some(end) = end.filter(|_| is_formula) else {
            self.skip(place, length);
            return;
        };
        let ticks = if length == 2 { "``" } else { "`" };
        self.copy(place.saturating_sub(self.at));
        self.out.push_str(ticks);
        self.at = from;
        self.copy(formula.len());
        self.out.push_str(ticks);
        self.at = end;
    }

    /// Writes everything up to the end of `length` bytes at `place`.
    fn skip(&mut self, place: usize, length: usize) {
        self.copy((place + length).saturating_sub(self.at));
    }

    /// Removes the comment of Obsidian at `place`, a `%`.
    fn percent(&mut self, place: usize) {
        if self.renderer.percent_comments && self.source.get(place..).is_some_and(|rest| rest.starts_with("%%")) {
            let end = self.find("%%", place + 2, usize::MAX).unwrap_or(self.source.len());
            self.drop_to(place, end);
        }
    }

    /// Removes the comment, script, style sheet or secret at `place`, a `<`.
    fn angle(&mut self, place: usize) {
        let Some(rest) = self.source.get(place..) else {
            return;
        };
        if rest.starts_with("<!--") {
            return self.comment(place, rest);
        }
        if self.renderer.is_kramdown() && holds_markdown(rest) {
            // kramdown reads what follows as Markdown, as it would without the tag.
            let end = self.find(">", place, MAX_EXPRESSION).unwrap_or(place);
            return self.drop_to(place, end);
        }
        let ending = if opens(rest, b"<script") {
            "</script"
        } else if opens(rest, b"<style") {
            "</style"
        } else {
            let before = self.source.get(..place).unwrap_or_default().trim_end_matches([' ', '\t']);
            let starts_line = before.is_empty() || before.ends_with('\n');
            match secret::element(rest, !starts_line && self.failures < MAX_FAILURES) {
                Some(Ok(length)) => self.drop_to(place, place + length),
                Some(Err(secret::Word)) => self.failures += 1,
                None if self.renderer.is_vue() => self.component(place, rest),
                None => {}
            }
            return;
        };
        // Without a closing tag, only the opening tag is removed.
        let from = self.find(ending, place + 1, MAX_BLOCK).unwrap_or(place + 1);
        let line = self.line_at(from).len();
        let end = self.find(">", from, line).unwrap_or(from);
        self.drop_to(place, end);
    }

    /// Removes the HTML comment at `place`, the start of `rest`.
    fn comment(&mut self, place: usize, rest: &str) {
        if rest.starts_with("<!-->") || rest.starts_with("<!--->") {
            let length = rest.find('>').map_or(rest.len(), |end| end + 1);
            return self.drop_to(place, place + length);
        }
        if let Some(end) = self.find("-->", place + 4, usize::MAX) {
            // Themes of Hexo write the tabs of `{% tabs %}` as comments, with their captions.
            let inside = self.source.get(place + 4..end - 3).unwrap_or_default().trim();
            let caption = inside.strip_prefix("tab ").filter(|caption| !caption.contains('\n'));
            let caption = caption.filter(|_| self.renderer.kind == SiteKind::Hexo);
            let words = caption.map_or("", |caption| caption.split('@').next().unwrap_or_default().trim());
            return self.replace(place, end, words);
        }
        let before = self.source.get(..place).unwrap_or_default().trim_end_matches([' ', '\t', '>']);
        if before.is_empty() || before.ends_with('\n') {
            // Neither Markdown nor browsers show anything after it.
            self.drop_to(place, self.source.len());
        } else {
            // Inside a line it is no comment for Markdown.
            self.copy(place.saturating_sub(self.at));
            self.out.push_str("&lt;");
            self.at = place + 1;
        }
    }

    /// Removes the marks of `:::no-loc(word):::` at `place` and keeps the word.
    fn inline_container(&mut self, place: usize) {
        let Some(word) = self.line_at(place).strip_prefix(":::no-loc(") else {
            return;
        };
        let Some(end) = word.bytes().take(200).position(|b| b == b')') else {
            return;
        };
        if let Some((word, after)) = word.split_at_checked(end)
            && after.starts_with("):::")
        {
            self.copy(place - self.at);
            self.out.push_str(word);
            self.at = place + ":::no-loc(".len() + word.len() + "):::".len();
        }
    }

    /// Replaces the fence of a container by its title, if it has one.
    fn container(&mut self, line: &'a str, bare: &'a str) {
        let words = bare.trim_start_matches(':').trim();
        let word_end = words.find(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | ':')).unwrap_or(words.len());
        let title = words.get(word_end..).unwrap_or_default().trim();
        let title = title.strip_prefix('[').map_or(title, |title| title.trim_end_matches(']'));
        // A picture: `:::image source="…" alt-text="…":::`.
        let title = match title.split_once("alt-text=\"") {
            Some((_, alternative)) => alternative.split('"').next().unwrap_or_default(),
            None if title.contains(['=', '{']) || title.contains(":::") => "",
            None => title,
        };
        let indent = line.get(..line.len() - bare.len()).unwrap_or_default();
        self.out.push_str(indent);
        self.out.push_str(title);
        self.at += line.len();
        if line.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Returns the end of the code span that opens at `place`, or the end of its opening if nothing closes it.
    fn span_end(&mut self, place: usize) -> usize {
        let bytes = self.source.as_bytes();
        let length = run_length(bytes, place);
        let open_end = place + length;
        if length > MAX_SPAN || self.spans[length] > open_end {
            return open_end;
        }
        self.end_paragraph(place);
        let mut from = open_end;
        while from < self.paragraph_end {
            let Some(found) = bytes[from..self.paragraph_end].iter().position(|&b| b == b'`') else {
                break;
            };
            let run = run_length(bytes, from + found);
            from += found + run;
            if run == length {
                let code = self.source.get(open_end..from).unwrap_or_default();
                let runs = self.renderer.runs_tags_in_code() && self.secret_in_span(code, open_end);
                return if runs { open_end } else { from };
            }
        }
        self.spans[length] = self.paragraph_end;
        open_end
    }

    /// Returns whether a secret opens in the code of a span, which starts at `start`.
    fn secret_in_span(&mut self, code: &str, start: usize) -> bool {
        if !code.contains("{{") && !code.contains("{%") {
            return false;
        }
        let at = std::mem::replace(&mut self.at, start);
        let found = self.secret_in(code).is_some();
        self.at = at;
        found
    }

    /// Finds the end of the paragraph around `place`.
    fn end_paragraph(&mut self, place: usize) {
        if self.paragraph_end > place {
            return;
        }
        self.paragraph_end = place;
        while self.paragraph_end < self.source.len() {
            let line = self.line_at(self.paragraph_end);
            self.paragraph_end += line.len();
            if line.trim().is_empty() {
                break;
            }
        }
    }

    /// Returns the end of the next `ending` after `from`, if it is at most `limit` bytes away. Letters may be of either
    /// case in the name of a closing tag.
    fn find(&mut self, ending: &'static str, from: usize, limit: usize) -> Option<usize> {
        let known = self.next.get(ending).copied().filter(|&(searched, next)| searched <= from && from <= next);
        let next = match known {
            Some((_, next)) => next,
            None => {
                let rest = self.source.get(from..)?;
                let found = if ending.starts_with("</") { find_ignoring_case(rest, ending) } else { rest.find(ending) };
                let next = found.map_or(self.source.len(), |found| from + found);
                self.next.insert(ending, (from, next));
                next
            }
        };
        let end = next + ending.len();
        (next < self.source.len() && end - from <= limit).then_some(end)
    }

    /// Writes the text before `place`, then drops everything up to `end` except newlines, and one of two spaces that
    /// become adjacent.
    fn drop_to(&mut self, place: usize, end: usize) {
        self.copy(place.saturating_sub(self.at));
        let dropped = self.source.get(place..end).unwrap_or_default();
        self.out.extend(dropped.bytes().filter(|&b| b == b'\n').map(char::from));
        self.at = end.max(self.at);
        if dropped.is_empty() {
            return;
        }
        let rest = self.source.get(self.at..).unwrap_or_default();
        if self.out.is_empty() || self.out.ends_with([' ', '\n', '*', '[', '(']) {
            self.at += rest.len() - rest.trim_start_matches(' ').len();
        }
        // With a space before it, a closing mark would not close.
        if rest.starts_with('*') && self.out.ends_with(' ') && !self.out.trim_end_matches(' ').ends_with('\n') {
            self.out.pop();
        }
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(self.source.get(self.at..self.at + length).unwrap_or_default());
        self.at += length;
    }

    /// Returns the rest of the line at `place`, with its newline.
    fn line_at(&mut self, place: usize) -> &'a str {
        if !self.line.contains(&place) {
            let rest = self.source.as_bytes().get(place..).unwrap_or_default();
            let length = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |newline| newline + 1);
            self.line = place..place + length;
        }
        self.source.get(place..self.line.end).unwrap_or_default()
    }
}

fn run_length(bytes: &[u8], place: usize) -> usize {
    bytes[place..].iter().take_while(|&&b| b == bytes[place]).count()
}

/// Returns the mark and the length of the code fence that a line opens.
fn opens_fence(line: &str) -> Option<(u8, usize)> {
    let mark = *line.as_bytes().first().filter(|b| matches!(b, b'`' | b'~'))?;
    let length = run_length(line.as_bytes(), 0);
    let info = line.get(length..)?;
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some((mark, length))
}

fn closes_fence(line: &str, mark: u8, length: usize) -> bool {
    let marks = line.bytes().take_while(|&b| b == mark).count();
    marks >= length && line.get(marks..).is_some_and(|rest| rest.trim().is_empty())
}

/// Returns the line without the marker of a list item, if it has one.
fn without_list_marker(line: &str) -> &str {
    let rest = line.strip_prefix(['-', '*', '+']).or_else(|| {
        line.trim_start_matches(|c: char| c.is_ascii_digit())
            .strip_prefix(['.', ')'])
            .filter(|_| line.starts_with(|c: char| c.is_ascii_digit()))
    });
    rest.filter(|rest| rest.starts_with([' ', '\t'])).map_or(line, |rest| rest.trim_start_matches([' ', '\t']))
}

/// Returns whether `text` starts with the tag in any letter case, and the name ends there.
fn opens(text: &str, tag: &[u8]) -> bool {
    let bytes = text.as_bytes();
    bytes.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
        && bytes.get(tag.len()).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
}

/// Returns whether `text` starts with a short tag that has the attribute `markdown`.
fn holds_markdown(text: &str) -> bool {
    let end = text.bytes().take(200).skip(1).position(|b| matches!(b, b'<' | b'>' | b'\n'));
    let tag = end.and_then(|end| text.get(..=end)).unwrap_or_default();
    let value = tag.split_once(" markdown=").map_or("", |(_, value)| value);
    ["1", "block", "span"].iter().any(|kind| value.trim_start_matches(['"', '\'']).starts_with(kind))
}

fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    text.match_indices("</").map(|(place, _)| place).find(|&place| {
        bytes.get(place..place + what.len()).is_some_and(|start| start.eq_ignore_ascii_case(what.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(source: &str, expected: &str) {
        assert_eq!(strip(source, Format::Markdown, &Renderer::new(SiteKind::Jekyll), &|_| None), expected);
    }

    #[test]
    fn liquid_and_shortcodes_go() {
        check("前{{ page.title }}后", "前后");
        check("用 {{{ .plan }}} 版本", "用 版本");
        check("**{{ a }} 版** 与 **版 {{ a }}**", "**版** 与 **版**");
        check("![]({{site.baseurl}}/img/a.png)", "![](/img/a.png)");
        check("{{< bilibili BV1xx >}}\n正文", "\n正文");
        check("{{% notice tip %}}小心转账{{% /notice %}}", "小心转账");
        check("{% asset_img jietu.jpg 截图 %}文字", "文字");
        check("{% include\n  card.html\n%}尾", "\n\n尾");
        check("甲{% comment %}乙\n{{ x }}丙{% endcomment %}丁", "甲\n丁");
        check("甲{% comment %}乙\n丙", "甲\n");
    }

    /// Checks the text for each generator.
    #[track_caller]
    fn check_for(kinds: &[SiteKind], source: &str, expected: &str) {
        for &kind in kinds {
            assert_eq!(
                strip(source, Format::Markdown, &Renderer::new(kind), &|_| None),
                expected,
                "{kind:?}: {source}"
            );
        }
    }

    const ALL: [SiteKind; 7] = [
        SiteKind::Jekyll,
        SiteKind::Hexo,
        SiteKind::Hugo,
        SiteKind::VitePress,
        SiteKind::VuePress,
        SiteKind::Docusaurus,
        SiteKind::Plain,
    ];

    #[test]
    fn what_an_author_protects_goes_with_its_tags() {
        for (open, close) in [
            ("{{% hugo-encryptor \"pw\" %}}", "{{% /hugo-encryptor %}}"),
            ("{{< Encrypt >}}", "{{</encrypt>}}"),
            ("{% hideToggle 剧透 %}", "{% endhideToggle %}"),
            ("{%- secret -%}", "{%- endsecret -%}"),
            ("<password-box hint=\"生日\">", "</password-box>"),
            ("<div hidden>", "</div>"),
            ("<span style=\"color: red; display: none\">", "</span >"),
        ] {
            check_for(&ALL, &format!("甲{open}暗语\n\n`{close}乙"), "甲\n\n乙");
            // Nested ones belong to the outer one, and code between them hides no end.
            check_for(&ALL, &format!("甲{open}暗{open}语{close}\n```\n暗语{close}乙"), "甲\n\n乙");
            // Without an end, everything that follows is protected.
            check_for(&ALL, &format!("甲\n\n{open}\n暗语{open}{close}\n# 暗语"), "甲\n\n\n\n");
        }
        check_for(&ALL, "甲\n\n    {{< secret >}}暗语{{< /secret >}}\n乙", "甲\n\n    \n乙");
        check_for(&ALL, "::: hidden 标题\n暗语\n:::: tip\n暗\n::::\n语\n:::\n乙", "\n\n\n\n\n\n\n乙");
        check_for(&ALL, ":::encrypt\n暗语\n::: tip\n:::\n暗语", "\n\n\n\n");
        check_for(&ALL, "甲{% hideInline 暗语,显示 %}乙", "甲乙");
        check_for(&ALL, "甲{{< password-field />}}乙<hide/>丙", "甲乙丙");
        check_for(&ALL, "<p aria-hidden=\"true\">甲</p>", "<p aria-hidden=\"true\">甲</p>");
        check_for(&ALL, "mysql -p<password> 连接", "mysql -p<password> 连接");
    }

    #[test]
    fn generators_that_run_tags_in_code_hide_there_too() {
        let runs = [SiteKind::Jekyll, SiteKind::Hugo];
        check_for(&runs, "```\n甲{{< encrypt >}}暗语\n{{< /encrypt >}}乙\n```\n", "```\n甲\n乙\n```\n");
        check_for(&runs, "`{% secret %}暗语{% endsecret %}`乙", "``乙");
        for source in ["```\n{{< encrypt >}}\n```\n后", "```\n{{</* encrypt */>}}甲{{</* /encrypt */>}}\n```\n"] {
            check_for(&ALL, source, source);
        }
        let source = "```\n{{< encrypt >}}例{{< /encrypt >}}\n```\n";
        check_for(&[SiteKind::Hexo, SiteKind::Plain], source, source);
    }

    #[test]
    fn comments_of_every_language_go() {
        let kramdown = [SiteKind::Jekyll];
        check_for(&ALL, "甲{::comment}暗\n{:/comment}乙{::options x=\"y\" /}", "甲\n乙");
        check_for(&ALL, "甲{::comment}暗{:/}乙", "甲乙");
        check_for(&ALL, "甲{::comment}暗\n语", "甲\n");
        check_for(&kramdown, "{::nomarkdown}<b>*甲*</b>{:/}", "<nomarkdown><b>*甲*</b></nomarkdown>");
        check_for(&kramdown, "<div markdown=\"1\">\n## 甲\n</div>", "\n## 甲\n</div>");
        check_for(&kramdown, "- TOC\n{:toc}\n\n甲", "\n\n\n甲");
        check_for(&kramdown, "*[OTC]: 场外交易\n{:ref: .cls title=\"甲\"}\n乙", "\n\n乙");
        check_for(&kramdown, "*甲*{:.c}乙\n- {:.c #d} 丙\n> {:.q}\n", "*甲*乙\n- 丙\n> \n");
        check_for(&[SiteKind::Hexo], "甲{# 暗\n语 #}乙{#丙#}", "甲\n乙");
        check_for(&ALL, "甲{# 暗语 #}乙", "甲乙");
        check_for(&ALL, "甲{{/* 暗 }} 语 */}}乙{{%/* 暗 %}} */%}}丙{% # 暗语 %}丁", "甲乙丙丁");
        let obsidian = Renderer { percent_comments: true, ..Renderer::new(SiteKind::Plain) };
        let stripped = |source| strip(source, Format::Markdown, &obsidian, &|_| None).into_owned();
        assert_eq!(
            stripped("甲%%暗语%%乙 5% 与 6%\n\n%%\n暗\n\n语\n%%\n丙`%%`丁%%暗"),
            "甲乙 5% 与 6%\n\n\n\n\n\n\n丙`%%`丁"
        );
        check_for(&ALL, "完成 50%%，再到 60%%。", "完成 50%%，再到 60%%。");
    }

    #[test]
    fn words_that_a_tag_shows_stay() {
        let hexo = [SiteKind::Hexo];
        check_for(&hexo, "见{% post_link kefu 那篇手记 %}与{% post_link kefu '两 个' true %}", "见那篇手记与两 个");
        check_for(&hexo, "点{% link 反诈 中心 https://a.cn true 提示 %}", "点反诈 中心");
        check_for(&hexo, "{% quote 老秦, 夜班手记 %}\n甲\n{% endquote %}", "\n甲\n<br>老秦, 夜班手记");
        check_for(&hexo, "{% quote 老秦 https://a.cn 手记 %}甲{% endquote %}", "甲<br>老秦 手记");
        check_for(&hexo, "{% pullquote left %}甲{% endpullquote %}", "甲");
        let code = "{% codeblock 配置 lang:js https://a.cn 全文 %}\na{{b}}\n{% endcodeblock %}";
        check_for(&hexo, code, "~~~~~~text title=\"配置 全文\"\na{{b}}\n~~~~~~");
        check_for(&hexo, "{% note info 小心 %}\n甲\n{% endnote %}", "小心\n甲\n");
        check_for(&hexo, "{% tabs 名 %}\n<!-- tab 手机@fa -->\n甲\n<!-- endtab -->\n{% endtabs %}", "\n手机\n甲\n\n");
        check_for(&hexo, "{% fold 展开, open %}{% label info@急 %}{% btn https://a.cn, 报名 %}", "展开急报名");
        check_for(&hexo, "{% asset_img 图.png 题 %}{% post_path a %}{% if a == \"是\" %}甲{% endif %}", "甲");
        let hugo = [SiteKind::Hugo];
        check_for(&hugo, "{{< figure src=\"a.png\" title=\"题\" caption=\"说\" alt=\"b.png\" >}}", "题<br>说");
        check_for(&hugo, "{{< details summary=\"展开\" >}}甲{{< /details >}}", "展开<br>甲");
        check_for(&hugo, "{{% notice tip \"小心\" %}}\n甲\n{{% /notice %}}", "小心\n甲\n");
        check_for(&hugo, "{{< highlight go \"linenos=true\" >}}\na{{b}}\n{{< /highlight >}}", "~~~~~~\na{{b}}\n~~~~~~");
        check_for(&hugo, "[甲]({{< ref \"第一篇.md\" >}}){{< youtube 视频 >}}", "[甲]()");
        let titled = |name: &str| (name == "a/kefu").then(|| "假客服".to_owned());
        let found = strip(
            "见{% post_link a/kefu %}{% post_link b %}。",
            Format::Markdown,
            &Renderer::new(SiteKind::Hexo),
            &titled,
        );
        assert_eq!(found, "见假客服。");
    }

    #[test]
    fn a_formula_is_code_and_an_amount_is_none() {
        check_for(&[SiteKind::Plain], "设 $a_1*b*$ 与 $x$，", "设 `a_1*b*` 与 `x`，");
        for source in [
            "先付$1,000，再付$18,000。",
            "花 US$3 与 HK$5",
            "$5到$10，$ a$，$b $，$c$3",
            "共$3，[甲](b)与$ 4",
            "`$a$`",
            "\\$a$",
            "$$$",
        ] {
            check_for(&ALL, source, source);
        }
        check_for(&[SiteKind::Jekyll, SiteKind::Hexo, SiteKind::Hugo], "设 $a_1$", "设 $a_1$");
        check_for(&ALL, "$$\na*b\n$$\n", "``\na*b\n``\n");
    }

    #[test]
    fn the_blank_of_chinese_keyboards_starts_a_heading_for_marked() {
        check_for(&[SiteKind::Hexo], "##\u{3000}\u{3000}甲", "## 甲");
        check_for(&[SiteKind::Jekyll, SiteKind::Hugo, SiteKind::Plain], "##\u{3000}甲", "##\u{3000}甲");
    }

    #[test]
    fn html_has_no_code_of_markdown() {
        let source = "    <p>{{ a }}甲<!-- 暗 --></p>\n```\n{% b %}\n";
        let found = strip(source, Format::Html, &Renderer::new(SiteKind::Jekyll), &|_| None);
        assert_eq!(found, "    <p>甲</p>\n```\n\n");
    }

    #[test]
    fn code_keeps_its_braces() {
        for source in [
            "`{{ value }}` 与 ``a`{% b %}``",
            "```vue\n<p>{{ msg }}</p>\n<!-- 注 -->\n```\n",
            "- 步骤\n  ~~~\n  {% if %}\n  ~~~\n",
            "段落\n\n    {{ 缩进代码 }}\n",
        ] {
            check(source, source);
        }
    }

    #[test]
    fn raw_keeps_what_it_guards() {
        check("{% raw %}写作 {{ x }} 即可{% endraw %}。", "写作 {{ x }} 即可。");
        check("{% raw %}\n<script>\nlet a;\n</script>{{ a }}<b hidden>暗</b>{% endraw %}{{ b }}。", "\n\n\n{{ a }}。");
        check(
            "{% highlight ruby %}\nputs *a*, {{ b }}\n{% endhighlight %}\n完",
            "~~~~~~\nputs *a*, {{ b }}\n~~~~~~\n完",
        );
    }

    #[test]
    fn what_never_ends_is_text() {
        check("价格 {{ 未闭合\n\n后文", "价格 {{ 未闭合\n\n后文");
        check("{% 未闭合", "{% 未闭合");
        check("一行 <!-- 未闭合\n\n后文", "一行 &lt;!-- 未闭合\n\n后文");
        check("<script src=a.js>\n\n后文", "\n\n后文");
    }

    #[test]
    fn comments_scripts_and_styles_go() {
        check("摘要<!-- more -->正文", "摘要正文");
        check("甲<!-->乙<!-- 丙\n```\n丁 -->戊", "甲乙\n\n戊");
        // A browser shows nothing behind a comment that does not end.
        check("甲\n\n<!-- 乙\n\n丙", "甲\n\n\n\n");
        check("<SCRIPT>\nlet a = 1;\n</SCRIPT>后", "\n\n后");
        check("<style type=\"text/css\">\n\np{}\n</style>\n后", "\n\n\n\n后");
        check("<scripture>", "<scripture>");
    }

    #[test]
    fn attribute_lists_go_but_ids_stay_for_the_heading() {
        check("[链接](a){:target=\"_blank\"}。", "[链接](a)。");
        check("> 引文\n{: .tip }\n", "> 引文\n\n");
        check("## 标题\n{: #own}\n", "## 标题\n{: #own}\n");
        check("输出 {:.2f} 格式", "输出 {:.2f} 格式");
    }

    #[test]
    fn what_vue_shows_stays_without_its_marks() {
        let vue = [SiteKind::VitePress, SiteKind::VuePress];
        check_for(&vue, "甲\n\n[[toc]]\n\n<<< @/a.py{1}\n@[code js](./a.js)\n", "甲\n\n\n\n\n\n");
        check_for(&vue, "::: tabs#os\n@tab:active 手机 #m\n甲\n@tab\n乙\n:::\n", "\n手机<br>\n甲\n\n乙\n\n");
        check_for(&vue, "> [!TIP] 小心\n> 甲\n> [!NOTE]\n", "> 小心\n> 甲\n> [!NOTE]\n");
        check_for(&vue, "## 题 <Badge text=\"新\" />\n甲<Badge text=\"新\"/>乙", "## 题 \n甲<span>新</span>乙");
        check_for(&vue, "<Card title='卡'>\n甲\n</Card>\n<my-x\n :a=\"b\"/>", "<span>卡\n甲\n</span>\n\n");
        check_for(&vue, "<template #title>名</template><p @click=\"a\">甲</p>", "<span>名</span><p>甲</p>");
        check_for(&[SiteKind::VitePress], "[甲](b){.c target=\"_self\"} 乙 {.d}\n{丙}", "[甲](b) 乙 \n{丙}");
        check_for(&vue, "<https://a.cn> <b>甲</b> `<T>`", "<https://a.cn> <b>甲</b> `<T>`");
        check_for(&[SiteKind::Plain], "[[toc]] <T>\n@tab 甲", "[[toc]] <T>\n@tab 甲");
    }

    #[test]
    fn container_fences_go_but_their_titles_stay() {
        check("::: moniker range=\">=2017\"\n文\n::: moniker-end\n", "\n文\n\n");
        check(":::tip 小贴士\n文\n:::\n", "小贴士\n文\n\n");
        check("  :::note[注意]\n", "  注意\n");
        check("关键字 :::no-loc(break)::: 结束循环", "关键字 break 结束循环");
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_number_of_lines(source in "(\\{\\{|\\}\\}|\\{%|%\\}| raw |endraw|<!--|-->|<script>|</script>|`|:::|\\{:|\n|\\\\|[甲a ]){0,60}") {
            let renderer = Renderer { math: true, percent_comments: true, ..Renderer::new(SiteKind::Jekyll) };
            let stripped = strip(&source, Format::Markdown, &renderer, &|_| None);
            prop_assert_eq!(stripped.matches('\n').count(), source.matches('\n').count());
        }
    }
}
