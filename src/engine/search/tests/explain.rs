//! The parts of a score add up to the score, and each says where it comes from.

use super::{Posts, dated, post};
use crate::{
    engine::search::{Aids, page},
    query::{Explanation, Query},
};

/// Explains the first hit of a text: the explanation and the score of the hit.
fn explained(posts: &Posts, text: &str, freshness: f32) -> (Vec<Explanation>, f32) {
    let aids = Aids { lexicon: &posts.lexicon, synonyms: &posts.synonyms, freshness };
    let query = Query { text: text.to_owned(), explain: true, ..Query::default() };
    let hits = page::answer(&posts.engine.commit(), aids, &query).unwrap().hits;
    (hits[0].explanation.clone(), hits[0].score)
}

/// Expects the reasons of the first hit, in any order, and their sum to be the score.
#[track_caller]
fn check(posts: &Posts, text: &str, freshness: f32, expected: &[(&str, &str)]) {
    let (explanation, score) = explained(posts, text, freshness);
    let sum: f32 = explanation.iter().map(|each| each.score).sum();
    assert!((sum - score).abs() < score * 1e-4, "{text}: {sum} of {score}");
    assert!(explanation.windows(2).all(|pair| pair[0].score >= pair[1].score), "{text}: {explanation:?}");
    let mut told: Vec<(&str, &str)> = explanation.iter().map(|each| (each.kind, each.what.as_str())).collect();
    told.sort_unstable();
    assert_eq!(told, expected, "{text}");
}

#[test]
fn every_kind_of_term_and_boost_is_explained() {
    let filler = post("filler", "乙", "与此无关的一段话。");
    let posts = Posts::of_commits(&[&[post("a", "桑皮纸", "桑皮纸糊风筝，纸韧。"), filler.clone()]]);
    check(
        &posts,
        "桑皮纸",
        0.0,
        &[
            ("boost", "the title is the query"),
            ("gram", "桑皮"),
            ("gram", "皮纸"),
            ("word", "桑皮纸"),
            ("word", "皮纸"),
        ],
    );
    check(
        &posts,
        "桑皮纸风筝",
        0.0,
        &[
            ("boost", "the query names the title"),
            ("gram", "桑皮"),
            ("gram", "皮纸"),
            ("gram", "风筝"),
            ("word", "桑皮纸"),
            ("word", "皮纸"),
            ("word", "风筝"),
        ],
    );
    check(
        &posts,
        "糊风筝 韧",
        0.0,
        &[("character", "韧"), ("gram", "糊风"), ("gram", "风筝"), ("word", "糊"), ("word", "风筝")],
    );
}

#[test]
fn a_text_that_stands_together_and_a_new_post_are_boosted() {
    let posts = Posts::of_commits(&[&[
        dated(post("a", "甲", "扎骨架的竹篾要削匀。"), 400),
        dated(post("b", "乙", "竹子，骨架。"), 1),
    ]]);
    let (explanation, _) = explained(&posts, "骨架的竹篾", 0.5);
    let boosts: Vec<&str> =
        explanation.iter().filter(|each| each.kind == "boost").map(|each| each.what.as_str()).collect();
    assert!(boosts.contains(&"the query stands together"), "{explanation:?}");
    assert!(boosts.contains(&"how new the post is"), "{explanation:?}");
    let terms: f32 = explanation.iter().filter(|each| each.kind != "boost").map(|each| each.score).sum();
    let raised = explanation.iter().find(|each| each.what == "how new the post is").map(|each| each.score);
    assert!((raised.unwrap() - terms * 0.5).abs() < terms * 1e-4, "{explanation:?}");
}

#[test]
fn parts_are_told_with_their_occurrences() {
    let posts = Posts::of(&[("a", "风筝", "风筝、风筝。"), ("b", "乙", "无关。")]);
    let (explanation, _) = explained(&posts, "风筝", 0.0);
    let word = explanation.iter().find(|each| each.kind == "word").unwrap();
    assert_eq!(word.parts, [("title", 1), ("body", 2)]);
}

#[test]
fn a_word_being_typed_is_told_as_a_beginning() {
    let posts = Posts::of(&[("a", "甲", "安装 telegram 以后"), ("b", "乙", "无关。")]);
    let (explanation, _) = explained(&posts, "telegr", 0.0);
    assert!(explanation.iter().any(|each| each.kind == "letters" && each.what == "telegr*"), "{explanation:?}");
}
