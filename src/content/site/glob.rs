//! Patterns of paths in the dialects of the generators.
//!
//! Every pattern becomes a regular expression whose time is linear in the path. A pattern that cannot be used is returned
//! to the caller. Does not know what a match means.

use std::fmt;

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::config::text_of;

/// Upper bounds on the patterns of one list, and on the length of a pattern in bytes; far above real ones.
const MAX_PATTERNS: usize = 1_000;
const MAX_LENGTH: usize = 2_000;
/// Upper bound on the size of a compiled pattern, in bytes.
const MAX_COMPILED: usize = 1 << 20;

/// The language of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `fnmatch` of Ruby: `*` also matches `/`. A text without wildcards matches all paths that begin with it.
    Jekyll,
    /// `micromatch` of Node: `**` for folders, braces, `!(…)` and its like, `!` before the whole pattern.
    Hexo,
    /// The globs of Hugo: `**` also matches `/`, braces.
    Hugo,
    /// A regular expression, which may match anywhere.
    Regex,
}

/// A list of patterns.
#[derive(Clone, Default)]
pub(super) struct Globs {
    texts: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Clone)]
struct Rule {
    regex: Regex,
    negated: bool,
}

impl Globs {
    /// Makes the patterns of a text or a list of texts; passes each one that cannot be used to `bad`.
    pub(super) fn new(value: Option<&Value>, dialect: Dialect, mut bad: impl FnMut(&str)) -> Self {
        let list = match value {
            Some(Value::Array(list)) => list.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        let mut globs = Self::default();
        for (number, text) in list.iter().filter_map(text_of).enumerate() {
            let rule = if number < MAX_PATTERNS { compile(&text, dialect) } else { None };
            match rule {
                Some(rule) => {
                    globs.texts.push(text);
                    globs.rules.push(rule);
                }
                None => bad(&text),
            }
            if number >= MAX_PATTERNS {
                break;
            }
        }
        globs
    }

    /// Returns whether any pattern matches.
    pub(super) fn matches(&self, path: &str) -> bool {
        self.rules.iter().any(|rule| rule.regex.is_match(path) != rule.negated)
    }

    /// Returns whether there is no pattern.
    pub(super) const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// Equal patterns match equally.
impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts
    }
}

impl fmt::Debug for Globs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.texts.fmt(f)
    }
}

fn compile(text: &str, dialect: Dialect) -> Option<Rule> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let (negated, pattern) = match text.strip_prefix('!') {
        Some(rest) if dialect == Dialect::Hexo && !rest.starts_with('(') => (true, rest),
        _ => (false, text),
    };
    let regex = if dialect == Dialect::Regex { pattern.to_owned() } else { translated(pattern, dialect) };
    let regex = RegexBuilder::new(&regex).size_limit(MAX_COMPILED).dfa_size_limit(MAX_COMPILED).build().ok()?;
    Some(Rule { regex, negated })
}

/// Translates a glob into a regular expression for whole paths.
fn translated(glob: &str, dialect: Dialect) -> String {
    let mut regex = String::from("(?s)^");
    let mut rest = glob.strip_prefix("./").unwrap_or(glob);
    // The ends of the open braces and parentheses.
    let mut open: Vec<String> = Vec::new();
    let (star, any) = if dialect == Dialect::Jekyll { (".*", ".") } else { ("[^/]*", "[^/]") };
    let mut at_start = true;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let starts_segment = at_start;
        at_start = c == '/';
        let next = after.chars().next();
        match c {
            '*' if dialect == Dialect::Hexo && starts_segment && after.starts_with("*/") => {
                regex.push_str("(?:.*/)?");
                rest = after.get(2..).unwrap_or_default();
                at_start = true;
                continue;
            }
            '/' if dialect == Dialect::Hexo && after == "**" => {
                regex.push_str("(?:/.*)?");
                break;
            }
            '*' if dialect == Dialect::Hugo && next == Some('*') || dialect == Dialect::Hexo && after == "*" => {
                regex.push_str(".*");
                rest = after.trim_start_matches('*');
                continue;
            }
            '?' | '*' | '+' | '@' | '!' if dialect == Dialect::Hexo && next == Some('(') => {
                let end = match c {
                    '?' => ")?",
                    '*' => ")*",
                    '+' => ")+",
                    // There is no negative look-ahead; what is not excluded for certain is taken for a match.
                    '!' => "|[^/]*)",
                    _ => ")",
                };
                regex.push_str("(?:");
                open.push(end.to_owned());
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
            '*' => {
                regex.push_str(star);
                rest = after.trim_start_matches('*');
                continue;
            }
            '?' => regex.push_str(any),
            '{' if dialect != Dialect::Jekyll && after.contains('}') => {
                regex.push_str("(?:");
                open.push(")".to_owned());
            }
            '}' if open.last().is_some_and(|end| end == ")") => {
                regex.push_str(&open.pop().unwrap_or_default());
            }
            ')' if !open.is_empty() => regex.push_str(&open.pop().unwrap_or_default()),
            ',' | '|' if !open.is_empty() => regex.push('|'),
            '[' => match class(after) {
                Some((class, rest_after)) => {
                    regex.push_str(&class);
                    rest = rest_after;
                    continue;
                }
                None => regex.push_str("\\["),
            },
            '\\' => {
                let literal = next.unwrap_or('\\');
                regex.push_str(&regex::escape(literal.encode_utf8(&mut [0; 4])));
                rest = after.get(next.map_or(0, char::len_utf8)..).unwrap_or_default();
                continue;
            }
            c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
        rest = after;
    }
    while let Some(end) = open.pop() {
        regex.push_str(&end);
    }
    if dialect == Dialect::Jekyll && !glob.contains(['*', '?', '[', '\\']) {
        // Jekyll also compares the beginnings of paths.
        return regex;
    }
    regex.push('$');
    regex
}

/// Reads a class such as `a-z]` or `!abc]` after its bracket. Returns the class and the rest of the pattern.
fn class(text: &str) -> Option<(String, &str)> {
    let (negated, text) = match text.strip_prefix(['!', '^']) {
        Some(text) => ("^", text),
        None => ("", text),
    };
    let (set, rest) = text.split_once(']').filter(|(set, _)| !set.is_empty())?;
    let escaped: String = set
        .chars()
        .flat_map(|c| {
            let escape = matches!(c, '\\' | '[' | ']' | '^' | '&' | '~').then_some('\\');
            escape.into_iter().chain([c])
        })
        .collect();
    Some((format!("[{negated}{escaped}]"), rest))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, glob: &str, matching: &[&str], others: &[&str]) {
        let globs = Globs::new(Some(&json!([glob])), dialect, |bad| unreachable!("{bad} can be used"));
        for path in matching {
            assert!(globs.matches(path), "{glob} {path}");
        }
        for path in others {
            assert!(!globs.matches(path), "{glob} {path}");
        }
    }

    #[test]
    fn patterns_of_jekyll_match_beginnings_and_across_folders() {
        check(Dialect::Jekyll, "notes", &["notes", "notes/a.md", "notes-2/a.md"], &["a/notes", "note"]);
        check(Dialect::Jekyll, "a/*.md", &["a/b.md", "a/b/c.md"], &["a/b.txt", "b/a/b.md"]);
        check(Dialect::Jekyll, "[ab]?.md", &["ax.md", "b/.md"], &["cx.md"]);
        check(Dialect::Jekyll, "{a,b}", &["{a,b}"], &["a"]);
    }

    #[test]
    fn patterns_of_hexo_have_folders_braces_and_negation() {
        check(Dialect::Hexo, "**/内部/**", &["内部/a.md", "/x/y/内部/b/a.md", "/x/内部"], &["/x/内部稿/a.md"]);
        check(Dialect::Hexo, "skip/**", &["skip/a", "skip/a/b", "skip"], &["a/skip/b", "skipped"]);
        check(Dialect::Hexo, "_posts/*.md", &["_posts/a.md"], &["_posts/b/a.md"]);
        check(Dialect::Hexo, "**", &["a", "a/b/c.md"], &[]);
        check(Dialect::Hexo, "a/**/b.{md,html}", &["a/b.md", "a/x/y/b.html"], &["a/xb.md", "b.md"]);
        check(Dialect::Hexo, "@(a|b)/+(x).md", &["a/x.md", "b/xx.md"], &["c/x.md", "a/.md"]);
        check(Dialect::Hexo, "!a/*", &["b/c"], &["a/c"]);
    }

    #[test]
    fn patterns_of_hugo_have_folders_braces_and_classes() {
        check(Dialect::Hugo, "/notes/**", &["/notes/a", "/notes/a/b"], &["/notes", "/a/notes/b"]);
        check(Dialect::Hugo, "{/a*,/b/**}", &["/ax", "/b/c/d"], &["/a/x", "/b"]);
        check(Dialect::Hugo, "/[!a]?", &["/bc"], &["/ac", "/b"]);
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        let mut bad = Vec::new();
        let value = json!(["(", "a{99999999}", 5, null, {"a": 1}, "draft-.*"]);
        let globs = Globs::new(Some(&value), Dialect::Regex, |text| bad.push(text.to_owned()));
        assert_eq!(bad, ["(", "a{99999999}"]);
        assert!(globs.matches("/site/content/draft-1.md") && !globs.is_empty());
        let many: Vec<String> = (0..5_000).map(|n| format!("a{n}")).collect();
        let mut bad = 0;
        let globs = Globs::new(Some(&json!(many)), Dialect::Hexo, |_| bad += 1);
        assert_eq!((bad, globs.texts.len()), (1, MAX_PATTERNS));
        assert!(Globs::new(Some(&json!("x")), Dialect::Hexo, |_| ()).matches("x"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_pattern_or_is_told(text in "[*?{},!()\\[\\]/a\\\\|@+-]{0,12}", path in "[a/]{0,6}") {
            for dialect in [Dialect::Jekyll, Dialect::Hexo, Dialect::Hugo, Dialect::Regex] {
                let mut told = 0;
                let globs = Globs::new(Some(&json!(text)), dialect, |_| told += 1);
                prop_assert_eq!(told, usize::from(globs.is_empty()));
                globs.matches(&path);
            }
        }
    }

    #[test]
    fn a_class_is_one_character() {
        assert_eq!(class("a-z]x").unwrap(), ("[a-z]".to_owned(), "x"));
        assert_eq!(class("]x"), None);
    }
}
