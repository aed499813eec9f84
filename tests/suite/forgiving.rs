//! Who types it wrong gets it too, behind whoever types it right: what was perhaps meant, graded and explained.

use crate::harness::{Blog, found::marked};

fn blog() -> Blog {
    Blog::new()
        .titled("loan.md", "网贷陷阱", "她在网上申请贷款，对方要求先交解冻费，随后失联。")
        .titled("card.md", "断卡进校园", "出租、出借银行卡，涉嫌帮信罪。")
        .titled("brush.md", "群里的兼职", "群主让他先垫付本金刷单，返利只到账一次。")
        .titled("elder.md", "重庆一老人险些受骗", "银行柜员见老人神色慌张，劝阻了汇款。")
        .titled("law.md", "冒充公检法", "自称检察官的人要她把钱转入安全账户，还说包裹里有违禁品。")
        .titled("crime.md", "两个罪名", "帮信罪罪名成立，判了缓刑。")
        .titled("app.md", "共享屏幕", "对方让他下载 TeamViewer，再用 WhatsApp 联系。")
        .titled("city.md", "外地警方来电", "嫌疑人已在西安落网。")
        .titled("lab.md", "体检报告", "结果为阴性，环境无需消毒。")
        .refresh()
}

/// A text that no post has is taken for this one, by this class of match, and finds this post with it on the first page.
#[track_caller]
fn check(blog: &Blog, typed: &str, meant: &str, class: &str, post: &str) {
    let found = blog.search_with(typed, |query| query.page.limit = 10);
    found.includes(post);
    let correction = found.hits.correction.as_ref();
    let correction = correction.unwrap_or_else(|| panic!("a search for {typed} says nothing of a correction"));
    let texts: Vec<&str> = std::iter::once(&correction.text).chain(&correction.also).map(String::as_str).collect();
    assert!(texts.contains(&meant), "a search for {typed} took {texts:?}");
    let hit = found.hits.hits.iter().find(|hit| hit.id.as_str() == post).unwrap();
    assert_eq!(hit.matched.as_str(), class, "a search for {typed}");
}

/// A text is looked for as it stands, and found nowhere.
#[track_caller]
fn check_nothing(blog: &Blog, typed: &str) {
    let found = blog.search(typed);
    found.finds_nothing();
    assert_eq!(found.hits.correction, None, "a search for {typed}");
}

#[test]
fn full_pinyin_finds_the_word_however_its_syllables_are_set_apart() {
    let blog = blog();
    for typed in ["daikuan", "dai kuan", "dai'kuan", "dàikuǎn", "dai4kuan3", "DaiKuan", "ｄａｉｋｕａｎ"] {
        check(&blog, typed, "贷款", "pinyin", "loan");
    }
    for typed in ["xi'an", "xi an", "xī'ān", "xi’an"] {
        check(&blog, typed, "西安", "pinyin", "city");
    }
    check(&blog, "anquanzhanghu", "安全账户", "pinyin", "law");
    check(&blog, "bangxinzui", "帮信罪", "pinyin", "card");
    check(&blog, "xianyiren", "嫌疑人", "pinyin", "city");
}

#[test]
fn characters_that_are_no_word_are_spelt_too() {
    let blog = Blog::new()
        .titled("debt.md", "借条", "他答应月底还钱，后来一字不提。")
        .titled("name.md", "一审宣判", "被告人仇某上诉，被驳回。")
        .titled("walk.md", "湖边步道", "环湖一圈十公里，前半段是平路。")
        .refresh();
    check(&blog, "huanqian", "还钱", "pinyin", "debt");
    check(&blog, "huan钱", "还钱", "pinyin", "debt");
    check(&blog, "choumou", "仇某", "pinyin", "name");
    check(&blog, "qian", "钱", "pinyin", "debt");
    check(&blog, "qian", "前", "pinyin", "walk");
}

#[test]
fn a_last_syllable_may_be_finished_or_not() {
    let blog = Blog::new()
        .titled("air.md", "空气质量", "城区设了六个监测点。")
        .titled("bridge.md", "大桥通车", "历时三年，大桥建成。")
        .refresh();
    for (meant, post) in [("建成", "bridge"), ("监测", "air")] {
        check(&blog, "jianche", meant, "pinyin", post);
    }
}

#[test]
fn a_word_that_exists_is_read_as_it_is_read() {
    let blog = Blog::new()
        .titled("tree.md", "秋天的银杏", "银杏叶黄了。")
        .titled("film.md", "中情局", "片子讲中情局的旧事。")
        .titled("tow.md", "门前", "他把车拉进院子。")
        .refresh();
    for typed in ["银行", "重庆", "南京"] {
        check_nothing(&blog, typed);
    }
    check(&blog, "银幸", "银杏", "homophone", "tree");
    let blog =
        Blog::new().titled("tree.md", "秋天的银杏", "银杏叶黄了。").titled("bank.md", "柜台", "去银行取钱。").refresh();
    blog.search("yinxing").finds(&["tree"]);
}

#[test]
fn pieces_that_are_scattered_do_not_hide_what_was_meant() {
    let blog = Blog::new()
        .titled("apart.md", "操场", "区块整齐，连成一片。公示：ganan@mail.example，an 是机构。")
        .titled("chain.md", "新骗局", "打着区块链的旗号，公安已立案。")
        .refresh();
    for typed in ["区块连", "公an"] {
        let found = blog.search(typed);
        found.finds(&["chain", "apart"]);
        assert_eq!(found.hits.hits[1].matched.as_str(), "partial", "a search for {typed}");
    }
}

#[test]
fn neighbours_that_changed_places_between_two_words_are_put_back() {
    let blog = Blog::new()
        .titled("kefu.md", "来电", "有人冒充客服，要他共享屏幕，把钱转进安全账户。")
        .titled("job.md", "兼职", "群里说兼职刷单日结。")
        .titled("old.md", "讲座之后", "老人买了一屋子保健品。")
        .refresh();
    for (typed, meant) in [("冒客充服", "冒充客服"), ("共屏享幕", "共享屏幕"), ("安账全户", "安全账户")]
    {
        check(&blog, typed, meant, "typo", "kefu");
    }
    check(&blog, "兼职刷刷单", "兼职刷单", "typo", "job");
    let found = blog.search("保品健");
    let correction = found.hits.correction.as_ref().unwrap();
    assert_eq!((correction.text.as_str(), correction.also.len()), ("保健品", 0));
}

#[test]
fn initials_find_the_word() {
    let blog = blog();
    check(&blog, "gjf", "公检法", "initials", "law");
    check(&blog, "yhk", "银行卡", "initials", "card");
    check(&blog, "BXZ", "帮信罪", "initials", "card");
    check(&blog, "jcg", "检察官", "initials", "law");
    check(&blog, "bxz罪名", "帮信罪罪名", "initials", "crime");
}

#[test]
fn a_title_that_begins_as_letters_are_spelt_is_meant_however_often_others_have_the_words() {
    let mut blog = Blog::new().titled("meant.md", "刷单返利的五个套路", "入群后先给小钱。");
    for at in 0..300 {
        let title = format!("第{at}期通报：警惕刷单返利");
        blog = blog.titled(&format!("{at}.md"), &title, "刷单返利，刷单返利，还是刷单返利。");
    }
    let blog = blog.refresh();
    for typed in ["shuadan", "shuadanfanli", "shuadanfl", "sdfl"] {
        let found = blog.search(typed);
        assert_eq!(found.hits.hits[0].id.as_str(), "meant", "{typed}");
        let scores: Vec<f32> = found.hits.hits.iter().map(|hit| hit.score).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "{typed}: {scores:?}");
    }
}

#[test]
fn characters_and_pinyin_are_mixed() {
    let blog = blog();
    check(&blog, "刷dan", "刷单", "pinyin", "brush");
    check(&blog, "shua单", "刷单", "pinyin", "brush");
    check(&blog, "bao裹", "包裹", "pinyin", "law");
    check(&blog, "银hang卡", "银行卡", "pinyin", "card");
    check(&blog, "包guo 检察官", "包裹 检察官", "pinyin", "law");
}

#[test]
fn syllables_that_the_south_does_not_tell_apart_are_alike() {
    let blog = blog();
    for (typed, meant, post) in [
        ("suadan", "刷单", "brush"),
        ("congqing", "重庆", "elder"),
        ("naoren", "老人", "elder"),
        ("daikuang", "贷款", "loan"),
        ("yinghang", "银行", "elder"),
        ("huangjin", "环境", "lab"),
    ] {
        check(&blog, typed, meant, "pinyin", post);
    }
}

#[test]
fn a_character_is_read_as_in_its_word() {
    let blog = blog();
    check(&blog, "yinhang", "银行", "pinyin", "elder");
    check(&blog, "chongqing", "重庆", "pinyin", "elder");
    // 行 alone is `xing`, but 阴性 is what this spells.
    check(&blog, "yinxing", "阴性", "pinyin", "lab");
    blog.search("yinxing").finds_first("lab");
}

#[test]
fn a_character_that_sounds_alike_is_forgiven_in_any_place() {
    let blog = blog();
    for (typed, meant, post) in [
        ("带款", "贷款", "loan"),
        ("贷宽", "贷款", "loan"),
        ("报裹", "包裹", "law"),
        ("包果", "包裹", "law"),
        ("工检法", "公检法", "law"),
        ("公捡法", "公检法", "law"),
        ("公检发", "公检法", "law"),
        ("按全账户", "安全账户", "law"),
        ("安全账互", "安全账户", "law"),
        ("解洞费", "解冻费", "loan"),
        ("虫庆", "重庆", "elder"),
        ("音行", "银行", "elder"),
        // One of the readings of 还.
        ("还境", "环境", "lab"),
    ] {
        check(&blog, typed, meant, "homophone", post);
    }
}

#[test]
fn a_missing_doubled_swapped_or_wrong_character_is_forgiven() {
    let blog = blog();
    for (typed, meant, post) in [
        ("检官", "检察官", "law"),
        ("公检检法", "公检法", "law"),
        ("公法检", "公检法", "law"),
        ("检公法", "公检法", "law"),
        ("款贷", "贷款", "loan"),
        ("嫌凝人", "嫌疑人", "city"),
    ] {
        check(&blog, typed, meant, "typo", post);
    }
    // A word and one of its characters: that is there as it stands.
    blog.search("贷贷款").finds(&["loan"]);
    blog.search("贷款款").finds(&["loan"]);
}

#[test]
fn what_makes_sense_of_the_whole_comes_before_what_mends_a_piece() {
    let blog = blog();
    let found = blog.search("公法检");
    assert_eq!(found.hits.correction.as_ref().map(|correction| correction.text.as_str()), Some("公检法"));
}

#[test]
fn another_number_is_never_what_was_meant() {
    let blog = Blog::new().titled("a.md", "转账", "被骗十五万元。").refresh();
    for typed in ["二十五万", "四十五万", "35万"] {
        let found = blog.search(typed);
        assert_eq!(found.hits.correction, None, "{typed}");
        assert!(found.hits.hits.iter().all(|hit| hit.matched.as_str() == "partial"), "{typed}");
    }
}

#[test]
fn a_letter_too_many_too_few_or_wrong_is_forgiven() {
    let blog = blog();
    for typed in ["teamviwer", "teamvieewer", "teamveiwer", "teamviever", "Teemviewer", "ＴｅａｍＶｉｗｅｒ"] {
        check(&blog, typed, "teamviewer", "typo", "app");
    }
    check(&blog, "whatapp", "whatsapp", "typo", "app");
    check(&blog, "wahtsapp", "whatsapp", "typo", "app");
    check(&blog, "下载 teamviwer", "下载 teamviewer", "typo", "app");
    let phone = Blog::new().titled("phone.md", "低价手机", "卖家称有全新 iPhone13 三台。").refresh();
    check(&phone, "iphon13", "iphone13", "typo", "phone");
    check(&phone, "低价ihpone13", "低价iphone13", "typo", "phone");
}

#[test]
fn a_correction_says_what_was_taken_instead_of_what() {
    let found = blog().search("带款 解冻费");
    let correction = found.hits.correction.as_ref().unwrap();
    let told = (correction.text.as_str(), correction.from.as_str(), correction.to.as_str(), correction.class.as_str());
    assert_eq!(told, ("贷款 解冻费", "带款", "贷款", "homophone"));
    found.matches(&[("loan", "homophone")]);
}

#[test]
fn several_wrong_words_are_corrected_together() {
    let blog = blog();
    for (typed, meant) in [("带款 解洞费", "贷款 解冻费"), ("daikuan 解洞费", "贷款 解冻费"), ("申情带款", "申请贷款")]
    {
        check(&blog, typed, meant, "homophone", "loan");
    }
}

#[test]
fn chinese_never_finds_what_sounds_alike_while_it_has_answers() {
    let blog = Blog::new()
        .titled("sight.md", "甲", "景点门票要在窗口买。")
        .titled("classic.md", "乙", "他最爱读经典。")
        .titled("more.md", "丙", "经典老歌，百听不厌。")
        .refresh();
    blog.search("景点").matches(&[("sight", "exact")]);
    blog.search("經典").finds(&["classic", "more"]);
    assert_eq!(blog.search("景点").hits.correction, None);
    // A frequent word is right as it stands; the word that sounds like it is offered.
    let found = blog.delete("sight.md").refresh();
    let found = found.search("景点");
    found.finds_nothing();
    assert_eq!(found.hits.correction, None);
    assert_eq!(found.hits.did_you_mean.as_ref().map(|offered| offered.text.as_str()), Some("经典"));
}

#[test]
fn what_has_answers_is_never_corrected() {
    let blog = blog();
    for typed in
        ["贷款", "銀行卡", "公检法", "法", "teamviewer", "WhatsApp 联系", "款，对方", "包裹 检察官", "老人险些"]
    {
        let found = blog.search(typed);
        assert_eq!(found.hits.correction, None, "{typed}");
        found.notes(&[]);
        assert!(!found.hits.hits.is_empty(), "{typed}");
        assert!(found.hits.hits.iter().all(|hit| matches!(hit.matched.as_str(), "exact" | "variant")), "{typed}");
    }
}

#[test]
fn a_word_of_letters_hides_what_it_spells() {
    let blog = Blog::new()
        .titled("name.md", "甲", "The app is called Shua.")
        .titled("word.md", "乙", "先刷后退。刷，刷，刷。")
        .refresh();
    blog.search("shua").matches(&[("name", "exact")]);
}

#[test]
fn pinyin_goes_before_initials_and_what_sounds_alike_before_what_looks_alike() {
    let blog = Blog::new()
        .titled("sound.md", "甲", "本店只收现金。")
        .titled("slip.md", "乙", "先金店买首饰。县金额不足。")
        .titled("xian.md", "丙", "线上交易。")
        .refresh();
    let found = blog.search("xianjin");
    found.finds_first("sound");
    assert_eq!(found.hits.correction.as_ref().map(|correction| correction.class.as_str()), Some("pinyin"));
}

#[test]
fn who_insists_gets_the_literal_text_only() {
    let blog = blog();
    for typed in ["带款", "公检发", "公检检法", "daikuan", "gjf", "teamviwer", "刷dan"] {
        check_nothing(&blog, &format!("\"{typed}\""));
        let found = blog.search_with(typed, |query| query.literal = true);
        found.finds_nothing();
        assert_eq!(found.hits.correction, None, "{typed}");
    }
    blog.search("\"贷款\"").finds(&["loan"]);
    blog.search_with("贷款", |query| query.literal = true).finds(&["loan"]);
}

#[test]
fn words_of_a_hidden_post_are_never_what_was_meant() {
    let open = "---\ntitle: 山路\n---\n竹林后面是青石板，门牌写着Lighthouse。\n";
    let hidden = open.replace("山路", "山路\ndraft: true");
    let typed = ["青实板", "qingshiban", "qsb", "lighthuose", "qing石板"];
    let blog = Blog::new().post("way.md", open).titled("open.md", "春游", "湖边。").refresh();
    for text in typed {
        assert!(blog.search(text).hits.correction.is_some(), "{text} means something while the post is open");
    }
    let blogs = [
        Blog::new().post("way.md", &hidden).titled("open.md", "春游", "湖边。").refresh(),
        blog.post("way.md", &hidden).refresh(),
    ];
    for blog in blogs {
        for text in typed {
            check_nothing(&blog, text);
        }
    }
}

#[test]
fn what_was_meant_is_marked_as_its_author_wrote_it() {
    let blog = Blog::new()
        .titled("a.md", "通報", "對方假冒公檢法，要她申請貸款，並以ＷｈａｔｓＡｐｐ聯絡。")
        .titled("b.md", "春游", "湖边。")
        .refresh();
    for (typed, shown) in [
        ("daikuan", "申請[貸款]，"),
        ("dk", "申請[貸款]，"),
        ("dai款", "申請[貸款]，"),
        ("带款", "申請[貸款]，"),
        ("gjf", "假冒[公檢法]，"),
        ("公捡法", "假冒[公檢法]，"),
        ("公检检法", "假冒[公檢法]，"),
        ("whatapp", "以[ＷｈａｔｓＡｐｐ]聯絡"),
    ] {
        let found = blog.search(typed);
        let snippet = marked(&found.first().snippet);
        assert!(snippet.contains(shown), "a search for {typed} shows {snippet}");
    }
}
