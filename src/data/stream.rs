//! The series of a file one after another, in bounded memory.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use crate::series::{Frequency, Stamp};

use super::DataError;
use super::blocks::Source;
use super::panel::{Panel, are_years, panel};
use super::table::{Columns, Table};

/// A file whose series are read a part at a time.
#[derive(Debug)]
pub struct PanelStream {
    source: Source,
    columns: Columns,
    frequency: Option<Frequency>,
    only: String,
    /// Whether whole numbers are years, which the whole file decides.
    years: bool,
    /// Whether the rows of each series stand together.
    together: bool,
    /// How many series the file names.
    pub count: usize,
}

impl PanelStream {
    /// Opens a file and looks it through once: how many series it has, whether the rows of each stand together, whether
    /// whole numbers are years. `frequency` overrides what the times say.
    ///
    /// # Errors
    /// A file that cannot be read as a whole.
    pub fn open(path: &Path, columns: &Columns, frequency: Option<Frequency>) -> Result<Self, DataError> {
        let source = Source::open(path)?;
        let name = path.file_stem().map_or("series".into(), |stem| stem.to_string_lossy().into_owned());
        let only = if path == Path::new("-") { "series".to_owned() } else { name };
        let (mut years, mut together, mut last) = (true, true, None::<String>);
        // Names by their hash: two of a hundred million names share one in a thousand files.
        let (hasher, mut seen) = (RandomState::new(), HashSet::new());
        source.each(columns, |table| {
            for row in (0..table.rows()).filter(|row| !table.is_blank(*row)) {
                let id = table.id(row).unwrap_or_default();
                if last.as_deref() != Some(id) {
                    together &= seen.insert(hasher.hash_one(id));
                    last = Some(id.to_owned());
                }
                years = years && table.time(row).is_none_or(|time| Stamp::parse(time).map_or(true, are_years));
            }
            Ok::<(), DataError>(())
        })?;
        Ok(Self { source, columns: columns.clone(), frequency, only, years, together, count: seen.len() })
    }

    /// Hands over the series in the order of the file, some at a time. Where the rows of a series stand apart, all come
    /// at once.
    ///
    /// # Errors
    /// What `part` refuses, or a file that changed since it was opened.
    pub fn each<E: From<DataError>>(&self, mut part: impl FnMut(Panel) -> Result<(), E>) -> Result<(), E> {
        let mut kept: Option<Table> = None;
        let read = |table: &Table| panel(table, &self.columns, (self.frequency, None), &self.only, Some(self.years));
        self.source.each(&self.columns, |table| {
            let mut all = match kept.take() {
                Some(mut kept) => {
                    kept.append(table)?;
                    kept
                }
                None => table,
            };
            // The last series may go on in the next block.
            kept = if self.together { all.split_off_last() } else { Some(std::mem::take(&mut all)) };
            if all.rows() > 0 { part(read(&all)) } else { Ok(()) }
        })?;
        kept.map_or(Ok(()), |rest| part(read(&rest)))
    }
}
