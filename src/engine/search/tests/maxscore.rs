//! The selection of the best documents: the same as if all scores were computed.

use super::{Posts, post, put};
use crate::{
    engine::search::{
        context::{Documents, Search},
        maxscore::select,
        ranking::{Norms, Scored, Weights, look_up, named_titles},
    },
    query::{Filter, ParsedText, Query},
};

/// Words of different frequency, the rarest first.
const WORDS: [&str; 12] =
    ["柠檬", "石榴", "枇杷", "杨梅", "荔枝", "桃子", "葡萄", "橘子", "西瓜", "苹果", "水果", "市场"];

/// Numbers that look random and are the same in every run.
fn numbers() -> impl Iterator<Item = usize> {
    let mut state = 20_261_129_u64;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some((state >> 33) as usize)
    })
}

/// Two segments of 500 and 200 posts about fruit; every third has the tag `甲`.
fn fruit() -> Posts {
    let mut random = numbers();
    let mut next = |below: usize| random.next().unwrap() % below;
    let mut all = Vec::new();
    for number in 0..700 {
        let mut text = String::new();
        for _ in 0..3 + next(25) {
            // The later words are the likelier ones.
            let word = WORDS[next(WORDS.len()).max(next(WORDS.len())).max(next(WORDS.len()))];
            text.push_str(word);
            text.push_str(["，", "和", "。"][next(3)]);
        }
        let title = if next(40) == 0 { WORDS[next(4)] } else { "集市" };
        let mut post = post(&format!("post-{number:03}"), title, &text);
        post.front.tags = if number % 3 == 0 { vec!["甲".to_owned()] } else { Vec::new() };
        all.push(post);
    }
    let (first, second) = all.split_at(500);
    Posts::written_by(|indexer| {
        for posts in [first, second] {
            put(indexer, posts);
            indexer.commit().unwrap();
        }
    })
}

/// Selects by computing the scores of all documents.
fn by_all_scores(search: &Search<'_>, parsed: &ParsedText, most: usize) -> Documents {
    let weights = Weights::of(parsed.key.chars().count());
    let terms = look_up(parsed.terms.iter(), &search.dictionary, &search.statistics, weights).unwrap();
    let named = named_titles(parsed, &terms, terms.iter().map(|(_, scored)| scored.most()).sum());
    let mut terms: Vec<Scored> = terms.into_iter().map(|(_, scored)| scored).collect();
    terms.sort_by(|a, b| b.bound().total_cmp(&a.bound()));
    let everything = search.segments.iter().map(|segment| (0..segment.size()).collect()).collect();
    let mut all = Vec::new();
    for (at, documents) in search.filtered(everything).unwrap().iter().enumerate() {
        let segment = &search.segments[at];
        let mut scores: Vec<f32> = documents.iter().map(|&doc| named.of(segment.columns(), doc)).collect();
        let norms = Norms::new(segment, &search.statistics, weights);
        for term in &terms {
            term.add(at, segment, &norms, documents, &mut scores, &mut Vec::new()).unwrap();
        }
        let with_tie = |(&doc, score): (&u32, f32)| (score, segment.columns().tie(doc), at, doc);
        all.extend(documents.iter().zip(scores).filter(|(_, score)| *score > 0.0).map(with_tie));
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))));
    let mut selected = vec![Vec::new(); search.segments.len()];
    for (_, _, at, doc) in all.into_iter().take(most) {
        selected[at].push(doc);
    }
    selected.iter_mut().for_each(|documents: &mut Vec<u32>| documents.sort_unstable());
    selected
}

#[test]
fn the_selection_is_that_of_all_scores() {
    let posts = fruit();
    let mut random = numbers();
    for round in 0..120 {
        let words: Vec<&str> = (0..1 + round % 9).map(|_| WORDS[random.next().unwrap() % WORDS.len()]).collect();
        let filters = if round % 4 == 0 { vec![Filter::Tag("甲".to_owned())] } else { Vec::new() };
        let query = Query { text: words.join(" "), filters, ..Query::default() };
        posts.search_for(&query, |search| {
            let parsed = search.parse_other(&query.text);
            for most in [1, 7, 40, 1_000] {
                let selected = select(search, &parsed, None, most).unwrap().found;
                assert_eq!(selected, by_all_scores(search, &parsed, most), "{most} for {}", query.text);
            }
        });
    }
}

#[test]
fn the_selection_is_made_among_given_documents() {
    let posts = fruit();
    posts.search("石榴 苹果", |search| {
        let parsed = search.parse_other("石榴 苹果");
        // Every second document of those with a score.
        let best = by_all_scores(search, &parsed, usize::MAX);
        let among: Documents = best.iter().map(|documents| documents.iter().copied().step_by(2).collect()).collect();
        assert_eq!(select(search, &parsed, Some(&among), 1_000).unwrap().found, among);
        let few = select(search, &parsed, Some(&among), 9).unwrap().found;
        assert_eq!(few.iter().map(Vec::len).sum::<usize>(), 9);
        assert!(few.iter().zip(&among).all(|(few, among)| few.iter().all(|doc| among.contains(doc))));
    });
}
