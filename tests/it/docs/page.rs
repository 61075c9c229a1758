//! A Markdown page, its tables and its blocks of code.

use std::path::{Path, PathBuf};

/// The folder of the repository.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All pages that a reader of the program meets, relative to the repository.
pub(super) fn all_pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        ["README.md", "DESIGN.md", "CHANGELOG.md", "CONTRIBUTING.md", "datasets/README.md", "tests/data/README.md"]
            .map(PathBuf::from)
            .into();
    let docs = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    pages.extend(
        docs.map(|name| Path::new("docs").join(name)).filter(|path| path.extension().is_some_and(|e| e == "md")),
    );
    pages.sort();
    pages
}

pub(super) fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// The text under a heading, up to the next heading of any level.
#[track_caller]
pub(super) fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading `{heading}`"));
    let body = &page[start + heading.len() + 2..];
    body.find("\n#").map_or(body, |end| &body[..end])
}

/// The cells of the first table of a text, row by row without its header, with the backticks of code removed.
pub(super) fn rows(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().skip_while(|line| !line.starts_with("| ")).take_while(|line| line.starts_with('|'));
    lines.skip(2).map(|line| cells(line).into_iter().map(|cell| cell.replace('`', "")).collect()).collect()
}

/// The cells of one column of the first table under a heading.
#[track_caller]
pub(super) fn column(page: &str, heading: &str, at: usize) -> Vec<String> {
    rows(section(page, heading)).into_iter().map(|row| row[at].clone()).collect()
}

fn cells(line: &str) -> Vec<String> {
    let escaped = line.replace("\\|", "\u{0}");
    let inner = escaped.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}

/// A fenced block of code: its language and its text.
pub(super) struct Block {
    pub(super) language: String,
    pub(super) text: String,
}

pub(super) fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some(Block { language: language.to_owned(), text: String::new() }),
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some(block)) => block.text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    found
}
