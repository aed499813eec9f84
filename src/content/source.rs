//! Everything that reading a site's posts takes: its folder, its generator, its headings of cases.

use std::{
    fmt::Write as _,
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use twox_hash::XxHash3_64;

use super::{
    anchor::AnchorStyle,
    diagnostic::{Code, Diagnostic},
    encoding,
    folder::Folder,
    front_matter::{self, Hidden},
    markdown, panics,
    section::{CaseHeadingError, CaseHeadings},
    site::{Site, SiteKind, SiteOptions, UrlParts},
    slug,
};
use crate::post::{FrontMatter, Post, PostId};

/// A change of this number says that the same file gives another post, or other findings, than before.
const VERSION: u32 = 3;

/// How the posts of a folder are read.
#[derive(Debug, Clone, Default)]
pub struct SourceOptions {
    /// Folders that hold no posts wherever they lie; those that do not exist yet are fine.
    pub excluded: Vec<PathBuf>,
    /// The largest file that is read, in bytes.
    pub max_file_bytes: u64,
    /// What is said of the site, rather than found.
    pub site: SiteOptions,
    /// How headings of cases begin, in place of those that are known anyway.
    pub case_headings: Vec<String>,
}

/// Why a source could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The folder is missing or cannot be read.
    #[error("the folder cannot be read")]
    Folder(#[from] io::Error),
    /// A folder that is to be left out holds all posts.
    #[error("the folder `{}` is in `{}`, which holds no posts", posts.display(), excluded.display())]
    LeftOut {
        /// The folder of posts.
        posts: PathBuf,
        /// What is left out.
        excluded: PathBuf,
    },
    /// A pattern of case headings cannot be used.
    #[error(transparent)]
    CaseHeading(#[from] CaseHeadingError),
}

/// A folder of posts and the site that it belongs to.
#[derive(Debug, Clone)]
pub struct Source {
    folder: Folder,
    site: Site,
    cases: CaseHeadings,
    findings: Vec<Diagnostic>,
    fingerprint: String,
}

/// What became of a file's bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The post; `None` when the bytes are no text.
    pub post: Option<Post>,
    /// Why its author does not want it found, if so.
    pub hidden: Option<Hidden>,
    /// Whether the meaning of its front matter was lost; the post has what could be recovered.
    pub broken: bool,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Whether a post may be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// It may, until a moment that its author set.
    Visible {
        /// When it expires.
        until: Option<Timestamp>,
    },
    /// Its author does not want it.
    Hidden(Hidden),
    /// Not before this moment.
    Future(Timestamp),
    /// No longer.
    Expired,
    /// There is no post.
    Unusable,
}

impl Source {
    /// Opens the folder at `root` and finds out what site it belongs to.
    ///
    /// # Errors
    /// When the folder cannot be read or a pattern is no good. What is wrong with the site's own configuration
    /// is a finding: see [`Source::findings`].
    pub fn open(root: &Path, options: &SourceOptions) -> Result<Self, SourceError> {
        let excluded: Vec<PathBuf> = options.excluded.iter().map(|path| canonical(path)).collect();
        let folder = Folder::open(root, &excluded, options.max_file_bytes)?;
        if let Some(excluded) = excluded.iter().find(|excluded| folder.root().starts_with(excluded)) {
            return Err(SourceError::LeftOut { posts: root.to_owned(), excluded: excluded.clone() });
        }
        let (site, findings) = Site::detect(folder.root(), &options.site);
        let cases = CaseHeadings::new(&options.case_headings)?;
        let mut said = format!("{VERSION} {} ", site.fingerprint());
        for pattern in &options.case_headings {
            // Writing to a string cannot fail.
            _ = writeln!(said, "{pattern}");
        }
        let fingerprint = format!("{:016x}", XxHash3_64::oneshot(said.as_bytes()));
        Ok(Self { folder, site, cases, findings, fingerprint })
    }

    /// Returns this source with the site of an earlier one, if the site's own configuration has become unreadable
    /// since: half-saved, it would change every URL.
    #[must_use]
    pub fn or_site_of(self, earlier: &Self) -> Self {
        let broken = |source: &Self| source.findings.iter().any(|finding| finding.code == Code::SiteConfigInvalid);
        if broken(&self) && !broken(earlier) {
            Self { site: earlier.site.clone(), fingerprint: earlier.fingerprint.clone(), ..self }
        } else {
            self
        }
    }

    /// Returns the folder.
    #[must_use]
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Returns the site.
    #[must_use]
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// Returns what is wrong with the site's own configuration.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Returns a text that differs when the same files would give other posts.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.fingerprint.clone()
    }

    /// Makes the post of a file from its bytes; `path` is its path below the folder. A panic on the way is a finding, and
    /// gives no post.
    #[must_use]
    pub fn parse(&self, path: &str, bytes: &[u8]) -> Parsed {
        let parsed = panics::caught(self.folder.root(), path, panics::Step::Parsing, || self.read(path, bytes));
        parsed.unwrap_or_else(Parsed::none)
    }

    fn read(&self, path: &str, bytes: &[u8]) -> Parsed {
        let decoded = match encoding::decode(path, bytes) {
            Ok(decoded) => decoded,
            Err(finding) => return Parsed::none(finding),
        };
        let split = front_matter::split(path, &decoded.text, &self.site.zone);
        let body = decoded.text.get(split.body_start..).unwrap_or_default();
        let read = markdown::read(body, split.body_line, anchor_style(self.site.kind), &self.cases);
        let mut front: FrontMatter = split.front;
        if front.authors.is_empty() {
            front.authors.extend(self.site.default_author.clone());
        }
        let title = front.title.clone().or(read.first_heading).unwrap_or_else(|| title_of_name(path));
        let url = self.site.url(&UrlParts { path, title: &title, front: &front });
        let mut diagnostics = decoded.diagnostics;
        diagnostics.extend(split.diagnostics);
        let post = Post {
            id: PostId::of_path(path),
            path: path.to_owned(),
            title,
            front,
            url,
            text: read.text,
            sections: read.sections,
            lines: read.lines,
        };
        Parsed { post: Some(post), hidden: split.hidden, broken: split.broken, diagnostics }
    }
}

impl Parsed {
    /// A file that gave no post, since of what `finding` says.
    fn none(finding: Diagnostic) -> Self {
        Self { post: None, hidden: None, broken: false, diagnostics: vec![finding] }
    }

    /// Returns whether the post may be found at `now`.
    #[must_use]
    pub fn visibility(&self, now: Timestamp) -> Visibility {
        if let Some(hidden) = self.hidden {
            return Visibility::Hidden(hidden);
        }
        let Some(post) = &self.post else { return Visibility::Unusable };
        let front = &post.front;
        let until = front.expires.map(|date| date.timestamp());
        if until.is_some_and(|until| until <= now) {
            return Visibility::Expired;
        }
        let from = front.date.into_iter().chain(front.published).map(|date| date.timestamp()).max();
        match from {
            Some(from) if from > now => Visibility::Future(from),
            _ => Visibility::Visible { until },
        }
    }
}

const fn anchor_style(kind: SiteKind) -> AnchorStyle {
    match kind {
        SiteKind::Jekyll => AnchorStyle::Kramdown,
        SiteKind::Hexo => AnchorStyle::Hexo,
        SiteKind::Hugo => AnchorStyle::Hugo,
        SiteKind::Plain => AnchorStyle::GitHub,
    }
}

/// Returns a title from a file's name: without extension and date; the folder's name for an index file.
fn title_of_name(path: &str) -> String {
    let id = PostId::of_path(path);
    let mut parts = id.as_str().rsplit('/');
    let name = parts.next().unwrap_or_default();
    let is_index = matches!(name.to_ascii_lowercase().as_str(), "index" | "_index" | "readme");
    let name = parts.next().filter(|_| is_index).unwrap_or(name);
    slug::dated(name).map_or(name, |(_, _, _, rest)| rest).to_owned()
}

/// Returns the path without links; of a path that does not exist yet, as much as exists.
fn canonical(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for above in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (above.canonicalize(), absolute.strip_prefix(above)) {
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    absolute
}

#[cfg(test)]
mod tests;
