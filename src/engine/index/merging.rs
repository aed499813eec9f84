//! Decides which segments the library merges.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tantivy::{
    SegmentMeta,
    index::SegmentId,
    indexer::{LogMergePolicy, MergeCandidate, MergePolicy},
};

/// Segments with fewer documents are merged with each other, whatever their sizes.
const SMALL_SEGMENT: u32 = 1_000;
/// Larger segments are merged with segments of similar size: up to this number of doublings apart.
const SIZES_APART: f64 = 2.0;
/// After a first build, the smallest segments are merged that have at most this many documents together: all of them, if
/// the build is small. Each segment has its own dictionaries, which are a third of a small index, and every search asks the
/// segments one after the other. Merging more documents takes longer than a person waits.
const GATHERED: u32 = 20_000;

/// Whether a first build ends with the next commit, which gathers its small segments. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathers(Arc<AtomicBool>);

impl Gathers {
    pub(super) fn set(&self, gathers: bool) {
        self.0.store(gathers, Ordering::Relaxed);
    }
}

/// The merge policy. Unlike the writer, it knows which segments are being merged already: it is not asked about them.
#[derive(Debug)]
pub(super) struct Merging {
    by_size: LogMergePolicy,
    gathers: Gathers,
}

impl Merging {
    pub(super) fn new(gathers: Gathers) -> Self {
        let mut by_size = LogMergePolicy::default();
        // Deleted documents cost time in every search, so a share of a third is enough for a merge.
        by_size.set_del_docs_ratio_before_merge(0.3);
        // Each saved post makes a segment of its own. Merging a handful of them must not read thousands of documents, and
        // a small distance between sizes keeps the number of segments small.
        by_size.set_min_layer_size(SMALL_SEGMENT);
        by_size.set_level_log_size(SIZES_APART);
        Self { by_size, gathers }
    }
}

impl MergePolicy for Merging {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let gathered = if self.gathers.0.load(Ordering::Relaxed) { small(segments) } else { HashSet::new() };
        let rest: Vec<SegmentMeta> =
            segments.iter().filter(|segment| !gathered.contains(&segment.id())).cloned().collect();
        let mut merges = self.by_size.compute_merge_candidates(&rest);
        if gathered.len() > 1 {
            merges.push(MergeCandidate(gathered.into_iter().collect()));
        }
        merges
    }
}

/// Returns the smallest segments that have at most [`GATHERED`] documents together.
fn small(segments: &[SegmentMeta]) -> HashSet<SegmentId> {
    let mut sizes: Vec<(u32, SegmentId)> = segments.iter().map(|segment| (segment.max_doc(), segment.id())).collect();
    sizes.sort_unstable();
    let mut documents = 0_u32;
    let fits = |(size, _): &(u32, SegmentId)| {
        documents = documents.saturating_add(*size);
        documents <= GATHERED
    };
    sizes.into_iter().take_while(fits).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use tantivy::{Index, schema::Schema};

    use super::*;

    /// Compares the sizes of the segments that are merged with each other.
    fn check(gathers: bool, sizes: &[u32], expected: &[&[u32]]) {
        let index = Index::create_in_ram(Schema::builder().build());
        let segments: Vec<SegmentMeta> =
            sizes.iter().map(|&size| index.new_segment_meta(SegmentId::generate_random(), size)).collect();
        let policy = Merging::new(Gathers::default());
        policy.gathers.set(gathers);
        let size_of = |id: &SegmentId| segments.iter().find(|segment| segment.id() == *id).unwrap().max_doc();
        let sorted = |merge: MergeCandidate| {
            let mut sizes: Vec<u32> = merge.0.iter().map(size_of).collect();
            sizes.sort_unstable();
            sizes
        };
        let found: Vec<Vec<u32>> = policy.compute_merge_candidates(&segments).into_iter().map(sorted).collect();
        assert_eq!(found, expected, "{sizes:?}");
    }

    #[test]
    fn a_first_build_ends_as_one_segment_if_it_is_small_and_without_small_ones_if_it_is_not() {
        check(true, &[8_000, 300, 11_700], &[&[300, 8_000, 11_700]]);
        check(true, &[9_000, 2_000, 70_000, 3_000, 9_000], &[&[2_000, 3_000, 9_000]]);
        check(true, &[20_001, 300], &[]);
        check(true, &[5; 9], &[&[5; 9]]);
        check(true, &[9_000; 10], &[&[9_000; 8], &[9_000; 2]]);
    }

    #[test]
    fn later_segments_are_merged_with_their_like() {
        check(false, &[8_000, 300, 11_700], &[]);
        check(false, &[1, 2, 3, 1, 2, 3, 1, 900, 70_000], &[&[1, 1, 1, 2, 2, 3, 3, 900]]);
    }
}
