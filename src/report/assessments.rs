//! Assessments of goals as columns of a table.

use crate::export::Table;
use crate::goals::Assessment;
use crate::series::Period;

/// Adds the columns of assessments to a table. A row without an assessment is empty; `label` writes a period.
pub fn assessment_columns<'a>(
    table: Table,
    rows: &[Option<&'a Assessment>],
    label: impl Fn(Period) -> String,
) -> Table {
    let number =
        |field: &dyn Fn(&'a Assessment) -> Option<f64>| rows.iter().map(|row| row.and_then(field)).collect::<Vec<_>>();
    let date = |field: &dyn Fn(&'a Assessment) -> Option<Period>| {
        // An empty cell would not show that the date is after the horizon.
        let cell = |row: &Option<&'a Assessment>| row.map(|a| field(a).map_or("not by the horizon".to_owned(), &label));
        rows.iter().map(cell).collect::<Vec<_>>()
    };
    let text = |field: &dyn Fn(&'a Assessment) -> Option<String>| {
        rows.iter().map(|row| row.and_then(field)).collect::<Vec<_>>()
    };
    table
        .number("odds", number(&|a| Some(a.odds().probability())))
        .number("odds_se", number(&|a| Some(a.standard_error)))
        .number("odds_by_deadline", number(&|a| Some(a.by.probability())))
        .number("odds_at_deadline", number(&|a| Some(a.at.probability())))
        .number("odds_base_fixed", number(&|a| a.base_fixed.map(|odds| odds.probability())))
        .optional_text("date_50", date(&|a| a.attainment.median))
        .optional_text("date_80", date(&|a| a.attainment.likely))
        .optional_text("date_95", date(&|a| a.attainment.nearly_sure))
        .optional_text("date_lo-80", date(&|a| a.attainment.early))
        .optional_text("date_hi-80", date(&|a| a.attainment.late))
        .optional_text("crossing_50", text(&|a| a.attainment.median_day.map(|day| day.to_string())))
        .number("odds_never", number(&|a| Some(a.attainment.never.probability())))
        .optional_text("horizon", text(&|a| Some(label(a.attainment.horizon))))
        .number("expected_shortfall", number(&|a| a.shortfall.expected))
        .number("shortfall_if_missed", number(&|a| a.shortfall.if_missed))
        .number("required_growth", number(&|a| a.growth.required))
        .number("actual_growth", number(&|a| a.growth.actual))
        .number("last_year_growth", number(&|a| a.growth.last_year))
        .number("forecast_growth", number(&|a| a.growth.forecast))
        .number("growth_for_50", number(&|a| a.growth.for_even_odds))
        .number("growth_for_80", number(&|a| a.growth.for_80))
        .optional_text(
            "reached_at_last_growth",
            text(&|a| {
                a.growth.last_year?;
                Some(a.growth.reached_at_last_years.map_or("not by the horizon".to_owned(), &label))
            }),
        )
        .optional_text("eurostat", text(&|a| a.eurostat.map(|e| e.category.to_string())))
        .number("eurostat_ratio", number(&|a| a.eurostat.map(|e| e.ratio)))
        .optional_text("escap", text(&|a| a.escap.map(|e| e.category.to_string())))
        .number("escap_status", number(&|a| a.escap.map(|e| e.status)))
        .number("escap_gap", number(&|a| a.escap.map(|e| e.gap)))
}
