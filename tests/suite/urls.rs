//! A hit leads to the page that the site's generator made.

use crate::harness::Blog;

const POST: &str = "---\ntitle: 冒充客服\ndate: 2022-05-05 10:00:00 +0800\ncategories: 预警\n---\n## 案例\n押金。\n";

#[track_caller]
fn check(blog: Blog, expected: &str) {
    assert_eq!(blog.refresh().search("押金").first().url, expected);
}

#[test]
fn a_plain_folder_has_the_urls_of_its_files() {
    check(Blog::new().post("2022/kefu.md", POST), "/2022/kefu/");
}

#[test]
fn a_jekyll_site_has_jekylls_urls() {
    let blog = Blog::new()
        .post("_posts/2022-05-05-kefu.md", POST)
        .file("_config.yml", "url: https://blog.example.cn\npermalink: /:year/:month/:title/\n");
    check(blog, "https://blog.example.cn/2022/05/kefu/");
}

#[test]
fn a_hexo_site_has_hexos_urls() {
    let blog = Blog::new().post("source/_posts/kefu.md", POST).file(
        "_config.yml",
        "url: https://blog.example.cn\npermalink: :year/:month/:day/:title/\nsource_dir: source\n",
    );
    check(blog, "https://blog.example.cn/2022/05/05/kefu/");
}

#[test]
fn a_hugo_site_has_hugos_urls() {
    let blog = Blog::new()
        .post("content/posts/kefu.md", POST)
        .file("hugo.toml", "baseURL = 'https://blog.example.cn/'\n[permalinks]\nposts = '/p/:slug/'\n");
    check(blog, "https://blog.example.cn/p/%E5%86%92%E5%85%85%E5%AE%A2%E6%9C%8D/");
}

#[test]
fn a_post_may_say_where_it_is() {
    let text = POST.replace("title:", "permalink: /alerts/kefu/\ntitle:");
    check(Blog::new().post("a.md", &text), "/alerts/kefu/");
}

#[test]
fn a_changed_permalink_changes_urls_at_the_next_refresh() {
    let blog = Blog::new()
        .post("kefu.md", POST)
        .titled("other.md", "乙", "正文。")
        .site_config(|options| options.site.permalink = Some("/a/:title/".to_owned()))
        .refresh();
    let before = blog.search("押金").first().url.clone();
    assert!(before.starts_with("/a/"), "{before}");
    let blog = blog.site_config(|options| options.site.permalink = Some("/b/:title/".to_owned())).refresh();
    let after = blog.search("押金").first().url.clone();
    assert_eq!(after, before.replace("/a/", "/b/"));
    assert_eq!(blog.report().put, 2);
    assert_eq!(blog.refresh().report().put, 0);
}

#[test]
fn a_changed_permalink_changes_urls_at_the_next_start() {
    let blog = Blog::new().post("kefu.md", POST).beside("anli.yaml", "site:\n  permalink: /a/:title/\n");
    blog.run(&["index"]).ends_with(0).says("1 put");
    blog.run(&["search", "押金"]).ends_with(0).says("/a/");
    let blog = blog.beside("anli.yaml", "site:\n  permalink: /b/:title/\n");
    blog.run(&["index"]).ends_with(0).says("1 put");
    blog.run(&["search", "押金"]).ends_with(0).says("/b/");
    blog.run(&["index"]).ends_with(0).says("0 put");
}

#[test]
fn keys_of_other_generators_do_not_change_the_url() {
    let text = POST.replace("title:", "url: /alerts/kefu/\ntitle:");
    let blog = Blog::new()
        .post("source/_posts/kefu.md", &text)
        .file("_config.yml", "url: https://blog.example.cn\npermalink: :year/:title/\nsource_dir: source\n");
    check(blog, "https://blog.example.cn/2022/kefu/");
}

#[test]
fn values_that_are_merged_count() {
    let text = "---\ncommon: &c\n  tags: [客服]\n  categories: [预警]\n<<: *c\ntitle: 冒充客服\n---\n押金。\n";
    let blog = Blog::new().post("kefu.md", text).refresh();
    let found = blog.search("押金");
    let hit = found.first();
    assert_eq!((hit.tags.as_slice(), hit.categories.as_slice()), (&["客服".to_owned()][..], &["预警".to_owned()][..]));
}

#[test]
fn the_zone_of_the_machine_that_builds_can_be_set() {
    let config =
        "url: https://blog.example.cn\npermalink: :month/:day/:title/\nsource_dir: source\ntimezone: Asia/Shanghai\n";
    let post = POST.replace("10:00:00 +0800", "02:00:00");
    let blog = Blog::new()
        .post("source/_posts/kefu.md", &post)
        .titled("source/_posts/own.md", "自有\npermalink: own/", "正文。")
        .file("_config.yml", config)
        .beside("anli.yaml", "site:\n  build_timezone: UTC\n");
    blog.run(&["check"]).ends_with(0);
    blog.run(&["index"]).ends_with(0).says("2 put");
    blog.run(&["search", "押金"]).ends_with(0).says("/05/04/kefu/");
    let blog = blog.beside("anli.yaml", "");
    blog.run(&["index"]).ends_with(0);
    blog.run(&["search", "押金"]).ends_with(0).says("/05/05/kefu/");
    blog.run(&["check"])
        .ends_with(1)
        .says("warning[build-zone-unknown]: the URLs of 1 of 2 posts depend on the time zone of the machine")
        .says("--> _config.yml")
        .says("site.build_timezone");
}

#[test]
fn a_time_zone_that_does_not_exist_is_a_finding() {
    let blog = Blog::new().post("kefu.md", POST).beside("anli.yaml", "site:\n  build_timezone: Mars/Base\n");
    blog.run(&["check"]).ends_with(1).says("warning[site-config-invalid]: time zone is `Mars/Base`");
}

#[test]
fn posts_in_other_extensions_are_posts() {
    let blog = Blog::new().titled("a.mkd", "甲", "野餐。").titled("b.Markdown", "乙", "野餐。").titled(
        "c.html",
        "丙",
        "野餐。",
    );
    blog.refresh().search("野餐").finds(&["a", "b"]);
    let blog = Blog::new()
        .titled("_posts/2024-05-01-c.html", "丙", "<p>野餐。</p>")
        .titled("index.html", "首页", "<p>野餐。</p>")
        .file("_config.yml", "permalink: pretty\n");
    blog.refresh().search("野餐").finds(&["_posts/2024-05-01-c"]);
}
