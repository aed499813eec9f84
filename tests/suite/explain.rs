//! How a hit came by its score, for whoever asks.

use serde_json::Value;

use crate::harness::{Blog, escaped};

fn blog() -> Blog {
    Blog::new()
        .post("a.md", "---\ntitle: 冒充客服\ntags: [客服]\n---\n## 客服的话\n客服说包裹丢了。\n")
        .titled("b.md", "春游", "湖边野餐，客服电话无人接听。")
        .refresh()
}

#[test]
fn each_part_word_and_boost_is_named_with_what_it_gave() {
    let body = blog().get(&format!("/api/search?explain=true&q={}", escaped("冒充客服"))).json();
    let hit = &body["hits"][0];
    let explanation = hit["explanation"].as_array().unwrap();
    let word = explanation.iter().find(|each| each["what"] == "客服" && each["kind"] == "word").unwrap();
    let parts: Vec<(&str, u64)> = word["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (part["part"].as_str().unwrap(), part["times"].as_u64().unwrap()))
        .collect();
    assert_eq!(parts, [("title", 1), ("labels", 1), ("headings", 1), ("body", 1)]);
    assert!(explanation.iter().any(|each| each["kind"] == "gram"));
    assert!(explanation.iter().any(|each| each["kind"] == "boost" && each["what"] == "the title is the query"));
    let sum: f64 = explanation.iter().map(|each| each["score"].as_f64().unwrap()).sum();
    let score = hit["score"].as_f64().unwrap();
    assert!((sum - score).abs() < 0.01 * score, "{sum} explains {score}");
}

#[test]
fn nobody_gets_an_explanation_unasked() {
    for switch in ["", "explain=false&"] {
        let body = blog().get(&format!("/api/search?{switch}q={}", escaped("客服"))).json();
        assert_eq!(body["hits"][0]["explanation"], Value::Null);
    }
}

#[test]
fn the_command_line_explains_in_columns() {
    let ran = blog().close().run(&["search", "--explain", "客服"]);
    ran.ends_with(0).says("word       客服").says("title 1, labels 1, headings 1, body 1");
    let ran = blog().close().run(&["search", "客服"]);
    assert!(!ran.ends_with(0).out.contains("labels 1"), "{}", ran.out);
}
