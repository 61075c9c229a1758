//! Draw a fan chart of a monthly series, two years ahead, as SVG and as PNG.

use onpace::charts::png;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let passengers = onpace::read("tests/data/air_passengers.csv")?.remove(0);
    let svg = onpace::forecast(&passengers, "auto", 24)?.svg("Air passengers keep growing, with the season")?;
    let folder = std::env::temp_dir();
    std::fs::write(folder.join("passengers.png"), png(&svg, 2.0)?.bytes)?;
    std::fs::write(folder.join("passengers.svg"), svg)?;
    println!("passengers.svg and passengers.png are in {}", folder.display());
    Ok(())
}
