//! The data of a study: a catalogue of sourced observations, or one file.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use crate::data::{Catalog, Choice, Columns, GoalRecord, Rules, Selection, SeriesInfo, nearest, read_panel};
use crate::series::{Estimate, Series};

use super::file::DataSpec;
use super::{Named, Place, StudyError, StudyFile};

/// The data of a study, as read.
#[derive(Debug, Clone)]
pub(super) enum StudyData {
    /// A catalogue of observations with their sources.
    Catalog(Arc<Catalog>),
    /// One file, with its series and their notes by name.
    Panel { series: HashMap<String, (Series, Vec<String>)>, file: String, bytes: Vec<u8> },
}

/// A series, and how it was made.
#[derive(Debug, Clone)]
pub struct SeriesData {
    /// The name in the data.
    pub id: String,
    /// The description of the series, if the data have one.
    pub info: Option<SeriesInfo>,
    /// The series; `None` without a usable figure.
    pub series: Option<Series>,
    /// The whole series, if `series` was cut to the last period that all parts of its sum have.
    pub uncut: Option<Series>,
    /// Each value with its uncertainty, for observations with sources.
    pub estimates: Vec<Estimate>,
    /// The value of each period with its figures, for observations with sources.
    pub choices: Vec<Choice>,
    /// The number of them before a gap that is too wide, which are not in the series.
    pub older: usize,
    /// The origins of the figures, for observations with sources.
    pub origins: Vec<String>,
    /// The number of unconfirmed figures that were left out.
    pub leads: usize,
    /// Remarks on how the series was made.
    pub notes: Vec<String>,
}

impl SeriesData {
    /// A series without values.
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
    /// Reads the data of a study.
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

    /// The goals of the data.
    pub(super) fn goals(&self) -> &[GoalRecord] {
        match self {
            Self::Catalog(catalog) => catalog.goals(),
            Self::Panel { .. } => &[],
        }
    }

    /// The catalogue, if the data are one.
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

    /// Whether there is a series of this name.
    pub(super) fn has(&self, id: &str) -> bool {
        match self {
            Self::Catalog(catalog) => catalog.info(id).is_ok(),
            Self::Panel { series, .. } => series.contains_key(id),
        }
    }

    /// The names of all series.
    pub(super) fn ids(&self) -> Vec<String> {
        match self {
            Self::Catalog(catalog) => catalog.series().iter().map(|info| info.id.clone()).collect(),
            Self::Panel { series, .. } => series.keys().cloned().collect(),
        }
    }

    /// The name of a series nearest to `id`, if one is near.
    pub(super) fn nearest_series(&self, id: &str) -> Option<String> {
        let ids = self.ids();
        nearest(id, ids.iter().map(String::as_str)).map(str::to_owned)
    }

    /// Makes a series by the rules. A file has no dates of publication, so a value is used once its period is over.
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
                let (whole, notes) = series.get(id).cloned().ok_or_else(|| StudyError::Unknown {
                    place: Place::Given,
                    what: Named::Series,
                    name: id.to_owned(),
                    near: self.nearest_series(id),
                })?;
                let periods = (0..whole.len() as i64).filter_map(|k| whole.start().shift(k).ok());
                let over = periods.take_while(|p| p.last_day().is_none_or(|day| day <= rules.as_of)).last();
                let series = over.and_then(|last| whole.up_to(last));
                Ok(SeriesData { series, notes, ..SeriesData::none(id) })
            }
        }
    }

    /// The days on which values of a series became known, in order, with these values in words.
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
