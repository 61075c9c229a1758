//! Everything that a run writes, in memory, so that it is written whole or not at all.

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
    /// Name and content.
    pub files: Vec<(String, Vec<u8>)>,
    /// How many of them are charts (each an SVG and a PNG).
    pub charts: usize,
    /// How many are tables.
    pub tables: usize,
    /// Charts that were asked for and have nothing to show, with the reason.
    pub skipped: Vec<String>,
    /// PNG files with characters that no font has.
    pub missing_characters: Vec<(String, MissingCharacters)>,
}

/// Draws the charts and fills the tables of a run.
///
/// # Errors
/// A table or chart that cannot be made.
pub fn outputs(results: &Results) -> Result<Outputs, StudyError> {
    let mut files = Vec::new();
    let all = [
        ("forecasts", forecasts(results)),
        ("goals", assessment_table(results)),
        ("series", series_table(results)),
        ("figures", figure_table(results)),
        ("sensitivity", sensitivity_table(results)),
        ("projections", projection_table(&results.projections)),
        ("replay", replay_table(&results.replay)),
    ];
    // Tables of sources have no rows where the data name none.
    for (name, table) in all.into_iter().filter(|(_, table)| table.rows() > 0) {
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

/// What was run, on what, and what came of it: enough to run it again.
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

/// How each series was made, and which models apply to it.
fn series_table(results: &Results) -> crate::export::Table {
    let all = &results.series;
    let of_series = |of: fn(&Series) -> String| all.iter().map(move |r| r.data.series.as_ref().map(of));
    let remarks = |result: &SeriesResult| {
        let parts = result.views.iter().flat_map(Views::parts);
        let text = |(_, view): (View, &ViewPaths)| match &view.paths {
            Ok(_) => view.remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            Err(reason) => reason.clone(),
        };
        parts.map(text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
    };
    crate::export::Table::default()
        .text("unique_id", all.iter().map(|r| r.data.id.clone()))
        .text("name", all.iter().map(|r| name(r).to_owned()))
        .text("unit", all.iter().map(|r| unit(r).to_owned()))
        .optional_text("frequency", of_series(|s| s.start().frequency().to_string()))
        .count("observations", all.iter().map(|r| r.data.series.as_ref().map_or(0, Series::len)))
        .optional_text("first", of_series(|s| s.start().to_string()))
        .optional_text("last", of_series(|s| s.last_period().to_string()))
        .number("last_value", all.iter().map(|r| r.data.series.as_ref().map(Series::last_value)))
        .text("notes", all.iter().map(|r| r.data.notes.join("; ")))
        .text("models", all.iter().map(remarks))
        .text("sources", all.iter().map(sources))
}

fn sources(result: &SeriesResult) -> String {
    let mut all: Vec<&str> = result.data.choices.iter().flat_map(|c| &c.figures).map(|f| f.source.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    all.join(" ")
}
