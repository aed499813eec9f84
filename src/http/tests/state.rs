//! Which state of the index an answer is of, waiting for one, and the figures.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use super::*;

const SEQ: &str = "x-anli-seq";

fn seq(answer: &Answer) -> u64 {
    answer.header(SEQ).parse().unwrap_or_else(|_| panic!("{answer:?}"))
}

const ROUTES: [&str; 8] = [
    "/api/search?q=visa",
    "/api/suggest?q=v",
    "/api/posts/sc",
    "/api/posts/sc/similar",
    "/api/posts/nowhere",
    "/api/posts/nowhere/similar",
    "/api/analyze?text=visa",
    "/api/status?",
];

fn with(route: &str, wanted: u64) -> String {
    format!("{route}{}min_seq={wanted}", if route.contains('?') { "&" } else { "?" })
}

#[tokio::test]
async fn every_answer_of_the_api_says_by_which_commit_it_was_made() {
    let mut site = Site::of_posts();
    let mut last = 0;
    for _ in 0..3 {
        site.put(&visa());
        let now = site.engine.seq();
        assert!(now > last);
        last = now;
        for route in ROUTES.into_iter().chain(["/api/search?limit=abc", "/api/nothing", "/api/posts/"]) {
            assert_eq!(seq(&site.get(route).await), now, "{route}");
        }
        let tag = site.get(ROUTES[0]).await.header("etag").to_owned();
        let held = site.ask(Method::GET, ROUTES[0], &[("if-none-match", &tag)]).await;
        assert_eq!((held.status.as_u16(), seq(&held)), (304, now));
        assert_eq!(site.get("/api/status").await.good()["seq"], now);
    }
    assert_eq!(site.get("/").await.header(SEQ), "");
}

#[tokio::test]
async fn what_is_there_is_not_waited_for() {
    let site = Site::of_posts();
    let now = site.engine.seq();
    for route in ROUTES {
        for wanted in [0, 1, now] {
            let answer = site.get(&with(route, wanted)).await;
            assert!(answer.status.is_success() || answer.status == StatusCode::NOT_FOUND, "{route}: {answer:?}");
        }
    }
    site.get("/api/search?min_seq=").await.good();
}

#[tokio::test]
async fn a_commit_is_waited_for_without_a_thread() {
    let mut site = Site::of_posts();
    (site.settings.search_threads, site.settings.search_queue) = (1, ROUTES.len());
    let router = site.router();
    let before = site.engine.seq();
    let waits = ROUTES.map(|route| {
        let (router, address) = (router.clone(), with(route, before + 1));
        tokio::spawn(async move { ask(router, Method::GET, &address, &[]).await })
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(waits.iter().all(|wait| !wait.is_finished()));
    // Nobody stands in the way of those who do not wait.
    ask(router.clone(), Method::GET, "/api/search?q=visa", &[]).await.good();
    site.put(&visa());
    for wait in waits {
        let answer = wait.await.unwrap();
        assert_ne!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
        assert!(seq(&answer) > before);
    }
}

#[tokio::test]
async fn a_wait_costs_nothing_while_nothing_comes() {
    let site = Site::of_posts();
    let (app, wanted) = (site.app(), site.engine.seq() + 1);
    let (live, router) = (app.engine.clone(), crate::http::router(app));
    let mut waits: Vec<_> = ROUTES
        .map(|route| {
            let (router, address) = (router.clone(), with(route, wanted));
            counted(async move { ask(router, Method::GET, &address, &[]).await })
        })
        .into();
    for (wait, _) in &mut waits {
        assert!(tokio::time::timeout(Duration::from_millis(40), wait).await.is_err());
    }
    // At the beginning, and when the time of the test above was over.
    let polls: Vec<usize> = waits.iter().map(|(_, polls)| polls.load(Relaxed)).collect();
    assert!(polls.iter().all(|&polls| polls <= 2), "{polls:?}");
    // An engine that takes over is told of as well, and so are its commits.
    let mut other = Site::new();
    live.replace(other.engine.clone());
    other.put(&visa());
    assert!(other.engine.seq() >= wanted, "its numbers begin later");
    for (wait, _) in waits {
        let answer = wait.await;
        assert_ne!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text());
    }
}

/// A future, and the number of times that it was polled.
fn counted<T>(future: impl Future<Output = T>) -> (Pin<Box<impl Future<Output = T>>>, Arc<AtomicUsize>) {
    let polls = Arc::new(AtomicUsize::new(0));
    let (count, mut future) = (polls.clone(), Box::pin(future));
    let counting = std::future::poll_fn(move |context| {
        count.fetch_add(1, Relaxed);
        future.as_mut().poll(context)
    });
    (Box::pin(counting), polls)
}

#[tokio::test]
async fn what_does_not_come_is_refused_in_time() {
    let mut site = Site::of_posts();
    site.settings.request_timeout = Duration::from_millis(200);
    let now = site.engine.seq();
    for wanted in [now + 1, u64::MAX] {
        for route in ROUTES {
            let answer = site.get(&with(route, wanted)).await;
            answer.refuses(503, "not-yet", &format!("is at seq {now}, `min_seq` asks for {wanted}; help: "));
            assert_eq!((answer.header("retry-after"), seq(&answer)), ("1", now));
        }
    }
    for (value, found) in [("-1", "-1"), ("next", "next"), ("1e3", "1e3"), ("18446744073709551616", "1844")] {
        for route in ROUTES {
            let address = with(route, 0).replace("min_seq=0", &format!("min_seq={value}"));
            let words = format!("`min_seq`: found `{found}");
            site.get(&address).await.refuses(400, "invalid-value", &words);
        }
    }
}

#[tokio::test]
async fn a_part_of_the_posts_is_said_to_be_one_and_is_not_waited_for() {
    let mut site = Site::new();
    site.settings.request_timeout = Duration::from_secs(1);
    let answer = site.get("/api/search?q=visa").await;
    assert_eq!(answer.good()["notes"][0]["code"], "indexing");
    site.get("/api/search?q=visa&min_seq=1").await.refuses(503, "not-yet", "is being built, at seq ");
    assert_eq!(site.get("/api/status").await.good()["whole"], false);
    let before = seq(&answer);
    site.put(&visa());
    let answer = site.get("/api/search?q=visa&min_seq=1").await;
    assert_eq!(answer.good()["notes"], serde_json::json!([]));
    assert!(seq(&answer) > before, "an index that begins anew has a number of its own");
    assert_eq!(site.get("/api/status").await.good()["whole"], true);
}

/// Reads the format; gives the value of each sample by its name and labels.
fn parsed(text: &str) -> BTreeMap<String, f64> {
    let name = |text: &str| {
        let mut bytes = text.bytes();
        bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let (mut samples, mut kinds) = (BTreeMap::new(), BTreeMap::new());
    let mut last = "";
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (family, words) = help.split_once(' ').unwrap();
            assert!(name(family) && !words.is_empty() && !words.contains('\\'), "{line}");
            last = family;
            continue;
        }
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (family, kind) = kind.split_once(' ').unwrap();
            assert!(family == last && ["gauge", "counter", "histogram"].contains(&kind), "{line}");
            assert_eq!(kinds.insert(family, kind), None, "{family} is there twice");
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap();
        let bare = sample.split('{').next().unwrap();
        let kind = kinds[last];
        let of_family = match kind {
            "histogram" => ["_bucket", "_sum", "_count"].iter().any(|end| bare == format!("{last}{end}")),
            _ => bare == last,
        };
        assert!(name(bare) && of_family, "{line} is not of {last}");
        assert!(kind != "counter" || bare.ends_with("_total"), "{line}");
        if let Some(labels) = sample.strip_prefix(bare).unwrap().strip_prefix('{') {
            for label in labels.strip_suffix('}').unwrap().split(',') {
                let (label, text) = label.split_once('=').unwrap();
                let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                assert!(name(label) && text.is_some_and(|text| !text.contains(['"', '\\', '/']) || label == "route"));
            }
        }
        assert_eq!(samples.insert(sample.to_owned(), value.parse().unwrap()), None, "{sample} is there twice");
    }
    samples
}

#[tokio::test]
async fn the_figures_can_be_read_and_tell_nothing_private() {
    let site = Site::of_posts();
    site.board.fail("cannot read the posts folder `/srv/blog`".to_owned());
    let router = site.router();
    let get = async |address: &str| ask(router.clone(), Method::GET, address, &[]).await;
    for _ in 0..3 {
        get("/api/search?q=secretly").await.good();
    }
    get("/api/search?limit=abc").await.refuses(400, "invalid-value", "abc");
    get("/api/suggest?q=vi").await.good();
    let answer = get("/metrics").await;
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    for private in ["secretly", "srv", "tmp", "visa"] {
        assert!(!answer.text().contains(private), "{}", answer.text());
    }
    let figures = parsed(answer.text());
    let search = |name: &str, more: &str| figures[&format!("{name}{{route=\"/api/search\"{more}}}")];
    assert_eq!((figures["anli_posts"], figures["anli_cases"]), (3.0, 3.0));
    assert_eq!(figures["anli_seq"], site.engine.seq() as f64);
    assert_eq!(figures["anli_requests_in_flight"], 1.0);
    assert_eq!(search("anli_search_duration_seconds_count", ""), 4.0);
    assert_eq!(search("anli_search_duration_seconds_bucket", ",le=\"+Inf\""), 4.0);
    assert!(search("anli_search_duration_seconds_sum", "") > 0.0);
    assert_eq!(search("anli_searches_refused_total", ""), 1.0);
    assert_eq!((figures["anli_refreshes_failed_total"], figures["anli_failing"]), (1.0, 1.0));
    assert!(figures["anli_lag_seconds"] > 0.0);
    assert!(figures["anli_index_bytes"] > 0.0);
    let generation = format!(
        "anli_index_info{{generation=\"{}\",version=\"{}\"}}",
        site.engine.generation(),
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(figures[&generation], 1.0);
    if cfg!(target_os = "linux") {
        for name in ["process_resident_memory_bytes", "process_open_fds", "process_threads"] {
            assert!(figures[name] > 1.0, "{name}");
        }
    }
    get("/metrics?x=1").await.refuses(400, "unknown-parameter", "expected none");
}
