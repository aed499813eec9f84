//! Notes of Obsidian and Logseq.

use super::*;

#[test]
fn a_note_of_obsidian_opens_in_its_vault() {
    let files = [
        ("我的 库/.obsidian/app.json", "{\"userIgnoreFilters\": [\"归档/\", \"/^私/\"]}"),
        ("我的 库/.obsidian/templates.json", "{\"folder\": \"模板\"}"),
        ("我的 库/.obsidian/plugins/templater-obsidian/data.json", "{\"templates_folder\": \"/tpl/\"}"),
        ("我的 库/读书/a & b.md", "title: 别的\npermalink: /x/"),
        ("我的 库/未来.md", "date: 2031-01-01"),
        ("我的 库/归档/b.md", "a: 1"),
        ("我的 库/私信.md", "a: 1"),
        ("我的 库/模板/会.md", "a: 1"),
        ("我的 库/tpl/t.md", "a: 1"),
        ("我的 库/画.excalidraw.md", "a: 1"),
        ("我的 库/图.md", "excalidraw-plugin: parsed"),
        ("我的 库/不发.md", "publish: false"),
    ];
    check_site(
        &files,
        "我的 库",
        &[
            ("读书/a & b.md", "obsidian://open?vault=我的 库&file=读书/a & b"),
            ("未来.md", "obsidian://open?vault=我的 库&file=未来"),
            ("归档/b.md", "hidden"),
            ("私信.md", "hidden"),
            ("模板/会.md", "hidden"),
            ("tpl/t.md", "hidden"),
            ("画.excalidraw.md", "hidden"),
            ("图.md", "hidden"),
            ("不发.md", "unpublished"),
        ],
    );
    let folder = folder(&files);
    let options = SourceOptions { max_file_bytes: 1 << 20, ..SourceOptions::default() };
    let source = Source::open(&folder.path().join("我的 库"), &options).unwrap();
    let text = "---\ntitle: 别的\n---\n## 节：一 #x\n文，见 #标签/子 和 `#码` 与 #2024\n";
    let post = source.parse("读书/a.md", text.as_bytes()).post.unwrap();
    assert_eq!((post.title.as_str(), post.front.tags), ("a", vec!["x".to_owned(), "标签/子".to_owned()]));
    let post = source.parse("读书/a.md", text.as_bytes()).post.unwrap();
    let url = section_url(&post, &post.sections[0]);
    assert!(url.starts_with("obsidian://open?vault=") && url.ends_with("%23%E8%8A%82%EF%BC%9A%E4%B8%80%20x"), "{url}");
    let options = SiteOptions { base_url: Some("https://publish.obsidian.md/ku".to_owned()), ..SiteOptions::default() };
    check_site_with(
        options,
        &[("v/.obsidian/", ""), ("v/a b.md", "a: 1")],
        "v",
        &[("a b.md", "https://publish.obsidian.md/ku/a+b")],
    );
}

#[test]
fn a_generator_comes_before_the_program_in_which_its_pages_are_written() {
    let (site, _) =
        detect(&[(".obsidian/", ""), ("_config.yml", "permalink: pretty\n"), ("_posts/", "")], &SiteOptions::default());
    assert_eq!(site.kind, SiteKind::Jekyll);
    let (site, _) = detect(
        &[(".obsidian/", ""), ("_config.yml", "permalink: pretty\n")],
        &SiteOptions { kind: Some(SiteKind::Obsidian), ..SiteOptions::default() },
    );
    assert_eq!(site.kind, SiteKind::Obsidian);
}

#[test]
fn a_page_of_logseq_opens_in_its_graph() {
    let config = ";; :hidden [\"/pages\"]\n{:meta/version 1 :preferred-format \"Markdown\"\n :hidden [\"/旧\" \"pages/密\"]\n :journal/page-title-format \"yyyy/MM/dd EEEE\" :file/name-format :triple-lowbar\n :default-home {:page \"目录\"}}";
    let files = [
        ("g/logseq/config.edn", config),
        ("g/logseq/bak/a.md", "a: 1"),
        ("g/pages/编程___Rust.md", "a: 1"),
        ("g/pages/问%3F.md", "a: 1"),
        ("g/journals/2024_02_29.md", "a: 1"),
        ("g/旧/a.md", "a: 1"),
        ("g/pages/密/b.md", "a: 1"),
    ];
    check_site(
        &files,
        "g",
        &[
            ("logseq/bak/a.md", "excluded"),
            ("pages/编程___Rust.md", "logseq://graph/g?page=编程/Rust"),
            ("pages/问%3F.md", "logseq://graph/g?page=问?"),
            ("journals/2024_02_29.md", "logseq://graph/g?page=2024/02/29 Thursday"),
            ("旧/a.md", "excluded"),
            ("pages/密/b.md", "excluded"),
        ],
    );
    let folder = folder(&[("g/logseq/config.edn", "{}"), ("g/pages/", ""), ("g/journals/", "")]);
    let options = SourceOptions { max_file_bytes: 1 << 20, ..SourceOptions::default() };
    let source = Source::open(&folder.path().join("g"), &options).unwrap();
    let read = |path: &str, text: &str| source.parse(path, text.as_bytes());
    let post = read("journals/2024_03_01.md", "- 交租 #家/账 和 #[[两 词]]").post.unwrap();
    assert_eq!(post.title, "Mar 1st, 2024");
    assert_eq!(post.front.tags, ["家/账"]);
    let post = read("pages/a.b.md", "alias:: 甲, 乙\ntags:: [[生活]], #植物\n\n- 文").post.unwrap();
    assert_eq!((post.title.as_str(), post.text.as_str()), ("a/b", "文"));
    assert_eq!(
        (post.front.tags, post.front.aliases),
        (vec!["生活".into(), "植物".into()], vec!["甲".into(), "乙".into()])
    );
    let post = read("pages/a.md", "title:: 真名\npublic:: true\n- 文").post.unwrap();
    assert_eq!(post.title, "真名");
    assert!(read("pages/a.md", "public:: false\n\n- 文").hidden.is_some());
    let published = SiteOptions { base_url: Some("https://ku.example".to_owned()), ..SiteOptions::default() };
    let source = Source::open(&folder.path().join("g"), &SourceOptions { site: published, ..options }).unwrap();
    assert!(source.parse("pages/a.md", "- 文".as_bytes()).hidden.is_some());
    let parsed = source.parse("pages/a.md", "public:: true\n\n- 文".as_bytes());
    assert_eq!((parsed.hidden, parsed.post.unwrap().url.as_str()), (None, "https://ku.example/#/page/a"));
}
