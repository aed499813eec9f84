//! The types that all floors share: a post, its front matter, its sections.
//!
//! Ranges are byte ranges in the text of a post and lie on character boundaries. Does not know where a post came from,
//! or what it is used for.

use std::{fmt, ops::Range};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The stable key of a post: the path below the posts folder without the extension, with `/` between the parts, such as
/// `2022/05-05-kefu`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostId(String);

impl PostId {
    /// Makes the id of the file at `path`, a path below the posts folder with `/` between the parts. Drops the
    /// extension of Markdown or HTML, in any letter case.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        Self(markdown_stem(path).or_else(|| html_stem(path)).unwrap_or(path).to_owned())
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The extensions of Markdown files.
pub const MARKDOWN: [&str; 7] = ["md", "mdx", "markdown", "mkd", "mkdn", "mkdown", "mdown"];

/// The extensions of HTML files.
pub const HTML: [&str; 2] = ["html", "htm"];

/// Returns the path of a Markdown file without its extension, which may be in any letter case. Returns `None` for other
/// files.
#[must_use]
pub fn markdown_stem(path: &str) -> Option<&str> {
    stem(path, &MARKDOWN)
}

/// Returns the path of an HTML file without its extension, which may be in any letter case. Returns `None` for other
/// files.
#[must_use]
pub fn html_stem(path: &str) -> Option<&str> {
    stem(path, &HTML)
}

fn stem<'a>(path: &'a str, extensions: &[&str]) -> Option<&'a str> {
    let (stem, extension) = path.rsplit_once('.')?;
    extensions.iter().any(|known| extension.eq_ignore_ascii_case(known)).then_some(stem)
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

/// A point in time, with the offset from UTC in use where the author wrote the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Date {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Seconds east of UTC: as written, or else by the site's time zone at that time.
    pub offset: i32,
}

impl Date {
    /// Returns the point in time, clamped to the range of [`Timestamp`].
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.seconds).unwrap_or(if self.seconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// Returns the civil date and time at the date's own offset.
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

/// The author's data before the text of a post.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FrontMatter {
    /// The title as written, trimmed; `None` when missing or blank.
    pub title: Option<String>,
    /// The date of the post: from the front matter, or else from the file name.
    pub date: Option<Date>,
    /// The date of the last change (`updated`, `lastmod`, `last_modified_at`).
    pub updated: Option<Date>,
    /// The date from which on the post is public (`publishDate`), if different from `date`.
    pub published: Option<Date>,
    /// The date from which on the post is no longer public (`expiryDate`).
    pub expires: Option<Date>,
    /// The authors, each once, in the order written.
    pub authors: Vec<String>,
    /// The tags, each once, in the order written.
    pub tags: Vec<String>,
    /// The categories, each once, the outermost first.
    pub categories: Vec<String>,
    /// The author's summary (`description`, `summary`, `excerpt`, `subtitle`).
    pub description: Option<String>,
    /// A path or pattern for the URL of this post (`permalink`, Hugo's `url`).
    pub permalink: Option<String>,
    /// The last part of the URL, if the author chose one.
    pub slug: Option<String>,
    /// Earlier paths of the post.
    pub aliases: Vec<String>,
    /// Every other key, with its value as written.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A part of a post under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Text of the heading, without markup.
    pub heading: String,
    /// Level of the heading, from 1 to 6. A paragraph of only bold text has the level after that of the last real
    /// heading.
    pub level: u8,
    /// URL fragment of the heading on the pages of the site; empty if the generator makes none (for a bold paragraph,
    /// or for `#标题` without the space).
    pub anchor: String,
    /// Range of the section in [`Post::text`], without subsections.
    pub range: Range<usize>,
    /// Line of the heading in the source file, from 1.
    pub line: u32,
    /// Whether the heading announces a case (案例一, 典型案例, Case 1).
    pub is_case: bool,
}

/// One file of the posts folder, parsed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// The stable key.
    pub id: PostId,
    /// Path below the posts folder, with `/` between the parts.
    pub path: String,
    /// Title: from the front matter, or else the first heading, or else the file name.
    pub title: String,
    /// The front matter.
    pub front: FrontMatter,
    /// URL of the post on its site.
    pub url: String,
    /// Text without markup and without headings. Blocks are separated by `\n`.
    pub text: String,
    /// The sections in order. Text before the first heading belongs to no section.
    pub sections: Vec<Section>,
    /// Start of each block in `text`, in bytes, and line of the block in the source file, from 1.
    pub lines: Vec<(usize, u32)>,
}

impl Post {
    /// Returns the line in the source file, from 1, of the block that contains byte `offset` of the text.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> u32 {
        let after = self.lines.partition_point(|&(start, _)| start <= offset);
        after.checked_sub(1).map_or(1, |block| self.lines[block].1)
    }

    /// Returns the sections that are cases, each with its range in the text, subsections included.
    pub fn cases(&self) -> impl Iterator<Item = (&Section, Range<usize>)> {
        self.cases_in_place().map(|(_, section, range)| (section, range))
    }

    /// Returns the sections that are cases as [`Post::cases`] does, each with its index in `sections`.
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
