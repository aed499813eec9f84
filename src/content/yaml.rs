//! The only file that names the YAML library: text in, values or one located error out.

use serde::de::DeserializeOwned;

/// Why a YAML text does not parse, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct YamlError {
    /// What is wrong, in the library's words, without the place.
    pub(super) message: String,
    /// From 1; 0 when the library does not know.
    pub(super) line: u32,
    /// From 1, in characters; 0 when the library does not know.
    pub(super) column: u32,
}

/// Reads one YAML document.
///
/// # Errors
/// Fails when the text is not one document of the wanted shape.
pub(super) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    serde_yaml::from_str(text).map_err(|error| {
        let (line, column) = error.location().map_or((0, 0), |place| (place.line(), place.column()));
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        YamlError { message, line: count(line), column: count(column) }
    })
}
