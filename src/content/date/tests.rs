//! Which texts are dates, and which are none.

use proptest::prelude::*;

use super::*;

fn shanghai() -> TimeZone {
    hours_east(8)
}

#[track_caller]
fn check(texts: &[&str], expected: &str) {
    for text in texts {
        let shown = parse(text, &shanghai()).map_or_else(String::new, |date| date.to_string());
        assert_eq!(shown, expected, "{text}");
    }
}

#[track_caller]
fn check_name(path: &str, expected: &str) {
    let shown = of_file_name(path, &shanghai()).map_or_else(String::new, |date| date.to_string());
    assert_eq!(shown, expected, "{path}");
}

#[test]
fn a_day_is_read_in_every_common_form() {
    check(
        &[
            "2022-05-05",
            "2022-5-5",
            "2022/05/05",
            "2022/5/5",
            "2022.05.05",
            "20220505",
            " '2022-05-05' ",
            "2022年5月5日",
            "2022 年 5 月 5 日",
            "2022年05月05号",
            "２０２２年５月５日",
            "二〇二二年五月五日",
            "二零二二年 五月 五号",
            "二○二二年五月五日 星期四",
            "2022-May-05",
            "May 5, 2022",
            "May 5 2022",
            "May 5th, 2022",
            "5 May 2022",
            "05-May-2022",
            "5th May 2022",
            "Thu, 05 May 2022",
            "05/05/2022",
            "5.5.2022",
            "2022年5月5日 星期四",
            "2022-05-05 (周四)",
            "Thursday, May 5, 2022",
            "2022-05-05T00:00:00",
            "2022-05-05 00:00",
        ],
        "2022-05-05T00:00:00+08:00",
    );
}

#[test]
fn a_time_is_read_in_every_common_form() {
    check(
        &[
            "2022-05-18 14:30",
            "2022-05-18 14:30:00",
            "2022-05-18T14:30:00",
            "2022/5/18 14:30",
            "2022-05-18 14：30",
            "2022年5月18日 14:30",
            "2022年5月18日14时30分",
            "2022年5月18日 14时30分00秒",
            "2022年5月18日 下午2:30",
            "2022年5月18日下午2点30分",
            "05/18/2022 2:30 PM",
            "18/05/2022 14:30",
            "20220518143000",
            "20220518T143000",
            "2022-05-18 14:30:00.123",
            "May 18, 2022 2:30pm",
            "May 18, 2022, 2:30 PM",
            "2022-05-18 2:30 PM",
        ],
        "2022-05-18T14:30:00+08:00",
    );
}

#[test]
fn a_zone_of_its_own_counts() {
    check(
        &[
            "2022-05-05T08:30:00Z",
            "2022-05-05 08:30:00 UTC",
            "2022-05-05 08:30 +0000",
            "Thu, 05 May 2022 08:30:00 GMT",
            "Thu May  5 08:30:00 UTC 2022",
        ],
        "2022-05-05T08:30:00+00:00",
    );
    check(
        &[
            "2022-05-05T08:30:00+09:00",
            "2022-05-05 08:30:00 +0900",
            "2022-05-05 08:30:00 +09",
            "2022-05-05T08:30:00.123+09:00",
            "2022-05-05 08:30:00 GMT+9",
            "2022-05-05 08:30:00 Asia/Tokyo",
            "2022-05-05T08:30:00+09:00[Asia/Tokyo]",
            "2022-05-05 08:30:00 +0900 JST",
            "Thu May 05 2022 08:30:00 GMT+0900 (Japan Standard Time)",
            "Thu, 05 May 2022 08:30:00 +0900",
        ],
        "2022-05-05T08:30:00+09:00",
    );
    check(&["2022-01-05 08:30 America/New_York"], "2022-01-05T08:30:00-05:00");
    check(&["2022-07-05 08:30 America/New_York"], "2022-07-05T08:30:00-04:00");
    check(&["1651739400", "1651739400000"], "2022-05-05T08:30:00+00:00");
    check(&["2022-05-05 08:30:00 CST", "2022-05-05 08:30 北京时间"], "2022-05-05T08:30:00+08:00");
}

#[test]
fn a_month_begins_with_its_first_day() {
    check(&["2022-05", "2022年5月", "2022/05"], "2022-05-01T00:00:00+08:00");
}

#[test]
fn what_is_no_date_is_none() {
    check(
        &[
            "",
            "2022",
            "2022-13-05",
            "2022-02-30",
            "0000-00-00",
            "0001-01-01T00:00:00Z",
            "13/13/2022",
            "今天",
            "draft",
            "2022-05-05 25:00",
            "2022-05-05 08:61",
            "2022-05-05 soon",
            "2022-05-05 08:30 Mars/Base",
            "2022-05-05T08:30:00+99:00",
            "1.10",
            "5 May",
            "2022-05-05 2022-05-06",
            "+",
            "2022年",
            "2022-05-05 8",
        ],
        "",
    );
}

#[test]
fn a_file_name_may_hold_the_date() {
    for path in [
        "2022-05-05-kefu.md",
        "posts/2022-5-5-kefu.md",
        "20220505-kefu.md",
        "20220505 客服.md",
        "20220505.md",
        "2022_05_05_kefu.md",
        "2022.05.05 客服.md",
        "2022年5月5日客服.md",
        "2022-05-05-kefu/index.md",
        "2022/05/05/kefu.md",
        "2022/05/05-kefu.md",
        "blog/2022/05-05-kefu.md",
        "2022/05/05.md",
    ] {
        check_name(path, "2022-05-05T00:00:00+08:00");
    }
    check_name("2999-12-31-never.md", "2999-12-31T00:00:00+08:00");
}

#[test]
fn tens_are_read_in_chinese_numerals() {
    check(&["二〇二一年十月二十日"], "2021-10-20T00:00:00+08:00");
    check(&["二〇二一年十二月三十一日"], "2021-12-31T00:00:00+08:00");
    check(&["二〇一九年一一月十五日"], "2019-11-15T00:00:00+08:00");
    check(&["十年", "二〇二二年十三月一日", "五月五日", "二〇二二年五月十十日"], "");
}

#[test]
fn a_number_in_a_file_name_is_no_date() {
    for path in ["kefu.md", "12345678.md", "20221305-x.md", "2022-05-051.md", "110-faq.md", "2022/top-10.md", ""] {
        check_name(path, "");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_date_or_none(text in "\\PC{0,40}", near in "[0-9年月日T:/+ .-]{0,30}[a-zA-Z/\\[\\]]{0,8}") {
        let _ = (parse(&text, &TimeZone::UTC), parse(&near, &TimeZone::UTC));
        let _ = (of_file_name(&text, &TimeZone::UTC), of_file_name(&near, &TimeZone::UTC));
    }

    #[test]
    fn a_date_is_read_back_as_it_was_written(seconds in -30_000_000_000_i64..200_000_000_000, quarters in -48_i32..=56) {
        let date = Date { seconds, offset: quarters * 900 };
        prop_assert_eq!(parse(&date.to_string(), &TimeZone::UTC), Some(date));
    }
}
