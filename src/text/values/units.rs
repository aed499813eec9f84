//! Numbers with what they count: `5名` and `五名`, `$5`, `20万元` and `200,000元`.
//!
//! A number is read whole: `一百零五名` counts 105, not 5. Each number with its unit has one term, so that number and unit
//! stand together and `五名` is told from a part of `一百零五名`. Unlike [`super::values`], reads single numerals and the
//! parts of dates. A sum of yuan, jiao and fen is one number of yuan, and a range of two numbers has a term of its own.

use std::ops::Range;

use super::{
    About, Amount, Cursor, Number, ValueKind, change,
    date::BETWEEN_DAYS,
    figures::{self, BETWEEN_BOUNDS},
    numerals, run,
};
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
    value: Number,
    /// Whether the number is below zero.
    is_negative: bool,
    /// Whether the number is a sum with words between its digits.
    is_sum: bool,
    /// The unit; empty for a number that counts nothing.
    unit: String,
}

impl Counted {
    /// Returns the term of the number with its unit: `#5~名`, `#200000~元`, `#5~$`, `#-5~度`, `#100多~人`; `#58000~`
    /// without a unit.
    #[must_use]
    pub fn term(&self) -> String {
        format!("#{}{}~{}", if self.is_negative { "-" } else { "" }, self.value, self.unit)
    }

    /// Returns the term of the same number without the word that makes it inexact.
    #[must_use]
    pub fn exactly(&self) -> Option<String> {
        let exact = || Self { value: self.value.amount.into(), ..self.clone() };
        (!self.value.is_exact()).then(|| exact().term())
    }

    /// Returns whether the number is written with words for money between its digits: `5元5角`.
    pub(super) const fn is_sum(&self) -> bool {
        self.is_sum
    }

    /// Returns whether the number is below zero.
    pub(super) const fn is_negative(&self) -> bool {
        self.is_negative
    }

    /// Returns the range that begins with this number and ends with the next one of the text: `3-5天`.
    #[must_use]
    pub fn range_to(&self, next: &Self, folded: &str) -> Option<Interval> {
        let mut sign = folded.get(self.range.end..next.range.start)?.chars();
        let is_joined = sign.next().is_some_and(|c| BETWEEN_BOUNDS.contains(&c)) && sign.next().is_none();
        let bounds = self.value.amount.whole().zip(next.value.amount.whole());
        let is_range = is_joined && self.has_unit() && self.unit == next.unit && !self.is_negative;
        (is_range && bounds.is_some_and(|(first, last)| first < last)).then(|| Interval {
            range: self.range.start..next.range.end,
            term: format!("#{}-{}~{}", self.value, next.value, self.unit),
        })
    }

    /// Returns whether the text may be a word that counts nothing: `三角`.
    #[must_use]
    pub fn may_be_word(&self, text: &str) -> bool {
        let mut chars = text.chars();
        let starts = chars.next().and_then(Numeral::of).is_some();
        starts && chars.next() == Some('角') && chars.next().is_none()
    }

    /// Returns the term of the same sum without a unit, since authors often leave the unit of money out.
    #[must_use]
    pub fn without_money(&self) -> Option<String> {
        (self.unit == YUAN && self.value.amount.is_from(LEAST_BARE)).then(|| format!("#{}~", self.value))
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
        self.value.amount.whole().is_none_or(|number| number >= LEAST_BARE)
    }
}

/// A range of numbers with one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// Range in the folded text of both numbers with their units.
    pub range: Range<usize>,
    /// The term of the range in any notation: `#3-5~天`.
    pub term: String,
}

/// Returns the ranges that neighbours of `counted` form in folded text.
pub fn intervals<'a>(counted: &'a [Counted], folded: &'a str) -> impl Iterator<Item = Interval> + 'a {
    counted.windows(2).filter_map(|pair| pair.first()?.range_to(pair.get(1)?, folded))
}

/// Returns the terms of the numbers with a unit, and of the ranges of such numbers, with their ranges in folded text.
pub fn counted_terms(folded: &str) -> impl Iterator<Item = (String, Range<usize>)> {
    let counted: Vec<Counted> = counted(folded).collect();
    let ranges: Vec<Interval> = intervals(&counted, folded).collect();
    let own = counted.into_iter().map(|found| (found.term(), found.range));
    own.chain(ranges.into_iter().map(|interval| (interval.term, interval.range)))
}

/// Returns the numbers of folded text that have a unit or could be money, in order, without overlap.
pub fn counted(folded: &str) -> impl Iterator<Item = Counted> + '_ {
    let mut at = Cursor::new(folded);
    std::iter::from_fn(move || {
        loop {
            at = at.by(at.rest().find(run::may_begin)?);
            let start = at;
            let (value, end) = number(start);
            at = end;
            if let Some(found) = value.and_then(|value| with_unit(value, start, end)) {
                at = at.by(found.number.end.saturating_sub(end.at));
                return Some(found);
            }
        }
    })
}

/// Reads the number that begins at a numeral or digit. Returns the number and the place after it.
fn number(at: Cursor<'_>) -> (Option<Number>, Cursor<'_>) {
    if at.is_digit() {
        if at.is_after_letter() && !figures::is_after_currency(at) {
            return (None, at.after_name());
        }
        let read = figures::read(at);
        return (number_of(read.found.map(|(kind, _)| kind)), read.end);
    }
    let read = numerals::read(at);
    if let Some((kind, _)) = read.found {
        return (number_of(Some(kind)), read.end);
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
    // A fraction or a share that is no number counts nothing.
    let is_apart = read.end.at <= next.at;
    let amount =
        single.filter(|_| is_single && !is_vague && is_apart).and_then(|digit| Amount::new(u128::from(digit), 0));
    let Some(amount) = amount else { return (None, if is_apart { next } else { read.end }) };
    // The first of `三到五万`.
    let (about, end) = run::about(amount, next);
    (Some(Number { amount: figures::lower_bound(amount, next).unwrap_or(amount), about }), end)
}

fn number_of(kind: Option<ValueKind>) -> Option<Number> {
    match kind {
        Some(ValueKind::Number(number)) => Some(number),
        _ => None,
    }
}

/// Reads the unit of a number between `start` and `end`.
fn with_unit(value: Number, start: Cursor<'_>, end: Cursor<'_>) -> Option<Counted> {
    let number = start.at..end.at;
    let unit = end.skip_blank();
    let of = |value: Number, unit: &str, number: Range<usize>, range: Range<usize>| {
        Some(Counted { number, range, value, is_negative: false, is_sum: false, unit: unit.to_owned() })
    };
    if let Some(sum) = Some(value).filter(|value| value.is_exact()).and_then(|value| change::read(value.amount, unit)) {
        let whole = of(sum.yuan.into(), YUAN, start.at..sum.end.at, start.at..sum.after.at);
        return whole.map(|found| Counted { is_sum: true, ..found });
    }
    let named = chinese::unit(unit.rest());
    // `100元多`, `3个多月`
    let after_unit = match named {
        Some((YUAN, length)) => Some(unit.by(length)),
        Some(_) => None,
        None => Some(unit.step()),
    };
    let value = match after_unit {
        Some(after) if value.is_exact() && is_more(unit, after) => Number { about: Some(About::More), ..value },
        _ => value,
    };
    let counted = |unit: &str, range: Range<usize>| of(value, unit, number.clone(), range);
    if let Some((currency, length)) = currency_before(start.passed()) {
        let after = named.filter(|(unit, _)| *unit == currency).map_or(end, |(_, length)| unit.by(length));
        return counted(currency, start.at - length..after.at);
    }
    if let Some((name, length)) = named {
        let below = below_zero(start.passed());
        let found = counted(name, start.at - below..unit.by(length).at);
        return found.map(|found| Counted { is_negative: below > 0, ..found });
    }
    if let Some(found) = in_range(value.amount, end) {
        return counted(&found, number.clone());
    }
    match unit.peek() {
        // Many words begin with 一 that count nothing: 一起, 一定.
        // After a space, only a measure word belongs to the number.
        Some(c) if is_measure(c) || may_be_unit(c) && value.amount.is_not_one() && unit.at == end.at => {
            counted(c.encode_utf8(&mut [0; 4]), start.at..unit.step().at)
        }
        Some(c) if is_han(c) && !is_particle(c.encode_utf8(&mut [0; 4])) && unit.at == end.at => None,
        _ => counted("", number.clone()).filter(|bare| bare.value.amount.is_from(LEAST_BARE)),
    }
}

/// Returns whether a word after the unit makes the number inexact. After other units than those of money, `多` often
/// begins another word.
fn is_more(unit: Cursor<'_>, mut after: Cursor<'_>) -> bool {
    let is_piece = unit.peek() == Some('个');
    let is_money = after.at > unit.step().at || unit.peek().is_some_and(|c| "元块圆".contains(c));
    let is_more = after.eat_one(&['多', '余']).is_some();
    let next = after.peek();
    is_more
        && (is_piece && next.is_some_and(|c| "月小星世钟学".contains(c))
            || is_money && next.is_none_or(|c| !is_han(c) || "的了一".contains(c)))
}

/// Returns the length in bytes of the sign or word at the end of `text` that makes the number behind it negative.
pub(super) fn below_zero(text: &str) -> usize {
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
    let (second, first) = (second?.amount.whole()?, first.whole()?);
    let is_range = first < second && second <= first.saturating_mul(MAX_RANGE);
    let unit = end.skip_blank().rest();
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
        check("廿五岁，卅岁，十几岁，五十几岁", &["#25~岁", "#30~岁", "#10几~岁", "#50几~岁"]);
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
        check("3-5万元，三到五万元，5-3天", &["#30000~元", "#50000~元", "#30000~元", "#50000~元", "#3~天"]);
        check("100-5万元", &["#100~", "#50000~元"]);
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
    fn yuan_jiao_and_fen_are_one_sum() {
        check("5元5角，五块五，5块5毛钱，5.5元，五元五角整", &["#5.5~元"; 5]);
        check("1元2角5分，一块两毛五，1.25元", &["#1.25~元"; 3]);
        check("三毛，3角，3毛钱，0.3元，五分钱", &["#0.3~元", "#0.3~元", "#0.3~元", "#0.3~元", "#0.05~元"]);
        check("两块二，2块2，两元二角，五元零五分", &["#2.2~元", "#2.2~元", "#2.2~元", "#5.05~元"]);
        check("五块五花肉，5块3寸屏，20元5人", &["#5~元", "#5~花", "#5~元", "#3~寸", "#20~元", "#5~人"]);
        check("三角形，5分，0.5角", &["#3~角", "#5~分", "#0.5~角"]);
    }

    #[test]
    fn an_inexact_number_is_another_one() {
        check("100多人，一百余人，一百多人", &["#100多~人"; 3]);
        check(
            "三十来人，30来人，30多人，三十几人，30几人",
            &["#30来~人", "#30来~人", "#30多~人", "#30几~人", "#30几~人"],
        );
        check("10几万，十几万元，20余万元，5万多元", &["#100000几~", "#100000几~元", "#200000多~元", "#50000~元"]);
        check("100元多，3个多月，3个月，5余额", &["#100多~元", "#3多~个", "#3~个", "#5~余"]);
        let found = counted("100多人").next();
        assert_eq!(found.and_then(|found| found.exactly()).as_deref(), Some("#100~人"));
    }

    #[test]
    fn a_range_has_a_term_in_every_notation() {
        for text in ["3-5天", "3至5天", "三到五天", "3天~5天", "三天至五天"] {
            let terms: Vec<String> = counted_terms(text).map(|(term, _)| term).collect();
            assert_eq!(terms, ["#3~天", "#5~天", "#3-5~天"], "{text}");
        }
        assert_eq!(counted_terms("3人，5天").count(), 2);
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
