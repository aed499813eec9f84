//! Suggestions of a snapshot for a text that is being typed.
//!
//! The lexicon proposes texts, and the postings decide: a text is suggested only if a post of this snapshot has it. So
//! a text that its author hides disappears with the same commit, though the lexicon may still contain it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    engine::{
        error::EngineError,
        lexicon::{Completion, Continuation, Lexicon, covered},
        postings::{
            commit::Commit,
            occurrences::{Occurrences, documents_with, is_post},
            segment::Segment,
            sets::{DocId, intersection},
        },
    },
    post::PostId,
    query::{Match, Snippet, Suggestion, SuggestionKind, letters, title_key},
    text::{Class as Script, fold, pinyin::Class, tokens},
};

/// Upper bound on the characters of a text that is completed.
const MAX_LENGTH: usize = 60;
/// Proposals for each suggestion wanted: some proposals may be gone from the index, and some are the same text in
/// another spelling.
const PROPOSALS: usize = 2;
/// Upper bound on the documents of a segment that are considered for the words before the last one.
const MAX_WITH_OTHERS: usize = 20_000;

/// The postings that suggestions are checked against.
struct Postings<'a> {
    commit: &'a Commit,
    segments: Vec<Segment<'a>>,
}

/// Completes a text with titles, tags, headings, words and pairs of words that begin with it, that it spells in pinyin,
/// or that have its initials; or with another last word that occurs in posts together with the words before. At most
/// `limit` suggestions, best first, without duplicates. A blank text, or a text of more than 60 characters, has none.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn suggest(
    commit: &Commit,
    lexicon: &Lexicon,
    typed: &str,
    limit: usize,
) -> Result<Vec<Suggestion>, EngineError> {
    let typed = typed.trim();
    let key = letters(&fold(typed));
    if key.is_empty() || limit == 0 || typed.chars().nth(MAX_LENGTH).is_some() {
        return Ok(Vec::new());
    }
    let postings = Postings { commit, segments: commit.segments()? };
    let mut suggestions: Vec<Suggestion> = Vec::with_capacity(limit);
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut completions = lexicon.completions(typed, limit * PROPOSALS);
    let with_signs = name_key(typed);
    if with_signs != key {
        // `c++` is a name; what begins with c is not.
        completions.retain(|completion| name_key(&completion.shown).starts_with(&with_signs));
    }
    let mut kinds: FxHashMap<&str, Vec<&Completion>> = FxHashMap::default();
    for completion in &completions {
        kinds.entry(&completion.text).or_default().push(completion);
    }
    for completion in &completions {
        if suggestions.len() >= limit {
            return Ok(suggestions);
        }
        // Of equal texts, a title that is still in the index comes first, then the text with the largest weight. A word
        // that was typed completely is not suggested.
        let mut same = kinds.remove(completion.text.as_str()).unwrap_or_default();
        let order = |each: &Completion| each.kind != SuggestionKind::Title;
        same.sort_by(|a, b| order(a).cmp(&order(b)).then(b.weight.total_cmp(&a.weight)));
        for same in same.iter().filter(|same| same.kind != SuggestionKind::Word || same.text != key) {
            if let Some(suggestion) = postings.suggestion(same)? {
                seen.insert(completion.text.clone());
                suggestions.push(suggestion);
                break;
            }
        }
    }
    if let Some((before, last)) = last_word(typed) {
        let with = postings.documents(before)?;
        let found_together = with.iter().any(|documents| !documents.is_empty());
        for completion in lexicon.words_that_continue(last, limit * PROPOSALS).into_iter().filter(|_| found_together) {
            if suggestions.len() >= limit {
                break;
            }
            let Some(suggestion) = together(&postings, before, last, &completion, &with)? else { continue };
            if suggestion.text.text != typed && seen.insert(title_key(&fold(&suggestion.text.text))) {
                suggestions.push(suggestion);
            }
        }
    }
    Ok(suggestions)
}

impl Postings<'_> {
    /// Makes a suggestion of a text; `None` when no post has the text.
    fn suggestion(&self, completion: &Completion) -> Result<Option<Suggestion>, EngineError> {
        let (mut posts, mut latest) = (0, None);
        for (at, segment) in self.segments.iter().enumerate() {
            let found = Occurrences::of(segment, completion.kind, &completion.shown)?;
            posts += found.posts;
            latest = latest.max(found.latest.map(|(date, doc)| (date, at, doc)));
        }
        if posts == 0 {
            return Ok(None);
        }
        let post = match latest.filter(|_| completion.kind == SuggestionKind::Title) {
            Some((_, segment, doc)) => self.commit.place_of(segment, doc)?,
            None => None,
        };
        let mark = covered(&completion.shown, completion.chars);
        Ok(Some(suggestion(completion.shown.clone(), vec![mark], completion, posts, post)))
    }

    /// Returns the posts of each segment that have all words of a text.
    fn documents(&self, text: &str) -> Result<Vec<Vec<DocId>>, EngineError> {
        let folded = fold(text);
        let mut found = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            let mut all: Option<Vec<DocId>> = None;
            for token in self.commit.facts.analyzer.segmentation(&folded) {
                let documents = documents_with(segment, SuggestionKind::Word, token.term)?;
                all = Some(match all {
                    Some(before) => intersection(&before, &documents),
                    None => documents,
                });
            }
            let mut all = all.unwrap_or_default();
            all.truncate(MAX_WITH_OTHERS);
            all.retain(|&doc| is_post(segment, doc));
            found.push(all);
        }
        Ok(found)
    }
}

/// Returns the letters and digits of a text with the signs of names and numbers, such as `c++`.
fn name_key(text: &str) -> String {
    let folded = fold(text);
    tokens(&folded).collect()
}

/// Splits the typed text before its last word.
fn last_word(typed: &str) -> Option<(&str, &str)> {
    let (before, last) =
        typed.rsplit_once(|c: char| c.is_whitespace() || Script::of(c) == Script::Other && c != '\'')?;
    let has_letters = |text: &str| text.chars().any(|c| Script::of(c) != Script::Other);
    (has_letters(before) && has_letters(last)).then_some((before.trim_end(), last))
}

/// Makes a suggestion of a text followed by a word that continues the last word typed; `None` when no post has both.
fn together(
    postings: &Postings<'_>,
    before: &str,
    last: &str,
    completion: &Completion,
    with: &[Vec<DocId>],
) -> Result<Option<Suggestion>, EngineError> {
    let known = letters(&fold(before));
    if completion.shown == last || known.contains(&completion.text) || completion.text.contains(&known) {
        return Ok(None);
    }
    let mut posts = 0;
    for (segment, with) in postings.segments.iter().zip(with).filter(|(_, with)| !with.is_empty()) {
        let documents = documents_with(segment, completion.kind, &completion.shown)?;
        posts += intersection(&documents, with).len() as u64;
    }
    if posts == 0 {
        return Ok(None);
    }
    let text = format!("{before} {}", completion.shown);
    let behind = before.len() + 1;
    let mark = covered(&completion.shown, completion.chars);
    let marks = vec![0..before.len(), behind + mark.start..behind + mark.end];
    Ok(Some(suggestion(text, marks, completion, posts, None)))
}

fn suggestion(
    text: String,
    marks: Vec<std::ops::Range<usize>>,
    completion: &Completion,
    posts: u64,
    post: Option<(PostId, String)>,
) -> Suggestion {
    let class = match completion.continues {
        Continuation::Literally => Match::Exact,
        Continuation::Spelt(Class::Initials) => Match::Initials,
        Continuation::Spelt(_) => Match::Pinyin,
    };
    let text = Snippet { text, marks, ..Snippet::default() };
    Suggestion { text, kind: completion.kind, class, posts, post }
}
