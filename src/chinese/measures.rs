//! Measure words: the words between a number and the thing counted. Units of money.

use self::Counts::{AfterDigit, Dated, IdleOne, Numbered, Small};

/// Units of money, which authors often leave out.
pub const MONEY: &[&str] = &["元", "块", "圆", "块钱", "元钱", "元整", "圆整", "人民币", "余元", "多元"];

/// A property of a measure word that concerns the number before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// A single digit belongs to the measure word, not to a larger number before the digit: `3万5个月`.
    AfterDigit,
    /// Several digits are part of a date, a time or the like, not of a larger number before them: `2万2022年`.
    Dated,
    /// A number below a hundred is written in Chinese numerals as often as in digits: `5名`, `五名`.
    Small,
    /// The number one is hardly ever written as a digit: `一个`.
    IdleOne,
    /// The number is an ordinal in a law, a book or a series: `第十条`.
    Numbered,
}

/// Measure words grouped by their properties; each word occurs once.
const TABLE: [(&[Counts], &str); 12] = [
    (&[AfterDigit, Dated, Small, IdleOne], "年时点"),
    (&[AfterDigit, Dated, Small], "月日号分"),
    (&[AfterDigit, Small, IdleOne, Numbered], "条部"),
    (&[AfterDigit, Small, IdleOne], "个天次位人倍起家件张层周"),
    (&[AfterDigit, Small], "名秒岁笔台楼"),
    (&[AfterDigit, Numbered], "期届"),
    (&[AfterDigit], "种"),
    (&[Small, IdleOne, Numbered], "项节款"),
    (&[Small, IdleOne], "块级"),
    (&[Small, Numbered], "章"),
    (&[Small], "辆户元"),
    (&[Numbered], "编卷回批册讲集季"),
];

/// Returns whether a character is a measure word with the property `how`.
#[must_use]
pub fn counts(c: char, how: Counts) -> bool {
    TABLE.iter().any(|(all, words)| all.contains(&how) && words.contains(c))
}

/// Returns whether a unit begins with a character that decimals are measured in, so that `三点五` before it is no time of
/// day and `1.20` no version.
#[must_use]
pub fn measures_decimals(c: char) -> bool {
    "元块倍米公厘平吨斤折角美港".contains(c)
}

/// Returns whether a character is a measure word.
#[must_use]
pub fn is_measure(c: char) -> bool {
    TABLE.iter().any(|(_, words)| words.contains(c))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_word_stands_once() {
        let all: Vec<char> = TABLE.iter().flat_map(|(_, words)| words.chars()).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn each_use_holds_of_its_words_alone() {
        let check = |word, expected: &[Counts]| {
            let found = [AfterDigit, Dated, Small, IdleOne, Numbered].into_iter().filter(|&how| counts(word, how));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{word}");
        };
        check('年', &[AfterDigit, Dated, Small, IdleOne]);
        check('条', &[AfterDigit, Small, IdleOne, Numbered]);
        check('元', &[Small]);
        check('卷', &[Numbered]);
        check('案', &[]);
    }

    #[test]
    fn a_single_one_is_a_small_number() {
        let idle = TABLE.iter().filter(|(all, _)| all.contains(&IdleOne));
        assert!(idle.into_iter().all(|(all, _)| all.contains(&Small)));
    }
}
