//! Sums of yuan, jiao and fen: `5元5角`, `五块五`, `一块两毛五`, `3毛钱`.

use super::{Amount, Cursor};
use crate::chinese::{
    is_han,
    numerals::{Numeral, counted_digit},
};

/// A sum of money that is written with its parts.
pub(super) struct Sum<'a> {
    /// The sum in yuan.
    pub yuan: Amount,
    /// The place after the last part.
    pub end: Cursor<'a>,
    /// The place after the word for money that may follow.
    pub after: Cursor<'a>,
}

/// Reads the sum that begins with `first`, whose unit stands at `unit`. Returns `None` for a sum of yuan alone.
pub(super) fn read(first: Amount, unit: Cursor<'_>) -> Option<Sum<'_>> {
    let mut at = unit;
    let (cents, end) = match at.eat_one(&['元', '圆', '块', '角', '毛', '分'])? {
        // Alone, the word counts minutes and points as well.
        '分' => at.rest().starts_with('钱').then_some((first.single()?, at))?,
        word @ ('角' | '毛') => {
            let (cents, end) = after_jiao(at);
            let in_numerals = unit.passed().ends_with(|c| Numeral::of(c).is_some());
            // `三角形`
            if word == '角' && in_numerals && cents == 0 && !may_end(end) {
                return None;
            }
            (first.single()? * 10 + cents, end)
        }
        word => {
            let (cents, end) = after_yuan(at, word == '块')?;
            (first.whole()?.checked_mul(100)?.checked_add(cents)?, end)
        }
    };
    let mut after = end;
    let _ = after.eat("钱") || after.eat("整");
    Some(Sum { yuan: Amount::new(cents.into(), 2)?, end, after })
}

/// Reads the jiao and fen after yuan; after the spoken word for yuan, the word for jiao may be left out.
fn after_yuan(at: Cursor<'_>, is_spoken: bool) -> Option<(u64, Cursor<'_>)> {
    let mut at = at;
    let zero = at.eat("零");
    let (digit, mut end) = digit(at)?;
    if end.eat_one(&['角', '毛']).is_some() {
        let (cents, end) = after_jiao(end);
        return Some((digit * 10 + cents, end));
    }
    if end.eat("分") {
        return Some((digit, end));
    }
    (is_spoken && !zero && may_end(end)).then_some((digit * 10, end))
}

/// Reads the fen after jiao, if there are any.
fn after_jiao(at: Cursor<'_>) -> (u64, Cursor<'_>) {
    let Some((digit, mut end)) = digit(at) else { return (0, at) };
    if end.eat("分") || may_end(end) { (digit, end) } else { (0, at) }
}

/// Reads one digit or numeral from 1 to 9 that is not part of a longer number.
fn digit(at: Cursor<'_>) -> Option<(u64, Cursor<'_>)> {
    let c = at.peek()?;
    let digit = c.to_digit(10).or_else(|| counted_digit(c).map(u32::from)).filter(|&digit| digit > 0)?;
    let end = at.step();
    let mut point = end;
    let goes_on = end.is_digit() || point.eat(".") && point.is_digit();
    (!goes_on && end.peek().and_then(Numeral::of).is_none()).then_some((digit.into(), end))
}

/// Returns whether a sum may end here, and no word begins with its last digit.
fn may_end(at: Cursor<'_>) -> bool {
    !at.is_letter() && at.peek().is_none_or(|c| !is_han(c) || "钱整的了左一每".contains(c))
}
