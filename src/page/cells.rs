//! The live pieces of the pages, in words: what stands in each row of the fleet and on each sign's own page.
//!
//! The same pieces fill the documents when they are made and the open pages afterwards, so that a page that was just loaded and one
//! that has been open for a day say the same. A number that is not known is a dash, and never an old number.

use std::collections::BTreeMap;

use exporter::page::{Alerts, Cells, Live, Scene, SignNow};
use exporter::rules::SignState;
use fluent_templates::fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use signals::{SIGMAS_95, SensorFault};

use super::todo::{self, Task};
use super::{advice, state, when};
use crate::words::Words;

/// A current below this, or below a five-hundredth of the capacity per hour, is rest, A.
const REST_AMPS: f64 = 0.05;
const DASH: &str = "–";

/// Everything live in one language.
#[must_use]
pub fn live(scene: &Scene, zone: &TimeZone, words: Words) -> Live {
    let told = Told { scene, zone, words };
    let (mut rows, mut details) = (BTreeMap::new(), BTreeMap::new());
    for sign in &scene.signs {
        let tasks = todo::tasks(sign, scene, zone, words);
        let row = told.row(sign, &tasks);
        details.insert(sign.id.clone(), told.detail(sign, row.clone(), &tasks));
        rows.insert(sign.id.clone(), row);
    }
    Live { fleet: told.fleet(), rows, details, order: order(scene) }
}

/// The signs by site, the site with the worst sign first, and the worst of it first.
fn order(scene: &Scene) -> Vec<exporter::BatteryId> {
    let mut sites: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for sign in &scene.signs {
        sites.entry(sign.id.site()).or_default().push((state::urgency(sign, &scene.alerts), &sign.id));
    }
    let mut sites: Vec<_> = sites.into_values().collect();
    sites.iter_mut().for_each(|signs| signs.sort());
    sites.sort();
    sites.into_iter().flatten().map(|(_, id)| id.clone()).collect()
}

struct Told<'a> {
    scene: &'a Scene,
    zone: &'a TimeZone,
    words: Words,
}

impl Told<'_> {
    fn fleet(&self) -> Cells {
        let signs = &self.scene.signs;
        let visits = signs.iter().filter(|sign| state::tone(sign, &self.scene.alerts).needs_visit()).count();
        let blanks = [("count", FluentValue::from(visits)), ("all", FluentValue::from(signs.len()))];
        let summary = match self.scene.alerts {
            _ if signs.is_empty() => "page-summary-empty",
            // An alert that is not known may ask for one more.
            Alerts::Unreachable => "page-summary-at-least",
            Alerts::NotConnected | Alerts::Known(_) => "page-summary",
        };
        let title =
            if visits == 0 { self.words.say("page-title") } else { self.words.tell("page-short", &blanks) };
        Cells::from([
            ("summary", self.words.tell(summary, &blanks)),
            ("sub", self.sub()),
            ("clock", self.clock()),
            ("title", title),
        ])
    }

    /// `3 alertes, un panneau muet`.
    fn sub(&self) -> String {
        let count = |key: &str, count: usize| self.words.tell(key, &[("count", FluentValue::from(count))]);
        let alerts = match &self.scene.alerts {
            Alerts::NotConnected => self.words.say("page-alerts-not-connected"),
            Alerts::Unreachable => self.words.say("page-alerts-unreachable"),
            Alerts::Known(firing) => count("page-alerts-count", firing.all().count()),
        };
        match self.scene.signs.iter().filter(|sign| !sign.up).count() {
            0 => alerts,
            silent => format!("{alerts}, {}", count("page-silent-count", silent)),
        }
    }

    fn clock(&self) -> String {
        let now = self.scene.moment.unix_secs;
        when::minute(now, now, self.zone, self.words)
    }

    fn row(&self, sign: &SignNow, tasks: &[Task]) -> Cells {
        let row = &sign.row;
        let tone = state::tone(sign, &self.scene.alerts);
        let alerts = self.scene.alerts.of(&sign.id);
        let language = self.words.language();
        let names: Vec<String> = alerts.iter().map(|alert| advice::name_of(&alert.name, language)).collect();
        let bring = tasks.iter().find(|task| !task.bring.is_empty()).map_or_else(String::new, |task| {
            self.words.tell("page-bring", &[("what", FluentValue::from(task.bring.as_str()))])
        });
        let mut cells = Cells::from([
            ("row@data-tone", tone.name().to_owned()),
            ("row@data-visit", flag(tone.needs_visit())),
            ("row@data-silent", flag(!sign.up)),
            ("row@data-alert", flag(!alerts.is_empty())),
            ("state", state::sentence(sign, self.scene, self.zone, self.words)),
            ("bring", bring),
            ("alerts", self.alert_names(&names)),
            ("flow", self.flow(sign)),
            ("soh", self.or_dash(row.soh_ratio, |ratio| self.words.percent(ratio, 0))),
            ("place", sign.state.map_or_else(String::new, |state| self.place(state))),
        ]);
        self.charge(&mut cells, sign);
        self.heard(&mut cells, sign);
        cells
    }

    fn alert_names(&self, names: &[String]) -> String {
        match &self.scene.alerts {
            Alerts::Known(_) if names.is_empty() => self.words.say("page-no-alert"),
            Alerts::Known(_) => names.join(", "),
            _ => DASH.to_owned(),
        }
    }

    fn place(&self, state: SignState) -> String {
        self.words.say(&format!("sign-state-{}", state.name()))
    }

    /// Charge, its band, and both as a bar of 100.
    fn charge(&self, cells: &mut Cells, sign: &SignNow) {
        let row = &sign.row;
        let known = row.soc_ratio.zip(row.soc_ratio_stddev.or(Some(0.0)));
        let band = known.map(|(soc, stddev)| {
            [soc - SIGMAS_95 * stddev, soc + SIGMAS_95 * stddev].map(|end| end.clamp(0.0, 1.0))
        });
        let blank = |ratio: f64| FluentValue::from(self.words.number(ratio * 100.0, 0));
        let said = |[low, high]: [f64; 2]| {
            self.words.tell("page-band", &[("low", blank(low)), ("high", blank(high))])
        };
        let place = |ratio: f64| format!("{:.1}", ratio * 100.0);
        cells.insert("soc", self.or_dash(row.soc_ratio, |ratio| self.words.percent(ratio, 0)));
        cells.insert("band", band.map_or_else(String::new, said));
        cells.insert("bar@x", band.map_or_else(|| "0".to_owned(), |[low, _]| place(low)));
        // A band narrower than a line would not be seen.
        let width = band.map_or(0.0, |[low, high]| (high - low).max(0.01));
        cells.insert("bar@width", place(width));
        cells.insert("tick@x", row.soc_ratio.map_or_else(|| "-9".to_owned(), |soc| place(soc - 0.005)));
    }

    /// `se charge, +3,2 A`.
    fn flow(&self, sign: &SignNow) -> String {
        let row = &sign.row;
        let amps = |value: f64| when::signed(value, 1, "A", self.words);
        if let Some(current) = row.current_amperes {
            let rest =
                row.capacity_coulombs.map_or(REST_AMPS, |capacity| REST_AMPS.max(capacity / 3600.0 / 500.0));
            let key = match current {
                current if current > rest => "page-charging",
                current if current < -rest => "page-discharging",
                _ => "page-at-rest",
            };
            return format!("{}, {}", self.words.say(key), amps(current));
        }
        row.charger_current_amperes.map_or_else(
            || DASH.to_owned(),
            |current| format!("{} {}", amps(current), self.words.say("page-from-charger")),
        )
    }

    /// The age of what is shown, and whether it is too old to be read without a second thought.
    fn heard(&self, cells: &mut Cells, sign: &SignNow) {
        let coarse = |age: f64| if age < when::JUST_SECS { 0.0 } else { (age / 10.0).floor() * 10.0 };
        let is_old = sign.age_secs.is_none_or(|age| age > sign.about.silent_after_secs / 3.0);
        cells
            .insert("heard", sign.age_secs.map_or_else(|| DASH.to_owned(), |age| when::ago(age, self.words)));
        cells.insert(
            "heard@data-age",
            sign.age_secs.map_or_else(String::new, |age| format!("{}", coarse(age))),
        );
        cells.insert("row@data-old", flag(is_old && sign.up));
    }

    /// What stands in the row, and more.
    fn detail(&self, sign: &SignNow, mut cells: Cells, tasks: &[Task]) -> Cells {
        let (row, words) = (&sign.row, self.words);
        for (part, text) in [("clock", self.clock()), ("sub", self.sub())] {
            cells.insert(part, text);
        }
        let spread = |value: Option<f64>, said: &dyn Fn(f64) -> String| {
            value.map_or_else(String::new, |value| {
                words.tell("page-plus-minus", &[("spread", FluentValue::from(said(SIGMAS_95 * value)))])
            })
        };
        let percent = |ratio: f64| words.percent(ratio, 0);
        let milliohms = |ohms: f64| when::quantity(ohms * 1e3, 1, "mΩ", words);
        cells.extend([
            ("volts", self.or_dash(row.voltage_volts, |volts| when::quantity(volts, 2, "V", words))),
            (
                "celsius",
                self.or_dash(row.temperature_celsius, |celsius| when::quantity(celsius, 1, "°C", words)),
            ),
            ("soh-band", spread(row.soh_ratio_stddev, &percent)),
            ("ohms", self.or_dash(row.internal_resistance_ohms, milliohms)),
            ("ohms-band", spread(row.internal_resistance_ohms_stddev, &milliohms)),
            ("device-soc", self.or_dash(row.device_soc_ratio, percent)),
            ("nights", self.nights(sign)),
            ("full", self.full(sign)),
            ("life", self.life(sign)),
            ("sensor-voltage", self.sensor(row.sensor_voltage_fault)),
            ("sensor-current", self.sensor(row.sensor_current_fault)),
            ("sensor-temperature", self.sensor(row.sensor_temperature_fault)),
            ("true-soc", self.or_dash(row.truth_soc_ratio, |ratio| words.percent(ratio, 1))),
            ("true-soh", self.or_dash(row.truth_soh_ratio, |ratio| words.percent(ratio, 1))),
            (
                "true-volts",
                self.or_dash(row.truth_voltage_volts, |volts| when::quantity(volts, 2, "V", words)),
            ),
            ("true-amps", self.or_dash(row.truth_current_amperes, |amps| when::signed(amps, 1, "A", words))),
            ("error", self.error(sign)),
            ("faults", self.faults(sign)),
            ("todo@data-mark", todo::mark(tasks, &self.scene.alerts)),
        ]);
        cells
    }

    fn nights(&self, sign: &SignNow) -> String {
        let row = &sign.row;
        let nights =
            [row.survival_one_night_ratio, row.survival_three_nights_ratio, row.survival_seven_nights_ratio];
        let said: Option<Vec<String>> =
            nights.iter().map(|ratio| ratio.map(|ratio| self.words.percent(ratio, 0))).collect();
        said.map_or_else(|| DASH.to_owned(), |said| said.join(", "))
    }

    fn full(&self, sign: &SignNow) -> String {
        match sign.row.since_full_seconds {
            Some(secs) => when::ago(secs, self.words),
            None if sign.row.soc_ratio.is_some() => self.words.say("page-full-never"),
            None => DASH.to_owned(),
        }
    }

    fn life(&self, sign: &SignNow) -> String {
        let days = |secs: f64| {
            let count = (secs / 86_400.0).round();
            self.words.tell("page-days", &[("count", FluentValue::from(count))])
        };
        let row = &sign.row;
        let ends = row.remaining_life_low_seconds.zip(row.remaining_life_high_seconds);
        ends.map_or_else(
            || DASH.to_owned(),
            |(low, high)| {
                let blanks = [("low", FluentValue::from(days(low))), ("high", FluentValue::from(days(high)))];
                self.words.tell("page-life-between", &blanks)
            },
        )
    }

    fn sensor(&self, code: Option<f64>) -> String {
        let Some(code) = code else { return DASH.to_owned() };
        SensorFault::of_code(code as u8).map_or_else(
            || self.words.say("page-sensor-fine"),
            |fault| {
                let blanks = [("known", FluentValue::from("no")), ("amount", FluentValue::from(""))];
                self.words.tell(&format!("finding-fault-{}", fault.name()), &blanks)
            },
        )
    }

    fn error(&self, sign: &SignNow) -> String {
        let error = sign.row.soc_ratio.zip(sign.row.truth_soc_ratio);
        error.map_or_else(String::new, |(estimated, truth)| {
            let points = when::signed((estimated - truth) * 100.0, 1, "", self.words);
            let points = points.trim_end_matches('\u{a0}').to_owned();
            self.words.tell("page-error", &[("points", FluentValue::from(points))])
        })
    }

    fn faults(&self, sign: &SignNow) -> String {
        if sign.faults.is_empty() {
            return self.words.say("page-no-fault");
        }
        let said: Vec<String> = sign.faults.iter().map(|label| advice::fault(label, self.words)).collect();
        said.join(", ")
    }

    fn or_dash(&self, value: Option<f64>, said: impl Fn(f64) -> String) -> String {
        value.map_or_else(|| DASH.to_owned(), said)
    }
}

fn flag(holds: bool) -> String {
    if holds { "1" } else { "0" }.to_owned()
}
