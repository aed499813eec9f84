//! Spellings of a syllable: other spellings that sound alike, and other spellings of the same sound.

use std::borrow::Cow;

/// Returns one spelling for all letters that sound like `letters`, which may be a prefix of a syllable.
pub(super) fn blur(letters: &str) -> Cow<'_, str> {
    let first = letters.chars().next().unwrap_or_default();
    let rest = match first {
        'z' | 'c' | 's' => letters.get(1..).and_then(|rest| rest.strip_prefix('h')),
        'n' => letters.get(1..),
        _ => None,
    };
    let (head, rest) = match rest {
        Some(rest) => (Some(if first == 'n' { 'l' } else { first }), rest),
        None => (None, letters),
    };
    let is_nasal = ["ang", "eng", "ing"].iter().any(|end| rest.ends_with(end));
    let rest = rest.strip_suffix('g').filter(|_| is_nasal).unwrap_or(rest);
    match head {
        Some(head) => Cow::Owned(format!("{head}{rest}")),
        None => Cow::Borrowed(rest),
    }
}

/// Returns the spellings that sound like a syllable, including its own.
pub(super) fn variants(letters: &str) -> Vec<String> {
    let mut heads = vec![letters.to_owned()];
    for (one, other) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("l", "n")] {
        if let Some(rest) = letters.strip_prefix(one) {
            heads.push(format!("{other}{rest}"));
        } else if let Some(rest) = letters.strip_prefix(other).filter(|_| one.len() == 2) {
            heads.push(format!("{one}{rest}"));
        }
    }
    // With and without the `g` of `ang`, `eng` and `ing`.
    let nasal = |head: &String| {
        let bare = head.strip_suffix('g').unwrap_or(head);
        let is_nasal = ["an", "en", "in"].iter().any(|end| bare.ends_with(end));
        is_nasal.then(|| if bare.len() < head.len() { bare.to_owned() } else { format!("{head}g") })
    };
    let tails: Vec<String> = heads.iter().filter_map(nasal).collect();
    heads.extend(tails);
    heads
}

/// Returns other spellings of the same syllable: without `ü`, with `yu` as in passports, or with `ü` where the rules
/// demand `u`.
pub(super) fn aliases(letters: &str) -> Vec<String> {
    let mut aliases = Vec::new();
    if let Some((head @ ("l" | "n"), tail)) = letters.split_once('v') {
        aliases.push(format!("{head}yu{tail}"));
        if !tail.is_empty() {
            aliases.push(format!("{head}u{tail}"));
        }
    }
    if let Some((head @ ("j" | "q" | "x" | "y"), tail)) = letters.split_once('u') {
        aliases.push(format!("{head}v{tail}"));
    }
    aliases
}
