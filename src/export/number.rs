//! Numbers as a reader wants them: few digits, thousands apart, the magnitude in words.

/// A thin space that does not break; the embedded font has it, unlike U+2009.
pub const THIN_SPACE: char = '\u{202f}';
const MINUS: char = '\u{2212}';

/// The unit a reader would count in, such as millions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Magnitude {
    /// What a value is divided by before it is written, at least 1.
    pub divisor: f64,
    /// The word for the divisor: "", "thousand", "million", "billion" or "trillion".
    pub name: &'static str,
}

impl Magnitude {
    /// The magnitude for values up to `max_abs` in size; below a hundred thousand there is none.
    pub fn of(max_abs: f64) -> Magnitude {
        let (divisor, name) = match max_abs.abs() {
            // Beyond a million trillions an exponent is easier to read than the word.
            a if a >= 1e18 || a.is_nan() => (1.0, ""),
            a if a >= 1e12 => (1e12, "trillion"),
            a if a >= 1e9 => (1e9, "billion"),
            a if a >= 1e6 => (1e6, "million"),
            a if a >= 1e5 => (1e3, "thousand"),
            _ => (1.0, ""),
        };
        Magnitude { divisor, name }
    }

    /// The value counted in this magnitude and its name, such as "1.65 million".
    pub fn write(&self, value: f64) -> String {
        let number = format_number(value / self.divisor);
        if self.name.is_empty() { number } else { format!("{number} {}", self.name) }
    }
}

/// A number in three significant digits, whole from 100 on, thousands apart: 0.0123, 1.65, 16.5,
/// 1,650. Below 1e-4 and from 1e15 on with an exponent. The minus is U+2212.
pub fn format_number(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        return "–".to_string();
    }
    if size.is_infinite() {
        return signed(value, "∞");
    }
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        return signed(value, &with_exponent(size));
    }
    let decimals = decimals_for(size);
    // Rounding may carry into the next power of ten, which has one decimal fewer: 9.996.
    let rounded: f64 = format!("{size:.decimals$}").parse().unwrap_or(size);
    let decimals = decimals_for(rounded);
    let text = without_trailing_zeros(&format!("{rounded:.decimals$}"));
    signed(value, &group_thousands(&text))
}

/// A share of 1 in per cent with a thin space: 0.08 is "8 %"; below 1 % and above 99 % one decimal.
pub fn format_share(share: f64) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        return "–".to_string();
    }
    let number = if percent > 0.0 && percent < 0.1 {
        "<\u{202f}0.1".to_string()
    } else if (99.95..100.0).contains(&percent) {
        ">\u{202f}99.9".to_string()
    } else if percent > 0.0 && percent < 0.95 || percent > 99.0 && percent < 100.0 {
        without_trailing_zeros(&format!("{percent:.1}"))
    } else {
        format!("{:.0}", percent.round())
    };
    format!("{number}{THIN_SPACE}%")
}

/// A tick's label with as many decimals as its step needs, so that the labels line up.
pub fn format_tick(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let decimals = (-step.abs().log10() - 1e-9).ceil().max(0.0);
    if !step.is_finite() || decimals > 6.0 || value.abs() >= 1e15 {
        return format_number(value);
    }
    let decimals = decimals as usize;
    signed(value, &group_thousands(&format!("{:.decimals$}", value.abs())))
}

fn decimals_for(size: f64) -> usize {
    match size {
        s if s >= 100.0 || s == 0.0 => 0,
        s if s >= 10.0 => 1,
        s if s >= 1.0 => 2,
        s => 2 + (-s.log10()).ceil().max(1.0) as usize,
    }
}

fn with_exponent(size: f64) -> String {
    let text = format!("{size:.2e}");
    match text.split_once('e') {
        Some((digits, exponent)) => {
            let exponent = exponent.replace('-', &MINUS.to_string());
            format!("{}e{exponent}", without_trailing_zeros(digits))
        }
        None => text,
    }
}

fn signed(value: f64, text: &str) -> String {
    let zero = text.chars().all(|c| c == '0' || c == '.');
    if value < 0.0 && !zero { format!("{MINUS}{text}") } else { text.to_string() }
}

/// "1.50" as "1.5", "2.0" as "2", "10" as it is.
pub fn without_trailing_zeros(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text.to_string() }
}

fn group_thousands(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// "12 to 34 million" in the reader's magnitude.
pub fn range(low: f64, high: f64) -> String {
    let magnitude = Magnitude::of(high.abs().max(low.abs()));
    let name = if magnitude.name.is_empty() { String::new() } else { format!(" {}", magnitude.name) };
    let figure = |value: f64| three_figures(value / magnitude.divisor);
    format!("{} to {}{name}", figure(low), figure(high))
}

/// Three figures are what a reader takes in, and more than a forecast knows.
pub fn three_figures(value: f64) -> String {
    let unit = 10_f64.powf(value.abs().log10().floor() - 2.0);
    format_number(if unit.is_normal() { (value / unit).round() * unit } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_a_reader_needs() {
        let cases = [
            (1.65, "1.65"),
            (16.5, "16.5"),
            (1650.0, "1,650"),
            (4843.4, "4,843"),
            (1_234_567.8, "1,234,568"),
            (123.4, "123"),
            (9.996, "10"),
            (99.97, "100"),
            (0.82, "0.82"),
            (0.999_96, "1"),
            (0.012_34, "0.0123"),
            (0.000_123_4, "0.000123"),
            (0.000_099, "9.9e−5"),
            (999_999_999_999_999.0, "999,999,999,999,999"),
            (1e15, "1e15"),
            (-2.5e300, "−2.5e300"),
            (0.0, "0"),
            (-0.0, "0"),
            (f64::NAN, "–"),
            (f64::NEG_INFINITY, "−∞"),
        ];
        for (value, text) in cases {
            assert_eq!(format_number(value), text, "{value}");
        }
    }

    #[test]
    fn magnitudes_are_named() {
        assert_eq!(Magnitude::of(1_650_000.0).write(1_650_000.0), "1.65 million");
        assert_eq!(Magnitude::of(4843.0).write(4843.0), "4,843");
        assert_eq!(Magnitude::of(-250_000.0).name, "thousand");
        assert_eq!(Magnitude::of(3e12).name, "trillion");
        assert_eq!(Magnitude::of(f64::NAN).divisor, 1.0);
    }

    #[test]
    fn shares_are_whole_but_near_the_ends() {
        let cases = [
            (0.0, "0"),
            (0.000_3, "<\u{202f}0.1"),
            (0.004, "0.4"),
            (0.085, "9"),
            (0.5, "50"),
            (0.993, "99.3"),
            (0.999_9, ">\u{202f}99.9"),
            (1.0, "100"),
        ];
        for (share, text) in cases {
            assert_eq!(format_share(share), format!("{text}\u{202f}%"));
        }
    }
}
