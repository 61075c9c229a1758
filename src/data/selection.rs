//! From observations to a series, by rule, with every choice on record.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::civil::Date;

use crate::series::{Estimate, Period, Series};

use super::gaps::{filled, first_used};
use super::pooling::{Figure, pool};
use super::{Catalog, DataError, Kind, Observation, SourceRules, Trust};

/// Width of the central interval that a stated range is taken for, in standard errors to each side: 80 per cent.
const RANGE_REACH: f64 = 1.281_551_565_544_600_4;

/// Which observations may speak, and how sure each is.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Only what was published by this day.
    pub as_of: Date,
    /// Whether leads, figures seen only in a digest that cites another, count.
    pub leads: bool,
    /// The standard error, in logarithms, of an estimate that states none.
    pub standard_error: f64,
    /// Sources to take in, leave out or give less weight.
    pub sources: SourceRules,
    /// Whether figures count as they stand, without errors: for goals that are judged on a source's own figures.
    pub exact: bool,
}

impl Rules {
    /// What was published by a day, without leads, all sources alike, and .15 in logs for a bare estimate.
    pub fn by(as_of: Date) -> Self {
        Self { as_of, leads: false, standard_error: 0.15, sources: SourceRules::default(), exact: false }
    }
}

/// The value chosen for one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The period.
    pub period: Period,
    /// The value, in the unit of the series: the median of what is known of it.
    pub value: f64,
    /// What is known of it; exact for reported figures.
    pub estimate: Estimate,
    /// Whether the maker or the office reported it; else it is pooled from estimates.
    pub reported: bool,
    /// The figures it rests on, one an origin.
    pub figures: Vec<Figure>,
    /// Estimates that a reported figure displaced, one an origin.
    pub displaced: Vec<Figure>,
}

impl Choice {
    /// All figures of the period, those that were displaced too.
    pub fn all_figures(&self) -> impl Iterator<Item = &Figure> {
        self.figures.iter().chain(&self.displaced)
    }
}

/// A series made of observations, and how.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The series, with the periods that are missing; `None` without a usable figure.
    pub series: Option<Series>,
    /// What is known of each of its values, nothing of missing ones; empty without a series.
    pub estimates: Vec<Estimate>,
    /// All chosen values, also those before too wide a gap.
    pub choices: Vec<Choice>,
    /// How many of them lie before that gap.
    pub older: usize,
    /// How many figures were left out because they are leads.
    pub leads: usize,
    /// What the reader must know: missing periods, leads that were left out, bounds that are no figures.
    pub notes: Vec<String>,
}

impl Selection {
    /// The origins whose figures it rests on, in order.
    pub fn origins(&self) -> Vec<String> {
        let mut origins: Vec<String> =
            self.choices[self.older..].iter().flat_map(|c| &c.figures).map(|figure| figure.origin.clone()).collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }
}

impl Catalog {
    /// Makes the series of a name from the observations that the rules let speak.
    ///
    /// Only figures of kind reported and estimate count, of the series' own frequency, of periods that were over when
    /// the figure came out; one figure an origin and period, the latest; reported before estimates. Of several reported
    /// figures the median counts; estimates are [pooled](pool) in logarithms. A range is an 80 per cent interval, whose
    /// middle (in logs where it is positive) is the value where none is given; a value that equals its one bound is a
    /// bound too. A bound alone is no figure, but limits those of its period.
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
    /// A name that no series has, or a value outside the series' bounds.
    pub fn select(&self, id: &str, rules: &Rules) -> Result<Selection, DataError> {
        let info = self.info(id)?;
        let mut periods: BTreeMap<Period, Vec<(Kind, Figure)>> = BTreeMap::new();
        let (mut leads, mut bounds, mut early) = (0_usize, 0_usize, 0_usize);
        let aside = self.observations(id).iter().filter(|o| {
            let of_kind = matches!(o.kind, Kind::Reported | Kind::Estimate);
            of_kind && o.period.frequency() != info.frequency && o.published <= rules.as_of
        });
        let other = aside.count();
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
        left_out(early, "figure came out before its period was over", "figures came out before their period was over");
        left_out(other, "figure of another frequency is left out", "figures of another frequency are left out");
        left_out(bounds, "bound without a figure is not used", "bounds without a figure are not used");
        let disputed: Vec<String> =
            choices.iter().filter(|c| c.figures.len() > 1).map(|c| c.period.to_string()).collect();
        if !disputed.is_empty() {
            notes.push(format!("pooled from several sources in {}", disputed.join(", ")));
        }
        let flat: Vec<String> = choices
            .iter()
            .filter(|c| !rules.exact && !c.reported && c.estimate.is_exact())
            .map(|c| c.period.to_string())
            .collect();
        if !flat.is_empty() {
            notes.push(format!(
                "not pooled, since a figure is not above zero: the median stands in {}",
                flat.join(", ")
            ));
        }
        let periods: Vec<Period> = choices.iter().map(|choice| choice.period).collect();
        let older = first_used(&periods);
        if older > 0 {
            notes.push(format!(
                "{older} of {} values left out, since before {} more periods are missing than known",
                choices.len(),
                choices[older].period
            ));
        }
        let used = choices.get(older..).unwrap_or_default();
        let series = match used.first() {
            None => None,
            Some(first) => {
                let known: Vec<(Period, f64)> = used.iter().map(|choice| (choice.period, choice.value)).collect();
                let made = Series::with_missing(id, first.period, filled(&known));
                let made = made.and_then(|series| series.with_bounds(info.bounds));
                Some(made.map_err(|error| DataError::Cell {
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
        // A missing period's estimate is of no number, so it stays missing in every history drawn from it.
        let told = |(t, value): (usize, &f64)| match value.is_nan() {
            true => Estimate::exact(f64::NAN),
            false => {
                let period = series.as_ref().and_then(|series| series.start().shift(t as i64).ok());
                used.iter().find(|c| Some(c.period) == period).map_or(Estimate::exact(*value), |c| c.estimate.clone())
            }
        };
        let estimates = series.iter().flat_map(|series| series.as_slice().iter().enumerate().map(told)).collect();
        Ok(Selection { series, estimates, choices, older, leads, notes })
    }

    /// The figures of a series that could be data: reported or estimated, of its own frequency, published by the day.
    fn admissible<'a>(&'a self, id: &'a str, rules: &'a Rules) -> impl Iterator<Item = &'a Observation> {
        let frequency = self.info(id).map(|info| info.frequency).ok();
        self.observations(id).iter().filter(move |o| {
            matches!(o.kind, Kind::Reported | Kind::Estimate)
                && Some(o.period.frequency()) == frequency
                && o.published <= rules.as_of
        })
    }

    /// The days on which a figure came out that the rules let speak, in order, with the figures of each.
    pub fn publications<'a>(&'a self, id: &'a str, rules: &'a Rules) -> BTreeMap<Date, Vec<&'a Observation>> {
        let mut days: BTreeMap<Date, Vec<&Observation>> = BTreeMap::new();
        for observation in self.admissible(id, rules).filter(|o| !o.is_early()) {
            let Some(source) = self.source(&observation.source) else { continue };
            let speaks = rules.leads || source.trust != Trust::Lead;
            if speaks && rules.sources.weight(&source.origin, &source.id).is_some() {
                days.entry(observation.published).or_default().push(observation);
            }
        }
        days
    }
}

/// An observation as a figure with its error.
fn figure(observation: &Observation, origin: &str, weight: f64, standard_error: f64) -> Figure {
    let Observation { value, low, high, .. } = *observation;
    let middle = observation.middle();
    // Of a range that begins at or below zero the error is its width over its middle.
    let stated = low.zip(high).filter(|(low, high)| low < high).map(|(low, high)| match low > 0.0 {
        true => (high / low).ln() / (2.0 * RANGE_REACH),
        false => (high - low) / (2.0 * RANGE_REACH) / (0.5 * (low + high)).abs().max(f64::MIN_POSITIVE),
    });
    Figure {
        origin: origin.to_owned(),
        source: observation.source.clone(),
        published: observation.published,
        value: value.or(middle),
        standard_error: stated.unwrap_or(standard_error),
        bound: observation.bound(),
        weight,
    }
}

fn choose(
    period: Period,
    mut figures: Vec<(Kind, Figure)>,
    limits: (Option<f64>, Option<f64>),
    exact: bool,
) -> Option<Choice> {
    figures.sort_by(|(_, a), (_, b)| (&a.origin, a.published).cmp(&(&b.origin, b.published)));
    let reported = figures.iter().any(|(kind, f)| *kind == Kind::Reported && f.value.is_some());
    let counts = |kind: Kind, figure: &Figure| !reported || (kind == Kind::Reported && figure.value.is_some());
    let (used, aside): (Vec<_>, Vec<_>) = figures.into_iter().partition(|(kind, figure)| counts(*kind, figure));
    let (figures, displaced) = (one_an_origin(used), one_an_origin(aside));
    let mut values: Vec<f64> = figures.iter().filter_map(|f| f.value).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let median = match values.len() {
        0 => return None,
        n if n % 2 == 1 => values[middle],
        _ => 0.5 * (values[middle - 1] + values[middle]),
    };
    // Logarithms need values above zero: others stand as they are.
    let pooled = if exact || reported || values[0] <= 0.0 { None } else { pool(&figures, limits) };
    let estimate = pooled.unwrap_or_else(|| Estimate::exact(median));
    Some(Choice { period, value: estimate.median(), estimate, reported, figures, displaced })
}

/// The latest figure of each origin, of figures in order of origin and day.
fn one_an_origin(figures: Vec<(Kind, Figure)>) -> Vec<Figure> {
    let mut latest: BTreeMap<String, Figure> = BTreeMap::new();
    for (_, figure) in figures {
        match latest.entry(figure.origin.clone()) {
            Entry::Vacant(place) => drop(place.insert(figure)),
            // A later bound limits the figure of the same origin, and a later figure stands beside an earlier bound.
            Entry::Occupied(mut place) if figure.value.is_none() => place.get_mut().bound = figure.bound,
            Entry::Occupied(mut place) => {
                let earlier = place.get().bound.filter(|_| place.get().value.is_none());
                let bound = figure.bound.or(earlier);
                place.insert(Figure { bound, ..figure });
            }
        }
    }
    latest.into_values().collect()
}
