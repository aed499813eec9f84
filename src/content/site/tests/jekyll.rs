//! What Jekyll publishes, and where.

use super::*;

const ZONE: &str = "timezone: Asia/Shanghai\n";

fn config(more: &str) -> String {
    format!("url: https://fz.example\n{ZONE}{more}")
}

#[test]
fn defaults_give_front_matter_to_what_lacks_it() {
    let config = config(
        "collections:\n  guides: {output: true}\ndefaults:\n  - scope: {path: '', type: posts}\n    values: {category: 通报, author: 宣教组, published: true}\n  - scope: {path: _posts/草稿}\n    values: {published: false}\n  - scope: {type: guides}\n    values: {permalink: '/g/:name/'}\n  - scope: {path: 'team/*/private'}\n    values: {hidden: true}\n",
    );
    check_site(
        &[
            ("_config.yml", &config),
            ("_posts/2024-03-02-sim.md", "title: 补卡"),
            ("_posts/2024-03-02-own.md", "title: 自有\ncategory: 公告"),
            ("_posts/草稿/2024-03-03-raw.md", "title: 半成品"),
            ("_posts/草稿/2024-03-03-done.md", "title: 成品\npublished: true"),
            ("_guides/one.md", "title: 一"),
            ("team/a/private/x.md", "title: 内"),
            ("team/a/public.md", "title: 外"),
        ],
        "",
        &[
            ("_posts/2024-03-02-sim.md", "https://fz.example/通报/2024/03/02/sim.html"),
            ("_posts/2024-03-02-own.md", "https://fz.example/公告/2024/03/02/own.html"),
            ("_posts/草稿/2024-03-03-raw.md", "unpublished"),
            ("_posts/草稿/2024-03-03-done.md", "https://fz.example/通报/2024/03/03/done.html"),
            ("_guides/one.md", "https://fz.example/g/one/"),
            ("team/a/private/x.md", "hidden"),
            ("team/a/public.md", "https://fz.example/team/a/public.html"),
        ],
    );
}

#[test]
fn the_longest_scope_wins_and_tables_are_merged() {
    let config = config(
        "defaults:\n  - scope: {path: notes/deep}\n    values: {params: {searchHidden: false}, permalink: /deep/}\n  - scope: {path: notes}\n    values: {params: {searchHidden: true, x: 1}, permalink: /notes/}\n",
    );
    check_site(
        &[
            ("_config.yml", &config),
            ("notes/a.md", "title: 甲"),
            ("notes/deep/b.md", "title: 乙"),
            ("notes/c.md", "title: 丙\nparams: {searchHidden: false}"),
        ],
        "",
        &[
            ("notes/a.md", "hidden"),
            ("notes/deep/b.md", "https://fz.example/deep/"),
            ("notes/c.md", "https://fz.example/notes/"),
        ],
    );
}

#[test]
fn what_jekyll_does_not_write_is_excluded() {
    let config = config(
        "exclude: [scratch, 'old/*.md', tools/]\ninclude: [_pages]\ncollections:\n  faq: {output: true}\n  data: {output: false}\n  bare:\n",
    );
    check_site(
        &[
            ("_config.yml", &config),
            ("_posts/2024-03-02-a.md", "title: 甲"),
            ("_posts/idea.md", "title: 没有日期\ndate: 2024-03-02"),
            ("_posts/_wip/2024-03-02-b.md", "title: 乙"),
            ("_posts/2024-03-02-nofront.md", ""),
            ("news/_posts/2024-03-02-c.md", "title: 丙"),
            ("_old/_posts/2024-03-02-d.md", "title: 丁"),
            ("scratchpad.md", "title: 前缀也算"),
            ("old/x.md", "title: 旧"),
            ("old/y/z.md", "title: 星号跨目录"),
            ("tools/t.md", "title: 工具"),
            ("_pages/p.md", "title: 页"),
            ("_other/o.md", "title: 未声明"),
            ("docs/_parts/q.md", "title: 局部"),
            ("_faq/f.md", "title: 问"),
            ("_faq/plain.md", ""),
            ("_data/d.md", "title: 数据"),
            ("_bare/b.md", "title: 无设置"),
            ("plain.md", ""),
            ("about.md", "title: 关于"),
        ],
        "",
        &[
            ("_posts/2024-03-02-a.md", "https://fz.example/2024/03/02/a.html"),
            ("_posts/idea.md", "excluded"),
            ("_posts/_wip/2024-03-02-b.md", "excluded"),
            ("_posts/2024-03-02-nofront.md", "https://fz.example/2024/03/02/nofront.html"),
            ("news/_posts/2024-03-02-c.md", "https://fz.example/news/2024/03/02/c.html"),
            ("_old/_posts/2024-03-02-d.md", "excluded"),
            ("scratchpad.md", "excluded"),
            ("old/x.md", "excluded"),
            ("old/y/z.md", "excluded"),
            ("tools/t.md", "excluded"),
            ("_pages/p.md", "https://fz.example/_pages/p.html"),
            ("_other/o.md", "excluded"),
            ("docs/_parts/q.md", "excluded"),
            ("_faq/f.md", "https://fz.example/faq/f.html"),
            ("_faq/plain.md", "excluded"),
            ("_data/d.md", "excluded"),
            ("_bare/b.md", "excluded"),
            ("plain.md", "excluded"),
            ("about.md", "https://fz.example/about.html"),
        ],
    );
}

#[test]
fn a_site_of_github_pages_needs_no_front_matter() {
    let config = config("remote_theme: pages-themes/slate\n");
    check_site(
        &[("_config.yml", &config), ("_posts/", ""), ("help/call.md", "")],
        "",
        &[("help/call.md", "https://fz.example/help/call.html")],
    );
}

#[test]
fn without_posts_the_gems_tell_who_builds() {
    for (gems, fate) in [
        (None, "https://fz.example/call.html"),
        (Some("gem 'github-pages'\n"), "https://fz.example/call.html"),
        (Some("gem 'jekyll', '~> 4.3'\n"), "excluded"),
    ] {
        let config = config("");
        let mut files = vec![("_config.yml", config.as_str()), ("call.md", "")];
        files.extend(gems.map(|gems| ("Gemfile", gems)));
        check_site(&files, "", &[("call.md", fate)]);
    }
    let config = config("theme: just-the-docs\n");
    check_site(&[("_config.yml", &config), ("call.md", "")], "", &[("call.md", "excluded")]);
}

#[test]
fn posts_of_the_future_wait_unless_the_site_shows_them() {
    let files = |config: &'static str| {
        [
            ("_config.yml", config),
            ("_posts/2031-01-01-name.md", "title: 文件名"),
            ("_posts/2020-01-01-front.md", "title: 写明\ndate: 2031-01-01 10:00:00 +0800"),
            ("page.md", "title: 页\ndate: 2031-01-01 10:00:00 +0800"),
        ]
    };
    check_site(
        &files("permalink: /:title/\ntimezone: UTC\n"),
        "",
        &[("_posts/2031-01-01-name.md", "future"), ("_posts/2020-01-01-front.md", "future"), ("page.md", "/page/")],
    );
    check_site(
        &files("permalink: /:title/\ntimezone: UTC\nfuture: true\n"),
        "",
        &[("_posts/2031-01-01-name.md", "/name/"), ("_posts/2020-01-01-front.md", "/front/"), ("page.md", "/page/")],
    );
}

#[test]
fn drafts_are_read_only_where_the_site_shows_them() {
    let files = |config: &'static str| {
        [("_config.yml", config), ("_posts/", ""), ("_drafts/idea.md", "title: 想法\ndate: 2024-02-03")]
    };
    check_site(&files("timezone: UTC\npermalink: pretty\n"), "", &[]);
    check_site(
        &files("timezone: UTC\npermalink: pretty\nshow_drafts: true\n"),
        "",
        &[("_drafts/idea.md", "/2024/02/03/idea/")],
    );
}

#[test]
fn a_time_with_seconds_and_no_zone_is_in_utc() {
    let config = config("permalink: /:month-:day/:hour:minute/:title/\n");
    check_site(
        &[
            ("_config.yml", &config),
            ("_posts/2024-03-02-bare.md", "date: 2024-03-02 18:30:00"),
            ("_posts/2024-03-02-t.md", "date: 2024-03-02T18:30:00.000"),
            ("_posts/2024-03-02-quoted.md", "date: '2024-03-02 18:30:00'"),
            ("_posts/2024-03-02-short.md", "date: 2024-03-02 18:30"),
            ("_posts/2024-03-02-zone.md", "date: 2024-03-02 18:30:00 +0900"),
            ("_posts/2024-03-02-cst.md", "date: 2024-03-02 18:30:00 CST"),
            ("_posts/2024-03-02-day.md", "date: 2024-03-05"),
            ("_posts/2024-03-02-none.md", "title: 无"),
        ],
        "_posts",
        &[
            ("2024-03-02-bare.md", "https://fz.example/03-03/0230/bare/"),
            ("2024-03-02-t.md", "https://fz.example/03-03/0230/t/"),
            ("2024-03-02-quoted.md", "https://fz.example/03-02/1830/quoted/"),
            ("2024-03-02-short.md", "https://fz.example/03-02/1830/short/"),
            ("2024-03-02-zone.md", "https://fz.example/03-02/1730/zone/"),
            ("2024-03-02-cst.md", "https://fz.example/03-03/0830/cst/"),
            ("2024-03-02-day.md", "https://fz.example/03-05/0000/day/"),
            ("2024-03-02-none.md", "https://fz.example/03-02/0000/none/"),
        ],
    );
}

#[test]
fn without_a_zone_the_machine_that_builds_decides() {
    let files =
        [("_config.yml", "permalink: /:day/:title/\n"), ("_posts/2024-03-02-a.md", "date: 2024-03-02 23:00:00 +0000")];
    for (zone, url) in [("UTC", "/02/a/"), ("Asia/Tokyo", "/03/a/")] {
        let options = SiteOptions { build_timezone: Some(zone.to_owned()), ..SiteOptions::default() };
        check_site_with(options, &files, "_posts", &[("2024-03-02-a.md", url)]);
    }
    let configured = [("_config.yml", "permalink: /:day/:title/\ntimezone: UTC\n"), files[1]];
    let options = SiteOptions { build_timezone: Some("Asia/Tokyo".to_owned()), ..SiteOptions::default() };
    check_site_with(options, &configured, "_posts", &[("2024-03-02-a.md", "/02/a/")]);
}

#[test]
fn a_text_of_categories_is_split_at_blanks_only() {
    let config = config("permalink: /:categories/:title/\n");
    check_site(
        &[
            ("_config.yml", &config),
            ("_posts/2024-03-02-a.md", "categories: 网络 安全，提示"),
            ("_posts/2024-03-02-b.md", "category: 网络 安全"),
            ("_posts/2024-03-02-c.md", "categories: [甲, [乙, 2024]]\ncategory: 丙"),
        ],
        "_posts",
        &[
            ("2024-03-02-a.md", "https://fz.example/网络/安全，提示/a/"),
            ("2024-03-02-b.md", "https://fz.example/网络 安全/b/"),
            ("2024-03-02-c.md", "https://fz.example/甲/乙/2024/丙/c/"),
        ],
    );
}

#[test]
fn other_generators_keys_for_the_url_are_ignored() {
    let config = config("permalink: /:title/\n");
    check_site(
        &[
            ("_config.yml", &config),
            ("_posts/2024-03-02-a.md", "url: /x/"),
            ("_posts/2024-03-02-b.md", "permalink: /y/"),
        ],
        "_posts",
        &[("2024-03-02-a.md", "https://fz.example/a/"), ("2024-03-02-b.md", "https://fz.example/y/")],
    );
}

#[test]
fn posts_may_have_other_extensions() {
    let config = config("permalink: /:title/\n");
    check_site(
        &[
            ("_config.yml", &config),
            ("_posts/2024-03-02-a.mkd", "title: 甲"),
            ("_posts/2024-03-02-b.MKDOWN", "title: 乙"),
            ("_posts/2024-03-02-c.html", "title: 丙"),
            ("_layouts/post.html", "layout: base"),
            ("index.html", "layout: home"),
        ],
        "",
        &[
            ("_posts/2024-03-02-a.mkd", "https://fz.example/a/"),
            ("_posts/2024-03-02-b.MKDOWN", "https://fz.example/b/"),
            ("_posts/2024-03-02-c.html", "https://fz.example/c/"),
        ],
    );
}

#[test]
fn a_post_without_a_title_has_that_of_its_name() {
    let files = [
        ("_config.yml", ZONE),
        ("_posts/2024-03-02-sim-SWAP-补卡.md", ""),
        ("_posts/2024-03-03-own.md", "title: 自有"),
    ];
    let folder =
        folder(&files.map(|(name, text)| (name, if name.contains("own") { "---\ntitle: 自有\n---\n" } else { text })));
    let options = SourceOptions { max_file_bytes: 1 << 20, ..SourceOptions::default() };
    let source = Source::open(&folder.path().join("_posts"), &options).unwrap();
    let title = |path: &str| source.parse(path, &source.folder().read(path).unwrap()).post.unwrap().title;
    assert_eq!(title("2024-03-02-sim-SWAP-补卡.md"), "Sim Swap 补卡");
    assert_eq!(title("2024-03-03-own.md"), "自有");
}
