//! The door to a commit: what an index is asked for. Each question is answered in a room of its own.

use std::{collections::BTreeSet, sync::Arc};

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        error::EngineError,
        lexicon::{self, suggest},
        postings::{
            commit::Commit,
            containing::{self, ContainingPost},
            records::{self, Known},
            teachers,
        },
        search::{self, Aids},
    },
    post::{Post, PostId},
    query::{Hits, Query, Suggestion, Synonyms},
    text::{Analyzer, Difference},
};

/// An immutable snapshot of a commit. Cheap to make, to share and to drop.
pub struct Searcher {
    commit: Arc<Commit>,
    lexicon: Arc<lexicon::Store>,
    synonyms: Arc<Synonyms>,
    freshness: f32,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher").field("seq", &self.seq()).finish_non_exhaustive()
    }
}

impl Searcher {
    pub(super) const fn new(
        commit: Arc<Commit>,
        lexicon: Arc<lexicon::Store>,
        synonyms: Arc<Synonyms>,
        freshness: f32,
    ) -> Self {
        Self { commit, lexicon, synonyms, freshness }
    }

    pub(super) fn commit_in_use(&self) -> &Commit {
        &self.commit
    }

    /// Answers a query.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, query: &Query) -> Result<Hits, EngineError> {
        let aids = Aids { lexicon: &self.lexicon, synonyms: &self.synonyms, freshness: self.freshness };
        search::answer(&self.commit, aids, query)
    }

    /// Gives the `limit` posts that are most like the one with this id, best first; `None` when there is none. What they
    /// share is marked.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn similar(&self, id: &PostId, limit: usize) -> Result<Option<Hits>, EngineError> {
        search::similar(&self.commit, id, limit)
    }

    /// Completes a text: by titles, tags, headings, words and pairs of words that begin so, are spelt so in pinyin, or have
    /// these initials; or by another last word that posts have together with those before it. At most `limit`, best first,
    /// none twice. A blank text, or one of more than 60 characters, has none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, EngineError> {
        suggest::suggest(&self.commit, &self.lexicon.lexicon(&self.commit)?, typed, limit)
    }

    /// Gives a number that differs when the same commit may be completed by more than before.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn lexicon_size(&self) -> Result<usize, EngineError> {
        Ok(self.lexicon.lexicon(&self.commit)?.size())
    }

    /// Gives the post with this id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn post(&self, id: &PostId) -> Result<Option<Post>, EngineError> {
        self.commit.post(id)
    }

    /// Gives what is known of every file, by path. What is known of the file as it is now counts more than what is known
    /// of its last good version.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn files(&self) -> Result<FxHashMap<String, Known>, EngineError> {
        records::files(&self.commit)
    }

    /// Gives the posts that hold any of the words, in any part; all posts, if everything may be cut differently.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn posts_containing(&self, changed: &Difference) -> Result<Vec<ContainingPost>, EngineError> {
        containing::posts_containing(&self.commit, changed)
    }

    /// Gives a post that [`Self::posts_containing`] of the same snapshot found.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn held(&self, holder: &ContainingPost) -> Result<Option<Post>, EngineError> {
        let (segment, doc) = holder.address;
        self.commit.stored(segment, doc)
    }

    /// Gives the paths of the posts in which a folded text is one of the words that they were cut into: what tells an
    /// index that was kept up to date from one that is not.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn with_word(&self, word: &str) -> Result<BTreeSet<String>, EngineError> {
        containing::with_word(&self.commit, word)
    }

    /// Gives the words that enough posts teach, those of most posts first.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn learned(&self) -> Result<Vec<String>, EngineError> {
        teachers::learned_words(&self.commit)
    }

    /// Gives how many posts and how many cases can be found.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        self.commit.counts()
    }

    /// Gives a number that differs from that of every other commit of this generation.
    #[must_use]
    pub fn commit(&self) -> u64 {
        self.commit.number()
    }

    /// Gives the number of the commit: see [`super::Engine::seq`].
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.commit.said.seq
    }

    /// Says whether all files were read by the commit: see [`super::Engine::is_whole`].
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.commit.said.whole
    }

    /// Gives the analyzer that cut the posts of this snapshot.
    #[must_use]
    pub fn analyzer(&self) -> &Analyzer {
        &self.commit.said.analyzer
    }

    /// Gives what has several names.
    #[must_use]
    pub fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// Gives by which share of its score the newest post is raised.
    #[must_use]
    pub const fn freshness(&self) -> f32 {
        self.freshness
    }
}
