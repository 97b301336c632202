//! The full-charge anchor: an absorbing battery that takes almost nothing more is nearly full.
//!
//! ```text
//! V ≥ V_full  and  −I_tail/4 ≤ I ≤ I_tail   for t_full without a break  ⇒  z ≈ z_full ± σ_full
//! ```
//!
//! Speaks once per charge. It asks for far longer than a battery monitor's three minutes: weak sun
//! lifts the voltage while the current is already small, and false fulls come of believing that.

/// A voltage dip shorter than this does not break a charge, s.
const BREAK_SECS: f64 = 300.0;

/// How long the battery has looked full.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct FullWatch {
    pub held_secs: f64,
    pub broken_secs: f64,
    /// 1 once it has spoken on this charge, 0 before.
    pub spoken: f64,
}

impl FullWatch {
    /// Looks at `dt_secs` more; true at the one moment at which the battery counts as full.
    pub fn look(&mut self, looks_full: bool, dt_secs: f64, needed_secs: f64) -> bool {
        if !looks_full {
            self.broken_secs += dt_secs;
            if self.broken_secs > BREAK_SECS {
                *self = Self { broken_secs: self.broken_secs, ..Self::default() };
            }
            return false;
        }
        self.broken_secs = 0.0;
        self.held_secs += dt_secs;
        let now = self.held_secs >= needed_secs && self.spoken == 0.0;
        if now {
            self.spoken = 1.0;
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_speaks_once_per_charge_and_not_early() {
        let mut watch = FullWatch::default();
        let said: Vec<bool> = (0..60).map(|_| watch.look(true, 60.0, 1800.0)).collect();
        assert_eq!(said.iter().position(|said| *said), Some(29));
        assert_eq!(said.iter().filter(|said| **said).count(), 1);
    }

    #[test]
    fn a_passing_cloud_does_not_start_the_wait_again() {
        let mut watch = FullWatch::default();
        watch.look(true, 1700.0, 1800.0);
        watch.look(false, 60.0, 1800.0);
        assert!(watch.look(true, 120.0, 1800.0));
    }
}
