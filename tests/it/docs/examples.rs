//! The commands of the documentation: all of them are understood, and what is shown of their output is what they write.

use std::path::Path;

use super::page::{all_pages, blocks, read, root};
use crate::command_line::{onpace, text};

/// Flags that name a file to write.
const WRITES: [&str; 5] = ["-o", "--output", "--chart", "--weights", "--backtest"];

/// Spaces that do not break, which the program writes before `%` and a reader cannot tell from others.
const NARROW: [char; 2] = ['\u{a0}', '\u{2009}'];

/// The words of a command line, with quotes removed; none for another program.
fn words(line: &str) -> Option<Vec<String>> {
    let line = line.split(" # ").next().unwrap_or_default().trim();
    let parts = line.split('"').enumerate().flat_map(|(at, part)| match at % 2 {
        1 => vec![part.to_owned()],
        _ => part.split_whitespace().map(str::to_owned).collect(),
    });
    let words: Vec<String> = parts.collect();
    (words.first().map(String::as_str) == Some("onpace")).then_some(words)
}

#[test]
fn commands_in_the_documentation_are_understood() {
    let mut count = 0;
    for path in all_pages() {
        for block in blocks(&read(&path)).iter().filter(|block| block.language == "sh") {
            for words in block.text.lines().filter_map(words) {
                count += 1;
                let parsed = onpace::cli::command().try_get_matches_from(&words);
                assert!(parsed.is_ok(), "{}: {words:?}: {}", path.display(), parsed.unwrap_err());
            }
        }
    }
    assert!(count > 15, "only {count} commands");
}

#[test]
fn outputs_in_the_documentation_are_those_of_the_program() {
    let mut count = 0;
    for path in all_pages() {
        let blocks = blocks(&read(&path));
        for pair in blocks.windows(2).filter(|pair| pair[0].language == "sh" && pair[1].language == "text") {
            let command = pair[0].text.lines().filter_map(words).next_back();
            let command = command.unwrap_or_else(|| panic!("{}: an output without a command", path.display()));
            matches(&path, &command, &pair[1].text.replace(NARROW, " "), &output(&command));
            count += 1;
        }
    }
    assert!(count >= 6, "only {count} outputs");
}

/// Runs a command in an empty folder, as on a terminal.
fn output(words: &[String]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let absolute = |(at, word): (usize, &String)| {
        let written = WRITES.contains(&words[at.saturating_sub(1)].as_str());
        let read = !written && root().join(word).is_file();
        if read { root().join(word).display().to_string() } else { word.clone() }
    };
    let mut arguments: Vec<String> = words.iter().enumerate().skip(1).map(absolute).collect();
    let has_format = |name: &str| {
        let command = onpace::cli::command();
        let command = command.find_subcommand(name).cloned();
        command.is_some_and(|command| command.get_arguments().any(|arg| arg.get_long() == Some("format")))
    };
    if has_format(&words[1]) && words.iter().all(|word| word != "--format") {
        arguments.extend(["--format".to_owned(), "table".to_owned()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let run = onpace(folder.path(), &arguments);
    assert!(run.status.success(), "{words:?}: {}", text(&run.stderr));
    text(&run.stdout).replace(&format!("{}/", root().display()), "").replace(NARROW, " ")
}

/// Whether lines are those of an output, where a line `…` takes the place of any lines, and a ` …` of the rest of one.
#[track_caller]
fn matches(path: &Path, command: &[String], documented: &str, output: &str) {
    let mut lines = output.trim_end().lines().map(str::trim_end).peekable();
    let mut skipping = false;
    for wanted in documented.trim_end().lines().map(str::trim_end) {
        if wanted == "…" {
            skipping = true;
            continue;
        }
        let is_it = |line: &&str| match wanted.strip_suffix(" …") {
            Some(start) => line.starts_with(start),
            None => *line == wanted,
        };
        let found = if skipping { lines.find(is_it) } else { lines.next().filter(is_it) };
        assert!(found.is_some(), "{}: {command:?} does not write `{wanted}`; it writes\n{output}", path.display());
        skipping = false;
    }
    assert!(skipping || lines.peek().is_none(), "{}: {command:?} writes more: {:?}", path.display(), lines.next());
}

#[test]
fn the_study_of_the_readme_is_the_example() {
    let readme = blocks(&read("README.md"));
    let shown = readme.iter().find(|block| block.language == "toml").map(|block| block.text.as_str());
    assert_eq!(shown, Some(read("docs/example/study.toml").as_str()));
}

#[test]
fn the_readme_is_for_the_first_hour() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 150, "README.md has {lines} lines; what is not for the first hour belongs in docs/");
}

#[test]
fn scores_of_odds_in_the_documentation_are_those_of_the_program() {
    let scores = read("datasets/reference-ramps/odds_scores.csv");
    let header: Vec<&str> = scores.lines().next().unwrap_or_default().split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let rows: Vec<Vec<&str>> = scores.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let brier = |row: &Vec<&str>| row[place("brier")].parse::<f64>().unwrap();
    let views = ["base rate", "drift", "drift:log", "inside", "outside", "combined"];
    let accuracy = read("docs/accuracy.md");
    let tables: Vec<&str> = accuracy.split("| odds from |").skip(1).collect();
    for (line, view) in views.iter().enumerate() {
        let of_view: Vec<&Vec<&str>> = rows.iter().filter(|row| row[place("forecaster")] == *view).collect();
        let mean = of_view.iter().map(|row| brier(row)).sum::<f64>() / of_view.len() as f64;
        let asked = |multiple: f64| {
            let is_it = |row: &&&Vec<&str>| {
                let number = |name: &str| row[place(name)].parse::<f64>().unwrap();
                row[place("counts")] == "at" && number("years") == 5.0 && number("multiple") == multiple
            };
            of_view.iter().find(is_it).map(|row| brier(row)).unwrap()
        };
        let cells = |table: &str| -> Vec<String> {
            let line = table.lines().nth(2 + line).unwrap_or_default();
            line.split('|').map(|cell| cell.trim().to_owned()).collect()
        };
        assert_eq!(cells(tables[0])[2], format!("{mean:.4}"), "docs/accuracy.md: mean Brier score of {view}");
        let expected = [format!("{:.4}", asked(2.0)), format!("{:.4}", asked(3.0))];
        assert_eq!(cells(tables[1])[2..4], expected, "docs/accuracy.md: Brier scores of {view}");
    }
}
