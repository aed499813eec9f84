//! What each route answers.

use super::*;

#[tokio::test]
async fn a_search_answers_with_marked_hits() {
    let site = Site::of_posts();
    let body = site.get(&format!("/api/search?q={}", encoded("快递客服"))).await.good();
    assert_eq!(body["query"], "快递客服");
    assert_eq!(body["total"], 1);
    assert_eq!(body["correction"], Value::Null);
    assert!(body["took_us"].is_u64());
    let hit = &body["hits"][0];
    assert_eq!(hit["id"], "2023/kuaidi 理赔");
    assert_eq!(hit["url"], "/2023/kuaidi 理赔/");
    assert_eq!(hit["title"], "快递丢件的“理赔”");
    assert_eq!(hit["title_html"], "<mark>快递</mark>丢件的“理赔”");
    assert_eq!(hit["date"], "2023-02-03T08:00:00+08:00");
    assert_eq!(hit["author"], "小禾、Lin O'Hara");
    assert_eq!(hit["authors"][1], "Lin O'Hara");
    assert_eq!(hit["tags"], serde_json::json!(["快递", "客服"]));
    assert_eq!(hit["categories"], serde_json::json!(["反诈"]));
    assert_eq!(hit["case"], Value::Null);
    assert_eq!(hit["stale"], false);
    assert!(hit["score"].as_f64().unwrap() > 0.0);
    let snippet = hit["snippet_html"].as_str().unwrap();
    assert!(snippet.contains("<mark>快递客服</mark>") || snippet.contains("<mark>快递</mark>"), "{snippet}");
    let section = &hit["sections"][0];
    assert_eq!(section["heading"], "案例一 阿萍的包裹");
    assert_eq!(section["url"], "/2023/kuaidi 理赔/#case-1");
    assert_eq!((section["line"].as_u64(), section["is_case"].as_bool()), (Some(11), Some(true)));
}

#[tokio::test]
async fn cases_can_be_asked_for() {
    let site = Site::of_posts();
    let body = site.get(&format!("/api/search?in=cases&q={}", encoded("包裹"))).await.good();
    let case = &body["hits"][0]["case"];
    assert_eq!((case["number"].as_u64(), case["line"].as_u64()), (Some(1), Some(11)));
    assert_eq!(case["heading_html"], "案例一 阿萍的<mark>包裹</mark>");
    assert_eq!(body["hits"][0]["url"], "/2023/kuaidi 理赔/#case-1");
}

#[tokio::test]
async fn nothing_but_mark_is_markup() {
    let site = Site::of_posts();
    let body = site.get(&format!("/api/search?q={}", encoded("网页 script"))).await.good();
    let hit = &body["hits"][0];
    for part in ["title_html", "snippet_html"] {
        let html = hit[part].as_str().unwrap();
        assert!(html.contains("<mark>") && html.contains("&lt;"), "{html}");
        let bare = html.replace("<mark>", "").replace("</mark>", "");
        assert!(!bare.contains(['<', '>', '"', '\'']), "{html}");
    }
    // Plain fields are plain text: whoever shows them escapes them.
    assert_eq!(hit["title"], "网页里的<script>代码</script> & 陷阱");
    assert_eq!(hit["tags"][0], "<b>网页</b>");
}

#[tokio::test]
async fn filters_order_and_pages_are_those_asked_for() {
    let site = Site::of_posts();
    let ids = async |query: &str| {
        let body = site.get(&format!("/api/search?{query}")).await.good();
        let hits = body["hits"].as_array().unwrap();
        hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (old, middle, new) = ("sc", "2023/kuaidi 理赔", "2024/visa-office");
    assert_eq!(ids("").await, [new, middle, old]);
    assert_eq!(ids("q=&in=&tag=&from=&to=&sort=&limit=").await, [new, middle, old], "a form with empty fields");
    assert_eq!(ids("sort=oldest").await, [old, middle, new]);
    assert_eq!(ids("from=2023&to=2023-02-03").await, [middle]);
    assert_eq!(ids(&format!("tag={}&tag={}", encoded("快递"), encoded("客服"))).await, [middle]);
    assert_eq!(ids(&format!("tag={}&tag=students", encoded("快递"))).await, [""; 0]);
    assert_eq!(
        ids(&format!("author={}&category={}&limit=1&offset=1", encoded("小禾"), encoded("反诈"))).await,
        [middle]
    );
    let counted = site.get("/api/search?limit=0").await.good();
    assert_eq!((&counted["total"], &counted["hits"]), (&3.into(), &serde_json::json!([])));
}

#[tokio::test]
async fn typed_text_is_never_refused() {
    let site = Site::of_posts();
    let note = async |q: &str| site.get(&format!("/api/search?q={q}")).await.good()["notes"][0]["code"].clone();
    assert_eq!(note(&"%E8%AF%88".repeat(501)).await, "shortened");
    assert_eq!(note("%22%E8%AF%88").await, "unbalanced-quote");
    assert_eq!(note("%EF%BC%8C").await, "nothing-to-search");
    site.get("/api/search?q=%ff%fe%zz%").await.good();
    site.get("/api/search?q=%00").await.good();
}

#[tokio::test]
async fn bad_parameters_are_told_clearly() {
    let site = Site::of_posts();
    for (query, code, words) in [
        ("limit=abc", "invalid-value", "`limit`: found `abc`, expected a whole number from 0 to 100"),
        ("limit=101", "invalid-value", "from 0 to 100"),
        ("offset=-1", "invalid-value", "`offset`: found `-1`"),
        ("offset=9991", "invalid-value", "expected 10000 at the most together with `limit`"),
        ("from=2022-13-01", "invalid-value", "`from`: `2022-13-01` is no date, expected one like `2022`"),
        ("to=soon", "invalid-value", "`to`: `soon` is no date"),
        ("sort=best", "invalid-value", "expected one of `relevance`, `newest`, `oldest`"),
        ("in=books", "invalid-value", "expected one of `posts`, `cases`"),
        ("q=a&q=b", "repeated-parameter", "`q` is given more than once"),
        ("tag=%ff", "invalid-value", "`tag`: expected percent-encoded UTF-8"),
        ("place=", "unknown-parameter", "unknown parameter `place`, expected one of `q`, `in`, `tag`, `author`"),
    ] {
        site.get(&format!("/api/search?{query}")).await.refuses(400, code, words);
    }
    site.get(&format!("/api/search?{}", "tag=a&".repeat(33))).await.refuses(400, "invalid-value", "found 33 filters");
    site.get("/api/posts/sc?full=1").await.refuses(400, "unknown-parameter", "expected one of `min_seq`");
    site.get("/api/status?x").await.refuses(400, "unknown-parameter", "`x`");
}

#[tokio::test]
async fn a_post_is_given_with_its_sections_and_cases() {
    let site = Site::of_posts();
    let expected = courier();
    for address in [format!("2023/{}", encoded("kuaidi 理赔")), encoded("2023/kuaidi 理赔")] {
        let body = site.get(&format!("/api/posts/{address}")).await.good();
        assert_eq!(body["id"], "2023/kuaidi 理赔");
        assert_eq!(body["path"], "2023/kuaidi 理赔.md");
        assert_eq!(body["text"], expected.text);
        assert_eq!(body["author"], "小禾、Lin O'Hara");
        assert_eq!(body["updated"], Value::Null);
        assert_eq!(body["sections"].as_array().unwrap().len(), 2);
        assert_eq!(body["sections"][1]["text"], "转账之前，先给站点打个电话。");
        // A bold line has no anchor, so its address names its words.
        assert_eq!(body["sections"][1]["url"], "/2023/kuaidi 理赔/#:~:text=%E6%80%8E%E4%B9%88%E5%8A%9E");
        assert_eq!(body["cases"].as_array().unwrap().len(), 1);
        assert!(body["cases"][0]["text"].as_str().unwrap().starts_with("去年冬天"));
    }
    let whole = site.get("/api/posts/2024/visa-office").await.good();
    assert_eq!(whole["cases"][0]["heading"], "The visa office never calls", "a post without cases is one");
}

#[tokio::test]
async fn an_unknown_post_is_not_found() {
    let site = Site::of_posts();
    site.get("/api/posts/2024").await.refuses(404, "not-found", "there is no post `2024`");
    site.get("/api/posts/..%2F..%2Fetc%2Fpasswd").await.refuses(404, "not-found", "`../../etc/passwd`");
    site.get("/api/posts/%ff").await.refuses(400, "invalid-path", "UTF-8");
}

#[tokio::test]
async fn the_status_tells_what_the_index_holds() {
    let site = Site::of_posts();
    site.board.fail("the disk is full".to_owned());
    let answer = site.get("/api/status").await;
    let body = answer.good();
    assert_eq!((body["posts"].as_u64(), body["cases"].as_u64()), (Some(3), Some(3)));
    assert_eq!(body["generation"], site.engine.generation());
    assert_eq!((&body["ready"], &body["last_refresh"]), (&false.into(), &Value::Null));
    assert_eq!(body["failure"]["message"], "the disk is full");
    assert_eq!(body["settled"], false);
    assert_eq!(answer.header("etag"), "");
}

#[tokio::test]
async fn the_counts_follow_the_index() {
    let mut site = Site::new().with(&visa());
    let router = site.router();
    let posts = async |router: &Router| {
        ask(router.clone(), Method::GET, "/api/status", &[]).await.good()["posts"].as_u64().unwrap()
    };
    assert_eq!(posts(&router).await, 1);
    site.put(&courier());
    assert_eq!(posts(&router).await, 2);
}

#[tokio::test]
async fn readiness_waits_for_the_first_refresh_and_health_does_not() {
    let site = Site::new();
    assert_eq!(site.get("/healthz").await.good()["status"], "ok");
    let answer = site.get("/readyz").await;
    answer.refuses(503, "not-ready", "is being read for the first time");
    assert_eq!(answer.header("retry-after"), "1");
    site.board.fail("`blog` is gone".to_owned());
    site.get("/readyz").await.refuses(503, "not-ready", "`blog` is gone");
}

/// The page shows what stands before the first heading, then each section below its own.
#[tokio::test]
async fn the_sections_of_a_post_are_the_end_of_its_text() {
    let body = Site::of_posts().get("/api/posts/2023/kuaidi%20%E7%90%86%E8%B5%94").await.good();
    let mut lead = body["text"].as_str().unwrap();
    for section in body["sections"].as_array().unwrap().iter().rev() {
        let own = section["text"].as_str().unwrap().trim_end();
        lead = lead.trim_end().strip_suffix(own).unwrap_or_else(|| panic!("`{own}` does not end `{lead}`"));
    }
    assert_eq!(lead.trim_end(), "站长说，包裹丢了会有人赔，可没有人会让您先转账。");
}

#[tokio::test]
async fn the_page_needs_nothing_from_elsewhere() {
    let site = Site::new();
    let page = site.get("/?q=%E8%AF%88&anything=1").await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").contains("default-src 'none'; script-src 'self'"));
    assert!(page.text().contains("page.css") && page.text().contains("page.js"));
    assert!(!page.text().contains("style=") && !page.text().contains("onclick="), "the policy forbids it");
    for (address, kind) in [("/page.css", "text/css; charset=utf-8"), ("/page.js", "text/javascript; charset=utf-8")] {
        let file = site.get(address).await;
        assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, kind));
        assert!(!file.text().contains("https://") && !file.text().contains("http://"), "{address}");
        let again = site.ask(Method::GET, address, &[("if-none-match", file.header("etag"))]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    }
}

/// A site with a post of a few hundred kilobytes, and the length of its text.
fn site_with_a_long_post() -> (Site, usize) {
    let blocks: Vec<String> = (0..4_000)
        .map(|at| {
            format!("第{at}天：邻居说“{}元”的押金要不回来了，\\ 还收到了\u{1}三条 SMS & <链接>。", at * 37 % 1_013)
        })
        .collect();
    let blocks: Vec<&str> = blocks.iter().map(String::as_str).collect();
    let mut long = post("2024/diary", "一本长日记", "2024-07-01", &["押金"], &blocks);
    let starts: Vec<usize> = long.lines.iter().map(|&(start, _)| start).collect();
    let ends = starts.iter().skip(1_000).step_by(1_000).copied().chain([long.text.len()]);
    let sections = starts.iter().step_by(1_000).zip(ends).zip(1..).map(|((&start, end), line)| Section {
        heading: format!("第{line}季"),
        level: 2,
        anchor: format!("s{line}"),
        range: start..end,
        line,
        is_case: line == 2,
    });
    long.sections = sections.collect();
    let length = long.text.len();
    (Site::new().with(&long), length)
}

const LONG: &str = "/api/posts/2024/diary";

#[tokio::test]
async fn a_long_post_is_whole_whatever_its_coding() {
    let (site, length) = site_with_a_long_post();
    let plain = site.get(LONG).await;
    let body = plain.good();
    let text = body["text"].as_str().unwrap();
    assert_eq!((text.len(), body["cases"].as_array().unwrap().len()), (length, 1));
    let sections: Vec<&str> =
        body["sections"].as_array().unwrap().iter().map(|section| section["text"].as_str().unwrap()).collect();
    assert_eq!((sections.len(), sections.concat() == text), (4, true));
    assert_eq!(body["cases"][0]["text"].as_str(), Some(sections[1]));
    for _ in 0..2 {
        let packed = site.ask(Method::GET, LONG, &[("accept-encoding", "gzip")]).await;
        assert_eq!((packed.header("content-encoding"), packed.header("etag")), ("gzip", plain.header("etag")));
        assert!(packed.body.len() < plain.body.len() / 3);
        // The format ends with the checksum and the length of what was compressed.
        let end = [crc32fast::hash(&plain.body), plain.body.len() as u32].map(u32::to_le_bytes).concat();
        assert!(packed.body.ends_with(&end));
    }
    let head = site.ask(Method::HEAD, LONG, &[]).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
}

#[tokio::test]
async fn an_answer_has_its_memory_until_it_is_taken_and_equal_ones_share_it() {
    let (site, length) = site_with_a_long_post();
    let shared = Shared::of(site.app());
    let router = assemble(routes(), shared.clone());
    let all = shared.memory.left();
    let ask = async |address: &str, coding: &str| {
        let request = Request::get(address).header("accept-encoding", coding).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    };
    let text = encoded(&"押金要不回来了".repeat(70));
    let analysis = format!("/api/analyze?text={text}");
    for (address, coding, shares) in [(LONG, "identity", true), (LONG, "gzip", true), (&analysis, "identity", false)] {
        let first = ask(address, coding).await;
        let taken = all - shared.memory.left();
        let expected = if coding == "gzip" { 16 << 10 } else { length.min(16 << 10) };
        assert!(taken >= expected && taken < length * 2, "{coding}: {taken}");
        let second = ask(address, coding).await;
        let twice = all - shared.memory.left();
        assert_eq!(twice, if shares { taken } else { taken * 2 }, "{coding}");
        let bodies = [first.into_body(), second.into_body()].map(|body| body.collect());
        for body in bodies {
            assert!(!body.await.unwrap().to_bytes().is_empty());
        }
        assert_eq!(shared.memory.left(), all, "{coding}");
    }
}
