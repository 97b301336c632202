//! The life of one sign through the real chain: plant, instrument, bytes, watch. What rules see of it, what was
//! due, when it was dark, and what its rivals would have looked at.

use std::collections::BTreeSet;

use estimator::Belief;
use exporter::rules::SignState;
use exporter::{Row, catalogue};
use signals::{Seed, SimTime, Span, Stamp, Truth, Volts};

use super::grid::{Grid, Series};
use super::population::State;
use super::story::Story;
use crate::due::{Moment, SpanSecs};
use crate::foresight::{DISCONNECT_DEFAULT, Foresight, STANDING_DEFAULT};
use crate::outlook::sun::Standing;
use crate::profiles;
use crate::scenario::{Chemistry, Scenario};
use crate::stage::{Light, Stage};
use crate::watch::Watch;

/// A device that missed two blocks is silent.
const PATIENCE_BLOCKS: f64 = 2.5;
/// The load is cut here where the battery is lithium (the usual setting of its controllers).
const LITHIUM_DISCONNECT: Volts = Volts::new(11.6);
/// Nights in a row without light are one event.
const DARK_AGAIN_SECS: f64 = 86_400.0;
/// The rules remember a look ahead for six hours.
const LOOK_EVERY_HOURS: u8 = 6;
const SOC_AT_START: f64 = 0.95;

/// What came of a life, on the grid.
#[derive(Debug, Clone)]
pub struct Life {
    /// Who lived it.
    pub story: Story,
    /// What the rules read.
    pub series: Vec<Series>,
    /// What the scorer looks at, one a step.
    pub moments: Vec<Moment>,
    /// When a display that should be lit had no power.
    pub dark: Vec<SpanSecs>,
    /// What a voltage alarm would have read; NaN where nothing was.
    pub volts: Vec<f32>,
    /// What the device claimed of its state of charge, likewise.
    pub device_soc: Vec<f32>,
}

/// Metrics that a look ahead gives; without a rule that names one, none is made.
const FORESEEN: [&str; 9] = [
    "balise_battery_survival_one_night_ratio",
    "balise_battery_survival_three_nights_ratio",
    "balise_battery_survival_seven_nights_ratio",
    "balise_battery_dark_in_seconds",
    "balise_battery_dark_in_early_seconds",
    "balise_battery_freeze_risk_ratio",
    "balise_battery_charge_blocked_ratio",
    "balise_battery_deliverable_coulombs",
    "balise_battery_deliverable_coulombs_stddev",
];

/// Whether one of these metrics needs a look ahead each hour, by far the dearest part of a life.
#[must_use]
pub fn looks_ahead(metrics: &BTreeSet<String>) -> bool {
    FORESEEN.iter().any(|name| metrics.contains(*name))
}

/// A sign's life could not be lived.
#[derive(Debug, thiserror::Error)]
pub enum LifeError {
    /// A stint is no sound scenario.
    #[error("{battery}: the population makes a scenario that is refused: {complaint}")]
    Scenario {
        /// Whose.
        battery: String,
        /// Key of the first complaint and its blanks.
        complaint: String,
    },
    /// The plant refuses its parameters.
    #[error("{battery}: {source}")]
    Plant {
        /// Whose.
        battery: String,
        /// Why.
        source: sim::ParamsError,
    },
}

/// Lives through a story; `metrics` are those the rules name.
///
/// # Errors
/// Where a stint cannot be played.
pub fn live(story: Story, seed: Seed, grid: &Grid, metrics: &BTreeSet<String>) -> Result<Life, LifeError> {
    let mut under_way: Option<(Log, Watch)> = None;
    let (mut soc, mut charged, mut light) = (SOC_AT_START, 0.0, Light::default());
    let mut bytes = Vec::with_capacity(512);
    for (index, stint) in story.stints.iter().enumerate() {
        let scenario = story.scenario(index, soc).map_err(|complaints| LifeError::Scenario {
            battery: story.battery.clone(),
            complaint: format!("{:?}", complaints.first()),
        })?;
        let plant = |source| LifeError::Plant { battery: story.battery.clone(), source };
        let mut stage = Stage::new(&scenario, seed.part(&format!("stint {index}"))).map_err(plant)?;
        let (log, watch) = under_way.get_or_insert_with(|| {
            (Log::new(&story, &scenario, grid, metrics), watch(&story, &scenario, metrics))
        });
        let before = Span::from_secs(stint.from_day * 86_400.0);
        let end = SimTime::ZERO + scenario.duration;
        while stage.truth().at < end {
            bytes.clear();
            stage.step(&mut bytes);
            let now = stage.truth().at + before;
            if stage.cable_is_out() {
                watch.lost();
            }
            if !bytes.is_empty() {
                let wall = grid.start_unix_secs * 1_000_000_000 + now.as_nanos();
                watch.receive(Stamp { monotonic: now, wall_unix_nanos: wall }, &bytes, |_, _| {});
            }
            charged += charged_in(stage.truth(), scenario.step);
            light.add(stage.truth(), scenario.step);
            let moment = Moment {
                at: now.as_secs(),
                charged_ratio: charged,
                light: light.fallen,
                light_taken: light.taken,
                state: told(stint.state),
                ..stage.moment()
            };
            log.record(now, stint.state, moment, stage.truth().unpowered, watch);
        }
        soc = stage.truth().soc.as_ratio();
    }
    Ok(match under_way {
        Some((log, _)) => log.life(story),
        None => Life::unlived(story),
    })
}

/// The monitor of a sign, looking ahead where a rule needs it.
fn watch(story: &Story, scenario: &Scenario, metrics: &BTreeSet<String>) -> Watch {
    let every = scenario.device.every.as_secs();
    let watch = Watch::new(
        scenario.device.kind,
        profiles::for_scenario(scenario),
        Belief::default(),
        Span::from_secs(every * PATIENCE_BLOCKS),
    );
    if looks_ahead(metrics) { watch.foreseeing(foresight(story, scenario)) } else { watch }
}

impl Life {
    /// Of a population of no days.
    fn unlived(story: Story) -> Self {
        Self {
            story,
            series: Vec::new(),
            moments: Vec::new(),
            dark: Vec::new(),
            volts: Vec::new(),
            device_soc: Vec::new(),
        }
    }
}

/// What a step brought, share of the capacity of that time: a sum over months of which the capacity changes.
fn charged_in(truth: &Truth, step: Span) -> f64 {
    truth.current.as_amps().max(0.0) * step.as_secs() / 3600.0 / truth.capacity.as_amp_hours().max(1e-3)
}

fn foresight(story: &Story, scenario: &Scenario) -> Foresight {
    let place = scenario.site_params().place;
    let standing = Standing {
        latitude_degrees: place.latitude_degrees,
        longitude_degrees: place.longitude_degrees,
        ..STANDING_DEFAULT
    };
    let disconnect =
        if scenario.plant.chemistry == Chemistry::LiFePo4 { LITHIUM_DISCONNECT } else { DISCONNECT_DEFAULT };
    Foresight::new(standing, disconnect, &story.battery).every_hours(LOOK_EVERY_HOURS)
}

/// Where the values of a series come from.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// A column of the watch's row.
    Row(fn(&Row) -> Option<f64>),
    /// Whether the device sends.
    Up,
    /// 1, always.
    One,
    /// 1 while this is done with the sign.
    While(SignState),
}

/// Series, moments and dark spans under way.
struct Log {
    grid: Grid,
    series: Vec<(Series, Source)>,
    moments: Vec<Moment>,
    dark: Vec<SpanSecs>,
    volts: Vec<f32>,
    device_soc: Vec<f32>,
}

impl Log {
    fn new(story: &Story, scenario: &Scenario, grid: &Grid, metrics: &BTreeSet<String>) -> Self {
        let site = story.stints.first().map_or("", |stint| stint.place.as_str());
        let of = |metric: &str, more: &[(&str, &str)], source| {
            let labels = [("site", site), ("battery", story.battery.as_str())];
            let labels =
                labels.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let values = vec![f64::NAN; grid.steps];
            (Series { metric: metric.to_owned(), labels: labels.collect(), values }, source)
        };
        let profile = profiles::for_scenario(scenario);
        let info = [("chemistry", profile.chemistry()), ("device", scenario.device.kind.name())];
        let mut series = Vec::new();
        for metric in metrics {
            match metric.as_str() {
                SIGN_STATE => series.extend(
                    SignState::ALL.map(|state| of(metric, &[("state", state.name())], Source::While(state))),
                ),
                name if name == catalogue::INFO.name => series.push(of(name, &info, Source::One)),
                name if name == catalogue::UP.name => series.push(of(name, &[], Source::Up)),
                // What no battery has (the monitor's own health) has no series here.
                name => series.extend(column(name).map(|get| of(name, &[], Source::Row(get)))),
            }
        }
        Self {
            grid: *grid,
            series,
            moments: Vec::with_capacity(grid.steps),
            dark: Vec::new(),
            volts: vec![f32::NAN; grid.steps],
            device_soc: vec![f32::NAN; grid.steps],
        }
    }

    fn record(&mut self, now: SimTime, state: State, moment: Moment, is_dark: bool, watch: &Watch) {
        if is_dark {
            let from = now.as_secs();
            match self.dark.last_mut() {
                Some(span) if from - span.until <= DARK_AGAIN_SECS => span.until = from,
                _ => self.dark.push(SpanSecs { from, until: from }),
            }
        }
        let secs = now.as_nanos() / 1_000_000_000;
        let step = (secs / self.grid.step_secs) as usize;
        if secs % self.grid.step_secs != 0 || step >= self.grid.steps {
            return;
        }
        self.moments.push(moment);
        let row = watch.row(now);
        for (series, source) in &mut self.series {
            let value = match source {
                Source::Row(get) => get(&row),
                Source::Up => Some(f64::from(u8::from(!watch.is_silent(now)))),
                Source::One => Some(1.0),
                Source::While(of) => (told(state) == *of).then_some(1.0),
            };
            series.values[step] = value.map_or(f64::NAN, as_printed);
        }
        let small = |value: Option<f64>| value.map_or(f32::NAN, |value| value as f32);
        self.volts[step] = small(row.voltage_volts);
        self.device_soc[step] = small(row.device_soc_ratio);
    }

    fn life(self, story: Story) -> Life {
        let Self { series, moments, dark, volts, device_soc, .. } = self;
        let series = series.into_iter().map(|(series, _)| series).collect();
        Life { story, series, moments, dark, volts, device_soc }
    }
}

/// What a sign is doing, as its crew would say it to the monitor.
const SIGN_STATE: &str = "balise_sign_state";

/// Nobody tells the monitor that a sign stands in the shade.
const fn told(state: State) -> SignState {
    match state {
        State::Parked => SignState::Parked,
        State::Moved => SignState::Moving,
        State::OnMains => SignState::Mains,
        _ => SignState::Deployed,
    }
}

fn column(name: &str) -> Option<fn(&Row) -> Option<f64>> {
    catalogue::COLUMNS.iter().find(|column| column.metric.name == name).map(|column| column.get)
}

/// Six decimals, or whole units of what is large: the text stays small, and no rule looks closer.
fn as_printed(value: f64) -> f64 {
    if value.abs() < 1e4 { (value * 1e6).round() / 1e6 } else { value.round() }
}
