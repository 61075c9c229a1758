//! The command line: a file a subcommand; arguments in, calls, exit code out.

mod chart;
mod compare;
mod data;
mod ets;
mod forecast;
mod forecast_sums;
mod goals;
mod models;
mod options;
mod ramps;
mod run;
mod say;
mod shocks;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Will the goal be met in time, and how sure can we be?
///
/// Without a command onpace runs the bundled study of China's AI chips.
#[derive(Debug, Parser)]
#[command(name = "onpace", version, max_term_width = 100, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::Arguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a whole study: forecasts, odds of each goal, charts
    Run(run::Arguments),
    /// Forecast every series of a file
    Forecast(forecast::Arguments),
    /// Compare models at rolling origins: accuracy, calibration, significance
    Compare(compare::Arguments),
    /// The odds of a goal on a series of a file
    Goals(goals::Arguments),
    /// Draw a chart: fan, growth or goal
    Chart(chart::Arguments),
    /// The bundled series, and what is wrong with a file
    Data(data::Arguments),
    /// The documented ramps: the outside view
    Ramps(ramps::Arguments),
    /// The classes of exponential smoothing fitted to a series: likelihood, AICc, parameters
    Ets(ets::Arguments),
    /// The models: name, formula, what each needs
    Models(models::Arguments),
}

/// The command line as clap describes it, for help, manual pages and tests of the documentation.
///
/// ```
/// assert!(onpace::cli::command().find_subcommand("forecast").is_some());
/// ```
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program: 0 done, 1 failed, 2 wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None => run::run(cli.run),
        Some(Command::Run(arguments)) => run::run(arguments),
        Some(Command::Forecast(arguments)) => forecast::run(&arguments),
        Some(Command::Compare(arguments)) => compare::run(&arguments),
        Some(Command::Goals(arguments)) => goals::run(&arguments),
        Some(Command::Chart(arguments)) => chart::run(&arguments),
        Some(Command::Data(arguments)) => data::run(&arguments),
        Some(Command::Ramps(arguments)) => ramps::run(&arguments),
        Some(Command::Ets(arguments)) => ets::run(&arguments),
        Some(Command::Models(arguments)) => models::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => say::failed(&failure),
    }
}
