//! Anchors: the URL fragments of headings on the pages of a site.
//!
//! Each generator has its own rules for turning the text of a heading into an id, and for numbering repeated ids.
//! [`Anchors`] applies the rules of one generator to one post. Does not know Markdown: the reader passes the text of
//! each heading and, for Hugo, its source, since Goldmark makes the id from the source.

use rustc_hash::FxHashMap;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::site::SiteKind;

/// Makes the anchors of one post, in the order of its headings.
pub(super) struct Anchors {
    kind: SiteKind,
    /// Number of requests for each id.
    seen: FxHashMap<String, u32>,
}

impl Anchors {
    /// Starts the anchors of a post on the pages of a generator.
    pub(super) fn new(kind: SiteKind) -> Self {
        Self { kind, seen: FxHashMap::default() }
    }

    /// Returns the anchor of the next heading. `raw` is the source of the heading without its `#` marks.
    pub(super) fn next(&mut self, text: &str, raw: &str) -> String {
        let base = match self.kind {
            // kramdown with the GFM parser, which Jekyll chooses by default.
            SiteKind::Jekyll => github(&without_dashes(text)),
            // `hexo-renderer-marked`, which keeps case and Chinese punctuation.
            SiteKind::Hexo => hexo(text),
            // Goldmark with `autoHeadingIDType: github`, the default.
            SiteKind::Hugo => hugo(raw),
            // GitHub's own pages, also the best guess for an unknown generator.
            SiteKind::Plain => github(text),
        };
        self.number(base)
    }

    /// Reserves an id chosen by the author, so that rules that avoid clashes avoid this id.
    pub(super) fn reserve(&mut self, id: &str) {
        if self.kind == SiteKind::Hugo {
            self.seen.entry(id.to_owned()).or_insert(1);
        }
    }

    /// Appends `-1`, `-2` … to an id that is already in use.
    fn number(&mut self, base: String) -> String {
        let Some(count) = self.seen.get_mut(&base) else {
            self.seen.insert(base.clone(), 1);
            return base;
        };
        let mut n = *count;
        *count += 1;
        let mut id = format!("{base}-{n}");
        if matches!(self.kind, SiteKind::Hugo | SiteKind::Plain) {
            // These two also avoid an id made from the text of another heading.
            while self.seen.contains_key(&id) {
                n += 1;
                id = format!("{base}-{n}");
            }
            self.seen.insert(base, n + 1);
            self.seen.insert(id.clone(), 1);
        }
        id
    }
}

/// Removes the runs of hyphens that kramdown turns into dashes before it makes the id.
fn without_dashes(text: &str) -> String {
    if text.contains("--") { text.replace("---", "").replace("--", "") } else { text.to_owned() }
}

/// Converts to lower case; keeps letters, marks, digits, connectors and hyphens; replaces spaces by hyphens; drops the
/// rest.
fn github(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            ' ' | '\t' => id.push('-'),
            '-' | '_' | '‿' | '⁀' | '＿' => id.push(c),
            _ if c.is_alphabetic() || is_digit(c) || is_combining_mark(c) => id.extend(c.to_lowercase()),
            _ => {}
        }
    }
    id
}

/// Applies GitHub's rule, but drops marks and never returns an empty id.
fn hugo(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '-' | ' ' | '\t' => id.push('-'),
            '_' => id.push('_'),
            // Go does not count numeric letters such as `〇` as letters.
            '\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{2160}'..='\u{2188}' | '\u{24B6}'..='\u{24E9}' => {}
            _ if is_combining_mark(c) => {}
            _ if c.is_alphabetic() || is_digit(c) => id.extend(c.to_lowercase().next()),
            _ => {}
        }
    }
    if id.is_empty() { "heading".to_owned() } else { id }
}

/// Replaces each run of ASCII punctuation and spaces by one hyphen, drops accents, and keeps everything else.
fn hexo(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if c.is_whitespace() || c.is_ascii_punctuation() {
            if !id.ends_with('-') && !id.is_empty() {
                id.push('-');
            }
        } else if matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') {
            id.extend(c.nfd().filter(|&part| !is_combining_mark(part)));
        } else if matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ') {
            id.extend(c.nfkc());
        } else if !c.is_control() {
            id.push(c);
        }
    }
    if id.ends_with('-') {
        id.pop();
    }
    id
}

/// Returns whether a character is a decimal digit, unlike other numbers such as `①`, `²` or `½`.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || (c.is_numeric()
            && !matches!(c as u32, 0xB2 | 0xB3 | 0xB9 | 0xBC..=0xBE | 0x2070..=0x218B | 0x2460..=0x24FF
                | 0x2776..=0x2793 | 0x3007..=0x32FF))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: SiteKind, headings: &[&str], expected: &[&str]) {
        let mut anchors = Anchors::new(kind);
        let found = headings.iter().map(|heading| anchors.next(heading, heading)).collect::<Vec<_>>();
        assert_eq!(found, expected);
    }

    #[test]
    fn jekyll_keeps_han_and_drops_punctuation() {
        check(
            SiteKind::Jekyll,
            &["案例一：冒充客服", "2022 年 Top 10", "What's New?", "foo_bar", "前 -- 后"],
            &["案例一冒充客服", "2022-年-top-10", "whats-new", "foo_bar", "前--后"],
        );
    }

    #[test]
    fn repeated_headings_are_numbered() {
        for kind in [SiteKind::Jekyll, SiteKind::Hexo, SiteKind::Hugo, SiteKind::Plain] {
            check(kind, &["小结", "小结", "小结"], &["小结", "小结-1", "小结-2"]);
        }
        check(SiteKind::Hugo, &["小结", "小结-1", "小结"], &["小结", "小结-1", "小结-2"]);
    }

    #[test]
    fn hexo_keeps_case_and_chinese_punctuation() {
        check(
            SiteKind::Hexo,
            &["案例一：冒充客服！", "Rust & Go: 比较", "(1) Café", "C++"],
            &["案例一：冒充客服！", "Rust-Go-比较", "1-Cafe", "C"],
        );
    }

    #[test]
    fn hugo_names_a_heading_without_letters() {
        check(
            SiteKind::Hugo,
            &["？？", "第 ① 步 Go_lang", "God is good: 神真美好"],
            &["heading", "第--步-go_lang", "god-is-good-神真美好"],
        );
    }

    #[test]
    fn github_avoids_an_id_that_another_heading_gave() {
        check(SiteKind::Plain, &["a", "a", "a-1"], &["a", "a-1", "a-1-1"]);
    }
}
