//! The ordered list of all models, read by the command line, the study, the tests and the docs.

use std::sync::{Arc, OnceLock};

use thiserror::Error;

use crate::auto::Auto;
use crate::data;
use crate::models::{self, Model, Reference, ReferenceClass, SeasonalNaive};

/// What a model is, for the reader; its place in the list is its place everywhere.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Kind of model: "baseline", "growth", "outside view", "pool".
    pub family: &'static str,
    /// Its equation.
    pub formula: &'static str,
    /// Whether `auto` pools it.
    pub pooled: bool,
    /// The model.
    pub model: Arc<dyn Model>,
}

/// A name that no model has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no model `{name}`; allowed: {allowed}, all")]
pub struct UnknownModel {
    name: String,
    allowed: String,
}

/// All models.
///
/// ```
/// use onpace::registry::Registry;
/// let registry = Registry::bundled();
/// assert_eq!(registry.select("naive, drift")?.len(), 2);
/// assert!(registry.select("thetta").is_err());
/// # Ok::<(), onpace::registry::UnknownModel>(())
/// ```
#[derive(Debug, Clone)]
pub struct Registry {
    entries: Vec<Entry>,
    inside: Auto,
    reference: Arc<dyn Model>,
}

impl Registry {
    /// The models, with the bundled ramps as reference class (read when the first series needs them).
    pub fn bundled() -> Self {
        static CLASS: OnceLock<Arc<ReferenceClass>> = OnceLock::new();
        Self::new(Reference::new(|| Arc::clone(CLASS.get_or_init(|| Arc::new(ReferenceClass::new(data::ramps()))))))
    }

    /// The models, with a reference class of one's own.
    pub fn new(reference: Reference) -> Self {
        let entry = |family, formula, pooled, model: Arc<dyn Model>| Entry { family, formula, pooled, model };
        let reference: Arc<dyn Model> = Arc::new(reference);
        let mut entries = vec![
            entry("baseline", "y[t] = y[t-1] + e[t]", true, Arc::new(models::naive())),
            entry("baseline", "y[t] = y[t-m] + e[t]", true, Arc::new(SeasonalNaive)),
            entry("baseline", "y[t] = y[t-1] + c + e[t]", true, Arc::new(models::drift())),
            entry("growth", "y[t] = a + b t + u[t]", true, Arc::new(models::linear())),
            entry("growth", "ln y[t] = a + b t + u[t]", true, Arc::new(models::exponential())),
            entry("growth", "ln y[t] = a + b t + c t² + u[t]", true, Arc::new(models::log_parabola())),
            entry("growth", "ln(y[t] / (K - y[t])) = a + b t + u[t]", true, Arc::new(models::logistic())),
            entry("growth", "-ln ln(K / y[t]) = a + b t + u[t]", true, Arc::new(models::gompertz())),
            entry("outside view", "futures of comparable documented ramps", false, Arc::clone(&reference)),
        ];
        let pooled = entries.iter().filter(|e| e.pooled).map(|e| Arc::clone(&e.model)).collect();
        let inside = Auto::new(pooled);
        let auto = inside.clone().with_stand_in(Arc::clone(&reference));
        entries.push(entry("pool", "equal mixture of the models that apply", false, Arc::new(auto)));
        Self { entries, inside, reference }
    }

    /// The pool of the models that are fitted to the series itself, without a stand-in: the inside view.
    pub fn inside(&self) -> Auto {
        self.inside.clone()
    }

    /// The reference class: the outside view.
    pub fn outside(&self) -> Arc<dyn Model> {
        Arc::clone(&self.reference)
    }

    /// The entries, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The model of a name.
    ///
    /// # Errors
    /// A name that no model has; the message lists those that exist.
    pub fn model(&self, name: &str) -> Result<Arc<dyn Model>, UnknownModel> {
        let found = self.entries.iter().find(|entry| entry.model.name() == name);
        found.map(|entry| Arc::clone(&entry.model)).ok_or_else(|| {
            let names: Vec<_> = self.entries.iter().map(|entry| entry.model.name()).collect();
            UnknownModel { name: name.to_owned(), allowed: names.join(", ") }
        })
    }

    /// Models by names with commas between them, or `all`.
    ///
    /// # Errors
    /// A name that no model has.
    pub fn select(&self, names: &str) -> Result<Vec<Arc<dyn Model>>, UnknownModel> {
        if names.trim() == "all" {
            return Ok(self.entries.iter().map(|entry| Arc::clone(&entry.model)).collect());
        }
        names.split(',').map(|name| self.model(name.trim())).collect()
    }
}
