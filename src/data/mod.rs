//! Reads data: files in the long layout, and catalogues of observations with their sources.
//!
//! Polars reads the files. The functions of this module return series and plain records.

mod blocks;
mod catalog;
mod error;
mod forecasts;
mod gaps;
mod json_lines;
mod panel;
mod pooling;
mod ramps;
mod records;
mod selection;
mod source_rules;
mod stream;
mod table;

pub use catalog::{Catalog, read_pairs};
#[cfg(feature = "charts")]
pub(crate) use error::nearest;
pub use error::{ColumnRole, DataError};
pub use forecasts::read_forecasts;
pub use panel::{Loaded, Panel, Problem, read_panel, read_panel_bytes};
pub use pooling::{Figure, RandomEffects, pool};
pub use ramps::{ramp_aliases, ramp_tasks, ramps};
pub use records::{GoalRecord, Kind, Nature, Observation, SeriesInfo, Source, Trust};
pub use selection::{Choice, Rules, Selection};
pub use source_rules::{SourceRuleError, SourceRules};
pub use stream::PanelStream;
pub use table::Columns;
