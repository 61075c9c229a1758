//! The registry of all models with the bundled reference ramps.

use std::sync::{Arc, OnceLock};

use crate::data;
use crate::models::{Reference, ReferenceClass};
use crate::registry::Registry;

/// All models, with the bundled ramps as reference class (read when the first series needs them).
///
/// ```
/// assert_eq!(onpace::bundled::registry().model("theta")?.name(), "theta");
/// # Ok::<(), onpace::registry::UnknownModel>(())
/// ```
pub fn registry() -> Registry {
    static CLASS: OnceLock<Arc<ReferenceClass>> = OnceLock::new();
    Registry::new(Reference::new(|| Arc::clone(CLASS.get_or_init(|| Arc::new(reference_class())))))
}

/// All models, with the bundled ramps of all but some places or technologies as reference class.
///
/// ```
/// let registry = onpace::bundled::registry_without(&["China".to_owned()]);
/// assert!(registry.outside().class().knows("China"));
/// ```
pub fn registry_without(names: &[String]) -> Registry {
    if names.is_empty() {
        return registry();
    }
    let class = Arc::new(reference_class().without(names.iter().cloned()));
    Registry::new(Reference::new(move || Arc::clone(&class)))
}

/// The credit that the licence of the bundled ramps asks for wherever something made from them is shown.
pub(crate) const RAMPS_CREDIT: &str = "reference ramps: Our World in Data (CC BY 4.0)";

/// How charts call a forecast by the outside view alone.
pub(crate) const RAMPS_MODEL: &str = "comparable reference ramps";

fn reference_class() -> ReferenceClass {
    let (ramps, aliases) = (data::ramps(), data::ramp_aliases());
    ReferenceClass::new(ramps).with_aliases(aliases)
}
