//! Numbers in digits: `58,000`, `5.8万`, `3万5千`, `1亿2000万`, `5.8w`, `10%`.

use super::{
    About, Amount, Cursor, Number, Reading, ValueKind, date,
    run::{self, MOST_DIGITS, Run},
};
use crate::chinese::{
    Class, Counts, counts, currency_after, currency_before, is_currency, is_han, is_measure, is_share, marks::COMMAS,
    measures_decimals, numerals,
};

/// Signs and words between the bounds of a range.
pub(super) const BETWEEN_BOUNDS: [char; 7] = ['-', '~', '\u{2013}', '—', '\u{301c}', '至', '到'];

/// Signs that join numbers to something that is not a number: a version, a time, a score, a telephone number. NFKC
/// writes `½` with the last sign.
const JOINTS: [char; 6] = ['-', '/', ':', '.', '_', '\u{2044}'];

/// Words after `4k` that show that it does not mean four thousand.
const PICTURES: [&str; 9] = ["视频", "高清", "超", "画", "屏", "电视", "显示", "分辨", "影"];

/// Reads the number that begins at an ASCII digit.
pub(super) fn read(at: Cursor<'_>) -> Reading<'_> {
    let first = Figures::read(at);
    let mut last = first;
    let (mut pieces, mut hyphens) = (1, 0);
    while let Some(next) = last.joined() {
        pieces += 1;
        hyphens += usize::from(last.end.peek() == Some('-'));
        last = next;
    }
    if pieces == 1 {
        return finish(first);
    }
    if let (2, 1, Some(amount), Some(_)) = (pieces, hyphens, first.amount, last.amount) {
        // The first number of a range, `20-30万`; the second is read next.
        return match lower_bound(amount, first.end) {
            Some(amount) => Reading::written(ValueKind::Number(amount.into()), first.end),
            None => plain(first),
        };
    }
    if let (2, Some(of), Some(part)) = (pieces, last.amount, first.amount)
        && let Some(fraction) = fraction(first, last, part, of)
    {
        return Reading::written(fraction, last.end);
    }
    if last.amount.is_some() && (last.end.rest().starts_with(is_share) || multiplier(last.end).is_some()) {
        // `案例1:5万元`
        return Reading::nothing(last.start);
    }
    Reading::nothing(last.end)
}

/// Returns whether the letters before the place name a currency.
pub(super) fn is_after_currency(at: Cursor<'_>) -> bool {
    currency_before(at.passed()).is_some()
}

/// Reads the sign of a share after a number: `5%`, `5‰`, `5‱`. Returns the percentage, and the place after the sign.
pub(super) fn share(number: Amount, at: Cursor<'_>) -> Option<(Amount, Cursor<'_>)> {
    let decimals = match at.peek()? {
        '%' => 0,
        '‰' => 1,
        '‱' => 2,
        _ => return None,
    };
    Some((number.lowered(decimals)?, at.step()))
}

/// Returns the place after the word for tenths: `三成`. Before other words it is hardly ever that word.
pub(super) fn after_tenths(at: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut after = at;
    let is_end = |c: char| !is_han(c) || "的以左多是被".contains(c);
    (after.eat("成") && after.peek().is_none_or(is_end)).then_some(after)
}

/// Reads the digits of an amount, whatever follows.
pub(super) fn amount(at: Cursor<'_>) -> Option<(Amount, Cursor<'_>)> {
    let figures = Figures::read(at);
    Some((figures.amount?, figures.end))
}

/// Reads `1/3`, which is no part of a date, a path or a score.
fn fraction(first: Figures<'_>, last: Figures<'_>, part: Amount, of: Amount) -> Option<ValueKind> {
    let sign = first.end.peek().filter(|&c| matches!(c, '/' | '\u{2044}'));
    let (before, after) = (first.start.passed().chars().next_back(), last.end.peek());
    let goes_on = |c: Option<char>| c.is_some_and(|c| matches!(Class::of(c), Class::Letter) || "/-.:_".contains(c));
    let is_alone = sign.is_some() && multiplier(last.end).is_none();
    ValueKind::fraction(part, of).filter(|_| is_alone && !goes_on(before) && !goes_on(after))
}

/// Reads the rest of a fraction with the denominator before this place: `三分之一`. Returns the fraction, if it is one of
/// whole numbers, and the place after it. Returns `None` if there is no fraction.
pub(super) fn after_denominator(of: Option<Amount>, at: Cursor<'_>) -> Option<Reading<'_>> {
    let mut after = at;
    after.eat("分之").then(|| {
        let (part, end) = if after.is_digit() {
            amount(after).map_or((None, after), |(amount, end)| (Some(amount), end))
        } else {
            let run = Run::read(after);
            (run.amount(), run.end)
        };
        match of.zip(part).and_then(|(of, part)| ValueKind::fraction(part, of)) {
            Some(fraction) => Reading::written(fraction, end),
            None => Reading::nothing(end),
        }
    })
}

/// Returns the first number of a range that has the multiplier of the second, as in `3-5万` and `三到五万`; `first` ends at
/// this place. Returns `None` if this is no such range.
pub(super) fn lower_bound(first: Amount, at: Cursor<'_>) -> Option<Amount> {
    let mut after = at;
    after.eat_one(&BETWEEN_BOUNDS)?;
    let (last, end) = if after.is_digit() {
        amount(after)?
    } else {
        let last = after.peek().and_then(numerals::counted_digit)?;
        (Amount::new(last.into(), 0)?, after.step())
    };
    let (unit, _) = run::units(end)?;
    let is_range = last.whole()? > first.whole()? && first.whole()? > 0;
    first.scaled(unit).filter(|_| is_range)
}

/// Returns the number that begins with `figures`, unless it is joined to something else.
fn finish(figures: Figures<'_>) -> Reading<'_> {
    let end = figures.end;
    let Some(amount) = figures.amount else { return Reading::nothing(end.after_name()) };
    if let Some((amount, end)) = share(amount, end) {
        return Reading::written(ValueKind::Percent(amount), end);
    }
    if let Some(end) = after_tenths(end) {
        return amount
            .scaled(1)
            .map_or(Reading::nothing(end), |share| Reading::written(ValueKind::Percent(share), end));
    }
    if let Some(fraction) = after_denominator(Some(amount), end) {
        return fraction;
    }
    if let Some((number, end)) = compound(amount, end) {
        return Reading::written(ValueKind::Number(number), end);
    }
    if let Some(amount) = lower_bound(amount, end) {
        return Reading::written(ValueKind::Number(amount.into()), end);
    }
    if let (about @ Some(_), end) = run::about(amount, end) {
        return Reading::written(ValueKind::Number(Number { amount, about }), end);
    }
    if end.is_letter() {
        if let Some((amount, end)) = with_letter(amount, end) {
            return Reading::written(ValueKind::Number(amount.into()), end);
        }
        if currency_after(end.rest()).is_none() {
            return Reading::nothing(end.after_name());
        }
    }
    plain(figures)
}

/// Returns a number in digits only. `1.20` is the number 1.2 only where something is counted or thousands are grouped: it
/// may be a version.
fn plain(figures: Figures<'_>) -> Reading<'_> {
    let next = figures.end.skip_blank().peek();
    let is_amount = figures.grouped || figures.start.passed().ends_with(is_currency);
    let may_be_version =
        figures.ends_in_zero && !is_amount && !next.is_some_and(|c| is_measure(c) || measures_decimals(c));
    let found = figures
        .amount
        .filter(|_| !figures.serial && !may_be_version)
        .map(|amount| (ValueKind::Number(amount.into()), figures.plain));
    Reading { found, end: figures.end }
}

/// Digits with commas and decimals.
#[derive(Clone, Copy)]
struct Figures<'a> {
    /// The number; `None` for leading zeros or too many digits.
    amount: Option<Amount>,
    /// Whether there are too many digits for a number without a multiplier.
    serial: bool,
    /// Whether the digits are written exactly like the term.
    plain: bool,
    /// Whether commas group the digits by thousands.
    grouped: bool,
    /// Whether zeros end the digits after the point.
    ends_in_zero: bool,
    start: Cursor<'a>,
    end: Cursor<'a>,
}

impl<'a> Figures<'a> {
    fn read(start: Cursor<'a>) -> Self {
        let mut end = start;
        let mut units = Some(0);
        let first = end.eat_digits();
        let zero = start.rest().starts_with('0');
        append(&mut units, start, first);
        let grouped = (1..=3).contains(&first) && !zero && !is_listed(start) && groups(&mut end, &mut units);
        let mut decimals = 0;
        let mut point = end;
        if point.eat(".") && point.is_digit() && !date::begins(point) {
            end = point;
            decimals = end.eat_digits();
            append(&mut units, point, decimals);
        }
        let ends_in_zero = decimals > 0 && end.passed().ends_with('0');
        Self {
            amount: units
                .filter(|_| !(zero && first > 1))
                .and_then(|units| Amount::new(units, u32::try_from(decimals).ok()?)),
            serial: first > MOST_DIGITS && decimals == 0,
            plain: !grouped && !ends_in_zero && !start.passed().ends_with(is_currency),
            grouped,
            ends_in_zero,
            start,
            end,
        }
    }

    /// Reads the digits joined to these by a sign. A date after the sign is separate.
    fn joined(self) -> Option<Self> {
        let mut after = self.end;
        after.eat_one(&JOINTS)?;
        (after.is_digit() && !date::begins(after)).then(|| Self::read(after))
    }
}

/// Returns whether a digit and a comma precede, as in `1,2,100`.
fn is_listed(at: Cursor<'_>) -> bool {
    at.passed().strip_suffix(COMMAS).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
}

/// Moves past groups of three digits with a comma or a blank before each, and returns whether there were any. Blanks
/// stand between numbers more often than inside them, so two or more groups count that end in zeros: `1 000 000`.
fn groups(end: &mut Cursor<'_>, units: &mut Option<u128>) -> bool {
    let (mut ahead, mut sum, mut comma, mut last) = (*end, *units, None, *end);
    loop {
        let mut group = ahead;
        let sign = group.eat_one(&COMMAS).or_else(|| group.eat_one(&[' ']));
        if sign.is_none() || !group.is_digit() || ahead.at > end.at && sign != comma {
            break;
        }
        comma = sign;
        last = group;
        let mut after = group;
        if after.eat_digits() != 3 {
            return false;
        }
        append(&mut sum, group, 3);
        ahead = after;
    }
    let blanks_join = || ahead.at > end.at + 4 && last.rest().starts_with("000");
    let found = ahead.at > end.at && (comma != Some(' ') || blanks_join());
    if found {
        (*end, *units) = (ahead, sum);
    }
    found
}

/// Appends the next digits to a number, which becomes `None` if there are too many.
fn append(units: &mut Option<u128>, at: Cursor<'_>, digits: usize) {
    // Longer numbers have no value, so that their digits need not be added up.
    const MOST: usize = 36;
    *units = units.filter(|_| digits <= MOST).and_then(|units| {
        at.rest()
            .bytes()
            .take(digits)
            .try_fold(units, |units, digit| units.checked_mul(10)?.checked_add(u128::from(digit.saturating_sub(b'0'))))
    });
}

/// Reads the multiplier after digits: `万`, `千万`, `余万`, ` 万`.
fn multiplier(at: Cursor<'_>) -> Option<(u32, Cursor<'_>)> {
    let blank = at.skip_blank();
    if blank.at > at.at {
        // After a space, any other numeral begins a word.
        return run::units(blank).filter(|_| blank.rest().starts_with(['万', '亿']));
    }
    run::units(at)
}

/// Reads the rest of a number after its first digits: a multiplier, and perhaps smaller parts.
fn compound(first: Amount, after: Cursor<'_>) -> Option<(Number, Cursor<'_>)> {
    let (about, after) = run::about(first, after);
    let (unit, end) = multiplier(after)?;
    let scaled = first.scaled(unit)?;
    Some(match first.whole().and(scaled.whole()).filter(|_| about.is_none()) {
        Some(total) => {
            let (total, end) = with_smaller(total, unit, end);
            perhaps_inexact(Amount::new(u128::from(total), 0)?, end)
        }
        None if about.is_none() => perhaps_inexact(scaled, end),
        None => (Number { amount: scaled, about }, end),
    })
}

/// Returns a number that ends here, and the place after the word that says that it is rounded, if there is one. Behind 万
/// or 亿 the word says no more than the number of so many 万 does: `20万余元` is `20万元`.
pub(super) fn perhaps_inexact(amount: Amount, end: Cursor<'_>) -> (Number, Cursor<'_>) {
    // `20万几` is no number.
    let (about, after) = run::about(amount, end);
    match about.filter(|&about| about != About::Some) {
        Some(_) => (amount.into(), after),
        None => (amount.into(), end),
    }
}

/// Adds the smaller parts that follow a number which ends in ten to the power of `unit`, in digits or numerals. Returns
/// the number, and the place after it.
pub(super) fn with_smaller(mut total: u64, mut unit: u32, mut end: Cursor<'_>) -> (u64, Cursor<'_>) {
    while let Some((part, part_unit, part_end)) = smaller(unit, end) {
        let Some(sum) = total.checked_add(part) else { break };
        (total, unit, end) = (sum, part_unit, part_end);
    }
    (total, end)
}

/// Reads a part less than ten to the power of `unit`. Returns its number, its own unit, and the place after it.
fn smaller(unit: u32, at: Cursor<'_>) -> Option<(u64, u32, Cursor<'_>)> {
    // The last part is already read.
    if unit == 0 {
        return None;
    }
    let before = at;
    let at = if before.step().is_digit() { before.skip_blank() } else { before };
    if !at.is_digit() {
        return run::part(unit, at).filter(|&(part, _)| below(part, unit)).map(|(part, end)| (part, 0, end));
    }
    let mut end = at;
    let digits = end.eat_digits();
    let number: u64 = at.rest().get(..digits).filter(|_| digits <= 8)?.parse().ok()?;
    if at.rest().starts_with('0') {
        return None;
    }
    if let Some((own, end)) = multiplier(end) {
        let part = 10_u64.checked_pow(own).and_then(|one| number.checked_mul(one));
        return part.filter(|&part| own < unit && below(part, unit)).map(|part| (part, own, end));
    }
    // After a space, digits without a unit are another number.
    if at.at > before.at {
        return None;
    }
    let last = if digits == 1 { 10_u64.checked_pow(unit - 1)?.checked_mul(number)? } else { number };
    let counted = if digits == 1 { Counts::AfterDigit } else { Counts::Dated };
    let mut joined = end;
    let goes_on = joined.eat_one(&JOINTS).or_else(|| joined.eat_one(&COMMAS)).is_some() && joined.is_digit();
    let apart = end.is_letter() || goes_on || end.peek().is_some_and(|c| is_share(c) || counts(c, counted));
    (!apart && below(last, unit)).then_some((last, 0, end))
}

fn below(part: u64, unit: u32) -> bool {
    10_u64.checked_pow(unit).is_none_or(|one| part < one)
}

/// Reads a number with a letter as its multiplier: `5.8w`, `3k`.
fn with_letter(amount: Amount, at: Cursor<'_>) -> Option<(Amount, Cursor<'_>)> {
    let (letter, end) = (at.peek()?, at.step());
    let unit = match letter {
        'w' => 4,
        'k' => 3,
        _ => return None,
    };
    let picture = letter == 'k' && PICTURES.iter().any(|word| end.rest().starts_with(word));
    let goes_on = end.is_letter() || end.is_digit();
    Some((amount.scaled(unit).filter(|_| !(picture || goes_on))?, end))
}
