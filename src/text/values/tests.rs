//! Values, texts that are not values, and laws for all texts.

use proptest::prelude::*;

use super::{super::fold, Value, values};

/// Checks the values of a text: `58,000=#58000` for each value, separated by spaces. The first part is the folded text
/// of the value without its spaces.
fn check(source: &str, expected: &str) {
    let folded = fold(source);
    let text = folded.as_str();
    let slice = |value: &Value| text.get(value.range.clone()).unwrap_or("?").replace(' ', "");
    let found: Vec<String> = values(text).map(|value| format!("{}={}", slice(&value), value.wanted())).collect();
    assert_eq!(found.join(" "), expected, "{source}");
}

fn only(text: &str) -> Option<Value> {
    let folded = fold(text);
    let mut found = values(folded.as_str());
    found.next().filter(|value| value.range == (0..folded.as_str().len()) && found.next().is_none())
}

fn terms(text: &str) -> String {
    let mut all = String::new();
    values(fold(text).as_str()).for_each(|value| value.terms(&mut all));
    all
}

#[test]
fn an_amount_is_the_same_in_every_form() {
    check("被骗5.8万元", "5.8万=#58000");
    check("被骗58000元", "58000=#58000");
    check("损失５８，０００元", "58，000=#58000");
    check("向该账户转账58,000元后", "58,000=#58000");
    check("共计五万八千元", "五万八千=#58000");
    check("共計五萬八仟圓整", "五万八仟=#58000");
    check("损失五万八", "五万八=#58000");
    check("５．８万元", "5.8万=#58000");
    check("损失 5.8 万元", "5.8万=#58000");
    check("骗走5.8w元，又借5w。", "5.8w=#58000 5w=#50000");
    check("骗走5万8千元、5万8、5万八千元", "5万8千=#58000 5万8=#58000 5万八千=#58000");
    check("¥58,000.00、￥58000、$58000.0", "58,000.00=#58000 58000=#58000");
    check("人民币伍万捌仟元整", "伍万捌仟=#58000");
    check("rmb58,000 和 58,000USDT", "58,000=#58000 58,000=#58000");
}

#[test]
fn large_and_mixed_amounts_add_up() {
    check("涉案1亿2000万元", "1亿2000万=#120000000");
    check("涉案资金达1.2亿元", "1.2亿=#120000000");
    check("赔了5万八，3千五，5百八元，5万八个月", "5万八=#58000 3千五=#3500 5百八=#580 5万=#50000");
    check("共1 000 000份，12 000 000，1 200 300", "1000000=#1000000 12000000=#12000000 1=#1 200=#200 300=#300");
    check("总额一亿两千万元", "一亿两千万=#120000000");
    check("流水3千万元、3000万元、三千万", "3千万=#30000000 3000万=#30000000 三千万=#30000000");
    check("1,234,567元", "1,234,567=#1234567");
    check("市场规模1万亿，一万亿", "1万亿=#1000000000000 一万亿=#1000000000000");
    check("壹拾贰万叁仟元", "壹拾贰万叁仟=#123000");
    check("3万5000元，3万500元", "3万5000=#35000 3万500=#30500");
    check(
        "五万8千元，三千5百，两万五，五万8，十二亿3千万",
        "五万8千=#58000 三千5百=#3500 两万五=#25000 五万8=#58000 十二亿3千万=#1230000000",
    );
    check("五万 8千，五万 8元，五万8个，三千5月", "五万8千=#58000 五万=#50000 8=#8 五万=#50000 8=#8 三千=#3000 5=#5");
    check("一百零五人，一千零一十五份", "一百零五=#105 一千零一十五=#1015");
    check("一百五，两千三，二百五十", "一百五=#150 两千三=#2300 二百五十=#250");
    check("十二万三千四百五十六", "十二万三千四百五十六=#123456");
    check("一万零三百，三百零八万", "一万零三百=#10300 三百零八万=#3080000");
    check("1000000000000000000元", "");
    check("一百亿亿", "");
    check("100亿亿", "100亿=#10000000000");
}

#[test]
fn small_numbers_and_digit_by_digit_ones() {
    check("共十五人，二十三起案件，五十名群众", "十五=#15 二十三=#23 五十=#50");
    check("拨打一一〇或九六一一〇", "一一〇=#110 九六一一〇=#96110");
    check("二〇二二年以来，二○○八年", "二〇二二=#2022 二○○八=#2008");
    check("廿五岁，卅一人，五卅，廿", "廿五=#25 卅一=#31");
    check("2022年以来有3起", "2022=#2022 3=#3");
    check("双十一和六一八期间", "十一=#11 六一八=#618");
    check("第二十三条、第23条", "二十三=#23 23=#23");
}

#[test]
fn about_so_many_is_another_number() {
    check("损失20余万元，20多万元", "20余万=#200000多 20多万=#200000多");
    check("二十余万元，二十多万，十余万元", "二十余万=#200000多 二十多万=#200000多 十余万=#100000多");
    check("十几万，10几万，二十几万元，三十几岁", "十几万=#100000几 10几万=#100000几 二十几万=#200000几 三十几=#30几");
    check("20万余元，二十万多，1.2亿余元", "20万余=#200000 二十万多=#200000 1.2亿余=#120000000");
    check("账上5余额，3多媒体，2020来电", "5=#5 3=#3 2020=#2020");
    check("近10万，10万左右，约3000元", "10万=#100000 10万=#100000 3000=#3000");
    check("20多个，三十来人", "20多=#20多 三十来=#30来");
}

#[test]
fn decimals_are_exact() {
    check("3.50元，3.5元，0.5元，0元", "3.50=#3.5 3.5=#3.5 0.5=#0.5 0=#0");
    check("三点五万，两点三亿，零点五，三点一四", "三点五万=#35000 两点三亿=#230000000 零点五=#0.5 三点一四=#3.14");
    check("1.25亿，0.35万元，3.14159", "1.25亿=#125000000 0.35万=#3500 3.14159=#3.14159");
    check("1,234.50元", "1,234.50=#1234.5");
    check("1.2345678万", "1.2345678万=#12345.678");
    check("涨了三点五倍", "三点五=#3.5");
}

#[test]
fn percents_are_not_numbers() {
    check("10%，10.50%，１０％", "10%=#10% 10.50%=#10.5% 10%=#10%");
    check(
        "百分之十，百分之五，百分之三十五，百分之三点五，百分之百",
        "百分之十=#10% 百分之五=#5% 百分之三十五=#35% 百分之三点五=#3.5% 百分之百=#100%",
    );
    check("百分之99.9，百分之10", "百分之99.9=#99.9% 百分之10=#10%");
    check("收益10%-20%，10-20%", "10%=#10% 20%=#20% 10=#10 20%=#20%");
    check("三分之一，二十分之三，3分之1", "三分之一=#1/3 二十分之三=#3/20 3分之1=#1/3");
    check("1/3，½，3/1，1/2/3，a/1/2，5/20万", "1/3=#1/3 1⁄2=#1/2 20万=#200000");
    check("跌了-5%，负5%，3-5%，20%-30%", "-5%=#-5% 负5%=#-5% 3=#3 5%=#5% 20%=#20% 30%=#30%");
    check("涨了三成，3成以上，两成，三成熟，3成都", "三成=#30% 3成=#30% 两成=#20% 3=#3");
    check("百分之几，百分之三四十，千分之几", "");
    check("千分之五，5‰，5 ‰，千分之5，0.5%", "千分之五=#0.5% 5‰=#0.5% 5‰=#0.5% 千分之5=#0.5% 0.5%=#0.5%");
    check("万分之三，3‱，万分之三点五，五‰", "万分之三=#0.03% 3‱=#0.03% 万分之三点五=#0.035% 五‰=#0.5%");
}

#[test]
fn figures_of_speech_are_no_values() {
    check("千万不要相信，万一被骗，十分危险，百姓，千家万户", "");
    check("一个，三人，一一核对，三三两两，一五一十", "");
    check("不怕一万就怕万一", "一万=#10000");
    check("百万保障，千万富翁，百万医疗险，亿万", "");
    check("百万元，千万美元，百余万元，百亿块", "百万=#1000000 千万=#10000000 百余万=#1000000多 百亿=#10000000000");
    check("百元，万元，近百 万元", "");
    check("几万元，数十万元，几十万，上百万元，好几百万", "");
    check("两三千元，三五万，七八百，十七八岁，十四五", "");
    check("一千一起，一万一定，十万一个，五万八个月", "一千=#1000 一万=#10000 十万=#100000 五万=#50000");
    check("五百两银子", "五百=#500");
    check("3万5个月，3万20人，2万2022年", "3万=#30000 5=#5 3万20=#30020 2万=#20000 2022=#2022");
    check("下午三点五十分，三点五分", "三点五十分=@3:50 三点五分=@3:05");
    check("万五千千百百万", "");
    check("大陆十大城市，队伍三千人，陆万元，陆佰伍拾元", "三千=#3000 陆万=#60000 陆佰伍拾=#650");
}

#[test]
fn names_and_serial_numbers_are_no_values() {
    check("iPhone13、v8.5.0、a4纸、13Pro、5G、3kg、mp3", "");
    check("4K视频，3k元，8k高清，10kb", "3k=#3000");
    check("138-1234-5678，13812345678，010-12345，0571-88888888，007", "");
    check("400-800-1234，192.168.1.1，1.2.3，2022.5.5.1", "");
    check("3:1，1:30万，2022-05-05 8:30:15，10:301", "30万=#300000 2022-05-05=@2022-05-05 8:30:15=@8:30");
    check("QQ群123456789，卡号6222021234567890123", "123456789=#123456789");
    check("https://example.com/?q=%44%37%20%E8%AF", "");
    check("1，2，3，100", "1=#1 2=#2 3=#3 100=#100");
    check("1,23 和 12,3456 和 1234,567", "1=#1 23=#23 12=#12 3456=#3456 1234=#1234 567=#567");
    check("2022111122223333", "");
}

#[test]
fn joined_numbers_stand_for_themselves_where_they_have_a_unit() {
    check("20-30万元，5万-8万，1,000-2,000元", "20=#200000 30万=#300000 5万=#50000 8万=#80000 1,000=#1000 2,000=#2000");
    check("案例1:5万元", "5万=#50000");
    check("比分3-5，3－5次", "3=#3 5=#5 3=#3 5=#5");
}

#[test]
fn a_time_of_day_is_the_same_in_every_form() {
    for time in
        ["8:30", "08:30", "８：３０", "8点半", "八点半", "8点30分", "8点30", "八点三十分", "八点三十", "8时30分"]
    {
        assert_eq!(only(time).map(|value| value.wanted()).as_deref(), Some("@8:30"), "{time}");
    }
    check("8:30-10:30，两点半，九点一刻", "8:30=@8:30 10:30=@10:30 两点半=@2:30 九点一刻=@9:15");
    check("三点五，二十八点半，8小时30分，8点，第3点5个", "三点五=#3.5 二十八=#28 8=#8 30=#30 8=#8 3=#3 5=#5");
}

#[test]
fn a_day_is_the_same_in_every_form() {
    for day in [
        "2022-05-05",
        "2022/5/5",
        "2022.5.5",
        "2022.05.05",
        "2022–05–05",
        "2022年5月5日",
        "2022年05月05日",
        "2022 年 5 月 5 日",
        "2022年5月5号",
        "22年5月5日",
        "二〇二二年五月五日",
        "二零二二年五月五号",
        "二○二二年五月五日",
        "二O二二年五月五日",
        "二二年五月五日",
        "20220505",
        "２０２２－０５－０５",
    ] {
        assert_eq!(only(day).map(|value| value.wanted()).as_deref(), Some("@2022-05-05"), "{day}");
    }
    check("二〇二一年十二月三十一日", "二〇二一年十二月三十一日=@2021-12-31");
    check("97年7月1日，69年1月1日", "97年7月1日=@1997-07-01 69年1月1日=@2069-01-01");
    check("5月5日，五月五日，5月5号，05月05日，5 月 5 日", &{
        let each = ["5月5日", "五月五日", "5月5号", "05月05日", "5月5日"];
        each.map(|day| format!("{day}=@05-05")).join(" ")
    });
    check("2022年5月，2022-05，二零二二年五月，2022年5月份", &{
        let each = ["2022年5月", "2022-05", "二零二二年五月", "2022年5月"];
        each.map(|day| format!("{day}=@2022-05")).join(" ")
    });
}

#[test]
fn dates_stand_in_sentences() {
    check("2022年5月5日10时许，田先生被骗5.8万元", "2022年5月5日=@2022-05-05 10=#10 5.8万=#58000");
    check("1.2022年5月5日，王某；2.5月6日", "1=#1 2022年5月5日=@2022-05-05 2=#2 5月6日=@05-06");
    check("案例1：5月5日至7日", "1=#1 5月5日=@05-05 7=#7");
    check("5月5-7日，5月30日", "5月5=@05-05 7=#7 5月30日=@05-30");
    check("date: 2022-05-05T08:30:00+08:00", "2022-05-05=@2022-05-05");
    check("/2022/05/05/title，2022-05-05-kefu.md", "2022/05/05=@2022-05-05 2022-05-05=@2022-05-05");
    check("损失三千五月五日报案", "三千=#3000 五月五日=@05-05");
    check("2022年5月至8月", "2022年5月=@2022-05 8=#8");
    check("十月一日，十一月十一日，廿", "十月一日=@10-01 十一月十一日=@11-11");
    check("去年12月，15年5月，5个月", "12=#12 15=#15 5=#5 5=#5");
    check("1.2022年起，2.5月起", "1=#1 2022=#2022 2.5=#2.5");
}

#[test]
fn what_is_no_day_is_no_date() {
    check("2022-13-01，2022-02-30，2022/2/30", "");
    check("2月30日，二月三十日", "2=#2 30=#30 三十=#30");
    check("2022年2月30日", "2022=#2022 2=#2 30=#30");
    check("05-05，2022-2023，3022-05", "2022=#2022 2023=#2023");
    check("20221301，20220505元，20220505", "20221301=#20221301 20220505=#20220505 20220505=@2022-05-05");
    check("2024-02-29，2023-02-29", "2024-02-29=@2024-02-29");
    check("2月29日", "2月29日=@02-29");
}

#[test]
fn a_post_is_found_by_day_month_and_year() {
    assert_eq!(terms("2022-05-05"), "@2022-05-05 @05-05 @2022-05 ");
    assert_eq!(terms("二〇二二年五月五日"), "@2022-05-05 @05-05 @2022-05 #2022 ");
    assert_eq!(terms("20220505"), "@2022-05-05 @05-05 @2022-05 #2022 ");
    assert_eq!(terms("五月五日"), "@05-05 @--05-05 ");
    assert_eq!(terms("2022年5月"), "@2022-05 ");
    assert_eq!(terms("5.8万，百分之十"), "#58000 #10% ");
}

#[test]
fn plain_numbers_are_ordinary_text() {
    let plain = |text: &str| only(text).map(|value| value.is_plain());
    for text in ["58000", "3.5", "0", "15"] {
        assert_eq!(plain(text), Some(true), "{text}");
    }
    for text in ["58,000", "5.8万", "十五", "10%", "2022-05-05", "2022年5月"] {
        assert_eq!(plain(text), Some(false), "{text}");
    }
    let spelling = |text: &str| only(text).and_then(|value| value.spelling());
    assert_eq!(spelling("5.8万").as_deref(), Some("58000"));
    assert_eq!(spelling("1,234.5").as_deref(), Some("1234.5"));
    assert_eq!(spelling("十五").as_deref(), Some("15"));
    assert_eq!((spelling("10%"), spelling("5月5日")), (None, None));
}

#[test]
fn zeros_behind_the_point_matter_where_nothing_is_counted() {
    for text in ["go 1.20", "工业4.0的含义", "python 3.10", "2.0"] {
        assert_eq!(only(text), None, "{text}");
    }
    check("1.20元，4.0倍，¥2.00，3.10万，1,000.50", "1.20=#1.2 4.0=#4 2.00=#2 3.10万=#31000 1,000.50=#1000.5");
}

/// Writes a number in Chinese numerals.
fn in_numerals(number: u64) -> String {
    let mut written = String::new();
    let (mut rest, mut gap) = (number, false);
    for (one, name) in [(100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let part = rest / one;
        rest %= one;
        if part == 0 {
            gap = !written.is_empty();
            continue;
        }
        if !written.is_empty() && (gap || part < 1_000) {
            written.push('零');
        }
        (written, gap) = (written + &below_myriad(part) + name, false);
    }
    // Chinese omits the 一 of 一十五.
    written.strip_prefix("一十").map_or(written.clone(), |rest| format!("十{rest}"))
}

fn below_myriad(number: u64) -> String {
    let digits: Vec<char> = "零一二三四五六七八九".chars().collect();
    let (mut written, mut rest, mut gap) = (String::new(), number, false);
    for (one, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = rest / one;
        rest %= one;
        if digit == 0 {
            gap = !written.is_empty();
            continue;
        }
        if gap {
            written.push('零');
        }
        written.push(digits[digit as usize]);
        written.push_str(name);
        gap = false;
    }
    written
}

/// Writes a number in digits with a comma before every third.
fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let chunks: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|chunk| str::from_utf8(chunk).ok()).collect();
    chunks.join(",")
}

#[test]
fn the_test_itself_can_spell() {
    for (number, spelt) in
        [(15, "十五"), (105, "一百零五"), (10_010, "一万零一十"), (100_058_000, "一亿零五万八千"), (200_000, "二十万")]
    {
        assert_eq!(in_numerals(number), spelt);
    }
}

proptest! {
    #[test]
    fn a_number_is_the_same_however_it_is_written(number in prop_oneof![11..100_000_u64, 11..1_000_000_000_000_u64], zeros in 0..9_u32) {
        let number = if number % 3 == 0 { (number / 10_u64.pow(zeros) * 10_u64.pow(zeros)).max(11) } else { number };
        let term = Some(format!("#{number}"));
        let wanted = |text: &str| only(text).map(|value| value.wanted());
        let numerals = in_numerals(number);
        if numerals.chars().count() > 1 {
            prop_assert_eq!(wanted(&numerals), term.clone(), "{}", numerals);
            let formal: String = numerals.chars().map(|c| match "一二三四五六七八九十百千".chars().position(|each| each == c) {
                Some(at) => "壹贰叁肆伍陆柒捌玖拾佰仟".chars().nth(at).unwrap_or(c),
                None => c,
            }).collect();
            prop_assert_eq!(wanted(&formal), term.clone(), "{}", formal);
        }
        prop_assert_eq!(wanted(&with_commas(number)), term.clone());
        let myriads = format!("{}.{:04}万", number / 10_000, number % 10_000);
        prop_assert_eq!(wanted(&myriads), term.clone(), "{}", myriads);
        if number < 10_000_000_000 {
            prop_assert_eq!(wanted(&number.to_string()), term.clone());
        }
        prop_assert_eq!(only(&myriads).and_then(|value| value.spelling()), Some(number.to_string()));
    }

    #[test]
    fn a_day_is_the_same_however_its_numbers_are_written(year in 1900..2100_u64, month in 1..13_u64, day in 1..29_u64) {
        let term = Some(format!("@{year}-{month:02}-{day:02}"));
        let spelt: String = year.to_string().chars().filter_map(|c| "〇一二三四五六七八九".chars().nth(c as usize - '0' as usize)).collect();
        for text in [
            format!("{year}-{month:02}-{day:02}"),
            format!("{year}/{month}/{day}"),
            format!("{year}.{month}.{day}"),
            format!("{year}{month:02}{day:02}"),
            format!("{year}年{month}月{day}日"),
            format!("{spelt}年{}月{}号", in_numerals(month), in_numerals(day)),
        ] {
            prop_assert_eq!(only(&text).map(|value| value.wanted()), term.clone(), "{}", text);
        }
    }

    #[test]
    fn ranges_lie_on_boundaries_in_order(
        text in "(?s).{0,60}|[0-9〇零一二三十百千万亿两壹拾点年月日号余多几分之%wk.,，:/_ -]{0,60}|(2022|5|三|十|万|-|/|年|月|日|\\.|百分之|,000){0,30}"
    ) {
        let mut next = 0;
        for value in values(&text) {
            prop_assert!(value.range.start >= next && value.range.end > value.range.start);
            prop_assert!(text.get(value.range.clone()).is_some());
            prop_assert!(!value.is_plain() || text.get(value.range.clone()) == value.wanted().get(1..));
            next = value.range.end;
        }
    }
}
