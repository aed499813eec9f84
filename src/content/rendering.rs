//! Renders the Markdown of a post as HTML that a page may insert: headings, lists, tables, quotes, code and links.
//!
//! `ammonia` removes whatever is not on a short list of elements: no script, no style, no address of an image that a
//! browser would load by itself. An image becomes a link with its description. Each block knows its line in the file.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html as written};
use rustc_hash::FxHashMap;

use super::{
    format::Format,
    html::{Token, Tokens},
    reader::{OPTIONS, newlines},
};
use crate::{
    chinese::{
        is_ideograph,
        marks::{self, is_wide},
    },
    post::{PostId, Section},
};

/// The elements that stay; the text of any other element stays without it.
const ELEMENTS: &str = "a abbr b blockquote br code dd del details div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i kbd \
    li mark ol p pre rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var";
/// Maximum number of HTML tags of a post that count: the time to put wrongly nested ones right grows with their square.
const MAX_TAGS: usize = 2_000;
/// The attribute of a block with its line in the file.
const LINE: &str = "data-line";
/// The beginning of the address of another post, on the page that shows this one.
const POST: &str = "?post=";

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .tags(ELEMENTS.split_whitespace().collect())
        .tag_attributes([("a", HashSet::from(["href", "title"])), ("ol", HashSet::from(["start"]))].into())
        .generic_attributes(HashSet::from([LINE]))
        .allowed_classes([("a", HashSet::from(["image"])), ("span", HashSet::from(["image"]))].into())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(|_, name, value| {
            // An address without a scheme belongs to the site, not to the page that shows the post.
            let leads_on = ["http://", "https://", "mailto:", POST].iter().any(|start| value.starts_with(start));
            (name != "href" || leads_on).then(|| value.into())
        });
    cleaner
});

/// Renders the body of the post at `path`, as [`super::markdown::prepared`] returns it; its first line has the number
/// `first_line` in the file. The line of each of `sections` becomes a heading, also where it is only a bold line. `knows`
/// says whether there is a post with an id, so that a link may lead there.
#[must_use]
pub(super) fn render(
    path: &str,
    source: &str,
    first_line: u32,
    format: Format,
    sections: &[Section],
    knows: &dyn Fn(&PostId) -> bool,
) -> String {
    let events: Box<dyn Iterator<Item = (Event<'_>, Range<usize>)>> = match format {
        Format::Markdown => Box::new(Parser::new_ext(source, OPTIONS).into_offset_iter()),
        Format::Html => Box::new(std::iter::once((Event::Html(source.into()), 0..source.len()))),
    };
    let mut html = String::with_capacity(source.len() * 3 / 2);
    let headings = sections.iter().map(|section| (section.line, section.level)).collect();
    let line = first_line;
    let shown =
        Shown { events, source, path, knows, headings, open: None, last: None, line, counted: 0, link: 0, tags: 0 };
    written::push_html(&mut html, shown);
    CLEANER.clean(&html).to_string()
}

/// The events of a post as they are shown.
struct Shown<'s, I> {
    events: I,
    source: &'s str,
    path: &'s str,
    knows: &'s dyn Fn(&PostId) -> bool,
    /// The levels of the headings, by their lines.
    headings: FxHashMap<u32, u8>,
    /// The level of the line being shown as a heading.
    open: Option<u8>,
    /// The last character shown of the line.
    last: Option<char>,
    /// Number of the line that contains byte `counted`.
    line: u32,
    counted: usize,
    /// Number of open links.
    link: u32,
    /// Number of HTML tags so far.
    tags: usize,
}

impl<'s, I: Iterator<Item = (Event<'s>, Range<usize>)>> Iterator for Shown<'s, I> {
    type Item = Event<'s>;

    fn next(&mut self) -> Option<Event<'s>> {
        let (event, range) = self.events.next()?;
        if range.start > self.counted {
            let passed = self.source.get(self.counted..range.start).unwrap_or_default();
            self.line = self.line.saturating_add(newlines(passed));
            self.counted = range.start;
        }
        let line = self.line;
        let html = |html: String| Some(Event::Html(html.into()));
        match event {
            Event::Start(Tag::Paragraph) => {
                self.last = None;
                let start = self.start_line(line);
                html(format!("<p {LINE}=\"{line}\">{start}"))
            }
            Event::End(TagEnd::Paragraph) => html(format!("{}</p>\n", self.end_line())),
            Event::SoftBreak | Event::HardBreak => {
                let is_hard = event == Event::HardBreak;
                let (was_heading, end) = (self.open.is_some(), self.end_line());
                let start = self.start_line(line.saturating_add(1));
                let is_apart = was_heading || !start.is_empty();
                let is_end = self.last.is_none_or(|c| marks::closes(c) || !is_ideograph(c) && is_wide(c));
                html(match (is_apart, is_hard || is_end, self.last.is_some_and(is_ideograph)) {
                    (true, ..) => format!("{end}{start}"),
                    (_, true, _) => "<br>\n".to_owned(),
                    (_, _, true) => String::new(),
                    _ => "\n".to_owned(),
                })
            }
            Event::Text(words) => {
                // `#标题` was meant as a heading.
                let is_first = self.open.is_some() && self.last.is_none();
                let shown = if is_first { words.trim_start_matches(['#', ' ']) } else { &words };
                self.last = shown.chars().next_back().or(self.last);
                Some(Event::Text(if is_first { shown.to_owned().into() } else { words }))
            }
            Event::Start(Tag::Heading { level, .. }) => {
                html(format!("<h{} {LINE}=\"{line}\">", shown_level(level as u8)))
            }
            Event::End(TagEnd::Heading(level)) => html(format!("</h{}>\n", shown_level(level as u8))),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                self.link += 1;
                let dest_url = self.post_at(&dest_url).map_or(dest_url, CowStr::from);
                Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
            }
            Event::End(TagEnd::Link) => {
                self.link = self.link.saturating_sub(1);
                Some(Event::End(TagEnd::Link))
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let description = self.description();
                html(image(&dest_url, &description, self.link > 0))
            }
            Event::Html(raw) => html(self.raw(&raw)),
            Event::InlineHtml(raw) => Some(Event::InlineHtml(self.raw(&raw).into())),
            Event::TaskListMarker(done) => Some(Event::Text(if done { "☑ " } else { "☐ " }.into())),
            event => Some(event),
        }
    }
}

impl<'s, I: Iterator<Item = (Event<'s>, Range<usize>)>> Shown<'s, I> {
    /// Returns HTML of the post with each image as [`image`] shows it.
    fn raw(&mut self, html: &str) -> String {
        let mut shown = String::with_capacity(html.len());
        for token in Tokens::new(html) {
            match token {
                Token::Tag(tag) if tag.name.eq_ignore_ascii_case("img") => {
                    let [address, description] = ["src", "alt"].map(|name| tag.attribute(name).unwrap_or_default());
                    shown.push_str(&image(&address, &description, self.link > 0));
                }
                Token::Tag(tag) => {
                    self.tags += 1;
                    shown.push_str(if self.tags > MAX_TAGS { "" } else { tag.source });
                }
                Token::Text(text) => shown.push_str(text),
            }
        }
        shown
    }

    /// Returns what begins a line that is meant as a heading; nothing for any other line.
    fn start_line(&mut self, line: u32) -> String {
        let Some(level) = self.headings.get(&line).copied().map(shown_level) else { return String::new() };
        (self.open, self.last) = (Some(level), None);
        format!("</p><h{level} {LINE}=\"{line}\">")
    }

    /// Returns what ends a line that is meant as a heading, and begins the next paragraph; nothing for any other line.
    fn end_line(&mut self) -> String {
        self.open.take().map_or_else(String::new, |level| format!("</h{level}><p>"))
    }

    /// Takes the words of an image's description, and the end of the image.
    fn description(&mut self) -> String {
        let (mut description, mut open) = (String::new(), 1);
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Start(Tag::Image { .. }) => open += 1,
                Event::End(TagEnd::Image) if open == 1 => break,
                Event::End(TagEnd::Image) => open -= 1,
                Event::Text(words) | Event::Code(words) => description.push_str(&words),
                Event::SoftBreak | Event::HardBreak => description.push(' '),
                _ => {}
            }
        }
        description
    }

    /// Returns the address of the post that a link names by its file, as in `../2022/甲.md`.
    fn post_at(&self, link: &str) -> Option<String> {
        let file = link.split(['#', '?']).next().filter(|file| !file.contains(':'))?;
        let decoded = percent_encoding::percent_decode_str(file).decode_utf8().ok()?;
        let mut parts: Vec<&str> = match decoded.starts_with('/') {
            true => Vec::new(),
            false => self.path.split('/').collect(),
        };
        parts.pop();
        for part in decoded.split('/').filter(|part| !part.is_empty() && *part != ".") {
            match part {
                ".." => _ = parts.pop()?,
                part => parts.push(part),
            }
        }
        let id = PostId::of_path(&parts.join("/"));
        let encoded = percent_encoding::utf8_percent_encode(id.as_str(), percent_encoding::NON_ALPHANUMERIC);
        (self.knows)(&id).then(|| format!("{POST}{encoded}"))
    }
}

/// Returns the number of a heading's element: the title of the post is the only one of the first level.
const fn shown_level(level: u8) -> u8 {
    if level < 2 { 2 } else { level }
}

/// Returns an image as a link with its description; without a foreign address, or in a link, just as the description.
fn image(address: &str, description: &str, in_link: bool) -> String {
    let name = address.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let words = if description.trim().is_empty() { name } else { description.trim() };
    let words = html_escape::encode_text(words);
    if in_link || !(address.starts_with("https://") || address.starts_with("http://")) {
        return format!("<span class=\"image\">{words}</span>");
    }
    format!("<a class=\"image\" href=\"{}\">{words}</a>", html_escape::encode_double_quoted_attribute(address))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{
            markdown,
            section::CaseHeadings,
            site::{SiteKind, renderer::Renderer},
        },
        *,
    };

    fn rendered(body: &str) -> String {
        let renderer = Renderer::new(SiteKind::Plain);
        let read = markdown::read(body, 1, Format::Markdown, &renderer, &CaseHeadings::default(), &|_| None);
        let source = markdown::prepared(body, Format::Markdown, &renderer, &|_| None);
        render("2022/甲.md", &source, 1, Format::Markdown, &read.sections, &|id| id.as_str() == "2021/乙 丙")
            .replace('\n', "")
    }

    #[test]
    fn a_post_looks_like_a_post() {
        let check = |body: &str, expected: &str| assert_eq!(rendered(body), expected, "{body}");
        check(
            "# 案例一\n\n刘女士**接到**电话。",
            "<h2 data-line=\"1\">案例一</h2><p data-line=\"3\">刘女士<strong>接到</strong>电话。</p>",
        );
        check("- 甲\n- 乙\n", "<ul><li>甲</li><li>乙</li></ul>");
        check("- [x] 报警", "<ul><li>☑ 报警</li></ul>");
        check("3. 丙", "<ol start=\"3\"><li>丙</li></ol>");
        check(
            "| 日期 | 金额 |\n|--|--:|\n| 5月 | 3万 |",
            "<table><thead><tr><th>日期</th><th>金额</th></tr></thead><tbody><tr><td>5月</td><td>3万</td></tr></tbody></table>",
        );
        check(
            "> 引文\n\n```sh\nrm a\n```",
            "<blockquote><p data-line=\"1\">引文</p></blockquote><pre><code>rm a</code></pre>",
        );
        check("<details><summary>案情</summary>正文</details>", "<details><summary>案情</summary>正文</details>");
    }

    #[test]
    fn lines_stand_as_they_were_meant() {
        let check = |body: &str, expected: &str| assert_eq!(rendered(body), expected, "{body}");
        check(
            "**案例一**\n刘女士接到\n电话。\n随后报警，\nthen\nleft",
            "<p data-line=\"1\"></p><h2 data-line=\"1\"><strong>案例一</strong></h2><p>刘女士接到电话。<br>随后报警，<br>thenleft</p>",
        );
        check("开头。\n#第一节\n正文", "<p data-line=\"1\">开头。</p><h2 data-line=\"2\">第一节</h2><p>正文</p>");
    }

    #[test]
    fn links_lead_to_posts_and_out_of_the_site() {
        let check = |body: &str, expected: &str| {
            assert_eq!(rendered(body), format!("<p data-line=\"1\">{expected}</p>"), "{body}");
        };
        let rel = "rel=\"noopener noreferrer nofollow\"";
        check("[报](https://a.example/b \"c\")", &format!("<a href=\"https://a.example/b\" title=\"c\" {rel}>报</a>"));
        check("[乙](../2021/乙%20丙.md#x)", &format!("<a href=\"?post=2021%2F%E4%B9%99%20%E4%B8%99\" {rel}>乙</a>"));
        for away in ["丁.md", "../../../etc/passwd", "/admin", "javascript:alert(1)", "data:text/html,x", "//a.example"]
        {
            check(&format!("[丁]({away})"), &format!("<a {rel}>丁</a>"));
        }
    }

    #[test]
    fn no_image_is_loaded() {
        let rel = "rel=\"noopener noreferrer nofollow\"";
        let check = |body: &str, expected: &str| assert!(rendered(body).contains(expected), "{}", rendered(body));
        check(
            "![转账截图](https://a.example/b.png)",
            &format!("<a class=\"image\" href=\"https://a.example/b.png\" {rel}>转账截图</a>"),
        );
        check("![](/img/单据.png)", "<span class=\"image\">单据.png</span>");
        check(
            "<img src=\"https://a.example/b.png\" alt=\"单据\" onerror=x>",
            &format!("<a class=\"image\" href=\"https://a.example/b.png\" {rel}>单据</a>"),
        );
        check("[![徽章](https://a.example/b.svg)](https://a.example)", "<span class=\"image\">徽章</span>");
    }

    #[test]
    fn hostile_html_ends_and_stays_out() {
        for piece in ["<b>", "<a href=x>", "<div><p>", "<table><b>", "<svg><style>", "<!--", "[a](b", "> "] {
            rendered(&piece.repeat(100_000 / piece.len()));
        }
    }

    proptest! {
        #[test]
        fn nothing_runs_and_nothing_loads(
            body in "(<script>|</script>|<img src=x onerror=y>|<style>|<svg onload=x>|<iframe src=//a>|<a href=javascript:x>|\\[a\\]\\(javascript:x\\)|!\\[|\\]\\(//a/b\\)|<p style=x>|<math>|<b |\"|'|>|`|\n|甲|&lt;script&gt;){0,40}"
        ) {
            let html = rendered(&body);
            for token in Tokens::new(&html) {
                let Token::Tag(tag) = token else { continue };
                prop_assert!(ELEMENTS.split_whitespace().any(|name| name == tag.name), "{}", html);
                for name in ["src", "style", "onerror", "onload", "srcset", "background", "id"] {
                    prop_assert_eq!(tag.attribute(name), None, "{}", html);
                }
                if let Some(address) = tag.attribute("href") {
                    prop_assert!(address.starts_with("http") || address.starts_with("mailto:") || address.starts_with(POST));
                }
            }
        }
    }
}
