//! The embedded font: its two weights, how wide its characters are, and which characters it has.

use std::sync::OnceLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use unicode_width::UnicodeWidthChar;

use super::ChartError;

/// The family name of the embedded fonts.
pub(super) const FAMILY: &str = "Onpace Sans";
/// The families in which a viewer finds characters that the embedded font does not have.
pub(super) const FALLBACK: &str = "'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', \
     'Hiragino Sans', 'Yu Gothic', 'Malgun Gothic', 'Noto Sans Arabic', 'Segoe UI', sans-serif";
/// The regular weight, a TrueType file.
pub(super) const REGULAR: &[u8] = include_bytes!("fonts/OnpaceSans-Regular.ttf");
/// The weight 600, a TrueType file.
pub(super) const SEMI_BOLD: &[u8] = include_bytes!("fonts/OnpaceSans-SemiBold.ttf");

/// The weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

impl Weight {
    /// The embedded font of this weight, read once per process.
    fn font(self) -> Option<&'static FontRef<'static>> {
        static FONTS: OnceLock<[Option<FontRef<'static>>; 2]> = OnceLock::new();
        let [regular, semi_bold] = FONTS.get_or_init(|| [REGULAR, SEMI_BOLD].map(|bytes| FontRef::new(bytes).ok()));
        match self {
            Weight::Regular => regular.as_ref(),
            Weight::SemiBold => semi_bold.as_ref(),
        }
    }
}

/// Whether the embedded fonts can be read.
pub(super) fn check() -> Result<(), ChartError> {
    match [Weight::Regular, Weight::SemiBold].into_iter().all(|weight| weight.font().is_some()) {
        true => Ok(()),
        false => Err(ChartError::Font(FAMILY.to_string())),
    }
}

/// Whether the embedded font has this character.
pub(super) fn has(character: char) -> bool {
    Weight::Regular.font().is_some_and(|font| font.charmap().map(character).is_some())
}

/// The width of a text of this size (px per em), in px; measured in whole thousandths of an em.
pub(super) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let Some(font) = weight.font() else {
        return 0.65 * size * text.chars().count() as f64;
    };
    let (characters, glyphs) = (font.charmap(), font.glyph_metrics(Size::new(1000.0), LocationRef::default()));
    let advance = |character: char| {
        let glyph = characters.map(character).and_then(|glyph| glyphs.advance_width(glyph));
        // A character from another font: those of East Asia are as wide as high, a combining mark takes no room.
        glyph.map_or_else(|| 500.0 * character.width().unwrap_or(0) as f64, f64::from)
    };
    text.chars().map(advance).sum::<f64>().floor() * size / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_east_asia_are_square() {
        assert_eq!(width("华为", 10.0, Weight::Regular), 20.0);
        assert_eq!(width("بي", 10.0, Weight::Regular), 10.0);
        assert_eq!(width("a\u{20e3}", 10.0, Weight::Regular), width("a", 10.0, Weight::Regular));
        assert!(has('é') && !has('华'));
    }
}
