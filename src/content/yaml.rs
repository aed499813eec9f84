//! YAML for front matter and configuration files.
//!
//! The only file that names the YAML library. Aliases can make a small file expand to an endless value, so `tree`
//! counts the values against a limit before a type of the caller is built. Nesting is limited before the library gets
//! the text. Does not know the meaning of keys.

use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed};

use super::tree::Tree;

/// Upper bound on the number of values in one text, aliases expanded.
const MAX_VALUES: usize = 200_000;

/// Upper bound on the number of open brackets.
const MAX_DEPTH: usize = 200;

/// Why a text is not the expected YAML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct YamlError {
    /// The error, without its place.
    pub message: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Reads a value from the first document of `text`.
///
/// # Errors
/// If the text is not YAML, expands to too many values, or does not fit the type.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    from_seed(text, Tree::new(text, MAX_VALUES).build())?;
    from_seed(text, PhantomData::<T>)
}

/// Reads a value with a seed of the caller, which must bound the size of the value.
pub(super) fn from_seed<'de, S: DeserializeSeed<'de>>(text: &'de str, seed: S) -> Result<S::Value, YamlError> {
    check_depth(text)?;
    seed.deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| error_of(&error))
}

/// Rejects deeply nested lists, for which the library takes quadratic time. Brackets inside quotes and comments count
/// too; no real text has so many unclosed ones.
fn check_depth(text: &str) -> Result<(), YamlError> {
    let (mut depth, mut line) = (0_usize, 1_u32);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' => line = line.saturating_add(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(YamlError { message: "lists are nested too deeply".to_owned(), line, column: 1 });
        }
    }
    Ok(())
}

fn error_of(error: &serde_yaml::Error) -> YamlError {
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let text = error.to_string();
    // The library repeats the place at the end of its message, and may add a second sentence.
    let message = text.split(" at line ").next().unwrap_or(&text).replace('\n', " ");
    YamlError {
        message,
        line: u32::try_from(line).unwrap_or(u32::MAX).max(1),
        column: u32::try_from(column).unwrap_or(u32::MAX).max(1),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<Value, (u32, u32)>) {
        assert_eq!(from_str::<Value>(text).map_err(|error| (error.line, error.column)), expected);
    }

    #[test]
    fn a_configuration_is_read() {
        check("title: 反诈中心\nport: 80\n", Ok(json!({"title": "反诈中心", "port": 80})));
        check("---\nurl: https://blog.test # 注释\n", Ok(json!({"url": "https://blog.test"})));
        check("", Ok(Value::Null));
    }

    #[test]
    fn an_error_has_its_place() {
        check("title: ok\nname: a: b\n", Err((2, 8)));
        check("a: [1, 2\nb: 3\n", Err((2, 2)));
    }

    #[test]
    fn a_wrong_type_has_its_place_and_no_second_place_in_its_message() {
        let error = from_str::<BTreeMap<String, u16>>("port: 80\nlimit: many\n").unwrap_err();
        assert_eq!((error.line, error.column), (2, 8));
        assert!(!error.message.contains("at line"), "{}", error.message);
    }

    #[test]
    fn aliases_do_not_unfold_without_end() {
        let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (from, to) in ('a'..'i').zip('b'..'j') {
            let many = vec![format!("*{from}"); 10].join(", ");
            bomb.push_str(&format!("{to}: &{to} [{many}]\n"));
        }
        assert!(from_str::<Value>(&bomb).is_err());
        let wide = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(9_000), "*a, ".repeat(9_000));
        assert!(from_str::<Value>(&wide).unwrap_err().message.contains("too many"));
    }

    #[test]
    fn deep_nesting_is_refused_quickly() {
        for deep in ["[".repeat(60_000), "{a: ".repeat(15_000), "- ".repeat(30_000)] {
            assert!(from_str::<Value>(&deep).is_err());
        }
    }
}
