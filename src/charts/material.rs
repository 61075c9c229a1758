//! What charts are made from: filled by a command from a file, by a study from its results.

use jiff::civil::Date;

use crate::data::Choice;
use crate::evaluate::Comparison;
use crate::forecast::{Forecast, Level, Odds};
use crate::goals::{Assessment, Goal};
use crate::outlook::{OddsScores, View};
use crate::registry::Registry;
use crate::series::{Frequency, Period, Series};

use super::Sheet;

/// What a chart is made from. Each kind takes what it [needs](super::Needs); the rest may be left empty.
#[derive(Debug, Clone, Default)]
pub struct Material<'a> {
    /// The series in a few words, for titles.
    pub label: String,
    /// The series with its unit, for subtitles.
    pub subject: String,
    /// A title in place of the kind's own.
    pub title: Option<String>,
    /// Where the data come from, for the foot of the page.
    pub credit: String,
    /// The same where reference ramps are part of what is shown.
    pub credit_with_ramps: String,
    /// The series; its first series for kinds that show several.
    pub series: Option<&'a Series>,
    /// The forecast of the series.
    pub forecast: Option<&'a Forecast>,
    /// Which models the forecast is of, such as "the pool of all models that apply".
    pub model: String,
    /// Levels of the prediction intervals.
    pub levels: &'a [Level],
    /// Steps to show [default: by the frequency].
    pub steps: Option<usize>,
    /// The models, for kinds that fit some of their own.
    pub registry: Option<&'a Registry>,
    /// The goal.
    pub goal: Option<GoalMaterial<'a>>,
    /// Published targets and projections of the series, in their order of publication.
    pub projections: Vec<Projected>,
    /// The figures of the series, period by period.
    pub choices: &'a [Choice],
    /// The standard error, in logarithms, of a figure that states none.
    pub standard_error: f64,
    /// The combined odds of the goal, day by day.
    pub days: Vec<OddsOnDay>,
    /// The last day to show of them.
    pub until: Option<Date>,
    /// Several series with their forecasts.
    pub several: Vec<(String, &'a Series, &'a Forecast)>,
    /// A comparison of models.
    pub comparison: Option<Compared<'a>>,
    /// Past odds with their outcomes.
    pub track_record: Option<&'a OddsScores>,
}

/// A goal and what was found of it.
#[derive(Debug, Clone)]
pub struct GoalMaterial<'a> {
    /// The goal in a few words, for titles.
    pub label: String,
    /// The goal.
    pub goal: &'a Goal,
    /// The level to be reached, where it is fixed.
    pub target: Option<f64>,
    /// The deadline of an open goal.
    pub deadline: Option<Period>,
    /// How it ended, where it is not open.
    pub verdict: String,
    /// The odds by each view, the combined view last.
    pub views: &'a [(View, Assessment)],
    /// What the outside view is based on, in a sentence.
    pub outside: Option<String>,
}

/// What somebody published about a period ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Projected {
    /// Who published it.
    pub origin: String,
    /// The period.
    pub period: Period,
    /// The value or the bound.
    pub value: f64,
    /// Whether it is a bound: true for "more than", false for "at most".
    pub at_least: Option<bool>,
}

/// The odds of a goal, by what was known on one day.
#[derive(Debug, Clone)]
pub struct OddsOnDay {
    /// The day.
    pub day: Date,
    /// What was published on it; empty for the day on which the goal was set.
    pub published: Vec<String>,
    /// The odds by each view, the combined view last.
    pub views: Vec<(View, Odds)>,
    /// The combined odds less those of the day before.
    pub change: Option<f64>,
}

/// A comparison with what its chart says of it.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The comparison.
    pub comparison: &'a Comparison,
    /// The name of the data.
    pub data: &'a str,
    /// The longest horizon, in periods.
    pub horizon: usize,
}

impl Material<'_> {
    /// The words around a chart, with the title that was asked for if there is one.
    pub(super) fn sheet(&self, title: String, subtitle: String, source: &str) -> Sheet {
        Sheet { title: self.title.clone().unwrap_or(title), subtitle, source: source.to_owned() }
    }

    /// How many steps a chart without a goal shows.
    pub(super) fn steps_of(&self, series: &Series, forecast: &Forecast) -> usize {
        let usual = match series.start().frequency() {
            Frequency::Year => 5,
            Frequency::Month => 18,
            _ => 8,
        };
        self.steps.unwrap_or(usual).min(forecast.horizon())
    }
}
