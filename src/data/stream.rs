//! Reads the series of a file one after another, in bounded memory.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use crate::series::{Frequency, Stamp};

use super::DataError;
use super::blocks::Source;
use super::panel::{Panel, is_year_like, panel};
use super::table::{Columns, Table};

/// A file whose series are read in parts.
#[derive(Debug)]
pub struct PanelStream {
    source: Source,
    columns: Columns,
    frequency: Option<Frequency>,
    /// The name of the series, if the file has no names.
    only_name: String,
    /// Whether whole numbers are years. All rows of the file decide it.
    years: bool,
    /// Whether the rows of each series are consecutive.
    consecutive: bool,
    /// The number of series.
    pub count: usize,
}

impl PanelStream {
    /// Opens a file and reads it once to count the series and to see whether the rows of each are consecutive and whether whole
    /// numbers are years. `frequency` replaces the frequency that the times show.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn open(path: &Path, columns: &Columns, frequency: Option<Frequency>) -> Result<Self, DataError> {
        let source = Source::open(path)?;
        let name = path.file_stem().map_or("series".into(), |stem| stem.to_string_lossy().into_owned());
        let only_name = if path == Path::new("-") { "series".to_owned() } else { name };
        let (mut years, mut consecutive, mut last) = (true, true, None::<String>);
        // Names are kept as 64-bit hashes. Among 100 million names, two share a hash with a chance of 1 in 4,000.
        let (hasher, mut seen) = (RandomState::new(), HashSet::new());
        source.each(columns, |table| {
            for row in (0..table.rows()).filter(|row| !table.is_blank(*row)) {
                let id = table.id(row).unwrap_or_default();
                if last.as_deref() != Some(id) {
                    consecutive &= seen.insert(hasher.hash_one(id));
                    last = Some(id.to_owned());
                }
                years = years && table.time(row).is_none_or(|time| Stamp::parse(time).map_or(true, is_year_like));
            }
            Ok::<(), DataError>(())
        })?;
        Ok(Self { source, columns: columns.clone(), frequency, only_name, years, consecutive, count: seen.len() })
    }

    /// Calls `part` with some series at a time, in the order of the file. If the rows of a series are not consecutive, it is
    /// called once with all series.
    ///
    /// # Errors
    /// An error of `part`, or a file that changed since it was opened.
    pub fn each<E: From<DataError>>(&self, mut part: impl FnMut(Panel) -> Result<(), E>) -> Result<(), E> {
        let mut kept: Option<Table> = None;
        let read =
            |table: &Table| panel(table, &self.columns, (self.frequency, None), &self.only_name, Some(self.years));
        self.source.each(&self.columns, |table| {
            let mut rows = match kept.take() {
                Some(mut kept) => {
                    kept.append(table)?;
                    kept
                }
                None => table,
            };
            // The last series may continue in the next block.
            kept = if self.consecutive { rows.split_off_last() } else { Some(std::mem::take(&mut rows)) };
            if rows.rows() > 0 { part(read(&rows)) } else { Ok(()) }
        })?;
        kept.map_or(Ok(()), |rest| part(read(&rest)))
    }
}
