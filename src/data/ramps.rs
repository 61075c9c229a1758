//! The bundled reference class, and the forecasting tasks on ramps that odds are scored by.

use std::collections::BTreeMap;
use std::io::Cursor;

use polars::prelude::{CsvReadOptions, DataFrame, DataType, ParquetReader, PolarsResult, SerReader};

use crate::outlook::RampTask;
use crate::series::{Period, Ramp, Series};

const RAMPS: &[u8] = include_bytes!("../../datasets/reference-ramps/reference_ramps.parquet");
const TASKS: &[u8] = include_bytes!("../../datasets/reference-ramps/ramp_tasks.parquet");
const ALIASES: &[u8] = include_bytes!("../../datasets/reference-ramps/aliases.csv");

/// The 935 documented ramps that are bundled, in the order of their names (sources: `datasets/README.md`).
///
/// ```
/// assert_eq!(onpace::data::ramps().len(), 935);
/// ```
pub fn ramps() -> Vec<Ramp> {
    aside(|| read_ramps(RAMPS))
}

/// Places and technologies of the ramps that have two names: the name, and the one that it is the same as.
///
/// ```
/// assert!(onpace::data::ramp_aliases().contains(&("Inde".into(), "India".into())));
/// ```
pub fn ramp_aliases() -> Vec<(String, String)> {
    aside(|| read_aliases(ALIASES))
}

/// The 1,123 bundled tasks, in the order of their names.
///
/// ```
/// let tasks = onpace::data::ramp_tasks();
/// assert_eq!((tasks.len(), tasks[0].came.len()), (1123, 5));
/// ```
pub fn ramp_tasks() -> Vec<RampTask> {
    aside(|| read_tasks(TASKS))
}

/// Reads on a thread of its own: a worker of a pool that waited for Polars would meanwhile take up another series, come
/// back here and wait for itself. The bytes are part of the program, and a test reads them: there is nothing that a user
/// could mend.
fn aside<T: Default + Send>(read: impl FnOnce() -> PolarsResult<T> + Send) -> T {
    let read = std::thread::scope(|scope| scope.spawn(read).join());
    read.map(Result::unwrap_or_default).unwrap_or_default()
}

/// Place, technology, whether per cent, and (year, value) pairs.
type Labelled<'a> = (&'a str, &'a str, bool, Vec<(i64, f64)>);

fn read_ramps(bytes: &[u8]) -> PolarsResult<Vec<Ramp>> {
    let frame: DataFrame = ParquetReader::new(Cursor::new(bytes)).finish()?;
    let text = |name: &str| frame.column(name)?.as_materialized_series().cast(&DataType::String);
    let (series, entity, technology, unit) = (text("series")?, text("entity")?, text("technology")?, text("unit")?);
    let (series, entity, technology, unit) = (series.str()?, entity.str()?, technology.str()?, unit.str()?);
    let (years, values) = (frame.column("year")?.i64()?, frame.column("value")?.f64()?);
    let mut found: BTreeMap<&str, Labelled<'_>> = BTreeMap::new();
    for row in 0..frame.height() {
        let labels = (series.get(row), entity.get(row), technology.get(row), unit.get(row));
        let (Some(id), Some(entity), Some(technology), Some(unit)) = labels else { continue };
        let (Some(year), Some(value)) = (years.get(row), values.get(row)) else { continue };
        let entry = found.entry(id).or_insert_with(|| (entity, technology, unit == "%", Vec::new()));
        entry.3.push((year, value));
    }
    let ramp = |(id, (entity, technology, share, values))| Ramp::new(id, entity, technology, share, values);
    Ok(found.into_iter().map(ramp).collect())
}

fn read_tasks(bytes: &[u8]) -> PolarsResult<Vec<RampTask>> {
    let frame: DataFrame = ParquetReader::new(Cursor::new(bytes)).finish()?;
    let text = |name: &str| frame.column(name)?.as_materialized_series().cast(&DataType::String);
    let (task, place, technology) = (text("task")?, text("entity")?, text("technology")?);
    let (task, place, technology) = (task.str()?, place.str()?, technology.str()?);
    let (years, values) = (frame.column("year")?.i64()?, frame.column("value")?.f64()?);
    let known = frame.column("known")?.bool()?;
    // The rows of a task stand together, its years in order and unbroken.
    let mut tasks = Vec::new();
    let mut row = 0;
    while row < frame.height() {
        let end = (row..frame.height()).find(|at| task.get(*at) != task.get(row)).unwrap_or(frame.height());
        let (mut history, mut came) = (Vec::new(), Vec::new());
        for at in row..end {
            let part = if known.get(at) == Some(true) { &mut history } else { &mut came };
            part.extend(values.get(at));
        }
        let start = years.get(row).and_then(|year| Period::year(year).ok());
        let series = start.and_then(|start| Series::new(task.get(row).unwrap_or_default(), start, history).ok());
        let name = |column: Option<&str>| column.unwrap_or_default().to_owned();
        tasks.extend(series.map(|known| RampTask {
            known,
            came,
            place: name(place.get(row)),
            technology: name(technology.get(row)),
        }));
        row = end;
    }
    Ok(tasks)
}

fn read_aliases(bytes: &[u8]) -> PolarsResult<Vec<(String, String)>> {
    let frame = CsvReadOptions::default().into_reader_with_file_handle(Cursor::new(bytes)).finish()?;
    let (name, same) = (frame.column("name")?.str()?, frame.column("same_as")?.str()?);
    Ok(name.iter().zip(same.iter()).filter_map(|(name, same)| Some((name?.to_owned(), same?.to_owned()))).collect())
}
