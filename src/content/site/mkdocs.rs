//! Rules of MkDocs, with Material's blog: addresses, titles of the navigation, and what is not published.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde_json::Value;
use walkdir::WalkDir;

use super::{
    Check, Page, Placement, Rules, Settings,
    config::{FoundConfig, text_at, text_of},
    glob::{Dialect, Globs},
    plain, python, slashed,
};
use crate::{
    content::{
        permalink::{Pattern, escaped},
        slug::{self, PythonSlug, WordCase},
    },
    post::FrontMatter,
};

const DEFAULT: &str = "/:path/";

/// What MkDocs excludes unless the configuration says otherwise. Names with a dot are in no folder of posts.
const EXCLUDED: &str = "/templates/";

/// Letters of a date's format that stand for a part of the date, each with the format in place of it.
const DATE_PARTS: [(&str, &str); 6] =
    [("yyyy", "%Y"), ("yy", "%y"), ("MM", "%m"), ("dd", "%d"), ("M", "%-m"), ("d", "%-d")];

/// The settings for paths and titles, and for what is published.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MkdocsRules {
    /// The pattern of `anli.yaml`.
    pattern: Option<Pattern>,
    /// Whether each page is a folder.
    has_folders: bool,
    /// The titles in the navigation, by the paths of the files.
    titles: BTreeMap<String, String>,
    excluded: Ignored,
    drafts: Ignored,
    blogs: Vec<Blog>,
    /// Whether the plugin `encryptcontent` encrypts pages by their level, and every page.
    encrypts_levels: bool,
    encrypts_all: bool,
    languages: Option<Languages>,
    /// The folders with an `index.md`, in which `README.md` is no page.
    indexes: BTreeSet<String>,
}

/// Patterns of paths in the language of `.gitignore`, of which the last one that matches decides.
#[derive(Debug, Clone, Default, PartialEq)]
struct Ignored {
    rules: Vec<IgnoreRule>,
}

#[derive(Debug, Clone, PartialEq)]
struct IgnoreRule {
    glob: Globs,
    /// Whether the files are taken back.
    negated: bool,
    /// Whether the pattern is one of folders.
    folder: bool,
}

/// A blog of Material.
#[derive(Debug, Clone, PartialEq)]
struct Blog {
    /// The folder of the blog, and that of its posts, with a final `/` unless empty.
    folder: String,
    posts: String,
    format: String,
    date_format: String,
    separator: String,
}

/// Languages of mkdocs-static-i18n.
#[derive(Debug, Clone, PartialEq)]
struct Languages {
    names: Vec<String>,
    default: Option<String>,
    /// Whether each language has a folder; otherwise, the language is an ending of the file name.
    folders: bool,
}

/// Returns the settings in a configuration; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    let docs = text_at(tree, "docs_dir").unwrap_or_else(|| "docs".to_owned());
    let docs = root.as_ref().map(|root| root.join(docs)).filter(|folder| folder.is_dir());
    let docs = docs.and_then(|folder| folder.canonicalize().ok());
    let placement = docs.as_ref().and_then(|folder| Placement::of(posts, folder)).unwrap_or_default();
    let permalink = pattern.unwrap_or(DEFAULT);
    let pattern = pattern.map(|text| plain::own(text, check));
    let mut titles = BTreeMap::new();
    if let Some(nav) = tree.get("nav") {
        add_titles(nav, None, &mut titles);
    }
    let mut ignored = |key: &str, first: &str| {
        let own = text_at(tree, key).unwrap_or_default();
        Ignored::new(first.lines().chain(own.lines()), |text| check.pattern(key, text))
    };
    let encrypt = python::plugin(tree, "encryptcontent");
    let rules = MkdocsRules {
        encrypts_levels: encrypt.is_some(),
        encrypts_all: encrypt.is_some_and(|options| text_at(options, "global_password").is_some()),
        pattern,
        has_folders: tree.get("use_directory_urls").and_then(Value::as_bool) != Some(false),
        titles,
        excluded: ignored("exclude_docs", EXCLUDED),
        drafts: ignored("draft_docs", ""),
        blogs: python::plugin(tree, "blog").map(blog).into_iter().collect(),
        languages: python::plugin(tree, "i18n").and_then(languages),
        indexes: docs.as_deref().map(indexes).unwrap_or_default(),
    };
    Settings {
        rules: Rules::Mkdocs(rules),
        base_url: text_at(tree, "site_url"),
        permalink: permalink.to_owned(),
        author: text_at(tree, "site_author"),
        placement,
    }
}

/// Adds the titles of a navigation, in which `title` stands before `nav`.
fn add_titles(nav: &Value, title: Option<&str>, titles: &mut BTreeMap<String, String>) {
    match nav {
        Value::Array(items) => items.iter().for_each(|item| add_titles(item, None, titles)),
        Value::Object(table) => table.iter().for_each(|(title, value)| add_titles(value, Some(title), titles)),
        other => {
            if let (Some(title), Some(path)) = (title, text_of(other)) {
                let path = path.trim_start_matches("./").trim_start_matches('/');
                titles.entry(path.to_owned()).or_insert_with(|| title.trim().to_owned());
            }
        }
    }
}

/// Returns the folders below `docs` with an `index.md`, each with a final `/`.
fn indexes(docs: &Path) -> BTreeSet<String> {
    let walk = WalkDir::new(docs).follow_links(true).into_iter();
    let is_visible = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
    let found = walk.filter_entry(|entry| entry.depth() == 0 || is_visible(entry.file_name())).flatten();
    let indexes = found.filter(|entry| entry.file_name() == "index.md");
    indexes.filter_map(|entry| entry.path().parent()?.strip_prefix(docs).ok().map(slashed)).collect()
}

/// Returns whether a file of this name decides about another file.
pub(super) fn shapes_folder(name: &str) -> bool {
    name == "index.md"
}

fn blog(options: &Value) -> Blog {
    let text = |key: &str, default: &str| options.get(key).and_then(text_of).unwrap_or_else(|| default.to_owned());
    let folder = text("blog_dir", "blog");
    let folder = folder.trim_matches(['/', '.']).to_owned();
    let posts = text("post_dir", "{blog}/posts").replace("{blog}", &folder);
    let closed = |folder: &str| {
        let folder = folder.trim_matches('/');
        if folder.is_empty() { String::new() } else { format!("{folder}/") }
    };
    Blog {
        posts: closed(&posts),
        folder: closed(&folder),
        format: text("post_url_format", "{date}/{slug}"),
        date_format: text("post_url_date_format", "yyyy/MM/dd"),
        separator: text("post_slugify_separator", "-"),
    }
}

fn languages(options: &Value) -> Option<Languages> {
    let all = options.get("languages")?.as_array()?;
    let name = |language: &Value| text_at(language, "locale");
    let default = all.iter().find(|language| language.get("default").and_then(Value::as_bool) == Some(true));
    Some(Languages {
        names: all.iter().filter_map(name).collect(),
        default: default.and_then(name),
        folders: text_at(options, "docs_structure").as_deref() == Some("folder"),
    })
}

impl Ignored {
    fn new<'a>(lines: impl Iterator<Item = &'a str>, mut bad: impl FnMut(&str)) -> Self {
        let mut rules = Vec::new();
        for line in lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (negated, text) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
            let (text, folder) = text.strip_suffix('/').map_or((text, false), |text| (text, true));
            // A pattern with a slash is one of the whole path.
            let glob = if text.contains('/') { text.trim_start_matches('/').to_owned() } else { format!("**/{text}") };
            let glob = Globs::new(Some(&glob.into()), Dialect::Hexo, |_| bad(line));
            if !glob.is_empty() {
                rules.push(IgnoreRule { glob, negated, folder });
            }
        }
        Self { rules }
    }

    fn matches(&self, path: &str) -> bool {
        let folders: Vec<&str> = path.match_indices('/').filter_map(|(end, _)| path.get(..end)).collect();
        let (mut ignored, mut by_file) = (false, false);
        for rule in &self.rules {
            let is_file = !rule.folder && rule.glob.matches(path);
            let is_below = folders.iter().any(|folder| rule.glob.matches(folder));
            // What a pattern of files says counts more than what one of folders says.
            if is_file || is_below && (!rule.negated || !by_file) {
                ignored = !rule.negated;
                by_file = is_file && !is_below;
            }
        }
        ignored
    }
}

impl MkdocsRules {
    /// Returns the escaped path of a file.
    pub(super) fn path(&self, page: &Page<'_>) -> String {
        if let Some(pattern) = &self.pattern {
            return plain::expanded(pattern, page);
        }
        let (language, path) = self.language(page.path);
        if let Some((blog, post)) = self.post(path) {
            return self.finished(&format!("{language}{}{}", escaped(&blog.folder), blog.path(page, post)));
        }
        let (folder, name) = super::parts_of(path);
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        if matches!(name, "index" | "README") {
            return format!("{language}{}", escaped(&folder));
        }
        self.finished(&format!("{language}{}", escaped(&format!("{folder}{name}"))))
    }

    /// Returns the path of a page with its ending.
    fn finished(&self, path: &str) -> String {
        format!("{path}{}", if self.has_folders { "/" } else { ".html" })
    }

    /// Returns the part of an address for the language of a file, and the path without its language.
    fn language<'p>(&self, path: &'p str) -> (String, &'p str) {
        let Some(languages) = &self.languages else { return (String::new(), path) };
        let part = |name: &str| {
            if languages.default.as_deref() == Some(name) { String::new() } else { format!("{}/", escaped(name)) }
        };
        let known = |name: &str| languages.names.iter().any(|language| language == name);
        if languages.folders {
            return match path.split_once('/').filter(|(first, _)| known(first)) {
                Some((first, rest)) => (part(first), rest),
                None => (String::new(), path),
            };
        }
        let (folder, name) = super::parts_of(path);
        match name.rsplit_once('.').filter(|(_, ending)| known(ending)) {
            Some((stem, ending)) => {
                let end = if folder.is_empty() { stem.len() } else { folder.len() + 1 + stem.len() };
                (part(ending), path.get(..end).unwrap_or(path))
            }
            None => (String::new(), path),
        }
    }

    /// Returns the blog of a post, and the path of the post below its folder of posts.
    fn post<'p>(&self, path: &'p str) -> Option<(&Blog, &'p str)> {
        self.blogs.iter().find_map(|blog| Some((blog, path.strip_prefix(blog.posts.as_str())?)))
    }

    /// Fills in the title: that of the navigation, or of the keys at the top of a `body` without front matter.
    pub(super) fn complete(&self, path: &str, body: &str, front: &mut FrontMatter, has_front: bool) {
        let keys = if has_front { Vec::new() } else { python::metadata(body).0 };
        let own = keys.into_iter().find(|(key, value)| key == "title" && !value.is_empty()).map(|(_, value)| value);
        let nav = self.titles.get(path).cloned();
        front.title = nav.or(front.title.take()).or(own);
    }

    /// Returns the title of a page without any.
    pub(super) fn title(&self, path: &str) -> String {
        let (folder, name) = super::parts_of(path);
        let name = if name == "README" { "index" } else { name };
        if folder.is_empty() && name == "index" {
            return "Home".to_owned();
        }
        let title = name.replace(['-', '_'], " ");
        if title.to_lowercase() != title {
            return title;
        }
        let mut chars = title.chars();
        let first = chars.next().map(char::to_uppercase).into_iter().flatten();
        first.chain(chars).collect()
    }

    /// Returns whether a plugin encrypts a page.
    pub(super) fn encrypts(&self, front: &FrontMatter) -> bool {
        self.encrypts_all || self.encrypts_levels && front.extra.contains_key("level")
    }

    /// Returns whether MkDocs makes no page of a file.
    pub(super) fn omits(&self, page: &Page<'_>) -> bool {
        let (folder, name) = page.parts();
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.excluded.matches(page.path)
            || self.drafts.matches(page.path)
            || name == "README" && self.indexes.contains(&folder)
    }
}

impl Blog {
    /// Returns the escaped path of a post below the folder of the blog.
    fn path(&self, page: &Page<'_>, file: &str) -> String {
        let name = super::parts_of(file).1;
        let rule = PythonSlug::Words { case: WordCase::Lower, encoded: false };
        let slug_of = |text: &str| slug::python(text, &self.separator, &rule);
        let slug = page.slug().map_or_else(|| slug_of(page.title), str::to_owned);
        let categories: Vec<String> = page.front.categories.iter().map(|category| slug_of(category)).collect();
        let values = [
            ("{date}", page.local().map(|date| date.strftime(&date_format(&self.date_format)).to_string())),
            ("{categories}", Some(categories.join("/"))),
            ("{slug}", Some(slug)),
            ("{file}", Some(name.to_owned())),
        ];
        let mut path = String::new();
        let mut rest = self.format.as_str();
        while let Some(c) = rest.chars().next() {
            let known = values.iter().find_map(|(name, value)| Some((rest.strip_prefix(name)?, value)));
            match known {
                Some((after, value)) => {
                    path.push_str(value.as_deref().unwrap_or_default());
                    rest = after;
                }
                None => {
                    path.push(c);
                    rest = rest.get(c.len_utf8()..).unwrap_or_default();
                }
            }
        }
        escaped(path.trim_matches('/'))
    }
}

/// Translates a format of a date from the language of Unicode.
fn date_format(format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        match DATE_PARTS.iter().find_map(|(letters, part)| Some((rest.strip_prefix(letters)?, part))) {
            Some((after, part)) => {
                out.push_str(part);
                rest = after;
            }
            None => {
                out.push_str(if c == '%' { "%%" } else { rest.get(..c.len_utf8()).unwrap_or_default() });
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}
