//! Parses a typed text into clauses and terms: [`TypedText`] is segmented once and read in several ways.
//!
//! The analyzer that tokenized the posts folds and tokenizes the text as well. The parser makes two things from the
//! tokens: **clauses** and **terms**. A clause is a phrase of grams, with its other alternatives. A phrase of grams
//! matches as a substring, however the dictionary segmented the post. Terms are words and grams whose frequency ranks
//! the hits. No text is an error: text without a special meaning is searched for as plain text, and a note says so.
//!
//! The parser does not know which words the index contains.

use std::ops::Range;

use super::{
    Match, Note,
    clauses::{Alternative, Clause, Emphasis, ParsedText, Phrase, PhraseTerm, Term, TermKind},
    pieces::{joined, pieces},
    spans::{Split, join, names, spans, with_signs},
    synonyms::Synonyms,
    typed_word::TypedWord,
};
use crate::{
    chinese::{asks, is_light, marks},
    text::{
        Analyzer, Class, Folded, Token, fold, grams, grams_and_signs, simple_fold, typed_forms,
        values::{Counted, Interval, Serial, Value, counted, intervals, serials, values},
    },
};

/// Maximum length of a text, in characters; the rest is not searched for.
pub const LONGEST: usize = 500;
/// Maximum number of clauses of a text; further words only rank.
pub const MAX_CLAUSES: usize = 64;
/// Maximum number of letters and digits of a text without white space that is searched for in one piece: posts that
/// contain it so come first.
const MAX_ONE_PIECE_CHARACTERS: usize = 6;

/// One way to read a typed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// How the text is split into clauses.
    pub split: Split,
    /// Whether letters and digits at the ends of the text may be parts of longer words and numbers.
    pub open_ends: bool,
}

/// A typed text, folded and segmented once for all readings.
pub struct TypedText<'a> {
    analyzer: &'a Analyzer,
    folded: Folded,
    pieces: Vec<TypedPiece>,
    /// The text without straight quotation marks and without spaces between Han characters; `None` when there are none.
    joined: Option<Folded>,
    /// The facts that do not depend on the reading.
    shared: ParsedText,
}

/// A piece of a typed text: either the text between two quotation marks, or the text outside of them.
pub(super) struct TypedPiece {
    /// The folded text of the piece; `None` when the piece is the whole text.
    folded: Option<Folded>,
    literal: bool,
    /// Whether a word of letters at the end of the piece may be unfinished.
    typing: bool,
    words: Vec<TypedWord>,
    pub(super) values: Vec<Value>,
    pub(super) counted: Vec<Counted>,
    pub(super) intervals: Vec<Interval>,
    pub(super) serials: Vec<Serial>,
    /// The words and grams that rank the hits.
    terms: Vec<Term>,
}

/// Returns the beginning of a typed text that is searched for: at most [`LONGEST`] characters, counted as what they fold
/// to, since a single one may stand for a whole sentence.
#[must_use]
pub fn searched(text: &str) -> &str {
    let mut left = LONGEST;
    for (at, c) in text.char_indices() {
        let folded =
            if simple_fold(c).is_some() { 1 } else { fold(c.encode_utf8(&mut [0; 4])).as_str().chars().count() };
        match left.checked_sub(folded.max(1)) {
            Some(rest) => left = rest,
            None => return text.get(..at).unwrap_or_default(),
        }
    }
    text
}

impl<'a> TypedText<'a> {
    /// Folds and segments a text. What [`searched`] does not return is left out.
    #[must_use]
    pub fn new(text: &str, analyzer: &'a Analyzer) -> Self {
        let mut shared = ParsedText::default();
        let whole = text.len();
        let text = searched(text);
        if text.len() < whole {
            shared.notes.push(Note::Shortened { characters: LONGEST });
        }
        let (pieces, unbalanced) = pieces(text);
        if unbalanced {
            shared.notes.push(Note::UnbalancedQuote);
        }
        let folded = fold(text);
        shared.forms = typed_forms(text);
        shared.key = title_key(&folded);
        shared.written = written(&folded);
        shared.one_piece =
            !text.trim().contains(char::is_whitespace) && shared.key.chars().count() <= MAX_ONE_PIECE_CHARACTERS;
        let typing = text.chars().next_back().is_some_and(char::is_alphanumeric);
        let last = pieces.len().saturating_sub(1);
        let mut typed_pieces = Vec::with_capacity(pieces.len());
        for (i, piece) in pieces.iter().enumerate() {
            let own = (piece.text != text).then(|| fold(piece.text));
            let folded = own.as_ref().unwrap_or(&folded);
            let typing = typing && i == last && !piece.literal;
            let counted: Vec<Counted> = counted(folded.as_str()).filter(Counted::has_unit).collect();
            shared.is_question |= analyzer.words(folded).any(|token| asks(token.term));
            if !piece.literal {
                shared.pieces.extend(typed_together(folded));
            }
            typed_pieces.push(TypedPiece {
                literal: piece.literal,
                typing,
                words: analyzer.segmentation(folded).map(|token| TypedWord::of(&token)).collect(),
                values: values(folded.as_str()).collect(),
                intervals: intervals(&counted, folded.as_str()).collect(),
                counted,
                serials: serials(folded.as_str()).collect(),
                terms: ranking_terms(folded, analyzer, typing),
                folded: own,
            });
        }
        let unquoted: String = pieces.iter().map(|piece| piece.text).collect();
        let joined = Some(joined(&unquoted)).filter(|joined| joined != text).map(|joined| fold(&joined));
        Self { analyzer, folded, pieces: typed_pieces, joined, shared }
    }

    /// Reads the text in one way. Without `synonyms` the text is meant literally: numbers and dates are not matched by
    /// their meaning either.
    #[must_use]
    pub fn parse(&self, reading: Reading, synonyms: Option<&Synonyms>) -> ParsedText {
        let mut parsed = self.shared.clone();
        for piece in &self.pieces {
            let folded = piece.folded.as_ref().unwrap_or(&self.folded);
            if piece.literal || reading.split == Split::OnePiece {
                let all = 0..folded.as_str().len();
                let range = if piece.literal { all } else { without_outer_signs(folded, all, reading.open_ends) };
                parsed.clauses.extend(clause(folded, &range, piece.literal, reading.open_ends));
            } else {
                parsed.read(piece, folded, reading, synonyms, self.analyzer);
            }
            parsed.terms.extend_from_slice(&piece.terms);
        }
        let joined = self.joined.as_ref().unwrap_or(&self.folded);
        let range = with_outer_signs(joined, 0..joined.as_str().len(), reading.open_ends);
        let whole = terms(joined, &range, reading.open_ends).unwrap_or_default();
        let is_the_clause = |clause: &Clause| {
            let mut phrases = clause.alternatives[0].phrases.iter().filter(|phrase| phrase.is_text());
            phrases.next().is_some_and(|phrase| phrase.terms == whole) && phrases.next().is_none()
        };
        if !matches!(parsed.clauses.as_slice(), [only] if is_the_clause(only)) {
            parsed.whole = whole;
        }
        parsed.deduplicate();
        parsed
    }
}

/// Returns each stretch of folded text without white space as one clause.
fn typed_together(folded: &Folded) -> Vec<Clause> {
    let text = folded.as_str();
    let (mut clauses, mut start) = (Vec::new(), None);
    for (at, is_space) in text.char_indices().map(|(at, c)| (at, c.is_whitespace())).chain([(text.len(), true)]) {
        match (is_space, start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                clauses.extend(clause(folded, &with_outer_signs(folded, from..at, false), true, false));
                start = None;
            }
            _ => {}
        }
    }
    clauses
}

/// Returns the letters and digits of folded text.
#[must_use]
pub fn letters(folded: &Folded) -> String {
    folded.as_str().chars().filter(|&c| Class::of(c) != Class::Other).collect()
}

/// Returns the key that is equal for titles which a reader takes for equal: the letters and digits of the title. A
/// title without letters and digits, such as the name of an operator, is its own key.
#[must_use]
pub fn title_key(folded: &Folded) -> String {
    let letters = letters(folded);
    if letters.is_empty() { written(folded) } else { letters }
}

/// Returns folded text without white space. Titles that differ only in their punctuation differ in this string.
#[must_use]
pub fn written(folded: &Folded) -> String {
    folded.as_str().split_whitespace().collect()
}

impl ParsedText {
    /// Adds the clauses of a piece of text without quotation marks around it.
    fn read(
        &mut self,
        piece: &TypedPiece,
        folded: &Folded,
        reading: Reading,
        synonyms: Option<&Synonyms>,
        analyzer: &Analyzer,
    ) {
        let words = &piece.words;
        let mut spans = spans(words, folded, reading.split);
        let values = piece.values.iter().map(|value| &value.range);
        let counted = piece.counted.iter().map(|counted| &counted.range);
        let serials = piece.serials.iter().map(|serial| &serial.range);
        let intervals = piece.intervals.iter().map(|interval| &interval.range);
        for range in values.chain(counted).chain(serials).chain(intervals) {
            join(&mut spans, range);
        }
        for span in &mut spans {
            span.start -= name_prefix(folded.as_str(), span.start);
            *span = with_signs(folded.as_str(), span);
        }
        let is_kept =
            |word: &&TypedWord| spans.iter().any(|span| span.start <= word.range.start && word.range.end <= span.end);
        let left_out =
            words.iter().filter(|word| !is_kept(word)).filter_map(|word| folded.as_str().get(word.range.clone()));
        self.left_out.extend(left_out.map(str::to_owned));
        let end = folded.as_str().len();
        let is_unfinished = piece.typing && words.last().is_some_and(|word| word.class == Class::Letter);
        let from = self.clauses.len();
        for span in spans {
            let mut found = clause(folded, &span, false, reading.open_ends);
            if let Some(term) = found.as_mut().and_then(Clause::last_term) {
                term.prefix |= is_unfinished && span.end == end && term.term.chars().nth(1).is_some();
            }
            if let (Some(clause), Some(_)) = (&mut found, synonyms) {
                self.add_value(clause, piece, folded, &span, reading.open_ends);
            }
            self.clauses.extend(found);
        }
        if let Some(synonyms) = synonyms {
            self.add_synonyms(from, synonyms, analyzer);
        }
    }

    /// Adds synonyms to the clauses from index `from` on. Several neighbouring clauses that form one name together are
    /// joined.
    fn add_synonyms(&mut self, from: usize, synonyms: &Synonyms, analyzer: &Analyzer) {
        let mut at = from;
        while at < self.clauses.len() {
            let mut joined = String::new();
            let mut found = None;
            for next in at..self.clauses.len() {
                joined.push_str(&self.clauses[next].text);
                if joined.chars().count() > synonyms.longest() {
                    break;
                }
                if !synonyms.of(&joined).is_empty() {
                    found = Some((next, joined.clone()));
                }
            }
            if let Some((last, name)) = found {
                let parts: Vec<Clause> = self.clauses.drain(at..=last).collect();
                let mut alternatives = vec![Alternative {
                    class: Match::Exact,
                    phrases: parts.iter().flat_map(|part| part.alternatives[0].phrases.clone()).collect(),
                }];
                for other in synonyms.of(&name) {
                    let other = fold(other);
                    let all = 0..other.as_str().len();
                    let Some(terms) = terms(&other, &all, false) else { continue };
                    alternatives.push(Alternative { class: Match::Synonym, phrases: vec![Phrase::of_grams(terms)] });
                    let theirs = ranking_terms(&other, analyzer, false).into_iter();
                    self.terms.extend(theirs.map(|term| Term { class: Match::Synonym, ..term }));
                }
                self.clauses.insert(at, Clause { text: name, alternatives, literal: false });
            }
            at += 1;
        }
    }

    /// Removes duplicates, limits the number of clauses, and adds a note when no clause is left.
    fn deduplicate(&mut self) {
        fn once<T: Clone + Eq + std::hash::Hash>(items: &mut Vec<T>) {
            let mut seen = rustc_hash::FxHashSet::default();
            items.retain(|item| seen.insert(item.clone()));
        }
        once(&mut self.clauses);
        once(&mut self.terms);
        once(&mut self.left_out);
        self.clauses.truncate(MAX_CLAUSES);
        if self.clauses.is_empty() {
            self.notes.push(Note::NothingToSearch);
        }
    }
}

impl Clause {
    /// Makes a literal clause of the whole text; `None` when the text has nothing to search for.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let folded = fold(text);
        let all = 0..folded.as_str().len();
        clause(&folded, &all, true, false)
    }

    /// Returns the last term of the text as typed.
    fn last_term(&mut self) -> Option<&mut PhraseTerm> {
        self.alternatives.first_mut()?.phrases.last_mut()?.terms.last_mut()
    }
}

/// Returns the terms of a piece of text: words and grams, whose frequencies rank the hits.
fn ranking_terms(folded: &Folded, analyzer: &Analyzer, typing: bool) -> Vec<Term> {
    let mut terms = Vec::new();
    let names = names(folded.as_str());
    let mut add = |token: &Token<'_>, kind, prefix, light| {
        let in_name = || names.iter().any(|name| name.start <= token.range.start && token.range.end <= name.end);
        let emphasis = match light {
            true => Emphasis::Light,
            false if in_name() => Emphasis::Named,
            false => Emphasis::Plain,
        };
        terms.push(Term { text: token.term.to_owned(), kind, prefix, class: Match::Exact, emphasis });
    };
    let mut heavy: Vec<Range<usize>> = Vec::new();
    for token in analyzer.words(folded) {
        let light = is_light(token.term);
        if !light {
            heavy.push(token.range.clone());
        }
        add(&token, TermKind::Word, false, light);
    }
    let mut before: Option<Token<'_>> = None;
    let end = folded.as_str().len();
    for token in grams(folded) {
        let mut chars = token.term.chars();
        let class = chars.next().map_or(Class::Other, Class::of);
        let single = chars.next().is_none();
        let inside = before.is_some_and(|before| before.range.end == token.range.end);
        if class != Class::Han {
            add(&token, TermKind::Both, false, false);
            if typing && token.range.end == end && class == Class::Letter && !single {
                // A term that only begins with the typed letters counts less than the word itself.
                add(&token, TermKind::Both, true, false);
            }
        } else if !(single && inside) {
            let kind = if single { TermKind::Character } else { TermKind::Gram };
            let touches = heavy.iter().any(|word| word.start < token.range.end && token.range.start < word.end);
            add(&token, kind, false, !touches);
        }
        before = Some(token);
    }
    terms
}

/// Returns a range of folded text with the signs at its ends that touch letters or digits and may belong to a name, as in
/// `a+` and `#5`.
fn with_outer_signs(folded: &Folded, range: Range<usize>, open: bool) -> Range<usize> {
    let text = folded.as_str();
    let inner = without_outer_signs(folded, range.clone(), open);
    let is_sign = |c: char| Class::of(c) == Class::Other && marks::joins(c);
    let is_western = |c: char| matches!(Class::of(c), Class::Letter | Class::Digit) || is_sign(c);
    let part = |range: Range<usize>| text.get(range).unwrap_or_default();
    let (before, within, after) = (part(range.start..inner.start), part(inner.clone()), part(inner.end..range.end));
    let outside = |gap: usize, is_kept: bool| if is_kept { gap } else { 0 };
    let left = before.len() - before.trim_end_matches(is_sign).len();
    let right = after.len() - after.trim_start_matches(is_sign).len();
    inner.start - outside(left, within.starts_with(is_western))
        ..inner.end + outside(right, within.ends_with(is_western))
}

/// Returns a range of folded text without the signs at its ends: quotation marks, the full stop, a sign that is typed
/// before what follows, or, if the ends are open, a part of a longer number, as in the piece `.5` of `3.5`.
fn without_outer_signs(folded: &Folded, range: Range<usize>, open: bool) -> Range<usize> {
    let text = folded.as_str();
    let inside = grams_and_signs(text, 0).skip_while(|token| token.range.start < range.start);
    let inside = inside.take_while(|token| token.range.start < range.end);
    let mut tokens = inside.filter(|token| Class::of_term(token.term) != Class::Other);
    let Some(first) = tokens.next() else { return 0..0 };
    let end = tokens.last().map_or(first.range.end, |last| last.range.end);
    if open {
        return first.range.start..end;
    }
    with_signs(text, &(first.range.start - name_prefix(text, first.range.start)..end))
}

/// Returns the length of the sign before a name that belongs to the name: `.net`.
fn name_prefix(text: &str, start: usize) -> usize {
    let before = text.get(..start).and_then(|before| before.strip_suffix('.'));
    let is_name = text.get(start..).is_some_and(|rest| rest.starts_with(|c| Class::of(c) == Class::Letter));
    usize::from(is_name && before.is_some_and(|before| before.chars().next_back().is_none_or(char::is_whitespace)))
}

/// Makes the clause for `range` of folded text; `None` when the range contains no term.
fn clause(folded: &Folded, range: &Range<usize>, literal: bool, open: bool) -> Option<Clause> {
    let phrase = Phrase::of_grams(terms(folded, range, open)?);
    let text = folded.as_str().get(range.clone())?.to_owned();
    Some(Clause { text, alternatives: vec![Alternative { class: Match::Exact, phrases: vec![phrase] }], literal })
}

/// Returns the phrase terms for `range` of folded text; `None` when the range contains no term. With `open`, letters
/// and digits at the ends may be parts of longer ones.
pub(super) fn terms(folded: &Folded, range: &Range<usize>, open: bool) -> Option<Vec<PhraseTerm>> {
    let text = folded.as_str();
    let inside: Vec<Token<'_>> = grams_and_signs(text, 0)
        .skip_while(|token| token.range.start < range.start)
        .take_while(|token| token.range.start < range.end)
        .collect();
    let mut terms: Vec<PhraseTerm> = Vec::with_capacity(inside.len());
    let mut slack = 0;
    for (i, token) in inside.iter().enumerate() {
        let position = u32::try_from(i).ok()?;
        let is_apart = text.get(..token.range.start).is_some_and(|before| before.ends_with(char::is_whitespace));
        let is_han = token.term.chars().next().map(Class::of) == Some(Class::Han);
        // No sign stands between a number and what it counts.
        let is_counted = is_han && i > 0 && Class::of_term(inside[i - 1].term) == Class::Digit;
        slack += u32::from(i > 0 && is_apart && !is_counted);
        let first_end = token.range.start + token.term.chars().next().map_or(0, char::len_utf8);
        let is_last = i + 1 == inside.len();
        if is_han && is_last {
            // The gram before may contain the last character. Otherwise a prefix matches the character, whatever
            // follows in the post.
            let is_covered = i > 0 && inside[i - 1].range.end == first_end;
            if !is_covered {
                let term = text.get(token.range.start..first_end)?.to_owned();
                terms.push(PhraseTerm { position, slack, term, prefix: true, suffix: false });
            }
        } else {
            let class = Class::of_term(token.term);
            let may_be_part = open && matches!(class, Class::Letter | Class::Digit);
            let (prefix, suffix) = (may_be_part && is_last, may_be_part && i == 0);
            terms.push(PhraseTerm { position, slack, term: token.term.to_owned(), prefix, suffix });
        }
    }
    (!terms.is_empty()).then_some(terms)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::query::Rule;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn read(text: &str) -> ParsedText {
        TypedText::new(text, &ANALYZER).parse(Reading::default(), None)
    }

    fn check(text: &str, expected: &[&str]) {
        let parsed = read(text);
        let found: Vec<String> = parsed
            .clauses
            .iter()
            .map(|clause| {
                let terms = clause.alternatives[0]
                    .phrases
                    .iter()
                    .flat_map(|phrase| &phrase.terms)
                    .map(|term| format!("{}{}", term.term, if term.prefix { "*" } else { "" }));
                format!("{}{}", if clause.literal { "=" } else { "" }, terms.collect::<Vec<_>>().join("+"))
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn terms_of_another_name_count_for_synonyms_only() {
        let rules = [Rule::Same(vec!["帮信罪".to_owned(), "跑分平台".to_owned()])];
        let synonyms = Synonyms::new(&rules, false).unwrap_or_default();
        let parsed = TypedText::new("帮信罪", &ANALYZER).parse(Reading::default(), Some(&synonyms));
        let of_class = |class| parsed.terms.iter().filter(move |term| term.class == class);
        assert!(of_class(Match::Synonym).any(|term| term.text.contains("平台")), "{:?}", parsed.terms);
        assert!(of_class(Match::Exact).all(|term| !term.text.contains("平台")), "{:?}", parsed.terms);
        assert_eq!(parsed.further_classes(), [Match::Synonym]);
    }

    #[test]
    fn names_that_are_set_apart_say_more() {
        let check = |text: &str, expected: &[&str]| {
            let terms = read(text).terms.into_iter().filter(|term| term.emphasis == Emphasis::Named);
            let words: Vec<String> = terms.filter(|term| term.kind != TermKind::Gram).map(|term| term.text).collect();
            assert_eq!(words, expected, "{text}");
        };
        check("《反诈手册》是哪一年印的", &["反诈", "手册"]);
        check("谁写了「安全APP」的说明", &["安全", "app"]);
        check("反诈手册是哪一年印的", &[]);
        check("《反诈手册是哪一年印的", &[]);
    }

    #[test]
    fn each_word_is_a_clause() {
        check("冒充客服诈骗", &["冒充", "客服", "诈骗"]);
        check("冒充 公安局", &["冒充", "公安+安局"]);
    }

    #[test]
    fn a_single_character_is_a_prefix_of_grams() {
        check("骗", &["骗*"]);
        check("的", &["的*"]);
    }

    #[test]
    fn particles_are_no_clauses() {
        check("诈骗了", &["诈骗"]);
        check("我的钱", &["钱*"]);
        check("骗了20万元", &["骗*", "20+万元"]);
        check("的 于", &["的*", "于*"]);
        check("为的是", &["为的+的是"]);
        check("第5条的20", &["第+5+条*", "20"]);
    }

    #[test]
    fn what_is_left_out_and_what_says_little_is_told() {
        let check = |text: &str, left_out: &[&str], light: &[&str], is_question: bool| {
            let parsed = read(text);
            assert_eq!(parsed.left_out, left_out, "{text}");
            assert_eq!(parsed.light().collect::<Vec<_>>(), light, "{text}");
            assert_eq!(parsed.is_question, is_question, "{text}");
        };
        check("诈骗了", &["了"], &["了"], false);
        check("我的钱被骗了怎么办", &["我", "的", "被", "了"], &["我", "的", "被", "了", "怎么", "怎么办"], true);
        check("的", &[], &["的"], false);
        check("\"骗的钱\"", &[], &["的"], false);
    }

    #[test]
    fn a_phrase_is_told_as_it_was_typed() {
        let texts = ["公安局", "骗", "20万元", "v8.5.0 ", "\"涉诈app\"", "iph", "\"妈妈妈\"", "Q群"];
        let told = texts.map(|text| read(text).clauses[0].alternatives[0].phrases[0].text());
        assert_eq!(told, ["公安局", "骗", "20万元", "v8.5.0", "涉诈app", "iph*", "妈妈妈", "q群"]);
    }

    #[test]
    fn numbers_keep_their_units_and_names_their_signs() {
        check("20万元", &["20+万元"]);
        check("v8.5.0 ", &["v+8.5.0"]);
        check("2022-05-05", &["2022+-+05+-+05"]);
        check(".NET ", &[".+net"]);
        check("a.NET 。", &["a+.+net"]);
        check("5月5日", &["5+月+5+日*"]);
        check("Q群", &["q+群*"]);
        check("客服20万", &["客服", "20+万*"]);
    }

    #[test]
    fn a_number_and_the_character_that_it_counts_are_one_term() {
        let check = |text: &str, expected: Option<&str>| {
            let parsed = read(text);
            assert_eq!(parsed.clauses[0].alternatives[0].phrases[0].character().as_deref(), expected, "{text}");
        };
        check("5日", Some("5日"));
        check("2022 日", Some("2022日"));
        check("T恤", Some("t恤"));
        check("恤", Some("恤"));
        check("5日报", None);
        check("1234567890123日", None);
    }

    #[test]
    fn the_word_being_typed_is_a_prefix() {
        check("下载iph", &["下载", "iph*"]);
        check("iph ", &["iph"]);
    }

    #[test]
    fn straight_quotes_insist() {
        check("\"涉诈APP\" 客服", &["=涉诈+诈+app", "客服"]);
        check("“客服”理赔", &["客服", "理赔"]);
        assert_eq!(read("\"客服").notes, [Note::UnbalancedQuote]);
    }

    #[test]
    fn nothing_to_search_is_said() {
        assert_eq!(read("，。 ").notes, [Note::NothingToSearch]);
        assert!(read("").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_a_query(text in "(?s).{0,80}|[\"“”中文诈骗0-9a-z，. \n]{0,60}") {
            let parsed = read(&text);
            for clause in &parsed.clauses {
                prop_assert!(!clause.alternatives[0].phrases[0].terms.is_empty());
                prop_assert_eq!(clause.alternatives[0].phrases[0].terms[0].position, 0);
            }
        }
    }
}
