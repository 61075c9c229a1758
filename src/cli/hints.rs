//! Remedies of errors: the command or the flag that mends what the library reports. The library knows no flags.

use crate::charts::NoChart;
use crate::data::{ColumnRole, DataError, Problem};
use crate::export::FolderError;
use crate::models::{FitError, Refusal};
use crate::registry::UnknownModel;
use crate::series::CalendarError;
use crate::study::StudyError;

use super::failure::Failure;

pub(super) use crate::data::nearest;

/// The remedy of a failure, if there is one.
pub(super) fn remedy(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Usage(_, hint) | Failure::Failed(_, hint) | Failure::CannotTell(_, hint) => hint.clone(),
        Failure::Data(error) => of_data(error),
        Failure::Study(StudyError::Data(error)) => of_catalogue(error),
        Failure::Study(
            StudyError::Unknown { near: Some(near), .. } | StudyError::NotCited { near: Some(near), .. },
        ) => Some(format!("did you mean `{near}`?")),
        Failure::Study(StudyError::NotCited { .. }) => {
            Some("`onpace data show ID` lists the origins of a series' figures".to_owned())
        }
        Failure::Model(error) => Some(of_model(error)),
        Failure::Fit(error) => Some(of_fit(error)),
        Failure::Folder(FolderError::InTheWay { .. }) => Some("--output FOLDER chooses another folder".to_owned()),
        Failure::NoChart(NoChart::Calendar(_)) => Some("-H PERIODS chooses a shorter horizon".to_owned()),
        Failure::Format(_) => Some("rename the file, or choose the format with --format".to_owned()),
        Failure::Level(_) => Some("for example --level 80,95".to_owned()),
        _ => None,
    }
}

/// Of a file named on the command line.
fn of_data(error: &DataError) -> Option<String> {
    match error {
        DataError::MissingColumn { near, role: Some(role), .. } => {
            let flag = match role {
                ColumnRole::Series => "--id-col",
                ColumnRole::Time => "--time-col",
                ColumnRole::Value => "--target-col",
            };
            Some(match near {
                Some(near) => format!("did you mean {flag} {near}?"),
                None => format!("{flag} NAME chooses the column"),
            })
        }
        DataError::UnknownFormat { .. } => {
            Some("rename the file, or pipe a CSV file into standard input (`-`)".to_owned())
        }
        other => of_catalogue(other),
    }
}

/// Of the files of a study, which have no flags.
fn of_catalogue(error: &DataError) -> Option<String> {
    match error {
        DataError::MissingColumn { near, .. } => near.as_ref().map(|near| format!("did you mean `{near}`?")),
        DataError::UnknownSeries { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
        DataError::UnknownSeries { near: None, .. } => Some("`onpace data list` lists the bundled series".to_owned()),
        _ => None,
    }
}

fn of_model(error: &UnknownModel) -> String {
    let names = error.allowed.split(", ").chain(["all"]);
    match nearest(&error.name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`onpace models` lists the models".to_owned(),
    }
}

fn of_fit(error: &FitError) -> String {
    match error.reason {
        Refusal::NoSeason => "--season PERIODS sets the season length".to_owned(),
        _ => "`onpace models` lists what each model needs; `auto` chooses among those that apply".to_owned(),
    }
}

/// Of a problem with a series of a file.
pub(super) fn of_problem(problem: &Problem) -> Option<&'static str> {
    match problem.calendar.as_ref()? {
        CalendarError::OneDate | CalendarError::NotOf { .. } => Some("--frequency NAME sets the frequency"),
        CalendarError::Mixed { .. } => None,
    }
}
