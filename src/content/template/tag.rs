//! Tags of generators: `{{< name … >}}` and `{{% name … %}}` of Hugo, `{% name … %}` of Jekyll and Hexo.
//!
//! [`Tag::read`] finds name, arguments and end of the tag at the start of a text. Does not know what a tag means.

/// Upper bound on the length of a tag, in bytes.
const MAX_TAG: usize = 1 << 20;

/// The form of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `{{< … >}}` or `{{% … %}}`.
    Hugo,
    /// `{% … %}`.
    Percent,
}

/// A tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) syntax: Syntax,
    /// The name; of a closing tag, the name of the tag that it closes.
    pub(super) name: &'a str,
    /// The text between the name and the end.
    pub(super) arguments: &'a str,
    /// Whether the tag ends another: `{{< /name >}}`, `{% endname %}`.
    pub(super) closing: bool,
    /// Whether the tag has no end of its own: `{{< name />}}`.
    pub(super) empty: bool,
    /// Length of the tag, in bytes.
    pub(super) length: usize,
}

/// Where the tags of a source end last, so that the search for an end that does not follow costs nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    /// For each ending, the distance from the end of the source, in bytes, from which on it does not follow.
    last: [(&'static str, usize); 3],
}

impl Ends {
    /// Finds the ends in `source`.
    pub(super) fn of(source: &str) -> Self {
        let last = [">}}", "%}}", "%}"].map(|ending| (ending, source.len() - source.rfind(ending).unwrap_or(0)));
        Self { last }
    }

    /// Returns whether an ending may follow in `text`, a part of the source that reaches to its end.
    fn may_follow(&self, ending: &str, text: &str) -> bool {
        self.last.iter().any(|&(known, distance)| known == ending && text.len() >= distance)
    }
}

impl<'a> Tag<'a> {
    /// Reads the tag at the start of `text`, a part of a source that reaches to its end; `None` if there is none, or it does
    /// not end. `ends` are those of the source.
    pub(super) fn read(text: &'a str, ends: &Ends) -> Option<Self> {
        let (syntax, ending) = match text {
            _ if text.starts_with("{{<") => (Syntax::Hugo, ">}}"),
            _ if text.starts_with("{{%") => (Syntax::Hugo, "%}}"),
            _ if text.starts_with("{%") => (Syntax::Percent, "%}"),
            _ => return None,
        };
        if !ends.may_follow(ending, text) {
            return None;
        }
        let inner = text.get(if syntax == Syntax::Hugo { 3 } else { 2 }..)?;
        let name_part = inner.trim_start_matches(['-', '+', '~']).trim_start();
        let (name_part, slash) =
            name_part.strip_prefix('/').map_or((name_part, false), |rest| (rest.trim_start(), true));
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':');
        let name_end = name_part.find(|c| !is_part(c))?;
        let (name, rest) = name_part.split_at_checked(name_end)?;
        if name.is_empty() {
            return None;
        }
        let close = ending_in(rest, ending)?;
        let arguments = rest.get(..close)?;
        let length = text.len() - rest.len() + close + ending.len();
        let arguments =
            arguments.strip_suffix(['-', '~']).filter(|_| syntax == Syntax::Percent).unwrap_or(arguments).trim();
        let (arguments, empty) = match arguments.strip_suffix('/').filter(|_| syntax == Syntax::Hugo) {
            Some(arguments) => (arguments.trim_end(), true),
            None => (arguments, false),
        };
        let (name, empty) = match name.strip_suffix('/') {
            Some(name) => (name, true),
            None => (name, empty),
        };
        let ended =
            if syntax == Syntax::Percent { name.strip_prefix("end").filter(|name| !name.is_empty()) } else { None };
        let closing = slash || ended.is_some();
        Some(Self { syntax, name: ended.unwrap_or(name), arguments, closing, empty, length })
    }

    /// Returns the arguments: pairs of a key, empty if there is none, and a value without its quotes.
    pub(super) fn pairs(&self) -> Vec<(&'a str, &'a str)> {
        let mut pairs = Vec::new();
        let mut rest = self.arguments.trim_start();
        while !rest.is_empty() {
            let key_end =
                rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(rest.len());
            let (key, after) = rest.split_at_checked(key_end).unwrap_or((rest, ""));
            let after = after.trim_start();
            let (key, value) = match after.strip_prefix('=') {
                Some(value) if !key.is_empty() => (key, value.trim_start()),
                _ => ("", rest),
            };
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
            let quoted = quote.and_then(|quote| value.get(1..)?.split_once(quote));
            let (value, after) = quoted.unwrap_or_else(|| {
                value.split_at_checked(value.find(char::is_whitespace).unwrap_or(value.len())).unwrap_or((value, ""))
            });
            pairs.push((key, value));
            rest = after.trim_start();
        }
        pairs
    }
}

/// Returns the position of the end of a tag, within the limit. A text in quotes that closes before it is no end.
fn ending_in(text: &str, ending: &str) -> Option<usize> {
    let end = text.find(ending).filter(|&end| end <= MAX_TAG)?;
    let inside = text.get(..end)?;
    if inside.matches('"').count() % 2 == 0 {
        return Some(end);
    }
    // The end found first may be in quotes.
    let rest = text.get(end + ending.len()..)?;
    let line = rest.split('\n').next().unwrap_or_default();
    let next = line.find(ending).map(|next| end + ending.len() + next);
    let closes = |next: usize| text.get(..next).is_some_and(|inside| inside.matches('"').count() % 2 == 0);
    Some(next.filter(|&next| closes(next)).unwrap_or(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, arguments: &str, closing: bool, empty: bool) {
        let found =
            Tag::read(text, &Ends::of(text)).map(|tag| (tag.name, tag.arguments, tag.closing, tag.empty, tag.length));
        assert_eq!(found, Some((name, arguments, closing, empty, text.len())), "{text}");
    }

    #[test]
    fn tags_of_each_form_are_read() {
        check("{{< figure src=\"a.png\" >}}", "figure", "src=\"a.png\"", false, false);
        check("{{% /notice %}}", "notice", "", true, false);
        check("{{<qr 链接 />}}", "qr", "链接", false, true);
        check("{{< qr/>}}", "qr", "", false, true);
        check("{{< a b=\"x >}} y\" >}}", "a", "b=\"x >}} y\"", false, false);
        check("{%- note 提示 -%}", "note", "提示", false, false);
        check("{% endnote %}", "note", "", true, false);
        check("{% end %}", "end", "", false, false);
        for text in ["{{ page.title }}", "{{<>}}", "{% %}", "{% note", "甲"] {
            assert_eq!(Tag::read(text, &Ends::of(text)), None, "{text}");
        }
    }

    #[test]
    fn arguments_are_keys_and_values() {
        let text = "{{< figure src=a.png title=\"一 图\" '两 个' `三` 四=五 >}}";
        let pairs = Tag::read(text, &Ends::of(text)).map(|tag| tag.pairs()).unwrap_or_default();
        let expected = [("src", "a.png"), ("title", "一 图"), ("", "两 个"), ("", "三"), ("", "四=五")];
        assert_eq!(pairs, expected);
    }
}
