//! The other spelling of small numbers before a measure word: `5名` and `五名`, `3年6个月` and `三年六个月`.
//!
//! A single numeral is not a value, since texts are full of numerals that count nothing. Only a query that has a
//! numeral with a measure word also looks for the digits.

use crate::chinese::{Counts, counts, is_han, numerals};

/// Returns a folded text with its small numbers in digits, then with its small numbers in numerals. Leaves out a text
/// that does not differ.
#[must_use]
pub fn other_ways(folded: &str) -> Vec<String> {
    let counted = |run: &str, before: &str, next: Option<char>| match next {
        Some(next) => counts(next, Counts::Small),
        // `双十一`
        None => !before.is_empty() && run.chars().nth(1).is_some(),
    };
    // Digits always count something.
    let any = |_: &str, before: &str, next: Option<char>| match next {
        Some(next) => is_han(next),
        None => !before.is_empty(),
    };
    let is_digit = |c: char| c.is_ascii_digit();
    let pair = |digits: &str| if digits == "2" { Some("两".to_owned()) } else { in_numerals(digits) };
    let ways = [
        rewritten(folded, is_small, counted, in_digits),
        rewritten(folded, is_digit, any, in_numerals),
        rewritten(folded, is_digit, any, pair),
    ];
    let mut other: Vec<String> = ways.into_iter().filter(|way| way != folded).collect();
    other.dedup();
    other
}

fn is_small(c: char) -> bool {
    c == '两' || numerals::is_small(c)
}

/// Returns whether a character makes the adjacent numerals or digits part of something other than a small number.
fn is_part(c: char) -> bool {
    is_small(c) || c.is_ascii_alphanumeric() || "百千万亿零〇几数半余多第.,".contains(c)
}

/// Rewrites with `write` each run of characters in `of_run` that stands right: the run, the text written before, and the
/// next character.
fn rewritten(
    folded: &str,
    of_run: impl Fn(char) -> bool,
    stands: impl Fn(&str, &str, Option<char>) -> bool,
    write: impl Fn(&str) -> Option<String>,
) -> String {
    let mut written = String::with_capacity(folded.len());
    let mut rest = folded;
    while let Some(c) = rest.chars().next() {
        let length = if of_run(c) { rest.find(|c| !of_run(c)).unwrap_or(rest.len()) } else { c.len_utf8() };
        let (run, after) = rest.split_at(length);
        let next = after.chars().next();
        let is_whole = !written.chars().next_back().is_some_and(is_part) && !next.is_some_and(is_part);
        let is_idle =
            next.is_some_and(|next| run == "一" && counts(next, Counts::IdleOne) || run == "十" && next == '分');
        let is_number = of_run(c) && is_whole && !is_idle && stands(run, &written, next);
        let other = if is_number { write(run) } else { None };
        written.push_str(other.as_deref().unwrap_or(run));
        rest = after;
    }
    written
}

/// Writes a number below a hundred in digits.
fn in_digits(numerals: &str) -> Option<String> {
    if numerals == "两" {
        return Some("2".to_owned());
    }
    let (number, rest) = numerals::small(numerals)?;
    rest.is_empty().then(|| number.to_string())
}

/// Writes a number below a hundred in numerals.
fn in_numerals(digits: &str) -> Option<String> {
    numerals::written(digits.parse().ok().filter(|number| *number < 100 && !digits.starts_with('0'))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_written_the_other_way_with_what_they_count() {
        let check = |text: &str, expected: &[&str]| assert_eq!(other_ways(text), expected, "{text}");
        check("五名", &["5名"]);
        check("5名", &["五名"]);
        check("七月", &["7月"]);
        check("三年六个月", &["3年6个月"]);
        check("3年6个月", &["三年六个月"]);
        check("下午三时许", &["下午3时许"]);
        check("二十三人", &["23人"]);
        check("两张", &["2张"]);
        check("2人", &["二人", "两人"]);
        check("走5", &["走五"]);
        check("双十一", &["双11"]);
        check("廿五岁", &["25岁"]);
        check("20头", &["二十头"]);
        for text in ["一个", "十分", "几十人", "三百人", "第三", "五六人", "2022年", "1.5元", "v8", "三"]
        {
            check(text, &[]);
        }
    }
}
