//! The classes of exponential smoothing.
//!
//! Hyndman, Koehler, Ord and Snyder (2008), chapter 2, name a class by its errors, trend and season: `MAdM` has
//! multiplicative errors, a damped additive trend and a multiplicative season. Of their thirty classes fifteen have
//! neither a multiplicative trend nor additive errors around a multiplicative season, which make forecasts unstable
//! (their chapters 4 and 15); these are the ones here.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How a component enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EtsPart {
    /// Not at all.
    None,
    /// As a term, in units of the series.
    Additive,
    /// As a factor.
    Multiplicative,
}

/// One of the fifteen stable classes.
///
/// ```
/// use onpace::models::{EtsClass, EtsPart};
/// let class: EtsClass = "MAdM".parse()?;
/// assert_eq!((class.error(), class.is_damped(), class.season()), (EtsPart::Multiplicative, true, EtsPart::Multiplicative));
/// assert_eq!(class.to_string(), "MAdM");
/// assert!("AAM".parse::<EtsClass>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EtsClass {
    relative: bool,
    trend: Trend,
    season: EtsPart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Trend {
    None,
    Straight,
    Damped,
}

/// Letters that name no stable class.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is none of the classes ANN AAN AAdN MNN MAN MAdN ANA AAA AAdA MNA MAA MAdA MNM MAM MAdM")]
pub struct NoClass(pub String);

impl EtsClass {
    /// All of them: first those without a season, simple ones before those that grow out of them.
    pub const ALL: [Self; 15] = {
        use EtsPart::{Additive, Multiplicative, None};
        [
            Self::new(false, Trend::None, None),
            Self::new(false, Trend::Straight, None),
            Self::new(false, Trend::Damped, None),
            Self::new(true, Trend::None, None),
            Self::new(true, Trend::Straight, None),
            Self::new(true, Trend::Damped, None),
            Self::new(false, Trend::None, Additive),
            Self::new(false, Trend::Straight, Additive),
            Self::new(false, Trend::Damped, Additive),
            Self::new(true, Trend::None, Additive),
            Self::new(true, Trend::Straight, Additive),
            Self::new(true, Trend::Damped, Additive),
            Self::new(true, Trend::None, Multiplicative),
            Self::new(true, Trend::Straight, Multiplicative),
            Self::new(true, Trend::Damped, Multiplicative),
        ]
    };

    const fn new(relative: bool, trend: Trend, season: EtsPart) -> Self {
        Self { relative, trend, season }
    }

    /// The errors: additive or multiplicative.
    pub const fn error(self) -> EtsPart {
        if self.relative { EtsPart::Multiplicative } else { EtsPart::Additive }
    }

    /// The trend: none or additive.
    pub const fn trend(self) -> EtsPart {
        if self.has_trend() { EtsPart::Additive } else { EtsPart::None }
    }

    /// Whether the trend dies away.
    pub const fn is_damped(self) -> bool {
        matches!(self.trend, Trend::Damped)
    }

    /// The season.
    pub const fn season(self) -> EtsPart {
        self.season
    }

    /// Whether errors are multiplicative, so that values must be above zero.
    pub const fn is_relative(self) -> bool {
        self.relative
    }

    /// Whether there is a trend.
    pub const fn has_trend(self) -> bool {
        !matches!(self.trend, Trend::None)
    }

    /// Whether there is a season.
    pub const fn is_seasonal(self) -> bool {
        !matches!(self.season, EtsPart::None)
    }

    /// The estimated parameters for a season length: smoothing parameters, free initial states and the variance of the
    /// errors, as R's forecast package counts them.
    pub const fn parameters(self, season_length: usize) -> usize {
        let trend = if self.has_trend() { 2 } else { 0 };
        let season = if self.is_seasonal() { season_length } else { 0 };
        3 + trend + self.is_damped() as usize + season
    }

    /// The name of the model of this class alone.
    pub(super) fn model_name(self) -> &'static str {
        const NAMES: [&str; 15] = [
            "ets:ANN", "ets:AAN", "ets:AAdN", "ets:MNN", "ets:MAN", "ets:MAdN", "ets:ANA", "ets:AAA", "ets:AAdA",
            "ets:MNA", "ets:MAA", "ets:MAdA", "ets:MNM", "ets:MAM", "ets:MAdM",
        ];
        Self::ALL.iter().zip(NAMES).find(|(class, _)| **class == self).map_or("ets", |(_, name)| name)
    }
}

impl fmt::Display for EtsClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.model_name().trim_start_matches("ets:"))
    }
}

impl FromStr for EtsClass {
    type Err = NoClass;

    fn from_str(letters: &str) -> Result<Self, NoClass> {
        let found = Self::ALL.into_iter().find(|class| class.to_string() == letters);
        found.ok_or_else(|| NoClass(letters.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_read_as_it_is_written() {
        for class in EtsClass::ALL {
            assert_eq!(class.to_string().parse(), Ok(class));
        }
        let named = |letters: &str| letters.parse::<EtsClass>().unwrap();
        assert_eq!(named("ANN").parameters(12), 3);
        assert_eq!(named("MAdM").parameters(12), 18);
        assert_eq!(named("AAdN").parameters(12), 6);
        assert!("MMN".parse::<EtsClass>().is_err() && "".parse::<EtsClass>().is_err());
    }
}
