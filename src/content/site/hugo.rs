//! Hugo's rules for the URLs of pages, bundles and sections.
//!
//! Every folder counts as a section in `:sections`. Hugo itself skips folders without an `_index.md`, which one path
//! does not show.

use std::path::Path;

use serde_json::Value;

use super::{
    Check, Page, Placement, Rules, Settings, SiteKind, author_of,
    config::{FoundConfig, text_at, text_of},
    is_within,
};
use crate::content::{
    permalink::{Grammar, Pattern, escaped},
    slug,
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

/// The settings for paths.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HugoRules {
    /// The pattern of `anli.yaml`, for every page.
    all: Option<Pattern>,
    /// Patterns by section, the deepest first.
    pages: Vec<(String, Pattern)>,
    sections: Vec<(String, Pattern)>,
    ugly: Ugly,
    lower: bool,
    languages: Vec<Language>,
    default_language: String,
    default_in_folder: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Ugly {
    All(bool),
    Sections(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Language {
    key: String,
    /// The language's folder below the content folder, with a final `/`, or empty.
    folder: String,
}

/// The parts of a file's path.
struct Parts<'a> {
    page: &'a Page<'a>,
    /// The folders that are sections.
    sections: Vec<&'a str>,
    /// The last part of the URL; empty for a section.
    name: &'a str,
    language: &'a str,
}

/// Returns the settings in a configuration; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    let content = text_at(tree, "contentdir").unwrap_or_else(|| "content".to_owned());
    let default_language = text_at(tree, "defaultcontentlanguage").unwrap_or_else(|| "en".to_owned()).to_lowercase();
    let declared = tree.get("languages").and_then(Value::as_object);
    let folder_of = |settings: &Value| text_at(settings, "contentdir").map(|dir| dir.trim_matches('/').to_owned());
    // If each language has its own content folder, their common parent is the root.
    let content = match declared.and_then(|all| all.get(&default_language)).and_then(folder_of) {
        Some(own) => own.split('/').next().unwrap_or_default().to_owned(),
        None => content,
    };
    let source_root = root.as_ref().map(|root| root.join(&content)).filter(|content| content.is_dir());
    let source_root = source_root.as_deref().or(root.as_deref()).unwrap_or(posts);
    let placement = Placement::of(posts, source_root).unwrap_or_default();
    let languages = declared.into_iter().flatten().map(|(key, settings)| {
        let below = folder_of(settings)
            .and_then(|dir| Some(dir.strip_prefix(content.as_str())?.strip_prefix('/')?.to_owned() + "/"));
        Language { key: key.to_lowercase(), folder: below.unwrap_or_default() }
    });
    let languages = languages.collect();
    let mut parse = |text: &str| {
        let pattern = Pattern::new(text, Grammar::Hugo);
        check.names(&pattern, text, SiteKind::Hugo, NAMES, |name| {
            name.starts_with("sections[")
                || name.starts_with("sectionslugs[")
                || LAYOUTS.iter().any(|&(layout, _)| layout == name)
        });
        pattern
    };
    let (mut pages, mut sections) = (Vec::new(), Vec::new());
    for (key, value) in tree.get("permalinks").and_then(Value::as_object).into_iter().flatten() {
        let trimmed = |key: &str| key.trim_matches(['/', ' ']).to_lowercase();
        let list = if key == "section" { &mut sections } else { &mut pages };
        match value {
            Value::Object(table) if key == "page" || key == "section" => {
                list.extend(table.iter().filter_map(|(key, value)| Some((trimmed(key), text_of(value)?))));
            }
            Value::String(text) => pages.push((trimmed(key), text.clone())),
            _ => {}
        }
    }
    let permalink = pattern
        .map(str::to_owned)
        .or_else(|| pages.first().map(|(_, text)| text.clone()))
        .unwrap_or_else(|| "/:sections/:slugorcontentbasename/".to_owned());
    let mut parsed = |list: Vec<(String, String)>| {
        let mut list: Vec<_> = list.into_iter().map(|(key, text)| (key, parse(&text))).collect();
        list.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
        list
    };
    let (pages, sections) = (parsed(pages), parsed(sections));
    let rules = HugoRules {
        all: pattern.map(parse),
        pages,
        sections,
        ugly: match tree.get("uglyurls") {
            Some(Value::Object(table)) => Ugly::Sections(
                table.iter().filter(|(_, on)| on.as_bool() == Some(true)).map(|(key, _)| key.to_lowercase()).collect(),
            ),
            other => Ugly::All(other.and_then(Value::as_bool).unwrap_or(false)),
        },
        lower: tree.get("disablepathtolower").and_then(Value::as_bool) != Some(true),
        languages,
        default_language,
        default_in_folder: tree.get("defaultcontentlanguageinsubdir").and_then(Value::as_bool) == Some(true),
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

impl HugoRules {
    /// Returns the escaped path of a file.
    pub(super) fn path(&self, page: &Page<'_>) -> String {
        let parts = self.parts(page);
        let language = self.language_folder(&parts);
        let sections = parts.sections.join("/").to_lowercase();
        if let Some(own) = page.permalink {
            let path = Pattern::new(own, Grammar::Hugo).expand(|name| self.value(name, &parts));
            // A path from the root is complete; any other path is relative to the home of its language.
            let path = if path.starts_with('/') { path } else { format!("{language}/{path}") };
            let file = path.rsplit('/').next().unwrap_or_default();
            return if file.is_empty() || file.contains('.') { path } else { path + "/" };
        }
        let is_section = parts.name.is_empty();
        let pattern = if is_section {
            self.sections.iter().find(|(key, _)| *key == sections).map(|(_, pattern)| pattern)
        } else {
            let fitting = self
                .pages
                .iter()
                .find(|(key, _)| if key.is_empty() { sections.is_empty() } else { is_within(&sections, key) });
            self.all.as_ref().or_else(|| fitting.map(|(_, pattern)| pattern))
        };
        let path = match pattern {
            Some(pattern) => pattern.expand(|name| self.value(name, &parts)),
            None => {
                let folders = self.cleaned(&parts.sections.join("/"));
                escaped(&format!("{folders}/{}", self.slug_or(parts.page, parts.name)))
            }
        };
        let ugly = !is_section
            && match &self.ugly {
                Ugly::All(on) => *on,
                Ugly::Sections(list) => {
                    parts.sections.first().is_some_and(|first| list.contains(&first.to_lowercase()))
                }
            };
        let path = path.trim_end_matches('/');
        let file = path.rsplit('/').next().unwrap_or_default();
        if ugly && !file.ends_with(".html") {
            format!("{language}/{path}.html")
        } else if pattern.is_some() && file.ends_with(".html") {
            format!("{language}/{path}")
        } else {
            format!("{language}/{path}/")
        }
    }

    fn parts<'a>(&'a self, page: &'a Page<'a>) -> Parts<'a> {
        let (mut folder, mut name) = page.parts();
        let mut language = self.default_language.as_str();
        let home = self
            .languages
            .iter()
            .filter(|known| !known.folder.is_empty())
            .find(|known| is_within(folder, known.folder.trim_end_matches('/')));
        if let Some(known) = home {
            language = &known.key;
            folder = folder.get(known.folder.len()..).unwrap_or_default();
        }
        if let Some((stem, suffix)) = name.rsplit_once('.') {
            let suffix = suffix.to_lowercase();
            if let Some(known) = self.languages.iter().find(|known| known.key == suffix) {
                (name, language) = (stem, &known.key);
            } else if suffix == self.default_language {
                name = stem;
            }
        }
        let mut sections: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        let name = match name {
            "_index" => "",
            // A leaf bundle has the name of its folder.
            "index" => sections.pop().unwrap_or_default(),
            name => name,
        };
        Parts { page, sections, name, language }
    }

    /// Returns `/` and the folder of the page's language; empty if its pages are at the root.
    fn language_folder(&self, parts: &Parts<'_>) -> String {
        let at_root = parts.language == self.default_language && !self.default_in_folder;
        if self.languages.is_empty() || at_root { String::new() } else { format!("/{}", escaped(parts.language)) }
    }

    /// Cleans each segment of a path.
    fn cleaned(&self, text: &str) -> String {
        text.split('/').map(|part| slug::hugo(part, self.lower)).collect::<Vec<_>>().join("/")
    }

    /// Returns the cleaned slug set by the author, or else the cleaned text `other`. A section has no slug.
    fn slug_or(&self, page: &Page<'_>, other: &str) -> String {
        let own = page.slug().filter(|_| !other.is_empty());
        self.cleaned(own.unwrap_or(other))
    }

    fn value(&self, placeholder: &str, parts: &Parts<'_>) -> Option<String> {
        let page = parts.page;
        // Hugo keeps the zone in which a date is written; a page without a date has the year 1.
        let format = |format: &str| {
            let date = page.front.date.map_or_else(|| jiff::civil::date(1, 1, 1).into(), crate::post::Date::civil);
            date.strftime(format).to_string()
        };
        let joined = |sections: &[&str]| self.cleaned(&sections.join("/"));
        Some(match placeholder {
            // Hugo writes the year without leading zeros.
            "year" => format("%-Y"),
            "month" => format("%m"),
            "monthname" => format("%B"),
            "day" => format("%d"),
            "weekday" => format("%w"),
            "weekdayname" => format("%A"),
            "yearday" => format("%-j"),
            "section" | "sectionslug" => joined(parts.sections.get(..1).unwrap_or_default()),
            "sections" | "sectionslugs" => joined(&parts.sections),
            "title" => self.cleaned(page.title),
            "slug" => self.slug_or(page, if parts.name.is_empty() { "" } else { page.title }),
            "filename" | "contentbasename" => self.cleaned(parts.name),
            "slugorfilename" | "slugorcontentbasename" => self.slug_or(page, parts.name),
            _ => match placeholder.strip_prefix("sectionslugs").or_else(|| placeholder.strip_prefix("sections")) {
                Some(choice) => joined(chosen(choice, &parts.sections)),
                None => {
                    let (_, known) = LAYOUTS.iter().find(|&&(layout, _)| layout == placeholder)?;
                    format(known)
                }
            },
        })
    }
}

/// Returns the part of a list chosen by `[1]`, `[last]` or `[1:last]`; indexes out of range are ignored.
fn chosen<'a, 'b>(choice: &str, list: &'a [&'b str]) -> &'a [&'b str] {
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
