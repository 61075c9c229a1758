//! The chance of an event, estimated from sample paths, with its simulation error.

use std::fmt;

/// The chance of an event: the number of sample paths in which it happens.
///
/// ```
/// use onpace::forecast::Odds;
/// let odds = Odds::new(0, 4000);
/// assert_eq!(odds.to_string(), "below 1\u{2009}%");
/// assert!(odds.probability() > 0.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Odds {
    hits: usize,
    paths: usize,
}

impl Odds {
    /// `hits` of `paths` paths (at least one path).
    pub fn new(hits: usize, paths: usize) -> Self {
        let paths = paths.max(1);
        Self { hits: hits.min(paths), paths }
    }

    /// The number of paths in which the event happens.
    pub fn hits(self) -> usize {
        self.hits
    }

    /// The probability (k + 1/2) / (N + 1) of k hits in N paths. It is never 0 or 1, since no number of paths proves either.
    pub fn probability(self) -> f64 {
        (self.hits as f64 + 0.5) / (self.paths as f64 + 1.0)
    }

    /// The simulation error of the probability as under independent sampling; stratified paths have no larger one.
    pub fn standard_error(self) -> f64 {
        let p = self.probability();
        (p * (1.0 - p) / self.paths as f64).sqrt()
    }
}

impl fmt::Display for Odds {
    /// Whole per cent, "below 1\u{2009}%" and "above 99 %" at the ends.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = 100.0 * self.probability();
        match percent {
            p if p < 1.0 => f.write_str("below 1\u{2009}%"),
            p if p > 99.0 => f.write_str("above 99\u{2009}%"),
            p => write!(f, "{p:.0}\u{2009}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The standard errors are those of sqrt(p (1 - p) / N) at p = .5: .0158 for 1,000 and .005 for 10,000 paths.
    #[test]
    fn odds_are_never_zero_or_one_and_carry_their_error() {
        assert!((Odds::new(0, 1000).probability() - 4.995_004_995e-4).abs() < 1e-12);
        assert!(Odds::new(1000, 1000).probability() < 1.0);
        assert!((Odds::new(500, 1000).standard_error() - 0.015_811_388_3).abs() < 1e-10);
        assert!((Odds::new(5000, 10_000).standard_error() - 0.005).abs() < 1e-12);
        assert_eq!(Odds::new(4000, 4000).to_string(), "above 99\u{2009}%");
        assert_eq!(Odds::new(81, 1000).to_string(), "8\u{2009}%");
    }
}
