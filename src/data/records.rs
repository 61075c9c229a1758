//! The records of a catalogue: one per row of its files.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::series::{Bounds, Frequency, Period};

/// What an observation is, as its source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A figure that the producer or the statistics office reported.
    Reported,
    /// An analyst's estimate of a past value.
    Estimate,
    /// A target that somebody set.
    Target,
    /// An analyst's projection of a future value.
    Projection,
}

/// What kind of quantity a series measures; it decides how a deadline is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// An amount per period, such as sales.
    Flow,
    /// An amount at a point in time, such as capacity.
    Stock,
    /// A part of a whole, in per cent.
    Share,
    /// Another ratio, such as a price.
    Rate,
}

/// How close a source is to the origin of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The producer or the statistics office itself.
    Primary,
    /// A named analyst or publication.
    Secondary,
    /// A second-hand citation, which is unconfirmed.
    Lead,
}

/// One published figure of one period, with its source and date of publication.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The series.
    pub series: String,
    /// The period that the figure is about.
    pub period: Period,
    /// The figure, in the unit of the series, if a single one was published.
    pub value: Option<f64>,
    /// The low end of a range; without a high end, the figure is "more than" this.
    pub low: Option<f64>,
    /// The high end of a range; without a low end, the figure is "at most" this.
    pub high: Option<f64>,
    /// What the observation is.
    pub kind: Kind,
    /// The name of the source.
    pub source: String,
    /// The day of publication.
    pub published: Date,
}

impl Observation {
    /// The middle of the range: the geometric mean if the range is above zero, else the arithmetic mean; `None` without a range.
    pub fn middle(&self) -> Option<f64> {
        self.low.zip(self.high).map(|(low, high)| if low > 0.0 { (low * high).sqrt() } else { 0.5 * (low + high) })
    }

    /// The bound and whether the true value is above it, if only one end is given and the value is absent or equal to it.
    pub fn bound(&self) -> Option<(f64, bool)> {
        let no_other_value = |end: f64| self.value.is_none_or(|value| value == end);
        match (self.low, self.high) {
            (Some(low), None) if no_other_value(low) => Some((low, true)),
            (None, Some(high)) if no_other_value(high) => Some((high, false)),
            _ => None,
        }
    }

    /// Whether it was published before its period was over. Then it counts as a projection, whatever its kind.
    pub fn is_early(&self) -> bool {
        self.period.last_day().is_some_and(|end| self.published < end)
    }
}

/// The description of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesInfo {
    /// The name in the catalogue.
    pub id: String,
    /// The name for readers.
    pub name: String,
    /// The unit of the values.
    pub unit: String,
    /// The frequency.
    pub frequency: Frequency,
    /// What kind of quantity it measures.
    pub nature: Nature,
    /// The lowest and highest possible values.
    pub bounds: Bounds,
}

/// A publication that figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name in the catalogue.
    pub id: String,
    /// The title of the page or paper.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// The address on the web.
    pub url: String,
    /// The day of publication, as written in the catalogue.
    pub published: String,
    /// Who made the figures, which may be another than the publisher.
    pub origin: String,
    /// How close the source is to the origin of the figures.
    pub trust: Trust,
}

/// A row of goals.csv, not yet interpreted.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalRecord {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The cells by column, without empty ones.
    pub cells: HashMap<String, String>,
}

impl GoalRecord {
    /// The cell of a column; empty if there is none.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}
