//! What a hit is called is what it is: numbers are read whole, signs count in names, and `exact` means all of the text.

use std::collections::BTreeSet;

use proptest::prelude::*;

use anli::{
    query::{Reading, TypedText, is_light},
    text::fold,
};

use crate::harness::{self, Blog};

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
        ("nine", "赔了9万块。"),
        ("more", "赔了9万多块。"),
        ("sixnine", "赔了6.9万块。"),
        ("half", "票价七折。"),
        ("decimal", "票价6.7折。"),
        ("grouped", "共收3,400块。"),
    ]);
    only(&blog, "9万块", &["nine", "more"]);
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
fn a_sum_is_one_in_every_mixture_of_digits_and_numerals() {
    let ways = ["六万3千块", "六万三千块", "6万3千块", "6万三千块", "63000块", "6.3万块", "63,000块", "陆万叁仟圆"];
    let names: Vec<String> = (0..ways.len()).map(|i| format!("way{i}")).collect();
    let texts: Vec<String> = ways.iter().map(|way| format!("亏了{way}。")).collect();
    let mut all: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    all.extend([("apart", "亏了六万块，又赔3千块。"), ("more", "亏了二十六万3千块。"), ("part", "亏了3千块。")]);
    let blog = posts(&all);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for way in ways.into_iter().chain(["六万3", "6万3", "六万三"]) {
        only(&blog, way, &names);
    }
    only(&blog, "六万块", &["apart"]);
    only(&blog, "3千块", &["apart", "part"]);
}

#[test]
fn a_sum_of_units_alone_is_that_sum() {
    let blog = posts(&[
        ("digits", "罚了100万元。"),
        ("words", "罚了百万元。"),
        ("one", "罚了一百万元。"),
        ("teens", "罚了十几万元。"),
        ("some", "罚了几百万元。"),
        ("over", "罚了上百万元。"),
        ("three", "罚了三百万元。"),
        ("ten", "罚了10万元。"),
    ]);
    only(&blog, "百万元", &["digits", "words", "one"]);
    only(&blog, "100万元", &["digits", "words", "one"]);
    only(&blog, "十几万", &["teens"]);
    only(&blog, "10万", &["ten"]);
}

#[test]
fn shares_of_a_thousand_and_of_ten_thousand_are_read() {
    let blog = posts(&[
        ("mille", "费率千分之六。"),
        ("sign", "费率 6‰。"),
        ("apart", "费率 6 ‰。"),
        ("mixed", "费率千分之6。"),
        ("sixty", "费率千分之六十五。"),
        ("cent", "费率6%。"),
        ("myriad", "费率万分之六。"),
        ("point", "费率万分之六点五。"),
        ("bare", "第6页。"),
    ]);
    for typed in ["千分之六", "6‰", "６‰", "6 ‰", "千分之6"] {
        only(&blog, typed, &["mille", "sign", "apart", "mixed"]);
    }
    only(&blog, "万分之六", &["myriad"]);
    only(&blog, "万分之6.5", &["point"]);
    only(&blog, "6%", &["cent"]);
}

#[test]
fn what_is_below_zero_is_another_number() {
    let blog = posts(&[
        ("minus", "夜里-7度。"),
        ("word", "夜里零下七度。"),
        ("sign", "夜里 -7℃。"),
        ("warm", "夜里7度。"),
        ("range", "夜里3-7度。"),
    ]);
    only(&blog, "7度", &["warm", "range"]);
    only(&blog, "7℃", &["warm", "range"]);
    for typed in ["-7度", "零下7度", "零下七度", "-7℃"] {
        only(&blog, typed, &["minus", "word", "sign"]);
    }
}

#[test]
fn a_currency_belongs_to_its_sum() {
    let blog = posts(&[
        ("dollars", "付了90美元。"),
        ("sign", "付了$90。"),
        ("us", "付了US$90。"),
        ("hongkong", "付了HK$90。"),
        ("words", "付了90港币。"),
        ("euros", "付了€90。"),
        ("yuan", "付了人民币90元。"),
        ("yen", "付了90日元。"),
        ("pounds", "付了九十英镑。"),
    ]);
    for typed in ["$90", "90美元", "九十美元", "US$90"] {
        only(&blog, typed, &["dollars", "sign", "us"]);
    }
    only(&blog, "HK$90", &["hongkong", "words"]);
    only(&blog, "90欧元", &["euros"]);
    only(&blog, "90元", &["yuan"]);
    only(&blog, "¥90", &["yuan"]);
    only(&blog, "£90", &["pounds"]);
}

#[test]
fn a_unit_of_several_characters_is_no_other_one() {
    let blog = posts(&[
        ("apart", "来了400人，绕湖三公里。"),
        ("kilometres", "全长400公里。"),
        ("words", "全长四百公里。"),
        ("kilograms", "载重400公斤，行驶3公里。"),
        ("five", "买了五公斤。"),
        ("spaced", "买了 5 公斤。"),
    ]);
    only(&blog, "400公里", &["kilometres", "words"]);
    only(&blog, "四百公里", &["kilometres", "words"]);
    only(&blog, "五公斤", &["five", "spaced"]);
    only(&blog, "5公斤", &["five", "spaced"]);
}

#[test]
fn places_years_and_ages_are_one_in_every_notation() {
    let blog = posts(&[
        ("law", "依照第一百二十条第三款。"),
        ("digits", "依照第120条第3款。"),
        ("other", "依照第120条第13款。"),
        ("age", "年近卅岁。"),
        ("thirty", "年近30岁。"),
        ("some", "年近三十几岁。"),
        ("year", "建于二○○六年。"),
        ("double", "双十一打折。"),
        ("figures", "双11打折。"),
    ]);
    only(&blog, "第120条第3款", &["law", "digits"]);
    only(&blog, "第一百二十条第三款", &["law", "digits"]);
    only(&blog, "三十岁", &["age", "thirty"]);
    only(&blog, "2006年", &["year"]);
    only(&blog, "双十一", &["double", "figures"]);
    only(&blog, "双11", &["double", "figures"]);
}

#[test]
fn a_long_number_is_found_by_its_end_and_in_any_brackets() {
    let blog = posts(&[
        ("joined", "手机13922004567。"),
        ("brackets", "座机（0511）87654321。"),
        ("abroad", "座机+86 511 8765 4321。"),
        ("prefix", "手机+8613922004567。"),
        ("sum", "金额1234567元。"),
    ]);
    only(&blog, "4567", &["joined", "prefix"]);
    only(&blog, "051187654321", &["brackets"]);
    only(&blog, "87654321", &["brackets", "abroad"]);
    only(&blog, "13922004567", &["joined", "prefix"]);
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
fn signs_at_the_ends_of_names_count() {
    let blog = posts(&[
        ("plus", "评为 A+ 级。"),
        ("minus", "评为 A- 级。"),
        ("plain", "评为 A 级。"),
        ("tree", "用 B+ 树存放。"),
        ("floor", "在 7# 楼门口。"),
        ("least", "得分≥7。"),
        ("seven", "共 7 个。"),
        ("tag", "加上 #旧货 标签。"),
        ("goods", "卖旧货的人。"),
    ]);
    only(&blog, "A+", &["plus"]);
    only(&blog, "A-", &["minus"]);
    only(&blog, "A", &["plus", "minus", "plain"]);
    only(&blog, "B+", &["tree"]);
    only(&blog, "7#", &["floor"]);
    only(&blog, "≥7", &["least"]);
    only(&blog, "#旧货", &["tag", "goods"]);
    // What lacks the sign follows.
    assert_eq!(blog.search("A+").ids()[0], "plus");
    assert!(blog.search("A+").ids().contains(&"plain"));
    assert!(blog.search("C+").hits.hits.iter().all(|hit| hit.matched.as_str() == "partial"));
}

#[test]
fn a_name_is_found_with_and_without_its_signs() {
    let blog = posts(&[
        ("signs", "用 Node.js 写，连 Wi-Fi，问 GPT-4。"),
        ("plain", "用 nodejs 写，连 wifi，问 GPT4。"),
        ("apart", "node 和 js，wi 和 fi，gpt 有 4 个。"),
        ("company", "AT&T 公司。"),
    ]);
    let check = |typed: &str, expected: &[(&str, &str)]| {
        let hits = blog.search(typed).hits.hits;
        let whole = hits.iter().filter(|hit| hit.matched.as_str() != "partial");
        let found: Vec<(&str, &str)> = whole.map(|hit| (hit.id.as_str(), hit.matched.as_str())).collect();
        assert_eq!(found, expected, "{typed}");
    };
    for typed in ["nodejs", "wifi", "gpt4"] {
        check(typed, &[("plain", "exact"), ("signs", "variant")]);
    }
    for typed in ["Node.js", "Wi-Fi", "GPT-4"] {
        check(typed, &[("signs", "exact"), ("plain", "variant")]);
    }
    check("att", &[("company", "variant")]);
    // The name is marked as it stands in the post.
    let hit = &blog.search("wifi").hits.hits[1];
    let shown = harness::found::marked(&hit.snippet);
    assert!(shown.contains("[Wi-Fi]"), "{shown}");
}

#[test]
fn a_letter_that_stands_alone_is_no_part_of_a_word() {
    let blog = posts(&[("disk", "清理 C 盘。"), ("app", "下载 CapCut。")]);
    assert_eq!(blog.search("c").ids(), ["disk"]);
    // While nothing else has it, it may begin a word.
    assert_eq!(blog.search("z").ids(), Vec::<&str>::new());
    assert_eq!(blog.search("ca").ids(), ["app"]);
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

/// Posts of which every one has a common word, one in four a less common one, and two a rare one each.
fn common_and_rare(posts: usize) -> Blog {
    let text = |i: usize| {
        let some = if i.is_multiple_of(4) { "另有渡船。" } else { "" };
        let rare = match i {
            7 => "河边有一座水车。",
            9 => "灯塔夜里亮。",
            _ => "",
        };
        format!("今天的天气{i}。{some}{rare}")
    };
    (0..posts).fold(Blog::new(), |blog, i| blog.titled(&format!("p{i}.md"), &format!("记{i}"), &text(i))).refresh()
}

#[test]
fn a_relaxed_answer_has_the_weighty_part_of_the_text() {
    let blog = common_and_rare(240);
    // The rare words are the weighty part; the common ones are no answer by themselves.
    blog.search("水车 灯塔 天气").finds(&["p7", "p9"]).notes(&["relaxed"]);
    blog.search("水车 天气 蒲公英").finds(&["p7"]).notes(&["relaxed"]);
    // Of the text, posts have a common word only, which is no answer.
    blog.search("蒲公英 天气").finds(&[]).notes(&["little-said"]);
    // No post has anything of the text.
    blog.search("蒲公英 麦芽糖").finds(&[]).notes(&[]);
    // Among few posts, any word is one.
    let blog = common_and_rare(12);
    blog.search("蒲公英 渡船").finds(&["p0", "p4", "p8"]).notes(&["relaxed"]);
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

/// Returns whether a folded clause stands in a folded text, whatever white space is in it, and not inside a longer number.
fn stands(clause: &str, text: &str) -> bool {
    // White space keeps words of letters and digits apart only.
    let bare = |text: &str| {
        text.split_whitespace().fold(String::new(), |bare, word| {
            let is_western = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            let apart = is_western(bare.chars().next_back()) && is_western(word.chars().next());
            bare + if apart { " " } else { "" } + word
        })
    };
    let (clause, text) = (bare(clause), bare(text));
    let goes_on = |c: Option<char>, edge: Option<char>| {
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        is_digit(edge) && is_digit(c)
    };
    text.match_indices(&clause).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let (_, after) = rest.split_at(clause.len());
        !goes_on(before.chars().next_back(), clause.chars().next())
            && !goes_on(after.chars().next(), clause.chars().next_back())
    })
}

#[test]
fn a_long_text_is_exact_only_where_every_clause_of_it_stands() {
    let analyzer = harness::analyzer();
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let pieces = prop::sample::select(vec![
        "转账",
        "客服",
        "不",
        "没",
        "app",
        "c++",
        "net",
        "5",
        "8.5",
        "20",
        "万元",
        "名",
        "十五",
        "五",
        "，",
        "-",
        "/",
        "5%",
        "$5",
        "：",
        "允许",
        "章",
        "x",
        "的",
        "渡船",
        "水车",
        "灯塔",
        " ",
        "。",
        "第",
        "条",
        "零下",
        "度",
        "千分之",
        "138",
        "0013",
        "8000",
        "年",
        "月",
        "日",
        "几",
        "多",
        "百",
        "是什么",
        "为什么",
        "公里",
        "(",
        ")",
        "¥",
        "A",
        "·",
    ]);
    let posts = prop::collection::vec(prop::collection::vec(pieces.clone(), 20..60), 8);
    // What is typed is a part of a post with a few other pieces in it.
    let typed = prop::collection::vec(
        (0..8_usize, 0..20_usize, 15..50_usize, prop::collection::vec((0..50_usize, pieces), 0..3)),
        8,
    );
    proptest!(config, |((posts, typed) in (posts, typed))| {
        let texts: Vec<String> = posts.iter().map(|pieces| pieces.concat()).collect();
        let mut blog = Blog::new();
        for (i, text) in texts.iter().enumerate() {
            blog = blog.titled(&format!("p{i}.md"), "题", &format!("文{text}。"));
        }
        let blog = blog.refresh();
        for (post, start, length, others) in typed {
            let mut part: Vec<&str> = posts[post].iter().copied().skip(start).take(length).collect();
            for (at, other) in others {
                part.insert(at.min(part.len()), other);
            }
            let text = part.concat();
            let parsed = TypedText::new(&text, &analyzer).parse(Reading::default(), None);
            for hit in blog.search(&text).hits.hits.iter().filter(|hit| matches!(hit.matched.as_str(), "exact" | "variant")) {
                let written = &texts[hit.id.as_str().trim_start_matches('p').parse::<usize>().unwrap()];
                let written = fold(&format!("题 文{written}。"));
                // An answer need not contain the words that make a question.
                for clause in parsed.clauses.iter().filter(|clause| !is_light(&clause.text)) {
                    // A variant may have a number in another notation, or a name with other signs.
                    let is_number =
                        clause.text.contains(|c: char| c.is_numeric() || "零一二三四五六七八九十百千万两几".contains(c));
                    let bare = |text: &str| text.replace(['.', '-', '_', '&', '\''], "");
                    let is_name = || bare(written.as_str()).contains(&bare(&clause.text));
                    let is_there = stands(&clause.text, written.as_str())
                        || hit.matched.as_str() == "variant" && (is_number || is_name());
                    prop_assert!(is_there, "`{}` of `{}` is not in `{}`", clause.text, text, written.as_str());
                }
            }
        }
    });
}

#[test]
fn exact_means_that_nothing_that_was_typed_is_missing() {
    let blog = posts(&[
        ("went", "昨天他回了一趟老家。"),
        ("not", "昨天他没回老家，在单位值班。"),
        ("transfer", "工行网点的大厅里可以转账。"),
        ("how", "怎么办理挂失，窗口有说明。"),
        ("refund", "门票的退款方法写在背面。"),
        ("apart", "物业公司通知，本楼电梯维修。"),
        ("together", "物业电梯维修三天。"),
    ]);
    only(&blog, "老家 没回", &["not"]);
    only(&blog, "没回 老家", &["not"]);
    only(&blog, "转账 大厅 里", &["transfer"]);
    only(&blog, "转账 她", &[]);
    only(&blog, "怎么办", &["how"]);
    only(&blog, "怎么样", &[]);
    only(&blog, "怎么退款", &[]);
    only(&blog, "如何退款", &[]);
    only(&blog, "退款方法", &["refund"]);
    only(&blog, "物业电梯 维修", &["together"]);
    only(&blog, "物业 电梯 维修", &["apart", "together"]);
}

#[test]
fn one_sign_that_stands_for_a_sentence_is_as_long_as_the_sentence() {
    let blog = posts(&[("note", "渡口的灯亮了。")]);
    let blessing = "\u{FDFA}".repeat(400);
    let found = blog.search(&blessing);
    assert!(found.hits.notes.iter().any(|note| note.code() == "shortened"), "{:?}", found.hits.notes);
}

#[test]
fn a_sign_before_a_number_belongs_to_it() {
    let blog = posts(&[
        ("loss", "本季利润-300万元。"),
        ("gain", "本季利润300万元。"),
        ("cold", "今天-7℃，注意防滑。"),
        ("warm", "今天7℃，适合散步。"),
        ("range", "今天3-7℃，多云。"),
        ("deep", "洞底海拔-154米。"),
    ]);
    only(&blog, "300万元", &["gain"]);
    only(&blog, "-300万元", &["loss"]);
    only(&blog, "7℃", &["warm", "range"]);
    only(&blog, "-7度", &["cold"]);
    only(&blog, "154米", &[]);
    only(&blog, "-154米", &["deep"]);
}

#[test]
fn signs_between_digits_have_one_width() {
    let blog = posts(&[
        ("wide", "１２：３０ 在渡口集合。"),
        ("mixed", "12：30 开饭。"),
        ("narrow", "12:30 发车。"),
        ("score", "最后比分3：1。"),
    ]);
    only(&blog, "12:30", &["wide", "mixed", "narrow"]);
    only(&blog, "12：30", &["wide", "mixed", "narrow"]);
    only(&blog, "3:1", &["score"]);
}

#[test]
fn a_number_inside_a_longer_one_is_none_of_its_own() {
    let blog = posts(&[
        ("myriads", "捐了36万。"),
        ("people", "来了36名志愿者。"),
        ("words", "来了三十六名志愿者。"),
        ("decimal", "房租零点七五万。"),
        ("hundred", "来了一百零七名志愿者。"),
        ("seven", "七夕放灯。"),
        ("mille", "税率千分之9。"),
        ("nine", "第9页。"),
        ("thirds", "砍掉2/9的经费。"),
        ("range", "每组收4-6万元。"),
        ("four", "第4页。"),
    ]);
    for typed in ["36", "三十六"] {
        only(&blog, typed, &["people", "words"]);
    }
    only(&blog, "七", &["seven"]);
    only(&blog, "百", &[]);
    only(&blog, "零", &[]);
    only(&blog, "9", &["nine"]);
    only(&blog, "⑨", &["nine"]);
    only(&blog, "4", &["four"]);
    only(&blog, "4万", &["range"]);
    only(&blog, "6万元", &["range"]);
    // What is a part only is still found when nothing else is.
    assert_eq!(blog.search("百").ids(), ["hundred"]);
    let blog =
        posts(&[("three", "他有三百万。"), ("rich", "他是百万富翁。"), ("never", "千万别信。"), ("sum", "欠五千万。")]);
    only(&blog, "百万", &["rich"]);
    only(&blog, "千万", &["never"]);
}

#[test]
fn yuan_jiao_and_fen_are_one_sum() {
    let blog = posts(&[
        ("seven", "门票7元。"),
        ("half", "门票7元5角。"),
        ("spoken", "门票七块五。"),
        ("point", "门票7.5元。"),
        ("jiao", "找回6角。"),
        ("mao", "找回六毛钱。"),
        ("tenths", "找回0.6元。"),
        ("fen", "邮费3元2角5分。"),
        ("cents", "邮费三块两毛五。"),
        ("both", "邮费3.25元。"),
    ]);
    only(&blog, "7元", &["seven"]);
    for typed in ["7元5角", "七块五", "7块5", "7.5元"] {
        only(&blog, typed, &["half", "spoken", "point"]);
    }
    for typed in ["6角", "六毛", "0.6元"] {
        only(&blog, typed, &["jiao", "mao", "tenths"]);
    }
    for typed in ["3.25元", "三块两毛五", "3元2角5分"] {
        only(&blog, typed, &["fen", "cents", "both"]);
    }
}

#[test]
fn a_number_that_is_inexact_is_another_one() {
    let blog = posts(&[
        ("more", "来了300多人。"),
        ("over", "来了三百余人。"),
        ("just", "来了300人。"),
        ("teens", "来了四十几人。"),
        ("some", "来了40几人。"),
        ("around", "来了四十来人。"),
        ("forty", "来了40人。"),
        ("ten", "欠了十几万。"),
        ("digits", "欠了10几万。"),
    ]);
    only(&blog, "300人", &["just"]);
    for typed in ["300多人", "三百多人", "300余人"] {
        only(&blog, typed, &["more", "over"]);
        assert_eq!(blog.search(typed).ids().last(), Some(&"just"), "{typed}");
    }
    only(&blog, "40人", &["forty"]);
    only(&blog, "40几人", &["teens", "some"]);
    only(&blog, "40来人", &["around"]);
    only(&blog, "十几万", &["ten", "digits"]);
}

#[test]
fn a_sign_that_touches_a_number_counts() {
    let blog = posts(&[
        ("plain", "至少 8 份。"),
        ("least", "要求≥8。"),
        ("above", "要求>8。"),
        ("number", "见 #8 栏。"),
        ("after", "见 8# 楼。"),
        ("loss", "同比-8%。"),
        ("minus", "同比负8%。"),
        ("gain", "同比8%。"),
    ]);
    for (typed, post) in [("≥8", "least"), (">8", "above"), ("#8", "number"), ("8#", "after")] {
        only(&blog, typed, &[post]);
        assert!(blog.search(typed).ids().contains(&"plain"), "{typed}");
    }
    only(&blog, ".8", &[]);
    only(&blog, "-8%", &["loss", "minus"]);
    only(&blog, "8%", &["gain"]);
}

#[test]
fn shares_ranges_times_and_days_are_one_in_every_notation() {
    let check = |ways: &[&str], others: &[&str]| {
        let names: Vec<String> = (0..ways.len() + others.len()).map(|i| format!("p{i}")).collect();
        let texts: Vec<String> = ways.iter().chain(others).map(|way| format!("通知写明：{way}。")).collect();
        let all: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        let blog = posts(&all);
        let expected: Vec<&str> = names.iter().take(ways.len()).map(String::as_str).collect();
        ways.iter().for_each(|typed| only(&blog, typed, &expected));
    };
    check(&["1/3", "三分之一"], &["1", "3", "2/3", "三", "11/3"]);
    check(&["四成", "40%", "4成", "百分之四十"], &["四", "4", "六成"]);
    check(&["三至五天", "3至5天", "3-5天", "3~5天"], &["3天", "5天", "3-15天"]);
    check(&["8:30", "八点半", "8点30分", "八点三十分", "08:30"], &["18:30", "8:35", "8点"]);
    check(&["三·一五晚会", "3·15晚会", "3.15晚会", "315晚会"], &["3.15元", "1315晚会"]);
    check(&["6万3", "6万三", "六万三", "6.3万"], &["6万", "3"]);
    check(&["2 000 000份", "2000000份", "200万份"], &["2份", "000"]);
    check(&["粤B·12345", "粤B12345", "粤B-12345", "粤B 12345"], &["粤B123456", "粤C12345"]);
    check(&["13922004567", "+8613922004567", "8613922004567", "139.2200.4567"], &["13922004568"]);
    check(&["1-800-555-0134", "18005550134"], &["1-800-555-0135"]);
}
