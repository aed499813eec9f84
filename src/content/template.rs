//! Removes from Markdown source everything that is not Markdown: template tags, shortcodes, comments, scripts.
//!
//! Liquid (`{{ }}`, `{% %}`), Hugo's and Hexo's shortcodes, kramdown's attribute lists, the fences of containers
//! (`::: tip`), HTML comments and the bodies of `<script>` and `<style>` are removed before Markdown is parsed, since
//! they would change its meaning: a comment that never ends would hide the rest of the post. Every newline stays, so
//! that lines keep their numbers. Code keeps everything: fenced and indented blocks, spans, and the text between
//! `{% raw %}` or `{% highlight %}` tags.
//!
//! Works in one pass from left to right. Knows only as much Markdown as it needs to recognise code; does not know
//! headings or HTML. The result of every search for an end is remembered, so that hostile openings cost linear time.

use std::{borrow::Cow, ops::Range};

use rustc_hash::FxHashMap;

/// Upper bound on the length of a tag, in bytes; longer ones are text.
const MAX_TAG: usize = 4_000;
/// Upper bound on the length of a comment, a script or the text between two tags, in bytes.
const MAX_BLOCK: usize = 200_000;

/// Returns the source without templates, comments and scripts. The number of lines stays the same.
pub(super) fn strip(source: &str) -> Cow<'_, str> {
    // `<S` stands for `<SCRIPT` and `<STYLE`; a false alarm costs only the pass.
    const SIGNS: [&str; 8] = ["{{", "{%", "{:", "<!--", "<script", "<style", ":::", "<S"];
    if !SIGNS.iter().any(|sign| source.contains(sign)) {
        return Cow::Borrowed(source);
    }
    let mut strip = Strip {
        source,
        out: String::with_capacity(source.len() + 16),
        at: 0,
        next: FxHashMap::default(),
        spans: [0; MAX_SPAN + 1],
        paragraph_end: 0,
        line: 0..0,
    };
    strip.run();
    Cow::Owned(strip.out)
}

/// Upper bound on the length of code span delimiters that are recognised.
const MAX_SPAN: usize = 32;

struct Strip<'a> {
    source: &'a str,
    out: String,
    /// Everything before this byte is written or dropped.
    at: usize,
    /// For each ending that was searched for: its position found last, or the length of the source if none follows.
    next: FxHashMap<&'static str, usize>,
    /// For each length of code span delimiters: no such delimiter before this byte closes a span.
    spans: [usize; MAX_SPAN + 1],
    paragraph_end: usize,
    /// The line found last, so that a long line costs one search only.
    line: Range<usize>,
}

impl<'a> Strip<'a> {
    fn run(&mut self) {
        let mut fence: Option<(u8, usize)> = None;
        let mut after_blank = true;
        let mut in_list = false;
        while self.at < self.source.len() {
            let line = self.line_at(self.at);
            let bare = line.trim_start_matches([' ', '\t', '>']);
            if let Some((mark, length)) = fence {
                if closes_fence(bare, mark, length) {
                    fence = None;
                }
                self.copy(line.len());
                continue;
            }
            let content = without_list_marker(bare);
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            let blank = bare.trim_end().is_empty();
            if content.len() != bare.len() {
                in_list = true;
            } else if indent == 0 && !blank {
                in_list = false;
            }
            if let Some(opened) = opens_fence(content) {
                fence = Some(opened);
                self.copy(line.len());
                after_blank = false;
                continue;
            }
            if after_blank && !in_list && !blank && (line.starts_with("    ") || line.starts_with('\t')) {
                self.copy(line.len());
                continue;
            }
            after_blank = blank;
            if bare.starts_with(":::") && !bare.starts_with(":::no-loc(") {
                self.container(line, bare);
                continue;
            }
            self.line(self.at + line.len());
        }
    }

    /// Writes lines from `at` to at least `end`. A tag of several lines moves the end further, to the end of a line.
    fn line(&mut self, mut end: usize) {
        let bytes = self.source.as_bytes();
        let mut from = self.at;
        while from < end {
            let ahead = &bytes[from..end];
            let Some(found) = ahead.iter().position(|b| matches!(b, b'{' | b'<' | b'`' | b'\\' | b':')) else {
                break;
            };
            let place = from + found;
            from = match bytes[place] {
                b'\\' => place + 1 + usize::from(bytes.get(place + 1).is_some_and(u8::is_ascii_punctuation)),
                b'`' => self.span_end(place),
                b':' => {
                    self.inline_container(place);
                    self.at.max(place + 1)
                }
                b'{' => {
                    self.tag(place);
                    self.at.max(place + 1)
                }
                _ => {
                    self.angle(place);
                    self.at.max(place + 1)
                }
            };
            if from > end {
                end = from + self.line_at(from).len();
            }
        }
        if end > self.at {
            self.copy(end - self.at);
        }
    }

    /// Removes the tag at `place`, a `{`, if it is a tag and ends within the limit.
    fn tag(&mut self, place: usize) {
        let Some(rest) = self.source.get(place..) else {
            return;
        };
        if rest.starts_with("{{") {
            let braces = rest.bytes().take(4).take_while(|&b| b == b'{').count();
            let Some(end) = self.find("}}", place + braces, MAX_TAG) else {
                return;
            };
            let more = self.source.as_bytes().iter().skip(end).take(braces - 2).take_while(|&&b| b == b'}').count();
            self.drop_to(place, end + more);
        } else if rest.starts_with("{%") {
            let Some(end) = self.find("%}", place + 2, MAX_TAG) else {
                return;
            };
            let inside = self.source.get(place + 2..end - 2).unwrap_or_default();
            let name = inside.trim_start_matches(['-', '+', ' ', '\t', '\n']);
            let name = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
            match name {
                "raw" => self.keep_until(place, end, "endraw", false),
                "highlight" => self.keep_until(place, end, "endhighlight", true),
                "codeblock" => self.keep_until(place, end, "endcodeblock", true),
                "comment" => {
                    let close = self.find("endcomment", end, MAX_BLOCK);
                    let close = close.and_then(|close| self.find("%}", close, MAX_TAG));
                    self.drop_to(place, close.unwrap_or(end));
                }
                _ => self.drop_to(place, end),
            }
        } else if rest.starts_with("{:") {
            let at_line_start = self.source.get(..place).is_some_and(|before| {
                before.trim_end_matches([' ', '\t']).is_empty()
                    || before.trim_end_matches([' ', '\t', '>']).ends_with('\n')
            });
            let after_span = place > 0 && matches!(self.source.as_bytes()[place - 1], b')' | b']' | b'*' | b'`' | b'_');
            let line = self.line_at(place);
            if !at_line_start && !after_span {
                return;
            }
            if let Some(end) = self.find("}", place, line.len()) {
                // An id may belong to the heading above; `reader` handles it.
                let named = at_line_start && self.source.get(place..end).is_some_and(|list| list.contains('#'));
                if !named {
                    self.drop_to(place, end);
                }
            }
        }
    }

    /// Drops the opening tag from `place` to `open_end` and the closing tag, and keeps the text between unchanged; in a
    /// code block of its own if `fenced`.
    fn keep_until(&mut self, place: usize, open_end: usize, ending: &'static str, fenced: bool) {
        let Some(name_end) = self.find(ending, open_end, MAX_BLOCK) else {
            return self.drop_to(place, open_end);
        };
        let close = self.source.get(open_end..name_end).and_then(|inside| inside.rfind("{%"));
        let close = close.map_or(name_end, |close| open_end + close);
        let close_end = self.find("%}", name_end, MAX_TAG).unwrap_or(name_end);
        self.drop_to(place, open_end);
        let starts_line = self.out.is_empty() || self.out.ends_with('\n');
        let alone = self.source.get(open_end..close).is_some_and(|inside| {
            inside.trim_start_matches([' ', '\t']).starts_with('\n')
                && inside.trim_end_matches([' ', '\t']).ends_with('\n')
        });
        let fence = if fenced && starts_line && alone { "~~~~~~" } else { "" };
        self.out.push_str(fence);
        self.copy(close.saturating_sub(self.at));
        self.out.push_str(fence);
        self.drop_to(self.at, close_end);
    }

    /// Removes the comment, script or style sheet at `place`, a `<`.
    fn angle(&mut self, place: usize) {
        let Some(rest) = self.source.get(place..) else {
            return;
        };
        if rest.starts_with("<!--") {
            match self.find("-->", place + 4, MAX_BLOCK) {
                Some(end) => self.drop_to(place, end),
                None => {
                    // Markdown would take everything after it for a comment.
                    self.copy(place - self.at);
                    self.out.push_str("&lt;");
                    self.at = place + 1;
                }
            }
            return;
        }
        let ending = if opens(rest, b"<script") {
            "</script"
        } else if opens(rest, b"<style") {
            "</style"
        } else {
            return;
        };
        // Without a closing tag, only the opening tag is removed.
        let from = self.find(ending, place + 1, MAX_BLOCK).unwrap_or(place + 1);
        let line = self.line_at(from).len();
        let end = self.find(">", from, line).unwrap_or(from);
        self.drop_to(place, end);
    }

    /// Removes the marks of `:::no-loc(word):::` at `place` and keeps the word.
    fn inline_container(&mut self, place: usize) {
        let Some(word) = self.line_at(place).strip_prefix(":::no-loc(") else {
            return;
        };
        let Some(end) = word.bytes().take(200).position(|b| b == b')') else {
            return;
        };
        if let Some((word, after)) = word.split_at_checked(end)
            && after.starts_with("):::")
        {
            self.copy(place - self.at);
            self.out.push_str(word);
            self.at = place + ":::no-loc(".len() + word.len() + "):::".len();
        }
    }

    /// Replaces the fence of a container by its title, if it has one.
    fn container(&mut self, line: &'a str, bare: &'a str) {
        let words = bare.trim_start_matches(':').trim();
        let word_end = words.find(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | ':')).unwrap_or(words.len());
        let title = words.get(word_end..).unwrap_or_default().trim();
        let title = title.strip_prefix('[').map_or(title, |title| title.trim_end_matches(']'));
        // A picture: `:::image source="…" alt-text="…":::`.
        let title = match title.split_once("alt-text=\"") {
            Some((_, alternative)) => alternative.split('"').next().unwrap_or_default(),
            None if title.contains(['=', '{']) || title.contains(":::") => "",
            None => title,
        };
        let indent = line.get(..line.len() - bare.len()).unwrap_or_default();
        self.out.push_str(indent);
        self.out.push_str(title);
        self.at += line.len();
        if line.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Returns the end of the code span that opens at `place`, or the end of its opening if nothing closes it.
    fn span_end(&mut self, place: usize) -> usize {
        let bytes = self.source.as_bytes();
        let length = run_length(bytes, place);
        let open_end = place + length;
        if length > MAX_SPAN || self.spans[length] > open_end {
            return open_end;
        }
        if self.paragraph_end <= place {
            self.paragraph_end = place;
            while self.paragraph_end < bytes.len() {
                let line = self.line_at(self.paragraph_end);
                self.paragraph_end += line.len();
                if line.trim().is_empty() {
                    break;
                }
            }
        }
        let mut from = open_end;
        while from < self.paragraph_end {
            let Some(found) = bytes[from..self.paragraph_end].iter().position(|&b| b == b'`') else {
                break;
            };
            let run = run_length(bytes, from + found);
            from += found + run;
            if run == length {
                return from;
            }
        }
        self.spans[length] = self.paragraph_end;
        open_end
    }

    /// Returns the end of the next `ending` after `from`, if it is at most `limit` bytes away. Letters may be of either
    /// case in the name of a closing tag.
    fn find(&mut self, ending: &'static str, from: usize, limit: usize) -> Option<usize> {
        let next = self.next.entry(ending).or_default();
        if *next < from {
            let rest = self.source.get(from..)?;
            let found = if ending.starts_with("</") { find_ignoring_case(rest, ending) } else { rest.find(ending) };
            *next = found.map_or(self.source.len(), |found| from + found);
        }
        let end = *next + ending.len();
        (*next < self.source.len() && end - from <= limit).then_some(end)
    }

    /// Writes the text before `place`, then drops everything up to `end` except newlines, and one of two spaces that
    /// become adjacent.
    fn drop_to(&mut self, place: usize, end: usize) {
        self.copy(place.saturating_sub(self.at));
        let dropped = self.source.get(place..end).unwrap_or_default();
        self.out.extend(dropped.bytes().filter(|&b| b == b'\n').map(char::from));
        self.at = end.max(self.at);
        if dropped.is_empty() {
            return;
        }
        let rest = self.source.get(self.at..).unwrap_or_default();
        if self.out.is_empty() || self.out.ends_with([' ', '\n', '*', '[', '(']) {
            self.at += rest.len() - rest.trim_start_matches(' ').len();
        }
        // With a space before it, a closing mark would not close.
        if rest.starts_with('*') && self.out.ends_with(' ') && !self.out.trim_end_matches(' ').ends_with('\n') {
            self.out.pop();
        }
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(self.source.get(self.at..self.at + length).unwrap_or_default());
        self.at += length;
    }

    /// Returns the rest of the line at `place`, with its newline.
    fn line_at(&mut self, place: usize) -> &'a str {
        if !self.line.contains(&place) {
            let rest = self.source.as_bytes().get(place..).unwrap_or_default();
            let length = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |newline| newline + 1);
            self.line = place..place + length;
        }
        self.source.get(place..self.line.end).unwrap_or_default()
    }
}

fn run_length(bytes: &[u8], place: usize) -> usize {
    bytes[place..].iter().take_while(|&&b| b == bytes[place]).count()
}

/// Returns the mark and the length of the code fence that a line opens.
fn opens_fence(line: &str) -> Option<(u8, usize)> {
    let mark = *line.as_bytes().first().filter(|b| matches!(b, b'`' | b'~'))?;
    let length = run_length(line.as_bytes(), 0);
    let info = line.get(length..)?;
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some((mark, length))
}

fn closes_fence(line: &str, mark: u8, length: usize) -> bool {
    let marks = line.bytes().take_while(|&b| b == mark).count();
    marks >= length && line.get(marks..).is_some_and(|rest| rest.trim().is_empty())
}

/// Returns the line without the marker of a list item, if it has one.
fn without_list_marker(line: &str) -> &str {
    let rest = line.strip_prefix(['-', '*', '+']).or_else(|| {
        line.trim_start_matches(|c: char| c.is_ascii_digit())
            .strip_prefix(['.', ')'])
            .filter(|_| line.starts_with(|c: char| c.is_ascii_digit()))
    });
    rest.filter(|rest| rest.starts_with([' ', '\t'])).map_or(line, |rest| rest.trim_start_matches([' ', '\t']))
}

/// Returns whether `text` starts with the tag in any letter case, and the name ends there.
fn opens(text: &str, tag: &[u8]) -> bool {
    let bytes = text.as_bytes();
    bytes.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
        && bytes.get(tag.len()).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
}

fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    text.match_indices("</").map(|(place, _)| place).find(|&place| {
        bytes.get(place..place + what.len()).is_some_and(|start| start.eq_ignore_ascii_case(what.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(source: &str, expected: &str) {
        assert_eq!(strip(source), expected);
    }

    #[test]
    fn liquid_and_shortcodes_go() {
        check("前{{ page.title }}后", "前后");
        check("用 {{{ .plan }}} 版本", "用 版本");
        check("**{{ a }} 版** 与 **版 {{ a }}**", "**版** 与 **版**");
        check("![]({{site.baseurl}}/img/a.png)", "![](/img/a.png)");
        check("{{< bilibili BV1xx >}}\n正文", "\n正文");
        check("{{% notice tip %}}小心转账{{% /notice %}}", "小心转账");
        check("{% asset_img jietu.jpg 截图 %}文字", "文字");
        check("{% include\n  card.html\n%}尾", "\n\n尾");
        check("甲{% comment %}乙\n{{ x }}丙{% endcomment %}丁", "甲\n丁");
    }

    #[test]
    fn code_keeps_its_braces() {
        for source in [
            "`{{ value }}` 与 ``a`{% b %}``",
            "```vue\n<p>{{ msg }}</p>\n<!-- 注 -->\n```\n",
            "- 步骤\n  ~~~\n  {% if %}\n  ~~~\n",
            "段落\n\n    {{ 缩进代码 }}\n",
        ] {
            check(source, source);
        }
    }

    #[test]
    fn raw_keeps_what_it_guards() {
        check("{% raw %}写作 {{ x }} 即可{% endraw %}。", "写作 {{ x }} 即可。");
        check(
            "{% highlight ruby %}\nputs *a*, {{ b }}\n{% endhighlight %}\n完",
            "~~~~~~\nputs *a*, {{ b }}\n~~~~~~\n完",
        );
    }

    #[test]
    fn what_never_ends_is_text() {
        check("价格 {{ 未闭合\n\n后文", "价格 {{ 未闭合\n\n后文");
        check("{% 未闭合", "{% 未闭合");
        check("<!-- 未闭合\n\n后文", "&lt;!-- 未闭合\n\n后文");
        check("<script src=a.js>\n\n后文", "\n\n后文");
    }

    #[test]
    fn comments_scripts_and_styles_go() {
        check("摘要<!-- more -->正文", "摘要正文");
        check("<SCRIPT>\nlet a = 1;\n</SCRIPT>后", "\n\n后");
        check("<style type=\"text/css\">\n\np{}\n</style>\n后", "\n\n\n\n后");
        check("<scripture>", "<scripture>");
    }

    #[test]
    fn attribute_lists_go_but_ids_stay_for_the_heading() {
        check("[链接](a){:target=\"_blank\"}。", "[链接](a)。");
        check("> 引文\n{: .tip }\n", "> 引文\n\n");
        check("## 标题\n{: #own}\n", "## 标题\n{: #own}\n");
        check("输出 {:.2f} 格式", "输出 {:.2f} 格式");
    }

    #[test]
    fn container_fences_go_but_their_titles_stay() {
        check("::: moniker range=\">=2017\"\n文\n::: moniker-end\n", "\n文\n\n");
        check(":::tip 小贴士\n文\n:::\n", "小贴士\n文\n\n");
        check("  :::note[注意]\n", "  注意\n");
        check("关键字 :::no-loc(break)::: 结束循环", "关键字 break 结束循环");
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_number_of_lines(source in "(\\{\\{|\\}\\}|\\{%|%\\}| raw |endraw|<!--|-->|<script>|</script>|`|:::|\\{:|\n|\\\\|[甲a ]){0,60}") {
            let stripped = strip(&source);
            prop_assert_eq!(stripped.matches('\n').count(), source.matches('\n').count());
        }
    }
}
