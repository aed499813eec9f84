//! Hugo's cascades: front matter that a section or the configuration passes down to pages.

use serde_json::{Map, Value};

use super::super::{
    config::text_of,
    glob::{Dialect, Globs},
};

/// Upper bound on the entries of one list.
const MAX_ENTRIES: usize = 1_000;

/// One entry of a cascade.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cascade {
    target: Target,
    /// The values for pages that lack them.
    pub(super) values: Map<String, Value>,
}

/// The pages that an entry is for; a missing part fits every page.
#[derive(Debug, Clone, Default, PartialEq)]
struct Target {
    path: Option<Globs>,
    kind: Option<Globs>,
    language: Option<Globs>,
    environment: Option<Globs>,
}

/// A page as a target sees it.
pub(super) struct Goal<'a> {
    /// Hugo's path of the page, such as `/posts/2022/kefu`.
    pub(super) path: &'a str,
    pub(super) kind: &'a str,
    pub(super) language: &'a str,
}

impl Cascade {
    /// Reads the entries of a value: one table, or a list of tables. Passes each pattern that cannot be used to `bad`.
    pub(super) fn read(value: &Value, mut bad: impl FnMut(&str)) -> Vec<Self> {
        let list = if let Value::Array(list) = value { list.as_slice() } else { std::slice::from_ref(value) };
        let tables = list.iter().filter_map(Value::as_object).take(MAX_ENTRIES);
        tables
            .map(|table| {
                let mut values = table.clone();
                let mut target = Target::default();
                for key in ["_target", "target"] {
                    let Some(Value::Object(parts)) = values.remove(key) else { continue };
                    let mut globs = |names: &[&str]| {
                        let (_, value) = parts.iter().find(|(key, _)| names.contains(&key.to_lowercase().as_str()))?;
                        text_of(value).map(|_| Globs::new(Some(value), Dialect::Hugo, &mut bad))
                    };
                    target = Target {
                        path: globs(&["path"]),
                        kind: globs(&["kind"]),
                        language: globs(&["lang", "language"]),
                        environment: globs(&["environment"]),
                    };
                }
                Self { target, values }
            })
            .collect()
    }

    /// Returns whether the entry is for a page of the published site.
    pub(super) fn is_for(&self, goal: &Goal<'_>) -> bool {
        let Target { path, kind, language, environment } = &self.target;
        let parts = [(path, goal.path), (kind, goal.kind), (language, goal.language), (environment, "production")];
        // A pattern that cannot be used fits, since the entry may hide pages.
        parts
            .into_iter()
            .all(|(globs, text)| globs.as_ref().is_none_or(|globs| globs.is_empty() || globs.matches(text)))
    }
}
