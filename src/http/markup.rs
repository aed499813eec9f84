//! Marked text as HTML that a page may insert unchanged: escaped, with `<mark>` as the only element.

use crate::query::Snippet;

/// Returns a snippet as HTML, with `…` where text was left out.
pub(super) fn html(snippet: &Snippet) -> String {
    let mut html = String::with_capacity(snippet.text.len() + 16 * snippet.marks.len() + 8);
    if snippet.cut_before {
        html.push('…');
    }
    let mut at = 0;
    for mark in &snippet.marks {
        let (Some(before), Some(marked)) = (snippet.text.get(at..mark.start), snippet.text.get(mark.clone())) else {
            continue;
        };
        escape(before, &mut html);
        html.push_str("<mark>");
        escape(marked, &mut html);
        html.push_str("</mark>");
        at = mark.end;
    }
    escape(snippet.text.get(at..).unwrap_or_default(), &mut html);
    if snippet.cut_after {
        html.push('…');
    }
    html
}

/// Escapes a text for use as text or as an attribute in quotation marks of either kind.
fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::single_range_in_vec_init, reason = "a text may have one mark")]

    use std::ops::Range;

    use proptest::prelude::*;

    use super::*;

    fn snippet(text: &str, marks: &[Range<usize>], cut: bool) -> Snippet {
        Snippet { text: text.to_owned(), marks: marks.to_vec(), cut_before: cut, cut_after: cut, ..Snippet::default() }
    }

    fn check(text: &str, marks: &[Range<usize>], cut: bool, expected: &str) {
        assert_eq!(html(&snippet(text, marks, cut)), expected);
    }

    #[test]
    fn matches_are_marked_and_cuts_are_shown() {
        check("冒充客服诈骗", &[0..6, 12..18], false, "<mark>冒充</mark>客服<mark>诈骗</mark>");
        check("客服", &[], true, "…客服…");
    }

    #[test]
    fn nothing_but_mark_is_markup() {
        check(
            "<script>'a' & \"b\"</script>",
            &[1..7],
            false,
            "&lt;<mark>script</mark>&gt;&#39;a&#39; &amp; &quot;b&quot;&lt;/script&gt;",
        );
    }

    #[test]
    fn a_mark_that_does_not_fit_is_left_out() {
        check("诈骗", &[1..3, 3..99], false, "诈骗");
    }

    proptest! {
        #[test]
        fn the_text_can_be_read_back(text in "(?s).{0,30}|[<>&'\"a诈]{0,30}", from in 0..40usize, to in 0..40usize) {
            let made = html(&snippet(&text, &[from.min(to)..from.max(to)], false));
            let bare = made.replace("<mark>", "").replace("</mark>", "");
            prop_assert!(!bare.contains(['<', '>', '"', '\'']));
            prop_assert_eq!(html_escape::decode_html_entities(&bare), text);
        }
    }
}
