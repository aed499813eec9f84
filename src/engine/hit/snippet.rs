//! Snippets of a text, and the marks on the characters that matched.
//!
//! Marks are computed by the analyzer from the text of the hits shown, and not from offsets stored in an index. A
//! clause matches here exactly as in the index, gram by gram, and the marks lie on the characters of the source,
//! Traditional or full-width as they are.

use std::ops::Range;

use memchr::memmem;
use rustc_hash::FxHashMap;

use crate::{
    chinese::{is_currency, marks},
    query::{Clause, PhraseKind, PhraseTerm, Snippet},
    text::{
        Class, fold, grams_and_signs,
        names::names,
        simple_fold,
        values::{counted_terms, serials, values},
    },
};

/// Approximate length of a snippet, in characters.
pub(in crate::engine) const WIDTH: usize = 120;
/// Approximate length of a snippet of a section, in characters.
pub(in crate::engine) const SECTION_WIDTH: usize = 70;
/// Upper bound on the matches of a pattern; more say nothing more about a text.
const MAX_MATCHES: usize = 2_000;

/// A match of a clause in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Match {
    /// The index of the clause; the number of clauses stands for the whole text as a phrase.
    pub clause: usize,
    /// The byte range in the source.
    pub range: Range<usize>,
}

/// A phrase of an alternative of a clause.
struct Pattern<'a> {
    clause: usize,
    terms: &'a [PhraseTerm],
    /// Finds the first term of the phrase.
    finder: memmem::Finder<'a>,
}

impl<'a> Pattern<'a> {
    fn new(clause: usize, terms: &'a [PhraseTerm]) -> Self {
        let first = terms.first().map_or("", |term| term.term.as_str());
        Self { clause, terms, finder: memmem::Finder::new(first.as_bytes()) }
    }
}

/// Finds the matches of clauses in texts.
pub(in crate::engine) struct Marker<'a> {
    clauses: usize,
    patterns: Vec<Pattern<'a>>,
    figures: Figures<'a>,
    /// The first one or two characters of each pattern; `None` when a pattern may begin with any character.
    starts: Option<Vec<(char, Option<char>)>>,
    /// A bit set of the last character of each element of `starts`, by the low bits of the code point. Most characters
    /// of a text are not in this set.
    ends: [u64; 4],
}

/// Returns the word and the bit of a character in [`Marker::ends`].
const fn bit(c: char) -> (usize, u64) {
    ((c as usize >> 6) & 3, 1 << (c as u32 & 63))
}

/// Upper bound on the patterns whose first characters are searched for: with more, the search costs more than it saves.
const MAX_STARTS: usize = 8;

impl<'a> Marker<'a> {
    /// Makes a marker for clauses, and for the whole text as a phrase, which includes particles that are in no clause.
    pub(in crate::engine) fn new(clauses: &'a [Clause], whole: &'a [PhraseTerm]) -> Self {
        let (mut patterns, mut figures) = (Vec::new(), Figures::default());
        for (clause, each) in clauses.iter().enumerate() {
            for phrase in each.alternatives.iter().flat_map(|way| &way.phrases) {
                match (phrase.kind, phrase.terms.first()) {
                    (PhraseKind::Value, Some(term)) => figures.add(&term.term, clause),
                    (PhraseKind::Own, _) => {}
                    _ => patterns.push(Pattern::new(clause, &phrase.terms)),
                }
            }
        }
        if !whole.is_empty() {
            patterns.push(Pattern::new(clauses.len(), whole));
        }
        let start = |pattern: &Pattern<'_>| {
            let term = pattern.terms.first().filter(|term| !term.suffix)?;
            let mut chars = term.term.chars();
            chars.next().map(|first| (first, chars.next()))
        };
        let starts: Option<Vec<_>> = patterns.iter().map(start).collect();
        let starts = starts.filter(|starts| starts.len() <= MAX_STARTS && figures.is_empty());
        let mut ends = [0; 4];
        for &(first, second) in starts.iter().flatten() {
            let (at, bit) = bit(second.unwrap_or(first));
            ends[at] |= bit;
        }
        Self { clauses: clauses.len(), patterns, figures, starts, ends }
    }

    /// Returns the number of clauses.
    pub(in crate::engine) const fn clauses(&self) -> usize {
        self.clauses
    }

    /// Returns whether a clause may match a text. Examines single characters, so that most blocks of a long text need
    /// not be folded.
    fn may_occur(&self, text: &str) -> bool {
        let Some(starts) = &self.starts else { return true };
        let mut before = None;
        for c in text.chars() {
            // A character that does not fold by itself may be a part of any match.
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

    /// Returns the matches in a text, in the order of their starts.
    pub(in crate::engine) fn find(&self, text: &str) -> Vec<Match> {
        if self.patterns.is_empty() && self.figures.is_empty() || !self.may_occur(text) {
            return Vec::new();
        }
        let folded = fold(text);
        let mut matches = Vec::new();
        let mut add = |clause, range| matches.push(Match { clause, range: folded.source(range) });
        for pattern in &self.patterns {
            let ranges = occurrences(folded.as_str(), pattern).take(MAX_MATCHES);
            ranges.for_each(|range| add(pattern.clause, range));
        }
        self.figures.find(folded.as_str(), add);
        matches.sort_unstable_by_key(|each| (each.range.start, each.range.end, each.clause));
        matches
    }
}

/// The numbers, dates and counted things that are searched for.
#[derive(Default)]
struct Figures<'a> {
    /// The clauses of each term.
    clauses: FxHashMap<&'a str, Vec<usize>>,
}

impl<'a> Figures<'a> {
    fn add(&mut self, term: &'a str, clause: usize) {
        self.clauses.entry(term).or_default().push(clause);
    }

    fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Calls `found` with the clause and the range of each number, date and counted thing of a folded text. The text is
    /// read once for each kind of term, however many are searched for.
    fn find(&self, text: &str, mut found: impl FnMut(usize, Range<usize>)) {
        let any = |is_of_kind: fn(&str) -> bool| self.clauses.keys().any(|term| is_of_kind(term));
        let mut left = MAX_MATCHES;
        let mut look = |term: &str, range: &Range<usize>| {
            for &clause in self.clauses.get(term).into_iter().flatten() {
                if left > 0 {
                    left -= 1;
                    found(clause, range.clone());
                }
            }
        };
        if any(is_counted) {
            counted_terms(text).for_each(|(term, range)| look(&term, &range));
        }
        if any(is_serial) {
            for serial in serials(text) {
                serial.terms().for_each(|term| look(&term, &serial.range));
            }
        }
        if any(is_name) {
            names(text).filter(|name| name.has_signs).for_each(|name| look(&name.term(), &name.range));
        }
        if any(|term| !is_counted(term) && !is_serial(term) && !is_name(term)) {
            let mut terms = String::new();
            for value in values(text) {
                terms.clear();
                value.terms(&mut terms);
                terms.split(' ').for_each(|term| look(term, &value.range));
            }
        }
    }
}

/// Returns whether a term of [`Figures`] is a number with what it counts.
fn is_counted(term: &str) -> bool {
    term.contains('~')
}

/// Returns whether a term of [`Figures`] is a part of a long number, such as a telephone number.
fn is_serial(term: &str) -> bool {
    term.starts_with("#t")
}

/// Returns whether a term of [`Figures`] is a name that is written with signs.
fn is_name(term: &str) -> bool {
    term.starts_with("#n")
}

/// Returns the ranges of a folded text in which a phrase occurs.
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

/// Returns the range of a phrase whose first term was found at `at`; `None` when the term does not begin a token there
/// or the next terms do not follow.
fn occurrence(text: &str, at: usize, terms: &[PhraseTerm]) -> Option<Range<usize>> {
    let first = terms.first()?;
    let class = Class::of_term(&first.term);
    let mut start = at;
    if class != Class::Han {
        // The run of the first term begins where another class of characters ends; points are parts of numbers.
        let is_in_run = |c: char| match class {
            Class::Symbol | Class::Other => false,
            Class::Digit => c.is_ascii_digit() || Class::of(c) == class || matches!(c, '.' | ',') || is_currency(c),
            class => Class::of(c) == class,
        };
        let run = text.get(..at)?.chars().rev().take_while(|&c| is_in_run(c));
        start -= run.map(char::len_utf8).sum::<usize>();
    }
    let mut tokens = grams_and_signs(text, start).skip_while(|token| token.range.end <= at).peekable();
    let start = tokens.peek()?.range.start;
    if start > at || start < at && !first.suffix {
        return None;
    }
    let mut range = at..at;
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

/// Returns the ranges of matches. Ranges that overlap or touch are joined.
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

/// Returns a whole text with its matches marked.
pub(in crate::engine) fn whole(text: &str, marker: &Marker<'_>) -> Snippet {
    let marks = marks(&marker.find(text));
    Snippet { text: text.to_owned(), marks, ..Snippet::default() }
}

/// Returns the number of distinct clauses among the matches.
pub(in crate::engine) fn coverage(matches: &[Match]) -> usize {
    let mut clauses: Vec<usize> = matches.iter().map(|each| each.clause).collect();
    clauses.sort_unstable();
    clauses.dedup();
    clauses.len()
}

/// Takes a snippet of about `width` characters around the densest `matches` from `text`; from the beginning of the text
/// when there are no matches. `matches` are ranges in `text`, in order. The snippet begins and ends at ends of
/// sentences where one is near.
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

/// Returns the byte range from the first to the last match of the group, within `width` characters, that covers the
/// most clauses.
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
        // A Han character takes three bytes; mixed scripts get slightly more room than they need.
        let room = lead.range.start + width * 3;
        while last < matches.len() && matches[last].range.end <= room.max(lead.range.end) {
            *counts.entry(matches[last].clause).or_default() += 1;
            last += 1;
        }
        last = last.max(first + 1);
        // Coverage counts most, then the number of matches, up to a limit, since repetition says little.
        let worth = counts.len() * 100 + (last - first).min(20);
        if worth > best.0 {
            best = (worth, lead.range.start, matches[last - 1].range.end);
        }
    }
    let end = best.2.min(text.len());
    (best.1.min(end), end)
}

/// Returns whether `c` ends a sentence.
fn ends_sentence(c: char) -> bool {
    c == '\n' || marks::ends_sentence(c)
}

/// Returns whether a snippet may begin or end after `c` where no sentence ends.
fn ends_clause(c: char) -> bool {
    c == ' ' || marks::ends_clause(c)
}

/// Returns the start of a snippet whose first match is at `from`: after the end of the sentence before, within `room`
/// characters.
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

/// Returns the end of a snippet: after the last match, at about `width` characters, at the end of a sentence if one
/// ends there.
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
        query::{Reading, TypedText},
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
        let clauses = TypedText::new(query, &ANALYZER).parse(Reading::default(), None);
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

    /// Marks a text by a reading in which letters and digits at the ends may be parts of longer ones.
    #[track_caller]
    fn check_open(query: &str, text: &str, expected: &str) {
        let clauses = TypedText::new(query, &ANALYZER).parse(Reading { open_ends: true, ..Reading::default() }, None);
        let marked = whole(text, &Marker::new(&clauses.clauses, &clauses.whole));
        assert_eq!(show(&marked), expected, "{query}");
    }

    #[test]
    fn parts_of_longer_words_are_marked_where_they_are_meant() {
        check_open("legr", "用 telegram 或 legro", "用 te[legr]am 或 [legr]o");
        check_open("3456卡", "尾号123456卡和3456卡", "尾号12[3456卡]和[3456卡]");
        check_open("卡 eleg 号", "卡 telegram 号，卡 eleg 号", "[卡] t[eleg]ram [号]，[卡 eleg 号]");
        check("legr ", "用 telegram 或 legr", 40, "用 telegram 或 [legr]");
        check("legr", "用 telegram 或 legro", 40, "用 telegram 或 [legr]o");
        check("2345 ", "尾号123456和2345", 40, "尾号123456和[2345]");
    }

    #[test]
    fn the_terms_of_a_phrase_follow_each_other() {
        check("桑皮纸", "桑皮做纸，桑皮纸。", 40, "桑皮做纸，[桑皮纸]。");
        check("c-5 ", "C5、C-55、5-C、C-5。", 40, "C5、C-55、5-C、[C-5]。");
        check("c 5", "C5、C。5", 40, "[C5]、[C]。[5]");
        check("👍 ", "好👍👍", 40, "好[👍👍]");
        check("妈", "妈妈", 40, "[妈妈]");
    }

    #[test]
    fn numbers_are_marked_by_their_value() {
        let synonyms = crate::query::Synonyms::default();
        let clauses = TypedText::new("20万元", &ANALYZER).parse(Reading::default(), Some(&synonyms));
        let marked = whole("被骗二十万，又借200000，还了2万。", &Marker::new(&clauses.clauses, &clauses.whole));
        assert_eq!(show(&marked), "被骗[二十万]，又借[200000]，还了2万。");
        let marked = whole("前后被骗二十万。", &Marker::new(&clauses.clauses, &clauses.whole));
        assert_eq!(show(&marked), "前后被骗[二十万]。");
    }

    #[test]
    fn more_patterns_than_are_searched_for_at_once_are_marked_as_well() {
        let names = ["竹篾", "桑皮", "棉线", "浆糊", "剪刀", "颜料", "尾巴", "布条", "线轴", "翅膀"];
        let text = names.join("，");
        let expected: Vec<String> = names.iter().map(|name| format!("[{name}]")).collect();
        check(&names.join(" "), &text, 100, &expected.join("，"));
    }

    #[test]
    fn the_most_different_clauses_are_shown_before_the_most_matches() {
        let filler = "中间是别的话，与此无关。".repeat(6);
        let text = format!("贷款贷款贷款贷款。{filler}先交保证金才放贷款。{filler}贷款。");
        check("贷款 保证金", &text, 20, "…先交[保证金]才放[贷款]。中间是别的话，与此无关。…");
        let text = format!("贷款。{filler}贷款，还是贷款。{filler}贷款。");
        check("贷款", &text, 12, "…[贷款]，还是[贷款]。…");
        // Of equal places the first is shown.
        let text = format!("一次贷款。{filler}二次贷款。");
        check("贷款", &text, 12, "一次[贷款]。…");
    }

    #[test]
    fn coverage_counts_each_clause_once() {
        let found = |clause, range| Match { clause, range };
        assert_eq!(coverage(&[]), 0);
        assert_eq!(coverage(&[found(1, 0..3), found(0, 3..6), found(1, 6..9)]), 2);
    }

    #[test]
    fn a_snippet_ends_behind_a_sentence_else_a_clause_else_a_character() {
        let check = |text: &str, to: usize, width: usize, expected: &str| {
            let end = finish(text, 0, to, width);
            assert_eq!(text.get(..end), Some(expected), "{text} of {width}");
        };
        check("押金。先交，再退。然后", 6, 10, "押金。先交，再退。");
        check("押金先交，再退然后不回", 6, 8, "押金先交，");
        check("押金先交再退然后不回了", 6, 6, "押金先交再退");
        check("押金先交", 6, 40, "押金先交");
        // A sixth of the width is left for what follows a long match.
        check("押金先交再退然后不回", 18, 6, "押金先交再退然");
    }

    proptest! {
        #[test]
        fn marks_lie_inside_in_order(text in "(?s)[中文诈骗，。a-zＡ\u{200b}\n ]{0,200}", query in "[中文诈骗a-z ]{1,6}", width in 1_usize..60) {
            let clauses = TypedText::new(&query, &ANALYZER).parse(Reading::default(), None);
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

    #[test]
    fn a_snippet_begins_behind_a_sentence_else_a_clause_else_a_character() {
        let check = |text: &str, room: usize, expected: &str| {
            let begun = begin(text, text.len(), room);
            assert_eq!(text.get(begun..), Some(expected), "{text} within {room}");
        };
        check("他报了警。对方说，先交押金", 20, "对方说，先交押金");
        check("他报了警对方说，先交押金再退", 8, "先交押金再退");
        check("他报了警对方说先交押，金", 8, "对方说先交押，金");
        check("他报了警对方说先交押金", 4, "先交押金");
        check("先交押金", 20, "先交押金");
    }
}
