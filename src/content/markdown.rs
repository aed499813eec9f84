//! Turns the Markdown of a post into running text and sections.
//!
//! [`read`] calls the other modules in order. `dialect` makes CommonMark of other dialects, `depth` bounds the nesting of lines, and `template` removes everything
//! that is not Markdown. `reader` goes through the parser's events and passes words, line ends and headings to `flow`,
//! which builds text and sections. `html` splits raw HTML into tags and words; `stray` drops emphasis marks that the
//! parser left; `section` recognises headings that CommonMark does not; `anchor` names the headings. Works on the body
//! of a post; does not know front matter, titles or files.

use std::borrow::Cow;

use super::{
    depth, dialect,
    flow::Flow,
    format::Format,
    mdx,
    reader::Reader,
    section::CaseHeadings,
    site::renderer::Renderer,
    template::{self, Titles},
};
use crate::post::Section;

/// The body of a post as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Markdown {
    /// The text without markup and headings. Blocks are separated by one `\n`; the text neither starts nor ends with
    /// `\n`.
    pub text: String,
    /// The sections in order, with ranges in `text`.
    pub sections: Vec<Section>,
    /// Start of each source line in `text`, in bytes, and the number of that line in the file. Both increase.
    pub lines: Vec<(usize, u32)>,
    /// The first heading that is not a bold line.
    pub first_heading: Option<String>,
    /// The first heading of level 1 that is written as CommonMark defines.
    pub first_h1: Option<String>,
    /// Level and text of the heading at the very beginning, if there is one.
    pub opening: Option<(u8, String)>,
}

impl Markdown {
    /// Puts lines that stand in the front matter before the text; none of them is empty or has a newline.
    pub(super) fn prepend(&mut self, lines: &[String]) {
        let mut text = lines.join("\n");
        if text.is_empty() {
            return;
        }
        let starts = lines.iter().scan(0, |start, line| {
            let this = *start;
            *start += line.len() + 1;
            Some((this, 1))
        });
        let starts: Vec<(usize, u32)> = starts.collect();
        if !self.text.is_empty() {
            text.push('\n');
        }
        let shift = text.len();
        self.lines.iter_mut().for_each(|(start, _)| *start += shift);
        for section in &mut self.sections {
            section.range = section.range.start + shift..section.range.end + shift;
        }
        self.lines.splice(0..0, starts);
        self.text.insert_str(0, &text);
    }

    /// Gives lines other numbers.
    pub(super) fn renumber(&mut self, number: impl Fn(u32) -> u32) {
        self.lines.iter_mut().for_each(|(_, line)| *line = number(*line));
        self.sections.iter_mut().for_each(|section| section.line = number(section.line));
    }
}

/// Reads the body of a post: the text after the front matter, whose first line has the number `first_line` in the file.
/// Lines end with `\n`. The rules of `renderer` decide about tags, formulas and the names of headings, and `cases`
/// recognises headings of cases.
#[must_use]
pub(super) fn read(
    body: &str,
    first_line: u32,
    format: Format,
    renderer: &Renderer,
    cases: &CaseHeadings,
    titles: Titles<'_>,
) -> Markdown {
    let rewritten = rewritten(body, first_line, format, renderer);
    let body = rewritten.as_ref().map_or(body, |rewritten| &rewritten.text);
    let source = prepared(body, format, renderer, titles);
    let mut flow = Flow::new(source.len(), renderer, cases);
    if let Some(rewritten) = &rewritten {
        rewritten.ids.iter().for_each(|id| flow.reserve(id));
    }
    let mut reader = Reader::new(&mut flow, &source, first_line, false);
    match format {
        Format::Markdown => reader.run(),
        Format::Html => reader.run_html(),
    }
    flow.finish();
    let Flow { text, mut sections, mut lines, mut first_heading, first_h1, opening, .. } = flow;
    if let Some(rewritten) = &rewritten {
        sections.iter_mut().for_each(|section| section.line = rewritten.source_line(section.line, first_line));
        lines.iter_mut().for_each(|(_, line)| *line = rewritten.source_line(*line, first_line));
        if let Some(opens) = rewritten.opening {
            let first = sections.first().filter(|first| opens && first.level == 1 && first.range.start == 0);
            first_heading = first.map(|first| first.heading.clone());
        }
    }
    Markdown { text, sections, lines, first_heading, first_h1, opening }
}

/// Returns the body of a post in CommonMark, if it is Markdown; its dialect may be another.
pub(super) fn rewritten<'a>(
    body: &'a str,
    first_line: u32,
    format: Format,
    renderer: &Renderer,
) -> Option<dialect::Prepared<'a>> {
    (format == Format::Markdown).then(|| dialect::prepare(body, renderer, first_line > 1))
}

/// Returns the body of a post as Markdown or HTML alone: of bounded depth, without templates, comments, scripts and
/// secrets.
pub(super) fn prepared<'a>(body: &'a str, format: Format, renderer: &Renderer, titles: Titles<'_>) -> Cow<'a, str> {
    let shallow = if format == Format::Html { Cow::Borrowed(body) } else { depth::shallow(body) };
    let shallow = match renderer.mdx && format == Format::Markdown {
        true => Cow::Owned(mdx::strip(&shallow, renderer.math).into_owned()),
        false => shallow,
    };
    match shallow {
        Cow::Borrowed(_) => template::strip(body, format, renderer, titles),
        Cow::Owned(shallow) => Cow::Owned(template::strip(&shallow, format, renderer, titles).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panic")]
    use proptest::prelude::*;

    use super::{
        super::{encoding, site::SiteKind},
        *,
    };

    fn parse_for(source: &str, renderer: &Renderer) -> Markdown {
        let source = encoding::clean(source).0;
        read(&source, 1, Format::Markdown, renderer, &CaseHeadings::default(), &|_| None)
    }

    fn parse(source: &str) -> Markdown {
        parse_for(source, &Renderer::new(SiteKind::Jekyll))
    }

    /// Compares the text. The heading of a section comes before its text as `[level heading]`, or `[level! heading]`
    /// for a case; `/` separates lines.
    fn check(source: &str, expected: &str) {
        let found = parse(source);
        let mut shown = String::new();
        let mut from = 0;
        for section in &found.sections {
            shown.push_str(found.text.get(from..section.range.start).unwrap());
            from = section.range.start;
            let case = if section.is_case { "!" } else { "" };
            shown.push_str(&format!("[{}{case} {}]", section.level, section.heading));
        }
        shown.push_str(found.text.get(from..).unwrap());
        assert_eq!(shown.replace('\n', "/"), expected, "{source}");
    }

    #[test]
    fn a_post_copied_from_a_chat_app_keeps_its_cases() {
        let source = "<blockquote><p>转发：某市反诈中心<br>\n来源：公众号</p></blockquote>\n\n\
            #“免费领奖”是真的吗？一位老人差点上当！\n[某市反诈中心]\n**某市反诈中心**\n\
            ![]({{site.baseurl}}/img/a8f.jpeg)\n近日，两位老人接到来电。\n**案例一**\n6月2日，李大爷\n接到电话。\n\
            ![]({{ site.baseurl }}/img/b.png)\n**图为民警正在劝阻******\n随后止付。\n**案例二：**\n王阿姨也一样。\n\
            **作案手法：**\n先寄奖券，再要手续费。";
        check(
            source,
            "转发：某市反诈中心/来源：公众号/[1 “免费领奖”是真的吗？一位老人差点上当！][某市反诈中心]/某市反诈中心/\
             近日，两位老人接到来电。/[2! 案例一]6月2日，李大爷接到电话。/图为民警正在劝阻/随后止付。/\
             [2! 案例二]王阿姨也一样。/[2 作案手法]先寄奖券，再要手续费。",
        );
        let found = parse(source);
        assert_eq!(found.first_heading.as_deref(), Some("“免费领奖”是真的吗？一位老人差点上当！"));
        assert_eq!(found.sections.iter().map(|section| section.line).collect::<Vec<_>>(), [4, 9, 15, 17]);
    }

    #[test]
    fn headings_of_every_kind_become_sections() {
        check("前言\n\n# 一\n甲\n\n## 二 ##\n\n三\n===\n乙", "前言/[1 一]甲/[2 二][1 三]乙");
        check("### 带 `代码` 和 [链接](x)\n文", "[3 带 代码 和 链接]文");
        check("<h2 id=\"x\">网页<br>标题</h2>\n<p>文</p>", "[2 网页 标题]文");
        check("<h2>没有结束\n\n文", "没有结束/文");
        check("## <a name=\"old\"></a>旧锚\n文", "[2 旧锚]文");
        check("#话题# 上了热搜", "#话题# 上了热搜");
        check("\\#不是标题", "#不是标题");
    }

    #[test]
    fn bold_lines_are_headings_but_emphasis_is_not() {
        check("**警方提醒**：\n请勿转账", "[2 警方提醒]请勿转账");
        check("## 上\n** 案例 1 **\n文", "[2 上][3! 案例 1]文");
        check("**请**勿转账", "请勿转账");
        check("**任何让你转账到安全账户的都是诈骗。**\n切记", "任何让你转账到安全账户的都是诈骗。/切记");
        check("- **下载软件**\n- **案例二**\n  文", "下载软件/[2! 案例二]文");
        check("> **注意：**\n> 小心", "注意：小心");
        check("<p><strong>案例三</strong></p><p>文</p>", "[2! 案例三]文");
        check("**[更多](x)**", "更多");
    }

    #[test]
    fn leftover_marks_go_and_other_stars_stay() {
        check("**注意：**请勿点击**“链接”**。", "注意：请勿点击“链接”。");
        check("_提示：_请核实", "提示：请核实");
        check("~~删除：~~后", "删除：后");
        check("2*3*4 与 a * b 与 2**3**2", "2*3*4 与 a * b 与 2**3**2");
        check("卡号138****5678，受害人张**，snake_case_name", "卡号138****5678，受害人张**，snake_case_name");
        check("`**kwargs` 和 **kwargs", "**kwargs 和 **kwargs");
        check("匹配 src/**/*.md", "匹配 src/**/*.md");
        check("选“自定义” **** ，再确定。", "选“自定义” ，再确定。");
        check("**没有结束的强调", "没有结束的强调");
        check("参数 dest**<br/>更安全****。", "参数 dest/更安全。");
    }

    #[test]
    fn lines_join_as_people_read_them() {
        check("汉字\n相连，\nabc\ndef\n尾", "汉字相连，abc def 尾");
        check("一行  \n二行\\\n三行", "一行/二行/三行");
        check("　　缩进的段落\n\n　　又一段", "缩进的段落/又一段");
        check("上\r\n下\r\n\r\n段\0落", "上下/段落");
    }

    #[test]
    fn markup_goes_and_words_stay() {
        check("[公告](http://a.cn \"t\") <https://b.cn> [x][1]\n\n[1]: /u", "公告 https://b.cn x");
        check("![转账截图](a.png)![IMG_2031.jpeg](b)![image-20210304](c)完", "转账截图完");
        check("| 甲 | 乙 |\n|--|--|\n| `1` | **2** |", "甲 乙/甲：1 乙：2");
        check("- [x] 已报警\n- 未报警\n  1. 内层", "已报警/未报警/内层");
        check("见注[^a]。\n\n[^a]: 出自通报", "见注。/出自通报");
        check("~~旧~~新 共$5到$10\n\n$$\na*b*c\n$$", "旧新 共$5到$10/a*b*c");
        check("名词\n: 解释", "名词/解释");
        check("> [!NOTE]\n> 提示", "提示");
        check("```rust\nlet a = 1;\n\n  b\n```", "let a = 1;/  b");
        check("甲\n\n---\n\n乙", "甲/乙");
    }

    #[test]
    fn html_leaves_only_its_words() {
        check("<div class=\"a\">一<br/>二</div>\n\n三<span>四</span>", "一/二/三四");
        check("<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>", "甲 乙/丙");
        check("<img src=\"a.png\" alt=\"骗局流程图\"><img alt=\"b.jpg\">", "骗局流程图");
        check("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字", "漢字");
        check("<div>\n**重点** 和 [链接](x)\n</div>", "重点 和 链接");
        check("泛型 Vec<T> 与 a < b", "泛型 Vec<T> 与 a < b");
        check("&nbsp;&#x4E2D;&amp;lt;&nbsp;尾", "中&lt; 尾");
        check("<p>&nbsp;&#x4E2D;&amp;lt;</p>", "中&lt;");
        check("前<!-- 注 -->后<script>let a = '**';</script>", "前后");
        check("<pre>\n<code>if <b>a</b> {\n  }</code>\n</pre>", "if a {/}");
    }

    #[test]
    fn html_in_a_post_is_no_markdown() {
        check("<table><tr><td># 序号</td><td>1. 金额</td></tr></table>", "# 序号 1. 金额");
        check("<div># **重** 甲\n- 乙\n## 丙 `丁`</div>", "# 重 甲 - 乙 ## 丙 丁");
        check("<p>#案例一</p>\n\n文", "#案例一/文");
    }

    #[test]
    fn a_file_of_html_is_html_as_a_whole() {
        let source = "<html><head><title>题</title></head>\n<body>\n\n    <p># **甲** &amp; 乙</p>\n<h2 id=\"b\">丙</h2>\n- 丁\n{{ x }}";
        let renderer = Renderer::new(SiteKind::Jekyll);
        let found = read(source, 1, Format::Html, &renderer, &CaseHeadings::default(), &|_| None);
        assert_eq!(found.text, "# **甲** & 乙\n- 丁");
        assert_eq!(found.sections.len(), 1);
        assert_eq!((found.sections[0].anchor.as_str(), found.sections[0].line), ("b", 5));
        assert_eq!((Format::of_path("a/b.HTML"), Format::of_path("html.md")), (Format::Html, Format::Markdown));
    }

    #[test]
    fn the_name_of_a_column_stands_before_its_values() {
        check("| 日期 | 金额 |\n|--|--|\n| 5月5日 | 3万 |\n| | 2万 |", "日期 金额/日期：5月5日 金额：3万/金额：2万");
        check(
            "<table><tr><th>日期</th><th>金额</th></tr><tr><td>五日</td><td><b>三</b>万</td></tr></table>后",
            "日期 金额/日期：五日 金额：三万/后",
        );
        check("<table><tr><th>甲</th><td>1</td></tr><tr><th>乙</th><td>2</td></tr></table>", "甲 1/乙 2");
        check("<table><tr><th colspan=2>甲</th></tr><tr><td>1</td><td>2</td></tr></table>", "甲/1 2");
        let long = "很".repeat(17);
        check(&format!("| {long} |\n|--|\n| 1 |"), &format!("{long}/1"));
        // Names add no more than the table is long.
        let rows = "|一|\n".repeat(20_000);
        let table = format!("|{}|\n|--|\n{rows}", "名".repeat(16));
        assert!(parse(&table).text.len() < 3 * table.len());
    }

    #[test]
    fn a_code_block_shows_its_caption() {
        check("```js 清理脚本 https://a.cn 全文\nx\n```", "清理脚本 全文/x");
        check("```js title=\"a.js\" {1,3}\nx\n```", "a.js/x");
        check("```js {1,3} linenos\nx\n```", "x");
        check("```sh{2} [手机 端]\nx\n```", "手机 端/x");
    }

    #[test]
    fn anchors_follow_the_author_or_the_generator() {
        let anchors = |source: &str, style| {
            let found = parse_for(source, &Renderer::new(style));
            found.sections.into_iter().map(|section| section.anchor).collect::<Vec<_>>()
        };
        let source = "## 自定 {#own}\n## 下行\n{: #below}\n## [链接](u) `x`\n**加粗**\n\n#无空格\n";
        assert_eq!(anchors(source, SiteKind::Jekyll), ["own", "below", "链接-x", "", ""]);
        assert_eq!(anchors(source, SiteKind::Hugo), ["own", "below", "链接-x", "", ""]);
        assert_eq!(anchors("<h3 id='t'>题</h3>", SiteKind::Hexo), ["t"]);
        check("## 自定 {#own}\n## 花括号 {x}\n{: #below}\n文", "[2 自定][2 花括号 {x}]文");
    }

    #[test]
    fn every_line_of_text_knows_its_source_line() {
        let source = "甲\n乙\n\n{% if a\n   b %}\n丙\n\n```\n丁\n\n戊\n```\n<div>\n己\n</div>";
        let renderer = Renderer::new(SiteKind::Hugo);
        let found = read(source, 10, Format::Markdown, &renderer, &CaseHeadings::default(), &|_| None);
        assert_eq!(found.text, "甲乙\n丙\n丁\n戊\n己");
        assert_eq!(found.lines, [(0, 10), (3, 11), (7, 15), (11, 18), (15, 20), (19, 23)]);
    }

    #[test]
    fn hostile_repetition_ends() {
        // Quadratic time would take minutes, which is noticed without a clock.
        for piece in [
            "[",
            "*",
            "{{",
            "<",
            "> ",
            "<script>",
            "{: #",
            "<!--",
            "`a``b",
            "**a ",
            "# a\n",
            ":::no-loc(",
            "$a",
            "$$a",
            "<a \"",
            "<a b='\" ",
            "{{< hide >}}",
            "`{{< hide >}}` ",
            "{{< b >}}/b",
            "{::comment}",
            "{# ",
            "<hide ",
            "# \"'",
            ":::hide\n",
            "{:",
            "{% quote a %}",
            "[a](b){:.c}",
            "|a|\n|-|\n|b|\n",
        ] {
            parse(&piece.repeat(300_000 / piece.len()));
        }
        let vue = Renderer::new(SiteKind::VitePress);
        for piece in ["<A ", "<a \"", "{.a", "[a](b){.c}", "@tab a\n", "> [!a] b\n", "# :a:", "<<<\n", "$a{"] {
            let source = piece.repeat(300_000 / piece.len());
            parse_for(&source, &vue);
            parse_for(&source, &Renderer { mdx: true, math: true, ..Renderer::new(SiteKind::Docusaurus) });
        }
    }

    proptest! {
        #[test]
        fn any_text_keeps_the_laws(
            source in "(\\*\\*|\\*|_|~~|#|# |案例一|甲|。|：|a|1| |\n|\n\n|<b>|</b>|<h2>|</h2>|<div>|</div>|<rt>|<br>|\\[|\\]\\(x\\)|!\\[|`|```\n|\\||\n\\|--\\|\n|- |> |\\{:|\\}|\\{\\{|&nbsp;|&#0;|\\$|:::|    |\t|\r|\0|\\\\|\u{200b}|\u{3000}|\\PC){0,80}"
        ) {
            let found = parse(&source);
            prop_assert!(!found.text.contains("\n\n") && !found.text.starts_with('\n') && !found.text.ends_with('\n'));
            prop_assert!(!found.text.contains('\0'));
            let mut last = 0;
            for section in &found.sections {
                prop_assert!(section.range.start >= last && section.range.end >= section.range.start);
                prop_assert!(found.text.get(section.range.clone()).is_some());
                prop_assert!((1..=6).contains(&section.level) && !section.heading.is_empty());
                last = section.range.end;
            }
            let lines = source.replace("\r\n", "\n").matches(['\n', '\r']).count() + 1;
            prop_assert!(found.lines.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
            let placed = found.lines.iter().all(|&(start, line)| {
                found.text.get(start..).is_some_and(|rest| !rest.is_empty()) && line >= 1 && line as usize <= lines
            });
            prop_assert!(placed);
            prop_assert_eq!(found.text.is_empty(), found.lines.is_empty());
        }
    }
}
