//! Finds new words in the posts: words that the site uses often and no dictionary contains.
//!
//! `corpus.rs` collects the Han text of all visible posts. `grams.rs` counts its pieces of two to six characters, with
//! the characters on both sides. `judge.rs` takes a piece for a word if its parts occur together more often than by
//! chance and its neighbours vary. Reads the posts like a refresh, without an index; never reads the text of a hidden
//! post. Only suggests words: a person decides which of them the dictionary gets.

mod corpus;
mod grams;
mod judge;

use jiff::Timestamp;

use self::{corpus::Corpus, grams::Grams, judge::Chosen};
use crate::{
    content::{Source, Visibility},
    text::{Analyzer, beginning, fold},
};

/// Number of characters before and after the word in an example.
const AROUND: usize = 8;

/// A word that no dictionary contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWord {
    /// The word, folded.
    pub word: String,
    /// Number of occurrences.
    pub count: u32,
    /// Number of posts with the word.
    pub posts: u32,
    /// Path of the first post with the word.
    pub path: String,
    /// Folded text around the word in that post.
    pub example: String,
}

/// Finds the best `limit` new words with at least `min_count` occurrences in the posts visible at `now`. Calls
/// `progress` with the number of files read and the total.
///
/// # Errors
/// If the folder cannot be read. Unreadable files are left out.
pub fn find(
    source: &Source,
    analyzer: &Analyzer,
    now: Timestamp,
    min_count: u32,
    limit: usize,
    progress: &dyn Fn(usize, usize),
) -> std::io::Result<Vec<NewWord>> {
    let scan = source.folder().scan()?;
    let mut corpus = Corpus::default();
    for (done, entry) in scan.entries.iter().enumerate() {
        for text in visible(source, &entry.path, now) {
            corpus.add(&text);
        }
        corpus.end(&entry.path);
        progress(done + 1, scan.entries.len());
    }
    let grams = Grams::count(&corpus, min_count);
    let chosen = judge::choose(&corpus, &grams, analyzer, limit);
    drop(grams);
    let words = chosen.into_iter().map(|Chosen { word, count, seen }| {
        let path = corpus.path(seen.first).to_owned();
        let example = visible(source, &path, now).iter().find_map(|text| around(text, &word)).unwrap_or_default();
        NewWord { word, count, posts: seen.posts, path, example }
    });
    Ok(words.collect())
}

/// Returns the blocks of a post, the title first; none if the post is not visible.
fn visible(source: &Source, path: &str, now: Timestamp) -> Vec<String> {
    let Ok(bytes) = source.folder().read(path) else { return Vec::new() };
    let parsed = source.parse(path, &bytes);
    if !matches!(parsed.visibility(now), Visibility::Visible { .. }) {
        return Vec::new();
    }
    let Some(post) = parsed.post else { return Vec::new() };
    let headings = post.sections.iter().map(|section| section.heading.clone());
    let blocks = post.text.split('\n').map(str::to_owned);
    std::iter::once(post.title.clone()).chain(headings).chain(blocks).collect()
}

/// Returns the folded text around a word, on one line.
fn around(text: &str, word: &str) -> Option<String> {
    let folded = fold(text);
    let (before, after) = folded.as_str().split_once(word)?;
    let from = before.char_indices().rev().take(AROUND).last().map_or(before.len(), |(at, _)| at);
    let example = format!("{}{word}{}", before.get(from..)?, beginning(after, AROUND));
    Some(example.split_whitespace().collect::<Vec<_>>().join(" "))
}
