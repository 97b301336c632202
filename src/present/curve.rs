//! Reliability curves: what was told against what came, with 90 % intervals; on the diagonal a forecast is honest.

use serde::Serialize;

use super::dots::tenths;

/// Side of a panel, in the drawing's own units.
const SIDE: f64 = 300.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 40.0;
const GAP: f64 = 92.0;

/// The drawing.
#[derive(Debug, Clone, Serialize)]
pub struct Curve {
    width: f64,
    height: f64,
    side: f64,
    top: f64,
    foot: f64,
    across: String,
    up: String,
    panels: Vec<DrawnPanel>,
}

#[derive(Debug, Clone, Serialize)]
struct DrawnPanel {
    title: String,
    left: f64,
    right: f64,
    ticks: Vec<Tick>,
    points: Vec<Point>,
}

#[derive(Debug, Clone, Serialize)]
struct Tick {
    label: String,
    x: f64,
    y: f64,
}

#[derive(Debug, Clone, Serialize)]
struct Point {
    x: f64,
    y: f64,
    low: f64,
    high: f64,
    size: f64,
}

/// Forecasts that told about the same: what was told, what came, its interval, how many.
pub type Told = (f64, f64, Option<[f64; 2]>, usize);

/// Lays out a panel for each title; `percent` writes a tick.
#[must_use]
pub fn curve(
    across: String,
    up: String,
    panels: &[(String, Vec<Told>)],
    percent: impl Fn(f64) -> String,
) -> Curve {
    let place = |index: usize| LEFT + index as f64 * (SIDE + GAP);
    let drawn = panels.iter().enumerate().map(|(index, (title, told))| {
        let left = place(index);
        let x = |share: f64| tenths(left + share.clamp(0.0, 1.0) * SIDE);
        let y = |share: f64| tenths(TOP + (1.0 - share.clamp(0.0, 1.0)) * SIDE);
        let most = told.iter().map(|told| told.3).max().unwrap_or(1).max(1) as f64;
        DrawnPanel {
            title: title.clone(),
            left: tenths(left),
            right: tenths(left + SIDE),
            ticks: [0.0, 0.5, 1.0].map(|at| Tick { label: percent(at), x: x(at), y: y(at) }).to_vec(),
            points: told
                .iter()
                .map(|(told, came, interval, count)| {
                    let [low, high] = interval.unwrap_or([*came, *came]);
                    // The area tells how many forecasts a dot stands for.
                    let size = tenths(3.0 + 7.0 * (*count as f64 / most).sqrt());
                    Point { x: x(*told), y: y(*came), low: y(low), high: y(high), size }
                })
                .collect(),
        }
    });
    let panels: Vec<DrawnPanel> = drawn.collect();
    let width = place(panels.len().max(1)) - GAP + 20.0;
    Curve {
        width: tenths(width),
        height: TOP + SIDE + 56.0,
        side: SIDE,
        top: TOP,
        foot: TOP + SIDE,
        across,
        up,
        panels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_honest_forecast_lies_on_the_diagonal() {
        let told = vec![(0.25, 0.25, Some([0.2, 0.3]), 10), (1.0, 1.0, None, 40)];
        let drawn = curve(String::new(), String::new(), &[(String::new(), told)], |share| share.to_string());
        for point in &drawn.panels[0].points {
            assert!((point.x - LEFT - (TOP + SIDE - point.y)).abs() < 0.11, "{point:?}");
        }
    }
}
