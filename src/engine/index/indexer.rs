//! The only writer of an index: takes files and their posts, and commits them.
//!
//! Searches see a commit through the callback [`Show`]. Does not know the posts folder.

use std::sync::{Arc, Mutex, PoisonError};

use tantivy::{
    IndexWriter, TantivyError, Term,
    directory::error::OpenWriteError,
    index::SegmentId,
    indexer::{IndexWriterOptions, UserOperation},
};

use crate::{
    engine::{
        error::EngineError,
        index::{
            document::{documents, seen},
            merging::{Gathers, Merging},
            packing::{Packer, train},
            queue::{Queue, Waiting},
            record::FileRecord,
            schema::Fields,
        },
        store::{
            dictionary,
            disk::Gate,
            files::{Files, needed},
            generation::{self, Lock},
            payload::{Payload, after},
        },
    },
    post::Post,
    text::{Analyzer, Difference},
};

/// Bytes that each indexing thread collects before it writes a segment.
const BYTES_PER_THREAD: usize = 96 << 20;
/// A commit that searches have to see.
pub(in crate::engine) struct Committed {
    /// The analyzer of its posts; `None` when that analyzer is in use already.
    pub analyzer: Option<Arc<Analyzer>>,
    /// The checksum of the dictionary with which its posts are compressed.
    pub compression: Option<u64>,
    pub seq: u64,
    pub whole: bool,
}

/// A change by the writer that searches have to see.
pub(in crate::engine) enum Change {
    Committed(Committed),
    /// The segments of the index, after segments may have been merged.
    Merged(Vec<SegmentId>),
    /// The last commit may be another one than the writer knows.
    Unknown,
}

/// Callback that makes a change by the writer visible to searches.
pub(in crate::engine) type Show = Box<dyn Fn(Change) -> Result<(), EngineError> + Send + Sync>;

/// Takes files and their posts. Nothing is visible before [`Indexer::commit`].
pub struct Indexer {
    files: Files,
    fields: Fields,
    show: Show,
    /// The writer of the library; `None` after a failure while no other writer could be made.
    writer: Option<IndexWriter<Waiting>>,
    queue: Arc<Queue>,
    gathers: Gathers,
    /// Held during each operation of the writer. The library numbers the operations before it queues the deletions; if
    /// two threads overtook each other in between, the writer would delete what one of them has just added.
    turn: Mutex<()>,
    /// The analyzer that tokenizes the posts taken from now on.
    analyzer: Arc<Analyzer>,
    /// Compresses the posts taken from now on.
    packer: Packer,
    /// Whether `analyzer` has tokenized every post that other analyzers would tokenize differently.
    tokenized: bool,
    /// The payload of the next commit.
    payload: Payload,
    /// Whether the next commit is the first that covers all files.
    is_first: bool,
    /// The sequence number of the last commit, or of a later commit that failed.
    seq: u64,
    /// Whether this generation is the one in use, and whether all other generations are known to be gone.
    in_use: bool,
    alone: bool,
    /// Dropped after the writer, in this order.
    _closing: Closing,
    lock: Lock,
}

/// Keeps threads of the old writer away from the files, which another writer may use by then.
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
        remove_leftovers(&files)?;
        let gathers = Gathers::default();
        let writer = Some(writer(&files, &gathers)?);
        let payload = files.payload()?.unwrap_or_else(|| first_payload(&analyzer));
        let packer = Packer::open(&files, payload.compression)?;
        let (queue, turn) = (Arc::default(), Mutex::default());
        let alone = in_use && generation::sweep(&files.folder, &[&files.generation]);
        Ok(Self {
            _closing: Closing(files.disk.gate()),
            files,
            fields,
            show,
            writer,
            queue,
            gathers,
            turn,
            analyzer,
            packer,
            tokenized: false,
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

    /// Runs operations of the writer, in order.
    fn run(&self, operations: Vec<UserOperation<Waiting>>) -> Result<(), EngineError> {
        let writer = self.writer()?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        writer.run(operations).map(drop).map_err(|error| self.write_error(error))
    }

    /// Returns the error of a failed write. The library may only know that one of its threads failed; the disk knows
    /// the cause.
    fn write_error(&self, error: TantivyError) -> EngineError {
        let is_told = match &error {
            TantivyError::IoError(error) => error.kind() != std::io::ErrorKind::Other || error.raw_os_error().is_some(),
            TantivyError::OpenWriteError(_) => true,
            _ => false,
        };
        match (is_told, self.files.disk.last_failure()) {
            (true, _) | (_, None) => EngineError::write(error),
            (_, Some((filepath, io_error))) => {
                EngineError::write(TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }))
            }
        }
    }

    /// Makes the dictionary with which posts taken from now on are compressed, if the generation has none: `samples` are
    /// the samples of some posts, see [`crate::engine::sample`]. Few samples make no dictionary.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn learn_compression(&mut self, samples: &[Vec<u8>]) -> Result<(), EngineError> {
        if self.payload.compression.is_none()
            && let Some(dictionary) = train(samples)
        {
            // The file is on the disk before the next commit names it.
            let checksum = dictionary::write(&self.files.disk, &dictionary)?;
            self.packer = Packer::open(&self.files, Some(checksum))?;
            self.payload.compression = Some(checksum);
        }
        Ok(())
    }

    /// Replaces the records and the post of a file; `known` says whether the index has any.
    ///
    /// Without a post, the record of the last good version of the file stays if `keep` is set.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn put(&self, record: &FileRecord, post: Option<&Post>, known: bool, keep: bool) -> Result<(), EngineError> {
        let fields = &self.fields;
        let made = documents(fields, record, post, &self.analyzer, &self.packer)?;
        let forget = |field| UserOperation::Delete(Term::from_field_text(field, &record.path));
        let forgotten = match (known, keep && post.is_none()) {
            (false, _) => Vec::new(),
            (true, true) => vec![forget(fields.without_post), forget(fields.seen)],
            (true, false) => vec![forget(fields.path)],
        };
        let added = self.queue.admit(made).into_iter().map(UserOperation::Add);
        self.run(forgotten.into_iter().chain(added).collect())
    }

    /// Replaces a post of the index by the same post, tokenized by the current analyzer; `record` is the record of its
    /// file.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn tokenize_again(&self, record: &FileRecord, post: &Post) -> Result<(), EngineError> {
        self.put(record, Some(post), true, false)?;
        // The record of why the current version of the file gave no post was removed together with the post.
        if record.reason.is_some() { self.put(record, None, true, true) } else { Ok(()) }
    }

    /// Records a newer fingerprint for a file that was read again and has the same content.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn see(&self, record: &FileRecord) -> Result<(), EngineError> {
        let fields = &self.fields;
        let delete = UserOperation::Delete(Term::from_field_text(fields.seen, &record.path));
        let add = self.queue.admit(vec![seen(fields, record)]).into_iter().map(UserOperation::Add);
        self.run(std::iter::once(delete).chain(add).collect())
    }

    /// Removes all records of the file at `path`.
    ///
    /// # Errors
    /// When the writer has stopped.
    pub fn remove(&self, path: &str) -> Result<(), EngineError> {
        self.run(vec![UserOperation::Delete(Term::from_field_text(self.fields.path, path))])
    }

    /// Makes everything taken since the last commit durable and visible, all at once.
    ///
    /// # Errors
    /// When the disk is full or failing. After [`Self::roll_back`], either everything or nothing of the commit is
    /// visible, since the last step may be the one that failed.
    pub fn commit(&mut self) -> Result<(), EngineError> {
        if !self.lock.is_whole() {
            let what = "its lock was removed while it was being written".to_owned();
            return Err(EngineError::damaged(&self.files.folder, what));
        }
        let changed = self.changed_words();
        let mut payload = self.payload.clone();
        if changed.is_empty() || self.tokenized {
            payload.words = self.analyzer.dictionary().clone();
            payload.doubtful = Difference::default();
        } else {
            payload.doubtful = changed;
        }
        // A commit that fails may be on the disk nevertheless.
        self.seq = after(self.seq);
        payload.seq = self.seq;
        let writer = self.writer.as_mut().ok_or(EngineError::Closed)?;
        let text = payload.write()?;
        let committed = writer.prepare_commit().and_then(|mut prepared| {
            prepared.set_payload(&text);
            self.gathers.set(self.is_first && has_room_for_merges(&self.files));
            prepared.commit()
        });
        self.gathers.set(false);
        committed.map_err(|error| self.write_error(error))?;
        // Earlier failures of the disk did not affect this commit.
        self.files.disk.forget_failure();
        let settled = payload.doubtful.is_empty();
        self.is_first = false;
        let (seq, whole, compression) = (payload.seq, payload.is_whole(), payload.compression);
        self.payload = payload;
        self.tokenized = false;
        let analyzer = settled.then(|| self.analyzer.clone());
        (self.show)(Change::Committed(Committed { analyzer, compression, seq, whole }))
    }

    /// Makes segments visible that were merged since the last commit, and removes files and generations that are no
    /// longer needed. Writes the pointer again if this generation is in use and the pointer was removed.
    ///
    /// # Errors
    /// When the index cannot be read, or the disk is full or failing.
    pub fn tidy(&mut self) -> Result<(), EngineError> {
        (self.show)(Change::Merged(self.files.index.searchable_segment_ids().map_err(EngineError::read)?))?;
        // A file that cannot be removed now is removed another time.
        drop(self.writer.as_ref().map(IndexWriter::garbage_collect_files));
        if self.in_use && self.lock.is_whole() { self.take_over() } else { Ok(()) }
    }

    /// Returns the analyzer that tokenizes the posts taken from now on.
    #[must_use]
    pub const fn analyzer(&self) -> &Arc<Analyzer> {
        &self.analyzer
    }

    /// Tokenizes posts with another analyzer from now on. Searches keep the analyzer that they use.
    pub fn tokenize_with(&mut self, analyzer: Arc<Analyzer>) {
        self.analyzer = analyzer;
        self.tokenized = false;
    }

    /// Returns the words because of which posts of the index may be tokenized differently from posts taken now. As long
    /// as there are any, commits do not change the dictionary of the index.
    #[must_use]
    pub fn changed_words(&self) -> Difference {
        let mut changed = self.payload.words.difference(self.analyzer.dictionary());
        changed.add(self.payload.doubtful.clone());
        changed
    }

    /// Declares that all posts that contain changed words were tokenized again. The next commit changes the dictionary
    /// of the index, and searches use the new analyzer.
    pub const fn all_are_tokenized(&mut self) {
        self.tokenized = true;
    }

    /// Returns whether the next commit changes what the index records about its words.
    #[must_use]
    pub fn words_differ(&self) -> bool {
        self.payload.words != *self.analyzer.dictionary() || !self.payload.doubtful.is_empty()
    }

    /// Sets the settings, in the words of the caller, with which all files of the index were read. The next commit
    /// stores them.
    pub fn read_with(&mut self, settings: &str) {
        self.is_first |= !self.payload.is_whole();
        self.payload.settings = Some(settings.to_owned());
    }

    /// Discards everything taken since the last commit, and makes that commit visible.
    ///
    /// # Errors
    /// When the writer cannot be made again, or the commit cannot be read; the call can then be repeated.
    pub fn roll_back(&mut self) -> Result<(), EngineError> {
        // A writer that failed cannot be trusted to restart itself. It must be dropped before another writer is made.
        self.tokenized = false;
        self.writer = None;
        // The last step of a commit may have failed, after which the commit counts.
        self.payload = self.files.payload()?.unwrap_or_else(|| first_payload(&self.analyzer));
        self.packer = Packer::open(&self.files, self.payload.compression)?;
        (self.show)(Change::Unknown)?;
        remove_leftovers(&self.files)?;
        self.writer = Some(writer(&self.files, &self.gathers)?);
        Ok(())
    }

    /// Puts this generation in use, if another one still is, and removes the generations that nobody reads any more.
    ///
    /// # Errors
    /// When the disk is full or failing.
    pub fn take_over(&mut self) -> Result<(), EngineError> {
        let (folder, name) = (&self.files.folder, &self.files.generation);
        let others = generation::current(folder)?.is_none_or(|current| current != **name);
        if others {
            generation::set_current(folder, name)?;
        }
        self.in_use = true;
        if others || !self.alone {
            self.alone = generation::sweep(folder, &[name]);
        }
        Ok(())
    }

    /// Returns whether this generation is the one in use.
    #[must_use]
    pub const fn is_in_use(&self) -> bool {
        self.in_use
    }

    /// Waits for running merges, and ends the writer.
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

/// Returns whether the disk has room for the segments of a first build and for the same segments merged. Merges are not
/// waited for: the index gives the same answers without them.
fn has_room_for_merges(files: &Files) -> bool {
    let has_room = |bytes: u64| generation::free_bytes(&files.folder).is_none_or(|room| room > bytes.saturating_mul(2));
    files.bytes().is_ok_and(has_room)
}

/// Returns the payload of an index without posts, in which nothing is tokenized yet.
fn first_payload(analyzer: &Analyzer) -> Payload {
    Payload { words: analyzer.dictionary().clone(), ..Payload::default() }
}

/// Removes files that the last commit does not need: remains of a writer that failed or was killed.
fn remove_leftovers(files: &Files) -> Result<(), EngineError> {
    let metas = files.index.load_metas().map_err(EngineError::read)?;
    files.disk.tidy(&needed(&metas)?);
    Ok(())
}

/// Makes a writer of the library.
fn writer(files: &Files, gathers: &Gathers) -> Result<IndexWriter<Waiting>, EngineError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 4);
    let options = IndexWriterOptions::builder()
        .num_worker_threads(threads)
        .memory_budget_per_thread(BYTES_PER_THREAD)
        // Merging is not urgent: half of the machine stays free for searches.
        .num_merge_threads(threads.div_ceil(2))
        .build();
    let writer: IndexWriter<Waiting> = files.index.writer_with_options(options).map_err(EngineError::write)?;
    writer.set_merge_policy(Box::new(Merging::new(gathers.clone())));
    // The library numbers operations, and begins with the number of the last commit. A merge of committed segments
    // would take a deletion with that number for one of the last commit, and segments with deletions of that commit
    // would skip it: the post that was to be replaced would stay beside its replacement. This uses up the number.
    writer.run([]).map_err(EngineError::write)?;
    Ok(writer)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use std::{path::Path, sync::LazyLock};

    use tantivy::merge_policy::NoMergePolicy;

    use super::*;
    use crate::{
        engine::{
            Engine, Opened,
            faults::{FaultKind, lay},
            index::record::Fingerprint,
            verify,
        },
        post::{FrontMatter, PostId},
    };

    fn open(folder: &Path) -> Opened {
        static ANALYZER: LazyLock<Arc<Analyzer>> = LazyLock::new(|| Arc::new(Analyzer::new()));
        Engine::open_for_writing(folder, ANALYZER.clone(), false, "a test").unwrap()
    }

    fn put(indexer: &Indexer, path: &str, text: &str, known: bool) {
        try_put(indexer, path, text, known).unwrap();
    }

    fn try_put(indexer: &Indexer, path: &str, text: &str, known: bool) -> Result<(), EngineError> {
        let post = Post {
            id: PostId::of_path(path),
            path: path.to_owned(),
            title: path.to_owned(),
            front: FrontMatter::default(),
            url: String::new(),
            text: text.to_owned(),
            sections: Vec::new(),
            lines: Vec::new(),
        };
        let (fingerprint, findings) = (Fingerprint::default(), Vec::new());
        let record = FileRecord { path: path.to_owned(), fingerprint, due: None, reason: None, findings };
        indexer.put(&record, Some(&post), known, false)
    }

    #[test]
    fn a_post_replaced_first_after_a_start_is_there_once_though_its_segment_is_merged() {
        let folder = tempfile::tempdir().unwrap();
        let Opened { mut indexer, .. } = open(folder.path());
        indexer.writer().unwrap().set_merge_policy(Box::new(NoMergePolicy));
        let mut before = Vec::new();
        for paths in [&["一.md", "二.md", "三.md", "十.md"][..], &["四.md", "五.md", "六.md"]] {
            paths.iter().for_each(|path| put(&indexer, path, "旧的一版，先交押金。", false));
            indexer.commit().unwrap();
            // Each thread of the writer may have made a segment.
            let mut made = indexer.files.index.searchable_segment_ids().unwrap();
            made.retain(|id| !before.contains(id));
            before.extend(indexer.writer.as_mut().unwrap().merge(&made).wait().unwrap().map(|meta| meta.id()));
        }
        put(&indexer, "四.md", "新的一版，押金不退。", true);
        indexer.commit().unwrap();
        // As where a process is killed before it merges the segments because of what is deleted.
        drop(indexer);
        let Opened { engine, mut indexer, .. } = open(folder.path());
        put(&indexer, "五.md", "新的一版，押金不退。", true);
        indexer.commit().unwrap();
        indexer.finish().unwrap();
        assert_eq!(engine.searcher().unwrap().counts().0, 7);
    }

    /// Builds an index whose posts are compressed with a dictionary.
    fn build(indexer: &mut Indexer) -> Result<(), EngineError> {
        let sample =
            |i: usize| format!("第{i}班渡轮已经靠岸，请持票的乘客从{}号口登船。", i % 7).repeat(40).into_bytes();
        indexer.learn_compression(&(0..60).map(sample).collect::<Vec<_>>())?;
        try_put(indexer, "渡.md", "渡轮已经靠岸，请持票的乘客登船。", true)?;
        indexer.commit()
    }

    /// Builds with a fault at a call; afterwards everything is as if there had been none. Returns whether the call came.
    #[track_caller]
    fn check_fault(kind: FaultKind, at: usize) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let mut opened = open(folder.path());
        let laid = lay(folder.path(), kind, at);
        let built = build(&mut opened.indexer);
        let struck = laid.struck();
        assert!(built.is_ok() || struck, "{kind:?} at {at}: {built:?}");
        if kind == FaultKind::PowerCut {
            drop(opened);
            laid.lose_power().unwrap();
            drop(laid);
            opened = open(folder.path());
        } else {
            drop(laid);
            opened.indexer.roll_back().unwrap();
        }
        assert_eq!(opened.rebuilt, None, "{kind:?} at {at}");
        build(&mut opened.indexer).unwrap();
        assert!(opened.indexer.payload.compression.is_some(), "{kind:?} at {at}");
        opened.indexer.finish().unwrap();
        let post = opened.engine.searcher().unwrap().post(&PostId::of_path("渡.md")).unwrap();
        assert!(post.is_some_and(|post| post.text.contains("持票")), "{kind:?} at {at}");
        assert_eq!(verify(folder.path()).unwrap().0.damages, [], "{kind:?} at {at}");
        struck
    }

    #[test]
    fn a_failing_disk_while_compression_is_learned_costs_nothing() {
        let kinds = [FaultKind::Full, FaultKind::Broken, FaultKind::Short];
        let failed = (0..).take_while(|&at| check_fault(kinds[at % kinds.len()], at)).count();
        let cut = (0..).take_while(|&at| check_fault(FaultKind::PowerCut, at)).count();
        assert!(failed > 10 && cut > 10, "only {failed} and {cut} calls");
    }
}
