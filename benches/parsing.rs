//! How many bytes of a file a second become a post or findings: of a story, and of files made to take long, at two sizes
//! each. In linear time both sizes have about the same throughput.

#![expect(clippy::expect_used, reason = "a bench without its folder has nothing to measure")]

mod seeded;

use std::hint::black_box;

use anli::content::{Source, SourceOptions};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Files of one piece, between a beginning and an end.
const HOSTILE: [(&str, &str, &str, &str); 5] = [
    ("headings", "", "# 案例一\n", ""),
    ("headings without the blank", "", "#案例一\n", ""),
    ("findings", "---\nauthors: [", "[1],", "]\n---\n"),
    ("scripts without end", "", "<script ", ""),
    ("lines below a deep list", "DEEP", "a\n", ""),
];

fn parsing(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a bench needs a folder");
    let source = Source::open(folder.path(), &SourceOptions::default()).expect("an empty folder can be opened");
    let mut group = c.benchmark_group("parsing");
    group.sample_size(10);
    for size in [50_000, 200_000] {
        let story = seeded::text(&mut seeded::Random::new(7), size / 60);
        let hostile = HOSTILE.map(|(name, beginning, piece, end)| {
            let beginning = beginning.replace("DEEP", &"- ".repeat(size / 4));
            (name, beginning + &piece.repeat(size / piece.len()) + end)
        });
        for (name, text) in [("a story", story)].into_iter().chain(hostile) {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("{name}, {} KB", text.len() / 1_000), |b| {
                b.iter(|| black_box(source.parse("a.md", black_box(text.as_bytes()))));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, parsing);
criterion_main!(benches);
