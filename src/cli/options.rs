//! Flags that mean the same wherever they occur.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::charts::png;
use crate::data::{Columns, Panel, PanelStream, read_panel};
use crate::export::{Format, Table, write_file};
use crate::forecast::{Draws, Level};
use crate::series::{Bounds, Frequency, Series};

use super::say::{self, Failure};
use super::shocks::Shocks;

/// A file, and how to read it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Data")]
pub(super) struct Input {
    /// File in the long layout (CSV, Parquet, JSON lines, Arrow by ending), or - for standard input
    pub(super) data: PathBuf,
    #[command(flatten)]
    pub(super) reading: Reading,
}

/// How to read a file.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Data")]
pub(super) struct Reading {
    /// Column that names the series; may be absent from a file of one series
    #[arg(long, default_value = "unique_id", value_name = "NAME")]
    id_col: String,
    /// Column of times: dates, 2024, 2024Q3, 2024H1, 2024-10, whole numbers
    #[arg(long, default_value = "ds", value_name = "NAME")]
    time_col: String,
    /// Column of values
    #[arg(long, default_value = "y", value_name = "NAME")]
    target_col: String,
    /// Frequency, if the times do not tell it: yearly, quarterly, monthly, weekly, daily, hourly, index
    #[arg(long)]
    frequency: Option<Frequency>,
    /// Season length in periods [default: that of the frequency]
    #[arg(long, value_name = "PERIODS", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    season: Option<u32>,
    /// No value lies below this
    #[arg(long, allow_negative_numbers = true, value_name = "VALUE", value_parser = finite)]
    lower: Option<f64>,
    /// No value lies above this, such as 100 for a share
    #[arg(long, allow_negative_numbers = true, value_name = "VALUE", value_parser = finite)]
    upper: Option<f64>,
    /// Leave out series that cannot be used, instead of stopping or giving their reason
    #[arg(long)]
    skip_bad: bool,
    #[command(flatten)]
    shocks: Shocks,
}

/// How to draw paths.
#[derive(Debug, Args)]
#[command(next_help_heading = "Model")]
pub(super) struct Drawing {
    /// Levels of the intervals in per cent, with commas between
    #[arg(short, long, default_value = "80,95", value_delimiter = ',', value_name = "PERCENT")]
    pub(super) level: Vec<String>,
    /// Sample paths a forecast
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    paths: u32,
    /// Seed of all draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads [default: all cores]; results do not depend on it
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

/// Where results go.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Output {
    /// Write to this file, its format by its ending (csv, json, parquet, txt)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// table, csv, json or parquet [default: a table on a terminal, CSV in a pipe]
    #[arg(long)]
    format: Option<String>,
    /// Say nothing on standard error but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// A file for a chart, its format by its ending.
pub(super) struct Picture<'a> {
    path: &'a Path,
    as_png: bool,
}

impl<'a> Picture<'a> {
    /// The picture of a path, checked before any work is done.
    pub(super) fn of(path: &'a Path) -> Result<Self, Failure> {
        let as_png = match path.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
            Some("svg") => false,
            Some("png") => true,
            _ => return Err(Failure::Usage(format!("{}: a chart is .svg or .png", path.display()))),
        };
        Ok(Self { path, as_png })
    }

    /// Writes an SVG document, as it is or drawn.
    pub(super) fn write(&self, svg: String) -> Result<(), Failure> {
        if !self.as_png {
            return Ok(write_file(self.path, svg.as_bytes())?);
        }
        let picture = png(&svg, 2.0)?;
        if !picture.missing.is_empty() {
            say::note(&format!("warning: {}: {}", self.path.display(), picture.missing));
        }
        Ok(write_file(self.path, &picture.bytes)?)
    }
}

/// Sets the number of threads, if one is asked for.
pub(super) fn use_threads(threads: Option<u32>) {
    if let Some(threads) = threads {
        // Fails only where the pool stands already, which nothing before this makes.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build_global();
    }
}

fn finite(text: &str) -> Result<f64, String> {
    text.parse::<f64>().ok().filter(|n| n.is_finite()).ok_or_else(|| format!("`{text}` is not a finite number"))
}

impl Input {
    /// The usable series with their bounds and season length; problems and frequencies are told.
    pub(super) fn read(&self, quiet: bool) -> Result<Vec<Series>, Failure> {
        self.prepared(self.panel()?, quiet)
    }

    fn prepared(&self, panel: Panel, quiet: bool) -> Result<Vec<Series>, Failure> {
        let alone = panel.names.len() == 1;
        self.tell_count(panel.names.len(), &panel.frequencies(), quiet);
        say::problems(&panel, self.reading.skip_bad, quiet)?;
        let prepare = |series: Series| {
            let id = series.id().to_owned();
            match self.prepare(series, alone, quiet) {
                Ok(series) => Ok(Some(series)),
                Err(error) if self.reading.skip_bad => {
                    say::note(&format!("warning: {error}; `{id}` is left out"));
                    Ok(None)
                }
                Err(error) => Err(Failure::Failed(format!("`{id}`: {error}"))),
            }
        };
        panel.series.into_iter().filter_map(|loaded| prepare(loaded.series).transpose()).collect()
    }

    /// The same, a part of the file at a time.
    pub(super) fn stream(&self) -> Result<PanelStream, Failure> {
        Ok(PanelStream::open(&self.data, &self.columns(), self.reading.frequency)?)
    }

    /// A series with its bounds, season length and shocks, cut where it is very long; or why it cannot be used.
    /// A shock or shift outside one of several series changes nothing there; outside the only one it is an error.
    pub(super) fn prepare(&self, series: Series, alone: bool, quiet: bool) -> Result<Series, String> {
        let season = self.reading.season.map_or(series.season_length(), |season| season as usize);
        let (series, note) = crate::outlook::last_periods(&series);
        note.into_iter().filter(|_| !quiet).for_each(|note| say::note(&note));
        let bounds = Bounds { lower: self.reading.lower, upper: self.reading.upper };
        let series = series.with_season_length(season).with_bounds(bounds).map_err(|error| error.to_string())?;
        let last = series.last_period();
        let (series, outside) = self.reading.shocks.apply(series)?;
        if let Some(problem) = outside.first().filter(|_| alone) {
            return Err(problem.clone());
        }
        outside.iter().filter(|_| !quiet).for_each(|problem| say::note(&format!("note: `{}`: {problem}", series.id())));
        if self.reading.season.is_some() && season > 1 && 2 * season > series.known() && !quiet {
            let (id, known) = (series.id(), series.known());
            say::note(&format!(
                "warning: `{id}`: a season of {season} periods is more than half of its {known} values: only seasonal-naive can use it, if any model"
            ));
        }
        if series.last_period() != last && !quiet {
            let last = series.calendar().label(series.last_period());
            say::note(&format!("`{}`: the shock takes its last values: forecasts start after {last}", series.id()));
        }
        Ok(series)
    }

    /// Refuses outputs that would take the place of the data or of one another.
    pub(super) fn keep_apart<'a>(&self, outputs: impl IntoIterator<Item = Option<&'a Path>>) -> Result<(), Failure> {
        let place = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut taken = vec![place(&self.data)];
        for path in outputs.into_iter().flatten() {
            if taken.contains(&place(path)) {
                return Err(Failure::Usage(format!("{} is named for two things: name another file", path.display())));
            }
            taken.push(place(path));
        }
        Ok(())
    }

    /// Whether series that cannot be used are to be left out.
    pub(super) fn leaves_out_bad(&self) -> bool {
        self.reading.skip_bad
    }

    /// Tells how many series there are, and of which frequencies.
    pub(super) fn tell_count(&self, count: usize, frequencies: &BTreeMap<Frequency, usize>, quiet: bool) {
        if !quiet {
            let found: Vec<String> = frequencies.iter().map(|(f, count)| format!("{count} {f}")).collect();
            say::note(&format!("{}: {count} series ({})", self.data.display(), found.join(", ")));
        }
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
    pub(super) fn one(&self, id: Option<&str>, quiet: bool) -> Result<Series, Failure> {
        let mut panel = self.panel()?;
        // What is wrong with the others is nobody's concern.
        if let Some(id) = id.filter(|id| panel.names.iter().any(|name| name == id)) {
            panel.names.retain(|name| name == id);
            panel.problems.retain(|problem| problem.series == id);
            panel.series.retain(|loaded| loaded.series.id() == id);
        }
        Self::pick(&self.prepared(panel, quiet)?, id).cloned()
    }

    /// The series of a name among several, or the only one.
    pub(super) fn pick<'a>(all: &'a [Series], id: Option<&str>) -> Result<&'a Series, Failure> {
        let found = match id {
            Some(id) => all.iter().find(|series| series.id() == id),
            None => all.first().filter(|_| all.len() == 1),
        };
        found.ok_or_else(|| {
            let names: Vec<_> = all.iter().take(8).map(|series| format!("`{}`", series.id())).collect();
            let more = if all.len() > 8 { " …" } else { "" };
            let asked = id.map_or("the file has several series".to_owned(), |id| format!("there is no series `{id}`"));
            Failure::Usage(format!("{asked}: name one with --series; it has {}{more}", names.join(", ")))
        })
    }
}

impl Drawing {
    /// The draws; sets the number of threads.
    pub(super) fn draws(&self) -> Draws {
        use_threads(self.threads);
        Draws::new(self.seed, self.paths as usize)
    }

    pub(super) fn levels(&self) -> Result<Vec<Level>, Failure> {
        let levels = self.level.iter().map(|text| text.parse()).collect::<Result<Vec<Level>, _>>()?;
        let twice = levels.iter().enumerate().find(|(at, level)| levels[..*at].contains(level));
        twice.map_or(Ok(()), |(_, level)| Err(Failure::Usage(format!("the level {level} stands twice"))))?;
        Ok(levels)
    }
}

impl Output {
    /// The format asked for, checked before any work is done.
    pub(super) fn format(&self) -> Result<Format, Failure> {
        match (&self.format, &self.output) {
            (Some(name), _) => Ok(name.parse()?),
            (None, Some(path)) => Ok(Format::of_path(path)?),
            (None, None) if std::io::stdout().is_terminal() => Ok(Format::Table),
            (None, None) => Ok(Format::Csv),
        }
    }

    /// The file asked for.
    pub(super) fn path(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    /// Whether no rows go to a terminal while a bar is there.
    pub(super) fn leaves_terminal_free(&self) -> bool {
        self.output.is_some() || !std::io::stdout().is_terminal()
    }

    pub(super) fn write(&self, table: &Table, format: Format) -> Result<(), Failure> {
        let bytes = table.write(format)?;
        match &self.output {
            Some(path) => Ok(write_file(path, &bytes)?),
            None => say::out(&bytes),
        }
    }
}
