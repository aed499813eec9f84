//! What a hit is called is what it is: numbers are read whole, signs count in names, and `exact` means all of the text.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::harness::Blog;

/// Posts of one sentence each, titled by their names.
fn posts(texts: &[(&str, &str)]) -> Blog {
    let blog = texts.iter().fold(Blog::new(), |blog, (name, text)| blog.titled(&format!("{name}.md"), name, text));
    blog.refresh()
}

/// Expects that just these posts have the text; others are partial matches at most.
#[track_caller]
fn only(blog: &Blog, typed: &str, expected: &[&str]) {
    let found = blog.search(typed);
    let whole = found.hits.hits.iter().filter(|hit| hit.matched.as_str() != "partial");
    let ids: BTreeSet<&str> = whole.map(|hit| hit.id.as_str()).collect();
    assert_eq!(ids, expected.iter().copied().collect(), "{typed}: {:?}", found.ids());
}

/// Expects that no post has the text.
#[track_caller]
fn weak(blog: &Blog, typed: &str) {
    let found = blog.search(typed);
    let mut classes = found.hits.hits.iter().map(|hit| hit.matched.as_str());
    assert!(classes.all(|class| !matches!(class, "exact" | "variant")), "{typed}: {:?}", found.ids());
}

#[test]
fn what_stands_behind_a_point_or_inside_a_number_is_no_number() {
    let blog = posts(&[
        ("nine", "赔了9万多块。"),
        ("sixnine", "赔了6.9万块。"),
        ("half", "票价七折。"),
        ("decimal", "票价6.7折。"),
        ("grouped", "共收3,400块。"),
    ]);
    only(&blog, "9万块", &["nine"]);
    only(&blog, "7折", &["half"]);
    only(&blog, "400块", &[]);
    only(&blog, "3400元", &["grouped"]);
}

#[test]
fn a_numeral_inside_a_longer_one_is_another_number() {
    let blog = posts(&[
        ("six", "来了六位客人。"),
        ("sixteen", "来了十六位客人。"),
        ("hundred", "来了二百零六位客人。"),
        ("digit", "来了 6 位客人。"),
        ("point", "高一点六米。"),
        ("metre", "高六米。"),
    ]);
    only(&blog, "6位", &["six", "digit"]);
    only(&blog, "六位", &["six", "digit"]);
    only(&blog, "二百零六位", &["hundred"]);
    only(&blog, "六米", &["metre"]);
    // A piece of a longer number is still found.
    assert!(blog.search("零六位").ids().contains(&"hundred"));
}

#[test]
fn a_sign_belongs_to_its_number() {
    let blog = posts(&[
        ("percent", "利息 7%。"),
        ("apart", "利息 7 %。"),
        ("words", "利息百分之七。"),
        ("wide", "利息７％。"),
        ("tenth", "利息0.7%。"),
        ("bare", "第 7 页。"),
        ("dollars", "卖 $7。"),
        ("yuan", "卖7元。"),
    ]);
    only(&blog, "7%", &["percent", "apart", "words", "wide"]);
    only(&blog, "7", &["bare", "yuan"]);
    only(&blog, "7块", &["yuan"]);
    only(&blog, "$7", &["dollars"]);
}

#[test]
fn zeros_of_a_version_count_and_those_of_an_amount_do_not() {
    let blog = posts(&[
        ("old", "Rust 1.7 发布。"),
        ("new", "Rust 1.70 发布。"),
        ("web", "网络2.0的说法。"),
        ("second", "网络有2个。"),
        ("price", "一杯 3.50 元。"),
    ]);
    only(&blog, "Rust 1.70", &["new"]);
    only(&blog, "Rust 1.7", &["old"]);
    only(&blog, "网络2.0", &["web"]);
    only(&blog, "3.5元", &["price"]);
}

#[test]
fn a_number_and_its_unit_stand_together() {
    let blog = posts(&[("apart", "来了2000人，元宵放灯。"), ("together", "花了两千块。"), ("left", "花了 2,000。")]);
    only(&blog, "2000元", &["together", "left"]);
    only(&blog, "2000米", &[]);
}

#[test]
fn a_telephone_number_is_found_whatever_its_grouping() {
    let blog = posts(&[
        ("spaces", "手机 139 2200 4567。"),
        ("hyphens", "手机 139-2200-4567。"),
        ("joined", "手机13922004567。"),
        ("landline", "座机 (0511) 8765-4321。"),
        ("other", "手机 13922004568。"),
    ]);
    for typed in ["13922004567", "139 2200 4567", "139-2200-4567"] {
        only(&blog, typed, &["spaces", "hyphens", "joined"]);
    }
    only(&blog, "0511-87654321", &["landline"]);
    assert!(blog.search("4567").ids().contains(&"spaces"));
    assert!(blog.search("4321").ids().contains(&"landline"));
    // The day of consumers has a dot or none.
    let blog = posts(&[("dot", "3·15 晚会。"), ("none", "315晚会。")]);
    only(&blog, "3·15", &["dot", "none"]);
    only(&blog, "315", &["dot", "none"]);
}

#[test]
fn signs_are_parts_of_names() {
    let blog = posts(&[
        ("cpp", "C++14 的新写法。"),
        ("vc", "装 VC++6.0 的机器。"),
        ("sharp", "C#8.0 的新写法。"),
        ("c", "C 语言。"),
        ("numbers", "C 组有 14 个人。"),
        ("dot", "学 .NET 的人。"),
        ("net", "NET 一词。"),
        ("slash", "按 A/B 分组。"),
        ("pair", "按 A、B 分组。"),
    ]);
    only(&blog, "C++", &["cpp"]);
    only(&blog, "VC++", &["vc"]);
    only(&blog, "C#", &["sharp"]);
    only(&blog, "C++14", &["cpp"]);
    only(&blog, ".NET", &["dot"]);
    only(&blog, "A/B", &["slash"]);
}

#[test]
fn control_characters_are_no_borders() {
    let blog = posts(&[("bell", "小心\u{7}骗\u{1f}局。"), ("tab", "小心骗\u{b}局。"), ("blank", "小心骗\t局。")]);
    only(&blog, "骗局", &["bell", "tab"]);
}

#[test]
fn exact_means_that_all_of_the_text_is_there() {
    let blog = posts(&[
        ("apart", "IT 行业和老人之家。"),
        ("together", "IT之家的消息。"),
        ("longer", "commit 之家。"),
        ("card", "卡号 6222020405061718。"),
        ("allowed", "规定允许退货。"),
        ("pledged", "房产抵押。"),
        ("asks", "问：凭什么要押金？多少钱？"),
    ]);
    only(&blog, "IT之家", &["together"]);
    weak(&blog, "622202");
    weak(&blog, "不允许");
    weak(&blog, "规定不允许");
    weak(&blog, "房产 不抵押");
    only(&blog, "多少", &["asks"]);
}

#[test]
fn quotation_marks_do_not_lower_the_class() {
    let blog = posts(&[("digits", "游 100 米。"), ("letters", "装 app 以后。"), ("name", "学 C++ 的人。")]);
    for (digits, letters, name) in [
        ("\"100\"", "\"app\"", "\"c++\""),
        ("“100”", "“app”", "“c++”"),
        ("'100'", "'app'", "'c++'"),
        ("（100）", "（app）。", "《C++》"),
    ] {
        only(&blog, digits, &["digits"]);
        only(&blog, letters, &["letters"]);
        only(&blog, name, &["name"]);
    }
}

#[test]
fn another_reading_number_or_word_is_no_slip() {
    let blog = posts(&[
        ("bank", "去银行存钱。"),
        ("third", "第三章讲保管。"),
        ("fifty", "她四十岁。"),
        ("friday", "星期五交货。"),
        ("get", "I get it."),
        ("coin", "付了人民币。"),
    ]);
    for typed in ["银杏", "第六章", "十四岁", "星期日", "gpt", "人民党"] {
        let found = blog.search(typed);
        assert!(found.hits.correction.is_none(), "{typed}: {:?}", found.hits.correction);
        weak(&blog, typed);
    }
}

#[test]
fn a_character_that_is_left_over_finds_nothing_by_itself() {
    let blog = posts(&[
        ("maths", "解法：代入。"),
        ("replace", "找人代班。"),
        ("modern", "现代农业。"),
        ("agent", "代理记账。"),
    ]);
    let found = blog.search("代入法");
    assert_eq!(found.ids(), ["maths"]);
}

#[test]
fn what_lacks_one_of_several_words_follows() {
    let blog = posts(&[
        ("all", "灯会的开幕时间是腊月二十。"),
        ("most", "灯会在腊月开幕，人山人海。"),
        ("little", "时间不早了。"),
    ]);
    let found = blog.search("灯会 开幕 时间");
    assert_eq!(found.ids(), ["all", "most"]);
    assert_eq!(found.hits.hits[1].matched.as_str(), "partial");
}

#[test]
fn suggestions_for_a_name_with_signs_begin_with_the_name() {
    let blog = posts(&[("C++基础", "语言。"), ("C盘清理", "磁盘。"), ("长跑", "锻炼。")]);
    let suggested = blog.searcher().suggest("c++", 10).unwrap();
    let suggested: Vec<String> = suggested.into_iter().map(|suggestion| suggestion.text.text).collect();
    assert_eq!(suggested, ["C++基础"]);
}

/// Pieces of posts and of queries.
fn pieces(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "转账", "客服", "不", "没", "app", "c++", "net", "5", "8.5", "20", "万元", "名", "十五", "五", "，", "-", "/",
        "5%", "$5", "：", "允许", "章", "x",
    ]);
    prop::collection::vec(pieces, length).prop_map(|pieces| pieces.concat())
}

#[test]
fn a_short_text_is_exact_only_where_it_stands_sign_by_sign() {
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let all = (prop::collection::vec(pieces(2..8), 8), prop::collection::vec(pieces(1..4), 8));
    proptest!(config, |((texts, typed) in all)| {
        let mut blog = Blog::new();
        for (i, text) in texts.iter().enumerate() {
            blog = blog.titled(&format!("p{i}.md"), "题", text);
        }
        let blog = blog.refresh();
        for typed in typed.iter().map(|typed| typed.trim_matches(['，', '-', '/', '：'])) {
            let letters = typed.chars().filter(|c| c.is_alphanumeric()).count();
            for hit in blog.search(typed).hits.hits.iter().filter(|hit| hit.matched.as_str() == "exact" && letters <= 6) {
                let text = &texts[hit.id.as_str().trim_start_matches('p').parse::<usize>().unwrap()];
                prop_assert!(text.contains(typed), "`{}` is not in `{}`", typed, text);
            }
        }
    });
}
