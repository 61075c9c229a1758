//! Replays the corpus of the fuzz targets, and damaged copies of it, through the functions that are fuzzed: each input
//! gives a result or an error, never a panic, and within ten seconds.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

#[allow(unreachable_pub, reason = "the library of the fuzz targets")]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use targets::{Reader, TARGETS};

/// How many damaged copies of each input are read; more of them are a fuzzing run without further tools.
const COPIES: &str = "ONPACE_DAMAGED_COPIES";

/// The files of the corpus of a target, by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<(String, Vec<u8>)> = (std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "fuzz/corpus/{target} is empty");
    files
}

#[track_caller]
fn assert_is_read(read: Reader, input: &[u8], case: &str) {
    let (done, finished) = mpsc::channel();
    let bytes = input.to_vec();
    thread::spawn(move || {
        read(&bytes);
        done.send(()).unwrap();
    });
    let outcome = match finished.recv_timeout(Duration::from_secs(10)) {
        Ok(()) => return,
        Err(mpsc::RecvTimeoutError::Timeout) => "does not end within ten seconds",
        Err(mpsc::RecvTimeoutError::Disconnected) => "panics",
    };
    let shown: String = input.escape_ascii().take(2000).map(char::from).collect();
    panic!("{case} {outcome}; expected a result or an error:\n{shown}");
}

#[test]
fn every_input_gives_a_result_or_an_error() {
    for (target, read) in TARGETS {
        for (name, bytes) in corpus(target) {
            assert_is_read(read, &bytes, &format!("{target}/{name}"));
        }
    }
}

/// What is put into an input to damage it.
const PIECES: [&[u8]; 16] = [
    b"\"",
    b",",
    b";",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"-",
    b"[",
    b"{",
    b"1e999",
    b"NaN",
    b"9223372036854775808",
    b"%",
    b"'",
    b"\xe2\x88\x92",
];

/// A copy of an input with one to four bytes or ranges changed, removed, repeated or put in.
fn damaged(input: &[u8], random: &mut Xoshiro256PlusPlus) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.random_range(1..=4) {
        let from = random.random_range(0..=bytes.len());
        let to = (from + random.random_range(0..20)).min(bytes.len());
        match random.random_range(0..5) {
            0 => bytes[from..to].iter_mut().take(1).for_each(|byte| *byte ^= 1 << random.random_range(0..8)),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let range = bytes[from..to].to_vec();
                bytes.splice(from..from, range);
            }
            3 => bytes.truncate(from),
            _ => drop(bytes.splice(from..to.min(from + 1), PIECES[random.random_range(0..PIECES.len())].to_vec())),
        }
    }
    bytes
}

#[test]
fn damaged_inputs_give_a_result_or_an_error() {
    let copies = std::env::var(COPIES).map_or(20, |count| count.parse().unwrap());
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    for (target, read) in TARGETS {
        for (name, bytes) in corpus(target) {
            for number in 0..copies {
                assert_is_read(
                    read,
                    &damaged(&bytes, &mut random),
                    &format!("damaged copy {number} of {target}/{name}"),
                );
            }
        }
    }
}
