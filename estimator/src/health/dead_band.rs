//! A current that is blind about zero: exact zeros, and nothing between them and the edge of the band.
//!
//! ```text
//! buckets of |I|:  [2ᵏ, 2ᵏ⁺¹) mA, k = 0 … 15;     found: zeros ≥ 60, and below the first bucket with ≥ 60 none
//! ```
//!
//! The band is told from a load that is simply off by the first bucket itself: values just above a band's edge
//! occur on the way through zero at dawn and dusk, on both sides.

use super::View;

const BUCKETS: usize = 16;
const ENOUGH: f64 = 60.0;
/// The least band worth a word, A.
const BAND_AMPS: f64 = 0.03;
/// Values are counted no further, and older ones fade.
const COUNT_MAX: f64 = 20_000.0;

/// How often each size of current was read.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct DeadBand {
    zeros: f64,
    /// Of discharging and of charging currents.
    out: [f64; BUCKETS],
    into: [f64; BUCKETS],
    secs: f64,
    pub amps: f64,
}

impl DeadBand {
    /// Since when it is blind, s.
    pub fn look(&mut self, view: &View<'_>) -> Option<f64> {
        let amps = view.seen.amps?;
        self.secs += view.dt_secs;
        if amps == 0.0 {
            self.zeros += 1.0;
        } else {
            let bucket = (amps.abs() * 1000.0).max(1.0).log2() as usize;
            let side = if amps < 0.0 { &mut self.out } else { &mut self.into };
            side[bucket.min(BUCKETS - 1)] += 1.0;
        }
        if self.zeros > COUNT_MAX {
            self.fade();
        }
        self.amps = self.edge().unwrap_or(0.0);
        (self.amps > 0.0).then_some(self.secs)
    }

    fn fade(&mut self) {
        for count in self.out.iter_mut().chain(&mut self.into).chain([&mut self.zeros]) {
            *count = (*count / 2.0).floor();
        }
    }

    /// Lower end of the first bucket that is used, where both sides use it or the next and there are zeros.
    fn edge(&self) -> Option<f64> {
        if self.zeros < ENOUGH {
            return None;
        }
        let first = (0..BUCKETS).find(|&k| self.out[k] + self.into[k] > 0.0)?;
        let near = |side: &[f64; BUCKETS]| side.iter().skip(first).take(2).sum::<f64>();
        let (out, into) = (near(&self.out), near(&self.into));
        let amps = 2.0_f64.powi(first as i32) / 1000.0;
        (amps >= BAND_AMPS && out.min(into) >= 5.0 && out + into >= ENOUGH).then_some(amps)
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        for value in self.out.iter_mut().chain(&mut self.into) {
            show("dead_band_count", value);
        }
        show("dead_band_zeros", &mut self.zeros);
        show("dead_band_secs", &mut self.secs);
        show("dead_band_amps", &mut self.amps);
    }
}
