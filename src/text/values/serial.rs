//! Telephone, card and account numbers, whatever their grouping: `138 0013 8000`, `400-820-8820`, `(010) 6552-9988`; number
//! plates: `京A·12345`.

use std::ops::Range;

use super::{Cursor, date};
use crate::chinese::is_dot;

/// Bounds on the digits of a number in all groups together.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=19;
/// Bounds on the digits of one group.
const GROUP: std::ops::RangeInclusive<usize> = 3..=8;
/// Bounds on the digits of a number in one group.
const LONG: std::ops::RangeInclusive<usize> = 10..=19;
/// Least number of last digits by which a number is found.
pub const LEAST_ENDING: usize = 4;

/// The first characters of number plates.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// Bounds on the letters and digits of a number plate after its first letter.
const PLATE: std::ops::RangeInclusive<usize> = 5..=6;
/// The code of the country before a mobile number, as it is dialled.
const COUNTRY: [&str; 2] = ["0086", "86"];

/// A number in one or several groups of digits, or a number plate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serial {
    /// Range in the folded text.
    pub range: Range<usize>,
    /// The digits of all groups; of a plate, all characters without the sign between them.
    pub digits: String,
}

impl Serial {
    /// Returns the term of the number with these digits.
    #[must_use]
    pub fn term(digits: &str) -> String {
        format!("#t{digits}")
    }

    /// Returns the terms of the number and of its endings; of a plate, its own term only.
    pub fn terms(&self) -> impl Iterator<Item = String> + '_ {
        let is_number = self.digits.starts_with(is_digit);
        let starts = 0..=if is_number { self.digits.len().saturating_sub(LEAST_ENDING) } else { 0 };
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
            if let Some((plate, end)) = plate(start) {
                at = end;
                return Some(plate);
            }
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

/// Reads the number plate whose first digit stands here.
fn plate(start: Cursor<'_>) -> Option<(Serial, Cursor<'_>)> {
    let is_letter = |c: char| c.is_ascii_lowercase();
    let passed = start.passed();
    // The first digit may be behind one more letter: `京AD12345`.
    let further = passed.strip_suffix(is_letter).unwrap_or(passed);
    [passed, further].into_iter().find_map(|before| {
        let place = before.strip_suffix(|c| c == ' ' || c == '-' || is_dot(c)).unwrap_or(before);
        let province = place.strip_suffix(is_letter)?;
        let of = province.strip_suffix(|c| PROVINCES.contains(c))?;
        let text = passed.len() - before.len();
        let behind = start.rest().bytes().take_while(u8::is_ascii_alphanumeric).count();
        let end = start.by(behind);
        let body = format!("{}{}", passed.get(before.len()..)?, start.rest().get(..behind)?);
        let digits = body.bytes().filter(u8::is_ascii_digit).count();
        let digits = (PLATE.contains(&(text + behind)) && digits >= 3 && !end.is_letter())
            .then(|| format!("{}{body}", place.get(of.len()..).unwrap_or_default()))?;
        Some((Serial { range: of.len()..end.at, digits }, end))
    })
}

/// Returns the number without the code of the country, if it is a mobile number.
fn national(digits: &str) -> &str {
    let mut rest = COUNTRY.iter().filter_map(|code| digits.strip_prefix(code));
    rest.find(|rest| rest.len() == 11 && rest.starts_with('1')).unwrap_or(digits)
}

/// Reads groups of digits, or so many digits that they are hardly an amount.
fn read(start: Cursor<'_>) -> Option<(Serial, Cursor<'_>)> {
    let (mut end, mut digits, mut groups, mut hyphens, mut dots) = (start, String::new(), 0, 0, 0);
    // The code of a country is dialled from abroad only.
    let has_country = start.passed().ends_with('+');
    loop {
        let mut after = end;
        if groups > 0 {
            let bracket = after.eat_one(&[')', '）']).is_some();
            let hyphen = after.eat("-");
            let dot = !bracket && !hyphen && after.eat(".");
            if !(after.eat(" ") || bracket || hyphen || dot) {
                break;
            }
            dots += usize::from(dot);
            hyphens += usize::from(hyphen || bracket);
        }
        let from = after;
        let count = after.eat_digits();
        let is_country = has_country && groups == 0 && count <= 3;
        // `1-800-555-0199`
        let is_trunk = groups == 0 && after.rest().starts_with('-') && from.rest().starts_with("1-");
        // The check digit of an identity card.
        let mut check = after;
        let is_card = digits.len() + count == 17 && check.eat("x") && !check.is_letter() && !check.is_digit();
        // Abroad, the zero of an area code is not dialled.
        let is_area = has_country && groups == 1 && count == 2;
        let is_whole = groups == 0 && LONG.contains(&count);
        let is_group = GROUP.contains(&count) || is_country || is_area || is_whole || is_trunk;
        if !is_group || after.is_letter() && !is_card {
            break;
        }
        if !is_country {
            digits.push_str(from.rest().get(..count)?);
        }
        (groups, end) = (groups + 1, after);
        if is_card {
            digits.push('x');
            end = check;
        }
        if is_whole || is_card {
            break;
        }
    }
    // Points stand in a mobile number; elsewhere they separate the parts of an address.
    let is_mobile = digits.len() == 11 && groups == 3 && digits.starts_with('1');
    if dots > 0 && !(dots == 2 && is_mobile) {
        return None;
    }
    let from = start.at - usize::from(has_country);
    let serial = Serial { range: from..end.at, digits: national(&digits).to_owned() };
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
        check("+8613800138000，8613800138000，008613800138000", &["13800138000"; 3]);
        check("139.1234.5678，1-800-555-0199", &["13912345678", "18005550199"]);
        check("11010519491231002x，110105 19491231 002x", &["11010519491231002x"; 2]);
        for text in ["192.168.100.200", "1-2-3", "861234567", "1.234.5678"] {
            check(text, &[]);
        }
        for text in ["2022-05-05", "123456789", "2019 2020", "10-23", "5 6 7", "v100-200-300"] {
            check(text, &[]);
        }
    }

    #[test]
    fn the_sign_in_a_number_plate_is_ignored() {
        for text in ["京A12345", "京A·12345", "北京A-12345", "京A 12345。"] {
            let found: Vec<Serial> = serials(crate::text::fold(text).as_str()).collect();
            assert_eq!(found.iter().flat_map(Serial::terms).collect::<Vec<_>>(), ["#t京a12345"], "{text}");
        }
        let of = |text: &str| serials(text).map(|found| found.digits).collect::<Vec<_>>();
        assert_eq!(of("沪ad12345，粤b·8k123"), ["沪ad12345", "粤b8k123"]);
        assert_eq!(of("京a123，京a1234567，我a12345，京ab12"), [""; 0]);
    }

    #[test]
    fn a_number_is_found_by_its_last_digits() {
        let serial = Serial { range: 0..0, digits: "4008208820".to_owned() };
        let terms: Vec<String> = serial.terms().collect();
        assert_eq!((terms.len(), terms[0].as_str(), terms[6].as_str()), (7, "#t4008208820", "#t8820"));
    }
}
