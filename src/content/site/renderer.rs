//! How the Markdown renderer of a site makes pages, as far as the text and the anchors depend on it.
//!
//! [`Renderer::of`] reads the settings of each generator's renderer from the site's configuration. The modules that read
//! a post use the result. Does not know posts.

use std::path::Path;

use serde_json::Value;

use super::{
    SiteKind,
    config::{FOOTNOTES_KEY, MATH_KEY, PACKAGES, VERSION_KEY, load, text_at},
    python::{self, PythonIds, PythonMarkdown},
};

/// The renderer of a site, with its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::content) struct Renderer {
    /// The generator that calls the renderer; its tags are not Markdown.
    pub(in crate::content) kind: SiteKind,
    /// How headings get their ids.
    pub(in crate::content) ids: Ids,
    /// Whether text between single `$` is a formula.
    pub(in crate::content) math: bool,
    /// Whether text between `%%` is a comment, as in Obsidian.
    pub(in crate::content) percent_comments: bool,
    /// Whether lists in braces give attributes, where a setting says so.
    pub(in crate::content) attributes: bool,
    /// Whether `[^1]` is a footnote.
    pub(in crate::content) footnotes: bool,
    /// Whether the text is MDX.
    pub(in crate::content) mdx: bool,
    /// What the source is besides CommonMark.
    pub(in crate::content) dialect: Dialect,
}

/// A language of texts that is turned into CommonMark before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::content) enum Dialect {
    /// CommonMark, with the tags of generators.
    CommonMark,
    /// Python-Markdown.
    Python(Box<PythonMarkdown>),
    /// The Markdown of Obsidian.
    Obsidian,
    /// The outlines of Logseq.
    Logseq,
}

/// How headings get their ids. The names of the generators' settings are in the comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::content) enum Ids {
    /// No heading has an id, unless its author gives it one.
    None,
    /// `hexo-renderer-marked`.
    Marked {
        /// Letter case: `modifyAnchors`.
        case: Case,
        /// `smartypants`: whether quotes, dashes and ellipses become typographic ones.
        typographic: bool,
        /// `anchorAlias`: whether a link at the start of a heading names its id.
        alias: bool,
    },
    /// `hexo-renderer-markdown-it`.
    MarkdownIt {
        /// Lowest level of headings with ids: `anchors.level`.
        level: u8,
        /// Text before the number of a repeated id: `anchors.collisionSuffix`.
        suffix: String,
        /// Text in place of spaces and signs: `anchors.separator`.
        separator: String,
        /// Letter case: `anchors.case`.
        case: Case,
        /// `render.typographer`.
        typographic: bool,
        /// Whether a plugin reads footnotes.
        footnotes: bool,
        /// Whether a plugin reads `~` as the mark of a subscript.
        subscripts: bool,
    },
    /// Goldmark, as Hugo calls it.
    Goldmark {
        /// `autoHeadingIDType`.
        kind: GoldmarkIds,
        /// `typographer`: whether quotes, dashes and ellipses become typographic ones.
        typographic: bool,
    },
    /// kramdown with its parser for GitHub's Markdown, which Jekyll uses.
    KramdownGfm {
        /// Text before each id: `auto_id_prefix`.
        prefix: String,
    },
    /// kramdown with its own parser: `input: kramdown`.
    Kramdown {
        /// Text before each id: `auto_id_prefix`.
        prefix: String,
    },
    /// markdown-it with the `slugify` of `VuePress`, which `VitePress` has, too.
    Vue {
        /// The levels of headings with ids, as bits: bit 0 for level 1.
        levels: u8,
        /// Whether entities count as written.
        entities: bool,
        /// Whether dashes are signs like others.
        dashes: bool,
        /// The number of the first repeated id.
        first: u32,
        /// `typographer`: whether quotes, dashes and ellipses become typographic ones.
        typographic: bool,
    },
    /// Docusaurus.
    Docusaurus {
        /// Whether letters keep their case: `maintainCase`.
        keeps_case: bool,
    },
    /// Python-Markdown: its extension `toc`.
    Python(PythonIds),
    /// Obsidian: a link names the heading by its text.
    Obsidian,
    /// GitHub's own pages, also the best guess for an unknown generator.
    Github,
}

/// The letter case of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::content) enum Case {
    /// As written.
    Kept,
    /// All in lower case.
    Lower,
    /// All in upper case.
    Upper,
}

/// Hugo's kinds of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::content) enum GoldmarkIds {
    /// `github`, the default.
    Github,
    /// `github-ascii`.
    Ascii,
    /// `blackfriday`.
    Blackfriday,
}

impl Case {
    /// Reads the number that Hexo's renderers use for a letter case.
    fn of(value: Option<&Value>) -> Self {
        match value.and_then(Value::as_u64) {
            Some(1) => Self::Lower,
            Some(2) => Self::Upper,
            _ => Self::Kept,
        }
    }

    /// Returns the text in this letter case.
    pub(in crate::content) fn apply(self, text: String) -> String {
        match self {
            Self::Kept => text,
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
        }
    }
}

impl Renderer {
    /// Returns the renderer of a generator with its default settings.
    #[cfg(test)]
    pub(in crate::content) fn new(kind: SiteKind) -> Self {
        Self::of(kind, &Value::Null, None)
    }

    /// Returns the renderer of the site whose configuration is `tree`, in the folder `root`.
    pub(in crate::content) fn of(kind: SiteKind, tree: &Value, root: Option<&Path>) -> Self {
        let mut dialect = Dialect::CommonMark;
        let (ids, math) = match kind {
            SiteKind::Mkdocs => {
                let (ids, python) = python::settings(tree, root);
                let math = python.has_any("pymdownx.arithmatex") || python.has("mdx_math");
                dialect = Dialect::Python(Box::new(python));
                (Ids::Python(ids), math)
            }
            SiteKind::Obsidian => {
                dialect = Dialect::Obsidian;
                (Ids::Obsidian, true)
            }
            SiteKind::Logseq => {
                dialect = Dialect::Logseq;
                (Ids::None, true)
            }
            SiteKind::Jekyll => (jekyll(tree), false),
            SiteKind::Hexo => hexo(tree, root),
            SiteKind::Hugo => hugo(tree),
            SiteKind::VitePress | SiteKind::VuePress => vue(kind, tree),
            SiteKind::Docusaurus => {
                let anchors = tree.get("markdown").and_then(|markdown| markdown.get("anchors"));
                let ids = Ids::Docusaurus { keeps_case: flag(anchors, "maintainCase", false) };
                (ids, flag(Some(tree), MATH_KEY, false))
            }
            SiteKind::Plain => (Ids::Github, true),
        };
        let attributes = match kind {
            SiteKind::VitePress => {
                let attributes = tree.get("markdown").and_then(|markdown| markdown.get("attrs"));
                !flag(attributes, "disable", false)
            }
            // A plugin, whose settings may be those of a theme.
            SiteKind::VuePress => has_flag(tree, "attrs", MAX_SETTINGS_DEPTH),
            _ => true,
        };
        // markdown-it has footnotes by a plugin only.
        let footnotes =
            !matches!(kind, SiteKind::VitePress | SiteKind::VuePress) || flag(Some(tree), FOOTNOTES_KEY, true);
        Self {
            kind,
            ids,
            math,
            percent_comments: kind == SiteKind::Obsidian,
            attributes,
            footnotes,
            mdx: false,
            dialect,
        }
    }

    /// Returns whether the generator runs its tags in code, too.
    pub(in crate::content) fn runs_tags_in_code(&self) -> bool {
        matches!(self.kind, SiteKind::Jekyll | SiteKind::Hugo)
    }

    /// Returns whether Vue makes the pages, so that any tag may be a component.
    pub(in crate::content) fn is_vue(&self) -> bool {
        matches!(self.kind, SiteKind::VitePress | SiteKind::VuePress)
    }

    /// Returns whether the renderer is kramdown.
    pub(in crate::content) fn is_kramdown(&self) -> bool {
        self.kind == SiteKind::Jekyll
    }
}

/// Returns whether a setting is switched on, or `default` if it is missing.
fn flag(table: Option<&Value>, key: &str, default: bool) -> bool {
    match table.and_then(|table| table.get(key)) {
        Some(Value::Bool(flag)) => *flag,
        // Hexo reads its settings as JavaScript does.
        Some(Value::Null) => false,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        _ => default,
    }
}

fn jekyll(tree: &Value) -> Ids {
    let settings = tree.get("kramdown");
    let text = |key| settings.and_then(|table| text_at(table, key));
    if !flag(settings, "auto_ids", true) {
        return Ids::None;
    }
    let prefix = text("auto_id_prefix").unwrap_or_default();
    match text("input") {
        Some(input) if !input.eq_ignore_ascii_case("gfm") => Ids::Kramdown { prefix },
        _ => Ids::KramdownGfm { prefix },
    }
}

fn hexo(tree: &Value, root: Option<&Path>) -> (Ids, bool) {
    let packages = root.and_then(packages).unwrap_or_default();
    let has = |name: &str| packages.iter().any(|package| package == name);
    let settings = tree.get("markdown");
    let is_markdown_it = has("hexo-renderer-markdown-it")
        || settings.is_some_and(|settings| settings.is_object() || settings.is_string())
            && !has("hexo-renderer-marked");
    let math = ["math", "mathjax", "katex"].iter().any(|key| match tree.get(*key) {
        Some(Value::Object(table)) => table.get("enable").and_then(Value::as_bool) != Some(false),
        Some(value) => value.as_bool() == Some(true),
        None => false,
    }) || packages.iter().any(|package| package.contains("math") || package.contains("katex"));
    if !is_markdown_it {
        let marked = tree.get("marked");
        if !flag(marked, "headerIds", true) {
            return (Ids::None, math);
        }
        let case = Case::of(marked.and_then(|marked| marked.get("modifyAnchors")));
        let (typographic, alias) = (flag(marked, "smartypants", true), flag(marked, "anchorAlias", false));
        return (Ids::Marked { case, typographic, alias }, math);
    }
    let anchors = settings.and_then(|settings| settings.get("anchors"));
    if matches!(anchors, Some(Value::Bool(false))) {
        return (Ids::None, math);
    }
    let anchor = |key| anchors.and_then(|anchors| anchors.get(key));
    let text = |key| anchor(key).and_then(super::text_of);
    let render = settings.and_then(|settings| settings.get("render"));
    let plugins = settings.and_then(|settings| settings.get("plugins")).and_then(Value::as_array);
    let plugin = |name: &str| {
        let is_named = |value: &Value| {
            let name_of = value.get("name").unwrap_or(value);
            name_of.as_str().is_some_and(|plugin| plugin.ends_with(name))
        };
        plugins.is_some_and(|plugins| plugins.iter().any(is_named))
    };
    let ids = Ids::MarkdownIt {
        level: anchor("level").and_then(Value::as_u64).and_then(|level| u8::try_from(level).ok()).unwrap_or(2),
        suffix: text("collisionSuffix").unwrap_or_default(),
        separator: text("separator").unwrap_or_else(|| "-".to_owned()),
        case: Case::of(anchor("case")),
        typographic: flag(render, "typographer", true),
        footnotes: plugin("-footnote"),
        subscripts: plugin("-sub"),
    };
    (ids, math)
}

/// Upper bound on the depth in which a setting of a plugin is looked for.
pub(super) const MAX_SETTINGS_DEPTH: usize = 6;

/// Returns whether a key is switched on anywhere in a tree.
pub(super) fn has_flag(tree: &Value, key: &str, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match tree {
        Value::Object(table) => {
            table.get(key).and_then(Value::as_bool) == Some(true)
                || table.values().any(|value| has_flag(value, key, depth))
        }
        Value::Array(list) => list.iter().any(|value| has_flag(value, key, depth)),
        _ => false,
    }
}

fn vue(kind: SiteKind, tree: &Value) -> (Ids, bool) {
    let markdown = tree.get("markdown");
    let math = flag(markdown, "math", false);
    let anchor = markdown.and_then(|markdown| markdown.get("anchor"));
    if matches!(anchor, Some(Value::Bool(false))) {
        return (Ids::None, math);
    }
    let bit =
        |level: &Value| level.as_u64().filter(|level| (1..=6).contains(level)).map_or(0, |level| 1_u8 << (level - 1));
    let levels = match anchor.and_then(|anchor| anchor.get("level")) {
        Some(Value::Array(levels)) => levels.iter().map(bit).fold(0, |all, bit| all | bit),
        // The least level.
        Some(level) if bit(level) > 0 => !(bit(level) - 1),
        _ => u8::MAX,
    };
    let is_first = tree.get(VERSION_KEY).and_then(Value::as_u64) == Some(1);
    let ids = Ids::Vue {
        levels,
        entities: kind == SiteKind::VitePress,
        dashes: is_first,
        first: if is_first { 2 } else { 1 },
        typographic: flag(markdown, "typographer", false),
    };
    (ids, math)
}

fn hugo(tree: &Value) -> (Ids, bool) {
    let goldmark = tree.get("markup").and_then(|markup| markup.get("goldmark"));
    let parser = goldmark.and_then(|goldmark| goldmark.get("parser"));
    let math = goldmark
        .and_then(|goldmark| goldmark.get("extensions")?.get("passthrough"))
        .filter(|passthrough| flag(Some(passthrough), "enable", false))
        .and_then(|passthrough| passthrough.get("delimiters")?.get("inline")?.as_array())
        .is_some_and(|pairs| pairs.iter().any(|pair| pair.get(0).and_then(Value::as_str) == Some("$")));
    if !flag(parser, "autoheadingid", true) {
        return (Ids::None, math);
    }
    let kind = match parser.and_then(|parser| text_at(parser, "autoheadingidtype")).as_deref() {
        Some("github-ascii") => GoldmarkIds::Ascii,
        Some("blackfriday") => GoldmarkIds::Blackfriday,
        _ => GoldmarkIds::Github,
    };
    let typographer = goldmark.and_then(|goldmark| goldmark.get("extensions")?.get("typographer"));
    let typographic = !flag(typographer, "disable", false) && typographer.and_then(Value::as_bool) != Some(false);
    (Ids::Goldmark { kind, typographic }, math)
}

/// Returns the names of the packages on which a site depends; `None` without a readable `package.json`.
fn packages(root: &Path) -> Option<Vec<String>> {
    let tree: Value = serde_json::from_str(&load(&root.join(PACKAGES)).ok()?).ok()?;
    Some(tree.get("dependencies")?.as_object()?.keys().cloned().collect())
}
