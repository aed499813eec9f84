//! How long after a post was written an answer shows it, and what a storm of changes does to searches.
//!
//! The real service over a folder of posts, asked over HTTP: 50 searches a second go on all the while. First single posts
//! are created, edited and deleted, each when the one before is seen; then comes a storm.
//!
//! `cargo bench --bench freshness -- [--posts N] [--rounds N] [--storm CHANGES] [--seconds S] [--home DIR]`;
//! `--home` keeps folder and index for the next time.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench that cannot run has nothing to measure")]

mod seeded;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// How often a search is asked.
const EVERY: Duration = Duration::from_millis(20);
/// What is searched for, in turns: mostly what few of a hundred posts have, as people search; the last is in nearly all.
const SEARCHES: [&str; 8] =
    ["琉璃盏", "大学生 宝妈", "\"退休会计\"", "蓝鲸计划", "老刘 钨丝灯", "第47110期", "小陈和张阿姨", "刷单返利"];
/// What takes longer than this does not happen.
const DEADLINE: Duration = Duration::from_secs(120);
/// Writers of a storm.
const WRITERS: usize = 4;

struct Options {
    posts: usize,
    rounds: usize,
    storm: usize,
    seconds: u64,
    home: Option<PathBuf>,
}

impl Options {
    fn read() -> Self {
        let mut options = Self { posts: 100_000, rounds: 100, storm: 10_000, seconds: 10, home: None };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().expect("the option has a value");
            match name.as_str() {
                "--posts" => options.posts = value().parse().expect("a number"),
                "--rounds" => options.rounds = value().parse().expect("a number"),
                "--storm" => options.storm = value().parse().expect("a number"),
                "--seconds" => options.seconds = value().parse().expect("a number"),
                "--home" => options.home = Some(value().into()),
                // What cargo and its filters say.
                _ => {}
            }
        }
        options
    }
}

/// The running service; killed when dropped.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(home: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_anli"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn"])
            .current_dir(home)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("it tells its address");
        Self { child, address: line.trim().to_owned() }
    }

    fn client(&self) -> Client {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(DEADLINE)).build();
        Client { agent: agent.new_agent(), address: self.address.clone() }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Asks the service.
struct Client {
    agent: ureq::Agent,
    address: String,
}

impl Client {
    fn get(&self, path: &str) -> (u16, Value) {
        let mut answer = self.agent.get(format!("{}{path}", self.address)).call().expect("the service answers");
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap_or(Value::Null))
    }

    fn search(&self, text: &str, limit: usize) -> Value {
        let text = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        self.get(&format!("/api/search?limit={limit}&q={text}")).1
    }

    /// Gives how long it takes until an answer shows a post with these words, or `None` until none shows it any more.
    fn until(&self, id: &str, words: Option<&str>) -> Duration {
        let begun = Instant::now();
        loop {
            let (status, post) = self.get(&format!("/api/posts/{id}"));
            let seen = words.map_or(status == 404, |words| status == 200 && post.to_string().contains(words));
            if seen {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < DEADLINE, "`{id}` is seen too late");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Searches that go on in the background.
struct Searching {
    stop: Arc<AtomicBool>,
    took: Arc<Mutex<Vec<Duration>>>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Searching {
    fn start(service: &Service) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let took = Arc::new(Mutex::new(Vec::new()));
        let next = Arc::new(AtomicUsize::new(0));
        let begun = Instant::now();
        let search = || {
            let (stop, took, next, client) = (stop.clone(), took.clone(), next.clone(), service.client());
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let turn = next.fetch_add(1, Ordering::Relaxed);
                    // From when it should have been asked: one that is slow must not hide those behind it.
                    let due = begun + EVERY * turn as u32;
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                    client.search(SEARCHES[turn % SEARCHES.len()], 10);
                    took.lock().expect("nobody panics").push(due.elapsed());
                }
            })
        };
        let threads = (0..8).map(|_| search()).collect();
        Self { stop, took, threads }
    }

    /// Gives how long each search took since the last time.
    fn take(&self) -> Vec<Duration> {
        std::mem::take(&mut self.took.lock().expect("nobody panics"))
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.into_iter().for_each(|thread| thread.join().expect("the service answers"));
    }
}

fn main() {
    let options = Options::read();
    let temporary = tempfile::tempdir().expect("there is room");
    let home = options.home.clone().unwrap_or_else(|| temporary.path().to_owned());
    let posts = home.join("posts");
    if !posts.join("000").exists() {
        seeded::write(&posts, options.posts);
    }
    _ = fs::remove_dir_all(posts.join("fresh"));
    _ = fs::remove_dir_all(posts.join("storm"));
    fs::create_dir_all(posts.join("fresh")).expect("the folder is writable");
    let begun = Instant::now();
    let service = Service::start(&home);
    let client = service.client();
    while client.get("/readyz").0 != 200 {
        thread::sleep(Duration::from_millis(20));
    }
    println!("ready after {:.1} s", begun.elapsed().as_secs_f64());
    settle(&client);
    let searching = Searching::start(&service);
    thread::sleep(Duration::from_secs(5));
    let quiet = tell("searches, quiet", searching.take());
    singly(&client, &posts.join("fresh"), options.rounds);
    tell("searches, single changes", searching.take());
    let stormy = storm(&service, &posts.join("storm"), &options, &searching);
    println!("p99 of searches: {:.1} times that of quiet", stormy.as_secs_f64() / quiet.as_secs_f64());
    searching.stop();
}

/// Waits until merges of the first build are over, as far as can be told from without.
fn settle(client: &Client) {
    for search in SEARCHES.iter().cycle().take(200) {
        client.search(search, 10);
    }
    thread::sleep(Duration::from_secs(5));
}

/// Creates, edits and deletes single posts.
fn singly(client: &Client, folder: &Path, rounds: usize) {
    let mut took: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let text = |round: usize, version: &str| format!("{}\n\n单次{round}{version}\n", seeded::post(1_000_000 + round));
    for round in 0..rounds {
        let path = folder.join(format!("single-{round}.md"));
        let id = format!("fresh/single-{round}");
        let until = |version: &str| client.until(&id, Some(&format!("单次{round}{version}")));
        // Now and then somebody thinks before saving.
        thread::sleep(Duration::from_millis(if round % 2 == 0 { 300 } else { 0 }));
        fs::write(&path, text(round, "初稿")).expect("the folder is writable");
        took.entry("created").or_default().push(until("初稿"));
        fs::write(&path, text(round, "二稿")).expect("the folder is writable");
        took.entry("edited").or_default().push(until("二稿"));
        let aside = folder.join(format!("single-{round}.md.tmp"));
        fs::write(&aside, text(round, "三稿")).expect("the folder is writable");
        fs::rename(&aside, &path).expect("the folder is writable");
        took.entry("saved atomically").or_default().push(until("三稿"));
        fs::remove_file(&path).expect("the folder is writable");
        took.entry("deleted").or_default().push(client.until(&id, None));
    }
    for (kind, took) in took {
        tell(kind, took);
    }
}

/// Lets several writers loose; gives the 99th percentile of searches meanwhile.
fn storm(service: &Service, folder: &Path, options: &Options, searching: &Searching) -> Duration {
    searching.take();
    let begun = Instant::now();
    let each = options.storm / WRITERS;
    let pause = Duration::from_secs(options.seconds) / each.max(1) as u32;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let folder = folder.join(writer.to_string());
            thread::spawn(move || write(&folder, writer, each, begun, pause))
        })
        .collect();
    let mut there = BTreeMap::new();
    for writer in writers {
        there.extend(writer.join().expect("the folder is writable"));
    }
    println!("storm: {} changes in {:.1} s", each * WRITERS, begun.elapsed().as_secs_f64());
    let ended = Instant::now();
    let stormy = tell("searches, storm", searching.take());
    let client = service.client();
    // Comparing takes its time; what counts is when the comparison that found nothing began.
    loop {
        let begun = ended.elapsed();
        match differing(&client, &there) {
            0 => {
                println!("storm: the index equals the folder after {:.2} s", begun.as_secs_f64());
                return stormy;
            }
            count => assert!(begun < DEADLINE, "{count} posts differ"),
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Writes, edits, renames and deletes at a given pace; gives what each post holds at last, `None` where it is gone.
fn write(
    folder: &Path,
    writer: usize,
    changes: usize,
    begun: Instant,
    pause: Duration,
) -> BTreeMap<String, Option<String>> {
    fs::create_dir_all(folder).expect("the folder is writable");
    let mut random = seeded::Random::new(writer as u64 + 77);
    let mut there: BTreeMap<String, Option<String>> = BTreeMap::new();
    let id = |number: usize| format!("storm/{writer}/post-{number}");
    for change in 0..changes {
        thread::sleep((begun + pause * change as u32).saturating_duration_since(Instant::now()));
        let number = random.below(changes / 3 + 1);
        let path = folder.join(format!("post-{number}.md"));
        let held = there.get(&id(number)).cloned().flatten();
        let mut text = seeded::post(number);
        let word = format!("风暴{writer}次{change}止");
        _ = write!(text, "\n\n{word}\n");
        match (held, random.below(4)) {
            (Some(_), 0) => {
                fs::remove_file(&path).expect("it is there");
                there.insert(id(number), None);
            }
            (Some(word), 1) => {
                let to = changes + change;
                fs::rename(&path, folder.join(format!("post-{to}.md"))).expect("it is there");
                there.insert(id(number), None);
                there.insert(id(to), Some(word));
            }
            (_, 2) => {
                let aside = folder.join(format!(".post-{number}.md.swp"));
                fs::write(&aside, text).expect("the folder is writable");
                fs::rename(&aside, &path).expect("the folder is writable");
                there.insert(id(number), Some(word));
            }
            _ => {
                fs::write(&path, text).expect("the folder is writable");
                there.insert(id(number), Some(word));
            }
        }
    }
    there
}

/// Gives how many posts are not in the index as they should be; stops counting soon.
fn differing(client: &Client, there: &BTreeMap<String, Option<String>>) -> usize {
    let differs = |(id, word): &(&String, &Option<String>)| {
        let (status, post) = client.get(&format!("/api/posts/{id}"));
        let text = post.to_string();
        match word {
            None => status != 404,
            Some(word) => status != 200 || !text.contains(word.as_str()),
        }
    };
    // Those that were written last are probably seen last.
    there.iter().rev().filter(differs).take(1).count()
}

/// Prints percentiles; gives the 99th.
fn tell(what: &str, mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    let at = |share: usize| took.get((took.len() * share / 100).min(took.len().saturating_sub(1))).copied();
    let shown = |share: usize| at(share).map_or(0.0, |took| took.as_secs_f64() * 1e3);
    println!(
        "{what:<26} p50 {:>7.1} ms  p90 {:>7.1} ms  p99 {:>7.1} ms  ({})",
        shown(50),
        shown(90),
        shown(99),
        took.len()
    );
    at(99).unwrap_or_default()
}
