//! The words that a tag leaves on the page.
//!
//! The tags of the generators' cores are known one by one. Of other tags, those of themes and plugins, the arguments with
//! Chinese words are shown, and those whose key says that they are shown: most such tags draw a box with a title. Does
//! not know the text between a tag and its end, which stays.

use super::{
    Titles,
    tag::{Syntax, Tag},
};
use crate::{chinese::is_ideograph, content::flow::names_a_file};

/// The words that a tag leaves on the page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// In place of the tag.
    pub(super) at_tag: String,
    /// In place of the tag that closes it.
    pub(super) at_end: String,
}

/// Tags that compute or only give addresses, and those whose arguments are names that no page shows.
const SILENT: &str = "\
    if elsif elif else unless case when for assign capture increment decrement cycle tablerow layout set macro block \
    extends import from call filter liquid echo break continue post_path asset_path post_url ref relref param gist \
    jsfiddle iframe youtube vimeo bilibili instagram x tweet twitter tabs subtabs more toc math mermaid echarts plantuml img asset_img";

/// Keys whose values are shown.
const SHOWN: &str = "title caption alt summary label header heading text desc description attr content";

/// Separates words that a page shows on lines of their own.
const BREAK: &str = "<br>";

/// Returns the words of a tag. `titles` finds the title of another post by its name.
pub(super) fn shown(tag: &Tag<'_>, titles: Titles<'_>) -> Words {
    let pairs = tag.pairs();
    let at_tag = match (tag.syntax, tag.name) {
        _ if SILENT.split(' ').any(|name| name == tag.name) => String::new(),
        (Syntax::Percent, "blockquote" | "quote") => {
            return Words { at_tag: String::new(), at_end: footer(tag.arguments) };
        }
        (Syntax::Percent, "pullquote" | "highlight") => String::new(),
        (Syntax::Percent, "post_link") => match pairs.split_first() {
            Some((_, title)) if !title.is_empty() => {
                let escape = |&&(_, word): &&(&str, &str)| !matches!(word, "true" | "false");
                joined(title.iter().filter(escape).map(|&(_, word)| word), " ")
            }
            Some((&(_, name), _)) => titles(name).unwrap_or_default(),
            None => String::new(),
        },
        (Syntax::Percent, "link") => {
            let words = pairs.iter().map(|&(_, word)| word).take_while(|word| !is_address(word));
            joined(words, " ")
        }
        (Syntax::Percent, "asset_link") => joined(pairs.iter().skip(1).map(|&(_, word)| word), " "),
        (Syntax::Percent, "codeblock" | "code" | "include_code") => caption(tag.arguments),
        (Syntax::Hugo, "details") if pairs.is_empty() => String::new(),
        _ => others(tag, &pairs),
    };
    Words { at_tag: at_tag.replace(['\n', '\r'], " "), at_end: String::new() }
}

/// Returns the words of a tag that is not known.
fn others(tag: &Tag<'_>, pairs: &[(&str, &str)]) -> String {
    let is_shown = |key: &str| SHOWN.split(' ').any(|shown| shown == key.to_ascii_lowercase());
    let keyed = pairs.iter().any(|&(key, _)| !key.is_empty());
    let quoted = tag.arguments.contains('"');
    let words = |text: &str| text.contains(is_ideograph) && !is_address(text) && !names_a_file(text);
    if keyed || tag.syntax == Syntax::Hugo || quoted {
        let alone = pairs.iter().filter(|&&(key, value)| {
            if key.is_empty() { words(value) } else { is_shown(key) && !value.is_empty() && !names_a_file(value) }
        });
        return joined(alone.map(|&(_, value)| value), BREAK);
    }
    // Themes of Hexo separate arguments by commas, or by spaces.
    let separator = if tag.arguments.contains(',') { ',' } else { ' ' };
    let shown = tag.arguments.split(separator).map(str::trim).filter(|part| words(part));
    let unmarked = shown.map(|part| match part.split_once('@') {
        Some((class, words)) if class.is_ascii() => words,
        _ => part,
    });
    joined(unmarked, if separator == ',' { BREAK } else { " " })
}

/// Returns the author and the source of a quotation, as Hexo reads them: `author, source` or `author address title`.
fn footer(arguments: &str) -> String {
    let words: Vec<&str> = arguments.split_whitespace().filter(|word| !is_address(word)).collect();
    if words.is_empty() { String::new() } else { format!("{BREAK}{}", words.join(" ")) }
}

/// Returns the caption of a code block: title and words of a link, without options and address.
fn caption(arguments: &str) -> String {
    let is_option = |word: &&str| {
        word.split_once(':')
            .is_some_and(|(key, _)| !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
    };
    let words = arguments.split_whitespace().filter(|word| !is_option(word) && !is_address(word));
    joined(words, " ")
}

fn joined<'a>(words: impl Iterator<Item = &'a str>, separator: &str) -> String {
    words.collect::<Vec<_>>().join(separator)
}

/// Returns whether a text is an address or a path.
fn is_address(text: &str) -> bool {
    text.contains("://") || text.starts_with(['/', '#', '.']) || text.starts_with("www.") || text.starts_with("mailto:")
}
