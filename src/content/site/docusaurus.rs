//! Docusaurus: the addresses of documents, blog posts and pages, and the files that it leaves out.
//!
//! The presets and plugins of the configuration give *instances*: folders of one kind of content, each with a route.
//! Versions and languages are more folders of an instance.

use std::{
    path::{Component, Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;
use serde_json::Value;

use super::{
    Check, Page, Placement, Rules, Settings,
    config::{FoundConfig, VERSIONS, load, text_at, text_of},
    glob::{Dialect, Globs},
    plain,
};
use crate::{
    content::permalink::{Pattern, written},
    post::FrontMatter,
};

/// Files that no plugin reads, unless a setting says otherwise.
const EXCLUDED: [&str; 4] =
    ["**/_*.{js,jsx,ts,tsx,md,mdx}", "**/_*/**", "**/*.test.{js,jsx,ts,tsx}", "**/__tests__/**"];

/// The date in the path of a blog post, and the parts around it.
static DATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?<folder>.*)(?<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?<text>.*?)(?:/index)?\.mdx?$").ok()
});
/// The number before a name.
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\d+\s*[-_.]+\s*(?<name>[^-_.\s].*)$").ok());

/// The settings for paths, and for what is published.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DocusaurusRules {
    /// The pattern of `anli.yaml`.
    own: Option<Pattern>,
    instances: Vec<Instance>,
    /// Whether every address ends with `/`, or none; `None` if addresses stay as they are made.
    trailing_slash: Option<bool>,
    /// The format of files: `mdx`, `md` or `detect`.
    format: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Docs,
    Blog,
    Pages,
}

/// A folder of one kind of content.
#[derive(Debug, Clone, PartialEq)]
struct Instance {
    content: Content,
    /// The folder, with a final `/`.
    folder: String,
    /// The route below the base, without slashes at its ends.
    route: String,
    included: Globs,
    excluded: Globs,
    /// Whether numbers before names are no part of addresses.
    numbers: bool,
}

/// The default folder and route of a kind of content, and the name of its plugin.
const CONTENTS: [(Content, &str, &str, &str); 3] = [
    (Content::Docs, "docs", "docs", "docs"),
    (Content::Blog, "blog", "blog", "blog"),
    (Content::Pages, "pages", "src/pages", ""),
];

/// Returns the settings in a configuration; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    check.computed(tree, &["url", "baseUrl", "trailingSlash", "presets"]);
    let root = root.clone().unwrap_or_else(|| posts.to_owned());
    let mut instances = Vec::new();
    for (content, options) in declared(tree) {
        add(&mut instances, content, &options, &root, tree, check);
    }
    // A folder of documents may lie beside that of the site.
    let above = instances.iter().map(|instance| instance.folder.split('/').take_while(|part| *part == "..").count());
    let levels = above.max().unwrap_or(0);
    let base = root.ancestors().nth(levels).unwrap_or(&root).to_owned();
    for instance in &mut instances {
        let whole = normalized(&root.join(&instance.folder));
        instance.folder = whole.strip_prefix(&base).map(super::slashed).unwrap_or_default();
    }
    let path = text_at(tree, "baseUrl").unwrap_or_default();
    let path = path.trim_start_matches('/');
    Settings {
        rules: Rules::Docusaurus(DocusaurusRules {
            own: pattern.map(|pattern| plain::own(pattern, check)),
            instances,
            trailing_slash: tree.get("trailingSlash").and_then(Value::as_bool),
            format: tree.get("markdown").and_then(|markdown| text_at(markdown, "format")).unwrap_or_default(),
        }),
        base_url: Some(match text_at(tree, "url") {
            Some(url) => format!("{}/{path}", url.trim_end_matches('/')),
            None => format!("/{path}"),
        }),
        permalink: pattern.unwrap_or_default().to_owned(),
        author: None,
        placement: Placement::of(posts, &base).unwrap_or_default(),
    }
}

/// Returns a path without `..`.
fn normalized(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// Returns the contents that presets and plugins declare, with their options.
fn declared(tree: &Value) -> Vec<(Content, Value)> {
    let name_of = |entry: &Value| entry.as_str().or_else(|| entry.get(0)?.as_str()).map(str::to_owned);
    let entries = |key: &str| tree.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut declared = Vec::new();
    let presets = entries("presets");
    let is_classic = |entry: &&Value| name_of(entry).is_some_and(|name| name.contains("classic"));
    let plugins = entries("plugins");
    let classic = presets.iter().find(is_classic);
    // A preset that cannot be read is most likely the usual one.
    if classic.is_some() || !plugins.iter().any(|plugin| name_of(plugin).is_some_and(|name| name.contains("content-")))
    {
        let options = classic.and_then(|preset| preset.get(1)).cloned().unwrap_or_default();
        for (content, key, ..) in CONTENTS {
            match options.get(key) {
                Some(Value::Bool(false)) => {}
                other => declared.push((content, other.cloned().unwrap_or_default())),
            }
        }
    }
    for plugin in &plugins {
        let Some(name) = name_of(plugin) else { continue };
        if let Some((content, ..)) = CONTENTS.iter().find(|(_, key, ..)| name.ends_with(&format!("content-{key}"))) {
            declared.push((*content, plugin.get(1).cloned().unwrap_or_default()));
        }
    }
    declared
}

/// Adds the folders of one declared content: its versions, in each language.
fn add(out: &mut Vec<Instance>, content: Content, options: &Value, root: &Path, tree: &Value, check: &mut Check<'_>) {
    let Some((_, key, folder, route)) = CONTENTS.iter().find(|(known, ..)| *known == content) else { return };
    let folder = text_at(options, "path").unwrap_or_else(|| (*folder).to_owned());
    let folder = folder.trim_start_matches("./").trim_end_matches('/').to_owned();
    let route = text_at(options, "routeBasePath").unwrap_or_else(|| (*route).to_owned());
    let route = route.trim_matches('/').to_owned();
    let id = text_at(options, "id").filter(|id| id != "default");
    let excluded = options.get("exclude").filter(|list| list.is_array()).cloned();
    let excluded = excluded.unwrap_or_else(|| EXCLUDED.iter().copied().collect());
    let mut globs =
        |value: Option<&Value>, name: &str| Globs::new(value, Dialect::Hexo, |text| check.pattern(name, text));
    let (included, excluded) = (globs(options.get("include"), "include"), globs(Some(&excluded), "exclude"));
    let numbers = options.get("numberPrefixParser").and_then(Value::as_bool) != Some(false);
    // Each version: the folder, that of translations, and the route below that of the content.
    let mut versions = vec![(folder, "current".to_owned(), String::new())];
    if content == Content::Docs {
        versions = versions_of(versions, id.as_deref(), options, root);
    }
    let i18n = tree.get("i18n").unwrap_or(&Value::Null);
    let default = text_at(i18n, "defaultLocale").unwrap_or_else(|| "en".to_owned());
    let locales = i18n.get("locales").and_then(Value::as_array).into_iter().flatten().filter_map(text_of);
    let locales: Vec<String> = locales.collect();
    let plugin = format!("docusaurus-plugin-content-{key}{}", id.map(|id| format!("-{id}")).unwrap_or_default());
    for (folder, translated, version) in versions {
        let mut push = |folder: String, locale: &str| {
            let parts = [locale, route.as_str(), version.as_str()];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let (included, excluded) = (included.clone(), excluded.clone());
            out.push(Instance { content, folder, route: parts.join("/"), included, excluded, numbers });
        };
        push(folder, "");
        for locale in &locales {
            let inner = if content == Content::Docs { format!("/{translated}") } else { String::new() };
            let prefix = if *locale == default { "" } else { locale };
            push(format!("i18n/{locale}/{plugin}{inner}"), prefix);
        }
    }
}

/// Returns the versions of documents whose folder is that of the only one in `current`.
fn versions_of(
    mut current: Vec<(String, String, String)>,
    id: Option<&str>,
    options: &Value,
    root: &Path,
) -> Vec<(String, String, String)> {
    let prefix = id.map(|id| format!("{id}_")).unwrap_or_default();
    let names = load(&root.join(format!("{prefix}{VERSIONS}"))).ok();
    let names: Vec<String> = names.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    if names.is_empty() || options.get("disableVersioning").and_then(Value::as_bool) == Some(true) {
        return current;
    }
    let only = options.get("onlyIncludeVersions").and_then(Value::as_array);
    let is_used = |name: &str| only.is_none_or(|only| only.iter().any(|used| used == name));
    let last = text_at(options, "lastVersion").or_else(|| names.iter().find(|name| is_used(name)).cloned());
    let route = |name: &str| {
        let own = options.get("versions").and_then(|versions| text_at(versions.get(name)?, "path"));
        let usual = if name == "current" { "next" } else { name };
        match own {
            Some(own) => own.trim_matches('/').to_owned(),
            None if last.as_deref() == Some(name) => String::new(),
            None => usual.to_owned(),
        }
    };
    if let Some(first) = current.first_mut() {
        first.2 = route("current");
    }
    if options.get("includeCurrentVersion").and_then(Value::as_bool) == Some(false) || !is_used("current") {
        current.clear();
    }
    for name in names.iter().filter(|name| is_used(name)) {
        current.push((format!("{prefix}versioned_docs/version-{name}"), format!("version-{name}"), route(name)));
    }
    current
}

impl DocusaurusRules {
    /// Returns the folder of content in which a path lies, and the rest of the path.
    fn place<'p>(&self, path: &'p str) -> Option<(&Instance, &'p str)> {
        let found = self.instances.iter().filter_map(|instance| Some((instance, path.strip_prefix(&instance.folder)?)));
        found.min_by_key(|(_, below)| below.len())
    }

    /// Returns the escaped path of a file.
    pub(super) fn path(&self, page: &Page<'_>) -> String {
        if let Some(own) = &self.own {
            return plain::expanded(own, page);
        }
        let Some((instance, below)) = self.place(page.path) else { return written(page.path) };
        let own = page.slug();
        let slug = match instance.content {
            Content::Docs => instance.document(below, page.front),
            Content::Blog => own.map_or_else(|| blog(below).0, |own| format!("/{own}")),
            Content::Pages => {
                let (folder, name) = super::parts_of(below);
                if name == "index" { format!("/{folder}/") } else { format!("/{folder}/{name}") }
            }
        };
        let path = format!("/{}/{}", instance.route, slug.trim_start_matches('/'));
        let path = if path.starts_with("//") { path.trim_start_matches('/').to_owned() } else { path };
        let bare = path.trim_end_matches('/');
        let path = match self.trailing_slash {
            Some(_) if bare.is_empty() => "/".to_owned(),
            Some(true) => format!("{bare}/"),
            Some(false) => bare.to_owned(),
            None => path.clone(),
        };
        written(&path)
    }

    /// Returns the title of a document or blog post that has none in its front matter, after that of its first line.
    pub(super) fn title(&self, path: &str, front: &FrontMatter, opening: Option<&str>) -> Option<String> {
        if let Some(opening) = opening {
            return Some(opening.to_owned());
        }
        let (instance, below) = self.place(path)?;
        match instance.content {
            Content::Docs => Some(instance.id(below, front)),
            Content::Blog => Some(blog(below).1),
            Content::Pages => None,
        }
    }

    /// Returns whether no page is made of the file at a path.
    pub(super) fn omits(&self, path: &str) -> bool {
        if !path.ends_with(".md") && !path.ends_with(".mdx") {
            return true;
        }
        self.place(path).is_none_or(|(instance, below)| {
            instance.excluded.matches(below) || !instance.included.is_empty() && !instance.included.matches(below)
        })
    }

    /// Returns whether a file is MDX.
    pub(super) fn is_mdx(&self, path: &str, front: &FrontMatter) -> bool {
        let own = front.extra.get("format").and_then(text_of);
        match own.as_deref().unwrap_or(&self.format) {
            "md" => false,
            "detect" => path.ends_with(".mdx"),
            _ => true,
        }
    }
}

impl Instance {
    /// Returns the address of a document below the route.
    fn document(&self, below: &str, front: &FrontMatter) -> String {
        let own = front.slug.as_deref().filter(|slug| !slug.is_empty());
        if let Some(own) = own.filter(|own| own.starts_with('/')) {
            return own.to_owned();
        }
        let (folder, name) = super::parts_of(below);
        let strips = self.strips(front);
        let parts = folder.split('/').filter(|part| !part.is_empty());
        let mut place = String::from("/");
        for part in parts {
            place.push_str(if strips { unnumbered(part) } else { part });
            place.push('/');
        }
        let above = folder.rsplit('/').next().unwrap_or_default().to_lowercase();
        let lower = name.to_lowercase();
        if own.is_none() && (lower == "index" || lower == "readme" || !above.is_empty() && lower == above) {
            return place;
        }
        let last = own.map_or_else(|| self.id(below, front), str::to_owned);
        resolved(&place, &last)
    }

    /// Returns the id of a document: its own, or its name.
    fn id(&self, below: &str, front: &FrontMatter) -> String {
        let (_, name) = super::parts_of(below);
        let own = front.extra.get("id").and_then(text_of);
        own.unwrap_or_else(|| if self.strips(front) { unnumbered(name) } else { name }.to_owned())
    }

    fn strips(&self, front: &FrontMatter) -> bool {
        self.numbers && front.extra.get("parse_number_prefixes").and_then(Value::as_bool) != Some(false)
    }
}

/// Returns whether a body begins with its title, perhaps after imports.
pub(super) fn has_title(body: &str) -> bool {
    let mut body = body.trim();
    while body.starts_with("import ") {
        body = body.split_once("\n\n").map_or("", |(_, rest)| rest.trim_start());
    }
    let mut lines = body.lines();
    let first = lines.next().unwrap_or_default();
    let is_underlined = lines.next().is_some_and(|line| !line.is_empty() && line.bytes().all(|b| b == b'='));
    first.strip_prefix('#').is_some_and(|title| title.starts_with([' ', '\t'])) || is_underlined
}

/// Returns a path that is relative to a folder.
fn resolved(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let end = if path.ends_with('/') { "/" } else { "" };
    format!("/{}{end}", parts.join("/"))
}

/// Returns a name without the number before it. A date or a version is no such number.
fn unnumbered(name: &str) -> &str {
    let digits = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_version = digits.len() < name.len()
        && digits.strip_prefix(['-', '_', '.']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if is_version {
        return name;
    }
    let found = NUMBERED.as_ref().and_then(|pattern| pattern.captures(name));
    found.and_then(|found| found.name("name")).map_or(name, |rest| rest.as_str())
}

/// Returns the address of a blog post without a slug of its own, and its title.
fn blog(below: &str) -> (String, String) {
    if let Some(found) = DATED.as_ref().and_then(|pattern| pattern.captures(below)) {
        let part = |name: &str| found.name(name).map(|part| part.as_str()).unwrap_or_default();
        let (folder, date, text) = (part("folder"), part("date"), part("text"));
        return (format!("/{}/{folder}{text}", date.replace('-', "/")), text.to_owned());
    }
    let stem = below.strip_suffix(".mdx").or_else(|| below.strip_suffix(".md")).unwrap_or(below);
    let stem = stem.strip_suffix("/index").unwrap_or(stem);
    (format!("/{stem}"), stem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_before_names_go_but_dates_and_versions_stay() {
        for (name, expected) in [
            ("01-安装", "安装"),
            ("003 - my doc", "my doc"),
            ("2024-01-15-规则", "2024-01-15-规则"),
            ("10.5-版本", "10.5-版本"),
            ("1-", "1-"),
            ("安装", "安装"),
        ] {
            assert_eq!(unnumbered(name), expected);
        }
    }

    #[test]
    fn a_title_is_the_first_line() {
        for body in ["# 题", "\n#\t题", "import A from 'a';\n\nimport B from 'b';\n\n# 题", "题\n==\n"] {
            assert!(has_title(body), "{body}");
        }
        for body in ["", "## 题", "<!-- 注 -->\n# 题", "![](a.png)\n\n# 题", "import A from 'a';\n# 题", "题\n--"]
        {
            assert!(!has_title(body), "{body}");
        }
    }

    #[test]
    fn blog_posts_have_their_dates_in_their_addresses() {
        for (path, slug, title) in [
            ("2024-05-20-welcome.md", "/2024/05/20/welcome", "welcome"),
            ("2024/6/01-节/index.mdx", "/2024/6/01/节", "节"),
            ("a/2024-05-20-b.md", "/2024/05/20/a/b", "b"),
            ("a/index.md", "/a", "a"),
        ] {
            assert_eq!(blog(path), (slug.to_owned(), title.to_owned()));
        }
    }
}
