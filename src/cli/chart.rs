//! `onpace chart`: one chart, of a file or of a study.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::bundled;
use crate::charts::{ChartKind, Drawing, GoalMaterial, KINDS, Material, Needs, NoChart, kind};
use crate::forecast::Forecast;
use crate::goals::{Condition, Goal, Judgement, Target, deadline, judge};
use crate::models::Model;
use crate::outlook::{View, Viewpoint, horizon_reaching};
use crate::series::Series;
use crate::study::{ChartWords, Overrides, Study, StudyFile, drawing};

use super::failure::Failure;
use super::input::{Input, Reading};
use super::options::{self, Intervals, OneSeries, Picture, Simulation};
use super::typed::Typed;
use super::{goals, say};

/// The word that lists the kinds.
const LIST: &str = "list";
/// The most series on a page.
const MOST_SERIES: usize = 12;
/// The series that an error lists.
const LISTED: usize = 8;
/// Flags that say how a file is read, which a study file says itself.
const READING: [&str; 10] =
    ["id_col", "time_col", "target_col", "frequency", "season", "lower", "upper", "skip_bad", "shocks", "level_shifts"];
/// Flags of a forecast, and of a goal on a file.
const FORECAST: [&str; 3] = ["horizon", "model", "level"];
const GOAL: [&str; 3] = ["target", "by", "at_most"];

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  onpace chart list
  onpace chart fan sales.csv -H 5 -o fan.svg
  onpace chart multiples sales.csv -o sales.png
  onpace chart odds sales.csv --target x2 --by 2028 -o chance.svg
  onpace chart sources --series ascend_chips -o sources.svg")]
pub(super) struct Arguments {
    #[command(flatten)]
    typed: Typed,
    /// What to draw, or `list` to list the kinds
    #[arg(value_parser = choices())]
    kind: Choice,
    /// File in the long layout, study file (.toml), or - for standard input [default: the bundled study]
    data: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    series: OneSeries,
    #[arg(long, value_delimiter = ',', value_name = "IDS", help = options::GOALS, help_heading = "Goal")]
    goal: Vec<String>,
    #[arg(long, allow_hyphen_values = true, value_name = "TARGET", help = options::TARGET, help_heading = "Goal", requires = "by")]
    target: Option<String>,
    #[arg(long, value_name = "DEADLINE", help = options::BY, help_heading = "Goal", requires = "target")]
    by: Option<String>,
    #[arg(long, help = options::AT_MOST, help_heading = "Goal")]
    at_most: bool,
    #[arg(short = 'H', long, default_value_t = 8, value_name = "PERIODS", help = options::HORIZON, help_heading = "Model", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    horizon: u32,
    #[arg(short, long, default_value = "auto", value_name = "NAMES", help = options::MODEL, help_heading = "Model")]
    model: String,
    #[command(flatten)]
    intervals: Intervals,
    #[command(flatten)]
    simulation: Simulation,
    /// Title [default: what the chart shows]
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    title: Option<String>,
    /// Unit of the values, for the subtitle
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    unit: Option<String>,
    /// Source line at the foot [default: the file]
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    source: Option<String>,
    #[arg(short, long, value_name = "FILE", help = options::OUTPUT, help_heading = "Output")]
    output: Option<PathBuf>,
}

/// A kind of chart, or the list of them.
#[derive(Debug, Clone, Copy)]
enum Choice {
    List,
    Kind(&'static dyn ChartKind),
}

/// The kinds by name with what they show.
fn choices() -> impl TypedValueParser<Value = Choice> {
    let kinds = KINDS.iter().map(|kind| PossibleValue::new(kind.name()).help(kind.about()).aliases(kind.aliases()));
    let list = PossibleValue::new(LIST).help("List the kinds");
    PossibleValuesParser::new(kinds.chain([list])).try_map(|name| match name.as_str() {
        LIST => Ok(Choice::List),
        name => kind(name).map(Choice::Kind),
    })
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let kind = match arguments.kind {
        Choice::List => return say::out(list().as_bytes()),
        Choice::Kind(kind) => kind,
    };
    let needs = kind.needs();
    if let Some(command) = needs.command() {
        let fact = format!("the chart `{}` needs {needs}", kind.name());
        return Err(Failure::usage(fact).with_hint(format!("`{command} --chart FILE` draws it")));
    }
    let path = arguments.output.as_deref();
    let path = path.ok_or_else(|| Failure::usage("the chart needs a file").with_hint("-o chart.svg, or chart.png"))?;
    let picture = Picture::of(path)?;
    let is_study = |path: &&Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    let drawing = match arguments.data.as_deref() {
        None => of_study(arguments, kind, &StudyFile::bundled()?)?,
        Some(path) if is_study(&path) => of_study(arguments, kind, &StudyFile::open(path)?)?,
        Some(path) => of_file(arguments, kind, path)?,
    };
    drawing.notes.iter().for_each(|note| say::note(note));
    picture.write(drawing.svg)
}

/// The kinds, one line each.
fn list() -> String {
    let widest = KINDS.iter().map(|kind| kind.name().len()).max().unwrap_or(0);
    let line = |kind: &&dyn ChartKind| {
        let command = match kind.needs().command() {
            Some(command) => format!(" (`{command} --chart FILE`)"),
            None if kind.needs().fits_a_file() => String::new(),
            None => " (of a study)".to_owned(),
        };
        format!("{:widest$}  {}{command}\n", kind.name(), kind.about())
    };
    KINDS.iter().map(line).collect()
}

fn of_study(arguments: &Arguments, kind: &'static dyn ChartKind, file: &StudyFile) -> Result<Drawing, Failure> {
    if arguments.target.is_some() {
        return Err(Failure::usage("--target and --by describe a goal on a file, and no file is named")
            .with_hint("--goal ID draws a goal of the study"));
    }
    let own = [&["unit", "at_most"][..], &FORECAST, &READING].concat();
    arguments.typed.refuse(&own, "a chart of a study, whose file has the settings")?;
    if kind.needs() == Needs::Forecasts {
        let place = format!("the chart `{}`, which shows all series of the study", kind.name());
        arguments.typed.refuse(&["goal", "series"], &place)?;
    }
    let goal = match arguments.goal.as_slice() {
        [] => None,
        [goal] => Some(goal.as_str()),
        _ => return Err(Failure::usage("a chart shows one goal").with_hint("--goal ID chooses one")),
    };
    let series = arguments.series.series.as_deref();
    if goal.is_none() && series.is_none() && kind.needs() != Needs::Forecasts {
        return Err(Failure::usage("a chart of a study shows one goal or one series, and none is named")
            .with_hint("--goal ID or --series ID chooses it; a file of your own is named after the kind"));
    }
    let overrides = Overrides {
        seed: arguments.simulation.seed,
        paths: arguments.simulation.paths.map(|paths| paths as usize),
        ..Overrides::default()
    };
    arguments.simulation.use_threads();
    let study = Study::load(file, &overrides)?;
    goals::check_names(&study, &arguments.goal)?;
    let ids = study.series_ids();
    if let Some(id) = series.filter(|id| ids.iter().all(|other| other != id)) {
        let names = || ids.iter().map(String::as_str);
        let more = if ids.len() > LISTED { " and more" } else { "" };
        let listed: Vec<&str> = names().take(LISTED).collect();
        let fact = format!("there is no series `{id}`; the study has {}{more}", listed.join(", "));
        return Err(Failure::usage(fact).with_nearest(id, names(), "--series ID chooses one of them"));
    }
    let results = study.charting(kind, goal, series)?.run(|_, _| ());
    let words = ChartWords { title: arguments.title.clone(), source: arguments.source.clone() };
    results
        .charts
        .iter()
        .map(|spec| drawing(&results, spec, &words))
        .next_back()
        .map_or_else(|| Err(Failure::failed("the study has no chart")), |drawing| Ok(drawing?))
}

fn of_file(arguments: &Arguments, kind: &'static dyn ChartKind, path: &Path) -> Result<Drawing, Failure> {
    if !kind.needs().fits_a_file() {
        let fact = format!("the chart `{}` needs {}, which a file does not have", kind.name(), kind.needs());
        return Err(Failure::usage(fact).with_hint("name a study file (.toml), or none for the bundled study"));
    }
    if !arguments.goal.is_empty() {
        return Err(Failure::usage("--goal names a goal of a study, and a file has none")
            .with_hint("--target and --by describe a goal on a file"));
    }
    refuse_unused(arguments, kind)?;
    let input = Input { data: path.to_owned(), reading: arguments.reading.clone() };
    input.keep_apart([arguments.output.as_deref()])?;
    let levels = arguments.intervals.levels()?;
    let credit = arguments.source.clone().unwrap_or_else(|| format!("Data: {}", path.display()));
    let registry = bundled::registry();
    let credit_with_ramps = format!("{credit}; {}", bundled::RAMPS_CREDIT);
    let of_ramps = arguments.model == registry.outside().name();
    let shared = Material {
        title: arguments.title.clone(),
        credit: if of_ramps { credit_with_ramps.clone() } else { credit },
        credit_with_ramps,
        levels: &levels,
        steps: Some(arguments.horizon as usize),
        model: match arguments.model.as_str() {
            "auto" => "the pool of models that apply".to_owned(),
            _ if of_ramps => bundled::RAMPS_MODEL.to_owned(),
            name => format!("`{name}`"),
        },
        registry: Some(&registry),
        ..Material::default()
    };
    if kind.needs() == Needs::Forecasts {
        return multiples(arguments, kind, &input, shared);
    }
    let series = input.one(arguments.series.series.as_deref())?;
    let unit = arguments.unit.as_ref().filter(|unit| !unit.is_empty());
    let material = Material {
        label: series.id().to_owned(),
        subject: format!("{}{}", series.id(), unit.map_or(String::new(), |unit| format!(", {unit}"))),
        series: Some(&series),
        ..shared
    };
    match (&arguments.target, kind.needs()) {
        (None, Needs::Goal) => Err(Failure::usage(format!("the chart `{}` needs a goal", kind.name()))
            .with_hint("--target x2 --by 2030 describes one")),
        (Some(target), Needs::Goal | Needs::Forecast) => of_goal(arguments, kind, &series, target, material),
        (_, Needs::Forecast) => {
            let forecast = forecast(arguments, &*model(arguments)?, &series)?;
            Ok(kind.draw(&Material { forecast: Some(&forecast), ..material })?)
        }
        _ => Ok(kind.draw(&material)?),
    }
}

/// Refuses the flags that change nothing in a chart of this kind on a file.
fn refuse_unused(arguments: &Arguments, kind: &dyn ChartKind) -> Result<(), Failure> {
    let unused: Vec<&str> = match (kind.needs(), arguments.target.is_some()) {
        (Needs::Forecast, true) => vec!["horizon", "model"],
        (Needs::Forecast, false) => vec!["at_most"],
        (Needs::Goal, _) => FORECAST.to_vec(),
        (Needs::Forecasts, _) => [&["series", "unit"][..], &GOAL].concat(),
        _ => [&["model", "level"][..], &GOAL].concat(),
    };
    let goal = if arguments.target.is_some() && kind.needs() == Needs::Forecast { " of a goal" } else { "" };
    arguments.typed.refuse(&unused, &format!("the chart `{}`{goal}", kind.name()))
}

/// The one model of a chart.
fn model(arguments: &Arguments) -> Result<Arc<dyn Model>, Failure> {
    match bundled::registry().select(&arguments.model)?.as_slice() {
        [model] => Ok(Arc::clone(model)),
        models => {
            let fact = format!("--model names {} models, but a chart shows one", models.len());
            Err(Failure::usage(fact).with_hint("--model auto draws the pool of all models"))
        }
    }
}

fn forecast(arguments: &Arguments, model: &dyn Model, series: &Series) -> Result<Forecast, Failure> {
    series.last_period().shift(i64::from(arguments.horizon)).map_err(NoChart::from)?;
    Ok(model.fit(series)?.forecast(arguments.horizon as usize, &arguments.simulation.draws()))
}

/// A chart of the first series of a file; those without a forecast are left out with a note.
fn multiples(
    arguments: &Arguments,
    kind: &'static dyn ChartKind,
    input: &Input,
    shared: Material<'_>,
) -> Result<Drawing, Failure> {
    let all = input.read()?;
    if all.len() > MOST_SERIES {
        say::note(&format!("the first {MOST_SERIES} of {} series are drawn", all.len()));
    }
    let model = model(arguments)?;
    let mut forecasts = Vec::new();
    for series in all.iter().take(MOST_SERIES) {
        match forecast(arguments, &*model, series) {
            Ok(forecast) => forecasts.push((series, forecast)),
            Err(error) => say::note(&format!("`{}` is left out: {error}", series.id())),
        }
    }
    let several = forecasts.iter().map(|(series, forecast)| (series.id().to_owned(), *series, forecast)).collect();
    Ok(kind.draw(&Material { several, ..shared })?)
}

/// A chart of a goal on a series.
fn of_goal(
    arguments: &Arguments,
    kind: &'static dyn ChartKind,
    series: &Series,
    target: &str,
    material: Material<'_>,
) -> Result<Drawing, Failure> {
    let target: Target = target.parse()?;
    let day = deadline(arguments.by.as_deref().unwrap_or_default())?;
    let condition = if arguments.at_most { Condition::AtMost } else { Condition::AtLeast };
    let goal = Goal { condition, ..Goal::open("goal", series.id(), target, day) };
    let judgement = judge(&goal, Some(series)).map_err(|reason| {
        let hint = "`onpace goals FILE --target TARGET --by DEADLINE` has more flags, such as --base and --full-share";
        Failure::CannotTell(reason, Some(hint.to_owned()))
    })?;
    let Judgement::Open { deadline, target: level } = judgement else {
        return Err(Failure::failed("the goal is already decided, so there is no chance to draw")
            .with_hint("`onpace goals` with the same file, --target and --by says how it ended"));
    };
    let horizon = horizon_reaching(series.last_period(), 1, [&goal].into_iter());
    let (registry, draws) = (bundled::registry(), arguments.simulation.draws());
    let views = Viewpoint { registry: &registry, draws: &draws, ramps_weight: 0.5 }.views(series, &[], horizon);
    let found = views.assess(&goal, series, deadline);
    if found.is_empty() {
        return Err(Failure::failed(
            "the goal has no odds: no model applies, or the deadline is beyond the longest horizon",
        ));
    }
    let goal = GoalMaterial {
        label: format!("{}, {} {target}", series.id(), condition.words()),
        goal: &goal,
        target: level,
        deadline: Some(deadline),
        verdict: String::new(),
        views: &found,
        outside: None,
    };
    let forecast = views.combined.as_ref().map(|paths| paths.forecast());
    let with_ramps = views.paths_of(View::Outside).is_some();
    let credit_with_ramps = if with_ramps { material.credit_with_ramps } else { material.credit.clone() };
    Ok(kind.draw(&Material { goal: Some(goal), forecast, credit_with_ramps, ..material })?)
}
