//! docs/models.md against the registry, and against what happens when every model is fitted to a series of each kind.

use std::sync::Arc;

use onpace::bundled;
use onpace::forecast::Draws;
use onpace::models::Model;
use onpace::series::{Bounds, Frequency, Period, Series};

use super::page::{read, rows, section};

const KINDS: [&str; 7] =
    ["season", "missing periods", "zeros", "negative values", "upper bound", "level shift", "covariates"];

#[test]
fn formulas_of_models_are_those_of_the_registry() {
    let page = read("docs/models.md");
    let registry = bundled::registry();
    let written: Vec<Vec<String>> = registry
        .entries()
        .iter()
        .map(|entry| vec![entry.model.name().to_owned(), entry.family.to_string(), entry.formula.to_owned()])
        .collect();
    assert_eq!(rows(section(&page, "## Formulas")), written, "docs/models.md, Formulas");
}

#[test]
fn models_handle_what_the_page_says() {
    let page = read("docs/models.md");
    let documented = rows(section(&page, "## What each model handles"));
    let registry = bundled::registry();
    let found: Vec<Vec<String>> = registry.entries().iter().map(|entry| row(&entry.model)).collect();
    assert_eq!(documented.len(), found.len(), "docs/models.md: number of models");
    for (documented, found) in documented.iter().zip(&found) {
        assert_eq!(documented, found, "docs/models.md: columns {KINDS:?} after model and fewest observations");
    }
}

fn row(model: &Arc<dyn Model>) -> Vec<String> {
    let quarterly = fits(model, &plain(Frequency::Quarter));
    let frequency = if quarterly { Frequency::Quarter } else { Frequency::Year };
    let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let of = |change: fn(usize, f64) -> f64| fits(model, &changed(frequency, change));
    let series = plain(frequency);
    let bounded = plain(frequency).with_bounds(Bounds { lower: None, upper: Some(1000.0) }).unwrap();
    let shifted = plain(frequency).with_level_shift(series.start().shift(17).unwrap());
    vec![
        model.name().to_owned(),
        fewest(model, frequency),
        season(model, frequency),
        word(of(|t, y| if t == 21 { f64::NAN } else { y })),
        word(of(|t, y| if t == 5 { 0.0 } else { y })),
        word(of(|t, y| if t == 5 { -1.0 } else { y })),
        word(fits(model, &bounded)),
        word(fits(model, &shifted)),
        word(model.needs().covariates),
    ]
}

fn fits(model: &Arc<dyn Model>, series: &Series) -> bool {
    model.fit(series).is_ok()
}

/// Growth with a season of four periods, in quarters or in years.
fn plain(frequency: Frequency) -> Series {
    changed(frequency, |_, y| y)
}

fn changed(frequency: Frequency, change: fn(usize, f64) -> f64) -> Series {
    values(frequency, 40, change)
}

fn values(frequency: Frequency, count: usize, change: fn(usize, f64) -> f64) -> Series {
    let seasonal = frequency == Frequency::Quarter;
    let value = |t: usize| {
        let season = if seasonal { [0.8, 1.2, 0.9, 1.1][t % 4] } else { 1.0 };
        let noise = 0.3 * ((t * t * 7 + t * 3) % 11) as f64 / 11.0;
        change(t, (50.0 + t as f64) * season + noise)
    };
    let start = Period::new(frequency, if seasonal { 2000 * 4 } else { 1980 }).unwrap();
    Series::with_missing("probe", start, (0..count).map(value).collect()).unwrap()
}

/// The smallest number of observations, in terms of the season length where a season is needed.
fn fewest(model: &Arc<dyn Model>, frequency: Frequency) -> String {
    let yearly = (1..=16).find(|count| fits(model, &values(Frequency::Year, *count, |_, y| y)));
    match yearly {
        Some(count) => count.to_string(),
        None => match (1..=16).find(|count| fits(model, &values(frequency, *count, |_, y| y))) {
            Some(6) => "m + 2".to_owned(),
            Some(10) => "2 m + 2".to_owned(),
            other => format!("{other:?} quarters"),
        },
    }
}

/// Whether the forecast follows the season of the series.
fn season(model: &Arc<dyn Model>, frequency: Frequency) -> String {
    let without = fits(model, &plain(Frequency::Year));
    let forecast = model.fit(&plain(frequency)).unwrap().forecast(4, &Draws::new(1, 500)).median();
    let (low, high) = forecast.iter().fold((f64::MAX, f64::MIN), |(low, high), y| (low.min(*y), high.max(*y)));
    match (without, high / low > 1.25) {
        (false, true) => "needs one",
        (true, true) => "yes",
        (_, false) => "no",
    }
    .to_owned()
}
