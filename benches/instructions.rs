//! Instructions of a fit and forecast, which do not depend on how busy the machine is: `cargo bench --bench instructions`.
//! Each case runs in a process of its own under valgrind's callgrind, which must be installed; it counts inside
//! [`measured`] alone.

use std::hint::black_box;
use std::process::Command;

use onpace::forecast::Draws;
use onpace::models::Model;
use onpace::registry::Registry;
use onpace::series::{Period, Series};

const CASES: [(&str, usize); 9] = [
    ("naive", 30),
    ("drift", 30),
    ("level:log", 30),
    ("trend:log", 30),
    ("damped:log", 30),
    ("theta:log", 30),
    ("auto", 15),
    ("auto", 30),
    ("auto", 120),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [name, n] = arguments.as_slice() {
        run(name, n.parse().expect("a length"));
        return;
    }
    println!("model           values   instructions (fit, 2,000 paths of 6 steps, 11 quantiles)");
    let program = std::env::current_exe().expect("this program");
    for (name, n) in CASES {
        let count = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*measured*"])
            .arg(&program)
            .args([name, &n.to_string()])
            .output()
            .expect("valgrind, which must be installed");
        let said = String::from_utf8_lossy(&count.stderr);
        let collected = said.lines().find_map(|line| line.split("Collected :").nth(1)).expect("a count").trim();
        println!("{name:14} {n:7} {collected:>14}");
    }
}

/// The case, after another series of its length has made what all series share.
fn run(name: &str, n: usize) {
    let value = |t: usize| 10.0 * 1.1_f64.powf(t as f64) * (1.0 + 0.05 * (t * t % 7) as f64);
    let start = Period::year(1900).expect("a year");
    let series = Series::new("s", start, (0..n).map(value).collect::<Vec<_>>()).expect("a series");
    let (model, draws) = (Registry::bundled().model(name).expect("a model"), Draws::new(1, 2000));
    model.fit(&series).expect("a fit").forecast(6, &draws);
    measured(model.as_ref(), &series, &draws);
}

#[inline(never)]
fn measured(model: &dyn Model, series: &Series, draws: &Draws) {
    let probabilities = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975];
    black_box(model.fit(series).expect("a fit").forecast(6, draws).quantiles(&probabilities));
}
