//! The program from outside, as a user meets it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(crate) fn onpace(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_onpace")).current_dir(folder).args(arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn with_file(name: &str, content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), content).unwrap();
    folder
}

#[test]
fn the_bundled_study_gives_the_same_bytes_on_any_threads() {
    let folder = tempfile::tempdir().unwrap();
    let one = onpace(folder.path(), &["-o", "one", "--threads", "1"]);
    assert!(one.status.success(), "{}", text(&one.stderr));
    assert!(text(&one.stdout).contains("AI-chip output triples"));
    let two = onpace(folder.path(), &["run", "-o", "two", "--threads", "4", "-q"]);
    assert!(two.status.success() && two.stderr.is_empty());
    assert_eq!(one.stdout, two.stdout);
    let mut count = 0;
    for entry in std::fs::read_dir(folder.path().join("one")).unwrap() {
        let name = entry.unwrap().file_name();
        let read = |run: &str| std::fs::read(folder.path().join(run).join(&name)).unwrap();
        assert!(read("one") == read("two"), "{name:?} differs");
        count += 1;
    }
    assert!(count >= 30, "{count}");
    let goals = std::fs::read_to_string(folder.path().join("one/goals.csv")).unwrap();
    assert_eq!(goals.lines().count(), 36);
    std::fs::write(folder.path().join("two/mine.txt"), "keep").unwrap();
    assert!(onpace(folder.path(), &["run", "-o", "two", "-q"]).status.success());
    assert!(folder.path().join("two/mine.txt").exists());
}

#[test]
fn a_foreign_file_stops_the_run_before_it_writes() {
    let folder = with_file("goals.csv", "mine");
    let run = onpace(folder.path(), &["run", "-o", "."]);
    assert_eq!(run.status.code(), Some(1));
    assert!(text(&run.stderr).contains("was not written by an earlier run"), "{}", text(&run.stderr));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_and_standard_input_give_the_same_forecast() {
    let csv = "unique_id,ds,y\na,2020Q1,1\na,2020Q2,2\na,2020Q3,4\na,2020Q4,5\na,2021Q1,7\n";
    let folder = with_file("a.csv", csv);
    let run = onpace(folder.path(), &["forecast", "a.csv", "-H", "2", "-m", "naive,drift"]);
    let out = text(&run.stdout);
    assert!(out.starts_with("unique_id,ds,model,mean,median,lo-80,hi-80,lo-95,hi-95,error\na,2021Q2,naive,"), "{out}");
    assert_eq!(out.lines().count(), 5);
    assert!(text(&run.stderr).contains("1 series (1 quarterly)"));
    let mut piped = Command::new(env!("CARGO_BIN_EXE_onpace"))
        .args(["forecast", "-", "-H", "2", "-m", "naive,drift", "-q"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    piped.stdin.take().unwrap().write_all(csv.as_bytes()).unwrap();
    assert_eq!(piped.wait_with_output().unwrap().stdout, run.stdout);
    for ending in ["parquet", "json", "csv"] {
        let file = format!("f.{ending}");
        assert!(onpace(folder.path(), &["forecast", "a.csv", "-H", "2", "-q", "-o", &file]).status.success());
        assert!(std::fs::metadata(folder.path().join(file)).unwrap().len() > 100);
    }
}

#[test]
fn bad_input_is_named_by_line_and_never_panics() {
    let cases = [
        ("", "is empty"),
        ("unique_id,ds,y\n", "is empty"),
        ("id,when,what\na,2020,1\n", "no column `ds`"),
        ("unique_id,ds,y\na,2020,one\na,2021,2\n", "line 2, column y: `one` is not a number"),
        ("unique_id,ds,y\na,2020Q5,1\na,2020Q4,2\n", "`2020Q5` is not a quarter (2020Q1 to 2020Q4)"),
        ("unique_id,ds,y\na,2020,1\na,2020,2\n", "duplicate period 2020 in series `a` (lines 2 and 3)"),
        ("unique_id,ds,y\na,2020,inf\na,2021,2\n", "infinite"),
        ("unique_id,ds,y\na,2020Q1,1\na,2020-05,2\n", "mixed frequencies"),
        ("unique_id,ds,y\na,2020,1\n", "needs 2 observations but the series has 1"),
        ("unique_id,ds,y\na,2020,NaN\na,2021,\n", "no values"),
    ];
    for (csv, expected) in cases {
        let folder = with_file("bad.csv", csv);
        for arguments in
            [&["forecast", "bad.csv", "-o", "f.csv"][..], &["goals", "bad.csv", "--target", "x2", "--by", "2030"]]
        {
            let run = onpace(folder.path(), arguments);
            let said = text(&run.stderr);
            assert!(matches!(run.status.code(), Some(1 | 2)), "{csv}: {said}");
            assert!(!said.contains("panicked"), "{said}");
            assert!(arguments[0] == "goals" || said.contains(expected), "{csv}: {said}");
        }
        assert!(!folder.path().join("f.csv").exists());
    }
}

#[test]
fn extreme_and_constant_series_are_forecast_in_finite_numbers() {
    for y in [
        ["7", "7", "7", "7", "7", "7"],
        ["0", "0", "0", "0", "0", "0"],
        ["1e300", "2e300", "1e300", "3e300", "2e300", "1e300"],
        ["1e-300", "2e-300", "3e-300", "2e-300", "4e-300", "5e-300"],
    ] {
        let rows: String = y.iter().enumerate().map(|(t, v)| format!("a,{},{v}\n", 2000 + t)).collect();
        let folder = with_file("a.csv", &format!("unique_id,ds,y\n{rows}"));
        let run = onpace(folder.path(), &["forecast", "a.csv", "-m", "all", "-H", "3", "-q"]);
        assert!(run.status.success(), "{y:?} {}", text(&run.stderr));
        let out = text(&run.stdout);
        assert!(!out.contains("NaN") && !out.contains("inf"), "{out}");
    }
}

#[test]
fn usage_errors_are_2_and_say_what_is_allowed() {
    let folder = with_file("a.csv", "unique_id,ds,y\na,2020,1\na,2021,2\na,2022,3\n");
    let cases: [(&[&str], &str); 5] = [
        (&["forecast", "a.csv", "-m", "thetta"], "there is no model `thetta`"),
        (&["forecast", "a.csv", "-l", "120"], "is not a level"),
        (&["goals", "a.csv", "--target", "lots", "--by", "2030"], "is not a target"),
        (&["goals", "a.csv", "--target", "x2", "--by", "soon"], "is not a deadline"),
        (&["forecast", "a.csv", "-H", "0"], "0 is not in"),
    ];
    for (arguments, expected) in cases {
        let run = onpace(folder.path(), arguments);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
        assert!(text(&run.stderr).contains(expected), "{}", text(&run.stderr));
    }
    let study = with_file("s.toml", "title = \"x\"\nas_of = \"2026-01-01\"\ndatta = 1\n");
    let run = onpace(study.path(), &["run", "s.toml"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(text(&run.stderr).contains("unknown field `datta`"), "{}", text(&run.stderr));
}

#[test]
fn every_goal_command_and_chart_works_on_a_users_file() {
    let rows: String = (0..12).map(|t| format!("a,{},{}\n", 2010 + t, 100.0 * 1.15_f64.powi(t))).collect();
    let folder = with_file("a.csv", &format!("unique_id,ds,y\n{rows}"));
    let goals = onpace(folder.path(), &["goals", "a.csv", "--target", "x2", "--base", "2021", "--by", "2026"]);
    let out = text(&goals.stdout);
    assert!(
        out.starts_with("view,due,level,odds,odds_se,odds_by_deadline,odds_at_deadline")
            && out.contains("combined,2026"),
        "{out} {}",
        text(&goals.stderr)
    );
    let goal = &["--target", "x2", "--by", "2026"][..];
    for (kind, more) in
        [("fan", &[][..]), ("fan", goal), ("multiples", &[]), ("growth", &[]), ("odds", goal), ("goal", goal)]
    {
        for file in ["c.svg", "c.png"] {
            let mut arguments = vec!["chart", kind, "a.csv", "-o", file];
            arguments.extend(more);
            let run = onpace(folder.path(), &arguments);
            assert!(run.status.success(), "{kind} {}", text(&run.stderr));
            assert!(std::fs::metadata(folder.path().join(file)).unwrap().len() > 1000);
        }
    }
}

#[test]
fn the_kinds_of_chart_are_listed_and_one_of_a_study_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let list = text(&onpace(folder.path(), &["chart", "list"]).stdout);
    for kind in onpace::charts::KINDS {
        assert!(list.contains(&format!("\n{} ", kind.name())) || list.starts_with(kind.name()), "{list}");
    }
    let sources = onpace(folder.path(), &["chart", "sources", "--series", "ascend_chips", "-o", "s.svg"]);
    assert!(sources.status.success(), "{}", text(&sources.stderr));
    assert!(std::fs::read_to_string(folder.path().join("s.svg")).unwrap().contains("Huawei Ascend"));
    let words = ["--title", "My title", "--source", "My source", "-o", "w.svg"];
    let worded = onpace(folder.path(), &[&["chart", "sources", "--series", "ascend_chips"][..], &words].concat());
    assert!(worded.status.success(), "{}", text(&worded.stderr));
    let svg = std::fs::read_to_string(folder.path().join("w.svg")).unwrap();
    assert!(svg.contains("My title") && svg.contains("My source"));
    let comparison = onpace(folder.path(), &["chart", "comparison", "-o", "c.svg"]);
    assert_eq!(comparison.status.code(), Some(2));
    assert!(text(&comparison.stderr).contains("onpace compare --chart FILE"), "{}", text(&comparison.stderr));
}

#[test]
fn a_chart_of_a_fall_on_a_file_credits_the_ramps_only_where_they_are_part_of_it() {
    let rows: String = (0..12).map(|t| format!("a,{},{}\n", 2010 + t, 100.0 * 1.15_f64.powi(t))).collect();
    let folder = with_file("a.csv", &format!("unique_id,ds,y\n{rows}"));
    let credits = |arguments: &[&str]| {
        let run = onpace(folder.path(), &[&["chart", "fan", "a.csv", "-o", "c.svg"], arguments].concat());
        assert!(run.status.success(), "{}", text(&run.stderr));
        std::fs::read_to_string(folder.path().join("c.svg")).unwrap().contains("Our World in Data (CC BY 4.0)")
    };
    assert!(credits(&["--target", "-20%", "--at-most", "--by", "2026"]));
    assert!(credits(&["--model", "reference"]));
    assert!(!credits(&["--model", "drift"]));
}

#[test]
fn forecasts_that_add_up_end_with_the_calendar() {
    let folder = with_file("d.csv", "unique_id,ds,y\na,2020,1\na,2021,2\na,2022,3\nb,2020,1\nb,2021,2\nb,2022,3\n");
    std::fs::write(folder.path().join("tree.csv"), "unique_id,parent\na,all\nb,all\n").unwrap();
    let run = onpace(folder.path(), &["forecast", "d.csv", "--hierarchy", "tree.csv", "-H", "10000"]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stdout));
    assert!(text(&run.stderr).contains("outside the years 1 to 9999"), "{}", text(&run.stderr));
}

#[test]
fn characters_that_no_font_has_are_reported() {
    // Code points for private use, which no font of a system should have.
    let folder = with_file("a.csv", "unique_id,ds,y\n\u{10fff0}a,2019,1\n\u{10fff0}a,2020,2\n\u{10fff0}a,2021,3\n");
    let run = |file: &str| onpace(folder.path(), &["chart", "fan", "a.csv", "-o", file]);
    assert!(text(&run("c.png").stderr).contains("no installed font has the characters \u{10fff0};"));
    assert!(!text(&run("c.svg").stderr).contains("font"));
    assert!(std::fs::read_to_string(folder.path().join("c.svg")).unwrap().contains("\u{10fff0}a"));
}

#[test]
fn impossible_goals_are_refused() {
    let folder = with_file("d.csv", "ds,y\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n2024-01-04,2\n");
    let cases: [(&[&str], &str); 4] = [
        (&["--target", "150%", "--upper", "100", "--by", "2024-02"], "outside the bounds"),
        (&["--target", "x2", "--by", "9999-12-31"], "beyond the longest horizon"),
        (&["--target", "x2", "--base", "2030-01-01", "--by", "2026"], "is not before the deadline 2026-12-31"),
        (&["--target", "80%", "--upper", "50", "--by", "2024-02"], "outside the bounds"),
    ];
    for (arguments, expected) in cases {
        let run = onpace(folder.path(), &[&["goals", "d.csv"], arguments].concat());
        assert_eq!(run.status.code(), Some(1));
        assert!(text(&run.stderr).contains(expected), "{}", text(&run.stderr));
    }
}

#[test]
fn a_study_of_a_users_file_knows_only_what_was_known_on_its_day() {
    let folder = with_file("a.csv", "unique_id,ds,y\na/b,2013,1\na/b,2014,1.5\na/b,2015,2\na/b,2016,3\na/b,2018,40\n");
    let study = "title = \"t\"\nas_of = \"2016-12-31\"\ndata = { file = \"a.csv\" }\n[[goal]]\nid = \"g\"\nstatement = \"doubles\"\n\
                 series = \"a/b\"\ntarget = \"x2\"\nby = \"2019\"\n[[chart]]\nkind = \"fan\"\nseries = \"a/b\"\n";
    std::fs::write(folder.path().join("s.toml"), study).unwrap();
    let run = onpace(folder.path(), &["run", "s.toml", "-o", "o"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let series = std::fs::read_to_string(folder.path().join("o/series.csv")).unwrap();
    assert!(series.contains("a/b,a/b,\"\",yearly,4,2013,2016,3.0"), "{series}");
    assert!(folder.path().join("o/fan-a-b.svg").exists());
    let zero = study.replacen("data", "horizon = { yearly = 0 }\ndata", 1);
    std::fs::write(folder.path().join("s.toml"), zero).unwrap();
    let run = onpace(folder.path(), &["run", "s.toml", "-o", "o"]);
    assert!(text(&run.stderr).contains("horizon.yearly = 0: expected a number from 1 to 500"));
}

const QUARTERS: &str = "unique_id,ds,y\nsupply,2022Q1,16\nsupply,2022Q2,19\nsupply,2022Q3,21\nsupply,2022Q4,24\n\
    supply,2023Q1,25\nsupply,2023Q2,28\nsupply,2023Q3,30\nsupply,2023Q4,33\nsupply,2024Q1,35\n\
    demand,2022Q1,45\ndemand,2022Q2,47\ndemand,2022Q3,48\ndemand,2022Q4,50\ndemand,2023Q1,52\n\
    demand,2023Q2,53\ndemand,2023Q3,54\ndemand,2023Q4,56\ndemand,2024Q1,57\n";

#[test]
fn every_kind_of_goal_works_on_a_users_file() {
    let folder = with_file("q.csv", QUARTERS);
    let goals = |more: &[&str]| {
        let run = onpace(folder.path(), &[&["goals", "q.csv", "--series", "supply", "--paths", "500"], more].concat());
        assert!(run.status.success(), "{more:?} {}", text(&run.stderr));
        text(&run.stdout)
    };
    let ratio = goals(&["--over", "demand", "--target", "100%", "--by", "2026", "--format", "table"]);
    assert!(ratio.contains("in per cent of `demand`") && ratio.contains("by 2026Q4"), "{ratio}");
    let years = goals(&["--calendar-years", "--target", "x2", "--base", "2023", "--by", "2026"]);
    // 25 + 28 + 30 + 33 = 116, twice.
    assert!(years.contains("combined,2026,232.0,"), "{years}");
    let growth = goals(&["--target", "+10%/year", "--base", "2023Q4", "--by", "2024-Q4", "--at-deadline"]);
    assert!(growth.contains("36.3"), "{growth}");
    let falls = goals(&["--target=-50%", "--at-most", "--by", "2024-Q4"]);
    assert!(falls.contains("at most 17.5 by 2024Q4"), "{falls}");
    let replay = goals(&["--target", "40", "--by", "2024-Q4", "--replay", "--chart", "moved.svg"]);
    assert!(replay.contains("2024-03-31,35 in 2024Q1") && replay.lines().count() == 10, "{replay}");
    assert!(folder.path().join("moved.svg").exists());
    let then = goals(&["--as-of", "2023-06-30", "--target", "33", "--by", "2023-Q4"]);
    assert!(then.contains(",met,2023Q4,33.0"), "{then}");
}

#[test]
fn forecasts_of_a_hierarchy_add_up() {
    let folder = with_file("q.csv", QUARTERS);
    std::fs::write(folder.path().join("tree.csv"), "unique_id,parent\nsupply,all\ndemand,all\n").unwrap();
    for method in ["bottom-up", "structural", "minimum-trace"] {
        let run = onpace(
            folder.path(),
            &["forecast", "q.csv", "-H", "2", "-m", "drift", "--hierarchy", "tree.csv", "--reconcile", method],
        );
        assert!(run.status.success(), "{}", text(&run.stderr));
        let out = text(&run.stdout);
        let mean = |id: &str| {
            let row = out.lines().find(|line| line.starts_with(&format!("{id},2024Q3,"))).unwrap();
            row.split(',').nth(3).unwrap().parse::<f64>().unwrap()
        };
        assert!((mean("all") - mean("supply") - mean("demand")).abs() < 1e-9, "{method}");
    }
    std::fs::write(folder.path().join("q.csv"), format!("{QUARTERS}all,2022Q1,60\nall,2022Q2,66\n")).unwrap();
    let run = onpace(folder.path(), &["forecast", "q.csv", "--hierarchy", "tree.csv"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(text(&run.stderr).contains("`all` is 60 in 2022Q1, its parts add up to 61"), "{}", text(&run.stderr));
    std::fs::write(folder.path().join("tree.csv"), "child,parent\nsupply,all\n").unwrap();
    let run = onpace(folder.path(), &["forecast", "q.csv", "--hierarchy", "tree.csv"]);
    assert!(text(&run.stderr).contains("has no column `unique_id`"), "{}", text(&run.stderr));
}

#[test]
fn goals_of_a_study_are_explained() {
    let folder = with_file("q.csv", QUARTERS);
    let goal = |id: &str| {
        format!("[[goal]]\nid = \"{id}\"\nstatement = \"S\"\nseries = \"supply\"\ntarget = \"40\"\nby = \"2025\"\n")
    };
    let study = |name: &str, more: &str| {
        let head = "title = \"T\"\nas_of = \"2024-06-30\"\npaths = 300\n";
        std::fs::write(folder.path().join(name), format!("{head}{more}")).unwrap();
    };
    let data = "data = { file = \"q.csv\" }\n";
    study("good.toml", &format!("{data}{}", goal("a")));
    let run = onpace(folder.path(), &["goals", "good.toml", "--explain", "a"]);
    let out = text(&run.stdout);
    for word in [
        "target",
        "at least 40",
        "odds",
        "annual growth: required",
        "growth of the last year",
        "not reached by",
        "line 5",
    ] {
        assert!(out.contains(word), "{word}: {out} {}", text(&run.stderr));
    }
    study("twice.toml", &format!("{data}{}{}", goal("a"), goal("a")));
    study("nosum.toml", &format!("{data}[[sum]]\ntotal = \"all\"\nparts = [\"supply\", \"nothing\"]\n{}", goal("a")));
    study("weight.toml", &format!("ramps_weight = 2\n{data}{}", goal("a")));
    study("without.toml", &format!("ramps_without = [\"Atlantis\"]\n{data}{}", goal("a")));
    study("both.toml", &format!("{data}{}over = \"demand\"\ncalendar_years = true\n", goal("a")));
    let cases = [
        ("twice.toml", "twice.toml, line 11, column 1, goal `a`: two goals have this name"),
        ("nosum.toml", "nosum.toml, line 5, column 1: series `nothing` does not exist"),
        ("weight.toml", "ramps_weight = 2"),
        ("without.toml", "place or technology of the reference ramps `Atlantis` does not exist"),
        ("both.toml", "line 5, column 1, goal `a`: `over` and `calendar_years` are both given"),
    ];
    for (file, expected) in cases {
        let run = onpace(folder.path(), &["run", file]);
        assert_eq!(run.status.code(), Some(1), "{file}");
        assert!(text(&run.stderr).contains(expected), "{file}: {}", text(&run.stderr));
    }
    let bundled = [
        (&["goals", "--sources=-Nobody"][..], "no figure is cited from a source or origin `Nobody`"),
        (&["goals", "--as-of", "1950-01-01"], "nothing was published before"),
        (&["goals", "--goal", "nope"], "there is no goal `nope`"),
    ];
    for (arguments, expected) in bundled {
        let run = onpace(folder.path(), arguments);
        assert!(!run.status.success() && text(&run.stderr).contains(expected), "{}", text(&run.stderr));
    }
    let early = onpace(folder.path(), &["goals", "--goal", "triple_2027", "--as-of", "2024-01-01", "--paths", "100"]);
    assert!(text(&early.stdout).contains("nothing was published by 2024-01-01"), "{}", text(&early.stdout));
}

/// A figure cannot be reported of a period that has not begun.
#[test]
fn a_reported_figure_of_the_future_is_refused_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| std::fs::write(folder.path().join(name), content).unwrap();
    write("series.csv", "id,name,entity,metric,unit,frequency,kind,lower,upper,note\na,A,E,m,cars,A,flow,0,,\n");
    write(
        "sources.csv",
        "id,title,publisher,author,url,published,kind,origin,trust,note\ns,T,P,,,2024-01-01,filing,P,primary,\n",
    );
    write(
        "observations.csv",
        "series,period,value,low,high,kind,source,published,note\na,2024,5,,,reported,s,2023-05-01,\n",
    );
    write("study.toml", "title = \"T\"\nas_of = \"2025-06-30\"\ndata = { folder = \".\" }\n");
    let run = onpace(folder.path(), &["run", "study.toml"]);
    let said = text(&run.stderr);
    assert!(said.contains("observations.csv, line 2") && said.contains("before the period began"), "{said}");
}

#[test]
fn ramps_are_listed_shown_and_asked() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let run = onpace(folder.path(), &[&["ramps"], arguments].concat());
        (run.status.code(), text(&run.stdout), text(&run.stderr))
    };
    let (code, list, _) = run(&["list", "--place", "Inde"]);
    assert!(code == Some(0) && list.contains("India | solar electricity,India") && !list.contains("Chile"), "{list}");
    let (_, show, _) = run(&["show", "China | wind electricity"]);
    assert!(show.contains("China | wind electricity,2021,614.18"), "{show}");
    let (_, odds, note) = run(&["odds", "--growth", "1.8,2", "--target", "3", "--within", "2"]);
    assert!(odds.starts_with("counts,years,target,rate,lo-80,hi-80,cases\nby,1,3.0,"), "{odds}");
    assert!(note.contains("comparable cases"), "{note}");
    let (_, cases, _) = run(&["odds", "--growth", "2", "--cases", "3", "--without", "Poland,solar electricity"]);
    assert!(cases.lines().count() == 4 && !cases.contains("Poland") && !cases.contains("solar"), "{cases}");
    let (_, about, _) = run(&["about"]);
    assert!(about.contains("935 reference ramps") && about.contains("Left out"), "{about}");
    for (arguments, expected) in [
        (&["odds", "--growth", "0"][..], "expected multiples above zero"),
        (&["odds", "--growth", "2", "--without", "Atlantis"], "`Atlantis`"),
        (&["show", "x"], "there is no ramp `x`"),
        (&["odds", "--growth", "1.1", "--share", "60", "--target", "120"], "below 100"),
    ] {
        let (code, _, said) = run(arguments);
        assert!(code == Some(2) && said.contains(expected), "{said}");
    }
}
