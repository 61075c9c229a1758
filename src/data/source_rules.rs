//! Rules that include, exclude or weight sources.

use std::str::FromStr;

use thiserror::Error;

/// Sources to include, exclude or give less weight, by the name of an origin or of a source.
///
/// ```
/// use onpace::data::SourceRules;
/// let rules: SourceRules = "-IDC, SemiAnalysis=0.5".parse()?;
/// assert_eq!(rules.weight("IDC", "idc2025"), None);
/// assert_eq!(rules.weight("SemiAnalysis", "semi_2025"), Some(0.5));
/// assert_eq!(rules.weight("Bernstein", "bern"), Some(1.0));
/// let only: SourceRules = "IDC".parse()?;
/// assert_eq!(only.weight("Bernstein", "bern"), None);
/// # Ok::<(), onpace::data::SourceRuleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourceRules {
    rules: Vec<(String, Rule)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Rule {
    Only,
    Without,
    Weight(f64),
}

/// An invalid rule for a source.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{text}` is not a rule for a source; expected IDC (only this source), -IDC (without it) or IDC=0.5 (a weight above 0 and at most 1)"
)]
pub struct SourceRuleError {
    text: String,
}

impl FromStr for SourceRules {
    type Err = SourceRuleError;

    fn from_str(text: &str) -> Result<Self, SourceRuleError> {
        let parse_rule = |part: &str| {
            let part = part.trim();
            let invalid = || SourceRuleError { text: part.to_owned() };
            let (name, rule) = match (part.strip_prefix('-'), part.rsplit_once('=')) {
                (Some(name), _) => (name, Rule::Without),
                (None, Some((name, weight))) => {
                    let weight = weight.trim().parse::<f64>().ok().filter(|w| *w > 0.0 && *w <= 1.0);
                    (name, Rule::Weight(weight.ok_or_else(invalid)?))
                }
                (None, None) => (part, Rule::Only),
            };
            let name = name.trim();
            if name.is_empty() { Err(invalid()) } else { Ok((name.to_owned(), rule)) }
        };
        let rules = text.split(',').filter(|part| !part.trim().is_empty()).map(parse_rule).collect::<Result<_, _>>()?;
        Ok(Self { rules })
    }
}

impl SourceRules {
    /// The same rules, and one more origin that is excluded.
    #[must_use]
    pub fn without(mut self, origin: &str) -> Self {
        self.rules.push((origin.to_owned(), Rule::Without));
        self
    }

    /// The same rules, but only for one origin. Exclusions and weights stay.
    #[must_use]
    pub fn only(mut self, origin: &str) -> Self {
        self.rules.retain(|(_, rule)| *rule != Rule::Only);
        self.rules.push((origin.to_owned(), Rule::Only));
        self
    }

    /// The names in the rules.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|(name, _)| name.as_str())
    }

    /// The weight of a source of an origin; `None` if the source is excluded.
    pub fn weight(&self, origin: &str, source: &str) -> Option<f64> {
        let mut weight = 1.0;
        let mut only = None;
        for (name, rule) in &self.rules {
            let named = name.eq_ignore_ascii_case(origin) || name == source;
            match rule {
                Rule::Only => only = Some(only.unwrap_or(false) || named),
                Rule::Without if named => return None,
                Rule::Weight(factor) if named => weight = *factor,
                _ => {}
            }
        }
        only.unwrap_or(true).then_some(weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_invalid_ones_refused() {
        for invalid in ["IDC=0", "IDC=2", "=1", "-", "IDC=x"] {
            assert!(invalid.parse::<SourceRules>().is_err(), "{invalid}");
        }
        let rules: SourceRules = "IDC, Bernstein, -idc2024".parse().unwrap();
        assert_eq!(rules.weight("IDC", "idc2024"), None);
        assert_eq!(rules.weight("Bernstein", "b"), Some(1.0));
        assert_eq!(rules.weight("Nikkei", "n"), None);
        assert_eq!("".parse::<SourceRules>().unwrap(), SourceRules::default());
    }
}
