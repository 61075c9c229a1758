//! `onpace ramps`: the documented ramps, the outside view.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::bundled;
use crate::data::ramp_tasks;
use crate::export::Table;
use crate::forecast::Draws;
use crate::goals::{Asked, case_rate};
use crate::models::{Reference, ReferenceClass};
use crate::outlook::score_odds;
use crate::report::{odds_score_table, reliability_chart};
use crate::series::{Bounds, Period, Ramp, Series};

use super::options::{Output, Picture, use_threads};
use super::say::{self, Failure};

/// Fewer comparable cases than this are few.
const FEW_CASES: f64 = 20.0;

/// Example: onpace ramps odds --growth 1.8,2 --target 3 --within 2
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The ramps, a row each
    List {
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        output: Output,
    },
    /// The values of one ramp, in the long layout
    Show {
        /// Its name, such as "China | solar electricity"
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// How the class was selected, and whom it leaves out
    About,
    /// How often ramps that grew like this then grew by so much
    Odds {
        /// Growth of the last years, as multiples, oldest first: 1.8,2
        #[arg(long, value_delimiter = ',', required = true, allow_negative_numbers = true, value_name = "MULTIPLES")]
        growth: Vec<f64>,
        /// The multiple of the last value that is asked for
        #[arg(long, default_value_t = 2.0, allow_negative_numbers = true)]
        target: f64,
        /// Years ahead
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=50))]
        within: u32,
        /// The last value is a share, in per cent: it is compared with ramps that are shares, and the target is a share too
        #[arg(long, value_name = "PERCENT")]
        share: Option<f64>,
        /// Exclude reference ramps of these places or technologies, separated by commas
        #[arg(long, value_delimiter = ',', value_name = "NAME")]
        without: Vec<String>,
        /// List so many of the most comparable cases instead
        #[arg(long, value_name = "COUNT")]
        cases: Option<usize>,
        #[command(flatten)]
        output: Output,
    },
    /// How good odds of growth are: asked of ramps whose future is known
    Score {
        /// Draw the reliability of the odds, .svg or .png
        #[arg(long, value_name = "FILE")]
        chart: Option<PathBuf>,
        /// Use only so many of each history's last values: 4 shows how odds of very short series do
        #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(2..=1000))]
        last: Option<u32>,
        /// Sample paths a forecast
        #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        paths: u32,
        /// Seed of all draws
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Threads [default: all cores]; results do not depend on it
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
        threads: Option<u32>,
        #[command(flatten)]
        output: Output,
    },
}

/// Which ramps.
#[derive(Debug, Args)]
struct Filter {
    /// Of this place
    #[arg(long, value_name = "NAME")]
    place: Option<String>,
    /// Of this technology
    #[arg(long, value_name = "NAME")]
    technology: Option<String>,
    /// That have at least multiplied by so much within ten years
    #[arg(long, value_name = "MULTIPLE")]
    grew: Option<f64>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let registry = bundled::registry();
    let class = registry.outside().class();
    match &arguments.command {
        Command::List { filter, output } => list(&class, filter, output),
        Command::Show { name, output } => show(&class, name, output),
        Command::About => say::out(about(&class).as_bytes()),
        Command::Odds { growth, target, within, share, without, cases, output } => {
            let unknown = without.iter().find(|name| !class.knows(name));
            if let Some(name) = unknown {
                return Err(Failure::Usage(format!("no ramp is of a place or technology `{name}`: onpace ramps list")));
            }
            let series = grown(growth, *share)?;
            if !(target.is_finite() && *target > 0.0) {
                return Err(Failure::Usage(format!("--target {target}: a multiple lies above zero")));
            }
            let registry = bundled::registry_without(without);
            let asked = target * if share.is_some() { 1.0 } else { series.last_value() };
            if series.bounds().upper.is_some_and(|upper| asked >= upper) {
                return Err(Failure::Usage(format!("--target {target}: a share lies below 100")));
            }
            let steps = *within as usize;
            match cases {
                Some(count) => nearest(registry.outside(), &series, asked, steps, *count, output),
                None => odds(registry.outside(), &series, asked, steps, output),
            }
        }
        Command::Score { chart, last, paths, seed, threads, output } => {
            let format = output.format()?;
            let picture = chart.as_deref().map(Picture::of).transpose()?;
            use_threads(*threads);
            let scores = score_odds(
                &registry,
                ramp_tasks(),
                &Draws::new(*seed, *paths as usize),
                last.map(|last| last as usize),
            );
            if let Some(picture) = picture {
                picture.write(reliability_chart(&scores).svg()?)?;
            }
            if !output.quiet {
                scores.brier.iter().filter(|(_, brier)| brier.is_finite()).for_each(|(forecaster, brier)| {
                    say::note(&format!("{forecaster}: Brier score {brier:.4} over all questions"))
                });
            }
            output.write(&odds_score_table(&scores), format)
        }
    }
}

/// The greatest multiple of a ramp's value within ten years; none where no value before is above zero.
fn greatest_multiple(ramp: &Ramp) -> Option<f64> {
    let values = || ramp.years().iter().zip(ramp.values());
    let multiples = values().filter(|(_, value)| **value > 0.0).flat_map(|(year, value)| {
        let later = values().filter(move |(later, _)| (1..=10).contains(&(*later - year)));
        later.map(move |(_, later)| later / value)
    });
    multiples.max_by(f64::total_cmp)
}

fn list(class: &ReferenceClass, filter: &Filter, output: &Output) -> Result<(), Failure> {
    if let Some(name) = filter.place.iter().chain(&filter.technology).find(|name| !class.knows(name)) {
        return Err(Failure::Usage(format!("no ramp is of a place or technology `{name}`")));
    }
    if let Some(grew) = filter.grew.filter(|grew| !(grew.is_finite() && *grew > 0.0)) {
        return Err(Failure::Usage(format!("--grew {grew}: a multiple lies above zero")));
    }
    let is = |asked: &Option<String>, name: &str| {
        asked.as_deref().is_none_or(|asked| class.canonical(asked) == class.canonical(name))
    };
    let grew =
        |ramp: &Ramp| filter.grew.is_none_or(|grew| greatest_multiple(ramp).is_some_and(|multiple| multiple >= grew));
    let kept =
        |ramp: &&Ramp| is(&filter.place, ramp.entity()) && is(&filter.technology, ramp.technology()) && grew(ramp);
    let all: Vec<&Ramp> = class.ramps().iter().filter(kept).collect();
    let table = Table::default()
        .text("unique_id", all.iter().map(|ramp| ramp.id()))
        .text("place", all.iter().map(|ramp| class.canonical(ramp.entity())))
        .text("technology", all.iter().map(|ramp| class.canonical(ramp.technology())))
        .text("kind", all.iter().map(|ramp| if ramp.is_share() { "share" } else { "production" }))
        .optional_text("first", all.iter().map(|ramp| ramp.years().first().map(i64::to_string)))
        .optional_text("last", all.iter().map(|ramp| ramp.years().last().map(i64::to_string)))
        .count("values", all.iter().map(|ramp| ramp.values().len()))
        .number("greatest", all.iter().map(|ramp| ramp.values().iter().copied().max_by(f64::total_cmp)))
        .number("last_value", all.iter().map(|ramp| ramp.values().last().copied()))
        .number("greatest_multiple_in_ten_years", all.iter().map(|ramp| greatest_multiple(ramp)));
    output.write(&table, output.format()?)
}

fn show(class: &ReferenceClass, name: &str, output: &Output) -> Result<(), Failure> {
    let ramp = class.ramps().iter().find(|ramp| ramp.id() == name);
    let ramp =
        ramp.ok_or_else(|| Failure::Usage(format!("there is no ramp `{name}`: onpace ramps list names them")))?;
    let table = Table::default()
        .text("unique_id", ramp.years().iter().map(|_| name))
        .text("ds", ramp.years().iter().map(i64::to_string))
        .number("y", ramp.values().iter().map(|value| Some(*value)));
    output.write(&table, output.format()?)
}

fn about(class: &ReferenceClass) -> String {
    let names =
        |of: &dyn Fn(&Ramp) -> String| class.ramps().iter().map(of).collect::<std::collections::BTreeSet<_>>().len();
    let technologies = names(&|ramp| class.canonical(ramp.technology()).to_owned());
    let places = names(&|ramp| class.canonical(ramp.entity()).to_owned());
    let first = class.ramps().iter().filter_map(|ramp| ramp.years().first()).min().copied().unwrap_or_default();
    let last = class.ramps().iter().filter_map(|ramp| ramp.years().last()).max().copied().unwrap_or_default();
    let shares = class.ramps().iter().filter(|ramp| ramp.is_share()).count();
    format!(
        "{} documented ramps of {technologies} technologies in {places} places, {first} to {last}; {shares} are shares in per cent.\n\
         \n\
         Selected: yearly series of electricity by source, coal, oil, gas, metals and the spread of household technologies in\n\
         Our World in Data's tables (CC BY 4.0). Each is followed from its start to its end, falls to zero included, so that\n\
         the class is not made of survivors. It is production and adoption of physical things: it says nothing of software,\n\
         prices or wars, and electricity, fuels and metals make up most of it. Half of a country's production of a fuel has\n\
         neighbours in the same country: error bars draw technologies or places whole.\n\
         \n\
         A case is a year of a ramp with its growth before and its years after. How much it counts falls with its distance\n\
         from the series in question, on the scale of logarithms: in the mean growth of up to three years, in the growth of\n\
         the last, in how far the value lies below its earlier peak, and in its age where the series has eight values or more.\n\
         \n\
         Left out for a series: ramps of its own place and its own technology where its name tells them (`PLACE | TECHNOLOGY`),\n\
         those named by --ramps-without or by `ramps_without` in a study, and all years after its last value.\n\
         \n\
         Sources by name: datasets/README.md. Next: onpace ramps list --technology \"solar electricity\"\n",
        class.len()
    )
}

/// A series that grew by these multiples, up to a value of 1, or to a share.
fn grown(growth: &[f64], share: Option<f64>) -> Result<Series, Failure> {
    if let Some(wrong) = growth.iter().find(|g| !(g.is_finite() && **g > 0.0)) {
        return Err(Failure::Usage(format!("--growth {wrong}: multiples lie above zero, 2 for a doubling")));
    }
    if let Some(share) = share.filter(|share| !(*share > 0.0 && *share < 100.0)) {
        return Err(Failure::Usage(format!("--share {share}: a share lies between 0 and 100")));
    }
    let last = share.unwrap_or(1.0);
    let mut values = vec![last];
    for multiple in growth.iter().rev() {
        values.push(values[values.len() - 1] / multiple);
    }
    values.reverse();
    let bounds = Bounds { lower: Some(0.0), upper: share.map(|_| 100.0) };
    // The year only says that all ramps are known.
    let start = Period::year(9000).map_err(|error| Failure::Failed(error.to_string()))?;
    let made = Series::new("asked", start, values).and_then(|series| series.with_bounds(bounds));
    made.map_err(|error| Failure::Usage(error.to_string()))
}

fn odds(reference: &Reference, series: &Series, target: f64, within: usize, output: &Output) -> Result<(), Failure> {
    let comparable = reference.cases(series)?.comparable(series)?;
    let rests = comparable.rests_on();
    if !output.quiet {
        say::note(&format!(
            "note: rests on {:.0} comparable cases (growth near {}); technologies: {}, places: {}",
            rests.cases,
            comparable.growth_in_words(),
            rests.technologies,
            rests.places
        ));
    }
    if rests.cases < FEW_CASES && !output.quiet {
        say::note("warning: so few cases are near that the rate leans on the whole class");
    }
    let asked = [Asked { comparable: &comparable, target, known: within }];
    let rates: Vec<_> = (1..=within)
        .flat_map(|years| [true, false].map(|by| (years, by)))
        .filter_map(|(years, by)| Some((years, by, case_rate(&asked, years, by, 1)?)))
        .collect();
    if rates.is_empty() {
        return Err(Failure::Failed("cannot tell: no case is known so far".to_owned()));
    }
    let table = Table::default()
        .text("counts", rates.iter().map(|(_, by, _)| if *by { "by" } else { "at" }))
        .count("years", rates.iter().map(|(years, ..)| *years))
        .number("target", rates.iter().map(|_| Some(target)))
        .number("rate", rates.iter().map(|(.., rate)| Some(rate.rate)))
        .number("lo-80", rates.iter().map(|(.., rate)| Some(rate.interval.0)))
        .number("hi-80", rates.iter().map(|(.., rate)| Some(rate.interval.1)))
        .number("cases", rates.iter().map(|(.., rate)| Some(rate.cases)));
    output.write(&table, output.format()?)
}

fn nearest(
    reference: &Reference,
    series: &Series,
    target: f64,
    within: usize,
    count: usize,
    output: &Output,
) -> Result<(), Failure> {
    let comparable = reference.cases(series)?.comparable(series)?;
    let cases = comparable.nearest(count, target, within);
    let table = Table::default()
        .text("ramp", cases.iter().map(|case| case.ramp))
        .count("year", cases.iter().map(|case| usize::try_from(case.year).unwrap_or_default()))
        .number("weight", cases.iter().map(|case| Some(case.weight)))
        .number("growth", cases.iter().map(|case| Some(case.growth)))
        .number("multiple_after", cases.iter().map(|case| case.multiple))
        .optional_text(
            "reached",
            cases.iter().map(|case| case.reached.map(|r| if r { "yes" } else { "no" }.to_owned())),
        );
    output.write(&table, output.format()?)
}
