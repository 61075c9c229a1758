//! The ordered list of all models, read by the command line, the study, the tests and the docs.

use std::sync::{Arc, OnceLock};

use thiserror::Error;

use crate::auto::Pool;
use crate::data;
use crate::models::{self, Model, On, Reference, ReferenceClass, SeasonalNaive};

/// What a model is, for the reader; its place in the list is its place everywhere.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Kind of model: "baseline", "smoothing", "growth", "outside view", "pool".
    pub family: &'static str,
    /// Its equation.
    pub formula: &'static str,
    /// The model.
    pub model: Arc<dyn Model>,
    /// What it gives to `auto`: itself, its scales each for itself, or nothing.
    pub pooled: Vec<Arc<dyn Model>>,
}

impl Entry {
    fn new(family: &'static str, formula: &'static str, model: impl Model + 'static) -> Self {
        Self { family, formula, model: Arc::new(model), pooled: Vec::new() }
    }

    fn pooled(self) -> Self {
        Self { pooled: vec![Arc::clone(&self.model)], ..self }
    }

    /// A model that is the equal pool of itself in levels, square roots and logarithms.
    fn on_each<M: Model + 'static>(name: &'static str, formula: &'static str, on: impl Fn(On) -> M) -> Self {
        let scales = [On::Identity, On::SquareRoot, On::Log];
        let scales: Vec<Arc<dyn Model>> = scales.map(|scale| Arc::new(on(scale)) as Arc<dyn Model>).into();
        let model = Arc::new(Pool::equal(name, scales.clone()));
        Self { family: "smoothing", formula, model, pooled: scales }
    }
}

/// A name that no model has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no model `{name}`; allowed: {allowed}, all, and scales such as theta:log")]
pub struct UnknownModel {
    name: String,
    allowed: String,
}

/// All models.
///
/// ```
/// use onpace::registry::Registry;
/// let registry = Registry::bundled();
/// assert_eq!(registry.select("naive, theta:log")?[1].name(), "theta:log");
/// assert!(registry.select("thetta").is_err());
/// # Ok::<(), onpace::registry::UnknownModel>(())
/// ```
#[derive(Debug, Clone)]
pub struct Registry {
    entries: Vec<Entry>,
    inside: Pool,
    reference: Reference,
}

/// The ramps that are part of the program.
fn bundled_class() -> ReferenceClass {
    let (ramps, aliases) = (data::ramps(), data::ramp_aliases());
    ReferenceClass::new(ramps).with_aliases(aliases)
}

impl Registry {
    /// The models, with the bundled ramps as reference class (read when the first series needs them).
    pub fn bundled() -> Self {
        static CLASS: OnceLock<Arc<ReferenceClass>> = OnceLock::new();
        Self::new(Reference::new(|| Arc::clone(CLASS.get_or_init(|| Arc::new(bundled_class())))))
    }

    /// The models with the bundled ramps less those of some places or technologies.
    pub fn without(names: &[String]) -> Self {
        if names.is_empty() {
            return Self::bundled();
        }
        let class = Arc::new(bundled_class().without(names.iter().cloned()));
        Self::new(Reference::new(move || Arc::clone(&class)))
    }

    /// The models, with a reference class of one's own.
    pub fn new(outside_view: Reference) -> Self {
        let reference: Arc<dyn Model> = Arc::new(outside_view.clone());
        let outside = "the futures of comparable documented ramps";
        let mut entries = vec![
            Entry::new("baseline", "y[t] = y[t-1] + e[t]", models::naive()),
            Entry::new("baseline", "y[t] = y[t-m] + e[t]", SeasonalNaive).pooled(),
            Entry::new("baseline", "y[t] = y[t-1] + c + e[t]", models::drift()).pooled(),
            Entry::on_each("level", "simple exponential smoothing", models::level),
            Entry::on_each("level-drift", "simple exponential smoothing with drift", models::level_drift),
            Entry::on_each("trend", "level and slope (Holt)", models::trend),
            Entry::on_each("damped", "level and damped slope", models::damped),
            Entry::on_each("theta", "level and half the least-squares slope", models::theta),
            Entry::on_each("season-level", "z[t] = l[t-1] + s[t-m] + e[t], z = y, √y or ln y", models::season_level),
            Entry::on_each("season-trend", "z[t] = l[t-1] + b[t-1] + s[t-m] + e[t]", models::season_trend),
            Entry::on_each("season-damped", "z[t] = l[t-1] + φ b[t-1] + s[t-m] + e[t]", models::season_damped),
            Entry::new("growth", "y[t] = a + b t + u[t]", models::linear()).pooled(),
            Entry::new("growth", "ln y[t] = a + b t + u[t]", models::exponential()).pooled(),
            Entry::new("growth", "ln y[t] = a + b t + c t² + u[t]", models::log_parabola()),
            Entry::new("growth", "ln(y[t] / (K - y[t])) = a + b t + u[t]", models::logistic()),
            Entry::new("growth", "-ln ln(K / y[t]) = a + b t + u[t]", models::gompertz()),
            Entry { family: "outside view", formula: outside, model: Arc::clone(&reference), pooled: Vec::new() },
        ];
        let members = entries.iter().flat_map(|entry| entry.pooled.iter().map(Arc::clone)).collect();
        // On three values only the last one speaks, on two only other series.
        let inside = Pool::scored("auto", members).with_stand_in(Arc::new(models::naive()));
        let auto = inside.clone().with_stand_in(Arc::clone(&reference));
        entries.push(Entry::new("pool", "mixture of the models that apply, by their past loss", auto));
        Self { entries, inside, reference: outside_view }
    }

    /// The pool of the models that are fitted to the series itself: the inside view.
    pub fn inside(&self) -> Pool {
        self.inside.clone()
    }

    /// The reference class: the outside view.
    pub fn outside(&self) -> &Reference {
        &self.reference
    }

    /// The entries, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The model of a name: `theta`, or `theta:log` for one of its scales.
    ///
    /// # Errors
    /// A name that no model has; the message lists those that exist.
    pub fn model(&self, name: &str) -> Result<Arc<dyn Model>, UnknownModel> {
        let mut all = self.entries.iter().flat_map(|entry| std::iter::once(&entry.model).chain(&entry.pooled));
        all.find(|model| model.name() == name).map(Arc::clone).ok_or_else(|| {
            let names: Vec<_> = self.entries.iter().map(|entry| entry.model.name()).collect();
            UnknownModel { name: name.to_owned(), allowed: names.join(", ") }
        })
    }

    /// Models by names with commas between them, each once, or `all`.
    ///
    /// # Errors
    /// A name that no model has.
    pub fn select(&self, names: &str) -> Result<Vec<Arc<dyn Model>>, UnknownModel> {
        if names.trim() == "all" {
            return Ok(self.entries.iter().map(|entry| Arc::clone(&entry.model)).collect());
        }
        let mut models: Vec<Arc<dyn Model>> = Vec::new();
        for name in names.split(',') {
            let model = self.model(name.trim())?;
            if models.iter().all(|other| other.name() != model.name()) {
                models.push(model);
            }
        }
        Ok(models)
    }
}
