//! Newer posts come first among equals, where a site wants it.

use crate::harness::{Blog, Found, Service, escaped, eventually};

fn dated(blog: Blog, path: &str, date: &str, body: &str) -> Blog {
    blog.post(path, &format!("---\ntitle: 通报{path}\ndate: {date}\n---\n{body}\n"))
}

/// The older a post, the more often it has the word; one has no date.
fn blog() -> Blog {
    let blog = dated(Blog::new(), "old.md", "2019-03-01", "骗子说刷单返利，刷单先垫钱，刷单的人都被骗了。");
    let blog = dated(blog, "new.md", "2024-05-01", "骗子说刷单返利，要先垫钱，参加的人都被骗了。");
    blog.titled("none.md", "通报无期", "骗子说刷单返利，刷单先垫钱，参加的人都被骗了。")
}

fn scores(found: &Found) -> Vec<(String, f32)> {
    found.hits.hits.iter().map(|hit| (hit.id.to_string(), hit.score)).collect()
}

fn of(scores: &[(String, f32)], id: &str) -> f32 {
    scores.iter().find(|(found, _)| found == id).unwrap().1
}

#[test]
fn age_counts_only_where_it_is_wanted() {
    let blog = blog().refresh();
    blog.search("刷单").finds_in_order(&["old", "none", "new"]);
    blog.engine().set_recency(1.0);
    blog.search("刷单").finds_in_order(&["new", "old", "none"]);
    blog.engine().set_recency(0.0);
    blog.search("刷单").finds_in_order(&["old", "none", "new"]);
}

#[test]
fn the_raise_halves_with_each_year_and_without_a_date_there_is_none() {
    let years = ["2024-05-01", "2023-05-01", "2022-05-01"];
    let blog = years.iter().fold(Blog::new(), |blog, date| dated(blog, &format!("{date}.md"), date, "刷单返利。"));
    let blog = blog.titled("none.md", "通报无期", "刷单返利。").refresh();
    let before = scores(&blog.search("刷单"));
    blog.engine().set_recency(0.8);
    let after = scores(&blog.search("刷单"));
    for (id, expected) in [("2024-05-01", 1.8), ("2023-05-01", 1.4), ("2022-05-01", 1.2), ("none", 1.0)] {
        let found = of(&after, id) / of(&before, id);
        assert!((found - expected).abs() < 0.01, "{id}: {found}");
    }
}

#[test]
fn age_counts_from_the_newest_post_that_is_still_there() {
    let blog = dated(blog(), "later.md", "2025-05-01", "湖边野餐。").refresh();
    blog.engine().set_recency(1.0);
    // Beside a post without a date, which is never raised.
    let raised = |blog: &Blog| {
        let scores = scores(&blog.search("刷单"));
        of(&scores, "new") / of(&scores, "none")
    };
    let before = raised(&blog);
    let blog = blog.delete("later.md").refresh();
    let after = raised(&blog);
    assert!((after / before - 2.0 / 1.5).abs() < 0.05, "{before}, {after}");
}

#[test]
fn what_has_the_text_as_it_stands_stays_first_however_old_it_is() {
    let words = "中奖的人收到短信，短信说中奖，中奖要交税。".repeat(3);
    let blog = dated(Blog::new(), "together.md", "2009-01-01", "他收到中奖短信。昨天下雨，今天天晴，大家都去了公园。");
    let blog = (0..30).fold(blog, |blog, i| dated(blog, &format!("apart{i}.md"), "2024-05-01", &words)).refresh();
    blog.engine().set_recency(1.0);
    blog.search("中奖短信").finds_first("together");
    blog.search_with("中奖短信", |query| query.page.limit = 10).finds_first("together");
}

#[test]
fn a_better_class_is_not_overtaken_by_a_newer_post() {
    let blog = dated(Blog::new(), "old.md", "2009-01-01", "她遇到一个杀猪盘。");
    let blog = dated(blog, "new.md", "2024-05-01", "网恋投资诈骗，还是网恋投资诈骗。").refresh();
    let names = ["杀猪盘", "网恋投资诈骗"].map(str::to_owned).to_vec();
    let blog = blog.synonyms(&[anli::query::Rule::Same(names)]);
    blog.engine().set_recency(1.0);
    blog.search("杀猪盘").matches(&[("old", "exact"), ("new", "synonym")]);
}

#[test]
fn an_explanation_tells_what_being_new_gave() {
    let blog = blog().refresh();
    blog.engine().set_recency(0.5);
    let body = blog.get(&format!("/api/search?explain=true&q={}", escaped("刷单返利"))).json();
    for hit in body["hits"].as_array().unwrap() {
        let explanation = hit["explanation"].as_array().unwrap();
        let raised = explanation.iter().any(|each| each["kind"] == "boost" && each["what"] == "how new the post is");
        assert_eq!(raised, hit["id"] != "none", "{hit}");
        let sum: f64 = explanation.iter().map(|each| each["score"].as_f64().unwrap()).sum();
        let score = hit["score"].as_f64().unwrap();
        assert!((sum - score).abs() < 0.01 * score, "{sum} explains {score}");
    }
}

#[test]
fn the_commands_follow_the_configuration() {
    let blog = blog().beside("anli.yaml", "freshness: 1\n");
    blog.run(&["index"]).ends_with(0);
    let first = |blog: &Blog| blog.run(&["search", "--limit", "1", "刷单"]).ends_with(0).out.clone();
    assert!(first(&blog).contains("new · 2024-05-01"), "{}", first(&blog));
    blog.run(&["search", "--explain", "刷单"]).says("how new the post is");
    let blog = blog.beside("q.tsv", "1\t刷单\n").beside("qrels.tsv", "1 0 new 1\n");
    let eval = ["eval", "--questions", "q.tsv", "--qrels", "qrels.tsv", "--min", "recall@1=1"];
    blog.run(&eval).ends_with(0);
    let blog = blog.beside("anli.yaml", "");
    assert!(first(&blog).contains("old · 2019-03-01"), "{}", first(&blog));
    blog.run(&eval).ends_with(1);
}

#[test]
fn a_broken_freshness_is_told_with_its_place() {
    let check = |value: &str| {
        let blog = blog().beside("anli.yaml", &format!("field_words: true\nfreshness: {value}\n"));
        blog.run(&["index"])
            .fails("anli.yaml:2:12: ")
            .tells(&format!("found `{value}`, expected a number from 0 to 1"));
    };
    check("2");
    check("abc");
}

#[track_caller]
fn soon_first(service: &Service, id: &str) {
    eventually(|| match service.search("刷单").first() {
        Some(first) if first == id => Ok(()),
        other => Err(format!("{other:?}\n{}", service.log())),
    });
}

#[test]
fn a_changed_freshness_counts_while_the_service_runs_and_a_broken_one_does_not() {
    let blog = blog();
    let service = blog.serve(&[]);
    soon_first(&service, "old");
    let path = format!("/api/search?q={}", escaped("刷单"));
    let held = service.get(&path).etag.unwrap();
    let blog = blog.beside("anli.yaml", "freshness: 1.0\n");
    soon_first(&service, "new");
    // What a browser holds is no longer the answer, though no post has changed.
    assert_eq!(service.get_with(&path, &[("if-none-match", &held)]).status, 200);
    let blog = blog.beside("anli.yaml", "freshness: abc\n");
    eventually(|| if service.log().contains("anli.yaml:1:12") { Ok(()) } else { Err(service.log()) });
    soon_first(&service, "new");
    let _blog = blog.beside("anli.yaml", "freshness: 0\n");
    soon_first(&service, "old");
}
