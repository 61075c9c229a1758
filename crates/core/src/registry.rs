//! The ordered list of all models, read by the command line, the study, the tests and the docs.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::auto::Pool;
use crate::models::{
    self, Arima, AutoArima, AutoCes, AutoEts, Ces, CesKind, Croston, Ets, EtsClass, Model, Mstl, On, Orders, Reference,
    ReferenceClass, SeasonalNaive, ThetaMethod,
};

/// A kind of model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// Random walks, the measure of all others.
    Baseline,
    /// Exponential smoothing.
    Smoothing,
    /// Models by maximum likelihood.
    Likelihood,
    /// A season taken out, and a model of the rest.
    Decomposition,
    /// Growth curves, with and without a ceiling.
    Growth,
    /// Other regressions on time.
    Regression,
    /// The diffusion of an innovation.
    Diffusion,
    /// The futures of comparable reference ramps.
    OutsideView,
    /// A weighted mixture of models.
    Pool,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Baseline => "baseline",
            Self::Smoothing => "smoothing",
            Self::Likelihood => "likelihood",
            Self::Decomposition => "decomposition",
            Self::Growth => "growth",
            Self::Regression => "regression",
            Self::Diffusion => "diffusion",
            Self::OutsideView => "outside view",
            Self::Pool => "pool",
        })
    }
}

/// The name of the pool of all models.
const AUTO: &str = "auto";

/// One model with its description; the order of the entries is the order of every table.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The kind of model.
    pub family: Family,
    /// The equation, or a description in words.
    pub formula: &'static str,
    /// The model.
    pub model: Arc<dyn Model>,
    /// The members that it adds to `auto`: the model itself, one member per scale, or none.
    pub pooled: Vec<Arc<dyn Model>>,
    /// Further models under the same name, such as `ces:full`.
    pub variants: Vec<Arc<dyn Model>>,
}

impl Entry {
    fn new(family: Family, formula: &'static str, model: impl Model + 'static) -> Self {
        Self { family, formula, model: Arc::new(model), pooled: Vec::new(), variants: Vec::new() }
    }

    fn pooled(self) -> Self {
        Self { pooled: vec![Arc::clone(&self.model)], ..self }
    }

    fn with_variants<M: Model + 'static>(self, variants: impl IntoIterator<Item = M>) -> Self {
        let variants = variants.into_iter().map(|model| Arc::new(model) as Arc<dyn Model>).collect();
        Self { variants, ..self }
    }

    /// A pool with equal weights of one model on three scales: the values, their square roots and their logarithms.
    fn on_each<M: Model + 'static>(name: &'static str, formula: &'static str, on: impl Fn(On) -> M) -> Self {
        let scales = [On::Identity, On::SquareRoot, On::Log];
        let scales: Vec<Arc<dyn Model>> = scales.map(|scale| Arc::new(on(scale)) as Arc<dyn Model>).into();
        let model = Arc::new(Pool::equal(name, scales.clone()));
        Self { family: Family::Smoothing, formula, model, pooled: scales, variants: Vec::new() }
    }
}

/// The error for a name that no model has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "there is no model `{name}`; allowed: {allowed}, all, and variants such as theta:log, ets:MAM, ces:full, arima:211, arima:011-011, mstl:theta"
)]
pub struct UnknownModel {
    /// The name that was given.
    pub name: String,
    /// The names of all models, separated by commas.
    pub allowed: String,
}

/// The list of all models, with the pools of the inside view and of `auto`.
///
/// ```
/// let registry = onpace::bundled::registry();
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

/// All models, without reference ramps: the outside view does not apply to any series.
impl Default for Registry {
    fn default() -> Self {
        Self::new(Reference::new(|| Arc::new(ReferenceClass::new(Vec::new()))))
    }
}

impl Registry {
    /// A registry whose outside view is the given reference class.
    pub fn new(outside_view: Reference) -> Self {
        let reference: Arc<dyn Model> = Arc::new(outside_view.clone());
        let outside = "what comparable documented ramps did next";
        let adjusted: Arc<dyn Model> = Arc::new(models::drift_adjusted());
        let drift = Entry::new(Family::Baseline, "y[t] = y[t-1] + c + e[t]", models::drift());
        let level_drift = Entry::on_each("level-drift", "simple exponential smoothing with drift", models::level_drift);
        let rest = Arc::clone(&level_drift.model);
        let mut entries = vec![
            Entry::new(Family::Baseline, "y[t] = y[t-1] + e[t]", models::naive()),
            Entry::new(Family::Baseline, "y[t] = y[t-m] + e[t]", SeasonalNaive).pooled(),
            Entry { pooled: vec![adjusted], ..drift },
            Entry::on_each("level", "simple exponential smoothing", models::level),
            level_drift,
            Entry::on_each("trend", "level and slope (Holt)", models::trend),
            Entry::on_each("damped", "level and damped slope", models::damped),
            Entry::on_each("theta", "level and half the least-squares slope", models::theta)
                .with_variants(ThetaMethod::ALL),
            Entry::on_each("season-level", "level and season, both updated at every period", models::season_level),
            Entry::on_each("season-trend", "level, slope and season (Holt and Winters)", models::season_trend),
            Entry::on_each("season-damped", "level, damped slope and season", models::season_damped),
        ];
        let smooth = ["level", "trend", "damped", "season-level", "season-trend", "season-damped"];
        let scales = entries.iter().filter(|entry| smooth.contains(&entry.model.name()));
        let scales = scales.flat_map(|entry| entry.pooled.iter().map(Arc::clone)).collect();
        entries.extend([
            Entry::new(
                Family::Smoothing,
                "pool of the level, trend and season models, weighted by past loss",
                Pool::scored("ets", scales),
            )
            .with_variants(EtsClass::ALL.map(Ets::new)),
            Entry::new(Family::Likelihood, "exponential smoothing; the class is chosen by AICc", AutoEts),
            Entry::new(Family::Likelihood, "complex exponential smoothing; the kind is chosen by AICc", AutoCes)
                .with_variants(CesKind::ALL.map(Ces::new)),
            Entry::new(
                Family::Likelihood,
                "φ(B) Φ(B^m) (1-B)^d (1-B^m)^D y[t] = c + θ(B) Θ(B^m) e[t]; orders by AICc",
                AutoArima,
            ),
            Entry::new(Family::Decomposition, "seasons by loess, the rest by another model", Mstl::new("mstl", rest)),
            Entry::new(Family::Growth, "y[t] = a + b t + u[t]", models::linear()).pooled(),
            Entry::new(Family::Growth, "ln y[t] = a + b t + u[t]", models::exponential()).pooled(),
            Entry::new(Family::Growth, "ln y[t] = a + b t + c t² + u[t]", models::log_parabola()),
            Entry::new(Family::Regression, "ln y[t] = a + b ln t + u[t]", models::power()),
            Entry::new(Family::Growth, "ln(y[t] / (K - y[t])) = a + b t + u[t]", models::logistic()),
            Entry::new(Family::Growth, "-ln ln(K / y[t]) = a + b t + u[t]", models::gompertz()),
            Entry::new(Family::Growth, "-ln(((K / y[t])^ν - 1) / ν) = a + b t + u[t]", models::richards()),
            Entry::new(Family::Diffusion, "y[t] = m (F(t) - F(t-1)) + u[t] (Bass)", models::bass()),
            Entry::new(
                Family::Regression,
                "a line whose slope changes at knots, chosen by an elastic net",
                models::piecewise(),
            ),
            Entry::new(
                Family::Regression,
                "ln E y[t] = a + b t + season, variance φ μ^1.5 (Tweedie)",
                models::tweedie(),
            ),
            Entry::new(
                Family::Smoothing,
                "size z and interval p of the demands, both smoothed; rate z / p",
                Croston::Classic,
            )
            .with_variants([Croston::SyntetosBoylan]),
            Entry {
                family: Family::OutsideView,
                formula: outside,
                model: Arc::clone(&reference),
                pooled: Vec::new(),
                variants: Vec::new(),
            },
        ]);
        let members = entries.iter().flat_map(|entry| entry.pooled.iter().map(Arc::clone)).collect();
        // A series of three values has only the naive forecast, a series of two only the outside view.
        let inside = Pool::scored(AUTO, members).with_stand_in(Arc::new(models::naive()));
        let auto = inside.clone().with_stand_in(Arc::clone(&reference));
        entries.push(Entry::new(Family::Pool, "mixture of the models that apply, weighted by past loss", auto));
        Self { entries, inside, reference: outside_view }
    }

    /// The same models and one more, under its own name; a model of that name in the list is replaced. Pools such as `auto`
    /// keep their members.
    ///
    /// ```
    /// use onpace::models::drift_in_logs;
    /// use onpace::registry::Family;
    /// let registry = onpace::Registry::default().with(Family::Baseline, "ln y[t] = ln y[t-1] + c + e[t]", drift_in_logs());
    /// assert_eq!(registry.select("naive,drift:log")?.len(), 2);
    /// # Ok::<(), onpace::registry::UnknownModel>(())
    /// ```
    #[must_use]
    pub fn with(mut self, family: Family, formula: &'static str, model: impl Model + 'static) -> Self {
        let entry = Entry::new(family, formula, model);
        self.entries.retain(|other| other.model.name() != entry.model.name());
        let pool = self.entries.iter().position(|other| other.model.name() == AUTO);
        self.entries.insert(pool.unwrap_or(self.entries.len()), entry);
        self
    }

    /// The pool of the models that are fitted to the series itself: the inside view.
    pub fn inside(&self) -> Pool {
        self.inside.clone()
    }

    /// The reference class: the outside view.
    pub fn outside(&self) -> &Reference {
        &self.reference
    }

    /// The entries, in the order of every table.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The model with a name: `theta`, or `theta:log` for one of its scales.
    ///
    /// # Errors
    /// No model has this name; the message lists the names that exist.
    pub fn model(&self, name: &str) -> Result<Arc<dyn Model>, UnknownModel> {
        let named = |model: &&Arc<dyn Model>| model.name() == name;
        let whole = self.entries.iter().map(|entry| &entry.model).find(named);
        let part = || self.entries.iter().flat_map(|entry| entry.pooled.iter().chain(&entry.variants)).find(named);
        if let Some(model) = whole.or_else(part) {
            return Ok(Arc::clone(model));
        }
        if let Some(inner) = name.strip_prefix("mstl:") {
            return Ok(Arc::new(Mstl::new(name, self.model(inner)?)));
        }
        let orders = name.strip_prefix("arima:").and_then(|orders| orders.parse().ok());
        let arima = |orders: Orders| {
            let plain = Arima::new(orders);
            let stationary = orders.differences + orders.seasonal_differences == 0;
            Arc::new(if stationary { plain.with_constant() } else { plain }) as Arc<dyn Model>
        };
        orders.map(arima).ok_or_else(|| {
            let names: Vec<_> = self.entries.iter().map(|entry| entry.model.name()).collect();
            UnknownModel { name: name.to_owned(), allowed: names.join(", ") }
        })
    }

    /// The models of a list of names separated by commas, without repetitions, or of `all`.
    ///
    /// # Errors
    /// No model has one of the names.
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
