//! What a sign draws: a display with its rhythm, dimmed by the sun, over a base with bursts.
//!
//! ```text
//! P(t) = scale · (base + (night + (day − night)·b(elevation))·rhythm(t) + burst·burst(t)) + mast(t)
//! ```
//!
//! Powers in watts. `b` rises from 0 at a sun elevation of −6° to 1 at +6°: the photocell. `rhythm`
//! has mean 1 (pages, flashes, phases) or is the share of time a vehicle lights the sign; `burst` is
//! the modem's 4 s of sending in every 300 s, or a camera's 90 s of film. LED drivers draw constant
//! power, so the current rises as the voltage falls.
//!
//! Reference: scenario choices within ranges believable for a bank that must last weeks without sun.
//!
//! | kind | range of the mean, W | what draws |
//! | --- | --- | --- |
//! | message board, full matrix | 15 to 35 | pages of text at a third of the pixels |
//! | compact board | 8 to 18 | the same, smaller |
//! | arrow board, 25 lamps | 10 to 14 | 10 lamps of 3 W, 30 flashes a minute, half the time lit |
//! | radar trailer | 3 to 10 | 20 W while a vehicle passes |
//! | portable signal, two heads | 14 to 25 | one lamp of each head, always; radio and detector |
//! | camera trailer | 8 to 20 | recorder and modem, film, infrared lamps at night |

mod cycle;
pub(crate) mod traffic;

use crate::check::Checks;
use cycle::Cycle;
use signals::Seed;
use traffic::Traffic;

/// Page lengths, s, and light over the mean.
const PAGES: Cycle<4> =
    Cycle { ends_secs: [3.0, 3.5, 6.5, 7.0], levels: [1.3, 0.0, 7.0 / 3.0 - 1.3, 0.0], whole_secs: 7.0 };
/// Thirty flashes a minute, half the time lit.
const FLASHES: Cycle<2> = Cycle { ends_secs: [1.0, 2.0], levels: [2.0, 0.0], whole_secs: 2.0 };
/// Green, amber and red of one direction, then of the other, over a cycle of 120 s: a red lamp of
/// the other head burns all the while, amber is the brightest, both are red in between.
const PHASES: Cycle<6> = Cycle {
    ends_secs: [30.0, 34.0, 60.0, 90.0, 94.0, 120.0],
    levels: [0.95, 1.115, 1.04, 0.95, 1.115, 1.04],
    whole_secs: 120.0,
};
/// The modem, 1 while it sends.
const BURSTS: Cycle<2> = Cycle { ends_secs: [4.0, 300.0], levels: [1.0, 0.0], whole_secs: 4.0 };
/// A camera, 1 while it films and sends.
const FILM: Cycle<2> = Cycle { ends_secs: [90.0, 300.0], levels: [1.0, 0.0], whole_secs: 90.0 };

pub(crate) const DIM_BELOW_DEGREES: f64 = -6.0;
pub(crate) const BRIGHT_ABOVE_DEGREES: f64 = 6.0;
/// An electric or hydraulic mast: some 75 A for 20 s.
pub(crate) const MAST_WATTS: f64 = 900.0;
pub(crate) const MAST_SECS: f64 = 20.0;

/// The kinds of equipment a crew puts by the road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadKind {
    /// A full-matrix message board on a trailer.
    MessageBoard,
    /// A smaller message board.
    CompactBoard,
    /// An arrow board of 25 lamps.
    ArrowBoard,
    /// A radar trailer that shows a vehicle its speed.
    RadarTrailer,
    /// A portable traffic signal of two heads.
    PortableSignal,
    /// A camera trailer.
    CameraTrailer,
}

impl LoadKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::MessageBoard,
        Self::CompactBoard,
        Self::ArrowBoard,
        Self::RadarTrailer,
        Self::PortableSignal,
        Self::CameraTrailer,
    ];

    /// The name scenario files use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MessageBoard => "message-board",
            Self::CompactBoard => "compact-board",
            Self::ArrowBoard => "arrow-board",
            Self::RadarTrailer => "radar-trailer",
            Self::PortableSignal => "portable-signal",
            Self::CameraTrailer => "camera-trailer",
        }
    }

    /// Light over its mean between two instants; 1 where traffic decides.
    pub(crate) fn rhythm(self, from_secs: f64, until_secs: f64) -> f64 {
        match self {
            Self::MessageBoard | Self::CompactBoard => PAGES.mean(from_secs, until_secs),
            Self::ArrowBoard => FLASHES.mean(from_secs, until_secs),
            Self::PortableSignal => PHASES.mean(from_secs, until_secs),
            Self::RadarTrailer | Self::CameraTrailer => 1.0,
        }
    }

    /// Share of the time between two instants for which the modem sends or a camera films.
    pub(crate) fn burst(self, from_secs: f64, until_secs: f64) -> f64 {
        match self {
            Self::CameraTrailer => FILM.mean(from_secs, until_secs),
            _ => BURSTS.mean(from_secs, until_secs),
        }
    }
}

/// What a sign draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoadParams {
    /// What kind it is: its rhythm.
    pub kind: LoadKind,
    /// Controller, modem at rest, sensors, W.
    pub base_watts: f64,
    /// Display in daylight, mean over its rhythm (while lit, of a radar trailer), W.
    pub day_watts: f64,
    /// Display at night, likewise (infrared lamps, of a camera trailer), W.
    pub night_watts: f64,
    /// The modem while it sends, a camera while it films, W.
    pub burst_watts: f64,
    /// Factor on all of these.
    pub scale_ratio: f64,
    /// When the mast goes up, s of the run: 900 W for 20 s. The display is dark until it is up. `None`:
    /// it has been up all along.
    pub mast_raised_secs: Option<f64>,
}

impl LoadParams {
    /// The usual equipment of this kind.
    #[must_use]
    pub const fn of(kind: LoadKind) -> Self {
        let (base_watts, day_watts, night_watts, burst_watts) = match kind {
            LoadKind::MessageBoard => (2.7, 22.0, 6.0, 20.0),
            LoadKind::CompactBoard => (1.8, 13.5, 4.0, 20.0),
            LoadKind::ArrowBoard => (1.0, 15.0, 6.0, 10.0),
            LoadKind::RadarTrailer => (1.5, 20.0, 8.0, 20.0),
            LoadKind::PortableSignal => (4.0, 16.0, 9.6, 20.0),
            LoadKind::CameraTrailer => (6.0, 0.0, 6.0, 8.0),
        };
        let (scale_ratio, mast_raised_secs) = (1.0, None);
        Self { kind, base_watts, day_watts, night_watts, burst_watts, scale_ratio, mast_raised_secs }
    }

    /// A full-matrix message board.
    #[must_use]
    pub const fn message_board() -> Self {
        Self::of(LoadKind::MessageBoard)
    }

    /// The same equipment drawing this many times as much.
    #[must_use]
    pub fn scaled(self, ratio: f64) -> Self {
        Self { scale_ratio: self.scale_ratio * ratio, ..self }
    }

    /// The same equipment with its mast raised at this second of the run.
    #[must_use]
    pub fn raised_at(self, secs: f64) -> Self {
        Self { mast_raised_secs: Some(secs), ..self }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.within("load.base_watts", self.base_watts, 0.0..=10_000.0);
        checks.within("load.day_watts", self.day_watts, 0.0..=10_000.0);
        checks.within("load.night_watts", self.night_watts, 0.0..=10_000.0);
        checks.within("load.burst_watts", self.burst_watts, 0.0..=10_000.0);
        checks.within("load.scale_ratio", self.scale_ratio, 0.0..=100.0);
        checks.within("load.mast_raised_secs", self.mast_raised_secs.unwrap_or(0.0), 0.0..=3.2e9);
    }

    /// Display power before its rhythm, W, with the sun this high.
    fn display_watts(&self, sun_elevation_degrees: f64) -> f64 {
        let brightness =
            (sun_elevation_degrees - DIM_BELOW_DEGREES) / (BRIGHT_ABOVE_DEGREES - DIM_BELOW_DEGREES);
        self.night_watts + (self.day_watts - self.night_watts) * brightness.clamp(0.0, 1.0)
    }
}

/// A sign's equipment under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    params: LoadParams,
    traffic: Traffic,
    start_local_days: f64,
}

impl Load {
    /// Equipment whose run starts at this local solar time.
    pub fn new(params: LoadParams, start_local_days: f64, seed: Seed) -> Self {
        Self { params, traffic: Traffic::new(seed), start_local_days }
    }

    /// Mean power asked for between two instants (seconds of the run) with the sun this high, W.
    pub fn demand_watts(&self, sun_elevation_degrees: f64, from_secs: f64, until_secs: f64) -> f64 {
        let params = &self.params;
        let mast = self.mast(from_secs, until_secs);
        let display = params.display_watts(sun_elevation_degrees) * self.rhythm(from_secs, until_secs);
        let burst = params.burst_watts * self.burst(from_secs, until_secs);
        params.scale_ratio * (params.base_watts + display * mast.up_ratio + burst)
            + MAST_WATTS * mast.moving_ratio
    }

    /// Light over its mean between two instants.
    fn rhythm(&self, from_secs: f64, until_secs: f64) -> f64 {
        match self.params.kind {
            LoadKind::RadarTrailer => self.traffic.lit_ratio(from_secs, until_secs, self.start_local_days),
            kind => kind.rhythm(from_secs, until_secs),
        }
    }

    fn burst(&self, from_secs: f64, until_secs: f64) -> f64 {
        self.params.kind.burst(from_secs, until_secs)
    }

    fn mast(&self, from_secs: f64, until_secs: f64) -> Mast {
        let Some(start) = self.params.mast_raised_secs else {
            return Mast { moving_ratio: 0.0, up_ratio: 1.0 };
        };
        let up = start + MAST_SECS;
        let span = until_secs - from_secs;
        if span <= 0.0 {
            return Mast { moving_ratio: 0.0, up_ratio: f64::from(u8::from(from_secs >= up)) };
        }
        let share = |from: f64, until: f64| ((until_secs.min(until) - from_secs.max(from)) / span).max(0.0);
        Mast { moving_ratio: share(start, up), up_ratio: share(up, f64::INFINITY) }
    }
}

/// Shares of a span for which the mast is being raised, and is up.
#[derive(Debug, Clone, Copy)]
struct Mast {
    moving_ratio: f64,
    up_ratio: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(params: LoadParams) -> Load {
        Load::new(params, 20_000.2, Seed(3))
    }

    #[test]
    fn rhythms_have_mean_one_and_a_cut_span_the_same_energy() {
        assert!(
            (PAGES.mean(0.0, 7.0) - 1.0).abs() < 1e-12 && (PAGES.mean(0.0, 6.999_999) - 1.0).abs() < 1e-6
        );
        assert!((FLASHES.mean(0.0, 1.999_999_9) - 1.0).abs() < 1e-6);
        assert!((PHASES.mean(0.0, 119.999_999) - 1.0).abs() < 1e-6);
        let parts: f64 = (0..20).map(|k| PAGES.mean(f64::from(k) * 0.5, f64::from(k + 1) * 0.5) * 0.5).sum();
        assert!((parts - PAGES.mean(0.0, 10.0) * 10.0).abs() < 1e-12);
    }

    #[test]
    fn a_display_dims_when_the_sun_is_down() {
        for kind in LoadKind::ALL {
            let params = LoadParams::of(kind);
            assert_eq!(params.display_watts(-20.0), params.night_watts);
            assert_eq!(params.display_watts(30.0), params.day_watts);
        }
    }

    #[test]
    fn scaled_equipment_draws_in_proportion() {
        for kind in LoadKind::ALL {
            let draw = |params: LoadParams| load(params).demand_watts(20.0, 0.0, 2100.0);
            let params = LoadParams::of(kind);
            assert!((draw(params.scaled(0.5)) - 0.5 * draw(params)).abs() < 1e-9);
        }
    }

    #[test]
    fn a_mast_draws_for_twenty_seconds_and_the_display_waits_for_it() {
        let (up, rising) = (LoadParams::message_board(), LoadParams::message_board().raised_at(600.0));
        let draw = |params: LoadParams, from: f64, until: f64| load(params).demand_watts(20.0, from, until);
        assert!(draw(rising, 0.0, 600.0) < 4.0);
        let extra = draw(rising, 590.0, 640.0) * 50.0 - draw(up, 620.0, 640.0) * 20.0;
        assert!((18_000.0..18_300.0).contains(&extra), "{extra} J");
        assert_eq!(draw(rising, 700.0, 760.0), draw(up, 700.0, 760.0));
    }
}
