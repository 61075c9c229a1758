//! The orders of an ARIMA model.

use std::fmt;

/// The orders (p, d, q)(P, D, Q) of φ(B) Φ(B^m) (1 - B)^d (1 - B^m)^D y_t = θ(B) Θ(B^m) e_t, m the season length of
/// the series (Box and Jenkins 1970).
///
/// ```
/// use onpace::models::Orders;
/// assert_eq!(Orders::seasonal((0, 1, 1), (0, 1, 1)).to_string(), "(0,1,1)(0,1,1)");
/// assert_eq!(Orders::new(2, 0, 1).to_string(), "(2,0,1)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Orders {
    /// The number p of autoregressive terms.
    pub autoregressive: usize,
    /// The number d of differences.
    pub differences: usize,
    /// The number q of moving average terms.
    pub moving_average: usize,
    /// The number P of seasonal autoregressive terms.
    pub seasonal_autoregressive: usize,
    /// The number D of seasonal differences.
    pub seasonal_differences: usize,
    /// The number Q of seasonal moving average terms.
    pub seasonal_moving_average: usize,
}

/// The largest number of coefficients.
const MOST_COEFFICIENTS: usize = 10;

/// Orders as digits: `211` for (2,1,1), `011-011` with a season.
impl std::str::FromStr for Orders {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let part = |part: &str| match part.chars().map(|c| c.to_digit(10)).collect::<Option<Vec<_>>>().as_deref() {
            Some([p, d, q]) => Ok((*p as usize, *d as usize, *q as usize)),
            _ => Err(format!("`{text}` are no orders: write 211 for (2,1,1), or 011-011 with a season")),
        };
        let (own, seasonal) = text.split_once('-').unwrap_or((text, "000"));
        let orders = Self::seasonal(part(own)?, part(seasonal)?);
        if orders.coefficients() > MOST_COEFFICIENTS || orders.all_differences() > 3 {
            return Err(format!("`{text}` is too much: at most {MOST_COEFFICIENTS} coefficients and 3 differences"));
        }
        Ok(orders)
    }
}

impl Orders {
    /// Orders (p, d, q) without a season.
    pub const fn new(p: usize, d: usize, q: usize) -> Self {
        Self::seasonal((p, d, q), (0, 0, 0))
    }

    /// Orders (p, d, q)(P, D, Q) with a season.
    pub const fn seasonal((p, d, q): (usize, usize, usize), (sp, sd, sq): (usize, usize, usize)) -> Self {
        Self {
            autoregressive: p,
            differences: d,
            moving_average: q,
            seasonal_autoregressive: sp,
            seasonal_differences: sd,
            seasonal_moving_average: sq,
        }
    }

    /// The orders as digits: 211, or 011-011 with a season.
    pub(super) fn digits(&self) -> String {
        let own = format!("{}{}{}", self.autoregressive, self.differences, self.moving_average);
        let seasonal = [self.seasonal_autoregressive, self.seasonal_differences, self.seasonal_moving_average]
            .map(|n| n.to_string());
        if self.is_seasonal() || self.seasonal_differences > 0 { format!("{own}-{}", seasonal.concat()) } else { own }
    }

    /// Whether any seasonal order is above zero.
    pub const fn is_seasonal(&self) -> bool {
        self.seasonal_autoregressive + self.seasonal_differences + self.seasonal_moving_average > 0
    }

    /// The number of coefficients, p + q + P + Q.
    pub(super) const fn coefficients(&self) -> usize {
        self.autoregressive + self.moving_average + self.seasonal_autoregressive + self.seasonal_moving_average
    }

    /// The number of differences, d + D.
    pub(super) const fn all_differences(&self) -> usize {
        self.differences + self.seasonal_differences
    }

    /// The number of values lost by differencing, d + D m.
    pub(super) const fn lost(&self, season: usize) -> usize {
        self.differences + self.seasonal_differences * season
    }

    /// The four blocks of coefficients in their order: φ, θ, Φ, Θ.
    pub(super) const fn blocks(&self) -> [usize; 4] {
        [self.autoregressive, self.moving_average, self.seasonal_autoregressive, self.seasonal_moving_average]
    }

    /// The largest lag on either side.
    pub(super) fn reach(&self, season: usize) -> usize {
        (self.autoregressive + season * self.seasonal_autoregressive)
            .max(self.moving_average + season * self.seasonal_moving_average)
    }
}

impl fmt::Display for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({},{},{})", self.autoregressive, self.differences, self.moving_average)?;
        if self.is_seasonal() {
            let [p, d, q] = [self.seasonal_autoregressive, self.seasonal_differences, self.seasonal_moving_average];
            write!(f, "({p},{d},{q})")?;
        }
        Ok(())
    }
}
