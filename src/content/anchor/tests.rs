#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

use serde_json::{Value, json};

use crate::content::{
    format::Format,
    markdown,
    section::CaseHeadings,
    site::{SiteKind, renderer::Renderer},
};

/// Headings, and the ids that the renderers gave them.
const TABLE: &str = include_str!("../../../tests/anchors.tsv");

/// Returns the anchors of a post.
fn anchors(source: &str, renderer: &Renderer) -> Vec<String> {
    let found = markdown::read(source, 1, Format::Markdown, renderer, &CaseHeadings::default(), &|_| None);
    found.sections.into_iter().map(|section| section.anchor).collect()
}

/// Returns the renderer of a site with this configuration.
fn configured(kind: SiteKind, settings: Value) -> Renderer {
    Renderer::of(kind, &settings, None)
}

fn hugo(kind: &str) -> Renderer {
    let parser = json!({"autoheadingid": true, "autoheadingidtype": kind});
    configured(SiteKind::Hugo, json!({"markup": {"goldmark": {"parser": parser}}}))
}

/// The renderers of the table, in the order of its columns.
fn renderers() -> [Renderer; 7] {
    [
        Renderer::new(SiteKind::Hexo),
        configured(SiteKind::Hexo, json!({"markdown": {"preset": "default"}})),
        hugo("github"),
        hugo("github-ascii"),
        hugo("blackfriday"),
        Renderer::new(SiteKind::Jekyll),
        configured(SiteKind::Jekyll, json!({"kramdown": {"input": "kramdown"}})),
    ]
}

#[test]
fn every_renderer_gives_the_ids_that_it_really_gives() {
    let rows: Vec<Vec<String>> =
        TABLE.lines().skip(3).map(|line| line.split('\t').map(|cell| cell.replace("\\t", "\t")).collect()).collect();
    let mut wrong = Vec::new();
    for (column, renderer) in renderers().iter().enumerate() {
        // A paragraph below each heading tells which section is its own.
        let source: String = rows.iter().enumerate().map(|(i, row)| format!("## {}\n\nq{i}q\n\n", row[0])).collect();
        let found = markdown::read(&source, 1, Format::Markdown, renderer, &CaseHeadings::default(), &|_| None);
        for (i, row) in rows.iter().enumerate() {
            let at = found.text.find(&format!("q{i}q")).unwrap();
            let section = found.sections.iter().rev().find(|section| section.range.start <= at);
            // A heading without words is no section.
            let got = section.filter(|section| section.range.start == at).map(|section| section.anchor.as_str());
            if got.is_some_and(|got| got != row[column + 1]) {
                wrong.push(format!(
                    "{:?}: `{}` is `{}`, not `{}`",
                    renderer.ids,
                    row[0],
                    row[column + 1],
                    got.unwrap_or_default()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn settings_of_a_site_change_its_ids() {
    let source = "# 手记\n\n## API 用法\n\n## API 用法\n";
    let check = |kind, settings: Value, expected: [&str; 3]| {
        assert_eq!(anchors(source, &configured(kind, settings.clone())), expected, "{settings}");
    };
    check(SiteKind::Hexo, json!({"marked": {"modifyAnchors": 1}}), ["手记", "api-用法", "api-用法-1"]);
    check(SiteKind::Hexo, json!({"marked": {"modifyAnchors": 2}}), ["手记", "API-用法", "API-用法-1"]);
    check(SiteKind::Hexo, json!({"marked": {"headerIds": false}}), ["", "", ""]);
    let alias = configured(SiteKind::Hexo, json!({"marked": {"anchorAlias": true}}));
    assert_eq!(anchors("## [鞋](#xie-zi) 子\n\n## 看[鞋](#xie)\n\n## [鞋](xie.md)", &alias), ["xie-zi", "看鞋", "鞋"]);
    let it = |anchors: Value| json!({"markdown": {"anchors": anchors}});
    check(SiteKind::Hexo, it(json!({})), ["", "API-用法", "API-用法-2"]);
    check(SiteKind::Hexo, it(json!({"level": 1, "case": 1, "separator": "_"})), ["手记", "api_用法", "api_用法-2"]);
    check(SiteKind::Hexo, it(json!({"collisionSuffix": "v", "level": 3})), ["", "", ""]);
    check(SiteKind::Hexo, it(json!({"collisionSuffix": "v"})), ["", "API-用法", "API-用法-v2"]);
    let goldmark = |parser: Value| json!({"markup": {"goldmark": {"parser": parser}}});
    check(SiteKind::Hugo, goldmark(json!({"autoheadingid": false})), ["", "", ""]);
    check(SiteKind::Hugo, goldmark(json!({"autoheadingidtype": "github-ascii"})), ["heading", "api-", "api--1"]);
    check(SiteKind::Jekyll, json!({"kramdown": {"auto_ids": false}}), ["", "", ""]);
    let prefix = json!({"kramdown": {"auto_id_prefix": "h-"}});
    check(SiteKind::Jekyll, prefix, ["h-手记", "h-api-用法", "h-api-用法-1"]);
    let own = json!({"kramdown": {"input": "kramdown", "auto_id_prefix": "h-"}});
    check(SiteKind::Jekyll, own, ["h-section", "h-api-", "h-api--1"]);
}

#[test]
fn typographic_signs_can_be_switched_off() {
    let source = "## \"甲\" -- 乙";
    let check = |kind, settings: Value, expected: &str| {
        assert_eq!(anchors(source, &configured(kind, settings)), [expected]);
    };
    check(SiteKind::Hexo, json!({}), "“甲”-–-乙");
    check(SiteKind::Hexo, json!({"marked": {"smartypants": false}}), "甲-乙");
    check(SiteKind::Hexo, json!({"markdown": {"render": {"typographer": false}}}), "甲-乙");
    let typographer = |value: Value| json!({"markup": {"goldmark": {"extensions": {"typographer": value}}}});
    check(SiteKind::Hugo, json!({}), "甲--乙");
    check(SiteKind::Hugo, typographer(json!({"disable": true})), "甲----乙");
}

#[test]
fn plugins_of_markdown_it_read_more_marks() {
    let source = "## H~2~O\n\n## 题[^1]\n\n[^1]: 注";
    let with = |plugins: Value| configured(SiteKind::Hexo, json!({"markdown": {"plugins": plugins}}));
    assert_eq!(anchors(source, &with(json!([]))), ["H-2-O", "题-1"]);
    assert_eq!(anchors(source, &with(json!(["markdown-it-sub", {"name": "markdown-it-footnote"}]))), ["H2O", "题"]);
}

#[test]
fn settings_of_newer_generators_change_their_ids() {
    let check = |kind, settings: Value, source: &str, expected: &[&str]| {
        assert_eq!(anchors(source, &configured(kind, settings.clone())), expected, "{settings}");
    };
    let source = "# 3 步 — API：用法\n\n## 甲\n\n## 甲\n\n## 甲-1 {#own}\n\n### AT&amp;T :smile: 12:30:45\n";
    let own = ["_3-步-—-api-用法", "甲", "甲-1", "own", "at-amp-t-12-30-45"];
    check(SiteKind::VitePress, json!({}), source, &own);
    let least = json!({"markdown": {"anchor": {"level": 3}, "attrs": {"disable": true}}});
    check(SiteKind::VitePress, least, source, &["", "", "", "", "at-amp-t-12-30-45"]);
    let some = json!({"markdown": {"anchor": {"level": [1, 3]}}});
    check(SiteKind::VitePress, some, source, &["_3-步-—-api-用法", "", "", "own", "at-amp-t-12-30-45"]);
    let second = ["_3-步-—-api-用法", "甲", "甲-1", "甲-1-own", "at-t-12-30-45"];
    check(SiteKind::VuePress, json!({}), source, &second);
    check(SiteKind::VuePress, json!({"plugins": [{"attrs": true}]}), "## 甲 {#own}", &["own"]);
    let first = ["_3-步-api-用法", "甲", "甲-2", "甲-1-own", "at-t-12-30-45"];
    check(SiteKind::VuePress, json!({"vuepress version": 1}), source, &first);
    let smart = json!({"markdown": {"typographer": true}});
    check(SiteKind::VitePress, smart, "## 甲 -- 乙", &["甲-–-乙"]);
    let source = "# 甲\n\n## 甲\n\n## API  用法？\n\n## 乙 {#own}\n";
    check(SiteKind::Docusaurus, json!({}), source, &["", "甲-1", "api--用法", "own"]);
    let kept = json!({"markdown": {"anchors": {"maintainCase": true}}});
    check(SiteKind::Docusaurus, kept, source, &["", "甲-1", "API--用法", "own"]);
    check(SiteKind::VitePress, json!({"footnotes plugin": false}), "## 甲[^1]\n\n[^1]: x\n", &["甲-1"]);
    check(SiteKind::VitePress, json!({"footnotes plugin": true}), "## 甲[^1]\n\n[^1]: x\n", &["甲"]);
}

#[test]
fn the_packages_of_a_hexo_site_tell_its_renderer() {
    let folder = tempfile::tempdir().unwrap();
    let renderer = |packages: &str, settings: Value| {
        std::fs::write(folder.path().join("package.json"), packages).unwrap();
        Renderer::of(SiteKind::Hexo, &settings, Some(folder.path()))
    };
    let source = "# 手记\n\n## 手记\n\n## 手记";
    let it = r#"{"dependencies": {"hexo": "^8.0.0", "hexo-renderer-markdown-it": "^7.0.0"}}"#;
    assert_eq!(anchors(source, &renderer(it, json!({}))), ["", "手记", "手记-2"]);
    let marked = r#"{"dependencies": {"hexo-renderer-marked": "^7.0.0"}}"#;
    assert_eq!(anchors(source, &renderer(marked, json!({"markdown": {}}))), ["手记", "手记-1", "手记-2"]);
    assert_eq!(anchors(source, &renderer("{", json!({}))), ["手记", "手记-1", "手记-2"]);
}

#[test]
fn ids_below_their_headings_do_not_count() {
    let source = "## 小结\n{: #own}\n\n## 小结\n\n## 小结 {#mine}\n\n## 小结\n";
    assert_eq!(anchors(source, &Renderer::new(SiteKind::Jekyll)), ["own", "小结", "mine", "小结-1"]);
    let source = "## 甲\n\n{: #two}\n## 乙\n\n丙\n---\n{: #three .c}\n";
    assert_eq!(anchors(source, &Renderer::new(SiteKind::Jekyll)), ["甲", "two", "three"]);
    let source = "## 甲 { #a }\n\n## a\n\n## 乙 {.b}\n\n## 丙 {x}\n\n## 丁 {: #d}\n";
    assert_eq!(anchors(source, &Renderer::new(SiteKind::Hugo)), ["a", "a-1", "乙", "丙-x", "丁--d"]);
}

#[test]
fn hugo_makes_the_id_of_several_lines_from_the_last() {
    let source = "序\n第二行\n===\n\n一\\\n二\n---\n";
    assert_eq!(anchors(source, &Renderer::new(SiteKind::Hugo)), ["第二行", "二"]);
    assert_eq!(anchors(source, &Renderer::new(SiteKind::Hexo)), ["序第二行", "一二"]);
}
