//! Front matter from text to meaning.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::content::encoding;

fn shanghai() -> TimeZone {
    TimeZone::fixed(jiff::tz::Offset::constant(8))
}

/// Writes everything found in a text, one item per line: fields, the reason for hiding, findings, the body.
fn shown(path: &str, text: &str) -> String {
    let split = split(path, text, &Reading::plain(&shanghai()));
    let front = &split.front;
    let mut lines = Vec::new();
    let mut one = |name: &str, value: Option<String>| lines.extend(value.map(|value| format!("{name} {value}")));
    one("title", front.title.clone());
    one("date", front.date.map(|date| date.to_string()));
    one("updated", front.updated.map(|date| date.to_string()));
    one("published", front.published.map(|date| date.to_string()));
    one("expires", front.expires.map(|date| date.to_string()));
    one("description", front.description.clone());
    one("permalink", front.permalink.clone());
    one("slug", front.slug.clone());
    for (name, list) in [
        ("authors", &front.authors),
        ("tags", &front.tags),
        ("categories", &front.categories),
        ("aliases", &front.aliases),
    ] {
        one(name, (!list.is_empty()).then(|| list.join("|")));
    }
    one("extra", (!front.extra.is_empty()).then(|| serde_json::Value::Object(front.extra.clone()).to_string()));
    one("hidden", split.hidden.map(|why| format!("{why:?}")));
    one("broken", split.broken.then(String::new));
    for found in &split.diagnostics {
        let place = found.place.as_ref().map(|at| format!("{}:{}+{}", at.line, at.column, at.width));
        one(found.code.as_str(), Some(format!("{} {}", place.unwrap_or_default(), found.message)));
    }
    one(&format!("body {}", split.body_line), text.get(split.body_start..).map(str::to_owned));
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(shown("kefu.md", text), expected);
}

/// Puts lines into front matter and checks only their results.
#[track_caller]
fn check_keys(keys: &str, expected: &str) {
    let shown = shown("kefu.md", &format!("---\n{keys}\n---\n"));
    let all: Vec<&str> = shown.lines().filter(|line| !line.starts_with("body")).collect();
    assert_eq!(all.join("\n"), expected, "{keys}");
}

#[test]
fn yaml_toml_and_json_say_the_same() {
    let expected = "title 冒充客服\ndate 2022-05-05T08:30:00+08:00\ntags 刷单|110\nextra {\"toc\":true}\nbody";
    check(
        "---\ntitle: 冒充客服\ndate: 2022-05-05 08:30\ntags: [刷单, 110]\ntoc: true\n---\n文",
        &format!("{expected} 7 文"),
    );
    check(
        "+++\ntitle = '冒充客服'\ndate = 2022-05-05T08:30:00+08:00\ntags = ['刷单', 110]\ntoc = true\n+++\n文",
        &format!("{expected} 7 文"),
    );
    check(
        "{\"title\": \"冒充客服\", \"date\": \"2022/5/5 8:30\", \"tags\": [\"刷单\", 110], \"toc\": true}\n文",
        &format!("{expected} 2 文"),
    );
    check(
        ";;;\n\"title\": \"冒充客服\",\n\"date\": \"2022-05-05 08:30:00\",\n\"tags\": [\"刷单\", 110],\n\"toc\": true\n;;;\n文",
        &format!("{expected} 7 文"),
    );
}

#[test]
fn a_post_without_front_matter_is_all_body() {
    check("# 标题\n\n---\n正文", "body 1 # 标题\n\n---\n正文");
    check("---\n\n昨天接到电话。\n\n---\n\n今天又接到。", "body 1 ---\n\n昨天接到电话。\n\n---\n\n今天又接到。");
    check("", "body 1");
}

#[test]
fn empty_front_matter_is_front_matter() {
    check("---\n---\n文", "body 3 文");
    check("---\n# 暂无\n\n---\n文", "body 5 文");
    check("+++\n+++\n文", "body 3 文");
    check("{}\n文", "body 2 文");
}

#[test]
fn tags_come_in_many_shapes() {
    for tags in [
        "tags: [刷单, 客服]",
        "tags:\n  - 刷单\n  - 客服",
        "tags: 刷单 客服",
        "tags: 刷单, 客服",
        "tags: 刷单，客服",
        "tags: 刷单、客服",
        "tags:\n- [刷单, [客服]]",
        "tag: 刷单,客服",
        "tags: [刷单，客服]",
        "tags: ['#刷单', 客服, 刷单, '']",
        "Tags:\n- name: 刷单\n- 客服",
        "tags: 刷单\ntag: 客服",
        "taxonomies:\n  tags: [刷单, 客服]",
    ] {
        check_keys(tags, "tags 刷单|客服");
    }
    check_keys("tags: [2022, true, 3.10, 2022-05-05, 0x1F]", "tags 2022|true|3.10|2022-05-05|31");
    check_keys("tag: Open Source\ncategory: 典型 案例", "tags Open Source\ncategories 典型 案例");
    check_keys("categories:\n- [骗局, 客服]\n- [警示]", "categories 骗局|客服|警示");
    check_keys("tags:\n- 案例: 刷单", "tags 案例: 刷单");
    check_keys("tags:", "");
}

#[test]
fn authors_come_in_many_shapes() {
    for author in [
        "author: 王警官",
        "author:\n  name: 王警官\n  email: w@police.test",
        "authors: [王警官]",
        "authors:\n- name: 王警官\n- 王警官",
    ] {
        check_keys(author, "authors 王警官");
    }
    check_keys("author: 王警官、李警官", "authors 王警官|李警官");
    check_keys("author: Smith, John", "authors Smith, John");
}

#[test]
fn dates_have_their_keys() {
    check_keys(
        "date: 2022年5月5日\nlastmod: 2022-06-01\npublishDate: 2022-05-07\nexpiryDate: 2023-01-01",
        "date 2022-05-05T00:00:00+08:00\nupdated 2022-06-01T00:00:00+08:00\npublished 2022-05-07T00:00:00+08:00\nexpires 2023-01-01T00:00:00+08:00",
    );
    check_keys(
        "date: 20220505\nmodified: '2022-06-01T00:00:00Z'",
        "date 2022-05-05T00:00:00+08:00\nupdated 2022-06-01T00:00:00+00:00",
    );
    check_keys("published: 2022-05-05", "date 2022-05-05T00:00:00+08:00");
}

#[test]
fn a_wrong_date_is_a_finding_and_the_file_name_serves() {
    let text = "---\ntitle: 客服\ndate: 2022-13-05 # 待定\n---\n文";
    assert_eq!(
        shown("2022-05-05-kefu.md", text),
        "title 客服\ndate 2022-05-05T00:00:00+08:00\ndate-invalid 3:7+10 `date` is `2022-13-05`, expected year-month-day\nbody 5 文"
    );
}

#[test]
fn paths_and_descriptions_are_kept() {
    check_keys(
        "permalink: /a/\nslug: kefu\naliases: [/b, /c]\nredirect_from: /d\nsummary: 一种\n  骗局\nms.date: 05/18/2020",
        "description 一种 骗局\npermalink /a/\nslug kefu\naliases /b|/c|/d\nextra {\"ms.date\":\"05/18/2020\"}",
    );
    check_keys("url: /x.html\nexcerpt: true", "permalink /x.html\nextra {\"excerpt\":true}");
}

#[test]
fn what_hides_a_post_is_read_generously() {
    for (keys, why) in [
        ("draft: true", "Draft"),
        ("draft: yes", "Draft"),
        ("Draft: 'True'", "Draft"),
        ("draft: 1", "Draft"),
        ("draft: maybe", "Draft"),
        ("status: draft", "Draft"),
        ("published: false", "Unpublished"),
        ("published: 'no'", "Unpublished"),
        ("hidden: true", "Hidden"),
        ("search: false", "Hidden"),
        ("private: true", "Hidden"),
        ("hide: true", "Hidden"),
        ("hide: [navigation, all]", "Hidden"),
        ("build:\n  list: never", "Hidden"),
        ("password: x", "Encrypted"),
        ("password: 0", "Encrypted"),
        ("encrypt: true", "Encrypted"),
        ("password: x\ndraft: true", "Encrypted"),
        ("encrypted: true", "Encrypted"),
    ] {
        let shown = shown("kefu.md", &format!("---\ntitle: 文\n{keys}\n---\n秘密"));
        assert!(shown.contains(&format!("hidden {why}")), "{keys}: {shown}");
        assert!(!shown.contains("extra {\"password"), "{shown}");
    }
    for keys in [
        "draft: false\npublished: true",
        "draft:",
        "password: ''",
        "hidden: no\nencrypt: off",
        "published: 2022-05-05",
        "hide: [navigation, toc]",
    ] {
        assert!(!shown("kefu.md", &format!("---\n{keys}\n---\n")).contains("hidden"), "{keys}");
    }
}

#[test]
fn broken_front_matter_still_hides_the_post() {
    for (text, why) in [
        ("---\ntitle: 甲: 乙\ndraft: true\n---\n文", "Draft"),
        ("---\ndraft:true\n---\n文", "Draft"),
        ("---\ntitle: 文\npassword：机密\n---\n文", "Encrypted"),
        ("---\ntitle: \"文\npublished: false\n---\n文", "Unpublished"),
        ("---\ntitle: 文\ndraft: true\n\n文", "Draft"),
        ("+++\ntitle = 文\ndraft = true\n+++\n文", "Draft"),
        ("{\n  \"title\": 文,\n  \"draft\": true\n}\n文", "Draft"),
        ("---\n<<<<<<< HEAD\nhidden: true\n=======\nhidden: false\n>>>>>>> x\n---\n文", "Hidden"),
        ("---\ntitle: [文\n# 注释\n\nencrypt: true\n---\n文", "Encrypted"),
        ("title: 文: 章\ndraft: true\n---\n文", "Draft"),
        ("---\ntitle: 文\n  draft: true\n---\n文", "Draft"),
        ("---\n\ttitle: 文\n\tpassword: 机密\n---\n文", "Encrypted"),
        ("---\n  title: 甲: 乙\n  hidden: true\n---\n文", "Hidden"),
        ("---\ntags:\n  - [甲\n  published: false\n---\n文", "Unpublished"),
    ] {
        let shown = shown("kefu.md", text);
        assert!(shown.contains(&format!("hidden {why}")) && shown.contains("broken"), "{text}: {shown}");
    }
}

#[test]
fn a_key_that_stands_twice_hides_each_time() {
    for (text, why) in [
        ("---\npassword: hunter7\npassword: \"\"\n---\n文", "Encrypted"),
        ("---\ndraft: true\ndraft: false\n---\n文", "Draft"),
        ("---\ndraft: true\ndraft: false\ndraft: false\n---\n文", "Draft"),
        ("{\"search\": false, \"search\": true}\n文", "Hidden"),
        (";;;\n\"hidden\": true,\n\"hidden\": false\n;;;\n文", "Hidden"),
    ] {
        let shown = shown("kefu.md", text);
        assert!(shown.contains(&format!("hidden {why}")), "{text}: {shown}");
    }
}

#[test]
fn broken_front_matter_on_one_line_hides_the_post_too() {
    for (text, expected) in [
        ("{\"title\":\"甲\",,\"password\":\"x\"}\n文", "title 甲\nhidden Encrypted\nbroken\n"),
        ("{\"title\":\"甲\",,\"draft\":true}\n文", "title 甲\nhidden Draft\nbroken\n"),
        ("{\"title\":\"甲\" \"draft\":true}\n文", "title 甲\nhidden Draft\nbroken\n"),
        ("{\"draft\": \"true\", \"title\": \"甲\",}\n文\n\n```\n}\n```", "title 甲\nhidden Draft\nbroken\n"),
        ("---\n{title: 甲,, draft: true}\n---\n文", "title 甲\nhidden Draft\nbroken\n"),
        ("---\n{a: 1,, title: 甲,\n  draft: true}\n---\n文", "title 甲\nextra {\"a\":1}\nhidden Draft\nbroken\n"),
        (";;;\n\"title\": \"甲\" \"hidden\": true\n;;;\n文", "title 甲\nhidden Hidden\nbroken\n"),
        ("{\"title\":\"甲\",,\"tags\":[\"a\", \"b\"],\"draft\":false}\n文", "title 甲\ntags a|b\nbroken\n"),
    ] {
        let shown = shown("kefu.md", text);
        assert!(shown.starts_with(expected) && shown.contains("\n文") | shown.contains(" 文"), "{text}: {shown}");
    }
    check("---\n{ 一句话,, 两句话 }\n---\n文", "body 1 ---\n{ 一句话,, 两句话 }\n---\n文");
}

#[test]
fn what_is_merged_or_stands_under_the_keys_of_a_theme_hides_the_post() {
    for (text, why) in [
        ("---\nx: &d {draft: true}\n<<: *d\n---\n文", "Draft"),
        ("---\nx: &d {draft: true}\ny: &e {a: 1}\n<<: [*e, *d]\n---\n文", "Draft"),
        ("---\nx: &d {password: y}\nz: &e\n  <<: *d\n<<: *e\n---\n文", "Encrypted"),
        ("---\nparams: {password: x}\n---\n文", "Encrypted"),
        ("---\nParams:\n  Private: true\n---\n文", "Hidden"),
        ("+++\ntitle = '甲'\n[params]\npassword = 'x'\n+++\n文", "Encrypted"),
        ("+++\ntitle = '甲'\n[extra]\nhidden = true\n+++\n文", "Hidden"),
    ] {
        let shown = shown("kefu.md", text);
        assert!(shown.contains(&format!("hidden {why}")), "{text}: {shown}");
    }
    for text in ["---\nx: &d {draft: true}\n---\n文", "+++\n[extra]\nhidden = false\npassword = ''\n+++\n文"] {
        assert!(!shown("kefu.md", text).contains("\nhidden"), "{text}");
    }
    let split = split("a.md", "---\nparams: {Password: 0, a: 1}\n---\n", &Reading::plain(&shanghai()));
    assert_eq!(json!(split.front.extra), json!({"params": {"a": 1}}));
}

#[test]
fn each_slip_has_its_place_and_costs_nothing_else() {
    check_keys(
        "title: 案例: 刷单\ntags:\n  - 刷单",
        "title 案例: 刷单\ntags 刷单\nbroken\nfront-matter-invalid 2:10+1 the value of `title` holds a colon and a space, expected plain text",
    );
    check_keys(
        "title:刷单\ndate: 2022-05-05",
        "title 刷单\ndate 2022-05-05T00:00:00+08:00\nbroken\nfront-matter-invalid 2:6+1 `title:` is followed by `刷单`, expected a space after the colon",
    );
    check_keys(
        "title：刷单",
        "title 刷单\nbroken\nfront-matter-invalid 2:6+1 `title` is followed by the full-width colon `：`, expected `:` and a space",
    );
    check_keys(
        "tags:\n\t- 刷单\n\t- 客服\ntitle: 甲",
        "title 甲\ntags 刷单|客服\nbroken\nfront-matter-invalid 3:1+1 the line is indented with a tab, expected spaces",
    );
    check_keys(
        "\ttitle: 甲\n\ttags:\n\t- 乙",
        "title 甲\ntags 乙\nbroken\nfront-matter-invalid 2:1+1 the line is indented with a tab, expected spaces",
    );
    check_keys(
        "title: @客服\ntags: [甲, 乙]",
        "title @客服\ntags 甲|乙\nbroken\nfront-matter-invalid 2:8+1 the value of `title` begins with `@`, which means something else in YAML",
    );
    check_keys(
        "title: \"刷单\ndate: 2022-05-05",
        "title 刷单\ndate 2022-05-05T00:00:00+08:00\nbroken\nfront-matter-invalid 2:8+3 `\"刷单` has quotes that do not match, expected a pair around the value",
    );
    check_keys(
        "categories:网络\n  - 建站\ntitle: 甲",
        "title 甲\ncategories 网络|建站\nbroken\nfront-matter-invalid 2:11+1 `categories:` is followed by `网络`, expected a space after the colon",
    );
    check(
        "+++\ntitle = '甲'\ntags = [乙]\n+++\n文",
        "title 甲\ntags 乙\nbroken\nfront-matter-invalid 3:9+1 the front matter is not TOML: string values must be quoted, expected literal string\nbody 5 文",
    );
}

#[test]
fn a_key_that_stands_twice_counts_last() {
    check_keys(
        "title: 甲\ntags: [a]\ntitle: 乙",
        "title 乙\ntags a\nfront-matter-duplicate-key 4:8+1 `title` stands twice, expected once; the last one counts",
    );
}

#[test]
fn a_missing_end_keeps_the_body() {
    check(
        "---\ntitle: 甲\ntags: [乙]\n\n## 一\n正文",
        "title 甲\ntags 乙\nbroken\nfront-matter-unclosed 1:1+3 the front matter has no end, expected a line `---`\nbody 4 \n## 一\n正文",
    );
    check(
        "---\ntitle: 甲\n\n## 一\n正文在这里。\n\n---\n\n尾声",
        "title 甲\nbroken\nfront-matter-unclosed 1:1+3 the front matter has no end, expected a line `---`\nbody 3 \n## 一\n正文在这里。\n\n---\n\n尾声",
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_as_if_missing() {
    check_keys(
        "title: [甲, 乙]\ndate: true",
        "front-matter-type 2:8+6 `title` is a list, expected text\nfront-matter-type 3:7+4 `date` is a yes or no, expected a date",
    );
    check_keys("title: {{ title }}", "front-matter-type 2:8+11 `title` is a table of keys, expected text");
}

#[test]
fn a_merge_mark_before_the_front_matter_hides_nothing_of_it() {
    check(
        "<<<<<<< HEAD\n---\ntitle: 甲\ndraft: true\n---\n文",
        "title 甲\nhidden Draft\nfront-matter-invalid 1:1+12 `<<<<<<< HEAD` is the mark of an unfinished merge, expected a key\nbody 6 文",
    );
}

#[test]
fn hostile_sizes_end() {
    // No time is asserted, since machines differ; at these sizes quadratic time takes minutes and is noticed.
    for text in [
        format!("---\ntitle: a\n{}\n---\n文", "[".repeat(250_000)),
        format!("---\ntitle: a\nx: {}\n---\n文", "{a: ".repeat(60_000)),
        format!("---\ntitle: a\n{}---\n文", "- ".repeat(120_000)),
        format!("---\ntitle: a\n{}", "x: [\n".repeat(100_000)),
        format!("---\ntitle: a\n{}---\n文", "draft:true\n".repeat(23_000)),
        format!("---\n{}---\n", "a: &a x\n".repeat(30_000)),
        format!("---\n{}", "title: a\n\n\n".repeat(180_000)),
        "{\"a\":".repeat(300_000),
        format!("---\ntitle: {}\n---\n", "1.10 ".repeat(50_000)),
        format!("---\na: &a [{}]\nb: [{}]\n---\n", "x, ".repeat(9_000), "*a, ".repeat(9_000)),
        format!("---\na: [{}]\n---\n", "1.5, ".repeat(40_000)),
        format!("---\ntags: {}\n---\n", "刷单，".repeat(20_000)),
        format!("---\n{0}{0}---\n", (0..12_000).map(|i| format!("k{i}: 1\n")).collect::<String>()),
        format!("---\n{}---\n", "title: [a]\n".repeat(20_000)),
        format!("---\ntitle: \"a\n{}---\n", "b: \"\n".repeat(40_000)),
        format!("+++\na = {}\n+++\n", "[".repeat(250_000)),
        format!("+++\n{}+++\n", "[a.b]\n".repeat(40_000)),
        format!("---\n{{title: a,, {}}}\n---\n", "\"a\": ".repeat(40_000)),
        format!("{{\"title\":,{}}}\n", "{\"a\" \"b\": ,".repeat(20_000)),
        format!("---\n{}: [\n---\n", "password".repeat(20_000)),
        "---\n\n".repeat(300_000),
        "title: a\n".repeat(200_000),
        "\n".repeat(2_000_000),
    ] {
        let split = split("a.md", &text, &Reading::plain(&shanghai()));
        assert!(text.is_char_boundary(split.body_start));
    }
}

#[test]
fn a_password_is_kept_nowhere() {
    let split = split("a.md", "---\ntitle: x\nPassword: hunter2\n---\n", &Reading::plain(&shanghai()));
    assert_eq!(json!(split.front.extra), json!({}));
}

#[test]
fn a_finding_quotes_no_password() {
    for (front, secret) in [
        ("password:hunter2secret", "hunter2"),
        ("password：hunter3", "hunter3"),
        ("password: @hunter5", "hunter5"),
        ("password: \"hunter8", "hunter8"),
        ("password: a \"x\" : y", "a \\\"x"),
        ("password: a \"x\" : y", "a \"x"),
        ("Passwords:\n\t- id:hunter4", "hunter4"),
        ("pwd:hunter6", "hunter6"),
        ("title: 甲\nencrypt_key: hunter7: x", "hunter7"),
        ("密码:芝麻开门", "芝麻"),
        ("{title: 甲,, password: hunter9}", "hunter9"),
        ("{password: hunter1, date: 明天}", "hunter1"),
        ("password: >-\n\thunter0", "hunter0"),
        ("password hunterA\ntitle:甲", "hunterA"),
        ("title: 甲\npassword: x\npassword: 'hunterB'", "hunterB"),
    ] {
        for text in [format!("---\n{front}\n---\n文"), format!("+++\n{front}\n+++\n文"), format!("---\n{front}\n\n文")]
        {
            for found in split("a.md", &text, &Reading::plain(&shanghai())).diagnostics {
                assert!(!found.to_string().contains(secret), "{text}: {found}");
                let place = found.place.unwrap_or_else(|| Place::of("", 0, 0));
                let width = place.source.chars().count();
                assert!((place.column + place.width) as usize <= width.max(1) + 1, "{text}: {place:?}");
            }
        }
    }
    check_keys(
        "title: 甲\npassword: @hunter5",
        "title 甲\nhidden Encrypted\nbroken\nfront-matter-invalid 3:11+1 the front matter cannot be read here",
    );
}

proptest! {
    #[test]
    fn any_bytes_give_a_body(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(decoded) = encoding::decode("a.md", &bytes) {
            let split = split("a.md", &decoded.text, &Reading::plain(&TimeZone::UTC));
            prop_assert!(decoded.text.is_char_boundary(split.body_start));
        }
    }

    #[test]
    fn lines_in_any_order_give_a_body_at_the_start_of_a_line(picked in proptest::collection::vec(0_usize..LINES.len(), 0..12)) {
        let text: String = picked.iter().flat_map(|&i| [LINES[i], "\n"]).collect();
        let split = split("a.md", &text, &Reading::plain(&TimeZone::UTC));
        let front = text.get(..split.body_start).unwrap_or("?");
        let at_line_start = front.is_empty() || front.ends_with(['\n', '}']);
        prop_assert!(at_line_start, "{}", front);
        prop_assert_eq!(split.body_line as usize, text.bytes().take(split.body_start).filter(|&b| b == b'\n').count() + 1);
        for found in split.diagnostics {
            let place = found.place.clone().unwrap_or_else(|| Place::of("", 0, 0));
            prop_assert_eq!(Some(place.source.as_str()), text.split('\n').nth(place.line as usize - 1));
            prop_assert!(!found.to_string().is_empty());
        }
    }

    #[test]
    fn a_clean_draft_is_always_hidden(title in "[^\\r\\n]{0,20}", lines in proptest::collection::vec(0_usize..LINES.len(), 0..4)) {
        let more: String = lines.iter().map(|&i| LINES[i]).filter(|line| fence::key_line(line).is_some()).flat_map(|line| [line, "\n"]).collect();
        let text = format!("---\ntitle: {title}\n{more}draft: true\n---\n正文");
        prop_assert!(split("a.md", &text, &Reading::plain(&TimeZone::UTC)).hidden.is_some(), "{}", text);
    }
}

const LINES: &[&str] = &[
    "---",
    "+++",
    ";;;",
    "{",
    "}",
    "",
    "title: 甲",
    "title：乙",
    "title:丙",
    "tags:",
    "  - 刷单",
    "- 客服",
    "\t- x",
    "date: 2022-13-05",
    "\"title\": \"丁\",",
    "title = '戊'",
    "draft: true",
    "# 标题",
    "正文在此。",
    "<<<<<<< HEAD",
    "a: [",
    "b: \"",
    "...",
    "--",
    "{\"a\": 1}",
    "x: |",
    "  多行",
];

#[test]
fn a_title_with_brackets_or_quotes_is_kept_as_its_author_meant_it() {
    let title =
        |line: &str| split("kefu.md", &format!("---\ntitle: {line}\n---\n"), &Reading::plain(&shanghai())).front.title;
    for written in ["[转] 假客服又来了", "[转][译] 退款陷阱", "\"客服\" 来电", "'中奖' 短信", "“弯的” 也行"]
    {
        assert_eq!(title(written).as_deref(), Some(written));
    }
    assert_eq!(title("\"没有写完").as_deref(), Some("没有写完"));
    let tags = split("kefu.md", "---\ntags: [刷单, 退款\n---\n", &Reading::plain(&shanghai())).front.tags;
    assert_eq!(tags, ["刷单", "退款"]);
}
