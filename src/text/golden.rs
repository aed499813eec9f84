//! Golden test: the tokens of a varied text. A library that segments or folds differently would make indexes disagree.

use std::fmt::Write as _;

use super::{Analyzer, Dictionary, Terms, VERSION, fold, pinyin};

/// The version of the tokens, and a hash of all tokens of the text.
const GOLDEN: (u32, u64) = (7, 7739312276639243993);

/// Words, names missing from all dictionaries, folding, width, Traditional characters, readings, values.
const TEXT: &str = "\
2024年3月18日下午，市民欧阳慕晴接到一通自称快递客服的电话。
对方说她的包裹在转运站丢失，可以获得三倍理赔。
她按要求下载了一款名为「安心购」的ＡＰＰ，并打开屏幕共享。
随后，骗子诱导她把６８００元转入所谓的安全账户。
民警司徒振邦赶到现场时，转账正在进行。
詐騙集團以高額回報為誘餌，在臉書上發布廣告。
臺灣網友賴筱嵐說，她的帳號被盜，損失約二十萬元。
台湾的朋友把帐号和账号写混了。
每年5月5日前后，游戏账号交易诈骗高发。
涉案金额达五万八千元，占全部损失的百分之十。
利率从3.5%降到2.75%，网贷平台却收了30%。
杀猪盘、跑分平台、荐股群、虚拟货币都是常见的说法。
刷单返利前三单都返了本金，第四单就提不出来。
《反电信网络诈骗法》第二十三条规定了实名制。
乒乓球拍卖完了，乒乓球拍卖行还在。
重庆的行长说，他要重新走一遍银行的流程。
音乐老师觉得快乐最重要，睡觉也要睡够。
女儿读了《红楼梦》第三十二回，绿色的书皮。
Wi-Fi密码是abc12345，邮箱是xiaohe@example.com。
Ⅳ级预警，㎏和℃，①②③，ﬁnal，①号楼。
Cafe\u{301}和Café是同一个词，e\u{301}也是。
零\u{200B}宽\u{200D}字符看不见，却夹在词里。
一行写到这里
就断开了，词也断了。
骗🈲子发来表情😀👨‍👩‍👧，说是内部消息。
１２３４５６７８９０和1,234,567.89不同。
一百零三块五毛，两千五，三点一四，半个月。
二〇二三年十二月，廿三日，2023/12/23。
端木槿、诸葛靖宇和阿依古丽一起报了警。
龙女士、龍先生、竜子，都在名单上。
\u{F9DC}是兼容汉字，⼀是部首。
只卖一只鸡，只有一個人，隻身前往。
乾燥的乾坤，头发和發財，后面和皇后。
𠮷野家的牛肉饭，㐂庵的面。
한국어 カタカナ ひらがな ﾊﾝｶｸ。
中国人民银行反洗钱监测分析中心发布通知。
他说：“把验证码告诉我”，她就告诉了他。
研究生命起源的研究生命苦。
从16:30到18:05，一共95分钟。
拨打96110或者110，不要相信400开头的电话。
";

#[test]
fn the_same_text_gives_the_same_tokens_as_ever() {
    // Without the words of the field: adding a word there is not a change of the tokenizer.
    let analyzer = Analyzer::with(Dictionary::default());
    let mut all = String::new();
    for line in std::iter::once(TEXT).chain(TEXT.lines()) {
        let (mut terms, folded) = (Terms::default(), fold(line));
        analyzer.terms(line, &mut terms);
        let sounds: Vec<_> = analyzer.words(&folded).filter_map(|word| pinyin::key(word.term)).collect();
        let Terms { words, grams, characters, values, pieces } = terms;
        let _ = write!(
            all,
            "{}\n{words}\n{grams}\n{characters}\n{values}\n{pieces}\n{}\n",
            folded.as_str(),
            sounds.join(" ")
        );
    }
    let found = (VERSION, twox_hash::XxHash3_64::oneshot(all.as_bytes()));
    assert_eq!(
        found, GOLDEN,
        "the same text gives other tokens than before, perhaps by another version of jieba-rs or unicode-normalization: \
         raise VERSION in `text/mod.rs`, so that indexes are built anew, and put what was found into GOLDEN\n{all}"
    );
}
