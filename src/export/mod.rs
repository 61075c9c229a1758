//! What is handed out: tables and the folder they go to. Nothing is computed here.

mod folder;
mod format;
pub mod number;
mod stream;
mod table;
mod text_table;

pub use folder::{FolderError, OutFolder, write_file};
pub use format::{Format, UnknownFormat};
pub use number::{Magnitude, format_number, format_share, range, three_figures};
pub use stream::{StreamError, TableStream};
pub use table::{Cells, Table, TableError};
pub(crate) use text_table::{Fit, TextTable};
