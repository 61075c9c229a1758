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
    /// The series with its shocks, and what lies outside it and changes nothing; or why it cannot have them.
    pub(super) fn apply(&self, mut series: Series) -> Result<(Series, Vec<String>), String> {
        let mut outside = Vec::new();
        for text in &self.level_shifts {
            let at = period(&series, "--level-shift", text)?;
            if at == series.start() {
                outside
                    .push(format!("--level-shift {text}: the first period has no level before it; name a later one"));
            } else if at < series.start() || at > series.last_period() {
                outside.push(outside_of(&series, "--level-shift", text));
            } else {
                series = series.with_level_shift(at);
            }
        }
        for text in &self.shocks {
            let (from, to) = text.split_once("..").unwrap_or((text, text));
            let (from, to) = (period(&series, "--shock", from)?, period(&series, "--shock", to)?);
            if from > to {
                return Err(format!("--shock {text}: the first period comes after the last"));
            }
            if to < series.start() || from > series.last_period() {
                outside.push(outside_of(&series, "--shock", text));
            } else {
                series = series.without(from, to).map_err(|_| format!("--shock {text}: leaves no value"))?;
            }
        }
        Ok((series, outside))
    }
}

fn period(series: &Series, flag: &str, text: &str) -> Result<Period, String> {
    let stamp = Stamp::parse(text.trim()).map_err(|error| format!("{flag}: {error}"))?;
    series.calendar().period(stamp).map_err(|error| format!("{flag} {text}: {error}"))
}

fn outside_of(series: &Series, flag: &str, text: &str) -> String {
    let label = |period| series.calendar().label(period);
    format!(
        "{flag} {text}: no period of this series, which goes from {} to {}",
        label(series.start()),
        label(series.last_period())
    )
}
