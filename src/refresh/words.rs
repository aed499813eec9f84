//! Brings new words to old posts: tokenizes the posts again that contain an added or removed word, and no others.
//!
//! Takes each post from the index, not from its file: the text is the same, and a file that has become unreadable is no
//! obstacle. The tokens and the words they were made with change in one commit.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    RefreshError, Refresher, Run,
    status::{Phase, Reporter},
};
use crate::{
    content::{
        Visibility,
        folder::Entry,
        panics::{Step, caught},
    },
    engine::{Known, Reason, Searcher, learned, vocabulary},
    text::Analyzer,
};

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

    /// Learns the vocabulary from the files of a first build, so that posts need not be tokenized again after all are
    /// read. Reading the files takes a fraction of the time of tokenizing them.
    pub(super) fn learn_ahead(&mut self, files: &[Entry], run: &Run<'_>) -> Result<(), RefreshError> {
        let reporter = Reporter::begin(&self.board, run.progress, Phase::Learning, files.len());
        let counts: Mutex<FxHashMap<String, u32>> = Mutex::default();
        files.par_iter().try_for_each(|file| {
            if self.stop.load(Ordering::Relaxed) {
                return Err(RefreshError::Interrupted);
            }
            reporter.one_more();
            // An unreadable file is reported when it is read again.
            let Ok(bytes) = self.source.folder().read(&file.path) else { return Ok(()) };
            let parsed = self.source.parse(&file.path, &bytes);
            if matches!(parsed.visibility(run.now), Visibility::Visible { .. })
                && let Some(post) = &parsed.post
            {
                let root = self.source.folder().root();
                // A panic is reported when the post is indexed, where the same function is called.
                let Ok(words) = caught(root, &file.path, Step::Learning, || vocabulary(post)) else { return Ok(()) };
                let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
            }
            Ok(())
        })?;
        self.use_learned(&learned(counts.into_inner().unwrap_or_else(PoisonError::into_inner)));
        Ok(())
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
