//! Scores the documents of one match class and selects the best: BM25F, relevance feedback (RM3), recency, nearness,
//! closeness.
//!
//! The formula is in [`super::ranking`], the expansion terms are from [`super::feedback`], and [`super::merge`] joins
//! the classes. The module does not know how documents are found.

use crate::{
    engine::{
        error::EngineError,
        hit::answer::Candidate,
        postings::sets::{DocId, difference},
        search::{
            answer::{Matches, Scores},
            closeness::Words,
            context::{Documents, Search},
            feedback,
            ranking::{BOOSTS, MAX_TERMS, Norms, Scored, TitleBoosts, Weights, look_up, named_titles, nearness, years},
            top::{Ranked, Top},
        },
    },
    query::{Match, ParsedText, Term},
};

/// Number of best documents that are checked for nearness, closeness and years.
const WINDOW: usize = 200;
/// Share of the documents of a segment, one in so many, from which on all postings of a term are read in order: that is
/// faster than looking for each document.
const MANY_OF_A_SEGMENT: usize = 8;
/// When fewer of these documents contain a short text in one piece, all other documents are checked as well.
const MIN_PHRASE_HITS: usize = 50;

/// Returns the `last` best documents of one match class, best first.
pub(super) fn best(
    search: &Search<'_>,
    parsed: &ParsedText,
    matches: &Matches,
    reading: usize,
    last: usize,
) -> Result<Vec<Candidate>, EngineError> {
    let weights = Weights::of(parsed.key.chars().count());
    let mut class = Class { search, found: &matches.found, weights, opening: Vec::new(), scores: Vec::new() };
    let most = match &matches.scores {
        Some(Scores { each, most }) => {
            class.scores.clone_from(each);
            *most
        }
        None => {
            let terms = parsed.terms.iter().filter(|term| term.class <= matches.class);
            let terms = look_up(terms, &search.dictionary, &search.statistics, weights)?;
            let most = terms.iter().map(|(_, scored)| scored.most()).sum();
            let named = named_titles(parsed, &terms, most);
            class.scores = class.scored(terms.iter().map(|(_, scored)| scored), &named)?;
            most
        }
    };
    class.opening = opening(search, parsed, matches)?;
    // A text with as many terms as are scored needs no more of them.
    if weights.learned > 0.0 && parsed.terms.len() < MAX_TERMS && !search.is_spent() {
        let mut more = Vec::new();
        for (term, weight) in learned(search, parsed, &class.top(feedback::ANSWERS))? {
            let learned = Scored::of(&term, &search.dictionary, &search.statistics, weights)?;
            more.push(learned.times(weights.learned * weight));
        }
        let more = class.scored(more.iter(), &TitleBoosts::default())?;
        let scores = class.scores.iter_mut().flatten().zip(more.into_iter().flatten());
        scores.for_each(|(score, more)| *score += more);
    }
    if !parsed.whole.is_empty() && !search.is_spent() {
        // A document that contains a short text in one piece stays before the others, however new these are.
        let most = most * search.recency.most();
        let mut window: Documents = vec![Vec::new(); search.segments.len()];
        class.top(WINDOW).into_iter().for_each(|ranked| window[ranked.segment].push(ranked.doc));
        window.iter_mut().for_each(|documents| documents.sort_unstable());
        let words = Words::of(parsed, search)?;
        class.raise(&window, BOOSTS.close * most, |at, documents| words.closeness(at, search, documents))?;
        let years = |at: usize, documents: &[DocId]| years(at, &search.dictionary, parsed, documents);
        class.raise(&window, weights.years * most, years)?;
        let near = |at: usize, documents: &[DocId]| nearness(at, &search.dictionary, parsed, documents);
        let standing = class.raise(&window, most, near)?;
        if parsed.one_piece && standing < MIN_PHRASE_HITS {
            let rest = matches.found.iter().zip(&window).map(|(found, window)| difference(found, window)).collect();
            class.raise(&rest, most, near)?;
        }
    }
    let candidate = |Ranked { opens, score, segment, doc }| {
        let (class, ranked) = (matches.shown_class(segment, doc), matches.class);
        Candidate { score, class, ranked, reading, segment, doc, opens }
    };
    Ok(class.top(last).into_iter().map(candidate).collect())
}

/// The documents of a match class with their scores.
struct Class<'s> {
    search: &'s Search<'s>,
    found: &'s Documents,
    weights: Weights,
    /// The documents whose title begins with the spelling of the typed letters; empty when none are looked for.
    opening: Documents,
    /// For each segment, the score of each document.
    scores: Vec<Vec<f32>>,
}

impl Class<'_> {
    /// Returns the score of each document by these terms and titles.
    fn scored<'t>(
        &self,
        terms: impl Iterator<Item = &'t Scored> + Clone,
        named: &TitleBoosts,
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        let Self { search, found, .. } = self;
        let mut all = Vec::with_capacity(found.len());
        let mut room = Vec::new();
        for (at, (segment, documents)) in search.segments.iter().zip(*found).enumerate() {
            let norms = Norms::new(segment, &search.statistics, self.weights);
            let terms = terms.clone().take_while(|_| !documents.is_empty() && !search.is_spent());
            let mut scores;
            if documents.len() > segment.size() as usize / MANY_OF_A_SEGMENT {
                let mut everywhere = vec![0.0; segment.size() as usize];
                for term in terms {
                    term.add_everywhere(at, segment, &norms, &mut everywhere)?;
                }
                scores = documents.iter().map(|&doc| everywhere[doc as usize]).collect::<Vec<f32>>();
            } else {
                scores = vec![0.0; documents.len()];
                for term in terms {
                    term.add(at, segment, &norms, documents, &mut scores, &mut room)?;
                }
            }
            named.add(segment.columns(), documents, &mut scores);
            search.recency.multiply(documents, &mut scores, |doc| segment.columns().date(doc));
            all.push(scores);
        }
        Ok(all)
    }

    /// Returns the `most` best documents, best first.
    fn top(&self, most: usize) -> Vec<Ranked> {
        let mut top = Top::new(self.search.segments, most);
        for (segment, (documents, scores)) in self.found.iter().zip(&self.scores).enumerate() {
            let opening = self.opening.get(segment).map_or(&[][..], Vec::as_slice);
            for (&doc, &score) in documents.iter().zip(scores) {
                let opens = !opening.is_empty() && opening.binary_search(&doc).is_ok();
                top.push(Ranked { opens, score, segment, doc });
            }
        }
        top.finish()
    }

    /// Adds to the scores of documents the share of `most` that `of` returns for those of a segment (sorted). Returns the
    /// number of documents whose share is not 0.
    fn raise(
        &mut self,
        among: &Documents,
        most: f32,
        of: impl Fn(usize, &[DocId]) -> Result<Vec<f32>, EngineError>,
    ) -> Result<usize, EngineError> {
        let mut raised = 0;
        for (at, documents) in among.iter().enumerate().filter(|(_, documents)| most > 0.0 && !documents.is_empty()) {
            for (doc, share) in documents.iter().zip(of(at, documents)?).filter(|(_, share)| *share > 0.0) {
                raised += 1;
                if let Ok(i) = self.found[at].binary_search(doc) {
                    self.scores[at][i] += share * most;
                }
            }
        }
        Ok(raised)
    }
}

/// Returns the documents whose title begins with the spelling of the typed letters, in order.
fn opening(search: &Search<'_>, parsed: &ParsedText, matches: &Matches) -> Result<Documents, EngineError> {
    if parsed.whole.is_empty() || !matches!(matches.class, Match::Pinyin | Match::Initials) {
        return Ok(Vec::new());
    }
    let segments = search.segments.iter().zip(&matches.found).enumerate();
    segments
        .map(|(at, (segment, found))| segment.opening(&search.dictionary.phrase(at, &parsed.whole)?, found))
        .collect()
}

/// Returns the expansion terms from the first answers to a long question, with their weights.
fn learned(search: &Search<'_>, parsed: &ParsedText, first: &[Ranked]) -> Result<Vec<(Term, f32)>, EngineError> {
    let mut texts = Vec::with_capacity(feedback::ANSWERS);
    for ranked in first {
        let text = search.commit.text_of(ranked.segment, ranked.doc)?;
        texts.extend(text.map(|text| (text, ranked.score)));
    }
    feedback::words(search, &texts, &parsed.terms)
}
