//! A service that runs for long takes no more memory, handles, threads and disk than when it had warmed up.
//!
//! An author makes ten changes a second while visitors search. `ANLI_SOAK_SECONDS=3600` makes it an hour; without it
//! the run is too short to tell of growth, and only says that the service keeps up. `ANLI_SOAK_SEED` repeats the changes.

#![expect(clippy::print_stdout, reason = "figures are for whoever asks for them")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use walkdir::WalkDir;

use crate::harness::{
    Blog, Service,
    author::Author,
    contents::{Contents, same},
    dice::Dice,
    escaped, eventually,
};

/// How long it runs unless told, and from how long on growth counts.
const USUAL: Duration = Duration::from_secs(4);
const LONG: Duration = Duration::from_secs(120);
/// The time between two changes, and between two searches.
const CHANGE: Duration = Duration::from_millis(100);
const SEARCH: Duration = Duration::from_millis(20);
/// The most posts there are at once.
const POSTS: usize = 300;
/// How much more is too much.
const GROWTH: f64 = 1.1;

/// What is watched, with how many more of each is no growth: a handle or thread more or less is chance.
const WATCHED: [(&str, f64); 4] = [("memory, MB", 1.0), ("handles", 3.0), ("threads", 3.0), ("index, MB", 0.1)];

/// One look at a service.
struct Look {
    at: Duration,
    watched: [f64; WATCHED.len()],
    lag: f64,
    pending: f64,
    changes: usize,
    searches: usize,
}

impl Look {
    fn at(service: &Service, blog: &Blog) -> Self {
        let text = service.get("/metrics").text;
        let figure = |name: &str| -> f64 {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.unwrap_or_else(|| panic!("no {name} in\n{text}")).parse().unwrap()
        };
        let files = WalkDir::new(blog.home().join("index")).into_iter().flatten();
        // What is merged away meanwhile has no size.
        let bytes: u64 = files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum();
        let memory = figure("process_resident_memory_bytes") / 1e6;
        Self {
            at: Duration::ZERO,
            watched: [memory, figure("process_open_fds"), figure("process_threads"), bytes as f64 / 1e6],
            lag: figure("anli_lag_seconds"),
            pending: figure("anli_pending_files"),
            changes: 0,
            searches: 0,
        }
    }

    fn row(&self) -> String {
        let [memory, handles, threads, index] = self.watched;
        format!(
            "{:>7.0} {memory:>11.1} {handles:>8} {threads:>8} {index:>10.2} {:>8} {:>8.2} {:>9} {:>9}",
            self.at.as_secs_f64(),
            self.pending,
            self.lag,
            self.changes,
            self.searches
        )
    }
}

/// The mean of one of the watched figures over some looks.
fn mean(looks: &[Look], at: usize) -> f64 {
    looks.iter().map(|look| look.watched[at]).sum::<f64>() / looks.len() as f64
}

#[test]
#[cfg(target_os = "linux")]
fn a_service_that_runs_for_long_does_not_grow() {
    let seconds = std::env::var("ANLI_SOAK_SECONDS").ok().and_then(|text| text.parse().ok());
    let length = seconds.map_or(USUAL, Duration::from_secs);
    let seed = Dice::seed("ANLI_SOAK_SEED");
    println!("seed {seed}");
    let mut dice = Dice::new(seed);
    let blog = Blog::new();
    let mut author = Author::new(blog.path(""), POSTS, &mut dice);
    let mut service = blog.serve(&["--log", "warn"]);
    let (stop, searches) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let visitor = {
        let (stop, searches, visit) = (stop.clone(), searches.clone(), service.visitor());
        thread::spawn(move || {
            let texts = ["包裹", "荐股群", "安全账户", "jiegushu", "老周 刷单", "被骗了怎么办", "案例"];
            for text in texts.iter().cycle() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                assert_eq!(visit(&format!("/api/search?q={}", escaped(text))), 200);
                searches.fetch_add(1, Ordering::Relaxed);
                thread::sleep(SEARCH);
            }
        })
    };
    println!("seconds  memory, MB  handles  threads  index, MB  pending      lag   changes  searches");
    let (begun, between) = (Instant::now(), (length / 60).max(Duration::from_millis(500)));
    let (mut looks, mut changes): (Vec<Look>, usize) = (Vec::new(), 0);
    while begun.elapsed() < length {
        author.act(&mut dice);
        changes += 1;
        if looks.last().is_none_or(|last| begun.elapsed() >= last.at + between) {
            let (at, searches) = (begun.elapsed(), searches.load(Ordering::Relaxed));
            let look = Look { at, changes, searches, ..Look::at(&service, &blog) };
            println!("{}", look.row());
            looks.push(look);
        }
        thread::sleep((CHANGE * changes as u32).saturating_sub(begun.elapsed()));
    }
    eventually(|| match service.status() {
        status if status["settled"] == true && status["pending"] == 0 => Ok(()),
        status => Err(status.to_string()),
    });
    stop.store(true, Ordering::Relaxed);
    visitor.join().unwrap();
    service.signal("TERM");
    assert_eq!(service.ended(), Some(0), "{}", service.log());
    let blog = blog.refresh();
    assert_eq!((blog.rebuilt(), blog.report().put), (None, 0), "it has not kept up");
    same(&Contents::of(&blog.searcher()), &Contents::made_from(&author));
    if length >= LONG {
        let (third, mut grown) = (looks.len() / 3, Vec::new());
        for (at, (name, slack)) in WATCHED.into_iter().enumerate() {
            let (before, after) = (mean(&looks[third..2 * third], at), mean(&looks[2 * third..], at));
            println!("{name}: {before:.2} in the second third, {after:.2} in the last");
            if after > (before * GROWTH).max(before + slack) {
                grown.push(name);
            }
        }
        assert!(grown.is_empty(), "it grows: {grown:?}");
    }
}
