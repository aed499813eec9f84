//! Anchors: the URL fragments of headings on the pages of a site.
//!
//! Each renderer has its own rules for the text of a heading from which the id is made, for turning that text into an
//! id, and for numbering repeated ids. [`Anchors`] applies the rules of one renderer to one post. The reader passes the
//! pieces of each heading. `quotes` and `tags` do what Hexo's renderers do to the text before. Does not know Markdown.

mod quotes;
mod tags;

use std::{borrow::Cow, ops::Range};

use rustc_hash::FxHashMap;

use super::{
    letters::{is_digit, is_letter, is_mark},
    site::{
        python::PythonIds,
        renderer::{GoldmarkIds, Ids},
    },
    slug,
};

/// A piece of a heading, as the Markdown parser finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Plain text.
    Text(&'a str),
    /// An entity such as `&nbsp;`, or a character after a backslash.
    Entity {
        /// As written.
        source: &'a str,
        /// What it stands for.
        decoded: &'a str,
    },
    /// Code.
    Code(&'a str),
    /// HTML, with its angle brackets.
    Html(&'a str),
    /// The beginning of emphasis, a link or an image.
    Open,
    /// Its end.
    Close,
    /// The beginning of a link to a place on the page itself.
    Alias(&'a str),
    /// A reference to a footnote, by its label.
    Footnote(&'a str),
    /// The end of a line.
    Break,
    /// The description of an image.
    Image(&'a str),
    /// An address in angle brackets.
    Address(&'a str),
}

/// What Goldmark has read of the text between an [`Piece::Open`] and its [`Piece::Close`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    /// Text, which may go on.
    Text,
    /// Its first part as a whole.
    Done,
}

/// A character in headings that no id keeps, as long as the one that it replaces.
const DROPPED: &str = "\u{1}";

/// Makes the anchors of one post, in the order of its headings.
pub(super) struct Anchors<'s> {
    ids: &'s Ids,
    /// The text of the current heading, as the renderer sees it.
    heading: String,
    /// Ranges of `heading` that are plain text.
    plain: Vec<Range<usize>>,
    /// The id that a link at the start of the heading names, if any.
    alias: String,
    /// The open parts of the heading; kept for Goldmark only.
    open: Vec<Inside>,
    /// Number of requests for each id.
    seen: FxHashMap<String, u32>,
    /// For each id with a number: the number up to which all are in use. Kept for Python-Markdown only.
    counted: FxHashMap<String, u32>,
    /// The last id before its number.
    last: String,
}

impl<'s> Anchors<'s> {
    /// Starts the anchors of a post on pages whose headings get ids by the rule `ids`.
    pub(super) fn new(ids: &'s Ids) -> Self {
        Self {
            ids,
            heading: String::new(),
            plain: Vec::new(),
            alias: String::new(),
            open: Vec::new(),
            seen: FxHashMap::default(),
            counted: FxHashMap::default(),
            last: String::new(),
        }
    }

    /// Starts a heading.
    pub(super) fn begin(&mut self) {
        self.heading.clear();
        self.plain.clear();
        self.open.clear();
        self.alias.clear();
    }

    /// Adds a piece to the current heading.
    pub(super) fn add(&mut self, piece: Piece<'_>) {
        let start = self.heading.len();
        match self.ids {
            // These make the id from the source of the heading, or make none.
            Ids::None | Ids::Kramdown { .. } => {}
            Ids::Marked { .. } => self.add_html(piece),
            Ids::MarkdownIt { footnotes, .. } => match piece {
                Piece::Html(text) => self.heading.push_str(text),
                Piece::Footnote(label) if !footnotes => self.footnote(label),
                other => self.heading.push_str(words(other)),
            },
            Ids::Goldmark { typographic, .. } => self.add_first(piece, *typographic),
            Ids::KramdownGfm { .. } => match piece {
                Piece::Text(text) => self.heading.push_str(&dashed(text)),
                Piece::Image(_) => {}
                other => self.heading.push_str(words(other)),
            },
            Ids::Vue { entities, .. } => match piece {
                Piece::Entity { source, .. } if *entities => self.heading.push_str(source),
                Piece::Image(_) | Piece::Break => {}
                Piece::Text(text) => without_emoji(text, &mut self.heading),
                other => self.heading.push_str(words(other)),
            },
            Ids::Docusaurus { .. } => match piece {
                Piece::Break => {}
                other => self.heading.push_str(words(other)),
            },
            // The description of an image is no text of the page.
            Ids::Python(_) if matches!(piece, Piece::Image(_)) => {}
            Ids::Github | Ids::Obsidian | Ids::Python(_) => self.heading.push_str(words(piece)),
        }
        if matches!(piece, Piece::Text(_)) {
            match self.plain.last_mut() {
                Some(last) if last.end == start => last.end = self.heading.len(),
                _ => self.plain.push(start..self.heading.len()),
            }
        }
    }

    /// Adds a piece as HTML, of which `tags` keeps the text.
    fn add_html(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Entity { source, .. } => self.heading.push_str(tags::unescaped(source)),
            Piece::Open | Piece::Close => self.heading.push_str("<a>"),
            Piece::Image(_) => {}
            Piece::Footnote(label) => self.footnote(label),
            Piece::Alias(name) if self.heading == "<a>" => name.clone_into(&mut self.alias),
            Piece::Html(text) => self.heading.push_str(text),
            Piece::Code(text) => ["<a>", text, "<a>"].iter().for_each(|part| self.heading.push_str(part)),
            other => self.heading.push_str(words(other)),
        }
    }

    /// Adds a reference to a footnote for a renderer without footnotes.
    fn footnote(&mut self, label: &str) {
        ["[^", label, "]"].iter().for_each(|part| self.heading.push_str(part));
    }

    /// Adds a piece as Hugo reads it: of emphasis, links and images only the first part counts, and of several lines the
    /// last one.
    fn add_first(&mut self, piece: Piece<'_>, typographic: bool) {
        match piece {
            Piece::Open => {
                let is_first = self.open.last().is_none_or(|&inside| inside == Inside::Nothing);
                if let Some(inside) = self.open.last_mut() {
                    *inside = Inside::Done;
                }
                return self.open.push(if is_first { Inside::Nothing } else { Inside::Done });
            }
            Piece::Close => {
                self.open.pop();
                return;
            }
            Piece::Break => return self.heading.clear(),
            _ => {}
        }
        let is_text = matches!(piece, Piece::Text(_) | Piece::Entity { .. } | Piece::Image(_));
        if let Some(inside) = self.open.last_mut() {
            let counts = *inside == Inside::Nothing || *inside == Inside::Text && is_text;
            *inside = if counts && is_text { Inside::Text } else { Inside::Done };
            if !counts {
                return;
            }
        }
        match piece {
            // Goldmark resolves named entities only, and an address is no text.
            Piece::Entity { source, .. } if source.starts_with("&#") => self.heading.push_str(source),
            Piece::Address(_) => {}
            Piece::Text(text) if typographic => without_addresses(&dashed(text), &mut self.heading),
            Piece::Text(text) => without_addresses(text, &mut self.heading),
            other => self.heading.push_str(words(other)),
        }
    }

    /// Removes an attribute list from the end of the current heading.
    pub(super) fn drop_end(&mut self, list: &str) {
        if let Some(before) = self.heading.trim_end().strip_suffix(list) {
            self.heading.truncate(before.trim_end().len());
            let end = self.heading.len();
            self.plain.retain_mut(|range| {
                range.end = range.end.min(end);
                range.start < range.end
            });
        }
    }

    /// Returns the anchor of the current heading, empty if it has none. `raw` is the source of the heading without its
    /// `#` marks, and `level` is from 1 to 6.
    pub(super) fn next(&mut self, level: u8, raw: &str) -> String {
        let strikes =
            matches!(self.ids, Ids::Marked { .. } | Ids::Goldmark { .. } | Ids::MarkdownIt { subscripts: true, .. });
        if strikes && self.heading.contains('~') {
            self.drop_tildes();
        }
        let heading = self.heading.as_str();
        let base = match self.ids {
            Ids::None => return String::new(),
            Ids::MarkdownIt { level: lowest, .. } if level < *lowest => return String::new(),
            Ids::Marked { case, alias: true, .. } if !self.alias.is_empty() => case.apply(slug::hexo(&self.alias)),
            Ids::Marked { case, typographic, .. } => {
                let smart = if *typographic { quotes::smartypants(heading, &self.plain) } else { heading.to_owned() };
                case.apply(slug::hexo(&tags::stripped(&smart)))
            }
            Ids::MarkdownIt { separator, case, typographic, .. } => {
                let smart = if *typographic { quotes::markdown_it(heading, &self.plain) } else { heading.to_owned() };
                case.apply(slug::hexo_with(&smart, separator))
            }
            // A heading without any text gets no id.
            Ids::Goldmark { .. } if heading.is_empty() => return String::new(),
            Ids::Goldmark { kind, .. } => {
                let id = match kind {
                    GoldmarkIds::Github => hugo(heading, false),
                    GoldmarkIds::Ascii => hugo(heading, true),
                    GoldmarkIds::Blackfriday => blackfriday(heading),
                };
                if id.is_empty() { "heading".to_owned() } else { id }
            }
            Ids::KramdownGfm { .. } => github(heading),
            Ids::Vue { levels, .. } if level == 0 || levels & (1 << (level.min(8) - 1)) == 0 => return String::new(),
            Ids::Vue { dashes, typographic, .. } => {
                let smart = if *typographic { quotes::markdown_it(heading, &self.plain) } else { heading.to_owned() };
                slug::vue(&smart, *dashes)
            }
            Ids::Docusaurus { keeps_case } => docusaurus(heading.trim(), *keeps_case),
            Ids::Github => github(heading.trim()),
            Ids::Python(PythonIds { slug, separator, .. }) => {
                let text = heading.split_whitespace().collect::<Vec<_>>().join(" ");
                return self.unique(slug::python(&text, separator, slug));
            }
            Ids::Obsidian => return obsidian(raw),
            Ids::Kramdown { .. } => kramdown(raw),
        };
        self.last.clone_from(&base);
        let id = self.number(base);
        match self.ids {
            Ids::KramdownGfm { prefix } | Ids::Kramdown { prefix } => format!("{prefix}{id}"),
            // The theme gives no id to the title of a page.
            Ids::Docusaurus { .. } if level == 1 => String::new(),
            _ => id,
        }
    }

    /// Replaces the pairs of single `~` in plain text by a character that no id keeps: these renderers strike out a text
    /// even inside a word.
    fn drop_tildes(&mut self) {
        let mut pairs = Vec::new();
        for range in &self.plain {
            let text = self.heading.get(range.clone()).unwrap_or_default();
            let mut open = None;
            for (at, _) in text.match_indices('~') {
                let blank = char::is_whitespace;
                let inside = open.and_then(|open: usize| text.get(open + 1..at)).unwrap_or_default();
                match open.filter(|_| !inside.is_empty() && !inside.starts_with(blank) && !inside.ends_with(blank)) {
                    Some(start) => {
                        pairs.extend([range.start + start, range.start + at]);
                        open = None;
                    }
                    None => open = Some(at),
                }
            }
        }
        for at in pairs {
            self.heading.replace_range(at..=at, DROPPED);
        }
    }

    /// Replaces the id of the last heading by one that its author chose below it.
    pub(super) fn replace(&mut self, id: &str) {
        match self.ids {
            // kramdown makes ids after it has read all attributes.
            Ids::KramdownGfm { .. } | Ids::Kramdown { .. } => {
                if let Some(count) = self.seen.get_mut(&self.last) {
                    *count -= 1;
                }
            }
            _ => self.reserve(id),
        }
    }

    /// Reserves an id chosen by the author, so that rules that avoid clashes avoid this id.
    pub(super) fn reserve(&mut self, id: &str) {
        if matches!(self.ids, Ids::Goldmark { .. } | Ids::Vue { .. } | Ids::Python(_)) {
            self.seen.entry(id.to_owned()).or_insert(1);
        }
    }

    /// Returns an id that is not in use, as Python-Markdown makes it: a number at the end of an id is counted further.
    fn unique(&mut self, id: String) -> String {
        let mut id = id;
        if id.is_empty() || self.seen.contains_key(&id) {
            let counted = id.rsplit_once('_').and_then(|(base, count)| {
                let is_count = !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit());
                Some((base.to_owned(), count.parse::<u32>().ok().filter(|_| is_count)?))
            });
            let (base, count) = counted.unwrap_or((id, 0));
            // All numbers up to this one are in use.
            let known = self.counted.get(&base).copied().unwrap_or(0);
            let mut count = if count <= known + 1 { count.max(known) } else { count }.saturating_add(1);
            let is_run = count <= known + 1;
            while self.seen.contains_key(&format!("{base}_{count}")) {
                count = count.saturating_add(1);
            }
            id = format!("{base}_{count}");
            if is_run {
                self.counted.insert(base, count);
            }
        }
        self.seen.insert(id.clone(), 1);
        id
    }

    /// Appends a number to an id that is already in use.
    fn number(&mut self, base: String) -> String {
        let count = self.seen.entry(base.clone()).or_insert(0);
        *count += 1;
        let mut n = *count - 1;
        if n == 0 {
            return base;
        }
        if let Ids::MarkdownIt { suffix, .. } = self.ids {
            return format!("{base}-{suffix}{}", n + 1);
        }
        let skipped = if let Ids::Vue { first, .. } = self.ids { *first - 1 } else { 0 };
        let mut id = format!("{base}-{}", n + skipped);
        if matches!(self.ids, Ids::Goldmark { .. } | Ids::Github | Ids::Vue { .. } | Ids::Docusaurus { .. }) {
            // These also avoid an id made from the text of another heading.
            while self.seen.contains_key(&id) {
                n += 1;
                id = format!("{base}-{}", n + skipped);
            }
            self.seen.insert(base, n + 1);
            self.seen.insert(id.clone(), 1);
        }
        id
    }
}

/// Returns the words of a piece; HTML has none.
fn words(piece: Piece<'_>) -> &str {
    match piece {
        Piece::Text(text)
        | Piece::Entity { decoded: text, .. }
        | Piece::Code(text)
        | Piece::Image(text)
        | Piece::Address(text) => text,
        Piece::Break => "\n",
        Piece::Html(_) | Piece::Open | Piece::Close | Piece::Alias(_) | Piece::Footnote(_) => "",
    }
}

/// Replaces runs of hyphens by dashes.
fn dashed(text: &str) -> Cow<'_, str> {
    if text.contains("--") { text.replace("---", "—").replace("--", "–").into() } else { text.into() }
}

/// Converts to lower case; keeps letters, marks, digits, connectors and hyphens; replaces spaces by hyphens; drops the
/// rest.
fn github(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\t' => id.push('-'),
            '-' | '_' | '‿' | '⁀' | '＿' => id.push(c),
            _ if c.is_alphabetic() || is_digit(c) || is_mark(c) => id.extend(c.to_lowercase()),
            _ => {}
        }
    }
    id
}

/// Applies GitHub's rule as Docusaurus does: a tab is no blank.
fn docusaurus(text: &str, keeps_case: bool) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' => id.push('-'),
            '-' | '_' | '‿' => id.push(c),
            _ if !(c.is_alphabetic() || is_digit(c) || is_mark(c)) || c.is_ascii_control() => {}
            _ if keeps_case => id.push(c),
            _ => id.extend(c.to_lowercase()),
        }
    }
    id
}

/// Appends a text without the names of emoji between colons, which are no text for markdown-it.
fn without_emoji(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        out.push_str(before);
        let name = after.split_once(':').filter(|(name, _)| {
            !name.is_empty()
                && name.len() < 40
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'+' | b'-'))
                && (name.contains(|c: char| c.is_ascii_lowercase()) || matches!(*name, "+1" | "-1" | "100" | "1234"))
        });
        match name {
            Some((_, behind)) => rest = behind,
            None => {
                out.push(':');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

/// Applies GitHub's rule as Hugo does: to letters, digits and hyphens only.
fn hugo(text: &str, ascii: bool) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let mut id = String::with_capacity(text.len());
    let mut push = |c: char| match c {
        _ if ascii && !c.is_ascii() => {}
        '-' | ' ' => id.push('-'),
        _ if c == '_' || is_letter(c) || is_digit(c) => id.extend(c.to_lowercase().next()),
        _ => {}
    };
    if ascii {
        text.trim().nfd().filter(|&c| !is_mark(c)).for_each(&mut push);
    } else {
        text.trim().chars().for_each(&mut push);
    }
    id
}

/// Replaces each run of characters that are neither letters nor numbers by a hyphen, with none at either end.
fn blackfriday(text: &str) -> String {
    let kept = |c: char| is_letter(c) || c.is_numeric();
    let text = text.replace(DROPPED, "");
    let words = text.split(|c: char| !kept(c)).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-");
    joined.chars().filter_map(|c| c.to_lowercase().next()).collect()
}

/// Keeps ASCII letters, digits, spaces and hyphens from the first letter on.
fn kramdown(raw: &str) -> String {
    let text = raw.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let kept = text.chars().filter(|&c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-'));
    let id: String = kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
    if id.is_empty() { "section".to_owned() } else { id }
}

/// Returns the text by which a link of Obsidian names a heading: without the signs that have a meaning in links.
fn obsidian(raw: &str) -> String {
    let mut text = raw.replace("%%", " ").replace("[[", " ").replace("]]", " ");
    text = text.replace([':', '#', '|', '^', '\\', '\r', '\n'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Appends a text without the web addresses and mail addresses in it, which Goldmark makes links of.
fn without_addresses(text: &str, out: &mut String) {
    if !["://", "www.", "@"].iter().any(|sign| text.contains(sign)) {
        return out.push_str(text);
    }
    for word in text.split_inclusive([' ', '*', '_', '~', '(']) {
        let is_path = |c: char| c.is_ascii() && !matches!(c, ' ' | '*' | '~' | '(' | '<');
        let end = word.find(|c| !is_path(c)).unwrap_or(word.len());
        let (start, rest) = word.split_at_checked(end).unwrap_or((word, ""));
        let address = start.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"']);
        let is_web = ["http://", "https://", "ftp://", "www."].iter().any(|scheme| {
            address.strip_prefix(scheme).is_some_and(|host| host.contains('.') && !host.starts_with('.'))
        });
        let is_mail = || {
            address.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.contains('.') && !host.contains('@') && !host.starts_with('.')
            })
        };
        if is_web || is_mail() {
            out.push_str(start.get(address.len()..).unwrap_or_default());
            out.push_str(rest);
        } else {
            out.push_str(word);
        }
    }
}

#[cfg(test)]
mod tests;
