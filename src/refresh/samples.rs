//! Takes samples of the posts of a first build, from which the index learns how to compress posts.

use rayon::prelude::*;

use super::{RefreshError, Refresher, Run};
use crate::{
    content::{Visibility, folder::Entry},
    engine::{MAX_SAMPLE, sample},
};

/// About the number of bytes of all samples. Learning takes a sixth of a second; twice as many bytes take twice as long, and
/// save less than a hundredth of the size of stored posts.
const SAMPLES_BYTES: u64 = 512 << 10;

impl Refresher {
    /// Learns how to compress posts from some of the files of a first build, spread evenly. They are read again later.
    pub(super) fn learn_compression(&mut self, files: &[Entry], run: &Run<'_>) -> Result<(), RefreshError> {
        let bytes: u64 = files.iter().map(|file| file.size.min(MAX_SAMPLE as u64)).sum();
        let step = usize::try_from(bytes.div_ceil(SAMPLES_BYTES)).unwrap_or(usize::MAX).max(1);
        let samples: Vec<Vec<u8>> = files.par_iter().step_by(step).filter_map(|file| self.sample(file, run)).collect();
        self.may_go_on()?;
        Ok(self.indexer.learn_compression(&samples)?)
    }

    /// Returns a sample of the post of a file; `None` where the file gives no post for everybody to find.
    fn sample(&self, file: &Entry, run: &Run<'_>) -> Option<Vec<u8>> {
        self.may_go_on().ok()?;
        // An unreadable file is reported when it is read again.
        let bytes = self.source.folder().read(&file.path).ok()?;
        let parsed = self.source.parse(&file.path, &bytes);
        let is_visible = matches!(parsed.visibility(run.now), Visibility::Visible { .. });
        parsed.post.filter(|_| is_visible).map(|post| sample(&post))
    }
}
