//! Finds the documents that match the clauses of a text: all of a few clauses; for many, the best by score.
//!
//! The module looks clauses up in the postings and intersects the documents, match class by match class;
//! [`super::form`] then divides the exact class. [`super::stages`] chooses how strictly to match. The module does not
//! score and knows no order.

use std::ops::RangeInclusive;

use crate::{
    engine::{
        error::EngineError,
        index::schema::Series,
        postings::{
            dictionary::Dictionary,
            segment::{Offsets, Segment, TermPostings, frequency_of},
            sets::{DocId, difference, intersection, union},
            walking::presences,
        },
        search::{
            answer::{Answer, Matches},
            context::{Documents, Search},
            form, maxscore,
            ranking::inverse_frequency,
        },
    },
    query::{Clause, Match, Note, ParsedText, Phrase, PhraseKind, is_light},
    text::values::only_part,
};

/// Maximum number of answers to a question or a long text, the best by score: documents further behind share common
/// words with it.
const MAX_ABOUT: usize = 500;

/// Share of the weight of the clauses that occur in some document, which a document has to have that follows those with all.
const MOST_SHARE: f32 = 0.5;

/// The same share where no document has all clauses. A greater one costs recall, a smaller one lets common words in.
const RELAXED_SHARE: f32 = 0.2;

/// When a clause occurs nowhere, the others of a document have to weigh as much as one that occurs in so many documents.
/// So a common word is no answer to a text whose other words no post has, unless there are few posts.
const LARGEST_REST: u64 = 100;

/// A clause with its postings in every segment.
pub(super) struct Lookup<'a> {
    clause: &'a Clause,
    alternatives: Vec<AlternativePostings>,
    /// Inverse document frequency of the text as typed, or of a clause that occurs nowhere, of [`LARGEST_REST`] documents.
    weight: f32,
}

/// An alternative with its postings.
struct AlternativePostings {
    class: Match,
    phrases: Vec<PhrasePostings>,
}

/// A phrase with its postings: for each segment, the offsets and the postings of each term.
struct PhrasePostings {
    /// Whether the first term is a prefix or suffix, so that a single term stands for many.
    is_open: bool,
    terms: Vec<Vec<(Offsets, TermPostings)>>,
    /// For each segment, the postings of the phrase as a word, when the phrase may be a word.
    words: Vec<Option<TermPostings>>,
    /// The term of the documents that do not meet a condition which all others meet.
    without: Option<String>,
}

impl PhrasePostings {
    fn of(phrase: &Phrase, dictionary: &Dictionary<'_, '_>) -> Result<Self, EngineError> {
        if let (PhraseKind::Own, Some(piece)) = (phrase.kind, phrase.terms.first()) {
            let without = Some(only_part(&piece.term));
            return Ok(Self { is_open: false, terms: Vec::new(), words: Vec::new(), without });
        }
        let segments = 0..dictionary.segments().len();
        let one = phrase.character().map(|term| (Series::Characters, term));
        let value = || phrase.terms.first().map(|only| (Series::Values, only.term.clone()));
        let one = if phrase.kind == PhraseKind::Value { value() } else { one };
        let (mut terms, mut words) = (Vec::with_capacity(segments.len()), Vec::with_capacity(segments.len()));
        for at in segments {
            if let Some((series, term)) = &one {
                terms.push(vec![(0..=0, dictionary.find(at, *series, term, false, false)?)]);
                words.push(None);
            } else {
                terms.push(dictionary.phrase(at, &phrase.terms)?);
                words.push(dictionary.word(at, &phrase.terms)?);
            }
        }
        let is_open = one.is_none() && phrase.terms.first().is_some_and(|term| term.prefix || term.suffix);
        Ok(Self { is_open, terms, words, without: None })
    }

    /// Returns about the document frequency of the rarest term of the phrase; 0 when no document contains the phrase.
    fn frequency(&self) -> u64 {
        if self.without.is_some() {
            return u64::MAX;
        }
        let terms = self.terms.first().map_or(0, Vec::len);
        let of_term = |term: usize| frequency_of(self.terms.iter().map(|here| &here[term].1));
        (0..terms).map(of_term).min().unwrap_or(0)
    }

    fn size(&self, at: usize) -> u64 {
        if self.without.is_some() {
            return u64::MAX;
        }
        self.terms[at].iter().map(|(_, found)| frequency_of([found])).min().unwrap_or(0)
    }

    /// Returns the documents of a segment that contain the phrase, in order; with `among`, only documents of that list.
    fn documents(&self, at: usize, segment: &Segment<'_>, among: Option<&[DocId]>) -> Result<Vec<DocId>, EngineError> {
        if let Some(without) = &self.without {
            let lacking = segment.with_form(without)?;
            return Ok(match among {
                Some(among) => difference(among, &lacking),
                None => difference(&(0..segment.size()).collect::<Vec<_>>(), &lacking),
            });
        }
        let terms = &self.terms[at];
        let [(_, only)] = terms.as_slice() else {
            return segment.phrase(terms, self.words[at].as_ref(), among);
        };
        match among {
            // A term that stands for many is looked up faster as one list of all documents.
            Some(among) if !self.is_open => {
                let mut kept = Vec::new();
                presences(segment, only, among, |i| kept.push(among[i]))?;
                // One part after the other may have been read.
                kept.sort_unstable();
                Ok(kept)
            }
            Some(among) => Ok(intersection(&segment.documents(only)?, among)),
            None => segment.documents(only),
        }
    }
}

impl AlternativePostings {
    fn size(&self, at: usize) -> u64 {
        self.phrases.iter().map(|phrase| phrase.size(at)).min().unwrap_or(0)
    }

    fn documents(&self, at: usize, segment: &Segment<'_>, among: Option<&[DocId]>) -> Result<Vec<DocId>, EngineError> {
        let mut phrases: Vec<&PhrasePostings> = self.phrases.iter().collect();
        phrases.sort_by_key(|phrase| phrase.size(at));
        let mut found: Option<Vec<DocId>> = None;
        for phrase in phrases {
            let among = found.as_deref().or(among);
            let documents = phrase.documents(at, segment, among)?;
            if documents.is_empty() {
                return Ok(documents);
            }
            found = Some(documents);
        }
        Ok(found.unwrap_or_default())
    }
}

impl<'a> Lookup<'a> {
    /// Looks a clause up in every segment.
    pub(super) fn of(clause: &'a Clause, search: &Search<'_>) -> Result<Self, EngineError> {
        search.check()?;
        let dictionary = &search.dictionary;
        let mut alternatives = Vec::with_capacity(clause.alternatives.len());
        for alternative in &clause.alternatives {
            let phrases: Result<Vec<_>, _> =
                alternative.phrases.iter().map(|phrase| PhrasePostings::of(phrase, dictionary)).collect();
            alternatives.push(AlternativePostings { class: alternative.class, phrases: phrases? });
        }
        let frequency = |alternative: &AlternativePostings| {
            alternative.phrases.iter().map(PhrasePostings::frequency).min().unwrap_or(0)
        };
        let frequency = alternatives.first().map_or(0, frequency);
        let mut lookup = Self { clause, alternatives, weight: 0.0 };
        let frequency = if lookup.is_nowhere() { LARGEST_REST } else { frequency };
        lookup.weight = inverse_frequency(frequency, search.statistics.documents);
        Ok(lookup)
    }

    /// Returns whether no document can meet the clause.
    pub(super) fn is_nowhere(&self) -> bool {
        self.alternatives.iter().all(|alternative| alternative.phrases.iter().any(|phrase| phrase.frequency() == 0))
    }

    /// Returns whether no document that is not deleted meets the clause.
    pub(super) fn is_gone(&self, search: &Search<'_>) -> Result<bool, EngineError> {
        if self.is_nowhere() {
            return Ok(true);
        }
        for (at, segment) in search.segments.iter().enumerate() {
            let is_there = match segment.has_deletions() {
                _ if self.size(at, Match::Partial) == 0 => false,
                false => true,
                true => {
                    let documents = self.documents(at, segment, Match::Partial, None)?;
                    documents.into_iter().any(|doc| !segment.is_deleted(doc))
                }
            };
            if is_there {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the documents of a segment that meet an alternative of this class or a better one, in order; with
    /// `among`, only documents of that list.
    fn documents(
        &self,
        at: usize,
        segment: &Segment<'_>,
        class: Match,
        among: Option<&[DocId]>,
    ) -> Result<Vec<DocId>, EngineError> {
        let mut found = Vec::new();
        for alternative in self.alternatives.iter().filter(|alternative| alternative.class <= class) {
            let documents = alternative.documents(at, segment, among)?;
            found = if found.is_empty() { documents } else { union(&found, &documents) };
        }
        Ok(found)
    }

    fn size(&self, at: usize, class: Match) -> u64 {
        self.alternatives
            .iter()
            .filter(|alternative| alternative.class <= class)
            .map(|alternative| alternative.size(at))
            .sum()
    }
}

/// Maximum number of clauses of a short text; longer texts are matched like questions.
pub(super) const MAX_SHORT_CLAUSES: usize = 4;

/// All match classes of a reading, from the text itself to a part of it.
pub(super) const EVERY_CLASS: RangeInclusive<Match> = Match::Exact..=Match::Partial;

/// Returns whether a text is short, so that its exact hits are divided by the form in which the text was typed.
pub(super) fn is_short(parsed: &ParsedText) -> bool {
    !parsed.is_question && parsed.clauses.len() <= MAX_SHORT_CLAUSES
}

/// Finds the documents that match a text, class by class, in the classes of `among`.
pub(super) fn answer(
    search: &Search<'_>,
    parsed: ParsedText,
    strictness: Strictness,
    among: &RangeInclusive<Match>,
) -> Result<Answer, EngineError> {
    match strictness {
        Strictness::Enough if is_short(&parsed) || says_little(&parsed) => {
            by_class(search, parsed, Strictness::All, among, None)
        }
        Strictness::Enough => answer_question(search, parsed, among),
        other => by_class(search, parsed, other, among, None),
    }
}

/// Returns whether a text consists of words that say little, such as `为什么`, so that all of them are needed.
fn says_little(parsed: &ParsedText) -> bool {
    parsed.clauses.len() <= MAX_SHORT_CLAUSES && parsed.clauses.iter().all(|clause| is_light(&clause.text))
}

/// Finds the documents of each match class, best class first; with `within`, only documents of that list. No document
/// has two classes.
fn by_class(
    search: &Search<'_>,
    parsed: ParsedText,
    strictness: Strictness,
    among: &RangeInclusive<Match>,
    within: Option<&Documents>,
) -> Result<Answer, EngineError> {
    let mut classes: Vec<Matches> = Vec::new();
    let mut lookups = Vec::with_capacity(parsed.clauses.len());
    for clause in &parsed.clauses {
        lookups.push(Lookup::of(clause, search)?);
    }
    // The documents that contain the words of a text in one piece, but apart.
    let mut apart: Documents = vec![Vec::new(); search.segments.len()];
    if !lookups.is_empty() {
        let further =
            parsed.further_classes().into_iter().filter(|class| class > among.start() && among.contains(class));
        for class in std::iter::once(*among.start()).chain(further) {
            let mut found = Vec::with_capacity(search.segments.len());
            for (at, segment) in search.segments.iter().enumerate() {
                search.check()?;
                let within = within.map(|within| within[at].clone());
                let mut documents = matches(at, segment, &lookups, class, strictness, within)?;
                for better in &classes {
                    documents = difference(&documents, &better.found[at]);
                }
                found.push(documents);
            }
            for (found, apart) in found.iter_mut().zip(&apart) {
                *found = difference(found, apart);
            }
            let mut found = search.filtered(found)?;
            if class == Match::Exact && is_typed_together(&parsed) {
                apart = take_apart(search, &parsed, &mut found)?;
            }
            let first = classes.len();
            if class == Match::Exact && is_short(&parsed) {
                classes.extend(form::divided(search, &parsed, found)?);
            } else {
                classes.push(Matches::new(class, found));
            }
            if class == Match::Exact && strictness == Strictness::All {
                show_incomplete(search, &parsed, &mut classes[first..])?;
            }
        }
    }
    drop(lookups);
    if among.contains(&Match::Partial) && apart.iter().any(|apart| !apart.is_empty()) {
        let apart = form::divided(search, &parsed, apart)?.into_iter();
        classes.extend(apart.map(|matches| Matches::new(Match::Partial, matches.found)));
    }
    Ok(Answer::new(parsed, classes))
}

/// Shows the documents as partial that lack a piece of the text as it was typed: they have all clauses, but not the
/// particles between them, or they have the words of a piece apart. Their order stays.
fn show_incomplete(search: &Search<'_>, parsed: &ParsedText, classes: &mut [Matches]) -> Result<(), EngineError> {
    let is_clause = |piece: &Clause| parsed.clauses.iter().any(|clause| clause.text == piece.text);
    let pieces: Vec<&Clause> = parsed.pieces.iter().filter(|piece| !is_clause(piece)).collect();
    for piece in pieces {
        let lookup = Lookup::of(piece, search)?;
        for matches in classes.iter_mut().filter(|matches| matches.count() > 0) {
            let mut lacking: Documents = Vec::with_capacity(matches.found.len());
            for (at, (segment, found)) in search.segments.iter().zip(&matches.found).enumerate() {
                let having = lookup.documents(at, segment, Match::Exact, Some(found))?;
                lacking.push(difference(found, &having));
            }
            matches.show(Match::Partial, lacking);
        }
    }
    Ok(())
}

/// Returns whether a text is short, without white space, of several words, and no question, so that a document that has
/// its words apart does not have the text.
fn is_typed_together(parsed: &ParsedText) -> bool {
    parsed.one_piece && !parsed.whole.is_empty() && !parsed.is_question
}

/// Removes the documents that do not contain the whole text as a phrase, and returns them.
fn take_apart(search: &Search<'_>, parsed: &ParsedText, found: &mut Documents) -> Result<Documents, EngineError> {
    let mut apart = Vec::with_capacity(found.len());
    for (at, (segment, found)) in search.segments.iter().zip(found).enumerate() {
        let together = match found.is_empty() {
            true => Vec::new(),
            false => {
                let terms = search.dictionary.phrase(at, &parsed.whole)?;
                segment.phrase(&terms, search.dictionary.word(at, &parsed.whole)?.as_ref(), Some(found))?
            }
        };
        apart.push(difference(found, &together));
        *found = together;
    }
    Ok(apart)
}

/// Finds the best documents for a question or a long text, of which a document need not contain every word. When few
/// clauses are informative, documents that meet all of these come before the others.
fn answer_question(
    search: &Search<'_>,
    parsed: ParsedText,
    among: &RangeInclusive<Match>,
) -> Result<Answer, EngineError> {
    let mut informative = parsed.clone();
    informative.clauses.retain(|clause| clause.literal || !is_light(&clause.text));
    let few = informative.clauses.len() <= MAX_SHORT_CLAUSES;
    let asks_for_something = !informative.clauses.is_empty();
    let about = maxscore::select(search, &parsed, literal(search, &parsed)?.as_ref(), MAX_ABOUT)?;
    let mut whole = if few || may_have_all(search, &informative, &about.found)? {
        by_class(search, informative, Strictness::All, among, (!few).then_some(&about.found))?
    } else {
        Answer::new(ParsedText::default(), Vec::new())
    };
    whole.parsed = parsed;
    if few && asks_for_something && whole.total() == 0 && about.count() > 0 {
        whole.parsed.notes.push(Note::Relaxed);
    }
    let mut rest = about;
    if few {
        whole.classes.iter().for_each(|better| rest.remove(&better.found));
        whole.classes.push(rest);
    } else {
        // Of many words, those that a document lacks count by their weight alone.
        rest.shown = whole.classes.into_iter().flat_map(Matches::by_shown_class).collect();
        whole.classes = vec![rest];
    }
    Ok(whole)
}

/// Returns whether a document of `among` may have all clauses of a text. Most documents lack one of the first few clauses
/// of a long text, so that the others need not be looked up.
fn may_have_all(search: &Search<'_>, parsed: &ParsedText, among: &Documents) -> Result<bool, EngineError> {
    let mut left = among.clone();
    for clause in &parsed.clauses {
        let lookup = Lookup::of(clause, search)?;
        for (at, (segment, left)) in search.segments.iter().zip(&mut left).enumerate() {
            *left = lookup.documents(at, segment, Match::Partial, Some(left))?;
        }
        if left.iter().all(Vec::is_empty) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns the documents that meet all clauses between quotation marks; `None` when there are none.
fn literal(search: &Search<'_>, parsed: &ParsedText) -> Result<Option<Documents>, EngineError> {
    let mut lookups = Vec::new();
    for clause in parsed.clauses.iter().filter(|clause| clause.literal) {
        lookups.push(Lookup::of(clause, search)?);
    }
    if lookups.is_empty() {
        return Ok(None);
    }
    let segments = search.segments.iter().enumerate();
    let found: Result<_, _> =
        segments.map(|(at, segment)| all(at, segment, Match::Partial, lookups.iter().collect(), None)).collect();
    found.map(Some)
}

/// Returns whether a text has several clauses, some of which may occur.
pub(super) fn has_some(search: &Search<'_>, parsed: &ParsedText) -> Result<bool, EngineError> {
    let mut has_some = false;
    for clause in parsed.clauses.iter().filter(|_| parsed.clauses.len() > 1) {
        has_some = has_some || !Lookup::of(clause, search)?.is_nowhere();
    }
    Ok(has_some)
}

/// Splits clauses that occur nowhere into pairs of characters. The analyzer guesses names, and a guess may include too
/// many characters.
pub(super) fn split_unknown(search: &Search<'_>, parsed: &mut ParsedText) -> Result<(), EngineError> {
    let mut softened = Vec::with_capacity(parsed.clauses.len());
    for clause in std::mem::take(&mut parsed.clauses) {
        let lookup = Lookup::of(&clause, search)?;
        let parts = if !clause.literal && lookup.is_nowhere() { clause.pairs() } else { Vec::new() };
        drop(lookup);
        // A pair that the analyzer does not know and no post contains lies between two words.
        let (mut words, mut between) = (Vec::new(), Vec::new());
        for part in parts {
            let is_word = search.analyzer().knows(&part.text) || !Lookup::of(&part, search)?.is_nowhere();
            if is_word { words.push(part) } else { between.push(part) }
        }
        let parts = if words.is_empty() { between } else { words };
        if parts.is_empty() { softened.push(clause) } else { softened.extend(parts) }
    }
    parsed.clauses = softened;
    Ok(())
}

/// How many clauses a document has to meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// All clauses.
    All,
    /// All clauses of a short text; of a question or a long text, no clause that is not between quotation marks.
    Enough,
    /// The weightier half of the clauses that occur in some document, and all clauses between quotation marks.
    Most,
    /// A weighty part of the clauses that occur in some document, and all clauses between quotation marks.
    Relaxed,
}

/// Returns the documents of a segment that match in this class or a better one, in order; with `within`, only documents
/// of that list. Deleted documents are included.
fn matches(
    at: usize,
    segment: &Segment<'_>,
    clauses: &[Lookup<'_>],
    class: Match,
    strictness: Strictness,
    within: Option<Vec<DocId>>,
) -> Result<Vec<DocId>, EngineError> {
    if strictness == Strictness::All {
        return all(at, segment, class, clauses.iter().collect(), within);
    }
    let (literal, others): (Vec<_>, Vec<_>) = clauses.iter().partition(|lookup| lookup.clause.literal);
    let (nowhere, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|lookup| lookup.is_nowhere());
    let weight = |lookups: &[&Lookup<'_>]| lookups.iter().map(|lookup| lookup.weight).sum::<f32>();
    let given = weight(&literal);
    let rest = nowhere.first().map_or(0.0, |lookup| lookup.weight);
    let share = if strictness == Strictness::Most { MOST_SHARE } else { RELAXED_SHARE };
    let wanted = rest.max(share * (given + weight(&others)));
    let required = if literal.is_empty() { within } else { Some(all(at, segment, class, literal, within)?) };
    let mut weights = vec![given; segment.size() as usize];
    for lookup in others {
        for doc in lookup.documents(at, segment, class, required.as_deref())? {
            weights[doc as usize] += lookup.weight;
        }
    }
    let enough = |doc: &DocId| weights[*doc as usize] >= wanted && weights[*doc as usize] > 0.0;
    Ok(match required {
        Some(required) => required.into_iter().filter(enough).collect(),
        None => (0..segment.size()).filter(enough).collect(),
    })
}

fn all(
    at: usize,
    segment: &Segment<'_>,
    class: Match,
    mut clauses: Vec<&Lookup<'_>>,
    within: Option<Vec<DocId>>,
) -> Result<Vec<DocId>, EngineError> {
    clauses.sort_by_key(|lookup| lookup.size(at, class));
    let mut candidates = within;
    for lookup in clauses {
        let found = lookup.documents(at, segment, class, candidates.as_deref())?;
        if found.is_empty() {
            return Ok(found);
        }
        candidates = Some(found);
    }
    Ok(candidates.unwrap_or_default())
}
