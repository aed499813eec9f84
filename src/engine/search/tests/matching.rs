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
    let some = [(Match::Partial, "all one two")];
    check(&posts, "苹果 橘子 葡萄 西瓜 石榴", Strictness::Enough, &EVERY_CLASS, &some);
    check(&posts, "苹果 西瓜 石榴 枇杷 杨梅", Strictness::Enough, &EVERY_CLASS, &[(Match::Partial, "all two")]);
    // Of a short text all is required.
    check(&posts, "苹果 西瓜", Strictness::Enough, &EVERY_CLASS, &[]);
}

#[test]
fn some_of_the_clauses_are_enough_in_a_relaxed_search_but_quoted_ones_are_required() {
    let posts = orchards();
    let partial = Match::Partial..=Match::Partial;
    check(&posts, "葡萄 西瓜", Strictness::Relaxed, &partial, &[(Match::Partial, "all one")]);
    check(&posts, "\"葡萄\" 苹果 西瓜", Strictness::Relaxed, &partial, &[(Match::Partial, "all one")]);
    let quoted = [(Match::Partial, "all one")];
    check(&posts, "\"葡萄\" 苹果 橘子 西瓜 石榴 枇杷", Strictness::Enough, &EVERY_CLASS, &quoted);
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

/// Asks a question. Returns the classes, with the documents that are shown as another class behind a `|`.
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
    let behind = (Match::Partial, "one two");
    check_question(&posts, "苹果橘子葡萄为什么", false, &[(Match::Exact, "all | partial all"), behind]);
    // Nothing has both words, so a note says that these have some.
    check_question(&posts, "葡萄西瓜为什么", true, &[(Match::Partial, "all one")]);
    check_question(&posts, "葡萄为什么", false, &[(Match::Exact, "all one | partial all one")]);
    let posts = Posts::of(&[("asks", "甲", "不知为什么。"), ("other", "乙", "葡萄。")]);
    check_question(&posts, "西瓜为什么", true, &[(Match::Partial, "asks")]);
    // A question word alone is what is looked for.
    check_question(&posts, "为什么", false, &[(Match::Exact, "asks")]);
}

#[test]
fn of_a_long_question_all_matches_share_a_list() {
    let posts = orchards();
    let text = "苹果橘子葡萄西瓜石榴枇杷为什么";
    check_question(&posts, text, false, &[(Match::Partial, "all one two")]);
    let posts = Posts::of(&[("all", "果园", "苹果橘子葡萄西瓜石榴枇杷为什么都有。"), ("some", "集市", "苹果和橘子。")]);
    check_question(&posts, text, false, &[(Match::Partial, "all some | exact all")]);
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

/// Posts that tell a day, each with another character after it; `month` and `apart` have the same characters otherwise.
fn days() -> Posts {
    let after = "上下中前后早晚开起止到在是的为有共又还也都再";
    let mut all: Vec<_> = after
        .char_indices()
        .map(|(i, c)| post(&format!("day-{i:02}"), "通知", &format!("报名从abc3月5日{c}始。")))
        .collect();
    all.push(post("month", "通知", "报名从abc3月5号开始，日后再说。"));
    all.push(post("apart", "通知", "报名从abc开始，3月5日后截止。"));
    Posts::of_commits(&[&all])
}

#[test]
fn a_character_at_the_end_stands_for_all_pairs_that_begin_with_it() {
    let posts = days();
    let found = |text: &str| {
        posts.search(text, |search| {
            let parsed = search.parse_other(text);
            let exact = Match::Exact..=Match::Exact;
            classes(search, &answer(search, parsed, Strictness::All, &exact).unwrap())
        })
    };
    let whole = found("\"abc3月5日\"");
    let [(Match::Exact, ids)] = whole.as_slice() else { panic!("{whole:?}") };
    assert_eq!(ids.split(' ').count(), 22, "{ids}");
    assert!(ids.split(' ').all(|id| id.starts_with("day")), "{ids}");
    // Letters or digits with one character are a term of their own.
    let short = found("5日");
    let [(Match::Exact, ids)] = short.as_slice() else { panic!("{short:?}") };
    assert_eq!(ids.split(' ').count(), 23, "{ids}");
    assert!(!ids.contains("month"), "{ids}");
}
