//! `onpace ramps`.

use super::say::Failure;
use crate::forecast::Draws;
use crate::registry::Registry;
use crate::study::score_odds;
use clap::{Args, Subcommand};

/// Example: onpace ramps score
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// score
    Score,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match arguments.what {
        What::Score => {
            let scores = score_odds(&Registry::bundled(), &Draws::new(1, 2000));
            for s in &scores.scores {
                println!(
                    "{}x{} in {} {:10} events {} brier {:.4} skill {:.3} ({:.3},{:.3}) less {:.4} {:.4} {:.4} log {:.4} rel {:.4} res {:.4}",
                    if s.question.by { "by " } else { "at " },
                    s.question.multiple,
                    s.question.years,
                    s.view,
                    s.events,
                    s.brier,
                    s.skill.0,
                    s.skill.1,
                    s.skill.2,
                    s.less_pooled.0,
                    s.less_pooled.1,
                    s.less_pooled.2,
                    s.log_score,
                    s.parts.reliability,
                    s.parts.resolution
                );
            }
            for (v, b) in &scores.brier {
                println!("{v} {b:.5}");
            }
            for (v, bins) in &scores.reliability {
                for b in bins {
                    println!(
                        "{v} {:.3} {:.3} {:.3}-{:.3} {}",
                        b.odds, b.frequency, b.interval.0, b.interval.1, b.count
                    );
                }
            }
        }
    }
    Ok(())
}
