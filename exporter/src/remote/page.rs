//! A page's families as series of one instant, as a scrape would have made them.

use prometheus::proto::{Metric, MetricFamily};

use super::Series;
use crate::openmetrics::value;

/// The series of `families` at `unix_millis`. `target` are the labels a scrape would have added (`job`, `instance`);
/// a label a series has itself stands.
#[must_use]
pub fn series(families: &[MetricFamily], target: &[(&str, &str)], unix_millis: i64) -> Vec<Series> {
    let of = |family: &MetricFamily, metric: &Metric| {
        let own = metric.get_label().iter().map(|label| (label.name(), label.value()));
        let samples = vec![(unix_millis, value(family, metric))];
        Series::new(family.name(), target.iter().copied().chain(own), samples)
    };
    families
        .iter()
        .flat_map(|family| family.get_metric().iter().map(move |metric| of(family, metric)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatteryId, Board, Row};

    #[test]
    fn a_page_becomes_the_series_a_scrape_would_have_made() {
        let board = Board::new("0.1.0");
        let row = Row { soc_ratio: Some(0.5), charged_coulombs_total: Some(7.0), ..Row::default() };
        board.publish(&BatteryId::new("QC-1", "main"), &row);
        let made = series(&board.families(), &[("job", "balise"), ("instance", "gw:9187")], 12_345);
        let labels = [("job", "balise"), ("instance", "gw:9187"), ("site", "QC-1"), ("battery", "main")];
        for (name, value) in [
            ("balise_battery_soc_ratio", 0.5),
            ("balise_battery_charged_coulombs_total", 7.0),
            ("balise_battery_up", 1.0),
        ] {
            assert!(made.contains(&Series::new(name, labels, vec![(12_345, value)])), "{name}");
        }
    }
}
