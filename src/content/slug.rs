//! Slugs: names as each generator writes them in URLs.
//!
//! The three generators clean titles and file names by different rules, which are all here, together with Hexo's digest
//! for `:hash`. Does not escape for URLs: `permalink` does.

/// The characters of a name that Jekyll keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Letters and digits; all others become hyphens.
    Alphanumeric,
    /// Letters, digits, and punctuation that is readable in a URL.
    Pretty,
}

/// Makes a slug like Jekyll's `slugify`: every run of other characters becomes one hyphen, with none at either end.
/// Keeps the case; Jekyll's `:slug` converts to lower case afterwards, its `:title` does not.
pub(super) fn jekyll(text: &str, keep: Keep) -> String {
    hyphenated(text, |c| {
        c.is_alphanumeric()
            || (keep == Keep::Pretty
                && matches!(c, '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '+' | ',' | ';' | '=' | '@'))
    })
}

/// Makes a slug like Hexo's `slugize`: drops control characters, replaces each run of white space and ASCII punctuation
/// by one hyphen, and keeps everything else.
pub(super) fn hexo(text: &str) -> String {
    let mut text = text.to_owned();
    text.retain(|c| c >= ' ');
    hyphenated(&text, |c| !c.is_whitespace() && !c.is_ascii_punctuation())
}

/// Cleans one path segment like Hugo: keeps letters, marks, digits and a few signs, replaces spaces by a single hyphen,
/// and drops other characters.
pub(super) fn hugo(text: &str, lower: bool) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut pending = false;
    for c in text.chars() {
        if c.is_alphanumeric() || is_mark(c) || matches!(c, '.' | '_' | '#' | '+' | '~' | '-') {
            if pending && c != '-' {
                slug.push('-');
            }
            pending = false;
            slug.push(c);
        } else if c.is_whitespace() && !slug.is_empty() && !slug.ends_with('-') {
            pending = true;
        }
    }
    if lower { slug.to_lowercase() } else { slug }
}

/// Returns whether the character is a mark that combines with the letter before it.
const fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36F | 0x483..=0x489 | 0x591..=0x5C7 | 0x610..=0x65F | 0x900..=0x903 | 0x93A..=0x94F
        | 0xE31..=0xE4E | 0x3099..=0x309A | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F)
}

/// Replaces each run of characters not `kept` by one hyphen, with none at either end.
fn hyphenated(text: &str, kept: impl Fn(char) -> bool) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut pending = false;
    for c in text.chars() {
        if kept(c) {
            if pending && !slug.is_empty() {
                slug.push('-');
            }
            pending = false;
            slug.push(c);
        } else {
            pending = true;
        }
    }
    slug
}

/// Splits a date such as `2022-5-05-` off the start of a file name, like Jekyll: two to four digits for the year, one
/// or two for month and day. Returns year, month, day and the rest.
pub(super) fn dated(name: &str) -> Option<(i16, i8, i8, &str)> {
    let mut parts = name.splitn(4, '-');
    let (year, month, day, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let digits =
        |text: &str, least, most| (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 2, 4) || !digits(month, 1, 2) || !digits(day, 1, 2) {
        return None;
    }
    let full = year.parse::<i16>().ok()?;
    let century = match year.len() {
        // POSIX: two digits up to 68 belong to this century.
        2 if full < 69 => 2000,
        2 => 1900,
        _ => 0,
    };
    Some((century + full, month.parse().ok()?, day.parse().ok()?, rest))
}

/// Returns the first twelve hexadecimal digits of the text's SHA-1 (FIPS 180-4): Hexo's `:hash`. The digits name a page
/// and protect nothing.
pub(super) fn hexo_hash(text: &str) -> String {
    let mut hash = sha1_smol::Sha1::from(text).digest().to_string();
    hash.truncate(12);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jekyll_keeps_han_and_turns_other_signs_to_hyphens() {
        assert_eq!(jekyll("C++ 笔记（一）：入门!", Keep::Pretty), "C++-笔记-一-入门!");
        assert_eq!(jekyll("C++ 笔记（一）：入门!", Keep::Alphanumeric), "C-笔记-一-入门");
        assert_eq!(jekyll("--a  b--", Keep::Pretty), "a-b");
    }

    #[test]
    fn hexo_keeps_chinese_punctuation() {
        assert_eq!(hexo("反诈，从 我_做起！(上)"), "反诈，从-我-做起！-上");
        assert_eq!(hexo("a\u{7}b"), "ab");
    }

    #[test]
    fn hugo_drops_punctuation_and_joins_words() {
        assert_eq!(hugo("Hello,  《世界》 - C#", true), "hello-世界-c#");
        assert_eq!(hugo("Hello World", false), "Hello-World");
    }

    #[test]
    fn a_date_before_the_name_is_split_off() {
        assert_eq!(dated("2022-05-05-kefu-2"), Some((2022, 5, 5, "kefu-2")));
        assert_eq!(dated("9-05-05-kefu"), None);
        assert_eq!(dated("2022-05-05"), None);
    }

    #[test]
    fn the_hash_is_sha1_at_every_padding() {
        assert_eq!(hexo_hash("abc"), "a9993e364706");
        assert_eq!(hexo_hash(""), "da39a3ee5e6b");
        let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(hexo_hash(long), "84983e441c3b");
    }
}
