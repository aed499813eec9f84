//! Exact decimal amounts, without rounding: different numbers never become equal.

use std::fmt;

use crate::chinese::numerals::written;

/// Upper bound on the number of a value.
const LARGEST: u128 = 1_000_000_000_000_000_000;

/// A decimal number; equal numbers are equal however they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    /// The number times ten to the power of `decimals`.
    units: u64,
    /// Number of digits after the point; the last of them is not zero.
    decimals: u8,
}

impl Amount {
    /// Returns `units` divided by ten to the power of `decimals`; `None` for more digits than a value can have.
    pub(super) fn new(mut units: u128, mut decimals: u32) -> Option<Self> {
        while decimals > 0 && units.is_multiple_of(10) {
            units /= 10;
            decimals -= 1;
        }
        let units = u64::try_from(units).ok().filter(|&units| u128::from(units) <= LARGEST)?;
        Some(Self { units, decimals: u8::try_from(decimals).ok().filter(|&decimals| decimals <= 18)? })
    }

    /// Returns the number times ten to the power of `exponent`.
    pub(super) fn scaled(self, exponent: u32) -> Option<Self> {
        let decimals = u32::from(self.decimals);
        let up = 10_u128.checked_pow(exponent.saturating_sub(decimals))?;
        Self::new(u128::from(self.units).checked_mul(up)?, decimals.saturating_sub(exponent))
    }

    /// Returns the number divided by ten to the power of `decimals`.
    pub(super) fn lowered(self, decimals: u32) -> Option<Self> {
        Self::new(self.units.into(), u32::from(self.decimals) + decimals)
    }

    /// Returns the number as an integer, if it is one.
    pub(super) fn whole(self) -> Option<u64> {
        (self.decimals == 0).then_some(self.units)
    }

    /// Returns whether the number is another one than 1.
    pub(super) fn is_not_one(self) -> bool {
        self.whole() != Some(1)
    }

    /// Returns the number if it is an integer from 0 to 9.
    pub(super) fn single(self) -> Option<u64> {
        self.whole().filter(|&number| number < 10)
    }

    /// Returns the month and the day that the digits of `315`, `3.15` or `1212` may name.
    pub(super) fn as_day(self) -> Option<(u64, u64)> {
        let (month, day) = (self.units / 100, self.units % 100);
        let is_day = matches!(self.decimals, 0 | 2) && (1..=12).contains(&month) && (1..=31).contains(&day);
        is_day.then_some((month, day))
    }

    /// Returns whether the number is at least `least`.
    pub(super) fn is_from(self, least: u64) -> bool {
        u128::from(self.units) >= u128::from(least) * 10_u128.pow(u32::from(self.decimals))
    }

    /// Writes an integer from 1 to 9999 in Chinese numerals.
    pub(super) fn in_numerals(self) -> Option<String> {
        written(self.whole()?)
    }
}

/// How a number is inexact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// Somewhat more than the number: `100多人`, `20余万`.
    More,
    /// About the number: `三十来人`.
    Around,
    /// The number and some ones, or tens, or …: `十几万`.
    Some,
}

impl About {
    /// Returns the word that stands for all with this meaning.
    const fn word(self) -> char {
        match self {
            Self::More => '多',
            Self::Around => '来',
            Self::Some => '几',
        }
    }
}

/// A number, and how it is inexact. An inexact number is equal to no exact one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    /// The number as it is written.
    pub amount: Amount,
    /// How the number is inexact, if it is.
    pub about: Option<About>,
}

impl From<Amount> for Number {
    fn from(amount: Amount) -> Self {
        Self { amount, about: None }
    }
}

impl Number {
    /// Returns whether the number is exact.
    #[must_use]
    pub const fn is_exact(self) -> bool {
        self.about.is_none()
    }
}

/// Writes digits, followed by a word if the number is inexact: `58000`, `100多`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.amount)?;
        self.about.map_or(Ok(()), |about| write!(f, "{}", about.word()))
    }
}

/// Writes digits, with a point if there are decimals: `58000`, `3.5`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.decimals == 0 {
            return write!(f, "{}", self.units);
        }
        let one = 10_u64.pow(u32::from(self.decimals));
        write!(f, "{}.{:0width$}", self.units / one, self.units % one, width = usize::from(self.decimals))
    }
}
