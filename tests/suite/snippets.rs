//! What a hit shows: the piece that matched, marked exactly in the author's own writing.

use serde_json::Value;

use crate::harness::{Blog, escaped, found::marked};

#[track_caller]
fn check(body: &str, query: &str, expected: &str) {
    let blog = Blog::new().titled("a.md", "一则通报", body).refresh();
    let found = blog.search(query);
    let shown = marked(&found.first().snippet);
    assert!(shown.contains(expected), "`{shown}` does not show `{expected}`");
}

#[test]
fn what_matched_is_marked_as_the_author_wrote_it() {
    check("對方自稱客服，實施詐騙。", "诈骗", "實施[詐騙]。");
    check("请卸载陌生ＡＰＰ。", "app", "陌生[ＡＰＰ]。");
    check("共被骗走２０万元。", "20万元", "骗走[２０万元]。");
}

#[test]
fn one_character_is_marked_alone() {
    check("老人把钱汇走了。", "汇", "老人把钱[汇]走了。");
}

#[test]
fn a_word_under_markup_is_marked_in_the_text() {
    check("嫌疑人**冒充**客服", "冒充客服", "嫌疑人[冒充客服]");
}

#[test]
fn the_densest_part_of_a_long_text_is_shown() {
    let far = "今天的天气很好，大家去公园散步。\n\n".repeat(200);
    let body = format!("包裹提过一次。\n\n{far}理赔员说包裹丢失，理赔要先付押金。\n\n{far}");
    check(&body, "包裹 理赔", "[理赔]要先付押金");
    let blog = Blog::new().titled("a.md", "一则通报", &body).refresh();
    let snippet = blog.search("包裹 理赔").first().snippet.clone();
    assert!(snippet.cut_before && snippet.cut_after);
    assert!(snippet.text.chars().count() < 400, "a snippet is short");
}

#[test]
fn a_title_that_matched_is_marked() {
    let blog = Blog::new().titled("a.md", "「冒充」客服的人", "正文。").refresh();
    assert_eq!(marked(&blog.search("冒充").first().title), "「[冒充]」客服的人");
}

#[test]
fn sections_that_matched_are_shown_with_their_place() {
    let body = "开头。\n\n## 作案手法\n\n先发链接。\n\n## 警方提示\n\n不要点击链接。\n\n## 其他\n\n无。";
    let blog = Blog::new().titled("a.md", "一则通报", body).refresh();
    let found = blog.search("链接");
    let sections: Vec<_> =
        found.first().sections.iter().map(|section| (section.heading.text.as_str(), section.line)).collect();
    assert_eq!(sections, [("作案手法", 6), ("警方提示", 10)]);
    let url = &found.first().sections[0].url;
    assert!(url.starts_with(&found.first().url) && url.contains('#'), "{url}");
}

#[test]
fn a_snippet_holds_no_markup_and_marks_lie_on_characters() {
    let body = "<script>x()</script>**请**勿[转账](javascript:alert(1))<b>给</b>陌生人 😀汇款";
    let blog = Blog::new().titled("a.md", "一则通报", body).refresh();
    for query in ["转账", "汇款", "😀", "给陌生人"] {
        let snippet = blog.search(query).first().snippet.clone();
        assert!(!snippet.text.contains(['<', '*']), "{}", snippet.text);
        assert!(!snippet.marks.is_empty(), "{query}");
        for mark in &snippet.marks {
            assert!(snippet.text.get(mark.clone()).is_some_and(|text| !text.is_empty()));
        }
    }
}

#[test]
fn each_mark_tells_its_bytes_its_units_its_heading_and_its_line() {
    let text = "---\ntitle: 通報\n---\n開頭。\n\n## 案例一\n\n😀對方發來ＡＰＰ，\n再要求轉帳。\n";
    let body = Blog::new().post("a.md", text).refresh().get(&format!("/api/search?q={}", escaped("app 转账"))).json();
    let snippet = &body["hits"][0]["snippet"];
    let shown = snippet["text"].as_str().unwrap();
    let units: Vec<u16> = shown.encode_utf16().collect();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let marks: Vec<_> = snippet["marks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| {
            let bytes = shown.get(number(&mark["start"])..number(&mark["end"])).unwrap();
            let of_units = &units[number(&mark["utf16_start"])..number(&mark["utf16_end"])];
            assert_eq!(String::from_utf16(of_units).unwrap(), bytes);
            (bytes, mark["heading"].as_str().unwrap(), number(&mark["line"]))
        })
        .collect();
    assert_eq!(marks, [("ＡＰＰ", "案例一", 8), ("轉帳", "案例一", 9)]);
    assert_eq!((&snippet["heading"], &snippet["line"]), (&"案例一".into(), &8.into()));
    assert_eq!((&snippet["cut_before"], &snippet["cut_after"]), (&true.into(), &false.into()));
    let section = &body["hits"][0]["sections"][0];
    assert_eq!((&section["line"], &section["snippet"]["line"]), (&6.into(), &8.into()));
    assert_eq!(body["hits"][0]["title_marks"], Value::Array(Vec::new()));
}

#[test]
fn a_mark_in_a_title_or_heading_is_counted_in_both_ways_too() {
    let blog = Blog::new().post("a.md", "---\ntitle: 𠮷林冒充客服\n---\n## 冒充客服\n無。\n").refresh();
    let hit = blog.get(&format!("/api/search?q={}", escaped("冒充客服"))).json()["hits"][0].clone();
    let mark =
        |start, end, from, to| serde_json::json!([{"start": start, "end": end, "utf16_start": from, "utf16_end": to}]);
    assert_eq!(hit["title_marks"], mark(7, 19, 3, 7));
    assert_eq!(hit["sections"][0]["heading_marks"], mark(0, 12, 0, 4));
    assert_eq!(hit["sections"][0]["snippet"], Value::Null);
}
