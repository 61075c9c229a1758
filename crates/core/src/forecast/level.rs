//! The level of a central interval.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// An invalid level.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a level; expected a number above 0 and below 100, such as 80 or 95")]
pub struct LevelError(String);

/// The probability of a central interval, above 0 and below 1.
///
/// ```
/// use onpace::forecast::Level;
/// let level: Level = "95".parse()?;
/// assert_eq!((level.tails(), level.to_string()), ((0.025, 0.975), "95".to_owned()));
/// # Ok::<(), onpace::forecast::LevelError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Level {
    percent: f64,
}

impl Level {
    /// The level 80: the interval contains four of five outcomes.
    pub const EIGHTY: Self = Self { percent: 80.0 };
    /// The default levels of a forecast: 50, 80 and 95.
    pub const DEFAULTS: [Self; 3] = [Self { percent: 50.0 }, Self::EIGHTY, Self { percent: 95.0 }];

    /// A level in per cent: 80 for the interval that contains four of five outcomes.
    ///
    /// # Errors
    /// A number that is not above 0 and below 100.
    pub fn percent(percent: f64) -> Result<Self, LevelError> {
        if percent > 0.0 && percent < 100.0 { Ok(Self { percent }) } else { Err(LevelError(percent.to_string())) }
    }

    /// The probability, 0.8 for a level of 80.
    pub fn probability(self) -> f64 {
        self.percent / 100.0
    }

    /// The probabilities of the ends of the interval: 0.1 and 0.9 for a level of 80.
    pub fn tails(self) -> (f64, f64) {
        ((100.0 - self.percent) / 200.0, (100.0 + self.percent) / 200.0)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.percent.fmt(f)
    }
}

impl FromStr for Level {
    type Err = LevelError;

    fn from_str(text: &str) -> Result<Self, LevelError> {
        let number = text.trim().trim_end_matches('%').trim().parse().map_err(|_| LevelError(text.to_owned()))?;
        Self::percent(number).map_err(|_| LevelError(text.to_owned()))
    }
}
