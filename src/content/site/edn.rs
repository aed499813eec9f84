//! Reads the settings of Logseq, which are written in EDN.

use serde_json::{Map, Value};

/// Keys of the configuration that matter.
const KEYS: [&str; 7] = [
    "hidden",
    "file/name-format",
    "journal/page-title-format",
    "journal/file-name-format",
    "journals-directory",
    "publishing/all-pages-public?",
    "preferred-format",
];

/// Reads the few settings that matter from the text of a configuration in EDN. Everything else is passed over.
pub(super) fn parsed(text: &str) -> Value {
    let mut table = Map::new();
    let mut rest = text;
    let mut key: Option<&str> = None;
    let mut list: Option<Vec<Value>> = None;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let mut value = None;
        match c {
            ';' => {
                rest = after.find('\n').and_then(|end| after.get(end..)).unwrap_or_default();
                continue;
            }
            '"' => {
                let mut string = String::new();
                let mut escaped = false;
                let mut end = after.len();
                for (place, c) in after.char_indices() {
                    match c {
                        _ if std::mem::take(&mut escaped) => string.push(c),
                        '\\' => escaped = true,
                        '"' => {
                            end = place + 1;
                            break;
                        }
                        _ => string.push(c),
                    }
                }
                rest = after.get(end..).unwrap_or_default();
                value = Some(Value::String(string));
            }
            '[' => {
                list = Some(Vec::new());
                rest = after;
            }
            ']' => {
                value = list.take().map(Value::Array);
                rest = after;
            }
            _ if c.is_whitespace() || matches!(c, '{' | '}' | '(' | ')' | ',' | '#' | '\'') => rest = after,
            _ => {
                let ends =
                    |c: char| c.is_whitespace() || matches!(c, '{' | '}' | '[' | ']' | '(' | ')' | ',' | '"' | ';');
                let end = rest.find(ends).unwrap_or(rest.len()).max(c.len_utf8());
                let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
                rest = behind;
                match word.strip_prefix(':') {
                    Some(name) if list.is_none() && KEYS.contains(&name) => key = Some(name),
                    Some(name) => value = Some(Value::String(name.to_owned())),
                    None => value = Some(word.parse::<bool>().map_or_else(|_| word.into(), Value::Bool)),
                }
            }
        }
        let Some(value) = value else { continue };
        match (&mut list, key.take()) {
            (Some(list), held) => {
                list.push(value);
                key = held;
            }
            (None, Some(key)) => {
                table.entry(key).or_insert(value);
            }
            (None, None) => {}
        }
    }
    Value::Object(table)
}
