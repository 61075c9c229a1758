//! `onpace data`: the bundled series, and what is wrong with a file.

use clap::{Args, Subcommand};

use crate::bundled;
use crate::data::{Catalog, Rules};
use crate::export::Table;
use crate::models::Model;
use crate::study::StudyFile;

use super::options::{Input, Output};
use super::say::{self, Failure};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The bundled series
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Every figure of a bundled series with its source
    Show {
        /// The series
        id: String,
        #[command(flatten)]
        output: Output,
    },
    /// What is wrong with a file, line by line
    Check {
        #[command(flatten)]
        input: Input,
    },
    /// A bundled series as the study uses it, in the long layout
    Export {
        /// The series
        id: String,
        /// Take in leads: figures seen only in a digest that cites another
        #[arg(long)]
        leads: bool,
        #[command(flatten)]
        output: Output,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::List { output } => list(output),
        Command::Show { id, output } => show(id, output),
        Command::Check { input } => check(input),
        Command::Export { id, leads, output } => export(id, *leads, output),
    }
}

fn list(output: &Output) -> Result<(), Failure> {
    let catalog = Catalog::bundled()?;
    let all = catalog.series();
    let table = Table::default()
        .text("unique_id", all.iter().map(|s| s.id.clone()))
        .text("name", all.iter().map(|s| s.name.clone()))
        .text("unit", all.iter().map(|s| s.unit.clone()))
        .text("frequency", all.iter().map(|s| s.frequency.name()))
        .count("figures", all.iter().map(|s| catalog.observations(&s.id).len()));
    output.write(&table, output.format()?)
}

fn show(id: &str, output: &Output) -> Result<(), Failure> {
    let catalog = Catalog::bundled()?;
    let info = catalog.info(id)?;
    if !output.quiet {
        say::note(&format!("{}, {} ({})", info.name, info.unit, info.frequency));
    }
    let all = catalog.observations(id);
    let source = |id: &str| catalog.source(id);
    let table = Table::default()
        .text("period", all.iter().map(|o| o.period.to_string()))
        .number("value", all.iter().map(|o| o.value))
        .number("low", all.iter().map(|o| o.low))
        .number("high", all.iter().map(|o| o.high))
        .text("kind", all.iter().map(|o| format!("{:?}", o.kind).to_lowercase()))
        .text("published", all.iter().map(|o| o.published.to_string()))
        .optional_text("origin", all.iter().map(|o| source(&o.source).map(|s| s.origin.clone())))
        .optional_text("trust", all.iter().map(|o| source(&o.source).map(|s| format!("{:?}", s.trust).to_lowercase())))
        .optional_text("url", all.iter().map(|o| source(&o.source).map(|s| s.url.clone())));
    output.write(&table, output.format()?)
}

fn check(input: &Input) -> Result<(), Failure> {
    let panel = input.panel()?;
    let file = input.data.display();
    let inside = bundled::registry().inside();
    let mut text = match panel.problems.len() {
        0 => format!("{file}: no problems in {} series\n", panel.names.len()),
        1 => format!("{file}: 1 problem in {} series\n", panel.names.len()),
        many => format!("{file}: {many} problems in {} series\n", panel.names.len()),
    };
    panel.problems.iter().for_each(|problem| text.push_str(&format!("  {problem}\n")));
    for loaded in &panel.series {
        let pool = match inside.fit(&loaded.series) {
            Ok(_) if loaded.series.len() > 6 => continue,
            Ok(fitted) => fitted.remarks().into_iter().next().unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        text.push_str(&format!("  note: series `{}` is short: {pool}\n", loaded.series.id()));
    }
    let found: Vec<String> = panel.frequencies().iter().map(|(f, count)| format!("{count} {f}")).collect();
    if !found.is_empty() {
        let mixed = if found.len() > 1 { " (mixed: each series by its own)" } else { "" };
        text.push_str(&format!("  frequency: {}{mixed}\n", found.join(", ")));
    }
    let skip = if panel.series.len() < panel.names.len() { " --skip-bad" } else { "" };
    if !panel.series.is_empty() {
        text.push_str(&format!("next: onpace forecast {file} -H 4{skip}\n"));
    }
    say::out(text.as_bytes())?;
    match panel.names.len() - panel.series.len() {
        0 => Ok(()),
        bad => Err(Failure::Failed(format!("{bad} of {} series cannot be used", panel.names.len()))),
    }
}

fn export(id: &str, leads: bool, output: &Output) -> Result<(), Failure> {
    let as_of = StudyFile::bundled()?.as_of();
    let selection = Catalog::bundled()?.select(id, &Rules { leads, ..Rules::by(as_of) })?;
    if !output.quiet {
        selection.notes.iter().for_each(|note| say::note(&format!("note: {note}")));
    }
    if selection.choices.is_empty() {
        return Err(Failure::Failed(format!("`{id}` has no usable figure: onpace data show {id} lists what there is")));
    }
    let table = Table::default()
        .text("unique_id", selection.choices.iter().map(|_| id))
        .text("ds", selection.choices.iter().map(|choice| choice.period.to_string()))
        .number("y", selection.choices.iter().map(|choice| Some(choice.value)));
    output.write(&table, output.format()?)
}
