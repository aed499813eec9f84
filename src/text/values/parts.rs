//! Digits, single numerals and units in a row that are parts of longer numbers: `15` of `15万`, `五` and `百` of `一百零五`,
//! `3` of `1/3`, `百万` of `三百万`.
//!
//! The index notes for each document which of them it has as parts only, so that a search for `15` tells whether a
//! document has that number.

use std::{collections::BTreeSet, ops::Range};

use rustc_hash::FxHashSet;

use super::{Counted, Cursor, Value, ValueKind, figures, run};
use crate::{
    chinese::{
        is_share,
        numerals::{Numeral, is_numeral},
    },
    text::{Class, runs},
};

/// Digits, one numeral, or units in a row of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Range in the folded text.
    pub range: Range<usize>,
    /// Whether the piece is a part of a longer number.
    pub is_part: bool,
}

/// Returns the digits and numerals of folded text in order; `values` and `counted` are those of the same text.
#[must_use]
pub fn pieces(folded: &str, values: &[Value], counted: &[Counted]) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut longer = longer(folded, values, counted).into_iter().peekable();
    let mut within: Option<Range<usize>> = None;
    let mut add = |range: Range<usize>, may_be_all: bool| {
        while let Some(next) = longer.next_if(|next| next.start <= range.start) {
            if within.as_ref().is_none_or(|within| within.end < next.end) {
                within = Some(next);
            }
        }
        let is_part =
            within.as_ref().is_some_and(|within| range.end <= within.end && !(may_be_all && *within == range));
        found.push(Piece { range, is_part });
    };
    for run in runs(folded) {
        match run.class {
            Class::Digit => add(run.start..run.end, false),
            Class::Han => {
                let text = folded.get(run.start..run.end).unwrap_or_default();
                let numerals = text.char_indices().filter(|&(_, c)| is_numeral(c));
                for (at, c) in numerals {
                    let start = run.start + at;
                    if let Some(end) = after_units(Cursor::new(folded).by(start)) {
                        add(start..end, true);
                    }
                    add(start..start + c.len_utf8(), false);
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns the end of two or more units in a row that begin here and end a number: `百万`.
fn after_units(at: Cursor<'_>) -> Option<usize> {
    let is_unit = |c: char| matches!(Numeral::of(c), Some(Numeral::Unit(_)));
    let (_, end) = run::units(at)?;
    let is_all = end.at > at.step().at && !at.passed().ends_with(is_unit) && !end.peek().is_some_and(is_numeral);
    is_all.then_some(end.at)
}

/// Returns the ranges of the numbers that consist of several pieces, or mean more than their digits, by their starts.
fn longer(folded: &str, values: &[Value], counted: &[Counted]) -> Vec<Range<usize>> {
    let mut longer: Vec<Range<usize>> = Vec::new();
    for value in values {
        let Some(text) = folded.get(value.range.clone()) else { continue };
        let is_number = match value.kind {
            ValueKind::Number(number) => {
                let own = figures::amount(Cursor::new(text)).filter(|(_, end)| end.rest().is_empty());
                !number.is_exact() || own.is_none_or(|(own, _)| own != number.amount)
            }
            ValueKind::Percent(_) => !text.ends_with(is_share) || !text.starts_with(|c: char| c.is_ascii_digit()),
            ValueKind::BelowZero(_) | ValueKind::Fraction { .. } => true,
            ValueKind::Day { .. } | ValueKind::DayOfYear { .. } | ValueKind::Month { .. } | ValueKind::Time { .. } => {
                false
            }
        };
        if is_number {
            // In `百分之五`, only 五 is a number.
            let share =
                text.find("分之").filter(|&at| text.get(..at).is_some_and(|of| matches!(of, "百" | "千" | "万")));
            longer.push(value.range.start + share.map_or(0, |at| at + "分之".len())..value.range.end);
        }
    }
    for counted in counted {
        if counted.is_sum() || counted.is_negative() {
            longer.push(counted.range.start..counted.number.end);
        }
    }
    longer.extend(runs_of_numerals(folded));
    longer.sort_unstable_by_key(|range| (range.start, range.end));
    longer
}

/// Returns the ranges of two or more numerals in a row, with the words for some of them: `一百零五`, `几十`.
fn runs_of_numerals(folded: &str) -> Vec<Range<usize>> {
    let is_inside = |c: char| is_numeral(c) || matches!(c, '几' | '数');
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = folded.get(at..).and_then(|rest| rest.find(is_inside)).map(|start| at + start) {
        let rest = folded.get(start..).unwrap_or_default();
        let end = start + rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
        let run = folded.get(start..end).unwrap_or_default();
        let mut chars = run.chars();
        let first = chars.next();
        // `数百` is a number, `数一` is not.
        let is_some = |c: char| !is_numeral(c);
        let is_number = chars.next().is_some()
            && (!run.contains(is_some)
                || first.is_some_and(is_some) && chars_are_units(run)
                || run.ends_with('几') && run.chars().count() > 1);
        if is_number {
            found.push(start..end);
        }
        at = end;
    }
    found
}

/// Returns whether all numerals after the first character are units: `几十万`.
fn chars_are_units(run: &str) -> bool {
    run.chars().skip(1).all(|c| matches!(Numeral::of(c), Some(Numeral::Unit(_))))
}

/// Prefix of the term of a piece that a text has as a part of a longer number.
const PART: char = '^';

/// Appends the pieces of folded text to `all`, each followed by a space: `15` for a number of its own, `^15` for a part.
pub fn write_pieces(folded: &str, values: &[Value], counted: &[Counted], all: &mut String) {
    for piece in pieces(folded, values, counted) {
        all.extend(piece.is_part.then_some(PART));
        all.push_str(folded.get(piece.range).unwrap_or_default());
        all.push(' ');
    }
}

/// Returns the terms of the pieces that several texts have as parts only, each followed by a space; `all` is what
/// [`write_pieces`] has written.
#[must_use]
pub fn only_parts(all: &str) -> String {
    let own: FxHashSet<&str> = all.split(' ').filter(|piece| !piece.starts_with(PART)).collect();
    let parts: BTreeSet<&str> = all.split(' ').filter_map(|piece| piece.strip_prefix(PART)).collect();
    parts.into_iter().filter(|part| !own.contains(part)).map(|part| format!("{} ", only_part(part))).collect()
}

/// Returns the term of the documents that have digits, or a numeral, as part of longer numbers only.
#[must_use]
pub fn only_part(piece: &str) -> String {
    format!("{PART}{piece}")
}

#[cfg(test)]
mod tests {
    use super::{
        super::{super::fold, counted, values},
        *,
    };

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let folded = fold(text);
        let text = folded.as_str();
        let (values, counted): (Vec<Value>, Vec<Counted>) = (values(text).collect(), counted(text).collect());
        let mut all = String::new();
        write_pieces(text, &values, &counted, &mut all);
        assert_eq!(all.trim_end(), expected, "{text}");
    }

    #[test]
    fn a_piece_of_a_longer_number_is_a_part() {
        check("15名，15万，五金，十五", "15 ^15 ^万 五 ^十 ^五");
        check("五万8千，3万5，一百零五", "^五 ^万 ^8 ^千 ^3 ^万 ^5 ^一 ^百 ^零 ^五");
        check("零点五元，5元5角，五块五，5元", "^零 ^五 ^5 ^5 ^五 ^五 5");
        check("千分之5，百分之五，5%，-5%，三分之一，3成", "千 ^5 百 ^五 5% ^5% ^三 ^一 ^3");
        check("1/3，3-5万元，100多人，5w，-5度", "^1 ^3 ^3 ^5 ^万 ^100 ^5 ^5");
        check("几十万，十几，两三千，数一数", "^十万 ^十 ^万 ^十 ^两 ^三 ^千 一");
        check("三百万，百万元，百万富翁，5百万", "^三 ^百万 ^百 ^万 百万 ^百 ^万 百万 ^百 ^万 ^5 ^百万 ^百 ^万");
    }

    #[test]
    fn a_number_of_its_own_is_no_part() {
        check("2022年5月5日，8:30，58,000元，$5，1.20，千万", "2022 5 5 8 30 58,000 $5 1.20 千万 ^千 ^万");
        check("三点，百度，v8，第5条，3-5天", "三 百 8 5 3 5");
    }

    #[test]
    fn what_is_a_part_everywhere_is_told() {
        assert_eq!(only_parts("15 ^15 ^5 ^5 8 "), "^5 ");
        assert_eq!(only_parts(""), "");
    }
}
