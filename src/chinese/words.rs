//! Function words: the role of a word in a sentence or a question.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use self::Role::{Asks, Light, Particle};

/// The role of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// One character without meaning of its own inside a sentence.
    Particle,
    /// Carries little information in a question: question words, pronouns, polite phrases.
    Light,
    /// Turns a text into a question.
    Asks,
}

/// Folded words grouped by their roles; each word occurs once.
const TABLE: [(&[Role], &str); 6] = [
    (&[Particle, Light, Asks], "吗 呢"),
    (
        &[Particle, Light],
        "的 了 在 是 我 你 他 她 它 您 被 把 和 与 及 或 对 从 到 给 让 就 都 也 还 又 很 吧 啊 呀 么 着 过 得 地 之 其 这 那 有 个 为 以 于 \
         而 则 但 并 等 所 不",
    ),
    (&[Particle], "们 向 最 者 会 能 要 可 没 去 来 上 下 里 中"),
    (
        &[Light, Asks],
        "什么 甚么 怎么 怎样 怎么样 怎么办 如何 为什么 为何 哪 哪个 哪些 哪里 哪儿 哪一 哪种 哪一个 哪一年 哪年 谁 几 多少 是否 是不是 有没有 \
         能否 能不能 可不可以 请问 多久 多长时间 何时 什么时候 何者",
    ),
    (
        &[Light],
        "可以 请 想问 咨询 求助 谢谢 一下 何 我们 你们 他们 她们 这个 那个 这样 那样 因 但是 如果 因为 所以 一个 没有 之一 以及 啥 咋 咋办 嘛",
    ),
    (&[Asks], "几个 几年 几月 几日 几次"),
];

static ROLES: LazyLock<FxHashMap<&str, &[Role]>> = LazyLock::new(|| {
    TABLE.iter().flat_map(|(roles, words)| words.split(' ').map(move |word| (word, *roles))).collect()
});

fn has(word: &str, role: Role) -> bool {
    ROLES.get(word).is_some_and(|roles| roles.contains(&role))
}

/// Returns whether a folded word is one character without meaning of its own inside a sentence.
#[must_use]
pub fn is_particle(word: &str) -> bool {
    has(word, Particle)
}

/// Returns whether a folded word turns the word behind it into its opposite.
#[must_use]
pub fn negates(word: &str) -> bool {
    matches!(word, "不" | "没" | "无" | "未" | "勿" | "莫" | "非" | "别")
}

/// Returns whether a folded word carries little information in a question: question words, particles, polite phrases.
#[must_use]
pub fn is_light(word: &str) -> bool {
    has(word, Light)
}

/// Returns whether a folded word turns a text into a question.
#[must_use]
pub fn asks(word: &str) -> bool {
    has(word, Asks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stands_once_and_is_han() {
        let words: usize = TABLE.iter().map(|(_, words)| words.split(' ').count()).sum();
        assert_eq!(words, ROLES.len());
        assert!(ROLES.keys().all(|word| !word.is_empty() && word.chars().all(crate::chinese::is_ideograph)));
    }

    #[test]
    fn a_particle_is_one_character() {
        assert!(ROLES.keys().all(|word| !is_particle(word) || word.chars().count() == 1));
    }

    #[test]
    fn each_role_holds_of_its_words_alone() {
        let check = |word, expected| assert_eq!((is_particle(word), is_light(word), asks(word)), expected, "{word}");
        check("吗", (true, true, true));
        check("的", (true, true, false));
        check("里", (true, false, false));
        check("怎么办", (false, true, true));
        check("谢谢", (false, true, false));
        check("几个", (false, false, true));
        check("诈骗", (false, false, false));
        check("", (false, false, false));
    }
}
