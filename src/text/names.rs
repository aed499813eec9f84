//! Names of letters and digits whose parts a sign may join: `Wi-Fi`, `Node.js`, `GPT-4`, `AT&T`. People write and type
//! them without the sign as well.

use std::ops::Range;

use super::runs::{Run, runs};
use crate::chinese::Class;

/// Maximum number of runs of letters or digits of a name; a longer chain is an address or a path.
const MAX_PARTS: usize = 4;
/// Maximum length of a name, in bytes.
const MAX_BYTES: usize = 32;

/// A name of letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Range in the folded text.
    pub range: Range<usize>,
    /// The letters and digits, without signs.
    pub letters: String,
    /// Whether signs join its parts.
    pub has_signs: bool,
}

impl Name {
    /// Returns the term of every name with these letters and digits that is written with signs.
    #[must_use]
    pub fn term(&self) -> String {
        format!("#n{}", self.letters)
    }
}

/// Returns the names of folded text: letters and digits that touch each other or have one sign between them.
pub fn names(folded: &str) -> impl Iterator<Item = Name> + '_ {
    let mut western = runs(folded).filter(|run| matches!(run.class, Class::Letter | Class::Digit)).peekable();
    std::iter::from_fn(move || {
        loop {
            let first = western.next()?;
            let mut parts = vec![first];
            while let Some(next) =
                western.next_if(|next| joint(folded, parts[parts.len() - 1].end, next.start).is_some())
            {
                parts.push(next);
            }
            if let Some(name) = name(folded, &parts) {
                return Some(name);
            }
        }
    })
}

/// Returns the signs between two parts of one word or address; `None` when the parts are apart.
fn joint(folded: &str, from: usize, to: usize) -> Option<&str> {
    let between = folded.get(from..to)?;
    (between.len() <= 3 && between.bytes().all(|b| b.is_ascii_punctuation() && !b",;?!\"()[]{}".contains(&b)))
        .then_some(between)
}

fn name(folded: &str, parts: &[Run]) -> Option<Name> {
    let (first, last) = (parts.first()?, parts.last()?);
    let range = first.start..last.end;
    let has_letter = parts.iter().any(|part| part.class == Class::Letter);
    let mut has_signs = false;
    for pair in parts.windows(2) {
        match joint(folded, pair[0].end, pair[1].start)? {
            "" => {}
            "." | "-" | "_" | "&" | "'" => has_signs = true,
            _ => return None,
        }
    }
    let written = parts.iter().map(|part| folded.get(part.start..part.end)).collect::<Option<Vec<_>>>()?;
    let is_plain = |part: &&str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_name = has_letter && parts.len() <= MAX_PARTS && range.len() <= MAX_BYTES && written.iter().all(is_plain);
    (is_name && range.len() > 1).then(|| Name { range, letters: written.concat(), has_signs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_by_its_letters_and_digits() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<String> =
                names(text).map(|name| format!("{}{}", name.letters, if name.has_signs { "*" } else { "" })).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("用node.js写，家里的wi-fi", &["nodejs*", "wifi*"]);
        check("gpt-4和gpt4，at&t", &["gpt4*", "gpt4", "att*"]);
        check("foo_bar, o'neil", &["foobar*", "oneil*"]);
        check("2022-05-05，5.8，a，c++", &[]);
        check("a@b.com，a/b，https://a.cn/b-c", &[]);
        check("a-b-c-d-e", &[]);
        check("f-16战机", &["f16*"]);
    }
}
