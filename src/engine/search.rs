//! How a snapshot answers a query.
//!
//! The text is read as it stands first. Documents that have it come first, in the order of their scores; behind them
//! those that mean the same number or have another name of it. Only when nothing is found is the text read in other
//! ways, from the best guess to the last resort: letters as parts of longer words, what was perhaps meant
//! ([`super::forgiving`]), some of the words. Each hit carries the class of its match.

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::DocId;

use super::{
    EngineError,
    dictionary::Dictionary,
    filters::Sieve,
    forgiving::{Grade, Guess},
    freshness::Freshness,
    learning,
    matching::{self, Lookup, Strictness, difference},
    ranking::{BOOSTS, Scored, Statistics, WINDOW, Weights, named_titles, nearness},
    searcher::Searcher,
    segment::{Found, Segment, Series},
    snippet::Marker,
};
use crate::query::{Correction, Hits, Match, Needs, Note, Page, Query, Reading, Slot, Sort, Term, parse};
use crate::text::Class;

/// So many guesses are answered at the most: each has a place on the first page.
const MOST_GUESSES: usize = 10;

/// A document on its way to become a hit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub score: f32,
    pub class: Match,
    /// Which of the readings found it.
    pub reading: usize,
    pub segment: usize,
    pub doc: DocId,
}

/// How several answers become one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// One answer after the other.
    Ranked,
    /// A hit of each in turns: nobody knows which guess is right.
    InTurns,
}

/// Documents of one class, by segment.
struct Tier {
    class: Match,
    found: Vec<Vec<DocId>>,
}

/// One reading of the text, and what it found.
struct Answered {
    needs: Needs,
    tiers: Vec<Tier>,
    /// How many of its hits stand together when several answers are shown in turns.
    turns: usize,
}

impl Answered {
    fn total(&self) -> usize {
        self.tiers.iter().flat_map(|tier| &tier.found).map(Vec::len).sum()
    }

    /// Says whether some post has the text itself.
    fn has_exact(&self) -> bool {
        self.tiers.iter().any(|tier| tier.class == Match::Exact && tier.found.iter().any(|found| !found.is_empty()))
    }
}

impl Searcher {
    /// Answers a query.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, query: &Query) -> Result<Hits, EngineError> {
        let segments = self.segments()?;
        let search = Search {
            searcher: self,
            statistics: Statistics::of(&segments),
            freshness: Freshness::of(self, &segments),
            dictionary: Dictionary::new(&segments),
            segments: &segments,
            query,
        };
        search.run()
    }
}

/// One search, while it runs.
pub(super) struct Search<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) segments: &'a [Segment<'a>],
    pub(super) statistics: Statistics,
    pub(super) freshness: Freshness,
    pub(super) dictionary: Dictionary<'a, 'a>,
    pub(super) query: &'a Query,
}

impl Search<'_> {
    fn run(&self) -> Result<Hits, EngineError> {
        if self.query.text.trim().is_empty() {
            return self.everything();
        }
        let usual = self.reading();
        let mut needs = self.parse(&self.query.text, usual);
        if needs.is_question {
            self.soften(&mut needs)?;
        }
        let strictness = if needs.is_question { Strictness::Enough } else { Strictness::Usual };
        let mut answered = self.answer(needs, strictness)?;
        if answered.needs.is_empty() {
            return Ok(Hits { notes: answered.needs.notes, ..Hits::default() });
        }
        let mut is_open = false;
        let mut order = Order::Ranked;
        if answered.total() == 0 {
            let open = self.parse(&self.query.text, Reading { open: true, ..usual });
            if open.needs != answered.needs.needs {
                answered = self.answer(open, Strictness::Usual)?;
                is_open = true;
            }
        }
        let mut correction = None;
        let mut answers = vec![answered];
        if let Some(whole) = self.inside(&answers[0])? {
            if answers[0].has_exact() || answers[0].total() == 0 {
                answers.insert(0, whole);
            } else {
                // `0万元` means nothing, `20万元` may mean 二十万: nobody knows.
                answers[0].turns = usize::MAX;
                answers.push(whole);
                order = Order::InTurns;
            }
        }
        if self.query.literal {
            return self.hits(&answers, None, order);
        }
        if answers[0].total() == 0 {
            let mut found = self.corrected(self.guesses()?)?;
            if let Some((corrected, found)) = found.take() {
                correction = Some(corrected);
                answers = found;
            } else {
                answers = vec![self.relaxed(usual)?];
            }
        } else if self.may_be_pinyin()? {
            // Words of letters that only begin like the typed ones come first, and hide nothing; those that only have
            // them inside are guesses like the others.
            let order = if is_open { Order::InTurns } else { Order::Ranked };
            answers.extend(self.corrected(self.spelt()?)?.into_iter().flat_map(|(_, found)| found));
            return self.hits(&answers, None, order);
        }
        let order = if correction.is_some() { Order::InTurns } else { order };
        self.hits(&answers, correction, order)
    }

    /// Gives how the text is read unless nothing is found.
    pub(super) fn reading(&self) -> Reading<'_> {
        let synonyms = (!self.query.literal).then(|| self.searcher.synonyms());
        Reading { synonyms, ..Reading::default() }
    }

    fn parse(&self, text: &str, reading: Reading<'_>) -> Needs {
        parse(text, self.searcher.analyzer(), reading)
    }

    /// Gives everything that passes the filters.
    fn everything(&self) -> Result<Hits, EngineError> {
        let all = |segment: &Segment<'_>| (0..segment.reader.max_doc()).collect();
        let mut found: Vec<Vec<DocId>> = self.segments.iter().map(all).collect();
        self.sift(&mut found)?;
        let answered = Answered { needs: Needs::default(), tiers: vec![Tier { class: Match::Exact, found }], turns: 1 };
        self.hits(&[answered], None, Order::Ranked)
    }

    /// Finds what a reading asks for, class by class.
    fn answer(&self, needs: Needs, strictness: Strictness) -> Result<Answered, EngineError> {
        let mut tiers: Vec<Tier> = Vec::new();
        let mut lookups = Vec::with_capacity(needs.needs.len());
        for need in &needs.needs {
            lookups.push(Lookup::of(need, &self.dictionary, self.statistics.documents)?);
        }
        if !lookups.is_empty() {
            let lowest = if strictness == Strictness::Relaxed { Match::Partial } else { Match::Exact };
            for class in std::iter::once(lowest).chain(needs.further_classes()) {
                let mut found = Vec::with_capacity(self.segments.len());
                for (at, segment) in self.segments.iter().enumerate() {
                    let mut documents = matching::matches(at, segment, &lookups, class, strictness)?;
                    for better in &tiers {
                        documents = difference(&documents, &better.found[at]);
                    }
                    found.push(documents);
                }
                self.sift(&mut found)?;
                tiers.push(Tier { class, found });
                if lowest == Match::Partial {
                    break;
                }
            }
        }
        drop(lookups);
        Ok(Answered { needs, tiers, turns: 1 })
    }

    /// Takes needs apart into pairs of characters that occur nowhere as they stand: the analyzer guesses at names, and a
    /// guess may reach too far.
    fn soften(&self, needs: &mut Needs) -> Result<(), EngineError> {
        let mut softened = Vec::with_capacity(needs.needs.len());
        for need in std::mem::take(&mut needs.needs) {
            let lookup = Lookup::of(&need, &self.dictionary, self.statistics.documents)?;
            let parts = if lookup.is_nowhere() && !need.literal { need.pairs() } else { Vec::new() };
            drop(lookup);
            if parts.is_empty() { softened.push(need) } else { softened.extend(parts) }
        }
        needs.needs = softened;
        Ok(())
    }

    /// Of a short text in one piece that no post has so: gives the posts that have it inside of longer words or numbers.
    fn inside(&self, answered: &Answered) -> Result<Option<Answered>, EngineError> {
        let needs = &answered.needs;
        let is_western = |c: char| matches!(Class::of(c), Class::Letter | Class::Digit);
        let may_be_cut =
            needs.key.chars().next().is_some_and(is_western) || needs.key.chars().next_back().is_some_and(is_western);
        let is_found = needs.whole.is_empty() && answered.has_exact();
        if !needs.one_piece || !may_be_cut || is_found {
            return Ok(None);
        }
        let whole = Reading { whole: true, ..Reading::default() };
        if answered.has_exact() && self.answer(self.parse(&self.query.text, whole), Strictness::Usual)?.total() > 0 {
            return Ok(None);
        }
        let open = self.answer(self.parse(&self.query.text, Reading { open: true, ..whole }), Strictness::Usual)?;
        Ok((open.total() > 0).then_some(open))
    }

    /// Gives what has some of the words.
    fn relaxed(&self, usual: Reading<'_>) -> Result<Answered, EngineError> {
        let mut needs = self.parse(&self.query.text, Reading { loose: true, ..usual });
        self.soften(&mut needs)?;
        let several = needs.needs.len() > 1;
        let mut answered = self.answer(needs, Strictness::Relaxed)?;
        if answered.total() == 0 {
            let open = self.parse(&self.query.text, Reading { loose: true, open: true, ..usual });
            answered = self.answer(open, Strictness::Relaxed)?;
        }
        if several && answered.total() > 0 {
            answered.needs.notes.push(Note::Relaxed);
        }
        Ok(answered)
    }

    /// Reads the text as what was perhaps meant: several guesses, each answered like a text of its own.
    fn corrected(&self, guesses: Vec<Guess>) -> Result<Option<(Correction, Vec<Answered>)>, EngineError> {
        let mut answers = Vec::new();
        let mut first: Option<Correction> = None;
        let mut grade = None;
        for guess in guesses {
            // Which of its readings a character has is not always known.
            let worst = grade.map(|grade: Grade| grade.max(Grade::Otherwise));
            if answers.len() == MOST_GUESSES || worst.is_some_and(|worst| guess.grade > worst) {
                break;
            }
            let (own, guess) = (guess.grade, guess.correction);
            let mut needs = self.parse(&guess.text, self.reading());
            if let ([need], true) = (needs.needs.as_slice(), needs.whole.is_empty()) {
                // A title that begins so is what letters are most often meant for.
                needs.whole = need.ways[0].phrases[0].slots.clone();
            }
            let mut answered = self.answer(needs, Strictness::Usual)?;
            if answered.total() == 0 {
                continue;
            }
            grade.get_or_insert(own);
            for tier in &mut answered.tiers {
                tier.class = guess.class;
            }
            answered.turns = if own == Grade::Spelt { 3 } else { 1 };
            answers.push(answered);
            match &mut first {
                None => first = Some(guess),
                Some(first) => first.also.push(guess.text),
            }
        }
        Ok(first.map(|first| (first, answers)))
    }

    /// Keeps what passes the filters.
    fn sift(&self, found: &mut [Vec<DocId>]) -> Result<(), EngineError> {
        let sieve = Sieve { fields: &self.searcher.engine.fields, query: self.query };
        for (segment, documents) in self.segments.iter().zip(found) {
            if !documents.is_empty() {
                sieve.keep(segment, documents)?;
            }
        }
        Ok(())
    }

    /// Makes the page that was asked for.
    fn hits(&self, answers: &[Answered], correction: Option<Correction>, order: Order) -> Result<Hits, EngineError> {
        let Page { limit, offset } = self.query.page;
        let last = offset.saturating_add(limit).min(Page::DEEPEST);
        let blank = self.query.text.trim().is_empty();
        let sort = if blank && self.query.sort == Sort::Relevance { Sort::Newest } else { self.query.sort };
        let total = match answers {
            [only] => only.total(),
            several => self.distinct(several),
        };
        let candidates = if limit == 0 {
            Vec::new()
        } else if sort == Sort::Relevance {
            self.by_relevance(answers, last, order)?
        } else {
            self.by_date(answers, sort, last)
        };
        let markers: Vec<Marker<'_>> =
            answers.iter().map(|answered| Marker::new(&answered.needs.needs, &answered.needs.whole)).collect();
        let mut hits = Vec::new();
        for candidate in candidates.iter().skip(offset) {
            let mut hit = self.searcher.hit(candidate, self.query.grain, &markers[candidate.reading])?;
            if let Some(hit) = &mut hit {
                if hit.matched == Match::Exact && self.query.text.chars().count() <= crate::query::LONGEST {
                    hit.matched = as_written(hit, &self.query.text);
                }
                if self.query.explain {
                    hit.explanation = self.explain(candidate, &answers[candidate.reading].needs)?;
                }
            }
            hits.extend(hit);
        }
        let notes = answers.first().map(|answered| answered.needs.notes.clone()).unwrap_or_default();
        Ok(Hits { total, hits, notes, correction })
    }

    /// Counts what several readings found, each document once.
    fn distinct(&self, answers: &[Answered]) -> usize {
        let mut total = 0;
        for at in 0..self.segments.len() {
            let mut all: Vec<DocId> =
                answers.iter().flat_map(|answered| &answered.tiers).flat_map(|tier| tier.found[at].clone()).collect();
            all.sort_unstable();
            all.dedup();
            total += all.len();
        }
        total
    }

    /// Gives the `last` best, best first: class by class, answer by answer.
    fn by_relevance(&self, answers: &[Answered], last: usize, order: Order) -> Result<Vec<Candidate>, EngineError> {
        let mut queues = Vec::with_capacity(answers.len());
        for (reading, answered) in answers.iter().enumerate() {
            let mut best: Vec<Candidate> = Vec::new();
            for tier in &answered.tiers {
                if best.len() >= last {
                    break;
                }
                let mut next = self.best(&answered.needs, tier, reading, last)?;
                below(&best, &mut next);
                best.extend(next);
            }
            best.truncate(last);
            queues.push(best.into_iter());
        }
        if let [only] = queues.as_mut_slice() {
            return Ok(only.collect());
        }
        let mut seen = FxHashSet::default();
        let mut merged: Vec<Candidate> = Vec::new();
        // A title that begins as what was typed is spelt is what was most likely meant.
        if order == Order::InTurns {
            let mut opening: Vec<Vec<Candidate>> = Vec::with_capacity(queues.len());
            for (queue, answered) in queues.iter_mut().zip(answers) {
                let all: Vec<Candidate> = queue.collect();
                let (first, rest) = self.that_open(all, &answered.needs)?;
                opening.push(first);
                *queue = rest.into_iter();
            }
            for place in 0..last {
                let before = merged.len();
                for next in opening.iter().filter_map(|first| first.get(place)) {
                    if seen.insert((next.segment, next.doc)) {
                        let score = merged.last().map_or(next.score, |last| last.score.min(next.score));
                        merged.push(Candidate { score, ..*next });
                    }
                }
                if merged.len() == before && opening.iter().all(|first| first.len() <= place) {
                    break;
                }
            }
        }
        if order == Order::Ranked {
            for queue in &mut queues {
                let mut next: Vec<Candidate> = queue.filter(|next| seen.insert((next.segment, next.doc))).collect();
                below(&merged, &mut next);
                merged.extend(next);
            }
            merged.truncate(last);
            return Ok(merged);
        }
        // Nobody knows which guess is right, so each has its say on the first page.
        while merged.len() < last {
            let before = merged.len();
            // So that each has its say on the first page.
            let fair = (last / answers.len()).max(1);
            for (queue, answered) in queues.iter_mut().zip(answers) {
                let next = queue.filter(|next| seen.insert((next.segment, next.doc)));
                for next in next.take(answered.turns.min(fair)) {
                    let score = merged.last().map_or(next.score, |last| last.score.min(next.score));
                    merged.push(Candidate { score, ..next });
                }
            }
            if merged.len() == before {
                break;
            }
        }
        merged.truncate(last);
        Ok(merged)
    }

    /// Parts the candidates whose title begins with a text from the others; both keep their order.
    fn that_open(&self, all: Vec<Candidate>, needs: &Needs) -> Result<(Vec<Candidate>, Vec<Candidate>), EngineError> {
        let is_spelt = |candidate: &Candidate| matches!(candidate.class, Match::Pinyin | Match::Initials);
        if needs.whole.is_empty() || !all.first().is_some_and(is_spelt) {
            return Ok((Vec::new(), all));
        }
        let mut open: FxHashSet<(usize, DocId)> = FxHashSet::default();
        for (at, segment) in self.segments.iter().enumerate() {
            let mut documents: Vec<DocId> =
                all.iter().filter(|candidate| candidate.segment == at).map(|candidate| candidate.doc).collect();
            documents.sort_unstable();
            let found = segment.opening(&self.whole(at, needs)?, &documents)?;
            open.extend(found.into_iter().map(|doc| (at, doc)));
        }
        Ok(all.into_iter().partition(|candidate| open.contains(&(candidate.segment, candidate.doc))))
    }

    /// Looks the whole text up as a phrase in one segment.
    fn whole(&self, at: usize, needs: &Needs) -> Result<Vec<(u32, Found)>, EngineError> {
        let find = |slot: &Slot| {
            let found = self.dictionary.find(at, Series::Grams, &slot.term, slot.prefix, slot.suffix)?;
            Ok((slot.position, found))
        };
        needs.whole.iter().map(find).collect()
    }

    /// Gives the `last` best of one class, best first.
    fn best(&self, needs: &Needs, tier: &Tier, reading: usize, last: usize) -> Result<Vec<Candidate>, EngineError> {
        let weights = Weights::of(needs.key.chars().count());
        let mut terms = Vec::with_capacity(needs.terms.len());
        for term in needs.terms.iter().filter(|term| term.class <= tier.class) {
            terms.push(Scored::of(term, &self.dictionary, &self.statistics, weights)?);
        }
        let most: f32 = terms.iter().map(Scored::most).sum();
        let named = named_titles(needs, &terms, most);
        // However new another post is, it stays behind those in which a short text stands together.
        let most = most * self.freshness.most();
        let mut all = self.scored(&terms, &named, tier, reading)?;
        top(&mut all, last.max(WINDOW));
        if weights.learnt > 0.0 {
            let learnt = self.learn(needs, &all)?;
            let mut further = Vec::with_capacity(learnt.len());
            for (term, weight) in &learnt {
                let learnt = Scored::of(term, &self.dictionary, &self.statistics, weights)?;
                further.push(learnt.times(weights.learnt * weight));
            }
            terms.extend(further);
            all = self.scored(&terms, &named, tier, reading)?;
            top(&mut all, last.max(WINDOW));
        }
        let near = all.len().min(WINDOW);
        self.draw_near(needs, most, &mut all[..near])?;
        if needs.one_piece && tier.found.iter().map(Vec::len).sum::<usize>() > near {
            self.bring_whole(needs, most, tier, reading, last, &mut all)?;
        }
        all.truncate(last);
        Ok(all)
    }

    /// Scores every document of a tier.
    fn scored(
        &self,
        terms: &[Scored],
        named: &FxHashMap<u64, f32>,
        tier: &Tier,
        reading: usize,
    ) -> Result<Vec<Candidate>, EngineError> {
        let mut all = Vec::with_capacity(tier.found.iter().map(Vec::len).sum());
        let mut occurrences = Vec::new();
        for (at, (segment, documents)) in self.segments.iter().zip(&tier.found).enumerate() {
            if documents.is_empty() {
                continue;
            }
            let mut scores = vec![0.0; documents.len()];
            for term in terms {
                term.add(at, segment, &self.statistics, documents, &mut scores, &mut occurrences)?;
            }
            for (&doc, mut score) in documents.iter().zip(scores) {
                score += segment.lengths.titles.first(doc).and_then(|title| named.get(&title)).copied().unwrap_or(0.0);
                score *= 1.0 + self.freshness.raise(|| segment.lengths.dates.first(doc));
                all.push(Candidate { score, class: tier.class, reading, segment: at, doc });
            }
        }
        Ok(all)
    }

    /// Gives how much more a hit is worth that has the whole text as a phrase.
    pub(super) fn phrase_share(needs: &Needs) -> f32 {
        if needs.one_piece { BOOSTS.one_piece } else { BOOSTS.phrase }
    }

    /// Raises the candidates in which the whole query stands as a phrase, and sorts them anew.
    fn draw_near(&self, needs: &Needs, most: f32, window: &mut [Candidate]) -> Result<(), EngineError> {
        if needs.whole.is_empty() {
            return Ok(());
        }
        for at in 0..self.segments.len() {
            let mut documents: Vec<DocId> =
                window.iter().filter(|candidate| candidate.segment == at).map(|candidate| candidate.doc).collect();
            if documents.is_empty() {
                continue;
            }
            documents.sort_unstable();
            let shares = nearness(at, &self.dictionary, &needs.whole, &documents, Self::phrase_share(needs))?;
            for candidate in window.iter_mut().filter(|candidate| candidate.segment == at) {
                if let Ok(i) = documents.binary_search(&candidate.doc) {
                    candidate.score += shares[i] * most;
                }
            }
        }
        window.sort_by(order);
        Ok(())
    }

    /// Puts documents first that have a short text as it stands, though their words alone did not rank them among the
    /// best; unless those that are there already fill the page.
    fn bring_whole(
        &self,
        needs: &Needs,
        most: f32,
        tier: &Tier,
        reading: usize,
        last: usize,
        all: &mut Vec<Candidate>,
    ) -> Result<(), EngineError> {
        let raised = BOOSTS.one_piece * most;
        if needs.whole.is_empty() || all.iter().filter(|candidate| candidate.score >= raised).count() >= last {
            return Ok(());
        }
        let known: FxHashSet<(usize, DocId)> = all.iter().map(|candidate| (candidate.segment, candidate.doc)).collect();
        for (at, segment) in self.segments.iter().enumerate() {
            let slots = self.whole(at, needs)?;
            let missed: Vec<DocId> =
                tier.found[at].iter().copied().filter(|&doc| !known.contains(&(at, doc))).collect();
            let whole = segment.phrase(&slots, Some(&missed))?;
            all.extend(whole.into_iter().take(last).map(|doc| Candidate {
                score: raised,
                class: tier.class,
                reading,
                segment: at,
                doc,
            }));
        }
        all.sort_by(order);
        Ok(())
    }

    /// Gives the `last` first by date.
    fn by_date(&self, answers: &[Answered], sort: Sort, last: usize) -> Vec<Candidate> {
        let mut all = Vec::new();
        let mut seen = FxHashSet::default();
        for (reading, answered) in answers.iter().enumerate() {
            for tier in &answered.tiers {
                for (at, (segment, documents)) in self.segments.iter().zip(&tier.found).enumerate() {
                    let fresh = documents.iter().filter(|&&doc| answers.len() == 1 || seen.insert((at, doc)));
                    all.extend(fresh.map(|&doc| (segment.lengths.dates.first(doc), at, doc, tier.class, reading)));
                }
            }
        }
        let key = |&(date, segment, doc, ..): &(Option<i64>, usize, DocId, Match, usize)| {
            let date = match sort {
                Sort::Oldest => date.unwrap_or(i64::MAX),
                _ => date.unwrap_or(i64::MIN).saturating_neg(),
            };
            (date, segment, doc)
        };
        if last < all.len() {
            all.select_nth_unstable_by_key(last, key);
            all.truncate(last);
        }
        all.sort_unstable_by_key(key);
        let candidate = |(_, segment, doc, class, reading)| Candidate { score: 0.0, class, reading, segment, doc };
        all.into_iter().map(candidate).collect()
    }

    /// Learns words from the first answers to a question.
    fn learn(&self, needs: &Needs, all: &[Candidate]) -> Result<Vec<(Term, f32)>, EngineError> {
        let first = all.iter().take(learning::ANSWERS);
        let mut texts = Vec::with_capacity(learning::ANSWERS);
        for candidate in first {
            texts.extend(self.searcher.text_of(candidate.segment, candidate.doc)?.map(|text| (text, candidate.score)));
        }
        learning::words(self.searcher.analyzer(), &self.dictionary, &self.statistics, &texts, &needs.terms)
    }
}

/// Gives the class of a hit that has the text as typed, or only in another script or width.
fn as_written(hit: &crate::query::Hit, typed: &str) -> Match {
    let snippets = [Some(&hit.title), Some(&hit.snippet)].into_iter().flatten();
    let mut marked =
        snippets.flat_map(|snippet| snippet.marks.iter().filter_map(|mark| snippet.text.get(mark.clone())));
    let lower = typed.to_lowercase();
    let differs = |piece: &str| {
        let piece = piece.to_lowercase();
        !lower.contains(&piece)
            && piece.chars().any(|c| !lower.contains(c) && crate::text::Class::of(c) != crate::text::Class::Other)
    };
    let mut seen = false;
    let all_differ = marked.all(|piece| {
        seen = true;
        differs(piece)
    });
    if seen && all_differ { Match::Variant } else { Match::Exact }
}

/// Puts the scores of a worse class below those of the better ones.
fn below(better: &[Candidate], worse: &mut [Candidate]) {
    let (Some(lowest), Some(highest)) = (better.last(), worse.first()) else { return };
    if highest.score > lowest.score {
        let factor = lowest.score.max(0.0) / highest.score;
        worse.iter_mut().for_each(|candidate| candidate.score *= factor);
    }
}

/// The order of hits: best first; equal ones stay as they lie in the index, so that pages do not overlap.
fn order(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    b.score.total_cmp(&a.score).then(a.segment.cmp(&b.segment)).then(a.doc.cmp(&b.doc))
}

/// Leaves the `last` best, in order.
fn top(all: &mut Vec<Candidate>, last: usize) {
    if last < all.len() {
        all.select_nth_unstable_by(last, order);
        all.truncate(last);
    }
    all.sort_unstable_by(order);
}
