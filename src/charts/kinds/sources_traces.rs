//! The traces of a sources chart: where their points lie, and how they are drawn.

use plotters::style::RGBColor;

use super::sources::{DIAMOND, END_ROOM, MOST_DOTS, SourcePoint, Trace};
use crate::charts::ChartError;
use crate::charts::canvas::{Canvas, Pixel};
use crate::charts::frame::Frame;

/// Points nearer than this in time are of one period, px.
const ONE_PERIOD: f64 = 6.0;
/// From one point to the next where they would lie on each other, px.
const BESIDE: f64 = 9.0;

/// A point on its way to its place: from the top to the bottom of what is drawn of it, px.
#[derive(Debug, Clone, Copy)]
struct Spot {
    x: f64,
    top: f64,
    bottom: f64,
    trace: usize,
    point: usize,
}

/// Gives each point its place, beside each other where those of one period would lie on each other.
pub(super) fn stand(frame: &Frame, traces: &mut [Trace]) {
    let mut spots = Vec::new();
    for (trace, drawn) in traces.iter_mut().enumerate() {
        drawn.at = drawn.points.iter().map(|p| frame.at(p.x, p.y)).collect();
        let rim = if drawn.pooled { DIAMOND - 4.0 } else { 0.0 };
        for (point, at) in drawn.at.iter().enumerate().filter(|(point, _)| drawn.marked(*point)) {
            let (top, bottom) = drawn.beside(point, frame).map_or((at.1, at.1), |rect| (rect.top, rect.bottom));
            spots.push(Spot { x: at.0, top: top - rim, bottom: bottom + rim, trace, point });
        }
    }
    spots.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut periods: Vec<Vec<Spot>> = Vec::new();
    for spot in spots {
        match periods.last_mut() {
            Some(period) if spot.x - period[0].x < ONE_PERIOD => period.push(spot),
            _ => periods.push(vec![spot]),
        }
    }
    let gap = periods.windows(2).map(|pair| pair[1][0].x - pair[0][0].x).fold(f64::INFINITY, f64::min);
    let widest = (0.7 * gap).min(2.0 * END_ROOM - 4.0);
    for mut period in periods {
        period.sort_by(|a, b| a.top.total_cmp(&b.top));
        let mut groups: Vec<(Vec<Spot>, f64)> = Vec::new();
        for spot in period {
            match groups.last_mut() {
                Some((group, reach)) if spot.top < *reach + BESIDE => {
                    *reach = reach.max(spot.bottom);
                    group.push(spot);
                }
                _ => groups.push((vec![spot], spot.bottom)),
            }
        }
        for (group, _) in groups {
            let mut members: Vec<usize> = group.iter().map(|s| s.trace).collect();
            members.sort_unstable();
            members.dedup();
            // The pooled value keeps its place in time; the sources stand at both sides of it.
            let with_pooled = members.first().is_some_and(|first| traces[*first].pooled);
            let middle = if with_pooled { (members.len() / 2) as f64 } else { (members.len() - 1) as f64 / 2.0 };
            let step = BESIDE.min(widest / 2.0 / middle);
            for spot in group {
                let place = members.iter().position(|m| *m == spot.trace).unwrap_or(0) as f64;
                let place = match with_pooled {
                    true if place == 0.0 => middle,
                    true if place <= middle => place - 1.0,
                    _ => place,
                };
                traces[spot.trace].at[spot.point].0 += (place - middle) * step;
            }
        }
    }
}

/// The interval of the pooled values: a band, or a broad stroke if there is but one.
pub(super) fn draw_band(canvas: &Canvas<'_>, frame: &Frame, pooled: &Trace) -> Result<(), ChartError> {
    if let ([point], [at]) = (pooled.points.as_slice(), pooled.at.as_slice()) {
        let (top, bottom) = point.heights(frame);
        return canvas.path(&[(at.0, top), (at.0, bottom)], canvas.colours.faint(), 5.0);
    }
    let edge = |p: &SourcePoint, end: Option<f64>| frame.at(p.x, end.unwrap_or(p.y));
    let high = pooled.points.iter().map(|p| edge(p, p.high));
    let low = pooled.points.iter().map(|p| edge(p, p.low));
    let outline: Vec<Pixel> = high.chain(low.rev()).collect();
    canvas.polygon(&outline, canvas.colours.grid)
}

pub(super) fn draw_trace(canvas: &Canvas<'_>, frame: &Frame, trace: &Trace) -> Result<(), ChartError> {
    let count = trace.points.len();
    // The many that have no colour of their own stand back.
    let (colour, thickness) =
        if trace.colour == canvas.colours.grey { (canvas.colours.faint(), 1.25) } else { (trace.colour, 1.75) };
    for (ends, points) in trace.at.windows(2).zip(trace.points.windows(2)) {
        match (trace.pooled, points[1].filled) {
            (true, _) => canvas.path(ends, trace.colour, 2.25)?,
            (false, true) => canvas.path(ends, colour, thickness)?,
            (false, false) => canvas.dashes(ends, colour, thickness)?,
        }
    }
    for (number, (point, at)) in trace.points.iter().zip(&trace.at).enumerate() {
        let last = number + 1 == count;
        if !trace.marked(number) {
            continue;
        }
        if trace.pooled {
            draw_diamond(canvas, *at, trace.colour)?;
            continue;
        }
        let (top, bottom) = point.heights(frame);
        canvas.path(&[(at.0, top), (at.0, bottom)], colour, 1.25)?;
        let tip = (at.0, if point.bound() > 0.0 { top } else { bottom });
        let back = tip.1 + 5.0 * point.bound();
        if point.bound() != 0.0 && (tip.1 - at.1).abs() > 6.0 {
            canvas.path(&[(tip.0 - 3.5, back), tip, (tip.0 + 3.5, back)], trace.colour, 1.25)?;
        }
        let radius = if count > MOST_DOTS / 2 && !last { 2.5 } else { 4.0 };
        if point.filled {
            canvas.dot(*at, radius, trace.colour)?;
        } else {
            canvas.ring(*at, radius, trace.colour)?;
        }
    }
    Ok(())
}

/// A diamond with a rim of the sheet's colour, so that it stands apart from what it covers.
fn draw_diamond(canvas: &Canvas<'_>, at: Pixel, colour: RGBColor) -> Result<(), ChartError> {
    for (radius, colour) in [(DIAMOND, canvas.colours.ground), (DIAMOND - 1.8, colour)] {
        let corners = [(at.0, at.1 - radius), (at.0 + radius, at.1), (at.0, at.1 + radius), (at.0 - radius, at.1)];
        canvas.polygon(&corners, colour)?;
    }
    Ok(())
}
