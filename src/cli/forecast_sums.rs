//! `onpace forecast --hierarchy`: series that add up.

use crate::bundled;
use crate::data::read_pairs;
use crate::hierarchy::Coherent;
use crate::hierarchy::{Hierarchy, Method};
use crate::report::{ForecastRows, forecast_table};
use crate::series::Series;

use super::forecast::Arguments;
use super::say::{self, Failure};

/// Forecasts the series that a hierarchy names, totals among them, so that every path adds up.
pub(super) fn run(arguments: &Arguments, path: &std::path::Path) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    let models = bundled::registry().select(&arguments.model)?;
    let (levels, draws) = (arguments.drawing.levels()?, arguments.drawing.draws());
    let wanted: Method = arguments.reconcile.parse().map_err(|error| Failure::Usage(format!("{error}")))?;
    let quiet = arguments.output.quiet;
    arguments.input.keep_apart([arguments.output.path(), Some(path)])?;
    let pairs = read_pairs(path)?;
    let failed = |reason: String| Failure::Failed(format!("{}: {reason}", path.display()));
    let hierarchy = Hierarchy::new(&pairs).map_err(|error| failed(error.to_string()))?;
    let all = arguments.input.read(quiet)?;
    let unnamed: Vec<&str> =
        all.iter().map(Series::id).filter(|id| hierarchy.names().iter().all(|name| name != id)).collect();
    if let (Some(first), false) = (unnamed.first(), quiet) {
        let more = if unnamed.len() > 1 { format!(" and {} more", unnamed.len() - 1) } else { String::new() };
        say::note(&format!("warning: `{first}`{more} is no part of the hierarchy and is left out"));
    }
    let find = |name: &String| all.iter().find(|series| series.id() == name).cloned();
    let coherent = Coherent::new(&hierarchy, hierarchy.names().iter().map(find).collect()).map_err(failed)?;
    if let (Some((names, last)), false) = (&coherent.cut, quiet) {
        let last = coherent.series.first().map_or(String::new(), |series| series.calendar().label(*last));
        say::note(&format!(
            "warning: {} go on beyond {last}, the last period that all have: forecasts begin there",
            names.join(", ")
        ));
    }
    let (method, note) = coherent.method(wanted);
    if !quiet {
        say::note(&format!("note: {note}"));
    }
    let mut rows = Vec::new();
    for model in &models {
        match coherent.forecast(model.as_ref(), arguments.horizon as usize, &draws, method) {
            Ok(made) => {
                let of = |(series, forecast)| ForecastRows::new(series, model.name(), forecast, &levels);
                rows.extend(coherent.series.iter().zip(&made).map(of));
            }
            Err(reason) => say::note(&format!("warning: {}: {reason}; no forecast", model.name())),
        }
    }
    if rows.is_empty() {
        return Err(Failure::Failed("no model applies to all parts".to_owned()));
    }
    arguments.output.write(&forecast_table(&rows, &levels), format)
}
