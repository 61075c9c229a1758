//! `onpace run`: a whole study.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use jiff::civil::Date;

use crate::export::OutFolder;
use crate::outlook::View;
use crate::report::score_sentence;
use crate::study::{Overrides, Study, StudyFile, goal_table, outputs};

use super::options::use_threads;
use super::say::{self, Failure, Progress};

/// Example: onpace run mine.toml -o results
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Study file [default: the bundled study of China's AI chips]
    study: Option<PathBuf>,
    /// Folder for forecasts, goals, charts and run.json
    #[arg(short, long, default_value = "out", value_name = "FOLDER")]
    output: PathBuf,
    /// Use only what was published by this day [default: the study's]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Take in leads: figures seen only in a digest that cites another
    #[arg(long)]
    leads: bool,
    /// Sources to take in (IDC), leave out (-IDC) or give less weight (IDC=0.5), with commas between
    #[arg(long, allow_hyphen_values = true, value_name = "RULES")]
    sources: Option<String>,
    /// Seed of all draws [default: the study's]
    #[arg(long)]
    seed: Option<u64>,
    /// Threads [default: all cores]; results do not depend on it
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Say nothing on standard error but errors
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let started = Instant::now();
    let file = match &arguments.study {
        Some(path) => StudyFile::open(path)?,
        None => StudyFile::bundled()?,
    };
    let overrides = Overrides {
        as_of: arguments.as_of,
        seed: arguments.seed,
        leads: arguments.leads,
        sources: arguments.sources.clone(),
        ..Overrides::default()
    };
    use_threads(arguments.threads);
    let folder = OutFolder::open(&arguments.output)?;
    let study = Study::load(&file, &overrides)?;
    let progress = Progress::new("series", 0, arguments.quiet);
    let results = study.run(|done, all| progress.at(done, all));
    progress.finish();
    let outputs = outputs(&results)?;
    folder.write(&outputs.files)?;
    let held = results.catalog.as_ref().map_or(String::new(), |catalog| {
        format!("{} series, {} sources · ", catalog.series().len(), catalog.source_count())
    });
    let settings = &results.settings;
    let mut text = format!(
        "{} · {held}as of {} · seed {}\n\n{}\n",
        settings.title,
        settings.rules.as_of.strftime("%-d %b %Y"),
        settings.seed,
        goal_table(&results, 24)
    );
    if results.goals.iter().any(|goal| !goal.views.is_empty()) {
        text.push_str(
            "\ninside: models of the series itself; outside: how comparable reference ramps went\non; combined: both. – means that a view gives no odds (goals --explain says why).",
        );
        if results.goals.iter().any(|goal| goal.goal.threshold().is_some()) {
            text.push_str(&format!(" A share counts as full from {} %.", settings.full_share));
        }
        text.push('\n');
    }
    if results.goals.iter().any(|goal| goal.view(View::Outside).is_some()) {
        text.push_str(&format!("{}\n", say::wrapped(&format!("Track record: {}.", score_sentence()), 78)));
    }
    say::out(text.as_bytes())?;
    if !arguments.quiet {
        results.notes.iter().for_each(|note| say::note(&format!("note: {note}")));
        outputs.missing_characters.iter().for_each(|(file, missing)| say::note(&format!("warning: {file}: {missing}")));
        outputs.skipped.iter().for_each(|reason| say::note(&format!("no chart {reason}")));
        say::note(&format!(
            "\nWrote {} charts (SVG and PNG) and {} tables to {} in {:.1} s.",
            outputs.charts,
            outputs.tables,
            arguments.output.display(),
            started.elapsed().as_secs_f64()
        ));
        if arguments.study.is_none() {
            say::note(
                "Next: onpace goals --explain triple_2027\n      onpace goals yours.csv --target x3 --by 2027\n      onpace forecast yours.csv -H 8",
            );
        }
    }
    Ok(())
}
