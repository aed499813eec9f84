//! The site of the posts: its generator, the URL of each post, and what is not published.
//!
//! [`Site::detect`] looks for the generator's configuration next to the posts; `anli.yaml` overrides it. `Site::url`
//! returns the URL of a post, `Site::omits` whether the generator leaves a file out. The rules of each generator are in a
//! file of their own below `site`; `permalink` handles patterns and makes every result safe for an `href`. Reads
//! configuration files, and the files of Hugo's sections. Does not know the text of posts.

mod config;
mod docusaurus;
mod edn;
mod glob;
mod hexo;
mod home;
mod hugo;
mod jekyll;
mod logseq;
mod mkdocs;
mod obsidian;
mod plain;
pub(super) mod python;
pub(super) mod renderer;
mod script;
mod vitepress;
mod vuepress;

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use jiff::{civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::{
    config::{Source, text_of},
    renderer::Renderer,
};
use super::{
    diagnostic::{Code, Diagnostic},
    folder::{Also, Html},
    fragment,
    front_matter::{Clock, Hidden, Reading, SiteKey, Written},
    include::Includes,
    permalink,
};
use crate::post::{Date, FrontMatter, Post, Section};

/// Time zone of dates without a zone, if neither `anli.yaml` nor the site configures one.
const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// Number of levels above the posts folder that are searched for the site's configuration.
const LEVELS_UP: usize = 3;

/// The generator of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SiteKind {
    /// Jekyll, GitHub Pages included.
    Jekyll,
    /// Hexo.
    Hexo,
    /// Hugo.
    Hugo,
    /// `VitePress`.
    VitePress,
    /// `VuePress` 1 or 2.
    VuePress,
    /// Docusaurus.
    Docusaurus,
    /// MkDocs, with any theme.
    Mkdocs,
    /// A vault of Obsidian.
    Obsidian,
    /// A graph of Logseq.
    Logseq,
    /// No known generator: a plain folder of Markdown. The URL is the path without its extension, with a final `/`,
    /// unless a pattern says otherwise.
    Plain,
}

impl SiteKind {
    /// Returns the name of the generator for prose.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jekyll => "Jekyll",
            Self::Hexo => "Hexo",
            Self::Hugo => "Hugo",
            Self::VitePress => "VitePress",
            Self::VuePress => "VuePress",
            Self::Docusaurus => "Docusaurus",
            Self::Mkdocs => "MkDocs",
            Self::Obsidian => "Obsidian",
            Self::Logseq => "Logseq",
            Self::Plain => "a plain folder",
        }
    }
}

/// The options of `anli.yaml` for the site. Each overrides the value found next to the posts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteOptions {
    /// The generator; detected if missing.
    pub kind: Option<SiteKind>,
    /// The base before every path: an `http` or `https` address, a path such as `/blog`, or empty.
    pub base_url: Option<String>,
    /// The pattern of post paths, with the generator's placeholders, or the name of a Jekyll style.
    pub permalink: Option<String>,
    /// An IANA time zone, such as `Asia/Shanghai`.
    pub timezone: Option<String>,
    /// The IANA time zone of the machine that builds the site, where URLs depend on that.
    pub build_timezone: Option<String>,
    /// The author of posts without one.
    pub author: Option<String>,
}

/// The parts of a post that determine its URL, and whether it is published.
#[derive(Debug, Clone, Copy)]
pub(super) struct UrlParts<'a> {
    /// Path below the posts folder, with `/` between the parts.
    pub(super) path: &'a str,
    /// Title of the post.
    pub(super) title: &'a str,
    /// Front matter of the post.
    pub(super) front: &'a FrontMatter,
    /// What the front matter says literally.
    pub(super) written: &'a Written,
}

/// The properties of a site that determine the URLs and dates of posts. Equal sites give equal URLs.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The generator.
    pub kind: SiteKind,
    /// The base before every path, escaped, without a final `/`: `https://example.cn/blog` or `/blog`. Empty if
    /// unknown; URLs are then root-relative paths.
    pub base_url: String,
    /// The pattern of post paths in use, as configured or by the generator's default.
    pub permalink: String,
    /// Time zone of dates without a zone.
    pub zone: TimeZone,
    /// The author of posts without one.
    pub default_author: Option<String>,
    /// Time zone of the dates in URLs: of the machine that builds a Hexo site, otherwise the same as `zone`.
    url_zone: TimeZone,
    /// Whether the time zone of dates is configured, and that of the machine that builds the site.
    has_zone: bool,
    has_build_zone: bool,
    /// Whether posts of the future are published, and expired ones.
    shows_future: bool,
    shows_expired: bool,
    /// Converts a path below the posts folder to a path below the generator's folder of pages.
    placement: Placement,
    rules: Rules,
    /// How the text of a post becomes a page.
    pub(super) renderer: Renderer,
    files: Vec<PathBuf>,
    /// The configuration file relative to the posts folder; empty if there is none.
    config: String,
    /// Whether `anli.yaml` gives the base.
    is_base_chosen: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Rules {
    Jekyll(jekyll::JekyllRules),
    Hexo(hexo::HexoRules),
    Hugo(hugo::HugoRules),
    VitePress(vitepress::VitePressRules),
    VuePress(vuepress::VuePressRules),
    Docusaurus(docusaurus::DocusaurusRules),
    Mkdocs(mkdocs::MkdocsRules),
    Obsidian(obsidian::ObsidianRules),
    Logseq(logseq::LogseqRules),
    Plain(plain::PlainRules),
}

/// Position of the posts folder relative to the generator's folder of pages. At most one of the two is not empty, and
/// ends in `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Placement {
    /// Prepended to each path if the posts folder is below the folder of pages.
    prefix: String,
    /// Removed from each path that begins with it, if the posts folder is above the folder of pages.
    strip: String,
}

impl Placement {
    /// Returns the placement of `posts` relative to `root`; `None` if neither contains the other.
    fn of(posts: &Path, root: &Path) -> Option<Self> {
        if let Ok(below) = posts.strip_prefix(root) {
            return Some(Self { prefix: slashed(below), strip: String::new() });
        }
        let strip = slashed(root.strip_prefix(posts).ok()?);
        Some(Self { prefix: String::new(), strip })
    }

    /// Returns whether a path below the posts folder is in the folder of pages.
    fn contains(&self, path: &str) -> bool {
        path.starts_with(self.strip.as_str())
    }

    fn apply(&self, path: &str) -> String {
        format!("{}{}", self.prefix, path.strip_prefix(self.strip.as_str()).unwrap_or(path))
    }
}

/// Returns the URL that opens a section of a post: the page with the anchor of the heading, or with its words if it has
/// no anchor.
#[must_use]
pub fn section_url(post: &Post, section: &Section) -> String {
    if !post.url.starts_with('/') && !post.url.starts_with("http") {
        // The address of an application.
        let part = if section.anchor.is_empty() { String::new() } else { format!("#{}", section.anchor) };
        format!("{}{}", post.url, permalink::escaped_words(&part))
    } else if section.anchor.is_empty() {
        format!("{}{}", post.url, fragment::of(post, section))
    } else {
        format!("{}#{}", post.url, permalink::escaped(&section.anchor))
    }
}

/// Returns a path with `/` after each part.
fn slashed(path: &Path) -> String {
    path.iter().map(|part| format!("{}/", part.to_string_lossy())).collect()
}

impl Site {
    /// Detects the site of the folder `posts`: the generator and its configuration, in the folder itself or up to three
    /// folders above it, but not above a folder that contains `.git`. Unreadable or invalid settings are reported and
    /// replaced by the generator's defaults.
    #[must_use]
    pub fn detect(posts: &Path, options: &SiteOptions) -> (Self, Vec<Diagnostic>) {
        let posts = posts.canonicalize().or_else(|_| std::path::absolute(posts)).unwrap_or_else(|_| posts.to_owned());
        let mut findings = Vec::new();
        let folders = folders(&posts);
        let found = config::find(&posts, &folders, options.kind, &mut findings);
        let kind = found.kind;
        let mine = Source::named("anli.yaml");
        // `anli.yaml` comes first, and a finding names the file of its value.
        let choose = |option: &Option<String>, site: Option<String>| match option {
            Some(value) => Some((value.clone(), &mine)),
            None => site.map(|value| (value, &found.source)),
        };
        let pattern = options.permalink.as_deref().map(str::trim).filter(|pattern| !pattern.is_empty());
        let mut check =
            Check { findings: &mut findings, source: if pattern.is_some() { &mine } else { &found.source } };
        let settings = match kind {
            SiteKind::Jekyll => jekyll::settings(&found, &posts, pattern, &mut check),
            SiteKind::Hexo => hexo::settings(&found, &posts, pattern, &mut check),
            SiteKind::Hugo => hugo::settings(&found, &posts, pattern, &mut check),
            SiteKind::VitePress => vitepress::settings(&found, &posts, pattern, &mut check),
            SiteKind::VuePress => vuepress::settings(&found, &posts, pattern, &mut check),
            SiteKind::Docusaurus => docusaurus::settings(&found, &posts, pattern, &mut check),
            SiteKind::Mkdocs => mkdocs::settings(&found, &posts, pattern, &mut check),
            SiteKind::Obsidian => obsidian::settings(&found, &posts, pattern, &mut check),
            SiteKind::Logseq => logseq::settings(&found, &posts, pattern, &mut check),
            SiteKind::Plain => plain::settings(pattern, &mut check),
        };
        let base_url = choose(&options.base_url, settings.base_url).map_or_else(String::new, |(text, source)| {
            permalink::base_address(&text).unwrap_or_else(|| {
                let address = config::shown(&text);
                let message =
                    format!("the site's address is `{address}`, expected one that starts with `http://` or `https://`");
                let finding = source.finding(Code::SiteConfigInvalid, message, &text, &text);
                findings.push(finding.help("write it like `https://blog.example.cn`, or leave it empty"));
                String::new()
            })
        });
        let mut zone_of = |chosen: Option<(String, &Source)>| {
            let (name, source) = chosen.filter(|(name, _)| !name.trim().is_empty())?;
            let zone = TimeZone::get(name.trim()).ok();
            if zone.is_none() {
                let shown = config::shown(&name);
                let message = format!("time zone is `{shown}`, expected a name of the IANA list");
                let finding = source.finding(Code::SiteConfigInvalid, message, &name, &name);
                findings.push(finding.help(format!("write it like `{DEFAULT_ZONE}`, which is assumed now")));
            }
            zone
        };
        let configured = zone_of(choose(&options.timezone, config::text_at(&found.tree, "timezone")));
        let built = zone_of(options.build_timezone.clone().map(|name| (name, &mine)));
        let zone = configured
            .clone()
            .or_else(|| built.clone())
            .or_else(|| TimeZone::get(DEFAULT_ZONE).ok())
            .unwrap_or(TimeZone::UTC);
        let flag = |key: &str| found.tree.get(key).and_then(Value::as_bool);
        let author = choose(&options.author, settings.author).map(|(name, _)| name.trim().to_owned());
        let site = Self {
            kind,
            base_url,
            permalink: settings.permalink,
            has_zone: configured.is_some(),
            has_build_zone: built.is_some(),
            // Hexo writes dates by the clock of the machine, whatever the zone of its dates is. Jekyll sets that clock.
            url_zone: built.filter(|_| kind == SiteKind::Hexo).unwrap_or_else(|| zone.clone()),
            zone,
            shows_future: match kind {
                SiteKind::Hexo => flag("future") != Some(false),
                SiteKind::Jekyll => flag("future") == Some(true),
                SiteKind::Hugo => flag("buildfuture") == Some(true),
                SiteKind::VitePress | SiteKind::VuePress | SiteKind::Docusaurus => true,
                SiteKind::Mkdocs | SiteKind::Obsidian | SiteKind::Logseq => true,
                SiteKind::Plain => false,
            },
            shows_expired: kind == SiteKind::Hugo && flag("buildexpired") == Some(true),
            default_author: author.filter(|name| !name.is_empty()),
            placement: settings.placement,
            rules: settings.rules,
            renderer: Renderer::of(kind, &found.tree, found.root.as_deref()),
            files: config::candidates(&folders),
            config: found.source.name().to_owned(),
            is_base_chosen: options.base_url.is_some(),
        };
        (site, findings)
    }

    /// Returns a text that differs for sites that give posts other URLs, dates, authors, texts or anchors, or publish
    /// other files.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let Self { kind, base_url, permalink, zone, url_zone, default_author, placement, rules, renderer, .. } = self;
        let [zone, url_zone] = [zone, url_zone].map(|zone| zone.iana_name().unwrap_or("-"));
        let shows = (self.shows_future, self.shows_expired);
        format!(
            "{kind:?} {base_url} {permalink} {zone} {url_zone} {shows:?} {default_author:?} {placement:?} {rules:?} {renderer:?}"
        )
    }

    /// Returns the same site, built by a machine in `zone`; `None` if the zone is configured, or URLs do not depend on it.
    #[must_use]
    pub(super) fn built_in(&self, zone: &TimeZone) -> Option<Self> {
        let depends = match self.kind {
            SiteKind::Hexo => true,
            SiteKind::Jekyll => !self.has_zone,
            _ => false,
        };
        let of_dates = if self.has_zone { &self.zone } else { zone };
        (depends && !self.has_build_zone).then(|| Self {
            url_zone: zone.clone(),
            zone: of_dates.clone(),
            ..self.clone()
        })
    }

    /// Returns what the site publishes besides Markdown posts.
    #[must_use]
    pub(super) fn also(&self) -> Also {
        let below_posts = |html| if self.placement.prefix.contains("_posts/") { Html::Everywhere } else { html };
        match &self.rules {
            Rules::Jekyll(rules) => Also { drafts: rules.shows_drafts(), html: below_posts(Html::InPosts) },
            Rules::Hexo(rules) => Also { drafts: rules.shows_drafts(), html: below_posts(Html::InPosts) },
            Rules::Hugo(_) => Also { drafts: false, html: Html::Everywhere },
            _ => Also::default(),
        }
    }

    /// Returns the configuration file of the site relative to the posts folder, if there is one.
    #[must_use]
    pub fn config_name(&self) -> &str {
        &self.config
    }

    /// Returns whether a change of the file at a path below the posts folder may change how other files are read.
    #[must_use]
    pub fn is_shaped_by(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        match self.rules {
            Rules::Hugo(_) => hugo::shapes_folder(name),
            Rules::Mkdocs(_) => mkdocs::shapes_folder(name),
            _ => false,
        }
    }

    /// Returns the path below the posts folder of a file in Hexo's folder of posts; `None` for other generators, or if the
    /// file is not below the posts folder.
    pub(super) fn path_of_post(&self, name: &str) -> Option<String> {
        let Placement { prefix, strip } = &self.placement;
        match (&self.rules, prefix.as_str()) {
            (Rules::Hexo(_), "") => Some(format!("{strip}_posts/{name}")),
            (Rules::Hexo(_), prefix) => {
                let below = prefix.strip_prefix("_posts/")?;
                Some(name.strip_prefix(below)?.to_owned())
            }
            _ => None,
        }
    }

    /// Returns every configuration file that was read or would be read if it existed, so that a watcher can watch them.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Returns how the front matter of the file at a path is read.
    pub(super) fn reading(&self, path: &str) -> Reading<'_> {
        let path = self.placement.apply(path);
        let plain = Reading::plain(&self.zone);
        match &self.rules {
            Rules::Jekyll(rules) => Reading {
                clock: Clock::Jekyll,
                own_url: &["permalink"],
                united: Some("categories"),
                defaults: rules.defaults(&path),
                ..plain
            },
            Rules::Hexo(rules) => Reading {
                clock: Clock::Hexo(&self.url_zone),
                own_url: &["permalink"],
                hiding: rules.hiding_key().map(|name| SiteKey { name, hides_if: true }),
                ..plain
            },
            Rules::Hugo(rules) => Reading {
                own_url: &["url"],
                // Of the theme Bootstrap; in VuePress the key has another meaning.
                hiding: Some(SiteKey { name: "index", hides_if: false }),
                defaults: rules.defaults(&path),
                ..plain
            },
            Rules::VuePress(_) => Reading { own_url: &["permalink"], ..plain },
            Rules::VitePress(_) | Rules::Docusaurus(_) => Reading { own_url: &[], ..plain },
            Rules::Mkdocs(_) | Rules::Obsidian(_) | Rules::Logseq(_) => Reading { own_url: &[], ..plain },
            Rules::Plain(_) => plain,
        }
    }

    /// Fills in the front matter of a file what the generator derives from the rest, and from the `body`.
    pub(super) fn complete(&self, path: &str, body: &str, front: &mut FrontMatter, written: &mut Written) {
        let path = self.placement.apply(path);
        match &self.rules {
            Rules::Hugo(rules) => {
                let is_dated = front.date.is_some() && !written.dated_by_path;
                written.dated_by_path &= !rules.complete(&path, front, is_dated, &self.zone);
            }
            Rules::Jekyll(rules) if front.title.is_none() => front.title = rules.title(&path),
            Rules::Mkdocs(rules) => rules.complete(&path, body, front, written.has_front),
            Rules::Obsidian(_) => {
                front.title = Some(parts_of(&path).1.to_owned());
                obsidian::add_tags(body, &mut front.tags);
            }
            Rules::Logseq(rules) => rules.complete(&path, body, front),
            _ => {}
        }
    }

    /// Returns whether the title in front matter is Markdown.
    pub(super) fn has_markdown_titles(&self) -> bool {
        self.kind == SiteKind::VitePress
    }

    /// Returns the title that the generator gives to a post without one in its front matter, if it has a rule of its own.
    /// `opening` is level and text of a heading at the beginning, and `first_h1` the first heading of level 1.
    pub(super) fn title(
        &self,
        path: &str,
        front: &FrontMatter,
        opening: Option<(u8, &str)>,
        first_h1: Option<&str>,
    ) -> Option<String> {
        match &self.rules {
            Rules::VitePress(_) => first_h1.map(str::to_owned),
            Rules::VuePress(rules) => {
                let is_home = front.extra.get("home").and_then(Value::as_bool) == Some(true);
                rules.title(is_home, opening.map(|(_, title)| title), first_h1)
            }
            Rules::Docusaurus(rules) => {
                let opening = opening.filter(|(level, _)| *level == 1).map(|(_, title)| title);
                rules.title(&self.placement.apply(path), front, opening)
            }
            _ => None,
        }
    }

    /// Returns the title of a file without a title and headings, if the generator has a rule of its own.
    pub(super) fn title_of_name(&self, path: &str) -> Option<String> {
        match &self.rules {
            Rules::Mkdocs(rules) => Some(rules.title(&self.placement.apply(path))),
            _ => None,
        }
    }

    /// Returns the lines of a page that stand in its front matter.
    pub(super) fn front_words(&self, front: &FrontMatter) -> Vec<String> {
        match &self.rules {
            Rules::VitePress(_) | Rules::VuePress(_) => home::words(&front.extra),
            _ => Vec::new(),
        }
    }

    /// Returns whether a body begins with a heading, by the rule of the generator for titles.
    pub(super) fn has_opening(&self, body: &str) -> bool {
        match &self.rules {
            Rules::VuePress(_) => body.trim_start().starts_with('#'),
            Rules::Docusaurus(_) => docusaurus::has_title(body),
            _ => true,
        }
    }

    /// Returns which files the pages may include.
    pub(super) fn includes(&self) -> Includes {
        match &self.rules {
            Rules::VitePress(_) => Includes { text: true, code: true },
            Rules::VuePress(rules) => rules.includes(),
            _ => Includes { text: false, code: false },
        }
    }

    /// Returns the path below the posts folder of the file with a name that is written in the file at a path: relative to
    /// that file, or after `@` to the folder of pages. `None` if it is not below the posts folder.
    pub(super) fn named(&self, path: &str, name: &str) -> Option<String> {
        let whole = self.placement.apply(path);
        let (folder, name) = match name.strip_prefix('@') {
            Some(name) => ("", name),
            None => (whole.rsplit_once('/').map_or("", |(folder, _)| folder), name),
        };
        let mut parts: Vec<&str> = folder.split('/').collect();
        for part in name.split('/') {
            if part == ".." {
                parts.retain(|part| !part.is_empty());
                parts.pop()?;
            } else {
                parts.push(part);
            }
        }
        parts.retain(|part| !part.is_empty() && *part != ".");
        let Placement { prefix, strip } = &self.placement;
        let found = parts.join("/");
        Some(format!("{strip}{}", found.strip_prefix(prefix.as_str())?))
    }

    /// Returns the renderer of the file at a path.
    pub(super) fn renderer(&self, path: &str, front: &FrontMatter) -> Cow<'_, Renderer> {
        let mdx = match &self.rules {
            Rules::Docusaurus(rules) => rules.is_mdx(path, front),
            _ => path.ends_with(".mdx"),
        };
        if mdx { Cow::Owned(Renderer { mdx, ..self.renderer.clone() }) } else { Cow::Borrowed(&self.renderer) }
    }

    /// Returns why the generator or a plugin keeps a file from readers, if so, by the rules of the site.
    pub(super) fn omits(&self, post: &UrlParts<'_>) -> Option<Hidden> {
        let path = self.placement.apply(post.path);
        let page = self.page(post, &path);
        let excluded = match &self.rules {
            Rules::Jekyll(rules) => rules.omits(&page),
            Rules::Hexo(rules) => {
                if rules.encrypts(post.front) {
                    return Some(Hidden::Encrypted);
                }
                rules.omits(page.path)
            }
            Rules::Hugo(rules) => rules.omits(&page),
            Rules::VitePress(rules) => !self.placement.contains(post.path) || rules.omits(page.path),
            Rules::VuePress(rules) => {
                if rules.encrypts(&page) {
                    return Some(Hidden::Encrypted);
                }
                !self.placement.contains(post.path) || rules.omits(page.path)
            }
            Rules::Docusaurus(rules) => !self.placement.contains(post.path) || rules.omits(page.path),
            Rules::Mkdocs(rules) => {
                if rules.encrypts(post.front) {
                    return Some(Hidden::Encrypted);
                }
                !post.path.starts_with(&self.placement.strip) || rules.omits(&page)
            }
            Rules::Obsidian(rules) => {
                if rules.hides(&page) {
                    return Some(Hidden::Hidden);
                }
                false
            }
            Rules::Logseq(rules) => {
                if rules.hides(&page, &self.base_url) {
                    return Some(Hidden::Hidden);
                }
                !post.path.starts_with(&self.placement.strip) || rules.omits(page.path)
            }
            Rules::Plain(_) => false,
        };
        excluded.then_some(Hidden::Excluded)
    }

    /// Returns the time from which on a post is published, if its dates say so.
    pub(super) fn published_from(&self, post: &UrlParts<'_>) -> Option<Date> {
        let FrontMatter { date, published, .. } = *post.front;
        let (date, later) = match &self.rules {
            _ if self.shows_future => return None,
            Rules::Jekyll(rules) => {
                let path = self.placement.apply(post.path);
                (date.filter(|_| rules.is_dated(&self.page(post, &path))), published)
            }
            Rules::Hexo(rules) => (date.filter(|_| rules.names_are_dated() || !post.written.dated_by_path), published),
            // Of both dates, Hugo looks at the one of publication only.
            Rules::Hugo(_) => (published.or(date.filter(|_| !post.written.dated_by_path)), None),
            _ => (date.filter(|_| !post.written.dated_by_path), published),
        };
        date.into_iter().chain(later).max_by_key(|date| date.seconds)
    }

    /// Returns the time from which on a post is no longer published.
    pub(super) fn published_until(&self, front: &FrontMatter) -> Option<Date> {
        front.expires.filter(|_| !self.shows_expired)
    }

    /// Returns the URL of a post: base and path, or a web address set by the author. The URL is ASCII and safe in an
    /// `href`. Unless set by the author, it starts with the base.
    #[must_use]
    pub(super) fn url(&self, post: &UrlParts<'_>) -> String {
        let path = self.placement.apply(post.path);
        let page = self.page(post, &path);
        if let Some(address) = page.permalink.and_then(permalink::web_address) {
            return address;
        }
        let (base, path) = match &self.rules {
            Rules::Jekyll(rules) => (None, rules.path(&page)),
            Rules::Hexo(rules) => (None, rules.path(&page)),
            Rules::Hugo(rules) => rules.path(&page),
            Rules::VitePress(rules) => (None, rules.path(&page)),
            Rules::VuePress(rules) => (None, rules.path(&page)),
            Rules::Docusaurus(rules) => (None, rules.path(&page)),
            Rules::Mkdocs(rules) => (None, rules.path(&page)),
            Rules::Obsidian(rules) => match rules.path(&page, &self.base_url) {
                Ok(path) => (None, path),
                Err(address) => return address,
            },
            Rules::Logseq(rules) => match rules.path(&page, &self.base_url) {
                Ok(path) => (None, path),
                Err(address) => return address,
            },
            Rules::Plain(rules) => (None, rules.path(&page)),
        };
        // A base in `anli.yaml` counts for every language.
        let base = base.filter(|_| !self.is_base_chosen).unwrap_or(&self.base_url);
        format!("{base}{}", permalink::clean(&path))
    }

    fn page<'a>(&'a self, post: &UrlParts<'a>, path: &'a str) -> Page<'a> {
        let own = post.front.permalink.as_deref().map(str::trim).filter(|own| !own.is_empty());
        let UrlParts { title, front, written, .. } = *post;
        Page { path, title, permalink: own, front, written, zone: &self.url_zone }
    }
}

/// Returns the folders that may contain the configuration, the posts folder first.
fn folders(posts: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for folder in posts.ancestors().take(LEVELS_UP + 1) {
        folders.push(folder.to_owned());
        if folder.join(".git").exists() {
            break;
        }
    }
    folders
}

/// The settings of a generator's configuration.
struct Settings {
    rules: Rules,
    base_url: Option<String>,
    permalink: String,
    author: Option<String>,
    placement: Placement,
}

/// A post as the rules of a generator see it.
struct Page<'a> {
    /// Path below the generator's folder of pages.
    path: &'a str,
    title: &'a str,
    /// Pattern or path set by the author for this post; not blank.
    permalink: Option<&'a str>,
    front: &'a FrontMatter,
    written: &'a Written,
    zone: &'a TimeZone,
}

impl<'a> Page<'a> {
    /// Returns the folder, without a final `/`, and the file name without extension.
    fn parts(&self) -> (&'a str, &'a str) {
        parts_of(self.path)
    }

    /// Returns the last part of the URL, if the author chose one.
    fn slug(&self) -> Option<&'a str> {
        self.front.slug.as_deref().filter(|slug| !slug.is_empty())
    }

    /// Returns the date of the post in the site's time zone.
    fn local(&self) -> Option<DateTime> {
        self.front.date.map(|date| self.zone.to_datetime(date.timestamp()))
    }
}

/// Returns the folder of a path, without a final `/`, and the file name without extension.
fn parts_of(path: &str) -> (&str, &str) {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let name = match file.rsplit_once('.') {
        Some((name, _)) if !name.is_empty() => name,
        _ => file,
    };
    (folder, name)
}

/// Reports what a configuration has that cannot be used: placeholders and patterns of paths.
struct Check<'a> {
    findings: &'a mut Vec<Diagnostic>,
    source: &'a Source,
}

impl Check<'_> {
    /// Reports a pattern of paths of the key `key`.
    fn pattern(&mut self, key: &str, text: &str) {
        let message = format!("`{key}` has the pattern `{}`, which cannot be used", config::shown(text));
        let finding = self.source.finding(Code::SiteConfigInvalid, message, text, text);
        self.findings.push(finding.help("correct the pattern; it counts as missing now"));
    }

    /// Reports the settings of a script that are no literals.
    fn computed(&mut self, tree: &Value, keys: &[&str]) {
        for key in keys.iter().filter(|key| tree.get(**key).is_some_and(Value::is_null)) {
            let message = format!("`{key}` is computed, expected a literal; its default is assumed");
            let finding = self.source.finding(Code::SiteConfigInvalid, message, key, key);
            self.findings
                .push(finding.help("set `site.base_url` or `site.permalink` in `anli.yaml` if addresses are wrong"));
        }
    }

    fn names(
        &mut self,
        pattern: &permalink::Pattern,
        text: &str,
        kind: SiteKind,
        known: &str,
        also: impl Fn(&str) -> bool,
    ) {
        let mut reported: Vec<&str> = Vec::new();
        for name in pattern.names() {
            if known.split(' ').any(|known| known == name) || also(name) || reported.contains(&name) {
                continue;
            }
            reported.push(name);
            let (shown, generator) = (config::shown(text), kind.name());
            let message = format!("permalink `{shown}` has `:{name}`, which {generator} does not define");
            let finding = self.source.finding(Code::PermalinkUnknown, message, text, &format!(":{name}"));
            self.findings.push(finding.help(format!("use one of `:{}`", known.replace(' ', "`, `:"))));
        }
    }
}

/// Returns whether a path is `outer` or below it; every path is below the empty one.
fn is_within(path: &str, outer: &str) -> bool {
    outer.is_empty() || path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the part of a date for a placeholder, empty without a date. Jekyll, Hexo and plain folders share these
/// names.
fn date_part(name: &str, date: Option<DateTime>) -> Option<String> {
    let format = match name {
        "year" => "%Y",
        "short_year" => "%y",
        "month" => "%m",
        "i_month" => "%-m",
        "short_month" => "%b",
        "long_month" => "%B",
        "day" => "%d",
        "i_day" => "%-d",
        "y_day" => "%j",
        "w_year" => "%G",
        "week" => "%V",
        "w_day" => "%u",
        "short_day" => "%a",
        "long_day" => "%A",
        "hour" => "%H",
        "minute" => "%M",
        "second" => "%S",
        _ => return None,
    };
    Some(date.map_or_else(String::new, |date| date.strftime(format).to_string()))
}

/// Returns the author in a configuration: a text, the `name` of a table, or the first item of a list.
fn author_of(value: &Value) -> Option<String> {
    match value {
        Value::Array(list) => list.first().and_then(author_of),
        Value::Object(table) => table.get("name").and_then(text_of),
        other => text_of(other),
    }
}

#[cfg(test)]
mod tests;
