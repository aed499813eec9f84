mod laws;
mod typed;

use super::*;
use crate::text::fold;

fn folded(text: &str) -> String {
    fold(text).as_str().to_owned()
}

/// Returns the first letters of the syllables of a word; `None` if no character is Han.
fn initials(word: &str) -> Option<String> {
    let first = |syllable: Syllable| syllable.as_str().chars().next().unwrap_or_default();
    let initials = spoken(word).map(|(c, syllable)| syllable.map_or(c, first)).collect();
    reading(word).into_iter().any(|syllable| syllable.is_some()).then_some(initials)
}

fn check_reading(text: &str, expected: &str) {
    let found: Vec<&str> = reading(&folded(text)).into_iter().map(|s| s.map_or("-", Syllable::as_str)).collect();
    assert_eq!(found.join(" "), expected, "{text}");
}

#[test]
fn a_character_is_read_as_its_word_wants_it() {
    check_reading("诈骗", "zha pian");
    check_reading("银行", "yin hang");
    check_reading("流行音乐", "liu xing yin yue");
    check_reading("農業銀行卡", "nong ye yin hang ka");
    check_reading("重庆长江", "chong qing chang jiang");
    check_reading("重要的会计", "zhong yao de kuai ji");
    check_reading("行长还没还款", "hang zhang hai mei huan kuan");
    check_reading("逾期还不上，催还", "yu qi huan bu shang - cui huan");
    check_reading("厦门、西藏、成都、六安", "xia men - xi zang - cheng du - lu an");
    check_reading("便宜又方便", "pian yi you fang bian");
    check_reading("处长调查员工调整", "chu zhang diao cha yuan gong tiao zheng");
    check_reading("长大成长", "zhang da cheng zhang");
    check_reading("曾女士曾经汇款", "zeng nv shi ceng jing hui kuan");
    check_reading("率先提高效率", "shuai xian ti gao xiao lv");
    check_reading("著名传记", "zhu ming zhuan ji");
    check_reading("20万元app", "- - wan yuan - - -");
    check_reading("", "");
}

#[test]
fn the_commonest_reading_is_first() {
    let common = "的de 了le 长chang 行xing 重zhong 还hai 都dou 给gei 乐le 会hui 绿lv 女nv 略lve 嗯en 㐀qiu 𠼞a";
    for pair in common.split(' ') {
        let mut chars = pair.chars();
        let first = chars.next().and_then(|c| readings(c).first()).map(|syllable| syllable.as_str());
        assert_eq!(first, Some(chars.as_str()), "{pair}");
    }
    assert_eq!(readings('a'), []);
    assert_eq!(readings('，'), []);
    let all: Vec<&str> = readings('差').iter().map(|syllable| syllable.as_str()).collect();
    assert_eq!(all, ["cha", "chai", "ci"]);
}

#[test]
fn syllables_know_their_other_spellings() {
    let check = |typed: &str, expected: Option<&str>| {
        assert_eq!(Syllable::of_str(typed).map(Syllable::as_str), expected, "{typed}");
    };
    check("zhuang", Some("zhuang"));
    check("lv", Some("lv"));
    check("lue", Some("lve"));
    check("nue", Some("nve"));
    check("lyu", Some("lv"));
    check("jv", Some("ju"));
    check("xvan", Some("xuan"));
    check("piang", None);
    check("zh", None);
    check("", None);
}

#[test]
fn sounds_of_the_south_are_one() {
    let check = |one: &str, other: &str, expected: bool| {
        let sound = |letters| Syllable::of_str(letters).map(Syllable::fuzzy);
        assert!(sound(one).is_some() && sound(other).is_some());
        assert_eq!(sound(one) == sound(other), expected, "{one} {other}");
    };
    check("zha", "za", true);
    check("chang", "can", true);
    check("sheng", "sen", true);
    check("niu", "liu", true);
    check("lv", "nv", true);
    check("xin", "xing", true);
    check("guan", "guang", true);
    check("lian", "niang", true);
    check("shuang", "suan", true);
    check("hu", "fu", false);
    check("ran", "lan", false);
    check("dong", "dun", false);
    check("qi", "chi", false);
}

#[test]
fn words_that_sound_alike_have_one_key() {
    let check = |words: &[&str], expected: Option<&str>| {
        for word in words {
            assert_eq!(key(word).as_deref(), expected, "{word}");
        }
    };
    check(&["诈骗", "炸骗", "杂片"], Some("za'pian"));
    check(&["银行", "银杭", "阴寒"], Some("yin'han"));
    check(&["西安"], Some("xi'an"));
    check(&["先", "箱"], Some("xian"));
    check(&["20万元"], Some("2'0'wan'yuan"));
    check(&["卡拉ok"], Some("ka'la'o'k"));
    check(&["app", "2024", ""], None);
    assert_eq!(keys("还境"), ["hai'jin", "huan'jin"]);
    assert_eq!(keys("app"), Vec::<String>::new());
    assert!(keys("还境").contains(&key("环境").unwrap_or_default()));
}

#[test]
fn initials_are_first_letters() {
    assert_eq!(initials("诈骗").as_deref(), Some("zp"));
    assert_eq!(initials("重庆银行").as_deref(), Some("cqyh"));
    assert_eq!(initials("a股").as_deref(), Some("ag"));
    assert_eq!(initials("app"), None);
}

#[test]
fn homophones_are_given_once_and_the_common_ones_first() {
    let of = |letters: &str, fuzzy: bool| -> Vec<char> {
        Syllable::of_str(letters).map(|syllable| homophones(syllable, fuzzy).collect()).unwrap_or_default()
    };
    let (exact, fuzzy) = (of("zha", false), of("zha", true));
    assert!(['诈', '炸', '扎', '查'].iter().all(|c| exact.contains(c)));
    assert!(!exact.contains(&'杂') && fuzzy.contains(&'杂') && fuzzy.starts_with(&exact));
    // Characters of the private use area look different in each font, so nobody knows how to read them.
    let is_private = |c: &char| ('\u{e000}'..='\u{f8ff}').contains(c);
    assert!(!["bu", "zhou", "yan"].iter().any(|letters| of(letters, true).iter().any(is_private)));
    let place = |c: char| of("pian", false).iter().position(|&other| other == c);
    assert!(place('骗') < place('谝') && place('片') < place('便'));
    let mut once = of("nong", true);
    once.sort_unstable();
    assert!(once.contains(&'弄') && once.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn characters_sound_alike_by_common_readings() {
    let check = |a: &str, b: &str, are_words: (bool, bool), expected: &[Option<Alike>]| {
        let (of_a, of_b) = (heard(a, are_words.0), heard(b, are_words.1));
        let found: Vec<Option<Alike>> = of_a.iter().zip(&of_b).map(|(a, b)| a.alike(b)).collect();
        assert_eq!(found, expected, "{a} {b}");
        assert!(of_b.iter().zip(&of_a).map(|(b, a)| b.alike(a)).eq(found), "{b} {a}");
    };
    let (same, otherwise, fuzzy) = (Some(Alike::Same), Some(Alike::Otherwise), Some(Alike::Fuzzy));
    check("炸骗", "诈骗", (false, true), &[same, same]);
    check("杂骗", "诈骗", (false, true), &[fuzzy, same]);
    check("骗诈", "诈骗", (false, true), &[None, None]);
    check("还境", "环境", (false, true), &[otherwise, same]);
    // The word 还是 has the other reading.
    check("还是", "环是", (true, false), &[None, same]);
    // In 银行 the second character is read as in 航, alone in both ways.
    check("银航", "银行", (false, true), &[same, same]);
    check("银性", "银行", (false, true), &[same, None]);
    check("银性", "银行", (false, false), &[same, otherwise]);
    // A rare reading counts only in a word that has it.
    check("查骗", "诈骗", (false, true), &[None, same]);
    check("石水", "淡水", (false, false), &[None, same]);
    check("己予", "给予", (false, true), &[same, same]);
    check("刘a", "牛a", (false, false), &[fuzzy, same]);
    check("a", "b", (false, false), &[None]);
    check("诈", "z", (false, false), &[None]);
}
