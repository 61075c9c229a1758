//! `onpace forecast`: every series of a file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use rayon::prelude::*;

use crate::bundled;
use crate::data::Panel;
use crate::export::TableStream;
use crate::forecast::{Draws, Level};
use crate::hierarchy::Method;
use crate::models::{Model, Remark, Share};
use crate::report::{ForecastRows, NoForecast, PoolOf, forecasts_or_reasons, weight_table};
use crate::series::Series;

use super::failure::Failure;
use super::input::Input;
use super::options::{self, Intervals, Output, Simulation};
use super::say::{self, Progress};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  onpace forecast sales.csv -H 8
  onpace forecast sales.csv -m auto,drift --level 50,90 -o forecast.csv
  onpace forecast parts.csv --hierarchy tree.csv --reconcile minimum-trace")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) input: Input,
    #[arg(short = 'H', long, default_value_t = 8, value_name = "PERIODS", help = options::HORIZON, help_heading = "Model", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) horizon: u32,
    #[arg(short, long, default_value = "auto", value_name = "NAMES", help = options::MODEL, help_heading = "Model")]
    pub(super) model: String,
    #[command(flatten)]
    pub(super) intervals: Intervals,
    #[command(flatten)]
    pub(super) simulation: Simulation,
    /// CSV file with the columns unique_id, parent: makes the forecasts of these series and their totals add up
    #[arg(long, value_name = "FILE", help_heading = "Hierarchy", conflicts_with_all = ["weights", "verbose"])]
    hierarchy: Option<PathBuf>,
    /// How the forecasts are made to add up
    #[arg(long, default_value = "bottom-up", value_name = "METHOD", help_heading = "Hierarchy", requires = "hierarchy", value_parser = methods())]
    pub(super) reconcile: Method,
    #[command(flatten)]
    pub(super) output: Output,
    /// Also write the members of each pool, their weights and the reason to this file
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    weights: Option<PathBuf>,
    /// Say which models were pooled or left out, and why
    #[arg(short, long, help_heading = "Output")]
    verbose: bool,
}

fn methods() -> impl TypedValueParser<Value = Method> {
    PossibleValuesParser::new(Method::ALL.map(Method::name)).try_map(|name| name.parse::<Method>())
}

/// What a model made of a series.
struct Made {
    rows: Result<ForecastRows, NoForecast>,
    shares: Vec<Share>,
    remarks: Vec<Remark>,
}

struct Job<'a> {
    models: Vec<Arc<dyn Model>>,
    levels: Vec<Level>,
    draws: Draws,
    horizon: usize,
    /// Whether the file has one series.
    alone: bool,
    arguments: &'a Arguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(path) = &arguments.hierarchy {
        return super::forecast_sums::run(arguments, path);
    }
    let format = arguments.output.format()?;
    let weights_format = arguments.weights.as_deref().map(options::format_of).transpose()?;
    arguments.input.keep_apart([arguments.output.path(), arguments.weights.as_deref()])?;
    let (models, levels) = (bundled::registry().select(&arguments.model)?, arguments.intervals.levels()?);
    let panels = arguments.input.stream()?;
    let job = Job {
        models,
        levels,
        draws: arguments.simulation.draws(),
        horizon: arguments.horizon as usize,
        alone: panels.count == 1,
        arguments,
    };
    let mut table = TableStream::create(arguments.output.path(), format)?.with_width(arguments.output.width());
    let mut weights = match (&arguments.weights, weights_format) {
        (Some(path), Some(format)) => Some(TableStream::create(Some(path), format)?),
        _ => None,
    };
    let progress = Progress::new("series", panels.count, !arguments.output.leaves_terminal_free());
    let mut summary = Summary { verbose: arguments.verbose, ..Summary::default() };
    let mut frequencies = BTreeMap::new();
    let leave_out = arguments.input.leaves_out_bad();
    panels.each(|panel| {
        panel
            .frequencies()
            .into_iter()
            .for_each(|(frequency, count)| *frequencies.entry(frequency).or_insert(0) += count);
        let count = panel.names.len();
        let notes = panel.problems.iter().filter(|problem| !problem.fatal);
        progress.suspend(|| notes.for_each(|problem| summary.note(&problem.to_string())));
        let made = job.panel(panel)?;
        progress.suspend(|| made.iter().for_each(|made| summary.add(made)));
        if let Some(weights) = &mut weights {
            weights.write(&weight_table(&made.iter().filter_map(Made::pool).collect::<Vec<_>>()))?;
        }
        let left_out = |made: &Made| matches!(&made.rows, Err(none) if none.model.is_none() && leave_out);
        let rows: Vec<_> = made.into_iter().filter(|made| !left_out(made)).map(|made| made.rows).collect();
        if !rows.is_empty() {
            table.write(&forecasts_or_reasons(&rows, &job.levels))?;
        }
        progress.add(count);
        Ok::<(), Failure>(())
    })?;
    progress.finish();
    arguments.input.print_count(panels.count, &frequencies);
    if summary.forecasts == 0 {
        return Err(Failure::failed("no series could be forecast"));
    }
    table.finish()?;
    weights.map_or(Ok(()), TableStream::finish)?;
    summary.sum_up(panels.count);
    Ok(())
}

impl Job<'_> {
    /// All series of a panel by all models, in the order of the file. A series that cannot be used is a row with its
    /// reason.
    fn panel(&self, panel: Panel) -> Result<Vec<Made>, Failure> {
        let input = &self.arguments.input;
        let mut usable = panel.series.into_iter().peekable();
        let mut prepared: Vec<Result<Series, NoForecast>> = Vec::new();
        for id in panel.names {
            let series = match usable.next_if(|loaded| loaded.series.id() == id) {
                Some(loaded) => input.prepare(loaded.series, self.alone),
                None => {
                    let faults = || panel.problems.iter().filter(|p| p.fatal && p.series == id);
                    let more = match faults().count() {
                        0 | 1 => String::new(),
                        count => format!(" (and {} more)", count - 1),
                    };
                    Err(faults().next().map_or("cannot be used".to_owned(), ToString::to_string) + &more)
                }
            };
            prepared.push(series.map_err(|reason| NoForecast { id, model: None, reason }));
        }
        let made = prepared.par_iter().flat_map_iter(|series| {
            let models = if series.is_ok() { &self.models[..] } else { &self.models[..self.models.len().min(1)] };
            models.iter().map(move |model| match series {
                Ok(series) => self.forecast(series, model.as_ref()),
                Err(none) => Made { rows: Err(none.clone()), shares: Vec::new(), remarks: Vec::new() },
            })
        });
        Ok(made.collect())
    }

    fn forecast(&self, series: &Series, model: &dyn Model) -> Made {
        let within = series.last_period().shift(self.horizon as i64).map_err(|error| error.to_string());
        match within.and_then(|_| model.fit(series).map_err(|error| error.to_string())) {
            Ok(fit) => {
                let forecast = fit.forecast(self.horizon, &self.draws);
                let rows = ForecastRows::new(series, model.name(), &forecast, &self.levels);
                Made { rows: Ok(rows), shares: fit.shares().to_vec(), remarks: fit.remarks() }
            }
            Err(reason) => {
                let none = NoForecast { id: series.id().to_owned(), model: Some(model.name().to_owned()), reason };
                Made { rows: Err(none), shares: Vec::new(), remarks: Vec::new() }
            }
        }
    }
}

impl Made {
    fn pool(&self) -> Option<PoolOf> {
        let rows = self.rows.as_ref().ok().filter(|_| !self.shares.is_empty())?;
        let (id, model) = (rows.id().to_owned(), rows.model().to_owned());
        let basis = self.remarks.iter().find(|remark| remark.finding.is_basis());
        let reason = basis.map_or(String::new(), ToString::to_string);
        Some(PoolOf { id, model, shares: self.shares.clone(), reason })
    }
}

/// What was printed so far: at most twenty warnings of each kind, then their number.
#[derive(Debug, Default)]
struct Summary {
    verbose: bool,
    reasons: usize,
    notes: usize,
    forecasts: usize,
}

impl Summary {
    const MOST: usize = 20;

    /// Warns of a problem of a series that is forecast all the same, such as a gap.
    fn note(&mut self, problem: &str) {
        self.notes += 1;
        if self.notes <= Self::MOST {
            say::warning(problem);
        }
    }

    /// Counts a forecast, or says why there is none.
    fn add(&mut self, made: &Made) {
        match &made.rows {
            Ok(rows) => {
                self.forecasts += 1;
                let remarks = made.remarks.iter().filter(|_| self.verbose);
                remarks.for_each(|remark| say::info(&format!("`{}`: {remark}", rows.id())));
            }
            Err(none) => {
                self.reasons += 1;
                if self.reasons <= Self::MOST {
                    say::warning(&format!("no forecast of `{}`: {}", none.id, none.reason));
                }
            }
        }
    }

    fn sum_up(&self, series: usize) {
        if self.notes > Self::MOST {
            let more = self.notes - Self::MOST;
            say::info(&format!(
                "… and {more} more warnings of gaps and empty cells; `onpace data check FILE` lists all"
            ));
        }
        if self.reasons == 0 {
            return;
        }
        if self.reasons > Self::MOST {
            say::info(&format!("… and {} more", self.reasons - Self::MOST));
        }
        say::note(&format!(
            "{} forecasts of {series} series could not be made; the column `error` has the reasons",
            self.reasons
        ));
    }
}
