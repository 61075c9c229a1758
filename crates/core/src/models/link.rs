//! Links: the scale on which a model is linear.

/// A monotone map g from the series' scale to the model's, with its inverse.
///
/// | link | z = g(y) | range of y |
/// |---|---|---|
/// | identity | y | all |
/// | square root | √y | y ≥ 0 |
/// | log | ln y | y > 0 |
/// | logit | ln((y - lower) / (upper - y)) | lower < y < upper |
/// | Gompertz | -ln ln(ceiling / y) | 0 < y < ceiling |
/// | Richards | -ln(((ceiling / y)^ν - 1) / ν) | 0 < y < ceiling |
///
/// ```
/// use onpace::models::Link;
/// let link = Link::Gompertz { ceiling: 450.0 };
/// assert!((link.inverse(link.forward(123.0)) - 123.0).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Link {
    /// The series itself.
    Identity,
    /// The square root, halfway between the series and its logarithm (Box and Cox 1964).
    SquareRoot,
    /// The natural logarithm.
    Log,
    /// The log odds of the position between two bounds; Verhulst's logistic curve is a line on this scale.
    Logit {
        /// The lower bound, in units of the series.
        lower: f64,
        /// The upper bound or ceiling, in units of the series.
        upper: f64,
    },
    /// The double logarithm; the Gompertz curve is a line on this scale.
    Gompertz {
        /// The ceiling, in units of the series.
        ceiling: f64,
    },
    /// The scale on which the curve of Richards (1959) is a line: logistic at ν = 1, near Gompertz for small ν.
    Richards {
        /// The ceiling, in units of the series.
        ceiling: f64,
        /// ν, above zero: growth is fastest at the ceiling times (1 + ν)^(-1/ν).
        shape: f64,
    },
}

impl Link {
    /// z = g(y).
    pub fn forward(self, y: f64) -> f64 {
        match self {
            Self::Identity => y,
            Self::Log => y.ln(),
            Self::SquareRoot => y.sqrt(),
            Self::Logit { lower, upper } => ((y - lower) / (upper - y)).ln(),
            Self::Gompertz { ceiling } => -(ceiling / y).ln().ln(),
            Self::Richards { ceiling, shape } => -((shape * (ceiling / y).ln()).exp_m1() / shape).ln(),
        }
    }

    /// y = g⁻¹(z), inside the link's range for every z.
    pub fn inverse(self, z: f64) -> f64 {
        match self {
            Self::Identity => z,
            Self::Log => z.exp(),
            Self::SquareRoot => z.max(0.0).powi(2),
            // Two cases by sign, so that no exponential overflows.
            Self::Logit { lower, upper } if z >= 0.0 => upper - (upper - lower) * ((-z).exp() / (1.0 + (-z).exp())),
            Self::Logit { lower, upper } => lower + (upper - lower) * (z.exp() / (1.0 + z.exp())),
            Self::Gompertz { ceiling } => ceiling * (-(-z).exp()).exp(),
            Self::Richards { ceiling, shape } => ceiling * (-(shape * (-z).exp()).ln_1p() / shape).exp(),
        }
    }

    /// ln |g'(y)|, the Jacobian that makes densities on different links comparable.
    pub fn log_derivative(self, y: f64) -> f64 {
        match self {
            Self::Identity => 0.0,
            Self::Log => -y.ln(),
            Self::SquareRoot => -0.5 * y.ln() - std::f64::consts::LN_2,
            Self::Logit { lower, upper } => (upper - lower).ln() - (y - lower).ln() - (upper - y).ln(),
            Self::Gompertz { ceiling } => -y.ln() - (ceiling / y).ln().ln(),
            // ln(ν w / (y (w - 1))) with w = (ceiling / y)^ν.
            Self::Richards { ceiling, shape } => {
                let power = shape * (ceiling / y).ln();
                shape.ln() - y.ln() - (-(-power).exp_m1()).ln()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden: an independent evaluation in Python at y = 123, ceiling 450 (`tests/golden/growth_posterior.json`,
    /// link_logit, link_gompertz, link_log, link_richards_nu0.5).
    #[test]
    fn links_equal_their_reference_values() {
        let cases = [
            (Link::SquareRoot, 11.090_536_506_409_418, 0.045_083_481_733_371_616),
            (Link::Log, 4.812_184_355_372_417, 0.008_130_081_300_813_009),
            (Link::Logit { lower: 0.0, upper: 450.0 }, -0.977_775_815_524_835_8, 0.011_188_185_276_348_177),
            (Link::Gompertz { ceiling: 450.0 }, -0.260_102_653_099_043_57, 0.006_268_068_610_009_442),
            (Link::Richards { ceiling: 450.0, shape: 0.5 }, -0.601_832_162_567_055_4, 0.008_518_756_459_565_548),
            // The logistic is the Richards curve of shape 1.
            (Link::Richards { ceiling: 450.0, shape: 1.0 }, -0.977_775_815_524_835_8, 0.011_188_185_276_348_177),
        ];
        for (link, z, slope) in cases {
            assert!((link.forward(123.0) - z).abs() < 1e-12, "{link:?}");
            assert!((link.log_derivative(123.0) - f64::ln(slope)).abs() < 1e-12, "{link:?}");
            assert!((link.inverse(z) - 123.0).abs() < 1e-10, "{link:?}");
        }
    }

    #[test]
    fn inverses_stay_inside_their_range() {
        for z in [-1e300, -800.0, -1.0, 0.0, 1.0, 800.0, 1e300] {
            let share = Link::Logit { lower: 0.0, upper: 100.0 }.inverse(z);
            assert!((0.0..=100.0).contains(&share), "{z} {share}");
            let size = Link::Gompertz { ceiling: 7.0 }.inverse(z);
            assert!((0.0..=7.0).contains(&size), "{z} {size}");
            let size = Link::Richards { ceiling: 7.0, shape: 0.25 }.inverse(z);
            assert!((0.0..=7.0).contains(&size), "{z} {size}");
        }
    }
}
