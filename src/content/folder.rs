//! The posts folder: which files in it are posts, and their bytes.
//!
//! One set of rules for a whole scan, for a second look at one path and for reading one file: hidden
//! names, `node_modules`, `_drafts` and `_site` are left out, and no path leaves the folder. A symbolic
//! link is followed when its target lies inside the folder and breaks none of the rules; a linked
//! folder is entered through one link at a time, so links that lead in a circle end. It does not know
//! what is inside a post, and it reports what it cannot use as data.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use walkdir::WalkDir;

use super::diagnostic::{Code, Diagnostic};

/// Folders that hold no posts, whatever is inside.
const LEFT_OUT: [&str; 3] = ["node_modules", "_drafts", "_site"];

/// How often a file that changes while it is read is read at the most.
const MOST_READS: usize = 3;
const MAKE_READABLE: &str = "make it readable for the user that runs this program, or move it away";

/// A folder of posts.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Where it was asked for; a link may lead elsewhere later.
    asked: PathBuf,
    root: PathBuf,
    excluded: Vec<PathBuf>,
    max_bytes: u64,
}

/// One Markdown file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path below the folder, with `/` between the parts.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970, as whoever wrote it may have set it.
    pub modified_ns: i64,
    /// When the system last noted a change of it, in nanoseconds since 1970, which nobody can set; 0 where it keeps none.
    pub noted_ns: i64,
    /// The number by which the file system knows it; 0 where that is unknown.
    pub inode: u64,
}

impl Entry {
    /// Gives both times in one number: it differs when either does.
    #[must_use]
    pub const fn times(&self) -> i64 {
        // Both are mostly the same, and must not cancel each other out.
        self.modified_ns ^ self.noted_ns.rotate_left(21)
    }
}

/// The bytes of a file, and what it was when they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The file as it was before.
    pub entry: Entry,
    /// Whether it was the same behind.
    pub settled: bool,
}

/// What a walk over the folder, or over a part of it, found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// The Markdown files, sorted by path.
    pub entries: Vec<Entry>,
    /// How many files of other kinds there are.
    pub others: u64,
    /// How many files there are whose names begin with a dot.
    pub hidden: u64,
    /// The folders left out by rule, sorted.
    pub left_out: Vec<String>,
    /// The symbolic links that leave the folder or lead nowhere, sorted.
    pub outside: Vec<String>,
    /// The links to posts and folders inside of the folder, each with the path it leads to.
    pub links: Vec<(String, String)>,
    /// What could not be read or named, sorted.
    pub failures: Vec<Diagnostic>,
}

/// What stands at one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// A Markdown file.
    File(Entry),
    /// A folder, with what is below it.
    Folder(Scan),
    /// Nothing that could be a post: it is gone, of another kind, or left out by rule.
    Nothing,
    /// It cannot be told what stands there.
    Closed(Diagnostic),
}

impl Folder {
    /// Opens the folder at `root`. Whatever is in `excluded`, a list of canonical paths, is left out;
    /// files longer than `max_bytes` are not read.
    ///
    /// # Errors
    /// When there is no folder at `root`.
    pub fn open(root: &Path, excluded: &[PathBuf], max_bytes: u64) -> io::Result<Self> {
        let asked = std::path::absolute(root)?;
        let root = root.canonicalize()?;
        fs::read_dir(&root)?;
        Ok(Self { asked, root, excluded: excluded.to_vec(), max_bytes })
    }

    /// Gives the folder's canonical path.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Says whether the folder itself is there.
    #[must_use]
    pub fn exists(&self) -> bool {
        fs::read_dir(&self.root).is_ok()
    }

    /// Says whether a path below the folder breaks no rule by its names alone, whatever stands there.
    #[must_use]
    pub fn admits(&self, path: &str) -> bool {
        let real = self.root.join(path);
        !path.split('/').any(is_left_out) && !self.excluded.iter().any(|excluded| real.starts_with(excluded))
    }

    /// Gives the folders directly in `path`, an absolute path inside of the folder, in which posts may lie. What
    /// links lead to lies elsewhere in the folder.
    #[must_use]
    pub fn folders_in(&self, path: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| {
            entry.file_type().is_ok_and(|kind| kind.is_dir())
                && entry.file_name().to_str().is_some_and(|name| !is_left_out(name))
        });
        folders.map(|entry| entry.path()).filter(|path| !self.excluded.contains(path)).collect()
    }

    /// Walks over the whole folder.
    ///
    /// # Errors
    /// When the folder itself is missing or cannot be read.
    pub fn scan(&self) -> io::Result<Scan> {
        fs::read_dir(&self.root)?;
        Ok(self.scan_below("", &self.root, false))
    }

    /// Looks again at one path below the folder; an empty one is the whole folder.
    ///
    /// # Errors
    /// When the folder itself is missing or cannot be read.
    pub fn look(&self, path: &str) -> io::Result<Looked> {
        fs::read_dir(&self.root)?;
        if path.is_empty() {
            return Ok(Looked::Folder(self.scan_below("", &self.root, false)));
        }
        let found = match self.resolve(path) {
            Ok(found) => found.filter(|(_, metadata, _)| self.is_so_named(path, metadata)),
            Err(error) => return Ok(Looked::Closed(unreadable(path, &plain(&error)))),
        };
        Ok(match found {
            Some((real, metadata, linked)) if metadata.is_dir() => Looked::Folder(self.scan_below(path, &real, linked)),
            Some((_, metadata, _)) if metadata.is_file() && is_markdown(path) => Looked::File(entry(path, &metadata)),
            _ => Looked::Nothing,
        })
    }

    /// Says whether a link stands at a path below the folder.
    #[must_use]
    pub fn is_link(&self, path: &str) -> bool {
        fs::symlink_metadata(self.root.join(path)).is_ok_and(|metadata| metadata.is_symlink())
    }

    /// Gives what tells the folder that is there from another in its place, to which a link may lead by now; `None` when
    /// there is none.
    #[must_use]
    pub fn identity(&self) -> Option<(u64, u64)> {
        let metadata = fs::metadata(&self.asked).ok().filter(Metadata::is_dir)?;
        Some((device(&metadata), inode(&metadata)))
    }

    /// Says whether the folder is there and nothing at all is in it, as in the place of a disk that is not mounted.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        fs::read_dir(&self.root).is_ok_and(|mut entries| entries.next().is_none())
    }

    /// Says whether what stands at a path has that very name. Where upper and lower case are the same to the file
    /// system, it answers to names that it no longer has.
    fn is_so_named(&self, path: &str, metadata: &Metadata) -> bool {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let other: String = name
            .chars()
            .flat_map(
                |c| if c.is_lowercase() { c.to_uppercase().collect() } else { c.to_lowercase().collect::<Vec<_>>() },
            )
            .collect();
        let above = self.root.join(above);
        let answers = other != name
            && fs::metadata(above.join(other)).is_ok_and(|there| {
                (inode(&there), there.len(), there.modified().ok())
                    == (inode(metadata), metadata.len(), metadata.modified().ok())
            });
        !answers || fs::read_dir(above).into_iter().flatten().flatten().any(|entry| entry.file_name() == name)
    }

    /// Reads the file at a path below the folder.
    ///
    /// # Errors
    /// A finding when the path leaves the folder or is left out, or when the file cannot be read or is
    /// longer than the limit.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        self.content(path).map(|content| content.bytes)
    }

    /// The same, with what the file was when it was read. One that changes meanwhile is read again, but not for ever.
    ///
    /// # Errors
    /// As [`Folder::read`].
    pub fn content(&self, path: &str) -> Result<Content, Diagnostic> {
        let mut content = self.content_once(path)?;
        for _ in 1..MOST_READS {
            if content.settled {
                break;
            }
            content = self.content_once(path)?;
        }
        Ok(content)
    }

    fn content_once(&self, path: &str) -> Result<Content, Diagnostic> {
        let failed = |error: io::Error| unreadable(path, &plain(&error)).help(MAKE_READABLE);
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
        // Of what was opened, which may be another file by now.
        let before = entry(path, &file.metadata().map_err(failed)?);
        // The file may grow while it is read.
        let mut content = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        (&mut file).take(self.max_bytes.saturating_add(1)).read_to_end(&mut content).map_err(failed)?;
        if content.len() as u64 > self.max_bytes {
            return Err(too_large());
        }
        let after = entry(path, &file.metadata().map_err(failed)?);
        let settled = before == after && content.len() as u64 == before.size;
        Ok(Content { bytes: content, entry: before, settled })
    }

    /// Walks over the folder `real`, whose path is `prefix`; `linked` when a link led there.
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

    /// Walks over one tree; the linked folders that it meets are noted in `links`.
    fn walk(&self, prefix: &str, real: &Path, linked: bool, scan: &mut Scan, links: &mut Vec<(String, PathBuf)>) {
        let mut walk = WalkDir::new(real).min_depth(1).into_iter();
        while let Some(found) = walk.next() {
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    // What vanishes during the walk is simply gone.
                    if error.io_error().is_some_and(|error| error.kind() != io::ErrorKind::NotFound) {
                        // Without a path, one of the folders could not be read to its end.
                        let path = error.path().map_or_else(|| prefix.to_owned(), |path| shown(prefix, real, path));
                        let reason = error.io_error().map_or_else(String::new, plain);
                        scan.failures.push(
                            Diagnostic::new(
                                &path,
                                Code::FolderUnreadable,
                                format!("the folder cannot be read: {reason}"),
                            )
                            .help(MAKE_READABLE),
                        );
                    }
                    continue;
                }
            };
            let kind = found.file_type();
            let Some(name) = found.file_name().to_str() else {
                let path = shown(prefix, real, found.path());
                if kind.is_dir() {
                    walk.skip_current_dir();
                } else if !is_markdown(&path) {
                    scan.others += 1;
                    continue;
                }
                scan.failures.push(
                    Diagnostic::new(&path, Code::FileNameInvalid, format!("the name `{}` is not UTF-8", last(&path)))
                        .help("rename it, so that it can be part of an address"),
                );
                continue;
            };
            let path = || shown(prefix, real, found.path());
            let ruled_out = is_left_out(name) || self.excluded.iter().any(|path| path == found.path());
            if kind.is_dir() {
                if ruled_out {
                    scan.left_out.push(path());
                    walk.skip_current_dir();
                }
            } else if ruled_out {
                // Hidden files are editors' and tools' own.
                scan.hidden += 1;
            } else if kind.is_symlink() {
                let path = path();
                match self.target(found.path()) {
                    Target::Inside(target, metadata) if metadata.is_dir() => {
                        // A link to a folder above itself would hold the folder within itself.
                        if !linked && !found.path().starts_with(&target) {
                            scan.links.push((path.clone(), shown("", &self.root, &target)));
                            links.push((path, target));
                        }
                    }
                    Target::Inside(target, metadata) if metadata.is_file() && is_markdown(name) => {
                        scan.links.push((path.clone(), shown("", &self.root, &target)));
                        scan.entries.push(entry(&path, &metadata));
                    }
                    Target::Inside(..) => scan.others += 1,
                    Target::LeftOut => scan.left_out.push(path),
                    Target::Outside => scan.outside.push(path),
                }
            } else if kind.is_file() && is_markdown(name) {
                match found.metadata() {
                    Ok(metadata) => scan.entries.push(entry(&path(), &metadata)),
                    Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => {}
                    Err(error) => {
                        let reason = error.io_error().map_or_else(|| error.to_string(), plain);
                        let message = format!("the file cannot be read: {reason}");
                        scan.failures.push(Diagnostic::new(&path(), Code::FileUnreadable, message));
                    }
                }
            } else {
                scan.others += 1;
            }
        }
    }

    /// Finds what stands at a path, by the rules of a scan: the real path, what it is, and whether a
    /// linked folder is on the way.
    ///
    /// # Errors
    /// When that cannot be told; what is not there is `None`.
    fn resolve(&self, path: &str) -> io::Result<Option<(PathBuf, Metadata, bool)>> {
        let mut real = self.root.clone();
        let mut metadata = fs::symlink_metadata(&real)?;
        let mut linked = false;
        for name in path.split('/') {
            let strange = name.is_empty() || name == ".." || name.contains(['\0', std::path::MAIN_SEPARATOR]);
            if strange || is_left_out(name) || !metadata.is_dir() {
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

    /// Follows a symbolic link and judges where it leads.
    fn target(&self, link: &Path) -> Target {
        let Ok(target) = link.canonicalize() else { return Target::Outside };
        let Ok(below) = target.strip_prefix(&self.root) else { return Target::Outside };
        let by_name = below.iter().any(|name| name.to_str().is_none_or(is_left_out));
        if by_name || self.excluded.iter().any(|path| target.starts_with(path)) {
            return Target::LeftOut;
        }
        match fs::metadata(&target) {
            Ok(metadata) => Target::Inside(target, metadata),
            Err(_) => Target::Outside,
        }
    }
}

/// Where a symbolic link leads.
enum Target {
    Inside(PathBuf, Metadata),
    LeftOut,
    Outside,
}

fn is_left_out(name: &str) -> bool {
    name.starts_with('.') || LEFT_OUT.contains(&name)
}

fn is_markdown(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Writes the path of `found`, which lies below `real`, as a path below the folder.
fn shown(prefix: &str, real: &Path, found: &Path) -> String {
    let mut path = prefix.to_owned();
    for part in found.strip_prefix(real).unwrap_or(found).iter() {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(&part.to_string_lossy());
    }
    path
}

fn entry(path: &str, metadata: &Metadata) -> Entry {
    let modified_ns = metadata.modified().map_or(0, |time| match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    });
    Entry {
        path: path.to_owned(),
        size: metadata.len(),
        modified_ns,
        noted_ns: noted(metadata),
        inode: inode(metadata),
    }
}

#[cfg(unix)]
fn noted(metadata: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn noted(_: &Metadata) -> i64 {
    0
}

#[cfg(unix)]
fn device(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::dev(metadata)
}

#[cfg(not(unix))]
fn device(_: &Metadata) -> u64 {
    0
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

fn unreadable(path: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(path, Code::FileUnreadable, format!("the file cannot be read: {reason}"))
}

/// Says whether an error only tells that nothing stands there. Any other may be over soon, as when a network is away.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | InvalidFilename | InvalidInput)
}

/// Says in words what the operating system said, without its number.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is gone".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

/// Writes a number of bytes as a person would.
fn bytes(count: u64) -> String {
    const MEBI: u64 = 1024 * 1024;
    if count >= MEBI && count.is_multiple_of(MEBI) { format!("{} MiB", count / MEBI) } else { format!("{count} bytes") }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;

    /// Makes files (`name`), folders (`name/`) and links (`name -> target`).
    fn folder(what: &[&str]) -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("posts");
        fs::create_dir(&root).unwrap();
        for name in what {
            let (name, target) = name.split_once(" -> ").map_or((*name, None), |(name, to)| (name, Some(to)));
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match target {
                #[cfg(unix)]
                Some(target) => std::os::unix::fs::symlink(target, path).unwrap(),
                #[cfg(not(unix))]
                Some(_) => {}
                None if name.ends_with('/') => fs::create_dir_all(path).unwrap(),
                None => fs::write(path, "正文").unwrap(),
            }
        }
        let excluded = root.canonicalize().unwrap().join("index");
        let folder = Folder::open(&root, &[excluded], 64).unwrap();
        (home, folder)
    }

    fn paths(scan: &Scan) -> Vec<&str> {
        scan.entries.iter().map(|entry| entry.path.as_str()).collect()
    }

    /// Scans, and sees to it that a look at each path, and reading it, follow the same rules.
    #[track_caller]
    fn check(what: &[&str], expected: &[&str]) -> Scan {
        let (_home, folder) = folder(what);
        let scan = folder.scan().unwrap();
        assert_eq!(paths(&scan), expected);
        assert_eq!(folder.look("").unwrap(), Looked::Folder(scan.clone()));
        for entry in &scan.entries {
            assert_eq!(folder.look(&entry.path).unwrap(), Looked::File(entry.clone()));
            assert_eq!(folder.read(&entry.path).unwrap(), "正文".as_bytes());
            if let Some((parent, _)) = entry.path.rsplit_once('/') {
                let looked = folder.look(parent).unwrap();
                assert!(
                    matches!(&looked, Looked::Folder(below) if below.entries.contains(entry)),
                    "{parent}: {looked:?}"
                );
            }
        }
        for path in scan.left_out.iter().chain(&scan.outside) {
            assert_eq!(folder.look(path).unwrap(), Looked::Nothing, "{path}");
        }
        scan
    }

    #[test]
    fn markdown_files_are_found_in_order() {
        let scan = check(
            &["b.md", "a.MARKDOWN", "2022/案例.md", "photo.jpg", "notes.txt", "empty/"],
            &["2022/案例.md", "a.MARKDOWN", "b.md"],
        );
        assert_eq!(scan.others, 2);
    }

    #[test]
    fn what_is_no_post_is_left_out() {
        let scan = check(
            &[
                "a.md",
                ".git/x.md",
                "node_modules/y/readme.md",
                "blog/_drafts/z.md",
                "_site/a.md",
                "index/i.md",
                ".a.md.md",
            ],
            &["a.md"],
        );
        assert_eq!(scan.left_out, [".git", "_site", "blog/_drafts", "index", "node_modules"]);
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_inside_only() {
        let scan = check(
            &[
                "a.md",
                "real/b.md",
                "c.md -> a.md",
                "linked -> real",
                "d.md -> ../../elsewhere.md",
                "e.md -> nowhere.md",
            ],
            &["a.md", "c.md", "linked/b.md", "real/b.md"],
        );
        assert_eq!(scan.outside, ["d.md", "e.md"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_does_not_open_what_is_left_out() {
        let scan = check(&["_drafts/secret.md", "open -> _drafts", "one.md -> _drafts/secret.md"], &[]);
        assert_eq!(scan.left_out, ["_drafts", "one.md", "open"]);
    }

    #[test]
    #[cfg(unix)]
    fn links_in_a_circle_end() {
        check(
            &["a.md", "up -> .", "x/b.md", "x/back -> ..", "x/y -> ../z", "z/c.md", "z/x -> ../x", "self -> self"],
            &["a.md", "x/b.md", "x/y/c.md", "z/c.md", "z/x/b.md"],
        );
    }

    #[test]
    #[cfg(unix)]
    fn one_file_of_two_names_that_differ_in_case_has_both() {
        // Where case does not matter, only one of them would be listed.
        let (_home, folder) = folder(&["a.md"]);
        fs::hard_link(folder.root().join("a.md"), folder.root().join("A.MD")).unwrap();
        let looked = |path: &str| matches!(folder.look(path).unwrap(), Looked::File(entry) if entry.path == path);
        assert!(looked("a.md") && looked("A.MD"));
        assert_eq!(folder.look("A.md").unwrap(), Looked::Nothing);
    }

    #[test]
    fn the_bytes_of_a_file_come_with_what_it_was_then() {
        let (_home, folder) = folder(&["a.md"]);
        let content = folder.content("a.md").unwrap();
        assert!(content.settled);
        assert_eq!(Looked::File(content.entry), folder.look("a.md").unwrap());
        // A file that is written all the time is given all the same.
        let path = folder.root().join("a.md");
        let end = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !end.load(std::sync::atomic::Ordering::Relaxed) {
                    fs::write(&path, "正文").unwrap();
                }
            });
            for _ in 0..200 {
                assert!(folder.content("a.md").is_ok_and(|content| content.bytes.len() <= 6));
            }
            end.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    }

    #[test]
    fn a_folder_is_bare_when_nothing_at_all_is_in_it() {
        let (_home, folder) = folder(&[]);
        assert!(folder.is_bare());
        let identity = folder.identity();
        fs::write(folder.root().join(".keep"), "").unwrap();
        assert!(!folder.is_bare() && identity.is_some() && folder.identity() == identity);
        fs::remove_dir_all(folder.root()).unwrap();
        assert!(!folder.is_bare() && folder.identity().is_none());
    }

    #[test]
    fn no_path_leaves_the_folder() {
        let (home, folder) = folder(&["a.md", "x/"]);
        fs::write(home.path().join("secret.md"), "秘密").unwrap();
        for path in
            ["../secret.md", "x/../../secret.md", "/etc/hosts", "x//", "./a.md", "a.md/", "a\0.md", "..", "x", ""]
        {
            assert!(folder.read(path).is_err(), "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(home.path(), folder.root().join("out")).unwrap();
            assert!(folder.read("out/secret.md").is_err());
            assert_eq!(folder.look("out").unwrap(), Looked::Nothing);
        }
    }

    #[test]
    fn a_file_over_the_limit_is_not_read() {
        let (_home, folder) = folder(&["a.md"]);
        fs::write(folder.root().join("a.md"), [b'a'; 64]).unwrap();
        assert_eq!(folder.read("a.md").unwrap().len(), 64);
        fs::write(folder.root().join("a.md"), [b'a'; 65]).unwrap();
        let found = folder.read("a.md").unwrap_err();
        assert_eq!(
            (found.code, found.message.as_str()),
            (Code::FileTooLarge, "the file is longer than 64 bytes, the limit")
        );
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error_and_a_file_is_not() {
        let (home, folder) = folder(&["a.md"]);
        fs::remove_file(folder.root().join("a.md")).unwrap();
        assert_eq!(folder.look("a.md").unwrap(), Looked::Nothing);
        assert_eq!(folder.read("a.md").unwrap_err().code, Code::FileUnreadable);
        drop(home);
        assert!(folder.scan().is_err() && folder.look("a.md").is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_name_that_is_not_text_is_a_finding() {
        use std::os::unix::ffi::OsStrExt;
        let (_home, folder) = folder(&["a.md"]);
        fs::write(folder.root().join(std::ffi::OsStr::from_bytes(b"\xB0\xB8\xC0\xFD.md")), "x").unwrap();
        let scan = folder.scan().unwrap();
        assert_eq!((paths(&scan), scan.failures.len()), (vec!["a.md"], 1));
        assert_eq!(scan.failures[0].code, Code::FileNameInvalid);
    }
}
