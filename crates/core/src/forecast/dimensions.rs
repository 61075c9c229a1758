//! The numbers of the dimensions of a stream: which column holds the draws of what.

/// Where the draws of one path lie among the dimensions of its stream. Two models with the same layout, series and seed
/// still share no draw, because the name of the model is a part of the key of the stream.
///
/// These numbers decide every sample path: changing one changes all published odds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dimensions {
    /// The first dimension of the coefficients, and how many fit in there.
    coefficients: (usize, usize),
    /// Where coefficients go that do not fit in there: beyond every step.
    more_coefficients: usize,
    first_step: usize,
    per_step: usize,
}

impl Dimensions {
    /// The scale of the errors.
    pub(crate) const SCALE: usize = 0;
    /// Half the slope of the theta models of the engine.
    pub(crate) const HALF_SLOPE: usize = 1;
    /// The error of the missing periods between the last observation and the origin, of regressions with at most
    /// [`Dimensions::BESIDE_A_GAP`] coefficients.
    pub(crate) const GAP: usize = 7;
    /// Coefficients of a posterior whose dimensions leave room for [`Dimensions::GAP`].
    pub(crate) const BESIDE_A_GAP: usize = 5;
    /// Which case of a reference class a path follows.
    pub(crate) const CASE: usize = 0;

    /// Point parameters, and one error per step.
    pub(crate) const POINT: Self =
        Self { coefficients: (0, 0), more_coefficients: 1 << 32, first_step: 1, per_step: 1 };
    /// Point parameters and two draws per step: whether or how often something occurs, then its size.
    pub(crate) const OCCURRENCE_AND_SIZE: Self =
        Self { coefficients: (1, 15), more_coefficients: 1 << 32, first_step: 16, per_step: 2 };
    /// A posterior distribution of states or coefficients, and one error per step.
    pub(crate) const POSTERIOR: Self =
        Self { coefficients: (2, 6), more_coefficients: 1 << 20, first_step: 8, per_step: 1 };
    /// A seasonal component: its change, then its error, per step.
    pub(crate) const SEASONAL_COMPONENT: Self =
        Self { coefficients: (0, 0), more_coefficients: 1 << 32, first_step: 1, per_step: 2 };

    /// The dimension of a coefficient.
    pub(crate) const fn coefficient(self, index: usize) -> usize {
        let (first, room) = self.coefficients;
        if index < room { first + index } else { self.more_coefficients + index }
    }

    /// The dimension of a step's first draw.
    pub(crate) const fn step(self, step: usize) -> usize {
        self.first_step + self.per_step * step
    }

    /// The dimension of a step's second draw, in a layout with two.
    pub(crate) const fn second_of_step(self, step: usize) -> usize {
        self.step(step) + 1
    }

    /// Whether each step has two draws.
    pub(crate) const fn has_two_per_step(self) -> bool {
        self.per_step == 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_draws_share_a_dimension() {
        for (layout, coefficients) in [
            (Dimensions::POINT, 70),
            (Dimensions::OCCURRENCE_AND_SIZE, 10),
            (Dimensions::POSTERIOR, 30),
            (Dimensions::SEASONAL_COMPONENT, 0),
        ] {
            let steps = (0..1000).map(|step| layout.step(step));
            let second = (0..1000).filter(|_| layout.has_two_per_step()).map(|step| layout.second_of_step(step));
            let coefficients = (0..coefficients).map(|index| layout.coefficient(index));
            let mut all: Vec<usize> = steps.chain(second).chain(coefficients).chain([Dimensions::SCALE]).collect();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count, "{layout:?}");
        }
    }

    #[test]
    fn a_gap_has_a_dimension_of_its_own() {
        let layout = Dimensions::POSTERIOR;
        let coefficients = (0..Dimensions::BESIDE_A_GAP).map(|index| layout.coefficient(index));
        let mut others = coefficients.chain((0..1000).map(|step| layout.step(step))).chain([Dimensions::SCALE]);
        assert!(others.all(|dimension| dimension != Dimensions::GAP));
    }
}
