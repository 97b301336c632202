//! When an alert is due: the crew's need, stated on the truth and kept in a file of its own
//! (`scenarios/due.toml`). Nothing here reads the rules, so that a wrong threshold or `for` is seen.
//!
//! For each alert two spans are cut out of the truth: **due** (the condition has held for the crew's
//! patience; silence is a miss) and **excused** (the condition holds in its milder form; an alert here
//! is no false alarm). All times in simulated seconds.

use exporter::rules::SignState;

use crate::document::{self, Complaint, Section};

/// A half-open span of simulated time, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpanSecs {
    /// First second.
    pub from: f64,
    /// First second past the end.
    pub until: f64,
}

/// What must be true of the sign for the crew to want the alert.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// State of charge under a ratio.
    SocBelow {
        /// The ratio that hurts.
        ratio: f64,
    },
    /// Nothing comes from the device.
    Silent,
    /// Less than this share of the capacity charged over a day, while not full.
    NoCharge {
        /// Share of capacity.
        ratio: f64,
        /// A battery above this needs no charge.
        full_ratio: f64,
    },
    /// The device's own state of charge is wrong by more than a ratio.
    DeviceWrong {
        /// The error that misleads a crew.
        ratio: f64,
    },
    /// The display will be dark for want of charge within so many hours, or is.
    DarkWithin {
        /// Hours.
        hours: f64,
    },
    /// The voltage of a block above a limit that moves with temperature.
    VoltageAbove(Volts),
    /// The voltage of a block below such a limit.
    VoltageBelow(Volts),
    /// The battery warmer than this.
    HotterThan {
        /// °C.
        celsius: f64,
    },
    /// Warmer than this, and warmer by `kelvin` than two hours ago.
    RunsAway {
        /// °C.
        celsius: f64,
        /// K.
        kelvin: f64,
    },
    /// Over so many hours a panel took less than this share of the light that fell on it, and the battery was not
    /// full.
    LightLost {
        /// Share of the light.
        ratio: f64,
        /// How far back.
        hours: f64,
        /// A battery above this needs none.
        full_ratio: f64,
    },
    /// The acid will be within so many kelvin of freezing within so many hours, or is.
    NearFreezing {
        /// K.
        kelvin: f64,
        /// Hours.
        hours: f64,
    },
}

/// A limit of a block's voltage: 12 V of lead-acid at 25 °C, 12.8 V of lithium iron phosphate at any warmth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volts {
    /// Lead-acid at 25 °C.
    pub lead: f64,
    /// How it moves with temperature between -30 and 40 °C.
    pub per_kelvin: f64,
    /// Lithium iron phosphate.
    pub lithium: f64,
}

impl Volts {
    fn at(&self, moment: &Moment) -> f64 {
        let kelvin = moment.celsius.clamp(-30.0, 40.0) - 25.0;
        if moment.is_lithium { self.lithium } else { self.lead + self.per_kelvin * kelvin }
    }
}

/// One need of the crew.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// The alert that must answer it.
    pub alert: String,
    /// The condition on the truth.
    pub condition: Condition,
    /// The milder form of the condition under which the alert is excused.
    pub excused: Condition,
    /// The condition must have held this long before the alert is due, seconds.
    pub hold_secs: f64,
    /// From due to alert, at most, seconds.
    pub late_secs: f64,
    /// Nobody wants to hear of it while the sign does one of these.
    pub unwanted: Vec<SignState>,
    /// Only a population of signs can judge it.
    pub of_population: bool,
    /// An alert may last this long past the end of its cause, seconds.
    pub linger_secs: f64,
}

/// What the scorer looks at, one per minute or so.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moment {
    /// Simulated time, seconds.
    pub at: f64,
    /// True state of charge.
    pub soc: f64,
    /// The device's own claim, as the instrument holds it.
    pub device_soc: Option<f64>,
    /// Charge that went into the battery since the start over its capacity.
    pub charged_ratio: f64,
    /// The line is dead.
    pub silent: bool,
    /// True voltage of a block of 12 V (lead-acid) or 12.8 V (lithium).
    pub block_volts: f64,
    /// True battery temperature, °C.
    pub celsius: f64,
    /// Lithium iron phosphate; else lead-acid.
    pub is_lithium: bool,
    /// A display that should be lit has no power, and no fuse, theft or cut cable is to blame.
    pub dark: bool,
    /// Light that fell on the panel's plane since the start, kWh/m².
    pub light: f64,
    /// What of it could charge: the rest was stopped by snow, dirt, shade or something broken.
    pub light_taken: f64,
    /// What the sign is doing.
    pub state: SignState,
}

/// Freezing point of the acid over the state of charge, °C: 1.12 kg/L at empty, 1.28 at full
/// (Bode, Lead-Acid Batteries, 1977, table 2.4).
fn freezes_at_celsius(soc: f64) -> f64 {
    const TABLE: [f64; 6] = [-9.0, -15.0, -23.0, -34.0, -48.0, -65.0];
    let place = soc.clamp(0.0, 1.0) * 5.0;
    let below = (place.floor() as usize).min(4);
    TABLE[below] + (place - below as f64) * (TABLE[below + 1] - TABLE[below])
}

const DAY_SECS: f64 = 86_400.0;

impl Need {
    /// The spans in which the alert is due.
    #[must_use]
    pub fn due(&self, moments: &[Moment]) -> Vec<SpanSecs> {
        spans(moments, self.condition, Beyond::Unknown, &self.unwanted)
            .into_iter()
            .map(|span| SpanSecs { from: span.from + self.hold_secs, ..span })
            .filter(|span| span.from < span.until)
            .collect()
    }

    /// The spans in which the alert is no false alarm.
    #[must_use]
    pub fn excused(&self, moments: &[Moment]) -> Vec<SpanSecs> {
        spans(moments, self.excused, Beyond::Feared, &[])
            .into_iter()
            .map(|span| SpanSecs { until: span.until + self.linger_secs, ..span })
            .collect()
    }
}

/// What is taken to come after the end of the run, where a condition looks ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beyond {
    /// Nothing: no alert is due for it.
    Unknown,
    /// The worst: no alert is false for it.
    Feared,
}

/// The spans over which `condition` holds and the sign does none of the `unwanted`.
fn spans(moments: &[Moment], condition: Condition, beyond: Beyond, unwanted: &[SignState]) -> Vec<SpanSecs> {
    let mut spans: Vec<SpanSecs> = Vec::new();
    let (mut day_ago, mut earlier, mut window) = (0, 0, 0);
    let mut open = false;
    let next = match condition {
        Condition::DarkWithin { .. } => next(moments, beyond, |moment| moment.dark),
        Condition::NearFreezing { kelvin, .. } => next(moments, beyond, |moment| {
            !moment.is_lithium && moment.celsius < freezes_at_celsius(moment.soc) + kelvin
        }),
        _ => Vec::new(),
    };
    for (index, moment) in moments.iter().enumerate() {
        while moments[day_ago].at < moment.at - DAY_SECS {
            day_ago += 1;
        }
        while moments[earlier].at < moment.at - 7200.0 {
            earlier += 1;
        }
        if let Condition::LightLost { hours, .. } = condition {
            while moments[window].at < moment.at - hours * 3600.0 {
                window += 1;
            }
        }
        let charged_in_a_day = moment.charged_ratio - moments[day_ago].charged_ratio;
        let holds = match condition {
            Condition::SocBelow { ratio } => moment.soc < ratio,
            Condition::Silent => moment.silent,
            Condition::NoCharge { ratio, full_ratio } => {
                moment.at - moments[0].at >= DAY_SECS && charged_in_a_day < ratio && moment.soc < full_ratio
            }
            Condition::DeviceWrong { ratio } => {
                !moment.silent && moment.device_soc.is_some_and(|claim| (claim - moment.soc).abs() > ratio)
            }
            Condition::DarkWithin { hours } | Condition::NearFreezing { hours, .. } => {
                next[index] - moment.at <= hours * 3600.0
            }
            Condition::VoltageAbove(limit) => moment.block_volts > limit.at(moment),
            // A battery that is not there has no low voltage.
            Condition::VoltageBelow(limit) => (3.0..limit.at(moment)).contains(&moment.block_volts),
            Condition::HotterThan { celsius } => moment.celsius > celsius,
            Condition::LightLost { ratio, hours, full_ratio } => {
                let fell = moment.light - moments[window].light;
                let taken = moment.light_taken - moments[window].light_taken;
                let is_judged = moment.at - moments[0].at >= hours * 3600.0;
                is_judged && moment.soc < full_ratio && taken < ratio * fell
            }
            Condition::RunsAway { celsius, kelvin } => {
                moment.celsius > celsius && moment.celsius - moments[earlier].celsius > kelvin
            }
        };
        let holds = holds && !unwanted.contains(&moment.state);
        let until = moments.get(index + 1).map_or(moment.at, |next| next.at);
        match spans.last_mut() {
            Some(span) if holds && open => span.until = until,
            _ if holds => spans.push(SpanSecs { from: moment.at, until }),
            _ => {}
        }
        open = holds;
    }
    spans
}

/// When `holds` next, seconds; where it does not again, the end of the run or never.
fn next(moments: &[Moment], beyond: Beyond, holds: impl Fn(&Moment) -> bool) -> Vec<f64> {
    let end = moments.last().map_or(0.0, |moment| moment.at);
    let mut next = if beyond == Beyond::Feared { end } else { f64::INFINITY };
    let step = |moment: &Moment| {
        if holds(moment) {
            next = moment.at;
        }
        next
    };
    let mut all: Vec<f64> = moments.iter().rev().map(step).collect();
    all.reverse();
    all
}

/// The needs that a single run can judge. A forecast that one sky belies was not wrong for that: those that
/// `judged = "population"` marks are judged over many signs and winters only.
#[must_use]
pub fn standard() -> Vec<Need> {
    all().into_iter().filter(|need| !need.of_population).collect()
}

/// Every need of the crews we know, as `scenarios/due.toml` states them. The file is part of the program;
/// a test sees that it is sound and answers every rule.
#[must_use]
pub fn all() -> Vec<Need> {
    parse(include_str!("../scenarios/due.toml")).unwrap_or_default()
}

/// Reads the needs from the text of `due.toml`.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Vec<Need>, Vec<Complaint>> {
    document::check(source, |root| {
        root.version("balise_due", 1);
        let needs: Vec<Option<Need>> = root.sections("need").iter().map(need).collect();
        needs.into_iter().collect()
    })
}

fn need(section: &Section<'_>) -> Option<Need> {
    let alert = section.text("alert");
    let _why = section.text("why");
    let condition = condition(section, "condition");
    let excused = section.required_section("excused").and_then(|excused| {
        let condition = self::condition(&excused, "condition");
        excused.close();
        condition
    });
    let unwanted = section.choices("unwanted", &SignState::ALL.map(|state| (state.name(), state)));
    let judges = [("run", false), ("population", true)];
    let of_population = section.choice("judged", Some(false), &judges);
    let minutes = |key| section.number(key, 0.0..=100_000.0).map(|minutes| minutes * 60.0);
    let (hold, late, linger) = (minutes("hold_minutes"), minutes("late_minutes"), minutes("linger_minutes"));
    section.close();
    Some(Need {
        alert: alert?.to_owned(),
        condition: condition?,
        excused: excused?,
        unwanted: unwanted?,
        of_population: of_population?,
        hold_secs: hold?,
        late_secs: late?,
        linger_secs: linger?,
    })
}

fn condition(section: &Section<'_>, key: &'static str) -> Option<Condition> {
    #[derive(Clone, Copy)]
    enum Kind {
        SocBelow,
        Silent,
        NoCharge,
        DeviceWrong,
        DarkWithin,
        VoltageAbove,
        VoltageBelow,
        HotterThan,
        RunsAway,
        LightLost,
        NearFreezing,
    }
    let names = [
        ("soc-below", Kind::SocBelow),
        ("silent", Kind::Silent),
        ("no-charge", Kind::NoCharge),
        ("device-wrong", Kind::DeviceWrong),
        ("dark-within", Kind::DarkWithin),
        ("voltage-above", Kind::VoltageAbove),
        ("voltage-below", Kind::VoltageBelow),
        ("hotter-than", Kind::HotterThan),
        ("runs-away", Kind::RunsAway),
        ("light-lost", Kind::LightLost),
        ("near-freezing", Kind::NearFreezing),
    ];
    let ratio = || section.number("ratio", 0.0..=1.0);
    let celsius = || section.number("celsius", -60.0..=150.0);
    let kelvin = || section.number("kelvin", 0.0..=100.0);
    let volts = || {
        let lead = section.number("volts", 0.0..=100.0);
        let per_kelvin = section.number_or("volts_per_kelvin", 0.0, -1.0..=1.0);
        let lithium = section.number("lithium_volts", 0.0..=100.0);
        Some(Volts { lead: lead?, per_kelvin: per_kelvin?, lithium: lithium? })
    };
    Some(match section.choice(key, None, &names)? {
        Kind::SocBelow => Condition::SocBelow { ratio: ratio()? },
        Kind::Silent => Condition::Silent,
        Kind::NoCharge => {
            Condition::NoCharge { ratio: ratio()?, full_ratio: section.number("full_ratio", 0.0..=1.0)? }
        }
        Kind::DeviceWrong => Condition::DeviceWrong { ratio: ratio()? },
        Kind::DarkWithin => Condition::DarkWithin { hours: section.number("hours", 0.0..=10_000.0)? },
        Kind::VoltageAbove => Condition::VoltageAbove(volts()?),
        Kind::VoltageBelow => Condition::VoltageBelow(volts()?),
        Kind::HotterThan => Condition::HotterThan { celsius: celsius()? },
        Kind::RunsAway => {
            let (celsius, kelvin) = (celsius(), kelvin());
            Condition::RunsAway { celsius: celsius?, kelvin: kelvin? }
        }
        Kind::LightLost => {
            let (hours, full_ratio) =
                (section.number("hours", 0.0..=10_000.0), section.number("full_ratio", 0.0..=1.0));
            Condition::LightLost { ratio: ratio()?, hours: hours?, full_ratio: full_ratio? }
        }
        Kind::NearFreezing => {
            let (kelvin, hours) = (kelvin(), section.number("hours", 0.0..=10_000.0));
            Condition::NearFreezing { kelvin: kelvin?, hours: hours? }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts;

    fn falling(hours: usize) -> Vec<Moment> {
        (0..=hours * 60)
            .map(|minute| Moment {
                at: minute as f64 * 60.0,
                soc: 1.0 - minute as f64 / (hours as f64 * 60.0),
                silent: (120..180).contains(&minute),
                ..Moment::default()
            })
            .collect()
    }

    fn need(condition: Condition, excused: Condition) -> Need {
        Need {
            alert: "A".into(),
            condition,
            excused,
            hold_secs: 1800.0,
            late_secs: 0.0,
            linger_secs: 600.0,
            unwanted: vec![],
            of_population: false,
        }
    }

    #[test]
    fn an_alert_is_due_once_its_cause_has_held_and_excused_a_little_before() {
        let need = need(Condition::SocBelow { ratio: 0.4 }, Condition::SocBelow { ratio: 0.5 });
        let (due, excused) = (need.due(&falling(10)), need.excused(&falling(10)));
        assert_eq!(due, vec![SpanSecs { from: 6.0 * 3600.0 + 60.0 + 1800.0, until: 36_000.0 }]);
        assert_eq!(excused, vec![SpanSecs { from: 5.0 * 3600.0 + 60.0, until: 36_600.0 }]);
    }

    #[test]
    fn a_cause_shorter_than_the_patience_is_not_due() {
        let need = Need { hold_secs: 4000.0, ..need(Condition::Silent, Condition::Silent) };
        assert!(need.due(&falling(10)).is_empty());
        assert_eq!(need.excused(&falling(10)).len(), 1);
    }

    #[test]
    fn every_need_is_answered_by_an_alert() {
        assert!(!standard().is_empty());
        for need in all() {
            assert!(alerts::standard().rules.iter().any(|rule| rule.name == need.alert), "{}", need.alert);
        }
    }

    #[test]
    fn a_sign_is_dark_within_a_day_from_a_day_before_it_goes_dark() {
        let moments: Vec<Moment> = (0..100)
            .map(|hour| Moment { at: f64::from(hour) * 3600.0, dark: hour >= 60, ..Moment::default() })
            .collect();
        let spans = spans(&moments, Condition::DarkWithin { hours: 24.0 }, Beyond::Unknown, &[]);
        assert_eq!(spans, vec![SpanSecs { from: 36.0 * 3600.0, until: 99.0 * 3600.0 }]);
    }

    #[test]
    fn nothing_is_due_of_a_sign_that_does_what_nobody_wants_to_hear_of() {
        let parked = |moment: &mut Moment| moment.state = SignState::Parked;
        let mut moments = falling(10);
        moments.iter_mut().filter(|moment| moment.at >= 8.0 * 3600.0).for_each(parked);
        let low = Condition::SocBelow { ratio: 0.4 };
        let need = Need { unwanted: vec![SignState::Parked], ..need(low, low) };
        assert_eq!(need.due(&moments)[0].until, 8.0 * 3600.0);
        assert_eq!(need.excused(&moments)[0].until, 36_600.0);
    }

    #[test]
    fn what_may_come_after_the_run_is_neither_due_nor_false() {
        let moments: Vec<Moment> =
            (0..100).map(|hour| Moment { at: f64::from(hour) * 3600.0, ..Moment::default() }).collect();
        let dark = Condition::DarkWithin { hours: 24.0 };
        assert!(spans(&moments, dark, Beyond::Unknown, &[]).is_empty());
        let feared = spans(&moments, dark, Beyond::Feared, &[]);
        assert_eq!(feared, vec![SpanSecs { from: 75.0 * 3600.0, until: 99.0 * 3600.0 }]);
    }

    #[test]
    fn acid_freezes_the_sooner_the_emptier_the_battery() {
        assert_eq!([0.0, 0.5, 1.0].map(freezes_at_celsius), [-9.0, -28.5, -65.0]);
    }

    #[test]
    fn light_is_lost_where_little_of_what_fell_over_the_window_could_charge() {
        // A steady sun; from hour 40 to hour 100 the panel takes a tenth.
        let taken = |hour: f64| hour - 0.9 * (hour - 40.0).clamp(0.0, 60.0);
        let moments: Vec<Moment> = (0..200)
            .map(f64::from)
            .map(|hour| Moment {
                at: hour * 3600.0,
                soc: 0.5,
                light: hour,
                light_taken: taken(hour),
                ..Moment::default()
            })
            .collect();
        let condition = Condition::LightLost { ratio: 0.54, hours: 24.0, full_ratio: 0.9 };
        // Half of the window's light is lost 13 hours after it began to be, and no longer 13 after it ended.
        assert_eq!(
            spans(&moments, condition, Beyond::Unknown, &[]),
            vec![SpanSecs { from: 53.0 * 3600.0, until: 112.0 * 3600.0 }]
        );
        let full = Condition::LightLost { ratio: 0.54, hours: 24.0, full_ratio: 0.4 };
        assert!(spans(&moments, full, Beyond::Unknown, &[]).is_empty());
    }

    #[test]
    fn no_charge_needs_a_whole_day_of_history() {
        let condition = Condition::NoCharge { ratio: 0.01, full_ratio: 0.9 };
        let spans = spans(&falling(30), condition, Beyond::Unknown, &[]);
        assert_eq!(spans, vec![SpanSecs { from: DAY_SECS, until: 30.0 * 3600.0 }]);
    }
}
