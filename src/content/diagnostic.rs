//! Findings about posts: a stable code, a severity, and a place.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_width::UnicodeWidthChar;

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Useful to know; nothing is lost.
    Note,
    /// Something written by the author was not understood; the post is searchable without it.
    Warning,
    /// The post or its front matter cannot be used.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident, $sentence:literal;)*) => {
        /// The code of a finding. Its kebab-case text is stable, since users filter by it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Code {
            /// Every code, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Returns the stable text of the code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// Returns the severity of findings with this code.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }

            /// Returns a general message for the code, without any text of the file.
            const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence),* }
            }
        }
    };
}

codes! {
    /// The file could not be read.
    FileUnreadable = "file-unreadable", Error, "the file cannot be read";
    /// The file is larger than the limit.
    FileTooLarge = "file-too-large", Error, "the file is larger than the limit";
    /// The file is not text.
    FileBinary = "file-binary", Error, "the file is not text";
    /// The file's name cannot be written as text.
    FileNameInvalid = "file-name-invalid", Error, "the name of the file cannot be written as text";
    /// The program panicked while reading the file.
    ReaderPanicked = "reader-panicked", Error, "the program failed while it read the file";
    /// Another file has the same post id.
    IdDuplicate = "id-duplicate", Error, "another file has the same post id";
    /// A folder could not be read.
    FolderUnreadable = "folder-unreadable", Error, "the folder cannot be read";
    /// The file is not UTF-8; it was decoded from another encoding.
    EncodingConverted = "encoding-converted", Note, "the file is not UTF-8; it was converted";
    /// Some bytes could not be decoded and were replaced.
    EncodingInvalid = "encoding-invalid", Warning, "the file holds bytes that are no text";
    /// The front matter has no closing delimiter.
    FrontMatterUnclosed = "front-matter-unclosed", Error, "the front matter has no end";
    /// The front matter does not parse.
    FrontMatterInvalid = "front-matter-invalid", Error, "the front matter cannot be read here";
    /// A key occurs twice in the front matter; the last value counts.
    FrontMatterDuplicateKey = "front-matter-duplicate-key", Warning, "a key stands twice, expected once";
    /// The type of a value does not fit its key.
    FrontMatterType = "front-matter-type", Warning, "a value is of a kind that its key cannot have";
    /// A date was not understood.
    DateInvalid = "date-invalid", Warning, "a date is not understood, expected year-month-day";
    /// The site's own configuration could not be read.
    SiteConfigInvalid = "site-config-invalid", Warning, "the configuration of the site cannot be read here";
    /// A permalink pattern contains a placeholder that its generator does not define.
    PermalinkUnknown = "permalink-unknown", Warning, "a permalink holds a placeholder that is not known";
    /// URLs depend on the time zone of the machine that builds the site, which is not configured.
    BuildZoneUnknown = "build-zone-unknown", Warning, "the URLs of posts depend on the machine that builds the site";
    /// The file has more findings than listed.
    FindingsMore = "findings-more", Note, "the file has more findings than are listed";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The place of a finding in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length of the finding in characters, within the line; at least 1.
    pub width: u32,
    /// The source line to show.
    pub source: String,
}

/// One finding about one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The file's path below the posts folder, with `/` between the parts.
    pub path: String,
    /// The code.
    pub code: Code,
    /// What was found and what was expected: lower case, no full stop, the author's text in backticks.
    pub message: String,
    /// The place, if the finding has one in the file.
    pub place: Option<Place>,
    /// The next step.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Makes a finding about the whole file at `path`.
    pub fn new(path: &str, code: Code, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), code, message: message.into(), place: None, help: None }
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Returns the severity.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Replaces the message, which may quote the file, by the general message for the code. Keeps the source line.
    pub fn generalise(&mut self) {
        self.message = self.code.sentence().to_owned();
        self.help = None;
    }

    /// Removes every quotation of the file from the message and the source line, for a file whose text is not public.
    pub fn withhold(&mut self) {
        self.generalise();
        if let Some(place) = &mut self.place {
            place.source.clear();
        }
    }
}

/// The findings of one file. Findings beyond the limit are counted, but not made.
#[derive(Debug, Default)]
pub(super) struct FindingList {
    first: Vec<Diagnostic>,
    more: usize,
}

impl FindingList {
    /// Upper bound on the findings listed for the front matter of one file.
    pub(super) const LIMIT: usize = 50;

    /// Adds the finding made by `find`, if the list is not full.
    pub(super) fn add(&mut self, find: impl FnOnce() -> Diagnostic) {
        if self.first.len() < Self::LIMIT {
            self.first.push(find());
        } else {
            self.more += 1;
        }
    }

    /// Returns the findings. If there are more, the last one says how many more the file at `path` has.
    pub(super) fn into_findings(self, path: &str) -> Vec<Diagnostic> {
        let Self { mut first, more } = self;
        if more > 0 {
            let message = match more {
                1 => "there is 1 more finding in this file".to_owned(),
                _ => format!("there are {more} more findings in this file"),
            };
            let finding = Diagnostic::new(path, Code::FindingsMore, message);
            first.push(finding.help("correct those above, then check the file again"));
        }
        first
    }
}

/// Writes the finding for people: code, message, place with the source line, next step.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}[{}]: {}", self.severity(), self.code, self.message)?;
        match &self.place {
            None => write!(f, "  --> {}", self.path)?,
            Some(place) if place.source.is_empty() => {
                write!(f, "  --> {}:{}:{}", self.path, place.line, place.column)?;
            }
            Some(place) => {
                let number = place.line.to_string();
                let gutter = " ".repeat(number.len());
                // Wide East Asian characters take two columns, combining marks none.
                let mut columns = place.source.chars().map(|c| c.width().unwrap_or(1));
                let before = columns.by_ref().take(place.column as usize - 1).sum();
                let width = columns.take(place.width as usize).sum::<usize>().max(1);
                writeln!(f, " {gutter}--> {}:{}:{}", self.path, place.line, place.column)?;
                writeln!(f, " {gutter} |")?;
                writeln!(f, " {number} | {}", place.source.replace('\t', " "))?;
                write!(f, " {gutter} | {}{}", " ".repeat(before), "^".repeat(width))?;
            }
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}
