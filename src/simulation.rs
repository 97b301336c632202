//! One scenario run through the whole chain in memory, as fast as it goes, and scored on the way.
//!
//! ```text
//! Stage (truth -> bytes) -> Watch (bytes -> estimate) -> trace, scores, series for the rules
//! ```

use std::collections::BTreeSet;

use estimator::{Belief, Profile};
use exporter::rules::Scaling;
use exporter::{BatteryId, Row, catalogue};
use hil::FaultHit;
use hil::capture::Event;
use signals::{Estimate, Seed, SimTime, Span, Stamp, Truth, Volts};

use crate::alerts;
use crate::due::Moment;
use crate::foresight::{self, Foresight};
use crate::noticed::Finding;
use crate::outlook::sun::Standing;
use crate::profiles;
use crate::report::{Scores, TraceRow};
use crate::scenario::Scenario;
use crate::stage::Stage;
use crate::watch::Watch;

/// The trace keeps one row a minute.
const ROW_EVERY: Span = Span::from_millis(60_000);

/// Rules are judged on one sample each ten minutes of battery time: no hold is shorter, and promtool's
/// time grows with every sample.
pub const SERIES_EVERY: Span = Span::from_millis(600_000);

/// The rules remember a look ahead for six hours; one costs some ten milliseconds (docs/autonomy.md), as much as an hour or
/// two of the plant.
const LOOK_EVERY_HOURS: u8 = 6;

/// What a capture of the run calls its port: the bytes go from memory to memory.
const PORT: &str = "memory";

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Simulated {
    /// The trace, one row a minute.
    pub rows: Vec<TraceRow>,
    /// What the scorer of alerts looks at, one a minute.
    pub moments: Vec<Moment>,
    /// What Prometheus would have scraped, one sample each [`SERIES_EVERY`].
    pub series: Vec<exporter::ruletest::Series>,
    /// How good the estimates were over the whole run.
    pub scores: Scores,
    /// The largest state-of-charge error after the scenario's settling time.
    pub settled_error_max: Option<f64>,
    /// What the faults did, in order.
    pub fault_log: Vec<FaultHit>,
    /// What was found of the sensors.
    pub findings: Vec<Finding>,
}

/// Runs `scenario` with `seed`.
///
/// # Errors
/// Where the plant refuses the parameters.
pub fn simulate(scenario: &Scenario, seed: Seed) -> Result<Simulated, sim::ParamsError> {
    simulate_heard(scenario, seed, &mut |_, _| {})
}

/// The same where `hear` learns of everything that happens on the line.
///
/// # Errors
/// Where the plant refuses the parameters.
pub fn simulate_heard(
    scenario: &Scenario,
    seed: Seed,
    hear: &mut dyn FnMut(Stamp, Event<'_>),
) -> Result<Simulated, sim::ParamsError> {
    simulate_stints(scenario, &[], seed, hear)
}

/// The same where other plants follow the first, each from the end of the one before it, under the eyes of the same
/// monitor: somebody swapped the battery. The monitor is that of the first.
///
/// # Errors
/// Where a plant refuses its parameters.
pub fn simulate_stints(
    scenario: &Scenario,
    others: &[Scenario],
    seed: Seed,
    hear: &mut dyn FnMut(Stamp, Event<'_>),
) -> Result<Simulated, sim::ParamsError> {
    let mut stage = Stage::new(scenario, seed)?;
    let (mut others, mut begun) = (others.iter(), Span::ZERO);
    let profile = profiles::for_scenario(scenario);
    let belief = Belief { soc: scenario.belief.initial_soc, ..Belief::default() };
    let ahead = Foresight::new(standing(scenario), disconnect(&profile), &scenario.battery)
        .every_hours(LOOK_EVERY_HOURS);
    let mut watch =
        Watch::new(scenario.device.kind, profile, belief, silent_after(scenario)).foreseeing(ahead);
    let mut log = Log::new(scenario);
    let settle_secs = scenario.expect.accuracy.map_or(0.0, |accuracy| accuracy.after_hours * 3600.0);
    let mut tally = Tally::settled_after(settle_secs);
    let wall_start = scenario.start.as_nanosecond() as i64;
    let mut bytes = Vec::with_capacity(512);
    let mut end = SimTime::ZERO + scenario.duration;
    let mut plugged = true;
    let stamped = |now: SimTime| Stamp { monotonic: now, wall_unix_nanos: wall_start + now.as_nanos() };
    hear(stamped(SimTime::ZERO), Event::Port(PORT));
    hear(stamped(SimTime::ZERO), Event::Opened);
    loop {
        if stage.truth().at + begun >= end {
            let Some(next) = others.next() else { break };
            begun = end - SimTime::ZERO;
            end += next.duration;
            stage = Stage::new(next, seed)?;
        }
        bytes.clear();
        stage.step(&mut bytes);
        let now = stage.truth().at + begun;
        let truth = Truth { at: now, ..*stage.truth() };
        let stamp = stamped(now);
        if plugged && stage.cable_is_out() {
            watch.lost();
            hear(stamp, Event::Lost);
        } else if !plugged && !stage.cable_is_out() {
            hear(stamp, Event::Opened);
        }
        plugged = !stage.cable_is_out();
        if !bytes.is_empty() {
            hear(stamp, Event::Bytes(&bytes));
            watch.receive(stamp, &bytes, |_, estimate| tally.add(&truth, estimate));
        }
        log.record(now, &truth, &stage, &watch);
    }
    Ok(Simulated {
        rows: log.rows,
        moments: log.moments,
        // A series that never was would only make the test longer.
        series: log
            .series
            .into_iter()
            .map(|it| it.series)
            .filter(|it| it.values.iter().any(Option::is_some))
            .collect(),
        scores: tally.scores(stage.truth(), watch.estimate().as_ref()),
        settled_error_max: tally.settled_error_max,
        fault_log: stage.take_fault_log(),
        findings: watch.findings().to_vec(),
    })
}

/// A device that sends rarely is not silent between two blocks.
#[must_use]
pub fn silent_after(scenario: &Scenario) -> Span {
    Span::from_secs((scenario.device.every.as_secs() * 5.0).max(60.0))
}

/// Where the panel stands.
fn standing(scenario: &Scenario) -> Standing {
    let params = scenario.site_params();
    Standing {
        latitude_degrees: params.place.latitude_degrees,
        longitude_degrees: params.place.longitude_degrees,
        tilt_degrees: scenario.plant.panel_tilt_degrees,
    }
}

/// Where a crew believes the controller cuts the load.
fn disconnect(profile: &Profile) -> Volts {
    if profile.chemistry() == "lifepo4" {
        foresight::DISCONNECT_LITHIUM
    } else {
        foresight::DISCONNECT_DEFAULT
    }
}

/// Rows, moments and series, each at its own pace.
struct Log {
    rows: Vec<TraceRow>,
    moments: Vec<Moment>,
    series: Vec<Judged>,
    next_row: SimTime,
    next_sample: SimTime,
    start_unix_secs: f64,
}

impl Log {
    fn new(scenario: &Scenario) -> Self {
        let battery = BatteryId::new(&scenario.site, &scenario.battery);
        let of = |metric, labels, value: Option<f64>| Judged {
            series: exporter::ruletest::Series {
                metric,
                battery: battery.clone(),
                labels,
                values: Vec::new(),
            },
            value,
        };
        let info = vec![("chemistry", profiles::for_scenario(scenario).chemistry().to_owned())];
        let named = judged_metrics().map(|metric| match metric {
            name if name == catalogue::INFO.name => of(name, info.clone(), Some(1.0)),
            name => of(name, Vec::new(), None),
        });
        let series = named.collect();
        let start = SimTime::ZERO;
        let start_unix_secs = scenario.start.as_second() as f64;
        Self {
            rows: Vec::new(),
            moments: Vec::new(),
            series,
            next_row: start,
            next_sample: start,
            start_unix_secs,
        }
    }

    fn record(&mut self, now: SimTime, truth: &Truth, stage: &Stage, watch: &Watch) {
        if now >= self.next_row {
            self.next_row += ROW_EVERY;
            self.rows.push(trace_row(now, truth, watch));
            self.moments.push(Moment { at: now.as_secs(), ..stage.moment() });
        }
        if now >= self.next_sample {
            self.next_sample += SERIES_EVERY;
            let row = watch.row(now);
            let up = f64::from(u8::from(!watch.is_silent(now)));
            for Judged { series, value } in &mut self.series {
                let told =
                    if series.metric == catalogue::UP.name { Some(up) } else { column(&row, series.metric) };
                // promtool's clock begins in 1970, and the run with it.
                let is_stamp = series.metric.ends_with("_timestamp_seconds");
                let since = if is_stamp { self.start_unix_secs } else { 0.0 };
                series.values.push(value.or(told).map(|value| short(value - since)));
            }
        }
    }
}

/// A series the rules read; `value` where it is always the same.
struct Judged {
    series: exporter::ruletest::Series,
    value: Option<f64>,
}

/// Every metric the rules name.
fn judged_metrics() -> impl Iterator<Item = &'static str> {
    let exprs: Vec<String> =
        alerts::standard().rules.iter().map(|rule| rule.promql(&Scaling::real())).collect();
    let named: BTreeSet<String> =
        exprs.iter().flat_map(|expr| alerts::metrics_of(expr)).map(str::to_owned).collect();
    catalogue::all().map(|metric| metric.name).filter(move |name| named.contains(*name))
}

fn column(row: &Row, name: &str) -> Option<f64> {
    let column = catalogue::COLUMNS.iter().find(|column| column.metric.name == name)?;
    (column.get)(row)
}

/// Four decimals, or whole coulombs: files stay small and no rule looks closer.
fn short(value: f64) -> f64 {
    if value.abs() < 100.0 { (value * 1e4).round() / 1e4 } else { value.round() }
}

fn trace_row(now: SimTime, truth: &Truth, watch: &Watch) -> TraceRow {
    let row = watch.row(now);
    let silent = watch.is_silent(now);
    let estimate = watch.estimate().filter(|_| !silent);
    TraceRow {
        time_secs: now.as_secs(),
        soc_true: Some(truth.soc.as_ratio()),
        soc_estimated: row.soc_ratio,
        soc_stddev: row.soc_ratio_stddev,
        soc_device: row.device_soc_ratio,
        voltage_true_volts: Some(truth.voltage.as_volts()),
        voltage_read_volts: row.voltage_volts,
        current_true_amps: Some(truth.current.as_amps()),
        current_read_amps: row.current_amperes,
        temperature_true_celsius: Some(truth.temperature.as_celsius()),
        temperature_read_celsius: row.temperature_celsius,
        sun_watts: Some(truth.pv_power.as_watts()),
        load_watts: Some(truth.load_demand.as_watts()),
        unpowered: Some(truth.unpowered),
        soh_true: Some(truth.soh),
        soh_estimated: estimate.map(|estimate| estimate.soh),
        capacity_true_amp_hours: Some(truth.capacity.as_amp_hours()),
        capacity_estimated_amp_hours: estimate.map(|estimate| estimate.capacity.as_amp_hours()),
        resistance_true_ohms: Some(truth.resistance.as_ohms()),
        resistance_estimated_ohms: estimate.map(|estimate| estimate.resistance.as_ohms()),
    }
}

/// Sums over every estimate.
#[derive(Debug, Clone, Copy)]
pub struct Tally {
    settle_secs: f64,
    count: f64,
    error_sum: f64,
    square_sum: f64,
    error_max: f64,
    covered: f64,
    width_sum: f64,
    settled_error_max: Option<f64>,
}

impl Tally {
    /// An empty tally; errors before `settle_secs` do not count for the largest settled one.
    #[must_use]
    pub const fn settled_after(settle_secs: f64) -> Self {
        Self {
            settle_secs,
            count: 0.0,
            error_sum: 0.0,
            square_sum: 0.0,
            error_max: 0.0,
            covered: 0.0,
            width_sum: 0.0,
            settled_error_max: None,
        }
    }

    /// Counts one estimate beside the truth of its instant.
    pub fn add(&mut self, truth: &Truth, estimate: &Estimate) {
        self.add_values(
            truth.at.as_secs(),
            truth.soc.as_ratio(),
            estimate.soc.as_ratio(),
            estimate.soc_interval_95(),
        );
    }

    /// The same from plain numbers: time in seconds, ratios.
    pub fn add_values(&mut self, at_secs: f64, truth: f64, estimate: f64, (low, high): (f64, f64)) {
        let error = estimate - truth;
        self.count += 1.0;
        self.error_sum += error;
        self.square_sum += error * error;
        self.error_max = self.error_max.max(error.abs());
        self.covered += f64::from(u8::from(low <= truth && truth <= high));
        self.width_sum += high - low;
        if at_secs >= self.settle_secs {
            self.settled_error_max = Some(self.settled_error_max.unwrap_or(0.0).max(error.abs()));
        }
    }

    /// The largest error after the settling time.
    #[must_use]
    pub const fn settled_error_max(&self) -> Option<f64> {
        self.settled_error_max
    }

    /// The scores; all unknown where nothing was counted.
    #[must_use]
    pub fn scores(&self, truth: &Truth, last: Option<&Estimate>) -> Scores {
        self.scores_with_soh_error(last.map(|estimate| estimate.soh - truth.soh))
    }

    /// The scores with an error of the state of health found elsewhere.
    #[must_use]
    pub fn scores_with_soh_error(&self, soh_error: Option<f64>) -> Scores {
        if self.count == 0.0 {
            return Scores::default();
        }
        Scores {
            soc_rmse: Some((self.square_sum / self.count).sqrt()),
            soc_error_max: Some(self.error_max),
            soc_bias: Some(self.error_sum / self.count),
            coverage_95: Some(self.covered / self.count),
            interval_width_mean: Some(self.width_sum / self.count),
            soh_error,
        }
    }
}
