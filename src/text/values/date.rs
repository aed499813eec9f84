//! Dates: a year, a month and a day in digits or in Chinese numerals.
//!
//! Only dates that exist. `05-05` is as often a score and `2022.5` a number, so neither is a date.

use jiff::civil;

use super::{Cursor, Reading, ValueKind};
use crate::chinese::numerals::{self, Numeral};

/// Separators between the parts of a date in digits: hyphens, a slash, a point.
const SEPARATORS: [char; 7] = ['-', '/', '.', '\u{2010}', '\u{2011}', '\u{2013}', '\u{2212}'];

/// Signs and words between two days of one month: `5月5日至7日`, `5月5-7日`.
pub(super) const BETWEEN_DAYS: [char; 9] = ['-', '~', '\u{2013}', '—', '\u{301c}', '至', '到', '、', '和'];

/// Reads the date that begins at `at`.
pub(super) fn read(at: Cursor<'_>) -> Option<Reading<'_>> {
    let mut after = at;
    let digits = after.eat_digits();
    let (kind, end) = match digits {
        8 => compact(at, after),
        4 => separated(at, after).or_else(|| in_words(at)),
        0..=2 => in_words(at),
        _ => None,
    }?;
    Some(Reading { found: Some((kind, digits == 4)), end })
}

/// Returns whether a date or its year begins here, after other digits and a separator.
pub(super) fn begins(at: Cursor<'_>) -> bool {
    let mut after = at;
    // Eight digits may belong to a telephone number.
    let is_date = after.eat_digits() != 8 && read(at).is_some();
    is_date || DatePart::figures(at, 4).is_some_and(|part| part.digits == 4 && part.then("年").is_some())
}

/// Reads `20220505`.
fn compact<'a>(at: Cursor<'a>, after: Cursor<'a>) -> Option<(ValueKind, Cursor<'a>)> {
    // A point or a letter with more digits, or an amount.
    let belongs = after.is_letter()
        || continues(after, &['.', '/', ':'])
        || after.peek().is_some_and(|c| matches!(c, '元' | '块') || matches!(Numeral::of(c), Some(Numeral::Unit(_))));
    let number = at.rest().get(..8)?.parse::<u32>().ok().filter(|_| !belongs)?;
    Some((day(century(number / 10_000)?, number / 100 % 100, number % 100)?, after))
}

/// Reads `2022-05-05`, `2022/5/5`, `2022.5.5` and `2022-05`.
fn separated<'a>(at: Cursor<'a>, mut after: Cursor<'a>) -> Option<(ValueKind, Cursor<'a>)> {
    let year = century(at.rest().get(..4)?.parse().ok()?)?;
    let separator = [after.eat_one(&SEPARATORS)?];
    let month = DatePart::figures(after, 2)?;
    let mut behind = month.end;
    if behind.eat_one(&separator).is_some() && behind.is_digit() {
        let last = DatePart::figures(behind, 2)?;
        let goes_on = continues(last.end, &SEPARATORS);
        return Some((day(year, month.number, last.number).filter(|_| !goes_on)?, last.end));
    }
    if separator != ['-'] || month.digits != 2 || continues(month.end, &SEPARATORS) {
        return None;
    }
    Some((ValueKind::Month { year, month: month_of(month.number)? }, month.end))
}

/// Reads `2022年5月5日`, `22年5月5号`, `二〇二二年五月`, `5月5日`.
fn in_words(at: Cursor<'_>) -> Option<(ValueKind, Cursor<'_>)> {
    let first = DatePart::year(at).and_then(|year| Some((year, year.then("年")?)));
    let Some((year, after)) = first else {
        let month = DatePart::small(at)?;
        let (last, end) = day_in_words(month.then("月")?)?;
        // February may have 29 days.
        day(2000, month.number, last)?;
        return Some((ValueKind::DayOfYear { month: month_of(month.number)?, day: u8::try_from(last).ok()? }, end));
    };
    let full = match (year.digits, year.number) {
        (4, 1000..=2999) => year.number,
        (2, 0..=69) => 2000 + year.number,
        (2, _) => 1900 + year.number,
        _ => return None,
    };
    let full = u16::try_from(full).ok()?;
    let month = DatePart::small(after.skip_blank())?;
    let after = month.then("月")?;
    match day_in_words(after) {
        Some((last, end)) => Some((day(full, month.number, last)?, end)),
        // `15年5月` is as often a duration.
        None if year.digits == 4 => Some((ValueKind::Month { year: full, month: month_of(month.number)? }, after)),
        None => None,
    }
}

/// Reads `5日`, `5号`, and the first day of `5-7日`.
fn day_in_words(at: Cursor<'_>) -> Option<(u32, Cursor<'_>)> {
    let part = DatePart::small(at.skip_blank())?;
    if let Some(end) = part.then_day() {
        return Some((part.number, end));
    }
    let mut after = part.end;
    after.eat_one(&BETWEEN_DAYS)?;
    DatePart::small(after)?.then_day()?;
    Some((part.number, part.end))
}

/// Returns the day if the calendar has it.
fn day(year: u16, month: u32, day: u32) -> Option<ValueKind> {
    let date = civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(ValueKind::Day { year, month: date.month().unsigned_abs(), day: date.day().unsigned_abs() })
}

fn month_of(number: u32) -> Option<u8> {
    u8::try_from(number).ok().filter(|month| (1..=12).contains(month))
}

/// Returns the year if a date in digits alone may have it; other numbers often mean something else.
fn century(number: u32) -> Option<u16> {
    u16::try_from(number).ok().filter(|year| (1900..=2099).contains(year))
}

/// Returns whether one of the separators and a digit follow.
fn continues(mut at: Cursor<'_>, separators: &[char]) -> bool {
    at.is_digit() || at.eat_one(separators).is_some() && at.is_digit()
}

/// One number of a date.
#[derive(Clone, Copy)]
struct DatePart<'a> {
    number: u32,
    /// Number of digits or numerals.
    digits: usize,
    /// The place after the number.
    end: Cursor<'a>,
}

impl<'a> DatePart<'a> {
    /// Reads at most `most` ASCII digits that no other digit follows.
    fn figures(at: Cursor<'a>, most: usize) -> Option<Self> {
        let mut end = at;
        let digits = end.eat_digits();
        let number = at.rest().get(..digits).filter(|_| digits <= most)?.parse().ok()?;
        Some(Self { number, digits, end })
    }

    /// Reads a year of four or two digits or numerals.
    fn year(at: Cursor<'a>) -> Option<Self> {
        if at.is_digit() {
            return Self::figures(at, 4);
        }
        let (mut number, mut digits, mut end) = (0, 0, at);
        while let Some(digit) = end.peek().and_then(|c| match c {
            // Official texts write the zero in several ways.
            'o' | '0' if digits > 0 => Some(0),
            c => numerals::digit(c),
        }) {
            if digits == 4 {
                return None;
            }
            (number, digits, end) = (number * 10 + u32::from(digit), digits + 1, end.step());
        }
        Some(Self { number, digits, end })
    }

    /// Reads a number of up to two digits, or in numerals: `五`, `十五`, `二十五`, `〇五`.
    fn small(at: Cursor<'a>) -> Option<Self> {
        if at.is_digit() {
            return Self::figures(at, 2);
        }
        let (number, rest) = numerals::small(at.rest())?;
        let end = at.by(at.rest().len() - rest.len());
        // `二五`
        let ones = rest.chars().next().and_then(numerals::digit).filter(|_| at.step().at == end.at && number < 10);
        let (number, end) = ones.map_or((number, end), |ones| (number * 10 + ones, end.step()));
        Some(Self { number: number.into(), digits: 0, end })
    }

    /// Returns the place after the word for a day, if it follows.
    fn then_day(self) -> Option<Cursor<'a>> {
        self.then("日").or_else(|| self.then("号"))
    }

    /// Returns the place after `word`, if it follows, perhaps after a space: `2022 年 5 月`.
    fn then(self, word: &str) -> Option<Cursor<'a>> {
        let mut end = self.end.skip_blank();
        end.eat(word).then_some(end)
    }
}
