//! Periods that are no rule for the future: values left out, and levels that are new.

use clap::Args;

use crate::series::{Period, Series, Stamp};

/// What is known to have happened.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Data")]
pub(super) struct Shocks {
    /// Leave out the values of these periods, which count as missing: 2020Q2..2020Q4, or one period
    #[arg(long = "shock", value_name = "FROM..TO")]
    shocks: Vec<String>,
    /// From this period on the level is another, by an amount that the data tell
    #[arg(long = "level-shift", value_name = "PERIOD")]
    level_shifts: Vec<String>,
}

impl Shocks {
    /// The series with its shocks, or why it cannot have them.
    pub(super) fn apply(&self, mut series: Series) -> Result<Series, String> {
        for text in &self.level_shifts {
            let at = period(&series, "--level-shift", text)?;
            if !(1..series.len() as i64).contains(&series.start().steps_to(at)) {
                return Err(outside(&series, "--level-shift", text));
            }
            series = series.with_level_shift(at);
        }
        for text in &self.shocks {
            let (from, to) = text.split_once("..").unwrap_or((text, text));
            let (from, to) = (period(&series, "--shock", from)?, period(&series, "--shock", to)?);
            if from > to {
                return Err(format!("--shock {text}: the first period comes after the last"));
            }
            if to < series.start() || from > series.last_period() {
                return Err(outside(&series, "--shock", text));
            }
            series = series.without(from, to).map_err(|_| format!("--shock {text}: leaves no value"))?;
        }
        Ok(series)
    }
}

fn period(series: &Series, flag: &str, text: &str) -> Result<Period, String> {
    let stamp = Stamp::parse(text.trim()).map_err(|error| format!("{flag}: {error}"))?;
    series.calendar().period(stamp).map_err(|error| format!("{flag} {text}: {error}"))
}

fn outside(series: &Series, flag: &str, text: &str) -> String {
    let label = |period| series.calendar().label(period);
    format!(
        "{flag} {text}: no period of this series, which goes from {} to {}",
        label(series.start()),
        label(series.last_period())
    )
}
