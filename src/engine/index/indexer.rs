//! The one writer of an index: takes files and their posts, and commits them.

use std::sync::{Arc, Mutex, PoisonError};

use tantivy::{
    IndexWriter, SegmentMeta, TantivyError, Term,
    directory::error::OpenWriteError,
    index::SegmentId,
    indexer::{IndexWriterOptions, LogMergePolicy, UserOperation},
};

use crate::{
    engine::{
        error::EngineError,
        index::{
            document::{documents, seen},
            queue::{Queue, Waiting},
            record::FileRecord,
            schema::Fields,
        },
        store::{
            disk::Gate,
            files::Files,
            generation::{self, Lock},
            payload::{Payload, after},
        },
    },
    post::Post,
    text::{Analyzer, Difference},
};

/// How many bytes each indexing thread collects before it writes a segment.
const BUDGET: usize = 96 << 20;
/// Segments of fewer documents are merged with each other whatever their sizes.
const SMALL_SEGMENT: u32 = 1_000;
/// Larger ones are merged with those of about their size: up to so many doublings apart.
const SIZES_APART: f64 = 2.0;
/// A first build of no more documents than this ends as one segment: each has dictionaries of its own, which are a third of
/// a small index and are asked one after the other by every search. To merge more takes longer than a person waits.
const ONE_SEGMENT: u32 = 20_000;

/// What a writer did that those who search are to see.
pub(in crate::engine) enum Change {
    /// A commit; the analyzer of its posts, unless that is still the one in use.
    Committed { analyzer: Option<Arc<Analyzer>>, seq: u64, whole: bool },
    /// Segments were perhaps merged; these are the segments now.
    Merged(Vec<SegmentId>),
    /// Another state may be the last commit.
    Unknown,
}

/// Shows those who search what a writer did.
pub(in crate::engine) type Show = Box<dyn Fn(Change) -> Result<(), EngineError> + Send + Sync>;

/// Takes files and their posts. What it takes is seen by nobody before [`Indexer::commit`].
pub struct Indexer {
    files: Files,
    fields: Fields,
    show: Show,
    /// Missing when the last one failed and no other could be made yet.
    writer: Option<IndexWriter<Waiting>>,
    queue: Arc<Queue>,
    /// Held while the writer takes something. It counts what it takes before it queues what is to go; two threads that
    /// overtake each other in between would have it delete what one of them has just added.
    turn: Mutex<()>,
    /// Cuts what is taken.
    analyzer: Arc<Analyzer>,
    /// Whether it cut all posts that any other would cut differently.
    cut: bool,
    /// What the next commit says.
    payload: Payload,
    /// Whether the next commit is the first that says that all files were read.
    is_first: bool,
    /// The number of the last commit, or of one that failed since.
    seq: u64,
    /// Whether this generation is the one in use, and whether others may be left beside it.
    in_use: bool,
    alone: bool,
    /// Both are given back after the writer, in this order.
    _closing: Closing,
    lock: Lock,
}

/// Keeps threads that the writer leaves behind from the files, which another may write by then.
struct Closing(Gate);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl std::fmt::Debug for Indexer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Indexer").field("generation", &self.files.generation).finish_non_exhaustive()
    }
}

impl Indexer {
    pub(in crate::engine) fn new(
        files: Files,
        (fields, show): (Fields, Show),
        analyzer: Arc<Analyzer>,
        lock: Lock,
        in_use: bool,
        seq: u64,
    ) -> Result<Self, EngineError> {
        clear_away(&files)?;
        let writer = Some(writer(&files)?);
        let payload = files.payload()?.unwrap_or_else(|| first_payload(&analyzer));
        let (queue, turn) = (Arc::default(), Mutex::default());
        let alone = in_use && generation::sweep(&files.folder, &[&files.generation]);
        Ok(Self {
            _closing: Closing(files.disk.gate()),
            files,
            fields,
            show,
            writer,
            queue,
            turn,
            analyzer,
            cut: false,
            payload,
            is_first: false,
            seq,
            in_use,
            alone,
            lock,
        })
    }

    fn writer(&self) -> Result<&IndexWriter<Waiting>, EngineError> {
        self.writer.as_ref().ok_or(EngineError::Closed)
    }

    /// Has the writer do these things, one behind the other.
    fn run(&self, operations: Vec<UserOperation<Waiting>>) -> Result<(), EngineError> {
        let writer = self.writer()?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        writer.run(operations).map(drop).map_err(|error| self.unwritten(error))
    }

    /// Says why something could not be written. Where the library only knows that a thread of its own failed, the disk
    /// knows why.
    fn unwritten(&self, error: TantivyError) -> EngineError {
        let is_told = match &error {
            TantivyError::IoError(error) => error.kind() != std::io::ErrorKind::Other || error.raw_os_error().is_some(),
            TantivyError::OpenWriteError(_) => true,
            _ => false,
        };
        match (is_told, self.files.disk.trouble()) {
            (true, _) | (_, None) => EngineError::write(error),
            (_, Some((filepath, io_error))) => {
                EngineError::write(TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }))
            }
        }
    }

    /// Puts a file in the place of all that is known of it; `known` says whether anything is.
    ///
    /// Without a post, what is known of its last good version stays if `keep` says so.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn put(&self, record: &FileRecord, post: Option<&Post>, known: bool, keep: bool) -> Result<(), EngineError> {
        let fields = &self.fields;
        let made = documents(fields, record, post, &self.analyzer)?;
        let forget = |field| UserOperation::Delete(Term::from_field_text(field, &record.path));
        let forgotten = match (known, keep && post.is_none()) {
            (false, _) => Vec::new(),
            (true, true) => vec![forget(fields.without_post), forget(fields.seen)],
            (true, false) => vec![forget(fields.path)],
        };
        let added = self.queue.admit(made).into_iter().map(UserOperation::Add);
        self.run(forgotten.into_iter().chain(added).collect())
    }

    /// Puts a post of the index in its own place, cut by the analyzer in use now; `record` is what is known of its file.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn tokenize_again(&self, record: &FileRecord, post: &Post) -> Result<(), EngineError> {
        self.put(record, Some(post), true, false)?;
        // What says why the file as it is now gave no post went with the rest.
        if record.reason.is_some() { self.put(record, None, true, true) } else { Ok(()) }
    }

    /// Notes that a file was read again and is what it was, under a newer fingerprint.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn see(&self, record: &FileRecord) -> Result<(), EngineError> {
        let fields = &self.fields;
        let delete = UserOperation::Delete(Term::from_field_text(fields.seen, &record.path));
        let add = self.queue.admit(vec![seen(fields, record)]).into_iter().map(UserOperation::Add);
        self.run(std::iter::once(delete).chain(add).collect())
    }

    /// Removes all that is known of the file at `path`.
    ///
    /// # Errors
    /// When the writer has stopped.
    pub fn remove(&self, path: &str) -> Result<(), EngineError> {
        self.run(vec![UserOperation::Delete(Term::from_field_text(self.fields.path, path))])
    }

    /// Makes everything taken since the last commit durable and visible, all at once.
    ///
    /// # Errors
    /// When the disk is full or failing. Then all of it is visible after [`Self::roll_back`], or nothing: the last step may
    /// be the one that failed.
    pub fn commit(&mut self) -> Result<(), EngineError> {
        if !self.lock.is_whole() {
            let what = "its lock was removed while it was being written".to_owned();
            return Err(EngineError::damaged(&self.files.folder, what));
        }
        let changed = self.changed_words();
        let mut payload = self.payload.clone();
        if changed.is_empty() || self.cut {
            payload.words = self.analyzer.dictionary().clone();
            payload.doubtful = Difference::default();
        } else {
            payload.doubtful = changed;
        }
        // One that fails may be on disk all the same.
        self.seq = after(self.seq);
        payload.seq = self.seq;
        let writer = self.writer.as_mut().ok_or(EngineError::Closed)?;
        let text = payload.write()?;
        let committed = writer.prepare_commit().and_then(|mut prepared| {
            prepared.set_payload(&text);
            prepared.commit()
        });
        committed.map_err(|error| self.unwritten(error))?;
        // What failed before did not matter.
        self.files.disk.well();
        let settled = payload.doubtful.is_empty();
        let is_first = std::mem::take(&mut self.is_first);
        let (seq, whole) = (payload.seq, payload.is_whole());
        self.payload = payload;
        self.cut = false;
        let analyzer = settled.then(|| self.analyzer.clone());
        (self.show)(Change::Committed { analyzer, seq, whole })?;
        if is_first { self.gather() } else { Ok(()) }
    }

    /// Has the segments of a small first build merged, by threads of the writer, if the disk has room for both.
    fn gather(&mut self) -> Result<(), EngineError> {
        let metas = self.files.index.load_metas().map_err(EngineError::read)?;
        let documents: u32 = metas.segments.iter().map(SegmentMeta::max_doc).sum();
        let bytes = self.files.disk.bytes_of(metas.list_segment_files());
        let has_room = generation::room(&self.files.folder).is_none_or(|room| room > bytes.saturating_mul(2));
        if let (Some(writer), true) =
            (&mut self.writer, metas.segments.len() > 1 && documents <= ONE_SEGMENT && has_room)
        {
            let ids: Vec<SegmentId> = metas.segments.iter().map(SegmentMeta::id).collect();
            // Nobody waits for it, and without it the index is as good.
            drop(writer.merge(&ids));
        }
        Ok(())
    }

    /// Shows segments that were merged since the last commit, removes files and generations that nobody needs any more, and
    /// names this generation again as the one in use, if it is, but somebody removed the pointer.
    ///
    /// # Errors
    /// When the index cannot be read, or the disk is full or failing.
    pub fn tidy(&mut self) -> Result<(), EngineError> {
        (self.show)(Change::Merged(self.files.index.searchable_segment_ids().map_err(EngineError::read)?))?;
        // What cannot be removed goes another time.
        drop(self.writer.as_ref().map(IndexWriter::garbage_collect_files));
        if self.in_use && self.lock.is_whole() { self.take_over() } else { Ok(()) }
    }

    /// Gives the analyzer that cuts what is taken.
    #[must_use]
    pub const fn analyzer(&self) -> &Arc<Analyzer> {
        &self.analyzer
    }

    /// Cuts posts with another analyzer from now on; searches go on with the one that they use.
    pub fn tokenize_with(&mut self, analyzer: Arc<Analyzer>) {
        self.analyzer = analyzer;
        self.cut = false;
    }

    /// Gives the words because of which posts of the index may be cut otherwise than what is taken now. As long as
    /// there are any, commits leave the words of the index as they are.
    #[must_use]
    pub fn changed_words(&self) -> Difference {
        let mut changed = self.payload.words.difference(self.analyzer.dictionary());
        changed.add(self.payload.doubtful.clone());
        changed
    }

    /// Says that all posts that hold changed words were taken anew: the next commit changes the words of the index,
    /// and searches are cut by them.
    pub const fn all_are_tokenized(&mut self) {
        self.cut = true;
    }

    /// Says whether the next commit changes what the index says of its words.
    #[must_use]
    pub fn words_differ(&self) -> bool {
        self.payload.words != *self.analyzer.dictionary() || !self.payload.doubtful.is_empty()
    }

    /// Says with what settings, in the words of the caller, all files of the index were read; the next
    /// commit keeps it.
    pub fn read_with(&mut self, settings: &str) {
        self.is_first |= !self.payload.is_whole();
        self.payload.settings = Some(settings.to_owned());
    }

    /// Forgets everything taken since the last commit, and shows that commit.
    ///
    /// # Errors
    /// When the writer cannot start anew, or the commit cannot be read; then it can be tried again.
    pub fn roll_back(&mut self) -> Result<(), EngineError> {
        // A writer that failed cannot be trusted to begin again by itself; it must be gone before another is made.
        self.cut = false;
        self.writer = None;
        // What failed may have been the last step of a commit, after which it counts.
        self.payload = self.files.payload()?.unwrap_or_else(|| first_payload(&self.analyzer));
        (self.show)(Change::Unknown)?;
        clear_away(&self.files)?;
        self.writer = Some(writer(&self.files)?);
        Ok(())
    }

    /// Makes this generation the one in use, if another still is, and removes those that nobody reads any more.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn take_over(&mut self) -> Result<(), EngineError> {
        let (folder, name) = (&self.files.folder, &self.files.generation);
        let others = generation::current(folder)?.is_none_or(|current| current != **name);
        if others {
            generation::point(folder, name)?;
        }
        self.in_use = true;
        if others || !self.alone {
            self.alone = generation::sweep(folder, &[name]);
        }
        Ok(())
    }

    /// Says whether this generation is the one in use.
    #[must_use]
    pub const fn is_in_use(&self) -> bool {
        self.in_use
    }

    /// Waits until segments that are being merged are merged, and ends.
    ///
    /// # Errors
    /// When a merge failed.
    pub fn finish(self) -> Result<(), EngineError> {
        let Self { show, writer, .. } = self;
        if let Some(writer) = writer {
            writer.wait_merging_threads().map_err(EngineError::write)?;
        }
        show(Change::Unknown)
    }
}

/// Gives what the first commit says of words: nothing is cut yet.
fn first_payload(analyzer: &Analyzer) -> Payload {
    Payload { words: analyzer.dictionary().clone(), ..Payload::default() }
}

/// Removes files that the last commit does not need, which a writer left that failed or was killed.
fn clear_away(files: &Files) -> Result<(), EngineError> {
    let metas = files.index.load_metas().map_err(EngineError::read)?;
    files.disk.tidy(&metas.list_segment_files());
    Ok(())
}

/// Makes a writer.
fn writer(files: &Files) -> Result<IndexWriter<Waiting>, EngineError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 4);
    let options = IndexWriterOptions::builder()
        .num_worker_threads(threads)
        .memory_budget_per_thread(BUDGET)
        // Merging is nobody's hurry: half of the machine stays with searches.
        .num_merge_threads(threads.div_ceil(2))
        .build();
    let writer: IndexWriter<Waiting> = files.index.writer_with_options(options).map_err(EngineError::write)?;
    let mut policy = LogMergePolicy::default();
    // Deleted documents take time at every search; a third of them is enough to merge.
    policy.set_del_docs_ratio_before_merge(0.3);
    // One saved post makes a segment of its own. To merge a handful of them must not cost a walk through thousands of
    // documents, and few sizes apart make few segments in all.
    policy.set_min_layer_size(SMALL_SEGMENT);
    policy.set_level_log_size(SIZES_APART);
    writer.set_merge_policy(Box::new(policy));
    Ok(writer)
}
