//! The series of the benches, of the lengths and seasons that users have.

use onpace::series::{Period, Series};

/// Lengths by name: values and season length.
pub(crate) const SHAPES: [(&str, usize, usize); 4] =
    [("yearly", 30, 1), ("quarterly", 44, 4), ("monthly", 120, 12), ("hourly", 720, 24)];

/// A series of a shape, or of a number of years, which grows unevenly and, where it has a season, repeats.
pub(crate) fn series(shape: &str) -> Series {
    let (n, season) = match SHAPES.iter().find(|(name, ..)| *name == shape) {
        Some((_, n, season)) => (*n, *season),
        None => (shape.parse().expect("a shape or a number of years"), 1),
    };
    let wave = |t: usize| {
        1.0 + 0.2 * (std::f64::consts::TAU * t as f64 / season.max(2) as f64).sin() * f64::from(u8::from(season > 1))
    };
    let value = |t: usize| 10.0 * 20_f64.powf(t as f64 / n as f64) * wave(t) * (1.0 + 0.05 * (t * t % 7) as f64);
    let series = Series::new("s", Period::year(1900).expect("a year"), (0..n).map(value).collect::<Vec<_>>());
    series.expect("a series").with_season_length(season)
}
