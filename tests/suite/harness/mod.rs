//! Stories about a blog: what its author writes, what a reader then finds.

pub(crate) mod author;
pub(crate) mod contents;
pub(crate) mod dice;
pub(crate) mod found;
pub(crate) mod program;
mod router;
mod service;
mod trouble;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use anli::{
    content::{Source, SourceOptions},
    engine::{Engine, Searcher},
    query::{Grain, Page, Query, Rule, Synonyms},
    refresh::{RefreshError, Refresher, Report, Scope, Status},
    text::{Analyzer, Dictionary},
};
use jiff::Timestamp;
use tempfile::TempDir;
use walkdir::WalkDir;

pub(crate) use self::{
    found::Found,
    program::Ran,
    service::{Answer, Service, escaped, eventually},
    trouble::{Truth, of_another_kind},
};

/// Making one takes a third of a second, and all are equal.
static ANALYZER: LazyLock<Arc<Analyzer>> = LazyLock::new(|| Arc::new(Analyzer::new()));

/// Gives the analyzer that all tests share.
pub(crate) fn analyzer() -> Arc<Analyzer> {
    ANALYZER.clone()
}

/// Makes an empty folder, in memory where there is such a place: every commit waits for a real disk.
fn home() -> TempDir {
    let make = |folder: &Path| tempfile::Builder::new().prefix("anli-suite-").tempdir_in(folder);
    make(Path::new("/dev/shm")).or_else(|_| make(&std::env::temp_dir())).unwrap()
}

/// A folder of posts with the index beside it.
#[must_use = "its folder goes with it"]
pub(crate) struct Blog {
    home: TempDir,
    /// The folder of posts, below `home`.
    posts: String,
    options: SourceOptions,
    now: Option<Timestamp>,
    words: Dictionary,
    open: Option<(Engine, Refresher)>,
    report: Report,
    rebuilt: Option<String>,
}

/// What an author does.
impl Blog {
    /// An empty blog.
    pub(crate) fn new() -> Self {
        let home = home();
        fs::create_dir(home.path().join("posts")).unwrap();
        // A generator's configuration in a folder above must not matter.
        fs::create_dir(home.path().join(".git")).unwrap();
        let options = SourceOptions {
            excluded: vec![home.path().join("index")],
            max_file_bytes: 1 << 20,
            ..SourceOptions::default()
        };
        let words = Dictionary::field();
        let posts = "posts".to_owned();
        Self { home, posts, options, now: None, words, open: None, report: Report::default(), rebuilt: None }
    }

    /// A blog of the posts of a folder, indexed, with the names that the program knows by itself.
    pub(crate) fn of_folder(root: &Path) -> Self {
        let files = WalkDir::new(root).into_iter().map(Result::unwrap).filter(|found| found.file_type().is_file());
        let blog = files.fold(Self::new(), |blog, found| {
            let path = found.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            blog.file(&path, fs::read(found.path()).unwrap())
        });
        blog.refresh().field_synonyms()
    }

    /// A copy of the site in `root`, whose posts are in its folder `posts` (empty for the site itself).
    pub(crate) fn of_site(root: &Path, posts: &str) -> Self {
        let mut blog = Self::new();
        blog.posts = format!("site/{posts}");
        let site = blog.home().join("site");
        for found in WalkDir::new(root).into_iter().map(Result::unwrap) {
            let copy = site.join(found.path().strip_prefix(root).unwrap());
            if found.file_type().is_dir() {
                fs::create_dir_all(copy).unwrap();
            } else {
                fs::copy(found.path(), copy).unwrap();
            }
        }
        blog
    }

    /// A post, as the whole text of its file.
    pub(crate) fn post(self, path: &str, text: &str) -> Self {
        self.file(path, text.as_bytes())
    }

    /// A post with a title and a body.
    pub(crate) fn titled(self, path: &str, title: &str, body: &str) -> Self {
        self.post(path, &format!("---\ntitle: {title}\n---\n{body}\n"))
    }

    /// Any file of the posts folder.
    pub(crate) fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// A file beside the posts folder, such as `anli.yaml`.
    pub(crate) fn beside(self, name: &str, text: &str) -> Self {
        fs::write(self.home().join(name), text).unwrap();
        self
    }

    /// Replaces a piece of a post, which must stand in it.
    pub(crate) fn edit(self, path: &str, from: &str, to: &str) -> Self {
        let file = self.path(path);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "`{from}` is not in `{path}`");
        fs::write(file, text.replace(from, to)).unwrap();
        self
    }

    /// Renames a file or a folder.
    pub(crate) fn rename(self, from: &str, to: &str) -> Self {
        let to = self.path(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.path(from), to).unwrap();
        self
    }

    /// Deletes a file or a folder.
    pub(crate) fn delete(self, path: &str) -> Self {
        let path = self.path(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap()
        } else {
            fs::remove_file(path).unwrap()
        }
        self
    }

    /// A symbolic link in the posts folder.
    #[cfg(unix)]
    pub(crate) fn link(self, path: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.path(path)).unwrap();
        self
    }

    /// Gives a path below the posts folder in full.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.home().join(&self.posts).join(path)
    }

    /// Gives the folder of the index.
    pub(crate) fn index(&self) -> PathBuf {
        self.home().join("index")
    }

    /// Gives the folder that holds `posts` and `index`.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }
}

/// What the library does.
impl Blog {
    /// Says how posts are read from the next refresh on.
    pub(crate) fn site_config(mut self, change: impl FnOnce(&mut SourceOptions)) -> Self {
        change(&mut self.options);
        let posts = self.path("");
        if let Some((_, refresher)) = self.open.as_mut() {
            refresher.replace_source(Source::open(&posts, &self.options).unwrap());
        }
        self
    }

    /// Says what words the site knows from the next refresh on.
    pub(crate) fn words(mut self, words: Dictionary) -> Self {
        if let Some((_, refresher)) = self.open.as_mut() {
            refresher.replace_words(&words);
        }
        self.words = words;
        self
    }

    /// Makes it a certain moment.
    pub(crate) fn at(mut self, now: &str) -> Self {
        self.now = Some(now.parse().unwrap());
        self
    }

    /// Makes the index equal to the posts.
    pub(crate) fn refresh(self) -> Self {
        self.refresh_in(&Scope::All)
    }

    /// Looks only at these paths.
    pub(crate) fn refresh_at(self, paths: &[&str]) -> Self {
        self.refresh_in(&Scope::Paths(paths.iter().map(|&path| path.to_owned()).collect()))
    }

    fn refresh_in(mut self, scope: &Scope) -> Self {
        self.try_refresh(scope).unwrap();
        self
    }

    /// Makes the index equal to the posts within a scope, which may fail; then the next try goes on.
    pub(crate) fn try_refresh(&mut self, scope: &Scope) -> Result<(), RefreshError> {
        self.try_in(scope, false)
    }

    /// Builds the index anew, which may fail.
    pub(crate) fn try_rebuild(&mut self) -> Result<(), RefreshError> {
        self.open = None;
        self.try_in(&Scope::All, true).inspect_err(|_| self.open = None)
    }

    fn try_in(&mut self, scope: &Scope, fresh: bool) -> Result<(), RefreshError> {
        if self.open.is_none() {
            let source = Source::open(&self.path(""), &self.options).unwrap();
            let analyzer = if self.words == *analyzer().dictionary() {
                analyzer()
            } else {
                Analyzer::with(self.words.clone()).into()
            };
            let opened = Engine::open_for_writing(&self.index(), analyzer, fresh, "a test")?;
            self.rebuilt.clone_from(&opened.rebuilt);
            let refresher = Refresher::new(source, opened)?;
            self.open = Some((refresher.engine().clone(), refresher));
        }
        let now = self.now.unwrap_or_else(Timestamp::now);
        let (_, refresher) = self.open.as_mut().unwrap();
        self.report = refresher.refresh(scope, now, &|_, _| {})?;
        Ok(())
    }

    /// Ends the writing process; the next refresh is another process's.
    pub(crate) fn close(mut self) -> Self {
        if let Some((_, refresher)) = self.open.take() {
            refresher.finish().unwrap();
        }
        self
    }

    /// Uses the field's own names of one thing, as the program does.
    pub(crate) fn field_synonyms(self) -> Self {
        let synonyms = Synonyms::new(&[], true).unwrap();
        self.open.as_ref().expect("a first refresh").0.set_synonyms(Arc::new(synonyms));
        self
    }

    /// Says what has several names, from now on; the field's own names are not among it.
    pub(crate) fn synonyms(self, rules: &[Rule]) -> Self {
        let synonyms = Synonyms::new(rules, false).unwrap();
        self.open.as_ref().expect("a first refresh").0.set_synonyms(Arc::new(synonyms));
        self
    }

    /// Gives what the last refresh did.
    pub(crate) const fn report(&self) -> &Report {
        &self.report
    }

    /// Gives why the last opening of the index began anew.
    pub(crate) fn rebuilt(&self) -> Option<&str> {
        self.rebuilt.as_deref()
    }

    /// Gives the state of things.
    pub(crate) fn status(&self) -> Arc<Status> {
        self.refresher().board().status()
    }

    /// Gives the refresher, which a first refresh has made.
    pub(crate) fn refresher(&self) -> &Refresher {
        &self.open.as_ref().expect("a first refresh").1
    }

    /// Brings the files of the index in order.
    pub(crate) fn tidy(&mut self) {
        self.open.as_mut().expect("a first refresh").1.tidy().unwrap();
    }

    /// Gives the engine, which a first refresh has opened.
    pub(crate) fn engine(&self) -> &Engine {
        &self.open.as_ref().expect("a first refresh").0
    }

    /// Gives a snapshot of the index.
    pub(crate) fn searcher(&self) -> Searcher {
        self.engine().searcher().unwrap()
    }

    /// Searches posts.
    pub(crate) fn search(&self, text: &str) -> Found {
        self.search_with(text, |_| {})
    }

    /// Searches single cases.
    pub(crate) fn cases(&self, text: &str) -> Found {
        self.search_with(text, |query| query.grain = Grain::Cases)
    }

    /// Searches with more than a text; up to 100 hits unless the change says otherwise.
    pub(crate) fn search_with(&self, text: &str, change: impl FnOnce(&mut Query)) -> Found {
        let page = Page { limit: Page::MOST, offset: 0 };
        let mut query = Query { text: text.to_owned(), page, ..Query::default() };
        change(&mut query);
        let hits = self.searcher().search(&query).unwrap();
        Found::new(format!("{text:?}"), hits)
    }
}
