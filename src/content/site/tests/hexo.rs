//! What Hexo publishes, and where.

use super::*;

fn config(more: &str) -> String {
    format!("url: https://fz.example\ntimezone: Asia/Shanghai\nsource_dir: source\npermalink: :title/\n{more}")
}

#[test]
fn what_hexo_does_not_write_is_excluded() {
    let config = config(
        "ignore: ['**/归档/**', '**/*.tmp.md']\nskip_render: [raw/**, '_posts/raw-*.md']\nexclude: 'wip/*'\ninclude: [_kept/**]\n",
    );
    check_site(
        &[
            ("_config.yml", &config),
            ("source/_posts/a.md", "title: 甲"),
            ("source/_posts/_b.md", "title: 乙"),
            ("source/_posts/x/_y/c.md", "title: 丙"),
            ("source/_posts/归档/d.md", "title: 丁"),
            ("source/_posts/e.tmp.md", "title: 戊"),
            ("source/_posts/raw-1.md", "title: 原样"),
            ("source/raw/f.md", "title: 己"),
            ("source/_data/g.md", "title: 数据"),
            ("source/_kept/h.md", "title: 留"),
            ("source/wip/i.md", "title: 未完"),
            ("source/wip/deep/j.md", "title: 深处"),
            ("source/about/index.md", "title: 关于"),
        ],
        "source",
        &[
            ("_posts/a.md", "https://fz.example/a/"),
            ("_posts/_b.md", "excluded"),
            ("_posts/x/_y/c.md", "excluded"),
            ("_posts/归档/d.md", "excluded"),
            ("_posts/e.tmp.md", "excluded"),
            ("_posts/raw-1.md", "excluded"),
            ("raw/f.md", "excluded"),
            ("_data/g.md", "excluded"),
            ("_kept/h.md", "https://fz.example/_kept/h.html"),
            ("wip/i.md", "excluded"),
            ("wip/deep/j.md", "https://fz.example/wip/deep/j.html"),
            ("about/index.md", "https://fz.example/about/"),
        ],
    );
}

#[test]
fn posts_with_an_encrypted_label_are_encrypted() {
    let config = config(
        "encrypt:\n  abstract: 加密\n  tags:\n    - {name: 内部, password: x}\n    - {name: Work, password: y}\n",
    );
    check_site(
        &[
            ("_config.yml", &config),
            ("source/_posts/a.md", "tags: [通报, 内部]"),
            ("source/_posts/b.md", "tags: work"),
            ("source/_posts/c.md", "tags: [内部通报]"),
        ],
        "source/_posts",
        &[("a.md", "encrypted"), ("b.md", "encrypted"), ("c.md", "https://fz.example/c/")],
    );
}

#[test]
fn the_site_may_choose_the_key_that_hides_posts() {
    let config = config("hide_posts:\n  filter: 只给链接\n");
    check_site(
        &[
            ("_config.yml", &config),
            ("source/_posts/a.md", "只给链接: true"),
            ("source/_posts/b.md", "只给链接: false"),
        ],
        "source/_posts",
        &[("a.md", "hidden"), ("b.md", "https://fz.example/b/")],
    );
}

#[test]
fn posts_of_the_future_are_shown_unless_the_site_says_no() {
    for (setting, fate) in
        [("", "https://fz.example/a/"), ("future: true", "https://fz.example/a/"), ("future: false", "future")]
    {
        let config = config(setting);
        let files = [("_config.yml", config.as_str()), ("source/_posts/a.md", "date: 2031-01-01 08:00:00")];
        check_site(&files, "source/_posts", &[("a.md", fate)]);
    }
    let config = config("future: false\n");
    let files = [("_config.yml", config.as_str()), ("source/_posts/2031-01-01-a.md", "title: 只是名字")];
    check_site(&files, "source/_posts", &[("2031-01-01-a.md", "https://fz.example/2031-01-01-a/")]);
}

#[test]
fn drafts_are_read_only_where_the_site_shows_them() {
    for (setting, expected) in
        [("render_drafts: false", &[][..]), ("render_drafts: true", &[("_drafts/a.md", "https://fz.example/a/")][..])]
    {
        let config = config(setting);
        check_site(&[("_config.yml", &config), ("source/_drafts/a.md", "title: 稿")], "source", expected);
    }
}

#[test]
fn the_last_category_path_is_that_of_the_url() {
    let config = config("").replace(":title/", ":category/:title/") + "category_map: {诈骗: fraud}\n";
    let url = |path: &str| format!("https://fz.example/{path}/");
    let posts = [
        ("a.md", "categories: [诈骗, 网购]", url("fraud/网购/a")),
        ("b.md", "categories:\n- [诈骗, 网购]\n- [提示]", url("提示/b")),
        ("c.md", "categories:\n- [诈骗]\n- 提示", url("提示/c")),
        ("d.md", "categories: 诈骗, 网购", url("诈骗-网购/d")),
        ("e.md", "category: 提示", url("提示/e")),
        ("f.md", "title: 无", url("uncategorized/f")),
        ("g.md", "categories: 2024", url("2024/g")),
    ];
    let names: Vec<String> = posts.iter().map(|(name, ..)| format!("source/_posts/{name}")).collect();
    let mut files = vec![("_config.yml", config.as_str())];
    files.extend(names.iter().map(String::as_str).zip(posts.iter().map(|(_, front, _)| *front)));
    let expected: Vec<_> = posts.iter().map(|(name, _, url)| (*name, url.as_str())).collect();
    check_site(&files, "source/_posts", &expected);
}

#[test]
fn placeholders_have_the_values_of_hexo() {
    let config = config("post_asset_folder: true\n").replace(":title/", ":layout/:timestamp/:slug");
    check_site(
        &[
            ("_config.yml", &config),
            ("source/_posts/a.md", "date: 2024-03-02 08:00:00\nslug: ignored\nurl: /ignored/"),
            ("source/_posts/b.md", "date: 2024-03-02 08:00:00\nlayout: photo"),
            ("source/_posts/c.md", "permalink: own/:title"),
            ("source/d.md", "permalink: own"),
        ],
        "source",
        &[
            ("_posts/a.md", "https://fz.example/post/1709337600/a/"),
            ("_posts/b.md", "https://fz.example/photo/1709337600/b/"),
            ("_posts/c.md", "https://fz.example/own/:title/"),
            ("d.md", "https://fz.example/own.html"),
        ],
    );
}

/// Dates as Hexo 8.1 puts them into URLs under `TZ=Asia/Shanghai` and `TZ=UTC`, with and without a zone of the site.
#[test]
fn dates_are_read_and_written_by_the_clocks_of_hexo() {
    const POSTS: [(&str, &str); 8] = [
        ("a", "2022-05-05 02:30:00"),
        ("b", "2022-05-05"),
        ("c", "\"2022-05-05T23:30:00Z\""),
        ("d", "2022-05-05 02:30:00 +0800"),
        ("e", "2022/05/05 02:30"),
        ("f", "'2022-05-05'"),
        ("g", "2022-05-05T23:30:00Z"),
        ("h", "2022-05-05 02:30:00 +08:00"),
    ];
    let shanghai = ["05/0230", "05/0000", "06/0730", "05/0230", "05/0230", "05/0800", "05/2330", "04/1830"];
    let utc = ["04/1830", "04/1600", "05/1530", "04/1030", "04/1830", "04/1600", "05/1530", "04/1030"];
    let utc_alone = ["05/0230", "05/0000", "05/2330", "04/1830", "05/0230", "05/0000", "05/2330", "04/1830"];
    for (zone, builder, expected) in [
        ("Asia/Shanghai", None, shanghai),
        ("Asia/Shanghai", Some("Asia/Shanghai"), shanghai),
        ("Asia/Shanghai", Some("UTC"), utc),
        ("", Some("UTC"), utc_alone),
        ("", Some("Asia/Shanghai"), shanghai),
    ] {
        let config = format!("source_dir: source\npermalink: :day/:hour:minute/:title\ntimezone: '{zone}'\n");
        let names = POSTS.map(|(name, _)| format!("source/_posts/{name}.md"));
        let dates = POSTS.map(|(_, date)| format!("date: {date}"));
        let mut files = vec![("_config.yml", config.as_str())];
        files.extend(names.iter().map(String::as_str).zip(dates.iter().map(String::as_str)));
        let paths = POSTS.map(|(name, _)| format!("{name}.md"));
        let urls: Vec<String> =
            POSTS.iter().zip(expected).map(|((name, _), clock)| format!("/{clock}/{name}")).collect();
        let expected: Vec<_> = paths.iter().map(String::as_str).zip(urls.iter().map(String::as_str)).collect();
        let options = SiteOptions { build_timezone: builder.map(str::to_owned), ..SiteOptions::default() };
        check_site_with(options, &files, "source/_posts", &expected);
    }
}

#[test]
fn files_tell_hexo_from_jekyll() {
    for files in [
        &[
            ("_config.yml", "exclude: [a]\nmarkdown: {preset: default}\nplugins: [x]\n"),
            ("source/_posts/a.md", "title: 甲"),
        ][..],
        &[
            ("_config.yml", "title: t\nbaseurl: ''\ndefaults: []\n"),
            ("package.json", "{\"hexo\": {}}"),
            ("source/_posts/a.md", "title: 甲"),
        ],
    ] {
        let (site, findings) = detect(files, &SiteOptions::default());
        assert_eq!((site.kind, findings), (SiteKind::Hexo, vec![]));
    }
    let files = [("_config.yml", "source: source\ntitle: t\n"), ("source/_posts/2024-03-02-a.md", "title: 甲")];
    assert_eq!(detect(&files, &SiteOptions::default()).0.kind, SiteKind::Jekyll);
}

#[test]
fn a_configuration_of_another_generator_is_a_finding_and_has_no_effect() {
    let options = SiteOptions { kind: Some(SiteKind::Jekyll), ..SiteOptions::default() };
    let config = "url: https://fz.example\nnew_post_name: :title.md\nskip_render: []\nper_page: 5\n";
    let (site, findings) = detect(&[("_config.yml", config), ("_posts/", "")], &options);
    let [finding] = findings.as_slice() else { unreachable!("one finding") };
    assert_eq!(finding.message, "the configuration is one of Hexo, expected one of Jekyll");
    assert_eq!((site.kind, site.base_url.as_str()), (SiteKind::Jekyll, ""));
}
