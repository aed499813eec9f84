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
