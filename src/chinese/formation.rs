//! Word formation: which sequences of Han characters have the form of a word of their own.

/// Characters at which no new word begins or ends: particles, pronouns, numerals, and companions of other words.
const NO_EDGE: &str = "的了是在和与及或等被把将向对为从到给让就也都而但且其之以于并不没有这那此该各每个们吗呢吧啊些则若如\
    一二三四五六七八九十百千万亿两几多第元年月日时分至又再已很更最还可会能要想说称后前中里内上下间我你他她它您自己所由因未经";
/// Further characters at which no word begins: from titles, places and numbers, and words of one character.
const NO_START: &str = "市县区省镇乡村路号级次条案名位请系遂据另原审尚某只仅均曾应须需去来使用收做当按同本现";
/// Further characters at which no word ends.
const NO_END: &str = "好着掉过得完起来去出入成住开某约共系称按";
/// Characters that show that a piece is two words. `某` stands for a name.
const NO_INSIDE: &str = "的了和与或某";
/// Words of one character that never occur inside a word broken by the dictionaries.
const ALONE: &str = "的了是在和与或等及之为中内经都有到被将对从给让就也但而其以于并已确均应须归";
/// Titles after a name.
const TITLES: [&str; 10] = ["女士", "先生", "小姐", "阿姨", "大爷", "老人", "同学", "老师", "某某", "民警"];
/// Last characters of a two-character piece that is part of the name of a place.
const PLACES: &str = "市县区镇村省州";

/// Returns whether a piece of folded text has the form of a word.
#[must_use]
pub fn has_form_of_word(piece: &str) -> bool {
    let has = |list: &str, c: Option<char>| c.is_none_or(|c| list.contains(c));
    let (first, last) = (piece.chars().next(), piece.chars().next_back());
    let short = piece.chars().nth(2).is_none();
    !(has(NO_EDGE, first)
        || has(NO_EDGE, last)
        || has(NO_START, first)
        || has(NO_END, last)
        || (short && has(PLACES, last))
        || piece.contains(|c| NO_INSIDE.contains(c))
        || TITLES.iter().any(|title| piece.ends_with(title)))
}

/// Returns whether a folded character is a word by itself even inside a piece that no dictionary contains.
#[must_use]
pub fn is_word_alone(c: &str) -> bool {
    ALONE.contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_no_function_word_at_its_edges_and_is_no_name() {
        for word in ["杀猪盘", "交强险", "刷单返利"] {
            assert!(has_form_of_word(word), "{word}");
        }
        for piece in ["", "的盘", "杀猪的", "市场部", "刷单着", "刷的单", "王女士", "甲县"] {
            assert!(!has_form_of_word(piece), "{piece}");
        }
    }

    #[test]
    fn a_particle_is_a_word_alone() {
        assert!(is_word_alone("的") && !is_word_alone("盘"));
    }
}
