//! The payload of a commit: its sequence number, the settings with which files were read, the dictionary with which
//! their posts were tokenized, and the checksum of the dictionary with which they are compressed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tantivy::{Directory, Index, IndexMeta};

use crate::{
    engine::error::EngineError,
    text::{Dictionary, Difference},
};

/// The payload of the last commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Payload {
    /// The sequence number of the commit; 0 in an index that was made before commits had one.
    #[serde(default)]
    pub seq: u64,
    /// The settings with which all files were read, in the words of the caller; `None` before all were read.
    pub settings: Option<String>,
    /// The dictionary with which posts are tokenized.
    pub words: Dictionary,
    /// Words whose posts may be tokenized with another dictionary: a change of the dictionary was not completed.
    #[serde(default, skip_serializing_if = "Difference::is_empty")]
    pub doubtful: Difference,
    /// The checksum of the dictionary with which stored posts are compressed; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<u64>,
}

impl Payload {
    /// Reads the payload of the last commit of an index; `None` before the first commit.
    pub(in crate::engine) fn of_last_commit(index: &Index) -> Result<Option<Self>, EngineError> {
        Self::of_list(&index.load_metas().map_err(EngineError::read)?)
    }

    /// Reads the payload in a list of segments; `None` before the first commit.
    pub(super) fn of_list(list: &IndexMeta) -> Result<Option<Self>, EngineError> {
        list.payload.as_deref().map(Self::read).transpose()
    }

    fn read(text: &str) -> Result<Self, EngineError> {
        serde_json::from_str(text).map_err(EngineError::stored)
    }

    /// Returns whether all files were read by this commit.
    pub(in crate::engine) const fn is_whole(&self) -> bool {
        self.settings.is_some()
    }

    pub(in crate::engine) fn write(&self) -> Result<String, EngineError> {
        serde_json::to_string(self).map_err(EngineError::stored)
    }
}

/// Returns the sequence number of the commit after number `last`: the milliseconds since 1970, or `last` plus one if
/// that is larger.
///
/// The number is taken from the clock so that it also grows when the index was lost and `last` is unknown: no index is
/// committed a thousand times a second for long.
pub(in crate::engine) fn after(last: u64) -> u64 {
    let clock = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
    clock.max(last.saturating_add(1))
}

/// Returns the sequence number of the last commit of an index that cannot be used any more, if the number can still be
/// read.
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
