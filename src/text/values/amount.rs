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

    /// Writes an integer from 1 to 9999 in Chinese numerals.
    pub(super) fn in_numerals(self) -> Option<String> {
        written(self.whole()?)
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
