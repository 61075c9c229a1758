//! What is handed out: tables and the folder they go to. Nothing is computed here.

#[cfg(feature = "tables")]
mod folder;
mod format;
pub mod number;
#[cfg(feature = "tables")]
mod stream;
#[cfg(feature = "tables")]
mod table;
#[cfg(feature = "tables")]
mod text_table;

#[cfg(feature = "tables")]
pub use folder::{FolderError, OutFolder, write_file};
pub use format::{Format, UnknownFormat};
pub use number::{Magnitude, format_number, format_share, range, three_figures};
#[cfg(feature = "tables")]
pub use stream::{StreamError, TableStream};
#[cfg(feature = "tables")]
pub use table::{Cells, Table, TableError};
#[cfg(feature = "study")]
pub(crate) use text_table::{Fit, TextTable};
