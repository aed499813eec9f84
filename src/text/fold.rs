//! Folding: texts that look the same to a reader become equal.
//!
//! Works character by character: compatibility forms (full width, ligatures, radicals) and composition as in NFKC;
//! lower case; Traditional and variant Han characters become Simplified. Zero-width and control characters are dropped,
//! and so are a line break between two Han characters, a blank between a digit and `%`, and the dot of `3·15` and `九·一八`. East Asian
//! punctuation is kept, except for signs between digits, as in `12：30`. Every folded character keeps the byte range of
//! its source. Does not know words.
//!
//! The pairs in `traditional.txt` are facts compiled from the character and variant lists of OpenCC (Apache-2.0),
//! completed with variants of Unicode's Unihan. `帐` and `账`, which people confuse, become equal.

use std::{ops::Range, sync::LazyLock};

use unicode_normalization::{UnicodeNormalization, char::compose};

use super::char_table::CharTable;
use crate::chinese::{is_dot, is_han, marks, numerals::is_numeral};

/// Folded text that maps its ranges to ranges of the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    text: String,
    spans: Vec<Span>,
}

/// A range of folded text and the range of its source. Ends where the next span starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    /// Byte offset of the start in the folded text.
    folded: usize,
    /// Byte offset of the start in the source.
    source: usize,
    /// Byte offset of the end in the source.
    source_end: usize,
    /// Whether the bytes of folded text and source correspond one to one. Otherwise the span maps as a whole.
    even: bool,
}

impl Folded {
    /// Returns the folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the byte range of the source for a `range` of the folded text. Both ends must lie on character
    /// boundaries. An empty range gives an empty range.
    #[must_use]
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        let start = self
            .span_at(range.start)
            .map_or(0, |span| if span.even { span.source + (range.start - span.folded) } else { span.source });
        if range.is_empty() {
            return start..start;
        }
        let end = self
            .span_at(range.end - 1)
            .map_or(0, |span| if span.even { span.source + (range.end - span.folded) } else { span.source_end });
        start..end
    }

    fn span_at(&self, folded: usize) -> Option<Span> {
        let after = self.spans.partition_point(|span| span.folded <= folded);
        self.spans.get(after.checked_sub(1)?).copied()
    }

    /// Appends one folded character with its `source` range.
    fn push(&mut self, c: char, source: Range<usize>) {
        let folded = self.text.len();
        self.text.push(c);
        let even = c.len_utf8() == source.len();
        match self.spans.last_mut() {
            Some(last) if even && last.even && last.source_end == source.start => last.source_end = source.end,
            // A further character of the same source range, as in `㎏`.
            Some(last) if !last.even && (last.source..last.source_end) == source => {}
            _ => self.spans.push(Span { folded, source: source.start, source_end: source.end, even }),
        }
    }

    /// Appends ASCII text in lower case; `source` is the byte offset of its start.
    fn push_ascii(&mut self, ascii: &str, source: usize) {
        let folded = self.text.len();
        self.text.extend(ascii.bytes().map(|b| b.to_ascii_lowercase() as char));
        match self.spans.last_mut() {
            Some(last) if last.even && last.source_end == source => last.source_end += ascii.len(),
            _ => self.spans.push(Span { folded, source, source_end: source + ascii.len(), even: true }),
        }
    }

    /// Replaces the last folded character by `c`; the source range now ends at `source_end`.
    fn replace_last(&mut self, c: char, source_end: usize) {
        let Some(last) = self.text.chars().next_back() else { return };
        let folded = self.text.len() - last.len_utf8();
        let start = self.source(folded..self.text.len()).start;
        self.text.truncate(folded);
        if let Some(span) = self.spans.last_mut() {
            if span.folded == folded {
                self.spans.pop();
            } else if span.even {
                span.source_end = start;
            }
        }
        self.text.push(c);
        self.spans.push(Span { folded, source: start, source_end, even: false });
    }
}

/// Folds a text.
#[must_use]
pub fn fold(source: &str) -> Folded {
    let mut folded = Folded { text: String::with_capacity(source.len()), spans: Vec::new() };
    let mut rest = source;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let at = source.len() - rest.len();
        let mut len = c.len_utf8();
        match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                let after = rest.trim_start_matches(['\n', '\r', '\u{2028}', '\u{2029}']);
                len = rest.len() - after.len();
                let joins = before.is_some_and(is_han) && after.chars().next().is_some_and(is_han);
                if !(joins && rest.get(..len).is_some_and(is_one_break)) {
                    folded.push('\n', at..at + len);
                    before = Some('\n');
                }
            }
            _ if is_dropped(c) => {}
            _ if c.is_whitespace() && is_before_percent(&folded.text, rest) => {}
            '\0'..='\u{7f}' => {
                let end = rest.bytes().position(|b| !b.is_ascii() || is_control(b)).unwrap_or(rest.len());
                let ascii = rest.get(..end).unwrap_or_default();
                // The blank of `5 %` and `5 ‰` is looked at by itself.
                let is_before_share = rest.get(end..).is_some_and(|rest| rest.starts_with(['％', '‰', '‱']));
                let trimmed = if is_before_share { ascii.trim_end().len().max(1) } else { end };
                len = ascii.get(1..).and_then(|ascii| ascii.find(" %")).map_or(trimmed, |at| at + 1);
                let ascii = ascii.get(..len).unwrap_or_default();
                folded.push_ascii(ascii, at);
                before = ascii.chars().next_back();
            }
            '\u{4e00}'..='\u{9fff}' => {
                folded.push(simplified(c), at..at + len);
                before = Some(c);
            }
            _ if is_dot(c) && ends_in_digit(&folded.text) && begins_with_digit(rest, len) => {}
            // The day of an event: `三·一五`.
            _ if is_dot(c) && folded.text.ends_with(is_numeral) && is_numeral_at(rest, len) => {}
            _ => {
                let joins = ends_in_digit(&folded.text) && begins_with_digit(rest, len);
                match half_width_joint(c).filter(|_| joins) {
                    Some(sign) => folded.push(sign, at..at + len),
                    None => fold_rare(c, at, &mut folded),
                }
                before = Some(c);
            }
        }
        rest = rest.get(len..).unwrap_or_default();
    }
    folded
}

/// Folds a character that folds independently of its neighbours. Returns `None` for a character that needs [`fold`].
#[must_use]
pub fn simple_fold(c: char) -> Option<char> {
    match c {
        ' '..='~' | '\n' => Some(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' => Some(simplified(c)),
        _ if half_width_joint(c).is_some() => None,
        _ if marks::is_everyday(c) => Some(c),
        _ => None,
    }
}

/// Folds a character that is neither ASCII nor a common ideograph.
fn fold_rare(c: char, at: usize, folded: &mut Folded) {
    let source = at..at + c.len_utf8();
    if is_joining(c) {
        // The mark combines with the character before it, as in `é` written as two characters.
        let composed = folded.text.chars().next_back().and_then(|last| compose(last, c));
        match composed {
            Some(composed) => folded.replace_last(composed, source.end),
            None => folded.push(c, source),
        }
    } else if marks::is_everyday(c) {
        folded.push(c, source);
    } else {
        for compatible in std::iter::once(c).nfkc() {
            for lower in compatible.to_lowercase() {
                folded.push(simplified(lower), source.clone());
            }
        }
    }
}

/// Returns whether a character may combine with the character before it.
fn is_joining(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36F | 0x3099 | 0x309A | 0x1161..=0x1175 | 0x11A8..=0x11C2)
        || (c as u32 > 0x36F && unicode_normalization::char::canonical_combining_class(c) != 0)
}

/// Returns whether an ASCII character is a control character, a line break among them.
const fn is_control(b: u8) -> bool {
    matches!(b, 0..=8 | b'\n'..=b'\r' | 0x0E..=0x1F | 0x7F)
}

/// Returns whether blanks at the start of `rest` stand between a digit and a percent sign, as in `5 %`.
fn is_before_percent(folded: &str, rest: &str) -> bool {
    rest.trim_start_matches([' ', '\t', '\u{a0}', '\u{3000}']).starts_with(['%', '％', '‰', '‱'])
        && ends_in_digit(folded)
}

/// Returns the half-width form of a sign that joins digits: `１２：３０` is `12:30`, `3．5` is `3.5`. Elsewhere it is
/// punctuation, and kept.
const fn half_width_joint(c: char) -> Option<char> {
    match c {
        '：' => Some(':'),
        '．' => Some('.'),
        '／' => Some('/'),
        '－' => Some('-'),
        _ => None,
    }
}

fn ends_in_digit(folded: &str) -> bool {
    folded.ends_with(|c: char| c.is_ascii_digit())
}

/// Returns whether a digit follows after the first `len` bytes of `rest`.
fn begins_with_digit(rest: &str, len: usize) -> bool {
    rest.get(len..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '０'..='９')))
}

/// Returns whether a numeral follows after the first `len` bytes of `rest`.
fn is_numeral_at(rest: &str, len: usize) -> bool {
    rest.get(len..).is_some_and(|rest| rest.starts_with(is_numeral))
}

/// Returns whether folding drops a character: control characters except tabs and line breaks; zero-width, bidirectional and
/// variation marks.
fn is_dropped(c: char) -> bool {
    matches!(c as u32, 0..=8 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F..=0x84 | 0x86..=0x9F | 0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        | 0xFFF9..=0xFFFB | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

fn is_one_break(breaks: &str) -> bool {
    matches!(breaks, "\n" | "\r" | "\r\n" | "\u{2028}" | "\u{2029}")
}

/// Returns the Simplified form of a Han character, and any other character unchanged.
fn simplified(c: char) -> char {
    if (c as u32) < 0x3400 {
        return c;
    }
    SIMPLIFIED.get(c).unwrap_or(c)
}

static SIMPLIFIED: LazyLock<CharTable<Option<char>>> = LazyLock::new(|| {
    let mut table: CharTable<Option<char>> = CharTable::default();
    let mut chars = TRADITIONAL.chars().filter(|c| !c.is_whitespace());
    while let (Some(traditional), Some(simplified)) = (chars.next(), chars.next()) {
        *table.entry(traditional) = Some(simplified);
    }
    table
});

/// Pairs of a Traditional or variant character and its Simplified form, without separators.
pub(super) const TRADITIONAL: &str = include_str!("traditional.txt");

#[cfg(test)]
mod tests {
    #![expect(clippy::string_slice, reason = "the law under test is that ranges lie on boundaries")]

    use proptest::prelude::*;

    use super::*;

    fn check(source: &str, expected: &str) {
        assert_eq!(fold(source).as_str(), expected, "{source}");
    }

    #[test]
    fn width_and_case_fold() {
        check("１２：３０，3．5，１／2，3－5", "12:30，3.5，1/2，3-5");
        check("说：3，见：", "说：3，见：");
        check("ＡＰＰ下载５８０００元", "app下载58000元");
        check("ﬁne ㎏ ①", "fine kg 1");
        check("3·15、三·一五、九•一八，玛丽·一世，张三·李", "315、三一五、九一八，玛丽·一世，张三·李");
    }

    #[test]
    fn traditional_and_variants_become_simplified() {
        check("網路購物詐騙，帳戶餘額；乾淨、裏面、說説", "网路购物诈骗，账户余额；干净、里面、说说");
        // Two Simplified characters that people confuse, and a Traditional one.
        check("轉帳 帐号 賬單 账单", "转账 账号 账单 账单");
        check("気図 ⼀⾔ 羣峯", "气图 一言 群峰");
    }

    #[test]
    fn zero_width_leaves_no_trace() {
        check("诈\u{200b}骗\u{feff}电\u{2060}话", "诈骗电话");
    }

    #[test]
    fn a_line_break_inside_chinese_is_dropped_and_others_stay() {
        check("诈\n骗", "诈骗");
        check("诈\r\n骗", "诈骗");
        check("第一段\n\n第二段", "第一段\n第二段");
        check("one\ntwo", "one\ntwo");
        check("骗了\nAPP", "骗了\napp");
    }

    #[test]
    fn marks_compose() {
        check("cafe\u{301}", "café");
        check("が", "が");
        check("か\u{3099}", "が");
    }

    #[test]
    fn the_way_back_is_exact() {
        let source = "A㎏騙\u{200b}局e\u{301}é";
        let folded = fold(source);
        assert_eq!(folded.as_str(), "akg骗局éé");
        let back = |needle: &str| {
            let start = folded.as_str().find(needle).unwrap_or_default();
            &source[folded.source(start..start + needle.len())]
        };
        assert_eq!(back("骗局"), "騙\u{200b}局");
        assert_eq!(back("k"), "㎏");
        assert_eq!(back("akg"), "A㎏");
        assert_eq!(back("局é"), "局e\u{301}");
        assert_eq!(back("éé"), "e\u{301}é");
    }

    proptest! {
        #[test]
        fn every_folded_character_has_a_source(source in "(?s).{0,60}|[a-zé㎏騙\u{301}\u{200b}\u{2028}\r\n中文ＡＢ]{0,40}") {
            let folded = fold(&source);
            let mut last = 0;
            for (at, c) in folded.as_str().char_indices() {
                let range = folded.source(at..at + c.len_utf8());
                prop_assert!(range.start >= last || range.end >= last);
                prop_assert!(!source[range.clone()].is_empty());
                last = range.start;
            }
        }

        #[test]
        fn folding_twice_changes_nothing(source in "[a-zA-Z0-9，。騙說ＡＢ①㎏ \u{200b}]{0,40}") {
            let once = fold(&source);
            let twice = fold(once.as_str());
            prop_assert_eq!(twice.as_str(), once.as_str());
        }
    }
}
