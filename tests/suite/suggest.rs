//! While somebody types, the texts that may be meant.

use anli::query::Match;

use crate::harness::{Blog, escaped, found::marked};

/// A blog about fraud, in both scripts.
fn blog() -> Blog {
    Blog::new()
        .post(
            "kefu.md",
            "---\ntitle: 冒充电商客服退款\ndate: 2024-05-06\ntags: [冒充客服, 退款]\ndescription: 快递理赔，屏幕共享\n---\n客服说可以退款。\n\n## 作案手法\n\n共享屏幕。\n\n## 案例一\n\n王女士接到电话。\n",
        )
        .post(
            "shuadan.md",
            "---\ntitle: 【提醒】刷单返利，都是骗局\ndate: 2023-02-01\ntags: [刷单]\n---\n刷单就是诈骗，接到诈骗电话请挂断。\n\n## 一、作案手法\n\n先小额返利。\n",
        )
        .post("dianhua.md", "---\ntitle: 詐騙電話的樣子\ntags: [詐騙]\n---\n詐騙電話。\n")
        .post("usdt.md", "---\ntitle: USDT 是什么\n---\nUSDT 泰达币，下载 WhatsApp 联系。\n")
        .refresh()
}

#[track_caller]
fn suggested(blog: &Blog, typed: &str) -> Vec<String> {
    let found = blog.searcher().suggest(typed, 8).unwrap();
    found.iter().map(|suggestion| format!("{} {}", suggestion.kind.as_str(), marked(&suggestion.text))).collect()
}

/// This is suggested first.
#[track_caller]
fn check_first(typed: &str, expected: &str) {
    let found = suggested(&blog(), typed);
    assert_eq!(found.first().map(String::as_str), Some(expected), "{typed}: {found:?}");
}

/// This is among the suggestions.
#[track_caller]
fn check(typed: &str, expected: &str) {
    let found = suggested(&blog(), typed);
    assert!(found.iter().any(|each| each == expected), "{typed}: {found:?}");
}

#[test]
fn what_begins_as_typed_is_suggested() {
    check_first("冒充客", "tag [冒充客]服");
    check("冒充", "title [冒充]电商客服退款");
    check("作案", "heading [作案]手法");
    check("屏幕", "phrase [屏幕]共享");
    check("刷", "tag [刷]单");
    check("usd", "title [USD]T 是什么");
    check("whats", "word [whats]app");
}

#[test]
fn punctuation_in_a_title_need_not_be_typed() {
    check("提醒刷单返利都", "title 【[提醒】刷单返利，都]是骗局");
    check("USDT是", "title [USDT 是]什么");
}

#[test]
fn either_script_finds_the_other() {
    check("诈骗电话", "title [詐騙電話]的樣子");
    check("冒充電", "title [冒充电]商客服退款");
}

#[test]
fn pinyin_is_completed() {
    check_first("maochongke", "tag [冒充客]服");
    check("maochong", "title [冒充]电商客服退款");
    check("shuad", "tag [刷单]");
    check("zapian", "title [詐騙]電話的樣子");
    check("zuoanshou", "heading [作案手]法");
}

#[test]
fn initials_and_mixtures_are_completed() {
    check("sd", "tag [刷单]");
    check("mckf", "tag [冒充客服]");
    check("冒充k", "tag [冒充客]服");
    check("刷dan", "tag [刷单]");
    check("zhap", "title [詐騙]電話的樣子");
}

#[test]
fn the_last_of_several_words_is_completed_if_posts_have_both() {
    check("退款 ke", "word [退款] [客]服");
    check("刷单 诈", "word [刷单] [诈]骗");
    for typed in ["泰达币 ke", "客服 ke"] {
        let found = suggested(&blog(), typed);
        assert!(found.iter().all(|each| !each.contains("客]服")), "{found:?}");
    }
}

#[test]
fn no_text_comes_twice_and_a_word_typed_whole_is_no_news() {
    let blog = blog();
    for typed in ["诈骗", "z", "作案手法", "冒充", "s", "刷单"] {
        let found = blog.searcher().suggest(typed, 20).unwrap();
        let mut texts: Vec<String> =
            found.iter().map(|each| anli::query::title_key(&anli::text::fold(&each.text.text))).collect();
        texts.sort();
        let all = texts.len();
        texts.dedup();
        assert_eq!(texts.len(), all, "{typed}: {found:?}");
        assert!(found.iter().all(|each| each.kind.as_str() != "word" || each.text.text != typed), "{typed}");
    }
}

#[test]
fn of_one_text_a_title_counts_first_then_what_many_posts_have() {
    let post = |title, tag| format!("---\ntitle: {title}\ntags: [{tag}]\n---\n青石板，詐騙。\n");
    let mut blog = Blog::new().post("a.md", &post("青石板", "青石板")).post("b.md", &post("春游", "诈骗"));
    blog = blog.refresh();
    assert_eq!(suggested(&blog, "青石"), ["title [青石]板"]);
    assert_eq!(suggested(&blog, "诈"), ["tag [诈]骗"]);
    for i in 0..12 {
        blog = blog.titled(&format!("{i}.md"), "湖边", "有人诈骗。");
    }
    assert_eq!(suggested(&blog.refresh(), "诈"), ["word [诈]骗"]);
}

#[test]
fn a_suggestion_says_in_how_many_posts_it_is() {
    let blog = blog();
    let posts = |typed: &str, text: &str| {
        let found = blog.searcher().suggest(typed, 20).unwrap();
        found.iter().find(|each| each.text.text == text).map(|each| each.posts)
    };
    assert_eq!(posts("作案", "作案手法"), Some(2));
    assert_eq!(posts("冒充客", "冒充客服"), Some(1));
    assert_eq!(posts("电", "电话"), Some(3), "in both scripts");
}

#[test]
fn a_title_tells_its_post() {
    let blog = blog();
    let found = blog.searcher().suggest("mcds", 8).unwrap();
    let title = found.iter().find(|each| each.kind.as_str() == "title").unwrap();
    assert_eq!(title.class, Match::Initials);
    let (id, url) = title.post.as_ref().unwrap();
    assert_eq!((id.as_str(), url.as_str()), ("kefu", "/kefu/"));
}

#[test]
fn nothing_is_suggested_for_a_blank_or_an_endless_text() {
    let blog = blog();
    for typed in ["", " ", "，。", &"诈".repeat(61), &"zhapian".repeat(9)] {
        assert_eq!(blog.searcher().suggest(typed, 8).unwrap(), [], "{typed}");
    }
    assert_eq!(blog.searcher().suggest("诈", 0).unwrap(), []);
}

const TYPED: &[&str] = &[
    "青",
    "青石",
    "青石板",
    "q",
    "qing",
    "qingshi",
    "qingshib",
    "qsb",
    "青s",
    "钥匙",
    "yaoshi",
    "ys",
    "an",
    "anyu",
    "暗语",
    "桥头 青",
    "桥头 qing",
    "桥头 qs",
    "mijuan",
    "密卷",
];

#[track_caller]
fn never_suggested(blog: &Blog) {
    for typed in TYPED {
        for found in blog.searcher().suggest(typed, 20).unwrap() {
            let text = &found.text.text;
            assert!(!["青石", "钥匙", "暗语", "密卷"].iter().any(|secret| text.contains(secret)), "{typed}: {found:?}");
        }
    }
}

#[test]
fn what_becomes_hidden_is_no_longer_suggested() {
    let secret = "---\ntitle: 青石板路\ntags: [青石板, 密卷]\ndescription: 桥头暗语钥匙\n---\n桥头。青石板下有钥匙。\n\n## 青石板的暗语\n\n密卷。\n";
    for line in ["draft: true", "hidden: true", "password: abc", "published: false", "date: 2999-01-01"] {
        let blog = Blog::new().post("secret.md", secret).titled("open.md", "桥头春游", "湖边。").refresh();
        let before = suggested(&blog, "青石");
        for expected in ["title [青石]板路", "tag [青石]板", "heading [青石]板的暗语"] {
            assert!(before.iter().any(|each| each == expected), "{before:?}");
        }
        let found = suggested(&blog, "qsb");
        assert!(!found.is_empty());
        let hidden = blog.edit("secret.md", "title: 青石板路\n", &format!("title: 青石板路\n{line}\n")).refresh();
        never_suggested(&hidden);
        let deleted = hidden.delete("secret.md").refresh();
        never_suggested(&deleted);
    }
}

#[test]
fn what_two_posts_share_stays_when_one_is_hidden() {
    let blog = Blog::new()
        .post("a.md", "---\ntitle: 甲乙丙\ntags: [青石板]\n---\n正文。\n")
        .post("b.md", "---\ntitle: 丁戊己\ntags: [青石板]\n---\n正文。\n")
        .refresh();
    let count =
        |blog: &Blog| blog.searcher().suggest("青石", 8).unwrap().iter().map(|each| each.posts).collect::<Vec<_>>();
    assert_eq!(count(&blog), [2]);
    let blog = blog.edit("a.md", "title: 甲乙丙\n", "title: 甲乙丙\ndraft: true\n").refresh();
    assert_eq!(count(&blog), [1]);
}

#[test]
fn new_titles_are_suggested_at_once_and_old_ones_no_more() {
    let blog = Blog::new().titled("a.md", "蓝鲸计划", "正文。").refresh();
    assert_eq!(suggested(&blog, "lanj").first().map(String::as_str), Some("title [蓝鲸]计划"));
    let blog = blog.edit("a.md", "蓝鲸计划", "白鹭计划").titled("b.md", "蓝图", "正文。").refresh();
    assert_eq!(suggested(&blog, "蓝"), ["title [蓝]图"]);
    assert_eq!(suggested(&blog, "bailu").first().map(String::as_str), Some("title [白鹭]计划"));
}

#[test]
fn the_beginning_of_each_sample_title_is_found_by_its_pinyin() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
    let mut blog = Blog::new();
    for found in
        walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|found| found.file_type().is_file())
    {
        let name = found.file_name().to_str().unwrap().to_owned();
        blog = blog.file(&name, std::fs::read(found.path()).unwrap());
    }
    let blog = blog.at("2027-01-01T00:00:00Z").refresh();
    let searcher = blog.searcher();
    let hits = blog.search("").hits.hits;
    let (mut asked, mut found) = (0, 0);
    for hit in &hits {
        let key = anli::query::title_key(&anli::text::fold(&hit.title.text));
        let reading = anli::text::pinyin::reading(&key);
        for len in 2..=4 {
            let typed: Option<Vec<&str>> =
                reading.iter().take(len).map(|each| each.map(|each| each.as_str())).collect();
            let Some(typed) = typed else { continue };
            asked += 1;
            let suggestions = searcher.suggest(&typed.concat(), 8).unwrap();
            found += usize::from(suggestions.iter().any(|each| each.text.text == hit.title.text));
        }
    }
    assert!(asked > 50 && found * 100 >= asked * 95, "{found} of {asked}");
}

#[test]
fn the_route_answers_with_marked_and_escaped_texts() {
    let blog = Blog::new().titled("a.md", "诈骗 <b>网页</b> & \"更多\"", "正文。").refresh();
    let answer = blog.get(&format!("/api/suggest?q={}&limit=1", escaped("诈骗b")));
    let body = answer.json();
    assert_eq!(body["query"], "诈骗b");
    let only = &body["suggestions"][0];
    assert_eq!(body["suggestions"].as_array().unwrap().len(), 1);
    assert_eq!(only["text"], "诈骗 <b>网页</b> & \"更多\"");
    assert_eq!(only["text_html"], "<mark>诈骗 &lt;b</mark>&gt;网页&lt;/b&gt; &amp; &quot;更多&quot;");
    assert_eq!((only["kind"].as_str(), only["match"].as_str()), (Some("title"), Some("exact")));
    assert_eq!((only["posts"].as_u64(), only["id"].as_str(), only["url"].as_str()), (Some(1), Some("a"), Some("/a/")));
    assert!(answer.etag.is_some());
}

#[test]
fn the_route_refuses_what_it_does_not_know() {
    let blog = Blog::new().titled("a.md", "诈骗", "正文。").refresh();
    for (query, words) in [
        ("limit=0", "expected a whole number from 1 to 20"),
        ("limit=21", "expected a whole number from 1 to 20"),
        ("tag=a", "unknown parameter `tag`, expected one of `q`, `limit`"),
        ("q=a&q=b", "`q` is given more than once"),
    ] {
        let answer = blog.get(&format!("/api/suggest?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.text.contains(words), "{query}: {}", answer.text);
    }
    assert_eq!(blog.get("/api/suggest").json()["suggestions"], serde_json::json!([]));
}
