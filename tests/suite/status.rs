//! The state of things is told truly, by the library and by the routes.

use serde_json::json;

use crate::harness::Blog;

#[test]
fn the_status_counts_what_is_there() {
    let blog = Blog::new()
        .titled("a.md", "甲", "## 案例一\n押金。\n\n## 案例二\n订金。")
        .post("b.md", "---\ntitle: 乙\ndraft: true\n---\n")
        .file("c.png", "x")
        .file("d.md", [0, 1, 2, 0, 255, 254, 0, 3].repeat(40))
        .refresh();
    let body = blog.get("/api/status").json();
    assert_eq!((&body["posts"], &body["cases"]), (&json!(1), &json!(2)));
    let files = json!({
        "total": 4, "indexed": 1, "failed": 1, "stale": 0,
        "skipped": {"total": 2, "by_reason": {"draft": 1, "not-markdown": 1}},
    });
    assert_eq!(body["files"], files);
    assert_eq!(body["diagnostics"][0]["path"], "d.md");
    assert_eq!(body["ready"], true);
    assert_eq!(body["last_refresh"]["put"], 1);
}

#[test]
fn a_finding_is_told_until_it_is_mended() {
    let blog = Blog::new().post("a.md", "---\ntitle: 甲\ndate: 2022-13-05\n---\n押金。\n").refresh();
    let body = blog.get("/api/status").json();
    let told = &body["diagnostics"][0];
    assert_eq!((&told["code"], &told["line"], &told["column"]), (&json!("date-invalid"), &json!(3), &json!(7)));
    let blog = blog.edit("a.md", "2022-13-05", "2022-05-05").refresh();
    assert_eq!(blog.get("/api/status").json()["diagnostics"], json!([]));
}

#[test]
fn findings_outlive_the_process() {
    let blog = Blog::new().post("a.md", "---\ntitle: 甲\ndate: 2022-13-05\n---\n押金。\n").refresh();
    let before = blog.status().findings.clone();
    let blog = blog.close().refresh();
    assert_eq!(blog.report().put, 0);
    assert_eq!(blog.status().findings, before);
}

#[test]
fn it_is_ready_after_a_full_comparison_only() {
    let blog = Blog::new().titled("a.md", "甲", "押金。").refresh_at(&["a.md"]);
    assert_eq!(blog.get("/readyz").status, 503);
    assert_eq!(blog.get("/healthz").status, 200);
    assert_eq!(blog.refresh().get("/readyz").status, 200);
}

#[test]
fn a_post_that_cannot_be_found_cannot_be_fetched() {
    let blog = Blog::new()
        .titled("2022/open.md", "甲", "押金。")
        .post("draft.md", "---\ntitle: 乙\ndraft: true\n---\n暗语\n")
        .refresh();
    assert_eq!(blog.get("/api/posts/2022/open").json()["title"], "甲");
    let refused = blog.get("/api/posts/draft");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (404, Some("not-found")));
    assert!(!refused.text.contains("暗语"));
    assert!(!blog.get("/api/status").text.contains("暗语"));
}
