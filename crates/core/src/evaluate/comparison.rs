//! The comparison of models by what they forecast at earlier origins.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::forecast::Level;

use super::losses::{self, Means, Origin, Places, add_losses};
use super::scores;
use super::significance::{diebold_mariano, multiple_comparisons, standard_error_of_mean};
use super::{Backtest, PastForecast};

/// A model is ranked where it forecast at this part of all origins or more; the others would cost the ranked ones theirs.
const RANKED_FROM: f64 = 0.9;
/// Differences are told apart at this error probability.
const SIGNIFICANT: f64 = 0.05;

/// How often the outcome lay inside the interval of a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// The part of outcomes inside, 0 to 1.
    pub share: f64,
    /// Its standard error: between series, or for one series between origins with their overlap; never below that of
    /// so many independent outcomes as there are windows that do not overlap.
    pub standard_error: f64,
}

/// What the data say of a model beside the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The least loss.
    Best,
    /// Its loss cannot be told from the best one's.
    CannotTell,
    /// Its loss is larger than the best one's by more than chance.
    Worse,
    /// More than twenty models were compared on several series, for which there is no test.
    Untested,
    /// It forecast at too few of the origins to be ranked.
    Unranked,
}

impl Standing {
    /// In words, for a table.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::CannotTell => "cannot tell from best",
            Self::Worse => "worse than best",
            Self::Untested => "not tested: more than 20 models",
            Self::Unranked => "not ranked: too few forecasts",
        }
    }
}

/// A model's scores; means over steps and origins of each series, then over the series. None where a score does not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The model.
    pub model: String,
    /// The step ahead that is scored, or all.
    pub step: Option<usize>,
    /// Series that count.
    pub series: usize,
    /// Pairs of series and origin that count.
    pub origins: usize,
    /// Mean absolute scaled error of the median.
    pub mase: Option<f64>,
    /// Root mean squared scaled error of the mean (of the median, where the mean is not known).
    pub rmsse: Option<f64>,
    /// Symmetric mean absolute percentage error of the median, 0 to 200.
    pub smape: Option<f64>,
    /// Overall weighted average against Naive2 (M4): 1 is as good.
    pub owa: Option<f64>,
    /// Mean absolute error of the median's logarithm; a typical relative miss is exp of it, less one.
    pub log_error: Option<f64>,
    /// Continuous ranked probability score by quantiles, scaled as MASE is.
    pub crps: Option<f64>,
    /// Weighted interval score, scaled as MASE is.
    pub wis: Option<f64>,
    /// Mean scaled interval score of the 95 % interval.
    pub msis: Option<f64>,
    /// Coverage of each level asked for.
    pub coverage: Vec<Option<Coverage>>,
    /// One less the relative loss: the part of the baseline's CRPS that the model saves.
    pub skill: Option<f64>,
    /// The standard error of the skill.
    pub skill_error: Option<f64>,
    /// Beside the best model.
    pub standing: Standing,
    /// For one series: the p-value of the Diebold-Mariano test against the best, by Holm's (1979) correction.
    pub p_value: Option<f64>,
    /// Mean rank by CRPS, for several series.
    pub rank: Option<f64>,
    /// Mean seconds for fit and forecast, where they were measured.
    pub seconds: Option<f64>,
}

/// Models side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// A row a model, the best first; then, if asked for, the same by step ahead.
    pub rows: Vec<Row>,
    /// The levels of the coverages.
    pub levels: Vec<Level>,
    /// The baseline of the skill.
    pub baseline: String,
    /// Two mean ranks are told apart if they are this far from each other, for several series.
    pub critical_difference: Option<f64>,
    /// Series left out for their large losses.
    pub left_out: usize,
    /// Series that did not change before their origins: they have no scale, so count for coverage, percentages and
    /// logarithms alone.
    pub unscaled: usize,
}

/// The means of a series: of each model over the origins, and at each origin. Models are compared over the same steps.
struct SeriesMeans {
    overall: BTreeMap<usize, Means>,
    /// The baseline over the origins at which a model forecast.
    baseline: BTreeMap<usize, Means>,
    naive2: Means,
    /// Of each model its own means and those of the baseline over the same steps.
    origins: Vec<BTreeMap<usize, (Means, Means)>>,
    counts: BTreeMap<usize, usize>,
}

type Pairs<'a> = BTreeMap<usize, BTreeMap<usize, BTreeMap<usize, &'a PastForecast>>>;

/// How a backtest is scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Scoring {
    /// The levels whose coverage is told.
    pub levels: Vec<Level>,
    /// The model by whose loss the skill is measured.
    pub baseline: String,
    /// Whether each step ahead is scored for itself, too.
    pub by_step: bool,
    /// The part of series left out, those with the largest losses: a few that explode can carry all means.
    pub trim: f64,
}

impl Comparison {
    /// Scores a backtest. Only origins at which all ranked models forecast count for them.
    ///
    /// `None` where nothing can be scored or the baseline did not forecast.
    ///
    /// ```
    /// use onpace::evaluate::{Backtest, Comparison, RollingOrigin, Scoring, Standing, backtest};
    /// use onpace::forecast::Draws;
    /// use onpace::bundled;
    /// use onpace::series::{Period, Series};
    /// let line: Vec<f64> = (0..30).map(|t| 100.0 + 5.0 * f64::from(t) + f64::from(t % 3)).collect();
    /// let series = Series::new("line", Period::year(1990)?, line)?;
    /// let origins = RollingOrigin { horizon: 2, origins: 12, step: 1, fewest: 4 }.cutoffs(30).into_iter().map(|c| (c, 2)).collect();
    /// let models = bundled::registry().select("naive,drift")?;
    /// let past = backtest(&[series].into(), &[origins], &models, &Backtest::probabilities(&[]), &Draws::new(1, 500), |_| ());
    /// let scoring = Scoring { levels: Vec::new(), baseline: "naive".into(), by_step: false, trim: 0.0 };
    /// let comparison = Comparison::new(&past, &scoring).ok_or("nothing to score")?;
    /// assert_eq!(comparison.rows[0].model, "drift");
    /// assert_eq!(comparison.rows[1].standing, Standing::Worse);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(backtest: &Backtest, scoring: &Scoring) -> Option<Self> {
        let Scoring { levels, baseline, by_step, trim } = scoring;
        let mut pairs: Pairs<'_> = BTreeMap::new();
        for forecast in &backtest.forecasts {
            let origin = pairs.entry(forecast.series).or_default().entry(forecast.cutoff).or_default();
            origin.insert(forecast.model, forecast);
        }
        let all = || pairs.values().flat_map(BTreeMap::values);
        let total = all().count();
        let has = |model: usize| all().filter(|origin| origin.contains_key(&model)).count();
        let ranked: Vec<usize> =
            (0..backtest.models.len()).filter(|m| has(*m) as f64 >= RANKED_FROM * total as f64 && total > 0).collect();
        let base = backtest.models.iter().position(|name| name == baseline).filter(|base| has(*base) > 0)?;
        // The smallest distance between two origins of a series.
        let gaps = pairs.values().flat_map(|origins| origins.keys().zip(origins.keys().skip(1)).map(|(a, b)| b - a));
        let spacing = gaps.min().unwrap_or(1);
        let longest = all().flat_map(BTreeMap::values).map(|f| f.quantiles.ncols()).max()?;
        let scorer = Scorer { backtest, places: Places::of(&backtest.probabilities, levels), ranked, base };
        let mut steps = vec![None];
        steps.extend((0..longest).filter(|_| *by_step).map(Some));
        let mut rows = Vec::new();
        let (mut critical_difference, mut left_out, mut unscaled) = (None, BTreeSet::new(), 0);
        for step in steps {
            let series: Vec<SeriesMeans> =
                pairs.par_iter().map(|(at, origins)| scorer.means(*at, origins, step)).collect();
            if step.is_none() {
                left_out = scorer.worst(&series, *trim);
                let unscaled_of = |means: &&SeriesMeans| means.overall.values().all(|m| m.mean(losses::MASE).is_none());
                unscaled = series.iter().filter(unscaled_of).count();
            }
            let kept = series.into_iter().enumerate().filter(|(at, _)| !left_out.contains(at));
            let series: Vec<SeriesMeans> = kept.map(|(_, means)| means).collect();
            let lag = step.map_or(longest, |step| step + 1).div_ceil(spacing);
            let (mut of_step, difference) = scorer.rows(&series, step, lag, levels.len());
            if step.is_none() {
                critical_difference = difference;
            }
            let key = |row: &Row| (row.standing == Standing::Unranked, row.crps.unwrap_or(f64::INFINITY));
            of_step.sort_by(|a, b| key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)));
            rows.extend(of_step);
        }
        Some(Self {
            rows,
            levels: levels.clone(),
            baseline: baseline.clone(),
            critical_difference,
            left_out: left_out.len(),
            unscaled,
        })
    }
}

struct Scorer<'a> {
    backtest: &'a Backtest,
    places: Places,
    ranked: Vec<usize>,
    base: usize,
}

impl Scorer<'_> {
    fn means(
        &self,
        series: usize,
        origins: &BTreeMap<usize, BTreeMap<usize, &PastForecast>>,
        only: Option<usize>,
    ) -> SeriesMeans {
        let values = &self.backtest.series[series];
        let mut all = SeriesMeans {
            overall: BTreeMap::new(),
            baseline: BTreeMap::new(),
            naive2: Means::default(),
            origins: Vec::new(),
            counts: BTreeMap::new(),
        };
        for (cutoff, forecasts) in origins {
            let steps_of = |model: &usize| forecasts.get(model).map(|forecast| forecast.quantiles.ncols());
            // As many steps as all ranked models have; none where one of them has no forecast.
            let common = self.ranked.iter().map(steps_of).min().flatten().unwrap_or(0);
            let wanted = |step: &usize| only.is_none_or(|only| only == *step);
            let longest = forecasts.values().map(|f| f.quantiles.ncols()).max().unwrap_or(0);
            let origin = Origin::of(values, *cutoff, longest);
            for step in (0..common).filter(wanted) {
                origin.add_naive2(step, values.values()[cutoff + step], &mut all.naive2);
            }
            let mut at_origin = BTreeMap::new();
            for (model, forecast) in forecasts {
                let own = forecast.quantiles.ncols();
                let base = forecasts.get(&self.base);
                let steps = match self.ranked.contains(model) {
                    true => common,
                    false => base.map_or(own, |base| own.min(base.quantiles.ncols())),
                };
                let steps: Vec<usize> = (0..steps).filter(wanted).collect();
                if steps.is_empty() {
                    continue;
                }
                *all.counts.entry(*model).or_insert(0) += 1;
                let mut here = (Means::default(), Means::default());
                for step in steps {
                    for means in [all.overall.entry(*model).or_default(), &mut here.0] {
                        add_losses(self.backtest, forecast, step, &origin, &self.places, means);
                    }
                    let Some(base) = base.filter(|base| step < base.quantiles.ncols()) else { continue };
                    for means in [all.baseline.entry(*model).or_default(), &mut here.1] {
                        add_losses(self.backtest, base, step, &origin, &self.places, means);
                    }
                }
                at_origin.insert(*model, here);
            }
            all.origins.push(at_origin);
        }
        all
    }

    /// The places of the series with the largest mean loss of the ranked models, as many as a part of all.
    fn worst(&self, series: &[SeriesMeans], part: f64) -> BTreeSet<usize> {
        let loss = |means: &SeriesMeans| -> f64 {
            self.ranked.iter().filter_map(|model| means.overall.get(model)?.mean(losses::CRPS)).sum()
        };
        let mut all: Vec<(usize, f64)> = series.iter().map(loss).enumerate().collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        let count = (part * all.len() as f64) as usize;
        all.into_iter().take(count).map(|(at, _)| at).collect()
    }

    /// The rows of all models for a step, and the critical difference of their ranks.
    fn rows(&self, series: &[SeriesMeans], step: Option<usize>, lag: usize, levels: usize) -> (Vec<Row>, Option<f64>) {
        let models = self.backtest.models.iter().enumerate();
        let (numbers, mut rows): (Vec<usize>, Vec<Row>) =
            models.filter_map(|(model, name)| Some((model, self.row(series, model, name, step, lag, levels)?))).unzip();
        let losses = |row: &Row| row.crps.unwrap_or(f64::INFINITY);
        let ranked =
            rows.iter().enumerate().filter(|(_, row)| row.standing != Standing::Unranked && row.crps.is_some());
        let ranked: Vec<usize> = ranked.map(|(at, _)| at).collect();
        let Some(best) = ranked.iter().copied().min_by(|a, b| losses(&rows[*a]).total_cmp(&losses(&rows[*b]))) else {
            return (rows, None);
        };
        let numbers: Vec<usize> = ranked.iter().map(|at| numbers[*at]).collect();
        rows[best].standing = Standing::Best;
        if let [only] = series {
            let by_origin = |model: usize| only.origins.iter().map(move |o| o.get(&model)?.0.mean(losses::CRPS));
            let best_number = numbers[ranked.iter().position(|at| *at == best).unwrap_or(0)];
            let mut tests: Vec<(usize, f64)> = Vec::new();
            for (at, model) in ranked.iter().zip(&numbers).filter(|(at, _)| **at != best) {
                let differences = by_origin(*model).zip(by_origin(best_number)).filter_map(|(a, b)| Some(a? - b?));
                let test = diebold_mariano(&differences.collect::<Vec<_>>(), lag);
                tests.extend(test.map(|test| (*at, test.p_value)));
            }
            tests.sort_by(|a, b| a.1.total_cmp(&b.1));
            let (count, mut floor) = (tests.len(), 0.0_f64);
            for (place, (at, p)) in tests.into_iter().enumerate() {
                floor = floor.max((p * (count - place) as f64).min(1.0));
                rows[at].p_value = Some(floor);
                rows[at].standing = if floor < SIGNIFICANT { Standing::Worse } else { Standing::CannotTell };
            }
            return (rows, None);
        }
        // In single precision, so that losses that differ by rounding alone share a rank.
        let crps = |means: &SeriesMeans, model: &usize| {
            means.overall.get(model)?.mean(losses::CRPS).map(|loss| f64::from(loss as f32))
        };
        let table: Vec<Vec<f64>> =
            series.iter().filter_map(|means| numbers.iter().map(|model| crps(means, model)).collect()).collect();
        let Some(comparisons) = multiple_comparisons(&table) else {
            ranked.iter().filter(|at| **at != best).for_each(|at| rows[*at].standing = Standing::Untested);
            return (rows, None);
        };
        let place = |at: usize| ranked.iter().position(|other| *other == at).unwrap_or(0);
        for at in &ranked {
            rows[*at].rank = comparisons.mean_ranks.get(place(*at)).copied();
            // The best by rank need not be the best by loss; both are the best that one can be told from.
            let apart = comparisons.tells_apart(place(*at), comparisons.best())
                && comparisons.tells_apart(place(*at), place(best));
            if *at != best && apart {
                rows[*at].standing = Standing::Worse;
            }
        }
        (rows, Some(2.0 * comparisons.half_width))
    }

    fn row(
        &self,
        series: &[SeriesMeans],
        model: usize,
        name: &str,
        step: Option<usize>,
        lag: usize,
        levels: usize,
    ) -> Option<Row> {
        let scored: Vec<&SeriesMeans> = series.iter().filter(|means| means.overall.contains_key(&model)).collect();
        if scored.is_empty() {
            return None;
        }
        let of_series = |measure: usize| scored.iter().filter_map(move |m| m.overall.get(&model)?.mean(measure));
        let average = |values: &mut dyn Iterator<Item = f64>| {
            let values: Vec<f64> = values.collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        let mean = |measure: usize| average(&mut of_series(measure));
        let naive2 = |measure: usize| average(&mut series.iter().filter_map(|m| m.naive2.mean(measure)));
        let (mase, smape) = (mean(losses::MASE), mean(losses::PERCENTAGE));
        let owa = || scores::owa(smape?, mase?, naive2(losses::PERCENTAGE)?, naive2(losses::MASE)?);
        // For one series the errors come of its origins, for several of the series.
        let cases = |measure: usize| -> Vec<f64> {
            match scored.as_slice() {
                [only] => only.origins.iter().filter_map(|o| o.get(&model)?.0.mean(measure)).collect(),
                _ => of_series(measure).collect(),
            }
        };
        // Windows that do not overlap.
        let count = |means: &&SeriesMeans| means.counts.get(&model).map_or(0, |count| count.div_ceil(lag));
        let independent = scored.iter().map(count).sum::<usize>() as f64;
        let lag = if scored.len() == 1 { lag } else { 1 };
        let coverage = |level: usize| {
            let share = mean(losses::COVERAGE + level)?;
            let cases = cases(losses::COVERAGE + level);
            let smoothed = (share * independent + 0.5) / (independent + 1.0);
            let least = (smoothed * (1.0 - smoothed) / independent).sqrt();
            Some(Coverage { share, standard_error: standard_error_of_mean(&cases, lag).unwrap_or(0.0).max(least) })
        };
        let (skill, skill_error) = self.skill(&scored, model, lag).unzip();
        let seconds = self.backtest.forecasts.iter().filter(|f| f.model == model).filter_map(|f| f.seconds);
        let ranked = self.ranked.contains(&model);
        Some(Row {
            model: name.to_owned(),
            step,
            series: scored.len(),
            origins: scored.iter().filter_map(|means| means.counts.get(&model)).sum(),
            mase,
            rmsse: average(&mut of_series(losses::SQUARES).map(f64::sqrt)),
            smape,
            owa: owa().filter(|_| ranked),
            log_error: mean(losses::LOG_ERROR),
            crps: mean(losses::CRPS),
            wis: mean(losses::WIS),
            msis: mean(losses::MSIS),
            coverage: (0..levels).map(coverage).collect(),
            skill,
            skill_error: skill_error.flatten(),
            standing: if ranked { Standing::CannotTell } else { Standing::Unranked },
            p_value: None,
            rank: None,
            seconds: average(&mut seconds.into_iter()),
        })
    }

    /// One less the ratio r of the model's mean CRPS to the baseline's at the same origins, and its standard error by
    /// the delta method: that of the mean of c - r c₀, over the mean of c₀.
    fn skill(&self, scored: &[&SeriesMeans], model: usize, lag: usize) -> Option<(f64, Option<f64>)> {
        let crps = |means: Option<&Means>| means?.mean(losses::CRPS);
        let pairs: Vec<(f64, f64)> = match scored {
            [only] => {
                let at = |(own, base): &(Means, Means)| Some((crps(Some(own))?, crps(Some(base))?));
                only.origins.iter().filter_map(|origin| at(origin.get(&model)?)).collect()
            }
            _ => scored
                .iter()
                .filter_map(|m| Some((crps(m.overall.get(&model))?, crps(m.baseline.get(&model))?)))
                .collect(),
        };
        let base: f64 = pairs.iter().map(|(_, base)| base).sum();
        let ratio = pairs.iter().map(|(own, _)| own).sum::<f64>() / base;
        let residuals: Vec<f64> = pairs.iter().map(|(own, base)| own - ratio * base).collect();
        let several = Some(residuals.as_slice()).filter(|residuals| residuals.len() > 1);
        let error = several
            .and_then(|residuals| standard_error_of_mean(residuals, lag))
            .map(|error| error * pairs.len() as f64 / base);
        ratio.is_finite().then_some((1.0 - ratio, error))
    }
}
