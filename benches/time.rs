//! Time of a fit and forecast by model and length, of a comparison and of the bundled study: `cargo bench --bench time`.

use onpace::forecast::Draws;
use onpace::registry::Registry;
use onpace::series::{Period, Series};
use onpace::study::{Study, StudyFile};

fn main() {
    divan::main();
}

/// A yearly series of `n` values that grow by a tenth a year, unevenly.
fn series(n: usize) -> Series {
    let value = |t: usize| 10.0 * 1.1_f64.powf(t as f64) * (1.0 + 0.05 * (t * t % 7) as f64);
    Series::new("s", Period::year(1900).expect("a year"), (0..n).map(value).collect::<Vec<_>>()).expect("a series")
}

/// What `onpace forecast` does to a series: fit, 2,000 paths of six steps, eleven quantiles.
fn forecast(bencher: divan::Bencher, name: &str, n: usize) {
    let (series, draws) = (series(n), Draws::new(1, 2000));
    let model = Registry::bundled().model(name).expect("a model");
    let probabilities = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975];
    bencher.bench(|| model.fit(&series).expect("a fit").forecast(6, &draws).quantiles(&probabilities));
}

#[divan::bench(args = [
    "naive", "drift", "level:log", "level-drift:log", "trend:log", "damped:log", "theta:log", "linear", "exponential",
    "log-parabola", "logistic", "gompertz", "reference", "auto",
])]
fn thirty_years(bencher: divan::Bencher, name: &str) {
    forecast(bencher, name, 30);
}

#[divan::bench(args = [8, 15, 60, 120])]
fn auto(bencher: divan::Bencher, n: usize) {
    forecast(bencher, "auto", n);
}

#[divan::bench(sample_count = 10)]
fn bundled_study() -> usize {
    let study = Study::load(StudyFile::bundled().expect("the study")).expect("its data");
    study.run(|_, _| ()).goals.len()
}
