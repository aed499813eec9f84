//! Chinese numerals: their values, small numbers, and the numbers of headings.

/// The value of one numeral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numeral {
    /// A digit from 0 to 9.
    Digit(u8),
    /// `两`: two of the thing counted, or of a larger unit.
    Two,
    /// Ten to the power of this number.
    Unit(u32),
    /// So many tens: `廿`, `卅`.
    Tens(u8),
}

impl Numeral {
    /// Returns the value of a character. Includes the numerals of bankers (`壹`, `贰` …), and of traditional script those
    /// of dates and amounts.
    #[must_use]
    pub const fn of(c: char) -> Option<Self> {
        Some(match c {
            '〇' | '零' | '○' => Self::Digit(0),
            '一' | '壹' => Self::Digit(1),
            '二' | '贰' => Self::Digit(2),
            '三' | '叁' => Self::Digit(3),
            '四' | '肆' => Self::Digit(4),
            '五' | '伍' => Self::Digit(5),
            '六' | '陆' => Self::Digit(6),
            '七' | '柒' => Self::Digit(7),
            '八' | '捌' => Self::Digit(8),
            '九' | '玖' => Self::Digit(9),
            '两' | '兩' => Self::Two,
            '十' | '拾' => Self::Unit(1),
            '百' | '佰' => Self::Unit(2),
            '千' | '仟' => Self::Unit(3),
            '万' | '萬' => Self::Unit(4),
            '亿' | '億' => Self::Unit(8),
            '廿' | '卄' => Self::Tens(2),
            '卅' => Self::Tens(3),
            '卌' => Self::Tens(4),
            _ => return None,
        })
    }
}

/// The common numerals from 1 to 9, in order.
const DIGITS: &str = "一二三四五六七八九";

/// Returns the digit for a numeral from `〇` (or `○`) to `九`. Includes the numerals of bankers (`壹`, `贰` …).
#[must_use]
pub const fn digit(c: char) -> Option<u8> {
    match Numeral::of(c) {
        Some(Numeral::Digit(digit)) => Some(digit),
        _ => None,
    }
}

/// Returns the number of tens of `廿`, `卅` and `卌`.
const fn tens(c: char) -> Option<u8> {
    match Numeral::of(c) {
        Some(Numeral::Tens(tens)) => Some(tens),
        _ => None,
    }
}

/// Returns whether a character is a numeral.
#[must_use]
pub const fn is_numeral(c: char) -> bool {
    Numeral::of(c).is_some()
}

/// Returns the digit for a numeral of a date or a small number: as [`digit`], besides `两` for 2.
#[must_use]
pub const fn counted_digit(c: char) -> Option<u8> {
    match c {
        _ if matches!(Numeral::of(c), Some(Numeral::Two)) => Some(2),
        _ => digit(c),
    }
}

/// Returns whether a character is a common numeral below a hundred: `一` to `十`, `廿`, `卅`.
#[must_use]
pub fn is_small(c: char) -> bool {
    c == '十' || DIGITS.contains(c) || tens(c).is_some()
}

/// Reads a number below a hundred at the start of a text, as one digit or with `十` or `廿`: `五`, `十五`, `二十五`, `廿五`.
/// Returns the number and the rest of the text.
#[must_use]
pub fn small(text: &str) -> Option<(u8, &str)> {
    let mut rest = text.chars();
    let mut take = |of: fn(char) -> Option<u8>| {
        let found = rest.clone().next().and_then(of)?;
        rest.next();
        Some(found)
    };
    if let Some(tens) = take(tens) {
        return Some((tens * 10 + take(digit).unwrap_or(0), rest.as_str()));
    }
    let tens = take(digit);
    let number = match take(|c| (c == '十').then_some(10)) {
        Some(ten) => tens.unwrap_or(1) * ten + take(digit).unwrap_or(0),
        None => tens?,
    };
    Some((number, rest.as_str()))
}

/// Writes a number from 1 to 9999 in Chinese numerals: `二百六十六`, `十五`. Returns `None` for other numbers.
#[must_use]
pub fn written(number: u64) -> Option<String> {
    if !(1..10_000).contains(&number) {
        return None;
    }
    let (mut written, mut rest, mut gap) = (String::new(), number, false);
    for (one, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = rest / one;
        rest %= one;
        if digit == 0 {
            gap = !written.is_empty();
            continue;
        }
        if gap {
            written.push('零');
        }
        // Chinese omits the 一 of 一十五.
        if !(number < 20 && one == 10) {
            written.extend(DIGITS.chars().nth(digit as usize - 1));
        }
        written.push_str(name);
        gap = false;
    }
    Some(written)
}

/// Returns whether a character may number a heading or a picture: a digit of any script, `一` to `十`, `甲`, `乙` or
/// `丙`.
#[must_use]
pub fn is_ordinal(c: char) -> bool {
    c.is_numeric() || is_small(c) || matches!(c, '甲' | '乙' | '丙')
}

/// Returns the text of a heading after its number and the punctuation mark of the number: `起因` for `一、起因`,
/// `（二）起因` and `3.起因`. Returns `None` for a heading without such a number.
#[must_use]
pub fn behind_number(heading: &str) -> Option<&str> {
    let bare = heading.trim_start_matches(['（', '(', '【', '第']);
    let rest = bare.trim_start_matches(is_ordinal);
    let mark = ['、', '.', '．', ')', '）', ',', '，', ':', '：', '。', '】', '」'];
    rest.strip_prefix(mark).filter(|_| rest.len() < bare.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for number in 1..100_u8 {
            let text = written(number.into()).unwrap_or_default();
            assert_eq!(small(&format!("{text}人")), Some((number, "人")), "{text}");
            assert!(text.chars().all(is_small), "{text}");
        }
        assert_eq!(
            [1_005, 2_300, 9_999].map(written),
            ["一千零五", "二千三百", "九千九百九十九"].map(|text| Some(text.to_owned()))
        );
        assert_eq!([0, 10_000].map(written), [None, None]);
    }

    #[test]
    fn a_small_number_ends_where_another_begins() {
        assert_eq!(small("五六人"), Some((5, "六人")));
        assert_eq!(small("贰拾"), Some((2, "拾")));
        assert_eq!((small("廿五人"), small("卅")), (Some((25, "人")), Some((30, ""))));
        assert_eq!((small("人"), small("百"), small("")), (None, None, None));
    }

    #[test]
    fn a_heading_is_numbered_in_many_ways() {
        for heading in
            ["一、起因", "（二）起因", "(十二)起因", "【3】起因", "第四，起因", "5.起因", "甲：起因", "①、起因"]
        {
            assert_eq!(behind_number(heading), Some("起因"), "{heading}");
        }
        for heading in ["起因", "一起案件", "第一案", "、起因", "（起因）", ""] {
            assert_eq!(behind_number(heading), None, "{heading}");
        }
    }
}
