//! Numbers with what they count: `5名` and `五名`, `$5`, `20万元` and `200,000元`.
//!
//! A number is read whole: `一百零五名` counts 105, not 5. Each number with its unit has one term, so that number and unit
//! stand together and `五名` is told from a part of `一百零五名`. Unlike [`super::values`], reads single numerals and the
//! parts of dates.

use std::ops::Range;

use super::{Amount, Cursor, ValueKind, date::BETWEEN_DAYS, figures, numerals, run};
use crate::chinese::{
    self, Class, DEGREE, YUAN, currency_before, is_han, is_measure, is_particle, is_share, numerals::Numeral,
};

/// From this number on, a number without a unit may be money.
const LEAST_BARE: u64 = 100;

/// Greatest ratio of the numbers of a range whose first number has the unit of the second: not of `3-5万元`.
const MAX_RANGE: u64 = 100;

/// A number with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Range of the number in the folded text.
    pub number: Range<usize>,
    /// Range of the number with its unit or sign of currency.
    pub range: Range<usize>,
    amount: Amount,
    /// Whether the number is below zero.
    is_negative: bool,
    /// The unit; empty for a number that counts nothing.
    unit: String,
}

impl Counted {
    /// Returns the term of the number with its unit: `#5~名`, `#200000~元`, `#5~$`, `#-5~度`; `#58000~` without a unit.
    #[must_use]
    pub fn term(&self) -> String {
        format!("#{}{}~{}", if self.is_negative { "-" } else { "" }, self.amount, self.unit)
    }

    /// Returns whether what stands before the digits may make another number of them: `-5度`, `-500元`, `HK$5`.
    #[must_use]
    pub fn may_have_sign(&self) -> bool {
        self.is_negative || self.unit.ends_with('$') || chinese::unit(&self.unit).is_some()
    }

    /// Returns the term of the same sum without a unit, since authors often leave the unit of money out.
    #[must_use]
    pub fn without_money(&self) -> Option<String> {
        (self.unit == YUAN && self.is_large()).then(|| format!("#{}~", self.amount))
    }

    /// Returns whether the number counts something.
    #[must_use]
    pub fn has_unit(&self) -> bool {
        !self.unit.is_empty()
    }

    /// Returns whether a number from a hundred on counts something by a common unit or measure word.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.is_large() && (chinese::unit(&self.unit).is_some() || self.unit.chars().all(is_measure))
    }

    /// Returns whether the number is below a hundred.
    #[must_use]
    pub fn is_small(&self) -> bool {
        !self.is_large()
    }

    fn is_large(&self) -> bool {
        self.amount.whole().is_none_or(|number| number >= LEAST_BARE)
    }
}

/// Returns the numbers of folded text that have a unit or could be money, in order, without overlap.
pub fn counted(folded: &str) -> impl Iterator<Item = Counted> + '_ {
    let mut at = Cursor::new(folded);
    std::iter::from_fn(move || {
        loop {
            at = at.by(at.rest().find(run::may_begin)?);
            let start = at;
            let (amount, end) = number(start);
            at = end;
            if let Some(found) = amount.and_then(|amount| with_unit(amount, start, end)) {
                return Some(found);
            }
        }
    })
}

/// Reads the number that begins at a numeral or digit. Returns the number and the place after it.
fn number(at: Cursor<'_>) -> (Option<Amount>, Cursor<'_>) {
    if at.is_digit() {
        if at.is_after_letter() && !figures::is_after_currency(at) {
            return (None, at.after_name());
        }
        let read = figures::read(at);
        return (amount_of(read.found.map(|(kind, _)| kind)), read.end);
    }
    let read = numerals::read(at);
    if let Some((kind, _)) = read.found {
        return (amount_of(Some(kind)), read.end);
    }
    let next = at.step();
    let is_single = next.peek().is_none_or(|c| Numeral::of(c).is_none());
    // `几十`, `数百`
    let is_vague = at.passed().ends_with(['几', '数', '多', '余']);
    let single = match at.peek().and_then(Numeral::of) {
        Some(Numeral::Digit(digit)) if digit > 0 => Some(digit),
        Some(Numeral::Two) => Some(2),
        Some(Numeral::Unit(1)) => Some(10),
        Some(Numeral::Tens(tens)) => Some(tens * 10),
        _ => None,
    };
    let amount = single.filter(|_| is_single && !is_vague).and_then(|digit| Amount::new(u128::from(digit), 0));
    (amount, if read.end.at > at.at { read.end } else { next })
}

fn amount_of(kind: Option<ValueKind>) -> Option<Amount> {
    match kind {
        Some(ValueKind::Number(amount)) => Some(amount),
        _ => None,
    }
}

/// Reads the unit of a number between `start` and `end`.
fn with_unit(amount: Amount, start: Cursor<'_>, end: Cursor<'_>) -> Option<Counted> {
    let number = start.at..end.at;
    let counted = |unit: &str, range: Range<usize>| {
        Some(Counted { number: number.clone(), range, amount, is_negative: false, unit: unit.to_owned() })
    };
    let about = run::after_about(end);
    let unit = about.skip_blank();
    let named = chinese::unit(unit.rest());
    if let Some((currency, length)) = currency_before(start.passed()) {
        let after = named.filter(|(unit, _)| *unit == currency).map_or(end, |(_, length)| unit.by(length));
        return counted(currency, start.at - length..after.at);
    }
    if let Some((name, length)) = named {
        let below = below_zero(start.passed());
        let found = counted(name, start.at - below..unit.by(length).at);
        return found.map(|found| Counted { is_negative: below > 0, ..found });
    }
    if let Some(found) = in_range(amount, end) {
        return counted(&found, number.clone());
    }
    match unit.peek() {
        // Many words begin with 一 that count nothing: 一起, 一定.
        // After a space, only a measure word belongs to the number.
        Some(c) if is_measure(c) || may_be_unit(c) && amount.is_not_one() && unit.at == about.at => {
            counted(c.encode_utf8(&mut [0; 4]), start.at..unit.step().at)
        }
        Some(c) if is_han(c) && !is_particle(c.encode_utf8(&mut [0; 4])) && unit.at == about.at => None,
        _ => counted("", number.clone()).filter(Counted::is_large),
    }
}

/// Returns the length in bytes of the sign or word at the end of `text` that makes the number behind it negative.
fn below_zero(text: &str) -> usize {
    let word = ["零下", "负"].into_iter().find(|word| text.ends_with(word));
    // The hyphen of a range or a name: `3-5度`, `8月-15度`, `A-5`.
    let is_figure = |c: char| matches!(Class::of(c), Class::Letter | Class::Digit) || Numeral::of(c).is_some();
    let ends_number = |text: &str| {
        let mut last = text.chars().rev();
        last.next().is_some_and(|c| {
            let is_unit = is_measure(c) || DEGREE.contains(c);
            is_figure(c) || is_share(c) || is_unit && last.next().is_some_and(is_figure)
        })
    };
    let is_minus = |(before, c): (&str, char)| matches!(c, '-' | '\u{2212}') && !ends_number(before);
    let minus = text.chars().next_back().and_then(|c| Some((text.strip_suffix(c)?, c))).filter(|&last| is_minus(last));
    word.map(str::len).or(minus.map(|(_, minus)| minus.len_utf8())).unwrap_or(0)
}

/// Returns the unit of the second number of a range, which the first lacks: `3万至5万元`.
fn in_range(first: Amount, end: Cursor<'_>) -> Option<String> {
    let mut after = end;
    after.eat_one(&BETWEEN_DAYS)?;
    after.peek().filter(|&c| run::may_begin(c))?;
    let (second, end) = number(after);
    let (second, first) = (second?.whole()?, first.whole()?);
    let is_range = first < second && second <= first.saturating_mul(MAX_RANGE);
    let unit = run::after_about(end).skip_blank().rest();
    let measure = || unit.chars().next().filter(|&c| is_measure(c)).map(String::from);
    chinese::unit(unit).map(|(unit, _)| unit.to_owned()).or_else(measure).filter(|_| is_range)
}

/// Returns whether a character may be what a number counts.
fn may_be_unit(c: char) -> bool {
    is_han(c) && Numeral::of(c).is_none() && !is_particle(c.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::{super::super::fold, *};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let folded = fold(text);
        assert_eq!(counted(folded.as_str()).map(|found| found.term()).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_number_counts_what_follows() {
        check("5名，五名", &["#5~名", "#5~名"]);
        check("5 名，一百零五名，十五名", &["#5~名", "#105~名", "#15~名"]);
        check("8折，8.8折，零点五元，五元", &["#8~折", "#8.8~折", "#0.5~元", "#5~元"]);
        check("三年六个月", &["#3~年", "#6~个"]);
        check("五月五日", &["#5~月", "#5~日"]);
        check("廿五岁，卅岁，十几万，五十几岁", &["#25~岁", "#30~岁", "#10~几", "#50~几"]);
    }

    #[test]
    fn a_temperature_may_be_below_zero() {
        check("三十八度，38℃，38 摄氏度，38°", &["#38~度"; 4]);
        check("零下八度，-8℃，负8度，最低-8度，\u{2212}8度", &["#-8~度"; 5]);
        check("3-8度，8月-15度，20%-8度", &["#3~度", "#8~度", "#8~月", "#15~度", "#8~度"]);
        check("今天-8℃，水温度-8度，今日 -8 度", &["#-8~度"; 3]);
        check("8°F", &[]);
    }

    #[test]
    fn whatever_has_a_unit_may_be_below_zero() {
        check("亏了-800元，海拔-154米，利润 -3 万元，负8元", &["#-800~元", "#-154~米", "#-30000~元", "#-8~元"]);
        check("300-800元，A-154米，3月-8元", &["#300~元", "#800~元", "#154~米", "#3~月", "#8~元"]);
    }

    #[test]
    fn the_first_number_of_a_range_has_the_unit_of_the_second() {
        check("3万至5万元", &["#30000~元", "#50000~元"]);
        check("100-500元，三到五天", &["#100~元", "#500~元", "#3~天", "#5~天"]);
        check("3-5万元，5-3天", &["#50000~元", "#3~天"]);
    }

    #[test]
    fn a_currency_is_the_same_before_and_after_its_sum() {
        check("$5，5美元，US$5，五美金，usd5", &["#5~$"; 5]);
        check("HK$5，5港元，5港币", &["#5~hk$"; 3]);
        check("人民币5元，RMB5，5RMB", &["#5~元"; 3]);
        check("€5，5欧元，£5，5英镑", &["#5~€", "#5~€", "#5~£", "#5~£"]);
    }

    #[test]
    fn a_unit_of_several_characters_is_whole() {
        check("500公里，500公斤，五百 米，5公斤", &["#500~公里", "#500~公斤", "#500~米", "#5~公斤"]);
    }

    #[test]
    fn money_has_one_unit_in_all_words() {
        check("20万元，二十万块，¥200,000，200000圆", &["#200000~元"; 4]);
        check("8万余元，5块钱，5元整", &["#80000~元", "#5~元", "#5~元"]);
        check("$5，€20", &["#5~$", "#20~€"]);
        check("共58000。共5。", &["#58000~"]);
        assert_eq!(counted("20万元").next().and_then(|found| found.without_money()).as_deref(), Some("#200000~"));
        assert_eq!(counted("5元").next().and_then(|found| found.without_money()), None);
    }

    #[test]
    fn what_counts_nothing_is_left_out() {
        for text in ["一定", "一带", "万一", "几十人", "五六人", "v8度", "三五元", "百分之五的人"]
        {
            check(text, &[]);
        }
        check("一个，一名", &["#1~个", "#1~名"]);
    }
}
