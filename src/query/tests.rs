//! What texts of every kind are parsed into, written out in full.
#![expect(clippy::unwrap_used, reason = "a failed test panics")]

use std::{fmt::Write as _, sync::LazyLock};

use super::{
    Match, Reading, Rule, Split, Synonyms, TypedText,
    clauses::{Alternative, Emphasis, ParsedText, PhraseKind, PhraseTerm, TermKind},
};
use crate::text::Analyzer;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

/// A term of a phrase: `*` for an open end, its position behind `@` unless it follows the term before.
fn phrase(terms: &[PhraseTerm]) -> String {
    let mut told = String::new();
    for (i, term) in terms.iter().enumerate() {
        let (suffix, prefix) = (if term.suffix { "*" } else { "" }, if term.prefix { "*" } else { "" });
        write!(told, "{}{suffix}{}{prefix}", if i > 0 { " " } else { "" }, term.term).unwrap();
        if term.position as usize != i {
            write!(told, "@{}", term.position).unwrap();
        }
    }
    told
}

/// An alternative: its class, unless exact, and its phrases.
fn alternative(alternative: &Alternative) -> String {
    let phrases = alternative.phrases.iter().map(|each| {
        let kind = match each.kind {
            PhraseKind::Grams => "",
            PhraseKind::Character => "character ",
            PhraseKind::Value => "value ",
            PhraseKind::Own => "own ",
        };
        format!("[{kind}{}]", phrase(&each.terms))
    });
    let class = if alternative.class == Match::Exact { "" } else { alternative.class.as_str() };
    format!("{class}{}", phrases.collect::<String>())
}

fn told(text: &str, parsed: &ParsedText) -> String {
    let mut told = format!("`{text}`\n");
    for clause in &parsed.clauses {
        let alternatives: Vec<String> = clause.alternatives.iter().map(alternative).collect();
        let literal = if clause.literal { "=" } else { "" };
        writeln!(told, "  {literal}{}: {}", clause.text, alternatives.join(" | ")).unwrap();
    }
    let term = |term: &super::Term| {
        let kind = match term.kind {
            TermKind::Word => "w",
            TermKind::Gram => "g",
            TermKind::Character => "c",
            TermKind::Both => "b",
            TermKind::Value => "v",
        };
        let emphasis = match term.emphasis {
            Emphasis::Light => "-",
            Emphasis::Plain => "",
            Emphasis::Named => "+",
        };
        let class = if term.class == Match::Exact { "" } else { term.class.as_str() };
        format!("{kind}:{}{}{emphasis}{class}", term.text, if term.prefix { "*" } else { "" })
    };
    writeln!(told, "  terms {}", parsed.terms.iter().map(term).collect::<Vec<_>>().join(" ")).unwrap();
    writeln!(told, "  whole {}", phrase(&parsed.whole)).unwrap();
    let flags = [(parsed.one_piece, "one piece"), (parsed.is_question, "question")];
    let flags: Vec<&str> = flags.iter().filter(|(is, _)| *is).map(|(_, flag)| *flag).collect();
    let notes: Vec<&str> = parsed.notes.iter().map(super::Note::code).collect();
    writeln!(told, "  key {} {}", parsed.key, [flags, notes].concat().join(", ")).unwrap();
    if !parsed.left_out.is_empty() {
        writeln!(told, "  left out {}", parsed.left_out.join(" ")).unwrap();
    }
    told
}

fn all(texts: &[&str], reading: Reading, synonyms: Option<&Synonyms>) -> String {
    texts.iter().map(|text| told(text, &TypedText::new(text, &ANALYZER).parse(reading, synonyms))).collect()
}

fn parsed(text: &str) -> ParsedText {
    TypedText::new(text, &ANALYZER).parse(Reading::default(), None)
}

fn synonyms() -> Synonyms {
    let rules = [
        Rule::Same(vec!["自行车".to_owned(), "单车".to_owned()]),
        Rule::Same(vec!["共享单车".to_owned(), "公共自行车".to_owned()]),
    ];
    Synonyms::new(&rules, false).unwrap_or_default()
}

#[test]
fn words_and_questions() {
    let texts = [
        "竹篾",
        "灯",
        "扎灯笼",
        "把灯笼扎好了",
        "的",
        "我的世界",
        "世界的灯",
        "灯笼为什么亮",
        "怎么办",
        "是谁糊的纸",
        "老人在银行为什么徘徊",
        "璟奡翊",
        "桑皮纸 竹篾",
        "桑皮 纸",
        "灯 笼",
        "灯　笼 app",
        "扎扎实实",
        "灯笼灯笼",
        "灯笼，竹篾。",
        "《灯笼谱》是谁写的",
        "《灯笼谱》和《竹篾谱》",
        "“灯”还是「笼」",
        "「安全APP」说明",
        "《灯笼谱",
        "〈灯〉",
        "灯笼怎样扎才不散架又轻又亮",
        "！？",
        "",
        "  灯笼  ",
    ];
    insta::assert_snapshot!(all(&texts, Reading::default(), None));
}

#[test]
fn letters_and_signs() {
    let texts = [
        "telegram",
        "telegram ",
        "下载tele",
        "下载tele ",
        "t",
        "t恤",
        "恤t",
        "Q群",
        "q群号",
        "群q",
        "C++",
        ".NET",
        "node.js",
        "a@b.c",
        "and_or-not",
        "x:y",
        "http://a.b/c",
        "it's",
        "A&B",
        "ios17",
        "ios 17",
        "iphone13手机",
        "手机iphone13",
        "ＡＰＰ",
        "👍",
        "灯👍笼",
        "\"竹篾\"",
        "\"竹篾\" 灯",
        "灯 \"竹篾",
        "“竹篾”灯",
        "＂桑皮纸＂灯笼",
        "“竹篾",
        "\"\"",
        "灯\"笼\"灯",
        "\"竹篾”灯",
        "＂竹篾",
        "\"说“竹篾”\"灯",
        "app包",
        "ios版本",
        "t恤衫",
        "q群主",
        "灯.a",
        "a.灯",
        "灯-5",
        "5-灯",
        "a,b",
        "a，b",
        "a#b",
        "a;b",
        "卡5",
        "卡5号",
        "老卡5",
        "5卡尾号",
        "a5",
        "5a",
        "灯a5笼",
    ];
    insta::assert_snapshot!(all(&texts, Reading::default(), None));
}

#[test]
fn numbers_and_dates() {
    let own = synonyms();
    let texts = [
        "20万元",
        "200000",
        "二十万元",
        "损失20万元",
        "20人",
        "二十人",
        "5元",
        "五块",
        "一百零五名",
        "3000元",
        "三千",
        "第23条",
        "第二十三条",
        "第23",
        "10-23条",
        "5月5日",
        "五月五日",
        "2022年5月5日",
        "2022-05-05",
        "2022年",
        "2022年5月",
        "十",
        "两",
        "客服20万",
        "灯笼20个",
        "13800138000",
        "138 0013 8000",
        "1,000元",
        "3.5万",
        "5%",
        "1月1",
        "二十",
        "几十万",
        "一千个灯笼",
        "灯2000",
        "一万",
        "客服第23条",
        "说明第二十三条里",
        "前5元后",
        "前20万元后",
        "第5",
        "5第",
        "损失5元6角",
        "三五元",
        "一万元整",
        "20万元和30万元",
        "12月",
        "二月三日夜",
        "在2022年5月5日夜",
        "被骗了一千",
        "一千元",
        "一百",
        "1百",
        "千元",
        "3千米",
        "5/20万",
        "20万1a",
    ];
    insta::assert_snapshot!(all(&texts, Reading::default(), Some(&own)));
}

#[test]
fn synonyms_join_what_is_one_name() {
    let own = synonyms();
    let texts = ["自行车", "共享单车", "共享 单车", "修自行车的人", "公共自行车"];
    insta::assert_snapshot!(all(&texts, Reading::default(), Some(&own)));
}

#[test]
fn other_readings() {
    let texts = ["ios17", "卡2000", "2000卡", "灯笼", "tele gram", "灯的 笼", "的", "\"tele\" gram", "灯了"];
    let open = all(&texts, Reading { open_ends: true, ..Reading::default() }, None);
    let whole = all(&texts, Reading { split: Split::OnePiece, ..Reading::default() }, None);
    let loose = all(&texts, Reading { split: Split::EveryWord, ..Reading::default() }, None);
    insta::assert_snapshot!(format!("open\n{open}\nwhole\n{whole}\nloose\n{loose}"));
}

#[test]
fn long_texts_are_shortened() {
    let long: String = "灯笼竹篾".repeat(200);
    let long = parsed(&long);
    assert_eq!(long.notes, [super::Note::Shortened { characters: super::LONGEST }]);
    assert_eq!(long.key.chars().count(), super::LONGEST);
    let short: String = "灯笼竹篾".repeat(125);
    assert_eq!(parsed(&short).notes, []);
    let many: String = (0..200).map(|i| format!("a{i} ")).collect();
    assert_eq!(parsed(&many).clauses.len(), 64);
}

#[test]
fn every_name_is_that_of_its_value() {
    assert!(Match::NAMES.iter().all(|(name, class)| class.as_str() == *name));
    let kinds = super::SuggestionKind::NAMES;
    assert!(kinds.iter().all(|(name, kind)| kind.as_str() == *name));
}
