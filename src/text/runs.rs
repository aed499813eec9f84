//! Splits text into runs: maximal sequences of characters of one class. No term crosses a run.
//!
//! Takes folded text (see [`super::fold()`]). Does not know a dictionary.

use crate::chinese::{Class, is_currency, marks};

/// A run of folded text that gives terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset after its last character.
    pub end: usize,
    /// The class of its characters; [`Class::Other`] for signs only.
    pub class: Class,
}

/// Splits folded text into runs of one class. Each symbol is a run; `c++` and `c#` are one run of letters, `5.8`,
/// `1,000`, `5%` and `$5` one run of digits; all other characters are separators.
pub fn runs(text: &str) -> impl Iterator<Item = Run> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let mut chars = rest.char_indices().map(|(i, c)| (i, c, Class::of(c)));
        let (skipped, first, class) = chars.find(|&(_, _, class)| class != Class::Other)?;
        let start = at + skipped;
        let mut end = start + first.len_utf8();
        if class != Class::Symbol {
            for (i, c, next) in chars {
                if next != class {
                    break;
                }
                end = at + i + c.len_utf8();
            }
        }
        let mut from = start;
        match class {
            Class::Letter => end += name_suffix(text.as_bytes(), start, end),
            Class::Digit => {
                end += number_suffix(text.as_bytes(), start, end);
                from -= currency_before(text, at, start);
            }
            _ => {}
        }
        at = end;
        Some(Run { start: from, end, class })
    })
}

/// Splits folded text like [`runs`], with signs as runs of their own, in order: the signs that touch letters, digits or
/// symbols, and the signs that join words of any kind. A sign that is repeated is one run. White space is left out.
pub fn runs_and_signs(text: &str) -> impl Iterator<Item = Run> + '_ {
    let is_western = |run: Option<Run>| run.is_some_and(|run| run.class != Class::Han);
    let mut before: Option<Run> = None;
    let all = runs(text).map(Some).chain(std::iter::once(None));
    all.flat_map(move |run| {
        let from = before.map_or(0, |run| run.end);
        let to = run.map_or(text.len(), |run| run.start);
        let gap = text.get(from..to).unwrap_or_default();
        // The signs up to the first white space touch the run before, the signs after the last touch the next run.
        let left = gap.find(char::is_whitespace).unwrap_or(gap.len());
        let right = gap.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let touches = |at: usize, c: char| {
            let is_kept = |run: Option<Run>| is_western(run) || run.is_some() && marks::joins(c);
            at < left && is_kept(before) || at >= right && is_kept(run)
        };
        let mut found: Vec<Run> = Vec::new();
        let mut last = None;
        for (at, c) in gap.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            if touches(at, c) && last != Some(c) {
                found.push(Run { start: from + at, end: from + at + c.len_utf8(), class: Class::Other });
            }
            last = Some(c);
        }
        before = run;
        found.into_iter().chain(run)
    })
}

/// Returns the number of bytes after the letters `start..end` that belong to the name of a programming language or
/// tool: `c++`, `notepad++`, `c#`, `f#`.
fn name_suffix(bytes: &[u8], start: usize, end: usize) -> usize {
    let suffix = match bytes.get(end..) {
        Some([b'+', b'+', ..]) => 2,
        Some([b'#', ..]) if end - start == 1 => 1,
        _ => return 0,
    };
    // `c++11` is a version, `a++b` is not a name.
    let continues = bytes.get(end + suffix).is_some_and(|&b| b.is_ascii_alphabetic() || b == b'+' || b == b'#');
    if continues { 0 } else { suffix }
}

/// Returns the number of bytes after the digits `start..end` that belong to the same number: groups of three digits,
/// digits after points, a percent sign.
fn number_suffix(bytes: &[u8], start: usize, end: usize) -> usize {
    let digits_at = |at: usize| bytes.iter().skip(at).take_while(|b| b.is_ascii_digit()).count();
    let mut after = end;
    let is_listed = start > 1 && bytes[start - 1] == b',' && bytes[start - 2].is_ascii_digit();
    if (1..=3).contains(&digits_at(start)) && bytes.get(start) != Some(&b'0') && !is_listed {
        let mut grouped = after;
        while bytes.get(grouped) == Some(&b',') && digits_at(grouped + 1) == 3 {
            grouped += 4;
        }
        // A number that is still being typed.
        let typed = digits_at(grouped + 1);
        if bytes.get(grouped) == Some(&b',') && (1..3).contains(&typed) && grouped + 1 + typed == bytes.len() {
            grouped = bytes.len();
        }
        // `1,200,3` is a list.
        if !(bytes.get(grouped) == Some(&b',') && digits_at(grouped + 1) > 0) {
            after = grouped;
        }
    }
    while bytes.get(after) == Some(&b'.') && digits_at(after + 1) > 0 {
        after += 1 + digits_at(after + 1);
    }
    let rest = bytes.get(after..).unwrap_or_default();
    let sign = ["%", "‰", "‱"].into_iter().find(|sign| rest.starts_with(sign.as_bytes())).map_or(0, str::len);
    after + sign - end
}

/// Returns the number of bytes of a sign of currency directly before digits; the sign lies after `from`.
fn currency_before(text: &str, from: usize, start: usize) -> usize {
    let sign = text.get(from..start).and_then(|between| between.chars().next_back());
    sign.filter(|&c| is_currency(c)).map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = runs(text).filter_map(|run| text.get(run.start..run.end)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_run_ends_where_the_class_changes() {
        check("涉诈app，下载20万元", &["涉诈", "app", "下载", "20", "万元"]);
        check("v8.5.0 q群 iphone13", &["v", "8.5.0", "q", "群", "iphone", "13"]);
        check("  ", &[]);
    }

    #[test]
    fn pictographs_stand_alone() {
        check("😀😀好", &["😀", "😀", "好"]);
    }

    #[test]
    fn names_keep_their_signs() {
        check("c++和c#，a+b，c+++，a++b", &["c++", "和", "c#", "a", "b", "c", "a", "b"]);
        check("vc++6.0，c++11，c#9.0", &["vc++", "6.0", "c++", "11", "c#", "9.0"]);
    }

    #[test]
    fn a_number_is_whole() {
        check("5.8万，0.5%，5‰，v8.5.0，第1.节", &["5.8", "万", "0.5%", "5‰", "v", "8.5.0", "第", "1", "节"]);
        check("58,000元，1,000.5，1,200,3。", &["58,000", "元", "1,000.5", "1", "200", "3"]);
        check("1,2,100", &["1", "2", "100"]);
        check("共3,80", &["共", "3,80"]);
        check("$5，¥20.5，us$5，a$b", &["$5", "¥20.5", "us", "$5", "a", "b"]);
        check("3.14.", &["3.14"]);
        check("10:30，2022-05-05", &["10", "30", "2022", "05", "05"]);
    }

    #[test]
    fn signs_at_letters_and_digits_are_kept_on_request() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = runs_and_signs(text).filter_map(|run| text.get(run.start..run.end)).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("node.js，骗，20。", &["node", ".", "js", "，", "骗", "，", "20", "。"]);
        check("写成 .net 的", &["写成", ".", "net", "的"]);
        check("a -- b，c--d", &["a", "b", "，", "c", "-", "d"]);
        check("骗。钱，开/关，“开”", &["骗", "钱", "开", "/", "关", "开"]);
        check("《a》《b》", &["《", "a", "》", "《", "b", "》"]);
        check("说：「app", &["说", "：", "「", "app"]);
    }

    #[test]
    fn rare_ideographs_are_han() {
        check("𠮷野家〇々", &["𠮷野家〇々"]);
    }
}
