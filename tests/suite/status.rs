//! The state of things is told truly, by the library and by the routes.

use serde_json::json;

use crate::harness::{Blog, escaped, eventually};

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

#[test]
fn findings_are_counted_by_code_with_their_first_files() {
    let mut blog = Blog::new().post("全.md", "---\ntitle: [甲\n---\n押金。\n");
    for i in 10..35 {
        blog = blog.post(&format!("{i}.md"), "---\ntitle: 甲\ndate: 2022-13-05\n---\n押金。\n");
    }
    let blog = blog.refresh();
    let told = |blog: &Blog| blog.get("/api/status").json()["diagnostics_by_code"].clone();
    let by_code = told(&blog);
    assert_eq!(
        (&by_code["date-invalid"]["count"], &by_code["date-invalid"]["severity"]),
        (&json!(25), &json!("warning"))
    );
    let paths = by_code["date-invalid"]["paths"].as_array().unwrap();
    assert_eq!((paths.len(), &paths[0], &paths[9]), (10, &json!("10.md"), &json!("19.md")));
    assert_eq!(by_code["front-matter-invalid"]["paths"], json!(["全.md"]));
    let blog = blog.delete("全.md").edit("10.md", "2022-13-05", "2022-05-05").refresh_at(&["全.md", "10.md"]);
    let by_code = told(&blog);
    assert_eq!(
        (&by_code["date-invalid"]["count"], &by_code["date-invalid"]["paths"][0]),
        (&json!(24), &json!("11.md"))
    );
    assert_eq!(by_code["front-matter-invalid"], serde_json::Value::Null);
}

#[test]
fn a_number_grows_with_each_commit_over_restarts_and_new_indexes() {
    let mut last = 0;
    let mut grows = |blog: &Blog, how: &str| {
        let seq = blog.searcher().seq();
        assert!(seq > last, "{how}: {seq} after {last}");
        last = seq;
    };
    let blog = Blog::new().titled("a.md", "甲", "押金。").refresh();
    grows(&blog, "the first");
    let blog = blog.titled("b.md", "乙", "押金。").refresh();
    grows(&blog, "a new post");
    let blog = blog.close().delete("b.md").refresh();
    grows(&blog, "another process");
    let index = blog.home().join("index");
    let blog = blog.close();
    std::fs::remove_dir_all(&index).unwrap();
    let blog = blog.refresh();
    grows(&blog, "a lost index");
    let blog = blog.close();
    blog.run(&["index", "--rebuild"]).ends_with(0);
    let blog = blog.refresh();
    grows(&blog, "a rebuilt index");
    let blog = blog.close();
    let name = std::fs::read_to_string(index.join("current")).unwrap();
    std::fs::rename(index.join(name.trim()), index.join("gen-0-abcdef-1")).unwrap();
    std::fs::write(index.join("current"), "gen-0-abcdef-1\n").unwrap();
    let blog = blog.refresh();
    assert!(blog.rebuilt().is_some());
    grows(&blog, "an index of another version");
}

#[test]
fn what_changes_nothing_has_no_new_number() {
    let blog = Blog::new().titled("a.md", "甲", "押金。").refresh();
    let seq = blog.searcher().seq();
    let blog = blog.refresh().refresh_at(&["a.md"]).close().refresh();
    assert_eq!(blog.searcher().seq(), seq);
}

#[test]
fn who_saves_a_file_can_wait_for_it() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    let service = blog.serve(&[]);
    let seq = |status: &serde_json::Value| status["seq"].as_u64().unwrap();
    let mut now = seq(&service.status());
    for round in 0..10 {
        let name = format!("机票第{round}号");
        std::fs::write(blog.path("b.md"), format!("---\ntitle: 乙\n---\n{name}\n")).unwrap();
        // Another change may have come before; then what is there now does not show it, and one asks again.
        for tries in 0.. {
            let found = service.get(&format!("/api/search?min_seq={}&literal=true&q={}", now + 1, escaped(&name)));
            assert_eq!(found.status, 200, "{}", found.text);
            now = seq(&service.status());
            if found.json()["total"] == 1 {
                break;
            }
            assert!(tries < 5, "{}", found.text);
        }
    }
    let status = eventually(|| match service.status() {
        status if status["settled"] == true => Ok(status),
        status => Err(status.to_string()),
    });
    assert_eq!((&status["pending"], &status["lag_seconds"], &status["whole"]), (&json!(0), &json!(0.0), &json!(true)));
    assert_eq!(status["watcher"]["kind"], "events");
    assert_eq!(service.get("/metrics").status, 200);
}

#[test]
fn a_failure_is_told_since_when_and_until_when() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    let service = blog.serve(&[]);
    std::fs::rename(blog.path(""), blog.home().join("away")).unwrap();
    let failing = eventually(|| match service.status() {
        status if status["failure"]["retry_at"].is_string() && status["lag_seconds"] != 0.0 => Ok(status),
        status => Err(status.to_string()),
    });
    let message = failing["failure"]["message"].as_str().unwrap();
    assert!(message.starts_with("cannot read the posts folder `posts`") && failing["settled"] == false, "{failing}");
    std::fs::rename(blog.home().join("away"), blog.path("")).unwrap();
    eventually(|| match service.status() {
        status if status["settled"] == true && status["lag_seconds"] == 0.0 => Ok(()),
        status => Err(status.to_string()),
    });
    assert_eq!(service.search("包裹"), ["a"]);
}
