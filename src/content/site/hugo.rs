//! Hugo's rules for the URLs of pages, bundles and sections, and for what it publishes.

mod cascade;
mod tree;

use std::{collections::BTreeSet, path::Path, sync::Arc};

use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use self::{
    cascade::{Cascade, Goal},
    tree::ContentTree,
};
use super::{
    Check, Page, Placement, Rules, Settings, SiteKind, author_of,
    config::{FoundConfig, text_at, text_of},
    glob::{Dialect, Globs},
    is_within,
};
use crate::{
    content::{
        date, front_matter,
        permalink::{Grammar, Pattern, escaped},
        slug,
    },
    post::FrontMatter,
};

/// The placeholders that Hugo defines.
const NAMES: &str = "\
    year month monthname day weekday weekdayname yearday section sections sectionslug sectionslugs title slug \
    slugorfilename slugorcontentbasename filename contentbasename";

/// Parts of Go's reference time, as used in one-word layouts, with their meanings.
const LAYOUTS: [(&str, &str); 17] = [
    ("2006", "%Y"),
    ("06", "%y"),
    ("01", "%m"),
    ("1", "%-m"),
    ("Jan", "%b"),
    ("January", "%B"),
    ("02", "%d"),
    ("2", "%-d"),
    ("002", "%j"),
    ("Mon", "%a"),
    ("Monday", "%A"),
    ("15", "%H"),
    ("03", "%I"),
    ("04", "%M"),
    ("05", "%S"),
    ("20060102", "%Y%m%d"),
    ("200601", "%Y%m"),
];

/// The settings for paths, and for what is published.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HugoRules {
    /// The pattern of `anli.yaml`, for every page.
    all: Option<Pattern>,
    permalinks: Permalinks,
    ugly: Ugly,
    lower: bool,
    languages: Vec<Language>,
    default_language: String,
    default_in_folder: bool,
    /// Whether each language has a site of its own.
    many_hosts: bool,
    /// Whether accents are removed from paths.
    without_accents: bool,
    /// Where the date of a page is looked for, in lower case, if the site says so.
    date_sources: Vec<String>,
    /// Folder of the content on the disk, and the files in it that are ignored.
    content: String,
    ignored: Globs,
    mounts: Vec<Mount>,
    disabled_kinds: BTreeSet<String>,
    cascades: Vec<Cascade>,
    tree: Arc<ContentTree>,
}

/// Patterns by section, the deepest first.
#[derive(Debug, Clone, Default, PartialEq)]
struct Permalinks {
    pages: Vec<(String, Pattern)>,
    sections: Vec<(String, Pattern)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Ugly {
    All(bool),
    Sections(Vec<String>),
}

#[derive(Debug, Clone, PartialEq)]
struct Language {
    key: String,
    /// The language's folder below the content folder, with a final `/`, or empty.
    folder: String,
    base_url: Option<String>,
    permalinks: Option<Permalinks>,
    disabled: bool,
}

/// The files that a mount of the content takes in.
#[derive(Debug, Clone, PartialEq)]
struct Mount {
    /// The mounted folder below the content folder, with a final `/`, or empty.
    folder: String,
    /// Patterns of paths below the folder, in lower case. Without patterns to take in, all files are.
    taken: Globs,
    left_out: Globs,
}

impl Mount {
    /// Reads a mount of the content folder `content`; returns `None` for a mount of something else.
    fn read(mount: &Value, content: &str, check: &mut Check<'_>) -> Option<Self> {
        let source = text_at(mount, "source")?;
        let below = source.trim_matches('/').strip_prefix(content)?;
        let folder = below.trim_start_matches('/');
        let (mut taken, mut left_out) = (Vec::new(), Vec::new());
        let files = texts(mount.get("files")).map(|text| match text.trim().strip_prefix('!') {
            Some(text) => (text.trim().to_owned(), true),
            None => (text, false),
        });
        let old = [("includefiles", false), ("excludefiles", true)];
        let old = old.into_iter().flat_map(|(key, out)| texts(mount.get(key)).map(move |text| (text, out)));
        for (text, out) in files.chain(old) {
            let list = if out { &mut left_out } else { &mut taken };
            list.push(Value::String(text.trim_start_matches('/').to_lowercase()));
        }
        let mut globs = |list: Vec<Value>| {
            Globs::new(Some(&list.into()), Dialect::Hugo, |text| check.pattern("module.mounts", text))
        };
        let (taken, left_out) = (globs(taken), globs(left_out));
        Some(Self { folder: if folder.is_empty() { String::new() } else { format!("{folder}/") }, taken, left_out })
    }

    /// Returns whether a file of the mount is left out, by its own path or that of a folder above it.
    fn omits(&self, path: &str) -> bool {
        let Some(path) = path.strip_prefix(self.folder.as_str()).map(str::to_lowercase) else { return false };
        let mut ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        ends.any(|end| path.get(..end).is_some_and(|part| self.left_out.matches(part)))
            || !self.taken.is_empty() && !self.taken.matches(&path)
    }
}

/// The place of a file in the content.
struct Place<'a> {
    /// The folder below the content folder, with that of the language, but without that of a bundle.
    folder: &'a str,
    /// The folder of the file, with that of a bundle.
    own_folder: &'a str,
    /// The folders below that of the language.
    folders: Vec<&'a str>,
    /// The last part of the URL; empty for a section.
    name: &'a str,
    language: &'a str,
    /// Whether the file makes its folder a bundle or a section.
    is_index: bool,
}

/// Returns whether a file of this name makes its folder a section or a bundle.
pub(super) fn shapes_folder(name: &str) -> bool {
    tree::role(name).is_some()
}

/// Returns the folder of the content below that of the site.
fn content_folder(tree: &Value) -> String {
    let default = text_at(tree, "defaultcontentlanguage").unwrap_or_else(|| "en".to_owned()).to_lowercase();
    let of_language = tree.get("languages").and_then(|all| all.get(&default)).and_then(folder_of);
    // If each language has its own content folder, their common parent is the root.
    match of_language {
        Some(own) => own.split('/').next().unwrap_or_default().to_owned(),
        None => text_at(tree, "contentdir").unwrap_or_else(|| "content".to_owned()),
    }
}

fn folder_of(settings: &Value) -> Option<String> {
    text_at(settings, "contentdir").map(|dir| dir.trim_matches('/').to_owned())
}

/// Returns the settings in a configuration; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    let content = content_folder(tree);
    let default_language = text_at(tree, "defaultcontentlanguage").unwrap_or_else(|| "en".to_owned()).to_lowercase();
    let source_root = root.as_ref().map(|root| root.join(&content)).filter(|content| content.is_dir());
    let source_root = source_root.as_deref().or(root.as_deref()).unwrap_or(posts);
    let placement = Placement::of(posts, source_root).unwrap_or_default();
    let off: Vec<String> = texts(tree.get("disablelanguages")).map(|key| key.to_lowercase()).collect();
    let declared = tree.get("languages").and_then(Value::as_object).into_iter().flatten();
    let languages: Vec<Language> = declared
        .map(|(key, settings)| {
            let below = folder_of(settings)
                .and_then(|dir| Some(dir.strip_prefix(content.as_str())?.strip_prefix('/')?.to_owned() + "/"));
            let key = key.to_lowercase();
            Language {
                folder: below.unwrap_or_default(),
                base_url: text_at(settings, "baseurl").and_then(|text| super::permalink::base_address(&text)),
                permalinks: settings.get("permalinks").map(|table| permalinks(table, check)),
                disabled: settings.get("disabled").and_then(Value::as_bool) == Some(true) || off.contains(&key),
                key,
            }
        })
        .collect();
    let own = tree.get("permalinks").map(|table| permalinks(table, check)).unwrap_or_default();
    let written = tree.get("permalinks").and_then(Value::as_object).into_iter().flatten();
    let first = written.flat_map(|(key, value)| match value {
        Value::Object(table) if key == "page" => table.values().find_map(text_of),
        other => text_of(other),
    });
    let permalink = pattern
        .map(str::to_owned)
        .or_else(|| first.into_iter().next())
        .unwrap_or_else(|| "/:sections/:slugorcontentbasename/".to_owned());
    let ignored = Globs::new(tree.get("ignorefiles"), Dialect::Regex, |text| check.pattern("ignoreFiles", text));
    let mounts = tree.get("module").and_then(|module| module.get("mounts")?.as_array()).into_iter().flatten();
    let mounts = mounts.filter_map(|mount| Mount::read(mount, &content, check)).collect();
    let cascades = tree.get("cascade").map(|value| Cascade::read(value, |text| check.pattern("cascade", text)));
    let rules = HugoRules {
        all: pattern.map(|text| parsed(text, check)),
        permalinks: own,
        ugly: match tree.get("uglyurls") {
            Some(Value::Object(table)) => Ugly::Sections(
                table.iter().filter(|(_, on)| on.as_bool() == Some(true)).map(|(key, _)| key.to_lowercase()).collect(),
            ),
            other => Ugly::All(other.and_then(Value::as_bool).unwrap_or(false)),
        },
        lower: tree.get("disablepathtolower").and_then(Value::as_bool) != Some(true),
        many_hosts: languages.iter().any(|language| language.base_url.is_some()),
        languages,
        default_language,
        default_in_folder: tree.get("defaultcontentlanguageinsubdir").and_then(Value::as_bool) == Some(true),
        without_accents: tree.get("removepathaccents").and_then(Value::as_bool) == Some(true),
        date_sources: texts(tree.get("frontmatter").and_then(|keys| keys.get("date")))
            .map(|source| source.to_lowercase())
            .collect(),
        content: source_root.to_string_lossy().replace('\\', "/"),
        ignored,
        mounts,
        disabled_kinds: texts(tree.get("disablekinds")).map(|kind| kind.to_lowercase()).collect(),
        cascades: cascades.unwrap_or_default(),
        tree: Arc::new(root.as_ref().map(|_| ContentTree::read(source_root)).unwrap_or_default()),
    };
    let params = tree.get("params").unwrap_or(&Value::Null);
    Settings {
        rules: Rules::Hugo(rules),
        base_url: text_at(tree, "baseurl"),
        permalink,
        author: [tree.get("author"), params.get("author")].into_iter().flatten().find_map(author_of),
        placement,
    }
}

/// Returns the texts of a list, or a single text.
fn texts(value: Option<&Value>) -> impl Iterator<Item = String> {
    let list = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    list.iter().filter_map(text_of)
}

/// Parses a pattern, and reports what it has that Hugo does not define.
fn parsed(text: &str, check: &mut Check<'_>) -> Pattern {
    let pattern = Pattern::new(text, Grammar::Hugo);
    check.names(&pattern, text, SiteKind::Hugo, NAMES, |name| {
        name.starts_with("sections[")
            || name.starts_with("sectionslugs[")
            || LAYOUTS.iter().any(|&(layout, _)| layout == name)
    });
    pattern
}

/// Reads the table `permalinks`.
fn permalinks(table: &Value, check: &mut Check<'_>) -> Permalinks {
    let mut found = Permalinks::default();
    let trimmed = |key: &str| key.trim_matches(['/', ' ']).to_lowercase();
    for (key, value) in table.as_object().into_iter().flatten() {
        let list = if key == "section" { &mut found.sections } else { &mut found.pages };
        match value {
            Value::Object(table) if key == "page" || key == "section" => {
                for (key, text) in table.iter().filter_map(|(key, value)| Some((key, text_of(value)?))) {
                    list.push((trimmed(key), parsed(&text, check)));
                }
            }
            Value::String(text) => found.pages.push((trimmed(key), parsed(text, check))),
            _ => {}
        }
    }
    for list in [&mut found.pages, &mut found.sections] {
        list.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
    }
    found
}

impl HugoRules {
    /// Returns the escaped path of a file, and the base before it if it is not that of the site.
    pub(super) fn path(&self, page: &Page<'_>) -> (Option<&str>, String) {
        let place = self.place(page.path);
        let known = self.languages.iter().find(|known| known.key == place.language);
        let base = known.and_then(|known| known.base_url.as_deref());
        (base, self.path_on_host(page, &place, known))
    }

    fn path_on_host(&self, page: &Page<'_>, place: &Place<'_>, known: Option<&Language>) -> String {
        let language = self.language_folder(place);
        let sections = place.folders.join("/").to_lowercase();
        if let Some(own) = page.permalink {
            let path = Pattern::new(own, Grammar::Hugo).expand(|name| self.value(name, page, place));
            // A path from the root is complete; any other path is relative to the home of its language.
            let path = if path.starts_with('/') { path } else { format!("{language}/{path}") };
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
            return match file {
                "index.html" => format!("{folder}/"),
                file if file.is_empty() || file.contains('.') => path,
                _ => path + "/",
            };
        }
        let Permalinks { pages, sections: of_sections } =
            known.and_then(|known| known.permalinks.as_ref()).unwrap_or(&self.permalinks);
        let is_section = place.name.is_empty();
        let list = if is_section { of_sections } else { pages };
        let fitting = list
            .iter()
            .find(|(key, _)| if key.is_empty() { sections.is_empty() } else { is_within(&sections, key) })
            .map(|(_, pattern)| pattern);
        let pattern = if is_section { fitting } else { self.all.as_ref().or(fitting) };
        let path = match pattern {
            Some(pattern) if self.lower => pattern.expand_lower(|name| self.value(name, page, place)),
            Some(pattern) => pattern.expand(|name| self.value(name, page, place)),
            None => {
                let mut parts: Vec<String> =
                    self.chain(place).map(|(name, section)| self.folder_name(name, section)).collect();
                if is_section {
                    // The slug of a section is its own, even before its file is read.
                    parts.pop();
                    parts.extend(place.folders.last().map(|name| self.slug_or(page, name)));
                } else {
                    parts.push(self.slug_or(page, place.name));
                }
                escaped(&parts.join("/"))
            }
        };
        let ugly = !is_section
            && match &self.ugly {
                Ugly::All(on) => *on,
                Ugly::Sections(list) => place.folders.first().is_some_and(|first| list.contains(&first.to_lowercase())),
            };
        let path = path.trim_end_matches('/');
        if !ugly {
            format!("{language}/{path}/")
        } else if path.ends_with(".html") {
            format!("{language}/{path}")
        } else {
            format!("{language}/{path}.html")
        }
    }

    /// Returns whether Hugo makes no page of a file.
    pub(super) fn omits(&self, page: &Page<'_>) -> bool {
        let place = self.place(page.path);
        let kind = self.kind(&place);
        self.languages.iter().any(|known| known.key == place.language && known.disabled)
            || self.disabled_kinds.contains(kind)
            || self.mounts.iter().any(|mount| mount.omits(page.path))
            || !self.ignored.is_empty() && self.ignored.matches(&format!("{}/{}", self.content, page.path))
            || self.tree.is_in_bundle(place.own_folder, place.is_index && !place.name.is_empty())
    }

    /// Returns the values that sections and the configuration pass down to a file.
    pub(super) fn defaults(&self, path: &str) -> Map<String, Value> {
        let mut values = Map::new();
        let place = self.place(path);
        let cleaned = |text: &str| text.to_lowercase().replace(' ', "-");
        let own = if place.name.is_empty() { None } else { Some(place.name) };
        let parts = place.folders.iter().copied().chain(own).map(cleaned);
        let logical: String = parts.flat_map(|part| ["/".to_owned(), part]).collect();
        let goal = Goal {
            path: if logical.is_empty() { "/" } else { &logical },
            kind: self.kind(&place),
            language: place.language,
        };
        // The nearest section counts first, and the home of the site is one, too.
        let mut folders: Vec<&str> = vec![place.folder];
        while let Some((above, _)) = folders.last().and_then(|folder| folder.rsplit_once('/')) {
            folders.push(above);
        }
        if !place.folder.is_empty() {
            folders.push("");
        }
        let sections = folders.into_iter().filter_map(|folder| self.tree.section(folder, place.language));
        let cascades = sections.flat_map(|section| &section.cascades).chain(&self.cascades);
        for cascade in cascades.filter(|cascade| cascade.is_for(&goal)) {
            front_matter::complete(&mut values, &cascade.values);
        }
        values
    }

    /// Fills in the date that Hugo takes from other keys or the file name. Returns whether there is a date.
    pub(super) fn complete(&self, path: &str, front: &mut FrontMatter, is_dated: bool, zone: &TimeZone) -> bool {
        const DEFAULT: [&str; 3] = ["date", "publishdate", "lastmod"];
        let place = self.place(path);
        let chosen = self.date_sources.iter().map(String::as_str);
        let sources = chosen.flat_map(|source| if source == ":default" { DEFAULT.to_vec() } else { vec![source] });
        for source in sources.chain(DEFAULT) {
            let found = match source {
                "date" if is_dated => return true,
                "publishdate" | "pubdate" | "published" => front.published,
                "lastmod" | "modified" => front.updated,
                ":filename" if !place.name.is_empty() => {
                    let found = date::before_name(place.name, zone);
                    if let Some((_, rest)) = found.filter(|(_, rest)| front.slug.is_none() && !rest.is_empty()) {
                        front.slug = Some(rest.to_owned());
                    }
                    found.map(|(date, _)| date)
                }
                key => front.extra.get(key).and_then(text_of).and_then(|text| date::parse(&text, zone)),
            };
            if found.is_some() {
                front.date = found;
                return true;
            }
        }
        is_dated
    }

    fn kind(&self, place: &Place<'_>) -> &'static str {
        match (place.name.is_empty(), place.folders.is_empty()) {
            (false, _) => "page",
            (true, false) => "section",
            (true, true) => "home",
        }
    }

    fn place<'a>(&'a self, path: &'a str) -> Place<'a> {
        let (own_folder, mut name) = super::parts_of(path);
        let (mut language, mut below) = (self.default_language.as_str(), own_folder);
        let home = self
            .languages
            .iter()
            .filter(|known| !known.folder.is_empty())
            .find(|known| is_within(own_folder, known.folder.trim_end_matches('/')));
        if let Some(known) = home {
            language = &known.key;
            below = own_folder.get(known.folder.len()..).unwrap_or_default();
        }
        if let Some((stem, suffix)) = name.rsplit_once('.') {
            let suffix = suffix.to_lowercase();
            if let Some(known) = self.languages.iter().find(|known| known.key == suffix) {
                (name, language) = (stem, &known.key);
            } else if suffix == self.default_language {
                name = stem;
            }
        }
        let mut folders: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
        let is_index = matches!(name, "_index" | "index");
        let mut folder = own_folder;
        let name = match name {
            "_index" => "",
            // A leaf bundle has the name of its folder.
            "index" => {
                folder = own_folder.rsplit_once('/').map_or("", |(above, _)| above);
                folders.pop().unwrap_or_default()
            }
            name => name,
        };
        Place { folder, own_folder, folders, name, language, is_index }
    }

    /// Returns the folders of a file that may be sections, each with what its own file says.
    fn chain<'a>(&'a self, place: &'a Place<'_>) -> impl Iterator<Item = (&'a str, Option<&'a tree::Section>)> {
        let joined = place.folders.join("/").len();
        let mut end = place.folder.len().saturating_sub(joined);
        place.folders.iter().map(move |name| {
            end += name.len();
            let section = place.folder.get(..end).and_then(|folder| self.tree.section(folder, place.language));
            end += 1;
            (*name, section)
        })
    }

    /// Returns the folders that Hugo takes for sections: the first one, and those with a file `_index`.
    fn sections<'a>(&'a self, place: &'a Place<'_>) -> Vec<(&'a str, Option<&'a tree::Section>)> {
        let chain = self.chain(place).enumerate();
        chain.filter(|(i, (_, section))| *i == 0 || section.is_some()).map(|(_, part)| part).collect()
    }

    /// Returns the part of a path for a section's folder.
    fn folder_name(&self, name: &str, section: Option<&tree::Section>) -> String {
        self.cleaned(section.and_then(|section| section.slug.as_deref()).unwrap_or(name))
    }

    /// Returns `/` and the folder of the page's language; empty if its pages are at the root.
    fn language_folder(&self, place: &Place<'_>) -> String {
        let at_root = place.language == self.default_language && !self.default_in_folder;
        if self.languages.is_empty() || self.many_hosts || at_root {
            String::new()
        } else {
            format!("/{}", escaped(place.language))
        }
    }

    /// Cleans each segment of a path.
    fn cleaned(&self, text: &str) -> String {
        let bare =
            self.without_accents.then(|| text.nfd().filter(|&c| !is_combining_mark(c)).nfc().collect::<String>());
        let text = bare.as_deref().unwrap_or(text);
        text.split('/').map(|part| slug::hugo(part, self.lower)).collect::<Vec<_>>().join("/")
    }

    /// Returns the cleaned slug set by the author, or else the cleaned text `other`.
    fn slug_or(&self, page: &Page<'_>, other: &str) -> String {
        let own = page.slug().filter(|_| !other.is_empty());
        self.cleaned(own.unwrap_or(other))
    }

    fn value(&self, placeholder: &str, page: &Page<'_>, place: &Place<'_>) -> Option<String> {
        // Hugo keeps the zone in which a date is written; a page without a date has the year 1.
        let format = |format: &str| {
            let date = page.front.date.filter(|_| !page.written.dated_by_path);
            let date = date.map_or_else(|| jiff::civil::date(1, 1, 1).into(), crate::post::Date::civil);
            date.strftime(format).to_string()
        };
        let names = || self.sections(place).into_iter().map(|(name, _)| self.cleaned(name)).collect::<Vec<_>>();
        let slugs = || {
            let slug = |(name, section): (&str, Option<&tree::Section>)| {
                let own = section.and_then(|section| section.slug.as_deref().or(section.title.as_deref()));
                self.cleaned(own.unwrap_or(name))
            };
            self.sections(place).into_iter().map(slug).collect::<Vec<_>>()
        };
        Some(match placeholder {
            // Hugo writes the year without leading zeros.
            "year" => format("%-Y"),
            "month" => format("%m"),
            "monthname" => format("%B"),
            "day" => format("%d"),
            "weekday" => format("%w"),
            "weekdayname" => format("%A"),
            "yearday" => format("%-j"),
            "section" => names().into_iter().next().unwrap_or_default(),
            "sectionslug" => slugs().into_iter().next().unwrap_or_default(),
            "sections" => names().join("/"),
            "sectionslugs" => slugs().join("/"),
            "title" => self.cleaned(page.title),
            "slug" => self.slug_or(page, page.title),
            "filename" | "contentbasename" => self.cleaned(place.name),
            "slugorfilename" | "slugorcontentbasename" => self.slug_or(page, place.name),
            _ => match (placeholder.strip_prefix("sectionslugs"), placeholder.strip_prefix("sections")) {
                (Some(choice), _) => chosen(choice, &slugs()).join("/"),
                (_, Some(choice)) => chosen(choice, &names()).join("/"),
                (None, None) => {
                    let (_, known) = LAYOUTS.iter().find(|&&(layout, _)| layout == placeholder)?;
                    format(known)
                }
            },
        })
    }
}

/// Returns the part of a list chosen by `[1]`, `[last]` or `[1:last]`; indexes out of range are ignored.
fn chosen<'a>(choice: &str, list: &'a [String]) -> &'a [String] {
    let choice = choice.trim_matches(['[', ']']).trim().to_lowercase();
    let number = |text: &str, missing: usize| match text.trim() {
        "" => missing,
        "last" => list.len().saturating_sub(1),
        digits => digits.parse().unwrap_or(0),
    };
    let (start, end) = match choice.split_once(':') {
        Some((start, end)) => (number(start, 0), number(end, list.len())),
        None => {
            let at = number(&choice, 0);
            (at, at.saturating_add(1))
        }
    };
    list.get(start..end.min(list.len())).unwrap_or_default()
}
