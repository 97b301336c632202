//! The reliability curve: how often something came, over the probability that it was told with.
//!
//! On the diagonal a forecast is right about itself; where the curve lies above it, more came than was told. The band is the
//! interval of the frequency. Per cent on both axes.

use super::figure::{Curve, Figure, Plan, Range, Shape, of_per_cents};
use super::plot::Axis;
use crate::words::Words;

/// Forecasts of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reliability {
    /// Name of the panel, as a key.
    pub title_key: &'static str,
    /// Told, came, and the ends of the interval of the latter: ratios, rising in what was told.
    pub points: Vec<(f64, f64, [f64; 2])>,
}

/// A panel for each kind; `None` without a kind.
pub(super) fn figure(title: &str, axis: &str, kinds: &[Reliability], words: Words) -> Option<Figure> {
    if kinds.is_empty() {
        return None;
    }
    let plans = kinds.iter().map(plan).collect();
    Some(of_per_cents(title.to_owned(), axis.to_owned(), plans, words))
}

fn plan(kind: &Reliability) -> Plan {
    let band =
        kind.points.iter().map(|(told, _, [low, high])| (100.0 * told, Some((100.0 * low, 100.0 * high))));
    let came = kind.points.iter().map(|(told, came, _)| (100.0 * told, Some(100.0 * came)));
    Plan {
        title_key: kind.title_key,
        tall: true,
        range: Range::Fixed(Axis { low: 0.0, high: 100.0 }),
        curves: vec![
            Curve { class: "band", label_key: "nights-curve-interval", shape: Shape::Band(band.collect()) },
            Curve {
                class: "truth",
                label_key: "nights-curve-right",
                shape: Shape::Line(vec![(0.0, Some(0.0)), (100.0, Some(100.0))]),
            },
            Curve { class: "estimate", label_key: "nights-curve-came", shape: Shape::Line(came.collect()) },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_panel_with_the_diagonal() {
        let kind = Reliability {
            title_key: "nights-panel-1",
            points: vec![(0.05, 0.1, [0.0, 0.2]), (0.9, 0.8, [0.7, 0.9])],
        };
        let drawn = figure("a", "b", &[kind.clone(), kind], Words::English);
        let text = serde_json::to_string(&drawn).unwrap_or_default();
        assert_eq!(text.matches("M0 1000l0 0 2000-1000").count(), 2, "{text}");
        assert!(figure("a", "b", &[], Words::French).is_none());
    }
}
