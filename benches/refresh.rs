//! How long a refresh takes when nothing changed, and when one post did, until a search sees it.

#![expect(clippy::expect_used, reason = "a bench that cannot refresh has nothing to measure")]

mod seeded;

use std::{collections::BTreeSet, fs, sync::Arc};

use anli::{
    query::{Page, Query},
    refresh::Scope,
    text::Analyzer,
};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;

fn refresh(c: &mut Criterion) {
    let analyzer = Arc::new(Analyzer::new());
    let mut group = c.benchmark_group("refresh");
    group.sample_size(20);
    for posts in [1_000, 20_000] {
        let mut blog = seeded::blog(posts, &analyzer);
        group.bench_function(format!("nothing changed, {posts} posts"), |b| {
            b.iter(|| blog.refresher.refresh(&Scope::All, Timestamp::now(), &|_, _| {}).expect("it refreshes"));
        });
        let path = "000/post-7.md";
        let mut edit = 0;
        group.bench_function(format!("one post changed, {posts} posts"), |b| {
            b.iter(|| {
                edit += 1;
                let text = format!("{}\n\n第{edit}次修改\n", seeded::post(7));
                fs::write(blog.posts.path().join(path), text).expect("the folder is writable");
                let scope = Scope::Paths(BTreeSet::from([path.to_owned()]));
                blog.refresher.refresh(&scope, Timestamp::now(), &|_, _| {}).expect("it refreshes");
                let query = Query {
                    text: format!("\"第{edit}次修改\""),
                    page: Page { limit: 1, offset: 0 },
                    ..Query::default()
                };
                let hits = blog.engine.searcher().and_then(|searcher| searcher.search(&query)).expect("it searches");
                assert_eq!(hits.total, 1);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, refresh);
criterion_main!(benches);
