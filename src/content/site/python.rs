//! The settings of Python-Markdown and its extensions, as far as the text and the anchors of a page depend on them.
//!
//! MkDocs names the extensions in its configuration. Does not know Markdown.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::config::{load, text_at, text_of};
use crate::content::slug::{PythonSlug, WordCase};

/// The extensions that MkDocs always uses.
const BUILT_IN: [&str; 3] = ["toc", "tables", "fenced_code"];

/// Extensions that stand for several.
const BUNDLES: [(&str, &str); 2] = [
    ("extra", "fenced_code footnotes attr_list def_list tables abbr md_in_html"),
    ("pymdownx.extra", "pymdownx.superfences pymdownx.betterem footnotes attr_list def_list tables abbr md_in_html"),
];

/// Upper bound on the extensions of a site; far above real ones.
const MAX_EXTENSIONS: usize = 200;

/// Python-Markdown with the extensions of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::content) struct PythonMarkdown {
    extensions: Vec<String>,
    /// Whether the tags of Jinja in a page are run.
    pub(in crate::content) macros: bool,
    /// Whether the headings `#` have the level 1.
    pub(in crate::content) has_first_level: bool,
    /// The folders of the snippets, and the snippets that follow every page.
    snippet_folders: Vec<PathBuf>,
    pub(in crate::content) appended: Vec<String>,
    /// The folder in which every snippet lies.
    root: PathBuf,
}

/// How headings get their ids: the extension `toc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::content) struct PythonIds {
    /// `slugify`.
    pub(in crate::content) slug: PythonSlug,
    /// `separator`.
    pub(in crate::content) separator: String,
    /// Whether attribute lists give ids: the extension `attr_list`.
    pub(in crate::content) attributes: bool,
}

/// Returns the names of the extensions in a configuration, each with its options.
fn extensions(tree: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    let mut add = |name: &str, options: Value| {
        let name = name.strip_prefix("markdown.extensions.").unwrap_or(name);
        found.insert(name.to_owned(), options);
    };
    BUILT_IN.iter().for_each(|name| add(name, Value::Null));
    match tree.get("markdown_extensions") {
        Some(Value::Array(items)) => {
            for item in items.iter().take(MAX_EXTENSIONS) {
                match item {
                    Value::Object(table) => table.iter().for_each(|(name, options)| add(name, options.clone())),
                    other => add(&text_of(other).unwrap_or_default(), Value::Null),
                }
            }
        }
        Some(Value::Object(table)) => {
            table.iter().take(MAX_EXTENSIONS).for_each(|(name, options)| add(name, options.clone()));
        }
        _ => {}
    }
    for (bundle, parts) in BUNDLES {
        if found.contains_key(bundle) {
            for part in parts.split(' ') {
                found.entry(part).or_insert(Value::Null);
            }
        }
    }
    found
}

/// Returns the keys and values at the top of a text without front matter, and the number of their lines with the blank
/// line behind them: `Title: text`, as MultiMarkdown writes them.
pub(in crate::content) fn metadata(text: &str) -> (Vec<(String, String)>, usize) {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut count = 0;
    for line in text.lines() {
        if line.trim().is_empty() {
            count += 1;
            break;
        }
        let bare = line.trim_start_matches(' ');
        let key = bare.split_once(':').filter(|_| line.len() - bare.len() <= 3).filter(|(key, _)| {
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        });
        match (key, found.last_mut()) {
            (Some((key, value)), _) => found.push((key.to_ascii_lowercase(), value.trim().to_owned())),
            (None, Some((_, value))) if line.starts_with("    ") || line.starts_with('\t') => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => break,
        }
        count += 1;
    }
    if found.is_empty() { (found, 0) } else { (found, count) }
}

/// Returns whether the configuration of MkDocs names a plugin.
pub(super) fn plugin<'t>(tree: &'t Value, wanted: &str) -> Option<&'t Value> {
    let named = |name: &str| name == wanted || name.strip_prefix("material/") == Some(wanted);
    match tree.get("plugins")? {
        Value::Array(items) => items.iter().find_map(|item| match item {
            Value::Object(table) => table.iter().find(|(name, _)| named(name)).map(|(_, options)| options),
            Value::String(name) => named(name).then_some(&Value::Null),
            _ => None,
        }),
        Value::Object(table) => table.iter().find(|(name, _)| named(name)).map(|(_, options)| options),
        _ => None,
    }
}

/// Reads the settings from the configuration of MkDocs in the folder `root`.
pub(super) fn settings(tree: &Value, root: Option<&Path>) -> (PythonIds, PythonMarkdown) {
    let extensions = extensions(tree);
    let toc = extensions.get("toc");
    let option = |key: &str| toc.and_then(|toc| toc.get(key));
    let ids = PythonIds {
        slug: slug(option("slugify")),
        separator: option("separator").and_then(text_of).unwrap_or_else(|| "-".to_owned()),
        attributes: extensions.contains_key("attr_list"),
    };
    let snippets = extensions.get("pymdownx.snippets");
    let texts = |value: Option<&Value>| -> Vec<String> {
        match value {
            Some(Value::Array(items)) => items.iter().filter_map(text_of).collect(),
            Some(other) => text_of(other).into_iter().collect(),
            None => Vec::new(),
        }
    };
    let mut bases = texts(snippets.and_then(|options| options.get("base_path")));
    if bases.is_empty() {
        bases.push(".".to_owned());
    }
    let root = root.map(Path::to_owned).unwrap_or_default();
    let python = PythonMarkdown {
        macros: plugin(tree, "macros").is_some(),
        has_first_level: option("baselevel").and_then(Value::as_u64).is_none_or(|level| level <= 1),
        snippet_folders: if snippets.is_some() {
            bases.iter().map(|base| root.join(base.replace("$config_dir", "."))).collect()
        } else {
            Vec::new()
        },
        appended: texts(snippets.and_then(|options| options.get("auto_append"))),
        root,
        extensions: extensions.into_iter().map(|(name, _)| name).collect(),
    };
    (ids, python)
}

/// Returns the rule for ids that the configuration names. `config` has made plain values of the names of Python.
fn slug(value: Option<&Value>) -> PythonSlug {
    match value {
        Some(Value::Object(table)) => {
            let options = table.get("kwds").unwrap_or(&Value::Null);
            let case = match text_at(options, "case").as_deref() {
                Some("lower" | "fold") => WordCase::Lower,
                Some("lower-ascii") => WordCase::LowerAscii,
                _ => WordCase::Kept,
            };
            PythonSlug::Words { case, encoded: options.get("percent_encode").and_then(Value::as_bool) == Some(true) }
        }
        Some(Value::String(name)) => match name.rsplit(['.', ':']).next().unwrap_or_default() {
            "slugify_unicode" => PythonSlug::Unicode,
            "uslugify" => PythonSlug::Words { case: WordCase::Lower, encoded: false },
            "uslugify_encoded" => PythonSlug::Words { case: WordCase::Lower, encoded: true },
            "uslugify_cased" | "slugify_cased" => PythonSlug::Words { case: WordCase::Kept, encoded: false },
            "uslugify_cased_encoded" => PythonSlug::Words { case: WordCase::Kept, encoded: true },
            "gfm" => PythonSlug::Words { case: WordCase::LowerAscii, encoded: false },
            "gfm_encoded" => PythonSlug::Words { case: WordCase::LowerAscii, encoded: true },
            _ => PythonSlug::Ascii,
        },
        _ => PythonSlug::Ascii,
    }
}

impl PythonMarkdown {
    /// Returns whether the site uses an extension.
    pub(in crate::content) fn has(&self, name: &str) -> bool {
        self.extensions.iter().any(|known| known == name)
    }

    /// Returns whether the site uses an extension whose name begins like this.
    pub(in crate::content) fn has_any(&self, start: &str) -> bool {
        self.extensions.iter().any(|known| known.starts_with(start))
    }

    /// Returns whether the site includes snippets.
    pub(in crate::content) fn has_snippets(&self) -> bool {
        !self.snippet_folders.is_empty()
    }

    /// Returns the text of a snippet; `None` if it does not exist in the folder of the site.
    pub(in crate::content) fn snippet(&self, name: &str) -> Option<String> {
        let root = self.root.canonicalize().ok()?;
        let found = self.snippet_folders.iter().find_map(|folder| {
            let path = if folder.is_file() && folder.ends_with(name) { folder.clone() } else { folder.join(name) };
            path.canonicalize().ok().filter(|path| path.starts_with(&root) && path.is_file())
        })?;
        load(&found).ok()
    }
}
