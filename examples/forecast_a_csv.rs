//! Forecast every series of a CSV file with the columns unique_id, ds and y.

fn main() -> Result<(), onpace::Error> {
    for series in onpace::read("tests/data/m3_sample.csv")? {
        let result = onpace::forecast(&series, "theta", 1)?;
        println!("{}: {:.1} in the period after {}", series.id(), result.forecast().median()[0], series.last_period());
    }
    Ok(())
}
