//! The reference class and its cases.

use crate::series::Ramp;

/// On which scale growth is compared.
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

/// A year of a ramp that is known with its growth before it and at least one year after it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) ramp: usize,
    /// Growth of the last year, on the scale.
    pub(super) last: f64,
    /// Mean growth of the last years, on the scale, as many as the series under forecast has (at most three).
    pub(super) mean: f64,
    /// What came: the change from this year to each of the years after it, on the scale.
    pub(super) ahead: Vec<f64>,
}

/// Documented ramps to compare with, such as the 935 that are bundled.
///
/// ```
/// use onpace::models::ReferenceClass;
/// use onpace::series::Ramp;
/// let values = (2000..2010).zip([1.0, 2.0, 4.0, 7.0, 11.0, 15.0, 14.0, 16.0, 18.0, 19.0]).collect();
/// let class = ReferenceClass::new(vec![Ramp::new("A | solar", "A", "solar", false, values)]);
/// assert_eq!(class.len(), 1);
/// ```
#[derive(Debug, Clone, Default)]
pub struct ReferenceClass {
    ramps: Vec<Ramp>,
}

impl ReferenceClass {
    /// A class of ramps.
    pub fn new(ramps: Vec<Ramp>) -> Self {
        Self { ramps }
    }

    /// The number of ramps.
    pub fn len(&self) -> usize {
        self.ramps.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ramps.is_empty()
    }

    /// The ramp of a name, also under the name of a forecasting task on it, `NAME @ YEAR`.
    pub(super) fn find(&self, id: &str) -> Option<&Ramp> {
        let name = id.split(" @ ").next().unwrap_or(id);
        self.ramps.iter().find(|ramp| ramp.id() == name)
    }

    pub(super) fn ramp(&self, index: usize) -> &Ramp {
        &self.ramps[index]
    }

    /// All cases: years whose growth over `window` years before is known and is no rebound below an earlier peak.
    ///
    /// When `subject` is itself a ramp, its country's and its technology's ramps leave, and so does every value after
    /// the year `until`.
    pub(super) fn cases(&self, scale: Scale, window: usize, subject: Option<&Ramp>, until: i64) -> Vec<Case> {
        let related =
            |ramp: &Ramp| subject.is_some_and(|s| s.entity() == ramp.entity() || s.technology() == ramp.technology());
        let known_until = if subject.is_some() { until } else { i64::MAX };
        let mut cases = Vec::new();
        for (index, ramp) in self.ramps.iter().enumerate() {
            if related(ramp) || (scale == Scale::LogOdds && !ramp.is_share()) {
                continue;
            }
            let known = ramp.years().partition_point(|year| *year <= known_until);
            let (years, values) = (&ramp.years()[..known], &ramp.values()[..known]);
            let z: Vec<f64> = values.iter().map(|v| scale.of(*v)).collect();
            let mut peak = values.first().copied().unwrap_or(0.0);
            for at in 1..known {
                let below_peak = values[at] < peak;
                peak = peak.max(values[at]);
                if below_peak || at < window || years[at] - years[at - window] != window as i64 {
                    continue;
                }
                if z[at - window..=at].iter().any(|z| !z.is_finite()) {
                    continue;
                }
                let unbroken = (at + 1..known).take_while(|k| years[*k] - years[at] == (*k - at) as i64);
                let ahead: Vec<f64> = unbroken.map(|k| z[k] - z[at]).collect();
                if !ahead.is_empty() {
                    let mean = (z[at] - z[at - window]) / window as f64;
                    cases.push(Case { ramp: index, last: z[at] - z[at - 1], mean, ahead });
                }
            }
        }
        cases
    }
}
