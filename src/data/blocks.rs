//! Reads a file in blocks of whole rows, so that the whole file need not be in memory.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, ParquetReader, SerReader};

use super::DataError;
use super::table::{Columns, Format, Table, from_bytes, from_frame};

/// The size of a block of CSV, in bytes.
const BLOCK_BYTES: usize = 4 << 20;
/// The size of a block of Parquet, in rows.
const BLOCK_ROWS: usize = 200_000;

/// The number of quotation marks.
fn quotes(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'"').count()
}

/// The input that blocks are read from. It can be read several times.
#[derive(Debug)]
pub(super) struct Source {
    file: String,
    format: Format,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Path(PathBuf),
    Bytes(Vec<u8>),
}

impl Source {
    /// Opens a file, whose ending gives its format, or standard input (`-`), which is kept in memory.
    pub(super) fn open(path: &Path) -> Result<Self, DataError> {
        let file = path.display().to_string();
        if path == Path::new("-") {
            let (bytes, format, file) = super::table::open(path)?;
            return Ok(Self { file, format, content: Content::Bytes(bytes) });
        }
        let format = Format::of_path(path).ok_or_else(|| DataError::UnknownFormat { file: file.clone() })?;
        File::open(path).map_err(|cause| DataError::Unreadable { file: file.clone(), cause })?;
        Ok(Self { file, format, content: Content::Path(path.to_owned()) })
    }

    /// Calls `block` with each block of rows in order, and stops at the first error.
    pub(super) fn each<E: From<DataError>>(
        &self,
        columns: &Columns,
        mut block: impl FnMut(Table) -> Result<(), E>,
    ) -> Result<(), E> {
        match (self.format, &self.content) {
            (Format::Csv, _) => self.each_of_csv(columns, block),
            (Format::Parquet, Content::Path(path)) => self.each_of_parquet(path, columns, block),
            (_, Content::Bytes(bytes)) => block(from_bytes(bytes, self.format, &self.file, columns)?),
            // Rows of JSON lines need not all have the same keys: the columns are known only from the whole file.
            (Format::Arrow | Format::JsonLines, Content::Path(path)) => {
                let bytes = std::fs::read(path).map_err(|cause| self.unreadable(cause))?;
                block(from_bytes(&bytes, self.format, &self.file, columns)?)
            }
        }
    }

    fn unreadable(&self, cause: std::io::Error) -> DataError {
        DataError::Unreadable { file: self.file.clone(), cause }
    }

    fn each_of_csv<E: From<DataError>>(
        &self,
        columns: &Columns,
        mut block: impl FnMut(Table) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut reader: Box<dyn BufRead + '_> = match &self.content {
            Content::Path(path) => Box::new(BufReader::new(File::open(path).map_err(|cause| self.unreadable(cause))?)),
            Content::Bytes(bytes) => Box::new(Cursor::new(bytes)),
        };
        let mut header = Vec::new();
        reader.read_until(b'\n', &mut header).map_err(|cause| self.unreadable(cause))?;
        let mut bytes = header.clone();
        let (mut rows, mut has_rows) = (0, false);
        loop {
            let read = reader.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut bytes);
            let ended = read.map_err(|cause| self.unreadable(cause))? < BLOCK_BYTES;
            if !ended {
                // A line break inside quotes does not end a row.
                let mut inside_quotes = quotes(&bytes[header.len()..]) % 2 == 1;
                loop {
                    let before = bytes.len();
                    let read = reader.read_until(b'\n', &mut bytes).map_err(|cause| self.unreadable(cause))?;
                    inside_quotes ^= quotes(&bytes[before..]) % 2 == 1;
                    if !inside_quotes || read == 0 {
                        break;
                    }
                }
            }
            if has_rows && bytes[header.len()..].trim_ascii().is_empty() {
                return Ok(());
            }
            let mut table = from_bytes(&bytes, self.format, &self.file, columns)?;
            table.first_line = table.first_line.map(|first| first + rows);
            rows += table.rows();
            has_rows = true;
            block(table)?;
            if ended {
                return Ok(());
            }
            bytes.truncate(header.len());
        }
    }

    fn each_of_parquet<E: From<DataError>>(
        &self,
        path: &Path,
        columns: &Columns,
        mut block: impl FnMut(Table) -> Result<(), E>,
    ) -> Result<(), E> {
        let open = || File::open(path).map_err(|cause| self.unreadable(cause));
        let malformed = |error| DataError::malformed(&self.file, self.format.name(), &error);
        let rows = ParquetReader::new(open()?).num_rows().map_err(malformed)?;
        let mut start = 0;
        while start < rows || start == 0 {
            let reader = ParquetReader::new(open()?).with_slice(Some((start, BLOCK_ROWS)));
            let frame: DataFrame = reader.finish().map_err(malformed)?;
            block(from_frame(&frame, self.format, &self.file, columns)?)?;
            start += BLOCK_ROWS;
        }
        Ok(())
    }
}
