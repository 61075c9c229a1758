//! `onpace man`: the manual pages, made from the same definitions as the help.

use std::path::PathBuf;

use clap::Args;
use clap_mangen::{Man, generate_to};

use crate::export::FolderError;

use super::failure::Failure;
use super::say;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  onpace man | man -l -
  onpace man --folder ~/.local/share/man/man1")]
pub(super) struct Arguments {
    /// Write one page per command into this folder, which must exist
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let program = super::command().disable_help_subcommand(true);
    match &arguments.folder {
        Some(folder) => {
            let unwritable = |cause| FolderError::Unwritable { path: folder.display().to_string(), cause };
            Ok(generate_to(program, folder).map_err(unwritable)?)
        }
        None => {
            let mut page = Vec::new();
            Man::new(program).render(&mut page)?;
            say::out(&page)
        }
    }
}
