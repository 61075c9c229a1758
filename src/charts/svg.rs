//! plotters' drawing as an SVG document: the shapes, the page size, the fonts and the words for a screen reader.

use std::convert::Infallible;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use super::canvas::{HEIGHT, SCALE, WIDTH};
use super::font::{FALLBACK, FAMILY, REGULAR, SEMI_BOLD};

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// The shapes of a drawing as SVG elements, one per line, in the drawing's own units.
#[derive(Debug)]
pub(super) struct SvgBackend<'a> {
    elements: &'a mut String,
}

impl<'a> SvgBackend<'a> {
    /// A backend that appends to `elements`.
    pub(super) fn new(elements: &'a mut String) -> SvgBackend<'a> {
        SvgBackend { elements }
    }

    /// Appends an element, given as its text between `<` and `/>`.
    fn push(&mut self, element: std::fmt::Arguments<'_>) -> Drawn {
        // Writing to a string cannot fail.
        let _ = writeln!(self.elements, "<{element}/>");
        Ok(())
    }
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (WIDTH * SCALE, HEIGHT * SCALE)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        let colour = hex(colour);
        self.push(format_args!("rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" fill=\"{colour}\" stroke=\"none\""))
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Drawn {
        let (fill, stroke) = paint(style.color(), fill);
        let (x, y, width, height) = (from.0, from.1, to.0 - from.0, to.1 - from.1);
        self.push(format_args!(
            "rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\" stroke=\"{stroke}\""
        ))
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let (stroke, width, points) = (hex(style.color()), style.stroke_width(), points(path));
        self.push(format_args!(
            "polyline fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\" points=\"{points}\""
        ))
    }

    fn draw_circle<S: BackendStyle>(&mut self, at: BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let (fill, stroke) = paint(style.color(), fill);
        let ((x, y), width) = (at, style.stroke_width());
        self.push(format_args!(
            "circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\""
        ))
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let (fill, points) = (hex(style.color()), points(path));
        self.push(format_args!("polygon fill=\"{fill}\" points=\"{points}\""))
    }

    /// A line of text on its baseline; the style's size is in units per em.
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        let weight = if matches!(style.style(), FontStyle::Bold) { " font-weight=\"600\"" } else { "" };
        let (size, fill, text) = ((style.size() * 10.0).round() / 10.0, hex(style.color()), escape(text));
        let _ = writeln!(
            self.elements,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{fill}\"{weight}>{text}</text>"
        );
        Ok(())
    }
}

/// The whole SVG document around the elements of a drawing, with a title and a description in words.
pub(super) fn document(elements: &str, title: &str, description: &str) -> String {
    let (width, height) = (WIDTH * SCALE, HEIGHT * SCALE);
    let description = match description {
        "" => String::new(),
        words => format!("<desc>{}</desc>\n", escape(words)),
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"'{FAMILY}', {FALLBACK}\">\n\
         <title>{}</title>\n{description}<style>\n{}{}polyline{{stroke-linejoin:round}}\n</style>\n{elements}</svg>\n",
        escape(title),
        font_face(400, REGULAR),
        font_face(600, SEMI_BOLD),
    )
}

fn font_face(weight: u32, font: &[u8]) -> String {
    let font = STANDARD.encode(font);
    format!(
        "@font-face{{font-family:\"{FAMILY}\";font-weight:{weight};\
         src:url(data:font/ttf;base64,{font}) format(\"truetype\")}}\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn hex(colour: BackendColor) -> String {
    let (red, green, blue) = colour.rgb;
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// The colours inside and around a shape.
fn paint(colour: BackendColor, fill: bool) -> (String, String) {
    if fill { (hex(colour), "none".to_string()) } else { ("none".to_string(), hex(colour)) }
}

fn points(path: impl IntoIterator<Item = BackendCoord>) -> String {
    let points: Vec<String> = path.into_iter().map(|(x, y)| format!("{x},{y}")).collect();
    points.join(" ")
}
