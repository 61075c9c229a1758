//! Flags that mean the same wherever they occur: each is defined once, with one help text.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;

use crate::charts::png;
use crate::export::{Format, Table, UnknownFormat, write_file};
use crate::forecast::{Draws, Level};

use super::failure::Failure;
use super::{say, terminal};

/// Help of flags whose default, or whether they are required, depends on the command.
pub(super) const HORIZON: &str = "Periods to forecast";
pub(super) const MODEL: &str = "Models by name, separated by commas, or `all`; `onpace models` lists them";
pub(super) const GOALS: &str = "Goals of a study by name, separated by commas";
pub(super) const TARGET: &str =
    "What is to be reached: a level (1200), a multiple (x3, +50%), growth (+12%/year), a share (80%)";
pub(super) const BY: &str = "Deadline: 2027, 2026-Q4, 2026-12 (each to its end) or 2026-12-31";
pub(super) const AT_MOST: &str = "The goal is a value of at most the target, not at least";
pub(super) const OUTPUT: &str =
    "Write to this file; its ending chooses the format: csv, json, parquet, txt; charts: svg, png";

/// One series of a file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Data")]
pub(super) struct OneSeries {
    /// Series to use, if the file has several
    #[arg(long, value_name = "ID")]
    pub(super) series: Option<String>,
}

/// Intervals of forecasts.
#[derive(Debug, Args)]
#[command(next_help_heading = "Simulation")]
pub(super) struct Intervals {
    /// Levels of the prediction intervals in per cent, separated by commas
    #[arg(short, long, default_value = "80,95", value_delimiter = ',', value_name = "PERCENT")]
    level: Vec<String>,
}

/// Sample paths of forecasts.
#[derive(Debug, Args)]
#[command(next_help_heading = "Simulation")]
pub(super) struct Simulation {
    /// Sample paths per forecast [default: 2000; for a study: what its file says]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) paths: Option<u32>,
    /// Seed of the random numbers [default: 1; for a study: what its file says]
    #[arg(long, value_name = "NUMBER")]
    pub(super) seed: Option<u64>,
    /// Threads to use; results do not depend on it [default: all cores]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

/// Unconfirmed figures.
#[derive(Debug, Args)]
#[command(next_help_heading = "Study")]
pub(super) struct Leads {
    /// Include unconfirmed figures (second-hand citations)
    #[arg(long)]
    pub(super) leads: bool,
}

/// Which published figures a study uses.
#[derive(Debug, Args)]
#[command(next_help_heading = "Study")]
pub(super) struct Published {
    /// Use only what was published by this day; of a file: only periods that were over [default: the study's day]
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<Date>,
    /// Sources to include (IDC), exclude (-IDC) or weight (IDC=0.5), separated by commas
    #[arg(long, allow_hyphen_values = true, value_name = "RULES")]
    pub(super) sources: Option<String>,
    #[command(flatten)]
    pub(super) leads: Leads,
}

/// Reference ramps that are not used.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reference ramps")]
pub(super) struct WithoutRamps {
    /// Exclude reference ramps of these places or technologies, separated by commas
    #[arg(long, alias = "without", value_delimiter = ',', value_name = "NAMES")]
    pub(super) ramps_without: Vec<String>,
}

/// A chart beside the table.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct ChartFile {
    /// Also draw the result to this file, .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(super) chart: Option<PathBuf>,
}

/// Where results go.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Output {
    #[arg(short, long, value_name = "FILE", help = OUTPUT)]
    output: Option<PathBuf>,
    /// Format of the result [default: a table on a terminal, CSV in a pipe]
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    format: Option<Format>,
}

/// The format of a file beside the result, which only the file's ending chooses.
pub(super) fn format_of(path: &Path) -> Result<Format, Failure> {
    let failure = |error: UnknownFormat| Failure::usage(error.to_string()).with_hint("rename the file");
    Format::of_path(path).map_err(failure)
}

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(["table", "csv", "json", "parquet"]).try_map(|name| name.parse::<Format>())
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
            _ => {
                return Err(Failure::usage(format!(
                    "{}: expected a chart file that ends with .svg or .png",
                    path.display()
                )));
            }
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
            say::warning(&format!("{}: {}", self.path.display(), picture.missing));
        }
        Ok(write_file(self.path, &picture.bytes)?)
    }
}

impl Simulation {
    /// The draws where no study says otherwise; sets the number of threads.
    pub(super) fn draws(&self) -> Draws {
        self.use_threads();
        Draws::new(self.seed.unwrap_or(1), self.path_count())
    }

    /// The number of sample paths where no study says otherwise.
    pub(super) fn path_count(&self) -> usize {
        self.paths.unwrap_or(2000) as usize
    }

    /// Sets the number of threads, if one is asked for.
    pub(super) fn use_threads(&self) {
        if let Some(threads) = self.threads {
            // Fails only where the pool exists already, which nothing before this makes.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build_global();
        }
    }
}

impl Intervals {
    pub(super) fn levels(&self) -> Result<Vec<Level>, Failure> {
        let levels = self.level.iter().map(|text| text.parse()).collect::<Result<Vec<Level>, _>>()?;
        match levels.iter().enumerate().find(|(at, level)| levels[..*at].contains(level)) {
            Some((_, level)) => Err(Failure::usage(format!("level {level} is given twice"))),
            None => Ok(levels),
        }
    }
}

impl Output {
    /// The format asked for, checked before any work is done.
    pub(super) fn format(&self) -> Result<Format, Failure> {
        match (self.format, &self.output) {
            (Some(format), _) => Ok(format),
            (None, Some(path)) => Ok(Format::of_path(path)?),
            (None, None) if terminal::is_shown() => Ok(Format::Table),
            (None, None) => Ok(Format::Csv),
        }
    }

    /// The file asked for.
    pub(super) fn path(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    /// The width of text: that of the terminal, if the text goes there.
    pub(super) fn width(&self) -> Option<usize> {
        terminal::output_width().filter(|_| self.output.is_none())
    }

    /// Whether no rows go to a terminal while a bar is there.
    pub(super) fn leaves_terminal_free(&self) -> bool {
        self.output.is_some() || !terminal::is_shown()
    }

    pub(super) fn write(&self, table: &Table, format: Format) -> Result<(), Failure> {
        match (&self.output, format) {
            (Some(path), _) => Ok(write_file(path, &table.write(format)?)?),
            (None, Format::Table) => say::out_table(&table.layout(self.width())),
            (None, _) => say::out(&table.write(format)?),
        }
    }
}
