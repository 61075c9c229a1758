//! Minimises sums of squares by damped Gauss-Newton steps (Levenberg 1944; Marquardt 1963).

/// The damping of the first step of a descent.
const FIRST_DAMPING: f64 = 1e-3;
/// The factor on the damping after a step that lowered the cost.
const RELIEF: f64 = 0.1;
/// The largest damping; shorter steps would lower nothing.
const MOST_DAMPING: f64 = 1e8;
/// The number of steps tried from one place, each shorter than the one before.
const TRIES: usize = 8;

/// A cost, such as n ln S of a sum of squares S, that damped steps can lower.
pub(crate) trait DampedSteps {
    /// A point in the parameter space.
    type Place;

    /// Prepares steps from the place that was accepted last.
    fn linearise(&mut self, place: &Self::Place);

    /// The place after a step from `place`, along (J'J + damping · diag J'J)⁻¹ J'r, J the derivatives of the residuals
    /// r; `None` where there is none.
    fn step(&self, place: &Self::Place, damping: f64) -> Option<Self::Place>;

    /// The cost at a place; `None` where it is not defined.
    fn cost(&mut self, place: &Self::Place) -> Option<f64>;

    /// Keeps the results of the last call of `cost`, because its place is the best so far.
    fn accept(&mut self) {}
}

/// How the damping moves, and when a descent ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    /// The factor on the damping after a step that did not lower the cost.
    pub(crate) rise: f64,
    /// Smaller dampings count as this one when they rise.
    pub(crate) rises_from: f64,
    /// The smallest damping.
    pub(crate) least: f64,
    /// A step that lowers the cost by no more than this is the last.
    pub(crate) tolerance: f64,
    /// The largest number of steps.
    pub(crate) steps: usize,
}

/// Descends from a start, whose cost is given and accepted, and returns the last place with its cost.
pub(crate) fn descend<D: DampedSteps>(
    descent: &mut D,
    (mut place, mut cost): (D::Place, f64),
    schedule: Schedule,
) -> (D::Place, f64) {
    let mut damping = FIRST_DAMPING;
    for _ in 0..schedule.steps {
        descent.linearise(&place);
        let mut gain = 0.0;
        for _ in 0..TRIES {
            let next = descent.step(&place, damping);
            let next =
                next.and_then(|next| descent.cost(&next).filter(|lower| *lower < cost).map(|lower| (next, lower)));
            if let Some((next, lower)) = next {
                gain = cost - lower;
                (place, cost) = (next, lower);
                descent.accept();
                damping = (RELIEF * damping).max(schedule.least);
                break;
            }
            damping = (schedule.rise * damping.max(schedule.rises_from)).min(MOST_DAMPING);
        }
        if gain <= schedule.tolerance {
            break;
        }
    }
    (place, cost)
}

#[cfg(test)]
mod tests {
    use super::super::cholesky;
    use super::*;

    /// The valley of Rosenbrock (1960) as the residuals 10 (y - x²) and 1 - x.
    struct Valley {
        normal: [f64; 4],
        gradient: [f64; 2],
        evaluations: usize,
    }

    fn residuals([x, y]: [f64; 2]) -> [f64; 2] {
        [10.0 * (y - x * x), 1.0 - x]
    }

    impl DampedSteps for Valley {
        type Place = [f64; 2];

        fn linearise(&mut self, place: &[f64; 2]) {
            let slopes = [[-20.0 * place[0], -1.0], [10.0, 0.0]];
            let r = residuals(*place);
            let dot = |a: [f64; 2], b: [f64; 2]| a[0] * b[0] + a[1] * b[1];
            self.normal = std::array::from_fn(|k| dot(slopes[k / 2], slopes[k % 2]));
            self.gradient = std::array::from_fn(|i| dot(slopes[i], r));
        }

        fn step(&self, place: &[f64; 2], damping: f64) -> Option<[f64; 2]> {
            let mut factor = self.normal;
            (factor[0], factor[3]) = (factor[0] * (1.0 + damping), factor[3] * (1.0 + damping));
            let mut step = self.gradient;
            cholesky::factor(&mut factor, 2, 0.0);
            cholesky::solve(&factor, &mut step);
            Some([place[0] - step[0], place[1] - step[1]])
        }

        fn cost(&mut self, place: &[f64; 2]) -> Option<f64> {
            self.evaluations += 1;
            Some(residuals(*place).iter().map(|r| r * r).sum())
        }
    }

    #[test]
    fn the_valley_is_followed_to_its_end() {
        let mut valley = Valley { normal: [0.0; 4], gradient: [0.0; 2], evaluations: 0 };
        let schedule = Schedule { rise: 10.0, rises_from: 0.0, least: 1e-10, tolerance: 1e-20, steps: 100 };
        let ([x, y], cost) = descend(&mut valley, ([-1.2, 1.0], 24.2), schedule);
        assert!((x - 1.0).abs() < 1e-9 && (y - 1.0).abs() < 1e-9 && cost < 1e-18, "{x} {y} {cost}");
        assert!(valley.evaluations < 60, "{}", valley.evaluations);
    }
}
