//! Aligned text: columns as wide as their contents appear on a terminal, in any script.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, Width, presets};

/// Columns between two cells.
const GAP: u16 = 2;
/// Text is not squeezed into less.
const NARROWEST: u16 = 12;

/// What happens to cells that are too long for the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// They take several lines.
    Wrap,
    /// They end with an ellipsis.
    Cut,
}

/// Rows of text under a header. Widths are those on a terminal, where a Chinese character takes two columns and an Arabic
/// vowel sign none.
#[derive(Debug)]
pub(crate) struct TextTable {
    table: comfy_table::Table,
    /// Whether a column holds numbers: aligned to the right, and never broken.
    numbers: Vec<bool>,
}

impl TextTable {
    /// A table with these columns, all of text.
    pub(crate) fn new<'a>(header: impl IntoIterator<Item = &'a str>) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_preset(presets::NOTHING).set_truncation_indicator("…").set_header(header);
        let numbers = vec![false; table.column_count()];
        Self { table, numbers }
    }

    /// Says that a column holds numbers.
    pub(crate) fn numbers(&mut self, column: usize) {
        if let Some(numbers) = self.numbers.get_mut(column) {
            *numbers = true;
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.table.add_row(cells);
    }

    /// The lines, each ended, without blanks at their ends; at most `width` columns wide where the numbers leave room.
    pub(crate) fn lines(mut self, width: Option<usize>, fit: Fit) -> String {
        let last = self.numbers.len().saturating_sub(1);
        let widest = self.table.column_max_content_widths();
        for (index, column) in self.table.column_iter_mut().enumerate() {
            let gap = if index == last { 0 } else { GAP };
            column.set_padding((0, gap));
            if self.numbers[index] {
                column.set_cell_alignment(CellAlignment::Right);
                column.set_constraint(ColumnConstraint::ContentWidth);
            } else if widest[index] <= NARROWEST {
                column.set_constraint(ColumnConstraint::ContentWidth);
            } else {
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(NARROWEST + gap)));
            }
        }
        match width.and_then(|width| u16::try_from(width).ok()) {
            Some(width) => self.table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic),
            None => self.table.set_content_arrangement(ContentArrangement::Disabled),
        };
        if fit == Fit::Cut {
            for index in 0..self.table.row_count() {
                self.table.row_mut(index).map(|row: &mut Row| row.max_height(1));
            }
        }
        self.table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn table() -> TextTable {
        let mut table = TextTable::new(["name", "unit", "value"]);
        table.numbers(2);
        for (name, unit, value) in [
            ("销售额", "百万元", "1,200"),
            ("売上高（四半期）", "円", "87"),
            ("مَبِيعَات", "ريال", "3.5"),
            ("Sales of all shops in the north and in the south", "euro", "9"),
        ] {
            table.row([name, unit, value].map(str::to_owned));
        }
        table
    }

    /// Where the last word of each line ends, in columns.
    fn ends(text: &str) -> Vec<usize> {
        text.lines().map(UnicodeWidthStr::width).collect()
    }

    #[test]
    fn scripts_of_any_width_align() {
        let text = table().lines(None, Fit::Wrap);
        let ends = ends(&text);
        assert!(ends.iter().all(|end| *end == ends[0]), "{text}");
    }

    #[test]
    fn long_text_is_wrapped_or_cut_to_the_width() {
        let wrapped = table().lines(Some(40), Fit::Wrap);
        assert!(ends(&wrapped).iter().all(|end| *end <= 40), "{wrapped}");
        assert!(wrapped.lines().count() > 5 && wrapped.contains("south"), "{wrapped}");
        let cut = table().lines(Some(40), Fit::Cut);
        assert_eq!(cut.lines().count(), 5, "{cut}");
        assert!(ends(&cut).iter().all(|end| *end <= 40) && cut.contains('…'), "{cut}");
        assert_eq!(table().lines(Some(200), Fit::Cut), table().lines(None, Fit::Wrap));
    }
}
