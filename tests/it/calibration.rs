//! Calibration by simulation: series drawn from a member itself, continued, and forecast. The probability integral
//! transforms of the next steps, of their sum and of their maximum must be uniform, so the paths are right as paths and
//! not in their margins alone.

use ndarray::ArrayView1;
use onpace::forecast::Draws;
use onpace::models::Link;
use onpace::models::engine::{Ceiling, Cell, Member, Space};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

const SERIES: usize = 4000;
const HORIZON: usize = 5;
const PATHS: usize = 199;
const BINS: usize = 10;

/// A standard normal draw (Box and Muller 1958).
fn normal(generator: &mut Xoshiro256PlusPlus) -> f64 {
    let (u, v): (f64, f64) = (generator.random(), generator.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// `count` values of a space with errors of unit variance, from a slope that is drawn so widely that the flat prior on it
/// is right: at one fixed slope a maximum is not calibrated, since a slope moves each step by another amount.
fn simulate(space: &Space, count: usize, generator: &mut Xoshiro256PlusPlus) -> Vec<f64> {
    let mut state = [0.0; 4];
    state.iter_mut().take(space.free).zip([30.0, 10.0 * normal(generator)]).for_each(|(state, start)| *state = start);
    let step = |t: usize, generator: &mut Xoshiro256PlusPlus| {
        let error = normal(generator) * if t == 0 { space.first_variance.sqrt() } else { 1.0 };
        let value = error + (0..4).map(|i| space.measure[i] * state[i]).sum::<f64>();
        state = std::array::from_fn(|i| {
            space.gain[i] * error + (0..4).map(|j| space.transition[i][j] * state[j]).sum::<f64>()
        });
        value
    };
    let mut step = step;
    (0..count).map(|t| step(t, generator)).collect()
}

/// The cells of a member, with priors that differ.
fn members() -> [(&'static str, Vec<Cell>); 5] {
    let cell = |space: Space, prior: f64| Cell { space, prior, parameter: 0.0 };
    let alphas = [(0.05, 0.2), (0.3, 0.3), (0.7, 0.3), (1.0, 0.15), (1.3, 0.05)];
    [
        ("level", alphas.map(|(a, p)| cell(Space::level(a), p)).into()),
        ("drift", alphas.map(|(a, p)| cell(Space::drift(a), p)).into()),
        ("trend", [(0.2, 0.0), (0.5, 0.1), (0.9, 0.4)].map(|(a, b)| cell(Space::trend(a, b, 1.0), 1.0)).into()),
        // One damping: where it varies, the prior on the states leans, as the engine's text says.
        ("damped", [(0.3, 0.1), (0.8, 0.3)].map(|(a, b)| cell(Space::trend(a, b, 0.9), 1.0)).into()),
        ("line", [(0.0, 0.3), (0.5, 0.4), (0.9, 0.3)].map(|(rho, p)| cell(Space::line(rho), p)).into()),
    ]
}

#[test]
fn transforms_of_steps_sums_and_maxima_are_uniform() {
    let draws = Draws::new(6, PATHS);
    let sum = |path: ArrayView1<'_, f64>| path.sum();
    let maximum = |path: ArrayView1<'_, f64>| path.fold(f64::NEG_INFINITY, |m: f64, v| m.max(*v));
    let mut worst: (f64, String) = (0.0, String::new());
    for (name, cells) in members() {
        let total: f64 = cells.iter().map(|cell| cell.prior).sum();
        let member = Member::new(cells.clone());
        for n in [5, 8, 12, 30] {
            let mut generator = Xoshiro256PlusPlus::seed_from_u64(2000 + n as u64);
            // Steps, then their sum and their maximum, by bins.
            let mut counts = [[0_usize; BINS]; HORIZON + 2];
            for number in 0..SERIES {
                let mut u = generator.random::<f64>() * total;
                let drawn = cells.iter().find(|cell| {
                    u -= cell.prior;
                    u < 0.0
                });
                let values = simulate(&drawn.unwrap_or(&cells[0]).space, n + HORIZON, &mut generator);
                let (known, future) = values.split_at(n);
                let posterior = member.posterior(known, &[Ceiling { link: Link::Identity, prior: 1.0 }]).unwrap();
                let forecast = posterior.paths(HORIZON, &draws, &[name, &number.to_string()], |_, v| v);
                let future = ArrayView1::from(future);
                for (place, counts) in counts.iter_mut().enumerate() {
                    let of = |path: ArrayView1<'_, f64>| match place {
                        HORIZON => sum(path),
                        step if step < HORIZON => path[step],
                        _ => maximum(path),
                    };
                    let below = forecast.paths().rows().into_iter().filter(|path| of(*path) < of(future)).count();
                    let rank = (below as f64 + generator.random::<f64>()) / (PATHS + 1) as f64;
                    counts[((rank * BINS as f64) as usize).min(BINS - 1)] += 1;
                }
            }
            let expected = SERIES as f64 / BINS as f64;
            let error = (expected * (1.0 - 1.0 / BINS as f64)).sqrt();
            for (place, counts) in counts.iter().enumerate() {
                for (bin, count) in counts.iter().enumerate() {
                    let deviation = (*count as f64 - expected) / error;
                    let what = format!("{name} n = {n}, {place} of {HORIZON} steps, sum, maximum: bin {bin} {count}");
                    if deviation.abs() > worst.0 {
                        worst = (deviation.abs(), what);
                    }
                }
            }
        }
    }
    println!("largest deviation: {:.2} Monte Carlo errors, {}", worst.0, worst.1);
    // The largest of 1,400 normal deviations is above 4.5 once in a hundred times.
    assert!(worst.0 < 4.5, "{:.2}: {}", worst.0, worst.1);
}
