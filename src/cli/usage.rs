//! The command that is meant where none is named, and mistakes in the names of commands.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::say;

/// The words that ask about the program itself.
const ABOUT: [&str; 4] = ["-h", "--help", "-V", "--version"];

/// The arguments with `run` where no command is named: `onpace -o out` is `onpace run -o out`. A word that is no command
/// stays, so that a misspelt one is not taken for a file.
pub(super) fn with_default_command(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let mut at = 1;
    loop {
        match arguments.get(at).map(|word| word.to_string_lossy()).as_deref() {
            // Flags of all commands may come before the command.
            Some("--color") if at + 1 < arguments.len() => at += 2,
            Some("--color") => return arguments,
            Some("-q" | "--quiet") => at += 1,
            Some(word) if word.starts_with("--color=") => at += 1,
            Some(word) if !word.starts_with('-') || ABOUT.contains(&word) => return arguments,
            _ => break,
        }
    }
    arguments.insert(at, "run".into());
    arguments
}

/// Reports what is wrong with the arguments, or prints the help that they ask for.
pub(super) fn report(error: &Error) -> ExitCode {
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        Some(ContextValue::Strings(words)) => words.first().map(String::as_str),
        _ => None,
    };
    if let (ErrorKind::InvalidSubcommand, Some(typed)) = (error.kind(), word(ContextKind::InvalidSubcommand)) {
        let remedy = match word(ContextKind::SuggestedSubcommand) {
            Some(near) => format!("did you mean `{near}`?"),
            None if is_study(typed) => format!("`onpace run {typed}` runs a study"),
            None if Path::new(typed).exists() => {
                format!("name a command before the file, for example: onpace forecast {typed}")
            }
            None => "`onpace --help` lists the commands".to_owned(),
        };
        say::error(&format!("there is no command `{typed}`"), Some(&remedy));
        return ExitCode::from(2);
    }
    // Nobody reads it where standard error is closed.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn is_study(word: &str) -> bool {
    Path::new(word).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_is_the_command_where_none_is_named() {
        let cases = [
            ("onpace", "onpace run"),
            ("onpace -o out", "onpace run -o out"),
            ("onpace -q", "onpace -q run"),
            ("onpace --color never --leads", "onpace --color never run --leads"),
            ("onpace --color", "onpace --color"),
            ("onpace --help", "onpace --help"),
            ("onpace forcast x.csv", "onpace forcast x.csv"),
            ("onpace --color=never models", "onpace --color=never models"),
        ];
        for (typed, expected) in cases {
            let words = typed.split(' ').map(OsString::from).collect();
            let found: Vec<_> = with_default_command(words).iter().map(|w| w.to_string_lossy().into_owned()).collect();
            assert_eq!(found.join(" "), expected);
        }
    }
}
