//! How long a search takes, in process, from the typed text to hits with their snippets.

#![expect(clippy::expect_used, reason = "a bench that cannot search has nothing to measure")]

mod seeded;

use std::{hint::black_box, sync::Arc};

use anli::{
    query::{Filter, Page, Query},
    text::Analyzer,
};
use criterion::{Criterion, criterion_group, criterion_main};

fn search(c: &mut Criterion) {
    let analyzer = Arc::new(Analyzer::new());
    let mut group = c.benchmark_group("search");
    group.sample_size(30);
    for posts in [1_000, 20_000] {
        let blog = seeded::blog(posts, &analyzer);
        let searcher = blog.engine.searcher().expect("it opens");
        let text = |text: &str| Query { text: text.to_owned(), ..Query::default() };
        let tagged = Query { filters: vec![Filter::Tag("刷单".to_owned())], ..text("转账 客服") };
        let last = Query { page: Page { limit: 10, offset: (posts / 2).min(9_980) }, ..text("诈骗") };
        let queries = [
            ("rare word", text("蓝鲸计划")),
            ("common word", text("诈骗")),
            ("one character", text("骗")),
            ("three words", text("客服 退款 验证码")),
            ("phrase", text("\"对方要求\"")),
            ("long question", text("对方自称平台客服要求我下载会议软件共享屏幕转账到安全账户怎么办")),
            ("filtered", tagged),
            ("late page", last),
        ];
        for (name, query) in queries {
            group.bench_function(format!("{name}, {posts} posts"), |b| {
                b.iter(|| black_box(searcher.search(black_box(&query)).expect("it searches").total));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, search);
criterion_main!(benches);
