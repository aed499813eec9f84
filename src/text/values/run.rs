//! Runs of numerals and their numbers: `五万八千`, `壹拾贰万叁仟`, `二〇二二`.

use super::{About, Amount, Cursor};
use crate::chinese::{Counts, counts, is_han, is_measure, is_share, numerals::Numeral};

/// Upper bound on the numerals of a number.
const LONGEST: usize = 48;

/// Upper bound on the digits of a number without a point, a comma or a multiplier. Longer ones are telephone or account
/// numbers.
pub(super) const MOST_DIGITS: usize = 10;

/// Returns whether a run of numerals may begin with a character.
pub(super) fn may_begin(c: char) -> bool {
    match c {
        '0'..='9' => true,
        '\0'..'〇' | '\u{a000}'.. => false,
        c => Numeral::of(c).is_some(),
    }
}

/// A run of numerals.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    signs: [Numeral; LONGEST],
    /// Number of numerals; zero if there are too many for a number.
    pub(super) count: usize,
    pub(super) end: Cursor<'a>,
}

impl<'a> Run<'a> {
    /// Reads all numerals that follow, except a last numeral that counts something else.
    pub(super) fn read(at: Cursor<'a>) -> Self {
        let mut run = Self { signs: [Numeral::Two; LONGEST], count: 0, end: at };
        let (mut length, mut last) = (0, at);
        while let Some(sign) = run.end.peek().and_then(Numeral::of) {
            if let Some(slot) = run.signs.get_mut(length) {
                *slot = sign;
            }
            (length, last, run.end) = (length + 1, run.end, run.end.step());
        }
        if length > LONGEST {
            return run;
        }
        run.count = length;
        let counts_itself = match run.signs() {
            // `五百两`
            [.., _, Numeral::Two] => true,
            [.., Numeral::Unit(2..), Numeral::Digit(digit @ 1..)] => !is_rest(*digit, run.end),
            _ => false,
        };
        if counts_itself {
            (run.count, run.end) = (length - 1, last);
        }
        run
    }

    pub(super) fn signs(&self) -> &[Numeral] {
        self.signs.get(..self.count).unwrap_or_default()
    }

    /// Returns the number, or `None` if the numerals are not one number.
    pub(super) fn amount(&self) -> Option<Amount> {
        let signs = self.signs();
        let is_composed = signs.iter().any(|sign| matches!(sign, Numeral::Unit(_) | Numeral::Tens(_)));
        let number = if is_composed { counted(signs) } else { spelt(signs) };
        Amount::new(number?, 0)
    }
}

/// Returns the number with the digits `signs`. Two digits are not a number, since they often mean one *or* the other.
fn spelt(signs: &[Numeral]) -> Option<u128> {
    if signs == [Numeral::Two] {
        return Some(2);
    }
    let one_number = signs.len() == 1 || signs.len() > 2 && signs.first() != Some(&Numeral::Digit(0));
    let mut number = Some(0).filter(|_| one_number && signs.len() <= MOST_DIGITS);
    for sign in signs {
        let Numeral::Digit(digit) = *sign else { return None };
        number = number.map(|number| number * 10 + u128::from(digit));
    }
    number
}

/// Returns the number composed of digits and units.
fn counted(signs: &[Numeral]) -> Option<u128> {
    // The sums up to the last 亿, up to the last 万, and after that.
    let (mut billions, mut myriads, mut rest) = (0_u128, 0_u128, 0_u128);
    let mut digit: Option<u128> = None;
    // The previous unit, and whether zeros follow it.
    let (mut unit, mut zero) = (9, false);
    let mut first = true;
    for sign in signs {
        match *sign {
            Numeral::Digit(0) if first || digit.is_some() || zero => return None,
            Numeral::Digit(0) => zero = true,
            Numeral::Digit(_) | Numeral::Two if digit.is_some() => return None,
            Numeral::Digit(next) => digit = Some(next.into()),
            Numeral::Two => digit = Some(2),
            Numeral::Tens(_) if digit.is_some() || unit <= 1 => return None,
            Numeral::Tens(tens) => {
                rest += u128::from(tens) * 10;
                (unit, zero) = (1, false);
            }
            Numeral::Unit(own @ 1..=3) => {
                // 十五, 一百十五
                let implied = (own == 1 && (first || matches!(unit, 2 | 3))).then_some(1);
                if own >= unit && unit < 4 {
                    return None;
                }
                rest += digit.take().or(implied)? * 10_u128.pow(own);
                (unit, zero) = (own, false);
            }
            Numeral::Unit(4) => {
                rest += digit.take().unwrap_or(0);
                if rest == 0 || myriads > 0 {
                    return None;
                }
                (myriads, rest, unit, zero) = (rest * 10_000, 0, 4, false);
            }
            Numeral::Unit(_) => {
                let below = myriads + rest + digit.take().unwrap_or(0);
                if below == 0 || billions > 0 {
                    return None;
                }
                (billions, myriads, rest, unit, zero) = (below * 100_000_000, 0, 0, 8, false);
            }
        }
        first = false;
    }
    let last = match digit {
        // 五万八
        Some(digit) if !zero && unit >= 2 => digit * 10_u128.pow(unit - 1),
        Some(digit) => digit,
        None if zero => return None,
        None => 0,
    };
    Some(billions + myriads + rest + last)
}

/// Returns whether a single numeral before this place is the rest of a number, as in `五万八`, and counts nothing
/// itself.
fn is_rest(digit: u8, behind: Cursor<'_>) -> bool {
    match behind.peek() {
        // Too many words begin with `一`: `一起`, `一定`, `一共`.
        Some(c) if digit == 1 => !is_han(c) || "元块多余左".contains(c),
        Some(c) => !is_share(c) && !counts(c, Counts::AfterDigit),
        None => true,
    }
}

/// Reads the smaller part of a number that began in digits and ends in ten to the power of `unit`: `3万五千`, `5万八`.
pub(super) fn part(unit: u32, at: Cursor<'_>) -> Option<(u64, Cursor<'_>)> {
    let run = Run::read(at);
    // `5万八`
    if let [Numeral::Digit(digit @ 1..)] = run.signs()
        && run.end.peek().is_none_or(|c| !is_han(c) || "元块多余左的".contains(c))
    {
        return Some((10_u64.checked_pow(unit.checked_sub(1)?)?.checked_mul(u64::from(*digit))?, run.end));
    }
    let units = run.signs().iter().any(|sign| matches!(sign, Numeral::Unit(_)));
    let first = run.signs().first().is_some_and(|sign| !matches!(sign, Numeral::Unit(_)));
    Some((run.amount().filter(|_| units && first)?.whole()?, run.end))
}

/// Reads a unit of one or more numerals. Returns its power of ten: `万`, `百万`, `万亿`.
pub(super) fn units(at: Cursor<'_>) -> Option<(u32, Cursor<'_>)> {
    let (mut power, mut least, mut end) = (0, 0, at);
    while let Some(Numeral::Unit(unit)) = end.peek().and_then(Numeral::of)
        && unit > least
    {
        (power, least, end) = (power + unit, unit.max(3), end.step());
    }
    (power > 0).then_some((power, end))
}

/// Reads a word that makes the number before it inexact: `20余万`, `三十来人`, `十几万`. Returns the place after the word.
pub(super) fn about(number: Amount, at: Cursor<'_>) -> (Option<About>, Cursor<'_>) {
    let mut after = at;
    let about = match after.eat_one(&['余', '多', '来', '几']) {
        Some('来') => About::Around,
        Some('几') => About::Some,
        Some(_) => About::More,
        None => return (None, at),
    };
    let next = after.peek();
    let is_unit = next.is_some_and(|c| is_measure(c) || matches!(Numeral::of(c), Some(Numeral::Unit(_))));
    let is_about = match about {
        // `余额`, `多媒体`
        About::More => !next.is_some_and(|c| "额下款媒谢么少半".contains(c)),
        About::Around => is_unit,
        About::Some => number.whole().is_some_and(|number| number >= 10 && number.is_multiple_of(10)),
    };
    if is_about { (Some(about), after) } else { (None, at) }
}
