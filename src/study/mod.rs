//! The study: data, series, goals and charts in one TOML file, run from end to end.

mod charts;
mod error;
mod explanation;
mod file;
mod goal_records;
mod goal_tables;
mod judging;
mod outputs;
mod place;
mod projections;
mod replay;
mod run;
mod settings;
mod study_data;
mod summary;
mod sums;

pub use charts::{ChartWords, drawing, odds_moved};
pub use error::{Named, StudyError};
pub use explanation::explain;
pub use file::{ChartSpec, StudyFile};
pub use goal_tables::{assessment_table, figure_table, sensitivity_table};
pub use outputs::{Outputs, outputs};
pub use place::{Place, Placed};
pub use projections::{Projection, projection_table};
pub use replay::{ReplayDay, replay_table};
pub use run::{GoalResult, Results, SeriesResult, Study, Without};
pub use settings::{Overrides, Settings};
pub use study_data::SeriesData;
pub use summary::{Verdict, goal_table};
