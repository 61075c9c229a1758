//! Reads goals from the rows of a catalogue and from the tables of a study file.

use std::collections::{BTreeMap, HashSet};

use crate::data::GoalRecord;
use crate::goals::{Condition, Goal, Measure, Outcome, Reading, Target, deadline};
use crate::series::{Period, Stamp};

use super::file::GoalSpec;
use super::{Named, Placed, Settings, StudyError, StudyFile};

/// All goals of a study. Those of `goals_first` come first.
pub(super) fn goals(file: &StudyFile, settings: &Settings, records: &[GoalRecord]) -> Result<Vec<Goal>, StudyError> {
    let origins: BTreeMap<&str, &str> =
        file.keys.judged_on.iter().map(|(goal, origin)| (goal.get_ref().as_str(), origin.get_ref().as_str())).collect();
    let context = Context { settings, origins };
    let written = file.keys.goals.iter().map(|spec| {
        let place = file.place_of(spec).to_string();
        from_spec(&context, spec.get_ref(), place)
    });
    let recorded = records.iter().map(|record| from_record(&context, record));
    let mut goals = written.chain(recorded).collect::<Result<Vec<_>, _>>()?;
    let mut names = HashSet::new();
    if let Some(duplicate) = goals.iter().find(|goal| !names.insert(goal.id.clone())) {
        return Err(StudyError::Goal {
            place: duplicate.place.clone(),
            goal: duplicate.id.clone(),
            problem: "two goals have this name".to_owned(),
        });
    }
    let first = &file.keys.goals_first;
    if let Some(name) = first.iter().find(|name| !names.contains(name.get_ref())) {
        let Placed { value: name, place } = file.placed(name);
        return Err(StudyError::unknown(place, Named::Goal, name, goals.iter().map(|goal| goal.id.as_str())));
    }
    let rank = |goal: &Goal| first.iter().position(|id| *id.get_ref() == goal.id).unwrap_or(usize::MAX);
    goals.sort_by_key(rank);
    Ok(goals)
}

/// What the goals need from their study.
struct Context<'a> {
    settings: &'a Settings,
    /// The origin whose figures decide, by goal.
    origins: BTreeMap<&'a str, &'a str>,
}

impl Context<'_> {
    fn judged_on(&self, goal: &str) -> Option<String> {
        self.origins.get(goal).map(|origin| (*origin).to_owned())
    }
}

fn from_spec(study: &Context<'_>, spec: &GoalSpec, place: String) -> Result<Goal, StudyError> {
    let invalid = |problem: String| StudyError::Goal { place: place.clone(), goal: spec.id.clone(), problem };
    let measure = match (&spec.over, spec.calendar_years) {
        (Some(_), true) => {
            return Err(invalid("`over` and `calendar_years` are both given; expected at most one of them".to_owned()));
        }
        (Some(over), false) => Measure::Over(over.clone()),
        (None, true) => Measure::CalendarYears,
        (None, false) => Measure::Periods,
    };
    let target = spec.target.parse::<Target>().map_err(|e| invalid(e.to_string()))?;
    if spec.base.is_some() && !matches!(target, Target::Multiple(_) | Target::Growth(_)) {
        return Err(invalid(format!(
            "the target `{}` has no base; expected a multiple or growth, or no key `base`",
            spec.target
        )));
    }
    let day = deadline(&spec.by).map_err(|e| invalid(e.to_string()))?;
    Ok(Goal {
        statement: spec.statement.clone(),
        base: spec.base.as_deref().map(period).transpose().map_err(invalid)?,
        condition: if spec.at_most { Condition::AtMost } else { Condition::AtLeast },
        // The ratio to another series can exceed 100 %, so it counts as full at 100 %.
        full_share: if spec.over.is_some() { 100.0 } else { study.settings.full_share },
        reading: if spec.at_deadline { Reading::At } else { Reading::By },
        measure,
        judged_on: study.judged_on(&spec.id),
        unit: spec.unit.clone().unwrap_or_default(),
        set: spec.set.as_deref().map(deadline).transpose().map_err(|e| invalid(e.to_string()))?,
        place,
        ..Goal::open(&spec.id, &spec.series, target, day)
    })
}

fn from_record(study: &Context<'_>, record: &GoalRecord) -> Result<Goal, StudyError> {
    let place = format!("{}, line {}", record.file, record.line);
    let goal = record.cell("id").to_owned();
    let invalid = |problem: String| StudyError::Goal { place: place.clone(), goal: goal.clone(), problem };
    let number = || match record.cell("target").parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(invalid(format!(
            "column target: `{}` is not a number; expected a finite number",
            record.cell("target")
        ))),
    };
    let multiple = || match number()? {
        times if times > 0.0 => Ok(times),
        times => Err(invalid(format!("column target: `{times}` is not a multiple; expected a number above 0"))),
    };
    let present = |column: &str| Some(record.cell(column).to_owned()).filter(|cell| !cell.is_empty());
    let day =
        |column: &str| present(column).map(|cell| deadline(&cell).map_err(|e| invalid(e.to_string()))).transpose();
    let (due, outcome_date) = (day("deadline")?, day("outcome_date")?);
    let is_over = !matches!(record.cell("outcome"), "" | "open");
    if is_over && outcome_date.is_none() && due.is_none() {
        return Err(invalid(
            "column outcome_date: the outcome has no date; expected a date here or in the column deadline".to_owned(),
        ));
    }
    // An outcome after the day of the study is not known yet.
    let known = outcome_date.or(due).is_none_or(|day| day <= study.settings.rules.as_of);
    Ok(Goal {
        id: record.cell("id").to_owned(),
        statement: record.cell("statement").to_owned(),
        series: present("series"),
        target: match record.cell("kind") {
            "level" => Target::Level(number()?),
            "multiple" => Target::Multiple(multiple()?),
            "share" => Target::Share(number()?),
            "event" => Target::Event,
            kind => {
                return Err(invalid(format!(
                    "column kind: `{kind}` is not allowed; expected one of level, multiple, share, event"
                )));
            }
        },
        base: present("base_period").map(|cell| period(&cell)).transpose().map_err(invalid)?,
        deadline: due,
        condition: match record.cell("direction") {
            "" => Condition::AtLeast,
            word => word.parse().map_err(|error| invalid(format!("column direction: {error}")))?,
        },
        full_share: study.settings.full_share,
        reading: Reading::By,
        measure: Measure::Periods,
        judged_on: study.judged_on(&goal),
        unit: if record.cell("kind") == "level" { record.cell("unit").to_owned() } else { String::new() },
        stock: false,
        place: place.clone(),
        set: day("published")?,
        issuer: record.cell("issuer").to_owned(),
        source: record.cell("source").to_owned(),
        outcome: match record.cell("outcome") {
            "met" | "missed" | "unknown" if !known => Outcome::Open,
            "met" => Outcome::Met,
            "missed" => Outcome::Missed,
            "unknown" => Outcome::Unknown,
            // An event whose deadline has passed without a known outcome is not open.
            "" | "open"
                if record.cell("kind") == "event" && due.is_some_and(|due| due < study.settings.rules.as_of) =>
            {
                Outcome::Unknown
            }
            "" | "open" => Outcome::Open,
            word => {
                return Err(invalid(format!(
                    "column outcome: `{word}` is not allowed; expected one of open, met, missed, unknown"
                )));
            }
        },
        outcome_date: outcome_date.filter(|_| known),
    })
}

/// Reads a base period, such as 2025 or 2025Q4.
fn period(text: &str) -> Result<Period, String> {
    match Stamp::parse(text) {
        Ok(Stamp::Period(period)) => Ok(period),
        Ok(Stamp::Number(year)) => Period::year(year).map_err(|error| error.to_string()),
        _ => Err(format!("`{text}` is not a base period; expected, for example, 2025, 2025H1, 2025Q4 or 2025-12")),
    }
}
