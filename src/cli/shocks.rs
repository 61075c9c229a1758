//! Known breaks of a series: values to leave out, and shifts of its level.

use clap::Args;

use crate::series::{Period, Series, Stamp};

/// What is known to have happened.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Data")]
pub(super) struct Shocks {
    /// Treat the values of these periods as missing: 2020Q2..2020Q4, or one period
    #[arg(long = "shock", value_name = "FROM..TO")]
    shocks: Vec<String>,
    /// Allow a level shift at this period; its size is estimated
    #[arg(long = "level-shift", value_name = "PERIOD")]
    level_shifts: Vec<String>,
}

impl Shocks {
    /// The series with its shocks, and which lie outside it and change nothing; or why it cannot have them.
    pub(super) fn apply(&self, mut series: Series) -> Result<(Series, Vec<String>), String> {
        let mut outside = Vec::new();
        for text in &self.level_shifts {
            let shift = period(&series, "--level-shift", text)?;
            if shift == series.start() {
                outside.push(format!(
                    "--level-shift {text} is the first period, which has no level before it; choose a later one"
                ));
            } else if shift < series.start() || shift > series.last_period() {
                outside.push(outside_of(&series, "--level-shift", text));
            } else {
                series = series.with_level_shift(shift);
            }
        }
        for text in &self.shocks {
            let (from, to) = text.split_once("..").unwrap_or((text, text));
            let (from, to) = (period(&series, "--shock", from)?, period(&series, "--shock", to)?);
            if from > to {
                return Err(format!("--shock {text}: the first period is after the last; expected FROM..TO"));
            }
            if to < series.start() || from > series.last_period() {
                outside.push(outside_of(&series, "--shock", text));
            } else {
                series = series.without(from, to).map_err(|_| format!("--shock {text} leaves no value"))?;
            }
        }
        Ok((series, outside))
    }
}

fn period(series: &Series, flag: &str, text: &str) -> Result<Period, String> {
    let stamp = Stamp::parse(text.trim()).map_err(|error| format!("{flag} {text}: {error}"))?;
    series.calendar().period(stamp).map_err(|error| format!("{flag} {text}: {error}"))
}

fn outside_of(series: &Series, flag: &str, text: &str) -> String {
    let label = |period| series.calendar().label(period);
    let (first, last) = (label(series.start()), label(series.last_period()));
    format!("{flag} {text} is outside this series, which goes from {first} to {last}")
}
