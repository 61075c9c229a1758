//! One flag, one meaning: the definitions of all commands compared with one another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Arg, Command};

/// Flags that mean something else in one command, and why.
const OTHER_MEANING: [(&str, &str); 1] = [
    // A study writes many files, so its results go to a folder.
    ("output", "onpace run"),
];

/// Flags whose default is another in one command, and why.
const OTHER_DEFAULT: [(&str, &str); 3] = [
    // Each origin of a comparison costs a horizon of data at the end of every series.
    ("horizon", "onpace compare"),
    // A comparison of one model says nothing.
    ("model", "onpace compare"),
    // Elsewhere a target is asked for; the table of the ramps is worth reading without one.
    ("target", "onpace ramps odds"),
];

/// Every command below this one by its full name, the program itself first.
fn commands(command: &Command, above: &str) -> Vec<(String, Command)> {
    let name = format!("{above} {}", command.get_name()).trim().to_owned();
    let below = command.get_subcommands().filter(|below| below.get_name() != "help");
    let below: Vec<_> = below.flat_map(|below| commands(below, &name)).collect();
    std::iter::once((name, command.clone())).chain(below).collect()
}

pub(crate) fn all_commands() -> Vec<(String, Command)> {
    let mut program = onpace::cli::command();
    program.build();
    commands(&program, "")
}

/// The flags by their long name, with the commands that have them.
fn flags() -> BTreeMap<String, Vec<(String, Arg)>> {
    let mut flags: BTreeMap<String, Vec<(String, Arg)>> = BTreeMap::new();
    for (name, command) in all_commands() {
        for flag in command.get_arguments() {
            // The text of --help depends on whether a command has a short help as well.
            if let Some(long) = flag.get_long().filter(|long| *long != "help") {
                flags.entry(long.to_owned()).or_default().push((name.clone(), flag.clone()));
            }
        }
    }
    flags
}

fn disagreements(of: impl Fn(&Arg) -> String, allowed: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (flag, uses) in flags() {
        let uses: Vec<_> = uses.iter().filter(|(command, _)| !allowed.contains(&(flag.as_str(), command))).collect();
        let [(first, one), others @ ..] = uses.as_slice() else { continue };
        for (command, other) in others {
            if of(one) != of(other) {
                found.push(format!("--{flag}: `{first}` has {:?}, `{command}` has {:?}", of(one), of(other)));
            }
        }
    }
    found
}

#[test]
fn a_flag_has_one_text_letter_and_value_name() {
    let meaning = |flag: &Arg| {
        let text = |text: Option<&clap::builder::StyledStr>| text.map(ToString::to_string).unwrap_or_default();
        let values: Vec<String> = flag.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
        let help = [text(flag.get_help()), text(flag.get_long_help())];
        format!("{help:?} {:?} {values:?} {:?}", flag.get_short(), flag.get_action().takes_values())
    };
    let found = disagreements(meaning, &OTHER_MEANING);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_flag_has_one_default() {
    let defaults = |flag: &Arg| format!("{:?}", flag.get_default_values());
    let allowed = [&OTHER_MEANING[..], &OTHER_DEFAULT].concat();
    let found = disagreements(defaults, &allowed);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_letter_is_short_for_one_flag() {
    let mut letters: BTreeMap<char, String> = BTreeMap::new();
    for (long, uses) in flags() {
        for letter in uses.iter().filter_map(|(_, flag)| flag.get_short()) {
            let other = letters.entry(letter).or_insert_with(|| long.clone());
            assert_eq!(*other, long, "-{letter} is short for two flags");
        }
    }
}

#[test]
fn every_flag_and_command_has_a_help_text() {
    for (name, command) in all_commands() {
        assert!(command.get_about().is_some(), "{name}");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{name} {}", argument.get_id());
        }
    }
}

/// The library has callers without a command line: remedies that name flags are added in `src/cli/hints.rs`.
#[test]
fn no_text_of_the_library_names_a_flag() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["crates/core/src", "src"] {
        rust_files(&root.join(folder), &mut files);
    }
    files.retain(|file| !file.starts_with(root.join("src/cli")));
    assert!(files.len() > 100);
    let flags: Vec<String> = flags().into_keys().map(|flag| format!("--{flag}")).collect();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let named = flags.iter().find(|flag| code.contains(flag.as_str()));
            assert!(named.is_none(), "{}:{}: {line}", file.display(), number + 1);
        }
    }
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => rust_files(&path, files),
            false if path.extension().is_some_and(|ending| ending == "rs") => files.push(path),
            false => {}
        }
    }
}
