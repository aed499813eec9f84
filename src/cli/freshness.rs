//! The `freshness` of `anli.yaml`: by how much newer posts rank higher, as a number from 0 to 1.
//!
//! The number is checked while the file is read, so that the error has a line. Does not know how it is used.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Fraction(pub f32);

impl<'de> Deserialize<'de> for Fraction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FractionVisitor)
    }
}

struct FractionVisitor;

impl Visitor<'_> for FractionVisitor {
    type Value = Fraction;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number from 0 to 1 such as `0.3`")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Fraction, E> {
        if (0.0..=1.0).contains(&number) {
            return Ok(Fraction(number as f32));
        }
        Err(E::custom(format!("found `{number}`, expected a number from 0 to 1 such as `0.3`")))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Fraction, E> {
        self.visit_f64(number as f64)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Fraction, E> {
        self.visit_f64(number as f64)
    }

    fn visit_str<E: Error>(self, number: &str) -> Result<Fraction, E> {
        Err(E::custom(format!("found `{number}`, expected a number from 0 to 1 such as `0.3`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::yaml;

    #[track_caller]
    fn check(text: &str, expected: Result<f32, &str>) {
        let found = yaml::from_str::<Fraction>(text).map_err(|error| error.message);
        match (&found, expected) {
            (Ok(Fraction(number)), Ok(expected)) => {
                assert!((number - expected).abs() < f32::EPSILON, "{text}: {number}")
            }
            (Err(message), Err(words)) => assert!(message.contains(words), "{text}: {message}"),
            _ => assert_eq!(found.map(|Fraction(number)| number), expected.map_err(str::to_owned), "{text}"),
        }
    }

    #[test]
    fn a_fraction_is_a_number_from_0_to_1() {
        check("0", Ok(0.0));
        check("0.3", Ok(0.3));
        check("1", Ok(1.0));
        check("2", Err("found `2`, expected a number from 0 to 1"));
        check("-0.5", Err("found `-0.5`, expected a number from 0 to 1"));
        check("-1", Err("found `-1`, expected a number from 0 to 1"));
        check(".nan", Err("found `NaN`, expected a number from 0 to 1"));
        check("30%", Err("found `30%`, expected a number from 0 to 1"));
        check("[0.3]", Err("expected a number from 0 to 1"));
    }
}
