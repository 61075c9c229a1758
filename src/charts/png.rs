//! A chart's SVG rendered to PNG: with the embedded fonts, and fonts of the system for characters that they lack.

use std::fmt;
use std::sync::Arc;

use fontdb::{Database, FaceInfo, Source, Style};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use skrifa::{FontRef, MetadataProvider};

use super::ChartError;
use super::font::{self, FAMILY, REGULAR, SEMI_BOLD};
use super::text::LEFT_TO_RIGHT_MARK;

/// More pixels than this on a side are a slip of the caller, not a picture.
const LARGEST_SIDE: f32 = 20_000.0;
/// The most characters that a message lists.
const MOST_LISTED: usize = 12;

/// A chart as a PNG file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    /// The content of the file.
    pub bytes: Vec<u8>,
    /// The characters that no font has; the picture is without them.
    pub missing: MissingCharacters,
}

/// Characters that neither the embedded font nor any font of the system has, in their order.
///
/// ```
/// let plain = onpace::charts::png("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", 1.0)?;
/// assert!(plain.missing.is_empty());
/// # Ok::<(), onpace::charts::ChartError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MissingCharacters(Vec<char>);

impl MissingCharacters {
    /// Whether the fonts have all characters.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The characters.
    pub fn characters(&self) -> &[char] {
        &self.0
    }
}

impl fmt::Display for MissingCharacters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed: String = self.0.iter().take(MOST_LISTED).collect();
        let more = self.0.len().saturating_sub(MOST_LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        write!(f, "no installed font has the characters {listed}{more}; the picture is drawn without them")
    }
}

/// Renders an SVG to a PNG file.
///
/// `svg` is a chart as an SVG document (960 × 600); `scale` is how many pixels one unit of it takes: 2 gives
/// 1920 × 1200. Fonts of the system are read only if the embedded font does not have all characters, so all other
/// charts are the same on every machine.
///
/// # Errors
/// An SVG that cannot be read, or a size that is not possible.
pub fn png(svg: &str, scale: f32) -> Result<Png, ChartError> {
    let mut options = embedded();
    let missing = MissingCharacters(add_system_fonts(options.fontdb_mut(), foreign(svg)));
    let tree = match missing.is_empty() {
        true => parse(svg, &options)?,
        false => parse(&svg.replace(missing.characters(), ""), &options)?,
    };
    let width = (tree.size().width() * scale).round();
    let height = (tree.size().height() * scale).round();
    let possible = |side: f32| (1.0..=LARGEST_SIDE).contains(&side);
    if !possible(width) || !possible(height) {
        return Err(ChartError::Rendering(format!("a picture of {width} × {height} pixels is not possible")));
    }
    let mut picture = Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| ChartError::Rendering("not enough memory for the picture".to_string()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    let bytes = picture.encode_png().map_err(|e| ChartError::Rendering(e.to_string()))?;
    Ok(Png { bytes, missing })
}

fn parse(svg: &str, options: &Options<'_>) -> Result<Tree, ChartError> {
    Tree::from_str(svg, options).map_err(|e| ChartError::Rendering(e.to_string()))
}

/// The SVG parsed with the embedded fonts and no others.
#[cfg(test)]
pub(super) fn embedded_only(svg: &str) -> Result<Tree, ChartError> {
    parse(svg, &embedded())
}

/// Options with the embedded fonts and no others.
fn embedded() -> Options<'static> {
    let mut options = Options { font_family: FAMILY.to_string(), ..Options::default() };
    let fonts = options.fontdb_mut();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(SEMI_BOLD.to_vec());
    options
}

/// The characters of the drawing that the embedded font does not have, each once.
fn foreign(svg: &str) -> Vec<char> {
    let drawing = svg.rsplit_once("</style>").map_or(svg, |(_, drawing)| drawing);
    let mut characters: Vec<char> =
        drawing.chars().filter(|c| !c.is_control() && *c != LEFT_TO_RIGHT_MARK && !font::has(*c)).collect();
    characters.sort_unstable();
    characters.dedup();
    characters
}

/// Adds fonts of the system that have these characters, and returns those that none has.
fn add_system_fonts(fonts: &mut Database, mut characters: Vec<char>) -> Vec<char> {
    if characters.is_empty() {
        return characters;
    }
    let mut system = Database::new();
    system.load_system_fonts();
    let mut faces: Vec<&FaceInfo> = system.faces().collect();
    // In an order of their own, since that of the folders may change: the plainest first.
    faces.sort_by_key(|face| {
        let plain = face.style == Style::Normal && face.post_script_name.contains("Sans");
        (!plain, face.weight.0.abs_diff(400), &face.post_script_name)
    });
    for face in faces {
        if characters.is_empty() {
            break;
        }
        let found = system.with_face_data(face.id, |bytes, index| {
            let font = FontRef::from_index(bytes, index).ok()?;
            let has = |character: &char| font.charmap().map(*character).is_some();
            characters.iter().any(has).then(|| {
                characters.retain(|character| !has(character));
                bytes.to_vec()
            })
        });
        if let Some(Some(bytes)) = found {
            let source = Source::Binary(Arc::new(bytes));
            fonts.push_face_info(FaceInfo { source, ..face.clone() });
        }
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"96\" height=\"60\"/>";

    #[test]
    fn a_picture_is_a_png_of_the_scaled_size() {
        let picture = png(SVG, 2.0).expect("a picture").bytes;
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

    #[test]
    fn characters_that_the_embedded_font_lacks_are_found() {
        assert_eq!(foreign("<svg><style>é字</style><text>Düren 华为 华</text></svg>"), ['为', '华']);
        assert!(foreign("<text>3 × 10 % – “x” …</text>\n").is_empty());
    }

    #[test]
    fn characters_that_no_font_has_are_reported() {
        // A code point for private use, which no font of a system should have.
        let text = "<text x=\"5\" y=\"30\">a\u{10fff0}b</text>";
        let svg = SVG.replace("/>", &format!(">{text}</svg>"));
        let picture = png(&svg, 1.0).expect("a picture");
        assert_eq!(picture.missing.characters(), ['\u{10fff0}']);
        assert!(picture.missing.to_string().contains("no installed font has the characters \u{10fff0};"));
        assert_eq!(picture.bytes, png(&svg.replace('\u{10fff0}', ""), 1.0).expect("a picture").bytes);
    }
}
