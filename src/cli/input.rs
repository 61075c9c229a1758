//! The file of series that a command reads, and how it is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::data::{Columns, Panel, PanelStream, read_panel};
use crate::outlook::last_periods;
use crate::series::{Bounds, Frequency, Series};

use super::failure::Failure;
use super::say;
use super::shocks::Shocks;

/// A file, and how to read it.
#[derive(Debug, Clone, Args)]
pub(super) struct Input {
    /// File in the long layout (CSV, Parquet, JSON lines or Arrow, by its ending), or - for standard input
    pub(super) data: PathBuf,
    #[command(flatten)]
    pub(super) reading: Reading,
}

/// How to read a file.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Data")]
pub(super) struct Reading {
    /// Column of series names; may be missing if the file has one series
    #[arg(long, default_value = "unique_id", value_name = "NAME")]
    id_col: String,
    /// Column of times: dates, 2024, 2024Q3, 2024H1, 2024-10 or whole numbers
    #[arg(long, default_value = "ds", value_name = "NAME")]
    time_col: String,
    /// Column of values
    #[arg(long, default_value = "y", value_name = "NAME")]
    target_col: String,
    /// Frequency: yearly, half-yearly, quarterly, monthly, weekly, daily, hourly, index [default: inferred from the times]
    #[arg(long, value_name = "NAME")]
    frequency: Option<Frequency>,
    /// Season length in periods, or several (24,168), the shortest of which is the main one [default: those of the frequency]
    #[arg(long, value_name = "PERIODS", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=100_000))]
    season: Vec<u32>,
    /// Lower bound of all values
    #[arg(long, allow_negative_numbers = true, value_name = "VALUE", value_parser = finite)]
    lower: Option<f64>,
    /// Upper bound of all values, such as 100 for a share
    #[arg(long, allow_negative_numbers = true, value_name = "VALUE", value_parser = finite)]
    upper: Option<f64>,
    /// Leave out series that cannot be used, instead of stopping or reporting the reason
    #[arg(long)]
    skip_bad: bool,
    #[command(flatten)]
    shocks: Shocks,
}

fn finite(text: &str) -> Result<f64, String> {
    text.parse::<f64>().ok().filter(|n| n.is_finite()).ok_or_else(|| "expected a finite number".to_owned())
}

impl Input {
    /// The usable series with their bounds and season length. Problems and frequencies are printed.
    pub(super) fn read(&self) -> Result<Vec<Series>, Failure> {
        self.prepared(self.panel()?)
    }

    /// The same of the series with these names alone, if the file has them all: problems of others do not matter.
    pub(super) fn read_named(&self, ids: &[&str]) -> Result<Vec<Series>, Failure> {
        let mut panel = self.panel()?;
        let is_named = |name: &str| ids.contains(&name);
        if !ids.is_empty() && ids.iter().all(|id| panel.names.iter().any(|name| name == id)) {
            panel.names.retain(|name| is_named(name));
            panel.problems.retain(|problem| is_named(&problem.series));
            panel.series.retain(|loaded| is_named(loaded.series.id()));
        }
        self.prepared(panel)
    }

    fn prepared(&self, panel: Panel) -> Result<Vec<Series>, Failure> {
        let alone = panel.names.len() == 1;
        self.print_count(panel.names.len(), &panel.frequencies());
        say::problems(&panel, self.reading.skip_bad)?;
        let prepare = |series: Series| {
            let id = series.id().to_owned();
            match self.prepare(series, alone) {
                Ok(series) => Ok(Some(series)),
                Err(error) if self.reading.skip_bad => {
                    say::warning(&format!("series `{id}` is left out: {error}"));
                    Ok(None)
                }
                Err(error) => Err(Failure::failed(format!("series `{id}`: {error}"))),
            }
        };
        panel.series.into_iter().filter_map(|loaded| prepare(loaded.series).transpose()).collect()
    }

    /// The same, one part of the file at a time.
    pub(super) fn stream(&self) -> Result<PanelStream, Failure> {
        Ok(PanelStream::open(&self.data, &self.columns(), self.reading.frequency)?)
    }

    /// A series with its bounds, season length and shocks, cut where it is very long; or why it cannot be used.
    /// A shock or shift outside one of several series changes nothing there; outside the only one it is an error.
    pub(super) fn prepare(&self, series: Series, alone: bool) -> Result<Series, String> {
        let given: Vec<usize> = self.reading.season.iter().map(|length| *length as usize).collect();
        let series = if given.is_empty() { series } else { series.with_season_lengths(&given) };
        let (series, note) = last_periods(&series);
        note.iter().for_each(|note| say::note(note));
        let bounds = Bounds { lower: self.reading.lower, upper: self.reading.upper };
        let series = series.with_bounds(bounds).map_err(|error| error.to_string())?;
        let last = series.last_period();
        let (series, outside) = self.reading.shocks.apply(series)?;
        let id = series.id();
        if let Some(problem) = outside.first().filter(|_| alone) {
            return Err(problem.clone());
        }
        outside.iter().for_each(|problem| say::note(&format!("series `{id}`: {problem}")));
        let season = series.season_length();
        if !given.is_empty() && season > 1 && 2 * season > series.known() {
            let known = series.known();
            say::warning(&format!(
                "series `{id}`: a season of {season} periods is more than half of its {known} values, so at most seasonal-naive can use it; --season sets a shorter one"
            ));
        }
        if series.last_period() != last {
            let last = series.calendar().label(series.last_period());
            say::note(&format!("series `{id}`: the shock covers the last values, so forecasts start after {last}"));
        }
        Ok(series)
    }

    /// Refuses outputs that would replace the data or one another.
    pub(super) fn keep_apart<'a>(&self, outputs: impl IntoIterator<Item = Option<&'a Path>>) -> Result<(), Failure> {
        let place = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut taken = vec![place(&self.data)];
        for path in outputs.into_iter().flatten() {
            if taken.contains(&place(path)) {
                let fact = format!("{} is named twice, but every input and output needs its own file", path.display());
                return Err(Failure::usage(fact));
            }
            taken.push(place(path));
        }
        Ok(())
    }

    /// Whether series that cannot be used are to be left out.
    pub(super) fn leaves_out_bad(&self) -> bool {
        self.reading.skip_bad
    }

    /// Prints how many series there are, and of which frequencies.
    pub(super) fn print_count(&self, count: usize, frequencies: &BTreeMap<Frequency, usize>) {
        let counts: Vec<String> = frequencies.iter().map(|(frequency, count)| format!("{count} {frequency}")).collect();
        let counts = if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) };
        say::info(&format!("{}: {count} series{counts}", self.data.display()));
    }

    /// The panel as read.
    pub(super) fn panel(&self) -> Result<Panel, Failure> {
        Ok(read_panel(&self.data, &self.columns(), self.reading.frequency, None)?)
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> Columns {
        Columns {
            id: self.reading.id_col.clone(),
            time: self.reading.time_col.clone(),
            value: self.reading.target_col.clone(),
        }
    }

    /// The file's name without its folders.
    pub(super) fn name(&self) -> String {
        self.data.file_name().map_or("standard input".into(), |name| name.to_string_lossy().into_owned())
    }

    /// The series of a name, or the only one.
    pub(super) fn one(&self, id: Option<&str>) -> Result<Series, Failure> {
        Self::pick(&self.read_named(id.as_slice())?, id).cloned()
    }

    /// The series of a name among several, or the only one.
    pub(super) fn pick<'a>(series: &'a [Series], id: Option<&str>) -> Result<&'a Series, Failure> {
        let names: Vec<String> = series.iter().take(8).map(|series| format!("`{}`", series.id())).collect();
        let more = if series.len() > 8 { " and more" } else { "" };
        let listed = format!("the file has {}{more}", names.join(", "));
        match id {
            Some(id) => series.iter().find(|series| series.id() == id).ok_or_else(|| {
                Failure::usage(format!("there is no series `{id}`; {listed}")).with_nearest(
                    id,
                    series.iter().map(Series::id),
                    "--series ID chooses one of them",
                )
            }),
            None if series.len() == 1 => Ok(&series[0]),
            None => Err(Failure::usage(format!("one series is needed, and {listed}"))
                .with_hint("--series ID chooses one of them")),
        }
    }
}
