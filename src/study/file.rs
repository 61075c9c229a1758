//! Reads a study file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::charts::{self, ChartKind};
use crate::data::{Rules, SourceRules, nearest};
use crate::forecast::Level;
use crate::series::Frequency;

use super::settings::default;
use super::{Overrides, Place, Placed, Settings, StudyError};

/// The study that is part of the program.
const BUNDLED: &str = include_str!("../../datasets/china-ai-chips/study.toml");
/// The longest horizon of a study, in periods.
const LONGEST_HORIZON: usize = 500;
/// The most sample paths.
const MOST_PATHS: usize = 1_000_000;

/// A study file: its keys, each with its place. [`Settings`] are the values that result from it.
///
/// ```
/// use onpace::study::StudyFile;
/// assert_eq!(StudyFile::bundled()?.title(), "China's AI chips");
/// let error = StudyFile::parse("titel = 'x'", "mine.toml").unwrap_err().to_string();
/// assert!(error.starts_with("mine.toml, line 1, column 1: unknown field `titel`"));
/// # Ok::<(), onpace::study::StudyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct StudyFile {
    pub(super) keys: Keys,
    name: String,
    text: String,
    folder: PathBuf,
}

/// The keys of a study file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    /// What the study is about.
    pub(super) title: String,
    /// The day whose knowledge it uses.
    pub(super) as_of: Spanned<Date>,
    /// The seed of all draws.
    seed: Option<u64>,
    /// Sample paths per view.
    paths: Option<Spanned<usize>>,
    /// Levels of the intervals, in per cent.
    levels: Option<Vec<Spanned<f64>>>,
    /// From this share, in per cent, a market share counts as full.
    full_share: Option<Spanned<f64>>,
    /// Whether unconfirmed figures count as data.
    #[serde(default)]
    leads: bool,
    /// Sources to include, exclude or give less weight: `"-IDC, Bernstein=0.5"`.
    pub(super) sources: Option<Spanned<String>>,
    /// The standard error, in logarithms, of an estimate that states none.
    standard_error: Option<Spanned<f64>>,
    /// The weight of the reference ramps in the combined view, from 0 to 1.
    ramps_weight: Option<Spanned<f64>>,
    /// Places and technologies whose ramps are excluded, such as those of the study's own subject.
    #[serde(default)]
    ramps_without: Vec<Spanned<String>>,
    /// Where the observations are.
    pub(super) data: DataSpec,
    /// Steps to forecast, by frequency (`yearly = 10`); more where a deadline asks for it.
    #[serde(default)]
    horizon: BTreeMap<Spanned<String>, Spanned<usize>>,
    /// Series to forecast, besides those of the goals.
    #[serde(default)]
    pub(super) series: Vec<Spanned<String>>,
    /// Goals to put first, in this order.
    #[serde(default)]
    pub(super) goals_first: Vec<Spanned<String>>,
    /// Short names of series and goals for tables and charts.
    #[serde(default)]
    labels: BTreeMap<String, String>,
    /// Goals written in the study itself.
    #[serde(default, rename = "goal")]
    pub(super) goals: Vec<Spanned<GoalSpec>>,
    /// Goals that are judged on the figures of one origin, instead of the true value: goal and origin.
    #[serde(default)]
    pub(super) judged_on: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Series that are the sum of others.
    #[serde(default, rename = "sum")]
    pub(super) sums: Vec<Spanned<SumSpec>>,
    /// Charts to draw.
    #[serde(default, rename = "chart")]
    pub(super) charts: Vec<ChartSpec>,
}

/// Where the observations are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub(super) enum DataSpec {
    /// A catalogue that is part of the program.
    Bundled(Bundled),
    /// A folder with series.csv, sources.csv, observations.csv and goals.csv.
    Folder(PathBuf),
    /// One file in the long layout `unique_id, ds, y`.
    File(PathBuf),
}

/// The catalogues that are part of the program.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Bundled {
    /// China's AI chips.
    ChinaAiChips,
}

/// A goal written in the study.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoalSpec {
    /// Its name.
    pub(super) id: String,
    /// What is to come, in words.
    pub(super) statement: String,
    /// The series it is judged on.
    pub(super) series: String,
    /// As people write it: `x3`, `+50%`, `100%`, `1200`.
    pub(super) target: String,
    /// The period that a multiple is of.
    pub(super) base: Option<String>,
    /// As people write it: `2027`, `2026-Q4`, `2026-12-31`.
    pub(super) by: String,
    /// Whether less is better.
    #[serde(default)]
    pub(super) at_most: bool,
    /// Whether the deadline's own period alone counts, not any before it.
    #[serde(default)]
    pub(super) at_deadline: bool,
    /// Whether sums over calendar years are judged.
    #[serde(default)]
    pub(super) calendar_years: bool,
    /// The series that this one is divided by, for a share of supply in demand, in per cent.
    pub(super) over: Option<String>,
    /// The unit of the target, to be held against that of the series.
    pub(super) unit: Option<String>,
    /// The day on which it was set: a level reached after it counts, in any period.
    pub(super) set: Option<String>,
}

/// A series that is the sum of others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SumSpec {
    /// The series that is the sum.
    pub(super) total: String,
    /// Its parts.
    pub(super) parts: Vec<String>,
    /// How forecasts are made to add up: `bottom-up` (the default), `structural` or `minimum-trace`.
    #[serde(default)]
    pub(super) method: Option<String>,
}

/// A chart to draw.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartSpec {
    /// The kind, by a name of [`crate::charts::KINDS`].
    #[serde(deserialize_with = "chart_kind")]
    pub kind: &'static dyn ChartKind,
    /// The series; without one that of the goal, and all series for kinds that show several.
    pub series: Option<Spanned<String>>,
    /// The goal.
    pub goal: Option<Spanned<String>>,
}

fn chart_kind<'a, D: Deserializer<'a>>(written: D) -> Result<&'static dyn ChartKind, D::Error> {
    let kind = charts::kind(&String::deserialize(written)?).map_err(D::Error::custom)?;
    match kind.needs().command() {
        None => Ok(kind),
        Some(command) => {
            Err(D::Error::custom(format!("a study has no chart `{}`: it is drawn by `{command}`", kind.name())))
        }
    }
}

/// The message of the parser, with the nearest key if it is about an unknown one: "unknown field `titel`, expected one of `title`, …".
fn with_nearest_key(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    let unknown = if message.starts_with("unknown field") { names.next() } else { None };
    match unknown.and_then(|unknown| nearest(unknown, names)) {
        Some(near) => format!("{message}; did you mean `{near}`?"),
        None => message.to_owned(),
    }
}

impl StudyFile {
    /// The study of China's AI chips.
    ///
    /// # Errors
    /// None in a released program: a test reads it.
    pub fn bundled() -> Result<Self, StudyError> {
        Self::parse(BUNDLED, "datasets/china-ai-chips/study.toml")
    }

    /// Reads a study file.
    ///
    /// # Errors
    /// A file that cannot be read, or an invalid key or value. The error gives line and column.
    pub fn open(path: &Path) -> Result<Self, StudyError> {
        let file = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|cause| StudyError::Unreadable { file: file.clone(), cause })?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { folder, ..Self::parse(&text, &file)? })
    }

    /// Reads a study from text. Errors call the file `name`.
    ///
    /// # Errors
    /// An invalid key or value. The error gives line and column.
    pub fn parse(text: &str, name: &str) -> Result<Self, StudyError> {
        let keys = toml::from_str(text).map_err(|error| StudyError::Malformed {
            place: match error.span() {
                Some(span) => Place::of(name, text, span),
                None => Place::File(name.to_owned()),
            },
            problem: with_nearest_key(error.message()),
        })?;
        let file = Self { keys, name: name.to_owned(), text: text.to_owned(), folder: PathBuf::new() };
        file.settings(&Overrides::default())?;
        Ok(file)
    }

    /// What the study is about.
    pub fn title(&self) -> &str {
        &self.keys.title
    }

    /// The day whose knowledge the study uses.
    pub fn as_of(&self) -> Date {
        *self.keys.as_of.get_ref()
    }

    /// The study file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The study file's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The folder that relative paths start from.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The settings: the given override, else the value of the file, else the default.
    ///
    /// # Errors
    /// A value outside its range, a level that is not one, a frequency that does not exist, an invalid rule for sources.
    pub fn settings(&self, overrides: &Overrides) -> Result<Settings, StudyError> {
        let keys = &self.keys;
        let ramps_without = keys.ramps_without.iter().map(|name| self.placed(name));
        Ok(Settings {
            title: keys.title.clone(),
            seed: overrides.seed.or(keys.seed).unwrap_or(default::SEED),
            paths: self.within("paths", &keys.paths, overrides.paths, 1..=MOST_PATHS)?.unwrap_or(default::PATHS),
            levels: self.levels()?,
            full_share: self.share("full_share", &keys.full_share, None, 100.0)?.unwrap_or(default::FULL_SHARE),
            sources: self.sources_text(overrides),
            rules: self.rules(overrides)?,
            ramps_weight: self.weight(overrides)?,
            ramps_without: ramps_without.chain(overrides.ramps_without.iter().cloned().map(Placed::given)).collect(),
            horizon: self.horizon()?,
            labels: keys.labels.clone(),
        })
    }

    fn levels(&self) -> Result<Vec<Level>, StudyError> {
        let Some(levels) = &self.keys.levels else {
            return Ok(Level::DEFAULTS.to_vec());
        };
        let level = |percent: &Spanned<f64>| {
            Level::percent(*percent.get_ref()).map_err(|error| self.malformed(percent, format!("levels: {error}")))
        };
        let parsed: Vec<Level> = levels.iter().map(level).collect::<Result<_, _>>()?;
        match (1..parsed.len()).find(|at| parsed[..*at].contains(&parsed[*at])) {
            Some(at) => Err(self.malformed(&levels[at], format!("levels: level {} is given twice", parsed[at]))),
            None => Ok(parsed),
        }
    }

    /// The steps to forecast per frequency.
    fn horizon(&self) -> Result<BTreeMap<Frequency, usize>, StudyError> {
        let entry = |(name, steps): (&Spanned<String>, &Spanned<usize>)| {
            let frequency = name.get_ref().parse::<Frequency>();
            let frequency = frequency.map_err(|error| self.malformed(name, format!("horizon: {error}")))?;
            let key = format!("horizon.{}", name.get_ref());
            let steps = self.within(&key, &Some(steps.clone()), None, 1..=LONGEST_HORIZON)?;
            Ok((frequency, steps.unwrap_or(1)))
        };
        self.keys.horizon.iter().map(entry).collect()
    }

    fn sources_text(&self, overrides: &Overrides) -> String {
        let written = self.keys.sources.as_ref().map(|sources| sources.get_ref().clone());
        let parts = written.into_iter().chain(overrides.sources.clone()).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(", ")
    }

    fn rules(&self, overrides: &Overrides) -> Result<Rules, StudyError> {
        if let Some(written) = &self.keys.sources {
            let rules = written.get_ref().parse::<SourceRules>();
            rules.map_err(|error| self.malformed(written, format!("sources: {error}")))?;
        }
        let sources = self.sources_text(overrides).parse::<SourceRules>();
        let sources = sources
            .map_err(|error| StudyError::Malformed { place: Place::Given, problem: format!("sources: {error}") })?;
        let standard_error = self.share("standard_error", &self.keys.standard_error, None, 2.0)?;
        Ok(Rules {
            as_of: overrides.as_of.unwrap_or(self.as_of()),
            leads: self.keys.leads || overrides.leads,
            standard_error: standard_error.unwrap_or(default::STANDARD_ERROR),
            sources,
            exact: false,
        })
    }

    fn weight(&self, overrides: &Overrides) -> Result<f64, StudyError> {
        self.within("ramps_weight", &self.keys.ramps_weight, overrides.ramps_weight, 0.0..=1.0)
            .map(|weight| weight.unwrap_or(default::RAMPS_WEIGHT))
    }

    /// Checks that a number is in a range, which includes both ends.
    fn within<T: Copy + PartialOrd + std::fmt::Display>(
        &self,
        key: &str,
        written: &Option<Spanned<T>>,
        given: Option<T>,
        range: std::ops::RangeInclusive<T>,
    ) -> Result<Option<T>, StudyError> {
        self.checked(
            key,
            written,
            given,
            |value| range.contains(&value),
            || format!("a number from {} to {}", range.start(), range.end()),
        )
    }

    /// Checks that a number is above 0 and at most `most`.
    fn share(
        &self,
        key: &str,
        written: &Option<Spanned<f64>>,
        given: Option<f64>,
        most: f64,
    ) -> Result<Option<f64>, StudyError> {
        self.checked(
            key,
            written,
            given,
            |value| value > 0.0 && value <= most,
            || format!("a number above 0 and at most {most}"),
        )
    }

    /// Checks the value of the file and the override, and returns the one that applies.
    fn checked<T: Copy + std::fmt::Display>(
        &self,
        key: &str,
        written: &Option<Spanned<T>>,
        given: Option<T>,
        holds: impl Fn(T) -> bool,
        expected: impl Fn() -> String,
    ) -> Result<Option<T>, StudyError> {
        let written = written.as_ref().map(|written| (*written.get_ref(), self.place_of(written)));
        let values = [written, given.map(|given| (given, Place::Given))];
        let mut last = None;
        for (value, place) in values.into_iter().flatten() {
            if !holds(value) {
                let problem = format!("{key} = {value}: expected {}", expected());
                return Err(StudyError::Malformed { place, problem });
            }
            last = Some(value);
        }
        Ok(last)
    }

    /// The place of a key or value.
    pub(super) fn place_of<T>(&self, written: &Spanned<T>) -> Place {
        Place::of(&self.name, &self.text, written.span())
    }

    /// A value with its place.
    pub(super) fn placed<T: Clone>(&self, written: &Spanned<T>) -> Placed<T> {
        Placed { value: written.get_ref().clone(), place: self.place_of(written) }
    }

    /// An error at the place of a key or value.
    pub(super) fn malformed<T>(&self, written: &Spanned<T>, problem: String) -> StudyError {
        StudyError::Malformed { place: self.place_of(written), problem }
    }
}
