//! Suggestion entries of a post: its title, tags, headings and pairs of words, which complete what a reader types.
//!
//! Each entry is a term of the index: a letter for its kind, then the text as the author wrote it. So entries are added
//! and removed in the same commit as their post.

use rustc_hash::FxHashSet;

use crate::{
    chinese::{
        marks::COLONS,
        numerals::{behind_number, is_numeral},
    },
    post::{Post, Section},
    query::{SuggestionKind, is_light, letters},
    text::{Analyzer, Class, beginning, fold},
};

/// Upper bound on the characters of a text. A longer title is truncated; a longer heading gives no entry.
const MAX_LENGTH: usize = 60;
/// Upper bound on the characters of a heading; a longer heading is a sentence.
const MAX_HEADING_LENGTH: usize = 40;
/// Upper bound on the pairs of words of one post.
const MAX_PAIRS: usize = 40;

/// Returns the entries of a post, without duplicates.
pub(super) fn entries(post: &Post, analyzer: &Analyzer) -> Vec<String> {
    let mut seen = FxHashSet::default();
    let mut entries = Vec::new();
    let mut add = |kind, text: &str| {
        let text = beginning(text.trim(), MAX_LENGTH).trim_end();
        if is_telling(text) {
            let entry = entry(kind, text);
            if seen.insert(entry.clone()) {
                entries.push(entry);
            }
        }
    };
    add(SuggestionKind::Title, &post.title);
    for tag in post.front.tags.iter().chain(&post.front.categories) {
        add(SuggestionKind::Tag, tag);
    }
    let headings: Vec<&str> = post.sections.iter().filter_map(heading_text).collect();
    for heading in headings.iter().filter(|heading| heading.chars().count() <= MAX_HEADING_LENGTH) {
        add(SuggestionKind::Heading, heading);
    }
    let described = post.front.description.as_deref();
    let texts = std::iter::once(post.title.as_str()).chain(headings.iter().copied()).chain(described);
    let mut pairs = Vec::new();
    for text in texts {
        add_pairs(text, analyzer, &mut pairs);
    }
    for pair in pairs {
        add(SuggestionKind::Phrase, &pair);
    }
    entries
}

/// The letter of each kind of entry. Words have a letter, but no entries.
const LETTERS: [(char, SuggestionKind); 5] = [
    ('t', SuggestionKind::Title),
    ('g', SuggestionKind::Tag),
    ('h', SuggestionKind::Heading),
    ('p', SuggestionKind::Phrase),
    ('w', SuggestionKind::Word),
];

/// Returns the kind and the text of an entry.
pub(in crate::engine) fn read(entry: &str) -> Option<(SuggestionKind, &str)> {
    let mut chars = entry.chars();
    let first = chars.next()?;
    let (_, kind) = LETTERS.into_iter().find(|(letter, _)| *letter == first)?;
    Some((kind, chars.as_str()))
}

/// Returns the entry of a text.
pub(in crate::engine) fn entry(kind: SuggestionKind, text: &str) -> String {
    let letter = LETTERS.iter().find(|(_, of)| *of == kind).map_or('w', |(letter, _)| *letter);
    format!("{letter}{text}")
}

/// Returns whether a text is more than a number or a single character.
fn is_telling(text: &str) -> bool {
    let letters = letters(&fold(text));
    let is_number = |c: char| Class::of(c) == Class::Digit || is_numeral(c) || "第之".contains(c);
    letters.chars().nth(1).is_some() && !letters.chars().all(is_number)
}

/// Returns the text of a heading without its number; `None` when the heading only counts cases.
fn heading_text(section: &Section) -> Option<&str> {
    let heading = without_number(section.heading.trim());
    if !section.is_case {
        return Some(heading);
    }
    let (_, title) = heading
        .split_once(|c| COLONS.contains(&c) || matches!(c, '】' | '｜' | '|'))
        .or_else(|| heading.split_once([' ', '　', '—']))?;
    Some(title.trim_matches(|c: char| !c.is_alphanumeric() && !"（）《》“”「」()".contains(c)))
}

/// Removes a leading number that is followed by its mark: `一、`, `（二）`, `3.`.
fn without_number(heading: &str) -> &str {
    match behind_number(heading) {
        Some(rest) if !rest.trim().is_empty() && !rest.starts_with(char::is_numeric) => rest.trim(),
        _ => heading,
    }
}

/// Appends the pairs of adjacent words of a text in which both words carry meaning.
fn add_pairs(text: &str, analyzer: &Analyzer, pairs: &mut Vec<String>) {
    let folded = fold(text);
    let mut before: Option<std::ops::Range<usize>> = None;
    for token in analyzer.segmentation(&folded) {
        let is_word = token.term.chars().next().map(Class::of) == Some(Class::Han)
            && token.term.chars().nth(1).is_some()
            && !is_light(token.term);
        if is_word && let Some(before) = before.filter(|before| before.end == token.range.start) {
            let pair = text.get(folded.source(before.start..token.range.end));
            if pairs.len() >= MAX_PAIRS {
                return;
            }
            pairs.extend(pair.map(str::to_owned));
        }
        before = is_word.then_some(token.range);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::post::FrontMatter;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn check(title: &str, tags: &[&str], headings: &[(&str, bool)], expected: &[&str]) {
        let section = |&(heading, is_case): &(&str, bool)| Section {
            heading: heading.to_owned(),
            level: 2,
            anchor: String::new(),
            range: 0..0,
            line: 1,
            is_case,
        };
        let post = Post {
            id: "a".to_owned().into(),
            path: "a.md".to_owned(),
            title: title.to_owned(),
            front: FrontMatter { tags: tags.iter().map(|&tag| tag.to_owned()).collect(), ..FrontMatter::default() },
            url: String::new(),
            text: String::new(),
            sections: headings.iter().map(section).collect(),
            lines: Vec::new(),
        };
        assert_eq!(entries(&post, &ANALYZER), expected, "{title}");
    }

    #[test]
    fn titles_tags_headings_and_pairs_are_given_as_written() {
        check(
            "冒充電商客服",
            &["刷單", "刷單"],
            &[("作案手法", false)],
            &["t冒充電商客服", "g刷單", "h作案手法", "p冒充電商", "p電商客服", "p作案手法"],
        );
    }

    #[test]
    fn a_heading_is_given_without_its_number() {
        check(
            "ABC",
            &[],
            &[("一、防范", false), ("3. 提醒", false), ("（二）后果", false)],
            &["tABC", "h防范", "h提醒", "h后果"],
        );
    }

    #[test]
    fn a_case_is_given_by_what_it_tells() {
        check(
            "ABC",
            &[],
            &[("案例一", true), ("典型案例", true), ("案例二：机票", true), ("案例3 改签", true)],
            &["tABC", "h机票", "h改签"],
        );
    }

    #[test]
    fn numbers_and_single_characters_are_not_given() {
        check("2022", &["骗", "……"], &[("一", false), ("第十二", false)], &[]);
    }
}
