//! `onpace compare`: models side by side at rolling origins.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::bundled;
use crate::data::read_forecasts;
use crate::evaluate::place_forecasts;
use crate::evaluate::{Backtest, Comparison, RollingOrigin, Scoring, backtest};
use crate::export::{Format, write_file};
use crate::models::Model;
use crate::report::{backtest_table, comparison_chart, comparison_summary, comparison_table};
use crate::series::Series;

use super::options::{Drawing, Input, Output, Picture};
use super::say::{self, Failure, Progress};

/// The models that are always among those compared.
const ALWAYS: [&str; 2] = ["naive", "drift"];

/// Example: onpace compare sales.csv -H 4 -m auto,theta
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Steps ahead
    #[arg(short = 'H', long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    horizon: u32,
    /// Models by name with commas between, or all; naive and drift are always among them
    #[arg(short, long, default_value = "all", value_name = "NAMES")]
    model: String,
    /// The most origins of a series, the last a horizon before its end
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    origins: u32,
    /// Periods from one origin to the next
    #[arg(long, default_value_t = 1, value_name = "PERIODS", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    step_size: u32,
    /// Model whose loss the skill is measured by
    #[arg(long, default_value = "naive", value_name = "NAME")]
    baseline: String,
    /// Score these forecasts of another tool beside the models, at their origins
    #[arg(long, value_name = "FILE")]
    forecasts: Option<PathBuf>,
    /// Leave out this part of the series, in per cent: those with the largest losses, which can carry all means
    #[arg(long, default_value_t = 0.0, value_name = "PERCENT", value_parser = part)]
    trim: f64,
    /// Score each step ahead for itself, too
    #[arg(long)]
    by_step: bool,
    /// Write the forecasts of every origin to this file
    #[arg(long, value_name = "FILE")]
    backtest: Option<PathBuf>,
    /// Draw the comparison (svg or png)
    #[arg(long, value_name = "FILE")]
    chart: Option<PathBuf>,
    /// Tell the time of fit and forecast, which no two runs share
    #[arg(long)]
    time: bool,
    #[command(flatten)]
    drawing: Drawing,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    let rows_format = arguments.backtest.as_deref().map(Format::of_path).transpose()?;
    let picture = arguments.chart.as_deref().map(Picture::of).transpose()?;
    let paths = [arguments.output.path(), arguments.backtest.as_deref(), arguments.chart.as_deref()];
    arguments.input.keep_apart(paths.into_iter().chain([arguments.forecasts.as_deref()]))?;
    let levels = arguments.drawing.levels()?;
    let models = models(&arguments.model, &arguments.baseline, arguments.forecasts.is_some())?;
    let draws = arguments.drawing.draws();
    let quiet = arguments.output.quiet;
    let series: Arc<[Series]> = arguments.input.read(quiet)?.into();
    let theirs = match &arguments.forecasts {
        Some(path) => {
            let file = read_forecasts(path, &arguments.input.columns())?;
            let placed = place_forecasts(&file, &series);
            let placed = placed.map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))?;
            if !quiet && !placed.unknown.is_empty() {
                let (name, more) = (&placed.unknown[0], placed.unknown.len() - 1);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                say::note(&format!(
                    "warning: {}: series `{name}`{more} are not in the data and are left out",
                    path.display()
                ));
            }
            if !quiet && placed.beyond > 0 {
                let beyond = placed.beyond;
                say::note(&format!(
                    "warning: {}: {beyond} numbers have no outcome in the data and are left out",
                    path.display()
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
    if theirs.is_none() && !quiet {
        fewer_origins(&series, &origins, &rolling);
    }
    let count: usize = origins.iter().map(Vec::len).sum();
    if count == 0 {
        let needed = rolling.horizon + 4;
        return Err(Failure::Failed(format!(
            "no series is long enough: {needed} values are needed for a horizon of {}; try a smaller -H",
            rolling.horizon
        )));
    }
    let probabilities = Backtest::probabilities(&levels);
    let progress = Progress::new("origins", count, quiet);
    let mut past = backtest(&series, &origins, &models, &probabilities, &draws, |done| progress.add(done));
    progress.finish();
    for refused in past.refused.iter().filter(|_| !quiet) {
        say::note(&format!("note: no forecast at {} of {count} origins: {}", refused.count, refused.reason));
    }
    if let Some(placed) = theirs {
        past = past.join(placed.backtest);
        if !quiet {
            let series = origins.iter().filter(|origins| !origins.is_empty()).count();
            let shared: Vec<String> = past.probabilities.iter().map(ToString::to_string).collect();
            say::note(&format!(
                "note: all are scored where the file has forecasts, {count} origins of {series} series, by the quantiles that all know: {}",
                if shared.is_empty() { "none".to_owned() } else { shared.join(", ") }
            ));
        }
    }
    let longest = past.forecasts.iter().map(|f| f.quantiles.ncols()).max().unwrap_or(0);
    let scoring = Scoring {
        levels,
        baseline: arguments.baseline.clone(),
        by_step: arguments.by_step,
        trim: arguments.trim / 100.0,
    };
    let comparison = Comparison::new(&past, &scoring).ok_or_else(|| {
        Failure::Failed(format!("the baseline `{}` has no forecast to measure by", arguments.baseline))
    })?;
    if let (Some(path), Some(format)) = (&arguments.backtest, rows_format) {
        write_file(path, &backtest_table(&past).write(format)?)?;
    }
    if let Some(picture) = picture {
        picture.write(comparison_chart(&comparison, &arguments.input.name(), longest).svg()?)?;
    }
    let table = if format == Format::Table { comparison_summary } else { comparison_table };
    arguments.output.write(&table(&comparison, arguments.time), format)?;
    if !quiet && comparison.unscaled > 0 {
        say::note(&format!(
            "note: {} of the series did not change before their origins: without a scale they count for coverage, smape and log_error alone",
            comparison.unscaled
        ));
    }
    if !quiet && comparison.left_out > 0 {
        say::note(&format!("note: the {} series with the largest losses are left out", comparison.left_out));
    }
    if !quiet && let Some(difference) = comparison.critical_difference {
        say::note(&format!(
            "mean ranks are told apart from {difference:.2} on (multiple comparisons with the best, 5 %)"
        ));
    }
    Ok(())
}

fn part(text: &str) -> Result<f64, String> {
    let part = text.parse::<f64>().ok().filter(|part| (0.0..=50.0).contains(part));
    part.ok_or_else(|| format!("`{text}` is not a number from 0 to 50"))
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

/// Says where there are fewer origins than asked for.
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
    say::note(&format!("note: {subject}: {count} instead of {}{out}; a smaller -H gives more", rolling.origins));
}
