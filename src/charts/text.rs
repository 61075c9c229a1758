//! Text as the sheet needs it: fit for XML, in lines that fit.

use super::font::{Weight, width};
use crate::export::number::THIN_SPACE;

const ELLIPSIS: &str = "…";
/// It has no width and no glyph.
pub(super) const LEFT_TO_RIGHT_MARK: char = '\u{200e}';

/// The text without control signs, which XML forbids, and with the thin space the font has, also
/// before a per cent sign.
pub(super) fn clean(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| match c {
            '\u{2009}' => THIN_SPACE,
            '\u{fffe}' | '\u{ffff}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    with_directions(&spaced.trim().replace(" %", &format!("{THIN_SPACE}%")))
}

/// The text with a mark after each stretch that is written from the right to the left: numbers and signs after it keep
/// their place.
fn with_directions(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut leftward = false;
    for character in text.chars() {
        if leftward && !is_leftward(character) && character != ' ' {
            marked.push(LEFT_TO_RIGHT_MARK);
        }
        leftward = is_leftward(character) || (leftward && character == ' ');
        marked.push(character);
    }
    marked
}

/// Whether a character is written from the right to the left, such as those of Hebrew and Arabic.
fn is_leftward(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The text itself if it fits into `room` px, else its beginning and an ellipsis.
pub(super) fn cut(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_string();
    }
    // A width grows with its text, so the longest beginning that fits can be bisected.
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let (mut fits, mut too_long) = (0, ends.len());
    while too_long - fits > 1 {
        let middle = (fits + too_long) / 2;
        if width(&shortened(text, ends[middle]), size, weight) <= room {
            fits = middle;
        } else {
            too_long = middle;
        }
    }
    shortened(text, ends.get(fits).copied().unwrap_or(0))
}

fn shortened(text: &str, end: usize) -> String {
    let mut kept = &text[..end];
    // Better no half word, unless a single long word is all there is.
    if !text[end..].starts_with(' ')
        && let Some(space) = kept.rfind(' ')
        && 2 * space > end
    {
        kept = &kept[..space];
    }
    let kept = kept.trim_end_matches([' ', ',', ';', ':', '.']);
    format!("{kept}{ELLIPSIS}")
}

/// The text in at most `most` lines of `room` px; the last one is cut if that is not enough.
pub(super) fn wrap(text: &str, size: f64, weight: Weight, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = text.split(' ').filter(|w| !w.is_empty()).peekable();
    while let Some(word) = words.next() {
        let longer = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
        if line.is_empty() || width(&longer, size, weight) <= room {
            line = longer;
        } else if lines.len() + 1 < most {
            lines.push(std::mem::replace(&mut line, word.to_string()));
        } else {
            line = longer;
            for rest in words.by_ref() {
                line.push(' ');
                line.push_str(rest);
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.iter().map(|l| cut(l, size, weight, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_their_room() {
        let text = "one two three four five six seven eight nine ten".repeat(20);
        for room in [5.0, 60.0, 200.0, 900.0] {
            let lines = wrap(&text, 14.5, Weight::Regular, room, 2);
            assert_eq!(lines.len(), 2);
            let fits = |line: &String| width(line, 14.5, Weight::Regular) <= room;
            assert!(lines.iter().all(fits) || room < 20.0);
            assert!(lines[1].ends_with('…'));
        }
        assert!(wrap("", 14.5, Weight::Regular, 100.0, 2).is_empty());
        assert_eq!(cut("short", 13.0, Weight::Regular, 100.0), "short");
    }

    #[test]
    fn figures_are_of_one_width_and_the_heavier_weight_is_wider() {
        let regular = |text: &str| width(text, 10.0, Weight::Regular);
        assert_eq!(regular("1111"), regular("8888"));
        assert!(width("onpace", 10.0, Weight::SemiBold) > regular("onpace"));
    }

    #[test]
    fn text_is_fit_for_xml_and_for_the_font() {
        assert_eq!(clean("الإنتاج السنوي: 80 %"), "الإنتاج السنوي\u{200e}: 80\u{202f}%");
        assert_eq!(clean(" 5 % of\u{0} it\u{2009}now\n"), "5\u{202f}% of  it\u{202f}now");
    }
}
