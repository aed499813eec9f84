//! Jekyll's rules for the URLs of posts, drafts, documents of collections, and pages.

use std::path::Path;

use serde_json::Value;

use super::{
    Check, Page, Placement, Rules, Settings, SiteKind, author_of,
    config::{FoundConfig, text_at, text_of},
    date_part, is_within,
};
use crate::content::{
    permalink::{Grammar, Pattern},
    slug::{self, Keep},
};

/// The placeholders that Jekyll defines.
const NAMES: &str = "\
    year short_year month i_month short_month long_month day i_day y_day w_year week w_day short_day long_day hour \
    minute second title slug name categories slugified_categories collection path basename output_ext";

/// Upper bound on the categories in the URL of a post; no usable URL has more.
const MAX_CATEGORIES: usize = 64;

/// The settings for paths.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JekyllRules {
    posts: Pattern,
    pages: Pattern,
    /// The pattern of `index` pages.
    indexes: Pattern,
    collections: Vec<(String, Pattern)>,
    /// The folder of the collections, with a final `/`, or empty.
    collections_dir: String,
    defaults: Vec<DefaultPermalink>,
    /// Whether there is no `_posts` folder, so that dated files are the posts.
    dated_files_are_posts: bool,
}

/// A permalink in `defaults`.
#[derive(Debug, Clone, PartialEq)]
struct DefaultPermalink {
    path: String,
    kind: Option<String>,
    permalink: Pattern,
}

/// The role of a file in Jekyll.
enum Role<'a> {
    Post { above: &'a str, draft: bool },
    Document { collection: &'a str, pattern: &'a Pattern, below: &'a str },
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
    let tables = tables.map(|(label, settings)| (label.clone(), text_at(settings, "permalink")));
    // A list of bare labels is allowed, too.
    let labels = declared.and_then(Value::as_array).into_iter().flatten().filter_map(text_of);
    let collections = tables.chain(labels.map(|label| (label, None))).filter(|(label, _)| label != "posts");
    let collections = collections.map(|(label, permalink)| {
        let text = match permalink {
            Some(text) if style(&text).is_none() => text,
            named => format!("/:collection/:path{}", named.map_or(suffix, |named| self::suffix(&named))),
        };
        (label, parse(&text))
    });
    let collections = collections.collect();
    let defaults = tree.get("defaults").and_then(Value::as_array).into_iter().flatten().filter_map(|entry| {
        let scope = entry.get("scope").unwrap_or(&Value::Null);
        let text = text_at(entry.get("values")?, "permalink")?;
        Some(DefaultPermalink {
            path: text_at(scope, "path").unwrap_or_default().trim_matches('/').to_owned(),
            kind: text_at(scope, "type"),
            permalink: parse(&text),
        })
    });
    // An option of `anli.yaml` overrides what the site says of its posts.
    let defaults = defaults
        .filter(|default| pattern.is_none() || default.kind.as_deref().is_some_and(|kind| kind != "posts"))
        .collect();
    let posts_text = style(&post_style).map_or(post_style, str::to_owned);
    let rules = JekyllRules {
        posts: parse(&posts_text),
        pages: Pattern::new(&format!("/:path/:basename{suffix}"), Grammar::Jekyll),
        indexes: Pattern::new("/:path/", Grammar::Jekyll),
        collections,
        collections_dir,
        defaults,
        dated_files_are_posts,
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
        let role = self.role(page);
        let (_, name) = page.parts();
        if let Some(own) = page.permalink {
            return Pattern::new(own, Grammar::Jekyll).expand(|name| value(name, page, &role));
        }
        let pattern = self.default(page, &role).unwrap_or(match &role {
            Role::Post { .. } => &self.posts,
            Role::Document { pattern, .. } => pattern,
            Role::Page if name == "index" => &self.indexes,
            Role::Page => &self.pages,
        });
        pattern.expand(|name| value(name, page, &role))
    }

    fn role<'a>(&'a self, page: &Page<'a>) -> Role<'a> {
        let path = page.path.strip_prefix(self.collections_dir.as_str()).unwrap_or(page.path);
        for (folder, draft) in [("_posts/", false), ("_drafts/", true)] {
            if path.starts_with(folder) {
                return Role::Post { above: "", draft };
            }
            if let Some((above, _)) = path.split_once(&format!("/{folder}")) {
                return Role::Post { above, draft };
            }
        }
        if let Some((folder, below)) = path.split_once('/')
            && let Some(label) = folder.strip_prefix('_')
            && let Some((label, pattern)) = self.collections.iter().find(|(known, _)| known == label)
        {
            return Role::Document { collection: label, pattern, below };
        }
        let (_, name) = page.parts();
        if self.dated_files_are_posts && name != "index" && (slug::dated(name).is_some() || page.front.date.is_some()) {
            return Role::Post { above: "", draft: false };
        }
        Role::Page
    }

    /// Returns the permalink in `defaults` for the file: the deepest path wins, then a scope with a type over a scope
    /// without, then the later one.
    fn default(&self, page: &Page<'_>, role: &Role<'_>) -> Option<&Pattern> {
        let kind = match role {
            Role::Post { draft: false, .. } => "posts",
            Role::Post { draft: true, .. } => "drafts",
            Role::Document { collection, .. } => collection,
            Role::Page => "pages",
        };
        let fitting = self.defaults.iter().filter(|default| {
            is_within(page.path, &default.path)
                && default
                    .kind
                    .as_deref()
                    .is_none_or(|wanted| wanted == kind || (wanted == "posts" && kind == "drafts"))
        });
        fitting.max_by_key(|default| (default.path.len(), default.kind.is_some())).map(|default| &default.permalink)
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
            Role::Document { collection, .. } => collection,
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
    let mut all: Vec<String> = Vec::new();
    let own = page.front.categories.iter().map(String::as_str).take(MAX_CATEGORIES);
    for category in above.split('/').chain(own).filter(|part| !part.is_empty()) {
        let category = form(category);
        if !all.contains(&category) {
            all.push(category);
        }
    }
    all.join("/")
}
