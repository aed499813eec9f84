//! Parts of a post that its author protects: tags, containers and HTML elements whose names say so.
//!
//! Such a part reaches from its beginning to its end, whatever is between, and without an end to the end of the post: in
//! doubt, a text is secret. Elements that the page does not show (`hidden`, `display: none`) are parts of this kind, too.

use super::tag::{Ends, Syntax, Tag};
use crate::content::html;

/// Beginnings of words that say that a part is protected.
const WORDS: [&str; 9] = ["crypt", "passw", "hide", "hidden", "secret", "加密", "密码", "隐藏", "隱藏"];
/// Forms of these words in which sources are searched for elements.
const FORMS: [&str; 20] = [
    "crypt", "passw", "hide", "hidden", "secret", "加密", "密码", "隐藏", "隱藏", "psw", "Crypt", "Passw", "Hide",
    "Hidden", "Secret", "CRYPT", "PASSW", "HIDE", "SECRET", "display",
];

/// Returns whether a source may have protected or hidden elements. Fast, and never wrongly `false` for names in usual
/// letter case. Tags and containers have signs of their own.
pub(super) fn has_elements(source: &str) -> bool {
    source.contains('<') && FORMS.iter().any(|form| memchr::memmem::find(source.as_bytes(), form.as_bytes()).is_some())
}

/// Returns whether the name of a tag says that its text is protected.
pub(super) fn is_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower == "psw" || WORDS.iter().any(|word| lower.contains(word))
}

/// Returns the length of the protected part at the start of `text`, which begins with `tag`.
pub(super) fn block(text: &str, tag: &Tag<'_>, ends: &Ends) -> usize {
    // The text of this one is in its arguments.
    let is_inline = tag.empty || ["hideinline", "psw"].iter().any(|name| tag.name.eq_ignore_ascii_case(name));
    if is_inline {
        return tag.length;
    }
    let mark = if tag.syntax == Syntax::Hugo { "{{" } else { "{%" };
    let (mut at, mut depth) = (tag.length, 1_usize);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(mark)) {
        at += found;
        let Some(next) = text.get(at..).and_then(|rest| Tag::read(rest, ends)) else {
            at += mark.len();
            continue;
        };
        if next.name.eq_ignore_ascii_case(tag.name) {
            depth = if next.closing { depth - 1 } else { depth + usize::from(!next.empty) };
            if depth == 0 {
                return at + next.length;
            }
        }
        at += next.length;
    }
    text.len()
}

/// Returns the length of the protected container at the start of `text`, whose first line without indentation is `line`.
pub(super) fn container(text: &str, line: &str) -> Option<usize> {
    let (_, name) = fence(line)?;
    if !is_name(name) {
        return None;
    }
    let mut open: Vec<usize> = Vec::new();
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        length += line.len();
        match fence(line.trim_start_matches([' ', '\t', '>'])) {
            Some((colons, "")) => {
                while open.last().is_some_and(|&last| last < colons) {
                    open.pop();
                }
                if open.last() == Some(&colons) {
                    open.pop();
                }
                if open.is_empty() {
                    return Some(length);
                }
            }
            Some((colons, _)) => open.push(colons),
            None => {}
        }
    }
    Some(length)
}

/// Returns the number of colons and the name in the fence of a container.
fn fence(line: &str) -> Option<(usize, &str)> {
    let rest = line.trim_start_matches(':');
    let colons = line.len() - rest.len();
    let name = rest.trim_start().trim_start_matches(['{', '.', '#']);
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | '}')).unwrap_or(name.len());
    (colons >= 3).then_some((colons, name.get(..end)?))
}

/// Returns the length of the protected or hidden HTML element at the start of `text`, a `<`. A bare name in a sentence, such
/// as `-p<password>`, may be a word: then the result is an error unless the element has an end.
pub(super) fn element(text: &str, may_be_word: bool) -> Option<Result<usize, Word>> {
    const VOID: &str = "area base br col embed hr img input link meta param source track wbr";
    let name_length = text.get(1..)?.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | ':' | '_' | '.'))?;
    let name = text.get(1..=name_length)?;
    let named = is_name(name);
    // Most elements have none of these.
    let short = head(text.get(1 + name_length..)?)?;
    if !named && !short.contains("hidden") && !short.contains("none") {
        return None;
    }
    let Some(html::Token::Tag(tag)) = html::Tokens::new(text).next() else {
        return None;
    };
    let unseen = || {
        let styled = tag.attribute("style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
        styled || tag.attribute("hidden").is_some()
    };
    if tag.closing || VOID.split(' ').any(|void| void.eq_ignore_ascii_case(tag.name)) || !named && !unseen() {
        return None;
    }
    let length = tag.source.len();
    if tag.attributes.trim_end().ends_with('/') {
        return Some(Ok(length));
    }
    let (mut at, mut depth) = (length, 1_usize);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        at += found;
        let rest = text.get(at + 1..).unwrap_or_default();
        let (rest, closing) = rest.strip_prefix('/').map_or((rest, false), |rest| (rest, true));
        let is_same = rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
            && rest
                .get(name.len()..)
                .is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '-'));
        if is_same {
            depth = if closing { depth - 1 } else { depth + 1 };
            if depth == 0 {
                let end = rest.find('>').map_or(text.len(), |end| text.len() - rest.len() + end + 1);
                return Some(Ok(end));
            }
        }
        at += 1;
    }
    let is_word = may_be_word && named && tag.attributes.trim().is_empty();
    Some(if is_word { Err(Word) } else { Ok(text.len()) })
}

/// What looks like the beginning of a protected element, but is a word.
pub(super) struct Word;

/// Returns the text up to the end of a tag; `None` if another one begins before.
fn head(text: &str) -> Option<&str> {
    let mut end = 0;
    // Quotes may hold a few signs that end no tag.
    for _ in 0..8 {
        let ahead = text.get(end..)?;
        end += ahead.find(['<', '>'])?;
        let inside = text.get(..end)?;
        if inside.matches('"').count().is_multiple_of(2) && inside.matches('\'').count().is_multiple_of(2) {
            return text.get(end..)?.starts_with('>').then_some(inside);
        }
        end += 1;
    }
    text.get(..end)
}
