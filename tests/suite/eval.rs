//! `anli eval`: a person learns how good the search is, and a CI job whether it is good enough.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Blog, Ran};

const QUESTIONS: &str = "# 题目\r\nq1\t假客服说包裹丢了\r\n\r\nq2\t湖边\r\nq3\t野餐\r\nq4\t飞碟\r\n";
const QRELS: &str = "q1 0 2022/kefu 1\nq2 0 chunyou 2\nq2 0 2022/kefu 0\nq3 0 jiyao 1\n";
const EVAL: [&str; 5] = ["eval", "--questions", "questions.tsv", "--qrels", "qrels.tsv"];

/// Three posts and four questions: q1 and q2 find their post first, q3 second, and nobody has judged q4.
fn judged() -> Blog {
    let blog = Blog::new()
        .titled("2022/kefu.md", "冒充客服", "包裹丢了，假客服让她先交押金。")
        .titled("chunyou.md", "湖边野餐", "野餐要带垫子和水。野餐之后把垃圾带走。")
        .titled("jiyao.md", "居委会纪要", "下周的活动有三项，其中一项是野餐，要带什么另行通知；还有消防演练和大扫除。")
        .beside("questions.tsv", QUESTIONS)
        .beside("qrels.tsv", QRELS);
    blog.run(&["index"]).ends_with(0);
    blog
}

fn eval(blog: &Blog, more: &[&str]) -> Ran {
    blog.run(&[&EVAL, more].concat())
}

/// Gives stdout without what differs from run to run.
fn steady(ran: &Ran) -> String {
    ran.out.lines().filter(|line| !line.starts_with("latency: ")).map(|line| format!("{line}\n")).collect()
}

fn figures(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.out))
}

#[test]
fn figures_are_told() {
    let ran = eval(&judged(), &[]);
    ran.ends_with(0).says("\nlatency: p50 ").tells("warning: 1 questions without a right post");
    insta::assert_snapshot!(steady(&ran));
}

#[test]
fn the_worst_questions_are_listed_with_what_came_first_instead() {
    let blog = judged().beside("qrels.tsv", "q1 0 2022/kefu 1\nq2 0 2022/kefu 1\nq3 0 jiyao 1\nq4 0 gone 1\n");
    insta::assert_snapshot!(steady(eval(&blog, &["--each", "10"]).ends_with(0)));
    let ran = eval(&blog, &["--each", "1"]);
    ran.ends_with(0).says("\nq2: 湖边\n");
    assert!(!ran.out.contains("q3") && !ran.out.contains("q4"), "{}", ran.out);
}

#[test]
fn what_is_not_good_enough_is_a_no() {
    let blog = judged();
    // (1 + 1 + 1/2) / 3
    let ran = eval(&blog, &["--min", "mrr@10=0.95", "--min", "recall@3=1"]);
    ran.ends_with(1)
        .says("\nnot good enough: mrr@10 is 0.833333, expected 0.95 or more\n")
        .says("\ngood enough: recall@3 is 1.000000, expected 1 or more\n");
    let ran = eval(&blog, &["--min", "MRR@10=0.8", "--min", "recall@3=1"]);
    ran.ends_with(0).says("\ngood enough: mrr@10 is 0.833333, expected 0.8 or more\n").says("\nrecall@3    1.0000\n");
    // Of two, the higher counts.
    eval(&blog, &["--min", "mrr@10=0.95", "--min", "mrr@10=0.5"]).ends_with(1);
}

#[test]
fn programs_get_the_same_figures() {
    let blog = judged();
    eval(&blog, &["--run-file", "a.run"]).ends_with(0);
    let more = ["--format", "json", "--each", "3", "--min", "mrr@10=0.95", "--baseline", "a.run"];
    let mut body = figures(eval(&blog, &more).ends_with(1));
    for name in ["p50", "p90", "p99", "max"] {
        assert!(body["latency_us"][name].take().is_u64(), "{body}");
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&body).unwrap());
}

#[test]
fn a_run_is_written_and_compared_with() {
    let blog = judged();
    eval(&blog, &["--run-file", "a.run", "--tag", "first"]).ends_with(0);
    let written = fs::read_to_string(blog.home().join("a.run")).unwrap();
    let lines: Vec<Vec<&str>> = written.lines().map(|line| line.split(' ').collect()).collect();
    let shown: Vec<String> =
        lines.iter().map(|line| format!("{} {} {} {}", line[0], line[1], line[2], line[3])).collect();
    assert_eq!(shown, ["q1 Q0 2022/kefu 1", "q2 Q0 chunyou 1", "q3 Q0 chunyou 1", "q3 Q0 jiyao 2"]);
    assert!(lines.iter().all(|line| line.len() == 6 && line[5] == "first"), "{written}");
    // The earlier run is read before the new one takes its place.
    let ran = eval(&blog, &["--baseline", "a.run", "--run-file", "a.run", "--tag", "first"]);
    ran.ends_with(0).says("\nmrr@10      0.8333   0.8333  +0.0000     0       0     3  1.0000\n");
    assert_eq!(fs::read_to_string(blog.home().join("a.run")).unwrap(), written);
    assert!(!ran.err.contains("earlier run"), "{}", ran.err);
}

#[test]
fn wins_and_losses_are_told() {
    let earlier = "q1 Q0 chunyou 1 2 t\nq1 Q0 2022/kefu 2 1 t\nq3 Q0 jiyao 1 1 t\n";
    let ran = eval(&judged().beside("b.run", earlier), &["--baseline", "b.run"]);
    ran.ends_with(0)
        // Now 1, 1, 1/2, before 1/2, 0, 1: of 8 tosses the 6 that give 1 or 2 reach as far, those that give 0 do not.
        .says("\nmrr@10      0.8333   0.5000  +0.3333     2       1     0  0.7500\n")
        .tells("warning: 1 questions that the earlier run does not have, counted as 0 there: q2\n");
}

#[test]
fn a_run_that_ends_early_is_told() {
    let earlier = "q1 Q0 2022/kefu 1 1 t\nq2 Q0 chunyou 1 1 t\nq3 Q0 chunyou 1 1 t\n";
    let ran = eval(&judged().beside("b.run", earlier), &["--baseline", "b.run"]);
    ran.ends_with(0).tells("warning: the earlier run ends at rank 1; deeper measures of it are too low\n");
}

#[test]
fn what_the_figures_do_not_cover_is_told() {
    let blog = judged().beside("qrels.tsv", "q1 0 2022/kefu.md 1\nq2 0 chunyou 1\nq8 0 chunyou 1\nq9 0 chunyou 1\n");
    let ran = eval(&blog, &["--format", "json"]);
    ran.ends_with(0)
        .tells("warning: 2 questions without a right post, left out of the means: q3, q4\n")
        .tells("warning: 2 judged questions that are not asked: q8, q9\n")
        .tells("warning: 1 right posts that the index does not have: 2022/kefu.md\n");
    let body = figures(&ran);
    let told = [&body["questions"], &body["judged"], &body["unjudged"], &body["unasked"], &body["absent"]];
    assert_eq!(told, [&json!(4), &json!(2), &json!(["q3", "q4"]), &json!(["q8", "q9"]), &json!(["2022/kefu.md"])]);
}

#[test]
fn less_depth_measures_less() {
    let blog = judged();
    let ran = eval(&blog, &["--depth", "1", "--run-file", "a.run", "--each", "1"]);
    ran.ends_with(0).says("recall@1  0.6667\n").says("  right: jiyao, not among the first 1  居委会纪要\n");
    assert!(!ran.out.contains("@10"), "{}", ran.out);
    assert_eq!(fs::read_to_string(blog.home().join("a.run")).unwrap().lines().count(), 3);
    eval(&blog, &["--depth", "5", "--min", "mrr@10=0"]).fails("`--min mrr@10` looks deeper than `--depth 5`");
}

#[test]
fn a_bad_line_is_told_with_its_place() {
    let check = |file: &str, text: &str, words: &str| {
        let ran = eval(&judged().beside(file, text), &["--baseline", "a.run"]);
        ran.fails(words);
    };
    check("questions.tsv", "q1\t甲\nq2 乙\n", "questions.tsv:2: found `q2 乙`, expected an id, a tab and a question");
    check("questions.tsv", "q1\t甲\nq1\t乙\n", "questions.tsv:2: `q1` is a second question of this id");
    check(
        "qrels.tsv",
        "q1 0 chunyou\n",
        "qrels.tsv:1: found `q1 0 chunyou`, expected a question, 0, a post and a grade",
    );
    check("qrels.tsv", "q1 0 chunyou 很对\n", "qrels.tsv:1: the grade is `很对`, expected a whole number");
    check("a.run", "\nq1 Q0 chunyou 1 t\n", "a.run:2: found `q1 Q0 chunyou 1 t`, expected a question, Q0, a post");
}

#[test]
fn what_cannot_be_evaluated_is_an_error() {
    let blog = judged();
    eval(&blog, &["--baseline", "nowhere.run"]).fails("cannot read `nowhere.run`");
    eval(&blog, &["--run-file", "posts"]).fails("cannot write the run file `posts`");
    eval(&blog, &["--index", "nowhere"]).fails("there is no index in `nowhere`").tells("help: build it with");
    blog.run(&["eval"]).fails("--questions <FILE>").tells("--qrels <FILE>");
    let blog = judged().beside("qrels.tsv", "q1 0 chunyou 0\nother 0 chunyou 1\n");
    eval(&blog, &[]).fails("no question of `questions.tsv` has a right post in `qrels.tsv`").tells("help: ");
    eval(&judged().beside("questions.tsv", "# 空\n"), &[]).fails("no question of `questions.tsv`");
}

#[test]
fn what_is_typed_wrong_is_refused_with_what_is_expected() {
    let blog = judged();
    eval(&blog, &["--min", "map@10=0.5"]).fails("found `map@10`, expected `mrr@N`, `ndcg@N` or `recall@N`");
    eval(&blog, &["--min", "mrr@10"]).fails("found `mrr@10`, expected a measure and a number such as `mrr@10=0.95`");
    for value in ["1.5", "-0.1", "95%", "NaN", ""] {
        let words = format!("found `{value}`, expected a number from 0 to 1");
        eval(&blog, &["--min", &format!("mrr@10={value}")]).fails(&words);
    }
    eval(&blog, &["--tag", "my run"]).fails("found `my run`, expected one word");
    eval(&blog, &["--depth", "101"]).fails("found `101`, expected a whole number from 1 to 100");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let blog = judged()
        .file("a.md", "---\ntitle: \"彩票\\e[31m\"\n---\n彩票中奖。\n")
        .beside("questions.tsv", "q1\t彩票\u{1b}[2J\n")
        .beside("qrels.tsv", "q1 0 chunyou\u{7} 1\n");
    blog.run(&["index"]).ends_with(0);
    let ran = eval(&blog, &["--each", "1"]);
    ran.ends_with(0).says("  first: a  彩票");
    assert!(!format!("{}{}", ran.out, ran.err).contains(['\u{1b}', '\u{7}']), "{}{}", ran.out, ran.err);
}
