//! How many bytes of text a second become words and grams, against jieba's own segmentation of the same text.

mod seeded;

use std::hint::black_box;

use anli::text::{Analyzer, Terms, fold};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jieba_rs::Jieba;

fn analysis(c: &mut Criterion) {
    let text = seeded::text(&mut seeded::Random::new(7), 2_000);
    let (analyzer, jieba) = (Analyzer::new(), Jieba::new());
    let mut group = c.benchmark_group("analysis");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    group.bench_function("jieba alone, search mode", |b| {
        b.iter(|| black_box(jieba.cut_for_search(black_box(&text), true).len()));
    });
    group.bench_function("fold, words and grams", |b| {
        b.iter(|| {
            let mut terms = Terms::default();
            for line in text.split('。') {
                analyzer.terms(black_box(line), &mut terms);
            }
            black_box(terms.grams.len())
        });
    });
    group.bench_function("fold alone", |b| b.iter(|| black_box(fold(black_box(&text)).as_str().len())));
    group.finish();
}

criterion_group!(benches, analysis);
criterion_main!(benches);
