//! A goal and what is on record of it.

use jiff::civil::Date;

use crate::series::Period;

use super::Target;

/// Whether more or less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// The target or more.
    #[default]
    AtLeast,
    /// The target or less.
    AtMost,
}

impl Direction {
    /// Whether a value reaches a target.
    pub fn reached(self, value: f64, target: f64) -> bool {
        match self {
            Self::AtLeast => value >= target,
            Self::AtMost => value <= target,
        }
    }
}

/// What is on record of a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// Not over.
    #[default]
    Open,
    /// Reached.
    Met,
    /// Over, and not reached.
    Missed,
    /// Over, and nobody reported.
    Unknown,
}

/// Something that somebody wants or said would come.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Its name.
    pub id: String,
    /// What is to come, in words.
    pub statement: String,
    /// The series it is judged on.
    pub series: Option<String>,
    /// What is to be reached.
    pub target: Target,
    /// The period that a multiple is of; the last with a value where it is not named.
    pub base: Option<Period>,
    /// The day by which.
    pub deadline: Option<Date>,
    /// Whether more or less is better.
    pub direction: Direction,
    /// From this part of the whole, in per cent, a market share counts as full.
    pub full_share: f64,
    /// The day on which it was set: what was reached before does not count.
    pub set: Option<Date>,
    /// Who set it.
    pub issuer: String,
    /// The source that says so.
    pub source: String,
    /// What is on record.
    pub outcome: Outcome,
    /// The day of the outcome.
    pub outcome_date: Option<Date>,
}

impl Goal {
    /// An open goal of reaching at least a target on a series by a day, whose full share is 100 per cent.
    pub fn open(id: &str, series: &str, target: Target, deadline: Date) -> Self {
        Self {
            id: id.to_owned(),
            statement: format!("{series} reaches {target} by {deadline}"),
            series: Some(series.to_owned()),
            target,
            base: None,
            deadline: Some(deadline),
            direction: Direction::AtLeast,
            full_share: 100.0,
            set: None,
            issuer: String::new(),
            source: String::new(),
            outcome: Outcome::Open,
            outcome_date: None,
        }
    }

    /// The level that counts as the target given the base's value, in the unit of the series; `None` for events and
    /// for a multiple without a base.
    pub fn level(&self, base: Option<f64>) -> Option<f64> {
        match self.target {
            Target::Level(level) => Some(level),
            Target::Multiple(times) => base.map(|base| times * base),
            Target::Share(percent) if percent >= 100.0 => Some(self.full_share),
            Target::Share(percent) => Some(percent),
            Target::Event => None,
        }
    }

    /// The threshold that stands for a full share, where the goal asks for one.
    pub fn threshold(&self) -> Option<f64> {
        matches!(self.target, Target::Share(percent) if percent >= 100.0).then_some(self.full_share)
    }
}
