//! Growth curves against R and an independent Python evaluation: `golden/growth_r.json` (nlme::gls),
//! `golden/growth_posterior.json`, `golden/growth_prior_variants.json`.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2};
use onpace::models::Link;
use onpace::models::engine::{Ceiling, Cell, Member, Space};

use crate::near::Tolerance::Absolute;
use crate::near::{CLOSED, near};
use crate::{golden, numbers};

/// A link of a given ceiling.
type WithCeiling = fn(f64) -> Link;

/// Chinese integrated-circuit output, 2010 to 2025: generalised least squares at fixed autocorrelation against R's `gls`.
/// The engine's Student t at step h has location a + b t_h + ρ^h u_n, so that two steps give the line; its squares
/// follow from the scale. linfa-linear fits the quasi-differenced data.
#[test]
fn generalised_least_squares_equal_r_and_linfa() {
    let (r, python) = (golden("growth_r.json"), golden("growth_posterior.json"));
    let y = numbers(&r["ic"]["y"]);
    let z: Array1<f64> = y.iter().map(|y| y.ln()).collect();
    let n = z.len();
    for rho in [0.0, 0.3, 0.6, 0.9] {
        let key = if rho == 0.0 { "ic_log_rho0".to_owned() } else { format!("ic_log_rho{rho}") };
        let expected = &python[&key];
        let beta = numbers(&expected["beta"]);
        let weighted = |t: usize, of: &dyn Fn(usize) -> f64| match t {
            0 => of(0) * f64::sqrt(1.0 - rho * rho),
            _ => of(t) - rho * of(t - 1),
        };
        let x = Array2::from_shape_fn((n, 2), |(t, j)| weighted(t, &|t| if j == 0 { 1.0 } else { t as f64 }));
        let whitened: Array1<f64> = (0..n).map(|t| weighted(t, &|t| z[t])).collect();
        let linfa = LinearRegression::new().with_intercept(false).fit(&Dataset::new(x.clone(), whitened)).unwrap();
        let (a, b) = (linfa.params()[0], linfa.params()[1]);
        near(format_args!("intercept of linfa, {rho}"), a, beta[0], Absolute(1e-10));
        near(format_args!("slope of linfa, {rho}"), b, beta[1], Absolute(1e-11));
        let cell = Cell { space: Space::line(rho), prior: 1.0, parameter: rho };
        let posterior = Member::new(vec![cell])
            .by_least_squares()
            .posterior(&y, &[Ceiling { link: Link::Log, prior: 1.0 }])
            .unwrap();
        let last_error = z[n - 1] - a - b * (n - 1) as f64;
        for step in [0, 1, 5] {
            let (location, scale, degrees) = posterior.student_t(0, step);
            let h = (step + 1) as i32;
            let line = a + b * (n + step) as f64 + rho.powi(h) * last_error;
            near(format_args!("location {rho}, step {step}"), location, line, Absolute(1e-10));
            // scale² = S/ν · (Σ ρ^2j + d'(X'X)⁻¹d), d = x_h - ρ^h x_n
            let d = [1.0 - rho.powi(h), (n + step) as f64 - rho.powi(h) * (n - 1) as f64];
            let xx = x.t().dot(&x);
            let det = xx[[0, 0]] * xx[[1, 1]] - xx[[0, 1]] * xx[[0, 1]];
            let quadratic =
                (d[0] * d[0] * xx[[1, 1]] - 2.0 * d[0] * d[1] * xx[[0, 1]] + d[1] * d[1] * xx[[0, 0]]) / det;
            let errors: f64 = (0..h).map(|j| rho.powi(2 * j)).sum();
            let squares = scale * scale * degrees as f64 / (errors + quadratic);
            near(format_args!("squares {rho}, step {step}"), squares, expected["rss"].as_f64().unwrap(), CLOSED);
        }
    }
}

/// Prediction at a fixed ceiling of 450 and autocorrelation of 0.8, US population 1790 to 1990.
#[test]
fn logistic_prediction_equals_the_dense_formula() {
    let python = golden("growth_posterior.json");
    let y = numbers(&golden("series.json")["uspop"]["y"]);
    let cell = Cell { space: Space::line(0.8), prior: 1.0, parameter: 0.8 };
    let link = Link::Logit { lower: 0.0, upper: 450.0 };
    let posterior = Member::new(vec![cell]).by_least_squares().posterior(&y, &[Ceiling { link, prior: 1.0 }]).unwrap();
    for step in python["uspop_logitK450_rho0.8"]["pred"].as_array().unwrap() {
        let h = step["h"].as_u64().unwrap() as usize;
        let (location, scale, degrees) = posterior.student_t(0, h - 1);
        near(format_args!("mean of step {h}"), location, step["mean_z"].as_f64().unwrap(), Absolute(1e-9));
        near(format_args!("scale of step {h}"), scale, step["scale_z"].as_f64().unwrap(), Absolute(1e-10));
        assert_eq!(degrees, y.len() - 2);
    }
}

/// Quantiles of the ceiling's posterior (form C: flat on the log of the curve at both ends) on the reference's own grid.
#[test]
fn ceilings_have_the_posterior_of_the_reference() {
    let variants = golden("growth_prior_variants.json");
    let y = numbers(&golden("series.json")["uspop"]["y"]);
    let ceilings: Vec<f64> =
        (0..200).map(|i| (249.0_f64.ln() + (5000.0_f64 / 249.0).ln() * f64::from(i) / 199.0).exp()).collect();
    let cells: Vec<Cell> = (0..50)
        .map(|i| 0.02 * f64::from(i))
        .map(|rho| Cell { space: Space::line(rho), prior: 1.0, parameter: rho })
        .collect();
    let member = Member::new(cells).by_least_squares();
    let forms: [(&str, WithCeiling); 2] =
        [("logit_C", |upper| Link::Logit { lower: 0.0, upper }), ("gompertz_C", |ceiling| Link::Gompertz { ceiling })];
    for (name, link) in forms {
        let links: Vec<Ceiling> = ceilings.iter().map(|k| Ceiling { link: link(*k), prior: 1.0 }).collect();
        let posterior = member.posterior(&y, &links).unwrap();
        let mut weights = vec![0.0; ceilings.len()];
        for (found, _, weight) in posterior.weights() {
            let at = links.iter().position(|ceiling| ceiling.link == found).unwrap();
            weights[at] += weight;
        }
        let expected = numbers(&variants[name]["K_q05_25_50_75_95"]);
        for (level, expected) in [0.05, 0.25, 0.5, 0.75, 0.95].iter().zip(expected) {
            let mut sum = 0.0;
            let at = weights.iter().position(|w| {
                sum += w;
                sum >= *level
            });
            let found = ceilings[at.unwrap()];
            near(format_args!("{name}, quantile {level}"), found, expected, CLOSED);
        }
    }
}
