//! What a commit says besides its documents: its number, how files were read, and with which words their posts were cut.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tantivy::{Directory, Index};

use crate::{
    engine::error::EngineError,
    text::{Dictionary, Difference},
};

/// What the last commit says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Payload {
    /// The number of the commit; 0 in an index that was made before commits had one.
    #[serde(default)]
    pub seq: u64,
    /// With what settings all files were read, in the words of the caller; `None` before all were.
    pub settings: Option<String>,
    /// The words with which posts are cut.
    pub words: Dictionary,
    /// The posts that hold these may be cut with other words: a change of the words was not completed.
    #[serde(default, skip_serializing_if = "Difference::is_empty")]
    pub doubtful: Difference,
}

impl Payload {
    /// Reads what the last commit of an index says; `None` before the first commit.
    pub(in crate::engine) fn of_last_commit(index: &Index) -> Result<Option<Self>, EngineError> {
        index.load_metas().map_err(EngineError::read)?.payload.as_deref().map(Self::read).transpose()
    }

    fn read(text: &str) -> Result<Self, EngineError> {
        serde_json::from_str(text).map_err(EngineError::stored)
    }

    /// Says whether all files were read by then.
    pub(in crate::engine) const fn is_whole(&self) -> bool {
        self.settings.is_some()
    }

    pub(in crate::engine) fn write(&self) -> Result<String, EngineError> {
        serde_json::to_string(self).map_err(EngineError::stored)
    }
}

/// Gives the number of the commit after one with the number `last`: the milliseconds since 1970, but always a larger one.
///
/// It is taken from the clock, and not one more than the last, so that it grows as well when the index was lost and
/// nobody knows the last: no index is committed a thousand times a second for long.
pub(in crate::engine) fn after(last: u64) -> u64 {
    let clock = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
    clock.max(last.saturating_add(1))
}

/// Gives the number of the last commit of an index that cannot be used any more, if it can still be read.
pub(in crate::engine) fn last_of(files: impl Directory) -> Option<u64> {
    let metas = Index::open(files).and_then(|index| index.load_metas()).ok()?;
    Some(Payload::read(&metas.payload?).ok()?.seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_though_the_clock_stands_or_goes_back() {
        let mut last = 0;
        for _ in 0..1_000 {
            let next = after(last);
            assert!(next > last);
            last = next;
        }
        let ahead = last + 86_400_000;
        assert_eq!(after(ahead), ahead + 1);
    }

    #[test]
    fn a_commit_from_before_there_were_numbers_can_be_read() {
        let payload = Payload::read(r#"{"settings":"s","words":{}}"#);
        assert!(payload.is_ok_and(|payload| payload.seq == 0));
    }
}
