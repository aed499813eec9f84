//! What goes wrong, and what must be true all the same.

use std::{collections::BTreeMap, fs};

use anli::{
    engine::{Engine, FileRecord},
    post::{Post, PostId},
};

use super::Blog;

/// All that an index says of the posts, document by document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Truth {
    /// What is known of every file, but for its time stamps and its number on the disk; and its post.
    files: BTreeMap<String, (FileRecord, Option<Post>)>,
    posts: usize,
    cases: usize,
}

impl Truth {
    /// Reads it from an index.
    pub(crate) fn of(engine: &Engine) -> Self {
        let searcher = engine.searcher().unwrap();
        let (posts, cases) = searcher.counts();
        let files: BTreeMap<_, _> = searcher
            .files()
            .unwrap()
            .into_iter()
            .map(|(path, known)| {
                let mut record = known.record;
                (record.fingerprint.modified, record.fingerprint.inode) = (0, 0);
                let post = known.searchable.then(|| searcher.post(&PostId::of_path(&path)).unwrap().unwrap());
                (path, (record, post))
            })
            .collect();
        // Else a post is there twice, or nobody knows whose it is.
        assert_eq!(posts, files.values().filter(|(_, post)| post.is_some()).count(), "{files:?}");
        Self { files, posts, cases }
    }

    /// Says whether it is that of an index without posts.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl Blog {
    /// The writing process ends without a word.
    pub(crate) fn crash(mut self) -> Self {
        self.open = None;
        self
    }

    /// Gives what the index says that is open for writing, if one is.
    pub(crate) fn truth(&self) -> Option<Truth> {
        self.open.as_ref().map(|(engine, _)| Truth::of(engine))
    }

    /// Gives what another process finds.
    pub(crate) fn truth_elsewhere(&self) -> Option<Truth> {
        Engine::open(&self.index()).ok().map(|engine| Truth::of(&engine))
    }

    /// Gives what an index says that is built from nothing.
    pub(crate) fn truth_anew(&self) -> Truth {
        let mut anew = Self::new();
        anew.now = self.now;
        for entry in walkdir::WalkDir::new(self.path("")).into_iter().map(Result::unwrap) {
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(self.path("")).unwrap();
                anew = anew.file(path.to_str().unwrap(), fs::read(entry.path()).unwrap());
            }
        }
        let anew = anew.refresh();
        anew.truth().unwrap()
    }
}

/// Makes the index one whose posts another way of cutting cut.
pub(crate) fn of_another_kind(blog: Blog) -> Blog {
    let current = blog.index().join("current");
    let name = fs::read_to_string(&current).unwrap();
    let parts: Vec<&str> = name.trim().split('-').collect();
    // One that was left behind by a disk that failed may still be there.
    let named = |ending: u32| format!("{}-{}-0123456789abcdef{ending:x}-{}", parts[0], parts[1], parts[3]);
    let other = (0..).map(named).find(|name| !blog.index().join(name).exists()).unwrap();
    fs::rename(blog.index().join(name.trim()), blog.index().join(&other)).unwrap();
    fs::write(current, other).unwrap();
    blog
}
