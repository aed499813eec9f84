//! What a person types becomes what to look for.
//!
//! The text is folded and cut by the analyzer that cut the posts. Two readings come out of it:
//! **needs**, what has to occur for a post to be a hit, each a phrase of grams (so that it matches
//! as a substring, whatever the dictionary made of the post); and **terms**, words and grams whose
//! frequency ranks the hits. No text is an error: what has no meaning is searched for as text, and a
//! note says so.

use std::ops::Range;

use super::Note;
use crate::text::{Analyzer, Class, Folded, Token, fold, grams};

/// The longest text that is searched for, in characters.
pub const LONGEST: usize = 500;
/// The most needs that a text can have; further ones only rank.
const MOST_NEEDS: usize = 64;

/// One gram of a need.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// How many grams after the first slot it stands.
    pub position: u32,
    /// The gram.
    pub term: String,
    /// Whether every gram that begins like it will do.
    pub prefix: bool,
}

/// Something that occurs or does not: a word or substring, as a phrase of grams.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Need {
    /// Its folded text.
    pub text: String,
    /// Never empty; positions ascend from 0.
    pub slots: Vec<Slot>,
    /// Whether it was typed between quotation marks, so that no answer may lack it.
    pub literal: bool,
}

impl Need {
    /// Says whether it is one Han character, whatever follows it.
    #[must_use]
    pub fn is_character(&self) -> bool {
        let [slot] = self.slots.as_slice() else { return false };
        let mut chars = slot.term.chars();
        slot.prefix && chars.next().map(Class::of) == Some(Class::Han) && chars.next().is_none()
    }
}

/// In which series of tokens a term is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermKind {
    /// A Han word.
    Word,
    /// Two Han characters.
    Gram,
    /// A Han character that is typed alone.
    Character,
    /// Letters, digits or a pictograph: they are grams only, and count as both.
    Both,
}

/// Something whose frequency ranks a hit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The term.
    pub text: String,
    /// Where it is counted.
    pub kind: TermKind,
    /// Whether every term that begins like it counts as it.
    pub prefix: bool,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// What has to occur: all of a few, enough of many.
    pub needs: Vec<Need>,
    /// What ranks.
    pub terms: Vec<Term>,
    /// The whole text as one phrase, when it has more than one need.
    pub whole: Vec<Slot>,
    /// The letters and digits of the whole text, folded: equal to those of a title that is meant exactly.
    pub key: String,
    /// What the person should know.
    pub notes: Vec<Note>,
}

/// Reads what a person typed.
#[must_use]
pub fn parse(text: &str, analyzer: &Analyzer) -> Needs {
    let mut needs = Needs::default();
    let text = match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => {
            needs.notes.push(Note::Shortened { characters: LONGEST });
            text.get(..end).unwrap_or(text)
        }
    };
    let (pieces, unbalanced) = pieces(text);
    if unbalanced {
        needs.notes.push(Note::UnbalancedQuote);
    }
    let typing = text.chars().next_back().is_some_and(char::is_alphanumeric);
    let last = pieces.len().saturating_sub(1);
    for (i, piece) in pieces.iter().enumerate() {
        let folded = fold(piece.text);
        if piece.literal {
            let all = 0..folded.as_str().len();
            needs.needs.extend(need(&folded, &all, true));
        } else {
            needs.read(&folded, analyzer, typing && i == last);
        }
        needs.rank(&folded, analyzer, typing && i == last && !piece.literal);
    }
    needs.key = key(&fold(text));
    let joined = joined(text);
    let folded = fold(&joined);
    if needs.needs.len() > 1 {
        let all = 0..folded.as_str().len();
        needs.whole = need(&folded, &all, false).map(|need| need.slots).unwrap_or_default();
    }
    needs.settle();
    needs
}

/// Gives the letters and digits of folded text: what two titles that a reader takes for equal share.
#[must_use]
pub fn key(folded: &Folded) -> String {
    let terms = folded.as_str().chars().filter(|&c| Class::of(c) != Class::Other);
    terms.collect()
}

impl Needs {
    /// Says whether there is nothing to search for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.needs.is_empty()
    }

    /// Adds the needs of a piece of text that is not quoted.
    fn read(&mut self, folded: &Folded, analyzer: &Analyzer, typing: bool) {
        let cuts: Vec<Cut> = analyzer.cuts(folded).map(|token| Cut::of(&token)).collect();
        let mut spans: Vec<Range<usize>> = Vec::new();
        let mut i = 0;
        while i < cuts.len() {
            let mut span = cuts[i].range.clone();
            let mut next = i + 1;
            while next < cuts.len() && cuts[next - 1].holds_on_to(&cuts[next], cuts.get(next + 1), folded) {
                span.end = cuts[next].range.end;
                next += 1;
            }
            let alone = cuts.len() == next - i;
            if alone || next - i > 1 || !cuts[i].is_particle(folded) {
                spans.push(span);
            }
            i = next;
        }
        if spans.is_empty() {
            // Nothing but particles: then they are what is wanted.
            spans.extend(cuts.first().zip(cuts.last()).map(|(first, last)| first.range.start..last.range.end));
        }
        let end = folded.as_str().len();
        for span in spans {
            let open = typing && span.end == end && cuts.last().is_some_and(|cut| cut.class == Class::Letter);
            let mut found = need(folded, &span, false);
            if let Some(slot) = found.as_mut().and_then(|need| need.slots.last_mut()) {
                slot.prefix |= open && slot.term.chars().nth(1).is_some();
            }
            self.needs.extend(found);
        }
    }

    /// Adds the terms of a piece of text.
    fn rank(&mut self, folded: &Folded, analyzer: &Analyzer, typing: bool) {
        for token in analyzer.words(folded) {
            self.terms.push(Term { text: token.term.to_owned(), kind: TermKind::Word, prefix: false });
        }
        let mut before: Option<Token<'_>> = None;
        let end = folded.as_str().len();
        for token in grams(folded) {
            let mut chars = token.term.chars();
            let class = chars.next().map_or(Class::Other, Class::of);
            let single = chars.next().is_none();
            let inside = before.is_some_and(|before| before.range.end == token.range.end);
            if class != Class::Han {
                let open = typing && token.range.end == end && class == Class::Letter && !single;
                self.terms.push(Term { text: token.term.to_owned(), kind: TermKind::Both, prefix: false });
                if open {
                    // What only begins like it counts less than the word itself.
                    self.terms.push(Term { text: token.term.to_owned(), kind: TermKind::Both, prefix: true });
                }
            } else if !(single && inside) {
                let kind = if single { TermKind::Character } else { TermKind::Gram };
                self.terms.push(Term { text: token.term.to_owned(), kind, prefix: false });
            }
            before = Some(token);
        }
    }

    /// Drops what stands twice, and says if nothing is left.
    fn settle(&mut self) {
        fn once<T: Clone + Eq + std::hash::Hash>(items: &mut Vec<T>) {
            let mut seen = rustc_hash::FxHashSet::default();
            items.retain(|item| seen.insert(item.clone()));
        }
        once(&mut self.needs);
        once(&mut self.terms);
        self.needs.truncate(MOST_NEEDS);
        if self.needs.is_empty() {
            self.notes.push(Note::NothingToSearch);
        }
    }
}

/// A word or run of the typed text.
struct Cut {
    range: Range<usize>,
    class: Class,
    characters: usize,
}

impl Cut {
    fn of(token: &Token<'_>) -> Self {
        let class = token.term.chars().next().map_or(Class::Other, Class::of);
        Self { range: token.range.clone(), class, characters: token.term.chars().count() }
    }

    /// Says whether the two are one need: numbers with their units, names and versions with their
    /// signs, characters that the dictionary leaves single.
    fn holds_on_to(&self, next: &Self, after: Option<&Self>, folded: &Folded) -> bool {
        let between = folded.as_str().get(self.range.end..next.range.start).unwrap_or(" ");
        let western = |cut: &Self| matches!(cut.class, Class::Letter | Class::Digit);
        match between {
            "" => match (self.class, next.class) {
                (Class::Digit, Class::Han) => next.characters <= 2,
                (Class::Han, Class::Digit) => self.characters == 1 || after.is_none(),
                (Class::Han, Class::Han) => {
                    self.characters == 1
                        && next.characters == 1
                        && !self.is_particle(folded)
                        && !next.is_particle(folded)
                }
                (Class::Letter, Class::Han) => self.characters == 1 && next.characters == 1,
                (Class::Han, Class::Letter) => false,
                _ => western(self) && western(next),
            },
            "." | "-" | "_" | "@" | "/" | ":" | "," | "://" | "'" | "&" | "#" => western(self) && western(next),
            _ => false,
        }
    }

    /// Says whether it is one character that says nothing by itself inside a sentence.
    fn is_particle(&self, folded: &Folded) -> bool {
        const PARTICLES: &str = "的了在是我你他她它您们被把和与及或对从到给向让就都也还又很最吗呢吧啊呀么着过得地之其这那有个为以于而则但并等所者会能要可不没去来上下里中";
        let mut chars = folded.as_str().get(self.range.clone()).unwrap_or_default().chars();
        chars.next().is_some_and(|c| PARTICLES.contains(c)) && chars.next().is_none()
    }
}

/// Makes the need for `range` of folded text; `None` when it has no term.
fn need(folded: &Folded, range: &Range<usize>, literal: bool) -> Option<Need> {
    let text = folded.as_str();
    let inside: Vec<Token<'_>> = grams(folded)
        .skip_while(|token| token.range.start < range.start)
        .take_while(|token| token.range.start < range.end)
        .collect();
    let mut slots: Vec<Slot> = Vec::with_capacity(inside.len());
    for (i, token) in inside.iter().enumerate() {
        let position = u32::try_from(i).ok()?;
        let is_han = token.term.chars().next().map(Class::of) == Some(Class::Han);
        let first_end = token.range.start + token.term.chars().next().map_or(0, char::len_utf8);
        if is_han && i + 1 == inside.len() {
            // The last character: told by the gram before it, else whatever follows it in the post.
            let told = i > 0 && inside[i - 1].range.end == first_end;
            if !told {
                let term = text.get(token.range.start..first_end)?.to_owned();
                slots.push(Slot { position, term, prefix: true });
            }
        } else {
            slots.push(Slot { position, term: token.term.to_owned(), prefix: false });
        }
    }
    let text = text.get(range.clone())?.to_owned();
    (!slots.is_empty()).then_some(Need { text, slots, literal })
}

/// A piece of the typed text.
struct Piece<'a> {
    text: &'a str,
    literal: bool,
}

/// Splits typed text at its quotation marks; says whether one has no partner.
fn pieces(text: &str) -> (Vec<Piece<'_>>, bool) {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut unbalanced = false;
    while let Some(open) = rest.find(['"', '“', '”', '＂']) {
        let Some(mark) = rest.get(open..).and_then(|text| text.chars().next()) else { break };
        let inside = rest.get(open + mark.len_utf8()..).unwrap_or_default();
        let Some(close) = inside.find(['"', '“', '”', '＂']) else {
            unbalanced = mark == '"';
            break;
        };
        let closing = inside.get(close..).and_then(|text| text.chars().next()).map_or(0, char::len_utf8);
        // Chinese quotation marks belong to the text of titles; only straight ones insist.
        let literal = mark == '"' || mark == '＂';
        if literal {
            pieces.extend(rest.get(..open).map(|text| Piece { text, literal: false }));
            pieces.extend(inside.get(..close).map(|text| Piece { text, literal: true }));
        } else {
            pieces.extend(rest.get(..open + mark.len_utf8() + close).map(|text| Piece { text, literal: false }));
        }
        rest = inside.get(close + closing..).unwrap_or_default();
    }
    pieces.push(Piece { text: rest, literal: false });
    (pieces, unbalanced)
}

/// Gives the text without the spaces that separate Han words, which no post has.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before = joined.chars().next_back().map(Class::of);
        if c.is_whitespace() && before == Some(Class::Han) {
            while chars.peek().is_some_and(|next| next.is_whitespace()) {
                chars.next();
            }
            if chars.peek().copied().map(Class::of) == Some(Class::Han) {
                continue;
            }
        }
        joined.push(c);
    }
    joined
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn check(text: &str, expected: &[&str]) {
        let needs = parse(text, &ANALYZER);
        let found: Vec<String> = needs
            .needs
            .iter()
            .map(|need| {
                let slots =
                    need.slots.iter().map(|slot| format!("{}{}", slot.term, if slot.prefix { "*" } else { "" }));
                format!("{}{}", if need.literal { "=" } else { "" }, slots.collect::<Vec<_>>().join("+"))
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn each_word_is_a_need() {
        check("冒充客服诈骗", &["冒充", "客服", "诈骗"]);
        check("冒充 公安局", &["冒充", "公安+安局"]);
    }

    #[test]
    fn a_single_character_is_a_prefix_of_grams() {
        check("骗", &["骗*"]);
        check("的", &["的*"]);
    }

    #[test]
    fn particles_are_no_needs() {
        check("诈骗了", &["诈骗"]);
        check("我的钱", &["钱*"]);
    }

    #[test]
    fn numbers_keep_their_units_and_names_their_signs() {
        check("20万元", &["20+万元"]);
        check("v8.5.0 ", &["v+8+5+0"]);
        check("2022-05-05", &["2022+05+05"]);
        check("5月5日", &["5+月+5+日*"]);
        check("Q群", &["q+群*"]);
        check("客服20万", &["客服", "20+万*"]);
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
        assert_eq!(parse("\"客服", &ANALYZER).notes, [Note::UnbalancedQuote]);
    }

    #[test]
    fn nothing_to_search_is_said() {
        assert_eq!(parse("，。 ", &ANALYZER).notes, [Note::NothingToSearch]);
        assert!(parse("", &ANALYZER).is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_a_query(text in "(?s).{0,80}|[\"“”中文诈骗0-9a-z，. \n]{0,60}") {
            let needs = parse(&text, &ANALYZER);
            for need in &needs.needs {
                prop_assert!(!need.slots.is_empty());
                prop_assert_eq!(need.slots[0].position, 0);
            }
        }
    }
}
