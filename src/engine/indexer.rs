//! The one writer of an index: takes files and their posts, and commits them.

use std::sync::Arc;

use tantivy::{
    IndexWriter, Term,
    indexer::{LogMergePolicy, UserOperation},
};

use super::{
    Engine, EngineError, FileRecord,
    document::{documents, seen},
    generation::Lock,
    queue::{Queue, Waiting},
};
use crate::post::Post;

/// How many bytes each indexing thread collects before it writes a segment.
const BUDGET: usize = 96 << 20;

/// Takes files and their posts. What it takes is seen by nobody before [`Indexer::commit`].
pub struct Indexer {
    engine: Engine,
    /// Missing when the last one failed and no other could be made yet.
    writer: Option<IndexWriter<Waiting>>,
    queue: Arc<Queue>,
    settings: Option<String>,
    _lock: Lock,
}

impl std::fmt::Debug for Indexer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Indexer").field("engine", &self.engine).finish_non_exhaustive()
    }
}

impl Indexer {
    pub(super) fn new(engine: &Engine, lock: Lock) -> Result<Self, EngineError> {
        let writer = Some(writer(engine)?);
        let settings = engine.settings()?;
        Ok(Self { engine: engine.clone(), writer, queue: Arc::default(), settings, _lock: lock })
    }

    fn writer(&self) -> Result<&IndexWriter<Waiting>, EngineError> {
        self.writer.as_ref().ok_or(EngineError::Closed)
    }

    /// Puts a file in the place of all that is known of it; `known` says whether anything is.
    ///
    /// Without a post, what is known of its last good version stays if `keep` says so.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn put(&self, record: &FileRecord, post: Option<&Post>, known: bool, keep: bool) -> Result<(), EngineError> {
        let fields = &self.engine.fields;
        let made = documents(fields, record, post, &self.engine.analyzer)
            .map_err(|error| EngineError::Stored(error.to_string()))?;
        let forget = |field| UserOperation::Delete(Term::from_field_text(field, &record.path));
        let forgotten = match (known, keep && post.is_none()) {
            (false, _) => Vec::new(),
            (true, true) => vec![forget(fields.without_post), forget(fields.seen)],
            (true, false) => vec![forget(fields.path)],
        };
        let added = self.queue.admit(made).into_iter().map(UserOperation::Add);
        let operations: Vec<_> = forgotten.into_iter().chain(added).collect();
        self.writer()?.run(operations).map(drop).map_err(EngineError::write)
    }

    /// Notes that a file was read again and is what it was, under a newer fingerprint.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn see(&self, record: &FileRecord) -> Result<(), EngineError> {
        let fields = &self.engine.fields;
        let delete = UserOperation::Delete(Term::from_field_text(fields.seen, &record.path));
        let add = self.queue.admit(vec![seen(fields, record)]).into_iter().map(UserOperation::Add);
        let operations: Vec<_> = std::iter::once(delete).chain(add).collect();
        self.writer()?.run(operations).map(drop).map_err(EngineError::write)
    }

    /// Removes all that is known of the file at `path`.
    ///
    /// # Errors
    /// When the writer has stopped.
    pub fn remove(&self, path: &str) -> Result<(), EngineError> {
        self.writer()?.delete_term(Term::from_field_text(self.engine.fields.path, path));
        Ok(())
    }

    /// Makes everything taken since the last commit durable and visible, all at once.
    ///
    /// # Errors
    /// When the disk is full or failing; then nothing of it is visible.
    pub fn commit(&mut self) -> Result<(), EngineError> {
        let writer = self.writer.as_mut().ok_or(EngineError::Closed)?;
        let mut prepared = writer.prepare_commit().map_err(EngineError::write)?;
        if let Some(settings) = &self.settings {
            prepared.set_payload(settings);
        }
        prepared.commit().map_err(EngineError::write)?;
        self.engine.reload()
    }

    /// Says with what settings, in the words of the caller, all files of the index were read; the next
    /// commit keeps it.
    pub fn read_with(&mut self, settings: &str) {
        self.settings = Some(settings.to_owned());
    }

    /// Forgets everything taken since the last commit.
    ///
    /// # Errors
    /// When the writer cannot start anew.
    pub fn roll_back(&mut self) -> Result<(), EngineError> {
        // A writer that failed cannot be trusted to begin again by itself; it must be gone before another is made.
        self.writer = None;
        self.writer = Some(writer(&self.engine)?);
        Ok(())
    }

    /// Waits until segments that are being merged are merged, and ends.
    ///
    /// # Errors
    /// When a merge failed.
    pub fn finish(self) -> Result<(), EngineError> {
        let Self { engine, writer, .. } = self;
        if let Some(writer) = writer {
            writer.wait_merging_threads().map_err(EngineError::write)?;
        }
        engine.reload()
    }
}

/// Makes a writer.
fn writer(engine: &Engine) -> Result<IndexWriter<Waiting>, EngineError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 4);
    let writer: IndexWriter<Waiting> =
        engine.index.writer_with_num_threads(threads, BUDGET * threads).map_err(EngineError::write)?;
    let mut policy = LogMergePolicy::default();
    // Deleted documents take time at every search; a third of them is enough to merge.
    policy.set_del_docs_ratio_before_merge(0.3);
    writer.set_merge_policy(Box::new(policy));
    Ok(writer)
}
