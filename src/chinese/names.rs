//! Names of persons and places.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// The commonest surnames.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜\
    崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤褚章郁尤柯";
/// Characters that are common in given names.
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红兰玲鹏飞辉斌宇浩凯鑫波亮建国文志海林春梅荣凤金雪倩婷慧莹颖\
    琳晶洁雅琴云莲珍环爱妹香月莺媛瑞凡佳嘉琼勤贞莉叶璐琦晨梦岚婕馨瑗琰韵融艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣育滢馥筠\
    柔竹凝晓欢枫芸菲寒伊宜可姬舒影荔思怡俊峰良邦承乐绍松善厚庆民友裕河哲江震振群豪心翔旭泽晖轩皓睿瀚宸梓涵雨萱诗雯语\
    诺一子若萌妍珊芷蕊蕾薇瑶璇珂琪玥彤桐苗露丹青淑惠美娇娥凌霖航帆博诚信仁义礼智忠孝廉正德贤才学武兵彪虎龙祥富贵康健\
    安宝生根旺兴昌盛达远长永恒久新立成胜光阳星辰天宏洪广少小家维继延顺跃进东南西北山川石岩坤乾坚毅炜烨煜焱炎燕鸿鹤鹃\
    雁雄骏骥麒麟彬彦冬秋夏清泉源润沛洲淼溪潇然菊芬芝芹茜莎菁荷蓉蓓楠楚柏柯栋梁森樱桃君仪倪俏仙佩侠元奇如娴婉嫣嫦孟\
    宗守尧崇巧帅幼弘彩念恩悠惟愉意慈懿捷敬斯晗景曦曼朋朝杏榕沁沐泓洛浚涓渊湘滨灵焕熙珏珠珺瑜瑾璟畅益真睦硕祺福秉竣章\
    竞笑箐素绮翠翰耀聆腾舟芮苒苑苹茂荃菡萧葵蔓蕙虹衍誉谦豫贝赞赫轶迪逸邈郁钊钧铭银锋锐锦阔隆雷霏靖韬韶颂颜飒骁高魁";
/// Names of Chinese provinces, prefectures, counties and districts without their kind, such as `伊春`; from the list of
/// administrative divisions in cpca (MIT).
const PLACES: &str = include_str!("places.txt");

/// The kinds of places, as written behind their names.
const KINDS: &str = "省市县区州盟旗镇";

static PLACE_NAMES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| PLACES.split_whitespace().collect());
/// Numbers of characters in the name of a place, longest first.
const PLACE_LENGTHS: [usize; 3] = [4, 3, 2];

/// Returns whether a folded character is a common surname.
#[must_use]
pub fn is_surname(c: char) -> bool {
    SURNAMES.contains(c)
}

/// Returns whether a folded text looks like the name of a Chinese person: a common surname before one or two characters
/// that are common in given names.
#[must_use]
pub fn is_person(text: &str) -> bool {
    let mut chars = text.chars();
    let is_named = chars.next().is_some_and(is_surname);
    is_named && matches!(chars.clone().count(), 1..=2) && chars.all(|c| GIVEN.contains(c))
}

/// Returns whether a folded character is the kind of a place, as written behind its name.
#[must_use]
pub fn is_kind_of_place(c: char) -> bool {
    KINDS.contains(c)
}

/// Returns the number of characters of the longest name of a Chinese place at the beginning of a folded text, without its
/// kind; 0 if there is none.
#[must_use]
pub fn place_at_start(text: &str) -> usize {
    let beginning = |length: usize| text.char_indices().nth(length).map_or(Some(text), |(end, _)| text.get(..end));
    let is_place = |&length: &usize| beginning(length).is_some_and(|name| PLACE_NAMES.contains(name));
    PLACE_LENGTHS.into_iter().find(is_place).map_or(0, |length| length.min(text.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surname_stands_once() {
        let all: Vec<char> = SURNAMES.chars().collect();
        assert!(all.iter().enumerate().all(|(i, &c)| is_surname(c) && !all[..i].contains(&c)));
        assert!(!is_surname('的'));
    }

    #[test]
    fn a_person_has_a_surname_and_a_given_name() {
        for name in ["李明", "陈佳怡", "张雨涵", "刘小红"] {
            assert!(is_person(name), "{name}");
        }
        for text in ["", "李", "明李", "黄斤", "王络", "李小明明", "许可证"] {
            assert!(!is_person(text), "{text}");
        }
        let all: Vec<char> = GIVEN.chars().collect();
        assert!(all.iter().enumerate().all(|(i, c)| !all[..i].contains(c)));
    }

    #[test]
    fn a_place_begins_a_text() {
        for (text, expected) in [
            ("伊春", 2),
            ("伊春市", 2),
            ("渝中区政府", 2),
            ("呼和浩特", 4),
            ("公安局", 2),
            ("春伊", 0),
            ("伊", 0),
            ("", 0),
        ] {
            assert_eq!(place_at_start(text), expected, "{text}");
        }
        assert!(PLACES.split_whitespace().is_sorted());
        assert!(is_kind_of_place('市') && !is_kind_of_place('春'));
    }
}
