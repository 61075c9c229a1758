//! The replay chart: how the odds moved with each publication.

use jiff::Unit;
use jiff::civil::Date;

use crate::charts::ChartError;
use crate::charts::axis::ValueAxis;
use crate::charts::canvas::{Canvas, Pixel};
use crate::charts::data::{Point, Tick, drawable, drawable_points, extent};
use crate::charts::ends::{self, EndLabel};
use crate::charts::font::{Weight, width};
use crate::charts::frame::Frame;
use crate::charts::labels::{LABEL_SIZE, LINE_HEIGHT, Rect, Words};
use crate::charts::obstacles::Obstacles;
use crate::charts::room::Room;
use crate::charts::sheet::{Sheet, page, say_empty};
use crate::charts::text::{clean, cut, wrap};
use crate::charts::theme::Theme;
use crate::charts::{ChartKind, Drawing, Material, Needs, NoChart, OddsOnDay};
use crate::export::number::{THIN_SPACE, format_share};
use crate::outlook::View;
use crate::series::{Frequency, Period};

/// A smaller change of the odds has no note.
const LEAST_MOVE: f64 = 0.002;
/// The axis never ends below this, in per cent, so that small odds look small.
const LEAST_TOP: f64 = 10.0;
/// Names are cut beyond this, px.
const WIDEST: f64 = 200.0;
/// More notes than this are left out, those at the least moves first.
const MOST_NOTES: usize = 6;
/// Size of the notes, px an em, and the height of one of their lines, px.
const NOTE_SIZE: f64 = 11.5;
const NOTE_LINE: f64 = 14.0;
/// A note not longer than the first stands in one line, others in two of the second length, px.
const NOTE_WIDTHS: (f64, f64) = (190.0, 150.0);
/// Free space over and under a note, px.
const NOTE_RIM: f64 = 3.0;
/// The share of the time that the last odds stand if nothing later is on the chart.
const LAST_STEP: f64 = 0.04;

/// `replay`: the odds of a goal day by day.
#[derive(Debug)]
pub(super) struct Kind;

impl ChartKind for Kind {
    fn name(&self) -> &'static str {
        "replay"
    }

    fn about(&self) -> &'static str {
        "Odds of a goal by what was known on each day, with what was published"
    }

    fn needs(&self) -> Needs {
        Needs::Days
    }

    fn draw(&self, material: &Material<'_>) -> Result<Drawing, NoChart> {
        let lacking = || NoChart::Lacks(self.needs());
        let goal = material.goal.as_ref().ok_or_else(lacking)?;
        let (Some(first), Some(last)) =
            (material.days.first(), material.days.last().filter(|_| material.days.len() > 1))
        else {
            return Err(lacking());
        };
        let odds = |day: &OddsOnDay| day.views.last().map_or_else(String::new, |(_, odds)| odds.to_string());
        let month = |day: &OddsOnDay| day.day.strftime("%b %Y").to_string();
        let subject = if material.subject.is_empty() { &goal.label } else { &material.subject };
        let sheet = material.sheet(
            format!("{}: {} chance in {}, {} in {}", goal.label, odds(first), month(first), odds(last), month(last)),
            format!("{subject}: odds by what was known on each day of publication. Nothing published later is used."),
            &material.credit_with_ramps,
        );
        let until = material.until.unwrap_or(last.day).max(last.day);
        let days = &material.days;
        let chart = ReplayChart {
            sheet,
            theme: Theme::Light,
            ticks: month_ticks(first.day, until),
            curves: curves(days, until),
            notes: days.iter().filter(|day| day.is_noted()).map(OddsOnDay::note).collect(),
        };
        Ok(chart.svg()?.into())
    }
}

impl OddsOnDay {
    /// Whether the odds moved on the day, or the goal was set.
    fn is_noted(&self) -> bool {
        self.published.is_empty() || self.change.is_none_or(|change| change.abs() >= LEAST_MOVE)
    }

    fn note(&self) -> ReplayNote {
        let text = if self.published.is_empty() { "the goal was set".to_owned() } else { self.published.join("; ") };
        ReplayNote { x: time(self.day), text }
    }
}

/// A day on the time axis.
fn time(day: Date) -> f64 {
    f64::from(Date::constant(1970, 1, 1).until((Unit::Day, day)).map_or(0, |span| span.get_days()))
}

/// The odds by each view, the combined view first; the last odds hold until the last day.
fn curves(days: &[OddsOnDay], until: Date) -> Vec<ReplayCurve> {
    let mut curves: Vec<ReplayCurve> = Vec::new();
    for view in View::ALL {
        let of_day = |day: &OddsOnDay| {
            let (_, odds) = day.views.iter().find(|(other, _)| *other == view)?;
            Some(Point { x: time(day.day), y: odds.probability() })
        };
        let mut points: Vec<Point> = days.iter().filter_map(of_day).collect();
        if points.is_empty() {
            continue;
        }
        points.extend(points.last().map(|last| Point { x: time(until).max(last.x), ..*last }));
        curves.push(ReplayCurve { name: view.to_string(), points });
    }
    // Where one view alone gives odds, the combined view is the same line again.
    if curves.len() == 2 && curves[0].points == curves[1].points {
        curves.remove(0);
    }
    curves.reverse();
    curves
}

/// About ten ticks, each at the start of a month.
fn month_ticks(first: Date, last: Date) -> Vec<Tick> {
    let month = |day: Date| Period::containing(Frequency::Month, day.into());
    let mut ticks: Vec<Tick> = Vec::new();
    if let (Some(from), Some(to)) = (month(first), month(last)) {
        let span = from.steps_to(to).max(1);
        let every = (1..).find(|every| span / every <= 10).unwrap_or(1);
        for k in (0..=span + every).step_by(usize::try_from(every).unwrap_or(1)) {
            let Some(start) = from.shift(k).ok().and_then(Period::start) else { continue };
            if start.date() >= first {
                ticks.push(Tick { at: time(start.date()), label: start.date().strftime("%b %Y").to_string() });
            }
        }
        ticks.retain(|tick| tick.at <= time(last));
    }
    ticks
}

/// Odds as they stood day by day, a step line for each way to judge them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplayChart {
    /// The words around the chart.
    pub sheet: Sheet,
    /// Light or dark.
    pub theme: Theme,
    /// Labels of the time axis; those that would collide are left out evenly.
    pub ticks: Vec<Tick>,
    /// The curves, the most important first, five at most to be told apart by colour.
    pub curves: Vec<ReplayCurve>,
    /// What was published; of more than six those at the largest moves of the first curve.
    pub notes: Vec<ReplayNote>,
}

/// The odds one view gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplayCurve {
    /// Its name, such as "combined"; its last odds follow it on the chart.
    pub name: String,
    /// The odds from each publication on: `y` from 0 to 1; what lies outside is held there, NaN is
    /// left out.
    pub points: Vec<Point>,
}

/// What was published on a day.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplayNote {
    /// Place on the time axis.
    pub x: f64,
    /// A few words, such as "SMIC reports 45,000 wafers a month".
    pub text: String,
}

/// A note that has no place yet: where its leader starts, and whether the odds rose there.
#[derive(Debug, Clone)]
struct Start {
    at: Pixel,
    up: bool,
    lines: Vec<Words>,
}

/// A note that has found its place.
#[derive(Debug, Clone)]
struct Placed {
    lines: Vec<Words>,
    rect: Rect,
    /// From the step to the words, px.
    leader: [Pixel; 2],
}

impl ReplayChart {
    /// Draws the chart: an SVG document of 960 × 600 with its fonts inside.
    pub fn svg(&self) -> Result<String, ChartError> {
        page(&self.sheet, self.theme, |canvas, room| self.draw(canvas, room))
    }

    fn draw(&self, canvas: &Canvas<'_>, room: Room) -> Result<(), ChartError> {
        let curves: Vec<Vec<Point>> = self.curves.iter().map(ReplayCurve::in_percent).collect();
        let points = || curves.iter().flatten();
        let (Some(times), Some((_, most))) = (extent(points().map(|p| p.x)), extent(points().map(|p| p.y))) else {
            return say_empty(canvas, room);
        };
        let notes = self.largest_notes(&curves);
        let times = extent(notes.iter().map(|n| n.x).chain([times.0, times.1])).unwrap_or(times);
        let last = points().map(|p| p.x).fold(times.0, f64::max);
        let end = times.1.max(last + LAST_STEP * (times.1 - times.0));
        let axis = ValueAxis::covering(0.0, most.max(LEAST_TOP), (Some(0.0), Some(100.0)));
        let words: Vec<Option<Words>> = (0..curves.len()).map(|number| self.words(canvas, number, &curves)).collect();
        let column = ends::column_width(words.iter().flatten());
        let frame = Frame::new(room, (times.0, end), axis, column, &format!("{THIN_SPACE}%"));
        let lines: Vec<Vec<Pixel>> = curves.iter().map(|points| steps(&frame, points)).collect();
        let labels: Vec<EndLabel> = words
            .into_iter()
            .zip(&lines)
            .enumerate()
            .filter_map(|(number, (words, line))| {
                Some(EndLabel { words: vec![words?], end: line.last()?.1, colour: canvas.colours.series(number) })
            })
            .collect();
        let middles = ends::places(&labels, frame.top, frame.bottom);
        let placed = place_notes(canvas, &frame, &notes, &lines);

        frame.draw_grid(canvas)?;
        for note in &placed {
            canvas.clear(note.rect)?;
        }
        for (label, middle) in labels.iter().zip(&middles) {
            canvas.clear(ends::room_of(label, frame.right, *middle))?;
        }
        frame.draw_base(canvas, &self.ticks)?;
        for note in &placed {
            canvas.path(&note.leader, canvas.colours.grey, 0.75)?;
        }
        // The first curve matters most, so it is drawn last.
        for (number, line) in lines.iter().enumerate().rev() {
            canvas.path(line, canvas.colours.series(number), if number == 0 { 2.25 } else { 1.75 })?;
        }
        for note in &placed {
            canvas.dot(note.leader[0], 3.0, canvas.colours.ink)?;
            for (number, words) in note.lines.iter().enumerate() {
                let middle = note.rect.top + NOTE_RIM + NOTE_LINE * (number as f64 + 0.5);
                canvas.text(&words.fill(words.rect(note.rect.left, middle)))?;
            }
        }
        for (label, middle) in labels.iter().zip(middles) {
            ends::draw(canvas, label, frame.right, middle)?;
        }
        Ok(())
    }

    /// The words at a curve's end: its name and its last odds.
    fn words(&self, canvas: &Canvas<'_>, number: usize, curves: &[Vec<Point>]) -> Option<Words> {
        let odds = format_share(curves[number].last()?.y / 100.0);
        let name = cut(&clean(&self.curves[number].name), LABEL_SIZE, Weight::SemiBold, WIDEST);
        let colour = canvas.colours.series(number);
        Some(Words::label(format!("{name} {odds}").trim().to_string(), Weight::SemiBold, colour))
    }

    /// The notes to be drawn, ordered in time.
    fn largest_notes(&self, curves: &[Vec<Point>]) -> Vec<&ReplayNote> {
        let drawable_notes = self.notes.iter().filter(|n| drawable(n.x) && !clean(&n.text).is_empty());
        let mut notes: Vec<&ReplayNote> = drawable_notes.collect();
        let first = curves.iter().find(|c| !c.is_empty());
        let move_at = |x: f64| {
            let at = |until: &dyn Fn(&Point) -> bool| first?.iter().take_while(|p| until(p)).last().map(|p| p.y);
            match (at(&|p| p.x < x), at(&|p| p.x <= x)) {
                (Some(before), Some(after)) => (after - before).abs(),
                _ => 0.0,
            }
        };
        notes.sort_by(|a, b| move_at(b.x).total_cmp(&move_at(a.x)).then(a.x.total_cmp(&b.x)));
        notes.truncate(MOST_NOTES);
        notes.sort_by(|a, b| a.x.total_cmp(&b.x));
        notes
    }
}

impl ReplayNote {
    fn lines(&self, canvas: &Canvas<'_>) -> Vec<Words> {
        let text = clean(&self.text);
        let (whole, half) = NOTE_WIDTHS;
        let (room, most) = if width(&text, NOTE_SIZE, Weight::Regular) <= whole { (whole, 1) } else { (half, 2) };
        wrap(&text, NOTE_SIZE, Weight::Regular, room, most)
            .into_iter()
            .map(|text| Words { size: NOTE_SIZE, ..Words::label(text, Weight::Regular, canvas.colours.ink) })
            .collect()
    }
}

impl ReplayCurve {
    fn in_percent(&self) -> Vec<Point> {
        let mut points = drawable_points(&self.points);
        for point in &mut points {
            point.y = point.y.clamp(0.0, 1.0) * 100.0;
        }
        points
    }
}

/// The step line through the points, on to the right end of the plot.
fn steps(frame: &Frame, points: &[Point]) -> Vec<Pixel> {
    let mut line: Vec<Pixel> = Vec::with_capacity(2 * points.len() + 1);
    for point in points {
        let at = frame.at(point.x, point.y);
        if let Some(before) = line.last().copied() {
            line.push((at.0, before.1));
        }
        line.push(at);
    }
    if let Some(last) = line.last().copied() {
        line.push((frame.right, last.1));
    }
    line
}

/// The height of a step line at `x` px after what happened there; none before its start.
fn height_at(line: &[Pixel], x: f64) -> Option<f64> {
    line.iter().take_while(|at| at.0 <= x + 0.01).last().map(|at| at.1)
}

/// Finds a place for every note over or under the curves, so that neither words nor leaders meet.
fn place_notes(canvas: &Canvas<'_>, frame: &Frame, notes: &[&ReplayNote], lines: &[Vec<Pixel>]) -> Vec<Placed> {
    let height = |x: f64| lines.iter().find_map(|line| height_at(line, x));
    let starts = notes.iter().map(|note| {
        let x = frame.x(note.x);
        let y = height(x).unwrap_or(frame.bottom);
        let up = y <= height(x - 0.02).unwrap_or(y);
        Start { at: (x, y), up, lines: note.lines(canvas) }
    });
    let mut starts: Vec<Start> = starts.collect();
    let forward = place_in_order(frame, &starts, lines);
    // Where notes stand close, the last ones may have to be placed first.
    starts.reverse();
    let backward = place_in_order(frame, &starts, lines);
    if backward.1 > forward.1 { backward.0 } else { forward.0 }
}

/// The notes placed one after another, and how many of them cover nothing.
fn place_in_order(frame: &Frame, starts: &[Start], lines: &[Vec<Pixel>]) -> (Vec<Placed>, usize) {
    let room = Rect { right: frame.right, ..frame.label_room() };
    let mut obstacles = Obstacles::new(room);
    for line in lines {
        obstacles.add_line(line, 6.0);
    }
    for start in starts {
        obstacles.add_box(Rect::around(start.at, 3.0));
        // Over and under it the leader of a note may have to pass.
        obstacles.add_line(&[(start.at.0, room.top), (start.at.0, room.bottom)], 0.3);
    }
    let (mut placed, mut clear): (Vec<Placed>, usize) = (Vec::new(), 0);
    for Start { at, up, lines } in starts {
        let width = lines.iter().map(Words::width).fold(0.0, f64::max);
        let height = NOTE_LINE * lines.len() as f64 + 2.0 * NOTE_RIM;
        let rooms: Vec<Rect> = rooms_for((width, height), *at)
            .into_iter()
            .filter(|r| inside(r, &room) && !crossed(r, *at, &placed))
            .collect();
        // Beyond the step: on its other side the leader would run along it.
        let beyond = rooms.iter().copied().filter(|r| (r.top < at.1) == *up);
        let found = obstacles.place_if_clear(beyond).or_else(|| obstacles.place_if_clear(rooms.iter().copied()));
        clear += usize::from(found.is_some());
        if let Some(rect) = found.or_else(|| obstacles.place(&rooms)) {
            let to = (at.0, if rect.top > at.1 { rect.top } else { rect.bottom });
            obstacles.add_line(&[*at, to], 6.0);
            placed.push(Placed { lines: lines.clone(), rect, leader: [*at, to] });
        }
    }
    (placed, clear)
}

/// Rooms for a note of this width and height over and under a place, the nearest first.
fn rooms_for((width, height): (f64, f64), at: Pixel) -> Vec<Rect> {
    let mut rooms = Vec::new();
    for lane in 0..22 {
        let away = 9.0 + 0.75 * LINE_HEIGHT * f64::from(lane);
        for share in [0.06, 0.5, 0.94, 0.25, 0.75, 0.01, 0.99] {
            for top in [at.1 - away - height, at.1 + away] {
                let left = at.0 - share * width;
                rooms.push(Rect { left, top, right: left + width, bottom: top + height });
            }
        }
    }
    rooms
}

fn inside(rect: &Rect, room: &Rect) -> bool {
    rect.left >= room.left && rect.right <= room.right && rect.top >= room.top && rect.bottom <= room.bottom
}

/// Whether the leader from a place to a room would run through words, or the words over a leader.
fn crossed(room: &Rect, from: Pixel, placed: &[Placed]) -> bool {
    let through = |x: f64, low: f64, high: f64, rect: &Rect| {
        x > rect.left - 2.5 && x < rect.right + 2.5 && rect.top < high && rect.bottom > low
    };
    placed.iter().any(|other| {
        let [(x, a), (_, b)] = other.leader;
        through(from.0, from.1.min(room.top), from.1.max(room.bottom), &other.rect)
            || through(x, a.min(b), a.max(b), room)
    })
}
