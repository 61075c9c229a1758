//! The weights of a pool's members.

use crate::models::{Model, Origins, Past, Share, Shared, Weighting};
use crate::numerics::quantiles::quantile;

/// The number of most recent origins at which members are compared; at most half the series.
const ORIGINS: usize = 40;
/// The fewest values known at an origin, and the fewest origins that decide between members.
const FEWEST_KNOWN: usize = 5;
const FEWEST_ORIGINS: usize = 2;

/// Equal weights for all members.
pub(super) fn equal(models: &[&dyn Model]) -> (Vec<Share>, Weighting) {
    let weight = 1.0 / models.len() as f64;
    let share = |model: &&dyn Model| Share { member: model.name().to_owned(), weight, relative_loss: None };
    (models.iter().map(share).collect(), Weighting::Equal)
}

/// Weights from the losses of the members' forecasts at earlier origins: w = min(1, (typical loss / own loss)^power),
/// then normalised. A few origins therefore do not pick winners; they only take weight from members that were clearly
/// worse. [`Strictness`] grows with the number of origins.
pub(super) fn scored(shared: &Shared<'_>, models: &[&dyn Model]) -> (Vec<Share>, Weighting) {
    let n = shared.series().len();
    let known = (n - ORIGINS.min(n / 2)).max(FEWEST_KNOWN).min(n)..n;
    let count = known.len();
    let past = Past::new(shared, Origins::new(known, Origins::MOST_STEPS));
    if count < FEWEST_ORIGINS {
        return (equal(models).0, Weighting::TooShort { values: n });
    }
    let mean = |losses: Vec<f64>| losses.iter().sum::<f64>() / count as f64;
    let losses: Vec<Option<f64>> = models.iter().map(|model| model.past_losses(&past).ok().map(mean)).collect();
    let strictness = Strictness::of(count);
    let mut known: Vec<f64> = losses.iter().flatten().copied().collect();
    let best = known.iter().copied().fold(f64::INFINITY, f64::min);
    let typical = quantile(&mut known, strictness.typical).min(best * strictness.most);
    let weight = |relative: f64| relative.max(1.0).powf(-strictness.power);
    // The smallest positive number avoids 0/0 where the typical loss is zero.
    let relative = losses.iter().map(|loss| {
        loss.map(|loss| if loss <= typical { loss / typical.max(f64::MIN_POSITIVE) } else { loss / typical })
    });
    let weighed: Vec<(Option<f64>, Option<f64>)> = relative.map(|loss| (loss, loss.map(weight))).collect();
    // Members that could not be fitted at the earlier origins have no score; they get the median weight.
    let mut weights: Vec<f64> = weighed.iter().filter_map(|(_, weight)| *weight).collect();
    let unknown = quantile(&mut weights, 0.5);
    let unknown = if unknown.is_nan() { 1.0 } else { unknown };
    let raw: Vec<(Option<f64>, f64)> = weighed.into_iter().map(|(loss, raw)| (loss, raw.unwrap_or(unknown))).collect();
    let total: f64 = raw.iter().map(|(_, raw)| raw).sum();
    let share = |(model, (relative_loss, raw)): (&&dyn Model, &(Option<f64>, f64))| Share {
        member: model.name().to_owned(),
        weight: raw / total,
        relative_loss: *relative_loss,
    };
    (models.iter().zip(&raw).map(share).collect(), Weighting::PastLosses { origins: count })
}

/// How strictly losses are judged: the quantile of the losses that counts as typical, and the power by which worse
/// members lose weight. Up to twenty origins these are the median and the square; with more origins the quantile falls
/// and the power rises, because differences in loss are less and less due to chance.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Strictness {
    typical: f64,
    power: f64,
    /// With many origins, the typical loss is at most this multiple of the smallest loss. Otherwise, where only one
    /// member models what matters, such as a season, the losses of the others would set the standard.
    most: f64,
}

impl Strictness {
    fn of(origins: usize) -> Self {
        const FEW: f64 = 20.0;
        let origins = (origins as f64).max(FEW);
        let most = if origins > FEW { 1.0 + FEW / origins } else { f64::INFINITY };
        Self { typical: 0.5 * (FEW / origins).powi(2), power: 2.0 + 0.7 * (origins - FEW), most }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{On, drift, level, naive, theta};
    use crate::series::{Period, Series};

    #[test]
    fn more_origins_are_stricter() {
        assert_eq!(Strictness::of(5), Strictness { typical: 0.5, power: 2.0, most: f64::INFINITY });
        assert_eq!(Strictness::of(40), Strictness { typical: 0.125, power: 16.0, most: 1.5 });
    }

    /// On a straight line drift is right and level is not; on six values members are not compared.
    #[test]
    fn members_with_larger_errors_weigh_less() {
        let values: Vec<f64> = (0..20).map(|t| 100.0 + 5.0 * f64::from(t) + f64::from(t % 3)).collect();
        let line = Series::new("a", Period::year(2000).unwrap(), values).unwrap();
        let models: [Box<dyn Model>; 4] =
            [Box::new(naive()), Box::new(drift()), Box::new(level(On::Identity)), Box::new(theta(On::Identity))];
        let models: Vec<&dyn Model> = models.iter().map(AsRef::as_ref).collect();
        let (shares, weighting) = scored(&Shared::new(&line), &models);
        assert!(shares[1].weight > 2.0 * shares[0].weight, "{shares:?}");
        assert!((shares.iter().map(|s| s.weight).sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(weighting, Weighting::PastLosses { origins: 10 });
        let (shares, weighting) = scored(&Shared::new(&line.first(6)), &models);
        assert!(shares.iter().all(|s| s.weight == 0.25 && s.relative_loss.is_none()));
        assert_eq!(weighting, Weighting::TooShort { values: 6 });
    }
}
