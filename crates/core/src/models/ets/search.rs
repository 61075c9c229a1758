//! The search for the maximum of a likelihood.
//!
//! Each point of a coarse grid of smoothing parameters gets its initial states (least squares; weighted and iterated
//! twice where errors or seasons are multiplicative), the best few of them go down some way, and the best of those all
//! the way.

use super::descent::{Candidate, Descent};
use super::likelihood::{MOST, Normal, Place, free};
use super::recursion::Form;
use super::start::{self, FEW, Smoothing};

/// The grid is compared on so many values at most.
const COMPARED: usize = 400;

/// When a descent ends: the gain of a step, and steps.
const END: (f64, usize) = (1e-11, 400);

/// How hard to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// For an automatic choice: the deviance to 1e-4.
    Quick,
    /// For numbers to be published.
    Full,
}

/// The best place of a form on complete values, from a grid and from the places found for its relatives; a quick search
/// ends early where it cannot come below `worst`.
pub(super) fn search(
    form: Form,
    y: &[f64],
    effort: Effort,
    relatives: &[Place],
    worst: f64,
    normal: &mut Normal,
) -> Option<Candidate> {
    let free = free(form);
    let mut candidates = from_grid(form, y, effort, normal);
    let mut descent = Descent::new(form, y, normal);
    for candidate in &mut candidates {
        *candidate = descent.candidate(candidate.at);
    }
    candidates.extend(relatives.iter().map(|at| descent.candidate(*at)));
    candidates.retain(|candidate| candidate.deviance.is_finite());
    candidates.sort_by(|a, b| a.deviance.total_cmp(&b.deviance));
    let (starts, some_way, all_the_way) = match effort {
        Effort::Quick => (3, (0.02, 8), (1e-5, 80)),
        Effort::Full => (8, (1e-3, 40), END),
    };
    candidates.truncate(starts);
    for candidate in &mut candidates {
        *candidate = descent.down(*candidate, &free, some_way);
    }
    candidates.sort_by(|a, b| a.deviance.total_cmp(&b.deviance));
    if effort == Effort::Quick {
        let first = *candidates.first()?;
        if first.deviance > worst {
            return Some(first);
        }
        return Some(descent.down(first, &free, all_the_way));
    }
    let ends = candidates.iter().take(3).map(|candidate| descent.down(*candidate, &free, all_the_way));
    ends.min_by(|a, b| a.deviance.total_cmp(&b.deviance))
}

/// The end of a descent in all coordinates.
pub(super) fn polish(form: Form, y: &[f64], at: Place, normal: &mut Normal) -> Candidate {
    let mut descent = Descent::new(form, y, normal);
    let from = descent.candidate(at);
    descent.down(from, &free(form), END)
}

/// The points of the grid with their initial states.
fn from_grid(form: Form, y: &[f64], effort: Effort, normal: &mut Normal) -> Vec<Candidate> {
    let all = free(form);
    let states_alone: [bool; MOST] = std::array::from_fn(|i| i > 3 && all[i]);
    let rounds = if form.class.is_relative() { 2 } else { 1 };
    let states = start::states(form, y);
    let mut descent = Descent::new(form, &y[..y.len().min(COMPARED)], normal);
    let mut concentrated = |smoothing: &Smoothing| {
        let at = descent.candidate(start::with(*smoothing, &states));
        descent.down(at, &states_alone, (1e-3, rounds))
    };
    match effort {
        Effort::Quick => FEW.iter().map(&mut concentrated).collect(),
        Effort::Full => start::many(form).iter().map(&mut concentrated).collect(),
    }
}
