//! The words that the first answers add to a long question.

use super::Posts;
use crate::engine::search::feedback::words;

#[test]
fn words_weigh_by_their_share_of_a_text_and_its_score() {
    let posts = Posts::of(&[
        ("a", "甲", "风筝和灯笼，竹篾和渡口。"),
        ("b", "乙", "风筝和灯笼，竹篾和渡口。"),
        ("c", "丙", "桑皮纸。"),
    ]);
    let added = |texts: &[(&str, f32)]| {
        let texts: Vec<(String, f32)> = texts.iter().map(|&(text, score)| (text.to_owned(), score)).collect();
        posts.search("渡口", |search| {
            let known = search.parse_other("渡口").terms;
            words(search, &texts, &known)
                .unwrap()
                .into_iter()
                .map(|(term, weight)| (term.text, weight))
                .collect::<Vec<_>>()
        })
    };
    let check = |texts: &[(&str, f32)], expected: &[(&str, f32)]| {
        let found = added(texts);
        let names: Vec<&str> = found.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(names, expected.iter().map(|(word, _)| *word).collect::<Vec<_>>(), "{texts:?}");
        let near = found.iter().zip(expected).all(|((_, weight), (_, wanted))| (weight - wanted).abs() < 1e-4);
        assert!(near, "{texts:?}: {found:?}");
    };
    // Half of a long text is less than all of a short one, however often.
    check(&[("风筝，竹篾，风筝，竹篾", 2.0), ("灯笼", 2.0)], &[("灯笼", 1.0), ("竹篾", 0.5), ("风筝", 0.5)]);
    // A text counts by its score.
    check(&[("风筝", 1.0), ("灯笼", 2.0)], &[("灯笼", 1.0), ("风筝", 0.5)]);
    // Neither what was typed nor what one post has alone.
    check(&[("渡口，桑皮纸，风筝", 1.0)], &[("风筝", 1.0)]);
    check(&[], &[]);
}
