//! Output formats of a table.

use std::path::Path;
use std::str::FromStr;

use thiserror::Error;

/// The output format of a table.
///
/// ```
/// use onpace::export::Format;
/// assert_eq!("csv".parse(), Ok(Format::Csv));
/// assert_eq!(Format::of_path("out/forecast.parquet".as_ref()), Ok(Format::Parquet));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Aligned text for a terminal.
    Table,
    /// Comma-separated values.
    Csv,
    /// A JSON array of rows.
    Json,
    /// Parquet.
    Parquet,
}

/// An unknown output format.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a format; expected {allowed}")]
pub struct UnknownFormat {
    text: String,
    allowed: &'static str,
}

impl Format {
    /// The format for the ending of a file name.
    ///
    /// # Errors
    /// Any other ending.
    pub fn of_path(path: &Path) -> Result<Self, UnknownFormat> {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
        match ending.as_str() {
            "txt" => Ok(Self::Table),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            "parquet" => Ok(Self::Parquet),
            _ => {
                let file = path.display().to_string();
                Err(UnknownFormat { text: file, allowed: "a file that ends with .csv, .json, .parquet or .txt" })
            }
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        match text {
            "table" => Ok(Self::Table),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            "parquet" => Ok(Self::Parquet),
            _ => Err(UnknownFormat { text: text.to_owned(), allowed: "table, csv, json or parquet" }),
        }
    }
}
