//! Rules of Logseq: names of pages, links that open a page in the program, and pages that it does not have.

use std::path::Path;

use jiff::civil::Date;
use serde_json::Value;

use super::{
    Check, Page, Placement, Rules, Settings,
    config::{FoundConfig, text_at, text_of},
    is_within, plain,
};
use crate::{
    content::permalink::{Pattern, escaped_words},
    post::FrontMatter,
};

/// Folders of a graph without pages.
const NO_PAGES: [&str; 5] = ["logseq", "assets", "draws", "whiteboards", "node_modules"];

/// Letters of the format of a date, each with the format in place of them.
const DATE_PARTS: [(&str, &str); 11] = [
    ("yyyy", "%Y"),
    ("yy", "%y"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("EEEE", "%A"),
    ("EEE", "%a"),
    ("E", "%a"),
    ("dd", "%d"),
    ("M", "%-m"),
    ("d", "%-d"),
];

/// The settings for names and addresses, and for what is no page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LogseqRules {
    /// The pattern of `anli.yaml`.
    pattern: Option<Pattern>,
    graph: String,
    /// Beginnings of the paths that Logseq does not read.
    hidden: Vec<String>,
    /// Whether `___` in a file name stands for `/`; otherwise, `.` does.
    low_bars: bool,
    journals: String,
    file_format: String,
    title_format: String,
    /// Whether only the pages that say so are published.
    chosen_only: bool,
}

/// Returns the settings of a graph; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(found: &FoundConfig, posts: &Path, pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    let FoundConfig { tree, root, .. } = found;
    let root = root.as_deref().unwrap_or(posts);
    let text = |key: &str, default: &str| text_at(tree, key).unwrap_or_else(|| default.to_owned());
    let hidden = tree.get("hidden").and_then(Value::as_array).into_iter().flatten().filter_map(text_of);
    let rules = LogseqRules {
        pattern: pattern.map(|text| plain::own(text, check)),
        graph: root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        hidden: hidden.map(|path| path.trim_matches('/').to_owned()).filter(|path| !path.is_empty()).collect(),
        low_bars: text("file/name-format", "") == "triple-lowbar",
        journals: text("journals-directory", "journals"),
        file_format: text("journal/file-name-format", "yyyy_MM_dd"),
        title_format: text("journal/page-title-format", "MMM do, yyyy"),
        chosen_only: tree.get("publishing/all-pages-public?").and_then(Value::as_bool) != Some(true),
    };
    Settings {
        rules: Rules::Logseq(rules),
        base_url: None,
        permalink: pattern.unwrap_or_default().to_owned(),
        author: None,
        placement: Placement::of(posts, root).unwrap_or_default(),
    }
}

impl LogseqRules {
    /// Returns the escaped path of a page on the site at `base`, or, if there is none, the address that opens the page in
    /// the program.
    pub(super) fn path(&self, page: &Page<'_>, base: &str) -> Result<String, String> {
        match &self.pattern {
            Some(pattern) => Ok(plain::expanded(pattern, page)),
            None if !base.is_empty() => Err(format!("{base}/#/page/{}", escaped_words(page.title))),
            None => Err(format!("logseq://graph/{}?page={}", escaped_words(&self.graph), escaped_words(page.title))),
        }
    }

    /// Returns whether the file at a path is none of the graph's pages.
    pub(super) fn omits(&self, path: &str) -> bool {
        NO_PAGES.iter().any(|folder| is_within(path, folder))
            || self.hidden.iter().any(|start| path.starts_with(start.as_str()))
    }

    /// Returns whether a page is kept from the site that Logseq publishes, at `base`; from the program, if its author says
    /// that it is not public.
    pub(super) fn hides(&self, page: &Page<'_>, base: &str) -> bool {
        match page.front.extra.get("public").and_then(Value::as_bool) {
            Some(public) => !public,
            None => self.chosen_only && !base.is_empty(),
        }
    }

    /// Fills in the title, and the properties at the top of the `body`.
    pub(super) fn complete(&self, path: &str, body: &str, front: &mut FrontMatter) {
        let properties = body.lines().map(|line| line.strip_prefix("- ").unwrap_or(line).trim());
        let properties = properties.map_while(|line| {
            let (key, value) = line.split_once("::")?;
            (!key.is_empty() && !key.contains([' ', '`', '#'])).then_some((key, value.trim()))
        });
        for (key, value) in properties {
            let names = || {
                let bare = value.replace(['#', '[', ']'], "");
                let names = bare.split([',', '，']).map(|name| name.trim().to_owned());
                names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
            };
            match key.to_lowercase().as_str() {
                "title" if !value.is_empty() => front.title = Some(value.to_owned()),
                "tags" => front.tags.extend(names()),
                "alias" | "aliases" => front.aliases.extend(names()),
                "public" => {
                    front.extra.insert("public".to_owned(), Value::Bool(value == "true"));
                }
                _ => {}
            }
        }
        super::obsidian::add_tags(body, &mut front.tags);
        if front.title.is_none() {
            front.title = Some(self.name(path));
        }
    }

    /// Returns the name of the page of a file.
    fn name(&self, path: &str) -> String {
        let (folder, name) = super::parts_of(path);
        if is_within(folder, &self.journals)
            && let Ok(date) = Date::strptime(date_format(&self.file_format, None), name)
        {
            return date.strftime(&date_format(&self.title_format, Some(date))).to_string();
        }
        let name = if self.low_bars { name.replace("___", "/") } else { name.replace('.', "/") };
        percent_encoding::percent_decode_str(&name).decode_utf8_lossy().into_owned()
    }
}

/// Translates a format of a date, for a `date` whose day may be written as a number in a row.
fn date_format(format: &str, date: Option<Date>) -> String {
    let ordinal = date.map_or_else(String::new, |date| {
        let day = date.day();
        let ending = match (day % 10, day) {
            (_, 11..=13) => "th",
            (1, _) => "st",
            (2, _) => "nd",
            (3, _) => "rd",
            _ => "th",
        };
        format!("{day}{ending}")
    });
    let mut out = String::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("do") {
            out.push_str(&ordinal);
            rest = after;
        } else if let Some((after, part)) =
            DATE_PARTS.iter().find_map(|(letters, part)| Some((rest.strip_prefix(letters)?, part)))
        {
            out.push_str(part);
            rest = after;
        } else {
            if c == '%' {
                out.push('%');
            }
            // A text in quotes is itself.
            if c != '\'' {
                out.push(c);
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    out
}
