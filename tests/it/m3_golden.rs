//! Exponential smoothing, Theta and ARIMA against statsforecast on 50 series of the M3 competition:
//! `tests/golden/m3_statsforecast.json`.
//!
//! Each test prints how many series came out better, equal and worse (`cargo test m3 -- --nocapture`).

use std::collections::BTreeMap;

use onpace::forecast::Draws;
use onpace::models::{
    Arima, AutoArima, AutoEts, Ets, EtsClass, EtsFit, EtsParameters, EtsTable, Model, Orders, ThetaMethod,
};
use onpace::series::{Period, Series};
use serde_json::Value;

use crate::{golden, numbers};

/// By how much a log-likelihood or an AICc may be worse than statsforecast's.
const CLOSE: f64 = 1e-3;
/// The same for an automatic ARIMA: statsforecast takes the likelihood from a diffuse start, not of the differences.
const CLOSE_ARIMA: f64 = 0.05;
/// The same for the sum of squares of Theta, relative.
const CLOSE_SQUARES: f64 = 1e-6;

fn cases() -> Vec<Value> {
    let golden = golden("m3_statsforecast.json");
    let cases = golden["series"].as_array().unwrap().clone();
    assert_eq!(cases.len(), 50);
    cases
}

fn float(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn id(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

fn series(case: &Value) -> Series {
    let season = case["season"].as_u64().unwrap() as usize;
    let start = match season {
        1 => Period::year(1950),
        4 => Period::quarter(1950, 1),
        _ => Period::month(1950, 1),
    };
    Series::new(id(case), start.unwrap(), numbers(&case["y"])).unwrap().with_season_length(season)
}

/// How many are above, near and below what statsforecast has, by name.
#[derive(Debug, Default)]
struct Tally(BTreeMap<String, [usize; 3]>);

impl Tally {
    fn count(&mut self, name: &str, gain: f64, close: f64) {
        let place = if gain > close { 0 } else { 1 + usize::from(gain < -close) };
        self.0.entry(name.to_owned()).or_default()[place] += 1;
    }

    fn total(&self) -> usize {
        self.0.values().flatten().sum()
    }

    fn print(&self, what: &str) {
        println!("{what}: better, equal, worse");
        for (name, [better, equal, worse]) in &self.0 {
            println!("  {name:5} {better:3} {equal:3} {worse:3}");
        }
    }
}

/// Whether α, β, γ, φ lie in the usual region, where ours are looked for. statsforecast holds each of them in a range,
/// and only at the start β below α and γ below 1 - α: its search may leave the region.
fn is_inside(smoothing: &Value) -> bool {
    let at = |i: usize| smoothing[i].as_f64();
    let alpha = at(0).unwrap();
    let inside = |value: Option<f64>, low: f64, high: f64| value.is_none_or(|v| low - 1e-9 <= v && v <= high + 1e-9);
    inside(at(0), 1e-4, 0.9999)
        && inside(at(1), 1e-4, alpha)
        && inside(at(2), 1e-4, 1.0 - alpha)
        && inside(at(3), 0.8, 0.98)
}

/// The pairs of class and statsforecast's fit.
fn classes(case: &Value) -> Vec<(EtsClass, &Value)> {
    let pairs = case["ets"].as_object().unwrap();
    pairs.iter().map(|(letters, fit)| (letters.parse().unwrap(), fit)).collect()
}

/// The likelihood at statsforecast's parameters and initial states: the same function is maximised. Four of its fits with
/// multiplicative errors begin with a mean below zero, whose logarithm it takes without the sign; ours refuses them.
#[test]
fn likelihoods_at_their_parameters_are_theirs() {
    let (mut equal, mut refused) = (0, Vec::new());
    for case in cases() {
        let series = series(&case);
        for (class, fit) in classes(&case) {
            let smoothing = |i: usize| fit["smoothing"][i].as_f64();
            let parameters = EtsParameters {
                alpha: smoothing(0).unwrap(),
                beta: smoothing(1),
                gamma: smoothing(2),
                phi: smoothing(3),
                level: float(&fit["level"]),
                slope: fit["slope"].as_f64(),
                season: numbers(&fit["season"]),
            };
            let Ok(own) = EtsFit::at(class, &parameters, &series) else {
                assert!(class.is_relative() && parameters.level < 0.0, "{} {class}", id(&case));
                refused.push(format!("{} {class}", id(&case)));
                continue;
            };
            let apart = (own.r_log_likelihood() - float(&fit["loglik"])).abs();
            assert!(apart < 1e-6, "{} {class} {apart:e}", id(&case));
            equal += 1;
        }
    }
    assert_eq!(refused, ["yearly-9 MAN", "yearly-9 MAdN", "yearly-10 MAN", "yearly-10 MAdN"]);
    assert_eq!(equal + refused.len(), 50 * 5 + 30 * 4);
}

/// Ours is the maximum in the usual region: where their parameters lie in it, their likelihood is no higher.
#[test]
fn no_likelihood_in_the_usual_region_is_above_ours() {
    let (mut inside, mut outside) = (Tally::default(), Tally::default());
    let mut worse = Vec::new();
    for case in cases() {
        let series = series(&case);
        let table = EtsTable::of(&series).unwrap();
        for (class, fit) in classes(&case) {
            let (letters, theirs) = (class.to_string(), float(&fit["loglik"]));
            let alone = Ets::new(class).estimate(&series).unwrap().r_log_likelihood() - theirs;
            let row = table.rows().iter().find(|row| row.class == class).unwrap();
            let gain = alone.min(row.r_log_likelihood - theirs);
            if !is_inside(&fit["smoothing"]) {
                outside.count(&letters, gain, CLOSE);
                continue;
            }
            inside.count(&letters, gain, CLOSE);
            let name = format!("{} {class}", id(&case));
            if gain < -CLOSE {
                println!("{name}: {gain:.4}, in the table {:.4}", row.r_log_likelihood - theirs);
            }
            if gain < -CLOSE {
                worse.push(name);
            }
        }
    }
    inside.print("log-likelihood, theirs inside the usual region");
    outside.print("log-likelihood, theirs outside");
    assert!(inside.total() >= 320 && worse.is_empty(), "{worse:?}");
}

/// The criterion of the chosen class, without the constants of the likelihood as statsforecast has it.
#[test]
fn no_chosen_class_in_the_usual_region_is_better_than_ours() {
    let (mut inside, mut outside) = (Tally::default(), Tally::default());
    let (mut same, mut worse) = (0, Vec::new());
    for case in cases() {
        let fit = AutoEts.estimate(&series(&case)).unwrap();
        let own = fit.aicc() + 2.0 * (fit.log_likelihood() - fit.r_log_likelihood());
        let theirs = case["ets_class"].as_str().unwrap();
        same += usize::from(fit.class().to_string() == theirs);
        let gain = float(&case["ets_aicc"]) - own;
        if !is_inside(&case["ets_smoothing"]) {
            outside.count("", gain, CLOSE);
            continue;
        }
        inside.count("", gain, CLOSE);
        if gain < -CLOSE {
            worse.push(format!("{} {} {gain} for {theirs}", id(&case), fit.class()));
        }
    }
    inside.print("AICc of the chosen class, theirs inside the usual region");
    outside.print("AICc of the chosen class, theirs outside");
    println!("the same class {same} times of 50");
    assert!(inside.total() >= 45 && worse.is_empty(), "{worse:?}");
}

const THETA: [(ThetaMethod, &str); 4] = [
    (ThetaMethod::Standard, "STM"),
    (ThetaMethod::Optimised, "OTM"),
    (ThetaMethod::Dynamic, "DSTM"),
    (ThetaMethod::DynamicOptimised, "DOTM"),
];

/// The sum of squared errors from the fourth value on, of the values without their season as statsforecast has it.
fn squares(case: &Value, fitted: &[f64]) -> f64 {
    let factors = case["theta"].get("factors").map(numbers);
    let error = |(t, (y, f)): (usize, (f64, &f64))| {
        let factor = factors.as_ref().map_or(1.0, |factors| factors[t % factors.len()]);
        ((y - f) / factor).powi(2)
    };
    numbers(&case["y"]).into_iter().zip(fitted).enumerate().skip(3).map(error).sum()
}

/// The criterion is no larger than theirs, and where it is as large the forecasts agree: that of the first step to 1e-3
/// (the strata of the draws leave the median of one error in its place), the others to four errors of a median of 4,000
/// paths. The two reasons of disagreement: statsforecast's search ended at a larger sum of squares, or at a θ above 100,
/// where ours ends.
#[test]
fn theta_forecasts_agree_where_the_criterion_does() {
    const PATHS: usize = 4000;
    let draws = Draws::new(1, PATHS);
    let mut tally = Tally::default();
    // Forecasts that agree and do not: with the same criterion, with a smaller one of ours, with their θ above 100.
    let mut agree = [[0; 2]; 3];
    for case in cases() {
        let series = series(&case);
        let horizon = case["horizon"].as_u64().unwrap() as usize;
        for (method, name) in THETA {
            let theirs = &case["theta"][name];
            let fitted = method.fit(&series).unwrap();
            let excess = squares(&case, &fitted.fitted_values().to_vec()) / float(&theirs["squares"]) - 1.0;
            tally.count(name, -excess, CLOSE_SQUARES);
            let quantiles = fitted.forecast(horizon, &draws).quantiles(&[0.158_655_254, 0.5, 0.841_344_746]);
            let agrees = numbers(&theirs["mean"]).into_iter().enumerate().all(|(step, mean)| {
                let scale = 0.5 * (quantiles[[2, step]] - quantiles[[0, step]]);
                // The error of a median of normal values is √(π/2) times that of their mean.
                let error = (std::f64::consts::FRAC_PI_2 / PATHS as f64).sqrt() * scale;
                let apart = (quantiles[[1, step]] - mean).abs();
                apart < 4.0 * error && (step > 0 || apart < 1e-3 * mean.abs())
            });
            let reason = match excess {
                _ if float(&theirs["theta"]) > 100.0 => 2,
                excess if excess < -CLOSE_SQUARES => 1,
                _ => 0,
            };
            agree[reason][usize::from(!agrees)] += 1;
            let allowed = if reason == 2 { 0.02 } else { CLOSE_SQUARES };
            assert!(excess < allowed, "{} {name} {excess:e}", id(&case));
            assert!(agrees || reason > 0, "{} {name}: {quantiles} for {theirs}", id(&case));
        }
    }
    tally.print("sum of squares of Theta");
    println!("forecasts that agree and do not, by reason (none, search, θ above 100): {agree:?}");
    let all: usize = agree.iter().map(|[agreeing, _]| agreeing).sum();
    assert!(agree[0][0] >= 90 && all >= 130, "{agree:?}");
}

/// AICc as R counts it, at coefficients φ, θ, Φ, Θ.
fn aicc(series: &Series, (orders, constant): (Orders, bool), coefficients: &[f64]) -> f64 {
    let likelihood = arima(orders, constant).log_likelihood(series, coefficients).unwrap();
    let lost = orders.differences + orders.seasonal_differences * series.season_length();
    let n = (series.len() - lost) as f64;
    let k = (coefficients.len() + 1 + usize::from(constant)) as f64;
    -2.0 * likelihood + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0)
}

fn arima(orders: Orders, constant: bool) -> Arima {
    let arima = Arima::new(orders);
    if constant { arima.with_constant() } else { arima }
}

/// The coefficients φ, θ, Φ, Θ that a model fits.
fn coefficients(model: &dyn Model, series: &Series) -> Vec<f64> {
    let is_term = |name: &str| ["ar", "ma", "sar", "sma"].contains(&name.trim_end_matches(char::is_numeric));
    let parameters = model.fit(series).unwrap().parameters();
    parameters.iter().filter(|p| is_term(p.name)).map(|p| p.estimate).collect()
}

/// The orders that statsforecast chose, and whether with a constant.
fn their_orders(case: &Value) -> (Orders, bool) {
    let o: Vec<usize> = numbers(&case["arima"]["orders"]).into_iter().map(|v| v as usize).collect();
    (Orders::seasonal((o[0], o[1], o[2]), (o[3], o[4], o[5])), case["arima"]["constant"].as_bool().unwrap())
}

/// Whether a moving average has a root within .01 of 1 or -1, in steps or in seasons.
fn has_unit_root(orders: Orders, coefficients: &[f64]) -> bool {
    let own = &coefficients[orders.autoregressive..][..orders.moving_average];
    let seasonal = &coefficients[coefficients.len() - orders.seasonal_moving_average..];
    let at_one = |terms: &[f64]| 1.0 + terms.iter().sum::<f64>();
    let at_minus_one =
        |terms: &[f64]| 1.0 + terms.iter().zip([-1.0, 1.0].iter().cycle()).map(|(a, b)| a * b).sum::<f64>();
    [own, seasonal].iter().any(|terms| at_one(terms).abs() < 0.01 || at_minus_one(terms).abs() < 0.01)
}

/// At the orders that statsforecast chose, its coefficients have no higher exact likelihood than ours.
#[test]
fn no_likelihood_at_their_orders_is_above_ours() {
    /// (2,1,1) with drift: the search ends at θ = -1, 1.0725 below statsforecast's θ = -.55.
    const ENDS_AT_A_UNIT_ROOT: &str = "monthly-15";
    let mut tally = Tally::default();
    for case in cases() {
        let series = series(&case);
        let (orders, constant) = their_orders(&case);
        let own = coefficients(&arima(orders, constant), &series);
        let theirs = numbers(&case["arima"]["coefficients"]);
        let likelihood = |at: &[f64]| arima(orders, constant).log_likelihood(&series, at).unwrap();
        let gain = likelihood(&own) - likelihood(&theirs);
        tally.count("", gain, CLOSE);
        let allowed = if id(&case) == ENDS_AT_A_UNIT_ROOT { 1.08 } else { CLOSE };
        assert!(gain > -allowed, "{} {orders} {gain}", id(&case));
    }
    tally.print("exact log-likelihood at their orders");
}

/// Where both difference as often (else the criteria do not compare: ours takes a second difference less often), our AICc
/// is no larger than theirs, but for few series with two known reasons.
///
/// Theirs is not that of their coefficients: statsforecast ends some fits by the conditional sum of squares and reports
/// what that gives. Or a root lies on the unit circle: the maximum of the exact likelihood of their orders is there, above
/// theirs, and such models are passed over, while statsforecast stopped on the way.
#[test]
fn automatic_orders_have_no_larger_criterion() {
    let mut tally = Tally::default();
    let (mut same, mut larger, mut others, mut unknown) = (0, Vec::new(), Vec::new(), Vec::new());
    for case in cases() {
        let series = series(&case);
        let theirs = their_orders(&case);
        let (orders, constant) = AutoArima.orders(&series).unwrap();
        same += usize::from((orders, constant) == theirs);
        let differences = |orders: Orders| (orders.differences, orders.seasonal_differences);
        if differences(orders) != differences(theirs.0) {
            others.push(format!("{} {orders} for {}", id(&case), theirs.0));
            continue;
        }
        let own = aicc(&series, (orders, constant), &coefficients(&AutoArima, &series));
        let gain = float(&case["arima"]["aicc"]) - own;
        tally.count("", gain, CLOSE_ARIMA);
        if gain >= -CLOSE_ARIMA {
            continue;
        }
        let exact = aicc(&series, theirs, &numbers(&case["arima"]["coefficients"]));
        let at_theirs = coefficients(&arima(theirs.0, theirs.1), &series);
        let reason = if exact - own > -CLOSE_ARIMA {
            "not the likelihood of their coefficients"
        } else if has_unit_root(theirs.0, &at_theirs) && aicc(&series, theirs, &at_theirs) < exact + CLOSE {
            "a root on the unit circle"
        } else {
            unknown.push(id(&case).to_owned());
            "unknown"
        };
        let [own_constant, constant] = [constant, theirs.1].map(|c| if c { " with constant" } else { "" });
        let line = format!("{}: {orders}{own_constant} {own:.3} for {}{constant}", id(&case), theirs.0);
        larger.push(format!("{line} {}, exactly {exact:.3}: {reason}", case["arima"]["aicc"]));
    }
    tally.print("AICc of the automatic ARIMA");
    println!("the same orders {same} times of 50; larger:\n{}", larger.join("\n"));
    println!("differenced otherwise: {}", others.join("; "));
    assert!(larger.len() <= 6 && unknown.is_empty(), "{larger:#?}");
    assert!(others.len() <= 6, "{others:?}");
}
