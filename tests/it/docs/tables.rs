//! docs/tables.md against the headers of the tables that the program writes.

use std::path::Path;

use super::page::{column, read, root};
use crate::command_line::{onpace, text};

/// Names with the level of an interval replaced, such as `lo-LEVEL` for `lo-80`.
fn without_levels(columns: Vec<String>) -> Vec<String> {
    let plain = |name: String| {
        let Some((word, level)) = name.split_once('-') else { return name };
        let (level, rest) = level.split_once('_').map_or((level, String::new()), |(l, rest)| (l, format!("_{rest}")));
        match level.parse::<f64>().is_ok() && ["lo", "hi", "coverage"].contains(&word) {
            true => format!("{word}-LEVEL{rest}"),
            false => name,
        }
    };
    let mut columns: Vec<String> = columns.into_iter().map(plain).collect();
    let mut seen = Vec::new();
    columns.retain(|name| {
        let new = !seen.contains(name);
        seen.push(name.clone());
        new
    });
    columns
}

fn header(csv: &str) -> Vec<String> {
    csv.lines().next().unwrap_or_default().split(',').map(str::to_owned).collect()
}

#[track_caller]
fn documents(heading: &str, written: &[String]) {
    let documented = without_levels(column(&read("docs/tables.md"), &format!("## {heading}"), 0));
    assert_eq!(
        documented,
        without_levels(written.to_vec()),
        "docs/tables.md, {heading}: documented and written columns"
    );
}

/// What a command writes to standard output, run in a folder of its own.
#[track_caller]
fn columns_of(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let run = onpace(folder, arguments);
    assert!(run.status.success(), "{arguments:?}: {}", text(&run.stderr));
    header(&text(&run.stdout))
}

#[test]
fn columns_of_a_study_are_those_documented() {
    let folder = tempfile::tempdir().unwrap();
    let run = onpace(folder.path(), &["run", "-o", "out", "-q"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let of_file = |name: &str| header(&std::fs::read_to_string(folder.path().join(format!("out/{name}.csv"))).unwrap());
    documents("Goals of a study", &of_file("goals"));
    documents("Series of a study", &of_file("series"));
    documents("Figures of a study", &of_file("figures"));
    documents("Sensitivity of a study", &of_file("sensitivity"));
    documents("Projections of a study", &of_file("projections"));
    documents("Replay", &of_file("replay"));
    let mut forecasts = of_file("forecasts");
    forecasts.push("error".to_owned());
    documents("Forecasts", &forecasts);
    let tables = std::fs::read_dir(folder.path().join("out")).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(tables.filter(|path| path.extension().is_some_and(|e| e == "csv")).count(), 7, "tables of a run");
}

#[test]
fn columns_of_forecasts_and_comparisons_are_those_documented() {
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("docs/example/production.csv").display().to_string();
    let in_folder = |name: &str| header(&std::fs::read_to_string(folder.path().join(name)).unwrap());
    documents("Forecasts", &columns_of(folder.path(), &["forecast", &data, "-H", "1", "--weights", "w.csv"]));
    documents("Weights", &in_folder("w.csv"));
    let compare = ["compare", &data, "-H", "1", "-m", "naive", "--time", "--by-step", "--backtest", "b.csv"];
    documents("Comparison", &columns_of(folder.path(), &compare));
    documents("Backtest", &in_folder("b.csv"));
}

#[test]
fn columns_of_goals_on_a_file_are_those_documented() {
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("docs/example/production.csv").display().to_string();
    let goal = |more: &[&str]| columns_of(folder.path(), &[&["goals", &data, "--by", "2025"], more].concat());
    documents("Odds of a goal on a file", &goal(&["--target", "700", "--as-of", "2023-12-31"]));
    documents("A goal on a file that the data decide", &goal(&["--target", "700"]));
}

#[test]
fn columns_of_reference_ramps_are_those_documented() {
    let folder = tempfile::tempdir().unwrap();
    let of = |arguments: &[&str]| columns_of(folder.path(), arguments);
    documents("Reference ramps", &of(&["ramps", "list"]));
    documents("Values of a series", &of(&["ramps", "show", "India | solar electricity"]));
    documents("Rate of comparable cases", &of(&["ramps", "odds", "--growth", "2", "--within", "1"]));
    documents("Nearest cases", &of(&["ramps", "odds", "--growth", "2", "--cases", "2"]));
    documents("Scores of odds", &header(&read("datasets/reference-ramps/odds_scores.csv")));
}

#[test]
fn columns_of_other_commands_are_those_documented() {
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("docs/example/production.csv").display().to_string();
    let of = |arguments: &[&str]| columns_of(folder.path(), arguments);
    documents("Classes of exponential smoothing", &of(&["ets", &data]));
    documents("Models", &of(&["models"]));
    documents("Bundled series", &of(&["data", "list"]));
    documents("Observations of a bundled series", &of(&["data", "show", "cn_domestic_units"]));
    documents("Values of a series", &of(&["data", "export", "cn_domestic_units"]));
}
