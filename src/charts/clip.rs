//! Lines and areas cut off where they leave the plot.

use super::canvas::Pixel;

/// The pieces of a line that lie between the heights `top` and `bottom` (px, `top` is less).
pub(super) fn clip(points: &[Pixel], top: f64, bottom: f64) -> Vec<Vec<Pixel>> {
    let points = with_crossings(points, top, bottom);
    let mut pieces: Vec<Vec<Pixel>> = Vec::new();
    let mut piece: Vec<Pixel> = Vec::new();
    for pair in points.windows(2) {
        let middle = (pair[0].1 + pair[1].1) / 2.0;
        if middle >= top && middle <= bottom {
            if piece.is_empty() {
                piece.push(pair[0]);
            }
            piece.push(pair[1]);
        } else if !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// The edge of an area held between the heights `top` and `bottom` (px).
pub(super) fn hold(points: &[Pixel], top: f64, bottom: f64) -> Vec<Pixel> {
    with_crossings(points, top, bottom).into_iter().map(|(x, y)| (x, y.clamp(top.min(bottom), bottom))).collect()
}

/// The line in two: up to `x` and from `x` on, with a point of its own at `x`.
pub(super) fn split_at(points: &[Pixel], x: f64) -> (Vec<Pixel>, Vec<Pixel>) {
    let mut before: Vec<Pixel> = points.iter().copied().filter(|p| p.0 <= x).collect();
    let mut after: Vec<Pixel> = points.iter().copied().filter(|p| p.0 > x).collect();
    if let (Some(a), Some(b)) = (before.last().copied(), after.first().copied()) {
        let share = (x - a.0) / (b.0 - a.0);
        let between = (x, a.1 + (b.1 - a.1) * share);
        if a.0 < x {
            before.push(between);
        }
        after.insert(0, between);
    }
    (before, after)
}

/// The line with a point wherever it crosses one of the two heights.
fn with_crossings(points: &[Pixel], top: f64, bottom: f64) -> Vec<Pixel> {
    let mut line = Vec::with_capacity(points.len() + 4);
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        line.push(a);
        let mut crossings: Vec<(f64, f64)> = [top, bottom]
            .into_iter()
            .map(|height| ((height - a.1) / (b.1 - a.1), height))
            .filter(|(share, _)| *share > 0.0 && *share < 1.0)
            .collect();
        crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
        for (share, height) in crossings {
            line.push((a.0 + (b.0 - a.0) * share, height));
        }
    }
    line.extend(points.last());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_leaves() {
        let line = [(0.0, 5.0), (10.0, -5.0), (20.0, 5.0)];
        let pieces = clip(&line, 0.0, 10.0);
        assert_eq!(pieces, [[(0.0, 5.0), (5.0, 0.0)], [(15.0, 0.0), (20.0, 5.0)]]);
        assert!(clip(&[(0.0, -1.0), (9.0, -1.0)], 0.0, 10.0).is_empty());
        assert!(clip(&[], 0.0, 10.0).is_empty());
    }

    #[test]
    fn an_edge_is_held_inside() {
        let held = hold(&[(0.0, 5.0), (10.0, -5.0)], 0.0, 10.0);
        assert_eq!(held, [(0.0, 5.0), (5.0, 0.0), (10.0, 0.0)]);
    }

    #[test]
    fn a_line_is_split_at_a_time() {
        let (before, after) = split_at(&[(0.0, 0.0), (10.0, 10.0)], 4.0);
        assert_eq!(before, [(0.0, 0.0), (4.0, 4.0)]);
        assert_eq!(after, [(4.0, 4.0), (10.0, 10.0)]);
        assert!(split_at(&[(0.0, 0.0)], f64::MAX).1.is_empty());
    }
}
