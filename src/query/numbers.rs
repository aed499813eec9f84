//! Alternatives that match the numbers, dates and names of a clause however they are written.
//!
//! A number is read whole, so a clause with a number in numerals also requires the term of that number. The module makes
//! no clauses: [`super::reading`] does.

use std::ops::Range;

use super::{
    Match,
    clauses::{Alternative, Clause, ParsedText, Phrase, Term},
    reading::{TypedPiece, terms},
    spans::without_signs,
};
use crate::{
    chinese::numerals::is_numeral,
    text::{
        Class, Folded, fold,
        names::{Name, names},
        values::{
            Counted, LEAST_ENDING, Piece, Serial, Value, ValueKind, counted, other_places, other_ways, pieces, values,
        },
    },
};

impl ParsedText {
    /// Adds alternatives that match the number or date of a clause by its meaning, and conditions to the text as typed:
    /// its numbers are whole numbers of the document; what has the text without these is a partial match. With `open`, they
    /// may be parts of longer ones.
    pub(super) fn add_value(
        &mut self,
        clause: &mut Clause,
        piece: &TypedPiece,
        folded: &Folded,
        span: &Range<usize>,
        open: bool,
    ) {
        let as_typed = clause.alternatives[0].phrases.clone();
        if !open {
            clause.alternatives[0].phrases.extend(own_ends(folded, span, &piece.values, &piece.counted));
        }
        self.add_meanings(clause, piece, folded, span);
        if clause.alternatives[0].phrases != as_typed {
            clause.add(Match::Partial, as_typed);
        }
        // `5` is near to `≥5`.
        let bare = without_signs(folded.as_str(), span);
        if bare != *span {
            clause.add(Match::Partial, terms(folded, &bare, false).map(Phrase::of_grams).into_iter().collect());
        }
    }

    /// Adds alternatives that match the number or date of a clause by its meaning.
    fn add_meanings(&mut self, clause: &mut Clause, piece: &TypedPiece, folded: &Folded, span: &Range<usize>) {
        let is_inside = |range: &Range<usize>| span.start <= range.start && range.end <= span.end;
        let text = |range: &Range<usize>| folded.as_str().get(range.clone()).unwrap_or_default();
        if clause.add_serial(piece.serials.iter().find(|serial| serial.range == *span)) {
            return;
        }
        let name = names(&clause.text).next().filter(|name| name.range == (0..clause.text.len()));
        if let Some(name) = name {
            return self.add_name(clause, &name);
        }
        let counted: Vec<&Counted> = piece.counted.iter().filter(|counted| is_inside(&counted.range)).collect();
        // `五名` is also a part of `一百零五名`, `8千元` of `5万8千元`, `5元` of `5元5角`, and `5度` of `-5度`.
        let is_date = |range: &Range<usize>| {
            let mut dates = piece.values.iter().filter(|value| value.is_date());
            dates.any(|date| date.range.start <= range.start && range.end <= date.range.end)
        };
        let is_part = |counted: &&&Counted| {
            !counted.may_be_word(text(&counted.range))
                && (text(&counted.number).contains(is_numeral) || !is_date(&counted.range))
        };
        clause.alternatives[0]
            .phrases
            .extend(counted.iter().filter(is_part).map(|counted| Phrase::of_value(counted.term())));
        if let Some(interval) = piece.intervals.iter().find(|interval| interval.range == *span) {
            return clause.add_variant(vec![Phrase::of_value(interval.term.clone())]);
        }
        if let [only] = counted.as_slice()
            && (only.range == *span
                || only.without_money().is_some()
                || only.range.start == span.start && only.is_measured())
        {
            // What stands around a sum of money may stand elsewhere.
            let [before, rest] = [span.start..only.range.start, only.range.end..span.end]
                .map(|range| terms(folded, &range, false).map(Phrase::of_grams));
            for term in std::iter::once(only.term()).chain(only.without_money()) {
                self.terms.extend((!only.is_small()).then(|| Term::of_value(term.clone())));
                let phrases = std::iter::once(Phrase::of_value(term)).chain(before.clone()).chain(rest.clone());
                clause.add_variant(phrases.collect());
            }
            // `100人` is not what was typed, but near to `100多人`.
            if let Some(exactly) = only.exactly() {
                let phrases = std::iter::once(Phrase::of_value(exactly)).chain(before).chain(rest);
                clause.add(Match::Partial, phrases.collect());
            }
            return;
        }
        // `第23条` is not an amount, and its parts stay together in any notation.
        let places = other_places(&clause.text);
        if !places.is_empty() {
            return places.iter().for_each(|written| clause.add_written(written, Vec::new()));
        }
        let mut inside = piece.values.iter().filter(|value| is_inside(&value.range));
        let (Some(value), None) = (inside.next(), inside.next()) else { return clause.add_counted() };
        let (before, rest) = (span.start..value.range.start, value.range.end..span.end);
        let is_part = match value.kind {
            // Whether `三成` is a share depends on what follows.
            ValueKind::Percent(_) | ValueKind::BelowZero(_) => !text(&value.range).ends_with('成'),
            ValueKind::Number(_) | ValueKind::Fraction { .. } => {
                rest.is_empty() && text(&value.range).contains(is_numeral)
            }
            _ => false,
        };
        if is_part {
            clause.alternatives[0].phrases.push(Phrase::of_value(value.wanted()));
        }
        // Digits next to a number belong to something larger.
        let is_digit = |c: char| Class::of(c) == Class::Digit;
        if text(&before).contains(is_digit) || text(&rest).contains(is_digit) {
            return;
        }
        // A small number stays together with its unit, since texts contain many such numbers.
        if value.is_small() && !(before.is_empty() && rest.is_empty()) {
            return clause.add_counted();
        }
        let wanted = value.wanted();
        let rest_text = text(&rest).to_owned();
        let rest = terms(folded, &rest, false).map(Phrase::of_grams);
        let before = terms(folded, &before, false).map(Phrase::of_grams);
        let around =
            |phrase: Phrase| std::iter::once(phrase).chain(before.clone()).chain(rest.clone()).collect::<Vec<_>>();
        clause.add_variant(around(Phrase::of_value(wanted.clone())));
        if let Some(spelling) = value.spelling() {
            let digits = fold(&spelling);
            let all = 0..digits.as_str().len();
            let whole = terms(&digits, &all, false).map(Phrase::of_grams);
            clause.add_variant(whole.into_iter().flat_map(around).chain([Phrase::own(spelling)]).collect());
        }
        // `5月5日` may be the day of the year that was typed, `20万` what was meant by `20余万`.
        for nearly in value.without_year().into_iter().chain(value.exactly()) {
            clause.add(Match::Partial, around(Phrase::of_value(nearly)));
        }
        if let Some((number, written)) = value.day_of_event().filter(|_| !rest_text.is_empty()) {
            clause.add_variant(around(Phrase::of_value(number)));
            written.iter().for_each(|day| clause.add_written(&format!("{day}{rest_text}"), Vec::new()));
        }
        self.terms.push(Term::of_value(wanted));
    }

    /// Adds alternatives that match a name without its signs, or with signs that were not typed.
    fn add_name(&mut self, clause: &mut Clause, name: &Name) {
        clause.add_variant(vec![Phrase::of_value(name.term())]);
        if name.has_signs {
            clause.add_written(&name.letters, Vec::new());
        }
        self.terms.push(Term::of_value(name.term()));
    }
}

impl Clause {
    /// Adds alternatives for a number that is written in groups of digits, or may be. Returns whether it is.
    fn add_serial(&mut self, serial: Option<&Serial>) -> bool {
        let digits = match serial {
            Some(serial) => serial.digits.clone(),
            None if self.text.bytes().all(|b| b.is_ascii_digit()) && self.text.len() >= LEAST_ENDING => {
                self.add_variant(vec![Phrase::of_value(Serial::term(&self.text))]);
                return false;
            }
            None => return false,
        };
        self.add_variant(vec![Phrase::of_value(Serial::term(&digits))]);
        self.add_written(&digits, Vec::new());
        true
    }

    /// Adds alternatives with small numbers in the other notation.
    fn add_counted(&mut self) {
        for writing in other_ways(&self.text) {
            // `二十五天` contains `十五天`, but has another number.
            let numbers: Vec<Phrase> = counted(&writing)
                .filter(|counted| {
                    writing.get(counted.number.clone()).is_some_and(|number| number.starts_with(is_numeral))
                })
                .map(|counted| Phrase::of_value(counted.term()))
                .collect();
            self.add_written(&writing, numbers);
        }
    }

    /// Adds an alternative with a text in another notation and further phrases.
    fn add_written(&mut self, text: &str, further: Vec<Phrase>) {
        let folded = fold(text);
        let all = 0..folded.as_str().len();
        let literally = terms(&folded, &all, false).map(Phrase::of_grams);
        let (values, counted): (Vec<Value>, Vec<Counted>) = (values(text).collect(), counted(text).collect());
        let own = own_ends(&folded, &all, &values, &counted);
        self.add_variant(literally.into_iter().chain(further).chain(own).collect());
    }

    /// Adds an alternative with another notation of the clause, once.
    fn add_variant(&mut self, phrases: Vec<Phrase>) {
        self.add(Match::Variant, phrases);
    }

    /// Adds an alternative, once.
    fn add(&mut self, class: Match, phrases: Vec<Phrase>) {
        if !phrases.is_empty() && !self.alternatives.iter().any(|known| known.phrases == phrases) {
            self.alternatives.push(Alternative { class, phrases });
        }
    }
}

/// Returns the conditions that the digits or single numerals at the ends of a range of folded text are numbers of their
/// own, so that `15` is not a part of `15万`. Dates and what has a unit are told from parts by their terms.
fn own_ends(folded: &Folded, span: &Range<usize>, values: &[Value], counted: &[Counted]) -> Vec<Phrase> {
    let text = folded.as_str();
    let dates = values.iter().filter(|value| value.is_date()).map(|date| &date.range);
    let with_unit = counted.iter().filter(|counted| counted.has_unit()).map(|counted| &counted.range);
    let known: Vec<&Range<usize>> = dates.chain(with_unit).collect();
    let is_known = |own: &Range<usize>| known.iter().any(|known| known.start <= own.start && own.end <= known.end);
    let at_end = |piece: &Piece| piece.range.start == span.start || piece.range.end == span.end;
    let pieces = pieces(text, values, counted).into_iter();
    let own = pieces.filter(|piece| at_end(piece) && !piece.is_part && !is_known(&piece.range));
    own.filter_map(|piece| Some(Phrase::own(text.get(piece.range)?.to_owned()))).collect()
}
