//! The ways to make forecasts coherent.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A name that is no method.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a method of reconciliation; allowed: bottom-up, structural, minimum-trace")]
pub struct MethodError(String);

/// How forecasts that do not add up are made to.
///
/// ```
/// use onpace::hierarchy::Method;
/// let method: Method = "minimum-trace".parse()?;
/// assert_eq!((method, method.to_string()), (Method::MinimumTrace, "minimum-trace".to_owned()));
/// assert!("top-down".parse::<Method>().is_err());
/// # Ok::<(), onpace::hierarchy::MethodError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// The bottom forecasts are kept and added; those of totals are not used.
    BottomUp,
    /// All forecasts are weighed, the error variance of each taken to be in proportion to the number of bottoms it adds
    /// (Athanasopoulos, Hyndman, Kourentzes and Petropoulos 2017). It needs no residuals: right for short histories.
    Structural,
    /// All forecasts are weighed by the shrunk covariance of their residuals (Wickramasuriya, Athanasopoulos and
    /// Hyndman 2019). It needs residuals; with fewer than about 20 of each series [`Method::Structural`] is steadier.
    MinimumTrace,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 3] = [Self::BottomUp, Self::Structural, Self::MinimumTrace];

    /// The name that users read and type.
    pub fn name(self) -> &'static str {
        match self {
            Self::BottomUp => "bottom-up",
            Self::Structural => "structural",
            Self::MinimumTrace => "minimum-trace",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Method {
    type Err = MethodError;

    fn from_str(text: &str) -> Result<Self, MethodError> {
        let named = Self::ALL.into_iter().find(|method| method.name() == text);
        named.ok_or_else(|| MethodError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_others_refused() {
        for method in Method::ALL {
            assert_eq!(method.to_string().parse(), Ok(method));
        }
        let error = "mint".parse::<Method>().unwrap_err().to_string();
        for method in Method::ALL {
            assert!(error.contains(&method.to_string()), "{error}");
        }
    }
}
