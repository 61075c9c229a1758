//! The study file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use crate::charts::ChartError;
use crate::data::{DataError, Rules, SourceRules};
use crate::export::TableError;
use crate::forecast::{Level, LevelError};
use crate::series::Frequency;

/// The study that is part of the program.
const BUNDLED: &str = include_str!("../../datasets/china-ai-chips/study.toml");

/// A study that cannot be run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StudyError {
    /// The file cannot be read.
    #[error("cannot read {file}: {cause}")]
    Unreadable {
        /// The study file.
        file: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It is no study: the text says where and what is allowed.
    #[error("{file}: {detail}")]
    Malformed {
        /// The study file.
        file: String,
        /// Line, column and what is allowed.
        detail: String,
    },
    /// A goal that cannot be understood.
    #[error("{place}, goal `{goal}`: {problem}")]
    Goal {
        /// File and line, as far as they are known.
        place: String,
        /// The goal.
        goal: String,
        /// What is wrong.
        problem: String,
    },
    /// A name in the study that nothing has.
    #[error("{file}: {what} `{name}` does not exist")]
    Unknown {
        /// The study file.
        file: String,
        /// "goal" or "series".
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A source to leave out or to judge on that no figure is cited from.
    #[error("{file}: no figure is cited from a source or origin `{name}`")]
    NotCited {
        /// The study file.
        file: String,
        /// The name.
        name: String,
    },
    /// Its data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A level that is none.
    #[error(transparent)]
    Level(#[from] LevelError),
    /// A table cannot be written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A chart cannot be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

/// A study as written.
///
/// ```
/// use onpace::study::StudyFile;
/// let study = StudyFile::bundled()?;
/// assert_eq!(study.goals_first[0], "triple_2026");
/// assert!(StudyFile::parse("titel = 'x'", "mine.toml").unwrap_err().to_string().contains("unknown field `titel`"));
/// # Ok::<(), onpace::study::StudyError>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// What the study is of.
    pub title: String,
    /// The day whose knowledge it uses.
    pub as_of: Date,
    /// The seed of all draws.
    #[serde(default = "one")]
    pub seed: u64,
    /// Sample paths a view.
    #[serde(default = "paths")]
    pub paths: usize,
    /// Levels of the intervals, in per cent.
    #[serde(default = "levels")]
    pub levels: Vec<f64>,
    /// From this share, in per cent, a market share counts as full.
    #[serde(default = "full_share")]
    pub full_share: f64,
    /// Whether leads count as data.
    #[serde(default)]
    pub leads: bool,
    /// Sources to take in, leave out or give less weight: `"-IDC, Bernstein=0.5"`.
    #[serde(default)]
    pub sources: String,
    /// The standard error, in logarithms, of an estimate that states none.
    #[serde(default = "standard_error")]
    pub standard_error: f64,
    /// The weight of the documented ramps in the pooled view, from 0 to 1.
    #[serde(default = "half")]
    pub ramps_weight: f64,
    /// Places and technologies whose ramps do not speak, such as those of the study's own subject.
    #[serde(default)]
    pub ramps_without: Vec<String>,
    /// Where the observations are.
    pub data: DataSpec,
    /// Steps to forecast, by frequency (`yearly = 10`); more where a deadline asks for it.
    #[serde(default)]
    pub horizon: BTreeMap<String, usize>,
    /// Series to forecast, besides those of the goals.
    #[serde(default)]
    pub series: Vec<String>,
    /// Goals to put first, in this order.
    #[serde(default)]
    pub goals_first: Vec<String>,
    /// Short names of series and goals for tables and charts.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Goals written in the study itself.
    #[serde(default, rename = "goal")]
    pub goals: Vec<Spanned<GoalSpec>>,
    /// Goals that are judged on the figures of one origin, instead of the true value: goal and origin.
    #[serde(default)]
    pub judged_on: BTreeMap<String, String>,
    /// Series that are the sum of others.
    #[serde(default, rename = "sum")]
    pub sums: Vec<Spanned<SumSpec>>,
    /// Charts to draw.
    #[serde(default, rename = "chart")]
    pub charts: Vec<ChartSpec>,
    /// The study file's name.
    #[serde(skip)]
    pub file: String,
    /// The study file's text.
    #[serde(skip)]
    pub text: String,
    /// The folder that relative paths start from.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// Where the observations are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum DataSpec {
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
pub enum Bundled {
    /// China's AI chips.
    ChinaAiChips,
}

/// A goal written in the study.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoalSpec {
    /// Its name.
    pub id: String,
    /// What is to come, in words.
    pub statement: String,
    /// The series it is judged on.
    pub series: String,
    /// As people write it: `x3`, `+50%`, `100%`, `1200`.
    pub target: String,
    /// The period that a multiple is of.
    pub base: Option<String>,
    /// As people write it: `2027`, `2026-Q4`, `2026-12-31`.
    pub by: String,
    /// Whether less is better.
    #[serde(default)]
    pub at_most: bool,
    /// Whether the deadline's own period alone counts, not any before it.
    #[serde(default)]
    pub at_deadline: bool,
    /// Whether sums over calendar years are judged.
    #[serde(default)]
    pub calendar_years: bool,
    /// The series that this one is divided by, for a share of supply in demand, in per cent.
    pub over: Option<String>,
    /// The unit of the target, to be held against that of the series.
    pub unit: Option<String>,
    /// The day on which it was set: a level reached after it counts, in any period.
    pub set: Option<String>,
}

/// A series that is the sum of others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SumSpec {
    /// The series that is the sum.
    pub total: String,
    /// Its parts.
    pub parts: Vec<String>,
    /// How forecasts are made to add up: `bottom-up` (the default), `structural` or `minimum-trace`.
    #[serde(default)]
    pub method: Option<String>,
}

/// A chart to draw.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartSpec {
    /// What kind.
    pub kind: ChartKind,
    /// The series, for fan and growth charts without a goal.
    pub series: Option<String>,
    /// The goal, for fan and odds charts.
    pub goal: Option<String>,
}

/// The kinds of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    /// History, median, bands, and a goal's target and deadline.
    Fan,
    /// Growth curves over the data, extended.
    Growth,
    /// Odds of having reached a goal by each period.
    Odds,
    /// Every source's figures around the pooled series.
    Sources,
    /// The odds of a goal as they stood at each publication.
    Replay,
}

fn one() -> u64 {
    1
}

fn paths() -> usize {
    4000
}

fn levels() -> Vec<f64> {
    vec![50.0, 80.0, 95.0]
}

fn standard_error() -> f64 {
    0.15
}

fn half() -> f64 {
    0.5
}

fn full_share() -> f64 {
    95.0
}

impl StudyFile {
    /// The study of China's AI chips.
    ///
    /// # Errors
    /// None in a released program: a test reads it.
    pub fn bundled() -> Result<Self, StudyError> {
        Self::parse(BUNDLED, "datasets/china-ai-chips/study.toml")
    }

    /// A study of series at hand, as of a day, with nothing else said.
    pub fn plain(as_of: Date) -> Self {
        Self {
            title: String::new(),
            as_of,
            seed: one(),
            paths: paths(),
            levels: levels(),
            full_share: full_share(),
            leads: false,
            sources: String::new(),
            standard_error: standard_error(),
            ramps_weight: half(),
            ramps_without: Vec::new(),
            data: DataSpec::File(PathBuf::new()),
            horizon: BTreeMap::new(),
            series: Vec::new(),
            goals_first: Vec::new(),
            labels: BTreeMap::new(),
            goals: Vec::new(),
            judged_on: BTreeMap::new(),
            sums: Vec::new(),
            charts: Vec::new(),
            file: String::new(),
            text: String::new(),
            folder: PathBuf::new(),
        }
    }

    /// A study from a file.
    ///
    /// # Errors
    /// A file that cannot be read, or a key or value that no study has; the message shows the place.
    pub fn open(path: &Path) -> Result<Self, StudyError> {
        let file = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|cause| StudyError::Unreadable { file: file.clone(), cause })?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { folder, ..Self::parse(&text, &file)? })
    }

    /// A study from its text.
    ///
    /// # Errors
    /// A key or value that no study has; the message shows the place.
    pub fn parse(text: &str, file: &str) -> Result<Self, StudyError> {
        let malformed = |detail: String| StudyError::Malformed { file: file.to_owned(), detail };
        let study: Self = toml::from_str(text).map_err(|error| malformed(error.to_string()))?;
        let study = Self { file: file.to_owned(), text: text.to_owned(), ..study };
        for (name, steps) in &study.horizon {
            name.parse::<Frequency>().map_err(|error| malformed(format!("horizon: {error}")))?;
            if !(1..=500).contains(steps) {
                return Err(malformed(format!("horizon: {name} = {steps}: a number from 1 to 500 belongs there")));
            }
        }
        if study.paths == 0 || study.paths > 1_000_000 {
            return Err(malformed(format!("paths = {}: a number from 1 to 1,000,000 belongs there", study.paths)));
        }
        if !(study.standard_error > 0.0 && study.standard_error <= 2.0) {
            let found = study.standard_error;
            return Err(malformed(format!("standard_error = {found}: a number above 0, at most 2, belongs there")));
        }
        if !(study.full_share > 0.0 && study.full_share <= 100.0) {
            return Err(malformed(format!(
                "full_share = {}: a number above 0, at most 100, belongs there",
                study.full_share
            )));
        }
        if !(0.0..=1.0).contains(&study.ramps_weight) {
            return Err(malformed(format!(
                "ramps_weight = {}: a number from 0 to 1 belongs there",
                study.ramps_weight
            )));
        }
        study.intervals()?;
        study.rules()?;
        Ok(study)
    }

    /// The levels of the intervals.
    ///
    /// # Errors
    /// A level that is none.
    pub fn intervals(&self) -> Result<Vec<Level>, LevelError> {
        self.levels.iter().map(|percent| Level::percent(*percent)).collect()
    }

    /// Which observations may speak.
    ///
    /// # Errors
    /// A rule for sources that is none.
    pub fn rules(&self) -> Result<Rules, StudyError> {
        let sources = self.sources.parse::<SourceRules>();
        let sources = sources.map_err(|error| StudyError::Malformed {
            file: self.place_of(self.sources.trim_start_matches([',', ' '])),
            detail: format!("sources: {error}"),
        })?;
        let Self { as_of, leads, standard_error, .. } = *self;
        Ok(Rules { as_of, leads, standard_error, sources, exact: false })
    }

    /// The study file, and the line on which something is named, as far as it is: what a flag named is on none.
    pub fn place_of(&self, name: &str) -> String {
        let named = |line: &&str| !line.trim_start().starts_with('#') && line.contains(name);
        match self.text.lines().enumerate().find(|(_, line)| named(line)) {
            Some((at, _)) => format!("{}, line {}", self.file, at + 1),
            None if self.file.is_empty() => "the command line".to_owned(),
            None => format!("{} or the command line", self.file),
        }
    }

    /// The line of the study file that a place in its text lies on.
    pub fn line_of(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    /// Steps to forecast for a frequency, before deadlines ask for more.
    pub fn horizon_of(&self, frequency: Frequency) -> usize {
        let default = match frequency {
            Frequency::Year => 10,
            Frequency::HalfYear | Frequency::Quarter => 12,
            _ => 24,
        };
        let named = self.horizon.iter().find(|(name, _)| name.parse() == Ok(frequency));
        named.map_or(default, |(_, steps)| *steps)
    }

    /// The short name of a series or goal, if the study gives one.
    pub fn label<'a>(&'a self, id: &str, otherwise: &'a str) -> &'a str {
        self.labels.get(id).map_or(otherwise, String::as_str)
    }
}
