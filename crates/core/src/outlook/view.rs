//! The names of the views of a series.

use std::fmt;

/// A way to see the future of a series. Each has one name everywhere: in tables, charts, texts and columns.
///
/// ```
/// use onpace::outlook::View;
/// assert_eq!(View::ALL.map(|view| view.to_string()), ["inside", "outside", "combined"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// The models that are fitted to the series itself.
    Inside,
    /// The futures of comparable reference ramps.
    Outside,
    /// The weighted mixture of both, or the one that gives odds.
    Combined,
}

impl View {
    /// All views, in the order of tables.
    pub const ALL: [Self; 3] = [Self::Inside, Self::Outside, Self::Combined];

    /// The name of the view in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
            Self::Combined => "combined",
        }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
