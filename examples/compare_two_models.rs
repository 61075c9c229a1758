//! Compare two models on the last twelve origins of a monthly series, six months ahead.

fn main() -> Result<(), onpace::Error> {
    let passengers = onpace::read("tests/data/air_passengers.csv")?;
    let comparison = onpace::compare(passengers, "seasonal-naive,theta", 6, 12)?;
    for row in &comparison.rows {
        println!("{:<16} CRPS {:.3}, {}", row.model, row.crps.unwrap_or(f64::NAN), row.standing.in_words());
    }
    Ok(())
}
