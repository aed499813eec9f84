//! The stored form of a post in its document.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    engine::error::EngineError,
    post::{FrontMatter, Post, PostId, Section},
};

/// A post without its text, stored as JSON. The text is stored separately, since the library reads long text much
/// faster than long bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::engine) struct Stored<'a> {
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

impl Stored<'_> {
    /// Parses the stored form.
    pub(in crate::engine) fn read(json: &str) -> Result<Stored<'_>, EngineError> {
        serde_json::from_str(json).map_err(EngineError::stored)
    }

    /// Returns the id and the address of the post.
    pub(in crate::engine) fn place(self) -> (PostId, String) {
        (self.id.into_owned(), self.url.into_owned())
    }

    /// Returns the post with its text and the lines of its blocks, as [`line_text`] wrote them.
    pub(in crate::engine) fn with_text(self, text: String, lines: &str) -> Post {
        Post {
            id: self.id.into_owned(),
            path: self.path.into_owned(),
            title: self.title.into_owned(),
            front: self.front.into_owned(),
            url: self.url.into_owned(),
            text,
            sections: self.sections.into_iter().map(StoredSection::section).collect(),
            lines: lines_of(lines),
        }
    }
}

/// Encodes where blocks start and their lines. Each number is the difference to the number before, with up to 14 bits
/// in a character. The result is text, since the library reads long text much faster than long bytes.
pub(in crate::engine) fn line_text(lines: &[(usize, u32)]) -> String {
    let mut text = String::with_capacity(4 * lines.len());
    let mut push = |number: u64| {
        let mut rest = number;
        while rest >= CONTINUES {
            text.extend(char::from_u32((CONTINUES + rest % CONTINUES) as u32));
            rest /= CONTINUES;
        }
        text.extend(char::from_u32(rest as u32));
    };
    let (mut start, mut line) = (0_u64, 0_u64);
    for &(next_start, next_line) in lines {
        push((next_start as u64).saturating_sub(start));
        push(u64::from(next_line).saturating_sub(line));
        (start, line) = (next_start as u64, u64::from(next_line));
    }
    text
}

/// Bit of a character that marks that the number continues in the next character.
const CONTINUES: u64 = 0x4000;

/// Decodes the result of [`line_text`].
fn lines_of(text: &str) -> Vec<(usize, u32)> {
    let mut chars = text.chars();
    let mut next = || {
        let (mut number, mut factor) = (0_u64, 1_u64);
        loop {
            let digit = u64::from(u32::from(chars.next()?));
            number = number.saturating_add((digit % CONTINUES).saturating_mul(factor));
            if digit < CONTINUES {
                return Some(number);
            }
            factor = factor.saturating_mul(CONTINUES);
        }
    };
    let (mut start, mut line) = (0_u64, 0_u64);
    let mut lines = Vec::new();
    while let (Some(further), Some(down)) = (next(), next()) {
        start = start.saturating_add(further);
        line = line.saturating_add(down);
        lines.push((start as usize, line as u32));
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_read_as_they_were_written(steps in prop::collection::vec((0_usize..1 << 40, 0_u32..100_000), 0..40)) {
            let (mut start, mut line) = (0, 0);
            let mut lines = Vec::new();
            for (further, down) in steps {
                (start, line) = (start + further, line + down);
                lines.push((start, line));
            }
            prop_assert_eq!(lines_of(&line_text(&lines)), lines);
        }
    }
}
