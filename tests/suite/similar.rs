//! More like this: posts that share the weighty words of one.

use serde_json::Value;

use crate::harness::{Blog, escaped};

fn blog() -> Blog {
    Blog::new()
        .titled("kuaidi.md", "快递丢件理赔", "客服说快递丢件，理赔要先交押金。下载会议软件，共享屏幕后银行卡被转空。")
        .titled("lipei.md", "理赔电话", "自称快递客服的人说丢件可以理赔，让她下载会议软件，又要求共享屏幕。")
        .titled("2023/similar.md", "机票改签理赔", "航班取消，改签客服要求共享屏幕，理赔变成转账。")
        .titled("yecan.md", "湖边野餐", "带上餐布和水果，去湖边坐坐。")
        .titled("lvyou.md", "野餐的去处", "湖边的草地适合野餐，水果和餐布别忘了带。")
        .post(
            "caogao.md",
            "---\ntitle: 快递丢件理赔草稿\ndraft: true\n---\n客服说快递丢件，理赔要先交押金，共享屏幕。\n",
        )
        .refresh()
}

#[track_caller]
fn check(id: &str, expected: &[&str]) {
    let found = blog().searcher().similar(&id.to_owned().into(), 10).unwrap();
    let ids = found.map(|hits| hits.hits.iter().map(|hit| hit.id.to_string()).collect::<Vec<_>>());
    assert_eq!(ids.as_deref().unwrap_or_default(), expected, "{id}");
}

#[test]
fn posts_about_the_same_are_alike_and_others_are_not() {
    check("kuaidi", &["lipei", "2023/similar"]);
    check("yecan", &["lvyou"]);
    check("lvyou", &["yecan"]);
}

#[test]
fn a_post_is_not_like_itself_and_no_hidden_one_is() {
    for id in ["kuaidi", "lipei", "2023/similar", "yecan"] {
        let hits = blog().searcher().similar(&id.to_owned().into(), 100).unwrap().unwrap();
        assert!(hits.hits.iter().all(|hit| hit.id.as_str() != id && hit.id.as_str() != "caogao"));
        assert_eq!(hits.total, hits.hits.len());
    }
    assert_eq!(blog().searcher().similar(&"caogao".to_owned().into(), 10).unwrap(), None);
}

#[test]
fn what_both_posts_share_is_marked() {
    let body = blog().get("/api/posts/kuaidi/similar?limit=1").json();
    assert_eq!((&body["id"], &body["total"]), (&"kuaidi".into(), &2.into()));
    assert_eq!(body["hits"].as_array().map(Vec::len), Some(1));
    let hit = &body["hits"][0];
    assert_eq!(hit["id"], "lipei");
    let snippet = hit["snippet_html"].as_str().unwrap();
    for word in ["丢件", "会议", "屏幕"] {
        assert!(snippet.contains(word) && hit["snippet"]["marks"].as_array().is_some_and(|marks| marks.len() > 2));
    }
    assert!(hit["snippet_html"].as_str().unwrap().contains("<mark>"));
}

#[test]
fn a_post_whose_id_ends_like_the_route_can_be_reached() {
    let blog = blog();
    assert_eq!(blog.get("/api/posts/2023/similar").json()["title"], "机票改签理赔");
    assert_eq!(blog.get("/api/posts/2023/similar/similar").json()["id"], "2023/similar");
}

#[test]
fn what_is_asked_wrong_is_refused() {
    let refused = |path: &str, status: u16, words: &str| {
        let answer = blog().get(path);
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.json()["message"].as_str().unwrap().contains(words), "{}", answer.text);
    };
    refused("/api/posts/nobody/similar", 404, "there is no post `nobody`");
    refused("/api/posts/caogao/similar", 404, "there is no post `caogao`");
    refused("/api/posts/kuaidi/similar?limit=101", 400, "`limit`: found `101`");
    refused("/api/posts/kuaidi/similar?q=x", 400, "unknown parameter `q`, expected one of `limit`");
    refused("/api/posts/2023/similar?limit=3", 400, "unknown parameter `limit`");
    refused(&format!("/api/posts/{}/similar", escaped("../../etc/passwd")), 404, "there is no post");
}

#[test]
fn the_command_line_finds_the_same() {
    let blog = blog().close();
    let ran = blog.run(&["search", "--like", "kuaidi"]);
    ran.ends_with(0).says("理赔电话").tells("2 posts, 1 to 2 shown");
    assert!(!ran.out.contains("match"), "{}", ran.out);
    let ran = blog.run(&["search", "--like", "kuaidi", "--limit", "1", "--format", "json"]);
    let mut printed: Value = serde_json::from_str(&ran.ends_with(0).out).unwrap();
    let mut answered = blog.refresh().get("/api/posts/kuaidi/similar?limit=1").json();
    for body in [&mut printed, &mut answered] {
        body["took_us"] = Value::Null;
    }
    assert_eq!(printed, answered);
}

#[test]
fn the_command_line_says_when_there_is_no_such_post() {
    let blog = blog().close();
    blog.run(&["search", "--like", "nobody"]).fails("there is no post `nobody`").tells("help: the id of a post is");
    blog.run(&["search", "--like", "kuaidi", "诈骗"]).fails("cannot be used with");
    blog.run(&["search", "--like", "kuaidi", "--tag", "快递"]).fails("cannot be used with");
    let alone = Blog::new().titled("a.md", "甲", "湖边野餐。").refresh().close();
    alone.run(&["search", "--like", "a"]).ends_with(1).tells("0 posts");
}
