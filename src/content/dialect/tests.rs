#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use serde_json::{Value, json};

use super::*;
use crate::content::{
    format::Format,
    markdown::{self, Markdown},
    section::CaseHeadings,
    site::SiteKind,
};

fn read(source: &str, kind: SiteKind, config: &Value) -> Markdown {
    let renderer = Renderer::of(kind, config, None);
    markdown::read(source, 1, Format::Markdown, &renderer, &CaseHeadings::default(), &|_| None)
}

/// Compares the text; the heading of a section comes before its text as `[level heading#anchor]`, and `/` separates lines.
#[track_caller]
fn check(kind: SiteKind, config: &Value, source: &str, expected: &str) {
    let found = read(source, kind, config);
    let mut shown = String::new();
    let mut from = 0;
    for section in &found.sections {
        shown.push_str(found.text.get(from..section.range.start).unwrap());
        from = section.range.start;
        shown.push_str(&format!("[{} {}#{}]", section.level, section.heading, section.anchor));
    }
    shown.push_str(found.text.get(from..).unwrap());
    assert_eq!(shown.replace('\n', "/"), expected, "{source}");
    let lines = u32::try_from(source.lines().count()).unwrap();
    assert!(found.lines.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{:?}", found.lines);
    assert!(found.lines.iter().all(|&(_, line)| (1..=lines).contains(&line)), "{:?}", found.lines);
}

fn material() -> Value {
    json!({ "markdown_extensions": [
        "admonition", "attr_list", "md_in_html", "abbr", "footnotes", "smarty", "pymdownx.details",
        "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.emoji", "pymdownx.keys", "pymdownx.mark", "pymdownx.caret",
        "pymdownx.tilde", "pymdownx.critic", "pymdownx.inlinehilite", "pymdownx.blocks.admonition",
        { "toc": { "slugify": { "kwds": { "case": "lower" } } } },
    ] })
}

#[track_caller]
fn check_material(source: &str, expected: &str) {
    check(SiteKind::Mkdocs, &material(), source, expected);
}

#[test]
fn boxes_and_tabs_lose_their_marks_and_keep_titles_and_bodies() {
    check_material(
        "!!! note \"先看\"\n\n    正文一。\n\n    ## 盒中题\n\n    文。\n\n??? tip\n    折叠。\n外面。",
        "先看/正文一。/[2 盒中题#盒中题]文。/折叠。/外面。",
    );
    check_material(
        "=== \"苹果\"\n\n    红。\n\n    ```sh\n    !!! note\n    # 注\n    ```\n\n===! \"梨\"\n\n    黄。\n",
        "苹果/红。/!!! note/# 注/梨/黄。",
    );
    check_material(
        "- 甲\n\n    !!! warning \"内\"\n        小心。\n\n    后。\n\n??? note \"外\"\n    !!! tip \"里\"\n        深。\n    浅。",
        "甲/内/小心。/后。/外/里/深。/浅。",
    );
    check_material("/// note | 提醒\n### 题\n\n文。\n///\n后。", "提醒/[3 题#题]文。/后。");
    check_material("!!! 真好！\n", "!!! 真好！");
    check_material("??? note \"### 题\"\n    文。\n\n!!! note \"# 不是\"\n    文。", "[3 题#题]文。/# 不是/文。");
    check_material("> [!note] 提醒\n> 文。", "提醒/文。");
    check_material("## 赞助 :material-heart:{ .red }\n## 版 {: #\\6.0 }\n", "[2 赞助#赞助][2 版#6.0]");
}

#[test]
fn marks_of_extensions_leave_their_words() {
    check_material(
        "按 ++ctrl+p++，==重点== 和 H~2~O、x^2^、^^插入^^。\n\n*[CQ]: 重庆\n",
        "按 Ctrl+P，重点 和 H2O、x2、插入。",
    );
    check_material(
        ":material-train: 乘车 :smile: 在 12:30:45，C++ 与 C++ 。[钮](u){ .md-button } `#!py f(x)`",
        "乘车 在 12:30:45，C++ 与 C++ 。钮 f(x)",
    );
    check_material("{++加++}{--减--}{~~旧~>新~~}{==亮==}{>>评<<}。\n{ .annotate }\n\n[TOC]\n", "加新亮。");
    check_material(
        "值是 {{ site }} 与 a == b 和 http://a.cn/:x:/==y==",
        "值是 {{ site }} 与 a == b 和 http://a.cn/:x:/==y==",
    );
    check_material("```py title=\"a.py\"\nx = 1  # (1)!\n```", "a.py/x = 1");
    check_material("前 -- 后...\n\n公开。\n\n不找这段。\n{ data-search-exclude }\n", "前 – 后…/公开。");
}

#[test]
fn headings_are_those_of_python_markdown() {
    check_material("##无空格\n甲\n## C#\n\n # 缩进\n", "[2 无空格#无空格]甲/[2 C#c]# 缩进");
    check_material("一行\n二行\n---\n\n单行\n---\n", "一行二行[2 单行#单行]");
    check_material("## 题 { #own .big }\n甲\n## own\n乙\n## 题{#x}\n", "[2 题#own]甲/[2 own#own_1]乙[2 题#题x]");
    check_material("## 藏 { data-search-exclude }\n密\n\n## 现\n明", "[2 现#现]明");
    check_material("<div>\n# 不是\n\n## 也不是\n</div>\n## 是\n", "# 不是 ## 也不是[2 是#是]");
    check_material("<div class=\"grid\" markdown>\n\n## 卡片\n\n</div>\n\n后", "[2 卡片#卡片]后");
    check_material("- 见\n  #12。\n\n    ## 内\n\n    文", "见 #12。/[2 内#内]文");
    check_material("    # 代码\n\n甲\n", "# 代码/甲");
    check(
        SiteKind::Mkdocs,
        &Value::Null,
        "# 甲\n\n# 乙\n\n## Don't *go*\n\n## x_1\n\n## x\n\n## x\n",
        "[1 甲#_1][1 乙#_2][2 Don't go#dont-go][2 x_1#x_1][2 x#x][2 x#x_2]",
    );
    let unicode = json!({ "markdown_extensions": { "toc": { "slugify": "markdown.extensions.toc.slugify_unicode", "separator": "_" } } });
    check(SiteKind::Mkdocs, &unicode, "## 甲 & 乙  丙 {#x}\n", "[2 甲 & 乙  丙#甲_乙_丙_x]");
}

#[test]
fn a_title_is_the_first_heading_of_the_first_level() {
    let title = |source: &str, config: &Value| read(source, SiteKind::Mkdocs, config).first_heading;
    assert_eq!(title("# 题\n文", &Value::Null).as_deref(), Some("题"));
    assert_eq!(title("题\n==\n文", &Value::Null).as_deref(), Some("题"));
    for source in ["## 题\n", "文\n\n# 题\n", "<!-- 注 -->\n# 题\n"] {
        assert_eq!(title(source, &Value::Null), None, "{source}");
    }
    let lower = json!({ "markdown_extensions": [{ "toc": { "baselevel": 2 } }] });
    assert_eq!(title("# 题\n", &lower), None);
}

#[test]
fn snippets_are_part_of_the_page_and_of_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("parts")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join("parts").join(name), text).unwrap();
    write("a.md", "## 片段\n\n一\n二\n三\n");
    write("b.md", "--8<-- \"a.md:4:5\"\n");
    write("c.md", "前\n<!-- --8<-- [start:x] -->\n段\n<!-- --8<-- [end:x] -->\n后\n");
    write("loop.md", "圈\n--8<-- \"loop.md\"\n");
    std::fs::write(folder.path().join("mkdocs.yml"), "秘密").unwrap();
    let config = json!({ "markdown_extensions": [{ "pymdownx.snippets": { "base_path": ["parts"] } }] });
    let renderer = Renderer::of(SiteKind::Mkdocs, &config, Some(folder.path()));
    let text = |source: &str| prepare(source, &renderer, true).text.into_owned();
    assert_eq!(text("甲\n--8<-- \"a.md\"\n乙"), "甲\n## 片段\n\n一\n二\n三\n乙\n");
    assert_eq!(text("--8<-- \"b.md\""), "二\n三\n");
    assert_eq!(text("--8<-- \"c.md:x\""), "段\n");
    assert_eq!(text("--8<--\nb.md\n; a.md\n  c.md:x\n--8<--\n丁"), "二\n三\n  段\n丁\n");
    assert_eq!(text(";--8<-- \"a.md\""), "--8<-- \"a.md\"\n");
    assert_eq!(text("--8<-- \"../../etc/passwd\"\n--8<-- \"none.md\"\n丙"), "丙\n");
    assert!(text("--8<-- \"loop.md\"").matches('圈').count() < 20);
    let found = markdown::read(
        "甲\n\n--8<-- \"a.md\"\n\n乙",
        1,
        Format::Markdown,
        &renderer,
        &CaseHeadings::default(),
        &|_| None,
    );
    assert_eq!(found.lines.iter().map(|&(_, line)| line).collect::<Vec<_>>(), [1, 3, 3, 3, 5]);
    assert_eq!(found.sections[0].line, 3);
    assert!(included("--8<-- \"a.md\"", &renderer).unwrap().contains("片段"));
    assert_eq!(included("甲", &renderer), None);
}

#[test]
fn notes_of_obsidian_read_as_their_author_sees_them() {
    let check = |source, expected| check(SiteKind::Obsidian, &Value::Null, source, expected);
    check(
        "见 [[项目/搬家|搬家]] 与 [[读书#层次]]、[[#节]]。\n![[图.png|300]]\n==亮== 的 #标签/子",
        "见 搬家 与 读书 > 层次、节。/亮 的 #标签/子",
    );
    check("> [!tip]+ 小贴士\n> 润湿。\n\n> [!note]\n> 文", "小贴士润湿。/文");
    check("水温 92℃。 ^water\n\n- 甲 ^a1\n- [/] 乙\n- [x] 丙\n\n^table", "水温 92℃。/甲/乙/丙");
    check("明 %%暗%% 处\n\n%%\n## 藏\n%%\n\n注^[行内注]在此。\n\n尾", "明 处/注在此。/行内注/尾");
    check("作者:: 兰\n[评分:: 5] (藏:: 六) `a:: b` std::io", "作者: 兰评分: 5 六 a:: b std::io");
    check("```dataview\nLIST\n```\n```js\na[[0]]\n```\n#标签 行", "a[[0]]/#标签 行");
    check(
        "## LINQ: Where^Select\n文\n## [[甲|乙]] C# x\n",
        "[2 LINQ: Where^Select#LINQ Where Select]文[2 乙 C# x#乙 C x]",
    );
}

#[test]
fn outlines_of_logseq_read_as_their_author_sees_them() {
    let check = |source, expected| check(SiteKind::Logseq, &Value::Null, source, expected);
    check(
        "title:: 花\ntags:: 生活\n\n- ## 多肉\n  id:: 65d0\n\t- 少浇水 #[[多 肉]]\n\t- ((65d0c1f2-0000))\n- {{embed [[鱼]]}}\n- 完",
        "[2 多肉#]少浇水 #多 肉/完",
    );
    check(
        "- TODO [#A] 整理 [标]([[页 面]])\n  SCHEDULED: <2024-03-01 Fri>\n  :LOGBOOK:\n  CLOCK: [x]\n  :END:\n  续",
        "TODO 整理 标续",
    );
    check("- #+BEGIN_QUOTE\n  引文\n  #+END_QUOTE\n- #+BEGIN_COMMENT\n  藏\n  #+END_COMMENT\n- 尾", "引文/尾");
    check(
        "- ```rust\n  // # 不是\n  a:: b\n  ```\n- ![图示](../a.png){:height 1, :width 2}后 ^^亮^^",
        "// # 不是/a:: b/图示后 亮",
    );
}

#[test]
fn hostile_repetition_ends() {
    // Quadratic time would take minutes, which is noticed without a clock.
    let kinds = [(SiteKind::Mkdocs, material()), (SiteKind::Obsidian, Value::Null), (SiteKind::Logseq, Value::Null)];
    for (kind, config) in &kinds {
        for piece in [
            "!!! a\n    ",
            "=== \"a\"\n",
            "++a",
            "==a ",
            "==a",
            "^a",
            "~a",
            "{++",
            "{~~",
            "{: .a",
            ":a",
            "[[",
            "[[a|",
            "((",
            "^[",
            "(a:: ",
            "[a:: ",
            "`a``b",
            "<div>\n",
            "<div><",
            "/// a\n",
            "# x\n",
            "](",
            "http://",
            "#+BEGIN_QUOTE\n",
            "{{",
            "# {",
        ] {
            read(&piece.repeat(100_000 / piece.len()), *kind, config);
            read(&piece.replace('\n', " ").repeat(100_000 / piece.len()), *kind, config);
        }
    }
}
