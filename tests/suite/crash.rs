//! A process that is killed at any moment loses nothing, doubles nothing, and costs no rebuild.
//!
//! While an author writes, the program indexes, serves and merges, and is killed (SIGKILL) again and again, wherever it
//! is. What it leaves behind must be the index as of some commit; the next start goes on from there, and what it comes to
//! is compared document by document with an index that was built from nothing.
//!
//! `ANLI_CRASH_ROUNDS` says how often, `ANLI_CRASH_SEED` repeats what an author did and when a process was killed.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "figures are for whoever asks for them, a seed for whoever repeats a failure"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{ErrorKind, Read as _},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anli::engine::{Engine, EngineError};

use crate::harness::{
    Blog,
    author::Author,
    contents::{Contents, same},
    dice::Dice,
};

/// How many processes are killed unless told.
const ROUNDS: usize = 200;
/// At the most so many posts, so that all hits fit into one answer.
const POSTS: usize = 60;
/// What takes so long to begin will not.
const DEADLINE: Duration = Duration::from_secs(60);

/// What goes on.
struct Story {
    blog: Option<Blog>,
    author: Author,
    dice: Dice,
    seed: u64,
    round: usize,
    /// How long the work of a process takes that is not killed.
    work: Duration,
    /// What may be other than when everything was compared last.
    touched: BTreeSet<String>,
    /// Whether the index was begun anew since, on purpose.
    anew: bool,
    /// The number of the last commit that was seen.
    seq: u64,
    killed: BTreeMap<&'static str, usize>,
}

impl Drop for Story {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("it failed in round {} of `ANLI_CRASH_SEED={}`", self.round, self.seed);
        }
    }
}

impl Story {
    fn begin(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let blog = Blog::new();
        let author = Author::new(blog.path(""), POSTS, &mut dice);
        blog.run(&["index"]).ends_with(0);
        fs::remove_dir_all(blog.home().join("index")).unwrap();
        let (killed, touched) = (BTreeMap::new(), BTreeSet::new());
        let work = Duration::ZERO;
        let blog = Some(blog);
        let mut story = Self { blog, author, dice, seed, round: 0, work, touched, anew: true, seq: 0, killed };
        // How long the work takes is how long the first build does, once it has begun to write.
        let mut child = story.start(&["index"]);
        story.has_begun(&mut child);
        let begun = Instant::now();
        assert!(child.wait().unwrap().success());
        story.work = begun.elapsed();
        story
    }

    fn blog(&self) -> &Blog {
        self.blog.as_ref().unwrap()
    }

    fn start(&self, arguments: &[&str]) -> Child {
        self.blog().command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until a process is the one that writes; or has been, on a machine so busy that nobody saw it.
    fn has_begun(&self, child: &mut Child) {
        let (lock, name) = (self.blog().home().join("index/lock"), format!("process {} ", child.id()));
        let begun = Instant::now();
        let writes = || fs::read_to_string(&lock).is_ok_and(|text| text.starts_with(&name));
        while !writes() && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < DEADLINE, "it does not begin to write");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn act(&mut self, times: usize) {
        for _ in 0..times {
            let touched = self.author.act(&mut self.dice);
            self.touched.extend(touched);
        }
    }

    /// A part of a time, any one.
    fn part_of(&mut self, whole: Duration) -> Duration {
        whole.mul_f64(self.dice.below(10_000) as f64 / 1e4)
    }

    fn round(&mut self) {
        let times = self.dice.below(5);
        self.act(times);
        let what = match self.dice.below(100) {
            0..6 => {
                // The first build before this one may have been killed before it had a folder.
                match fs::remove_dir_all(self.blog().home().join("index")) {
                    Err(error) if error.kind() != ErrorKind::NotFound => panic!("{error}"),
                    _ => {}
                }
                self.anew = true;
                "first build"
            }
            6..10 => {
                self.anew = true;
                "rebuild"
            }
            10..65 => "refresh",
            _ => "serve",
        };
        let mut child = match what {
            "rebuild" => self.start(&["index", "--rebuild"]),
            "serve" => self.start(&["serve", "--listen", "127.0.0.1:0"]),
            _ => self.start(&["index"]),
        };
        // Mostly when it writes; sometimes while it is still beginning.
        if self.dice.happens(92) {
            self.has_begun(&mut child);
        }
        // A refresh has less to do than the first build, and a service never ends.
        let wait = self.part_of(match what {
            "refresh" => self.work.mul_f64(0.6),
            "serve" => self.work * 2,
            _ => self.work,
        });
        let begun = Instant::now();
        while begun.elapsed() < wait {
            if self.dice.happens(if what == "serve" { 50 } else { 5 }) {
                self.act(1);
            }
            thread::sleep(Duration::from_millis(3).min(wait.saturating_sub(begun.elapsed())));
        }
        self.kill(child, what);
        // What one process left behind is mostly taken over by another that is killed as well.
        match self.dice.below(100) {
            0..25 => {
                self.look();
                self.compare();
            }
            25..50 => self.look(),
            _ => {}
        }
    }

    fn kill(&mut self, mut child: Child, what: &'static str) {
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        for sign in ["anew", "panicked", "error: ", "ERROR", "damaged"] {
            assert!(!told.contains(sign), "a process that took over what another left says `{sign}`:\n{told}");
        }
        match ended {
            Some(status) => assert!(status.success(), "{told}"),
            None => *self.killed.entry(what).or_default() += 1,
        }
    }

    /// What was left behind is the index as of some commit.
    fn look(&mut self) {
        let opened = Engine::open(&self.blog().home().join("index"));
        let engine = match opened {
            Ok(engine) => engine,
            // Killed before there was one.
            Err(EngineError::Missing { .. }) if self.anew => return,
            Err(error) => panic!("{error}"),
        };
        let searcher = engine.searcher().unwrap();
        Contents::of(&searcher);
        assert!(searcher.seq() >= self.seq, "seq {} after {}", searcher.seq(), self.seq);
        self.seq = searcher.seq();
    }

    /// What the next start comes to is what an index has that was built from nothing, and takes no more than it has to.
    fn compare(&mut self) {
        let blog = self.blog.take().unwrap().refresh();
        assert_eq!(blog.rebuilt(), None, "a needless rebuild");
        let put = blog.report().put;
        assert!(self.anew || put <= self.touched.len(), "{put} posts are put, {} changed", self.touched.len());
        let (kept, made) = (Contents::of(&blog.searcher()), Contents::made_from(&self.author));
        same(&kept, &made);
        assert!(blog.engine().seq() >= self.seq && blog.engine().is_whole());
        self.seq = blog.engine().seq();
        self.blog = Some(blog.close());
        self.anew = false;
        self.touched.clear();
    }
}

#[test]
fn a_process_killed_at_any_moment_loses_and_doubles_nothing() {
    let rounds = std::env::var("ANLI_CRASH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let begun = Instant::now();
    let mut story = Story::begin(Dice::seed("ANLI_CRASH_SEED"));
    while story.round < rounds {
        story.round += 1;
        story.round();
    }
    story.compare();
    let killed: usize = story.killed.values().sum();
    println!("seed {}: {killed} of {rounds} killed at work {:?}, {:.1?}", story.seed, story.killed, begun.elapsed());
    assert!(killed * 4 > rounds, "too many processes had ended before they were killed: {:?}", story.killed);
}
