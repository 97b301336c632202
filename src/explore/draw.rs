//! Drawings of a log that are no curves over time: histogram, hour × day map, scatter. Each is one SVG element of
//! our own making, in the page's own colours; only numbers and escaped words reach it.

use std::fmt::Write;

use super::numbers::quantile;
use crate::report::Axis;
use crate::words::Words;

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 150.0;
const BINS: usize = 36;
/// More days than this are drawn several to a line.
const MAP_ROWS_MAX: usize = 62;

/// Where values are drawn, and the axes around it.
struct Frame {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    across: Axis,
    up: Axis,
}

impl Frame {
    fn new(across: Axis, up: Axis) -> Self {
        Self { left: 44.0, top: 8.0, width: WIDTH - 54.0, height: HEIGHT - 42.0, across, up }
    }

    fn x(&self, value: f64) -> f64 {
        self.across.place(value).mul_add(self.width, self.left)
    }

    fn y(&self, value: f64) -> f64 {
        (1.0 - self.up.place(value)).mul_add(self.height, self.top)
    }

    /// Axes with their ticks and the names of both.
    fn axes(&self, across: &str, up: &str, words: Words) -> String {
        let mut text = String::new();
        let bottom = self.top + self.height;
        let (ticks, decimals) = self.up.ticks(3);
        for tick in ticks {
            let y = self.y(tick);
            let _ = write!(
                text,
                r#"<line class="g" x1="{:.1}" x2="{:.1}" y1="{y:.1}" y2="{y:.1}"/>"#,
                self.left,
                self.left + self.width
            );
            let label = number(tick, decimals, words);
            let _ = write!(
                text,
                r#"<text text-anchor="end" x="{:.1}" y="{:.1}">{label}</text>"#,
                self.left - 4.0,
                y + 3.0
            );
        }
        let (ticks, decimals) = self.across.ticks(4);
        for tick in ticks {
            let label = number(tick, decimals, words);
            let _ = write!(
                text,
                r#"<text text-anchor="middle" x="{:.1}" y="{:.1}">{label}</text>"#,
                self.x(tick),
                bottom + 12.0
            );
        }
        let _ = write!(
            text,
            r#"<line class="a" x1="{:.1}" x2="{:.1}" y1="{bottom:.1}" y2="{bottom:.1}"/>"#,
            self.left,
            self.left + self.width
        );
        let middle = self.left + self.width / 2.0;
        let _ = write!(
            text,
            r#"<text class="t" text-anchor="middle" x="{middle:.1}" y="{:.1}">{}</text>"#,
            bottom + 28.0,
            escaped(across)
        );
        let _ = write!(
            text,
            r#"<text class="t" text-anchor="middle" transform="translate(9 {:.1}) rotate(-90)">{}</text>"#,
            self.top + self.height / 2.0,
            escaped(up)
        );
        text
    }
}

fn number(value: f64, decimals: usize, words: Words) -> String {
    crate::report::typeset(&words.number(value + 0.0, decimals))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn svg(width: f64, height: f64, label: &str, inside: &str) -> String {
    format!(
        r#"<svg class="drawing" viewBox="0 0 {width:.0} {height:.0}" role="img" aria-label="{}">{inside}</svg>"#,
        escaped(label)
    )
}

/// How often each value is met; the outermost thousandths are left out, so that a spike does not make one bar of all.
pub(super) fn histogram(name: &str, values: &[f64], words: Words) -> Option<String> {
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let (low, high) = (quantile(&known, 0.001)?, quantile(&known, 0.999)?);
    if high <= low {
        return None;
    }
    let width = (high - low) / BINS as f64;
    let mut counts = [0_usize; BINS];
    for value in &known {
        if (low..=high).contains(value) {
            counts[(((value - low) / width) as usize).min(BINS - 1)] += 1;
        }
    }
    let share = |count: usize| 100.0 * count as f64 / known.len() as f64;
    let most = counts.iter().copied().map(share).fold(0.0, f64::max);
    let frame = Frame::new(Axis { low, high }, Axis::around([0.0, most].into_iter())?);
    let mut inside = frame.axes(name, &words.say("explore-drawing-share"), words);
    for (at, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (from, until) = (low + at as f64 * width, low + (at + 1) as f64 * width);
        let y = frame.y(share(*count));
        let _ = write!(
            inside,
            r#"<rect class="bar" x="{:.1}" y="{y:.1}" width="{:.2}" height="{:.1}"/>"#,
            frame.x(from),
            (frame.x(until) - frame.x(from) - 0.4).max(0.4),
            frame.top + frame.height - y
        );
    }
    Some(svg(WIDTH, HEIGHT, name, &inside))
}

/// One quantity over another; `points` are few enough to be drawn one by one.
pub(super) fn scatter(across: &str, up: &str, points: &[(f64, f64)], words: Words) -> Option<String> {
    let of = |pick: fn(&(f64, f64)) -> f64| {
        let values: Vec<f64> = points.iter().map(pick).collect();
        Axis::around([quantile(&values, 0.002)?, quantile(&values, 0.998)?].into_iter())
    };
    let frame = Frame::new(of(|point| point.0)?, of(|point| point.1)?);
    let mut inside = frame.axes(across, up, words);
    let is_inside = |point: &&(f64, f64)| {
        (0.0..=1.0).contains(&frame.across.place(point.0)) && (0.0..=1.0).contains(&frame.up.place(point.1))
    };
    for (x, y) in points.iter().filter(is_inside) {
        let _ =
            write!(inside, r#"<circle class="dot" cx="{:.1}" cy="{:.1}" r="1"/>"#, frame.x(*x), frame.y(*y));
    }
    Some(svg(WIDTH, HEIGHT, &format!("{up} / {across}"), &inside))
}

/// Mean of each hour of each day: days from above, hours across. Blue is above zero, orange below.
pub(super) fn map(name: &str, days: &[(String, [Option<f64>; 24])], words: Words) -> Option<String> {
    if days.len() < 2 {
        return None;
    }
    let each = days.len().div_ceil(MAP_ROWS_MAX);
    let rows: Vec<(String, [Option<f64>; 24])> = days.chunks(each).map(joined).collect();
    let sizes: Vec<f64> = rows.iter().flat_map(|(_, cells)| cells).flatten().copied().collect();
    let (low, high) = (quantile(&sizes, 0.01)?, quantile(&sizes, 0.99)?);
    let has_both = low < 0.0 && high > 0.0;
    let most = if has_both { low.abs().max(high.abs()) } else { high.max(low) };
    let (left, top, cell_width) = (66.0, 6.0, 22.0);
    let cell_height = (260.0 / rows.len() as f64).clamp(5.0, 20.0);
    let mut inside = String::new();
    let every = rows.len().div_ceil(14);
    for (at, (day, cells)) in rows.iter().enumerate() {
        let y = (at as f64).mul_add(cell_height, top);
        if at % every == 0 {
            let _ = write!(
                inside,
                r#"<text text-anchor="end" x="{:.1}" y="{:.1}">{}</text>"#,
                left - 4.0,
                y + cell_height / 2.0 + 3.0,
                escaped(day)
            );
        }
        for (hour, value) in cells.iter().enumerate() {
            let Some(value) = value else { continue };
            let share = if has_both { value.abs() / most } else { (value - low) / (high - low).max(1e-12) };
            let class = if has_both && *value < 0.0 { "below" } else { "above" };
            let _ = write!(
                inside,
                r#"<rect class="{class}" x="{:.1}" y="{y:.1}" width="{:.1}" height="{:.1}" fill-opacity="{:.2}"><title>{} {hour:02} h: {}</title></rect>"#,
                (hour as f64).mul_add(cell_width, left),
                cell_width - 0.6,
                cell_height - 0.6,
                share.clamp(0.02, 1.0),
                escaped(day),
                number(*value, 2, words)
            );
        }
    }
    let bottom = (rows.len() as f64).mul_add(cell_height, top);
    for hour in (0..24).step_by(3) {
        let x = (f64::from(hour) + 0.5).mul_add(cell_width, left);
        let _ =
            write!(inside, r#"<text text-anchor="middle" x="{x:.1}" y="{:.1}">{hour}</text>"#, bottom + 12.0);
    }
    let legend = legend(left, bottom + 20.0, (low, high), has_both, words);
    Some(svg(24.0f64.mul_add(cell_width, left) + 6.0, bottom + 44.0, name, &(inside + &legend)))
}

fn legend(left: f64, top: f64, (low, high): (f64, f64), has_both: bool, words: Words) -> String {
    let most = low.abs().max(high.abs());
    let (from, until) = if has_both { (-most, most) } else { (low, high) };
    let mut text = String::new();
    for step in 0..20 {
        let share = (f64::from(step) + 0.5) / 20.0;
        let value = from + share * (until - from);
        let (class, opacity) = match (has_both, value < 0.0) {
            (true, true) => ("below", -value / most),
            (true, false) => ("above", value / most),
            _ => ("above", share),
        };
        let x = f64::from(step).mul_add(6.0, left + 34.0);
        let _ = write!(
            text,
            r#"<rect class="{class}" x="{x:.1}" y="{top:.1}" width="6" height="8" fill-opacity="{opacity:.2}"/>"#
        );
    }
    let decimals = if until - from >= 20.0 { 0 } else { 2 };
    let label = |x: f64, anchor: &str, value: f64| {
        format!(
            r#"<text text-anchor="{anchor}" x="{x:.1}" y="{:.1}">{}</text>"#,
            top + 8.0,
            number(value, decimals, words)
        )
    };
    text + &label(left + 30.0, "end", from) + &label(left + 158.0, "start", until)
}

/// Several days as one line.
fn joined(days: &[(String, [Option<f64>; 24])]) -> (String, [Option<f64>; 24]) {
    let mean = |hour: usize| {
        let known: Vec<f64> = days.iter().filter_map(|(_, cells)| cells[hour]).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    (days.first().map(|(day, _)| day.clone()).unwrap_or_default(), std::array::from_fn(mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_a_file_cannot_be_markup() {
        let drawn = histogram("<script>\"", &[1.0, 2.0, 3.0, 4.0], Words::English).expect("a drawing");
        assert!(!drawn.contains("<script>") && drawn.contains("&lt;script&gt;"));
    }

    #[test]
    fn a_log_of_one_value_has_no_histogram_and_one_day_no_map() {
        assert_eq!(histogram("x", &[1.0, 1.0], Words::English), None);
        assert_eq!(map("x", &[("1".into(), [None; 24])], Words::English), None);
    }
}
