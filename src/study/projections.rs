//! Targets and projections held against what came: who was right.

use jiff::civil::Date;
use rayon::prelude::*;

use crate::data::{Catalog, Kind, Observation, Rules, Trust};
use crate::export::Table;
use crate::series::Period;

use super::SeriesResult;

/// What somebody said of a period before it was over.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// The series.
    pub series: String,
    /// The period.
    pub period: Period,
    /// Who said it.
    pub origin: String,
    /// Target or projection; an estimate that came out before its period was over is a projection of the rest.
    pub kind: Kind,
    /// The day it came out.
    pub published: Date,
    /// What was said: the value, the middle of a range, or a bound.
    pub said: f64,
    /// Whether it is a bound: true for "more than", false for "at most".
    pub at_least: Option<bool>,
    /// What came, where it is known.
    pub came: Option<f64>,
    /// The last value that was known on the day: no change from it is what a projection has to beat.
    pub last_known: Option<f64>,
}

impl Projection {
    /// How far it was off, as a part of what came.
    pub fn error(&self) -> Option<f64> {
        self.came.filter(|came| *came != 0.0).map(|came| self.said / came - 1.0)
    }

    /// How far "no change" was off.
    pub fn naive_error(&self) -> Option<f64> {
        let came = self.came.filter(|came| *came != 0.0)?;
        self.last_known.map(|last| last / came - 1.0)
    }
}

/// All targets and projections of series, by series, period and day. Leads are left out as they are from data.
pub(super) fn projections(catalog: &Catalog, series: &[SeriesResult], rules: &Rules) -> Vec<Projection> {
    let mut all: Vec<Projection> = series.par_iter().flat_map(|result| of_series(catalog, result, rules)).collect();
    all.sort_by(|a, b| {
        (&a.series, a.period, a.published, &a.origin).cmp(&(&b.series, b.period, b.published, &b.origin))
    });
    all
}

fn of_series(catalog: &Catalog, result: &SeriesResult, rules: &Rules) -> Vec<Projection> {
    let id = &result.data.id;
    let frequency = result.data.info.as_ref().map(|info| info.frequency);
    let is_ahead = |o: &&Observation| {
        let ahead = matches!(o.kind, Kind::Target | Kind::Projection) || o.is_early();
        ahead && Some(o.period.frequency()) == frequency && o.published <= rules.as_of
    };
    let made = |o: &Observation| {
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
    catalog.observations(id).iter().filter(is_ahead).filter_map(made).collect()
}

/// The projections, a row each.
pub fn projection_table(all: &[Projection]) -> Table {
    Table::default()
        .text("series", all.iter().map(|p| p.series.clone()))
        .text("period", all.iter().map(|p| p.period.to_string()))
        .text("origin", all.iter().map(|p| p.origin.clone()))
        .text("kind", all.iter().map(|p| format!("{:?}", p.kind).to_lowercase()))
        .text("published", all.iter().map(|p| p.published.to_string()))
        .number("said", all.iter().map(|p| Some(p.said)))
        .optional_text(
            "bound",
            all.iter().map(|p| p.at_least.map(|least| if least { "more than" } else { "at most" }.to_owned())),
        )
        .number("came", all.iter().map(|p| p.came))
        .number("error", all.iter().map(Projection::error))
        .number("last_known", all.iter().map(|p| p.last_known))
        .number("error_of_no_change", all.iter().map(Projection::naive_error))
        .optional_text(
            "nearer",
            all.iter().map(|p| {
                if p.at_least.is_some() {
                    return None;
                }
                let (own, naive) = (p.error()?.abs(), p.naive_error()?.abs());
                Some(if own < naive { "projection" } else { "no change" }.to_owned())
            }),
        )
}
