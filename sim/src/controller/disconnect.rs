//! The switch between battery and sign: off below one voltage, on above another, each after a delay.
//!
//! ```text
//! on,  V < V_off for the delay -> off          off, V > V_on for the delay -> on
//! ```
//!
//! A board's pages make the voltage jump about the threshold, so time on the other side counts back
//! and not out. The gap between the two voltages and the delay keep the switch from chattering: with
//! neither, the battery recovers the moment the sign is cut, and the sign comes back to pull it down
//! again. V, s.
//!
//! Reference: Morningstar SunSaver manual (11.5 and 12.6 V); the delay is a scenario choice.

use super::ControllerParams;

/// The switch under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Disconnect {
    is_on: bool,
    /// Time for which it should have switched, s.
    due_secs: f64,
}

impl Disconnect {
    /// A switch that is on.
    pub const fn new() -> Self {
        Self { is_on: true, due_secs: 0.0 }
    }

    /// The sign is connected.
    pub const fn is_on(&self) -> bool {
        self.is_on
    }

    /// Takes in a step of this length that ended at this voltage.
    pub fn watch(&mut self, params: &ControllerParams, volts: f64, dt_secs: f64) {
        let due = if self.is_on { volts < params.disconnect_volts } else { volts > params.reconnect_volts };
        self.due_secs = (self.due_secs + if due { dt_secs } else { -dt_secs }).max(0.0);
        if due && self.due_secs >= params.switch_secs {
            self.is_on = !self.is_on;
            self.due_secs = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often the switch turns in a day on a battery that sags by 0.3 V under the sign.
    fn turns(params: &ControllerParams) -> u32 {
        let mut switch = Disconnect::new();
        let mut turns = 0;
        for second in 0..86_400 {
            let rest = 11.9 - 0.000_001 * f64::from(second);
            let was = switch.is_on();
            switch.watch(params, if was { rest - 0.3 } else { rest }, 1.0);
            turns += u32::from(switch.is_on() != was);
        }
        turns
    }

    #[test]
    fn the_sign_is_cut_once_and_comes_back_only_well_above() {
        let params = ControllerParams::agm();
        let mut switch = Disconnect::new();
        let mut after = |volts: f64, minutes: u32| {
            (0..minutes).for_each(|_| switch.watch(&params, volts, 60.0));
            switch.is_on()
        };
        assert_eq!(
            [after(11.6, 60), after(11.4, 2), after(12.2, 60), after(12.7, 2)],
            [true, false, false, true]
        );
    }

    #[test]
    fn without_a_gap_it_chatters_and_with_one_it_does_not() {
        let sound = ControllerParams { disconnect_volts: 11.7, ..ControllerParams::agm() };
        let close = ControllerParams { reconnect_volts: 11.75, ..sound };
        let hasty = ControllerParams { switch_secs: 0.0, ..close };
        assert_eq!(turns(&sound), 1);
        assert!((1000..2000).contains(&turns(&close)), "{}", turns(&close));
        assert!(turns(&hasty) > 80_000, "{}", turns(&hasty));
    }
}
