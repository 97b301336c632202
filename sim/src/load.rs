//! A message board's draw: two pages in turn, dimmed at night, over a base of controller and modem.
//!
//! ```text
//! P(t) = scale · (base + (night + (day − night)·b(elevation))·page(t) + burst(t))
//! ```
//!
//! Powers in watts. `b` rises from 0 at a sun elevation of −6° to 1 at +6°: the board's photocell.
//! `page` repeats each 7 s (a full page, a gap, a shorter page, a gap) and has mean 1; `burst` is the
//! modem's 4 s of sending in every 300 s. LED drivers draw constant power, so the current rises as
//! the voltage falls.
//!
//! Reference: scenario choice within the range believable for a full-matrix board at one third of its
//! pixels (mean 15 to 35 W, from a bank that must last 21 days without sun): 15 W in January, 17 W in
//! September, 20 W in June.

use crate::check::Checks;

/// Page lengths, s, and light over the mean.
const PAGES: Cycle<4> =
    Cycle { ends_secs: [3.0, 3.5, 6.5, 7.0], levels: [1.3, 0.0, 7.0 / 3.0 - 1.3, 0.0], whole_secs: 7.0 };
/// The modem, 1 while it sends.
const BURSTS: Cycle<2> = Cycle { ends_secs: [4.0, 300.0], levels: [1.0, 0.0], whole_secs: 4.0 };

const DIM_BELOW_DEGREES: f64 = -6.0;
const BRIGHT_ABOVE_DEGREES: f64 = 6.0;

/// What a sign draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoadParams {
    /// Controller, modem at rest, sensors, W.
    pub base_watts: f64,
    /// Display in daylight, mean over its pages, W.
    pub day_watts: f64,
    /// Display at night, mean over its pages, W.
    pub night_watts: f64,
    /// The modem while it sends, W.
    pub burst_watts: f64,
    /// Factor on everything.
    pub scale_ratio: f64,
}

impl LoadParams {
    /// A full-matrix message board.
    #[must_use]
    pub const fn message_board() -> Self {
        Self { base_watts: 2.7, day_watts: 22.0, night_watts: 6.0, burst_watts: 20.0, scale_ratio: 1.0 }
    }

    /// The same board drawing this many times as much.
    #[must_use]
    pub fn scaled(self, ratio: f64) -> Self {
        Self { scale_ratio: self.scale_ratio * ratio, ..self }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.within("load.base_watts", self.base_watts, 0.0..=10_000.0);
        checks.within("load.day_watts", self.day_watts, 0.0..=10_000.0);
        checks.within("load.night_watts", self.night_watts, 0.0..=10_000.0);
        checks.within("load.burst_watts", self.burst_watts, 0.0..=10_000.0);
        checks.within("load.scale_ratio", self.scale_ratio, 0.0..=100.0);
    }

    /// Display power before the pages, W, with the sun this high.
    pub(crate) fn display_watts(&self, sun_elevation_degrees: f64) -> f64 {
        let brightness =
            (sun_elevation_degrees - DIM_BELOW_DEGREES) / (BRIGHT_ABOVE_DEGREES - DIM_BELOW_DEGREES);
        self.night_watts + (self.day_watts - self.night_watts) * brightness.clamp(0.0, 1.0)
    }

    /// Mean power asked for between two instants (seconds of the run), W.
    pub(crate) fn demand_watts(&self, display_watts: f64, from_secs: f64, until_secs: f64) -> f64 {
        let display = display_watts * PAGES.mean(from_secs, until_secs);
        let burst = self.burst_watts * BURSTS.mean(from_secs, until_secs);
        self.scale_ratio * (self.base_watts + display + burst)
    }
}

/// A level that repeats: constant up to each end in turn.
struct Cycle<const N: usize> {
    ends_secs: [f64; N],
    levels: [f64; N],
    /// Level times time of a whole period, s.
    whole_secs: f64,
}

impl<const N: usize> Cycle<N> {
    /// Mean level between two instants; exact, so cutting a span changes nothing.
    fn mean(&self, from_secs: f64, until_secs: f64) -> f64 {
        let span = until_secs - from_secs;
        if span <= 0.0 {
            return self.levels[0];
        }
        (self.integral(until_secs) - self.integral(from_secs)) / span
    }

    /// Level times time since 0, s; no run starts earlier.
    fn integral(&self, secs: f64) -> f64 {
        let period = self.ends_secs[N - 1];
        let turns = (secs / period) as u64 as f64;
        let rest = secs - turns * period;
        let (mut part, mut start) = (0.0, 0.0);
        for (end, level) in self.ends_secs.iter().zip(self.levels) {
            part += level * (rest.min(*end) - start).max(0.0);
            start = *end;
        }
        turns * self.whole_secs + part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_mean_one_and_a_cut_span_the_same_energy() {
        assert!(
            (PAGES.mean(0.0, 7.0) - 1.0).abs() < 1e-12 && (PAGES.mean(0.0, 6.999_999) - 1.0).abs() < 1e-6
        );
        let parts: f64 = (0..20).map(|k| PAGES.mean(f64::from(k) * 0.5, f64::from(k + 1) * 0.5) * 0.5).sum();
        assert!((parts - PAGES.mean(0.0, 10.0) * 10.0).abs() < 1e-12);
    }

    #[test]
    fn the_board_dims_when_the_sun_is_down() {
        let board = LoadParams::message_board();
        assert_eq!(board.display_watts(-20.0), board.night_watts);
        assert_eq!(board.display_watts(30.0), board.day_watts);
    }

    #[test]
    fn a_scaled_board_draws_in_proportion() {
        let draw = |board: LoadParams| board.demand_watts(board.display_watts(20.0), 0.0, 2100.0);
        let board = LoadParams::message_board();
        assert!((draw(board.scaled(0.5)) - 0.5 * draw(board)).abs() < 1e-12);
    }
}
