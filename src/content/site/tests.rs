#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod docusaurus;
mod hexo;
mod hugo;
mod jekyll;
mod mkdocs;
mod notes;
mod vitepress;
mod vuepress;

use std::{collections::BTreeMap, fs, path::Path};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::content::{
    diagnostic::Diagnostic,
    source::{Source, SourceOptions, Visibility},
};

/// 2022-05-06T07:08:09+08:00, a Friday.
const WRITTEN: Date = Date { seconds: 1_651_792_089, offset: 28_800 };

/// Makes a folder with these files; a name that ends in `/` is a folder.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    folder
}

fn front(slug: &str, permalink: &str, categories: &[&str]) -> FrontMatter {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    FrontMatter {
        date: Some(WRITTEN),
        slug: some(slug),
        permalink: some(permalink),
        categories: categories.iter().map(|&name| name.to_owned()).collect(),
        ..FrontMatter::default()
    }
}

/// Checks the URL of each path in a site with these files, whose posts folder is `posts`, and that there are no
/// findings.
fn check(files: &[(&str, &str)], posts: &str, expected: &[(&str, FrontMatter, &str)]) {
    let folder = folder(files);
    let (site, findings) = Site::detect(&folder.path().join(posts), &SiteOptions::default());
    assert_eq!(findings, []);
    for (path, front, url) in expected {
        assert_eq!(
            site.url(&UrlParts { path, title: "防骗 Guide", front, written: &Written::default() }),
            *url,
            "{path}"
        );
    }
}

/// Checks what becomes of each file of a site: its URL, or the reason why it is not found. The text of a post is its
/// front matter; files that are not read at all are not listed.
#[track_caller]
fn check_site(files: &[(&str, &str)], posts: &str, expected: &[(&str, &str)]) {
    check_site_with(SiteOptions::default(), files, posts, expected);
}

#[track_caller]
fn check_site_with(options: SiteOptions, files: &[(&str, &str)], posts: &str, expected: &[(&str, &str)]) {
    let texts: Vec<String> = files.iter().map(|(name, text)| whole(name, text)).collect();
    let files: Vec<_> = files.iter().zip(&texts).map(|((name, _), text)| (*name, text.as_str())).collect();
    let folder = folder(&files);
    let options = SourceOptions { max_file_bytes: 1 << 20, site: options, ..SourceOptions::default() };
    let source = Source::open(&folder.path().join(posts), &options).unwrap();
    assert_eq!(source.findings(), []);
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let found: BTreeMap<String, String> = source
        .folder()
        .scan()
        .unwrap()
        .entries
        .into_iter()
        .map(|entry| {
            let parsed = source.parse(&entry.path, &source.folder().read(&entry.path).unwrap());
            let fate = match parsed.visibility(now) {
                Visibility::Visible { .. } => {
                    percent_encoding::percent_decode_str(&parsed.post.unwrap().url).decode_utf8().unwrap().into_owned()
                }
                Visibility::Hidden(why) => format!("{why:?}").to_lowercase(),
                Visibility::Future(_) => "future".to_owned(),
                Visibility::Expired => "expired".to_owned(),
                Visibility::Unusable => "unusable".to_owned(),
            };
            (entry.path, fate)
        })
        .collect();
    let expected = expected.iter().map(|&(path, fate)| (path.to_owned(), fate.to_owned())).collect();
    assert_eq!(found, expected);
}

/// Returns the whole text of a file: posts have front matter and a line of text.
fn whole(name: &str, text: &str) -> String {
    let is_post = crate::post::markdown_stem(name).or_else(|| crate::post::html_stem(name)).is_some();
    if is_post && !text.is_empty() { format!("---\n{text}\n---\n接到陌生来电。\n") } else { text.to_owned() }
}

fn detect(files: &[(&str, &str)], options: &SiteOptions) -> (Site, Vec<Diagnostic>) {
    let folder = folder(files);
    Site::detect(folder.path(), options)
}

fn permalink(pattern: &str) -> SiteOptions {
    SiteOptions { permalink: Some(pattern.to_owned()), ..SiteOptions::default() }
}

#[test]
fn jekyll_styles_are_those_of_the_manual() {
    let post = "_posts/2022-05-06-wang-gou.md";
    for (style, url) in [
        ("date", "/fraud/2022/05/06/wang-gou.html"),
        ("pretty", "/fraud/2022/05/06/wang-gou/"),
        ("ordinal", "/fraud/2022/126/wang-gou.html"),
        ("weekdate", "/fraud/2022/W18/Fri/wang-gou.html"),
        ("none", "/fraud/wang-gou.html"),
        ("/:short_year/:i_month/:i_day/:slug", "/22/5/6/wang-gou"),
        (
            "/:short_month-:long_month/:w_year:w_day/:long_day/:hour:minute:second/:title",
            "/May-May/20225/Friday/070809/wang-gou",
        ),
        ("/:year_:month/:title/", "/2022_05/wang-gou/"),
        ("/:slugified_categories/:title.html", "/fraud/wang-gou.html"),
    ] {
        let config = format!("baseurl: ''\npermalink: {style}\n");
        check(&[("_config.yml", &config), (post, "")], "", &[(post, front("", "", &["Fraud"]), url)]);
    }
}

#[test]
fn jekyll_knows_posts_collections_and_pages() {
    let config = "url: https://anli.example.cn/\nbaseurl: /blog/\npermalink: /:year/:month/:day/:title/\ncollections:\n  wiki:\n    output: true\n    permalink: /wiki/:path/\n  notes:\n    output: true\n  docs:\n    permalink: /d/:collection/:name:output_ext\n";
    let none = || front("", "", &[]);
    let root = "https://anli.example.cn/blog";
    check(
        &[("_config.yml", config), ("_posts/", "")],
        "",
        &[
            ("_posts/2022-05-06-HFDP-Notes1.md", none(), &format!("{root}/2022/05/06/HFDP-Notes1/")),
            (
                "_posts/2022-05-06-C++ 笔记（一）.md",
                none(),
                &format!("{root}/2022/05/06/C++-%E7%AC%94%E8%AE%B0-%E4%B8%80/"),
            ),
            ("_posts/2022-05-06-a.md", front("My Own", "", &[]), &format!("{root}/2022/05/06/My-Own/")),
            ("_posts/2022-05-06-a.md", front("", "/x/:i_day/../:title", &[]), &format!("{root}/x/6/a")),
            ("_drafts/idea.md", none(), &format!("{root}/2022/05/06/idea/")),
            ("_wiki/tools/vim.md", none(), &format!("{root}/wiki/tools/vim/")),
            ("_notes/ssh.md", none(), &format!("{root}/notes/ssh/")),
            ("_docs/Set Up.md", none(), &format!("{root}/d/docs/set-up.html")),
            ("pages/about.md", front("", "/about/", &[]), &format!("{root}/about/")),
            ("pages/open source.md", none(), &format!("{root}/pages/open%20source/")),
            ("help/index.md", none(), &format!("{root}/help/")),
            ("README.md", none(), &format!("{root}/README/")),
        ],
    );
}

#[test]
fn jekyll_takes_categories_from_folders() {
    check(
        &[("_config.yml", "permalink: '/p/:categories/:title'\n"), ("_posts/", ""), ("news/_posts/", "")],
        "",
        &[("news/_posts/2022-05-06-a.md", front("", "", &["反诈", "NEWS"]), "/p/news/%E5%8F%8D%E8%AF%88/a")],
    );
}

#[test]
fn jekyll_is_found_from_below_and_dates_are_those_of_its_zone() {
    let config = "timezone: America/New_York\nauthor:\n  name: 小林\n";
    let files = [("site/_config.yml", config), ("site/_posts/2022/", "")];
    check(&files, "site/_posts", &[("2022-05-05-a.md", front("", "", &[]), "/2022/05/05/a.html")]);
    check(&files, "site/_posts/2022", &[("2022-05-05-a.md", front("", "", &[]), "/2022/05/05/a.html")]);
    let folder = folder(&files);
    let (site, _) = Site::detect(&folder.path().join("site/_posts"), &SiteOptions::default());
    assert_eq!(site.default_author.as_deref(), Some("小林"));
    assert_eq!(site.zone.iana_name(), Some("America/New_York"));
    assert!(site.files().contains(&folder.path().canonicalize().unwrap().join("site/_config.yml")));
}

#[test]
fn a_configuration_beside_the_posts_makes_dated_files_posts() {
    let files = [("_config.yml", "url: https://a.example\npermalink: /:year/:title/\n")];
    check(&files, "", &[("2022-05-06-kefu.md", front("", "", &[]), "https://a.example/2022/kefu/")]);
    let files = [("_config.yml", "url: https://a.example\nnew_post_name: :year-:month-:day-:title.md\n")];
    check(&files, "", &[("2022-05-06-kefu.md", front("", "", &[]), "https://a.example/2022/05/06/kefu/")]);
    let files = [("_config.yml", "permalink: :name-:i_day/\n")];
    check(&files, "", &[("x/kefu.md", front("", " ", &[]), "/kefu-6/")]);
    let files = [("hugo.toml", "baseURL = 'https://a.example/'\n")];
    check(&files, "", &[("2022-05-06-kefu.md", front("", "", &[]), "https://a.example/2022-05-06-kefu/")]);
}

#[test]
fn hexo_placeholders_are_those_of_the_manual() {
    let post = "source/_posts/反诈/Ke Fu.md";
    for (pattern, url) in [
        (":year/:month/:day/:title/", "/2022/05/06/%E5%8F%8D%E8%AF%88/Ke%20Fu/"),
        ("p/:i_month-:i_day/:name.html", "/p/5-6/Ke%20Fu.html"),
        (":category/:post_title/", "/cases/dian-hua/%E9%98%B2%E9%AA%97-guide/"),
        (":hour:minute:second/:hash/", "/070809/00e97fdb46f4/"),
        (":lang/:name/", "/zh-cn/Ke%20Fu/"),
        ("posts/:abbrlink.html", "/posts/4a17b156.html"),
    ] {
        let config = format!(
            "permalink: {pattern}\npermalink_defaults:\n  lang: zh-cn\ncategory_map:\n  案例: Cases\nfilename_case: 1\nnew_post_name: :title.md\n"
        );
        let mut front = front("", "", &["案例", "Dian  Hua"]);
        front.extra.insert("abbrlink".to_owned(), "4a17b156".into());
        check(&[("_config.yml", &config), (post, "")], "", &[(post, front, url)]);
    }
}

#[test]
fn hexo_sites_have_posts_pages_and_a_root() {
    let config = "url: https://a.example.cn\nroot: /blog/\npermalink: :title/\nnew_post_name: :year-:month-:day-:title.md\npretty_urls:\n  trailing_html: false\n";
    let files = [("_config.yml", config), ("source/_posts/", ""), ("package.json", "{}")];
    let none = || front("", "", &[]);
    let root = "https://a.example.cn/blog";
    check(
        &files,
        "source/_posts",
        &[
            ("2022-05-06-kefu.md", none(), &format!("{root}/kefu/")),
            ("old/kefu.md", none(), &format!("{root}/old-kefu/")),
            ("2022-05-06-a.md", front("", "my/:title.html", &[]), &format!("{root}/my/%3Atitle")),
        ],
    );
    check(
        &files,
        "source",
        &[
            ("_posts/2022-05-06-kefu.md", none(), &format!("{root}/kefu/")),
            ("about/index.md", none(), &format!("{root}/about/")),
            ("links.md", none(), &format!("{root}/links")),
        ],
    );
    let (site, findings) = detect(&[("source/_posts/", "")], &SiteOptions::default());
    assert_eq!((site.kind, site.permalink.as_str(), findings), (SiteKind::Hexo, ":year/:month/:day/:title/", vec![]));
}

#[test]
fn hexo_posts_without_category_use_the_default() {
    let config = "url: https://a.cn/b/\nroot: /b/\npermalink: :category/:name\ndefault_category: other\n";
    let files = [("_config.yml", config), ("source/_posts/", "")];
    check(&files, "source/_posts", &[("x/y.md", front("", "", &[]), "https://a.cn/b/other/y")]);
}

#[test]
fn hugo_paths_follow_the_content() {
    let files = [("hugo.toml", "baseURL = 'https://a.example.cn/sub/'\n"), ("content/posts/", "")];
    let none = || front("", "", &[]);
    let root = "https://a.example.cn/sub";
    check(
        &files,
        "content",
        &[
            ("posts/Ke Fu，一.md", none(), &format!("{root}/posts/ke-fu%E4%B8%80/")),
            ("posts/bundle/index.md", none(), &format!("{root}/posts/bundle/")),
            ("posts/bundle/index.md", front("Own One", "", &[]), &format!("{root}/posts/own-one/")),
            ("posts/_index.md", none(), &format!("{root}/posts/")),
            ("_index.md", none(), &format!("{root}/")),
            ("about.md", none(), &format!("{root}/about/")),
            ("posts/a.md", front("", "/x/:year/:slug", &[]), &format!("{root}/x/2022/%E9%98%B2%E9%AA%97-guide/")),
            ("posts/a.md", front("", "x.html", &[]), &format!("{root}/x.html")),
        ],
    );
    check(&files, "content/posts", &[("a.md", none(), &format!("{root}/posts/a/"))]);
    check(&files, "", &[("content/posts/a.md", none(), &format!("{root}/posts/a/"))]);
}

#[test]
fn hugo_tokens_are_those_of_the_manual() {
    for (pattern, url) in [
        ("/:year/:month/:day/:slug/", "/2022/05/06/%E9%98%B2%E9%AA%97-guide/"),
        ("/:monthname/:weekday/:weekdayname/:yearday/:filename", "/may/5/friday/126/kefu/"),
        ("/:sections/:title/", "/posts/2022/q2/%E9%98%B2%E9%AA%97-guide/"),
        ("/:section/:sections[1:]/:sections[last]/:contentbasename/", "/posts/2022/q2/q2/kefu/"),
        ("/:sections[0]-:sections[7]/:slugorfilename/", "/posts-/kefu/"),
        ("/:06-:Jan/a\\:b/:slugorcontentbasename.html", "/22-may/a:b/kefu.html/"),
    ] {
        let config = serde_json::json!({"permalinks": {"page": {"posts": pattern}}}).to_string();
        let path = "posts/2022/Q2/kefu.md";
        let sections = [("content/posts/2022/_index.md", ""), ("content/posts/2022/Q2/_index.md", "")];
        let files = [("hugo.json", config.as_str()), sections[0], sections[1]];
        check(&files, "content", &[(path, front("", "", &[]), url)]);
    }
}

#[test]
fn hugo_permalinks_are_chosen_by_section() {
    let files = [
        ("config/_default/config.toml", "baseurl = 'https://a.cn'\nuglyURLs = true\n[params]\nauthor = '小周'\n"),
        (
            "config/_default/permalinks.yaml",
            "posts: /p/:filename/\nposts/deep: /deep/:filename/\nsection:\n  posts: /all/\n",
        ),
        ("content/", ""),
    ];
    let none = || front("", "", &[]);
    check(
        &files,
        "content",
        &[
            ("posts/a.md", none(), "https://a.cn/p/a.html"),
            ("posts/deep/a.md", none(), "https://a.cn/deep/a.html"),
            ("posts/_index.md", none(), "https://a.cn/all/"),
            ("other/A.md", none(), "https://a.cn/other/a.html"),
        ],
    );
}

#[test]
fn hugo_languages_have_folders() {
    let config = "defaultContentLanguage: zh-cn\nlanguages:\n  zh-cn: {weight: 1}\n  en: {weight: 2}\n";
    let none = || front("", "", &[]);
    check(
        &[("config.yaml", config), ("content/", "")],
        "content",
        &[
            ("posts/a.md", none(), "/posts/a/"),
            ("posts/a.zh-CN.md", none(), "/posts/a/"),
            ("posts/a.en.md", none(), "/en/posts/a/"),
            ("posts/b/index.en.md", none(), "/en/posts/b/"),
            ("posts/_index.en.md", none(), "/en/posts/"),
            ("posts/v1.2.md", none(), "/posts/v1.2/"),
        ],
    );
    let config = "defaultContentLanguage: zh\ndefaultContentLanguageInSubdir: true\nlanguages:\n  zh: {contentDir: content/zh}\n  en: {contentDir: content/en}\n";
    let files = [("hugo.yml", config), ("content/zh/posts/", "")];
    check(&files, "content", &[("zh/posts/a.md", none(), "/zh/posts/a/"), ("en/posts/a.md", none(), "/en/posts/a/")]);
    check(&files, "content/zh", &[("posts/a.md", none(), "/zh/posts/a/")]);
}

#[test]
fn a_bare_folder_has_the_path_as_url() {
    check(
        &[],
        "",
        &[
            ("案例/2022-05-06-a b.md", front("", "", &[]), "/%E6%A1%88%E4%BE%8B/2022-05-06-a%20b/"),
            ("help/README.md", front("", "", &[]), "/help/"),
            ("a.md", front("", "javascript:alert(1)", &[]), "/javascript:alert(1)"),
            ("a.md", front("", "https://else.example/x?y=\"#z", &[]), "https://else.example/x?y=%22"),
        ],
    );
    let options = SiteOptions { base_url: Some("https://a.cn/".into()), ..permalink("/:year/:title.html") };
    let (site, findings) = detect(&[], &options);
    assert_eq!(findings, []);
    let parts =
        UrlParts { path: "b/2022-05-06-kefu.md", title: "", front: &front("", "", &[]), written: &Written::default() };
    assert_eq!(site.url(&parts), "https://a.cn/2022/kefu.html");
}

#[test]
fn options_win_over_the_site() {
    let files = [
        ("_config.yml", "url: https://old.cn\npermalink: pretty\ntimezone: Asia/Tokyo\nauthor: 甲\n"),
        ("_posts/", ""),
    ];
    let options = SiteOptions {
        kind: Some(SiteKind::Jekyll),
        base_url: Some(String::new()),
        timezone: Some("UTC".into()),
        author: Some("乙".into()),
        ..permalink("/:i_day/:title")
    };
    let (site, findings) = detect(&files, &options);
    assert_eq!(findings, []);
    let parts = UrlParts {
        path: "_posts/2022-05-06-a.md",
        title: "",
        front: &front("", "", &[]),
        written: &Written::default(),
    };
    assert_eq!(site.url(&parts), "/5/a");
    assert_eq!(site.default_author.as_deref(), Some("乙"));
    let (site, _) = detect(&files, &SiteOptions { kind: Some(SiteKind::Plain), ..SiteOptions::default() });
    assert_eq!((site.kind, site.base_url.as_str()), (SiteKind::Plain, ""));
}

#[test]
fn unrelated_configurations_are_left_alone() {
    let (site, findings) = detect(&[("config.yaml", "listen: 8080\n")], &SiteOptions::default());
    assert_eq!((site.kind, findings), (SiteKind::Plain, vec![]));
    let folder = folder(&[("_config.yml", "url: https://outside.cn"), ("repo/.git/", ""), ("repo/posts/", "")]);
    let (site, _) = Site::detect(&folder.path().join("repo/posts"), &SiteOptions::default());
    assert_eq!((site.kind, site.base_url.as_str()), (SiteKind::Plain, ""));
    let (site, findings) = Site::detect(Path::new("/no/such/folder"), &SiteOptions::default());
    assert_eq!((site.kind, findings), (SiteKind::Plain, vec![]));
}

/// Checks the findings, as written for people, of a site with one configuration file.
fn check_findings(name: &str, text: &str, expected: &str) {
    let (_, findings) = detect(&[(name, text), ("_posts/", "")], &SiteOptions::default());
    let shown = findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n");
    assert_eq!(shown, expected);
}

#[test]
fn a_broken_configuration_is_a_finding_with_its_place() {
    let (site, findings) =
        detect(&[("_config.yml", "title: 码\nurl: [https://a.cn\n"), ("_posts/", "")], &SiteOptions::default());
    let [finding] = findings.as_slice() else { unreachable!("one finding") };
    assert_eq!((finding.code, finding.path.as_str()), (Code::SiteConfigInvalid, "_config.yml"));
    let place = finding.place.as_ref().unwrap();
    assert_eq!((place.line, place.source.as_str()), (2, "url: [https://a.cn"));
    assert_eq!((site.kind, site.base_url.as_str()), (SiteKind::Jekyll, ""));
    for (name, text, line) in [("hugo.toml", "title = 'a'\r\nbaseURL = \r\n", 2), ("hugo.json", "{\n\"a\":\n}", 3)] {
        let (site, findings) = detect(&[(name, text)], &SiteOptions::default());
        assert_eq!(site.kind, SiteKind::Hugo);
        assert_eq!(findings.first().unwrap().place.as_ref().unwrap().line, line, "{name}");
    }
    let (_, findings) = detect(&[("_config.yml", "- a\n- b\n")], &SiteOptions::default());
    assert_eq!(findings.first().unwrap().code, Code::SiteConfigInvalid);
    let (_, findings) = detect(&[("_config.yml", "")], &SiteOptions::default());
    assert_eq!(findings, []);
}

#[test]
fn values_that_cannot_be_used_are_findings() {
    check_findings(
        "_config.yml",
        "title: 码志\ntimezone: Asia/Peking2\n",
        "warning[site-config-invalid]: time zone is `Asia/Peking2`, expected a name of the IANA list\n  --> _config.yml:2:11\n   |\n 2 | timezone: Asia/Peking2\n   |           ^^^^^^^^^^^^\nhelp: write it like `Asia/Shanghai`, which is assumed now",
    );
    check_findings(
        "_config.yml",
        "url: javascript:alert(1)\n",
        "warning[site-config-invalid]: the site's address is `javascript:alert(1)`, expected one that starts with `http://` or `https://`\n  --> _config.yml:1:6\n   |\n 1 | url: javascript:alert(1)\n   |      ^^^^^^^^^^^^^^^^^^^\nhelp: write it like `https://blog.example.cn`, or leave it empty",
    );
}

#[test]
fn an_unknown_placeholder_is_a_finding_and_stays() {
    let (site, findings) =
        detect(&[("_config.yml", "a: 1\npermalink: /:yaer/:title/\n"), ("_posts/", "")], &SiteOptions::default());
    let [finding] = findings.as_slice() else { unreachable!("one finding") };
    assert_eq!(finding.message, "permalink `/:yaer/:title/` has `:yaer`, which Jekyll does not define");
    let place = finding.place.as_ref().unwrap();
    assert_eq!((finding.code, place.line, place.column, place.width), (Code::PermalinkUnknown, 2, 13, 5));
    let parts = UrlParts {
        path: "_posts/2022-05-06-a.md",
        title: "",
        front: &front("", "", &[]),
        written: &Written::default(),
    };
    assert_eq!(site.url(&parts), "/:yaer/a/");
    for kind in [SiteKind::Hexo, SiteKind::Hugo, SiteKind::Plain] {
        let (_, findings) = detect(&[], &SiteOptions { kind: Some(kind), ..permalink("/:nothing/:title/") });
        assert_eq!(findings.first().map(|f| (f.code, f.path.as_str())), Some((Code::PermalinkUnknown, "anli.yaml")));
    }
}

#[test]
fn hostile_posts_have_addresses() {
    // Quadratic time would take minutes, which is noticed without a clock.
    let title = "骗 .".repeat(200_000);
    let mut front = front(&title, &":title/:slug".repeat(100_000), &[]);
    front.categories = (0..100_000).map(|n| n.to_string()).collect();
    for kind in [SiteKind::Jekyll, SiteKind::Hexo, SiteKind::Hugo, SiteKind::Plain] {
        let (site, _) = detect(&[], &SiteOptions { kind: Some(kind), ..permalink("/:categories/:category/:title/") });
        for own in [front.permalink.clone(), None] {
            let front = FrontMatter { permalink: own, ..front.clone() };
            assert!(
                site.url(&UrlParts {
                    path: "a/2022-05-06-a.md",
                    title: &title,
                    front: &front,
                    written: &Written::default()
                })
                .is_ascii()
            );
        }
    }
}

#[test]
fn options_refuse_unknown_keys() {
    let options: SiteOptions = serde_json::from_str(r#"{"kind": "hexo", "base_url": "/x"}"#).unwrap();
    assert_eq!(options.kind, Some(SiteKind::Hexo));
    assert!(serde_json::from_str::<SiteOptions>(r#"{"url": "/x"}"#).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_text_gives_a_safe_url(
        kind in prop::sample::select(vec![SiteKind::Jekyll, SiteKind::Hexo, SiteKind::Hugo, SiteKind::Plain]),
        base in "(https?://)?\\PC{0,8}",
        pattern in "(/|\\.\\.|:title|:slug|:year|:sections\\[[0-9a-z:]{0,3}\\]|:hash|:path|:categories|%2e|[<>'\" ]|\\PC){0,8}",
        path in "((_posts|source|\\.\\.|index|_index|\\PC{0,4}|[0-9]{4}-1-1-x)/){0,3}\\PC{0,8}(\\.md)?",
        title in any::<String>(),
        slug in any::<Option<String>>(),
        own in prop::option::of("(https?://)?(\\.\\./|:title|\\PC){0,6}"),
        category in any::<String>(),
        seconds in any::<i64>(), offset in any::<i32>(),
    ) {
        let options = SiteOptions { kind: Some(kind), base_url: Some(base), ..permalink(&pattern) };
        let (site, _) = Site::detect(Path::new("/no/such/folder"), &options);
        site.reading(&path);
        let front = FrontMatter {
            date: Some(Date { seconds, offset }), slug, permalink: own, categories: vec![category], ..FrontMatter::default()
        };
        let parts = UrlParts { path: &path, title: &title, front: &front, written: &Written::default() };
        let (url, _, _) = (site.url(&parts), site.omits(&parts), site.published_from(&parts));
        prop_assert!(url.is_ascii());
        prop_assert!(!url.contains(|c: char| c.is_control() || " \"'<>`\\".contains(c)), "{}", url);
        let own_address = front.permalink.is_some() && (url.starts_with("http://") || url.starts_with("https://"));
        prop_assert!(own_address || url.strip_prefix(&site.base_url).is_some_and(|path| path.starts_with('/')), "{}", url);
        prop_assert!(own_address || !url.starts_with("//"));
        let path = url.split('?').next().unwrap();
        prop_assert!(!path.to_lowercase().replace("%2e", ".").split('/').skip(3).any(|part| part == ".." || part == "."), "{}", url);
    }
}
