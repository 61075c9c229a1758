//! The colours of the light and the dark sheet.

use plotters::style::RGBColor;

/// Whether a chart is drawn on a white or on a dark sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark ink on white, for print and documents.
    #[default]
    Light,
    /// Light ink on near black, for dark pages.
    Dark,
}

/// Every colour a chart uses, chosen to stay apart for colour-blind readers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colours {
    /// The sheet itself.
    pub(super) ground: RGBColor,
    /// Titles, data and their values.
    pub(super) ink: RGBColor,
    /// Subtitles, axis labels and the baseline.
    pub(super) grey: RGBColor,
    /// Horizontal grid lines.
    pub(super) grid: RGBColor,
    /// The main series and the median.
    pub(super) blue: RGBColor,
    /// The goal and its deadline.
    pub(super) red: RGBColor,
    /// The second series.
    pub(super) orange: RGBColor,
    /// The third series.
    pub(super) teal: RGBColor,
    /// Bands of a fan from the narrowest to the widest.
    pub(super) bands: [RGBColor; 3],
}

impl Theme {
    /// The colours of this sheet.
    pub(super) fn colours(self) -> Colours {
        match self {
            Theme::Light => Colours {
                ground: RGBColor(0xff, 0xff, 0xff),
                ink: RGBColor(0x16, 0x19, 0x1d),
                grey: RGBColor(0x5f, 0x66, 0x70),
                grid: RGBColor(0xe6, 0xe8, 0xeb),
                blue: RGBColor(0x1f, 0x5f, 0xa8),
                red: RGBColor(0xc0, 0x39, 0x2b),
                orange: RGBColor(0xd9, 0x82, 0x2b),
                teal: RGBColor(0x1b, 0x8a, 0x7a),
                bands: [RGBColor(0x8f, 0xb4, 0xdc), RGBColor(0xbc, 0xd3, 0xec), RGBColor(0xdf, 0xea, 0xf6)],
            },
            Theme::Dark => Colours {
                ground: RGBColor(0x14, 0x17, 0x1b),
                ink: RGBColor(0xe9, 0xeb, 0xee),
                grey: RGBColor(0x9a, 0xa2, 0xad),
                grid: RGBColor(0x2a, 0x2f, 0x36),
                blue: RGBColor(0x7f, 0xb4, 0xee),
                red: RGBColor(0xf0, 0x7f, 0x6e),
                orange: RGBColor(0xee, 0xab, 0x62),
                teal: RGBColor(0x4f, 0xc4, 0xb1),
                bands: [RGBColor(0x3a, 0x62, 0x90), RGBColor(0x29, 0x45, 0x66), RGBColor(0x1e, 0x2e, 0x42)],
            },
        }
    }
}

impl Colours {
    /// Missing periods.
    pub(super) fn missing(&self) -> RGBColor {
        self.grid
    }

    /// Halfway from grey to the sheet.
    pub(super) fn faint(&self) -> RGBColor {
        let half = |a: u8, b: u8| a.midpoint(b);
        let (grey, ground) = (self.grey, self.ground);
        RGBColor(half(grey.0, ground.0), half(grey.1, ground.1), half(grey.2, ground.2))
    }

    /// The colour of the series with this number; the fifth and later ones are grey.
    pub(super) fn series(&self, number: usize) -> RGBColor {
        match number {
            0 => self.blue,
            1 => self.orange,
            2 => self.teal,
            3 => self.red,
            _ => self.grey,
        }
    }

    /// The colour of the band with this place, 0 for the narrowest.
    pub(super) fn band(&self, place: usize) -> RGBColor {
        self.bands[place.min(self.bands.len() - 1)]
    }
}
