//! Compares targets and projections with the outcomes.

use jiff::civil::Date;
use rayon::prelude::*;

use crate::data::{Catalog, Kind, Observation, Rules, Trust};
use crate::export::Table;
use crate::series::Period;

use super::SeriesResult;

/// A target or projection of one origin, published before its period was over.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// The series.
    pub series: String,
    /// The period.
    pub period: Period,
    /// Who made it.
    pub origin: String,
    /// Target or projection. An estimate that was published before its period was over is a projection.
    pub kind: Kind,
    /// The day of publication.
    pub published: Date,
    /// The projected value: the value, the middle of a range, or a bound.
    pub said: f64,
    /// Whether it is a bound: true for "more than", false for "at most".
    pub at_least: Option<bool>,
    /// The outcome, if it is known.
    pub came: Option<f64>,
    /// The last value that was known on the day of publication. A projection should be better than no change from it.
    pub last_known: Option<f64>,
}

impl Projection {
    /// The error of the projection relative to the outcome: 0.1 is 10 % too high.
    pub fn error(&self) -> Option<f64> {
        self.came.filter(|came| *came != 0.0).map(|came| self.said / came - 1.0)
    }

    /// The error of no change since the last known value, relative to the outcome.
    pub fn naive_error(&self) -> Option<f64> {
        let came = self.came.filter(|came| *came != 0.0)?;
        self.last_known.map(|last| last / came - 1.0)
    }
}

/// All targets and projections, ordered by series, period and day. Unconfirmed figures are left out unless the rules allow them.
pub(super) fn projections(catalog: &Catalog, series: &[SeriesResult], rules: &Rules) -> Vec<Projection> {
    let mut projections: Vec<Projection> =
        series.par_iter().flat_map(|result| of_series(catalog, result, rules)).collect();
    projections.sort_by(|a, b| {
        (&a.series, a.period, a.published, &a.origin).cmp(&(&b.series, b.period, b.published, &b.origin))
    });
    projections
}

fn of_series(catalog: &Catalog, result: &SeriesResult, rules: &Rules) -> Vec<Projection> {
    let id = &result.data.id;
    let frequency = result.data.info.as_ref().map(|info| info.frequency);
    let is_ahead = |o: &&Observation| {
        let ahead = matches!(o.kind, Kind::Target | Kind::Projection) || o.is_early();
        ahead && Some(o.period.frequency()) == frequency && o.published <= rules.as_of
    };
    let projection = |o: &Observation| {
        let source = catalog.source(&o.source).filter(|s| rules.leads || s.trust != Trust::Lead)?;
        rules.sources.weight(&source.origin, &source.id)?;
        let known = catalog.select(id, &Rules { as_of: o.published, ..rules.clone() }).ok()?;
        Some(Projection {
            series: id.clone(),
            period: o.period,
            origin: source.origin.clone(),
            kind: if o.kind == Kind::Target { Kind::Target } else { Kind::Projection },
            published: o.published,
            said: o.value.or(o.middle()).or(o.low).or(o.high)?,
            at_least: o.bound().map(|(_, at_least)| at_least),
            came: result.data.choices.iter().find(|choice| choice.period == o.period).map(|choice| choice.value),
            last_known: known.choices.last().filter(|choice| choice.period < o.period).map(|choice| choice.value),
        })
    };
    catalog.observations(id).iter().filter(is_ahead).filter_map(projection).collect()
}

/// The projections as a table, one row per projection.
pub fn projection_table(projections: &[Projection]) -> Table {
    Table::default()
        .text("series", projections.iter().map(|p| p.series.clone()))
        .text("period", projections.iter().map(|p| p.period.to_string()))
        .text("origin", projections.iter().map(|p| p.origin.clone()))
        .text("kind", projections.iter().map(|p| format!("{:?}", p.kind).to_lowercase()))
        .text("published", projections.iter().map(|p| p.published.to_string()))
        .number("said", projections.iter().map(|p| Some(p.said)))
        .optional_text(
            "bound",
            projections.iter().map(|p| p.at_least.map(|least| if least { "more than" } else { "at most" }.to_owned())),
        )
        .number("came", projections.iter().map(|p| p.came))
        .number("error", projections.iter().map(Projection::error))
        .number("last_known", projections.iter().map(|p| p.last_known))
        .number("error_of_no_change", projections.iter().map(Projection::naive_error))
        .optional_text(
            "nearer",
            projections.iter().map(|p| {
                if p.at_least.is_some() {
                    return None;
                }
                let (error, naive_error) = (p.error()?.abs(), p.naive_error()?.abs());
                Some(if error < naive_error { "projection" } else { "no change" }.to_owned())
            }),
        )
}
