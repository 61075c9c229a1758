//! `onpace goals`: the odds of goals, of a study or on a series of a file.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use crate::export::format_number;
use crate::export::{Format, Table, write_file};
use crate::goals::{Direction, Goal, Judgement, Measure, Reading as When, Target, deadline, judge};
use crate::outlook::View;
use crate::report::assessment_columns;
use crate::series::{Series, Stamp};
use crate::study::{
    GoalResult, Overrides, Placed, Results, Settings, Study, StudyFile, assessment_table, explain, goal_table,
    odds_moved, replay_table,
};

use super::options::{Input, Output, Picture, Reading, use_threads};
use super::say::{self, Failure};

/// Without DATA the goals of the bundled study, with a study file (.toml) those of that study, with any other file the odds
/// of one goal on a series of it.
///
/// Examples: onpace goals --explain triple_2027 · onpace goals --goal triple_2027 --replay · onpace goals output.csv --target x3 --base 2025 --by 2027
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Study file (.toml), or a file in the long layout, or - for standard input [default: the bundled study]
    data: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    asked: Asked,
    /// Goals of a study, by name, with commas between
    #[arg(long, value_delimiter = ',', value_name = "NAME", help_heading = "Study")]
    goal: Vec<String>,
    /// Say all of one goal of a study in words
    #[arg(long, value_name = "NAME", help_heading = "Study", conflicts_with = "replay")]
    explain: Option<String>,
    /// Take in leads: figures seen only in a digest that cites another
    #[arg(long, help_heading = "Study")]
    leads: bool,
    /// Sources to take in (IDC), leave out (-IDC) or give less weight (IDC=0.5), with commas between
    #[arg(long, allow_hyphen_values = true, value_name = "RULES", help_heading = "Study")]
    sources: Option<String>,
    /// The odds as they stood on each day on which a figure came out
    #[arg(long)]
    replay: bool,
    /// With --replay: draw the odds as they moved, .svg or .png
    #[arg(long, value_name = "FILE", requires = "replay")]
    chart: Option<PathBuf>,
    /// Use only what was known by this day [default: the study's; all of a file]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Share of the outside view in the combined view, from 0 to 1 [default: the study's; 0.5 for a file]
    #[arg(long, value_name = "SHARE")]
    ramps_weight: Option<f64>,
    /// Exclude reference ramps of these places or technologies, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    ramps_without: Vec<String>,
    /// Sample paths per view [default: the study's; 2000 for a file]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000), help_heading = "Model")]
    paths: Option<u32>,
    /// Seed of all draws [default: the study's; 1 for a file]
    #[arg(long, help_heading = "Model")]
    seed: Option<u64>,
    /// Threads [default: all cores]; results do not depend on it
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024), help_heading = "Model")]
    threads: Option<u32>,
    #[command(flatten)]
    output: Output,
}

/// A goal on a series of a file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Goal on a file")]
struct Asked {
    /// What is to be reached: a level (1200), a multiple (x3, +50%), growth (+12%/year), a share (80%)
    #[arg(long, allow_hyphen_values = true)]
    target: Option<String>,
    /// By when: 2027, 2026-Q4, 2026-12 (the end of the period), 2026-12-31
    #[arg(long, value_name = "DEADLINE")]
    by: Option<String>,
    /// The period that a multiple or growth starts from [default: the last with a value]
    #[arg(long, value_name = "PERIOD")]
    base: Option<String>,
    /// Less is better
    #[arg(long)]
    at_most: bool,
    /// Only the deadline's own period counts, not any before it
    #[arg(long)]
    at_deadline: bool,
    /// Judge sums over calendar years, of a quarterly or monthly series
    #[arg(long)]
    calendar_years: bool,
    /// Judge the series in per cent of this other one, such as supply of demand
    #[arg(long, value_name = "ID", conflicts_with = "calendar_years")]
    over: Option<String>,
    /// The series, for a file of several
    #[arg(long, value_name = "ID")]
    series: Option<String>,
    /// From this share, in per cent, a target of 100% counts as reached
    #[arg(long, default_value_t = 100.0, value_name = "PERCENT")]
    full_share: f64,
}

impl Asked {
    /// Whether anything is asked of a file.
    fn is_used(&self) -> bool {
        let words = [&self.target, &self.by, &self.base, &self.over, &self.series];
        let flags = self.at_most || self.at_deadline || self.calendar_years || self.full_share != 100.0;
        flags || words.into_iter().any(Option::is_some)
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    use_threads(arguments.threads);
    if !(arguments.asked.full_share > 0.0 && arguments.asked.full_share <= 100.0) {
        let share = arguments.asked.full_share;
        return Err(Failure::Usage(format!("--full-share {share}: a number above 0, at most 100, belongs there")));
    }
    if let Some(weight) = arguments.ramps_weight.filter(|w| !(0.0..=1.0).contains(w)) {
        return Err(Failure::Usage(format!("--ramps-weight {weight}: a number from 0 to 1 belongs there")));
    }
    let is_study = |path: &PathBuf| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    match &arguments.data {
        None => of_study(arguments, &StudyFile::bundled()?),
        Some(path) if is_study(path) => of_study(arguments, &StudyFile::open(path)?),
        Some(path) => of_file(arguments, &Input { data: path.clone(), reading: arguments.reading.clone() }),
    }
}

/// What the command line gives beside the study.
fn overrides(arguments: &Arguments) -> Overrides {
    Overrides {
        as_of: arguments.as_of,
        leads: arguments.leads,
        seed: arguments.seed,
        paths: arguments.paths.map(|paths| paths as usize),
        ramps_weight: arguments.ramps_weight,
        ramps_without: arguments.ramps_without.clone(),
        sources: arguments.sources.clone(),
    }
}

fn of_study(arguments: &Arguments, file: &StudyFile) -> Result<(), Failure> {
    if arguments.asked.is_used() {
        return Err(Failure::Usage(
            "--target, --by and what goes with them ask for a goal on a file: name the file".to_owned(),
        ));
    }
    let as_table = arguments.output.format()? == Format::Table;
    // Charts are for `onpace run`.
    let study = Study::load(file, &overrides(arguments))?.without_charts();
    let wanted: Vec<String> = arguments.goal.iter().chain(&arguments.explain).cloned().collect();
    if let Some(name) = wanted.iter().find(|name| study.goals().iter().all(|goal| goal.id != **name)) {
        let names: Vec<&str> = study.goals().iter().map(|goal| goal.id.as_str()).collect();
        return Err(Failure::Usage(format!("there is no goal `{name}`; the study has {}", names.join(", "))));
    }
    let study = if wanted.is_empty() { study } else { study.only(&wanted) };
    if arguments.replay {
        return replay(arguments, &study);
    }
    let results = study.run(|_, _| ());
    if arguments.explain.is_some() {
        return say_all(arguments, &results);
    }
    if as_table && arguments.output.path().is_none() {
        return say::out(format!("{}\n", goal_table(&results, usize::MAX)).as_bytes());
    }
    arguments.output.write(&assessment_table(&results), arguments.output.format()?)
}

fn say_all(arguments: &Arguments, results: &Results) -> Result<(), Failure> {
    let text: Vec<String> = results.goals.iter().map(|goal| explain(results, goal)).collect();
    match arguments.output.path() {
        Some(path) => Ok(write_file(path, text.join("\n").as_bytes())?),
        None => say::out(text.join("\n").as_bytes()),
    }
}

fn replay(arguments: &Arguments, study: &Study) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    let picture = arguments.chart.as_deref().map(Picture::of).transpose()?;
    let days = study.replay();
    if days.is_empty() {
        return Err(Failure::Failed("nothing to replay: no goal here is judged on a series".to_owned()));
    }
    if let Some(picture) = picture {
        let goal = &days[0].goal;
        if days.iter().any(|day| day.goal != *goal) {
            return Err(Failure::Usage("a chart shows one goal: name it with --goal".to_owned()));
        }
        let svg = odds_moved(study.settings(), &days)
            .ok_or_else(|| Failure::Failed("the goal had odds on fewer than two days".to_owned()))??;
        picture.write(svg)?;
    }
    arguments.output.write(&replay_table(&days), format)
}

fn of_file(arguments: &Arguments, input: &Input) -> Result<(), Failure> {
    let asked = &arguments.asked;
    let format = arguments.output.format()?;
    let missing = |flag: &str| Failure::Usage(format!("{flag} is needed for a goal on a file"));
    if !arguments.goal.is_empty()
        || arguments.explain.as_deref().is_some_and(|name| name != "goal")
        || arguments.sources.is_some()
    {
        return Err(Failure::Usage(
            "--goal, --explain and --sources are of studies: name a .toml file or none".to_owned(),
        ));
    }
    let target: Target = asked.target.as_ref().ok_or_else(|| missing("--target"))?.parse()?;
    let day = deadline(asked.by.as_ref().ok_or_else(|| missing("--by"))?)?;
    input.keep_apart([arguments.output.path(), arguments.chart.as_deref()])?;
    let quiet = arguments.output.quiet;
    let all = input.read(quiet)?;
    let series = Input::pick(&all, asked.series.as_deref())?.clone();
    let over = asked.over.as_deref().map(|id| Input::pick(&all, Some(id)).cloned()).transpose()?;
    let base = match &asked.base {
        Some(_) if !matches!(target, Target::Multiple(_) | Target::Growth(_)) => {
            return Err(Failure::Usage("--base is of multiples and growth: x3, +50%, +12%/year".to_owned()));
        }
        None => None,
        Some(text) => {
            let yearly = asked.calendar_years.then(|| crate::series::Calendar::named(crate::series::Frequency::Year));
            let calendar = yearly.as_ref().unwrap_or(series.calendar());
            let period = Stamp::parse(text).ok().and_then(|stamp| calendar.period(stamp).ok());
            let wrong = || Failure::Usage(format!("--base `{text}` is no {} period", series.start().frequency()));
            Some(period.ok_or_else(wrong)?)
        }
    };
    let goal = Goal {
        base,
        direction: if asked.at_most { Direction::AtMost } else { Direction::AtLeast },
        reading: if asked.at_deadline { When::At } else { When::By },
        measure: match &over {
            Some(over) => Measure::Over(over.id().to_owned()),
            None if asked.calendar_years => Measure::CalendarYears,
            None => Measure::Periods,
        },
        full_share: asked.full_share,
        ..Goal::open("goal", series.id(), target, day)
    };
    if let (Target::Multiple(times), Direction::AtLeast, false) = (target, goal.direction, quiet)
        && times < 1.0
    {
        say::note(&format!("note: asks for at least {times} of the base; --at-most asks for a fall to it"));
    }
    let defaults = Settings::as_of(arguments.as_of.unwrap_or(Date::MAX));
    let settings = Settings {
        seed: arguments.seed.unwrap_or(defaults.seed),
        paths: arguments.paths.unwrap_or(2000) as usize,
        ramps_weight: arguments.ramps_weight.unwrap_or(defaults.ramps_weight),
        ramps_without: arguments.ramps_without.iter().cloned().map(Placed::given).collect(),
        ..defaults
    };
    let whole = series.clone();
    let study = Study::of(settings, std::iter::once(series).chain(over).collect(), vec![goal])?;
    if arguments.replay {
        return replay(arguments, &study);
    }
    let results = study.run(|_, _| ());
    let Some(result) = results.goals.first() else { return Ok(()) };
    let in_words = arguments.explain.is_some() || (format == Format::Table && arguments.output.path().is_none());
    if in_words && matches!(result.judgement, Ok(Judgement::Open { .. })) {
        say_all(arguments, &results)?;
        return match came(result, &results, &whole) {
            None => Ok(()),
            Some((met, period, value)) => {
                let word = if met { "met" } else { "missed" };
                let line = format!(
                    "  {:<10} {word}: {} in {}\n",
                    "came",
                    format_number(value),
                    whole.calendar().label(period)
                );
                say::out(line.as_bytes())
            }
        };
    }
    let table = found(result, &results, &whole, quiet)?;
    arguments.output.write(&table, format)
}

/// What was found of a goal on a file, one row per view; where it is over, the outcome.
fn found(result: &GoalResult, results: &Results, whole: &Series, quiet: bool) -> Result<Table, Failure> {
    let label = |period: crate::series::Period| match period.frequency() == whole.start().frequency() {
        true => whole.calendar().label(period),
        false => period.to_string(),
    };
    let due = match &result.judgement {
        Ok(Judgement::Open { deadline, .. }) => *deadline,
        Ok(Judgement::Judged { met, period, value, target }) => {
            return Ok(Table::default()
                .text("view", ["data"])
                .text("verdict", [if *met { "met" } else { "missed" }])
                .text("period", [label(*period)])
                .number("value", [Some(*value)])
                .number("level", [Some(*target)]));
        }
        Ok(Judgement::Recorded(..)) => return Err(Failure::Failed("an event needs a study".to_owned())),
        Err(reason) => return Err(Failure::Failed(format!("cannot tell: {reason}"))),
    };
    let used = results.series.iter().find(|r| r.data.id == whole.id());
    if let (false, Some(views)) = (quiet, used.and_then(|r| r.views.as_ref())) {
        for (_, view) in views.parts() {
            let reason = view.paths.as_ref().err();
            view.remarks.iter().chain(reason).for_each(|text| say::note(&format!("note: {text}")));
        }
    }
    let rows = || result.views.iter();
    let level = match &result.judgement {
        Ok(Judgement::Open { target, .. }) => *target,
        _ => None,
    };
    let ramps = |of: fn(&crate::goals::CaseRate) -> f64| {
        rows().map(|(view, _)| result.case_rate.as_ref().filter(|_| *view == View::Outside).map(of)).collect::<Vec<_>>()
    };
    let table = Table::default()
        .text("view", rows().map(|(view, _)| view.to_string()))
        .text("due", rows().map(|_| label(due)))
        .number("level", rows().map(|_| level));
    let assessments: Vec<_> = rows().map(|(_, a)| Some(a)).collect();
    let (direction, word) = (result.goal.direction.words(), result.goal.reading.word());
    let asked = level.map_or_else(|| result.goal.target.to_string(), format_number);
    let table = assessment_columns(table, &assessments, label)
        .text("in_words", rows().map(|(_, a)| format!("{direction} {asked} {word} {}: {}", label(due), a.odds())))
        .number("ramps_rate", ramps(|rate| rate.rate))
        .number("ramps_lo-80", ramps(|rate| rate.interval.0))
        .number("ramps_hi-80", ramps(|rate| rate.interval.1))
        .number("ramps_cases", ramps(|rate| rate.cases));
    let came = came(result, results, whole);
    Ok(match came {
        None => table,
        Some((met, period, value)) => table
            .text("came", rows().map(|_| if met { "met" } else { "missed" }))
            .text("came_in", rows().map(|_| label(period)))
            .number("came_value", rows().map(|_| Some(value))),
    })
}

/// Whether the goal was met, in which period and with what value, where the file tells more than was known by --as-of.
fn came(result: &GoalResult, results: &Results, whole: &Series) -> Option<(bool, crate::series::Period, f64)> {
    let used = results.series.iter().find(|r| r.data.id == whole.id())?.data.series.as_ref()?;
    if used.len() == whole.len() || result.goal.measure != Measure::Periods {
        return None;
    }
    let base = result.goal.base.unwrap_or(used.last_period());
    // What was known on the day is no outcome: the goal counts from then on.
    let set = used.last_period().last_day();
    match judge(&Goal { base: Some(base), set, ..result.goal.clone() }, Some(whole)) {
        Ok(Judgement::Judged { met, period, value, .. }) => Some((met, period, value)),
        _ => None,
    }
}
