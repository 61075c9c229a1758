//! The command line: one file per command; arguments in, calls, exit code out.

mod chart;
mod compare;
mod completions;
mod data;
mod ets;
mod failure;
mod forecast;
mod forecast_sums;
mod goals;
mod hints;
mod input;
mod man;
mod models;
mod options;
mod ramps;
mod run;
mod say;
mod shocks;
mod terminal;
mod typed;
mod usage;

use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};

use failure::Failure;

/// Will the goal be met in time, and how sure can we be?
#[derive(Debug, Parser)]
#[command(
    name = "onpace",
    bin_name = "onpace",
    version,
    styles = terminal::HELP,
    after_help = "\
Without a command onpace runs the bundled study of China's AI chips: `onpace -o out` is short for `onpace run -o out`.

Examples:
  onpace
  onpace forecast sales.csv -H 8
  onpace goals sales.csv --target x3 --by 2027

`onpace COMMAND --help` shows the flags of a command."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours; without this flag, `NO_COLOR` and `CLICOLOR_FORCE` are followed
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "General"
    )]
    color: ColorChoice,
    /// Print errors only
    #[arg(short, long, global = true, help_heading = "General")]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a whole study: forecasts, chances of every goal, charts
    Run(run::Arguments),
    /// Forecast every series of a file
    Forecast(forecast::Arguments),
    /// Compare models at rolling origins: accuracy, calibration, significance
    Compare(compare::Arguments),
    /// Chance of reaching a goal: of a study's goals, or of one goal on your own file
    Goals(goals::Arguments),
    /// Draw a chart; `onpace chart list` lists the kinds
    Chart(chart::Arguments),
    /// List the bundled series, and check your own file
    Data(data::Arguments),
    /// Use the reference ramps, documented histories of growth, directly
    Ramps(ramps::Arguments),
    /// Fit all classes of exponential smoothing to one series: likelihood, AICc, parameters
    Ets(ets::Arguments),
    /// List the models: name, family, formula, requirements
    Models(models::Arguments),
    /// Print the completion script of a shell
    Completions(completions::Arguments),
    /// Print the manual page, or write the pages of all commands
    Man(man::Arguments),
}

/// The command line as clap describes it, from which help, manual pages, completions and tests are made.
///
/// ```
/// assert!(onpace::cli::command().find_subcommand("forecast").is_some());
/// ```
pub fn command() -> clap::Command {
    let width = terminal::output_width().unwrap_or(100).min(100);
    Cli::command().term_width(width)
}

/// Runs the program. Exit codes: 0 done, 1 failed, 2 wrong usage.
pub fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    terminal::choose_colours(&arguments);
    let arguments = usage::with_default_command(arguments);
    let parsed = command().try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error),
    };
    if cli.quiet {
        say::only_errors();
    }
    match run_command(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run_command(command: Command) -> Result<(), Failure> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Forecast(arguments) => forecast::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Goals(arguments) => goals::run(&arguments),
        Command::Chart(arguments) => chart::run(&arguments),
        Command::Data(arguments) => data::run(&arguments),
        Command::Ramps(arguments) => ramps::run(&arguments),
        Command::Ets(arguments) => ets::run(&arguments),
        Command::Models(arguments) => models::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_of_the_program_is_consistent() {
        super::command().debug_assert();
    }
}
