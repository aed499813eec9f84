//! Which words posts teach: their tags, categories and titles name things that no general dictionary has.
//!
//! What a post teaches lies beside it, so that what all posts teach is a matter of counting, and the same for an index
//! that was kept up to date and one that was built anew. Knows no rule of cutting.

use std::{collections::BTreeSet, ops::RangeInclusive};

use rustc_hash::FxHashMap;

use crate::{
    chinese::marks::NAMING,
    post::Post,
    text::{MOST_LEARNED, fold, is_new, is_word},
};

/// A word counts once so many posts teach it: one author's slip is no word.
const MENTIONS: u32 = 2;
/// How many characters a label has that is a word.
const LABEL: RangeInclusive<usize> = 2..=8;
/// How many characters a title has that is a word, or what stands in quotes inside of one.
const TITLE: RangeInclusive<usize> = 2..=6;

/// Gives the words that a post teaches, folded.
#[must_use]
pub fn vocabulary(post: &Post) -> BTreeSet<String> {
    let labels = post.front.tags.iter().chain(&post.front.categories).map(|label| (label.as_str(), LABEL));
    let titles = std::iter::once(post.title.as_str()).chain(quoted(&post.title)).map(|title| (title, TITLE));
    let words = labels.chain(titles).map(|(text, lengths)| (fold(text.trim()), lengths));
    let words = words.filter(|(word, lengths)| is_word(word.as_str(), lengths) && is_new(word.as_str()));
    words.map(|(word, _)| word.as_str().to_owned()).collect()
}

/// Gives what stands in quotes.
fn quoted(title: &str) -> impl Iterator<Item = &str> {
    NAMING.into_iter().chain([('"', '"')]).flat_map(move |(open, close)| {
        let pieces = title.split(open).skip(1);
        pieces.filter_map(move |piece| piece.split_once(close).map(|(inside, _)| inside))
    })
}

/// Gives the words that enough posts teach, those of most posts first, from how many posts teach each.
#[must_use]
pub fn learned(teachers: FxHashMap<String, u32>) -> Vec<String> {
    let mut learned: Vec<(u32, String)> = teachers.into_iter().map(|(word, count)| (count, word)).collect();
    learned.retain(|(count, _)| *count >= MENTIONS);
    learned.sort_unstable_by(|(a, first), (b, second)| b.cmp(a).then_with(|| first.cmp(second)));
    learned.truncate(MOST_LEARNED);
    learned.into_iter().map(|(_, word)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::{FrontMatter, PostId};

    fn check(title: &str, tags: &[&str], expected: &[&str]) {
        let front = FrontMatter { tags: tags.iter().map(|&tag| tag.to_owned()).collect(), ..FrontMatter::default() };
        let post = Post {
            id: PostId::of_path("a.md"),
            path: "a.md".to_owned(),
            title: title.to_owned(),
            front,
            url: String::new(),
            text: String::new(),
            sections: Vec::new(),
            lines: Vec::new(),
        };
        let found: Vec<String> = vocabulary(&post).into_iter().collect();
        assert_eq!(found, expected, "{title} {tags:?}");
    }

    #[test]
    fn tags_teach_what_the_general_dictionary_breaks() {
        check("", &["跑分", "殺豬盤", "网络诈骗", "公安", "APP", "跑分平台3号", "骗"], &["杀猪盘", "跑分"]);
    }

    #[test]
    fn titles_teach_when_they_are_short_or_quote() {
        check("跑分", &[], &["跑分"]);
        check("起底“跑分”黑产", &[], &["跑分"]);
        check("《荐股》与「刷单」", &[], &["刷单", "荐股"]);
        check("警惕跑分的人找上门来", &[], &[]);
        check("“跑分", &[], &[]);
    }
}
