//! The reference class and its cases.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::series::Ramp;

/// The scale on which growth is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Logarithms, among all ramps.
    Log,
    /// Log odds, among ramps that are shares.
    LogOdds,
}

impl Scale {
    /// A value of a ramp on this scale; -∞ at zero, +∞ at 100 per cent.
    fn of(self, value: f64) -> f64 {
        match self {
            Self::Log => value.ln(),
            Self::LogOdds => (value / (100.0 - value)).ln(),
        }
    }
}

/// A year of a ramp whose growth before it is known, and at least one year after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) ramp: usize,
    /// The growth of the last year, on the scale.
    pub(super) last: f64,
    /// The mean growth of the last years, on the scale; the number of years is that of the series to forecast (at most
    /// three).
    pub(super) mean: f64,
    /// The logarithm of its age: one plus the years since the ramp's first value above zero.
    pub(super) age: f64,
    /// The distance below the ramp's earlier peak, on the scale; zero at a peak.
    pub(super) below: f64,
    /// The number of the ramp's values before it.
    earlier: usize,
    /// The index of its value in the track, and the end of the unbroken run of known years after it.
    at: usize,
    end: usize,
}

impl Case {
    /// The year of the case.
    pub(super) fn year(&self, track: &Track) -> i64 {
        track.years[self.at]
    }

    /// The number of known years after it, at least one.
    pub(super) fn years(&self) -> usize {
        self.end - self.at - 1
    }

    /// The change from its value to the value `years` later, on the scale.
    pub(super) fn ahead(&self, track: &Track, years: usize) -> f64 {
        track.z[self.at + years] - track.z[self.at]
    }
}

/// All ramps on one scale, one after the other, and their cases ordered by last growth.
#[derive(Debug)]
pub(super) struct Track {
    z: Vec<f64>,
    years: Vec<i64>,
    cases: Vec<Case>,
}

impl Track {
    fn of(ramps: &[Ramp], scale: Scale) -> Self {
        let (mut z, mut years, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        for (index, ramp) in ramps.iter().enumerate().filter(|(_, ramp)| scale == Scale::Log || ramp.is_share()) {
            let first = z.len();
            z.extend(ramp.values().iter().map(|value| scale.of(*value)));
            years.extend(ramp.years());
            let begun = ramp.values().iter().position(|value| *value > 0.0).map_or(0, |at| first + at);
            let mut peak = f64::NEG_INFINITY;
            let mut end = first;
            for at in first..z.len() {
                while end < z.len() && (end <= at || years[end] - years[end - 1] == 1) {
                    end += 1;
                }
                peak = peak.max(z[at]);
                let grown = at > first && years[at] - years[at - 1] == 1 && z[at].is_finite() && z[at - 1].is_finite();
                if grown && end > at + 1 {
                    let age = (1.0 + (years[at] - years[begun]) as f64).ln();
                    let last = z[at] - z[at - 1];
                    cases.push(Case {
                        ramp: index,
                        last,
                        mean: last,
                        age,
                        below: z[at] - peak,
                        earlier: at - first,
                        at,
                        end,
                    });
                }
            }
        }
        cases.sort_by(|a, b| a.last.total_cmp(&b.last).then(a.at.cmp(&b.at)));
        Self { z, years, cases }
    }
}

/// Documented ramps to compare with, such as the 935 that are bundled.
///
/// ```
/// use onpace::models::ReferenceClass;
/// use onpace::series::Ramp;
/// let values = (2000..2010).zip([1.0, 2.0, 4.0, 7.0, 11.0, 15.0, 14.0, 16.0, 18.0, 19.0]).collect();
/// let class = ReferenceClass::new(vec![Ramp::new("A | solar", "A", "solar", false, values)]);
/// assert_eq!(class.len(), 1);
/// assert_eq!(class.relatives("A | wind @ 2012"), ["A", "wind"]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct ReferenceClass {
    ramps: Vec<Ramp>,
    aliases: HashMap<String, String>,
    without: Vec<String>,
    tracks: [OnceLock<Arc<Track>>; 2],
}

impl ReferenceClass {
    /// A class of ramps.
    pub fn new(ramps: Vec<Ramp>) -> Self {
        Self { ramps, ..Self::default() }
    }

    /// Adds aliases of places and technologies, as pairs of a name and the name that it means.
    #[must_use]
    pub fn with_aliases(mut self, aliases: impl IntoIterator<Item = (String, String)>) -> Self {
        self.aliases.extend(aliases);
        self
    }

    /// Excludes some places or technologies.
    #[must_use]
    pub fn without(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.without.extend(names);
        self
    }

    /// The number of ramps.
    pub fn len(&self) -> usize {
        self.ramps.len()
    }

    /// Whether the class has no ramps.
    pub fn is_empty(&self) -> bool {
        self.ramps.is_empty()
    }

    /// All ramps, including the excluded ones.
    pub fn ramps(&self) -> &[Ramp] {
        &self.ramps
    }

    /// The main name of a place or technology that may have several.
    pub fn canonical<'a>(&'a self, name: &'a str) -> &'a str {
        self.aliases.get(name).map_or(name, String::as_str)
    }

    /// The place and technology of a series whose name has the form `PLACE | TECHNOLOGY` of a ramp, or `PLACE |
    /// TECHNOLOGY @ YEAR` of a forecasting task; empty for other names.
    pub fn relatives<'a>(&'a self, id: &'a str) -> Vec<&'a str> {
        let name = id.split(" @ ").next().unwrap_or(id);
        let parts = name.split_once(" | ").map(|(place, technology)| vec![place, technology]).unwrap_or_default();
        parts.into_iter().map(|name| self.canonical(name.trim())).collect()
    }

    /// Whether the class has a ramp of this place or technology.
    pub fn knows(&self, name: &str) -> bool {
        let name = self.canonical(name);
        self.ramps.iter().any(|ramp| self.canonical(ramp.entity()) == name || self.canonical(ramp.technology()) == name)
    }

    /// Whether a ramp applies to a series: it has another place and another technology, and it is not excluded.
    pub fn speaks(&self, ramp: &Ramp, id: &str) -> bool {
        let (place, technology) = (self.canonical(ramp.entity()), self.canonical(ramp.technology()));
        let is = |name: &str| name == place || name == technology;
        !self.relatives(id).into_iter().any(is) && !self.without.iter().any(|name| is(self.canonical(name)))
    }

    /// All ramps on a scale.
    pub(super) fn track(&self, scale: Scale) -> Arc<Track> {
        let place = match scale {
            Scale::Log => &self.tracks[0],
            Scale::LogOdds => &self.tracks[1],
        };
        Arc::clone(place.get_or_init(|| Arc::new(Track::of(&self.ramps, scale))))
    }

    /// All cases for a series with this name, ordered by last growth: years whose growth over the `window` years before
    /// is known. Only values up to the end of the year `until` are used.
    pub(super) fn cases(&self, scale: Scale, window: usize, id: &str, until: i64) -> Vec<Case> {
        let track = self.track(scale);
        let speaks: Vec<bool> = self.ramps.iter().map(|ramp| self.speaks(ramp, id)).collect();
        let told = |case: &&Case| {
            let (at, from) = (case.at, case.at.saturating_sub(window));
            speaks[case.ramp]
                && case.earlier >= window
                && track.years[at] < until
                && track.years[at] - track.years[from] == window as i64
                && track.z[from..=at].iter().all(|z| z.is_finite())
        };
        let known = |case: &Case| {
            let years = usize::try_from(until - track.years[case.at]).unwrap_or(0);
            let mean = (track.z[case.at] - track.z[case.at - window]) / window as f64;
            Case { mean, end: case.end.min(case.at.saturating_add(years).saturating_add(1)), ..*case }
        };
        track.cases.iter().filter(told).map(known).collect()
    }
}
