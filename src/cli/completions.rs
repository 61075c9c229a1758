//! `onpace completions`: what a shell needs to complete commands, flags and their values.

use clap::Args;
use clap_complete::{Shell, generate};

use super::failure::Failure;
use super::say;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  onpace completions bash > ~/.local/share/bash-completion/completions/onpace
  onpace completions zsh > ~/.zfunc/_onpace
  onpace completions fish > ~/.config/fish/completions/onpace.fish")]
pub(super) struct Arguments {
    /// Shell to write for
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut super::command(), "onpace", &mut script);
    say::out(&script)
}
