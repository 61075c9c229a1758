//! Columns of numbers that are known for the periods of a series and for some periods after them.

use ndarray::{ArcArray2, Array2, ArrayView2, Axis, Slice};

use super::regular::step_from;
use super::{CovariateError, Period};

/// Named columns of known numbers, one row per period: open days, planned prices, a measured temperature.
///
/// Rows after the end of a series are its future, known in advance. A cut series keeps them, so that a forecast from an
/// earlier origin knows the covariates that follow it. Closed days are a covariate, too: count the open days per period.
///
/// ```
/// use onpace::series::{Covariates, Period};
/// let start = Period::month(2025, 1)?;
/// let covariates = Covariates::new(start, vec![
///     ("open days".to_owned(), vec![22.0, 20.0, 21.0]),
///     ("price".to_owned(), vec![9.5, 9.5, 10.0]),
/// ])?;
/// assert_eq!(covariates.names(), ["open days", "price"]);
/// assert_eq!(covariates.rows()[[2, 1]], 10.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Covariates {
    start: Period,
    names: Vec<String>,
    /// Shared by all cuts of a series.
    rows: ArcArray2<f64>,
}

impl Covariates {
    /// Covariates from their first period and named columns, each with one value per period.
    ///
    /// # Errors
    /// Columns of different lengths, a value that is not finite, or a name given twice.
    pub fn new(start: Period, columns: Vec<(String, Vec<f64>)>) -> Result<Self, CovariateError> {
        let needs = columns.first().map_or(0, |(_, values)| values.len());
        let (names, columns): (Vec<String>, Vec<Vec<f64>>) = columns.into_iter().unzip();
        for (number, (name, values)) in names.iter().zip(&columns).enumerate() {
            let name = name.clone();
            if names[..number].contains(&name) {
                return Err(CovariateError::Duplicate { name });
            }
            if values.len() != needs {
                return Err(CovariateError::Length { name, needs, has: values.len() });
            }
            if let Some(row) = values.iter().position(|value| !value.is_finite()) {
                let period = step_from(start, row).to_string();
                return Err(CovariateError::NotFinite { name, period, value: values[row] });
            }
        }
        let rows = Array2::from_shape_fn((needs, names.len()), |(row, column)| columns[column][row]);
        Ok(Self { start, names, rows: rows.into_shared() })
    }

    /// No covariates.
    pub(super) fn none(start: Period) -> Self {
        Self { start, names: Vec::new(), rows: ArcArray2::zeros((0, 0)) }
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The values, `(periods, covariates)`. Those of [`Series::covariates`](super::Series::covariates) begin at the
    /// first period of the series and go on after its last.
    pub fn rows(&self) -> ArrayView2<'_, f64> {
        self.rows.view()
    }

    /// The number of periods with a row.
    pub fn len(&self) -> usize {
        self.rows.nrows()
    }

    /// Whether there are no covariates.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The last period with a row; `None` where there is none.
    pub fn last_period(&self) -> Option<Period> {
        self.len().checked_sub(1).map(|steps| step_from(self.start, steps))
    }

    /// The same covariates without the rows before a period.
    pub(super) fn from(&self, start: Period) -> Self {
        let skip = usize::try_from(self.start.steps_to(start)).unwrap_or(0).min(self.len());
        let mut rows = self.rows.clone();
        rows.slice_axis_inplace(Axis(0), Slice::from(skip..));
        Self { start, names: self.names.clone(), rows }
    }

    /// Checks that there is a row for each period of a series.
    pub(super) fn check_cover(&self, first: Period, last: Period) -> Result<(), CovariateError> {
        let (needs, has) = (first.frequency(), self.start.frequency());
        if needs != has {
            return Err(CovariateError::Frequency { needs, has });
        }
        match self.last_period() {
            _ if self.is_empty() => Ok(()),
            Some(end) if self.start.steps_to(first) >= 0 && last.steps_to(end) >= 0 => Ok(()),
            end => Err(CovariateError::NotCovered {
                has: end.map_or("no period".to_owned(), |end| format!("{} to {end}", self.start)),
                first: first.to_string(),
                last: last.to_string(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Series;

    fn year(year: i64) -> Period {
        Period::year(year).unwrap()
    }

    fn columns(names: &[&str], values: &[f64]) -> Vec<(String, Vec<f64>)> {
        names.iter().map(|name| ((*name).to_owned(), values.to_vec())).collect()
    }

    #[test]
    fn wrong_columns_are_named() {
        let error = |columns| Covariates::new(year(2020), columns).unwrap_err().to_string();
        assert_eq!(error(columns(&["a", "a"], &[1.0])), "covariate `a` is given twice; expected one column per name");
        let uneven = vec![("a".to_owned(), vec![1.0, 2.0]), ("b".to_owned(), vec![1.0])];
        assert_eq!(error(uneven), "covariate `b` has 1 values; expected 2, as in the first covariate");
        let error = error(columns(&["a"], &[1.0, f64::INFINITY]));
        assert_eq!(error, "covariate `a` has the value inf at 2021: a finite number is expected");
    }

    #[test]
    fn covariates_must_cover_the_series() {
        let series = Series::new("s", year(2020), vec![1.0, 2.0, 3.0]).unwrap();
        let attach = |start, count: usize| {
            let covariates = Covariates::new(start, columns(&["a"], &vec![1.0; count])).unwrap();
            series.clone().with_covariates(covariates)
        };
        assert_eq!(attach(year(2019), 5).unwrap().known_ahead(), 1);
        let error = attach(year(2020), 2).unwrap_err().to_string();
        assert_eq!(
            error,
            "the covariates have rows for 2020 to 2021; expected a row for each period from 2020 to 2022"
        );
        assert!(matches!(attach(year(2021), 5), Err(CovariateError::NotCovered { .. })));
        let quarter = Period::quarter(2020, 1).unwrap();
        assert!(matches!(attach(quarter, 12), Err(CovariateError::Frequency { .. })));
    }
}
