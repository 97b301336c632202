//! The one table of every metric: name, unit, help, kind, how long it outlives a silent device.
//!
//! The table also makes [`Row`], the numbers of one battery, so that a metric cannot exist without a
//! field nor a field without a metric. Names end in the SI base unit (coulombs, not ampere-hours);
//! ratios run from 0 to 1; battery current is positive while charging.

use crate::{buffer, collected};

/// Labels of every series of a battery.
pub const BATTERY_LABELS: &[&str] = &["site", "battery"];

/// What Prometheus may assume about the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Goes up and down.
    Gauge,
    /// Only grows, or starts again from 0.
    Counter,
}

/// Unit of the values, a base unit in each case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// V.
    Volts,
    /// A.
    Amperes,
    /// °C.
    Celsius,
    /// 0 to 1.
    Ratio,
    /// C, that is A·s.
    Coulombs,
    /// Ω.
    Ohms,
    /// W.
    Watts,
    /// s.
    Seconds,
    /// Octets.
    Bytes,
    /// A count or a flag.
    None,
}

/// What becomes of a value once its device is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Dropped: an old voltage must not look like a voltage.
    Live,
    /// Kept: counters, the stamp of the last frame, and the truth, which no cable can silence.
    Kept,
}

/// One metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Full name.
    pub name: &'static str,
    /// Unit of its values.
    pub unit: Unit,
    /// Gauge or counter.
    pub kind: Kind,
    /// One sentence for `# HELP`.
    pub help: &'static str,
    /// Label names.
    pub labels: &'static [&'static str],
}

/// A metric whose values are a field of [`Row`].
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The metric.
    pub metric: Metric,
    /// What becomes of it once the device is silent.
    pub lifetime: Lifetime,
    /// Reads the field.
    pub get: fn(&Row) -> Option<f64>,
    /// Gives the field to be set.
    pub slot: fn(&mut Row) -> &mut Option<f64>,
}

macro_rules! columns {
    ($($field:ident $name:literal $unit:ident $kind:ident $lifetime:ident $help:literal)*) => {
        /// The numbers of one battery; `None` where nothing is known, and then no series either.
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        pub struct Row {
            $(#[doc = $help] pub $field: Option<f64>,)*
        }

        /// Every metric that is a field of [`Row`], in the order of the page.
        pub const COLUMNS: &[Column] = &[
            $(Column {
                metric: Metric {
                    name: $name,
                    unit: Unit::$unit,
                    kind: Kind::$kind,
                    help: $help,
                    labels: BATTERY_LABELS,
                },
                lifetime: Lifetime::$lifetime,
                get: |row| row.$field,
                slot: |row| &mut row.$field,
            },)*
        ];
    };
}

columns! {
    voltage_volts "balise_battery_voltage_volts" Volts Gauge Live
        "Battery voltage at the device's terminals."
    current_amperes "balise_battery_current_amperes" Amperes Gauge Live
        "Battery current, positive while charging."
    charger_current_amperes "balise_charger_current_amperes" Amperes Gauge Live
        "Current a charge controller delivers to battery and load together."
    temperature_celsius "balise_battery_temperature_celsius" Celsius Gauge Live
        "Battery temperature."
    soc_ratio "balise_battery_soc_ratio" Ratio Gauge Live
        "Estimated state of charge, share of the present capacity."
    soc_ratio_stddev "balise_battery_soc_ratio_stddev" Ratio Gauge Live
        "Standard deviation of the estimated state of charge."
    soh_ratio "balise_battery_soh_ratio" Ratio Gauge Live
        "Estimated state of health, present over rated capacity."
    soh_ratio_stddev "balise_battery_soh_ratio_stddev" Ratio Gauge Live
        "Standard deviation of the estimated state of health."
    capacity_coulombs "balise_battery_capacity_coulombs" Coulombs Gauge Live
        "Estimated present capacity; divide by 3600 for ampere-hours."
    capacity_coulombs_stddev "balise_battery_capacity_coulombs_stddev" Coulombs Gauge Live
        "Standard deviation of the estimated capacity."
    internal_resistance_ohms "balise_battery_internal_resistance_ohms" Ohms Gauge Live
        "Estimated ohmic resistance, referred to 25 degrees Celsius."
    internal_resistance_ohms_stddev "balise_battery_internal_resistance_ohms_stddev" Ohms Gauge Live
        "Standard deviation of the estimated ohmic resistance."
    since_full_seconds "balise_battery_since_full_seconds" Seconds Gauge Live
        "Time since the battery was last full, through gaps and restarts; absent where it never was."
    remaining_life_seconds "balise_battery_remaining_life_seconds" Seconds Gauge Live
        "Median of the time until the capacity falls to 80 % of rated; absent while nothing can be said."
    remaining_life_low_seconds "balise_battery_remaining_life_low_seconds" Seconds Gauge Live
        "The same, 5 % quantile: with this probability it is shorter."
    remaining_life_high_seconds "balise_battery_remaining_life_high_seconds" Seconds Gauge Live
        "The same, 95 % quantile: with this probability it is shorter."
    sensor_voltage_fault "balise_sensor_voltage_fault" None Gauge Live
        "Voltage sensor: 0 nothing found, 1 stuck, 2 silent, 3 reversed, 4 offset or gain, 5 dead band, 6 gain."
    sensor_current_fault "balise_sensor_current_fault" None Gauge Live
        "Current sensor: 0 nothing found, 1 stuck, 2 silent, 3 reversed, 4 offset or gain, 5 dead band, 6 gain."
    sensor_temperature_fault "balise_sensor_temperature_fault" None Gauge Live
        "Temperature sensor: 0 nothing found, 1 stuck, 2 silent, 3 reversed, 4 offset or gain, 5 dead band, 6 gain."
    survival_one_night_ratio "balise_battery_survival_one_night_ratio" Ratio Gauge Live
        "Probability that the sign stays lit through the next night."
    survival_three_nights_ratio "balise_battery_survival_three_nights_ratio" Ratio Gauge Live
        "Probability that the sign stays lit through the next three nights."
    survival_seven_nights_ratio "balise_battery_survival_seven_nights_ratio" Ratio Gauge Live
        "Probability that the sign stays lit through the next seven nights."
    dark_in_seconds "balise_battery_dark_in_seconds" Seconds Gauge Live
        "Time until the sign goes dark, median of the futures; absent beyond eight days."
    dark_in_early_seconds "balise_battery_dark_in_early_seconds" Seconds Gauge Live
        "Time until the sign goes dark in the worst tenth of the futures; absent beyond eight days."
    freeze_risk_ratio "balise_battery_freeze_risk_ratio" Ratio Gauge Live
        "Probability that the electrolyte freezes within eight days; absent for lithium."
    charge_blocked_ratio "balise_battery_charge_blocked_ratio" Ratio Gauge Live
        "Share of the coming day's charge that a lithium battery will refuse for cold."
    deliverable_coulombs "balise_battery_deliverable_coulombs" Coulombs Gauge Live
        "Charge that comes out until the cut-off voltage at the present cold and load."
    deliverable_coulombs_stddev "balise_battery_deliverable_coulombs_stddev" Coulombs Gauge Live
        "Standard deviation of the charge that comes out."
    device_soc_ratio "balise_battery_device_soc_ratio" Ratio Gauge Live
        "State of charge as the device itself claims it."
    nominal_volts "balise_battery_nominal_volts" Volts Gauge Kept
        "Nominal voltage of the bank by its profile: 12 for six lead-acid cells, 12.8 for four of lithium iron."
    rated_resistance_ohms "balise_battery_rated_resistance_ohms" Ohms Gauge Kept
        "Ohmic resistance of such a battery when new, at 25 degrees Celsius, by its profile."
    last_frame_timestamp_seconds "balise_battery_last_frame_timestamp_seconds" Seconds Gauge Kept
        "Unix time of the last good frame."
    charged_coulombs_total "balise_battery_charged_coulombs_total" Coulombs Counter Kept
        "Charge that went into the battery."
    discharged_coulombs_total "balise_battery_discharged_coulombs_total" Coulombs Counter Kept
        "Charge that came out of the battery."
    state_saved_timestamp_seconds "balise_state_saved_timestamp_seconds" Seconds Gauge Kept
        "Unix time at which what was learned of the battery was last saved; absent where nothing is to be saved."
    journal_battery_replaced_timestamp_seconds "balise_journal_battery_replaced_timestamp_seconds" Seconds Gauge Kept
        "Unix time at which the journal says the battery was replaced."
    journal_water_added_timestamp_seconds "balise_journal_water_added_timestamp_seconds" Seconds Gauge Kept
        "Unix time at which the journal says water was added."
    journal_visit_timestamp_seconds "balise_journal_visit_timestamp_seconds" Seconds Gauge Kept
        "Unix time of the last visit in the journal."
    link_open "balise_link_open" None Gauge Kept
        "1 while the port of the line is open, 0 while it is gone or refused."
    link_losses_total "balise_link_losses_total" None Counter Kept
        "Times the port of the line went away, or another device answered on it."
    link_bytes_total "balise_link_bytes_total" Bytes Counter Kept
        "Bytes received on the line."
    link_frames_good_total "balise_link_frames_good_total" None Counter Kept
        "Frames whose checksum fitted."
    link_frames_bad_total "balise_link_frames_bad_total" None Counter Kept
        "Whole frames whose checksum did not fit."
    link_frames_partial_total "balise_link_frames_partial_total" None Counter Kept
        "Frames cut by the start or end of the stream."
    link_bytes_dropped_total "balise_link_bytes_dropped_total" Bytes Counter Kept
        "Bytes that ended up in no good frame."
    truth_soc_ratio "balise_truth_soc_ratio" Ratio Gauge Kept
        "Simulated true state of charge."
    truth_soh_ratio "balise_truth_soh_ratio" Ratio Gauge Kept
        "Simulated true state of health."
    truth_capacity_coulombs "balise_truth_capacity_coulombs" Coulombs Gauge Kept
        "Simulated true capacity."
    truth_internal_resistance_ohms "balise_truth_internal_resistance_ohms" Ohms Gauge Kept
        "Simulated true ohmic resistance at the present state."
    truth_voltage_volts "balise_truth_voltage_volts" Volts Gauge Kept
        "Simulated true battery voltage."
    truth_current_amperes "balise_truth_current_amperes" Amperes Gauge Kept
        "Simulated true battery current, positive while charging."
    truth_panel_power_watts "balise_truth_panel_power_watts" Watts Gauge Kept
        "Simulated true power from the panel."
    truth_unpowered "balise_truth_unpowered" None Gauge Kept
        "1 while a display that should be lit has no power in the simulation."
}

/// 1 while the device sends, 0 once it is silent.
pub const UP: Metric = Metric {
    name: "balise_battery_up",
    unit: Unit::None,
    kind: Kind::Gauge,
    help: "1 while the battery's device sends good frames, 0 once it is silent.",
    labels: BATTERY_LABELS,
};

/// Always 1; its labels describe the battery.
pub const INFO: Metric = Metric {
    name: "balise_battery_info",
    unit: Unit::None,
    kind: Kind::Gauge,
    help: "Always 1; the labels describe the battery and the device that reads it.",
    labels: &["site", "battery", "chemistry", "device"],
};

/// 1 for what the sign is doing, by its label; absent where nobody has said it.
pub const SIGN_STATE: Metric = Metric {
    name: "balise_sign_state",
    unit: Unit::None,
    kind: Kind::Gauge,
    help: "1 for what the sign is doing, as its crew says: deployed, parked, moving or mains.",
    labels: &["site", "battery", "state"],
};

/// Whether the file of signs was last read without complaint; absent where there is none.
pub const RELOAD_SUCCESSFUL: Metric = Metric {
    name: "balise_reload_successful",
    unit: Unit::None,
    kind: Kind::Gauge,
    help: "1 while the file of signs is as it was last read, 0 while a change to it is refused.",
    labels: &[],
};

/// Always 1; its label is the version.
pub const BUILD_INFO: Metric = Metric {
    name: "balise_build_info",
    unit: Unit::None,
    kind: Kind::Gauge,
    help: "Always 1; the label says which version runs.",
    labels: &["version"],
};

/// First instant of what a monitor last delivered late. Sent by remote write, never on the page.
pub const LATE_FROM: Metric = Metric {
    name: "balise_late_from_timestamp_seconds",
    unit: Unit::Seconds,
    kind: Kind::Gauge,
    help: "Unix time at which the measurements begin that the monitor last delivered late.",
    labels: &[],
};

/// Last instant of what a monitor last delivered late.
pub const LATE_UNTIL: Metric = Metric {
    name: "balise_late_until_timestamp_seconds",
    unit: Unit::Seconds,
    kind: Kind::Gauge,
    help: "Unix time at which the measurements end that the monitor last delivered late.",
    labels: &[],
};

/// Every metric there is.
pub fn all() -> impl Iterator<Item = Metric> {
    let scores = crate::scores::ALERT.into_iter().chain([crate::scores::BATTERY_YEARS]);
    let collected = collected::COLLECTED.iter().map(|column| column.metric);
    [BUILD_INFO, RELOAD_SUCCESSFUL, INFO, SIGN_STATE, UP, LATE_FROM, LATE_UNTIL]
        .into_iter()
        .chain(buffer::COLUMNS.map(|(metric, _)| metric))
        .chain(COLUMNS.iter().map(|column| column.metric))
        .chain(scores)
        .chain(collected)
        .chain([collected::COLLECTED_UP, collected::COLLECTED_AT])
}

impl Row {
    /// Drops what a silent device no longer vouches for.
    pub fn forget_live(&mut self) {
        for column in COLUMNS.iter().filter(|column| column.lifetime == Lifetime::Live) {
            *(column.slot)(self) = None;
        }
    }

    /// Takes over `newer`; a kept value that `newer` does not know stays.
    pub fn replace_with(&mut self, newer: &Self) {
        for column in COLUMNS {
            let offered = (column.get)(newer);
            if offered.is_some() || column.lifetime == Lifetime::Live {
                *(column.slot)(self) = offered;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn ending(unit: Unit) -> &'static str {
        match unit {
            Unit::Volts => "_volts",
            Unit::Amperes => "_amperes",
            Unit::Celsius => "_celsius",
            Unit::Ratio => "_ratio",
            Unit::Coulombs => "_coulombs",
            Unit::Ohms => "_ohms",
            Unit::Watts => "_watts",
            Unit::Seconds => "_seconds",
            Unit::Bytes | Unit::None => "",
        }
    }

    #[test]
    fn a_name_ends_in_its_unit_and_a_counter_in_total() {
        for metric in all() {
            let name = metric.name.strip_suffix("_stddev").unwrap_or(metric.name);
            let stem = name.strip_suffix("_total");
            assert_eq!(stem.is_some(), metric.kind == Kind::Counter, "{}", metric.name);
            assert!(stem.unwrap_or(name).ends_with(ending(metric.unit)), "{}", metric.name);
            assert!(metric.name.starts_with("balise_"), "{}", metric.name);
            assert!(metric.help.ends_with('.') && metric.help.is_ascii(), "{}", metric.name);
        }
    }

    #[test]
    fn no_name_is_used_twice() {
        let names: BTreeSet<_> = all().map(|metric| metric.name).collect();
        assert_eq!(names.len(), all().count());
    }

    #[test]
    fn a_row_replaced_keeps_its_counters_and_loses_its_old_values() {
        let mut row = Row { soc_ratio: Some(0.5), charged_coulombs_total: Some(7.0), ..Row::default() };
        row.replace_with(&Row { voltage_volts: Some(12.0), ..Row::default() });
        let expected = Row { voltage_volts: Some(12.0), charged_coulombs_total: Some(7.0), ..Row::default() };
        assert_eq!(row, expected);
    }
}
