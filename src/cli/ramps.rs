//! `onpace ramps`: the documented ramps, the outside view.

use clap::{Args, Subcommand};

use crate::bundled;
use crate::charts::{Material, kind};
use crate::data::ramp_tasks;
use crate::export::Table;
use crate::goals::{Asked, Condition, Reading, Target, case_rate};
use crate::models::{Reference, ReferenceClass};
use crate::outlook::score_odds;
use crate::report::odds_score_table;
use crate::series::{Bounds, Period, Ramp, Series};

use super::failure::Failure;
use super::options::{ChartFile, Output, Picture, Simulation, WithoutRamps};
use super::{options, say};

/// Fewer comparable cases than this are few.
const FEW_CASES: f64 = 20.0;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  onpace ramps about
  onpace ramps list --technology \"solar electricity\" --grew 100
  onpace ramps show \"China | solar electricity\"
  onpace ramps odds --growth 1.8,2 --target x3 --within 2")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the ramps, one row each
    List {
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        output: Output,
    },
    /// Show the values of one ramp, in the long layout
    Show {
        /// Ramp, such as "China | solar electricity"
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Explain how the ramps were selected, and what they leave out
    About,
    /// Show how often ramps that had grown this much reached a target afterwards
    Odds(Odds),
    /// Score odds of growth on ramps whose future is known
    Score {
        /// Use only this many of the last values of each history: 4 shows how good odds of very short series are
        #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(2..=1000))]
        last: Option<u32>,
        #[command(flatten)]
        simulation: Simulation,
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        chart: ChartFile,
    },
}

/// What is asked of the reference ramps.
#[derive(Debug, Args)]
struct Odds {
    /// Growth of the last years as multiples, the oldest first: 1.8,2
    #[arg(long, value_delimiter = ',', required = true, allow_negative_numbers = true, value_name = "MULTIPLES")]
    growth: Vec<f64>,
    #[arg(long, default_value = "x2", allow_hyphen_values = true, value_name = "TARGET", help = options::TARGET)]
    target: String,
    /// Years to the deadline
    #[arg(long, default_value_t = 5, value_name = "YEARS", value_parser = clap::value_parser!(u32).range(1..=50))]
    within: u32,
    /// Last value in per cent, if it is a share: only ramps that are shares are comparable with it
    #[arg(long, value_name = "PERCENT")]
    share: Option<f64>,
    #[command(flatten)]
    without: WithoutRamps,
    /// List this many of the most comparable cases instead
    #[arg(long, value_name = "COUNT")]
    cases: Option<usize>,
    #[command(flatten)]
    output: Output,
}

/// Which ramps.
#[derive(Debug, Args)]
struct Filter {
    /// Only ramps of this place
    #[arg(long, value_name = "NAME")]
    place: Option<String>,
    /// Only ramps of this technology
    #[arg(long, value_name = "NAME")]
    technology: Option<String>,
    /// Only ramps that grew by at least this multiple within ten years
    #[arg(long, value_name = "MULTIPLE")]
    grew: Option<f64>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let registry = bundled::registry();
    let class = registry.outside().class();
    match &arguments.command {
        Command::List { filter, output } => list(&class, filter, output),
        Command::Show { name, output } => show(&class, name, output),
        Command::About => say::out_text(&about(&class), 0),
        Command::Odds(asked) => asked_of_ramps(&class, asked),
        Command::Score { chart, last, simulation, output } => {
            let format = output.format()?;
            let picture = chart.chart.as_deref().map(Picture::of).transpose()?;
            let scores = score_odds(&registry, ramp_tasks(), &simulation.draws(), last.map(|last| last as usize));
            if let Some(picture) = picture {
                let material = Material { track_record: Some(&scores), ..Material::default() };
                picture.write(kind("reliability")?.draw(&material)?.svg)?;
            }
            for (view, brier) in scores.brier.iter().filter(|(_, brier)| brier.is_finite()) {
                say::info(&format!("{view}: Brier score {brier:.4} over all questions"));
            }
            output.write(&odds_score_table(&scores), format)
        }
    }
}

/// Refuses a place or technology of which there is no ramp.
fn known(class: &ReferenceClass, names: &[String]) -> Result<(), Failure> {
    let Some(name) = names.iter().find(|name| !class.knows(name)) else { return Ok(()) };
    let known = class.ramps().iter().flat_map(|ramp| [ramp.entity(), ramp.technology()]);
    Err(Failure::usage(format!("there is no ramp of a place or technology `{name}`")).with_nearest(
        name,
        known,
        "`onpace ramps list` lists places and technologies",
    ))
}

fn asked_of_ramps(class: &ReferenceClass, asked: &Odds) -> Result<(), Failure> {
    known(class, &asked.without.ramps_without)?;
    let series = grown(&asked.growth, asked.share)?;
    let (last, years) = (series.last_value(), f64::from(asked.within));
    let target = match asked.target.parse()? {
        Target::Level(level) => level,
        Target::Multiple(times) => times * last,
        Target::Growth(rate) => last * (1.0 + rate).powf(years),
        Target::Share(share) if asked.share.is_some() => share,
        Target::Share(_) | Target::Event => {
            return Err(Failure::usage(format!("--target {} is a share, but the last value is not", asked.target))
                .with_hint("--share PERCENT gives the last value of a share"));
        }
    };
    let typed = &asked.target;
    if !(target.is_finite() && target > 0.0) {
        return Err(Failure::usage(format!("--target {typed}: expected a value above zero")));
    }
    if series.bounds().upper.is_some_and(|upper| target >= upper) {
        return Err(Failure::usage(format!("--target {typed}: expected a share below 100 %")));
    }
    let registry = bundled::registry_without(&asked.without.ramps_without);
    match asked.cases {
        Some(count) => nearest(registry.outside(), &series, target, asked.within as usize, count, &asked.output),
        None => odds(registry.outside(), &series, target, asked.within as usize, &asked.output),
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
    known(class, &[&filter.place, &filter.technology].into_iter().flatten().cloned().collect::<Vec<_>>())?;
    if let Some(grew) = filter.grew.filter(|grew| !(grew.is_finite() && *grew > 0.0)) {
        return Err(Failure::usage(format!("--grew {grew}: expected a multiple above zero")));
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
    let ramp = ramp.ok_or_else(|| {
        let names = class.ramps().iter().map(Ramp::id);
        Failure::usage(format!("there is no ramp `{name}`")).with_nearest(name, names, "`onpace ramps list` lists them")
    })?;
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
        "{} reference ramps of {technologies} technologies in {places} places, {first} to {last}; {shares} are shares in per cent.\n\
         \n\
         Selection: yearly series of electricity by source, coal, oil, gas, metals and the spread of household technologies \
         in Our World in Data's tables (CC BY 4.0). Each is followed from its start to its end, falls to zero included, so \
         that the class does not consist of survivors. It covers production and adoption of physical things, not software, \
         prices or wars; electricity, fuels and metals are most of it. Half of the ramps of a country's fuels have a \
         neighbour in the same country, so error bars come from a block bootstrap by technology and by place.\n\
         \n\
         A case is one year of a ramp with its growth before and its values after. Its weight falls with its distance from \
         the series in question, in logarithms: in the mean growth of up to three years, in the growth of the last year, in \
         how far the value is below its earlier peak, and in its age where the series has eight values or more.\n\
         \n\
         Left out for a series: ramps of its own place and its own technology, where its name gives them (`PLACE | \
         TECHNOLOGY`); those excluded by --ramps-without, or by `ramps_without` in a study; and all years after its last \
         value.\n\
         \n\
         Sources by name: datasets/README.md. Next: onpace ramps list --technology \"solar electricity\"\n",
        class.len()
    )
}

/// A series that grew by these multiples, up to a value of 1, or to a share.
fn grown(growth: &[f64], share: Option<f64>) -> Result<Series, Failure> {
    if let Some(wrong) = growth.iter().find(|g| !(g.is_finite() && **g > 0.0)) {
        return Err(Failure::usage(format!(
            "--growth {wrong}: expected multiples above zero, such as 2 for a doubling"
        )));
    }
    if let Some(share) = share.filter(|share| !(*share > 0.0 && *share < 100.0)) {
        return Err(Failure::usage(format!("--share {share}: expected a share above 0 and below 100")));
    }
    let last = share.unwrap_or(1.0);
    let mut values = vec![last];
    for multiple in growth.iter().rev() {
        values.push(values[values.len() - 1] / multiple);
    }
    values.reverse();
    let bounds = Bounds { lower: Some(0.0), upper: share.map(|_| 100.0) };
    // The year only says that all ramps are known.
    let start = Period::year(9000).map_err(|error| Failure::failed(error.to_string()))?;
    let made = Series::new("asked", start, values).and_then(|series| series.with_bounds(bounds));
    made.map_err(|error| Failure::usage(error.to_string()))
}

fn odds(reference: &Reference, series: &Series, target: f64, within: usize, output: &Output) -> Result<(), Failure> {
    let comparable = reference.cases(series)?.comparable(series)?;
    say::note(&comparable.finding().to_string());
    if comparable.rests_on().cases < FEW_CASES {
        say::warning("few cases are comparable, so the rate is close to that of all ramps");
    }
    let asked = [Asked { comparable: &comparable, condition: Condition::AtLeast, target, known: within }];
    let rates: Vec<_> = (1..=within)
        .flat_map(|years| [Reading::By, Reading::At].map(|reading| (years, reading)))
        .filter_map(|(years, reading)| Some((years, reading, case_rate(&asked, years, reading, 1)?)))
        .collect();
    if rates.is_empty() {
        return Err(Failure::failed("there are no odds: no comparable ramp is known that far ahead"));
    }
    let table = Table::default()
        .text("counts", rates.iter().map(|(_, reading, _)| if *reading == Reading::By { "by" } else { "at" }))
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
    let cases = comparable.nearest(count, Condition::AtLeast, target, within);
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
