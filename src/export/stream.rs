//! Writes a table in parts.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{CsvWriter, ParquetWriter, SerWriter};
use tempfile::NamedTempFile;
use thiserror::Error;

use super::folder::{FolderError, prepare, unwritable};
use super::{Format, Table, TableError};

/// Why a part of a table cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The part is not a valid table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The output file cannot be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Standard output, or the temporary file for it, cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

/// Writes a table in parts to a file, which takes its place when all is written, or to standard output: CSV at once, the
/// other formats at the end.
pub struct TableStream {
    format: Format,
    path: Option<PathBuf>,
    /// What is written but not yet in its place.
    file: Option<NamedTempFile>,
    parquet: Option<BatchedWriter<File>>,
    /// Text for a terminal wants all rows at once.
    kept: Table,
    parts: usize,
    /// Columns of the terminal that text is for.
    width: Option<usize>,
}

impl std::fmt::Debug for TableStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableStream").field("format", &self.format).field("path", &self.path).finish_non_exhaustive()
    }
}

impl TableStream {
    /// A table to `path`, or to standard output.
    ///
    /// # Errors
    /// A folder that is not there or cannot be written to.
    pub fn create(path: Option<&Path>, format: Format) -> Result<Self, StreamError> {
        let file = match path {
            Some(path) => {
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                Some(prepare(folder, b"").map_err(unwritable(path))?)
            }
            None if format == Format::Csv => None,
            None => Some(NamedTempFile::new()?),
        };
        Ok(Self {
            format,
            path: path.map(Path::to_owned),
            file,
            parquet: None,
            kept: Table::default(),
            parts: 0,
            width: None,
        })
    }

    /// The same with text as wide as a terminal.
    #[must_use]
    pub fn with_width(self, width: Option<usize>) -> Self {
        Self { width, ..self }
    }

    /// Adds rows; all parts have the same columns.
    ///
    /// # Errors
    /// Columns of unequal length, a full disk, a closed pipe.
    pub fn write(&mut self, part: &Table) -> Result<(), StreamError> {
        let first = self.parts == 0;
        self.parts += 1;
        match self.format {
            Format::Table => self.kept.append(part),
            Format::Parquet => {
                let frame = part.frame()?;
                let Some(file) = &self.file else { return Ok(()) };
                let parquet = match self.parquet.take() {
                    Some(parquet) => parquet,
                    None => ParquetWriter::new(file.reopen()?).batched(frame.schema()).map_err(TableError::from)?,
                };
                self.parquet.insert(parquet).write_batch(&frame).map_err(TableError::from)?;
            }
            Format::Csv => {
                let mut bytes = Vec::new();
                let written = CsvWriter::new(&mut bytes).include_header(first).finish(&mut part.frame()?);
                written.map_err(TableError::from)?;
                self.put(&bytes)?;
            }
            Format::Json => {
                // A list of rows in brackets: the parts' brackets become commas.
                let bytes = part.write(Format::Json)?;
                let rows = bytes.trim_ascii().strip_prefix(b"[").and_then(|b| b.strip_suffix(b"]")).unwrap_or_default();
                if rows.is_empty() {
                    self.parts -= 1;
                } else {
                    self.put(if first { b"[" } else { b"," })?;
                    self.put(rows)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the rest, and puts the file in its place.
    ///
    /// # Errors
    /// As [`TableStream::write`].
    pub fn finish(mut self) -> Result<(), StreamError> {
        match self.format {
            Format::Table => {
                let text = self.kept.layout(self.width);
                self.put(text.as_bytes())?;
            }
            Format::Parquet => {
                if let Some(parquet) = self.parquet.take() {
                    parquet.finish().map_err(TableError::from)?;
                }
            }
            Format::Json => self.put(if self.parts == 0 { b"[]\n" } else { b"]\n" })?,
            Format::Csv => {}
        }
        let Some(mut file) = self.file.take() else { return Ok(io::stdout().flush()?) };
        match &self.path {
            Some(path) => {
                file.persist(path).map(drop).map_err(|error| error.error).map_err(unwritable(path))?;
            }
            None => {
                file.rewind()?;
                let mut output = io::stdout().lock();
                io::copy(&mut file, &mut output)?;
                output.flush()?;
            }
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        match (&mut self.file, &self.path) {
            (Some(file), Some(path)) => file.write_all(bytes).map_err(unwritable(path))?,
            (Some(file), None) => file.write_all(bytes)?,
            (None, _) => io::stdout().lock().write_all(bytes)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_the_same_file_as_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let part =
            |names: [&str; 2], numbers: [Option<f64>; 2]| Table::default().text("id", names).number("x", numbers);
        let (first, second) = (part(["a", "b"], [Some(1.0), None]), part(["c", "d"], [Some(2.5), Some(-1.0)]));
        let mut whole = first.clone();
        whole.append(&second);
        for (ending, format) in [("csv", Format::Csv), ("json", Format::Json), ("txt", Format::Table)] {
            let path = folder.path().join(format!("t.{ending}"));
            let mut stream = TableStream::create(Some(&path), format).unwrap();
            let empty = Table::default().text("id", Vec::<String>::new()).number("x", Vec::new());
            for part in [&empty, &first, &empty, &second] {
                stream.write(part).unwrap();
            }
            assert!(!path.exists());
            stream.finish().unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), whole.write(format).unwrap(), "{ending}");
        }
        let path = folder.path().join("t.parquet");
        let mut stream = TableStream::create(Some(&path), Format::Parquet).unwrap();
        stream.write(&first).unwrap();
        stream.write(&second).unwrap();
        stream.finish().unwrap();
        use polars::prelude::{ParquetReader, SerReader};
        let frame = ParquetReader::new(File::open(path).unwrap()).finish().unwrap();
        assert_eq!(frame, whole.frame().unwrap().rechunk_mut().clone());
    }
}
