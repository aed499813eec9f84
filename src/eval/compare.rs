//! Compares an evaluation with an earlier run, and tests whether the difference is significant.
//!
//! Each question gives a pair of values of the measure: of the evaluation and of the earlier run. If both were equally
//! good, the sign of each difference would be random. So the p-value is the share of all assignments of signs for which
//! the sum is at least as far from zero as the observed sum (Fisher's randomization test, two-sided). Does not know the
//! questions.

use super::{Evaluation, measures::Measure, run::Run};

/// Number of random assignments of signs, where trying all would take too long.
const SAMPLES: u32 = 10_000;
/// Number of differences up to which all assignments of signs are tried.
const EXACT: usize = 13;
/// Upper bound on the rounding error of differences and their sums.
const ROUNDING: f64 = 1e-9;

/// The change of a measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Mean of the earlier run.
    pub earlier: f64,
    /// Number of questions answered better than before.
    pub wins: usize,
    /// Number of questions answered worse than before.
    pub losses: usize,
    /// Number of questions answered equally well.
    pub ties: usize,
    /// Probability of a difference at least as large if both are equally good.
    pub p: f64,
}

/// Compares an evaluation with an earlier run over the judged questions. A question missing in the run counts as 0.
#[must_use]
pub fn compare(evaluation: &Evaluation, earlier: &Run, measure: Measure) -> Comparison {
    let pairs = evaluation.judged().map(|answer| (answer.measured(measure), measure.of(&earlier.places(answer))));
    paired(&pairs.collect::<Vec<_>>())
}

/// Compares pairs of values, each of the evaluation and of the earlier run.
fn paired(pairs: &[(f64, f64)]) -> Comparison {
    let differences: Vec<f64> = pairs.iter().map(|(now, before)| now - before).collect();
    let wins = differences.iter().filter(|difference| **difference > ROUNDING).count();
    let losses = differences.iter().filter(|difference| **difference < -ROUNDING).count();
    Comparison {
        earlier: pairs.iter().map(|(_, before)| before).sum::<f64>() / pairs.len().max(1) as f64,
        wins,
        losses,
        ties: pairs.len() - wins - losses,
        p: significance(&differences),
    }
}

/// Returns the share of all assignments of signs for which the sum is as far from zero as that of the differences.
fn significance(differences: &[f64]) -> f64 {
    // The sign of zero does not matter.
    let differences: Vec<f64> = differences.iter().copied().filter(|difference| difference.abs() > ROUNDING).collect();
    let observed = differences.iter().sum::<f64>().abs() - ROUNDING;
    if differences.len() <= EXACT {
        let all = 1_u64 << differences.len();
        let as_far = (0..all).filter(|&signs| signed_sum(&differences, || signs).abs() >= observed).count();
        return as_far as f64 / all as f64;
    }
    let mut random = Random(0);
    let as_far = (0..SAMPLES).filter(|_| signed_sum(&differences, || random.next()).abs() >= observed).count();
    // The observed assignment is one of the samples.
    (as_far + 1) as f64 / f64::from(SAMPLES + 1)
}

/// Returns the sum of the differences, each with the sign of its bit; `signs` gives 64 bits at a time.
fn signed_sum(differences: &[f64], mut signs: impl FnMut() -> u64) -> f64 {
    let of_chunk = |chunk: &[f64]| {
        let signs = signs();
        let signed = chunk.iter().enumerate();
        signed.map(|(at, difference)| if signs >> at & 1 == 1 { -difference } else { *difference }).sum::<f64>()
    };
    differences.chunks(64).map(of_chunk).sum()
}

/// Random numbers that are the same in every run: SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives wins, losses and ties, and checks the significance.
    #[track_caller]
    fn check(pairs: &[(f64, f64)], counts: (usize, usize, usize), p: f64) {
        let compared = paired(pairs);
        assert_eq!((compared.wins, compared.losses, compared.ties), counts);
        assert!((compared.p - p).abs() < 1e-12, "p is {}, expected {p}", compared.p);
    }

    #[test]
    fn equal_runs_do_not_differ() {
        check(&[(0.5, 0.5); 40], (0, 0, 40), 1.0);
        check(&[], (0, 0, 0), 1.0);
    }

    #[test]
    fn few_pairs_are_tossed_in_every_way() {
        // Only both ways of all signs alike reach as far: 2 of 2^n.
        check(&[(1.0, 0.5)], (1, 0, 0), 1.0);
        check(&[(1.0, 0.5); 5], (5, 0, 0), 0.0625);
        check(&[(0.0, 0.5); 5], (0, 5, 0), 0.0625);
        // 3 - 1 = 2 of 4 heads: all but the 6 ways of 2 and 2.
        check(&[(1.0, 0.0), (1.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)], (3, 1, 1), 10.0 / 16.0);
    }

    #[test]
    fn many_pairs_with_a_clear_difference_are_significant() {
        let better = vec![(1.0, 0.5); 200];
        check(&better, (200, 0, 0), 1.0 / 10_001.0);
        let mut mixed = vec![(1.0, 0.5); 100];
        mixed.extend(vec![(0.5, 1.0); 100]);
        check(&mixed, (100, 100, 0), 1.0);
    }

    #[test]
    fn many_pairs_with_a_slight_difference_are_what_chance_gives() {
        let mut pairs = vec![(1.0, 0.0); 55];
        pairs.extend(vec![(0.0, 1.0); 45]);
        // The sign test says 0.3682.
        let p = paired(&pairs).p;
        assert!((p - 0.3682).abs() < 0.02, "{p}");
        assert!((paired(&pairs).earlier - 0.45).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn the_significance_is_the_same_whoever_came_first(
            pairs in prop::collection::vec((0_u8..5, 0_u8..5), 0..40)
        ) {
            let pairs: Vec<(f64, f64)> =
                pairs.iter().map(|&(now, before)| (f64::from(now) / 4.0, f64::from(before) / 4.0)).collect();
            let turned: Vec<(f64, f64)> = pairs.iter().map(|&(now, before)| (before, now)).collect();
            let (one, other) = (paired(&pairs), paired(&turned));
            prop_assert!((one.p - other.p).abs() < 1e-12);
            prop_assert!(one.p > 0.0 && one.p <= 1.0);
            prop_assert_eq!((one.wins, one.losses, one.ties), (other.losses, other.wins, other.ties));
        }
    }
}
