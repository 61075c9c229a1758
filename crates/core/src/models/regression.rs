//! Least squares on regressors that change with time, with AR(1) errors; their autocorrelation is integrated over.
//!
//! z_t = x_t'b + u_t, u_t = ρ u_{t-1} + e_t, e_t ~ N(0, σ²), u_1 from its stationary distribution. Given ρ the rows are
//! whitened (`whitening.rs`) and linfa-linear fits them. With b flat and σ as 1/σ integrated out, the weight of ρ is
//! prior(ρ) |P| |X'X|^(-1/2) S^(-(n-p)/2) with X and the residual sum of squares S whitened and |P| the determinant of
//! the whitening; b and the values ahead are Student t with n - p degrees of freedom. The engine does the same for
//! powers of time and a season; here the regressors are arbitrary.

use linfa_linalg::qr::QR;
use ndarray::{Array1, Array2, ShapeBuilder};

use crate::forecast::{Dimensions, Draws, Forecast};

use super::growth::AUTOCORRELATION;
use super::mixture::{Weighted, heaviest, normalise, parts};
use super::whitening::{Whitening, carried, least_squares};

/// The smallest residual sum of squares that is assumed, as a share of the sums of squares around the mean and around
/// zero.
const LEAST: (f64, f64) = (1e-10, 1e-18);

/// One point of the posterior, `P` coefficients.
#[derive(Debug, Clone)]
pub(super) struct Point<const P: usize> {
    pub(super) rho: f64,
    /// See [`Weighted`].
    pub(super) weight: f64,
    pub(super) coefficients: [f64; P],
    /// C with C C' = (X'X)⁻¹: the coefficients are those above plus σ C times standard normals.
    pub(super) spread: [[f64; P]; P],
    /// The residual sum of squares S.
    pub(super) squares: f64,
    /// The last known value and its regressors.
    pub(super) last: (f64, [f64; P]),
    /// The index on a further grid on which the regressors depend.
    pub(super) kind: usize,
}

impl<const P: usize> Weighted for Point<P> {
    fn weight(&self) -> f64 {
        self.weight
    }

    fn weight_mut(&mut self) -> &mut f64 {
        &mut self.weight
    }
}

/// The smallest residual sum of squares that is assumed for a fit of `values`.
pub(super) fn least_squares_believed(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = values.clone().count().max(1) as f64;
    let mean = values.clone().sum::<f64>() / n;
    let (around, zero) = values.fold((0.0, 0.0), |(a, z), v| (a + (v - mean).powi(2), z + v * v));
    (LEAST.0 * around).max(LEAST.1 * zero).max(1e-200)
}

/// The posterior over ρ of known values at times `rows.0` (counted in periods, rising) with regressors `rows.1`; the
/// weights sum to one. `None` for fewer than P + 1 rows, or regressors that are not linearly independent.
pub(super) fn posterior<const P: usize>(rows: &[(usize, [f64; P])], z: &[f64]) -> Option<Vec<Point<P>>> {
    let n = rows.len().min(z.len());
    let degrees = n.checked_sub(P).filter(|degrees| *degrees > 0)? as f64;
    let last = (z[n - 1], rows[n - 1].1);
    let least = least_squares_believed(z.iter().copied());
    let mut points = Vec::with_capacity(AUTOCORRELATION.len());
    for (rho, prior) in AUTOCORRELATION {
        let whitening = Whitening::new(rho, rows.iter().map(|row| row.0));
        let mut x = Array2::from_shape_fn((n, P).f(), |(row, column)| rows[row].1[column]);
        for mut column in x.columns_mut() {
            whitening.apply(column.as_slice_mut()?);
        }
        let mut y: Array1<f64> = z.iter().take(n).copied().collect();
        whitening.apply(y.as_slice_mut()?);
        let r = x.qr().ok()?.into_r();
        let spread = inverse::<P>(&r)?;
        let fit = least_squares(x.view(), &mut y)?;
        let squares = y.dot(&y).max(least);
        let determinant: f64 = r.diag().iter().map(|d| d.abs().ln()).sum();
        let weight = prior.ln() + whitening.log_determinant() - determinant - 0.5 * degrees * squares.ln();
        points.push(Point {
            rho,
            weight,
            coefficients: std::array::from_fn(|i| fit[i]),
            spread,
            squares,
            last,
            kind: 0,
        });
    }
    normalise(&mut points).then_some(points)
}

fn inverse<const P: usize>(r: &Array2<f64>) -> Option<[[f64; P]; P]> {
    let largest = r.diag().iter().fold(0.0_f64, |m, d| m.max(d.abs()));
    if !r.diag().iter().all(|d| d.abs() > largest * 1e-13) {
        return None;
    }
    let mut inverse = [[0.0; P]; P];
    #[expect(clippy::needless_range_loop, reason = "rows and columns of a triangle")]
    for column in 0..P {
        for row in (0..=column).rev() {
            let known: f64 = (row + 1..=column).map(|k| r[[row, k]] * inverse[k][column]).sum();
            inverse[row][column] = (f64::from(u8::from(row == column)) - known) / r[[row, row]];
        }
    }
    Some(inverse)
}

/// One-step-ahead values at the heaviest point for all of `length` periods, on the scale of z: the curve plus
/// the autocorrelation times the error before.
pub(super) fn fitted<const P: usize>(
    points: &[Point<P>],
    length: usize,
    row: impl Fn(&Point<P>, usize) -> [f64; P],
    z: impl Fn(usize) -> f64,
) -> Vec<f64> {
    let Some(point) = heaviest(points) else { return vec![f64::NAN; length] };
    let mut error = 0.0;
    let one = |t: usize| {
        let curve = inner(&row(point, t), &point.coefficients);
        let expected = curve + point.rho * error;
        error = if z(t).is_nan() { point.rho * error } else { z(t) - curve };
        expected
    };
    (0..length).map(one).collect()
}

/// The estimate and half the interval width of each coefficient at a point, given a quantile of Student's t.
pub(super) fn coefficient_intervals<const P: usize>(
    point: &Point<P>,
    degrees: usize,
    quantile: f64,
) -> [(f64, f64); P] {
    let sigma = (point.squares / degrees.max(1) as f64).sqrt();
    std::array::from_fn(|i| {
        (point.coefficients[i], quantile * sigma * inner(&point.spread[i], &point.spread[i]).sqrt())
    })
}

pub(super) fn inner<const P: usize>(a: &[f64; P], b: &[f64; P]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The posterior from which paths are drawn.
#[derive(Debug)]
pub(super) struct Ahead<'a, const P: usize> {
    pub(super) points: &'a [Point<P>],
    pub(super) degrees: usize,
    /// Missing periods between the last known value and the origin.
    pub(super) gap: usize,
}

impl<const P: usize> Ahead<'_, P> {
    /// Joint sample paths. Each path draws its point, its scale, its coefficients and its errors. `row` gives the
    /// regressors at a step, `map` turns values on the scale of z, `(paths,)`, into values of the series.
    pub(super) fn paths(
        &self,
        horizon: usize,
        draws: &Draws,
        key: &[&str],
        row: impl Fn(&Point<P>, usize) -> [f64; P],
        mut map: impl FnMut(usize, &mut [f64]),
    ) -> Forecast {
        let (stream, count) = (draws.stream(key), draws.paths());
        let parts = parts(self.points, count);
        let mut sigmas = stream.chi_squares(Dimensions::SCALE, self.degrees);
        let mut coefficients = vec![[0.0; P]; count];
        let mut errors = vec![0.0; count];
        const { assert!(P <= Dimensions::BESIDE_A_GAP, "each draw has a dimension of its own") };
        let normals: [&[f64]; P] = std::array::from_fn(|j| stream.normals(Dimensions::POSTERIOR.coefficient(j)));
        let lost = if self.gap > 0 { stream.normals(Dimensions::GAP) } else { &[] };
        for (point, part) in self.points.iter().zip(&parts) {
            let (kept, weight) = carried(point.rho, self.gap.max(1));
            for path in part.clone() {
                let sigma = (point.squares / sigmas[path]).sqrt();
                sigmas[path] = sigma;
                let drawn: [f64; P] = std::array::from_fn(|j| sigma * normals[j][path]);
                coefficients[path] = std::array::from_fn(|i| point.coefficients[i] + inner(&point.spread[i], &drawn));
                errors[path] = point.last.0 - inner(&point.last.1, &coefficients[path]);
                if let Some(normal) = lost.get(path) {
                    errors[path] = kept * errors[path] + sigma / weight * normal;
                }
            }
        }
        let mut steps = vec![0.0; count * horizon];
        for (step, values) in steps.chunks_exact_mut(count.max(1)).enumerate() {
            let normals = stream.normals(Dimensions::POSTERIOR.step(step));
            for (point, part) in self.points.iter().zip(&parts).filter(|(_, part)| !part.is_empty()) {
                let row = row(point, step);
                for path in part.clone() {
                    errors[path] = point.rho * errors[path] + sigmas[path] * normals[path];
                    values[path] = inner(&row, &coefficients[path]) + errors[path];
                }
            }
            map(step, values);
        }
        Forecast::from_steps(count, horizon, steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Link;
    use crate::models::engine::{Ceiling, Cell, Member, Space};

    const OUTPUT: [f64; 16] = [
        652.6, 761.8, 830.3, 867.6, 1034.8, 1087.1, 1329.2, 1564.9, 1739.5, 2018.2, 2612.6, 3594.3, 3241.9, 3514.4,
        4514.2, 4842.8,
    ];

    fn line(n: usize) -> Vec<(usize, [f64; 2])> {
        (0..n).map(|t| (t, [1.0, t as f64])).collect()
    }

    /// A line is the engine's line: the same weights of ρ.
    #[test]
    fn a_line_equals_the_engines() {
        let z: Vec<f64> = OUTPUT.iter().map(|y| y.ln()).collect();
        let points = posterior(&line(16), &z).unwrap();
        let cell = |(rho, prior): (f64, f64)| Cell { space: Space::line(rho), prior, parameter: rho };
        let member = Member::new(AUTOCORRELATION.into_iter().map(cell).collect());
        let engine = member.posterior(&z, &[Ceiling { link: Link::Identity, prior: 1.0 }]).unwrap();
        for (point, (_, rho, weight)) in points.iter().zip(engine.weights()) {
            assert!(point.rho == rho && (point.weight / weight - 1.0).abs() < 1e-9, "{rho} {weight} {}", point.weight);
        }
    }

    /// Golden: R 4.2.2, lm and nlme::gls with fixed correlation (`tests/golden/growth_r.json`, ic_gls_ar1: rho0), and a
    /// gap of two periods against the same line by dense generalised least squares.
    #[test]
    fn coefficients_equal_generalised_least_squares() {
        let z: Vec<f64> = OUTPUT.iter().map(|y| y.ln()).collect();
        let points = posterior(&line(16), &z).unwrap();
        let free = points.iter().find(|p| p.rho == 0.0).unwrap();
        assert!((free.coefficients[0] / 6.407_954_814_364 - 1.0).abs() < 1e-12);
        assert!((free.coefficients[1] / 0.140_277_682_524_301 - 1.0).abs() < 1e-12);
        let [(_, intercept), (_, slope)] = coefficient_intervals(free, 14, 1.0);
        assert!((intercept / 0.042_654_076_432_996_3 - 1.0).abs() < 1e-11);
        assert!((slope / 0.004_845_177_497_799_81 - 1.0).abs() < 1e-11);
        // The normal equations with the correlations ρ^|i - j| of the periods that are left, inverted directly.
        let rows: Vec<_> = line(7).into_iter().filter(|(t, _)| ![3, 4].contains(t)).collect();
        let kept: Vec<f64> = rows.iter().map(|(t, _)| z[*t]).collect();
        let points = posterior(&rows, &kept).unwrap();
        let point = points.iter().find(|p| p.rho == 0.5).unwrap();
        let [a, b] = dense(&rows, &kept, 0.5);
        assert!((point.coefficients[0] / a - 1.0).abs() < 1e-11 && (point.coefficients[1] / b - 1.0).abs() < 1e-11);
    }

    /// (X'V⁻¹X)⁻¹X'V⁻¹z, V⁻¹ by Gauss and Jordan.
    fn dense(rows: &[(usize, [f64; 2])], z: &[f64], rho: f64) -> [f64; 2] {
        let n = rows.len();
        let power = |i: usize, j: usize| rho.powi(rows[i].0.abs_diff(rows[j].0) as i32);
        let mut v: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| power(i, j)).collect()).collect();
        let mut inverse: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(i == j)).collect()).collect();
        for pivot in 0..n {
            let scale = v[pivot][pivot];
            for j in 0..n {
                v[pivot][j] /= scale;
                inverse[pivot][j] /= scale;
            }
            for i in (0..n).filter(|i| *i != pivot) {
                let factor = v[i][pivot];
                for j in 0..n {
                    v[i][j] -= factor * v[pivot][j];
                    inverse[i][j] -= factor * inverse[pivot][j];
                }
            }
        }
        let sum = |a: &dyn Fn(usize) -> f64, b: &dyn Fn(usize) -> f64| -> f64 {
            (0..n).map(|i| (0..n).map(|j| a(i) * inverse[i][j] * b(j)).sum::<f64>()).sum()
        };
        let (one, t, y) = (|_: usize| 1.0, |i: usize| rows[i].1[1], |i: usize| z[i]);
        let (aa, ab, bb, ay, by) = (sum(&one, &one), sum(&one, &t), sum(&t, &t), sum(&one, &y), sum(&t, &y));
        let det = aa * bb - ab * ab;
        [(bb * ay - ab * by) / det, (aa * by - ab * ay) / det]
    }
}
