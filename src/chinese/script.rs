//! Classes of characters by script.

/// The class of a character, which decides how the character becomes part of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Written without spaces between words: Han, kana, Hangul, bopomofo. Becomes words and grams.
    Han,
    /// A letter of a script with spaces between words, or a combining mark.
    Letter,
    /// A decimal digit or another numeric character.
    Digit,
    /// A pictograph, which is a term by itself.
    Symbol,
    /// Everything else: spaces, punctuation, control characters.
    Other,
}

impl Class {
    /// Returns the class of a folded character.
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

    /// Returns the class of a term: of its first character that is not a sign, as in `$5`.
    #[must_use]
    pub fn of_term(term: &str) -> Self {
        term.chars().map(Self::of).find(|&class| class != Self::Other).unwrap_or(Self::Other)
    }

    fn of_rare(c: char) -> Self {
        match c as u32 {
            // General and East Asian punctuation: the most frequent case here.
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
            // Private use: icon fonts, and characters encoded there before they got a code point.
            0xE000..=0xF8FF | 0xF0000..=0x10FFFD => Self::Symbol,
            _ if c.is_alphabetic() => Self::Letter,
            _ if c.is_numeric() => Self::Digit,
            _ if unicode_normalization::char::is_combining_mark(c) => Self::Letter,
            _ => Self::Other,
        }
    }
}

/// Returns whether a folded character is of class [`Class::Han`]: written without spaces between words.
#[must_use]
pub fn is_han(c: char) -> bool {
    Class::of(c) == Class::Han
}

/// Returns whether a folded character is a sign of currency.
#[must_use]
pub const fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¥' | '€' | '£')
}

/// Returns whether a character is a dot in the middle of the line, as in `3·15`, the day of consumers, and `京A·12345`.
#[must_use]
pub const fn is_dot(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{2022}' | '\u{2027}' | '\u{30fb}')
}

/// Returns whether a character is a Chinese one. Excludes the kana, Hangul and bopomofo that [`is_han`] includes. The
/// character need not be folded.
#[must_use]
pub const fn is_ideograph(c: char) -> bool {
    matches!(c as u32, 0x3005..=0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ideograph_is_han() {
        for c in '\0'..=char::MAX {
            assert!(!is_ideograph(c) || is_han(c) || c as u32 > 0x3_FFFD, "{c}");
        }
        assert!("案〇々𠮷".chars().all(is_ideograph));
        assert!("カナ한글ㄅ".chars().all(|c| is_han(c) && !is_ideograph(c)));
    }
}
