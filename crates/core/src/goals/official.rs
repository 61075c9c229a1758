//! The official categories of progress: Eurostat's and the United Nations ESCAP's.

use std::fmt;

/// Eurostat's assessment of progress towards a quantified target (Eurostat, Sustainable development in the European Union,
/// annex on the assessment of trends): the ratio of actual to required compound growth, both from the base year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eurostat {
    /// R = CAGR actual / CAGR required, signed so that more is nearer to the target.
    pub ratio: f64,
    /// What it is called.
    pub category: Progress,
}

/// Eurostat's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// R of .95 or more, or the target is met.
    OnTrack,
    /// R from .60.
    Moderate,
    /// R from 0.
    Insufficient,
    /// R below 0.
    MovingAway,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OnTrack => "on track",
            Self::Moderate => "moderate progress",
            Self::Insufficient => "insufficient progress",
            Self::MovingAway => "moving away",
        })
    }
}

/// Eurostat's category from the base's value, `elapsed` years ago, the value now, and the target `whole` years after the
/// base. `None` where a value is not above zero, no time has gone by, or target and base are equal.
///
/// ```
/// use onpace::goals::{Progress, eurostat};
/// let up = eurostat(20.0, 24.5, 42.5, 8.0, 15.0).ok_or("no values")?; // 2015, 2023, 2030
/// assert_eq!(up.category, Progress::Insufficient);
/// assert!((up.ratio - 0.498_532_34).abs() < 1e-8);
/// # Ok::<(), &str>(())
/// ```
pub fn eurostat(base: f64, now: f64, target: f64, elapsed: f64, whole: f64) -> Option<Eurostat> {
    let usable = base > 0.0 && now > 0.0 && target > 0.0 && elapsed > 0.0 && whole > 0.0 && target != base;
    usable.then(|| {
        let growth = |to: f64, years: f64| (to / base).powf(1.0 / years) - 1.0;
        let (actual, required) = (growth(now, elapsed), growth(target, whole));
        let ratio = actual * required.signum() / required.abs();
        let met = if target > base { now >= target } else { now <= target };
        let category = match ratio {
            r if met || r >= 0.95 => Progress::OnTrack,
            r if r >= 0.6 => Progress::Moderate,
            r if r >= 0.0 => Progress::Insufficient,
            _ => Progress::MovingAway,
        };
        Eurostat { ratio, category }
    })
}

/// The two measures of the Asia and the Pacific SDG Progress Report (United Nations ESCAP): how far the way has been gone,
/// and how much of it will be left at the deadline if the trend goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Escap {
    /// Current status: 10 (now - base) / |target - base|, signed so that more is nearer; 10 is the whole way.
    pub status: f64,
    /// Anticipated progress: |target - trend at the deadline| / |target - base|; 0 where the trend reaches the target.
    pub gap: f64,
    /// What it is called.
    pub category: Anticipated,
}

/// ESCAP's words: a gap up to a tenth is "maintain progress", up to the whole way "accelerate progress", beyond it "reverse
/// the trend".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anticipated {
    /// On track.
    Maintain,
    /// In the right direction, too slow.
    Accelerate,
    /// In the wrong direction.
    Reverse,
}

impl fmt::Display for Anticipated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Maintain => "maintain progress",
            Self::Accelerate => "accelerate progress",
            Self::Reverse => "reverse the trend",
        })
    }
}

/// ESCAP's measures from (year, value) pairs from the base on, in order, the target and its year. The trend is a line by
/// least squares whose weights grow with the rank of the observation, 1, 2, … n: the method says that later ones count
/// more, not by how much. `None` for fewer than two values, or a target equal to the base.
///
/// ```
/// use onpace::goals::escap;
/// let values = [(2010.0, 14.5), (2012.0, 16.0), (2015.0, 20.0), (2018.0, 22.0), (2020.0, 22.8), (2022.0, 24.0), (2023.0, 24.5)];
/// let found = escap(&values, 20.0, 42.5, 2030.0).ok_or("too few")?;
/// assert_eq!(found.status, 2.0);
/// assert!((found.gap - 0.564_466_842_6).abs() < 1e-9);
/// # Ok::<(), &str>(())
/// ```
pub fn escap(values: &[(f64, f64)], base: f64, target: f64, due: f64) -> Option<Escap> {
    let (_, now) = *values.last().filter(|_| values.len() > 1)?;
    let way = (target - base).abs();
    if way == 0.0 {
        return None;
    }
    let weighted = || values.iter().enumerate().map(|(rank, (t, y))| ((rank + 1) as f64, *t, *y));
    let total: f64 = weighted().map(|(w, ..)| w).sum();
    let mean_t = weighted().map(|(w, t, _)| w * t).sum::<f64>() / total;
    let mean_y = weighted().map(|(w, _, y)| w * y).sum::<f64>() / total;
    let slope = weighted().map(|(w, t, y)| w * (t - mean_t) * (y - mean_y)).sum::<f64>()
        / weighted().map(|(w, t, _)| w * (t - mean_t).powi(2)).sum::<f64>();
    let sign = (target - base).signum();
    let left = (sign * (target - (mean_y + slope * (due - mean_t)))).max(0.0);
    let gap = if sign * (now - target) >= 0.0 { 0.0 } else { left / way };
    let category = match gap {
        gap if gap <= 0.1 => Anticipated::Maintain,
        gap if gap <= 1.0 => Anticipated::Accelerate,
        _ => Anticipated::Reverse,
    };
    Some(Escap { status: 10.0 * sign * (now - base) / way, gap, category })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An independent evaluation in Python: down from 100 to 60, and a value that moves away.
    #[test]
    fn categories_of_targets_below_the_base() {
        let of = |now| eurostat(100.0, now, 60.0, 8.0, 15.0).unwrap();
        assert!((of(85.0).ratio - 0.600_623_989_1).abs() < 1e-9 && of(85.0).category == Progress::Moderate);
        assert!((of(77.0).ratio - 0.960_007_427_0).abs() < 1e-9 && of(77.0).category == Progress::OnTrack);
        assert!((of(104.0).ratio + 0.146_785_472_5).abs() < 1e-9 && of(104.0).category == Progress::MovingAway);
        assert_eq!(of(60.0).category, Progress::OnTrack);
        assert!(eurostat(0.0, 1.0, 2.0, 1.0, 2.0).is_none() && eurostat(1.0, 1.0, 2.0, 0.0, 2.0).is_none());
    }

    #[test]
    fn a_falling_trend_is_to_be_reversed_and_a_reached_target_kept() {
        let falling = escap(&[(0.0, 10.0), (1.0, 9.0), (2.0, 8.0)], 10.0, 20.0, 5.0).unwrap();
        assert_eq!(falling.category, Anticipated::Reverse);
        let reached = escap(&[(0.0, 10.0), (1.0, 21.0)], 10.0, 20.0, 5.0).unwrap();
        assert_eq!((reached.category, reached.gap), (Anticipated::Maintain, 0.0));
        assert!(escap(&[(0.0, 10.0)], 10.0, 20.0, 5.0).is_none());
    }
}
