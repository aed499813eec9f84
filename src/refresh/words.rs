//! Brings new words to old posts: tokenizes the posts again that contain an added or removed word, and no others.
//!
//! Takes each post from the index, not from its file: the text is the same, and a file that has become unreadable is no
//! obstacle. The tokens and the words they were made with change in one commit.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    RefreshError, Refresher, Run,
    reading::NewPost,
    status::{Phase, Reporter},
};
use crate::{
    content::{
        Visibility,
        folder::Entry,
        panics::{Step, caught},
    },
    engine::{Known, Reason, Searcher, learned, vocabulary},
    post::Post,
    text::Analyzer,
};

/// Returns the number of posts of each word; each item has the words of one post.
fn counts(words: impl ParallelIterator<Item = BTreeSet<String>>) -> FxHashMap<String, u32> {
    let counts = words.fold(FxHashMap::default, |mut counts: FxHashMap<String, u32>, words| {
        words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        counts
    });
    counts.reduce(FxHashMap::default, |mut all, some| {
        some.into_iter().for_each(|(word, count)| *all.entry(word).or_default() += count);
        all
    })
}

impl Refresher {
    /// Sets the words for tokenizing: the words configured for the site and the learned vocabulary of the index.
    pub(super) fn use_words(&mut self) -> Result<(), RefreshError> {
        let learned = self.engine.searcher()?.learned()?;
        self.use_learned(&learned);
        Ok(())
    }

    fn use_learned(&mut self, learned: &[String]) {
        let words = self.site_words.with_learned(learned.iter().map(String::as_str));
        if words != *self.indexer.analyzer().dictionary() {
            let used = self.engine.analyzer();
            let analyzer = if words == *used.dictionary() { used } else { Arc::new(Analyzer::with(words)) };
            self.indexer.tokenize_with(analyzer);
        }
    }

    /// Learns the vocabulary from all posts of a first build, before they are tokenized.
    pub(super) fn learn(&mut self, posts: &[Box<NewPost>]) {
        let counts = counts(posts.par_iter().map(|new| self.words_of(&new.post)));
        self.use_learned(&learned(counts));
    }

    /// Learns the vocabulary from the files of a first build that are too many to keep their posts in memory. They are
    /// read again later: that takes a fraction of the time of tokenizing posts again that contain words of later files.
    pub(super) fn learn_ahead(&mut self, files: &[Entry], run: &Run<'_>) -> Result<(), RefreshError> {
        let reporter = Reporter::begin(&self.board, run.progress, Phase::Learning, files.len());
        let counts = counts(files.par_iter().map(|file| {
            if self.may_go_on().is_err() {
                return BTreeSet::new();
            }
            reporter.one_more();
            // An unreadable file is reported when it is read again.
            let Ok(bytes) = self.source.folder().read(&file.path) else { return BTreeSet::new() };
            let parsed = self.source.parse_head(&file.path, &bytes);
            let is_visible = matches!(parsed.visibility(run.now), Visibility::Visible { .. });
            parsed.post.filter(|_| is_visible).map(|post| self.words_of(&post)).unwrap_or_default()
        }));
        self.may_go_on()?;
        self.use_learned(&learned(counts));
        Ok(())
    }

    /// Returns the words of a post for the learned vocabulary.
    fn words_of(&self, post: &Post) -> BTreeSet<String> {
        // A panic is reported when the post is indexed, where the same function is called.
        caught(self.source.folder().root(), &post.path, Step::Learning, || vocabulary(post)).unwrap_or_default()
    }

    /// Tokenizes the posts of `before` again that contain added or removed words, except those put by this run. The
    /// next commit makes them visible.
    pub(super) fn tokenize_again(&mut self, before: &Searcher, run: &mut Run<'_>) -> Result<(), RefreshError> {
        let changed = self.indexer.changed_words();
        if changed.is_empty() {
            return Ok(());
        }
        let mut posts = before.posts_containing(&changed)?;
        posts.retain(|post| !run.put.contains(&post.path));
        let (retokenized, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let reporter = Reporter::begin(&self.board, run.progress, Phase::Retokenizing, posts.len());
        posts.par_iter().try_for_each(|place| {
            reporter.one_more();
            if self.stop.load(Ordering::Relaxed) {
                return Err(RefreshError::Interrupted);
            }
            // Otherwise the file is gone or no longer gives a post.
            if let Some(known) = self.known.get(&place.path).filter(|known| known.searchable)
                && let Some(post) = before.post_containing(place)?
            {
                let again = || self.indexer.tokenize_again(&known.record, &post);
                match caught(self.source.folder().root(), &place.path, Step::Indexing, again) {
                    Ok(again) => {
                        again?;
                        retokenized.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(finding) => {
                        // The post stays as it was, and its file is read again by the next refresh that looks at it.
                        let mut record = known.record.clone();
                        record.reason = Some(Reason::Failed);
                        record.findings.push(finding);
                        record.fingerprint.hash = 0;
                        self.indexer.put(&record, None, true, true)?;
                        let known = Known { record, searchable: true };
                        failed.lock().unwrap_or_else(PoisonError::into_inner).push(known);
                    }
                }
            }
            Ok(())
        })?;
        for known in failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            self.known.put(known);
        }
        run.report.retokenized += retokenized.into_inner();
        self.indexer.all_are_tokenized();
        Ok(())
    }
}
