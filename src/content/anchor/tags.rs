//! What Hexo's renderer for `marked` does to the HTML of a heading before it makes the id.

/// Returns the sign that an entity stands for, if Hexo knows it; otherwise the entity as written.
pub(super) fn unescaped(entity: &str) -> &str {
    match entity {
        "&amp;" => "&",
        "&lt;" => "<",
        "&gt;" => ">",
        "&quot;" => "\"",
        "&#39;" => "'",
        "&#96;" => "`",
        "&#x2F;" => "/",
        "&#x3D;" => "=",
        other => other,
    }
}

/// Returns the text without tags, by the rules of Hexo's `stripHTML`: a tag begins with any `<` that no space follows,
/// ends with the matching `>` outside of quotes, and reaches to the end of the text otherwise.
pub(super) fn stripped(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    // The source of the open tag, how many tags are open in it, and the quote that is open in it.
    let mut tag: Option<&str> = None;
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in html.char_indices() {
        let Some(start) = tag else {
            if c == '<' {
                tag = html.get(at..);
                (depth, quote) = (0, None);
            } else {
                out.push(c);
            }
            continue;
        };
        let written = start.len() + at - html.len();
        if start.starts_with("<!--") && written >= 4 {
            if c == '>' && start.get(..written).is_some_and(|comment| comment.ends_with("--")) {
                tag = None;
            }
            continue;
        }
        match c {
            '<' if quote.is_none() => depth += 1,
            '>' if quote.is_none() && depth > 0 => depth -= 1,
            '>' if quote.is_none() => tag = None,
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' | '\'' => quote = quote.or(Some(c)),
            ' ' | '\n' if written == 1 => {
                out.push_str("< ");
                tag = None;
            }
            _ => {}
        }
    }
    out
}
