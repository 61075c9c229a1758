//! A model in the terms of the engine: links and a grid of state spaces, with their prior weights.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::models::Link;

use super::observed::{Mark, Observed};
use super::recursion::Recursion;
use super::regression::Regressions;
use super::{Posterior, Space};

/// Recursions of longer series are not cached, because they are large and such series are rare.
const LONGEST_KEPT: usize = 1000;
/// The number of cached recursions of series with gaps, and of cached sets of regressions: about one per thread.
const MARKED_KEPT: usize = 8;
/// The shortest length for which a recursion is computed.
const SHORTEST: usize = 64;

/// One point of the grid over θ.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The state space: F, k, w and the free initial states.
    pub space: Space,
    /// The prior probability: its density times the cell's width, so that a finer grid has the same prior.
    pub prior: f64,
    /// The smoothing parameter α or the autocorrelation ρ, for the reader.
    pub parameter: f64,
}

/// One point of the grid over the link's own parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ceiling {
    /// The link with this ceiling.
    pub link: Link,
    /// The prior weight.
    pub prior: f64,
}

/// A grid of state spaces with the same states and the same free states, and the recursion that all series share.
///
/// ```
/// use onpace::models::engine::{Ceiling, Cell, Member, Space};
/// use onpace::models::Link;
/// let walk = Member::new(vec![Cell { space: Space::level(1.0), prior: 1.0, parameter: 1.0 }]);
/// let links = [Ceiling { link: Link::Identity, prior: 1.0 }];
/// let posterior = walk.posterior(&[5.0, 6.0, 4.0, 5.5], &links).ok_or("too short")?;
/// let (location, scale, degrees) = posterior.student_t(0, 1);
/// assert_eq!((location, degrees), (5.5, 3));
/// assert!((scale - (7.25_f64 / 3.0 * 2.0).sqrt()).abs() < 1e-12); // √(S/ν · (1 + 1)) at the second step
/// // Without the third value the walk goes from 6 to 5.5 in two steps, whose variance is two.
/// let gap = walk.posterior(&[5.0, 6.0, f64::NAN, 5.5], &links).ok_or("too short")?;
/// let (location, scale, degrees) = gap.student_t(0, 0);
/// assert_eq!((location, degrees), (5.5, 2));
/// assert!((scale - ((1.0 + 0.25 / 2.0) / 2.0_f64).sqrt()).abs() < 1e-12);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug)]
pub struct Member {
    pub(super) cells: Arc<Vec<Cell>>,
    pub(super) half_slope: bool,
    kept: Mutex<Option<Arc<Recursion>>>,
    /// The latest recursions of series with marks; the scales and earlier origins of one series share them.
    marked: Mutex<VecDeque<Arc<Recursion>>>,
    /// The latest sets of regressions; `None` unless the grid points are fitted by least squares.
    regressions: Option<Mutex<VecDeque<Arc<Regressions>>>>,
}

/// The cached item that serves, or else a new one, which replaces the oldest if the cache is full.
fn find_or_make<T>(kept: &Mutex<VecDeque<Arc<T>>>, serves: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> Arc<T> {
    let lock = || kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(item) = lock().iter().find(|item| serves(item)) {
        return Arc::clone(item);
    }
    let item = Arc::new(make());
    let mut kept = lock();
    kept.push_back(Arc::clone(&item));
    if kept.len() > MARKED_KEPT {
        kept.pop_front();
    }
    item
}

impl Member {
    /// A member from its grid.
    pub fn new(cells: Vec<Cell>) -> Self {
        let cells = Arc::new(cells);
        Self { cells, half_slope: false, kept: Mutex::default(), marked: Mutex::default(), regressions: None }
    }

    /// The same member with a posterior from least squares by linfa-linear at each grid point. It is for grids of
    /// [`Space::line`] or of [`Space::parabola`] with a season that never changes.
    #[must_use]
    pub fn by_least_squares(self) -> Self {
        Self { regressions: Some(Mutex::default()), ..self }
    }

    /// The same member on values less half their least-squares slope, which is added back: the Theta method, as the
    /// form of Hyndman and Billah (2003).
    #[must_use]
    pub fn with_half_slope(self) -> Self {
        Self { half_slope: true, ..self }
    }

    /// The posterior over links and cells given values `(n,)`; `None` where no cell is identified (too few values, or
    /// values outside every link's range).
    pub fn posterior<'a>(&self, observed: impl Into<Observed<'a>>, links: &[Ceiling]) -> Option<Posterior> {
        Posterior::new(self, observed.into(), links)
    }

    /// Whether the member supports level shifts; half a slope would treat them as growth.
    pub(crate) fn takes_shifts(&self) -> bool {
        !self.half_slope
    }

    /// The number of coefficients to be identified: the free states, and the slope where there is one.
    pub(super) fn columns(&self) -> usize {
        self.cells.first().map_or(1, |cell| cell.space.directions().len()) + usize::from(self.half_slope)
    }

    /// The recursion for series of `n` values. A recursion computed for longer series has the same numbers for the
    /// shorter ones. A recursion with marks serves only series with the same marks.
    pub(super) fn recursion(&self, n: usize, marks: Vec<Mark>) -> Arc<Recursion> {
        if n > LONGEST_KEPT {
            return Arc::new(Recursion::new(&self.cells, n, marks));
        }
        if !marks.is_empty() {
            let make = || Recursion::new(&self.cells, n, marks.clone());
            return find_or_make(&self.marked, |recursion| recursion.serves(&marks), make);
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some(recursion) if recursion.length >= n => Arc::clone(recursion),
            _ => {
                let length = n.next_power_of_two().clamp(SHORTEST, LONGEST_KEPT);
                Arc::clone(kept.insert(Arc::new(Recursion::new(&self.cells, length, Vec::new()))))
            }
        }
    }

    /// The regressions for series of `n` values, where the grid points are fitted by least squares.
    pub(super) fn regressions(&self, n: usize, marks: &[Mark]) -> Option<Arc<Regressions>> {
        let kept = self.regressions.as_ref()?;
        let make = || Regressions::new(&self.cells, n, marks.to_vec());
        if n > LONGEST_KEPT {
            return Some(Arc::new(make()));
        }
        Some(find_or_make(kept, |regressions| regressions.serves(n, marks), make))
    }
}
