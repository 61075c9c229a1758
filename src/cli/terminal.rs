//! The terminal: its width, and whether it shows colours.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;
use clap::builder::styling::Styles;
use terminal_size::{Width, terminal_size_of};

/// Below this nothing useful can be laid out.
const NARROWEST: usize = 40;
/// Width of help texts and of the goals where no terminal says otherwise.
pub(super) const USUAL: usize = 80;

pub(super) const HEADING: Style = Style::new().bold();
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const HINT: Style = AnsiColor::Cyan.on_default().bold();
pub(super) const BAR: Style = AnsiColor::Green.on_default();

/// The styles of help texts and of errors in the use of flags.
pub(super) const HELP: Styles = Styles::styled()
    .header(HEADING)
    .usage(HEADING)
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(ERROR)
    .valid(HINT)
    .invalid(WARNING);

/// Columns of standard output: those of `COLUMNS`, else of the terminal; none in a pipe or a file.
pub(super) fn output_width() -> Option<usize> {
    columns().or_else(|| of_terminal(terminal_size_of(io::stdout()).map(|(width, _)| width)))
}

/// The same of standard error.
pub(super) fn error_width() -> Option<usize> {
    columns().or_else(|| of_terminal(terminal_size_of(io::stderr()).map(|(width, _)| width)))
}

/// Whether standard output is read by a person.
pub(super) fn is_shown() -> bool {
    io::stdout().is_terminal()
}

fn columns() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok()?.trim().parse::<usize>().ok()?;
    (columns > 0).then(|| columns.max(NARROWEST))
}

fn of_terminal(width: Option<Width>) -> Option<usize> {
    width.filter(|width| width.0 > 0).map(|Width(width)| usize::from(width).max(NARROWEST))
}

/// Applies `--color` before anything is printed, help and errors in the use of flags included. Without it colours appear
/// on a terminal only, unless `NO_COLOR` or `CLICOLOR_FORCE` says otherwise.
pub(super) fn choose_colours(arguments: &[OsString]) {
    let words: Vec<&str> =
        arguments.iter().map(|word| word.to_str().unwrap_or_default()).take_while(|w| *w != "--").collect();
    let after = |at: usize| words.get(at + 1).copied();
    let mut chosen = words.iter().enumerate().filter_map(|(at, word)| match word.strip_prefix("--color") {
        Some("") => after(at),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    let choice = chosen.next_back().and_then(|when| when.parse::<ColorChoice>().ok());
    match choice {
        Some(ColorChoice::Always) => anstream::ColorChoice::Always.write_global(),
        Some(ColorChoice::Never) => anstream::ColorChoice::Never.write_global(),
        Some(ColorChoice::Auto) | None => {}
    }
}
