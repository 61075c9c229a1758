//! The engine against dense linear algebra: `golden/engine.json`, made by `golden/scripts/engine_golden.py` (numpy),
//! which builds the covariance matrices in full and shares no recursion with the engine.

use onpace::models::Link;
use onpace::models::engine::{Ceiling, Cell, Member, Space};
use serde_json::Value;

use crate::near::{Tolerance, monte_carlo, near};
use crate::{golden, numbers};

/// The reference's scales come of dense inverses and agree to about 1e-7 with themselves on another machine.
const DENSE: f64 = 1e-6;

fn space(member: &str, cell: &Value) -> Space {
    let p = |name: &str| cell[name].as_f64().unwrap();
    match member {
        "level" => Space::level(p("alpha")),
        "drift" => Space::drift(p("alpha")),
        "trend" => Space::trend(p("alpha"), p("beta"), 1.0),
        "damped" => Space::trend(p("alpha"), p("beta"), p("phi")),
        // An error that starts at zero, unlike that of `Space::line`.
        "line_ar1" => Space { first_variance: 1.0, ..Space::line(p("rho")) },
        other => panic!("{other}"),
    }
}

fn series(name: &str) -> Vec<f64> {
    let all = golden("series.json");
    let series = &all[name];
    numbers(if series.is_object() { &series["y"] } else { series })
}

#[test]
fn weights_locations_and_scales_equal_dense_least_squares() {
    let reference = golden("engine.json");
    let members = reference["members"].as_array().unwrap();
    assert_eq!(members.len(), 20);
    for member in members {
        let name = member["member"].as_str().unwrap();
        let link = if member["link"] == "log" { Link::Log } else { Link::Identity };
        let y = series(member["series"].as_str().unwrap());
        let grid = member["grid"].as_array().unwrap();
        let cells: Vec<Cell> = (grid.iter().enumerate())
            .map(|(at, cell)| Cell { space: space(name, cell), prior: 1.0, parameter: at as f64 })
            .collect();
        let posterior = Member::new(cells).posterior(&y, &[Ceiling { link, prior: 1.0 }]).unwrap();
        let mut heavy = 0;
        for (point, (_, at, weight)) in posterior.weights().enumerate() {
            let cell = &grid[at as usize];
            let expected = cell["weight"].as_f64().unwrap();
            near(format_args!("{name}, weight"), weight, expected, Tolerance::Absolute(1e-8));
            heavy += 1;
            let (locations, scales) = (numbers(&cell["location"]), numbers(&cell["scale"]));
            for step in 0..6 {
                let (location, scale, degrees) = posterior.student_t(point, step);
                let allowed = Tolerance::Absolute(DENSE * scales[step]);
                near(format_args!("{name}, location of step {step}"), location, locations[step], allowed);
                near(format_args!("{name}, scale of step {step}"), scale, scales[step], Tolerance::Relative(DENSE));
                assert_eq!(degrees, cell["df"].as_u64().unwrap() as usize);
            }
        }
        assert!(heavy > 0, "{name}");
    }
}

/// Path quantiles against the exact quantiles of the mixture, which the reference finds by bisection.
#[test]
fn paths_have_the_quantiles_of_the_mixture() {
    use onpace::forecast::Draws;
    let reference = golden("engine.json");
    let levels = numbers(&reference["levels"]);
    for member in reference["members"].as_array().unwrap() {
        let name = member["member"].as_str().unwrap();
        let link = if member["link"] == "log" { Link::Log } else { Link::Identity };
        let grid = member["grid"].as_array().unwrap();
        let cells = grid.iter().map(|c| Cell { space: space(name, c), prior: 1.0, parameter: 0.0 }).collect();
        let y = series(member["series"].as_str().unwrap());
        let posterior = Member::new(cells).posterior(&y, &[Ceiling { link, prior: 1.0 }]).unwrap();
        let paths = 20_000;
        let forecast = posterior.paths(6, &Draws::new(1, paths), &[name], |_, v| v);
        for (level, expected) in levels.iter().zip(member["quantiles_of_z"].as_array().unwrap()) {
            let exact = numbers(expected);
            for step in [0, 5] {
                // By the odds of lying below the exact quantile: within four Monte Carlo standard errors.
                let at = link.inverse(exact[step]);
                let below = forecast.odds(|path| path[step] <= at).probability();
                let error = (level * (1.0 - level) / paths as f64).sqrt();
                near(format_args!("{name}, level {level}, step {step}"), below, *level, monte_carlo(error));
            }
        }
    }
}
