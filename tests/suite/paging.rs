//! Pages follow each other without overlap and without gaps.

use std::collections::BTreeSet;

use anli::query::{Grain, Page, Sort};

use crate::harness::Blog;

const POSTS: usize = 47;

fn blog() -> Blog {
    // Many are exactly equal, which is when pages overlap; several commits make several segments.
    (0..POSTS)
        .fold(Blog::new(), |blog, i| {
            let blog = blog.post(
                &format!("p{i:02}.md"),
                &format!("---\ntitle: 提醒\ndate: 2023-01-{:02}\n---\n谨防短信诈骗。\n", i % 5 + 1),
            );
            if i % 12 == 0 { blog.refresh() } else { blog }
        })
        .refresh()
}

#[test]
fn pages_neither_overlap_nor_leave_a_gap() {
    let blog = blog();
    for sort in [Sort::Relevance, Sort::Newest, Sort::Oldest] {
        for grain in [Grain::Posts, Grain::Cases] {
            let mut seen = BTreeSet::new();
            for offset in (0..POSTS).step_by(7) {
                let page = Page { limit: 7, offset };
                let found = blog.search_with("短信诈骗", |query| {
                    (query.page, query.sort, query.grain) = (page, sort, grain);
                });
                assert_eq!(found.hits.total, POSTS);
                assert_eq!(found.ids().len(), 7.min(POSTS - offset));
                for id in found.ids() {
                    assert!(seen.insert(id.to_owned()), "{id} stands on two pages");
                }
            }
            assert_eq!(seen.len(), POSTS);
        }
    }
}

#[test]
fn pages_of_guesses_neither_overlap_nor_leave_a_gap() {
    // Two words sound alike; some posts have both.
    let texts = ["警方通报一起诈骗。", "门口在炸片糕。", "诈骗与炸片糕。"];
    let blog = (0..60)
        .fold(Blog::new(), |blog, i| {
            let title = if i % 4 == 0 { "诈骗预警" } else { "日常" };
            let blog = blog.titled(&format!("p{i:02}.md"), title, &texts[i % 3].repeat(i % 5 + 1));
            if i % 17 == 0 { blog.refresh() } else { blog }
        })
        .refresh();
    for typed in ["扎骗", "zhapian"] {
        let all = blog.search(typed);
        assert!(all.hits.correction.is_some());
        let mut seen: Vec<String> = Vec::new();
        for offset in (0..all.hits.total).step_by(7) {
            let found = blog.search_with(typed, |query| query.page = Page { limit: 7, offset });
            assert_eq!(found.hits.total, all.hits.total);
            seen.extend(found.ids().into_iter().map(str::to_owned));
        }
        assert_eq!(seen, all.ids(), "the pages of {typed}");
    }
}

/// Posts in both scripts and widths, some of them equal, in several segments.
fn mixed(order: impl Iterator<Item = usize>, commits: usize) -> Blog {
    let texts = [
        ("转账之前", "对方自称客服，要求转账到安全账户，被骗20万元。"),
        ("轉帳之前", "對方自稱客服，要求轉帳到安全帳戶，被騙20萬元。"),
        ("下载须知", "让他下载会议ＡＰＰ，再共享屏幕，损失５０００元。"),
        ("下載須知", "讓他下載會議APP，再共享螢幕，損失5000元。"),
        ("客服", "真客服不会要求转账，也不会要验证码。"),
        ("邻里", "会议室门口的客服台搬走了，账户年检照常。"),
    ];
    order
        .enumerate()
        .fold(Blog::new(), |blog, (i, number)| {
            let (title, text) = texts[number % texts.len()];
            let blog = blog.titled(&format!("p{number:03}.md"), title, &text.repeat(number % 7 / 3 + 1));
            if i % commits == 0 { blog.refresh() } else { blog }
        })
        .refresh()
}

/// Texts as people type them: short and long, in both scripts and widths, right and mistyped.
const TYPED: [&str; 16] = [
    "客服",
    "转账",
    "轉帳",
    "帳戶",
    "app",
    "ＡＰＰ",
    "5000元",
    "0万元",
    "会议app",
    "客服 转账",
    "kefu",
    "课服",
    "kf",
    "对方让我下载会议软件还要共享屏幕怎么办？",
    "真客服会要求转账到安全账户吗",
    "\"转账\" 客服",
];

/// The hits of a page: what a reader sees of their order.
fn listed(blog: &Blog, typed: &str, page: Page) -> Vec<(String, String, u32)> {
    let found = blog.search_with(typed, |query| query.page = page);
    let told =
        |hit: &anli::query::Hit| (hit.id.as_str().to_owned(), hit.matched.as_str().to_owned(), hit.score.to_bits());
    found.hits.hits.iter().map(told).collect()
}

#[test]
fn the_pages_of_every_limit_are_one_list() {
    let blog = mixed(0..90, 31);
    for typed in TYPED {
        let all = listed(&blog, typed, Page { limit: 90, offset: 0 });
        assert!(!all.is_empty(), "{typed} is nowhere");
        for limit in [1, 3, 10, 20, 37] {
            let pages = (0..all.len()).step_by(limit);
            let joined: Vec<_> = pages.flat_map(|offset| listed(&blog, typed, Page { limit, offset })).collect();
            assert_eq!(joined, all, "{typed} in pages of {limit}");
        }
    }
}

#[test]
fn equal_scores_have_one_order_whatever_the_build() {
    let first = mixed(0..60, 60);
    let builds = [mixed((0..60).rev(), 60), mixed(0..60, 7), mixed((0..60).map(|i| i * 7 % 60), 11)];
    for typed in TYPED {
        let page = Page { limit: 60, offset: 0 };
        let expected = listed(&first, typed, page);
        for (build, other) in builds.iter().enumerate() {
            assert_eq!(listed(other, typed, page), expected, "{typed} in build {build}");
        }
    }
}

#[test]
fn a_page_past_the_end_is_empty_and_knows_the_total() {
    let found = blog().search_with("短信", |query| query.page = Page { limit: 10, offset: POSTS });
    assert_eq!((found.ids().len(), found.hits.total), (0, POSTS));
}

#[test]
fn a_limit_of_nothing_counts() {
    let found = blog().search_with("短信", |query| query.page = Page { limit: 0, offset: 0 });
    assert_eq!((found.ids().len(), found.hits.total), (0, POSTS));
}
