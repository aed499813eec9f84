//! The other spelling of the numbers of places in an order: `第23条` and `第二十三条`, `第133条第2款` and `第一百三十三条第二款`.

use super::{Amount, Cursor, figures, numerals, run::Run};
use crate::chinese::{Counts, counts};

/// Returns a folded text with the numbers behind each `第` in digits, then in numerals up to 9999. Leaves out a text that
/// does not differ.
#[must_use]
pub fn other_places(folded: &str) -> Vec<String> {
    if !folded.contains('第') {
        return Vec::new();
    }
    let ways = [rewritten(folded, |place| Some(place.to_string())), rewritten(folded, Amount::in_numerals)];
    ways.into_iter().filter(|way| way != folded).collect()
}

/// Rewrites each place with `write`.
fn rewritten(folded: &str, write: impl Fn(Amount) -> Option<String>) -> String {
    let mut written = String::with_capacity(folded.len());
    let mut at = Cursor::new(folded);
    while let Some(next) = at.peek() {
        written.push(next);
        at = at.step();
        if next == '第'
            && let Some((place, end)) = place(at)
            && let Some(other) = write(place)
        {
            written.push_str(&other);
            at = end;
        }
    }
    written
}

/// Reads the number of a place, and the place after it.
fn place(at: Cursor<'_>) -> Option<(Amount, Cursor<'_>)> {
    if at.is_digit() {
        return figures::amount(at);
    }
    // A single numeral is written in digits only where places are counted: not in `第一个`.
    let counts_places = || at.step().peek().is_some_and(|c| counts(c, Counts::Numbered));
    if let Some(number) = numerals::lone(at) {
        return counts_places().then(|| (number, at.step()));
    }
    let run = Run::read(at);
    Some((run.amount().filter(|_| run.count > 1)?, run.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_an_order_is_written_in_two_ways() {
        let check = |text: &str, expected: &[&str]| assert_eq!(other_places(text), expected, "{text}");
        for (digits, numerals) in [
            ("第15条", "第十五条"),
            ("第110条", "第一百一十条"),
            ("第266条之一", "第二百六十六条之一"),
            ("第1008号", "第一千零八号"),
            ("第133条第2款", "第一百三十三条第二款"),
            ("刑法第10条", "刑法第十条"),
        ] {
            check(digits, &[numerals]);
            check(numerals, &[digits]);
        }
        check("第3章第十二条", &["第3章第12条", "第三章第十二条"]);
        check("第1个", &["第一个"]);
        for text in ["第一个", "第12345号", "第几条", "十五条", "次第"] {
            check(text, &[]);
        }
    }
}
