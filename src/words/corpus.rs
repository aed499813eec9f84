//! The Han text of many posts in two bytes per character.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    chinese::is_ideograph,
    text::{fold, runs},
};

/// Marks the end of a run of characters; no character has this number.
pub(super) const END: u16 = 0;
/// Upper bound on the characters of the corpus. More text would take memory and add little.
const MAX_CHARACTERS: usize = 60_000_000;

/// Where a piece occurs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Occurrences {
    /// Number of posts with the piece.
    pub posts: u32,
    /// Index of the first post with the piece.
    pub first: usize,
}

/// The Han text of posts, with a number for each distinct character.
#[derive(Debug, Default)]
pub(super) struct Corpus {
    numbers: FxHashMap<char, u16>,
    characters: Vec<char>,
    text: Vec<u16>,
    /// The path of each post, and the end of its text.
    posts: Vec<(String, usize)>,
}

impl Corpus {
    /// Appends a text of the current post.
    pub(super) fn add(&mut self, text: &str) {
        if self.text.len() > MAX_CHARACTERS {
            return;
        }
        let folded = fold(text);
        let folded = folded.as_str();
        for run in runs(folded).filter_map(|run| folded.get(run.start..run.end)) {
            for c in run.chars() {
                let number = if is_ideograph(c) { self.number(c) } else { END };
                self.text.push(number);
            }
            self.text.push(END);
        }
    }

    /// Ends the current post, the file at `path`.
    pub(super) fn end(&mut self, path: &str) {
        self.posts.push((path.to_owned(), self.text.len()));
    }

    fn number(&mut self, c: char) -> u16 {
        if let Some(&number) = self.numbers.get(&c) {
            return number;
        }
        self.characters.push(c);
        // If there are more characters than numbers, the last ones end runs. No language has so many.
        let number = u16::try_from(self.characters.len()).unwrap_or(END);
        self.numbers.insert(c, number);
        number
    }

    /// Returns the text; each run is followed by [`END`].
    pub(super) fn text(&self) -> &[u16] {
        &self.text
    }

    /// Returns the number of distinct characters.
    pub(super) const fn different(&self) -> usize {
        self.characters.len()
    }

    /// Returns the text for a sequence of numbers.
    pub(super) fn written(&self, numbers: &[u16]) -> String {
        let known = numbers.iter().filter_map(|&number| self.characters.get(usize::from(number).checked_sub(1)?));
        known.collect()
    }

    /// Returns where each of the `pieces` occurs; each has two or more characters.
    pub(super) fn posts_with<'a>(&self, pieces: impl Iterator<Item = &'a [u16]>) -> Vec<Occurrences> {
        let places: FxHashMap<&[u16], usize> = pieces.enumerate().map(|(i, piece)| (piece, i)).collect();
        let starts: FxHashSet<&[u16]> = places.keys().filter_map(|piece| piece.get(..2)).collect();
        let longest = places.keys().map(|piece| piece.len()).max().unwrap_or(0);
        let mut seen = vec![Occurrences::default(); places.len()];
        let mut last = vec![usize::MAX; places.len()];
        let mut start = 0;
        for (post, &(_, end)) in self.posts.iter().enumerate() {
            let text = self.text.get(start..end).unwrap_or_default();
            start = end;
            for at in 0..text.len() {
                let rest = &text[at..text.len().min(at + longest)];
                if !rest.get(..2).is_some_and(|first| starts.contains(first)) {
                    continue;
                }
                for piece in (2..=rest.len()).map(|length| &rest[..length]) {
                    if let Some(&i) = places.get(piece).filter(|&&i| last[i] != post) {
                        last[i] = post;
                        seen[i].first = if seen[i].posts == 0 { post } else { seen[i].first };
                        seen[i].posts += 1;
                    }
                }
            }
        }
        seen
    }

    /// Returns the path of a post by its index.
    pub(super) fn path(&self, post: usize) -> &str {
        self.posts.get(post).map_or("", |(path, _)| path)
    }

    /// Splits the first characters into ranges with about equally many pieces each: at most `most`, unless a single
    /// character has more.
    pub(super) fn shares(&self, most: usize) -> Vec<Range<u16>> {
        let mut counts = vec![0_usize; self.different() + 1];
        self.text.iter().for_each(|&number| counts[usize::from(number)] += 1);
        let (mut shares, mut start, mut held) = (Vec::new(), 1_usize, 0);
        for (number, &count) in counts.iter().enumerate().skip(1) {
            if held > 0 && held + count > most {
                shares.push((start, number));
                (start, held) = (number, 0);
            }
            held += count;
        }
        shares.push((start, counts.len()));
        let number = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        shares.into_iter().map(|(start, end)| number(start)..number(end)).collect()
    }
}
