//! `auto`: the pool of the models that apply, a model like any other.

use std::sync::Arc;

use ndarray::{Array1, ArrayView1};

use crate::forecast::{Draws, Forecast};
use crate::models::contract::Refusal;
use crate::models::{FitError, Fitted, Model, Needs, Parameter};
use crate::series::Series;

const NAME: &str = "auto";

/// The equal linear opinion pool (Stone 1961) of the members that apply to a series: their paths, mixed.
///
/// Where none applies, a stand-in speaks, and the remarks say so.
///
/// ```
/// use std::sync::Arc;
/// use onpace::auto::Auto;
/// use onpace::models::{Model, drift, naive};
/// use onpace::series::{Period, Series};
/// let auto = Auto::new(vec![Arc::new(naive()), Arc::new(drift())]);
/// let short = Series::new("a", Period::year(2023)?, vec![1.0, 2.0, 4.0])?;
/// assert!(auto.fit(&short)?.remarks()[0].contains("drift needs 4 observations, has 3"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Auto {
    members: Vec<Arc<dyn Model>>,
    stand_in: Option<Arc<dyn Model>>,
}

impl Auto {
    /// A pool of members.
    pub fn new(members: Vec<Arc<dyn Model>>) -> Self {
        Self { members, stand_in: None }
    }

    /// The same pool with a model that speaks where none of the members applies.
    #[must_use]
    pub fn with_stand_in(self, stand_in: Arc<dyn Model>) -> Self {
        Self { stand_in: Some(stand_in), ..self }
    }
}

impl Model for Auto {
    fn name(&self) -> &str {
        NAME
    }

    fn needs(&self) -> Needs {
        let fewest = |model: &Arc<dyn Model>| model.needs().observations;
        Needs::observations(self.members.iter().chain(&self.stand_in).map(fewest).min().unwrap_or(1))
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        let (mut members, mut refused) = (Vec::new(), Vec::new());
        for model in &self.members {
            match model.fit(series) {
                Ok(fitted) => members.push((model.name().to_owned(), fitted)),
                Err(error) => refused.push(error.to_string()),
            }
        }
        let left_out = refused.join("; ");
        let mut remarks = Vec::new();
        if members.is_empty() {
            let no_members = || FitError { model: NAME.to_owned(), reason: Refusal::NoMembers(left_out.clone()) };
            let stand_in = self.stand_in.as_ref().ok_or_else(no_members)?;
            let fitted = stand_in.fit(series).map_err(|error| FitError {
                model: NAME.to_owned(),
                reason: Refusal::NoMembers(format!("{left_out}; {error}")),
            })?;
            remarks.push(format!("auto: {} is used, since {left_out}", stand_in.name()));
            members.push((stand_in.name().to_owned(), fitted));
        } else {
            let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
            let without = if refused.is_empty() { String::new() } else { format!("; left out: {left_out}") };
            remarks.push(format!("auto: equal pool of {}{without}", names.join(", ")));
        }
        remarks.extend(members.iter().flat_map(|(_, fitted)| fitted.remarks()));
        let count = members.len() as f64;
        let mut mean = Array1::zeros(series.len());
        members.iter().for_each(|(_, fitted)| mean.scaled_add(1.0 / count, &fitted.fitted_values()));
        Ok(Box::new(Pool { members: members.into_iter().map(|(_, fitted)| fitted).collect(), mean, remarks }))
    }
}

#[derive(Debug)]
struct Pool {
    members: Vec<Box<dyn Fitted>>,
    mean: Array1<f64>,
    remarks: Vec<String>,
}

impl Fitted for Pool {
    fn fitted_values(&self) -> ArrayView1<'_, f64> {
        self.mean.view()
    }

    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let count = self.members.len();
        let members = self.members.iter().enumerate();
        let forecasts: Vec<_> =
            members.map(|(index, member)| member.forecast(horizon, &draws.share(index, count))).collect();
        // A pool has members, all asked for one horizon: there is always a mixture.
        Forecast::mix(&forecasts).unwrap_or_else(|| Forecast::from_paths(ndarray::Array2::zeros((0, horizon))))
    }

    fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }
}
