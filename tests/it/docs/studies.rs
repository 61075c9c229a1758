//! docs/studies.md against the keys that a study file allows.

use onpace::series::Frequency;
use onpace::study::{Overrides, StudyFile};

use super::page::{column, read, rows, section};

/// A study with nothing but what is required.
const LEAST: &str = "title = 't'\nas_of = '2026-01-01'\ndata = { file = 'x.csv' }\n";
/// The kinds of table, by heading; a `#` takes the place of the keys.
const KINDS: [(&str, &str, &str); 4] = [
    ("## Keys of the file", "#", LEAST),
    ("## Keys of a goal", "[[goal]]\n#", "id = 'g'\nstatement = 's'\nseries = 'x'\ntarget = 'x2'\nby = '2027'\n"),
    ("## Keys of a sum", "[[sum]]\n#", "total = 't'\nparts = ['a']\n"),
    ("## Keys of a chart", "[[chart]]\n#", "kind = 'fan'\n"),
];

fn study(frame: &str, keys: &str) -> String {
    let within = frame.replace('#', keys);
    if frame == "#" { within } else { format!("{LEAST}{within}") }
}

#[track_caller]
fn error(text: &str) -> String {
    match StudyFile::parse(text, "study.toml") {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(error) => error.to_string(),
    }
}

/// The names between backticks after "expected".
fn allowed(error: &str) -> Vec<String> {
    let (_, list) = error.split_once("expected").unwrap_or_else(|| panic!("no list of keys: {error}"));
    let mut names: Vec<String> = list.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    names.sort();
    names
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[test]
fn keys_are_those_documented() {
    let page = read("docs/studies.md");
    for (heading, frame, least) in KINDS {
        let message = error(&study(frame, &format!("no_such_key = 1\n{least}")));
        assert!(message.contains("`no_such_key`"), "{message}");
        assert_eq!(sorted(column(&page, heading, 0)), allowed(&message), "docs/studies.md, {heading}");
    }
    let message = error(&LEAST.replace("file =", "no_such_key ="));
    assert_eq!(sorted(column(&page, "## Keys of data", 0)), allowed(&message), "docs/studies.md, keys of data");
}

#[test]
fn required_keys_are_those_documented() {
    let page = read("docs/studies.md");
    for (heading, frame, least) in KINDS {
        let line_of = |key: &str| least.lines().find(|line| line.starts_with(&format!("{key} =")));
        for row in rows(section(&page, heading)) {
            let (key, required) = (&row[0], row[3] == "required");
            assert_eq!(line_of(key).is_some(), required, "docs/studies.md: is `{key}` required?");
            if let Some(line) = line_of(key) {
                let message = error(&study(frame, &least.replace(&format!("{line}\n"), "")));
                assert!(message.contains(&format!("missing field `{key}`")), "{key}: {message}");
            }
        }
        assert!(StudyFile::parse(&study(frame, least), "study.toml").is_ok(), "{heading}: {least} is not enough");
    }
}

#[test]
fn keys_have_the_documented_types() {
    let page = read("docs/studies.md");
    for (heading, frame, least) in KINDS {
        for row in rows(section(&page, heading)) {
            let (key, kind) = (&row[0], row[1].as_str());
            let wrong = match kind {
                "text" => "1",
                "number" | "true or false" | "list of numbers" => "'text'",
                "whole number" => "1.5",
                "list of texts" | "list of tables" | "table" => "1",
                other => panic!("docs/studies.md: type `{other}` of `{key}` has no test"),
            };
            let kept: String =
                least.lines().filter(|l| !l.starts_with(&format!("{key} ="))).map(|l| format!("{l}\n")).collect();
            let message = error(&study(frame, &format!("{key} = {wrong}\n{kept}")));
            assert!(!message.contains("missing field") && !message.contains("unknown field"), "{key}: {message}");
        }
    }
}

#[test]
fn defaults_are_those_documented() {
    let page = read("docs/studies.md");
    let settings = |text: &str| {
        let file = StudyFile::parse(text, "study.toml").unwrap_or_else(|error| panic!("{error}\n{text}"));
        format!("{:?}", file.settings(&Overrides::default()).unwrap())
    };
    for row in rows(section(&page, "## Keys of the file")).iter().filter(|row| row[3] != "required") {
        let given = format!("{} = {}\n{LEAST}", row[0], row[3]);
        assert_eq!(settings(&given), settings(LEAST), "docs/studies.md: default of `{}`", row[0]);
    }
}

#[test]
fn frequencies_and_season_lengths_are_those_documented() {
    let documented = rows(section(&read("docs/data.md"), "### Frequency and season"));
    let of = |f: &Frequency| {
        vec![f.name().to_owned(), f.season_lengths().iter().map(usize::to_string).collect::<Vec<_>>().join(", ")]
    };
    assert_eq!(documented, Frequency::ALL.iter().map(of).collect::<Vec<_>>(), "docs/data.md, Frequency and season");
}
