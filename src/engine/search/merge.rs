//! Merges several answers into one list of candidates: class by class and answer by answer, in turns, or by date.
//!
//! [`super::scoring`] orders the documents within a class, and [`super::page`] makes hits of the candidates. The module
//! does not read the text of the query.

use rustc_hash::FxHashSet;

use crate::{
    engine::{
        error::EngineError,
        hit::answer::Candidate,
        search::{answer::Answer, context::Search, scoring::best, top::tie},
    },
    query::{Page, Sort},
};

/// How several answers are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// One answer after the other.
    Ranked,
    /// A hit of each answer in turns, since the right guess is unknown.
    InTurns,
}

/// Returns the `last` best candidates of all answers, each document once. The first candidates do not depend on `last`.
pub(super) fn by_relevance(
    search: &Search<'_>,
    answers: &[Answer],
    last: usize,
    order: Order,
) -> Result<Vec<Candidate>, EngineError> {
    // A document of several answers is skipped only where a candidate stands already, so that `last` of each suffice.
    let mut lists = Vec::with_capacity(answers.len());
    for (reading, answer) in answers.iter().enumerate() {
        let mut list: Vec<Candidate> = Vec::new();
        for matches in answer.classes.iter().filter(|matches| matches.count() > 0) {
            if list.len() >= last {
                break;
            }
            list.extend(best(search, &answer.parsed, matches, reading, last - list.len())?);
        }
        lists.push(list);
    }
    let mut merged = match order {
        Order::Ranked => without_duplicates(lists.into_iter().flatten(), last),
        Order::InTurns => without_duplicates(in_turns(lists, answers).into_iter(), last),
    };
    make_monotonic(&mut merged);
    Ok(merged)
}

/// Takes candidates from each list in turns. Candidates whose title begins with the spelling come first, since they are
/// most likely meant.
fn in_turns(lists: Vec<Vec<Candidate>>, answers: &[Answer]) -> Vec<Candidate> {
    let size = lists.iter().map(Vec::len).sum();
    // The limit gives each answer a place on the first page.
    let fair = (Page::default().limit / answers.len()).max(1);
    let mut seen = FxHashSet::default();
    let (opening, rest): (Vec<Vec<Candidate>>, Vec<Vec<Candidate>>) =
        lists.into_iter().map(|list| list.into_iter().partition(|candidate| candidate.opens)).unzip();
    let mut merged = Vec::with_capacity(size);
    let ones = opening.iter().map(|_| 1).collect();
    let shares = answers.iter().map(|answer| answer.share.min(fair)).collect();
    for (lists, shares) in [(opening, ones), (rest, shares)] as [(Vec<Vec<Candidate>>, Vec<usize>); 2] {
        let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
        loop {
            let before = merged.len();
            for (list, &share) in lists.iter_mut().zip(&shares) {
                merged.extend(list.filter(|next| seen.insert((next.segment, next.doc))).take(share));
            }
            if merged.len() == before {
                break;
            }
        }
    }
    merged
}

/// Returns the first `last` candidates, each document once.
fn without_duplicates(candidates: impl Iterator<Item = Candidate>, last: usize) -> Vec<Candidate> {
    let mut seen = FxHashSet::default();
    candidates.filter(|candidate| seen.insert((candidate.segment, candidate.doc))).take(last).collect()
}

/// Lowers scores so that none is higher than the score before: a candidate further back counts less, for whatever
/// reason.
fn make_monotonic(all: &mut [Candidate]) {
    let mut lowest = f32::INFINITY;
    for candidate in all {
        lowest = lowest.min(candidate.score);
        candidate.score = lowest;
    }
}

/// Returns the first `last` candidates by date, each document once.
pub(super) fn by_date(search: &Search<'_>, answers: &[Answer], sort: Sort, last: usize) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (reading, answer) in answers.iter().enumerate() {
        for matches in &answer.classes {
            for (segment, documents) in matches.found.iter().enumerate() {
                all.extend(documents.iter().map(|&doc| {
                    let class = matches.shown_class(segment, doc);
                    Candidate { score: 0.0, class, ranked: matches.class, reading, segment, doc, opens: false }
                }));
            }
        }
    }
    let mut all = if answers.len() > 1 { without_duplicates(all.into_iter(), usize::MAX) } else { all };
    let key = |candidate: &Candidate| {
        let date = search.segments[candidate.segment].columns().date(candidate.doc);
        let date = match sort {
            Sort::Oldest => date.unwrap_or(i64::MAX),
            _ => date.unwrap_or(i64::MIN).saturating_neg(),
        };
        (date, tie(search.segments, candidate.segment, candidate.doc))
    };
    if last < all.len() {
        all.select_nth_unstable_by_key(last, key);
        all.truncate(last);
    }
    all.sort_unstable_by_key(key);
    all
}

/// Returns the number of documents of all answers, each counted once.
pub(super) fn distinct(search: &Search<'_>, answers: &[Answer]) -> usize {
    let [only] = answers else {
        return (0..search.segments.len())
            .map(|at| {
                let classes = answers.iter().flat_map(|answer| &answer.classes);
                classes.flat_map(|matches| &matches.found[at]).collect::<FxHashSet<_>>().len()
            })
            .sum();
    };
    only.total()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Match, ParsedText};

    /// A list of documents; a capital letter opens as what was typed is spelt.
    fn list(reading: usize, documents: &str) -> Vec<Candidate> {
        let candidate = |c: char| Candidate {
            score: 1.0,
            class: Match::Exact,
            ranked: Match::Exact,
            reading,
            segment: 0,
            doc: c.to_ascii_lowercase() as u32,
            opens: c.is_ascii_uppercase(),
        };
        documents.chars().map(candidate).collect()
    }

    #[track_caller]
    fn check(lists: &[(&str, usize)], expected: &str) {
        let answers: Vec<Answer> = lists
            .iter()
            .map(|&(_, share)| Answer { share, ..Answer::new(ParsedText::default(), Vec::new()) })
            .collect();
        let lists = lists.iter().enumerate().map(|(reading, (documents, _))| list(reading, documents)).collect();
        let merged = in_turns(lists, &answers);
        let told: String = merged.iter().filter_map(|candidate| char::from_u32(candidate.doc)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn answers_take_turns_by_their_shares() {
        check(&[("abcd", 1), ("vw", 1)], "avbwcd");
        check(&[("abcd", 3), ("vw", 1)], "abcvdw");
        check(&[("ab", usize::MAX), ("vwxyz", 1)], "abvwxyz");
    }

    #[test]
    fn a_document_of_several_answers_takes_no_turn_twice() {
        check(&[("abc", 1), ("abcd", 1), ("az", 1)], "abzcd");
    }

    #[test]
    fn titles_that_begin_as_typed_come_first() {
        check(&[("aB", 1), ("Vw", 1)], "bvaw");
    }

    #[test]
    fn scores_do_not_rise_again() {
        let mut all = list(0, "abcd");
        for (candidate, score) in all.iter_mut().zip([3.0, 1.0, 2.0, 0.5]) {
            candidate.score = score;
        }
        make_monotonic(&mut all);
        assert_eq!(all.iter().map(|candidate| candidate.score).collect::<Vec<_>>(), [3.0, 1.0, 1.0, 0.5]);
    }
}
