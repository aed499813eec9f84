//! How long it takes to complete what is being typed, beside a plain walk over the titles of the same posts.

#![expect(clippy::expect_used, reason = "a bench that cannot search has nothing to measure")]

mod seeded;

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use anli::text::{Analyzer, fold, pinyin::Typed};
use criterion::{Criterion, criterion_group, criterion_main};

const POSTS: usize = 100_000;

fn suggest(c: &mut Criterion) {
    let analyzer = Arc::new(Analyzer::new());
    let mut group = c.benchmark_group("suggest");
    group.sample_size(30);
    let blog = seeded::blog(POSTS, &analyzer);
    let searcher = blog.engine.searcher().expect("it opens");
    let started = Instant::now();
    searcher.suggest("z", 8).expect("it suggests");
    // An engine that is not kept ready reads its words when it is first asked.
    tell(started.elapsed());
    let typed = [
        ("one character", "诈"),
        ("Han prefix", "对方电"),
        ("whole title", "诈骗的在对方"),
        ("one letter", "z"),
        ("pinyin", "zhapian"),
        ("unfinished pinyin", "dianhuazh"),
        ("initials", "zp"),
        ("long initials", "dfdhzzyh"),
        ("mixed", "转z"),
        ("several words", "诈骗 ke"),
        ("nothing", "qqqxxx"),
    ];
    for (name, text) in typed {
        group.bench_function(format!("{name}, {POSTS} posts"), |b| {
            b.iter(|| black_box(searcher.suggest(black_box(text), 8).expect("it suggests").len()));
        });
    }
    let titles: Vec<String> =
        (0..POSTS).map(|number| fold(&title(&seeded::post(number))).as_str().to_owned()).collect();
    group.sample_size(10);
    group.bench_function(format!("a walk over titles: Han prefix, {POSTS} posts"), |b| {
        b.iter(|| titles.iter().filter(|title| title.starts_with(black_box("对方电"))).count());
    });
    let spelt = Typed::parse("zhapian").expect("it is pinyin");
    group.bench_function(format!("a walk over titles: pinyin, {POSTS} posts"), |b| {
        b.iter(|| titles.iter().filter(|title| spelt.spells(black_box(title), 0).is_some()).count());
    });
    group.finish();
}

#[expect(clippy::print_stderr, reason = "it is told beside the figures of the bench")]
fn tell(took: Duration) {
    eprintln!("the words of {POSTS} posts are read in {took:.1?}");
}

/// Gives the title of a post.
fn title(post: &str) -> String {
    post.lines().find_map(|line| line.strip_prefix("title: ")).unwrap_or_default().to_owned()
}

criterion_group!(benches, suggest);
criterion_main!(benches);
