//! What of a text to show, and which characters of it matched.
//!
//! Highlights are made by the analyzer from the text of the hits shown, never from offsets kept in an
//! index: a need matches here exactly as it matches there, gram by gram, and the marks fall on
//! the source's own characters, Traditional or full-width as they are.

use std::ops::Range;

use memchr::memmem;
use rustc_hash::FxHashMap;

use crate::{
    chinese::marks,
    query::{Clause, PhraseKind, PhraseTerm, Snippet},
    text::{
        Class, fold, grams_from, simple_fold,
        values::{Value, values},
    },
};

/// How many characters a snippet has, about.
pub(in crate::engine) const WIDTH: usize = 120;
/// How many characters a snippet of a section has, about.
pub(in crate::engine) const SECTION_WIDTH: usize = 70;
/// More matches than this say no more about a text.
const MOST_MATCHES: usize = 2_000;

/// A place that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Match {
    /// Which need, by its place among the needs; behind the last one, the whole text.
    pub clause: usize,
    /// Where in the source.
    pub range: Range<usize>,
}

/// One phrase by which a need may be met.
struct Pattern<'a> {
    clause: usize,
    kind: PhraseKind,
    terms: &'a [PhraseTerm],
    /// Finds its first term.
    finder: memmem::Finder<'a>,
}

impl<'a> Pattern<'a> {
    fn new(clause: usize, kind: PhraseKind, terms: &'a [PhraseTerm]) -> Self {
        let first = terms.first().map_or("", |term| term.term.as_str());
        Self { clause, kind, terms, finder: memmem::Finder::new(first.as_bytes()) }
    }
}

/// Finds needs in texts.
pub(in crate::engine) struct Marker<'a> {
    clauses: usize,
    patterns: Vec<Pattern<'a>>,
    /// The one or two characters with which each pattern begins; `None` when one may begin with anything.
    starts: Option<Vec<(char, Option<char>)>>,
    /// The last of them, each by the low bits of its number: most characters of a text are none of these.
    ends: [u64; 4],
}

/// Gives the place of a character among [`Marker::ends`].
const fn bit(c: char) -> (usize, u64) {
    ((c as usize >> 6) & 3, 1 << (c as u32 & 63))
}

/// With more patterns than this, looking for their beginnings costs more than it spares.
const MOST_STARTS: usize = 8;

impl<'a> Marker<'a> {
    /// Makes one for these needs, and for the whole text as a phrase, whose particles are no needs.
    pub(in crate::engine) fn new(clauses: &'a [Clause], whole: &'a [PhraseTerm]) -> Self {
        let mut patterns = Vec::new();
        for (clause, each) in clauses.iter().enumerate() {
            for phrase in each.alternatives.iter().flat_map(|way| &way.phrases) {
                patterns.push(Pattern::new(clause, phrase.kind, &phrase.terms));
            }
        }
        if !whole.is_empty() {
            patterns.push(Pattern::new(clauses.len(), PhraseKind::Grams, whole));
        }
        let start = |pattern: &Pattern<'_>| {
            let term = pattern.terms.first().filter(|term| pattern.kind != PhraseKind::Value && !term.suffix)?;
            let mut chars = term.term.chars();
            chars.next().map(|first| (first, chars.next()))
        };
        let starts: Option<Vec<_>> = patterns.iter().map(start).collect();
        let starts = starts.filter(|starts| starts.len() <= MOST_STARTS);
        let mut ends = [0; 4];
        for &(first, second) in starts.iter().flatten() {
            let (at, bit) = bit(second.unwrap_or(first));
            ends[at] |= bit;
        }
        Self { clauses: clauses.len(), patterns, starts, ends }
    }

    /// Gives how many needs there are.
    pub(in crate::engine) const fn clauses(&self) -> usize {
        self.clauses
    }

    /// Says whether a need may occur in a text: a look at single characters, which spares most blocks of a
    /// long text the folding.
    fn may_occur(&self, text: &str) -> bool {
        let Some(starts) = &self.starts else { return true };
        let mut before = None;
        for c in text.chars() {
            // What does not fold by itself may be part of anything.
            let Some(folded) = simple_fold(c) else { return true };
            let begins = |&(first, second): &(char, Option<char>)| match second {
                None => folded == first,
                Some(second) => folded == second && before == Some(first),
            };
            let (at, bit) = bit(folded);
            if self.ends[at] & bit != 0 && starts.iter().any(begins) {
                return true;
            }
            before = Some(folded);
        }
        false
    }

    /// Gives the matches in a text, in the order of their starts.
    pub(in crate::engine) fn find(&self, text: &str) -> Vec<Match> {
        if self.patterns.is_empty() || !self.may_occur(text) {
            return Vec::new();
        }
        let folded = fold(text);
        let mut matches = Vec::new();
        for pattern in &self.patterns {
            let mut add = |range| matches.push(Match { clause: pattern.clause, range: folded.source(range) });
            let wanted = pattern.terms.first().map_or("", |term| term.term.as_str());
            if pattern.kind == PhraseKind::Value {
                let mut terms = String::new();
                let same = |value: &Value| {
                    terms.clear();
                    value.terms(&mut terms);
                    terms.split(' ').any(|term| term == wanted)
                };
                values(folded.as_str()).filter(same).take(MOST_MATCHES).for_each(|value| add(value.range));
            } else {
                occurrences(folded.as_str(), pattern).take(MOST_MATCHES).for_each(add);
            }
        }
        matches.sort_unstable_by_key(|each| (each.range.start, each.range.end, each.clause));
        matches
    }
}

/// Gives the ranges of folded text in which a phrase stands.
fn occurrences<'t>(text: &'t str, pattern: &'t Pattern<'_>) -> impl Iterator<Item = Range<usize>> + 't {
    let step = pattern.terms.first().and_then(|term| term.term.chars().next()).map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + pattern.finder.find(text.as_bytes().get(from..)?)?;
            from = at + step;
            if let Some(range) = occurrence(text, at, pattern.terms) {
                return Some(range);
            }
        }
    })
}

/// Gives the range of a phrase whose first term was seen at `at`, if it begins there and goes on as it should.
fn occurrence(text: &str, at: usize, terms: &[PhraseTerm]) -> Option<Range<usize>> {
    let first = terms.first()?;
    let class = Class::of(first.term.chars().next()?);
    let mut start = at;
    if class != Class::Han {
        // Its run begins where another class ends.
        let run = text.get(..at)?.chars().rev().take_while(|&c| Class::of(c) == class && class != Class::Symbol);
        start -= run.map(char::len_utf8).sum::<usize>();
        if start < at && !first.suffix {
            return None;
        }
    }
    let mut range = at..at;
    let mut tokens = grams_from(text, start);
    for (i, term) in terms.iter().enumerate() {
        let token = tokens.next()?;
        let inside = if i == 0 { at - start } else { 0 };
        let rest = token.term.get(inside..)?;
        if !(if term.prefix { rest.starts_with(term.term.as_str()) } else { rest == term.term }) {
            return None;
        }
        range.end = token.range.start + inside + term.term.len();
    }
    Some(range)
}

/// Gives the ranges of matches with those joined that touch.
fn marks<'m>(matches: impl IntoIterator<Item = &'m Match>) -> Vec<Range<usize>> {
    let mut marks: Vec<Range<usize>> = Vec::new();
    for range in matches.into_iter().map(|each| &each.range) {
        match marks.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => marks.push(range.clone()),
        }
    }
    marks
}

/// Gives a text whole, with its matches marked.
pub(in crate::engine) fn whole(text: &str, marker: &Marker<'_>) -> Snippet {
    let marks = marks(&marker.find(text));
    Snippet { text: text.to_owned(), marks, ..Snippet::default() }
}

/// Gives how many different needs the matches are of.
pub(in crate::engine) fn coverage(matches: &[Match]) -> usize {
    let mut clauses: Vec<usize> = matches.iter().map(|each| each.clause).collect();
    clauses.sort_unstable();
    clauses.dedup();
    clauses.len()
}

/// Cuts about `width` characters around the densest `matches` out of `text`, of which they are ranges in
/// order; from the beginning when there are none. Cuts fall on ends of sentences where one is near.
pub(in crate::engine) fn cut(text: &str, matches: &[Match], width: usize) -> Snippet {
    let (from, to) = densest(text, matches, width);
    let (start, end) = (begin(text, from, width / 3), finish(text, from, to, width));
    let piece = text.get(start..end).unwrap_or_default();
    let lead = piece.len() - piece.trim_start().len();
    let start = start + lead;
    let piece = piece.trim();
    let end = start + piece.len();
    let inside = matches.iter().filter(|each| each.range.start >= start && each.range.end <= end);
    let marks = marks(inside).into_iter().map(|mark| mark.start - start..mark.end - start).collect();
    let left = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    let (cut_before, cut_after) = (left(text.get(..start)), left(text.get(end..)));
    Snippet { text: piece.to_owned(), marks, cut_before, cut_after, start, places: Vec::new() }
}

/// Gives the bytes from the first to the last match of the group, within `width` characters, that covers the most needs.
fn densest(text: &str, matches: &[Match], width: usize) -> (usize, usize) {
    let mut best = (0, 0, 0);
    let mut counts: FxHashMap<usize, usize> = FxHashMap::default();
    let mut last = 0;
    for (first, lead) in matches.iter().enumerate() {
        if first > 0 {
            // The match before leaves the group.
            let left = matches[first - 1].clause;
            if let Some(count) = counts.get_mut(&left) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(&left);
                }
            }
        }
        // A Han character takes three bytes; a mix of scripts gets a little more room than it needs.
        let room = lead.range.start + width * 3;
        while last < matches.len() && matches[last].range.end <= room.max(lead.range.end) {
            *counts.entry(matches[last].clause).or_default() += 1;
            last += 1;
        }
        last = last.max(first + 1);
        // Coverage first; then how many, but repetition soon says no more.
        let worth = counts.len() * 100 + (last - first).min(20);
        if worth > best.0 {
            best = (worth, lead.range.start, matches[last - 1].range.end);
        }
    }
    let end = best.2.min(text.len());
    (best.1.min(end), end)
}

/// Says whether a sentence ends with `c`.
fn ends_sentence(c: char) -> bool {
    c == '\n' || marks::ends_sentence(c)
}

/// Says whether a cut after `c` reads well, if no sentence ends.
fn ends_clause(c: char) -> bool {
    matches!(c, '，' | '、' | '：' | '”' | '）' | ',' | ':' | ')' | ' ')
}

/// Gives where a snippet whose first match is at `from` begins: after the sentence before, within `room` characters.
fn begin(text: &str, from: usize, room: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    let mut clause = None;
    let mut at = from;
    for (count, (i, c)) in before.char_indices().rev().enumerate() {
        if ends_sentence(c) {
            return i + c.len_utf8();
        }
        if count >= room {
            return clause.unwrap_or(at);
        }
        if ends_clause(c) && count >= room / 4 {
            clause = Some(i + c.len_utf8());
        }
        at = i;
    }
    0
}

/// Gives where a snippet ends: behind the last match, at about `width` characters, after a sentence if one ends there.
fn finish(text: &str, from: usize, to: usize, width: usize) -> usize {
    let taken = text.get(from..to).unwrap_or_default().chars().count();
    let room = width.saturating_sub(taken).max(width / 6);
    let after = text.get(to..).unwrap_or_default();
    let (mut sentence, mut clause, mut at) = (None, None, to);
    for (count, (i, c)) in after.char_indices().enumerate() {
        let end = to + i + c.len_utf8();
        if count >= room {
            return sentence.or(clause).unwrap_or(at);
        }
        if ends_sentence(c) {
            sentence = Some(end);
        } else if ends_clause(c) {
            clause = Some(end);
        }
        at = end;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        query::{Reading, parse},
        text::Analyzer,
    };

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn show(snippet: &Snippet) -> String {
        let mut shown = String::new();
        let mut at = 0;
        for mark in &snippet.marks {
            shown.push_str(snippet.text.get(at..mark.start).unwrap_or("!"));
            shown.push('[');
            shown.push_str(snippet.text.get(mark.clone()).unwrap_or("!"));
            shown.push(']');
            at = mark.end;
        }
        shown.push_str(snippet.text.get(at..).unwrap_or("!"));
        format!("{}{shown}{}", if snippet.cut_before { "…" } else { "" }, if snippet.cut_after { "…" } else { "" })
    }

    fn check(query: &str, text: &str, width: usize, expected: &str) {
        let clauses = parse(query, &ANALYZER, Reading::default());
        let matches = Marker::new(&clauses.clauses, &clauses.whole).find(text);
        assert_eq!(show(&cut(text, &matches, width)), expected, "{query}");
    }

    #[test]
    fn the_source_is_marked_as_it_is_written() {
        check("诈骗 app ", "對方發來ＡＰＰ，這是詐騙。", 40, "對方發來[ＡＰＰ]，這是[詐騙]。");
    }

    #[test]
    fn zero_width_characters_inside_are_marked_with_it() {
        check("诈骗", "这是诈\u{200b}骗吗", 40, "这是[诈\u{200b}骗]吗");
    }

    #[test]
    fn touching_marks_are_one() {
        check("冒充客服", "有人冒充客服打来电话", 40, "有人[冒充客服]打来电话");
    }

    #[test]
    fn the_densest_place_is_shown_and_cut_at_sentences() {
        let text = "开头说到贷款。中间是别的话，与此无关，说了很多很多很多很多。后来她申请贷款，被要求先交保证金。最后她才想起来要报警，可是已经太晚了。";
        check("贷款 保证金", text, 24, "…后来她申请[贷款]，被要求先交[保证金]。…");
    }

    #[test]
    fn without_a_match_the_beginning_is_shown() {
        check("无关", "第一句话。第二句话很长很长很长很长。", 8, "第一句话。…");
    }

    proptest! {
        #[test]
        fn marks_lie_inside_in_order(text in "(?s)[中文诈骗，。a-zＡ\u{200b}\n ]{0,200}", query in "[中文诈骗a-z ]{1,6}", width in 1_usize..60) {
            let clauses = parse(&query, &ANALYZER, Reading::default());
            let matches = Marker::new(&clauses.clauses, &clauses.whole).find(&text);
            let snippet = cut(&text, &matches, width);
            prop_assert!(text.contains(&snippet.text));
            let mut last = 0;
            for mark in &snippet.marks {
                prop_assert!(mark.start >= last && mark.end > mark.start);
                prop_assert!(snippet.text.get(mark.clone()).is_some());
                last = mark.end;
            }
        }
    }
}
