//! `onpace compare`: models side by side at rolling origins.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::bundled;
use crate::charts::{Compared, Material, kind};
use crate::data::read_forecasts;
use crate::evaluate::place_forecasts;
use crate::evaluate::{Backtest, Comparison, RollingOrigin, Scoring, backtest};
use crate::export::{Format, write_file};
use crate::models::Model;
use crate::report::{backtest_table, comparison_summary, comparison_table};
use crate::series::Series;

use super::failure::Failure;
use super::input::Input;
use super::options::{self, ChartFile, Intervals, Output, Picture, Simulation};
use super::say::{self, Progress};

/// The models that are always among those compared.
const ALWAYS: [&str; 2] = ["naive", "drift"];

#[derive(Debug, Args)]
#[command(after_help = "\
The models naive and drift and the baseline are always compared, whether they are named or not.

Examples:
  onpace compare sales.csv -H 4 -m auto,theta
  onpace compare sales.csv --forecasts theirs.csv --chart comparison.svg")]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    #[arg(short = 'H', long, default_value_t = 4, value_name = "PERIODS", help = options::HORIZON, help_heading = "Model", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    horizon: u32,
    #[arg(short, long, default_value = "all", value_name = "NAMES", help = options::MODEL, help_heading = "Model")]
    model: String,
    /// Rolling origins per series at most; the last is one horizon before the end of the series
    #[arg(long, default_value_t = 8, value_name = "COUNT", help_heading = "Comparison", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    origins: u32,
    /// Periods from one origin to the next
    #[arg(long, default_value_t = 1, value_name = "PERIODS", help_heading = "Comparison", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    step_size: u32,
    /// Model that skill is measured against
    #[arg(long, default_value = "naive", value_name = "NAME", help_heading = "Comparison")]
    baseline: String,
    /// Also score these forecasts of another tool, at their origins
    #[arg(long, value_name = "FILE", help_heading = "Comparison")]
    forecasts: Option<PathBuf>,
    /// Leave out this percentage of the series, those with the largest losses, which can dominate all means
    #[arg(long, default_value_t = 0.0, value_name = "PERCENT", help_heading = "Comparison", value_parser = trimmed)]
    trim: f64,
    /// Also score each step ahead separately
    #[arg(long, help_heading = "Comparison")]
    by_step: bool,
    /// Report fit and forecast times (they vary from run to run)
    #[arg(long, help_heading = "Comparison")]
    time: bool,
    #[command(flatten)]
    intervals: Intervals,
    #[command(flatten)]
    simulation: Simulation,
    #[command(flatten)]
    output: Output,
    /// Also write the forecasts of every origin to this file
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    backtest: Option<PathBuf>,
    #[command(flatten)]
    chart: ChartFile,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    let rows_format = arguments.backtest.as_deref().map(options::format_of).transpose()?;
    let picture = arguments.chart.chart.as_deref().map(Picture::of).transpose()?;
    let paths = [arguments.output.path(), arguments.backtest.as_deref(), arguments.chart.chart.as_deref()];
    arguments.input.keep_apart(paths.into_iter().chain([arguments.forecasts.as_deref()]))?;
    let levels = arguments.intervals.levels()?;
    let models = models(&arguments.model, &arguments.baseline, arguments.forecasts.is_some())?;
    let draws = arguments.simulation.draws();
    let series: Arc<[Series]> = arguments.input.read()?.into();
    let theirs = match &arguments.forecasts {
        Some(path) => {
            let file = read_forecasts(path, &arguments.input.columns())?;
            let placed = place_forecasts(&file, &series);
            let file = path.display();
            let placed = placed.map_err(|error| Failure::failed(format!("{file}: {error}")))?;
            if let Some((name, others)) = placed.unknown.split_first() {
                let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
                say::warning(&format!("{file}: left out, since the data have no such series: `{name}`{more}"));
            }
            if placed.beyond > 0 {
                say::warning(&format!(
                    "{file}: {} numbers are left out, since the data have no outcome for them",
                    placed.beyond
                ));
            }
            Some(placed)
        }
        None => None,
    };
    let rolling = RollingOrigin {
        horizon: arguments.horizon as usize,
        origins: arguments.origins as usize,
        step: arguments.step_size as usize,
        fewest: models.iter().map(|model| model.needs().observations).max().unwrap_or(0),
    };
    let origins: Vec<Vec<(usize, usize)>> = match &theirs {
        Some(placed) => placed.origins.clone(),
        None => {
            let of = |s: &Series| rolling.cutoffs_of(s).into_iter().map(|cutoff| (cutoff, rolling.horizon)).collect();
            series.iter().map(of).collect()
        }
    };
    if theirs.is_none() {
        fewer_origins(&series, &origins, &rolling);
    }
    let count: usize = origins.iter().map(Vec::len).sum();
    if count == 0 {
        let (needed, horizon) = (rolling.horizon + 4, rolling.horizon);
        let fact = format!("no series is long enough: a horizon of {horizon} periods needs {needed} values");
        return Err(Failure::failed(fact).with_hint("a smaller --horizon needs fewer values"));
    }
    let probabilities = Backtest::probabilities(&levels);
    let progress = Progress::new("origins", count, false);
    let mut past = backtest(&series, &origins, &models, &probabilities, &draws, |done| progress.add(done));
    progress.finish();
    for refused in &past.refused {
        say::note(&format!("no forecast at {} of {count} origins: {}", refused.count, refused.reason));
    }
    if let Some(placed) = theirs {
        past = past.join(placed.backtest);
        let series = origins.iter().filter(|origins| !origins.is_empty()).count();
        let shared: Vec<String> = past.probabilities.iter().map(ToString::to_string).collect();
        let shared = if shared.is_empty() { "none".to_owned() } else { shared.join(", ") };
        say::note(&format!(
            "all are scored where the file has forecasts ({count} origins of {series} series), by the quantiles that all of them have: {shared}"
        ));
    }
    let longest = past.forecasts.iter().map(|f| f.quantiles.ncols()).max().unwrap_or(0);
    let scoring = Scoring {
        levels,
        baseline: arguments.baseline.clone(),
        by_step: arguments.by_step,
        trim: arguments.trim / 100.0,
    };
    let comparison = Comparison::new(&past, &scoring).ok_or_else(|| {
        Failure::failed(format!("the baseline `{}` has no forecast, so skill cannot be measured", arguments.baseline))
            .with_hint("--baseline NAME chooses another model")
    })?;
    if let (Some(path), Some(format)) = (&arguments.backtest, rows_format) {
        write_file(path, &backtest_table(&past).write(format)?)?;
    }
    if let Some(picture) = picture {
        let compared = Compared { comparison: &comparison, data: &arguments.input.name(), horizon: longest };
        let material = Material { comparison: Some(compared), ..Material::default() };
        picture.write(kind("comparison")?.draw(&material)?.svg)?;
    }
    let table = if format == Format::Table { comparison_summary } else { comparison_table };
    arguments.output.write(&table(&comparison, arguments.time), format)?;
    if comparison.unscaled > 0 {
        say::note(&format!(
            "{} of the series did not change before their origins; without a scale they count only for coverage, smape and log_error",
            comparison.unscaled
        ));
    }
    if comparison.left_out > 0 {
        say::note(&format!("the {} series with the largest losses are left out (--trim)", comparison.left_out));
    }
    if let Some(difference) = comparison.critical_difference {
        say::note(&format!(
            "mean ranks that differ by {difference:.2} or more differ significantly (multiple comparisons with the best, 5 %)"
        ));
    }
    Ok(())
}

fn trimmed(text: &str) -> Result<f64, String> {
    let percent = text.parse::<f64>().ok().filter(|percent| (0.0..=50.0).contains(percent));
    percent.ok_or_else(|| "expected a number from 0 to 50".to_owned())
}

/// The models by name, with those that are always compared and the baseline.
fn models(names: &str, baseline: &str, others: bool) -> Result<Vec<Arc<dyn Model>>, Failure> {
    let registry = bundled::registry();
    let mut models = registry.select(names)?;
    // The baseline may be a model of the other tool.
    let base = registry.model(baseline).map(Some).or_else(|error| if others { Ok(None) } else { Err(error) })?;
    let always = ALWAYS.iter().map(|name| registry.model(name)).collect::<Result<Vec<_>, _>>()?;
    for model in always.into_iter().chain(base) {
        if models.iter().all(|other| other.name() != model.name()) {
            models.push(model);
        }
    }
    Ok(models)
}

/// Notes where there are fewer origins than asked for.
fn fewer_origins(series: &[Series], origins: &[Vec<(usize, usize)>], rolling: &RollingOrigin) {
    let fewer = |origins: &&Vec<(usize, usize)>| origins.len() < rolling.origins;
    let short = origins.iter().filter(fewer).count();
    if short == 0 {
        return;
    }
    let least = origins.iter().map(Vec::len).min().unwrap_or(0);
    let none = origins.iter().filter(|origins| origins.is_empty()).count();
    let subject = match series {
        [only] => format!("`{}` has {} values", only.id(), only.len()),
        _ => format!("{short} of {} series are short", series.len()),
    };
    let count = if series.len() == 1 { format!("{least} origins") } else { format!("as few as {least} origins") };
    let out = if none > 0 && series.len() > 1 { format!("; {none} have none and are left out") } else { String::new() };
    say::note(&format!("{subject}: {count} instead of {}{out}; a smaller --horizon gives more", rolling.origins));
}
