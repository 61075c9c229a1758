//! `onpace models`: the registry.

use clap::Args;

use crate::bundled;
use crate::export::Table;

use super::failure::Failure;
use super::options::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  onpace models
  onpace models --format json")]
pub(super) struct Arguments {
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let registry = bundled::registry();
    let entries = registry.entries();
    let table = Table::default()
        .text("model", entries.iter().map(|entry| entry.model.name()))
        .text("family", entries.iter().map(|entry| entry.family.to_string()))
        .text("formula", entries.iter().map(|entry| entry.formula))
        .text("requirements", entries.iter().map(|entry| entry.model.needs().in_words()));
    arguments.output.write(&table, arguments.output.format()?)
}
