//! What a reader should know about a fit: findings as types, so that no decision depends on their words.

use std::fmt;

use super::contract::{FitError, Share};

/// A finding about the fit of one model. The text is one line: the model, then the finding.
///
/// ```
/// use onpace::models::{Finding, Model, logistic};
/// use onpace::series::{Period, Series};
/// let early = Series::new("output", Period::year(2016)?, vec![1.0, 2.1, 3.9, 8.2, 15.8, 32.5, 63.0, 129.0])?;
/// let remark = &logistic().fit(&early)?.remarks()[0];
/// assert!(matches!(remark.finding, Finding::CeilingNotIdentified { .. }));
/// assert!(remark.to_string().starts_with("logistic: the ceiling is not identified: its 90 % interval is "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Remark {
    /// The model, as in the registry.
    pub model: String,
    /// What was found.
    pub finding: Finding,
}

impl Remark {
    /// A remark of a model.
    pub(crate) fn new(model: &str, finding: Finding) -> Self {
        Self { model: model.to_owned(), finding }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.model, self.finding)
    }
}

/// What a reader should know about a fit. As text it is a phrase that follows the name of the model.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Finding {
    /// The members of a pool and their weights.
    Weights {
        /// How the weights were found.
        weighting: Weighting,
        /// The members, with weights that sum to one.
        shares: Vec<Share>,
        /// The members that do not apply, with the reasons.
        left_out: Vec<FitError>,
    },
    /// No member of a pool applies, and another model is used.
    StandIn {
        /// The model that is used.
        model: String,
        /// The models that do not apply, with the reasons.
        left_out: Vec<FitError>,
    },
    /// The forecast is based on documented cases of growth.
    ComparableCases {
        /// How many cases carry the weight (Kish's effective number).
        cases: f64,
        /// The growth per year by which the cases were compared: 0.3 for 30 %.
        growth: f64,
        /// Whether the growth is that of the odds of a share.
        of_odds: bool,
        /// The number of technologies.
        technologies: usize,
        /// The number of places.
        places: usize,
    },
    /// The members of a pool that read the covariates of the series; empty if none does.
    CovariatesReadBy(Vec<String>),
    /// The covariates of the series are regressors, and their future rows end.
    CovariatesUsed {
        /// The names of the covariates.
        names: Vec<String>,
        /// The last period with a row; later steps use its values.
        last: String,
    },
    /// The form of the model, such as the orders of an ARIMA model.
    Form {
        /// The form, in the notation of the model.
        form: String,
        /// Akaike's corrected criterion, where it is finite.
        aicc: Option<f64>,
    },
    /// The first states still have weight at the end of the series, at the best parameters.
    FirstStatesNotForgotten,
    /// Only the last values of a long series are used.
    LastValues {
        /// How many are used.
        used: usize,
        /// How many the series has.
        of: usize,
    },
    /// Periods at the start are skipped, because too many values are missing there.
    PeriodsSkipped {
        /// How many.
        periods: usize,
    },
    /// The parameters minimise the conditional sum of squares: the exact likelihood takes too long for so long a season.
    ConditionalSumOfSquares,
    /// The data do not determine the ceiling of a growth curve.
    CeilingNotIdentified {
        /// Its central 90 % interval, as multiples of the largest value.
        interval: (f64, f64),
    },
    /// The data do not determine the size of a market.
    MarketNotIdentified {
        /// Its central 90 % interval, as multiples of what was sold so far.
        interval: (f64, f64),
    },
}

impl Finding {
    /// Whether the finding says what the whole forecast is based on: the weights of a pool, the model used in its place, or
    /// comparable cases.
    pub fn is_basis(&self) -> bool {
        matches!(self, Self::Weights { .. } | Self::StandIn { .. } | Self::ComparableCases { .. })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weights { weighting, shares, left_out } => {
                weighting.write(shares, f)?;
                if left_out.is_empty() { Ok(()) } else { write!(f, "; left out: {}", in_words(left_out)) }
            }
            Self::StandIn { model, left_out } => write!(f, "{model} is used, since {}", in_words(left_out)),
            Self::ComparableCases { cases, growth, of_odds, technologies, places } => {
                let rounded = format!("{cases:.0}");
                let case_word = if rounded == "1" { "case" } else { "cases" };
                let places_word = if *places == 1 { "place" } else { "places" };
                let technology_word = if *technologies == 1 { "technology" } else { "technologies" };
                write!(
                    f,
                    "based on {rounded} comparable {case_word} ({}) of {technologies} {technology_word} in {places} {places_word}",
                    growth_in_words(*growth, *of_odds)
                )
            }
            Self::CovariatesReadBy(models) if models.is_empty() => f.write_str("no member reads the covariates"),
            Self::CovariatesReadBy(models) => write!(f, "the covariates are read by {}", models.join(", ")),
            Self::CovariatesUsed { names, last } => {
                let names = names.join(", ");
                write!(f, "the covariates {names} are used; steps after {last} use the values of {last}")
            }
            Self::Form { form, aicc: Some(aicc) } => write!(f, "the form is {form}, AICc {aicc:.1}"),
            Self::Form { form, aicc: None } => write!(f, "the form is {form}"),
            Self::FirstStatesNotForgotten => f.write_str("the first states are not forgotten at the best parameters"),
            Self::LastValues { used, of } => write!(f, "the last {used} of {of} values are used"),
            Self::PeriodsSkipped { periods } => {
                write!(f, "the first {periods} periods are skipped, because too many values are missing")
            }
            Self::ConditionalSumOfSquares => {
                f.write_str("the parameters minimise the conditional sum of squares, because the season is long")
            }
            Self::CeilingNotIdentified { interval: (low, high) } => write!(
                f,
                "the ceiling is not identified: its 90 % interval is {low:.1} to {high:.1} times the largest value"
            ),
            Self::MarketNotIdentified { interval: (low, high) } => write!(
                f,
                "the size of the market is not identified: its 90 % interval is {low:.1} to {high:.1} times the sales so far"
            ),
        }
    }
}

/// How the weights of a pool were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Weighting {
    /// The pool has equal weights.
    Equal,
    /// The series is too short to compare the members, so their weights are equal.
    TooShort {
        /// The number of values.
        values: usize,
    },
    /// Members whose forecasts at past origins lost more have less weight.
    PastLosses {
        /// The number of origins.
        origins: usize,
    },
}

impl Weighting {
    fn write(self, shares: &[Share], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = || shares.iter().map(|share| share.member.as_str()).collect::<Vec<_>>().join(", ");
        match self {
            Self::Equal => write!(f, "equal weights for {}", names()),
            Self::TooShort { values } => {
                write!(f, "equal weights for {}, since {values} values are too few to compare them", names())
            }
            Self::PastLosses { origins } => {
                let weight = |share: &Share| format!("{} {:.0} %", share.member, 100.0 * share.weight);
                let weights = shares.iter().map(weight).collect::<Vec<_>>().join(", ");
                write!(f, "weights by the loss at the last {origins} origins: {weights}")
            }
        }
    }
}

/// Growth per year in words, 0.3 for 30 %.
pub(crate) fn growth_in_words(growth: f64, of_odds: bool) -> String {
    let percent = (100.0 * growth).round();
    match (percent < 0.0, of_odds) {
        (false, false) => format!("growing about {:.0} % per year", percent.abs()),
        (true, false) => format!("falling about {:.0} % per year", -percent),
        (false, true) => format!("odds growing about {:.0} % per year", percent.abs()),
        (true, true) => format!("odds falling about {:.0} % per year", -percent),
    }
}

/// Refusals in words, those of one reason together.
pub(crate) fn in_words(refused: &[FitError]) -> String {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for error in refused {
        let reason = error.reason.to_string();
        match reasons.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, models)) => models.push(&error.model),
            None => reasons.push((reason, vec![&error.model])),
        }
    }
    let words = |(reason, models): &(String, Vec<&str>)| match models.as_slice() {
        [only] => format!("{only} {reason}"),
        [first, second] => format!("{first}, {second}: {reason}"),
        [first, rest @ ..] => format!("{first} and {} more: {reason}", rest.len()),
        [] => String::new(),
    };
    reasons.iter().map(words).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_phrase_after_the_name_of_the_model() {
        let cases =
            Finding::ComparableCases { cases: 471.2, growth: 0.301, of_odds: false, technologies: 4, places: 1 };
        assert_eq!(
            Remark::new("reference", cases).to_string(),
            "reference: based on 471 comparable cases (growing about 30 % per year) of 4 technologies in 1 place"
        );
        let ceiling = Finding::CeilingNotIdentified { interval: (1.1, 17.0) };
        assert_eq!(
            ceiling.to_string(),
            "the ceiling is not identified: its 90 % interval is 1.1 to 17.0 times the largest value"
        );
        assert_eq!(growth_in_words(-0.052, true), "odds falling about 5 % per year");
        assert_eq!(growth_in_words(-0.001, false), "growing about 0 % per year");
    }
}
