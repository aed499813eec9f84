//! Slugs: names as each generator writes them in URLs.
//!
//! The three generators clean titles and file names by different rules, which are all here, together with Hexo's digest
//! for `:hash`. Does not escape for URLs: `permalink` does.

use unicode_normalization::UnicodeNormalization as _;

use super::letters::{is_digit, is_letter, is_mark};

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
        is_letter(c)
            || is_digit(c)
            || is_mark(c)
            || (keep == Keep::Pretty
                && matches!(c, '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '+' | ',' | ';' | '=' | '@'))
    })
}

/// Makes a slug like Hexo's `slugize`: drops control characters and accents, replaces each run of white space and ASCII
/// punctuation by one `separator`, with none at either end, and keeps everything else.
pub(super) fn hexo_with(text: &str, separator: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| c >= ' ') {
        without_accent(c, &mut plain);
    }
    // JavaScript's white space differs from Unicode's in these two characters.
    let dropped = |c: char| c.is_whitespace() && c != '\u{85}' || c == '\u{FEFF}' || c.is_ascii_punctuation();
    let words: Vec<&str> = plain.split(dropped).filter(|word| !word.is_empty()).collect();
    words.join(separator)
}

/// Makes a slug like the `slugify` of `VuePress`: by compatible characters, with each run of white space and ASCII signs as
/// one hyphen, and with none at either end. `dashes` says whether dashes are signs, too.
pub(super) fn vue(text: &str, dashes: bool) -> String {
    let mut slug = String::with_capacity(text.len());
    let decomposed = text.nfkd().filter(|&c| !matches!(c, '\u{300}'..='\u{36F}' | '\0'..='\u{1F}'));
    for c in decomposed {
        let is_sign = c.is_whitespace() && c != '\u{85}'
            || c == '\u{FEFF}'
            || c.is_ascii_punctuation()
            || matches!(c, '“' | '”' | '‘' | '’')
            || dashes && matches!(c, '–' | '—');
        if !is_sign {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    let start = if slug.starts_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
    format!("{start}{}", slug.to_lowercase())
}

/// Makes a slug as Hexo does for addresses.
pub(super) fn hexo(text: &str) -> String {
    hexo_with(text, "-")
}

/// Appends a character as Hexo writes it without accent. The letters that no Unicode rule takes apart are those of
/// European languages only.
fn without_accent(c: char, out: &mut String) {
    const OTHERS: &str = "ÆAE ØO ßs æae øo ĐD đd ĦH ħh ıi ĿL ŀl ŁL łl ŉn ŒOE œoe ŦT ŧt ſl";
    match c {
        '\0'..='\u{BF}' => out.push(c),
        'Ǆ'..='ǌ' | 'Ǳ'..='ǳ' => out.extend(c.nfkd().filter(|&part| !is_mark(part))),
        '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => match OTHERS.split(' ').find_map(|pair| pair.strip_prefix(c))
        {
            Some(plain) => out.push_str(plain),
            None => out.extend(c.nfd().filter(|&part| !is_mark(part))),
        },
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' | 'Ⓐ'..='ⓩ' => out.extend(c.nfkc()),
        _ => out.push(c),
    }
}

/// Cleans one path segment like Hugo: keeps letters, marks, digits and a few signs, replaces spaces by a single hyphen,
/// and drops other characters.
pub(super) fn hugo(text: &str, lower: bool) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut pending = false;
    for c in text.chars() {
        if is_letter(c) || is_digit(c) || is_mark(c) || matches!(c, '.' | '_' | '#' | '+' | '~' | '-' | '@') {
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

/// The rules by which Python-Markdown and its extensions make slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PythonSlug {
    /// The default: ASCII only.
    Ascii,
    /// `slugify_unicode`.
    Unicode,
    /// `pymdownx.slugs`: spaces stay apart.
    Words {
        /// `case`.
        case: WordCase,
        /// `percent_encode`.
        encoded: bool,
    },
}

/// The letter case of slugs of `pymdownx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordCase {
    /// As written.
    Kept,
    /// All in lower case.
    Lower,
    /// ASCII letters in lower case.
    LowerAscii,
}

/// Makes the slug of a text by a rule of Python-Markdown or of its extensions.
pub(super) fn python(text: &str, separator: &str, rule: &PythonSlug) -> String {
    let is_word = |c: char| c == '_' || is_letter(c) || c.is_numeric();
    let PythonSlug::Words { case, encoded } = rule else {
        let text = match rule {
            PythonSlug::Ascii => text.nfkd().filter(char::is_ascii).collect(),
            _ => text.to_owned(),
        };
        let kept: String = text.chars().filter(|&c| is_word(c) || c == '-' || c.is_whitespace()).collect();
        let mut slug = String::new();
        let mut in_gap = false;
        for c in kept.trim().to_lowercase().chars() {
            let is_gap = c.is_whitespace() || separator.contains(c);
            if !is_gap {
                slug.push(c);
            } else if !in_gap {
                slug.push_str(separator);
            }
            in_gap = is_gap;
        }
        return slug;
    };
    let text: String = text.nfc().collect();
    let mut bare = String::new();
    let mut rest = text.as_str();
    // What looks like a tag goes, even if it is text.
    while let Some((before, after)) = rest.split_once('<') {
        let Some((_, behind)) = after.split_once('>') else { break };
        bare.push_str(before);
        rest = behind;
    }
    bare.push_str(rest);
    let bare = match case {
        WordCase::Kept => bare.trim().to_owned(),
        WordCase::Lower => bare.trim().to_lowercase(),
        WordCase::LowerAscii => bare.trim().to_ascii_lowercase(),
    };
    let mut slug = String::new();
    for c in bare.chars() {
        match c {
            ' ' => slug.push_str(separator),
            _ if is_word(c) || c == '-' => slug.push(c),
            _ => {}
        }
    }
    if !encoded {
        return slug;
    }
    let written = |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    slug.bytes().map(written).collect()
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
        assert_eq!(jekyll("第①章 half½ ka\u{94D}", Keep::Alphanumeric), "第-章-half-ka\u{94D}");
    }

    #[test]
    fn hexo_keeps_chinese_punctuation() {
        assert_eq!(hexo("反诈，从 我_做起！(上)"), "反诈，从-我-做起！-上");
        assert_eq!(hexo("a\u{7}b"), "ab");
        assert_eq!(hexo("Café ＡＢ Ⓒ Ø 第\u{3000}一\tß"), "Cafe-AB-C-O-第-一s");
    }

    #[test]
    fn hugo_drops_punctuation_and_joins_words() {
        assert_eq!(hugo("Hello,  《世界》 - C#", true), "hello-世界-c#");
        assert_eq!(hugo("Hello World", false), "Hello-World");
        assert_eq!(hugo("二〇二二①Ⅳ", false), "二二二");
        assert_eq!(hugo("e\u{301}ka\u{94D}", false), "e\u{301}ka\u{94D}");
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
