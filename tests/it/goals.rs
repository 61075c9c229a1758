//! Goals from outside: pooling and official categories against reference implementations, first passage against theory, a
//! replay that knows nothing of the future, sums that add up, and the scores of the odds.

use std::path::Path;

use ndarray::Array2;
use onpace::bundled;
use onpace::data::{Catalog, RandomEffects, Rules, SourceRules, ramp_tasks};
use onpace::export::Format;
use onpace::forecast::{Draws, Ensemble, Forecast};
use onpace::goals::{Goal, Target, assess, escap, eurostat};
use onpace::outlook::{Forecaster, View, score_odds};
use onpace::report::{odds_score_table, score_sentence};
use onpace::series::{Period, Series};
use onpace::study::{GoalResult, Overrides, Study, StudyFile};

use crate::near::{CLOSED, DIGITS, Tolerance, monte_carlo, near};
use crate::{golden, numbers};

/// BCG vaccine trials, log relative risk: metafor 3.8-1 in R.
#[test]
fn random_effects_equal_metafor() {
    let r = golden("meta_r.json");
    let pairs: Vec<(f64, f64)> = numbers(&r["yi"]).into_iter().zip(numbers(&r["vi"])).collect();
    let pooled = RandomEffects::of(&pairs).unwrap();
    let of = |method: &str, what: &str| r[method][what].as_f64().unwrap();
    near("estimate", pooled.estimate, of("DL", "est"), DIGITS);
    near("standard error", pooled.standard_error, of("DL", "se"), DIGITS);
    near("variance between trials", pooled.tau2, of("DL", "tau2"), DIGITS);
    near("heterogeneity", pooled.q, of("DL", "Q"), DIGITS);
    near("share of heterogeneity", 100.0 * pooled.i2, of("DL", "I2"), DIGITS);
    near("error of Knapp and Hartung", pooled.knapp_hartung.unwrap(), of("DL_HK", "se"), DIGITS);
    // Without scatter beyond the stated errors the fixed effect is left.
    let alike = RandomEffects::of(&[(1.0, 0.04), (1.1, 0.09)]).unwrap();
    assert_eq!((alike.tau2, alike.i2), (0.0, 0.0));
    near("fixed effect", alike.estimate, (1.0 / 0.04 + 1.1 / 0.09) / (1.0 / 0.04 + 1.0 / 0.09), DIGITS);
}

#[test]
fn official_categories_equal_the_reference() {
    let python = golden("goals.json");
    let ratio = |key: &str| numbers_of(&python[key]);
    let up = eurostat(20.0, 24.5, 42.5, 8.0, 15.0).unwrap();
    near("Eurostat, rising", up.ratio, ratio("eu_up")[2], DIGITS);
    let border = eurostat(100.0, 100.0 * (1.0 + ratio("eu_border95")[0]).powi(8), 60.0, 8.0, 15.0).unwrap();
    near("Eurostat, at the border", border.ratio, ratio("eu_border95")[2], CLOSED);
    assert_eq!(border.category.to_string(), "on track");
    let years = [2010.0, 2012.0, 2015.0, 2018.0, 2020.0, 2022.0, 2023.0];
    let values: Vec<(f64, f64)> = years.into_iter().zip([14.5, 16.0, 20.0, 22.0, 22.8, 24.0, 24.5]).collect();
    let found = escap(&values, 20.0, 42.5, 2030.0).unwrap();
    near("anticipated gap", found.gap, python["escap_rank i"]["anticipated_gap"].as_f64().unwrap(), DIGITS);
    near("current status", found.status, python["escap_current_status"].as_f64().unwrap(), DIGITS);
}

fn numbers_of(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().filter_map(serde_json::Value::as_f64).collect()
}

/// A random walk with drift .3 and standard deviation 1, ten steps, target 5: at the end Φ(-2 / √10) = .26354, by the end
/// .31249 ± .0011 (200,000 simulated paths of the reference).
#[test]
fn at_the_deadline_and_by_it_are_those_of_a_random_walk() {
    let python = golden("goals.json");
    let known = numbers_of(
        &python["first_passage mu.3 s1 T10 b5: P(end>=b) exact, continuous-by-T, discrete corrected, simulated by-T, simulated end, sim se"],
    );
    let paths = 40_000;
    let draws = Draws::new(3, paths);
    let stream = draws.stream(&["walk"]);
    let mut walk = Array2::zeros((paths, 10));
    for step in 0..10 {
        for (path, error) in stream.normals(step).iter().enumerate() {
            let before = if step == 0 { 0.0 } else { walk[[path, step - 1]] };
            walk[[path, step]] = before + 0.3 + error;
        }
    }
    let series = Series::new("w", Period::year(2020).unwrap(), vec![0.0]).unwrap();
    let ensemble = Ensemble::of(series.clone(), Forecast::from_paths(walk));
    let goal = Goal::open("g", "w", Target::Level(5.0), "2030-12-31".parse().unwrap());
    let found = assess(&goal, &series, &ensemble, Period::year(2030).unwrap()).unwrap();
    near("at the deadline", found.at.probability(), known[0], monte_carlo(found.at.standard_error()));
    near("by the deadline", found.by.probability(), known[3], monte_carlo(found.by.standard_error() + 0.0011));
    let passed: Vec<f64> = found.odds_by_period.iter().map(|(_, odds)| odds.probability()).collect();
    let each = numbers(&python["first passage time pmf sim 1..10"]);
    for (step, expected) in each.iter().enumerate().skip(2) {
        near(format_args!("step {step}"), passed[step] - passed[step - 1], *expected, Tolerance::Absolute(0.006));
    }
}

fn odds(result: &GoalResult) -> Option<f64> {
    result.view(View::Combined).map(|a| a.odds().probability())
}

fn copy_study(to: &Path, change: impl Fn(&[&str]) -> Option<Vec<String>>) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/china-ai-chips");
    for name in ["series.csv", "sources.csv", "goals.csv"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
    let text = std::fs::read_to_string(from.join("observations.csv")).unwrap();
    let mut lines = text.lines();
    let mut out = format!("{}\n", lines.next().unwrap());
    for line in lines {
        // The first eight cells hold no commas.
        let cells: Vec<&str> = line.splitn(9, ',').collect();
        match change(&cells) {
            Some(changed) => out.push_str(&changed.join(",")),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    std::fs::write(to.join("observations.csv"), out).unwrap();
    std::fs::write(
        to.join("study.toml"),
        "title = 'Copy'\nas_of = '2026-11-23'\npaths = 400\ndata = { folder = '.' }\n",
    )
    .unwrap();
}

/// What was published after a day has no part in what is said as of that day: all later figures are made a thousand times
/// larger.
#[test]
fn nothing_published_later_leaks_into_an_earlier_day() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let days = ["2025-09-01", "2026-01-01", "2026-04-15"];
    for day in days {
        copy_study(folders[0].path(), |_| None);
        copy_study(folders[1].path(), |cells| {
            let changed = |(at, cell): (usize, &&str)| match cell.parse::<f64>() {
                // Shares stay inside their bounds.
                Ok(number) if (2..5).contains(&at) => {
                    (number * if number <= 100.0 { 0.01 } else { 1000.0 }).to_string()
                }
                _ => (*cell).to_owned(),
            };
            (cells[7] > day).then(|| cells.iter().enumerate().map(changed).collect())
        });
        let run = |folder: &Path| {
            let file = StudyFile::open(&folder.join("study.toml")).unwrap();
            let as_of = Overrides { as_of: Some(day.parse().unwrap()), ..Overrides::default() };
            Study::load(&file, &as_of).unwrap().run(|_, _| ())
        };
        let (true_run, changed_run) = (run(folders[0].path()), run(folders[1].path()));
        for (a, b) in true_run.goals.iter().zip(&changed_run.goals) {
            assert_eq!((odds(a), &a.judgement), (odds(b), &b.judgement), "{} as of {day}", a.goal.id);
        }
        assert!(true_run.series.iter().zip(&changed_run.series).all(|(a, b)| a.data.series == b.data.series));
    }
}

#[test]
fn a_replay_says_what_a_run_as_of_the_day_says() {
    let file = StudyFile::bundled().unwrap();
    let fewer = Overrides { paths: Some(400), ..Overrides::default() };
    let wanted = ["ms_70pct_2029".to_owned()];
    let replay = Study::load(&file, &fewer).unwrap().without_charts().only(&wanted).replay();
    assert!(replay.len() >= 2);
    for day in &replay {
        let as_of = Overrides { as_of: Some(day.as_of), ..fewer.clone() };
        let run = Study::load(&file, &as_of).unwrap().without_charts().only(&wanted).run(|_, _| ());
        assert_eq!(odds(&run.goals[0]), day.odds(View::Combined).map(|odds| odds.probability()), "{}", day.as_of);
    }
}

#[test]
fn disagreeing_sources_are_pooled() {
    let catalog = Catalog::bundled().unwrap();
    let rules = Rules::by("2026-11-23".parse().unwrap());
    let share = |rules: &Rules| catalog.select("nvidia_cn_share", rules).unwrap();
    let all = share(&rules);
    let last = all.choices.last().unwrap();
    assert_eq!(last.figures.len(), 2);
    assert!(last.value > 40.0 && last.value < 55.0 && last.estimate.standard_error >= 0.15 / 2.0_f64.sqrt());
    let without = Rules { sources: SourceRules::default().without("IDC"), ..rules.clone() };
    assert!((share(&without).choices.last().unwrap().value - 40.0).abs() < 0.5);
    let only = Rules { sources: SourceRules::default().only("IDC"), exact: true, ..rules.clone() };
    assert_eq!(share(&only).choices.last().unwrap().value, 55.0);
    let lighter = Rules { sources: "IDC=0.2".parse().unwrap(), ..rules };
    assert!(share(&lighter).choices.last().unwrap().value < last.value);
}

/// The table that is part of the program is the one that the program computes.
#[test]
fn the_bundled_scores_of_the_odds_are_those_of_this_version() {
    let scores = score_odds(&bundled::registry(), ramp_tasks(), &Draws::new(1, 2000), None);
    let written = String::from_utf8(odds_score_table(&scores).write(Format::Csv).unwrap()).unwrap();
    let bundled = include_str!("../../datasets/reference-ramps/odds_scores.csv");
    assert_eq!(written.lines().count(), bundled.lines().count());
    for (now, then) in written.lines().zip(bundled.lines()) {
        for (now, then) in now.split(',').zip(then.split(',')) {
            match (now.parse::<f64>(), then.parse::<f64>()) {
                (Ok(now), Ok(then)) => assert!((now - then).abs() < 2e-4, "{now} is not {then}: onpace ramps score -o"),
                _ => assert_eq!(now, then),
            }
        }
    }
    let combined = scores.brier_of(Forecaster::View(View::Combined));
    for other in [Forecaster::BaseRate, Forecaster::View(View::Outside), Forecaster::Drift] {
        assert!(combined < scores.brier_of(other), "{other}");
    }
    assert!(score_sentence().contains(&format!("{combined:.4}")));
}

/// A data folder of one yearly series of cars with its figures: period, value, low, high, kind, source, day.
fn folder(observations: &str, study: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "series.csv",
        "id,name,entity,metric,unit,frequency,kind,lower,upper,note\na,Cars,E,output,cars,A,flow,0,,\ns,Share,E,share,percent,A,share,0,100,\n",
    );
    write(
        "sources.csv",
        "id,title,publisher,author,url,published,kind,origin,trust,note\n\
         idc1,T,P,,,2024-01-01,analyst,IDC,secondary,\nbern1,T,P,,,2024-01-01,analyst,Bern,secondary,\n",
    );
    write("observations.csv", &format!("series,period,value,low,high,kind,source,published,note\n{observations}"));
    write(
        "study.toml",
        &format!("title = 'T'\nas_of = '2026-06-30'\npaths = 1000\ndata = {{ folder = '.' }}\n{study}"),
    );
    folder
}

fn run(folder: &tempfile::TempDir) -> Result<Vec<GoalResult>, String> {
    let file = StudyFile::open(&folder.path().join("study.toml")).map_err(|error| error.to_string())?;
    Ok(Study::load(&file, &Overrides::default()).map_err(|error| error.to_string())?.run(|_, _| ()).goals)
}

/// "2023 doubles by 2026" where the middle values of 2024 and 2025 just miss it: half of the drawn histories have met it.
#[test]
fn drawn_histories_may_have_met_a_goal_that_their_middle_missed() {
    let figures = "a,2022,90,,,estimate,idc1,2023-02-01,\na,2023,100,,,estimate,idc1,2024-02-01,\n\
                   a,2024,196,,,estimate,idc1,2025-02-01,\na,2025,190,,,estimate,idc1,2026-02-01,\n";
    let goal = "[[goal]]\nid = 'g'\nstatement = 'G'\nseries = 'a'\ntarget = 'x2'\nbase = '2023'\nby = '2026'\n";
    let found = run(&folder(figures, goal)).unwrap();
    let combined = found[0].view(View::Combined).unwrap();
    assert!(combined.by.probability() > combined.at.probability() + 0.1, "{} {}", combined.by, combined.at);
    assert!(combined.standard_error > combined.odds().standard_error());
    let level = "[[goal]]\nid = 'g'\nstatement = 'G'\nseries = 'a'\ntarget = '189'\nby = '2025'\n";
    let judged = run(&folder(figures, level)).unwrap();
    let odds = judged[0].judged_odds.unwrap().probability();
    assert!(odds > 0.3 && odds < 0.8, "{odds}");
}

#[test]
fn a_goal_on_one_origin_is_judged_on_its_figures_alone() {
    let figures = "a,2023,80,,,estimate,idc1,2024-02-01,\na,2024,100,,,estimate,bern1,2025-02-01,\n\
                   a,2024,144,,,estimate,idc1,2025-02-01,\n";
    let goal =
        |more: &str| format!("{more}[[goal]]\nid = 'g'\nstatement = 'G'\nseries = 'a'\ntarget = '110'\nby = '2024'\n");
    let met = |study: &str| match &run(&folder(figures, study)).unwrap()[0].judgement {
        Ok(onpace::goals::Judgement::Judged { met, value, .. }) => (*met, *value),
        other => panic!("{other:?}"),
    };
    assert_eq!(met(&goal("sources = 'IDC'\njudged_on = { g = 'Bern' }\n")), (false, 100.0));
    assert_eq!(met(&goal("judged_on = { g = 'IDC' }\n")), (true, 144.0));
    let (_, pooled) = met(&goal(""));
    assert!((pooled - 120.0).abs() < 1e-6, "{pooled}");
}

#[test]
fn impossible_figures_are_refused_with_their_line() {
    let goal = "[[goal]]\nid = 'g'\nstatement = 'G'\nseries = 'a'\ntarget = '110'\nby = '2027'\n";
    let refused = |row: &str| run(&folder(row, goal)).unwrap_err();
    let error = refused("s,2023,112,,,estimate,idc1,2024-02-01,\n");
    assert!(error.contains("line 2, column value: `112` is outside the bounds"), "{error}");
    let error = refused("a,2023,,140,100,estimate,idc1,2024-02-01,\n");
    assert!(error.contains("line 2, column low: `140` is above the high end"), "{error}");
    let bound = "a,2022,10,,,estimate,idc1,2023-02-01,\na,2023,13,,,estimate,idc1,2024-02-01,\na,2023,,,12,estimate,idc1,2024-05-01,\n";
    let kept = folder(bound, goal);
    let catalog = Catalog::open(kept.path()).unwrap();
    let told = catalog.select("a", &Rules::by("2026-06-30".parse().unwrap())).unwrap();
    let value = told.series.unwrap().last_value();
    assert!(value < 13.0 && value > 11.0, "{value}");
}

#[test]
fn at_most_goals_ask_for_less_growth_the_surer_they_are_to_be() {
    let series = Series::new("a", Period::year(2020).unwrap(), vec![140.0, 120.0, 110.0, 105.0, 100.0]).unwrap();
    let paths =
        Array2::from_shape_fn((1000, 5), |(path, step)| 100.0 - 2.0 * step as f64 + (path as f64 - 500.0) / 20.0);
    let ensemble = Ensemble::of(series.clone(), Forecast::from_paths(paths));
    let goal = Goal {
        condition: onpace::goals::Condition::AtMost,
        ..Goal::open("g", "a", Target::Level(80.0), "2029-12-31".parse().unwrap())
    };
    let growth = assess(&goal, &series, &ensemble, Period::year(2029).unwrap()).unwrap().growth;
    assert!(growth.for_80.unwrap() < growth.for_even_odds.unwrap());
    assert_eq!(growth.reached_at_last_years.unwrap().to_string(), "2029");
}
