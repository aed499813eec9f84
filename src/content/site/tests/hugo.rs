//! What Hugo publishes, and where.

use super::*;

#[test]
fn a_cascade_reaches_the_section_and_what_is_below() {
    check_site(
        &[
            ("hugo.yaml", "baseURL: https://fz.example/\n"),
            ("content/open/a.md", "title: 公开"),
            ("content/draft/_index.md", "title: 内部\ncascade: {draft: true}"),
            ("content/draft/a.md", "title: 甲"),
            ("content/draft/deep/b.md", "title: 乙"),
            ("content/draft/own.md", "title: 自有\ndraft: false"),
            ("content/draft/out/_index.md", "title: 例外\ncascade: {draft: false}"),
            ("content/draft/out/c.md", "title: 丙"),
            (
                "content/list/_index.md",
                "title: 列\ncascade:\n- build: {render: never}\n  target: {kind: page}\n- params: {searchHidden: true}\n  target: {path: /list/h*}",
            ),
            ("content/list/d.md", "title: 丁"),
            ("content/list/sub/_index.md", "title: 子"),
            ("content/list/hid/_index.md", "title: 藏"),
        ],
        "content",
        &[
            ("open/a.md", "https://fz.example/open/a/"),
            ("draft/_index.md", "draft"),
            ("draft/a.md", "draft"),
            ("draft/deep/b.md", "draft"),
            ("draft/own.md", "https://fz.example/draft/own/"),
            ("draft/out/_index.md", "https://fz.example/draft/out/"),
            ("draft/out/c.md", "https://fz.example/draft/out/c/"),
            ("list/_index.md", "https://fz.example/list/"),
            ("list/d.md", "hidden"),
            ("list/sub/_index.md", "https://fz.example/list/sub/"),
            ("list/hid/_index.md", "hidden"),
        ],
    );
}

#[test]
fn a_cascade_of_the_configuration_has_targets() {
    for config in [
        "cascade:\n- draft: true\n  target: {path: '/Wip/**'}\n- build: {list: never}\n  _target: {lang: en}\n",
        "cascade:\n  draft: true\n  target: {path: '{/wip/*,/wip/*/**}'}\n",
    ] {
        let hidden_en = if config.contains("lang") { "hidden" } else { "/en/open/b/" };
        let config =
            format!("{config}defaultContentLanguage: zh\nlanguages: {{zh: {{}}, en: {{}}}}\n").replace("/Wip", "/wip");
        check_site(
            &[
                ("hugo.yaml", &config),
                ("content/Wip/a.md", "title: 甲"),
                ("content/Wip/x/index.md", "title: 乙"),
                ("content/Wip/_index.md", "title: 目"),
                ("content/open/b.en.md", "title: B"),
                ("content/open/b.md", "title: 乙"),
            ],
            "content",
            &[
                ("Wip/a.md", "draft"),
                ("Wip/x/index.md", "draft"),
                ("Wip/_index.md", "/wip/"),
                ("open/b.en.md", hidden_en),
                ("open/b.md", "/open/b/"),
            ],
        );
    }
}

#[test]
fn what_hugo_does_not_write_is_excluded() {
    let config = "ignoreFiles: ['private-.*', '/attic/']\ndisableLanguages: [en]\ndefaultContentLanguage: zh\nlanguages: {zh: {}, en: {}, fr: {disabled: true}}\n";
    check_site(
        &[
            ("hugo.yaml", config),
            ("content/p/a.md", "title: 甲"),
            ("content/p/a.en.md", "title: A"),
            ("content/p/a.fr.md", "title: A"),
            ("content/p/private-note.md", "title: 私"),
            ("content/attic/old.md", "title: 旧"),
            ("content/bundle/index.md", "title: 包"),
            ("content/bundle/more.md", "title: 附件"),
            ("content/bundle/deep/index.md", "title: 包中包"),
            ("content/branch/_index.md", "title: 栏"),
            ("content/branch/b.md", "title: 乙"),
            ("content/link.md", "title: 链接\nbuild: {render: link}"),
            ("content/unindexed.md", "title: 不索引\nparams: {index: false}"),
            ("content/first.md", "title: 第一\nindex: 0"),
        ],
        "content",
        &[
            ("p/a.md", "/p/a/"),
            ("p/a.en.md", "excluded"),
            ("p/a.fr.md", "excluded"),
            ("p/private-note.md", "excluded"),
            ("attic/old.md", "excluded"),
            ("bundle/index.md", "/bundle/"),
            ("bundle/more.md", "excluded"),
            ("bundle/deep/index.md", "excluded"),
            ("branch/_index.md", "/branch/"),
            ("branch/b.md", "/branch/b/"),
            ("link.md", "hidden"),
            ("unindexed.md", "hidden"),
            ("first.md", "/first/"),
        ],
    );
}

#[test]
fn a_mount_may_leave_files_out() {
    for setting in
        ["files: ['! inner/*', '! **.tmp.md']", "excludeFiles: [/Inner/**, '**.tmp.md']", "includeFiles: [open/*]"]
    {
        let config = format!("module:\n  mounts:\n  - source: content\n    target: content\n    {setting}\n");
        check_site(
            &[
                ("hugo.yaml", &config),
                ("content/Inner/a.md", "title: 甲"),
                ("content/Inner/deep/b.md", "title: 乙"),
                ("content/notes/c.tmp.md", "title: 丙"),
                ("content/open/d.md", "title: 丁"),
            ],
            "content",
            &[
                ("Inner/a.md", "excluded"),
                ("Inner/deep/b.md", "excluded"),
                ("notes/c.tmp.md", "excluded"),
                ("open/d.md", "/open/d/"),
            ],
        );
    }
}

#[test]
fn dates_decide_as_the_site_says() {
    let files = |config: &'static str| {
        [
            ("hugo.yaml", config),
            ("content/2031-01-01-name.md", "title: 只是名字"),
            ("content/future.md", "title: 将来\ndate: 2031-01-01T00:00:00Z"),
            ("content/early.md", "title: 提前\ndate: 2031-01-01T00:00:00Z\npublishDate: 2024-01-01T00:00:00Z"),
            ("content/late.md", "title: 推后\ndate: 2024-01-01T00:00:00Z\npublishDate: 2031-01-01T00:00:00Z"),
            ("content/gone.md", "title: 过期\nexpiryDate: 2025-01-01T00:00:00Z"),
        ]
    };
    check_site(
        &files("title: t\n"),
        "content",
        &[
            ("2031-01-01-name.md", "/2031-01-01-name/"),
            ("future.md", "future"),
            ("early.md", "/early/"),
            ("late.md", "future"),
            ("gone.md", "expired"),
        ],
    );
    check_site(
        &files("buildFuture: true\nbuildExpired: true\n"),
        "content",
        &[
            ("2031-01-01-name.md", "/2031-01-01-name/"),
            ("future.md", "/future/"),
            ("early.md", "/early/"),
            ("late.md", "/late/"),
            ("gone.md", "/gone/"),
        ],
    );
}

#[test]
fn a_file_name_may_give_date_and_slug() {
    let config = "permalinks: {posts: '/:year/:month/:slug/'}\nfrontmatter: {date: [':filename', ':default']}\n";
    check_site(
        &[
            ("hugo.yaml", config),
            ("content/posts/2024-03-02-kefu.md", "title: 客服\ndate: 2020-01-01T00:00:00Z"),
            ("content/posts/2024-03-02-own.md", "title: 自有\nslug: mine"),
            ("content/posts/2024-03-02 bundle/index.md", "title: 包"),
            ("content/posts/plain.md", "title: 普通\nlastmod: 2023-04-05T00:00:00Z"),
        ],
        "content",
        &[
            ("posts/2024-03-02-kefu.md", "/2024/03/kefu/"),
            ("posts/2024-03-02-own.md", "/2024/03/mine/"),
            ("posts/2024-03-02 bundle/index.md", "/2024/03/bundle/"),
            ("posts/plain.md", "/2023/04/普通/"),
        ],
    );
    let config = "permalinks: {posts: '/:year/:slug/'}\n";
    let files = [("hugo.yaml", config), ("content/posts/2024-03-02-kefu.md", "title: 客服")];
    check_site(&files, "content", &[("posts/2024-03-02-kefu.md", "/1/客服/")]);
    let config = "permalinks: {posts: '/:year/:slug/'}\nfrontmatter: {date: [date, ':filename', lastmod]}\n";
    check_site(
        &[
            ("hugo.yaml", config),
            ("content/posts/2024-03-02-a.md", "title: 甲\ndate: 2020-01-01T00:00:00Z"),
            ("content/posts/2024-03-02-b.md", "title: 乙\nlastmod: 2021-01-01T00:00:00Z"),
        ],
        "content",
        &[("posts/2024-03-02-a.md", "/2020/甲/"), ("posts/2024-03-02-b.md", "/2024/b/")],
    );
}

#[test]
fn sections_have_patterns_and_slugs() {
    let config = "permalinks:\n  page: {free: '/f/:sections/:slug/', ling: '/l/:sectionslugs/:contentbasename/'}\n  section: {posts: '/栏/:title/'}\n";
    check_site(
        &[
            ("hugo.yaml", config),
            ("content/posts/_index.md", "title: 全部"),
            ("content/posts/2021/_index.md", "title: 旧年"),
            ("content/posts/2021/a.md", "title: 甲"),
            ("content/docs/x/_index.md", "title: X\nslug: xslug"),
            ("content/docs/x/y.md", "title: Y"),
            ("content/docs/x/deep/z.md", "title: Z"),
            ("content/free/a/_index.md", "title: FA\nslug: fslug"),
            ("content/free/a/b/c.md", "title: CC"),
            ("content/ling/s/_index.md", "title: LS\nslug: lslug"),
            ("content/ling/_index.md", "title: 灵"),
            ("content/ling/s/e.md", "title: EE"),
        ],
        "content",
        &[
            ("posts/_index.md", "/栏/全部/"),
            ("posts/2021/_index.md", "/栏/旧年/"),
            ("posts/2021/a.md", "/posts/2021/a/"),
            ("docs/x/_index.md", "/docs/xslug/"),
            ("docs/x/y.md", "/docs/xslug/y/"),
            ("docs/x/deep/z.md", "/docs/xslug/deep/z/"),
            ("free/a/_index.md", "/free/fslug/"),
            ("free/a/b/c.md", "/f/free/a/cc/"),
            ("ling/s/_index.md", "/ling/lslug/"),
            ("ling/_index.md", "/ling/"),
            ("ling/s/e.md", "/l/灵/lslug/e/"),
        ],
    );
}

#[test]
fn languages_have_bases_and_patterns_of_their_own() {
    let config = "baseURL: https://fz.example/\ndefaultContentLanguage: zh\npermalinks: {posts: '/P/:filename/'}\nlanguages:\n  zh: {contentDir: content/zh}\n  en: {contentDir: content/en, baseURL: 'https://en.example/', permalinks: {posts: '/e/:year/:filename/'}}\n";
    let files = [
        ("hugo.yaml", config),
        ("content/zh/posts/A.md", "title: 甲"),
        ("content/en/posts/a.md", "title: A\ndate: 2024-03-02T08:00:00Z"),
        ("content/en/about.md", "title: About"),
    ];
    let expected = [
        ("zh/posts/A.md", "https://fz.example/p/a/"),
        ("en/posts/a.md", "https://en.example/e/2024/a/"),
        ("en/about.md", "https://en.example/about/"),
    ];
    check_site(&files, "content", &expected);
    let options = SiteOptions { base_url: Some("https://test.example".to_owned()), ..SiteOptions::default() };
    check_site_with(
        options,
        &files,
        "content/en",
        &[("posts/a.md", "https://test.example/e/2024/a/"), ("about.md", "https://test.example/about/")],
    );
}

#[test]
fn a_pattern_with_an_extension_is_a_folder_and_in_lower_case() {
    let files = |config: &'static str| {
        [
            ("hugo.yaml", config),
            ("content/posts/a.md", "title: Guide\npermalink: /ignored/"),
            ("content/b.md", "title: B\nurl: /Own/B.html"),
        ]
    };
    check_site(
        &files("permalinks: {posts: '/A/:title.html'}\n"),
        "content",
        &[("posts/a.md", "/a/guide.html/"), ("b.md", "/Own/B.html")],
    );
    check_site(
        &files("permalinks: {posts: '/A/:title.html'}\nuglyURLs: true\ndisablePathToLower: true\n"),
        "content",
        &[("posts/a.md", "/A/Guide.html"), ("b.md", "/Own/B.html")],
    );
}

#[test]
fn paths_lose_accents_and_index_pages_their_name() {
    check_site(
        &[
            ("hugo.yaml", "removePathAccents: true\n"),
            ("content/Café/Über uns.md", "title: 甲"),
            ("content/b.md", "title: 乙\nurl: links/index.html"),
        ],
        "content",
        &[("Café/Über uns.md", "/cafe/uber-uns/"), ("b.md", "/links/")],
    );
}

#[test]
fn the_configuration_of_production_wins() {
    check_site(
        &[
            ("config/_default/hugo.yaml", "baseURL: https://draft.example/\nbuildFuture: true\n"),
            ("config/_default/cascade.yaml", "draft: true\ntarget: {path: /wip/**}\n"),
            ("config/production/config.yaml", "baseURL: https://fz.example/\nbuildFuture: false\n"),
            ("content/a.md", "title: 甲\ndate: 2031-01-01T00:00:00Z"),
            ("content/wip/b.md", "title: 乙"),
            ("content/c.md", "title: 丙"),
        ],
        "content",
        &[("a.md", "future"), ("wip/b.md", "draft"), ("c.md", "https://fz.example/c/")],
    );
}

#[test]
fn a_pattern_that_cannot_be_used_is_a_finding() {
    let (_, findings) =
        detect(&[("hugo.yaml", "ignoreFiles: ['(', 'a$']\n"), ("content/", "")], &SiteOptions::default());
    let [finding] = findings.as_slice() else { unreachable!("one finding") };
    assert_eq!(finding.message, "`ignoreFiles` has the pattern `(`, which cannot be used");
    assert_eq!(finding.place.as_ref().map(|place| place.line), Some(1));
}
