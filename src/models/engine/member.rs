//! A model as the engine knows it: links and a grid of spaces, with the prior weight of each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::models::Link;

use super::posterior::{Grid, Posterior};
use super::{Design, Space};

/// Designs of longer series are not kept: they are large, and few series share such a length.
const LONGEST_KEPT: usize = 1000;

/// One point of the grid over θ.
#[derive(Debug, Clone)]
pub struct Cell {
    /// F, k, w and what is free there.
    pub space: Space,
    /// The prior: its density there times the cell's width, so that a finer grid is the same prior.
    pub prior: f64,
    /// Smoothing α or autocorrelation ρ, for the reader.
    pub parameter: f64,
}

/// One point of the grid over the link's own parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ceiling {
    /// The link with that ceiling.
    pub link: Link,
    /// Its prior weight.
    pub prior: f64,
}

/// A grid of spaces with the designs that all series of one length share.
///
/// ```
/// use onpace::models::engine::{Ceiling, Cell, Member, Space};
/// use onpace::models::Link;
/// let walk = Member::new(vec![Cell { space: Space::level(1.0), prior: 1.0, parameter: 1.0 }]);
/// let links = [Ceiling { link: Link::Identity, prior: 1.0 }];
/// let posterior = walk.posterior(&[5.0, 6.0, 4.0, 5.5], &links).ok_or("too short")?;
/// let (location, scale, degrees) = posterior.student_t(0, 1);
/// assert_eq!((location, degrees), (5.5, 3));
/// assert!((scale - (7.25_f64 / 3.0 * 2.0).sqrt()).abs() < 1e-12); // √(S/ν · (1 + 1)) at the second column of the two
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug)]
pub struct Member {
    cells: Arc<Vec<Cell>>,
    designs: Mutex<HashMap<usize, Arc<Vec<Option<Design>>>>>,
}

impl Member {
    /// A member from its grid.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells: Arc::new(cells), designs: Mutex::default() }
    }

    /// The posterior over links and cells given values `(n,)`; `None` where no cell can be told (too few values, or
    /// values outside every link's range).
    pub fn posterior(&self, values: &[f64], links: &[Ceiling]) -> Option<Posterior> {
        let grid = Grid { cells: Arc::clone(&self.cells), designs: self.designs(values.len()) };
        Posterior::new(grid, values, links)
    }

    fn designs(&self, n: usize) -> Arc<Vec<Option<Design>>> {
        let make = || Arc::new(self.cells.iter().map(|cell| Design::new(&cell.space, n)).collect());
        if n > LONGEST_KEPT {
            return make();
        }
        let mut kept = self.designs.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept.entry(n).or_insert_with(make))
    }
}
