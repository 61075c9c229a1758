//! What every fuzz target does with its input: it reads, and whatever was read is used a little. An error is a fine
//! answer; a panic and a hang are faults. `tests/it/corpus.rs` replays the corpus through the same functions.

use onpace::data::{Columns, SourceRules, read_panel_bytes};
use onpace::forecast::{Condition, Level};
use onpace::goals::{Target, deadline};
use onpace::series::{Frequency, Stamp};
use onpace::study::StudyFile;

/// A function that reads an input.
pub type Reader = fn(&[u8]);

/// The targets by name, which is also the name of the folder of inputs in `corpus/`.
pub const TARGETS: [(&str, Reader); 5] =
    [("panel_csv", panel), ("panel_json", panel), ("study", study), ("goal", goal), ("time", time)];

/// A table in the long layout: CSV, or JSON lines where the first character is `{`.
pub fn panel(bytes: &[u8]) {
    // Polars alone reads the binary formats.
    if bytes.starts_with(b"PAR1") || bytes.starts_with(b"ARROW1") {
        return;
    }
    for frequency in [None, Some(Frequency::Year), Some(Frequency::Month)] {
        match read_panel_bytes(bytes.to_vec(), "fuzz", &Columns::default(), frequency) {
            Ok(panel) => {
                panel.problems.iter().for_each(|problem| drop(problem.to_string()));
                for loaded in &panel.series {
                    let series = &loaded.series;
                    assert_eq!(series.len(), series.start().steps_to(series.last_period()) as usize + 1);
                    assert!(series.values().iter().all(|value| !value.is_infinite()));
                }
            }
            Err(error) => drop(error.to_string()),
        }
    }
}

/// The text of a study file.
pub fn study(bytes: &[u8]) {
    match StudyFile::parse(&String::from_utf8_lossy(bytes), "fuzz.toml") {
        Ok(study) => drop((study.title().to_owned(), study.as_of())),
        Err(error) => drop(error.to_string()),
    }
}

/// Values of the flags of a goal, one per line. A deadline that is printed is read as the same day.
pub fn goal(bytes: &[u8]) {
    for line in String::from_utf8_lossy(bytes).lines() {
        if let Ok(day) = deadline(line) {
            assert_eq!(deadline(&day.to_string()).ok(), Some(day), "{line}");
        }
        match line.parse::<Target>() {
            Ok(target) => drop(target.to_string()),
            Err(error) => drop(error.to_string()),
        }
        drop((line.parse::<SourceRules>(), line.parse::<Condition>(), line.parse::<Level>()));
    }
}

/// Cells with a time, one per line. A time that is printed is read as the same time.
pub fn time(bytes: &[u8]) {
    for line in String::from_utf8_lossy(bytes).lines() {
        drop(line.parse::<Frequency>());
        match Stamp::parse(line) {
            Ok(stamp) => {
                assert_eq!(Stamp::parse(&stamp.to_string()).ok(), Some(stamp), "{line}");
                if let Stamp::Period(period) = stamp {
                    let _ = (period.start(), period.last_day(), period.calendar_year());
                    drop((period.shift(1), period.shift(-1), period.shift(i64::MAX)));
                }
            }
            Err(error) => drop(error.to_string()),
        }
    }
}
