//! `onpace data`: the bundled series, and a check of the user's own file.

use clap::{Args, Subcommand};

use crate::bundled;
use crate::data::{Catalog, Rules};
use crate::export::Table;
use crate::models::Model;
use crate::study::StudyFile;

use super::failure::Failure;
use super::input::Input;
use super::options::{Leads, Output};
use super::say;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  onpace data check sales.csv
  onpace data list
  onpace data show cn_domestic_units
  onpace data export cn_domestic_units -o cards.csv")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the bundled series
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Show every figure of a bundled series with its source
    Show {
        /// Series; `onpace data list` lists them
        id: String,
        #[command(flatten)]
        output: Output,
    },
    /// Check a file and list its problems by line
    Check {
        #[command(flatten)]
        input: Input,
    },
    /// Export a bundled series as the study uses it, in the long layout
    Export {
        /// Series; `onpace data list` lists them
        id: String,
        #[command(flatten)]
        leads: Leads,
        #[command(flatten)]
        output: Output,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::List { output } => list(output),
        Command::Show { id, output } => show(id, output),
        Command::Check { input } => check(input),
        Command::Export { id, leads, output } => export(id, leads.leads, output),
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
    say::info(&format!("{}, {} ({})", info.name, info.unit, info.frequency));
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
            Ok(fitted) => {
                let basis = fitted.remarks().into_iter().find(|remark| remark.finding.is_basis());
                basis.map_or(String::new(), |remark| remark.to_string())
            }
            Err(error) => error.to_string(),
        };
        text.push_str(&format!("  note: series `{}` has few values: {pool}\n", loaded.series.id()));
    }
    let found: Vec<String> = panel.frequencies().iter().map(|(f, count)| format!("{count} {f}")).collect();
    if !found.is_empty() {
        let mixed = if found.len() > 1 { " (each series has its own)" } else { "" };
        text.push_str(&format!("  frequency: {}{mixed}\n", found.join(", ")));
    }
    let skip = if panel.series.len() < panel.names.len() { " --skip-bad" } else { "" };
    if !panel.series.is_empty() {
        text.push_str(&format!("next: onpace forecast {file} -H 4{skip}\n"));
    }
    say::out_text(&text, 2)?;
    match panel.names.len() - panel.series.len() {
        0 => Ok(()),
        bad => Err(Failure::failed(format!("{bad} of {} series cannot be used", panel.names.len()))
            .with_hint("correct the file, or leave these series out with --skip-bad")),
    }
}

fn export(id: &str, leads: bool, output: &Output) -> Result<(), Failure> {
    let as_of = StudyFile::bundled()?.as_of();
    let selection = Catalog::bundled()?.select(id, &Rules { leads, ..Rules::by(as_of) })?;
    selection.notes.iter().for_each(|note| say::note(&note.to_string()));
    if selection.leads > 0 {
        say::hint("--leads includes unconfirmed figures");
    }
    if selection.choices.is_empty() {
        return Err(Failure::failed(format!("series `{id}` has no figure that the study can use"))
            .with_hint(format!("`onpace data show {id}` lists all its figures")));
    }
    let table = Table::default()
        .text("unique_id", selection.choices.iter().map(|_| id))
        .text("ds", selection.choices.iter().map(|choice| choice.period.to_string()))
        .number("y", selection.choices.iter().map(|choice| Some(choice.value)));
    output.write(&table, output.format()?)
}
