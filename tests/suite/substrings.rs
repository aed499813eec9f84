//! No substring is lost: any run of characters of a post finds it, however a dictionary or a change of script would cut it.

use anli::text::{Class, fold};
use proptest::{prelude::*, test_runner::Config};

use crate::harness::{Blog, found::marked};

/// Posts as people write them, with all that mixes with Chinese text.
const TEXTS: &[&str] = &[
    "她装了涉诈APP，拨打96110才知被骗20万元，钱从iPhone13转走。",
    "Q群里发的e-mail是kefu.01@mail-service.example，网址https://pay.example.com/v2/a?id=37别点。",
    "升级到v8.5.0-rc2后，Windows11提示“0x80070005”错误，请退回3.14版。",
    "𠮷田先生与㐂子住在𪚥村，姓氏是⻢、⾦和\u{f90a}；微信号wx_2022Li。",
    "加我🙂领👨‍👩‍👧红包💰100元，＃福利＃ＵＳＤＴ兑换１：７．２。",
    "冒\u{200b}充客\u{2060}服诱\n导转\r\n账，共3,800.50元（2022年5月5日10:30）。",
    "第二階段：詐騙集團以「解除分期」為由，要求匯款至004-123456789帳戶。",
];

/// Posts that share words with them.
fn blog() -> Blog {
    let mut blog = Blog::new().titled("other.md", "春游须知", "周末去湖边野餐，请自备水壶和雨伞。").titled(
        "near.md",
        "又一则",
        "民警提醒：安装陌生软件、点开网址、加群转账，都可能被骗。",
    );
    for (i, text) in TEXTS.iter().enumerate() {
        blog = blog.titled(&format!("says{i}.md"), "一则通报", text);
    }
    blog.refresh()
}

/// Gives every run of so many characters in which there is something to search for and no quotation mark.
fn windows(text: &str, characters: usize) -> Vec<String> {
    let all: Vec<char> = text.chars().collect();
    let windows = all.windows(characters).map(|window| window.iter().collect::<String>());
    let is_text = |window: &String| fold(window).as_str().chars().any(|c| Class::of(c) != Class::Other);
    windows.filter(is_text).collect()
}

/// Gives the letters and digits of a text, folded.
fn key(text: &str) -> String {
    fold(text).as_str().chars().filter(|&c| Class::of(c) != Class::Other).collect()
}

/// Returns whether a run begins or ends with a letter or digit, so that it may be a piece of a longer word or number.
fn may_cut(window: &str) -> bool {
    let folded = fold(window);
    let is_western = |c: Option<char>| c.is_some_and(|c| matches!(Class::of(c), Class::Letter | Class::Digit));
    let shown = folded.as_str().trim_matches(|c| Class::of(c) == Class::Other);
    let is_numeral = |c: Option<char>| c.is_some_and(|c| "零一二三四五六七八九十百千万亿两".contains(c));
    let ends = [shown.chars().next(), shown.chars().next_back()];
    ends.into_iter().any(|end| is_western(end) || is_numeral(end))
}

/// Every run of so many characters of every text finds a text that has it, as it stands; a piece of a longer word or
/// number is a partial match.
#[track_caller]
fn check(lengths: std::ops::RangeInclusive<usize>) {
    let blog = blog();
    let keys: Vec<String> = TEXTS.iter().map(|text| key(text)).collect();
    let mut lost = Vec::new();
    for window in TEXTS.iter().flat_map(|text| lengths.clone().flat_map(|length| windows(text, length))) {
        let found = blog.search_with(&window, |query| query.page.limit = 10);
        let wanted = key(&window);
        let has_it = found.hits.hits.iter().any(|hit| {
            let at = hit.id.as_str().strip_prefix("says").and_then(|at| at.parse::<usize>().ok());
            at.is_some_and(|at| keys[at].contains(&wanted))
                && match hit.matched.as_str() {
                    "exact" | "variant" => true,
                    "partial" => may_cut(&window),
                    _ => false,
                }
        });
        if !has_it || found.hits.correction.is_some() || !found.hits.notes.is_empty() {
            lost.push(format!("{window:?} found {:?}", found.ids()));
        }
    }
    assert!(lost.is_empty(), "{} are lost:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn one_character_finds_the_posts_that_have_it() {
    check(1..=1);
}

#[test]
fn two_and_three_characters_find_the_post_that_has_them() {
    check(2..=3);
}

#[test]
fn four_to_six_characters_find_the_post_that_has_them() {
    check(4..=6);
}

/// Pieces of posts, put together at random.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "转账", "客服", "的", "骗", "不", "app", "WiFi", "5G", "20", "万元", "3.5", "，", " ", "-", "@", "/", ".",
        "：", "🙂", "𠮷", "ＱＱ", "號", "\u{200b}", "（", "）", "一", "十", "x", "7", "%", "年", "月", "'",
    ]);
    prop::collection::vec(pieces, 3..14).prop_map(|pieces| format!("文{}末", pieces.concat()))
}

#[test]
fn a_run_that_begins_or_ends_inside_a_word_finds_the_post_behind_those_that_have_the_words() {
    let blog = Blog::new().titled("words.md", "标题", "他用5G上QQ聊天。").titled("run.md", "标题", "下载appQQ '5G版。");
    blog.refresh().search("QQ '5G").finds(&["words", "run"]);
}

#[test]
fn any_run_of_any_text_finds_it() {
    let config = Config { cases: 32, failure_persistence: None, ..Config::default() };
    proptest!(config, |(texts in prop::collection::vec(text(), 6), places in prop::collection::vec((any::<prop::sample::Index>(), 2_usize..7), 8))| {
        let mut blog = Blog::new();
        for (i, text) in texts.iter().enumerate() {
            blog = blog.titled(&format!("{i}.md"), "标题", text);
        }
        let blog = blog.refresh();
        for text in &texts {
            for (place, length) in &places {
                let all = windows(text, *length);
                if all.is_empty() {
                    continue;
                }
                let window = place.get(&all);
                let found = blog.search(window);
                // A post that contains it is on the first page; others may have it, too.
                let wanted = key(window);
                let has = found.ids().iter().take(10).any(|id| {
                    id.parse::<usize>().ok().and_then(|i| texts.get(i)).is_some_and(|text| key(text).contains(&wanted))
                });
                prop_assert!(has, "{:?} of {:?} found {:?}", window, text, found.ids());
            }
        }
    });
}

#[test]
fn a_run_that_cuts_a_number_or_word_comes_before_one_with_signs_in_between() {
    let cut = "王某损失40万元，承担20元路费，限三日起60天内还清，编号字2017，机型iPhone13。";
    let apart = "他说了损失。4月5日报警，责任自己承担。2人被抓，即日起。6点回家，签了字。201室，13号。";
    let blog = Blog::new().titled("cut.md", "通报一", cut).titled("apart.md", "通报二", apart).refresh();
    for typed in ["失4", "承担2", "日起6", "字20", "e1"] {
        let found = blog.search(typed);
        assert_eq!(found.ids()[0], "cut", "a search for {typed}");
        let shown = marked(&found.first().snippet).to_lowercase();
        assert!(shown.contains(&format!("[{typed}]")), "a search for {typed} shows {shown}");
    }
}

#[test]
fn signs_that_were_typed_tell_posts_apart() {
    let mut blog =
        Blog::new().titled("sign.md", "手续费", "提现要收3%的手续费。").titled("cpp.md", "语言课", "这一学期教C++。");
    for i in 0..30 {
        blog = blog.titled(&format!("{i}.md"), "班级", &format!("{i}班有3人选了C，3人选了别的，C、C、C。"));
    }
    let blog = blog.refresh();
    for (typed, post) in [("3%", "sign"), ("c++", "cpp"), ("教c", "cpp")] {
        assert_eq!(blog.search(typed).ids()[0], post, "a search for {typed}");
    }
}

#[test]
fn letters_are_found_inside_of_longer_words_behind_those_that_stand_alone() {
    let blog =
        Blog::new().titled("a.md", "手机", "他的iPhone丢了。").titled("b.md", "外语", "hello phone 你好。").refresh();
    blog.search("phone").finds(&["b", "a"]);
}

/// The text is found by what means the same to a reader, and marked.
#[track_caller]
fn check_marks(body: &str, query: &str, expected: &str) {
    let blog = Blog::new().titled("a.md", "一则通报", body).titled("b.md", "春游须知", "湖边野餐。").refresh();
    let found = blog.search(query);
    found.finds(&["a"]);
    let shown = marked(&found.first().snippet);
    assert!(shown.contains(expected), "a search for {query:?} shows `{shown}`");
}

#[test]
fn what_a_reader_takes_for_the_same_is_the_same() {
    check_marks("姓氏是⾦。", "金", "姓氏是[⾦]。");
    check_marks("姓氏是\u{f90a}。", "金", "姓氏是[\u{f90a}]。");
    check_marks("他姓金。", "⾦", "他姓[金]。");
    check_marks("𠮷野家打折。", "𠮷野", "[𠮷野]家打折。");
    check_marks("裝了ＡＰＰ就被騙。", "app", "裝了[ＡＰＰ]就");
    check_marks("共１２，３００元。", "12,300元", "共[１２，３００元]。");
    check_marks("請勿點擊連結。", "点击连结", "請勿[點擊連結]。");
    check_marks("群里说涉诈ＡＰＰ。", "涉诈app", "群里说[涉诈ＡＰＰ]。");
}

#[test]
fn what_nobody_sees_inside_a_word_does_not_matter() {
    check_marks("冒\u{200b}充客\u{2060}服。", "冒充客服", "[冒\u{200b}充客\u{2060}服]。");
    check_marks("诈\u{ad}骗\u{feff}团伙落网。", "诈骗团伙", "[诈\u{ad}骗\u{feff}团伙]落网。");
    check_marks("诱\n导转账。", "诱导", "");
    check_marks("诱\r\n导转账。", "诱导转账", "");
    check_marks("冒充客服。", "冒\u{200b}充\u{200d}客\n服", "[冒充客服]。");
    check_marks("下载app后。", "a\u{200b}pp", "下载[app]后。");
}

#[test]
fn a_run_that_begins_or_ends_inside_a_word_or_number_is_marked_alone() {
    check_marks("他的iPhone13丢了。", "Phone1", "他的i[Phone1]3丢了。");
    check_marks("他的iPhone13丢了。", "hone", "他的iP[hone]13丢了。");
    check_marks("拨打96110。", "611", "拨打9[611]0。");
    check_marks("涉诈APP下架。", "诈AP", "涉[诈AP]P下架。");
    check_marks("损失120万元。", "20万", "损失1[20万]元。");
    check_marks("https://pay.example.com/v2", "ample.co", "https://pay.ex[ample.co]m/v2");
    check_marks("裝了ＡＰＰ就被騙。", "pp就被骗", "裝了Ａ[ＰＰ就被騙]。");
    check_marks("升级到v8.5.0。", "8.5", "升级到v[8.5].0。");
}

#[test]
fn adjacent_marks_are_one_and_a_phrase_is_one() {
    check_marks("有人冒充客服打来电话。", "冒充 客服", "有人[冒充客服]打来");
    check_marks("有人冒充客服打来电话。", "客服打来", "冒充[客服打来]电话");
    check_marks("发到kefu@mail.example即可。", "kefu@mail.example", "发到[kefu@mail.example]即可");
    check_marks("共20万元。", "20万元", "共[20万元]。");
}
