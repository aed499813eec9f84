//! Telephone, card and account numbers, whatever their grouping: `138 0013 8000`, `400-820-8820`, `(010) 6552-9988`.

use std::ops::Range;

use super::{Cursor, date};

/// Bounds on the digits of a number in all groups together.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=19;
/// Bounds on the digits of one group.
const GROUP: std::ops::RangeInclusive<usize> = 3..=8;
/// Bounds on the digits of a number in one group.
const LONG: std::ops::RangeInclusive<usize> = 10..=19;
/// Least number of last digits by which a number is found.
pub const LEAST_ENDING: usize = 4;

/// A number in one or several groups of digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serial {
    /// Range in the folded text.
    pub range: Range<usize>,
    /// The digits of all groups.
    pub digits: String,
}

impl Serial {
    /// Returns the term of the number with these digits.
    #[must_use]
    pub fn term(digits: &str) -> String {
        format!("#t{digits}")
    }

    /// Returns the terms of the number and of its endings.
    pub fn terms(&self) -> impl Iterator<Item = String> + '_ {
        let starts = 0..=self.digits.len().saturating_sub(LEAST_ENDING);
        starts.filter_map(|start| self.digits.get(start..)).map(Self::term)
    }
}

/// Returns the numbers of folded text that are written in groups of digits, or with many digits.
pub fn serials(folded: &str) -> impl Iterator<Item = Serial> + '_ {
    let mut at = Cursor::new(folded);
    std::iter::from_fn(move || {
        loop {
            at = at.by(at.rest().find(is_digit)?);
            let start = at;
            at.eat_digits();
            let is_decimal = start.passed().ends_with('.') && start.passed().trim_end_matches('.').ends_with(is_digit);
            if start.is_after_letter() || is_decimal || date::read(start).is_some_and(|read| read.found.is_some()) {
                continue;
            }
            if let Some((serial, end)) = read(start) {
                at = end;
                return Some(serial);
            }
        }
    })
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Reads groups of digits, or so many digits that they are hardly an amount.
fn read(start: Cursor<'_>) -> Option<(Serial, Cursor<'_>)> {
    let (mut end, mut digits, mut groups, mut hyphens) = (start, String::new(), 0, 0);
    // The code of a country is dialled from abroad only.
    let has_country = start.passed().ends_with('+');
    loop {
        let mut after = end;
        if groups > 0 {
            let bracket = after.eat_one(&[')', '）']).is_some();
            let hyphen = after.eat("-");
            if !(after.eat(" ") || bracket || hyphen) {
                break;
            }
            hyphens += usize::from(hyphen || bracket);
        }
        let from = after;
        let count = after.eat_digits();
        let is_country = has_country && groups == 0 && count <= 3;
        // Abroad, the zero of an area code is not dialled.
        let is_area = has_country && groups == 1 && count == 2;
        let is_whole = groups == 0 && LONG.contains(&count);
        if !(GROUP.contains(&count) || is_country || is_area || is_whole) || after.is_letter() {
            break;
        }
        if !is_country {
            digits.push_str(from.rest().get(..count)?);
        }
        (groups, end) = (groups + 1, after);
        if is_whole {
            break;
        }
    }
    let serial = Serial { range: start.at..end.at, digits };
    // Two numbers with a space between them are often two numbers.
    let is_one = groups > 2 || groups == 2 && hyphens > 0 || LONG.contains(&serial.digits.len()) && groups == 1;
    (is_one && DIGITS.contains(&serial.digits.len())).then_some((serial, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grouping_of_a_number_is_ignored() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(serials(text).map(|found| found.digits).collect::<Vec<_>>(), expected, "{text}");
        };
        check("手机 138 0013 8000。", &["13800138000"]);
        check("138-0013-8000，400-820-8820", &["13800138000", "4008208820"]);
        check("(010) 6552-9988 或 010-65529988", &["01065529988", "01065529988"]);
        check("+86 138 0013 8000", &["13800138000"]);
        check("卡号 6217 0012 3456 7890 123", &["6217001234567890123"]);
        check("（010）65529988，+86 10 6552 9988", &["01065529988", "1065529988"]);
        check("13800138000，3.1415926535", &["13800138000"]);
        for text in ["2022-05-05", "123456789", "2019 2020", "10-23", "5 6 7", "v100-200-300"] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_number_is_found_by_its_last_digits() {
        let serial = Serial { range: 0..0, digits: "4008208820".to_owned() };
        let terms: Vec<String> = serial.terms().collect();
        assert_eq!((terms.len(), terms[0].as_str(), terms[6].as_str()), (7, "#t4008208820", "#t8820"));
    }
}
