//! Numbers with what they count: `5名` and `五名`, `$5`, `20万元` and `200,000元`.
//!
//! A number is read whole: `一百零五名` counts 105, not 5. Each number with its unit has one term, so that number and unit
//! stand together and `五名` is told from a part of `一百零五名`. Unlike [`super::values`], reads single numerals and the
//! parts of dates.

use std::ops::Range;

use super::{Amount, Cursor, ValueKind, figures, numerals, run};
use crate::chinese::{MONEY, is_currency, is_han, is_measure, is_particle, numerals::Numeral};

/// From this number on, a number without a unit may be money.
const LEAST_BARE: u64 = 100;

/// The unit of the Chinese currency, whatever word stands for it.
const YUAN: &str = "元";

/// A number with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Range of the number in the folded text.
    pub number: Range<usize>,
    /// Range of the number with its unit or sign of currency.
    pub range: Range<usize>,
    amount: Amount,
    /// The unit; empty for a number that counts nothing.
    unit: String,
}

impl Counted {
    /// Returns the term of the number with its unit: `#5~名`, `#200000~元`, `#5~$`; `#58000~` without a unit.
    #[must_use]
    pub fn term(&self) -> String {
        format!("#{}~{}", self.amount, self.unit)
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
        Some(Counted { number: number.clone(), range, amount, unit: unit.to_owned() })
    };
    let sign = start.passed().chars().next_back().filter(|&c| is_currency(c));
    if let Some(sign) = sign {
        let from = start.at - sign.len_utf8();
        let (unit, mut after) = (if sign == '¥' { YUAN } else { &sign.to_string() }, end);
        after.eat(YUAN);
        return counted(unit, from..after.at);
    }
    let about = run::after_about(end);
    let unit = about.skip_blank();
    let money = MONEY.iter().filter(|word| unit.rest().starts_with(**word)).max_by_key(|word| word.len());
    if let Some(word) = money {
        return counted(YUAN, start.at..unit.by(word.len()).at);
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

/// Returns whether a character may be what a number counts.
fn may_be_unit(c: char) -> bool {
    is_han(c) && Numeral::of(c).is_none() && !is_particle(c.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(counted(text).map(|found| found.term()).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_number_counts_what_follows() {
        check("5名，五名", &["#5~名", "#5~名"]);
        check("5 名，一百零五名，十五名", &["#5~名", "#105~名", "#15~名"]);
        check("8折，8.8折，零点五元，五元", &["#8~折", "#8.8~折", "#0.5~元", "#5~元"]);
        check("三年六个月", &["#3~年", "#6~个"]);
        check("五月五日", &["#5~月", "#5~日"]);
        check("三十八度，零下八度", &["#38~度", "#8~度"]);
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
