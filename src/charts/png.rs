//! A chart's SVG rendered to PNG, with the embedded fonts and no others.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::ChartError;
use super::text::{FAMILY, REGULAR, SEMI_BOLD};

/// More pixels than this on a side are a slip of the caller, not a picture.
const LARGEST_SIDE: f32 = 20_000.0;

/// The SVG parsed with the embedded fonts; text that needs another font is left out.
pub(super) fn parse(svg: &str) -> Result<Tree, ChartError> {
    let mut options = Options { font_family: FAMILY.to_string(), ..Options::default() };
    let fonts = options.fontdb_mut();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(SEMI_BOLD.to_vec());
    Tree::from_str(svg, &options).map_err(|e| ChartError::Rendering(e.to_string()))
}

/// Renders an SVG to the bytes of a PNG file.
///
/// `svg` is what a chart's `svg` method returned (960 × 600); `scale` is how many pixels one unit
/// of it takes: 2 gives 1920 × 1200.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, ChartError> {
    let tree = parse(svg)?;
    let width = (tree.size().width() * scale).round();
    let height = (tree.size().height() * scale).round();
    let possible = |side: f32| (1.0..=LARGEST_SIDE).contains(&side);
    if !possible(width) || !possible(height) {
        return Err(ChartError::Rendering(format!("a picture of {width} × {height} pixels is not possible")));
    }
    let mut picture = Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| ChartError::Rendering("not enough memory for the picture".to_string()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|e| ChartError::Rendering(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"96\" height=\"60\"/>";

    #[test]
    fn a_picture_is_a_png_of_the_scaled_size() {
        let picture = png(SVG, 2.0).expect("a picture");
        assert_eq!(picture[1..4], *b"PNG");
        assert_eq!(picture[16..24], [0, 0, 0, 192, 0, 0, 0, 120]);
    }

    #[test]
    fn a_picture_of_no_or_endless_size_is_refused() {
        for scale in [0.0, -1.0, 1e6, f32::NAN, f32::INFINITY] {
            assert!(matches!(png(SVG, scale), Err(ChartError::Rendering(_))));
        }
        assert!(matches!(png("<svg", 1.0), Err(ChartError::Rendering(_))));
    }
}
