//! Exponential smoothing against R's forecast package at its parameters, and against the best log-likelihoods known.

use onpace::models::{AutoEts, Ets, EtsClass, EtsFit, EtsParameters, EtsPart, EtsTable};
use onpace::series::{Period, Series};
use serde_json::Value;

use crate::golden;
use crate::near::{CLOSED, OPTIMUM, Tolerance, all_near, near};

fn floats(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .map_or_else(|| vec![value.as_f64().unwrap()], |all| all.iter().map(|v| v.as_f64().unwrap()).collect())
}

fn series(all: &Value, name: &str) -> Series {
    let source = &all[if name == "loglynx" { "lynx" } else { name }];
    let mut values = floats(&source["y"]);
    if name == "loglynx" {
        values.iter_mut().for_each(|v| *v = v.ln());
    }
    let season = source["m"].as_u64().unwrap() as usize;
    Series::new(name, Period::month(1950, 1).unwrap(), values).unwrap().with_season_length(season)
}

#[test]
fn likelihoods_and_means_at_the_parameters_of_r_are_those_of_r() {
    let (golden, all) = (golden("ets.json"), golden("series.json"));
    for (key, fit) in golden["r"].as_object().unwrap() {
        let name = key.split('_').find(|part| all.get(part).is_some() || *part == "loglynx");
        let name = name.unwrap_or("USAccDeaths");
        let series = series(&all, name);
        let method = fit["method"].as_str().unwrap().replace(['E', 'T', 'S', '(', ')', ','], "");
        let class: EtsClass = method.parse().unwrap();
        let m = series.season_length();
        let par = |name: &str| fit["par"].get(name).and_then(Value::as_f64);
        let mut season = Vec::new();
        if class.is_seasonal() {
            season = (0..m - 1).map(|i| par(&format!("s{i}")).unwrap()).collect();
            let whole = if class.season() == EtsPart::Multiplicative { m as f64 } else { 0.0 };
            season.push(whole - season.iter().sum::<f64>());
            season.reverse();
        }
        let parameters = EtsParameters {
            alpha: par("alpha").unwrap(),
            beta: par("beta"),
            gamma: par("gamma"),
            phi: par("phi"),
            level: par("l").unwrap(),
            slope: par("b"),
            season,
        };
        let at = EtsFit::at(class, &parameters, &series).unwrap();
        let known = |what: &str| fit[what].as_f64().unwrap();
        let check = |what: &str, got: f64| near(format_args!("{key}, {what}"), got, known(what), CLOSED);
        check("loglik", at.r_log_likelihood());
        let n = series.len() as f64;
        let constant = n * ((std::f64::consts::TAU / n).ln() + 1.0);
        check("aic", at.aic() - constant);
        check("aicc", at.aicc() - constant);
        check("bic", at.bic() - constant);
        check("sigma2", at.sigma().powi(2));
        let (first, last) = (floats(&fit["fitted_first5"]), floats(&fit["fitted_last5"]));
        all_near(format_args!("{key}, first fitted values"), &at.fitted()[..first.len()], &first, CLOSED);
        all_near(format_args!("{key}, last fitted values"), &at.fitted()[at.fitted().len() - 5..], &last, CLOSED);
        let means = floats(&fit["mean"]);
        // R damps the slope one step too late where the season is multiplicative: b (1 + φ + ...) for b (φ + φ² + ...).
        let late = class.is_damped() && class.season() == EtsPart::Multiplicative;
        let (state, phi) = (floats(&fit["laststate"]), par("phi").unwrap_or(1.0));
        let mut damped = 0.0;
        for (step, (r, own)) in means.iter().zip(at.means(means.len())).enumerate() {
            damped += phi.powi(step as i32 + 1);
            let excess = if late { (state[0] + state[1] * damped / phi) / (state[0] + state[1] * damped) } else { 1.0 };
            near(format_args!("{key}, mean of step {step}"), own * excess, *r, CLOSED);
        }
    }
}

#[test]
fn no_search_ends_below_the_best_known() {
    let (golden, all) = (golden("ets.json"), golden("series.json"));
    for (key, best) in golden["best"].as_object().unwrap() {
        let series = series(&all, best["series"].as_str().unwrap());
        let class: EtsClass = best["class"].as_str().unwrap().parse().unwrap();
        let fit = Ets::new(class).estimate(&series).unwrap();
        let known = best["loglik"].as_f64().unwrap();
        near(key, fit.r_log_likelihood(), known, OPTIMUM);
        if let (Some(full), Some(aicc)) = (best.get("loglik_full"), best.get("aicc")) {
            let shift = known - full.as_f64().unwrap();
            near(key, fit.r_log_likelihood() - fit.log_likelihood(), shift, Tolerance::Absolute(1e-6));
            assert!(fit.aicc() - 2.0 * shift < aicc.as_f64().unwrap() + 2e-3, "{key}");
        }
        if fit.r_log_likelihood() < known + 1e-3
            && let Some(eigenvalue) = best.get("eigenvalue")
        {
            assert_eq!(fit.is_admissible(), eigenvalue.as_f64().unwrap() < 1.0 + 1e-6, "{key}");
        }
    }
}

#[test]
fn the_quick_choice_is_that_of_the_table() {
    let all = golden("series.json");
    for (name, class) in [
        ("AirPassengers", "MAM"),
        ("USAccDeaths", "ANA"),
        ("Nile", "MNN"),
        ("loglynx", "AAdN"),
        ("N0001", "MAN"),
        ("N0500", "MAN"),
        ("co2", ""),
        ("nottem", ""),
        ("uspop", ""),
    ] {
        let series = series(&all, name);
        let table = EtsTable::of(&series).unwrap();
        let quick = AutoEts.estimate(&series).unwrap();
        assert!(class.is_empty() || table.chosen().class().to_string() == class, "{name}: expected {class}");
        assert_eq!(quick.class(), table.chosen().class(), "{name}");
        near(name, quick.aicc(), table.chosen().aicc(), Tolerance::Absolute(1e-3));
    }
}
