//! Sample paths together with the histories that they continue.

use ndarray::{Array2, ArrayView1, ShapeBuilder};

use crate::series::{Period, Series};

use super::{Forecast, Odds};

/// A forecast whose paths each continue a history. Where past values are uncertain, the base of a multiple and the value
/// at its deadline come from the same line: one history and one path.
///
/// ```
/// use ndarray::array;
/// use onpace::forecast::{Ensemble, Forecast};
/// use onpace::series::{Period, Series};
/// let start = Period::year(2024)?;
/// let history = |last| Series::new("a", start, vec![1.0, last]);
/// let forecast = || Forecast::from_paths(array![[3.0], [5.0]]);
/// let both = Ensemble::join(vec![(history(2.0)?, forecast()), (history(1.0)?, forecast())]).ok_or("none")?;
/// let base = Period::year(2025)?;
/// let doubled = both.odds(|line| line.at(base.shift(1).ok()?).zip(line.at(base)).map(|(now, then)| now >= 2.0 * then));
/// assert_eq!(doubled.map(|odds| odds.hits()), Some(3)); // 3 and 5 against a base of 1, 5 against one of 2
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ensemble {
    /// All with the same start, length and frequency.
    histories: Vec<Series>,
    /// The history of each path.
    of_path: Vec<usize>,
    forecast: Forecast,
}

/// One path with its history.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    history: &'a Series,
    path: ArrayView1<'a, f64>,
}

impl<'a> Line<'a> {
    /// The value of a period, known or forecast; `None` outside the line.
    pub fn at(&self, period: Period) -> Option<f64> {
        if period.frequency() != self.history.start().frequency() {
            return None;
        }
        let step = self.history.last_period().steps_to(period);
        match usize::try_from(step - 1) {
            Ok(step) => self.path.get(step).copied(),
            Err(_) => self.history.at(period),
        }
    }

    /// The history.
    pub fn history(&self) -> &'a Series {
        self.history
    }

    /// The path.
    pub fn path(&self) -> ArrayView1<'a, f64> {
        self.path
    }
}

impl Ensemble {
    /// A forecast of one history.
    pub fn of(history: Series, forecast: Forecast) -> Self {
        Self { of_path: vec![0; forecast.paths().nrows()], histories: vec![history], forecast }
    }

    /// An ensemble of forecasts of several histories; `None` without any, or where horizons or periods differ.
    pub fn join(parts: Vec<(Series, Forecast)>) -> Option<Self> {
        let (histories, forecasts): (Vec<Series>, Vec<Forecast>) = parts.into_iter().unzip();
        let of_path = forecasts.iter().enumerate().flat_map(|(at, f)| vec![at; f.paths().nrows()]).collect();
        let forecast = Forecast::mix(&forecasts)?;
        let one = histories.first().map(|h| (h.start(), h.len()))?;
        histories.iter().all(|h| (h.start(), h.len()) == one).then_some(Self { histories, of_path, forecast })
    }

    /// The linear opinion pool (Stone 1961) of several ensembles by their weights, none of them below zero. All paths of
    /// the ensemble with the largest weight are kept, and a random part of the others.
    pub fn weighted(parts: &[(&Self, f64)]) -> Option<Self> {
        let most = parts.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
        let heaviest = parts.iter().filter(|(_, weight)| *weight == most).map(|(part, _)| part.of_path.len()).min();
        let wanted = |weight: f64| (weight / most * heaviest.unwrap_or(0) as f64).round() as usize;
        let part = |(part, weight): &(&Self, f64)| match wanted(*weight) {
            count if count >= part.of_path.len() => Some((*part).clone()),
            count => part.thinned(count),
        };
        let parts: Vec<Self> = parts.iter().filter(|(_, weight)| *weight > 0.0).filter_map(part).collect();
        Self::mix(&parts.iter().collect::<Vec<_>>())
    }

    /// A random part with `count` of the paths.
    fn thinned(&self, count: usize) -> Option<Self> {
        let mut kept = scattered(self.of_path.len(), 2);
        kept.truncate(count);
        kept.sort_unstable();
        let paths = self.forecast.paths().select(ndarray::Axis(0), &kept);
        let of_path = kept.iter().map(|at| self.of_path[*at]).collect();
        (count > 0).then(|| Self { histories: self.histories.clone(), of_path, forecast: Forecast::from_paths(paths) })
    }

    /// All paths of several ensembles; the weight of each is its share of the paths.
    pub fn mix(parts: &[&Self]) -> Option<Self> {
        let mut histories = Vec::new();
        let mut of_path = Vec::new();
        for part in parts {
            of_path.extend(part.of_path.iter().map(|at| at + histories.len()));
            histories.extend(part.histories.iter().cloned());
        }
        let forecasts: Vec<Forecast> = parts.iter().map(|part| part.forecast.clone()).collect();
        Some(Self { histories, of_path, forecast: Forecast::mix(&forecasts)? })
    }

    /// The paths without their histories.
    pub fn forecast(&self) -> &Forecast {
        &self.forecast
    }

    /// The histories.
    pub fn histories(&self) -> &[Series] {
        &self.histories
    }

    /// The number of the history of each path.
    pub fn history_of_path(&self) -> &[usize] {
        &self.of_path
    }

    /// The origin of the paths: the last known period.
    pub fn origin(&self) -> Option<Period> {
        self.histories.first().map(Series::last_period)
    }

    /// Each path with its history.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let path = |path: usize| self.forecast.path(path);
        self.of_path
            .iter()
            .enumerate()
            .map(move |(at, history)| Line { history: &self.histories[*history], path: path(at) })
    }

    /// The odds that `happens` is true of a line; `None` where it is `None` for any line.
    pub fn odds(&self, happens: impl Fn(Line<'_>) -> Option<bool>) -> Option<Odds> {
        let mut hits = 0;
        for line in self.lines() {
            hits += usize::from(happens(line)?);
        }
        Some(Odds::new(hits, self.forecast.paths().nrows()))
    }

    /// The same lines in another form, such as sums over calendar years: `seen` gives the values of a line over the
    /// periods from `start`, of which the first `known` are history. `None` where `seen` is `None` for any line.
    pub fn map(
        &self,
        id: &str,
        start: Period,
        known: usize,
        seen: impl Fn(Line<'_>) -> Option<Vec<f64>>,
    ) -> Option<Self> {
        let mut rows = Vec::with_capacity(self.of_path.len());
        for line in self.lines() {
            rows.push(seen(line)?);
        }
        from_rows(id, start, known, &rows)
    }

    /// Pairs of lines of two ensembles, such as supply over demand, as many as the smaller ensemble has. `None` where `seen`
    /// is `None` for any pair. The lines of each are shuffled first, since neighbours come from one model.
    pub fn pair(
        &self,
        other: &Self,
        id: &str,
        start: Period,
        known: usize,
        seen: impl Fn(Line<'_>, Line<'_>) -> Option<Vec<f64>>,
    ) -> Option<Self> {
        let (mine, theirs): (Vec<Line<'_>>, Vec<Line<'_>>) = (self.lines().collect(), other.lines().collect());
        let count = mine.len().min(theirs.len());
        let (a, b) = (scattered(mine.len(), 0), scattered(theirs.len(), 1));
        let rows: Option<Vec<Vec<f64>>> = (0..count).map(|i| seen(mine[a[i]], theirs[b[i]])).collect();
        from_rows(id, start, known, &rows?)
    }
}

/// An ensemble from rows whose first `known` values are the history of a path.
fn from_rows(id: &str, start: Period, known: usize, rows: &[Vec<f64>]) -> Option<Ensemble> {
    let width = rows.first()?.len();
    if known == 0 || width <= known {
        return None;
    }
    let mut paths = Array2::zeros((rows.len(), width - known).f());
    let mut histories: Vec<Series> = Vec::new();
    let mut of_path = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        if row.len() != width {
            return None;
        }
        // Lines of one history are neighbours, so that it is kept once. Bits are compared, since NaN equals nothing.
        let equal = |last: &Series| last.values().iter().zip(row).all(|(a, b)| a.to_bits() == b.to_bits());
        if !histories.last().is_some_and(equal) {
            let history = Series::with_missing(id, start, row[..known].to_vec()).ok()?;
            histories.push(Some(history).filter(|history| history.len() == known)?);
        }
        of_path.push(histories.len() - 1);
        row[known..].iter().enumerate().for_each(|(step, value)| paths[[at, step]] = *value);
    }
    Some(Ensemble { histories, of_path, forecast: Forecast::from_paths(paths) })
}

/// The numbers below `count` in a random order that depends on `turn`.
fn scattered(count: usize, turn: u64) -> Vec<usize> {
    use rand::SeedableRng;
    use rand::seq::SliceRandom;
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(turn));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn yearly(values: Vec<f64>) -> Series {
        Series::new("a", Period::year(2024).unwrap(), values).unwrap()
    }

    #[test]
    fn lines_have_both_parts_and_a_mixture_keeps_them() {
        let one = Ensemble::of(yearly(vec![1.0, 2.0]), Forecast::from_paths(array![[3.0, 4.0]]));
        let two = Ensemble::of(yearly(vec![1.0, 9.0]), Forecast::from_paths(array![[8.0, 7.0], [6.0, 5.0]]));
        let mixed = Ensemble::mix(&[&one, &two]).unwrap();
        let at = |year: i64| mixed.lines().map(|line| line.at(Period::year(year).unwrap())).collect::<Vec<_>>();
        assert_eq!(at(2025), [Some(2.0), Some(9.0), Some(9.0)]);
        assert_eq!(at(2027), [Some(4.0), Some(7.0), Some(5.0)]);
        assert_eq!(at(2028), [None; 3]);
        assert!(
            Ensemble::join(vec![
                (yearly(vec![1.0]), Forecast::from_paths(array![[1.0]])),
                (yearly(vec![1.0, 2.0]), Forecast::from_paths(array![[1.0]]))
            ])
            .is_none()
        );
    }

    #[test]
    fn a_ratio_is_of_lines_and_histories_are_kept_once() {
        let one = Ensemble::of(yearly(vec![1.0, 2.0]), Forecast::from_paths(array![[4.0], [4.0]]));
        let two = Ensemble::of(yearly(vec![2.0, 4.0]), Forecast::from_paths(array![[8.0], [2.0]]));
        let start = Period::year(2024).unwrap();
        let values = |line: &Line<'_>| (0..3).map(|k| line.at(start.shift(k).ok()?)).collect::<Option<Vec<f64>>>();
        let ratio = one
            .pair(&two, "r", start, 2, |a, b| Some(values(&a)?.iter().zip(values(&b)?).map(|(a, b)| a / b).collect()))
            .unwrap();
        assert_eq!(ratio.histories().len(), 1);
        let mut last: Vec<f64> = ratio.forecast().paths().iter().copied().collect();
        last.sort_by(f64::total_cmp);
        assert_eq!(last, [0.5, 2.0]);
    }
}
