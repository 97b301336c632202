//! The balance of currents at the terminals, in lanes: `crate::balance` with selections for branches.
//!
//! ```text
//! I = I_charger − P_load/V − I_own − I_parasitic,    V = open + R_step·I        two rounds from the last V
//! ```
//!
//! A, V, W; battery current positive while charging.

use super::bank::Terminals;
use super::elementary::{fused, least, most, within};
use super::lanes::{Lane, W, flag, is, pick};
use super::panel::{PanelLanes, current_amps};
use crate::balance::{DRAW_VOLTS_MIN, PANEL_DROP_VOLTS, ROUNDS, TRACKER_RATIO, TRACKER_WATTS};

/// What the currents have to agree with, beside panel and battery.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    /// Latest voltage.
    pub volts: Lane,
    /// What the controller holds, where it does.
    pub target: Lane,
    pub has_target: Lane,
    pub demand: Lane,
    pub load_is_on: Lane,
    /// Draw of the controller and of loads nobody knows of, A.
    pub rest_amps: Lane,
    /// 1 where the controller charges at all.
    pub charges: Lane,
    pub lets_charge: Lane,
    pub discharge_amps_max: Lane,
}

/// The currents that do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flows {
    pub battery: Lane,
    pub available: Lane,
    pub charger: Lane,
    pub held: Lane,
    pub load: Lane,
    pub load_is_on: Lane,
    pub panel_watts: Lane,
    /// Voltage that the panel has at the battery or at its peak, V.
    pub panel_volts: Lane,
    /// Voltage of the balance, V.
    pub volts: Lane,
}

impl Flows {
    pub const ZERO: Self = Self {
        battery: [0.0; W],
        available: [0.0; W],
        charger: [0.0; W],
        held: [0.0; W],
        load: [0.0; W],
        load_is_on: [0.0; W],
        panel_watts: [0.0; W],
        panel_volts: [0.0; W],
        volts: [0.0; W],
    };

    /// Finds the currents.
    #[inline(always)]
    pub fn balance<const TRACKS: bool, const DARK: bool>(
        &mut self,
        given: &Given,
        terminals: &Terminals,
        panel: &PanelLanes,
    ) {
        for k in 0..W {
            let (open, charge, discharge) = (terminals.open[k], terminals.charge[k], terminals.discharge[k]);
            let above = given.target[k] - open;
            let taken = above / pick(above > 0.0, charge, discharge);
            let taken = if is(given.lets_charge[k]) { taken } else { least(taken, 0.0) };
            let round = Round {
                taken,
                has_target: is(given.has_target[k]),
                demand: pick(is(given.load_is_on[k]), given.demand[k], 0.0),
                rest_amps: given.rest_amps[k],
                charges: given.charges[k],
                give_max: given.discharge_amps_max[k],
                panel: [panel.short[k], panel.open[k], panel.peak[k]],
            };
            let mut volts = given.volts[k];
            let mut told = round.at::<TRACKS, DARK>(volts);
            for _ in 1..ROUNDS {
                volts = fused(told.battery, pick(told.battery > 0.0, charge, discharge), open);
                told = round.at::<TRACKS, DARK>(volts);
            }
            self.battery[k] = told.battery;
            self.available[k] = told.available;
            self.charger[k] = told.charger;
            self.held[k] = told.held;
            self.load[k] = told.load;
            self.load_is_on[k] = flag(is(given.load_is_on[k]) & !is(told.dark));
            self.panel_volts[k] = told.panel_volts;
            self.panel_watts[k] = if TRACKS {
                let watts =
                    fused(told.charger, most(volts, DRAW_VOLTS_MIN), TRACKER_WATTS) * (1.0 / TRACKER_RATIO);
                if told.charger > 0.0 { watts } else { 0.0 }
            } else {
                told.charger * told.panel_volts
            };
            self.volts[k] = volts;
        }
    }

    /// Voltage at the controller's input, averaged over its pulses, V.
    #[inline(always)]
    pub fn input_volts(&self, k: usize, panel: &PanelLanes, tracks: bool) -> f64 {
        let (open, at) = (panel.open[k], self.panel_volts[k]);
        if tracks {
            let idles = self.charger[k] < self.available[k];
            let volts = if idles { panel.idling_volts(k, self.panel_watts[k], at) } else { at };
            if self.charger[k] > 0.0 { volts } else { open }
        } else {
            let duty = self.charger[k] / self.available[k];
            let duty = if self.available[k] > 0.0 { duty } else { 0.0 };
            fused(duty, at - open, open)
        }
    }
}

/// What a round needs of one lane.
#[derive(Debug, Clone, Copy)]
struct Round {
    taken: f64,
    has_target: bool,
    demand: f64,
    rest_amps: f64,
    charges: f64,
    give_max: f64,
    panel: [f64; 3],
}

/// What a round finds in one lane.
#[derive(Debug, Clone, Copy)]
struct Told {
    battery: f64,
    available: f64,
    charger: f64,
    held: f64,
    load: f64,
    dark: f64,
    panel_volts: f64,
}

impl Round {
    /// Currents at a guessed voltage.
    #[inline(always)]
    fn at<const TRACKS: bool, const DARK: bool>(&self, volts: f64) -> Told {
        let firm = most(volts, DRAW_VOLTS_MIN);
        let load = self.demand / firm;
        let weak = within(volts * (1.0 / DRAW_VOLTS_MIN), 0.0, 1.0);
        let rest = self.rest_amps * weak;
        let on_volts = most(volts, 0.0) + PANEL_DROP_VOLTS;
        let [short, open, peak] = self.panel;
        let (panel_volts, offer) = if DARK {
            (on_volts, 0.0)
        } else if TRACKS {
            let panel_volts = most(peak, on_volts);
            let watts = panel_volts * current_amps(short, open, panel_volts);
            (panel_volts, most(fused(TRACKER_RATIO, watts, -TRACKER_WATTS), 0.0) / firm)
        } else {
            (on_volts, current_amps(short, open, on_volts))
        };
        let available = offer * self.charges;
        let lit = self.share(rest + load, available);
        let none = self.share(rest, available);
        // The battery cannot carry the sign: it goes dark, and what is left goes to the rest.
        let dark = (load > 0.0) & (lit[1] - (rest + load) < -self.give_max);
        let [wanted, charger] = if dark { none } else { lit };
        let draw = if dark { rest } else { rest + load };
        Told {
            battery: most(charger - draw, -self.give_max),
            available,
            charger,
            held: flag(wanted < available),
            load: if dark { 0.0 } else { load },
            dark: flag(dark),
            panel_volts,
        }
    }

    /// What the controller would have to give for a draw, and what it gives.
    #[inline(always)]
    fn share(&self, draw: f64, available: f64) -> [f64; 2] {
        let wanted = if self.has_target { self.taken + draw } else { 0.0 };
        [wanted, within(wanted, 0.0, available)]
    }
}
