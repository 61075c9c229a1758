//! Tests from outside: golden values, the contract of every model, the command line.

mod arima_golden;
mod calibration;
mod ces_golden;
mod command_flags;
mod command_line;
mod command_texts;
mod comparison;
mod contract;
mod corpus;
mod docs;
mod engine_golden;
mod ets_golden;
mod goals;
mod growth_golden;
mod growth_models_golden;
mod hierarchy_golden;
mod m3_golden;
mod near;
mod scores_golden;
mod season_golden;
mod season_model;
mod snapshot;
mod study_errors;
mod theta_golden;

use std::path::PathBuf;

/// A file of this folder's golden values.
fn golden(name: &str) -> serde_json::Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}
