//! Charts fit to publish: one SVG per chart, and a PNG of the same drawing.
//!
//! [`KINDS`] lists the kinds of chart. Each is drawn from a [`Material`], which a command fills from a file and a study from
//! its results. A chart can be drawn from plain numbers, too: [`FanChart`], [`GrowthChart`], [`OddsChart`] and the others
//! have an `svg` method that returns a whole document with its fonts inside. [`png`] renders that document. The same input
//! gives the same bytes.
//!
//! Values go in unscaled: a chart picks its own magnitude and names it over its axis.

mod axis;
mod canvas;
mod clip;
mod data;
mod ends;
mod font;
mod frame;
mod kind;
mod kinds;
mod labels;
mod material;
mod obstacles;
mod png;
mod room;
mod sheet;
mod svg;
mod text;
mod theme;
mod time_axis;

#[cfg(test)]
mod goal_chart_tests;
#[cfg(test)]
mod tests;

pub use axis::nice_ticks;
pub use data::{LabelledPoint, Point, Tick};
pub use kind::{ChartKind, Drawing, Needs, NoChart};
pub use kinds::{
    Band, ComparisonChart, ComparisonRow, Curve, Deadline, Fan, FanChart, GoalLine, GrowthChart, KINDS, MultiplesChart,
    OddsChart, OddsCurve, PooledPoint, ReliabilityBin, ReliabilityChart, ReliabilityCurve, ReplayChart, ReplayCurve,
    ReplayNote, SourceLine, SourcePoint, SourcesChart, UnknownKind, kind,
};
pub use labels::spread;
pub use material::{Compared, GoalMaterial, Material, OddsOnDay, Projected};
pub use png::{MissingCharacters, Png, png};
pub use sheet::Sheet;
pub use theme::Theme;

/// What can go wrong while a chart is drawn or rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChartError {
    /// The drawing backend refused an element; the text is its own.
    #[error("the chart cannot be drawn: {0}")]
    Drawing(String),
    /// The embedded font cannot be read; the text names it.
    #[error("the chart's font cannot be read: {0}")]
    Font(String),
    /// The SVG cannot be rendered to PNG; the text is the renderer's.
    #[error("the chart cannot be rendered: {0}")]
    Rendering(String),
}
