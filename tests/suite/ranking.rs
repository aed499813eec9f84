//! What comes first.

use crate::harness::Blog;

#[test]
fn an_exact_title_comes_first() {
    let blog = Blog::new()
        .titled("exact.md", "冒充客服", "只有短短一句。")
        .titled("long.md", "冒充客服的三十种手法", &"冒充客服，冒充客服，还是冒充客服。".repeat(20))
        .titled("body.md", "本周通报", &"冒充客服。".repeat(50))
        .refresh();
    blog.search("冒充客服").finds_first("exact");
    blog.search("冒充 客服").finds_first("exact");
    blog.search("《冒充客服》").finds_first("exact");
}

#[test]
fn of_many_titles_that_differ_in_punctuation_that_which_was_typed_comes_first() {
    let many = (0..30).fold(Blog::new(), |blog, i| {
        blog.titled(&format!("{i}.md"), "反诈简报：第一期", &"反诈简报，第一期。".repeat(20))
    });
    let blog = many.titled("own.md", "反诈简报，第一期", "只有短短一句。").refresh();
    let found = blog.search_with("反诈简报，第一期", |query| query.page.limit = 1);
    assert_eq!((found.hits.hits[0].id.as_str(), found.hits.total), ("own", 31));
}

#[test]
fn an_exact_title_comes_first_in_the_other_script_too() {
    Blog::new()
        .titled("exact.md", "網購退款騙局", "一句。")
        .titled("body.md", "本周通报", &"网购退款骗局。".repeat(30))
        .refresh()
        .search("网购退款骗局")
        .finds_first("exact");
}

#[test]
fn a_title_counts_more_than_a_mention() {
    Blog::new()
        .titled("mention.md", "本周通报", "有人遇到贷款推销，也有人丢了钱包，还有人迷路了，详见下文。")
        .titled("about.md", "贷款陷阱", "有人丢了钱包，也有人遇到推销，还有人迷路了，详见下文。")
        .refresh()
        .search("贷款")
        .finds_in_order(&["about", "mention"]);
}

#[test]
fn words_that_stand_together_come_before_words_apart() {
    Blog::new()
        .titled("apart.md", "甲", "中奖的人很多。昨天下雨，今天天晴，大家都去了公园。短信收到了。")
        .titled("near.md", "乙", "中奖短信很多。昨天下雨，今天天晴，大家都去了公园。人收到了。")
        .refresh()
        .search("中奖短信")
        .finds_first("near");
}

#[test]
fn a_post_about_it_comes_before_one_that_mentions_it() {
    let other = "今年的消防演练在操场举行，师生有序撤离，老师讲解了灭火器的用法。".repeat(8);
    Blog::new()
        .titled("once.md", "甲", &format!("{other}有人提到刷单。"))
        .titled("often.md", "乙", "刷单先给小利，再让垫付。刷单平台随后关闭，刷单者血本无归。")
        .refresh()
        .search("刷单")
        .finds_in_order(&["often", "once"]);
}

#[test]
fn scores_fall_from_hit_to_hit() {
    let blog = (0..30).fold(Blog::new(), |blog, i| {
        blog.titled(&format!("{i}.md"), &format!("通报{i}"), &"转账给陌生人。".repeat(i % 7 + 1))
    });
    let found = blog.refresh().search("转账");
    assert_eq!(found.hits.total, 30);
    assert!(found.hits.hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
}

#[test]
fn nothing_typed_gives_the_newest_first() {
    Blog::new()
        .post("old.md", "---\ntitle: 旧\ndate: 2021-01-01\n---\n一")
        .post("new.md", "---\ntitle: 新\ndate: 2024-01-01\n---\n二")
        .post("none.md", "---\ntitle: 无\n---\n三")
        .refresh()
        .search("")
        .finds_in_order(&["new", "old", "none"])
        .notes(&[]);
}

#[test]
fn the_script_that_was_typed_comes_first_of_equals() {
    let blog = Blog::new().titled("a.md", "提醒", "小心詐騙。").titled("b.md", "提醒", "小心诈骗。").refresh();
    blog.search("诈骗").finds_in_order(&["b", "a"]);
    blog.search("詐騙").finds_in_order(&["a", "b"]);
}

#[test]
fn no_hit_in_another_form_comes_before_one_as_typed() {
    let blog = Blog::new()
        .titled("about.md", "反詐宣傳", "詐騙手法，詐騙話術，詐騙電話。")
        .titled("mention.md", "社区周报", "本周修了路灯，办了讲座，发了三百份防诈骗传单，收了两袋旧衣物。")
        .titled("both.md", "對照", "繁體寫作詐騙，简体写作诈骗。")
        .refresh();
    let found = blog.search("诈骗");
    let classes: Vec<&str> = found.hits.hits.iter().map(|hit| hit.matched.as_str()).collect();
    assert_eq!(classes, ["exact", "exact", "variant"], "{:?}", found.ids());
    assert_eq!(found.ids()[2], "about");
}

#[test]
fn the_form_that_was_typed_is_on_the_first_page_however_many_have_the_other() {
    let mut blog = Blog::new().titled("mention.md", "社区周报", "本周修了路灯，办了讲座，发了三百份防诈骗传单。");
    for i in 0..25 {
        blog = blog.titled(&format!("{i}.md"), &format!("第{i}期"), "詐騙手法，詐騙話術，詐騙電話。");
    }
    let found = blog.refresh().search("诈骗");
    assert_eq!((found.ids()[0], found.hits.total), ("mention", 26));
}

#[test]
fn a_heading_or_description_in_the_other_script_is_another_form() {
    let blog = Blog::new()
        .post("heading.md", "---\ntitle: 月报一\ndate: 2024-05-05\n---\n\n## 證據鏈條\n\n正文另有所述。\n")
        .post("told.md", "---\ntitle: 月报三\ndescription: 關於證據鏈條\n---\n\n另一篇。\n")
        .post("body.md", "---\ntitle: 月报二\ndate: 2020-05-05\n---\n\n文中说到证据链条是否完整，又说了许多别的事。\n")
        .refresh();
    let found = blog.search("证据链条");
    let classes: Vec<&str> = found.hits.hits.iter().map(|hit| hit.matched.as_str()).collect();
    assert_eq!((found.ids()[0], classes.as_slice()), ("body", ["exact", "variant", "variant"].as_slice()));
}

#[test]
fn a_tag_that_is_the_query_is_exact_whatever_else_matches() {
    let blog =
        Blog::new().post("tag.md", "---\ntitle: 泰达币平台跑路\ntags: [虚拟币]\n---\n\n充值用的是USDT。\n").refresh();
    assert_eq!(blog.search("虚拟币").first().matched.as_str(), "exact");
}

#[test]
fn what_has_all_that_a_question_says_comes_before_what_has_some() {
    let blog = Blog::new()
        .titled("some.md", "骗局", "骗局，骗局，都是骗局。")
        .titled("all.md", "一份提醒", "刷单先给小额返利，后面全是骗局，已有多人受骗，请转告家里的老人和孩子。")
        .titled("none.md", "春游", "湖边野餐。")
        .refresh();
    blog.search("刷单 骗局 为什么").matches(&[("all", "partial"), ("some", "partial")]);
    blog.search("刷单骗局怎么办").matches(&[("all", "partial"), ("some", "partial")]);
    // The pieces of a word are not the word.
    blog.search("刷单返利骗局怎么办").matches(&[("all", "partial"), ("some", "partial")]);
}

#[test]
fn what_reaches_further_than_the_text_is_still_the_text() {
    let blog = Blog::new().titled("a.md", "甲", "犯罪嫌疑人在2023年8月16日落网。").refresh();
    for typed in ["嫌疑人", "2023年8月", "8月16日"] {
        assert_eq!(blog.search(typed).first().matched.as_str(), "exact", "{typed}");
    }
}
