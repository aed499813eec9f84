//! Decodes the bytes of a file.
//!
//! UTF-8 is the normal case. UTF-16, GB18030 and Big5 are detected and converted, with a note. A file that is mostly
//! valid UTF-8, or whose lines are of two encodings, is read line by line: lines in GB18030 are converted, other invalid
//! bytes are replaced, with their place. Every line end becomes `\n` and NUL
//! characters are dropped, so the modules after this one count lines by `\n` alone. Does not know Markdown.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_16BE, UTF_16LE};

use super::diagnostic::{Code, Diagnostic, Place};

/// The decoded text of one file, with the findings about its encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without a byte order mark. Each line ends with `\n`, except perhaps the last one.
    pub text: String,
    /// Notes and warnings about the encoding.
    pub diagnostics: Vec<Diagnostic>,
}

/// Decodes the bytes of the file at `path`.
///
/// # Errors
/// Returns a [`Code::FileBinary`] finding if the bytes are not text.
pub(super) fn decode(path: &str, bytes: &[u8]) -> Result<Decoded, Diagnostic> {
    if let Some(kind) = magic(bytes) {
        return Err(binary(path, &format!("the file is {kind}, expected text")));
    }
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return Ok(converted(path, rest, UTF_16LE)),
        [0xFE, 0xFF, rest @ ..] => return Ok(converted(path, rest, UTF_16BE)),
        _ => {}
    }
    // Some tools add a second byte order mark.
    let mut bytes = bytes;
    while let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        bytes = rest;
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        return Ok(converted(path, bytes, encoding));
    }
    let controls = bytes.iter().filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)).count();
    match std::str::from_utf8(bytes) {
        // One in ten: a damaged text may contain zeros, but binary data has far more control characters.
        Ok(_) if controls * 10 > bytes.len() => Err(binary(path, "the file holds control characters, expected text")),
        Ok(text) => Ok(finished(path, text, "UTF-8", None, Vec::new())),
        // One byte in eight of compressed data is a control character; text in any encoding hardly has any.
        Err(_) if controls * 20 > bytes.len() => Err(binary(path, "the file holds binary data, expected text")),
        Err(_) => Ok(foreign(path, bytes)),
    }
}

fn binary(path: &str, message: &str) -> Diagnostic {
    Diagnostic::new(path, Code::FileBinary, message)
        .help("give the file another extension, or save it again as UTF-8 text")
}

/// Returns the file type for the binary files most often misnamed as posts.
fn magic(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"\x89PNG\r\n", "a PNG image"),
        (b"\xFF\xD8\xFF", "a JPEG image"),
        (b"GIF87a", "a GIF image"),
        (b"GIF89a", "a GIF image"),
        (b"%PDF-1.", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old office document"),
        (b"\x1F\x8B\x08", "compressed data"),
        (b"\x7FELF", "a program"),
    ];
    KINDS.iter().find(|(start, _)| bytes.starts_with(start)).map(|&(_, kind)| kind)
}

/// Detects UTF-16 without a byte order mark in obvious cases: nearly all of some hundred units are common characters,
/// and some are ASCII, with a zero in the upper byte.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) || !bytes.iter().take(4_096).any(|&b| b == 0) {
        return None;
    }
    [(UTF_16LE, u16::from_le_bytes as fn([u8; 2]) -> u16), (UTF_16BE, u16::from_be_bytes)].into_iter().find_map(
        |(encoding, read)| {
            let (mut units, mut usual, mut ascii) = (0_usize, 0_usize, 0_usize);
            for pair in bytes.chunks_exact(2).take(2_048) {
                let unit = read([pair[0], pair[1]]);
                units += 1;
                let is_ascii = matches!(unit, 0x20..=0x7E | 9 | 10 | 13);
                ascii += usize::from(is_ascii);
                let is_usual =
                    matches!(unit, 0xA0..=0xFF | 0x2010..=0x2044 | 0x3000..=0x303F | 0x3400..=0x9FFF | 0xFF00..=0xFFEF);
                usual += usize::from(is_ascii || is_usual);
            }
            (ascii > 0 && usual * 20 >= units * 19).then_some(encoding)
        },
    )
}

/// Decodes bytes that are not valid UTF-8: damaged UTF-8, another encoding, or lines of both.
fn foreign(path: &str, bytes: &[u8]) -> Decoded {
    let (mut sound, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().bytes().filter(|&b| b >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // Text in another encoding contains some sequences that look like UTF-8, but never a majority.
    if sound >= bad * 4 || is_mixed(bytes) {
        return by_line(path, bytes);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    // If the bytes do not clearly show a Chinese encoding, one from China is more likely than others.
    let mut guess = detector.guess(None, Utf8Detection::Deny);
    if guess != GBK && guess != BIG5 {
        guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    }
    converted(path, bytes, if guess == GBK { GB18030 } else { guess })
}

/// Returns whether some lines are surely UTF-8: hardly any line in another encoding looks like three-byte characters.
fn is_mixed(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|&&b| b >= 0x80).count();
    let lines = bytes.split(|&b| b == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    let wide = lines.map(|line| line.bytes().filter(|&b| b >= 0xE0).count()).sum::<usize>();
    wide >= 8 && wide * 3 * 10 >= high
}

/// Decodes each line as UTF-8, or as GB18030 if it is clearly that.
fn by_line(path: &str, bytes: &[u8]) -> Decoded {
    let mut text = String::with_capacity(bytes.len());
    let mut first = None;
    let (mut converted, mut count) = (0_usize, 0_usize);
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        let error = match std::str::from_utf8(line) {
            Ok(line) => {
                text.push_str(line);
                continue;
            }
            Err(error) => error,
        };
        if let Some(line) = gb18030_line(line) {
            converted += 1;
            text.push_str(&line);
            continue;
        }
        first.get_or_insert(text.len() + error.valid_up_to());
        count += line.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
        text.push_str(&String::from_utf8_lossy(line));
    }
    let mut notes = Vec::new();
    if converted > 0 {
        let lines = if converted == 1 { "a line is".to_owned() } else { format!("{converted} lines are") };
        let note = Diagnostic::new(path, Code::EncodingConverted, format!("{lines} GB18030, expected UTF-8"));
        notes.push(note.help("it was converted; save the file as UTF-8 so that every tool reads it"));
    }
    finished(path, &text, "UTF-8", first.map(|first| (first, count)), notes)
}

/// Returns a line decoded as GB18030, if it has some characters and nearly all are among those of GB 2312.
fn gb18030_line(line: &[u8]) -> Option<String> {
    let (mut pairs, mut usual) = (0_usize, 0_usize);
    let mut rest = line.iter();
    while let Some(&lead) = rest.next() {
        if lead >= 0x80 {
            let trail = rest.next().copied().unwrap_or_default();
            pairs += 1;
            usual += usize::from(matches!(lead, 0xA1..=0xA3 | 0xB0..=0xF7) && trail >= 0xA1);
        }
    }
    if pairs < 4 || usual * 10 < pairs * 9 {
        return None;
    }
    let (text, _, damaged) = GB18030.decode(line);
    (!damaged).then(|| text.into_owned())
}

fn converted(path: &str, bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let name = if encoding == GB18030 { "GB18030" } else { encoding.name() };
    let note = Diagnostic::new(path, Code::EncodingConverted, format!("the file is {name}, expected UTF-8"))
        .help("it was converted; save it as UTF-8 so that every tool reads it");
    let replaced = || {
        (text.find(char::REPLACEMENT_CHARACTER).unwrap_or(0), text.matches(char::REPLACEMENT_CHARACTER).count().max(1))
    };
    finished(path, &text, name, had_errors.then(replaced), vec![note])
}

/// Cleans a text of the encoding `name`, and adds the findings about damage and NUL characters to `diagnostics`.
/// `damage` is the byte offset of the first invalid sequence, and the number of such sequences.
fn finished(
    path: &str,
    text: &str,
    name: &str,
    damage: Option<(usize, usize)>,
    mut diagnostics: Vec<Diagnostic>,
) -> Decoded {
    let (clean, nul) = clean(text);
    if let Some((first, count)) = damage {
        // The text before the damage is valid, so its length after cleaning is known.
        let offset = self::clean(text.get(..first).unwrap_or_default()).0.len();
        let message = format!("{} not {name}", places(count));
        diagnostics.push(
            Diagnostic::new(path, Code::EncodingInvalid, message)
                .at(Place::of(&clean, offset, 1))
                .help("it shows as `\u{FFFD}`; type the character again and save the file as UTF-8"),
        );
    }
    if let Some(offset) = nul {
        diagnostics.push(
            Diagnostic::new(path, Code::EncodingInvalid, "the file holds a NUL character, expected text")
                .at(Place::of(&clean, offset, 1))
                .help("it was left out; delete it from the file"),
        );
    }
    Decoded { text: clean.into_owned(), diagnostics }
}

fn places(count: usize) -> String {
    if count == 1 { "a byte sequence is".to_owned() } else { format!("{count} byte sequences are") }
}

/// Invisible characters that editors and chat programs leave at the start of a file.
const INVISIBLE: [char; 13] = [
    '\u{FEFF}', '\u{200B}', '\u{200C}', '\u{200D}', '\u{200E}', '\u{200F}', '\u{2060}', '\u{2061}', '\u{2062}',
    '\u{2063}', '\u{2064}', '\u{00AD}', '\u{180E}',
];

/// Drops the invisible characters at the start of a text, which would hide a delimiter.
fn without_invisible_start(text: &str) -> Cow<'_, str> {
    let rest = text.trim_start_matches(|c: char| c.is_whitespace() || INVISIBLE.contains(&c));
    let before = text.strip_suffix(rest).unwrap_or_default();
    if before.contains(INVISIBLE) { Cow::Owned(before.replace(INVISIBLE, "") + rest) } else { Cow::Borrowed(text) }
}

/// Converts line ends to `\n`, and drops NUL characters and invisible characters at the start. Returns the text and the
/// position of the first NUL.
pub(super) fn clean(text: &str) -> (Cow<'_, str>, Option<usize>) {
    let visible = without_invisible_start(text);
    if !visible.bytes().any(|b| matches!(b, b'\r' | 0)) {
        return (visible, None);
    }
    let mut clean = String::with_capacity(visible.len());
    let mut nul = None;
    let mut after_return = false;
    for piece in visible.split_inclusive(['\r', '\n', '\0']) {
        if !(after_return && piece == "\n") {
            let line = piece.trim_end_matches(['\r', '\n', '\0']);
            clean.push_str(line);
            if piece.ends_with('\0') {
                nul.get_or_insert(clean.len());
            } else if line.len() < piece.len() {
                clean.push('\n');
            }
        }
        after_return = piece.ends_with('\r');
    }
    (Cow::Owned(clean), nul)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STORY: &str = "---\ntitle: 冒充客服\n---\n李女士接到自称快递客服的电话，对方称包裹丢失，可以双倍赔偿。\n";

    /// Checks the text, and each finding with its place.
    #[track_caller]
    fn check(bytes: &[u8], expected: &str, findings: &[&str]) {
        match decode("a.md", bytes) {
            Ok(decoded) => {
                assert_eq!(decoded.text, expected);
                let shown: Vec<String> = decoded
                    .diagnostics
                    .iter()
                    .map(|found| match &found.place {
                        Some(at) => format!("{}:{} {}", at.line, at.column, found.message),
                        None => found.message.clone(),
                    })
                    .collect();
                assert_eq!(shown, findings);
            }
            Err(found) => assert_eq!((expected, [found.message.as_str()].as_slice()), ("", findings)),
        }
    }

    #[test]
    fn utf8_stays_as_it_is() {
        check(STORY.as_bytes(), STORY, &[]);
        check(b"", "", &[]);
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        check(format!("\u{FEFF}{STORY}").as_bytes(), STORY, &[]);
        check(format!("\u{FEFF}\u{FEFF}{STORY}").as_bytes(), STORY, &[]);
    }

    #[test]
    fn characters_that_nobody_sees_do_not_stand_before_the_text() {
        for unseen in ["\u{200B}", "\u{2060}\u{200E}", "\u{200B}\u{FEFF}"] {
            check(format!("{unseen}{STORY}").as_bytes(), STORY, &[]);
            check(format!("\r\n{unseen}{STORY}").as_bytes(), &format!("\n{STORY}"), &[]);
            check(&GB18030.encode(&format!("{unseen}{STORY}")).0, STORY, &["the file is GB18030, expected UTF-8"]);
        }
        let mut damaged = "\u{200B}案".as_bytes().to_vec();
        damaged.push(0xFF);
        damaged.extend(STORY.bytes());
        check(&damaged, &format!("案\u{FFFD}{STORY}"), &["1:2 a byte sequence is not UTF-8"]);
        check("看\u{200B}见".as_bytes(), "看\u{200B}见", &[]);
    }

    #[test]
    fn gb18030_and_big5_are_converted_with_a_note() {
        check(&GB18030.encode(STORY).0, STORY, &["the file is GB18030, expected UTF-8"]);
        let traditional = "---\ntitle: 假冒客服\n---\n林小姐接到自稱快遞客服的電話，對方說包裹遺失，可以雙倍賠償，請她提供銀行帳號。\n";
        check(&BIG5.encode(traditional).0, traditional, &["the file is Big5, expected UTF-8"]);
    }

    #[test]
    fn utf16_is_read_with_and_without_a_mark() {
        let little: Vec<u8> = STORY.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = STORY.encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&[b"\xFF\xFE".as_slice(), &little].concat(), STORY, &["the file is UTF-16LE, expected UTF-8"]);
        check(&[b"\xFE\xFF".as_slice(), &big].concat(), STORY, &["the file is UTF-16BE, expected UTF-8"]);
        check(&little, STORY, &["the file is UTF-16LE, expected UTF-8"]);
        check(&big, STORY, &["the file is UTF-16BE, expected UTF-8"]);
    }

    #[test]
    fn a_few_bad_bytes_do_not_change_the_encoding() {
        let mut bytes = b"\r\n\xE6\xA1\x88\xFF".to_vec();
        bytes.extend(STORY.bytes());
        check(&bytes, &format!("\n案\u{FFFD}{STORY}"), &["2:2 a byte sequence is not UTF-8"]);
    }

    #[test]
    fn a_file_in_two_encodings_is_read_by_line() {
        let added = "又及：这几行是后来用另一台机器添上去的，转账记录见附页。\n";
        let bytes = [STORY.as_bytes(), &GB18030.encode(added).0].concat();
        check(&bytes, &format!("{STORY}{added}"), &["a line is GB18030, expected UTF-8"]);
        let long = [STORY.as_bytes(), &GB18030.encode(&added.repeat(9)).0].concat();
        check(&long, &format!("{STORY}{}", added.repeat(9)), &["9 lines are GB18030, expected UTF-8"]);
        let bytes = [b"\xFF\xFE\xFD\n".as_slice(), STORY.as_bytes(), &GB18030.encode(added).0].concat();
        let bytes = [b"- ".as_slice(), &bytes].concat();
        let notes = ["a line is GB18030, expected UTF-8", "1:3 3 byte sequences are not UTF-8"];
        check(&bytes, &format!("- \u{FFFD}\u{FFFD}\u{FFFD}\n{STORY}{added}"), &notes);
    }

    #[test]
    fn every_line_end_becomes_a_newline() {
        check(b"a\r\nb\rc\n\r\rd\r", "a\nb\nc\n\n\nd\n", &[]);
    }

    #[test]
    fn a_stray_nul_is_left_out() {
        check(
            b"first line\nsecond\0 line, long enough",
            "first line\nsecond line, long enough",
            &["2:7 the file holds a NUL character, expected text"],
        );
    }

    #[test]
    fn what_is_no_text_is_refused() {
        check(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", "", &["the file is a PNG image, expected text"]);
        check(&[0; 64], "", &["the file holds control characters, expected text"]);
        let noise: Vec<u8> = (0_u32..4_000).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        check(&noise, "", &["the file holds binary data, expected text"]);
    }

    proptest! {
        #[test]
        fn any_bytes_give_clean_text_or_a_finding(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(decoded) = decode("a.md", &bytes) {
                prop_assert!(!decoded.text.contains(['\r', '\0']));
            }
        }
    }
}
