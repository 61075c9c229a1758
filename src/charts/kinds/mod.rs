//! The kinds of chart, one per file. To add one: write the file, and add its line to [`KINDS`].

mod comparison;
mod fan;
mod fan_labels;
mod fan_shape;
mod growth;
mod multiples;
mod odds;
mod reliability;
mod replay;
mod sources;
mod sources_labels;
mod sources_traces;

use super::ChartKind;
use crate::data::nearest;

pub use comparison::{ComparisonChart, ComparisonRow};
pub use fan::{FanChart, GoalLine};
pub use fan_shape::{Band, Fan};
pub use growth::{Curve, GrowthChart};
pub use multiples::MultiplesChart;
pub use odds::{Deadline, OddsChart, OddsCurve};
pub use reliability::{ReliabilityBin, ReliabilityChart, ReliabilityCurve};
pub use replay::{ReplayChart, ReplayCurve, ReplayNote};
pub use sources::{PooledPoint, SourceLine, SourcePoint, SourcesChart};

/// All kinds of chart, in the order of lists.
///
/// ```
/// let names: Vec<&str> = onpace::charts::KINDS.iter().map(|kind| kind.name()).collect();
/// assert!(names.contains(&"fan") && names.contains(&"multiples"));
/// ```
pub const KINDS: &[&dyn ChartKind] = &[
    &fan::Kind,
    &multiples::Kind,
    &growth::Kind,
    &odds::Kind,
    &replay::Kind,
    &sources::Kind,
    &comparison::Kind,
    &reliability::Kind,
];

/// The name of a kind that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no chart kind `{name}`{}; the kinds are {}", did_you_mean(.name), names())]
pub struct UnknownKind {
    /// The name as written.
    pub name: String,
}

/// The kind with a name or one of its aliases.
///
/// ```
/// assert_eq!(onpace::charts::kind("goal")?.name(), "odds");
/// let error = onpace::charts::kind("growht").unwrap_err().to_string();
/// assert!(error.starts_with("there is no chart kind `growht`, did you mean `growth`?"));
/// # Ok::<(), onpace::charts::UnknownKind>(())
/// ```
///
/// # Errors
/// A name that no kind has.
pub fn kind(name: &str) -> Result<&'static dyn ChartKind, UnknownKind> {
    let named = KINDS.iter().find(|kind| kind.name() == name || kind.aliases().contains(&name));
    named.copied().ok_or_else(|| UnknownKind { name: name.to_owned() })
}

fn names() -> String {
    KINDS.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}

fn did_you_mean(name: &str) -> String {
    let nearest = nearest(name, KINDS.iter().map(|kind| kind.name()));
    nearest.map_or_else(String::new, |near| format!(", did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::{Material, NoChart};

    #[test]
    fn every_name_is_of_one_kind() {
        let mut names: Vec<&str> =
            KINDS.iter().flat_map(|kind| kind.aliases().iter().copied().chain([kind.name()])).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_kind_without_what_it_needs_says_so() {
        for kind in KINDS {
            assert_eq!(kind.draw(&Material::default()), Err(NoChart::Lacks(kind.needs())), "{}", kind.name());
            assert!(!kind.about().ends_with('.'), "{}", kind.name());
        }
    }
}
