//! Text fragments: addresses of places on a page that have no anchor.
//!
//! A bold line that serves as a heading has no id on the page. A browser finds it by its words (`#:~:text=案例一`), and
//! scrolls to the first place that has them. If they occur before, too, the words before the heading tell the place. See
//! <https://wicg.github.io/scroll-to-text-fragment/>. Knows the text of a post, not its page.

use super::permalink;
use crate::{
    chinese::marks::ends_sentence,
    post::{Post, Section},
};

/// Upper bound on the words before a heading, in characters.
const MAX_CONTEXT: usize = 24;
/// Upper bound on the text in which earlier places are looked for, in bytes, and on the headings.
const MAX_SEARCHED: usize = 50_000;
const MAX_HEADINGS: usize = 100;

/// Returns the fragment for the heading of a section, with `#`.
pub(super) fn of(post: &Post, section: &Section) -> String {
    let before = post.text.get(..section.range.start).unwrap_or_default();
    let context = if occurs_before(post, section, before) { context(before) } else { "" };
    let heading = permalink::escaped_words(&section.heading);
    if context.is_empty() {
        format!("#:~:text={heading}")
    } else {
        format!("#:~:text={}-,{heading}", permalink::escaped_words(context))
    }
}

/// Returns whether the words of a heading occur before it, or may do so in a long post.
fn occurs_before(post: &Post, section: &Section, before: &str) -> bool {
    let heading = section.heading.as_str();
    let place = post.sections.partition_point(|other| other.range.start < section.range.start);
    let earlier = post.sections.get(..place).unwrap_or_default();
    before.len() > MAX_SEARCHED
        || earlier.len() > MAX_HEADINGS
        || post.title.contains(heading)
        || before.contains(heading)
        || earlier.iter().any(|other| other.heading.contains(heading))
}

/// Returns the end of the text before a heading: its last sentence, if that is not too long.
fn context(before: &str) -> &str {
    let line = before.trim_end().rsplit('\n').next().unwrap_or_default();
    let body = line.trim_end_matches(|c: char| !c.is_alphanumeric());
    let start = body.rfind(|c| ends_sentence(c) || matches!(c, '，' | '、' | '：' | '；' | ' ' | ','));
    let start = start.and_then(|start| Some(start + body.get(start..)?.chars().next()?.len_utf8())).unwrap_or(0);
    line.get(start..).filter(|words| words.chars().nth(MAX_CONTEXT).is_none()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::{FrontMatter, PostId};

    /// Checks the fragment of the last of some headings, each with the text below it.
    #[track_caller]
    fn check(parts: &[(&str, &str)], expected: &str) {
        let mut text = "开头说两件事。\n".to_owned();
        let mut sections = Vec::new();
        for &(heading, below) in parts {
            let range = text.len()..text.len() + below.len();
            text.push_str(below);
            text.push('\n');
            let (heading, anchor) = (heading.to_owned(), String::new());
            sections.push(Section { heading, level: 2, anchor, range, line: 1, is_case: true });
        }
        let post = Post {
            id: PostId::of_path("a.md"),
            path: "a.md".to_owned(),
            title: "两件事".to_owned(),
            front: FrontMatter::default(),
            url: "/a/".to_owned(),
            text,
            sections,
            lines: Vec::new(),
        };
        let found = post.sections.last().map(|section| of(&post, section)).unwrap_or_default();
        let decoded = percent_encoding::percent_decode_str(&found).decode_utf8_lossy().into_owned();
        assert_eq!(decoded, expected);
        assert!(found.is_ascii());
    }

    #[test]
    fn the_words_of_a_heading_find_it() {
        check(&[("案例一", "略。"), ("案例二", "略。")], "#:~:text=案例二");
        assert_eq!(permalink::escaped_words("a-b, c&d"), "a%2Db%2C%20c%26d");
    }

    #[test]
    fn words_that_occur_before_need_the_words_before_them() {
        check(&[("案例一", "案例二更险，他却没信。"), ("案例二", "略。")], "#:~:text=他却没信。-,案例二");
        check(&[("经过", "一。他报了警。"), ("经过", "二。")], "#:~:text=他报了警。-,经过");
        check(&[("两件", "略。")], "#:~:text=开头说两件事。-,两件");
    }
}
