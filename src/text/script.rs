//! What kind of character it is: the classes that decide where a term begins and ends.
//!
//! Works on folded text (see [`super::fold`]), so it need not know full-width letters or
//! compatibility ideographs. Knows no dictionary.

/// How a character takes part in terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Written without spaces between words: Han, kana, Hangul, bopomofo. Cut into words and grams.
    Han,
    /// A letter of a script that separates its words, or a mark on one.
    Letter,
    /// A decimal digit or another number.
    Digit,
    /// A pictograph; a term of its own.
    Symbol,
    /// Everything else: spaces, punctuation, controls.
    Other,
}

impl Class {
    /// Gives the class of a folded character.
    #[must_use]
    pub fn of(c: char) -> Self {
        match c {
            'a'..='z' | 'A'..='Z' => Self::Letter,
            '0'..='9' => Self::Digit,
            '\0'..='\u{7f}' => Self::Other,
            '\u{4e00}'..='\u{9fff}' => Self::Han,
            _ => Self::of_rare(c),
        }
    }

    fn of_rare(c: char) -> Self {
        match c as u32 {
            // Punctuation of general and East Asian texts, which is most of what comes here.
            0x2000..=0x206F | 0x3000..=0x3004 | 0x3008..=0x3020 | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 => Self::Other,
            // Iteration mark, closing mark, zero; Hangzhou numerals.
            0x3005..=0x3007 | 0x3021..=0x3029 | 0x3038..=0x303C => Self::Han,
            // Kana, bopomofo, Hangul jamo of the compatibility block, extensions.
            0x3041..=0x3096 | 0x309D..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF => Self::Han,
            0x3105..=0x318F | 0x31A0..=0x31BF | 0x31F0..=0x31FF => Self::Han,
            0x2E80..=0x2FDF | 0x31C0..=0x31E3 => Self::Han,
            0x1100..=0x11FF | 0xA960..=0xA97F | 0xAC00..=0xD7FF => Self::Han,
            0x3400..=0x4DBF | 0xF900..=0xFAFF | 0x16FF0..=0x18CFF | 0x1AFF0..=0x1B2FB => Self::Han,
            0x20000..=0x3FFFD => Self::Han,
            // Arrows, technical signs, shapes, dingbats, I Ching, pictographs.
            0x2190..=0x21FF | 0x2300..=0x23FF | 0x25A0..=0x27BF | 0x2900..=0x297F => Self::Symbol,
            0x2B00..=0x2BFF | 0x4DC0..=0x4DFF | 0x1F000..=0x1FAFF => Self::Symbol,
            // Private use: icon fonts and characters that had no code point yet.
            0xE000..=0xF8FF | 0xF0000..=0x10FFFD => Self::Symbol,
            _ if c.is_alphabetic() => Self::Letter,
            _ if c.is_numeric() => Self::Digit,
            _ if unicode_normalization::char::is_combining_mark(c) => Self::Letter,
            _ => Self::Other,
        }
    }
}

/// A stretch of folded text that makes terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset behind its last character.
    pub end: usize,
    /// The class of its characters; never [`Class::Other`].
    pub class: Class,
}

/// Cuts folded text into runs of one class. Symbols come one by one; `c++` and `c#` are one run of
/// letters; all other characters separate.
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

/// Gives how many bytes after the letters `start..end` belong to the name of a programming
/// language or tool: `c++`, `notepad++`, `c#`, `f#`.
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
