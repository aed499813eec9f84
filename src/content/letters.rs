//! Classes of characters as generators know them: Unicode's letters, marks and decimal digits.
//!
//! The standard library's classes are wider: its letters include `Ⅳ` and `〇`, its numbers include `①` and `½`.

pub(super) use unicode_normalization::char::is_combining_mark as is_mark;

/// Returns whether a character is a letter (Unicode's category L).
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphabetic()
        && !is_mark(c)
        // Letter numbers, and letters in circles.
        && !matches!(c as u32, 0x16EE..=0x16F0 | 0x2160..=0x2182 | 0x2185..=0x2188 | 0x24B6..=0x24E9 | 0x3007
            | 0x3021..=0x3029 | 0x3038..=0x303A | 0xA6E6..=0xA6EF | 0x10140..=0x10174 | 0x10341 | 0x1034A
            | 0x103D1..=0x103D5 | 0x12400..=0x1246E | 0x1F130..=0x1F189)
}

/// Returns whether a character is a decimal digit (Unicode's category Nd).
pub(super) fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || c.is_numeric() && ZEROS.iter().any(|&zero| (zero..zero + 10).contains(&(c as u32)))
}

/// The digits zero, each followed by the other nine.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0,
    0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
    0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0,
    0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60,
    0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_no_digits_are_neither_letters_nor_digits() {
        for c in ['Ⅳ', '〇', '〡', '①', '½', '²', 'Ⓐ', '№'] {
            assert!(!is_letter(c) && !is_digit(c), "{c}");
        }
        assert!(['9', '９', '٣', '๗'].into_iter().all(is_digit));
        assert!(['案', 'é', 'ß', 'Ж', 'の'].into_iter().all(is_letter));
        assert!(['\u{301}', '\u{FE0E}', '\u{94D}', '\u{E31}'].into_iter().all(is_mark));
    }
}
