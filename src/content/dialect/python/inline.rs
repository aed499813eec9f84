//! The marks of Python-Markdown's extensions inside a line.

use super::super::{near, span};
use crate::content::{attributes, site::python::PythonMarkdown};

/// The beginnings of the names of Material's icons.
const ICONS: [&str; 5] = ["material-", "fontawesome-", "octicons-", "simple-", "custom-"];

/// Attributes without a value.
const FLAGS: [&str; 5] = ["markdown", "download", "disabled", "data-search-exclude", "hidden"];

/// Returns whether a text in braces is a list of attributes.
pub(super) fn is_list(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else { return false };
    if attributes::is_list(text) {
        return true;
    }
    let inner = inner.strip_prefix(':').unwrap_or(inner).trim();
    !inner.is_empty()
        && inner
            .split(' ')
            .filter(|word| !word.is_empty())
            .all(|word| word.starts_with(['.', '#']) && word.len() > 1 || FLAGS.contains(&word) || word.contains("=\""))
}

/// Returns a line without the marks of the extensions that the site uses. Adds the ids in lists of attributes.
pub(super) fn converted(line: &str, python: &PythonMarkdown, ids: &mut Vec<String>) -> String {
    const SIGNS: [char; 14] = ['`', '\\', '{', ':', '+', '=', '^', '~', '[', ']', 'h', '-', '.', '<'];
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(found) = rest.find(SIGNS) {
        let (plain, at) = rest.split_at_checked(found).unwrap_or((rest, ""));
        out.push_str(plain);
        let length = step(at, python, &mut out, ids);
        rest = at.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Writes the mark at the start of `text`, which is not empty, or what is in place of it. Returns its length.
fn step(text: &str, python: &PythonMarkdown, out: &mut String, ids: &mut Vec<String>) -> usize {
    let first = text.chars().next().unwrap_or_default();
    let copied = |length: usize, out: &mut String| {
        let end = if text.is_char_boundary(length) { length } else { first.len_utf8() };
        out.push_str(text.get(..end).unwrap_or_default());
        end
    };
    match first {
        '`' => {
            let (end, closed) = span(text);
            let code = text.get(..end).unwrap_or_default();
            let ticks = code.len() - code.trim_start_matches('`').len();
            let language = code.get(ticks..).and_then(|code| code.strip_prefix("#!"));
            if let Some(code) = language.filter(|_| closed && python.has("pymdownx.inlinehilite"))
                && let Some((_, code)) = code.split_once(' ')
            {
                out.push_str(&"`".repeat(ticks));
                out.push_str(code);
                return end;
            }
            copied(end, out)
        }
        '\\' if text.starts_with("\\ ") && python.has("pymdownx.escapeall") => {
            out.push(' ');
            2
        }
        '\\' => {
            let next = text.chars().nth(1).map_or(0, char::len_utf8);
            copied(1 + next, out)
        }
        '{' => braces(text, python, out, ids).unwrap_or_else(|| copied(1, out)),
        ':' => {
            let before = out.chars().next_back();
            match icon(text, before).filter(|_| python.has("pymdownx.emoji")) {
                Some(length)
                    if python.has("attr_list") && text.get(length..).is_some_and(|rest| rest.starts_with('{')) =>
                {
                    let rest = near(text.get(length..).unwrap_or_default());
                    let end = rest.find('}').map_or(0, |end| end + 1);
                    let is_list = rest.get(..end).is_some_and(is_list);
                    length + if is_list { end } else { 0 }
                }
                // Of the blanks around it, one stays.
                Some(length) if out.is_empty() || out.ends_with(' ') => {
                    length + usize::from(text.get(length..).is_some_and(|rest| rest.starts_with(' ')))
                }
                Some(length) => length,
                None => copied(1, out),
            }
        }
        '+' if text.starts_with("++") && python.has("pymdownx.keys") => match keys(text) {
            Some((names, length)) => {
                out.push_str(&names);
                length
            }
            None => copied(2, out),
        },
        '=' if text.starts_with("==") && python.has("pymdownx.mark") => marked(text, "==", true, out)
            .unwrap_or_else(|| copied(text.len() - text.trim_start_matches('=').len(), out)),
        '^' if text.starts_with("^^") && python.has("pymdownx.caret") => {
            marked(text, "^^", true, out).unwrap_or_else(|| copied(2, out))
        }
        '^' if python.has("pymdownx.caret") => marked(text, "^", false, out).unwrap_or_else(|| copied(1, out)),
        '~' if text.starts_with("~~") => copied(text.len() - text.trim_start_matches('~').len(), out),
        '~' if python.has("pymdownx.tilde") => marked(text, "~", false, out).unwrap_or_else(|| copied(1, out)),
        '[' if text.starts_with("[^") && !python.has("footnotes") => {
            out.push('\\');
            copied(1, out)
        }
        // The address of a link.
        ']' if text.starts_with("](") => copied(near(text).find(')').map_or(2, |end| end + 1), out),
        'h' if text.starts_with("http://") || text.starts_with("https://") => {
            let end = text.find(|c: char| !c.is_ascii() || matches!(c, ' ' | ')' | '>' | '<' | '"' | '\'' | '`' | '*'));
            copied(end.unwrap_or(text.len()), out)
        }
        '<' => {
            let end = near(text).find('>').map(|end| end + 1);
            let is_tag = text
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!')));
            copied(end.filter(|_| is_tag).unwrap_or(1), out)
        }
        '-' if python.has("smarty") && text.starts_with("--") => {
            let length = text.len() - text.trim_start_matches('-').len();
            match length {
                2 => out.push('–'),
                3 => out.push('—'),
                _ => return copied(length, out),
            }
            length
        }
        '.' if python.has("smarty") && text.starts_with("...") => {
            out.push('…');
            3
        }
        other => copied(other.len_utf8(), out),
    }
}

/// Reads braces: attributes, changes of a critic, and tags of templates, which are text.
fn braces(text: &str, python: &PythonMarkdown, out: &mut String, ids: &mut Vec<String>) -> Option<usize> {
    if text.starts_with("{{") || text.starts_with("{%") || text.starts_with("{# ") {
        if python.macros {
            return None;
        }
        out.push_str("\\{");
        return Some(1);
    }
    if python.has("pymdownx.critic") {
        for (open, close) in [("{++", "++}"), ("{--", "--}"), ("{==", "==}"), ("{>>", "<<}"), ("{~~", "~~}")] {
            let Some(inside) = near(text).strip_prefix(open).and_then(|rest| rest.split_once(close)) else { continue };
            let (inside, _) = inside;
            match open {
                "{++" | "{==" => out.push_str(inside),
                "{~~" => out.push_str(inside.split_once("~>").map_or("", |(_, new)| new)),
                _ => {}
            }
            return Some(open.len() + inside.len() + close.len());
        }
    }
    if !python.has("attr_list") || !out.ends_with([')', ']', '*', '_', '`', '>']) {
        return None;
    }
    let end = near(text).find('}')? + 1;
    let list = text.get(..end).filter(|list| is_list(list))?;
    ids.extend(attributes::id(list));
    Some(end)
}

/// Returns the length of the short name of an icon or emoji at the start of `text`.
fn icon(text: &str, before: Option<char>) -> Option<usize> {
    let name = near(text).strip_prefix(':')?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+')))?;
    let (name, after) = name.split_at_checked(end)?;
    let after = after.strip_prefix(':')?;
    let is_icon = ICONS.iter().any(|start| name.starts_with(start));
    let is_emoji = || {
        let is_letter = |c: char| c.is_ascii_lowercase();
        let apart = !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == ':')
            && !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == ':');
        apart
            && (matches!(name, "+1" | "-1" | "100" | "1234")
                || name.contains(is_letter) && !name.contains(|c: char| c.is_ascii_uppercase()))
    };
    (is_icon || is_emoji()).then_some(name.len() + 2)
}

/// Returns the names of the keys at the start of `text`, and the length of their marks.
fn keys(text: &str) -> Option<(String, usize)> {
    let inside = near(text).strip_prefix("++")?;
    let end = inside.find("++")?;
    let names = inside.get(..end)?;
    let is_name = |name: &str| {
        let bare = name.trim_matches('"');
        !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '))
    };
    if names.contains(' ') && !names.contains('"') || !names.split('+').all(is_name) {
        return None;
    }
    let shown = names.split('+').map(|name| {
        let mut chars = name.trim_matches('"').chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    });
    Some((shown.collect::<Vec<_>>().join("+"), end + 4))
}

/// Writes the text between two marks. Returns the length with the marks; `None` if they are none.
/// `blanks` tells whether there may be blanks in between.
fn marked(text: &str, mark: &str, blanks: bool, out: &mut String) -> Option<usize> {
    let inside = near(text).strip_prefix(mark)?;
    let end = inside.find(mark)?;
    let inside = inside.get(..end)?;
    let fits = !inside.is_empty()
        && !inside.starts_with(char::is_whitespace)
        && !inside.ends_with(char::is_whitespace)
        && !inside.contains('`')
        && !inside.starts_with(mark)
        && (blanks || !inside.contains(char::is_whitespace));
    if !fits {
        return None;
    }
    out.push_str(inside);
    Some(end + 2 * mark.len())
}
