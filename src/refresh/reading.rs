//! Reads one file at a time and puts its post into the index, or records why there is none.

use jiff::Timestamp;

use super::{RefreshError, Refresher};
use crate::{
    content::{
        Hidden, Parsed, Visibility,
        diagnostic::{Code, Diagnostic},
        folder::{Entry, Looked},
        panics::{self, Step},
    },
    engine::{FileRecord, Fingerprint, Known, Reason},
    post::{Post, PostId},
};

/// Age in nanoseconds below which a change is too recent: a second change may leave the timestamp equal.
const MIN_AGE_NS: i64 = 2_000_000_000;
/// Replaces a timestamp that cannot be trusted.
const UNTRUSTED: i64 = i64::MIN;

/// The outcome for a file.
pub(super) enum Outcome {
    /// The file no longer exists.
    Gone,
    Put,
    Same,
    /// The file is unchanged, under a newer fingerprint.
    Seen,
    WithoutPost,
}

/// A file that was read.
pub(super) enum Read {
    /// The file gave no new post, and the index knows that.
    Done(Taken),
    /// The file gave a post that is still to be put into the index.
    Post(Box<NewPost>),
}

/// The new record of a file, the outcome, and the number of bytes read.
pub(super) type Taken = (Known, Outcome, u64);

/// A post that is still to be put into the index.
pub(super) struct NewPost {
    record: FileRecord,
    pub post: Post,
    bytes: u64,
}

impl Refresher {
    /// Reads one file; called by many threads. `now` is the current time for the dates of posts.
    pub(super) fn read(&self, entry: &Entry, now: Timestamp) -> Result<Read, RefreshError> {
        let Self { source, indexer, known, distrust, .. } = self;
        let before = known.get(&entry.path);
        let path = entry.path.clone();
        let read = source.folder().content(&entry.path);
        let too_fresh = is_too_fresh(entry) || !read.as_ref().is_ok_and(|content| content.settled);
        // The file may have been replaced between the plan and the reading.
        let mut fingerprint = print(read.as_ref().map_or(entry, |content| &content.entry));
        if too_fresh || read.as_ref().is_ok_and(|content| is_too_fresh(&content.entry)) {
            fingerprint.modified = UNTRUSTED;
        }
        let bytes = match read {
            Ok(content) => content.bytes,
            Err(finding) => {
                let record =
                    FileRecord { path, fingerprint, due: None, reason: Some(Reason::Failed), findings: vec![finding] };
                if matches!(source.folder().look(&entry.path), Ok(Looked::Nothing)) {
                    if before.is_some() {
                        indexer.remove(&entry.path)?;
                    }
                    return Ok(Read::Done((Known { record, searchable: false }, Outcome::Gone, 0)));
                }
                let keep = before.is_some_and(|known| known.searchable);
                return Ok(Read::Done(self.without_post(record, before, keep, 0)?));
            }
        };
        let length = bytes.len() as u64;
        let (hash, depends) = source.hash(&entry.path, &bytes);
        fingerprint.hash = hash;
        if depends {
            // Another file may change the post, so that every refresh reads this one.
            fingerprint.modified = UNTRUSTED;
        }
        if let Some(before) = before.filter(|_| !distrust) {
            let record = &before.record;
            let over = record.due.is_some_and(|due| due <= now.as_second());
            // A record without a hash belongs to a file that was unreadable, or to a duplicate, which was not read at
            // all.
            if record.fingerprint.hash == fingerprint.hash && record.fingerprint.hash != 0 && !over {
                // A new fingerprint saves reading a recently changed, touched or copied file at every start.
                let newer = !too_fresh && fingerprint != record.fingerprint;
                let record = FileRecord { fingerprint, ..record.clone() };
                if newer {
                    indexer.see(&record)?;
                }
                let what = if newer { Outcome::Seen } else { Outcome::Same };
                return Ok(Read::Done((Known { record, searchable: before.searchable }, what, length)));
            }
        }
        let parsed = source.parse(&entry.path, &bytes);
        let searchable_before = before.is_some_and(|known| known.searchable);
        let (reason, due) = reason_and_due(&parsed, now, searchable_before);
        let mut findings = parsed.diagnostics;
        if reason.is_some_and(|reason| reason != Reason::Failed) {
            // Findings are public, so they must not quote a post that is not to be found.
            findings.iter_mut().for_each(Diagnostic::withhold);
        }
        let record = FileRecord { path, fingerprint, due, reason, findings };
        if let (None, Some(post)) = (reason, parsed.post) {
            return Ok(Read::Post(Box::new(NewPost { record, post, bytes: length })));
        }
        self.failed(record, before, length).map(Read::Done)
    }

    /// Puts a post into the index; called by many threads.
    pub(super) fn put(&self, new: NewPost) -> Result<Taken, RefreshError> {
        let NewPost { mut record, post, bytes } = new;
        let before = self.known.get(&record.path);
        // The writer accepts the post only after all of its documents are made.
        let put = || self.indexer.put(&record, Some(&post), before.is_some(), false);
        match panics::caught(self.source.folder().root(), &record.path, Step::Indexing, put) {
            Ok(put) => {
                put?;
                Ok((Known { record, searchable: true }, Outcome::Put, bytes))
            }
            Err(finding) => {
                record.reason = Some(Reason::Failed);
                record.findings.push(finding);
                self.failed(record, before, bytes)
            }
        }
    }

    /// Records that a file gave no post.
    fn failed(&self, mut record: FileRecord, before: Option<&Known>, length: u64) -> Result<Taken, RefreshError> {
        if has_panicked(&record) {
            // Like an unreadable file, the file is tried again by every refresh that examines it.
            record.fingerprint.hash = 0;
        }
        let searchable_before = before.is_some_and(|known| known.searchable);
        let keep = searchable_before && record.reason.is_none_or(|reason| reason == Reason::Failed);
        self.without_post(record, before, keep, length)
    }

    fn without_post(
        &self,
        record: FileRecord,
        before: Option<&Known>,
        keep: bool,
        length: u64,
    ) -> Result<Taken, RefreshError> {
        let same = before.is_some_and(|known| {
            let same = known.record.reason == record.reason && known.record.findings == record.findings;
            same && known.record.due == record.due
                && known.searchable == keep
                && known.record.fingerprint.hash == record.fingerprint.hash
        });
        if !same || self.distrust {
            self.indexer.put(&record, None, before.is_some(), keep)?;
        }
        let what = if same { Outcome::Same } else { Outcome::WithoutPost };
        Ok((Known { record, searchable: keep }, what, length))
    }
}

/// Makes the record of a file that was not read because the file `owner` has its post id.
pub(super) fn shadowed_record(entry: &Entry, owner: &str) -> FileRecord {
    let message = format!("`{}` and `{owner}` have the same post id `{}`", entry.path, PostId::of_path(&entry.path));
    let finding = Diagnostic::new(&entry.path, Code::IdDuplicate, message).help("rename one of them");
    FileRecord {
        path: entry.path.clone(),
        fingerprint: print(entry),
        due: None,
        reason: Some(Reason::Failed),
        findings: vec![finding],
    }
}

/// Returns whether the last reading of a file ended in a panic.
pub(super) fn has_panicked(record: &FileRecord) -> bool {
    record.findings.iter().any(|finding| finding.code == Code::ReaderPanicked)
}

const fn print(entry: &Entry) -> Fingerprint {
    Fingerprint { size: entry.size, modified: entry.times(), inode: entry.inode, hash: 0 }
}

/// Returns whether a file may change again with equal timestamps, which can be as coarse as two seconds. Uses the
/// change time of the system, since anybody can set the modification time. A time in the future counts as too recent.
fn is_too_fresh(entry: &Entry) -> bool {
    let now = i64::try_from(Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX);
    let changed = if entry.noted_ns == 0 { entry.modified_ns } else { entry.noted_ns };
    now.saturating_sub(changed) < MIN_AGE_NS
}

/// Returns why a file gives no post, if so, and the time in seconds since 1970 at which the file has to be read again.
pub(super) fn reason_and_due(
    parsed: &Parsed,
    now: Timestamp,
    searchable_before: bool,
) -> (Option<Reason>, Option<i64>) {
    match parsed.visibility(now) {
        Visibility::Hidden(Hidden::Draft) => (Some(Reason::Draft), None),
        Visibility::Hidden(Hidden::Unpublished) => (Some(Reason::Unpublished), None),
        Visibility::Hidden(Hidden::Hidden) => (Some(Reason::Hidden), None),
        Visibility::Hidden(Hidden::Excluded) => (Some(Reason::Excluded), None),
        Visibility::Hidden(Hidden::Encrypted) => (Some(Reason::Encrypted), None),
        Visibility::Future(from) => (Some(Reason::Future), Some(from.as_second())),
        Visibility::Expired => (Some(Reason::Expired), None),
        Visibility::Unusable => (Some(Reason::Failed), None),
        Visibility::Visible { until } => {
            // The last good version is better than a version without its front matter.
            let broken = parsed.broken && searchable_before;
            (broken.then_some(Reason::Failed), until.map(|until| until.as_second()))
        }
    }
}
