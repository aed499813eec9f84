//! Typed texts, and the words they spell.

use super::{super::*, folded, initials};

/// Checks that the typed text spells the whole text, in this class.
fn check_spells(typed: &str, text: &str, class: Class) {
    let text = folded(text);
    let found = Typed::parse(typed).and_then(|typed| typed.spells(&text, 0));
    assert_eq!(found, Some(Spelt { chars: text.chars().count(), class, open: false }), "{typed} {text}");
}

/// Checks that the typed text spells this beginning of the text, with the last syllable unfinished or not.
fn check_begins(typed: &str, text: &str, beginning: &str, class: Class, open: bool) {
    let found = Typed::parse(typed).and_then(|typed| typed.spells(&folded(text), 0));
    assert_eq!(found, Some(Spelt { chars: beginning.chars().count(), class, open }), "{typed} {text}");
}

fn check_differs(typed: &str, text: &str) {
    let found = Typed::parse(typed).and_then(|typed| typed.spells(&folded(text), 0));
    assert_eq!(found, None, "{typed} {text}");
}

fn check_no_pinyin(typed: &str) {
    assert!(Typed::parse(typed).is_none(), "{typed}");
}

/// Checks the keys of a typed text; an unfinished key ends in `…`.
fn check_keys(typed: &str, expected: &[&str]) {
    let keys = Typed::parse(typed).map(|typed| typed.keys()).unwrap_or_default();
    let found: Vec<String> =
        keys.into_iter().map(|key| if key.open { format!("{}…", key.text) } else { key.text }).collect();
    assert_eq!(found, expected, "{typed}");
}

#[test]
fn full_pinyin_spells_however_it_is_separated() {
    for typed in [
        "zhapian",
        "zha pian",
        "zha'pian",
        "zha’pian",
        "zha-pian",
        "ZhaPian",
        "ｚｈａｐｉａｎ",
        "zha4pian4",
        "zha4 pian4",
        "zhàpiàn",
        "zhà piàn",
        "zha\u{300}pia\u{300}n",
        "zhapian4",
        "zhàpian",
        "zha骗",
        "诈pian",
        "詐pian",
    ] {
        check_spells(typed, "詐騙", Class::Full);
    }
    check_spells("chongqing", "重庆", Class::Full);
    check_spells("yinhang", "银行", Class::Full);
    check_spells("nongyeyinhangka", "农业银行卡", Class::Full);
    check_spells("huankuan", "还款", Class::Full);
    check_spells("刷dan", "刷单", Class::Full);
    check_spells("shua单", "刷单", Class::Full);
    check_spells("20万yuan", "20万元", Class::Full);
    check_spells("wan20", "万20", Class::Full);
    check_spells("xiazaiAPP", "下载app", Class::Full);
    check_spells("kalaOK", "卡拉OK", Class::Full);
    check_spells("a4zhi", "a4纸", Class::Full);
    check_spells("ai1", "爱", Class::Full);
}

#[test]
fn every_way_of_writing_umlauts_is_understood() {
    for typed in ["lv", "lü", "lu:", "LÜ", "lǜ", "lu:4", "lv4", "lyu", "lu\u{308}"] {
        check_spells(typed, "绿", Class::Full);
    }
    check_spells("nv", "女", Class::Full);
    check_spells("nü", "女", Class::Full);
    for typed in ["celue", "celve", "celüe", "celu:e", "cèlüè"] {
        check_spells(typed, "策略", Class::Full);
    }
    check_spells("nuedai", "虐待", Class::Full);
    check_spells("lvyou", "旅游", Class::Full);
    check_spells("qvkuan", "取款", Class::Full);
}

#[test]
fn bounds_choose_between_the_ways_to_cut() {
    check_spells("xian", "西安", Class::Full);
    check_spells("xian", "先", Class::Full);
    check_spells("xi'an", "西安", Class::Full);
    check_spells("xi1an1", "西安", Class::Full);
    check_spells("xīān", "西安", Class::Full);
    check_spells("xiān", "先", Class::Full);
    check_differs("xi'an", "先");
    check_differs("xi an", "先");
    check_differs("xīān", "先");
    check_differs("xi1an1", "先");
    check_spells("fangan", "方案", Class::Full);
    check_spells("fangan", "反感", Class::Full);
    check_spells("fang an", "方案", Class::Full);
    check_differs("fan'gan", "方案");
    check_spells("jinshengong", "金神功", Class::Full);
    check_differs("jinsheng'ong", "金神功");
}

#[test]
fn a_reading_of_another_word_is_worse() {
    check_spells("zhongqing", "重庆", Class::OtherReading);
    check_spells("yinxing", "银行", Class::OtherReading);
    check_spells("tiaocha", "调查", Class::OtherReading);
    check_spells("xielu", "泄露", Class::OtherReading);
}

#[test]
fn sounds_taken_for_each_other_spell() {
    check_spells("zapian", "诈骗", Class::Fuzzy);
    check_spells("zhapiang", "诈骗", Class::Fuzzy);
    check_spells("liuhua", "牛花", Class::Fuzzy);
    check_spells("niuhua", "刘华", Class::Fuzzy);
    check_spells("sangwang", "上网", Class::Fuzzy);
    check_spells("suadan", "刷单", Class::Fuzzy);
    check_spells("yinhan ", "银行", Class::Fuzzy);
    check_spells("xingyongka", "信用卡", Class::Fuzzy);
    check_spells("lvren", "女人", Class::Fuzzy);
    check_differs("fapian", "花片");
}

#[test]
fn initials_spell() {
    check_spells("zp", "诈骗", Class::Initials);
    check_spells("ZP", "诈骗", Class::Initials);
    check_spells("zhp", "诈骗", Class::Initials);
    check_spells("z骗", "诈骗", Class::Initials);
    check_spells("cq", "重庆", Class::Initials);
    check_spells("nyyhk", "农业银行卡", Class::Initials);
    check_spells("dxzp", "电信诈骗", Class::Initials);
    check_spells("dxzhapian", "电信诈骗", Class::Initials);
    check_differs("zhp", "增配");
    check_differs("zq", "重庆");
    check_differs("zp", "诈");
}

#[test]
fn an_unfinished_syllable_counts_as_its_character() {
    for typed in ["zhap", "zhapi", "zhapia"] {
        check_begins(typed, "诈骗", "诈骗", Class::Full, true);
    }
    check_begins("shuad", "刷单返利", "刷单", Class::Full, true);
    check_begins("刷d", "刷单", "刷单", Class::Full, true);
    check_begins("xi'a", "西安", "西安", Class::Full, true);
    check_begins("z", "诈骗", "诈", Class::Full, true);
    check_begins("zapia", "诈骗", "诈骗", Class::Fuzzy, true);
    check_begins("yinx", "银行", "银行", Class::OtherReading, true);
    check_begins("zhapian", "诈骗电话", "诈骗", Class::Full, false);
    check_begins("zhap ", "诈骗", "诈骗", Class::Initials, false);
    check_differs("zhapia ", "诈骗");
    check_begins("xian", "夏娜", "夏娜", Class::Initials, false);
    check_begins("kefun", "客服你好", "客服你", Class::Full, true);
    check_differs("zhal", "诈骗");
}

#[test]
fn a_word_may_be_asked_for_as_a_whole() {
    let check = |typed: &str, word: &str, expected: Option<(Class, bool)>| {
        let found = Typed::parse(typed).and_then(|typed| typed.spells_all(word));
        assert_eq!(found.map(|spelt| (spelt.class, spelt.open)), expected, "{typed} {word}");
    };
    check_begins("zh", "中行", "中", Class::Full, true);
    check("zh", "中行", Some((Class::Initials, false)));
    check("zhapian", "诈骗", Some((Class::Full, false)));
    check("zhapi", "诈骗", Some((Class::Full, true)));
    check("zhapian", "诈骗电话", None);
    check("zha", "", None);
}

#[test]
fn a_text_is_spelt_from_any_place() {
    let text = "农业银行卡号";
    let check = |at: usize, expected: Option<Spelt>| {
        assert_eq!(Typed::parse("hangka").and_then(|typed| typed.spells(text, at)), expected, "{at}");
    };
    check("农业银".len(), Some(Spelt { chars: 2, class: Class::Full, open: false }));
    check(0, None);
    check("农".len() - 1, None);
    check(text.len(), None);
    check(text.len() + 9, None);
}

#[test]
fn what_cannot_be_pinyin_is_none() {
    for typed in ["", " ", "诈骗", "2024", "iphone", "usdt", "v", "u盾", "Ünï", "привет", "，。", "😀", "v8"]
    {
        check_no_pinyin(typed);
    }
    check_no_pinyin(&"zha".repeat(21));
    assert!(Typed::parse(&"zha".repeat(20)).is_some());
    assert!(Typed::parse("iphone zhapian").is_some());
}

#[test]
fn keys_of_all_ways_are_given_and_the_likeliest_is_first() {
    check_keys("zhapian", &["za'pian", "za'pi'an"]);
    check_keys("zapiang", &["za'pian", "za'pi'an"]);
    check_keys("xian", &["xian", "xi'an"]);
    check_keys("xi'an", &["xi'an"]);
    check_keys("zhan", &["zan"]);
    check_keys("chen", &["cen"]);
    check_keys("fangan", &["fan'an", "fan'gan"]);
    check_keys("zhap", &["za'p…"]);
    check_keys("zhapia", &["za'pia…", "za'pi'a"]);
    // A digit may also stand for itself.
    check_keys("wan2", &["wan", "wan'2"]);
    check_keys("刷dan", &["sua'dan"]);
    check_keys("20万yuan", &["2'0'wan'yuan", "2'0'wan'yu'an"]);
    check_keys("银行ka", &["yin'han'ka"]);
    check_keys("zp", &[]);
}

#[test]
fn initials_of_what_was_typed_lead_to_the_word() {
    let check = |typed: &str, word: &str| {
        let found = Typed::parse(typed).map(|typed| typed.initials()).unwrap_or_default();
        let word = initials(word).unwrap_or_default();
        assert!(found.iter().any(|initials| word.starts_with(initials.as_str())), "{typed}: {found:?}, {word}");
    };
    check("zp", "诈骗");
    check("zhp", "诈骗");
    check("dxzhapian", "电信诈骗");
    check("shuad", "刷单返利");
    check("xian", "西安");
    check("appxiazai", "app下载");
}
