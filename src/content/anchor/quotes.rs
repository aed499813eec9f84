//! Typographic quotes, dashes and ellipses as Hexo's renderers make them.

use std::ops::Range;

/// Replaces quotes, dashes and dots in the `plain` ranges of a heading, as `hexo-renderer-marked` does with `smartypants`.
pub(super) fn smartypants(heading: &str, plain: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(heading.len());
    let mut from = 0;
    for range in plain {
        out.push_str(heading.get(from..range.start).unwrap_or_default());
        from = range.end;
        let text = heading.get(range.clone()).unwrap_or_default();
        let text = text.replace("---", "\u{2014}").replace("--", "\u{2013}").replace("...", "\u{2026}");
        let mut before: Option<char> = None;
        for c in text.chars() {
            let opens = |also: char| {
                before.is_none_or(|before| {
                    before.is_whitespace()
                        || matches!(before, '-' | '\u{2014}' | '/' | '(' | '[' | '{')
                        || before == also
                })
            };
            let written = match c {
                '\'' if opens('"') => '‘',
                '\'' => '’',
                '"' if opens('‘') => '“',
                '"' => '”',
                other => other,
            };
            out.push(written);
            before = Some(written);
        }
    }
    out.push_str(heading.get(from..).unwrap_or_default());
    out
}

/// Replaces quotes, dashes, dots and signs in brackets in the `plain` ranges of a heading, as markdown-it does with its
/// `typographer`.
pub(super) fn markdown_it(heading: &str, plain: &[Range<usize>]) -> String {
    /// A quote that may open: its place among the characters, and whether it is a single one.
    struct Opener(usize, bool);
    let mut marked: Vec<(char, bool)> = Vec::with_capacity(heading.len());
    let mut from = 0;
    for range in plain {
        let other = heading.get(from..range.start).unwrap_or_default();
        marked.extend(other.chars().map(|c| (c, false)));
        let text = replaced(heading.get(range.clone()).unwrap_or_default());
        marked.extend(text.chars().map(|c| (c, true)));
        from = range.end;
    }
    marked.extend(heading.get(from..).unwrap_or_default().chars().map(|c| (c, false)));
    let mut openers: Vec<Opener> = Vec::new();
    for at in 0..marked.len() {
        let (quote, is_plain) = marked[at];
        if !is_plain || !matches!(quote, '"' | '\'') {
            continue;
        }
        let single = quote == '\'';
        let last = at.checked_sub(1).map_or(' ', |before| marked[before].0);
        let next = marked.get(at + 1).map_or(' ', |&(c, _)| c);
        let (last_blank, next_blank) = (last.is_whitespace(), next.is_whitespace());
        let (last_sign, next_sign) = (is_sign(last), is_sign(next));
        let mut opens = !next_blank && (!next_sign || last_blank || last_sign);
        let mut closes = !last_blank && (!last_sign || next_blank || next_sign);
        // An inch.
        if next == '"' && !single && last.is_ascii_digit() {
            (opens, closes) = (false, false);
        }
        if opens && closes {
            (opens, closes) = (last_sign, next_sign);
        }
        // No heading has more; the bound keeps the time linear.
        let near = openers.len().saturating_sub(64);
        let partner = openers.iter().skip(near).rposition(|opener| opener.1 == single).filter(|_| closes);
        let partner = partner.map(|partner| partner + near);
        if let Some(partner) = partner {
            let (open, close) = if single { ('‘', '’') } else { ('“', '”') };
            marked[openers[partner].0].0 = open;
            marked[at].0 = close;
            openers.truncate(partner);
        } else if opens {
            openers.push(Opener(at, single));
        } else if single {
            marked[at].0 = '’';
        }
    }
    marked.into_iter().map(|(c, _)| c).collect()
}

/// Returns whether markdown-it takes a character for punctuation.
fn is_sign(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c as u32, 0xA1 | 0xA7 | 0xAB | 0xB6 | 0xB7 | 0xBB | 0xBF | 0x2010..=0x2027 | 0x2030..=0x205E
            | 0x3001..=0x3003 | 0x3008..=0x3011 | 0x3014..=0x301F | 0x3030 | 0xFE10..=0xFE6B | 0xFF01..=0xFF0F
            | 0xFF1A..=0xFF20 | 0xFF3B..=0xFF40 | 0xFF5B..=0xFF65)
}

/// Replaces dashes, dots and signs in brackets.
fn replaced(text: &str) -> String {
    if !["--", "..", "+-", "(", "??", "!!", ",,"].iter().any(|sign| text.contains(sign)) {
        return text.to_owned();
    }
    let mut text = text.replace("+-", "±");
    for (name, sign) in [("(c)", "©"), ("(C)", "©"), ("(r)", "®"), ("(R)", "®"), ("(tm)", "™"), ("(TM)", "™")] {
        text = text.replace(name, sign);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(c).len();
        let (marks, after) = rest.split_at_checked(run).unwrap_or((rest, ""));
        let count = run / c.len_utf8();
        let before = out.chars().next_back();
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let next = after.chars().next();
        match c {
            '.' if count >= 2 => out.push_str(if matches!(before, Some('?' | '!')) { ".." } else { "…" }),
            '?' | '!' if count >= 4 => out.extend([c; 3]),
            ',' if count >= 2 => out.push(','),
            '-' if count == 3 => out.push('—'),
            '-' if count == 2 && (before.is_none() || next.is_none() || blank(before) == blank(next)) => out.push('–'),
            _ => out.push_str(marks),
        }
        rest = after;
    }
    out
}
