//! The data of a study: a catalogue of sourced observations, or one file.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use crate::data::{Catalog, Choice, Columns, GoalRecord, Rules, Selection, SeriesInfo, read_panel};
use crate::series::{Estimate, Series};

use super::file::DataSpec;
use super::{Named, Place, StudyError, StudyFile};

/// Where series come from.
#[derive(Debug, Clone)]
pub(super) enum StudyData {
    /// Sourced observations.
    Catalog(Arc<Catalog>),
    /// One file; its series, each with its notes.
    Panel { series: HashMap<String, (Series, Vec<String>)>, file: String, bytes: Vec<u8> },
}

/// A series with all that is known of how it was made.
#[derive(Debug, Clone)]
pub struct SeriesData {
    /// Its name in the data.
    pub id: String,
    /// What it is, where the data say so.
    pub info: Option<SeriesInfo>,
    /// The series; `None` without a usable figure.
    pub series: Option<Series>,
    /// The series as known, where `series` was cut to the last period that all parts of its sum have.
    pub uncut: Option<Series>,
    /// What is known of each value, for sourced observations.
    pub estimates: Vec<Estimate>,
    /// The choices it rests on, for sourced observations.
    pub choices: Vec<Choice>,
    /// How many of them lie before too wide a gap, so are not in the series.
    pub older: usize,
    /// Those who made the figures, for sourced observations.
    pub origins: Vec<String>,
    /// How many figures were left out because they are leads.
    pub leads: usize,
    /// How it was made.
    pub notes: Vec<String>,
}

impl SeriesData {
    /// Nothing but a name.
    pub(super) fn none(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            info: None,
            series: None,
            uncut: None,
            estimates: Vec::new(),
            choices: Vec::new(),
            older: 0,
            origins: Vec::new(),
            leads: 0,
            notes: Vec::new(),
        }
    }
}

impl StudyData {
    /// Reads the data that a study names.
    pub(super) fn read(file: &StudyFile, as_of: Date) -> Result<Self, StudyError> {
        match &file.keys.data {
            DataSpec::Bundled(_) => Ok(Self::Catalog(Catalog::bundled()?)),
            DataSpec::Folder(folder) => Ok(Self::Catalog(Arc::new(Catalog::open(&file.folder().join(folder))?))),
            DataSpec::File(path) => {
                let path = file.folder().join(path);
                let panel = read_panel(&path, &Columns::default(), None, Some(as_of))?;
                let name = path.display().to_string();
                if let Some(problem) = panel.problems.iter().find(|problem| problem.fatal) {
                    return Err(StudyError::Malformed { place: Place::File(name), problem: problem.to_string() });
                }
                let bytes =
                    std::fs::read(&path).map_err(|cause| StudyError::Unreadable { file: name.clone(), cause })?;
                let series =
                    panel.series.into_iter().map(|s| (s.series.id().to_owned(), (s.series, s.notes))).collect();
                Ok(Self::Panel { series, file: name, bytes })
            }
        }
    }

    /// The goals that the data hold.
    pub(super) fn goals(&self) -> &[GoalRecord] {
        match self {
            Self::Catalog(catalog) => catalog.goals(),
            Self::Panel { .. } => &[],
        }
    }

    /// The catalogue, where there is one.
    pub(super) fn catalog(&self) -> Option<&Arc<Catalog>> {
        match self {
            Self::Catalog(catalog) => Some(catalog),
            Self::Panel { .. } => None,
        }
    }

    /// The files that were read, with their bytes.
    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        match self {
            Self::Catalog(catalog) => catalog.files().to_vec(),
            Self::Panel { file, bytes, .. } => vec![(file.clone(), bytes.clone())],
        }
    }

    /// Whether there is a series of a name.
    pub(super) fn has(&self, id: &str) -> bool {
        match self {
            Self::Catalog(catalog) => catalog.info(id).is_ok(),
            Self::Panel { series, .. } => series.contains_key(id),
        }
    }

    /// A series as the rules make it. A file has no dates of publication: a value counts once its period is over.
    pub(super) fn select(&self, id: &str, rules: &Rules) -> Result<SeriesData, StudyError> {
        match self {
            Self::Catalog(catalog) => {
                let selection = catalog.select(id, rules)?;
                let origins = selection.origins();
                let Selection { series, estimates, choices, older, leads, notes } = selection;
                let info = catalog.info(id).ok().cloned();
                Ok(SeriesData {
                    id: id.to_owned(),
                    info,
                    series,
                    uncut: None,
                    estimates,
                    choices,
                    older,
                    origins,
                    leads,
                    notes,
                })
            }
            Self::Panel { series, .. } => {
                let (all, notes) = series.get(id).cloned().ok_or_else(|| StudyError::Unknown {
                    place: Place::Given,
                    what: Named::Series,
                    name: id.to_owned(),
                })?;
                let periods = (0..all.len() as i64).filter_map(|k| all.start().shift(k).ok());
                let over = periods.take_while(|p| p.last_day().is_none_or(|day| day <= rules.as_of)).last();
                let series = over.and_then(|last| all.up_to(last));
                Ok(SeriesData { series, notes, ..SeriesData::none(id) })
            }
        }
    }

    /// The days on which something of a series became known, in order, each with what it was in words.
    pub(super) fn publications(&self, id: &str, rules: &Rules) -> BTreeMap<Date, Vec<String>> {
        let number = crate::export::format_number;
        match self {
            Self::Catalog(catalog) => {
                let days = catalog.publications(id, rules).into_iter();
                days.map(|(day, observations)| {
                    let words = observations.iter().map(|o| {
                        let origin = catalog.source(&o.source).map_or("", |source| source.origin.as_str());
                        let value = match (o.value, o.low, o.high) {
                            (Some(value), ..) => number(value),
                            (None, Some(low), Some(high)) => format!("{} to {}", number(low), number(high)),
                            (None, Some(low), None) => format!("above {}", number(low)),
                            (None, None, high) => format!("at most {}", high.map_or_else(String::new, number)),
                        };
                        format!("{origin}: {} in {}", value, o.period)
                    });
                    (day, words.collect())
                })
                .collect()
            }
            Self::Panel { series, .. } => {
                let Some((series, _)) = series.get(id) else { return BTreeMap::new() };
                let periods = (0..series.len() as i64).filter_map(|k| series.start().shift(k).ok());
                let known = periods.filter_map(|period| Some((period.last_day()?, period, series.at(period)?)));
                known
                    .filter(|(day, ..)| *day <= rules.as_of)
                    .map(|(day, period, value)| (day, vec![format!("{} in {period}", number(value))]))
                    .collect()
            }
        }
    }
}
