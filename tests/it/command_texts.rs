//! What the program prints, word by word: help texts, tables and errors as snapshots.
//!
//! After a change on purpose, `UPDATE_SNAPSHOTS=1 cargo test --release --test it command_texts` writes them anew; read
//! the difference before it is committed.

use std::path::Path;
use std::process::{Command, Stdio};

use super::command_flags::all_commands;
use super::command_line::{text, with_file};
use super::snapshot::assert_snapshot;

/// The program as on a terminal of this many columns, without colours.
fn onpace(folder: &Path, columns: usize, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onpace"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).env("COLUMNS", columns.to_string());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

/// What a command printed, and its exit code.
fn transcript(folder: &Path, columns: usize, arguments: &[&str]) -> String {
    let run = onpace(folder, columns, arguments).output().unwrap();
    let code = run.status.code().map_or("none".to_owned(), |code| code.to_string());
    format!("$ onpace {}\n{}{}[{code}]\n", arguments.join(" "), text(&run.stdout), text(&run.stderr))
}

const SALES: &str = "unique_id,ds,y\nshop,2019,1\nshop,2020,2\nshop,2021,4\nshop,2022,5\nshop,2023,7\n\
    销售额,2019,10\n销售额,2020,12\n销售额,2021,14\n销售额,2022,17\n销售额,2023,19\n\
    売上高（四半期）,2019,3\n売上高（四半期）,2020,4\n売上高（四半期）,2021,4\n売上高（四半期）,2022,6\n売上高（四半期）,2023,5\n\
    مبيعات,2019,8\nمبيعات,2020,7\nمبيعات,2021,9\nمبيعات,2022,9\nمبيعات,2023,8\n";

#[test]
fn help_of_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for (name, _) in all_commands() {
        let words: Vec<&str> = name.split(' ').skip(1).chain(["--help"]).collect();
        assert_snapshot(&format!("help {name}").replace(' ', "-"), &transcript(folder.path(), 100, &words));
    }
}

#[test]
fn the_models_in_120_columns() {
    let folder = tempfile::tempdir().unwrap();
    assert_snapshot("models", &transcript(folder.path(), 120, &["models", "--format", "table"]));
}

#[test]
fn names_in_any_script_align_in_tables() {
    let folder = with_file("sales.csv", SALES);
    let goals: String = [("a", "shop", "销售额翻一番，在年底之前，并且所有商店都在北方和南方", "6"), ("b", "销售额", "売上高は二倍になる", "30"), ("c", "مبيعات", "تتضاعف المبيعات", "9")]
        .map(|(id, series, statement, target)| {
            format!("[[goal]]\nid = \"{id}\"\nstatement = \"{statement}\"\nseries = \"{series}\"\ntarget = \"{target}\"\nby = \"2023\"\n")
        })
        .concat();
    let study =
        format!("title = \"T\"\nas_of = \"2024-06-30\"\npaths = 100\ndata = {{ file = \"sales.csv\" }}\n{goals}");
    std::fs::write(folder.path().join("study.toml"), study).unwrap();
    let forecast = ["forecast", "sales.csv", "-H", "1", "-m", "naive", "--format", "table", "--level", "80"];
    let goals = ["goals", "study.toml", "--format", "table"];
    assert_snapshot("scripts", &[&forecast[..], &goals].map(|words| transcript(folder.path(), 80, words)).join("\n"));
}

#[test]
fn mistakes_are_answered_with_what_was_meant() {
    let folder = with_file("sales.csv", SALES);
    std::fs::write(folder.path().join("columns.csv"), "id,date,y\na,2020,1\na,2021,2\n").unwrap();
    std::fs::write(folder.path().join("bad.csv"), "unique_id,ds,y\na,2020,one\na,2021,2\n").unwrap();
    std::fs::write(folder.path().join("day.csv"), "ds,y\n2020-01-01,1\n").unwrap();
    let mistakes = [
        "forcast sales.csv",
        "sales.csv",
        "mine.toml",
        "forecast sales.csv --horizn 3",
        "forecast sales.csv -m thetta",
        "forecast sales.csv -m prophet",
        "forecast sales.csv -l 120",
        "forecast sales.csv -H 0",
        "forecast sales.csv -o forecast.xls",
        "forecast sales.csv --weights pool.xls",
        "forecast sales.csv --format yaml",
        "forecast sales.csv --reconcile top-down --hierarchy x.csv",
        "forecast none.csv",
        "forecast columns.csv --id-col id --time-col dates",
        "forecast columns.csv --id-col id --time-col when",
        "forecast bad.csv",
        "goals day.csv --target x2 --by 2030",
        "chart fann sales.csv -o fan.svg",
        "chart fan sales.csv -o fan.svg",
        "chart fan sales.csv -o fan.svg --series shp",
        "chart fan sales.csv -o fan.pdf --series shop",
        "chart fan sales.csv -o fan.svg --series shop -H 10000",
        "chart multiples sales.csv -o fan.svg --unit cars",
        "chart growth sales.csv -o fan.svg --series shop --target x2 --by 2030",
        "chart odds sales.csv -o fan.svg --series shop --target 10 --upper 10 --by 2030",
        "chart fan -o fan.svg --series ascend_chips --level 50",
        "chart fan -o fan.svg --series ascend_chip",
        "chart fan -o fan.svg --goal tripel_2027",
        "chart multiples -o fan.svg --series ascend_chips",
        "goals sales.csv --series shop --target lots --by 2030",
        "goals sales.csv --series shop --target x2 --by soon",
        "goals sales.csv --series shop --target 10 --upper 10 --by 2030",
        "goals sales.csv --series shop --target x2",
        "goals --target x2 --by 2030",
        "goals --goal tripel_2027",
        "goals --chart moved.svg",
        "data show cn_domestic_unit",
        "ramps list --place Indai",
        "ramps odds --growth 0",
        "ramps odds --growth 2 --target 80%",
    ];
    let answers = mistakes.map(|words| transcript(folder.path(), 100, &words.split(' ').collect::<Vec<_>>()));
    assert_snapshot("mistakes", &answers.join("\n"));
}

#[test]
fn colours_follow_the_flag_before_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let is_coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = onpace(folder.path(), 80, arguments);
        command.env("TERM", "xterm").envs(variables.iter().copied());
        let run = command.output().unwrap();
        run.stdout.iter().chain(&run.stderr).any(|byte| *byte == 0x1b)
    };
    let forced = [("CLICOLOR_FORCE", "1")];
    for arguments in [&["--help"][..], &["models", "--format", "table"], &["forcast"], &["forecast"]] {
        assert!(!is_coloured(arguments, &[]), "{arguments:?} in a pipe");
        assert!(is_coloured(arguments, &forced), "{arguments:?} forced");
        assert!(!is_coloured(arguments, &[("NO_COLOR", "1")]), "{arguments:?} NO_COLOR");
        assert!(
            is_coloured(&[&["--color", "always"], arguments].concat(), &[("NO_COLOR", "1")]),
            "{arguments:?} always"
        );
        assert!(!is_coloured(&[arguments, &["--color=never"]].concat(), &forced), "{arguments:?} never");
    }
    assert!(!is_coloured(&["models", "--format", "csv", "--color", "always"], &[]), "data have no colours");
}

#[test]
fn a_reader_that_closes_the_pipe_ends_the_program_silently() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in
        [&["ramps", "list"][..], &["ramps", "list", "--format", "table"], &["completions", "bash"], &["man"]]
    {
        let mut child =
            onpace(folder.path(), 80, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let run = child.wait_with_output().unwrap();
        assert!(run.status.success() && run.stderr.is_empty(), "{arguments:?}: {}", text(&run.stderr));
    }
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let commands: Vec<String> = all_commands().into_iter().map(|(name, _)| name.replace(' ', "-")).collect();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = onpace(folder.path(), 80, &["completions", shell]).output().unwrap();
        let script = text(&run.stdout);
        for command in &commands {
            let word = command.rsplit('-').next().unwrap();
            assert!(script.contains(word), "{shell}: {command}");
        }
    }
    assert!(onpace(folder.path(), 80, &["man", "--folder", "."]).output().unwrap().status.success());
    for command in &commands {
        let page = std::fs::read_to_string(folder.path().join(format!("{command}.1"))).unwrap();
        assert!(page.contains(".SH NAME"), "{command}");
    }
    let missing = onpace(folder.path(), 80, &["man", "--folder", "nowhere"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(1));
}

#[test]
fn quiet_keeps_everything_but_errors_back() {
    let folder = with_file("gap.csv", "ds,y\n2019,1\n2020,\n2021,2\n2022,3\n2023,4\n2024,5\n");
    let run = |arguments: &[&str]| onpace(folder.path(), 80, arguments).output().unwrap();
    assert!(!run(&["forecast", "gap.csv", "-H", "1"]).stderr.is_empty());
    for arguments in [&["forecast", "gap.csv", "-H", "1", "-q"][..], &["-q", "forecast", "gap.csv", "-H", "1"]] {
        let quiet = run(arguments);
        assert!(quiet.status.success() && quiet.stderr.is_empty(), "{}", text(&quiet.stderr));
    }
    assert!(text(&run(&["forecast", "none.csv", "-q"]).stderr).starts_with("error: "));
}
