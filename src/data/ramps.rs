//! The bundled reference ramps, and the forecasting tasks that score odds on them.

use std::collections::BTreeMap;
use std::io::Cursor;

use polars::prelude::{CsvReadOptions, DataFrame, DataType, ParquetReader, PolarsResult, SerReader};

use crate::outlook::RampTask;
use crate::series::{Period, Ramp, Series};

const RAMPS: &[u8] = include_bytes!("../../datasets/reference-ramps/reference_ramps.parquet");
const TASKS: &[u8] = include_bytes!("../../datasets/reference-ramps/ramp_tasks.parquet");
const ALIASES: &[u8] = include_bytes!("../../datasets/reference-ramps/aliases.csv");

/// The 935 bundled reference ramps, in the order of their names (sources: `datasets/README.md`).
///
/// ```
/// assert_eq!(onpace::data::ramps().len(), 935);
/// ```
pub fn ramps() -> Vec<Ramp> {
    on_own_thread(|| read_ramps(RAMPS))
}

/// Other names of places and technologies: pairs of such a name and the one that the ramps use.
///
/// ```
/// assert!(onpace::data::ramp_aliases().contains(&("Inde".into(), "India".into())));
/// ```
pub fn ramp_aliases() -> Vec<(String, String)> {
    on_own_thread(|| read_aliases(ALIASES))
}

/// The 1,123 bundled forecasting tasks, in the order of their names.
///
/// ```
/// let tasks = onpace::data::ramp_tasks();
/// assert_eq!((tasks.len(), tasks[0].came.len()), (1123, 5));
/// ```
pub fn ramp_tasks() -> Vec<RampTask> {
    on_own_thread(|| read_tasks(TASKS))
}

/// Reads bundled data on a separate thread. A worker of the thread pool that waited for Polars would meanwhile start on another
/// series, which needs the same data: it would wait for itself. An error cannot occur in a released program, since a test reads
/// the same bytes.
fn on_own_thread<T: Default + Send>(read: impl FnOnce() -> PolarsResult<T> + Send) -> T {
    let read = std::thread::scope(|scope| scope.spawn(read).join());
    read.map(Result::unwrap_or_default).unwrap_or_default()
}

/// Place, technology, whether the values are in per cent, and (year, value) pairs.
type Labelled<'a> = (&'a str, &'a str, bool, Vec<(i64, f64)>);

fn read_ramps(bytes: &[u8]) -> PolarsResult<Vec<Ramp>> {
    let frame: DataFrame = ParquetReader::new(Cursor::new(bytes)).finish()?;
    let text = |name: &str| frame.column(name)?.as_materialized_series().cast(&DataType::String);
    let (series, entity, technology, unit) = (text("series")?, text("entity")?, text("technology")?, text("unit")?);
    let (series, entity, technology, unit) = (series.str()?, entity.str()?, technology.str()?, unit.str()?);
    let (years, values) = (frame.column("year")?.i64()?, frame.column("value")?.f64()?);
    let mut ramps: BTreeMap<&str, Labelled<'_>> = BTreeMap::new();
    for row in 0..frame.height() {
        let labels = (series.get(row), entity.get(row), technology.get(row), unit.get(row));
        let (Some(id), Some(entity), Some(technology), Some(unit)) = labels else { continue };
        let (Some(year), Some(value)) = (years.get(row), values.get(row)) else { continue };
        let entry = ramps.entry(id).or_insert_with(|| (entity, technology, unit == "%", Vec::new()));
        entry.3.push((year, value));
    }
    let ramp = |(id, (entity, technology, share, values))| Ramp::new(id, entity, technology, share, values);
    Ok(ramps.into_iter().map(ramp).collect())
}

fn read_tasks(bytes: &[u8]) -> PolarsResult<Vec<RampTask>> {
    let frame: DataFrame = ParquetReader::new(Cursor::new(bytes)).finish()?;
    let text = |name: &str| frame.column(name)?.as_materialized_series().cast(&DataType::String);
    let (task, place, technology) = (text("task")?, text("entity")?, text("technology")?);
    let (task, place, technology) = (task.str()?, place.str()?, technology.str()?);
    let (years, values) = (frame.column("year")?.i64()?, frame.column("value")?.f64()?);
    let known = frame.column("known")?.bool()?;
    // The rows of a task are consecutive, and so are its years.
    let mut tasks = Vec::new();
    let mut row = 0;
    while row < frame.height() {
        let end = (row..frame.height()).find(|next| task.get(*next) != task.get(row)).unwrap_or(frame.height());
        let (mut history, mut came) = (Vec::new(), Vec::new());
        for task_row in row..end {
            let part = if known.get(task_row) == Some(true) { &mut history } else { &mut came };
            part.extend(values.get(task_row));
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
