//! The table of goals for a terminal, and the verdict on a goal.

use std::fmt::Display;

use crate::export::{Fit, TextTable};
use crate::forecast::Odds;
use crate::goals::{CannotTell, Judgement, Outcome};
use crate::outlook::View;

use super::{GoalResult, Results};

/// The verdict on a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The goal is open and has odds.
    Odds,
    /// The goal was reached.
    Met,
    /// The deadline has passed, and the goal was not reached.
    Missed,
    /// The deadline has passed, and no outcome is known.
    Unknown,
    /// An event that is still open, which is judged from its recorded outcome alone.
    Open,
    /// The goal has no odds, for a reason that `detail` gives.
    CannotTell,
    /// The goal has no series or no deadline, so it cannot be judged.
    Listed,
}

impl Verdict {
    /// The verdict on a goal.
    pub fn of(result: &GoalResult) -> Self {
        match &result.judgement {
            Ok(Judgement::Open { .. }) => Self::Odds,
            Ok(Judgement::Judged { met: true, .. } | Judgement::Recorded(Outcome::Met, _)) => Self::Met,
            Ok(Judgement::Judged { met: false, .. } | Judgement::Recorded(Outcome::Missed, _)) => Self::Missed,
            Ok(Judgement::Recorded(Outcome::Unknown, _)) => Self::Unknown,
            Ok(Judgement::Recorded(Outcome::Open, _)) => Self::Open,
            Err(CannotTell::NoSeries | CannotTell::NoDeadline) => Self::Listed,
            Err(_) => Self::CannotTell,
        }
    }

    /// The word for it, as tables show it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Odds => "odds",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Unknown => "unknown",
            Self::Open => "open",
            Self::CannotTell => "no odds",
            Self::Listed => "listed",
        }
    }

    /// The details in words: the deciding value, the reason, or from which share on a goal counts as reached.
    pub fn detail(self, result: &GoalResult) -> String {
        let leads = if result.leads { "; unconfirmed figures exist" } else { "" };
        match &result.judgement {
            Ok(Judgement::Open { .. }) => match result.goal.threshold() {
                Some(threshold) => format!("a share counts as full from {threshold} %"),
                None => String::new(),
            },
            Ok(Judgement::Judged { period, value, target, .. }) => {
                let is_uncertain = |odds: &Odds| (0.01..=0.99).contains(&odds.probability());
                let chance = result.judged_odds.filter(is_uncertain);
                let chance = chance.map(|odds| format!(" ({odds} chance, because the figures are estimates)"));
                format!("{} in {period}, target {}{}", number(*value), number(*target), chance.unwrap_or_default())
            }
            Ok(Judgement::Recorded(Outcome::Unknown, _)) => "no outcome known".to_owned(),
            Ok(Judgement::Recorded(Outcome::Open, _)) => "judged by its outcome".to_owned(),
            Ok(Judgement::Recorded(_, Some(day))) => format!("on {day}"),
            Ok(Judgement::Recorded(_, None)) => "by its recorded outcome".to_owned(),
            Err(reason) => format!("{reason}{leads}"),
        }
    }
}

fn number(value: f64) -> String {
    crate::export::format_number(value)
}

/// The first `most` goals with their odds, in lines of at most `width` columns, and the number of goals that are not shown. Names
/// that are too long are cut and end with an ellipsis.
pub fn goal_table(results: &Results, most: usize, width: usize) -> String {
    let mut table = TextTable::new(["Goal", "due", &odds_columns(View::ALL.map(View::word), "")]);
    let count = results.goals.len();
    for result in results.goals.iter().take(most) {
        let goal = &result.goal;
        let name = results.settings.label(&goal.id, &goal.statement);
        let due = goal.deadline.map_or("–".to_owned(), due);
        let answer = match Verdict::of(result) {
            Verdict::Odds => {
                let odds = |view: View| result.view(view).map_or("–".to_owned(), |a| cell(a.odds()));
                let bar = result.view(View::Combined).map_or(String::new(), |a| bar(a.odds().probability()));
                odds_columns(View::ALL.map(odds), &bar)
            }
            verdict => format!("{}: {}", verdict.word(), verdict.detail(result)),
        };
        table.row([name.to_owned(), due, answer]);
    }
    if count > most {
        table.row([format!("… and {} more in goals.csv", count - most), String::new(), String::new()]);
    }
    table.lines(Some(width), Fit::Cut)
}

/// The odds by each view in columns, and a bar.
fn odds_columns(views: [impl Display; 3], bar: &str) -> String {
    let [inside, outside, combined] = views;
    format!("{inside:>6} {outside:>7} {combined:>8} {bar}").trim_end().to_owned()
}

fn cell(odds: Odds) -> String {
    let percent = 100.0 * odds.probability();
    match percent {
        p if p < 1.0 => "< 1 %".to_owned(),
        p if p > 99.0 => "> 99 %".to_owned(),
        p => format!("{p:.0} %"),
    }
}

/// A bar of up to seven blocks, in eighths.
fn bar(probability: f64) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let eighths = ((probability * 56.0).round() as usize).clamp(1, 56);
    let whole = "█".repeat(eighths / 8);
    format!("{whole}{}", EIGHTHS[eighths % 8]).trim_end().to_owned()
}

/// "end 2026" where the deadline ends a year, else month and year.
fn due(day: jiff::civil::Date) -> String {
    if (day.month(), day.day()) == (12, 31) {
        return format!("end {}", day.year());
    }
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS[usize::try_from(day.month() - 1).unwrap_or(0).min(11)];
    format!("{month} {}", day.year())
}
