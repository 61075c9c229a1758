//! The odds of a goal as of each day of publication, and the figures that changed them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::data::Rules;
use crate::export::Table;
use crate::forecast::Odds;
use crate::goals::{Goal, Measure, Outcome, Target};
use crate::outlook::View;

use super::{GoalResult, Study, Verdict};

/// The most days per goal; the latest are kept.
const MOST_DAYS: usize = 40;

/// The result of a goal as of one day.
#[derive(Debug, Clone)]
pub struct ReplayDay {
    /// The goal.
    pub goal: String,
    /// The day.
    pub as_of: Date,
    /// The figures that were published on that day, in words; empty for the day on which the goal was set.
    pub published: Vec<String>,
    /// The result as of that day.
    pub result: GoalResult,
    /// The change of the combined odds since the day before, if both days have odds.
    pub change: Option<f64>,
}

impl ReplayDay {
    /// The odds of the goal by a view.
    pub fn odds(&self, view: View) -> Option<Odds> {
        self.result.view(view).map(|assessment| assessment.odds())
    }
}

impl Study {
    /// The odds of all goals as of each day on which a figure of their series was published, beginning with the last day before the
    /// goal was set; at most the latest forty days per goal. Nothing that was published later is used. Goals without a series and
    /// goals that are judged from their recorded outcome alone have no days.
    pub fn replay(&self) -> Vec<ReplayDay> {
        self.with_workshop(|workshop| {
            let goals: Vec<Goal> = self.goals.iter().map(|goal| self.with_fixed_base(goal)).collect();
            let days: Vec<(&Goal, Date, Vec<String>)> = goals
                .iter()
                .flat_map(|goal| self.days(goal).into_iter().map(move |(day, what)| (goal, day, what)))
                .collect();
            let replay = |(goal, day, published): (&Goal, Date, Vec<String>)| {
                let rules = Rules { as_of: day, ..self.rules.clone() };
                let result = workshop.goal_by(&known_on(goal, day), &rules);
                ReplayDay { goal: goal.id.clone(), as_of: day, published, result, change: None }
            };
            let mut replayed: Vec<ReplayDay> = days.into_par_iter().map(replay).collect();
            for index in 1..replayed.len() {
                if replayed[index].goal == replayed[index - 1].goal {
                    let combined = |day: &ReplayDay| day.odds(View::Combined).map(Odds::probability);
                    replayed[index].change =
                        combined(&replayed[index]).zip(combined(&replayed[index - 1])).map(|(now, then)| now - then);
                }
            }
            replayed
        })
    }

    /// A goal without a base, with the base of today, so that the target is the same on all days.
    fn with_fixed_base(&self, goal: &Goal) -> Goal {
        let known = goal.series.as_ref().and_then(|id| self.data.select(id, &self.rules).ok()?.series);
        match (goal.is_relative() && goal.measure == Measure::Periods, goal.base, known) {
            (true, None, Some(series)) => Goal { base: Some(series.last_period()), ..goal.clone() },
            _ => goal.clone(),
        }
    }

    /// The days of a goal, with the figures that were published on each.
    fn days(&self, goal: &Goal) -> BTreeMap<Date, Vec<String>> {
        if goal.series.is_none() || goal.target == Target::Event {
            return BTreeMap::new();
        }
        let rules = match &goal.judged_on {
            Some(origin) => Rules { sources: self.rules.sources.clone().only(origin), ..self.rules.clone() },
            None => self.rules.clone(),
        };
        let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
        let ids: Vec<String> = self.needed(goal).into_iter().filter(|id| self.data.has(id)).collect();
        for id in &ids {
            for (day, words) in self.data.publications(id, &rules) {
                let named = |word: String| if ids.len() > 1 { format!("{id}: {word}") } else { word };
                days.entry(day).or_default().extend(words.into_iter().map(named));
            }
        }
        if let Some(set) = goal.set.filter(|set| *set <= self.rules.as_of) {
            let before = days.range(..=set).next_back().map(|(day, _)| *day);
            days = days.split_off(&before.unwrap_or(set));
            days.entry(set).or_default();
        }
        let surplus = days.len().saturating_sub(MOST_DAYS);
        days.into_iter().skip(surplus).collect()
    }
}

/// A goal as it was known on a day, without a later outcome.
fn known_on(goal: &Goal, day: Date) -> Goal {
    let known = goal.outcome == Outcome::Open || goal.outcome_date.or(goal.deadline).is_none_or(|date| date <= day);
    match known {
        true => goal.clone(),
        false => Goal { outcome: Outcome::Open, outcome_date: None, ..goal.clone() },
    }
}

/// The replayed days as a table, one row per day and goal.
pub fn replay_table(days: &[ReplayDay]) -> Table {
    let odds = |view: View| days.iter().map(move |day| day.odds(view).map(Odds::probability));
    Table::default()
        .text("goal", days.iter().map(|day| day.goal.clone()))
        .text("as_of", days.iter().map(|day| day.as_of.to_string()))
        .text(
            "published",
            days.iter().map(|day| match day.published.is_empty() {
                true => "the goal was set".to_owned(),
                false => day.published.join("; "),
            }),
        )
        .number("odds", odds(View::Combined))
        .number("change", days.iter().map(|day| day.change))
        .number("odds_inside", odds(View::Inside))
        .number("odds_outside", odds(View::Outside))
        .text("verdict", days.iter().map(|day| Verdict::of(&day.result).word().to_owned()))
        .text("detail", days.iter().map(|day| Verdict::of(&day.result).detail(&day.result)))
}
