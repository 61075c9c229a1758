//! `onpace compare` and the forecasts of large files, from outside.

use std::collections::BTreeMap;
use std::path::Path;

use crate::command_line::{onpace, text, with_file};

/// Three yearly series of 20 to 24 values that grow unevenly.
fn panel() -> String {
    let mut csv = "unique_id,ds,y\n".to_owned();
    for (id, n) in [("a", 20), ("b", 22), ("c", 24)] {
        for t in 0..n {
            let y = 100.0 + 7.0 * f64::from(t) + f64::from(t * t % 11) * if id == "c" { 5.0 } else { 1.5 };
            csv += &format!("{id},{},{y}\n", 2000 + t);
        }
    }
    csv
}

/// The rows of a CSV file as maps from column to cell.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let content = text(bytes);
    let mut lines = content.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| header.iter().map(|h| (*h).to_owned()).zip(line.split(',').map(str::to_owned)).collect();
    lines.map(row).collect()
}

fn read(folder: &Path, file: &str) -> Vec<u8> {
    std::fs::read(folder.join(file)).unwrap()
}

#[test]
fn later_values_do_not_change_earlier_forecasts() {
    let folder = with_file("a.csv", &panel());
    let later = panel().replace("b,2021,", "b,2021,9").replace("a,2019,", "a,2019,8");
    std::fs::write(folder.path().join("b.csv"), later).unwrap();
    for (file, out) in [("a.csv", "x.csv"), ("b.csv", "y.csv")] {
        let run = onpace(folder.path(), &["compare", file, "-H", "3", "--origins", "6", "--backtest", out, "-q"]);
        assert!(run.status.success(), "{}", text(&run.stderr));
    }
    assert_eq!(read(folder.path(), "x.csv"), read(folder.path(), "y.csv"));
    let first = onpace(folder.path(), &["compare", "a.csv", "-H", "3", "-q", "--threads", "1"]).stdout;
    assert_eq!(onpace(folder.path(), &["compare", "a.csv", "-H", "3", "-q", "--threads", "4"]).stdout, first);
}

#[test]
fn forecasts_read_back_score_as_the_model_that_made_them() {
    let folder = with_file("a.csv", &panel());
    let arguments = ["compare", "a.csv", "-H", "3", "-m", "theta", "-q"];
    let own = onpace(folder.path(), &[&arguments[..], &["--backtest", "past.csv"]].concat());
    let past = text(&read(folder.path(), "past.csv"));
    let theirs: String = past
        .lines()
        .filter(|l| l.contains(",theta,") || l.starts_with("unique_id"))
        .fold(String::new(), |all, line| all + &line.replace(",theta,", ",theirs,") + "\n");
    std::fs::write(folder.path().join("theirs.csv"), theirs).unwrap();
    let both = onpace(folder.path(), &[&arguments[..], &["--forecasts", "theirs.csv"]].concat());
    assert!(both.status.success(), "{}", text(&both.stderr));
    let of =
        |rows: &[BTreeMap<String, String>], model: &str| rows.iter().find(|r| r["model"] == model).unwrap().clone();
    let (alone, beside) = (rows(&own.stdout), rows(&both.stdout));
    let (theta, theirs) = (of(&beside, "theta"), of(&beside, "theirs"));
    for column in
        ["crps", "skill", "skill_se", "mase", "rmsse", "smape", "owa", "log_error", "wis", "msis", "coverage-80"]
    {
        assert_eq!(theta[column], theirs[column], "{column}");
        assert_eq!(theta[column], of(&alone, "theta")[column], "{column}");
    }
    assert_eq!(theta["origins"], "24");
}

#[test]
fn models_of_one_name_are_told_apart_and_steps_are_common() {
    let folder = with_file("a.csv", &panel());
    let run =
        onpace(folder.path(), &["compare", "a.csv", "-H", "3", "-m", "theta,theta", "--backtest", "past.csv", "-q"]);
    assert_eq!(rows(&run.stdout).iter().filter(|row| row["model"] == "theta").count(), 1);
    let both = onpace(folder.path(), &["compare", "a.csv", "-m", "theta", "--forecasts", "past.csv"]);
    let all = rows(&both.stdout);
    for name in ["theta", "naive", "drift"] {
        let find = |name: &str| all.iter().find(|row| row["model"] == name).unwrap();
        assert_eq!(find(name)["rank"], find(&format!("{name} (file)"))["rank"], "{name}");
    }
    assert!(text(&both.stderr).contains("24 origins of 3 series"), "{}", text(&both.stderr));
    // A model that forecasts one step of three is not scored beside the others' later ones.
    let past = text(&read(folder.path(), "past.csv"));
    let first = |line: &&str| {
        let cells: Vec<&str> = line.split(',').collect();
        cells[3] == "naive" && cells[1].parse::<i32>().unwrap() + 1 == cells[2].parse::<i32>().unwrap()
    };
    let short: String =
        past.lines().skip(1).filter(first).map(|line| line.replace(",naive,", ",short,") + "\n").collect();
    std::fs::write(folder.path().join("short.csv"), format!("unique_id,cutoff,ds,model,quantile,value\n{short}"))
        .unwrap();
    let run = onpace(folder.path(), &["compare", "a.csv", "-m", "naive", "--forecasts", "short.csv", "-q"]);
    let all = rows(&run.stdout);
    let crps = |name: &str| all.iter().find(|row| row["model"] == name).unwrap()["crps"].clone();
    assert_eq!(crps("short"), crps("naive"));
}

/// Two steps of one series by hand: scale 10, errors 5 and 10, so MASE 0.75; one of two outcomes inside.
#[test]
fn the_columns_of_other_tools_are_scored_by_the_definitions() {
    let folder = with_file("a.csv", "ds,y\n2001,10\n2002,20\n2003,30\n2004,40\n2005,50\n2006,60\n2007,70\n");
    let wide = "ds,cutoff,y,Other,Other-lo-80,Other-hi-80\n2006,2005,60,55,50,65\n2007,2005,70,60,50,65\n";
    std::fs::write(folder.path().join("other.csv"), wide).unwrap();
    let run = onpace(folder.path(), &["compare", "a.csv", "-m", "naive", "--forecasts", "other.csv", "-l", "80", "-q"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let all = rows(&run.stdout);
    let other = all.iter().find(|row| row["model"] == "Other").unwrap();
    let number = |column: &str| other[column].parse::<f64>().unwrap();
    assert!((number("mase") - 0.75).abs() < 1e-12);
    assert_eq!(number("coverage-80"), 0.5);
    // Quantiles .1, .5, .9 with cells .3, .4, .3: twice their losses 1, 2.5, .5 and 2, 5, 4.5, over the scale.
    assert!((number("crps") - (2.0 * (0.3 * 1.5 + 0.4 * 2.5) + 2.0 * (0.3 * 6.5 + 0.4 * 5.0)) / 20.0).abs() < 1e-12);
    // The interval scores are 15 and 15 + 2/.2 · 5.
    assert!((number("wis") - ((2.5 + 0.1 * 15.0) / 1.5 + (5.0 + 0.1 * 65.0) / 1.5) / 20.0).abs() < 1e-12);
}

#[test]
fn broken_forecasts_are_named_and_nothing_is_written() {
    let folder = with_file("a.csv", &panel());
    let cases = [
        (
            "unique_id,ds,model,quantile,value\na,2019,m,1.5,3\n",
            "line 2, column quantile: `1.5` is not between 0 and 1",
        ),
        ("unique_id,ds,mean\na,2019,three\n", "line 2, column mean: `three` is not a number"),
        ("unique_id,ds,note\na,2019\n", "`note`"),
        ("unique_id,when,mean\na,2019,3\n", "has no column `ds`"),
        ("unique_id,ds,mean\nz,2019,3\n", "no forecast of the file has an outcome"),
        ("unique_id,ds,mean\na,2050,3\n", "no forecast of the file has an outcome"),
        ("unique_id,ds,cutoff,mean\na,2015,2015,3\n", "must lie after its origin"),
        ("unique_id,ds,cutoff,mean\na,2018,2015,3\n", "has no step 1"),
        ("unique_id,ds,mean,lo-80\na,2018,3,2\na,2019,3,\n", "has no quantile 0.1"),
        ("unique_id,ds,mean,lo-80\na,2018,3,4\n", "has a quantile 0.5 below the one before it"),
        ("unique_id,ds,mean\na,2018,3\na,2018,4\n", "stands twice"),
        ("unique_id,ds,model,quantile\na,2018,m,0.5\n", "has no column `value`"),
        ("unique_id,ds,mean\n", "is empty"),
    ];
    for (csv, expected) in cases {
        std::fs::write(folder.path().join("f.csv"), csv).unwrap();
        let arguments =
            ["compare", "a.csv", "-m", "naive", "--forecasts", "f.csv", "--backtest", "x.csv", "-o", "y.csv"];
        let run = onpace(folder.path(), &arguments);
        let said = text(&run.stderr);
        assert!(matches!(run.status.code(), Some(1 | 2)), "{csv}: {said}");
        assert!(said.contains(expected) && !said.contains("panicked"), "{csv}: {said}");
        assert!(!folder.path().join("x.csv").exists() && !folder.path().join("y.csv").exists());
    }
}

#[test]
fn a_comparison_is_drawn_and_says_where_it_made_do_with_less() {
    let folder = with_file("a.csv", &panel());
    for chart in ["c.svg", "c.png"] {
        let run = onpace(folder.path(), &["compare", "a.csv", "--by-step", "--trim", "34", "--chart", chart, "--time"]);
        assert!(run.status.success(), "{}", text(&run.stderr));
        assert!(read(folder.path(), chart).len() > 10_000);
        let all = rows(&run.stdout);
        assert!(all[0].contains_key("fit_ms") && all.iter().any(|row| row["step"] == "4"));
        assert!(text(&run.stderr).contains("the 1 series with the largest losses"), "{}", text(&run.stderr));
    }
    let short = with_file("s.csv", "ds,y\n2001,1\n2002,2\n2003,4\n2004,5\n2005,7\n2006,8\n2007,9\n");
    let run = onpace(short.path(), &["compare", "s.csv", "-H", "2", "-m", "naive"]);
    assert!(text(&run.stderr).contains("has 7 values: 2 origins instead of 8"), "{}", text(&run.stderr));
    assert!(rows(&run.stdout).iter().all(|row| row["standing"] != "worse than best"), "two origins tell nothing apart");
    let run = onpace(short.path(), &["compare", "s.csv", "-H", "6"]);
    assert!(text(&run.stderr).contains("a horizon of 6 periods needs 10 values"), "{}", text(&run.stderr));
    for bad in [
        &["--chart", "c.gif"][..],
        &["--trim", "60"],
        &["--baseline", "nobody"],
        &["-l", "80,80"],
        &["-o", "s.csv"],
        &["-m", "thetta"],
    ] {
        let run = onpace(short.path(), &[&["compare", "s.csv"], bad].concat());
        assert_eq!(run.status.code(), Some(2), "{bad:?}: {}", text(&run.stderr));
    }
}

/// A file of several blocks, whole series together, against the same rows in turn, which are held in memory.
#[test]
fn a_file_in_parts_is_forecast_like_a_whole_file() {
    let (count, length) = (9000, 40);
    let row = |id: usize, t: usize| format!("series-{id},{},{}\n", t + 1, 10 + (id * 7 + t * t * 3) % 23);
    let (mut together, mut apart) = ("unique_id,ds,y\n".to_owned(), "unique_id,ds,y\n".to_owned());
    (0..count).for_each(|id| (0..length).for_each(|t| together += &row(id, t)));
    (0..length).for_each(|t| (0..count).for_each(|id| apart += &row(id, t)));
    assert!(together.len() > (4 << 20));
    together += "\"last, one\",1,3\n\"last, one\",2,x\n";
    let folder = with_file("together.csv", &together);
    std::fs::write(folder.path().join("apart.csv"), apart).unwrap();
    let forecast = |file: &str, threads: &str| {
        let arguments = ["forecast", file, "-H", "2", "-m", "drift", "--paths", "20", "--threads", threads, "-q"];
        let run = onpace(folder.path(), &arguments);
        assert!(run.status.success(), "{}", text(&run.stderr));
        run.stdout
    };
    let (parts, whole) = (forecast("together.csv", "1"), forecast("apart.csv", "3"));
    let cut = parts.len() - text(&parts).lines().last().unwrap().len() - 1;
    assert!(parts[..cut] == whole[..], "the forecasts differ");
    let line = count * length + 3;
    let expected = format!(
        "\"last, one\",,,,,,,,,\"line {line}, column y: `x` is not a number; expected a finite number or an empty cell\""
    );
    assert_eq!(text(&parts).lines().last().unwrap(), expected);
}

#[test]
fn weights_of_the_pool_are_written_and_sum_to_one() {
    let folder = with_file("a.csv", &panel());
    let run = onpace(
        folder.path(),
        &["forecast", "a.csv", "-m", "auto,naive,theta", "--weights", "w.csv", "-q", "-o", "f.csv"],
    );
    assert!(run.status.success(), "{}", text(&run.stderr));
    let content = text(&read(folder.path(), "w.csv"));
    let sum: f64 = content
        .lines()
        .skip(1)
        .filter(|l| l.starts_with("b,auto,"))
        .map(|l| l.split(',').nth(3).unwrap().parse::<f64>().unwrap())
        .sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    assert!(content.contains("c,theta,theta:log,0.33"), "{content}");
    assert!(content.contains("weights by the loss at the last 11 origins"), "{content}");
}
