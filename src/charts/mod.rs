//! Charts fit to publish: one SVG a chart, and a PNG of the same drawing.
//!
//! [`FanChart`] shows a history, its forecast and a goal; [`GrowthChart`] lays growth curves over
//! the data and extends them; [`OddsChart`] shows the odds of a goal over time; [`ComparisonChart`]
//! lays models side by side, [`SourcesChart`] sources that disagree; [`ReplayChart`] shows odds as they moved,
//! [`ReliabilityChart`] whether odds came true as often as they said. Each has an
//! `svg` method that returns a whole document with its fonts inside; [`png`] renders that
//! document. The same input gives the same bytes.
//!
//! Values go in unscaled: a chart picks its own magnitude and names it over its axis.

mod axis;
mod canvas;
mod clip;
mod comparison;
mod data;
mod ends;
mod fan;
mod fan_labels;
mod fan_shape;
mod font;
mod frame;
mod growth;
mod labels;
mod obstacles;
mod odds;
mod png;
mod reliability;
mod replay;
mod sheet;
mod sources;
mod sources_labels;
mod svg;
mod text;
mod theme;

#[cfg(test)]
mod goal_chart_tests;
#[cfg(test)]
mod tests;

pub use axis::nice_ticks;
pub use comparison::{ComparisonChart, ComparisonRow};
pub use data::{LabelledPoint, Point, Tick};
pub use fan::{FanChart, GoalLine};
pub use fan_shape::{Band, Fan};
pub use growth::{Curve, GrowthChart};
pub use labels::spread;
pub use odds::{Deadline, OddsChart, OddsCurve};
pub use png::{MissingCharacters, Png, png};
pub use reliability::{ReliabilityBin, ReliabilityChart, ReliabilityCurve};
pub use replay::{ReplayChart, ReplayCurve, ReplayNote};
pub use sheet::Sheet;
pub use sources::{PooledPoint, SourceLine, SourcePoint, SourcesChart};
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
