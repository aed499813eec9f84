//! What of a short text posts have sign by sign.
//!
//! Terms know nothing of the signs between them, nor of the rest of a number or a word of letters that was typed in part:
//! `失4` is in `损失40万元`, and is not in `失。4`. So a short text in one piece is looked for in the texts of its best hits:
//! those that have it come first, and where none has it, those in which it is a piece of longer words and numbers.

use std::ops::Range;

use tantivy::DocId;

use super::{
    EngineError,
    matching::{Strictness, difference},
    ordering::{Candidate, Order, fall},
    search::{Answered, Search, Tier},
    snippet::Marker,
};
use crate::{
    chinese::is_han,
    query::{Match, Need, Needs, Reading, letters, written},
    text::{Class, fold},
};

/// With fewer hits than this there is room for others on the first page.
const ROOM: usize = 10;
/// The texts of so many hits are looked at.
const LOOKED_AT: usize = 1_000;
/// So many bytes of them.
const BYTES: usize = 4 << 20;
/// After so many hits without what was typed none has it.
const WITHOUT: usize = 3;
/// The texts of so many hits are looked at when the best have another script than that which was typed.
const IN_OTHER_SCRIPT: usize = 64;

/// What the texts of the best hits have of what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Having {
    /// Its words, apart.
    Words,
    /// Its letters, with other signs between them.
    Letters,
    /// All of it, with white space inside.
    Spaced,
    /// All of it as it was typed.
    Literally,
}

/// The form in which a text has what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Not in one piece.
    None,
    /// In just the characters that were typed.
    Typed,
    /// In others, such as those of another script.
    Other,
}

impl Search<'_> {
    /// Gives the answers that a reading's hits are part of: posts that have a short text sign by sign before those that have
    /// its words, and, where there is room or nothing better, those that have it inside of longer words or numbers.
    pub(super) fn with_literal(&self, mut answered: Answered) -> Result<(Vec<Answered>, Order), EngineError> {
        let signs = answered.needs.signs.clone();
        let ends = || [signs.chars().next(), signs.chars().next_back()].into_iter().flatten().map(Class::of);
        let is_number = ends().any(|class| class == Class::Digit);
        let may_be_cut = is_number || ends().any(|class| class == Class::Letter);
        let is_run = is_one_run(&signs);
        if is_run && !may_be_cut {
            return Ok((vec![answered], Order::Ranked));
        }
        if !answered.needs.one_piece {
            return Ok((self.with_whole(answered, may_be_cut)?, Order::Ranked));
        }
        let having = match () {
            () if !answered.has_exact() => None,
            () if is_run => Some(Having::Literally),
            () => self.divide(&mut answered)?,
        };
        let total = answered.total();
        // A number that some post has is not meant as a part of another.
        if having == Some(Having::Literally) && (total >= ROOM || is_number || !may_be_cut) {
            return Ok((vec![answered], Order::Ranked));
        }
        let whole = Reading { whole: true, open: may_be_cut, ..Reading::default() };
        let mut inside = self.answer(self.parse(&self.query.text, whole), Strictness::Usual)?;
        let is_literal = inside.total() > 0 && self.divide(&mut inside)? >= Some(Having::Spaced);
        let is_there = is_literal || having.is_none() && inside.total() > 0;
        let begins_with_number = ends().next() == Some(Class::Digit);
        Ok(match having {
            _ if !is_there => (vec![answered], Order::Ranked),
            Some(Having::Literally) => (vec![answered, inside], Order::Ranked),
            // What `卡2000` begins with.
            None if is_literal && !begins_with_number => (vec![inside, answered], Order::Ranked),
            // Nobody knows: `20 万元` is a better `20万元` than `120万元`, `员 5` is no better `员5` than `员52`; `0万元` means
            // nothing, `20万元` may mean 二十万.
            Some(Having::Spaced) | None if total > 0 => {
                answered.turns = usize::MAX;
                (vec![answered, inside], Order::InTurns)
            }
            _ => (vec![inside, answered], Order::Ranked),
        })
    }

    /// Says whether the pieces of a short text, one of which is a character left alone, are in few posts and nowhere together:
    /// that may be a slip.
    pub(super) fn is_apart(&self, answers: &[Answered]) -> Result<bool, EngineError> {
        let [only] = answers else { return Ok(false) };
        let needs = &only.needs;
        let is_left_alone = |need: &Need| need.text.chars().nth(1).is_none() || !need.text.chars().any(is_han);
        let is_slip = needs.one_piece
            && only.total() < ROOM
            && needs.needs.len() > 1
            && needs.needs.iter().any(is_left_alone)
            && needs.signs.chars().any(is_han)
            && needs.needs.iter().all(|need| !need.literal);
        if !is_slip {
            return Ok(false);
        }
        let whole = Reading { whole: true, ..Reading::default() };
        Ok(self.answer(self.parse(&self.query.text, whole), Strictness::Usual)?.total() == 0)
    }

    /// Adds to the hits of several words, when they are few, the posts that have it all as a piece of a text: whoever leaves
    /// room between words means the words.
    fn with_whole(&self, answered: Answered, may_be_cut: bool) -> Result<Vec<Answered>, EngineError> {
        let is_found = answered.needs.whole.is_empty() && answered.has_exact();
        if !may_be_cut || is_found || answered.total() >= ROOM {
            return Ok(vec![answered]);
        }
        let whole = Reading { whole: true, ..Reading::default() };
        if answered.has_exact() && self.answer(self.parse(&self.query.text, whole), Strictness::Usual)?.total() > 0 {
            return Ok(vec![answered]);
        }
        let open = self.answer(self.parse(&self.query.text, Reading { open: true, ..whole }), Strictness::Usual)?;
        Ok(match open.total() {
            0 => vec![answered],
            _ if answered.total() > 0 => vec![answered, open],
            _ => vec![open, answered],
        })
    }

    /// Puts those of the best hits first that have a short text in the script in which it was typed, if the first page has
    /// none of them: nothing but the texts themselves tells.
    pub(super) fn in_its_script(
        &self,
        answers: &[Answered],
        candidates: Vec<Candidate>,
        last: usize,
    ) -> Result<Vec<Candidate>, EngineError> {
        let [only] = answers else { return Ok(candidates) };
        let is_han = only.needs.signs.chars().all(|c| Class::of(c) == Class::Han);
        if !is_han || !only.needs.one_piece || candidates.len() < ROOM || only.total() <= ROOM {
            return Ok(candidates);
        }
        let marker = Marker::new(&[], only.needs.phrase());
        for candidate in candidates.iter().take(ROOM) {
            if candidate.class != Match::Exact || self.form(candidate, &marker)? != Form::Other {
                return Ok(candidates);
            }
        }
        let all = self.by_relevance(answers, last.max(IN_OTHER_SCRIPT), Order::Ranked)?;
        let (mut first, mut rest) = (Vec::new(), Vec::with_capacity(all.len()));
        for (place, candidate) in all.into_iter().enumerate() {
            let is_looked_at = (ROOM..IN_OTHER_SCRIPT).contains(&place) && first.len() < ROOM;
            let is_first =
                is_looked_at && candidate.class == Match::Exact && self.form(&candidate, &marker)? == Form::Typed;
            if is_first { first.push(candidate) } else { rest.push(candidate) }
        }
        first.append(&mut rest);
        fall(&mut first);
        first.truncate(last);
        Ok(first)
    }

    /// Says in which form a candidate shows the text that was typed.
    fn form(&self, candidate: &Candidate, marker: &Marker<'_>) -> Result<Form, EngineError> {
        let typed = self.query.text.trim();
        let Some(shown) = self.searcher.shown(candidate)? else { return Ok(Form::None) };
        let text = shown.post.text.get(shown.range).unwrap_or_default();
        let title = shown.post.title.as_str();
        Ok(match () {
            () if text.contains(typed) || title.contains(typed) => Form::Typed,
            () if std::iter::once(title).chain(text.split('\n')).any(|text| !marker.find(text).is_empty()) => {
                Form::Other
            }
            () => Form::None,
        })
    }

    /// Puts those of the exact hits first that have the text sign by sign, and says what the best of them have; `None`
    /// without any.
    fn divide(&self, answered: &mut Answered) -> Result<Option<Having>, EngineError> {
        let Some(at) = answered.tiers.iter().position(|tier| tier.class == Match::Exact) else { return Ok(None) };
        let best = self.best(&answered.needs, &answered.tiers[at], 0, LOOKED_AT)?;
        let mut first: Vec<Vec<DocId>> = vec![Vec::new(); self.segments.len()];
        let (mut found, mut seen, mut without, mut room) = (None, 0, 0, BYTES);
        let marker = Marker::new(&[], answered.needs.phrase());
        for candidate in best.iter().take(LOOKED_AT) {
            let having = self.having(candidate, &answered.needs, &marker, &mut room)?;
            found = found.max(Some(having));
            if having > Having::Letters {
                first[candidate.segment].push(candidate.doc);
                seen += 1;
            }
            // Those in which its letters stand together come first; where they end there are no more.
            without = if having == Having::Words { without + 1 } else { 0 };
            if seen == ROOM || room == 0 || without == WITHOUT {
                break;
            }
        }
        if seen > 0 {
            first.iter_mut().for_each(|found| found.sort_unstable());
            let tier = &mut answered.tiers[at];
            for (all, first) in tier.found.iter_mut().zip(&first) {
                *all = difference(all, first);
            }
            answered.tiers.insert(at, Tier::new(Match::Exact, first));
        }
        Ok(found)
    }

    /// Says what a candidate shows of a typed text; takes what it looked at off `room`, a number of bytes.
    fn having(
        &self,
        candidate: &Candidate,
        needs: &Needs,
        marker: &Marker<'_>,
        room: &mut usize,
    ) -> Result<Having, EngineError> {
        let Some(shown) = self.searcher.shown(candidate)? else { return Ok(Having::Words) };
        let post = &shown.post;
        // A title that differs in its signs only is meant all the same.
        let is_title = needs.key.chars().nth(1).is_some() && letters(&fold(&post.title)) == needs.key;
        let mut most = if is_title { Having::Spaced } else { Having::Words };
        let labels = post.front.tags.iter().chain(&post.front.categories).chain(&post.front.authors);
        let text = post.text.get(shown.range.clone()).unwrap_or_default();
        let texts = std::iter::once(&post.title).chain(labels).map(String::as_str).chain(text.split('\n'));
        for text in texts {
            for found in marker.find(text) {
                most = most.max(of_piece(around(text, found.range, &needs.signs), &needs.signs));
            }
            *room = room.saturating_sub(text.len());
            if most == Having::Literally || *room == 0 {
                break;
            }
        }
        Ok(most)
    }
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
fn is_one_run(text: &str) -> bool {
    let mut classes = text.chars().map(Class::of);
    let first = classes.next();
    first != Some(Class::Other) && classes.all(|class| Some(class) == first)
}
