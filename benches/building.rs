//! How many posts a second become an index, from files on disk to the commit; and from the posts' analysis alone.

#![expect(clippy::expect_used, reason = "a bench that cannot build has nothing to measure")]

mod seeded;

use std::sync::Arc;

use anli::{refresh::Scope, text::Analyzer};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

fn building(c: &mut Criterion) {
    let analyzer = Arc::new(Analyzer::new());
    let mut group = c.benchmark_group("building");
    group.sample_size(10);
    for posts in [1_000, 20_000] {
        let folder = tempfile::tempdir().expect("there is room");
        seeded::write(folder.path(), posts);
        group.throughput(Throughput::Elements(posts as u64));
        group.bench_function(format!("{posts} posts"), |b| {
            b.iter_batched(
                || {
                    let index = tempfile::tempdir().expect("there is room");
                    let (_, refresher) = seeded::open(folder.path(), index.path(), &analyzer);
                    (index, refresher)
                },
                |(index, mut refresher)| {
                    let report = refresher.refresh(&Scope::All, jiff::Timestamp::now(), &|_, _| {});
                    assert_eq!(report.map(|report| report.put).unwrap_or_default(), posts);
                    (index, refresher)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, building);
criterion_main!(benches);
