//! Numbers and dates mean what they say, however they are written.

use crate::harness::{Blog, found::marked};

/// One post for each way of writing it, named by its number.
fn blog(ways: &[&str], others: &[&str]) -> Blog {
    let mut blog = Blog::new();
    for (i, way) in ways.iter().enumerate() {
        blog = blog.titled(&format!("way{i}.md"), "一则通报", &format!("据她回忆，前后共计{way}，均已查实。"));
    }
    for (i, other) in others.iter().enumerate() {
        blog = blog.titled(&format!("other{i}.md"), "另一则", &format!("据他回忆，前后共计{other}，均已查实。"));
    }
    blog.refresh()
}

/// Each way of writing it finds the posts with every way and none of the others, and marks it.
#[track_caller]
fn check(ways: &[&str], others: &[&str]) {
    let blog = blog(ways, others);
    let expected: Vec<String> = (0..ways.len()).map(|i| format!("way{i}")).collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    for typed in ways {
        let found = blog.search(typed);
        found.finds(&expected).notes(&[]);
        for hit in &found.hits.hits {
            let way = ways[hit.id.as_str().trim_start_matches("way").parse::<usize>().unwrap()];
            let amount = way.trim_end_matches(['元', '整']);
            let shown = marked(&hit.snippet);
            let exact = [format!("共计[{way}]，"), format!("共计[{amount}]")];
            assert!(exact.iter().any(|exact| shown.contains(exact)), "{typed} shows {shown}");
        }
        let own = found
            .hits
            .hits
            .iter()
            .find(|hit| ways[hit.id.as_str().trim_start_matches("way").parse::<usize>().unwrap()] == *typed);
        assert_eq!(own.map(|hit| hit.matched.as_str()), Some("exact"), "{typed}");
        assert!(found.hits.hits.iter().all(|hit| matches!(hit.matched.as_str(), "exact" | "variant")), "{typed}");
    }
}

#[test]
fn an_amount_finds_every_way_of_writing_it() {
    check(
        &[
            "5.8万",
            "58000",
            "58,000元",
            "五万八千",
            "５．８万元",
            "5万8千元",
            "５８０００元",
            "伍万捌仟元整",
            "58,000.00元",
        ],
        &["580000元", "5800", "五万六千二百", "15.8万元", "5.8", "58,000,000元", "8万", "58"],
    );
    check(&["二十万", "20万元", "200000", "200,000元", "20万"], &["20元", "120万元", "二十", "200,000,000", "2万"]);
    check(&["1.2亿元", "一亿二千万", "12000万元"], &["12亿元", "1.2万元", "1.2"]);
}

#[test]
fn a_day_finds_every_way_of_writing_it() {
    check(
        &[
            "2022年5月5日",
            "2022-05-05",
            "二〇二二年五月五日",
            "２０２２年５月５日",
            "2022.5.5",
            "2022/05/05",
            "20220505",
        ],
        &["2022年5月15日", "2021-05-05", "二〇二二年五月", "2022-05-06", "12022-05-05"],
    );
}

#[test]
fn a_day_finds_those_whose_year_is_not_told_behind_its_own() {
    let blog = blog(&["2022-05-05", "2022年5月5日", "5月5日", "五月五日"], &["2021年5月5日", "2022年5月6日", "5月6日"]);
    for typed in ["2022-05-05", "2022年5月5日", "二〇二二年五月五日"] {
        let found = blog.search(typed);
        found.finds(&["way0", "way1", "way2", "way3"]);
        let told = found.hits.hits.iter().map(|hit| matches!(hit.id.as_str(), "way0" | "way1"));
        assert_eq!(told.collect::<Vec<_>>(), [true, true, false, false], "{typed}");
        assert!(found.hits.hits.iter().all(|hit| marked(&hit.snippet).contains('[')), "{typed}");
    }
}

#[test]
fn a_place_in_an_order_is_the_same_in_digits() {
    let blog = blog(&["第十条", "第10条"], &["第十一条", "第1条", "十条", "10条"]);
    for typed in ["第十条", "第10条"] {
        blog.search(typed).finds(&["way0", "way1"]);
    }
    blog.search("第三章").finds(&[]);
    blog.search("第1条").includes("other1");
    // Too common to be looked for in another writing.
    let blog = self::blog(&["第一个"], &["第1个"]);
    blog.search("第一个").finds(&["way0"]);
}

#[test]
fn a_day_without_its_year_is_that_of_any_year() {
    let blog = blog(&["5月5日", "五月五日", "2022-05-05", "二〇二一年五月五日"], &["5月15日", "15月5日", "5月", "5日"]);
    for typed in ["5月5日", "五月五日", "５月５日", "05月05日", "5月5号"] {
        blog.search(typed).finds(&["way0", "way1", "way2", "way3"]);
    }
    let blog = self::blog(&["2022年5月5日", "2022-05", "二〇二二年五月"], &["2022年6月5日", "2021年5月", "2022"]);
    for typed in ["2022年5月", "2022-05", "二〇二二年五月"] {
        blog.search(typed).finds(&["way0", "way1", "way2"]);
    }
}

#[test]
fn so_many_of_one_thing_are_not_so_many_of_another() {
    let blog = blog(&["20人", "二十人", "20元", "20次", "20万元", "20%"], &["120人", "20.5"]);
    blog.search("20人").finds(&["way0", "way1"]);
    blog.search("二十人").finds(&["way0", "way1"]);
    blog.search("20次").finds(&["way3"]);
    blog.search("20%").includes("way5");
    blog.search("20元").finds_first("way2");
    blog.search("20万元").finds(&["way4"]);
    blog.search("20万").finds(&["way4"]);
}

#[test]
fn a_small_number_stands_with_what_is_counted() {
    let blog = Blog::new()
        .titled("steps.md", "体测", "往前走五步，再往后退。")
        .titled("walk.md", "散步", "5月天气好，一家5口出门走走。")
        .titled("two.md", "口角", "两人为一张票争执。")
        .titled("cheap.md", "旧书", "一本二十块钱。")
        .titled("class.md", "开班", "来了20人。")
        .refresh();
    blog.search("走5").finds(&["steps"]);
    blog.search("2人").finds(&["two"]);
    blog.search("20元").finds(&["cheap"]);
    blog.search("二十人").finds(&["class"]);
}

#[test]
fn a_small_numeral_with_what_it_counts_finds_digits() {
    let blog = Blog::new()
        .titled("month.md", "出逃", "案发在7月，他连夜潜逃。")
        .titled("five.md", "收网", "抓获5名嫌疑人，扣押2张卡。")
        .titled("term.md", "判决", "判处有期徒刑3年6个月。")
        .titled("long.md", "拘留", "拘留二十五天。")
        .titled("days.md", "拘留", "拘留十五天。")
        .titled("hundred.md", "报案", "共一百二十人报案。")
        .refresh();
    for (typed, post) in
        [("七月", "month"), ("五名", "five"), ("两张", "five"), ("三年六个月", "term"), ("15天", "days")]
    {
        blog.search(typed).finds(&[post]);
    }
    blog.search("20人").finds_nothing();
}

#[test]
fn what_is_written_as_typed_comes_before_what_means_the_same() {
    let blog = Blog::new()
        .titled("means.md", "五万八千元，五万八千元", "五万八千元！五万八千元！五万八千元！")
        .titled("says.md", "一则通报", "她在半年之内断断续续借来的钱，加上利息，总计58000元，至今没有还清。")
        .refresh();
    blog.search("58000").matches(&[("says", "exact"), ("means", "variant")]);
    blog.search("五万八千").matches(&[("means", "exact"), ("says", "variant")]);
}

#[test]
fn a_number_in_a_sentence_of_words_means_what_it_says() {
    let blog = Blog::new()
        .titled("a.md", "甲", "田先生被骗走５．８万元，报警时已是深夜。")
        .titled("b.md", "乙", "吴女士被骗走300元。")
        .titled("c.md", "丙", "银行卡里还有58,000元。")
        .refresh();
    blog.search("被骗 58000").finds(&["a"]);
    blog.search("被骗58000元").finds(&["a"]);
    blog.search("报警五万八千元").finds(&["a"]);
    blog.search("被骗三百元").finds(&["b"]);
}

#[test]
fn who_insists_gets_the_number_as_it_is_written() {
    let blog = blog(&["5.8万元", "58000元", "五万八千元"], &[]);
    blog.search("\"58000\"").finds(&["way1"]);
    blog.search_with("58000元", |query| query.literal = true).finds(&["way1"]);
}

#[test]
fn a_place_in_an_order_is_one_however_it_is_written() {
    let blog =
        blog(&["第266条", "第二百六十六条", "第２６６条"], &["第2条共266字", "第二百六十七条", "266条", "第1266条"]);
    for typed in ["第266条", "第二百六十六条", "刑法第266条"] {
        let found = blog.search_with(typed, |query| query.page.limit = 3);
        for way in ["way0", "way1", "way2"] {
            found.includes(way);
        }
    }
    blog.search("第266条").finds(&["way0", "way1", "way2"]);
}

#[test]
fn figures_of_speech_and_serial_numbers_stay_text() {
    let blog = blog(&["千万不要转账", "10000000元"], &["万一被骗", "一万元", "13800001111", "0571-88888888"]);
    blog.search("千万").finds_first("way0");
    blog.search("万一").finds_first("other0");
    blog.search("13800001111").finds(&["other2"]);
    blog.search("88888888").finds(&["other3"]);
    blog.search("138 0000 1111").includes("other2");
}
