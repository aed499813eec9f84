//! The words of a home page that `VitePress` and `VuePress` take from its front matter.

use serde_json::{Map, Value};

use super::config::text_of;

/// Upper bound on the nesting of tables and lists.
const MAX_DEPTH: usize = 6;
/// Upper bounds on the number of words and on the length of each, in bytes.
const MAX_WORDS: usize = 200;
const MAX_LENGTH: usize = 2_000;

/// The keys with words, in the order of the page, and the keys of a table or a list of tables inside.
const SHOWN: [(&str, &[&str]); 9] = [
    ("hero", &["name", "text", "tagline", "actions"]),
    ("heroText", &[]),
    ("tagline", &[]),
    ("actionText", &[]),
    ("actions", &["text"]),
    ("features", &["title", "details", "linkText"]),
    ("projects", &["name", "desc"]),
    ("highlights", &["header", "title", "description", "details", "highlights", "features"]),
    ("footer", &[]),
];

/// Returns the words of a page with this front matter, each for a line; none if it is no home page.
pub(super) fn words(front: &Map<String, Value>) -> Vec<String> {
    let is_home = front.get("home").and_then(Value::as_bool) == Some(true)
        || front.get("layout").and_then(Value::as_str).is_some_and(|layout| layout.eq_ignore_ascii_case("home"));
    let mut words = Vec::new();
    if is_home {
        for (key, inner) in SHOWN {
            if let Some(value) = front.get(key) {
                add(value, inner, &mut words, MAX_DEPTH);
            }
        }
    }
    words
}

fn add(value: &Value, keys: &[&str], words: &mut Vec<String>, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Array(list) => list.iter().take(MAX_WORDS).for_each(|value| add(value, keys, words, depth)),
        Value::Object(table) => {
            for key in keys {
                let inner: &[&str] = if *key == "actions" { &["text"] } else { keys };
                if let Some(value) = table.get(*key) {
                    add(value, inner, words, depth);
                }
            }
        }
        scalar => {
            let line = text_of(scalar).filter(|text| text.len() <= MAX_LENGTH && words.len() < MAX_WORDS);
            let line = line.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
            words.extend(line.filter(|line| !line.is_empty() && !line.contains(['<', '\0'])));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(front: &Value, expected: &[&str]) {
        assert_eq!(words(front.as_object().unwrap_or(&Map::new())), expected, "{front}");
    }

    #[test]
    fn a_home_page_shows_words_of_its_front_matter() {
        let hero = json!({"name": "讲堂", "image": "a.png", "actions": [{"text": "开始", "link": "/a"}]});
        let features = json!([{"icon": "x", "title": "真实", "details": "来自\n一线"}]);
        check(&json!({"layout": "home", "features": features, "hero": hero}), &["讲堂", "开始", "真实", "来自 一线"]);
        check(&json!({"home": true, "heroText": "站", "tagline": null, "footer": "<a>"}), &["站"]);
        check(&json!({"layout": "doc", "features": features}), &[]);
        check(
            &json!({"home": true, "features": 3, "hero": ["甲"], "actions": {"text": {"text": "乙"}}}),
            &["甲", "乙", "3"],
        );
    }
}
