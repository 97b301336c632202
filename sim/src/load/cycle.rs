//! A level that repeats, and its exact mean between two instants.
//!
//! ```text
//! mean(t₀, t₁) = (∫₀^t₁ level − ∫₀^t₀ level)/(t₁ − t₀)
//! ```
//!
//! Exact for any span, so cutting a step changes no energy. Seconds of the run; levels in any unit.

/// A level that repeats: constant up to each end in turn.
pub(super) struct Cycle<const N: usize> {
    /// When each level ends, s of the period; the last end is the period.
    pub ends_secs: [f64; N],
    /// The levels.
    pub levels: [f64; N],
    /// Level times time of a whole period, s.
    pub whole_secs: f64,
}

impl<const N: usize> Cycle<N> {
    /// Mean level between two instants; exact, so cutting a span changes nothing.
    pub fn mean(&self, from_secs: f64, until_secs: f64) -> f64 {
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
