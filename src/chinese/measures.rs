//! Measure words: the words between a number and the thing counted. Units of money.

use self::Counts::{AfterDigit, Dated, IdleOne, Numbered, Small};
use super::{Class, is_han};

/// The unit of the Chinese currency, whatever word stands for it.
pub const YUAN: &str = "元";

/// The unit of temperature, which may be below zero.
pub const DEGREE: &str = "度";

/// Signs and words of currencies before a sum, with the unit of each.
const BEFORE: [(&str, &str); 7] = [
    (YUAN, "¥ 人民币 rmb cny"),
    ("$", "$ us$ usd"),
    ("hk$", "hk$ 港币 hkd"),
    ("€", "€ eur"),
    ("£", "£ gbp"),
    ("日元", "jpy"),
    ("usdt", "usdt"),
];

/// Units of several characters or with several names, each before its names.
const UNITS: [(&str, &str); 9] = [
    (YUAN, "元 块 圆 块钱 元钱 元整 圆整 人民币 rmb cny yuan"),
    ("$", "美元 美金 usd"),
    ("hk$", "港元 港币 hkd"),
    ("€", "欧元 eur"),
    ("£", "英镑 gbp"),
    ("日元", "日元 日圆 jpy"),
    ("usdt", "usdt"),
    (DEGREE, "度 ° °c 摄氏度"),
    (
        "",
        "公里 公斤 公顷 公分 公尺 公升 千克 千米 千瓦 厘米 毫米 毫升 毫克 平方 平方米 平方公里 平米 立方 立方米 \
         米 里 斤 吨 倍 折 角 亩 英里 英寸 英尺 小时",
    ),
];

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

/// Returns the unit of the sign or word of currency that ends `text`, and the length of the sign in bytes.
#[must_use]
pub fn currency_before(text: &str) -> Option<(&'static str, usize)> {
    longest(&BEFORE, |name| text.ends_with(name))
}

/// Returns the unit of the words of currency that begin `text`, and the length of the words in bytes.
#[must_use]
pub fn currency_after(text: &str) -> Option<(&'static str, usize)> {
    unit(text).filter(|(unit, _)| BEFORE.iter().any(|(currency, _)| currency == unit))
}

/// Returns the unit that begins `text` if it has several characters or names, and the length of its name in bytes.
#[must_use]
pub fn unit(text: &str) -> Option<(&'static str, usize)> {
    longest(&UNITS, |name| {
        let goes_on = |rest: &str| {
            let is_western = |c: char| Class::of(c) == Class::Letter;
            name.ends_with(|c: char| !is_han(c)) && rest.starts_with(is_western)
        };
        text.strip_prefix(name).is_some_and(|rest| !goes_on(rest))
    })
}

/// Returns the unit with the longest of the names that stand, and the length of the name in bytes.
fn longest(
    units: &'static [(&'static str, &'static str)],
    stands: impl Fn(&str) -> bool,
) -> Option<(&'static str, usize)> {
    let named = units.iter().flat_map(|(unit, names)| names.split(' ').map(move |name| (*unit, name)));
    let (unit, name) = named.filter(|(_, name)| stands(name)).max_by_key(|(_, name)| name.len())?;
    Some((if unit.is_empty() { name } else { unit }, name.len()))
}

/// Returns whether a character is the sign of a percentage, or of so many in a thousand or in ten thousand.
#[must_use]
pub const fn is_share(c: char) -> bool {
    matches!(c, '%' | '‰' | '‱')
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
