//! Numbers in Chinese numerals: `五万八千`, `二十余万`, `壹拾贰万叁仟`, `三点五万`, `百分之十`, `二〇二二`,
//! also with digits behind: `五万8千`.

use super::{
    About, Amount, Cursor, Number, Reading, ValueKind, figures,
    run::{Run, about, units},
};
use crate::chinese::{
    currency_after, is_han, is_share, measures_decimals,
    numerals::{Numeral, digit, is_small},
};

/// The words before a share, and how many decimals it has more than a percentage.
const SHARES: [(&str, u32); 3] = [("百分之", 0), ("千分之", 1), ("万分之", 2)];

/// Returns whether the numeral has no meaning alone and the next character cannot continue a value.
pub(super) fn is_alone(at: Cursor<'_>) -> bool {
    let next = at.step().peek();
    // `大陆十大`, `队伍三千人`: banker's numerals that are also words occur only among banker's numerals.
    let word = at.peek().is_some_and(|c| matches!(c, '陆' | '伍'))
        && next.is_some_and(|c| is_small(c) || "两百千".contains(c));
    word || !next.is_some_and(|c| {
        matches!(c, '点' | '月' | '年' | '分' | '成' | '余' | '多' | '来' | '几' | 'o' | '0')
            || is_share(c)
            || Numeral::of(c).is_some()
    })
}

/// Returns the number from one to ten of a single numeral.
pub(super) fn lone(at: Cursor<'_>) -> Option<Amount> {
    let number = match Numeral::of(at.peek()?).filter(|_| is_alone(at))? {
        Numeral::Digit(digit) if digit > 0 => digit,
        Numeral::Unit(1) => 10,
        _ => return None,
    };
    Amount::new(u128::from(number), 0)
}

/// Reads the number that begins at a numeral.
pub(super) fn read(at: Cursor<'_>) -> Reading<'_> {
    for (words, decimals) in SHARES {
        let mut share = at;
        if share.eat(words) {
            let read = share_after(share).and_then(|(amount, end)| Some((amount.lowered(decimals)?, end)));
            return read
                .map_or(Reading::nothing(share), |(amount, end)| Reading::written(ValueKind::Percent(amount), end));
        }
    }
    let run = Run::read(at);
    if let Some(fraction) = figures::after_denominator(run.amount(), run.end) {
        return fraction;
    }
    let nothing = Reading::nothing(run.end);
    if at.passed().ends_with(['几', '数', '上']) && matches!(run.signs().first(), Some(Numeral::Unit(_))) {
        return nothing;
    }
    if let Some((power, about, end)) = sum_in_units(at)
        && let Some(amount) = Amount::new(1, 0).and_then(|one| one.scaled(power))
    {
        return Reading::written(ValueKind::Number(Number { amount, about }), end);
    }
    let Some(whole) = run.amount() else { return nothing };
    if let Some((amount, end)) = with_decimals(whole, run) {
        let (number, end) = figures::perhaps_inexact(amount, end);
        return Reading::written(ValueKind::Number(number), end);
    }
    if let Some(end) = figures::after_tenths(run.end)
        && let Some(share) = whole.single().and_then(|_| whole.scaled(1))
    {
        return Reading::written(ValueKind::Percent(share), end);
    }
    if let Some((amount, end)) = figures::share(whole, run.end) {
        return Reading::written(ValueKind::Percent(amount), end);
    }
    if run.count == 1 && run.signs().first() != Some(&Numeral::Unit(1)) {
        return nothing;
    }
    if let (Some(about), after) = about(whole, run.end) {
        let (amount, end) = match units(after) {
            Some((unit, end)) => (whole.scaled(unit), end),
            None => (Some(whole), after),
        };
        let is_rounded = matches!(run.signs().last(), Some(Numeral::Unit(4..)));
        let number = amount.map(|amount| Number { amount, about: Some(about).filter(|_| !is_rounded) });
        return number.map_or(nothing, |number| Reading::written(ValueKind::Number(number), end));
    }
    if run.count == 1 {
        return nothing;
    }
    if let Some(amount) = figures::lower_bound(whole, run.end) {
        return Reading::written(ValueKind::Number(amount.into()), run.end);
    }
    // `五万8千`
    if let (Some(Numeral::Unit(unit @ 2..)), Some(number)) = (run.signs().last(), whole.whole())
        && let (number, end) = figures::with_smaller(number, *unit, run.end)
        && let Some(amount) = Amount::new(u128::from(number), 0)
    {
        let (number, end) = figures::perhaps_inexact(amount, end);
        return Reading::written(ValueKind::Number(number), end);
    }
    let (number, end) = figures::perhaps_inexact(whole, run.end);
    Reading::written(ValueKind::Number(number), end)
}

/// Reads a sum of money of units alone: `百万元`, `千亿元`, `百余万元`. Without money such words are figures of speech.
/// Returns the power of ten, how the sum is inexact, and the place after the units.
fn sum_in_units(at: Cursor<'_>) -> Option<(u32, Option<About>, Cursor<'_>)> {
    let one = Amount::new(1, 0)?;
    let (mut power, mut end) = units(at)?;
    let mut inexact = None;
    if end.at == at.step().at {
        let (how, after) = about(one, end);
        let (rest, after) = units(after).filter(|_| how.is_some())?;
        (power, inexact, end) = (power + rest, how, after);
    }
    if inexact.is_none() {
        (inexact, end) = about(one, end);
    }
    let is_money = currency_after(end.skip_blank().rest()).is_some();
    (power > 4 && is_money).then_some((power, inexact, end))
}

/// Reads the number after `百分之`.
fn share_after(at: Cursor<'_>) -> Option<(Amount, Cursor<'_>)> {
    if at.is_digit() {
        return figures::amount(at);
    }
    let run = Run::read(at);
    if run.signs() == [Numeral::Unit(2)] {
        return Some((Amount::new(100, 0)?, run.end));
    }
    let whole = run.amount()?;
    Some(decimals(whole, run.end).map_or((whole, run.end), |(amount, _, end)| (amount, end)))
}

/// Reads `三点五万`, and `三点五` unless it is a time of day.
fn with_decimals<'a>(whole: Amount, run: Run<'a>) -> Option<(Amount, Cursor<'a>)> {
    let (amount, digits, end) = decimals(whole, run.end)?;
    if let Some((unit, end)) = units(end) {
        // `三点五十分`
        return amount.scaled(unit).filter(|_| unit > 1).map(|amount| (amount, end));
    }
    let certain = digits > 1
        || run.signs() == [Numeral::Digit(0)]
        || end.peek().is_none_or(|c| !is_han(c) || measures_decimals(c));
    certain.then_some((amount, end))
}

/// Reads the digits after `点`, and returns how many there are.
fn decimals(whole: Amount, at: Cursor<'_>) -> Option<(Amount, u32, Cursor<'_>)> {
    let mut end = at;
    end.eat("点").then_some(())?;
    let (mut units, mut digits) = (u128::from(whole.whole()?), 0);
    while let Some(next) = end.peek().and_then(digit) {
        (units, digits, end) = (units.checked_mul(10)?.checked_add(u128::from(next))?, digits + 1, end.step());
    }
    Some((Amount::new(units, digits).filter(|_| digits > 0)?, digits, end))
}
