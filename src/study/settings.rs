//! The settings of a study: those of the file, those given beside it, and the defaults.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::data::Rules;
use crate::forecast::Level;
use crate::series::Frequency;

use super::Placed;

/// The defaults of optional keys.
pub(super) mod default {
    pub(in crate::study) const SEED: u64 = 1;
    pub(in crate::study) const PATHS: usize = 4000;
    pub(in crate::study) const FULL_SHARE: f64 = 95.0;
    pub(in crate::study) const STANDARD_ERROR: f64 = 0.15;
    pub(in crate::study) const RAMPS_WEIGHT: f64 = 0.5;
}

/// Settings that are given beside a study file, for example on the command line. Each replaces that of the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Only what was published by this day is used.
    pub as_of: Option<Date>,
    /// Whether unconfirmed figures (second-hand citations) are used.
    pub leads: bool,
    /// Rules for sources, added to those of the file: `"-IDC, Bernstein=0.5"`.
    pub sources: Option<String>,
    /// The seed of all random draws.
    pub seed: Option<u64>,
    /// Sample paths per view.
    pub paths: Option<usize>,
    /// The weight of the reference ramps in the combined view, from 0 to 1.
    pub ramps_weight: Option<f64>,
    /// Places and technologies whose ramps are excluded besides those of the file.
    pub ramps_without: Vec<String>,
}

/// The settings of a study, after all checks.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the study is about.
    pub title: String,
    /// The seed of all random draws.
    pub seed: u64,
    /// Sample paths per view.
    pub paths: usize,
    /// Levels of the intervals.
    pub levels: Vec<Level>,
    /// From this share, in per cent, a market share counts as full.
    pub full_share: f64,
    /// The rules for sources, as written.
    pub sources: String,
    /// Which observations are used, and as of which day.
    pub rules: Rules,
    /// The weight of the reference ramps in the combined view, from 0 to 1.
    pub ramps_weight: f64,
    /// Places and technologies whose ramps are excluded.
    pub ramps_without: Vec<Placed<String>>,
    /// The steps to forecast per frequency, where the study sets them.
    pub horizon: BTreeMap<Frequency, usize>,
    /// Short names of series and goals for tables and charts.
    pub labels: BTreeMap<String, String>,
}

impl Settings {
    /// The default settings, as of a day.
    ///
    /// ```
    /// use onpace::study::Settings;
    /// let settings = Settings::as_of("2026-06-01".parse()?);
    /// assert_eq!((settings.seed, settings.paths), (1, 4000));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn as_of(day: Date) -> Self {
        Self {
            title: String::new(),
            seed: default::SEED,
            paths: default::PATHS,
            levels: Level::DEFAULTS.to_vec(),
            full_share: default::FULL_SHARE,
            sources: String::new(),
            rules: Rules { standard_error: default::STANDARD_ERROR, ..Rules::by(day) },
            ramps_weight: default::RAMPS_WEIGHT,
            ramps_without: Vec::new(),
            horizon: BTreeMap::new(),
            labels: BTreeMap::new(),
        }
    }

    /// The steps to forecast for a frequency. Later deadlines extend them.
    pub fn horizon_of(&self, frequency: Frequency) -> usize {
        let default = match frequency {
            Frequency::Year => 10,
            Frequency::HalfYear | Frequency::Quarter => 12,
            _ => 24,
        };
        self.horizon.get(&frequency).copied().unwrap_or(default)
    }

    /// The short name of a series or goal, or `otherwise` if the study has none.
    pub fn label<'a>(&'a self, id: &str, otherwise: &'a str) -> &'a str {
        self.labels.get(id).map_or(otherwise, String::as_str)
    }
}
