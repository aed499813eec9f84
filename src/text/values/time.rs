//! Times of day: `8:30`, `8点半`, `八点三十分`, `8时30分`. Does not know the half of the day.

use super::{Cursor, Reading, ValueKind};
use crate::chinese::{
    Counts, counts, is_han, measures_decimals,
    numerals::{self, Numeral, counted_digit},
};

/// Reads the time that begins at `at`.
pub(super) fn read(at: Cursor<'_>) -> Option<Reading<'_>> {
    let (hour, after) = small(at).filter(|&(hour, _)| hour <= 24)?;
    let mut end = after;
    let minute = if at.is_digit() && end.eat(":") {
        // Not of a zone (`+08:00`), a version, a score or a time with seconds that began before.
        let is_begun = at.passed().ends_with(['+', ':', '.', '/']);
        let (minute, end) = end.two_digits()?;
        let mut seconds = end;
        let end = if seconds.eat(":") { seconds.two_digits()?.1 } else { end };
        Some((minute, end)).filter(|_| !is_begun && ends(end))
    } else if end.eat("点") {
        minutes(end, true)
    } else if end.eat("时") {
        minutes(end, false)
    } else {
        None
    };
    let (minute, end) = minute.filter(|&(minute, _)| minute < 60)?;
    Some(Reading::written(ValueKind::Time { hour, minute }, end))
}

/// Reads the minutes after the word for the hour; without `open`, their own word has to follow.
fn minutes(at: Cursor<'_>, open: bool) -> Option<(u8, Cursor<'_>)> {
    for (word, minute) in [("半", 30), ("一刻", 15), ("三刻", 45)] {
        let mut end = at;
        if open && end.eat(word) {
            return Some((minute, end));
        }
    }
    let mut end = at;
    let zero = end.eat("零") || end.eat("〇");
    let (minute, mut end) = small(end)?;
    let is_named = end.eat("分");
    // `三点五` is a number.
    let is_certain = zero || minute >= 10 && ends(end);
    (is_named || open && is_certain).then_some((minute, end))
}

/// Reads a number below a hundred in digits or numerals.
fn small(at: Cursor<'_>) -> Option<(u8, Cursor<'_>)> {
    if at.is_digit() {
        let mut end = at;
        let digits = end.eat_digits();
        return Some((at.rest().get(..digits).filter(|_| digits <= 2)?.parse().ok()?, end));
    }
    let (number, end) = match numerals::small(at.rest()) {
        Some((number, rest)) => (number, at.by(at.rest().len() - rest.len())),
        None => (at.peek().and_then(counted_digit)?, at.step()),
    };
    end.peek().and_then(Numeral::of).is_none().then_some((number, end))
}

/// Returns whether no digit, sign, multiplier or unit follows that makes the digits before it something else.
fn ends(at: Cursor<'_>) -> bool {
    let goes_on = |c: char| {
        let mut after = at;
        let is_decimal = after.eat_one(&['.']).is_some() && after.is_digit();
        let counts_something =
            is_han(c) && (counts(c, Counts::Dated) || counts(c, Counts::Small) || measures_decimals(c));
        c.is_ascii_digit() || is_decimal || Numeral::of(c).is_some() || counts_something || "%‰".contains(c)
    };
    !at.peek().is_some_and(goes_on)
}
