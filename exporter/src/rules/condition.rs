//! What must hold for an alert, as PromQL.
//!
//! A value that is missing must neither raise an alert nor hide one. `unless` is used where a missing
//! standard deviation must not hide a low battery; `and` where missing data means nothing can be said.
//! Volts are those of a block of `per_volts` nominal volts, so that one limit fits 12 V and 24 V banks.

use std::fmt::Write as _;
use std::time::Duration;

use super::Scaling;
use super::scaling::written;

/// How far back a condition looks, and the grid on which presence is sampled there: independent of the
/// scrape interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// How far back.
    pub length: Duration,
    /// How often presence is sampled.
    pub step: Duration,
    /// Share of the window in which the battery must have been heard.
    pub seen_ratio: f64,
}

/// A limit for some chemistries, perhaps one that moves with the battery's temperature.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Chemistries it is for, as `balise_battery_info` spells them.
    pub chemistries: Vec<String>,
    /// Nominal voltage of the block the limit is stated for; 0 for a limit that is no voltage.
    pub per_volts: f64,
    /// The limit at 25 °C.
    pub at_25_celsius: f64,
    /// How it moves with temperature.
    pub per_kelvin: f64,
    /// Temperatures between which it moves, °C.
    pub between_celsius: [f64; 2],
}

/// Which of the drawn futures speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Futures {
    /// The middle one.
    Median,
    /// The one that only a tenth are worse than.
    WorstTenth,
}

/// A condition over the series of one battery.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The estimate lies below `soc_ratio` by `sigmas` standard deviations. The last value known in
    /// `memory` counts: a battery that was low does not recover by falling silent.
    SocBelow {
        /// Threshold of the state of charge.
        soc_ratio: f64,
        /// Standard deviations the estimate must lie below it.
        sigmas: f64,
        /// How long the last value counts.
        memory: Duration,
    },
    /// The look ahead sees the sign dark within `hours`. Its value is the hours left.
    DarkWithin {
        /// Hours until dark.
        hours: f64,
        /// Which future.
        futures: Futures,
        /// How long the last look ahead counts.
        memory: Duration,
    },
    /// Over the window less charge than `of_capacity_ratio` of the capacity went in, while the battery was
    /// in need of it.
    NotCharging {
        /// How far back.
        window: Window,
        /// Share of the capacity that counts as charge.
        of_capacity_ratio: f64,
        /// A battery fuller than this needs none.
        soc_ratio: f64,
    },
    /// Over the window less than `of_median_ratio` of the median share of capacity of all signs of the same
    /// monitor went in, while the battery was in need of it; at least `sisters_min` signs must be there. A lithium battery that was
    /// cold says nothing of its panel: its protection turns charge away.
    ChargesLess {
        /// How far back.
        window: Window,
        /// Share of the median.
        of_median_ratio: f64,
        /// The median below which a dull day says nothing of anyone, share of capacity.
        median_min_ratio: f64,
        /// A battery fuller than this needs none.
        soc_ratio: f64,
        /// Signs that must be compared.
        sisters_min: f64,
        /// A lithium battery colder than this in the window's mean is not judged, °C.
        lithium_above_celsius: f64,
    },
    /// A voltage above its limit. Without a temperature the limit of the cold counts: the highest.
    VoltageAbove(Vec<Limit>),
    /// A voltage below its limit. Without a temperature the lowest limit counts.
    VoltageBelow(Vec<Limit>),
    /// A battery hotter than its limit, °C.
    HotterThan(Vec<Limit>),
    /// Heat that feeds itself: warmer by `kelvin` over `window` and above `celsius` while charge flows in at
    /// more than `of_capacity_per_hour`.
    RunsAway {
        /// Rise over the window, K.
        kelvin: f64,
        /// How far back.
        window: Duration,
        /// Only above this, °C.
        celsius: f64,
        /// Charging current over capacity, per hour.
        of_capacity_per_hour: f64,
    },
    /// The electrolyte may freeze within the days that are foreseen.
    FreezeRisk {
        /// Probability.
        ratio: f64,
        /// How long the last look ahead counts.
        memory: Duration,
    },
    /// Health is below `soh_ratio` by `sigmas` standard deviations, or the resistance above
    /// `resistance_factor` times that of a new battery, as surely.
    Failing {
        /// Present over rated capacity.
        soh_ratio: f64,
        /// Standard deviations.
        sigmas: f64,
        /// Present over new resistance.
        resistance_factor: f64,
    },
    /// A sensor does not tell the truth. Its value is the code of the finding.
    SensorFault,
    /// Estimate and device differ by more than `soc_ratio`, and by more than the estimate's own
    /// uncertainty explains.
    Disagrees {
        /// Difference that matters.
        soc_ratio: f64,
        /// Standard deviations it must exceed.
        sigmas: f64,
    },
    /// Another battery, or none: the charge held has changed by `soc_ratio` and by `sigmas` standard
    /// deviations more than the charge that flowed, or the voltage is below the limit.
    Changed {
        /// Share of the capacity that nothing explains.
        soc_ratio: f64,
        /// Standard deviations it must exceed.
        sigmas: f64,
        /// How far back.
        window: Duration,
        /// Volts of a 12 V block below which there is none.
        gone_volts: f64,
    },
    /// The device no longer sends.
    Silent,
    /// Prometheus does not reach the monitor.
    Unreachable,
    /// Frames come, but `lag` after they were sent.
    Late {
        /// Age of the newest frame.
        lag: Duration,
    },
    /// What the monitor has learned was not saved for `lag`.
    Unsaved {
        /// Age of the state file.
        lag: Duration,
    },
    /// A file the crew edits was refused; the monitor goes on with the one before.
    Refused,
}

impl Condition {
    /// The expression, its windows scaled. Its value is what the texts show.
    #[must_use]
    pub fn promql(&self, scaling: &Scaling) -> String {
        match self {
            Self::SocBelow { soc_ratio, sigmas, memory } => {
                soc_below(*soc_ratio, *sigmas, scaling.window(*memory))
            }
            Self::DarkWithin { hours, futures, memory } => {
                dark_within(*hours, *futures, scaling.window(*memory))
            }
            Self::NotCharging { window, of_capacity_ratio, soc_ratio } => {
                format!(
                    "{}\n  < {of_capacity_ratio}\nand balise_battery_soc_ratio < {soc_ratio}\n{}",
                    share_charged(window, scaling),
                    heard(window, scaling)
                )
            }
            Self::ChargesLess {
                window,
                of_median_ratio,
                median_min_ratio,
                soc_ratio,
                sisters_min,
                lithium_above_celsius,
            } => {
                let share = share_charged(window, scaling);
                let length = written(scaling.window(window.length));
                let median = format!("quantile without (site, battery) (0.5, {share})");
                format!(
                    "{share}\n  < on (instance, job) group_left () ({of_median_ratio} * ({median} > {median_min_ratio}))\n\
                     and on (instance, job) count without (site, battery) (balise_battery_up == 1) >= {sisters_min}\n\
                     and balise_battery_soc_ratio < {soc_ratio}\n{}\n\
                     unless on (site, battery) (\n  \
                     avg_over_time(balise_battery_temperature_celsius[{length}]) < {lithium_above_celsius}\n  \
                     and on (site, battery) balise_battery_info{{chemistry=~\"lifepo4|lithium-ion\"}}\n)",
                    heard(window, scaling)
                )
            }
            Self::VoltageAbove(limits) => each(limits, |limit| past(limit, ">")),
            Self::VoltageBelow(limits) => each(limits, |limit| past(limit, "<")),
            Self::HotterThan(limits) => each(limits, |limit| {
                format!(
                    "balise_battery_temperature_celsius > {}\n{}",
                    limit.at_25_celsius,
                    of_chemistry(limit)
                )
            }),
            Self::RunsAway { kelvin, window, celsius, of_capacity_per_hour } => format!(
                "balise_battery_temperature_celsius > {celsius}\n\
                 and delta(balise_battery_temperature_celsius[{}]) > {kelvin}\n\
                 and balise_battery_current_amperes * 3600 / balise_battery_capacity_coulombs > {of_capacity_per_hour}",
                written(scaling.window(*window))
            ),
            Self::FreezeRisk { ratio, memory } => {
                let memory = written(scaling.window(*memory));
                format!("last_over_time(balise_battery_freeze_risk_ratio[{memory}]) > {ratio}")
            }
            Self::Failing { soh_ratio, sigmas, resistance_factor } => format!(
                "balise_battery_soh_ratio + {sigmas} * balise_battery_soh_ratio_stddev < {soh_ratio}\n\
                 or\n\
                 (balise_battery_internal_resistance_ohms - {sigmas} * balise_battery_internal_resistance_ohms_stddev)\n  \
                 / balise_battery_rated_resistance_ohms > {resistance_factor}"
            ),
            Self::SensorFault => {
                let found = ["voltage", "current", "temperature"]
                    .map(|sensor| format!("balise_sensor_{sensor}_fault > 0"));
                found.join("\nor\n")
            }
            Self::Disagrees { soc_ratio, sigmas } => disagrees(*soc_ratio, *sigmas),
            Self::Changed { soc_ratio, sigmas, window, gone_volts } => {
                changed(*soc_ratio, *sigmas, &written(scaling.window(*window)), *gone_volts)
            }
            Self::Silent => "balise_battery_up == 0".to_owned(),
            Self::Unreachable => "up{job=\"balise\"} == 0".to_owned(),
            Self::Late { lag } => {
                let lag = scaling.window(*lag).as_secs_f64();
                format!(
                    "time() - balise_battery_last_frame_timestamp_seconds > {lag}\nand balise_battery_up == 1"
                )
            }
            Self::Unsaved { lag } => {
                let lag = scaling.window(*lag).as_secs_f64();
                format!("time() - balise_state_saved_timestamp_seconds > {lag}")
            }
            Self::Refused => "balise_reload_successful == 0".to_owned(),
        }
    }
}

fn soc_below(soc_ratio: f64, sigmas: f64, memory: Duration) -> String {
    let last = |metric: &str| format!("last_over_time({metric}[{}])", written(memory));
    let (soc, stddev) = (last("balise_battery_soc_ratio"), last("balise_battery_soc_ratio_stddev"));
    format!("{soc} < {soc_ratio}\nunless\n{soc} + {sigmas} * {stddev} >= {soc_ratio}")
}

fn dark_within(hours: f64, futures: Futures, memory: Duration) -> String {
    let metric = match futures {
        Futures::Median => "balise_battery_dark_in_seconds",
        Futures::WorstTenth => "balise_battery_dark_in_early_seconds",
    };
    format!("last_over_time({metric}[{}]) / 3600 < {hours}", written(memory))
}

/// Charge that went in over the window, share of the capacity.
fn share_charged(window: &Window, scaling: &Scaling) -> String {
    let length = written(scaling.window(window.length));
    format!("increase(balise_battery_charged_coulombs_total[{length}]) / balise_battery_capacity_coulombs")
}

/// The battery was heard for its share of the window.
fn heard(window: &Window, scaling: &Scaling) -> String {
    let (length, step) = (scaling.window(window.length), scaling.window(window.step));
    let samples_min = window.seen_ratio * length.as_secs_f64() / step.as_secs_f64();
    let (length, step) = (written(length), written(step));
    format!("and sum_over_time(balise_battery_up[{length}:{step}]) >= {samples_min:.1}")
}

fn each(limits: &[Limit], one: impl Fn(&Limit) -> String) -> String {
    let all: Vec<String> = limits.iter().map(one).collect();
    all.join("\nor\n")
}

fn of_chemistry(limit: &Limit) -> String {
    format!("and on (site, battery) balise_battery_info{{chemistry=~\"{}\"}}", limit.chemistries.join("|"))
}

/// The voltage of a block past its limit (`>` or `<`).
fn past(limit: &Limit, sign: &str) -> String {
    let volts = format!("balise_battery_voltage_volts * {} / balise_battery_nominal_volts", limit.per_volts);
    let Limit { at_25_celsius, per_kelvin, between_celsius: [coldest, hottest], .. } = limit;
    if *per_kelvin == 0.0 {
        return format!("{volts} {sign} {at_25_celsius}\n{}", of_chemistry(limit));
    }
    let at = |celsius: f64| at_25_celsius + per_kelvin * (celsius - 25.0);
    let (one, other) = (at(*coldest), at(*hottest));
    // Unknown warmth raises no alert that some warmth would not.
    let furthest = if sign == ">" { one.max(other) } else { one.min(other) };
    let celsius = format!("clamp(balise_battery_temperature_celsius, {coldest}, {hottest})");
    let (slope, kelvin) = if *per_kelvin < 0.0 { ('-', -per_kelvin) } else { ('+', *per_kelvin) };
    let mut text = format!("(\n  {volts}\n    {sign} {at_25_celsius} {slope} {kelvin} * ({celsius} - 25)\n");
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "  or\n  {volts} {sign} {furthest:.2}\n    unless balise_battery_temperature_celsius\n)\n{}",
        of_chemistry(limit)
    );
    text
}

fn disagrees(soc_ratio: f64, sigmas: f64) -> String {
    let difference = "abs(balise_battery_soc_ratio - balise_battery_device_soc_ratio)";
    format!("{difference} > {soc_ratio}\nand\n{difference} > {sigmas} * balise_battery_soc_ratio_stddev")
}

/// The change of the charge held less the charge that flowed, both as shares of the capacity. The window's
/// start must have known the state of charge as surely as its end.
fn changed(soc_ratio: f64, sigmas: f64, window: &str, gone_volts: f64) -> String {
    let flowed = |way: &str| format!("increase(balise_battery_{way}_coulombs_total[{window}])");
    let unexplained = format!(
        "abs(\n  balise_battery_soc_ratio - balise_battery_soc_ratio offset {window}\n    \
         - ({} - {}) / balise_battery_capacity_coulombs\n)",
        flowed("charged"),
        flowed("discharged")
    );
    let doubt = format!(
        "{sigmas} * (balise_battery_soc_ratio_stddev + balise_battery_soc_ratio_stddev offset {window})"
    );
    format!(
        "(\n  {} > {soc_ratio}\n  and\n  {} > {doubt}\n)\nor\n\
         balise_battery_voltage_volts * 12 / balise_battery_nominal_volts < {gone_volts}",
        unexplained.replace('\n', "\n  "),
        unexplained.replace('\n', "\n  "),
    )
}
