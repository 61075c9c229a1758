//! Texts that are compared with a file, whole.

use std::path::PathBuf;

/// Set to write the files anew.
const UPDATE: &str = "UPDATE_SNAPSHOTS";

/// Compares a text with `tests/it/snapshots/NAME.txt`, or writes that file.
#[track_caller]
pub(crate) fn assert_snapshot(name: &str, text: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let path = folder.join(format!("{name}.txt"));
    if std::env::var_os(UPDATE).is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let same = expected.lines().zip(text.lines()).take_while(|(a, b)| a == b).count();
    assert!(
        expected == text,
        "{name}.txt, line {}:\n  expected: {}\n  printed:  {}\nIf the change is on purpose, set {UPDATE}=1 and run the test again.",
        same + 1,
        expected.lines().nth(same).unwrap_or("(nothing)"),
        text.lines().nth(same).unwrap_or("(nothing)")
    );
}
