//! What MkDocs publishes, where, and with which title.

use super::*;

#[test]
fn pages_are_folders_or_files_as_the_configuration_says() {
    check_site(
        &[
            ("mkdocs.yml", "site_name: 家\nsite_url: https://fz.example/wiki/\nsite_author: 丁\n"),
            ("docs/index.md", "title: 首"),
            ("docs/指南/README.md", "title: 指"),
            ("docs/指南/b.c.md", "title: 乙"),
            ("docs/both/README.md", "title: 甲"),
            ("docs/both/index.md", "title: 乙"),
            ("docs/templates/t.md", "title: 模"),
            ("docs/a/templates/t.md", "title: 模"),
            ("docs/own.md", "title: 己\npermalink: /x/\nurl: /y/"),
        ],
        "docs",
        &[
            ("index.md", "https://fz.example/wiki/"),
            ("指南/README.md", "https://fz.example/wiki/指南/"),
            ("指南/b.c.md", "https://fz.example/wiki/指南/b.c/"),
            ("both/README.md", "excluded"),
            ("both/index.md", "https://fz.example/wiki/both/"),
            ("templates/t.md", "excluded"),
            ("a/templates/t.md", "https://fz.example/wiki/a/templates/t/"),
            ("own.md", "https://fz.example/wiki/own/"),
        ],
    );
    // From the folder of the site, only the pages of the documentation are found.
    check_site(
        &[("mkdocs.yml", "use_directory_urls: false\n"), ("docs/a.md", "title: 甲"), ("README.md", "title: 源")],
        "",
        &[("docs/a.md", "/a.html"), ("README.md", "excluded")],
    );
}

#[test]
fn patterns_of_paths_are_those_of_git() {
    check_site(
        &[
            (
                "mkdocs.yml",
                "exclude_docs: |\n  # 注\n  drafts/\n  *.tmp.md\n  !keep.tmp.md\n  /top.md\n  !templates/\ndraft_docs: '*.draft.md'\nnot_in_nav: open.md\n",
            ),
            ("docs/x/drafts/a.md", "title: 甲"),
            ("docs/a.tmp.md", "title: 甲"),
            ("docs/x/keep.tmp.md", "title: 甲"),
            ("docs/top.md", "title: 甲"),
            ("docs/x/top.md", "title: 甲"),
            ("docs/x/y.draft.md", "title: 甲"),
            ("docs/templates/t.md", "title: 甲"),
            ("docs/open.md", "title: 甲"),
        ],
        "docs",
        &[
            ("x/drafts/a.md", "excluded"),
            ("a.tmp.md", "excluded"),
            ("x/keep.tmp.md", "/x/keep.tmp/"),
            ("top.md", "excluded"),
            ("x/top.md", "/x/top/"),
            ("x/y.draft.md", "excluded"),
            ("templates/t.md", "/templates/t/"),
            ("open.md", "/open/"),
        ],
    );
}

#[test]
fn a_blog_of_material_has_dates_in_its_addresses() {
    let post = "title: 慢行 Go\ndate:\n  created: 2023-12-31\ncategories: [随 想]";
    for (options, url) in [
        ("  - blog", "/blog/2023/12/31/慢行-go/"),
        ("  - material/blog:\n      blog_dir: 随笔\n      post_dir: '{blog}/文'", "/随笔/2023/12/31/慢行-go/"),
        (
            "  - blog:\n      blog_dir: .\n      post_url_format: '{categories}/{date}/{file}'\n      post_url_date_format: yyyy-M",
            "/随-想/2023-12/a/",
        ),
    ] {
        let config = format!("plugins:\n{options}\n");
        let path = if options.contains("随笔") {
            "随笔/文/a.md"
        } else if options.contains("blog_dir: .") {
            "posts/a.md"
        } else {
            "blog/posts/a.md"
        };
        let file = format!("docs/{path}");
        check_site(&[("mkdocs.yml", &config), (&file, post)], "docs", &[(path, url)]);
    }
    check_site(
        &[("mkdocs.yml", "plugins: [blog]\n"), ("docs/blog/posts/a.md", "title: 甲\ndate: 2031-01-02\nslug: own")],
        "docs",
        &[("blog/posts/a.md", "/blog/2031/01/02/own/")],
    );
}

#[test]
fn languages_have_folders_of_their_own() {
    let config = |structure: &str| {
        format!(
            "plugins:\n  - i18n:\n      docs_structure: {structure}\n      languages:\n        - locale: zh\n          default: true\n        - locale: en\n"
        )
    };
    check_site(
        &[
            ("mkdocs.yml", &config("suffix")),
            ("docs/a.md", "title: 甲"),
            ("docs/x/a.en.md", "title: A"),
            ("docs/index.en.md", "title: B"),
        ],
        "docs",
        &[("a.md", "/a/"), ("x/a.en.md", "/en/x/a/"), ("index.en.md", "/en/")],
    );
    check_site(
        &[("mkdocs.yml", &config("folder")), ("docs/zh/a.md", "title: 甲"), ("docs/en/a.md", "title: A")],
        "docs",
        &[("zh/a.md", "/a/"), ("en/a.md", "/en/a/")],
    );
}

#[test]
fn a_title_comes_from_the_navigation_the_text_or_the_name() {
    let folder = folder(&[
        (
            "mkdocs.yml",
            "INHERIT: base/base.yml\nnav:\n  - 首页: index.md\n  - 书:\n      - ./a.md\n      - 导航名: deep/b.md\n  - 外: https://x.example/\n",
        ),
        (
            "base/base.yml",
            "site_url: !ENV [URL, 'https://y.example']\ndocs_dir: 文\nnav: []\nmarkdown_extensions:\n  - toc:\n      slugify: !!python/object/apply:pymdownx.slugs.slugify\n        kwds: {case: lower}\n  - x: !!python/name:a.b\n",
        ),
        ("文/index.md", "# 题\n"),
        ("文/a.md", "# 甲题\n\n## 甲 乙\n"),
        ("文/deep/b.md", "---\ntitle: 自己\n---\n文\n"),
        ("文/my-cool_page.md", "文\n"),
        ("文/Mixed_Case.md", "## 二级\n"),
        ("文/meta.md", "Title: 元 数据\nAuthor: 白\n\n正文。\n"),
        ("文/README.md", ""),
    ]);
    let options = SourceOptions { max_file_bytes: 1 << 20, ..SourceOptions::default() };
    let source = Source::open(&folder.path().join("文"), &options).unwrap();
    assert_eq!(source.findings(), []);
    assert_eq!(source.site().kind, SiteKind::Mkdocs);
    for (path, title) in [
        ("index.md", "首页"),
        ("a.md", "甲题"),
        ("deep/b.md", "导航名"),
        ("my-cool_page.md", "My cool page"),
        ("Mixed_Case.md", "Mixed Case"),
        ("meta.md", "元 数据"),
        ("README.md", "Home"),
    ] {
        let post = source.parse(path, &source.folder().read(path).unwrap()).post.unwrap();
        assert_eq!(post.title, title, "{path}");
        if path == "a.md" {
            assert_eq!(post.sections[1].anchor, "甲-乙");
        }
        if path == "meta.md" {
            assert_eq!(post.text, "正文。");
        }
    }
}

#[test]
fn a_broken_configuration_is_a_finding_and_gives_the_defaults() {
    let (site, findings) = detect(&[("mkdocs.yml", "site_name: [没有\n"), ("docs/", "")], &SiteOptions::default());
    assert_eq!(findings.len(), 1);
    assert_eq!((site.kind, site.base_url.as_str()), (SiteKind::Mkdocs, ""));
    let options = SiteOptions {
        kind: Some(SiteKind::Mkdocs),
        permalink: Some("/:folder/:slug.html".to_owned()),
        ..SiteOptions::default()
    };
    check_site_with(options, &[("x/A B.md", "title: 甲")], "", &[("x/A B.md", "/x/a-b.html")]);
}

#[test]
fn what_a_plugin_encrypts_is_not_found() {
    let files =
        [("docs/a.md", "title: 甲"), ("docs/b.md", "title: 乙\nlevel: 家"), ("docs/c.md", "title: 丙\npassword: x")];
    for (config, fates) in [
        ("plugins: [search]\n", ["/a/", "/b/", "encrypted"]),
        ("plugins: [encryptcontent]\n", ["/a/", "encrypted", "encrypted"]),
        ("plugins:\n- encryptcontent:\n    global_password: x\n", ["encrypted", "encrypted", "encrypted"]),
    ] {
        let [a, b, c] = fates;
        let files: Vec<_> = [("mkdocs.yml", config)].into_iter().chain(files).collect();
        check_site(&files, "docs", &[("a.md", a), ("b.md", b), ("c.md", c)]);
    }
}
