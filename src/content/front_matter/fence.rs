//! Finds the start and the end of front matter.
//!
//! A delimiter is a line of its own. The first line decides the language. Lines that look like `key: value` decide
//! doubtful cases: a rule at the top of a post is not front matter, and front matter without an end ends with its last
//! key. Does not read the values.

use std::{ops::Range, sync::LazyLock};

use rustc_hash::FxHashSet;
use serde::de::IgnoredAny;

use super::hiding;
use crate::chinese::marks::COLONS;

/// The language of front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FenceKind {
    /// Between `---`.
    Yaml,
    /// Between `+++`.
    Toml,
    /// One JSON object.
    Json,
    /// Between `;;;`, without the braces.
    BareJson,
}

/// The ranges of front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fence {
    pub(super) kind: FenceKind,
    /// Start of the opening line, without the spaces before it.
    pub(super) open: usize,
    /// Range between the delimiters.
    pub(super) inner: Range<usize>,
    /// Start of the body.
    pub(super) body: usize,
    pub(super) closed: bool,
}

/// A line that begins with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyLine<'a> {
    pub(super) key: &'a str,
    /// `:`, `：` or `=`.
    pub(super) separator: char,
    /// Byte offset of the separator in the line.
    pub(super) separator_at: usize,
    /// The text after the separator.
    pub(super) rest: &'a str,
}

/// Keys that show that a text is front matter, in lower case.
const KNOWN: &str = "\
    abbrlink alias aliases author authors build catalog categories category comments cover created date desc \
    description draft encrypt encrypted excerpt expirydate featured header-img headless hidden hide id keywords lang \
    last_modified_at lastmod layout math mathjax menu ms.date password passwords permalink post_status private public \
    publish publishdate published redirect_from search searchable secret series sidebar slug status subtitle summary \
    tag tags taxonomies thumbnail title toc top type unlisted updated url visible weight";

static KNOWN_KEYS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| KNOWN.split(' ').chain(hiding::keys()).collect());

/// Finds the front matter of a post; returns `None` if there is none.
pub(super) fn find(text: &str) -> Option<Fence> {
    let (open, first) = lines(text, 0).find(|(_, line)| !line.trim().is_empty() && !is_conflict(line))?;
    let after = next_line(text, open);
    let open = open + (first.len() - first.trim_start().len());
    let first = first.trim();
    let kind = match first {
        "+++" => FenceKind::Toml,
        ";;;" => FenceKind::BareJson,
        _ if is_rule(first) => FenceKind::Yaml,
        _ if first.starts_with('{') => return object(text, open),
        _ => return without_opening(text, open),
    };
    let closes = |line: &str| {
        let line = line.trim_end();
        if first == "---" { is_rule(line) || line == "..." } else { line == first }
    };
    match lines(text, after).find(|(_, line)| closes(line)) {
        Some((at, _)) => Some(Fence { kind, open, inner: after..at, body: next_line(text, at), closed: true }),
        None => unclosed(text, kind, open, after),
    }
}

/// Ends front matter without a closing delimiter after its last key, if it has a well-known key.
pub(super) fn unclosed(text: &str, kind: FenceKind, open: usize, after: usize) -> Option<Fence> {
    let run = run(text, after);
    if !run.known {
        return None;
    }
    // A misspelt delimiter (`--`, `———`) was meant to close it.
    let body = match lines(text, run.end).find(|(_, line)| !line.trim().is_empty()) {
        Some((at, line)) if is_nearly_rule(line) => next_line(text, at),
        _ => run.end,
    };
    Some(Fence { kind, open, inner: after..run.end, body, closed: false })
}

/// Finds the end of a JSON object: its brace or, if the object is broken, the end of its line or the first line of only
/// a brace.
fn object(text: &str, open: usize) -> Option<Fence> {
    let rest = text.get(open..)?;
    let inside = rest.strip_prefix('{')?.trim_start();
    if !inside.starts_with(['"', '}', '\'']) && !lines(inside, 0).next().is_some_and(|(_, line)| is_known(line)) {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
    let end = match values.next() {
        Some(Ok(_)) => Some(open + values.byte_offset()),
        _ => lines(text, open)
            .next()
            .filter(|(_, line)| is_whole(line))
            .map(|(at, line)| at + line.trim_end().len())
            .or_else(|| lines(text, open).find(|(_, line)| line.trim_end() == "}").map(|(at, _)| at + 1)),
    };
    match end {
        Some(end) => {
            let blank = text.get(end..)?.trim_start_matches([' ', '\t']);
            let body = text.len() - blank.len();
            let body = if blank.starts_with(['\n', '\r']) { next_line(text, body) } else { body };
            Some(Fence { kind: FenceKind::Json, open, inner: open..end, body, closed: true })
        }
        None => unclosed(text, FenceKind::Json, open, open + 1),
    }
}

/// Returns whether a line that begins an object, however broken, also ends it.
fn is_whole(line: &str) -> bool {
    line.trim_end().ends_with('}') && line.matches('{').count() <= line.matches('}').count()
}

/// Finds front matter without an opening delimiter, which Hexo allows.
fn without_opening(text: &str, open: usize) -> Option<Fence> {
    if open != 0 {
        return None;
    }
    let run = run(text, 0);
    let (at, line) = lines(text, run.end).find(|(_, line)| !line.trim().is_empty())?;
    let kind = if line.trim_end() == ";;;" { FenceKind::BareJson } else { FenceKind::Yaml };
    (run.first_known && (kind == FenceKind::BareJson || is_rule(line))).then(|| Fence {
        kind,
        open,
        inner: 0..at,
        body: next_line(text, at),
        closed: true,
    })
}

/// The lines at the start of a text that look like keys with values.
#[derive(Debug)]
struct Run {
    /// End of the last of these lines.
    end: usize,
    /// Whether the first line has a well-known key.
    first_known: bool,
    /// Whether any line has a well-known key.
    known: bool,
}

/// Reads the key lines from `from`: keys, their indented or listed values, and blank lines or comments before a
/// well-known key.
fn run(text: &str, from: usize) -> Run {
    let mut run = Run { end: from, first_known: false, known: false };
    let mut gap = false;
    let mut list_may_follow = false;
    for (at, line) in lines(text, from) {
        if line.trim().is_empty() || line.starts_with('#') {
            gap = true;
            continue;
        }
        let known = is_known(line);
        let bare = line.trim_start();
        let belongs = if is_rule(line) || is_nearly_rule(line) {
            false
        } else if let Some(key) = key_line(line) {
            list_may_follow = key.rest.trim().is_empty();
            !gap || known
        } else if gap {
            false
        } else if bare.starts_with('-') {
            list_may_follow || bare.len() < line.len()
        } else {
            bare.len() < line.len() || bare.starts_with([']', '}']) || is_conflict(line)
        };
        if !belongs {
            break;
        }
        gap = false;
        run.first_known |= run.end == from && known;
        run.known |= known;
        run.end = next_line(text, at);
    }
    run
}

/// Reads a line that begins with a key: `title: x`, `title：x`, `"title": x`, `title = x`.
pub(super) fn key_line(line: &str) -> Option<KeyLine<'_>> {
    let bare = line.trim_start_matches(['"', '\'']);
    let quotes = line.len() - bare.len();
    let end = bare.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))?;
    let (key, after) = bare.split_at(end);
    if quotes > 1 || key.is_empty() || key.len() > 60 || key.starts_with(['-', '.']) {
        return None;
    }
    let after = if quotes == 1 { after.strip_prefix(['"', '\''])? } else { after };
    let after = after.trim_start_matches([' ', '\t']);
    let separator = after.chars().next().filter(|c| *c == '=' || COLONS.contains(c))?;
    let rest = after.strip_prefix(separator)?;
    // `https://example.org` is not a key.
    (!rest.starts_with("//")).then_some(KeyLine { key, separator, separator_at: line.len() - after.len(), rest })
}

/// Returns whether a line begins with a well-known key.
pub(super) fn is_known(line: &str) -> bool {
    key_line(line.trim_start()).is_some_and(|line| KNOWN_KEYS.contains(line.key.to_ascii_lowercase().as_str()))
}

/// Returns whether a line is a conflict marker of an unfinished merge.
pub(super) fn is_conflict(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && line.bytes().all(|b| b == b'-')
}

fn is_nearly_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() >= 2 && line.chars().all(|c| matches!(c, '-' | '–' | '—' | '－' | '‐'))
}

/// Returns the lines from byte `from`, each with its offset and without its line end.
pub(super) fn lines(text: &str, from: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = from;
    text.get(from..).unwrap_or_default().split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

/// Returns the start of the line after byte `at`.
fn next_line(text: &str, at: usize) -> usize {
    text.as_bytes()
        .get(at..)
        .and_then(|rest| rest.iter().position(|&b| b == b'\n'))
        .map_or(text.len(), |end| at + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(FenceKind, &str, &str, bool)>) {
        let found = find(text);
        let shown = found.as_ref().map(|fence| {
            let inner = text.get(fence.inner.clone()).unwrap_or("?");
            (fence.kind, inner, text.get(fence.body..).unwrap_or("?"), fence.closed)
        });
        assert_eq!(shown, expected);
    }

    #[test]
    fn each_language_has_its_delimiter() {
        check("---\ntitle: 一\n---\n正文", Some((FenceKind::Yaml, "title: 一\n", "正文", true)));
        check("--- \ntitle: 一\n...\n正文", Some((FenceKind::Yaml, "title: 一\n", "正文", true)));
        check("-----\na: 1\n---\n-----\n正文", Some((FenceKind::Yaml, "a: 1\n---\n", "正文", true)));
        check("+++\ntitle = '一'\n+++\n正文", Some((FenceKind::Toml, "title = '一'\n", "正文", true)));
        check("{\"title\": \"}\"}\n正文", Some((FenceKind::Json, "{\"title\": \"}\"}", "正文", true)));
        check("{\n\"title\": x,\n}\n正文", Some((FenceKind::Json, "{\n\"title\": x,\n}", "正文", true)));
        check(";;;\n\"title\": \"一\"\n;;;\n正文", Some((FenceKind::BareJson, "\"title\": \"一\"\n", "正文", true)));
        check("---\n---\n", Some((FenceKind::Yaml, "", "", true)));
    }

    #[test]
    fn only_a_line_of_its_own_closes() {
        check(
            "---\ntitle: a --- b\nsub: ---x\n  ---\n---",
            Some((FenceKind::Yaml, "title: a --- b\nsub: ---x\n  ---\n", "", true)),
        );
    }

    #[test]
    fn blanks_and_merge_marks_before_the_opening_are_forgiven() {
        check("<<<<<<< HEAD\n---\ntitle: 一\n---\n正文", Some((FenceKind::Yaml, "title: 一\n", "正文", true)));
        check("\n  ---\ntitle: 一\n---\n正文", Some((FenceKind::Yaml, "title: 一\n", "正文", true)));
    }

    #[test]
    fn a_missing_opening_is_forgiven_for_a_known_key() {
        check(
            "title: 你好\ntags:\n- 一\n---\n正文",
            Some((FenceKind::Yaml, "title: 你好\ntags:\n- 一\n", "正文", true)),
        );
        check("\"title\": \"你好\"\n;;;\n正文", Some((FenceKind::BareJson, "\"title\": \"你好\"\n", "正文", true)));
        check("老师：你好\n---\n正文", None);
        check("title: 你好\n\n正文\n\n---\n", None);
    }

    #[test]
    fn a_missing_end_is_after_the_last_key() {
        check(
            "---\ntitle: 一\ntags:\n  - 二\n\n# 正文",
            Some((FenceKind::Yaml, "title: 一\ntags:\n  - 二\n", "\n# 正文", false)),
        );
        check("---\ntitle: 一\n--\n# 正文", Some((FenceKind::Yaml, "title: 一\n", "# 正文", false)));
        check(
            "---\ntitle: 一\n\ndraft: true\n正文",
            Some((FenceKind::Yaml, "title: 一\n\ndraft: true\n", "正文", false)),
        );
        check("+++\ntitle = '一'\n正文", Some((FenceKind::Toml, "title = '一'\n", "正文", false)));
        check("{\n\"title\": \"一\",\n正文", Some((FenceKind::Json, "\n\"title\": \"一\",\n", "正文", false)));
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        check("---\n\n今天接到一个电话。", None);
        check("----------\n", None);
        check("{% raw %}\n", None);
        check("{ 括号 }\n", None);
        check("", None);
    }
}
