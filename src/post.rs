//! The words that all floors share: a post, its front matter, its sections.
//!
//! Nothing here knows where a post came from or what becomes of it. Ranges are byte ranges and
//! lie on character boundaries of the text that they speak of.

use std::{fmt, ops::Range};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The stable key of a post: its path below the posts folder without the extension, with `/`
/// between the parts, such as `2022/05-05-kefu`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostId(String);

impl PostId {
    /// Makes the id of the file at `path`, a path below the posts folder with `/` between the
    /// parts. A final `.md` or `.markdown`, in any case, is dropped.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        Self(markdown_stem(path).unwrap_or(path).to_owned())
    }

    /// Gives the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the path of a Markdown file without its extension: `.md` or `.markdown`, in any letter case. Returns `None`
/// for other files.
#[must_use]
pub fn markdown_stem(path: &str) -> Option<&str> {
    let (stem, extension) = path.rsplit_once('.')?;
    (extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")).then_some(stem)
}

impl From<String> for PostId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A moment, with the offset from UTC at which its author wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Date {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Seconds east of UTC, as written or as the site's time zone had it at that moment.
    pub offset: i32,
}

impl Date {
    /// Gives the moment, clamped to the range of [`Timestamp`].
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.seconds).unwrap_or(if self.seconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// Gives the civil date and time at the date's own offset.
    #[must_use]
    pub fn civil(self) -> jiff::civil::DateTime {
        let offset = jiff::tz::Offset::from_seconds(self.offset).unwrap_or(jiff::tz::Offset::UTC);
        offset.to_datetime(self.timestamp())
    }
}

/// Writes the date in the form of RFC 3339, such as `2022-05-05T08:00:00+08:00`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs() / 60;
        write!(f, "{}{sign}{:02}:{:02}", self.civil().strftime("%Y-%m-%dT%H:%M:%S"), minutes / 60, minutes % 60)
    }
}

/// What the author says of a post before its text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FrontMatter {
    /// The title as written, trimmed; `None` when missing or blank.
    pub title: Option<String>,
    /// When the post was written; from the file name when the front matter has none.
    pub date: Option<Date>,
    /// When it was last changed (`updated`, `lastmod`, `last_modified_at`).
    pub updated: Option<Date>,
    /// When it may first be seen (`publishDate`), if that differs from the date.
    pub published: Option<Date>,
    /// When it stops being seen (`expiryDate`).
    pub expires: Option<Date>,
    /// Its authors.
    pub authors: Vec<String>,
    /// Its tags, each once, in the order written.
    pub tags: Vec<String>,
    /// Its categories, each once, outermost first.
    pub categories: Vec<String>,
    /// What it is about, in the author's words (`description`, `summary`, `excerpt`, `subtitle`).
    pub description: Option<String>,
    /// A path or pattern of its own (`permalink`, Hugo's `url`).
    pub permalink: Option<String>,
    /// The last part of its URL, when the author chose one.
    pub slug: Option<String>,
    /// Paths at which it could be found before.
    pub aliases: Vec<String>,
    /// Every other key, kept as written.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A part of a post under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The heading's text, without markup.
    pub heading: String,
    /// 1 to 6. A paragraph that is only bold text counts one level below the last real heading.
    pub level: u8,
    /// The fragment by which the site's pages reach the heading; empty where the generator makes
    /// none (a bold paragraph, a `#标题` without the space).
    pub anchor: String,
    /// Where its text stands in [`Post::text`], subsections not included.
    pub range: Range<usize>,
    /// The line of the heading in the source file, from 1.
    pub line: u32,
    /// Whether its heading says that it tells one case (案例一, 典型案例, Case 1).
    pub is_case: bool,
}

/// One file of the posts folder, ready to be searched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Its stable key.
    pub id: PostId,
    /// Its path below the posts folder, with `/` between the parts.
    pub path: String,
    /// What it is called: the front matter's title, else the first heading, else the file name.
    pub title: String,
    /// What its author said of it.
    pub front: FrontMatter,
    /// Where it can be opened.
    pub url: String,
    /// Its text without markup and without headings; blocks are separated by `\n`.
    pub text: String,
    /// Its sections in order; text before the first of them belongs to none.
    pub sections: Vec<Section>,
    /// For each block of `text`: where it starts there, and its line in the source file, from 1.
    pub lines: Vec<(usize, u32)>,
}

impl Post {
    /// Gives the line of the source file, from 1, of the block that holds byte `offset` of the text.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> u32 {
        let after = self.lines.partition_point(|&(start, _)| start <= offset);
        after.checked_sub(1).map_or(1, |block| self.lines[block].1)
    }

    /// Gives the case-telling sections, each with its range widened over the subsections below it.
    pub fn cases(&self) -> impl Iterator<Item = (&Section, Range<usize>)> {
        self.cases_in_place().map(|(_, section, range)| (section, range))
    }

    /// The same, each with its place among the sections.
    pub fn cases_in_place(&self) -> impl Iterator<Item = (usize, &Section, Range<usize>)> {
        self.sections.iter().enumerate().filter(|(_, section)| section.is_case).map(|(i, section)| {
            let end = self.sections[i + 1..]
                .iter()
                .find(|next| next.level <= section.level || next.is_case)
                .map_or(self.text.len(), |next| next.range.start);
            (i, section, section.range.start..end)
        })
    }
}
