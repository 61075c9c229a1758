//! Property tests of periods, calendars and series.

use jiff::civil::DateTime;
use proptest::prelude::*;

use super::{Bounds, Calendar, Covariates, Frequency, Period, Series, Stamp};

fn frequency() -> impl Strategy<Value = Frequency> {
    prop::sample::select(Frequency::ALL.to_vec())
}

/// A period of any frequency in the years 1 to 9999, with at least 50 periods before and after it.
fn period() -> impl Strategy<Value = Period> {
    let moment = (51_i16..9_949, 1_i8..13, 1_i8..29, 0_i8..24);
    let periods = (frequency(), moment).prop_filter_map("an index has no moments", |(frequency, moment)| {
        let (year, month, day, hour) = moment;
        Period::containing(frequency, DateTime::constant(year, month, day, hour, 0, 0, 0))
    });
    let indices = any::<i32>().prop_map(|index| Period::new(Frequency::Index, index.into()).unwrap());
    prop_oneof![7 => periods, 1 => indices]
}

/// Values of which some are missing, the first and the last known.
fn values() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![4 => -100.0..100.0, 1 => Just(f64::NAN)];
    (prop::collection::vec(value, 0..30), 0.0..1.0, 0.0..1.0).prop_map(|(mut values, first, last)| {
        values.insert(0, first);
        values.push(last);
        values
    })
}

/// A series with everything that it can carry. The covariate of a period is its ordinal.
fn series() -> impl Strategy<Value = Series> {
    (period(), values(), prop::collection::vec(0_i64..40, 0..4), 0_i64..6).prop_map(|(start, values, shifts, ahead)| {
        let length = values.len() as i64;
        let ordinals = (start.ordinal()..start.ordinal() + length + ahead).map(|ordinal| ordinal as f64).collect();
        let covariates = Covariates::new(start, vec![("ordinal".to_owned(), ordinals)]).unwrap();
        let bounds = Bounds { lower: Some(-100.0), upper: Some(100.0) };
        let series = Series::with_missing("s", start, values).unwrap().with_season_lengths(&[6, 3, 6]);
        let series = series.with_bounds(bounds).unwrap().with_covariates(covariates).unwrap();
        shifts.into_iter().fold(series, |series, steps| series.with_level_shift(start.shift(steps).unwrap()))
    })
}

/// What each cut must keep: names, seasons and bounds, values and covariates at their periods, level shifts at theirs.
#[track_caller]
fn assert_cut(cut: &Series, whole: &Series) {
    assert_eq!((cut.id(), cut.bounds(), cut.season_lengths()), (whole.id(), whole.bounds(), whole.season_lengths()));
    let skipped = whole.start().steps_to(cut.start());
    assert!(skipped >= 0 && cut.last_period() <= whole.last_period(), "the cut has periods of its own");
    let ordinals = cut.covariates().rows().column(0).to_vec();
    let expected: Vec<f64> = (0..ordinals.len() as i64).map(|row| (cut.start().ordinal() + row) as f64).collect();
    assert_eq!(ordinals, expected, "covariates moved against their periods");
    assert_eq!(cut.covariates().last_period(), whole.covariates().last_period(), "future rows were lost");
    let places: Vec<i64> = whole.level_shifts().iter().map(|place| *place as i64 - skipped).collect();
    let kept: Vec<i64> = places.into_iter().filter(|place| (1..cut.len() as i64).contains(place)).collect();
    let found: Vec<i64> = cut.level_shifts().iter().map(|place| *place as i64).collect();
    assert_eq!(found, kept, "level shifts moved against their periods");
}

/// Whether two values are the same, missing or not.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}

proptest! {
    #[test]
    fn a_shift_and_the_steps_back_are_inverse(period in period(), steps in -50_i64..50) {
        let other = period.shift(steps).unwrap();
        prop_assert_eq!(period.steps_to(other), steps);
        prop_assert_eq!(other.steps_to(period), -steps);
        prop_assert_eq!(other.shift(-steps).unwrap(), period);
    }

    #[test]
    fn order_in_time_is_the_order_of_periods(period in period(), steps in -50_i64..50) {
        let other = period.shift(steps).unwrap();
        prop_assert_eq!(period.cmp(&other), 0.cmp(&steps));
        if let Some((start, later)) = period.start().zip(other.start()) {
            prop_assert_eq!(start.cmp(&later), 0.cmp(&steps));
        }
    }

    #[test]
    fn a_period_ends_the_day_before_the_next(period in period()) {
        let next = period.shift(1).unwrap();
        if let Some((last, start)) = period.last_day().zip(next.start()) {
            let after = if period.frequency() == Frequency::Hour { start.date() } else { last.tomorrow().unwrap() };
            prop_assert_eq!(after, start.date());
        }
    }

    #[test]
    fn a_printed_period_is_read_as_the_same_period(period in period()) {
        let stamp = Stamp::parse(&period.to_string()).unwrap();
        prop_assert_eq!(Calendar::named(period.frequency()).period(stamp).unwrap(), period);
    }

    #[test]
    fn a_calendar_reads_what_it_writes(start in period(), count in 2_usize..20) {
        let periods: Vec<Period> = (0..count as i64).map(|steps| start.shift(steps).unwrap()).collect();
        let cells: Vec<Stamp> = periods.iter().map(|period| Stamp::parse(&period.to_string()).unwrap()).collect();
        let calendar = Calendar::infer(&cells, Some(start.frequency()), false).unwrap();
        for period in periods {
            let label = calendar.label(period);
            prop_assert_eq!(calendar.period(Stamp::parse(&label).unwrap()).unwrap(), period, "{}", label);
        }
    }

    #[test]
    fn a_calendar_finds_the_frequency_of_its_dates(start in period(), count in 3_usize..20) {
        let dates: Option<Vec<_>> = (0..count as i64).map(|steps| start.shift(steps).unwrap().start()).collect();
        if let Some(dates) = dates {
            let hourly = start.frequency() == Frequency::Hour;
            let stamp = |moment: &DateTime| {
                if hourly { Stamp::Moment(*moment) } else { Stamp::Date(moment.date()) }
            };
            let cells: Vec<Stamp> = dates.iter().map(stamp).collect();
            prop_assert_eq!(Calendar::infer(&cells, None, false).unwrap().frequency(), start.frequency());
        }
    }

    #[test]
    fn a_series_begins_and_ends_with_known_values(start in period(), values in values(), pad in 0_usize..4) {
        let missing = vec![f64::NAN; pad];
        let series = Series::with_missing("s", start, [&missing[..], &values, &missing].concat()).unwrap();
        prop_assert_eq!(start.steps_to(series.start()), pad as i64);
        prop_assert_eq!(series.len(), values.len());
        prop_assert!(series.at(series.start()).is_some() && series.at(series.last_period()).is_some());
        prop_assert_eq!(series.known() + series.missing().count(), series.len());
    }

    #[test]
    fn the_first_and_the_last_values_are_the_whole(series in series(), count in 1_usize..40) {
        let first = series.first(count);
        assert_cut(&first, &series);
        prop_assert_eq!(first.len(), count.min(series.len()));
        prop_assert_eq!(first.known_ahead(), series.len() - first.len() + series.known_ahead());
        prop_assert_eq!(Some(first.clone()), series.up_to(first.last_period()));
        let rest = series.last(series.len() - first.len());
        assert_cut(&rest, &series);
        prop_assert_eq!(rest.known_ahead(), series.known_ahead());
        if first.len() < series.len() {
            let joined = first.as_slice().iter().chain(rest.as_slice());
            prop_assert!(joined.zip(series.as_slice()).all(|(a, b)| same(*a, *b)));
        }
    }

    #[test]
    fn removed_periods_are_missing_and_no_others(series in series(), from in -3_i64..35, count in 0_i64..12) {
        let from = series.start().shift(from).unwrap();
        let to = from.shift(count).unwrap();
        let Ok(cut) = series.without(from, to) else { return Ok(()) };
        assert_cut(&cut, &series);
        for steps in 0..series.len() as i64 {
            let period = series.start().shift(steps).unwrap();
            let removed = (from..=to).contains(&period);
            prop_assert_eq!(cut.at(period), series.at(period).filter(|_| !removed));
        }
    }

    #[test]
    fn other_values_keep_everything_else(series in series(), lead in 0_usize..4) {
        let halves: Vec<f64> = series.as_slice().iter().map(|value| value / 2.0).collect();
        let halved = series.with_values(halves.clone()).unwrap();
        assert_cut(&halved, &series);
        prop_assert!(halved.as_slice().iter().zip(&halves).all(|(a, b)| same(*a, *b)));
        let lead = lead.min(series.len() - 1);
        let values: Vec<f64> = (0..series.len()).map(|t| if t < lead { f64::NAN } else { 1.0 }).collect();
        let cut = series.with_values(values).unwrap();
        assert_cut(&cut, &series);
        prop_assert_eq!(cut.len(), series.len() - lead);
    }
}
