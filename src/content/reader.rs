//! Goes through the Markdown parser's events and decides what each piece of markup means for the running text.
//!
//! pulldown-cmark finds paragraphs, code and HTML. [`Reader`] passes their words to `flow`, counts source lines, and
//! passes HTML blocks to `html`. Stores no text and does not decide about sections.

use std::{borrow::Cow, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::chinese::is_ideograph;

use super::{
    anchor::Piece,
    depth,
    flow::Flow,
    html::{self, Token, Tokens},
};

pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_DEFINITION_LIST);

/// Goes through the events of one source.
pub(super) struct Reader<'f, 'c, 's> {
    flow: &'f mut Flow<'c>,
    source: &'s str,
    /// Number of the line that contains byte `counted`.
    line: u32,
    counted: usize,
    /// Byte offset in the source of the current line's first words.
    line_start: Option<usize>,
    code: bool,
    /// The HTML block being collected, and the number of its first line.
    html: String,
    html_line: u32,
    /// The id of the HTML heading being read.
    heading_id: String,
    /// Numbers of open images, and of open links that show their address.
    images: u32,
    addresses: u32,
    /// Whether the cells of the table are those of its head.
    head: bool,
    /// Whether bold HTML is only that, and no heading.
    verbatim: bool,
    /// Whether Markdown is read in HTML, too.
    markdown: bool,
    /// Whether the source is part of an HTML block, so that its paragraphs are not separate blocks.
    inner: bool,
}

impl<'f, 'c, 's> Reader<'f, 'c, 's> {
    /// Starts at the beginning of `source`, whose first line has the number `first_line` in the file.
    pub(super) fn new(flow: &'f mut Flow<'c>, source: &'s str, first_line: u32, inner: bool) -> Self {
        Self {
            flow,
            source,
            line: first_line,
            counted: 0,
            line_start: None,
            code: false,
            html: String::new(),
            html_line: first_line,
            heading_id: String::new(),
            images: 0,
            addresses: 0,
            head: false,
            verbatim: false,
            markdown: true,
            inner,
        }
    }

    /// Passes all words, line ends and headings of the source to the flow.
    pub(super) fn run(&mut self) {
        let mut options = OPTIONS;
        options.set(Options::ENABLE_FOOTNOTES, self.flow.has_footnotes());
        for (event, range) in Parser::new_ext(self.source, options).into_offset_iter() {
            self.count_lines(range.start);
            match event {
                Event::Start(tag) => self.start(&tag, range.start),
                Event::End(tag) => self.end(tag, range),
                Event::Text(text) if self.code => {
                    for (number, line) in (self.line..).zip(text.split('\n')) {
                        self.flow.code_line(line, number);
                    }
                }
                Event::Text(text) => self.text(&text, range),
                Event::Code(text) => {
                    self.flow.piece(Piece::Code(&text));
                    self.words(&text, range.start);
                }
                Event::Html(html) => {
                    if self.html.is_empty() {
                        self.html_line = self.line;
                    }
                    self.html.push_str(&html);
                }
                Event::InlineHtml(html) => self.inline_html(&html, range.start),
                Event::SoftBreak => {
                    self.flow.piece(Piece::Break);
                    let raw = self.raw_line(range.start);
                    self.flow.soft(raw);
                }
                Event::HardBreak => {
                    self.flow.piece(Piece::Break);
                    let raw = self.raw_line(range.start);
                    self.flow.block(raw.trim_end_matches('\\'));
                }
                Event::Rule => self.block(range.start),
                Event::FootnoteReference(label) => self.flow.piece(Piece::Footnote(&label)),
                // Formulas are code for the parser: `template` sees to it.
                Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
            }
        }
    }

    /// Passes on the words of a source that is HTML as a whole.
    pub(super) fn run_html(&mut self) {
        self.markdown = false;
        self.html = self.source.to_owned();
        self.html_block();
    }

    fn start(&mut self, tag: &Tag<'_>, at: usize) {
        if matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }) {
            self.flow.piece(Piece::Open);
        }
        match tag {
            Tag::Emphasis | Tag::Strong => {
                if *tag == Tag::Strong {
                    self.flow.strong += 1;
                }
                self.product(*tag == Tag::Strong, at);
                self.line_start.get_or_insert(at);
            }
            Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {
                self.line_start.get_or_insert(at);
            }
            Tag::Link { link_type, dest_url, .. } => {
                if let Some(name) = dest_url.strip_prefix('#') {
                    self.flow.piece(Piece::Alias(name));
                }
                self.addresses += u32::from(matches!(link_type, LinkType::Autolink | LinkType::Email));
                self.flow.link += 1;
                self.line_start.get_or_insert(at);
            }
            Tag::Image { .. } => {
                self.images += 1;
                self.flow.start_image();
                self.line_start.get_or_insert(at);
            }
            Tag::Heading { level, .. } => {
                self.block(at);
                self.flow.start_heading(*level as u8, self.line);
            }
            Tag::TableCell => self.flow.start_cell(self.head),
            Tag::Paragraph if self.inner => {}
            Tag::CodeBlock(kind) => {
                self.block(at);
                self.code = true;
                if let CodeBlockKind::Fenced(info) = kind {
                    self.flow.code_line(&caption(info), self.line);
                }
            }
            Tag::List(_) | Tag::BlockQuote(_) => {
                self.block(at);
                self.flow.nested += 1;
            }
            Tag::Table(_) => {
                self.block(at);
                self.flow.table.start();
            }
            Tag::TableHead | Tag::TableRow => {
                self.block(at);
                self.head = *tag == Tag::TableHead;
                self.flow.table.start_row();
            }
            _ => self.block(at),
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        if matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) {
            self.flow.piece(Piece::Close);
        }
        match tag {
            TagEnd::Emphasis => self.product(false, range.start),
            TagEnd::Strong => {
                self.product(true, range.start);
                self.flow.strong = self.flow.strong.saturating_sub(1);
            }
            TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::TableCell => self.flow.end_cell(),
            TagEnd::Link => {
                self.flow.link = self.flow.link.saturating_sub(1);
                self.addresses = 0;
            }
            TagEnd::Image => {
                self.images = self.images.saturating_sub(1);
                self.flow.end_image(self.line);
            }
            TagEnd::Heading(_) => {
                self.line_start = None;
                let raw = self.source.get(range).unwrap_or_default().trim();
                let lines = newlines(raw) + 1;
                // The line below a setext heading underlines it. The anchor of a heading of several lines comes from
                // the last line.
                let raw = if raw.starts_with('#') {
                    raw.trim_matches('#').trim()
                } else {
                    raw.lines().rev().nth(1).unwrap_or(raw)
                };
                self.flow.end_heading(raw, lines);
            }
            TagEnd::Paragraph if self.inner => self.end_inline(),
            TagEnd::HtmlBlock => self.html_block(),
            TagEnd::CodeBlock => {
                self.code = false;
                self.block(range.end);
            }
            TagEnd::List(_) | TagEnd::BlockQuote(_) => {
                self.block(range.end);
                self.flow.nested = self.flow.nested.saturating_sub(1);
            }
            TagEnd::Table => {
                self.block(range.end);
                self.flow.table.end();
            }
            _ => {
                self.end_inline();
                self.block(range.end);
            }
        }
    }

    /// Closes the inline HTML left open in a paragraph.
    fn end_inline(&mut self) {
        self.flow.muted = 0;
        self.flow.strong = 0;
        self.flow.abandon_heading();
    }

    fn block(&mut self, at: usize) {
        let raw = self.raw_line(at);
        self.flow.block(raw);
    }

    /// Returns the source of the line that ends at byte `at`, and resets the start of the line.
    fn raw_line(&mut self, at: usize) -> &'s str {
        let start = self.line_start.take();
        start.and_then(|start| self.source.get(start..at)).unwrap_or_default().trim()
    }

    fn words(&mut self, words: &str, at: usize) {
        // A backslash before the words is part of the line: `\#` starts no heading.
        self.line_start.get_or_insert_with(|| match at.checked_sub(1) {
            Some(before) if self.source.as_bytes()[before] == b'\\' => before,
            _ => at,
        });
        self.flow.push(words, self.line);
    }

    /// Passes on text in a heading as a piece of it.
    fn piece(&mut self, text: &str, range: Range<usize>) {
        let start = range.start;
        let source = self.source.get(range).unwrap_or_default();
        let escaped = start.checked_sub(1).is_some_and(|before| self.source.as_bytes()[before] == b'\\');
        let mut text = text;
        if let Some(first) = text.chars().next().filter(|first| escaped && first.is_ascii_punctuation()) {
            let (sign, rest) = text.split_at_checked(first.len_utf8()).unwrap_or((text, ""));
            self.flow.piece(Piece::Entity { source: sign, decoded: sign });
            text = rest;
        }
        self.flow.piece(if self.images > 0 {
            Piece::Image(text)
        } else if self.addresses > 0 {
            Piece::Address(text)
        } else if source.starts_with('&') && source != text {
            Piece::Entity { source, decoded: text }
        } else {
            Piece::Text(text)
        });
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.flow.in_heading() {
            self.piece(text, range.clone());
        }
        let mut words = text;
        if words == "\u{A0}" && self.source.as_bytes().get(range.start) == Some(&b'&') {
            words = " ";
        }
        let mark = text.as_bytes().first().copied().unwrap_or_default();
        let is_run = matches!(mark, b'*' | b'_' | b'~') && text.bytes().all(|b| b == mark);
        if !is_run && !text.contains("**") || self.source.get(range.clone()) != Some(text) {
            return self.words(words, range.start);
        }
        if is_run {
            let escaped = range.start > 0 && self.source.as_bytes()[range.start - 1] == b'\\';
            return if escaped { self.words(text, range.start) } else { self.stray(text, mark, range.start) };
        }
        // Marks between spaces are not emphasis in CommonMark, and are part of the text.
        let mut at = range.start;
        let mut rest = text;
        while let Some((plain, after)) = rest.find("**").and_then(|found| rest.split_at_checked(found)) {
            let (marks, after) = after.split_at(after.len() - after.trim_start_matches('*').len());
            if !plain.is_empty() {
                self.words(plain, at);
            }
            self.stray(marks, b'*', at + plain.len());
            at += plain.len() + marks.len();
            rest = after;
        }
        if !rest.is_empty() {
            self.words(rest, at);
        }
    }

    /// Passes on emphasis marks that CommonMark left as text, with the characters around their run in the source.
    fn stray(&mut self, marks: &str, mark: u8, at: usize) {
        // Bounds the time for a hostile run, which would be measured again for each of its pieces.
        const MAX_RUN: usize = 64;
        let bytes = self.source.as_bytes();
        let end = at + marks.len();
        let before = bytes[..at].iter().rev().take(MAX_RUN).take_while(|&&b| b == mark).count();
        let after = bytes[end..].iter().take(MAX_RUN).take_while(|&&b| b == mark).count();
        let left = self.source.get(..at - before).and_then(|left| left.chars().next_back());
        let right = self.source.get(end + after..).and_then(|right| right.chars().next());
        // A table cell or a tag ends the line as the author sees it.
        let left = left.filter(|c| !matches!(c, '\n' | '|' | '>'));
        let right = right.filter(|c| !matches!(c, '\n' | '|' | '<' | '\\'));
        self.line_start.get_or_insert(at);
        self.flow.stray(marks, before + marks.len() + after, left, right, self.line);
    }

    /// Writes the marks of an emphasis between digits: `2*3*4` is a product.
    fn product(&mut self, strong: bool, at: usize) {
        let marks = if strong { "**" } else { "*" };
        let bytes = self.source.as_bytes();
        let digit = |place: Option<usize>| place.and_then(|place| bytes.get(place)).is_some_and(u8::is_ascii_digit);
        if self.source.get(at..at + marks.len()) == Some(marks)
            && digit(at.checked_sub(1))
            && digit(Some(at + marks.len()))
        {
            self.words(marks, at);
        }
    }

    fn inline_html(&mut self, html: &str, at: usize) {
        self.flow.piece(Piece::Html(html));
        self.line_start.get_or_insert(at);
        for token in Tokens::new(html) {
            match token {
                Token::Text(text) => self.flow.push(&html::decode(text), self.line),
                Token::Tag(tag) if !tag.is_markup() => self.flow.push(tag.source, self.line),
                Token::Tag(tag) => {
                    if tag.breaks() && !self.flow.in_heading() {
                        let raw = self.raw_line(at);
                        self.flow.block(raw);
                    }
                    self.tag(&tag, self.line);
                }
            }
        }
    }

    /// Passes on the words of a collected HTML block.
    fn html_block(&mut self) {
        let html = std::mem::take(&mut self.html);
        let mut line = self.html_line;
        let mut preformatted = false;
        for token in Tokens::new(&html) {
            let written = match &token {
                Token::Tag(tag) => {
                    if tag.name.eq_ignore_ascii_case("pre") {
                        preformatted = !tag.closing;
                    }
                    self.tag(tag, line);
                    tag.source
                }
                Token::Text(text) if preformatted => {
                    for (number, code) in (line..).zip(text.split('\n')) {
                        if number > line {
                            self.flow.block("");
                        }
                        self.flow.push(&html::decode(code), number);
                    }
                    text
                }
                Token::Text(text) => {
                    self.html_text(text, line);
                    text
                }
            };
            line = line.saturating_add(newlines(written));
        }
        self.end_inline();
        self.flow.block("");
    }

    /// Passes on the text between two tags of an HTML block. Authors write Markdown there too, and some generators
    /// render it. Others show its marks, which a search result need not do.
    fn html_text(&mut self, text: &str, line: u32) {
        if text.starts_with(char::is_whitespace) {
            self.flow.space();
        }
        let marked = ["**", "](", "`"].iter().any(|sign| text.contains(sign));
        if marked && self.markdown && !self.inner && !self.flow.in_heading() {
            let flat: String = text.split('\n').flat_map(|line| inline_only(line.trim_start())).collect();
            Reader::new(self.flow, &depth::shallow(&flat), line, true).run();
        } else {
            for (number, words) in (line..).zip(text.split('\n')) {
                if number > line {
                    self.flow.soft("");
                }
                self.flow.push(&html::decode(if number > line { words.trim_start() } else { words }), number);
            }
        }
        if text.ends_with(char::is_whitespace) && !text.trim_end_matches([' ', '\t']).ends_with('\n') {
            self.flow.space();
        }
    }

    /// Applies the effect of a tag on the text.
    fn tag(&mut self, tag: &html::Tag<'_>, line: u32) {
        let name = tag.name.to_ascii_lowercase();
        let step = |depth: u32| {
            if tag.closing { depth.saturating_sub(1) } else { depth + 1 }
        };
        match name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if tag.closing => {
                let id = std::mem::take(&mut self.heading_id);
                self.flow.end_html_heading(id);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if !self.flow.in_heading() => {
                self.heading_id = tag.attribute("id").map(Cow::into_owned).unwrap_or_default();
                self.flow.start_heading(name.as_bytes()[1] - b'0', line);
            }
            "table" => {
                self.flow.block("");
                if tag.closing { self.flow.table.end() } else { self.flow.table.start() }
            }
            "tr" if !tag.closing => {
                self.flow.block("");
                self.flow.table.start_row();
            }
            "td" | "th" if tag.closing => self.flow.end_cell(),
            "td" | "th" => {
                if ["colspan", "rowspan"].iter().any(|key| tag.attribute(key).is_some_and(|span| span != "1")) {
                    self.flow.table.forget();
                }
                self.flow.start_cell(name == "th");
            }
            "nomarkdown" => self.verbatim = !tag.closing,
            "strong" | "b" if !self.verbatim => self.flow.strong = step(self.flow.strong),
            "a" => self.flow.link = step(self.flow.link),
            "rt" | "rp" | "template" | "head" => self.flow.muted = step(self.flow.muted),
            "img" => {
                if let Some(alternative) = tag.attribute("alt") {
                    self.flow.start_image();
                    self.flow.push(&alternative, line);
                    self.flow.end_image(line);
                }
            }
            // Gives a space inside a heading.
            _ if tag.breaks() => self.flow.block(""),
            _ => {}
        }
    }

    fn count_lines(&mut self, at: usize) {
        if at > self.counted {
            self.line = self.line.saturating_add(newlines(self.source.get(self.counted..at).unwrap_or_default()));
            self.counted = at;
        }
    }
}

pub(super) fn newlines(text: &str) -> u32 {
    text.bytes().filter(|&b| b == b'\n').count().try_into().unwrap_or(u32::MAX)
}

/// Returns a line with its newline, marked so that it opens no block: inside HTML only marks in the line count.
fn inline_only(line: &str) -> [&str; 4] {
    let digits = line.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let opens = line.starts_with(['#', '>', '-', '+', '=', '|', ':'])
        || ["* ", "```", "~~~", "***", "___"].iter().any(|mark| line.starts_with(mark))
        || digits > 0 && line.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')']));
    match line.split_at_checked(digits).filter(|_| opens) {
        Some((number, rest)) => [number, "\\", rest, "\n"],
        None => ["", "", line, "\n"],
    }
}

/// Returns the caption in the information after the opening of a code block: `title="…"`, or Hexo's title and the words
/// of its link after the language.
fn caption(info: &str) -> String {
    if let Some((_, title)) = info.split_once("title=") {
        let quote = title.chars().next().filter(|c| matches!(c, '"' | '\''));
        let title = quote.and_then(|quote| title.get(1..)?.split(quote).next());
        return title.unwrap_or_default().to_owned();
    }
    // The name of a tab: `sh [macOS]`.
    if let Some((language, label)) = info.trim_end().strip_suffix(']').and_then(|info| info.split_once('['))
        && (language.is_empty() || language.ends_with([' ', '}']))
    {
        return label.to_owned();
    }
    let words = info
        .split_whitespace()
        .skip(1)
        .filter(|word| word.contains(is_ideograph) && !word.contains("://") && !word.contains(['{', '}', '=']));
    words.collect::<Vec<_>>().join(" ")
}
