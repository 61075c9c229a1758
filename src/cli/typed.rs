//! The flags that were typed, so that a command can refuse those that would change nothing.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use super::failure::Failure;

/// The names of the arguments that were typed. It is the first field of a command's arguments: later fields take their
/// values out of the matches.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed(Vec<String>);

impl Typed {
    /// Refuses the flags of `candidates` that were typed; `place` says what they do not apply to.
    pub(super) fn refuse(&self, candidates: &[&str], place: &str) -> Result<(), Failure> {
        match candidates.iter().find(|name| self.0.iter().any(|typed| typed == *name)) {
            None => Ok(()),
            Some(name) => {
                let fact = format!("--{} does not apply to {place}", name.replace('_', "-"));
                Err(Failure::usage(fact).with_hint("leave it out"))
            }
        }
    }
}

impl FromArgMatches for Typed {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let is_typed = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
        Ok(Self(matches.ids().map(clap::Id::as_str).filter(is_typed).map(str::to_owned).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Typed {
    fn augment_args(command: Command) -> Command {
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        command
    }
}
