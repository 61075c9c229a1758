//! `onpace forecast`: every series of a file.

use clap::Args;
use rayon::prelude::*;

use crate::registry::Registry;
use crate::study::{ForecastRows, forecast_table};

use super::options::{Drawing, Input, Output};
use super::say::{self, Failure};

/// Example: onpace forecast sales.csv -H 8 -m auto,drift -o forecast.csv
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Steps ahead
    #[arg(short = 'H', long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    horizon: u32,
    /// Models by name with commas between, or all (see `onpace models`)
    #[arg(short, long, default_value = "auto", value_name = "NAMES")]
    model: String,
    #[command(flatten)]
    drawing: Drawing,
    #[command(flatten)]
    output: Output,
    /// Say which models were pooled or left out, and why
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    let models = Registry::bundled().select(&arguments.model)?;
    let levels = arguments.drawing.levels()?;
    let draws = arguments.drawing.draws();
    let all = arguments.input.read(arguments.output.quiet)?;
    let several = models.len() > 1;
    let horizon = arguments.horizon as usize;
    let fitted: Vec<_> = all
        .par_iter()
        .flat_map_iter(|series| models.iter().map(move |model| (series, model)))
        .map(|(series, model)| {
            let within = series.last_period().shift(i64::from(arguments.horizon)).map_err(|error| error.to_string());
            let fit = within.and_then(|_| model.fit(series).map_err(|error| error.to_string()));
            let fit = fit.map(|fit| {
                let forecast = fit.forecast(horizon, &draws);
                (ForecastRows::new(series, model.name(), &forecast, &levels), fit.remarks())
            });
            (series, fit)
        })
        .collect();
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for (series, fit) in fitted {
        match fit {
            Ok((forecast, remarks)) => {
                rows.push(forecast);
                let told = remarks.iter().filter(|_| arguments.verbose);
                told.for_each(|remark| say::note(&format!("`{}`: {remark}", series.id())));
            }
            Err(error) => refused.push(format!("`{}`: {error}", series.id())),
        }
    }
    if !arguments.output.quiet || rows.is_empty() {
        let instead = if several { "" } else { "; no forecast: try -m auto" };
        refused.iter().take(20).for_each(|reason| say::note(&format!("warning: {reason}{instead}")));
        if refused.len() > 20 {
            say::note(&format!("… and {} more", refused.len() - 20));
        }
    }
    if rows.is_empty() {
        return Err(Failure::Failed("no series could be forecast".to_owned()));
    }
    arguments.output.write(&forecast_table(&rows, &levels), format)
}
