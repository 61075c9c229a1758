//! Instructions of a fit and forecast, which do not depend on how busy the machine is: `cargo bench --bench instructions`.
//! Each case runs in a process of its own under valgrind's callgrind, which must be installed; it counts inside
//! [`measured`] alone.

use std::hint::black_box;
use std::process::Command;

use onpace::bundled;
use onpace::forecast::Draws;
use onpace::models::Model;
use onpace::series::Series;

mod cases;

const MODELS: [&str; 14] = [
    "naive",
    "drift",
    "level",
    "trend",
    "damped",
    "theta",
    "season-level",
    "season-damped",
    "ets",
    "ets:ml",
    "ces",
    "arima",
    "mstl",
    "auto",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [name, shape] = arguments.as_slice() {
        run(name, shape);
        return;
    }
    println!("model          series       instructions (fit, 2,000 paths of 6 steps, 11 quantiles)");
    let program = std::env::current_exe().expect("this program");
    let registry = bundled::registry();
    let takes = |(name, shape): &(&str, &str)| registry.model(name).is_ok_and(|m| m.fit(&cases::series(shape)).is_ok());
    let all = MODELS.iter().flat_map(|name| cases::SHAPES.iter().map(move |(shape, ..)| (*name, *shape)));
    for (name, shape) in all.filter(takes) {
        let count = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*measured*"])
            .arg(&program)
            .args([name, shape])
            .output()
            .expect("valgrind, which must be installed");
        let said = String::from_utf8_lossy(&count.stderr);
        let collected = said.lines().find_map(|line| line.split("Collected :").nth(1)).expect("a count").trim();
        println!("{name:14} {shape:9} {collected:>15}");
    }
}

/// The case, after another series of its length has made what all series share.
fn run(name: &str, shape: &str) {
    let series = cases::series(shape);
    let (model, draws) = (bundled::registry().model(name).expect("a model"), Draws::new(1, 2000));
    model.fit(&series).expect("a fit").forecast(6, &draws);
    measured(model.as_ref(), &series, &draws);
}

#[inline(never)]
fn measured(model: &dyn Model, series: &Series, draws: &Draws) {
    let probabilities = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975];
    black_box(model.fit(series).expect("a fit").forecast(6, draws).quantiles(&probabilities));
}
