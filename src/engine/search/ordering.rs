//! Which of the documents that were found make the page, and in what order.
//!
//! Class by class, no score lifts a worse one over a better; within a class by score, in which nearness and titles count; of
//! several guesses each in turns. Or by date, where that was asked for. Finds nothing itself: see [`crate::engine::search::run`].

use rustc_hash::FxHashSet;

use crate::{
    engine::{
        error::EngineError,
        hit::answer::Candidate,
        postings::segment::{DocId, Found, Series},
        search::{
            learning,
            ranking::{BOOSTS, Named, Scored, WINDOW, Weights, named_titles, nearness},
            run::{Answered, Search, Tier},
        },
    },
    query::{Match, Needs, Page, Slot, Sort, Term},
};

/// How several answers become one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Order {
    /// One answer after the other.
    Ranked,
    /// A hit of each in turns: nobody knows which guess is right.
    InTurns,
}

impl Search<'_> {
    /// Gives the `last` best, best first: class by class, answer by answer.
    pub(in crate::engine) fn by_relevance(
        &self,
        answers: &[Answered],
        last: usize,
        order: Order,
    ) -> Result<Vec<Candidate>, EngineError> {
        // What comes first must not depend on how many are asked for, else pages would overlap.
        let wanted = last;
        let last = if answers.len() > 1 { last.max(WINDOW) } else { last };
        let mut queues = Vec::with_capacity(answers.len());
        for (reading, answered) in answers.iter().enumerate() {
            let mut best: Vec<Candidate> = Vec::new();
            for tier in &answered.tiers {
                if best.len() >= last {
                    break;
                }
                if tier.found.iter().all(Vec::is_empty) {
                    continue;
                }
                let mut next = self.best(&answered.needs, tier, reading, last)?;
                below(&best, &mut next);
                best.extend(next);
            }
            best.truncate(last);
            queues.push(best.into_iter());
        }
        if let [only] = queues.as_mut_slice() {
            let mut all: Vec<Candidate> = only.collect();
            fall(&mut all);
            return Ok(all);
        }
        let mut seen = FxHashSet::default();
        let mut merged: Vec<Candidate> = Vec::new();
        if order == Order::InTurns {
            let mut opening: Vec<Vec<Candidate>> = Vec::with_capacity(queues.len());
            for queue in &mut queues {
                let (first, rest): (Vec<Candidate>, Vec<Candidate>) = queue.by_ref().partition(|next| next.opens);
                opening.push(first);
                *queue = rest.into_iter();
            }
            for place in 0..last {
                let before = merged.len();
                for next in opening.iter().filter_map(|first| first.get(place)) {
                    if seen.insert((next.segment, next.doc)) {
                        merged.push(*next);
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
            merged.truncate(wanted);
            return Ok(merged);
        }
        // Nobody knows which guess is right, so each has its say on the first page.
        while merged.len() < last {
            let before = merged.len();
            // So that each has its say on the first page.
            let fair = (Page::default().limit / answers.len()).max(1);
            for (queue, answered) in queues.iter_mut().zip(answers) {
                let next = queue.filter(|next| seen.insert((next.segment, next.doc)));
                merged.extend(next.take(answered.turns.min(fair)));
            }
            if merged.len() == before {
                break;
            }
        }
        merged.truncate(wanted);
        fall(&mut merged);
        Ok(merged)
    }

    /// Gives those of the documents of a tier in one segment, in order, whose title begins as what was typed is spelt.
    fn opening(&self, at: usize, needs: &Needs, tier: &Tier) -> Result<Vec<DocId>, EngineError> {
        if needs.whole.is_empty() || !matches!(tier.class, Match::Pinyin | Match::Initials) {
            return Ok(Vec::new());
        }
        self.segments[at].opening(&self.whole(at, needs)?, &tier.found[at])
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
    pub(in crate::engine) fn best(
        &self,
        needs: &Needs,
        tier: &Tier,
        reading: usize,
        last: usize,
    ) -> Result<Vec<Candidate>, EngineError> {
        let weights = Weights::of(needs.key.chars().count());
        let mut terms = Vec::with_capacity(needs.terms.len());
        for term in needs.terms.iter().filter(|term| term.class <= tier.class) {
            terms.push(Scored::of(term, &self.dictionary, &self.statistics, weights)?);
        }
        let most: f32 = terms.iter().map(Scored::most).sum();
        let named = named_titles(needs, &terms, most);
        // However new another post is, it stays behind those in which a short text stands together.
        let most = most * self.freshness.most();
        let mut all = self.scored(needs, &terms, &named, tier, reading)?;
        top(&mut all, last.max(WINDOW));
        if weights.learnt > 0.0 {
            let learnt = self.learn(needs, &all)?;
            let mut further = Vec::with_capacity(learnt.len());
            for (term, weight) in &learnt {
                let learnt = Scored::of(term, &self.dictionary, &self.statistics, weights)?;
                further.push(learnt.times(weights.learnt * weight));
            }
            terms.extend(further);
            all = self.scored(needs, &terms, &named, tier, reading)?;
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
        needs: &Needs,
        terms: &[Scored],
        named: &Named,
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
            let opening = self.opening(at, needs, tier)?;
            for (&doc, mut score) in documents.iter().zip(scores) {
                score += named.of(&segment.lengths, doc);
                score *= 1.0 + self.freshness.raise(|| segment.lengths.dates.first(doc));
                let opens = opening.binary_search(&doc).is_ok();
                all.push(Candidate { score, class: tier.shown(at, doc), reading, segment: at, doc, opens });
            }
        }
        Ok(all)
    }

    /// Gives how much more a hit is worth that has the whole text as a phrase.
    pub(in crate::engine) fn phrase_share(needs: &Needs) -> f32 {
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
            let word = self.dictionary.word(at, &needs.whole)?;
            let whole = segment.phrase(&slots, word.as_ref(), Some(&missed))?;
            all.extend(whole.into_iter().take(last).map(|doc| Candidate {
                score: raised,
                class: tier.shown(at, doc),
                reading,
                segment: at,
                doc,
                opens: false,
            }));
        }
        all.sort_by(order);
        Ok(())
    }

    /// Gives the `last` first by date.
    pub(in crate::engine) fn by_date(&self, answers: &[Answered], sort: Sort, last: usize) -> Vec<Candidate> {
        let mut all = Vec::new();
        let mut seen = FxHashSet::default();
        for (reading, answered) in answers.iter().enumerate() {
            for tier in &answered.tiers {
                for (at, (segment, documents)) in self.segments.iter().zip(&tier.found).enumerate() {
                    let fresh = documents.iter().filter(|&&doc| answers.len() == 1 || seen.insert((at, doc)));
                    all.extend(
                        fresh.map(|&doc| (segment.lengths.dates.first(doc), at, doc, tier.shown(at, doc), reading)),
                    );
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
        let candidate =
            |(_, segment, doc, class, reading)| Candidate { score: 0.0, class, reading, segment, doc, opens: false };
        all.into_iter().map(candidate).collect()
    }

    /// Learns words from the first answers to a question.
    fn learn(&self, needs: &Needs, all: &[Candidate]) -> Result<Vec<(Term, f32)>, EngineError> {
        let first = all.iter().take(learning::ANSWERS);
        let mut texts = Vec::with_capacity(learning::ANSWERS);
        for candidate in first {
            texts.extend(self.commit.text_of(candidate.segment, candidate.doc)?.map(|text| (text, candidate.score)));
        }
        learning::words(self.analyzer(), &self.dictionary, &self.statistics, &texts, &needs.terms)
    }
}

/// Puts the scores of a worse class below those of the better ones.
fn below(better: &[Candidate], worse: &mut [Candidate]) {
    let (Some(lowest), Some(highest)) = (better.last(), worse.first()) else { return };
    if highest.score > lowest.score {
        let factor = lowest.score.max(0.0) / highest.score;
        worse.iter_mut().for_each(|candidate| candidate.score *= factor);
    }
}

/// Has no score rise again: what stands further behind counts less, for whatever reason.
pub(in crate::engine) fn fall(all: &mut [Candidate]) {
    let mut lowest = f32::INFINITY;
    for candidate in all {
        lowest = lowest.min(candidate.score);
        candidate.score = lowest;
    }
}

/// The order of hits: best first; equal ones stay as they lie in the index, so that pages do not overlap.
fn order(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    b.opens.cmp(&a.opens).then(b.score.total_cmp(&a.score)).then(a.segment.cmp(&b.segment)).then(a.doc.cmp(&b.doc))
}

/// Leaves the `last` best, in order.
fn top(all: &mut Vec<Candidate>, last: usize) {
    if last < all.len() {
        all.select_nth_unstable_by(last, order);
        all.truncate(last);
    }
    all.sort_unstable_by(order);
}
