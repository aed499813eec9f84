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
