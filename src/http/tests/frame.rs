//! What holds for every route: refusals, headers, caching, limits, failures.

use std::{
    io::Read as _,
    sync::{Mutex, mpsc},
    time::Duration,
};

use axum::routing::get;

use super::*;
use crate::{
    http::Cors,
    query::{Rule, Synonyms},
};

#[tokio::test]
async fn every_refusal_has_the_one_shape() {
    let site = Site::of_posts();
    site.get("/api/nothing").await.refuses(404, "not-found", "there is nothing at `/api/nothing`");
    site.get("/api/posts/").await.refuses(404, "not-found", "");
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = site.ask(method.clone(), "/api/search", &[]).await;
        answer.refuses(405, "method-not-allowed", &format!("`{method}` is not allowed"));
        assert_eq!(answer.header("allow"), "GET,HEAD");
    }
    let long = format!("/api/search?q={}", "a".repeat(62_000));
    site.get(&long).await.refuses(414, "uri-too-long", "expected 61440 bytes at the most");
    let answer = site.ask(Method::POST, "/api/search", &[("content-length", "70000")]).await;
    answer.refuses(413, "body-too-large", "expected 65536 bytes at the most");
}

#[tokio::test]
async fn refusals_made_elsewhere_get_the_one_shape() {
    let site = Site::new();
    let more = Router::new().route("/teapot", get(async || (StatusCode::IM_A_TEAPOT, "short and stout")));
    ask(site.router_with(more), Method::GET, "/teapot", &[]).await.refuses(418, "refused", "I'm a teapot");
}

#[tokio::test]
async fn an_unchanged_answer_is_not_sent_again() {
    let mut site = Site::of_posts();
    for address in [format!("/api/search?q={}", encoded("客服")), "/api/posts/sc".to_owned()] {
        let first = site.get(&address).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        assert_eq!(first.header("cache-control"), "no-cache");
        let again = site.ask(Method::GET, &address, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!((again.header("etag"), again.header("cache-control")), (tag.as_str(), "no-cache"));
        site.put(&visa());
        let changed = site.ask(Method::GET, &address, &[("if-none-match", &tag)]).await;
        changed.good();
        assert_ne!(changed.header("etag"), tag);
    }
    let other = site.get("/api/search?q=visa").await;
    assert_ne!(other.header("etag"), site.get("/api/search?q=visas").await.header("etag"));
    let bad = site.ask(Method::GET, "/api/search?limit=abc", &[("if-none-match", "*")]).await;
    bad.refuses(400, "invalid-value", "abc");
    assert_eq!((bad.header("etag"), bad.header("cache-control")), ("", "no-store"));
}

#[tokio::test]
async fn a_tag_changes_with_every_setting_of_answers() {
    let site = Site::of_posts();
    let routes = ["/api/search?q=visa", "/api/suggest?q=vi", "/api/posts/sc", "/api/posts/sc/similar"];
    let tag = async |route: &str| site.get(route).await.header("etag").to_owned();
    let zone = |hours| TimeZone::fixed(jiff::tz::offset(hours));
    let others = [
        AnswerSettings::new(zone(9), &"as they were"),
        AnswerSettings::new(zone(8), &"otherwise"),
        AnswerSettings::new(zone(8), &("as they were", Some(1))),
    ];
    for route in routes {
        let mut seen = vec![tag(route).await];
        for other in &others {
            *site.answers.write().unwrap() = other.clone();
            seen.push(tag(route).await);
        }
        assert!(!seen.contains(&String::new()), "{route}");
        assert!((1..seen.len()).all(|at| !seen[..at].contains(&seen[at])), "{route}: {seen:?}");
        *site.answers.write().unwrap() = AnswerSettings::new(zone(8), &"as they were");
        assert_eq!(tag(route).await, seen[0], "the same settings give the same tag");
    }
    for change in [|engine: &Engine| engine.set_recency(0.5), |engine: &Engine| engine.set_synonyms(rain())] {
        let before = tag(routes[0]).await;
        change(&site.engine);
        assert_ne!(tag(routes[0]).await, before, "what the index was told counts too");
    }
}

/// Synonyms of the test's own.
fn rain() -> Arc<Synonyms> {
    let rule = Rule::Same(["rain", "drizzle"].map(str::to_owned).to_vec());
    Arc::new(Synonyms::new(&[rule], false).unwrap())
}

#[tokio::test]
async fn a_coding_that_nobody_has_is_refused_in_the_one_shape() {
    let site = Site::of_posts();
    for route in ["/", "/api/search?q=visa", "/api/posts/sc", "/healthz", "/metrics", "/api/search?limit=abc"] {
        for codings in ["identity;q=0", "*;q=0", "gzip;q=0, br;q=0, identity;q=0"] {
            let answer = site.ask(Method::GET, route, &[("accept-encoding", codings)]).await;
            answer.refuses(406, "not-acceptable", "expected `gzip`, `br` or `identity`");
            assert_eq!((answer.header("etag"), answer.header("cache-control")), ("", "no-store"), "{route}");
            assert!(answer.header("vary").contains("accept-encoding"), "{route}");
            assert_eq!(answer.header("x-anli-seq").is_empty(), !route.starts_with("/api"), "{route}");
        }
    }
    assert_eq!(site.ask(Method::GET, "/healthz", &[("accept-encoding", "zstd, *;q=0.1")]).await.status, 200);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let site = Site::of_posts();
    for (address, status) in [("/api/search?q=visa", 200), ("/", 200), ("/healthz", 200), ("/api/posts/x", 404)] {
        let answer = site.ask(Method::HEAD, address, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (status, 0), "{address}");
        assert_ne!(answer.header("content-type"), "");
    }
}

#[tokio::test]
async fn pages_of_other_sites_may_ask_as_far_as_allowed() {
    let mut site = Site::of_posts();
    let origin = ("origin", "https://blog.example.org");
    let preflight =
        [origin, ("access-control-request-method", "GET"), ("access-control-request-headers", "if-none-match")];
    let allowed = async |site: &Site| {
        let refused = site.ask(Method::GET, "/api/search?limit=abc", &[origin]).await;
        let asked = site.ask(Method::OPTIONS, "/api/search", &preflight).await;
        let name = "access-control-allow-origin";
        assert_eq!(refused.header(name), asked.header(name), "a refusal can be read too");
        (asked.status, asked.header(name).to_owned(), asked.header("access-control-allow-methods").to_owned())
    };
    assert_eq!(allowed(&site).await, (StatusCode::OK, "*".to_owned(), "GET,HEAD".to_owned()));
    site.settings.cors_origins = Cors::only(["https://blog.example.org/", "http://localhost:4000"], false).unwrap();
    assert_eq!(allowed(&site).await.1, origin.1);
    site.settings.cors_origins = Cors::only(["https://other.example.org"], false).unwrap();
    assert_eq!(allowed(&site).await.1, "");
    site.settings.cors_origins = Cors::only(["https://other.example.org", "*"], false).unwrap();
    assert_eq!(allowed(&site).await.1, "*");
    site.settings.cors_origins = Cors::None;
    assert_eq!((allowed(&site).await.0, allowed(&site).await.1), (StatusCode::METHOD_NOT_ALLOWED, String::new()));
}

#[tokio::test]
async fn pages_of_this_machine_may_ask_a_service_on_loopback() {
    let mut site = Site::of_posts();
    site.settings = Settings::of_address("::ffff:127.0.0.1".parse().unwrap());
    for (origin, allowed) in [
        ("http://localhost:4000", true),
        ("https://127.0.0.1", true),
        ("http://[::1]:1313", true),
        ("http://blog.localhost", true),
        ("https://blog.example.org", false),
        ("http://localhost.example.org", false),
        ("null", false),
        ("file://", false),
    ] {
        let answer = site.ask(Method::GET, "/api/search", &[("origin", origin)]).await;
        let expected = if allowed { origin } else { "" };
        assert_eq!(answer.header("access-control-allow-origin"), expected, "{origin}");
        assert!(
            answer.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("origin")),
            "{origin}"
        );
    }
    assert_eq!(Settings::of_address("192.0.2.7".parse().unwrap()), Settings::default());
    // Settings add foreign sites.
    site.settings.cors_origins = Cors::only(["https://blog.example.org"], true).unwrap();
    for origin in ["https://blog.example.org", "http://localhost:4000"] {
        let answer = site.ask(Method::GET, "/api/search", &[("origin", origin)]).await;
        assert_eq!(answer.header("access-control-allow-origin"), origin);
    }
}

#[tokio::test]
async fn a_service_on_loopback_is_not_asked_by_a_foreign_name() {
    let mut site = Site::of_posts();
    site.settings = Settings::of_address("127.0.0.1".parse().unwrap());
    for route in ["/", "/api/search", "/api/nothing", "/metrics", "/healthz"] {
        let answer = site.ask(Method::GET, route, &[("host", "rebound.example.org:8417")]).await;
        answer.refuses(421, "wrong-host", "`rebound.example.org` is no name of this service; help: add it to `hosts`");
        let own = site.ask(Method::GET, route, &[("host", "localhost:8417")]).await;
        assert_ne!(own.status.as_u16(), 421, "{route}");
    }
    site.settings.hosts = crate::http::Hosts::only(["rebound.example.org"]).unwrap();
    site.ask(Method::GET, "/api/search", &[("host", "rebound.example.org")]).await.good();
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_can_read_it() {
    let site = Site::of_posts();
    let plain = site.get("/api/search").await;
    assert_eq!(plain.header("content-encoding"), "");
    for coding in ["gzip", "br"] {
        let answer = site.ask(Method::GET, "/api/search", &[("accept-encoding", coding)]).await;
        assert_eq!(answer.header("content-encoding"), coding);
        assert!(answer.header("vary").contains("accept-encoding"), "{}", answer.header("vary"));
        assert_eq!(answer.header("etag"), plain.header("etag"), "it is weak");
        assert!(answer.body.len() < plain.body.len());
    }
}

#[tokio::test]
async fn browsers_are_told_to_be_careful() {
    let site = Site::of_posts();
    for address in ["/", "/page.js", "/api/search", "/api/search?limit=abc", "/nothing"] {
        let answer = site.get(address).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(answer.header("referrer-policy"), "strict-origin", "{address}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{address}");
        assert_eq!(answer.header("server"), "");
    }
}

#[tokio::test]
async fn a_panic_is_a_500() {
    let site = Site::new();
    let more: Router<Arc<Shared>> = Router::new()
        .route("/panic", get(async || -> &'static str { panic!("on purpose") }))
        .route("/panic/inside", get(panic_inside));
    let router = site.router_with(more);
    for address in ["/panic", "/panic/inside", "/panic"] {
        ask(router.clone(), Method::GET, address, &[]).await.refuses(500, "internal", "something went wrong");
    }
    ask(router, Method::GET, "/api/search", &[]).await.good();
}

#[tokio::test]
async fn a_search_that_failed_has_the_files_looked_into() {
    let site = Site::new();
    let (app, told) = (site.app(), Arc::new(Mutex::new(0)));
    let (live, count) = (app.engine.clone(), told.clone());
    live.when_doubted(move || *count.lock().unwrap() += 1);
    let more: Router<Arc<Shared>> = Router::new().route("/panic", get(panic_inside));
    let router = crate::http::assemble(crate::http::routes().merge(more), Shared::of(app));
    ask(router.clone(), Method::GET, "/api/search?limit=x", &[]).await.refuses(400, "invalid-value", "limit");
    assert!(!live.is_doubted(), "a refusal is no failure");
    for _ in 0..3 {
        ask(router.clone(), Method::GET, "/panic", &[]).await.refuses(500, "internal", "something went wrong");
    }
    assert_eq!(*told.lock().unwrap(), 1, "once is enough");
    assert!(live.is_doubted() && !live.is_doubted());
}

type Held = axum::extract::State<Arc<Shared>>;

async fn panic_inside(axum::extract::State(shared): Held) -> Result<String, crate::http::refusal::Refusal> {
    shared.run(|_| panic!("on purpose")).await
}

#[tokio::test]
async fn what_takes_too_long_or_comes_on_top_is_refused() {
    let mut site = Site::new();
    site.settings.request_timeout = Duration::from_millis(50);
    (site.settings.search_threads, site.settings.search_queue) = (1, 0);
    let (release, gate) = mpsc::channel::<()>();
    let gate = Arc::new(Mutex::new(gate));
    let slow = get(async move |axum::extract::State(shared): Held| {
        let job = move |_| {
            let _ = gate.lock().map(|gate| gate.recv());
            Ok(String::new())
        };
        shared.run(job).await
    });
    let router = site.router_with(Router::new().route("/slow", slow));
    let late = ask(router.clone(), Method::GET, "/slow", &[]).await;
    late.refuses(503, "timeout", "longer than 0.05 seconds");
    assert_eq!(late.header("retry-after"), "1");
    // Nobody waits for the job any more, but it still runs.
    let busy = ask(router.clone(), Method::GET, "/api/search", &[]).await;
    busy.refuses(503, "overloaded", "try again");
    assert_eq!(busy.header("retry-after"), "1");
    ask(router, Method::GET, "/healthz", &[]).await.good();
    drop(release);
}

#[test]
fn the_log_does_not_tell_what_people_search_for() {
    let site = Site::of_posts();
    let written = Arc::new(Mutex::new(Vec::new()));
    let sink = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .with_writer(move || Sink(sink.clone()))
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        // A line that another test logs for the first time at this moment may be taken for one that nobody wants.
        for _ in 0..1_000 {
            runtime.block_on(site.get("/healthz"));
            if !written.lock().unwrap().is_empty() {
                break;
            }
            tracing::callsite::rebuild_interest_cache();
            std::thread::sleep(Duration::from_millis(5));
        }
        written.lock().unwrap().clear();
        runtime.block_on(async {
            site.get("/api/search?q=secretword&tag=secretword").await;
            site.get("/api/search?secretword=1").await;
            site.get("/api/posts/secretword").await;
            site.get("/secretword").await;
        });
    });
    let log = String::from_utf8(written.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("answered")).collect();
    assert_eq!(lines.len(), 4, "{log}");
    assert!(lines[0].contains("GET") && lines[0].contains("/api/search") && lines[0].contains("status=200"), "{log}");
    assert!(lines[2].contains("/api/posts/{*id}") && lines[2].contains("status=404"), "{log}");
    assert!(!log.contains("secretword"), "{log}");
}

struct Sink(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        bytes.take(u64::MAX).read_to_end(&mut self.0.lock().unwrap())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
