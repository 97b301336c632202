//! Thinned curves as SVG paths, in whole steps of a canvas 2000 wide and 1000 high.
//!
//! The canvas is stretched to the page by the browser (`preserveAspectRatio="none"`, strokes that do not
//! scale), and every letter stands outside it: text stays readable at any width. Relative steps in whole
//! numbers take five or six bytes a point, so a report of many signs stays one small file.

use std::fmt::Write;

use super::plot::{Axis, Stretch};

/// Width of the canvas; time runs along it.
pub(crate) const WIDTH: f64 = 2000.0;
/// Height of the canvas; values grow upwards, SVG's own axis downwards.
pub(crate) const HEIGHT: f64 = 1000.0;

/// The curve as one path, one move for each stretch.
pub(crate) fn line(stretches: &[Stretch<f64>], time: Axis, values: Axis) -> String {
    let mut path = String::new();
    for stretch in stretches {
        trace(&mut path, stretch.iter().map(|(at, value)| canvas(*at, *value, time, values)));
    }
    path
}

/// The band as closed outlines: along the top, back along the bottom.
pub(crate) fn band(stretches: &[Stretch<(f64, f64)>], time: Axis, values: Axis) -> String {
    let mut path = String::new();
    for stretch in stretches {
        let top = stretch.iter().map(|(at, (_, high))| canvas(*at, *high, time, values));
        let back = stretch.iter().rev().map(|(at, (low, _))| canvas(*at, *low, time, values));
        trace(&mut path, top.chain(back));
        path.push('z');
    }
    path
}

/// The area between the curve and zero, as closed outlines.
pub(crate) fn area(stretches: &[Stretch<f64>], time: Axis, values: Axis) -> String {
    let floor = |stretch: &Stretch<f64>| -> Stretch<(f64, f64)> {
        stretch.iter().map(|(at, value)| (*at, (0.0, *value))).collect()
    };
    let edges: Vec<_> = stretches.iter().map(floor).collect();
    band(&edges, time, values)
}

fn canvas(at: f64, value: f64, time: Axis, values: Axis) -> (i64, i64) {
    let across = (time.place(at) * WIDTH).round();
    let down = ((1.0 - values.place(value)).clamp(-1.0, 2.0) * HEIGHT).round();
    (across as i64, down as i64)
}

fn trace(path: &mut String, mut points: impl Iterator<Item = (i64, i64)>) {
    let Some(mut pen) = points.next() else { return };
    // Writing into a String cannot fail.
    let _ = write!(path, "M{} {}l0 0", pen.0, pen.1);
    for point in points {
        let (across, down) = (point.0 - pen.0, point.1 - pen.1);
        if (across, down) == (0, 0) {
            continue;
        }
        let _ = write!(path, "{}{across}", if across < 0 { "" } else { " " });
        let _ = write!(path, "{}{down}", if down < 0 { "" } else { " " });
        pen = point;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Axis = Axis { low: 0.0, high: 1.0 };

    #[test]
    fn a_path_runs_from_bottom_left_to_top_right() {
        let path = line(&[vec![(0.0, 0.0), (0.5, 0.0), (0.5, 0.0), (1.0, 1.0)]], UNIT, UNIT);
        assert_eq!(path, "M0 1000l0 0 1000 0 1000-1000");
    }

    #[test]
    fn a_band_is_closed_and_a_second_stretch_begins_anew() {
        let edge = |at: f64| (at, (0.0, 1.0));
        let path = band(&[vec![edge(0.0), edge(0.25)], vec![edge(0.5), edge(1.0)]], UNIT, UNIT);
        assert_eq!(path, "M0 0l0 0 500 0 0 1000-500 0zM1000 0l0 0 1000 0 0 1000-1000 0z");
    }

    #[test]
    fn a_value_far_outside_stays_near_the_canvas() {
        assert!(line(&[vec![(0.0, 1e300)]], UNIT, UNIT).starts_with("M0 -1000"));
    }
}
