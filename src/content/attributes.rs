//! Attribute lists: `{#id .class}` of Goldmark and `{: #id .class}` of kramdown.
//!
//! Knows their grammar, and which renderer takes which list for the attributes of a heading. Does not know where in a
//! post a list is.

use super::site::{
    SiteKind,
    renderer::{Ids, Renderer},
};

/// Splits a heading from the attribute list at its end, which is empty if there is none.
pub(super) fn split(heading: &str) -> (&str, &str) {
    let heading = heading.trim();
    if heading.ends_with('}')
        && let Some(place) = heading.rfind('{')
        && let Some((title, list)) = heading.split_at_checked(place)
        && is_list(list)
    {
        return (title.trim_end(), list);
    }
    (heading, "")
}

/// Returns the id that the list at the end of a heading gives it.
pub(super) fn heading_id(list: &str, renderer: &Renderer) -> Option<String> {
    is_removed(list, renderer).then(|| id(list)).flatten()
}

/// Returns whether the list at the end of a heading gives it attributes. Otherwise the page shows the list.
pub(super) fn is_removed(list: &str, renderer: &Renderer) -> bool {
    match renderer.kind {
        _ if list.is_empty() => false,
        SiteKind::Hugo => !list.starts_with("{:"),
        // kramdown knows no other attribute in the line of a heading.
        SiteKind::Jekyll => {
            let name = list.strip_prefix("{#").and_then(|name| name.strip_suffix('}')).unwrap_or_default();
            name.starts_with(|c: char| c.is_alphabetic() || matches!(c, ':' | '_'))
                && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.'))
        }
        SiteKind::VitePress | SiteKind::VuePress => renderer.attributes && !list.starts_with("{:"),
        SiteKind::Docusaurus => list.strip_prefix("{#").is_some_and(|name| !name.contains(' ')),
        // `dialect` writes the first form; the second one is left in lists.
        SiteKind::Mkdocs => {
            matches!(&renderer.ids, Ids::Python(ids) if ids.attributes)
                && (list.starts_with("{:#") || list.starts_with("{ "))
        }
        SiteKind::Obsidian | SiteKind::Logseq => false,
        SiteKind::Hexo | SiteKind::Plain => id(list).is_some(),
    }
}

/// Returns whether a text in braces is a list of attributes: ids, classes, and keys with values, after an optional colon.
pub(super) fn is_list(text: &str) -> bool {
    parsed(text).is_some()
}

/// Returns the id in an attribute list.
pub(super) fn id(list: &str) -> Option<String> {
    parsed(list)?
}

/// Returns the id in a list, if any; `None` if the text is no list.
fn parsed(text: &str) -> Option<Option<String>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let (inner, colon) = inner.strip_prefix(':').map_or((inner, false), |inner| (inner, true));
    let mut rest = inner;
    let mut id = None;
    let mut count = 0;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let Some(first) = rest.chars().next() else { break };
        count += 1;
        if let '#' | '.' = first {
            let name = rest.get(1..)?;
            let end = name.find(|c: char| !is_name(c)).unwrap_or(name.len());
            let (name, after) = name.split_at_checked(end)?;
            // A number format such as `{:.2f}` is no list.
            if first == '.' && (name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit())) {
                return None;
            }
            if first == '#' && !name.is_empty() {
                id = Some(name.to_owned());
            }
            rest = after;
        } else {
            let end = rest.find(|c: char| !is_name(c)).filter(|&end| end > 0);
            let (key, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
            let Some(after) = after.strip_prefix('=') else {
                // kramdown lets a list name another list.
                let is_reference = colon && !key.is_empty() && key.chars().all(is_name) && !key.starts_with('-');
                if !is_reference {
                    return None;
                }
                rest = after;
                continue;
            };
            let (value, after) = match after.chars().next()? {
                quote @ ('"' | '\'') => after.get(1..)?.split_once(quote)?,
                _ => after.split_at_checked(after.find([' ', '\t', ',']).unwrap_or(after.len()))?,
            };
            if key == "id" {
                id = Some(value.to_owned());
            }
            rest = after;
        }
        // Items are apart.
        if !rest.is_empty() && !rest.starts_with([' ', '\t', ',', '#', '.']) {
            return None;
        }
    }
    (count > 0).then_some(id)
}

fn is_name(c: char) -> bool {
    !c.is_whitespace() && (!c.is_ascii_punctuation() || matches!(c, '_' | '-' | ':' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_give_ids() {
        for (list, expected) in [
            ("{#shiyi}", Some("shiyi")),
            ("{ #shiyi }", Some("shiyi")),
            ("{#v1.2-note}", Some("v1.2-note")),
            ("{: .tip #shiyi}", Some("shiyi")),
            ("{#a,.b}", Some("a")),
            ("{class=\"a b\" id='shi yi'}", Some("shi yi")),
            ("{.tip key=v}", None),
            ("{:toc}", None),
            ("{:.no_toc}", None),
        ] {
            assert!(is_list(list), "{list}");
            assert_eq!(id(list).as_deref(), expected, "{list}");
        }
    }

    #[test]
    fn other_texts_in_braces_are_no_lists() {
        for text in ["{x}", "{}", "{:}", "{:.2f}", "{#a b}", "{a: 1}", "{#a/b}", "{{#a}}", "{.a = 1}", "{ 花括号 }"]
        {
            assert!(!is_list(text), "{text}");
        }
    }

    #[test]
    fn each_renderer_takes_its_own_lists() {
        let taken = |list, kind| heading_id(list, &Renderer::new(kind));
        assert_eq!(taken("{ #a }", SiteKind::Hugo).as_deref(), Some("a"));
        assert_eq!(taken("{ #a }", SiteKind::Jekyll), None);
        assert_eq!(taken("{#a}", SiteKind::Jekyll).as_deref(), Some("a"));
        assert_eq!(taken("{: #a}", SiteKind::Jekyll), None);
        assert_eq!(taken("{: #a}", SiteKind::Hugo), None);
    }
}
