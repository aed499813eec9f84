//! `VuePress` 1 and 2: the addresses of their pages, and the files that they leave out.
//!
//! The two versions differ in the placeholders of permalinks, in names that they clean, and in the title of a page.

use std::path::Path;

use serde_json::Value;

use super::{
    Check, Page, Placement, Rules, Settings,
    config::{FoundConfig, VERSION_KEY, text_at, text_of},
    date_part,
    glob::{Dialect, Globs},
    plain, renderer,
};
use crate::content::{
    include::Includes,
    permalink::{Pattern, escaped, written},
    slug,
};

/// The settings for paths, and for what is published.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct VuePressRules {
    /// The pattern of `anli.yaml`.
    own: Option<Pattern>,
    /// The pattern of the site.
    pattern: Option<String>,
    /// The major version, 1 or 2.
    version: u64,
    included: Globs,
    excluded: Globs,
    /// Beginnings of addresses, below the base, whose pages a plugin encrypts.
    encrypted: Vec<String>,
    /// Whether pages may include files, which a plugin does.
    includes: bool,
    /// The folders of languages, with `/` at both ends.
    locales: Vec<String>,
}

/// Returns the settings in a configuration; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    let version = tree.get(VERSION_KEY).and_then(Value::as_u64).unwrap_or(2);
    let (patterns, permalinks) =
        if version == 1 { ("patterns", "permalink") } else { ("pagePatterns", "permalinkPattern") };
    check.computed(tree, &["base", patterns, permalinks]);
    let placement = root.as_ref().and_then(|folder| Placement::of(posts, folder)).unwrap_or_default();
    let listed = tree.get(patterns).and_then(Value::as_array).into_iter().flatten().filter_map(text_of);
    let (without, with): (Vec<String>, Vec<String>) = listed.partition(|pattern| pattern.starts_with('!'));
    let without: Vec<Value> = without.iter().filter_map(|pattern| pattern.strip_prefix('!')).map(Value::from).collect();
    let with: Vec<Value> = with.into_iter().map(Value::from).collect();
    let mut globs =
        |list: Vec<Value>| Globs::new(Some(&list.into()), Dialect::Hexo, |text| check.pattern(patterns, text));
    let (included, excluded) = (globs(with), globs(without));
    let encrypt = tree.get("theme").and_then(|theme| theme.get("encrypt")).or_else(|| {
        let plugins = tree.get("plugins")?.as_array()?.iter();
        plugins.filter(|plugin| plugin.get("config").is_some()).find(|plugin| plugin.get("global").is_some())
    });
    let encrypted = encrypt.and_then(|encrypt| {
        if encrypt.get("global").and_then(Value::as_bool) == Some(true) {
            return Some(vec!["/".to_owned()]);
        }
        Some(encrypt.get("config")?.as_object()?.keys().cloned().collect())
    });
    let locales = tree.get("locales").and_then(Value::as_object).into_iter().flatten().map(|(path, _)| path.clone());
    Settings {
        rules: Rules::VuePress(VuePressRules {
            own: pattern.map(|pattern| plain::own(pattern, check)),
            pattern: text_at(tree, permalinks),
            version,
            included,
            excluded,
            encrypted: encrypted.unwrap_or_default(),
            includes: version > 1 && renderer::has_flag(tree, "include", renderer::MAX_SETTINGS_DEPTH),
            locales: locales.filter(|path| path.len() > 1 && path.ends_with('/')).collect(),
        }),
        base_url: Some(text_at(tree, "base").unwrap_or_default()),
        permalink: pattern.unwrap_or_default().to_owned(),
        author: None,
        placement,
    }
}

impl VuePressRules {
    /// Returns the escaped path of a file.
    pub(super) fn path(&self, page: &Page<'_>) -> String {
        if let Some(own) = &self.own {
            return plain::expanded(own, page);
        }
        let path = page.path;
        let stem = path.strip_suffix(".md").unwrap_or(path);
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let is_index = name.eq_ignore_ascii_case("readme")
            || if self.version == 1 { name.eq_ignore_ascii_case("index") } else { name == "index" };
        let inferred = match (is_index, folder) {
            (true, "") => "/".to_owned(),
            (true, folder) => format!("/{folder}/"),
            (false, _) => format!("/{stem}.html"),
        };
        let chosen = self.chosen(page, name, &inferred);
        if self.version == 1 {
            return match chosen {
                Some(chosen) => written(&format!("{}/", chosen.trim_end_matches('/'))),
                None => escaped(&inferred),
            };
        }
        let sanitized = |part: &str| {
            let clean: String = part.chars().map(|c| if is_invalid(c) { '_' } else { c }).collect();
            clean.trim_start_matches('_').to_owned()
        };
        let path = chosen.unwrap_or(inferred).split('/').map(sanitized).collect::<Vec<_>>().join("/");
        written(&path)
    }

    /// Returns the permalink of a page, if its author or the site gives one.
    fn chosen(&self, page: &Page<'_>, name: &str, inferred: &str) -> Option<String> {
        let of_front = |key: &str| page.front.extra.get(key);
        let pattern = if self.version == 1 {
            page.permalink.map(str::to_owned).or_else(|| self.pattern.clone())?
        } else {
            if let Some(own) = page.permalink {
                return Some(own.to_owned());
            }
            match of_front("permalinkPattern") {
                Some(Value::Null) => return None,
                Some(own) => text_of(own)?,
                None => self.pattern.clone()?,
            }
        };
        let locale = self.locales.iter().find(|locale| inferred.starts_with(locale.as_str()));
        let rest = slug::dated(name).map_or(name, |(_, _, _, rest)| rest);
        let date = page.local();
        let mut path = pattern;
        // Each placeholder is replaced once only.
        for key in ["year", "month", "i_month", "i_day", "day", "minutes", "seconds", "slug", "raw", "regular"] {
            let value = match key {
                "slug" if self.version == 1 => slug::vue(rest, true),
                "slug" => rest.to_owned(),
                "raw" | "regular" => inferred.trim_start_matches('/').to_owned(),
                "minutes" | "seconds" => "00".to_owned(),
                key => date_part(key, date).filter(|part| !part.is_empty()).unwrap_or_else(|| "00".to_owned()),
            };
            path = path.replacen(&format!(":{key}"), &value, 1);
        }
        Some(format!("{}{path}", locale.map_or("/", String::as_str)))
    }

    /// Returns the title of a page without one in its front matter.
    pub(super) fn title(&self, page_is_home: bool, opening: Option<&str>, first_h1: Option<&str>) -> Option<String> {
        if self.version == 1 {
            return if page_is_home { Some("Home".to_owned()) } else { opening.map(str::to_owned) };
        }
        first_h1.map(str::to_owned)
    }

    /// Returns which includes pages may have.
    pub(super) const fn includes(&self) -> Includes {
        Includes { text: self.includes, code: self.version == 1 }
    }

    /// Returns whether no page is made of the file at a path below the folder of the site.
    pub(super) fn omits(&self, path: &str) -> bool {
        !path.ends_with(".md")
            || path.split('/').any(|folder| folder == "node_modules")
            || !self.included.is_empty() && !self.included.matches(path)
            || self.excluded.matches(path)
    }

    /// Returns whether a plugin encrypts the page at a path, by its address.
    pub(super) fn encrypts(&self, page: &Page<'_>) -> bool {
        if self.encrypted.is_empty() {
            return false;
        }
        let path = self.path(page);
        let place = format!("/{}", page.path);
        let is_below = |prefix: &String| path.starts_with(&written(prefix)) || place.starts_with(prefix.as_str());
        self.encrypted.iter().any(is_below)
    }
}

/// Returns whether version 2 replaces a character in addresses.
fn is_invalid(c: char) -> bool {
    c <= '\u{1F}'
        || matches!(
            c,
            '"' | '#'
                | '$'
                | '%'
                | '&'
                | '*'
                | '+'
                | ','
                | ':'
                | ';'
                | '<'
                | '='
                | '>'
                | '?'
                | '['
                | ']'
                | '^'
                | '`'
                | '{'
                | '|'
                | '}'
                | '\u{7F}'
        )
}
