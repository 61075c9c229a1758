//! What the values of a path must do to reach a level.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use thiserror::Error;

/// A condition on the values of a path. Everything that asks whether or when a goal is reached asks it here: odds,
/// dates, the outside view, required growth and shortfalls.
///
/// ```
/// use onpace::goals::Condition;
/// assert_eq!(Condition::AtLeast.first_met(3.0, [1.0, 3.0, 2.0]), Some(1));
/// assert_eq!(Condition::AtMost.first_met(0.5, [1.0, 3.0, 2.0]), None);
/// assert_eq!("at_most".parse(), Ok(Condition::AtMost));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    /// The level or more.
    #[default]
    AtLeast,
    /// The level or less.
    AtMost,
}

/// The periods in which a condition may be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// Any period up to the deadline (first passage).
    #[default]
    By,
    /// The deadline's own period.
    At,
}

impl Condition {
    /// All conditions.
    pub const ALL: [Self; 2] = [Self::AtLeast, Self::AtMost];

    /// The condition in words, such as "at least".
    pub fn words(self) -> &'static str {
        match self {
            Self::AtLeast => "at least",
            Self::AtMost => "at most",
        }
    }

    /// Whether larger values are nearer to the goal.
    pub fn more_is_better(self) -> bool {
        match self {
            Self::AtLeast => true,
            Self::AtMost => false,
        }
    }

    /// How many periods in a row must hold for the condition to be met in the last of them.
    pub fn periods(self) -> usize {
        match self {
            Self::AtLeast | Self::AtMost => 1,
        }
    }

    /// Whether one value is on the right side of the level; a missing value (NaN) is not.
    pub fn holds(self, value: f64, level: f64) -> bool {
        if self.more_is_better() { value >= level } else { value <= level }
    }

    /// For each value whether the condition is met there.
    pub fn met(self, level: f64, values: impl IntoIterator<Item = f64>) -> impl Iterator<Item = bool> {
        let mut run = 0;
        values.into_iter().map(move |value| {
            run = if self.holds(value, level) { run + 1 } else { 0 };
            run >= self.periods()
        })
    }

    /// The place of the first value at which the condition is met.
    pub fn first_met(self, level: f64, values: impl IntoIterator<Item = f64>) -> Option<usize> {
        self.met(level, values).position(|met| met)
    }

    /// Whether the values up to a deadline reach the level, in the periods that count.
    ///
    /// ```
    /// use onpace::goals::{Condition, Reading};
    /// let values = [1.0, 3.0, 2.0];
    /// assert!(Condition::AtLeast.reached(Reading::By, 3.0, values));
    /// assert!(!Condition::AtLeast.reached(Reading::At, 3.0, values));
    /// ```
    pub fn reached(
        self,
        reading: Reading,
        level: f64,
        values: impl IntoIterator<Item = f64, IntoIter: DoubleEndedIterator>,
    ) -> bool {
        match reading {
            Reading::By => self.first_met(level, values).is_some(),
            Reading::At => {
                let mut last = values.into_iter().rev();
                (0..self.periods()).all(|_| last.next().is_some_and(|value| self.holds(value, level)))
            }
        }
    }

    /// The level that a value within `tolerance` on the wrong side still reaches.
    pub fn relaxed(self, level: f64, tolerance: f64) -> f64 {
        if self.more_is_better() { level - tolerance } else { level + tolerance }
    }

    /// How far the last values of a path, which end at the deadline, are from meeting the condition; below zero where
    /// they meet it with room to spare, `None` without values.
    pub fn gap(self, level: f64, values: impl IntoIterator<Item = f64, IntoIter: DoubleEndedIterator>) -> Option<f64> {
        let gap = |value: f64| if self.more_is_better() { level - value } else { value - level };
        values.into_iter().rev().take(self.periods()).map(gap).reduce(f64::max)
    }

    /// The easiest of the factors by which a path would have to be multiplied to meet the condition at one of some
    /// steps; `factor` is what the value of one step needs. `None` where a step has no factor.
    pub fn easiest(self, mut steps: Range<usize>, factor: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let order = |a: &f64, b: &f64| if self.more_is_better() { a.total_cmp(b) } else { b.total_cmp(a) };
        // All steps of a run must hold: the hardest counts.
        let run = |end: usize| {
            let steps = (end + 1).saturating_sub(self.periods())..end + 1;
            best(steps.map(&factor), |a, b| order(b, a))
        };
        let first = run(steps.next()?)?;
        steps.try_fold(first, |easiest, end| run(end).map(|factor| pick(easiest, factor, order)))
    }
}

/// The first of all in an order; `None` where one is missing.
fn best(mut all: impl Iterator<Item = Option<f64>>, order: impl Fn(&f64, &f64) -> Ordering) -> Option<f64> {
    let first = all.next()??;
    all.try_fold(first, |best, next| next.map(|next| pick(best, next, &order)))
}

fn pick(a: f64, b: f64, order: impl Fn(&f64, &f64) -> Ordering) -> f64 {
    if order(&b, &a).is_lt() { b } else { a }
}

impl Reading {
    /// "by" or "in".
    pub fn word(self) -> &'static str {
        match self {
            Self::By => "by",
            Self::At => "in",
        }
    }
}

/// A word that names no condition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{word}` is not a condition; expected {}", Condition::ALL.map(|condition| condition.to_string()).join(" or "))]
pub struct ConditionError {
    word: String,
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
        })
    }
}

impl FromStr for Condition {
    type Err = ConditionError;

    /// Reads `at_least` or `at_most`, as the files write them.
    fn from_str(word: &str) -> Result<Self, ConditionError> {
        let named = Self::ALL.into_iter().find(|condition| condition.to_string() == word);
        named.ok_or_else(|| ConditionError { word: word.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadlines_own_period_is_not_any_period_before_it() {
        for (condition, values) in [(Condition::AtLeast, [1.0, 5.0, 2.0]), (Condition::AtMost, [5.0, 1.0, 4.0])] {
            assert!(condition.reached(Reading::By, 3.0, values) && !condition.reached(Reading::At, 3.0, values));
            assert_eq!(condition.first_met(3.0, [f64::NAN, values[1]]), Some(1));
            assert_eq!(condition.gap(3.0, values), Some(1.0));
        }
    }

    #[test]
    fn the_easiest_factor_depends_on_the_direction() {
        let factors = [Some(1.5), Some(1.2), Some(1.9), None];
        let factor = |step: usize| factors[step];
        assert_eq!(Condition::AtLeast.easiest(0..3, factor), Some(1.2));
        assert_eq!(Condition::AtMost.easiest(0..3, factor), Some(1.9));
        assert_eq!(Condition::AtLeast.easiest(0..4, factor), None);
        assert_eq!(Condition::AtLeast.easiest(0..0, factor), None);
    }
}
