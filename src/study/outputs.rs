//! The files of a run, made in memory so that either all of them are written or none.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::charts::MissingCharacters;
use crate::export::Format;
use crate::outlook::{View, ViewPaths, Views};
use crate::series::Series;

use super::charts::{Drawn, chart, name, unit};
use super::{
    Results, SeriesResult, StudyError, assessment_table, figure_table, projection_table, replay_table,
    sensitivity_table,
};
use crate::report::{ForecastRows, forecast_table};

/// The files of a run, `run.json` last.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// The name and the content of each file.
    pub files: Vec<(String, Vec<u8>)>,
    /// The number of charts (each has an SVG and a PNG file).
    pub charts: usize,
    /// The number of files with tables.
    pub tables: usize,
    /// The charts of the study that have nothing to show, with the reason.
    pub skipped: Vec<String>,
    /// The PNG files with characters that no font has.
    pub missing_characters: Vec<(String, MissingCharacters)>,
}

/// Makes the charts and tables of a run.
///
/// # Errors
/// A table or chart that cannot be made.
pub fn outputs(results: &Results) -> Result<Outputs, StudyError> {
    let mut files = Vec::new();
    let named_tables = [
        ("forecasts", forecasts(results)),
        ("goals", assessment_table(results)),
        ("series", series_table(results)),
        ("figures", figure_table(results)),
        ("sensitivity", sensitivity_table(results)),
        ("projections", projection_table(&results.projections)),
        ("replay", replay_table(&results.replay)),
    ];
    // Tables of sources have no rows if the data have no sources.
    for (name, table) in named_tables.into_iter().filter(|(_, table)| table.rows() > 0) {
        for (ending, format) in [("csv", Format::Csv), ("parquet", Format::Parquet), ("json", Format::Json)] {
            files.push((format!("{name}.{ending}"), table.write(format)?));
        }
    }
    let tables = files.len();
    let drawn: Vec<_> = results.charts.par_iter().map(|spec| chart(results, spec)).collect::<Result<_, _>>()?;
    let (mut skipped, mut missing_characters, mut charts) = (Vec::new(), Vec::new(), 0);
    for chart in drawn {
        match chart {
            Ok(Drawn { mut name, svg, png }) => {
                charts += 1;
                while files.iter().any(|(file, _)| *file == format!("{name}.svg")) {
                    name.push_str("-2");
                }
                files.push((format!("{name}.svg"), svg.into_bytes()));
                files.push((format!("{name}.png"), png.bytes));
                if !png.missing.is_empty() {
                    missing_characters.push((format!("{name}.png"), png.missing));
                }
            }
            Err(reason) => skipped.push(reason),
        }
    }
    files.push(("run.json".to_owned(), record(results, &files)));
    Ok(Outputs { files, charts, tables, skipped, missing_characters })
}

/// The record of a run: settings, inputs and outputs, enough to repeat it.
fn record(results: &Results, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let inputs: Vec<_> =
        results.inputs.iter().map(|(file, bytes)| json!({ "file": file, "sha256": hash(bytes) })).collect();
    let settings = &results.settings;
    let levels: Vec<String> = settings.levels.iter().map(ToString::to_string).collect();
    let record = json!({
        "onpace": env!("CARGO_PKG_VERSION"),
        "study": settings.title,
        "as_of": settings.rules.as_of.to_string(),
        "seed": settings.seed,
        "paths": settings.paths,
        "levels": levels,
        "horizon": settings.horizon.iter().map(|(f, steps)| (f.to_string(), *steps)).collect::<BTreeMap<_, _>>(),
        "leads": settings.rules.leads,
        "sources": settings.sources,
        "standard_error_of_bare_estimates": settings.rules.standard_error,
        "ramps_weight": settings.ramps_weight,
        "ramps_without": settings.ramps_without.iter().map(|name| &name.value).collect::<Vec<_>>(),
        "full_share_from": settings.full_share,
        "inputs": inputs,
        "files": files.iter().map(|(name, _)| name).collect::<Vec<_>>(),
    });
    format!("{record:#}\n").into_bytes()
}

/// The forecasts of all series by each view.
fn forecasts(results: &Results) -> crate::export::Table {
    let rows: Vec<ForecastRows> = results
        .series
        .iter()
        .filter_map(|result| Some((result.data.series.as_ref()?, result.views.as_ref()?)))
        .flat_map(|(series, views)| {
            views.applicable().map(move |(view, paths)| {
                ForecastRows::new(series, view.word(), paths.forecast(), &results.settings.levels)
            })
        })
        .collect();
    forecast_table(&rows, &results.settings.levels)
}

/// How each series was made, and remarks of its models; one row per series.
fn series_table(results: &Results) -> crate::export::Table {
    let series = &results.series;
    let of_series = |field: fn(&Series) -> String| series.iter().map(move |r| r.data.series.as_ref().map(field));
    let remarks = |result: &SeriesResult| {
        let parts = result.views.iter().flat_map(Views::parts);
        let text = |(_, view): (View, &ViewPaths)| match &view.paths {
            Ok(_) => view.remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            Err(reason) => reason.to_string(),
        };
        parts.map(text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
    };
    crate::export::Table::default()
        .text("unique_id", series.iter().map(|r| r.data.id.clone()))
        .text("name", series.iter().map(|r| name(r).to_owned()))
        .text("unit", series.iter().map(|r| unit(r).to_owned()))
        .optional_text("frequency", of_series(|s| s.start().frequency().to_string()))
        .count("observations", series.iter().map(|r| r.data.series.as_ref().map_or(0, Series::len)))
        .optional_text("first", of_series(|s| s.start().to_string()))
        .optional_text("last", of_series(|s| s.last_period().to_string()))
        .number("last_value", series.iter().map(|r| r.data.series.as_ref().map(Series::last_value)))
        .text("notes", series.iter().map(|r| r.data.notes.join("; ")))
        .text("models", series.iter().map(remarks))
        .text("sources", series.iter().map(sources))
}

/// The sources of the figures that a series uses, separated by spaces.
fn sources(result: &SeriesResult) -> String {
    let mut names: Vec<&str> = result.data.choices.iter().flat_map(|c| &c.figures).map(|f| f.source.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}
