//! Time of a fit and forecast by model, and of the bundled study: `cargo bench`.

use onpace::forecast::Draws;
use onpace::registry::Registry;
use onpace::series::{Period, Series};
use onpace::study::{Study, StudyFile};

fn main() {
    divan::main();
}

/// A yearly series of `n` values that grow by a fifth a year.
fn series(n: usize) -> Series {
    let values: Vec<f64> = (0..n).map(|t| 10.0 * 1.2_f64.powf(t as f64) * (1.0 + 0.05 * (t % 3) as f64)).collect();
    Series::new("s", Period::year(1990).expect("a year"), values).expect("a series")
}

#[divan::bench(args = ["naive", "drift", "linear", "exponential", "log-parabola", "logistic", "gompertz", "reference", "auto"])]
fn thirty_years(bencher: divan::Bencher, name: &str) {
    let (series, draws) = (series(30), Draws::new(1, 1000));
    let model = Registry::bundled().model(name).expect("a model");
    bencher.bench(|| model.fit(&series).expect("a fit").forecast(6, &draws).median());
}

#[divan::bench(sample_count = 10)]
fn bundled_study() -> usize {
    let study = Study::load(StudyFile::bundled().expect("the study")).expect("its data");
    study.run(|_, _| ()).goals.len()
}
