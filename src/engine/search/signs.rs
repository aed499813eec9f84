//! What of a short text documents have sign by sign.
//!
//! Terms know nothing of the signs between them, nor of the rest of a number or a word of letters that was typed in part:
//! `失4` is in `损失40万元`, and is not in `失。4`. So a short text in one piece is looked for in the texts of the best hits:
//! those that have it come first.

use std::ops::Range;

use crate::{
    engine::{
        error::EngineError,
        hit::{
            answer::{Candidate, shown},
            snippet::Marker,
        },
        postings::{segment::DocId, sets::difference},
        search::{
            answer::{Answer, Matches},
            context::Search,
            scoring::best,
        },
    },
    query::{Clauses, Match, letters, written},
    text::{Class, fold},
};

/// With fewer hits than this there is room for others on the first page.
pub(super) const ROOM: usize = 10;
/// The texts of so many hits are looked at.
const LOOKED_AT: usize = 1_000;
/// So many bytes of them.
const BYTES: usize = 4 << 20;
/// After so many hits without what was typed none has it.
const WITHOUT: usize = 3;

/// What the texts of the best hits have of a typed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Having {
    /// The words, apart.
    Words,
    /// The letters, with other signs between them.
    Letters,
    /// All of the text, with white space inside.
    Spaced,
    /// All of the text as it was typed.
    Literally,
}

/// Puts those of the exact hits first that have the text sign by sign, and says what the best of them have; `None`
/// without any.
pub(super) fn divide(search: &Search<'_>, answered: &mut Answer) -> Result<Option<Having>, EngineError> {
    let Some(at) = answered.classes.iter().position(|matches| matches.class == Match::Exact) else { return Ok(None) };
    let best = best(search, &answered.clauses, &answered.classes[at], 0, LOOKED_AT)?;
    let mut first: Vec<Vec<DocId>> = vec![Vec::new(); search.segments.len()];
    let (mut found, mut seen, mut without, mut room) = (None, 0, 0, BYTES);
    let marker = Marker::new(&[], answered.clauses.phrase());
    for candidate in best.iter().take(LOOKED_AT) {
        let had = having(search, candidate, &answered.clauses, &marker, &mut room)?;
        found = found.max(Some(had));
        if had > Having::Letters {
            first[candidate.segment].push(candidate.doc);
            seen += 1;
        }
        // Those in which its letters stand together come first; where they end there are no more.
        without = if had == Having::Words { without + 1 } else { 0 };
        if seen == ROOM || room == 0 || without == WITHOUT {
            break;
        }
    }
    if seen > 0 {
        first.iter_mut().for_each(|found| found.sort_unstable());
        let matches = &mut answered.classes[at];
        let lower = matches.lower.clone();
        for (all, first) in matches.found.iter_mut().zip(&first) {
            *all = difference(all, first);
        }
        answered.classes.insert(at, Matches { class: Match::Exact, found: first, lower });
    }
    Ok(found)
}

/// Says what a candidate shows of a typed text; takes what it looked at off `room`, a number of bytes.
fn having(
    search: &Search<'_>,
    candidate: &Candidate,
    clauses: &Clauses,
    marker: &Marker<'_>,
    room: &mut usize,
) -> Result<Having, EngineError> {
    let Some(shown) = shown(search.commit, candidate)? else { return Ok(Having::Words) };
    let post = &shown.post;
    // A title that differs in its signs only is meant all the same.
    let is_title = clauses.key.chars().nth(1).is_some() && letters(&fold(&post.title)) == clauses.key;
    let mut most = if is_title { Having::Spaced } else { Having::Words };
    let labels = post.front.tags.iter().chain(&post.front.categories).chain(&post.front.authors);
    let text = post.text.get(shown.range.clone()).unwrap_or_default();
    let texts = std::iter::once(&post.title).chain(labels).map(String::as_str).chain(text.split('\n'));
    for text in texts {
        for found in marker.find(text) {
            most = most.max(of_piece(around(text, found.range, &clauses.signs), &clauses.signs));
        }
        *room = room.saturating_sub(text.len());
        if most == Having::Literally || *room == 0 {
            break;
        }
    }
    Ok(most)
}

/// Gives a range of a text with the signs around it, as many as stand at the ends of what was typed.
fn around<'t>(text: &'t str, range: Range<usize>, typed: &str) -> &'t str {
    let is_sign = |&c: &char| Class::of(c) == Class::Other;
    let (before, after) = (typed.chars().take_while(is_sign).count(), typed.chars().rev().take_while(is_sign).count());
    // White space may stand between them.
    let room = |signs: usize| if signs == 0 { 0 } else { signs * 2 };
    let back = text.get(..range.start).unwrap_or_default().chars().rev().take(room(before)).map(char::len_utf8);
    let ahead = text.get(range.end..).unwrap_or_default().chars().take(room(after)).map(char::len_utf8);
    text.get(range.start - back.sum::<usize>()..range.end + ahead.sum::<usize>()).unwrap_or_default()
}

/// Says what a piece of a text has of a typed text.
fn of_piece(piece: &str, typed: &str) -> Having {
    let folded = fold(piece);
    match () {
        () if folded.as_str().contains(typed) => Having::Literally,
        () if written(&folded).contains(typed) => Having::Spaced,
        () => Having::Letters,
    }
}

/// Says whether a text is letters only, or digits only, or Han characters only.
pub(super) fn is_one_run(text: &str) -> bool {
    let mut classes = text.chars().map(Class::of);
    let first = classes.next();
    first != Some(Class::Other) && classes.all(|class| Some(class) == first)
}
