//! The records of a catalogue, a row each.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::series::{Bounds, Frequency, Period};

/// What an observation claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The maker or the statistics office says so.
    Reported,
    /// An analyst's figure of what was.
    Estimate,
    /// A plan.
    Target,
    /// An analyst's forecast.
    Projection,
}

/// What a series measures, on which depends how a deadline is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// So much a period.
    Flow,
    /// So much at a time.
    Stock,
    /// Part of a whole, in per cent.
    Share,
    /// Another ratio.
    Rate,
}

/// How near a source is to the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The maker or the office itself.
    Primary,
    /// A named analyst or outlet.
    Secondary,
    /// Seen only in a digest that cites another: to be confirmed.
    Lead,
}

/// One figure of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The series.
    pub series: String,
    /// The period it is of.
    pub period: Period,
    /// The figure, in the unit of the series.
    pub value: Option<f64>,
    /// The low end of a range, or "more than".
    pub low: Option<f64>,
    /// The high end of a range, or "at most".
    pub high: Option<f64>,
    /// What it claims to be.
    pub kind: Kind,
    /// The source's name.
    pub source: String,
    /// The day it came out.
    pub published: Date,
}

impl Observation {
    /// The middle of its range, in logarithms where that is above zero; `None` without one.
    pub fn middle(&self) -> Option<f64> {
        self.low.zip(self.high).map(|(low, high)| if low > 0.0 { (low * high).sqrt() } else { 0.5 * (low + high) })
    }

    /// The bound that it is, and whether the true value lies above it: a single end, without a value or equal to it.
    pub fn bound(&self) -> Option<(f64, bool)> {
        let alone = |end: f64| self.value.is_none_or(|value| value == end);
        match (self.low, self.high) {
            (Some(low), None) if alone(low) => Some((low, true)),
            (None, Some(high)) if alone(high) => Some((high, false)),
            _ => None,
        }
    }

    /// Whether it came out before its period was over: then it is a projection of the rest, whatever it calls itself.
    pub fn is_early(&self) -> bool {
        self.period.last_day().is_some_and(|end| self.published < end)
    }
}

/// What a series is.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesInfo {
    /// Its name in the catalogue.
    pub id: String,
    /// Its name for a reader.
    pub name: String,
    /// The unit of its values.
    pub unit: String,
    /// Its frequency.
    pub frequency: Frequency,
    /// What it measures.
    pub nature: Nature,
    /// The values it can take.
    pub bounds: Bounds,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name in the catalogue.
    pub id: String,
    /// The title of the page or paper.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Its address.
    pub url: String,
    /// The day it came out, as the catalogue writes it.
    pub published: String,
    /// Who made the figure, whoever printed it.
    pub origin: String,
    /// How near it is to the figure.
    pub trust: Trust,
}

/// A goal as a catalogue has it, before it is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalRecord {
    /// The file.
    pub file: String,
    /// The line.
    pub line: usize,
    /// Cells by column; empty cells are absent.
    pub cells: HashMap<String, String>,
}

impl GoalRecord {
    /// The cell of a column, or an empty text.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}
