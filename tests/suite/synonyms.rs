//! Names of one thing: they find each other without a rebuild, behind what has the text itself.

use anli::query::Rule;

use crate::harness::{Blog, Service, escaped, eventually, found::marked};

fn same(names: &[&str]) -> Rule {
    Rule::Same(names.iter().map(|&name| name.to_owned()).collect())
}

fn blog() -> Blog {
    Blog::new()
        .titled("a.md", "甲", "她在婚恋网站遇到一个杀猪盘。")
        .titled("b.md", "乙", "網戀投資詐騙案，共三名被害人。")
        .titled("c.md", "丙", "湖边野餐。")
        .refresh()
        .synonyms(&[same(&["杀猪盘", "网恋投资诈骗"]), Rule::Also("虚拟币".to_owned(), vec!["USDT".to_owned()])])
}

#[test]
fn names_of_one_thing_find_each_other_behind_the_text_itself() {
    blog().search("杀猪盘").matches(&[("a", "exact"), ("b", "synonym")]);
    // Several words have one name, and a name is found inside a longer text.
    let found = blog().search("网恋投资诈骗 被害人");
    found.finds(&["b"]);
    blog().search("网恋投资诈骗").includes("a").includes("b");
}

#[test]
fn what_stands_for_the_text_is_marked_as_its_author_wrote_it() {
    let found = blog().search("杀猪盘");
    let hit = &found.hits.hits[1];
    assert_eq!(marked(&hit.snippet), "[網戀投資詐騙]案，共三名被害人。");
}

#[test]
fn a_rule_may_hold_one_way_only() {
    let blog = Blog::new()
        .titled("a.md", "甲", "对方要求用ＵＳＤＴ付款。")
        .titled("b.md", "乙", "虚拟币不受法律保护。")
        .refresh()
        .synonyms(&[Rule::Also("虚拟币".to_owned(), vec!["USDT".to_owned()])]);
    blog.search("虚拟币").matches(&[("b", "exact"), ("a", "synonym")]);
    blog.search("usdt ").finds(&["a"]);
}

#[test]
fn whoever_insists_gets_no_other_names() {
    blog().search_with("杀猪盘", |query| query.literal = true).matches(&[("a", "exact")]);
    blog().search("\"杀猪盘\"").matches(&[("a", "exact")]);
    let body = blog().get(&format!("/api/search?literal=true&q={}", escaped("杀猪盘"))).json();
    assert_eq!((&body["total"], &body["correction"]), (&1.into(), &serde_json::Value::Null));
}

#[test]
fn another_way_of_writing_is_told_from_the_text_itself() {
    let blog = Blog::new().titled("a.md", "甲", "這是詐騙。").titled("b.md", "乙", "这是诈骗。").refresh();
    let found = blog.search("诈骗");
    let classes: Vec<_> = found.hits.hits.iter().map(|hit| (hit.id.as_str(), hit.matched.as_str())).collect();
    assert!(classes.contains(&("a", "variant")) && classes.contains(&("b", "exact")), "{classes:?}");
}

#[test]
fn some_of_the_words_are_a_partial_match() {
    blog().search("野餐 飞碟").matches(&[("c", "partial")]).notes(&["relaxed"]);
}

#[test]
fn the_programs_of_the_command_line_know_the_synonyms() {
    let blog = blog().close().beside("anli.yaml", "synonyms:\n  - [野餐, 露营]\n  - {郊游: 野餐}\n");
    blog.run(&["search", "露营"]).ends_with(0).says("c · synonym match").says("野餐");
    blog.run(&["search", "郊游"]).ends_with(0).says("c · synonym match");
    blog.run(&["search", "--literal", "露营"]).ends_with(1);
    // The field's own names count unless they are turned off.
    blog.run(&["search", "受害人"]).ends_with(0).says("b · synonym match");
    let blog = blog.beside("anli.yaml", "field_synonyms: false\n");
    assert!(!blog.run(&["search", "受害人"]).out.contains("synonym"));
}

#[test]
fn broken_synonyms_are_told_with_their_place() {
    let check = |text: &str, place: &str, words: &str| {
        let blog = Blog::new().titled("a.md", "甲", "野餐。").beside("anli.yaml", text);
        blog.run(&["index"]).fails(&format!("anli.yaml:{place}: ")).tells(words);
    };
    check("synonyms:\n  - [野餐, 露营]\n  - [刷单]\n", "3:5", "`刷单` is no synonym, expected at least two");
    check("synonyms:\n  - 野餐\n", "2:5", "expected a list of names such as");
    check("synonyms:\n  - 虚拟币: [泰达币]\n    USDT: [泰达币]\n", "2:5", "found `USDT` beside `虚拟币`");
    check("synonyms: 野餐\n", "1:11", "");
}

#[track_caller]
fn soon(service: &Service, text: &str, total: u64) {
    eventually(|| match service.get(&format!("/api/search?q={}", escaped(text))).json()["total"].as_u64() {
        Some(found) if found == total => Ok(()),
        other => Err(format!("`{text}` finds {other:?}\n{}", service.log())),
    });
}

#[test]
fn changed_synonyms_count_while_the_service_runs_and_broken_ones_do_not() {
    let blog = blog().close().beside("anli.yaml", "synonyms:\n  - [野餐, 露营]\n");
    let service = blog.serve(&[]);
    soon(&service, "露营", 1);
    let path = format!("/api/search?q={}", escaped("露营"));
    let held = service.get(&path).etag.unwrap();
    let blog = blog.beside("anli.yaml", "synonyms:\n  - [野餐, 郊游]\n");
    soon(&service, "郊游", 1);
    // What a browser holds is no longer the answer, though no post has changed.
    assert_eq!(service.get_with(&path, &[("if-none-match", &held)]).status, 200);
    soon(&service, "露营", 0);
    let blog = blog.beside("anli.yaml", "synonyms:\n  - [野餐, 露营]\n  - [刷单]\n");
    eventually(|| if service.log().contains("anli.yaml:3:5") { Ok(()) } else { Err(service.log()) });
    soon(&service, "郊游", 1);
    soon(&service, "露营", 0);
    let _blog = blog.beside("anli.yaml", "synonyms:\n  - [野餐, 露营]\n");
    soon(&service, "露营", 1);
}
