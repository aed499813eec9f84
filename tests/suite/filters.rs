//! Filters narrow an answer, sorts order it.

use anli::query::{DateBound, Filter, Sort};
use jiff::tz::{TimeZone, offset};

use crate::harness::{Blog, escaped, eventually};

fn blog() -> Blog {
    let post = |title: &str, rest: &str| format!("---\ntitle: {title}\n{rest}---\n收到陌生短信。\n");
    Blog::new()
        .post("may.md", &post("甲", "date: 2022-05-05 09:00:00 +0800\ntags: [刷单, 退款]\nauthor: 小禾\n"))
        .post("june.md", &post("乙", "date: 2022-06-30 23:59:59 +0800\ntags: 詐騙\nauthors: [小禾, 阿明]\n"))
        .post("july.md", &post("丙", "date: 2022-07-01\ncategories: [预警, 金融]\n"))
        .post("undated.md", &post("丁", "categories: 预警\ntags:\n  - 刷单\n"))
        .refresh()
}

#[track_caller]
fn check(filters: &[Filter], expected: &[&str]) {
    blog().search_with("短信", |query| query.filters = filters.to_vec()).finds(expected);
}

fn from(text: &str) -> Filter {
    Filter::date(DateBound::From, text, &TimeZone::fixed(offset(8))).unwrap()
}

fn to(text: &str) -> Filter {
    Filter::date(DateBound::To, text, &TimeZone::fixed(offset(8))).unwrap()
}

#[test]
fn a_tag_narrows() {
    check(&[Filter::Tag("刷单".into())], &["may", "undated"]);
    check(&[Filter::Tag("退款".into())], &["may"]);
    check(&[Filter::Tag("单".into())], &[]);
}

#[test]
fn a_name_is_compared_after_folding() {
    check(&[Filter::Tag("诈骗".into())], &["june"]);
    check(&[Filter::Tag(" 刷單 ".into())], &["may", "undated"]);
}

#[test]
fn an_author_narrows() {
    check(&[Filter::Author("小禾".into())], &["may", "june"]);
    check(&[Filter::Author("阿明".into())], &["june"]);
}

#[test]
fn a_category_narrows() {
    check(&[Filter::Category("预警".into())], &["july", "undated"]);
    check(&[Filter::Category("金融".into())], &["july"]);
}

#[test]
fn all_filters_hold_at_once() {
    check(&[Filter::Tag("刷单".into()), Filter::Tag("退款".into())], &["may"]);
    check(&[Filter::Tag("刷单".into()), Filter::Category("预警".into())], &["undated"]);
    check(&[Filter::Author("阿明".into()), Filter::Category("预警".into())], &[]);
}

#[test]
fn a_span_of_dates_has_both_its_ends_and_no_undated_post() {
    check(&[from("2022-05-05")], &["may", "june", "july"]);
    check(&[from("2022-05-06"), to("2022-06-30")], &["june"]);
    check(&[to("2022-06")], &["may", "june"]);
    check(&[from("2022"), to("2022")], &["may", "june", "july"]);
    check(&[from("2023")], &[]);
}

#[test]
fn a_filter_alone_is_a_question() {
    blog().search_with("", |query| query.filters.push(Filter::Tag("刷单".into()))).finds(&["may", "undated"]);
}

#[test]
fn a_post_without_a_date_comes_last_in_both_directions() {
    let sorted = |sort| move |query: &mut anli::query::Query| query.sort = sort;
    blog().search_with("短信", sorted(Sort::Newest)).finds_in_order(&["july", "june", "may", "undated"]);
    blog().search_with("短信", sorted(Sort::Oldest)).finds_in_order(&["may", "june", "july", "undated"]);
}

#[test]
fn a_changed_zone_moves_the_days_of_a_running_service() {
    let post = "---\ntitle: 甲\ndate: 2022-05-05 23:30:00 +0800\n---\n收到陌生短信。\n";
    let blog = Blog::new().post("a.md", post).beside("anli.yaml", "site: {timezone: Asia/Shanghai}\n");
    let service = blog.serve(&[]);
    let path = format!("/api/search?q={}&to=2022-05-05", escaped("短信"));
    let held = service.get(&path);
    assert_eq!(held.json()["total"], 1, "{}", held.text);
    let soon = |total: u64| {
        eventually(|| match service.get_with(&path, &[("if-none-match", held.etag.as_ref().unwrap())]) {
            answer if answer.status == 304 && total == 1 => Ok(()),
            answer if answer.status == 200 && answer.json()["total"] == total => Ok(()),
            answer => Err(format!("{answer:?}\n{}", service.log())),
        });
    };
    // Half an hour before midnight in Shanghai, the next day has begun in Tokyo.
    let blog = blog.beside("anli.yaml", "site: {timezone: Asia/Tokyo}\n");
    soon(0);
    // The site's own configuration says so as well.
    let blog = blog.beside("anli.yaml", "site: {kind: jekyll}\n").file("_config.yml", "timezone: Asia/Shanghai\n");
    soon(1);
    let _blog = blog.file("_config.yml", "timezone: Asia/Tokyo\n");
    soon(0);
}
