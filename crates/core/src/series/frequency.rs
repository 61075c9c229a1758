//! The regular spacing of a series.

use std::fmt;
use std::str::FromStr;

/// The regular spacing of a series: a calendar unit, or a plain index that counts.
///
/// ```
/// use onpace::series::Frequency;
/// let quarterly: Frequency = "quarterly".parse()?;
/// assert_eq!(quarterly.season_length(), 4);
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Frequency {
    /// Calendar years.
    Year,
    /// Half-years, from January and from July.
    HalfYear,
    /// Calendar quarters.
    Quarter,
    /// Calendar months.
    Month,
    /// Weeks from Monday to Sunday.
    Week,
    /// Days.
    Day,
    /// Hours.
    Hour,
    /// A plain count without a calendar.
    Index,
}

impl Frequency {
    /// All frequencies, the coarsest first.
    pub const ALL: [Self; 8] =
        [Self::Year, Self::HalfYear, Self::Quarter, Self::Month, Self::Week, Self::Day, Self::Hour, Self::Index];

    /// The adjective that users read and type: `yearly`, `quarterly`, `index`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "yearly",
            Self::HalfYear => "half-yearly",
            Self::Quarter => "quarterly",
            Self::Month => "monthly",
            Self::Week => "weekly",
            Self::Day => "daily",
            Self::Hour => "hourly",
            Self::Index => "index",
        }
    }

    /// One step of this frequency as a noun: `year`, `quarter`, `step`.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::HalfYear => "half-year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Index => "step",
        }
    }

    /// The usual main season length in periods: 4 for quarters, 12 for months, 1 where there is none.
    pub fn season_length(self) -> usize {
        self.season_lengths()[0]
    }

    /// All usual season lengths in periods, ascending: hours have days of 24 and weeks of 168 hours; `[1]` where there is
    /// no season.
    pub fn season_lengths(self) -> &'static [usize] {
        match self {
            Self::Year | Self::Index => &[1],
            Self::HalfYear => &[2],
            Self::Quarter => &[4],
            Self::Month => &[12],
            Self::Week => &[52],
            Self::Day => &[7],
            Self::Hour => &[24, 168],
        }
    }

    /// Periods per year, which converts growth per period to annual growth; `None` for a plain index.
    pub fn periods_per_year(self) -> Option<f64> {
        match self {
            Self::Year => Some(1.0),
            Self::HalfYear => Some(2.0),
            Self::Quarter => Some(4.0),
            Self::Month => Some(12.0),
            Self::Week => Some(365.25 / 7.0),
            Self::Day => Some(365.25),
            Self::Hour => Some(365.25 * 24.0),
            Self::Index => None,
        }
    }

    /// Calendar months per period; `None` where a period is not made of whole months.
    pub(crate) fn months(self) -> Option<i64> {
        match self {
            Self::Year => Some(12),
            Self::HalfYear => Some(6),
            Self::Quarter => Some(3),
            Self::Month => Some(1),
            _ => None,
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Frequency {
    type Err = String;

    /// Reads the adjective, the noun or the field's letter (`yearly`, `year`, `Y`, `A`).
    ///
    /// # Errors
    /// Any other text; the message lists what is allowed.
    fn from_str(text: &str) -> Result<Self, String> {
        let word = text.trim().to_lowercase();
        let letter = match word.as_str() {
            "y" | "a" | "annual" | "ye" | "ys" => Some(Self::Year),
            "h1" | "halfyear" | "half-year" | "semiannual" => Some(Self::HalfYear),
            "q" | "qs" | "qe" => Some(Self::Quarter),
            "m" | "ms" | "me" => Some(Self::Month),
            "w" => Some(Self::Week),
            "d" => Some(Self::Day),
            "h" => Some(Self::Hour),
            "i" | "step" => Some(Self::Index),
            _ => None,
        };
        letter.or_else(|| Self::ALL.into_iter().find(|f| f.name() == word || f.noun() == word)).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|f| f.name()).collect();
            format!("`{text}` is not a frequency; allowed: {}", names.join(", "))
        })
    }
}
