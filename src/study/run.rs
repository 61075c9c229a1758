//! Runs a study: from the data to the series, their views and the goals.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use toml::Spanned;

use crate::bundled;
use crate::charts::{ChartKind, Needs};
use crate::data::{Catalog, Nature, Rules};
use crate::forecast::{Draws, Odds};
use crate::goals::{Assessment, CannotTell, CaseRate, Goal, Judgement, Measure, Target};
use crate::registry::Registry;
use crate::series::Series;

use super::file::DataSpec;
use super::goal_records::goals;
use super::judging::Workshop;
use super::projections::projections;
use super::study_data::StudyData;
use super::sums::Sums;
use super::{
    ChartSpec, Named, Overrides, Place, Placed, Projection, ReplayDay, SeriesData, Settings, StudyError, StudyFile,
};
use crate::outlook::{View, Viewpoint, Views};

/// A study with its data and goals, read and checked.
///
/// ```
/// use onpace::study::{Overrides, Study, StudyFile};
/// let fewer = Overrides { paths: Some(500), ..Overrides::default() };
/// let study = Study::load(&StudyFile::bundled()?, &fewer)?.only(&["triple_2027".into()]);
/// assert!(!study.run(|_, _| ()).goals[0].views.is_empty());
/// # Ok::<(), onpace::study::StudyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Study {
    pub(super) settings: Settings,
    charts: Vec<ChartSpec>,
    bundled: bool,
    /// The study file's name and text.
    written: (String, String),
    pub(super) rules: Rules,
    pub(super) data: StudyData,
    pub(super) goals: Vec<Goal>,
    pub(super) sums: Sums,
    series: Vec<String>,
    registry: Registry,
    /// All goals as read. Forecasts reach the deadlines of all of them, also if only some goals are judged.
    pub(super) due: Arc<[Goal]>,
}

/// A series of a study with its views.
#[derive(Debug, Clone)]
pub struct SeriesResult {
    /// The series and how it was made.
    pub data: SeriesData,
    /// The forecasts by each view; `None` without a series.
    pub views: Option<Views>,
}

/// The result of a goal.
#[derive(Debug, Clone)]
pub struct GoalResult {
    /// The goal.
    pub goal: Goal,
    /// The judgement by the recorded outcome or the data, or the reason why there is none.
    pub judgement: Result<Judgement, CannotTell>,
    /// The series made from the figures of one origin, if the goal is judged on them.
    pub named: Option<SeriesResult>,
    /// The assessment by each view that gives odds, the combined view last.
    pub views: Vec<(View, Assessment)>,
    /// The share of comparable cases that reached the target, with an interval.
    pub case_rate: Option<CaseRate>,
    /// The odds without the figures of one origin, for each origin.
    pub without: Vec<Without>,
    /// Whether unconfirmed figures exist for a goal that cannot be judged.
    pub leads: bool,
    /// The share of drawn histories that meet a goal whose figures are known but uncertain.
    pub judged_odds: Option<Odds>,
}

/// The odds of a goal without the figures of one origin.
#[derive(Debug, Clone)]
pub struct Without {
    /// The origin that is left out.
    pub origin: String,
    /// The odds of the combined view, or the reason why there are none.
    pub odds: Result<Odds, String>,
}

impl GoalResult {
    /// The assessment by a view, if the view gives odds.
    pub fn view(&self, view: View) -> Option<&Assessment> {
        self.views.iter().find(|(other, _)| *other == view).map(|(_, assessment)| assessment)
    }

    /// The lowest and highest odds of the combined view, with all origins and with each one left out.
    pub fn without_range(&self) -> Option<(f64, f64)> {
        let with_all = self.view(View::Combined)?.odds().probability();
        let odds = self.without.iter().filter_map(|w| w.odds.as_ref().ok()).map(|odds| odds.probability());
        let (low, high) = odds.fold((with_all, with_all), |(low, high): (f64, f64), p| (low.min(p), high.max(p)));
        self.without.iter().any(|w| w.odds.is_ok()).then_some((low, high))
    }
}

/// The results of a run.
#[derive(Debug, Clone)]
pub struct Results {
    /// The settings of the study.
    pub settings: Settings,
    /// The charts of the study.
    pub charts: Vec<ChartSpec>,
    /// Whether the data are part of the program.
    pub bundled: bool,
    /// The series, in the order of the study.
    pub series: Vec<SeriesResult>,
    /// The goals. Those of `goals_first` come first.
    pub goals: Vec<GoalResult>,
    /// The catalogue, if the data are observations with sources.
    pub catalog: Option<Arc<Catalog>>,
    /// The files that were read, with their bytes.
    pub inputs: Vec<(String, Vec<u8>)>,
    /// Remarks on the sums.
    pub notes: Vec<String>,
    /// The targets and projections, by series.
    pub projections: Vec<Projection>,
    /// The odds as of each day of publication, for the goals of replay charts.
    pub replay: Vec<ReplayDay>,
}

impl Study {
    /// Reads the data of a study and its goals.
    ///
    /// # Errors
    /// Data that cannot be read, an invalid goal, an unknown series or source, sums that do not add up, or a day before the first
    /// publication.
    pub fn load(file: &StudyFile, overrides: &Overrides) -> Result<Self, StudyError> {
        let settings = file.settings(overrides)?;
        let rules = settings.rules.clone();
        let data = StudyData::read(file, rules.as_of)?;
        let sums = Sums::read(file, &data, &rules)?;
        let mut goals = goals(file, &settings, data.goals())?;
        let mut series: Vec<String> = Vec::new();
        let of_goals = goals
            .iter()
            .filter(|g| g.target != Target::Event)
            .flat_map(|g| g.series.iter().cloned().chain(g.over().map(str::to_owned)));
        let keys = &file.keys;
        let of_charts = keys.charts.iter().filter_map(|chart| chart.series.as_ref());
        let named: Vec<Placed<String>> = keys.series.iter().chain(of_charts).map(|name| file.placed(name)).collect();
        let names = of_goals.chain(named.iter().map(|name| name.value.clone())).chain(sums.names());
        let place_of = |id: &str| {
            let goal = goals.iter().find(|goal| goal.series.as_deref() == Some(id) || goal.over() == Some(id));
            let goal = goal.map(|goal| Place::Goal { place: goal.place.clone(), goal: goal.id.clone() });
            let place = || named.iter().find(|name| name.value == id).map(|name| name.place.clone());
            goal.or_else(place).unwrap_or_else(|| Place::File(file.name().to_owned()))
        };
        for id in names {
            if series.contains(&id) {
                continue;
            }
            if !data.has(&id) && !sums.is_total(&id) {
                let near = data.nearest_series(&id);
                return Err(StudyError::Unknown { place: place_of(&id), what: Named::Series, name: id, near });
            }
            series.push(id);
        }
        let goals_of_charts = keys.charts.iter().filter_map(|chart| chart.goal.as_ref());
        if let Some(name) =
            goals_of_charts.chain(keys.judged_on.keys()).find(|name| goals.iter().all(|g| g.id != *name.get_ref()))
        {
            let Placed { value: name, place } = file.placed(name);
            return Err(StudyError::unknown(place, Named::Goal, name, goals.iter().map(|goal| goal.id.as_str())));
        }
        if let Some(catalog) = data.catalog() {
            let of_rules = rules.sources.names().map(|name| {
                let written = keys.sources.as_ref().filter(|written| written.get_ref().contains(name));
                Placed { value: name.to_owned(), place: written.map_or(Place::Given, |written| file.place_of(written)) }
            });
            let named = of_rules.chain(keys.judged_on.values().map(|origin| file.placed(origin)));
            if let Some(Placed { value: name, place }) = named.into_iter().find(|name| !catalog.cites(&name.value)) {
                let near = catalog.nearest_source(&name);
                return Err(StudyError::NotCited { place, name, near });
            }
            if let Some(first) = catalog.first_publication().filter(|first| rules.as_of < *first) {
                let place = if overrides.as_of.is_some() { Place::Given } else { file.place_of(&keys.as_of) };
                let problem = format!(
                    "as_of = {}: nothing was published before {first}; expected that day or a later one",
                    rules.as_of
                );
                return Err(StudyError::Malformed { place, problem });
            }
            for goal in &mut goals {
                let info = goal.series.as_ref().and_then(|id| catalog.info(id).ok());
                let stock = info.is_some_and(|info| info.nature == Nature::Stock);
                goal.stock = stock && goal.measure == Measure::Periods;
            }
        }
        let registry = registry_of(&settings)?;
        let due = goals.clone().into();
        let written = (file.name().to_owned(), file.text().to_owned());
        let (charts, bundled) = (keys.charts.clone(), matches!(keys.data, DataSpec::Bundled(_)));
        Ok(Self { settings, charts, bundled, written, rules, data, goals, sums, series, registry, due })
    }

    /// A study of series in memory, with given goals.
    ///
    /// # Errors
    /// A place or technology to exclude that the reference ramps do not have.
    pub fn of(settings: Settings, series: Vec<Series>, goals: Vec<Goal>) -> Result<Self, StudyError> {
        let named = |series: Series| (series.id().to_owned(), (series, Vec::new()));
        let ids = series.iter().map(|series| series.id().to_owned()).collect();
        let data = StudyData::Panel {
            series: series.into_iter().map(named).collect(),
            file: String::new(),
            bytes: Vec::new(),
        };
        let rules = settings.rules.clone();
        let registry = registry_of(&settings)?;
        let due = goals.clone().into();
        Ok(Self {
            settings,
            charts: Vec::new(),
            bundled: false,
            written: (String::new(), String::new()),
            rules,
            data,
            goals,
            sums: Sums::default(),
            series: ids,
            registry,
            due,
        })
    }

    /// The goals. Those of `goals_first` come first.
    pub fn goals(&self) -> &[Goal] {
        &self.goals
    }

    /// The names of all series that the data and the sums of the study have, in alphabetical order.
    pub fn series_ids(&self) -> Vec<String> {
        let ids: BTreeSet<String> = self.data.ids().into_iter().chain(self.sums.names()).collect();
        ids.into_iter().collect()
    }

    /// The settings of the study.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same study without its charts.
    #[must_use]
    pub fn without_charts(self) -> Self {
        Self { charts: Vec::new(), ..self }
    }

    /// The same study with only these goals and the series that they need.
    #[must_use]
    pub fn only(mut self, goals: &[String]) -> Self {
        self.goals.retain(|goal| goals.contains(&goal.id));
        let needed: Vec<String> = self.goals.iter().flat_map(|goal| self.needed(goal)).collect();
        self.series.retain(|id| needed.contains(id));
        self
    }

    /// The same study with one chart, and with the goal and the series that it shows and no others.
    ///
    /// # Errors
    /// A goal or series that the study does not have.
    pub fn charting(
        mut self,
        kind: &'static dyn ChartKind,
        goal: Option<&str>,
        series: Option<&str>,
    ) -> Result<Self, StudyError> {
        if let Some(name) = goal.filter(|name| self.goals.iter().all(|goal| goal.id != *name)) {
            let goals = self.goals.iter().map(|goal| goal.id.as_str());
            return Err(StudyError::unknown(Place::Given, Named::Goal, name.to_owned(), goals));
        }
        if let Some(name) = series.filter(|name| !self.data.has(name) && !self.sums.is_total(name)) {
            let near = self.data.nearest_series(name);
            let name = name.to_owned();
            return Err(StudyError::Unknown { place: Place::Given, what: Named::Series, name, near });
        }
        if kind.needs() == Needs::Forecasts {
            // Charts of series show no odds; the forecasts still reach every deadline.
            self.goals.clear();
        } else {
            let goals: Vec<String> = goal.map(str::to_owned).into_iter().collect();
            self = self.only(&goals);
            let ids = self.with_sums(series.map(str::to_owned).into_iter().collect());
            self.series.extend(ids.into_iter().filter(|id| !self.series.contains(id)).collect::<Vec<_>>());
        }
        let written = |name: Option<&str>| name.map(|name| Spanned::new(0..0, name.to_owned()));
        Ok(Self { charts: vec![ChartSpec { kind, series: written(series), goal: written(goal) }], ..self })
    }

    /// The series that a goal needs, each once: those that it is judged on and, if one of them is in a sum, all series of the sums.
    pub(super) fn needed(&self, goal: &Goal) -> Vec<String> {
        self.with_sums(goal.series.iter().cloned().chain(goal.over().map(str::to_owned)).collect())
    }

    /// The series, and where one is part of a sum all series of the sums; each once.
    fn with_sums(&self, mut ids: Vec<String>) -> Vec<String> {
        if ids.iter().any(|id| self.sums.joins(id)) {
            ids.extend(self.sums.names());
        }
        let mut needed = Vec::new();
        ids.into_iter().for_each(|id| {
            if !needed.contains(&id) {
                needed.push(id)
            }
        });
        needed
    }

    /// Forecasts all series and judges all goals. `progress` is called with the number of series and goals that are done, and their
    /// total number.
    pub fn run(&self, progress: impl Fn(usize, usize) + Sync) -> Results {
        self.with_workshop(|workshop| {
            let done = std::sync::atomic::AtomicUsize::new(0);
            let count = self.series.len() + self.goals.len();
            let report = || progress(1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed), count);
            let mut series: Vec<SeriesResult> = self
                .series
                .par_iter()
                .map(|id| {
                    let result = workshop.series(id, &self.rules);
                    report();
                    result
                })
                .collect();
            let notes = workshop.add_up(&mut series);
            let goals = self.goals.par_iter().map(|goal| {
                let mut result = workshop.goal_of(goal, &self.rules, &series);
                result.without = workshop.without_each(&result, &self.rules, &series);
                report();
                result
            });
            let goals = goals.collect();
            let study = (self.written.0.clone(), self.written.1.clone().into_bytes());
            let inputs = std::iter::once(study).chain(self.data.files()).collect();
            let replayed: Vec<String> = self
                .charts
                .iter()
                .filter(|c| c.kind.needs() == Needs::Days)
                .filter_map(|c| Some(c.goal.as_ref()?.get_ref().clone()))
                .collect();
            let replay = if replayed.is_empty() { Vec::new() } else { self.clone().only(&replayed).replay() };
            let projections = self.data.catalog().map(|catalog| projections(catalog, &series, &self.rules));
            Results {
                settings: self.settings.clone(),
                charts: self.charts.clone(),
                bundled: self.bundled,
                series,
                goals,
                catalog: self.data.catalog().map(Arc::clone),
                inputs,
                notes,
                projections: projections.unwrap_or_default(),
                replay,
            }
        })
    }

    /// Calls `work` with the study, its models and its draws.
    pub(super) fn with_workshop<T>(&self, work: impl FnOnce(&Workshop<'_>) -> T) -> T {
        let draws = Draws::new(self.settings.seed, self.settings.paths);
        let viewpoint = Viewpoint { registry: &self.registry, draws: &draws, ramps_weight: self.settings.ramps_weight };
        work(&Workshop { study: self, viewpoint })
    }
}

/// The models, without the reference ramps that a study excludes.
fn registry_of(settings: &Settings) -> Result<Registry, StudyError> {
    let names: Vec<String> = settings.ramps_without.iter().map(|name| name.value.clone()).collect();
    let registry = bundled::registry_without(&names);
    let class = registry.outside().class();
    match settings.ramps_without.iter().find(|name| !class.knows(&name.value)) {
        None => Ok(registry),
        Some(Placed { value: name, place }) => {
            let labels = class.ramps().iter().flat_map(|ramp| [ramp.entity(), ramp.technology()]);
            Err(StudyError::unknown(place.clone(), Named::RampLabel, name.clone(), labels))
        }
    }
}
