//! The page in OpenMetrics 1.0.0, from the same families as the older text.
//!
//! ```text
//! # TYPE balise_link_bytes counter          a counter's family has no `_total`, its samples have
//! # UNIT balise_link_bytes bytes            only where the family's name ends in the unit
//! # HELP balise_link_bytes Bytes received on the line.
//! balise_link_bytes_total{site="a",battery="b"} 7
//! # EOF
//! ```
//!
//! Sample names, labels and values are those of the older text; a reader of either sees the same series.
//!
//! Reference: OpenMetrics 1.0.0, <https://prometheus.io/docs/specs/om/open_metrics_spec/>.

use std::borrow::Cow;
use std::fmt::Write as _;

use prometheus::proto::{LabelPair, Metric as Sample, MetricFamily, MetricType};

use crate::catalogue::{self, Unit};

/// What the answer calls itself.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How the page ends; a page cut short has no such line, and is refused whole.
const END: &str = "# EOF\n";

/// The page of gauges and counters; the catalogue has nothing else, and any other family is left out.
#[must_use]
pub fn encode(families: &[MetricFamily]) -> String {
    let samples: usize = families.iter().map(|family| family.get_metric().len()).sum();
    let mut page = String::with_capacity(samples * 80 + families.len() * 200);
    for family in families {
        write_family(&mut page, family);
    }
    page + END
}

fn write_family(page: &mut String, family: &MetricFamily) {
    let Some((kind, name)) = kind(family) else { return };
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(page, "# TYPE {name} {kind}");
    if let Some(unit) = unit(family.name()).filter(|unit| ends_in(name, unit)) {
        let _ = writeln!(page, "# UNIT {name} {unit}");
    }
    let _ = writeln!(page, "# HELP {name} {}", escaped(family.help()));
    for sample in family.get_metric() {
        page.push_str(family.name());
        write_labels(page, sample.get_label());
        let _ = writeln!(page, " {}", value(family, sample));
    }
}

/// Its type, and the family's name without what a sample of that type ends in.
fn kind(family: &MetricFamily) -> Option<(&'static str, &str)> {
    let name = family.name();
    match family.get_field_type() {
        MetricType::GAUGE => Some(name.strip_suffix("_info").map_or(("gauge", name), |name| ("info", name))),
        MetricType::COUNTER => {
            Some(name.strip_suffix("_total").map_or(("unknown", name), |it| ("counter", it)))
        }
        _ => None,
    }
}

fn unit(name: &str) -> Option<&'static str> {
    catalogue::all().find(|metric| metric.name == name).and_then(|metric| word(metric.unit))
}

const fn word(unit: Unit) -> Option<&'static str> {
    match unit {
        Unit::Volts => Some("volts"),
        Unit::Amperes => Some("amperes"),
        Unit::Celsius => Some("celsius"),
        Unit::Ratio => Some("ratio"),
        Unit::Coulombs => Some("coulombs"),
        Unit::Ohms => Some("ohms"),
        Unit::Seconds => Some("seconds"),
        Unit::Watts => Some("watts"),
        Unit::Bytes => Some("bytes"),
        Unit::None => None,
    }
}

fn ends_in(name: &str, unit: &str) -> bool {
    name.strip_suffix(unit).is_some_and(|stem| stem.ends_with('_'))
}

/// The value of a gauge's or counter's sample.
pub(crate) fn value(family: &MetricFamily, sample: &Sample) -> f64 {
    match family.get_field_type() {
        MetricType::COUNTER => sample.get_counter().get_value(),
        _ => sample.get_gauge().get_value(),
    }
}

fn write_labels(page: &mut String, labels: &[LabelPair]) {
    let mut opening = '{';
    for label in labels {
        let _ = write!(page, "{opening}{}=\"{}\"", label.name(), escaped(label.value()));
        opening = ',';
    }
    if opening == ',' {
        page.push('}');
    }
}

/// A text that cannot end its line or its quotes.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '"', '\n']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::COLUMNS;
    use crate::{BatteryId, Board, Info, Row};
    use prometheus::TextEncoder;
    use prometheus::proto::Gauge;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn full_row(value: f64) -> Row {
        let mut row = Row::default();
        for column in COLUMNS {
            *(column.slot)(&mut row) = Some(value);
        }
        row
    }

    /// Each series of a page with its value, its label values unescaped.
    fn series(page: &str) -> BTreeMap<String, u64> {
        let sample = |line: &str| {
            let (series, value) = line.rsplit_once(' ').unwrap_or_default();
            let plain = series.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
            (plain, value.parse().map_or(0, f64::to_bits))
        };
        page.lines().filter(|line| !line.starts_with('#')).map(sample).collect()
    }

    fn labelled(value: &str) -> Vec<MetricFamily> {
        let mut pair = LabelPair::default();
        pair.set_name("site".to_owned());
        pair.set_value(value.to_owned());
        let mut sample = Sample::from_label(vec![pair]);
        let mut gauge = Gauge::default();
        gauge.set_value(0.5);
        sample.set_gauge(gauge);
        let mut family = MetricFamily::default();
        family.set_name("balise_battery_soc_ratio".to_owned());
        family.set_help("A \"quoted\" \\ help.".to_owned());
        family.set_field_type(MetricType::GAUGE);
        family.set_metric(vec![sample]);
        vec![family]
    }

    #[test]
    fn a_counter_an_info_and_a_unit_are_written_as_the_format_wants_them() {
        let board = Board::new("0.1.0");
        let id = BatteryId::new("a", "b");
        board.describe(&id, Info::new("agm", "jbd"));
        let row = Row { link_bytes_total: Some(7.0), soc_ratio_stddev: Some(0.25), ..Row::default() };
        board.publish(&id, &row);
        let page = encode(&board.families());
        for text in [
            "# TYPE balise_link_bytes counter\n# UNIT balise_link_bytes bytes\n# HELP balise_link_bytes Bytes",
            "\nbalise_link_bytes_total{site=\"a\",battery=\"b\"} 7\n",
            "# TYPE balise_battery info\n# HELP balise_battery Always 1",
            "\nbalise_battery_info{site=\"a\",battery=\"b\",chemistry=\"agm\",device=\"jbd\"} 1\n",
            "# TYPE balise_battery_soc_ratio_stddev gauge\n# HELP",
        ] {
            assert!(page.contains(text), "{text}\n{page}");
        }
        assert!(page.ends_with("\n# EOF\n"), "{page}");
    }

    proptest! {
        #[test]
        fn both_forms_of_the_page_carry_the_same_samples(
            names in proptest::collection::vec((any::<String>(), any::<String>()), 0..4),
            value in any::<f64>(),
        ) {
            let board = Board::new("0.1.0");
            for (site, battery) in &names {
                let id = BatteryId::new(site, battery);
                board.describe(&id, Info::new(site, battery));
                board.publish(&id, &full_row(value));
            }
            prop_assert_eq!(series(&encode(&board.families())), series(&board.render()));
        }

        #[test]
        fn hostile_label_text_ends_neither_its_line_nor_its_quotes(text in any::<String>()) {
            let families = labelled(&format!("{text}\"\n\\"));
            let mut older = String::new();
            prop_assert!(TextEncoder::new().encode_utf8(&families, &mut older).is_ok());
            let page = encode(&families);
            // A carriage return or the like is no end of a line in either format.
            prop_assert_eq!(page.split('\n').filter(|line| !line.starts_with('#')).count(), 2);
            let sample = |page: &str| {
                page.split('\n').find(|line| line.starts_with("balise_")).map(str::to_owned)
            };
            prop_assert_eq!(sample(&page), sample(&older));
        }
    }
}
