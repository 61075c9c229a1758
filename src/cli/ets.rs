//! `onpace ets`: the classes of exponential smoothing on one series, the table that people know.

use clap::Args;

use crate::export::Table;
use crate::models::{Ets, EtsClass, EtsRow, EtsTable, Model};

use super::options::{Input, Output};
use super::say::{self, Failure};

/// Example: onpace ets sales.csv --series shop
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// The series, for a file of several
    #[arg(long, value_name = "ID")]
    series: Option<String>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    arguments.input.keep_apart([arguments.output.path()])?;
    let series = arguments.input.one(arguments.series.as_deref(), arguments.output.quiet)?;
    let found = EtsTable::of(&series).map_err(|error| Failure::Failed(format!("`{}`: {error}", series.id())))?;
    let left_out: Vec<String> = EtsClass::ALL
        .into_iter()
        .filter(|class| !found.rows().iter().any(|row| row.class == *class))
        .map(|class| class.to_string())
        .collect();
    if !left_out.is_empty() && !arguments.output.quiet {
        let why = match Ets::new(EtsClass::ALL[EtsClass::ALL.len() - 1]).fit(&series) {
            Err(error) => format!(" ({error})"),
            Ok(_) => String::new(),
        };
        say::note(&format!("left out, since they do not apply: {}{why}", left_out.join(", ")));
    }
    let mut rows: Vec<&EtsRow> = found.rows().iter().collect();
    rows.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
    let number = |value: fn(&EtsRow) -> Option<f64>| rows.iter().map(move |row| value(row));
    let yes = |told: fn(&EtsRow) -> bool| rows.iter().map(move |row| if told(row) { "yes" } else { "no" });
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
        .text("forgets_start", yes(|row| row.is_admissible))
        .number("r_log_likelihood", number(|row| Some(row.r_log_likelihood)));
    if !arguments.output.quiet {
        say::note(
            "classes of error, trend and season (A additive, M multiplicative, d damped, N none), best by AICc first",
        );
    }
    arguments.output.write(&table, format)
}
