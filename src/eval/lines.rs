//! Reads a file of questions, judgements or a run line by line.
//!
//! A byte order mark, line ends of Windows, blank lines and lines that begin with `#` are skipped. Every error names
//! the file and the line. Does not know the meaning of a line.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A line is invalid.
    #[error("{}:{line}: {message}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What was found and what was expected.
        message: String,
    },
}

/// A line that is not skipped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    path: &'a Path,
    number: usize,
    /// Text of the line, without white space at the end.
    pub text: &'a str,
}

impl Line<'_> {
    /// Makes an error that names the line.
    pub(super) fn error(&self, message: impl Into<String>) -> FileError {
        FileError::Line { path: self.path.to_owned(), line: self.number, message: message.into() }
    }
}

/// Reads the bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(path).map_err(|source| FileError::Read { path: path.to_owned(), source })
}

/// Returns the lines that are not skipped; `path` is only used in errors.
pub(super) fn lines<'a>(path: &'a Path, bytes: &'a [u8]) -> impl Iterator<Item = Result<Line<'a>, FileError>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.split(|&byte| byte == b'\n').enumerate().filter_map(move |(before, bytes)| {
        let line = Line { path, number: before + 1, text: "" };
        match std::str::from_utf8(bytes) {
            Ok(text) if text.trim().is_empty() || text.starts_with('#') => None,
            Ok(text) => Some(Ok(Line { text: text.trim_ascii_end(), ..line })),
            Err(_) => Some(Err(line.error("found bytes that are not UTF-8, expected UTF-8 text"))),
        }
    })
}

/// Splits the first field off a text with fields separated by white space.
pub(super) fn first(text: &str) -> Option<(&str, &str)> {
    let (field, rest) = text.trim_ascii_start().split_once(|c: char| c.is_ascii_whitespace())?;
    Some((field, rest.trim_ascii_start()))
}

/// Splits the last field off. Returns the rest and the field.
pub(super) fn last(text: &str) -> Option<(&str, &str)> {
    let (rest, field) = text.trim_ascii_end().rsplit_once(|c: char| c.is_ascii_whitespace())?;
    Some((rest.trim_ascii_end(), field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &[(usize, &str)]) {
        let read: Result<Vec<_>, _> = lines(Path::new("q.tsv"), bytes).collect();
        let read = read.unwrap_or_default();
        let found: Vec<_> = read.iter().map(|line| (line.number, line.text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn only_lines_that_count_are_given_with_their_numbers() {
        check("a\t甲\nb\t乙".as_bytes(), &[(1, "a\t甲"), (2, "b\t乙")]);
        check("\u{feff}# 说明\r\n\r\na\t甲\r\n  \nb\t乙 \n".as_bytes(), &[(3, "a\t甲"), (5, "b\t乙")]);
        check(b"", &[]);
    }

    #[test]
    fn a_line_that_is_no_text_is_told_with_its_number() {
        let mut read = lines(Path::new("q.tsv"), b"a\tb\n\xC4\xE3\tc\n").skip(1);
        let told = read.next().and_then(Result::err).map(|error| error.to_string());
        assert_eq!(told.as_deref(), Some("q.tsv:2: found bytes that are not UTF-8, expected UTF-8 text"));
    }

    #[test]
    fn fields_stand_apart_by_any_white_space() {
        assert_eq!(first("q1 \t 0 a b 1"), Some(("q1", "0 a b 1")));
        assert_eq!(last("0 a b \t 1"), Some(("0 a b", "1")));
        assert_eq!((first("q1"), last("1")), (None, None));
    }
}
