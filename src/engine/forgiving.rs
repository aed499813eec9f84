//! What was perhaps meant by a text that is nowhere.

use super::{EngineError, search::Search};
use crate::query::Correction;

impl Search<'_> {
    /// Gives guesses, the best first.
    pub(super) fn guesses(&self) -> Result<Vec<Correction>, EngineError> {
        Ok(Vec::new())
    }
}
