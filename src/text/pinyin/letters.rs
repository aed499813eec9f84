//! Splits typed text into signs: letters with tone marks and `ü` become plain letters, separators become bounds of
//! syllables.

use crate::{
    chinese::marks::COLONS,
    text::{Class, fold},
};

/// Upper bound on the number of signs read as pinyin. Positions among the signs fit into the bits of a `u64`.
pub(super) const LONGEST: usize = 60;

/// A letter of pinyin, a digit or a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign {
    /// The sign; a letter of pinyin is in `a..=z`, `v` stands for `ü`.
    pub(super) c: char,
    /// Whether the sign has a tone mark.
    pub(super) marked: bool,
    /// Whether the sign is a digit that may be the tone of the syllable before it.
    pub(super) tone: bool,
    /// Whether a syllable must end before this sign.
    pub(super) bound: bool,
}

impl Sign {
    /// Returns whether the sign is a letter of pinyin.
    pub(super) fn is_letter(self) -> bool {
        self.c.is_ascii_lowercase()
    }
}

/// Folds a text. Returns its signs, and whether a separator follows the last sign. Returns `None` for too many signs.
pub(super) fn signs(text: &str) -> Option<(Vec<Sign>, bool)> {
    // No sign comes from more bytes than this, however it is composed.
    if text.len() > LONGEST * 16 {
        return None;
    }
    let folded = fold(text);
    let mut signs: Vec<Sign> = Vec::new();
    let mut bound = false;
    for c in folded.as_str().chars() {
        let sign = |c, marked| Sign { c, marked, tone: false, bound };
        match (unmarked(c), signs.as_mut_slice()) {
            (Some((c, marked)), _) => signs.push(sign(c, marked)),
            // `lu:` is a way to type `lü` on a keyboard without `ü`.
            (None, [.., head, last])
                if COLONS.contains(&c) && !bound && matches!(head.c, 'l' | 'n') && last.c == 'u' =>
            {
                last.c = 'v';
            }
            (None, [.., last]) if is_tone_mark(c) => last.marked = true,
            (None, _) if is_tone_mark(c) => {}
            (None, _) if Class::of(c) == Class::Other => {
                bound = true;
                continue;
            }
            (None, _) => signs.push(sign(c, false)),
        }
        bound = false;
        if signs.len() > LONGEST {
            return None;
        }
    }
    for i in 1..signs.len() {
        let follows = !signs[i].bound && signs[i - 1].is_letter();
        let ends = signs.get(i + 1).is_none_or(|next| next.bound || !next.c.is_ascii_digit());
        signs[i].tone = follows && ends && matches!(signs[i].c, '0'..='5');
    }
    Some((signs, bound))
}

fn is_tone_mark(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{304}' | '\u{306}' | '\u{30c}')
}

/// Returns a letter of pinyin without its tone mark, and whether it had one.
fn unmarked(c: char) -> Option<(char, bool)> {
    let letter = match c {
        'a'..='z' => return Some((c, false)),
        'ü' => return Some(('v', false)),
        // Some schoolbooks use this letter.
        'ɑ' => return Some(('a', false)),
        'ɡ' => return Some(('g', false)),
        'ê' => return Some(('e', false)),
        // A breve is often typed for a caron.
        'ā' | 'á' | 'ǎ' | 'ă' | 'à' => 'a',
        'ē' | 'é' | 'ě' | 'ĕ' | 'è' | 'ế' | 'ề' => 'e',
        'ī' | 'í' | 'ǐ' | 'ĭ' | 'ì' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ŏ' | 'ò' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ŭ' | 'ù' => 'u',
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'v',
        _ => return None,
    };
    Some((letter, true))
}

/// Returns whether the tone marks of a syllable follow the rules: at most one, on `a`, `o` or `e` if there is such a
/// vowel, otherwise on the last vowel. So `xīān` is two syllables and `xiān` is one.
pub(super) fn marks_fit(syllable: &[Sign]) -> bool {
    let mut marked = syllable.iter().enumerate().filter(|(_, sign)| sign.marked).map(|(i, _)| i);
    let Some(mark) = marked.next() else { return true };
    let wide = |c: char| matches!(c, 'a' | 'o' | 'e');
    let rule = match syllable.iter().position(|sign| wide(sign.c)) {
        Some(place) => Some(place),
        None => syllable.iter().rposition(|sign| matches!(sign.c, 'i' | 'u' | 'v')),
    };
    marked.next().is_none() && rule == Some(mark)
}
