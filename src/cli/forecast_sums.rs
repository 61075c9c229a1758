//! `onpace forecast --hierarchy`: series that add up.

use crate::bundled;
use crate::data::read_pairs;
use crate::hierarchy::{Coherent, Hierarchy, HierarchyError};
use crate::report::{ForecastRows, forecast_table};
use crate::series::Series;

use super::failure::Failure;
use super::forecast::Arguments;
use super::say;

/// Forecasts the series that a hierarchy names, totals among them, so that every path adds up.
pub(super) fn run(arguments: &Arguments, path: &std::path::Path) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    let models = bundled::registry().select(&arguments.model)?;
    let (levels, draws) = (arguments.intervals.levels()?, arguments.simulation.draws());
    arguments.input.keep_apart([arguments.output.path(), Some(path)])?;
    let pairs = read_pairs(path)?;
    let failed = |reason: HierarchyError| Failure::failed(format!("{}: {reason}", path.display()));
    let hierarchy = Hierarchy::new(&pairs).map_err(failed)?;
    let all = arguments.input.read()?;
    let unnamed: Vec<&str> =
        all.iter().map(Series::id).filter(|id| hierarchy.names().iter().all(|name| name != id)).collect();
    if let Some((first, others)) = unnamed.split_first() {
        let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
        say::warning(&format!("left out, since the hierarchy does not name them: `{first}`{more}"));
    }
    let find = |name: &String| all.iter().find(|series| series.id() == name).cloned();
    let coherent = Coherent::new(&hierarchy, hierarchy.names().iter().map(find).collect()).map_err(failed)?;
    if let Some((names, last)) = &coherent.cut {
        let last = coherent.series.first().map_or(String::new(), |series| series.calendar().label(*last));
        say::warning(&format!(
            "values after {last}, the last period that all series have, are not used: {}",
            names.join(", ")
        ));
    }
    for series in &coherent.series {
        series.last_period().shift(i64::from(arguments.horizon)).map_err(|error| {
            Failure::failed(format!("no forecast of `{}`: {error}", series.id()))
                .with_hint("-H PERIODS chooses a shorter horizon")
        })?;
    }
    let (method, note) = coherent.method(arguments.reconcile);
    say::note(&note.to_string());
    let mut rows = Vec::new();
    for model in &models {
        match coherent.forecast(model.as_ref(), arguments.horizon as usize, &draws, method) {
            Ok(made) => {
                let of = |(series, forecast)| ForecastRows::new(series, model.name(), forecast, &levels);
                rows.extend(coherent.series.iter().zip(&made).map(of));
            }
            Err(reason) => say::warning(&format!("no forecast by {}: {reason}", model.name())),
        }
    }
    if rows.is_empty() {
        return Err(Failure::failed("no model applies to all parts of the hierarchy"));
    }
    arguments.output.write(&forecast_table(&rows, &levels), format)
}
