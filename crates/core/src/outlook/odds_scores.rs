//! How good the odds of growth goals are: asked on documented ramps whose future is known.

use std::collections::BTreeSet;
use std::fmt;

use rayon::prelude::*;

use crate::evaluate::probability::{BlockBootstrap, Decomposition, Verified, bin_of};
use crate::forecast::{Condition, Draws, Forecast, Reading};
use crate::models::{Model, drift, drift_in_logs};
use crate::registry::Registry;
use crate::series::Series;

use super::View;

/// What is asked of each history: whether its last value is multiplied by so much in so many years.
const MULTIPLES: [f64; 3] = [1.5, 2.0, 3.0];
const YEARS: [usize; 3] = [1, 3, 5];
/// Edges of the six bins of odds, close together where most odds lie.
const EDGES: [f64; 5] = [0.01, 0.05, 0.1, 0.25, 0.5];
const RESAMPLES: usize = 2000;

/// A way to give odds that is scored.
///
/// ```
/// use onpace::outlook::{Forecaster, View};
/// assert_eq!(Forecaster::LogDrift.to_string(), "drift:log");
/// assert_eq!(Forecaster::ALL[5], Forecaster::View(View::Combined));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Forecaster {
    /// How often the question came true for other technologies.
    BaseRate,
    /// A random walk with drift.
    Drift,
    /// A random walk with drift in logarithms.
    LogDrift,
    /// A view of a study.
    View(View),
}

impl Forecaster {
    /// All forecasters, in the order of tables.
    pub const ALL: [Self; 6] = [
        Self::BaseRate,
        Self::Drift,
        Self::LogDrift,
        Self::View(View::Inside),
        Self::View(View::Outside),
        Self::View(View::Combined),
    ];
}

impl fmt::Display for Forecaster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BaseRate => "base rate",
            Self::Drift => "drift",
            Self::LogDrift => "drift:log",
            Self::View(view) => view.word(),
        })
    }
}

/// The places of these in [`Forecaster::ALL`].
const BASE: usize = 0;
const INSIDE: usize = 3;
const OUTSIDE: usize = 4;
const COMBINED: usize = 5;

/// A history that ends at an origin by which it had at least doubled, and the years that followed.
#[derive(Debug, Clone, PartialEq)]
pub struct RampTask {
    /// The history; its name is `PLACE | TECHNOLOGY @ ORIGIN`.
    pub known: Series,
    /// The values of the next five years.
    pub came: Vec<f64>,
    /// The place.
    pub place: String,
    /// The technology.
    pub technology: String,
}

/// A question asked of every history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    /// The multiple of the last value.
    pub multiple: f64,
    /// Years ahead.
    pub years: usize,
    /// The years that count: any up to then, or that year alone.
    pub reading: Reading,
}

impl Question {
    /// Whether the values of the years after a history that ended at `last` answer the question with yes.
    fn came_true(
        self,
        last: f64,
        values: impl IntoIterator<Item = f64, IntoIter: DoubleEndedIterator + ExactSizeIterator>,
    ) -> bool {
        Condition::AtLeast.reached(self.reading, self.multiple * last, values.into_iter().take(self.years))
    }
}

/// How good the odds of one forecaster were on one question.
#[derive(Debug, Clone, PartialEq)]
pub struct OddsScore {
    /// The question.
    pub question: Question,
    /// Who gave the odds.
    pub forecaster: Forecaster,
    /// Histories asked.
    pub tasks: usize,
    /// How many of them did it.
    pub events: usize,
    /// The mean Brier score.
    pub brier: f64,
    /// The part of the base rate's Brier score that is saved, and the ends of its central 90 % interval over technologies.
    pub skill: (f64, f64, f64),
    /// Brier score less that of the combined view, with standard errors over technologies and over countries.
    pub less_combined: (f64, f64, f64),
    /// The mean logarithmic score, nats.
    pub log_score: f64,
    /// Murphy's parts.
    pub parts: Decomposition,
}

/// All answers to all questions.
#[derive(Debug, Clone)]
pub struct OddsScores {
    /// One score per question and forecaster.
    pub scores: Vec<OddsScore>,
    /// One reliability curve per forecaster over all questions: its bins, each with the 90 % interval of its frequency over
    /// technologies.
    pub reliability: Vec<(Forecaster, Vec<ReliableBin>)>,
    /// The mean Brier score of each forecaster over all questions.
    pub brier: Vec<(Forecaster, f64)>,
}

impl OddsScores {
    /// The mean Brier score of a forecaster over all questions; NaN where it gave no odds on some history.
    pub fn brier_of(&self, forecaster: Forecaster) -> f64 {
        self.brier.iter().find(|(other, _)| *other == forecaster).map_or(f64::NAN, |(_, brier)| *brier)
    }
}

/// A bin of a reliability curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliableBin {
    /// Mean odds.
    pub odds: f64,
    /// How often it came.
    pub frequency: f64,
    /// The central 90 % interval of that, technologies drawn whole.
    pub interval: (f64, f64),
    /// How many odds.
    pub count: usize,
}

/// Asks every forecaster every question on every task. The inside and outside views know nothing later than the task's
/// origin, and the outside view leaves out the ramps of its place and its technology.
/// Of each history the `last` values alone are used, where a number is given: short series are where the views differ most.
pub fn score_odds(registry: &Registry, mut tasks: Vec<RampTask>, draws: &Draws, last: Option<usize>) -> OddsScores {
    if let Some(last) = last {
        tasks.iter_mut().for_each(|task| task.known = task.known.last(last));
    }
    let questions: Vec<Question> = [Reading::At, Reading::By]
        .into_iter()
        .flat_map(|reading| {
            MULTIPLES.iter().flat_map(move |multiple| {
                YEARS.iter().filter(move |years| reading == Reading::At || **years > 1).map(move |years| Question {
                    multiple: *multiple,
                    years: *years,
                    reading,
                })
            })
        })
        .collect();
    // (task, question, forecaster); the base rate is filled in below.
    let said: Vec<Vec<[f64; 6]>> = tasks.par_iter().map(|task| answers(registry, task, &questions, draws)).collect();
    let class = registry.outside().class();
    let technology = numbered(tasks.iter().map(|task| class.canonical(&task.technology)));
    let place = numbered(tasks.iter().map(|task| class.canonical(&task.place)));
    let by_technology = BlockBootstrap::new(&technology, RESAMPLES, draws.seed());
    let by_place = BlockBootstrap::new(&place, RESAMPLES, draws.seed());
    let mut all: Vec<Vec<Vec<Verified>>> = vec![Vec::new(); Forecaster::ALL.len()];
    let mut scores = Vec::new();
    for (number, question) in questions.iter().enumerate() {
        let came: Vec<bool> = tasks.iter().map(|task| came(task, *question)).collect();
        let verified: Vec<Vec<Verified>> = (0..Forecaster::ALL.len())
            .map(|place| {
                let odds = |task: usize| match place {
                    BASE => base_rate(&came, &technology, technology[task]),
                    place => said[task][number][place],
                };
                (0..tasks.len()).map(|task| Verified { odds: odds(task), came: came[task] }).collect()
            })
            .collect();
        for (place, forecaster) in Forecaster::ALL.into_iter().enumerate() {
            let briers = |place: usize| verified[place].iter().map(|v| v.brier()).collect::<Vec<_>>();
            let (own, base, combined) = (briers(place), briers(BASE), briers(COMBINED));
            let sum = |weight: &dyn Fn(usize) -> f64, of: &[f64]| {
                of.iter().enumerate().map(|(i, b)| weight(i) * b).sum::<f64>()
            };
            let skill = |weight: &dyn Fn(usize) -> f64| 1.0 - sum(weight, &own) / sum(weight, &base);
            let difference = |weight: &dyn Fn(usize) -> f64| {
                (sum(weight, &own) - sum(weight, &combined)) / (0..tasks.len()).map(weight).sum::<f64>()
            };
            let interval = by_technology.interval(0.9, skill);
            scores.push(OddsScore {
                question: *question,
                forecaster,
                tasks: tasks.len(),
                events: came.iter().filter(|came| **came).count(),
                brier: own.iter().sum::<f64>() / tasks.len() as f64,
                skill: (skill(&|_| 1.0), interval.0, interval.1),
                less_combined: (
                    difference(&|_| 1.0),
                    by_technology.standard_error(difference),
                    by_place.standard_error(difference),
                ),
                log_score: verified[place].iter().map(|v| v.log_score()).sum::<f64>() / tasks.len() as f64,
                parts: Decomposition::of(&verified[place], &EDGES),
            });
        }
        all.iter_mut().zip(verified).for_each(|(all, verified)| all.push(verified));
    }
    let mean = |answers: &Vec<Vec<Verified>>| {
        let sum: f64 = answers.iter().flatten().map(|v| v.brier()).sum();
        sum / answers.iter().map(Vec::len).sum::<usize>() as f64
    };
    OddsScores {
        scores,
        reliability: Forecaster::ALL
            .into_iter()
            .zip(&all)
            .map(|(forecaster, answers)| (forecaster, reliability(answers, &technology, draws.seed())))
            .collect(),
        brier: Forecaster::ALL.into_iter().zip(&all).map(|(forecaster, answers)| (forecaster, mean(answers))).collect(),
    }
}

/// The odds of each question on one history, by forecaster.
fn answers(registry: &Registry, task: &RampTask, questions: &[Question], draws: &Draws) -> Vec<[f64; 6]> {
    let horizon = YEARS[YEARS.len() - 1];
    let forecast = |model: &dyn Model| model.fit(&task.known).ok().map(|fitted| fitted.forecast(horizon, draws));
    let forecasts = [
        None,
        forecast(&drift()),
        forecast(&drift_in_logs()),
        forecast(&registry.inside()),
        forecast(registry.outside()),
    ];
    let last = task.known.last_value();
    let odds = |forecast: &Forecast, question: &Question| {
        forecast.odds(|path| question.came_true(last, path.iter().copied())).probability()
    };
    let answer = |question: &Question| {
        let mut said = [f64::NAN; 6];
        for (said, forecast) in said.iter_mut().zip(&forecasts) {
            *said = forecast.as_ref().map_or(f64::NAN, |forecast| odds(forecast, question));
        }
        // Both views have the same number of paths: the odds of their mixture are the mean.
        said[COMBINED] = match (said[INSIDE].is_nan(), said[OUTSIDE].is_nan()) {
            (false, false) => 0.5 * (said[INSIDE] + said[OUTSIDE]),
            (true, false) => said[OUTSIDE],
            _ => said[INSIDE],
        };
        said
    };
    questions.iter().map(answer).collect()
}

/// Whether it came.
fn came(task: &RampTask, question: Question) -> bool {
    question.came_true(task.known.last_value(), task.came.iter().copied())
}

/// How often it came in the other technologies.
fn base_rate(came: &[bool], technology: &[usize], own: usize) -> f64 {
    let others = || came.iter().zip(technology).filter(|(_, other)| **other != own);
    (others().filter(|(came, _)| **came).count() as f64 + 0.5) / (others().count() as f64 + 1.0)
}

/// Names as numbers, equal for equal names.
fn numbered<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Vec<usize> {
    let all: Vec<&str> = names.clone().collect::<BTreeSet<_>>().into_iter().collect();
    names.map(|name| all.binary_search(&name).unwrap_or(0)).collect()
}

fn reliability(answers: &[Vec<Verified>], technology: &[usize], seed: u64) -> Vec<ReliableBin> {
    let flat: Vec<Verified> = answers.iter().flatten().copied().collect();
    let blocks: Vec<usize> = answers.iter().flat_map(|_| technology.iter().copied()).collect();
    let bootstrap = BlockBootstrap::new(&blocks, RESAMPLES / 4, seed);
    let bins = Decomposition::of(&flat, &EDGES).bins.into_iter();
    bins.map(|bin| {
        let inside: Vec<usize> =
            (0..flat.len()).filter(|i| bin_of(flat[*i].odds, &EDGES) == bin_of(bin.odds, &EDGES)).collect();
        let rate = |weight: &dyn Fn(usize) -> f64| {
            let total: f64 = inside.iter().map(|i| weight(*i)).sum();
            inside.iter().filter(|i| flat[**i].came).map(|i| weight(*i)).sum::<f64>() / total
        };
        ReliableBin {
            odds: bin.odds,
            frequency: bin.frequency,
            interval: bootstrap.interval(0.9, rate),
            count: bin.count,
        }
    })
    .collect()
}
