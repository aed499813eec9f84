//! Hexo's rules for the URLs of posts and pages.
//!
//! A page named `index.html` gets the URL of its folder, which opens the same page on every host.

use std::path::Path;

use serde_json::{Map, Value};

use super::{
    Check, Page, Placement, Rules, Settings, SiteKind, author_of,
    config::{FoundConfig, text_at, text_of},
    date_part,
};
use crate::content::{
    permalink::{Grammar, Pattern, escaped},
    slug,
};

const DEFAULT: &str = ":year/:month/:day/:title/";

/// The placeholders that Hexo defines.
const NAMES: &str = "year month i_month day i_day hour minute second title name post_title id category hash";

/// Front matter keys that are common on Hexo sites, written by the core or by plugins.
const COMMON: [&str; 6] = ["lang", "layout", "abbrlink", "urlname", "slug", "author"];

/// The settings for paths.
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
    let placed = source_root.and_then(|folder| Placement::of(posts, &folder));
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
            (Some(own), _) => Pattern::new(&own.replace(':', "%3A"), Grammar::Hexo).expand(|_| None),
            (None, Some(below)) => self.post(page, below),
            (None, None) => format!("{}/{}.html", escaped(folder), escaped(name)),
        };
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
                "title" => Some(slug.clone()),
                "name" => slug.rsplit('/').next().map(str::to_owned),
                "post_title" => Some(slug::hexo(page.title).to_lowercase()),
                "category" => Some(self.category(&page.front.categories)),
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

/// Returns the front matter value of the post for a name.
fn own(page: &Page<'_>, name: &str) -> Option<String> {
    match name {
        "slug" => page.front.slug.clone(),
        "author" => page.front.authors.first().cloned(),
        _ => page.front.extra.get(name).and_then(text_of),
    }
}
