//! How a snapshot answers a query.
//!
//! The text is read as it stands first. Documents that have it come first, in the order of their scores; behind them
//! those that mean the same number or have another name of it. Only when nothing is found is the text read in other
//! ways, from the best guess to the last resort: letters as parts of longer words, what was perhaps meant
//! ([`crate::engine::search::forgiving`]), some of the words. Each hit carries the class of its match. Which of what was found makes the page
//! is decided in [`crate::engine::search::ordering`].

use std::sync::Arc;

use crate::{
    engine::{
        error::EngineError,
        hit::{answer, parallel, snippet::Marker},
        index::title::title_hash,
        lexicon::{Lexicon, Store},
        postings::{
            commit::Commit,
            dictionary::Dictionary,
            filters::FilterSet,
            segment::{DocId, Segment},
            sets::{difference, union},
        },
        search::{
            forgiving::{Grade, Guess},
            freshness::Freshness,
            matching::{self, Lookup, Strictness},
            ordering::Order,
            ranking::Statistics,
        },
    },
    query::{
        Correction, Emphasis, Hit, Hits, LONGEST, Match, Needs, Note, Page, Query, Reading, Sort, Synonyms, TermKind,
        is_light, parse, title_key,
    },
    text::{Analyzer, fold},
};

/// A text of more needs than this is not looked for in the form in which it was typed.
const FEW: usize = 4;

/// So many guesses are answered at the most: each has a place on the first page.
const MOST_GUESSES: usize = 10;

/// Documents of one class, by segment.
pub(in crate::engine) struct Tier {
    pub class: Match,
    pub found: Vec<Vec<DocId>>,
    /// Which of them have all that was asked for, when it is not all of them.
    pub whole: Option<Vec<Vec<DocId>>>,
}

impl Tier {
    pub(in crate::engine) const fn new(class: Match, found: Vec<Vec<DocId>>) -> Self {
        Self { class, found, whole: None }
    }

    /// Gives what is told of one of its documents.
    pub(in crate::engine) fn shown(&self, at: usize, doc: DocId) -> Match {
        let is_whole = self.whole.as_ref().is_none_or(|whole| whole[at].binary_search(&doc).is_ok());
        if is_whole { self.class } else { Match::Partial }
    }
}

/// One reading of the text, and what it found.
pub(in crate::engine) struct Answered {
    pub needs: Needs,
    pub tiers: Vec<Tier>,
    /// How many of its hits stand together when several answers are shown in turns.
    pub turns: usize,
}

impl Answered {
    pub(in crate::engine) fn total(&self) -> usize {
        self.tiers.iter().flat_map(|tier| &tier.found).map(Vec::len).sum()
    }

    /// Says whether some post has the text itself.
    pub(in crate::engine) fn has_exact(&self) -> bool {
        self.tiers.iter().any(|tier| tier.class == Match::Exact && tier.found.iter().any(|found| !found.is_empty()))
    }
}

/// What a search may use besides the commit.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Aids<'a> {
    /// The words of the index.
    pub lexicon: &'a Arc<Store>,
    /// What has several names.
    pub synonyms: &'a Synonyms,
    /// By which share of its score the newest post is raised.
    pub freshness: f32,
}

/// Answers a query.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn answer(commit: &Commit, aids: Aids<'_>, query: &Query) -> Result<Hits, EngineError> {
    let segments = commit.segments()?;
    let search = Search {
        commit,
        aids,
        statistics: Statistics::of(&segments),
        freshness: Freshness::of(commit, aids.freshness),
        dictionary: Dictionary::new(&segments),
        segments: &segments,
        query,
    };
    let mut hits = search.run()?;
    if !commit.said.whole {
        hits.notes.push(Note::Indexing);
    }
    Ok(hits)
}

/// One search, while it runs.
pub(in crate::engine) struct Search<'a> {
    pub commit: &'a Commit,
    aids: Aids<'a>,
    pub segments: &'a [Segment<'a>],
    pub statistics: Statistics,
    pub freshness: Freshness,
    pub dictionary: Dictionary<'a, 'a>,
    pub query: &'a Query,
}

impl Search<'_> {
    /// The analyzer that cut the posts of the commit.
    pub(in crate::engine) fn analyzer(&self) -> &Analyzer {
        &self.commit.said.analyzer
    }

    /// The words of the index, as far as they have been read.
    pub(in crate::engine) fn lexicon(&self) -> Result<Lexicon, EngineError> {
        self.aids.lexicon.lexicon(self.commit)
    }

    fn run(&self) -> Result<Hits, EngineError> {
        if self.query.text.trim().is_empty() {
            return self.everything();
        }
        let usual = self.reading();
        let mut needs = self.parse(&self.query.text, usual);
        if needs.is_question {
            self.soften(&mut needs)?;
        }
        let is_long = needs.is_question || needs.needs.len() > FEW;
        let mut answered = if is_long { self.asked(needs)? } else { self.answer(needs, Strictness::Usual)? };
        if answered.needs.is_empty() {
            return self.titled(answered.needs);
        }
        let mut is_open = false;
        if answered.total() == 0 {
            let open = self.parse(&self.query.text, Reading { open: true, ..usual });
            if open.needs != answered.needs.needs {
                answered = self.answer(open, Strictness::Usual)?;
                is_open = true;
            }
        }
        let mut correction = None;
        let (mut answers, order) = self.with_literal(answered)?;
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
        } else if self.is_apart(&answers)? {
            // The pieces of a slip may be anywhere; what was perhaps meant comes behind them.
            answers.extend(self.corrected(self.guesses()?)?.into_iter().flat_map(|(_, found)| found));
        }
        let order = if correction.is_some() { Order::InTurns } else { order };
        self.hits(&answers, correction, order)
    }

    /// Gives how the text is read unless nothing is found.
    pub(in crate::engine) fn reading(&self) -> Reading<'_> {
        let synonyms = (!self.query.literal).then(|| self.aids.synonyms);
        Reading { synonyms, ..Reading::default() }
    }

    pub(in crate::engine) fn parse(&self, text: &str, reading: Reading<'_>) -> Needs {
        parse(text, self.analyzer(), reading)
    }

    /// Gives everything that passes the filters.
    fn everything(&self) -> Result<Hits, EngineError> {
        let all = |segment: &Segment<'_>| (0..segment.size()).collect();
        let mut found: Vec<Vec<DocId>> = self.segments.iter().map(all).collect();
        self.sift(&mut found)?;
        let answered = Answered { needs: Needs::default(), tiers: vec![Tier::new(Match::Exact, found)], turns: 1 };
        self.hits(&[answered], None, Order::Ranked)
    }

    /// Gives what has nothing but signs for its title, the very ones that were typed: no part of a text has terms of these.
    fn titled(&self, needs: Needs) -> Result<Hits, EngineError> {
        let title = (!needs.key.is_empty()).then(|| title_hash(&needs.key));
        let has_it =
            |segment: &Segment<'_>, doc: &DocId| title.is_some() && segment.lengths.titles.first(*doc) == title;
        let of = |segment: &Segment<'_>| (0..segment.size()).filter(|doc| has_it(segment, doc)).collect();
        let mut found: Vec<Vec<DocId>> = self.segments.iter().map(of).collect();
        self.sift(&mut found)?;
        if found.iter().all(Vec::is_empty) {
            return Ok(Hits { notes: needs.notes, ..Hits::default() });
        }
        let answered = Answered { needs: Needs::default(), tiers: vec![Tier::new(Match::Exact, found)], turns: 1 };
        let mut hits = self.hits(&[answered], None, Order::Ranked)?;
        for hit in &mut hits.hits {
            hit.title.marks = std::iter::once(0..hit.title.text.len()).collect();
        }
        Ok(hits)
    }

    /// Finds what a reading asks for, class by class.
    pub(in crate::engine) fn answer(&self, needs: Needs, strictness: Strictness) -> Result<Answered, EngineError> {
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
                tiers.push(Tier::new(class, found));
                if lowest == Match::Partial {
                    break;
                }
            }
        }
        drop(lookups);
        Ok(Answered { needs, tiers, turns: 1 })
    }

    /// Finds what answers a question or a long text, of which an answer need not have every word. Of a few that say something,
    /// what has all comes before what has some.
    fn asked(&self, needs: Needs) -> Result<Answered, EngineError> {
        let mut telling = needs.clone();
        telling.needs.retain(|need| need.literal || !is_light(&need.text));
        let few = telling.needs.len() <= FEW;
        let several = telling.needs.len() > 1;
        let all = self.answer(telling, Strictness::All)?;
        let mut answered = self.answer(needs, Strictness::Enough)?;
        if few && several && all.total() == 0 && answered.total() > 0 {
            answered.needs.notes.push(Note::Relaxed);
        }
        let mut whole = vec![Vec::new(); self.segments.len()];
        for tier in &all.tiers {
            for (whole, found) in whole.iter_mut().zip(&tier.found) {
                *whole = union(whole, found);
            }
        }
        for tier in &mut answered.tiers {
            if few {
                for (found, whole) in tier.found.iter_mut().zip(&whole) {
                    *found = difference(found, whole);
                }
            }
            tier.whole = Some(whole.clone());
        }
        if few {
            answered.tiers.splice(0..0, all.tiers);
        }
        Ok(answered)
    }

    /// Takes needs apart into pairs of characters that occur nowhere as they stand: the analyzer guesses at names, and a
    /// guess may reach too far.
    fn soften(&self, needs: &mut Needs) -> Result<(), EngineError> {
        let mut softened = Vec::with_capacity(needs.needs.len());
        for need in std::mem::take(&mut needs.needs) {
            let lookup = Lookup::of(&need, &self.dictionary, self.statistics.documents)?;
            let may_be_cut = !need.literal && !is_light(&need.text);
            let parts = if may_be_cut && lookup.is_nowhere() { need.pairs() } else { Vec::new() };
            drop(lookup);
            // A pair that nobody knows and nothing has lies between two words.
            let (mut words, mut between) = (Vec::new(), Vec::new());
            for part in parts {
                let is_word = self.analyzer().knows(&part.text)
                    || !Lookup::of(&part, &self.dictionary, self.statistics.documents)?.is_nowhere();
                if is_word { words.push(part) } else { between.push(part) }
            }
            let parts = if words.is_empty() { between } else { words };
            if parts.is_empty() { softened.push(need) } else { softened.extend(parts) }
        }
        needs.needs = softened;
        Ok(())
    }

    /// Gives what has some of the words.
    fn relaxed(&self, usual: Reading<'_>) -> Result<Answered, EngineError> {
        let mut needs = self.parse(&self.query.text, Reading { loose: true, ..usual });
        let asked = needs.needs.clone();
        self.soften(&mut needs)?;
        let several = needs.needs.len() > 1 || needs.needs != asked;
        let mut answered = self.answer(needs, Strictness::Relaxed)?;
        if answered.total() == 0 {
            let open = self.parse(&self.query.text, Reading { loose: true, open: true, ..usual });
            answered = self.answer(open, Strictness::Relaxed)?;
        }
        if several && answered.total() > 0 {
            answered.needs.notes.push(Note::Relaxed);
        }
        let mut words = answered.needs.terms.iter().filter(|term| term.kind == TermKind::Word).peekable();
        let says_little = words.peek().is_some() && words.all(|word| word.emphasis == Emphasis::Light);
        if answered.total() == 0 && says_little {
            answered.needs.notes.push(Note::LittleSaid);
        }
        Ok(answered)
    }

    /// Reads the text as what was perhaps meant: several guesses, each answered like a text of its own.
    fn corrected(&self, guesses: Vec<Guess>) -> Result<Option<(Correction, Vec<Answered>)>, EngineError> {
        let mut answers = Vec::new();
        let mut first: Option<Correction> = None;
        let mut grade = None;
        for guess in guesses {
            let worst = grade.map(|(grade, open): (Grade, bool)| grade.with(open));
            if answers.len() == MOST_GUESSES || worst.is_some_and(|worst| guess.grade > worst) {
                break;
            }
            let (own, open, guess) = (guess.grade, guess.open, guess.correction);
            let mut needs = self.parse(&guess.text, self.reading());
            if let ([need], true) = (needs.needs.as_slice(), needs.whole.is_empty()) {
                // A title that begins so is what letters are most often meant for.
                needs.whole = need.ways[0].phrases[0].slots.clone();
            }
            let mut answered = self.answer(needs, Strictness::Usual)?;
            if answered.total() == 0 {
                continue;
            }
            grade.get_or_insert((own, open));
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
        let filters = FilterSet { fields: &self.commit.fields, query: self.query };
        for (segment, documents) in self.segments.iter().zip(found) {
            if !documents.is_empty() {
                filters.keep(segment, documents)?;
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
            self.in_its_script(answers, self.by_relevance(answers, last, order)?, last)?
        } else {
            self.by_date(answers, sort, last)
        };
        let markers: Vec<Marker<'_>> =
            answers.iter().map(|answered| Marker::new(&answered.needs.needs, &answered.needs.whole)).collect();
        let mut hits = Vec::new();
        let page = candidates.get(offset..).unwrap_or_default();
        let (commit, grain) = (self.commit, self.query.grain);
        let typed = (self.query.text.chars().nth(LONGEST).is_none()).then_some(self.query.text.as_str());
        let made =
            parallel::each(page, |candidate| answer::hit(commit, candidate, grain, &markers[candidate.reading], typed));
        // Of many words some are written alike in both scripts, which says nothing of the post.
        let is_short = |needs: &Needs| !needs.is_question && needs.needs.len() <= FEW;
        let mut forms = 0;
        for (candidate, made) in page.iter().zip(made) {
            let mut hit = made?;
            let needs = &answers[candidate.reading].needs;
            if let Some(hit) = &mut hit {
                forms += usize::from(forms == hits.len() && candidate.class == Match::Exact && is_short(needs));
                if self.query.explain {
                    hit.explanation = self.explain(candidate, needs)?;
                }
            }
            hits.extend(hit);
        }
        // Only the text of a hit tells in which script it is written.
        if sort == Sort::Relevance
            && let (Some(hits), Some(first)) = (hits.get_mut(..forms), answers.first())
        {
            in_forms(hits, &first.needs.key);
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
}

/// Puts the hits of a page that have the text in another script or width only behind those that have it as it was typed; but
/// not those whose title it is.
fn in_forms(hits: &mut [Hit], key: &str) {
    let is_title = |hit: &Hit| title_key(&fold(&hit.title.text)) == key;
    hits.sort_by_key(|hit| (!is_title(hit), hit.matched));
    let mut lowest = f32::INFINITY;
    for hit in hits {
        lowest = lowest.min(hit.score);
        hit.score = lowest;
    }
}
