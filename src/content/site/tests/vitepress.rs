//! What VitePress publishes, and where.

use super::*;

#[test]
fn pages_lie_where_the_settings_say() {
    check_site(
        &[
            (
                "docs/.vitepress/config.mts",
                "import { defineConfig } from 'vitepress'\n// base: '/no/'\nexport default defineConfig({\n  base: '/kb/',\n  \
                 srcDir: './src',\n  srcExclude: ['**/草稿/**', 'README.md'],\n  rewrites: { 'zh/:rest*': ':rest*' },\n  \
                 markdown: { config: (md) => { md.use(x) } },\n})\n",
            ),
            ("docs/src/index.md", "title: 首页"),
            ("docs/src/zh/guide/index.md", "title: 指南"),
            ("docs/src/zh/AI 换脸.md", "title: 换脸"),
            ("docs/src/README.md", "title: 说明"),
            ("docs/src/sub/README.md", "title: 子"),
            ("docs/src/草稿/a.md", "title: 草稿"),
            ("docs/src/dist/a.md", "title: 产物"),
            ("docs/src/[id].md", "title: 动态"),
            ("docs/src/s.md", "search: false"),
            ("docs/src/late.md", "date: 2030-01-01"),
            ("docs/src/x.mdx", "title: 别处"),
            ("docs/other.md", "title: 别处"),
        ],
        "docs",
        &[
            ("src/index.md", "/kb/"),
            ("src/zh/guide/index.md", "/kb/guide/"),
            ("src/zh/AI 换脸.md", "/kb/AI 换脸.html"),
            ("src/README.md", "excluded"),
            ("src/sub/README.md", "/kb/sub/README.html"),
            ("src/草稿/a.md", "excluded"),
            ("src/dist/a.md", "excluded"),
            ("src/[id].md", "excluded"),
            ("src/s.md", "hidden"),
            ("src/late.md", "/kb/late.html"),
            ("src/x.mdx", "excluded"),
            ("other.md", "excluded"),
        ],
    );
}

#[test]
fn settings_may_come_from_other_files() {
    check_site(
        &[
            (
                ".vitepress/config/index.ts",
                "import { shared } from './shared'\nexport default { ...shared, cleanUrls: true }",
            ),
            (".vitepress/config/shared.ts", "export const shared: UserConfig = { base: process.env.BASE || '/s/' }"),
            ("a.md", "title: 甲"),
        ],
        "",
        &[("a.md", "/s/a")],
    );
}

#[test]
fn a_folder_without_a_file_of_settings_is_a_site_too() {
    check_site(&[("docs/.vitepress/theme/index.js", ""), ("docs/a.md", "title: 甲")], "docs", &[("a.md", "/a.html")]);
}

#[test]
fn a_computed_setting_is_a_finding() {
    let config = "export default { base: makeBase(), cleanUrls: true }";
    let (site, findings) = detect(&[(".vitepress/config.js", config)], &SiteOptions::default());
    assert_eq!((site.kind, site.base_url.as_str()), (SiteKind::VitePress, ""));
    let [finding] = findings.as_slice() else { unreachable!("one finding") };
    assert_eq!((finding.code, finding.path.as_str()), (Code::SiteConfigInvalid, ".vitepress/config.js"));
    assert_eq!(finding.message, "`base` is computed, expected a literal; its default is assumed");
    for text in ["", "{", "export default make()", "export default {", "module.exports = ["] {
        let (site, _) = detect(&[(".vitepress/config.js", text)], &SiteOptions::default());
        assert_eq!(site.kind, SiteKind::VitePress, "{text}");
    }
    let (_, findings) = detect(&[(".vitepress/config.js", "export default make()")], &SiteOptions::default());
    assert_eq!(findings.first().unwrap().code, Code::SiteConfigInvalid);
}

#[test]
fn options_override_the_settings() {
    let files = [(".vitepress/config.js", "export default { base: '/a/' }"), ("甲/乙.md", "title: 甲")];
    let options = SiteOptions { base_url: Some("https://b.example".to_owned()), ..permalink("/:path/") };
    check_site_with(options, &files, "", &[("甲/乙.md", "https://b.example/甲/乙/")]);
    let plain = SiteOptions { kind: Some(SiteKind::Plain), ..SiteOptions::default() };
    check_site_with(plain, &files, "", &[("甲/乙.md", "/甲/乙/")]);
    let forced = SiteOptions { kind: Some(SiteKind::VitePress), ..SiteOptions::default() };
    check_site_with(forced, &[("a.md", "title: 甲")], "", &[("a.md", "/a.html")]);
}

#[test]
fn other_folders_of_the_project_are_no_part_of_the_site() {
    let (site, _) = {
        let folder = folder(&[("docs/.vitepress/config.js", "export default {}"), ("posts/a.md", "甲")]);
        Site::detect(&folder.path().join("posts"), &SiteOptions::default())
    };
    assert_eq!(site.kind, SiteKind::Plain);
    let blog = [("_config.yml", "title: 博客"), ("_posts/", ""), ("docs/.vitepress/config.js", "export default {}")];
    assert_eq!(detect(&blog, &SiteOptions::default()).0.kind, SiteKind::Jekyll);
    check_site(
        &[blog[2], ("README.md", "title: 项目"), ("docs/a.md", "title: 甲")],
        "",
        &[("README.md", "excluded"), ("docs/a.md", "/a.html")],
    );
}

#[test]
fn pages_show_the_files_that_they_include() {
    let folder = folder(&[
        (".vitepress/config.js", "export default { srcExclude: ['parts/**'] }"),
        ("a.md", "# 甲\n\n<!--@include: ./parts/b.md-->\n\n尾\n\n<<< @/c.py\n"),
        ("parts/b.md", "---\nsearch: false\n---\n## 乙\n\n丙\n"),
        ("c.py", "print(1)\n"),
    ]);
    let source =
        Source::open(folder.path(), &SourceOptions { max_file_bytes: 1 << 20, ..SourceOptions::default() }).unwrap();
    let bytes = source.folder().read("a.md").unwrap();
    let post = source.parse("a.md", &bytes).post.unwrap();
    assert_eq!(post.text, "丙\n尾\nprint(1)");
    let anchors: Vec<_> = post.sections.iter().map(|section| (section.anchor.as_str(), section.line)).collect();
    assert_eq!(anchors, [("甲", 1), ("乙", 3)]);
    assert_eq!(post.lines.iter().map(|&(_, line)| line).collect::<Vec<_>>(), [3, 5, 7]);
    let before = source.hash("a.md", &bytes);
    fs::write(folder.path().join("parts/b.md"), "## 丁\n").unwrap();
    let after = source.hash("a.md", &bytes);
    assert!(before.1 && after.1 && before.0 != after.0);
}

#[test]
fn a_home_page_has_the_words_of_its_front_matter() {
    let folder = folder(&[(".vitepress/", ""), ("index.md", "")]);
    let source =
        Source::open(folder.path(), &SourceOptions { max_file_bytes: 1 << 20, ..SourceOptions::default() }).unwrap();
    let text = "---\nlayout: home\nhero:\n  name: 讲堂\n  text: 一讲\n---\n## 甲\n\n乙\n";
    let post = source.parse("index.md", text.as_bytes()).post.unwrap();
    assert_eq!((post.text.as_str(), post.lines.as_slice()), ("讲堂\n一讲\n乙", [(0, 1), (7, 1), (14, 9)].as_slice()));
    assert_eq!(post.text.get(post.sections[0].range.clone()), Some("乙"));
    let post = source.parse("index.md", "---\nlayout: home\nhero: {name: 讲堂}\n---\n".as_bytes()).post.unwrap();
    assert_eq!((post.text.as_str(), post.sections.len()), ("讲堂", 0));
}

#[test]
fn a_title_is_the_first_heading_of_level_one() {
    let folder = folder(&[(".vitepress/", ""), ("a.md", "## 小\n\n# 大 `x` {#own}\n")]);
    let source =
        Source::open(folder.path(), &SourceOptions { max_file_bytes: 1 << 20, ..SourceOptions::default() }).unwrap();
    let title = |text: &str| source.parse("a.md", text.as_bytes()).post.unwrap().title;
    assert_eq!(title("## 小\n\n# 大 `x` {#own}\n"), "大 x");
    assert_eq!(title("# ![徽章](a.png) 大 ![徽章](b.png)\n"), "大");
    assert_eq!(title("---\ntitle: 用 `x` 做 **事**\n---\n# 大\n"), "用 x 做 事");
}
