//! Each rule on stories told by hand, judged by promtool: fires when due, resolves, is quiet where there is
//! no cause and where there is no data. Then the rules are spoiled one number, one comparison, one length at
//! a time, and the stories must notice.
//!
//! ```text
//! BALISE_SOAK=1 cargo test --test rules -- --nocapture          prints the mutation score of all of them
//! BALISE_RULE=BatteryChanged BALISE_SOAK=1 …                    of that rule alone: of twenty, one left fails it
//! ```
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use balise::alerts;
use balise::stack::Tools;
use exporter::BatteryId;
use exporter::rules::{Rule, Scaling, file};
use exporter::ruletest::{Claim, RuleTest, Series};

const STEP: Duration = Duration::from_secs(300);
const STEPS_PER_HOUR: usize = 12;
/// 100 A·h.
const CAPACITY_COULOMBS: f64 = 360_000.0;
/// promtool's first instant is 1970.
const EPOCH: f64 = 0.0;

/// Of five sister signs two charge twice as much as the median and one half as much.
const SISTERS: &[f64] = &[1000.0, 2000.0, 2000.0, 4000.0, 4000.0];

/// What a sign may be doing when nobody wants to hear of an alert, as the crews say it.
const UNWANTED: [(&str, &[&str]); 12] = [
    ("BaliseDarkInTwoNights", &["parked", "moving", "mains"]),
    ("BaliseDarkSoon", &["parked", "moving", "mains"]),
    ("BaliseBatteryVeryLow", &["mains"]),
    ("BaliseBatteryLow", &["mains"]),
    ("BaliseNotCharging", &["parked", "moving"]),
    ("BaliseChargesLess", &["parked", "moving", "mains"]),
    ("BaliseLowVoltage", &["mains"]),
    ("BaliseFreezeRisk", &["mains"]),
    ("BaliseBatteryFailing", &["parked"]),
    ("BaliseBatteryChanged", &["moving"]),
    ("BaliseDeviceSilent", &["moving"]),
    ("BaliseOverVoltage", &[]),
];

type Told = fn(f64) -> Option<f64>;

/// What happens to one battery, by the hour.
#[derive(Clone)]
struct Story {
    name: &'static str,
    hours: usize,
    chemistry: &'static str,
    state: Option<&'static str>,
    /// What each of its sister signs charges, C/h.
    sisters: &'static [f64],
    told: BTreeMap<&'static str, Told>,
    up: fn(f64) -> bool,
    /// Alerts that fire, each from when and until when; everything else stays quiet.
    firing: Vec<(&'static str, f64, f64)>,
    /// Alerts whose quiet is the story's point.
    about: Vec<&'static str>,
    /// What every alert asked about must do, where they are mutants of one that fires.
    own: Option<(&'static str, f64, f64)>,
}

/// A healthy battery that charges at a steady rate and agrees with everybody.
fn quiet(name: &'static str, hours: usize) -> Story {
    let told: [(&'static str, Told); 19] = [
        ("balise_battery_voltage_volts", |_| Some(12.8)),
        ("balise_battery_current_amperes", |_| Some(0.3)),
        ("balise_battery_temperature_celsius", |_| Some(10.0)),
        ("balise_battery_soc_ratio", |_| Some(0.75)),
        ("balise_battery_soc_ratio_stddev", |_| Some(0.02)),
        ("balise_battery_device_soc_ratio", |_| Some(0.74)),
        ("balise_battery_soh_ratio", |_| Some(0.9)),
        ("balise_battery_soh_ratio_stddev", |_| Some(0.03)),
        ("balise_battery_capacity_coulombs", |_| Some(CAPACITY_COULOMBS)),
        ("balise_battery_internal_resistance_ohms", |_| Some(0.006)),
        ("balise_battery_internal_resistance_ohms_stddev", |_| Some(0.0005)),
        ("balise_battery_dark_in_early_seconds", |_| Some(150.0 * 3600.0)),
        ("balise_battery_dark_in_seconds", |_| Some(190.0 * 3600.0)),
        ("balise_battery_freeze_risk_ratio", |_| Some(0.01)),
        ("balise_sensor_voltage_fault", |_| Some(0.0)),
        ("balise_sensor_current_fault", |_| Some(0.0)),
        ("balise_sensor_temperature_fault", |_| Some(0.0)),
        ("balise_battery_charged_coulombs_total", |hours| Some((hours * 2000.0).floor())),
        ("balise_battery_discharged_coulombs_total", |hours| Some((hours * 2000.0).floor())),
    ];
    Story {
        name,
        hours,
        chemistry: "lead-acid",
        state: None,
        sisters: &[],
        told: BTreeMap::from(told),
        up: |_| true,
        firing: Vec::new(),
        about: Vec::new(),
        own: None,
    }
}

impl Story {
    fn but(mut self, metric: &'static str, told: Told) -> Self {
        self.told.insert(metric, told);
        self
    }

    /// A story that alert must not be raised in.
    fn about(mut self, alert: &'static str) -> Self {
        self.about.push(alert);
        self
    }

    fn fires(mut self, alert: &'static str, from: f64, until: f64) -> Self {
        self.firing.push((alert, from, until));
        self
    }

    fn id() -> BatteryId {
        BatteryId::new("QC-138-01", "main")
    }

    fn series(&self) -> Vec<Series> {
        let sampled = |value: &dyn Fn(f64) -> Option<f64>| -> Vec<Option<f64>> {
            (0..self.hours * STEPS_PER_HOUR).map(|step| value(step as f64 / STEPS_PER_HOUR as f64)).collect()
        };
        let of = |metric, battery: &BatteryId, labels: Vec<(&'static str, String)>, values| Series {
            metric,
            battery: battery.clone(),
            labels,
            values,
        };
        let id = Self::id();
        let kept = |metric: &str| metric.ends_with("_total") || metric.ends_with("_timestamp_seconds");
        let mut series: Vec<Series> = self
            .told
            .iter()
            .map(|(metric, told)| {
                let value = |hours: f64| told(hours).filter(|_| kept(metric) || (self.up)(hours));
                let job = vec![("job", "balise".to_owned())];
                of(metric, &id, if *metric == "up" { job } else { vec![] }, sampled(&value))
            })
            .collect();
        let nominal = match self.chemistry {
            "lifepo4" => 12.8,
            "lithium-ion" => 3.6,
            _ => 12.0,
        };
        let up = |hours: f64| Some(f64::from(u8::from((self.up)(hours))));
        series.push(of("balise_battery_up", &id, vec![], sampled(&up)));
        series.push(of("balise_battery_nominal_volts", &id, vec![], sampled(&|_| Some(nominal))));
        series.push(of("balise_battery_rated_resistance_ohms", &id, vec![], sampled(&|_| Some(0.005))));
        let chemistry = vec![("chemistry", self.chemistry.to_owned())];
        series.push(of("balise_battery_info", &id, chemistry, sampled(&|_| Some(1.0))));
        if let Some(state) = self.state {
            let state = vec![("state", state.to_owned())];
            series.push(of("balise_sign_state", &id, state, sampled(&|_| Some(1.0))));
        }
        for (index, rate) in self.sisters.iter().enumerate() {
            let id = BatteryId::new("QC-138-02", &format!("s{index}"));
            let charged = |hours: f64| Some((hours * rate).floor());
            series.push(of("balise_battery_charged_coulombs_total", &id, vec![], sampled(&charged)));
            for (metric, value) in [
                ("balise_battery_up", 1.0),
                ("balise_battery_capacity_coulombs", CAPACITY_COULOMBS),
                ("balise_battery_soc_ratio", 0.75),
            ] {
                series.push(of(metric, &id, vec![], sampled(&|_| Some(value))));
            }
        }
        series
    }

    /// What must be true of each alert.
    fn claims(&self, rules: &[Rule]) -> Vec<Claim> {
        let end = self.hours as f64;
        let claim = |alert: &str, from_hours, until_hours, fires| Claim {
            alert: alert.to_owned(),
            battery: Self::id(),
            from_hours,
            until_hours,
            fires,
        };
        let mut claims = Vec::new();
        for rule in rules {
            let firing = self.own.as_ref();
            match firing.or_else(|| self.firing.iter().find(|(alert, ..)| *alert == rule.name)) {
                None => claims.push(claim(&rule.name, 0.0, end, false)),
                Some((_, due, over)) => {
                    let alert = &rule.name;
                    claims.push(claim(alert, 0.0, *due, false));
                    claims.push(claim(alert, *due, due + 0.1, true));
                    if *over < end {
                        claims.push(claim(alert, over - 0.2, *over, true));
                        claims.push(claim(alert, over + 0.1, end, false));
                    } else {
                        claims.push(claim(alert, end - 0.2, end, true));
                    }
                }
            }
        }
        claims
    }
}

/// From hour 10 to hour 16 something else than usual.
macro_rules! between {
    ($from:literal .. $until:literal, $then:expr, $else:expr) => {
        |hours| Some(if ($from..$until).contains(&hours) { $then } else { $else })
    };
}

/// The stories: at least one in which each alert of a sign fires and is over, and those where it must not.
fn told_stories() -> Vec<Story> {
    let low: Told = between!(10.0..16.0, 0.40, 0.60);
    let very_low: Told = between!(10.0..16.0, 0.18, 0.45);
    vec![
        quiet("healthy", 60),
        // Half a deviation (0.01) below 0.44, hold 30 min, five hours after hour 16.
        quiet("runs down", 24)
            .but("balise_battery_soc_ratio", low)
            .but("balise_battery_device_soc_ratio", low)
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.03))
            .fires("BaliseBatteryLow", 10.5, 21.0),
        quiet("just above low", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.46))
            .but("balise_battery_device_soc_ratio", |_| Some(0.46))
            .about("BaliseBatteryLow"),
        quiet("low but nobody knows how sure", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.46))
            .but("balise_battery_device_soc_ratio", |_| Some(0.46))
            .but("balise_battery_soc_ratio_stddev", |_| None)
            .about("BaliseBatteryLow"),
        quiet("nearly empty but nobody knows how sure", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.22))
            .but("balise_battery_device_soc_ratio", |_| Some(0.22))
            .but("balise_battery_soc_ratio_stddev", |_| None)
            .about("BaliseBatteryVeryLow"),
        quiet("nearly empty but not sure", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.165))
            .but("balise_battery_device_soc_ratio", |_| Some(0.165))
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.10))
            .about("BaliseBatteryVeryLow"),
        quiet("nearly empty, and fairly sure", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.17))
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.06))
            .fires("BaliseBatteryVeryLow", 0.5, 99.0),
        quiet("low, and fairly sure", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.40))
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.06))
            .fires("BaliseBatteryLow", 0.5, 99.0),
        // The doubt is remembered for six hours, and no longer.
        quiet("nearly empty, its doubt forgotten", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.20))
            .but("balise_battery_soc_ratio_stddev", |hours| (hours < 3.0).then_some(0.10))
            .fires("BaliseBatteryVeryLow", 9.5, 99.0),
        quiet("low, its doubt forgotten", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.43))
            .but("balise_battery_soc_ratio_stddev", |hours| (hours < 3.0).then_some(0.10))
            .fires("BaliseBatteryLow", 9.5, 99.0),
        Story { up: |hours| hours < 5.0, ..quiet("nearly empty, then silent", 18) }
            .but("balise_battery_soc_ratio", |_| Some(0.15))
            .but("balise_battery_device_soc_ratio", |_| Some(0.15))
            .fires("BaliseBatteryVeryLow", 0.5, 15.9),
        Story { up: |hours| hours < 5.0, ..quiet("dark ahead, then silent", 36) }
            .but("balise_battery_dark_in_seconds", |_| Some(20.0 * 3600.0))
            .fires("BaliseDarkInTwoNights", 1.0 / 3.0, 21.9)
            .fires("BaliseDarkSoon", 1.0, 33.9),
        Story { up: |hours| hours < 5.0, ..quiet("may freeze, then silent", 36) }
            .but("balise_battery_freeze_risk_ratio", |_| Some(0.6))
            .fires("BaliseFreezeRisk", 1.0, 33.9),
        quiet("low but not sure", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.40))
            .but("balise_battery_device_soc_ratio", |_| Some(0.40))
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.10))
            .about("BaliseBatteryLow"),
        quiet("nearly empty", 24)
            .but("balise_battery_soc_ratio", very_low)
            .but("balise_battery_device_soc_ratio", very_low)
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.03))
            .fires("BaliseBatteryLow", 10.5, 21.0)
            .fires("BaliseBatteryVeryLow", 10.5, 21.0),
        quiet("just above nearly empty", 24)
            .but("balise_battery_soc_ratio", |_| Some(0.22))
            .but("balise_battery_device_soc_ratio", |_| Some(0.22))
            .fires("BaliseBatteryLow", 0.5, 99.0)
            .about("BaliseBatteryVeryLow"),
        Story { up: |hours| hours < 5.0, ..quiet("low, then silent", 18) }
            .but("balise_battery_soc_ratio", |_| Some(0.30))
            .but("balise_battery_device_soc_ratio", |_| Some(0.30))
            // Remembered for six hours, kept for five more.
            .fires("BaliseBatteryLow", 0.5, 15.9)
            .fires("BaliseDeviceSilent", 5.25, 99.0),
        Story { state: Some("mains"), ..quiet("low on a charger", 24) }
            .but("balise_battery_soc_ratio", |_| Some(0.15))
            .but("balise_battery_device_soc_ratio", |_| Some(0.15))
            .but("balise_battery_voltage_volts", |_| Some(11.2))
            .about("BaliseBatteryLow")
            .about("BaliseBatteryVeryLow")
            .about("BaliseLowVoltage"),
        quiet("dark in a day", 36)
            .but("balise_battery_dark_in_seconds", between!(8.0..10.0, 38.0 * 3600.0, 150.0 * 3600.0))
            .fires("BaliseDarkSoon", 9.0, 33.0)
            .fires("BaliseDarkInTwoNights", 8.0 + 1.0 / 3.0, 21.0),
        quiet("not quite dark in a day", 24)
            .but("balise_battery_dark_in_early_seconds", |_| Some(20.0 * 3600.0))
            .but("balise_battery_dark_in_seconds", |_| Some(42.0 * 3600.0))
            .fires("BaliseDarkSoon", 1.0, 99.0)
            .about("BaliseDarkInTwoNights"),
        quiet("not quite dark in three days", 24)
            .but("balise_battery_dark_in_early_seconds", |_| Some(50.0 * 3600.0))
            .but("balise_battery_dark_in_seconds", |_| Some(76.0 * 3600.0))
            .about("BaliseDarkSoon"),
        quiet("dark in three days", 36)
            .but("balise_battery_dark_in_seconds", between!(8.0..10.0, 68.0 * 3600.0, 190.0 * 3600.0))
            .fires("BaliseDarkSoon", 9.0, 33.0),
        Story { state: Some("parked"), ..quiet("parked and dark", 24) }
            .but("balise_battery_dark_in_early_seconds", |_| Some(2.0 * 3600.0))
            .but("balise_battery_dark_in_seconds", |_| Some(3.0 * 3600.0))
            .about("BaliseDarkInTwoNights")
            .about("BaliseDarkSoon"),
        // Two good charges; the second leaves the window a day later, and the hold is 3 h.
        quiet("no charge", 72)
            .but("balise_battery_charged_coulombs_total", |hours| {
                Some(f64::from(u8::from(hours >= 6.0) + u8::from(hours >= 30.0)) * 20_000.0)
            })
            .fires("BaliseNotCharging", 57.0, 99.0),
        quiet("charge comes back", 60)
            .but("balise_battery_charged_coulombs_total", |hours| {
                Some(if hours < 6.0 {
                    0.0
                } else if hours < 40.0 {
                    20_000.0
                } else {
                    60_000.0
                })
            })
            .fires("BaliseNotCharging", 33.0, 40.9),
        quiet("little charge is charge", 60)
            .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 200.0).floor()))
            .about("BaliseNotCharging"),
        quiet("less than a hundredth is no charge", 40)
            .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 100.0).floor()))
            .fires("BaliseNotCharging", 24.5, 99.0),
        quiet("full needs no charge", 60)
            .but("balise_battery_charged_coulombs_total", |_| Some(0.0))
            .but("balise_battery_soc_ratio", |_| Some(0.93))
            .but("balise_battery_device_soc_ratio", |_| Some(0.93))
            .about("BaliseNotCharging"),
        quiet("the first day is not judged", 24)
            .but("balise_battery_charged_coulombs_total", |_| Some(0.0))
            .about("BaliseNotCharging"),
        Story { up: |hours| !(6.0..=30.0).contains(&hours), ..quiet("a day not seen", 54) }
            .but("balise_battery_charged_coulombs_total", |_| Some(0.0))
            .fires("BaliseDeviceSilent", 6.25, 30.25)
            .about("BaliseNotCharging"),
        Story { sisters: SISTERS, ..quiet("charges less than its sisters", 120) }
            .but("balise_battery_charged_coulombs_total", |hours| {
                Some((hours * 500.0 + (hours - 90.0).max(0.0) * 4600.0).floor())
            })
            // Mended at hour 90, it has caught up with a third of the others' three hours later.
            .fires("BaliseChargesLess", 76.0, 104.5),
        Story { sisters: SISTERS, ..quiet("charges half of its sisters", 120) }
            .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 1000.0).floor()))
            .about("BaliseChargesLess"),
        Story { sisters: &[200.0, 400.0, 400.0, 800.0, 800.0], ..quiet("a dull week for everyone", 120) }
            .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 50.0).floor()))
            .about("BaliseChargesLess"),
        Story {
            sisters: &[325.0, 650.0, 650.0, 1300.0, 1300.0],
            ..quiet("a week neither dull nor bright", 84)
        }
        .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 100.0).floor()))
        .fires("BaliseChargesLess", 76.0, 99.0),
        Story {
            sisters: SISTERS,
            up: |hours| !(50.0..60.0).contains(&hours),
            ..quiet("charges less, but not seen for ten hours", 120)
        }
        .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 500.0).floor()))
        .about("BaliseChargesLess"),
        Story { sisters: SISTERS, ..quiet("full, and charges less", 120) }
            .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 500.0).floor()))
            .but("balise_battery_soc_ratio", |_| Some(0.95))
            .about("BaliseChargesLess"),
        Story {
            chemistry: "lifepo4",
            sisters: SISTERS,
            ..quiet("lithium turns charge away in the cold", 120)
        }
        .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 500.0).floor()))
        .but("balise_battery_temperature_celsius", |_| Some(4.0))
        .about("BaliseChargesLess"),
        Story { chemistry: "lifepo4", sisters: SISTERS, ..quiet("lithium charges less in the cool", 120) }
            .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 500.0).floor()))
            .but("balise_battery_temperature_celsius", |_| Some(6.0))
            .fires("BaliseChargesLess", 76.0, 999.0),
        // Of three days seven hours and a half at -20 degrees are borne; of nine, all twenty are seen.
        Story { chemistry: "lifepo4", sisters: SISTERS, ..quiet("lithium charges less after the cold", 120) }
            .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 500.0).floor()))
            .but("balise_battery_temperature_celsius", |hours| Some(if hours < 20.0 { -20.0 } else { 8.0 }))
            .fires("BaliseChargesLess", 96.0 + 1.0 / 3.0, 999.0),
        Story { sisters: &[2000.0; 3], ..quiet("too few sisters", 120) }
            .but("balise_battery_charged_coulombs_total", |hours| Some((hours * 400.0).floor()))
            .about("BaliseChargesLess"),
        quiet("overcharged", 24).but("balise_battery_voltage_volts", between!(10.0..16.0, 16.6, 12.8)).fires(
            "BaliseOverVoltage",
            10.0 + 1.0 / 3.0,
            17.0,
        ),
        quiet("compensated for the cold", 24)
            .but("balise_battery_voltage_volts", |_| Some(16.9))
            .but("balise_battery_temperature_celsius", |_| Some(-20.0))
            .about("BaliseOverVoltage"),
        quiet("overcharged in the cold", 24)
            .but("balise_battery_voltage_volts", |_| Some(17.2))
            .but("balise_battery_temperature_celsius", |_| Some(-20.0))
            .fires("BaliseOverVoltage", 1.0 / 3.0, 99.0),
        quiet("overcharged in the deepest cold", 24)
            .but("balise_battery_voltage_volts", |_| Some(17.4))
            .but("balise_battery_temperature_celsius", |_| Some(-45.0))
            .fires("BaliseOverVoltage", 1.0 / 3.0, 99.0),
        quiet("overcharged in the heat", 24)
            .but("balise_battery_voltage_volts", |_| Some(15.4))
            .but("balise_battery_temperature_celsius", |_| Some(38.0))
            .fires("BaliseOverVoltage", 1.0 / 3.0, 99.0),
        quiet("no temperature, compensated", 24)
            .but("balise_battery_voltage_volts", |_| Some(16.9))
            .but("balise_battery_temperature_celsius", |_| None)
            .about("BaliseOverVoltage"),
        quiet("equalised when warm", 24)
            .but("balise_battery_voltage_volts", |_| Some(15.5))
            .but("balise_battery_temperature_celsius", |_| Some(25.0))
            .about("BaliseOverVoltage"),
        quiet("overcharged when warm", 24)
            .but("balise_battery_voltage_volts", |_| Some(15.9))
            .but("balise_battery_temperature_celsius", |_| Some(25.0))
            .fires("BaliseOverVoltage", 1.0 / 3.0, 99.0),
        quiet("no temperature, high voltage", 24)
            .but("balise_battery_voltage_volts", |_| Some(17.5))
            .but("balise_battery_temperature_celsius", |_| None)
            .fires("BaliseOverVoltage", 1.0 / 3.0, 99.0),
        Story { chemistry: "lifepo4", ..quiet("lithium overcharged", 24) }
            .but("balise_battery_voltage_volts", |_| Some(14.9))
            .fires("BaliseOverVoltage", 1.0 / 3.0, 99.0),
        Story { chemistry: "lifepo4", ..quiet("lithium at its limit", 24) }
            .but("balise_battery_voltage_volts", |_| Some(14.6))
            .about("BaliseOverVoltage"),
        quiet("compensated no further in the heat", 24)
            .but("balise_battery_voltage_volts", |_| Some(15.1))
            .but("balise_battery_temperature_celsius", |_| Some(50.0))
            .about("BaliseOverVoltage"),
        quiet("compensated for the deepest cold", 24)
            .but("balise_battery_voltage_volts", |_| Some(17.1))
            .but("balise_battery_temperature_celsius", |_| Some(-25.0))
            .about("BaliseOverVoltage"),
        Story { chemistry: "lithium-ion", ..quiet("a cell overcharged", 24) }
            .but("balise_battery_voltage_volts", |_| Some(4.3))
            .fires("BaliseOverVoltage", 1.0 / 3.0, 99.0),
        Story { chemistry: "lithium-ion", ..quiet("a cell full", 24) }
            .but("balise_battery_voltage_volts", |_| Some(4.2))
            .about("BaliseOverVoltage"),
        Story { chemistry: "lithium-ion", ..quiet("a cell nearly empty", 24) }
            .but("balise_battery_voltage_volts", |_| Some(2.9))
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        Story { chemistry: "lithium-ion", ..quiet("a cell half empty", 24) }
            .but("balise_battery_voltage_volts", |_| Some(3.4))
            .about("BaliseLowVoltage"),
        quiet("too low when hot", 24)
            .but("balise_battery_voltage_volts", |_| Some(11.78))
            .but("balise_battery_temperature_celsius", |_| Some(30.0))
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        quiet("too low beyond the deepest cold", 24)
            .but("balise_battery_voltage_volts", |_| Some(11.55))
            .but("balise_battery_temperature_celsius", |_| Some(-45.0))
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        Story { chemistry: "lifepo4", ..quiet("lithium too low when hot", 24) }
            .but("balise_battery_voltage_volts", |_| Some(11.98))
            .but("balise_battery_temperature_celsius", |_| Some(30.0))
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        Story { chemistry: "lifepo4", ..quiet("lithium too low in the cold", 24) }
            .but("balise_battery_voltage_volts", |_| Some(11.77))
            .but("balise_battery_temperature_celsius", |_| Some(-20.0))
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        Story { chemistry: "lifepo4", ..quiet("lithium too low beyond the deepest cold", 24) }
            .but("balise_battery_voltage_volts", |_| Some(11.75))
            .but("balise_battery_temperature_celsius", |_| Some(-45.0))
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        quiet("low enough when hot", 24)
            .but("balise_battery_voltage_volts", |_| Some(11.82))
            .but("balise_battery_temperature_celsius", |_| Some(35.0))
            .about("BaliseLowVoltage"),
        quiet("low enough in the deepest cold", 24)
            .but("balise_battery_voltage_volts", |_| Some(11.6))
            .but("balise_battery_temperature_celsius", |_| Some(-28.0))
            .about("BaliseLowVoltage"),
        Story { chemistry: "lifepo4", ..quiet("lithium low enough when hot", 24) }
            .but("balise_battery_voltage_volts", |_| Some(12.02))
            .but("balise_battery_temperature_celsius", |_| Some(35.0))
            .about("BaliseLowVoltage"),
        Story { chemistry: "lifepo4", ..quiet("lithium low enough in the deepest cold", 24) }
            .but("balise_battery_voltage_volts", |_| Some(11.8))
            .but("balise_battery_temperature_celsius", |_| Some(-28.0))
            .about("BaliseLowVoltage"),
        Story { chemistry: "lifepo4", ..quiet("lithium without a temperature", 24) }
            .but("balise_battery_voltage_volts", |_| Some(11.9))
            .but("balise_battery_temperature_celsius", |_| None)
            .about("BaliseLowVoltage"),
        Story { chemistry: "lifepo4", ..quiet("lithium nearly empty without a temperature", 24) }
            .but("balise_battery_voltage_volts", |_| Some(11.7))
            .but("balise_battery_temperature_celsius", |_| None)
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        quiet("voltage sinks", 24)
            .but("balise_battery_voltage_volts", between!(10.0..16.0, 11.6, 12.8))
            .fires("BaliseLowVoltage", 10.0 + 1.0 / 3.0, 18.0),
        quiet("voltage of the cold under load", 24)
            .but("balise_battery_voltage_volts", |_| Some(11.65))
            .but("balise_battery_temperature_celsius", |_| Some(-20.0))
            .about("BaliseLowVoltage"),
        quiet("low voltage in the cold", 24)
            .but("balise_battery_voltage_volts", |_| Some(11.58))
            .but("balise_battery_temperature_celsius", |_| Some(-20.0))
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        quiet("no temperature, low voltage", 24)
            .but("balise_battery_voltage_volts", |_| Some(11.5))
            .but("balise_battery_temperature_celsius", |_| None)
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        quiet("no temperature, perhaps the cold", 24)
            .but("balise_battery_voltage_volts", |_| Some(11.65))
            .but("balise_battery_temperature_celsius", |_| None)
            .about("BaliseLowVoltage"),
        Story { chemistry: "lifepo4", ..quiet("lithium nearly empty", 24) }
            .but("balise_battery_voltage_volts", |_| Some(11.8))
            .fires("BaliseLowVoltage", 1.0 / 3.0, 99.0),
        Story { chemistry: "lifepo4", ..quiet("lithium well", 24) }
            .but("balise_battery_voltage_volts", |_| Some(12.2))
            .about("BaliseLowVoltage"),
        quiet("may freeze", 36)
            .but("balise_battery_freeze_risk_ratio", between!(8.0..10.0, 0.6, 0.01))
            .fires("BaliseFreezeRisk", 9.0, 33.0),
        quiet("will hardly freeze", 24)
            .but("balise_battery_freeze_risk_ratio", |_| Some(0.45))
            .about("BaliseFreezeRisk"),
        quiet("hot", 24).but("balise_battery_temperature_celsius", between!(10.0..16.0, 52.0, 30.0)).fires(
            "BaliseOverTemperature",
            10.5,
            18.0,
        ),
        quiet("warm", 24)
            .but("balise_battery_temperature_celsius", |_| Some(48.0))
            .about("BaliseOverTemperature"),
        Story { chemistry: "lifepo4", ..quiet("lithium hot", 24) }
            .but("balise_battery_temperature_celsius", |_| Some(57.0))
            .fires("BaliseOverTemperature", 0.5, 99.0),
        Story { chemistry: "lifepo4", ..quiet("lithium warm", 24) }
            .but("balise_battery_temperature_celsius", |_| Some(53.0))
            .about("BaliseOverTemperature"),
        // Six kelvin an hour from 30 °C at hour 10 on, at a fiftieth of the capacity.
        quiet("runs away", 24)
            .but("balise_battery_current_amperes", |_| Some(1.3))
            .but("balise_battery_temperature_celsius", |hours| {
                Some(if hours < 10.0 {
                    30.0
                } else if hours < 13.0 {
                    30.0 + 6.0 * (hours - 10.0)
                } else {
                    30.0
                })
            })
            .fires("BaliseThermalRunaway", 12.08, 15.0),
        quiet("warms in the sun", 24)
            .but("balise_battery_current_amperes", |_| Some(2.0))
            .but("balise_battery_temperature_celsius", |hours| {
                Some(30.0 + 3.0 * (hours - 8.0).clamp(0.0, 5.0))
            })
            .about("BaliseThermalRunaway"),
        quiet("warms uncharged", 24)
            .but("balise_battery_current_amperes", |_| Some(-2.0))
            .but("balise_battery_temperature_celsius", |hours| {
                Some(20.0 + 6.0 * (hours - 8.0).clamp(0.0, 4.5))
            })
            .about("BaliseThermalRunaway"),
        quiet("warms hardly charged", 24)
            .but("balise_battery_current_amperes", |_| Some(0.8))
            .but("balise_battery_temperature_celsius", |hours| {
                Some(20.0 + 6.0 * (hours - 8.0).clamp(0.0, 4.5))
            })
            .about("BaliseThermalRunaway"),
        quiet("thaws in the sun", 24)
            .but("balise_battery_current_amperes", |_| Some(2.0))
            .but("balise_battery_temperature_celsius", |hours| {
                Some(8.0 + 6.0 * (hours - 8.0).clamp(0.0, 5.0))
            })
            .about("BaliseThermalRunaway"),
        quiet("wears out", 80).but("balise_battery_soh_ratio", |_| Some(0.52)).fires(
            "BaliseBatteryFailing",
            24.0,
            999.0,
        ),
        quiet("worn but not sure", 80)
            .but("balise_battery_soh_ratio", |_| Some(0.53))
            .but("balise_battery_soh_ratio_stddev", |_| Some(0.05))
            .about("BaliseBatteryFailing"),
        quiet("resists", 80)
            .but("balise_battery_internal_resistance_ohms", between!(2.0..30.0, 0.018, 0.006))
            .fires("BaliseBatteryFailing", 26.0, 54.0),
        quiet("resists, and is sure of it", 60)
            .but("balise_battery_internal_resistance_ohms", |_| Some(0.0165))
            .but("balise_battery_internal_resistance_ohms_stddev", |_| Some(0.0006))
            .fires("BaliseBatteryFailing", 24.0, 99.0),
        quiet("resists, but is not sure", 60)
            .but("balise_battery_internal_resistance_ohms", |_| Some(0.0158))
            .but("balise_battery_internal_resistance_ohms_stddev", |_| Some(0.0006))
            .about("BaliseBatteryFailing"),
        quiet("worn, a week after its replacement", 80)
            .but("balise_battery_soh_ratio", |_| Some(0.52))
            .but("balise_journal_battery_replaced_timestamp_seconds", |_| Some(EPOCH - 140.0 * 3600.0))
            .fires("BaliseBatteryFailing", 28.0 + 24.0, 99.0),
        quiet("resists a little", 80)
            .but("balise_battery_internal_resistance_ohms", |_| Some(0.0145))
            .about("BaliseBatteryFailing"),
        Story { state: Some("parked"), ..quiet("worn and parked", 80) }
            .but("balise_battery_soh_ratio", |_| Some(0.40))
            .about("BaliseBatteryFailing"),
        quiet("swapped", 48)
            .but("balise_battery_soc_ratio", |hours| Some(if hours < 20.0 { 0.30 } else { 0.80 }))
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.05))
            // Explained again once the window lies behind the swap.
            .fires("BaliseBatteryChanged", 21.0, 38.0),
        // Just more than a third, surely; and just more than the doubt explains.
        quiet("swapped for one a little fuller", 48)
            .but("balise_battery_soc_ratio", |hours| Some(if hours < 20.0 { 0.40 } else { 0.76 }))
            .fires("BaliseBatteryChanged", 21.0, 38.0),
        quiet("swapped, in some doubt", 48)
            .but("balise_battery_soc_ratio", |hours| Some(if hours < 20.0 { 0.30 } else { 0.72 }))
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.05))
            .fires("BaliseBatteryChanged", 21.0, 38.0),
        quiet("perhaps swapped", 48)
            .but("balise_battery_soc_ratio", |hours| Some(if hours < 20.0 { 0.30 } else { 0.68 }))
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.05))
            .about("BaliseBatteryChanged"),
        quiet("estimated anew", 48)
            .but("balise_battery_soc_ratio", |hours| Some(if hours < 20.0 { 0.50 } else { 0.75 }))
            .about("BaliseBatteryChanged"),
        quiet("swapped three days after its replacement", 48)
            .but("balise_battery_soc_ratio", |hours| Some(if hours < 20.0 { 0.30 } else { 0.80 }))
            .but("balise_journal_battery_replaced_timestamp_seconds", |_| Some(EPOCH - 45.0 * 3600.0))
            .fires("BaliseBatteryChanged", 28.0, 38.0),
        quiet("four volts are a battery", 24)
            .but("balise_battery_voltage_volts", |_| Some(4.0))
            .about("BaliseBatteryChanged"),
        quiet("charged in a day", 48)
            .but("balise_battery_soc_ratio", |hours| {
                Some(0.45 + 0.5 * ((hours - 10.0) / 8.0).clamp(0.0, 1.0))
            })
            .but("balise_battery_device_soc_ratio", |hours| {
                Some(0.45 + 0.5 * ((hours - 10.0) / 8.0).clamp(0.0, 1.0))
            })
            .but("balise_battery_charged_coulombs_total", |hours| {
                Some((180_000.0 * ((hours - 10.0) / 8.0).clamp(0.0, 1.0) + hours * 300.0).floor())
            })
            .about("BaliseBatteryChanged"),
        quiet("gone", 24)
            .but("balise_battery_voltage_volts", between!(10.0..16.0, 2.2, 12.8))
            .fires("BaliseLowVoltage", 10.0 + 1.0 / 3.0, 18.0)
            .fires("BaliseBatteryChanged", 11.0, 22.0),
        quiet("replaced, as the journal says", 48)
            .but("balise_battery_soc_ratio", |hours| Some(if hours < 20.0 { 0.50 } else { 0.95 }))
            .but("balise_battery_device_soc_ratio", |hours| Some(if hours < 20.0 { 0.50 } else { 0.95 }))
            .but("balise_journal_battery_replaced_timestamp_seconds", |hours| {
                (hours >= 20.0).then_some(EPOCH + 20.0 * 3600.0)
            })
            .about("BaliseBatteryChanged"),
        quiet("a sensor lies", 24).but("balise_sensor_current_fault", between!(2.0..6.0, 4.0, 0.0)).fires(
            "BaliseSensorFault",
            3.0,
            18.0,
        ),
        quiet("voltage stuck", 24).but("balise_sensor_voltage_fault", |_| Some(1.0)).fires(
            "BaliseSensorFault",
            1.0,
            99.0,
        ),
        quiet("temperature lost", 24).but("balise_sensor_temperature_fault", |_| Some(2.0)).fires(
            "BaliseSensorFault",
            1.0,
            99.0,
        ),
        quiet("believes itself full", 36)
            .but("balise_battery_device_soc_ratio", between!(10.0..20.0, 0.95, 0.75))
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.05))
            .fires("BaliseEstimateDisagrees", 12.0, 21.0),
        quiet("disagrees three days after a replacement", 36)
            .but("balise_battery_device_soc_ratio", between!(10.0..20.0, 0.95, 0.75))
            .but("balise_journal_battery_replaced_timestamp_seconds", |_| Some(EPOCH - 55.0 * 3600.0))
            .fires("BaliseEstimateDisagrees", 19.0, 21.0),
        quiet("nearly agrees", 36)
            .but("balise_battery_device_soc_ratio", |_| Some(0.88))
            .about("BaliseEstimateDisagrees"),
        quiet("disagrees within doubt", 36)
            .but("balise_battery_device_soc_ratio", |_| Some(0.95))
            .but("balise_battery_soc_ratio_stddev", |_| Some(0.08))
            .about("BaliseEstimateDisagrees"),
        Story { up: |hours| !(30.0..36.0).contains(&hours), ..quiet("cable pulled", 60) }.fires(
            "BaliseDeviceSilent",
            30.25,
            36.0 + 1.0 / 6.0,
        ),
        Story { up: |hours| !(30.0..30.2).contains(&hours), ..quiet("a reboot", 60) }
            .about("BaliseDeviceSilent"),
        Story { up: |_| false, state: Some("moving"), ..quiet("on the road", 60) }
            .about("BaliseDeviceSilent"),
        quiet("late", 24)
            .but("balise_battery_last_frame_timestamp_seconds", |hours| {
                Some(EPOCH + hours * 3600.0 - if (10.0..16.0).contains(&hours) { 1200.0 } else { 10.0 })
            })
            .fires("BaliseDataLate", 10.25, 16.5),
        quiet("hardly late", 24)
            .but("balise_battery_last_frame_timestamp_seconds", |hours| Some(EPOCH + hours * 3600.0 - 700.0))
            .about("BaliseDataLate"),
        quiet("disk full", 24)
            .but("balise_state_saved_timestamp_seconds", |hours| {
                Some(EPOCH + 3600.0 * if (10.0..16.0).contains(&hours) { 10.0 } else { hours })
            })
            // A quarter of an hour of age, a quarter of hold.
            .fires("BaliseStateNotSaved", 10.5, 16.5),
        quiet("saved now and then", 24)
            .but("balise_state_saved_timestamp_seconds", |hours| {
                Some(EPOCH + 3600.0 * (hours * 6.0).floor() / 6.0)
            })
            .about("BaliseStateNotSaved"),
        quiet("monitor down", 24).but("up", between!(10.0..16.0, 0.0, 1.0)).fires(
            "BaliseMonitorDown",
            10.0 + 1.0 / 12.0,
            16.0 + 1.0 / 6.0,
        ),
        quiet("file refused", 24).but("balise_reload_successful", between!(10.0..16.0, 0.0, 1.0)).fires(
            "BaliseFileRefused",
            10.0 + 1.0 / 12.0,
            16.0 + 1.0 / 6.0,
        ),
    ]
}

/// The stories, and those of signs in each state: the first story in which an alert fires, told of a sign that is at
/// work (it fires all the same) and of one that is not (nobody wants to hear of it).
fn stories() -> Vec<Story> {
    let plain = told_stories();
    let mut all = plain.clone();
    for (alert, states) in UNWANTED {
        let own = |story: &Story| story.firing.iter().find(|(name, ..)| *name == alert).copied();
        let first = plain.iter().find(|story| own(story).is_some()).unwrap();
        let firing = vec![own(first).unwrap()];
        all.push(Story { name: "at work", state: Some("deployed"), firing, about: vec![], ..first.clone() });
        for state in states {
            let about = vec![alert];
            all.push(Story { name: state, state: Some(state), firing: vec![], about, ..first.clone() });
        }
    }
    all
}

/// Whether promtool finds every claim about the stories true; what it says where not.
fn holds(
    tool: &Path,
    rules_yaml: &str,
    rules: &[Rule],
    stories: &[&Story],
    every: Duration,
) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.yml"), rules_yaml).unwrap();
    let mut command = Command::new(tool);
    command.args(["test", "rules"]).env("TMPDIR", folder.path());
    for (index, story) in stories.iter().enumerate() {
        let yaml = RuleTest {
            name: story.name,
            rule_file: "rules.yml",
            interval: STEP,
            evaluation_interval: every,
            series: &story.series(),
            claims: &story.claims(rules),
        }
        .yaml();
        let test = folder.path().join(format!("{index}.yml"));
        std::fs::write(&test, yaml).unwrap();
        command.arg(test);
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&said).into_owned()) }
}

fn promtool() -> Option<PathBuf> {
    let found = Tools::find().promtool;
    if found.is_none() {
        balise::speech::tell("skipped: promtool not found");
    }
    found
}

fn yaml_of(rules: &[Rule]) -> String {
    file(rules, &Scaling::real(), "runbook")
}

#[test]
fn each_alert_fires_when_due_resolves_and_is_quiet_without_cause_or_data() {
    let Some(tool) = promtool() else { return };
    let rules = &alerts::standard().rules;
    let stories = stories();
    for rule in rules {
        let told = |of: &dyn Fn(&Story) -> bool| stories.iter().any(of);
        let fires = |story: &Story| story.firing.iter().any(|(alert, ..)| *alert == rule.name);
        let over = |story: &Story| {
            story.firing.iter().any(|(alert, _, until)| *alert == rule.name && *until < story.hours as f64)
        };
        assert!(told(&fires) && told(&over), "{}", rule.name);
    }
    let mut complaints = String::new();
    for story in &stories {
        // Every alert has its say in the stories of a healthy battery and of a silent one; elsewhere those do that
        // the story is about.
        let is_asked = |rule: &&Rule| {
            let (name, everyone) = (rule.name.as_str(), ["healthy", "cable pulled", "runs down"]);
            everyone.contains(&story.name)
                || story.about.contains(&name)
                || story.firing.iter().any(|(alert, ..)| *alert == name)
        };
        let asked: Vec<Rule> = rules.iter().filter(is_asked).cloned().collect();
        if let Err(said) = holds(&tool, &yaml_of(&asked), &asked, &[story], STEP) {
            complaints += &format!("{}: {said}\n", story.name);
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

/// One rule spoiled in one place: what was done, and the entry of the rule file.
fn mutants(rule: &Rule) -> Vec<(String, String)> {
    let mut mutants = Vec::new();
    let sound = entry_of(rule);
    let start = sound.find("expr: |-").unwrap() + "expr: |-".len();
    let end = start + sound[start..].find("\n        for:").unwrap();
    let (head, rest) = sound.split_at(start);
    let (body, tail) = rest.split_at(end - start);
    let mut put = |what: String, body: String| mutants.push((what, format!("{head}{body}{tail}")));
    let ends = [' ', '\n', '(', ')', '[', ']', ':', ','];
    let mut at = 0;
    for word in body.split_inclusive(ends) {
        let text = word.trim_end_matches(ends);
        let swap = |new: &str| format!("{}{new}{}", &body[..at], &body[at + text.len()..]);
        for (sign, inverted) in [("<", ">="), (">", "<="), (">=", "<"), ("==", "!=")] {
            if text == sign {
                put(format!("{text} -> {inverted}"), swap(inverted));
            }
        }
        if let Ok(number) = text.parse::<f64>()
            && number != 0.0
        {
            for factor in [0.6, 1.6] {
                let new = format!("{:.4}", number * factor);
                put(format!("{text} -> {new}"), swap(&new));
            }
        }
        let length = text.strip_suffix(['m', 'h', 'd']).and_then(|digits| digits.parse::<u32>().ok());
        if let Some(length) = length {
            let new = format!("{}{}", length * 3, &text[text.len() - 1..]);
            put(format!("{text} -> {new}"), swap(&new));
        }
        at += word.len();
    }
    for (from, to) in
        [("lead-acid", "lifepo4"), ("parked", "deployed"), ("mains", "deployed"), ("moving", "deployed")]
    {
        if body.contains(from) {
            put(format!("{from} -> {to}"), body.replace(from, to));
        }
    }
    for factor in [0.0, 3.0] {
        let hold = rule.hold.mul_f64(factor);
        mutants.push((format!("for x {factor}"), entry_of(&Rule { hold, ..rule.clone() })));
    }
    for factor in [0.0, 3.0] {
        let keep_firing = rule.keep_firing.mul_f64(factor);
        let mutant = Rule { keep_firing, ..rule.clone() };
        mutants.push((format!("keep_firing_for x {factor}"), entry_of(&mutant)));
    }
    mutants
}

/// The rule's own lines of the rule file.
fn entry_of(rule: &Rule) -> String {
    let yaml = yaml_of(std::slice::from_ref(rule));
    yaml[yaml.find("      - alert:").unwrap()..].to_owned()
}

/// The mutants of a rule that no story notices: all of them stand in one rule file under names of their own.
fn survivors(tool: &Path, rule: &Rule, stories: &[Story]) -> (usize, Vec<String>) {
    let told = |story: &&Story| {
        story.about.contains(&rule.name.as_str())
            || story.firing.iter().any(|(alert, ..)| *alert == rule.name)
    };
    let concerned: Vec<&Story> = stories.iter().filter(told).chain([&stories[0]]).collect();
    let mut yaml = yaml_of(&[]);
    let mut names = Vec::new();
    // Every eighth in the ordinary run; all of them take minutes.
    let every = if std::env::var_os("BALISE_SOAK").is_some() { 1 } else { 8 };
    for (index, (what, entry)) in mutants(rule).into_iter().enumerate().step_by(every) {
        let name = format!("{}Mutant{index:03}", rule.name);
        yaml += &entry.replacen(&rule.name, &name, 1);
        names.push((what, name));
    }
    let said = said_of(tool, &yaml, rule, &names, &concerned);
    let left = names.iter().filter(|(_, name)| !said.contains(name.as_str()));
    (names.len(), left.map(|(what, _)| format!("{}: {what}", rule.name)).collect())
}

/// What promtool complains of: each claim about the rule is asked of each mutant.
fn said_of(tool: &Path, yaml: &str, rule: &Rule, names: &[(String, String)], stories: &[&Story]) -> String {
    let stand_in = |(_, name): &(String, String)| Rule { name: name.clone(), ..rule.clone() };
    let rules: Vec<Rule> = names.iter().map(stand_in).collect();
    let told: Vec<Story> = stories
        .iter()
        .map(|story| {
            let own = story.firing.iter().find(|(alert, ..)| *alert == rule.name).copied();
            Story { own, ..(*story).clone() }
        })
        .collect();
    let stories: Vec<&Story> = told.iter().collect();
    holds(tool, yaml, &rules, &stories, STEP).err().unwrap_or_default()
}

#[test]
fn a_rule_spoiled_in_one_place_is_noticed() {
    let Some(tool) = promtool() else { return };
    let stories = stories();
    let wanted = std::env::var("BALISE_RULE").unwrap_or_default();
    let mut rules = alerts::standard().rules.clone();
    rules.retain(|rule| rule.name.contains(&wanted));
    let (left, right) = rules.split_at(rules.len() / 2);
    let of = |rules: &[Rule]| -> Vec<(usize, Vec<String>)> {
        rules.iter().map(|rule| survivors(&tool, rule, &stories)).collect()
    };
    let all: Vec<(usize, Vec<String>)> = std::thread::scope(|scope| {
        let half = scope.spawn(|| of(left));
        let other = of(right);
        half.join().unwrap().into_iter().chain(other).collect()
    });
    let count: usize = all.iter().map(|(count, _)| count).sum();
    let survivors: Vec<String> = all.into_iter().flat_map(|(_, survivors)| survivors).collect();
    let score = 1.0 - survivors.len() as f64 / count as f64;
    println!("{count} mutants, {:.1} % noticed; not noticed:\n{}", 100.0 * score, survivors.join("\n"));
    assert!(score >= 0.95, "{score}");
}
