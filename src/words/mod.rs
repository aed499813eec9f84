//! New words, found in the posts themselves: what the site writes again and again, and no dictionary has.
//!
//! The Han text of all visible posts (`corpus.rs`) is counted in pieces of two to six characters, with what stands on both
//! sides of each (`grams.rs`). A piece is a word when its parts stand together more often than by chance, and its
//! neighbours are many (`judge.rs`). Reads the posts as a refresh does, but no index; the text of a hidden post is never
//! looked at. Only offers: a person decides what goes into the dictionary.

mod corpus;
mod grams;
mod judge;

use jiff::Timestamp;

use self::{corpus::Corpus, grams::Grams, judge::Chosen};
use crate::{
    content::{Source, Visibility},
    text::{Analyzer, fold},
};

/// How many characters stand before and behind a word in its example.
const AROUND: usize = 8;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How often a word must occur at least.
    pub min_count: u32,
    /// How many words to give at the most, the best first.
    pub limit: usize,
}

/// A word that no dictionary has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWord {
    /// The word, folded.
    pub word: String,
    /// How often it occurs.
    pub count: u32,
    /// In how many posts.
    pub posts: u32,
    /// Where it stands first: the path of the post.
    pub path: String,
    /// Folded text around it there.
    pub example: String,
}

/// Finds new words in the posts that may be seen at `now`, those that most posts write first. `progress` is told
/// how many files are read, of how many.
///
/// # Errors
/// When the folder cannot be read; files that cannot are passed over.
pub fn find(
    source: &Source,
    analyzer: &Analyzer,
    now: Timestamp,
    wanted: &Wanted,
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
    let grams = Grams::count(&corpus, wanted.min_count);
    let chosen = judge::choose(&corpus, &grams, analyzer, wanted.limit);
    drop(grams);
    let words = chosen.into_iter().map(|Chosen { word, count, seen }| {
        let path = corpus.path(seen.first).to_owned();
        let example = visible(source, &path, now).iter().find_map(|text| around(text, &word)).unwrap_or_default();
        NewWord { word, count, posts: seen.posts, path, example }
    });
    Ok(words.collect())
}

/// Returns the blocks of a post, its title first; none when nobody may see it.
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

/// Returns the folded text around a word, in one line.
fn around(text: &str, word: &str) -> Option<String> {
    let folded = fold(text);
    let (before, after) = folded.as_str().split_once(word)?;
    let from = before.char_indices().rev().take(AROUND).last().map_or(before.len(), |(at, _)| at);
    let to = after.char_indices().nth(AROUND).map_or(after.len(), |(at, _)| at);
    let example = format!("{}{word}{}", before.get(from..)?, after.get(..to)?);
    Some(example.split_whitespace().collect::<Vec<_>>().join(" "))
}
