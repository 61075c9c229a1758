//! Growth curves against R and an independent Python evaluation: `golden/growth_r.json` (nlme::gls),
//! `golden/growth_posterior.json`, `golden/growth_prior_variants.json`.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_linear::LinearRegression;
use ndarray::Array1;
use onpace::models::Link;
use onpace::models::engine::{Ceiling, Cell, Design, Member, Space};

use crate::{golden, numbers};

/// A link of a given ceiling.
type WithCeiling = fn(f64) -> Link;

/// Chinese integrated-circuit output, 2010 to 2025: coefficients, residual sum of squares and standard errors of
/// generalised least squares at fixed autocorrelation, R's `gls` reparametrised to t from 1.
#[test]
fn generalised_least_squares_equal_r_and_linfa() {
    let (r, python) = (golden("growth_r.json"), golden("growth_posterior.json"));
    let z: Vec<f64> = numbers(&r["ic"]["y"]).iter().map(|y| y.ln()).collect();
    for rho in [0.0, 0.3, 0.6, 0.9] {
        let key = if rho == 0.0 { "ic_log_rho0".to_owned() } else { format!("ic_log_rho{rho}") };
        let expected = &python[&key];
        let beta = numbers(&expected["beta"]);
        let space = Space::trend_with_autoregressive_error(rho, 2);
        let design = Design::new(&space, z.len()).unwrap();
        let (errors, _) = space.filter(&z);
        let (b, squares) = design.solve(&errors);
        assert!((b[1] - beta[1]).abs() < 1e-11, "slope {rho}");
        assert!((b[0] + b[1] - beta[0]).abs() < 1e-10, "intercept {rho}"); // there t starts at 0
        assert!((squares / expected["rss"].as_f64().unwrap() - 1.0).abs() < 1e-9, "rss {rho}");
        let mut whitened = Array1::from(errors);
        whitened[0] *= design.first_weight;
        let data = Dataset::new(design.matrix.clone(), whitened);
        let linfa = LinearRegression::new().with_intercept(false).fit(&data).unwrap();
        assert!((linfa.params()[0] - b[0]).abs() < 1e-10 && (linfa.params()[1] - b[1]).abs() < 1e-11, "linfa {rho}");
    }
}

/// Prediction at a fixed ceiling of 450 and autocorrelation of 0.8, US population 1790 to 1990.
#[test]
fn logistic_prediction_at_a_fixed_ceiling_equals_the_dense_formula() {
    let python = golden("growth_posterior.json");
    let y = numbers(&golden("series.json")["uspop"]["y"]);
    let cell = Cell { space: Space::trend_with_autoregressive_error(0.8, 2), prior: 1.0, parameter: 0.8 };
    let link = Link::Logit { lower: 0.0, upper: 450.0 };
    let posterior = Member::new(vec![cell]).posterior(&y, &[Ceiling { link, prior: 1.0 }]).unwrap();
    for step in python["uspop_logitK450_rho0.8"]["pred"].as_array().unwrap() {
        let h = step["h"].as_u64().unwrap() as usize;
        let (location, scale, degrees) = posterior.student_t(0, h - 1);
        assert!((location - step["mean_z"].as_f64().unwrap()).abs() < 1e-9, "mean {h}");
        assert!((scale - step["scale_z"].as_f64().unwrap()).abs() < 1e-10, "scale {h}");
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
        .map(|rho| Cell { space: Space::trend_with_autoregressive_error(rho, 2), prior: 1.0, parameter: rho })
        .collect();
    let member = Member::new(cells);
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
            assert!((found / expected - 1.0).abs() < 1e-9, "{name} {level}: {found} {expected}");
        }
    }
}
