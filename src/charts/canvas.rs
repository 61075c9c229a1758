//! The page as a surface to draw on, in page px; plotters gets them enlarged, since it knows whole
//! pixels only.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, DashedPathElement, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle};

use super::ChartError;
use super::font::{FAMILY, Weight};
use super::labels::Rect;
use super::svg::SvgBackend;
use super::theme::Colours;

/// Width of the page in px.
pub(super) const WIDTH: u32 = 960;
/// Height of the page in px.
pub(super) const HEIGHT: u32 = 600;
/// How many units of the drawing make one px of the page.
pub(super) const SCALE: u32 = 4;

/// A place on the page in px from its top left.
pub(super) type Pixel = (f64, f64);

/// Which end of a text stands at its `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// A line of text and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    /// Place of the end that `align` names, px.
    pub(super) x: f64,
    /// Place of the baseline, px.
    pub(super) baseline: f64,
    /// Size in px an em.
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) align: Align,
    pub(super) colour: RGBColor,
}

/// The surface, with the colours of its theme.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SvgBackend<'a>, Shift>,
    pub(super) colours: Colours,
}

impl<'a> Canvas<'a> {
    /// An empty page that writes into `svg`.
    pub(super) fn new(svg: &'a mut String, colours: Colours) -> Result<Self, ChartError> {
        let area = SvgBackend::new(svg).into_drawing_area();
        area.fill(&colours.ground).map_err(drawing_error)?;
        Ok(Canvas { area, colours })
    }

    /// Closes the drawing.
    pub(super) fn present(&self) -> Result<(), ChartError> {
        self.area.present().map_err(drawing_error)
    }

    /// A line through the points, `width` px thick.
    pub(super) fn path(&self, points: &[Pixel], colour: RGBColor, width: f64) -> Result<(), ChartError> {
        if points.len() < 2 {
            return Ok(());
        }
        let element = PathElement::new(enlarged(points), stroke(colour, width));
        self.area.draw(&element).map_err(drawing_error)
    }

    /// A line of dashes through the points.
    pub(super) fn dashes(&self, points: &[Pixel], colour: RGBColor, width: f64) -> Result<(), ChartError> {
        if points.len() < 2 {
            return Ok(());
        }
        let (dash, gap) = (large(7.0), large(4.5));
        let element = DashedPathElement::new(enlarged(points), dash, gap, stroke(colour, width));
        self.area.draw(&element).map_err(drawing_error)
    }

    /// A filled polygon.
    pub(super) fn polygon(&self, points: &[Pixel], colour: RGBColor) -> Result<(), ChartError> {
        if points.len() < 3 {
            return Ok(());
        }
        let element = Polygon::new(enlarged(points), colour.filled());
        self.area.draw(&element).map_err(drawing_error)
    }

    /// A filled disc of `radius` px.
    pub(super) fn dot(&self, at: Pixel, radius: f64, colour: RGBColor) -> Result<(), ChartError> {
        let centre = (large(at.0), large(at.1));
        let element = Circle::new(centre, large(radius), colour.filled());
        self.area.draw(&element).map_err(drawing_error)
    }

    /// A hollow disc: a ring of `radius` px around the sheet's own colour.
    pub(super) fn ring(&self, at: Pixel, radius: f64, colour: RGBColor) -> Result<(), ChartError> {
        self.dot(at, radius, self.colours.ground)?;
        let centre = (large(at.0), large(at.1));
        let element = Circle::new(centre, large(radius), stroke(colour, 1.8));
        self.area.draw(&element).map_err(drawing_error)
    }

    /// Clears the grid behind a label.
    pub(super) fn clear(&self, rect: Rect) -> Result<(), ChartError> {
        let corners = [(large(rect.left), large(rect.top)), (large(rect.right), large(rect.bottom))];
        let element = Rectangle::new(corners, self.colours.ground.filled());
        self.area.draw(&element).map_err(drawing_error)
    }

    /// A line of text.
    pub(super) fn text(&self, line: &Line) -> Result<(), ChartError> {
        if line.text.is_empty() {
            return Ok(());
        }
        let horizontal = match line.align {
            Align::Left => HPos::Left,
            Align::Centre => HPos::Center,
            Align::Right => HPos::Right,
        };
        // plotters has no SemiBold, so its bold stands for it.
        let weight = match line.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::SemiBold => FontStyle::Bold,
        };
        let size = line.size * f64::from(SCALE);
        let style = FontDesc::new(FontFamily::Name(FAMILY), size, weight)
            .color(&line.colour)
            .pos(Pos::new(horizontal, VPos::Bottom));
        let place = (large(line.x), large(line.baseline));
        let element = Text::new(line.text.as_str(), place, style);
        self.area.draw(&element).map_err(drawing_error)
    }
}

fn stroke(colour: RGBColor, width: f64) -> ShapeStyle {
    colour.stroke_width(large(width).max(1) as u32)
}

fn enlarged(points: &[Pixel]) -> Vec<(i32, i32)> {
    points.iter().map(|p| (large(p.0), large(p.1))).collect()
}

/// Page px in units of the drawing; far beyond the page nothing is seen, so it ends there.
fn large(px: f64) -> i32 {
    (px * f64::from(SCALE)).round().clamp(-100_000.0, 100_000.0) as i32
}

fn drawing_error(error: DrawingAreaErrorKind<std::convert::Infallible>) -> ChartError {
    ChartError::Drawing(error.to_string())
}
