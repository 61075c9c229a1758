//! Small multiples: the forecast of each of several series in a panel of its own.

use super::fan::FanChart;
use crate::charts::ChartError;
use crate::charts::canvas::Canvas;
use crate::charts::font::{Weight, width};
use crate::charts::labels::{LABEL_SIZE, Words};
use crate::charts::room::Room;
use crate::charts::sheet::{Sheet, page, say_empty};
use crate::charts::text::{clean, cut};
use crate::charts::theme::Theme;
use crate::charts::{ChartKind, Drawing, Material, Needs, NoChart};
use crate::forecast::Forecast;
use crate::series::Series;

/// The most panels on a page.
const MOST_PANELS: usize = 12;

/// `multiples`: several series, each with its forecast.
#[derive(Debug)]
pub(super) struct Kind;

impl ChartKind for Kind {
    fn name(&self) -> &'static str {
        "multiples"
    }

    fn about(&self) -> &'static str {
        "Up to a dozen series, each with its forecast in a panel of its own"
    }

    fn needs(&self) -> Needs {
        Needs::Forecasts
    }

    fn draw(&self, material: &Material<'_>) -> Result<Drawing, NoChart> {
        let rises = |forecast: &Forecast, last: f64| forecast.median().last().is_some_and(|median| *median > last);
        let all = &material.several;
        if all.is_empty() {
            return Err(NoChart::Lacks(self.needs()));
        }
        let rising = all.iter().filter(|(_, series, forecast)| rises(forecast, series.last_value())).count();
        let title = match all.len() {
            1 => format!("{}: the median forecast {}", all[0].0, if rising == 1 { "rises" } else { "does not rise" }),
            count if rising == count => format!("The median forecast rises for all {count} series"),
            count => format!("The median forecast rises for {rising} of {count} series"),
        };
        let left_out = match all.len().saturating_sub(MOST_PANELS) {
            0 => String::new(),
            more => format!(" {more} more series are not shown."),
        };
        let levels: Vec<String> = material.levels.iter().map(ToString::to_string).collect();
        let levels = match levels.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
            _ => levels.concat(),
        };
        let subtitle = format!(
            "Line: observations; dashes: median of {}; shades: {levels} % intervals. Each panel has its own scale.{left_out}",
            material.model
        );
        let panel = |(name, series, forecast): &(String, &Series, &Forecast)| {
            let steps = material.steps_of(series, forecast);
            FanChart::of(Sheet { title: name.clone(), ..Sheet::default() }, series, forecast, material.levels, steps)
        };
        let chart = MultiplesChart {
            sheet: material.sheet(title, subtitle, &material.credit),
            theme: Theme::Light,
            panels: all.iter().take(MOST_PANELS).map(panel).collect(),
        };
        Ok(chart.svg()?.into())
    }
}

/// Several fans on one page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MultiplesChart {
    /// The words around the chart.
    pub sheet: Sheet,
    /// Light or dark.
    pub theme: Theme,
    /// The fans, of which a panel shows the title of the sheet as its heading; a dozen fit a page.
    pub panels: Vec<FanChart>,
}

impl MultiplesChart {
    /// Draws the chart: an SVG document of 960 × 600 with its fonts inside.
    pub fn svg(&self) -> Result<String, ChartError> {
        page(&self.sheet, self.theme, |canvas, room| self.draw(canvas, room))
    }

    fn draw(&self, canvas: &Canvas<'_>, room: Room) -> Result<(), ChartError> {
        if self.panels.is_empty() {
            return say_empty(canvas, room);
        }
        for (fan, panel) in self.panels.iter().zip(room.panels(self.panels.len())) {
            let magnitude = fan.draw_small(canvas, panel.plot)?;
            let unit = if magnitude.is_empty() { String::new() } else { format!("  {magnitude}") };
            let unit_width = width(&unit, LABEL_SIZE, Weight::Regular);
            let room = panel.heading.right - panel.heading.left - unit_width;
            let name = cut(&clean(&fan.sheet.title), LABEL_SIZE, Weight::SemiBold, room);
            let name = Words::label(name, Weight::SemiBold, canvas.colours.ink);
            let middle = (panel.heading.top + panel.heading.bottom) / 2.0;
            let rect = name.rect(panel.heading.left, middle);
            canvas.text(&name.fill(rect))?;
            let unit = Words::label(unit.trim_start().to_owned(), Weight::Regular, canvas.colours.grey);
            canvas.text(&unit.fill(unit.rect(rect.right + 7.0, middle)))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::kind;
    use crate::forecast::{Draws, Level};
    use crate::models::{Model, drift};
    use crate::series::Period;

    #[test]
    fn each_series_has_a_panel_and_the_title_counts_them() {
        let start = Period::year(2015).expect("a year");
        let rising = |number: usize| (0..9).map(|k| 10.0 + (number + 1) as f64 * f64::from(k)).collect::<Vec<f64>>();
        let long = "A name of a series that is far too long for any panel of a page ".repeat(5);
        let series: Vec<Series> =
            (0..14).map(|i| Series::new(format!("{i} {long}"), start, rising(i)).expect("a series")).collect();
        let draws = Draws::new(1, 200);
        let forecasts: Vec<Forecast> =
            series.iter().map(|s| drift().fit(s).expect("a fit").forecast(4, &draws)).collect();
        for count in [1, 2, 5, 12, 14] {
            let several = series.iter().zip(&forecasts).take(count).map(|(s, f)| (s.id().to_owned(), s, f)).collect();
            let levels = [Level::EIGHTY];
            let material = Material { several, levels: &levels, ..Material::default() };
            let svg = kind("multiples").expect("a kind").draw(&material).expect("a chart").svg;
            assert_eq!(svg.matches("<polygon").count(), count.min(MOST_PANELS), "{count} series");
            assert_eq!(svg.contains("2 more series are not shown."), count == 14, "{count} series");
        }
    }
}
