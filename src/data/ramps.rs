//! The bundled reference class.

use std::collections::BTreeMap;
use std::io::Cursor;

use polars::prelude::{DataFrame, DataType, ParquetReader, PolarsResult, SerReader};

use crate::series::Ramp;

const RAMPS: &[u8] = include_bytes!("../../datasets/reference-ramps/reference_ramps.parquet");

/// The 935 documented ramps that are bundled, in the order of their names (sources: `datasets/README.md`).
///
/// ```
/// assert_eq!(onpace::data::ramps().len(), 935);
/// ```
pub fn ramps() -> Vec<Ramp> {
    // The bytes are part of the program, and a test reads them: there is nothing that a user could mend.
    // On a thread of its own: a worker of a pool that waited for Polars would meanwhile take up another series, come back
    // here and wait for itself.
    let read = std::thread::scope(|scope| scope.spawn(|| read(RAMPS)).join());
    read.map(Result::unwrap_or_default).unwrap_or_default()
}

/// Place, technology, whether per cent, and (year, value) pairs.
type Labelled<'a> = (&'a str, &'a str, bool, Vec<(i64, f64)>);

fn read(bytes: &[u8]) -> PolarsResult<Vec<Ramp>> {
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
