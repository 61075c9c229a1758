//! `onpace ets`: all classes of exponential smoothing on one series, in one table.

use clap::Args;

use crate::export::Table;
use crate::models::{Ets, EtsClass, EtsRow, EtsTable, Model};

use super::failure::Failure;
use super::input::Input;
use super::options::{OneSeries, Output};
use super::say;

#[derive(Debug, Args)]
#[command(after_help = "\
Classes name error, trend and season: A additive, M multiplicative, d damped, N none.

Example:
  onpace ets sales.csv --series shop")]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    series: OneSeries,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    arguments.input.keep_apart([arguments.output.path()])?;
    let series = arguments.input.one(arguments.series.series.as_deref())?;
    let classes =
        EtsTable::of(&series).map_err(|error| Failure::failed(format!("series `{}`: {error}", series.id())))?;
    let left_out: Vec<String> = EtsClass::ALL
        .into_iter()
        .filter(|class| !classes.rows().iter().any(|row| row.class == *class))
        .map(|class| class.to_string())
        .collect();
    if !left_out.is_empty() {
        let reason = match Ets::new(EtsClass::ALL[EtsClass::ALL.len() - 1]).fit(&series) {
            Err(error) => format!(" ({error})"),
            Ok(_) => String::new(),
        };
        say::note(&format!("these classes do not apply: {}{reason}", left_out.join(", ")));
    }
    let mut rows: Vec<&EtsRow> = classes.rows().iter().collect();
    rows.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
    let number = |value: fn(&EtsRow) -> Option<f64>| rows.iter().map(move |row| value(row));
    let yes_or_no = |is: fn(&EtsRow) -> bool| rows.iter().map(move |row| if is(row) { "yes" } else { "no" });
    let table = Table::default()
        .text("class", rows.iter().map(|row| row.class.to_string()))
        .number("log_likelihood", number(|row| Some(row.log_likelihood)))
        .number("aic", number(|row| Some(row.aic)))
        .number("aicc", number(|row| Some(row.aicc)))
        .number("bic", number(|row| Some(row.bic)))
        .number("alpha", number(|row| Some(row.parameters.alpha)))
        .number("beta", number(|row| row.parameters.beta))
        .number("gamma", number(|row| row.parameters.gamma))
        .number("phi", number(|row| row.parameters.phi))
        .text("forgets_start", yes_or_no(|row| row.is_admissible))
        .number("r_log_likelihood", number(|row| Some(row.r_log_likelihood)));
    say::info(
        "Classes of error, trend and season (A additive, M multiplicative, d damped, N none), sorted by AICc, best first",
    );
    arguments.output.write(&table, format)
}
