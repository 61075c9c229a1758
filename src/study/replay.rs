//! The odds of a goal as they stood at each publication, and which figure moved them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::data::Rules;
use crate::export::Table;
use crate::forecast::Odds;
use crate::goals::{Goal, Measure, Outcome, Target};
use crate::outlook::View;

use super::{GoalResult, Study, Verdict};

/// The most days that are replayed, the latest.
const MOST_DAYS: usize = 40;

/// What could be said of a goal on one day.
#[derive(Debug, Clone)]
pub struct ReplayDay {
    /// The goal.
    pub goal: String,
    /// The day.
    pub as_of: Date,
    /// What came out on it, in words; empty for the day on which the goal was set.
    pub published: Vec<String>,
    /// What could be said.
    pub result: GoalResult,
    /// The combined odds less those of the day before, where both days have odds.
    pub change: Option<f64>,
}

impl ReplayDay {
    /// The odds that the goal asks for, by a view.
    pub fn odds(&self, view: View) -> Option<Odds> {
        self.result.view(view).map(|assessment| assessment.odds())
    }
}

impl Study {
    /// The odds of goals on each day on which a figure of their series came out, from the last before the goal was set on; of
    /// each goal the latest forty days. Nothing published later is used. Goals that are judged from their record alone, and
    /// those without a series, have no days.
    pub fn replay(&self) -> Vec<ReplayDay> {
        self.with_workshop(|workshop| {
            let goals: Vec<Goal> = self.goals.iter().map(|goal| self.with_fixed_base(goal)).collect();
            let days: Vec<(&Goal, Date, Vec<String>)> = goals
                .iter()
                .flat_map(|goal| self.days(goal).into_iter().map(move |(day, what)| (goal, day, what)))
                .collect();
            let of = |(goal, day, published): (&Goal, Date, Vec<String>)| {
                let rules = Rules { as_of: day, ..self.rules.clone() };
                let result = workshop.goal_by(&known_on(goal, day), &rules);
                ReplayDay { goal: goal.id.clone(), as_of: day, published, result, change: None }
            };
            let mut found: Vec<ReplayDay> = days.into_par_iter().map(of).collect();
            for at in 1..found.len() {
                if found[at].goal == found[at - 1].goal {
                    let combined = |day: &ReplayDay| day.odds(View::Combined).map(Odds::probability);
                    found[at].change = combined(&found[at]).zip(combined(&found[at - 1])).map(|(now, then)| now - then);
                }
            }
            found
        })
    }

    /// A goal whose base is not named, with that of today: on all days the same is asked.
    fn with_fixed_base(&self, goal: &Goal) -> Goal {
        let known = goal.series.as_ref().and_then(|id| self.data.select(id, &self.rules).ok()?.series);
        match (goal.is_relative() && goal.measure == Measure::Periods, goal.base, known) {
            (true, None, Some(series)) => Goal { base: Some(series.last_period()), ..goal.clone() },
            _ => goal.clone(),
        }
    }

    /// The days of a goal, with what came out on each.
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

/// A goal as it stood on a day: what came out later is not known.
fn known_on(goal: &Goal, day: Date) -> Goal {
    let known = goal.outcome == Outcome::Open || goal.outcome_date.or(goal.deadline).is_none_or(|out| out <= day);
    match known {
        true => goal.clone(),
        false => Goal { outcome: Outcome::Open, outcome_date: None, ..goal.clone() },
    }
}

/// The days of goals, a row a day.
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
