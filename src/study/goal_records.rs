//! Goals from a catalogue's rows and from the study's own tables.

use std::collections::{BTreeMap, HashSet};

use crate::data::GoalRecord;
use crate::goals::{Condition, Goal, Measure, Outcome, Reading, Target, deadline};
use crate::series::{Period, Stamp};

use super::file::GoalSpec;
use super::{Named, Placed, Settings, StudyError, StudyFile};

/// All goals of a study, those to put first ahead of the others.
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
    if let Some(twice) = goals.iter().find(|goal| !names.insert(goal.id.clone())) {
        return Err(StudyError::Goal {
            place: twice.place.clone(),
            goal: twice.id.clone(),
            problem: "two goals have this name".to_owned(),
        });
    }
    let first = &file.keys.goals_first;
    if let Some(name) = first.iter().find(|name| !names.contains(name.get_ref())) {
        let Placed { value: name, place } = file.placed(name);
        return Err(StudyError::Unknown { place, what: Named::Goal, name });
    }
    let place = |goal: &Goal| first.iter().position(|id| *id.get_ref() == goal.id).unwrap_or(usize::MAX);
    goals.sort_by_key(place);
    Ok(goals)
}

/// What goals need to know of their study.
struct Context<'a> {
    settings: &'a Settings,
    /// Goals that are judged on the figures of one origin, and that origin.
    origins: BTreeMap<&'a str, &'a str>,
}

impl Context<'_> {
    fn judged_on(&self, goal: &str) -> Option<String> {
        self.origins.get(goal).map(|origin| (*origin).to_owned())
    }
}

fn from_spec(study: &Context<'_>, spec: &GoalSpec, place: String) -> Result<Goal, StudyError> {
    let wrong = |problem: String| StudyError::Goal { place: place.clone(), goal: spec.id.clone(), problem };
    let measure = match (&spec.over, spec.calendar_years) {
        (Some(_), true) => return Err(wrong("`over` and `calendar_years` exclude one another".to_owned())),
        (Some(over), false) => Measure::Over(over.clone()),
        (None, true) => Measure::CalendarYears,
        (None, false) => Measure::Periods,
    };
    let target = spec.target.parse::<Target>().map_err(|e| wrong(e.to_string()))?;
    if spec.base.is_some() && !matches!(target, Target::Multiple(_) | Target::Growth(_)) {
        return Err(wrong(format!("a base is of multiples and growth, and `{}` is neither", spec.target)));
    }
    let day = deadline(&spec.by).map_err(|e| wrong(e.to_string()))?;
    Ok(Goal {
        statement: spec.statement.clone(),
        base: spec.base.as_deref().map(period).transpose().map_err(wrong)?,
        condition: if spec.at_most { Condition::AtMost } else { Condition::AtLeast },
        // What is divided by another series may pass 100 per cent: it is full at 100.
        full_share: if spec.over.is_some() { 100.0 } else { study.settings.full_share },
        reading: if spec.at_deadline { Reading::At } else { Reading::By },
        measure,
        judged_on: study.judged_on(&spec.id),
        unit: spec.unit.clone().unwrap_or_default(),
        set: spec.set.as_deref().map(deadline).transpose().map_err(|e| wrong(e.to_string()))?,
        place,
        ..Goal::open(&spec.id, &spec.series, target, day)
    })
}

fn from_record(study: &Context<'_>, record: &GoalRecord) -> Result<Goal, StudyError> {
    let place = format!("{}, line {}", record.file, record.line);
    let goal = record.cell("id").to_owned();
    let wrong = |problem: String| StudyError::Goal { place: place.clone(), goal: goal.clone(), problem };
    let number = || match record.cell("target").parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(wrong("column target: not a finite number".to_owned())),
    };
    let multiple = || match number()? {
        times if times > 0.0 => Ok(times),
        times => Err(wrong(format!("column target: {times}: a multiple lies above zero"))),
    };
    let present = |column: &str| Some(record.cell(column).to_owned()).filter(|cell| !cell.is_empty());
    let day = |column: &str| present(column).map(|cell| deadline(&cell).map_err(|e| wrong(e.to_string()))).transpose();
    let (due, outcome_date) = (day("deadline")?, day("outcome_date")?);
    let over = !matches!(record.cell("outcome"), "" | "open");
    if over && outcome_date.is_none() && due.is_none() {
        return Err(wrong("column outcome_date: an outcome needs its day, or the goal a deadline".to_owned()));
    }
    // What came out after the day of the study is not known on it.
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
            kind => return Err(wrong(format!("column kind: `{kind}` is none of level, multiple, share, event"))),
        },
        base: present("base_period").map(|cell| period(&cell)).transpose().map_err(wrong)?,
        deadline: due,
        condition: match record.cell("direction") {
            "" => Condition::AtLeast,
            word => word.parse().map_err(|error| wrong(format!("column direction: {error}")))?,
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
            // An event whose day has passed without a report is not open any more.
            "" | "open"
                if record.cell("kind") == "event" && due.is_some_and(|due| due < study.settings.rules.as_of) =>
            {
                Outcome::Unknown
            }
            "" | "open" => Outcome::Open,
            word => return Err(wrong(format!("column outcome: `{word}` is none of open, met, missed, unknown"))),
        },
        outcome_date: outcome_date.filter(|_| known),
    })
}

/// A base period as people write it.
fn period(text: &str) -> Result<Period, String> {
    match Stamp::parse(text) {
        Ok(Stamp::Period(period)) => Ok(period),
        Ok(Stamp::Number(year)) => Period::year(year).map_err(|error| error.to_string()),
        _ => Err(format!("`{text}` is not a base period; allowed: 2025, 2025H1, 2025Q4, 2025-12")),
    }
}
