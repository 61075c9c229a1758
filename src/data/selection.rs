//! Makes a series from observations by rules, and records every choice.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::civil::Date;

use crate::series::{Estimate, Period, Series};

use super::gaps::{filled, first_used};
use super::pooling::{Figure, pool};
use super::{Catalog, DataError, Kind, Observation, SourceRules, Trust};

/// Half the width of an 80 % interval in standard errors. A published range is taken as an 80 % interval.
const RANGE_REACH: f64 = 1.281_551_565_544_600_4;

/// Which observations are used, and how uncertain each is.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The day by which an observation must have been published.
    pub as_of: Date,
    /// Whether unconfirmed figures (second-hand citations) are used.
    pub leads: bool,
    /// The standard error, in logarithms, of an estimate that is published without one.
    pub standard_error: f64,
    /// Sources to include, exclude or give less weight.
    pub sources: SourceRules,
    /// Whether figures are used without errors, for goals that are judged on the figures of one source.
    pub exact: bool,
}

impl Rules {
    /// Everything published by a day except unconfirmed figures, all sources with weight 1, and a standard error of 0.15 in logarithms for
    /// an estimate without one.
    pub fn by(as_of: Date) -> Self {
        Self { as_of, leads: false, standard_error: 0.15, sources: SourceRules::default(), exact: false }
    }
}

/// The value of one period, and the figures that it is based on.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The period.
    pub period: Period,
    /// The value, in the unit of the series: the median of the estimate.
    pub value: f64,
    /// The value with its uncertainty; exact for reported figures.
    pub estimate: Estimate,
    /// Whether it was reported by the producer or the statistics office; otherwise it is pooled from estimates.
    pub reported: bool,
    /// The figures that it is based on, one per origin.
    pub figures: Vec<Figure>,
    /// Estimates that are not used since there is a reported figure, one per origin.
    pub displaced: Vec<Figure>,
}

impl Choice {
    /// All figures of the period, used or not.
    pub fn all_figures(&self) -> impl Iterator<Item = &Figure> {
        self.figures.iter().chain(&self.displaced)
    }
}

/// A series made from observations, and how it was made.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The series, with missing periods as NaN; `None` without a usable figure.
    pub series: Option<Series>,
    /// Each value with its uncertainty, NaN for missing periods; empty without a series.
    pub estimates: Vec<Estimate>,
    /// The values of all periods, also of those before a gap that is too wide.
    pub choices: Vec<Choice>,
    /// The number of values before that gap.
    pub older: usize,
    /// The number of unconfirmed figures that were left out.
    pub leads: usize,
    /// Remarks in words: missing periods, figures that were left out, bounds that are not used.
    pub notes: Vec<String>,
}

impl Selection {
    /// The origins of the figures that are used, in alphabetical order.
    pub fn origins(&self) -> Vec<String> {
        let mut origins: Vec<String> =
            self.choices[self.older..].iter().flat_map(|c| &c.figures).map(|figure| figure.origin.clone()).collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }
}

impl Catalog {
    /// Makes the series of a name from the observations that the rules allow.
    ///
    /// - Only reported figures and estimates are used, of the frequency of the series, published after the end of their period.
    /// - The latest figure of each origin and period is used. Reported figures replace estimates.
    /// - The median of several reported figures is used. Estimates are [pooled](pool) in logarithms.
    /// - A range is an 80 % interval. If there is no value, the middle of the range (in logarithms if it is positive) is used.
    /// - A value that equals its only bound is a bound too. A bound alone is not a figure, but it limits those of its period.
    ///
    /// ```
    /// use onpace::data::{Catalog, Rules};
    /// let cards = Catalog::bundled()?.select("cn_domestic_units", &Rules::by("2026-11-23".parse()?))?;
    /// let series = cards.series.ok_or("no figures")?;
    /// assert!((series.last_value() - 1_650_000.0).abs() < 1000.0);
    /// assert!(series.values()[0] > 820_000.0); // "over 820,000"
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A name that no series has, or a value outside the bounds of the series.
    pub fn select(&self, id: &str, rules: &Rules) -> Result<Selection, DataError> {
        let info = self.info(id)?;
        let mut periods: BTreeMap<Period, Vec<(Kind, Figure)>> = BTreeMap::new();
        let (mut leads, mut bounds, mut early) = (0_usize, 0_usize, 0_usize);
        let other_frequency = self.observations(id).iter().filter(|o| {
            let is_data = matches!(o.kind, Kind::Reported | Kind::Estimate);
            is_data && o.period.frequency() != info.frequency && o.published <= rules.as_of
        });
        let other_frequency = other_frequency.count();
        for observation in self.admissible(id, rules) {
            let Some(source) = self.source(&observation.source) else { continue };
            if observation.is_early() {
                early += 1;
            } else if source.trust == Trust::Lead && !rules.leads {
                leads += 1;
            } else if let Some(weight) = rules.sources.weight(&source.origin, &source.id) {
                let figure = figure(observation, &source.origin, weight, rules.standard_error);
                periods.entry(observation.period).or_default().push((observation.kind, figure));
            }
        }
        let limits = (info.bounds.lower, info.bounds.upper);
        let mut choices: Vec<Choice> = Vec::new();
        for (period, figures) in periods {
            let only_bounds = figures.iter().filter(|(_, f)| f.value.is_none()).count();
            match choose(period, figures, limits, rules.exact) {
                Some(choice) => choices.push(choice),
                None => bounds += only_bounds,
            }
        }
        let mut notes = Vec::new();
        let mut left_out = |count: usize, one: &str, many: &str| match count {
            0 => {}
            1 => notes.push(format!("1 {one}")),
            _ => notes.push(format!("{count} {many}")),
        };
        left_out(
            leads,
            "unconfirmed figure (second-hand citation) is left out",
            "unconfirmed figures (second-hand citations) are left out",
        );
        left_out(
            early,
            "figure was published before its period was over",
            "figures were published before their period was over",
        );
        left_out(
            other_frequency,
            "figure of another frequency is left out",
            "figures of another frequency are left out",
        );
        left_out(bounds, "bound without a figure is not used", "bounds without a figure are not used");
        let pooled: Vec<String> =
            choices.iter().filter(|c| c.figures.len() > 1).map(|c| c.period.to_string()).collect();
        if !pooled.is_empty() {
            notes.push(format!("pooled from several sources in {}", pooled.join(", ")));
        }
        let not_pooled: Vec<String> = choices
            .iter()
            .filter(|c| !rules.exact && !c.reported && c.estimate.is_exact())
            .map(|c| c.period.to_string())
            .collect();
        if !not_pooled.is_empty() {
            notes.push(format!(
                "the median is used instead of the pooled value in {}, because a figure is not above zero",
                not_pooled.join(", ")
            ));
        }
        let periods: Vec<Period> = choices.iter().map(|choice| choice.period).collect();
        let older = first_used(&periods);
        if older > 0 {
            notes.push(format!(
                "{older} of {} values are left out, because more periods are missing than known before {}",
                choices.len(),
                choices[older].period
            ));
        }
        let used = choices.get(older..).unwrap_or_default();
        let series = match used.first() {
            None => None,
            Some(first) => {
                let known: Vec<(Period, f64)> = used.iter().map(|choice| (choice.period, choice.value)).collect();
                let series = Series::with_missing(id, first.period, filled(&known));
                let series = series.and_then(|series| series.with_bounds(info.bounds));
                Some(series.map_err(|error| DataError::Cell {
                    file: "observations.csv".to_owned(),
                    line: 0,
                    column: "value".to_owned(),
                    value: id.to_owned(),
                    problem: error.to_string(),
                })?)
            }
        };
        if let Some(series) = series.as_ref().filter(|series| !series.is_complete()) {
            notes.push(format!("missing: {}", series.missing_in_words()));
        }
        // The estimate of a missing period is NaN, so the period stays missing in every history that is drawn.
        let estimate = |(t, value): (usize, &f64)| match value.is_nan() {
            true => Estimate::exact(f64::NAN),
            false => {
                let period = series.as_ref().and_then(|series| series.start().shift(t as i64).ok());
                used.iter().find(|c| Some(c.period) == period).map_or(Estimate::exact(*value), |c| c.estimate.clone())
            }
        };
        let estimates = series.iter().flat_map(|series| series.as_slice().iter().enumerate().map(estimate)).collect();
        Ok(Selection { series, estimates, choices, older, leads, notes })
    }

    /// The observations of a series that can be used: reported figures and estimates of its frequency, published by the day.
    fn admissible<'a>(&'a self, id: &'a str, rules: &'a Rules) -> impl Iterator<Item = &'a Observation> {
        let frequency = self.info(id).map(|info| info.frequency).ok();
        self.observations(id).iter().filter(move |o| {
            matches!(o.kind, Kind::Reported | Kind::Estimate)
                && Some(o.period.frequency()) == frequency
                && o.published <= rules.as_of
        })
    }

    /// The days on which figures were published that the rules allow, in order, with the figures of each day.
    pub fn publications<'a>(&'a self, id: &'a str, rules: &'a Rules) -> BTreeMap<Date, Vec<&'a Observation>> {
        let mut days: BTreeMap<Date, Vec<&Observation>> = BTreeMap::new();
        for observation in self.admissible(id, rules).filter(|o| !o.is_early()) {
            let Some(source) = self.source(&observation.source) else { continue };
            let confirmed_enough = rules.leads || source.trust != Trust::Lead;
            if confirmed_enough && rules.sources.weight(&source.origin, &source.id).is_some() {
                days.entry(observation.published).or_default().push(observation);
            }
        }
        days
    }
}

/// The figure of an observation, with its error and weight.
fn figure(observation: &Observation, origin: &str, weight: f64, standard_error: f64) -> Figure {
    let Observation { value, low, high, .. } = *observation;
    let middle = observation.middle();
    // The error of a range that begins at or below zero is relative to its middle.
    let published_error = low.zip(high).filter(|(low, high)| low < high).map(|(low, high)| match low > 0.0 {
        true => (high / low).ln() / (2.0 * RANGE_REACH),
        false => (high - low) / (2.0 * RANGE_REACH) / (0.5 * (low + high)).abs().max(f64::MIN_POSITIVE),
    });
    Figure {
        origin: origin.to_owned(),
        source: observation.source.clone(),
        published: observation.published,
        value: value.or(middle),
        standard_error: published_error.unwrap_or(standard_error),
        bound: observation.bound(),
        weight,
    }
}

/// The value of a period from all its figures; `None` if there are only bounds.
fn choose(
    period: Period,
    mut figures: Vec<(Kind, Figure)>,
    limits: (Option<f64>, Option<f64>),
    exact: bool,
) -> Option<Choice> {
    figures.sort_by(|(_, a), (_, b)| (&a.origin, a.published).cmp(&(&b.origin, b.published)));
    let reported = figures.iter().any(|(kind, f)| *kind == Kind::Reported && f.value.is_some());
    let is_used = |kind: Kind, figure: &Figure| !reported || (kind == Kind::Reported && figure.value.is_some());
    let (used, unused): (Vec<_>, Vec<_>) = figures.into_iter().partition(|(kind, figure)| is_used(*kind, figure));
    let (figures, displaced) = (latest_per_origin(used), latest_per_origin(unused));
    let mut values: Vec<f64> = figures.iter().filter_map(|f| f.value).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let median = match values.len() {
        0 => return None,
        n if n % 2 == 1 => values[middle],
        _ => 0.5 * (values[middle - 1] + values[middle]),
    };
    // Pooling takes logarithms, so all values must be above zero.
    let pooled = if exact || reported || values[0] <= 0.0 { None } else { pool(&figures, limits) };
    let estimate = pooled.unwrap_or_else(|| Estimate::exact(median));
    Some(Choice { period, value: estimate.median(), estimate, reported, figures, displaced })
}

/// The latest figure of each origin. The figures are in order of origin and day.
fn latest_per_origin(figures: Vec<(Kind, Figure)>) -> Vec<Figure> {
    let mut latest: BTreeMap<String, Figure> = BTreeMap::new();
    for (_, figure) in figures {
        match latest.entry(figure.origin.clone()) {
            Entry::Vacant(entry) => drop(entry.insert(figure)),
            // A later bound limits the earlier figure of the same origin; an earlier bound limits the later figure.
            Entry::Occupied(mut entry) if figure.value.is_none() => entry.get_mut().bound = figure.bound,
            Entry::Occupied(mut entry) => {
                let earlier_bound = entry.get().bound.filter(|_| entry.get().value.is_none());
                let bound = figure.bound.or(earlier_bound);
                entry.insert(Figure { bound, ..figure });
            }
        }
    }
    latest.into_values().collect()
}
