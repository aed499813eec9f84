//! How many clauses a document has to meet, and in which class it is found.

use std::ops::RangeInclusive;

use super::{Posts, classes, post, put};
use crate::{
    engine::search::matching::{EVERY_CLASS, Lookup, Strictness, answer, is_short, split_unknown},
    query::{Match, Note, Rule, Synonyms},
};

/// Posts about orchards; `all` has every word of `苹果 橘子 葡萄`, the others some.
fn orchards() -> Posts {
    Posts::of(&[
        ("all", "果园", "今年的苹果、橘子和葡萄都卖到了邻县。"),
        ("two", "集市", "苹果卖完了，橘子还有。"),
        ("one", "冷库", "葡萄要先预冷。"),
        ("none", "茶山", "清明以前只采芽。"),
    ])
}

#[track_caller]
fn check(posts: &Posts, text: &str, strictness: Strictness, among: &RangeInclusive<Match>, expected: &[(Match, &str)]) {
    let found = posts.search(text, |search| {
        let parsed = search.parse_other(text);
        classes(search, &answer(search, parsed, strictness, among).unwrap())
    });
    let found: Vec<(Match, &str)> = found.iter().map(|(class, found)| (*class, found.as_str())).collect();
    assert_eq!(found, expected, "{text} {strictness:?}");
}

#[test]
fn all_of_a_few_clauses_are_required() {
    let posts = orchards();
    check(&posts, "苹果 橘子", Strictness::All, &EVERY_CLASS, &[(Match::Exact, "all two")]);
    check(&posts, "苹果 橘子 葡萄", Strictness::All, &EVERY_CLASS, &[(Match::Exact, "all")]);
    check(&posts, "苹果 西瓜", Strictness::All, &EVERY_CLASS, &[]);
}

#[test]
fn enough_of_the_clauses_are_required() {
    let posts = orchards();
    check(&posts, "苹果 橘子 葡萄 西瓜 石榴", Strictness::All, &EVERY_CLASS, &[]);
    let enough = [(Match::Exact, "all one two | partial all one two")];
    check(&posts, "苹果 橘子 葡萄 西瓜 石榴", Strictness::Enough, &EVERY_CLASS, &enough);
    check(
        &posts,
        "苹果 西瓜 石榴 枇杷 杨梅",
        Strictness::Enough,
        &EVERY_CLASS,
        &[(Match::Exact, "all two | partial all two")],
    );
    // Of a short text all is required.
    check(&posts, "苹果 西瓜", Strictness::Enough, &EVERY_CLASS, &[]);
}

#[test]
fn any_of_the_clauses_is_enough_in_a_relaxed_search_but_quoted_ones_are_required() {
    let posts = orchards();
    let partial = Match::Partial..=Match::Partial;
    check(&posts, "葡萄 西瓜", Strictness::Relaxed, &partial, &[(Match::Partial, "all one")]);
    check(&posts, "\"葡萄\" 苹果 西瓜", Strictness::Relaxed, &partial, &[(Match::Partial, "all one")]);
    let enough = [(Match::Exact, "all | partial all")];
    check(&posts, "\"葡萄\" 苹果 橘子 西瓜 石榴 枇杷", Strictness::Enough, &EVERY_CLASS, &enough);
    check(&posts, "\"西瓜\" 葡萄", Strictness::Relaxed, &partial, &[]);
    check(&posts, "\"葡萄\"", Strictness::Enough, &EVERY_CLASS, &[(Match::Exact, "all one")]);
}

#[test]
fn a_document_is_found_in_its_best_class_only() {
    let rules = [Rule::Same(vec!["橘子".to_owned(), "柑橘".to_owned()])];
    let synonyms = Synonyms::new(&rules, false).unwrap_or_default();
    let mut posts = Posts::of(&[("own", "甲", "橘子，也叫柑橘。"), ("other", "乙", "柑橘熟了。")]);
    posts.synonyms = synonyms;
    check(&posts, "橘子", Strictness::All, &EVERY_CLASS, &[(Match::Exact, "own"), (Match::Synonym, "other")]);
    let exact = Match::Exact..=Match::Exact;
    check(&posts, "橘子", Strictness::All, &exact, &[(Match::Exact, "own")]);
    let partial = Match::Partial..=Match::Partial;
    check(&posts, "橘子", Strictness::Relaxed, &partial, &[(Match::Partial, "other own")]);
}

/// Asks a question. Returns the classes, with the documents that are shown as a lower class behind a `|`.
#[track_caller]
fn check_question(posts: &Posts, text: &str, relaxed: bool, expected: &[(Match, &str)]) {
    posts.search(text, |search| {
        let parsed = search.parse_other(text);
        assert!(!is_short(&parsed), "{text}");
        let answered = answer(search, parsed, Strictness::Enough, &EVERY_CLASS).unwrap();
        assert_eq!(answered.parsed.notes.contains(&Note::Relaxed), relaxed, "{text}");
        let found = classes(search, &answered);
        let found: Vec<(Match, &str)> = found.iter().map(|(class, found)| (*class, found.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    });
}

#[test]
fn what_has_all_that_a_short_question_says_comes_first() {
    let posts = orchards();
    let behind = (Match::Exact, "one two | partial one two");
    check_question(&posts, "苹果橘子葡萄为什么", false, &[(Match::Exact, "all"), behind]);
    // Nothing has both words, so a note says that these have some.
    check_question(&posts, "葡萄西瓜为什么", true, &[(Match::Exact, "all one | partial all one")]);
    check_question(&posts, "葡萄为什么", false, &[(Match::Exact, "all one")]);
    let posts = Posts::of(&[("asks", "甲", "不知为什么。"), ("other", "乙", "葡萄。")]);
    check_question(&posts, "西瓜为什么", true, &[(Match::Exact, "asks | partial asks")]);
    // A question word alone is what is looked for.
    check_question(&posts, "为什么", false, &[(Match::Exact, "asks")]);
}

#[test]
fn of_a_long_question_all_matches_share_a_class() {
    let posts = orchards();
    let text = "苹果橘子葡萄西瓜石榴枇杷为什么";
    check_question(&posts, text, false, &[(Match::Exact, "all one two | partial all one two")]);
    let posts = Posts::of(&[("all", "果园", "苹果橘子葡萄西瓜石榴枇杷都有。"), ("some", "集市", "苹果和橘子。")]);
    check_question(&posts, text, false, &[(Match::Exact, "all some | partial some")]);
}

#[test]
fn a_clause_that_occurs_nowhere_is_split_into_pairs() {
    let posts = orchards();
    let check = |text: &str, expected: &[&str]| {
        posts.search(text, |search| {
            let mut parsed = search.parse_other(text);
            parsed.clauses = crate::query::Clause::of_text(text).into_iter().collect();
            parsed.clauses[0].literal = false;
            split_unknown(search, &mut parsed).unwrap();
            let texts: Vec<&str> = parsed.clauses.iter().map(|clause| clause.text.as_str()).collect();
            assert_eq!(texts, expected, "{text}");
        });
    };
    // `果葡` is no word and occurs nowhere, `西瓜` is a word.
    check("苹果葡萄", &["苹果", "葡萄"]);
    check("西瓜葡萄", &["西瓜", "葡萄"]);
    check("苹果", &["苹果"]);
    check("璟奡翊", &["璟奡", "奡翊"]);
    check("璟奡", &["璟奡"]);
}

/// Two posts about persimmons in one segment, of which the first is deleted; `dried` is alone in another segment.
fn persimmons() -> Posts {
    Posts::written_by(|indexer| {
        put(indexer, &[post("gone", "柿子", "柿子红了，趁早摘。"), post("left", "柿树", "柿子还青。")]);
        indexer.commit().unwrap();
        put(indexer, &[post("dried", "柿饼", "削皮晾晒。")]);
        indexer.remove("gone.md").unwrap();
        indexer.commit().unwrap();
    })
}

#[test]
fn deleted_documents_are_not_found() {
    let posts = persimmons();
    check(&posts, "柿子", Strictness::All, &EVERY_CLASS, &[(Match::Exact, "left")]);
    check(&posts, "趁早", Strictness::All, &EVERY_CLASS, &[]);
}

#[test]
fn a_clause_is_gone_when_no_document_that_is_left_meets_it() {
    let posts = persimmons();
    for (text, nowhere, gone) in [
        ("柿子", false, false),
        ("柿饼", false, false),
        ("要趁", true, true),
        ("西瓜", true, true),
        ("柿皮", true, true),
    ] {
        posts.search(text, |search| {
            let parsed = search.parse_other(text);
            let lookup = Lookup::of(&parsed.clauses[0], search).unwrap();
            assert_eq!(lookup.is_nowhere(), nowhere, "{text}");
            assert_eq!(lookup.is_gone(search).unwrap(), gone, "{text}");
        });
    }
}
