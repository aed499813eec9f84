//! A text that a person types never gives an error.

use std::time::{Duration, Instant};

use proptest::{prelude::*, test_runner::Config};

use crate::harness::Blog;

/// An answer that a person waits for, on a machine that is busy with other tests.
const IN_TIME: Duration = Duration::from_secs(3);

fn blog() -> Blog {
    Blog::new()
        .titled("a.md", "冒充客服", "对方说包裹丢了，要她转账。")
        .titled("b.md", "e-mail scams", "Never open \"invoice.zip\" (or *.exe).")
        .refresh()
}

/// The answer to this text has these notes.
#[track_caller]
fn check(text: &str, notes: &[&str]) {
    let blog = blog();
    let found = blog.search(text);
    found.notes(notes);
    if notes.contains(&"nothing-to-search") {
        found.finds_nothing();
    }
}

#[test]
fn nothing_typed_stands_for_everything() {
    for text in ["", " ", "\n\t", "\u{3000}"] {
        check(text, &[]);
        blog().search(text).finds(&["a", "b"]);
    }
}

#[test]
fn only_punctuation_finds_nothing_and_says_why() {
    for text in ["？", "***", "...", "—— ，。！", "()[]{}", "\\", "'"] {
        check(text, &["nothing-to-search"]);
    }
}

#[test]
fn a_title_of_nothing_but_signs_is_found_by_them() {
    let blog = Blog::new()
        .titled("equal.md", "'='", "把右边的值赋给左边的名字。")
        .titled("at.md", "'@@:'", "没有名字的标号。")
        .titled("other.md", "'=='", "比较两个值。")
        .titled("text.md", "赋值", "写作 `=` 的运算符。")
        .refresh();
    let found = blog.search("=");
    found.finds(&["equal"]).notes(&[]);
    assert!(matches!(found.hits.hits[0].title.marks.as_slice(), [mark] if *mark == (0..1)));
    blog.search(" ＠@: ").finds(&["at"]).notes(&[]);
    blog.search("=:").notes(&["nothing-to-search"]).finds_nothing();
}

#[test]
fn a_text_of_a_hundred_thousand_characters_is_cut_and_says_so() {
    check(&"包裹".repeat(50_000), &["shortened"]);
    let words: String = (0..20_000).map(|i| format!("词{i} ")).collect();
    let found = blog().search(&format!("包裹 {words}"));
    assert!(found.hits.notes.iter().any(|note| note.code() == "shortened"));
}

#[test]
fn texts_of_any_length_are_answered_in_time() {
    let blog = blog();
    let many: String = (0..10_000).map(|i| format!("包裹{i} ")).collect();
    for text in [
        "骗".repeat(1_000_000),
        "a".repeat(1_000_000),
        "7".repeat(1_000_000),
        "一".repeat(1_000_000),
        "xianshi".repeat(150_000),
        "\"".repeat(1_000_000),
        " ".repeat(1_000_000),
        "，".repeat(1_000_000),
        "\u{301}".repeat(1_000_000),
        "的了吗".repeat(300_000),
        many,
        "zg".repeat(250),
        "诈".repeat(500),
        "a b ".repeat(125),
        "1,2-3.".repeat(80),
    ] {
        let begun = Instant::now();
        let found = blog.search(&text);
        assert!(found.hits.total <= 2);
        assert!(begun.elapsed() < IN_TIME, "{:?} for {:?}", begun.elapsed(), text.chars().take(8).collect::<String>());
    }
}

#[test]
fn words_that_say_nothing_are_answered() {
    for text in ["的", "了吗", "的了呢", "请问", "是不是的", "the", "是 的 吗"] {
        let found = blog().search(text);
        assert!(found.hits.total <= 2, "{text}");
        let codes: Vec<&str> = found.hits.notes.iter().map(anli::query::Note::code).collect();
        assert!(codes.iter().all(|code| ["relaxed", "little-said"].contains(code)), "{text}: {codes:?}");
    }
    blog().search("要她的").finds(&["a"]).notes(&["relaxed"]);
}

#[test]
fn an_unbalanced_quote_is_text_and_noted() {
    check("\"包裹", &["unbalanced-quote"]);
    blog().search("\"包裹").finds(&["a"]);
    blog().search("转账\"").finds(&["a"]);
}

#[test]
fn an_empty_pair_of_quotes_is_nothing() {
    check("\"\"", &["nothing-to-search"]);
    blog().search("\"\" 包裹").finds(&["a"]);
}

#[test]
fn operators_of_other_engines_are_text() {
    for text in
        ["包裹*", "?包裹", "+包裹", "-包裹", "(包裹", "包裹)", "[包裹 ", "包裹~2", "包裹^3", "title:包裹", "包裹/"]
    {
        blog().search(text).includes("a");
    }
    for text in ["invoice.zip", "*.exe", "e-mail", "invoice*"] {
        blog().search(text).finds(&["b"]);
    }
}

#[test]
fn characters_that_nobody_sees_do_not_matter() {
    for text in ["\u{202e}包裹", "包\u{200b}裹", "包裹\u{0}", "\u{feff}包裹\u{200f}", "包裹\r\n", "\u{1b}包裹"]
    {
        blog().search(text).finds(&["a"]);
    }
}

#[test]
fn what_is_no_text_is_answered_or_refused_politely() {
    let blog = blog();
    // Half of a pair of UTF-16, as bytes; bytes that are no text; the same written out.
    for query in ["%ED%A0%80", "%ff%fe%E5%8C", "\\ud800", "%5Cud83d", "%00", "%E5%8C%85%E8%A3%B9%ED%A0%80", "%", "%zz"]
    {
        let answer = blog.get(&format!("/api/search?q={query}"));
        assert!(matches!(answer.status, 200 | 400), "{query}: {} {}", answer.status, answer.text);
        assert!(answer.json().is_object(), "{query}");
    }
}

#[test]
fn wildcards_and_patterns_are_text_and_take_no_ages() {
    let blog = blog();
    for text in [
        "*",
        "?",
        ".*",
        "(a+)+$",
        "包.裹",
        "[包裹]{2,}",
        "^包裹$",
        "包裹|invoice",
        "%包裹%",
        "_*_",
        "a{1000000}",
        "\\Q包裹\\E",
    ] {
        let begun = Instant::now();
        assert!(blog.search(text).hits.total <= 2, "{text}");
        assert!(begun.elapsed() < IN_TIME, "{text}");
    }
    blog.search("^包裹$").finds(&["a"]);
    blog.search("%包裹%").finds(&["a"]);
}

#[test]
fn a_text_in_another_language_is_a_text() {
    for text in ["мошенник", "الاحتيال", "詐欺にご注意", "사기", "🙂", "ﷺ", "e\u{301}\u{301}\u{301}"]
    {
        blog().search(text).finds_nothing();
    }
}

#[test]
fn any_text_is_answered() {
    let blog = blog();
    let pieces = "(?s).{0,60}|[ \"“”*包裹客服转账0-9a-z（）。]{0,80}";
    proptest!(Config { cases: 256, failure_persistence: None, ..Config::default() }, |(text in pieces)| {
        let found = blog.search(&text);
        prop_assert!(found.hits.total <= 2);
        prop_assert_eq!(found.hits.total, found.hits.hits.len());
        prop_assert!(blog.cases(&text).hits.total <= 2);
    });
}

#[test]
fn words_that_say_nothing_and_are_nowhere_are_answered_with_a_note() {
    let blog = Blog::new().titled("a.md", "退款", "客服来电退款。").refresh();
    for typed in ["的 了 被 吗", "的了被"] {
        blog.search(typed).finds(&[]).notes(&["little-said"]);
    }
}

#[test]
fn a_tag_in_the_other_script_is_a_variant() {
    let blog = Blog::new().post("tag.md", "---\ntitle: 提醒\ntags: [網路釣魚]\n---\n勿点链接。\n").refresh();
    blog.search("网路钓鱼").matches(&[("tag", "variant")]);
    blog.search("網路釣魚").matches(&[("tag", "exact")]);
}

#[test]
fn variant_characters_and_separators_of_lines_do_not_matter() {
    let blog = Blog::new().titled("a.md", "山﨑先生", "在𠮷野家乘髙铁，反\u{2028}诈中心提醒。").refresh();
    for typed in ["山崎", "吉野家", "高铁", "反诈中心"] {
        blog.search(typed).finds(&["a"]);
    }
}
