//! From the drawing to the document: the page size, the fonts and the words for a screen reader.

use super::canvas::{HEIGHT, SCALE, WIDTH};
use super::text::{FAMILY, REGULAR, SEMI_BOLD};

/// The whole SVG document made from what plotters drew, with a title and a description in words.
pub(super) fn finish(drawn: &str, title: &str, description: &str) -> String {
    let mut document = String::with_capacity(drawn.len() + 2 * (REGULAR.len() + SEMI_BOLD.len()));
    document.push_str(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {} {}\" role=\"img\">\n",
        WIDTH * SCALE,
        HEIGHT * SCALE
    ));
    document.push_str(&format!("<title>{}</title>\n", escape(title)));
    if !description.is_empty() {
        document.push_str(&format!("<desc>{}</desc>\n", escape(description)));
    }
    document.push_str("<style>\n");
    document.push_str(&font_face(400, REGULAR));
    document.push_str(&font_face(600, SEMI_BOLD));
    document.push_str("polyline{stroke-linejoin:round}\n</style>\n");

    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    let mut inside_text = false;
    for line in body.lines() {
        if line.starts_with("<text") {
            inside_text = true;
            document.push_str(&text_tag(line));
            continue;
        }
        // The drawing has line breaks around a text, which some readers take for spaces.
        inside_text = inside_text && line != "</text>";
        document.push_str(&line.replace(" opacity=\"1\"", ""));
        if !inside_text {
            document.push('\n');
        }
    }
    document
}

/// The opening tag of a text with the weight and the size as they were meant.
fn text_tag(line: &str) -> String {
    let family = format!("font-family=\"{FAMILY}\"");
    let tag = line
        .replace(" opacity=\"1\"", "")
        .replace("font-weight=\"bold\"", "font-weight=\"600\"")
        .replace(&family, &format!("font-family=\"{FAMILY}, sans-serif\""));
    let before = "font-size=\"";
    let Some((head, tail)) = tag.split_once(before) else {
        return tag;
    };
    let Some((number, tail)) = tail.split_once('"') else {
        return tag;
    };
    match number.parse::<f64>() {
        Ok(size) => format!("{head}{before}{}\"{tail}", (size * 10.0).round() / 10.0),
        Err(_) => tag,
    }
}

fn font_face(weight: u32, font: &[u8]) -> String {
    format!(
        "@font-face{{font-family:\"{FAMILY}\";font-weight:{weight};\
         src:url(data:font/ttf;base64,{}) format(\"truetype\")}}\n",
        base64(font)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Standard base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= three.len() { char::from(sign) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_padded() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (plain, encoded) in cases {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }
}
