//! What a commit says besides its documents: how files were read, and with which words their posts were cut.

use serde::{Deserialize, Serialize};

use super::EngineError;
use crate::text::{Dictionary, Difference};

/// What the last commit says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payload {
    /// With what settings all files were read, in the words of the caller; `None` before all were.
    pub settings: Option<String>,
    /// The words with which posts are cut.
    pub words: Dictionary,
    /// The posts that hold these may be cut with other words: a change of the words was not completed.
    #[serde(default, skip_serializing_if = "Difference::is_empty")]
    pub doubtful: Difference,
}

impl Payload {
    pub(super) fn read(text: &str) -> Result<Self, EngineError> {
        serde_json::from_str(text).map_err(EngineError::stored)
    }

    pub(super) fn write(&self) -> Result<String, EngineError> {
        serde_json::to_string(self).map_err(EngineError::stored)
    }
}
