//! From observations to a series, by rule, with every choice on record.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::series::{Period, Series};

use super::{Catalog, DataError, Kind, Observation, Trust};

/// Which observations may speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Only what was published by this day.
    pub as_of: Date,
    /// Whether leads, figures seen only in a digest that cites another, count.
    pub leads: bool,
}

/// The value chosen for one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The period.
    pub period: Period,
    /// The value, in the unit of the series.
    pub value: f64,
    /// Whether the maker or the office reported it; else it is the median of estimates.
    pub reported: bool,
    /// The sources it rests on.
    pub sources: Vec<String>,
    /// The origins of those figures with their values, where there are several.
    pub of: Vec<(String, f64)>,
}

/// A series made of observations, and how.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The last unbroken run; `None` without a usable figure.
    pub series: Option<Series>,
    /// All chosen values, also those before a gap.
    pub choices: Vec<Choice>,
    /// How many figures were left out because they are leads.
    pub leads: usize,
    /// What the reader must know: a gap, leads that were left out, bounds that are no figures.
    pub notes: Vec<String>,
}

impl Catalog {
    /// Makes the series of a name from the observations that the rules let speak.
    ///
    /// Only figures of kind reported and estimate count, of the series' own frequency, of periods that were over when
    /// the figure came out; one figure an origin and period, the latest; reported before estimates; of several the
    /// median. A range without a value stands at its middle (in logs where it is positive), a bound alone is no figure.
    ///
    /// ```
    /// use onpace::data::{Catalog, Rules};
    /// let rules = Rules { as_of: "2026-11-23".parse()?, leads: false };
    /// let cards = Catalog::bundled()?.select("cn_domestic_units", &rules)?;
    /// assert_eq!(cards.series.ok_or("no figures")?.values().to_vec(), [820_000.0, 1_650_000.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A name that no series has, or a value outside the series' bounds.
    pub fn select(&self, id: &str, rules: &Rules) -> Result<Selection, DataError> {
        let info = self.info(id)?;
        let mut periods: BTreeMap<Period, Vec<Figure<'_>>> = BTreeMap::new();
        let (mut leads, mut bounds, mut early) = (0_usize, 0_usize, 0_usize);
        for observation in self.observations(id) {
            let of_kind = matches!(observation.kind, Kind::Reported | Kind::Estimate);
            if !of_kind || observation.period.frequency() != info.frequency || observation.published > rules.as_of {
                continue;
            }
            let Some(source) = self.source(&observation.source) else { continue };
            if observation.period.last_day().is_some_and(|end| observation.published < end) {
                early += 1;
            } else if source.trust == Trust::Lead && !rules.leads {
                leads += 1;
            } else if let Some(value) = figure(observation) {
                let figure = Figure { observation, origin: &source.origin, value };
                periods.entry(observation.period).or_default().push(figure);
            } else {
                bounds += 1;
            }
        }
        let choices: Vec<Choice> = periods.into_iter().map(|(period, figures)| choose(period, figures)).collect();
        let mut notes = Vec::new();
        let mut left_out = |count: usize, one: &str, many: &str| match count {
            0 => {}
            1 => notes.push(format!("1 {one}")),
            _ => notes.push(format!("{count} {many}")),
        };
        left_out(leads, "lead is left out (--leads takes it in)", "leads are left out (--leads takes them in)");
        left_out(early, "figure came out before its period was over", "figures came out before their period was over");
        left_out(bounds, "bound without a figure is not used", "bounds without a figure are not used");
        let disputed: Vec<String> = choices.iter().filter(|c| c.of.len() > 1).map(|c| c.period.to_string()).collect();
        if !disputed.is_empty() {
            notes.push(format!("median of several sources in {}", disputed.join(", ")));
        }
        let from =
            (1..choices.len()).rev().find(|i| choices[i - 1].period.steps_to(choices[*i].period) != 1).unwrap_or(0);
        if from > 0 {
            let (first, last) = (choices[from].period, choices[choices.len() - 1].period);
            notes.push(format!(
                "gap before {first}: the last unbroken run, {first} to {last} ({} of {} values), is used",
                choices.len() - from,
                choices.len()
            ));
        }
        let series = match choices.get(from) {
            None => None,
            Some(first) => {
                let values: Vec<f64> = choices[from..].iter().map(|choice| choice.value).collect();
                let made = Series::new(id, first.period, values).and_then(|series| series.with_bounds(info.bounds));
                Some(made.map_err(|error| DataError::Cell {
                    file: "observations.csv".to_owned(),
                    line: 0,
                    column: "value".to_owned(),
                    value: id.to_owned(),
                    problem: error.to_string(),
                })?)
            }
        };
        Ok(Selection { series, choices, leads, notes })
    }
}

/// One figure that may speak.
struct Figure<'a> {
    observation: &'a Observation,
    origin: &'a str,
    value: f64,
}

/// The value of an observation: its own, or the middle of its range.
fn figure(observation: &Observation) -> Option<f64> {
    match (observation.value, observation.low, observation.high) {
        (Some(value), ..) => Some(value),
        (None, Some(low), Some(high)) if low > 0.0 => Some((low * high).sqrt()),
        (None, Some(low), Some(high)) => Some(0.5 * (low + high)),
        _ => None,
    }
}

fn choose(period: Period, mut figures: Vec<Figure<'_>>) -> Choice {
    let reported = figures.iter().any(|f| f.observation.kind == Kind::Reported);
    if reported {
        figures.retain(|f| f.observation.kind == Kind::Reported);
    }
    figures.sort_by(|a, b| (a.origin, a.observation.published).cmp(&(b.origin, b.observation.published)));
    let mut latest: BTreeMap<&str, &Figure<'_>> = BTreeMap::new();
    latest.extend(figures.iter().map(|figure| (figure.origin, figure)));
    let mut values: Vec<f64> = latest.values().map(|f| f.value).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let value = if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) };
    Choice {
        period,
        value,
        reported,
        sources: latest.values().map(|f| f.observation.source.clone()).collect(),
        of: latest.values().map(|f| (f.origin.to_owned(), f.value)).collect(),
    }
}
