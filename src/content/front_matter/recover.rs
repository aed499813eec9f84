//! Recovers data from front matter that does not parse, and finds the error.
//!
//! Each key is read separately, together with its lines, so one broken line costs one value. Clear intentions are
//! followed (`title:foo`, `title：foo`, a tab, a missing quote). Does not know the meaning of keys.

use serde_json::Value;

use super::fence::{self, FenceKind, KeyLine};
use crate::{
    chinese::marks::{COMMAS, QUOTES},
    content::value::{self, Failure},
};

/// An error in front matter, and its place.
#[derive(Debug)]
pub(super) struct Blame {
    pub(super) message: String,
    /// In bytes from the start of the front matter.
    pub(super) offset: usize,
    pub(super) length: usize,
    pub(super) help: String,
}

/// Reads the keys of front matter that does not parse as a whole, in their order. A repeated key is returned each time.
pub(super) fn recover(text: &str, kind: FenceKind) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut chunk: Option<Chunk<'_>> = None;
    let flow = kind != FenceKind::Toml && (kind != FenceKind::Yaml || text.trim_start().starts_with('{'));
    let lines: Vec<&str> =
        if flow { pieces(text, false) } else { fence::lines(text, 0).map(|(_, line)| line).collect() };
    for line in lines {
        if fence::is_conflict(line) {
            continue;
        }
        let key = match kind {
            _ if flow => fence::key_line(line.trim_start_matches([' ', '\t', '{']))
                .map(|key| KeyLine { rest: without_closing(key.rest), ..key }),
            FenceKind::Yaml => fence::key_line(line).or_else(|| indented_key(line, chunk.as_ref())),
            _ => fence::key_line(line),
        };
        if let Some(key) = key {
            found.extend(chunk.replace(Chunk { key, more: Vec::new() }).map(|chunk| chunk.read(kind)));
        } else if kind == FenceKind::Toml && line.starts_with('[') {
            // The keys of a table are not keys of the post.
            found.extend(chunk.take().map(|chunk| chunk.read(kind)));
            break;
        } else if let Some(chunk) = &mut chunk {
            chunk.more.push(line);
        }
    }
    found.extend(chunk.map(|chunk| chunk.read(kind)));
    found
}

/// Returns every key, at any indentation and in any table, with the rest of its line as text; on a line with braces,
/// with the text up to the next key. For keys that must not be missed.
pub(super) fn every_key(text: &str) -> Vec<(String, Value)> {
    let flow = text.trim_start().starts_with(['{', '"']);
    let lines = fence::lines(text, 0)
        .flat_map(|(_, line)| if flow || line.contains('{') { pieces(line, true) } else { vec![line] });
    lines
        .filter_map(|line| fence::key_line(line.trim_start_matches([' ', '\t', '{', '-'])))
        .map(|line| {
            let value = line.rest.trim_end_matches([' ', '\t', ',', '}']);
            (line.key.to_owned(), unquoted(value).into())
        })
        .collect()
}

/// Splits a text at its lines, and before each key that follows a comma, a brace or, in quotes, a space. Keys of inner
/// tables and in texts count only if `everywhere`.
fn pieces(text: &str, everywhere: bool) -> Vec<&str> {
    let outer = usize::from(text.trim_start().starts_with('{'));
    let (mut pieces, mut start, mut depth, mut quoted, mut before) = (Vec::new(), 0, 0_usize, false, '\n');
    for (at, c) in text.char_indices() {
        let candidate = match c {
            ',' | '{' => text.get(at + 1..).map(|rest| text.len() - rest.trim_start_matches([' ', '\t']).len()),
            '"' | '\'' if matches!(before, ' ' | '\t') => Some(at),
            _ => None,
        };
        let ignored = quoted && !everywhere;
        match c {
            '{' | '[' if !ignored => depth += 1,
            '}' | ']' if !ignored => depth = depth.saturating_sub(1),
            '"' if before != '\\' => quoted = !quoted,
            _ => {}
        }
        if c == '\n' {
            pieces.extend(text.get(start..at));
            (start, quoted) = (at + 1, false);
        } else if let Some(end) = candidate
            && end > start
            && (everywhere || (!ignored && depth <= outer))
            && text.get(end..).and_then(fence::key_line).is_some()
        {
            pieces.extend(text.get(start..end));
            start = end;
        }
        before = c;
    }
    pieces.extend(text.get(start..));
    pieces
}

/// Drops the commas after a value and the braces of the table around it.
fn without_closing(value: &str) -> &str {
    let count = |brackets: [char; 2]| value.matches(brackets).count();
    let (opened, mut shut) = (count(['{', '[']), count(['}', ']']));
    let mut rest = value.trim_end();
    while opened <= shut {
        rest = match rest.strip_suffix('}') {
            Some(less) if opened < shut => {
                shut -= 1;
                less
            }
            _ => match rest.strip_suffix(',') {
                Some(less) => less,
                None => break,
            },
        }
        .trim_end();
    }
    rest
}

/// Returns a well-known key that is indented by mistake: the line before it has a value, or there is no such line.
fn indented_key<'a>(line: &'a str, before: Option<&Chunk<'_>>) -> Option<KeyLine<'a>> {
    let complete = before.is_none_or(|chunk| !matches!(chunk.key.rest.trim(), "" | "|" | ">" | "|-" | ">-"));
    let bare = line.trim_start();
    (complete && fence::is_known(bare)).then(|| fence::key_line(bare)).flatten()
}

/// A key with the lines of its value.
struct Chunk<'a> {
    key: KeyLine<'a>,
    more: Vec<&'a str>,
}

impl Chunk<'_> {
    fn read(self, kind: FenceKind) -> (String, Value) {
        let value = self.list_after_text().or_else(|| self.parsed(kind)).unwrap_or_else(|| self.raw());
        (self.key.key.to_owned(), value)
    }

    /// Returns the list for `tags:网络` with a list below. Because of the missing space, YAML would read one long text.
    fn list_after_text(&self) -> Option<Value> {
        let more: Vec<&str> = self.more.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
        if more.is_empty() || self.key.rest.starts_with([' ', '\t']) || self.key.separator == '=' {
            return None;
        }
        let items: Option<Vec<Value>> =
            more.iter().map(|line| Some(unquoted(line.strip_prefix('-')?).into())).collect();
        let first = unquoted(self.key.rest);
        Some((!first.is_empty()).then_some(first.into()).into_iter().chain(items?).collect())
    }

    fn parsed(&self, kind: FenceKind) -> Option<Value> {
        let key = self.key.key;
        let more: String = self.more.iter().flat_map(|line| ["\n", line]).collect();
        let (text, read) = match kind {
            FenceKind::Yaml => {
                let mut text = format!("{key}: {}", self.key.rest.trim_start());
                for line in &self.more {
                    let bare = line.trim_start();
                    let tabs = line.len() - line.trim_start_matches(['\t', ' ']).len();
                    text.push('\n');
                    text.push_str(&if line.starts_with('\t') || line.trim_start_matches(' ').starts_with('\t') {
                        format!("{}{bare}", "  ".repeat(tabs))
                    } else {
                        (*line).to_owned()
                    });
                }
                (text, value::yaml as fn(&str) -> Result<value::Read, Failure>)
            }
            FenceKind::Toml => (format!("{key} = {}{more}", self.key.rest.trim_start()), value::toml as _),
            FenceKind::Json | FenceKind::BareJson => {
                let text = format!("{}{more}", self.key.rest);
                let text = text.trim_end().trim_end_matches('}').trim_end().trim_end_matches(',');
                (format!("{{\"{key}\": {text}}}"), value::json as _)
            }
        };
        let mut read = read(&text).ok()?;
        read.values.remove(key)
    }

    fn raw(&self) -> Value {
        let rest = self.key.rest.trim().trim_end_matches(',');
        if rest.is_empty() {
            let items = self.more.iter().filter_map(|line| line.trim_start().strip_prefix('-'));
            return items.map(|item| Value::from(unquoted(item))).filter(|item| item != "").collect();
        }
        // `[译] 标题` is a text.
        let is_list = |list: &&str| list.split_once(']').is_none_or(|(_, after)| after.trim().is_empty());
        if let Some(list) = rest.strip_prefix('[').filter(is_list) {
            let list = list.trim_end_matches(']');
            return list.split(COMMAS).map(unquoted).filter(|item| !item.is_empty()).map(Value::from).collect();
        }
        unquoted(rest).into()
    }
}

/// Trims a text and drops quotes around it, even if one of them is missing.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    if has_inner_quotes(text) {
        return text;
    }
    for quote in QUOTES {
        let starts = text.starts_with(quote);
        if starts || text.ends_with(quote) && text.matches(quote).count() == 1 {
            return text.trim_matches(QUOTES).trim();
        }
    }
    text
}

/// Returns whether the quote at the start of a text ends before the text does: `"引号" 后文`.
fn has_inner_quotes(text: &str) -> bool {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = quote.and_then(|quote| text.get(1..)?.split_once(quote));
    inner.is_some_and(|(inner, after)| !inner.is_empty() && !after.trim().is_empty())
}

/// Finds the line that the author has to change. The place reported by the parser is often a line later.
pub(super) fn blame(text: &str, kind: FenceKind, failure: Option<&Failure>) -> Blame {
    let language = match kind {
        FenceKind::Yaml => "YAML",
        FenceKind::Toml => "TOML",
        FenceKind::Json | FenceKind::BareJson => "JSON",
    };
    let last = failure.map_or(u32::MAX, |failure| failure.line(text).saturating_add(1));
    let until = usize::try_from(last).unwrap_or(usize::MAX);
    if let Some(blame) = fence::lines(text, 0).take(until).find_map(|(at, line)| error_in_line(at, line, kind)) {
        return blame;
    }
    let Some(failure) = failure else {
        return Blame {
            message: format!("the front matter is text, expected {language} keys and values"),
            offset: 0,
            length: fence::lines(text, 0).next().map_or(1, |(_, line)| line.len()),
            help: "write each key on a line of its own, like `title: 标题`".to_owned(),
        };
    };
    let last_key = || {
        let lines = fence::lines(text, 0).take_while(|(at, _)| *at <= failure.offset);
        lines.filter_map(|(at, line)| Some((at, fence::key_line(line)?))).last()
    };
    if kind == FenceKind::Yaml
        && let Some(blame) =
            open_quote(text, failure.offset).or_else(|| last_key().and_then(|(at, line)| missing_quotes(at, line)))
    {
        return blame;
    }
    Blame {
        message: format!("the front matter is not {language}: {}", failure.message),
        offset: failure.offset,
        length: 1,
        help: "correct this line, or put quotes around its value".to_owned(),
    }
}

/// Finds errors that are visible in one line.
fn error_in_line(at: usize, line: &str, kind: FenceKind) -> Option<Blame> {
    if fence::is_conflict(line) {
        return Some(Blame {
            message: format!("`{}` is the mark of an unfinished merge, expected a key", shortened(line, 24)),
            offset: at,
            length: line.len(),
            help: "keep one of the two versions and delete the marks".to_owned(),
        });
    }
    if kind != FenceKind::Yaml {
        return None;
    }
    let blank = line.len() - line.trim_start().len();
    if let Some(tab) = line.get(..blank).and_then(|indent| indent.find('\t'))
        && blank < line.len()
    {
        return Some(Blame {
            message: "the line is indented with a tab, expected spaces".to_owned(),
            offset: at + tab,
            length: 1,
            help: "replace the tab with two spaces".to_owned(),
        });
    }
    let KeyLine { key, separator, separator_at, rest } = fence::key_line(line)?;
    let value = shortened(rest, 24);
    match separator {
        '：' => Some(Blame {
            message: format!("`{key}` is followed by the full-width colon `：`, expected `:` and a space"),
            offset: at + separator_at,
            length: separator.len_utf8(),
            help: format!("write it like `{key}: {value}`"),
        }),
        ':' if !rest.is_empty() && !rest.starts_with([' ', '\t']) => Some(Blame {
            message: format!("`{key}:` is followed by `{value}`, expected a space after the colon"),
            offset: at + separator_at,
            length: 1,
            help: format!("write it like `{key}: {value}`"),
        }),
        _ => None,
    }
}

/// Finds a quote that is not closed before the next key. The parser reports it only at the end.
fn open_quote(text: &str, until: usize) -> Option<Blame> {
    let mut lines = fence::lines(text, 0).take_while(|(at, _)| *at <= until).peekable();
    while let Some((at, line)) = lines.next() {
        let Some(key) = fence::key_line(line) else { continue };
        let value = key.rest.trim();
        let opened = ['"', '\''].iter().any(|&quote| value.starts_with(quote) && value.matches(quote).count() == 1);
        if opened && lines.peek().is_none_or(|(_, next)| next.is_empty() || fence::key_line(next).is_some()) {
            return missing_quotes(at, key);
        }
    }
    None
}

/// Finds values that YAML takes for something other than text.
fn missing_quotes(at: usize, line: KeyLine<'_>) -> Option<Blame> {
    let value = line.rest.trim();
    let offset = at + line.separator_at + line.separator.len_utf8() + (line.rest.len() - line.rest.trim_start().len());
    let bare = if has_inner_quotes(value) { value } else { value.trim_matches(['"', '\'']) };
    let quoted = bare.replace('"', "\\\"");
    let example = if quoted.chars().count() > 40 { "…" } else { &quoted };
    let help = format!("put quotes around the value, like `{}: \"{example}\"`", line.key);
    let blame =
        |within: usize, length: usize, message: String| Some(Blame { message, offset: offset + within, length, help });
    let first = value.chars().next()?;
    match first {
        '"' | '\'' => blame(
            0,
            value.len(),
            format!("`{}` has quotes that do not match, expected a pair around the value", shortened(value, 40)),
        ),
        '@' | '`' | '%' | '|' | '>' | '!' | '&' | '*' | '[' | '{' | ']' | '}' | ',' => {
            let message =
                format!("the value of `{}` begins with `{first}`, which means something else in YAML", line.key);
            blame(0, first.len_utf8(), message)
        }
        _ => {
            let colon = value.find(": ")?;
            blame(colon, 1, format!("the value of `{}` holds a colon and a space, expected plain text", line.key))
        }
    }
}

/// Shortens a text for a message.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(most) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "…",
        None => text.to_owned(),
    }
}
