//! Jekyll's rules for the URLs of posts, drafts, documents of collections, and pages, for the front matter that its
//! configuration gives them, and for what it publishes.

use std::path::Path;

use serde_json::{Map, Value};

use super::{
    Check, Page, Placement, Rules, Settings, SiteKind, author_of,
    config::{self, FoundConfig, text_at, text_of},
    date_part,
    glob::{Dialect, Globs},
};
use crate::content::{
    front_matter,
    permalink::{Grammar, Pattern},
    slug::{self, Keep},
};

/// The placeholders that Jekyll defines.
const NAMES: &str = "\
    year short_year month i_month short_month long_month day i_day y_day w_year week w_day short_day long_day hour \
    minute second title slug name categories slugified_categories collection path basename output_ext";

/// Upper bound on the categories in the URL of a post; no usable URL has more.
const MAX_CATEGORIES: usize = 64;

/// Upper bound on the entries of `defaults`.
const MAX_DEFAULTS: usize = 1_000;

/// Plugins that make pages of files without front matter.
const OPTIONAL_FRONT_MATTER: [&str; 2] = ["jekyll-optional-front-matter", "github-pages"];

/// The settings for paths, and for what is published.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JekyllRules {
    posts: Pattern,
    pages: Pattern,
    /// The pattern of `index` pages.
    indexes: Pattern,
    collections: Vec<Collection>,
    /// The folder of the collections, with a final `/`, or empty.
    collections_dir: String,
    defaults: Vec<Defaults>,
    /// Whether `anli.yaml` gives the pattern of posts.
    has_own_pattern: bool,
    /// Whether there is no `_posts` folder, so that dated files are the posts.
    dated_files_are_posts: bool,
    /// Whether the folder of the site is known, so that the places of files have a meaning.
    has_root: bool,
    excluded: Globs,
    included: Globs,
    shows_drafts: bool,
    /// Whether posts are written.
    writes_posts: bool,
    /// Whether a page needs no front matter.
    is_front_optional: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Collection {
    label: String,
    permalink: Pattern,
    /// Whether its documents are written.
    output: bool,
}

/// An entry of `defaults`: front matter for the files of a scope.
#[derive(Debug, Clone, PartialEq)]
struct Defaults {
    path: String,
    /// The path as a pattern, if it has a `*`.
    glob: Option<Globs>,
    kind: Option<String>,
    values: Map<String, Value>,
}

/// The role of a file in Jekyll.
enum Role<'a> {
    Post {
        above: &'a str,
        /// The path below `_posts` or `_drafts`; `None` if the file is none of these folders.
        below: Option<&'a str>,
        draft: bool,
    },
    Document {
        collection: &'a Collection,
        below: &'a str,
    },
    Page,
}

/// Returns the settings in a configuration; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    let dir = |key| text_at(tree, key).map(|dir| dir.trim_matches(['.', '/']).to_owned()).filter(|dir| !dir.is_empty());
    let source_root = root.as_ref().map(|root| dir("source").map_or(root.clone(), |dir| root.join(dir)));
    let placement = source_root.as_ref().and_then(|folder| Placement::of(posts, folder)).unwrap_or_default();
    let collections_dir = dir("collections_dir").map(|dir| dir + "/").unwrap_or_default();
    let dated_files_are_posts = !source_root.as_deref().unwrap_or(posts).join(&collections_dir).join("_posts").is_dir();
    let site_style =
        pattern.map(str::to_owned).or_else(|| text_at(tree, "permalink")).unwrap_or_else(|| "date".to_owned());
    let suffix = suffix(&site_style);
    let mut parse = |text: &str| {
        let pattern = Pattern::new(text, Grammar::Jekyll);
        check.names(&pattern, text, SiteKind::Jekyll, NAMES, |_| false);
        pattern
    };
    let declared = tree.get("collections");
    let of_posts = declared.and_then(|all| all.get("posts")).and_then(|posts| text_at(posts, "permalink"));
    let post_style = pattern.map(str::to_owned).or(of_posts).unwrap_or_else(|| site_style.clone());
    let tables = declared.and_then(Value::as_object).into_iter().flatten();
    let is_written = |settings: &Value| settings.get("output").and_then(Value::as_bool);
    let tables = tables.map(|(label, settings)| (label.clone(), text_at(settings, "permalink"), is_written(settings)));
    // A list of bare labels is allowed, too.
    let labels = declared.and_then(Value::as_array).into_iter().flatten().filter_map(text_of);
    let collections = tables.chain(labels.map(|label| (label, None, None))).filter(|(label, ..)| label != "posts");
    let collections = collections.map(|(label, permalink, output)| {
        let text = match permalink {
            Some(text) if style(&text).is_none() => text,
            named => format!("/:collection/:path{}", named.map_or(suffix, |named| self::suffix(&named))),
        };
        Collection { label, permalink: parse(&text), output: output == Some(true) }
    });
    let collections = collections.collect();
    let posts_text = style(&post_style).map_or(post_style, str::to_owned);
    let posts_pattern = parse(&posts_text);
    let defaults = tree.get("defaults").and_then(Value::as_array).into_iter().flatten().take(MAX_DEFAULTS);
    let defaults = defaults.filter_map(|entry| {
        let scope = entry.get("scope").unwrap_or(&Value::Null);
        let path = text_at(scope, "path").unwrap_or_default();
        let path = path.trim_start_matches('/');
        let path = path.strip_prefix(collections_dir.as_str()).unwrap_or(path).to_owned();
        let glob = path.contains('*').then(|| {
            Globs::new(Some(&path.trim_end_matches('/').into()), Dialect::Hexo, |text| check.pattern("defaults", text))
        });
        Some(Defaults { path, glob, kind: text_at(scope, "type"), values: entry.get("values")?.as_object()?.clone() })
    });
    let defaults = defaults.collect();
    let mut globs = |key: &str| Globs::new(tree.get(key), Dialect::Jekyll, |text| check.pattern(key, text));
    let [excluded, included] = ["exclude", "include"].map(&mut globs);
    let mut plugins = ["plugins", "gems"].iter().filter_map(|key| tree.get(key)?.as_array()).flatten();
    let has_plugin = plugins.any(|name| name.as_str().is_some_and(|name| OPTIONAL_FRONT_MATTER.contains(&name)));
    let theme = text_at(tree, "theme").unwrap_or_default();
    let is_of_github = theme.starts_with("jekyll-theme-") || tree.get("remote_theme").is_some();
    let gemfile = root.as_ref().and_then(|root| config::load(&root.join(config::GEMS)).ok());
    let is_optional_by_gems = gemfile.as_ref().map(|text| OPTIONAL_FRONT_MATTER.iter().any(|name| text.contains(name)));
    // A folder with little more than a configuration is most likely built by GitHub Pages.
    let is_bare = dated_files_are_posts && (theme.is_empty() || theme == "minima");
    let rules = JekyllRules {
        posts: posts_pattern,
        pages: Pattern::new(&format!("/:path/:basename{suffix}"), Grammar::Jekyll),
        indexes: Pattern::new("/:path/", Grammar::Jekyll),
        collections,
        collections_dir,
        defaults,
        has_own_pattern: pattern.is_some(),
        dated_files_are_posts,
        has_root: root.is_some(),
        excluded,
        included,
        shows_drafts: tree.get("show_drafts").and_then(Value::as_bool) == Some(true),
        writes_posts: declared.and_then(|all| is_written(all.get("posts")?)) != Some(false),
        // GitHub Pages has the plugin for every site that it builds.
        is_front_optional: has_plugin || is_of_github || is_optional_by_gems.unwrap_or(is_bare),
    };
    let path = text_at(tree, "baseurl").unwrap_or_default();
    Settings {
        rules: Rules::Jekyll(rules),
        base_url: Some(match text_at(tree, "url") {
            Some(url) if path.trim_matches('/').is_empty() => url,
            Some(url) => format!("{}/{}", url.trim_end_matches('/'), path.trim_start_matches('/')),
            None => format!("/{}", path.trim_start_matches('/')),
        }),
        permalink: posts_text,
        author: tree.get("author").and_then(author_of),
        placement,
    }
}

/// Returns the pattern of posts for a named style.
fn style(name: &str) -> Option<&'static str> {
    Some(match name {
        "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        _ => return None,
    })
}

/// Returns the ending of the URLs of pages and documents, for the style or pattern of the site's posts.
fn suffix(permalink: &str) -> &'static str {
    let pattern = style(permalink).unwrap_or(permalink);
    ["/", ":output_ext"].into_iter().find(|ending| pattern.ends_with(ending)).unwrap_or_default()
}

impl JekyllRules {
    /// Returns the escaped path of a file.
    pub(super) fn path(&self, page: &Page<'_>) -> String {
        let role = self.role(page.path, page.front.date.is_some());
        let (_, name) = page.parts();
        if let Some(own) = page.permalink {
            return Pattern::new(own, Grammar::Jekyll).expand(|name| value(name, page, &role));
        }
        let pattern = match &role {
            Role::Post { .. } => &self.posts,
            Role::Document { collection, .. } => &collection.permalink,
            Role::Page if name == "index" => &self.indexes,
            Role::Page => &self.pages,
        };
        pattern.expand(|name| value(name, page, &role))
    }

    /// Returns the role of the file at a path. `is_dated` tells whether it has a date.
    fn role<'a>(&'a self, path: &'a str, is_dated: bool) -> Role<'a> {
        let (_, name) = super::parts_of(path);
        let path = path.strip_prefix(self.collections_dir.as_str()).unwrap_or(path);
        for (folder, draft) in [("_posts/", false), ("_drafts/", true)] {
            if let Some(below) = path.strip_prefix(folder) {
                return Role::Post { above: "", below: Some(below), draft };
            }
            if let Some((above, below)) = path.split_once(&format!("/{folder}")) {
                return Role::Post { above, below: Some(below), draft };
            }
        }
        if let Some((folder, below)) = path.split_once('/')
            && let Some(label) = folder.strip_prefix('_')
            && let Some(collection) = self.collections.iter().find(|known| known.label == label)
        {
            return Role::Document { collection, below };
        }
        if self.dated_files_are_posts && name != "index" && (slug::dated(name).is_some() || is_dated) {
            return Role::Post { above: "", below: None, draft: false };
        }
        Role::Page
    }

    /// Returns the front matter that the configuration gives to the file at a path. The longest path wins, then a scope
    /// with a type over a scope without, then the later one.
    pub(super) fn defaults(&self, path: &str) -> Map<String, Value> {
        let mut values = Map::new();
        if self.defaults.is_empty() {
            return values;
        }
        let role = self.role(path, false);
        let kind = match role {
            Role::Post { draft: false, .. } => "posts",
            Role::Post { draft: true, .. } => "drafts",
            Role::Document { collection, .. } => &collection.label,
            Role::Page => "pages",
        };
        let path = path.strip_prefix(self.collections_dir.as_str()).unwrap_or(path);
        let mut fitting: Vec<&Defaults> = self.defaults.iter().filter(|entry| entry.is_for(path, kind)).collect();
        // Stable, so that the later of two equal entries comes last.
        fitting.sort_by_key(|entry| (entry.path.len(), entry.kind.is_some()));
        for entry in fitting.into_iter().rev() {
            front_matter::complete(&mut values, &entry.values);
        }
        if self.has_own_pattern && matches!(role, Role::Post { .. }) {
            // An option of `anli.yaml` overrides what the site says of its posts.
            values.remove("permalink");
        }
        values
    }

    /// Returns the title that Jekyll gives to a post or document without one: the words of its file name.
    pub(super) fn title(&self, path: &str) -> Option<String> {
        let is_document = matches!(self.role(path, false), Role::Post { below: Some(_), .. } | Role::Document { .. });
        let (_, name) = super::parts_of(path);
        let name = slug::dated(name).map_or(name, |(_, _, _, rest)| rest);
        let capitalized = |word: &str| {
            let mut chars = word.chars();
            let first = chars.next().map(char::to_uppercase).into_iter().flatten();
            first.chain(chars.flat_map(char::to_lowercase)).collect::<String>()
        };
        let words: Vec<String> = name.split('-').filter(|word| !word.is_empty()).map(capitalized).collect();
        (is_document && !words.is_empty()).then(|| words.join(" "))
    }

    /// Returns whether drafts are published.
    pub(super) const fn shows_drafts(&self) -> bool {
        self.shows_drafts
    }

    /// Returns whether Jekyll makes no page of a file.
    pub(super) fn omits(&self, page: &Page<'_>) -> bool {
        let path = page.path;
        if !self.has_root {
            return false;
        }
        let (folder, _) = page.parts();
        let file = path.rsplit('/').next().unwrap_or(path);
        // Only the beginning of a path below a folder of its own and the file name are examined.
        let is_special_below =
            |below: &str| self.is_special(below.split('/').next().unwrap_or(below)) || self.is_special(file);
        self.is_excluded(path)
            || match self.role(path, page.front.date.is_some()) {
                Role::Post { above, below: Some(below), draft } => {
                    let is_dated = slug::dated(super::parts_of(path).1).is_some();
                    above.split('/').any(|part| self.is_special(part))
                        || is_special_below(below)
                        || !self.writes_posts
                        || if draft { !self.shows_drafts } else { !is_dated }
                }
                Role::Document { collection, below } => {
                    !collection.output || is_special_below(below) || !page.written.has_front
                }
                Role::Post { below: None, .. } | Role::Page => {
                    folder.split('/').chain([file]).any(|part| self.is_special(part))
                        || !(page.written.has_front || self.is_front_optional)
                }
            }
    }

    /// Returns whether the date of a file hides the file before that time.
    pub(super) fn is_dated(&self, page: &Page<'_>) -> bool {
        match self.role(page.path, page.front.date.is_some()) {
            Role::Post { below: Some(_), .. } => true,
            Role::Document { .. } => slug::dated(page.parts().1).is_some() || !page.written.dated_by_path,
            Role::Post { below: None, .. } => !page.written.dated_by_path,
            Role::Page => false,
        }
    }

    /// Returns whether Jekyll leaves out files and folders of this name, unless they are included by the configuration.
    fn is_special(&self, name: &str) -> bool {
        (name.starts_with(['.', '_', '#', '~']) || name.ends_with('~')) && !self.included.matches(name)
    }

    /// Returns whether a file, or a folder above it, is excluded by the configuration.
    fn is_excluded(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        // The pattern of a folder may have a final slash.
        !self.excluded.is_empty()
            && ends.filter_map(|end| path.get(..end)).any(|part| {
                let name = part.rsplit('/').next().unwrap_or(part);
                (self.excluded.matches(part) || part.len() < path.len() && self.excluded.matches(&format!("{part}/")))
                    && !self.included.matches(name)
            })
    }
}

impl Defaults {
    fn is_for(&self, path: &str, kind: &str) -> bool {
        let is_kind = |wanted: &str| wanted == kind || (wanted == "posts" && kind == "drafts");
        let is_below = match &self.glob {
            // The pattern names files and folders, and holds for what is below them.
            Some(glob) => {
                let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
                ends.filter_map(|end| path.get(..end)).any(|part| glob.matches(part))
            }
            None => path.starts_with(&self.path),
        };
        is_below && self.kind.as_deref().is_none_or(is_kind)
    }
}

fn value(placeholder: &str, page: &Page<'_>, role: &Role<'_>) -> Option<String> {
    let (folder, name) = page.parts();
    let dated = slug::dated(name);
    // The date in a file name is not part of the title, in posts and documents alike.
    let title = match role {
        Role::Page => name,
        _ => dated.map_or(name, |(_, _, _, rest)| rest),
    };
    let title = page.slug().unwrap_or(title);
    let lowered = |text: &str| slug::jekyll(text, Keep::Alphanumeric).to_lowercase();
    Some(match placeholder {
        "title" => slug::jekyll(title, Keep::Pretty),
        "slug" => lowered(title),
        "name" => lowered(name),
        "basename" => name.to_owned(),
        "output_ext" => ".html".to_owned(),
        "path" => match role {
            Role::Page => folder.to_owned(),
            Role::Document { below, .. } => {
                below.rsplit_once('/').map_or_else(|| name.to_owned(), |(dir, _)| format!("{dir}/{name}"))
            }
            Role::Post { .. } => name.to_owned(),
        },
        "collection" => match role {
            Role::Post { .. } => "posts",
            Role::Document { collection, .. } => &collection.label,
            Role::Page => "",
        }
        .to_owned(),
        "categories" => categories(page, role, &str::to_lowercase),
        "slugified_categories" => categories(page, role, &lowered),
        _ => {
            let written = || dated.and_then(|(year, month, day, _)| jiff::civil::Date::new(year, month, day).ok());
            return date_part(placeholder, page.local().or_else(|| Some(written()?.into())));
        }
    })
}

/// Returns the categories joined by `/`, each once: the folders above `_posts`, then the categories of the front
/// matter.
fn categories(page: &Page<'_>, role: &Role<'_>, form: &dyn Fn(&str) -> String) -> String {
    let above = match role {
        Role::Post { above, .. } => above,
        _ => "",
    };
    let own = written_categories(page);
    let mut all: Vec<String> = Vec::new();
    let own = own.iter().map(String::as_str).take(MAX_CATEGORIES);
    for category in above.split('/').chain(own).filter(|part| !part.is_empty()) {
        let category = form(category);
        if !all.contains(&category) {
            all.push(category);
        }
    }
    all.join("/")
}

/// Returns the categories as Jekyll reads them: a text of `categories` is split at blanks only, a text of `category` is
/// one category.
fn written_categories(page: &Page<'_>) -> Vec<String> {
    let [plural, singular] = &page.written.categories;
    if plural.is_none() && singular.is_none() {
        return page.front.categories.clone();
    }
    let mut found = Vec::new();
    if let Some(Value::String(text)) = plural {
        found.extend(text.split_whitespace().map(str::to_owned));
    } else if let Some(value) = plural {
        add_labels(value, &mut found);
    }
    if let Some(value) = singular {
        add_labels(value, &mut found);
    }
    found
}

/// Adds the texts of a value and of the lists in it. Parsers bound the depth.
fn add_labels(value: &Value, labels: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add_labels(item, labels)),
        Value::Bool(truth) => labels.push(truth.to_string()),
        other => labels.extend(text_of(other)),
    }
}
