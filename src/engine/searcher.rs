//! The interface of a commit for all questions to an index. Each question is answered by its own module.

use std::{collections::BTreeSet, sync::Arc};

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        error::EngineError,
        lexicon::{self, suggest},
        postings::{
            commit::Commit,
            containing::{self, ContainingPost},
            learned,
            records::{self, Known},
        },
        search::{self, Aids, Budget},
    },
    post::{Post, PostId},
    query::{Hits, Query, Suggestion, Synonyms},
    text::{Analyzer, Difference},
};

/// An immutable snapshot of a commit. Cheap to make, to share and to drop.
pub struct Searcher {
    pub(super) commit: Arc<Commit>,
    pub(super) lexicon: Arc<lexicon::Store>,
    pub(super) synonyms: Arc<Synonyms>,
    pub(super) recency: f32,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher").field("seq", &self.seq()).finish_non_exhaustive()
    }
}

impl Searcher {
    /// Answers a query.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, query: &Query) -> Result<Hits, EngineError> {
        self.search_within(query, &Budget::default())
    }

    /// Answers a query within a budget, at the end of which the answer so far is returned with a note.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search_within(&self, query: &Query, budget: &Budget) -> Result<Hits, EngineError> {
        let aids = Aids { lexicon: &self.lexicon, synonyms: &self.synonyms, recency: self.recency, budget };
        search::answer(&self.commit, aids, query)
    }

    /// Returns the different pieces of a post's text and headings that match a query, as they are written there; none
    /// when there is no such post.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn matched(&self, query: &Query, id: &PostId, budget: &Budget) -> Result<Vec<String>, EngineError> {
        let aids = Aids { lexicon: &self.lexicon, synonyms: &self.synonyms, recency: self.recency, budget };
        search::matched(&self.commit, aids, query, id)
    }

    /// Returns the `limit` posts that are most similar to the post with this id, best first; `None` when there is no
    /// such post. The texts that they share are marked.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn similar(&self, id: &PostId, limit: usize) -> Result<Option<Hits>, EngineError> {
        search::similar(&self.commit, id, limit)
    }

    /// Completes a text with titles, tags, headings, words and pairs of words that begin with it, that it spells in
    /// pinyin, or that have its initials; or with another last word that occurs in posts together with the words
    /// before. At most `limit` suggestions, best first, without duplicates. A blank text, or a text of more than 60
    /// characters, has none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, EngineError> {
        suggest::suggest(&self.commit, &self.lexicon.lexicon(&self.commit)?, typed, limit)
    }

    /// Returns the post with this id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn post(&self, id: &PostId) -> Result<Option<Post>, EngineError> {
        self.commit.post(id)
    }

    /// Returns whether there is a post with this id, without reading it.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn contains(&self, id: &PostId) -> Result<bool, EngineError> {
        Ok(self.commit.address_of(id)?.is_some())
    }

    /// Returns the record of every file, by path. The record of the current version of a file takes precedence over the
    /// record of its last good version.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn files(&self) -> Result<FxHashMap<String, Known>, EngineError> {
        records::files(&self.commit)
    }

    /// Returns the posts that contain any of the words in any part; all posts when the change may affect every text.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn posts_containing(&self, changed: &Difference) -> Result<Vec<ContainingPost>, EngineError> {
        containing::posts_containing(&self.commit, changed)
    }

    /// Returns a post that [`Self::posts_containing`] of the same snapshot found.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn post_containing(&self, found: &ContainingPost) -> Result<Option<Post>, EngineError> {
        let (segment, doc) = found.address;
        self.commit.stored(segment, doc)
    }

    /// Returns the paths of the posts that have a folded text as one of their word tokens. This distinguishes an index
    /// that was kept up to date from an index that was not.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn with_word(&self, word: &str) -> Result<BTreeSet<String>, EngineError> {
        containing::with_word(&self.commit, word)
    }

    /// Returns the learned vocabulary: the words that are learned from enough posts, sorted by the number of posts,
    /// largest first.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn learned(&self) -> Result<Vec<String>, EngineError> {
        learned::learned_words(&self.commit)
    }

    /// Returns the number of searchable posts and the number of searchable cases.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        self.commit.counts()
    }

    /// Returns a text that is different for two snapshots of one generation if an answer may be different.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn fingerprint(&self) -> Result<String, EngineError> {
        // Every field is named here, so that a new one cannot be forgotten.
        let Self { commit, lexicon, synonyms, recency } = self;
        // The lexicon may grow without a commit, while its words are being read.
        let (number, whole, known) = (commit.number(), commit.facts.whole, lexicon.lexicon(commit)?.size());
        Ok(format!("{number} {whole} {known} {} {recency}", synonyms.fingerprint()))
    }

    /// Returns a number that differs from the number of every other commit of this generation.
    #[must_use]
    pub fn commit(&self) -> u64 {
        self.commit.number()
    }

    /// Returns the sequence number of the commit: see [`super::Engine::seq`].
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.commit.facts.seq
    }

    /// Returns whether the commit covers all files: see [`super::Engine::is_whole`].
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.commit.facts.whole
    }

    /// Returns the analyzer that tokenized the posts of this snapshot.
    #[must_use]
    pub fn analyzer(&self) -> &Analyzer {
        &self.commit.facts.analyzer
    }

    /// Returns the synonyms of this snapshot.
    #[must_use]
    pub fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }
}
