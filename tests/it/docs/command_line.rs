//! docs/command-line.md against the command line: the part below the marker is made from it.

use std::collections::BTreeMap;

use clap::{Arg, Command};

use super::page::{read, root};

const PAGE: &str = "docs/command-line.md";
/// Set to write the page anew.
const WRITE: &str = "ONPACE_WRITE_DOCS";
const MARKER: &str = "<!-- From here on";

#[test]
fn the_page_of_the_command_line_is_that_of_the_program() {
    let page = read(PAGE);
    let start = page.find(MARKER).unwrap_or_else(|| panic!("{PAGE}: no line that begins `{MARKER}`"));
    let line = page[start..].lines().next().unwrap_or_default();
    let expected = format!("{}{line}\n{}", &page[..start], made());
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(root().join(PAGE), &expected).unwrap();
        return;
    }
    let first = page.lines().zip(expected.lines()).find(|(written, made)| written != made);
    assert!(
        page == expected,
        "{PAGE} is not what the program's help says; `{WRITE}=1 cargo test --release --test it docs` writes it anew.\n\
         First difference (page, program): {first:?}"
    );
}

/// A flag as the page lists it: names, value, default and meaning.
type Row = String;

fn made() -> String {
    let mut program = onpace::cli::command();
    program.build();
    let commands = leaves(&program, "");
    let mut text = String::from("\n## Commands\n\n| command | what it does |\n|---|---|\n");
    for (name, command) in &commands {
        text.push_str(&format!("| `onpace {name}` | {} |\n", about(command)));
    }
    let mut of_row: BTreeMap<Row, Vec<&str>> = BTreeMap::new();
    for (name, command) in &commands {
        flags(command).for_each(|arg| of_row.entry(row(arg)).or_default().push(name));
    }
    text.push_str("\n## Flags that several commands share\n\n");
    text.push_str("| flag | value | default | meaning | commands |\n|---|---|---|---|---|\n");
    for (row, names) in of_row.iter().filter(|(_, names)| names.len() > 1) {
        text.push_str(&format!("{row} {} |\n", names.join(", ")));
    }
    for (name, command) in &commands {
        let own: Vec<Row> = flags(command).map(row).filter(|row| of_row[row].len() == 1).collect();
        let arguments: Vec<String> = command.get_positionals().map(positional).collect();
        text.push_str(&format!("\n## onpace {name}\n\n{}.\n", about(command)));
        let shared = flags(command).count() - own.len();
        if shared > 0 {
            text.push_str("Its further flags are among [those that several commands share](#flags-that-several-commands-share).\n");
        }
        if own.len() + arguments.len() > 0 {
            text.push_str("\n| argument or flag | value | default | meaning |\n|---|---|---|---|\n");
            arguments.iter().chain(&own).for_each(|row| text.push_str(&format!("{row}\n")));
        }
    }
    text
}

/// The commands that have no commands of their own, with their full names.
fn leaves<'a>(command: &'a Command, prefix: &str) -> Vec<(String, &'a Command)> {
    let own = command.get_subcommands().filter(|command| command.get_name() != "help" && !command.is_hide_set());
    own.flat_map(|command| {
        let name = format!("{prefix}{}", command.get_name());
        match command.has_subcommands() {
            true => leaves(command, &format!("{name} ")),
            false => vec![(name, command)],
        }
    })
    .collect()
}

fn about(command: &Command) -> String {
    plain(command.get_about().map(ToString::to_string).unwrap_or_default().trim_end_matches('.'))
}

fn flags(command: &Command) -> impl Iterator<Item = &Arg> {
    command
        .get_opts()
        .chain(command.get_arguments().filter(|arg| !arg.is_positional() && !arg.get_action().takes_values()))
        .filter(|arg| !["help", "version"].contains(&arg.get_id().as_str()) && !arg.is_hide_set())
}

fn row(arg: &Arg) -> Row {
    let short = arg.get_short().map_or(String::new(), |short| format!("`-{short}`, "));
    let long = arg.get_long().map_or(String::new(), |long| format!("`--{long}`"));
    described(arg, &format!("{short}{long}"), &value(arg))
}

fn positional(arg: &Arg) -> Row {
    described(arg, &format!("`{}`", value(arg)), "")
}

fn value(arg: &Arg) -> String {
    if !arg.get_action().takes_values() {
        return String::new();
    }
    arg.get_value_names().map_or_else(|| arg.get_id().as_str().to_uppercase(), |names| names.join(" "))
}

fn described(arg: &Arg, name: &str, value: &str) -> Row {
    let default: Vec<String> = match arg.get_action().takes_values() {
        true => arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect(),
        false => Vec::new(),
    };
    let default = if default.concat().is_empty() { String::new() } else { format!("`{}`", default.join(",")) };
    let mut meaning = plain(&arg.get_help().map(ToString::to_string).unwrap_or_default());
    let possible: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|_| arg.get_action().takes_values())
        .map(|value| {
            format!("`{}`{}", value.get_name(), value.get_help().map_or(String::new(), |help| format!(" ({help})")))
        })
        .collect();
    if !possible.is_empty() {
        meaning.push_str(&format!(": {}", possible.join(", ")));
    }
    let value = if value.is_empty() { String::new() } else { format!("`{value}`") };
    let cells = [name, &value, &default, &meaning].map(str::to_owned);
    cells.iter().fold("|".to_owned(), |line, cell| format!("{line} {} |", cell.trim()).replace("|  |", "| |"))
}

/// Help as one line of a table.
fn plain(help: &str) -> String {
    help.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
