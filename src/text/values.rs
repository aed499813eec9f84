//! Finds the numbers and dates of a text and their meaning: `5.8万`, `58000`, `58,000` and `五万八千` are one number;
//! `5月5日`, `2022-05-05` and `二〇二二年五月五日` name one day.
//!
//! [`values`] finds them in folded text. Each value gives additional terms under which a post is found, and the term
//! for a query with this value. A value never removes a term of the text, so a doubtful value does little harm. Not
//! values are: figures of speech (`万一`, `千万`, `十分`), parts of names (`v8`, `4k视频`), serial numbers
//! (`010-12345`, eleven digits), and inexact amounts (`几万`, `两三千`).
//!
//! Every run of numerals is read once, so any text takes linear time. Does not know the unit of a number, the year of a
//! day without one, posts or queries.

mod amount;
mod change;
mod counted;
mod cursor;
mod date;
mod figures;
mod numerals;
mod parts;
mod place;
mod run;
mod serial;
#[cfg(test)]
mod tests;
mod time;
mod units;

use std::{fmt::Write, ops::Range};

use self::cursor::Cursor;
pub use self::{
    amount::{About, Amount, Number},
    counted::other_ways,
    parts::{Piece, only_part, only_parts, pieces, write_pieces},
    place::other_places,
    serial::{LEAST_ENDING, Serial, serials},
    units::{Counted, Interval, counted, counted_terms, intervals},
};
use crate::chinese::is_currency;

/// A number or a date in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Range in the folded text, without currency signs and units of measure, but with the sign of a negative percentage.
    pub range: Range<usize>,
    /// The meaning.
    pub kind: ValueKind,
    /// Whether the number, or the year of the date, is written in exactly the digits of its term.
    plain: bool,
}

/// The meaning of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A number.
    Number(Number),
    /// A percentage.
    Percent(Amount),
    /// A percentage below zero, without its sign.
    BelowZero(Amount),
    /// A fraction of two whole numbers.
    Fraction {
        /// The number of parts.
        part: u64,
        /// The number of parts of the whole.
        of: u64,
    },
    /// A time of day.
    Time {
        /// The hour, from 0.
        hour: u8,
        /// The minute, from 0.
        minute: u8,
    },
    /// A day.
    Day {
        /// The year, of four digits.
        year: u16,
        /// The month, from 1.
        month: u8,
        /// The day, from 1.
        day: u8,
    },
    /// A day without a year.
    DayOfYear {
        /// The month, from 1.
        month: u8,
        /// The day, from 1.
        day: u8,
    },
    /// A month of a year.
    Month {
        /// The year, of four digits.
        year: u16,
        /// The month, from 1.
        month: u8,
    },
}

impl Value {
    /// Appends the terms under which a post with this value is found, each followed by a space.
    ///
    /// A number has the term of [`Self::wanted`]. `2022-05-05` has `@2022-05-05`, `@05-05` and `@2022-05`, and the
    /// number of its year if the text lacks the year in four digits. `5月5日` has `@05-05`, and `@--05-05`, which marks
    /// a day without a year.
    pub fn terms(&self, terms: &mut String) {
        let mut push = |term: std::fmt::Arguments<'_>| {
            // Writing to a string cannot fail.
            let _ = write!(terms, "{term} ");
        };
        push(format_args!("{}", self.kind));
        if let ValueKind::Day { year, month, day } = self.kind {
            push(format_args!("{}", ValueKind::DayOfYear { month, day }));
            push(format_args!("{}", ValueKind::Month { year, month }));
        }
        if let ValueKind::DayOfYear { month, day } = self.kind {
            push(format_args!("@--{month:02}-{day:02}"));
        }
        if let (ValueKind::Day { year, .. } | ValueKind::Month { year, .. }, false) = (self.kind, self.plain) {
            push(format_args!("#{year}"));
        }
    }

    /// Returns the term for a query with this value: `#58000`, `#3.5`, `#10%`, `@2022-05-05`, `@05-05`, `@2022-05`.
    #[must_use]
    pub fn wanted(&self) -> String {
        self.kind.to_string()
    }

    /// Returns the term of the same day without a year, which may be the day of the query.
    #[must_use]
    pub fn without_year(&self) -> Option<String> {
        let ValueKind::Day { month, day, .. } = self.kind else { return None };
        Some(format!("@--{month:02}-{day:02}"))
    }

    /// Returns whether the value is a number written exactly like its term. Such a number is found as ordinary text, so
    /// a post needs no term for it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.plain && matches!(self.kind, ValueKind::Number(_))
    }

    /// Returns a number in digits: the form in which a post contains the number as ordinary text, without a term for it.
    /// Returns `None` for other values, which have terms in every form.
    #[must_use]
    pub fn spelling(&self) -> Option<String> {
        let ValueKind::Number(number) = self.kind else { return None };
        number.is_exact().then(|| number.to_string())
    }

    /// Returns whether the value is a day, a month or a time of day.
    #[must_use]
    pub fn is_date(&self) -> bool {
        matches!(
            self.kind,
            ValueKind::Day { .. } | ValueKind::DayOfYear { .. } | ValueKind::Month { .. } | ValueKind::Time { .. }
        )
    }

    /// Returns the term of the same number without the word that makes it inexact.
    #[must_use]
    pub fn exactly(&self) -> Option<String> {
        let ValueKind::Number(number) = self.kind else { return None };
        (!number.is_exact()).then(|| ValueKind::Number(number.amount.into()).to_string())
    }

    /// Returns the term of a number that may name the day of an event, as in `3·15晚会`, and its notations in digits: `315`
    /// and `3.15`.
    #[must_use]
    pub fn day_of_event(&self) -> Option<(String, [String; 2])> {
        let ValueKind::Number(number) = self.kind else { return None };
        let (month, day) = number.amount.as_day().filter(|_| number.is_exact())?;
        Some((format!("#{month}{day:02}"), [format!("{month}{day:02}"), format!("{month}.{day:02}")]))
    }

    /// Returns whether the value is a number below a hundred. Such numbers are very frequent in texts.
    #[must_use]
    pub fn is_small(&self) -> bool {
        matches!(self.kind, ValueKind::Number(number) if number.amount.whole().is_some_and(|number| number < 100))
    }
}

impl ValueKind {
    /// Returns the fraction of two whole numbers, of which the first is less.
    fn fraction(part: Amount, of: Amount) -> Option<Self> {
        let (part, of) = (part.whole()?, of.whole()?);
        (0 < part && part < of).then_some(Self::Fraction { part, of })
    }
}

/// Writes the term.
impl std::fmt::Display for ValueKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "#{number}"),
            Self::Percent(amount) => write!(f, "#{amount}%"),
            Self::BelowZero(amount) => write!(f, "#-{amount}%"),
            Self::Fraction { part, of } => write!(f, "#{part}/{of}"),
            Self::Time { hour, minute } => write!(f, "@{hour}:{minute:02}"),
            Self::Day { year, month, day } => write!(f, "@{year:04}-{month:02}-{day:02}"),
            Self::DayOfYear { month, day } => write!(f, "@{month:02}-{day:02}"),
            Self::Month { year, month } => write!(f, "@{year:04}-{month:02}"),
        }
    }
}

/// Returns the values of folded text in order, without overlap.
pub fn values(folded: &str) -> impl Iterator<Item = Value> + '_ {
    let mut at = Cursor::new(folded);
    std::iter::from_fn(move || {
        loop {
            at = at.by(at.rest().find(run::may_begin)?);
            let reading = read(at);
            let start = at;
            at = reading.end;
            if let Some((kind, plain)) = reading.found {
                let (kind, below) = match kind {
                    ValueKind::Percent(amount) => match units::below_zero(start.passed()) {
                        0 => (kind, 0),
                        below => (ValueKind::BelowZero(amount), below),
                    },
                    kind => (kind, 0),
                };
                return Some(Value { range: start.at - below..at.at, kind, plain });
            }
        }
    })
}

/// A value found at a place, and the place after it.
struct Reading<'a> {
    /// Meaning of the value, and whether it is plain.
    found: Option<(ValueKind, bool)>,
    /// The place after the text read; always after the start.
    end: Cursor<'a>,
}

impl<'a> Reading<'a> {
    fn nothing(end: Cursor<'a>) -> Self {
        Self { found: None, end }
    }

    fn written(kind: ValueKind, end: Cursor<'a>) -> Self {
        Self { found: Some((kind, false)), end }
    }
}

/// Reads the value that begins at a numeral, if there is one.
fn read(at: Cursor<'_>) -> Reading<'_> {
    let digit = at.is_digit();
    // `v8`, and `%e4%44` in a web address.
    let in_name = at.is_after_letter() && !figures::is_after_currency(at) || at.passed().ends_with('%');
    if digit && in_name {
        return Reading::nothing(at.after_name());
    }
    if !digit && numerals::is_alone(at) {
        return Reading::nothing(at.step());
    }
    if let Some(found) = date::read(at).or_else(|| time::read(at)) {
        return found;
    }
    if !digit {
        return numerals::read(at);
    }
    let found = figures::read(at);
    // `$5` is no number without its sign; a sum in yuan is one.
    let is_foreign = at.passed().chars().next_back().is_some_and(|c| is_currency(c) && c != '¥');
    if is_foreign { Reading::nothing(found.end) } else { found }
}
