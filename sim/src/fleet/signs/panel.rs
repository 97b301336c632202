//! The panels of a block: [`crate::PanelParams`] in lanes, lit anew for each hold.

use super::elementary::{exp_near, fused, ln, most, within};
use super::lanes::{Lane, W};
use crate::panel::{
    HEATING_KELVIN_PER_WATT_M2, IDLE_ROUNDS, KNEE_VOLTS, LIGHT_MIN_WATTS_M2, OPEN_CIRCUIT_LOSS_PER_KELVIN,
    OPEN_CIRCUIT_VOLTS, PEAK_ROUNDS, SHORT_CIRCUIT_AMPS_PER_WATT, SHORT_CIRCUIT_GAIN_PER_KELVIN,
    STANDARD_LIGHT_WATTS_M2,
};

/// The panels.
#[derive(Debug)]
pub(super) struct PanelLanes {
    /// Short-circuit current per light, A per W/m².
    amps_per_light: Lane,
    /// Short-circuit current, A.
    pub short: Lane,
    /// Open-circuit voltage, V.
    pub open: Lane,
    /// Voltage of most power, V; kept up where a controller tracks it.
    pub peak: Lane,
    /// None of them has any light: what is left out then would come to nothing.
    pub dark: bool,
}

impl PanelLanes {
    /// Panels of these powers, W, in the dark.
    pub fn new(power_watts: Lane) -> Self {
        let zero = [0.0; W];
        let amps_per_light =
            power_watts.map(|watts| watts * SHORT_CIRCUIT_AMPS_PER_WATT / STANDARD_LIGHT_WATTS_M2);
        Self { amps_per_light, short: zero, open: zero, peak: zero, dark: true }
    }

    /// The panels in this light and air.
    #[inline(always)]
    pub fn light(&mut self, light: &Lane, air: &Lane, tracks: bool) {
        let mut lit = 0.0;
        for k in 0..W {
            lit += if light[k] < LIGHT_MIN_WATTS_M2 { 0.0 } else { 1.0 };
        }
        self.dark = lit == 0.0;
        if self.dark {
            (self.short, self.open, self.peak) = ([0.0; W], [0.0; W], [0.0; W]);
            return;
        }
        for k in 0..W {
            let watts = light[k];
            let warmth = fused(watts, HEATING_KELVIN_PER_WATT_M2, air[k]) - 25.0;
            let open = OPEN_CIRCUIT_VOLTS * fused(-OPEN_CIRCUIT_LOSS_PER_KELVIN, warmth, 1.0);
            let dimming = ln(most(watts, LIGHT_MIN_WATTS_M2) / STANDARD_LIGHT_WATTS_M2);
            let open = most(fused(KNEE_VOLTS, dimming, open), 0.0);
            let short = self.amps_per_light[k] * watts * fused(SHORT_CIRCUIT_GAIN_PER_KELVIN, warmth, 1.0);
            let dark = watts < LIGHT_MIN_WATTS_M2;
            self.open[k] = if dark { 0.0 } else { open };
            self.short[k] = if dark { 0.0 } else { short };
        }
        if tracks {
            for k in 0..W {
                self.peak[k] = peak_volts(self.open[k]);
            }
        }
    }

    /// The voltage above its peak at which a panel gives this power, V.
    #[inline(always)]
    pub fn idling_volts(&self, k: usize, watts: f64, peak: f64) -> f64 {
        let mut volts = self.open[k];
        for _ in 0..IDLE_ROUNDS {
            let left_ratio = 1.0 - watts / (most(volts, KNEE_VOLTS) * self.short[k]);
            volts = most(fused(KNEE_VOLTS, ln(most(left_ratio, 1e-9)), self.open[k]), peak);
        }
        if self.short[k] > 0.0 { volts } else { self.open[k] }
    }
}

/// The current at a voltage; a diode keeps it from running backwards.
#[inline(always)]
pub(super) fn current_amps(short: f64, open: f64, volts: f64) -> f64 {
    let amps = short * (1.0 - exp_near((volts - open) * (1.0 / KNEE_VOLTS)));
    if volts >= open { 0.0 } else { amps }
}

#[inline(always)]
fn peak_volts(open: f64) -> f64 {
    let sum = 1.0 + open * (1.0 / KNEE_VOLTS);
    let mut x = most(sum - ln(sum), 1.0);
    for _ in 0..PEAK_ROUNDS {
        x = x * (1.0 + sum - ln(x)) / (x + 1.0);
    }
    within((x - 1.0) * KNEE_VOLTS, 0.0, open)
}
