//! Forecast a vector of yearly values: the median and the 80 % interval of each year.

use onpace::{Error, Level, Series};

fn main() -> Result<(), Error> {
    let output = Series::starting("output", "2018", vec![120.0, 150.0, 210.0, 260.0, 330.0, 450.0, 560.0, 730.0])?;
    let result = onpace::forecast(&output, "auto", 5)?;
    let (low, high) = result.forecast().interval(Level::EIGHTY);
    let median = result.forecast().median();
    for step in 0..5 {
        println!("{}: {:.0} ({:.0} to {:.0})", 2026 + step, median[step], low[step], high[step]);
    }
    Ok(())
}
