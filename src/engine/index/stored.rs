//! The stored form of a post, which [`super::packing`] compresses.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    engine::error::EngineError,
    post::{FrontMatter, Post, PostId, Section},
};

/// Upper bound on the bytes of a sample.
pub const MAX_SAMPLE: usize = 4 << 10;

/// A post without its text, stored as JSON. The text stands beside it, where no character needs an escape.
#[derive(Debug, Serialize, Deserialize)]
struct Stored<'a> {
    id: Cow<'a, PostId>,
    path: Cow<'a, str>,
    title: Cow<'a, str>,
    front: Cow<'a, FrontMatter>,
    url: Cow<'a, str>,
    sections: Vec<StoredSection<'a>>,
}

/// A section as a tuple: heading, level, anchor, byte range of its text, line, and whether the section is a case. Field
/// names are left out, since a reference page has thousands of sections.
#[derive(Debug, Serialize, Deserialize)]
struct StoredSection<'a>(Cow<'a, str>, u8, Cow<'a, str>, usize, usize, u32, bool);

impl<'a> From<&'a Section> for StoredSection<'a> {
    fn from(section: &'a Section) -> Self {
        let Section { heading, level, anchor, range, line, is_case } = section;
        Self(Cow::Borrowed(heading), *level, Cow::Borrowed(anchor), range.start, range.end, *line, *is_case)
    }
}

impl StoredSection<'_> {
    fn section(self) -> Section {
        let Self(heading, level, anchor, start, end, line, is_case) = self;
        Section { heading: heading.into_owned(), level, anchor: anchor.into_owned(), range: start..end, line, is_case }
    }
}

impl<'a> From<&'a Post> for Stored<'a> {
    fn from(post: &'a Post) -> Self {
        Self {
            id: Cow::Borrowed(&post.id),
            path: Cow::Borrowed(&post.path),
            title: Cow::Borrowed(&post.title),
            front: Cow::Borrowed(&post.front),
            url: Cow::Borrowed(&post.url),
            sections: post.sections.iter().map(StoredSection::from).collect(),
        }
    }
}

/// Returns the stored form of a post: the length of its JSON, the length of its text, the JSON, the text, and the lines
/// of its blocks.
pub(in crate::engine) fn written(post: &Post) -> Result<Vec<u8>, EngineError> {
    let json = serde_json::to_vec(&Stored::from(post)).map_err(EngineError::stored)?;
    let mut bytes = Vec::with_capacity(json.len() + post.text.len() + 4 * post.lines.len() + 10);
    push(&mut bytes, json.len() as u64);
    push(&mut bytes, post.text.len() as u64);
    bytes.extend(&json);
    bytes.extend(post.text.as_bytes());
    push_lines(&mut bytes, &post.lines);
    Ok(bytes)
}

/// Returns the beginning of the stored form of a post, as a sample of what posts have in common.
#[must_use]
pub fn sample(post: &Post) -> Vec<u8> {
    let mut bytes = written(post).unwrap_or_default();
    bytes.truncate(MAX_SAMPLE);
    bytes
}

/// The parts of the stored form of a post.
pub(in crate::engine) struct Parts<'a> {
    json: &'a [u8],
    text: &'a [u8],
    lines: &'a [u8],
}

impl<'a> Parts<'a> {
    /// Finds the parts of what [`written`] returned.
    ///
    /// # Errors
    /// [`EngineError::Stored`] when the lengths are wrong.
    pub(in crate::engine) fn of(bytes: &'a [u8]) -> Result<Self, EngineError> {
        let mut rest = bytes;
        let (json, text) = (take(&mut rest), take(&mut rest));
        let mut next = |length: Option<u64>| rest.split_off(..usize::try_from(length?).ok()?);
        let parts = next(json).and_then(|json| Some((json, next(text)?)));
        let (json, text) = parts.ok_or_else(|| EngineError::stored("its parts have other lengths"))?;
        Ok(Self { json, text, lines: rest })
    }

    fn stored(&self) -> Result<Stored<'a>, EngineError> {
        serde_json::from_slice(self.json).map_err(EngineError::stored)
    }

    /// Returns the text of the post.
    pub(in crate::engine) fn text(&self) -> Result<String, EngineError> {
        str::from_utf8(self.text).map(str::to_owned).map_err(EngineError::stored)
    }

    /// Returns the id and the address of the post.
    pub(in crate::engine) fn place(&self) -> Result<(PostId, String), EngineError> {
        let stored = self.stored()?;
        Ok((stored.id.into_owned(), stored.url.into_owned()))
    }

    /// Returns the post.
    pub(in crate::engine) fn post(&self) -> Result<Post, EngineError> {
        let stored = self.stored()?;
        Ok(Post {
            id: stored.id.into_owned(),
            path: stored.path.into_owned(),
            title: stored.title.into_owned(),
            front: stored.front.into_owned(),
            url: stored.url.into_owned(),
            text: self.text()?,
            sections: stored.sections.into_iter().map(StoredSection::section).collect(),
            lines: lines_of(self.lines),
        })
    }
}

/// Appends where blocks start and their lines, each number as the difference to the number before.
fn push_lines(bytes: &mut Vec<u8>, lines: &[(usize, u32)]) {
    let (mut start, mut line) = (0_u64, 0_u64);
    for &(next_start, next_line) in lines {
        push(bytes, (next_start as u64).saturating_sub(start));
        push(bytes, u64::from(next_line).saturating_sub(line));
        (start, line) = (next_start as u64, u64::from(next_line));
    }
}

/// Decodes what [`push_lines`] appended.
fn lines_of(mut bytes: &[u8]) -> Vec<(usize, u32)> {
    let (mut start, mut line) = (0_u64, 0_u64);
    let mut lines = Vec::new();
    while let (Some(further), Some(down)) = (take(&mut bytes), take(&mut bytes)) {
        start = start.saturating_add(further);
        line = line.saturating_add(down);
        lines.push((start as usize, line as u32));
    }
    lines
}

/// Bit of a byte that marks that the number continues in the next byte.
const CONTINUES: u64 = 0x80;

/// Appends a number, with seven bits in a byte, the lowest first.
fn push(bytes: &mut Vec<u8>, number: u64) {
    let mut rest = number;
    while rest >= CONTINUES {
        bytes.push((CONTINUES + rest % CONTINUES) as u8);
        rest /= CONTINUES;
    }
    bytes.push(rest as u8);
}

/// Takes a number from the beginning of the bytes that [`push`] appended it to.
fn take(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut factor) = (0_u64, 1_u64);
    loop {
        let digit = u64::from(*bytes.split_off_first()?);
        number = number.saturating_add((digit % CONTINUES).saturating_mul(factor));
        if digit < CONTINUES {
            return Some(number);
        }
        factor = factor.saturating_mul(CONTINUES);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use proptest::prelude::*;

    use super::*;

    fn post(title: &str, text: &str, lines: Vec<(usize, u32)>) -> Post {
        let (heading, anchor) = (title.to_owned(), "a".to_owned());
        Post {
            id: PostId::of_path("渡口/一.md"),
            path: "渡口/一.md".to_owned(),
            title: title.to_owned(),
            front: FrontMatter { tags: vec![title.to_owned()], ..FrontMatter::default() },
            url: "/渡口/一/".to_owned(),
            text: text.to_owned(),
            sections: vec![Section { heading, level: 2, anchor, range: 0..text.len(), line: 7, is_case: true }],
            lines,
        }
    }

    #[track_caller]
    fn comes_back(post: &Post) {
        let bytes = written(post).unwrap();
        let parts = Parts::of(&bytes).unwrap();
        assert!(parts.post().unwrap() == *post);
        assert_eq!(parts.text().unwrap(), post.text);
        assert_eq!(parts.place().unwrap(), (post.id.clone(), post.url.clone()));
    }

    proptest! {
        #[test]
        fn a_post_is_read_as_it_was_written(
            title: String,
            text: String,
            steps in prop::collection::vec((0_usize..1 << 40, 0_u32..100_000), 0..40),
        ) {
            let (mut start, mut line) = (0, 0);
            let mut lines = Vec::new();
            for (further, down) in steps {
                (start, line) = (start + further, line + down);
                lines.push((start, line));
            }
            comes_back(&post(&title, &text, lines));
        }

        #[test]
        fn any_bytes_are_a_post_or_an_error(bytes: Vec<u8>) {
            if let Ok(parts) = Parts::of(&bytes) {
                _ = (parts.post(), parts.place(), parts.text());
            }
        }
    }

    #[test]
    fn a_post_of_controls_and_one_of_five_megabytes_come_back() {
        comes_back(&post("", "", Vec::new()));
        comes_back(&post("\0", "\0\u{1}\u{7f}\u{85}\r\n\u{feff}\u{10ffff}\0", vec![(0, 1), (3, 9)]));
        comes_back(&post("渡轮", &"渡轮靠岸。".repeat(350_000), vec![(0, 1), (4_000_000, 70_000)]));
    }

    #[test]
    fn a_post_with_an_end_missing_is_damage() {
        let bytes = written(&post("渡轮", "渡轮靠岸。", Vec::new())).unwrap();
        for end in 0..bytes.len() {
            assert!(Parts::of(&bytes[..end]).is_err_and(|error| error.is_damage()), "{end} bytes");
        }
    }
}
