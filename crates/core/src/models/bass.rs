//! The diffusion of an innovation, on sales per period: S_t = m (F(t) - F(t-1)) + u_t (Bass 1969, in the form of
//! Srinivasan and Mason 1986).
//!
//! F(t) = (1 - e^{-(p+q)t}) / (1 + (q/p) e^{-(p+q)t}) is the share of all m first buyers that have bought by t; p is
//! the rate at which they buy on their own, q the rate at which they follow others. t counts from the start of the
//! first period, so the series starts with the launch. u_t is AR(1).
//!
//! Given p, q and ρ, m is the coefficient of one regressor. m, with a flat prior on ln m, and σ are integrated out:
//! weight = prior √(1 - ρ²) |x'x|^(-1/2) m̂⁻¹ S^(-(n-1)/2), x and S whitened. ln p and ln q are on a grid that narrows
//! to the region of high weight, under wide normal priors around the means of 213 applications, p .03 and q .38 per
//! year (Sultan, Farley and Lehmann 1990).

use ndarray::Array1;

use crate::forecast::{Draws, Forecast};
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal};
use super::growth::{AUTOCORRELATION, LARGEST_CEILING, TOLD, quantiles};
use super::link::Link;
use super::mixture;
use super::range::Range;
use super::regression::{self, Ahead, Point, least_squares_believed};
use super::remark::{Finding, Remark};
use crate::numerics::minimise::simplex;

const NAME: &str = "bass";
/// The prior means of p and q per year, and the standard deviations of their logarithms.
const MEANS: [f64; 2] = [0.03, 0.38];
const SPREADS: [f64; 2] = [1.5, 1.0];
/// Half the width of the first grid, in standard deviations of the prior.
const WIDTH: f64 = 3.0;
/// The number of points along each side of the grid, and of rounds in which it narrows.
const SIDE: usize = 32;
const ROUNDS: usize = 5;
/// The grid narrows to the points whose log weight is this near the largest, and a margin of this many cells.
const NEAR: f64 = 6.5;
const MARGIN: usize = 2;

/// The sales per period of something new, from launch to saturation: they rise by imitation and fall as buyers run out.
/// The median path continues the product's life cycle. What is not identified, above all the size of the
/// market before the peak, is in the spread of the paths.
///
/// ```
/// use onpace::models::{Model, bass};
/// use onpace::series::{Period, Series};
/// // Video recorders sold in the United States, thousands per year.
/// let sales = vec![840.0, 1470.0, 2110.0, 4000.0, 7590.0, 10950.0, 10530.0, 9470.0, 7790.0, 5890.0];
/// let fit = bass().fit(&Series::new("recorders", Period::year(1979)?, sales)?)?;
/// let market = &fit.parameters()[0];
/// assert!(market.name == "market" && (60_000.0..75_000.0).contains(&market.estimate));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bass() -> impl Model {
    Bass
}

#[derive(Debug)]
struct Bass;

impl Model for Bass {
    fn name(&self) -> &str {
        NAME
    }

    fn needs(&self) -> Needs {
        Needs { not_negative: true, complete: true, ..Needs::observations(6) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(NAME, series)?;
        let largest = series.values().iter().copied().fold(0.0, f64::max);
        let sales = Sales::new(series.values().iter().map(|y| y / largest).collect());
        let year = series.start().frequency().periods_per_year().unwrap_or(1.0);
        let prior = Prior { centre: MEANS.map(|mean| (mean / year).ln()) };
        let (points, grid) = posterior(&sales, prior).ok_or_else(|| FitError {
            model: NAME.to_owned(),
            reason: Refusal::NotFitted("no market size above zero fits".to_owned()),
        })?;
        Ok(Box::new(FittedBass {
            id: series.id().to_owned(),
            range: Range::of(series, Link::Log),
            sales,
            prior,
            points,
            grid,
            largest,
        }))
    }
}

/// Normal priors on ln p and ln q.
#[derive(Debug, Clone, Copy)]
struct Prior {
    centre: [f64; 2],
}

impl Prior {
    fn log(self, at: [f64; 2]) -> f64 {
        (0..2).map(|i| -0.5 * ((at[i] - self.centre[i]) / SPREADS[i]).powi(2)).sum()
    }

    fn ends(self, i: usize) -> (f64, f64) {
        (self.centre[i] - WIDTH * SPREADS[i], self.centre[i] + WIDTH * SPREADS[i])
    }
}

/// The rates p and q of innovation and imitation.
#[derive(Debug, Clone, Copy)]
struct Rates {
    p: f64,
    q: f64,
}

impl Rates {
    fn of_logs([p, q]: [f64; 2]) -> Self {
        Self { p: p.exp(), q: q.exp() }
    }

    /// F(t) - F(t-1) for t = 1, 2, … as (1 + r)(e_{t-1} - e_t) / ((1 + r e_{t-1})(1 + r e_t)), e_t = e^{-(p+q)t} and
    /// r = q/p, in which nothing cancels.
    fn parts(self) -> impl Iterator<Item = f64> {
        let (sum, ratio) = (self.p + self.q, self.q / self.p);
        let (step, fall) = ((-sum).exp(), -(-sum).exp_m1());
        let (mut left, mut below) = (1.0, 1.0 + ratio);
        std::iter::repeat_with(move || {
            let next = left * step;
            let after = 1.0 + ratio * next;
            let part = (1.0 + ratio) * left * fall / (below * after);
            (left, below) = (next, after);
            part
        })
    }

    /// The part with index `t` (from 0).
    fn part(self, t: usize) -> f64 {
        let (sum, ratio) = (self.p + self.q, self.q / self.p);
        let left = (-sum * t as f64).exp();
        let next = left * (-sum).exp();
        (1.0 + ratio) * left * -(-sum).exp_m1() / ((1.0 + ratio * left) * (1.0 + ratio * next))
    }

    /// Periods from launch to the peak; 0 where sales only fall.
    fn peak(self) -> f64 {
        ((self.q / self.p).ln() / (self.p + self.q)).max(0.0)
    }
}

/// Sums from which the inner product of two whitened columns follows for every ρ.
#[derive(Debug, Clone, Copy)]
struct Product {
    all: f64,
    ends: f64,
    neighbours: f64,
}

impl Product {
    fn whitened(self, rho: f64) -> f64 {
        self.all + rho * rho * (self.all - self.ends) - rho * self.neighbours
    }
}

/// Sales in units of the largest.
#[derive(Debug)]
struct Sales {
    values: Vec<f64>,
    own: Product,
    least: f64,
}

impl Sales {
    fn new(values: Vec<f64>) -> Self {
        let square = |at: Option<&f64>| at.map_or(0.0, |v| v * v);
        let own = Product {
            all: values.iter().map(|v| v * v).sum(),
            ends: square(values.first()) + square(values.last()),
            neighbours: 2.0 * values.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>(),
        };
        let least = least_squares_believed(values.iter().copied());
        Self { values, own, least }
    }

    /// The inner products of the curve's parts with themselves and with the sales.
    fn products(&self, rates: Rates) -> (Product, Product) {
        let zero = Product { all: 0.0, ends: 0.0, neighbours: 0.0 };
        let (mut xx, mut xy) = (zero, zero);
        let mut before: Option<(f64, f64)> = None;
        for (x, y) in rates.parts().zip(self.values.iter().copied()) {
            xx.all += x * x;
            xy.all += x * y;
            match before {
                Some((x0, y0)) => {
                    xx.neighbours += 2.0 * x * x0;
                    xy.neighbours += x * y0 + x0 * y;
                }
                None => (xx.ends, xy.ends) = (x * x, x * y),
            }
            before = Some((x, y));
        }
        if let Some((x, y)) = before {
            xx.ends += x * x;
            xy.ends += x * y;
        }
        (xx, xy)
    }

    /// m̂ and the residual sum of squares, in units of the largest value, with independent errors.
    fn least_squares(&self, rates: Rates) -> (f64, f64) {
        let (xx, xy) = self.products(rates);
        let market = xy.all / xx.all;
        let squares = rates.parts().zip(&self.values).map(|(x, y)| (y - market * x).powi(2)).sum();
        (market, squares)
    }

    /// Appends a point per ρ; the weights are logarithms.
    fn push(&self, logs: [f64; 2], kind: usize, prior: f64, points: &mut Vec<Point<1>>) {
        let rates = Rates::of_logs(logs);
        let (xx, xy) = self.products(rates);
        let n = self.values.len();
        let last = (self.values.last().copied().unwrap_or_default(), [rates.part(n.saturating_sub(1))]);
        for (rho, weight) in AUTOCORRELATION {
            let (square, along) = (xx.whitened(rho), xy.whitened(rho));
            let market = along / square;
            if !(market > 0.0 && market.is_finite()) {
                continue;
            }
            let squares = (self.own.whitened(rho) - along * market).max(self.least);
            let weight = prior + f64::ln(weight) + 0.5 * (1.0 - rho * rho).ln()
                - 0.5 * square.ln()
                - market.ln()
                - 0.5 * (n - 1) as f64 * squares.ln();
            let spread = [[1.0 / square.sqrt()]];
            points.push(Point { rho, weight, coefficients: [market], spread, squares, last, kind });
        }
    }
}

/// The posterior over ln p, ln q and ρ, and the coordinates of its points in ln p and ln q.
fn posterior(sales: &Sales, prior: Prior) -> Option<(Vec<Point<1>>, Vec<[f64; 2]>)> {
    let mut ends = [prior.ends(0), prior.ends(1)];
    for round in 0..ROUNDS {
        let cell = ends.map(|(low, high)| (high - low) / (SIDE - 1) as f64);
        let place = |i: usize, k: usize| ends[i].0 + cell[i] * k as f64;
        let grid: Vec<[f64; 2]> = (0..SIDE * SIDE).map(|k| [place(0, k / SIDE), place(1, k % SIDE)]).collect();
        let mut points = Vec::with_capacity(grid.len() * AUTOCORRELATION.len());
        for (kind, at) in grid.iter().enumerate() {
            sales.push(*at, kind, prior.log(*at), &mut points);
        }
        let largest = points.iter().map(|p| p.weight).fold(f64::NEG_INFINITY, f64::max);
        let near = || points.iter().filter(|p| p.weight > largest - NEAR);
        let closer: [(usize, usize); 2] = std::array::from_fn(|i| {
            let index = |p: &Point<1>| if i == 0 { p.kind / SIDE } else { p.kind % SIDE };
            let (low, high) = near().map(index).fold((SIDE, 0), |(low, high), k| (low.min(k), high.max(k)));
            (low.saturating_sub(MARGIN), (high + MARGIN).min(SIDE - 1))
        });
        let closed = closer.iter().all(|(low, high)| 10 * high.saturating_sub(*low) >= 7 * SIDE);
        if closed || round + 1 == ROUNDS {
            return mixture::normalise(&mut points).then_some((points, grid));
        }
        ends = std::array::from_fn(|i| (place(i, closer[i].0), place(i, closer[i].1)));
    }
    None
}

#[derive(Debug)]
struct FittedBass {
    id: String,
    sales: Sales,
    prior: Prior,
    points: Vec<Point<1>>,
    grid: Vec<[f64; 2]>,
    largest: f64,
    range: Range,
}

impl FittedBass {
    fn rates(&self, point: &Point<1>) -> Rates {
        Rates::of_logs(self.grid.get(point.kind).copied().unwrap_or(self.prior.centre))
    }

    /// Least squares with independent errors, from the heaviest point and inside the first grid: m, p and q.
    fn least_squares(&self) -> Option<(f64, Rates)> {
        let best = mixture::heaviest(&self.points)?;
        let start = self.grid.get(best.kind)?;
        let inside =
            |at: &[f64]| at.iter().enumerate().all(|(i, v)| (self.prior.ends(i).0..=self.prior.ends(i).1).contains(v));
        let cost = |at: &[f64]| match at {
            [p, q] if inside(at) => self.sales.least_squares(Rates::of_logs([*p, *q])).1.max(self.sales.least).ln(),
            _ => f64::INFINITY,
        };
        let (place, _) = simplex(start, &[0.1, 0.05], (1e-12, 20), cost);
        let rates = Rates::of_logs([*place.first()?, *place.get(1)?]);
        Some((self.largest * self.sales.least_squares(rates).0, rates))
    }

    /// The 5, 50 and 95 % quantiles of the size of the market, in units of the series. At each point it is normal,
    /// represented by three weighted nodes.
    fn market(&self) -> [f64; 3] {
        let degrees = self.sales.values.len().saturating_sub(3).max(1) as f64;
        let places = |point: &Point<1>| {
            let [market] = point.coefficients;
            let away = (3.0 * point.squares / degrees).sqrt() * point.spread[0][0];
            [(-away, 1.0 / 6.0), (0.0, 2.0 / 3.0), (away, 1.0 / 6.0)]
                .map(|(away, part)| (self.largest * (market + away).max(0.0), part * point.weight))
        };
        quantiles(&mut self.points.iter().flat_map(places).collect::<Vec<_>>())
    }

    fn interval(&self, number: impl Fn(Rates) -> f64) -> [f64; 3] {
        quantiles(&mut self.points.iter().map(|point| (number(self.rates(point)), point.weight)).collect::<Vec<_>>())
    }

    /// Whether the size of the market is identified, by the same rule as the ceiling of a growth curve.
    fn market_is_told(&self, [low, _, high]: [f64; 3]) -> bool {
        low > 0.0 && (high / low).ln() < TOLD * 0.9 * LARGEST_CEILING.ln()
    }
}

impl Fitted for FittedBass {
    fn fitted_values(&self) -> Array1<f64> {
        let values = &self.sales.values;
        let fitted = regression::fitted(&self.points, values.len(), |p, t| [self.rates(p).part(t)], |t| values[t]);
        fitted.into_iter().map(|y| self.largest * y.max(0.0)).collect()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let of = |name, [low, estimate, high]: [f64; 3], unit| Parameter {
            name,
            estimate,
            interval: Some((low, high)),
            unit,
        };
        let market = self.market();
        let mut all = Vec::new();
        if self.market_is_told(market) {
            all.push(of("market", market, "units"));
        }
        all.push(of("innovation", self.interval(|r| r.p), "a period"));
        all.push(of("imitation", self.interval(|r| r.q), "a period"));
        all.push(of("peak", self.interval(Rates::peak), "periods after the launch"));
        if let Some(best) = mixture::heaviest(&self.points) {
            all.push(Parameter { name: "autocorrelation", estimate: best.rho, interval: None, unit: "" });
        }
        all
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let n = self.sales.values.len();
        let ahead = Ahead { points: &self.points, degrees: n - 1, gap: 0 };
        let row = |point: &Point<1>, step: usize| [self.rates(point).part(n + step)];
        ahead.paths(horizon, draws, &[&self.id, NAME], row, |_, values| {
            values.iter_mut().for_each(|y| *y = self.range.hold(self.largest * y.max(0.0)));
        })
    }

    fn curve(&self, horizon: usize) -> Option<Array1<f64>> {
        let (market, rates) = self.least_squares()?;
        Some(rates.parts().take(self.sales.values.len() + horizon).map(|part| self.range.hold(market * part)).collect())
    }

    fn remarks(&self) -> Vec<Remark> {
        let market = self.market();
        if self.market_is_told(market) {
            return Vec::new();
        }
        let sold = self.largest * self.sales.values.iter().sum::<f64>();
        let [low, _, high] = market.map(|m| m / sold);
        vec![Remark::new(NAME, Finding::MarketNotIdentified { interval: (low, high) })]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Period;

    const RECORDERS: [f64; 10] = [840.0, 1470.0, 2110.0, 4000.0, 7590.0, 10950.0, 10530.0, 9470.0, 7790.0, 5890.0];

    fn fit(values: &[f64]) -> FittedBass {
        let largest = values.iter().copied().fold(0.0, f64::max);
        let sales = Sales::new(values.iter().map(|v| v / largest).collect());
        let prior = Prior { centre: MEANS.map(f64::ln) };
        let (points, grid) = posterior(&sales, prior).unwrap();
        let series = Series::new("a", Period::year(1979).unwrap(), values.to_vec()).unwrap();
        FittedBass { id: "a".to_owned(), range: Range::of(&series, Link::Log), sales, prior, points, grid, largest }
    }

    /// Golden: R 4.2.2, minpack.lm (`tests/golden/growth_r.json`, bass_vcr_SM_nls and bass_vcr_SM_first6).
    #[test]
    fn least_squares_equal_those_of_srinivasan_and_mason() {
        let cases: [(usize, [f64; 4]); 2] = [
            (10, [67_660.024_473_141_8, 0.008_788_962_182_552_13, 0.642_158_912_029_294, 3_672_146.264_377_52]),
            (6, [78_043.956_365_115_3, 0.005_287_578_794_749_24, 0.705_017_202_389_55, 321_433.146_479_957]),
        ];
        for (n, [m, p, q, squares]) in cases {
            let fit = fit(&RECORDERS[..n]);
            let (market, rates) = fit.least_squares().unwrap();
            let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-4, "{a} {b}");
            near(market, m);
            near(rates.p, p);
            near(rates.q, q);
            let found = fit.sales.least_squares(rates).1 * fit.largest * fit.largest;
            assert!((found / squares - 1.0).abs() < 1e-8, "{found} {squares}");
        }
    }

    /// The grid narrows: the mean over it of ln p and ln q does not change when the prior's grid is far finer.
    #[test]
    fn the_posterior_is_that_of_a_fine_grid() {
        let fit = fit(&RECORDERS);
        let mean = |points: &[Point<1>], grid: &[[f64; 2]], i: usize| -> f64 {
            points.iter().map(|p| p.weight * grid[p.kind][i]).sum()
        };
        let side = 500;
        let at = |i: usize, k: usize| {
            let (low, high) = fit.prior.ends(i);
            low + (high - low) * k as f64 / (side - 1) as f64
        };
        let grid: Vec<[f64; 2]> = (0..side * side).map(|k| [at(0, k / side), at(1, k % side)]).collect();
        let mut points = Vec::new();
        grid.iter().enumerate().for_each(|(k, at)| fit.sales.push(*at, k, fit.prior.log(*at), &mut points));
        assert!(mixture::normalise(&mut points));
        for i in 0..2 {
            let (coarse, fine) = (mean(&fit.points, &fit.grid, i), mean(&points, &grid, i));
            let spread = points.iter().map(|p| p.weight * (grid[p.kind][i] - fine).powi(2)).sum::<f64>().sqrt();
            assert!((coarse - fine).abs() < 0.05 * spread, "{i}: {coarse} {fine} {spread}");
        }
    }

    #[test]
    fn the_parts_sum_to_the_cumulative_curve() {
        for rates in [Rates { p: 0.03, q: 0.38 }, Rates { p: 1e-6, q: 0.9 }, Rates { p: 0.9, q: 1e-4 }] {
            let share = |t: f64| {
                let left = (-(rates.p + rates.q) * t).exp();
                (1.0 - left) / (1.0 + rates.q / rates.p * left)
            };
            let sum: f64 = rates.parts().take(20).sum();
            assert!((sum / share(20.0) - 1.0).abs() < 1e-12);
            let apart = rates.parts().enumerate().take(40).all(|(t, part)| (part / rates.part(t) - 1.0).abs() < 1e-10);
            assert!(apart, "{rates:?}");
        }
    }
}
