//! The order within a match class.

use super::{Posts, dated, post};
use crate::{
    engine::search::{
        Aids, Budget, page,
        ranking::{Scored, Weights, named_titles},
    },
    post::Post,
    query::{Page, Query},
};

/// Expects these posts first, in this order.
#[track_caller]
fn check_fresh(posts: &Posts, text: &str, recency: f32, expected: &[&str]) {
    let aids = Aids { lexicon: &posts.lexicon, synonyms: &posts.synonyms, recency, budget: &Budget::default() };
    let page = Page { limit: expected.len(), offset: 0 };
    let query = Query { text: text.to_owned(), page, ..Query::default() };
    let hits = page::answer(&posts.engine.commit(), aids, &query).unwrap().hits;
    let ids: Vec<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(ids, expected, "{text}");
    assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score), "{text}");
}

#[track_caller]
fn check(posts: &Posts, text: &str, expected: &[&str]) {
    check_fresh(posts, text, 0.0, expected);
}

#[test]
fn a_short_text_in_one_piece_comes_first_however_many_have_its_words() {
    // More posts than are checked for nearness by their scores alone have both words, often and in short texts.
    let often = |i: usize| post(&format!("words{i}"), "甲", "渡口的灯笼。灯笼在渡口，渡口有灯笼。");
    let mut all: Vec<Post> = (0..250).map(often).collect();
    let far = "这里说的是别的事情，与那条河毫不相干。".repeat(30);
    all.push(post("piece", "乙", &format!("{far}渡口灯笼铺关门了。{far}")));
    check(&Posts::of_commits(&[&all]), "渡口灯笼", &["piece"]);
}

#[test]
fn the_text_in_a_title_and_the_text_together_raise_a_post() {
    let posts = Posts::of(&[
        ("apart", "渡口", "灯笼挂在渡口，渡口的灯笼。"),
        ("together", "乙", "渡口灯笼，别的话。"),
        ("title", "渡口灯笼铺", "别的话，再说别的。"),
    ]);
    check(&posts, "渡口灯笼", &["title", "together", "apart"]);
}

#[test]
fn the_words_of_a_question_in_one_sentence_say_more_than_each_by_itself() {
    let far = "那天的天气很好，大家都在河边坐着说话，说了很久，没有人想回家，也没有人记得时间，后来天就黑了。";
    let apart = format!("灯笼坏了。{far}渡口修了。{far}木匠来了。");
    let together = format!("{far}渡口灯笼坏了，木匠来了。{far}");
    let posts = Posts::of_commits(&[&[post("apart", "甲", &apart), post("together", "乙", &together)]]);
    check(&posts, "渡口的灯笼是哪个木匠做的？", &["together", "apart"]);
}

#[test]
fn a_character_counts_wherever_it_stands() {
    let posts = Posts::of(&[
        ("without", "甲", "叶子有什么特点，叶子的特点。"),
        ("with", "乙", "蓍长在山坡上，没有人去采，也没有人知道它。它的叶子很细。还有别的话，还有别的特点。"),
    ]);
    check(&posts, "蓍的叶子有什么特点？", &["with", "without"]);
}

#[test]
fn the_year_of_a_question_says_which_of_many_events_is_meant() {
    let mut all: Vec<Post> =
        (0..20).map(|i| post(&format!("filler{i}"), "丁", "二月的事，2021年和2022年都有。")).collect();
    all.push(post("before", "甲", "2021年灯会在渡口举行。"));
    all.push(post("meant", "乙", "2022年灯会在渡口举行。后来说起来，大家"));
    let posts = Posts::of_commits(&[&all]);
    check(&posts, "2022年灯会在哪里举行，是谁主持的", &["meant", "before"]);
    check(&posts, "2021年灯会在哪里举行，是谁主持的", &["before", "meant"]);
}

#[test]
fn a_title_that_is_the_text_comes_first_and_one_with_its_signs_before_it() {
    let posts = Posts::of(&[
        ("often", "渡口", "灯笼、灯笼、灯笼、灯笼、灯笼、灯笼。"),
        ("letters", "灯笼", "别的话。"),
        ("signs", "灯笼？", "别的话，还有很多别的话，都和题目不相干。"),
    ]);
    check(&posts, "灯笼？", &["signs", "letters", "often"]);
    check(&posts, "灯笼", &["letters", "signs", "often"]);
}

#[test]
fn a_title_that_the_text_names_raises_a_post() {
    let posts = Posts::of(&[("named", "灯笼谱", "渡口。"), ("longer", "灯笼谱录", "渡口。")]);
    check(&posts, "灯笼谱 渡口", &["named", "longer"]);
    // A name of twelve characters is looked for inside a text, a longer one is not.
    let names = |name: &'static str| {
        let posts =
            Posts::of(&[("other", "两样", "灯笼谱里抄下来的十二种扎法和两种糊法，渡口。"), ("named", name, "渡口。")]);
        let query = format!("渡口 {name}");
        posts.search(&query, |search| {
            let parsed = search.parse_other(&query);
            let terms: Vec<_> = parsed
                .terms
                .iter()
                .map(|term| (term, Scored::of(term, &search.dictionary, &search.statistics, Weights::of(20)).unwrap()))
                .collect();
            let boosts = named_titles(&parsed, &terms, 1.0);
            let docs = search.segments.iter().flat_map(|segment| (0..segment.size()).map(move |doc| (segment, doc)));
            docs.map(|(segment, doc)| boosts.of(segment.columns(), doc)).fold(0.0, f32::max) > 0.0
        })
    };
    assert!(names("灯笼谱里抄下的十二种扎法"));
    assert!(!names("灯笼谱里抄下的十二种扎法一"));
}

#[test]
fn a_newer_post_is_raised_when_wanted() {
    let posts = Posts::of_commits(&[&[
        dated(post("old", "甲", "渡口的灯笼。"), 0),
        dated(post("new", "乙", "渡口的灯笼，别的话。"), 3_650),
        post("undated", "丙", "渡口的灯笼，别的话，还有别的话。"),
    ]]);
    check(&posts, "渡口", &["old", "new", "undated"]);
    check_fresh(&posts, "渡口", 1.0, &["new", "old", "undated"]);
}

#[test]
fn equal_scores_have_one_order_whatever_the_build() {
    let same = |id: &str| post(id, "甲", "渡口的灯笼。");
    let all: Vec<Post> = ["d", "a", "c", "b"].map(same).to_vec();
    let order = |posts: &Posts| {
        let aids =
            Aids { lexicon: &posts.lexicon, synonyms: &posts.synonyms, recency: 0.0, budget: &Budget::default() };
        let query = Query { text: "渡口".to_owned(), ..Query::default() };
        let hits = page::answer(&posts.engine.commit(), aids, &query).unwrap().hits;
        hits.iter().map(|hit| hit.id.to_string()).collect::<Vec<_>>()
    };
    let together = order(&Posts::of_commits(&[&all]));
    assert_eq!(order(&Posts::of_commits(&[&all[2..], &all[..2]])), together);
    assert_eq!(order(&Posts::of_commits(&[&all[3..], &all[1..3], &all[..1]])), together);
}

#[test]
fn letters_that_spell_the_beginning_of_a_title_mean_that_title() {
    let posts = Posts::of(&[
        ("often", "河边", "渡口、渡口、渡口、渡口、渡口、渡口。"),
        ("title", "渡口灯笼铺", "别的话，都和题目不相干，说了很久很久。"),
    ]);
    check(&posts, "dukou", &["title", "often"]);
    check(&posts, "dk", &["title", "often"]);
    check(&posts, "渡口", &["often", "title"]);
}

#[test]
fn the_words_of_the_first_answers_find_more_for_a_story() {
    // The story and the answer share the topic only, by way of the first answers.
    let story = "上个月我把旧手机放到网上卖，买家让我先点一个链接，说是平台要验证身份，后来又让我交一笔押金才能收到货款，请问渡口灯笼怎么办";
    let posts = Posts::of(&[
        ("first", "甲", "渡口灯笼：申诉要在七天之内，写清编号，附上回执。"),
        ("second", "乙", "渡口灯笼：申诉时附上回执，编号写全。"),
        ("topic", "丙", "渡口的申诉窗口只收回执，编号不全的退回，申诉要趁早。"),
        ("other", "丁", "渡口有一条船，船上有一个人，人在看水，水里有月亮。"),
    ]);
    check(&posts, story, &["first", "second", "topic", "other"]);
}
