//! The posts folder: finds the files that are posts, and reads their bytes.
//!
//! The same rules hold for a scan of the whole folder, for another look at one path, and for reading one file. Hidden
//! names, `node_modules`, `_drafts` and `_site` are left out, and no path leaves the folder. The site may have drafts that
//! are published, and posts in HTML. A symbolic link is
//! followed if its target lies inside the folder and breaks none of the rules. A linked folder is entered through one
//! link at a time, so that a cycle of links ends. Unusable entries are reported as data. Does not know the content of
//! posts.

mod entry;
#[cfg(test)]
mod tests;

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

pub use self::entry::Entry;
use self::entry::{entry, system_numbers};
use super::diagnostic::{Code, Diagnostic};
use crate::post::{html_stem, markdown_stem};

/// Folders that never contain posts.
const LEFT_OUT: [&str; 2] = ["node_modules", "_site"];

/// The folder of drafts, which contains posts only if the site publishes drafts.
const DRAFTS: &str = "_drafts";

/// The folder of posts of Jekyll and Hexo.
const POSTS: &str = "_posts";

/// What a site publishes besides Markdown posts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Also {
    /// Whether drafts are published.
    pub drafts: bool,
    /// The files of HTML that are posts.
    pub html: Html,
}

/// The files of HTML that are posts of a site. Others are templates, or pages that only list posts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Html {
    /// None.
    #[default]
    Never,
    /// Those below a folder `_posts`.
    InPosts,
    /// All.
    Everywhere,
}

/// Upper bound on the number of times a file is read while it keeps changing.
const MAX_READS: usize = 3;
const MAKE_READABLE: &str = "make it readable for the user that runs this program, or move it away";

/// A folder of posts.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The path given, which may be a link whose target changes later.
    given: PathBuf,
    root: PathBuf,
    excluded: Vec<PathBuf>,
    max_bytes: u64,
    also: Also,
}

/// The bytes of a file, and its metadata when they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The metadata before reading.
    pub entry: Entry,
    /// Whether the metadata was the same after reading.
    pub settled: bool,
}

/// The result of scanning the folder or a part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// The Markdown files, sorted by path.
    pub entries: Vec<Entry>,
    /// Number of files of other kinds.
    pub others: u64,
    /// Number of files with names that begin with a dot.
    pub hidden: u64,
    /// The folders left out by rule, sorted.
    pub left_out: Vec<String>,
    /// Symbolic links that leave the folder or are dangling, sorted.
    pub outside: Vec<String>,
    /// Links to posts and folders inside the folder, each with the path of its target.
    pub links: Vec<(String, String)>,
    /// Entries that could not be read or named, sorted.
    pub failures: Vec<Diagnostic>,
}

/// What exists at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// A Markdown file.
    File(Entry),
    /// A folder, with everything below it.
    Folder(Scan),
    /// Nothing that can be a post: missing, of another kind, or left out by rule.
    Nothing,
    /// Unknown, since the path could not be examined.
    Closed(Diagnostic),
}

impl Folder {
    /// Opens the folder at `root`. `excluded` is a list of canonical paths to leave out. Files longer than `max_bytes`
    /// are not read.
    ///
    /// # Errors
    /// If there is no folder at `root`.
    pub fn open(root: &Path, excluded: &[PathBuf], max_bytes: u64) -> io::Result<Self> {
        let given = std::path::absolute(root)?;
        let root = root.canonicalize()?;
        fs::read_dir(&root)?;
        Ok(Self { given, root, excluded: excluded.to_vec(), max_bytes, also: Also::default() })
    }

    /// Returns the same folder with more files that are posts.
    #[must_use]
    pub(super) fn with(self, also: Also) -> Self {
        Self { also, ..self }
    }

    /// Returns the folder's canonical path.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns an error if the folder cannot be read, or is no longer at its path, as when a link changed.
    fn check_exists(&self) -> io::Result<()> {
        fs::metadata(&self.given)?;
        fs::read_dir(&self.root).map(drop)
    }

    /// Returns whether the rules for names allow a path below the folder. Does not look at the disk.
    #[must_use]
    pub fn admits(&self, path: &str) -> bool {
        let real = self.root.join(path);
        !path.split('/').any(|name| self.is_left_out(name))
            && !self.excluded.iter().any(|excluded| real.starts_with(excluded))
    }

    /// Returns the folders directly in `path`, an absolute path inside the folder, that may contain posts. Targets of
    /// links are elsewhere in the folder, and are not included.
    #[must_use]
    pub fn folders_in(&self, path: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| {
            entry.file_type().is_ok_and(|kind| kind.is_dir())
                && entry.file_name().to_str().is_some_and(|name| !self.is_left_out(name))
        });
        folders.map(|entry| entry.path()).filter(|path| !self.excluded.contains(path)).collect()
    }

    /// Scans the whole folder.
    ///
    /// # Errors
    /// If the folder itself is missing or cannot be read.
    pub fn scan(&self) -> io::Result<Scan> {
        self.check_exists()?;
        let scan = self.scan_below("", &self.root, false);
        // A folder that went away during the scan has lost no post.
        self.check_exists()?;
        Ok(scan)
    }

    /// Examines one path below the folder; an empty path means the whole folder.
    ///
    /// # Errors
    /// If the folder itself is missing or cannot be read.
    pub fn look(&self, path: &str) -> io::Result<Looked> {
        self.check_exists()?;
        if path.is_empty() {
            return Ok(Looked::Folder(self.scan()?));
        }
        let found = match self.resolve(path) {
            Ok(found) => found.filter(|(_, metadata, _)| self.is_so_named(path, metadata)),
            Err(error) => return Ok(Looked::Closed(unreadable(path, &reason_of(&error)))),
        };
        Ok(match found {
            Some((real, metadata, linked)) if metadata.is_dir() => Looked::Folder(self.scan_below(path, &real, linked)),
            Some((_, metadata, _)) if metadata.is_file() && self.is_post(path) => Looked::File(entry(path, &metadata)),
            _ => Looked::Nothing,
        })
    }

    /// Returns whether a path below the folder is a link.
    #[must_use]
    pub fn is_link(&self, path: &str) -> bool {
        fs::symlink_metadata(self.root.join(path)).is_ok_and(|metadata| metadata.is_symlink())
    }

    /// Returns the identity of the folder, which differs if a link now leads to another folder; `None` if the folder
    /// does not exist.
    #[must_use]
    pub fn identity(&self) -> Option<(u64, u64)> {
        let metadata = fs::metadata(&self.given).ok().filter(Metadata::is_dir)?;
        let numbers = system_numbers(&metadata);
        Some((numbers.device, numbers.inode))
    }

    /// Returns whether the folder exists and is completely empty, as when a disk is not mounted.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        fs::read_dir(&self.root).is_ok_and(|mut entries| entries.next().is_none())
    }

    /// Returns whether the entry at a path has exactly this name. A file system that ignores case also finds entries
    /// under other names.
    fn is_so_named(&self, path: &str, metadata: &Metadata) -> bool {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let swapped =
            |c: char| if c.is_lowercase() { c.to_uppercase().to_string() } else { c.to_lowercase().to_string() };
        let other: String = name.chars().map(swapped).collect();
        let above = self.root.join(above);
        let identity = |metadata: &Metadata| (system_numbers(metadata).inode, metadata.len(), metadata.modified().ok());
        let answers =
            other != name && fs::metadata(above.join(other)).is_ok_and(|there| identity(&there) == identity(metadata));
        !answers || fs::read_dir(above).into_iter().flatten().flatten().any(|entry| entry.file_name() == name)
    }

    /// Reads the file at a path below the folder.
    ///
    /// # Errors
    /// Returns a finding if the path leaves the folder or is left out, or if the file cannot be read or is longer than
    /// the limit.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        self.content(path).map(|content| content.bytes)
    }

    /// Reads a file together with its metadata. Reads a file that changes meanwhile again, a limited number of times.
    ///
    /// # Errors
    /// The same as those of [`Folder::read`].
    pub fn content(&self, path: &str) -> Result<Content, Diagnostic> {
        let mut content = self.content_once(path)?;
        for _ in 1..MAX_READS {
            if !content.settled {
                content = self.content_once(path)?;
            }
        }
        Ok(content)
    }

    fn content_once(&self, path: &str) -> Result<Content, Diagnostic> {
        let failed = |error: io::Error| unreadable(path, &reason_of(&error)).help(MAKE_READABLE);
        let Some((real, metadata, _)) = self.resolve(path).map_err(failed)? else {
            return Err(unreadable(path, "there is no such file in the folder"));
        };
        if !metadata.is_file() {
            return Err(unreadable(path, "it is not a file"));
        }
        let too_large = || {
            let limit = bytes(self.max_bytes);
            Diagnostic::new(path, Code::FileTooLarge, format!("the file is longer than {limit}, the limit"))
                .help("split the post, or raise the limit in the configuration")
        };
        if metadata.len() > self.max_bytes {
            return Err(too_large());
        }
        let mut file = File::open(&real).map_err(failed)?;
        // Metadata of the opened file: the path may name another file by now.
        let before = entry(path, &file.metadata().map_err(failed)?);
        // The file may grow during reading.
        let mut content = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        (&mut file).take(self.max_bytes.saturating_add(1)).read_to_end(&mut content).map_err(failed)?;
        if content.len() as u64 > self.max_bytes {
            return Err(too_large());
        }
        let after = entry(path, &file.metadata().map_err(failed)?);
        let settled = before == after && content.len() as u64 == before.size;
        Ok(Content { bytes: content, entry: before, settled })
    }

    /// Scans the folder `real`, whose path below the posts folder is `prefix`. `linked` says whether a link led there.
    fn scan_below(&self, prefix: &str, real: &Path, linked: bool) -> Scan {
        let mut scan = Scan::default();
        let mut links = Vec::new();
        self.walk(prefix, real, linked, &mut scan, &mut links);
        for (path, target) in links {
            self.walk(&path, &target, true, &mut scan, &mut Vec::new());
        }
        scan.entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        scan.left_out.sort_unstable();
        scan.outside.sort_unstable();
        scan.failures.sort_unstable();
        scan
    }

    /// Scans one tree, and adds the linked folders in it to `links`.
    fn walk(&self, prefix: &str, real: &Path, linked: bool, scan: &mut Scan, links: &mut Vec<(String, PathBuf)>) {
        let mut walk = WalkDir::new(real).min_depth(1).into_iter();
        while let Some(found) = walk.next() {
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    // An entry that disappears during the scan is treated as missing, but not the posts folder itself.
                    let is_root = error.depth() == 0 && prefix.is_empty();
                    let is_told = |cause: &&io::Error| is_root || cause.kind() != io::ErrorKind::NotFound;
                    if let Some(cause) = error.io_error().filter(is_told) {
                        // An error without a path means that one of the folders could not be read to its end.
                        let path =
                            error.path().map_or_else(|| prefix.to_owned(), |path| relative_path(prefix, real, path));
                        let message = format!("the folder cannot be read: {}", reason_of(cause));
                        let finding = Diagnostic::new(&path, Code::FolderUnreadable, message);
                        scan.failures.push(finding.help(MAKE_READABLE));
                    }
                    continue;
                }
            };
            let kind = found.file_type();
            let Some(name) = found.file_name().to_str() else {
                let path = relative_path(prefix, real, found.path());
                if kind.is_dir() {
                    walk.skip_current_dir();
                } else if !self.is_post(&path) {
                    scan.others += 1;
                    continue;
                }
                let message = format!("the name `{}` is not UTF-8", path.rsplit('/').next().unwrap_or(&path));
                let finding = Diagnostic::new(&path, Code::FileNameInvalid, message);
                scan.failures.push(finding.help("rename it, so that it can be part of an address"));
                continue;
            };
            let path = || relative_path(prefix, real, found.path());
            let ruled_out = self.is_left_out(name) || self.excluded.iter().any(|path| path == found.path());
            if kind.is_dir() {
                if ruled_out {
                    scan.left_out.push(path());
                    walk.skip_current_dir();
                }
            } else if ruled_out {
                // Hidden files belong to editors and tools.
                scan.hidden += 1;
            } else if kind.is_symlink() {
                let path = path();
                match self.target(found.path()) {
                    Target::Inside(target, metadata) if metadata.is_dir() => {
                        // A link to a parent folder would make the folder contain itself.
                        if !linked && !found.path().starts_with(&target) {
                            scan.links.push((path.clone(), relative_path("", &self.root, &target)));
                            links.push((path, target));
                        }
                    }
                    Target::Inside(target, metadata) if metadata.is_file() && self.is_post(&path) => {
                        scan.links.push((path.clone(), relative_path("", &self.root, &target)));
                        scan.entries.push(entry(&path, &metadata));
                    }
                    Target::Inside(..) => scan.others += 1,
                    Target::LeftOut => scan.left_out.push(path),
                    Target::Outside => scan.outside.push(path),
                }
            } else if kind.is_file() && self.is_post(&path()) {
                match found.metadata() {
                    Ok(metadata) => scan.entries.push(entry(&path(), &metadata)),
                    Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => {}
                    Err(error) => {
                        let reason = error.io_error().map_or_else(|| error.to_string(), reason_of);
                        scan.failures.push(unreadable(&path(), &reason));
                    }
                }
            } else {
                scan.others += 1;
            }
        }
    }

    /// Finds the entry at a path by the rules of a scan. Returns its real path, its metadata, and whether a linked
    /// folder is on the way; `None` if nothing exists there.
    ///
    /// # Errors
    /// If the path cannot be examined.
    fn resolve(&self, path: &str) -> io::Result<Option<(PathBuf, Metadata, bool)>> {
        let mut real = self.root.clone();
        let mut metadata = fs::symlink_metadata(&real)?;
        let mut linked = false;
        for name in path.split('/') {
            let strange = name.is_empty() || name == ".." || name.contains(['\0', std::path::MAIN_SEPARATOR]);
            if strange || self.is_left_out(name) || !metadata.is_dir() {
                return Ok(None);
            }
            real.push(name);
            if self.excluded.contains(&real) {
                return Ok(None);
            }
            metadata = match fs::symlink_metadata(&real) {
                Ok(metadata) => metadata,
                Err(error) if is_gone(&error) => return Ok(None),
                Err(error) => return Err(error),
            };
            if metadata.is_symlink() {
                let Target::Inside(target, at_target) = self.target(&real) else { return Ok(None) };
                if at_target.is_dir() && (linked || real.starts_with(&target)) {
                    return Ok(None);
                }
                linked |= at_target.is_dir();
                (real, metadata) = (target, at_target);
            }
        }
        Ok(Some((real, metadata, linked)))
    }

    /// Follows a symbolic link and classifies its target.
    fn target(&self, link: &Path) -> Target {
        let Ok(target) = link.canonicalize() else { return Target::Outside };
        let Ok(below) = target.strip_prefix(&self.root) else { return Target::Outside };
        let by_name = below.iter().any(|name| name.to_str().is_none_or(|name| self.is_left_out(name)));
        if by_name || self.excluded.iter().any(|path| target.starts_with(path)) {
            return Target::LeftOut;
        }
        match fs::metadata(&target) {
            Ok(metadata) => Target::Inside(target, metadata),
            Err(_) => Target::Outside,
        }
    }
}

impl Folder {
    fn is_left_out(&self, name: &str) -> bool {
        name.starts_with('.') || LEFT_OUT.contains(&name) || name == DRAFTS && !self.also.drafts
    }

    /// Returns whether the extension of a file is that of a post.
    fn is_post(&self, path: &str) -> bool {
        let takes_html = || match self.also.html {
            Html::Never => false,
            Html::InPosts => path.split('/').any(|name| name == POSTS),
            Html::Everywhere => true,
        };
        markdown_stem(path).is_some() || html_stem(path).is_some() && takes_html()
    }
}

/// The target of a symbolic link.
enum Target {
    Inside(PathBuf, Metadata),
    LeftOut,
    Outside,
}

/// Converts the path of `found`, which lies below `real`, to a path below the folder.
fn relative_path(prefix: &str, real: &Path, found: &Path) -> String {
    let mut path = prefix.to_owned();
    for part in found.strip_prefix(real).unwrap_or(found).iter() {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(&part.to_string_lossy());
    }
    path
}

fn unreadable(path: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(path, Code::FileUnreadable, format!("the file cannot be read: {reason}"))
}

/// Returns whether an error means that nothing exists at the path. Any other error may be temporary, such as an
/// unreachable network.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | InvalidFilename | InvalidInput)
}

/// Returns the words of the operating system for an error, without its number.
fn reason_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is gone".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

/// Formats a number of bytes for people.
fn bytes(count: u64) -> String {
    const MEBI: u64 = 1024 * 1024;
    if count >= MEBI && count.is_multiple_of(MEBI) { format!("{} MiB", count / MEBI) } else { format!("{count} bytes") }
}
