//! Reference ramps: yearly values of one technology in one place.

/// One documented history of growth, from its start to its end; falls to zero are part of it.
///
/// ```
/// use onpace::series::Ramp;
/// let ramp = Ramp::new("Chile | solar electricity", "Chile", "solar electricity", false, vec![(2013, 0.01), (2014, 0.5)]);
/// assert_eq!(ramp.values(), [0.01, 0.5]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ramp {
    id: String,
    entity: String,
    technology: String,
    share: bool,
    years: Vec<i64>,
    values: Vec<f64>,
}

impl Ramp {
    /// A ramp from its labels and its (year, value) pairs, in any order; `share` is whether the values are per cent.
    pub fn new(
        id: impl Into<String>,
        entity: impl Into<String>,
        technology: impl Into<String>,
        share: bool,
        mut values: Vec<(i64, f64)>,
    ) -> Self {
        values.sort_by_key(|(year, _)| *year);
        let (years, values) = values.into_iter().unzip();
        Self { id: id.into(), entity: entity.into(), technology: technology.into(), share, years, values }
    }

    /// The name of the ramp: "Chile | solar electricity".
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The country or region.
    pub fn entity(&self) -> &str {
        &self.entity
    }

    /// The technology.
    pub fn technology(&self) -> &str {
        &self.technology
    }

    /// Whether values are per cent of a whole.
    pub fn is_share(&self) -> bool {
        self.share
    }

    /// The years, ascending; years may be missing.
    pub fn years(&self) -> &[i64] {
        &self.years
    }

    /// The values, one per year, in the unit of the source.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}
