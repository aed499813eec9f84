//! What is found: every way of writing it finds what was written.

use crate::harness::Blog;

/// One post that says it, one that does not.
fn check(text: &str, query: &str) {
    Blog::new()
        .titled("says.md", "一则通报", text)
        .titled("other.md", "春游须知", "周末去湖边野餐，请自备水壶和雨伞。")
        .refresh()
        .search(query)
        .finds(&["says"]);
}

#[test]
fn traditional_finds_simplified() {
    check("对方自称银行经理，实施诈骗。", "詐騙");
    check("她在网络上认识了一名军官。", "網絡");
    check("请勿点击陌生链接。", "請勿點擊陌生連結");
}

#[test]
fn simplified_finds_traditional() {
    check("對方自稱銀行經理，實施詐騙。", "诈骗");
    check("對方要她輸入帳號密碼，轉帳之後就消失了。", "转账");
    check("對方要她輸入帳號密碼，轉帳之後就消失了。", "账号密码");
}

#[test]
fn one_chinese_character_is_found() {
    check("老人把钱汇走了。", "汇");
    check("骗", "骗");
    // In the middle of a word, at its start, and at the end of a sentence.
    for character in ["冒", "充", "客", "服"] {
        check("冒充客服", character);
    }
}

#[test]
fn a_substring_is_found_wherever_a_dictionary_would_cut() {
    let text = "临江市反诈中心联合中国人民银行发布预警";
    let characters: Vec<char> = text.chars().collect();
    let blog = Blog::new().titled("says.md", "一则通报", text).titled("other.md", "春游", "湖边野餐。").refresh();
    for length in 1..=characters.len() {
        for window in characters.windows(length) {
            let query: String = window.iter().collect();
            blog.search(&query).includes("says");
        }
    }
}

#[test]
fn width_and_case_of_letters_do_not_matter() {
    check("她下载了一个名为ＡＰＰ的软件。", "app");
    check("请卸载陌生App。", "ＡＰＰ");
    check("对方要求用USDT付款。", "usdt");
    check("来自ＱＱ群的链接", "qq");
}

#[test]
fn numbers_are_found_with_their_units() {
    check("共被骗走20万元。", "20万元");
    check("共被骗走２０万元。", "20万元");
    check("共被骗走20万元。", "20");
    check("请拨打96110。", "96110");
    check("转账3,800.50元", "3,800.50");
}

#[test]
fn a_number_is_not_part_of_another() {
    Blog::new()
        .titled("five.md", "甲", "损失五笔，共20万元")
        .titled("more.md", "乙", "损失一笔，共120万元")
        .refresh()
        .search("20万元")
        .finds(&["five"]);
}

#[test]
fn a_word_of_latin_letters_is_found_as_it_is_typed() {
    check("Beware of phishing e-mails.", "phish");
    check("他们用 Telegram 联系。", "tele");
}

#[test]
fn words_in_any_order_are_all_needed() {
    let blog = Blog::new()
        .titled("both.md", "甲", "快递员说包裹丢了，可以退款。")
        .titled("parcel.md", "乙", "包裹明天送到。")
        .titled("refund.md", "丙", "机票可以退款。")
        .refresh();
    blog.search("包裹 退款").finds(&["both"]);
    blog.search("退款 包裹").finds(&["both"]);
    blog.search("包裹").finds(&["both", "parcel"]);
}

#[test]
fn words_that_no_post_has_together_find_those_that_have_some_and_say_so() {
    let blog =
        Blog::new().titled("parcel.md", "乙", "包裹明天送到。").titled("refund.md", "丙", "机票可以退款。").refresh();
    blog.search("包裹 退款").finds(&["parcel", "refund"]).notes(&["relaxed"]);
}

#[test]
fn what_stands_between_quotes_stands_so_in_the_post() {
    let blog = Blog::new()
        .titled("so.md", "甲", "对方让他下载安全助手。")
        .titled("apart.md", "乙", "为了安全，他请助手下载了文件。")
        .refresh();
    blog.search("\"安全助手\"").finds(&["so"]);
    blog.search("\"助手安全\"").finds_nothing();
    // Chinese quotation marks are part of pasted titles, and insist on nothing.
    blog.search("“安全助手”").finds(&["so", "apart"]);
}

#[test]
fn titles_headings_tags_and_bodies_are_searched() {
    let text = "---\ntitle: 养老骗局\ntags: [以房养老]\ncategories: 预警\ndescription: 给子女的提醒\n---\n\
                # 讲座的圈套\n免费领鸡蛋。\n";
    let blog = Blog::new().post("a.md", text).titled("b.md", "春游", "湖边野餐。").refresh();
    for query in ["养老骗局", "以房养老", "圈套", "鸡蛋"] {
        blog.search(query).finds(&["a"]);
    }
}

#[test]
fn a_line_break_between_characters_does_not_hide_a_word() {
    check("嫌疑人冒\n充客服实施诈骗", "冒充客服");
    check("嫌疑人冒\u{200b}充客服", "冒充");
}

#[test]
fn markup_does_not_hide_a_word() {
    check("嫌疑人**冒充**客服", "冒充客服");
    check("请下载[安全](https://example.org/x)助手", "安全助手");
    check("<p>刷单<b>返利</b></p>", "刷单返利");
    check("| 手法 | 金额 |\n|---|---|\n| 刷单 | 三千 |", "刷单");
    check("```\n转账验证码\n```", "验证码");
}

#[test]
fn addresses_of_links_are_not_text() {
    Blog::new()
        .titled("a.md", "甲", "请看[这里](https://example.org/secretword)。")
        .refresh()
        .search("secretword")
        .finds_nothing();
}

#[test]
fn a_case_is_found_by_itself() {
    let blog = Blog::new()
        .titled("month.md", "月度通报", "本月两起。\n\n## 案例一\n田先生买了二手相机。\n\n## 案例二\n吴女士租房。")
        .titled("plain.md", "相机保养", "相机要防潮。")
        .refresh();
    blog.search("相机").finds(&["month", "plain"]);
    let cases = blog.cases("相机");
    // A post without any case is itself one.
    cases.finds(&["month", "plain"]);
    let hit = cases.hits.hits.iter().find(|hit| hit.id.as_str() == "month").unwrap();
    let case = hit.case.as_ref().unwrap();
    assert_eq!((case.heading.text.as_str(), case.number), ("案例一", 1));
    blog.cases("吴女士").finds(&["month"]);
    assert_eq!(blog.cases("吴女士").first().case.as_ref().map(|case| case.number), Some(2));
}
