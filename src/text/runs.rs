//! Splits text into runs: maximal sequences of characters of one class. No term crosses a run.
//!
//! Takes folded text (see [`super::fold()`]). Does not know a dictionary.

use crate::chinese::Class;

/// A run of folded text that gives terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset after its last character.
    pub end: usize,
    /// The class of its characters; never [`Class::Other`].
    pub class: Class,
}

/// Splits folded text into runs of one class. Each symbol is a run; `c++` and `c#` are one run of letters; all other
/// characters are separators.
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
        if class == Class::Letter {
            end += name_suffix(text.as_bytes(), start, end);
        }
        at = end;
        Some(Run { start, end, class })
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
    let continues = bytes.get(end + suffix).is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'+' || b == b'#');
    if continues { 0 } else { suffix }
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
        check("v8.5.0 q群 iphone13", &["v", "8", "5", "0", "q", "群", "iphone", "13"]);
        check("  ", &[]);
    }

    #[test]
    fn pictographs_stand_alone() {
        check("😀😀好", &["😀", "😀", "好"]);
    }

    #[test]
    fn names_keep_their_signs() {
        check("c++和c#，a+b，x#1，c+++", &["c++", "和", "c#", "a", "b", "x", "1", "c"]);
    }

    #[test]
    fn rare_ideographs_are_han() {
        check("𠮷野家〇々", &["𠮷野家〇々"]);
    }
}
