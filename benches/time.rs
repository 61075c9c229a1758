//! Time of a fit and forecast by model and length, of a comparison and of the bundled study: `cargo bench --bench time`.

use onpace::bundled;
use onpace::forecast::Draws;
use onpace::study::{Overrides, Study, StudyFile};

mod cases;

fn main() {
    divan::main();
}

/// What `onpace forecast` does to a series: fit, 2,000 paths of six steps, eleven quantiles.
fn forecast(bencher: divan::Bencher, name: &str, shape: &str) {
    let (series, draws) = (cases::series(shape), Draws::new(1, 2000));
    let model = bundled::registry().model(name).expect("a model");
    let probabilities = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975];
    bencher.bench(|| model.fit(&series).expect("a fit").forecast(6, &draws).quantiles(&probabilities));
}

/// Every model that takes a series of the shape.
fn models(shape: &str) -> Vec<String> {
    let series = cases::series(shape);
    let registry = bundled::registry();
    let fits = registry.entries().iter().filter(|entry| entry.model.fit(&series).is_ok());
    fits.map(|entry| entry.model.name().to_owned()).collect()
}

#[divan::bench(args = models("yearly"))]
fn yearly(bencher: divan::Bencher, name: &str) {
    forecast(bencher, name, "yearly");
}

#[divan::bench(args = models("quarterly"))]
fn quarterly(bencher: divan::Bencher, name: &str) {
    forecast(bencher, name, "quarterly");
}

#[divan::bench(args = models("monthly"), sample_count = 20)]
fn monthly(bencher: divan::Bencher, name: &str) {
    forecast(bencher, name, "monthly");
}

#[divan::bench(args = models("hourly"), sample_count = 5)]
fn hourly(bencher: divan::Bencher, name: &str) {
    forecast(bencher, name, "hourly");
}

#[divan::bench(args = ["8", "15", "60", "120"])]
fn auto_by_length(bencher: divan::Bencher, years: &str) {
    forecast(bencher, "auto", years);
}

#[divan::bench(sample_count = 10)]
fn bundled_study() -> usize {
    let study = Study::load(&StudyFile::bundled().expect("the study"), &Overrides::default()).expect("its data");
    study.run(|_, _| ()).goals.len()
}
