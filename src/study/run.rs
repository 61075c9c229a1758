//! The pipeline: data to series to views to goals.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::data::{Catalog, Choice, Columns, GoalRecord, Rules, Selection, SeriesInfo, read_panel};
use crate::forecast::{Draws, Level};
use crate::goals::{Assessment, CannotTell, Goal, Judgement, Target, judge};
use crate::registry::Registry;
use crate::series::Series;

use super::config::DataSpec;
use super::goal_records::goals;
use super::{StudyError, StudyFile, Views, horizon_reaching, last_periods, views};

/// A study with its data and goals read and checked.
///
/// ```
/// use onpace::study::{Study, StudyFile};
/// let mut file = StudyFile::bundled()?;
/// (file.series, file.paths) = (vec!["cn_domestic_units".into()], 500);
/// let results = Study::load(file)?.run(|_, _| ());
/// assert_eq!(results.goals.len(), 35);
/// # Ok::<(), onpace::study::StudyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Study {
    file: StudyFile,
    data: Data,
    goals: Vec<Goal>,
    series: Vec<String>,
}

/// Where series come from.
#[derive(Debug, Clone)]
enum Data {
    Catalog { catalog: Arc<Catalog>, selections: HashMap<String, Selection> },
    Panel { series: HashMap<String, (Series, Vec<String>)>, bytes: (String, Vec<u8>) },
}

/// A series of the study with its views.
#[derive(Debug, Clone)]
pub struct SeriesResult {
    /// Its name in the data.
    pub id: String,
    /// What it is, where the data say so.
    pub info: Option<SeriesInfo>,
    /// The series; `None` without a usable figure.
    pub series: Option<Series>,
    /// The choices it rests on, for sourced observations.
    pub choices: Vec<Choice>,
    /// How many figures were left out because they are leads.
    pub leads: usize,
    /// How it was made.
    pub notes: Vec<String>,
    /// Its forecasts; `None` without a series.
    pub views: Option<Views>,
}

/// What was found of a goal.
#[derive(Debug, Clone)]
pub struct GoalResult {
    /// The goal.
    pub goal: Goal,
    /// What record and data say.
    pub judgement: Result<Judgement, CannotTell>,
    /// Odds by each view that speaks: "own", "ramps", "pooled".
    pub views: Vec<(&'static str, Assessment)>,
    /// Leads that exist where there are no other data.
    pub leads: bool,
}

/// Everything that a run found.
#[derive(Debug, Clone)]
pub struct Results {
    /// The study.
    pub study: StudyFile,
    /// Levels of the intervals.
    pub levels: Vec<Level>,
    /// Its series, in the order of the study.
    pub series: Vec<SeriesResult>,
    /// Its goals, those to put first ahead.
    pub goals: Vec<GoalResult>,
    /// The catalogue, where the data are sourced observations.
    pub catalog: Option<Arc<Catalog>>,
    /// The files that were read, with their bytes.
    pub inputs: Vec<(String, Vec<u8>)>,
}

impl Study {
    /// Reads the data of a study and its goals.
    ///
    /// # Errors
    /// Data that cannot be read, a goal that cannot be understood, or the name of a series that does not exist.
    pub fn load(file: StudyFile) -> Result<Self, StudyError> {
        let of_catalog = |catalog| Data::Catalog { catalog, selections: HashMap::new() };
        let mut data = match &file.data {
            DataSpec::Bundled(_) => of_catalog(Catalog::bundled()?),
            DataSpec::Folder(folder) => of_catalog(Arc::new(Catalog::open(&file.folder.join(folder))?)),
            DataSpec::File(path) => {
                let path = file.folder.join(path);
                let panel = read_panel(&path, &Columns::default(), None, Some(file.as_of))?;
                if let Some(problem) = panel.problems.iter().find(|problem| problem.fatal) {
                    let (file, detail) = (path.display().to_string(), problem.to_string());
                    return Err(StudyError::Malformed { file, detail });
                }
                let name = path.display().to_string();
                let bytes =
                    std::fs::read(&path).map_err(|cause| StudyError::Unreadable { file: name.clone(), cause })?;
                let series =
                    panel.series.into_iter().map(|s| (s.series.id().to_owned(), (s.series, s.notes))).collect();
                Data::Panel { series, bytes: (name, bytes) }
            }
        };
        let records: &[GoalRecord] = match &data {
            Data::Catalog { catalog, .. } => catalog.goals(),
            Data::Panel { .. } => &[],
        };
        let goals = goals(&file, records)?;
        let mut series: Vec<String> = Vec::new();
        let rules = Rules { as_of: file.as_of, leads: file.leads };
        let of_goals = goals.iter().filter(|g| g.target != Target::Event).filter_map(|g| g.series.as_ref());
        for id in of_goals.chain(&file.series).chain(file.charts.iter().filter_map(|chart| chart.series.as_ref())) {
            if series.contains(id) {
                continue;
            }
            match &mut data {
                Data::Catalog { catalog, selections } => {
                    selections.insert(id.clone(), catalog.select(id, &rules)?);
                }
                Data::Panel { series, .. } if series.contains_key(id) => (),
                Data::Panel { .. } => {
                    return Err(StudyError::Unknown { file: file.file.clone(), what: "series", name: id.clone() });
                }
            }
            series.push(id.clone());
        }
        if let Some(name) =
            file.charts.iter().filter_map(|c| c.goal.as_ref()).find(|id| goals.iter().all(|g| g.id != **id))
        {
            return Err(StudyError::Unknown { file: file.file.clone(), what: "goal", name: name.clone() });
        }
        Ok(Self { file, data, goals, series })
    }

    /// Forecasts every series and holds the forecasts against the goals. `progress` hears how many series of how many
    /// are done.
    pub fn run(&self, progress: impl Fn(usize, usize) + Sync) -> Results {
        let registry = Registry::bundled();
        let draws = Draws::new(self.file.seed, self.file.paths);
        let done = std::sync::atomic::AtomicUsize::new(0);
        let series: Vec<SeriesResult> = self
            .series
            .par_iter()
            .map(|id| {
                let result = self.series_result(id, &registry, &draws);
                progress(1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed), self.series.len());
                result
            })
            .collect();
        let goals = self.goals.par_iter().map(|goal| self.goal_result(goal, &series)).collect();
        let (catalog, inputs) = match &self.data {
            Data::Catalog { catalog, .. } => (Some(Arc::clone(catalog)), catalog.files().to_vec()),
            Data::Panel { bytes, .. } => (None, vec![bytes.clone()]),
        };
        // Both were checked when the study was read.
        let levels = self.file.intervals().unwrap_or_default();
        let study = (self.file.file.clone(), self.file.text.clone().into_bytes());
        let inputs = std::iter::once(study).chain(inputs).collect();
        Results { study: self.file.clone(), levels, series, goals, catalog, inputs }
    }

    fn series_result(&self, id: &str, registry: &Registry, draws: &Draws) -> SeriesResult {
        let mut result = SeriesResult {
            id: id.to_owned(),
            info: None,
            series: None,
            choices: Vec::new(),
            leads: 0,
            notes: Vec::new(),
            views: None,
        };
        match &self.data {
            Data::Catalog { catalog, selections } => {
                result.info = catalog.info(id).ok().cloned();
                if let Some(Selection { series, choices, leads, notes }) = selections.get(id).cloned() {
                    (result.series, result.choices, result.leads, result.notes) = (series, choices, leads, notes);
                }
            }
            Data::Panel { series, .. } => {
                if let Some((series, notes)) = series.get(id) {
                    result.series = Some(series.clone());
                    result.notes.clone_from(notes);
                }
            }
        }
        let Some(series) = &result.series else { return result };
        let (series, note) = last_periods(series);
        result.notes.extend(note);
        let goals = self.goals.iter().filter(|goal| goal.series.as_deref() == Some(id));
        let usual = self.file.horizon_of(series.start().frequency());
        let horizon = horizon_reaching(series.last_period(), usual, goals);
        result.views = Some(views(registry, &series, horizon, draws));
        result.series = Some(series);
        result
    }

    fn goal_result(&self, goal: &Goal, results: &[SeriesResult]) -> GoalResult {
        let of = results.iter().find(|result| Some(&result.id) == goal.series.as_ref());
        let series = of.and_then(|result| result.series.as_ref());
        let mut judgement = judge(goal, series);
        let mut found = Vec::new();
        if let (Ok(Judgement::Open { deadline, .. }), Some(series)) = (&judgement, series)
            && let Some(views) = of.and_then(|result| result.views.as_ref())
        {
            found = views.assess(goal, series, *deadline);
            if found.is_empty() {
                let reasons: Vec<&str> = views.silent().map(String::as_str).collect();
                let reason =
                    if reasons.is_empty() { "the deadline lies beyond the horizon".into() } else { reasons.join("; ") };
                judgement = Err(CannotTell::NoModel(reason));
            }
        }
        let leads = judgement.is_err() && of.is_some_and(|result| result.leads > 0);
        GoalResult { goal: goal.clone(), judgement, views: found, leads }
    }
}
