//! The keys by which an author keeps a post out of searches.
//!
//! One table lists every key, with the generators, themes and plugins that define it. In doubt a post is hidden: any
//! value that is not clearly the harmless one counts. Does not know the site's configuration.

use serde_json::{Map, Value};

use super::{Hidden, MAX_MERGE_DEPTH};

/// The values with which a key hides a post.
#[derive(Debug, Clone, Copy)]
enum When {
    /// Any value that does not clearly mean no.
    Yes,
    /// The same, but for a list of these words, which are parts of the page.
    YesButParts(&'static [&'static str]),
    /// A value that means no.
    No,
    /// `false`, `no` or `off`; the key may also hold a number.
    False,
    /// Any value but `false` and blanks: even the password 0 is a password.
    Set,
    /// A text or list with one of these words.
    Word(&'static [&'static str]),
}

/// A key that hides a post. A dot separates the key of a table from a key inside.
struct Row {
    key: &'static str,
    when: When,
    why: Hidden,
}

const fn row(key: &'static str, when: When, why: Hidden) -> Row {
    Row { key, when, why }
}

use Hidden::{Draft, Encrypted, Hidden as Unlisted, Unpublished};

/// Every key, in lower case. The comment names its sources.
const ROWS: &[Row] = &[
    // Hugo, Zola, Docusaurus, Astro, Obsidian Publish and Jekyll themes.
    row("draft", When::Yes, Draft),
    row("status", When::Word(&["draft"]), Draft),
    row("post_status", When::Word(&["draft"]), Draft),
    // Jekyll, Hexo.
    row("published", When::No, Unpublished),
    row("publish", When::No, Unpublished),
    // hexo-blog-encrypt, hexo-encrypt, Hugo encryptors, LoveIt, FixIt.
    row("encrypt", When::Yes, Encrypted),
    row("encrypted", When::Yes, Encrypted),
    row("password", When::Set, Encrypted),
    row("passwords", When::Set, Encrypted),
    // Hugo Relearn, hexo-hide-posts, Butterfly, Fluid, Chirpy, Mintlify. MkDocs Material hides parts of the page by a list.
    row("hidden", When::Yes, Unlisted),
    row(
        "hide",
        When::YesButParts(&["navigation", "toc", "footer", "path", "feedback", "tags", "header", "title"]),
        Unlisted,
    ),
    row("private", When::Yes, Unlisted),
    row("secret", When::Yes, Unlisted),
    row("visible", When::No, Unlisted),
    row("public", When::No, Unlisted),
    row("status", When::Word(&["private", "hidden"]), Unlisted),
    row("post_status", When::Word(&["private", "hidden"]), Unlisted),
    // Docusaurus, Quartz.
    row("unlisted", When::Yes, Unlisted),
    // Hugo: bundles and pages without a page of their own, or without a place in any list.
    row("headless", When::Yes, Unlisted),
    row("build.list", When::No, Unlisted),
    row("build.list", When::Word(&["local"]), Unlisted),
    row("build.render", When::No, Unlisted),
    row("build.render", When::Word(&["link"]), Unlisted),
    row("_build.list", When::No, Unlisted),
    row("_build.list", When::Word(&["local"]), Unlisted),
    row("_build.render", When::No, Unlisted),
    row("_build.render", When::Word(&["link"]), Unlisted),
    // Minimal Mistakes, VitePress, VuePress, Hugo themes.
    row("search", When::No, Unlisted),
    // Jekyll Doc Theme, Documentation Theme Jekyll.
    row("search", When::Word(&["exclude", "excluded", "hidden"]), Unlisted),
    // MkDocs Material.
    row("search.exclude", When::Yes, Unlisted),
    row("search.disable", When::Yes, Unlisted),
    row("search.disabled", When::Yes, Unlisted),
    row("search.enable", When::No, Unlisted),
    row("search.enabled", When::No, Unlisted),
    // MarkBind, Nextra, Hugo themes.
    row("searchable", When::No, Unlisted),
    // hexo-generator-search and its descendants, hexo-generator-searchdb.
    row("indexing", When::No, Unlisted),
    // PaperMod.
    row("searchhidden", When::Yes, Unlisted),
    // LoveIt, FixIt, DoIt.
    row("hiddenfromsearch", When::Yes, Unlisted),
    // Blowfish, Congo, Redocly.
    row("excludefromsearch", When::Yes, Unlisted),
    // Tipue Search, Minimal Mistakes.
    row("exclude_from_search", When::Yes, Unlisted),
    // Hextra.
    row("excludesearch", When::Yes, Unlisted),
    // Docsy, Relearn, Doks.
    row("exclude_search", When::Yes, Unlisted),
    row("searchexclude", When::Yes, Unlisted),
    // Just the Docs.
    row("search_exclude", When::Yes, Unlisted),
    // Hugo Book.
    row("booksearchexclude", When::Yes, Unlisted),
    // Geekdoc.
    row("geekdochidden", When::Yes, Unlisted),
    row("geekdocprotected", When::Yes, Unlisted),
    // Zola.
    row("in_search_index", When::No, Unlisted),
    // Sphinx, MyST.
    row("nosearch", When::Yes, Unlisted),
    // Starlight, Pagefind.
    row("pagefind", When::No, Unlisted),
    row("pagefind_ignore", When::Yes, Unlisted),
    // DocSearch and Algolia plugins of Hexo and Jekyll.
    row("algolia", When::False, Unlisted),
    // Eleventy.
    row("eleventyexcludefromcollections", When::Yes, Unlisted),
    // Mintlify, hexo-noindex, Jekyll SEO themes.
    row("noindex", When::Yes, Unlisted),
    row("no_index", When::Yes, Unlisted),
    // PaperMod, Stack.
    row("robotsnoindex", When::Yes, Unlisted),
    // Tech Docs Template.
    row("prevent_indexing", When::Yes, Unlisted),
    // Hugo, Jekyll and VuePress themes that write the tag `robots`.
    row("robots", When::Word(&["noindex", "none"]), Unlisted),
    row("robots", When::No, Unlisted),
    row("robots.index", When::No, Unlisted),
    row("robots.noindex", When::Yes, Unlisted),
    row("seo.noindex", When::Yes, Unlisted),
    row("seo.robots", When::Word(&["noindex", "none"]), Unlisted),
];

/// Keys of tables for settings of themes, such as a password.
pub(super) const THEME_TABLES: [&str; 2] = ["params", "extra"];

/// Returns the names of the keys, without the keys inside tables.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.key).filter(|key| !key.contains('.'))
}

/// One more key that hides a post, by a rule of the site.
#[derive(Debug, Clone, Copy)]
pub(in crate::content) struct SiteKey<'a> {
    /// The key.
    pub(in crate::content) name: &'a str,
    /// The value that hides the post: yes or no.
    pub(in crate::content) hides_if: bool,
}

impl SiteKey<'_> {
    fn hides(self, key: &str, value: &Value) -> bool {
        let within = || {
            THEME_TABLES.contains(&key)
                && value.as_object().is_some_and(|table| table.iter().any(|(key, value)| self.hides(key, value)))
        };
        let is_hidden =
            if self.hides_if { !is_no(value) } else { !value.is_number() && !is_blank(value) && is_no(value) };
        key == self.name && is_hidden || within()
    }
}

/// Returns why the post must not be searched, if so. Every occurrence of a repeated key counts.
pub(super) fn hidden<'a>(
    values: impl IntoIterator<Item = (&'a String, &'a Value)>,
    site_key: Option<SiteKey<'_>>,
) -> Option<Hidden> {
    // The most severe reason wins: encrypted is more severe than draft.
    let why = |(key, value): (&String, &Value)| {
        let by_site = site_key.is_some_and(|site| site.hides(key, value));
        hides_within(key, value, MAX_MERGE_DEPTH).max(by_site.then_some(Unlisted))
    };
    values.into_iter().filter_map(why).max()
}

/// Returns why a key hides the post, including the keys of a table that is merged (`<<`) or belongs to a theme.
fn hides_within(key: &str, value: &Value, deeper: usize) -> Option<Hidden> {
    let key = key.to_ascii_lowercase();
    let Some(deeper) = deeper.checked_sub(1) else { return hides(&key, value) };
    let within = |value: &Value, deeper: usize| {
        value.as_object()?.iter().filter_map(|(key, value)| hides_within(key, value, deeper)).max()
    };
    match value {
        Value::Object(_) if THEME_TABLES.contains(&key.as_str()) => within(value, 0),
        Value::Object(_) if key == "<<" => within(value, deeper),
        Value::Array(items) if key == "<<" => items.iter().filter_map(|item| within(item, deeper)).max(),
        _ => hides(&key, value),
    }
}

fn hides(key: &str, value: &Value) -> Option<Hidden> {
    let why = |row: &Row| {
        let value = match row.key.strip_prefix(key)?.strip_prefix('.') {
            Some(inner) => inside(value.as_object()?, inner)?,
            None if row.key.len() == key.len() => value,
            None => return None,
        };
        let hides = match row.when {
            When::Yes => !is_no(value),
            When::YesButParts(parts) => !is_no(value) && !is_list_of(value, parts),
            When::No => !is_blank(value) && is_no(value),
            When::False => !value.is_number() && !is_blank(value) && is_no(value),
            When::Set => !is_blank(value) && *value != Value::Bool(false),
            When::Word(words) => has_word(value, words),
        };
        hides.then_some(row.why)
    };
    let by_table = ROWS.iter().filter_map(why).max();
    // VitePress and VuePress: `head: [[meta, {name: robots, content: noindex}]]`.
    let in_head = || key == "head" && has_robots_tag(value);
    by_table.or_else(|| in_head().then_some(Unlisted))
}

/// Returns the value of a key of a table, in any letter case.
fn inside<'a>(table: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    table.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

/// Returns whether a value is a list that has only these words.
fn is_list_of(value: &Value, words: &[&str]) -> bool {
    let Value::Array(items) = value else { return false };
    items.iter().all(|item| item.as_str().is_some_and(|item| words.contains(&item.trim())))
}

/// Returns whether a text, or a text of a list, has one of the words.
fn has_word(value: &Value, words: &[&str]) -> bool {
    match value {
        Value::String(text) => {
            let text = text.split(" #").next().unwrap_or_default().to_ascii_lowercase();
            text.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
        }
        Value::Array(items) => items.iter().any(|item| item.is_string() && has_word(item, words)),
        _ => false,
    }
}

/// Returns whether a list of tags for the head of the page has one that keeps robots away.
fn has_robots_tag(value: &Value) -> bool {
    let Value::Array(tags) = value else { return false };
    tags.iter().any(|tag| {
        let parts = tag.as_array().into_iter().flatten();
        parts.filter_map(Value::as_object).any(|attributes| {
            inside(attributes, "name").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case("robots"))
                && inside(attributes, "content").is_some_and(|content| has_word(content, &["noindex", "none"]))
        })
    })
}

/// Returns whether a value is empty.
pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_blank),
        Value::Object(entries) => entries.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Returns whether a value means no. Any value that is not clearly no may mean yes.
fn is_no(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => {
            let text = text.split(" #").next().unwrap_or_default().trim().to_ascii_lowercase();
            matches!(
                text.as_str(),
                "" | "false" | "no" | "off" | "n" | "f" | "0" | "never" | "none" | "null" | "~" | "否"
            )
        }
        _ => is_blank(value),
    }
}

/// Removes the keys that hide a post, so that no password goes further. Keys whose value is a word stay for filters.
pub(super) fn remove(values: &mut Map<String, Value>) {
    let stays = |key: &str| {
        ["status", "post_status", "robots"].iter().any(|word| key.eq_ignore_ascii_case(word))
            || !keys().any(|known| key.eq_ignore_ascii_case(known))
    };
    values.retain(|key, _| stays(key));
    for (key, value) in values {
        if let (true, Value::Object(entries)) = (THEME_TABLES.iter().any(|name| key.eq_ignore_ascii_case(name)), value)
        {
            entries.retain(|key, _| !["password", "passwords"].iter().any(|name| key.eq_ignore_ascii_case(name)));
        }
    }
}
