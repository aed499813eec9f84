//! Measures of a ranking, each a number from 0 to 1.
//!
//! A measure depends only on the grades and ranks of the right posts of a question. So a search and a run read from a
//! file give the same numbers. Does not know posts or questions.

use std::{fmt, str::FromStr};

/// Upper bound on the depth of a measure.
pub const DEEPEST: usize = crate::query::Page::MOST;

/// Grade and rank of a right post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Grade, from 1.
    pub grade: u32,
    /// Rank, from 1; `None` if the post was not found.
    pub rank: Option<usize>,
}

/// The formula of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Reciprocal rank of the first right post.
    Mrr,
    /// Discounted gain of the right posts divided by the best possible one. The gain of a post is `2^grade - 1`,
    /// divided by `log2(rank + 1)` (Järvelin and Kekäläinen 2002, with the gain of Burges et al. 2005).
    Ndcg,
    /// Share of the right posts that are found.
    Recall,
}

/// A measure down to some rank, such as `mrr@10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Measure {
    /// The formula.
    pub kind: Kind,
    /// The last rank considered.
    pub depth: usize,
}

/// The error for an unknown name of a measure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found `{0}`, expected `mrr@N`, `ndcg@N` or `recall@N` with N from 1 to {DEEPEST}, such as `mrr@10`")]
pub struct UnknownMeasure(pub String);

impl Kind {
    /// Every value with the name that people write.
    pub const NAMES: &'static [(&'static str, Self)] =
        &[("mrr", Self::Mrr), ("ndcg", Self::Ndcg), ("recall", Self::Recall)];
}

impl Measure {
    /// The measures that are always reported.
    pub const USUAL: &'static [Self] = &[
        Self { kind: Kind::Mrr, depth: 10 },
        Self { kind: Kind::Ndcg, depth: 10 },
        Self { kind: Kind::Recall, depth: 1 },
        Self { kind: Kind::Recall, depth: 10 },
        Self { kind: Kind::Recall, depth: 100 },
    ];

    /// Returns the value for an answer from the right posts of its question; 0 if there are none.
    #[must_use]
    pub fn of(self, right: &[Placed]) -> f64 {
        let seen = right.iter().filter_map(|post| Some((post, post.rank.filter(|&rank| rank <= self.depth)?)));
        match self.kind {
            Kind::Mrr => seen.map(|(_, rank)| rank).min().map_or(0.0, |rank| 1.0 / rank as f64),
            Kind::Ndcg => {
                let found: f64 = seen.map(|(post, rank)| gain(post.grade, rank)).sum();
                let mut grades: Vec<u32> = right.iter().map(|post| post.grade).collect();
                grades.sort_unstable_by(|a, b| b.cmp(a));
                let best: f64 = grades.iter().zip(1..).take(self.depth).map(|(&grade, rank)| gain(grade, rank)).sum();
                if best > 0.0 { found / best } else { 0.0 }
            }
            Kind::Recall => {
                let found = seen.count();
                if right.is_empty() { 0.0 } else { found as f64 / right.len() as f64 }
            }
        }
    }
}

fn gain(grade: u32, rank: usize) -> f64 {
    (f64::from(grade).exp2() - 1.0) / (rank as f64 + 1.0).log2()
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Kind::NAMES.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(name, _)| name);
        write!(f, "{name}@{}", self.depth)
    }
}

/// Upper and lower case are the same.
impl FromStr for Measure {
    type Err = UnknownMeasure;

    fn from_str(text: &str) -> Result<Self, UnknownMeasure> {
        let read = || {
            let (name, depth) = text.trim().split_once('@')?;
            let kind = Kind::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1;
            let depth = depth.parse().ok().filter(|depth| (1..=DEEPEST).contains(depth))?;
            Some(Self { kind, depth })
        };
        read().ok_or_else(|| UnknownMeasure(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Right posts, as grade and rank; rank 0 is not found.
    fn right(posts: &[(u32, usize)]) -> Vec<Placed> {
        posts.iter().map(|&(grade, rank)| Placed { grade, rank: Some(rank).filter(|&rank| rank > 0) }).collect()
    }

    #[track_caller]
    fn check(measure: &str, posts: &[(u32, usize)], expected: f64) {
        let found = measure.parse::<Measure>().map(|measure| measure.of(&right(posts))).unwrap_or(f64::NAN);
        assert!((found - expected).abs() < 1e-12, "{measure} of {posts:?} is {found}, expected {expected}");
    }

    #[test]
    fn the_reciprocal_rank_is_that_of_the_first_right_post() {
        check("mrr@10", &[(1, 1)], 1.0);
        check("mrr@10", &[(1, 4)], 0.25);
        check("mrr@10", &[(1, 0), (3, 5), (1, 2)], 0.5);
        check("mrr@10", &[(1, 10)], 0.1);
        check("mrr@10", &[(1, 11)], 0.0);
        check("mrr@10", &[(1, 0)], 0.0);
        check("mrr@10", &[], 0.0);
    }

    #[test]
    fn recall_is_the_part_of_the_right_posts_that_is_found() {
        check("recall@1", &[(1, 1)], 1.0);
        check("recall@1", &[(1, 1), (1, 2)], 0.5);
        check("recall@10", &[(1, 1), (2, 10), (1, 11), (1, 0)], 0.5);
        check("recall@100", &[(1, 100)], 1.0);
        check("recall@100", &[], 0.0);
    }

    #[test]
    fn the_discounted_gain_counts_grades_and_ranks() {
        check("ndcg@10", &[(1, 1)], 1.0);
        // 1 / log2(3)
        check("ndcg@10", &[(1, 2)], 0.630_929_753_571_457_5);
        // (3 / log2(3) + 1) / (3 + 1 / log2(3))
        check("ndcg@10", &[(2, 2), (1, 1)], 0.796_707_580_990_506_6);
        // 3 / (3 + 1 / log2(3))
        check("ndcg@10", &[(2, 1), (1, 11)], 0.826_234_657_128_559_9);
        check("ndcg@10", &[(2, 1), (1, 2)], 1.0);
        check("ndcg@10", &[(1, 0)], 0.0);
        check("ndcg@10", &[], 0.0);
        // More right posts than ranks: the best that is possible fills the ranks.
        check("ndcg@1", &[(1, 1), (1, 0), (1, 0)], 1.0);
    }

    #[test]
    fn a_measure_is_read_as_it_is_written() {
        for measure in Measure::USUAL {
            assert_eq!(measure.to_string().parse(), Ok(*measure));
        }
        assert_eq!("nDCG@5".parse(), Ok(Measure { kind: Kind::Ndcg, depth: 5 }));
        for name in ["map@10", "mrr", "mrr@", "mrr@0", "mrr@101", "mrr@-1", "recall@ten", "", "@10"] {
            let expected = "`mrr@N`, `ndcg@N` or `recall@N` with N from 1 to 100, such as `mrr@10`";
            let told = name.parse::<Measure>().map_err(|error| error.to_string());
            assert_eq!(told, Err(format!("found `{name}`, expected {expected}")));
        }
    }

    proptest! {
        #[test]
        fn every_measure_lies_between_none_and_all(
            grades in prop::collection::vec(1_u32..5, 0..20),
            start in 1_usize..30,
            depth in 1_usize..=DEEPEST,
        ) {
            let right: Vec<Placed> =
                grades.iter().zip(start..).map(|(&grade, rank)| Placed { grade, rank: Some(rank) }).collect();
            for &(_, kind) in Kind::NAMES {
                let measured = Measure { kind, depth }.of(&right);
                prop_assert!((0.0..=1.0 + 1e-12).contains(&measured), "{kind:?} is {measured}");
            }
        }
    }
}
