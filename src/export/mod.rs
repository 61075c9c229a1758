//! What is handed out: tables, charts and the folder they go to. Nothing is computed here.

pub mod charts;
mod folder;
mod format;
mod stream;
mod table;

pub use folder::{FolderError, OutFolder, write_file};
pub use format::{Format, UnknownFormat};
pub use stream::{StreamError, TableStream};
pub use table::{Cells, Table, TableError};
