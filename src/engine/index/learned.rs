//! The learned vocabulary: tags, categories and titles of posts name things that no general dictionary has.
//!
//! The words of each post are stored beside the post. The learned vocabulary of an index is a count of these words, so
//! an index that was kept up to date has the same vocabulary as one that was built anew. Does not know how texts are
//! tokenized.

use std::{collections::BTreeSet, ops::RangeInclusive};

use rustc_hash::FxHashMap;

use crate::{
    chinese::marks::NAMING,
    post::Post,
    text::{MOST_LEARNED, fold, is_new, is_word},
};

/// Lower bound on the number of posts that a word is learned from: a slip of one author is not a word.
const MIN_POSTS: u32 = 2;
/// Length, in characters, of a label that counts as a word.
const LABEL_LENGTHS: RangeInclusive<usize> = 2..=8;
/// Length, in characters, of a title, or of a quotation in a title, that counts as a word.
const TITLE_LENGTHS: RangeInclusive<usize> = 2..=6;

/// Returns the words of a post for the learned vocabulary, folded.
#[must_use]
pub fn vocabulary(post: &Post) -> BTreeSet<String> {
    let labels = post.front.tags.iter().chain(&post.front.categories).map(|label| (label.as_str(), LABEL_LENGTHS));
    let titles = std::iter::once(post.title.as_str()).chain(quoted(&post.title)).map(|title| (title, TITLE_LENGTHS));
    let words = labels.chain(titles).map(|(text, lengths)| (fold(text.trim()), lengths));
    let words = words.filter(|(word, lengths)| is_word(word.as_str(), lengths) && is_new(word.as_str()));
    words.map(|(word, _)| word.as_str().to_owned()).collect()
}

/// Returns the quoted texts of a title.
fn quoted(title: &str) -> impl Iterator<Item = &str> {
    NAMING.into_iter().chain([('"', '"')]).flat_map(move |(open, close)| {
        let pieces = title.split(open).skip(1);
        pieces.filter_map(move |piece| piece.split_once(close).map(|(inside, _)| inside))
    })
}

/// Returns the words that are learned from enough posts, sorted by the number of posts, largest first. `counts` is
/// the number of posts of each word.
#[must_use]
pub fn learned(counts: FxHashMap<String, u32>) -> Vec<String> {
    let mut learned: Vec<(u32, String)> = counts.into_iter().map(|(word, count)| (count, word)).collect();
    learned.retain(|(count, _)| *count >= MIN_POSTS);
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
    fn tags_give_words_that_the_general_dictionary_breaks() {
        check("", &["跑分", "殺豬盤", "网络诈骗", "公安", "APP", "跑分平台3号", "骗"], &["杀猪盘", "跑分"]);
    }

    #[test]
    fn titles_give_words_when_they_are_short_or_quote() {
        check("跑分", &[], &["跑分"]);
        check("起底“跑分”黑产", &[], &["跑分"]);
        check("《荐股》与「刷单」", &[], &["刷单", "荐股"]);
        check("警惕跑分的人找上门来", &[], &[]);
        check("“跑分", &[], &[]);
    }
}
