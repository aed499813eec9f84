//! The ranking formula: BM25F over words and grams of all parts, then boosts for nearness, closeness and titles.
//!
//! [`super::scoring`] applies the formula to the documents of a match class, [`super::explain`] to one hit. The weights
//! of the parts are in the schema, all other weights here. The module does not know the match class of a document.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use crate::{
    chinese::is_measure,
    engine::{
        error::EngineError,
        index::{
            schema::Series,
            title::{title_hash, written_hash},
        },
        postings::{
            columns::Columns,
            dictionary::Dictionary,
            segment::{Offsets, Segment, TermPostings, frequency_of},
            sets::DocId,
            walking::{TITLE, each_among, each_document, frequencies, presences},
        },
    },
    query::{Emphasis, Match, ParsedText, Term, TermKind, joint_of},
};

/// The weights that depend on the length of the text. The weights of the parts are in the schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights {
    /// Saturation of the term frequency, `k1` of BM25.
    pub k1: f32,
    /// Length normalisation, `b` of BM25.
    pub b: f32,
    /// Share of the maximum score of a term that the term adds for occurring at all.
    pub presence: f32,
    /// Weight of a word.
    pub word: f32,
    /// Weight of a gram.
    pub gram: f32,
    /// Factor for a term that only begins with the word being typed.
    pub prefix: f32,
    /// Factor for a term that says little by itself.
    pub light: f32,
    /// Factor for a term of another notation of a number or of a synonym.
    pub other: f32,
    /// Factor for a term of a name that the text marks as such.
    pub named: f32,
    /// Additional score of a term in the title, besides its occurrence there.
    pub title: f32,
    /// The years of the text, as a share of the maximum score of its terms.
    pub years: f32,
    /// Weight of the expansion terms of relevance feedback (RM3).
    pub learned: f32,
}

/// The boosts, the same for every text.
pub(super) struct Boosts {
    /// The whole query as a phrase, as a share of the maximum score of its terms.
    pub phrase: f32,
    /// The whole query as a phrase in the title, as such a share.
    pub title_phrase: f32,
    /// A short text without white space as a phrase, as such a share; used instead of `phrase`.
    pub one_piece: f32,
    /// A title that equals the query in letters and digits, as such a share.
    pub exact_title: f32,
    /// Additional boost when the punctuation is equal, too; greater than all other boosts can make up for.
    pub written_title: f32,
    /// The words of the query close together, as such a share.
    pub close: f32,
    /// A title that the query names, as a share of the maximum score of the terms in that name.
    pub named_title: f32,
}

/// Weights of words and short questions: their words occur in the answer, once or often.
const PRECISE: Weights = Weights {
    k1: 1.6,
    b: 0.75,
    presence: 0.5,
    word: 1.0,
    gram: 0.8,
    prefix: 0.5,
    light: 0.05,
    other: 1.0,
    named: 1.6,
    title: 0.0,
    years: 0.05,
    learned: 0.0,
};

/// Weights of a story that ends in a question: most of its words do not occur in the answer, but the words of its topic
/// occur often.
const WORDY: Weights = Weights {
    k1: 2.0,
    b: 0.75,
    presence: 0.0,
    word: 1.0,
    gram: 0.5,
    prefix: 0.5,
    light: 0.05,
    other: 0.0,
    named: 1.6,
    title: 0.7,
    years: 0.0,
    learned: 0.3,
};

/// Lengths in letters and digits: up to the first the text is short and precise, from the second on it is a story.
const PRECISE_TO_WORDY: (f32, f32) = (32.0, 48.0);

/// The values of the boosts.
pub(super) const BOOSTS: Boosts = Boosts {
    phrase: 0.3,
    title_phrase: 0.5,
    one_piece: 1.1,
    exact_title: 20.0,
    written_title: 4.0,
    close: 0.05,
    named_title: 0.1,
};

impl Weights {
    /// Returns the weights for a text of this many letters and digits. Between the two lengths the two sets of weights
    /// are mixed linearly.
    pub(super) fn of(letters: usize) -> Self {
        let (point, story) = PRECISE_TO_WORDY;
        let share = ((letters as f32 - point) / (story - point)).clamp(0.0, 1.0);
        let mix = |of: fn(&Self) -> f32| of(&PRECISE) * (1.0 - share) + of(&WORDY) * share;
        Self {
            k1: mix(|weights| weights.k1),
            b: mix(|weights| weights.b),
            presence: mix(|weights| weights.presence),
            word: mix(|weights| weights.word),
            gram: mix(|weights| weights.gram),
            prefix: mix(|weights| weights.prefix),
            light: mix(|weights| weights.light),
            other: mix(|weights| weights.other),
            named: mix(|weights| weights.named),
            title: mix(|weights| weights.title),
            years: mix(|weights| weights.years),
            learned: mix(|weights| weights.learned),
        }
    }
}

/// Maximum number of terms of a text that are scored. A text of several hundred characters has more; the terms that are
/// left out say least, and a document with hundreds of the others does not need them.
pub(super) const MAX_TERMS: usize = 192;

/// Looks terms up in every segment. Of very many terms, returns only those with the greatest upper bounds, in order.
pub(super) fn look_up<'t>(
    terms: impl Iterator<Item = &'t Term>,
    dictionary: &Dictionary<'_, '_>,
    statistics: &Statistics,
    weights: Weights,
) -> Result<Vec<(&'t Term, Scored)>, EngineError> {
    let mut scored = Vec::new();
    for term in terms {
        scored.push((term, Scored::of(term, dictionary, statistics, weights)?));
    }
    if scored.len() > MAX_TERMS {
        let mut bounds: Vec<f32> = scored.iter().map(|(_, scored)| scored.bound()).collect();
        let least = *bounds.select_nth_unstable_by(MAX_TERMS - 1, |a, b| b.total_cmp(a)).1;
        scored.retain(|(_, scored)| scored.bound() >= least);
        scored.truncate(MAX_TERMS);
    }
    Ok(scored)
}

/// Returns the titles that a text names, by hash, each with its addition to the score. A name is a part of the key of
/// the text that contains a term. A title equal to the whole key is an exact title. `most` is the maximum score of all
/// terms.
pub(super) fn named_titles(parsed: &ParsedText, terms: &[(&Term, Scored)], most: f32) -> TitleBoosts {
    let key = parsed.key.as_str();
    let own = terms.iter().filter(|(term, _)| term.class == Match::Exact && term.emphasis != Emphasis::Light);
    // The terms that end at each byte of the key, with their starts.
    let mut ends: FxHashMap<usize, Vec<(usize, usize, f32)>> = FxHashMap::default();
    for (i, (term, scored)) in own.enumerate() {
        for (start, _) in key.match_indices(term.text.as_str()) {
            ends.entry(start + term.text.len()).or_default().push((start, i, scored.most()));
        }
    }
    let mut named = FxHashMap::default();
    let starts: Vec<usize> = key.char_indices().map(|(at, _)| at).chain([key.len()]).collect();
    for (i, &from) in starts.iter().enumerate() {
        let (mut inside, mut worth) = (Vec::new(), 0.0);
        for &to in starts.iter().skip(i + 1).take(MAX_NAME_CHARACTERS) {
            for &(start, term, most) in ends.get(&to).into_iter().flatten() {
                if start >= from && !inside.contains(&term) {
                    inside.push(term);
                    worth += most;
                }
            }
            if let (true, Some(name)) = (worth > 0.0, key.get(from..to)) {
                named.insert(title_hash(name), BOOSTS.named_title * worth);
            }
        }
    }
    let most = most.max(1.0);
    named.insert(title_hash(&parsed.key), BOOSTS.exact_title * most);
    TitleBoosts { by_title: named, written: written_hash(&parsed.written), same_signs: BOOSTS.written_title * most }
}

/// The titles that a text names, with their additions to the score.
#[derive(Default)]
pub(super) struct TitleBoosts {
    /// The addition for each title, by the hash of its letters and digits.
    by_title: FxHashMap<u64, f32>,
    /// The hash of the text with its signs.
    written: u64,
    /// The further addition for a title with the same signs.
    same_signs: f32,
}

impl TitleBoosts {
    /// Adds to the `scores` of all documents of a segment what their titles add.
    pub(super) fn add_everywhere(&self, columns: &Columns, scores: &mut [f32]) {
        for doc in self.by_title.keys().flat_map(|&title| columns.titled(title)) {
            scores[doc as usize] += self.of(columns, doc);
        }
    }

    /// Adds to the `scores` of `documents` (sorted) of a segment what their titles add.
    pub(super) fn add(&self, columns: &Columns, documents: &[DocId], scores: &mut [f32]) {
        if documents.len() < self.by_title.len() {
            documents.iter().zip(scores).for_each(|(&doc, score)| *score += self.of(columns, doc));
            return;
        }
        for doc in self.by_title.keys().flat_map(|&title| columns.titled(title)) {
            if let Ok(i) = documents.binary_search(&doc) {
                scores[i] += self.of(columns, doc);
            }
        }
    }

    /// Returns the addition to the score of a document for its title.
    pub(super) fn of(&self, columns: &Columns, doc: DocId) -> f32 {
        let Some(boost) = columns.title(doc).and_then(|title| self.by_title.get(&title)) else { return 0.0 };
        if columns.written_title(doc) == Some(self.written) { boost + self.same_signs } else { *boost }
    }
}

/// Maximum length of a title that is looked for inside a text, in letters and digits.
const MAX_NAME_CHARACTERS: usize = 12;

/// Statistics over all segments.
pub(super) struct Statistics {
    pub documents: u64,
    words_average: f32,
    grams_average: f32,
}

impl Statistics {
    pub(super) fn of(segments: &[Segment<'_>]) -> Self {
        let documents: u64 = segments.iter().map(|segment| segment.columns().searchable).sum();
        let average = |series| {
            let total: f64 = segments.iter().map(|segment| segment.columns().total_length(series)).sum();
            (total / (documents.max(1) as f64)).max(1.0) as f32
        };
        Self { documents, words_average: average(Series::Words), grams_average: average(Series::Grams) }
    }
}

/// A term with its postings in every segment.
pub(super) struct Scored {
    found: Vec<TermPostings>,
    /// Weight of the term without the saturation factor of BM25.
    weight: f32,
    weights: Weights,
}

impl Scored {
    /// Looks a term up in every segment.
    pub(super) fn of(
        term: &Term,
        dictionary: &Dictionary<'_, '_>,
        statistics: &Statistics,
        weights: Weights,
    ) -> Result<Self, EngineError> {
        let (series, weight) = match term.kind {
            TermKind::Word => (Series::Words, weights.word),
            TermKind::Gram => (Series::Grams, weights.gram),
            TermKind::Character => (Series::Characters, weights.gram),
            TermKind::Both => (Series::Grams, weights.word + weights.gram),
            TermKind::Value => (Series::Values, weights.word + weights.gram),
        };
        let mut found = Vec::with_capacity(dictionary.segments().len());
        for at in 0..dictionary.segments().len() {
            found.push(dictionary.find(at, series, &term.text, term.prefix, false)?);
        }
        let frequency = frequency_of(&found);
        let weight = match (term.prefix, term.emphasis) {
            (true, _) => weight * weights.prefix,
            (false, Emphasis::Light) => weight * weights.light,
            (false, Emphasis::Plain) => weight,
            (false, Emphasis::Named) => weight * weights.named,
        };
        let weight = if term.class == Match::Exact { weight } else { weight * weights.other };
        Ok(Self { found, weight: weight * inverse_frequency(frequency, statistics.documents), weights })
    }

    /// Returns an upper bound on the score of the term.
    pub(super) fn most(&self) -> f32 {
        self.weight * (self.weights.k1 + 1.0 + self.weights.title)
    }

    /// Returns the least upper bound on the score of the term in any document.
    pub(super) fn bound(&self) -> f32 {
        let Weights { k1, presence, title, .. } = self.weights;
        self.weight * ((k1 + 1.0) * (presence * PRESENCE + 1.0 - presence) + title)
    }

    /// Returns the number of postings in a segment.
    pub(super) fn postings(&self, at: usize) -> u64 {
        self.found[at].postings()
    }

    /// Returns the term with its weight multiplied by `factor`.
    pub(super) fn times(self, factor: f32) -> Self {
        Self { weight: self.weight * factor, ..self }
    }

    /// Returns the documents of a segment that contain the term, in order. Deleted documents are included.
    pub(super) fn documents(&self, at: usize, segment: &Segment<'_>) -> Result<Vec<DocId>, EngineError> {
        segment.documents(&self.found[at])
    }

    /// Returns the number of occurrences in a document, by part.
    pub(super) fn occurrences(
        &self,
        at: usize,
        segment: &Segment<'_>,
        doc: DocId,
    ) -> Result<Vec<(usize, u32)>, EngineError> {
        let mut parts: Vec<(usize, u32)> = Vec::new();
        frequencies(segment, &self.found[at], &[doc], |_, part, frequency| {
            match parts.iter_mut().find(|(known, _)| *known == part) {
                Some((_, times)) => *times += frequency,
                None => parts.push((part, frequency)),
            }
        })?;
        parts.sort_unstable();
        Ok(parts)
    }

    /// Adds the score of the term to the `scores` of `documents` (sorted) of a segment. `room` is room for one number for
    /// each document.
    pub(super) fn add(
        &self,
        at: usize,
        segment: &Segment<'_>,
        norms: &Norms<'_>,
        documents: &[DocId],
        scores: &mut [f32],
        room: &mut Vec<f32>,
    ) -> Result<(), EngineError> {
        let found = &self.found[at];
        if found.is_empty() {
            return Ok(());
        }
        let norm = |i: usize| norms.of(found.series, documents[i]);
        if found.is_single() {
            each_among(segment, found, documents, |i, weighted| scores[i] += self.score(weighted, norm(i)))?;
        } else {
            room.clear();
            room.resize(documents.len(), 0.0);
            each_among(segment, found, documents, |i, weighted| room[i] += weighted)?;
            for (i, &weighted) in room.iter().enumerate().filter(|(_, weighted)| **weighted > 0.0) {
                scores[i] += self.score(weighted, norm(i));
            }
        }
        if self.weights.title > 0.0 {
            presences(segment, &found.in_part(TITLE), documents, |i| scores[i] += self.title_score())?;
        }
        Ok(())
    }

    /// Adds the score of the term to the `scores` of all documents of a segment.
    pub(super) fn add_everywhere(
        &self,
        at: usize,
        segment: &Segment<'_>,
        norms: &Norms<'_>,
        scores: &mut [f32],
    ) -> Result<(), EngineError> {
        let found = &self.found[at];
        let all = norms.all(found.series);
        let mut room = Vec::new();
        // Each step is a loop of its own, so that the arithmetic is done for several documents at once.
        each_document(segment, found, |docs, weighted| {
            room.clear();
            room.extend(docs.iter().map(|&doc| all[doc as usize]));
            room.iter_mut().zip(weighted).for_each(|(room, &weighted)| *room = self.score(weighted, *room));
            docs.iter().zip(&room).for_each(|(&doc, score)| scores[doc as usize] += score);
        })?;
        if self.weights.title > 0.0 {
            let titles = found.in_part(TITLE);
            each_document(segment, &titles, |docs, _| {
                docs.iter().for_each(|&doc| scores[doc as usize] += self.title_score());
            })?;
        }
        Ok(())
    }

    /// Returns the score of the term in a document, without what the title adds, from the weighted frequency and the
    /// norm of the document.
    #[inline]
    fn score(&self, weighted: f32, norm: f32) -> f32 {
        let Weights { k1, presence, .. } = self.weights;
        let share = weighted / (weighted + norm);
        self.weight * ((k1 + 1.0) * (presence * PRESENCE + (1.0 - presence) * share))
    }

    /// Returns what the term adds to the score of a document whose title has it.
    fn title_score(&self) -> f32 {
        self.weight * self.weights.title
    }
}

/// The length normalisation of the documents of a segment: `k1` times one, mixed with the length of the document as a
/// share of the average length.
pub(super) struct Norms<'s> {
    columns: &'s Columns,
    words_average: f32,
    grams_average: f32,
    k1: f32,
    b: f32,
    words: OnceCell<Vec<f32>>,
    grams: OnceCell<Vec<f32>>,
}

impl<'s> Norms<'s> {
    pub(super) fn new(segment: &'s Segment<'_>, statistics: &Statistics, weights: Weights) -> Self {
        let Statistics { words_average, grams_average, .. } = *statistics;
        let (words, grams) = (OnceCell::new(), OnceCell::new());
        Self { columns: segment.columns(), words_average, grams_average, k1: weights.k1, b: weights.b, words, grams }
    }

    /// Returns the norm of a document, with its length in the unit of a series.
    fn of(&self, series: Series, doc: DocId) -> f32 {
        self.norm(series)(self.columns.lengths(series)[doc as usize])
    }

    /// Returns the norms of all documents.
    fn all(&self, series: Series) -> &[f32] {
        let known = if series == Series::Words { &self.words } else { &self.grams };
        known.get_or_init(|| self.columns.lengths(series).iter().copied().map(self.norm(series)).collect())
    }

    /// Returns the function from the length of a document to its norm.
    fn norm(&self, series: Series) -> impl Fn(f32) -> f32 {
        let average = if series == Series::Words { self.words_average } else { self.grams_average };
        let (k1, b) = (self.k1, self.b);
        move |length| k1 * (1.0 - b + b * length / average)
    }
}

/// Score of a term for occurring at all, before weighting: about that of one occurrence in a text of average length.
const PRESENCE: f32 = 0.45;

/// Returns the nearness boost of each of `documents` (sorted) of a segment, as a share of the maximum score. A document
/// gets a boost when the whole text occurs in it as a phrase, and more when the phrase is in the title.
pub(super) fn nearness(
    at: usize,
    dictionary: &Dictionary<'_, '_>,
    parsed: &ParsedText,
    documents: &[DocId],
) -> Result<Vec<f32>, EngineError> {
    let whole = &parsed.whole;
    let phrase = if parsed.one_piece { BOOSTS.one_piece } else { BOOSTS.phrase };
    let mut shares = vec![0.0; documents.len()];
    let segment = &dictionary.segments()[at];
    if let Some(joint) = joint_of(whole) {
        let found = dictionary.find(at, Series::Characters, &joint, false, false)?;
        presences(segment, &found, documents, |i| shares[i] = phrase)?;
        presences(segment, &found.in_part(TITLE), documents, |i| shares[i] += BOOSTS.title_phrase)?;
        return Ok(shares);
    }
    let mut terms = dictionary.phrase(at, whole)?;
    let word = dictionary.word(at, whole)?;
    let mut add = |terms: &[(Offsets, TermPostings)], share: f32| -> Result<(), EngineError> {
        for doc in segment.phrase(terms, word.as_ref(), Some(documents))? {
            if let Ok(i) = documents.binary_search(&doc) {
                shares[i] += share;
            }
        }
        Ok(())
    };
    add(&terms, phrase)?;
    for (_, found) in &mut terms {
        *found = found.in_part(TITLE);
    }
    add(&terms, BOOSTS.title_phrase)?;
    Ok(shares)
}

/// Returns for each of `documents` (sorted) of a segment which share of the years of the text occurs in it. A year says
/// which of many similar events is meant, though it is too frequent to weigh much as a term.
pub(super) fn years(
    at: usize,
    dictionary: &Dictionary<'_, '_>,
    parsed: &ParsedText,
    documents: &[DocId],
) -> Result<Vec<f32>, EngineError> {
    let mut shares = vec![0.0; documents.len()];
    let years: Vec<&str> =
        parsed.terms.iter().map(|term| term.text.as_str()).filter(|term| is_year(term, &parsed.key)).collect();
    for year in &years {
        let found = dictionary.find(at, Series::Grams, year, false, false)?;
        let mut has = vec![false; documents.len()];
        presences(&dictionary.segments()[at], &found, documents, |i| has[i] = true)?;
        let raised = shares.iter_mut().zip(has).filter(|(_, has)| *has);
        raised.for_each(|(share, _)| *share += 1.0 / years.len() as f32);
    }
    Ok(shares)
}

/// Returns whether a term is a year in a text with this key: four digits that count nothing, unlike `2000元`.
fn is_year(term: &str, key: &str) -> bool {
    let is_number = term.len() == 4 && term.bytes().all(|c| c.is_ascii_digit());
    let counts_nothing = |(_, rest): (_, &str)| !rest.starts_with(|c| c != '年' && is_measure(c));
    is_number && (term.starts_with("19") || term.starts_with("20")) && key.split_once(term).is_some_and(counts_nothing)
}

/// Returns the inverse document frequency of BM25.
pub(super) fn inverse_frequency(frequency: u64, documents: u64) -> f32 {
    let (n, df) = (documents as f64, frequency.min(documents) as f64);
    (1.0 + (n - df + 0.5) / (df + 0.5)).ln() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_mixed_between_a_short_text_and_a_story() {
        let near = |a: f32, b: f32| (a - b).abs() < 1e-6;
        let (short, middle, long) = (Weights::of(5), Weights::of(40), Weights::of(500));
        assert!(near(short.k1, PRECISE.k1) && near(short.learned, 0.0) && near(short.presence, 0.5));
        assert!(near(middle.k1, 1.8) && near(middle.gram, 0.65) && near(middle.title, 0.35));
        assert!(near(long.k1, WORDY.k1) && near(long.presence, 0.0) && near(long.learned, 0.3));
        assert!(near(Weights::of(32).k1, PRECISE.k1) && near(Weights::of(48).k1, WORDY.k1));
    }

    #[test]
    fn a_year_is_told_from_other_numbers() {
        for (term, key, expected) in [
            ("2022", "2022年灯会", true),
            ("1998", "1998灯会", true),
            ("2022", "灯会2022", true),
            ("2000", "灯笼2000元", false),
            ("20220", "20220年", false),
            ("3150", "3150年", false),
            ("20", "20年", false),
            ("灯", "灯会2022", false),
        ] {
            assert_eq!(is_year(term, key), expected, "{term} {key}");
        }
    }

    #[test]
    fn rare_terms_weigh_more() {
        let weigh = |frequency| inverse_frequency(frequency, 1_000);
        assert!(weigh(0) > weigh(1) && weigh(1) > weigh(500) && weigh(500) > weigh(1_000));
        assert!(weigh(1_000) > 0.0 && weigh(2_000) == weigh(1_000), "no term weighs less than nothing");
        // ln(1 + (1000 - 9 + 0.5) / 9.5)
        assert!((weigh(9) - 4.657_52).abs() < 1e-4, "{}", weigh(9));
    }
}
