//! The chance that output doubles by the end of 2028, and that it reaches 1,500 by the end of 2030.

use onpace::{Error, Series};

fn main() -> Result<(), Error> {
    let output = Series::starting("output", "2018", vec![120.0, 150.0, 210.0, 260.0, 330.0, 450.0, 560.0, 730.0])?;
    let result = onpace::forecast(&output, "auto", 5)?;
    println!("doubles by 2028: {}", result.chance_of("x2", "2028")?);
    println!("1,500 by 2030: {}", result.chance_of("1500", "2030")?);
    Ok(())
}
