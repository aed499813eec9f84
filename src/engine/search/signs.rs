//! Compares a short text with the texts of the best hits, sign by sign.
//!
//! Terms do not record the signs between them, nor the rest of a number or word of letters that was typed in part:
//! `损失40万元` contains `失4`, and `失。4` does not. So the stored texts of the best hits are searched for a short text in
//! one piece, and the documents that contain the text come first.
//!
//! [`super::stages`] decides when the texts are compared, and [`super::scoring`] selects the best hits. The module does
//! not know corrections.

use std::ops::Range;

use crate::{
    engine::{
        error::EngineError,
        hit::{
            answer::{Candidate, shown},
            snippet::Marker,
        },
        postings::sets::{DocId, difference},
        search::{
            answer::{Answer, Matches},
            context::Search,
            scoring::best,
        },
    },
    query::{Match, ParsedText, letters, written},
    text::{Class, fold},
};

/// Number of hits on the first page. With fewer hits there is room for others.
pub(super) const FIRST_PAGE: usize = 10;
/// Maximum number of hits whose texts are read.
const MAX_HITS_READ: usize = 100;
/// Maximum number of bytes of text that are read.
const MAX_BYTES_READ: usize = 4 << 20;
/// Number of consecutive hits that contain only the words, apart, after which the comparison stops.
const MAX_MISSES: usize = 3;

/// How literally a document contains a typed text, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Literalness {
    /// The words, in separate places.
    Words,
    /// The letters and digits, with other signs between them.
    Letters,
    /// The whole text, with white space inside.
    Spaced,
    /// The whole text as it was typed.
    Literally,
}

/// Moves exact hits that contain the text sign by sign to the front. Returns the most literal match of all; `None`
/// without exact hits.
pub(super) fn divide(search: &Search<'_>, answered: &mut Answer) -> Result<Option<Literalness>, EngineError> {
    if is_one_run(&answered.parsed.signs) {
        return Ok(answered.has_exact().then_some(Literalness::Literally));
    }
    let Some(at) = answered.classes.iter().position(|matches| matches.class == Match::Exact) else { return Ok(None) };
    let best = best(search, &answered.parsed, &answered.classes[at], 0, MAX_HITS_READ)?;
    let mut first: Vec<Vec<DocId>> = vec![Vec::new(); search.segments.len()];
    let (mut found, mut seen, mut without, mut room) = (None, 0, 0, MAX_BYTES_READ);
    let marker = Marker::new(&[], answered.parsed.phrase());
    for candidate in best.iter().take(MAX_HITS_READ) {
        let found_here = literalness(search, candidate, &answered.parsed, &marker, &mut room)?;
        found = found.max(Some(found_here));
        if found_here > Literalness::Letters {
            first[candidate.segment].push(candidate.doc);
            seen += 1;
        }
        // Hits with the letters of the text together come first. Where these hits end, no others follow.
        without = if found_here == Literalness::Words { without + 1 } else { 0 };
        if seen == FIRST_PAGE || room == 0 || without == MAX_MISSES {
            break;
        }
    }
    if seen > 0 {
        first.iter_mut().for_each(|found| found.sort_unstable());
        let matches = &mut answered.classes[at];
        let lower = matches.shown_lower.clone();
        for (all, first) in matches.found.iter_mut().zip(&first) {
            *all = difference(all, first);
        }
        answered.classes.insert(at, Matches { class: Match::Exact, found: first, shown_lower: lower });
    }
    Ok(found)
}

/// Returns how literally a candidate contains the typed text. Subtracts the number of bytes read from `room`.
fn literalness(
    search: &Search<'_>,
    candidate: &Candidate,
    parsed: &ParsedText,
    marker: &Marker<'_>,
    room: &mut usize,
) -> Result<Literalness, EngineError> {
    let Some(shown) = shown(search.commit, candidate)? else { return Ok(Literalness::Words) };
    let post = &shown.post;
    // A title that differs only in its signs is meant all the same.
    let is_title = parsed.key.chars().nth(1).is_some() && letters(&fold(&post.title)) == parsed.key;
    let mut most = if is_title { Literalness::Spaced } else { Literalness::Words };
    let labels = post.front.tags.iter().chain(&post.front.categories).chain(&post.front.authors);
    let text = post.text.get(shown.range.clone()).unwrap_or_default();
    let texts = std::iter::once(&post.title).chain(labels).map(String::as_str).chain(text.split('\n'));
    for text in texts {
        for found in marker.find(text) {
            most = most.max(of_piece(around(text, found.range, &parsed.signs), &parsed.signs));
        }
        *room = room.saturating_sub(text.len());
        if most == Literalness::Literally || *room == 0 {
            break;
        }
    }
    Ok(most)
}

/// Returns a range of a text with the signs around the range, as many as the typed text has at its ends.
fn around<'t>(text: &'t str, range: Range<usize>, typed: &str) -> &'t str {
    let is_sign = |&c: &char| Class::of(c) == Class::Other;
    let (before, after) = (typed.chars().take_while(is_sign).count(), typed.chars().rev().take_while(is_sign).count());
    // White space may occur between the signs.
    let room = |signs: usize| if signs == 0 { 0 } else { signs * 2 };
    let back = text.get(..range.start).unwrap_or_default().chars().rev().take(room(before)).map(char::len_utf8);
    let ahead = text.get(range.end..).unwrap_or_default().chars().take(room(after)).map(char::len_utf8);
    text.get(range.start - back.sum::<usize>()..range.end + ahead.sum::<usize>()).unwrap_or_default()
}

/// Returns how literally a piece of a text contains the typed text.
fn of_piece(piece: &str, typed: &str) -> Literalness {
    let folded = fold(piece);
    if folded.as_str().contains(typed) {
        Literalness::Literally
    } else if written(&folded).contains(typed) {
        Literalness::Spaced
    } else {
        Literalness::Letters
    }
}

/// Returns whether a text consists of letters only, of digits only, or of Han characters only.
pub(super) fn is_one_run(text: &str) -> bool {
    let mut classes = text.chars().map(Class::of);
    let first = classes.next();
    first != Some(Class::Other) && classes.all(|class| Some(class) == first)
}
