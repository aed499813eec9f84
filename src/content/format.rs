//! The formats in which posts are written. Knows only the names of files.

/// The format of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Markdown.
    Markdown,
    /// HTML, in which marks of Markdown are text.
    Html,
}

impl Format {
    /// Returns the format of the file at `path`.
    #[must_use]
    pub(super) fn of_path(path: &str) -> Self {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_html = ["html", "htm"].iter().any(|html| extension.eq_ignore_ascii_case(html));
        if is_html { Self::Html } else { Self::Markdown }
    }
}
