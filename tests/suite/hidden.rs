//! What its author does not want found is not found, nor counted.

use anli::query::Grain;

use crate::harness::Blog;

const SECRET: &str = "暗语是青石板。\n\n## 案例一\n青石板下有钥匙。";

/// A post with this front matter can be found by nobody.
#[track_caller]
fn check(front: &str) {
    let text = format!("---\ntitle: 青石板\ntags: [青石板]\n{front}\n---\n{SECRET}\n");
    let blog = Blog::new().post("secret.md", &text).titled("open.md", "春游", "湖边。").refresh();
    never_seen(&blog, front);
}

#[track_caller]
fn never_seen(blog: &Blog, what: &str) {
    for query in ["青石板", "石", "\"青石板下有钥匙\"", "钥匙 暗语"] {
        assert_eq!(blog.search(query).hits.total, 0, "{what}: `{query}`");
        assert_eq!(blog.cases(query).hits.total, 0, "{what}: `{query}`");
    }
    blog.search("").finds(&["open"]);
    assert_eq!(blog.search_with("", |query| query.grain = Grain::Cases).hits.total, 1, "{what}");
    assert_eq!(blog.searcher().counts(), (1, 1), "{what}");
    assert_eq!(blog.searcher().post(&"secret".to_owned().into()).unwrap(), None, "{what}");
    assert_eq!(blog.status().totals.indexed, 1, "{what}");
}

#[test]
fn what_says_that_it_is_hidden_is_never_found() {
    for front in [
        "draft: true",
        "draft: yes",
        "draft: \"true\"",
        "Draft: TRUE",
        "published: false",
        "hidden: true",
        "hide: 1",
        "private: true",
        "password: abc",
        "password: 0",
        "encrypt: true",
        "status: draft",
        "date: 2999-01-01",
        "publishDate: 2999-01-01",
        "expiryDate: 2001-01-01",
    ] {
        check(front);
    }
}

#[test]
fn what_a_theme_or_plugin_keeps_out_of_its_search_is_never_found() {
    for front in [
        "indexing: false",
        "searchHidden: true",
        "params: {searchHidden: true}",
        "hiddenFromSearch: yes",
        "search_exclude: true",
        "exclude_search: 1",
        "exclude_from_search: true",
        "excludeFromSearch: true",
        "excludeSearch: true",
        "bookSearchExclude: true",
        "search: false",
        "search: exclude",
        "search: {exclude: true}",
        "search:\n  Exclude: true",
        "extra: {search: {exclude: true}}",
        "in_search_index: false",
        "pagefind: false",
        "noindex: true",
        "robotsNoIndex: true",
        "robots: noindex, follow",
        "robots: [nofollow, NoIndex]",
        "seo: {robots: none}",
        "head:\n- [meta, {name: robots, content: noindex}]",
        "build: {render: link}",
        "algolia: no",
    ] {
        check(front);
    }
}

#[test]
fn the_same_keys_with_harmless_values_hide_nothing() {
    let front = "indexing: true\nindex: 0\nsearchHidden: false\nsearch: {exclude: false, boost: 2}\npagefind: true\n\
                 robots: index, follow\nhide: [navigation, toc]\nhead: [[meta, {name: keywords, content: noindex}]]\nbuild: {list: always}";
    let blog = Blog::new().post("a.md", &format!("---\ntitle: 溪边\n{front}\n---\n石阶。\n")).refresh();
    blog.search("石阶").finds(&["a"]);
}

#[test]
fn a_date_of_the_path_hides_nothing() {
    let blog =
        Blog::new().titled("2999-01-01-预告.md", "预告", "新版。").titled("2999/01/01/条文.md", "条文", "第一条。");
    blog.refresh().search("").finds(&["2999-01-01-预告", "2999/01/01/条文"]);
}

#[test]
fn every_reason_of_the_site_is_counted_by_name() {
    let config =
        "source_dir: source\nskip_render: raw/**\nfuture: false\nencrypt: {tags: [{name: 内部, password: x}]}\n";
    let secret = |front: &str| format!("---\ntitle: 青石板\n{front}\n---\n{SECRET}");
    let blog = Blog::new()
        .file("_config.yml", config)
        .post("source/_posts/open.md", "---\ntitle: 春游\ndate: 2024-05-01\n---\n湖边。\n")
        .post("source/_posts/a.md", &secret("tags: [内部]"))
        .post("source/_posts/_b.md", &secret("date: 2024-05-01"))
        .post("source/raw/c.md", &secret("date: 2024-05-01"))
        .post("source/_posts/d.md", &secret("date: 2999-05-01"))
        .post("source/_posts/e.md", &secret("published: false"))
        .refresh();
    for query in ["青石板", "\"青石板下有钥匙\""] {
        blog.search(query).finds_nothing();
        assert_eq!(blog.cases(query).hits.total, 0);
    }
    blog.search("").finds(&["source/_posts/open"]);
    let skipped = blog.status().totals.skipped.clone();
    let of = |reason: &str| skipped.get(reason).copied().unwrap_or(0);
    assert_eq!(["encrypted", "excluded", "future", "unpublished"].map(of), [1, 2, 1, 1], "{skipped:?}");
}

#[test]
fn a_changed_configuration_hides_what_it_names() {
    let blog = Blog::new()
        .post("_posts/2024-05-01-a.md", "---\ntitle: 青石板\n---\n钥匙。\n")
        .post("_posts/old/2024-05-01-b.md", "---\ntitle: 旧事\n---\n河滩。\n")
        .file("_config.yml", "permalink: pretty\n");
    blog.run(&["index"]).ends_with(0).says("2 put");
    blog.run(&["search", "河滩"]).ends_with(0).says("旧事");
    let more = "permalink: pretty\ndefaults:\n- scope: {path: _posts/old}\n  values: {published: false}\n";
    let blog = blog.file("_config.yml", more);
    blog.run(&["index"]).ends_with(0);
    blog.run(&["search", "--literal", "河滩"]).ends_with(1);
    blog.run(&["search", "钥匙"]).ends_with(0).says("青石板");
}

#[test]
fn a_section_that_becomes_a_draft_takes_its_pages_along() {
    let blog = Blog::new()
        .file("hugo.toml", "baseURL = 'https://blog.example.cn/'\n")
        .post("content/notes/_index.md", "---\ntitle: 札记\n---\n目录。\n")
        .post("content/notes/a.md", "---\ntitle: 青石板\n---\n钥匙。\n")
        .titled("content/open.md", "春游", "湖边。");
    let service = blog.serve(&[]);
    service.soon_finds("钥匙", &["content/notes/a"]);
    let blog = blog.edit("content/notes/_index.md", "title: 札记", "title: 札记\ncascade: {draft: true}");
    service.soon_finds("钥匙", &[]);
    service.soon_finds("湖边", &["content/open"]);
    // A bundle takes in the files beside it.
    let _blog = blog.post("content/index.md", "---\ntitle: 首页\n---\n欢迎。\n");
    service.soon_finds("湖边", &[]);
}

#[test]
fn what_is_hidden_is_not_found_however_broken_its_front_matter_is() {
    for text in [
        format!("---\ntitle: [青石板\ndraft: true\n---\n{SECRET}"),
        format!("---\ntitle: \"青石板\n  draft: true\ntags: [\n---\n{SECRET}"),
        format!("---\ntitle: 青石板\npassword: abc\n\n{SECRET}"),
        format!("+++\ntitle = 青石板\ndraft = true\n+++\n{SECRET}"),
        format!("{{\"title\":\"青石板\",,\"password\":\"x\"}}\n{SECRET}"),
        format!("---\n{{title: 青石板,, draft: true}}\n---\n{SECRET}"),
        format!("---\ntitle: 青石板\ndraft: true\ndraft: false\n---\n{SECRET}"),
        format!("\u{200B}---\ntitle: 青石板\ndraft: true\n---\n{SECRET}"),
        format!("+++\ntitle = '青石板'\n[params]\npassword = 'x'\n+++\n{SECRET}"),
        format!("---\r\ntitle: [青石板\r\npublished: false\r\n---\r\n{SECRET}"),
        format!("\u{feff}---\ntitle: @青石板\nhidden: true\n---\n{SECRET}"),
        format!("---\ndraft: false\ntitle: 青石板\ndraft: true\n---\n{SECRET}"),
        format!("---\ntitle: 青石板: 钥匙\nencrypt: true\n---\n{SECRET}"),
    ] {
        let blog = Blog::new().post("secret.md", &text).titled("open.md", "春游", "湖边。").refresh();
        never_seen(&blog, &text);
    }
}

#[test]
fn folders_of_drafts_and_hidden_names_are_never_read() {
    let text = format!("---\ntitle: 青石板\n---\n{SECRET}");
    for path in ["_drafts/secret.md", ".trash/secret.md", ".secret.md", "a/node_modules/secret.md", "_site/secret.md"] {
        let blog = Blog::new().post(path, &text).titled("open.md", "春游", "湖边。").refresh();
        never_seen(&blog, path);
    }
}

#[test]
fn a_post_of_the_future_appears_when_its_time_comes() {
    let blog = Blog::new()
        .post("soon.md", "---\ntitle: 预告\ndate: 2031-05-05 08:00:00 +0800\n---\n正文。\n")
        .at("2031-05-04T23:59:59Z")
        .refresh();
    blog.search("预告").finds_nothing();
    assert_eq!(blog.status().totals.skipped.get("future"), Some(&1));
    let due = blog.refresher().next_due().map(|due| due.to_string());
    assert_eq!(due.as_deref(), Some("2031-05-05T00:00:00Z"));
    let blog = blog.at("2031-05-05T00:00:00Z").refresh();
    blog.search("预告").finds(&["soon"]);
    assert_eq!(blog.refresher().next_due(), None);
}

#[test]
fn a_post_that_expires_goes_when_its_time_comes() {
    let blog = Blog::new()
        .post("sale.md", "---\ntitle: 限时\ndate: 2020-01-01\nexpiryDate: 2031-05-05T00:00:00Z\n---\n正文。\n")
        .at("2031-05-04T23:59:59Z")
        .refresh();
    blog.search("限时").finds(&["sale"]);
    let blog = blog.at("2031-05-05T00:00:00Z").refresh();
    blog.search("限时").finds_nothing();
    assert_eq!(blog.searcher().counts(), (0, 0));
    assert_eq!(blog.status().totals.skipped.get("expired"), Some(&1));
}

#[test]
fn a_post_that_becomes_hidden_goes_at_once() {
    for line in ["draft: true", "password: abc", "published: false", "date: 2999-01-01"] {
        let blog = Blog::new()
            .post("secret.md", &format!("---\ntitle: 青石板\n---\n{SECRET}"))
            .titled("open.md", "春游", "湖边。")
            .refresh();
        blog.search("青石板").finds(&["secret"]);
        never_seen(&blog.edit("secret.md", "title: 青石板\n", &format!("title: 青石板\n{line}\n")).refresh(), line);
    }
}

#[test]
fn a_post_that_breaks_and_becomes_hidden_at_once_goes_too() {
    let blog = Blog::new()
        .post("secret.md", &format!("---\ntitle: 青石板\n---\n{SECRET}"))
        .titled("open.md", "春游", "湖边。")
        .refresh()
        .edit("secret.md", "title: 青石板", "title: [青石板\ndraft: true")
        .refresh();
    never_seen(&blog, "broken and hidden");
}

#[test]
fn a_draft_that_is_published_appears() {
    Blog::new()
        .post("a.md", "---\ntitle: 青石板\ndraft: true\n---\n正文。\n")
        .refresh()
        .edit("a.md", "draft: true", "draft: false")
        .refresh()
        .search("青石板")
        .finds(&["a"]);
}

#[test]
fn a_finding_of_what_is_hidden_tells_its_place_and_none_of_its_words() {
    for front in [
        "draft: true\ndate: 青石板",
        "draft: true\ntitle:青石板",
        "password:青石板",
        "password: \"青石板",
        "date: 2999-01-01\nupdated: 青石板",
        "date: 2001-01-01\nexpiryDate: 2002-01-01\nupdated: 青石板",
    ] {
        let blog = Blog::new().post("secret.md", &format!("---\n{front}\n---\n{SECRET}\n")).refresh();
        let body = blog.get("/api/status").json();
        assert_eq!(body["diagnostics_total"], 1, "{front}: {body}");
        assert!(body["diagnostics"][0]["line"].is_number(), "{front}: {body}");
        assert!(!body.to_string().contains("青石板"), "{front}: {body}");
        assert!(blog.status().findings.first.iter().all(|found| !found.to_string().contains("青石板")), "{front}");
    }
}

#[test]
fn what_an_author_protects_inside_a_post_is_in_no_route() {
    for (open, close) in [
        ("{{% hugo-encryptor \"pw\" %}}", "{{% /hugo-encryptor %}}"),
        ("{{< fixit-encryptor \"pw\" \"提示\" >}}", "{{< /fixit-encryptor >}}"),
        ("{% hideBlock 展开 %}", "{% endhideBlock %}"),
        ("<encrypted-text>", "</encrypted-text>"),
        ("{::comment}", "{:/comment}"),
        ("<!--", "-->"),
        ("{{< secret >}}", ""),
    ] {
        let text = format!("---\ntitle: 春游\n---\n湖边。\n\n{open}\n{SECRET}\n{close}\n");
        let blog = Blog::new().post("open.md", &text).refresh();
        never_seen(&blog, open);
        for route in ["/api/posts/open", "/api/search?q=%E6%B9%96%E8%BE%B9", "/api/suggest?q=%E9%9D%92"] {
            assert!(!blog.get(route).text.contains("青石板"), "{open}: {route}");
        }
    }
}
