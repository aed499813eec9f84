//! Rules for the URLs of a plain folder of Markdown without a generator.
//!
//! The default URL is the path without its extension and with a final `/`; `index.md` and `README.md` get the URL of
//! their folder. A pattern in `anli.yaml` can use the path, the name and the date.

use super::{Check, Page, Placement, Rules, Settings, SiteKind, date_part};
use crate::content::{
    permalink::{Grammar, Pattern, escaped},
    slug::{self, Keep},
};

const DEFAULT: &str = "/:path/";

/// The placeholders that a plain folder defines.
const NAMES: &str = "path folder name title slug categories year month i_month day i_day hour minute second";

/// The pattern, or the default.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlainRules {
    pattern: Option<Pattern>,
}

/// Returns the settings of a plain folder; `pattern` is the one of `anli.yaml`.
pub(super) fn settings(pattern: Option<&str>, check: &mut Check<'_>) -> Settings {
    Settings {
        rules: Rules::Plain(PlainRules { pattern: pattern.map(|pattern| own(pattern, check)) }),
        base_url: None,
        permalink: pattern.unwrap_or(DEFAULT).to_owned(),
        author: None,
        placement: Placement::default(),
    }
}

/// Returns the pattern of `anli.yaml`, for the generators that have no patterns themselves, too.
pub(super) fn own(pattern: &str, check: &mut Check<'_>) -> Pattern {
    let parsed = Pattern::new(pattern, Grammar::Jekyll);
    check.names(&parsed, pattern, SiteKind::Plain, NAMES, |_| false);
    parsed
}

/// Returns the escaped path of a page by such a pattern.
pub(super) fn expanded(pattern: &Pattern, page: &Page<'_>) -> String {
    pattern.expand(|name| value(name, page))
}

impl PlainRules {
    /// Returns the escaped path of a page.
    pub(super) fn path(&self, page: &Page<'_>) -> String {
        let (folder, name) = page.parts();
        if let Some(own) = page.permalink {
            return Pattern::new(own, Grammar::Jekyll).expand(|name| value(name, page));
        }
        match &self.pattern {
            Some(pattern) => expanded(pattern, page),
            None if name.eq_ignore_ascii_case("index") || name.eq_ignore_ascii_case("readme") => {
                format!("{}/", escaped(folder))
            }
            None => format!("{}/{}/", escaped(folder), escaped(name)),
        }
    }
}

fn value(placeholder: &str, page: &Page<'_>) -> Option<String> {
    let (folder, name) = page.parts();
    let rest = slug::dated(name).map_or(name, |(_, _, _, rest)| rest);
    let title = page.slug().unwrap_or(rest);
    Some(match placeholder {
        "path" => format!("{folder}/{name}"),
        "folder" => folder.to_owned(),
        "name" => name.to_owned(),
        "title" => title.to_owned(),
        "slug" => slug::jekyll(title, Keep::Alphanumeric).to_lowercase(),
        "categories" => page.front.categories.join("/"),
        name if NAMES.split(' ').any(|known| known == name) => return date_part(name, page.local()),
        _ => return None,
    })
}
