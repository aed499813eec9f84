//! `VitePress`: the addresses of its pages, and the files that it leaves out.
//!
//! Every Markdown file below `srcDir` is a page at its own path, unless `rewrites` moves it.

use std::{fmt, path::Path};

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::{
    Check, Page, Placement, Rules, Settings,
    config::{FoundConfig, text_at},
    glob::{Dialect, Globs},
    plain,
};
use crate::content::permalink::{Pattern, escaped};

/// Upper bounds on the number of rewrites, and on the size of each as a regular expression.
const MAX_REWRITES: usize = 1_000;
const MAX_COMPILED: usize = 1 << 18;

/// The settings for paths, and for what is published.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct VitePressRules {
    /// The pattern of `anli.yaml`.
    own: Option<Pattern>,
    /// Whether addresses have no `.html`.
    clean: bool,
    excluded: Globs,
    rewrites: Vec<Rewrite>,
}

/// Returns the settings in a configuration; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    check.computed(tree, &["base", "srcDir", "cleanUrls", "rewrites", "srcExclude"]);
    let source = text_at(tree, "srcDir").unwrap_or_default();
    let source = source.trim_matches(['.', '/']);
    let source = root.as_ref().map(|root| if source.is_empty() { root.clone() } else { root.join(source) });
    let placement = source.as_ref().and_then(|folder| Placement::of(posts, folder)).unwrap_or_default();
    let excluded = Globs::new(tree.get("srcExclude"), Dialect::Hexo, |text| check.pattern("srcExclude", text));
    let mut rewrites = Vec::new();
    for (from, to) in tree.get("rewrites").and_then(Value::as_object).into_iter().flatten().take(MAX_REWRITES) {
        match to.as_str().and_then(|to| Rewrite::new(from, to)) {
            Some(rewrite) => rewrites.push(rewrite),
            None => check.pattern("rewrites", from),
        }
    }
    Settings {
        rules: Rules::VitePress(VitePressRules {
            own: pattern.map(|pattern| plain::own(pattern, check)),
            clean: tree.get("cleanUrls").and_then(Value::as_bool) == Some(true),
            excluded,
            rewrites,
        }),
        base_url: Some(text_at(tree, "base").unwrap_or_default()),
        permalink: pattern.unwrap_or_default().to_owned(),
        author: None,
        placement,
    }
}

impl VitePressRules {
    /// Returns the escaped path of a file.
    pub(super) fn path(&self, page: &Page<'_>) -> String {
        if let Some(own) = &self.own {
            return plain::expanded(own, page);
        }
        let rewritten = self.rewrites.iter().find_map(|rewrite| rewrite.apply(page.path));
        let path = rewritten.as_deref().unwrap_or(page.path);
        let stem = path.strip_suffix(".md").unwrap_or(path);
        let ending = if self.clean { "" } else { ".html" };
        match stem.strip_suffix("index") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => escaped(folder),
            _ => format!("{}{ending}", escaped(stem)),
        }
    }

    /// Returns whether no page is made of the file at a path below `srcDir`.
    pub(super) fn omits(&self, path: &str) -> bool {
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        !path.ends_with(".md")
            || folders.split('/').any(|folder| matches!(folder, "dist" | "node_modules"))
            // One page each for the values that a script gives.
            || path.split_once('[').is_some_and(|(_, rest)| rest.contains(']'))
            || self.excluded.matches(path)
    }
}

/// A rule that moves pages, in the language of `path-to-regexp`.
#[derive(Clone)]
struct Rewrite {
    text: String,
    from: Regex,
    to: Vec<Part>,
}

/// A part of a pattern.
#[derive(Clone)]
enum Part {
    Literal(String),
    /// A value, with the text before and after it, what it may be, and how often (`*`, `+`, `?`).
    Value {
        name: String,
        before: String,
        after: String,
        allowed: String,
        times: Option<char>,
    },
}

/// Equal rules move equally.
impl PartialEq for Rewrite {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl Rewrite {
    fn new(from: &str, to: &str) -> Option<Self> {
        const MAX_LENGTH: usize = 1_000;
        if from.len() > MAX_LENGTH || to.len() > MAX_LENGTH {
            return None;
        }
        let regex = if from.starts_with('^') { indexed(from) } else { regex_of(&parts(from)?) };
        let from_regex = RegexBuilder::new(&regex)
            .case_insensitive(!from.starts_with('^'))
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_COMPILED)
            .build()
            .ok()?;
        Some(Self { text: format!("{from} {to}"), from: from_regex, to: parts(&format!("/{to}"))? })
    }

    fn apply(&self, path: &str) -> Option<String> {
        let found = self.from.captures(path)?;
        let mut out = String::new();
        for part in &self.to {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Value { name, before, after, .. } => {
                    let value = found.name(&group(name)).map(|value| value.as_str()).unwrap_or_default();
                    if !value.is_empty() {
                        [before, value, after].iter().for_each(|text| out.push_str(text));
                    }
                }
            }
        }
        Some(out.trim_start_matches('/').to_owned())
    }
}

/// Returns the name of the group of a value; names of values may begin with a digit.
fn group(name: &str) -> String {
    format!("v_{name}")
}

/// Returns a regular expression whose groups without a name have their number as name.
fn indexed(regex: &str) -> String {
    let mut out = String::new();
    let mut number = 0_usize;
    let mut rest = regex;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = after;
        out.push(c);
        match c {
            '\\' => {
                let escaped = after.chars().next();
                out.extend(escaped);
                rest = after.get(escaped.map_or(0, char::len_utf8)..).unwrap_or_default();
            }
            '(' if !after.starts_with('?') => {
                out.push_str(&format!("?P<{}>", group(&number.to_string())));
                number += 1;
            }
            '(' => {
                if let Some(named) = after.strip_prefix("?<")
                    && !named.starts_with(['=', '!'])
                {
                    out.push_str("?P<v_");
                    rest = named;
                }
            }
            _ => {}
        }
    }
    out
}

/// Reads a pattern.
fn parts(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut number = 0_usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let (before, value, left) = match c {
            '\\' => {
                let escaped = after.chars().next()?;
                literal.push(escaped);
                rest = after.get(escaped.len_utf8()..).unwrap_or_default();
                continue;
            }
            '{' => {
                let (inner, left) = after.split_once('}')?;
                let start = inner.find([':', '(']);
                let (before, value) = inner.split_at_checked(start.unwrap_or(inner.len()))?;
                if start.is_none() {
                    literal.push_str(inner);
                    rest = left;
                    continue;
                }
                (before.to_owned(), value, left)
            }
            ':' | '(' => {
                let before = if literal.ends_with(['/', '.']) { literal.pop() } else { None };
                (before.into_iter().collect(), rest, "")
            }
            '*' | '+' | '?' => return None,
            other => {
                literal.push(other);
                rest = after;
                continue;
            }
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        let (name, behind) = match value.strip_prefix(':') {
            Some(named) => {
                let end = named.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(named.len());
                named.split_at_checked(end).filter(|(name, _)| !name.is_empty())?
            }
            None => ("", value),
        };
        let (allowed, behind) = match behind.strip_prefix('(') {
            Some(inner) => {
                let end = closing(inner)?;
                (inner.get(..end)?.to_owned(), inner.get(end + 1..)?)
            }
            None => ("[^/#?]+?".to_owned(), behind),
        };
        let name = if name.is_empty() {
            number += 1;
            (number - 1).to_string()
        } else {
            name.to_owned()
        };
        // In braces, the rest is the text after the value.
        let in_braces = c == '{';
        let (suffix, left) = if in_braces { (behind.to_owned(), left) } else { (String::new(), behind) };
        let times = left.chars().next().filter(|c| matches!(c, '*' | '+' | '?'));
        rest = if times.is_some() { left.get(1..).unwrap_or_default() } else { left };
        parts.push(Part::Value { name, before, after: suffix, allowed, times });
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Some(parts)
}

/// Returns the place of the parenthesis that closes the one before `text`.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => open += 1,
            ')' if open == 0 => return Some(at),
            ')' => open -= 1,
            _ => {}
        }
    }
    None
}

fn regex_of(parts: &[Part]) -> String {
    let mut regex = String::from("^");
    for part in parts {
        match part {
            Part::Literal(text) => regex.push_str(&regex::escape(text)),
            Part::Value { name, before, after, allowed, times } => {
                let (before, after) = (regex::escape(before), regex::escape(after));
                let name = group(name);
                // Groups inside have no names.
                let allowed = allowed.replace("(?:", "(").replace('(', "(?:");
                regex.push_str(&match times {
                    Some(times @ ('*' | '+')) if !before.is_empty() || !after.is_empty() => {
                        let end = if *times == '*' { "?" } else { "" };
                        format!("(?:{before}(?P<{name}>(?:{allowed})(?:{after}{before}(?:{allowed}))*){after}){end}")
                    }
                    Some(times @ ('*' | '+')) => format!("(?P<{name}>(?:{allowed}){times})"),
                    Some(_) => format!("(?:{before}(?P<{name}>{allowed}){after})?"),
                    None => format!("(?:{before}(?P<{name}>{allowed}){after})"),
                });
            }
        }
    }
    regex + "[/#?]?$"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, to: &str, path: &str, expected: Option<&str>) {
        let found = Rewrite::new(from, to).and_then(|rewrite| rewrite.apply(path));
        assert_eq!(found.as_deref(), expected, "{from} {to} {path}");
    }

    #[test]
    fn pages_move_by_patterns() {
        check("packages/:pkg/src/:slug*", ":pkg/:slug*", "packages/a/src/b/c.md", Some("a/b/c.md"));
        check("packages/:pkg/src/(.*)", ":pkg/index.md", "packages/a/src/x.md", Some("a/index.md"));
        check(":dir(.*)/README.md", ":dir/index.md", "木/榫/README.md", Some("木/榫/index.md"));
        check(":dir(.*)/README.md", ":dir/index.md", "README.md", None);
        check("zh/:rest*", ":rest*", "zh/a/b.md", Some("a/b.md"));
        check("a{-:x}?.md", "b{-:x}?.md", "a-1.md", Some("b-1.md"));
        check("^notes/(\\d+)-(.*)$", ":0/:1", "notes/12-甲.md", Some("12/甲.md"));
        check("^(?<year>\\d+)/(.*)$", ":year-:0", "2024/a.md", Some("2024-a.md"));
        check("a.md", "b/c.md", "a.md", Some("b/c.md"));
        check("^(?=x)", "y", "x", None);
        check(":a(", "y", "x", None);
    }
}
