//! The service over real sockets.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::json;

use crate::harness::{Answer, Blog, Service, escaped, eventually};

fn blog() -> Blog {
    Blog::new()
        .post("2022/kefu.md", "---\ntitle: 冒充客服 <b>\ndate: 2022-05-05\ntags: [退款]\nauthor: 小禾\n---\n## 案例一\n包裹丢了 & 押金。\n")
        .titled("b.md", "乙", "湖边野餐。")
        .refresh()
}

/// A request that is refused, and how.
#[track_caller]
fn refused(path: &str, status: u16, code: &str, words: &[&str]) {
    let answer = blog().get(path);
    let body = answer.json();
    assert_eq!((answer.status, body["code"].as_str()), (status, Some(code)), "{path}: {}", answer.text);
    assert_eq!(answer.kind, "application/json");
    assert_eq!(body.as_object().map(|body| body.len()), Some(2), "{body}");
    let message = body["message"].as_str().unwrap();
    for word in words {
        assert!(message.contains(word), "`{message}` does not say `{word}`");
    }
}

#[test]
fn a_hit_has_everything_that_a_search_box_shows() {
    let body = blog().get(&format!("/api/search?q={}", escaped("包裹 客服"))).json();
    assert_eq!(body["query"], "包裹 客服");
    assert_eq!(body["total"], 1);
    assert_eq!(body["notes"], json!([]));
    let hit = &body["hits"][0];
    assert_eq!(hit["id"], "2022/kefu");
    assert_eq!(hit["title"], "冒充客服 <b>");
    assert_eq!(hit["title_html"], "冒充<mark>客服</mark> &lt;b&gt;");
    assert_eq!(hit["date"], "2022-05-05T00:00:00+08:00");
    assert_eq!((&hit["author"], &hit["tags"]), (&json!("小禾"), &json!(["退款"])));
    assert!(hit["snippet_html"].as_str().unwrap().contains("<mark>包裹</mark>丢了 &amp; 押金"), "{hit}");
    assert_eq!(hit["sections"][0]["heading"], "案例一");
}

#[test]
fn parameters_narrow_and_order() {
    let blog = blog();
    let total = |query: &str| blog.get(&format!("/api/search?{query}")).json()["total"].clone();
    assert_eq!(total(""), 2);
    assert_eq!(total(&format!("tag={}", escaped("退款"))), 1);
    assert_eq!(total(&format!("author={}", escaped("小禾"))), 1);
    assert_eq!(total("from=2022-05-05&to=2022-05-05"), 1);
    assert_eq!(total("from=2022-05-06"), 0);
    assert_eq!(total("in=cases"), 2);
    assert_eq!(total("sort=newest&limit=1&offset=1"), 2);
}

#[test]
fn what_is_not_understood_is_refused_with_what_is_expected() {
    refused("/api/search?limit=abc", 400, "invalid-value", &["`limit`", "`abc`", "0 to 100"]);
    refused("/api/search?limit=101", 400, "invalid-value", &["`101`", "0 to 100"]);
    refused("/api/search?limit=-1", 400, "invalid-value", &["`-1`"]);
    refused("/api/search?offset=99999999999999999999", 400, "invalid-value", &["`offset`"]);
    refused("/api/search?from=2022-13-01", 400, "invalid-value", &["`from`", "`2022-13-01`", "`2022-05-05`"]);
    refused("/api/search?sort=best", 400, "invalid-value", &["`best`", "`relevance`", "`newest`", "`oldest`"]);
    refused("/api/search?in=pages", 400, "invalid-value", &["`pages`", "`posts`", "`cases`"]);
    refused("/api/search?q=a&q=b", 400, "repeated-parameter", &["`q`"]);
    refused("/api/search?tag=%FF", 400, "invalid-value", &["`tag`", "UTF-8"]);
}

#[test]
fn an_unknown_parameter_lists_the_known_ones() {
    let known = [
        "`colour`",
        "`q`",
        "`in`",
        "`tag`",
        "`author`",
        "`category`",
        "`from`",
        "`to`",
        "`sort`",
        "`limit`",
        "`offset`",
    ];
    refused("/api/search?q=x&colour=red", 400, "unknown-parameter", &known);
}

#[test]
fn what_is_not_there_is_not_found() {
    refused("/nothing", 404, "not-found", &["`/nothing`"]);
    refused("/api/posts/nobody", 404, "not-found", &["`nobody`"]);
    refused("/api/posts/..%2F..%2Fetc%2Fpasswd", 404, "not-found", &[]);
}

#[test]
fn real_sockets_give_the_answers_of_the_router() {
    let inner = blog().get("/api/search?limit=abc");
    let blog = blog().close();
    let service = blog.serve(&[]);
    let outer = service.get("/api/search?limit=abc");
    assert_eq!((outer.status, &outer.text), (inner.status, &inner.text));
    assert_eq!(service.search("包裹"), ["2022/kefu"]);
    let page = service.get("/");
    assert!(page.status == 200 && page.kind.starts_with("text/html"), "{page:?}");
    for path in ["/healthz", "/readyz", "/api/status", "/api/posts/2022/kefu"] {
        assert_eq!(service.get(path).status, 200, "{path}");
    }
}

#[test]
fn a_query_of_a_megabyte_is_refused_and_the_service_lives() {
    let blog = blog().close();
    let service = blog.serve(&[]);
    let words = service.get(&format!("/api/search?q={}", "one+".repeat(10_000))).json();
    assert_eq!((words["total"].as_u64(), words["notes"][0]["code"].as_str()), (Some(0), Some("shortened")), "{words}");
    let long = format!("/api/search?q={}", "a".repeat(62_000));
    assert_eq!((service.get(&long).status, service.get(&long).json()["code"].as_str()), (414, Some("uri-too-long")));
    // Far beyond any limit the connection may end before all is sent; then nobody is there to be told.
    let mut stream = TcpStream::connect(service.authority()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    _ = stream.write_all(format!("GET /api/search?q={} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1 << 20)).as_bytes());
    let mut told = Vec::new();
    _ = stream.read_to_end(&mut told);
    let told = String::from_utf8_lossy(&told);
    assert!(told.is_empty() || told.starts_with("HTTP/1.1 4"), "{told}");
    assert_eq!(service.search("包裹"), ["2022/kefu"]);
}

#[test]
fn what_is_no_http_is_refused_and_the_service_lives() {
    let blog = blog().close();
    let service = blog.serve(&[]);
    for noise in [&b"\r\n\r\n\r\n"[..], b"HELLO\r\n\r\n", &[0xFF; 4000], b"GET / HTTP/9.9\r\n\r\n"] {
        let mut stream = TcpStream::connect(service.authority()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        _ = stream.write_all(noise);
        _ = stream.shutdown(std::net::Shutdown::Write);
        let mut told = Vec::new();
        _ = stream.read_to_end(&mut told);
        let told = String::from_utf8_lossy(&told);
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 4") || told.starts_with("HTTP/1.0 4"), "{told}");
    }
    assert_eq!(service.search("包裹"), ["2022/kefu"]);
}

/// Asks over a connection of its own with any headers, and gives the status and the headers that come back.
fn head_of(service: &Service, headers: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(service.authority()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(stream, "GET /api/search HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    (head.get(9..12).unwrap().parse().unwrap(), head.to_ascii_lowercase())
}

#[test]
fn a_service_on_loopback_is_private_until_the_settings_open_it() {
    let allowed = "access-control-allow-origin: ";
    let (own, foreign) = ("Host: localhost:80\r\n", "Host: so.example.org\r\n");
    let ours = format!("{own}Origin: http://127.0.0.1:4000\r\n");
    let theirs = format!("{own}Origin: https://blog.example.org\r\n");
    let blog = blog().close();
    let service = blog.serve(&[]);
    assert_eq!((head_of(&service, own).0, head_of(&service, foreign).0), (200, 421));
    assert!(head_of(&service, &ours).1.contains(&format!("{allowed}http://127.0.0.1:4000")));
    assert!(!head_of(&service, &theirs).1.contains(allowed));
    drop(service);
    let settings = "hosts: [so.example.org]\ncors_origins: [https://blog.example.org]\n";
    let blog = blog.beside("anli.yaml", settings);
    let service = blog.serve(&[]);
    assert_eq!((head_of(&service, own).0, head_of(&service, foreign).0), (200, 200));
    assert!(head_of(&service, &theirs).1.contains(&format!("{allowed}https://blog.example.org")));
    assert!(head_of(&service, &ours).1.contains(&format!("{allowed}http://127.0.0.1:4000")), "a site under work");
    drop(service);
    let blog = blog.beside("anli.yaml", "hosts: [https://so.example.org]\n");
    blog.run(&["serve", "--listen", "127.0.0.1:0"]).ends_with(2).tells("`https://so.example.org` is no name of a host");
}

#[test]
fn connections_are_limited_by_the_settings() {
    let blog = blog().close().beside("anli.yaml", "max_connections: 2\nmax_connections_per_client: 1\n");
    let service = blog.serve(&[]);
    let waiting = || {
        let mut stream = TcpStream::connect(service.authority()).unwrap();
        write!(stream, "GET /api/status?min_seq={} HTTP/1.1\r\nHost: localhost\r\n\r\n", u64::MAX).unwrap();
        stream
    };
    // One limit counts for loopback addresses, the other does not. The connections of earlier requests make room.
    let _busy = eventually(|| {
        let busy = [waiting(), waiting()];
        std::thread::sleep(Duration::from_millis(100));
        match head_of(&service, "Host: localhost\r\n") {
            (503, head) if head.contains("retry-after: 1") => Ok(busy),
            other => Err(format!("{other:?}")),
        }
    });
    drop(service);
    let blog = blog.beside("anli.yaml", "max_connections: 0\n");
    blog.run(&["serve", "--listen", "127.0.0.1:0"]).ends_with(2).tells("max_connections");
}

#[test]
fn a_tag_changes_with_an_edit_and_with_nothing_else() {
    let blog = blog().close();
    let service = blog.serve(&[]);
    let path = format!("/api/search?q={}", escaped("包裹"));
    let first = service.get(&path).etag.unwrap();
    assert_eq!(service.get(&path).etag.as_deref(), Some(first.as_str()));
    let Answer { status, text, .. } = service.get_with(&path, &[("if-none-match", &first)]);
    assert_eq!((status, text.as_str()), (304, ""));
    let _blog = blog.edit("b.md", "湖边", "海边");
    eventually(|| match service.get_with(&path, &[("if-none-match", &first)]) {
        Answer { status: 200, etag: Some(tag), .. } if tag != first => Ok(()),
        other => Err(format!("{other:?}")),
    });
}

#[test]
fn a_tag_changes_with_a_changed_setting() {
    let mut blog = blog().close();
    let service = blog.serve(&[]);
    let path = format!("/api/search?q={}", escaped("包裹"));
    let mut held = vec![service.get(&path).etag.unwrap()];
    for setting in ["site: {timezone: Asia/Tokyo}", "site: {author: 小禾}", "freshness: 0.2", "field_synonyms: false"]
    {
        blog = blog.beside("anli.yaml", setting);
        let tag = eventually(|| match service.get_with(&path, &[("if-none-match", &held.join(", "))]) {
            Answer { status: 200, etag: Some(tag), .. } if !held.contains(&tag) => Ok(tag),
            other => Err(format!("{setting}: {other:?}")),
        });
        held.push(tag);
    }
}

#[cfg(unix)]
#[test]
fn a_service_that_is_told_to_end_ends_well() {
    for signal in ["TERM", "INT"] {
        let blog = blog().close();
        let mut service = blog.serve(&[]);
        assert_eq!(service.search("包裹"), ["2022/kefu"]);
        service.signal(signal);
        assert_eq!(service.ended(), Some(0), "{}", service.log());
        // It has given everything back.
        blog.run(&["index"]).ends_with(0).says("0 put");
    }
}

#[cfg(unix)]
#[test]
fn a_service_that_is_killed_loses_nothing() {
    let blog = blog().close();
    let mut service = blog.serve(&[]);
    let blog = blog.titled("c.md", "丙", "包裹到了。");
    service.soon_finds("包裹", &["2022/kefu", "c"]);
    service.signal("KILL");
    assert_eq!(service.ended(), None);
    let again = blog.serve(&[]);
    assert_eq!(again.search("包裹").len(), 2);
    assert_eq!(again.status()["rebuilt"], json!(null));
}
