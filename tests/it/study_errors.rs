//! Errors of a study name file, line and column of the key that is wrong.

use onpace::study::{Overrides, Study, StudyFile};

const HEAD: &str = "title = 'T'\nas_of = '2026-06-30'\ndata = { folder = '.' }\n";

/// The error of a study whose text follows the usual three lines, in a folder with one series `a`.
fn error(rest: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
    write("series.csv", "id,name,entity,metric,unit,frequency,kind,lower,upper,note\na,A,E,M,u,A,flow,0,,\n");
    write(
        "sources.csv",
        "id,title,publisher,author,url,published,kind,origin,trust,note\ns1,T,P,,,2024-01-01,analyst,IDC,secondary,\n",
    );
    write(
        "observations.csv",
        "series,period,value,low,high,kind,source,published,note\na,2022,90,,,reported,s1,2023-02-01,\n",
    );
    write(
        "goals.csv",
        "id,statement,kind,target,unit,base_period,deadline,issuer,source,series,direction,outcome,outcome_date,published,note\n",
    );
    write("study.toml", &format!("{HEAD}{rest}"));
    let path = folder.path().join("study.toml");
    let study = StudyFile::open(&path).and_then(|file| Study::load(&file, &Overrides::default()));
    let text = study.map(|_| String::new()).unwrap_or_else(|error| error.to_string());
    text.replace(&format!("{}/", folder.path().display()), "")
}

#[track_caller]
fn assert_error(rest: &str, expected: &str) {
    let error = error(rest);
    assert!(error.starts_with(expected), "{rest:?} gives {error:?}, expected {expected:?}");
}

#[test]
fn a_value_outside_its_range_is_found_by_its_place() {
    assert_error("\npaths = 0\n", "study.toml, line 5, column 9: paths = 0: expected a number from 1 to 1000000");
    assert_error("full_share = 101\n", "study.toml, line 4, column 14: full_share = 101: expected");
    assert_error("levels = [80, 100]\n", "study.toml, line 4, column 15: levels: `100`");
    assert_error("levels = [80, 80]\n", "study.toml, line 4, column 15: levels: level 80 is given twice");
    assert_error("[horizon]\nyearly = 900\n", "study.toml, line 5, column 10: horizon.yearly = 900");
    assert_error("[horizon]\nyearlyy = 9\n", "study.toml, line 5, column 1: horizon: ");
}

#[test]
fn a_name_that_is_part_of_another_word_is_found() {
    // `as` is part of `as_of` on line 2, `titl` of `title` on line 1.
    assert_error("\nseries = [\n  'a',\n  'as',\n]\n", "study.toml, line 7, column 3: ");
    assert_error("goals_first = ['titl']\n", "study.toml, line 4, column 16: goal `titl` does not exist");
    assert_error(
        "sources = '-dat'\n",
        "study.toml, line 4, column 11: no figure is cited from a source or origin `dat`",
    );
    assert_error("ramps_without = ['folder']\n", "study.toml, line 4, column 18: place or technology");
    assert_error("[[chart]]\nkind = 'fan'\ngoal = 'oa'\n", "study.toml, line 6, column 8: goal `oa` does not exist");
}

#[test]
fn a_chart_kind_that_a_study_does_not_have_is_found() {
    assert_error(
        "[[chart]]\nkind = 'grwth'\n",
        "study.toml, line 5, column 8: there is no chart kind `grwth`, did you mean `growth`?; the kinds are fan, multiples",
    );
    assert_error(
        "[[chart]]\nkind = 'comparison'\n",
        "study.toml, line 5, column 8: a study has no chart `comparison`: it is drawn by `onpace compare`",
    );
}

#[test]
fn a_key_that_no_study_has_is_found() {
    assert_error("[[chart]]\nkind = 'fan'\ngoals = 'a'\n", "study.toml, line 6, column 1: unknown field `goals`");
}
