//! `onpace run`: a whole study.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use crate::export::OutFolder;
use crate::outlook::View;
use crate::report::score_sentence;
use crate::study::{Overrides, Results, Study, StudyFile, goal_table, outputs};

use super::failure::Failure;
use super::options::{Published, Simulation, WithoutRamps};
use super::say::{self, Progress};
use super::terminal;

/// Settings of a study that the command line may replace.
#[derive(Debug, Args)]
pub(super) struct Settings {
    #[command(flatten)]
    pub(super) published: Published,
    /// Weight of the outside view in the combined view, from 0 to 1 [default: 0.5; for a study: what its file says]
    #[arg(long, value_name = "WEIGHT", help_heading = "Reference ramps", value_parser = weight)]
    pub(super) ramps_weight: Option<f64>,
    #[command(flatten)]
    pub(super) without: WithoutRamps,
    #[command(flatten)]
    pub(super) simulation: Simulation,
}

fn weight(text: &str) -> Result<f64, String> {
    let weight = text.parse::<f64>().ok().filter(|weight| (0.0..=1.0).contains(weight));
    weight.ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

/// The goals listed on the terminal at most; the rest are in the tables.
const MOST_GOALS: usize = 24;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  onpace run
  onpace run mine.toml -o results")]
pub(super) struct Arguments {
    /// Study file [default: the bundled study of China's AI chips]
    study: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    /// Folder for forecasts, goals, charts and run.json
    #[arg(short, long, default_value = "out", value_name = "FOLDER", help_heading = "Output")]
    output: PathBuf,
}

impl Settings {
    /// What replaces the settings of a study file.
    pub(super) fn overrides(&self) -> Overrides {
        Overrides {
            as_of: self.published.as_of,
            leads: self.published.leads.leads,
            sources: self.published.sources.clone(),
            seed: self.simulation.seed,
            paths: self.simulation.paths.map(|paths| paths as usize),
            ramps_weight: self.ramps_weight,
            ramps_without: self.without.ramps_without.clone(),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let started = Instant::now();
    let file = match &arguments.study {
        Some(path) => StudyFile::open(path)?,
        None => StudyFile::bundled()?,
    };
    arguments.settings.simulation.use_threads();
    let folder = OutFolder::open(&arguments.output)?;
    let study = Study::load(&file, &arguments.settings.overrides())?;
    let progress = Progress::new("series", 0, false);
    let results = study.run(|done, all| progress.at(done, all));
    progress.finish();
    let outputs = outputs(&results)?;
    folder.write(&outputs.files)?;
    let width = terminal::output_width().unwrap_or(terminal::USUAL);
    say::out(format!("{}\n\n", textwrap::fill(&title(&results), width)).as_bytes())?;
    say::out_table(&goal_table(&results, MOST_GOALS, width))?;
    say::out(legend(&results, width).as_bytes())?;
    results.notes.iter().for_each(|note| say::note(note));
    for (file, missing) in &outputs.missing_characters {
        say::warning(&format!("{file}: {missing}"));
    }
    outputs.skipped.iter().for_each(|reason| say::note(&format!("no chart {reason}")));
    say::info(&format!(
        "\nWrote {} charts (SVG and PNG) and {} tables to {} in {:.1} s.",
        outputs.charts,
        outputs.tables,
        arguments.output.display(),
        started.elapsed().as_secs_f64()
    ));
    if arguments.study.is_none() {
        say::info(
            "Next: onpace goals --explain triple_2027\n      onpace goals yours.csv --target x3 --by 2027\n      onpace forecast yours.csv -H 8",
        );
    }
    Ok(())
}

fn title(results: &Results) -> String {
    let settings = &results.settings;
    let catalog = results.catalog.as_ref().map_or(String::new(), |catalog| {
        format!("{} series, {} sources · ", catalog.series().len(), catalog.source_count())
    });
    format!(
        "{} · {catalog}as of {} · seed {}",
        settings.title,
        settings.rules.as_of.strftime("%-d %b %Y"),
        settings.seed
    )
}

/// How to read the table of goals.
fn legend(results: &Results, width: usize) -> String {
    let mut sentences = Vec::new();
    if results.goals.iter().any(|goal| !goal.views.is_empty()) {
        sentences.push(
            "inside: models of the series itself; outside: how comparable reference ramps went on; combined: both. \
             – means that a view gives no odds; `onpace goals --explain ID` says why."
                .to_owned(),
        );
        if results.goals.iter().any(|goal| goal.goal.threshold().is_some()) {
            sentences.push(format!("A share counts as full from {} %.", results.settings.full_share));
        }
    }
    if results.goals.iter().any(|goal| goal.view(View::Outside).is_some()) {
        sentences.push(format!("Track record: {}.", score_sentence()));
    }
    if sentences.is_empty() { String::new() } else { format!("\n{}\n", textwrap::fill(&sentences.join(" "), width)) }
}
