//! What Docusaurus publishes, and where.

use super::*;

#[test]
fn documents_posts_and_pages_have_their_routes() {
    check_site(
        &[
            (
                "docusaurus.config.js",
                "const config = {\n  url: 'https://d.example', baseUrl: '/b/', trailingSlash: false,\n  presets: [['classic', \
                 /** @type {X} */ ({ docs: { routeBasePath: '手册', exclude: ['**/in/**'] }, theme: {} })]],\n};\n\
                 export default config;",
            ),
            ("README.md", "title: 说明"),
            ("docs/intro.md", "slug: /"),
            ("docs/01-入门/02-安装.md", "title: 装"),
            ("docs/01-入门/index.md", "title: 门"),
            ("docs/01-入门/3-x.md", "id: own"),
            ("docs/01-入门/4-y.md", "slug: ../up"),
            ("docs/进阶/进阶.mdx", "title: 进"),
            ("docs/in/a.md", "title: 内"),
            ("docs/d.md", "draft: true"),
            ("docs/u.md", "unlisted: true"),
            ("blog/2024-05-20-来.md", "title: 来"),
            ("blog/2030-05-20-未来.md", "title: 未来"),
            ("blog/own.md", "slug: own-name"),
            ("src/pages/help/index.mdx", "title: 帮"),
            ("src/pages/_part.md", "title: 帮"),
        ],
        "",
        &[
            ("README.md", "excluded"),
            ("docs/intro.md", "https://d.example/b/手册"),
            ("docs/01-入门/02-安装.md", "https://d.example/b/手册/入门/安装"),
            ("docs/01-入门/index.md", "https://d.example/b/手册/入门"),
            ("docs/01-入门/3-x.md", "https://d.example/b/手册/入门/own"),
            ("docs/01-入门/4-y.md", "https://d.example/b/手册/up"),
            ("docs/进阶/进阶.mdx", "https://d.example/b/手册/进阶"),
            ("docs/in/a.md", "excluded"),
            ("docs/d.md", "draft"),
            ("docs/u.md", "hidden"),
            ("blog/2024-05-20-来.md", "https://d.example/b/blog/2024/05/20/来"),
            ("blog/2030-05-20-未来.md", "https://d.example/b/blog/2030/05/20/未来"),
            ("blog/own.md", "https://d.example/b/blog/own-name"),
            ("src/pages/help/index.mdx", "https://d.example/b/help"),
            ("src/pages/_part.md", "excluded"),
        ],
    );
}

#[test]
fn versions_and_languages_are_more_folders() {
    check_site(
        &[
            (
                "docusaurus.config.ts",
                "export default { baseUrl: '/', i18n: { defaultLocale: 'zh', locales: ['zh', 'en'] }, presets: ['classic'],\n\
                 plugins: [['@docusaurus/plugin-content-docs', { id: 'api', path: 'api', routeBasePath: 'api' }]] }",
            ),
            ("versions.json", "[\"2.0\", \"1.0\"]"),
            ("docs/a.md", "title: 甲"),
            ("versioned_docs/version-2.0/a.md", "title: 甲"),
            ("versioned_docs/version-1.0/a.md", "title: 甲"),
            ("api/a.md", "title: 甲"),
            ("i18n/en/docusaurus-plugin-content-docs/version-2.0/a.md", "title: A"),
            ("i18n/en/docusaurus-plugin-content-docs-api/current/a.md", "title: A"),
            ("i18n/fr/docusaurus-plugin-content-docs/current/a.md", "title: A"),
        ],
        "",
        &[
            ("docs/a.md", "/docs/next/a"),
            ("versioned_docs/version-2.0/a.md", "/docs/a"),
            ("versioned_docs/version-1.0/a.md", "/docs/1.0/a"),
            ("api/a.md", "/api/a"),
            ("i18n/en/docusaurus-plugin-content-docs/version-2.0/a.md", "/en/docs/a"),
            ("i18n/en/docusaurus-plugin-content-docs-api/current/a.md", "/en/api/a"),
            ("i18n/fr/docusaurus-plugin-content-docs/current/a.md", "excluded"),
        ],
    );
}

#[test]
fn documents_may_lie_beside_the_site() {
    check_site(
        &[
            (
                "website/docusaurus.config.js",
                "module.exports = { baseUrl: '/', presets: [['classic', { docs: { path: '../docs' }, blog: false }]] }",
            ),
            ("docs/01-a.md", "title: 甲"),
        ],
        "docs",
        &[("01-a.md", "/docs/a")],
    );
}

#[test]
fn the_text_is_that_of_mdx() {
    let folder = folder(&[("docusaurus.config.js", "module.exports = { markdown: { format: 'detect' } }")]);
    let source =
        Source::open(folder.path(), &SourceOptions { max_file_bytes: 1 << 20, ..SourceOptions::default() }).unwrap();
    let mdx =
        "import A from 'a';\n\n# 题 {#own}\n\n:::tip[提示]\n\n<A x={1}>\n\n    ## 内\n\n  甲{'乙'}{丙}\n\n</A>\n:::\n";
    let post = source.parse("docs/a.mdx", mdx.as_bytes()).post.unwrap();
    assert_eq!((post.title.as_str(), post.text.as_str()), ("题", "提示\n甲乙"));
    let anchors: Vec<_> = post.sections.iter().map(|section| (section.anchor.as_str(), section.line)).collect();
    assert_eq!(anchors, [("own", 3), ("内", 9)]);
    let post = source.parse("docs/a.md", "甲{乙}\n\n    代码\n".as_bytes()).post.unwrap();
    assert_eq!((post.title.as_str(), post.text.as_str()), ("a", "甲{乙}\n代码"));
    let post = source.parse("docs/a.md", "---\nformat: mdx\n---\n甲{乙}".as_bytes()).post.unwrap();
    assert_eq!(post.text, "甲");
}
