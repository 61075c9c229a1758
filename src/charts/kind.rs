//! What a kind of chart is, and what goes wrong when one is drawn.

use std::fmt;

use crate::series::PeriodError;

use super::{ChartError, Material};

/// A kind of chart: its name, what it shows, what it needs, and how it is drawn.
///
/// A new kind is one file in `charts/kinds` that implements this trait, and one line in the list there. The command line,
/// study files and the documentation read the list.
pub trait ChartKind: fmt::Debug + Send + Sync {
    /// The name, in the command line and in study files.
    fn name(&self) -> &'static str;

    /// Other names that are accepted.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    /// What the chart shows, in a phrase.
    fn about(&self) -> &'static str;

    /// What it is made from.
    fn needs(&self) -> Needs;

    /// The chart as an SVG document of 960 × 600 with its fonts inside.
    ///
    /// # Errors
    /// Material that lacks what the kind needs, or too little of it to draw.
    fn draw(&self, material: &Material<'_>) -> Result<Drawing, NoChart>;
}

/// A chart that is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The SVG document.
    pub svg: String,
    /// What the reader should know of the models behind it.
    pub notes: Vec<String>,
}

impl From<String> for Drawing {
    fn from(svg: String) -> Self {
        Self { svg, notes: Vec::new() }
    }
}

/// What a kind of chart is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// One series.
    Series,
    /// One series and its forecast.
    Forecast,
    /// One or more series and their forecasts.
    Forecasts,
    /// A goal with odds.
    Goal,
    /// The odds of a goal on several days.
    Days,
    /// Figures of one series with their sources.
    Sources,
    /// A comparison of models.
    Comparison,
    /// Past odds with their outcomes.
    TrackRecord,
}

impl Needs {
    /// The command that alone draws it, with `--chart FILE`; `None` if `onpace chart` and studies can draw it.
    pub fn command(self) -> Option<&'static str> {
        match self {
            Self::Comparison => Some("onpace compare"),
            Self::TrackRecord => Some("onpace ramps score"),
            _ => None,
        }
    }

    /// Whether `onpace chart` can draw it from a file.
    pub fn fits_a_file(self) -> bool {
        matches!(self, Self::Series | Self::Forecast | Self::Forecasts | Self::Goal)
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Series => "a series",
            Self::Forecast => "a series that a model applies to",
            Self::Forecasts => "series that a model applies to",
            Self::Goal => "a goal with odds",
            Self::Days => "a goal that had odds on at least two days",
            Self::Sources => "a series whose data name their sources",
            Self::Comparison => "a comparison of models",
            Self::TrackRecord => "the track record of odds",
        })
    }
}

/// Why there is no chart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoChart {
    /// The material does not have what the kind needs.
    #[error("the chart needs {0}")]
    Lacks(Needs),
    /// No model of a kind applies to the series.
    #[error("no growth curve applies to this series")]
    NoCurve,
    /// The calendar ends before the last period to show.
    #[error(transparent)]
    Calendar(#[from] PeriodError),
    /// The chart cannot be drawn.
    #[error(transparent)]
    Drawing(#[from] ChartError),
}
