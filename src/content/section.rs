//! Recognises headings that CommonMark does not, and headings of cases.
//!
//! Authors write `#标题` without the space, or bold lines such as `**作案手法：**`, and mean a heading. The rules here
//! tell such headings from hashtags, captions and plain emphasis. Another rule recognises headings that announce a
//! case. Judges one line at a time; does not know parser events or offsets.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::chinese::{
    is_ideograph,
    marks::{COLONS, COMMAS, ends_sentence},
    numerals::{behind_number, is_ordinal},
};

/// Upper bound, in characters, on a bold line that is a heading; longer ones are emphasis.
const MAX_BOLD: usize = 30;
/// Upper bound, in characters, on a `#` line that is a heading; longer ones are text.
const MAX_HASH: usize = 100;

/// A pattern for case headings that cannot match.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("case heading `{pattern}` holds no letter or digit, expected the start of a heading such as `案例`")]
pub struct CaseHeadingError {
    /// The pattern as configured.
    pub pattern: String,
}

/// The rule that decides whether a heading announces a case.
///
/// A heading is first folded (NFKC, lower case), then loses leading punctuation and a leading number with its mark
/// (`一、`, `2.`, `（三）`).
///
/// * With configured patterns, the rest must start with one of the patterns, folded in the same way. A pattern that
///   ends in a Latin letter must end a word: `case` matches `Case 1`, not `Caseless`.
/// * The built-in rule ([`Default`]) requires `案例`, `案情` or `警情`, possibly after a word such as 典型 or 真实 and
///   before a word such as 回顾 or 简介; or `案件` or `case` with a number. After that, the heading must end, or a
///   number, a space or punctuation must follow. So 案例一, 典型案例：…, 【案例】, 案情回顾 and `Case 1` match,
///   案例教学法 does not.
#[derive(Debug, Clone, Default)]
pub(super) struct CaseHeadings {
    /// Folded patterns; empty for the built-in rule.
    patterns: Vec<String>,
}

impl CaseHeadings {
    /// Makes the rule from configured patterns. No patterns give the built-in rule.
    ///
    /// # Errors
    /// If a pattern contains no letter or digit.
    pub(super) fn new(patterns: &[String]) -> Result<Self, CaseHeadingError> {
        let folded = patterns.iter().map(|pattern| {
            let folded = fold(pattern);
            let start = folded.trim_matches(|c: char| !c.is_alphanumeric());
            if start.is_empty() { Err(CaseHeadingError { pattern: pattern.clone() }) } else { Ok(start.to_owned()) }
        });
        Ok(Self { patterns: folded.collect::<Result<_, _>>()? })
    }

    /// Returns whether `heading` announces a case.
    #[must_use]
    pub(super) fn matches(&self, heading: &str) -> bool {
        let folded = fold(heading);
        let bare = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
        let unnumbered =
            behind_number(bare).map_or(bare, |rest| rest.trim_start_matches(|c: char| !c.is_alphanumeric()));
        if self.patterns.is_empty() {
            return announces_case(unnumbered);
        }
        self.patterns.iter().any(|pattern| starts_with_word(bare, pattern) || starts_with_word(unnumbered, pattern))
    }
}

fn fold(text: &str) -> String {
    text.trim().nfkc().flat_map(char::to_lowercase).collect()
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| {
        !(word.ends_with(|c: char| c.is_ascii_alphabetic()) && rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    })
}

const CASE_KINDS: &[&str] = &[
    "典型", "真实", "真實", "诈骗", "詐騙", "近期", "最新", "相关", "相關", "身边", "身邊", "警示", "经典", "經典",
    "被骗", "受骗", "反诈", "现实", "实际", "具体", "部分", "实战",
];
const CASE_PARTS: &[&str] = &[
    "回顾", "回顧", "简介", "簡介", "介绍", "介紹", "经过", "經過", "详情", "詳情", "概述", "概况", "描述", "再现",
    "还原", "分享", "警示",
];

/// Applies the built-in rule to a folded heading without its number.
fn announces_case(heading: &str) -> bool {
    let plain = CASE_KINDS.iter().find_map(|kind| heading.strip_prefix(kind)).unwrap_or(heading);
    let words = [("案例", false), ("案情", false), ("警情", false), ("案件", true), ("case", true)];
    let found = words.iter().find_map(|&(word, needs_number)| Some((plain.strip_prefix(word)?, needs_number)));
    let Some((start, needs_number)) = found else { return false };
    let rest = CASE_PARTS.iter().find_map(|part| start.strip_prefix(part)).unwrap_or(start);
    let number = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '之' | '#' | '第' | '('));
    if number.starts_with(is_ordinal) {
        return true;
    }
    !needs_number && rest.chars().next().is_none_or(|c| !c.is_alphanumeric())
}

/// Returns the level and the text of a line that starts with `#` without a space, if the line is meant as a heading.
///
/// It is a heading if the text starts with a letter or punctuation mark outside ASCII (`#案例一`, `##“刷单”骗局`). A
/// text that starts with ASCII needs two marks (`##Markdown 语法`), or one mark and some Han text, unless its first
/// word belongs to C or a shell. A text that starts with a digit needs two marks, or the point of a list after the
/// digit (`#1.安装`). In a line with a single leading `#`, an even number of `#` means hashtags in pairs (`#话题#`). A
/// line with a further `#` after a space also contains hashtags.
pub(super) fn hash_heading(line: &str) -> Option<(u8, &str)> {
    let rest = line.trim_start_matches('#');
    let level = u8::try_from(line.len() - rest.len()).ok().filter(|level| (1..=6).contains(level))?;
    // The blank of Chinese keyboards.
    let blank = rest.starts_with('\u{3000}');
    let rest = rest.trim_start_matches('\u{3000}');
    if blank {
        return (!rest.trim().is_empty() && rest.chars().nth(MAX_HASH).is_none()).then_some((level, rest.trim()));
    }
    let first = rest.chars().next()?;
    if first.is_whitespace() || rest.chars().nth(MAX_HASH).is_some() {
        return None;
    }
    let title = if level > 1 { rest.trim_end().trim_end_matches('#').trim_end() } else { rest.trim_end() };
    if title.contains(" #") || title.contains("\u{3000}#") {
        return None;
    }
    if level == 1 && title.matches('#').count() % 2 == 1 {
        return None;
    }
    let has_han = title.chars().any(is_ideograph);
    let meant = if first.is_ascii_digit() {
        let after = title.trim_start_matches(|c: char| c.is_ascii_digit());
        after.starts_with(['.', '、', '．']) && after.chars().any(char::is_alphabetic) || level > 1 && has_han
    } else if first.is_ascii_alphabetic() {
        let word = title.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        (level > 1 || has_han) && !DIRECTIVES.split(' ').any(|directive| directive == word)
    } else if first.is_ascii() {
        matches!(first, '"' | '(' | '[' | '<') && has_han
    } else {
        title.chars().any(char::is_alphanumeric)
    };
    meant.then_some((level, title))
}

/// First words of lines of C and of shells that start with `#`.
const DIRECTIVES: &str = "\
    include define if ifdef ifndef else elif endif pragma undef error import line region endregion except using";

/// Returns the heading meant by a line of only bold text, without the colon at its end. Returns `None` for emphasis
/// (long, or a whole sentence), the caption of a picture, or a line without a letter or digit.
pub(super) fn bold_heading(line: &str) -> Option<&str> {
    let title = line.trim().trim_end_matches(COLONS).trim_end();
    let sentence = title.ends_with(|c| ends_sentence(c) || COMMAS.contains(&c));
    if sentence || title.chars().nth(MAX_BOLD).is_some() || !title.contains(char::is_alphanumeric) {
        return None;
    }
    (!is_caption(title)).then_some(title)
}

/// Returns whether a line is the caption of a picture: 图为…, 图1, 图源…, ▲….
fn is_caption(line: &str) -> bool {
    const OPENING: [char; 5] = ['（', '(', '【', '[', '「'];
    let line = line.trim_start_matches(OPENING);
    if line.starts_with(['▲', '△', '↑', '▼', '▽']) || line.starts_with("上图") || line.starts_with("下图")
    {
        return true;
    }
    line.strip_prefix(['图', '圖']).is_some_and(|rest| {
        rest.starts_with(['为', '為', '源', '片', '/', '／', '|', '｜'])
            || rest.starts_with(COLONS)
            || rest.starts_with(is_ordinal)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panic")]
    use super::*;

    fn check(heading: &str, expected: bool) {
        assert_eq!(CaseHeadings::default().matches(heading), expected, "{heading}");
    }

    #[test]
    fn headings_that_tell_a_case_are_found() {
        for heading in [
            "案例一",
            "案例1",
            "案例 2：网购退款",
            "案情",
            "典型案例",
            "案例：陈女士的遭遇",
            "真实案例",
            "【案例】",
            "Case 1",
            "case 02: 贷款",
            "一、案情回顾",
            "（二）典型案例",
            "案例①",
            "案例（三）",
            "案件一",
            "2. 案例之二",
            "真實案例",
        ] {
            check(heading, true);
        }
    }

    #[test]
    fn headings_that_only_look_like_a_case_are_not() {
        for heading in ["案例教学法", "作案手法", "Caseless", "case", "案件侦破", "使用案例", "", "：", "第三方案例库"]
        {
            check(heading, false);
        }
    }

    #[test]
    fn configured_patterns_replace_the_rule() {
        let rule = CaseHeadings::new(&["【故事】".to_owned(), "Story".to_owned()]).unwrap();
        assert!(rule.matches("故事三：一张假工牌"));
        assert!(rule.matches("1. STORY 4"));
        assert!(!rule.matches("Storyboard"));
        assert!(!rule.matches("案例一"));
    }

    #[test]
    fn a_pattern_without_letters_is_refused() {
        let error = CaseHeadings::new(&["【】".to_owned()]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "case heading `【】` holds no letter or digit, expected the start of a heading such as `案例`"
        );
    }

    #[test]
    fn a_hash_without_the_blank_is_a_heading_but_a_hashtag_is_not() {
        for (line, expected) in [
            ("#“共享屏幕”真能退款？", Some((1, "“共享屏幕”真能退款？"))),
            ("##警方提醒##", Some((2, "警方提醒"))),
            ("##Git入门", Some((2, "Git入门"))),
            ("###\u{3000}三、止付", Some((3, "三、止付"))),
            ("#1.安装环境", Some((1, "1.安装环境"))),
            ("#网友热议#三十人退款群#引发关注", Some((1, "网友热议#三十人退款群#引发关注"))),
            ("#反诈#", None),
            ("#反诈 #刷单", None),
            ("#1", None),
            ("#include <入口.h>", None),
            ("#!/bin/sh", None),
            ("#fff", None),
            ("#######七", None),
            ("#", None),
        ] {
            assert_eq!(hash_heading(line), expected, "{line}");
        }
    }

    #[test]
    fn a_bold_line_is_a_heading_but_a_sentence_or_a_caption_is_not() {
        for (line, expected) in [
            ("警方提示：", Some("警方提示")),
            ("千万不要转账！", None),
            ("图为民警在社区宣传", None),
            ("图1 聊天记录", None),
            ("图书馆里的骗局", Some("图书馆里的骗局")),
            ("……", None),
        ] {
            assert_eq!(bold_heading(line), expected, "{line}");
        }
        assert_eq!(bold_heading(&"长".repeat(31)), None);
    }
}
