//! How long a first build takes, from files on disk to the last merge, beside what the library alone takes for words and
//! bigrams of the same files with as many threads. The two take turns, so that both meet the same machine.
//!
//! `cargo bench --bench building -- [--posts N] [--rounds N] [--folder DIR]`; `--folder` builds from a folder of Markdown
//! files instead of posts made up here.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench that cannot build has nothing to measure")]

mod plain;
mod seeded;

use std::{env, fs, path::Path, path::PathBuf, sync::Arc, time::Instant};

use anli::{refresh::Scope, text::Analyzer};
use jieba_rs::Jieba;

use self::plain::files_below;

/// The allocator of the program, for both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Wall time of some work in seconds, and processor time of all threads, as far as the system tells.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64, f64) {
    let (begun, used) = (Instant::now(), processor_seconds());
    let done = work();
    (done, begun.elapsed().as_secs_f64(), processor_seconds() - used)
}

/// Gives the processor time of this process; zero where there is no `/proc`.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn size_of(folder: &Path) -> u64 {
    files_below(folder).iter().filter_map(|file| fs::metadata(file).ok()).map(|file| file.len()).sum()
}

fn main() {
    let (mut posts, mut rounds, mut folder) = (20_000, 3, None);
    let mut arguments = env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().expect("the option has a value");
        match name.as_str() {
            "--posts" => posts = value().parse().expect("a number"),
            "--rounds" => rounds = value().parse().expect("a number"),
            "--folder" => folder = Some(PathBuf::from(value())),
            // What cargo says.
            _ => {}
        }
    }
    let room = || tempfile::tempdir().expect("there is room");
    let made = room();
    let folder = folder.unwrap_or_else(|| {
        seeded::write(made.path(), posts);
        made.path().to_owned()
    });
    let (analyzer, jieba) = (Arc::new(Analyzer::new()), Arc::new(Jieba::new()));
    let (files, bytes) = (files_below(&folder), size_of(&folder));
    println!("{} posts, {:.1} MB", files.len(), bytes as f64 / 1e6);
    let mut ratios = Vec::new();
    for round in 1..=rounds {
        let (index, plain_index) = (room(), room());
        let (_, mut refresher) = seeded::open(&folder, index.path(), &analyzer);
        let ((), wall, used) = timed(|| {
            let report = refresher.refresh(&Scope::All, jiff::Timestamp::now(), &|_, _| {});
            assert_eq!(report.map(|report| report.put).unwrap_or_default(), files.len());
            refresher.finish().expect("there is room");
        });
        let plain = plain::writer(plain_index.path(), &jieba);
        let ((), plain_wall, plain_used) = timed(|| plain::build(plain, &files));
        let times = |folder: &Path| size_of(folder) as f64 / bytes as f64;
        println!(
            "round {round}: {wall:.1} s, {used:.1} s of processors, {:.2} times the posts; \
             the library alone {plain_wall:.1} s, {plain_used:.1} s, {:.2} times; {:.2} times as long",
            times(index.path()),
            times(plain_index.path()),
            wall / plain_wall
        );
        ratios.push(wall / plain_wall);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median: {:.2} times as long", ratios[ratios.len() / 2]);
}
