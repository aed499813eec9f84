//! Forms of characters: as folded, or in another script or width.
//!
//! Lets a search tell `骗` from `騙`, and `a` from `ａ`, although both fold to the same character.

use rustc_hash::FxHashSet;

use super::{Class, fold, simple_fold};

/// Prefix of the term of a character that a document contains in another form only.
const ONLY_OTHER: char = '!';
/// Prefix of the term of a character that a document contains in both forms.
const BOTH: char = '~';

/// Returns the folded form of a letter, digit or Han character, and whether the source character is of another script
/// or width. Case does not count as form. Returns `None` for punctuation, and for characters that fold to several.
fn form_of(c: char) -> Option<(char, bool)> {
    if let Some(folded) = simple_fold(c) {
        return (Class::of(folded) != Class::Other).then(|| (folded, !c.is_ascii() && folded != c));
    }
    if !c.is_alphanumeric() {
        return None;
    }
    let folded = fold(c.encode_utf8(&mut [0; 4]));
    let mut chars = folded.as_str().chars();
    let (Some(only), None) = (chars.next(), chars.next()) else { return None };
    Some((only, !c.to_lowercase().eq([only])))
}

/// Returns the terms of the characters that the texts contain in another form, each followed by a space. Most texts
/// have none.
#[must_use]
pub fn other_forms<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> String {
    let forms = || texts.clone().flat_map(str::chars).filter(|c| !c.is_ascii()).filter_map(form_of);
    let other: FxHashSet<char> = forms().filter(|(_, is_other)| *is_other).map(|(folded, _)| folded).collect();
    if other.is_empty() {
        return String::new();
    }
    let all = texts.clone().flat_map(str::chars).filter_map(form_of);
    let both: FxHashSet<char> = all.filter(|(c, is_other)| !is_other && other.contains(c)).map(|(c, _)| c).collect();
    let mut terms: Vec<char> = other.into_iter().collect();
    terms.sort_unstable();
    let mark = |c: &char| if both.contains(c) { BOTH } else { ONLY_OTHER };
    terms.iter().flat_map(|c| [mark(c), *c, ' ']).collect()
}

/// A typed character, and the terms that tell in which form documents contain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The folded character.
    pub folded: char,
    /// Terms of the documents that contain the character in another form than the folded one.
    pub terms: Vec<String>,
    /// Whether documents with these terms contain the character in the form typed. If `false`, the documents without
    /// these terms do.
    pub have_it: bool,
}

/// Returns the distinct characters of a typed text.
#[must_use]
pub fn typed_forms(text: &str) -> Vec<Typed> {
    let mut seen = FxHashSet::default();
    let forms = text.chars().filter_map(form_of).filter(|form| seen.insert(*form));
    let typed = |(folded, is_other): (char, bool)| {
        let marks = if is_other { &[ONLY_OTHER, BOTH][..] } else { &[ONLY_OTHER] };
        Typed { folded, terms: marks.iter().map(|mark| format!("{mark}{folded}")).collect(), have_it: is_other }
    };
    forms.map(typed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_scripts_and_widths_are_other_forms() {
        let check =
            |texts: &[&str], expected: &str| assert_eq!(other_forms(texts.iter().copied()), expected, "{texts:?}");
        check(&["诈骗，APP 2024年！"], "");
        check(&["詐騙", "，。（）"], "!诈 !骗 ");
        check(&["詐騙", "诈"], "~诈 !骗 ");
        check(&["ＡＰＰ下载 Ａ"], "!a !p ");
        check(&["ＡＰＰ app"], "~a ~p ");
        check(&["①②"], "!1 !2 ");
    }

    #[test]
    fn a_typed_character_is_looked_for_in_its_own_form() {
        let typed = typed_forms("骗騙A，");
        let told: Vec<(char, bool, usize)> =
            typed.iter().map(|typed| (typed.folded, typed.have_it, typed.terms.len())).collect();
        assert_eq!(told, [('骗', false, 1), ('骗', true, 2), ('a', false, 1)]);
    }
}
