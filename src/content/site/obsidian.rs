//! Rules of Obsidian: links that open a note in the program, and notes that its search leaves out.

use std::path::Path;

use serde_json::Value;

use super::{
    Check, Page, Placement, Rules, Settings,
    config::{FoundConfig, text_at, text_of},
    glob::{Dialect, Globs},
    is_within, plain,
};
use crate::content::permalink::{Pattern, escaped, escaped_words};

/// Upper bound on the tags of a note; far above real ones.
const MAX_TAGS: usize = 200;

/// The settings for addresses, and for what is not found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ObsidianRules {
    /// The pattern of `anli.yaml`.
    pattern: Option<Pattern>,
    vault: String,
    /// Beginnings of the paths that the search of the vault leaves out.
    ignored: Vec<String>,
    /// Regular expressions for such paths.
    patterns: Globs,
    /// Folders of templates.
    templates: Vec<String>,
}

/// Adds the tags in a text, `#tag`, to those of its front matter.
pub(super) fn add_tags(body: &str, tags: &mut Vec<String>) {
    let mut in_code = false;
    for line in body.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (number, text) in line.split('`').enumerate() {
            for word in text.split_whitespace().filter(|_| number % 2 == 0) {
                let Some(tag) = word.strip_prefix('#') else { continue };
                let is_tag = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
                let end = tag.find(|c| !is_tag(c)).unwrap_or(tag.len());
                let tag = tag.get(..end).unwrap_or_default().trim_end_matches('/');
                let is_number = tag.chars().all(|c| c.is_ascii_digit());
                if !is_number && !tags.iter().any(|known| known == tag) && tags.len() < MAX_TAGS {
                    tags.push(tag.to_owned());
                }
            }
        }
    }
}

/// Returns the settings of a vault; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    let root = root.as_deref().unwrap_or(posts);
    let at = |file: &str, key: &str| tree.get(file).and_then(|file| text_at(file, key));
    let filters = tree.get("app").and_then(|app| app.get("userIgnoreFilters")).and_then(Value::as_array);
    let filters: Vec<String> = filters.into_iter().flatten().filter_map(text_of).collect();
    let regex = |filter: &str| {
        let inner = filter.strip_prefix('/')?.strip_suffix('/')?;
        (!inner.is_empty()).then(|| format!("(?i){inner}"))
    };
    let patterns: Vec<String> = filters.iter().filter_map(|filter| regex(filter)).collect();
    let rules = ObsidianRules {
        pattern: pattern.map(|text| plain::own(text, check)),
        vault: root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        ignored: filters.iter().filter(|filter| regex(filter).is_none()).map(|filter| filter.to_lowercase()).collect(),
        patterns: Globs::new(Some(&patterns.into()), Dialect::Regex, |text| check.pattern("userIgnoreFilters", text)),
        templates: [at("templates", "folder"), at("templater", "templates_folder")]
            .into_iter()
            .flatten()
            .map(|folder| folder.trim_matches('/').to_owned())
            .filter(|folder| !folder.is_empty())
            .collect(),
    };
    Settings {
        rules: Rules::Obsidian(rules),
        base_url: None,
        permalink: pattern.unwrap_or_default().to_owned(),
        author: None,
        placement: Placement::of(posts, root).unwrap_or_default(),
    }
}

impl ObsidianRules {
    /// Returns the escaped path of a note on the site at `base`, or, if there is none, the address that opens the note in
    /// the program.
    pub(super) fn path(&self, page: &Page<'_>, base: &str) -> Result<String, String> {
        let (folder, name) = page.parts();
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        match &self.pattern {
            Some(pattern) => Ok(plain::expanded(pattern, page)),
            // Obsidian Publish writes blanks as `+`.
            None if !base.is_empty() => Ok(escaped(&path).replace("%20", "+")),
            None => Err(format!("obsidian://open?vault={}&file={}", escaped_words(&self.vault), escaped_words(&path))),
        }
    }

    /// Returns whether the search of the vault leaves a note out, or whether it is none.
    pub(super) fn hides(&self, page: &Page<'_>) -> bool {
        let path = page.path;
        let lower = path.to_lowercase();
        self.ignored.iter().any(|start| lower.starts_with(start.as_str()))
            || self.patterns.matches(path)
            || self.templates.iter().any(|folder| is_within(path, folder))
            || page.parts().1.ends_with(".excalidraw")
            || page.front.extra.contains_key("excalidraw-plugin")
    }
}
