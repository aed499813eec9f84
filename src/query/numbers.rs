//! Alternatives that match the numbers, dates and names of a clause however they are written.
//!
//! A number is read whole, so a clause with a number in numerals also requires the term of that number. The module makes
//! no clauses: [`super::reading`] does.

use std::ops::Range;

use super::{
    Match,
    clauses::{Alternative, Clause, ParsedText, Phrase, PhraseTerm, Term},
    reading::{TypedPiece, terms},
};
use crate::{
    chinese::numerals::is_numeral,
    text::{
        Class, Folded, fold,
        names::{Name, names},
        values::{Counted, LEAST_ENDING, Serial, ValueKind, counted, other_places, other_ways},
    },
};

impl ParsedText {
    /// Adds alternatives that match the number or date of a clause by its meaning.
    pub(super) fn add_value(&mut self, clause: &mut Clause, piece: &TypedPiece, folded: &Folded, span: &Range<usize>) {
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
        // `五名` is also a part of `一百零五名`, `8千元` of `5万8千元`, and `5度` of `-5度`.
        let is_part = |counted: &&&Counted| text(&counted.number).contains(is_numeral) || counted.may_have_sign();
        clause.alternatives[0]
            .phrases
            .extend(counted.iter().filter(is_part).map(|counted| Phrase::of_value(counted.term())));
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
        let is_part = matches!(value.kind, ValueKind::Number(_) | ValueKind::Percent(_));
        if rest.is_empty() && text(&value.range).contains(is_numeral) && is_part {
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
        let mut phrases = vec![Phrase::of_value(wanted.clone())];
        if let Some(spelling) = value.spelling() {
            let spelling = fold(&spelling);
            let all = 0..spelling.as_str().len();
            phrases.extend(terms(&spelling, &all, false).map(Phrase::of_grams));
        }
        let rest = terms(folded, &rest, false).map(Phrase::of_grams);
        let before = terms(folded, &before, false).map(Phrase::of_grams);
        let around = |phrase| std::iter::once(phrase).chain(before.clone()).chain(rest.clone()).collect();
        for phrase in phrases {
            clause.add_variant(around(phrase));
        }
        // `5月5日` may be the day of the year that was typed.
        if let Some(day) = value.without_year() {
            clause.alternatives.push(Alternative { class: Match::Partial, phrases: around(Phrase::of_value(day)) });
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
        let joined = PhraseTerm { position: 0, slack: 0, term: digits, prefix: false, suffix: false };
        self.add_variant(vec![Phrase::of_grams(vec![joined])]);
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
        self.add_variant(literally.into_iter().chain(further).collect());
    }

    /// Adds an alternative with another notation of the clause, once.
    fn add_variant(&mut self, phrases: Vec<Phrase>) {
        if !phrases.is_empty() && !self.alternatives.iter().any(|known| known.phrases == phrases) {
            self.alternatives.push(Alternative { class: Match::Variant, phrases });
        }
    }
}
