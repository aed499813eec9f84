//! Hexo's rules for the URLs of posts and pages, and for what it publishes.
//!
//! A page named `index.html` gets the URL of its folder, which opens the same page on every host.

use std::path::Path;

use serde_json::{Map, Value};

use super::{
    Check, Page, Placement, Rules, Settings, SiteKind, author_of,
    config::{FoundConfig, text_at, text_of},
    date_part,
    glob::{Dialect, Globs},
};
use crate::{
    content::{
        permalink::{Grammar, Pattern, escaped},
        slug,
    },
    post::FrontMatter,
};

const DEFAULT: &str = ":year/:month/:day/:title/";

/// The placeholders that Hexo defines.
const NAMES: &str = "\
    year month i_month day i_day hour minute second timestamp title slug name post_title id category hash layout";

/// Front matter keys that are common on Hexo sites, written by the core or by plugins.
const COMMON: [&str; 4] = ["lang", "abbrlink", "urlname", "author"];

/// Keys of the settings of hexo-blog-encrypt that list labels whose posts are encrypted.
const ENCRYPTED_LABELS: [&str; 2] = ["tags", "categories"];

/// The settings for paths, and for what is published.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HexoRules {
    posts: Pattern,
    /// The pattern of file names; the date in a file name is not part of the title.
    names: Pattern,
    defaults: Map<String, Value>,
    default_category: String,
    category_map: Map<String, Value>,
    case: Case,
    /// Whether a final `.html` is written.
    extension: bool,
    /// Whether a post has a folder for its assets, so that its URL ends like that of a folder.
    has_asset_folders: bool,
    /// The folder of the sources on the disk.
    source: String,
    ignored: Globs,
    excluded: Globs,
    included: Globs,
    /// Files that are copied as they are.
    copied: Globs,
    /// The tags and categories whose posts are encrypted, in lower case.
    encrypted: Vec<String>,
    /// The key by which hexo-hide-posts hides a post, unless it is the usual one.
    hiding_key: Option<String>,
    shows_drafts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Kept,
    Lower,
    Upper,
}

/// Returns the settings in a configuration; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    let source = text_at(tree, "source_dir").unwrap_or_else(|| "source".to_owned());
    let source_root = root.as_ref().map(|root| root.join(source)).filter(|folder| folder.is_dir());
    let placed = source_root.as_ref().and_then(|folder| Placement::of(posts, folder));
    // A folder outside the site's `source` counts as its `_posts`.
    let placement = placed.unwrap_or_else(|| Placement { prefix: "_posts/".to_owned(), strip: String::new() });
    let table = |key| tree.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
    let defaults = table("permalink_defaults");
    let permalink =
        pattern.map(str::to_owned).or_else(|| text_at(tree, "permalink")).unwrap_or_else(|| DEFAULT.to_owned());
    let parsed = Pattern::new(&permalink, Grammar::Hexo);
    check.names(&parsed, &permalink, SiteKind::Hexo, NAMES, |name| {
        defaults.contains_key(name) || COMMON.contains(&name)
    });
    let names = text_at(tree, "new_post_name").unwrap_or_else(|| ":title.md".to_owned());
    let names = names.rsplit_once('.').map_or(names.as_str(), |(stem, _)| stem);
    let flag = |key| tree.get("pretty_urls").and_then(|urls| urls.get(key)).and_then(Value::as_bool);
    let mut globs = |key: &str| Globs::new(tree.get(key), Dialect::Hexo, |text| check.pattern(key, text));
    let [ignored, excluded, included, copied] = ["ignore", "exclude", "include", "skip_render"].map(&mut globs);
    let encrypt = tree.get("encrypt").unwrap_or(&Value::Null);
    let encrypted = ENCRYPTED_LABELS.iter().filter_map(|key| encrypt.get(key)).flat_map(|labels| match labels {
        Value::Array(labels) => labels.iter().filter_map(author_of).collect(),
        Value::Object(labels) => labels.keys().cloned().collect(),
        single => text_of(single).into_iter().collect::<Vec<_>>(),
    });
    let rules = HexoRules {
        posts: parsed,
        names: Pattern::new(names, Grammar::Hexo),
        defaults,
        default_category: text_at(tree, "default_category").unwrap_or_else(|| "uncategorized".to_owned()),
        category_map: table("category_map"),
        case: match tree.get("filename_case").and_then(Value::as_u64) {
            Some(1) => Case::Lower,
            Some(2) => Case::Upper,
            _ => Case::Kept,
        },
        extension: flag("trailing_html") != Some(false),
        has_asset_folders: tree.get("post_asset_folder").and_then(Value::as_bool) == Some(true),
        source: source_root.map(|folder| folder.to_string_lossy().replace('\\', "/")).unwrap_or_default(),
        ignored,
        excluded,
        included,
        copied,
        encrypted: encrypted.map(|label| label.trim().to_lowercase()).collect(),
        shows_drafts: tree.get("render_drafts").and_then(Value::as_bool) == Some(true),
        hiding_key: tree.get("hide_posts").and_then(|hide| text_at(hide, "filter")),
    };
    // `root` repeats the path of `url`; older sites have the path only in `root`.
    let folder = text_at(tree, "root").map(|root| root.trim_matches('/').to_owned()).unwrap_or_default();
    let base_url = match text_at(tree, "url") {
        Some(url) => {
            let url = url.trim_end_matches('/');
            let has_path = url.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
            if has_path || folder.is_empty() { url.to_owned() } else { format!("{url}/{folder}") }
        }
        None => format!("/{folder}"),
    };
    Settings {
        rules: Rules::Hexo(rules),
        base_url: Some(base_url),
        permalink,
        author: tree.get("author").and_then(author_of),
        placement,
    }
}

impl HexoRules {
    /// Returns the escaped path of a file.
    pub(super) fn path(&self, page: &Page<'_>) -> String {
        let post = page.path.strip_prefix("_posts/").or_else(|| page.path.strip_prefix("_drafts/"));
        let (folder, name) = page.parts();
        let path = match (page.permalink, post) {
            // Hexo takes the permalink of a post literally; a colon in it is a colon.
            (Some(own), post) => {
                let path = Pattern::new(&own.replace(':', "%3A"), Grammar::Hexo).expand(|_| None);
                let file = path.rsplit('/').next().unwrap_or_default();
                let is_bare_page = post.is_none() && !file.is_empty() && !file.contains('.');
                if is_bare_page { path + ".html" } else { path }
            }
            (None, Some(below)) => self.post(page, below),
            (None, None) => format!("{}/{}.html", escaped(folder), escaped(name)),
        };
        let is_folder = self.has_asset_folders && post.is_some() && !path.ends_with(".html");
        let path = if is_folder && !path.ends_with('/') { path + "/" } else { path };
        let path = match path.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder.to_owned(),
            _ => path,
        };
        match path.strip_suffix(".html") {
            Some(stem) if !self.extension => stem.to_owned(),
            _ => path,
        }
    }

    fn post(&self, page: &Page<'_>, below: &str) -> String {
        let stem = match below.rsplit_once('.') {
            Some((stem, extension)) if !extension.contains('/') && !stem.is_empty() && !stem.ends_with('/') => stem,
            _ => below,
        };
        let parts = self.names.read(stem).unwrap_or_default();
        let part = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|&(_, value)| value);
        let slug = part("title").map_or_else(|| slug::hexo(stem), str::to_owned);
        let date = page.local().or_else(|| {
            let number = |long, short| part(long).or_else(|| part(short)).and_then(|text| text.parse::<i8>().ok());
            let year = part("year")?.parse().ok()?;
            Some(jiff::civil::Date::new(year, number("month", "i_month")?, number("day", "i_day")?).ok()?.into())
        });
        self.posts.expand(|name| {
            let known = match name {
                // A slug in the front matter is overwritten.
                "title" | "slug" => Some(slug.clone()),
                "name" => slug.rsplit('/').next().map(str::to_owned),
                "post_title" => Some(slug::hexo(page.title).to_lowercase()),
                "category" => Some(self.category(&categories(page))),
                "timestamp" => Some(page.front.date.map_or_else(String::new, |date| date.seconds.to_string())),
                "layout" => own(page, name).or_else(|| Some("post".to_owned())),
                "hash" => {
                    let date = page.front.date;
                    Some(date.map_or_else(String::new, |date| slug::hexo_hash(&format!("{slug}{}", date.seconds))))
                }
                "year" | "month" | "i_month" | "day" | "i_day" | "hour" | "minute" | "second" => date_part(name, date),
                _ => None,
            };
            known
                .or_else(|| part(name).map(str::to_owned))
                .or_else(|| own(page, name))
                .or_else(|| self.defaults.get(name).and_then(text_of))
        })
    }

    fn category(&self, categories: &[String]) -> String {
        if categories.is_empty() {
            return self.default_category.clone();
        }
        let slugs = categories.iter().map(|name| {
            let name = self.category_map.get(name).and_then(text_of).unwrap_or_else(|| name.clone());
            let slug = slug::hexo(&name);
            match self.case {
                Case::Kept => slug,
                Case::Lower => slug.to_lowercase(),
                Case::Upper => slug.to_uppercase(),
            }
        });
        slugs.collect::<Vec<_>>().join("/")
    }
}

impl HexoRules {
    /// Returns whether Hexo makes no page of the file at a path below its folder of sources.
    pub(super) fn omits(&self, path: &str) -> bool {
        let is_hidden = |path: &str| path.split('/').any(|part| part.starts_with(['_', '.']));
        let is_temporary = path.ends_with(['%', '~']);
        let omitted = match path.strip_prefix("_posts/").or_else(|| path.strip_prefix("_drafts/")) {
            Some(below) => is_hidden(below),
            None => self.excluded.matches(path) || is_hidden(path) && !self.included.matches(path),
        };
        is_temporary || omitted || self.copied.matches(path) || self.is_ignored(path)
    }

    /// Returns whether a file, or a folder above it, is ignored. These patterns are compared with whole paths.
    fn is_ignored(&self, path: &str) -> bool {
        if self.ignored.is_empty() {
            return false;
        }
        let whole = format!("{}/{path}", self.source);
        let ends = whole.match_indices('/').map(|(end, _)| end).filter(|end| *end >= self.source.len());
        ends.chain([whole.len()]).any(|end| whole.get(..end).is_some_and(|path| self.ignored.matches(path)))
    }

    /// Returns whether a plugin encrypts the posts with one of the labels of this post.
    pub(super) fn encrypts(&self, front: &FrontMatter) -> bool {
        let mut labels = front.tags.iter().chain(&front.categories);
        !self.encrypted.is_empty() && labels.any(|label| self.encrypted.contains(&label.to_lowercase()))
    }

    /// Returns whether drafts are published.
    pub(super) const fn shows_drafts(&self) -> bool {
        self.shows_drafts
    }

    /// Returns one more key that hides a post.
    pub(super) fn hiding_key(&self) -> Option<&str> {
        self.hiding_key.as_deref()
    }

    /// Returns whether the names of files have dates.
    pub(super) fn names_are_dated(&self) -> bool {
        self.names.names().any(|name| name == "year")
    }
}

/// Returns the path of the category that Hexo writes into the URL of a post: of several, the last one. A list is one
/// path, unless it has lists inside: then each item is a path.
fn categories(page: &Page<'_>) -> Vec<String> {
    let [plural, singular] = &page.written.categories;
    let texts = |list: &[Value]| list.iter().filter_map(label).collect::<Vec<_>>();
    match plural.as_ref().or(singular.as_ref()) {
        Some(Value::Array(list)) if list.iter().any(Value::is_array) => {
            let last = list.iter().rev().find(|item| !item.is_null());
            last.map(|item| item.as_array().map_or_else(|| label(item).into_iter().collect(), |path| texts(path)))
                .unwrap_or_default()
        }
        Some(Value::Array(list)) => texts(list),
        Some(single) => label(single).into_iter().collect(),
        None => page.front.categories.clone(),
    }
}

/// Returns a scalar as the text of a category.
fn label(value: &Value) -> Option<String> {
    match value {
        Value::Bool(truth) => Some(truth.to_string()),
        other => text_of(other).filter(|text| !text.is_empty()),
    }
}

/// Returns the front matter value of the post for a name.
fn own(page: &Page<'_>, name: &str) -> Option<String> {
    match name {
        "author" => page.front.authors.first().cloned(),
        _ => page.front.extra.get(name).and_then(text_of),
    }
}
