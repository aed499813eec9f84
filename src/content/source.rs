//! Reads the posts of a site: combines the folder, the generator, and the headings of cases.

use std::{
    fmt::Write as _,
    io,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, tz::TimeZone};
use rayon::prelude::*;
use twox_hash::XxHash3_64;

use super::{
    diagnostic::{Code, Diagnostic},
    dialect, encoding,
    folder::Folder,
    format::Format,
    front_matter::{self, Hidden},
    include, markdown, panics, rendering,
    section::{CaseHeadingError, CaseHeadings},
    site::{Site, SiteKind, SiteOptions, UrlParts, renderer::Renderer},
    slug, template,
};
use crate::post::{Post, PostId};

/// Version of the parser. Raise this number when the same file gives another post or other findings than before.
const VERSION: u32 = 5;

/// Options for reading the posts of a folder.
#[derive(Debug, Clone, Default)]
pub struct SourceOptions {
    /// Folders without posts, wherever they lie. They need not exist yet.
    pub excluded: Vec<PathBuf>,
    /// Upper bound on the size of a file, in bytes.
    pub max_file_bytes: u64,
    /// Configured properties of the site, which override detected ones.
    pub site: SiteOptions,
    /// Beginnings of case headings, which replace the built-in rule.
    pub case_headings: Vec<String>,
}

/// Why a source could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The folder is missing or unreadable.
    #[error("the folder cannot be read")]
    Folder(#[from] io::Error),
    /// An excluded folder contains all posts.
    #[error("the folder `{}` is in `{}`, which holds no posts", posts.display(), excluded.display())]
    LeftOut {
        /// The folder of posts.
        posts: PathBuf,
        /// The excluded folder.
        excluded: PathBuf,
    },
    /// A pattern of case headings is invalid.
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

/// The result of parsing a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The post; `None` if the bytes are not text.
    pub post: Option<Post>,
    /// Why the author or the site hides the post, if so.
    pub hidden: Option<Hidden>,
    /// The time from which on the post is published, if its dates say so, and the time from which on it no longer is.
    pub from: Option<Timestamp>,
    /// See `from`.
    pub until: Option<Timestamp>,
    /// Whether the front matter could not be parsed; the post then has the recovered part.
    pub broken: bool,
    /// The findings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Whether a post may be found at a given time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// The post may be found, until it expires.
    Visible {
        /// Time of expiry set by the author.
        until: Option<Timestamp>,
    },
    /// The author or the site hides the post.
    Hidden(Hidden),
    /// The post may be found from this time on.
    Future(Timestamp),
    /// The post has expired.
    Expired,
    /// The file gives no post.
    Unusable,
}

impl Source {
    /// Opens the folder at `root` and detects its site.
    ///
    /// # Errors
    /// If the folder cannot be read or a pattern is invalid. Errors in the site's own configuration are findings: see
    /// [`Source::findings`].
    pub fn open(root: &Path, options: &SourceOptions) -> Result<Self, SourceError> {
        let excluded: Vec<PathBuf> = options.excluded.iter().map(|path| canonical(path)).collect();
        let folder = Folder::open(root, &excluded, options.max_file_bytes)?;
        if let Some(excluded) = excluded.iter().find(|excluded| folder.root().starts_with(excluded)) {
            return Err(SourceError::LeftOut { posts: root.to_owned(), excluded: excluded.clone() });
        }
        let (site, findings) = Site::detect(folder.root(), &options.site);
        let folder = folder.with(site.also());
        let cases = CaseHeadings::new(&options.case_headings)?;
        let mut settings = format!("{VERSION} {} ", site.fingerprint());
        for pattern in &options.case_headings {
            // Writing to a string cannot fail.
            _ = writeln!(settings, "{pattern}");
        }
        let fingerprint = format!("{:016x}", XxHash3_64::oneshot(settings.as_bytes()));
        Ok(Self { folder, site, cases, findings, fingerprint })
    }

    /// Returns this source, but with the site of an `earlier` source if the site's own configuration has become
    /// unreadable. A half-saved configuration would change every URL.
    #[must_use]
    pub fn or_site_of(self, earlier: &Self) -> Self {
        let broken = |source: &Self| source.findings.iter().any(|finding| finding.code == Code::SiteConfigInvalid);
        if broken(&self) && !broken(earlier) {
            let Self { folder, site, fingerprint, .. } = earlier.clone();
            Self { folder, site, fingerprint, ..self }
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

    /// Returns the findings about the site's own configuration.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Returns a text that changes when the same files would give other posts.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.fingerprint.clone()
    }

    /// Returns the number of posts whose URL depends on the time zone of the machine that builds the site, and the
    /// number of all posts that can be read; `None` if no URL does, or the zone is known.
    #[must_use]
    pub fn posts_by_build_zone(&self) -> Option<(usize, usize)> {
        let built_in = |name: &str| {
            let site = self.site.built_in(&TimeZone::get(name).ok()?)?;
            Some(Self { site, ..self.clone() })
        };
        let sources = [built_in("UTC")?, built_in("Asia/Shanghai")?];
        let files = self.folder.scan().ok()?.entries;
        let differs = files.par_iter().filter_map(|file| {
            let bytes = self.folder.read(&file.path).ok()?;
            let urls = sources.each_ref().map(|source| {
                let parsed = source.parse_head(&file.path, &bytes);
                parsed.post.filter(|_| parsed.hidden.is_none()).map(|post| post.url)
            });
            let [here, there] = urls;
            Some(here? != there?)
        });
        let differs: Vec<bool> = differs.collect();
        let count = differs.iter().filter(|differs| **differs).count();
        (count > 0).then_some((count, differs.len()))
    }

    /// Parses the bytes of a file; `path` is its path below the folder. A panic gives a finding and no post.
    #[must_use]
    pub fn parse(&self, path: &str, bytes: &[u8]) -> Parsed {
        self.read(path, bytes, true)
    }

    /// Parses a file for its title and front matter; the post may lack its text, sections and lines. Takes a fraction of
    /// the time of [`Self::parse`].
    #[must_use]
    pub fn parse_head(&self, path: &str, bytes: &[u8]) -> Parsed {
        self.read(path, bytes, false)
    }

    /// Renders a file as HTML that a page may insert; `knows` says whether there is a post with an id, so that a link may
    /// lead there. `None` if the file gives no post or its author hides it.
    #[must_use]
    pub fn render(&self, path: &str, bytes: &[u8], knows: &dyn Fn(&PostId) -> bool) -> Option<(Post, String)> {
        let parsed = self.parse(path, bytes);
        let post = parsed.post.filter(|_| parsed.hidden.is_none())?;
        let render = || {
            let text = encoding::decode(path, bytes).ok()?.text;
            let split = front_matter::split(path, &text, &self.site.reading(path));
            let format = Format::of_path(path);
            let titles = |name: &str| self.linked_title(name);
            let body = text.get(split.body_start..)?;
            let expanded =
                include::is_possible(body.as_bytes(), self.site.includes()).then(|| self.expanded(path, body));
            let body = expanded.as_ref().map_or(body, |expanded| &expanded.text);
            let renderer = self.site.renderer(path, &post.front);
            let rewritten = markdown::rewritten(body, split.body_line, format, &renderer);
            let body = rewritten.as_ref().map_or(body, |rewritten| &rewritten.text);
            let source = markdown::prepared(body, format, &renderer, &titles);
            // Lines of included files have no numbers of their own, by which a heading could be told.
            let sections = if expanded.is_some() { &[] } else { post.sections.as_slice() };
            Some(rendering::render(path, &source, split.body_line, format, sections, knows))
        };
        let html = panics::caught(self.folder.root(), path, panics::Step::Parsing, render).ok().flatten()?;
        Some((post, html))
    }

    /// Returns a hash of everything from which the post of the file at a path is made: its bytes, the files that it
    /// includes, and the titles of the posts to which it links by name only. With such files or links, the second value is
    /// true: the post may change though the file does not.
    #[must_use]
    pub fn hash(&self, path: &str, bytes: &[u8]) -> (u64, bool) {
        let hash = XxHash3_64::oneshot(bytes);
        if include::is_possible(bytes, self.site.includes()) {
            let expanded = self.expanded(path, &String::from_utf8_lossy(bytes));
            return (XxHash3_64::oneshot(expanded.text.as_bytes()), true);
        }
        if self.site.kind == SiteKind::Mkdocs
            && let Some(included) = dialect::included(&String::from_utf8_lossy(bytes), &self.site.renderer)
        {
            return (hash ^ XxHash3_64::oneshot(included.as_bytes()), true);
        }
        if self.site.kind != SiteKind::Hexo || memchr::memmem::find(bytes, b"post_link").is_none() {
            return (hash, false);
        }
        let text = String::from_utf8_lossy(bytes);
        let titles = template::linked_posts(&text).map(|name| self.linked_title(name).unwrap_or_default());
        let titles: Vec<String> = titles.collect();
        if titles.is_empty() { (hash, false) } else { (hash ^ XxHash3_64::oneshot(titles.join("\n").as_bytes()), true) }
    }

    /// Returns the title of the post with this file name in Hexo's folder of posts, if it may be found.
    fn linked_title(&self, name: &str) -> Option<String> {
        let is_plain =
            !name.starts_with('/') && !name.contains(['\\', '\0']) && name.split('/').all(|part| part != "..");
        let path = self.site.path_of_post(&format!("{name}.md")).filter(|_| is_plain)?;
        let parsed = self.parse_head(&path, &self.folder.read(&path).ok()?);
        let visible = matches!(parsed.visibility(Timestamp::now()), Visibility::Visible { .. });
        parsed.post.map(|post| post.title).filter(|_| visible)
    }

    /// Returns the source of the file at a path with the files that it includes.
    fn expanded(&self, path: &str, source: &str) -> include::Expanded {
        let load = |path: &str, name: &str| {
            let found = self.site.named(path, name)?;
            let decoded = encoding::decode(&found, &self.folder.read(&found).ok()?).ok()?;
            Some((decoded.text, found))
        };
        include::expand(source, path, self.site.includes(), &load)
    }

    /// Returns a title of front matter as readers see it.
    fn shown_title(&self, title: String, renderer: &Renderer) -> String {
        if !self.site.has_markdown_titles() || !title.contains(['`', '*', '_', '[', '<', '&', '\\', '~']) {
            return title;
        }
        let source = format!("# {}", title.replace('\n', " "));
        let read = markdown::read(&source, 1, Format::Markdown, renderer, &self.cases, &|_| None);
        read.first_h1.unwrap_or(title)
    }

    fn read(&self, path: &str, bytes: &[u8], has_text: bool) -> Parsed {
        let read = || self.read_carelessly(path, bytes, has_text);
        panics::caught(self.folder.root(), path, panics::Step::Parsing, read).unwrap_or_else(Parsed::none)
    }

    fn read_carelessly(&self, path: &str, bytes: &[u8], has_text: bool) -> Parsed {
        let decoded = match encoding::decode(path, bytes) {
            Ok(decoded) => decoded,
            Err(finding) => return Parsed::none(finding),
        };
        let split = front_matter::split(path, &decoded.text, &self.site.reading(path));
        let (mut front, mut written) = (split.front, split.written);
        let rest = decoded.text.get(split.body_start..).unwrap_or_default();
        self.site.complete(path, rest, &mut front, &mut written);
        // Without a title in the front matter, the first heading is the title.
        let has_body = has_text || front.title.is_none();
        let body = decoded.text.get(split.body_start..).filter(|_| has_body).unwrap_or_default();
        let format = Format::of_path(path);
        let titles = |name: &str| self.linked_title(name).filter(|_| has_text);
        let renderer = self.site.renderer(path, &front);
        let expanded = include::is_possible(body.as_bytes(), self.site.includes()).then(|| self.expanded(path, body));
        let body = expanded.as_ref().map_or(body, |expanded| &expanded.text);
        let mut read = markdown::read(body, split.body_line, format, &renderer, &self.cases, &titles);
        if let Some(expanded) = &expanded {
            read.renumber(|line| {
                let index = usize::try_from(line - split.body_line).unwrap_or_default();
                split.body_line + expanded.lines.get(index).or(expanded.lines.last()).copied().unwrap_or_default()
            });
        }
        read.prepend(&self.site.front_words(&front));
        if front.authors.is_empty() {
            front.authors.extend(self.site.default_author.clone());
        }
        let title = front.title.clone().map(|title| self.shown_title(title, &renderer)).or_else(|| {
            let opening = read.opening.as_ref().map(|(level, title)| (*level, title.as_str()));
            let opening = opening.filter(|_| self.site.has_opening(body));
            self.site.title(path, &front, opening, read.first_h1.as_deref())
        });
        let title = title
            .or(read.first_heading)
            .unwrap_or_else(|| self.site.title_of_name(path).unwrap_or_else(|| title_of_name(path)));
        let parts = UrlParts { path, title: &title, front: &front, written: &written };
        let url = self.site.url(&parts);
        let hidden = split.hidden.max(self.site.omits(&parts));
        let from = self.site.published_from(&parts).map(|date| date.timestamp());
        let until = self.site.published_until(&front).map(|date| date.timestamp());
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
        Parsed { post: Some(post), hidden, from, until, broken: split.broken, diagnostics }
    }
}

impl Parsed {
    /// Returns the result for a file without a post because of `finding`.
    fn none(finding: Diagnostic) -> Self {
        Self { post: None, hidden: None, from: None, until: None, broken: false, diagnostics: vec![finding] }
    }

    /// Returns whether the post may be found at `now`.
    #[must_use]
    pub fn visibility(&self, now: Timestamp) -> Visibility {
        if let Some(hidden) = self.hidden {
            return Visibility::Hidden(hidden);
        }
        if self.post.is_none() {
            return Visibility::Unusable;
        }
        if self.until.is_some_and(|until| until <= now) {
            return Visibility::Expired;
        }
        match self.from {
            Some(from) if from > now => Visibility::Future(from),
            _ => Visibility::Visible { until: self.until },
        }
    }
}

/// Returns a title made of the file name without extension and date, or of the folder name for an index file.
fn title_of_name(path: &str) -> String {
    let id = PostId::of_path(path);
    let mut parts = id.as_str().rsplit('/');
    let name = parts.next().unwrap_or_default();
    let is_index = matches!(name.to_ascii_lowercase().as_str(), "index" | "_index" | "readme");
    let name = parts.next().filter(|_| is_index).unwrap_or(name);
    slug::dated(name).map_or(name, |(_, _, _, rest)| rest).to_owned()
}

/// Returns the path with links resolved. If the path does not exist yet, resolves the part that exists.
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
