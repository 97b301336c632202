//! The recording rules: descriptive statistics of each battery, each site and the fleet, over a day and
//! a week, as structs that write `compose/prometheus/rules/balise-recording.yml`.
//!
//! ```text
//! scrapes ──5 min──> means and charge of 5 minutes ──15 min──> day ┐ per battery, site, fleet
//!                                                  └──1 h────> week ┘
//! ```
//!
//! Names are `level:metric:operation`, the newest operation first: `site:balise_battery_soc_ratio:median_mean_1d`
//! is the median over a site's batteries of each one's mean over the last day. Units are those of the
//! catalogue, joules for energy, and stand in a comment above each rule.
//!
//! The first step is what makes the rest cheap: a day of scrapes each 15 s is 5,760 samples, of means 288.
//! The windows of a day and a week are a minute short: Prometheus 2 counts a sample that lies exactly at
//! a window's start and Prometheus 3 does not, and so both hold 288 and 2,016 five-minute samples.

use crate::catalogue::{self, Unit};

/// How the rules of one file are grouped, and how often a group is evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Name of the group.
    pub name: &'static str,
    /// Time between evaluations, as Prometheus writes it.
    pub interval: &'static str,
    /// Its rules; a later one may read an earlier one.
    pub rules: Vec<Recording>,
}

/// One recording rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// `level:metric:operation`.
    pub name: String,
    /// The unit of its values.
    pub unit: &'static str,
    /// What it says, in a few words.
    pub about: String,
    /// What is recorded.
    pub expr: String,
}

/// What is described by mean, median, standard deviation and quantiles.
pub const DESCRIBED: [&str; 4] = [
    "balise_battery_soc_ratio",
    "balise_battery_voltage_volts",
    "balise_battery_temperature_celsius",
    "balise_battery_current_amperes",
];

/// What is added up: name, unit, and what is added each five minutes.
const SUMMED: [(&str, &str, &str); 4] = [
    (
        "balise_battery_charged_coulombs",
        "C, that is 1/3600 Ah",
        "increase(balise_battery_charged_coulombs_total[5m])",
    ),
    (
        "balise_battery_discharged_coulombs",
        "C, that is 1/3600 Ah",
        "increase(balise_battery_discharged_coulombs_total[5m])",
    ),
    (
        "balise_battery_charged_energy_joules",
        "J, that is 1/3600 Wh",
        "increase(balise_battery_charged_coulombs_total[5m])\n* avg_over_time(balise_battery_voltage_volts[5m])",
    ),
    (
        "balise_battery_discharged_energy_joules",
        "J, that is 1/3600 Wh",
        "increase(balise_battery_discharged_coulombs_total[5m])\n* avg_over_time(balise_battery_voltage_volts[5m])",
    ),
];

/// A span that is described.
struct Span {
    group: &'static str,
    interval: &'static str,
    /// Suffix of the operation.
    suffix: &'static str,
    window: &'static str,
    about: &'static str,
}

const SPANS: [Span; 2] = [
    Span { group: "balise-day", interval: "15m", suffix: "1d", window: "1439m", about: "the last day" },
    Span { group: "balise-week", interval: "1h", suffix: "1w", window: "10079m", about: "the last week" },
];

/// A statistic: its name, what stands before the series over time, and before them across batteries.
struct Statistic {
    name: &'static str,
    over_time: &'static str,
    across: &'static str,
    about: &'static str,
}

const STATISTICS: [Statistic; 5] = [
    Statistic { name: "mean", over_time: "avg_over_time(", across: "avg", about: "mean" },
    Statistic { name: "median", over_time: "quantile_over_time(0.5, ", across: "quantile", about: "median" },
    Statistic {
        name: "stddev",
        over_time: "stddev_over_time(",
        across: "stddev",
        about: "standard deviation",
    },
    Statistic {
        name: "q05",
        over_time: "quantile_over_time(0.05, ",
        across: "quantile",
        about: "5 % quantile",
    },
    Statistic {
        name: "q95",
        over_time: "quantile_over_time(0.95, ",
        across: "quantile",
        about: "95 % quantile",
    },
];

/// Every recording rule, in groups.
#[must_use]
pub fn standard() -> Vec<Group> {
    let mut groups = vec![Group { name: "balise-5m", interval: "5m", rules: five_minutes() }];
    groups.extend(SPANS.iter().map(|span| Group {
        name: span.group,
        interval: span.interval,
        rules: described(span),
    }));
    groups[1].rules.extend(DAY.iter().map(written));
    groups
}

/// The name of a statistic over a span, such as `battery:balise_battery_soc_ratio:mean_1d`.
fn battery(metric: &str, operation: &str) -> String {
    format!("battery:{metric}:{operation}")
}

fn five_minutes() -> Vec<Recording> {
    let mean = |metric: &&str| Recording {
        name: battery(metric, "mean_5m"),
        unit: unit_of(metric),
        about: "mean over five minutes".to_owned(),
        expr: format!("avg_over_time({metric}[5m])"),
    };
    let sum = |(metric, unit, expr): &(&str, &'static str, &str)| Recording {
        name: battery(metric, "increase_5m"),
        unit,
        about: "gained in five minutes".to_owned(),
        expr: (*expr).to_owned(),
    };
    let means = DESCRIBED.iter().map(mean).chain(SUMMED.iter().map(sum)).chain(accuracy());
    means.chain(NOW.iter().map(written)).chain(line_rates()).collect()
}

fn written(&(name, unit, about, expr): &Written) -> Recording {
    Recording { name: name.to_owned(), unit, about: about.to_owned(), expr: expr.to_owned() }
}

/// A rule spelled out: name, unit, what it says, expression.
type Written = (&'static str, &'static str, &'static str, &'static str);

/// What a chart of a whole fleet shows, so that drawing it does not read ten thousand series at three
/// hundred instants.
const NOW: [Written; 14] = [
    (
        "site:balise_battery_discharge_watts:sum",
        "W",
        "drawn from all batteries of the site",
        "sum by (site) (balise_battery_voltage_volts * clamp_min(-balise_battery_current_amperes, 0))",
    ),
    (
        "site:balise_battery_charge_amperes:sum",
        "A",
        "into all batteries of the site",
        "sum by (site) (clamp_min(balise_battery_current_amperes, 0))",
    ),
    (
        "site:balise_charger_current_amperes:sum",
        "A",
        "delivered by all charge controllers of the site",
        "sum by (site) (balise_charger_current_amperes)",
    ),
    (
        "site:balise_battery_since_full_seconds:max",
        "s",
        "of the battery that was full the longest ago",
        "max by (site) (balise_battery_since_full_seconds)",
    ),
    (
        "site:balise_battery_charge_blocked_ratio:max",
        "ratio",
        "of the battery that cold keeps most from",
        "max by (site) (balise_battery_charge_blocked_ratio)",
    ),
    (
        "site:balise_battery_soc_ratio:q95_abs_error",
        "ratio",
        "95 % quantile of the errors at the site",
        "quantile by (site) (0.95, abs(battery:balise_battery_soc_ratio:error))",
    ),
    (
        "fleet:balise_battery_soc_ratio:median_abs_error",
        "ratio",
        "median of the errors",
        "quantile(0.5, abs(battery:balise_battery_soc_ratio:error))",
    ),
    (
        "fleet:balise_battery_soc_ratio:q95_abs_error",
        "ratio",
        "95 % quantile of the errors",
        "quantile(0.95, abs(battery:balise_battery_soc_ratio:error))",
    ),
    (
        "fleet:balise_battery_soc_ratio:mean_covered",
        "ratio",
        "share of the batteries whose band holds the truth",
        "avg(battery:balise_battery_soc_ratio:covered)",
    ),
    (
        "chemistry:balise_battery_soc_ratio:mean_abs_error",
        "ratio",
        "mean of the errors of a chemistry",
        "avg by (chemistry) (\n  abs(battery:balise_battery_soc_ratio:error)\n  * on (site, battery) group_left (chemistry)\n  \
         max by (site, battery, chemistry) (balise_battery_info)\n)",
    ),
    (
        "fleet:balise_battery_device_soc_ratio:q95_abs_difference",
        "ratio",
        "95 % quantile of what the device and the estimate are apart",
        "quantile(0.95, abs(balise_battery_soc_ratio - balise_battery_device_soc_ratio))",
    ),
    (
        "fleet:balise_battery_device_soc_ratio:q95_abs_error",
        "ratio",
        "95 % quantile of the device's own errors",
        "quantile(0.95, abs(balise_battery_device_soc_ratio - balise_truth_soc_ratio))",
    ),
    (
        "fleet:balise_battery_capacity_coulombs:median_relative_error",
        "ratio",
        "median of the capacity's errors over the true one",
        "quantile(0.5, abs(balise_battery_capacity_coulombs / balise_truth_capacity_coulombs - 1))",
    ),
    (
        "fleet:balise_battery_internal_resistance_ohms:median_relative_error",
        "ratio",
        "median of the resistance's errors over the true one",
        "quantile(0.5, abs(balise_battery_internal_resistance_ohms / balise_truth_internal_resistance_ohms - 1))",
    ),
];

/// Counters of the lines, whose rates are recorded by site.
const LINES: [&str; 5] = [
    "balise_link_frames_good",
    "balise_link_frames_bad",
    "balise_link_frames_partial",
    "balise_link_bytes",
    "balise_link_bytes_dropped",
];

fn line_rates() -> impl Iterator<Item = Recording> {
    LINES.iter().map(|counter| Recording {
        name: format!("site:{counter}:rate_5m"),
        unit: "per second",
        about: "of all lines of the site".to_owned(),
        expr: format!("sum by (site) (rate({counter}_total[5m]))"),
    })
}

/// A day of the estimate against the simulated truth, and a day's charge over the capacity.
const DAY: [Written; 9] = [
    (
        "battery:balise_battery_soc_ratio:rms_error_1d",
        "ratio",
        "root mean square of the error",
        "sqrt(avg_over_time(battery:balise_battery_soc_ratio:error[1439m]) ^ 2\n  \
         + stddev_over_time(battery:balise_battery_soc_ratio:error[1439m]) ^ 2)",
    ),
    (
        "battery:balise_battery_soc_ratio:mean_error_1d",
        "ratio",
        "mean of the error",
        "avg_over_time(battery:balise_battery_soc_ratio:error[1439m])",
    ),
    (
        "battery:balise_battery_soc_ratio:mean_covered_1d",
        "ratio",
        "share of the time in which the band held the truth",
        "avg_over_time(battery:balise_battery_soc_ratio:covered[1439m])",
    ),
    (
        "battery:balise_battery_charged_coulombs:capacity_ratio_1d",
        "ratio",
        "charge taken in over the capacity",
        "sum_over_time(battery:balise_battery_charged_coulombs:increase_5m[1439m])\n\
         / balise_battery_capacity_coulombs",
    ),
    (
        "fleet:balise_battery_soc_ratio:rms_error_1d",
        "ratio",
        "root mean square of the error of all batteries",
        "sqrt(avg(battery:balise_battery_soc_ratio:rms_error_1d ^ 2))",
    ),
    (
        "fleet:balise_battery_soc_ratio:mean_error_1d",
        "ratio",
        "mean of the error of all batteries",
        "avg(battery:balise_battery_soc_ratio:mean_error_1d)",
    ),
    (
        "fleet:balise_battery_soc_ratio:mean_covered_1d",
        "ratio",
        "share of the time in which the band held the truth, all batteries",
        "avg(battery:balise_battery_soc_ratio:mean_covered_1d)",
    ),
    (
        "fleet:balise_battery_charged_coulombs:q05_capacity_ratio_1d",
        "ratio",
        "5 % quantile over the batteries",
        "quantile(0.05, battery:balise_battery_charged_coulombs:capacity_ratio_1d)",
    ),
    (
        "fleet:balise_battery_charged_coulombs:median_capacity_ratio_1d",
        "ratio",
        "median over the batteries",
        "quantile(0.5, battery:balise_battery_charged_coulombs:capacity_ratio_1d)",
    ),
];

/// Where the truth is simulated, how far the estimate is off and whether its band holds the truth.
fn accuracy() -> [Recording; 2] {
    [
        Recording {
            name: battery("balise_battery_soc_ratio", "error"),
            unit: "ratio",
            about: "estimate less simulated truth".to_owned(),
            expr: "balise_battery_soc_ratio - balise_truth_soc_ratio".to_owned(),
        },
        Recording {
            name: battery("balise_battery_soc_ratio", "covered"),
            unit: "1 or 0",
            about: "whether the truth lies within 1.96 standard deviations of the estimate".to_owned(),
            expr: "abs(balise_battery_soc_ratio - balise_truth_soc_ratio)\n\
                   <= bool 1.96 * balise_battery_soc_ratio_stddev"
                .to_owned(),
        },
    ]
}

fn described(span: &Span) -> Vec<Recording> {
    let mut rules = Vec::new();
    for metric in DESCRIBED {
        rules.extend(STATISTICS.iter().map(|statistic| over_time(metric, statistic, span)));
        for (level, by) in LEVELS {
            rules.extend(STATISTICS.iter().map(|statistic| across(metric, statistic, span, level, by)));
        }
    }
    for (metric, unit, _) in SUMMED {
        rules.push(Recording {
            name: battery(metric, &format!("sum_{}", span.suffix)),
            unit,
            about: format!("total of {}", span.about),
            expr: format!("sum_over_time({}[{}])", battery(metric, "increase_5m"), span.window),
        });
        for (level, by) in LEVELS {
            rules.push(Recording {
                name: format!("{level}:{metric}:sum_{}", span.suffix),
                unit,
                about: format!("total of {}, all batteries of the {level}", span.about),
                expr: format!("sum{by}({})", battery(metric, &format!("sum_{}", span.suffix))),
            });
        }
    }
    rules
}

/// What batteries are taken together by.
const LEVELS: [(&str, &str); 2] = [("site", " by (site) "), ("fleet", "")];

fn over_time(metric: &str, statistic: &Statistic, span: &Span) -> Recording {
    Recording {
        name: battery(metric, &format!("{}_{}", statistic.name, span.suffix)),
        unit: unit_of(metric),
        about: format!("{} of {}, from means of five minutes", statistic.about, span.about),
        expr: format!("{}{}[{}])", statistic.over_time, battery(metric, "mean_5m"), span.window),
    }
}

fn across(metric: &str, statistic: &Statistic, span: &Span, level: &str, by: &str) -> Recording {
    let quantile = statistic.over_time.split_once('(').map_or("", |(_, argument)| argument);
    let mean = format!("mean_{}", span.suffix);
    Recording {
        name: format!("{level}:{metric}:{}_{mean}", statistic.name),
        unit: unit_of(metric),
        about: format!("{} over the batteries' means of {}", statistic.about, span.about),
        expr: format!("{}{by}({quantile}{})", statistic.across, battery(metric, &mean)),
    }
}

/// The unit of a metric of the catalogue.
fn unit_of(metric: &str) -> &'static str {
    let unit = catalogue::all().find(|known| known.name == metric).map(|known| known.unit);
    match unit {
        Some(Unit::Volts) => "V",
        Some(Unit::Amperes) => "A, positive while charging",
        Some(Unit::Celsius) => "degrees Celsius",
        _ => "ratio",
    }
}

/// The rule file Prometheus reads.
#[must_use]
pub fn file(groups: &[Group]) -> String {
    let mut yaml =
        String::from("# Made from exporter/src/recording.rs by the tests; change it there.\ngroups:\n");
    for group in groups {
        yaml += &format!("  - name: {}\n    interval: {}\n    rules:\n", group.name, group.interval);
        for rule in &group.rules {
            yaml += &format!("      # {}: {}.\n", rule.unit, rule.about);
            yaml += &format!("      - record: {}\n", rule.name);
            yaml += &format!("        expr: {}\n", crate::yaml::block(&rule.expr, 8));
        }
    }
    yaml
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn rules() -> Vec<Recording> {
        standard().into_iter().flat_map(|group| group.rules).collect()
    }

    /// Names in an expression that are metrics: of the catalogue, or recorded.
    fn named(expr: &str) -> Vec<&str> {
        let word = |character: char| !(character.is_ascii_alphanumeric() || "_:".contains(character));
        expr.split(word).filter(|word| word.contains("balise_")).collect()
    }

    #[test]
    fn every_rule_reads_what_the_catalogue_holds_or_an_earlier_rule_recorded() {
        let mut known: BTreeSet<String> = catalogue::all().map(|metric| metric.name.to_owned()).collect();
        for rule in rules() {
            let names = named(&rule.expr);
            assert!(!names.is_empty(), "{}", rule.name);
            for name in names {
                assert!(known.contains(name), "{} reads {name}", rule.name);
            }
            assert!(known.insert(rule.name.clone()), "{} is recorded twice", rule.name);
        }
    }

    /// The committed file is what the code makes; `BALISE_RENEW=1` makes it so.
    #[test]
    fn the_committed_rules_are_current() -> std::io::Result<()> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../compose/prometheus/rules/balise-recording.yml");
        let made = file(&standard());
        if std::env::var_os("BALISE_RENEW").is_some() {
            std::fs::write(path, &made)?;
        }
        let committed = std::fs::read_to_string(path)?;
        assert!(committed == made, "not current: BALISE_RENEW=1 cargo test -p exporter recording");
        Ok(())
    }

    #[test]
    fn a_name_is_level_metric_and_operation() {
        for rule in rules() {
            let parts: Vec<&str> = rule.name.split(':').collect();
            assert!(
                parts.len() == 3 && ["battery", "site", "fleet", "chemistry"].contains(&parts[0]),
                "{}",
                rule.name
            );
            assert!(parts[1].starts_with("balise_"), "{}", rule.name);
        }
    }

    #[test]
    fn each_level_has_each_statistic_of_a_day_and_a_week() {
        let names: BTreeSet<String> = rules().into_iter().map(|rule| rule.name).collect();
        for (metric, span) in DESCRIBED.iter().flat_map(|metric| [(metric, "1d"), (metric, "1w")]) {
            for statistic in ["mean", "median", "stddev", "q05", "q95"] {
                assert!(names.contains(&format!("battery:{metric}:{statistic}_{span}")));
                assert!(names.contains(&format!("site:{metric}:{statistic}_mean_{span}")));
                assert!(names.contains(&format!("fleet:{metric}:{statistic}_mean_{span}")));
            }
        }
    }

    #[test]
    fn a_quantile_across_batteries_keeps_its_share() {
        let rule =
            rules().into_iter().find(|rule| rule.name.ends_with("site:balise_battery_soc_ratio:q05_mean_1d"));
        let expected = "quantile by (site) (0.05, battery:balise_battery_soc_ratio:mean_1d)";
        assert_eq!(rule.map(|rule| rule.expr).as_deref(), Some(expected));
    }
}
