//! The parts of a score add up to the score, and each says where it comes from.

use std::fmt::Write as _;

use super::{Posts, dated, post};
use crate::{
    engine::search::{Aids, Budget, page},
    post::PostId,
    query::{Explanation, Match, Query, Rule, Synonyms},
};

/// Explains the first hit of a text: the explanation and the score of the hit.
fn explained(posts: &Posts, text: &str, recency: f32) -> (Vec<Explanation>, f32) {
    let aids = Aids { lexicon: &posts.lexicon, synonyms: &posts.synonyms, recency, budget: &Budget::default() };
    let query = Query { text: text.to_owned(), explain: true, ..Query::default() };
    let hits = page::answer(&posts.engine.commit(), aids, &query).unwrap().hits;
    (hits[0].explanation.clone(), hits[0].score)
}

/// Expects the reasons of the first hit, in any order, and their sum to be the score.
#[track_caller]
fn check(posts: &Posts, text: &str, recency: f32, expected: &[(&str, &str)]) {
    let (explanation, score) = explained(posts, text, recency);
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
            ("boost", "the words of the query stand close together"),
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
        &[
            ("boost", "the words of the query stand close together"),
            ("character", "韧"),
            ("gram", "糊风"),
            ("gram", "风筝"),
            ("word", "糊"),
            ("word", "风筝"),
        ],
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

/// Posts of different lengths, with titles, tags, descriptions and dates.
fn harbour() -> Posts {
    let mut tagged = dated(post("tagged", "渡船时刻", "头班船六点开，末班船八点收。"), 1_500);
    tagged.front.tags = vec!["渡口".to_owned(), "灯笼".to_owned()];
    tagged.front.description = Some("渡口渡船的时刻表".to_owned());
    let long = "渡口早先有三条船，两条摆渡，一条运货。灯笼挂在桅杆上，风大的时候摇得厉害，撑船的人就把灯笼收进舱里。";
    Posts::of_commits(&[
        &[
            dated(post("title", "渡口灯笼", "腊月里扎的，正月里挂的。"), 400),
            dated(post("long", "摆渡人", &long.repeat(3)), 1_900),
        ],
        &[tagged, dated(post("short", "旧渡口", "渡口拆了，灯笼还在。telegram 群里有照片。"), 1_100)],
        &[post("other", "集市", "菜价涨了，鱼价没涨。"), post("letters", "群", "telegram 与 tele 都是。")],
    ])
}

/// The scores of all hits, with the parts of each, to three decimals.
fn scores(posts: &Posts, text: &str, recency: f32) -> String {
    let aids = Aids { lexicon: &posts.lexicon, synonyms: &posts.synonyms, recency, budget: &Budget::default() };
    let query = Query { text: text.to_owned(), explain: true, ..Query::default() };
    let mut told = format!("`{text}`\n");
    for hit in page::answer(&posts.engine.commit(), aids, &query).unwrap().hits {
        writeln!(told, "  {} {} {:.3}", hit.id, hit.matched.as_str(), hit.score).unwrap();
        let mut parts: Vec<String> = Vec::new();
        for part in hit.explanation {
            let found: String = part.parts.iter().map(|(name, times)| format!(" {name} {times}")).collect();
            parts.push(format!("    {} {} {:.3}{found}\n", part.kind, part.what, part.score));
        }
        // Equal parts have no order.
        parts.sort_unstable();
        told.push_str(&parts.concat());
    }
    told
}

#[test]
fn scores_are_those_of_the_formula() {
    let posts = harbour();
    let texts = [
        "渡口",
        "灯笼",
        "渡口灯笼",
        "渡口 灯笼",
        "渡口的灯笼怎么收",
        "《渡口》的灯笼",
        "tele",
        "telegram ",
        "船",
        "旧渡口 照片",
        // Between a short text and a story, and a story.
        "渡口早先有几条船，灯笼挂在桅杆上，风大的时候怎么收进舱里去，照片在群里",
        "我小时候住在渡口边上，那里早先有三条船，撑船的人风大的时候就把灯笼收进舱里，后来渡口拆了，只剩照片，请问灯笼还在不在",
    ];
    let all: String = texts.iter().map(|text| scores(&posts, text, 0.0)).collect();
    insta::assert_snapshot!(format!("{all}\nfresh\n{}", scores(&posts, "渡口", 0.5)));
}

#[test]
fn similar_posts_are_scored_by_the_same_formula() {
    let posts = harbour();
    let commit = posts.engine.commit();
    let mut told = String::new();
    for id in ["title", "long", "tagged", "short"] {
        let hits = crate::engine::search::similar(&commit, &PostId::from(id.to_owned()), 10).unwrap().unwrap();
        let hits: Vec<String> = hits.hits.iter().map(|hit| format!("{} {:.3}", hit.id, hit.score)).collect();
        writeln!(told, "{id}: {}", hits.join(", ")).unwrap();
    }
    insta::assert_snapshot!(told);
}

#[test]
fn the_explanation_is_that_of_the_class_in_which_a_hit_was_ranked() {
    let rules = [Rule::Same(vec!["竹篾".to_owned(), "篾条".to_owned()])];
    let whole = "春分前后河滩放风筝，线轴、竹篾、桑皮纸都要备齐，老人也叫篾条。";
    let mut posts = Posts::of(&[("whole", "甲", whole), ("other", "乙", "河滩的篾条。")]);
    posts.synonyms = Synonyms::new(&rules, false).unwrap_or_default();
    let text = "河滩 放风筝 线轴 竹篾 桑皮纸 备齐";
    let hits = page::answer(
        &posts.engine.commit(),
        Aids { lexicon: &posts.lexicon, synonyms: &posts.synonyms, recency: 0.0, budget: &Budget::default() },
        &Query { text: text.to_owned(), explain: true, ..Query::default() },
    );
    let first = &hits.unwrap().hits[0];
    assert_eq!((first.id.as_str(), first.matched), ("whole", Match::Exact));
    let sum: f32 = first.explanation.iter().map(|each| each.score).sum();
    assert!((sum - first.score).abs() < first.score * 1e-4, "{sum} of {}", first.score);
    assert!(first.explanation.iter().any(|each| each.what.contains("条")), "{:?}", first.explanation);
}
