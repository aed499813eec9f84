//! A post as a reader sees it: `/api/posts/{id}/html`.

use serde_json::{Value, json};

use crate::harness::Blog;

const POST: &str = "---\ntitle: 快递丢件理赔\ndate: 2022-05-05\n---\n# 案例一\n\n王女士接到**自称快遞客服**的电话。\n\n\
    | 日期 | 金额 |\n|--|--|\n| 5月5日 | 3万元 |\n\n![转账单](https://img.example/a.png)\n\n\
    又见[另一篇](b.md)。<script>alert(1)</script>\n";

fn blog() -> Blog {
    Blog::new()
        .post("a.md", POST)
        .titled("b.md", "押金", "理赔之前先交押金的，都是假的。")
        .post("draft.md", "---\ntitle: 草稿\ndraft: true\n---\n还没写完的快递。\n")
        .refresh()
}

fn html(blog: &Blog, query: &str) -> Value {
    blog.get(&format!("/api/posts/a/html{query}")).json()
}

#[test]
fn a_post_is_shown_with_its_form_and_without_what_runs_or_loads() {
    let blog = blog();
    let body = html(&blog, "");
    let shown = body["html"].as_str().unwrap();
    for part in
        ["<h2 data-line=\"5\">案例一</h2>", "<strong>自称快遞客服</strong>", "<td>3万元</td>", "href=\"?post=b\""]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("alert"), "{shown}");
    assert_eq!((&body["id"], &body["matches"]), (&json!("a"), &json!([])));
}

#[test]
fn what_matches_is_named_as_the_post_writes_it() {
    let blog = blog();
    assert_eq!(html(&blog, "?q=%E5%BF%AB%E9%80%92%E5%AE%A2%E6%9C%8D")["matches"], json!(["快遞", "快遞客服", "客服"]));
    // Of a corrected text, what was searched for: 快弟.
    assert_eq!(html(&blog, "?q=%E5%BF%AB%E5%BC%9F")["matches"], json!(["快遞"]));
    assert_eq!(html(&blog, "?q=%E5%BF%AB%E5%BC%9F&literal=true")["matches"], json!([]));
}

#[test]
fn only_what_was_indexed_is_shown() {
    let blog = blog().post("a.md", &POST.replace("3万元", "4万元"));
    assert_eq!(html(&blog, "")["html"], Value::Null);
    let blog = blog.refresh().post("a.md", &POST.replace("date:", "draft: true\ndate:"));
    assert_eq!(html(&blog, "")["html"], Value::Null);
    // Such an answer may soon be another.
    assert_eq!(blog.get("/api/posts/a/html").etag, None);
}

#[test]
fn a_post_that_cannot_be_found_cannot_be_shown() {
    let blog = blog();
    for id in ["draft", "c", "..%2Fsecret"] {
        assert_eq!(blog.get(&format!("/api/posts/{id}/html")).status, 404, "{id}");
    }
    assert_eq!(blog.get("/api/posts/a/html?limit=3").status, 400);
}
